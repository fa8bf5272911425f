//! What moving in and out needs of messages: a thread whole, old reactions, everything read, and taking a thread back.

use crate::{
    actions::by_id,
    extras::Topic,
    model::{Message, Thread},
    rules, store,
};
use accounts::Person;
use db::Tx;
use kernel::{Id, Moment, Result, Uuid};
use std::collections::BTreeSet;

/// A page of a thread as it is, whoever put which messages away for themselves; access is the caller's business.
pub async fn whole(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    after: i64,
    limit: i64,
) -> Result<Vec<Message>> {
    store::after(tx, Id::new(Uuid::nil()), thread, after, limit).await
}

/// A reaction made long ago; `false` when it is no emoji.
pub async fn reacted(
    tx: &mut Tx<'_>,
    id: Id<Message>,
    emoji: &str,
    person: Id<Person>,
    at: Moment,
) -> Result<bool> {
    if rules::emoji(emoji).is_err() {
        return Ok(false);
    }
    store::react(tx, id, emoji, "person", person.uuid(), at).await?;
    Ok(true)
}

/// Whether it was changed and what it said before, and whether it is pinned, as it was elsewhere.
pub async fn brought(
    tx: &mut Tx<'_>,
    id: Id<Message>,
    edited_at: Option<Moment>,
    pinned: bool,
    versions: &[(Moment, String)],
) -> Result<()> {
    store::brought::mark(tx, id, edited_at, pinned).await?;
    for (until, text) in versions {
        store::brought::version(tx, id, *until, text).await?;
    }
    Ok(())
}

/// What a message said before, each until when.
pub async fn versions(tx: &mut Tx<'_>, id: Id<Message>) -> Result<Vec<(Moment, String)>> {
    store::versions(tx, id).await
}

/// Which of these ids are messages here.
pub async fn are_here(tx: &mut Tx<'_>, ids: &[Uuid]) -> Result<BTreeSet<Uuid>> {
    store::brought::are_here(tx, ids).await
}

/// Notes the thread of the talk under a message that nobody has seen yet.
pub async fn brought_topic(tx: &mut Tx<'_>, id: Id<Message>, topic: Id<Thread>) -> Result<()> {
    let mut extras = by_id(tx, id).await?.extras.unwrap_or_default();
    extras.topic = Some(Topic {
        id: topic,
        replies: 0,
        last_at: None,
    });
    store::kept::save_extras(tx, id, Some(&extras)).await
}

/// Those who have read a thread to where it ended before have read what came since, too: old messages are nobody's news.
pub async fn keep_read(tx: &mut Tx<'_>, people: &[Id<Person>], before: &Thread) -> Result<()> {
    if before.last_seq == 0 {
        for person in people {
            store::brought::stand(tx, before.id, *person).await?;
        }
    }
    let now = store::thread(tx, before.id).await?;
    store::brought::read_on(tx, before, &now).await
}

/// Removes a thread with all that hangs on it; the domain that owns its chat removes that.
pub async fn forget_thread(tx: &mut Tx<'_>, thread: Id<Thread>) -> Result<()> {
    store::brought::forget(tx, thread).await
}
