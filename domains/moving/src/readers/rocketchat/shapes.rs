//! Documents of Rocket.Chat's collections, as much of them as is read.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct User {
    #[serde(rename = "_id")]
    pub(super) id: Value,
    pub(super) username: Option<String>,
    pub(super) name: Option<String>,
    pub(super) emails: Option<Vec<Email>>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Email {
    pub(super) address: String,
}
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Room {
    #[serde(rename = "_id")]
    pub(super) id: Value,
    pub(super) t: String,
    pub(super) name: Option<String>,
    pub(super) fname: Option<String>,
    pub(super) usernames: Option<Vec<String>>,
    pub(super) u: Who,
    pub(super) ts: Value,
}
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Who {
    #[serde(rename = "_id")]
    pub(super) id: Value,
    pub(super) username: Option<String>,
    pub(super) name: Option<String>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Subscription {
    pub(super) rid: Value,
    pub(super) u: Who,
    pub(super) roles: Option<Vec<String>>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Message {
    #[serde(rename = "_id")]
    pub(super) id: Value,
    pub(super) rid: Value,
    pub(super) msg: Option<String>,
    pub(super) ts: Value,
    pub(super) u: Who,
    /// In the archive of a room.
    pub(super) username: Option<String>,
    pub(super) t: Option<String>,
    /// The same in the archive of a room.
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) alias: Option<String>,
    pub(super) tmid: Option<Value>,
    pub(super) tshow: Option<bool>,
    pub(super) reactions: Option<BTreeMap<String, Reaction>>,
    #[serde(rename = "editedAt")]
    pub(super) edited_at: Option<Value>,
    pub(super) pinned: Option<bool>,
    #[serde(rename = "_hidden")]
    pub(super) hidden: Option<bool>,
    pub(super) file: Option<File>,
    pub(super) files: Option<Vec<File>>,
    pub(super) attachments: Option<Vec<Attachment>>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Reaction {
    pub(super) usernames: Vec<String>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct File {
    #[serde(rename = "_id")]
    pub(super) id: Value,
    pub(super) name: Option<String>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Attachment {
    pub(super) title: Option<String>,
    pub(super) text: Option<String>,
    pub(super) description: Option<String>,
    pub(super) message_link: Option<String>,
    pub(super) title_link: Option<String>,
    #[serde(rename = "fileId")]
    pub(super) file_id: Option<String>,
    #[serde(rename = "fileName")]
    pub(super) file_name: Option<String>,
}
