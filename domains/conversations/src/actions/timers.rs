//! What time does to chats (L-82): no answer, no place, silence, and queues that grow over their members' heads.
//!
//! Everything a timer needs stands in tables. Each step asks again under the chat's row whether its time has come, so a
//! sweep may be broken off anywhere, run twice, or run on several nodes.

use crate::{
    actions::{
        chats::{back_to_queue, end, tell_waiting},
        late,
        owning::{line, settle},
    },
    model::{Alarm, ClientChatState, Late, PassReason, Queue},
    rules::replies::minutes,
    store,
};
use db::Tx;
use hours::Hours;
use kernel::{Ctx, Id, Moment, Result};
use messages::Thread;
use notifications::{NoticeKind, Tell};
use web::Texts;

/// How many chats one transaction moves.
pub(crate) const AT_ONCE: i64 = 50;

/// Whether a moment came and is not later than another.
fn by(at: Option<Moment>, limit: Moment) -> bool {
    at.is_some_and(|at| at <= limit)
}

/// What is due in a queue.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DueOf {
    unanswered: Vec<Id<Thread>>,
    stuck: Vec<Id<Thread>>,
    silent: Vec<Id<Thread>>,
    late: Vec<(Id<Thread>, Late)>,
    alarms: bool,
}

impl DueOf {
    /// Whether nothing is.
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Looks for what is due, without changing anything; `raised` are the alarms of all queues.
pub(crate) async fn due(
    tx: &mut Tx<'_>,
    (queue, hours): (&Queue, &Hours),
    raised: &[(Id<Queue>, String)],
    now: Moment,
) -> Result<DueOf> {
    let rules = &queue.rules;
    let mut due = DueOf {
        late: late::due(tx, queue, hours, now).await?,
        ..DueOf::default()
    };
    if let Some(most) = rules.answer_within_min {
        let before = now - minutes(most);
        due.unanswered = store::routing::unanswered(tx, queue.id, before, AT_ONCE).await?;
    }
    if let Some(overflow) = rules.overflow {
        let before = now - minutes(overflow.after_min);
        due.stuck = store::routing::stuck(tx, queue.id, before, AT_ONCE).await?;
    }
    if let Some(silence) = rules.auto_close_after_min {
        let before = now - minutes(silence);
        due.silent = store::routing::silent(tx, queue.id, before, AT_ONCE).await?;
    }
    for (alarm, over) in over(tx, queue, now).await? {
        let is_raised = raised
            .iter()
            .any(|(q, kind)| *q == queue.id && kind == alarm.word());
        due.alarms |= over != is_raised;
    }
    Ok(due)
}

/// Which limits a queue is over; without a head, or without the limit, none.
async fn over(tx: &mut Tx<'_>, queue: &Queue, now: Moment) -> Result<[(Alarm, bool); 2]> {
    let limits = queue.rules.thresholds;
    let watched =
        queue.rules.head_id.is_some() && (limits.waiting.is_some() || limits.longest_min.is_some());
    let (count, since) = if watched {
        store::routing::backlog(tx, queue.id).await?
    } else {
        (0, None)
    };
    let many = limits
        .waiting
        .is_some_and(|most| watched && count >= i64::from(most));
    let long = limits
        .longest_min
        .is_some_and(|most| watched && by(since, now - minutes(most)));
    Ok([(Alarm::Waiting, many), (Alarm::Longest, long)])
}

/// Does what is due in a queue.
pub(crate) async fn run(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    texts: &Texts,
    (queue, hours): (&Queue, &Hours),
    due: DueOf,
) -> Result<()> {
    for one in due.late {
        late::tell(tx, ctx, texts, (queue, hours), one).await?;
    }
    for id in due.unanswered {
        unanswered(tx, ctx, queue, id).await?;
    }
    for id in due.stuck {
        overflow(tx, ctx, queue, id).await?;
    }
    for id in due.silent {
        silent(tx, ctx, queue, id).await?;
    }
    alarms(tx, ctx, texts, queue).await
}

async fn unanswered(tx: &mut Tx<'_>, ctx: &Ctx, queue: &Queue, id: Id<Thread>) -> Result<()> {
    let mut chat = store::hold(tx, id).await?;
    let (Some(most), Some(person)) = (queue.rules.answer_within_min, chat.assignee_id) else {
        return Ok(());
    };
    let limit = ctx.now - minutes(most);
    let late = chat.state == ClientChatState::Work
        && chat.snoozed.is_none()
        && by(chat.given_at, limit)
        && by(chat.waiting_since, limit);
    if !late {
        return Ok(());
    }
    let name = accounts::brief(tx, person).await?.name;
    back_to_queue(tx, ctx, &mut chat, PassReason::Unanswered).await?;
    let args = vec![("name", name), ("minutes", most.to_string())];
    line(tx, ctx, id, "chat-unanswered", args).await?;
    notifications::done_in_thread(tx, ctx, id.uuid(), None).await?;
    settle(tx, ctx, &chat).await?;
    tell_waiting(tx, ctx, &chat).await
}

async fn overflow(tx: &mut Tx<'_>, ctx: &Ctx, queue: &Queue, id: Id<Thread>) -> Result<()> {
    let mut chat = store::hold(tx, id).await?;
    let Some(overflow) = queue.rules.overflow else {
        return Ok(());
    };
    let limit = ctx.now - minutes(overflow.after_min);
    let stuck = chat.state == ClientChatState::Queue
        && chat.snoozed.is_none()
        && chat.queue_id == queue.id
        && by(chat.queued_at, limit);
    let queues = store::queues(tx).await?;
    let Some(next) = queues.iter().find(|q| q.id == overflow.queue_id) else {
        return Ok(());
    };
    if !stuck {
        return Ok(());
    }
    chat.queue_id = next.id;
    chat.queued_at = Some(ctx.now);
    chat.announced = !next.policy.gives();
    chat.updated_at = ctx.now;
    store::routing::forget_passes(tx, id, None).await?;
    let args = vec![
        ("queue", next.name.clone()),
        ("minutes", overflow.after_min.to_string()),
    ];
    line(tx, ctx, id, "chat-overflowed", args).await?;
    notifications::done_in_thread(tx, ctx, id.uuid(), None).await?;
    settle(tx, ctx, &chat).await?;
    tell_waiting(tx, ctx, &chat).await
}

async fn silent(tx: &mut Tx<'_>, ctx: &Ctx, queue: &Queue, id: Id<Thread>) -> Result<()> {
    let mut chat = store::hold(tx, id).await?;
    let Some(silence) = queue.rules.auto_close_after_min else {
        return Ok(());
    };
    let quiet = chat.state != ClientChatState::Closed
        && chat.snoozed.is_none()
        && chat.waiting_since.is_none()
        && chat.updated_at <= ctx.now - minutes(silence);
    if !quiet {
        return Ok(());
    }
    let said = ("conversation-closed-silent", Vec::new());
    end(tx, ctx, &mut chat, None, said).await
}

/// The head is told once when a limit is passed; below it again, the next crossing is news again.
async fn alarms(tx: &mut Tx<'_>, ctx: &Ctx, texts: &Texts, queue: &Queue) -> Result<()> {
    for (alarm, over) in over(tx, queue, ctx.now).await? {
        if !over {
            store::routing::lower(tx, queue.id, alarm).await?;
            continue;
        }
        let Some(head) = queue.rules.head_id else {
            continue;
        };
        if store::routing::raise(tx, queue.id, alarm, ctx.now).await? == 0 {
            continue;
        }
        let (count, since) = store::routing::backlog(tx, queue.id).await?;
        let longest = since.map_or(0, |since| ctx.now.since(since).as_secs() / 60);
        let language = accounts::language_of(tx, head).await?;
        let args = [
            ("count", count.to_string()),
            ("minutes", longest.to_string()),
        ];
        let what = Tell {
            kind: NoticeKind::Backlog,
            thread_id: None,
            thread_kind: None,
            message_id: None,
            title: queue.name.clone(),
            text: texts.say(language, "conversations-backlog", &args),
        };
        notifications::tell(tx, ctx, &[head], &what).await?;
    }
    Ok(())
}
