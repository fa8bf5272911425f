//! Addresses in running text.

use linkify::{LinkFinder, LinkKind};
use std::ops::Range;

/// Schemes a link may have; everything else stays text.
pub(crate) const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Byte ranges of the web and mail addresses in a text, in order, never overlapping.
pub fn links(text: &str) -> Vec<Range<usize>> {
    found(text).into_iter().map(|(range, _)| range).collect()
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
