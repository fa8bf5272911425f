//! Who a site says its visitor is, signed with the site's secret (P-84): a JWT by HS256 (RFC 7519, 7515), because a site's
//! developer can make one in five lines of any language, and there is one only way to write down what is signed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Error, Moment, Result};
use ring::hmac;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Longest token in bytes.
const LONGEST: usize = 8 * 1024;
/// Longest id of a visitor at their site, in characters.
const LONGEST_ID: usize = 200;
/// A signature is good for a day at most: whoever finds an old one has nothing.
const LONGEST_LIFE: i64 = 24 * 3600;
/// How far the site's clock may run ahead of ours, in seconds.
const AHEAD: i64 = 300;
/// Most further facts that are taken, and the longest of each in characters.
const MOST_FACTS: usize = 20;
const LONGEST_FACT: usize = 500;

/// Who the site vouches for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Claims {
    /// The site's id of them.
    pub(crate) id: String,
    /// As the site has it; may be empty.
    pub(crate) name: String,
    /// As the site has it; may be empty.
    pub(crate) email: String,
    /// As the site has it; may be empty.
    pub(crate) phone: String,
    /// Everything else: words and numbers.
    pub(crate) facts: Vec<(String, String)>,
    /// Good until then.
    pub(crate) until: Moment,
    /// What tells this signature from every other.
    pub(crate) digest: String,
}

/// Reads a token.
///
/// # Errors
/// `channels.signature_malformed`, `…_wrong`, `…_expired`, `…_long` (it would be good for more than a day).
pub(crate) fn read(token: &str, secret: &str, now: Moment) -> Result<Claims> {
    let malformed = || Error::invalid("channels.signature_malformed");
    if token.len() > LONGEST {
        return Err(malformed());
    }
    let (signed, proof) = token.rsplit_once('.').ok_or_else(malformed)?;
    let (head, body) = signed.split_once('.').ok_or_else(malformed)?;
    let object = |part: &str| -> Option<Map<String, Value>> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
    };
    let (head, proof) = (
        object(head).ok_or_else(malformed)?,
        URL_SAFE_NO_PAD.decode(proof).map_err(|_| malformed())?,
    );
    // The token does not choose how it is proven: one algorithm, and nothing that wants to be understood besides.
    if head.get("alg").and_then(Value::as_str) != Some("HS256") || head.contains_key("crit") {
        return Err(malformed());
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    if secret.is_empty() || hmac::verify(&key, signed.as_bytes(), &proof).is_err() {
        return Err(Error::denied("channels.signature_wrong"));
    }
    let body = object(body).ok_or_else(malformed)?;
    let seconds = |name: &str| body.get(name).and_then(Value::as_i64);
    let now_s = now.millis().div_euclid(1000);
    let until = seconds("exp").ok_or_else(malformed)?;
    let begins = |name| seconds(name).is_none_or(|at| at <= now_s + AHEAD);
    if until <= now_s || !begins("iat") || !begins("nbf") {
        return Err(Error::denied("channels.signature_expired"));
    }
    if until - now_s > LONGEST_LIFE + AHEAD {
        return Err(Error::denied("channels.signature_long"));
    }
    let said = |name: &str| body.get(name).and_then(plain).unwrap_or_default();
    let id = Some(said("id")).filter(|id| !id.is_empty());
    let id = id.unwrap_or_else(|| said("sub"));
    if id.is_empty() || id.chars().count() > LONGEST_ID {
        return Err(malformed());
    }
    Ok(Claims {
        id,
        name: said("name"),
        email: said("email"),
        phone: said("phone"),
        facts: facts(&body),
        until: Moment::from_seconds(until),
        digest: hex(&Sha256::digest(signed.as_bytes())),
    })
}

/// A word or a number as text; nothing else says anything about a person.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.trim().to_owned()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

/// What stands in a token for its own sake, or has a place of its own.
const NO_FACTS: &[&str] = &[
    "id", "sub", "name", "email", "phone", "exp", "iat", "nbf", "jti", "iss", "aud",
];

fn facts(body: &Map<String, Value>) -> Vec<(String, String)> {
    let all = body.iter().filter(|(k, _)| !NO_FACTS.contains(&k.as_str()));
    all.filter_map(|(key, value)| fact(key, &plain(value)?))
        .take(MOST_FACTS)
        .collect()
}

/// A fact a site told, if it is one: its key is a word, and no word of ours.
pub(crate) fn fact(key: &str, value: &str) -> Option<(String, String)> {
    const OURS: &[&str] = &[
        "page",
        "title",
        "referrer",
        "language",
        "username",
        "pixel",
        "deep_link",
        "consent",
    ];
    let word = (1..=40).contains(&key.chars().count())
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || "_-. ".contains(c))
        && !key.trim().is_empty();
    let value: String = value.trim().chars().take(LONGEST_FACT).collect();
    (word && !value.is_empty() && !OURS.contains(&key) && !key.starts_with("utm_"))
        .then(|| (key.to_owned(), value))
}

