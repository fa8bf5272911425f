//! A strict stand-in for Meta's Graph API and its webhooks over real HTTP on loopback.
//!
//! Stricter than the vendor: fields it does not know are refused, a client who did not write in the last day gets no
//! free text, files must have been brought before they are named. It remembers every call, so that a test can count what
//! the provider saw. Written from Meta's pages of mid-2026 and the payloads recorded by the pywa library.

mod memory;
mod messages;
mod server;
mod templates;

pub use super::form::SeenFile;
pub use memory::Call;
pub use server::Fault;

use super::form;
use super::kept;
use axum::Router;
use bytes::Bytes;
use http_client::{Http, HttpOptions, Policy};
use memory::Shared;
use ring::{digest, hmac};
use serde_json::{Value, json};
use std::{io, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, task::JoinHandle};

/// Meta's id of the number.
pub const NUMBER: &str = "106540352242922";
/// Meta's id of the business account, which owns the templates.
pub const BUSINESS: &str = "102290129340398";
/// The secret of the application: with it deliveries are signed.
pub const APP_SECRET: &str = "TEST-secret-of-an-app";

/// The running stand-in; ends with its value.
pub struct WhatsAppDouble {
    address: SocketAddr,
    shared: Arc<Shared>,
    http: Http,
    server: JoinHandle<()>,
}

impl Drop for WhatsAppDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A client: their business-scoped id, and their number unless they hide it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Client {
    /// `RU.13491208655302741918`.
    pub id: &'static str,
    /// Digits with the country's code.
    pub phone: Option<&'static str>,
    /// As they call themselves.
    pub name: &'static str,
}

/// The signature of a body, as its header says it.
pub fn signature(body: &[u8], secret: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("sha256={}", hex(hmac::sign(&key, body).as_ref()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        out += &format!("{byte:02x}");
        out
    })
}

