//! What a message says: text, a file, a place, a card.

use crate::wire::{Contact, Location, Message};
use channel::{FileKind, MediaRef};
use serde_json::Value;
use text::{from_entities, sanitize_filename};

/// What of a message we understand.
#[derive(Default)]
pub(super) struct Content {
    pub(super) text: String,
    pub(super) media: Vec<MediaRef>,
    pub(super) context: Vec<(String, String)>,
}

/// The content of a message; none if there is nothing we could show.
pub(super) fn of(message: &Message) -> Option<Content> {
    let mut content = Content::default();
    let understood = match message.kind.as_deref().unwrap_or_default() {
        "text" => true,
        "picture" => content.file(message, FileKind::Image),
        "video" => content.file(message, FileKind::Video),
        "file" => content.file(message, by_name(message.file_name.as_deref())),
        "sticker" => content.sticker(message),
        "contact" => content.card(message.contact.as_ref()?),
        "location" => content.place(message.location.as_ref()?),
        "url" => {
            content.line(message.media.as_deref().unwrap_or_default());
            true
        }
        _ => false,
    };
    if !understood {
        return None;
    }
    let words = message.text.as_deref().unwrap_or_default();
    // The text of an url is the url again, or its title.
    if message.media.as_deref() != Some(words) {
        content.line(words);
    }
    (!content.text.trim().is_empty() || !content.media.is_empty()).then_some(content)
}

impl Content {
    fn file(&mut self, it: &Message, kind: FileKind) -> bool {
        let Some(ext_id) = it.media.clone().filter(|url| url.starts_with("http")) else {
            return false;
        };
        self.media.push(MediaRef {
            ext_id,
            kind,
            mime: None,
            size: it.file_size.filter(|size| *size > 0),
            name: it.file_name.as_deref().map(sanitize_filename),
            width: None,
            height: None,
            duration_ms: it.duration.map(|seconds| seconds.saturating_mul(1000)),
        });
        true
    }

    /// Shown as its picture, where Viber names one.
    fn sticker(&mut self, it: &Message) -> bool {
        let id = match &it.sticker_id {
            Value::Number(number) => number.to_string(),
            Value::String(word) => word.clone(),
            _ => String::new(),
        };
        self.fact("sticker", &id);
        self.file(it, FileKind::Image)
    }

    fn card(&mut self, it: &Contact) -> bool {
        let name = it.name.as_deref().unwrap_or_default().trim();
        let phone = it.phone_number.as_deref().unwrap_or_default().trim();
        if name.is_empty() && phone.is_empty() {
            return false;
        }
        self.line(format!("👤 {name}").trim());
        self.line(phone);
        self.fact("contact_phone", phone);
        true
    }

    fn place(&mut self, it: &Location) -> bool {
        let (Some(latitude), Some(longitude)) = (it.lat, it.lon) else {
            return false;
        };
        self.line(&format!("📍 {latitude}, {longitude}"));
        self.fact("location", &format!("{latitude},{longitude}"));
        true
    }

    fn fact(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.context.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Words as they are: a client's `*` is no markup.
    fn line(&mut self, words: &str) {
        if words.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&from_entities(words, &[]));
    }
}

/// A picture or sound sent "as a file" is still one to look at or to hear; Viber tells a name and no type.
fn by_name(name: Option<&str>) -> FileKind {
    let ending = name.and_then(|name| name.rsplit_once('.'));
    let ending = ending.map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref().unwrap_or_default() {
        "jpg" | "jpeg" | "png" | "gif" | "webp" => FileKind::Image,
        "mp4" | "webm" => FileKind::Video,
        "mp3" | "m4a" | "ogg" | "wav" | "flac" => FileKind::Audio,
        _ => FileKind::File,
    }
}
