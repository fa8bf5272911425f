//! What a message says, in our words.

use channel::{FileKind, MediaRef};
use grammers_tl_types as tl;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use text::{Entity, EntityKind, clean_name, from_entities, sanitize_filename};

/// A message we understand.
#[derive(Default)]
pub(crate) struct Content {
    pub(crate) text: String,
    pub(crate) media: Vec<MediaRef>,
    pub(crate) context: Vec<(String, String)>,
}

/// Where a file is, as [`MediaRef::ext_id`] keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The message it came with: a stale reference is renewed by it.
    pub(crate) message: i32,
    pub(crate) photo: bool,
    pub(crate) id: i64,
    pub(crate) hash: i64,
    /// Hexadecimal digits.
    pub(crate) reference: String,
    pub(crate) dc: i32,
    /// Which size of a picture.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) thumb: String,
}

impl Place {
    pub(crate) fn location(&self) -> tl::enums::InputFileLocation {
        let reference = (0..self.reference.len() / 2)
            .filter_map(|at| u8::from_str_radix(self.reference.get(at * 2..at * 2 + 2)?, 16).ok())
            .collect();
        let (id, access_hash, thumb_size) = (self.id, self.hash, self.thumb.clone());
        if self.photo {
            return tl::enums::InputFileLocation::InputPhotoFileLocation(
                tl::types::InputPhotoFileLocation {
                    id,
                    access_hash,
                    file_reference: reference,
                    thumb_size,
                },
            );
        }
        tl::enums::InputFileLocation::InputDocumentFileLocation(
            tl::types::InputDocumentFileLocation {
                id,
                access_hash,
                file_reference: reference,
                thumb_size,
            },
        )
    }
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a message.
pub(crate) fn of(message: &tl::types::Message) -> Content {
    let mut content = Content::default();
    let ranges = message.entities.iter().flatten().filter_map(entity);
    let ranges: Vec<Entity> = ranges.collect();
    content.text = from_entities(&message.message, &ranges);
    if let Some(tl::enums::MessageFwdHeader::Header(forwarded)) = &message.fwd_from
        && let Some(name) = &forwarded.from_name
    {
        content.fact("forwarded_from", clean_name(name));
    }
    if let Some(media) = &message.media {
        carried(media, message.id, &mut content);
    }
    content
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

/// Formatting we have; the rest (underline, spoiler, found links …) stays plain.
fn entity(wire: &tl::enums::MessageEntity) -> Option<Entity> {
    use tl::enums::MessageEntity as Wire;
    let (kind, url, language) = match wire {
        Wire::Bold(_) => (EntityKind::Bold, None, None),
        Wire::Italic(_) => (EntityKind::Italic, None, None),
        Wire::Strike(_) => (EntityKind::Strike, None, None),
        Wire::Code(_) => (EntityKind::Code, None, None),
        Wire::Pre(pre) => (EntityKind::Pre, None, Some(pre.language.clone())),
        Wire::Blockquote(_) => (EntityKind::Quote, None, None),
        Wire::TextUrl(link) => (EntityKind::Link, Some(link.url.clone()), None),
        _ => return None,
    };
    let offset = usize::try_from(wire.offset()).ok()?;
    let len = usize::try_from(wire.length()).ok().filter(|len| *len > 0)?;
    let mut entity = Entity::new(kind, offset, len);
    entity.url = url;
    entity.language = language.filter(|word| !word.is_empty());
    Some(entity)
}

fn carried(media: &tl::enums::MessageMedia, message: i32, content: &mut Content) {
    use tl::enums::MessageMedia as Wire;
    match media {
        Wire::Empty | Wire::WebPage(_) => {}
        Wire::Photo(photo) => match photo.photo.as_ref().and_then(|p| picture(p, message)) {
            Some(found) => content.media.push(found),
            None => content.fact("photo_gone", "1"),
        },
        Wire::Document(document) => match &document.document {
            Some(tl::enums::Document::Document(found)) => file(found, message, content),
            _ => content.fact("file_gone", "1"),
        },
        Wire::Contact(card) => {
            let name = clean_name(&format!("{} {}", card.first_name, card.last_name));
            let phone = format!("+{}", card.phone_number.trim_start_matches('+'));
            content.line(&format!("👤 {name}"));
            content.line(&phone);
            content.fact("contact_phone", phone);
        }
        Wire::Geo(place) => point(&place.geo, "", "", content),
        Wire::GeoLive(place) => point(&place.geo, "", "", content),
        Wire::Venue(place) => point(&place.geo, &place.title, &place.address, content),
        Wire::Poll(_) => content.fact("poll", "1"),
        Wire::Dice(dice) => content.line(&dice.emoticon),
        Wire::Story(_) => content.fact("story", "1"),
        Wire::Invoice(invoice) => content.line(&invoice.title),
        _ => content.fact("unsupported", "1"),
    }
}

fn point(geo: &tl::enums::GeoPoint, title: &str, address: &str, content: &mut Content) {
    let tl::enums::GeoPoint::Point(at) = geo else {
        return;
    };
    let words = format!("{}, {}", at.lat, at.long);
    if title.is_empty() {
        content.line(&format!("📍 {words}"));
    } else {
        content.line(&format!("📍 {title}"));
        content.line(address);
        content.line(&words);
    }
    content.fact("location", format!("{},{}", at.lat, at.long));
}

/// The largest size of a picture.
fn picture(photo: &tl::enums::Photo, message: i32) -> Option<MediaRef> {
    let tl::enums::Photo::Photo(photo) = photo else {
        return None;
    };
    let sizes = photo.sizes.iter().filter_map(|size| match size {
        tl::enums::PhotoSize::Size(s) => Some((s.r#type.clone(), s.w, s.h, s.size)),
        tl::enums::PhotoSize::Progressive(s) => {
            let last = s.sizes.iter().max().copied()?;
            Some((s.r#type.clone(), s.w, s.h, last))
        }
        _ => None,
    });
    let (thumb, w, h, bytes) = sizes.max_by_key(|(_, w, h, _)| i64::from(*w) * i64::from(*h))?;
    let place = Place {
        message,
        photo: true,
        id: photo.id,
        hash: photo.access_hash,
        reference: digits(&photo.file_reference),
        dc: photo.dc_id,
        thumb,
    };
    Some(MediaRef {
        ext_id: serde_json::to_string(&place).ok()?,
        kind: FileKind::Image,
        mime: Some("image/jpeg".to_owned()),
        size: u64::try_from(bytes).ok(),
        name: None,
        width: u32::try_from(w).ok(),
        height: u32::try_from(h).ok(),
        duration_ms: None,
    })
}

fn file(document: &tl::types::Document, message: i32, content: &mut Content) {
    use tl::enums::DocumentAttribute as Attribute;
    let mut kind = match document.mime_type.as_str() {
        "image/jpeg" | "image/png" | "image/gif" | "image/webp" => FileKind::Image,
        "video/mp4" | "video/webm" => FileKind::Video,
        mime if mime.starts_with("audio/") => FileKind::Audio,
        _ => FileKind::File,
    };
    let (mut name, mut width, mut height, mut duration_ms) = (None, None, None, None);
    let mut sticker = None;
    for attribute in &document.attributes {
        match attribute {
            Attribute::Filename(named) => name = Some(named.file_name.clone()),
            Attribute::ImageSize(size) => {
                (width, height) = (u32::try_from(size.w).ok(), u32::try_from(size.h).ok());
            }
            Attribute::Video(video) => {
                kind = FileKind::Video;
                (width, height) = (u32::try_from(video.w).ok(), u32::try_from(video.h).ok());
                duration_ms = milliseconds(video.duration);
            }
            Attribute::Audio(audio) => {
                kind = if audio.voice {
                    FileKind::Voice
                } else {
                    FileKind::Audio
                };
                duration_ms = u64::try_from(audio.duration).ok().map(|s| s * 1000);
                let title = [audio.performer.as_deref(), audio.title.as_deref()];
                let title: Vec<_> = title.into_iter().flatten().collect();
                if !title.is_empty() {
                    name = name.or_else(|| Some(title.join(" - ")));
                }
            }
            Attribute::Sticker(found) => sticker = Some(found.alt.clone()),
            _ => {}
        }
    }
    if let Some(emoji) = sticker {
        content.fact("sticker", emoji.clone());
        // A drawn one that moves has no picture we could show.
        if document.mime_type == "application/x-tgsticker" {
            content.line(&emoji);
            return;
        }
    }
    let place = Place {
        message,
        photo: false,
        id: document.id,
        hash: document.access_hash,
        reference: digits(&document.file_reference),
        dc: document.dc_id,
        thumb: String::new(),
    };
    content.media.push(MediaRef {
        ext_id: serde_json::to_string(&place).unwrap_or_default(),
        kind,
        mime: Some(document.mime_type.clone()).filter(|mime| !mime.is_empty()),
        size: u64::try_from(document.size).ok(),
        name: name.map(|name| sanitize_filename(&name)),
        width,
        height,
        duration_ms,
    });
}

/// Seconds of a film as milliseconds; none for what is no length.
fn milliseconds(seconds: f64) -> Option<u64> {
    let length = Duration::try_from_secs_f64(seconds).ok()?;
    u64::try_from(length.as_millis()).ok()
}
