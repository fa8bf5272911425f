//! Ownership: what a person is to a chat, and how its grants follow its state (X-03, S1-75, S1-81).

use crate::{
    actions::view,
    model::{ChatRow, ClientChatState},
    rules::{self, Facts},
    store,
};
use accounts::{Person, Reason, audience, grant, revoke, right_principal};
use db::Tx;
use journal::Event;
use kernel::{Ctx, Id, Result, Uuid};
use messages::{EventText, Thread};
use serde_json::json;
use std::collections::BTreeSet;

const SEE: &str = "conversations.see";
const MANAGE: &str = "conversations.manage";

/// What a person is to a chat.
pub(crate) async fn facts(tx: &mut Tx<'_>, chat: &ChatRow, person: Id<Person>) -> Result<Facts> {
    let known = facts_of(tx, std::slice::from_ref(chat), person).await?;
    Ok(known.into_iter().next().unwrap_or_default())
}

/// What a person is to each of some chats, in their order: two statements, however many they are.
pub(crate) async fn facts_of(
    tx: &mut Tx<'_>,
    chats: &[ChatRow],
    person: Id<Person>,
) -> Result<Vec<Facts>> {
    let ids: Vec<_> = chats.iter().map(|chat| chat.id).collect();
    let observed = store::observers(tx, &ids).await?.into_iter();
    let observed = observed.filter(|(_, who)| *who == person);
    let observed: BTreeSet<_> = observed.map(|(chat, _)| chat).collect();
    let queues: BTreeSet<Uuid> = chats.iter().map(|chat| chat.queue_id.uuid()).collect();
    let manager = |queue| right_principal(MANAGE, queue);
    let asked = queues
        .iter()
        .flat_map(|queue| [*queue, manager(Some(*queue))]);
    let asked: Vec<Uuid> = asked.chain([manager(None)]).collect();
    let has = store::principals_of(tx, person, &asked).await?;
    let of = |chat: &ChatRow| {
        let queue = chat.queue_id.uuid();
        let waits = chat.state == ClientChatState::Queue;
        Facts {
            assignee: chat.assignee_id == Some(person) && !waits,
            observer: observed.contains(&chat.id),
            in_queue: waits && has.contains(&queue),
            manages: has.contains(&manager(None)) || has.contains(&manager(Some(queue))),
        }
    };
    Ok(chats.iter().map(of).collect())
}

/// Whether a person could answer in a chat that waits: the same access and the same rule as for sending (U-16).
pub(crate) async fn could_send(
    tx: &mut Tx<'_>,
    chat: &ChatRow,
    person: Id<Person>,
) -> Result<bool> {
    if accounts::reasons(tx, person, chat.id.uuid())
        .await?
        .is_empty()
    {
        return Ok(false);
    }
    let facts = facts(tx, chat, person).await?;
    Ok(rules::sends(chat, facts, None).is_ok())
}

/// A chat the person may see and is about to change, with what they are to it.
pub(crate) async fn open(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Thread>,
) -> Result<(ChatRow, Facts)> {
    let chat = store::hold(tx, id).await?;
    accounts::access(tx, person, id.uuid()).await?;
    let facts = facts(tx, &chat, person).await?;
    Ok((chat, facts))
}

/// The principals that should have access, each with its reason.
async fn wanted(tx: &mut Tx<'_>, chat: &ChatRow) -> Result<BTreeSet<(Uuid, &'static str)>> {
    let mut out = BTreeSet::new();
    let queue = chat.queue_id.uuid();
    match (chat.state, chat.assignee_id) {
        (ClientChatState::Queue, _) | (_, None) => {
            out.insert((queue, Reason::Queue.word()));
        }
        (_, Some(assignee)) => {
            out.insert((assignee.uuid(), Reason::Assignee.word()));
        }
    }
    for (_, observer) in store::observers(tx, &[chat.id]).await? {
        out.insert((observer.uuid(), Reason::Observer.word()));
    }
    for right in [SEE, MANAGE] {
        out.insert((right_principal(right, None), Reason::Role.word()));
        out.insert((right_principal(right, Some(queue)), Reason::Role.word()));
    }
    Ok(out)
}

