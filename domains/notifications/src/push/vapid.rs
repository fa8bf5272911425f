//! RFC 8292: every push carries our signature, so that only this server can write to those who subscribed to it.

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

/// The server's key pair as it is kept: PKCS #8 and the bare point, both in URL-safe letters.
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
