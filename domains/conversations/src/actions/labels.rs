//! Labels: kept in one list for the company, put on chats and contacts and taken off by those who work with them.

use crate::{
    actions::{chats::allowed, owning::tell_changed},
    model::{ClientChatAction, Label, LabelColor},
    rules::{routing, views::folded},
    store,
};
use accounts::{EVERYONE, Person, audit, require};
use crm::Contact;
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Result, Uuid};
use messages::Thread;
use serde_json::json;
use std::collections::HashSet;

/// Who keeps labels and shared views.
pub(crate) const ARRANGE: &str = "conversations.arrange";
/// How many labels the company may have, archived ones with them.
const MOST: usize = 200;
/// How many a chat may carry.
pub(crate) const MOST_ON_A_CHAT: usize = 20;
/// How long a name may be, in letters: it stands in a narrow list.
const LONGEST_NAME: usize = 40;

async fn tell(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    let what = json!({"what": "labels"});
    let event = Event::stored("settings.changed", EVERYONE, vec![EVERYONE], what);
    journal::append(tx, ctx, event).await.map(drop)
}

/// All labels of the company, archived ones with them, in their order.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<Label>> {
    store::labels::all(tx).await
}

/// What is to be kept of a label; what is absent stays as it was.
pub(crate) struct Draft {
    pub(crate) name: Option<String>,
    pub(crate) color: Option<LabelColor>,
    pub(crate) archived: Option<bool>,
}

/// Makes or changes one; a new one stands last.
pub(crate) async fn save(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Option<Id<Label>>,
    draft: Draft,
) -> Result<Label> {
    require(tx, ctx, ARRANGE).await?;
    let known = store::labels::all(tx).await?;
    let before = match id {
        Some(id) => {
            let found = known.iter().find(|l| l.id == id);
            Some(found.cloned().ok_or_else(Error::not_found)?)
        }
        None => None,
    };
    if before.is_none() && known.len() >= MOST {
        return Err(Error::conflict("conversations.too_many_labels").arg("limit", MOST));
    }
    let before = before.unwrap_or_else(|| Label {
        id: ctx.ids.next(),
        name: String::new(),
        color: LabelColor::Grey,
        archived: false,
    });
    let name = draft.name.map_or(before.name, |n| text::clean_name(&n));
    if name.is_empty() {
        return Err(Error::field("name", "conversations.name_needed"));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Error::field("name", "conversations.name_too_long").arg("limit", LONGEST_NAME));
    }
    let label = Label {
        id: before.id,
        name,
        color: draft.color.unwrap_or(before.color),
        archived: draft.archived.unwrap_or(before.archived),
    };
    let folded = folded(&label.name);
    if store::labels::by_folded(tx, &folded)
        .await?
        .is_some_and(|other| other != label.id)
    {
        return Err(Error::field("name", "conversations.label_exists").arg("name", label.name));
    }
    store::labels::save(tx, &label, &folded).await?;
    audit(
        tx,
        ctx,
        "labels.saved",
        &label.name,
        json!({"id": label.id}),
    )
    .await?;
    tell(tx, ctx).await?;
    Ok(label)
}

/// Gives the labels another order.
pub(crate) async fn order(tx: &mut Tx<'_>, ctx: &Ctx, ids: &[Id<Label>]) -> Result<()> {
    require(tx, ctx, ARRANGE).await?;
    let known = store::labels::all(tx).await?;
    let given: HashSet<_> = ids.iter().collect();
    if given.len() != ids.len() {
        return Err(Error::field("ids", "conversations.order_twice"));
    }
    if given.len() != known.len() || !known.iter().all(|l| given.contains(&l.id)) {
        return Err(Error::conflict("conversations.order_other"));
    }
    for (place, id) in ids.iter().enumerate() {
        store::labels::place(tx, *id, place).await?;
    }
    audit(tx, ctx, "labels.ordered", "", json!({})).await?;
    tell(tx, ctx).await
}

/// Refuses labels that are not there or are not offered any more; `field` says where they were named.
pub(crate) fn offered(known: &[Label], add: &[Id<Label>], field: &'static str) -> Result<()> {
    for label in add {
        match known.iter().find(|l| l.id == *label) {
            Some(label) if !label.archived => {}
            Some(label) => {
                return Err(
                    Error::field(field, "conversations.label_archived").arg("name", &label.name)
                );
            }
            None => return Err(Error::field(field, "conversations.no_such_label")),
        }
    }
    Ok(())
}

/// Puts labels on a contact and takes others off, for who may change its card.
pub(crate) async fn mark_contact(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Contact>,
    add: &[Id<Label>],
    remove: &[Id<Label>],
) -> Result<Contact> {
    require(tx, ctx, "contacts.edit").await?;
    offered(&store::labels::all(tx).await?, add, "add")?;
    crm::mark(tx, ctx, id, &plain(add), &plain(remove)).await
}

/// The same for several contacts in one transaction: what became of each, as [`crm::mark_many`] tells it.
pub(crate) async fn mark_contacts(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    ids: &[Id<Contact>],
    add: &[Id<Label>],
    remove: &[Id<Label>],
) -> Result<Vec<(Id<Contact>, Result<bool>)>> {
    require(tx, ctx, "contacts.edit").await?;
    offered(&store::labels::all(tx).await?, add, "add")?;
    crm::mark_many(tx, ctx, ids, &plain(add), &plain(remove)).await
}

fn plain(ids: &[Id<Label>]) -> Vec<Uuid> {
    ids.iter().map(|id| id.uuid()).collect()
}

/// Puts the labels of a routing row on a chat, as far as they are offered and there is room; answers whether any is new. Who
/// may see the chat is told by the caller.
pub(crate) async fn put_by_rule(
    tx: &mut Tx<'_>,
    chat: Id<Thread>,
    labels: &[Id<Label>],
) -> Result<bool> {
    if labels.is_empty() {
        return Ok(false);
    }
    let known = store::labels::all(tx).await?;
    let mut on: Vec<Id<Label>> = store::labels::of(tx, &[chat])
        .await?
        .into_iter()
        .map(|k| k.1)
        .collect();
    let before = on.len();
    for label in routing::to_put(labels, &known) {
        if on.len() < MOST_ON_A_CHAT && !on.contains(&label) {
            store::labels::put(tx, chat, label).await?;
            on.push(label);
        }
    }
    Ok(on.len() > before)
}

/// Puts labels on a chat and takes others off; answers whether anything is different now.
pub(crate) async fn mark(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    add: &[Id<Label>],
    remove: &[Id<Label>],
) -> Result<bool> {
    allowed(tx, person, id, ClientChatAction::Label).await?;
    let known = store::labels::all(tx).await?;
    let mut changed = 0;
    offered(&known, add, "add")?;
    for label in add {
        changed += store::labels::put(tx, id, *label).await?;
    }
    for label in remove {
        changed += store::labels::take(tx, id, *label).await?;
    }
    if changed == 0 {
        return Ok(false);
    }
    if store::labels::of(tx, &[id]).await?.len() > MOST_ON_A_CHAT {
        return Err(
            Error::field("add", "conversations.too_many_labels_here").arg("limit", MOST_ON_A_CHAT)
        );
    }
    tell_changed(tx, ctx, id).await?;
    Ok(true)
}
