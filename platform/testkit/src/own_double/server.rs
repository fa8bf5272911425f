//! The double as an HTTP server: proofs, scripted faults, refusals in the words of the protocol.

use super::{
    Call,
    form::{self, SeenFile},
    memory::{Memory, Shared},
    signature,
};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use std::{io, sync::Arc, time::Duration};

/// Largest request, in bytes.
const MAX_REQUEST: usize = 64 * 1024 * 1024;
/// Most events of one answer.
const MOST_EVENTS: usize = 100;

/// A scripted misfortune, for the next call it fits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// 429 with the wait in seconds, for the chat.
    TooMany(u64),
    /// This status with this code.
    Refuse(u16, &'static str),
    /// 502 from a server in front, without JSON.
    BadGateway,
    /// The call is done, but its answer never arrives.
    DropAnswer,
    /// 200 with something else.
    Nonsense,
}

type Answer = Result<Value, (u16, &'static str)>;

/// One request: a question for events, a file, or a call.
pub(super) async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let target = head.uri.path_and_query();
    let target = target.map_or("", |target| target.as_str()).to_owned();
    if shared.memory().down {
        return (StatusCode::BAD_GATEWAY, "<html>").into_response();
    }
    if head.method == "GET" {
        if !proved(&shared, &head.headers, format!("GET {target}").as_bytes()) {
            return refused(401, "bad_signature");
        }
        if let Some(name) = head.uri.path().strip_prefix("/files/") {
            return match shared.memory().files.get(name) {
                Some(bytes) => bytes.clone().into_response(),
                None => StatusCode::NOT_FOUND.into_response(),
            };
        }
        let query = head.uri.query().unwrap_or_default();
        return match head.uri.path() {
            "/chat/events" => events(&shared, query).await,
            _ => StatusCode::NOT_FOUND.into_response(),
        };
    }
    if head.method != "POST" || target != "/chat" {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Ok(body) = to_bytes(body, MAX_REQUEST).await else {
        return refused(413, "");
    };
    let kind = head.headers.get("content-type");
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let Some((asked, files)) = read(kind, &body) else {
        return refused(400, "malformed");
    };
    if !proved(&shared, &head.headers, asked.as_bytes()) {
        return refused(401, "bad_signature");
    }
    let body: Value = serde_json::from_str(&asked).unwrap_or_default();
    answer(&shared, body, files)
}

/// The question as it was signed, and the files beside it.
fn read(kind: &str, body: &Bytes) -> Option<(String, Vec<SeenFile>)> {
    if kind == "application/json" {
        return Some((String::from_utf8(body.to_vec()).ok()?, Vec::new()));
    }
    let (fields, files) = form::read(kind, body)?;
    match fields.as_slice() {
        [(name, asked)] if name == "request" && !files.is_empty() => Some((asked.clone(), files)),
        _ => None,
    }
}

fn proved(shared: &Shared, headers: &HeaderMap, said: &[u8]) -> bool {
    let told = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let time = told("x-beseda-timestamp").unwrap_or_default();
    let fits = time.parse::<u64>().is_ok()
        && told("x-beseda-signature") == Some(&signature(&shared.secret, time, said));
    let mut memory = shared.memory();
    if !fits {
        memory.unproved += 1;
    }
    fits && !memory.revoked
}

/// Waits for events after the cursor, as long as was asked.
async fn events(shared: &Shared, query: &str) -> Response {
    let (mut after, mut wait) = (0, None);
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("after", number)) => match number.parse() {
                Ok(number) => after = number,
                Err(_) => return refused(400, "bad_cursor"),
            },
            Some(("wait", seconds)) => wait = seconds.parse().ok(),
            _ => return refused(400, "unknown_parameter"),
        }
    }
    let Some(wait) = wait.filter(|wait| (1..=60).contains(wait)) else {
        return refused(400, "no_wait");
    };
    let patience = tokio::time::sleep(Duration::from_secs(wait));
    tokio::pin!(patience);
    loop {
        let news = shared.news.notified();
        tokio::pin!(news);
        news.as_mut().enable();
        {
            let memory = shared.memory();
            if memory.down {
                return (StatusCode::BAD_GATEWAY, "<html>").into_response();
            }
            let fresh = memory.events.iter().skip(after).take(MOST_EVENTS);
            let fresh: Vec<Value> = fresh.cloned().collect();
            if !fresh.is_empty() || patience.is_elapsed() {
                let cursor = (after + fresh.len()).to_string();
                return json_of(200, &json!({"events": fresh, "cursor": cursor}));
            }
        }
        tokio::select! {
            () = &mut news => {}
            () = &mut patience => {}
        }
    }
}

