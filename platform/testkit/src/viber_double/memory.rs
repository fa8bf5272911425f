//! What the double remembers, and how it calls out.

use super::super::kept;
use super::{Answered, Fault, person, signature};
use bytes::Bytes;
use http_client::{Http, HttpError, Policy, Response};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Numbers of messages begin beyond what a float can tell apart, as the vendor's do.
const FIRST_TOKEN: u64 = 5_741_311_803_571_721_001;

/// A call as it came.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// The method: `send_message`.
    pub what: String,
    /// Its JSON; null without one.
    pub body: Value,
    /// It was done, whatever the answer was.
    pub done: bool,
    /// The number of the message it made; 0 for none.
    pub token: u64,
}

/// A file that was fetched by its public address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fetched {
    /// The address.
    pub url: String,
    /// Its type, as it was served.
    pub mime: String,
    /// Its bytes.
    pub bytes: Bytes,
}

#[derive(Default)]
pub(super) struct Memory {
    pub(super) revoked: bool,
    counter: u64,
    pub(super) webhook: String,
    pub(super) played: Vec<(String, String)>,
    pub(super) faults: VecDeque<(String, Fault)>,
    pub(super) calls: Vec<Call>,
    pub(super) fetched: Vec<Fetched>,
    pub(super) files: HashMap<String, Bytes>,
    /// Addresses of pictures by user.
    pub(super) faces: HashMap<String, String>,
    /// Who has ever been here.
    pub(super) known: HashSet<String>,
    pub(super) subscribers: HashSet<String>,
    /// How often the details of a user were asked.
    pub(super) asked: HashMap<String, u32>,
}

pub(super) struct Shared {
    pub(super) token: String,
    pub(super) base: String,
    http: Http,
    memory: Mutex<Memory>,
}

impl Shared {
    pub(super) fn new(token: String, base: String, http: Http) -> Self {
        Self {
            token,
            base,
            http,
            memory: Mutex::default(),
        }
    }
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Where a public address is played; none: nobody there.
    fn played(&self, url: &str) -> Option<String> {
        let memory = self.memory();
        let mut found = memory.played.iter().filter_map(|(public, at)| {
            let rest = url.strip_prefix(public.as_str())?;
            rest.starts_with('/').then(|| format!("{at}{rest}"))
        });
        found.next()
    }
    /// Posts an event to a webhook, signed.
    pub(super) async fn deliver(&self, url: &str, event: &Value) -> Answered {
        let body = event.to_string();
        let proof = signature(&self.token, body.as_bytes());
        kept::keep(
            "viber",
            &json!({"event": body, "proof": proof, "token": self.token}),
        );
        let nobody = || Answered {
            status: 0,
            body: String::new(),
        };
        let Some(url) = self.played(url) else {
            return nobody();
        };
        let request = self
            .http
            .post(Policy::Administrator, &url)
            .header("Content-Type", "application/json")
            .header("X-Viber-Content-Signature", &proof)
            .body(body);
        let Ok(answer) = request.send().await else {
            return nobody();
        };
        let status = answer.status();
        let bytes = answer.bytes().await.unwrap_or_default();
        Answered {
            status,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
    /// Fetches a file from its public address.
    pub(super) async fn fetch(&self, url: &str) -> Option<Result<Response, HttpError>> {
        let url = self.played(url)?;
        let request = self.http.get(Policy::Administrator, &url);
        let request = request.header("Accept-Encoding", "gzip");
        Some(request.max_bytes(64 * 1024 * 1024).send().await)
    }
}

impl Memory {
    fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }
    /// Milliseconds, later at each call.
    pub(super) fn next_time(&mut self) -> u64 {
        1_790_000_000_000 + self.next() * 1000
    }
    /// Neighbours differ in their last digit only: a float takes them for the same.
    pub(super) fn next_token(&mut self) -> u64 {
        FIRST_TOKEN + self.next()
    }
    pub(super) fn subscribe(&mut self, user: &str) {
        self.known.insert(user.to_owned());
        self.subscribers.insert(user.to_owned());
    }
    pub(super) fn described(&self, user: &str) -> Value {
        let mut all = person(user);
        if let Some(face) = self.faces.get(user) {
            all["avatar"] = face.as_str().into();
        }
        all
    }
    /// The next scripted fault for a call, used up by this.
    pub(super) fn fault(&mut self, what: &str) -> Option<Fault> {
        let fits = |(name, _): &(String, Fault)| name == "*" || name == what;
        let at = self.faults.iter().position(fits)?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }
}
