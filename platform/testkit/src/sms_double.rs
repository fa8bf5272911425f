//! A strict double of an SMS gateway over HTTP: takes JSON or a form, knows its clients by a bearer or by a password, tells a
//! balance, and calls back.

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// What a client proves itself by.
pub const PASSWORD: &str = "gate-secret";

/// What goes wrong with the next message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It is taken, and the connection ends without an answer.
    DropAnswer,
    /// Too many: wait so many seconds.
    TooMany(u64),
    /// Refused with this word at `error`, and this status.
    Refuse(u16, String),
    /// A page of some server in between.
    BadGateway,
}

/// A message as it was taken.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Taken {
    /// The gateway's id of it.
    pub id: String,
    /// Receiver, text, sender and the caller's own id.
    pub to: String,
    /// The text.
    pub text: String,
    /// The sender.
    pub from: String,
    /// The caller's id.
    pub key: String,
}

#[derive(Default)]
struct Memory {
    revoked: bool,
    balance: String,
    faults: VecDeque<Fault>,
    taken: Vec<Taken>,
}

type Shared = Arc<Mutex<Memory>>;

fn locked(shared: &Shared) -> MutexGuard<'_, Memory> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The running gateway; ends when it is dropped.
pub struct SmsDouble {
    address: SocketAddr,
    shared: Shared,
    server: JoinHandle<()>,
}

impl Drop for SmsDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl SmsDouble {
    /// Opens the gateway on a free port of loopback.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Shared::default();
        "512.50".clone_into(&mut locked(&shared).balance);
        let router = Router::new()
            .fallback(serve)
            .with_state(Arc::clone(&shared));
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
    /// An address of it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
    /// Lets the next message go wrong; faults are used up in order.
    pub fn fail_next(&self, fault: Fault) {
        locked(&self.shared).faults.push_back(fault);
    }
    /// From now on nobody is known, or they are again.
    pub fn revoke(&self, revoked: bool) {
        locked(&self.shared).revoked = revoked;
    }
    /// The money left.
    pub fn set_balance(&self, balance: &str) {
        balance.clone_into(&mut locked(&self.shared).balance);
    }
    /// Every message that was taken, in order.
    pub fn taken(&self) -> Vec<Taken> {
        locked(&self.shared).taken.clone()
    }
}

async fn serve(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, 1024 * 1024).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let fields = fields(&parts.headers, parts.uri.query(), &body);
    let get = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
    let mut memory = locked(&shared);
    let bearer = parts.headers.get("authorization");
    let bearer =
        bearer.is_some_and(|told| told.as_bytes() == format!("Bearer {PASSWORD}").as_bytes());
    if memory.revoked || !(bearer || get("password") == PASSWORD) {
        return (
            StatusCode::UNAUTHORIZED,
            axum::Json(json!({"error": "who are you"})),
        )
            .into_response();
    }
    match parts.uri.path() {
        "/balance" => axum::Json(json!({"data": {"balance": memory.balance}})).into_response(),
        "/send" => send(&mut memory, &get),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn send(memory: &mut Memory, get: &dyn Fn(&str) -> String) -> Response {
    let fault = memory.faults.pop_front();
    match &fault {
        Some(Fault::TooMany(seconds)) => {
            let wait = [("retry-after", seconds.to_string())];
            return (StatusCode::TOO_MANY_REQUESTS, wait).into_response();
        }
        Some(Fault::BadGateway) => return (StatusCode::BAD_GATEWAY, "<html>").into_response(),
        Some(Fault::Refuse(status, word)) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_REQUEST);
            return (status, axum::Json(json!({"error": word}))).into_response();
        }
        Some(Fault::DropAnswer) | None => {}
    }
    let number = get("to");
    if number.len() < 10
        || !number.bytes().all(|byte| byte.is_ascii_digit())
        || get("text").is_empty()
    {
        return (
            StatusCode::BAD_REQUEST,
            axum::Json(json!({"error": "bad request"})),
        )
            .into_response();
    }
    let id = format!("gw-{}", memory.taken.len() + 1);
    memory.taken.push(Taken {
        id: id.clone(),
        to: number,
        text: get("text"),
        from: get("from"),
        key: get("id"),
    });
    if fault == Some(Fault::DropAnswer) {
        // A body that breaks off tears the connection.
        let torn = futures_util::stream::iter([Err::<Bytes, _>(io::Error::other("torn"))]);
        return Response::new(axum::body::Body::from_stream(torn));
    }
    axum::Json(json!({"id": id, "error": null})).into_response()
}

/// What a request carries, however it is written.
fn fields(headers: &HeaderMap, query: Option<&str>, body: &Bytes) -> Value {
    let kind = headers
        .get("content-type")
        .and_then(|kind| kind.to_str().ok());
    if kind == Some("application/json") {
        return serde_json::from_slice(body).unwrap_or_default();
    }
    let form = String::from_utf8_lossy(body);
    let all = [query.unwrap_or_default(), &form].join("&");
    let pairs = reqwest::Url::parse(&format!("http://x/?{all}"));
    let pairs = pairs.map(|url| {
        let pairs = url
            .query_pairs()
            .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())));
        pairs.collect::<serde_json::Map<_, _>>()
    });
    pairs.map_or(Value::Null, Value::from)
}
