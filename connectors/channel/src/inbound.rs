//! What comes from a messenger, in our words.

use crate::FileKind;
use kernel::{Moment, Phone};
use serde::{Deserialize, Serialize};

/// Somebody outside, as the messenger tells of them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Peer {
    /// Where to answer: the messenger's id of the client or of their chat with us.
    pub ext_id: String,
    /// The name to show, cleaned; may be empty.
    pub name: String,
    /// The public handle without `@`.
    pub username: Option<String>,
    /// The language of their application, as a BCP 47 word.
    pub language: Option<String>,
    /// A number the messenger vouches for; never one the client merely typed.
    pub phone: Option<Phone>,
    /// The e-mail address they write from, where the channel is one of letters.
    pub email: Option<String>,
    /// What [`crate::Account::fetch_media`] takes to fetch their picture.
    pub avatar: Option<String>,
    /// A group with several people in it: answers go there, and it is none of them (U-34).
    pub group: bool,
    /// In a group: which of its people this is about. Their id is the one they would have in a talk of their own.
    pub member: Option<Box<Peer>>,
}

/// Who wrote a message that came from a messenger.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The client.
    #[default]
    Customer,
    /// One of ours, but in the messenger's own application.
    ExternalOperator,
    /// An automaton at the other side.
    Bot,
    /// The messenger itself.
    System,
}

/// The fact of a message that says which of ours wrote it, by name, when its author is [`Author::ExternalOperator`].
pub const AUTHOR_NAME: &str = "author_name";

/// The fact of a client's message that keeps, in the connector's own words, what the next answer has to know of it (a
/// letter's subject and thread). It is kept with the client, never shown, and comes back as [`crate::Part::thread`].
pub const THREAD: &str = "thread";

/// A file that waits at the messenger to be fetched.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MediaRef {
    /// The messenger's id of the file.
    pub ext_id: String,
    /// How to show it.
    pub kind: FileKind,
    /// The type as told; to be checked against the bytes.
    pub mime: Option<String>,
    /// The size in bytes as told.
    pub size: Option<u64>,
    /// The name as told, already safe to store.
    pub name: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Length in milliseconds.
    pub duration_ms: Option<u64>,
}

/// A new message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InboundMessage {
    /// The messenger's id of the message, unique within the account.
    pub ext_id: String,
    /// The chat it belongs to.
    pub peer: Peer,
    /// Who wrote it.
    pub author: Author,
    /// When, by the messenger's clock.
    pub at: Moment,
    /// The text as the source of our markup; empty when there is none.
    pub text: String,
    /// Its files, in order.
    pub media: Vec<MediaRef>,
    /// The messenger's id of the message it answers.
    pub reply_to: Option<String>,
    /// Messages with one album belong together.
    pub album: Option<String>,
    /// Facts beside the text: `deep_link`, `forwarded_from`, `page`, `location` …
    pub context: Vec<(String, String)>,
}

/// A changed message: the whole new content.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InboundEdit {
    /// The id of the message that changed.
    pub ext_id: String,
    /// The chat it belongs to.
    pub peer: Peer,
    /// When it changed.
    pub at: Moment,
    /// The new text as the source of our markup.
    pub text: String,
    /// The files it has now.
    pub media: Vec<MediaRef>,
}

/// Which of our messages a receipt speaks of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptTarget {
    /// This one.
    One(String),
    /// This one and all before it.
    UpTo(String),
    /// The first of these that is known as sent to this very client: where a provider spells one id in several ways.
    OneOf(Vec<String>),
}

/// How far our message came.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    /// The messenger took it.
    Sent,
    /// The client's device has it.
    Delivered,
    /// The client has read it.
    Read,
    /// It will not arrive; with the messenger's words.
    Failed(String),
}

/// What changed about a client.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeerChange {
    /// They do not want our messages any more.
    Blocked,
    /// They do again.
    Unblocked,
    /// The chat has a new id; the old one is dead.
    Moved(String),
    /// Another name or id of the same client became known.
    Alias(String),
}

/// What changed about our account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountChange {
    /// The token no longer works.
    TokenRevoked,
    /// Somebody has to sign in again.
    NeedsLogin,
    /// The messenger judged a template: they are to be asked for again.
    Templates,
}

/// Everything a messenger can tell us.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Inbound {
    /// A new message.
    Message(Box<InboundMessage>),
    /// A message changed.
    Edited(Box<InboundEdit>),
    /// Messages were deleted.
    Deleted {
        /// Their ids.
        ext_ids: Vec<String>,
        /// The chat.
        peer: Peer,
        /// When.
        at: Moment,
    },
    /// The client's reactions to a message, as they stand now.
    Reaction {
        /// The message.
        ext_id: String,
        /// The chat.
        peer: Peer,
        /// All reactions of this client; empty removes them.
        emoji: Vec<String>,
        /// When.
        at: Moment,
    },
    /// News of our own message.
    Receipt {
        /// Which.
        target: ReceiptTarget,
        /// The chat.
        peer: Peer,
        /// How far it came.
        state: ReceiptState,
        /// When.
        at: Moment,
    },
    /// The client types, or stopped.
    Typing {
        /// The chat.
        peer: Peer,
        /// Types now.
        on: bool,
    },
    /// Something changed about the client.
    PeerState {
        /// The chat.
        peer: Peer,
        /// What.
        change: PeerChange,
        /// When.
        at: Moment,
    },
    /// The client pressed a button under our message.
    Callback {
        /// The id by which the press is acknowledged.
        ext_id: String,
        /// The chat.
        peer: Peer,
        /// What the button carries.
        data: String,
        /// The message with the button.
        message: Option<String>,
    },
    /// The client rang in the messenger, and nobody of ours took it (L-75).
    MissedCall {
        /// The chat.
        peer: Peer,
        /// With a picture.
        video: bool,
        /// When.
        at: Moment,
    },
    /// Something changed about our account.
    Account {
        /// What.
        change: AccountChange,
        /// The messenger's words.
        detail: String,
    },
    /// Something we do not know: shown as a grey line, kept raw.
    Unsupported {
        /// The messenger's own word for it.
        kind: String,
        /// The id of the message, if it is one.
        ext_id: Option<String>,
        /// The chat, if it has one.
        peer: Option<Peer>,
        /// When, if told.
        at: Option<Moment>,
    },
}

impl Inbound {
    /// The client it is about, if any.
    pub fn peer(&self) -> Option<&Peer> {
        match self {
            Self::Message(message) => Some(&message.peer),
            Self::Edited(edit) => Some(&edit.peer),
            Self::Deleted { peer, .. }
            | Self::Reaction { peer, .. }
            | Self::Receipt { peer, .. }
            | Self::Typing { peer, .. }
            | Self::PeerState { peer, .. }
            | Self::Callback { peer, .. }
            | Self::MissedCall { peer, .. } => Some(peer),
            Self::Unsupported { peer, .. } => peer.as_ref(),
            Self::Account { .. } => None,
        }
    }
}
