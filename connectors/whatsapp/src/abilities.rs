//! What a WhatsApp Business number can do by the Cloud API (Meta's pages on messages, media and the service window).

use channel::{
    AddressKind, Capabilities, CaptionAbility, Directions, FileAbility, FileKind, FirstContact,
    KeyboardAbility, ReactAbility, ReceiptAbility, TextAbility, TextUnit,
};
use std::collections::BTreeMap;

const MB: u64 = 1024 * 1024;

/// Longest text of a message. Meta says "characters"; counted in UTF-16 units it holds either way.
pub(crate) const MAX_TEXT: usize = 4096;
/// Longest text under a file, in the same unit.
pub(crate) const MAX_CAPTION: usize = 1024;
/// Longest text with buttons under it, in the same unit.
pub(crate) const MAX_UNDER_BUTTONS: usize = 1024;
/// Largest file of any kind, in bytes; so none larger comes either.
pub(crate) const MAX_FILE: u64 = 100 * MB;
/// The customer service window: seconds after the client's last message in which free text is taken.
const WINDOW: u64 = 24 * 3600;

/// Types `POST /media` takes at all; it refuses others whatever the message around them.
const TYPES: [&str; 17] = [
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "text/plain",
    "image/jpeg",
    "image/png",
    "video/mp4",
    "video/3gpp",
    "audio/aac",
    "audio/amr",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
];

/// `templates`: the business account is known, and with it its templates.
pub(crate) fn capabilities(templates: bool) -> Capabilities {
    use FileKind::{File, Image, Video};
    Capabilities {
        text: TextAbility {
            max: MAX_TEXT,
            unit: TextUnit::Utf16,
        },
        caption: CaptionAbility {
            max: MAX_CAPTION,
            kinds: vec![Image, Video, File],
        },
        files: files(),
        voice: true,
        reply: true,
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
            incoming: false,
            outgoing: true,
        },
        first_contact: FirstContact::Template,
        addresses: vec![AddressKind::Phone],
        approved_templates: templates,
        marks_read: true,
        // Reply buttons: three of 20 characters under at most 1024 (Meta, "Interactive reply buttons"); or one that opens a
        // page ("Interactive call-to-action URL button").
        keyboard: KeyboardAbility {
            max: 3,
            label_max: 20,
            links: 1,
            mixed: false,
            text_max: MAX_UNDER_BUTTONS,
            files: 0,
            pictures_only: false,
        },
        window_s: Some(WINDOW),
        sees_peer_edit: true,
        sees_external_operator: true,
        sees_peer_delete: true,
        ..Capabilities::default()
    }
}

/// What each kind of file may be; a picture or film that is too large or of another type goes as a document.
fn files() -> BTreeMap<FileKind, FileAbility> {
    let ability = |max_bytes, mimes: &[&str]| FileAbility {
        max_bytes,
        mimes: mimes.iter().map(|&mime| mime.to_owned()).collect(),
    };
    let sounds: Vec<&str> = TYPES
        .into_iter()
        .filter(|t| t.starts_with("audio/"))
        .collect();
    BTreeMap::from([
        (
            FileKind::Image,
            ability(5 * MB, &["image/jpeg", "image/png"]),
        ),
        (
            FileKind::Video,
            ability(16 * MB, &["video/mp4", "video/3gpp"]),
        ),
        (FileKind::Audio, ability(16 * MB, &sounds)),
        // Only Opus in Ogg is played as a voice message.
        (FileKind::Voice, ability(16 * MB, &["audio/ogg"])),
        (FileKind::File, ability(MAX_FILE, &TYPES)),
    ])
}
