//! Who is told that colleagues wrote, and what rings at the desk for it.

use crate::store::{self, ChatRow};
use accounts::{Person, access};
use db::Tx;
use kernel::{Ctx, Id, Result, Uuid};
use messages::{Message, Thread};
use notifications::{NoticeKind, Occasion, Ring, Tell};
use std::{collections::HashMap, pin::Pin};

/// Whose pockets could ring for what is said in some chats, read once for many messages.
pub(crate) struct Pockets {
    /// Who wants pushes of groups.
    group: Vec<Id<Person>>,
    /// Of direct chats: their members with a device.
    direct: HashMap<Id<Thread>, Vec<Id<Person>>>,
}

impl Pockets {
    pub(crate) async fn of(tx: &mut Tx<'_>, chats: impl Iterator<Item = &ChatRow>) -> Result<Self> {
        let ids: Vec<Id<Thread>> = chats.filter(|c| c.kind == "direct").map(|c| c.id).collect();
        let mut direct: HashMap<Id<Thread>, Vec<Id<Person>>> = HashMap::new();
        if !ids.is_empty() {
            let members = store::members(tx, &ids).await?;
            let people: Vec<Id<Person>> = members.iter().map(|m| m.person_id).collect();
            let reachable = notifications::reachable(tx, &people).await?;
            for member in members
                .into_iter()
                .filter(|m| reachable.contains(&m.person_id))
            {
                direct
                    .entry(member.chat_id)
                    .or_default()
                    .push(member.person_id);
            }
        }
        Ok(Self {
            group: notifications::wanting_group_push(tx).await?,
            direct,
        })
    }
}

/// All there is to tell of a new message: who is named, who is answered, who is written to alone.
pub(crate) async fn tell(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    name: &str,
    message: &Message,
    pockets: &Pockets,
) -> Result<()> {
    if !message.mentions.is_empty() {
        tell_mentioned(tx, ctx, chat, name, message).await?;
    }
    let answered = answered(tx, chat, message).await?;
    if let Some(author) = answered {
        let what = Tell {
            kind: NoticeKind::Reply,
            ..told(chat, name, message)
        };
        notifications::tell(tx, ctx, &[author], &what).await?;
    }
    if chat.kind == "direct" {
        match pockets.direct.get(&chat.id) {
            Some(people) => push_to_other(tx, ctx, chat, name, message, people).await,
            None => Ok(()),
        }
    } else if pockets.group.is_empty() {
        Ok(())
    } else {
        push_to_group(tx, ctx, chat, name, message, (&pockets.group, answered)).await
    }
}

/// A direct message rings at the other's devices when no window of theirs answers (U-25); a mention has rung already.
async fn push_to_other(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    name: &str,
    message: &Message,
    people: &[Id<Person>],
) -> Result<()> {
    let mut others = people.to_vec();
    others
        .retain(|p| ctx.actor.person() != Some(p.uuid()) && !message.mentions.contains(&p.uuid()));
    if others.is_empty() {
        return Ok(());
    }
    let muted = messages::who_muted(tx, chat.id).await?;
    others.retain(|p| !muted.contains(p));
    let what = told(chat, name, message);
    notifications::push_only(tx, ctx, &others, Occasion::Direct, &what).await
}

/// A message of a group, for those few who want their pocket to ring for it.
async fn push_to_group(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    name: &str,
    message: &Message,
    (wanting, answered): (&[Id<Person>], Option<Id<Person>>),
) -> Result<()> {
    let muted = messages::who_muted(tx, chat.id).await?;
    let mut people = Vec::new();
    for person in wanting {
        let told = message.mentions.contains(&person.uuid()) || answered == Some(*person);
        if !told && !muted.contains(person) && access(tx, *person, chat.id.uuid()).await.is_ok() {
            people.push(*person);
        }
    }
    let what = told(chat, name, message);
    notifications::push_only(tx, ctx, &people, Occasion::Group, &what).await
}

/// Mentions only notify, and only members.
async fn tell_mentioned(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    name: &str,
    message: &Message,
) -> Result<()> {
    let members = store::people(tx, chat.parent_id.unwrap_or(chat.id)).await?;
    let named: Vec<Id<Person>> = members
        .into_iter()
        .filter(|p| message.mentions.contains(&p.uuid()))
        .collect();
    notifications::tell(tx, ctx, &named, &told(chat, name, message)).await
}

/// Whose message this answers, if that is a colleague who hears of it by a notice of their own: not in a direct chat, where
/// every message is for the other, and not when they are named in it.
async fn answered(
    tx: &mut Tx<'_>,
    chat: &ChatRow,
    message: &Message,
) -> Result<Option<Id<Person>>> {
    let Some(reply) = message
        .reply
        .as_ref()
        .filter(|_| !matches!(chat.kind.as_str(), "direct" | "self"))
    else {
        return Ok(None);
    };
    let author = messages::by_id(tx, reply.id).await?.author;
    let (Some(author), "person") = (author.id, author.kind.as_str()) else {
        return Ok(None);
    };
    if message.author.id == Some(author) || message.mentions.contains(&author) {
        return Ok(None);
    }
    let seen = accounts::reasons(tx, Id::new(author), chat.id.uuid()).await?;
    Ok((!seen.is_empty()).then(|| Id::new(author)))
}

fn told(chat: &ChatRow, name: &str, message: &Message) -> Tell {
    let names: Vec<&str> = message.files.iter().map(|f| f.name.as_str()).collect();
    Tell {
        kind: NoticeKind::Mention,
        thread_id: Some(chat.id.uuid()),
        thread_kind: Some("team"),
        message_id: Some(message.id.uuid()),
        title: if chat.title.is_empty() {
            name.to_owned()
        } else {
            format!("{name} · {}", chat.title)
        },
        text: if message.text.is_empty() {
            text::excerpt(&names.join(", "), 200)
        } else {
            text::excerpt(&message.text, 200)
        },
    }
}

/// Fills the slot of `notifications`: what rings at the desk when colleagues write.
pub fn rings<'a>(
    tx: &'a mut Tx<'_>,
    id: Uuid,
) -> Pin<Box<dyn Future<Output = Result<Option<Ring>>> + 'a>> {
    Box::pin(async move {
        let Some(message) = messages::by_ids(tx, &[Id::new(id)]).await?.pop() else {
            return Ok(None);
        };
        let Some(chat) = store::by_ids(tx, &[message.thread_id]).await?.pop() else {
            return Ok(None);
        };
        let written = message.kind == "text" && message.deleted_at.is_none();
        let Some(author) = message.author.id.filter(|_| written && chat.kind != "self") else {
            return Ok(None);
        };
        let what = told(&chat, &message.author.name, &message);
        let mut silent = messages::who_muted(tx, chat.id).await?;
        silent.extend(message.mentions.iter().map(|p| Id::new(*p)));
        silent.extend(answered(tx, &chat, &message).await?);
        silent.push(Id::new(author));
        Ok(Some(Ring {
            occasion: if chat.kind == "direct" {
                Occasion::Direct
            } else {
                Occasion::Group
            },
            thread: chat.id.uuid(),
            thread_kind: "team",
            author,
            title: what.title,
            text: what.text,
            silent,
        }))
    })
}
