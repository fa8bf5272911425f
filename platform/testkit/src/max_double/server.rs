//! The double as an HTTP server: tokens, scripted faults, the vendor's refusals.

use super::super::kept;
use super::{
    Call, form,
    memory::{Memory, Shared},
    messages, receiving, uploads,
};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Map, Value, json};
use std::{io, sync::Arc};

/// Largest request, in bytes: enough for tests.
const MAX_REQUEST: usize = 64 * 1024 * 1024;

/// A scripted misfortune, for the next call it fits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// 429 with the wait in seconds.
    TooMany(u64),
    /// This status with this code and these words.
    Refuse(u16, &'static str, &'static str),
    /// 503 in the vendor's JSON: nothing was done.
    Unavailable,
    /// 502 from a proxy in front, without JSON.
    BadGateway,
    /// The call is done, but its answer never arrives.
    DropAnswer,
}

/// A refusal in the vendor's JSON.
pub(super) struct Refusal {
    status: u16,
    code: String,
    words: String,
    wait: Option<u64>,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &str, words: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            words: words.into(),
            wait: None,
        }
    }
    /// A body or query the vendor cannot use.
    pub(super) fn bad(words: impl Into<String>) -> Self {
        Self::new(400, "proto.payload", words)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"code": self.code, "message": self.words});
        let mut response = answer(self.status, &body);
        if let Some(wait) = self.wait {
            response.headers_mut().insert("retry-after", wait.into());
        }
        response
    }
}

fn answer(status: u16, body: &Value) -> Response {
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json");
    response
        .body(Body::from(body.to_string()))
        .unwrap_or_default()
}

/// What a call does: its answer, or the refusal.
pub(super) type Answer = Result<Value, Refusal>;

/// A call that could be read.
pub(super) struct Asked<'a> {
    pub(super) path: &'a str,
    pub(super) query: &'a Map<String, Value>,
    pub(super) body: &'a Value,
}

impl Asked<'_> {
    pub(super) fn word(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str)
    }
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let read = |word: &str| word.parse::<i64>();
        let number = self.word(name).map(read).transpose();
        number.map_err(|_| Refusal::bad(format!("{name} is no number")))
    }
    /// Parameters nobody published are refused.
    pub(super) fn only(&self, names: &[&str]) -> Result<(), Refusal> {
        match self
            .query
            .keys()
            .find(|name| !names.contains(&name.as_str()))
        {
            Some(strange) => Err(Refusal::bad(format!("unknown parameter {strange}"))),
            None => Ok(()),
        }
    }
    /// So are fields.
    pub(super) fn fields(&self, names: &[&str]) -> Result<(), Refusal> {
        let Some(fields) = self.body.as_object() else {
            return Err(Refusal::bad("Can't deserialize body"));
        };
        match fields.keys().find(|name| !names.contains(&name.as_str())) {
            Some(strange) => Err(Refusal::bad(format!("unknown field {strange}"))),
            None => Ok(()),
        }
    }
}

/// One request: a call of the API, a file that is brought, or one that is fetched.
pub(super) async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path().trim_matches('/').to_owned();
    let header = |name: &str| {
        let value = head.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    if let Some(name) = path.strip_prefix("files/") {
        return match shared.memory().files.get(name) {
            Some(bytes) => bytes.clone().into_response(),
            None => Refusal::new(404, "not.found", "no such file").into_response(),
        };
    }
    let Ok(body) = to_bytes(body, MAX_REQUEST).await else {
        return Refusal::new(413, "too.large", "Request Entity Too Large").into_response();
    };
    let query = query(head.uri.query().unwrap_or_default());
    let what = format!("{} /{path}", head.method);
    let call = Call {
        what,
        query,
        body: serde_json::from_slice(&body).unwrap_or_default(),
        files: Vec::new(),
        done: false,
    };
    // Files are brought to other hosts of the vendor, who know no tokens.
    if let Some(place) = path.strip_prefix("upload/") {
        return bring(&shared, call, place, &header("content-type"), &body);
    }
    if header("authorization") != shared.token || shared.memory().revoked {
        return Refusal::new(401, "verify.token", "Invalid access_token").into_response();
    }
    perform(&shared, call, &path).await
}

