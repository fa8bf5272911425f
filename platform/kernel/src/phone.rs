//! A telephone number, parsed once at the edge and kept in E.164 ever after.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A number in E.164 (`+74951234567`): the key by which calls and chats find their client.
#[derive(
    Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// Reads a number in any national or international spelling, `8…` and `+7…` alike.
    /// Numbers without a country are taken as Russian. Answers `None` for what no plan allows.
    pub fn parse(input: &str) -> Option<Self> {
        let trimmed = input.trim();
        if trimmed.len() > 64 {
            return None;
        }
        let number = phonenumber::parse(Some(phonenumber::country::RU), trimmed).ok()?;
        if !phonenumber::is_valid(&number) {
            return None;
        }
        Some(Self(
            number.format().mode(phonenumber::Mode::E164).to_string(),
        ))
    }
    /// The number as `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u_10_national_spellings_are_one_number() {
        for spelling in [
            "+7 (495) 123-45-67",
            "8 495 123 45 67",
            "84951234567",
            "+74951234567",
        ] {
            assert_eq!(
                Phone::parse(spelling).unwrap().as_str(),
                "+74951234567",
                "{spelling}"
            );
        }
        assert_eq!(
            Phone::parse("+1 650 253 0000").unwrap().as_str(),
            "+16502530000"
        );
        for wrong in ["", "hello", "12", "+0", &"9".repeat(500)] {
            assert_eq!(Phone::parse(wrong), None, "{wrong}");
        }
    }
}
