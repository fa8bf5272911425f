//! The double as an HTTP server: tokens, versions, scripted faults, uploads and files.

use super::super::kept;
use super::{
    Call, events,
    memory::{Memory, Shared},
    methods, rules, settings, uploads,
};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use std::{collections::BTreeMap, io, sync::Arc};

/// Largest request, in bytes: the vendor's 200 MB and something for the form.
const MAX_REQUEST: usize = 201 * 1024 * 1024;

/// A scripted misfortune, for the next call it fits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// 429 of a server in front, with the wait in seconds.
    TooMany(u64),
    /// The vendor's error of this code.
    Error(i64),
    /// 502 of a server in front, without JSON.
    BadGateway,
    /// The call is done, but its answer never arrives.
    DropAnswer,
}

/// A refusal in the vendor's JSON.
pub(super) struct Refusal {
    pub(super) code: i64,
    pub(super) words: String,
}

impl Refusal {
    pub(super) fn new(code: i64, words: impl Into<String>) -> Self {
        Self {
            code,
            words: words.into(),
        }
    }
    /// Error 100.
    pub(super) fn parameter(words: impl AsRef<str>) -> Self {
        Self::new(
            100,
            format!(
                "One of the parameters specified was missing or invalid: {}",
                words.as_ref()
            ),
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        // The vendor refuses with status 200.
        answer(
            &json!({"error": {"error_code": self.code, "error_msg": self.words, "request_params": []}}),
        )
    }
}

pub(super) fn answer(body: &Value) -> Response {
    let response = Response::builder().header("content-type", "application/json; charset=utf-8");
    response
        .body(Body::from(body.to_string()))
        .unwrap_or_default()
}

/// One request: a method, a poll, an upload or a file.
pub(super) async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path().trim_start_matches('/').to_owned();
    let Ok(body) = to_bytes(body, MAX_REQUEST).await else {
        return axum::http::StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let kind = head
        .headers
        .get("content-type")
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default();
    match path.split_once('/') {
        Some(("method", method)) if head.method == "POST" => {
            called(&shared, method, kind, &body).await
        }
        Some(("upload", place)) if head.method == "POST" => {
            uploads::take(&shared, place, kind, &body)
        }
        Some(("files", name)) => match shared.memory().files.get(name) {
            Some(bytes) => bytes.clone().into_response(),
            None => axum::http::StatusCode::NOT_FOUND.into_response(),
        },
        None if path == "longpoll" => {
            let asked = rules::fields(head.uri.query().unwrap_or_default());
            let of = |name: &str| asked.get(name).map_or("", String::as_str);
            if of("act") != "a_check" {
                return answer(&json!({"failed": 2}));
            }
            let wait = of("wait").parse().unwrap_or(0);
            answer(&events::poll(&shared, of("key"), of("ts"), wait).await)
        }
        _ => axum::http::StatusCode::NOT_FOUND.into_response(),
    }
}

async fn called(shared: &Arc<Shared>, method: &str, kind: &str, body: &Bytes) -> Response {
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Refusal::new(8, "Invalid request: a form is expected").into_response();
    }
    let mut given = rules::fields(&String::from_utf8_lossy(body));
    let token = given.remove("access_token").unwrap_or_default();
    if token != shared.token || shared.memory().revoked {
        return Refusal::new(5, "User authorization failed: invalid access_token (4).")
            .into_response();
    }
    if given.remove("v").as_deref() != Some("5.199") {
        return Refusal::new(8, "Invalid request: v is not the newest version").into_response();
    }
    let checked = rules::check(method, &given);
    perform(shared, method, given, checked).await
}

async fn perform(
    shared: &Arc<Shared>,
    method: &str,
    given: BTreeMap<String, String>,
    checked: Result<(), Refusal>,
) -> Response {
    let fault = shared.memory().fault(method);
    let scripted = match &fault {
        None | Some(Fault::DropAnswer) => None,
        Some(fault) => Some(fault.clone()),
    };
    let before = shared.memory().messages.len();
    let outcome = match (checked, &scripted) {
        (Err(refusal), _) => Err(refusal),
        (Ok(()), Some(Fault::Error(code))) => Err(Refusal::new(*code, format!("Error {code}"))),
        (Ok(()), Some(_)) => Err(Refusal::new(10, "Internal server error")),
        (Ok(()), None) => run(shared, method, &given).await,
    };
    let repeated = method == "messages.send" && shared.memory().messages.len() == before;
    let done = outcome.is_ok() && !repeated;
    kept::keep(
        "vk",
        &json!({"method": method, "parameters": given, "done": done}),
    );
    shared.memory().calls.push(Call {
        method: method.to_owned(),
        parameters: given,
        files: vec![],
        done,
    });
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
        (Err(_), Some(Fault::TooMany(seconds))) => (
            axum::http::StatusCode::TOO_MANY_REQUESTS,
            [("retry-after", seconds.to_string())],
        )
            .into_response(),
        (Ok(response), _) => answer(&json!({"response": response})),
        (Err(refusal), _) => refusal.into_response(),
    }
}

async fn run(
    shared: &Arc<Shared>,
    method: &str,
    given: &BTreeMap<String, String>,
) -> Result<Value, Refusal> {
    if let Some(settled) = settings::call(shared, method, given).await {
        return settled;
    }
    let (told, news) = {
        let mut memory: std::sync::MutexGuard<'_, Memory> = shared.memory();
        methods::call(shared, &mut memory, method, given)?
    };
    // What the community does comes back to it as an event.
    if let Some((kind, object)) = news {
        events::send(shared, kind, object).await;
    }
    Ok(told)
}
