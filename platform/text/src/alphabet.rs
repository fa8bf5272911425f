//! Bytes of old programs that do not say in which Russian alphabet they are.

use encoding_rs::{Encoding, KOI8_R, WINDOWS_1251};

/// How often each letter stands in a thousand letters of Russian text (Lyashevskaya and Sharov's dictionary, rounded).
const OFTEN: [(char, u64); 32] = [
    ('о', 110),
    ('е', 85),
    ('а', 80),
    ('и', 74),
    ('н', 67),
    ('т', 63),
    ('с', 55),
    ('р', 47),
    ('в', 45),
    ('л', 44),
    ('к', 35),
    ('м', 32),
    ('д', 30),
    ('п', 28),
    ('у', 26),
    ('я', 20),
    ('ы', 19),
    ('ь', 17),
    ('г', 17),
    ('з', 16),
    ('б', 16),
    ('ч', 14),
    ('й', 12),
    ('х', 10),
    ('ж', 9),
    ('ш', 7),
    ('ю', 6),
    ('ц', 5),
    ('щ', 4),
    ('э', 3),
    ('ф', 3),
    ('ъ', 1),
];

/// The one of the two common Russian alphabets in which these bytes read like Russian: by how often its letters stand in
/// texts, so that a list of names in capitals is read as well as a letter.
pub fn russian(bytes: &[u8]) -> &'static Encoding {
    let mut seen = [0u64; 256];
    for byte in bytes {
        seen[usize::from(*byte)] += 1;
    }
    let like = |alphabet: &'static Encoding| -> u64 {
        (0xc0..=0xffu8)
            .map(|byte| {
                let (letter, ..) = alphabet.decode(std::slice::from_ref(&byte));
                let small = letter.to_lowercase();
                let often = OFTEN.iter().find(|(l, _)| small.starts_with(*l));
                often.map_or(0, |(_, often)| *often) * seen[usize::from(byte)]
            })
            .sum()
    };
    if like(KOI8_R) > like(WINDOWS_1251) {
        KOI8_R
    } else {
        WINDOWS_1251
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u_37_old_alphabets_are_told_apart_in_letters_and_in_lists() {
        for words in [
            "Здравствуйте! Есть ли чёрная лампа на складе?",
            "ИВАНОВ ИВАН ИВАНОВИЧ;ООО РОМАШКА",
            "Пётр Юрьевич",
            "Щукин",
            "имя;телефон;почта",
        ] {
            for alphabet in [KOI8_R, WINDOWS_1251] {
                let (bytes, ..) = alphabet.encode(words);
                assert_eq!(russian(&bytes), alphabet, "{words} in {}", alphabet.name());
            }
        }
        assert_eq!(russian(b""), WINDOWS_1251);
    }
}
