//! The proof that a request is Viber's: hex of HMAC-SHA256 over the raw body, keyed with the bot's token.

use ring::hmac;

/// The header that carries it, in lower case.
pub(crate) const HEADER: &str = "x-viber-content-signature";

pub(crate) struct Proof(hmac::Key);

impl Proof {
    pub(crate) fn new(token: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, token.as_bytes()))
    }

    /// In constant time over the tag; what is no hex is no proof.
    pub(crate) fn holds(&self, body: &[u8], told: &str) -> bool {
        unhex(told).is_some_and(|tag| hmac::verify(&self.0, body, &tag).is_ok())
    }
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = digits.as_bytes().chunks(2).map(|pair| match *pair {
        [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by another hand: Python's `hmac.new(token, body, sha256).hexdigest()`.
    const BODY: &str = r#"{"event":"message","text":"Привет 😀"}"#;
    const SIGNED: &str = "e2426ef29d27edd7ba17bdf5953c69f5ae80b475dfbb2e7878d604c910f97f7f";

    #[test]
    fn the_proof_is_the_one_of_others() {
        let proof = Proof::new("445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9");
        assert!(proof.holds(BODY.as_bytes(), SIGNED));
        assert!(!proof.holds(&BODY.as_bytes()[1..], SIGNED));
        assert!(!Proof::new("another").holds(BODY.as_bytes(), SIGNED));
        for wrong in [
            "",
            "0",
            &SIGNED[..62],
            &SIGNED[1..],
            "не подпись",
            &"+1".repeat(32),
        ] {
            assert!(!proof.holds(BODY.as_bytes(), wrong), "{wrong}");
        }
    }
}
