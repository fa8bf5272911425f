//! Telegram bots: webhook and long poll, the published Bot API.
//!
//! A bot cannot write first, sees no receipts and no deletions; there is no idempotency key, so a
//! send whose answer is lost stays unknown. Source of names and limits: core.telegram.org/bots/api.

mod abilities;
mod account;
mod api;
mod incoming;
mod outgoing;
mod peer;
mod wire;

use account::Bot;
use channel::{Account, Channel, Env, FieldKind, KindInfo, OpenError, SettingField, Settings};
use std::sync::Arc;

/// The vendor's own address; a local Bot API server has another.
const DEFAULT_BASE: &str = "https://api.telegram.org";

/// The updates we ask for; the vendor leaves reactions out unless they are named.
pub(crate) const ALLOWED_UPDATES: [&str; 9] = [
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "message_reaction",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
];

/// The setting that says who writes to the bot: clients, or colleagues for whom it is a desk (L-79).
const SERVES: &str = "serves";
/// Its choice for colleagues.
const COLLEAGUES: &str = "colleagues";

/// The kind of channel, for the server's list.
pub fn channel() -> Arc<dyn Channel> {
    Arc::new(Telegram)
}

struct Telegram;

impl Channel for Telegram {
    fn info(&self) -> KindInfo {
        KindInfo {
            kind: "telegram".to_owned(),
            sign_in: false,
            settings: vec![
                SettingField::new("token", FieldKind::Secret).required(),
                SettingField::new(SERVES, FieldKind::Choice).choices(&["clients", COLLEAGUES]),
                SettingField::new("receive", FieldKind::Choice)
                    .choices(&["auto", "webhook", "poll"]),
                SettingField::new("base_url", FieldKind::Url).default_value(DEFAULT_BASE),
            ],
            capabilities: abilities::capabilities(),
        }
    }

    fn open(&self, settings: &Settings, env: &Env) -> Result<Arc<dyn Account>, OpenError> {
        let wrong = |field: &str, code| OpenError {
            field: field.to_owned(),
            code,
        };
        let token = settings.get("token");
        if token.is_empty() {
            return Err(wrong("token", "required"));
        }
        if !is_token(token) {
            return Err(wrong("token", "malformed"));
        }
        let base = settings
            .get_or("base_url", DEFAULT_BASE)
            .trim_end_matches('/');
        if !(base.starts_with("https://") || base.starts_with("http://")) {
            return Err(wrong("base_url", "malformed"));
        }
        let webhook = match settings.get_or("receive", "auto") {
            "webhook" => true,
            "poll" => false,
            _ => env
                .public_url
                .as_deref()
                .is_some_and(|url| url.starts_with("https://")),
        };
        let desk = settings.get(SERVES) == COLLEAGUES;
        Ok(Arc::new(Bot::new(token, base, (webhook, desk), env)))
    }
}

/// `123456:` and the secret; it becomes part of addresses, so nothing else may stand in it.
fn is_token(token: &str) -> bool {
    token.split_once(':').is_some_and(|(id, secret)| {
        !id.is_empty()
            && id.bytes().all(|b| b.is_ascii_digit())
            && (10..=128).contains(&secret.len())
            && secret
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_tokens_are_tokens() {
        assert!(is_token("123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"));
        for bad in [
            "",
            "123456",
            ":ABCDEFGHIJKL",
            "12:ABC",
            "12:ABCDEFGHIJKL/../x",
            "1a:ABCDEFGHIJKL",
            "12:ABCDE FGHIJKL",
        ] {
            assert!(!is_token(bad), "{bad}");
        }
    }
}
