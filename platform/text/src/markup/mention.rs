//! `@[Name](id)`: how a source speaks of a colleague.

use uuid::Uuid;

/// Longest name in a mention, in bytes; longer is not a mention.
const MAX_NAME: usize = 400;

/// A mention found at the start of a text.
pub(super) struct Found<'a> {
    /// The name as written.
    pub(super) name: &'a str,
    /// Whose.
    pub(super) id: Uuid,
    /// Bytes of the whole mention.
    pub(super) len: usize,
}

/// Reads a mention at the very start of `source`.
pub(super) fn at_start(source: &str) -> Option<Found<'_>> {
    let rest = source.strip_prefix("@[")?;
    let end = rest
        .bytes()
        .take(MAX_NAME)
        .position(|b| matches!(b, b']' | b'\n' | b'['))?;
    let name = &rest[..end];
    let id = rest[end..].strip_prefix("](")?.get(..36)?;
    rest[end + 2 + 36..].strip_prefix(')')?;
    let id = Uuid::parse_str(id).ok()?;
    (!name.trim().is_empty()).then_some(Found {
        name,
        id,
        len: 2 + end + 2 + 36 + 1,
    })
}

/// The ids in a source, each once, in order: to be looked up before [`super::parse`].
pub fn mentioned(source: &str) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for (at, _) in source.match_indices("@[") {
        if let Some(found) = at_start(&source[at..])
            && !ids.contains(&found.id)
        {
            ids.push(found.id);
        }
    }
    ids
}

/// The source as a client may see it: without mentions, without the holes they leave (S1-79).
pub fn strip_mentions(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find("@[") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        rest = if let Some(found) = at_start(from) {
            close_hole(&mut out, &from[found.len..])
        } else {
            out.push_str("@[");
            &from[2..]
        };
    }
    out.push_str(rest);
    if out.len() == source.len() {
        out
    } else {
        out.trim().to_owned()
    }
}

/// Joins what stood before a removed mention with what follows it.
fn close_hole<'a>(out: &mut String, after: &'a str) -> &'a str {
    let spaces = |c: char| c == ' ' || c == '\u{a0}';
    let starts_line = out.is_empty() || out.ends_with('\n');
    if starts_line {
        // An address before the mention's own sentence: "Anna, look here".
        return after.trim_start_matches(|c| spaces(c) || matches!(c, ',' | ':' | ';'));
    }
    if out.ends_with(spaces) {
        let follows = after.trim_start_matches(spaces).chars().next();
        let closes =
            follows.is_none_or(|c| matches!(c, '\n' | ',' | '.' | '!' | '?' | ':' | ';' | ')'));
        if closes && !after.starts_with("@[") {
            out.truncate(out.trim_end_matches(spaces).len());
        }
        return after.trim_start_matches(spaces);
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: &str = "@[Анна](00000000-0000-7000-8000-000000000001)";
    const BOB: &str = "@[Bob B.](00000000-0000-7000-8000-000000000002)";

    #[test]
    fn s1_79_clients_do_not_see_mentions() {
        for (source, want) in [
            (format!("{ANNA}, посмотри"), "посмотри"),
            (format!("Добрый день! {ANNA}"), "Добрый день!"),
            (format!("Спросите {ANNA}."), "Спросите."),
            (
                format!("Спросите {ANNA} и {BOB}, пожалуйста"),
                "Спросите и, пожалуйста",
            ),
            (format!("{ANNA} {BOB} один"), "один"),
            (
                format!("да\n{ANNA}: два\nтри {BOB}\nчетыре"),
                "да\nдва\nтри\nчетыре",
            ),
            (ANNA.to_owned(), ""),
            (
                "без @[упоминаний](x) и a@[b".to_owned(),
                "без @[упоминаний](x) и a@[b",
            ),
            ("  как есть ".to_owned(), "  как есть "),
        ] {
            assert_eq!(strip_mentions(&source), want, "{source}");
        }
    }

    #[test]
    fn mentioned_ids_come_once_in_order() {
        let ids = mentioned(&format!("{BOB} {ANNA} {BOB}"));
        assert_eq!(
            ids,
            [
                Uuid::from_u128(0x7000_8000_0000_0000_0002),
                Uuid::from_u128(0x7000_8000_0000_0000_0001)
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn s1_79_nothing_of_a_mention_survives(before in ".{0,20}", after in ".{0,20}") {
            let clean = strip_mentions(&format!("{before}{ANNA}{after}"));
            proptest::prop_assert!(!clean.contains("00000000-0000-7000"), "{clean}");
        }
    }
}
