//! What a message says: text, files, places, cards.

use super::{card, user_name};
use crate::wire::{Attachment, Body, Markup, Message};
use channel::{FileKind, MediaRef};
use serde_json::Value;
use text::{Entity, EntityKind, from_entities, sanitize_filename};

/// What of a message we understand.
#[derive(Default)]
pub(super) struct Content {
    pub(super) text: String,
    pub(super) media: Vec<MediaRef>,
    pub(super) context: Vec<(String, String)>,
    /// The vendor's words for what we do not understand.
    pub(super) strange: Vec<String>,
}

/// The content of a message; a message passed on is content of who passed it on.
pub(super) fn of(message: &Message) -> Content {
    let mut content = Content::default();
    if let Some(body) = &message.body {
        content.add(body);
    }
    let forwarded = message.link.as_ref();
    if let Some(link) = forwarded.filter(|link| link.kind.as_deref() == Some("forward")) {
        if let Some(body) = &link.message {
            content.add(body);
        }
        let from = link.sender.as_ref().map(user_name).unwrap_or_default();
        content.fact("forwarded_from", from);
    }
    content.group_sender(message);
    content
}

impl Content {
    /// There is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.media.is_empty()
    }

    fn add(&mut self, body: &Body) {
        let words = body.text.as_deref().unwrap_or_default();
        let markup = body.markup.iter().flatten();
        let entities: Vec<Entity> = markup.filter_map(entity).collect();
        self.source(&from_entities(words, &entities));
        for attachment in body.attachments.iter().flatten() {
            let kind = attachment.get("type").and_then(Value::as_str);
            let kind = kind.unwrap_or("attachment");
            let read = serde_json::from_value::<Attachment>(attachment.clone());
            if !read.is_ok_and(|read| self.attachment(kind, &read)) {
                self.strange.push(kind.to_owned());
            }
        }
    }

    /// Takes what is attached; answers whether it was understood.
    fn attachment(&mut self, kind: &str, it: &Attachment) -> bool {
        match kind {
            "image" => self.file(it, FileKind::Image, None),
            "video" => self.film(it),
            // The microphone makes these (they may have a transcription); a song comes as a file.
            "audio" => self.file(it, FileKind::Voice, None),
            "file" => self.file(it, by_name(it.filename.as_deref()), None),
            "sticker" => {
                let code = it.payload.as_ref().and_then(|p| p.code.clone());
                let shown = self.file(it, FileKind::Image, None);
                self.fact("sticker", code.unwrap_or_default());
                shown
            }
            "contact" => self.card(it),
            "location" => self.place(it),
            "share" => self.share(it),
            "inline_keyboard" => self.buttons(it),
            _ => false,
        }
    }

    fn file(&mut self, it: &Attachment, kind: FileKind, mime: Option<&str>) -> bool {
        let url = it.payload.as_ref().and_then(|payload| payload.url.clone());
        let Some(ext_id) = url else { return false };
        self.media.push(MediaRef {
            ext_id,
            kind,
            mime: mime.map(str::to_owned),
            size: it.size,
            name: it.filename.as_deref().map(sanitize_filename),
            width: it.width,
            height: it.height,
            duration_ms: it.duration.map(|seconds| seconds.saturating_mul(1000)),
        });
        true
    }

    /// The address of a film may be a page to watch it on; the file is asked for by its token.
    fn film(&mut self, it: &Attachment) -> bool {
        let payload = it.payload.as_ref();
        let token = payload.and_then(|payload| payload.token.as_deref());
        let Some(token) = token.filter(|token| !token.is_empty() && token.bytes().all(is_plain))
        else {
            return self.file(it, FileKind::Video, Some("video/mp4"));
        };
        let url = payload.and_then(|payload| payload.url.as_deref());
        let ext_id = format!("video:{token} {}", url.unwrap_or_default());
        self.media.push(MediaRef {
            ext_id: ext_id.trim_end().to_owned(),
            kind: FileKind::Video,
            mime: Some("video/mp4".to_owned()),
            size: it.size,
            name: None,
            width: it.width,
            height: it.height,
            duration_ms: it.duration.map(|seconds| seconds.saturating_mul(1000)),
        });
        true
    }

    fn card(&mut self, it: &Attachment) -> bool {
        let Some(payload) = &it.payload else {
            return false;
        };
        let card = card::read(payload);
        if card.name.is_empty() && card.phones.is_empty() {
            return false;
        }
        self.line(format!("👤 {}", card.name).trim());
        for phone in &card.phones {
            self.line(phone);
        }
        self.fact(
            "contact_phone",
            card.phones.into_iter().next().unwrap_or_default(),
        );
        true
    }

    fn place(&mut self, it: &Attachment) -> bool {
        let (Some(latitude), Some(longitude)) = (it.latitude, it.longitude) else {
            return false;
        };
        self.line(&format!("📍 {latitude}, {longitude}"));
        self.fact("location", format!("{latitude},{longitude}"));
        true
    }

    /// The preview of a link: the link itself stands in the text as a rule.
    fn share(&mut self, it: &Attachment) -> bool {
        let payload = it.payload.as_ref();
        let url = payload.and_then(|p| p.url.clone()).unwrap_or_default();
        let title = it.title.as_deref().or(it.description.as_deref());
        let title = title.unwrap_or_default();
        if url.is_empty() && title.is_empty() {
            return false;
        }
        if url.is_empty() || !self.text.contains(&url) {
            self.line(title);
            self.line(&url);
        }
        true
    }

    /// Buttons come with messages of bots that are passed on: what stood on them is part of the words.
    fn buttons(&mut self, it: &Attachment) -> bool {
        let payload = it.payload.as_ref();
        let Some(rows) = payload.and_then(|payload| payload.buttons.as_ref()) else {
            return false;
        };
        for label in rows
            .iter()
            .flatten()
            .filter_map(|button| button.text.as_deref())
        {
            self.line(&format!("🔘 {label}"));
        }
        true
    }

    /// In a group the client is the group; who of them speaks is a fact.
    fn group_sender(&mut self, message: &Message) {
        let recipient = message.recipient.as_ref();
        let group = recipient.and_then(|r| r.chat_type.as_deref()) == Some("chat");
        if let (true, Some(sender)) = (group, &message.sender) {
            self.fact("sender_name", user_name(sender));
        }
    }

    fn fact(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.context.push((name.to_owned(), value));
        }
    }

    fn line(&mut self, line: &str) {
        self.source(&from_entities(line, &[]));
    }

    fn source(&mut self, source: &str) {
        if source.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(source);
    }
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// A picture or film sent "as a file" is still one to look at; MAX tells a name and no type.
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

/// Formatting we have; the rest (underline, headings, mentions …) stays plain.
fn entity(markup: &Markup) -> Option<Entity> {
    let kind = match markup.kind.as_deref()? {
        "strong" => EntityKind::Bold,
        "emphasized" => EntityKind::Italic,
        "strikethrough" => EntityKind::Strike,
        "monospaced" => EntityKind::Code,
        "quote" => EntityKind::Quote,
        "link" => EntityKind::Link,
        _ => return None,
    };
    let from = usize::try_from(markup.from?).ok()?;
    let length = usize::try_from(markup.length?).ok()?;
    let mut entity = Entity::new(kind, from, length);
    entity.url.clone_from(&markup.url);
    Some(entity)
}
