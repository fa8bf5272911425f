//! The name of bytes: their hash.

use std::{fmt, str::FromStr};

/// A SHA-256 as 64 lower-case hexadecimal digits, so it is always safe as a file's name.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha(String);

impl Sha {
    pub(crate) fn of(digest: &[u8]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let hex = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        Self(
            hex.map(|half| char::from(DIGITS[usize::from(half)]))
                .collect(),
        )
    }
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text is not the name of bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotASha;

impl fmt::Display for NotASha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a SHA-256 in hexadecimal")
    }
}
impl std::error::Error for NotASha {}

impl FromStr for Sha {
    type Err = NotASha;
    fn from_str(text: &str) -> Result<Self, NotASha> {
        let good = text.len() == 64
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        good.then(|| Self(text.to_owned())).ok_or(NotASha)
    }
}
impl fmt::Display for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Debug for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
