//! Use cases of team chats.

use crate::{
    model::{Chat, MyChat},
    rules,
    store::{self, ChatRow},
};
use accounts::{Person, Reason, access, grant, require, set_members};
use db::Tx;
use journal::{Event, Recorded};
use kernel::{Ctx, Error, Id, Result, Uuid};
use messages::{EventText, NewThread, Thread, ThreadKind};
use serde_json::json;
use std::pin::Pin;

async fn check_people(tx: &mut Tx<'_>, people: &[Id<Person>]) -> Result<()> {
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
    messages::open_thread(
        tx,
        ctx,
        NewThread {
            id,
            kind: ThreadKind::Team,
            title: &row.title,
        },
    )
    .await?;
    if !store::add(tx, &row, pair).await? {
        return Err(Error::conflict("messages.twice"));
    }
    for person in members {
        store::add_member(tx, id, *person).await?;
    }
    // The members of a chat are a principal of their own: an event for a thousand members has one audience row.
    grant(tx, id.uuid(), id.uuid(), Reason::Member).await?;
    set_members(tx, ctx, id.uuid(), members, "chat").await?;
    tell_changed(tx, ctx, id).await?;
    Ok(id)
}

/// The direct chat with a colleague; the existing one if there is. With oneself: notes.
pub async fn create_direct(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    with: Id<Person>,
) -> Result<Id<Thread>> {
    let pair = rules::pair(me, with);
    if let Some(id) = store::by_pair(tx, &pair).await? {
        return Ok(id);
    }
    check_people(tx, &[with]).await?;
    let kind = if me == with { "self" } else { "direct" };
    let row = ChatRow {
        id: ctx.ids.next(),
        kind: kind.to_owned(),
        title: String::new(),
        owner_id: Some(me),
        created_at: ctx.now,
    };
    let members = if me == with { vec![me] } else { vec![me, with] };
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
    let title = rules::group(title, members, me)?;
    let mut all: Vec<Id<Person>> = members.iter().copied().chain([me]).collect();
    all.sort();
    all.dedup();
    check_people(tx, &all).await?;
    let row = ChatRow {
        id: ctx.ids.next(),
        kind: "group".to_owned(),
        title: title.clone(),
        owner_id: Some(me),
        created_at: ctx.now,
    };
    let id = create(tx, ctx, row, None, &all).await?;
    let name = accounts::brief(tx, me).await?.name;
    event(
        tx,
        ctx,
        id,
        "chat-created",
        vec![("author", name), ("title", title)],
    )
    .await?;
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

/// What changes of a chat.
#[derive(Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct ChatPatch {
    pub(crate) title: Option<String>,
    pub(crate) add: Vec<Id<Person>>,
    pub(crate) remove: Vec<Id<Person>>,
    pub(crate) muted: Option<bool>,
    pub(crate) pinned: Option<bool>,
    pub(crate) archived: Option<bool>,
}

pub(crate) async fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Thread>,
    patch: ChatPatch,
) -> Result<()> {
    access(tx, me, id.uuid()).await?;
    let chat = store::by_ids(tx, &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)?;
    let shared = patch.title.is_some() || !patch.add.is_empty() || !patch.remove.is_empty();
    if shared && chat.kind != "group" {
        return Err(Error::conflict("team.not_a_group"));
    }
    let owner = chat.owner_id == Some(me);
    if (patch.title.is_some() || !patch.remove.is_empty()) && !owner {
        return Err(Error::denied("team.owner_only"));
    }
    if patch.muted.is_some() || patch.pinned.is_some() || patch.archived.is_some() {
        let flags = messages::FlagsPatch {
            muted: patch.muted,
            pinned: patch.pinned,
            archived: patch.archived,
        };
        messages::set_flags(tx, ctx, me, id, flags).await?;
    }
    if shared {
        change_shared(tx, ctx, me, id, patch).await?;
    }
    Ok(())
}

async fn change_shared(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Thread>,
    patch: ChatPatch,
) -> Result<()> {
    let name = accounts::brief(tx, me).await?.name;
    if let Some(title) = patch.title {
        let title = rules::group(&title, &[Id::new(Uuid::nil())], me)?;
        store::rename(tx, id, &title).await?;
        messages::set_title(tx, id, &title).await?;
        event(
            tx,
            ctx,
            id,
            "chat-renamed",
            vec![("author", name.clone()), ("title", title)],
        )
        .await?;
    }
    check_people(tx, &patch.add).await?;
    for person in &patch.add {
        if store::add_member(tx, id, *person).await? == 1 {
            let who = accounts::brief(tx, *person).await?.name;
            event(
                tx,
                ctx,
                id,
                "chat-member-added",
                vec![("author", name.clone()), ("name", who)],
            )
            .await?;
        }
    }
    for person in &patch.remove {
        remove(tx, ctx, id, *person, "chat-member-removed", &name).await?;
    }
    settle_members(tx, ctx, id).await
}

async fn remove(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Thread>,
    person: Id<Person>,
    code: &'static str,
    by: &str,
) -> Result<()> {
    if store::drop_member(tx, id, person).await? == 1 {
        let who = accounts::brief(tx, person).await?.name;
        event(
            tx,
            ctx,
            id,
            code,
            vec![("author", by.to_owned()), ("name", who)],
        )
        .await?;
        let gone = Event::stored(
            "chat.gone",
            id.uuid(),
            vec![person.uuid()],
            json!({"id": id}),
        );
        journal::append(tx, ctx, gone).await?;
    }
    Ok(())
}

async fn settle_members(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Thread>) -> Result<()> {
    let members: Vec<Id<Person>> = store::members(tx, &[id])
        .await?
        .into_iter()
        .map(|(_, p)| p)
        .collect();
    set_members(tx, ctx, id.uuid(), &members, "chat").await?;
    tell_changed(tx, ctx, id).await
}

/// Leaves a group.
pub(crate) async fn leave(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Thread>,
) -> Result<()> {
    access(tx, me, id.uuid()).await?;
    let chat = store::by_ids(tx, &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)?;
    if chat.kind != "group" {
        return Err(Error::conflict("team.not_a_group"));
    }
    let name = accounts::brief(tx, me).await?.name;
    remove(tx, ctx, id, me, "chat-member-left", &name).await?;
    settle_members(tx, ctx, id).await
}

async fn shared(tx: &mut Tx<'_>, ids: &[Id<Thread>]) -> Result<Vec<Chat>> {
    let rows = store::by_ids(tx, ids).await?;
    let members = store::members(tx, ids).await?;
    let lasts = messages::last_lines(tx, ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let last = lasts.iter().find(|l| l.0 == row.id);
            Chat {
                member_ids: members
                    .iter()
                    .filter(|m| m.0 == row.id)
                    .map(|m| m.1)
                    .collect(),
                last: last.and_then(|l| l.3.clone()),
                last_seq: last.map_or(0, |l| l.1),
                last_ordinal: last.map_or(0, |l| l.2),
                id: row.id,
                kind: row.kind,
                title: row.title,
                owner_id: row.owner_id,
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
    let chats = shared(tx, ids).await?;
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

/// Tells the members of a chat's new shape.
async fn tell_changed(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Thread>) -> Result<()> {
    let chat = shared(tx, &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)?;
    let live = format!("{{\"chat\":{}}}", serde_json::to_string(&chat)?);
    let event = Event::fresh("chat.changed", id.uuid(), vec![id.uuid()], live.into());
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