fn answer(shared: &Shared, body: Value, files: Vec<SeenFile>) -> Response {
    let what = body["type"].as_str().unwrap_or_default().to_owned();
    let mut memory = shared.memory();
    let fault = memory.fault(&what);
    let outcome = match &fault {
        Some(Fault::TooMany(_)) => Err((429, "slow_down")),
        Some(Fault::Refuse(status, code)) => Err((*status, *code)),
        Some(Fault::BadGateway) => Err((502, "")),
        Some(Fault::DropAnswer | Fault::Nonsense) | None => {
            perform(&mut memory, &what, &body, &files)
        }
    };
    let ids = outcome
        .as_ref()
        .ok()
        .and_then(|told| told["ids"].as_array());
    let ids = ids.into_iter().flatten().filter_map(Value::as_str);
    let ids: Vec<String> = ids.map(str::to_owned).collect();
    // The same key again makes nothing anew.
    let again = what == "send"
        && memory
            .calls
            .iter()
            .any(|call| call.done && call.body["key"] == body["key"]);
    let call = Call {
        done: outcome.is_ok() && !again,
        what,
        body,
        files,
        ids,
    };
    memory.calls.push(call);
    match (outcome, fault) {
        (Ok(_), Some(Fault::DropAnswer)) => {
            // The head may go out; the body breaks off and with it the connection.
            Response::new(Body::from_stream(stream::iter([Err::<Bytes, _>(
                io::Error::other("cut"),
            )])))
        }
        (Ok(_), Some(Fault::Nonsense)) => "done!".into_response(),
        (_, Some(Fault::BadGateway)) => (StatusCode::BAD_GATEWAY, "<html>").into_response(),
        (Ok(told), _) => json_of(200, &told),
        (Err((status, code)), fault) => {
            let mut response = refused(status, code);
            if let Some(Fault::TooMany(seconds)) = fault {
                response.headers_mut().insert("retry-after", seconds.into());
            }
            response
        }
    }
}

fn perform(memory: &mut Memory, what: &str, body: &Value, files: &[SeenFile]) -> Answer {
    let fields: &[&str] = match what {
        "send" => &[
            "type", "key", "chat", "text", "entities", "files", "reply_to", "silent",
        ],
        "edit" => &["type", "chat", "id", "text", "entities", "caption"],
        "delete" => &["type", "chat", "ids"],
        "react" => &["type", "chat", "id", "emoji"],
        "typing" => &["type", "chat"],
        "read" => &["type", "chat", "up_to"],
        "check" => return Ok(json!({"ok": true, "name": "Beseda double", "id": "acc-1"})),
        "can_contact" => return Ok(reach(memory, body)),
        _ => return Err((422, "unsupported")),
    };
    let named = body.as_object().ok_or((400, "malformed"))?;
    if named.keys().any(|name| !fields.contains(&name.as_str())) {
        return Err((400, "unknown_field"));
    }
    let chat = body["chat"].as_str().ok_or((400, "no_chat"))?;
    if !memory.chats.contains(chat) {
        return Err((404, "no_such_chat"));
    }
    match what {
        "send" => send(memory, body, files),
        _ => Ok(json!({})),
    }
}

fn send(memory: &mut Memory, body: &Value, files: &[SeenFile]) -> Answer {
    let key = body["key"].as_str().filter(|key| !key.is_empty());
    let key = key.ok_or((400, "no_key"))?;
    let text = body["text"].as_str().ok_or((400, "no_text"))?;
    let told = body["files"].as_array().ok_or((400, "no_files"))?;
    if text.chars().count() > 4096 || (text.is_empty() && files.is_empty()) {
        return Err((422, "bad_length"));
    }
    let units = text.encode_utf16().count() as u64;
    for range in body["entities"].as_array().ok_or((400, "no_entities"))? {
        let end = range["offset"].as_u64().zip(range["len"].as_u64());
        if end.is_none_or(|(from, len)| len == 0 || from + len > units) {
            return Err((400, "bad_entity"));
        }
    }
    let same = |(n, (told, file)): (usize, (&Value, &SeenFile))| {
        let field = format!("file{n}");
        file.field == field
            && told["field"] == field
            && told["name"] == file.name
            && told["size"] == file.bytes.len()
            && told["mime"]
                .as_str()
                .is_some_and(|mime| mime.starts_with(&file.mime))
    };
    if told.len() != files.len() || !told.iter().zip(files).enumerate().all(same) {
        return Err((400, "files_are_not_what_was_told"));
    }
    if let Some(ids) = memory.keys.get(key) {
        return Ok(json!({"ids": ids}));
    }
    let ids: Vec<String> = (0..files.len().max(1)).map(|_| memory.next_id()).collect();
    memory.keys.insert(key.to_owned(), ids.clone());
    Ok(json!({"ids": ids}))
}

fn reach(memory: &Memory, body: &Value) -> Value {
    let address = body["phone"].as_str().or_else(|| body["username"].as_str());
    let known = address.and_then(|address| memory.addresses.get(address));
    known.cloned().unwrap_or_else(|| json!({"reach": "absent"}))
}

fn refused(status: u16, code: &str) -> Response {
    json_of(
        status,
        &json!({"code": code, "text": format!("refused: {code}")}),
    )
}

fn json_of(status: u16, body: &Value) -> Response {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap_or_default()
}
