//! What a MAX bot can do (dev.max.ru/docs-api, `POST /messages` and `POST /uploads`).

use channel::{
    AlbumAbility, Capabilities, CaptionAbility, ChangeAbility, Directions, FileAbility, FileKind,
    FirstContact, KeyboardAbility, TextAbility, TextUnit,
};
use std::collections::BTreeMap;

const MB: u64 = 1024 * 1024;

/// Longest text of a message. The vendor says "characters"; counted in UTF-16 units it holds either way.
pub(crate) const MAX_TEXT: usize = 4000;

/// Largest file the vendor takes, in bytes; so none larger comes either.
pub(crate) const MAX_FILE: u64 = 4 * 1024 * MB;

/// Most pictures and films of one message. Published nowhere: ten is a cautious guess, and what MAX refuses is told to the
/// sender.
const MAX_TOGETHER: usize = 10;

/// Seconds in which a message without buttons can be edited in a dialogue.
const EDITABLE: u64 = 7 * 24 * 3600;

pub(crate) fn capabilities() -> Capabilities {
    use FileKind::{Image, Video};
    Capabilities {
        text: TextAbility {
            max: MAX_TEXT,
            unit: TextUnit::Utf16,
        },
        caption: CaptionAbility {
            max: MAX_TEXT,
            kinds: FileKind::ALL.to_vec(),
        },
        // Sound and plain files "must be the only attachment".
        album: AlbumAbility {
            max: MAX_TOGETHER,
            classes: vec![vec![Image, Video]],
            ..AlbumAbility::default()
        },
        files: files(),
        voice: false,
        reply: true,
        edit: ChangeAbility {
            own: true,
            within_s: Some(EDITABLE),
        },
        delete: ChangeAbility {
            own: true,
            within_s: None,
        },
        typing: Directions {
            incoming: false,
            outgoing: true,
        },
        first_contact: FirstContact::DeepLink,
        sees_peer_edit: true,
        sees_peer_delete: true,
        // 30 rows of one (dev.max.ru, "Клавиатура в сообщениях"); fewer are read.
        keyboard: KeyboardAbility {
            max: 10,
            label_max: 64,
            links: 10,
            mixed: true,
            text_max: 0,
            // A keyboard is an attachment itself. Pictures and films stand beside it, sound and plain files "must be the
            // only attachment".
            files: MAX_TOGETHER,
            pictures_only: true,
        },
        ..Capabilities::default()
    }
}

/// What each kind of file may be; anything else goes as a plain file.
fn files() -> BTreeMap<FileKind, FileAbility> {
    let ability = |max_bytes, mimes: &[&str]| FileAbility {
        max_bytes,
        mimes: mimes.iter().map(|&mime| mime.to_owned()).collect(),
    };
    let pictures = [
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/tiff",
        "image/bmp",
        "image/heic",
    ];
    let films = [
        "video/mp4",
        "video/quicktime",
        "video/x-matroska",
        "video/webm",
    ];
    let sounds = [
        "audio/mpeg",
        "audio/wav",
        "audio/x-wav",
        "audio/mp4",
        "audio/m4a",
        "audio/x-m4a",
        "audio/ogg",
    ];
    BTreeMap::from([
        (FileKind::Image, ability(50 * MB, &pictures)),
        (FileKind::Video, ability(250 * MB, &films)),
        (FileKind::Audio, ability(256 * MB, &sounds)),
        (FileKind::File, ability(MAX_FILE, &[])),
    ])
}
