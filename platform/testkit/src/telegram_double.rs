//! A strict stand-in for Telegram's Bot API over real HTTP on loopback.
//!
//! Stricter than the vendor: a parameter that is unknown or of the wrong type is refused, a chat
//! that never wrote cannot be written to. It remembers every call, so that a test can count what
//! the provider saw.

mod memory;
mod methods;
mod rules;
mod server;

pub use super::form::SeenFile;
pub use memory::Call;
pub use server::Fault;

use super::form;
use axum::Router;
use bytes::Bytes;
use http_client::{Http, HttpOptions, Policy};
use memory::{Hook, Shared};
use serde_json::{Value, json};
use std::{io, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, task::JoinHandle};

/// The running stand-in; ends with its value.
pub struct TelegramDouble {
    address: SocketAddr,
    shared: Arc<Shared>,
    http: Http,
    server: JoinHandle<()>,
}

impl Drop for TelegramDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl TelegramDouble {
    /// Starts one on a free port of 127.0.0.1, with a bot `@beseda_test_bot` of its own.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let number = 100_000 + u32::from(address.port());
        let shared = Arc::new(Shared::new(format!("{number}:TEST-double_of_the_bot_api")));
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
        let sends =
            |call: &Call| call.method.starts_with("send") && call.method != "sendChatAction";
        calls.filter(|call| call.done && sends(call)).collect()
    }
    /// Lets the next call of `method` (`*`: of any) go wrong; faults are used up in order.
    pub fn fail_next(&self, method: &str, fault: Fault) {
        self.shared
            .memory()
            .faults
            .push_back((method.to_owned(), fault));
    }
    /// From now on the token is refused, or accepted again.
    pub fn revoke_token(&self, revoked: bool) {
        self.shared.memory().revoked = revoked;
    }
    /// The client blocks the bot, or takes it back; no update is sent by this.
    pub fn block(&self, chat: i64, blocked: bool) {
        let mut memory = self.shared.memory();
        if blocked {
            memory.blocked.insert(chat);
        } else {
            memory.blocked.remove(&chat);
        }
    }
    /// Makes a chat known, as if its client had pressed "Start" before the test.
    pub fn meet(&self, chat: i64) {
        self.shared.memory().chats.insert(chat);
    }
    /// Puts a file where `getFile` finds it.
    pub fn add_file(&self, file_id: &str, bytes: impl Into<Bytes>) {
        self.shared
            .memory()
            .files
            .insert(file_id.to_owned(), bytes.into());
    }
    /// The client shows another profile picture, or none any more.
    pub fn set_picture(&self, user: i64, bytes: Option<Bytes>) {
        let mut memory = self.shared.memory();
        let Some(bytes) = bytes else {
            memory.pictures.remove(&user);
            return;
        };
        let all = memory.pictures.entry(user).or_default();
        let id = format!("face-{user}-{}", all.len());
        all.insert(0, id.clone());
        memory.files.insert(id, bytes);
    }
    /// Where the webhook points and its secret, if one is set.
    pub fn webhook(&self) -> Option<(String, String)> {
        self.shared
            .memory()
            .hook
            .clone()
            .map(|hook| (hook.url, hook.secret))
    }
    /// How many updates wait to be fetched or delivered.
    pub fn pending(&self) -> usize {
        self.shared.memory().updates.len()
    }

    /// The client writes a text in a private chat; answers the message's number.
    pub async fn say(&self, chat: i64, text: &str) -> i64 {
        let number = self.next_message();
        let user = json!({"id": chat, "is_bot": false, "first_name": format!("Client {chat}"), "language_code": "ru"});
        self.send_update(json!({"message": {
            "message_id": number, "date": 1_700_000_000 + number, "text": text, "from": user,
            "chat": {"id": chat, "type": "private", "first_name": format!("Client {chat}")},
        }}))
        .await;
        number
    }
    /// The number of the newest message with this text in a chat.
    pub fn number_of(&self, chat: i64, text: &str) -> Option<i64> {
        let memory = self.shared.memory();
        let in_chat = memory
            .messages
            .iter()
            .filter(|((c, _), said)| *c == chat && *said == text);
        in_chat.map(|((_, number), _)| *number).max()
    }
    /// Whether somebody polls, or has: then it is known which updates they want.
    pub fn is_polled(&self) -> bool {
        self.shared.memory().polls > 0
    }
    /// Somebody writes a text in a group; answers the message's number.
    pub async fn say_in_group(&self, group: i64, title: &str, who: i64, text: &str) -> i64 {
        let number = self.next_message();
        let user = json!({"id": who, "is_bot": false, "first_name": format!("Client {who}"), "language_code": "ru"});
        self.send_update(json!({"message": {
            "message_id": number, "date": 1_700_000_000 + number, "text": text, "from": user,
            "chat": {"id": group, "type": "supergroup", "title": title},
        }}))
        .await;
        number
    }
    /// A number for a message that a test writes itself.
    pub fn next_message(&self) -> i64 {
        let mut memory = self.shared.memory();
        memory.last_message += 1;
        memory.last_message
    }
    /// Sends an update (its `update_id` is set here) to who polls, or to the webhook at once;
    /// answers the `update_id`. Kinds that were not asked for are dropped, as the vendor does.
    pub async fn send_update(&self, mut update: Value) -> i64 {
        let id = {
            let mut memory = self.shared.memory();
            memory.last_update += 1;
            let id = memory.last_update;
            update["update_id"] = id.into();
            memory.learn(&update);
            if memory.wants(&update) {
                memory.updates.push_back(update);
            }
            id
        };
        self.shared.news.notify_waiters();
        self.deliver().await;
        id
    }
    /// Tries to deliver what waits for the webhook, in order, until one is refused.
    /// Answers how many were taken.
    pub async fn deliver(&self) -> usize {
        let mut taken = 0;
        loop {
            let next = {
                let memory = self.shared.memory();
                memory.hook.clone().zip(memory.updates.front().cloned())
            };
            let Some((hook, update)) = next else {
                return taken;
            };
            if !self.post(&hook, &update).await {
                return taken;
            }
            self.shared.memory().updates.pop_front();
            taken += 1;
        }
    }
    /// Delivers this update once more, as the vendor does when an answer was lost.
    pub async fn repeat(&self, update: &Value) -> bool {
        let hook = self.shared.memory().hook.clone();
        match hook {
            Some(hook) => self.post(&hook, update).await,
            None => false,
        }
    }

    async fn post(&self, hook: &Hook, update: &Value) -> bool {
        let answer = self
            .http
            .post(Policy::Administrator, &hook.url)
            .header("X-Telegram-Bot-Api-Secret-Token", &hook.secret)
            .json(update)
            .send()
            .await;
        let error = match answer {
            Ok(answer) if answer.is_success() => None,
            Ok(answer) => Some(format!(
                "Wrong response from the webhook: {}",
                answer.status()
            )),
            Err(error) => Some(error.to_string()),
        };
        let taken = error.is_none();
        self.shared.memory().hook_error = error;
        taken
    }
}
