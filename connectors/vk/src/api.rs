//! Calling the API, and what its refusals mean.

use crate::{VERSION, form::Parameters};
use channel::{Scope, SendError};
use http_client::{Http, HttpError, Policy, Response, multipart};
use serde::{Deserialize, de::DeserializeOwned};
use std::time::Duration;

/// How long a small call may take.
pub(crate) const CALL: Duration = Duration::from_secs(30);
/// The slowest upload or download we wait for, in bytes per second.
const SLOWEST: u64 = 50_000;
/// The wait after "too many requests per second" (error 6).
const NEXT_SECOND: Duration = Duration::from_secs(1);

/// The API of one community. The token travels in bodies, so addresses hold no secret but the session's key.
pub(crate) struct Api {
    http: Http,
    base: String,
    token: String,
}

/// Every answer of the API.
#[derive(Deserialize)]
struct Answer<T> {
    response: Option<T>,
    error: Option<Refused>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Refused {
    error_code: i64,
    error_msg: String,
}

impl Api {
    pub(crate) fn new(http: Http, base: &str, token: &str) -> Self {
        Self {
            http,
            base: base.to_owned(),
            token: token.to_owned(),
        }
    }

    /// Calls a method.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        parameters: Parameters,
    ) -> Result<T, SendError> {
        self.call_within(method, parameters, CALL).await
    }

    /// The same with another patience.
    pub(crate) async fn call_within<T: DeserializeOwned>(
        &self,
        method: &str,
        parameters: Parameters,
        patience: Duration,
    ) -> Result<T, SendError> {
        let body = parameters
            .with("access_token", &self.token)
            .with("v", VERSION)
            .encoded();
        let request = self
            .http
            .post(
                Policy::Administrator,
                &format!("{}/method/{method}", self.base),
            )
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .timeout(patience);
        let answer = request.send().await.map_err(not_answered)?;
        understand(method, answer).await
    }

    /// Asks an address that the API told; its answer is JSON of its own shape.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        url: &str,
        patience: Duration,
    ) -> Result<T, SendError> {
        let request = self.http.get(self.policy(url), url).timeout(patience);
        plain(request.send().await.map_err(not_answered)?).await
    }

    /// Uploads a form of `size` bytes to an address that the API told.
    pub(crate) async fn upload<T: DeserializeOwned>(
        &self,
        url: &str,
        form: multipart::Form,
        size: u64,
    ) -> Result<T, SendError> {
        let request = self.http.post(self.policy(url), url).multipart(form);
        let request = request.timeout(patience(size));
        plain(request.send().await.map_err(not_answered)?).await
    }

    /// Opens a file at an address from an event.
    pub(crate) async fn download(&self, url: &str, limit: u64) -> Result<Response, SendError> {
        let request = self.http.get(self.policy(url), url).max_bytes(limit);
        let answer =
            request
                .timeout(patience(limit))
                .send()
                .await
                .map_err(|error| match error {
                    HttpError::TooLarge(_) => {
                        crate::peer::rejected("file_too_big", "larger than we fetch")
                    }
                    // An event is not to lead us into our own network.
                    HttpError::Refused(reason) => crate::peer::rejected("file_not_served", &reason),
                    other => not_answered(other),
                })?;
        match answer.status() {
            200 => Ok(answer),
            status @ (429 | 500..=599) => Err(SendError::NotSent {
                reason: format!("the file is not served now: {status}"),
            }),
            status => Err(crate::peer::rejected(
                "file_not_served",
                &format!("the file is not served: {status}"),
            )),
        }
    }

    /// Addresses told from outside must be public ones, unless they are where the administrator sent us.
    fn policy(&self, url: &str) -> Policy {
        let own = url
            .strip_prefix(&self.base)
            .is_some_and(|rest| rest.starts_with('/'));
        if own {
            Policy::Administrator
        } else {
            Policy::Public
        }
    }
}

fn patience(size: u64) -> Duration {
    CALL + Duration::from_secs(size / SLOWEST)
}

