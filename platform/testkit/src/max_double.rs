//! A strict stand-in for MAX's bot API over real HTTP on loopback.
//!
//! Stricter than the vendor: parameters it does not know are refused, a client who never started the
//! bot cannot be written to, files must have been brought before they are attached. It remembers every
//! call, so that a test can count what the provider saw. Written from the schema of 2026-07-01 and the
//! samples of the vendor's own clients.

mod memory;
mod messages;
mod receiving;
mod server;
mod uploads;

pub use super::form::SeenFile;
pub use memory::{Call, Webhook};
pub use server::Fault;

use super::form;
use super::kept;
use axum::Router;
use bytes::Bytes;
use http_client::{Http, HttpOptions, Policy};
use memory::Shared;
use serde_json::{Value, json};
use std::{io, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, task::JoinHandle};

/// The running stand-in; ends with its value.
pub struct MaxDouble {
    address: SocketAddr,
    shared: Arc<Shared>,
    http: Http,
    server: JoinHandle<()>,
}

impl Drop for MaxDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The chat of a user's dialogue with the bot.
pub const fn dialogue(user: i64) -> i64 {
    user + 900_000
}

/// A user as MAX tells of them.
pub fn person(user: i64) -> Value {
    json!({
        "user_id": user, "first_name": format!("Client {user}"), "is_bot": false,
        "last_activity_time": 1_790_000_000_000_i64, "name": format!("Client {user}"),
    })
}

