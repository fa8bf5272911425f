//! What a person's account can do in a private chat (core.telegram.org/api; limits of an account without Premium).

use channel::{
    AddressKind, AlbumAbility, Capabilities, CaptionAbility, ChangeAbility, ChatChoice, Directions,
    FileAbility, FileKind, FirstContact, ReactAbility, ReceiptAbility, TextAbility, TextUnit,
};
use std::collections::BTreeMap;

const MB: u64 = 1024 * 1024;
/// The largest file: 4000 pieces of half a megabyte.
pub(crate) const LARGEST: u64 = 2000 * MB;
/// How long our messages can be changed.
const DAYS_2: u64 = 48 * 3600;

/// Emoji Telegram takes as reactions, the same from a person as from a bot.
const REACTIONS: &str = include_str!("../../telegram/reactions.txt");

pub(crate) fn capabilities(chats: ChatChoice) -> Capabilities {
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
            within_s: Some(DAYS_2),
        },
        delete: ChangeAbility {
            own: true,
            within_s: None,
        },
        react: ReactAbility {
            incoming: true,
            outgoing: true,
            allowed: REACTIONS.split_whitespace().map(str::to_owned).collect(),
        },
        receipts: ReceiptAbility {
            delivered: false,
            read: true,
        },
        typing: Directions {
            incoming: true,
            outgoing: true,
        },
        first_contact: FirstContact::Free,
        addresses: vec![AddressKind::Phone, AddressKind::Username],
        number_check: true,
        marks_read: true,
        sees_peer_edit: true,
        sees_peer_delete: true,
        sees_external_operator: true,
        chats,
        history: true,
        idempotent: true,
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
        (FileKind::Video, ability(LARGEST, &["video/mp4"])),
        (FileKind::Audio, ability(LARGEST, &music)),
        (
            FileKind::Voice,
            ability(LARGEST, &["audio/ogg", "audio/opus"]),
        ),
        (FileKind::File, ability(LARGEST, &[])),
    ])
}
