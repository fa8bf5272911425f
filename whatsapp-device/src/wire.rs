//! What is said over the own-channel protocol (`docs/run/own-channel.md`), as far as this program needs it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use text::Entity;

/// A client or a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Chat {
    /// Where to answer.
    pub id: String,
    /// A person's name, a group's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E.164 with a plus; the messenger vouches for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Several people write there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub group: bool,
}

/// A file to be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct File {
    /// At our own address.
    pub url: String,
    /// Its name, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// `image`, `video`, `audio`, `voice` or `file`.
    pub kind: &'static str,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

/// A message of a client, or one of ours that was typed on the phone.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Message {
    /// Unique in the channel.
    pub id: String,
    /// Plain.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// `operator` for the phone's own words; absent for a client's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<&'static str>,
    /// In a group, who wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Chat>,
    /// Its files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    /// The message it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Words beside the text.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub facts: Value,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum News {
    /// New words.
    Message {
        /// They.
        message: Box<Message>,
    },
    /// Words changed.
    Edited {
        /// As they are now.
        message: Box<Message>,
    },
    /// Taken back.
    Deleted {
        /// Which.
        ids: Vec<String>,
    },
    /// Somebody's reactions as they stand.
    Reaction {
        /// To which.
        message_id: String,
        /// At most one.
        emoji: Vec<String>,
    },
    /// How far ours came.
    Receipt {
        /// Which.
        message_id: String,
        /// `sent`, `delivered`, `read` or `failed`.
        state: &'static str,
        /// Why it failed.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Another id of the same person.
    Alias {
        /// It.
        known_as: String,
    },
    /// The person has another number now.
    Moved {
        /// The new id.
        to: String,
    },
    /// They rang; nobody can take it here.
    MissedCall {
        /// With a picture.
        video: bool,
    },
    /// Something a person of ours ought to see, and we cannot show: a grey line.
    Unshown {
        /// With its id, so that it can be filled in later.
        message: Box<Message>,
        /// The messenger's word for it.
        what: String,
    },
    /// How the account stands.
    Account {
        /// `ok`, `needs_login` or `token_refused`.
        state: &'static str,
        /// In words.
        #[serde(skip_serializing_if = "String::is_empty")]
        detail: String,
    },
}

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// Unique for ever.
    pub id: String,
    /// Whom it is about; none for the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat: Option<Chat>,
    /// Milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// What happened.
    #[serde(flatten)]
    pub news: News,
}

/// A file of ours that comes with a request.
#[derive(Clone, Debug, Deserialize)]
pub struct Sending {
    /// The field of the form with its bytes.
    pub field: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub mime: String,
    /// `image`, `video`, `audio`, `voice` or `file`.
    pub kind: String,
    /// Milliseconds.
    #[serde(default)]
    pub duration_ms: Option<u64>,
}

/// What Beseda asks.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Asked {
    /// Send a message.
    Send {
        /// Repeated, it means the same message.
        key: String,
        /// To whom.
        chat: String,
        /// Plain.
        #[serde(default)]
        text: String,
        /// Its formatting.
        #[serde(default)]
        entities: Vec<Entity>,
        /// What comes with it.
        #[serde(default)]
        files: Vec<Sending>,
        /// What it answers.
        #[serde(default)]
        reply_to: Option<String>,
    },
    /// Change one of ours.
    Edit {
        /// Where.
        chat: String,
        /// Which.
        id: String,
        /// As it is now.
        #[serde(default)]
        text: String,
        /// Its formatting.
        #[serde(default)]
        entities: Vec<Entity>,
    },
    /// Take ours back.
    Delete {
        /// Where.
        chat: String,
        /// Which.
        ids: Vec<String>,
    },
    /// Set our reaction.
    React {
        /// Where.
        chat: String,
        /// To which.
        id: String,
        /// None takes it away.
        #[serde(default)]
        emoji: Option<String>,
    },
    /// An employee types.
    Typing {
        /// To whom.
        chat: String,
    },
    /// An employee has read.
    Read {
        /// Where.
        chat: String,
        /// Up to this message.
        up_to: String,
    },
    /// How the account stands.
    Check,
    /// Whether somebody is there.
    CanContact {
        /// E.164.
        #[serde(default)]
        phone: Option<String>,
    },
    /// A step of linking the account.
    SignIn {
        /// What the last step asked for.
        #[serde(default)]
        given: Value,
    },
}

/// A refusal: the status and the words of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status; what each means stands in `docs/run/own-channel.md`.
    pub status: u16,
    /// Stable word.
    pub code: &'static str,
    /// For people.
    pub text: String,
    /// Seconds to wait.
    pub retry_after: Option<u64>,
    /// The wait is the whole account's.
    pub account: bool,
}

impl Refusal {
    /// A refusal that no waiting changes.
    pub fn of(status: u16, code: &'static str, text: impl Into<String>) -> Self {
        Self {
            status,
            code,
            text: text.into(),
            retry_after: None,
            account: false,
        }
    }

    /// Try again after so many seconds; `account`: everything waits.
    pub fn wait(code: &'static str, seconds: u64, account: bool, text: impl Into<String>) -> Self {
        Self {
            retry_after: Some(seconds.max(1)),
            account,
            ..Self::of(429, code, text)
        }
    }
}
