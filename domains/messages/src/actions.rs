//! Use cases of messages: append, change, react, read; all inside the transaction of whoever calls.

use crate::{
    DELETED,
    append::{people_in, tell, words_of},
    deleting,
    hooks::{Act, Hooks},
    model::{
        AuthorRef, Delivery, EventLine, LastLine, Message, MessagePage, Mine, Position, Thread,
        ThreadKind,
    },
    previews, rules, store,
};
use accounts::Person;
use db::Tx;
use files::{File, FileRef};
use journal::Event;
use kernel::{Ctx, Error, Id, Moment, Result, Uuid};
use notifications::{NoticeKind, Tell};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Chats larger than this tell positions only to their owner: the cost of a message must not grow with its readers.
const POSITIONS: i64 = 50;
/// Messages of one window at most.
const WINDOW: i64 = 200;

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

/// Appends a grey line; it does not make the chat unread.
pub async fn event_line(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    thread: Id<Thread>,
    text: EventText,
) -> Result<Message> {
    let id = ctx.ids.next();
    let (seq, ordinal) = store::next_seqs(tx, thread, id, 1, 0).await?;
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
        extras: None,
    };
    store::insert(tx, &[(&message, None, "")]).await?;
    tell(tx, ctx, "message.added", &message).await?;
    Ok(message)
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

/// Several messages, in no order; unknown ids are left out.
pub async fn by_ids(tx: &mut Tx<'_>, ids: &[Id<Message>]) -> Result<Vec<Message>> {
    store::by_ids(tx, ids).await
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
        Act::Delete { .. } => rules::may_change(&message, person.uuid())?,
        Act::React { emoji, .. } => rules::emoji(emoji)?,
        Act::Retry(_) | Act::Cancel => {}
    }
    if let Some(hook) = hooks.of(kind) {
        hook(tx, ctx, &message, &act).await?;
    }
    match act {
        Act::Edit(text) => edit(tx, ctx, message, text).await,
        Act::Delete { .. } => deleting::delete(tx, ctx, person, &message).await,
        Act::React { emoji, on: true } => {
            store::react(tx, id, &emoji, "person", person.uuid(), ctx.now).await?;
            tell_reaction(tx, ctx, person, kind, &message, &emoji).await?;
            changed(tx, ctx, id).await
        }
        Act::React { emoji, on: false } => {
            store::unreact(tx, id, Some(&emoji), person.uuid()).await?;
            changed(tx, ctx, id).await
        }
        Act::Retry(_) | Act::Cancel => by_id(tx, id).await,
    }
}

/// Puts other words in place of those a person wrote, whichever program they did it in.
pub async fn edit_own(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    hooks: &Hooks,
    person: Id<Person>,
    id: Id<Message>,
    text: String,
) -> Result<Message> {
    act(tx, ctx, hooks, person, id, Act::Edit(text)).await
}

/// Tells the colleague who wrote a message that it was reacted to.
async fn tell_reaction(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    by: Id<Person>,
    kind: ThreadKind,
    message: &Message,
    emoji: &str,
) -> Result<()> {
    let (Some(author), "person") = (message.author.id, message.author.kind.as_str()) else {
        return Ok(());
    };
    let author = Id::new(author);
    // Somebody who is no longer in the chat hears nothing of it.
    if author == by
        || accounts::reasons(tx, author, message.thread_id.uuid())
            .await?
            .is_empty()
    {
        return Ok(());
    }
    let what = Tell {
        kind: NoticeKind::Reaction,
        thread_id: Some(message.thread_id.uuid()),
        thread_kind: Some(kind.word()),
        message_id: Some(message.id.uuid()),
        title: accounts::brief(tx, by).await?.name,
        text: format!("{emoji} {}", text::excerpt(&message.text, 160)),
    };
    notifications::tell(tx, ctx, &[author], &what).await
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
    // What it linked to may be gone from it; the page it links to now is looked at anew.
    if let Some(extras) = message.extras.as_mut().filter(|e| e.preview.is_some()) {
        extras.preview = None;
        let kept = Some(extras.as_ref()).filter(|e| !e.is_empty());
        store::kept::save_extras(tx, message.id, kept).await?;
    }
    previews::plan(tx, ctx, &message).await?;
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
    // Nobody finds by a search what only some may read.
    store::index(tx, id, "").await?;
    changed(tx, ctx, id).await
}

