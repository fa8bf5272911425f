//! The SQL of crm.

pub(crate) mod bringing;
pub(crate) mod labels;
pub(crate) mod merging;

use crate::model::{Contact, Fact, Identity};
use db::{FromRow, Json, Row, Tx, bind, sql};
use kernel::{Id, Result, Uuid};
use std::collections::HashMap;

impl FromRow for Contact {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            company: row.get("company")?,
            email: row.get("email")?,
            phones: row.get::<Json<_>>("phones")?.0,
            note: row.get("note")?,
            photo_file_id: row.get("photo_file_id")?,
            responsible_id: row.get("responsible_id")?,
            label_ids: Vec::new(),
            group: row.get("is_group")?,
            merged_into: row.get("merged_into")?,
            created_at: row.get("created_at")?,
            identities: Vec::new(),
            facts: row.get::<Json<Vec<Fact>>>("facts")?.0,
        })
    }
}

pub(crate) fn folded(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

pub(crate) async fn save(tx: &mut Tx<'_>, c: &Contact) -> Result<()> {
    let phones: Vec<&str> = c.phones.iter().map(kernel::Phone::as_str).collect();
    tx.run(
        sql!("INSERT INTO contacts (id, name, name_folded, company, email, phones, phones_text, note, facts, created_at, photo_file_id, responsible_id, is_group)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
              ON CONFLICT (id) DO UPDATE SET name = $2, name_folded = $3, company = $4, email = $5, phones = $6,
                phones_text = $7, note = $8, facts = $9, photo_file_id = $11, responsible_id = $12"),
        &bind![
            c.id,
            &c.name,
            folded(&format!("{} {}", c.name, c.company)),
            &c.company,
            &c.email,
            Json(&c.phones),
            phones.join(" "),
            &c.note,
            Json(&c.facts),
            c.created_at,
            c.photo_file_id,
            c.responsible_id,
            c.group,
        ],
    )
    .await?;
    let known: Vec<(String,)> = tx
        .all(
            sql!("SELECT phone FROM contact_phones WHERE contact_id = $1"),
            &bind![c.id],
        )
        .await?;
    for (gone,) in known.iter().filter(|(k,)| !phones.contains(&k.as_str())) {
        tx.run(
            sql!("DELETE FROM contact_phones WHERE contact_id = $1 AND phone = $2"),
            &bind![c.id, gone],
        )
        .await?;
    }
    for new in phones.iter().filter(|p| !known.iter().any(|(k,)| k == *p)) {
        tx.run(
            sql!("INSERT INTO contact_phones (phone, contact_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"),
            &bind![*new, c.id],
        )
        .await?;
    }
    Ok(())
}
/// Contacts as their rows are, with the identities that are their own: what is changed and saved.
pub(crate) async fn rows(tx: &mut Tx<'_>, ids: &[Id<Contact>]) -> Result<Vec<Contact>> {
    let contacts: Vec<Contact> = tx
        .all(
            sql!("SELECT * FROM contacts WHERE id IN UUIDS($1)"),
            &bind![ids.to_vec()],
        )
        .await?;
    let mut contacts = with_identities(tx, contacts).await?;
    with_labels(tx, &mut contacts).await?;
    Ok(contacts)
}
/// Contacts as they stand: with the identities and facts of those merged into them.
pub(crate) async fn whole(tx: &mut Tx<'_>, ids: &[Id<Contact>]) -> Result<Vec<Contact>> {
    let mut contacts = rows(tx, ids).await?;
    with_merged(tx, &mut contacts).await?;
    Ok(contacts)
}
async fn with_merged(tx: &mut Tx<'_>, contacts: &mut [Contact]) -> Result<()> {
    let ids: Vec<Id<Contact>> = contacts.iter().map(|c| c.id).collect();
    let merged: Vec<Contact> = tx
        .all(
            sql!("SELECT * FROM contacts WHERE merged_into IN UUIDS($1) ORDER BY id"),
            &bind![ids],
        )
        .await?;
    for part in with_identities(tx, merged).await? {
        let Some(whole) = contacts.iter_mut().find(|c| Some(c.id) == part.merged_into) else {
            continue;
        };
        whole.identities.extend(part.identities);
        for fact in part.facts {
            if whole.facts.iter().all(|f| f.key != fact.key) {
                whole.facts.push(fact);
            }
        }
    }
    Ok(())
}
async fn with_labels(tx: &mut Tx<'_>, contacts: &mut [Contact]) -> Result<()> {
    let ids: Vec<Id<Contact>> = contacts.iter().map(|c| c.id).collect();
    for (id, label) in labels::of(tx, &ids).await? {
        for contact in contacts.iter_mut().filter(|c| c.id == id) {
            contact.label_ids.push(label);
        }
    }
    Ok(())
}
/// An identity and whose it is.
struct OfContact(Id<Contact>, Identity);
impl FromRow for OfContact {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get("contact_id")?, Identity::from_row(row)?))
    }
}
async fn with_identities(tx: &mut Tx<'_>, mut contacts: Vec<Contact>) -> Result<Vec<Contact>> {
    let ids: Vec<Id<Contact>> = contacts.iter().map(|c| c.id).collect();
    let known: Vec<OfContact> = tx
        .all(
            sql!("SELECT contact_id, id, channel_id, kind, value, title, verified FROM identities WHERE contact_id IN UUIDS($1) ORDER BY id"),
            &bind![ids],
        )
        .await?;
    let mut by_contact: HashMap<Id<Contact>, Vec<Identity>> = HashMap::new();
    for OfContact(contact, identity) in known {
        by_contact.entry(contact).or_default().push(identity);
    }
    for contact in &mut contacts {
        contact.identities = by_contact.remove(&contact.id).unwrap_or_default();
    }
    Ok(contacts)
}
pub(crate) async fn by_identity(
    tx: &mut Tx<'_>,
    scope: &str,
    value: &str,
) -> Result<Option<Id<Contact>>> {
    let found: Option<(Id<Contact>,)> = tx
        .one(
            sql!("SELECT contact_id FROM identities WHERE scope = $1 AND value = $2"),
            &bind![scope, value],
        )
        .await?;
    Ok(found.map(|(id,)| id))
}
/// The contact who was first given a number, whoever vouched for it.
pub(crate) async fn by_phone(tx: &mut Tx<'_>, phone: &str) -> Result<Option<Id<Contact>>> {
    let found: Option<(Id<Contact>,)> = tx
        .one(
            sql!("SELECT COALESCE(c.merged_into, c.id) FROM contact_phones p JOIN contacts c ON c.id = p.contact_id
                  WHERE p.phone = $1 ORDER BY c.created_at, c.id LIMIT 1"),
            &bind![phone],
        )
        .await?;
    Ok(found.map(|(id,)| id))
}
/// The contact who was first given an e-mail address.
pub(crate) async fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<Id<Contact>>> {
    let found: Option<(Id<Contact>,)> = tx
        .one(
            // By a column without an index: by `id` PostgreSQL, before it knows the table, walks the primary key to its end.
            sql!("SELECT COALESCE(merged_into, id) FROM contacts WHERE LOWER(email) = LOWER($1) AND email <> ''
                  ORDER BY created_at, id LIMIT 1"),
            &bind![email],
        )
        .await?;
    Ok(found.map(|(id,)| id))
}
pub(crate) async fn add_identity(
    tx: &mut Tx<'_>,
    contact: Id<Contact>,
    scope: &str,
    i: &Identity,
) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO identities (id, contact_id, scope, channel_id, kind, value, title, verified)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"),
        &bind![i.id, contact, scope, i.channel_id, &i.kind, &i.value, &i.title, i.verified],
    )
    .await
}
/// Contacts that stand for themselves, newest first: `$what` of those that `$1`, `$2` and `$4` leave.
macro_rules! found {
    ($what:literal) => {
        sql!(concat!(
            "SELECT ",
            $what,
            " FROM contacts c
                  WHERE merged_into IS NULL
                    AND (CAST($1 AS TEXT) IS NULL OR name_folded LIKE $1 ESCAPE '!' OR phones_text LIKE $1 ESCAPE '!'
                      OR EXISTS (SELECT 1 FROM contacts m WHERE m.merged_into = c.id
                        AND (m.name_folded LIKE $1 ESCAPE '!' OR m.phones_text LIKE $1 ESCAPE '!')))
                    AND (CAST($2 AS UUID) IS NULL OR id < $2)
                    AND (CAST($4 AS UUID) IS NULL
                      OR EXISTS (SELECT 1 FROM contact_labels k WHERE k.label_id = $4 AND k.contact_id = c.id))
                  ORDER BY id DESC LIMIT $3"
        ))
    };
}
pub(crate) async fn list_ids(
    tx: &mut Tx<'_>,
    pattern: Option<&str>,
    label: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Id<Contact>>> {
    let rows: Vec<(Id<Contact>,)> = tx
        .all(found!("id"), &bind![pattern, None::<Uuid>, limit, label])
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
pub(crate) async fn list(
    tx: &mut Tx<'_>,
    pattern: Option<&str>,
    label: Option<Uuid>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Contact>> {
    let contacts: Vec<Contact> = tx
        .all(found!("*"), &bind![pattern, before, limit, label])
        .await?;
    let mut contacts = with_identities(tx, contacts).await?;
    with_labels(tx, &mut contacts).await?;
    with_merged(tx, &mut contacts).await?;
    Ok(contacts)
}
