//! Secrets at rest: tokens of channels and the key for pushes are sealed with a key that lies outside the database; what
//! the house hands out and wants to know again is signed with it.

use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead};
use kernel::{Error, Result};
use ring::hmac;

/// Seals and opens bytes with the installation's key (ChaCha20-Poly1305, a fresh nonce each time), and signs words with
/// a key made of it (HMAC-SHA256).
#[derive(Clone)]
pub struct Sealer {
    cipher: ChaCha20Poly1305,
    signing: hmac::Key,
}

/// Names what the signing key is for, so that it is another one than the key of the seals.
const SIGNING: &[u8] = b"beseda: words that the house signs";

impl Sealer {
    /// With a key of 32 bytes.
    pub fn new(key: [u8; 32]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let signing = hmac::sign(&root, SIGNING);
        Self {
            cipher: ChaCha20Poly1305::new(&key.into()),
            signing: hmac::Key::new(hmac::HMAC_SHA256, signing.as_ref()),
        }
    }
    /// Signs words for one purpose: 64 hex digits. A signature made for another purpose is worth nothing.
    pub fn sign(&self, purpose: &str, words: &str) -> String {
        let tag = hmac::sign(&self.signing, &signed(purpose, words));
        tag.as_ref().iter().map(|b| format!("{b:02x}")).collect()
    }
    /// Whether [`Self::sign`] made this signature; in constant time.
    pub fn is_signed(&self, purpose: &str, words: &str, signature: &str) -> bool {
        let digits = signature.as_bytes().chunks(2).map(|pair| {
            let pair = std::str::from_utf8(pair).ok().filter(|p| p.len() == 2)?;
            u8::from_str_radix(pair, 16).ok()
        });
        let tag: Option<Vec<u8>> = digits.collect();
        tag.is_some_and(|tag| hmac::verify(&self.signing, &signed(purpose, words), &tag).is_ok())
    }
    /// Seals bytes.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; 12] = rand::random();
        let mut out = nonce.to_vec();
        let sealed = self
            .cipher
            .encrypt(&nonce.into(), plain)
            .map_err(|_| Error::fault("sealing failed"))?;
        out.extend(sealed);
        Ok(out)
    }
    /// Opens sealed bytes; a fault when the key is not the one they were sealed with.
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>> {
        let wrong = || {
            Error::fault(
                "a sealed secret does not open: is this the secret key they were made with?",
            )
        };
        let nonce: [u8; 12] = sealed
            .get(..12)
            .and_then(|n| n.try_into().ok())
            .ok_or_else(wrong)?;
        self.cipher
            .decrypt(&nonce.into(), &sealed[12..])
            .map_err(|_| wrong())
    }
}

/// A zero byte stands in no purpose, so no two pairs read alike.
fn signed(purpose: &str, words: &str) -> Vec<u8> {
    [purpose.as_bytes(), &[0], words.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_words_its_purpose_and_its_house() {
        let (a, b) = (Sealer::new([1; 32]), Sealer::new([2; 32]));
        let signature = a.sign("door", "room 5");
        assert!(signature.len() == 64 && a.is_signed("door", "room 5", &signature));
        assert!(!a.is_signed("door", "room 6", &signature));
        assert!(!a.is_signed("window", "room 5", &signature));
        assert!(!a.is_signed("doo", "r\0room 5", &signature));
        assert!(!b.is_signed("door", "room 5", &signature));
        for wrong in [
            "",
            "0",
            "zz",
            &signature[..62],
            &format!("{signature}00"),
            &"é".repeat(32),
        ] {
            assert!(!a.is_signed("door", "room 5", wrong), "{wrong}");
        }
    }

    #[test]
    fn sealed_bytes_open_only_with_their_key_and_untouched() {
        let (a, b) = (Sealer::new([1; 32]), Sealer::new([2; 32]));
        let sealed = a.seal(b"token").unwrap();
        assert_eq!(a.open(&sealed).unwrap(), b"token");
        assert_ne!(a.seal(b"token").unwrap(), sealed);
        assert!(b.open(&sealed).is_err());
        let mut touched = sealed;
        touched[14] ^= 1;
        assert!(a.open(&touched).is_err() && a.open(b"").is_err());
    }
}
