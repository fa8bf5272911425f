//! A queue gives its chats out (P-37 to P-39): all that wait, the longest waiting first, to those who have room.

use crate::{
    actions::{
        chats::tell,
        owning::{could_send, line, settle},
    },
    model::{
        ChatRow, ClientChatState, OperatorLoad, Queue, QueueLoad, QueueRules, RouteBy, RouteSaid,
        RouteStep,
    },
    rules::dealing::{Deal, Operator, Snapshot, Waiting, deal, offered},
    store,
};
use accounts::Person;
use db::Tx;
use kernel::{Ctx, Id, Moment, Result};
use notifications::NoticeKind;
use std::collections::HashMap;

/// How many of those who wait are looked at in one transaction.
const AT_ONCE: i64 = 64;

/// What the open chats of people weigh by a queue's weights.
async fn loads(
    tx: &mut Tx<'_>,
    people: &[Id<Person>],
    rules: &QueueRules,
) -> Result<HashMap<Id<Person>, u32>> {
    let mut loads: HashMap<Id<Person>, u32> = HashMap::new();
    for share in store::routing::shares(tx, people).await? {
        let chats = u32::try_from(share.chats).unwrap_or(u32::MAX);
        let weighs = chats.saturating_mul(rules.weight(share.account));
        let load = loads.entry(share.person).or_default();
        *load = load.saturating_add(weighs);
    }
    Ok(loads)
}

/// The members of a queue in its order: those named in the list's order, then those of the departments.
async fn members(tx: &mut Tx<'_>, queue: &Queue) -> Result<Vec<Id<Person>>> {
    let mut all = accounts::people_of(tx, queue.id.uuid()).await?;
    let place = |person: &Id<Person>| {
        let named = queue.member_ids.iter().position(|m| m == person);
        named.unwrap_or(usize::MAX)
    };
    all.sort_by_key(|person| (place(person), *person));
    Ok(all)
}

/// The queue as it is now, with those who may be offered work: members at their desk, not busy, who work here.
async fn snapshot(
    tx: &mut Tx<'_>,
    queue: &Queue,
    waiting: &[ChatRow],
    now: Moment,
) -> Result<Snapshot> {
    let members = members(tx, queue).await?;
    let seated = accounts::seated(tx, &members, now).await?;
    let here = |person: &Id<Person>| {
        let found = seated.iter().find(|s| s.person == *person);
        found.is_some_and(|s| offered(s.chosen))
    };
    let here: Vec<Id<Person>> = members.into_iter().filter(here).collect();
    let loads = loads(tx, &here, &queue.rules).await?;
    let turns: HashMap<_, _> = store::routing::turns(tx, queue.id)
        .await?
        .into_iter()
        .collect();
    let operators = here.into_iter().map(|person| Operator {
        person,
        turn: turns.get(&person).copied().unwrap_or(0),
        load: loads.get(&person).copied().unwrap_or(0),
    });
    let ids: Vec<_> = waiting.iter().map(|c| c.id).collect();
    let passes = store::routing::passes(tx, &ids).await?;
    let waiting = waiting.iter().map(|chat| Waiting {
        chat: chat.id,
        weight: queue.rules.weight(chat.account_id),
        passes: passes
            .iter()
            .filter(|p| p.chat == chat.id)
            .map(|p| (p.person, p.at))
            .collect(),
    });
    Ok(Snapshot {
        policy: queue.policy,
        capacity: queue.rules.capacity,
        operators: operators.collect(),
        waiting: waiting.collect(),
    })
}

/// Gives out what waits in a queue, as far as there is room, and tells all members of what could not be given. Answers
/// whether there may be more to give at once.
pub(crate) async fn drain(tx: &mut Tx<'_>, ctx: &Ctx, queue: Id<Queue>) -> Result<bool> {
    store::routing::hold_dealing(tx).await?;
    let queues = store::queues(tx).await?;
    let Some(queue) = queues.iter().find(|q| q.id == queue && q.policy.gives()) else {
        return Ok(false);
    };
    let waiting = store::routing::waiting(tx, queue.id, AT_ONCE).await?;
    if waiting.is_empty() {
        return Ok(false);
    }
    let snapshot = snapshot(tx, queue, &waiting, ctx.now).await?;
    let mut given = Vec::new();
    for one in deal(&snapshot) {
        if give(tx, ctx, queue, one).await? {
            given.push(one.chat);
        }
    }
    let left: Vec<&ChatRow> = waiting
        .iter()
        .filter(|c| !c.announced && !given.contains(&c.id))
        .collect();
    announce(tx, ctx, queue, &left).await?;
    Ok(!given.is_empty() && i64::try_from(waiting.len()).unwrap_or(0) == AT_ONCE)
}

