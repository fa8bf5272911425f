//! The dry run: an archive is read to its end and every file of it tried, before anything is written.

use crate::{
    actions,
    archive::{Archive, Bytes},
    item::{ChatItem, Item, PersonItem, Read, Sink, Trouble},
    model::{Import, ImportChat, ImportPerson, ImportReport},
    readers::Format,
    rules, store,
};
use accounts::Person;
use blob::{Blobs, Sha};
use db::Tx;
use kernel::{Error, Id, Result, Uuid};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use web::{BoxFuture, House};

/// The job that looks at one archive.
pub(crate) const LOOK: &str = "moving.look";
/// An archive over which the server fell so often is not begun again by itself.
const TRIES: i64 = 3;

/// What is in an archive.
#[derive(Debug, Default)]
pub(crate) struct Found {
    people: Vec<PersonItem>,
    chats: Vec<ChatItem>,
    of_person: HashMap<String, u64>,
    of_chat: HashMap<String, (u64, u64)>,
    topics: HashSet<(String, String)>,
    pub(crate) report: ImportReport,
}

/// Reads everything; an archive that answers here can be imported whole.
pub(crate) fn look(bytes: Box<dyn Bytes>, format: Format) -> Read<Found> {
    let mut archive = Archive::open(bytes)?;
    let mut found = Found::default();
    let mut paths = BTreeSet::new();
    let mut take = |item| {
        found.take(item, &mut paths);
        true
    };
    let mut sink = Sink::new(&mut take);
    format.read(&mut archive, &mut sink)?;
    let left = sink.left;
    for path in &paths {
        archive.try_out(path)?;
        found.report.bytes += archive.size(path);
    }
    let report = &mut found.report;
    for (reason, count) in left {
        *report.left_out.entry(reason.to_owned()).or_default() += count;
    }
    report.mended = archive.lossy;
    Ok(found)
}

impl Found {
    fn take(&mut self, item: Item, paths: &mut BTreeSet<String>) {
        self.report.items += 1;
        match item {
            Item::Topic(topic) => drop(self.topics.insert((topic.chat, topic.root))),
            Item::Person(person) => self.people.push(person),
            Item::Chat(chat) => {
                self.of_chat.insert(chat.id.clone(), (0, 0));
                self.chats.push(chat);
            }
            Item::Message(message) => {
                let Some(chat) = self.of_chat.get_mut(&message.chat) else {
                    let left = &mut self.report.left_out;
                    *left.entry("unknown_chat".to_owned()).or_default() += 1;
                    return;
                };
                let files = message.files.len() as u64;
                chat.0 += 1;
                chat.1 += files;
                self.report.messages += 1;
                self.report.files += files;
                if let Some(root) = message.topic {
                    self.topics.insert((message.chat, root));
                }
                if let Some(author) = message.author {
                    *self.of_person.entry(author).or_default() += 1;
                }
                paths.extend(message.files.into_iter().map(|f| f.path));
            }
        }
    }

    /// The report, with who everybody seems to be.
    fn told(mut self, people: &[Person], before: &HashMap<String, Uuid>) -> ImportReport {
        let names: BTreeMap<&str, String> = self
            .people
            .iter()
            .map(|p| (p.id.as_str(), rules::shown(p)))
            .collect();
        let found = self.people.iter().map(|item| {
            let messages = self.of_person.get(&item.id).copied().unwrap_or_default();
            rules::suggest(item, messages, people, before.get(&item.id).copied())
        });
        let mut found: Vec<ImportPerson> = found.collect();
        let active: HashSet<Id<Person>> =
            people.iter().filter(|p| p.active).map(|p| p.id).collect();
        let ours = found
            .iter()
            .filter(|p| p.person_id.is_some_and(|id| active.contains(&id)));
        let ours: HashSet<&str> = ours.map(|p| p.id.as_str()).collect();
        let chats = self.chats.iter().map(|chat| {
            let (messages, files) = self.of_chat.get(&chat.id).copied().unwrap_or_default();
            let members = chat.members.iter().filter_map(|m| names.get(m.as_str()));
            let members: Vec<&str> = members.map(String::as_str).take(5).collect();
            ImportChat {
                id: chat.id.clone(),
                title: chat.title.clone().unwrap_or_else(|| members.join(", ")),
                members: chat.members.len() as u64,
                messages,
                files,
                nobody: !chat.members.iter().any(|m| ours.contains(m.as_str())),
            }
        });
        self.report.chats = chats.collect();
        self.report.topics = self.topics.len() as u64;
        found.sort_by_key(|p| std::cmp::Reverse(p.messages));
        self.report.people = found;
        self.report
    }
}

/// The bytes of an import's archive.
pub(crate) async fn bytes(house: &House, import: &Import) -> Result<Box<dyn Bytes>> {
    let id = import.file_id;
    let file = house
        .read(async move |tx: &mut Tx<'_>| files::by_ids(tx, &[id]).await)
        .await?
        .pop()
        .ok_or_else(Error::not_found)?;
    let sha = file.sha256.unwrap_or_default();
    let sha: Sha = sha.parse().map_err(|_| Error::not_found())?;
    let (file, _) = house.part::<Blobs>()?.open(&sha).await?;
    Ok(Box::new(std::io::BufReader::new(file.into_std().await)))
}

/// Who came before: their ids there and here. Our own archives name those who are here by their own ids.
pub(crate) async fn known(
    tx: &mut Tx<'_>,
    format: &str,
    ours: bool,
) -> Result<HashMap<String, Uuid>> {
    let mut known = HashMap::new();
    if ours {
        let all = accounts::everybody(tx).await?;
        known.extend(all.iter().map(|p| (p.id.to_string(), p.id.uuid())));
    }
    known.extend(store::known(tx, format, "person").await?);
    Ok(known)
}

/// Does the job.
pub(crate) fn job(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id: Id<Import> = serde_json::from_value(payload["id"].clone())?;
        let import = house
            .read(async move |tx: &mut Tx<'_>| store::import(tx, id).await)
            .await?;
        if import.state != "looking" {
            return Ok(());
        }
        let now = house.clock().now();
        house
            .write(async move |tx: &mut Tx<'_>| store::try_once_more(tx, id, now).await)
            .await?;
        let found = if import.tries >= TRIES {
            Err(Trouble::new("moving.fault", ""))
        } else {
            let found = looked(&house, &import).await;
            found.unwrap_or_else(|error| {
                tracing::warn!(%error, "an archive could not be looked at");
                Err(Trouble::new("moving.fault", ""))
            })
        };
        tell(&house, &import, found).await
    })
}

async fn looked(house: &House, import: &Import) -> Result<Read<Found>> {
    let format = import.format;
    let bytes = bytes(house, import).await?;
    tokio::task::spawn_blocking(move || look(bytes, format))
        .await
        .map_err(Error::fault)
}

async fn tell(house: &House, import: &Import, found: Read<Found>) -> Result<()> {
    let (id, format) = (import.id, import.format);
    let ctx = house.system();
    house
        .write(async move |tx: &mut Tx<'_>| {
            match &found {
                Err(trouble) => {
                    let why = (trouble.code, trouble.place.as_str());
                    store::fail(tx, id, ("looking", "refused"), why, ctx.now).await?;
                }
                Ok(_) => drop(store::step(tx, id, ("looking", "ready"), ctx.now).await?),
            }
            if let Ok(found) = found {
                let people = accounts::everybody(tx).await?;
                let before = known(tx, format.word(), format == Format::Beseda).await?;
                store::found(tx, id, &found.told(&people, &before)).await?;
            }
            actions::tell(tx, &ctx, id).await
        })
        .await
}
