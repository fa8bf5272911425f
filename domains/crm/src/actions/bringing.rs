//! Contacts that come from elsewhere by the thousand (U-37), and their way back. Who brings them tells of them, batch by
//! batch: a frame for each would be more than browsers can hear.

use super::{by_id, duplicates, row, tell};
use crate::{
    model::{Contact, Fields},
    store::{self, bringing, labels},
};
use accounts::right_principal;
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Result, Uuid};
use serde_json::json;

/// Makes a contact nobody has written as yet. Others of the same full name are offered as the same person.
pub async fn bring(tx: &mut Tx<'_>, ctx: &Ctx, fields: &Fields) -> Result<Id<Contact>> {
    let mut contact = Contact {
        id: ctx.ids.next(),
        name: String::new(),
        company: String::new(),
        email: String::new(),
        phones: Vec::new(),
        note: String::new(),
        photo_file_id: None,
        responsible_id: None,
        label_ids: Vec::new(),
        group: false,
        merged_into: None,
        created_at: ctx.now,
        identities: Vec::new(),
        facts: Vec::new(),
    };
    fields.clone().into_contact(&mut contact);
    store::save(tx, &contact).await?;
    labels::set(tx, contact.id, &contact.label_ids).await?;
    duplicates::seek_name(tx, ctx, &contact).await?;
    Ok(contact.id)
}

/// Whose fields are looked at and written for a contact: those of whoever stands for it.
pub async fn standing_fields(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<(Id<Contact>, Fields)> {
    let stands = by_id(tx, id).await?;
    Ok((stands.id, Fields::of(&stands)))
}

/// Writes fields over a contact's own, and tells of it.
pub async fn lay(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Contact>, fields: &Fields) -> Result<()> {
    let mut own = row(tx, id).await?;
    fields.clone().into_contact(&mut own);
    store::save(tx, &own).await?;
    labels::set(tx, id, &own.label_ids).await?;
    let contact = by_id(tx, id).await?;
    tell(tx, ctx, &contact).await?;
    duplicates::seek(tx, ctx, &contact).await
}

/// How a contact that was brought stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Brought {
    /// It is gone already.
    Gone,
    /// It stands for itself, with these fields.
    Here(Fields),
    /// It is tied: it was merged, decided upon, or is known in a messenger; with its fields.
    Tied(Fields),
}

/// Looks at a contact that was brought.
pub async fn brought(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<Brought> {
    let Some(own) = store::rows(tx, &[id]).await?.pop() else {
        return Ok(Brought::Gone);
    };
    let fields = Fields::of(&own);
    let tied = own.merged_into.is_some() || !own.facts.is_empty();
    Ok(if tied || bringing::ties(tx, id).await? > 0 {
        Brought::Tied(fields)
    } else {
        Brought::Here(fields)
    })
}

/// Removes a contact that was brought, together with the pairs it was offered in. Refused if it is tied to anything here;
/// whether it has chats is for the caller to ask.
pub async fn take_away(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<()> {
    match brought(tx, id).await? {
        Brought::Gone => Ok(()),
        Brought::Here(_) => bringing::remove(tx, id).await,
        Brought::Tied(_) => Err(Error::conflict("crm.tied")),
    }
}

/// Tells everybody who sees the list of contacts that some came or went: they read it anew.
pub async fn tell_many(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    subject: Uuid,
    came: i64,
    went: i64,
) -> Result<()> {
    let audience = vec![right_principal("contacts.edit", None)];
    let fields = json!({"came": came, "went": went});
    let event = Event::stored("contacts.changed", subject, audience, fields);
    journal::append(tx, ctx, event).await.map(drop)
}
