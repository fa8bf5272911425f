//! MAX bots: webhook and long poll, the published bot API.
//!
//! A bot cannot write first, sees neither receipts nor reactions, and has no idempotency key: a send
//! whose answer is lost stays unknown. Source of names and limits: dev.max.ru/docs-api, schema 0.0.32
//! of 2026-07-01; what the schema leaves open was read from the vendor's own clients.

mod abilities;
mod account;
mod api;
mod incoming;
mod outgoing;
mod peer;
mod people;
mod wire;

use account::Bot;
use channel::{Account, Channel, Env, FieldKind, KindInfo, OpenError, SettingField, Settings};
use std::sync::Arc;

/// The vendor's own address since July 2026; its certificate is signed by the Russian state's root.
const DEFAULT_BASE: &str = "https://platform-api2.max.ru";

/// The updates we ask for. What else there is (muted, cleared, members of a group) says nothing to us.
pub(crate) const ASKED_UPDATES: [&str; 9] = [
    "message_created",
    "message_edited",
    "message_removed",
    "message_callback",
    "bot_started",
    "bot_stopped",
    "bot_added",
    "bot_removed",
    "dialog_removed",
];

/// The kind of channel, for the server's list.
pub fn channel() -> Arc<dyn Channel> {
    Arc::new(Max)
}

struct Max;

impl Channel for Max {
    fn info(&self) -> KindInfo {
        KindInfo {
            kind: "max".to_owned(),
            sign_in: false,
            settings: vec![
                SettingField::new("token", FieldKind::Secret).required(),
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
            _ => env.public_url.as_deref().is_some_and(can_be_called),
        };
        Ok(Arc::new(Bot::new(token, base, webhook, env)))
    }
}

/// It travels in a header: letters, digits and signs without spaces. The vendor promises no more of its form.
fn is_token(token: &str) -> bool {
    (10..=512).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic())
}

/// The vendor delivers over https to port 443 only.
fn can_be_called(public_url: &str) -> bool {
    let Some(rest) = public_url.strip_prefix("https://") else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let after_name = authority.rsplit(']').next().unwrap_or_default();
    match after_name.rsplit_once(':') {
        Some((_, port)) => port == "443",
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_stand_in_a_header_is_a_token() {
        assert!(is_token("f9LHodD0cOIXdKhJ-rVq_TEST.token"));
        for bad in ["", "short", "with space inside", "строка-не-из-того"] {
            assert!(!is_token(bad), "{bad}");
        }
        assert!(!is_token("line\r\nbreak-in-a-token"));
    }

    #[test]
    fn only_https_on_its_own_port_can_be_called() {
        for good in [
            "https://chat.example",
            "https://chat.example:443/x",
            "https://[2001:db8::1]/",
        ] {
            assert!(can_be_called(good), "{good}");
        }
        for bad in [
            "http://chat.example",
            "https://chat.example:8443",
            "https://[2001:db8::1]:8443",
        ] {
            assert!(!can_be_called(bad), "{bad}");
        }
    }
}
