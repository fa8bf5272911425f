//! Attachments as files where VK gives the bytes, as lines with a link where it gives only a page.

use super::content::Content;
use crate::wire::{Attachment, Size, Thing};
use channel::{FileKind, MediaRef};
use serde_json::Value;
use text::sanitize_filename;

/// Adds one attachment to what a message says.
pub(super) fn read(attachment: &Attachment, content: &mut Content) {
    let kind = attachment.kind.as_deref().unwrap_or("attachment");
    let thing = attachment
        .content
        .get(kind)
        .and_then(|thing| serde_json::from_value::<Thing>(thing.clone()).ok());
    let known = thing.is_some_and(|thing| taken(kind, &thing, content));
    if !known {
        content.unknown.push(kind.to_owned());
    }
}

fn taken(kind: &str, thing: &Thing, content: &mut Content) -> bool {
    let media = match kind {
        "photo" => largest(&thing.sizes)
            .or(thing.orig_photo.as_ref())
            .and_then(|size| picture(size, None)),
        // Stickers may move; these are their still pictures, and the pictures are PNG with a clear ground.
        "sticker" => largest(&thing.images).and_then(|size| picture(size, Some("image/png"))),
        "graffiti" => {
            let size = Size {
                url: thing.url.clone(),
                width: thing.width,
                height: thing.height,
            };
            picture(&size, Some("image/png"))
        }
        "doc" => document(thing),
        "audio_message" => voice(thing),
        "audio" => music(thing),
        _ => return page(kind, thing, content),
    };
    match media {
        Some(media) => {
            content.media.push(media);
            true
        }
        // Music is often told without its bytes.
        None if kind == "audio" => page(kind, thing, content),
        None => false,
    }
}

fn largest(sizes: &[Size]) -> Option<&Size> {
    let pixels = |s: &&Size| u64::from(s.width.unwrap_or(0)) * u64::from(s.height.unwrap_or(0));
    sizes
        .iter()
        .filter(|size| size.url.is_some())
        .max_by_key(pixels)
}

fn media(url: Option<&String>, kind: FileKind, mime: Option<&str>) -> Option<MediaRef> {
    Some(MediaRef {
        // VK has no ids of files for us: the address is the only door, and it carries its own key.
        ext_id: url.filter(|url| !url.is_empty())?.clone(),
        kind,
        mime: mime.map(str::to_owned),
        size: None,
        name: None,
        width: None,
        height: None,
        duration_ms: None,
    })
}

fn picture(size: &Size, mime: Option<&str>) -> Option<MediaRef> {
    let found = media(
        size.url.as_ref(),
        FileKind::Image,
        Some(mime.unwrap_or("image/jpeg")),
    )?;
    Some(MediaRef {
        width: size.width,
        height: size.height,
        ..found
    })
}

/// The vendor numbers what a document is: 3 a moving picture, 4 a picture, 5 sound, 6 a film.
fn document(thing: &Thing) -> Option<MediaRef> {
    let kind = match thing.sort.as_ref().and_then(Value::as_i64) {
        Some(3 | 4) => FileKind::Image,
        Some(5) => FileKind::Audio,
        Some(6) => FileKind::Video,
        _ => FileKind::File,
    };
    let ext = thing.ext.as_deref().unwrap_or_default().to_lowercase();
    let title = thing.title.as_deref().unwrap_or_default();
    let named =
        if title.is_empty() || ext.is_empty() || title.to_lowercase().ends_with(&format!(".{ext}"))
        {
            title.to_owned()
        } else {
            format!("{title}.{ext}")
        };
    Some(MediaRef {
        size: thing.size,
        name: (!named.is_empty()).then(|| sanitize_filename(&named)),
        ..media(thing.url.as_ref(), kind, mime(&ext))?
    })
}

/// The type by the ending that VK found; anything else is told by its bytes.
fn mime(ext: &str) -> Option<&'static str> {
    Some(match ext {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "mp4" => "video/mp4",
        "ogg" => "audio/ogg",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        "zip" => "application/zip",
        _ => return None,
    })
}

fn voice(thing: &Thing) -> Option<MediaRef> {
    let found = media(thing.link_ogg.as_ref(), FileKind::Voice, Some("audio/ogg"))
        .or_else(|| media(thing.link_mp3.as_ref(), FileKind::Voice, Some("audio/mpeg")))?;
    Some(MediaRef {
        duration_ms: thing.duration.map(|seconds| seconds.saturating_mul(1000)),
        ..found
    })
}

fn music(thing: &Thing) -> Option<MediaRef> {
    let name = format!("{}.mp3", track(thing));
    Some(MediaRef {
        name: Some(sanitize_filename(&name)),
        duration_ms: thing.duration.map(|seconds| seconds.saturating_mul(1000)),
        ..media(thing.url.as_ref(), FileKind::Audio, Some("audio/mpeg"))?
    })
}

fn track(thing: &Thing) -> String {
    let parts = [thing.artist.as_deref(), thing.title.as_deref()];
    let told: Vec<&str> = parts
        .into_iter()
        .flatten()
        .filter(|s| !s.is_empty())
        .collect();
    told.join(" - ")
}

/// What can only be looked at in VK: a sign of what it is, its title, and the way there.
fn page(kind: &str, thing: &Thing, content: &mut Content) -> bool {
    let address = |word: &str, owner: Option<i64>| {
        let (owner, id) = (owner?, thing.id?);
        let key = thing.access_key.as_ref().filter(|key| !key.is_empty());
        let key = key.map(|key| format!("_{key}")).unwrap_or_default();
        Some(format!("https://vk.com/{word}{owner}_{id}{key}"))
    };
    let title = thing.title.clone().unwrap_or_default();
    let (sign, title, address) = match kind {
        "video" => ("🎬", title, address("video", thing.owner_id)),
        "audio" => ("🎵", track(thing), None),
        "market" => {
            let price = thing.price.as_ref().and_then(|price| price.text.clone());
            let words = [title, price.unwrap_or_default()].join(" ");
            (
                "🛒",
                words.trim().to_owned(),
                address("product", thing.owner_id),
            )
        }
        "wall" => {
            let words = text::shorten(thing.text.as_deref().unwrap_or_default(), 200);
            let owner = thing.owner_id.or(thing.to_id).or(thing.from_id);
            ("📝", words, address("wall", owner))
        }
        "link" => ("🔗", title, thing.url.clone().filter(|url| !url.is_empty())),
        _ => return false,
    };
    if title.is_empty() && address.is_none() {
        return false;
    }
    // The preview of a link whose address stands in the text already would say it twice.
    if kind == "link"
        && address
            .as_ref()
            .is_some_and(|url| content.text.contains(url.trim_end_matches('/')))
    {
        return true;
    }
    content.line(format!("{sign} {title}").trim());
    content.line(address.as_deref().unwrap_or_default());
    true
}
