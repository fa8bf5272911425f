//! The proof both sides give: hex of HMAC-SHA256 over a time and what is said, keyed with the shared secret.

use kernel::Moment;
use ring::hmac;

/// The header with the time, unix seconds.
pub(crate) const TIME: &str = "X-Beseda-Timestamp";
/// The header with the proof.
pub(crate) const PROOF: &str = "X-Beseda-Signature";
/// How far the two clocks may differ, in seconds.
const APART: u64 = 300;

pub(crate) struct Proof(hmac::Key);

impl Proof {
    pub(crate) fn new(secret: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
    }

    /// The values of both headers for what is said now.
    pub(crate) fn of(&self, now: Moment, said: &[u8]) -> (String, String) {
        let time = (now.millis().div_euclid(1000)).to_string();
        let tag = hmac::sign(&self.0, &signed(&time, said));
        let digits = tag.as_ref().iter().map(|byte| format!("{byte:02x}"));
        (time, digits.collect())
    }

    /// Whether somebody with the secret said this, not longer ago (and not further ahead) than clocks may differ. In
    /// constant time over the tag.
    pub(crate) fn holds(&self, now: Moment, time: &str, proof: &str, said: &[u8]) -> bool {
        let told = time.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = time.parse::<i64>().ok().filter(|_| told);
        let near = seconds.is_some_and(|s| now.millis().div_euclid(1000).abs_diff(s) <= APART);
        let right = unhex(proof)
            .is_some_and(|tag| hmac::verify(&self.0, &signed(time, said), &tag).is_ok());
        near && right
    }
}

fn signed(time: &str, said: &[u8]) -> Vec<u8> {
    [time.as_bytes(), b".", said].concat()
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = digits.as_bytes().chunks(2).map(|pair| match *pair {
        [high, low] => Some(digit(high)? * 16 + digit(low)?),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by another hand: Python's `hmac.new(secret, time + b"." + body, sha256).hexdigest()`.
    const SECRET: &str = "a-secret-of-twenty-letters";
    const BODY: &str = r#"{"events":[{"id":"1","type":"typing"}],"note":"Привет 😀"}"#;
    const SIGNED: &str = "59fe3cce56e3ac98263b9c5837d0549c706729f3832a6c62d586538e16a54f06";
    const FETCH: &str = "580b3d28d6d308f912752d6f7e504ea26a6487c7d08a150aadc6d1f728459b7e";

    #[test]
    fn p_23_the_proof_is_the_one_of_others() {
        let now = Moment::from_seconds(1_700_000_000);
        let proof = Proof::new(SECRET);
        let of = |said: &str| proof.of(now, said.as_bytes());
        assert_eq!(of(BODY), ("1700000000".to_owned(), SIGNED.to_owned()));
        assert_eq!(of("GET /chat/events?after=7&wait=25").1, FETCH);
        let holds =
            |time: &str, tag: &str, body: &str| proof.holds(now, time, tag, body.as_bytes());
        assert!(holds("1700000000", SIGNED, BODY));
        assert!(!holds("1700000001", SIGNED, BODY), "the time is signed too");
        assert!(!holds("1700000000", SIGNED, &BODY[1..]));
        assert!(!Proof::new("another-secret-of-it").holds(
            now,
            "1700000000",
            SIGNED,
            BODY.as_bytes()
        ));
        let upper = SIGNED.to_uppercase();
        for wrong in ["", "0", &SIGNED[..62], &SIGNED[1..], "не подпись", &upper] {
            assert!(!holds("1700000000", wrong, BODY), "{wrong}");
        }
    }

    #[test]
    fn p_23_what_is_older_or_newer_than_five_minutes_proves_nothing() {
        let proof = Proof::new(SECRET);
        let then = Moment::from_seconds(1_700_000_000);
        let (time, tag) = proof.of(then, b"{}");
        for (now, fits) in [
            (1_700_000_000, true),
            (1_700_000_300, true),
            (1_700_000_301, false),
            (1_699_999_700, true),
            (1_699_999_699, false),
        ] {
            let now = Moment::from_seconds(now);
            assert_eq!(proof.holds(now, &time, &tag, b"{}"), fits, "{now:?}");
        }
        for odd in [
            "",
            "+1700000000",
            "1700000000.0",
            "99999999999999999999",
            "-1",
        ] {
            assert!(!proof.holds(then, odd, &tag, b"{}"), "{odd}");
        }
    }
}
