//! Ids: Telegram counts messages per chat, we need them unique per account.

use channel::{PeerRef, SendError};
use serde_json::Value;

/// Our id of a message: `chat:message`, the chat as [`client`] names it.
pub(crate) fn ext_id(chat: &str, message: i64) -> String {
    format!("{chat}:{message}")
}

/// The message's number in its chat.
pub(crate) fn message_id(ext_id: &str) -> Result<i64, SendError> {
    let number = ext_id.rsplit(':').next().unwrap_or_default();
    number
        .parse()
        .map_err(|_| rejected("bad_message_id", "not an id of a Telegram message"))
}

/// A chat to write to, and on whose behalf.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    /// The chat.
    pub(crate) chat: i64,
    /// The connection of an employee's own account in whose name the bot writes there.
    pub(crate) business: Option<String>,
}

impl Place {
    /// The bot's own chat.
    pub(crate) const fn of(chat: i64) -> Self {
        Self {
            chat,
            business: None,
        }
    }
}

/// The id of a client: a chat of the bot's own, or one of an employee's account that is connected to it. The two are
/// different talks, though the vendor gives them one number.
pub(crate) fn client(chat: &str, business: Option<&str>) -> String {
    match business {
        Some(connection) => format!("{connection}@{chat}"),
        None => chat.to_owned(),
    }
}

/// The chat to write to.
pub(crate) fn place(peer: &PeerRef) -> Result<Place, SendError> {
    let (business, chat) = match peer.ext_id.rsplit_once('@') {
        Some((connection, chat)) => (Some(connection.to_owned()), chat),
        None => (None, peer.ext_id.as_str()),
    };
    let chat = chat.parse().map_err(|_| SendError::PeerUnreachable {
        reason: "not an id of a Telegram chat".to_owned(),
    })?;
    Ok(Place { chat, business })
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
    let mut chats = fields.values().filter_map(|content| {
        let chat = content
            .get("chat")
            .or_else(|| content.get("message")?.get("chat"));
        let id = chat
            .or_else(|| content.get("from"))
            .or_else(|| content.get("user"))?
            .get("id")?
            .as_i64()?;
        let message = content.get("message");
        let business = content
            .get("business_connection_id")
            .or_else(|| message?.get("business_connection_id"));
        Some(client(&id.to_string(), business.and_then(Value::as_str)))
    });
    chats.next().unwrap_or_default()
}
