//! The middle: what was heard becomes events that are kept until they are taken, and what is asked becomes calls on the line.

mod asking;
mod hearing;

use crate::{
    heard::Who,
    line::Line,
    pace::Limits,
    store::{Failed, Person, Store, Tx},
    wire::{Chat, Event, News, Refusal},
};
use ring::digest;
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::sync::{Mutex, Notify};

/// Longest quotation, in characters.
const QUOTE: usize = 200;
/// How long messages and keys are remembered, in milliseconds.
const KEEP_MS: i64 = 60 * 24 * 60 * 60 * 1000;

/// The clock: milliseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The machine's clock.
pub fn machine_clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        i64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
    })
}

/// What the desk is told once.
pub struct Rules {
    /// Our own address, as Beseda knows it: files are fetched from under it.
    pub address: String,
    /// How fast strangers are written to.
    pub limits: Limits,
    /// Whether groups are talks of ours.
    pub groups: bool,
}

/// The desk.
pub struct Desk {
    store: Store,
    line: Arc<dyn Line>,
    rules: Rules,
    clock: Clock,
    epoch: String,
    /// One first message at a time, so that the pace is kept.
    beginning: Mutex<()>,
    news: Notify,
}

impl Desk {
    /// Opens the desk over a store.
    ///
    /// # Errors
    /// The store's.
    pub fn open(
        store: Store,
        line: Arc<dyn Line>,
        rules: Rules,
        clock: Clock,
    ) -> Result<Self, Failed> {
        let epoch = store.write(|tx| {
            tx.prune(clock() - KEEP_MS)?;
            let known = tx.meta::<String>("epoch")?;
            let epoch = known.unwrap_or_else(|| format!("{:x}", clock()));
            tx.set_meta("epoch", &epoch)?;
            Ok(epoch)
        })?;
        Ok(Self {
            store,
            line,
            rules,
            clock,
            epoch,
            beginning: Mutex::new(()),
            news: Notify::new(),
        })
    }

    fn now(&self) -> i64 {
        (self.clock)()
    }
}

/// Our id of a person, who is made known by every address that is told. The first address they were known by stays their
/// id for ever; another one that turns up later is told as an alias.
fn meet(tx: &Tx, who: &Who, name: Option<&str>, now: i64) -> Result<(String, Person), Failed> {
    let addresses: Vec<&String> = [&who.lid, &who.pn].into_iter().flatten().collect();
    let mut id = None;
    for address in &addresses {
        id = id.or(tx.known(address)?);
    }
    let Some(id) = id.or_else(|| addresses.first().map(|a| (*a).clone())) else {
        return Err("nobody was named".into());
    };
    let mut person = tx.person(&id)?.unwrap_or_default();
    let before = person.clone();
    let fresh = before == Person::default();
    person.who.lid = who.lid.clone().or(person.who.lid);
    person.who.pn = who.pn.clone().or(person.who.pn);
    person.name = name.map(str::to_owned).or(person.name);
    if person != before {
        tx.set_person(&id, &person)?;
    }
    for address in addresses {
        let known = tx.known(address)?;
        if known.as_ref() == Some(&id) {
            continue;
        }
        tx.set_known(address, &id)?;
        if *address == id || fresh {
            continue;
        }
        let other = known.unwrap_or_else(|| address.clone());
        tx.append(&Event {
            id: format!("l-{id}-{other}"),
            chat: Some(chat_of(&id, &person)),
            at: Some(now),
            news: News::Alias { known_as: other },
        })?;
    }
    Ok((id, person))
}

fn seen(tx: &Tx, who: &Who, now: i64) -> Result<(), Failed> {
    let (id, person) = meet(tx, who, None, now)?;
    tx.set_person(
        &id,
        &Person {
            seen_at: now,
            ..person
        },
    )
}

fn chat_of(id: &str, person: &Person) -> Chat {
    Chat {
        id: id.to_owned(),
        name: person.name.clone(),
        phone: person.who.phone(),
        group: false,
    }
}

/// A stanza's id as a word that fits anywhere.
fn word(stanza: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'_';
    if (1..=100).contains(&stanza.len()) && stanza.bytes().all(plain) {
        stanza.to_owned()
    } else {
        format!("x{}", digits(stanza, 16))
    }
}

fn digits(words: &str, bytes: usize) -> String {
    let sum = digest::digest(&digest::SHA256, words.as_bytes());
    let bytes = sum.as_ref().iter().take(bytes);
    bytes.map(|b| format!("{b:02x}")).collect()
}

fn short(words: &str) -> String {
    words.chars().take(QUOTE).collect()
}

fn is_group(chat: &str) -> bool {
    chat.ends_with("@g.us")
}

/// The disk refuses: nothing was done that could be told.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it ends every chain of calls on the store"
)]
fn broken(error: Failed) -> Refusal {
    log::error!("the store: {error}");
    Refusal::of(500, "store", "the program cannot write to its disk")
}
