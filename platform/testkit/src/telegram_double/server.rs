//! The double as an HTTP server: tokens, scripted faults, the vendor's refusals.

use super::{Call, SeenFile, memory::Shared, methods, rules};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use std::{io, sync::Arc};

/// Largest request, in bytes: the vendor's 50 MB and something for the form.
const MAX_REQUEST: usize = 51 * 1024 * 1024;

/// A scripted misfortune, for the next call it fits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// 429 with the wait in seconds.
    TooMany(u64),
    /// 403: blocked by the user.
    Blocked,
    /// 400 with these words.
    Refuse(String),
    /// 500 in the vendor's JSON: nothing was done.
    ServerError,
    /// 502 from a proxy in front, without JSON.
    BadGateway,
    /// 400: the group has this new id.
    Moved(i64),
    /// The call is done, but its answer never arrives.
    DropAnswer,
}

/// A refusal in the vendor's JSON.
pub(super) struct Refusal {
    code: u16,
    words: String,
    parameters: Value,
}

impl Refusal {
    pub(super) fn new(code: u16, words: impl Into<String>) -> Self {
        Self {
            code,
            words: words.into(),
            parameters: Value::Null,
        }
    }
    pub(super) fn bad(words: impl AsRef<str>) -> Self {
        Self::new(400, format!("Bad Request: {}", words.as_ref()))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({"ok": false, "error_code": self.code, "description": self.words});
        if !self.parameters.is_null() {
            body["parameters"] = self.parameters;
        }
        answer(self.code, &body)
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

/// One request: a method of the API, or a file.
pub(super) async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path().trim_start_matches('/').to_owned();
    let (path, wants_file) = match path.strip_prefix("file/") {
        Some(path) => (path.to_owned(), true),
        None => (path, false),
    };
    let Some((token, rest)) = path
        .strip_prefix("bot")
        .and_then(|path| path.split_once('/'))
    else {
        return Refusal::new(404, "Not Found").into_response();
    };
    if token != shared.token || shared.memory().revoked {
        return Refusal::new(401, "Unauthorized").into_response();
    }
    if wants_file {
        return file(&shared, rest);
    }
    let Ok(body) = to_bytes(body, MAX_REQUEST).await else {
        return Refusal::new(413, "Request Entity Too Large").into_response();
    };
    let kind = head
        .headers
        .get("content-type")
        .and_then(|kind| kind.to_str().ok());
    match rules::read(rest, kind.unwrap_or_default(), &body) {
        Ok((parameters, files)) => perform(&shared, rest, parameters, files).await,
        Err(refusal) => {
            let call = Call {
                method: rest.to_owned(),
                parameters: Value::Null,
                files: vec![],
                done: false,
            };
            shared.remember(call);
            refusal.into_response()
        }
    }
}

fn file(shared: &Shared, path: &str) -> Response {
    let id = path.strip_prefix("documents/").unwrap_or_default();
    match shared.memory().files.get(id) {
        Some(bytes) => bytes.clone().into_response(),
        None => Refusal::new(404, "Not Found").into_response(),
    }
}

async fn perform(
    shared: &Arc<Shared>,
    method: &str,
    parameters: Value,
    files: Vec<SeenFile>,
) -> Response {
    let fault = shared.memory().fault(method);
    let refused = match &fault {
        None | Some(Fault::DropAnswer) => None,
        Some(fault) => Some(scripted(fault)),
    };
    let outcome = match refused {
        Some(refused) => Err(refused),
        None if method == "getUpdates" => methods::updates(shared, &parameters).await,
        None => methods::call(&mut shared.memory(), method, &parameters, &files),
    };
    let call = Call {
        method: method.to_owned(),
        parameters,
        files,
        done: outcome.is_ok(),
    };
    shared.remember(call);
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
        (Ok(result), _) => answer(200, &json!({"ok": true, "result": result})),
        (Err(refusal), _) => refusal.into_response(),
    }
}

fn scripted(fault: &Fault) -> Refusal {
    match fault {
        Fault::TooMany(seconds) => Refusal {
            parameters: json!({"retry_after": seconds}),
            ..Refusal::new(429, format!("Too Many Requests: retry after {seconds}"))
        },
        Fault::Blocked => Refusal::new(403, "Forbidden: bot was blocked by the user"),
        Fault::Refuse(words) => Refusal::bad(words),
        Fault::Moved(chat) => Refusal {
            parameters: json!({"migrate_to_chat_id": chat}),
            ..Refusal::bad("group chat was upgraded to a supergroup chat")
        },
        Fault::ServerError | Fault::BadGateway | Fault::DropAnswer => {
            Refusal::new(500, "Internal Server Error")
        }
    }
}
