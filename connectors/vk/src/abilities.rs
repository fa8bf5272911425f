//! What a VK community can do in its messages.

use crate::reactions;
use channel::{
    AlbumAbility, Capabilities, CaptionAbility, ChangeAbility, Directions, FileAbility, FileKind,
    FirstContact, KeyboardAbility, ReactAbility, ReceiptAbility, TextAbility, TextUnit,
};
use std::collections::BTreeMap;

const MB: u64 = 1024 * 1024;

/// Longest text, in characters. The schema says 9000, the server answers 914 beyond 4096.
pub(crate) const LONGEST_TEXT: usize = 4096;
/// Most attachments of one message.
pub(crate) const MOST_ATTACHMENTS: usize = 10;
/// Largest document, in bytes (dev.vk.com/ru/api/upload).
pub(crate) const LARGEST_DOCUMENT: u64 = 200 * MB;
/// Largest picture, in bytes (dev.vk.com/ru/api/upload).
const LARGEST_PICTURE: u64 = 50 * MB;
/// How long our own messages can be changed or deleted for all, in seconds: a day (messages.edit, messages.delete).
const CHANGEABLE: u64 = 24 * 3600;

pub(crate) fn capabilities() -> Capabilities {
    use FileKind::{File, Image};
    Capabilities {
        text: TextAbility {
            max: LONGEST_TEXT,
            unit: TextUnit::Chars,
        },
        caption: CaptionAbility {
            max: LONGEST_TEXT,
            kinds: vec![Image, File],
        },
        album: AlbumAbility {
            max: MOST_ATTACHMENTS,
            classes: vec![vec![Image, File]],
            ..AlbumAbility::default()
        },
        files: files(),
        voice: true,
        reply: true,
        edit: ChangeAbility {
            own: true,
            within_s: Some(CHANGEABLE),
        },
        delete: ChangeAbility {
            own: true,
            within_s: Some(CHANGEABLE),
        },
        react: ReactAbility {
            incoming: true,
            outgoing: true,
            allowed: reactions::offered().map(str::to_owned).collect(),
        },
        receipts: ReceiptAbility {
            delivered: false,
            read: true,
        },
        typing: Directions {
            incoming: true,
            outgoing: true,
        },
        first_contact: FirstContact::DeepLink,
        window_s: None,
        sees_peer_edit: true,
        sees_external_operator: true,
        sees_peer_delete: false,
        files_by_address: false,
        history: true,
        idempotent: true,
        marks_read: true,
        // Under a message: six rows, words of 40 characters (dev.vk.com, "Клавиатуры для ботов").
        keyboard: KeyboardAbility {
            max: 6,
            label_max: 40,
            links: 6,
            mixed: true,
            text_max: 0,
            files: MOST_ATTACHMENTS,
            pictures_only: false,
        },
        ..Capabilities::default()
    }
}

/// Films and music cannot be uploaded with a community's key, so they go as documents; so do moving pictures, which
/// would stand still as photos.
fn files() -> BTreeMap<FileKind, FileAbility> {
    let ability = |max_bytes, mimes: &[&str]| FileAbility {
        max_bytes,
        mimes: mimes.iter().map(|&mime| mime.to_owned()).collect(),
    };
    BTreeMap::from([
        (
            FileKind::Image,
            ability(LARGEST_PICTURE, &["image/jpeg", "image/png"]),
        ),
        (
            FileKind::Voice,
            ability(LARGEST_DOCUMENT, &["audio/ogg", "audio/opus"]),
        ),
        (FileKind::File, ability(LARGEST_DOCUMENT, &[])),
    ])
}