const REASONS: [Reason; 6] = [
    Reason::Queue,
    Reason::Assignee,
    Reason::Observer,
    Reason::Role,
    Reason::Author,
    Reason::Reader,
];

/// Makes an object's grants what they are to be; answers the principals that lost every one.
pub(crate) async fn regrant(
    tx: &mut Tx<'_>,
    object: Uuid,
    wanted: &BTreeSet<(Uuid, &'static str)>,
) -> Result<Vec<Uuid>> {
    let before: BTreeSet<(Uuid, &'static str)> = store::grants_of(tx, object)
        .await?
        .into_iter()
        .filter_map(|(principal, word)| {
            Some((
                principal,
                REASONS.into_iter().find(|r| r.word() == word)?.word(),
            ))
        })
        .collect();
    let reason = |word: &str| REASONS.into_iter().find(|r| r.word() == word);
    for (principal, word) in before.difference(wanted) {
        if let Some(reason) = reason(word) {
            revoke(tx, object, *principal, reason).await?;
        }
    }
    for (principal, word) in wanted.difference(&before) {
        if let Some(reason) = reason(word) {
            grant(tx, object, *principal, reason).await?;
        }
    }
    let after: BTreeSet<Uuid> = wanted.iter().map(|(p, _)| *p).collect();
    Ok(before
        .iter()
        .map(|(p, _)| *p)
        .filter(|p| !after.contains(p))
        .collect())
}

/// Saves a chat, makes its grants follow, tells those who lost it that it is gone and the others how it is now.
pub(crate) async fn settle(tx: &mut Tx<'_>, ctx: &Ctx, chat: &ChatRow) -> Result<()> {
    store::save_chat(tx, chat).await?;
    let object = chat.id.uuid();
    let wanted = wanted(tx, chat).await?;
    let lost = regrant(tx, object, &wanted).await?;
    let gone = without_access(tx, object, &lost).await?;
    if !gone.is_empty() {
        let gone = Event::stored("chat.gone", object, gone, json!({"id": chat.id}));
        journal::append(tx, ctx, gone).await?;
    }
    tell_changed(tx, ctx, chat.id).await
}

/// Those who belonged to the lost principals and have no other way left.
async fn without_access(tx: &mut Tx<'_>, object: Uuid, lost: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut people = BTreeSet::new();
    for principal in lost {
        people.extend(accounts::people_of(tx, *principal).await?);
    }
    if !people.is_empty() {
        for keeps in accounts::who_may_see(tx, object).await? {
            people.remove(&keeps);
        }
    }
    Ok(people.into_iter().map(Id::uuid).collect())
}

/// Tells all who may see a chat how it is now.
pub(crate) async fn tell_changed(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Thread>) -> Result<()> {
    let who = audience(tx, id.uuid()).await?;
    tell_changed_to(tx, ctx, id, who).await
}

/// Tells some of those who may see a chat how it is now.
pub(crate) async fn tell_changed_to(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Thread>,
    who: Vec<Uuid>,
) -> Result<()> {
    let Some(chat) = view::shared(tx, &[id]).await?.pop() else {
        return Ok(());
    };
    let live = view::fields(&chat)?;
    journal::append(
        tx,
        ctx,
        Event::fresh("client_chat.changed", id.uuid(), who, live.into()),
    )
    .await
    .map(drop)
}

/// Writes a grey line into a chat.
pub(crate) async fn line(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Thread>,
    code: &'static str,
    args: Vec<(&'static str, String)>,
) -> Result<i64> {
    Ok(messages::event_line(tx, ctx, id, EventText { code, args })
        .await?
        .seq)
}

/// The name of whoever acts; empty for the system.
pub(crate) async fn actor_name(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<String> {
    match ctx.actor.person() {
        Some(person) => Ok(accounts::brief(tx, Id::new(person)).await?.name),
        None => Ok(String::new()),
    }
}
