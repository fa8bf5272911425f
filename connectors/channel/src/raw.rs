//! What a messenger posts to us, before anybody has understood it.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// A request to an account's webhook, as it came over the wire.
#[derive(Clone, Debug, Default)]
pub struct RawRequest {
    /// `GET`, `POST` …
    pub method: String,
    /// What follows the account's own webhook path, without the leading slash; usually empty.
    pub path_tail: String,
    /// The query string without the question mark.
    pub query: String,
    /// Headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The exact bytes of the body: signatures are computed over them.
    pub body: Bytes,
}

impl RawRequest {
    /// The first header of this (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What to answer to a webhook at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Media type of the body.
    pub content_type: &'static str,
    /// Body.
    pub body: Bytes,
}

impl Reply {
    /// 200 without words.
    pub const fn empty() -> Self {
        Self::text(Bytes::new())
    }
    /// 200 with plain words.
    pub const fn text(body: Bytes) -> Self {
        Self {
            status: 200,
            content_type: "text/plain",
            body,
        }
    }
}

/// A request that truly comes from the messenger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verified {
    /// Events to be stored; answer [`crate::Account::acknowledge`] once they are.
    Events(Bytes),
    /// A greeting of the protocol without events: just answer it.
    Handshake(Reply),
}

impl Verified {
    /// What to answer where nobody is particular: an empty 200 for events, or the handshake's own reply.
    pub fn reply(&self) -> Reply {
        match self {
            Self::Events(_) => Reply::empty(),
            Self::Handshake(reply) => reply.clone(),
        }
    }
}

/// Why a request to a webhook is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WebhookReject {
    /// 404: this account expects no such request.
    #[error("no such webhook")]
    NotFound,
    /// 401: the signature or secret is missing or wrong.
    #[error("bad signature")]
    BadSignature,
    /// 400: the body cannot be read.
    #[error("malformed body")]
    Malformed,
}

impl WebhookReject {
    /// The HTTP status to answer with.
    pub const fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::BadSignature => 401,
            Self::Malformed => 400,
        }
    }
}

/// One event of a messenger, stored before it is understood, so that it can be replayed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RawEvent {
    /// The same for each delivery of the same event; unique within an account.
    pub dedup_key: String,
    /// The client's id in the messenger: events of one lane are worked on in order, one at a time.
    /// Empty for events about the account itself.
    pub lane: String,
    /// The event alone: one update's JSON, or the exact body when it held one event.
    pub body: Bytes,
}
