//! What the double remembers.

use super::{Fault, form::SeenFile};
use bytes::Bytes;
use serde_json::Value;
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// A call as it came.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// Its type: `send`.
    pub what: String,
    /// Its JSON.
    pub body: Value,
    /// Its files, in order.
    pub files: Vec<SeenFile>,
    /// It was done, whatever the answer was.
    pub done: bool,
    /// The ids it made.
    pub ids: Vec<String>,
}

#[derive(Default)]
pub(super) struct Memory {
    pub(super) revoked: bool,
    pub(super) down: bool,
    counter: u64,
    pub(super) unproved: usize,
    pub(super) faults: VecDeque<(String, Fault)>,
    pub(super) calls: Vec<Call>,
    pub(super) chats: HashSet<String>,
    pub(super) addresses: HashMap<String, Value>,
    pub(super) files: HashMap<String, Bytes>,
    /// For who asks, in order; the cursor is the number of those that were taken.
    pub(super) events: Vec<Value>,
    /// The ids made for a key: a repeated send makes nothing anew.
    pub(super) keys: HashMap<String, Vec<String>>,
}

pub(super) struct Shared {
    pub(super) secret: String,
    pub(super) news: Notify,
    memory: Mutex<Memory>,
}

impl Shared {
    pub(super) fn new(secret: String) -> Self {
        Self {
            secret,
            news: Notify::new(),
            memory: Mutex::default(),
        }
    }
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    pub(super) fn next_id(&mut self) -> String {
        self.counter += 1;
        format!("ours-{}", self.counter)
    }
    pub(super) fn meet(&mut self, event: &Value) {
        if let Some(client) = event["chat"]["id"].as_str() {
            self.chats.insert(client.to_owned());
        }
    }
    pub(super) fn learn(&mut self, event: Value) {
        self.meet(&event);
        self.events.push(event);
    }
    /// The next scripted fault for a call, used up by this.
    pub(super) fn fault(&mut self, what: &str) -> Option<Fault> {
        let fits = |(name, _): &(String, Fault)| name == "*" || name == what;
        let at = self.faults.iter().position(fits)?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }
}
