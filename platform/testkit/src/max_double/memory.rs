//! What the double remembers, and what it learns from updates.

use super::{Fault, SeenFile};
use bytes::Bytes;
use serde_json::{Map, Value};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// The bot's own id.
pub(super) const BOT: i64 = 500_500;

/// A call as it came.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// Method and path: `POST /messages`.
    pub what: String,
    /// Its query, values as words.
    pub query: Map<String, Value>,
    /// Its JSON; null without one.
    pub body: Value,
    /// Its files in order.
    pub files: Vec<SeenFile>,
    /// It was done, whatever the answer was.
    pub done: bool,
}

/// A webhook that is set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Webhook {
    /// Where to deliver.
    pub url: String,
    /// What to prove.
    pub secret: String,
    /// What to deliver.
    pub kinds: Vec<String>,
}

impl Webhook {
    pub(super) fn wants(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|wanted| wanted == kind)
    }
}

/// A file that was brought and can be attached.
#[derive(Clone)]
pub(super) struct Brought {
    pub(super) kind: String,
    /// How many more times it is not ready.
    pub(super) waits: u32,
}

/// Where one file may be brought to, once.
#[derive(Clone)]
pub(super) struct UploadPlace {
    pub(super) kind: String,
    pub(super) token: String,
}

#[derive(Default)]
pub(super) struct Memory {
    pub(super) revoked: bool,
    pub(super) slowness: u32,
    counter: i64,
    pub(super) polls: u64,
    /// All updates ever; a marker is a place among them.
    pub(super) updates: Vec<Value>,
    pub(super) hooks: Vec<Webhook>,
    pub(super) faults: VecDeque<(String, Fault)>,
    pub(super) calls: Vec<Call>,
    pub(super) files: HashMap<String, Bytes>,
    /// Addresses of pictures by user.
    pub(super) faces: HashMap<i64, String>,
    pub(super) dialogues: HashSet<i64>,
    pub(super) groups: HashSet<i64>,
    pub(super) stopped: HashSet<i64>,
    pub(super) aged: HashSet<String>,
    pub(super) places: HashMap<String, UploadPlace>,
    pub(super) brought: HashMap<String, Brought>,
    /// All messages: the chat, and whether the bot wrote it.
    pub(super) messages: HashMap<String, (i64, bool)>,
}

pub(super) struct Shared {
    pub(super) token: String,
    pub(super) base: String,
    memory: Mutex<Memory>,
    pub(super) news: Notify,
}

impl Shared {
    pub(super) fn new(token: String, base: String) -> Self {
        Self {
            token,
            base,
            memory: Mutex::default(),
            news: Notify::new(),
        }
    }
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    pub(super) fn next(&mut self) -> i64 {
        self.counter += 1;
        self.counter
    }
    /// Milliseconds, later at each call.
    pub(super) fn next_time(&mut self) -> i64 {
        1_790_000_000_000 + self.next() * 1000
    }
    /// Ids are made of the chat and a number, as the vendor's are.
    pub(super) fn next_mid(&mut self, chat: i64) -> String {
        format!("mid.{chat:016x}{:016x}", self.next())
    }
    /// Whoever starts or writes can be written to; what was written can be answered.
    pub(super) fn learn(&mut self, update: &Value) {
        let number = |pointer: &str| update.pointer(pointer).and_then(Value::as_i64);
        if update["update_type"] == "bot_started" {
            self.dialogues.extend(number("/user/user_id"));
        }
        let kind = &update["message"]["recipient"]["chat_type"];
        let chat = number("/message/recipient/chat_id");
        if kind == "dialog" {
            self.dialogues.extend(number("/message/sender/user_id"));
        } else if kind == "chat" {
            self.groups.extend(chat);
        }
        let mid = update.pointer("/message/body/mid").and_then(Value::as_str);
        if let (Some(mid), Some(chat)) = (mid, chat) {
            self.messages.insert(mid.to_owned(), (chat, false));
        }
    }
    /// The next scripted fault for a call, used up by this.
    pub(super) fn fault(&mut self, what: &str) -> Option<Fault> {
        let fits = |(name, _): &(String, Fault)| name == "*" || name == what;
        let at = self.faults.iter().position(fits)?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }
}
