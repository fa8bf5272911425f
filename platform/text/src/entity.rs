//! Formatting as ranges over plain text, the way messengers carry it.

use serde::{Deserialize, Serialize};

/// What a range of the text is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// Strong.
    Bold,
    /// Emphasised.
    Italic,
    /// Struck through.
    Strike,
    /// A word of code in a line.
    Code,
    /// A block of code; `language` may name its language.
    Pre,
    /// A quotation.
    Quote,
    /// A word that hides an address; `url` holds it.
    Link,
}

/// One formatted range. Offsets count UTF-16 units, as Telegram, MAX and browsers do.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Entity {
    /// What the range is.
    pub kind: EntityKind,
    /// Where it starts, in UTF-16 units from the start of the text.
    pub offset: usize,
    /// How long it is, in UTF-16 units; never zero in what this crate makes.
    pub len: usize,
    /// The address behind a [`EntityKind::Link`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The language of a [`EntityKind::Pre`], if told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Entity {
    /// A range without an address.
    pub const fn new(kind: EntityKind, offset: usize, len: usize) -> Self {
        Self {
            kind,
            offset,
            len,
            url: None,
            language: None,
        }
    }
    /// Where the range ends, in UTF-16 units.
    pub const fn end(&self) -> usize {
        self.offset.saturating_add(self.len)
    }
}
