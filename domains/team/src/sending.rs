//! Sending: the hot path of team chats. What is sent at the same time is stored together, through a lane.

use crate::{
    actions::topics,
    ringing::{self, Pockets},
    store::{self, ChatRow},
};
use accounts::{Person, access, require};
use db::{Batch, Lane, Tx};
use files::File;
use kernel::{Ctx, Error, Id, Result, Uuid};
use messages::{Author, Extras, LaterWords, Message, NewMessage, ObjectRef, Thread};
use std::collections::{HashMap, HashSet};
use web::{BoxFuture, House};

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
    /// Records in it; that the sender sees them is the caller's business.
    pub cards: Vec<ObjectRef>,
    /// Of a reply in a topic: it also stands in the group.
    pub also_in_group: bool,
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

/// Sends what waited (P-06).
pub fn send_later(
    house: House,
    ctx: Ctx,
    me: Id<Person>,
    chat: Id<Thread>,
    words: LaterWords,
) -> BoxFuture<Result<Message>> {
    Box::pin(async move {
        let out = Outgoing {
            client_id: words.client_id,
            text: words.text,
            files: words.files,
            reply_to: words.reply_to,
            cards: words.cards,
            also_in_group: false,
        };
        house
            .write(async move |tx: &mut Tx<'_>| send(tx, &ctx, me, chat, out).await)
            .await
    })
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
            extras: extras_of(&sent.out),
            ..text
        };
        news.push((&sent.ctx, new));
        about.push((sent, chat, name));
    }
    let pockets = Pockets::of(tx, chats.values()).await?;
    let stored = messages::append_all(tx, news).await?;
    let mut out = Vec::with_capacity(stored.len());
    for ((message, fresh), (sent, chat, name)) in stored.into_iter().zip(about) {
        let ctx = &sent.ctx;
        if fresh {
            ringing::tell(tx, ctx, chat, name, &message, &pockets).await?;
        }
        if fresh && let Some(group) = chat.parent_id {
            in_topic(tx, sent, (chat, group), name, &message).await?;
        }
        out.push(message);
    }
    Ok(out)
}

fn extras_of(out: &Outgoing) -> Option<Box<Extras>> {
    (!out.cards.is_empty()).then(|| {
        Box::new(Extras {
            cards: out.cards.clone(),
            ..Extras::default()
        })
    })
}

/// What a reply in a topic brings about: whoever writes or is named follows it, and it may stand in the group as well.
async fn in_topic(
    tx: &mut Tx<'_>,
    sent: &Sent,
    (chat, group): (&ChatRow, Id<Thread>),
    name: &str,
    message: &Message,
) -> Result<()> {
    let members = store::people(tx, group).await?;
    let named = message.mentions.iter().map(|p| Id::new(*p));
    let mut followers: Vec<Id<Person>> = named.filter(|p| members.contains(p)).collect();
    followers.push(sent.me);
    topics::follow_all(tx, &sent.ctx, chat, &followers).await?;
    if !sent.out.also_in_group {
        return Ok(());
    }
    let author = Author::Person(sent.me, name.to_owned());
    let ids: Vec<Id<File>> = message.files.iter().map(|f| f.id).collect();
    let files = files::copy(tx, &sent.ctx, &ids, sent.me.uuid(), Some(group.uuid())).await?;
    let text = NewMessage::text(group, author, sent.ctx.now, sent.out.text.clone());
    let new = NewMessage {
        client_id: Some(Uuid::new_v5(&sent.out.client_id, group.uuid().as_bytes())),
        files,
        words: Some(sent.words.clone()),
        extras: Some(Box::new(Extras {
            from_topic: Some(chat.id),
            cards: sent.out.cards.clone(),
            ..Extras::default()
        })),
        ..text
    };
    messages::append(tx, &sent.ctx, new).await.map(drop)
}
