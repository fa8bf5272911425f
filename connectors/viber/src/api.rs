//! Calling the bot API, and what its statuses mean.

use crate::wire::Status;
use channel::{Scope, SendError};
use http_client::{Http, HttpError, Policy, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// How long a call may take. Sending a file makes Viber fetch it, which may be waited for.
const CALL: Duration = Duration::from_secs(60);
/// The slowest download we wait for, in bytes per second.
const SLOWEST: u64 = 50_000;

/// The bot API of one bot. The token travels in a header, never in an address.
pub(crate) struct Api {
    http: Http,
    base: String,
    token: String,
}

impl Api {
    pub(crate) fn new(http: Http, base: &str, token: &str) -> Self {
        Self {
            http,
            base: base.to_owned(),
            token: token.to_owned(),
        }
    }

    /// Calls `/pa/{method}`.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        body: &Value,
    ) -> Result<T, SendError> {
        let url = format!("{}/pa/{method}", self.base);
        let request = self
            .http
            .post(Policy::Administrator, &url)
            .header("X-Viber-Auth-Token", &self.token)
            .timeout(CALL)
            .json(body);
        understand(method, request.send().await).await
    }

    /// Opens a file at an address the vendor named; `size` as told, in bytes.
    pub(crate) async fn download(
        &self,
        url: &str,
        size: Option<u64>,
        limit: u64,
    ) -> Result<Response, SendError> {
        let travel = size.unwrap_or(limit).min(limit) / SLOWEST;
        let request = self.http.get(self.policy(url), url).max_bytes(limit);
        let request = request.timeout(CALL + Duration::from_secs(travel));
        let answer = request.send().await.map_err(not_answered)?;
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

    /// Files lie on other hosts of the vendor. Their addresses come from outside, so they must not lead into our own
    /// network; only the address the administrator gave may.
    fn policy(&self, url: &str) -> Policy {
        let own = url.strip_prefix(self.base.as_str());
        if own.is_some_and(|rest| rest.starts_with('/')) {
            Policy::Administrator
        } else {
            Policy::Public
        }
    }
}

/// A refusal of our own.
pub(crate) fn rejected(code: &str, text: &str) -> SendError {
    SendError::Rejected {
        code: code.to_owned(),
        text: text.to_owned(),
    }
}

async fn understand<T: DeserializeOwned>(
    method: &str,
    answer: Result<Response, HttpError>,
) -> Result<T, SendError> {
    let answer = answer.map_err(not_answered)?;
    let http = answer.status();
    // The vendor tells no wait; a server in front of it may.
    let wait = answer
        .header("retry-after")
        .and_then(|seconds| seconds.trim().parse().ok())
        .map(Duration::from_secs);
    let body = answer.bytes().await.map_err(not_answered)?;
    let unknown = |what: &str| SendError::Unknown {
        reason: format!("{method}: {what}"),
    };
    let told: Option<Status> = serde_json::from_slice(&body).ok();
    let status = told.as_ref().and_then(|told| told.status);
    match (status, http) {
        (Some(0), _) => serde_json::from_slice(&body)
            .map_err(|_| unknown("an answer that is not the bot API's")),
        (Some(status), _) => {
            let words = told.and_then(|told| told.status_message);
            let words = words.unwrap_or_default();
            tracing::debug!(method, status, words, "refused");
            Err(refusal(status, &words, wait))
        }
        // Told before anything is done, whoever tells it.
        (None, 401 | 403) => Err(refusal(2, &format!("status {http}"), wait)),
        (None, 429) => Err(refusal(12, &format!("status {http}"), wait)),
        // Some server in between, or a page of an outage: the vendor may have acted all the same.
        (None, _) => Err(unknown(&format!(
            "status {http} without an answer of the bot API"
        ))),
    }
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

/// What a status means to us (the vendor's table *Error codes*).
fn refusal(status: i64, words: &str, wait: Option<Duration>) -> SendError {
    let reason = format!("{words} ({status})");
    match status {
        // invalidAuthToken, publicAccountBlocked, -NotFound, -Suspended, -NotAuthorized
        2 | 7 | 8 | 9 | 15 => SendError::AccountFatal { reason },
        // receiverNotRegistered, receiverNotSubscribed, receiverNoSuitableDevice: until they write, nothing reaches them.
        5 | 6 | 11 => SendError::PeerUnreachable { reason },
        // webhookNotSet: a bot without one may not write. The next check sets it again.
        10 => SendError::Retry {
            after: wait,
            scope: Scope::Account,
            reason,
        },
        // tooManyRequests: a hundred messages an hour to who does not answer, so one silent client must not stop all.
        12 => SendError::Retry {
            after: wait,
            scope: Scope::Peer,
            reason,
        },
        // "General error": nobody says how far it came.
        ..=-1 => SendError::Unknown { reason },
        // badData, missingData, apiVersionNotSupported and the rest: this very message.
        _ => SendError::Rejected {
            code: status.to_string(),
            text: words.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_mean_what_the_vendor_means() {
        for (status, words, want) in [
            (1, "invalidUrl", "rejected"),
            (2, "invalidAuthToken", "account_fatal"),
            (3, "badData", "rejected"),
            (4, "missingData", "rejected"),
            (5, "receiverNotRegistered", "peer_unreachable"),
            (6, "receiverNotSubscribed", "peer_unreachable"),
            (7, "publicAccountBlocked", "account_fatal"),
            (8, "publicAccountNotFound", "account_fatal"),
            (9, "publicAccountSuspended", "account_fatal"),
            (10, "webhookNotSet", "retry"),
            (11, "receiverNoSuitableDevice", "peer_unreachable"),
            (12, "tooManyRequests", "retry"),
            (13, "apiVersionNotSupported", "rejected"),
            (14, "incompatibleWithVersion", "rejected"),
            (15, "publicAccountNotAuthorized", "account_fatal"),
            (20, "broadcastNotAllowed", "rejected"),
            (99, "new", "rejected"),
            (-1, "generalError", "unknown"),
        ] {
            assert_eq!(refusal(status, words, None).word(), want, "{words}");
        }
    }
}
