//! The double as an HTTP server: tokens, scripted faults, the vendor's refusals. HTTP says 200 to all of them.

use super::super::kept;
use super::{Call, memory::Shared, messages};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use std::{io, sync::Arc};

/// Largest request, in bytes.
const MAX_REQUEST: usize = 1024 * 1024;

/// A scripted misfortune, for the next call it fits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Status 12; the vendor tells no wait, so the seconds are told as a server in front would (0: none).
    TooMany(u64),
    /// This status with these words.
    Refuse(i64, &'static str),
    /// 502 from a proxy in front, without JSON.
    BadGateway,
    /// The call is done, but its answer never arrives.
    DropAnswer,
}

/// A refusal in the vendor's words.
#[derive(Debug)]
pub(super) struct Refusal(pub(super) i64, pub(super) &'static str);

/// What a call does: its answer, or the refusal.
pub(super) type Answer = Result<Value, Refusal>;

/// Fields nobody published are refused.
pub(super) fn only(body: &Value, names: &[&str]) -> Result<(), Refusal> {
    let fields = body.as_object().ok_or(Refusal(3, "badData"))?;
    if fields.keys().all(|name| names.contains(&name.as_str())) {
        Ok(())
    } else {
        Err(Refusal(3, "badData"))
    }
}

/// One request: a call of the API, or a file that is fetched.
pub(super) async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path().trim_matches('/').to_owned();
    if let Some(name) = path.strip_prefix("files/") {
        return match shared.memory().files.get(name) {
            Some(bytes) => bytes.clone().into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        };
    }
    let (Some(what), "POST") = (path.strip_prefix("pa/"), head.method.as_str()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(body) = to_bytes(body, MAX_REQUEST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let given = head.headers.get("x-viber-auth-token");
    let given = given.and_then(|value| value.to_str().ok());
    if given != Some(shared.token.as_str()) || shared.memory().revoked {
        return respond(Err(Refusal(2, "invalidAuthToken")), None);
    }
    let mut call = Call {
        what: what.to_owned(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
        done: false,
        token: 0,
    };
    let fault = shared.memory().fault(what);
    let outcome = match &fault {
        Some(Fault::TooMany(_)) => Err(Refusal(12, "tooManyRequests")),
        Some(Fault::Refuse(status, words)) => Err(Refusal(*status, words)),
        Some(Fault::BadGateway) => Err(Refusal(-1, "")),
        Some(Fault::DropAnswer) | None => perform(&shared, what, &call.body).await,
    };
    call.done = outcome.is_ok();
    let number = outcome
        .as_ref()
        .ok()
        .and_then(|told| told["message_token"].as_u64());
    call.token = number.unwrap_or_default();
    kept::keep(
        "viber",
        &json!({"method": call.what, "body": call.body, "done": call.done}),
    );
    shared.memory().calls.push(call);
    respond(outcome, fault)
}

async fn perform(shared: &Shared, what: &str, body: &Value) -> Answer {
    match what {
        "get_account_info" => {
            only(body, &[])?;
            let memory = shared.memory();
            Ok(json!({
                "id": "pa:75346594275468546724", "name": "Beseda", "uri": "beseda_test",
                "webhook": memory.webhook, "subscribers_count": memory.subscribers.len(),
            }))
        }
        "get_user_details" => details(shared, body),
        "set_webhook" => set_webhook(shared, body).await,
        "send_message" => messages::send(shared, body).await,
        _ => Err(Refusal(3, "badData")),
    }
}

/// Twice in twelve hours per user.
fn details(shared: &Shared, body: &Value) -> Answer {
    only(body, &["id"])?;
    let user = body["id"].as_str().unwrap_or_default();
    let mut memory = shared.memory();
    if !memory.known.contains(user) {
        return Err(Refusal(5, "receiverNotRegistered"));
    }
    let asked = memory.asked.entry(user.to_owned()).or_default();
    *asked += 1;
    if *asked > 2 {
        return Err(Refusal(12, "tooManyRequests"));
    }
    Ok(json!({"message_token": memory.next_token(), "user": memory.described(user)}))
}

/// An address is greeted before it is believed; an empty one removes the webhook.
async fn set_webhook(shared: &Shared, body: &Value) -> Answer {
    only(body, &["url", "event_types", "send_name", "send_photo"])?;
    let url = body["url"].as_str().ok_or(Refusal(4, "missingData"))?;
    if url.is_empty() {
        shared.memory().webhook.clear();
        return Ok(json!({}));
    }
    let known = [
        "delivered",
        "seen",
        "failed",
        "subscribed",
        "unsubscribed",
        "conversation_started",
    ];
    let kinds = body["event_types"].as_array();
    let all_known = kinds
        .into_iter()
        .flatten()
        .all(|kind| known.contains(&kind.as_str().unwrap_or_default()));
    if !url.starts_with("https://") || !all_known {
        return Err(Refusal(1, "invalidUrl"));
    }
    let greeting = {
        let mut memory = shared.memory();
        json!({"event": "webhook", "timestamp": memory.next_time(), "message_token": memory.next_token()})
    };
    if shared.deliver(url, &greeting).await.status != 200 {
        return Err(Refusal(1, "invalidUrl"));
    }
    url.clone_into(&mut shared.memory().webhook);
    Ok(json!({"event_types": body["event_types"]}))
}

fn respond(outcome: Answer, fault: Option<Fault>) -> Response {
    match (outcome, fault) {
        (Ok(_), Some(Fault::DropAnswer)) => {
            // The head may go out; the body breaks off and with it the connection.
            Response::new(Body::from_stream(stream::iter([Err::<Bytes, _>(
                io::Error::other("cut"),
            )])))
        }
        (_, Some(Fault::BadGateway)) => (StatusCode::BAD_GATEWAY, "<html>").into_response(),
        (Ok(mut told), _) => {
            told["status"] = 0.into();
            told["status_message"] = "ok".into();
            json_of(&told)
        }
        (Err(Refusal(status, words)), fault) => {
            let mut response = json_of(&json!({"status": status, "status_message": words}));
            if let Some(Fault::TooMany(seconds @ 1..)) = fault {
                response.headers_mut().insert("retry-after", seconds.into());
            }
            response
        }
    }
}

fn json_of(body: &Value) -> Response {
    let response = Response::builder().header("content-type", "application/json");
    response
        .body(Body::from(body.to_string()))
        .unwrap_or_default()
}
