//! Writing to somebody who has not written to us: by which address, and whether they can be found by it.

use crate::Peer;
use kernel::{Email, Phone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// By what a client can be written to first.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AddressKind {
    /// A telephone number.
    Phone,
    /// A public handle in the messenger, without `@`.
    Username,
    /// An e-mail address.
    Email,
}

/// Where somebody might be found, understood at the edge.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Address {
    /// A telephone number in E.164.
    Phone(Phone),
    /// A public handle without `@`: 3 to 64 of letters, digits, `_`, `.`, `-`.
    Username(String),
    /// An e-mail address as it was given.
    Email(String),
}

impl Address {
    /// Reads what people type or paste: a number in any spelling, `@handle`, a bare handle, an e-mail address.
    pub fn parse(input: &str) -> Option<Self> {
        let input = input.trim();
        if let Some(word) = input.strip_prefix('@') {
            return handle(word).map(Self::Username);
        }
        if let Some(email) = Email::parse(input) {
            return Some(Self::Email(email.as_str().to_owned()));
        }
        if let Some(phone) = Phone::parse(input) {
            return Some(Self::Phone(phone));
        }
        // Digits that are no number are a slip of the finger, not somebody's handle.
        handle(input)
            .filter(|word| word.contains(|c: char| c.is_ascii_alphabetic()))
            .map(Self::Username)
    }
    /// What it is.
    pub const fn kind(&self) -> AddressKind {
        match self {
            Self::Phone(_) => AddressKind::Phone,
            Self::Username(_) => AddressKind::Username,
            Self::Email(_) => AddressKind::Email,
        }
    }
    /// As it is shown to people: `+79161234567`, `@anna`, `anna@example.org`.
    pub fn shown(&self) -> String {
        match self {
            Self::Phone(phone) => phone.as_str().to_owned(),
            Self::Username(word) => format!("@{word}"),
            Self::Email(email) => email.clone(),
        }
    }
}

fn handle(word: &str) -> Option<String> {
    let fits = (3..=64).contains(&word.len())
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
    fits.then(|| word.to_owned())
}

/// What a messenger says of an address (S1-56).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reach {
    /// They are there and may be written to.
    Found(Box<Peer>),
    /// Nobody has this address there: nothing must be sent.
    Absent,
    /// It cannot be told: the messenger has no such question, does not answer now, or the person hides.
    Unknown {
        /// A stable word, the Fluent message `reach-<why>`: `no_check`, `hidden`, `not_now`, `limited`.
        why: String,
        /// Whom to write to all the same; none if that is impossible.
        peer: Option<Box<Peer>>,
    },
    /// The channel finds nobody by such an address.
    Unsupported,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s1_55_an_address_is_told_from_what_people_paste() {
        let read = |input: &str| Address::parse(input).map(|a| (a.kind(), a.shown()));
        for (input, kind, shown) in [
            ("8 (916) 123-45-67", AddressKind::Phone, "+79161234567"),
            ("+44 20 7946 0958", AddressKind::Phone, "+442079460958"),
            ("@anna_p", AddressKind::Username, "@anna_p"),
            (" anna.p ", AddressKind::Username, "@anna.p"),
            ("anna@example.org", AddressKind::Email, "anna@example.org"),
        ] {
            assert_eq!(read(input), Some((kind, shown.to_owned())), "{input}");
        }
        for bad in ["", "@", "@a b", "12", "123456", "анна", "a@b", "@@anna"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
