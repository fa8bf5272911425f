//! A strict stand-in for VK's API, its upload servers, its Long Poll and its Callback over real HTTP on loopback.
//!
//! Stricter than the vendor: an unknown parameter, another version, a send without its key, an attachment that was never
//! made are refused; who never wrote cannot be written to. What the community sends comes back as an event, as it does
//! there. It remembers every call, so that a test can count what the provider saw.

mod events;
mod memory;
mod methods;
mod rules;
mod server;
mod settings;
mod uploads;

pub use super::form::SeenFile;
pub use memory::Call;
pub use server::Fault;

use super::form;
use axum::Router;
use bytes::Bytes;
use http_client::{Http, HttpOptions};
use memory::{Message, Shared};
use serde_json::{Value, json};
use std::{io, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, task::JoinHandle};

/// The community that the double's key belongs to.
pub const GROUP: i64 = 500_100;

/// The running stand-in; ends with its value.
pub struct VkDouble {
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Drop for VkDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl VkDouble {
    /// Starts one on a free port of 127.0.0.1, with a community of its own whose key may do everything.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address: SocketAddr = listener.local_addr()?;
        let http = Http::new(&HttpOptions::default()).map_err(io::Error::other)?;
        let shared = Arc::new(Shared::new(format!("http://{address}"), http));
        let router = Router::new()
            .fallback(server::serve)
            .with_state(shared.clone());
        let server = tokio::spawn(async move {
            // Ends only with the task itself.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { shared, server })
    }
    /// What to give as `base_url`.
    pub fn base_url(&self) -> String {
        self.shared.base.clone()
    }
    /// Polls are sent to another address from now on, which leads here: `http://127.0.0.1:port`.
    pub fn polled_at(&self, base: String) {
        self.shared.memory().longpoll.seen_at = Some(base);
    }
    /// What to give as `token`.
    pub fn token(&self) -> &str {
        &self.shared.token
    }
    /// Every call, refused ones too, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.memory().calls.clone()
    }
    /// How often a method was called.
    pub fn count(&self, method: &str) -> usize {
        self.calls().iter().filter(|c| c.method == method).count()
    }
    /// The messages that truly reached a client, in order: a repeat under the same key is none.
    pub fn sent(&self) -> Vec<Call> {
        self.calls()
            .into_iter()
            .filter(|call| call.method == "messages.send" && call.done)
            .collect()
    }
    /// Lets the next call of `method` (`*`: of any) go wrong; faults are used up in order.
    pub fn fail_next(&self, method: &str, fault: Fault) {
        let mut memory = self.shared.memory();
        memory.faults.push_back((method.to_owned(), fault));
    }
    /// From now on the token is refused, or accepted again.
    pub fn revoke_token(&self, revoked: bool) {
        self.shared.memory().revoked = revoked;
    }
    /// Whether the key may change the community's settings.
    pub fn may_manage(&self, may: bool) {
        self.shared.memory().unmanaged = !may;
    }
    /// The client forbids the community's messages, or allows them again; no event is sent by this.
    pub fn deny(&self, user: i64, denied: bool) {
        let mut memory = self.shared.memory();
        if denied {
            memory.denied.insert(user);
        } else {
            memory.denied.remove(&user);
        }
    }
    /// Makes a client known, as if they had written before the test.
    pub fn meet(&self, user: i64) {
        self.shared.memory().met.insert(user);
    }
    /// How a person is called.
    pub fn call_person(&self, user: i64, first: &str, last: &str) {
        let mut memory = self.shared.memory();
        let name = (first.to_owned(), last.to_owned());
        memory.names.insert(user, name);
    }
    /// The person shows this picture, or none any more.
    pub fn set_picture(&self, user: i64, bytes: Option<Bytes>) {
        let url = bytes.map(|bytes| self.add_file(&format!("face-{user}.jpg"), bytes));
        let mut memory = self.shared.memory();
        match url {
            Some(url) => memory.pictures.insert(user, url),
            None => memory.pictures.remove(&user),
        };
    }
    /// Puts a file where an attachment can point; answers its address.
    pub fn add_file(&self, name: &str, bytes: impl Into<Bytes>) -> String {
        let mut memory = self.shared.memory();
        memory.files.insert(name.to_owned(), bytes.into());
        format!("{}/files/{name}", self.shared.base)
    }
    /// Addresses registered for the Callback: address, secret, status.
    pub fn callback_servers(&self) -> Vec<(String, String, String)> {
        let memory = self.shared.memory();
        let told = memory.servers.iter();
        told.map(|s| (s.url.clone(), s.secret.clone(), s.status.clone()))
            .collect()
    }
    /// Waits until somebody polls and hears nothing: what happens from now on will reach them.
    pub async fn listened_to(&self) {
        loop {
            let waits = self.shared.waits.notified();
            if self.shared.memory().longpoll.waiting > 0 {
                return;
            }
            waits.await;
        }
    }
    /// Ends the key of the running Long Poll session (`failed: 2`).
    pub fn end_session(&self) {
        self.shared.memory().longpoll.session += 1;
        self.shared.news.notify_waiters();
    }
    /// Forgets the events so far (`failed: 1` to whoever has not read them).
    pub fn forget_events(&self) {
        let mut memory = self.shared.memory();
        memory.longpoll.forgotten = memory.longpoll.ts;
        memory.longpoll.events.clear();
    }
    /// Begins a new numbering of events (`failed: 3`).
    pub fn renumber(&self) {
        let mut memory = self.shared.memory();
        memory.longpoll.session += 1;
        memory.longpoll.lost = true;
        memory.longpoll.events.clear();
        drop(memory);
        self.shared.news.notify_waiters();
    }

    /// The client writes a text; answers its number in the dialogue.
    pub async fn say(&self, user: i64, text: &str) -> i64 {
        self.write(user, json!({"text": text})).await
    }
    /// The client writes what a test gives: `text`, `attachments`, `fwd_messages` …; answers its number.
    pub async fn write(&self, user: i64, content: Value) -> i64 {
        let message = {
            let mut memory = self.shared.memory();
            memory.met.insert(user);
            let kept = Message {
                from: user,
                text: content["text"].as_str().unwrap_or_default().to_owned(),
                ..Message::default()
            };
            let mut message = memory.keep(user, kept);
            for (field, value) in content.as_object().into_iter().flatten() {
                message[field] = value.clone();
            }
            message
        };
        let number = message["conversation_message_id"].as_i64().unwrap_or(0);
        let object =
            json!({"message": message, "client_info": {"keyboard": true, "inline_keyboard": true}});
        self.send_event("message_new", object).await;
        number
    }
    /// The client writes, and no event of it ever leaves; answers its number.
    pub fn say_unheard(&self, user: i64, text: &str) -> i64 {
        let mut memory = self.shared.memory();
        memory.met.insert(user);
        let kept = Message {
            from: user,
            text: text.to_owned(),
            ..Message::default()
        };
        let message = memory.keep(user, kept);
        message["conversation_message_id"].as_i64().unwrap_or(0)
    }
    /// A message from a program is in the dialogue, and nobody was told; answers its number.
    pub fn answer_by_program(&self, user: i64, text: &str) -> i64 {
        let mut memory = self.shared.memory();
        let kept = Message {
            from: -GROUP,
            text: text.to_owned(),
            random_id: 77,
            ..Message::default()
        };
        let message = memory.keep(user, kept);
        message["conversation_message_id"].as_i64().unwrap_or(0)
    }
    /// A message is no longer in the vendor's memory, and nobody was told.
    pub fn lose(&self, user: i64, number: i64) {
        if let Some(message) = self.shared.memory().messages.get_mut(&(user, number)) {
            message.deleted = true;
        }
    }
    /// An administrator answers the client inside VK; answers the number in the dialogue.
    pub async fn answer_inside(&self, admin: i64, user: i64, text: &str) -> i64 {
        let mut message = {
            let mut memory = self.shared.memory();
            let kept = Message {
                from: -GROUP,
                text: text.to_owned(),
                ..Message::default()
            };
            memory.keep(user, kept)
        };
        message["admin_author_id"] = admin.into();
        let number = message["conversation_message_id"].as_i64().unwrap_or(0);
        self.send_event("message_reply", message).await;
        number
    }
    /// Somebody changes a message inside VK: the client theirs, an administrator the community's.
    pub async fn edit_inside(&self, admin: Option<i64>, user: i64, number: i64, text: &str) {
        let mut message = {
            let mut memory = self.shared.memory();
            if let Some(kept) = memory.messages.get_mut(&(user, number)) {
                text.clone_into(&mut kept.text);
            }
            memory.shown(user, number)
        };
        message["update_time"] = (1_800_000_000 + number + 1).into();
        if let Some(admin) = admin {
            message["admin_author_id"] = admin.into();
        }
        self.send_event("message_edit", message).await;
    }
    /// Sends an event to who polls and to every confirmed address; answers its id. Kinds that were not asked for are
    /// dropped, as the vendor does.
    pub async fn send_event(&self, kind: &str, object: Value) -> String {
        events::send(&self.shared, kind, object).await
    }
    /// Delivers the newest event to every confirmed address once more, as the vendor does when an answer was lost.
    pub async fn repeat_last(&self) {
        let last = self.shared.memory().last.clone();
        events::deliver(&self.shared, &last).await;
    }
}
