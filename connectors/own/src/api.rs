//! Calling the program, and what its answers mean.

use crate::{
    abilities::MAX_RECEIVED,
    place::Place,
    signature::{PROOF, Proof, TIME},
    wire::Refused,
};
use channel::{Scope, SendError};
use http_client::{Http, HttpError, Policy, Request, Response, multipart};
use kernel::Clock;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// How long a small call may take.
const CALL: Duration = Duration::from_secs(30);
/// The slowest upload or download we wait for, in bytes per second.
const SLOWEST: u64 = 50_000;
/// Largest answer to a call, in bytes.
const ANSWER: u64 = 16 * 1024 * 1024;

/// The program at its address. The secret never travels.
pub(crate) struct Api {
    http: Http,
    clock: Clock,
    place: Place,
    proof: Proof,
}

impl Api {
    pub(crate) fn new(http: Http, clock: Clock, place: Place, secret: &str) -> Self {
        Self {
            http,
            clock,
            place,
            proof: Proof::new(secret),
        }
    }

    /// The proof both sides give.
    pub(crate) fn proof(&self) -> &Proof {
        &self.proof
    }

    fn signed(&self, request: Request, said: &[u8]) -> Request {
        let (time, proof) = self.proof.of(self.clock.now(), said);
        request.header(TIME, &time).header(PROOF, &proof)
    }

    /// Posts what is asked.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, asked: &Value) -> Result<T, SendError> {
        let body = asked.to_string();
        let request = self.http.post(Policy::Administrator, &self.place.url());
        let request = self
            .signed(request, body.as_bytes())
            .header("Content-Type", "application/json")
            .timeout(CALL)
            .max_bytes(ANSWER)
            .body(body);
        understood(request.send().await).await
    }

    /// Posts what is asked, with files of `size` bytes together; the question is what is signed.
    pub(crate) async fn bring<T: DeserializeOwned>(
        &self,
        asked: &Value,
        files: Vec<(String, multipart::Part)>,
        size: u64,
    ) -> Result<T, SendError> {
        let body = asked.to_string();
        let request = self.http.post(Policy::Administrator, &self.place.url());
        let request = self.signed(request, body.as_bytes());
        let mut form = multipart::Form::new().text("request", body);
        for (name, file) in files {
            form = form.part(name, file);
        }
        let request = request.timeout(patience(size)).max_bytes(ANSWER);
        understood(request.multipart(form).send().await).await
    }

    /// Asks for events; the other side may hold the answer for `wait`.
    pub(crate) async fn events<T: DeserializeOwned>(
        &self,
        query: &str,
        wait: Duration,
    ) -> Result<T, SendError> {
        let place = self.place.under(&format!("events?{query}"));
        let request = self.http.get(Policy::Administrator, &place.url());
        let said = format!("GET {}", place.target());
        let request = self.signed(request, said.as_bytes());
        let request = request.timeout(CALL + wait).max_bytes(ANSWER);
        understood(request.send().await).await
    }

    /// Opens a file; `size` as told, in bytes. One that lies with the program is asked for with our proof; any other
    /// address comes from outside and must not lead into our own network.
    pub(crate) async fn download(
        &self,
        url: &str,
        size: Option<u64>,
    ) -> Result<Response, SendError> {
        let Some(place) = Place::parse(url) else {
            return Err(rejected("file_not_served", "not an address of a file"));
        };
        let request = if place.beside(&self.place) {
            let request = self.http.get(Policy::Administrator, url);
            self.signed(request, format!("GET {}", place.target()).as_bytes())
        } else {
            self.http.get(Policy::Public, url)
        };
        let wait = patience(size.unwrap_or(MAX_RECEIVED).min(MAX_RECEIVED));
        let request = request.timeout(wait).max_bytes(MAX_RECEIVED);
        let answer = match request.send().await {
            Err(HttpError::TooLarge(_)) => {
                return Err(rejected("file_too_big", "the file is too large to fetch"));
            }
            Err(HttpError::Refused(reason)) => {
                return Err(rejected("file_not_served", &reason));
            }
            other => other.map_err(not_answered)?,
        };
        match answer.status() {
            200 => Ok(answer),
            status @ (429 | 500..=599) => Err(SendError::Retry {
                after: None,
                scope: Scope::Peer,
                reason: format!("the file is not served now: {status}"),
            }),
            status => Err(rejected(
                "file_not_served",
                &format!("the file is not served: {status}"),
            )),
        }
    }
}

/// How long a file of so many bytes may travel.
fn patience(size: u64) -> Duration {
    CALL + Duration::from_secs(size / SLOWEST)
}

