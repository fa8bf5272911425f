//! Messages written now and sent later (P-06, U-40): at a moment, to the minute, or when a colleague is back.

use crate::{
    extras::{MessageButton, ObjectRef},
    model::{Message, Thread, ThreadKind},
    rules,
    store::{self, later as rows},
};
use accounts::Person;
use db::Tx;
use files::{File, FileRef};
use journal::{Event, Recorded};
use kernel::{Ctx, Error, Id, Language, Moment, Result, Uuid};
use notifications::{NoticeKind, Tell};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::pin::Pin;
use utoipa::ToSchema;
use web::{BoxFuture, House, PresenceState, Stop};

/// The job that sends one.
pub(crate) const SEND: &str = "messages.send_later";

/// A message that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Later {
    /// Its id, also the client id of the message it becomes.
    pub id: Uuid,
    /// Where to.
    pub thread_id: Id<Thread>,
    /// When.
    pub at: Option<Moment>,
    /// Or as soon as this colleague is back.
    pub back_of: Option<Id<Person>>,
    /// The source.
    pub text: String,
    /// Own uploads.
    pub files: Vec<FileRef>,
    /// Records in it.
    pub cards: Vec<ObjectRef>,
    /// What it answers.
    pub reply_to: Option<Id<Message>>,
    /// L-65.
    pub hidden: bool,
    /// Buttons under it.
    pub buttons: Vec<MessageButton>,
    /// When it was written.
    pub created_at: Moment,
    /// Why it could not be sent: a code of a refusal. It waits for its author then.
    pub error: String,
}

/// What is to be sent.
#[derive(Clone, Debug)]
pub struct LaterWords {
    /// The client id of the message.
    pub client_id: Uuid,
    /// The source.
    pub text: String,
    /// Own uploads.
    pub files: Vec<Id<File>>,
    /// Records in it.
    pub cards: Vec<ObjectRef>,
    /// What it answers.
    pub reply_to: Option<Id<Message>>,
    /// L-65.
    pub hidden: bool,
    /// Buttons under it.
    pub buttons: Vec<MessageButton>,
}

/// Sends for a person as if they sent it now.
pub type SendFn = fn(House, Ctx, Id<Person>, Id<Thread>, LaterWords) -> BoxFuture<Result<Message>>;

/// Refuses words that could not be sent as things stand, before they wait in vain.
pub type CheckFn = fn(House, Id<Thread>, LaterWords) -> BoxFuture<Result<()>>;

/// How one kind of thread is sent to.
#[derive(Clone, Copy)]
pub struct Sender {
    /// To which threads.
    pub kind: ThreadKind,
    /// Sends.
    pub send: SendFn,
    /// Looks at buttons beforehand; none: nothing there has buttons.
    pub buttons: Option<CheckFn>,
}

/// How each kind of thread is sent to, a part of the house.
#[derive(Clone)]
pub struct Senders(pub Vec<Sender>);

/// Refuses buttons where there are none, or that the channel would not take.
pub(crate) async fn check_buttons(
    house: &House,
    me: Id<Person>,
    thread: Id<Thread>,
    words: &LaterWords,
) -> Result<()> {
    if words.buttons.is_empty() {
        return Ok(());
    }
    let kind = house
        .read(async move |tx: &mut Tx<'_>| {
            accounts::access(tx, me, thread.uuid()).await?;
            Ok(store::thread(tx, thread).await?.kind)
        })
        .await?;
    let senders = house.part::<Senders>()?;
    match senders
        .0
        .iter()
        .find(|s| s.kind == kind)
        .and_then(|s| s.buttons)
    {
        Some(check) => check(house.clone(), thread, words.clone()).await,
        None => Err(Error::field("buttons", "messages.no_buttons_here")),
    }
}

/// When a message is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    At(Moment),
    Back(Id<Person>),
}

