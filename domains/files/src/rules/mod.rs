//! The rules of files: what a type is by its bytes, what may be shown in a browser.

pub(crate) mod said;
pub(crate) mod sound;

use crate::model::FileKind;

/// The largest upload unless configured otherwise: 512 MiB.
pub const DEFAULT_LIMIT: u64 = 512 * 1024 * 1024;
/// Pixels a side, and bytes of the drawn picture, beyond which it is not drawn: a small file can claim a huge canvas.
/// Thirty megapixels of a camera fit.
pub(crate) const MOST_SIDE: u32 = 16_000;
pub(crate) const MOST_DRAWN: u64 = 90 * 1024 * 1024;
/// The largest file in bytes that is drawn at all.
pub(crate) const MOST_ENCODED: u64 = 40 * 1024 * 1024;

/// How types of papers begin that are archives inside.
const PAPERS: [&str; 2] = [
    "application/vnd.openxmlformats-officedocument.",
    "application/vnd.oasis.opendocument.",
];

/// The type by the first bytes; the name decides only among types without a signature, never into a page.
pub(crate) fn sniff(head: &[u8], name: &str) -> String {
    if let Some(found) = infer::get(head) {
        let mime = found.mime_type();
        // Papers of an office are archives, and programs put what tells them apart anywhere in it.
        let named = mime_guess::from_path(name).first_raw().unwrap_or_default();
        if mime == "application/zip" && PAPERS.iter().any(|p| named.starts_with(p)) {
            return named.to_owned();
        }
        return if is_page(mime) {
            "text/plain".to_owned()
        } else {
            mime.to_owned()
        };
    }
    let start = String::from_utf8_lossy(&head[..head.len().min(512)]).to_lowercase();
    let start = start.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if [
        "<!doctype",
        "<html",
        "<script",
        "<svg",
        "<?xml",
        "<body",
        "<head",
    ]
    .iter()
    .any(|p| start.starts_with(p))
    {
        return "text/plain".to_owned();
    }
    let guess = mime_guess::from_path(name)
        .first_raw()
        .unwrap_or("application/octet-stream");
    let signed = [
        "image/",
        "video/",
        "audio/",
        "application/pdf",
        "application/zip",
    ];
    // A name that claims a type which always has a signature, without the signature, is lying.
    if is_page(guess) || signed.iter().any(|s| guess.starts_with(s)) {
        "application/octet-stream".to_owned()
    } else {
        guess.to_owned()
    }
}

fn is_page(mime: &str) -> bool {
    [
        "text/html",
        "application/xhtml+xml",
        "image/svg+xml",
        "text/xml",
        "application/xml",
        "text/javascript",
        "application/javascript",
    ]
    .contains(&mime)
}

/// How a type is shown.
pub fn kind_of(mime: &str) -> FileKind {
    match mime {
        "image/jpeg" | "image/png" | "image/gif" | "image/webp" => FileKind::Image,
        m if m.starts_with("video/") => FileKind::Video,
        m if m.starts_with("audio/") => FileKind::Audio,
        _ => FileKind::File,
    }
}

/// Types a browser may show in our origin; all else is only downloaded.
pub(crate) fn may_show(mime: &str) -> bool {
    matches!(
        kind_of(mime),
        FileKind::Image | FileKind::Video | FileKind::Audio
    ) || mime == "application/pdf"
        || kernel::sabotaged("show-anything")
}

/// A `Content-Disposition` value with the name in UTF-8 (RFC 6266, RFC 8187); `inline`: shown rather than saved.
pub fn disposition(inline: bool, name: &str) -> String {
    let kind = if inline { "inline" } else { "attachment" };
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("{kind}; filename*=UTF-8''{encoded}")
}

/// Reads a percent-encoded header value; invalid UTF-8 becomes replacement characters.
pub(crate) fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| bytes.get(at + 1..at + 3))
            .flatten()
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        if let Some(byte) = hex {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// One range of a `Range` header (RFC 9110 14.2) as first and last byte; `None`: send the whole.
pub(crate) fn range(header: &str, size: u64) -> Option<Result<(u64, u64), ()>> {
    let spec = header.strip_prefix("bytes=")?;
    if spec.contains(',') {
        return None;
    }
    let (first, last) = spec.split_once('-')?;
    let answer = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last && first < size => Ok((first, last.min(size - 1))),
        (Ok(first), Err(_)) if last.trim().is_empty() && first < size => Ok((first, size - 1)),
        (Err(_), Ok(last)) if first.trim().is_empty() && last > 0 && size > 0 => {
            Ok((size.saturating_sub(last), size - 1))
        }
        _ => Err(()),
    };
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f11_a_page_never_becomes_a_picture_or_a_page() {
        for (head, name) in [
            (&b"<html><script>alert(1)</script>"[..], "photo.jpg"),
            (b"\xEF\xBB\xBF  <!DOCTYPE html>", "a.png"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", "a.svg"),
            (b"<?xml version='1.0'?><svg/>", "a.png"),
            (b"plain words", "x.html"),
            (b"plain words", "x.jpg"),
            (b"", "x.svg"),
        ] {
            let mime = sniff(head, name);
            assert!(!may_show(&mime) && !is_page(&mime), "{name} became {mime}");
        }
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n0000", "x.html"), "image/png");
        assert_eq!(sniff(b"hello", "notes.txt"), "text/plain");
        assert_eq!(sniff(b"%PDF-1.7", "x"), "application/pdf");
    }

    #[test]
    fn s1_85_an_office_paper_is_one_however_its_archive_begins() {
        let archive = b"PK\x03\x04\x14\0\0\0\0\0a/b.xml";
        let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        assert_eq!(sniff(archive, "\u{430}\u{43a}\u{442}.docx"), docx);
        assert_eq!(
            sniff(archive, "list.ods"),
            "application/vnd.oasis.opendocument.spreadsheet"
        );
        assert_eq!(sniff(archive, "all.zip"), "application/zip");
    }

    #[test]
    fn ranges_follow_the_rfc() {
        assert_eq!(range("bytes=0-99", 1000), Some(Ok((0, 99))));
        assert_eq!(range("bytes=900-", 1000), Some(Ok((900, 999))));
        assert_eq!(range("bytes=-100", 1000), Some(Ok((900, 999))));
        assert_eq!(range("bytes=0-9999", 1000), Some(Ok((0, 999))));
        assert_eq!(range("bytes=1000-", 1000), Some(Err(())));
        assert_eq!(range("bytes=5-1", 1000), Some(Err(())));
        assert_eq!(range("bytes=0-1,5-6", 1000), None);
        assert_eq!(range("items=0-1", 1000), None);
    }

    #[test]
    fn s0_02_names_cross_headers_unchanged() {
        let name = "Счёт №5 «Ромашка».pdf";
        let header = disposition(false, name);
        let encoded = header
            .strip_prefix("attachment; filename*=UTF-8''")
            .unwrap();
        assert_eq!(percent_decode(encoded), name);
        assert_eq!(percent_decode("100%"), "100%");
    }
}
