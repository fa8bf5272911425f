//! A channel of one's own: any program of the company talks to clients, by a small signed protocol over HTTP.
//!
//! The protocol is ours and stands in `docs/run/own-channel.md`; it carries whatever a messenger can. What the program can
//! do is told by the administrator ([`abilities`]); what is not told is not offered.

mod abilities;
mod account;
mod api;
mod faces;
mod incoming;
mod linked;
mod outgoing;
mod place;
mod signature;
mod wire;

pub use linked::linked_device;

use account::{Given, Program};
use channel::{Account, Channel, Env, FieldKind, KindInfo, OpenError, SettingField, Settings};
use place::Place;
use std::sync::Arc;

/// Shortest secret, in characters: less can be guessed from one signed request.
const SHORTEST_SECRET: usize = 16;

/// The kind of channel, for the server's list.
pub fn channel() -> Arc<dyn Channel> {
    Arc::new(Own)
}

struct Own;

impl Channel for Own {
    fn info(&self) -> KindInfo {
        KindInfo {
            kind: "own".to_owned(),
            sign_in: false,
            settings: vec![
                SettingField::new("url", FieldKind::Url).required(),
                SettingField::new("secret", FieldKind::Secret).required(),
                SettingField::new("receive", FieldKind::Choice).choices(&["poll", "webhook"]),
                SettingField::new("abilities", FieldKind::Lines),
                SettingField::new("link", FieldKind::Text),
            ],
            capabilities: abilities::usual(false),
        }
    }

    fn open(&self, settings: &Settings, env: &Env) -> Result<Arc<dyn Account>, OpenError> {
        let Door { place, secret } = door(settings)?;
        let webhook = match settings.get_or("receive", "poll") {
            "poll" => false,
            "webhook" => true,
            _ => return Err(wrong("receive", "malformed")),
        };
        let link = settings.get("link");
        let trial = link.replace("{token}", "a");
        if !link.is_empty() && Place::parse(&trial).is_none() {
            return Err(wrong("link", "malformed"));
        }
        let capabilities = abilities::told(settings.get("abilities"), !link.is_empty())
            .ok_or_else(|| wrong("abilities", "malformed"))?;
        let given = Given {
            place,
            secret,
            webhook,
            link,
            capabilities,
        };
        Ok(Arc::new(Program::new(given, env)))
    }
}

/// The program's address, and the secret both sides know.
struct Door<'a> {
    place: Place,
    secret: &'a str,
}

fn door(settings: &Settings) -> Result<Door<'_>, OpenError> {
    for field in ["url", "secret"] {
        if settings.get(field).is_empty() {
            return Err(wrong(field, "required"));
        }
    }
    let place = Place::parse(settings.get("url").trim_end_matches('/'))
        .filter(|place| !place.target().contains('?'))
        .ok_or_else(|| wrong("url", "malformed"))?;
    let secret = settings.get("secret");
    if secret.chars().count() < SHORTEST_SECRET {
        return Err(wrong("secret", "malformed"));
    }
    Ok(Door { place, secret })
}

fn wrong(field: &str, code: &'static str) -> OpenError {
    OpenError {
        field: field.to_owned(),
        code,
    }
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
        let all = [
            ("url", "http://127.0.0.1:9/chat/"),
            ("secret", "sixteen-letters-"),
        ];
        Own.open(&all.iter().chain(pairs).copied().collect(), &env)
    }

    #[test]
    fn p_23_settings_are_looked_at_before_anything_is_asked() {
        for (field, value, code) in [
            ("url", " ", "required"),
            ("url", "ftp://program", "malformed"),
            ("url", "program.example", "malformed"),
            ("url", "http://me:word@program", "malformed"),
            ("url", "http://program/a?b=c", "malformed"),
            ("url", "http://program/a b", "malformed"),
            ("secret", "", "required"),
            ("secret", "fifteen-letters", "malformed"),
            ("receive", "sometimes", "malformed"),
            ("abilities", "edit", "malformed"),
            ("abilities", r#"{"fly":true}"#, "malformed"),
            ("link", "javascript:alert(1)", "malformed"),
            ("link", "https://shop.example/a b", "malformed"),
        ] {
            let told = open(&[(field, value)])
                .err()
                .map(|error| (error.field, error.code));
            assert_eq!(told, Some((field.to_owned(), code)), "{field} {value}");
        }
        let account = open(&[
            ("link", "https://shop.example/chat?ref={token}"),
            ("abilities", r#"{"edit":{"own":true}}"#),
        ]);
        let account = account.ok().unwrap();
        assert!(account.capabilities().edit.own);
        assert_eq!(
            account.link(Some("a_1")).unwrap(),
            "https://shop.example/chat?ref=a_1"
        );
        assert_eq!(
            account.link(None).unwrap(),
            "https://shop.example/chat?ref="
        );
        assert_eq!(open(&[]).ok().unwrap().link(None), None);
    }
}
