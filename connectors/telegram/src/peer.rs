//! Ids: Telegram counts messages per chat, we need them unique per account.

use channel::{PeerRef, SendError};
use serde_json::Value;

/// Our id of a message: `chat:message`.
pub(crate) fn ext_id(chat: i64, message: i64) -> String {
    format!("{chat}:{message}")
}

/// The message's number in its chat.
pub(crate) fn message_id(ext_id: &str) -> Result<i64, SendError> {
    let number = ext_id.rsplit(':').next().unwrap_or_default();
    number
        .parse()
        .map_err(|_| rejected("bad_message_id", "not an id of a Telegram message"))
}

/// The chat to write to.
pub(crate) fn chat_id(peer: &PeerRef) -> Result<i64, SendError> {
    peer.ext_id.parse().map_err(|_| SendError::PeerUnreachable {
        reason: "not an id of a Telegram chat".to_owned(),
    })
}

/// A refusal of our own.
pub(crate) fn rejected(code: &str, text: &str) -> SendError {
    SendError::Rejected {
        code: code.to_owned(),
        text: text.to_owned(),
    }
}

/// The chat an update belongs to, for its lane; empty when it belongs to none.
pub(crate) fn lane(update: &Value) -> String {
    let Some(fields) = update.as_object() else {
        return String::new();
    };
    let chats = fields.values().filter_map(|content| {
        let chat = content
            .get("chat")
            .or_else(|| content.get("message")?.get("chat"));
        chat.or_else(|| content.get("from"))
            .or_else(|| content.get("user"))?
            .get("id")?
            .as_i64()
    });
    chats.map(|id| id.to_string()).next().unwrap_or_default()
}
