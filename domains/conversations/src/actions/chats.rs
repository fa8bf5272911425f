//! What people do with a chat: take, hand over, observe, close, reopen, "needs no answer".

use crate::{
    actions::{
        owning::{actor_name, line, open, settle, tell_changed_to},
        sending::{chosen_by_hand, reopen, take, taken},
    },
    model::{ChatRow, ClientChatAction, ClientChatState, Closed, PassReason, Route, RouteBy},
    rules::{self, Happened, replies::Step},
    store,
};
use accounts::Person;
use db::Tx;
use kernel::{Ctx, Error, Id, Result};
use messages::{Author, Message, NewMessage, Thread};
use notifications::{NoticeKind, Tell};

pub(crate) async fn allowed(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Thread>,
    action: ClientChatAction,
) -> Result<ChatRow> {
    let (chat, facts) = open(tx, person, id).await?;
    rules::allow(&chat, facts, action)?;
    Ok(chat)
}

/// Becomes responsible without answering yet.
pub async fn take_over(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
) -> Result<()> {
    let mut chat = allowed(tx, person, id, ClientChatAction::Take).await?;
    if let (ClientChatState::Work, Some(winner), Some(at)) =
        (chat.state, chat.assignee_id, chat.claimed_at)
        && rules::lost_by_a_moment(chat.claimed_at, ctx.now)
    {
        // It still waited when they reached for it: a button pressed second must not undo the first (U-16).
        return Err(taken(tx, ctx, winner, at).await?);
    }
    let name = actor_name(tx, ctx).await?;
    take(tx, ctx, person, &name, &mut chat).await?;
    notifications::done_in_thread(tx, ctx, id.uuid(), None).await?;
    settle(tx, ctx, &chat).await
}

pub(crate) async fn tell(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    people: &[Id<Person>],
    kind: NoticeKind,
    text: String,
    message: Option<&Message>,
) -> Result<()> {
    let title = messages::thread(tx, chat.id).await?.title;
    let what = Tell {
        kind,
        thread_id: Some(chat.id.uuid()),
        thread_kind: Some("client"),
        message_id: message.map(|m| m.id.uuid()),
        title,
        text,
    };
    notifications::tell(tx, ctx, people, &what).await
}

/// Gives the chat to a colleague (S1-80 to S1-83), with a comment hidden from the client (L-64).
pub async fn hand_over(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    to: Id<Person>,
    note: &str,
    observe: bool,
) -> Result<()> {
    let mut chat = allowed(tx, person, id, ClientChatAction::HandOver).await?;
    let receiver = accounts::brief(tx, to)
        .await
        .ok()
        .filter(accounts::PersonBrief::works_here);
    let Some(receiver) = receiver else {
        return Err(Error::field("to", "conversations.no_such_person"));
    };
    let name = actor_name(tx, ctx).await?;
    if !note.trim().is_empty() {
        let mut comment = NewMessage::text(
            id,
            Author::Person(person, name.clone()),
            ctx.now,
            note.to_owned(),
        );
        comment.hidden = true;
        messages::append(tx, ctx, comment).await?;
    }
    if observe && let Some(former) = chat.assignee_id {
        store::add_observer(tx, id, former).await?;
    }
    store::drop_observer(tx, id, to).await?;
    chat.state = ClientChatState::Work;
    chat.assignee_id = Some(to);
    chat.claimed_at = Some(ctx.now);
    chat.updated_at = ctx.now;
    chosen_by_hand(tx, &mut chat).await?;
    line(
        tx,
        ctx,
        id,
        "chat-handed-over",
        vec![("author", name.clone()), ("name", receiver.name)],
    )
    .await?;
    notifications::done_in_thread(tx, ctx, id.uuid(), None).await?;
    settle(tx, ctx, &chat).await?;
    let text = if note.trim().is_empty() {
        name
    } else {
        format!("{name}: {}", text::excerpt(note, 160))
    };
    tell(tx, ctx, &chat, &[to], NoticeKind::Assigned, text, None).await
}

/// Puts a chat back into a queue.
pub(crate) async fn to_queue(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    queue: Option<Id<crate::model::Queue>>,
) -> Result<()> {
    let mut chat = allowed(tx, person, id, ClientChatAction::ToQueue).await?;
    let queues = store::queues(tx).await?;
    let queue_id = queue.unwrap_or(chat.queue_id);
    let queue = queues
        .into_iter()
        .find(|q| q.id == queue_id)
        .ok_or_else(|| Error::field("queue_id", "not-found"))?;
    chosen_by_hand(tx, &mut chat).await?;
    if chat.assignee_id == Some(person) {
        // Whoever gives a chat back is not given it again at once.
        store::routing::pass(tx, id, person, PassReason::Returned, ctx.now).await?;
    }
    chat.state = ClientChatState::Queue;
    chat.queue_id = queue.id;
    chat.assignee_id = None;
    chat.claimed_at = None;
    chat.queued_at = Some(ctx.now);
    // A queue that gives chats out tells those it could not give (`dealing`).
    chat.announced = !queue.policy.gives();
    chat.route = Route {
        decided: Some(RouteBy::Hand),
        steps: Vec::new(),
    };
    chat.updated_at = ctx.now;
    let name = actor_name(tx, ctx).await?;
    line(
        tx,
        ctx,
        id,
        "chat-to-queue",
        vec![("author", name.clone()), ("queue", queue.name)],
    )
    .await?;
    settle(tx, ctx, &chat).await?;
    if !chat.announced {
        return Ok(());
    }
    let people = accounts::people_of(tx, chat.queue_id.uuid()).await?;
    tell(tx, ctx, &chat, &people, NoticeKind::Queue, name, None).await
}

