//! Use cases of reminders: set, change, remove, list, ring.

use crate::{
    model::{Due, Kept, Reminded, Reminder, When},
    rules, store,
};
use accounts::{Person, access};
use db::Tx;
use jiff::tz::TimeZone;
use journal::{Event, Recorded};
use kernel::{Ctx, Error, Id, Moment, Result};
use messages::{Message, Thread};
use notifications::{Notice, NoticeKind, Tell};
use serde_json::{Value, json};
use std::{collections::HashMap, pin::Pin, time::Duration};
use web::{BoxFuture, House};

/// The job that rings at a reminder's time.
pub(crate) const RING: &str = "reminders.ring";
/// Reminders a person may have waiting; a list of more is no list.
const MOST: i64 = 500;
/// How long a reminder that was dealt with can come back by an undo.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// The zone a person named, else the company's.
pub(crate) async fn zone(tx: &mut Tx<'_>, name: Option<&str>) -> Result<TimeZone> {
    match name {
        Some(name) => rules::zone(name),
        None => rules::zone(&accounts::workspace(tx).await?.time_zone),
    }
}

/// Sets a reminder on a message, or changes the time of the one there is. A notice it has become is thereby handled.
pub(crate) async fn set(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    message: Id<Message>,
    when: &When,
) -> Result<Reminder> {
    let thread = messages::thread_of(tx, message).await?;
    access(tx, person, thread.uuid()).await?;
    if messages::by_id(tx, message).await?.deleted_at.is_some() {
        return Err(Error::not_found());
    }
    let due_at = rules::chosen(when, ctx.now, &zone(tx, when.zone.as_deref()).await?)?;
    store::forget_handled(tx, person, ctx.now - KEPT).await?;
    let before = store::of_message(tx, person, message).await?;
    if before.is_none() && store::count_open(tx, person).await? >= MOST {
        return Err(Error::conflict("reminders.too_many").arg("limit", MOST));
    }
    let kept = Kept {
        id: before.as_ref().map_or_else(|| ctx.ids.next(), |b| b.id),
        person_id: person,
        message_id: message,
        thread_id: thread,
        due_at,
        notice_id: None,
        handled_at: None,
    };
    // First: a notice that ends would otherwise take its reminder along.
    store::set(tx, &kept, ctx.now).await?;
    if let Some(notice) = before.and_then(|b| b.notice_id) {
        notifications::end(tx, ctx, person, notice).await?;
    }
    let due = Due {
        id: kept.id.uuid(),
        micros: due_at.micros(),
    };
    jobs::put(tx, ctx, RING, serde_json::to_value(due)?, due_at, None).await?;
    announce(tx, ctx, &kept).await
}

/// "Do not notify": the reminder and its notice go (S2-50). Done again it changes nothing.
pub(crate) async fn remove(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    message: Id<Message>,
) -> Result<()> {
    let Some(kept) = store::of_message(tx, person, message).await? else {
        let thread = messages::thread_of(tx, message).await?;
        return access(tx, person, thread.uuid()).await.map(drop);
    };
    store::drop_one(tx, kept.id).await?;
    if let Some(notice) = kept.notice_id {
        notifications::end(tx, ctx, person, notice).await?;
    }
    let gone = Event::stored(
        "reminder.gone",
        kept.id.uuid(),
        vec![person.uuid()],
        json!({"id": kept.id, "message_id": kept.message_id}),
    );
    journal::append(tx, ctx, gone).await.map(drop)
}

