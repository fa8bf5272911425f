//! Use cases of messages: append, change, react, read; all inside the transaction of whoever calls.

use crate::{
    hooks::{Act, Hooks},
    model::{
        AuthorRef, Delivery, EventLine, LastLine, Message, MessagePage, Mine, Position, Thread,
        ThreadKind,
    },
    rules, store,
};
use accounts::Person;
use db::Tx;
use files::{File, FileRef};
use journal::Event;
use kernel::{Ctx, Error, Id, Moment, Result, Uuid};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};

/// Chats larger than this tell positions only to their owner: the cost of a message must not grow with its readers.
const POSITIONS: i64 = 50;
/// Messages of one window at most.
const WINDOW: i64 = 200;

/// Who writes.
#[derive(Clone, Debug)]
pub enum Author {
    /// A colleague.
    Person(Id<Person>, String),
    /// A client.
    Contact(Uuid, String),
    /// An automaton at the client's side, or the messenger.
    Bot(String),
    /// Beseda.
    System,
}

/// A thread to be opened.
pub struct NewThread<'a> {
    /// Its id, also the chat's.
    pub id: Id<Thread>,
    /// Whose talk it is.
    pub kind: ThreadKind,
    /// What lists call it.
    pub title: &'a str,
}

/// Makes a thread.
pub async fn open_thread(tx: &mut Tx<'_>, ctx: &Ctx, new: NewThread<'_>) -> Result<()> {
    store::add_thread(tx, new.id, new.kind, new.title, ctx.now).await
}

/// How many threads have a gap in their numbers: none, unless something is broken.
pub async fn broken_threads(tx: &mut Tx<'_>) -> Result<i64> {
    store::broken_threads(tx).await
}

/// Renames a thread.
pub async fn set_title(tx: &mut Tx<'_>, id: Id<Thread>, title: &str) -> Result<()> {
    store::set_title(tx, id, title).await
}

