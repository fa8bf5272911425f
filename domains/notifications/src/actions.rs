//! Use cases of notifications.

use crate::{
    deciding::{About, Known},
    hooks::OnDone,
    letters,
    model::{ChatSwitches, Notice, NoticeKind, NoticeSettings, Occasion},
    push,
    rules::{self, Decision},
    store,
};
use accounts::Person;
use db::Tx;
use journal::{Event, Recorded};
use kernel::{Ctx, Error, Id, Result, Uuid};
use serde_json::json;
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    pin::Pin,
};

/// What to tell.
#[derive(Clone, Debug)]
pub struct Tell {
    /// What it is about.
    pub kind: NoticeKind,
    /// The chat or task to open.
    pub thread_id: Option<Uuid>,
    /// `team`, `client` or `task`.
    pub thread_kind: Option<&'static str>,
    /// The message to go to.
    pub message_id: Option<Uuid>,
    /// Who or where.
    pub title: String,
    /// What.
    pub text: String,
}

/// Tells people, but never the one who acts. An open notice of the same kind and thread is renewed. A queue may have
/// hundreds of members, so all of them share each statement.
pub async fn tell(tx: &mut Tx<'_>, ctx: &Ctx, people: &[Id<Person>], what: &Tell) -> Result<()> {
    tell_each(tx, ctx, people, what).await.map(drop)
}

/// Tells one person; answers the notice, unless they told it themselves.
pub async fn tell_one(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    what: &Tell,
) -> Result<Option<Id<Notice>>> {
    Ok(tell_each(tx, ctx, &[person], what).await?.pop())
}

async fn tell_each(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: &[Id<Person>],
    what: &Tell,
) -> Result<Vec<Id<Notice>>> {
    let others: BTreeSet<Id<Person>> = people
        .iter()
        .copied()
        .filter(|p| ctx.actor.person() != Some(p.uuid()))
        .collect();
    let others: Vec<Id<Person>> = others.into_iter().collect();
    let mut notice = Notice {
        id: Id::new(Uuid::nil()),
        kind: what.kind,
        at: ctx.now,
        thread_id: what.thread_id,
        thread_kind: what.thread_kind.map(str::to_owned),
        message_id: what.message_id,
        actor_id: ctx.actor.person(),
        title: what.title.clone(),
        text: what.text.chars().take(300).collect(),
        done: false,
    };
    let renewable = matches!(
        what.kind,
        NoticeKind::Message | NoticeKind::Queue | NoticeKind::Reaction
    );
    let open = if renewable {
        store::same(tx, &others, what.kind, what.thread_id).await?
    } else {
        HashMap::new()
    };
    let renewed: Vec<Id<Notice>> = open.values().copied().collect();
    store::renew(tx, &renewed, &notice).await?;
    let reachable = store::reachable(tx, &others).await?;
    let reachable: Vec<Id<Person>> = reachable.into_iter().collect();
    let threads: Vec<Uuid> = what.thread_id.into_iter().collect();
    let known = Known::of(tx, &reachable, &threads).await?;
    let about = about(ctx, Occasion::Notice(what.kind), what);
    let mut added = Vec::new();
    let mut events = Vec::with_capacity(others.len());
    let mut told = Vec::with_capacity(others.len());
    for person in others {
        let before = open.get(&person);
        notice.id = before.copied().unwrap_or_else(|| ctx.ids.next());
        if before.is_none() {
            added.push((person, notice.id));
        }
        told.push(notice.id);
        let kind = if before.is_some() {
            "notice.changed"
        } else {
            "notice.added"
        };
        events.push((ctx, event(kind, person, &notice)?));
        away(
            tx,
            ctx,
            known.decide(person, about),
            person,
            Some(notice.id),
            what,
        )
        .await?;
    }
    store::add(tx, &added, &notice).await?;
    journal::append_all(tx, events).await?;
    Ok(told)
}

