//! Texts as bytes of SMS and back, by `data_coding` (SMPP 3.4, 5.2.19), and the header of a text in several parts.

use channel::{ESCAPE, gsm_code, gsm_letter};
use encoding_rs::{ISO_8859_5, UTF_16BE, WINDOWS_1252};

/// The centre's own alphabet, GSM 03.38 a byte a letter.
pub(crate) const GSM: u8 = 0;
/// UCS-2, of which every phone reads UTF-16.
pub(crate) const UCS2: u8 = 8;

/// The bytes of a text; `wide` as [`channel::segments`] found it. A letter that cannot be written is a question mark.
pub(crate) fn encode(words: &str, wide: bool) -> Vec<u8> {
    if wide {
        return words.encode_utf16().flat_map(u16::to_be_bytes).collect();
    }
    let mut bytes = Vec::with_capacity(words.len());
    for letter in words.chars() {
        match gsm_code(letter) {
            Some((true, code)) => bytes.extend([ESCAPE, code]),
            Some((false, code)) => bytes.push(code),
            None => bytes.push(b'?'),
        }
    }
    bytes
}

/// The text of bytes; none if they are no text (pictures, ringtones, what nobody knows).
pub(crate) fn decode(bytes: &[u8], coding: u8) -> Option<String> {
    // Groups with a message class (`1111 xxxx`) and general groups (`00xx xxxx`) tell the alphabet in bits 2 and 3.
    let coding = match coding {
        0xf0..=0xff if coding & 0x04 != 0 => return None,
        0xf0..=0xff => GSM,
        0x10..=0x1f => match coding & 0x0c {
            0x00 => GSM,
            0x08 => UCS2,
            _ => return None,
        },
        plain => plain,
    };
    match coding {
        GSM => Some(of_gsm(bytes)),
        // IA5 is ASCII; what stands beyond it is mostly Latin-1.
        1 | 3 => Some(
            WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
                .into_owned(),
        ),
        6 => Some(ISO_8859_5.decode_without_bom_handling(bytes).0.into_owned()),
        UCS2 => Some(UTF_16BE.decode_without_bom_handling(bytes).0.into_owned()),
        _ => None,
    }
}

fn of_gsm(bytes: &[u8]) -> String {
    let mut words = String::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(&code) = rest.next() {
        let letter = if code == ESCAPE {
            // An unknown extension is shown as the letter without it, as phones do (TS 23.038, 6.2.1.1).
            rest.next()
                .and_then(|&code| gsm_letter(true, code).or_else(|| gsm_letter(false, code)))
        } else {
            gsm_letter(false, code)
        };
        words.push(letter.unwrap_or('\u{fffd}'));
    }
    words
}

/// Which part of how many a piece of text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    /// The same in all parts of a text.
    pub(crate) reference: u16,
    pub(crate) total: u8,
    /// From 1.
    pub(crate) number: u8,
}

impl Place {
    fn sane(self) -> Option<Self> {
        (self.total > 1 && (1..=self.total).contains(&self.number)).then_some(self)
    }

    /// Of the three optional parameters `sar_*`.
    pub(crate) fn of_parameters(reference: &[u8], total: &[u8], number: &[u8]) -> Option<Self> {
        let place = Self {
            reference: u16::from_be_bytes(reference.try_into().ok()?),
            total: *total.first()?,
            number: *number.first()?,
        };
        place.sane()
    }

    /// The header before our own parts: a reference of eight bits, which every phone knows.
    pub(crate) fn header(self) -> [u8; 6] {
        let [_, low] = self.reference.to_be_bytes();
        [5, 0, 3, low, self.total, self.number]
    }
}

/// Takes the user data header off a message: where its text stands among parts, and the text (3GPP TS 23.040, 9.2.3.24).
pub(crate) fn headed(message: &[u8]) -> (Option<Place>, &[u8]) {
    let Some((&length, after)) = message.split_first() else {
        return (None, message);
    };
    let Some((mut header, words)) = after.split_at_checked(usize::from(length)) else {
        return (None, message);
    };
    let mut place = None;
    while let [kind, size, rest @ ..] = header {
        let Some((value, next)) = rest.split_at_checked(usize::from(*size)) else {
            break;
        };
        match (kind, value) {
            (0, &[reference, total, number]) => {
                place = Place {
                    reference: u16::from(reference),
                    total,
                    number,
                }
                .sane();
            }
            (8, &[high, low, total, number]) => {
                let reference = u16::from_be_bytes([high, low]);
                place = Place {
                    reference,
                    total,
                    number,
                }
                .sane();
            }
            _ => {}
        }
        header = next;
    }
    (place, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn p_22_each_coding_is_read() {
        for (coding, bytes, want) in [
            (0, &b"Hello \x1b\x65\x00"[..], Some("Hello €@")),
            (0, b"\x1b\x41\x1b", Some("A\u{fffd}")),
            (1, b"plain", Some("plain")),
            (3, b"caf\xe9", Some("café")),
            (6, b"\xbf\xe0\xd8\xd2\xd5\xe2", Some("Привет")),
            (8, b"\x04\x1f\x04\x40\xd8\x3d\xde\x00", Some("Пр😀")),
            // Half a letter is not lost without a sign.
            (8, b"\x04\x1f\x04", Some("П\u{fffd}")),
            (0x10, b"flash", Some("flash")),
            (0x18, b"\x04\x1f", Some("П")),
            (0xf0, b"class 0", Some("class 0")),
            (0xf5, b"\x01", None),
            (2, b"\x01", None),
            (4, b"\x01", None),
            (99, b"\x01", None),
        ] {
            assert_eq!(decode(bytes, coding).as_deref(), want, "{coding}");
        }
    }

    #[test]
    fn p_22_both_headers_of_parts_are_read_and_others_passed_over() {
        let place = |reference, total, number| {
            Some(Place {
                reference,
                total,
                number,
            })
        };
        for (message, want) in [
            (&[5, 0, 3, 7, 2, 1, b'a'][..], (place(7, 2, 1), &b"a"[..])),
            (&[6, 8, 4, 1, 2, 3, 3, b'b'], (place(258, 3, 3), b"b")),
            // A port before the parts.
            (
                &[11, 5, 4, 0, 0, 0, 0, 0, 3, 9, 2, 2, b'c'],
                (place(9, 2, 2), b"c"),
            ),
            (&[3, 36, 1, 0, b'd'], (None, b"d")),
            // Part 0 of 2, 3 of 2, 1 of 1: no parts at all.
            (&[5, 0, 3, 7, 2, 0, b'e'], (None, b"e")),
            (&[5, 0, 3, 7, 2, 3, b'f'], (None, b"f")),
            (&[5, 0, 3, 7, 1, 1, b'g'], (None, b"g")),
            // Longer than what is there: no header.
            (&[200, 0, 3], (None, &[200, 0, 3])),
            (&[], (None, &[])),
        ] {
            assert_eq!(headed(message), want, "{message:?}");
        }
        let ours = Place {
            reference: 0x1_07,
            total: 4,
            number: 2,
        };
        assert_eq!(headed(&ours.header()), (place(7, 4, 2), &b""[..]));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(words in ".{0,80}") {
            let cut = channel::segments(&words);
            let coding = if cut.wide { UCS2 } else { GSM };
            prop_assert_eq!(decode(&encode(&words, cut.wide), coding), Some(words));
        }
        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200), coding in any::<u8>()) {
            let (_, words) = headed(&bytes);
            let _ = decode(words, coding);
        }
    }
}
