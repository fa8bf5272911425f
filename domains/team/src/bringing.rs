//! Chats that come from elsewhere with their history, and chats that leave with it: nobody is told before they are whole.

use crate::{
    actions::{self, topics},
    model::Chat,
    rules::{self, WhoAdds},
    store::{self, ChatRow},
};
use accounts::{Person, Reason, grant, set_members};
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Moment, Result};
use messages::{Message, NewThread, Thread, ThreadKind};
use serde_json::json;

/// A chat as it was elsewhere. People who have left may be among its members.
#[derive(Clone, Debug)]
pub struct Brought {
    /// A group has a name; without one it is the talk of its one or two members.
    pub title: Option<String>,
    /// Its members.
    pub members: Vec<Id<Person>>,
    /// Those of them who are admins.
    pub admins: Vec<Id<Person>>,
    /// Whose it is.
    pub owner: Option<Id<Person>>,
    /// Whether only its owner and admins may add members.
    pub admins_add: bool,
    /// Since when.
    pub at: Moment,
}

/// The talk under a message of a group, as it was elsewhere.
#[derive(Clone, Debug, Default)]
pub struct BroughtTopic {
    /// Its name; without one it is named after its message.
    pub title: Option<String>,
    /// Who opened it.
    pub owner: Option<Id<Person>>,
    /// Who follows it, if they are in the group.
    pub followers: Vec<Id<Person>>,
    /// Since when.
    pub at: Moment,
}

/// Makes a chat without telling anybody; [`show`] does. `None` when its two members have a direct chat already (old
/// messages cannot be put before what stands there), or may have none because one is a guest.
pub async fn bring(tx: &mut Tx<'_>, ctx: &Ctx, new: &Brought) -> Result<Option<Id<Thread>>> {
    let (kind, pair) = match (&new.title, new.members.as_slice()) {
        (None, [one]) => ("self", Some(rules::pair(*one, *one))),
        (None, [one, other]) => ("direct", Some(rules::pair(*one, *other))),
        _ => ("group", None),
    };
    let mut guests = Vec::new();
    for person in &new.members {
        if accounts::is_guest(tx, *person).await? {
            guests.push(*person);
        }
    }
    // Guests are in groups only, and lead none.
    if pair.is_some() && !guests.is_empty() {
        return Ok(None);
    }
    let row = ChatRow {
        id: ctx.ids.next(),
        kind: kind.to_owned(),
        title: new.title.clone().unwrap_or_default(),
        owner_id: new.owner.filter(|o| !guests.contains(o)),
        created_at: new.at,
        parent_id: None,
        root_id: None,
        who_adds: if new.admins_add {
            WhoAdds::Admins
        } else {
            WhoAdds::Members
        },
    };
    if let Some(pair) = &pair
        && store::by_pair(tx, pair).await?.is_some()
    {
        return Ok(None);
    }
    let id = row.id;
    let thread = NewThread {
        id,
        kind: ThreadKind::Team,
        title: &row.title,
    };
    messages::open_thread(tx, ctx, thread).await?;
    if !store::add(tx, &row, pair.as_deref()).await? {
        return Ok(None);
    }
    for person in &new.members {
        store::add_member(tx, id, *person).await?;
    }
    for person in new.admins.iter().filter(|a| !guests.contains(a)) {
        store::set_role(tx, id, *person, true).await?;
    }
    // A group is nobody's until it is shown. A talk of two is theirs at once: no other can be made beside it meanwhile.
    if pair.is_some() {
        give(tx, ctx, id, None).await?;
    }
    Ok(Some(id))
}

/// Lets its members into a chat, the group's into a topic.
async fn give(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Thread>,
    parent: Option<Id<Thread>>,
) -> Result<()> {
    let principal = parent.unwrap_or(id).uuid();
    grant(tx, id.uuid(), principal, Reason::Member).await?;
    if parent.is_none() {
        let members = store::people(tx, id).await?;
        set_members(tx, ctx, principal, &members, "chat").await?;
    }
    Ok(())
}

