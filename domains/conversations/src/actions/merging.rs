//! What merging does to chats (ADR 0020): none is glued to another, each stays a talk of its own; they are called what the one
//! who stands for all is called, and the card shows them together.

use crate::{
    actions::{owning, view},
    model::{MergeChat, MergePreview},
    store,
};
use accounts::Person;
use crm::{Contact, FieldChoices, Merge};
use db::Tx;
use kernel::{Ctx, Id, Result};

/// Gives the chats of a contact, and of all it stands for, its name; tells those who see them.
pub(crate) async fn retitle(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Contact>) -> Result<()> {
    let name = crm::by_id(tx, id).await?.name;
    let circle = crm::circle(tx, id).await?;
    for chat in store::chats_of_contact(tx, &circle).await? {
        messages::set_title(tx, chat.id, &name).await?;
        owning::tell_changed(tx, ctx, chat.id).await?;
    }
    for group in store::groups_of_contact(tx, &circle).await? {
        owning::tell_changed(tx, ctx, group.id).await?;
    }
    Ok(())
}

/// What a merge would do: the cards' fields, and the chats that come together, as far as the person may see them.
pub(crate) async fn preview(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    (kept, merged): (Id<Contact>, Id<Contact>),
    choices: FieldChoices,
) -> Result<MergePreview> {
    let cards = crm::preview(tx, ctx, kept, merged, choices).await?;
    let mut chats = Vec::new();
    let mut links = 0;
    for of in [cards.kept.id, cards.merged.id] {
        let circle = crm::circle(tx, of).await?;
        let rows = store::chats_of_contact(tx, &circle).await?;
        let visible = view::visible_of(tx, person, &rows).await?;
        for chat in view::shared(tx, &visible).await? {
            chats.push(MergeChat {
                id: chat.id,
                contact_id: of,
                channel: chat.channel,
                state: chat.state,
                number: chat.conversation.and_then(|c| c.number),
                updated_at: chat.updated_at,
            });
        }
        for id in circle {
            links += links::sent_to(tx, person, id.uuid()).await?;
        }
    }
    Ok(MergePreview {
        cards,
        chats,
        links,
    })
}

/// Makes one contact of two, in one transaction.
pub(crate) async fn merge(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (kept, merged): (Id<Contact>, Id<Contact>),
    choices: FieldChoices,
) -> Result<Merge> {
    let merge = crm::merge(tx, ctx, kept, merged, choices).await?;
    retitle(tx, ctx, merge.kept_id).await?;
    Ok(merge)
}

/// Makes them two again.
pub(crate) async fn split(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Merge>,
    different: bool,
) -> Result<Merge> {
    let merge = crm::split(tx, ctx, id, different).await?;
    for id in [merge.kept_id, merge.merged_id] {
        retitle(tx, ctx, id).await?;
    }
    Ok(merge)
}
