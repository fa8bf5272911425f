//! Ids: a dialogue is known by its client (`1001`), a group by its chat (`c-7001`).
//!
//! A dialogue has a chat id too, but updates come without it at times (a pressed button does), while
//! the client is always named.

use channel::{PeerRef, SendError};
use serde_json::Value;

/// Where a message goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// The dialogue with this user.
    User(i64),
    /// This group or channel.
    Chat(i64),
}

impl Place {
    pub(crate) fn ext_id(self) -> String {
        match self {
            Self::User(id) => id.to_string(),
            Self::Chat(id) => format!("c{id}"),
        }
    }

    /// The address of `POST /messages`.
    pub(crate) fn query(self) -> (&'static str, String) {
        match self {
            Self::User(id) => ("user_id", id.to_string()),
            Self::Chat(id) => ("chat_id", id.to_string()),
        }
    }

    pub(crate) fn of(peer: &PeerRef) -> Result<Self, SendError> {
        let id = |digits: &str| digits.parse::<i64>().ok();
        let place = match peer.ext_id.strip_prefix('c') {
            Some(chat) => id(chat).map(Self::Chat),
            None => id(&peer.ext_id).map(Self::User),
        };
        place.ok_or_else(|| SendError::PeerUnreachable {
            reason: "not an id of a MAX user or chat".to_owned(),
        })
    }
}

/// Whether an id is that of a group.
pub(crate) fn is_group(ext_id: &str) -> bool {
    ext_id.starts_with('c')
}

/// A refusal of our own.
pub(crate) fn rejected(code: &str, text: &str) -> SendError {
    SendError::Rejected {
        code: code.to_owned(),
        text: text.to_owned(),
    }
}

/// Where an update belongs; none when it belongs to nobody.
pub(crate) fn place(kind: &str, update: &Value) -> Option<Place> {
    let number = |pointer: &str| update.pointer(pointer).and_then(Value::as_i64);
    let person = number("/user/user_id").or_else(|| number("/user_id"));
    let chat = number("/chat_id");
    match kind {
        "bot_added" | "bot_removed" | "user_added" | "user_removed" | "chat_title_changed" => {
            chat.map(Place::Chat)
        }
        "bot_started" | "bot_stopped" => person.map(Place::User),
        _ if kind.starts_with("dialog_") => person.map(Place::User),
        _ if update.get("message").is_some_and(Value::is_object) => of_message(update),
        _ if update.get("callback").is_some() => number("/callback/user/user_id").map(Place::User),
        // Nothing says which of the two it is, but groups count downwards from zero.
        _ => match (chat, person) {
            (Some(chat), _) if chat < 0 => Some(Place::Chat(chat)),
            (_, Some(person)) => Some(Place::User(person)),
            (chat, None) => chat.map(Place::Chat),
        },
    }
}

fn of_message(update: &Value) -> Option<Place> {
    let number = |pointer: &str| update.pointer(pointer).and_then(Value::as_i64);
    let chat = number("/message/recipient/chat_id");
    let by_bot = update.pointer("/message/sender/is_bot") == Some(&Value::Bool(true));
    // Under a button stands a message of the bot; who pressed it is the client.
    let writer = if by_bot {
        "/message/recipient/user_id"
    } else {
        "/message/sender/user_id"
    };
    let person = number("/callback/user/user_id").or_else(|| number(writer));
    let kind = update.pointer("/message/recipient/chat_type");
    match (kind.and_then(Value::as_str), chat, person) {
        (Some("dialog"), _, Some(person)) => Some(Place::User(person)),
        (Some(kind), Some(chat), _) if kind != "dialog" => Some(Place::Chat(chat)),
        (_, Some(chat), _) if chat < 0 => Some(Place::Chat(chat)),
        (_, _, Some(person)) => Some(Place::User(person)),
        (_, chat, None) => chat.map(Place::Chat),
    }
}

/// What tells an update from all others: MAX gives it no number of its own, and may deliver it twice.
pub(crate) fn dedup_key(kind: &str, update: &Value) -> String {
    let at = update.get("timestamp").and_then(Value::as_i64);
    let word = |pointer: &str| update.pointer(pointer).and_then(Value::as_str);
    // A button can be pressed again under the same message: the press goes before the message.
    let named = word("/callback/callback_id")
        .or_else(|| word("/message/body/mid"))
        .or_else(|| word("/message_id"));
    let id = named.map_or_else(
        || {
            let number = |pointer: &str| update.pointer(pointer).and_then(Value::as_i64);
            let chat = number("/chat_id").or_else(|| number("/message/recipient/chat_id"));
            let person = number("/user/user_id").or_else(|| number("/user_id"));
            format!(
                "{}:{}",
                chat.unwrap_or_default(),
                person.unwrap_or_default()
            )
        },
        str::to_owned,
    );
    format!("{kind}:{}:{id}", at.unwrap_or_default())
}
