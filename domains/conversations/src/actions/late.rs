//! Response control (S3-21, L-70, P-42, P-43): whoever waits for too long is told of, once for each limit and each wait.

use crate::{
    actions::{
        owning::{line, tell_changed},
        timers::AT_ONCE,
    },
    model::{ClientChatState, Late, Queue},
    rules::replies::{limit, minutes},
    store,
};
use accounts::Person;
use db::Tx;
use hours::Hours;
use kernel::{Ctx, Id, Moment, Result};
use messages::Thread;
use notifications::{NoticeKind, Tell};
use web::Texts;

/// How many minutes a limit of a queue has for first and later answers.
const fn limits(queue: &Queue, kind: Late) -> (Option<u32>, Option<u32>) {
    let limits = &queue.rules.limits;
    match kind {
        Late::Answer => (limits.first_min, limits.next_min),
        Late::Head => (limits.head_first_min, limits.head_next_min),
        Late::Resolution => (limits.resolution_min, limits.resolution_min),
    }
}

/// The chats of a queue that are over a limit now, and were not told of.
pub(crate) async fn due(
    tx: &mut Tx<'_>,
    queue: &Queue,
    hours: &Hours,
    now: Moment,
) -> Result<Vec<(Id<Thread>, Late)>> {
    let mut out = Vec::new();
    for kind in Late::ALL {
        let (first, next) = limits(queue, kind);
        let before = |n: Option<u32>| n.and_then(|n| hours.before(now, minutes(n)));
        let (first, next) = (before(first), before(next));
        let found = match (kind, first, next) {
            (_, None, None) => continue,
            (Late::Resolution, Some(opened), _) => {
                store::replies::unresolved(tx, queue.id, opened, AT_ONCE).await?
            }
            (Late::Head, ..) if queue.rules.head_id.is_none() => continue,
            _ => store::replies::late(tx, queue.id, kind, first, next, AT_ONCE).await?,
        };
        out.extend(found.into_iter().map(|id| (id, kind)));
    }
    Ok(out)
}

/// Tells of one, if it is still over its limit.
pub(crate) async fn tell(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    texts: &Texts,
    (queue, hours): (&Queue, &Hours),
    (id, kind): (Id<Thread>, Late),
) -> Result<()> {
    let chat = store::hold(tx, id).await?;
    let since = match kind {
        Late::Answer | Late::Head => chat.waiting_since,
        Late::Resolution => {
            let newest = store::newest(tx, id).await?;
            newest.filter(|c| c.state == "open").map(|c| c.opened_at)
        }
    };
    let limit = match kind {
        Late::Answer => limit(&queue.rules.limits, chat.answered_at.is_some()),
        Late::Head if chat.answered_at.is_some() => queue.rules.limits.head_next_min,
        Late::Head => queue.rules.limits.head_first_min,
        Late::Resolution => queue.rules.limits.resolution_min,
    };
    let (Some(since), Some(most)) = (since, limit) else {
        return Ok(());
    };
    let waited = hours.before(ctx.now, minutes(most));
    let over = waited.is_some_and(|before| since <= before);
    let gone = chat.state == ClientChatState::Closed || chat.snoozed.is_some();
    if !over || gone || store::replies::passed(tx, id, kind, since, ctx.now).await? == 0 {
        return Ok(());
    }
    let holder = match (chat.state, chat.assignee_id) {
        (ClientChatState::Work, Some(assignee)) => vec![assignee],
        _ => accounts::people_of(tx, queue.id.uuid()).await?,
    };
    let head = queue.rules.head_id;
    let (code, notice, people): (_, _, Vec<Id<Person>>) = match kind {
        Late::Answer => ("response-exceeded", "conversations-late", holder),
        Late::Head => (
            "response-escalated",
            "conversations-late-head",
            head.into_iter().collect(),
        ),
        Late::Resolution => (
            "resolution-exceeded",
            "conversations-unresolved",
            holder.into_iter().chain(head).collect(),
        ),
    };
    let mut args = vec![("minutes", most.to_string())];
    if let (Late::Head, Some(head)) = (kind, head) {
        args.push(("name", accounts::brief(tx, head).await?.name));
    }
    line(tx, ctx, id, code, args).await?;
    let title = messages::thread(tx, id).await?.title;
    let args = [("minutes", most.to_string()), ("queue", queue.name.clone())];
    for language in [kernel::Language::Ru, kernel::Language::En] {
        let mut readers = Vec::new();
        for person in &people {
            if accounts::language_of(tx, *person).await? == language {
                readers.push(*person);
            }
        }
        let what = Tell {
            kind: NoticeKind::Late,
            thread_id: Some(id.uuid()),
            thread_kind: Some("client"),
            message_id: None,
            title: title.clone(),
            text: texts.say(language, notice, &args),
        };
        if !readers.is_empty() {
            notifications::tell(tx, ctx, &readers, &what).await?;
        }
    }
    tell_changed(tx, ctx, id).await
}
