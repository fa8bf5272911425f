//! The HTTP side: who may call, what goes where, scripted misfortunes, Meta's refusals.

use super::super::kept;
use super::{
    BUSINESS, Call, NUMBER, form, hex,
    memory::{Memory, OWN_PHONE, Shared},
    messages, templates,
};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use ring::digest;
use serde_json::{Value, json};
use std::{io, sync::Arc};

/// Largest request, in bytes: enough for tests.
const MAX_REQUEST: usize = 128 * 1024 * 1024;

/// A scripted misfortune, for the next call it fits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// 429 with the wait in seconds.
    TooMany(u64),
    /// This status with this code and these words.
    Refuse(u16, i64, &'static str),
    /// 503 in Meta's JSON: nothing was done.
    Unavailable,
    /// 502 from a proxy in front, without JSON.
    BadGateway,
    /// The call is done, but its answer never arrives.
    DropAnswer,
}

/// A refusal in Meta's JSON.
pub(super) struct Refusal {
    status: u16,
    code: i64,
    words: String,
    wait: Option<u64>,
}

impl Refusal {
    pub(super) fn new(status: u16, code: i64, words: &str) -> Self {
        Self {
            status,
            code,
            words: words.to_owned(),
            wait: None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"error": {
            "message": self.words, "type": "OAuthException", "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": "Details by the double."},
            "fbtrace_id": "TEST",
        }});
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

/// One request: a call of the API, or a file that is fetched.
pub(super) async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let header = |name: &str| {
        let value = head.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let Ok(body) = to_bytes(body, MAX_REQUEST).await else {
        return Refusal::new(413, 131_053, "too large").into_response();
    };
    let path = head.uri.path().trim_matches('/').to_owned();
    // Files lie elsewhere, but want the same token.
    let known = header("authorization") == format!("Bearer {}", shared.token);
    if !known || shared.memory().revoked {
        let words = "Error validating access token: the session has been invalidated";
        return Refusal::new(401, 190, words).into_response();
    }
    if let Some(id) = path.strip_prefix("files/") {
        return match shared.memory().files.get(id) {
            Some((mime, bytes)) => {
                ([("content-type", mime.clone())], bytes.clone()).into_response()
            }
            None => Refusal::new(404, 100, "no such file").into_response(),
        };
    }
    let Some(rest) = path.strip_prefix("v26.0/") else {
        return Refusal::new(400, 2_635, "this version is no longer served").into_response();
    };
    let below = rest.strip_prefix(NUMBER).unwrap_or(rest);
    let mut call = Call {
        what: format!("{} {below}", head.method),
        query: head.uri.query().unwrap_or_default().to_owned(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
        files: Vec::new(),
        done: false,
        made: String::new(),
    };
    let mut memory = shared.memory();
    let fault = memory.fault(&call.what);
    let outcome = match &fault {
        Some(fault) if *fault != Fault::DropAnswer => Err(scripted(fault)),
        _ => route(
            &mut memory,
            &shared.base,
            &mut call,
            &header("content-type"),
            &body,
        ),
    };
    call.done = outcome.is_ok();
    if let Ok(made) = &outcome {
        let id = made.pointer("/messages/0/id").or_else(|| made.get("id"));
        call.made = id.and_then(Value::as_str).unwrap_or_default().to_owned();
    }
    kept::keep(
        "whatsapp",
        &json!({"what": call.what, "body": call.body, "done": call.done}),
    );
    memory.calls.push(call);
    drop(memory);
    respond(outcome, fault)
}

fn route(
    memory: &mut Memory,
    base: &str,
    call: &mut Call,
    content_type: &str,
    body: &Bytes,
) -> Answer {
    match call.what.as_str() {
        "GET " => number(memory, &call.query),
        "POST " => set_webhook(memory, &call.body),
        "POST /messages" => messages::send(memory, &call.body),
        "POST /media" => {
            let (fields, files) = form::read(content_type, body)
                .ok_or_else(|| Refusal::new(400, 100, "(#100) a form is expected"))?;
            call.files.clone_from(&files);
            messages::bring(memory, &fields, &files)
        }
        what if what.ends_with(&format!(" {BUSINESS}/message_templates")) => {
            match what.split(' ').next() {
                Some("GET") => templates::list(memory, base, &call.query),
                Some("POST") => templates::submit(memory, &call.body),
                _ => templates::delete(memory, &call.query),
            }
        }
        what => {
            let id = what.strip_prefix("GET ").unwrap_or_default();
            media(memory, base, id, &call.query)
        }
    }
}

fn number(memory: &Memory, query: &str) -> Answer {
    let fields = query.strip_prefix("fields=").unwrap_or_default();
    let mut told = json!({"id": NUMBER});
    for field in fields.split(',') {
        told[field] = match field {
            "display_phone_number" => {
                let (country, rest) = OWN_PHONE.split_at(1);
                format!("+{country} {rest}").into()
            }
            "verified_name" => "Лампы и свет".into(),
            "quality_rating" => memory.quality.into(),
            "webhook_configuration" => match &memory.webhook {
                Some((url, _)) => json!({"phone_number": url}),
                None => json!({}),
            },
            strange => {
                let words = format!("(#100) Tried accessing nonexisting field ({strange})");
                return Err(Refusal::new(400, 100, &words));
            }
        };
    }
    Ok(told)
}

fn set_webhook(memory: &mut Memory, body: &Value) -> Answer {
    let word = |name: &str| body["webhook_configuration"][name].as_str();
    let (Some(url), Some(word)) = (word("override_callback_uri"), word("verify_token")) else {
        return Err(Refusal::new(400, 100, "(#100) Invalid parameter"));
    };
    if memory.no_override {
        let words = "(#100) Before override the current callback uri, your app must be subscribed";
        return Err(Refusal::new(400, 100, words));
    }
    memory.webhook = Some((url.to_owned(), word.to_owned()));
    Ok(json!({"success": true}))
}

fn media(memory: &Memory, base: &str, id: &str, query: &str) -> Answer {
    let ours = query == format!("phone_number_id={NUMBER}");
    match memory.files.get(id).filter(|_| ours) {
        Some((mime, bytes)) => Ok(json!({
            "messaging_product": "whatsapp", "url": format!("{base}/files/{id}"), "mime_type": mime,
            "sha256": hex(digest::digest(&digest::SHA256, bytes).as_ref()),
            "file_size": bytes.len(), "id": id,
        })),
        None => Err(Refusal::new(
            400,
            100,
            "Unsupported get request. Object does not exist",
        )),
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
            ..Refusal::new(429, 130_429, "(#130429) Rate limit hit")
        },
        Fault::Refuse(status, code, words) => Refusal::new(*status, *code, words),
        Fault::Unavailable | Fault::BadGateway | Fault::DropAnswer => {
            Refusal::new(503, 131_016, "(#131016) Service unavailable")
        }
    }
}
