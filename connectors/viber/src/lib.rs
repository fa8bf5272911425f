//! Viber bots: webhook only, files by a public address.
//!
//! A bot writes only to those who wrote or subscribed, changes and deletes nothing, and has no idempotency key: a send
//! whose answer is lost stays unknown. HTTP says 200 to everything; the number in `status` decides. Source of names and
//! limits: developers.viber.com/docs/api/rest-bot-api, version 7.3.0, and the vendor's own clients for Python and Node.

mod abilities;
mod account;
mod api;
mod faces;
mod incoming;
mod outgoing;
mod signature;
mod wire;

use account::{Bot, Given};
use channel::{Account, Channel, Env, FieldKind, KindInfo, OpenError, SettingField, Settings};
use std::sync::Arc;

/// The vendor's own address.
const DEFAULT_BASE: &str = "https://chatapi.viber.com";

/// Longest name of a sender, in characters.
const MAX_NAME: usize = 28;

/// The kind of channel, for the server's list.
pub fn channel() -> Arc<dyn Channel> {
    Arc::new(Viber)
}

struct Viber;

impl Channel for Viber {
    fn info(&self) -> KindInfo {
        KindInfo {
            kind: "viber".to_owned(),
            sign_in: false,
            settings: vec![
                SettingField::new("token", FieldKind::Secret).required(),
                SettingField::new("sender_name", FieldKind::Text),
                SettingField::new("sender_avatar", FieldKind::Url),
                SettingField::new("welcome", FieldKind::Lines),
                SettingField::new("caption_max", FieldKind::Text)
                    .default_value(&abilities::CAPTION.to_string()),
                SettingField::new("base_url", FieldKind::Url).default_value(DEFAULT_BASE),
            ],
            capabilities: abilities::capabilities(abilities::CAPTION),
        }
    }

    fn open(&self, settings: &Settings, env: &Env) -> Result<Arc<dyn Account>, OpenError> {
        let malformed = |field: &str| OpenError {
            field: field.to_owned(),
            code: "malformed",
        };
        let token = settings.get("token");
        if token.is_empty() {
            return Err(OpenError {
                field: "token".to_owned(),
                code: "required",
            });
        }
        if !is_token(token) {
            return Err(malformed("token"));
        }
        let sender_name = settings.get("sender_name");
        if sender_name.chars().count() > MAX_NAME {
            return Err(malformed("sender_name"));
        }
        let sender_avatar = settings.get("sender_avatar");
        if !sender_avatar.is_empty() && !is_address(sender_avatar) {
            return Err(malformed("sender_avatar"));
        }
        let welcome = settings.get("welcome");
        if channel::measure(welcome, abilities::UNIT) > abilities::MAX_TEXT {
            return Err(malformed("welcome"));
        }
        let caption = settings.get("caption_max");
        let caption_max = match caption {
            "" => abilities::CAPTION,
            digits => digits
                .parse()
                .ok()
                .filter(|max| *max <= abilities::MAX_TEXT)
                .ok_or_else(|| malformed("caption_max"))?,
        };
        let base = settings
            .get_or("base_url", DEFAULT_BASE)
            .trim_end_matches('/');
        if !is_address(base) {
            return Err(malformed("base_url"));
        }
        let given = Given {
            token,
            base,
            sender_name,
            sender_avatar,
            welcome,
            caption_max,
        };
        Ok(Arc::new(Bot::new(&given, env)))
    }
}

fn is_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// It travels in a header: letters, digits and signs without spaces. The vendor promises no more of its form.
fn is_token(token: &str) -> bool {
    token.len() <= 256 && token.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_client::{Http, HttpOptions};
    use kernel::{Clock, Moment};

    fn open(pairs: &[(&str, &str)]) -> Result<Arc<dyn Account>, OpenError> {
        let env = Env {
            http: Http::new(&HttpOptions::default()).unwrap(),
            clock: Clock::hand(Moment::from_seconds(1_700_000_000)),
            public_url: None,
            webhook_secret: String::new(),
            memory: channel::Scratch::memory(),
        };
        let all = [("token", "t-1")].iter().chain(pairs).copied();
        Viber.open(&all.collect(), &env)
    }

    #[test]
    fn settings_are_looked_at_before_anything_is_asked() {
        let long = "я".repeat(MAX_NAME + 1);
        let essay = "я".repeat(abilities::MAX_TEXT + 1);
        for (field, value, code) in [
            ("token", " ", "required"),
            ("token", "with space", "malformed"),
            ("sender_name", long.as_str(), "malformed"),
            ("sender_avatar", "face.png", "malformed"),
            ("welcome", essay.as_str(), "malformed"),
            ("caption_max", "many", "malformed"),
            ("caption_max", "7001", "malformed"),
            ("base_url", "ftp://viber", "malformed"),
        ] {
            let error = open(&[(field, value)]).err();
            let told = error.map(|error| (error.field, error.code));
            assert_eq!(told, Some((field.to_owned(), code)), "{value}");
        }
        let account = open(&[("caption_max", "768"), ("sender_name", &long[2..])]).ok();
        assert_eq!(account.map(|a| a.capabilities().caption.max), Some(768));
    }
}
