//! E-mail: letters leave by SMTP (RFC 5321) and come by IMAP (RFC 3501, IDLE of RFC 2177).
//!
//! A client is their address in lower case. A letter of ours is known by its `Message-ID`, made of the part's key, so a
//! repeated send is the same letter to every mail program (RFC 5322, 3.6.4); threads are kept by `In-Reply-To` and
//! `References`. What a program sent (RFC 3834) is shown and never answered by a program of ours; a bounce (RFC 3464)
//! becomes the failed receipt of the letter it names. Letters are hostile until they are parsed.

mod abilities;
mod account;
mod address;
mod bounce;
mod compose;
mod health;
mod history;
mod html;
mod imap;
mod letter;
mod preset;
mod quote;
mod smtp;
mod tls;
mod words;

use account::Mailbox;
use channel::{Account, Channel, Env, FieldKind, KindInfo, OpenError, SettingField, Settings};
use kernel::Email;
use std::sync::Arc;
use tls::{Privacy, Server, Trust};

/// The kind of channel, for the server's list.
pub fn channel() -> Arc<dyn Channel> {
    Arc::new(Letters)
}

struct Letters;

impl Channel for Letters {
    fn info(&self) -> KindInfo {
        KindInfo {
            kind: "email".to_owned(),
            sign_in: false,
            settings: form(),
            capabilities: abilities::capabilities(abilities::LARGEST_MB),
        }
    }

    fn by_proxy(&self) -> bool {
        false
    }

    fn open(&self, settings: &Settings, env: &Env) -> Result<Arc<dyn Account>, OpenError> {
        let provider = settings.get_or("provider", preset::ALL[0].word);
        if preset::of(provider).is_none() {
            return Err(malformed("provider"));
        }
        let address = match settings.get("address") {
            "" => return Err(required("address")),
            told => Email::parse(told).ok_or_else(|| malformed("address"))?,
        };
        if settings.get("password").is_empty() {
            return Err(required("password"));
        }
        for field in ["login", "password", "from_name", "sent_folder", "subject"] {
            if settings.get(field).contains(char::is_control) {
                return Err(malformed(field));
            }
        }
        let private = ["smtp_security", "imap_security"]
            .iter()
            .any(|field| settings.get(field) != "none");
        let trust = Trust::new(settings.get("certificate"), private)
            .ok_or_else(|| malformed("certificate"))?;
        let largest_mb = number(settings, "largest_mb", abilities::LARGEST_MB, 1..=100)?;
        let pause = number(settings, "pause", 60, 1..=3600)?;
        let given = account::Given {
            smtp: server(settings, "smtp", &trust)?,
            imap: server(settings, "imap", &trust)?,
            address: address.as_str().to_owned(),
            login: settings.get_or("login", address.as_str()).to_owned(),
            password: settings.get("password").to_owned(),
            from_name: settings.get("from_name").to_owned(),
            by_employee: settings.get_or("sender", "company") == "employee",
            subject: settings.get("subject").to_owned(),
            signature: settings.get("signature").to_owned(),
            sent_folder: settings.get("sent_folder").to_owned(),
            keep_sent: settings.get_or("keep_sent", "true") == "true",
            watch_sent: settings.get_or("watch_sent", "true") == "true",
            plus: settings.on("plus"),
            largest_mb,
            pause: std::time::Duration::from_secs(pause),
        };
        Ok(Arc::new(Mailbox::new(given, env.clock.clone())))
    }
}

fn form() -> Vec<SettingField> {
    use FieldKind::{Choice, Lines, Secret, Switch, Text};
    let mut provider =
        SettingField::new("provider", Choice).choices(&preset::ALL.map(|one| one.word));
    provider.fills = preset::fills();
    let own =
        |name: &str, kind| SettingField::new(name, kind).default_value(preset::ALL[0].value(name));
    let private = |name: &str| {
        let mut field = SettingField::new(name, Choice).choices(&Privacy::WORDS);
        field.default = preset::ALL[0].value(name).to_owned();
        field
    };
    vec![
        provider,
        SettingField::new("address", Text).required(),
        SettingField::new("password", Secret).required(),
        SettingField::new("from_name", Text),
        SettingField::new("sender", Choice).choices(&["company", "employee"]),
        SettingField::new("subject", Text),
        SettingField::new("signature", Lines),
        SettingField::new("login", Text),
        own("imap_host", Text).required(),
        own("imap_port", Text),
        private("imap_security"),
        own("smtp_host", Text).required(),
        own("smtp_port", Text),
        private("smtp_security"),
        own("keep_sent", Switch),
        SettingField::new("watch_sent", Switch).default_value("true"),
        SettingField::new("sent_folder", Text),
        SettingField::new("plus", Switch),
        SettingField::new("largest_mb", Text).default_value(&abilities::LARGEST_MB.to_string()),
        SettingField::new("pause", Text).default_value("60"),
        SettingField::new("certificate", Lines),
    ]
}

fn server(settings: &Settings, which: &str, trust: &Trust) -> Result<Server, OpenError> {
    let field = |name: &str| format!("{which}_{name}");
    let preset = preset::of(settings.get_or("provider", preset::ALL[0].word));
    let value = |name: &str| {
        let field = field(name);
        let filled = preset.map_or("", |one| one.value(&field));
        settings.get_or(&field, filled).to_owned()
    };
    let host = value("host");
    if host.is_empty() {
        return Err(required(&field("host")));
    }
    if host.contains(['/', ' ', '@', ':']) || host.contains(char::is_control) {
        return Err(malformed(&field("host")));
    }
    let privacy =
        Privacy::from_word(&value("security")).ok_or_else(|| malformed(&field("security")))?;
    let usual = match (which, privacy) {
        ("smtp", Privacy::Tls) => 465,
        ("smtp", _) => 587,
        (_, Privacy::Tls) => 993,
        _ => 143,
    };
    let port = match value("port").as_str() {
        "" => usual,
        digits => digits
            .parse()
            .ok()
            .filter(|port: &u16| *port > 0)
            .ok_or_else(|| malformed(&field("port")))?,
    };
    Ok(Server {
        host,
        port,
        privacy,
        trust: trust.clone(),
    })
}

fn malformed(field: &str) -> OpenError {
    OpenError {
        field: field.to_owned(),
        code: "malformed",
    }
}

fn required(field: &str) -> OpenError {
    OpenError {
        field: field.to_owned(),
        code: "required",
    }
}

/// A whole number within its range.
fn number<T: std::str::FromStr + PartialOrd>(
    settings: &Settings,
    field: &str,
    default: T,
    range: std::ops::RangeInclusive<T>,
) -> Result<T, OpenError> {
    match settings.get(field) {
        "" => Ok(default),
        digits => digits
            .parse()
            .ok()
            .filter(|value| range.contains(value))
            .ok_or_else(|| malformed(field)),
    }
}