/// "Slow down" or "not now" from a server in front: nothing was done.
fn put_off(answer: &Response) -> Option<SendError> {
    let after = answer.header("retry-after").and_then(|s| s.parse().ok());
    let told = after.map(Duration::from_secs);
    let refused = answer.status() == 429 || (answer.status() == 503 && told.is_some());
    refused.then(|| SendError::Retry {
        after: told,
        scope: Scope::Account,
        reason: format!("status {}", answer.status()),
    })
}

async fn understand<T: DeserializeOwned>(method: &str, answer: Response) -> Result<T, SendError> {
    if let Some(error) = put_off(&answer) {
        return Err(error);
    }
    let status = answer.status();
    let body = answer.bytes().await.map_err(not_answered)?;
    match serde_json::from_slice::<Answer<T>>(&body) {
        Ok(Answer {
            error: Some(refused),
            ..
        }) => {
            let words = refused.error_msg;
            tracing::debug!(method, code = refused.error_code, words, "refused");
            Err(refusal(method, refused.error_code, &words))
        }
        Ok(Answer {
            response: Some(response),
            ..
        }) => Ok(response),
        // Some server in between, or a page of an outage: the vendor may have acted all the same.
        _ => Err(SendError::Unknown {
            reason: format!("{method}: status {status} without an answer of the API"),
        }),
    }
}

async fn plain<T: DeserializeOwned>(answer: Response) -> Result<T, SendError> {
    if let Some(error) = put_off(&answer) {
        return Err(error);
    }
    let status = answer.status();
    answer.json().await.map_err(|error| SendError::Unknown {
        reason: format!("status {status}: {error}"),
    })
}

fn not_answered(error: HttpError) -> SendError {
    // Both errors name their kind before the cause; here the kind goes over, the cause alone is the reason.
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

/// Calls without which an account is nothing: what they may not do, the account may not.
fn essential(method: &str) -> bool {
    matches!(method, "messages.send" | "groups.getById")
}

/// What a refusal means to us (errors.json of the schema).
pub(crate) fn refusal(method: &str, code: i64, words: &str) -> SendError {
    let reason = words.to_owned();
    let retry = |after, scope| SendError::Retry {
        after,
        scope,
        reason: reason.clone(),
    };
    match code {
        // User and group authorization failed, access token expired.
        5 | 27 | 28 | 1117 => SendError::AccountFatal { reason },
        // Access denied: the key lacks a right, or messages are switched off in the community.
        15 if essential(method) => SendError::AccountFatal { reason },
        6 => retry(Some(NEXT_SECOND), Scope::Account),
        // Too much of the same to one dialogue.
        9 => retry(None, Scope::Peer),
        10 | 29 | 43 => retry(None, Scope::Account),
        // The vendor's own trouble in the midst of it.
        1 | 36 => SendError::Unknown { reason },
        // Blacklisted, without permission, by their privacy, gone, not for this community.
        18 | 900 | 901 | 902 | 927 | 932 | 936 => SendError::PeerUnreachable { reason },
        950 => SendError::WindowClosed,
        14 => SendError::Rejected {
            code: "captcha".to_owned(),
            text: reason,
        },
        914 | 910 => SendError::Rejected {
            code: "too_long".to_owned(),
            text: reason,
        },
        _ => SendError::Rejected {
            code: code.to_string(),
            text: reason,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_mean_what_the_vendor_means() {
        for (method, code, want) in [
            ("messages.send", 5, "account_fatal"),
            ("messages.send", 27, "account_fatal"),
            ("messages.send", 15, "account_fatal"),
            ("docs.save", 15, "rejected"),
            ("messages.send", 6, "retry"),
            ("messages.send", 9, "retry"),
            ("messages.send", 10, "retry"),
            ("messages.send", 29, "retry"),
            ("messages.send", 1, "unknown"),
            ("messages.send", 14, "rejected"),
            ("messages.send", 900, "peer_unreachable"),
            ("messages.send", 901, "peer_unreachable"),
            ("messages.send", 902, "peer_unreachable"),
            ("messages.send", 914, "rejected"),
            ("messages.send", 950, "window_closed"),
            ("messages.edit", 909, "rejected"),
        ] {
            assert_eq!(refusal(method, code, "x").word(), want, "{method} {code}");
        }
    }
}
