//! Use cases of what a person keeps and learns of messages: the saved ones, who has read one, what was reported.

use crate::{
    actions,
    model::{Message, Thread},
    search::ThreadRef,
    store::{self, kept},
};
use accounts::{Person, require, who_may_see};
use db::Tx;
use kernel::{Ctx, Error, Id, Moment, Result, Uuid};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// Saved messages of one answer.
const PAGE: i64 = 50;

/// A saved message.
#[derive(Serialize, ToSchema)]
pub(crate) struct SavedMessage {
    message: Message,
    thread: ThreadRef,
    saved_at: Moment,
}
/// A page of saved messages, the one saved last first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SavedPage {
    items: Vec<SavedMessage>,
    next: Option<i64>,
}

/// What a person saved and may still see, before a moment.
pub(crate) async fn saved(tx: &mut Tx<'_>, me: Id<Person>, before: Moment) -> Result<SavedPage> {
    let rows = kept::saved(tx, me, before, PAGE).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|n| n == PAGE);
    let next = rows.last().map(|(_, at)| at.micros()).filter(|_| full);
    let ids: Vec<Id<Message>> = rows.iter().map(|(id, _)| *id).collect();
    let found = store::by_ids(tx, &ids).await?;
    let mut found: HashMap<Id<Message>, Message> = found.into_iter().map(|m| (m.id, m)).collect();
    let mut items = Vec::with_capacity(rows.len());
    for (id, saved_at) in rows {
        if let Some(message) = found.remove(&id) {
            let thread = store::thread(tx, message.thread_id).await?;
            items.push(SavedMessage {
                message,
                thread: ThreadRef::of(thread),
                saved_at,
            });
        }
    }
    Ok(SavedPage { items, next })
}

/// Whom a message has reached.
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct Readers {
    /// Who has read it.
    read: Vec<Id<Person>>,
    /// On whose device it is, unread.
    delivered: Vec<Id<Person>>,
    /// Whom it has not reached.
    waiting: Vec<Id<Person>>,
}

/// Whom a message has reached, of all who may see it.
pub(crate) async fn readers(tx: &mut Tx<'_>, me: Id<Person>, id: Id<Message>) -> Result<Readers> {
    let (message, _) = actions::open(tx, me, id).await?;
    let positions = store::positions(tx, message.thread_id, i64::MAX).await?;
    let positions: HashMap<Uuid, (i64, i64)> = positions
        .into_iter()
        .map(|p| (p.person_id.uuid(), (p.read_seq, p.delivered_seq)))
        .collect();
    let mut out = Readers::default();
    for person in who_may_see(tx, message.thread_id.uuid()).await? {
        if message.author.id == Some(person.uuid()) {
            continue;
        }
        match positions.get(&person.uuid()) {
            Some((read, _)) if *read >= message.seq => out.read.push(person),
            Some((_, here)) if *here >= message.seq => out.delivered.push(person),
            _ => out.waiting.push(person),
        }
    }
    Ok(out)
}

/// A reported message.
#[derive(Serialize, ToSchema)]
pub(crate) struct Report {
    id: Uuid,
    message_id: Id<Message>,
    thread_id: Id<Thread>,
    /// Who reported it.
    person_id: Id<Person>,
    at: Moment,
    /// `spam`, `abuse`, `secret` or `other`.
    reason: String,
    /// The reporter's words, the author and the beginning of the message.
    text: String,
}

/// What was reported and not looked at yet, for those who look after people.
pub(crate) async fn reports(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Report>> {
    require(tx, ctx, "accounts.people").await?;
    let rows = kept::reports(tx).await?.into_iter();
    let rows = rows.map(|r| Report {
        id: r.id,
        message_id: r.message_id,
        thread_id: r.thread_id,
        person_id: r.person_id,
        at: r.at,
        reason: r.reason,
        text: r.text,
    });
    Ok(rows.collect())
}

/// A report was looked at.
pub(crate) async fn end_report(tx: &mut Tx<'_>, ctx: &Ctx, id: Uuid) -> Result<()> {
    require(tx, ctx, "accounts.people").await?;
    match kept::end_report(tx, id).await? {
        0 => Err(Error::not_found()),
        _ => Ok(()),
    }
}