/// Notes a message to be sent later.
pub(crate) async fn plan(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    thread: Id<Thread>,
    words: &LaterWords,
    when: When,
) -> Result<Later> {
    accounts::access(tx, me, thread.uuid()).await?;
    rules::check(&words.text, words.files.len() + words.cards.len())?;
    if let Some(row) = rows::one(tx, me, words.client_id).await? {
        return row.complete(tx).await;
    }
    let (at, back_of) = match when {
        When::At(at) => (Some(rules::later(at, ctx.now)?), None),
        When::Back(person) => {
            let here = accounts::who_may_see(tx, thread.uuid()).await?;
            if person == me || !here.contains(&person) {
                return Err(Error::field("back_of", "messages.not_in_chat"));
            }
            (None, Some(person))
        }
    };
    files::own(tx, &words.files, me.uuid()).await?;
    let row = rows::LaterRow {
        id: words.client_id,
        person_id: me,
        thread_id: thread,
        at,
        back_of,
        text: words.text.clone(),
        files: words.files.clone(),
        cards: words.cards.clone(),
        reply_to: words.reply_to,
        hidden: words.hidden,
        buttons: words.buttons.clone(),
        created_at: ctx.now,
        error: String::new(),
    };
    rows::save(tx, &row).await?;
    put_job(tx, ctx, &row).await?;
    tell(tx, ctx, me, row.id).await?;
    row.complete(tx).await
}

async fn put_job(tx: &mut Tx<'_>, ctx: &Ctx, row: &rows::LaterRow) -> Result<()> {
    match row.at {
        Some(at) => {
            let payload = json!({"id": row.id, "at": at.micros()});
            jobs::put(tx, ctx, SEND, payload, at, None).await
        }
        None => Ok(()),
    }
}

/// What waits of mine, in one thread or everywhere, the next first.
pub(crate) async fn list(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    thread: Option<Id<Thread>>,
) -> Result<Vec<Later>> {
    let mut out = Vec::new();
    for row in rows::list(tx, me, thread).await? {
        out.push(row.complete(tx).await?);
    }
    Ok(out)
}

/// Changes its words or its time.
pub(crate) async fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Uuid,
    text: Option<String>,
    at: Option<Moment>,
) -> Result<Later> {
    let mut row = rows::one(tx, me, id).await?.ok_or_else(Error::not_found)?;
    if let Some(text) = text {
        rules::check(&text, row.files.len() + row.cards.len())?;
        row.text = text;
    }
    if let Some(at) = at {
        row.at = Some(rules::later(at, ctx.now)?);
        row.back_of = None;
    }
    row.error = String::new();
    rows::save(tx, &row).await?;
    put_job(tx, ctx, &row).await?;
    tell(tx, ctx, me, id).await?;
    row.complete(tx).await
}

/// Forgets one; answers it once more, so that its words can go back into the field.
pub(crate) async fn cancel(tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>, id: Uuid) -> Result<Later> {
    let row = rows::one(tx, me, id).await?.ok_or_else(Error::not_found)?;
    let later = row.complete(tx).await?;
    rows::remove(tx, id).await?;
    tell(tx, ctx, me, id).await?;
    Ok(later)
}

async fn tell(tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>, id: Uuid) -> Result<()> {
    let live = fields(tx, me, id).await?;
    let event = Event {
        kind: "later.changed",
        subject: id,
        audience: vec![me.uuid()],
        // Whose it is; its words stay out of the journal.
        change: Some(json!({"person": me})),
        live: Some(live.into()),
    };
    journal::append(tx, ctx, event).await.map(drop)
}

async fn fields(tx: &mut Tx<'_>, me: Id<Person>, id: Uuid) -> Result<String> {
    let later = match rows::one(tx, me, id).await? {
        Some(row) => Some(row.complete(tx).await?),
        None => None,
    };
    Ok(json!({"id": id, "later": later}).to_string())
}

/// Reads a frame's fields as the waiting message is now.
pub(crate) fn hydrate<'a>(
    tx: &'a mut Tx<'_>,
    event: &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>> {
    Box::pin(async move {
        let person = event
            .change
            .as_ref()
            .and_then(|c| c.get("person")?.as_str());
        match person.and_then(|p| p.parse::<Uuid>().ok()) {
            Some(person) => fields(tx, Id::new(person), event.subject).await.map(Some),
            None => Ok(None),
        }
    })
}

