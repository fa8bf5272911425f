//! The site widget as a channel: the one where every capability is true.
//!
//! Its messenger is ourselves: the server takes what visitors post, proves it by the account's
//! secret and feeds it through the same door as every other channel ([`Post`] is the body); what
//! goes out is handed to a [`Sink`], which knows the visitors' sockets.

mod account;
mod post;
mod sink;

pub use account::SECRET_HEADER;
pub use post::{Content, Post, PostedFile, Visitor};
pub use sink::Sink;

use account::Site;
use channel::{
    Account, AlbumAbility, Capabilities, CaptionAbility, ChangeAbility, Channel, Directions, Env,
    FieldKind, FileAbility, FileKind, FirstContact, Form, KeyboardAbility, KindInfo, OpenError,
    Phrase, ReactAbility, ReceiptAbility, SettingField, Settings, TextAbility, TextUnit,
};
use std::sync::Arc;

/// Longest text either way, in code points; the server's own limit for a message is larger.
const MAX_TEXT: usize = 15_000;
/// Most files in one message.
const MAX_FILES: usize = 20;
/// Largest file in bytes.
const MAX_FILE: u64 = 100 * 1024 * 1024;
/// Longest greeting in characters.
const MAX_PHRASE: usize = 1000;
/// Light, dark, or as the visitor's device says.
const THEMES: &[&str] = &["auto", "light", "dark"];
/// In which corner the button stands.
const SIDES: &[&str] = &["right", "left"];
/// A round button, or one with words.
const BUTTONS: &[&str] = &["round", "words"];
/// Whose language it speaks: the page's, or always one.
const LANGUAGES: &[&str] = &["page", "ru", "en"];
/// What stands over an answer: the employee's name, with their picture, or the company's name.
const AUTHORS: &[&str] = &["person", "photo", "company"];
/// The colour of a new widget.
const DEFAULT_ACCENT: &str = "#2f6fed";

/// The kind of channel, for the server's list; everything for visitors goes to `sink`.
pub fn channel(sink: Arc<dyn Sink>) -> Arc<dyn Channel> {
    Arc::new(Widget { sink })
}

struct Widget {
    sink: Arc<dyn Sink>,
}

impl Channel for Widget {
    fn info(&self) -> KindInfo {
        KindInfo {
            kind: "widget".to_owned(),
            sign_in: false,
            settings: vec![
                SettingField::new("title", FieldKind::Text).required(),
                SettingField::new("greeting", FieldKind::Phrase),
                SettingField::new("offline_text", FieldKind::Phrase),
                SettingField::new("form", FieldKind::Form),
                SettingField::new("accent", FieldKind::Text).default_value(DEFAULT_ACCENT),
                SettingField::new("theme", FieldKind::Choice).choices(THEMES),
                SettingField::new("side", FieldKind::Choice).choices(SIDES),
                SettingField::new("button", FieldKind::Choice).choices(BUTTONS),
                SettingField::new("language", FieldKind::Choice).choices(LANGUAGES),
                SettingField::new("authors", FieldKind::Choice).choices(AUTHORS),
                SettingField::new("origins", FieldKind::Lines),
            ],
            capabilities: capabilities(),
        }
    }

    fn by_proxy(&self) -> bool {
        false
    }

    fn open(&self, settings: &Settings, env: &Env) -> Result<Arc<dyn Account>, OpenError> {
        let wrong = |field: &str, code| OpenError {
            field: field.to_owned(),
            code,
        };
        if settings.get("title").is_empty() {
            return Err(wrong("title", "required"));
        }
        if !is_colour(settings.get_or("accent", DEFAULT_ACCENT)) {
            return Err(wrong("accent", "malformed"));
        }
        for (field, choices) in [
            ("theme", THEMES),
            ("side", SIDES),
            ("button", BUTTONS),
            ("language", LANGUAGES),
            ("authors", AUTHORS),
        ] {
            // An empty one is the first: accounts older than the field have none.
            if !settings.get(field).is_empty() && !choices.contains(&settings.get(field)) {
                return Err(wrong(field, "malformed"));
            }
        }
        for field in ["greeting", "offline_text"] {
            let phrase = Phrase::read(settings.get(field));
            if phrase.ru.chars().count().max(phrase.en.chars().count()) > MAX_PHRASE {
                return Err(wrong(field, "malformed"));
            }
        }
        if Form::read(settings.get("form")).is_none() {
            return Err(wrong("form", "malformed"));
        }
        if !settings.lines("origins").all(is_origin) {
            return Err(wrong("origins", "malformed"));
        }
        Ok(Arc::new(Site::new(
            settings.get("title"),
            env,
            self.sink.clone(),
        )))
    }
}

fn capabilities() -> Capabilities {
    let for_ever = ChangeAbility {
        own: true,
        within_s: None,
    };
    Capabilities {
        reply: true,
        visitors: true,
        keyboard: KeyboardAbility {
            max: 10,
            label_max: 64,
            links: 10,
            mixed: true,
            text_max: 0,
            files: MAX_FILES,
            pictures_only: false,
        },
        edit: for_ever,
        delete: for_ever,
        react: ReactAbility {
            incoming: true,
            outgoing: true,
            allowed: Vec::new(),
        },
        receipts: ReceiptAbility {
            delivered: true,
            read: true,
        },
        typing: Directions {
            incoming: true,
            outgoing: true,
        },
        // A visitor has no address before they open the chat themselves.
        first_contact: FirstContact::Never,
        sees_peer_edit: true,
        sees_peer_delete: true,
        idempotent: true,
        ..contents()
    }
}

/// What one message may hold: text and files of all kinds together.
fn contents() -> Capabilities {
    let any_file = FileAbility {
        max_bytes: MAX_FILE,
        mimes: Vec::new(),
    };
    let all = || FileKind::ALL.to_vec();
    Capabilities {
        text: TextAbility {
            max: MAX_TEXT,
            unit: TextUnit::Chars,
        },
        caption: CaptionAbility {
            max: MAX_TEXT,
            kinds: all(),
        },
        album: AlbumAbility {
            max: MAX_FILES,
            classes: vec![all()],
            ..AlbumAbility::default()
        },
        files: all()
            .into_iter()
            .map(|kind| (kind, any_file.clone()))
            .collect(),
        voice: true,
        ..Capabilities::default()
    }
}

/// `#rgb` or `#rrggbb`: it is written into a style.
fn is_colour(colour: &str) -> bool {
    colour.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// A page's origin as browsers send it: scheme and host, no path.
fn is_origin(origin: &str) -> bool {
    let host = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty()
            && host
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_and_colours_are_checked() {
        for good in [
            "https://shop.example",
            "http://localhost:5173",
            "https://xn--e1afmkfd.xn--p1ai",
        ] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "shop.example",
            "https://",
            "https://shop.example/",
            "https://a b",
            "*",
            "javascript:x",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
        for bad in ["red", "#12", "#1234567", "#12345g", "#fff;x"] {
            assert!(!is_colour(bad), "{bad}");
        }
        assert!(is_colour("#FFF") && is_colour(DEFAULT_ACCENT));
    }
}