/// All my reminders, the soonest first.
pub(crate) async fn list(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Reminder>> {
    let kept = store::open_of(tx, person, MOST).await?;
    let mut seen = HashMap::new();
    for thread in kept.iter().map(|k| k.thread_id) {
        if let std::collections::hash_map::Entry::Vacant(unknown) = seen.entry(thread) {
            unknown.insert(seen_thread(tx, person, thread).await?);
        }
    }
    let ids: Vec<Id<Message>> = kept.iter().map(|k| k.message_id).collect();
    let mut found: HashMap<Id<Message>, Message> = messages::by_ids(tx, &ids)
        .await?
        .into_iter()
        .map(|m| (m.id, m))
        .collect();
    Ok(kept
        .into_iter()
        .map(|k| {
            let thread = seen.get(&k.thread_id).and_then(Option::as_ref);
            let message = found.remove(&k.message_id);
            shown(&k, thread.zip(message.as_ref()).and_then(reminded))
        })
        .collect())
}

/// The thread, if the person may see it.
async fn seen_thread(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Thread>,
) -> Result<Option<Thread>> {
    if accounts::reasons(tx, person, id.uuid()).await?.is_empty() {
        return Ok(None);
    }
    messages::thread(tx, id).await.map(Some)
}

/// What is shown of the message, unless it is deleted.
fn reminded((thread, message): (&Thread, &Message)) -> Option<Reminded> {
    let files = || {
        let names: Vec<&str> = message.files.iter().map(|f| f.name.as_str()).collect();
        names.join(", ")
    };
    let text = if message.text.is_empty() {
        files()
    } else {
        message.text.clone()
    };
    message.deleted_at.is_none().then(|| Reminded {
        thread_kind: thread.kind,
        thread_title: thread.title.clone(),
        seq: message.seq,
        at: message.at,
        author_name: message.author.name.clone(),
        text: text::excerpt(&text, 300),
    })
}

fn shown(kept: &Kept, message: Option<Reminded>) -> Reminder {
    Reminder {
        id: kept.id,
        message_id: kept.message_id,
        thread_id: kept.thread_id,
        due_at: kept.due_at,
        notice_id: kept.notice_id,
        handled: kept.handled_at.is_some(),
        message,
    }
}

/// What the person may see of the message now.
async fn look(tx: &mut Tx<'_>, kept: &Kept) -> Result<Option<Reminded>> {
    let Some(thread) = seen_thread(tx, kept.person_id, kept.thread_id).await? else {
        return Ok(None);
    };
    let message = messages::by_ids(tx, &[kept.message_id]).await?.pop();
    Ok(message.and_then(|message| reminded((&thread, &message))))
}

/// Tells the person's own devices, and nobody else's.
async fn announce(tx: &mut Tx<'_>, ctx: &Ctx, kept: &Kept) -> Result<Reminder> {
    let message = look(tx, kept).await?;
    let reminder = shown(kept, message);
    let event = Event::fresh(
        "reminder.changed",
        kept.id.uuid(),
        vec![kept.person_id.uuid()],
        fields(&reminder)?.into(),
    );
    journal::append(tx, ctx, event).await?;
    Ok(reminder)
}

fn fields(reminder: &Reminder) -> Result<String> {
    Ok(format!(
        "{{\"reminder\":{}}}",
        serde_json::to_string(reminder)?
    ))
}

/// Reads a reminder frame's fields as the reminder is now.
pub(crate) fn hydrate<'a>(
    tx: &'a mut Tx<'_>,
    event: &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>> {
    Box::pin(async move {
        let Some(kept) = store::by_id(tx, event.subject).await? else {
            return Ok(None);
        };
        let message = look(tx, &kept).await?;
        fields(&shown(&kept, message)).map(Some)
    })
}

/// Fills the slot of `notifications`: a notice handled on one device takes the bell away on all, and an undo brings it back.
pub fn handled<'a>(
    tx: &'a mut Tx<'_>,
    ctx: &'a Ctx,
    notice: &'a Notice,
) -> Pin<Box<dyn Future<Output = Result<()>> + 'a>> {
    Box::pin(async move {
        let Some(mut kept) = store::by_notice(tx, notice.id).await? else {
            return Ok(());
        };
        kept.handled_at = notice.done.then_some(ctx.now);
        store::set_handled(tx, kept.id, kept.handled_at).await?;
        announce(tx, ctx, &kept).await.map(drop)
    })
}

/// Rings at a reminder's time. Called again, or for a time that was changed since, it does nothing.
pub(crate) fn ring(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let due: Due = serde_json::from_value(payload)?;
        let texts = house.clone();
        let ctx = house.system();
        house
            .write(async move |tx: &mut Tx<'_>| {
                let Some(kept) = waiting(tx, &due).await? else {
                    return Ok(());
                };
                let person = accounts::brief(tx, kept.person_id).await?;
                if !person.active {
                    return store::drop_one(tx, kept.id).await;
                }
                let language = accounts::language_of(tx, kept.person_id).await?;
                let what = told(tx, &kept, |id| texts.texts().say(language, id, &[])).await?;
                ring_now(tx, &ctx, kept, &what).await
            })
            .await
    })
}

/// The reminder a job was put in for, if it still waits for that very time.
async fn waiting(tx: &mut Tx<'_>, due: &Due) -> Result<Option<Kept>> {
    let kept = store::by_id(tx, due.id).await?;
    Ok(kept.filter(|k| {
        k.due_at == Moment::from_micros(due.micros)
            && k.notice_id.is_none()
            && k.handled_at.is_none()
    }))
}

/// What the notice says: text and author (S2-46), or that there is nothing to be seen any more.
async fn told(tx: &mut Tx<'_>, kept: &Kept, say: impl Fn(&str) -> String) -> Result<Tell> {
    Ok(match look(tx, kept).await? {
        Some(message) => Tell {
            kind: NoticeKind::Reminder,
            thread_id: Some(kept.thread_id.uuid()),
            thread_kind: Some(message.thread_kind.word()),
            message_id: Some(kept.message_id.uuid()),
            title: if message.thread_title.is_empty() || message.thread_title == message.author_name
            {
                message.author_name
            } else {
                format!("{} · {}", message.author_name, message.thread_title)
            },
            text: message.text,
        },
        None => Tell {
            kind: NoticeKind::Reminder,
            thread_id: None,
            thread_kind: None,
            message_id: None,
            title: say("reminders-title"),
            text: say("reminders-unavailable"),
        },
    })
}

async fn ring_now(tx: &mut Tx<'_>, ctx: &Ctx, mut kept: Kept, what: &Tell) -> Result<()> {
    let Some(notice) = notifications::tell_one(tx, ctx, kept.person_id, what).await? else {
        return Ok(());
    };
    store::rang(tx, kept.id, notice).await?;
    kept.notice_id = Some(notice);
    announce(tx, ctx, &kept).await.map(drop)
}