/// Gives back what a rule gave (L-82): it waits in its queue again, and goes to somebody else first.
pub(crate) async fn decline(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
) -> Result<()> {
    let mut chat = allowed(tx, person, id, ClientChatAction::Decline).await?;
    let name = actor_name(tx, ctx).await?;
    back_to_queue(tx, ctx, &mut chat, PassReason::Declined).await?;
    line(tx, ctx, id, "chat-declined", vec![("author", name)]).await?;
    notifications::done_in_thread(tx, ctx, id.uuid(), None).await?;
    settle(tx, ctx, &chat).await?;
    tell_waiting(tx, ctx, &chat).await
}

/// Tells the members of a queue that a chat came into it, if they are to hear of each.
pub(crate) async fn tell_waiting(tx: &mut Tx<'_>, ctx: &Ctx, chat: &ChatRow) -> Result<()> {
    if !chat.announced {
        return Ok(());
    }
    let people = accounts::people_of(tx, chat.queue_id.uuid()).await?;
    let kind = NoticeKind::Queue;
    tell(tx, ctx, chat, &people, kind, String::new(), None).await
}

/// A chat that was given waits again, where it waited before; its time in the queue runs on.
pub(crate) async fn back_to_queue(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &mut ChatRow,
    reason: PassReason,
) -> Result<()> {
    if let Some(person) = chat.assignee_id {
        store::routing::pass(tx, chat.id, person, reason, ctx.now).await?;
    }
    chat.state = ClientChatState::Queue;
    chat.assignee_id = None;
    chat.claimed_at = None;
    chat.given_at = None;
    chat.queued_at = chat.queued_at.or(Some(ctx.now));
    // A queue that gives chats out tells those it could not give (`dealing`).
    let queues = store::queues(tx).await?;
    let gives = queues
        .iter()
        .any(|q| q.id == chat.queue_id && q.policy.gives());
    chat.announced = !gives;
    chat.updated_at = ctx.now;
    Ok(())
}

/// Ends the conversation (S1-92, S3-18).
pub async fn close(tx: &mut Tx<'_>, ctx: &Ctx, person: Id<Person>, id: Id<Thread>) -> Result<()> {
    let mut chat = allowed(tx, person, id, ClientChatAction::Close).await?;
    let name = actor_name(tx, ctx).await?;
    let line = ("conversation-closed", vec![("author", name)]);
    end(tx, ctx, &mut chat, Some(person), line).await
}

/// Ends the conversation, with the grey line that says how; its number is added.
pub(crate) async fn end(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &mut ChatRow,
    person: Option<Id<Person>>,
    (code, mut args): (&'static str, Vec<(&'static str, String)>),
) -> Result<()> {
    let id = chat.id;
    let newest = store::newest(tx, id).await?.filter(|c| c.state == "open");
    let number = newest
        .as_ref()
        .and_then(|c| c.number)
        .map(|n| n.to_string())
        .unwrap_or_default();
    args.push(("number", number));
    let seq = line(tx, ctx, id, code, args).await?;
    if let Some(mut conversation) = newest {
        conversation.state = "closed".to_owned();
        conversation.closed_at = Some(ctx.now);
        conversation.closed_by = person;
        conversation.to_seq = Some(seq);
        store::save_conversation(tx, id, &conversation).await?;
        let closed = Closed {
            id: ctx.ids.uuid(),
            conversation_id: conversation.id,
            chat_id: id,
            closed_at: ctx.now,
            closed_by: person,
            from_seq: conversation.from_seq,
            to_seq: seq,
            step: Step::Farewell.word().to_owned(),
        };
        store::replies::add_closing(tx, &closed).await?;
    }
    chat.state = ClientChatState::Closed;
    // Closing from the queue makes the closer responsible: somebody has to be when the client returns (L-62).
    chat.assignee_id = chat.assignee_id.or(person);
    chat.waiting_since = rules::waiting(chat.waiting_since, Happened::Closed, ctx.now);
    chat.updated_at = ctx.now;
    chosen_by_hand(tx, chat).await?;
    notifications::done_in_thread(tx, ctx, id.uuid(), None).await?;
    settle(tx, ctx, chat).await
}

