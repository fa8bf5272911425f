//! VK's JSON as it comes. Every field may be missing: a new version, or an odd client, must not stop a channel.

use serde::Deserialize;
use serde_json::{Map, Value};

/// `messages_message` and `messages_foreign_message` of the schema.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Message {
    pub(crate) conversation_message_id: Option<i64>,
    /// Seconds since 1970.
    pub(crate) date: Option<i64>,
    /// Seconds since 1970.
    pub(crate) update_time: Option<i64>,
    pub(crate) peer_id: Option<i64>,
    pub(crate) from_id: Option<i64>,
    /// 1: from the community.
    pub(crate) out: Option<i64>,
    pub(crate) text: Option<String>,
    /// The sender's key against repeats; 0 or absent when none was given. Told for outgoing messages only.
    pub(crate) random_id: Option<i64>,
    /// The administrator who wrote this in VK; absent when a program did.
    pub(crate) admin_author_id: Option<i64>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) fwd_messages: Vec<Message>,
    pub(crate) reply_message: Option<Box<Message>>,
    pub(crate) geo: Option<Geo>,
    /// The parameter of the link by which the client came.
    #[serde(rename = "ref")]
    pub(crate) reference: Option<String>,
    /// Somebody came, left, renamed the chat …
    pub(crate) action: Option<Action>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Action {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
}

/// The content stands in the field that `type` names.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Attachment {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    #[serde(flatten)]
    pub(crate) content: Map<String, Value>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Geo {
    pub(crate) coordinates: Option<Coordinates>,
    pub(crate) place: Option<Place>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Coordinates {
    pub(crate) latitude: Option<f64>,
    pub(crate) longitude: Option<f64>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Place {
    pub(crate) title: Option<String>,
}

/// A picture in one of its sizes.
#[derive(Deserialize, Default, Debug, Clone)]
#[serde(default)]
pub(crate) struct Size {
    pub(crate) url: Option<String>,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
}

/// The fields that the kinds of attachment have in common, and a few more.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Thing {
    pub(crate) id: Option<i64>,
    pub(crate) owner_id: Option<i64>,
    /// A wall post names its owner so.
    pub(crate) from_id: Option<i64>,
    pub(crate) to_id: Option<i64>,
    pub(crate) access_key: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) artist: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) ext: Option<String>,
    /// Bytes.
    pub(crate) size: Option<u64>,
    /// What a document is, by number.
    #[serde(rename = "type")]
    pub(crate) sort: Option<Value>,
    /// Seconds.
    pub(crate) duration: Option<u64>,
    pub(crate) link_ogg: Option<String>,
    pub(crate) link_mp3: Option<String>,
    pub(crate) sizes: Vec<Size>,
    pub(crate) orig_photo: Option<Size>,
    /// A sticker's sizes.
    pub(crate) images: Vec<Size>,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
    pub(crate) price: Option<Price>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Price {
    pub(crate) text: Option<String>,
}

/// `message_read`.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Read {
    pub(crate) from_id: Option<i64>,
    pub(crate) peer_id: Option<i64>,
    pub(crate) conversation_message_id: Option<i64>,
}

/// `message_reaction_event`.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Reacted {
    pub(crate) reacted_id: Option<i64>,
    pub(crate) peer_id: Option<i64>,
    pub(crate) cmid: Option<i64>,
    /// Absent when the reaction was taken back.
    pub(crate) reaction_id: Option<i64>,
}

/// `message_typing_state`.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Typing {
    pub(crate) from_id: Option<i64>,
}

/// `message_event`: a press on a callback button.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Pressed {
    pub(crate) peer_id: Option<i64>,
    pub(crate) event_id: Option<String>,
    pub(crate) payload: Value,
    pub(crate) conversation_message_id: Option<i64>,
}

/// `message_allow`, `message_deny`.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Allowed {
    pub(crate) user_id: Option<i64>,
}

/// `groups.getById`.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Groups {
    pub(crate) groups: Vec<Group>,
}

#[derive(Deserialize, Default, Debug, Clone)]
#[serde(default)]
pub(crate) struct Group {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) screen_name: String,
}

/// `users.get`.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) screen_name: Option<String>,
    /// 1: the picture is theirs, not a drawing of the vendor's.
    pub(crate) has_photo: Option<i64>,
    pub(crate) photo_200: Option<String>,
}

/// `messages.getConversationsById`.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Conversations {
    pub(crate) items: Vec<Conversation>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Conversation {
    pub(crate) peer: ConversationPeer,
    pub(crate) chat_settings: Option<Place>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct ConversationPeer {
    pub(crate) id: i64,
}

/// `messages.getConversations`.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Talks {
    pub(crate) items: Vec<Talk>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Talk {
    pub(crate) conversation: Conversation,
    pub(crate) last_message: Value,
}

/// `groups.getLongPollServer`.
#[derive(Deserialize, Default, Debug, Clone)]
#[serde(default)]
pub(crate) struct Session {
    pub(crate) server: String,
    pub(crate) key: String,
    /// The number of the newest event; digits in quotation marks or not.
    pub(crate) ts: Value,
}

/// What the Long Poll server answers.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Updates {
    pub(crate) ts: Value,
    pub(crate) updates: Vec<Value>,
    pub(crate) failed: Option<i64>,
}

/// `groups.getCallbackServers`.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Servers {
    pub(crate) items: Vec<Server>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Server {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) url: String,
    pub(crate) secret_key: String,
    /// `ok`, `wait`, `failed`, `unconfigured`.
    pub(crate) status: String,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Code {
    pub(crate) code: String,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Added {
    pub(crate) server_id: i64,
}

/// An item of what `messages.send` with `peer_ids` answers.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Sent {
    pub(crate) message_id: i64,
    pub(crate) conversation_message_id: i64,
    pub(crate) error: Option<ItemError>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct ItemError {
    pub(crate) code: i64,
    pub(crate) description: String,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct UploadServer {
    pub(crate) upload_url: String,
}

/// `messages.getByConversationMessageId`.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Found {
    pub(crate) items: Vec<Message>,
}