/// Makes somebody responsible for a chat that waits, unless it does not any more, or they could not answer in it.
async fn give(tx: &mut Tx<'_>, ctx: &Ctx, queue: &Queue, one: Deal) -> Result<bool> {
    let mut chat = store::hold(tx, one.chat).await?;
    let waits = chat.state == ClientChatState::Queue && chat.queue_id == queue.id;
    let waits = waits && chat.snoozed.is_none();
    if !waits || !could_send(tx, &chat, one.person).await? {
        return Ok(false);
    }
    let from = ClientChatState::Queue;
    if store::claim(tx, chat.id, one.person, from, None, ctx.now).await? == 0 {
        return Ok(false);
    }
    if one.round.is_some() {
        store::routing::forget_passes(tx, chat.id, one.round).await?;
    }
    store::drop_observer(tx, chat.id, one.person).await?;
    store::routing::had_turn(tx, queue.id, one.person).await?;
    chat.state = ClientChatState::Work;
    chat.assignee_id = Some(one.person);
    chat.claimed_at = Some(ctx.now);
    chat.given_at = Some(ctx.now);
    chat.route.steps.retain(|s| s.by != RouteBy::Policy);
    chat.route.steps.push(RouteStep {
        by: RouteBy::Policy,
        said: RouteSaid::Decided,
        rule: String::new(),
        person_id: Some(one.person),
    });
    let words = last_words(tx, &chat).await?;
    notifications::done_in_thread(tx, ctx, chat.id.uuid(), None).await?;
    settle(tx, ctx, &chat).await?;
    let name = accounts::brief(tx, one.person).await?.name;
    let args = vec![("name", name), ("queue", queue.name.clone())];
    line(tx, ctx, chat.id, "chat-given", args).await?;
    let kind = NoticeKind::Assigned;
    tell(tx, ctx, &chat, &[one.person], kind, words, None).await?;
    Ok(true)
}

/// The client's words, if the talk ends with them.
async fn last_words(tx: &mut Tx<'_>, chat: &ChatRow) -> Result<String> {
    let last = messages::last_lines(tx, &[chat.id]).await?.pop();
    let last = last
        .and_then(|l| l.3)
        .filter(|l| l.author_kind == "contact");
    Ok(last.map(|l| l.excerpt).unwrap_or_default())
}

/// What could not be given is everybody's: they see it, and may take it.
async fn announce(tx: &mut Tx<'_>, ctx: &Ctx, queue: &Queue, chats: &[&ChatRow]) -> Result<()> {
    if chats.is_empty() {
        return Ok(());
    }
    let people = accounts::people_of(tx, queue.id.uuid()).await?;
    for chat in chats {
        let words = last_words(tx, chat).await?;
        tell(tx, ctx, chat, &people, NoticeKind::Queue, words, None).await?;
    }
    let ids: Vec<_> = chats.iter().map(|c| c.id).collect();
    store::routing::announced(tx, &ids).await
}

/// Whether a member of a queue is at their desk and neither busy nor away.
pub(crate) async fn anybody(tx: &mut Tx<'_>, queue: &Queue, now: Moment) -> Result<bool> {
    let members = accounts::people_of(tx, queue.id.uuid()).await?;
    let seated = accounts::seated(tx, &members, now).await?;
    Ok(seated.iter().any(|s| offered(s.chosen)))
}

/// Who works on how much: the queues a person belongs to, or all of them for who manages queues.
pub(crate) async fn load(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    all: bool,
    now: Moment,
) -> Result<Vec<QueueLoad>> {
    let mut out = Vec::new();
    for queue in store::queues(tx).await? {
        let members = members(tx, &queue).await?;
        if !all && !members.contains(&person) {
            continue;
        }
        let seated = accounts::seated(tx, &members, now).await?;
        let loads = loads(tx, &members, &queue.rules).await?;
        let (waiting, _) = store::routing::backlog(tx, queue.id).await?;
        let operators = members.into_iter().map(|person| OperatorLoad {
            person_id: person,
            load: loads.get(&person).copied().unwrap_or(0),
            offered: seated
                .iter()
                .any(|s| s.person == person && offered(s.chosen)),
        });
        out.push(QueueLoad {
            queue_id: queue.id,
            policy: queue.policy,
            capacity: queue.rules.capacity,
            waiting,
            operators: operators.collect(),
        });
    }
    Ok(out)
}