/// Under which id we know who a site knows under this one; nobody can name it who cannot sign.
pub(crate) fn ext_id(id: &str) -> String {
    let digest = Sha256::digest([b"signed:".as_slice(), id.as_bytes()].concat());
    format!("signed-{}", hex(digest.get(..16).unwrap_or_default()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    const NOW: i64 = 1_800_000_000;

    fn part(value: &Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }

    fn sealed(head: &Value, body: &Value, secret: &str) -> String {
        let signed = format!("{}.{}", part(head), part(body));
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
    }

    fn token(body: &Value) -> String {
        sealed(&json!({"alg": "HS256", "typ": "JWT"}), body, SECRET)
    }

    fn code(token: &str) -> String {
        match read(token, SECRET, Moment::from_seconds(NOW)) {
            Ok(claims) => format!("taken: {claims:?}"),
            Err(error) => error.code().unwrap_or("a fault").to_owned(),
        }
    }

    #[test]
    fn p_84_what_was_signed_is_read() {
        let body = json!({"id": 42, "name": "Анна", "email": "a@b.ru", "exp": NOW + 60, "plan": "pro", "page": "x"});
        let claims = read(&token(&body), SECRET, Moment::from_seconds(NOW)).unwrap();
        assert_eq!((claims.id.as_str(), claims.name.as_str()), ("42", "Анна"));
        assert_eq!(claims.facts, [("plan".to_owned(), "pro".to_owned())]);
        assert!(ext_id("42") != ext_id("43") && ext_id("42").starts_with("signed-"));
    }

    /// Made by other hands: Python's `hmac.new(secret, signed, sha256)` in URL-safe base64, over the bytes `PyJWT` signs.
    #[test]
    fn p_84_a_token_of_a_known_library_is_read() {
        let theirs = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpZCI6IjQyIiwiZXhwIjoxODAwMDAwMDYwfQ.uFP8oD6Zg_adhzEthy0czPd6aOcD_awkXQKaaoxPGaU";
        let claims = read(theirs, SECRET, Moment::from_seconds(NOW)).unwrap();
        assert_eq!(claims.id, "42");
    }

    #[test]
    fn p_84_a_forged_expired_or_altered_token_is_refused() {
        let good = json!({"id": "42", "exp": NOW + 60});
        let head = json!({"alg": "HS256"});
        let whole = token(&good);
        let (signed, proof) = whole.rsplit_once('.').unwrap();
        let altered = format!(
            "{}.{}.{proof}",
            part(&head),
            part(&json!({"id": "43", "exp": NOW + 60}))
        );
        for (why, token, want) in [
            ("nothing", String::new(), "malformed"),
            ("no dots", "abc".to_owned(), "malformed"),
            ("no proof", format!("{signed}."), "wrong"),
            ("another body under the same proof", altered, "wrong"),
            ("another secret", sealed(&head, &good, "another"), "wrong"),
            ("an empty secret", sealed(&head, &good, ""), "wrong"),
            (
                "alg none",
                format!("{}.{}.", part(&json!({"alg": "none"})), part(&good)),
                "malformed",
            ),
            (
                "alg none, signed",
                sealed(&json!({"alg": "none"}), &good, SECRET),
                "malformed",
            ),
            (
                "alg HS512",
                sealed(&json!({"alg": "HS512"}), &good, SECRET),
                "malformed",
            ),
            (
                "RS256 with the secret",
                sealed(&json!({"alg": "RS256"}), &good, SECRET),
                "malformed",
            ),
            (
                "crit",
                sealed(&json!({"alg": "HS256", "crit": ["b64"]}), &good, SECRET),
                "malformed",
            ),
            ("padding", format!("{whole}="), "malformed"),
            ("a space", format!("{whole} "), "malformed"),
            (
                "expired",
                token(&json!({"id": "42", "exp": NOW})),
                "expired",
            ),
            (
                "not yet",
                token(&json!({"id": "42", "exp": NOW + 60, "nbf": NOW + 3600})),
                "expired",
            ),
            (
                "made in the future",
                token(&json!({"id": "42", "exp": NOW + 60, "iat": NOW + 3600})),
                "expired",
            ),
            ("for ever", token(&json!({"id": "42"})), "malformed"),
            (
                "for a year",
                token(&json!({"id": "42", "exp": NOW + 365 * 86_400})),
                "long",
            ),
            (
                "exp in words",
                token(&json!({"id": "42", "exp": "tomorrow"})),
                "malformed",
            ),
            (
                "nobody",
                token(&json!({"id": "", "exp": NOW + 60})),
                "malformed",
            ),
            (
                "a list of ids",
                token(&json!({"id": ["42"], "exp": NOW + 60})),
                "malformed",
            ),
            ("no object", sealed(&head, &json!([1]), SECRET), "malformed"),
            (
                "a huge one",
                token(&json!({"id": "4".repeat(9000), "exp": NOW + 60})),
                "malformed",
            ),
        ] {
            assert_eq!(code(&token), format!("channels.signature_{want}"), "{why}");
        }
    }

    #[test]
    fn p_84_no_bit_of_a_token_can_be_changed() {
        let whole = token(&json!({"id": "42", "name": "Анна", "exp": NOW + 60}));
        for at in 0..whole.len() {
            for new in ['A', 'b', '0', '_', '.'] {
                let mut bent: Vec<char> = whole.chars().collect();
                if bent[at] == new {
                    continue;
                }
                bent[at] = new;
                let bent: String = bent.into_iter().collect();
                assert!(code(&bent).starts_with("channels."), "{at} {new}");
            }
        }
    }
}
