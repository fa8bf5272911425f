//! A strict stand-in for a company's program that speaks the protocol of own channels, over real HTTP on loopback.
//!
//! Stricter than a program has to be: each request has to be proved, fields nobody named are refused, and files have to be
//! what was told of them. Written from `docs/run/own-channel.md`.

mod memory;
mod server;

pub use memory::Call;
pub use server::Fault;

use super::form;
use axum::Router;
use bytes::Bytes;
use http_client::{Http, HttpOptions, Policy};
use memory::Shared;
use ring::hmac;
use serde_json::{Value, json};
use std::{io, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, task::JoinHandle};

/// The running stand-in; ends with its value.
pub struct OwnDouble {
    address: SocketAddr,
    http: Http,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Drop for OwnDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The proof of what is said at a time (unix seconds), as both sides compute it.
pub fn signature(secret: &str, time: &str, said: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, &[time.as_bytes(), b".", said].concat());
    tag.as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

/// A client as the program tells of them.
pub fn person(id: &str) -> Value {
    json!({"id": id, "name": format!("Client {id}"), "language": "ru"})
}

/// The event of a client's text; event and message are named after `id`.
pub fn said(id: &str, client: &str, at: i64, text: &str) -> Value {
    json!({
        "id": format!("event-{id}"), "type": "message", "chat": person(client),
        "message": {"id": id, "at": at, "text": text},
    })
}

impl OwnDouble {
    /// Starts one on a free port of 127.0.0.1, with a secret of its own.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let secret = format!("a-secret-of-the-double-{}", address.port());
        let http = Http::new(&HttpOptions::default()).map_err(io::Error::other)?;
        let shared = Arc::new(Shared::new(secret));
        let router = Router::new()
            .fallback(server::serve)
            .with_state(shared.clone());
        let server = tokio::spawn(async move {
            // Ends only with the task itself.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            http,
            shared,
            server,
        })
    }
    /// What to give as `url`.
    pub fn url(&self) -> String {
        format!("http://{}/chat", self.address)
    }
    /// What to give as `secret`.
    pub fn secret(&self) -> &str {
        &self.shared.secret
    }
    /// Every call that was proved, refused ones too, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.memory().calls.clone()
    }
    /// The calls of one kind (`send`, `edit`) that were done, whatever the caller was told, in order.
    pub fn done(&self, what: &str) -> Vec<Call> {
        let calls = self.calls().into_iter();
        calls
            .filter(|call| call.done && call.what == what)
            .collect()
    }
    /// Requests whose proof was missing or wrong.
    pub fn unproved(&self) -> usize {
        self.shared.memory().unproved
    }
    /// Lets the next call of `what` (`*`: of any) go wrong; faults are used up in order.
    pub fn fail_next(&self, what: &str, fault: Fault) {
        let mut memory = self.shared.memory();
        memory.faults.push_back((what.to_owned(), fault));
    }
    /// From now on every proof is refused, as after a change of the secret; or accepted again.
    pub fn change_secret(&self, changed: bool) {
        self.shared.memory().revoked = changed;
    }
    /// From now on a server in front answers that nobody is there; or the program is back.
    pub fn go_down(&self, down: bool) {
        self.shared.memory().down = down;
        self.shared.news.notify_waiters();
    }
    /// A client who can be written to.
    pub fn meet(&self, client: &str) {
        self.shared.memory().chats.insert(client.to_owned());
    }
    /// A client who cannot be written to any more.
    pub fn lose(&self, client: &str) {
        self.shared.memory().chats.remove(client);
    }
    /// What `can_contact` says of an address.
    pub fn know(&self, address: &str, answer: Value) {
        let mut memory = self.shared.memory();
        memory.addresses.insert(address.to_owned(), answer);
    }
    /// Keeps a file that is served to who proves themselves; answers its address.
    pub fn add_file(&self, name: &str, bytes: impl Into<Bytes>) -> String {
        let mut memory = self.shared.memory();
        memory.files.insert(name.to_owned(), bytes.into());
        format!("http://{}/files/{name}", self.address)
    }
    /// The next event, for who asks; clients it tells of can be written to from now on.
    pub fn tell(&self, event: Value) {
        self.shared.memory().learn(event);
        self.shared.news.notify_waiters();
    }
    /// Delivers events to a webhook, proved at this time (unix seconds); answers the status, 0 without one.
    pub async fn post(&self, hook: &str, time: i64, events: &[Value]) -> u16 {
        for event in events {
            self.shared.memory().meet(event);
        }
        let body = json!({"events": events}).to_string();
        let time = time.to_string();
        let proof = signature(self.secret(), &time, body.as_bytes());
        self.post_raw(hook, &time, &proof, &body).await
    }
    /// Delivers whatever is given, proved or not; answers the status, 0 without one.
    pub async fn post_raw(&self, hook: &str, time: &str, proof: &str, body: &str) -> u16 {
        let request = self
            .http
            .post(Policy::Administrator, hook)
            .header("Content-Type", "application/json")
            .header("X-Beseda-Timestamp", time)
            .header("X-Beseda-Signature", proof)
            .body(body.to_owned());
        request.send().await.map_or(0, |answer| answer.status())
    }
}
