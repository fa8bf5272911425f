//! Their JSON, as `docs/run/own-channel.md` tells it. Fields nobody named are passed over.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Longest id of anything, in bytes.
const LONGEST_ID: usize = 256;

/// An id: a string, or a whole number as its digits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Word(pub(crate) String);

impl Word {
    /// None if it is empty, longer than [`LONGEST_ID`], or holds signs that cannot be seen.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        let word = match value {
            Value::String(word) => word.clone(),
            Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
            _ => return None,
        };
        let fits = (1..=LONGEST_ID).contains(&word.len()) && !word.contains(char::is_control);
        fits.then_some(Self(word))
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        Self::of(&value).ok_or_else(|| serde::de::Error::custom("no id"))
    }
}

/// A client or their chat.
#[derive(Clone, Deserialize)]
pub(crate) struct Chat {
    pub(crate) id: Word,
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) username: Option<String>,
    #[serde(default)]
    pub(crate) phone: Option<String>,
    #[serde(default)]
    pub(crate) language: Option<String>,
    /// Absent: not told; null: they show none.
    #[serde(default, deserialize_with = "given")]
    pub(crate) avatar: Option<Option<String>>,
    /// Several people write there.
    #[serde(default)]
    pub(crate) group: Option<bool>,
}

/// Tells "null" from "not there".
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Who wrote a message.
#[derive(Clone, Copy, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Writer {
    #[default]
    Client,
    Operator,
    Bot,
    System,
}

/// A file of theirs.
#[derive(Deserialize)]
pub(crate) struct File {
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) mime: Option<String>,
    #[serde(default)]
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) size: Option<u64>,
    #[serde(default)]
    pub(crate) width: Option<u32>,
    #[serde(default)]
    pub(crate) height: Option<u32>,
    #[serde(default)]
    pub(crate) duration_ms: Option<u64>,
}

/// A message, new or as it is now.
#[derive(Deserialize)]
pub(crate) struct Message {
    pub(crate) id: Word,
    #[serde(default)]
    pub(crate) at: Option<i64>,
    #[serde(default)]
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) author: Option<Writer>,
    #[serde(default)]
    pub(crate) author_name: Option<String>,
    /// In a group: which of its people wrote.
    #[serde(default)]
    pub(crate) from: Option<Chat>,
    #[serde(default)]
    pub(crate) files: Option<Vec<File>>,
    #[serde(default)]
    pub(crate) reply_to: Option<Word>,
    #[serde(default)]
    pub(crate) album: Option<Word>,
    #[serde(default)]
    pub(crate) facts: Option<Map<String, Value>>,
}

/// How far a message of ours came.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Sent,
    Delivered,
    Read,
    Failed,
}

/// What became of their own account.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    NeedsLogin,
    TokenRefused,
    Ok,
}

/// What an event is about; `data` of each kind.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum News {
    Message {
        message: Box<Message>,
    },
    Edited {
        message: Box<Message>,
    },
    Deleted {
        ids: Vec<Word>,
    },
    Reaction {
        message_id: Word,
        #[serde(default)]
        emoji: Vec<String>,
    },
    Receipt {
        #[serde(default)]
        message_id: Option<Word>,
        #[serde(default)]
        up_to: Option<Word>,
        state: State,
        #[serde(default)]
        reason: Option<String>,
    },
    Typing {
        on: bool,
    },
    Blocked,
    Unblocked,
    Moved {
        to: Word,
    },
    Alias {
        known_as: Word,
    },
    Callback {
        data: String,
        #[serde(default)]
        message_id: Option<Word>,
    },
    MissedCall {
        #[serde(default)]
        video: bool,
    },
    Account {
        state: Standing,
        #[serde(default)]
        detail: Option<String>,
    },
}

/// What every event has beside its id.
#[derive(Deserialize)]
pub(crate) struct Frame {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) chat: Option<Chat>,
    #[serde(default)]
    pub(crate) at: Option<i64>,
}

/// The answer to a send.
#[derive(Deserialize)]
pub(crate) struct Sent {
    pub(crate) ids: Vec<Word>,
    #[serde(default)]
    pub(crate) moved_to: Option<Word>,
}

/// A refusal.
#[derive(Deserialize, Default)]
pub(crate) struct Refused {
    #[serde(default)]
    pub(crate) code: Option<String>,
    #[serde(default)]
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) scope: Option<String>,
}

/// The answer to `check`.
#[derive(Deserialize)]
pub(crate) struct Checked {
    pub(crate) ok: bool,
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) code: Option<String>,
    #[serde(default)]
    pub(crate) detail: Option<String>,
    #[serde(default)]
    pub(crate) id: Option<Word>,
}

/// The answer to `can_contact`.
#[derive(Deserialize)]
pub(crate) struct Reached {
    pub(crate) reach: Presence,
    #[serde(default)]
    pub(crate) chat: Option<Chat>,
}

/// Whether somebody is there.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Presence {
    Found,
    Absent,
    Hidden,
    Unknown,
}
