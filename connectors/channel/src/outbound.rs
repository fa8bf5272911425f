//! What goes to a messenger: one part, its files as streams, and the lesser acts.

use crate::{BoxFuture, FileKind, FilledTemplate};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use serde::{Deserialize, Serialize};
use std::{fmt, io, pin::Pin, sync::Arc};
use text::Entity;

/// Bytes of a file as they come; never the whole file in memory.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// Opens a file's bytes from the start; called once per try, so a retry reads afresh.
pub type OpenFile = Arc<dyn Fn() -> BoxFuture<'static, io::Result<ByteStream>> + Send + Sync>;

/// One file of a part.
#[derive(Clone)]
pub struct PartFile {
    /// Name for the client, already safe.
    pub name: String,
    /// Media type.
    pub mime: String,
    /// How it is to be sent, as the planner decided.
    pub kind: FileKind,
    /// Exact size in bytes.
    pub size: u64,
    /// Pixels, for pictures and films.
    pub width: Option<u32>,
    /// Pixels, for pictures and films.
    pub height: Option<u32>,
    /// Length in milliseconds, for sound and films.
    pub duration_ms: Option<u64>,
    /// An address where the internet reads the bytes for a day, if the channel's
    /// [`crate::Capabilities::files_by_address`] asks for one and the house has an address.
    pub public: Option<String>,
    /// Where the bytes come from.
    pub open: OpenFile,
}

impl PartFile {
    /// A file whose bytes are at hand; for small things and tests.
    pub fn from_bytes(name: &str, mime: &str, kind: FileKind, bytes: Bytes) -> Self {
        let size = bytes.len() as u64;
        let open: OpenFile = Arc::new(move || {
            let chunk = bytes.clone();
            Box::pin(async move { Ok(stream::iter([Ok(chunk)]).boxed()) })
        });
        Self {
            name: name.to_owned(),
            mime: mime.to_owned(),
            kind,
            size,
            width: None,
            height: None,
            duration_ms: None,
            public: None,
            open,
        }
    }
}

impl fmt::Debug for PartFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartFile")
            .field("name", &self.name)
            .field("mime", &self.mime)
            .field("kind", &self.kind)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// What is sent as one message of the messenger (an album counts as one).
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// The text without markup; with files it is their caption.
    pub text: String,
    /// Its formatting.
    pub entities: Vec<Entity>,
    /// Its files, in order.
    pub files: Vec<PartFile>,
    /// The messenger's id of the message it answers.
    pub reply_to: Option<String>,
    /// Without a sound at the client's side.
    pub silent: bool,
    /// Sent as this approved text instead of `text`, with `files` in its header.
    pub template: Option<FilledTemplate>,
    /// Buttons under it, row by row, where [`crate::Capabilities::buttons`] is true or
    /// [`crate::Capabilities::keyboard`] allows some.
    pub buttons: Vec<Vec<Button>>,
    /// Asks the client for their own number by a button with these words, where
    /// [`crate::Capabilities::asks_phone`] is true.
    pub asks_phone: Option<String>,
    /// What the connector left with the client's newest message ([`crate::THREAD`]).
    pub thread: Option<String>,
    /// The person who wrote it; none when a program did.
    pub author: Option<String>,
    /// A program of ours wrote it: where the messenger can say so, nobody's program answers.
    pub automatic: bool,
}

/// A button under a message; pressed, it comes back as [`crate::Inbound::Callback`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Button {
    /// What stands on it.
    pub text: String,
    /// What it carries: at most 64 bytes. Empty for one that opens a page.
    pub data: String,
    /// The page it opens; then no press comes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Whom to write to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerRef {
    /// The messenger's id, [`crate::Peer::ext_id`].
    pub ext_id: String,
}

/// The messenger took a part.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Accepted {
    /// The messenger's ids of what it made, one per file of an album; edits go to the first.
    pub ext_ids: Vec<String>,
    /// The chat has a new id from now on.
    pub moved_to: Option<String>,
}

/// What can be done beside sending.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Replace the text of our message.
    Edit {
        /// Which.
        ext_id: String,
        /// The new text without markup.
        text: String,
        /// Its formatting.
        entities: Vec<Entity>,
        /// The text is a caption under files.
        caption: bool,
    },
    /// Delete our messages for the client too.
    Delete {
        /// Which: all ids of one part.
        ext_ids: Vec<String>,
    },
    /// Set or, with none, remove our reaction.
    React {
        /// To which message.
        ext_id: String,
        /// With what.
        emoji: Option<String>,
    },
    /// Show that we type, for a few seconds.
    Typing,
    /// Tell that we have read up to here.
    MarkRead {
        /// The newest message read.
        ext_id: String,
    },
}

/// A file on its way from a messenger.
pub struct MediaStream {
    /// Its bytes, already limited in size.
    pub bytes: ByteStream,
    /// Size in bytes, if the messenger told it.
    pub size: Option<u64>,
    /// Type, if the messenger told it.
    pub mime: Option<String>,
}

impl fmt::Debug for MediaStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MediaStream")
            .field("size", &self.size)
            .field("mime", &self.mime)
            .finish_non_exhaustive()
    }
}
