//! Secrets at rest: tokens of channels and the key for pushes are sealed with a key that lies outside the database.

use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead};
use kernel::{Error, Result};

/// Seals and opens bytes with the installation's key (ChaCha20-Poly1305, a fresh nonce each time).
#[derive(Clone)]
pub struct Sealer(ChaCha20Poly1305);

impl Sealer {
    /// With a key of 32 bytes.
    pub fn new(key: [u8; 32]) -> Self {
        Self(ChaCha20Poly1305::new(&key.into()))
    }
    /// Seals bytes.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; 12] = rand::random();
        let mut out = nonce.to_vec();
        let sealed = self
            .0
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
        self.0
            .decrypt(&nonce.into(), &sealed[12..])
            .map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
