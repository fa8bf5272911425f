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
    /// How loud a voice message is along its length: up to sixty numbers from 0 to 100.
    #[schema(value_type = Option<Vec<i32>>)]
    pub peaks: Option<Vec<u8>>,
}

/// What its sender says of an upload beyond its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// How it wants to be shown.
    pub shown_as: ShownAs,
}

impl Said {
    /// The length of a voice message, if it is one.
    pub(crate) const fn voice(&self) -> Option<i64> {
        match self.shown_as {
            ShownAs::Voice { duration_ms, .. } => Some(duration_ms),
            ShownAs::Itself | ShownAs::File => None,
        }
    }
}

/// How an upload wants to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShownAs {
    /// As what its bytes are.
    #[default]
    Itself,
    /// As a row to download, also when it is a picture.
    File,
    /// As a voice message.
    Voice {
        /// Its length.
        duration_ms: i64,
        /// See [`FileRef::peaks`].
        peaks: Vec<u8>,
    },
}

/// An upload that comes in pieces; it becomes the file of the same id when it is whole.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    /// Its id, and that of the file to be.
    pub(crate) id: Id<File>,
    /// Whose it is.
    pub(crate) owner_id: Uuid,
    /// The file's name.
    pub(crate) name: String,
    /// How many bytes were announced.
    pub(crate) length: i64,
    /// How many are on the disk.
    pub(crate) received: i64,
    /// What its sender says of it.
    pub(crate) said: db::Json<Said>,
    /// When it is given up.
    pub(crate) expires_at: Moment,
}
db::row!(Upload {
    id,
    owner_id,
    name,
    length,
    received,
    said,
    expires_at
});

/// How far an upload is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct UploadState {
    /// How many bytes were announced.
    pub(crate) length: i64,
    /// How many are on the disk.
    pub(crate) offset: i64,
    /// When it is given up; none once it is whole.
    pub(crate) expires_at: Option<Moment>,
    /// The file it became.
    pub(crate) file: Option<FileRef>,
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
