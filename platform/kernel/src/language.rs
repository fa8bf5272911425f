//! The two languages Beseda speaks from the first string.

use serde::{Deserialize, Serialize};

/// A language of the interface or of a text for a client.
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Russian.
    Ru,
    /// English, also the answer to an unknown language.
    #[default]
    En,
}

impl Language {
    /// All of them, for tables and tests.
    pub const ALL: [Self; 2] = [Self::Ru, Self::En];

    /// The BCP 47 word: `ru` or `en`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }
    /// Reads a BCP 47 word or the first understood word of an `Accept-Language` header.
    pub fn from_header(header: &str) -> Self {
        header
            .split(',')
            .find_map(|part| match part.trim().get(..2) {
                Some("ru" | "RU" | "Ru") => Some(Self::Ru),
                Some("en" | "EN" | "En") => Some(Self::En),
                _ => None,
            })
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_understood_language_wins() {
        for (header, want) in [
            ("ru-RU,ru;q=0.9,en;q=0.8", Language::Ru),
            ("de-DE, ru;q=0.5", Language::Ru),
            ("en", Language::En),
            ("", Language::En),
            ("я", Language::En),
        ] {
            assert_eq!(Language::from_header(header), want, "{header}");
        }
    }
}
