//! RFC 8292: every push carries our signature, so that only this server can write to those who subscribed to it.

use ::seal::Sealer;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kernel::{Error, Moment, Result};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::json;
use std::time::Duration;

/// How long a signature is good; the standard allows a day.
const GOOD_FOR: Duration = Duration::from_secs(12 * 3600);

/// Before the sealed form of the private key; no letter of an open one is a colon.
const SEALED: &str = "sealed:";

/// The server's key pair: PKCS #8, as it is kept sealed or in its open form, and the bare point, both in URL-safe letters.
#[derive(Clone)]
pub(crate) struct ServerKey {
    pub(crate) private_key: String,
    pub(crate) public_key: String,
}
db::row!(ServerKey {
    private_key,
    public_key
});

fn fault(what: &'static str) -> Error {
    Error::fault(what)
}

impl ServerKey {
    /// A new pair.
    pub(crate) fn fresh() -> Result<Self> {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .map_err(|_| fault("no key for pushes could be made"))?;
        let mut key = Self {
            private_key: BASE64_URL_SAFE_NO_PAD.encode(document.as_ref()),
            public_key: String::new(),
        };
        key.public_key = BASE64_URL_SAFE_NO_PAD.encode(key.pair()?.public_key().as_ref());
        Ok(key)
    }

    /// Whether the private key lies here for everybody to read.
    pub(crate) fn is_open(&self) -> bool {
        !self.private_key.starts_with(SEALED)
    }

    /// The form to keep.
    pub(crate) fn sealed(&self, sealer: &Sealer) -> Result<Self> {
        let sealed = sealer.seal(self.private_key.as_bytes())?;
        Ok(Self {
            private_key: format!("{SEALED}{}", BASE64_URL_SAFE_NO_PAD.encode(sealed)),
            public_key: self.public_key.clone(),
        })
    }

    /// The form to work with; one that an earlier version kept open stays as it is.
    pub(crate) fn opened(self, sealer: &Sealer) -> Result<Self> {
        let Some(sealed) = self.private_key.strip_prefix(SEALED) else {
            return Ok(self);
        };
        let unreadable = || fault("the key for pushes cannot be read");
        let sealed = BASE64_URL_SAFE_NO_PAD
            .decode(sealed)
            .map_err(|_| unreadable())?;
        let private_key = String::from_utf8(sealer.open(&sealed)?).map_err(|_| unreadable())?;
        Ok(Self {
            private_key,
            ..self
        })
    }

    fn pair(&self) -> Result<EcdsaKeyPair> {
        let document = BASE64_URL_SAFE_NO_PAD
            .decode(&self.private_key)
            .map_err(|_| fault("the key for pushes cannot be read"))?;
        EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &document,
            &SystemRandom::new(),
        )
        .map_err(|_| fault("the key for pushes is broken"))
    }

    /// The value of `Authorization` for a push service at `audience`; `subject` says whom its people may ask.
    pub(crate) fn authorization(
        &self,
        audience: &str,
        subject: &str,
        now: Moment,
    ) -> Result<String> {
        let exp = (now + GOOD_FOR).millis() / 1000;
        let head = BASE64_URL_SAFE_NO_PAD.encode(br#"{"typ":"JWT","alg":"ES256"}"#);
        let claims = json!({"aud": audience, "exp": exp, "sub": subject}).to_string();
        let signed = format!("{head}.{}", BASE64_URL_SAFE_NO_PAD.encode(claims));
        let signature = self
            .pair()?
            .sign(&SystemRandom::new(), signed.as_bytes())
            .map_err(|_| fault("a push could not be signed"))?;
        Ok(format!(
            "vapid t={signed}.{}, k={}",
            BASE64_URL_SAFE_NO_PAD.encode(signature.as_ref()),
            self.public_key
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    #[test]
    fn u_25_a_signature_is_the_keys_own_and_names_the_service() {
        let key = ServerKey::fresh().unwrap();
        let header = key
            .authorization(
                "https://push.example",
                "mailto:a@b.example",
                Moment::from_seconds(1000),
            )
            .unwrap();
        let (token, public) = header
            .strip_prefix("vapid t=")
            .unwrap()
            .split_once(", k=")
            .unwrap();
        let public = BASE64_URL_SAFE_NO_PAD.decode(public).unwrap();
        assert_eq!((public.len(), public[0]), (65, 4));
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
        let verifier = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &public);
        assert!(verifier.verify(signed.as_bytes(), &signature).is_ok());
        let claims = BASE64_URL_SAFE_NO_PAD
            .decode(signed.split('.').nth(1).unwrap())
            .unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(
            claims,
            json!({"aud": "https://push.example", "exp": 1000 + 12 * 3600, "sub": "mailto:a@b.example"})
        );
    }

    #[test]
    fn u_25_a_kept_key_opens_only_with_the_installations_secret() {
        let (ours, other) = (Sealer::new([1; 32]), Sealer::new([2; 32]));
        let key = ServerKey::fresh().unwrap();
        let kept = key.sealed(&ours).unwrap();
        assert!(key.is_open() && !kept.is_open());
        assert!(!kept.private_key.contains(&key.private_key));
        assert_eq!(
            kept.clone().opened(&ours).unwrap().private_key,
            key.private_key
        );
        assert!(kept.opened(&other).is_err());
        assert_eq!(
            key.clone().opened(&other).unwrap().private_key,
            key.private_key,
            "one from an earlier version still works until it is sealed"
        );
    }

    #[test]
    fn a_broken_key_is_a_fault_not_a_crash() {
        let key = ServerKey {
            private_key: "AAAA".to_owned(),
            public_key: String::new(),
        };
        assert!(
            key.authorization(
                "https://push.example",
                "mailto:a@b.example",
                Moment::from_seconds(0)
            )
            .is_err()
        );
    }
}
