//! Chats put away (P-45): out of sight until a moment, or until the client writes. They come back once, whoever fetches them.

use crate::{
    actions::{
        chats::{allowed, tell, tell_waiting},
        owning::{actor_name, line, settle},
    },
    model::{ChatRow, ClientChatAction, ClientChatState, Snooze},
    store,
};
use accounts::Person;
use db::Tx;
use kernel::{Ctx, Error, Id, Moment, Result};
use messages::Thread;
use notifications::NoticeKind;
use std::time::Duration;

/// The longest a chat may be put away: a leap year.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// Puts a chat away until a moment; none: until the client writes.
pub(crate) async fn snooze(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    until: Option<Moment>,
) -> Result<()> {
    let mut chat = allowed(tx, person, id, ClientChatAction::Snooze).await?;
    if until.is_some_and(|at| at <= ctx.now) {
        return Err(Error::field("until", "conversations.snooze_past"));
    }
    if until.is_some_and(|at| at > ctx.now + LONGEST) {
        return Err(Error::field("until", "conversations.snooze_far"));
    }
    chat.snoozed = Some(Snooze {
        at: ctx.now,
        until,
        by: Some(person),
    });
    if chat.state == ClientChatState::Work {
        // They have decided about it: no timer takes it from them meanwhile (U-16).
        chat.given_at = None;
        store::routing::forget_passes(tx, id, None).await?;
    }
    let name = actor_name(tx, ctx).await?;
    let (code, until) = match until {
        Some(at) => ("chat-snoozed", Some(("until", at.millis().to_string()))),
        None => ("chat-snoozed-till-written", None),
    };
    let args = [Some(("author", name)), until];
    line(tx, ctx, id, code, args.into_iter().flatten().collect()).await?;
    notifications::done_in_thread(tx, ctx, id.uuid(), None).await?;
    settle(tx, ctx, &chat).await
}

/// Comes back: who still waits for an answer waits anew, as the limits of the queue count it.
fn back(chat: &mut ChatRow, now: Moment) {
    chat.snoozed = None;
    chat.waiting_since = chat.waiting_since.map(|_| now);
    chat.updated_at = now;
    if chat.state == ClientChatState::Queue {
        chat.queued_at = Some(now);
    }
}

/// Somebody fetches it back.
pub(crate) async fn fetch_back(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
) -> Result<()> {
    let mut chat = allowed(tx, person, id, ClientChatAction::Wake).await?;
    back(&mut chat, ctx.now);
    let name = actor_name(tx, ctx).await?;
    line(tx, ctx, id, "chat-fetched-back", vec![("author", name)]).await?;
    settle(tx, ctx, &chat).await
}

/// Its time has come, unless somebody fetched it meanwhile.
pub(crate) async fn wake(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Thread>) -> Result<()> {
    let mut chat = store::hold(tx, id).await?;
    let until = chat.snoozed.and_then(|s| s.until);
    if until.is_none_or(|at| at > ctx.now) {
        return Ok(());
    }
    back(&mut chat, ctx.now);
    line(tx, ctx, id, "chat-woke", Vec::new()).await?;
    settle(tx, ctx, &chat).await?;
    match (chat.state, chat.assignee_id) {
        (ClientChatState::Work, Some(assignee)) => {
            let kind = NoticeKind::Woke;
            tell(tx, ctx, &chat, &[assignee], kind, String::new(), None).await
        }
        _ => tell_waiting(tx, ctx, &chat).await,
    }
}
