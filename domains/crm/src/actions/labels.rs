//! Labels on contacts. Which labels there are, and which may be put on anything, is for the caller to know (ADR 0024).

use super::{by_id, tell};
use crate::{model::Contact, store::labels};
use db::Tx;
use kernel::{Ctx, Error, Id, Result, Uuid};

/// How many labels a contact may carry, as a chat may.
pub const MOST_LABELS: usize = 20;

/// Puts labels on a contact, or on whoever stands for it, and takes others off; tells of it if anything is different now.
/// Refused by `crm.too_many_labels` when it would carry more than [`MOST_LABELS`].
pub async fn mark(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Contact>,
    add: &[Uuid],
    remove: &[Uuid],
) -> Result<Contact> {
    let id = by_id(tx, id).await?.id;
    let (mut put, mut taken) = (0, 0);
    for label in remove {
        taken += labels::take(tx, id, *label).await?;
    }
    for label in add {
        put += labels::put(tx, id, *label).await?;
    }
    let contact = by_id(tx, id).await?;
    // Two merged ones may carry more together: taking off is always allowed.
    if put > 0 && contact.label_ids.len() > MOST_LABELS {
        return Err(Error::field("add", "crm.too_many_labels").arg("limit", MOST_LABELS));
    }
    if put + taken > 0 {
        tell(tx, ctx, &contact).await?;
    }
    Ok(contact)
}