impl WhatsAppDouble {
    /// Starts one on a free port of 127.0.0.1.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let token = format!("TEST-double_of_whatsapp.{}", address.port());
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
    /// The messages that were truly sent, whatever the caller was told, in order; signs of reading are none.
    pub fn sent(&self) -> Vec<Call> {
        let calls = self.calls().into_iter();
        calls
            .filter(|call| call.done && call.what == "POST /messages")
            .filter(|call| call.body.get("status").is_none())
            .collect()
    }
    /// The files that were brought, in order.
    pub fn brought(&self) -> Vec<SeenFile> {
        let calls = self.calls().into_iter().filter(|call| call.done);
        calls.flat_map(|call| call.files).collect()
    }
    /// Lets the next call of `what` (`POST /messages`; `*`: of any) go wrong; faults are used up in order.
    pub fn fail_next(&self, what: &str, fault: Fault) {
        let mut memory = self.shared.memory();
        memory.faults.push_back((what.to_owned(), fault));
    }
    /// From now on the token is refused, or accepted again.
    pub fn revoke_token(&self, revoked: bool) {
        self.shared.memory().revoked = revoked;
    }
    /// How Meta rates the number: `GREEN`, `YELLOW`, `RED`.
    pub fn rate(&self, quality: &'static str) {
        self.shared.memory().quality = quality;
    }
    /// Meta's clock, in seconds; it goes on by a second with each event.
    pub fn set_time(&self, seconds: i64) {
        self.shared.memory().time = seconds;
    }
    /// Whether the application may set where Meta delivers.
    pub fn may_override(&self, may: bool) {
        self.shared.memory().no_override = !may;
    }
    /// Where Meta delivers, and the word it was told to ask with.
    pub fn webhook(&self) -> Option<(String, String)> {
        self.shared.memory().webhook.clone()
    }
    /// Makes a client one who wrote a moment ago.
    pub fn meet(&self, client: Client) {
        let mut memory = self.shared.memory();
        memory.open.insert(client.id.to_owned());
        memory.open.extend(client.phone.map(str::to_owned));
    }
    /// A day passed since the client wrote.
    pub fn close_window(&self, client: Client) {
        let mut memory = self.shared.memory();
        memory.open.remove(client.id);
        client.phone.map(|phone| memory.open.remove(phone));
    }
    /// Keeps a file that a client sent; answers its id and its hash as webhooks write it.
    pub fn add_file(&self, mime: &str, bytes: impl Into<Bytes>) -> (String, String) {
        let bytes = bytes.into();
        let hash = digest::digest(&digest::SHA256, &bytes);
        let hash = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, hash);
        let mut memory = self.shared.memory();
        let id = format!("9{:014}", memory.next());
        memory.files.insert(id.clone(), (mime.to_owned(), bytes));
        (id, hash)
    }
    /// The kept file's bytes become others, its hash stays.
    pub fn spoil_file(&self, id: &str) {
        let mut memory = self.shared.memory();
        if let Some((_, bytes)) = memory.files.get_mut(id) {
            *bytes = Bytes::from_static(b"other bytes");
        }
    }

    /// A message of a client as a webhook tells of it; `content` has its type and what belongs to that.
    pub fn message(&self, from: Client, content: Value) -> Value {
        let (id, at) = self.shared.memory().next_message();
        let mut message = content;
        message["id"] = id.into();
        message["timestamp"] = at.into();
        message["from_user_id"] = from.id.into();
        if let Some(phone) = from.phone {
            message["from"] = phone.into();
        }
        self.meet(from);
        json!({"messages": [message], "contacts": [contact(from)]})
    }
    /// News of a message of ours.
    pub fn status(&self, to: Client, id: &str, status: &str) -> Value {
        let (_, at) = self.shared.memory().next_message();
        let mut told = json!({
            "id": id, "status": status, "timestamp": at, "recipient_user_id": to.id,
        });
        if let Some(phone) = to.phone {
            told["recipient_id"] = phone.into();
        }
        if status == "failed" {
            told["errors"] = json!([{
                "code": 131_026, "title": "Message undeliverable", "message": "Message undeliverable",
                "error_data": {"details": "Message Undeliverable."},
            }]);
        }
        // Since ids of a business's own scope, a status tells whom it is about as a message does.
        json!({"contacts": [contact(to)], "statuses": [told]})
    }
    /// A message that an employee wrote in the phone application; answers its id and the webhook's value.
    pub fn echo(&self, to: Client, content: Value) -> (String, Value) {
        let (id, at) = self.shared.memory().next_message();
        let mut message = content;
        message["id"] = id.as_str().into();
        message["timestamp"] = at.into();
        message["from"] = memory::OWN_PHONE.into();
        message["to_user_id"] = to.id.into();
        if let Some(phone) = to.phone {
            message["to"] = phone.into();
        }
        (
            id,
            json!({"message_echoes": [message], "contacts": [contact(to)]}),
        )
    }
    /// The body of a delivery of one change.
    pub fn body(&self, field: &str, mut value: Value) -> String {
        value["messaging_product"] = "whatsapp".into();
        value["metadata"] = json!({
            "display_phone_number": memory::OWN_PHONE, "phone_number_id": NUMBER,
        });
        json!({
            "object": "whatsapp_business_account",
            "entry": [{"id": "1234567890", "changes": [{"field": field, "value": value}]}],
        })
        .to_string()
    }
    /// Keeps a template as if it had been made at Meta; `components` in Meta's JSON.
    pub fn add_template(&self, name: &str, status: &str, components: &Value) {
        self.add_template_in(name, "ru", status, components);
    }
    /// The same in a language of Meta's: one name may stand in several.
    pub fn add_template_in(&self, name: &str, language: &str, status: &str, components: &Value) {
        let mut memory = self.shared.memory();
        let id = format!("7{:014}", memory.next());
        memory.templates.push(json!({
            "id": id, "name": name, "language": language, "status": status, "category": "UTILITY",
            "rejected_reason": "NONE", "components": components,
        }));
    }
    /// Meta judges a template; answers the body of the delivery that tells of it.
    pub fn judge(&self, name: &str, status: &str, reason: &str) -> String {
        let mut memory = self.shared.memory();
        let mut id = Value::Null;
        if let Some(known) = memory.templates.iter_mut().find(|t| t["name"] == name) {
            known["status"] = status.into();
            known["rejected_reason"] = reason.into();
            id = known["id"].clone();
        }
        let time = memory.time + memory.next();
        json!({
            "object": "whatsapp_business_account",
            "entry": [{"id": BUSINESS, "time": time, "changes": [{
                "field": "message_template_status_update", "value": {
                    "event": status, "message_template_id": id, "message_template_name": name,
                    "message_template_language": "ru", "reason": reason,
                },
            }]}],
        })
        .to_string()
    }
    /// The templates it has, in Meta's JSON.
    pub fn templates(&self) -> Vec<Value> {
        self.shared.memory().templates.clone()
    }
    /// Delivers a body to an address, signed; answers with the status.
    pub async fn deliver(&self, url: &str, body: &str) -> u16 {
        let proof = signature(body.as_bytes(), APP_SECRET);
        kept::keep(
            "whatsapp",
            &json!({"event": body, "proof": proof, "secret": APP_SECRET}),
        );
        let request = self
            .http
            .post(Policy::Administrator, url)
            .header("content-type", "application/json")
            .header("X-Hub-Signature-256", &proof)
            .body(body.to_owned());
        request.send().await.map_or(0, |answer| answer.status())
    }
}

fn contact(client: Client) -> Value {
    let mut contact = json!({"profile": {"name": client.name}, "user_id": client.id});
    if let Some(phone) = client.phone {
        contact["wa_id"] = phone.into();
    }
    contact
}
