//! What the double remembers.

use super::{Fault, SeenFile};
use bytes::Bytes;
use serde_json::Value;
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The number itself.
pub(super) const OWN_PHONE: &str = "74950001122";

/// A call as it came.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// Method and path below the number, `POST /messages`; other paths whole.
    pub what: String,
    /// What stands after the question mark.
    pub query: String,
    /// Its JSON; null without one.
    pub body: Value,
    /// Its files in order.
    pub files: Vec<SeenFile>,
    /// It was done, whatever the answer was.
    pub done: bool,
    /// What it made: the id of a message or a file.
    pub made: String,
}

#[derive(Default)]
pub(super) struct Memory {
    pub(super) revoked: bool,
    pub(super) no_override: bool,
    pub(super) quality: &'static str,
    counter: i64,
    /// Seconds; each event comes a second later.
    pub(super) time: i64,
    pub(super) webhook: Option<(String, String)>,
    pub(super) faults: VecDeque<(String, Fault)>,
    pub(super) calls: Vec<Call>,
    /// Clients' files by id: type and bytes.
    pub(super) files: HashMap<String, (String, Bytes)>,
    /// Types of the files that were brought, by id.
    pub(super) brought: HashMap<String, String>,
    /// Clients, by id and by number, who wrote in the last day.
    pub(super) open: HashSet<String>,
    /// Templates in Meta's JSON.
    pub(super) templates: Vec<Value>,
    /// Messages of either side that can be answered or reacted to.
    pub(super) messages: HashSet<String>,
}

pub(super) struct Shared {
    pub(super) token: String,
    pub(super) base: String,
    memory: Mutex<Memory>,
}

impl Shared {
    pub(super) fn new(token: String, base: String) -> Self {
        let memory = Memory {
            quality: "GREEN",
            time: 1_700_000_000,
            ..Memory::default()
        };
        Self {
            token,
            base,
            memory: Mutex::new(memory),
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
    /// An id, and seconds as a string, later at each call.
    pub(super) fn next_message(&mut self) -> (String, String) {
        let n = self.next();
        let id = format!("wamid.TEST{n:020}=");
        self.messages.insert(id.clone());
        (id, (self.time + n).to_string())
    }
    /// The next scripted fault for a call, used up by this.
    pub(super) fn fault(&mut self, what: &str) -> Option<Fault> {
        let fits = |(name, _): &(String, Fault)| name == "*" || name == what;
        let at = self.faults.iter().position(fits)?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }
}