/// A thread by its id.
pub async fn thread(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Thread> {
    store::thread(tx, id).await
}

/// What an event line says.
#[derive(Clone, Debug)]
pub struct EventText {
    /// The code of its sentence.
    pub code: &'static str,
    /// Names and numbers.
    pub args: Vec<(&'static str, String)>,
}

/// A message to be appended.
pub struct NewMessage {
    /// Its thread.
    pub thread: Id<Thread>,
    /// Who writes.
    pub author: Author,
    /// The id the sender made.
    pub client_id: Option<Uuid>,
    /// When; the channel's time for what came from outside.
    pub at: Moment,
    /// The source.
    pub text: String,
    /// For what the channel could not tell (U-09): its word for it.
    pub placeholder: Option<String>,
    /// L-65.
    pub hidden: bool,
    /// What it answers, in the same thread.
    pub reply_to: Option<Id<Message>>,
    /// Own uploads of the author, not yet given to a message.
    pub uploads: Vec<Id<File>>,
    /// Files noted already (they came with a client's message).
    pub files: Vec<FileRef>,
    /// How far it came, for what goes to a client.
    pub delivery: Option<Delivery>,
}

impl NewMessage {
    /// A plain text.
    pub const fn text(thread: Id<Thread>, author: Author, at: Moment, text: String) -> Self {
        Self {
            thread,
            author,
            client_id: None,
            at,
            text,
            placeholder: None,
            hidden: false,
            reply_to: None,
            uploads: Vec::new(),
            files: Vec::new(),
            delivery: None,
        }
    }
}

impl Author {
    fn to_ref(&self) -> AuthorRef {
        let (kind, id, name) = match self {
            Self::Person(id, name) => ("person", Some(id.uuid()), name.as_str()),
            Self::Contact(id, name) => ("contact", Some(*id), name.as_str()),
            Self::Bot(name) => ("bot", None, name.as_str()),
            Self::System => ("system", None, ""),
        };
        AuthorRef {
            kind: kind.to_owned(),
            id,
            name: name.to_owned(),
        }
    }
}

/// Appends a message and tells its thread. The same client id of the same author again answers with the stored
/// message and `false`.
pub async fn append(tx: &mut Tx<'_>, ctx: &Ctx, new: NewMessage) -> Result<(Message, bool)> {
    let (message, fresh) = append_quietly(tx, ctx, new).await?;
    if fresh {
        tell(tx, ctx, "message.added", &message).await?;
    }
    Ok((message, fresh))
}

/// The message an author stored under a client id.
pub async fn by_client_id(tx: &mut Tx<'_>, author: Uuid, client: Uuid) -> Result<Option<Message>> {
    match store::by_client(tx, author, client).await? {
        Some(id) => by_id(tx, id).await.map(Some),
        None => Ok(None),
    }
}

/// Tells a message appended quietly, with how far it came.
pub async fn announce(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Message>,
    delivery: &Delivery,
) -> Result<Message> {
    store::set_delivery(tx, id, delivery).await?;
    let message = by_id(tx, id).await?;
    tell(tx, ctx, "message.added", &message).await?;
    Ok(message)
}

/// Appends a message without telling anybody yet; whoever calls must [`announce`] it in the same transaction.
pub async fn append_quietly(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    new: NewMessage,
) -> Result<(Message, bool)> {
    if new.placeholder.is_none() {
        rules::check(&new.text, new.uploads.len() + new.files.len())?;
    }
    let author = new.author.to_ref();
    let client_id = new.client_id.filter(|_| !kernel::sabotaged("no-dedup"));
    if let (Some(who), Some(client)) = (author.id, client_id)
        && let Some(stored) = store::by_client(tx, who, client).await?
    {
        return Ok((by_id(tx, stored).await?, false));
    }
    let reply = match new.reply_to {
        Some(id) => Some(quote(tx, new.thread, id).await?),
        None => None,
    };
    let mut files = new.files;
    if let (Some(owner), false) = (author.id, new.uploads.is_empty()) {
        files.extend(files::attach(tx, &new.uploads, owner, new.thread.uuid()).await?);
    }
    let mentioned = if author.kind == "person" {
        people_in(tx, &new.text).await?
    } else {
        Vec::new()
    };
    let tokens = text::parse(&new.text, &mentioned);
    let id = ctx.ids.next();
    let (seq, ordinal) = store::next_seq(tx, new.thread, id, true).await?;
    let message = Message {
        id,
        thread_id: new.thread,
        seq,
        ordinal,
        client_id,
        at: new.at,
        author,
        kind: if new.placeholder.is_some() {
            "placeholder"
        } else {
            "text"
        }
        .to_owned(),
        placeholder: new.placeholder.unwrap_or_default(),
        hidden: new.hidden,
        text: new.text,
        tokens,
        reply,
        files,
        reactions: Vec::new(),
        mentions: mentioned.iter().map(|(id, _)| *id).collect(),
        event: None,
        edited_at: None,
        deleted_at: None,
        pinned: false,
        delivery: new.delivery,
    };
    if !store::insert(tx, &message, new.reply_to, &words_of(&message)).await? {
        // Another transaction stored the same client id meanwhile; this one's number must not be spent.
        return Err(Error::conflict("messages.twice"));
    }
    for person in &message.mentions {
        store::add_mention(tx, *person, &message).await?;
    }
    if let (Some(person), "person") = (message.author.id, message.author.kind.as_str()) {
        // Who writes has read; so "unread" never counts one's own.
        store::read_to(tx, message.thread_id, person, seq, ordinal).await?;
    }
    Ok((message, true))
}

/// Appends a grey line; it does not make the chat unread.
pub async fn event_line(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    thread: Id<Thread>,
    text: EventText,
) -> Result<Message> {
    let id = ctx.ids.next();
    let (seq, ordinal) = store::next_seq(tx, thread, id, false).await?;
    let args: BTreeMap<String, String> = text
        .args
        .into_iter()
        .map(|(k, v)| (k.to_owned(), v))
        .collect();
    let message = Message {
        id,
        thread_id: thread,
        seq,
        ordinal,
        client_id: None,
        at: ctx.now,
        author: AuthorRef {
            kind: "system".to_owned(),
            id: ctx.actor.person(),
            name: String::new(),
        },
        kind: "event".to_owned(),
        placeholder: String::new(),
        hidden: true,
        text: String::new(),
        tokens: Vec::new(),
        reply: None,
        files: Vec::new(),
        reactions: Vec::new(),
        mentions: Vec::new(),
        event: Some(EventLine {
            code: text.code.to_owned(),
            args,
        }),
        edited_at: None,
        deleted_at: None,
        pinned: false,
        delivery: None,
    };
    store::insert(tx, &message, None, "").await?;
    tell(tx, ctx, "message.added", &message).await?;
    Ok(message)
}

fn words_of(message: &Message) -> String {
    let names: Vec<&str> = message.files.iter().map(|f| f.name.as_str()).collect();
    text::search::words(&format!("{} {}", message.text, names.join(" "))).join(" ")
}

async fn people_in(tx: &mut Tx<'_>, source: &str) -> Result<Vec<(Uuid, String)>> {
    let ids: Vec<Id<Person>> = text::mentioned(source)
        .into_iter()
        .take(50)
        .map(Id::new)
        .collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(accounts::briefs(tx, &ids)
        .await?
        .into_iter()
        .map(|p| (p.id.uuid(), p.name))
        .collect())
}

async fn quote(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    id: Id<Message>,
) -> Result<crate::model::ReplyRef> {
    let same = store::thread_of(tx, id).await.ok() == Some(thread);
    let found = if same {
        store::quotes(tx, vec![id]).await?.remove(&id)
    } else {
        None
    };
    found.ok_or_else(|| Error::field("reply_to", "messages.no_such_reply"))
}

/// Tells the thread's audience of a message.
async fn tell(tx: &mut Tx<'_>, ctx: &Ctx, kind: &'static str, message: &Message) -> Result<()> {
    let audience = accounts::audience(tx, message.thread_id.uuid()).await?;
    let live: Arc<str> = fields(message)?.into();
    journal::append(
        tx,
        ctx,
        Event::fresh(kind, message.id.uuid(), audience, live),
    )
    .await
    .map(drop)
}

/// The fields of a message frame.
pub(crate) fn fields(message: &Message) -> Result<String> {
    Ok(format!(
        "{{\"message\":{}}}",
        serde_json::to_string(message)?
    ))
}

/// Tells everyone that a message changed.
pub async fn changed(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Message>) -> Result<Message> {
    let message = by_id(tx, id).await?;
    tell(tx, ctx, "message.changed", &message).await?;
    Ok(message)
}

/// A message by its id, whoever asks; access is the caller's business.
pub async fn by_id(tx: &mut Tx<'_>, id: Id<Message>) -> Result<Message> {
    store::by_ids(tx, &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)
}

/// The thread a message stands in.
pub async fn thread_of(tx: &mut Tx<'_>, id: Id<Message>) -> Result<Id<Thread>> {
    store::thread_of(tx, id).await
}

/// A message the person may see, with its thread's kind.
pub(crate) async fn open(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Message>,
) -> Result<(Message, ThreadKind)> {
    let thread = store::thread_of(tx, id).await?;
    accounts::access(tx, person, thread.uuid()).await?;
    let kind = store::thread(tx, thread).await?.kind;
    Ok((by_id(tx, id).await?, kind))
}

/// Does something to a message: the domain that owns the chat is asked first, in the same transaction.
pub(crate) async fn act(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    hooks: &Hooks,
    person: Id<Person>,
    id: Id<Message>,
    act: Act,
) -> Result<Message> {
    let (message, kind) = open(tx, person, id).await?;
    match &act {
        Act::Edit(text) => {
            rules::may_change(&message, person.uuid())?;
            rules::check(text, message.files.len())?;
        }
        Act::Delete => rules::may_change(&message, person.uuid())?,
        Act::React { emoji, .. } => rules::emoji(emoji)?,
        Act::Retry(_) | Act::Cancel => {}
    }
    if let Some(hook) = hooks.of(kind) {
        hook(tx, ctx, &message, &act).await?;
    }
    match act {
        Act::Edit(text) => edit(tx, ctx, message, text).await,
        Act::Delete => {
            store::delete(tx, id, ctx.now).await?;
            store::index(tx, id, "").await?;
            changed(tx, ctx, id).await
        }
        Act::React { emoji, on: true } => {
            store::react(tx, id, &emoji, "person", person.uuid(), ctx.now).await?;
            changed(tx, ctx, id).await
        }
        Act::React { emoji, on: false } => {
            store::unreact(tx, id, Some(&emoji), person.uuid()).await?;
            changed(tx, ctx, id).await
        }
        Act::Retry(_) | Act::Cancel => by_id(tx, id).await,
    }
}

async fn edit(tx: &mut Tx<'_>, ctx: &Ctx, mut message: Message, text: String) -> Result<Message> {
    let before = std::mem::replace(&mut message.text, text);
    if before == message.text {
        return Ok(message);
    }
    let mentioned = if message.author.kind == "person" {
        people_in(tx, &message.text).await?
    } else {
        Vec::new()
    };
    message.tokens = text::parse(&message.text, &mentioned);
    message.mentions = mentioned.iter().map(|(id, _)| *id).collect();
    message.edited_at = Some(ctx.now);
    store::save_text(tx, &message, &before, ctx.now).await?;
    for person in &message.mentions {
        store::add_mention(tx, *person, &message).await?;
    }
    store::index(tx, message.id, &words_of(&message)).await?;
    changed(tx, ctx, message.id).await
}

/// A client changed their message at their side.
pub async fn edit_by_peer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Message>,
    text: String,
) -> Result<Message> {
    let message = by_id(tx, id).await?;
    edit(tx, ctx, message, text).await
}

/// A client deleted their message at their side: marked, the words stay in the table (U-32).
pub async fn delete_by_peer(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Message>) -> Result<Message> {
    store::mark_deleted(tx, id, ctx.now).await?;
    changed(tx, ctx, id).await
}

/// A client's reactions as they stand now.
pub async fn react_by_peer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Message>,
    contact: Uuid,
    emoji: &[String],
) -> Result<Message> {
    store::unreact(tx, id, None, contact).await?;
    for one in emoji.iter().filter(|e| rules::emoji(e).is_ok()) {
        store::react(tx, id, one, "contact", contact, ctx.now).await?;
    }
    changed(tx, ctx, id).await
}

