//! What the double remembers, and what it learns from updates.

use super::super::kept;
use super::{Fault, SeenFile};
use bytes::Bytes;
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// What the vendor delivers when nothing was asked for.
const DEFAULT_UPDATES: [&str; 4] = [
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
];

/// A call as it came.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// `sendMessage`, …
    pub method: String,
    /// Its parameters with their types, also when they came in a form.
    pub parameters: Value,
    /// Its files in order.
    pub files: Vec<SeenFile>,
    /// It was done, whatever the answer was.
    pub done: bool,
}

#[derive(Clone)]
pub(super) struct Hook {
    pub(super) url: String,
    pub(super) secret: String,
}

#[derive(Default)]
pub(super) struct Memory {
    pub(super) revoked: bool,
    pub(super) last_update: i64,
    pub(super) last_message: i64,
    pub(super) updates: VecDeque<Value>,
    pub(super) allowed: Vec<String>,
    pub(super) hook: Option<Hook>,
    pub(super) hook_error: Option<String>,
    pub(super) faults: VecDeque<(String, Fault)>,
    pub(super) calls: Vec<Call>,
    pub(super) files: HashMap<String, Bytes>,
    /// Files of profile pictures by user, newest first.
    pub(super) pictures: HashMap<i64, Vec<String>>,
    pub(super) chats: HashSet<i64>,
    pub(super) blocked: HashSet<i64>,
    /// Texts of all messages by chat and number.
    pub(super) messages: HashMap<(i64, i64), String>,
    /// How many polls have begun: a newer one ends an older.
    pub(super) polls: u64,
}

pub(super) struct Shared {
    pub(super) token: String,
    pub(super) memory: Mutex<Memory>,
    pub(super) news: Notify,
}

impl Shared {
    pub(super) fn new(token: String) -> Self {
        Self {
            token,
            memory: Mutex::default(),
            news: Notify::new(),
        }
    }
    /// Remembers a call, also for judges from outside.
    pub(super) fn remember(&self, call: Call) {
        // What the double itself could not read is no call.
        if call.parameters.is_object() {
            let files: Vec<_> = call
                .files
                .iter()
                .map(|f| json!({"field": f.field, "name": f.name, "mime": f.mime, "size": f.bytes.len().min(64)}))
                .collect();
            let line =
                json!({"method": call.method, "parameters": call.parameters, "files": files});
            kept::keep("telegram", &line);
        }
        self.memory().calls.push(call);
    }
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Whoever writes can be written to; what was written can be answered and reacted to.
    pub(super) fn learn(&mut self, update: &Value) {
        for content in update
            .as_object()
            .into_iter()
            .flat_map(|fields| fields.values())
        {
            let message = if content.get("message_id").is_some() {
                Some(content)
            } else {
                content.get("message")
            };
            let Some(chat) = content
                .pointer("/chat/id")
                .or_else(|| message?.pointer("/chat/id"))
            else {
                continue;
            };
            let Some(chat) = chat.as_i64() else { continue };
            self.chats.insert(chat);
            if let Some(number) = message.and_then(|message| message["message_id"].as_i64()) {
                let text = message
                    .and_then(|message| message["text"].as_str())
                    .unwrap_or_default();
                self.messages.insert((chat, number), text.to_owned());
                self.last_message = self.last_message.max(number);
            }
        }
    }
    pub(super) fn wants(&self, update: &Value) -> bool {
        update.as_object().is_some_and(|fields| {
            fields.keys().filter(|key| *key != "update_id").all(|kind| {
                if self.allowed.is_empty() {
                    DEFAULT_UPDATES.contains(&kind.as_str())
                } else {
                    self.allowed.contains(kind)
                }
            })
        })
    }
    /// The next scripted fault for a method, used up by this.
    pub(super) fn fault(&mut self, method: &str) -> Option<Fault> {
        let fits = |(name, _): &(String, Fault)| name == "*" || name == method;
        let at = self.faults.iter().position(fits)?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }
}
