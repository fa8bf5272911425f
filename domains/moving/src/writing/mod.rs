//! The run: the stream is written in batches, each with its place in the stream in one transaction, so that whoever goes on
//! after a stop goes on exactly there; and what is in `imported` never comes twice.

mod back;
mod getting;
mod work;

pub(crate) use back::back;

use crate::{
    actions,
    archive::Archive,
    item::{ChatItem, Item, MessageItem, PersonItem, Read, Sink, TopicItem},
    looking,
    model::{Becomes, Import},
    readers::Format,
    rules, store,
};
use accounts::Person;
use db::Tx;
use files::File;
use kernel::{Actor, Ctx, Error, Id, Language, Result, Uuid};
use messages::Thread;
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use team::bringing;
use tokio::sync::mpsc;
use web::{BoxFuture, House};

/// The job that runs one import for a while, and the one that takes a run back.
pub(crate) const RUN: &str = "moving.run";
pub(crate) const BACK: &str = "moving.back";

/// Pieces written together.
const BATCH: usize = 100;
/// How long a job writes before it lets others have its place, below a worker's lease. Passing over what is done already
/// does not count, or the end of a large archive would never come.
const TURN: Duration = Duration::from_secs(45);
/// The names of what came are made below this one.
const SPACE: Uuid = Uuid::from_u128(0x0b5e_da00_0000_7000_8000_0000_0000_0037);

fn key(run: &Import, kind: &str, id: &str) -> Uuid {
    let name = format!("{}\u{0}{kind}\u{0}{id}", run.format.word());
    Uuid::new_v5(&SPACE, name.as_bytes())
}

/// Who is who and which chat is which, so far.
#[derive(Clone, Default)]
struct Known {
    people: HashMap<String, (Option<Id<Person>>, String)>,
    chats: HashMap<String, Id<Thread>>,
}

/// A message with what was got ready for it outside the transaction.
struct Ready {
    item: MessageItem,
    files: Vec<File>,
    missing: u64,
}

enum Piece {
    Person(PersonItem),
    Chat(ChatItem),
    Topic(TopicItem),
    Message(Box<Ready>),
}

/// Does the job.
pub(crate) fn job(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id: Id<Import> = serde_json::from_value(payload["id"].clone())?;
        let run = house
            .read(async move |tx: &mut Tx<'_>| store::import(tx, id).await)
            .await?;
        if run.state != "running" {
            return Ok(());
        }
        let place = Arc::new(Mutex::new(String::new()));
        let Err(error) = go(&house, run, Arc::clone(&place)).await else {
            return Ok(());
        };
        tracing::warn!(%error, "an import stopped");
        let code = error.code().unwrap_or("moving.fault");
        let place = place.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let ctx = house.system();
        house
            .write(async move |tx: &mut Tx<'_>| {
                let why = (code, place.as_str());
                store::fail(tx, id, ("running", "failed"), why, ctx.now).await?;
                actions::tell(tx, &ctx, id).await
            })
            .await
    })
}

/// Reads the archive from its start, passes over what is done, and writes the rest until the turn is over.
async fn go(house: &House, run: Import, place: Arc<Mutex<String>>) -> Result<()> {
    let mut until = None;
    let archive = looking::bytes(house, &run).await?;
    let format = run.format;
    let (send, mut take) = mpsc::channel::<Item>(4 * BATCH);
    let reading = tokio::task::spawn_blocking(move || -> Read<()> {
        let mut archive = Archive::open(archive)?;
        let mut put = |item| send.blocking_send(item).is_ok();
        format.read(&mut archive, &mut Sink::new(&mut put))
    });
    let beside = Archive::open(looking::bytes(house, &run).await?);
    let beside = beside.map_err(|t| Error::invalid(t.code))?;
    let mut writer = Writer::new(house, run, Arc::clone(&place), beside).await?;
    let mut passed = 0;
    let mut batch = Vec::with_capacity(BATCH);
    while take.recv_many(&mut batch, BATCH).await > 0 {
        let skip = usize::try_from(writer.run.position - passed).unwrap_or(0);
        let skip = skip.min(batch.len());
        passed += i64::try_from(skip).unwrap_or(0);
        let rest: Vec<Item> = batch.drain(..).skip(skip).collect();
        if rest.is_empty() {
            continue;
        }
        let until = *until.get_or_insert_with(|| house.clock().now() + TURN);
        passed += i64::try_from(rest.len()).unwrap_or(0);
        if !writer.batch(rest).await? {
            return Ok(());
        }
        if house.clock().now() > until {
            return writer.hand_on().await;
        }
    }
    if let Err(trouble) = reading.await.map_err(Error::fault)? {
        *place.lock().unwrap_or_else(PoisonError::into_inner) = trouble.place;
        return Err(Error::invalid(trouble.code));
    }
    writer.end().await
}

