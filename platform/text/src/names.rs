//! Names that come from outside: of people and of files.

/// Longest name of a person in code points.
const MAX_NAME: usize = 200;
/// Longest file name in bytes: the limit of common file systems is 255, marks of ours may follow.
const MAX_FILE_NAME: usize = 200;

/// A name fit to be shown in a line: no control, invisible or direction-changing characters, white
/// space single, at most 200 code points. May be empty.
pub fn clean_name(name: &str) -> String {
    let visible: String = name
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_trick(*c))
        .collect();
    let words = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = words.chars().take(MAX_NAME).collect();
    short.trim_end().to_owned()
}

/// A file name without path, control and direction-changing characters or signs that systems
/// reserve; at most 200 bytes with its extension kept. Never empty, never hidden: `file` at least.
pub fn sanitize_filename(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|c| !is_trick(*c))
        .map(|c| {
            if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') {
                '_'
            } else {
                c
            }
        })
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    let clean = clean.trim_matches(|c: char| c == '.' || c == ' ');
    if clean.is_empty() {
        return "file".to_owned();
    }
    shorten(clean)
}

fn shorten(name: &str) -> String {
    if name.len() <= MAX_FILE_NAME {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 20 => {
            (stem, format!(".{extension}"))
        }
        _ => (name, String::new()),
    };
    let stem = &stem[..stem.floor_char_boundary(MAX_FILE_NAME - extension.len())];
    format!("{}{extension}", stem.trim_end_matches([' ', '.']))
}

/// Characters that hide, reorder or break: controls, bidirectional marks and overrides, zero
/// widths (but not the joiner that emoji are made with), tags, the byte order mark.
fn is_trick(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_tricks() {
        for (name, want) in [
            ("  Анна \t Петрова\n", "Анна Петрова"),
            ("evil\u{202e}gpj.exe", "evilgpj.exe"),
            ("a\u{200b}b\u{feff}c\0", "abc"),
            ("\u{200b}\u{2066}", ""),
            ("👨‍👩‍👧 семья", "👨‍👩‍👧 семья"),
        ] {
            assert_eq!(clean_name(name), want);
        }
        assert_eq!(clean_name(&"я".repeat(500)).chars().count(), 200);
    }

    #[test]
    fn file_names_lose_paths_and_keep_extensions() {
        for (name, want) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Temp\\счёт № 5.pdf", "счёт № 5.pdf"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("..", "file"),
            (".htaccess", "htaccess"),
            ("a/", "file"),
            ("что?.txt", "что_.txt"),
            ("line\nbreak.txt", "linebreak.txt"),
        ] {
            assert_eq!(sanitize_filename(name), want);
        }
        let long = sanitize_filename(&format!("{}.docx", "ж".repeat(300)));
        assert!(long.len() <= 200 && long.ends_with("ж.docx"), "{long}");
    }

    proptest::proptest! {
        #[test]
        fn any_file_name_becomes_safe(name in ".*") {
            let safe = sanitize_filename(&name);
            proptest::prop_assert!(!safe.is_empty() && safe.len() <= 200 && !safe.starts_with('.'));
            proptest::prop_assert!(!safe.contains(['/', '\\', '\0', '\n']), "{safe:?}");
            proptest::prop_assert_eq!(sanitize_filename(&safe), safe.clone());
        }
    }
}
