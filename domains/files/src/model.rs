//! The nouns of files.

use kernel::{Id, Moment, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a file is shown and sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// A picture a browser can show.
    Image,
    /// A film.
    Video,
    /// Music or other sound.
    Audio,
    /// A voice message.
    Voice,
    /// Anything else.
    File,
}

impl FileKind {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::File => "file",
        }
    }
    /// From the stored word; unknown ones are plain files.
    pub fn from_word(word: &str) -> Self {
        match word {
            "image" => Self::Image,
            "video" => Self::Video,
            "audio" => Self::Audio,
            "voice" => Self::Voice,
            _ => Self::File,
        }
    }
}

/// Whether the bytes are here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileState {
    /// The bytes are here.
    Ready,
    /// They are still being fetched from a messenger.
    Pending,
    /// They could not be fetched.
    Failed,
}

/// A file as messages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FileRef {
    /// Its id.
    pub id: Id<File>,
    /// Its name.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// The sniffed type.
    pub mime: String,
    /// How to show it.
    pub kind: FileKind,
    /// Pixels.
    pub width: Option<i64>,
    /// Pixels.
    pub height: Option<i64>,
    /// Whether a preview exists.
    pub preview: bool,
    /// Whether the bytes are here.
    pub state: FileState,
    /// Length of sound or film.
    pub duration_ms: Option<i64>,
}

/// A file as stored.
#[derive(Clone, Debug, ToSchema)]
pub struct File {
    /// What messages show.
    pub shown: FileRef,
    /// The hash of the bytes.
    pub sha256: Option<String>,
    /// The hash of the preview.
    pub preview_sha256: Option<String>,
    /// Who uploaded it (a person or a visitor).
    pub owner_id: Option<Uuid>,
    /// The thread it was sent in.
    pub thread_id: Option<Uuid>,
    /// Somebody's photo: everyone signed in may see it.
    pub photo: bool,
    /// Where to fetch it from, while pending.
    pub source: Option<serde_json::Value>,
    /// When it came.
    pub created_at: Moment,
}