struct Writer<'h> {
    house: &'h House,
    run: Import,
    ctx: Ctx,
    place: Arc<Mutex<String>>,
    beside: Arc<Mutex<Archive>>,
    known: Known,
}

impl<'h> Writer<'h> {
    async fn new(
        house: &'h House,
        run: Import,
        place: Arc<Mutex<String>>,
        beside: Archive,
    ) -> Result<Self> {
        let format = run.format.word();
        let ours = run.format == Format::Beseda;
        let there = run.report.iter().flat_map(|r| &r.chats);
        let there: Vec<Id<Thread>> = there.filter_map(|c| c.id.parse().ok()).collect();
        let (people, mut chats, all) = house
            .read(async move |tx: &mut Tx<'_>| {
                let people = looking::known(tx, format, ours).await?;
                // An archive of this very company names the chats that are here.
                let mut chats: HashMap<String, Uuid> = HashMap::new();
                if ours {
                    let here = bringing::chats(tx, &there).await?;
                    chats.extend(here.iter().map(|c| (c.id.to_string(), c.id.uuid())));
                }
                chats.extend(store::known(tx, format, "chat").await?);
                Ok((people, chats, accounts::everybody(tx).await?))
            })
            .await?;
        let mut known = Known::default();
        for found in run.report.iter().flat_map(|r| &r.people) {
            let (becomes, chosen) = rules::chosen(found, &run.mapping);
            let id = match becomes {
                Becomes::Person => chosen,
                Becomes::Former => people.get(&found.id).map(|id| Id::new(*id)),
                Becomes::Name => None,
            };
            let person = id.and_then(|id| all.iter().find(|p| p.id == id));
            let name = person.map_or(&found.name, |p| &p.name).clone();
            // A former colleague who is not here yet is made when the stream names them.
            if person.is_some() || becomes == Becomes::Name {
                known
                    .people
                    .insert(found.id.clone(), (person.map(|p| p.id), name));
            }
        }
        let chats = chats.drain().map(|(there, here)| (there, Id::new(here)));
        known.chats = chats.collect();
        Ok(Self {
            ctx: house.ctx(Actor::Person(run.person_id.uuid()), Language::default()),
            house,
            run,
            place,
            beside: Arc::new(Mutex::new(beside)),
            known,
        })
    }

    /// Writes one batch; `false` when somebody else is at it, or it was stopped.
    async fn batch(&mut self, items: Vec<Item>) -> Result<bool> {
        let from = self.run.position;
        let to = from + i64::try_from(items.len()).unwrap_or(0);
        let here = self.here(&items).await?;
        let mut made = self.run.made.clone();
        let mut pieces = Vec::with_capacity(items.len());
        for item in items {
            pieces.push(match item {
                Item::Person(person) => Piece::Person(person),
                Item::Chat(chat) => Piece::Chat(chat),
                Item::Topic(topic) => Piece::Topic(topic),
                Item::Message(item) => {
                    if here.contains_key(&key(&self.run, "message", &item.id)) {
                        made.already += 1;
                        continue;
                    }
                    self.at(&item.id);
                    let ready = getting::ready(self.house, &self.ctx, &self.beside, *item).await?;
                    Piece::Message(Box::new(ready))
                }
            });
        }
        let mut work = work::Work {
            run: self.run.clone(),
            ctx: self.ctx.clone(),
            known: self.known.clone(),
            here,
            made,
            place: Arc::clone(&self.place),
            touched: HashMap::new(),
        };
        work.run.report = None;
        let done = self
            .house
            .write(async move |tx: &mut Tx<'_>| {
                if store::advance(tx, work.run.id, (from, to), &work.made, work.ctx.now).await? == 0
                {
                    return Ok(None);
                }
                work.pieces(tx, pieces).await?;
                store::advance(tx, work.run.id, (to, to), &work.made, work.ctx.now).await?;
                actions::tell(tx, &work.ctx, work.run.id).await?;
                Ok(Some((work.known, work.made)))
            })
            .await?;
        let Some((known, made)) = done else {
            return Ok(false);
        };
        self.known = known;
        self.run.made = made;
        self.run.position = to;
        Ok(true)
    }

    /// What of a batch, and of what its pieces name, is here already.
    async fn here(&self, items: &[Item]) -> Result<HashMap<Uuid, Uuid>> {
        let mut named: BTreeSet<&String> = BTreeSet::new();
        for item in items {
            match item {
                Item::Message(message) => {
                    named.insert(&message.id);
                    named.extend(&message.reply_to);
                    named.extend(&message.topic);
                    named.extend(&message.from_topic);
                }
                Item::Topic(topic) => drop(named.insert(&topic.root)),
                Item::Person(_) | Item::Chat(_) => {}
            }
        }
        let keys: Vec<Uuid> = named
            .iter()
            .map(|id| key(&self.run, "message", id))
            .collect();
        // An archive of this very company names messages that never came from elsewhere.
        let own: Vec<(Uuid, Uuid)> = if self.run.format == Format::Beseda {
            let ids = named.iter().filter_map(|id| {
                let ours = id.parse().ok()?;
                Some((key(&self.run, "message", id), ours))
            });
            ids.collect()
        } else {
            Vec::new()
        };
        self.house
            .read(async move |tx: &mut Tx<'_>| {
                let asked: Vec<Uuid> = own.iter().map(|(_, id)| *id).collect();
                let there: BTreeSet<Uuid> = messages::are_here(tx, &asked).await?;
                let own = own.into_iter().filter(|(_, id)| there.contains(id));
                let mut here: HashMap<Uuid, Uuid> = own.collect();
                here.extend(store::by_keys(tx, &keys).await?);
                Ok(here)
            })
            .await
    }

    fn at(&self, id: &str) {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = id.to_owned();
    }

    /// The turn is over: another job goes on.
    async fn hand_on(self) -> Result<()> {
        let (ctx, id) = (self.ctx, self.run.id);
        self.house
            .write(async move |tx: &mut Tx<'_>| {
                jobs::put(tx, &ctx, RUN, json!({"id": id}), ctx.now, None).await
            })
            .await
    }

    /// All is written: the chats are shown to their members.
    async fn end(self) -> Result<()> {
        let (ctx, id) = (self.ctx, self.run.id);
        let chats = self
            .house
            .read(async move |tx: &mut Tx<'_>| {
                let mut chats: BTreeSet<Uuid> =
                    store::made_of(tx, id, "chat").await?.into_iter().collect();
                chats.extend(store::made_of(tx, id, "topic").await?);
                chats.extend(
                    store::written(tx, id)
                        .await?
                        .into_iter()
                        .map(|(chat, _)| chat),
                );
                Ok(chats)
            })
            .await?;
        for chat in chats {
            let ctx = ctx.clone();
            self.house
                .write(async move |tx: &mut Tx<'_>| bringing::show(tx, &ctx, Id::new(chat)).await)
                .await?;
        }
        let name = self.run.file_name;
        let detail = json!({"id": id, "made": self.run.made});
        self.house
            .write(async move |tx: &mut Tx<'_>| {
                store::step(tx, id, ("running", "done"), ctx.now).await?;
                accounts::audit(tx, &ctx, "imports.done", &name, detail).await?;
                actions::tell(tx, &ctx, id).await
            })
            .await
    }
}
