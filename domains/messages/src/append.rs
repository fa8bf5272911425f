//! Appending: the hot path. What waits together is stored together (architecture.md 2.6): one number range per chat, one
//! look for repeated sends, one journal entry each; a single message is a batch of one.

use crate::{
    actions::by_id,
    extras::Extras,
    model::{AuthorRef, Delivery, Message, ReplyRef, Thread},
    previews, rules, store,
};
use accounts::Person;
use db::Tx;
use files::{File, FileRef};
use journal::Event;
use kernel::{Ctx, Error, Id, Moment, Result, Uuid};
use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    sync::Arc,
};

/// Who writes.
#[derive(Clone, Debug)]
pub enum Author {
    /// A colleague.
    Person(Id<Person>, String),
    /// One of ours who wrote in the messenger's own application, by the name they have there.
    Elsewhere(String),
    /// A client.
    Contact(Uuid, String),
    /// An automaton at the client's side, or the messenger.
    Bot(String),
    /// A queue of ours that speaks by itself, by the name clients see: a bot whose words are news to none of us.
    Queue(String),
    /// Beseda.
    System,
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
    /// The text's [`words`](text::search::words), where they were found beforehand: a lane does not wait for that.
    pub words: Option<Vec<String>>,
    /// What it has beside its words.
    pub extras: Option<Box<Extras>>,
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
            words: None,
            extras: None,
        }
    }
}

