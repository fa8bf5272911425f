//! What a messenger itself remembers of an account's talks, for a comparison with ours (M-01).

use crate::{BoxFuture, Chat, RawEvent, SendError};
use kernel::Moment;
use std::{collections::HashSet, io};

/// What it remembers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
    /// Each message it remembers since the asked moment; those of one talk and one moment in the order they were written.
    pub messages: Vec<Remembered>,
    /// It may have more than it told, so what is not here may be there all the same.
    pub cut: bool,
}

/// One message as a messenger remembers it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remembered {
    /// Its id, the same as in events about it.
    pub ext_id: String,
    /// Whose talk, [`crate::Peer::ext_id`].
    pub peer: String,
    /// When it was written, by the messenger's clock.
    pub at: Moment,
    /// What was sent through us, with its text; none for the client's and for what one of ours wrote there. With an
    /// event beside it nobody there can tell the two apart: what no part of ours waits for was written there.
    pub ours: Option<String>,
    /// Under which key the part was sent, where that is told as well; the text need not be the same then.
    pub key: Option<String>,
    /// The event that would have brought it; `normalize` understands it like any other.
    pub event: Option<RawEvent>,
    /// The event that tells how the client reacts to it now; none where that is not told.
    pub reacted: Option<RawEvent>,
}

/// A chat that a comparison may look into.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chosen {
    /// [`Chat::ext_id`].
    pub ext_id: String,
    /// What was written there before this moment is not to be read.
    pub since: Moment,
}

/// What a connector asks the house while it compares.
pub trait Ours: Send + Sync {
    /// Which of an account's chats are the company's business, where [`crate::Capabilities::chats`] lets people choose.
    fn chosen<'a>(&'a self, chats: &'a [Chat]) -> BoxFuture<'a, io::Result<Vec<Chosen>>>;
    /// Which of some messages, by their ids, the house does not have.
    fn lacking<'a>(&'a self, ext_ids: &'a [String]) -> BoxFuture<'a, io::Result<HashSet<String>>>;
}

/// The house could not be asked, so nothing was compared.
pub fn not_asked(error: &io::Error) -> SendError {
    SendError::NotSent {
        reason: error.to_string(),
    }
}

/// A house that has nothing and wants everything, for tests of connectors.
#[cfg(feature = "contract")]
#[derive(Clone, Copy, Debug, Default)]
pub struct Empty;

#[cfg(feature = "contract")]
impl Ours for Empty {
    fn chosen<'a>(&'a self, chats: &'a [Chat]) -> BoxFuture<'a, io::Result<Vec<Chosen>>> {
        let all = chats.iter().map(|chat| Chosen {
            ext_id: chat.ext_id.clone(),
            since: Moment::from_seconds(0),
        });
        let all: Vec<Chosen> = all.collect();
        Box::pin(async { Ok(all) })
    }
    fn lacking<'a>(&'a self, ext_ids: &'a [String]) -> BoxFuture<'a, io::Result<HashSet<String>>> {
        let all: HashSet<String> = ext_ids.iter().cloned().collect();
        Box::pin(async { Ok(all) })
    }
}
