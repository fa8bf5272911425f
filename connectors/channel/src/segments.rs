//! How many SMS a text is, and where it is cut: the arithmetic of GSM 03.38 and GSM 03.40 (3GPP TS 23.038 6.1, 6.2.1).
//!
//! A text of the basic alphabet has 160 places in one SMS and 153 in each of several; one letter beyond it makes the whole
//! text wide, 70 and 67 UTF-16 units. A letter of two places is never torn between two SMS.

use std::ops::Range;

/// The basic alphabet by its code, 0 to 127. Place 27 is the escape and stands for no letter of its own.
const BASIC: [char; 128] = [
    '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å', 'Δ', '_',
    'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', '\u{1b}', 'Æ', 'æ', 'ß', 'É', ' ', '!', '"', '#',
    '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/', '0', '1', '2', '3', '4', '5', '6',
    '7', '8', '9', ':', ';', '<', '=', '>', '?', '¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I',
    'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö',
    'Ñ', 'Ü', '§', '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à',
];

/// The code that says "the next one is of the extension".
pub const ESCAPE: u8 = 0x1b;

/// The extension: what stands after [`ESCAPE`].
const EXTENSION: [(char, u8); 10] = [
    ('\u{c}', 0x0a),
    ('^', 0x14),
    ('{', 0x28),
    ('}', 0x29),
    ('\\', 0x2f),
    ('[', 0x3c),
    ('~', 0x3d),
    (']', 0x3e),
    ('|', 0x40),
    ('€', 0x65),
];

/// Places of a text in one SMS, and in each of several.
const NARROW: (usize, usize) = (160, 153);
/// The same for a wide text, in UTF-16 units.
const WIDE: (usize, usize) = (70, 67);

/// The code of a letter in the basic alphabet; `true` if it stands after [`ESCAPE`].
pub fn gsm_code(letter: char) -> Option<(bool, u8)> {
    if let Some((_, code)) = EXTENSION.iter().find(|(known, _)| *known == letter) {
        return Some((true, *code));
    }
    let place = BASIC.iter().position(|known| *known == letter)?;
    let code = u8::try_from(place).ok()?;
    (code != ESCAPE).then_some((false, code))
}

/// The letter of a code; of the extension if it stood after [`ESCAPE`].
pub fn gsm_letter(extended: bool, code: u8) -> Option<char> {
    if extended {
        let known = EXTENSION.iter().find(|(_, known)| *known == code);
        return known.map(|(letter, _)| *letter);
    }
    BASIC
        .get(usize::from(code))
        .copied()
        .filter(|_| code != ESCAPE)
}

/// One of the two ways to count: places taken, and SMS filled by them.
#[derive(Clone, Copy, Default)]
struct Filling {
    used: usize,
    parts: usize,
    filled: usize,
}

impl Filling {
    fn push(&mut self, places: usize, each: usize) {
        self.used += places;
        if self.parts == 0 || self.filled + places > each {
            self.parts += 1;
            self.filled = 0;
        }
        self.filled += places;
    }
    fn total(self, single: usize) -> usize {
        if self.used <= single {
            self.used.min(1)
        } else {
            self.parts
        }
    }
}

/// Counts SMS while a text grows, so that the longest beginning that fits is found in one pass.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counter {
    narrow: Filling,
    wide: Filling,
    is_wide: bool,
}

impl Counter {
    pub(crate) fn push(&mut self, letters: &str) {
        for letter in letters.chars() {
            match gsm_code(letter) {
                Some((extended, _)) => self.narrow.push(1 + usize::from(extended), NARROW.1),
                None => self.is_wide = true,
            }
            self.wide.push(letter.len_utf16(), WIDE.1);
        }
    }
    pub(crate) fn total(&self) -> usize {
        if self.is_wide {
            self.wide.total(WIDE.0)
        } else {
            self.narrow.total(NARROW.0)
        }
    }
}

/// A text as SMS.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segments {
    /// It has letters beyond the basic alphabet, so all of it goes in UTF-16.
    pub wide: bool,
    /// Byte ranges, together the whole text.
    pub ranges: Vec<Range<usize>>,
}

/// Cuts a text into SMS as it is: nothing is added and nothing left out. An empty text is none.
pub fn segments(text: &str) -> Segments {
    let wide = text.chars().any(|letter| gsm_code(letter).is_none());
    let places = |letter: char| {
        if wide {
            letter.len_utf16()
        } else {
            1 + usize::from(gsm_code(letter).is_some_and(|(extended, _)| extended))
        }
    };
    let (single, each) = if wide { WIDE } else { NARROW };
    let used: usize = text.chars().map(places).sum();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let room = if used <= single { single } else { each };
    let mut filled = 0;
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        match ranges.last_mut() {
            Some(last) if filled + places(letter) <= room => {
                last.end = end;
                filled += places(letter);
            }
            _ => {
                ranges.push(at..end);
                filled = places(letter);
            }
        }
    }
    Segments { wide, ranges }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TextUnit, measure};
    use proptest::prelude::*;

    #[test]
    fn l_85_a_text_takes_as_many_sms_as_the_standard_says() {
        for (letter, times, want, wide) in [
            ("", 1, 0, false),
            ("a", 160, 1, false),
            ("a", 161, 2, false),
            ("a", 306, 2, false),
            ("a", 307, 3, false),
            ("я", 70, 1, true),
            ("я", 71, 2, true),
            ("я", 134, 2, true),
            ("я", 135, 3, true),
            ("€", 80, 1, false),
            // 76 pairs in the first: a pair is not torn.
            ("€", 81, 2, false),
            ("😀", 35, 1, true),
            ("😀", 36, 2, true),
            // 33 pairs in each, a place stays free.
            ("😀", 67, 3, true),
        ] {
            let text = letter.repeat(times);
            let cut = segments(&text);
            assert_eq!(
                (cut.ranges.len(), cut.wide),
                (want, wide),
                "{letter} {times}"
            );
            assert_eq!(measure(&text, TextUnit::Segments), want, "{letter} {times}");
        }
    }

    #[test]
    fn each_letter_of_the_alphabet_has_one_code_and_back() {
        let mut known = 0;
        for code in 0..=u8::MAX {
            for extended in [false, true] {
                if let Some(letter) = gsm_letter(extended, code) {
                    assert_eq!(gsm_code(letter), Some((extended, code)), "{letter}");
                    known += 1;
                }
            }
        }
        assert_eq!(known, 127 + 10);
    }

    proptest! {
        #[test]
        fn l_85_the_count_is_the_number_of_cuts_and_nothing_is_lost(
            letters in prop::collection::vec(prop::sample::select(vec!['a', 'я', '€', '😀', '\n']), 0..700),
        ) {
            let text: String = letters.into_iter().collect();
            let cut = segments(&text);
            let whole: String = cut.ranges.iter().map(|range| &text[range.clone()]).collect();
            prop_assert_eq!(measure(&text, TextUnit::Segments), cut.ranges.len());
            prop_assert_eq!(whole, text);
        }
    }
}