/// Tells somebody who is not at the desk, in the ways that were decided.
async fn away(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    decided: Decision,
    person: Id<Person>,
    notice: Option<Id<Notice>>,
    what: &Tell,
) -> Result<()> {
    if decided.push {
        push::plan(tx, ctx, person, notice, what).await?;
    }
    if decided.email {
        letters::plan(tx, ctx, person, notice, what).await?;
    }
    Ok(())
}

/// Pushes and letters without a row in the notification centre: for a direct message, whose unread mark is notice enough at
/// the desk.
pub async fn push_only(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: &[Id<Person>],
    occasion: Occasion,
    what: &Tell,
) -> Result<()> {
    let others: Vec<Id<Person>> = store::reachable(tx, people)
        .await?
        .into_iter()
        .filter(|p| ctx.actor.person() != Some(p.uuid()))
        .collect();
    let threads: Vec<Uuid> = what.thread_id.into_iter().collect();
    let known = Known::of(tx, &others, &threads).await?;
    let about = about(ctx, occasion, what);
    for person in others {
        away(tx, ctx, known.decide(person, about), person, None, what).await?;
    }
    Ok(())
}

/// Those of these people who could be told away from the desk, by a push or by a letter.
pub async fn reachable(tx: &mut Tx<'_>, people: &[Id<Person>]) -> Result<HashSet<Id<Person>>> {
    if people.is_empty() {
        return Ok(HashSet::new());
    }
    store::reachable(tx, people).await
}

/// Who wants pushes or letters of what is said in groups.
pub async fn wanting_group_push(tx: &mut Tx<'_>) -> Result<Vec<Id<Person>>> {
    store::wanting_group_push(tx).await
}

const fn about(ctx: &Ctx, occasion: Occasion, what: &Tell) -> About {
    About {
        occasion,
        actor: ctx.actor.person(),
        thread: what.thread_id,
        now: ctx.now,
    }
}

/// What a push and a window know a notice by: the message it is about, so that one message rings once.
pub(crate) fn subject_of(notice: &Notice) -> Uuid {
    notice.message_id.unwrap_or_else(|| notice.id.uuid())
}

/// Nothing leaves any more for what was handled.
async fn handled(tx: &mut Tx<'_>, person: Id<Person>, notice: &Notice) -> Result<()> {
    let subject = subject_of(notice);
    store::drop_push(tx, person, subject).await?;
    store::drop_letter_lines(tx, person, Some(&[subject])).await
}

/// How a person wants to be told.
pub(crate) async fn settings(tx: &mut Tx<'_>, person: Id<Person>) -> Result<NoticeSettings> {
    let kept = store::settings_of(tx, &[person]).await?.remove(&person);
    let mut settings = kept.unwrap_or_default();
    settings.matrix = rules::full(&settings);
    settings.observe_all.get_or_insert(false);
    Ok(settings)
}

/// Keeps how a person wants to be told.
pub(crate) async fn save_settings(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    mut settings: NoticeSettings,
) -> Result<()> {
    rules::check_quiet(&settings.quiet)?;
    let mut words = settings.matrix.keys().chain(&settings.quiet.pass_kinds);
    if !words.all(|word| rules::known(word)) {
        return Err(Error::field("matrix", "notifications.no_such_row"));
    }
    settings.matrix = rules::full(&settings);
    if settings.observe_all.is_none() {
        let before = store::settings_of(tx, &[person]).await?.remove(&person);
        settings.observe_all = before.and_then(|s| s.observe_all);
    }
    let group = settings.matrix.get("group");
    let group = group.is_some_and(|w| w.push || w.email);
    let by_email = settings.matrix.values().any(|w| w.email);
    store::save_settings(tx, person, &settings, (group, by_email)).await?;
    tell_settings(tx, ctx, person).await
}

/// Keeps a person's switches of a chat they may see.
pub(crate) async fn save_chat(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    thread: Uuid,
    switches: ChatSwitches,
) -> Result<()> {
    accounts::access(tx, person, thread).await?;
    store::save_chat(tx, person, thread, switches).await?;
    tell_settings(tx, ctx, person).await
}

