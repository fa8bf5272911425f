//! Ids: VK counts messages per dialogue, we need them unique per account.

use channel::{PeerRef, SendError};
use serde_json::Value;

/// Where the numbers of group chats begin (dev.vk.com, `peer_id`).
pub(crate) const CHATS: i64 = 2_000_000_000;

/// Our id of a message: `peer:number in the dialogue`. That number is what edits, reactions and receipts speak of.
pub(crate) fn ext_id(peer: i64, message: i64) -> String {
    format!("{peer}:{message}")
}

/// The message's number in its dialogue.
pub(crate) fn message_id(ext_id: &str) -> Result<i64, SendError> {
    let number = ext_id.rsplit(':').next().unwrap_or_default();
    number
        .parse()
        .map_err(|_| rejected("bad_message_id", "not an id of a VK message"))
}

/// The dialogue to write to.
pub(crate) fn peer_id(peer: &PeerRef) -> Result<i64, SendError> {
    peer.ext_id.parse().map_err(|_| SendError::PeerUnreachable {
        reason: "not an id of a VK dialogue".to_owned(),
    })
}

/// A refusal of our own.
pub(crate) fn rejected(code: &str, text: &str) -> SendError {
    SendError::Rejected {
        code: code.to_owned(),
        text: text.to_owned(),
    }
}

/// The dialogue an event belongs to, for its lane; empty when it belongs to none.
pub(crate) fn lane(event: &Value) -> String {
    let object = &event["object"];
    let places = [
        &object["message"]["peer_id"],
        &object["peer_id"],
        &object["user_id"],
        // Who types: the client, or the community itself to the client.
        &object["from_id"],
        &object["to_id"],
    ];
    let found = places
        .into_iter()
        .filter_map(Value::as_i64)
        .find(|id| *id > 0);
    found.map(|id| id.to_string()).unwrap_or_default()
}
