//! Calling the Bot API, and what its refusals mean.

use channel::{Scope, SendError};
use http_client::{Http, HttpError, Policy, Request, Response, multipart};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::time::Duration;

/// How long a small call may take.
const CALL: Duration = Duration::from_secs(30);
/// The slowest upload or download we wait for, in bytes per second.
const SLOWEST: u64 = 50_000;

/// The Bot API of one bot. The token is part of each address, so addresses are never logged.
pub(crate) struct Api {
    http: Http,
    base: String,
    token: String,
}

/// Every answer of the Bot API.
#[derive(Deserialize)]
struct Answer<T> {
    #[serde(default)]
    ok: bool,
    result: Option<T>,
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize, Default)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

/// Why a call failed.
pub(crate) enum Failure {
    /// The group lives under another id now; nothing was done.
    Moved(i64),
    /// Everything else.
    Error(SendError),
}

impl From<Failure> for SendError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Error(error) => error,
            Failure::Moved(chat) => Self::PeerUnreachable {
                reason: format!("the group moved to {chat}"),
            },
        }
    }
}

impl Api {
    pub(crate) fn new(http: Http, base: &str, token: &str) -> Self {
        Self {
            http,
            base: base.to_owned(),
            token: token.to_owned(),
        }
    }

    /// Calls a method with parameters in JSON.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        parameters: &Value,
    ) -> Result<T, Failure> {
        self.call_within(method, parameters, CALL).await
    }

    /// The same with another patience.
    pub(crate) async fn call_within<T: DeserializeOwned>(
        &self,
        method: &str,
        parameters: &Value,
        patience: Duration,
    ) -> Result<T, Failure> {
        let request = self.post(method).json(parameters).timeout(patience);
        understand(method, request.send().await).await
    }

    /// Calls a method with a form of `size` bytes of files.
    pub(crate) async fn upload<T: DeserializeOwned>(
        &self,
        method: &str,
        form: multipart::Form,
        size: u64,
    ) -> Result<T, Failure> {
        let request = self.post(method).multipart(form).timeout(patience(size));
        understand(method, request.send().await).await
    }

    /// Opens a file that `getFile` told the path of.
    pub(crate) async fn download(&self, path: &str, limit: u64) -> Result<Response, SendError> {
        let url = format!("{}/file/bot{}/{path}", self.base, self.token);
        let request = self.http.get(Policy::Administrator, &url).max_bytes(limit);
        let answer = request
            .timeout(patience(limit))
            .send()
            .await
            .map_err(not_answered)?;
        match answer.status() {
            200 => Ok(answer),
            status => Err(refusal(
                status,
                &format!("the file is not served: {status}"),
                None,
            )),
        }
    }

    fn post(&self, method: &str) -> Request {
        let url = format!("{}/bot{}/{method}", self.base, self.token);
        self.http.post(Policy::Administrator, &url)
    }
}

fn patience(size: u64) -> Duration {
    CALL + Duration::from_secs(size / SLOWEST)
}

async fn understand<T: DeserializeOwned>(
    method: &str,
    answer: Result<Response, HttpError>,
) -> Result<T, Failure> {
    let answer = answer.map_err(|error| Failure::Error(not_answered(error)))?;
    let status = answer.status();
    let body = answer
        .bytes()
        .await
        .map_err(|error| Failure::Error(not_answered(error)))?;
    let Ok(answer) = serde_json::from_slice::<Answer<T>>(&body) else {
        // Some server in between, or a page of an outage: the vendor may have acted all the same.
        let reason = format!("{method}: status {status} without an answer of the Bot API");
        return Err(Failure::Error(SendError::Unknown { reason }));
    };
    match answer {
        Answer {
            ok: true,
            result: Some(result),
            ..
        } => Ok(result),
        answer => Err(refused(method, status, answer)),
    }
}

fn refused<T>(method: &str, status: u16, answer: Answer<T>) -> Failure {
    let words = answer.description.unwrap_or_default();
    tracing::debug!(method, status, words, "refused");
    let told = answer.parameters.unwrap_or_default();
    if let Some(chat) = told.migrate_to_chat_id {
        return Failure::Moved(chat);
    }
    let wait = told.retry_after.map(Duration::from_secs);
    Failure::Error(refusal(answer.error_code.unwrap_or(status), &words, wait))
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

/// What a refusal in the vendor's words means to us.
fn refusal(code: u16, words: &str, wait: Option<Duration>) -> SendError {
    let reason = words.to_owned();
    let says = |phrase: &str| words.to_ascii_lowercase().contains(phrase);
    match code {
        // A wrong token is "Not Found" to the vendor.
        401 => SendError::AccountFatal { reason },
        404 if words == "Not Found" => SendError::AccountFatal { reason },
        403 => SendError::PeerUnreachable { reason },
        400 if says("chat not found") || says("user is deactivated") || says("peer_id_invalid") => {
            SendError::PeerUnreachable { reason }
        }
        409 | 429 | 500..=599 => SendError::Retry {
            after: wait,
            scope: Scope::Account,
            reason,
        },
        413 => SendError::Rejected {
            code: "file_too_big".to_owned(),
            text: reason,
        },
        400 if says("file is too big") => SendError::Rejected {
            code: "file_too_big".to_owned(),
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
        for (code, words, want) in [
            (401, "Unauthorized", "account_fatal"),
            (404, "Not Found", "account_fatal"),
            (404, "the file is not served: 404", "rejected"),
            (
                403,
                "Forbidden: bot was blocked by the user",
                "peer_unreachable",
            ),
            (403, "Forbidden: user is deactivated", "peer_unreachable"),
            (400, "Bad Request: chat not found", "peer_unreachable"),
            (400, "Bad Request: message is too long", "rejected"),
            (413, "Request Entity Too Large", "rejected"),
            (
                409,
                "Conflict: terminated by other getUpdates request",
                "retry",
            ),
            (429, "Too Many Requests: retry after 5", "retry"),
            (500, "Internal Server Error", "retry"),
        ] {
            assert_eq!(refusal(code, words, None).word(), want, "{code} {words}");
        }
    }
}
