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
