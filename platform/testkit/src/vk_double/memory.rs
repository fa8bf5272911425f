//! What the double remembers.

use super::{GROUP, SeenFile, server::Fault};
use bytes::Bytes;
use http_client::Http;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// A call as it came, or an upload (`upload.photo`, `upload.doc`).
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// `messages.send`, …
    pub method: String,
    /// Its parameters but the token and the version.
    pub parameters: BTreeMap<String, String>,
    /// Its files in order.
    pub files: Vec<SeenFile>,
    /// Something was done by it, whatever the answer was.
    pub done: bool,
}

/// A message of a dialogue.
#[derive(Clone, Default)]
pub(super) struct Message {
    pub(super) from: i64,
    pub(super) text: String,
    pub(super) random_id: i64,
    /// What is attached, as it was named.
    pub(super) attachments: Vec<String>,
    pub(super) deleted: bool,
}

/// An address of the Callback.
#[derive(Clone)]
pub(super) struct CallbackServer {
    pub(super) id: i64,
    pub(super) title: String,
    pub(super) url: String,
    pub(super) secret: String,
    pub(super) status: String,
    pub(super) wanted: HashSet<String>,
}

/// The event server.
#[derive(Default)]
pub(super) struct LongPoll {
    /// It is switched on in the community.
    pub(super) on: bool,
    pub(super) wanted: HashSet<String>,
    pub(super) events: VecDeque<(i64, Value)>,
    /// The number of the newest event.
    pub(super) ts: i64,
    /// Events up to this number are gone.
    pub(super) forgotten: i64,
    /// Keys of other sessions have ended.
    pub(super) session: u64,
    /// The next poll hears that the numbering is new.
    pub(super) lost: bool,
    /// How many polls found nothing and wait.
    pub(super) waiting: usize,
    /// Where polls are sent, if not here.
    pub(super) seen_at: Option<String>,
}

#[derive(Default)]
pub(super) struct Memory {
    pub(super) revoked: bool,
    /// The key may not change the community's settings.
    pub(super) unmanaged: bool,
    pub(super) faults: VecDeque<(String, Fault)>,
    pub(super) calls: Vec<Call>,
    pub(super) met: HashSet<i64>,
    pub(super) denied: HashSet<i64>,
    pub(super) names: HashMap<i64, (String, String)>,
    pub(super) pictures: HashMap<i64, String>,
    pub(super) files: HashMap<String, Bytes>,
    /// All messages by dialogue and number.
    pub(super) messages: HashMap<(i64, i64), Message>,
    pub(super) last_number: HashMap<i64, i64>,
    /// Numbers of messages by dialogue and the key they were sent under.
    pub(super) keys: HashMap<(i64, i64), i64>,
    /// What was uploaded and not yet saved, and what was saved, by name.
    pub(super) uploaded: HashMap<String, SeenFile>,
    pub(super) saved: HashMap<String, SeenFile>,
    pub(super) last_id: i64,
    pub(super) longpoll: LongPoll,
    pub(super) last: Value,
    pub(super) servers: Vec<CallbackServer>,
}

pub(super) struct Shared {
    pub(super) base: String,
    pub(super) token: String,
    pub(super) http: Http,
    pub(super) memory: Mutex<Memory>,
    pub(super) news: Notify,
    /// Told when a poll begins to wait.
    pub(super) waits: Notify,
}

impl Shared {
    pub(super) fn new(base: String, http: Http) -> Self {
        let port = base.rsplit(':').next().unwrap_or_default().to_owned();
        Self {
            token: format!("vk1.a.TEST-double_of_the_api_{port}"),
            base,
            http,
            memory: Mutex::default(),
            news: Notify::new(),
            waits: Notify::new(),
        }
    }
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// The word that confirms an address.
    pub(super) fn code(&self) -> String {
        format!("c0de{}", self.base.len())
    }
}

impl Memory {
    /// A number that nothing had before.
    pub(super) fn next_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }
    /// Keeps a message under the dialogue's next number; answers it as the vendor shows it.
    pub(super) fn keep(&mut self, peer: i64, message: Message) -> Value {
        let last = self.last_number.entry(peer).or_default();
        *last += 1;
        let number = *last;
        self.messages.insert((peer, number), message);
        self.shown(peer, number)
    }
    /// A message as the vendor shows it.
    pub(super) fn shown(&self, peer: i64, number: i64) -> Value {
        let Some(message) = self.messages.get(&(peer, number)) else {
            return Value::Null;
        };
        let out = i64::from(message.from == -GROUP);
        let mut shown = json!({
            "id": peer * 10 + number, "conversation_message_id": number, "peer_id": peer, "from_id": message.from,
            "date": 1_800_000_000 + number, "out": out, "version": 10_000_000 + number, "important": false,
            "is_hidden": false, "text": message.text, "fwd_messages": [],
            "attachments": message.attachments.iter().filter_map(|name| thing(name)).collect::<Vec<_>>(),
        });
        if out == 1 {
            shown["random_id"] = message.random_id.into();
        }
        shown
    }
    /// The next scripted fault for a method, used up by this.
    pub(super) fn fault(&mut self, method: &str) -> Option<Fault> {
        let fits = |(name, _): &(String, Fault)| name == "*" || name == method;
        let at = self.faults.iter().position(fits)?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }
}

/// `photo-1_2_key` as an attachment of a message.
fn thing(name: &str) -> Option<Value> {
    let kind: String = name
        .chars()
        .take_while(|c| c.is_ascii_alphabetic() || *c == '_')
        .collect();
    let mut parts = name.strip_prefix(&kind)?.split('_');
    let (owner, id) = (parts.next()?, parts.next()?);
    let mut content =
        json!({"owner_id": owner.parse::<i64>().ok()?, "id": id.parse::<i64>().ok()?});
    if let Some(key) = parts.next() {
        content["access_key"] = key.into();
    }
    Some(json!({"type": kind, kind: content}))
}