/// Goes on with a closed conversation (L-63).
pub(crate) async fn reopen_chat(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
) -> Result<()> {
    let mut chat = allowed(tx, person, id, ClientChatAction::Reopen).await?;
    reopen(tx, ctx, id).await?;
    chat.state = ClientChatState::Work;
    chat.assignee_id = chat.assignee_id.or(Some(person));
    chat.updated_at = ctx.now;
    settle(tx, ctx, &chat).await
}

/// S3-22, S3-23: the client's last words need no answer.
pub async fn needs_no_answer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
) -> Result<()> {
    let mut chat = allowed(tx, person, id, ClientChatAction::NeedsNoAnswer).await?;
    chat.waiting_since = rules::waiting(chat.waiting_since, Happened::NeedsNoAnswer, ctx.now);
    let name = actor_name(tx, ctx).await?;
    line(tx, ctx, id, "needs-no-answer", vec![("author", name)]).await?;
    notifications::done_in_thread(tx, ctx, id.uuid(), None).await?;
    settle(tx, ctx, &chat).await
}

/// Adds and removes observers (S1-76, S1-78).
pub async fn add_observers(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    add: &[Id<Person>],
    remove: &[Id<Person>],
) -> Result<()> {
    let mut chat = allowed(tx, person, id, ClientChatAction::Observers).await?;
    let name = actor_name(tx, ctx).await?;
    add_observers_quietly(tx, ctx, &mut chat, add, None).await?;
    for former in remove {
        if store::drop_observer(tx, id, *former).await? == 1 {
            let who = accounts::brief(tx, *former).await?.name;
            line(
                tx,
                ctx,
                id,
                "observer-removed",
                vec![("author", name.clone()), ("name", who)],
            )
            .await?;
            notifications::done_in_thread(tx, ctx, id.uuid(), Some(*former)).await?;
        }
    }
    settle(tx, ctx, &chat).await
}

/// Makes people observers, by the field or by a mention (S1-79, X-04); the responsible person is none.
pub(crate) async fn add_observers_quietly(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &mut ChatRow,
    people: &[Id<Person>],
    message: Option<&Message>,
) -> Result<()> {
    let name = actor_name(tx, ctx).await?;
    for brief in accounts::briefs(tx, people)
        .await?
        .into_iter()
        .filter(accounts::PersonBrief::works_here)
    {
        let responsible =
            chat.state != ClientChatState::Queue && chat.assignee_id == Some(brief.id);
        let acts = ctx.actor.person() == Some(brief.id.uuid());
        let new = !responsible && !acts && store::add_observer(tx, chat.id, brief.id).await? == 1;
        if new {
            line(
                tx,
                ctx,
                chat.id,
                "observer-added",
                vec![("author", name.clone()), ("name", brief.name)],
            )
            .await?;
        }
        let kind = if message.is_some() {
            NoticeKind::Mention
        } else {
            NoticeKind::Observer
        };
        if new || message.is_some() {
            let text = message.map_or_else(
                || name.clone(),
                |m| format!("{name}: {}", text::excerpt(&m.text, 160)),
            );
            tell(tx, ctx, chat, &[brief.id], kind, text, message).await?;
        }
    }
    Ok(())
}

/// Stops observing (L-66).
pub(crate) async fn leave(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
) -> Result<()> {
    let chat = allowed(tx, person, id, ClientChatAction::Leave).await?;
    store::drop_observer(tx, id, person).await?;
    let name = actor_name(tx, ctx).await?;
    line(tx, ctx, id, "observer-left", vec![("author", name)]).await?;
    notifications::done_in_thread(tx, ctx, id.uuid(), Some(person)).await?;
    settle(tx, ctx, &chat).await
}

/// The observers who hear of every message of this client (L-67); the others only of what is addressed to them.
pub(crate) async fn hearing_all(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Vec<Id<Person>>> {
    let chosen = store::observing(tx, id).await?;
    let undecided = chosen.iter().filter(|(_, all)| all.is_none());
    let undecided: Vec<_> = undecided.map(|(person, _)| *person).collect();
    let usually = notifications::observing_all(tx, &undecided).await?;
    let hears = |(person, all): (Id<Person>, Option<bool>)| {
        all.unwrap_or_else(|| usually.contains(&person))
            .then_some(person)
    };
    Ok(chosen.into_iter().filter_map(hears).collect())
}

/// An observer chooses what they hear of in this chat; none: as elsewhere.
pub(crate) async fn observe(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    all: Option<bool>,
) -> Result<()> {
    allowed(tx, person, id, ClientChatAction::Leave).await?;
    store::set_observing(tx, id, person, all).await?;
    // Nobody else's business: only their own devices hear of it.
    tell_changed_to(tx, ctx, id, vec![person.uuid()]).await
}