fn bring(shared: &Shared, mut call: Call, place: &str, kind: &str, body: &Bytes) -> Response {
    call.files = form::read(kind, body).map_or_else(Vec::new, |(_, files)| files);
    let mut memory = shared.memory();
    let fault = memory.fault("POST /upload");
    let outcome = match &fault {
        Some(fault) if *fault != Fault::DropAnswer => Err(scripted(fault)),
        _ => uploads::take(&mut memory, place, &call.files),
    };
    call.done = outcome.is_ok();
    memory.calls.push(call);
    drop(memory);
    match outcome {
        Ok(Value::Null) => "<?xml version=\"1.0\"?><retval>1</retval>".into_response(),
        other => respond(other, fault),
    }
}

async fn perform(shared: &Arc<Shared>, mut call: Call, path: &str) -> Response {
    let fault = shared.memory().fault(&call.what);
    let asked = Asked {
        path,
        query: &call.query,
        body: &call.body,
    };
    let outcome = match &fault {
        Some(fault) if *fault != Fault::DropAnswer => Err(scripted(fault)),
        _ if call.what == "GET /updates" => receiving::updates(shared, &asked).await,
        _ => route(&mut shared.memory(), &shared.base, &call.what, &asked),
    };
    call.done = outcome.is_ok();
    let line =
        json!({"what": call.what, "query": call.query, "body": call.body, "done": call.done});
    kept::keep("max", &line);
    shared.memory().calls.push(call);
    respond(outcome, fault)
}

fn route(memory: &mut Memory, base: &str, what: &str, asked: &Asked<'_>) -> Answer {
    match what {
        "GET /me" => Ok(receiving::me()),
        "GET /subscriptions" => Ok(receiving::subscriptions(memory)),
        "POST /subscriptions" => receiving::subscribe(memory, asked),
        "DELETE /subscriptions" => receiving::unsubscribe(memory, asked),
        "POST /uploads" => uploads::place(memory, base, asked),
        "POST /messages" => messages::send(memory, asked),
        "PUT /messages" => messages::edit(memory, asked),
        "DELETE /messages" => messages::delete(memory, asked),
        _ if what.starts_with("GET /videos/") => uploads::video(memory, base, asked),
        _ if what.starts_with("GET /chats/") => messages::chat(memory, asked),
        _ if what.starts_with("POST /chats/") => messages::action(memory, asked),
        _ => Err(Refusal::new(404, "not.found", "Unknown path")),
    }
}

fn respond(outcome: Answer, fault: Option<Fault>) -> Response {
    match (outcome, fault) {
        (Ok(_), Some(Fault::DropAnswer)) => {
            // The head may go out; the body breaks off and with it the connection.
            Response::new(Body::from_stream(stream::iter([Err::<Bytes, _>(
                io::Error::other("cut"),
            )])))
        }
        (Err(_), Some(Fault::BadGateway)) => {
            (axum::http::StatusCode::BAD_GATEWAY, "<html>").into_response()
        }
        (Ok(result), _) => answer(200, &result),
        (Err(refusal), _) => refusal.into_response(),
    }
}

fn scripted(fault: &Fault) -> Refusal {
    match fault {
        Fault::TooMany(seconds) => Refusal {
            wait: Some(*seconds),
            ..Refusal::new(429, "too.many.requests", "Too many requests")
        },
        Fault::Refuse(status, code, words) => Refusal::new(*status, code, *words),
        Fault::Unavailable | Fault::BadGateway | Fault::DropAnswer => {
            Refusal::new(503, "service.unavailable", "Service unavailable")
        }
    }
}

/// Names and values of a query, unescaped.
fn query(words: &str) -> Map<String, Value> {
    let pairs = words.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name.to_owned(), Value::String(unescaped(value)))
        })
        .collect()
}

fn unescaped(word: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), word.as_bytes());
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
