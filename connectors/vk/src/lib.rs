//! VK communities: Bots Long Poll and Callback API, the published schema 5.199.
//!
//! A community answers who wrote to it or allowed its messages; it sees what was read, typed and reacted to, not what
//! was deleted. Every send carries a key against repeats (`random_id`). Source of names, limits and codes:
//! github.com/VKCOM/vk-api-schema and dev.vk.com; what they leave open is marked where it stands.

mod abilities;
mod account;
mod api;
mod callback;
mod form;
mod history;
mod incoming;
mod longpoll;
mod outgoing;
mod peer;
mod people;
mod reactions;
#[expect(clippy::struct_field_names, reason = "the vendor's names")]
mod wire;

use account::Community;
use channel::{Account, Channel, Env, FieldKind, KindInfo, OpenError, SettingField, Settings};
use std::sync::Arc;

/// The vendor's own address.
const DEFAULT_BASE: &str = "https://api.vk.com";

/// The version of the API that every call and every event has here (dev.vk.com/reference/versions).
pub(crate) const VERSION: &str = "5.199";

/// The events we ask for; all others of a community are no part of a talk.
pub(crate) const EVENTS: [&str; 9] = [
    "message_new",
    "message_reply",
    "message_edit",
    "message_allow",
    "message_deny",
    "message_event",
    "message_typing_state",
    "message_read",
    "message_reaction_event",
];

/// The kind of channel, for the server's list.
pub fn channel() -> Arc<dyn Channel> {
    Arc::new(Vk)
}

struct Vk;

impl Channel for Vk {
    fn info(&self) -> KindInfo {
        KindInfo {
            kind: "vk".to_owned(),
            sign_in: false,
            settings: vec![
                SettingField::new("token", FieldKind::Secret).required(),
                SettingField::new("receive", FieldKind::Choice).choices(&["poll", "webhook"]),
                SettingField::new("confirmation", FieldKind::Text),
                SettingField::new("secret", FieldKind::Secret),
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
        // The vendor's field takes no more (groups.addCallbackServer).
        if settings.get("secret").chars().count() > callback::LONGEST_SECRET {
            return Err(wrong("secret", "malformed"));
        }
        Ok(Arc::new(Community::new(settings, base, env)))
    }
}

/// Community keys are one word of letters, digits, dots, dashes and underscores; a line with anything else was copied
/// with something around it.
fn is_token(token: &str) -> bool {
    (20..=512).contains(&token.len())
        && token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_tokens_are_tokens() {
        assert!(is_token("vk1.a.AbCdEf0123456789-_AbCdEf"));
        assert!(is_token(&"0a".repeat(42)));
        for bad in [
            "",
            "short",
            "vk1.a.AbCdEf0123456789 AbCdEf",
            "access_token=0123456789012345678901",
        ] {
            assert!(!is_token(bad), "{bad}");
        }
    }
}