/// The topic under a message of a group, made if there is none, and whether it was; `None` where there can be none.
pub async fn topic(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (group, root): (Id<Thread>, Id<Message>),
    new: BroughtTopic,
) -> Result<Option<(Id<Thread>, bool)>> {
    let members = store::people(tx, group).await?;
    let mut followers = new.followers;
    followers.retain(|p| members.contains(p));
    let (id, made) = match store::by_root(tx, root).await? {
        Some(id) => (id, false),
        None => {
            let chat = store::by_ids(tx, &[group]).await?.pop();
            let message = messages::by_id(tx, root).await?;
            if chat.is_none_or(|c| c.kind != "group") || message.thread_id != group {
                return Ok(None);
            }
            // Whose message it hangs under follows it, as everywhere.
            let author = message.author.id.map(Id::new);
            followers.extend(author.filter(|a| new.title.is_none() && members.contains(a)));
            let row = ChatRow {
                id: ctx.ids.next(),
                kind: "topic".to_owned(),
                title: new.title.unwrap_or_else(|| topics::title_of(&message)),
                owner_id: new.owner,
                created_at: new.at,
                parent_id: Some(group),
                root_id: Some(root),
                who_adds: WhoAdds::default(),
            };
            let thread = NewThread {
                id: row.id,
                kind: ThreadKind::Team,
                title: &row.title,
            };
            messages::open_thread(tx, ctx, thread).await?;
            if !store::add(tx, &row, None).await? {
                return Err(Error::conflict("messages.twice"));
            }
            messages::brought_topic(tx, root, row.id).await?;
            (row.id, true)
        }
    };
    for person in followers {
        store::add_member(tx, id, person).await?;
    }
    Ok(Some((id, made)))
}

/// Lets those who belong to a chat that is whole now into it, and tells them of it.
pub async fn show(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Thread>) -> Result<()> {
    let Some(row) = store::by_ids(tx, &[id]).await?.pop() else {
        return Ok(());
    };
    give(tx, ctx, id, row.parent_id).await?;
    actions::tell_changed(tx, ctx, id).await?;
    for person in store::people(tx, id).await? {
        messages::tell_mine(tx, ctx, person, id).await?;
    }
    Ok(())
}

/// Who is in a chat.
pub async fn members(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Vec<Id<Person>>> {
    store::people(tx, id).await
}

/// Removes a chat that was brought, with its thread.
pub async fn forget(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Thread>) -> Result<()> {
    let members = store::people(tx, id).await?;
    let row = store::by_ids(tx, &[id]).await?.pop();
    let parent = row.and_then(|r| r.parent_id);
    let audience = members.iter().map(|p| p.uuid()).collect();
    let gone = Event::stored("chat.gone", id.uuid(), audience, json!({"id": id}));
    journal::append(tx, ctx, gone).await?;
    if parent.is_none() {
        set_members(tx, ctx, id.uuid(), &[], "chat").await?;
    }
    let principal = parent.unwrap_or(id).uuid();
    accounts::revoke(tx, id.uuid(), principal, Reason::Member).await?;
    messages::forget_thread(tx, id).await?;
    store::forget(tx, id).await
}

/// A chat with its topics, and what stands under them.
pub async fn chats(tx: &mut Tx<'_>, ids: &[Id<Thread>]) -> Result<Vec<Chat>> {
    actions::shared(tx, ids).await
}

/// All chats of colleagues but topics, in the order of their making.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<Id<Thread>>> {
    store::all(tx).await
}

/// The topics of a chat, in the order of their making.
pub async fn topics(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Vec<Chat>> {
    let ids = store::topics(tx, id).await?;
    let mut found = actions::shared(tx, &ids).await?;
    found.sort_by_key(|c| c.id);
    Ok(found)
}
