//! The nouns of labels.

use kernel::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A colour of the palette. Which shade it is, readable in either theme, is the screen's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LabelColor {
    /// Grey.
    Grey,
    /// Red.
    Red,
    /// Orange.
    Orange,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Teal.
    Teal,
    /// Blue.
    Blue,
    /// Violet.
    Violet,
    /// Pink.
    Pink,
}

impl LabelColor {
    const ALL: [(Self, &str); 9] = [
        (Self::Grey, "grey"),
        (Self::Red, "red"),
        (Self::Orange, "orange"),
        (Self::Yellow, "yellow"),
        (Self::Green, "green"),
        (Self::Teal, "teal"),
        (Self::Blue, "blue"),
        (Self::Violet, "violet"),
        (Self::Pink, "pink"),
    ];
    /// The stored word.
    pub(crate) fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(color, _)| *color == self)
            .map_or("grey", |(_, word)| word)
    }
    pub(crate) fn from_word(word: &str) -> Self {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == word)
            .map_or(Self::Grey, |(color, _)| *color)
    }
}

/// What people mark chats and contacts with: one list for both (ADR 0024).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Label {
    /// Its id.
    pub id: Id<Label>,
    /// Once in the company, whatever the letters' case.
    pub name: String,
    /// What it is drawn in.
    pub color: LabelColor,
    /// Stays where it was put, and is offered no more.
    pub archived: bool,
}
