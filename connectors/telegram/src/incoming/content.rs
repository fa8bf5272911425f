//! What a message says: text, files, places, cards.

use super::people::{chat_name, full_name, parse_phone, user_name};
use crate::wire::{self, ForwardOrigin, Location, Media, Message};
use channel::{FileKind, MediaRef};
use text::{Entity, EntityKind, from_entities, sanitize_filename};

/// A message we understand.
#[derive(Default)]
pub(super) struct Content {
    pub(super) text: String,
    pub(super) media: Vec<MediaRef>,
    pub(super) context: Vec<(String, String)>,
}

/// Fields that tell something about a message rather than being its content.
const ABOUT: [&str; 26] = [
    "author_signature",
    "business_connection_id",
    "effect_id",
    "external_reply",
    "forward_date",
    "has_media_spoiler",
    "has_protected_content",
    "is_automatic_forward",
    "is_from_offline",
    "is_paid_post",
    "is_topic_message",
    "link_preview_options",
    "message_thread_id",
    "paid_message_price_stars",
    "paid_star_count",
    "quote",
    "reply_markup",
    "reply_to_story",
    "sender_boost_count",
    "sender_business_bot",
    "sender_chat",
    "show_caption_above_media",
    "suggested_post_info",
    "via_bot",
    "sender_tag",
    "direct_messages_topic",
];

/// The vendor's word for a message we do not understand.
pub(super) fn unknown_kind(message: &Message) -> String {
    let mut kinds = message
        .rest
        .keys()
        .filter(|key| !ABOUT.contains(&key.as_str()));
    kinds
        .next()
        .map_or_else(|| "message".to_owned(), Clone::clone)
}

/// The content, if there is any we understand.
pub(super) fn of(message: &Message) -> Option<Content> {
    let mut content = Content::default();
    let known = files(message, &mut content)
        | sticker(message, &mut content)
        | card(message, &mut content)
        | place(message, &mut content)
        | words(message, &mut content);
    if let Some(from) = message.forward_origin.as_ref().map(forwarded_from) {
        content.fact("forwarded_from", from);
    }
    group_sender(message, &mut content);
    known.then_some(content)
}

impl Content {
    fn fact(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.context.push((name.to_owned(), value));
        }
    }
    fn line(&mut self, line: &str) {
        if !line.is_empty() {
            if !self.text.is_empty() {
                self.text.push('\n');
            }
            self.text.push_str(&from_entities(line, &[]));
        }
    }
}

fn words(message: &Message, content: &mut Content) -> bool {
    let (words, entities) = match (&message.text, &message.caption) {
        (Some(text), _) => (text, &message.entities),
        (None, Some(caption)) => (caption, &message.caption_entities),
        (None, None) => return false,
    };
    if let Some(token) = words.strip_prefix("/start ") {
        content.fact("deep_link", token.trim());
        content.line("/start");
        return true;
    }
    let entities: Vec<Entity> = entities.iter().filter_map(entity).collect();
    content.text.push_str(&from_entities(words, &entities));
    true
}

/// Formatting we have; the rest (underline, spoiler, found links …) stays plain.
fn entity(wire: &wire::Entity) -> Option<Entity> {
    let kind = match wire.kind.as_deref()? {
        "bold" => EntityKind::Bold,
        "italic" => EntityKind::Italic,
        "strikethrough" => EntityKind::Strike,
        "code" => EntityKind::Code,
        "pre" => EntityKind::Pre,
        "blockquote" | "expandable_blockquote" => EntityKind::Quote,
        "text_link" => EntityKind::Link,
        _ => return None,
    };
    let mut entity = Entity::new(kind, wire.offset, wire.length);
    entity.url.clone_from(&wire.url);
    entity.language.clone_from(&wire.language);
    Some(entity)
}

fn files(message: &Message, content: &mut Content) -> bool {
    let pixels = |m: &&Media| u64::from(m.width.unwrap_or(0)) * u64::from(m.height.unwrap_or(0));
    let largest = message.photo.iter().max_by_key(pixels);
    // An animation comes as a document too, for old clients.
    let document = message
        .document
        .as_ref()
        .filter(|_| message.animation.is_none());
    let found = [
        (largest, FileKind::Image, Some("image/jpeg")),
        (message.video.as_ref(), FileKind::Video, Some("video/mp4")),
        (
            message.animation.as_ref(),
            FileKind::Video,
            Some("video/mp4"),
        ),
        (
            message.video_note.as_ref(),
            FileKind::Video,
            Some("video/mp4"),
        ),
        (message.audio.as_ref(), FileKind::Audio, None),
        (message.voice.as_ref(), FileKind::Voice, Some("audio/ogg")),
        (
            document,
            document.map_or(FileKind::File, document_kind),
            None,
        ),
    ];
    let before = content.media.len();
    for (media, kind, mime) in found {
        content
            .media
            .extend(media.and_then(|media| media_ref(media, kind, mime)));
    }
    content.media.len() > before
}

