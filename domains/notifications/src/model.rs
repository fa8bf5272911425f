//! The nouns of notifications.

use kernel::{Id, Moment, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum NoticeKind {
    /// Somebody named me.
    Mention,
    /// A client of mine wrote.
    Message,
    /// A client waits in a queue of mine.
    Queue,
    /// A chat was handed to me.
    Assigned,
    /// I became an observer.
    Observer,
    /// A message of mine did not arrive.
    Failed,
    /// A channel broke.
    Channel,
    /// Somebody reacted to my message.
    Reaction,
    /// Somebody reported a message.
    Report,
    /// A message I asked to be reminded of.
    Reminder,
}

impl NoticeKind {
    pub(crate) const ALL: &'static [Self] = &[
        Self::Mention,
        Self::Message,
        Self::Queue,
        Self::Assigned,
        Self::Observer,
        Self::Failed,
        Self::Channel,
        Self::Reaction,
        Self::Report,
        Self::Reminder,
    ];
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Message => "message",
            Self::Queue => "queue",
            Self::Assigned => "assigned",
            Self::Observer => "observer",
            Self::Failed => "failed",
            Self::Channel => "channel",
            Self::Reaction => "reaction",
            Self::Report => "report",
            Self::Reminder => "reminder",
        }
    }
    pub(crate) fn from_word(word: &str) -> Self {
        Self::ALL
            .iter()
            .copied()
            .find(|k| k.word() == word)
            .unwrap_or(Self::Message)
    }
}

/// Something that wants a person's eye.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Notice {
    /// Its id.
    pub id: Id<Notice>,
    /// What it is about.
    pub kind: NoticeKind,
    /// When.
    pub at: Moment,
    /// The chat to open.
    pub thread_id: Option<Uuid>,
    /// `team` or `client`.
    pub thread_kind: Option<String>,
    /// The message to go to.
    pub message_id: Option<Uuid>,
    /// Who caused it.
    pub actor_id: Option<Uuid>,
    /// Who or where.
    pub title: String,
    /// What.
    pub text: String,
    /// Handled.
    pub done: bool,
}
