//! Use cases of team chats: making, reading; groups, topics and copying stand in files of their own.

pub(crate) mod copying;
pub(crate) mod groups;
pub(crate) mod guests;
pub(crate) mod topics;

use crate::{
    model::{Chat, MyChat},
    rules::{self, WhoAdds},
    store::{self, ChatRow},
};
use accounts::{Person, Reason, access, grant, require, set_members};
use db::Tx;
use journal::{Event, Recorded};
use kernel::{Ctx, Error, Id, Result};
use messages::{EventText, NewThread, Thread, ThreadKind};
use std::pin::Pin;

pub(crate) async fn check_people(tx: &mut Tx<'_>, people: &[Id<Person>]) -> Result<()> {
    let known = accounts::briefs(tx, people).await?;
    let all = people
        .iter()
        .all(|id| known.iter().any(|p| p.id == *id && p.active));
    if all {
        Ok(())
    } else {
        Err(Error::field("member_ids", "team.no_such_person"))
    }
}

async fn create(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    row: ChatRow,
    pair: Option<&str>,
    members: &[Id<Person>],
) -> Result<Id<Thread>> {
    let id = row.id;
    let new = NewThread {
        id,
        kind: ThreadKind::Team,
        title: &row.title,
    };
    messages::open_thread(tx, ctx, new).await?;
    if !store::add(tx, &row, pair).await? {
        return Err(Error::conflict("messages.twice"));
    }
    for person in members {
        store::add_member(tx, id, *person).await?;
    }
    // The members of a chat are a principal of their own: an event for a thousand members has one audience row.
    // Who may see a topic are the members of its group, whether they follow it or not.
    let principal = row.parent_id.unwrap_or(id).uuid();
    grant(tx, id.uuid(), principal, Reason::Member).await?;
    if row.parent_id.is_none() {
        set_members(tx, ctx, principal, members, "chat").await?;
    }
    tell_changed(tx, ctx, id).await?;
    Ok(id)
}

fn new_row(ctx: &Ctx, me: Id<Person>, kind: &str, title: String) -> ChatRow {
    ChatRow {
        id: ctx.ids.next(),
        kind: kind.to_owned(),
        title,
        owner_id: Some(me),
        created_at: ctx.now,
        parent_id: None,
        root_id: None,
        who_adds: WhoAdds::default(),
    }
}

/// The direct chat with a colleague; the existing one if there is. With oneself: notes.
pub async fn create_direct(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    with: Id<Person>,
) -> Result<Id<Thread>> {
    let pair = rules::pair(me, with);
    let refusal = || Error::field("member_ids", "team.no_such_person");
    accounts::must_know(tx, me, &[with], refusal).await?;
    if let Some(id) = store::by_pair(tx, &pair).await? {
        return Ok(id);
    }
    check_people(tx, &[with]).await?;
    let (kind, members) = if me == with {
        ("self", vec![me])
    } else {
        ("direct", vec![me, with])
    };
    let row = new_row(ctx, me, kind, String::new());
    create(tx, ctx, row, Some(&pair), &members).await
}

/// A group chat (S0-12, S0-13).
pub async fn create_group(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    title: &str,
    members: &[Id<Person>],
) -> Result<Id<Thread>> {
    guests::refuse(tx, me).await?;
    let title = rules::group(title, members, me)?;
    let mut all: Vec<Id<Person>> = members.iter().copied().chain([me]).collect();
    all.sort();
    all.dedup();
    check_people(tx, &all).await?;
    let row = new_row(ctx, me, "group", title.clone());
    let id = create(tx, ctx, row, None, &all).await?;
    let name = accounts::brief(tx, me).await?.name;
    let args = vec![("author", name), ("title", title)];
    event(tx, ctx, id, "chat-created", args).await?;
    Ok(id)
}

async fn event(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Thread>,
    code: &'static str,
    args: Vec<(&'static str, String)>,
) -> Result<()> {
    messages::event_line(tx, ctx, id, EventText { code, args })
        .await
        .map(drop)
}

/// A chat the person may see.
pub(crate) async fn open(tx: &mut Tx<'_>, me: Id<Person>, id: Id<Thread>) -> Result<ChatRow> {
    access(tx, me, id.uuid()).await?;
    store::by_ids(tx, &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)
}

pub(crate) async fn shared(tx: &mut Tx<'_>, ids: &[Id<Thread>]) -> Result<Vec<Chat>> {
    let rows = store::by_ids(tx, ids).await?;
    let members = store::members(tx, ids).await?;
    let lasts = messages::last_lines(tx, ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let last = lasts.iter().find(|l| l.0 == row.id);
            let of_chat = || members.iter().filter(|m| m.chat_id == row.id);
            Chat {
                member_ids: of_chat().map(|m| m.person_id).collect(),
                admin_ids: of_chat().filter(|m| m.admin).map(|m| m.person_id).collect(),
                last: last.and_then(|l| l.3.clone()),
                last_seq: last.map_or(0, |l| l.1),
                last_ordinal: last.map_or(0, |l| l.2),
                id: row.id,
                kind: row.kind,
                title: row.title,
                owner_id: row.owner_id,
                who_adds: row.who_adds,
                parent_id: row.parent_id,
                root_id: row.root_id,
                created_at: row.created_at,
            }
        })
        .collect())
}

/// My chats, newest first.
pub(crate) async fn list(tx: &mut Tx<'_>, me: Id<Person>) -> Result<Vec<MyChat>> {
    let ids = store::of_person(tx, me).await?;
    with_mine(tx, me, &ids).await
}

pub(crate) async fn one(tx: &mut Tx<'_>, me: Id<Person>, id: Id<Thread>) -> Result<MyChat> {
    access(tx, me, id.uuid()).await?;
    with_mine(tx, me, &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)
}

async fn with_mine(tx: &mut Tx<'_>, me: Id<Person>, ids: &[Id<Thread>]) -> Result<Vec<MyChat>> {
    let mut chats = shared(tx, ids).await?;
    for (id, last) in messages::last_lines_of(tx, me, ids).await? {
        if let Some(chat) = chats.iter_mut().find(|c| c.id == id) {
            chat.last = last;
        }
    }
    let mine = messages::mine(tx, me, ids).await?;
    let mut out: Vec<MyChat> = chats
        .into_iter()
        .filter_map(|chat| {
            let own = mine.iter().find(|m| m.id == chat.id)?.clone();
            Some(MyChat::new(chat, own))
        })
        .collect();
    out.sort_by_key(|c| {
        std::cmp::Reverse(c.chat.last.as_ref().map_or(c.chat.created_at, |l| l.at))
    });
    Ok(out)
}

/// Tells all who may see a chat its new shape.
pub(crate) async fn tell_changed(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Thread>) -> Result<()> {
    let chat = shared(tx, &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)?;
    let live = format!("{{\"chat\":{}}}", serde_json::to_string(&chat)?);
    let audience = vec![chat.parent_id.unwrap_or(id).uuid()];
    let event = Event::fresh("chat.changed", id.uuid(), audience, live.into());
    journal::append(tx, ctx, event).await.map(drop)
}

/// Reads a chat frame's fields as the chat is now.
pub(crate) fn hydrate<'a>(
    tx: &'a mut Tx<'_>,
    event: &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>> {
    Box::pin(async move {
        let chat = shared(tx, &[Id::new(event.subject)]).await?.pop();
        chat.map(|c| Ok(format!("{{\"chat\":{}}}", serde_json::to_string(&c)?)))
            .transpose()
    })
}

/// The right to write at all; everyone has it by their built-in role.
pub(crate) async fn may_write(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    require(tx, ctx, "team.write").await.map(drop)
}
