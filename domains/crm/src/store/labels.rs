//! The SQL of labels on contacts: which contact carries which ids.

use crate::model::Contact;
use db::{Tx, bind, sql};
use kernel::{Id, Result, Uuid};

/// Which contacts carry which labels, in one order for everybody.
pub(crate) async fn of(
    tx: &mut Tx<'_>,
    contacts: &[Id<Contact>],
) -> Result<Vec<(Id<Contact>, Uuid)>> {
    tx.all(
        sql!("SELECT contact_id, label_id FROM contact_labels WHERE contact_id IN UUIDS($1) ORDER BY label_id"),
        &bind![contacts.to_vec()],
    )
    .await
}

/// Puts a label on a contact; 0 if it was there.
pub(crate) async fn put(tx: &mut Tx<'_>, contact: Id<Contact>, label: Uuid) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO contact_labels (label_id, contact_id) VALUES ($2, $1) ON CONFLICT DO NOTHING"),
        &bind![contact, label],
    )
    .await
}

/// Takes a label off a contact; 0 if it was not there.
pub(crate) async fn take(tx: &mut Tx<'_>, contact: Id<Contact>, label: Uuid) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM contact_labels WHERE label_id = $2 AND contact_id = $1"),
        &bind![contact, label],
    )
    .await
}

/// Makes these all the labels of a contact.
pub(crate) async fn set(tx: &mut Tx<'_>, contact: Id<Contact>, labels: &[Uuid]) -> Result<()> {
    let known: Vec<Uuid> = of(tx, &[contact]).await?.into_iter().map(|k| k.1).collect();
    for gone in known.iter().filter(|k| !labels.contains(k)) {
        take(tx, contact, *gone).await?;
    }
    for new in labels.iter().filter(|l| !known.contains(l)) {
        put(tx, contact, *new).await?;
    }
    Ok(())
}

/// A condition, in SQL, that the card of a contact carries any of some labels: for the lists of a domain above, whose rows
/// name contacts (ADR 0027). Of a merged contact it is the card that stands for it. `$contact` is the column with its id,
/// `$labels` the parameter with the ids of the labels.
#[macro_export]
macro_rules! carries_any {
    ($contact:literal, $labels:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM contacts who JOIN contact_labels mark ON mark.contact_id = COALESCE(who.merged_into, who.id)
               WHERE who.id = ",
            $contact,
            " AND mark.label_id IN UUIDS(",
            $labels,
            "))"
        )
    };
}

/// Whose cards carry any of some labels, those merged into one of them too: the text of a subselect of contacts, for lists
/// that begin with it.
#[macro_export]
macro_rules! carriers {
    ($labels:literal) => {
        concat!(
            "SELECT who.id FROM contact_labels mark JOIN contacts who ON who.id = mark.contact_id
               WHERE who.merged_into IS NULL AND mark.label_id IN UUIDS(",
            $labels,
            ") UNION ALL SELECT who.id FROM contact_labels mark JOIN contacts who ON who.merged_into = mark.contact_id
               WHERE mark.label_id IN UUIDS(",
            $labels,
            ")"
        )
    };
}
