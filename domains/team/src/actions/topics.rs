//! Topics (P-02): the talk under one message of a group is a thread of its own, seen by the group, followed by who cares.

use super::{create, new_row, open, tell_changed};
use crate::store::{self, ChatRow};
use accounts::Person;
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Result};
use messages::{Message, Thread};
use serde_json::json;

/// Characters of a topic's name, taken from its message.
const TITLE: usize = 80;

/// Opens the talk under a message of a group; the one there is, if there is one. Its author and whoever opens it follow it.
pub(crate) async fn start(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    group: Id<Thread>,
    root: Id<Message>,
) -> Result<Id<Thread>> {
    let chat = open(tx, me, group).await?;
    if chat.kind != "group" {
        return Err(Error::conflict("team.not_a_group"));
    }
    let message = messages::by_id(tx, root).await?;
    if message.thread_id != group {
        return Err(Error::not_found());
    }
    if let Some(id) = store::by_root(tx, root).await? {
        return Ok(id);
    }
    if message.kind != "text" || message.deleted_at.is_some() {
        return Err(Error::conflict("team.no_topic_here"));
    }
    let row = ChatRow {
        parent_id: Some(group),
        root_id: Some(root),
        ..new_row(ctx, me, "topic", title_of(&message))
    };
    let mut followers = vec![me];
    let author = message.author.id.map(Id::new).filter(|a| *a != me);
    let members = store::people(tx, group).await?;
    followers.extend(author.filter(|a| members.contains(a)));
    let id = create(tx, ctx, row, None, &followers).await?;
    messages::set_topic(tx, ctx, root, id).await?;
    Ok(id)
}

/// What a topic is called after the message it hangs under.
pub(crate) fn title_of(message: &Message) -> String {
    let title = text::excerpt(&message.text, TITLE);
    if !title.is_empty() {
        return title;
    }
    message
        .files
        .first()
        .map_or_else(|| message.author.name.clone(), |f| f.name.clone())
}

/// Takes a topic into one's list, or out of it.
pub(crate) async fn follow(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    chat: &ChatRow,
    on: bool,
) -> Result<()> {
    if chat.kind != "topic" {
        return Err(Error::conflict("team.not_a_topic"));
    }
    let moved = if on {
        store::add_member(tx, chat.id, me).await?
    } else {
        store::drop_member(tx, chat.id, me).await?
    };
    if moved == 0 {
        return Ok(());
    }
    if !on {
        let fields = json!({"id": chat.id});
        let gone = Event::stored("chat.gone", chat.id.uuid(), vec![me.uuid()], fields);
        journal::append(tx, ctx, gone).await?;
    }
    tell_changed(tx, ctx, chat.id).await
}

/// Who writes in a topic, or is named there, follows it.
pub(crate) async fn follow_all(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    people: &[Id<Person>],
) -> Result<()> {
    let mut added = 0;
    for person in people {
        added += store::add_member(tx, chat.id, *person).await?;
    }
    if added > 0 {
        tell_changed(tx, ctx, chat.id).await?;
    }
    Ok(())
}
