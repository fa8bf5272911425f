//! Calling the bot API, and what its refusals mean.

use crate::wire::Trouble;
use channel::{Scope, SendError};
use http_client::{Http, HttpError, Method, Policy, Response, multipart};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// How long a small call may take.
const CALL: Duration = Duration::from_secs(30);
/// The slowest upload or download we wait for, in bytes per second.
const SLOWEST: u64 = 50_000;
/// Longest answer to an upload, in bytes.
const UPLOAD_ANSWER: u64 = 64 * 1024;

/// The bot API of one bot. The token travels in a header, never in an address.
pub(crate) struct Api {
    http: Http,
    base: String,
    token: String,
}

/// Query parameters of a call.
pub(crate) type Query<'a> = &'a [(&'a str, &'a str)];

impl Api {
    pub(crate) fn new(http: Http, base: &str, token: &str) -> Self {
        Self {
            http,
            base: base.to_owned(),
            token: token.to_owned(),
        }
    }

    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: Query<'_>,
    ) -> Result<T, SendError> {
        self.call(Method::GET, path, query, None, CALL).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        query: Query<'_>,
        body: Option<&Value>,
    ) -> Result<T, SendError> {
        self.call(Method::POST, path, query, body, CALL).await
    }

    /// Any call; `path` goes without its leading slash.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        query: Query<'_>,
        body: Option<&Value>,
        patience: Duration,
    ) -> Result<T, SendError> {
        let url = self.address(path, query);
        let mut request = self
            .http
            .request(Policy::Administrator, method, &url)
            .header("Authorization", &self.token)
            .timeout(patience);
        if let Some(body) = body {
            request = request.json(body);
        }
        understand(path, request.send().await).await
    }

    fn address(&self, path: &str, query: Query<'_>) -> String {
        let pairs = query
            .iter()
            .map(|(name, value)| format!("{name}={}", escaped(value)));
        let pairs: Vec<String> = pairs.collect();
        if pairs.is_empty() {
            return format!("{}/{path}", self.base);
        }
        format!("{}/{path}?{}", self.base, pairs.join("&"))
    }

    /// Brings a form of `size` bytes to an address the vendor named; answers its words.
    pub(crate) async fn bring(
        &self,
        url: &str,
        form: multipart::Form,
        size: u64,
    ) -> Result<Value, SendError> {
        let request = self.http.post(self.policy(url), url).multipart(form);
        let request = request.timeout(patience(size)).max_bytes(UPLOAD_ANSWER);
        let answer = request.send().await.map_err(not_answered)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(not_answered)?;
        if !(200..300).contains(&status) {
            return Err(refusal(status, &Trouble::of(status, &body), None));
        }
        // Films and sounds are answered in XML that says nothing; their token is known already.
        Ok(serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Opens a file at an address the vendor named; `size` as told, in bytes.
    pub(crate) async fn download(
        &self,
        url: &str,
        size: Option<u64>,
        limit: u64,
    ) -> Result<Response, SendError> {
        let request = self.http.get(self.policy(url), url).max_bytes(limit);
        let wait = patience(size.unwrap_or(256 * 1024 * 1024).min(limit));
        let answer = request.timeout(wait).send().await.map_err(not_answered)?;
        match answer.status() {
            200 => Ok(answer),
            status @ (429 | 500..=599) => Err(SendError::Retry {
                after: None,
                scope: Scope::Peer,
                reason: format!("the file is not served now: {status}"),
            }),
            status => Err(crate::peer::rejected(
                "file_not_served",
                &format!("the file is not served: {status}"),
            )),
        }
    }

    /// Files lie on other hosts of the vendor. Their addresses come from outside, so they must not
    /// lead into our own network; only the address the administrator gave may.
    fn policy(&self, url: &str) -> Policy {
        let own = url.strip_prefix(self.base.as_str());
        if own.is_some_and(|rest| rest.starts_with('/')) {
            Policy::Administrator
        } else {
            Policy::Public
        }
    }
}

impl Trouble {
    /// The vendor's words, or the status when there are none.
    fn of(status: u16, body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_else(|_| Self {
            code: None,
            message: Some(format!("status {status}")),
        })
    }

    fn words(&self) -> String {
        let code = self.code.as_deref().unwrap_or_default();
        match self.message.as_deref().unwrap_or_default() {
            "" => code.to_owned(),
            message => format!("{message} ({code})"),
        }
    }
}

/// How long a file of so many bytes may travel.
fn patience(size: u64) -> Duration {
    CALL + Duration::from_secs(size / SLOWEST)
}

/// A value as it may stand in a query.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b',' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

async fn understand<T: DeserializeOwned>(
    path: &str,
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
            reason: format!("{path}: an answer that is not the bot API's"),
        });
    }
    match serde_json::from_slice::<Trouble>(&body) {
        Ok(trouble) => {
            let (code, words) = (&trouble.code, &trouble.message);
            tracing::debug!(path, status, ?code, ?words, "refused");
            Err(refusal(status, &trouble, wait))
        }
        // "Slow down" and a missing token are told before anything is done, whoever tells them.
        Err(_) if matches!(status, 401 | 429) => {
            Err(refusal(status, &Trouble::of(status, &body), wait))
        }
        // Some server in between, or a page of an outage: the vendor may have acted all the same.
        Err(_) => Err(SendError::Unknown {
            reason: format!("{path}: status {status} without an answer of the bot API"),
        }),
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

/// What a refusal in the vendor's words means to us.
fn refusal(status: u16, trouble: &Trouble, wait: Option<Duration>) -> SendError {
    let code = trouble.code.as_deref().unwrap_or_default();
    let reason = trouble.words();
    let says = |phrase: &str| reason.contains(phrase);
    match status {
        401 => SendError::AccountFatal { reason },
        403 if matches!(code, "verify.token" | "deprecated.token") => {
            SendError::AccountFatal { reason }
        }
        // The client stopped the bot, or deleted the dialogue, which stops it too.
        403 if says("dialog.suspended") => SendError::PeerUnreachable {
            reason: format!("the client stopped or blocked the bot: {reason}"),
        },
        403 if code == "chat.denied" => SendError::PeerUnreachable { reason },
        404 if says("dialog.not.found") || says("dialog.notfound") || says("chat.not.found") => {
            SendError::PeerUnreachable { reason }
        }
        404 if says("user.not.found") => SendError::PeerUnreachable { reason },
        // The file is there but not ready: only this client waits, with the caller's growing patience.
        400 if says("not.ready") || says("not.processed") => SendError::Retry {
            after: None,
            scope: Scope::Peer,
            reason,
        },
        429 | 500..=599 => SendError::Retry {
            after: wait,
            scope: Scope::Account,
            reason,
        },
        413 => SendError::Rejected {
            code: "file_too_big".to_owned(),
            text: reason,
        },
        _ => SendError::Rejected {
            code: status.to_string(),
            text: reason,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_mean_what_the_vendor_means() {
        let suspended = "Key: error.dialog.suspended, args: [228532008,].";
        for (status, code, words, want) in [
            (401, "verify.token", "Invalid access_token", "account_fatal"),
            (403, "verify.token", "Invalid access_token", "account_fatal"),
            (403, "deprecated.token", "use the header", "account_fatal"),
            (403, "chat.denied", suspended, "peer_unreachable"),
            (403, "chat.denied", "Invalid chatId: 0", "peer_unreachable"),
            (403, "access.denied", "not an administrator", "rejected"),
            (404, "dialog.not.found", "", "peer_unreachable"),
            (
                404,
                "chat.not.found",
                "Chat -1 not found",
                "peer_unreachable",
            ),
            (404, "not.found", "Message not found", "rejected"),
            (400, "attachment.not.ready", "", "retry"),
            (
                400,
                "proto.payload",
                "Key: errors.process.attachment.file.not.processed",
                "retry",
            ),
            (
                400,
                "proto.payload",
                "text: size must be between 0 and 4000",
                "rejected",
            ),
            (413, "", "", "rejected"),
            (429, "too.many.requests", "", "retry"),
            (503, "service.unavailable", "", "retry"),
        ] {
            let trouble = Trouble {
                code: Some(code.to_owned()),
                message: Some(words.to_owned()),
            };
            assert_eq!(
                refusal(status, &trouble, None).word(),
                want,
                "{status} {code} {words}"
            );
        }
    }

    #[test]
    fn a_value_in_a_query_is_one_value() {
        assert_eq!(
            escaped("https://a.ru/x?y=1&z=Ж"),
            "https%3A%2F%2Fa.ru%2Fx%3Fy%3D1%26z%3D%D0%96"
        );
        assert_eq!(escaped("mid.00ff_a-b"), "mid.00ff_a-b");
    }
}