/// A picture or film sent "as a file" is still one to look at.
fn document_kind(media: &Media) -> FileKind {
    match media.mime_type.as_deref().unwrap_or_default() {
        "image/jpeg" | "image/png" | "image/gif" | "image/webp" => FileKind::Image,
        "video/mp4" | "video/webm" => FileKind::Video,
        mime if mime.starts_with("audio/") => FileKind::Audio,
        _ => FileKind::File,
    }
}

fn media_ref(media: &Media, kind: FileKind, mime: Option<&str>) -> Option<MediaRef> {
    let name = media.file_name.clone().or_else(|| {
        let performer = media.performer.as_deref().map(|who| format!("{who} - "));
        media
            .title
            .as_deref()
            .map(|title| format!("{}{title}", performer.unwrap_or_default()))
    });
    Some(MediaRef {
        ext_id: media.file_id.clone()?,
        kind,
        mime: media.mime_type.clone().or_else(|| mime.map(str::to_owned)),
        size: media.file_size,
        name: name.map(|name| sanitize_filename(&name)),
        width: media.width.or(media.length),
        height: media.height.or(media.length),
        duration_ms: media.duration.map(|seconds| seconds.saturating_mul(1000)),
    })
}

/// A sticker is a picture, if it stands still or has a still picture.
fn sticker(message: &Message, content: &mut Content) -> bool {
    let Some(sticker) = &message.sticker else {
        return false;
    };
    let picture = match (sticker.is_video, sticker.is_animated) {
        (Some(true), _) => media_ref(&sticker.media, FileKind::Video, Some("video/webm")),
        (_, Some(true)) => sticker
            .thumbnail
            .as_ref()
            .and_then(|m| media_ref(m, FileKind::Image, Some("image/webp"))),
        _ => media_ref(&sticker.media, FileKind::Image, Some("image/webp")),
    };
    let emoji = sticker.emoji.clone().unwrap_or_default();
    if picture.is_none() {
        content.line(&emoji);
    }
    content.media.extend(picture);
    content.fact("sticker", emoji);
    !(content.media.is_empty() && content.text.is_empty())
}

fn card(message: &Message, content: &mut Content) -> bool {
    let Some(contact) = &message.contact else {
        return false;
    };
    let name = full_name(contact.first_name.as_deref(), contact.last_name.as_deref());
    let number = contact.phone_number.as_deref().unwrap_or_default();
    let phone = parse_phone(number).map_or_else(|| number.to_owned(), |phone| phone.to_string());
    content.line(format!("👤 {name}").trim());
    content.line(&phone);
    content.fact("contact_phone", phone);
    true
}

fn place(message: &Message, content: &mut Content) -> bool {
    let venue = message.venue.as_ref();
    let place = venue
        .and_then(|venue| venue.location.as_ref())
        .or(message.location.as_ref());
    let Some(Location {
        latitude: Some(latitude),
        longitude: Some(longitude),
    }) = place
    else {
        return false;
    };
    let title = venue
        .and_then(|venue| venue.title.as_deref())
        .unwrap_or_default();
    let address = venue
        .and_then(|venue| venue.address.as_deref())
        .unwrap_or_default();
    let point = format!("{latitude}, {longitude}");
    if title.is_empty() {
        content.line(&format!("📍 {point}"));
    } else {
        content.line(&format!("📍 {title}"));
        content.line(address);
        content.line(&point);
    }
    content.fact("location", format!("{latitude},{longitude}"));
    true
}

fn forwarded_from(origin: &ForwardOrigin) -> String {
    let user = origin.sender_user.as_ref().map(user_name);
    let hidden = origin.sender_user_name.as_deref().map(text::clean_name);
    let chat = origin
        .sender_chat
        .as_ref()
        .or(origin.chat.as_ref())
        .map(chat_name);
    user.or(hidden).or(chat).unwrap_or_default()
}

/// In a group the client is the group; who of them speaks is a fact.
fn group_sender(message: &Message, content: &mut Content) {
    let kind = message.chat.as_ref().and_then(|chat| chat.kind.as_deref());
    if let (Some("group" | "supergroup"), Some(user)) = (kind, &message.from) {
        content.fact("sender_name", user_name(user));
    }
}