/// What a message said before. What one of us deleted has no history either, also while the deletion can be taken back; what
/// a client took back ends with its last words, for those who may read them.
pub(crate) async fn history(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    message: &Message,
) -> Result<Vec<(Moment, String)>> {
    let Some(deleted_at) = message.deleted_at else {
        return store::versions(tx, message.id).await;
    };
    let theirs = message.author.kind == "contact";
    if !theirs || accounts::may(tx, person, DELETED).await?.is_none() {
        return Ok(Vec::new());
    }
    let mut versions = store::versions(tx, message.id).await?;
    versions.extend(
        store::deleted_words(tx, message.id)
            .await?
            .map(|words| (deleted_at, words)),
    );
    Ok(versions)
}

/// Whether a client's reactions are these and no others.
pub async fn reacts_so(
    tx: &mut Tx<'_>,
    id: Id<Message>,
    contact: Uuid,
    emoji: &[String],
) -> Result<bool> {
    let had: BTreeSet<String> = store::reactions_by(tx, id, contact)
        .await?
        .into_iter()
        .map(|(one,)| one)
        .collect();
    let told = emoji.iter().filter(|e| rules::emoji(e).is_ok()).cloned();
    Ok(had == told.collect())
}

/// A client's reactions as they stand now; told again, they change nothing.
pub async fn react_by_peer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Message>,
    contact: Uuid,
    emoji: &[String],
) -> Result<Message> {
    if reacts_so(tx, id, contact, emoji).await? {
        return by_id(tx, id).await;
    }
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

/// A placeholder is understood after all: the words and files take its place, in the same line of the talk (M-01).
pub async fn understood(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Message>,
    text: String,
    files: &[FileRef],
) -> Result<Message> {
    let mut message = by_id(tx, id).await?;
    message.tokens = text::parse(&text, &[]);
    message.text = text;
    let ids: Vec<Id<File>> = files.iter().map(|f| f.id).collect();
    store::set_files(tx, id, &ids).await?;
    store::set_understood(tx, &message).await?;
    let message = by_id(tx, id).await?;
    store::index(tx, id, &words_of(&message)).await?;
    changed(tx, ctx, id).await
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
    let mut period = None;
    // Whether newer ones are left is told by a full page, not by the thread's last number: that one may be put away.
    let full =
        |messages: &[Message], limit: i64| i64::try_from(messages.len()).is_ok_and(|n| n >= limit);
    let (messages, more) = match which {
        Window::Newest => (store::before(tx, person, id, i64::MAX, limit).await?, false),
        Window::Before(seq) => (store::before(tx, person, id, seq, limit).await?, true),
        Window::After(seq) => {
            let newer = store::after(tx, person, id, seq, limit).await?;
            let more = full(&newer, limit);
            (newer, more)
        }
        Window::Around(seq) => around(tx, person, id, seq, limit).await?,
        Window::At(moment) => match store::kept::first_since(tx, id, moment).await? {
            Some(seq) => around(tx, person, id, seq, limit).await?,
            None => (store::before(tx, person, id, i64::MAX, limit).await?, false),
        },
        Window::Period { from, to, after } => {
            let (_, last, all) = store::kept::period(tx, id, from, to).await?;
            let span = (from, to);
            let hidden = store::kept::hidden_in_period(tx, person, id, span).await?;
            period = Some((last, all - hidden));
            let of_period = store::kept::of_period(tx, person, id, span, after, limit).await?;
            let more = full(&of_period, limit);
            (of_period, more)
        }
    };
    let mut positions = store::positions(tx, id, POSITIONS + 1).await?;
    if positions.len() > 50 {
        positions = store::position(tx, id, person.uuid())
            .await?
            .into_iter()
            .collect();
    }
    let ids = messages.iter().map(|m| m.id).collect();
    let saved = store::kept::saved_among(tx, person, ids).await?;
    let last = period.map_or(thread.last_seq, |(last, _)| last);
    Ok(MessagePage {
        has_older: period.is_none() && messages.first().is_some_and(|m| m.seq > 1),
        has_newer: more && messages.last().is_some_and(|m| m.seq < last),
        messages,
        saved,
        positions,
        peer_read_seq: thread.peer_read_seq,
        count: period.map(|(_, count)| count),
    })
}

async fn around(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Thread>,
    seq: i64,
    limit: i64,
) -> Result<(Vec<Message>, bool)> {
    let mut older = store::before(tx, person, id, seq, limit / 2).await?;
    let half = limit - limit / 2;
    let newer = store::after(tx, person, id, seq - 1, half).await?;
    let more = i64::try_from(newer.len()).is_ok_and(|n| n >= half);
    older.extend(newer);
    Ok((older, more))
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
    /// On both sides of the first message at or after a moment; the newest when there is none.
    At(Moment),
    /// A period, a page after a number (S2-25, S2-26).
    Period {
        /// Not before.
        from: Moment,
        /// Before.
        to: Moment,
        /// Only larger numbers.
        after: i64,
    },
}

pub(crate) async fn pins(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Thread>,
) -> Result<Vec<Message>> {
    store::pinned(tx, person, id).await
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

/// Up to which number a person has read; 0 before they have.
pub async fn read_position(tx: &mut Tx<'_>, person: Id<Person>, id: Id<Thread>) -> Result<i64> {
    let position = store::position(tx, id, person.uuid()).await?;
    Ok(position.map_or(0, |p| p.read_seq))
}

/// Marks all that stands in a thread as read by these people: history that was brought along is not news to anybody.
pub async fn all_read(tx: &mut Tx<'_>, id: Id<Thread>, people: &[Id<Person>]) -> Result<()> {
    let thread = store::thread(tx, id).await?;
    for person in people {
        let (seq, ordinal) = (thread.last_seq, thread.last_ordinal);
        store::read_to(tx, id, person.uuid(), seq, ordinal).await?;
    }
    Ok(())
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

/// What somebody began to write.
pub(crate) struct NewDraft<'a> {
    pub(crate) text: &'a str,
    pub(crate) hidden: bool,
    /// What it was typed over, as far as its device knows.
    pub(crate) base: Option<&'a str>,
}

/// Keeps what I began to write, for all my devices; words of another device that this one has not seen are not overwritten.
pub(crate) async fn draft(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    NewDraft { text, hidden, base }: NewDraft<'_>,
) -> Result<()> {
    accounts::access(tx, person, id.uuid()).await?;
    if let Some(base) = base {
        let now = store::draft(tx, person, id).await?;
        if now != base && now != text {
            return Err(Error::conflict("messages.draft_differs"));
        }
    }
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

/// Who has muted a thread.
pub async fn who_muted(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Vec<Id<Person>>> {
    store::who_muted(tx, id).await
}

/// What changes of one's own switches of a chat; absent ones stay.
#[derive(Clone, Copy, Debug, Default)]
pub struct FlagsPatch {
    /// No sound, no notice.
    pub muted: Option<bool>,
    /// On top of the list.
    pub pinned: Option<bool>,
    /// Put away, out of the list.
    pub archived: Option<bool>,
}

/// Mutes, pins or archives a chat for oneself.
pub async fn set_flags(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    change: FlagsPatch,
) -> Result<()> {
    let now = store::mine(tx, person.uuid(), &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)?;
    let flags = store::Flags {
        muted: change.muted.unwrap_or(now.muted),
        pinned: change.pinned.unwrap_or(now.pinned),
        archived: change.archived.unwrap_or(now.archived),
    };
    store::set_flags(tx, id, person.uuid(), flags).await?;
    tell_mine(tx, ctx, person, id).await
}

/// When the client of a thread wrote last, by the messenger's clock; deleted messages count, they were written.
pub async fn last_of_client(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Option<Moment>> {
    store::last_of_client(tx, id).await
}

/// When the client last wrote in each of these threads; those where they never did are missing.
pub async fn last_of_clients(
    tx: &mut Tx<'_>,
    ids: &[Id<Thread>],
) -> Result<HashMap<Id<Thread>, Moment>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    store::last_of_clients(tx, ids).await
}

/// The client's newest message in a thread.
pub async fn last_of_client_id(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Option<Id<Message>>> {
    store::last_of_client_id(tx, id).await
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

/// Those of several threads whose last line this person put away for themselves, with the last that they see.
pub async fn last_lines_of(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    ids: &[Id<Thread>],
) -> Result<Vec<(Id<Thread>, Option<LastLine>)>> {
    let mut out = Vec::new();
    if ids.is_empty() {
        return Ok(out);
    }
    for thread in store::last_put_away(tx, person, ids).await? {
        let row = store::last_row_of(tx, person, thread).await?;
        out.push((thread, row.and_then(|row| line(row).3)));
    }
    Ok(out)
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
