//! What a letter can carry: a text of any length with its files, and nothing that changes afterwards.

use channel::{
    AddressKind, AlbumAbility, Capabilities, CaptionAbility, FileAbility, FileKind, FirstContact,
    OutsideProgram, TextAbility, TextUnit,
};

/// Largest letter in megabytes, unless set otherwise: what most mail servers take.
pub(crate) const LARGEST_MB: u64 = 25;
/// Longest text of one letter. A mail server knows no limit; ours keeps a message readable.
const LONGEST: usize = 100_000;
/// Most files in one letter.
const MOST_FILES: usize = 50;

/// How many bytes of files fit into a letter of so many megabytes: base64 makes four of three, and each line ends.
pub(crate) fn room_for_files(largest_mb: u64) -> u64 {
    largest_mb * 1024 * 1024 * 72 / 100
}

pub(crate) fn capabilities(largest_mb: u64) -> Capabilities {
    let one = FileAbility {
        max_bytes: room_for_files(largest_mb),
        mimes: Vec::new(),
    };
    let kinds = vec![
        FileKind::Image,
        FileKind::Video,
        FileKind::Audio,
        FileKind::File,
    ];
    Capabilities {
        text: TextAbility {
            max: LONGEST,
            unit: TextUnit::Chars,
        },
        caption: CaptionAbility {
            max: LONGEST,
            kinds: kinds.clone(),
        },
        album: AlbumAbility {
            max: MOST_FILES,
            classes: vec![kinds.clone()],
            max_bytes: Some(room_for_files(largest_mb)),
        },
        files: kinds.into_iter().map(|kind| (kind, one.clone())).collect(),
        reply: true,
        // Letters of the folder of sent ones.
        sees_external_operator: true,
        external_program: OutsideProgram::Mail,
        first_contact: FirstContact::Free,
        addresses: vec![AddressKind::Email],
        history: true,
        // The same Message-ID: mail programs and servers show one letter.
        idempotent: true,
        ..Capabilities::default()
    }
}
