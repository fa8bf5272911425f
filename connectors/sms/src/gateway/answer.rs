//! What a gateway's answer means.

use super::{
    mapping::{Mapping, Trouble},
    path,
};
use channel::{Scope, SendError};
use http_client::{HttpError, Response};
use serde_json::Value;
use std::time::Duration;

/// Longest foreign words that are told on.
const MOST: usize = 200;

/// An answer read whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) wait: Option<Duration>,
    /// Null where it is no JSON.
    pub(crate) json: Value,
}

pub(crate) async fn read(answer: Result<Response, HttpError>) -> Result<Answer, SendError> {
    let answer = answer.map_err(not_answered)?;
    let status = answer.status();
    let wait = answer
        .header("retry-after")
        .and_then(|seconds| seconds.trim().parse().ok())
        .map(Duration::from_secs);
    let body = answer.bytes().await.map_err(not_answered)?;
    Ok(Answer {
        status,
        wait,
        json: serde_json::from_slice(&body).unwrap_or_default(),
    })
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

fn rejected(code: &str, text: String) -> SendError {
    SendError::Rejected {
        code: code.to_owned(),
        text,
    }
}

impl Answer {
    /// The refusal in this answer, if it is one. `places` are where an error may stand.
    pub(crate) fn refusal(
        &self,
        places: &[String],
        errors: &Mapping<Trouble>,
    ) -> Result<(), SendError> {
        for place in places {
            let Some(told) = path::word(&self.json, place) else {
                continue;
            };
            // A field for errors that says there is none.
            if matches!(told.as_str(), "0" | "false") && errors.of(&told).is_none() {
                continue;
            }
            let reason: String = told.chars().take(MOST).collect();
            return Err(match errors.of(&told) {
                Some(Trouble::Fine) => continue,
                Some(Trouble::Retry) => self.later(reason),
                Some(Trouble::Account) => SendError::AccountFatal { reason },
                Some(Trouble::Money) => rejected("no_money", reason),
                Some(Trouble::Number) => rejected("bad_number", reason),
                Some(Trouble::Sender) => rejected("bad_sender", reason),
                None => self
                    .by_status()
                    .err()
                    .unwrap_or_else(|| rejected("gateway", reason)),
            });
        }
        self.by_status()
    }

    /// What the status of HTTP says by itself.
    fn by_status(&self) -> Result<(), SendError> {
        let reason = format!("status {}", self.status);
        match self.status {
            200..=299 => Ok(()),
            401 | 403 => Err(SendError::AccountFatal { reason }),
            429 => Err(self.later(reason)),
            400..=499 => Err(rejected("gateway", reason)),
            // A server in between, or an outage: the gateway may have acted all the same.
            _ => Err(SendError::Unknown { reason }),
        }
    }

    fn later(&self, reason: String) -> SendError {
        SendError::Retry {
            after: self.wait,
            scope: Scope::Account,
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::mapping::trouble;
    use serde_json::json;

    #[test]
    fn p_22_answers_mean_what_the_form_says() {
        let errors = Mapping::read(
            "100=ok\n2=account\n3=money\n7=number\n204=sender\n9=retry",
            trouble,
        )
        .unwrap();
        let places = ["code".to_owned(), "deep.0".to_owned()];
        for (status, body, want) in [
            (200, json!({}), "ok"),
            (200, json!({"code": 100}), "ok"),
            (200, json!({"code": 0}), "ok"),
            (200, json!({"code": false}), "ok"),
            (
                200,
                json!({"code": 100, "deep": ["7"]}),
                "rejected bad_number",
            ),
            (200, json!({"code": 2}), "account_fatal"),
            (200, json!({"code": 3}), "rejected no_money"),
            (200, json!({"code": 204}), "rejected bad_sender"),
            (200, json!({"code": 9}), "retry"),
            (200, json!({"code": "what?"}), "rejected gateway"),
            (400, json!({"code": "what?"}), "rejected gateway"),
            (400, json!(null), "rejected gateway"),
            (401, json!({"code": "what?"}), "account_fatal"),
            (403, json!(null), "account_fatal"),
            (429, json!(null), "retry"),
            (502, json!(null), "unknown"),
            // The gateway itself says that it did not.
            (500, json!({"code": 9}), "retry"),
        ] {
            let answer = Answer {
                status,
                wait: None,
                json: body.clone(),
            };
            let told = match answer.refusal(&places, &errors) {
                Ok(()) => "ok".to_owned(),
                Err(SendError::Rejected { code, .. }) => format!("rejected {code}"),
                Err(error) => error.word().to_owned(),
            };
            assert_eq!(told, want, "{status} {body}");
        }
    }
}
