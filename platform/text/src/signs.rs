//! Formatting for messengers that read it from signs around words (`*bold*`), line by line, as WhatsApp does.

use crate::{Entity, EntityKind};

/// The words with the signs of their formatting. Where signs would make the text longer than `most` UTF-16 units, the
/// words go plain: a client can do without bold, not without the end of a sentence.
pub fn with_signs(words: &str, ranges: &[Entity], most: usize) -> String {
    let formatted = written(words, ranges);
    for text in [formatted, with_links(words, ranges)] {
        if text.encode_utf16().count() <= most {
            return text;
        }
    }
    words.to_owned()
}

/// A sign is written only around words of one line that begin and end with something visible: it would be shown as a
/// bare sign otherwise.
fn written(words: &str, ranges: &[Entity]) -> String {
    let mut marks: Vec<(usize, u8, String)> = Vec::new();
    let units: Vec<u16> = words.encode_utf16().collect();
    for range in ranges {
        let end = range.end().min(units.len());
        let Some(inside) = units.get(range.offset..end).map(String::from_utf16_lossy) else {
            continue;
        };
        match (range.kind, sign(range.kind)) {
            (EntityKind::Link, _) => marks.extend(address(range, &inside, end)),
            (EntityKind::Quote, _) => {
                marks.push((range.offset, 1, "> ".to_owned()));
                let breaks = inside.encode_utf16().enumerate();
                for (n, _) in breaks.filter(|(_, unit)| *unit == u16::from(b'\n')) {
                    marks.push((range.offset + n + 1, 1, "> ".to_owned()));
                }
            }
            (kind, Some(sign)) if is_plain(&inside, kind) => {
                marks.push((range.offset, 2, sign.to_owned()));
                marks.push((end, 0, sign.to_owned()));
            }
            _ => {}
        }
    }
    // Ends before beginnings at one place, the signs of inner ranges within those of outer ones by their order.
    marks.sort_by_key(|(at, order, _)| (*at, *order));
    insert(&units, &marks)
}

fn with_links(words: &str, ranges: &[Entity]) -> String {
    let links: Vec<Entity> = ranges
        .iter()
        .filter(|range| range.kind == EntityKind::Link)
        .cloned()
        .collect();
    written(words, &links)
}

/// There are no links behind words: the address stands after them.
fn address(range: &Entity, inside: &str, end: usize) -> Option<(usize, u8, String)> {
    let url = range.url.as_ref().filter(|url| *url != inside)?;
    Some((end, 1, format!(" ({url})")))
}

const fn sign(kind: EntityKind) -> Option<&'static str> {
    match kind {
        EntityKind::Bold => Some("*"),
        EntityKind::Italic => Some("_"),
        EntityKind::Strike => Some("~"),
        EntityKind::Code => Some("`"),
        EntityKind::Pre => Some("```"),
        EntityKind::Quote | EntityKind::Link => None,
    }
}

fn is_plain(inside: &str, kind: EntityKind) -> bool {
    let bare = inside.trim() == inside && !inside.is_empty();
    bare && (kind == EntityKind::Pre || !inside.contains('\n'))
}

fn insert(units: &[u16], marks: &[(usize, u8, String)]) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for (place, _, mark) in marks {
        let place = (*place).min(units.len());
        if let Some(between) = units.get(at..place) {
            out.push_str(&String::from_utf16_lossy(between));
            at = place;
        }
        out.push_str(mark);
    }
    out.push_str(&String::from_utf16_lossy(&units[at..]));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use EntityKind::{Bold, Italic, Link, Pre, Quote};

    #[test]
    fn ranges_become_signs_and_links_stand_after_their_words() {
        let mut link = Entity::new(Link, 8, 3);
        link.url = Some("https://a.ru/x".to_owned());
        let ranges = [Entity::new(Bold, 3, 3), link];
        assert_eq!(
            with_signs("😀 abc: тут.", &ranges, 100),
            "😀 *abc*: тут (https://a.ru/x)."
        );
        assert_eq!(
            with_signs("до\nпосле", &[Entity::new(Quote, 0, 8)], 100),
            "> до\n> после"
        );
        assert_eq!(
            with_signs("a\nb", &[Entity::new(Pre, 0, 3)], 100),
            "```a\nb```"
        );
    }

    #[test]
    fn what_would_be_shown_as_a_bare_sign_stays_plain() {
        for range in [Entity::new(Bold, 0, 3), Entity::new(Italic, 2, 4)] {
            assert_eq!(with_signs("ab cd ef", &[range], 100), "ab cd ef");
        }
        assert_eq!(with_signs("a\nb", &[Entity::new(Bold, 0, 3)], 100), "a\nb");
        assert_eq!(with_signs("5 * 6 _ 7", &[], 100), "5 * 6 _ 7");
        assert_eq!(with_signs("ab", &[Entity::new(Bold, 1, 90)], 100), "a*b*");
        assert_eq!(with_signs("ab", &[Entity::new(Bold, 50, 9)], 100), "ab");
    }

    #[test]
    fn words_go_before_their_formatting_when_both_do_not_fit() {
        let words = "я".repeat(10);
        assert_eq!(with_signs(&words, &[Entity::new(Bold, 0, 10)], 11), words);
    }
}
