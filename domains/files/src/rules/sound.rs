//! Whether bytes are sound: browsers record it in the boxes of films (`WebM`, MP4), so the box alone tells nothing.

/// How much of a file is read to tell.
pub(crate) const HEAD: u64 = 64 * 1024;
/// How many boxes of an MP4 are walked over until its table comes.
pub(crate) const MOST_BOXES: usize = 256;
/// How much of an MP4's table is read.
pub(crate) const MOST_TABLE: u64 = 1024 * 1024;

const EBML: &[u8] = b"\x1a\x45\xdf\xa3";
/// Where in a `WebM` the sound itself begins.
const CLUSTER: &[u8] = b"\x1f\x43\xb6\x75";

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    find(bytes, wanted).is_some()
}
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|w| w == wanted)
}

/// The type of sound that begins like this; none when it is none, or has something to see too.
pub(crate) fn kind(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(EBML) {
        let tracks = &head[..find(head, CLUSTER)?];
        let sound = has(tracks, b"A_OPUS") || has(tracks, b"A_VORBIS") || has(tracks, b"A_PCM");
        return (sound && !has(tracks, b"V_")).then_some("audio/webm");
    }
    if head.starts_with(b"OggS") {
        let first = head.get(28..36)?;
        let known = first == b"OpusHead" || first.starts_with(b"\x01vorbis");
        // Its head, its words, and at least one page of sound.
        let pages = head.windows(4).filter(|w| *w == b"OggS").take(3).count();
        return (known && pages == 3).then_some("audio/ogg");
    }
    infer::get(head)
        .map(|found| found.mime_type())
        .filter(|mime| mime.starts_with("audio/"))
}

pub(crate) fn is_mp4(head: &[u8]) -> bool {
    head.get(4..8) == Some(b"ftyp")
}

/// The name and whole size of the box that begins here.
pub(crate) fn mp4_box(start: &[u8]) -> Option<([u8; 4], u64)> {
    let name = start.get(4..8)?.try_into().ok()?;
    let size = match u32::from_be_bytes(start.get(..4)?.try_into().ok()?) {
        0 => u64::MAX,
        1 => u64::from_be_bytes(start.get(8..16)?.try_into().ok()?),
        size => u64::from(size),
    };
    (size >= 8).then_some((name, size))
}

/// The type of an MP4's sound by its table; none when there is a picture too.
pub(crate) fn mp4_sound(table: &[u8]) -> Option<&'static str> {
    let sound = has(table, b"soun") && (has(table, b"mp4a") || has(table, b"Opus"));
    (sound && !has(table, b"vide")).then_some("audio/mp4")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_15_voice_is_sound_and_nothing_else() {
        let webm = |codec: &[u8]| {
            [
                EBML,
                b"\x42\x82\x84webm",
                codec,
                CLUSTER,
                b"V_ in the noise",
            ]
            .concat()
        };
        assert_eq!(kind(&webm(b"A_OPUS")), Some("audio/webm"));
        assert_eq!(kind(&webm(b"V_VP8")), None);
        assert_eq!(kind(&webm(b"V_VP8 A_OPUS")), None);
        assert_eq!(kind(&[EBML, b"A_OPUS"].concat()), None, "no sound follows");
        let page = |body: &[u8]| [&b"OggS"[..], &[0; 24], body].concat();
        let ogg = [page(b"OpusHead"), page(b"OpusTags"), page(b"....")].concat();
        assert_eq!(kind(&ogg), Some("audio/ogg"));
        assert_eq!(kind(&page(b"OpusHead")), None);
        assert_eq!(
            kind(&[page(b"theora.."), page(b""), page(b"")].concat()),
            None
        );
        assert_eq!(kind(b"ID3\x03\0\0\0\0\0\0"), Some("audio/mpeg"));
        for other in [
            &b"<html>"[..],
            b"\x89PNG\r\n\x1a\n",
            b"",
            b"OggS",
            EBML,
            b"RIFF\x24\0\0\0WEBPVP8 ",
        ] {
            assert_eq!(kind(other), None);
        }
    }

    #[test]
    fn s2_15_an_mp4_tells_by_its_table() {
        assert!(is_mp4(b"\0\0\0\x18ftypmp42"));
        assert_eq!(mp4_box(b"\0\0\0\x18ftypmp42"), Some((*b"ftyp", 24)));
        assert_eq!(
            mp4_box(b"\0\0\0\x01mdat\0\0\0\x01\0\0\0\0"),
            Some((*b"mdat", 1 << 32))
        );
        assert_eq!(mp4_box(b"\0\0\0\0mdat"), Some((*b"mdat", u64::MAX)));
        assert_eq!(mp4_box(b"\0\0\0\x07free"), None, "it would stand still");
        assert_eq!(mp4_box(b"\0\0"), None);
        assert_eq!(mp4_sound(b"....hdlr....soun....mp4a"), Some("audio/mp4"));
        assert_eq!(mp4_sound(b"....soun..mp4a..vide..avc1"), None);
        assert_eq!(mp4_sound(b"nothing"), None);
    }
}