/// Who of these people wants to hear of every message where they observe (L-67), unless a chat says otherwise.
pub async fn observing_all(tx: &mut Tx<'_>, people: &[Id<Person>]) -> Result<Vec<Id<Person>>> {
    let settings = store::settings_of(tx, people).await?;
    let all = settings
        .into_iter()
        .filter(|(_, s)| s.observe_all == Some(true));
    Ok(all.map(|(person, _)| person).collect())
}

pub(crate) async fn tell_settings(tx: &mut Tx<'_>, ctx: &Ctx, person: Id<Person>) -> Result<()> {
    let event = Event::stored(
        "settings.changed",
        person.uuid(),
        vec![person.uuid()],
        json!({"what": "notices"}),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

async fn announce(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kind: &'static str,
    person: Id<Person>,
    notice: &Notice,
) -> Result<()> {
    journal::append(tx, ctx, event(kind, person, notice)?)
        .await
        .map(drop)
}

fn event(kind: &'static str, person: Id<Person>, notice: &Notice) -> Result<Event> {
    let audience = vec![person.uuid()];
    let live = fields(notice)?.into();
    Ok(Event::fresh(kind, notice.id.uuid(), audience, live))
}

fn fields(notice: &Notice) -> Result<String> {
    Ok(format!("{{\"notice\":{}}}", serde_json::to_string(notice)?))
}

/// Reads a notice frame's fields as the notice is now.
pub(crate) fn hydrate<'a>(
    tx: &'a mut Tx<'_>,
    event: &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>> {
    Box::pin(async move {
        store::one(tx, event.subject)
            .await?
            .map(|n| fields(&n))
            .transpose()
    })
}

/// Ends the open notices of a thread: for one person who read it, or for all (S3-23).
pub async fn done_in_thread(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    thread: Uuid,
    person: Option<Id<Person>>,
) -> Result<()> {
    store::drop_pushes_in(tx, thread, person).await?;
    store::drop_letter_lines_in(tx, thread, person).await?;
    for (id, person) in store::end_in_thread(tx, thread, person).await? {
        if let Some(notice) = store::one(tx, id.uuid()).await? {
            announce(tx, ctx, "notice.changed", person, &notice).await?;
        }
    }
    Ok(())
}

/// A message was deleted for all: what waits to leave the house about it does not.
pub async fn unsaid(tx: &mut Tx<'_>, message: Uuid) -> Result<()> {
    store::drop_waiting_about(tx, message).await
}

/// Ends one notice of a person, by the domain that told it and knows it is handled: its slot is not called.
pub async fn end(tx: &mut Tx<'_>, ctx: &Ctx, person: Id<Person>, id: Id<Notice>) -> Result<()> {
    if let Some(notice) = store::set_done(tx, person, id, true).await? {
        handled(tx, person, &notice).await?;
        announce(tx, ctx, "notice.changed", person, &notice).await?;
    }
    Ok(())
}

/// Marks one notice, or takes the mark back.
pub(crate) async fn set_done(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    on_done: &OnDone,
    person: Id<Person>,
    id: Id<Notice>,
    done: bool,
) -> Result<Notice> {
    let notice = store::set_done(tx, person, id, done)
        .await?
        .ok_or_else(kernel::Error::not_found)?;
    if done {
        handled(tx, person, &notice).await?;
    }
    announce(tx, ctx, "notice.changed", person, &notice).await?;
    on_done.call(tx, ctx, &notice).await?;
    Ok(notice)
}

/// Marks all.
pub(crate) async fn all_done(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    on_done: &OnDone,
    person: Id<Person>,
) -> Result<()> {
    for notice in store::open_of(tx, person).await? {
        handled(tx, person, &notice).await?;
        announce(tx, ctx, "notice.changed", person, &notice).await?;
        on_done.call(tx, ctx, &notice).await?;
    }
    Ok(())
}
