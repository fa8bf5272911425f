//! RFC 8291: a notice is sealed for one browser, so that the push service which carries it cannot read it.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::{
    aead, agreement, hkdf,
    rand::{SecureRandom, SystemRandom},
};

/// The size of the one record, which every push service takes.
const RECORD: u32 = 4096;
/// The longest text that fits the record: header, delimiter and tag take the rest.
pub(crate) const MOST: usize = 3993;
/// An uncompressed point of P-256.
const POINT: usize = 65;

/// What a browser gave to be written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keys {
    public: Vec<u8>,
    auth: Vec<u8>,
}

impl Keys {
    /// Reads the two words of a subscription; `None` when they are not a key and a secret.
    pub(crate) fn read(p256dh: &str, auth: &str) -> Option<Self> {
        let bytes = |word: &str| {
            BASE64_URL_SAFE_NO_PAD
                .decode(word.trim_end_matches('='))
                .ok()
        };
        let keys = Self {
            public: bytes(p256dh)?,
            auth: bytes(auth)?,
        };
        (keys.public.len() == POINT && keys.public[0] == 4 && keys.auth.len() == 16).then_some(keys)
    }
}

/// The length of what a derivation gives.
struct Len(usize);

impl hkdf::KeyType for Len {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive<const N: usize>(prk: &hkdf::Prk, info: &[&[u8]]) -> Option<[u8; N]> {
    let mut out = [0; N];
    prk.expand(info, Len(N)).ok()?.fill(&mut out).ok()?;
    Some(out)
}

/// Seals a text with a fresh key; `None` when the browser's key is no point of the curve or the text is too long.
pub(crate) fn seal(keys: &Keys, plain: &[u8]) -> Option<Vec<u8>> {
    let random = SystemRandom::new();
    let own = agreement::EphemeralPrivateKey::generate(&agreement::ECDH_P256, &random).ok()?;
    let own_public = own.compute_public_key().ok()?;
    let mut salt = [0; 16];
    random.fill(&mut salt).ok()?;
    let theirs = agreement::UnparsedPublicKey::new(&agreement::ECDH_P256, &keys.public);
    agreement::agree_ephemeral(own, &theirs, |shared| {
        seal_with(keys, own_public.as_ref(), shared, salt, plain)
    })
    .ok()?
}

fn seal_with(
    keys: &Keys,
    own_public: &[u8],
    shared: &[u8],
    salt: [u8; 16],
    plain: &[u8],
) -> Option<Vec<u8>> {
    if plain.len() > MOST {
        return None;
    }
    let first = hkdf::Salt::new(hkdf::HKDF_SHA256, &keys.auth).extract(shared);
    let keyed: [u8; 32] = derive(&first, &[b"WebPush: info\0", &keys.public, own_public])?;
    let second = hkdf::Salt::new(hkdf::HKDF_SHA256, &salt).extract(&keyed);
    let key: [u8; 16] = derive(&second, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; 12] = derive(&second, &[b"Content-Encoding: nonce\0"])?;
    let key = aead::LessSafeKey::new(aead::UnboundKey::new(&aead::AES_128_GCM, &key).ok()?);
    let mut sealed = [plain, &[2]].concat();
    key.seal_in_place_append_tag(
        aead::Nonce::assume_unique_for_key(nonce),
        aead::Aad::empty(),
        &mut sealed,
    )
    .ok()?;
    let length = u8::try_from(own_public.len()).ok()?;
    Some(
        [
            &salt,
            RECORD.to_be_bytes().as_slice(),
            &[length],
            own_public,
            &sealed,
        ]
        .concat(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(word: &str) -> Vec<u8> {
        BASE64_URL_SAFE_NO_PAD.decode(word).unwrap()
    }

    const P256DH: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    /// The example of RFC 8291, section 5 and appendix A, to the letter.
    #[test]
    fn u_25_the_example_of_the_standard_comes_out_to_the_letter() {
        let keys = Keys::read(P256DH, AUTH).unwrap();
        let own = bytes(
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
        );
        let shared = bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let sealed = seal_with(
            &keys,
            &own,
            &shared,
            salt,
            b"When I grow up, I want to be a watermelon",
        )
        .unwrap();
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc\
                        InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(sealed), expected);
    }

    #[test]
    fn two_sealings_of_one_text_have_nothing_in_common() {
        let keys = Keys::read(P256DH, AUTH).unwrap();
        let (one, two) = (seal(&keys, b"x").unwrap(), seal(&keys, b"x").unwrap());
        assert_eq!(one.len(), two.len());
        assert_ne!(one[..16], two[..16]);
        assert_ne!(one[86..], two[86..]);
    }

    #[test]
    fn what_is_no_key_is_refused_and_a_text_has_a_largest_size() {
        assert_eq!(Keys::read("", AUTH), None);
        assert_eq!(Keys::read("AAAA", AUTH), None);
        assert_eq!(Keys::read(P256DH, "BTBZ"), None);
        assert_eq!(Keys::read("not base64!", AUTH), None);
        // Right in form, but no point of the curve.
        let off = Keys {
            public: [&[4][..], &[7; 64]].concat(),
            auth: vec![0; 16],
        };
        assert_eq!(seal(&off, b"x"), None);
        let keys = Keys::read(&format!("{P256DH}="), AUTH).unwrap();
        assert_eq!(seal(&keys, &[b'x'; MOST]).unwrap().len(), 4096);
        assert_eq!(seal(&keys, &[b'x'; MOST + 1]), None);
    }
}
