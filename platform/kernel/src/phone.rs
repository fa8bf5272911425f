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
        let number =
            phonenumber::parse(Some(phonenumber::country::RU), international(trimmed)).ok()?;
        let code = number.format().mode(phonenumber::Mode::E164).to_string();
        if let Some(today) = renumbered(&code) {
            return Self::parse(&today);
        }
        phonenumber::is_valid(&number).then_some(Self(code))
    }
    /// The number as `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A number dialled abroad, from here (`8 10 …`) or from most of the world (`00 …`), with the plus it means.
fn international(input: &str) -> String {
    let digits: String = input.chars().filter(char::is_ascii_digit).collect();
    let plain = input
        .chars()
        .all(|c| c.is_ascii_digit() || " -().\u{a0}".contains(c));
    let abroad = ["810", "00"]
        .iter()
        .find_map(|prefix| digits.strip_prefix(prefix))
        .filter(|rest| plain && rest.len() >= 10);
    abroad.map_or_else(|| input.to_owned(), |rest| format!("+{rest}"))
}

/// How a number is dialled since its country changed its plan, if it is spelt the old way: messengers go on telling the ids
/// of accounts that were made before (U-10).
fn renumbered(code: &str) -> Option<String> {
    // Brazil: mobile numbers got a ninth digit in front.
    if let Some(national) = code.strip_prefix("+55")
        && let (Some(area), Some(number)) = (national.get(..2), national.get(2..))
        && number.len() == 8
        && number.starts_with(['6', '7', '8', '9'])
    {
        return Some(format!("+55{area}9{number}"));
    }
    // Mexico: the 1 between country and mobile number is gone.
    let mexican = code.strip_prefix("+521")?;
    (mexican.len() == 10).then(|| format!("+52{mexican}"))
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
        // A phone written ten ways, and then some.
        for spelling in [
            "+7 916 123-45-67",
            "+79161234567",
            "79161234567",
            "8 (916) 123-45-67",
            "89161234567",
            "8-916-123-45-67",
            "(916) 123 45 67",
            "9161234567",
            "  +7(916)1234567 ",
            "tel:+7-916-123-45-67",
            "+7\u{a0}916\u{a0}123\u{2011}45\u{2011}67",
            "00 7 916 123 45 67",
            "8 10 7 916 123 45 67",
        ] {
            let found = Phone::parse(spelling);
            let found = found.as_ref().map(Phone::as_str);
            assert_eq!(found, Some("+79161234567"), "{spelling}");
        }
        // Brazil's ninth digit, with it and without; a land line has none. Mexico's old 1.
        for (spelling, number) in [
            ("+55 11 91234-5678", "+5511912345678"),
            ("+551187654321", "+5511987654321"),
            ("+55 11 8765-4321", "+5511987654321"),
            ("+55 (11) 98765-4321", "+5511987654321"),
            ("+55 11 3456-7890", "+551134567890"),
            ("+52 1 55 1234 5678", "+525512345678"),
            ("+52 55 1234 5678", "+525512345678"),
        ] {
            let found = Phone::parse(spelling);
            let found = found.as_ref().map(Phone::as_str);
            assert_eq!(found, Some(number), "{spelling}");
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