/// More files of an album came.
pub async fn add_files(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Message>,
    more: &[FileRef],
    text: Option<String>,
) -> Result<Message> {
    let message = by_id(tx, id).await?;
    let ids: Vec<Id<File>> = message.files.iter().chain(more).map(|f| f.id).collect();
    store::set_files(tx, id, &ids).await?;
    match text.filter(|t| !t.is_empty() && message.text.is_empty()) {
        Some(text) => {
            let mut message = by_id(tx, id).await?;
            message.tokens = text::parse(&text, &[]);
            message.text = text;
            store::save_text(tx, &message, "", ctx.now).await?;
            store::index(tx, id, &words_of(&message)).await?;
            changed(tx, ctx, id).await
        }
        None => changed(tx, ctx, id).await,
    }
}

/// How far a message to a client came.
pub async fn set_delivery(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Message>,
    delivery: &Delivery,
) -> Result<Message> {
    store::set_delivery(tx, id, delivery).await?;
    changed(tx, ctx, id).await
}

/// The client has read up to a message.
pub async fn peer_read(tx: &mut Tx<'_>, id: Id<Thread>, seq: i64) -> Result<bool> {
    Ok(store::set_peer_read(tx, id, seq).await? > 0)
}

/// A window of a thread; access is the caller's business.
pub async fn page(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Thread>,
    which: Window,
    limit: i64,
) -> Result<MessagePage> {
    let thread = store::thread(tx, id).await?;
    let limit = limit.clamp(1, WINDOW);
    let messages = match which {
        Window::Newest => store::before(tx, id, i64::MAX, limit).await?,
        Window::Before(seq) => store::before(tx, id, seq, limit).await?,
        Window::After(seq) => store::after(tx, id, seq, limit).await?,
        Window::Around(seq) => {
            let mut older = store::before(tx, id, seq, limit / 2).await?;
            older.extend(store::after(tx, id, seq - 1, limit - limit / 2).await?);
            older
        }
    };
    let mut positions = store::positions(tx, id, POSITIONS + 1).await?;
    if positions.len() > 50 {
        positions = store::position(tx, id, person.uuid())
            .await?
            .into_iter()
            .collect();
    }
    Ok(MessagePage {
        has_older: messages.first().is_some_and(|m| m.seq > 1),
        has_newer: messages.last().is_some_and(|m| m.seq < thread.last_seq),
        messages,
        positions,
        peer_read_seq: thread.peer_read_seq,
    })
}

