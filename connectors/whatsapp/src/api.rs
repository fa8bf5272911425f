//! Calling the Graph API, and what its refusals mean.

use crate::wire::{Refused, Trouble};
use channel::{Scope, SendError};
use http_client::{Http, HttpError, Method, Policy, Response, multipart};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// How long a small call may take.
const CALL: Duration = Duration::from_secs(30);
/// The slowest upload or download we wait for, in bytes per second.
const SLOWEST: u64 = 50_000;

/// The Graph API for one number. The token travels in a header, never in an address.
pub(crate) struct Api {
    http: Http,
    /// Address with the version, without a trailing slash.
    root: String,
    base: String,
    bearer: String,
    number: String,
}

impl Api {
    pub(crate) fn new(http: Http, base: &str, version: &str, token: &str, number: &str) -> Self {
        Self {
            http,
            root: format!("{base}/{version}"),
            base: base.to_owned(),
            bearer: format!("Bearer {token}"),
            number: number.to_owned(),
        }
    }

    /// `GET /<number><rest>`.
    pub(crate) async fn of_number<T: DeserializeOwned>(&self, rest: &str) -> Result<T, SendError> {
        self.get(&format!("{}{rest}", self.number)).await
    }

    /// `GET /<path>`.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, SendError> {
        let url = format!("{}/{path}", self.root);
        let request = self
            .http
            .request(Policy::Administrator, Method::GET, &url)
            .header("Authorization", &self.bearer)
            .timeout(CALL);
        understand(request.send().await).await
    }

    /// `POST /<number><rest>` with JSON.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        rest: &str,
        body: &Value,
    ) -> Result<T, SendError> {
        let url = format!("{}/{}{rest}", self.root, self.number);
        let request = self
            .http
            .post(Policy::Administrator, &url)
            .header("Authorization", &self.bearer)
            .json(body)
            .timeout(CALL);
        understand(request.send().await).await
    }

    /// `POST /<path>` with JSON.
    pub(crate) async fn post_to<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<T, SendError> {
        let url = format!("{}/{path}", self.root);
        let request = self
            .http
            .post(Policy::Administrator, &url)
            .header("Authorization", &self.bearer)
            .json(body)
            .timeout(CALL);
        understand(request.send().await).await
    }

    /// `DELETE /<path>`.
    pub(crate) async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, SendError> {
        let url = format!("{}/{path}", self.root);
        let request = self
            .http
            .request(Policy::Administrator, Method::DELETE, &url)
            .header("Authorization", &self.bearer)
            .timeout(CALL);
        understand(request.send().await).await
    }

    /// `POST /<number>/media` with a file of `size` bytes.
    pub(crate) async fn bring<T: DeserializeOwned>(
        &self,
        form: multipart::Form,
        size: u64,
    ) -> Result<T, SendError> {
        let url = format!("{}/{}/media", self.root, self.number);
        let request = self
            .http
            .post(Policy::Administrator, &url)
            .header("Authorization", &self.bearer)
            .multipart(form)
            .timeout(patience(size));
        understand(request.send().await).await
    }

    /// Opens a file at an address Meta named; the token has to be shown there too.
    pub(crate) async fn download(
        &self,
        url: &str,
        size: Option<u64>,
        limit: u64,
    ) -> Result<Response, SendError> {
        // Files lie on other hosts of Meta. Such an address must not lead into our own network; only the one the
        // administrator gave may.
        let own = url.strip_prefix(self.base.as_str());
        let policy = if own.is_some_and(|rest| rest.starts_with('/')) {
            Policy::Administrator
        } else {
            Policy::Public
        };
        let request = self.http.get(policy, url).max_bytes(limit);
        let answer = request
            .header("Authorization", &self.bearer)
            .timeout(patience(size.unwrap_or(limit).min(limit)))
            .send()
            .await
            .map_err(not_answered)?;
        match answer.status() {
            200 => Ok(answer),
            // The address lives for minutes: the next try asks for a fresh one.
            status @ (401 | 403 | 404 | 410 | 429 | 500..=599) => Err(SendError::Retry {
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

/// A refusal of our own.
pub(crate) fn rejected(code: &str, text: &str) -> SendError {
    SendError::Rejected {
        code: code.to_owned(),
        text: text.to_owned(),
    }
}

/// How long a file of so many bytes may travel.
fn patience(size: u64) -> Duration {
    CALL + Duration::from_secs(size / SLOWEST)
}

async fn understand<T: DeserializeOwned>(
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
            reason: "an answer that is not the Graph API's".to_owned(),
        });
    }
    match serde_json::from_slice::<Refused>(&body) {
        Ok(Refused { error }) => {
            tracing::debug!(status, ?error, "refused");
            Err(refusal(status, &error, wait))
        }
        // "Slow down" and a refused token are told before anything is done, whoever tells them.
        Err(_) if matches!(status, 401 | 429) => {
            let code = if status == 401 { 190 } else { 4 };
            let trouble = Trouble {
                code,
                message: Some(format!("status {status}")),
                ..Trouble::default()
            };
            Err(refusal(status, &trouble, wait))
        }
        // Some server in between, or a page of an outage: Meta may have acted all the same.
        Err(_) => Err(SendError::Unknown {
            reason: format!("status {status} without an answer of the Graph API"),
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

/// What a refusal means to us, by Meta's own number: its pages advise against going by status or title.
fn refusal(status: u16, trouble: &Trouble, wait: Option<Duration>) -> SendError {
    let reason = trouble.words();
    let retry = |scope| SendError::Retry {
        after: wait,
        scope,
        reason: reason.clone(),
    };
    match trouble.code {
        // More than 24 hours since the client wrote.
        131_047 => SendError::WindowClosed,
        // No such account at WhatsApp, too old an application, or they blocked us: Meta does not say which.
        131_026 => SendError::PeerUnreachable { reason },
        // Too many messages to this one client in a short time.
        131_056 => retry(Scope::Peer),
        // Limits of the application, the business account, the number's throughput and its standing; outages.
        2 | 4 | 80_007 | 130_429 | 131_016 | 131_048 | 131_057 | 133_004 | 133_016 => {
            retry(Scope::Account)
        }
        // The token expired or lacks a right; the number is gone or not registered; the account is locked or unpaid.
        0 | 3 | 10 | 33 | 190 | 200..=299 | 368 | 131_005 | 131_031 | 131_042 | 133_010 => {
            SendError::AccountFatal { reason }
        }
        131_052 | 131_053 => rejected("file_refused", &reason),
        // Other values than the template has places for, or of another form.
        132_000 | 132_005 | 132_012 | 132_018 => rejected("template_values", &reason),
        // No such template in this language, or not approved.
        132_001 => rejected("template_unknown", &reason),
        132_007 | 132_015 | 132_016 => rejected("template_paused", &reason),
        _ if status == 413 => rejected("file_too_big", &reason),
        _ if status == 429 => retry(Scope::Account),
        _ if status == 401 => SendError::AccountFatal { reason },
        // "Unknown error": it says that it failed, not that it will never do.
        1 | 131_000 if status >= 500 => retry(Scope::Account),
        code => rejected(&code.to_string(), &reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u_08_refusals_mean_what_meta_means() {
        for (status, code, want) in [
            (400, 131_047, "window_closed"),
            (400, 131_026, "peer_unreachable"),
            (400, 131_056, "retry"),
            (400, 130_429, "retry"),
            (400, 80_007, "retry"),
            (429, 131_048, "retry"),
            (503, 2, "retry"),
            (500, 131_016, "retry"),
            (500, 131_000, "retry"),
            (401, 190, "account_fatal"),
            (401, 0, "account_fatal"),
            (403, 10, "account_fatal"),
            (403, 200, "account_fatal"),
            (403, 368, "account_fatal"),
            (403, 131_031, "account_fatal"),
            (400, 133_010, "account_fatal"),
            (400, 100, "rejected"),
            (400, 130_472, "rejected"),
            (400, 131_062, "rejected"),
            (400, 131_053, "rejected"),
            (400, 132_000, "rejected"),
            (404, 132_001, "rejected"),
            (400, 132_015, "rejected"),
        ] {
            let trouble = Trouble {
                code,
                ..Trouble::default()
            };
            let told = refusal(status, &trouble, None);
            assert_eq!(told.word(), want, "{status} {code}");
        }
    }

    #[test]
    fn a_refusal_is_told_in_metas_words_with_its_number() {
        let told = |message: &str, details: &str| {
            let json = serde_json::json!({
                "code": 131_026, "message": message, "error_data": {"details": details},
            });
            serde_json::from_value::<Trouble>(json)
                .unwrap_or_default()
                .words()
        };
        assert_eq!(
            told("(#131026) Message undeliverable", "No account"),
            "(#131026) Message undeliverable: No account"
        );
        assert_eq!(told("Undeliverable", ""), "Undeliverable (131026)");
        assert_eq!(told("", "No account"), "No account (131026)");
        assert_eq!(told("", ""), "(131026)");
    }
}
