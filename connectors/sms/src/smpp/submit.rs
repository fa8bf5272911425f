//! Our texts as `submit_sm`, one for each SMS.

use super::{
    alphabet::{GSM, Place, UCS2, encode},
    pdu::{self, Address, Short},
};
use channel::segments;

/// Numbers of the plan of telephones (5.2.5, 5.2.6).
const INTERNATIONAL: u8 = 1;
const NETWORK: u8 = 3;
const ALPHANUMERIC: u8 = 5;
const TELEPHONE: u8 = 1;

/// Shortest number that is written with its country.
const FULL: usize = 10;

/// Whom messages are from: a name, a number, a short number, or as the centre decides.
pub(crate) fn sender(name: &str) -> Address {
    let bare = name.strip_prefix('+').unwrap_or(name);
    let number = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
    let (ton, npi) = match (number, bare.len()) {
        (_, 0) => (0, 0),
        (true, FULL..) => (INTERNATIONAL, TELEPHONE),
        (true, _) => (NETWORK, 0),
        (false, _) => (ALPHANUMERIC, 0),
    };
    let digits = if number { bare } else { name };
    Address {
        ton,
        npi,
        digits: digits.to_owned(),
    }
}

/// The address of a client's digits.
fn client(digits: &str) -> Address {
    Address {
        ton: if digits.len() >= FULL {
            INTERNATIONAL
        } else {
            0
        },
        npi: TELEPHONE,
        digits: digits.to_owned(),
    }
}

/// The messages of a text; `reference` joins them where they are several.
pub(crate) fn messages(
    words: &str,
    from: &Address,
    to: &str,
    receipt: bool,
    reference: u8,
) -> Vec<Short> {
    let cut = segments(words);
    let total = u8::try_from(cut.ranges.len()).unwrap_or(u8::MAX);
    let parts = cut.ranges.iter().zip(1..=total);
    parts
        .map(|(range, number)| {
            let place = Place {
                reference: u16::from(reference),
                total,
                number,
            };
            let bytes = encode(&words[range.clone()], cut.wide);
            let (esm, message) = if total > 1 {
                (pdu::ESM_HEADER, [&place.header(), &bytes[..]].concat())
            } else {
                (0, bytes)
            };
            Short {
                service: String::new(),
                from: from.clone(),
                to: client(to),
                esm,
                receipt_wanted: u8::from(receipt),
                coding: if cut.wide { UCS2 } else { GSM },
                message,
                extra: Vec::new(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smpp::alphabet::{decode, headed};

    #[test]
    fn l_86_a_sender_is_a_name_or_a_number() {
        for (name, ton, npi, digits) in [
            ("", 0, 0, ""),
            ("LavkaLamp", 5, 0, "LavkaLamp"),
            ("+79161234567", 1, 1, "79161234567"),
            ("79161234567", 1, 1, "79161234567"),
            ("1234", 3, 0, "1234"),
        ] {
            let digits = digits.to_owned();
            assert_eq!(sender(name), Address { ton, npi, digits }, "{name}");
        }
    }

    #[test]
    fn l_85_a_text_is_as_many_messages_as_the_counter_says() {
        for (letter, times, want, coding) in [
            ("a", 160, 1, 0),
            ("a", 161, 2, 0),
            ("€", 81, 2, 0),
            ("я", 70, 1, 8),
            ("я", 71, 2, 8),
            ("😀", 67, 3, 8),
        ] {
            let words = letter.repeat(times);
            let all = messages(&words, &Address::default(), "79161234567", true, 9);
            assert_eq!(all.len(), want, "{letter} {times}");
            let mut whole = String::new();
            for (short, number) in all.iter().zip(1..) {
                assert!(short.message.len() <= 160, "{}", short.message.len());
                assert!(coding == 0 || short.message.len() <= 140);
                assert_eq!((short.coding, short.receipt_wanted), (coding, 1));
                let text = if want > 1 {
                    let (place, text) = headed(&short.message);
                    let place = place.unwrap();
                    assert_eq!(
                        (place.reference, usize::from(place.total), place.number),
                        (9, want, number)
                    );
                    text
                } else {
                    &short.message
                };
                whole += &decode(text, coding).unwrap();
            }
            assert_eq!(whole, words);
        }
    }
}
