//! Addresses in running text.

use crate::{Entity, EntityKind};
use linkify::{LinkFinder, LinkKind};
use std::ops::Range;

/// Schemes a link may have; everything else stays text.
pub(crate) const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Byte ranges of the web and mail addresses in a text, in order, never overlapping.
pub fn links(text: &str) -> Vec<Range<usize>> {
    found(text).into_iter().map(|(range, _)| range).collect()
}

/// A text with its web addresses (http and https) replaced where `new` gives another; formatting keeps its words. An address
/// in code stays: it is shown, not followed. So does one that is the visible word over another address.
pub fn replace_links(
    text: &str,
    entities: &[Entity],
    mut new: impl FnMut(&str) -> Option<String>,
) -> (String, Vec<Entity>) {
    let web = |href: &str| {
        let scheme = href.split(':').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    };
    let units = |s: &str| s.encode_utf16().count();
    let mut out = String::with_capacity(text.len());
    // What was put in the place of what, in UTF-16 units of the old text: start, old length, new length.
    let mut moved: Vec<(usize, usize, usize)> = Vec::new();
    let (mut done, mut at) = (0, 0);
    for (range, href) in found(text) {
        at += units(&text[done..range.start]);
        out.push_str(&text[done..range.start]);
        let long = &text[range.clone()];
        let len = units(long);
        let untouchable = entities.iter().any(|e| {
            matches!(
                e.kind,
                EntityKind::Code | EntityKind::Pre | EntityKind::Link
            ) && e.offset < at + len
                && at < e.end()
        });
        match (!untouchable && web(&href)).then(|| new(&href)).flatten() {
            Some(short) => {
                moved.push((at, len, units(&short)));
                out.push_str(&short);
            }
            None => out.push_str(long),
        }
        at += len;
        done = range.end;
    }
    out.push_str(&text[done..]);
    // A place before, inside or behind what was replaced.
    let place = |old: usize| {
        let mut now = old;
        for &(start, len, put) in &moved {
            if old >= start + len {
                now = now + put - len;
            } else if old > start {
                now = now - (old - start) + put.min(old - start);
            }
        }
        now
    };
    let entities = entities.iter().map(|e| {
        let (from, to) = (place(e.offset), place(e.end()));
        let url = match (&e.kind, &e.url) {
            (EntityKind::Link, Some(href)) if web(href) => new(href).or_else(|| e.url.clone()),
            _ => e.url.clone(),
        };
        Entity {
            offset: from,
            len: to.saturating_sub(from),
            url,
            ..e.clone()
        }
    });
    let entities = entities.collect();
    (out, entities)
}

/// The ranges with the addresses they lead to.
pub(crate) fn found(text: &str) -> Vec<(Range<usize>, String)> {
    let mut finder = LinkFinder::new();
    finder
        .url_must_have_scheme(true)
        .kinds(&[LinkKind::Url, LinkKind::Email]);
    finder
        .links(text)
        .filter_map(|link| {
            let href = match link.kind() {
                LinkKind::Email => format!("mailto:{}", link.as_str()),
                _ => link.as_str().to_owned(),
            };
            allowed(&href).then_some((link.start()..link.end(), href))
        })
        .collect()
}

/// Whether an address has one of the allowed schemes and nothing that hides another.
pub(crate) fn allowed(href: &str) -> bool {
    href.split_once(':').is_some_and(|(scheme, rest)| {
        SCHEMES
            .iter()
            .any(|allowed| scheme.eq_ignore_ascii_case(allowed))
            && !rest.is_empty()
    }) && !href.chars().any(|c| c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn short(href: &str) -> Option<String> {
        (!href.contains("/keep")).then(|| "https://b.io/l/1".to_owned())
    }

    #[test]
    fn s3_08_addresses_are_replaced_and_formatting_keeps_its_words() {
        for (text, entities, wanted, kept) in [
            (
                "Смотрите https://shop.example/lamp?id=7.",
                vec![],
                "Смотрите https://b.io/l/1.",
                vec![],
            ),
            (
                "😀 https://a.example/x жирно",
                vec![Entity::new(EntityKind::Bold, 23, 5)],
                "😀 https://b.io/l/1 жирно",
                vec![Entity::new(EntityKind::Bold, 20, 5)],
            ),
            (
                "https://a.example/x",
                vec![Entity::new(EntityKind::Code, 0, 19)],
                "https://a.example/x",
                vec![Entity::new(EntityKind::Code, 0, 19)],
            ),
            (
                "и https://a.example/x",
                vec![Entity::new(EntityKind::Italic, 0, 21)],
                "и https://b.io/l/1",
                vec![Entity::new(EntityKind::Italic, 0, 18)],
            ),
            (
                "https://a.example/keep",
                vec![],
                "https://a.example/keep",
                vec![],
            ),
            (
                "mail@a.example tel:123",
                vec![],
                "mail@a.example tel:123",
                vec![],
            ),
        ] {
            assert_eq!(
                replace_links(text, &entities, short),
                (wanted.to_owned(), kept)
            );
        }
        let hidden = Entity {
            url: Some("https://a.example/very/long".to_owned()),
            ..Entity::new(EntityKind::Link, 0, 5)
        };
        let (text, entities) = replace_links("прайс и", std::slice::from_ref(&hidden), short);
        assert_eq!(text, "прайс и");
        assert_eq!(entities[0].url.as_deref(), Some("https://b.io/l/1"));
    }

    proptest! {
        #[test]
        fn s3_08_nothing_but_addresses_changes(words in prop::collection::vec("[a-zа-я😀 .,]{0,6}|https://x\\.example/[a-z]{1,9}", 0..8), at in 0usize..40, len in 1usize..12) {
            let text = words.join(" ");
            let units: Vec<u16> = text.encode_utf16().collect();
            let offset = at.min(units.len());
            let bold = Entity::new(EntityKind::Bold, offset, len.min(units.len() - offset));
            let (same, kept) = replace_links(&text, std::slice::from_ref(&bold), |_| None);
            prop_assert_eq!(&same, &text);
            prop_assert_eq!(&kept[0], &bold);
            let (new, moved) = replace_links(&text, &[bold], short);
            let total = new.encode_utf16().count();
            prop_assert!(moved[0].end() <= total, "{} ends at {}", new, moved[0].end());
            prop_assert_eq!(new.matches("https://x.example/").count(), 0);
        }
    }
}
