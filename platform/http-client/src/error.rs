//! How a request can end badly, told apart by whether the other side may have acted on it.

use crate::{address::Refused, redact};
use std::error::Error as StdError;

/// Why there is no answer; sentences hold no secrets.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HttpError {
    /// Nothing was written to the other side: bad address, no name, no connection, no TLS.
    #[error("not sent: {0}")]
    NotSent(String),
    /// The address policy forbids it. A redirect may have led there, so an earlier host may
    /// have seen a request.
    #[error("address refused: {0}")]
    Refused(String),
    /// The request was written, at least in part; whether it was acted on is not known.
    #[error("outcome unknown: {0}")]
    Unknown(String),
    /// The answer is larger than allowed.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(u64),
    /// The answer came but is not what it should be.
    #[error("bad answer: {0}")]
    BadAnswer(String),
}

/// Sorts a client's error by what the other side may have seen.
pub(crate) fn classify(error: &reqwest::Error) -> HttpError {
    if let Some(refused) = refused(error) {
        return HttpError::Refused(refused);
    }
    let words = sentence(error);
    if error.is_connect() || error.is_builder() {
        HttpError::NotSent(words)
    } else {
        HttpError::Unknown(words)
    }
}

/// The error and its causes in one line, addresses without secrets.
pub(crate) fn sentence(error: &(dyn StdError + 'static)) -> String {
    let mut words = redact(&error.to_string());
    let mut next = error.source();
    while let Some(cause) = next {
        words.push_str(": ");
        words.push_str(&redact(&cause.to_string()));
        next = cause.source();
    }
    words
}

fn refused(error: &(dyn StdError + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(refused) = cause.downcast_ref::<Refused>() {
            return Some(refused.0.clone());
        }
        next = cause.source();
    }
    None
}
