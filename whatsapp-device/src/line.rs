//! The line to the messenger: what the rest of the program needs of it, so that tests can stand in its place.

use crate::{heard::Media, wire::Refusal};
use async_trait::async_trait;
use std::path::{Path, PathBuf};

/// The code of the messenger's refusal to let this account write to strangers (its error 463).
pub const REACH_OUT_LOCKED: &str = "reach_out_locked";

/// How the account stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Not known yet.
    #[default]
    Starting,
    /// Not linked: a code to scan, and when it stops working (milliseconds since 1970).
    Scan {
        /// What the picture says.
        code: String,
        /// When the next one is due.
        until: i64,
    },
    /// Not linked: a code to type on the phone.
    Type {
        /// Eight signs.
        code: String,
        /// When it stops working.
        until: i64,
    },
    /// Not linked, and nobody asked for a code of late.
    Idle,
    /// Linked.
    Linked {
        /// E.164.
        phone: String,
    },
    /// The messenger took the link away, or will not have us; its words.
    Refused(String),
}

/// What a message of ours answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The messenger's id.
    pub stanza: String,
    /// Who wrote it; none: we did.
    pub author: Option<String>,
    /// Its first words.
    pub words: String,
}

/// A file of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Where its bytes lie.
    pub path: PathBuf,
    /// `image`, `video`, `audio`, `voice` or `file`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub mime: String,
    /// Milliseconds.
    pub duration_ms: Option<u64>,
}

/// One message of the messenger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// Formatted by signs.
    pub text: String,
    /// With a file.
    pub file: Option<Attached>,
    /// What it answers.
    pub quote: Option<Quote>,
}

/// A message as its key names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The messenger's id.
    pub stanza: String,
    /// Who wrote it, in a group; none: we did, or the one other person.
    pub participant: Option<String>,
    /// We did.
    pub from_me: bool,
}

/// Who is behind a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nobody.
    Absent,
    /// Somebody, by their addresses.
    Person(crate::heard::Who),
}

/// The line. Addresses are the messenger's own; a refusal is what Beseda is told.
#[async_trait]
pub trait Line: Send + Sync {
    /// How the account stands now.
    fn standing(&self) -> Standing;

    /// Somebody looks at the sign-in: codes are renewed for some minutes.
    async fn wake(&self);

    /// Asks for a code to type on the phone of this number.
    async fn ask_code(&self, phone: &str) -> Result<(), Refusal>;

    /// Unlinks the account.
    async fn unlink(&self);

    /// Sends a message under an id; done when the messenger has acknowledged it. The same id sent again is the same message.
    /// Gives its file as it lies with the messenger.
    async fn send(
        &self,
        to: &str,
        stanza: &str,
        message: &Outgoing,
    ) -> Result<Option<Media>, Refusal>;

    /// Changes ours.
    async fn edit(
        &self,
        to: &str,
        stanza: &str,
        text: &str,
        caption: Option<&Media>,
    ) -> Result<(), Refusal>;

    /// Takes ours back.
    async fn revoke(&self, to: &str, stanza: &str) -> Result<(), Refusal>;

    /// Sets our reaction; empty takes it away.
    async fn react(&self, to: &str, target: &Target, emoji: &str) -> Result<(), Refusal>;

    /// An employee types.
    async fn typing(&self, to: &str) -> Result<(), Refusal>;

    /// An employee has read these of one author (in a group).
    async fn read(
        &self,
        chat: &str,
        author: Option<&str>,
        stanzas: &[String],
    ) -> Result<(), Refusal>;

    /// Who is behind a number, E.164.
    async fn look_up(&self, phone: &str) -> Result<Found, Refusal>;

    /// A group's title.
    async fn title(&self, group: &str) -> Option<String>;

    /// Brings a file of theirs to a place of ours.
    async fn fetch(&self, media: &Media, to: &Path) -> Result<(), Refusal>;
}
