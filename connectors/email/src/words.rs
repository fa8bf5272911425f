//! Words of old mail programs: bytes without a declared alphabet, or with a wrong one.

use encoding_rs::{Encoding, UTF_8};

/// What the bytes say: by the declared alphabet where that works, else UTF-8, else the Russian alphabet that fits.
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>) -> String {
    let named = declared
        .and_then(|label| Encoding::for_label(label.trim().as_bytes()))
        // Programs that know no better say "us-ascii" or Latin 1 of anything.
        .filter(|encoding| !["windows-1252", "UTF-8"].contains(&encoding.name()));
    if let Some(encoding) = named {
        let (words, _, broken) = encoding.decode(bytes);
        if !broken {
            return words.into_owned();
        }
    }
    if let Some(words) = UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
        return words.into_owned();
    }
    let (words, ..) = text::russian(bytes).decode(bytes);
    words.into_owned()
}

/// What a person typed, as the source of our markup: nothing in it is formatting, and nothing in it is not text.
pub(crate) fn plain_source(words: &str) -> String {
    let kept = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    let words: String = words.replace("\r\n", "\n").chars().filter(kept).collect();
    text::from_entities(&words, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{KOI8_R, WINDOWS_1251};

    #[test]
    fn p_21_old_alphabets_are_told_apart() {
        let words = "Здравствуйте! Есть ли чёрная лампа на складе?";
        for encoding in [KOI8_R, WINDOWS_1251, UTF_8] {
            let (bytes, ..) = encoding.encode(words);
            assert_eq!(decode(&bytes, None), words, "{}", encoding.name());
            assert_eq!(decode(&bytes, Some("us-ascii")), words);
            assert_eq!(decode(&bytes, Some(encoding.name())), words);
        }
        assert_eq!(decode(b"plain", Some("no-such-alphabet")), "plain");
    }
}
