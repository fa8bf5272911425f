//! Deleting: for everybody with a while to take it back, or for oneself only.

use crate::{
    actions::{by_id, changed, open},
    append::{people_in, words_of},
    extras::Extras,
    model::{Message, Thread},
    rules, store,
};
use accounts::Person;
use db::Tx;
use files::File;
use journal::Event;
use kernel::{Ctx, Error, Id, Moment, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;
use web::{BoxFuture, House};

/// The job that forgets what a deleted message was.
pub(crate) const WIPE: &str = "messages.wipe";

/// What a deleted message was.
#[derive(Serialize, Deserialize)]
struct Was {
    text: String,
    files: Vec<Id<File>>,
    pinned: bool,
    edited_at: Option<Moment>,
    extras: Option<Box<Extras>>,
}

/// Deletes a message for everybody. For [`rules::UNDO_FOR`] its author may take that back; then its words are forgotten.
pub(crate) async fn delete(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    message: &Message,
) -> Result<Message> {
    let was = Was {
        text: message.text.clone(),
        files: message.files.iter().map(|f| f.id).collect(),
        pinned: message.pinned,
        edited_at: message.edited_at,
        extras: message.extras.clone(),
    };
    let was = serde_json::to_value(was)?;
    store::kept::delete(tx, message.id, person, &was, ctx.now).await?;
    store::index(tx, message.id, "").await?;
    notifications::unsaid(tx, message.id.uuid()).await?;
    // Each deletion has a job of its own: one that was taken back and repeated has its whole while again.
    let at = ctx.now + rules::UNDO_FOR + Duration::from_secs(60);
    jobs::put(tx, ctx, WIPE, json!({"message": message.id}), at, None).await?;
    changed(tx, ctx, message.id).await
}

/// Takes a deletion back; only who deleted, and only for a while.
pub(crate) async fn restore(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Message>,
) -> Result<Message> {
    let (mut message, _) = open(tx, person, id).await?;
    let Some(deleted_at) = message.deleted_at else {
        return Ok(message);
    };
    let gone = || Error::conflict("messages.gone_for_good");
    let deleted = store::kept::deleted(tx, id).await?.ok_or_else(gone)?;
    if deleted.by_person != person || !rules::may_undo(deleted_at, ctx.now) {
        return Err(gone());
    }
    let was: Was = serde_json::from_value(deleted.was)?;
    let mentioned = people_in(tx, &was.text).await?;
    message.tokens = text::parse(&was.text, &mentioned);
    message.mentions = mentioned.iter().map(|(person, _)| *person).collect();
    message.text = was.text;
    message.pinned = was.pinned;
    message.extras = was.extras;
    let files = serde_json::to_value(&was.files)?;
    store::kept::restore(tx, &message, &files, was.edited_at).await?;
    for person in &message.mentions {
        store::add_mention(tx, *person, &message).await?;
    }
    let back = by_id(tx, id).await?;
    store::index(tx, id, &words_of(&back)).await?;
    changed(tx, ctx, id).await
}

/// Forgets what a deleted message was, unless it was taken back, or deleted once more since.
pub(crate) fn wipe(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id: Id<Message> = serde_json::from_value(payload["message"].clone())?;
        let before = house.clock().now() - rules::UNDO_FOR;
        house
            .write(async move |tx: &mut Tx<'_>| store::kept::wipe(tx, id, before).await)
            .await
    })
}

/// Puts a message away for oneself, or brings it back; everybody else goes on seeing it.
pub(crate) async fn hide(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Message>,
    on: bool,
) -> Result<()> {
    let thread = store::thread_of(tx, id).await?;
    accounts::access(tx, person, thread.uuid()).await?;
    let moved = if on {
        store::kept::hide(tx, person, id, ctx.now).await?
    } else {
        store::kept::unhide(tx, person, id).await?
    };
    if moved == 0 {
        return Ok(());
    }
    tell_own(tx, ctx, person, (thread, id), "message.hidden", on).await
}

/// Saves a message for oneself, or lets it go.
pub(crate) async fn save(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Message>,
    on: bool,
) -> Result<()> {
    let thread = store::thread_of(tx, id).await?;
    accounts::access(tx, person, thread.uuid()).await?;
    let moved = if on {
        store::kept::keep(tx, person, id, ctx.now).await?
    } else {
        store::kept::forget(tx, person, id).await?
    };
    if moved == 0 {
        return Ok(());
    }
    tell_own(tx, ctx, person, (thread, id), "message.saved", on).await
}

/// Tells a person's own devices what they did with a message.
async fn tell_own(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    (thread, id): (Id<Thread>, Id<Message>),
    kind: &'static str,
    on: bool,
) -> Result<()> {
    let fields = json!({"thread_id": thread, "message_id": id, "on": on});
    let event = Event::stored(kind, id.uuid(), vec![person.uuid()], fields);
    journal::append(tx, ctx, event).await.map(drop)
}
