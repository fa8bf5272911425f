//! What a Telegram bot can do (Bot API, limits of the vendor's own server).

use channel::{
    AlbumAbility, Capabilities, CaptionAbility, ChangeAbility, Directions, FileAbility, FileKind,
    FirstContact, KeyboardAbility, ReactAbility, TextAbility, TextUnit,
};
use std::collections::BTreeMap;

const MB: u64 = 1024 * 1024;

/// Largest file the vendor's server lets a bot fetch, in bytes; a local server has no such limit.
pub(crate) const MAX_DOWNLOAD: u64 = 20 * MB;

/// Emoji one may react with (`ReactionTypeEmoji`), without variation selectors.
const REACTIONS: &str = include_str!("../reactions.txt");

/// What a bot at which colleagues sit can do: nobody is written to first there.
pub(crate) fn desk() -> Capabilities {
    Capabilities {
        desk: true,
        sees_external_operator: false,
        asks_phone: false,
        keyboard: KeyboardAbility::default(),
        first_contact: FirstContact::Never,
        ..capabilities()
    }
}

pub(crate) fn capabilities() -> Capabilities {
    use FileKind::{Audio, File, Image, Video};
    Capabilities {
        text: TextAbility {
            max: 4096,
            unit: TextUnit::Utf16,
        },
        caption: CaptionAbility {
            max: 1024,
            kinds: FileKind::ALL.to_vec(),
        },
        album: AlbumAbility {
            max: 10,
            classes: vec![vec![Image, Video], vec![File], vec![Audio]],
            ..AlbumAbility::default()
        },
        files: files(),
        voice: true,
        reply: true,
        edit: ChangeAbility {
            own: true,
            within_s: None,
        },
        delete: ChangeAbility {
            own: true,
            within_s: Some(48 * 3600),
        },
        react: reactions(),
        typing: Directions {
            incoming: false,
            outgoing: true,
        },
        first_contact: FirstContact::DeepLink,
        sees_peer_edit: true,
        sees_external_operator: true,
        buttons: true,
        // The vendor names no limit of its own; beyond these nobody reads a keyboard. Albums take none.
        keyboard: KeyboardAbility {
            max: 10,
            label_max: 64,
            links: 10,
            mixed: true,
            text_max: 0,
            files: 1,
            pictures_only: false,
        },
        asks_phone: true,
        ..Capabilities::default()
    }
}

/// What each kind of file may be; anything else goes as a document.
fn files() -> BTreeMap<FileKind, FileAbility> {
    let ability = |max_bytes, mimes: &[&str]| FileAbility {
        max_bytes,
        mimes: mimes.iter().map(|&mime| mime.to_owned()).collect(),
    };
    let music = ["audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/m4a"];
    BTreeMap::from([
        (
            FileKind::Image,
            ability(10 * MB, &["image/jpeg", "image/png", "image/webp"]),
        ),
        (FileKind::Video, ability(50 * MB, &["video/mp4"])),
        (FileKind::Audio, ability(50 * MB, &music)),
        (
            FileKind::Voice,
            ability(50 * MB, &["audio/ogg", "audio/opus"]),
        ),
        (FileKind::File, ability(50 * MB, &[])),
    ])
}

fn reactions() -> ReactAbility {
    let allowed = REACTIONS.split_whitespace().map(str::to_owned).collect();
    ReactAbility {
        incoming: true,
        outgoing: true,
        allowed,
    }
}
