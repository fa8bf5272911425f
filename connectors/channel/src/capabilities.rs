//! What a messenger can do, as data: sent to the UI, asked by the planner, checked by the server.

use crate::AddressKind;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};
use utoipa::ToSchema;

/// How a file is shown to its reader; one word for our history, the planner and the messengers.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// A picture that is shown in place.
    Image,
    /// A film with its player.
    Video,
    /// A piece of music or another recording with a title.
    Audio,
    /// A voice message.
    Voice,
    /// Anything else: a name, a size and a button to fetch it.
    File,
}

impl FileKind {
    /// All kinds, for tables and tests.
    pub const ALL: [Self; 5] = [
        Self::Image,
        Self::Video,
        Self::Audio,
        Self::Voice,
        Self::File,
    ];

    /// The stored word: `image`, `video`, `audio`, `voice`, `file`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::File => "file",
        }
    }
    /// Reads the stored word; an unknown word is a plain file.
    pub fn from_word(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
            .unwrap_or(Self::File)
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// In what a messenger counts the length of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TextUnit {
    /// UTF-16 units: an emoji is two or more.
    Utf16,
    /// Unicode code points.
    #[default]
    Chars,
    /// Whole SMS ([`crate::segments`]): 160 letters of the basic alphabet or 70 of any in one, 153 or 67 in each of several.
    Segments,
}

/// The longest text of one message; `max` 0 means no text at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct TextAbility {
    /// Longest text, in `unit`.
    pub max: usize,
    /// What is counted.
    pub unit: TextUnit,
}

/// The text that may stand in one message with a file.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct CaptionAbility {
    /// Longest caption, in the unit of the text; 0 means none.
    pub max: usize,
    /// Which kinds of file can carry it.
    pub kinds: Vec<FileKind>,
}

/// Several files in one message.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct AlbumAbility {
    /// Most files in one message; 0 and 1 both mean one by one.
    pub max: usize,
    /// Which kinds may stand together; a kind in no class stands alone.
    pub classes: Vec<Vec<FileKind>>,
    /// Largest all files of one message together, in bytes; without it each counts for itself.
    pub max_bytes: Option<u64>,
}

/// What files of one kind may be.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct FileAbility {
    /// Largest file in bytes.
    pub max_bytes: u64,
    /// Allowed types, `image/png` or `image/*`; empty allows any.
    pub mimes: Vec<String>,
}

/// Whether our own messages can be changed after sending, and for how long.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ChangeAbility {
    /// Our own messages can be changed.
    pub own: bool,
    /// For so many seconds after sending; none means for ever.
    pub within_s: Option<u64>,
}

/// Reactions each way.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ReactAbility {
    /// We see the client's reactions.
    #[serde(rename = "in")]
    pub incoming: bool,
    /// We can react.
    #[serde(rename = "out")]
    pub outgoing: bool,
    /// The emoji we may set; empty allows any.
    pub allowed: Vec<String>,
}

/// Which signs of arrival the messenger gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ReceiptAbility {
    /// The client's device has it.
    pub delivered: bool,
    /// The client has read it.
    pub read: bool,
}

/// Buttons that an employee puts under a message: one that answers with its words, one that opens a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct KeyboardAbility {
    /// Most of them under one message; 0 means none at all.
    pub max: usize,
    /// Longest words of one, in characters.
    pub label_max: usize,
    /// How many of them may open a page.
    pub links: usize,
    /// Those that open a page may stand beside those that answer.
    pub mixed: bool,
    /// Longest text of the message they stand under, in the unit of the text; 0 means as any.
    pub text_max: usize,
    /// Most files of the message they stand under.
    pub files: usize,
    /// These files may only be pictures and films.
    pub pictures_only: bool,
}

/// An ability each way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Directions {
    /// From the client to us.
    #[serde(rename = "in")]
    pub incoming: bool,
    /// From us to the client.
    #[serde(rename = "out")]
    pub outgoing: bool,
}

/// Whether we may write to somebody who has not written to us.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FirstContact {
    /// Impossible.
    #[default]
    Never,
    /// Only by giving them a link that opens the chat.
    DeepLink,
    /// Only with a text the messenger approved beforehand.
    Template,
    /// Freely.
    Free,
}

