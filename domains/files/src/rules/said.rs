//! What a sender says of an upload in `Upload-Metadata` (tus 1.0): read, and held to bounds.

use crate::model::{Said, ShownAs};
use base64::{Engine, prelude::BASE64_STANDARD};
use kernel::{Error, Result};
use std::collections::BTreeMap;

/// The longest voice message, in milliseconds: four hours.
const LONGEST: i64 = 4 * 3600 * 1000;
/// Bars of a voice message's picture.
const MOST_PEAKS: usize = 60;
/// The loudest bar.
const LOUDEST: u8 = 100;

/// The words of the header: `key base64,key base64`; a key without a value is empty.
pub(crate) fn metadata(header: &str) -> Result<BTreeMap<String, String>> {
    let mut words = BTreeMap::new();
    for pair in header.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = BASE64_STANDARD
            .decode(value.trim())
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| Error::field("Upload-Metadata", "files.bad_metadata"))?;
        words.insert(key.to_owned(), value);
    }
    Ok(words)
}

/// How the upload wants to be shown: `shown_as` is `file` or `voice`, the latter with `duration_ms` and `peaks`.
pub(crate) fn said(words: &BTreeMap<String, String>) -> Result<Said> {
    let word = |key: &str| words.get(key).map_or("", String::as_str);
    let shown_as = match word("shown_as") {
        "" | "itself" => ShownAs::Itself,
        "file" => ShownAs::File,
        "voice" => {
            let duration_ms = word("duration_ms")
                .parse()
                .ok()
                .filter(|ms| (1..=LONGEST).contains(ms))
                .ok_or_else(|| Error::field("duration_ms", "files.bad_voice"))?;
            let peaks =
                peaks(word("peaks")).ok_or_else(|| Error::field("peaks", "files.bad_voice"))?;
            ShownAs::Voice { duration_ms, peaks }
        }
        _ => return Err(Error::field("shown_as", "files.bad_metadata")),
    };
    Ok(Said { shown_as })
}

/// Numbers from 0 to 100 with commas between; none is a picture nobody drew.
fn peaks(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let all: Option<Vec<u8>> = text
        .split(',')
        .take(MOST_PEAKS + 1)
        .map(|word| word.trim().parse().ok().filter(|n| *n <= LOUDEST))
        .collect();
    all.filter(|all| all.len() <= MOST_PEAKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(duration: &str, peaks: &str) -> Result<Said> {
        let words = [
            ("shown_as", "voice"),
            ("duration_ms", duration),
            ("peaks", peaks),
        ];
        said(&words.map(|(k, v)| (k.to_owned(), v.to_owned())).into())
    }

    #[test]
    fn metadata_is_read_as_the_protocol_writes_it() {
        let words =
            metadata("filename 0KHRh9GR0YIucGRm,is_confidential, shown_as ZmlsZQ==").unwrap();
        assert_eq!(words["filename"], "Счёт.pdf");
        assert_eq!(words["is_confidential"], "");
        assert_eq!(said(&words).unwrap().shown_as, ShownAs::File);
        assert!(metadata("filename !!").is_err());
        assert!(metadata("filename /w==").is_err(), "no UTF-8");
        assert!(metadata("").unwrap().is_empty());
    }

    #[test]
    fn s2_15_a_voice_is_as_long_and_loud_as_voices_are() {
        assert_eq!(
            voice("1500", "0,50,100").unwrap().shown_as,
            ShownAs::Voice {
                duration_ms: 1500,
                peaks: vec![0, 50, 100]
            }
        );
        assert!(voice("1500", "").is_ok());
        for (duration, peaks) in [
            ("0", "1"),
            ("-5", "1"),
            ("", "1"),
            ("99999999999", "1"),
            ("12.5", "1"),
            ("1500", "101"),
            ("1500", "-1"),
            ("1500", "1,,2"),
            ("1500", &vec!["1"; 61].join(",")),
            ("1500", &"1,".repeat(1_000_000)),
        ] {
            assert!(
                voice(duration, peaks).is_err(),
                "{duration} {}",
                peaks.len()
            );
        }
        assert_eq!(said(&BTreeMap::new()).unwrap(), Said::default());
    }
}
