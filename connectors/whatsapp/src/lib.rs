//! WhatsApp Business numbers: the Cloud API by webhook, with what employees write in the phone app.
//!
//! Source of names and limits: Meta's Cloud API pages as of mid-2026 (messages, media, webhooks, error codes,
//! business-scoped user IDs) and the recorded payloads of the pywa library. Messages can be neither changed nor
//! deleted by us, a client can be written to freely for 24 hours after their last message, and nothing guards a
//! repeated send: one whose answer is lost stays unknown. After those hours, and to somebody who never wrote, only a
//! template goes that Meta has approved; whether a number is at WhatsApp cannot be asked.

mod abilities;
mod account;
mod api;
mod incoming;
mod outgoing;
mod people;
mod templates;
mod wire;

use account::Number;
use channel::{Account, Channel, Env, FieldKind, KindInfo, OpenError, SettingField, Settings};
use std::sync::Arc;

/// Where Meta's Graph API answers.
const DEFAULT_BASE: &str = "https://graph.facebook.com";
/// The version of the Graph API whose payloads this was written for; Meta keeps one for about two years.
const DEFAULT_VERSION: &str = "v26.0";

/// The kind of channel, for the server's list.
pub fn channel() -> Arc<dyn Channel> {
    Arc::new(WhatsApp)
}

struct WhatsApp;

impl Channel for WhatsApp {
    fn info(&self) -> KindInfo {
        KindInfo {
            kind: "whatsapp".to_owned(),
            sign_in: false,
            settings: vec![
                SettingField::new("phone_number_id", FieldKind::Text).required(),
                SettingField::new("token", FieldKind::Secret).required(),
                SettingField::new("app_secret", FieldKind::Secret).required(),
                SettingField::new("business_account_id", FieldKind::Text),
                SettingField::new("verify_token", FieldKind::Text),
                SettingField::new("version", FieldKind::Text).default_value(DEFAULT_VERSION),
                SettingField::new("base_url", FieldKind::Url).default_value(DEFAULT_BASE),
            ],
            capabilities: abilities::capabilities(true),
        }
    }

    fn open(&self, settings: &Settings, env: &Env) -> Result<Arc<dyn Account>, OpenError> {
        let wrong = |field: &str, code| OpenError {
            field: field.to_owned(),
            code,
        };
        for (field, fits) in [
            ("phone_number_id", is_number as fn(&str) -> bool),
            ("token", is_word),
            ("app_secret", is_word),
        ] {
            match settings.get(field) {
                "" => return Err(wrong(field, "required")),
                value if !fits(value) => return Err(wrong(field, "malformed")),
                _ => {}
            }
        }
        match settings.get("business_account_id") {
            "" => {}
            value if !is_number(value) => return Err(wrong("business_account_id", "malformed")),
            _ => {}
        }
        let version = settings.get_or("version", DEFAULT_VERSION);
        if !is_version(version) {
            return Err(wrong("version", "malformed"));
        }
        let base = settings
            .get_or("base_url", DEFAULT_BASE)
            .trim_end_matches('/');
        if !(base.starts_with("https://") || base.starts_with("http://")) {
            return Err(wrong("base_url", "malformed"));
        }
        Ok(Arc::new(Number::new(settings, base, version, env)))
    }
}

/// Ids of Meta are digits; people paste the telephone number with its plus and spaces instead.
fn is_number(id: &str) -> bool {
    (5..=32).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit())
}

/// It travels in a header, or makes a key: signs without spaces.
fn is_word(word: &str) -> bool {
    (8..=1024).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_graphic())
}

/// `v26.0`.
fn is_version(version: &str) -> bool {
    let numbers = version
        .strip_prefix('v')
        .and_then(|rest| rest.split_once('.'));
    numbers.is_some_and(|(major, minor)| {
        [major, minor]
            .iter()
            .all(|n| (1..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_25_settings_are_told_from_what_people_paste_by_mistake() {
        assert!(is_number("106540352242922"));
        for bad in ["", "+7 495 123-45-67", "1065x", "12"] {
            assert!(!is_number(bad), "{bad}");
        }
        assert!(is_word("EAAGm0PX4ZCpsBAK"));
        for bad in ["", "short", "with space", "токен-доступа"] {
            assert!(!is_word(bad), "{bad}");
        }
        assert!(is_version("v26.0") && is_version("v9.0"));
        for bad in ["26.0", "v26", "v26.", "v2/../x.0", "latest"] {
            assert!(!is_version(bad), "{bad}");
        }
    }
}