/// Sends one now, whatever its time; the message it became.
pub(crate) async fn send_now(
    house: &House,
    me: Id<Person>,
    id: Uuid,
    language: Language,
) -> Result<Message> {
    let (row, kind) = house
        .read(async move |tx: &mut Tx<'_>| {
            let row = rows::one(tx, me, id).await?.ok_or_else(Error::not_found)?;
            let kind = store::thread(tx, row.thread_id).await?.kind;
            Ok((row, kind))
        })
        .await?;
    let senders = house.part::<Senders>()?;
    let sender = senders.0.iter().find(|s| s.kind == kind);
    let sender = sender.ok_or_else(|| Error::fault("nobody sends to this kind of thread"))?;
    let ctx = house.ctx(kernel::Actor::Person(me.uuid()), language);
    let words = LaterWords {
        client_id: row.id,
        text: row.text,
        files: row.files,
        cards: row.cards,
        reply_to: row.reply_to,
        hidden: row.hidden,
        buttons: row.buttons,
    };
    // The client id makes the sending idempotent: should the removal below be lost, the next try finds the message there.
    let message = (sender.send)(house.clone(), ctx.clone(), me, row.thread_id, words).await?;
    house
        .write(async move |tx: &mut Tx<'_>| {
            rows::remove(tx, id).await?;
            tell(tx, &ctx, me, id).await
        })
        .await?;
    Ok(message)
}

#[derive(Deserialize)]
struct Due {
    id: Uuid,
    at: Option<i64>,
}

/// The job: sends one whose time has come, unless it was put off or taken back meanwhile.
pub(crate) fn send_due(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let due: Due = serde_json::from_value(payload)?;
        let row = house
            .read(async move |tx: &mut Tx<'_>| rows::by_id(tx, due.id).await)
            .await?;
        let stale = |row: &rows::LaterRow| {
            !row.error.is_empty() || due.at.is_some() && row.at.map(Moment::micros) != due.at
        };
        let Some(row) = row.filter(|row| !stale(row)) else {
            return Ok(());
        };
        // A refusal is kept as its code, which has a sentence in every language.
        match send_now(&house, row.person_id, row.id, Language::En).await {
            Ok(_) => Ok(()),
            Err(Error::Refused(refused)) => fail(&house, row, refused.code).await,
            Err(fault) => Err(fault),
        }
    })
}

/// What cannot be sent waits for its author, who is told.
async fn fail(house: &House, mut row: rows::LaterRow, code: &'static str) -> Result<()> {
    let ctx = house.system();
    house
        .write(async move |tx: &mut Tx<'_>| {
            code.clone_into(&mut row.error);
            rows::save(tx, &row).await?;
            let thread = store::thread(tx, row.thread_id).await?;
            let sees = !accounts::reasons(tx, row.person_id, row.thread_id.uuid())
                .await?
                .is_empty();
            let what = Tell {
                kind: NoticeKind::Failed,
                thread_id: Some(row.thread_id.uuid()).filter(|_| sees),
                thread_kind: Some(thread.kind.word()).filter(|_| sees),
                message_id: None,
                title: thread.title,
                text: text::excerpt(&row.text, 200),
            };
            notifications::tell(tx, &ctx, &[row.person_id], &what).await?;
            tell(tx, &ctx, row.person_id, row.id).await
        })
        .await
}

/// Whether somebody is at their desk: then nothing waits for them to come back.
pub(crate) fn is_here(house: &House, person: Id<Person>) -> bool {
    house.hub().presence(person.uuid()) == PresenceState::Online
}

/// Sends what waits for people who come back.
pub(crate) fn watch(house: House, mut stop: Stop) -> BoxFuture<()> {
    Box::pin(async move {
        let mut back = house.hub().who_comes_back();
        loop {
            let person = tokio::select! {
                came = back.recv() => came,
                _ = stop.changed() => return,
            };
            let Ok(person) = person else {
                // So many came at once that some were passed over: the next sign of each will do.
                continue;
            };
            if let Err(error) = came_back(&house, Id::new(person)).await {
                tracing::error!(%error, "what waits for somebody's return could not be planned");
            }
        }
    })
}

async fn came_back(house: &House, person: Id<Person>) -> Result<()> {
    let waiting = house
        .read(async move |tx: &mut Tx<'_>| rows::waiting_for(tx, person).await)
        .await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let ctx = house.system();
    house
        .write(async move |tx: &mut Tx<'_>| {
            for id in waiting {
                let key = id.to_string();
                jobs::put(tx, &ctx, SEND, json!({"id": id}), ctx.now, Some(&key)).await?;
            }
            Ok(())
        })
        .await
}
