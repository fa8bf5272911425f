//! The nouns of messages.

use crate::extras::Extras;
use accounts::Person;
use files::FileRef;
use kernel::{Id, Moment, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use text::Token;
use utoipa::ToSchema;

/// Whose talk a thread is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ThreadKind {
    /// Colleagues among themselves.
    Team,
    /// With a client.
    Client,
}

impl ThreadKind {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Client => "client",
        }
    }
    pub(crate) fn from_word(word: &str) -> Self {
        if word == "client" {
            Self::Client
        } else {
            Self::Team
        }
    }
}

/// An ordered talk; its id is also the id of the chat that owns it.
#[derive(Clone, Debug, ToSchema)]
pub struct Thread {
    /// Its id.
    pub id: Id<Thread>,
    /// Whose talk it is.
    pub kind: ThreadKind,
    /// What lists call it; empty for a direct chat.
    pub title: String,
    /// The newest message's number.
    pub last_seq: i64,
    /// The newest counting message's ordinal.
    pub last_ordinal: i64,
    /// How far the client has read, where the channel tells.
    pub peer_read_seq: Option<i64>,
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuthorRef {
    /// `person`, `contact`, `bot` or `system`.
    pub kind: String,
    /// The person or contact.
    pub id: Option<Uuid>,
    /// Their name then.
    pub name: String,
}

/// how far a message to a client came. The order is the order of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// Withdrawn before it left.
    Cancelled,
    /// Will not arrive.
    Failed,
    /// Handed over, no answer came: it may or may not have arrived.
    Unknown,
    /// Waits its turn.
    Queued,
    /// On its way.
    Sending,
    /// The messenger took it.
    Sent,
    /// On the client's device.
    Delivered,
    /// Read.
    Read,
}

/// One messenger message of a message (an album, a piece of a long text).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Part {
    /// 1, 2, 3 …
    pub n: i64,
    /// How far it came.
    pub state: DeliveryState,
    /// Why it did not, in the messenger's words.
    pub reason: String,
    /// Characters of its text.
    pub text_len: i64,
    /// Its files.
    pub files: Vec<Uuid>,
}

/// How far a message to a client came, whole and by parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// The least of its parts.
    pub state: DeliveryState,
    /// The first reason there is.
    pub reason: String,
    /// Its parts.
    pub parts: Vec<Part>,
}

impl Delivery {
    /// From parts: the state is the least of theirs, the reason the first there is.
    pub fn of(parts: Vec<Part>) -> Self {
        let state = parts
            .iter()
            .map(|p| p.state)
            .min()
            .unwrap_or(DeliveryState::Queued);
        let reason = parts
            .iter()
            .map(|p| &p.reason)
            .find(|r| !r.is_empty())
            .cloned();
        Self {
            state,
            reason: reason.unwrap_or_default(),
            parts,
        }
    }
}

/// Everyone who reacted with one emoji.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Colleagues.
    pub people: Vec<Uuid>,
    /// Whether the client did.
    pub outside: bool,
}

/// The message an answer quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReplyRef {
    /// Its id.
    pub id: Id<Message>,
    /// Its number.
    pub seq: i64,
    /// Who wrote it.
    pub author_name: String,
    /// Its beginning.
    pub excerpt: String,
}

/// A grey line: something happened. The sentence is the Fluent message `event-CODE`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventLine {
    /// What happened.
    pub code: String,
    /// Names and numbers for the sentence.
    pub args: BTreeMap<String, String>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Message {
    /// Its id.
    pub id: Id<Message>,
    /// Its thread.
    pub thread_id: Id<Thread>,
    /// 1, 2, 3 … in the thread.
    pub seq: i64,
    /// Counts only what makes "unread".
    pub ordinal: i64,
    /// The id the sender made; unique per author.
    pub client_id: Option<Uuid>,
    /// When.
    pub at: Moment,
    /// Who.
    pub author: AuthorRef,
    /// `text`, `event` or `placeholder`.
    pub kind: String,
    /// For `placeholder`: the messenger's word for what it was (U-09).
    pub placeholder: String,
    /// L-65: only employees see it.
    pub hidden: bool,
    /// The source.
    pub text: String,
    /// The source parsed.
    pub tokens: Vec<Token>,
    /// What it answers.
    pub reply: Option<ReplyRef>,
    /// Its files.
    pub files: Vec<FileRef>,
    /// Reactions.
    pub reactions: Vec<Reaction>,
    /// Colleagues named in it.
    pub mentions: Vec<Uuid>,
    /// For `event`: what happened.
    pub event: Option<EventLine>,
    /// When last changed.
    pub edited_at: Option<Moment>,
    /// When deleted; then text, tokens and files are empty.
    pub deleted_at: Option<Moment>,
    /// Pinned to the thread.
    pub pinned: bool,
    /// How far it came, for what goes to a client.
    pub delivery: Option<Delivery>,
    /// What few messages have beside their words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extras: Option<Box<Extras>>,
}

/// The last line of a chat, for lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LastLine {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// `person`, `contact`, `bot` or `system`.
    pub author_kind: String,
    /// Who.
    pub author_id: Option<Uuid>,
    /// Their name.
    pub author_name: String,
    /// Its beginning.
    pub excerpt: String,
    /// L-65.
    pub hidden: bool,
}

/// How far somebody has read and received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Position {
    /// Who.
    pub person_id: Id<Person>,
    /// Read up to.
    pub read_seq: i64,
    /// On one of their devices up to.
    pub delivered_seq: i64,
}
db::row!(Position {
    person_id,
    read_seq,
    delivered_seq
});

/// A window of a thread.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessagePage {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// There are older ones.
    pub has_older: bool,
    /// There are newer ones.
    pub has_newer: bool,
    /// Of everyone in a chat of at most 50, else only mine.
    pub positions: Vec<Position>,
    /// How far the client has read.
    pub peer_read_seq: Option<i64>,
    /// Those of them the reader has saved.
    pub saved: Vec<Id<Message>>,
    /// For a period: how many messages it holds, without grey lines and what was deleted.
    pub count: Option<i64>,
}

/// A person's own state of a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Mine {
    /// The thread.
    pub id: Id<Thread>,
    /// Read up to.
    pub read_seq: i64,
    /// The ordinal there.
    pub read_ordinal: i64,
    /// Counting messages after it.
    pub unread: i64,
    /// Of those, with my name.
    pub mentions: i64,
    /// No sound, no notice.
    pub muted: bool,
    /// On top of the list.
    pub pinned: bool,
    /// Put away, out of the list.
    pub archived: bool,
    /// What I began to write.
    pub draft: String,
    /// L-65: the draft is a hidden comment.
    pub draft_hidden: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(n: i64, state: DeliveryState, reason: &str) -> Part {
        Part {
            n,
            state,
            reason: reason.into(),
            text_len: 0,
            files: vec![],
        }
    }

    #[test]
    fn x_05_a_message_is_only_as_far_as_its_last_part() {
        use DeliveryState::{Failed, Queued, Read, Sent};
        let d = Delivery::of(vec![
            part(1, Read, ""),
            part(2, Sent, ""),
            part(3, Queued, ""),
        ]);
        assert_eq!(d.state, Queued);
        let d = Delivery::of(vec![
            part(1, Read, ""),
            part(2, Failed, "blocked"),
            part(3, Queued, ""),
        ]);
        assert_eq!((d.state, d.reason.as_str()), (Failed, "blocked"));
        assert_eq!(Delivery::of(vec![part(1, Read, "")]).state, Read);
    }
}
