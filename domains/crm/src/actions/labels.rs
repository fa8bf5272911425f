//! Labels on contacts. Which labels there are, and which may be put on anything, is for the caller to know (ADR 0024).

use super::{by_id, by_ids, tell, whole};
use crate::{model::Contact, rules::labels_after, store::labels};
use db::Tx;
use kernel::{Ctx, Error, Id, Result, Uuid};
use std::collections::HashSet;

/// Puts labels on a contact, or on whoever stands for it, and takes others off; tells of it if anything is different now.
/// Refused by `crm.too_many_labels` when it would carry more than [`MOST_LABELS`](crate::MOST_LABELS).
pub async fn mark(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Contact>,
    add: &[Uuid],
    remove: &[Uuid],
) -> Result<Contact> {
    let contact = by_id(tx, id).await?;
    let Some(after) = labels_after(&contact.label_ids, add, remove)? else {
        return Ok(contact);
    };
    labels::set(tx, contact.id, &after).await?;
    let contact = by_id(tx, contact.id).await?;
    tell(tx, ctx, &contact).await?;
    Ok(contact)
}

/// The same for several contacts in one transaction, each with an event of its own: which are different now, which were so
/// before, and which are refused and why. Nothing of a refused one is written, so it keeps none of the others back. Two ids of
/// one merged contact count once.
pub async fn mark_many(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    ids: &[Id<Contact>],
    add: &[Uuid],
    remove: &[Uuid],
) -> Result<Vec<(Id<Contact>, Result<bool>)>> {
    let known = by_ids(tx, ids).await?;
    let mut seen = HashSet::new();
    let mut changed = Vec::new();
    let mut out = Vec::new();
    for id in ids {
        let became = match known.get(id) {
            None => Err(Error::not_found()),
            Some(contact) if !seen.insert(contact.id) => Ok(false),
            Some(contact) => match labels_after(&contact.label_ids, add, remove) {
                Ok(None) => Ok(false),
                Ok(Some(after)) => {
                    labels::set(tx, contact.id, &after).await?;
                    changed.push(contact.id);
                    Ok(true)
                }
                Err(refused) => Err(refused),
            },
        };
        out.push((*id, became));
    }
    for contact in whole(tx, &changed).await? {
        tell(tx, ctx, &contact).await?;
    }
    Ok(out)
}
