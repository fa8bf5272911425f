//! A strict stand-in for Viber's bot API over real HTTP on loopback.
//!
//! Stricter than the vendor: fields it does not know are refused, and a file is fetched at once and must be what was told
//! of it. Public https addresses are played by loopback ones ([`ViberDouble::play`]); what is not played cannot be
//! reached. Written from the vendor's page, version 7.3.0, and its clients for Python and Node.

mod memory;
mod messages;
mod server;

pub use memory::{Call, Fetched};
pub use server::Fault;

use axum::Router;
use bytes::Bytes;
use http_client::{Http, HttpOptions};
use memory::Shared;
use ring::hmac;
use serde_json::{Value, json};
use std::{io, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, task::JoinHandle};

/// The running stand-in; ends with its value.
pub struct ViberDouble {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Drop for ViberDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// What a webhook answered to an event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answered {
    /// HTTP status; 0 without an answer.
    pub status: u16,
    /// Its body.
    pub body: String,
}

/// The proof of a body, as the vendor computes it.
pub fn signature(token: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, token.as_bytes());
    let tag = hmac::sign(&key, body);
    tag.as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

/// A user as Viber tells of them.
pub fn person(user: &str) -> Value {
    json!({"id": user, "name": format!("Client {user}"), "language": "ru", "country": "RU", "api_version": 10})
}

impl ViberDouble {
    /// Starts one on a free port of 127.0.0.1, with a bot named `Beseda` of its own.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let token = format!("TEST0double0of0viber-{}", address.port());
        let http = Http::new(&HttpOptions::default()).map_err(io::Error::other)?;
        let shared = Arc::new(Shared::new(token, format!("http://{address}"), http));
        let router = Router::new()
            .fallback(server::serve)
            .with_state(shared.clone());
        let server = tokio::spawn(async move {
            // Ends only with the task itself.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            shared,
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
    /// Whatever begins with this https address is looked for at that loopback one.
    pub fn play(&self, public: &str, at: &str) {
        let pair = (public.to_owned(), at.to_owned());
        self.shared.memory().played.push(pair);
    }
    /// Every call, refused ones too, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.memory().calls.clone()
    }
    /// The messages that were truly sent, whatever the caller was told, in order.
    pub fn sent(&self) -> Vec<Call> {
        let calls = self.calls().into_iter();
        calls
            .filter(|call| call.done && call.what == "send_message")
            .collect()
    }
    /// The files that were fetched by their public addresses, in order.
    pub fn fetched(&self) -> Vec<Fetched> {
        self.shared.memory().fetched.clone()
    }
    /// Lets the next call of `what` (`send_message`; `*`: of any) go wrong; faults are used up in order.
    pub fn fail_next(&self, what: &str, fault: Fault) {
        let mut memory = self.shared.memory();
        memory.faults.push_back((what.to_owned(), fault));
    }
    /// From now on the token is refused, or accepted again.
    pub fn revoke_token(&self, revoked: bool) {
        self.shared.memory().revoked = revoked;
    }
    /// Makes a subscriber, as if they had written before the test; no event is sent by this.
    pub fn meet(&self, user: &str) {
        self.shared.memory().subscribe(user);
    }
    /// The client leaves, and Viber may refuse before it tells; no event is sent by this.
    pub fn leave(&self, user: &str) {
        self.shared.memory().subscribers.remove(user);
    }
    /// Where events are delivered; empty when nowhere.
    pub fn webhook(&self) -> String {
        self.shared.memory().webhook.clone()
    }
    /// Another program sets its own webhook.
    pub fn take_webhook(&self, url: &str) {
        url.clone_into(&mut self.shared.memory().webhook);
    }
    /// Keeps a file where clients' files lie; answers its address.
    pub fn add_file(&self, name: &str, bytes: impl Into<Bytes>) -> String {
        let mut memory = self.shared.memory();
        memory.files.insert(name.to_owned(), bytes.into());
        format!("{}/files/{name}", self.shared.base)
    }
    /// The client shows this picture, or none any more.
    pub fn set_picture(&self, user: &str, url: Option<&str>) {
        let mut memory = self.shared.memory();
        match url {
            Some(url) => memory.faces.insert(user.to_owned(), url.to_owned()),
            None => memory.faces.remove(user),
        };
    }

    /// The client writes a text; answers the message's number.
    pub async fn say(&self, user: &str, text: &str) -> u64 {
        self.write(user, json!({"type": "text", "text": text}))
            .await
    }
    /// The client writes this message, which subscribes them; answers its number.
    pub async fn write(&self, user: &str, message: Value) -> u64 {
        let number = {
            let mut memory = self.shared.memory();
            memory.subscribe(user);
            memory.next_token()
        };
        let event = json!({
            "event": "message", "message_token": number, "sender": self.described(user),
            "message": message, "silent": false,
        });
        self.send_event(event).await;
        number
    }
    /// The client opens the conversation, perhaps by a link that carries `context`.
    pub async fn open(&self, user: &str, context: Option<&str>) -> Answered {
        let (number, subscribed) = {
            let mut memory = self.shared.memory();
            (memory.next_token(), memory.subscribers.contains(user))
        };
        let mut event = json!({
            "event": "conversation_started", "message_token": number, "type": "open",
            "user": self.described(user), "subscribed": subscribed,
        });
        if let Some(context) = context {
            event["context"] = context.into();
        }
        self.send_event(event).await
    }
    /// The client subscribes in the bot's menu, or unsubscribes.
    pub async fn subscribe(&self, user: &str, wanted: bool) -> Answered {
        let number = {
            let mut memory = self.shared.memory();
            if wanted {
                memory.subscribe(user);
            } else {
                memory.subscribers.remove(user);
            }
            memory.next_token()
        };
        let event = if wanted {
            json!({"event": "subscribed", "message_token": number, "user": self.described(user)})
        } else {
            json!({"event": "unsubscribed", "message_token": number, "user_id": user})
        };
        self.send_event(event).await
    }
    /// What became of a message of the bot: `delivered`, `seen`, or `failed` with a reason.
    pub async fn tell(&self, what: &str, user: &str, number: u64, desc: Option<&str>) -> Answered {
        let mut event = json!({"event": what, "message_token": number, "user_id": user});
        if let Some(desc) = desc {
            event["desc"] = desc.into();
        }
        self.send_event(event).await
    }
    /// Delivers an event to the webhook, signed; its time is set here, unless it has one.
    pub async fn send_event(&self, mut event: Value) -> Answered {
        let url = {
            let mut memory = self.shared.memory();
            let at = memory.next_time();
            if event.get("timestamp").is_none() {
                event["timestamp"] = at.into();
            }
            memory.webhook.clone()
        };
        self.shared.deliver(&url, &event).await
    }
    fn described(&self, user: &str) -> Value {
        self.shared.memory().described(user)
    }
}