impl Author {
    const fn id(&self) -> Option<Uuid> {
        match self {
            Self::Person(id, _) => Some(id.uuid()),
            Self::Contact(id, _) => Some(*id),
            Self::Elsewhere(_) | Self::Bot(_) | Self::Queue(_) | Self::System => None,
        }
    }
    fn to_ref(&self) -> AuthorRef {
        let (kind, id, name) = match self {
            Self::Person(id, name) => ("person", Some(id.uuid()), name.as_str()),
            Self::Elsewhere(name) => ("person", None, name.as_str()),
            Self::Contact(id, name) => ("contact", Some(*id), name.as_str()),
            Self::Bot(name) | Self::Queue(name) => ("bot", None, name.as_str()),
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
    only(append_all(tx, vec![(ctx, new)]).await?)
}

/// Appends messages of several people to several threads, in order; as [`append`] for each. A refusal of one is a refusal
/// of all: the lane then tries them one by one.
pub async fn append_all(
    tx: &mut Tx<'_>,
    news: Vec<(&Ctx, NewMessage)>,
) -> Result<Vec<(Message, bool)>> {
    let contexts: Vec<&Ctx> = news.iter().map(|(ctx, _)| *ctx).collect();
    let stored = store_all(tx, news).await?;
    let told = contexts.into_iter().zip(&stored);
    let fresh: Vec<(&Ctx, &Message)> = told
        .filter(|(_, (_, fresh))| *fresh)
        .map(|(ctx, (message, _))| (ctx, message))
        .collect();
    tell_all(tx, "message.added", &fresh).await?;
    for (ctx, message) in fresh {
        previews::plan(tx, ctx, message).await?;
    }
    Ok(stored)
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
    only(store_all(tx, vec![(ctx, new)]).await?)
}

/// A message about to be numbered.
struct Draft {
    /// Its place among those appended together.
    place: usize,
    message: Message,
    reply_to: Option<Id<Message>>,
    words: String,
    /// It makes unread.
    counts: bool,
}

async fn store_all(tx: &mut Tx<'_>, news: Vec<(&Ctx, NewMessage)>) -> Result<Vec<(Message, bool)>> {
    let known = sent_before(tx, &news).await?;
    let mut out: Vec<Option<(Message, bool)>> = Vec::new();
    let mut drafts = Vec::with_capacity(news.len());
    for (place, (ctx, mut new)) in news.into_iter().enumerate() {
        new.client_id = new.client_id.filter(|_| !kernel::sabotaged("no-dedup"));
        out.push(match known.get(&place) {
            Some(id) => Some((by_id(tx, *id).await?, false)),
            None => {
                drafts.push(draft(tx, ctx, place, new).await?);
                None
            }
        });
    }
    number(tx, &mut drafts).await?;
    let rows: Vec<_> = drafts
        .iter()
        .map(|d| (&d.message, d.reply_to, d.words.as_str()))
        .collect();
    if !store::insert(tx, &rows).await? {
        // Another transaction stored the same client id meanwhile; these numbers must not be spent.
        return Err(Error::conflict("messages.twice"));
    }
    mention_and_read(tx, &drafts).await?;
    for draft in drafts {
        out[draft.place] = Some((draft.message, true));
    }
    Ok(out.into_iter().flatten().collect())
}

/// Which of these their authors sent before, under the same client id.
async fn sent_before(
    tx: &mut Tx<'_>,
    news: &[(&Ctx, NewMessage)],
) -> Result<HashMap<usize, Id<Message>>> {
    let keys = news.iter().enumerate().filter_map(|(place, (_, new))| {
        let author = new.author.id()?;
        let client = new.client_id.filter(|_| !kernel::sabotaged("no-dedup"))?;
        Some((place, (author, client)))
    });
    let keys: Vec<(usize, (Uuid, Uuid))> = keys.collect();
    let found = store::by_clients(tx, keys.iter().map(|(_, key)| *key)).await?;
    let known = keys.into_iter();
    Ok(known
        .filter_map(|(place, key)| Some((place, *found.get(&key)?)))
        .collect())
}

async fn draft(tx: &mut Tx<'_>, ctx: &Ctx, place: usize, new: NewMessage) -> Result<Draft> {
    if new.placeholder.is_none() {
        let cards = new.extras.as_ref().map_or(0, |e| e.cards.len());
        rules::check(&new.text, new.uploads.len() + new.files.len() + cards)?;
    }
    let counts = !matches!(new.author, Author::Queue(_));
    let author = new.author.to_ref();
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
    let extras = new.extras.filter(|e| !e.is_empty());
    // Who was named where it was written first is not named again by whoever passes it on.
    let passed_on = extras.as_ref().is_some_and(|e| e.forwarded.is_some());
    let kind = if new.placeholder.is_some() {
        "placeholder"
    } else {
        "text"
    };
    let message = Message {
        id: ctx.ids.next(),
        thread_id: new.thread,
        seq: 0,
        ordinal: 0,
        client_id: new.client_id,
        at: new.at,
        author,
        kind: kind.to_owned(),
        placeholder: new.placeholder.unwrap_or_default(),
        hidden: new.hidden,
        tokens: text::parse(&new.text, &mentioned),
        text: new.text,
        reply,
        files,
        reactions: Vec::new(),
        mentions: if passed_on {
            Vec::new()
        } else {
            mentioned.iter().map(|(id, _)| *id).collect()
        },
        event: None,
        edited_at: None,
        deleted_at: None,
        pinned: false,
        delivery: new.delivery,
        extras,
    };
    let words = new
        .words
        .unwrap_or_else(|| text::search::words(&message.text));
    let words = with_names(words, &message);
    Ok(Draft {
        place,
        message,
        words,
        reply_to: new.reply_to,
        counts,
    })
}

/// Gives each its number, a range per thread. Threads are taken in the order of their ids, so that two batches on
/// `PostgreSQL` never wait for each other in a circle.
async fn number(tx: &mut Tx<'_>, drafts: &mut [Draft]) -> Result<()> {
    let mut by_thread: BTreeMap<Id<Thread>, Vec<&mut Draft>> = BTreeMap::new();
    for draft in drafts {
        let of_thread = by_thread.entry(draft.message.thread_id).or_default();
        of_thread.push(draft);
    }
    for (thread, mut drafts) in by_thread {
        let count = i64::try_from(drafts.len()).unwrap_or(i64::MAX);
        let counted = drafts.iter().filter(|d| d.counts).count();
        let counted = i64::try_from(counted).unwrap_or(i64::MAX);
        let Some(newest) = drafts.last().map(|d| d.message.id) else {
            continue;
        };
        let (seq, last) = store::next_seqs(tx, thread, newest, count, counted).await?;
        let mut ordinal = last - counted;
        for (draft, back) in drafts.iter_mut().zip((0..count).rev()) {
            ordinal += i64::from(draft.counts);
            draft.message.seq = seq - back;
            draft.message.ordinal = ordinal;
        }
    }
    Ok(())
}

/// Notes who is named; and who writes has read, so that "unread" never counts one's own.
async fn mention_and_read(tx: &mut Tx<'_>, drafts: &[Draft]) -> Result<()> {
    let mut read = BTreeMap::new();
    for Draft { message, .. } in drafts {
        for person in &message.mentions {
            store::add_mention(tx, *person, message).await?;
        }
        if let (Some(person), "person") = (message.author.id, message.author.kind.as_str()) {
            read.insert((message.thread_id, person), (message.seq, message.ordinal));
        }
    }
    for ((thread, person), (seq, ordinal)) in read {
        store::read_to(tx, thread, person, seq, ordinal).await?;
    }
    Ok(())
}

fn only<T>(mut all: Vec<T>) -> Result<T> {
    all.pop()
        .ok_or_else(|| Error::fault("a batch of one answered nothing"))
}

pub(crate) fn words_of(message: &Message) -> String {
    with_names(text::search::words(&message.text), message)
}

/// What the index keeps of a message: its text's words and those of its files' names.
fn with_names(mut words: Vec<String>, message: &Message) -> String {
    let names = message.files.iter().map(|file| file.name.as_str());
    words.extend(names.flat_map(text::search::words));
    words.extend(crate::search::marks(message));
    words.join(" ")
}

pub(crate) async fn people_in(tx: &mut Tx<'_>, source: &str) -> Result<Vec<(Uuid, String)>> {
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

async fn quote(tx: &mut Tx<'_>, thread: Id<Thread>, id: Id<Message>) -> Result<ReplyRef> {
    let same = store::thread_of(tx, id).await.ok() == Some(thread);
    let found = if same {
        store::quotes(tx, vec![id]).await?.remove(&id)
    } else {
        None
    };
    found.ok_or_else(|| Error::field("reply_to", "messages.no_such_reply"))
}

/// Tells the thread's audience of a message.
pub(crate) async fn tell(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kind: &'static str,
    message: &Message,
) -> Result<()> {
    tell_all(tx, kind, &[(ctx, message)]).await
}

async fn tell_all(
    tx: &mut Tx<'_>,
    kind: &'static str,
    messages: &[(&Ctx, &Message)],
) -> Result<()> {
    let mut audiences = HashMap::new();
    let mut events = Vec::with_capacity(messages.len());
    for (ctx, message) in messages {
        let thread = message.thread_id;
        let audience = match audiences.entry(thread) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(accounts::audience(tx, thread.uuid()).await?),
        };
        let live: Arc<str> = fields(message)?.into();
        let event = Event::fresh(kind, message.id.uuid(), audience.clone(), live);
        events.push((*ctx, event));
    }
    journal::append_all(tx, events).await.map(drop)
}

/// The fields of a message frame.
pub(crate) fn fields(message: &Message) -> Result<String> {
    Ok(format!(
        "{{\"message\":{}}}",
        serde_json::to_string(message)?
    ))
}