/// Which window.
#[derive(Clone, Copy, Debug)]
pub enum Window {
    /// The newest messages.
    Newest,
    /// Older than a number.
    Before(i64),
    /// Newer than a number.
    After(i64),
    /// On both sides of a number.
    Around(i64),
}

pub(crate) async fn pins(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Vec<Message>> {
    store::pinned(tx, id).await
}

/// Pins a message to its thread, or takes the pin out.
pub(crate) async fn pin(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Message>,
    on: bool,
) -> Result<Message> {
    let (message, _) = open(tx, person, id).await?;
    if message.deleted_at.is_some() {
        return Err(Error::conflict("messages.cannot_edit"));
    }
    store::set_pinned(tx, id, on).await?;
    changed(tx, ctx, id).await
}

/// Moves one's read position; back only when asked ("mark unread from here"). Answers the new position to be told.
pub(crate) async fn read(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    seq: i64,
    back: bool,
) -> Result<Option<(Position, Vec<Uuid>)>> {
    accounts::access(tx, person, id.uuid()).await?;
    let thread = store::thread(tx, id).await?;
    let seq = seq.clamp(0, thread.last_seq);
    let ordinal = store::ordinal_at(tx, id, seq).await?;
    let moved = if back {
        store::unread_from(tx, id, person.uuid(), seq, ordinal).await?;
        1
    } else {
        store::read_to(tx, id, person.uuid(), seq, ordinal).await?
    };
    if moved == 0 {
        return Ok(None);
    }
    if !back && seq == thread.last_seq {
        notifications::done_in_thread(tx, ctx, id.uuid(), Some(person)).await?;
    }
    tell_mine(tx, ctx, person, id).await?;
    let position = store::position(tx, id, person.uuid()).await?;
    let audience = accounts::audience(tx, id.uuid()).await?;
    Ok(position.map(|p| (p, audience)))
}

/// A device of mine has messages up to here; answers the position to be told if it moved.
pub(crate) async fn delivered(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Thread>,
    seq: i64,
) -> Result<Option<(Position, Vec<Uuid>)>> {
    accounts::access(tx, person, id.uuid()).await?;
    let thread = store::thread(tx, id).await?;
    if store::delivered_to(tx, id, person.uuid(), seq.clamp(0, thread.last_seq)).await? == 0 {
        return Ok(None);
    }
    let position = store::position(tx, id, person.uuid()).await?;
    let audience = accounts::audience(tx, id.uuid()).await?;
    Ok(position.map(|p| (p, audience)))
}

/// Keeps what I began to write, for all my devices.
pub(crate) async fn draft(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    text: &str,
    hidden: bool,
) -> Result<()> {
    accounts::access(tx, person, id.uuid()).await?;
    if text.chars().count() > rules::LONGEST {
        return Err(Error::field("text", "messages.too_long").arg("limit", rules::LONGEST));
    }
    store::save_draft(tx, person, id, text, hidden, ctx.now).await?;
    tell_mine(tx, ctx, person, id).await
}

/// Tells a person's devices their own state of a chat.
pub async fn tell_mine(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
) -> Result<()> {
    let Some(mine) = store::mine(tx, person.uuid(), &[id]).await?.pop() else {
        return Ok(());
    };
    // The draft is the person's own text: it goes to their sockets, not into the journal.
    let live = serde_json::to_string(&mine)?.into();
    let event = Event {
        kind: "chat.mine",
        subject: id.uuid(),
        audience: vec![person.uuid()],
        change: Some(json!({"id": id, "person": person})),
        live: Some(live),
    };
    journal::append(tx, ctx, event).await.map(drop)
}

/// A person's own state of several threads, in no order.
pub async fn mine(tx: &mut Tx<'_>, person: Id<Person>, ids: &[Id<Thread>]) -> Result<Vec<Mine>> {
    store::mine(tx, person.uuid(), ids).await
}

/// Mutes or pins a chat for oneself.
pub async fn set_flags(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    muted: Option<bool>,
    pinned: Option<bool>,
) -> Result<()> {
    let now = store::mine(tx, person.uuid(), &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)?;
    let (muted, pinned) = (muted.unwrap_or(now.muted), pinned.unwrap_or(now.pinned));
    store::set_flags(tx, id, person.uuid(), muted, pinned).await?;
    tell_mine(tx, ctx, person, id).await
}

/// The last line of several threads with their newest numbers.
pub async fn last_lines(
    tx: &mut Tx<'_>,
    ids: &[Id<Thread>],
) -> Result<Vec<(Id<Thread>, i64, i64, Option<LastLine>)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store::last_rows(tx, ids)
        .await?
        .into_iter()
        .map(line)
        .collect())
}

fn line(row: store::LastRow) -> (Id<Thread>, i64, i64, Option<LastLine>) {
    let last = row.seq.zip(row.at).map(|(seq, at)| LastLine {
        seq,
        at,
        author_kind: row.author_kind.unwrap_or_default(),
        author_id: row.author_id,
        author_name: row.author_name.unwrap_or_default(),
        excerpt: match (
            row.deleted_at,
            &row.event,
            row.text.as_deref().unwrap_or_default(),
        ) {
            (Some(_), _, _) => String::new(),
            // A grey line's sentence is written by the reader's own catalog; its code is enough here.
            (None, Some(event), _) => format!("event:{}", event.0.code),
            (None, None, "") => match row.files.map(|f| f.0.len()) {
                Some(count) if count > 0 => format!("files:{count}"),
                _ => format!("placeholder:{}", row.placeholder.unwrap_or_default()),
            },
            (None, None, text) => text::excerpt(text, 160),
        },
        hidden: row.hidden.unwrap_or_default(),
    });
    (row.thread, row.last_seq, row.last_ordinal, last)
}
