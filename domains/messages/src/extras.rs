//! What few messages have beside their words: where they come from, records shown in them, what was made of them.

use crate::model::{Message, Thread};
use kernel::{Id, Moment, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A record of some domain, by the word of its [source](crate::CardSource) and its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct ObjectRef {
    /// The word of its source: `task`, `row`, `contact`, `client_chat` …
    pub kind: String,
    /// Its id.
    pub id: Uuid,
}

/// Where a forwarded message was written first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Forwarded {
    /// The message; who may not see its thread finds nothing there. None when it was written in another program.
    pub message_id: Option<Id<Message>>,
    /// Its thread.
    pub thread_id: Option<Id<Thread>>,
    /// Its number.
    pub seq: i64,
    /// Who wrote it.
    pub author_name: String,
    /// When it was written.
    pub at: Moment,
}

/// A page somewhere, as its own headers describe it; fetched by the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LinkPreview {
    /// The address it was asked for.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What it says of itself.
    pub text: String,
    /// The name of the site.
    pub site: String,
}

/// The talk under one message of a group: a thread of its own, seen by whoever sees the group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Topic {
    /// Its thread.
    pub id: Id<Thread>,
    /// Replies so far; computed when the message is read.
    #[serde(default)]
    pub replies: i64,
    /// When the newest came.
    #[serde(default)]
    pub last_at: Option<Moment>,
}

/// A button under a message to a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageButton {
    /// What stands on it, and what a press answers with.
    pub text: String,
    /// The page it opens; none: a press answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What few messages have. Absent when there is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Extras {
    /// Written elsewhere first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<Forwarded>,
    /// Records its author put in (S2-14); each reader sees those they may see.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<ObjectRef>,
    /// What was made of it: tasks, entries of tables (S2-32, L-68).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<ObjectRef>,
    /// The talk under it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<Topic>,
    /// Of a reply that also stands in the group: the talk it was written in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_topic: Option<Id<Thread>>,
    /// Where its author wrote it, when that was not one of our own programs: the name of a desk in a messenger (S1-72).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// The first page it links to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview: Option<LinkPreview>,
    /// Buttons under it, where it went to a client whose channel has them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<MessageButton>,
}

impl Extras {
    /// Nothing of all this.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
