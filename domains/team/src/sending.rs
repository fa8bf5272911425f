//! Sending: the hot path of team chats. What is sent at the same time is stored together, through a lane.

use crate::store::{self, ChatRow};
use accounts::{Person, access, require};
use db::{Batch, Lane, Tx};
use files::File;
use kernel::{Ctx, Error, Id, Result, Uuid};
use messages::{Author, Message, NewMessage, Thread};
use notifications::{NoticeKind, Tell};
use std::collections::{HashMap, HashSet};

/// What a sender sends.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The id the sender made.
    pub client_id: Uuid,
    /// The source.
    pub text: String,
    /// Own uploads.
    pub files: Vec<Id<File>>,
    /// What it answers.
    pub reply_to: Option<Id<Message>>,
}

/// A message on its way into a chat.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) ctx: Ctx,
    pub(crate) me: Id<Person>,
    pub(crate) chat: Id<Thread>,
    pub(crate) out: Outgoing,
    /// The words of its text.
    pub(crate) words: Vec<String>,
}

impl Sent {
    pub(crate) fn new(ctx: Ctx, me: Id<Person>, chat: Id<Thread>, out: Outgoing) -> Self {
        let words = text::search::words(&out.text);
        Self {
            ctx,
            me,
            chat,
            out,
            words,
        }
    }
}

/// The lane of sending, a part of the house.
pub struct Sending(pub(crate) Lane<SendBatch>);

impl Sending {
    /// The lane over a database.
    pub fn new(db: &db::Db) -> Self {
        Self(db.lane(SendBatch))
    }
}

pub(crate) struct SendBatch;

impl Batch for SendBatch {
    type In = Sent;
    type Out = Message;
    async fn apply(&self, tx: &mut Tx<'_>, all: &[Sent]) -> Result<Vec<Result<Message>>> {
        Ok(send_all(tx, all).await?.into_iter().map(Ok).collect())
    }
}

/// Sends to colleagues; the right to write is asked here too.
pub async fn send(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    chat: Id<Thread>,
    out: Outgoing,
) -> Result<Message> {
    let sent = Sent::new(ctx.clone(), me, chat, out);
    let mut stored = send_all(tx, &[sent]).await?;
    stored.pop().ok_or_else(Error::not_found)
}

/// Each reads once for all of them what none of them changes: rights, access, chats, names.
async fn send_all(tx: &mut Tx<'_>, all: &[Sent]) -> Result<Vec<Message>> {
    let (mut writers, mut places) = (HashSet::new(), HashSet::new());
    for sent in all {
        if writers.insert(sent.me) {
            require(tx, &sent.ctx, "team.write").await?;
        }
        if places.insert((sent.me, sent.chat)) {
            access(tx, sent.me, sent.chat.uuid()).await?;
        }
    }
    let chats: HashSet<Id<Thread>> = places.into_iter().map(|(_, chat)| chat).collect();
    let chats = store::by_ids(tx, &chats.into_iter().collect::<Vec<_>>()).await?;
    let chats: HashMap<Id<Thread>, ChatRow> = chats.into_iter().map(|c| (c.id, c)).collect();
    let people = accounts::briefs(tx, &writers.into_iter().collect::<Vec<_>>()).await?;
    let names: HashMap<Id<Person>, String> = people.into_iter().map(|p| (p.id, p.name)).collect();

    let mut news = Vec::with_capacity(all.len());
    let mut about = Vec::with_capacity(all.len());
    for sent in all {
        let chat = chats.get(&sent.chat).ok_or_else(Error::not_found)?;
        let name = names.get(&sent.me).ok_or_else(Error::not_found)?;
        let author = Author::Person(sent.me, name.clone());
        let text = NewMessage::text(sent.chat, author, sent.ctx.now, sent.out.text.clone());
        let new = NewMessage {
            client_id: Some(sent.out.client_id),
            reply_to: sent.out.reply_to,
            uploads: sent.out.files.clone(),
            words: Some(sent.words.clone()),
            ..text
        };
        news.push((&sent.ctx, new));
        about.push((&sent.ctx, chat, name));
    }
    let stored = messages::append_all(tx, news).await?;
    let mut out = Vec::with_capacity(stored.len());
    for ((message, fresh), (ctx, chat, name)) in stored.into_iter().zip(about) {
        if fresh && !message.mentions.is_empty() {
            tell_mentioned(tx, ctx, chat, name, &message).await?;
        }
        if fresh && chat.kind == "direct" {
            push_to_other(tx, ctx, chat, name, &message).await?;
        }
        out.push(message);
    }
    Ok(out)
}

/// A direct message rings at the other's devices when they have no window in use (U-25); a mention has rung already.
async fn push_to_other(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    name: &str,
    message: &Message,
) -> Result<()> {
    let mut others = Vec::new();
    for (_, person) in store::members(tx, &[chat.id]).await? {
        let muted = messages::mine(tx, person, &[chat.id])
            .await?
            .iter()
            .any(|m| m.muted);
        if !muted && !message.mentions.contains(&person.uuid()) {
            others.push(person);
        }
    }
    let what = Tell {
        kind: NoticeKind::Message,
        ..told(chat, name, message)
    };
    notifications::push_only(tx, ctx, &others, &what).await
}

fn told(chat: &ChatRow, name: &str, message: &Message) -> Tell {
    let title = if chat.title.is_empty() {
        name.to_owned()
    } else {
        format!("{name} · {}", chat.title)
    };
    Tell {
        kind: NoticeKind::Mention,
        thread_id: Some(chat.id.uuid()),
        thread_kind: Some("team"),
        message_id: Some(message.id.uuid()),
        title,
        text: text::excerpt(&message.text, 200),
    }
}

/// Mentions only notify, and only members.
async fn tell_mentioned(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    name: &str,
    message: &Message,
) -> Result<()> {
    let members = store::members(tx, &[chat.id]).await?;
    let named: Vec<Id<Person>> = members
        .into_iter()
        .map(|(_, person)| person)
        .filter(|p| message.mentions.contains(&p.uuid()))
        .collect();
    notifications::tell(tx, ctx, &named, &told(chat, name, message)).await
}
