//! How a request proves that Meta made it: the greeting by our word, deliveries by the application's secret.

use channel::{RawRequest, Reply, Verified, WebhookReject};
use ring::hmac;
use serde_json::Value;
use subtle::ConstantTimeEq;

/// Proves a request over its raw bytes.
pub(super) fn verify(
    request: &RawRequest,
    app_secret: &str,
    verify_token: &str,
) -> Result<Verified, WebhookReject> {
    if !request.path_tail.is_empty() {
        return Err(WebhookReject::NotFound);
    }
    match request.method.as_str() {
        "GET" => greeting(&request.query, verify_token),
        "POST" => delivery(request, app_secret),
        _ => Err(WebhookReject::NotFound),
    }
}

/// `hub.mode=subscribe`, our word, and a challenge to be said back.
fn greeting(query: &str, verify_token: &str) -> Result<Verified, WebhookReject> {
    let value = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let mut found = pairs.filter(|(key, _)| *key == name);
        found.next().map(|(_, value)| unescaped(value))
    };
    if value("hub.mode").as_deref() != Some("subscribe") {
        return Err(WebhookReject::NotFound);
    }
    let told = value("hub.verify_token").unwrap_or_default();
    let right = bool::from(told.as_bytes().ct_eq(verify_token.as_bytes()));
    if !right || verify_token.is_empty() {
        return Err(WebhookReject::BadSignature);
    }
    let challenge = value("hub.challenge").ok_or(WebhookReject::Malformed)?;
    Ok(Verified::Handshake(Reply::text(challenge.into())))
}

/// `X-Hub-Signature-256: sha256=<hexadecimal>` over the body as it came: escapes and spaces count.
fn delivery(request: &RawRequest, app_secret: &str) -> Result<Verified, WebhookReject> {
    let told = request.header("x-hub-signature-256").unwrap_or_default();
    let told = told.strip_prefix("sha256=").and_then(unhex);
    let told = told.ok_or(WebhookReject::BadSignature)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, app_secret.as_bytes());
    // Compares in constant time.
    hmac::verify(&key, &request.body, &told).map_err(|_| WebhookReject::BadSignature)?;
    let body: Value =
        serde_json::from_slice(&request.body).map_err(|_| WebhookReject::Malformed)?;
    if body["object"] != "whatsapp_business_account" || !body["entry"].is_array() {
        return Err(WebhookReject::Malformed);
    }
    Ok(Verified::Events(request.body.clone()))
}

fn unhex(word: &str) -> Option<Vec<u8>> {
    let pairs = word.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        let fits = pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
        u8::from_str_radix(pair, 16).ok().filter(|_| fits)
    });
    pairs.collect()
}

fn unescaped(word: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), word.as_bytes());
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(if first == b'+' { b' ' } else { first });
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