/// Which of an account's chats are the company's business.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatChoice {
    /// All: the account is the company's.
    #[default]
    All,
    /// It is a person's own: only chats that were marked, and clients the house knows. Nothing else is stored.
    Marked,
    /// All but those that were marked as private.
    Unmarked,
}

/// What one of ours writes with when they answer a client outside Beseda.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutsideProgram {
    /// The messenger itself: its application, on a phone or a computer.
    #[default]
    Messenger,
    /// A mail program, or the provider's mail on the web.
    Mail,
    /// Another program, of which nothing is known.
    Other,
}

/// Everything the UI and the server need to know of a channel; unknown means "cannot".
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one ability, by the shape of the API"
)]
pub struct Capabilities {
    /// Length of a text.
    pub text: TextAbility,
    /// Text with a file.
    pub caption: CaptionAbility,
    /// Several files at once.
    pub album: AlbumAbility,
    /// Limits by kind of file; a missing kind is sent as a plain file or not at all.
    #[schema(value_type = std::collections::BTreeMap<String, FileAbility>)]
    pub files: BTreeMap<FileKind, FileAbility>,
    /// Voice messages can be sent as such.
    pub voice: bool,
    /// A message can answer another.
    pub reply: bool,
    /// Editing our messages.
    pub edit: ChangeAbility,
    /// Deleting our messages at the client's side.
    pub delete: ChangeAbility,
    /// Reactions.
    pub react: ReactAbility,
    /// Receipts.
    pub receipts: ReceiptAbility,
    /// "is typing".
    pub typing: Directions,
    /// Writing first.
    pub first_contact: FirstContact,
    /// By what somebody can be written to first; empty where that is impossible.
    pub addresses: Vec<AddressKind>,
    /// The messenger tells whether an address is somebody's; without it the answer is always "unknown".
    pub number_check: bool,
    /// Texts the messenger approved beforehand can be listed, submitted and sent.
    pub approved_templates: bool,
    /// The client can be shown that we have read.
    pub marks_read: bool,
    /// For so many seconds after the client's last message they may be written to freely; none means at any time.
    pub window_s: Option<u64>,
    /// The client's edits reach us.
    pub sees_peer_edit: bool,
    /// The client's deletions reach us.
    pub sees_peer_delete: bool,
    /// What one of ours writes in the messenger's own application reaches us (L-74).
    pub sees_external_operator: bool,
    /// With what they write there; says nothing where that does not reach us.
    pub external_program: OutsideProgram,
    /// Which chats are taken in.
    pub chats: ChatChoice,
    /// The provider takes no bytes and fetches our files by a public address; without one files cannot be sent.
    pub files_by_address: bool,
    /// The messenger remembers talks and can be asked, so a comparison finds what was lost on the way (M-01).
    pub history: bool,
    /// A repeated send with the same key is seen once by the provider, so an unknown outcome may be retried.
    pub idempotent: bool,
    /// Messages can have buttons whose presses come back.
    pub buttons: bool,
    /// What employees may put under a message. A press comes back as the client's message with the button's words, or as
    /// [`crate::Inbound::Callback`] with the data the button was sent with.
    pub keyboard: KeyboardAbility,
    /// The client can be asked for their own number by a button; the messenger vouches for the answer.
    pub asks_phone: bool,
    /// Its clients are visitors of a site of ours: their ids are for machines, and the site may vouch for who they are.
    pub visitors: bool,
    /// This account is a desk: colleagues answer clients of any channel from it, and no client writes to it (L-79).
    pub desk: bool,
    /// Each message is paid for by the organisation: who writes here needs the right to spend (L-87).
    pub costs_money: bool,
    /// What one unit of the text costs, in the administrator's words (`4,50 ₽`); empty: not told (L-86).
    pub unit_price: String,
}

impl FileAbility {
    /// Whether a file of this type is allowed; types are compared without letter case and parameters.
    pub fn allows(&self, mime: &str) -> bool {
        let essence = mime
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        self.mimes.is_empty()
            || self
                .mimes
                .iter()
                .any(|pattern| match pattern.strip_suffix('*') {
                    Some(family) => essence.starts_with(family),
                    None => *pattern == essence,
                })
    }
}