/// A refusal of our own.
pub(crate) fn rejected(code: &str, text: &str) -> SendError {
    SendError::Rejected {
        code: code.to_owned(),
        text: text.to_owned(),
    }
}

async fn understood<T: DeserializeOwned>(
    answer: Result<Response, HttpError>,
) -> Result<T, SendError> {
    let answer = answer.map_err(not_answered)?;
    let status = answer.status();
    let wait = answer
        .header("retry-after")
        .and_then(|seconds| seconds.trim().parse().ok())
        .map(Duration::from_secs);
    let body = answer.bytes().await.map_err(not_answered)?;
    if (200..300).contains(&status) {
        return serde_json::from_slice(&body).map_err(|_| SendError::Unknown {
            reason: format!("status {status}, but not the answer that was asked for"),
        });
    }
    let refused: Option<Refused> = serde_json::from_slice(&body).ok();
    Err(refusal(status, refused, wait))
}

fn not_answered(error: HttpError) -> SendError {
    match error {
        HttpError::NotSent(reason) => SendError::NotSent { reason },
        HttpError::Unknown(reason) => SendError::Unknown { reason },
        HttpError::Refused(_) => SendError::NotSent {
            reason: error.to_string(),
        },
        HttpError::TooLarge(_) | HttpError::BadAnswer(_) => SendError::Unknown {
            reason: error.to_string(),
        },
    }
}

/// What a refusal means to us (the table *What your answer means* of `docs/run/own-channel.md`).
fn refusal(status: u16, told: Option<Refused>, wait: Option<Duration>) -> SendError {
    let spoken = told.is_some();
    let told = told.unwrap_or_default();
    let word = |word: Option<String>, most| {
        let word = word.unwrap_or_default();
        word.chars().take(most).collect::<String>()
    };
    let (code, text) = (word(told.code, 64), word(told.text, 500));
    let reason = match (text.as_str(), code.as_str()) {
        ("", "") => format!("status {status}"),
        ("", code) => format!("{code} ({status})"),
        (text, _) => text.to_owned(),
    };
    let whole = told.scope.as_deref() == Some("account");
    let scope = if whole { Scope::Account } else { Scope::Peer };
    match status {
        401 | 403 => SendError::AccountFatal { reason },
        404 | 410 if spoken => SendError::PeerUnreachable { reason },
        // Not the program's own words: nobody of ours lives at this address now, and nobody's client is to blame.
        404 | 410 => SendError::Retry {
            after: None,
            scope: Scope::Account,
            reason: format!("nothing of the protocol at this address: {reason}"),
        },
        409 if code == "window_closed" => SendError::WindowClosed,
        429 => SendError::Retry {
            after: wait,
            scope,
            reason,
        },
        413 if code.is_empty() => rejected("file_too_big", &reason),
        400..=499 if code.is_empty() => rejected(&status.to_string(), &reason),
        400..=499 => rejected(&code, &reason),
        _ => SendError::Unknown {
            reason: format!("status {status}: {reason}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_23_refusals_mean_what_the_protocol_says() {
        for (status, body, want) in [
            (400, r#"{"code":"bad"}"#, "rejected"),
            (401, "", "account_fatal"),
            (
                403,
                r#"{"code":"needs_login","text":"scan"}"#,
                "account_fatal",
            ),
            (404, r#"{"code":"no_such_chat"}"#, "peer_unreachable"),
            (404, "<html>", "retry"),
            (410, "{}", "peer_unreachable"),
            (409, r#"{"code":"window_closed"}"#, "window_closed"),
            (409, r#"{"code":"other"}"#, "rejected"),
            (413, "", "rejected"),
            (422, r#"{"code":"unsupported"}"#, "rejected"),
            (429, "", "retry"),
            (302, "", "unknown"),
            (500, r#"{"code":"x"}"#, "unknown"),
            (502, "<html>", "unknown"),
            (503, "", "unknown"),
        ] {
            let told = serde_json::from_str(body).ok();
            assert_eq!(refusal(status, told, None).word(), want, "{status} {body}");
        }
        let slow = |body: &str| {
            let wait = Some(Duration::from_secs(7));
            refusal(429, serde_json::from_str(body).ok(), wait)
        };
        for (body, want) in [
            ("", Scope::Peer),
            (r#"{"scope":"chat"}"#, Scope::Peer),
            (r#"{"scope":"account"}"#, Scope::Account),
        ] {
            let error = slow(body);
            assert!(
                matches!(error, SendError::Retry { after: Some(wait), scope, .. }
                    if wait.as_secs() == 7 && scope == want),
                "{body}: {error}"
            );
        }
    }
}