impl MaxDouble {
    /// Starts one on a free port of 127.0.0.1, with a bot `@beseda_test_bot` of its own.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let token = format!("TEST-double_of_max.{}", address.port());
        let shared = Arc::new(Shared::new(token, format!("http://{address}")));
        let router = Router::new()
            .fallback(server::serve)
            .with_state(shared.clone());
        let server = tokio::spawn(async move {
            // Ends only with the task itself.
            let _ = axum::serve(listener, router).await;
        });
        let http = Http::new(&HttpOptions::default()).map_err(io::Error::other)?;
        Ok(Self {
            address,
            shared,
            http,
            server,
        })
    }
    /// What to give as `base_url`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }
    /// What to give as `token`.
    pub fn token(&self) -> &str {
        &self.shared.token
    }
    /// Every call, refused ones too, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.memory().calls.clone()
    }
    /// The messages that were truly sent, whatever the caller was told, in order.
    pub fn sent(&self) -> Vec<Call> {
        let calls = self.calls().into_iter();
        calls
            .filter(|call| call.done && call.what == "POST /messages")
            .collect()
    }
    /// The files that were brought, in order.
    pub fn brought(&self) -> Vec<SeenFile> {
        let calls = self.calls().into_iter().filter(|call| call.done);
        calls.flat_map(|call| call.files).collect()
    }
    /// Lets the next call of `what` (`POST /messages`; `*`: of any) go wrong; faults are used up in order.
    pub fn fail_next(&self, what: &str, fault: Fault) {
        self.shared
            .memory()
            .faults
            .push_back((what.to_owned(), fault));
    }
    /// From now on the token is refused, or accepted again.
    pub fn revoke_token(&self, revoked: bool) {
        self.shared.memory().revoked = revoked;
    }
    /// Files brought from now on are refused so many times as not ready.
    pub fn process_slowly(&self, times: u32) {
        self.shared.memory().slowness = times;
    }
    /// The client stops the bot, or takes it back; no update is sent by this.
    pub fn stop(&self, user: i64, stopped: bool) {
        let mut memory = self.shared.memory();
        if stopped {
            memory.stopped.insert(user);
        } else {
            memory.stopped.remove(&user);
        }
    }
    /// Makes a dialogue known, as if its client had pressed "Start" before the test.
    pub fn meet(&self, user: i64) {
        self.shared.memory().dialogues.insert(user);
    }
    /// Makes a group known.
    pub fn join(&self, chat: i64) {
        self.shared.memory().groups.insert(chat);
    }
    /// So old that it cannot be edited any more.
    pub fn age(&self, mid: &str) {
        self.shared.memory().aged.insert(mid.to_owned());
    }
    /// Keeps a file where clients' files lie; answers its address.
    pub fn add_file(&self, name: &str, bytes: impl Into<Bytes>) -> String {
        let mut memory = self.shared.memory();
        memory.files.insert(name.to_owned(), bytes.into());
        format!("{}/files/{name}", self.shared.base)
    }
    /// The client shows another picture, or none any more.
    pub fn set_picture(&self, user: i64, bytes: Option<Bytes>) {
        let url = bytes.map(|bytes| self.add_file(&format!("face-{user}"), bytes));
        let mut memory = self.shared.memory();
        match url {
            Some(url) => memory.faces.insert(user, url),
            None => memory.faces.remove(&user),
        };
    }
    /// The webhooks that are set.
    pub fn webhooks(&self) -> Vec<Webhook> {
        self.shared.memory().hooks.clone()
    }
    /// As after eight hours without a good answer: MAX forgets the webhooks, and tells nobody.
    pub fn drop_webhooks(&self) {
        self.shared.memory().hooks.clear();
    }
    /// How many polls have begun.
    pub fn polls(&self) -> u64 {
        self.shared.memory().polls
    }

    /// The client writes a text in their dialogue; answers the message's id.
    pub async fn say(&self, user: i64, text: &str) -> String {
        self.write(user, json!({"text": text})).await
    }
    /// The client writes a message with this body; answers its id.
    pub async fn write(&self, user: i64, mut body: Value) -> String {
        let mid = self.shared.memory().next_mid(dialogue(user));
        body["mid"] = mid.as_str().into();
        body["seq"] = 1.into();
        self.send_update(json!({
            "update_type": "message_created", "user_locale": "ru",
            "message": {
                "recipient": {"chat_id": dialogue(user), "chat_type": "dialog", "user_id": memory::BOT},
                "sender": person(user), "body": body,
            },
        }))
        .await;
        mid
    }
    /// The client presses "Start", having come by a link that carries `payload`.
    pub async fn press_start(&self, user: i64, payload: Option<&str>) {
        let mut update = json!({
            "update_type": "bot_started", "chat_id": dialogue(user), "user": person(user),
            "user_locale": "ru",
        });
        if let Some(payload) = payload {
            update["payload"] = payload.into();
        }
        self.stop(user, false);
        self.send_update(update).await;
    }
    /// Sends an update to who polls, or to the webhooks at once. Its time is set here, unless it has
    /// one. Answers it as it was sent.
    pub async fn send_update(&self, mut update: Value) -> Value {
        {
            let mut memory = self.shared.memory();
            let at = memory.next_time();
            if update.get("timestamp").is_none() {
                update["timestamp"] = at.into();
            }
            if update["message"].is_object() && update["message"].get("timestamp").is_none() {
                update["message"]["timestamp"] = at.into();
            }
            memory.learn(&update);
            memory.updates.push(update.clone());
        }
        kept::keep("max", &json!({"event": update}));
        self.shared.news.notify_waiters();
        self.deliver(&update).await;
        update
    }
    /// Delivers this update to the webhooks that want it, again if it was delivered before; answers
    /// with the statuses.
    pub async fn deliver(&self, update: &Value) -> Vec<u16> {
        let hooks = self.webhooks();
        let kind = update["update_type"].as_str().unwrap_or_default();
        let mut statuses = Vec::new();
        for hook in hooks.iter().filter(|hook| hook.wants(kind)) {
            let request = self
                .http
                .post(Policy::Administrator, &hook.url)
                .header("X-Max-Bot-Api-Secret", &hook.secret);
            let answer = request.json(update).send().await;
            statuses.push(answer.map_or(0, |answer| answer.status()));
        }
        statuses
    }
}
