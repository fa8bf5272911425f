//! What a Viber bot can do (developers.viber.com/docs/api/rest-bot-api, *Message types*).

use channel::{
    Capabilities, CaptionAbility, FileAbility, FileKind, FirstContact, KeyboardAbility,
    ReceiptAbility, TextAbility, TextUnit,
};
use std::collections::BTreeMap;

const MB: u64 = 1024 * 1024;

/// Longest text of a message.
pub(crate) const MAX_TEXT: usize = 7000;
/// The vendor says "characters"; counted in UTF-16 units it holds either way.
pub(crate) const UNIT: TextUnit = TextUnit::Utf16;
/// Longest text under a picture, unless set otherwise: the vendor's pages have told 120, 512 and 768 over time.
pub(crate) const CAPTION: usize = 512;
/// Longest film whose length may be told, in seconds.
pub(crate) const MAX_FILM: u64 = 180;
/// Longest name of a file, its ending included, in characters.
pub(crate) const MAX_FILE_NAME: usize = 256;
/// Largest file a client can send, in bytes (the application's own limit).
pub(crate) const MAX_RECEIVED: u64 = 200 * MB;

pub(crate) fn capabilities(caption_max: usize) -> Capabilities {
    Capabilities {
        text: TextAbility {
            max: MAX_TEXT,
            unit: UNIT,
        },
        caption: CaptionAbility {
            max: caption_max,
            kinds: vec![FileKind::Image],
        },
        files: files(),
        receipts: ReceiptAbility {
            delivered: true,
            read: true,
        },
        first_contact: FirstContact::DeepLink,
        files_by_address: true,
        // The keyboard below the field: a row for each. The vendor names no limit of its own that is nearer.
        keyboard: KeyboardAbility {
            max: 6,
            label_max: 60,
            links: 6,
            mixed: true,
            text_max: 0,
            files: 1,
            pictures_only: false,
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
    BTreeMap::from([
        // The smallest of the limits told: 1 MB on iPhones, 3 MB on Android. GIFs do not move as pictures,
        // so they go as files; the vendor advises that.
        (FileKind::Image, ability(MB, &["image/jpeg", "image/png"])),
        (FileKind::Video, ability(26 * MB, &["video/mp4"])),
        (FileKind::File, ability(50 * MB, &[])),
    ])
}
