//! Formatted text as the HTML of MAX.
//!
//! Its other markup, a Markdown of its own, has no published way to write a plain `*`.

use text::{Entity, EntityKind};

/// The text as HTML; none when it has no formatting and goes as it is.
pub(super) fn render(words: &str, ranges: &[Entity]) -> Option<String> {
    let mut waiting: Vec<&Entity> = ranges.iter().filter(|range| range.len > 0).collect();
    if waiting.is_empty() {
        return None;
    }
    // The longer of two that begin together stands outside.
    waiting.sort_by_key(|range| (range.offset, usize::MAX - range.end()));
    let (mut out, mut open, mut at) = (String::new(), Vec::<&Entity>::new(), 0);
    let mut waiting = waiting.into_iter().peekable();
    for sign in words.chars() {
        close(&mut out, &mut open, at);
        while let Some(range) = waiting.next_if(|range| range.offset <= at) {
            out.push_str(&opening(range));
            open.push(range);
        }
        push(&mut out, sign);
        at += sign.len_utf16();
    }
    close(&mut out, &mut open, usize::MAX);
    Some(out)
}

/// Closes what ends here; what was opened inside and goes on is opened again.
fn close(out: &mut String, open: &mut Vec<&Entity>, at: usize) {
    let Some(first) = open.iter().position(|range| range.end() <= at) else {
        return;
    };
    let inner = open.split_off(first);
    for range in inner.iter().rev() {
        out.push_str(closing(range));
    }
    for range in inner.into_iter().filter(|range| range.end() > at) {
        out.push_str(&opening(range));
        open.push(range);
    }
}

fn opening(range: &Entity) -> String {
    match range.kind {
        EntityKind::Bold => "<b>".to_owned(),
        EntityKind::Italic => "<i>".to_owned(),
        EntityKind::Strike => "<s>".to_owned(),
        EntityKind::Code => "<code>".to_owned(),
        EntityKind::Pre => "<pre>".to_owned(),
        EntityKind::Quote => "<blockquote>".to_owned(),
        EntityKind::Link => {
            let mut tag = "<a href=\"".to_owned();
            for sign in range.url.as_deref().unwrap_or_default().chars() {
                push(&mut tag, sign);
            }
            tag.push_str("\">");
            tag
        }
    }
}

const fn closing(range: &Entity) -> &'static str {
    match range.kind {
        EntityKind::Bold => "</b>",
        EntityKind::Italic => "</i>",
        EntityKind::Strike => "</s>",
        EntityKind::Code => "</code>",
        EntityKind::Pre => "</pre>",
        EntityKind::Quote => "</blockquote>",
        EntityKind::Link => "</a>",
    }
}

fn push(out: &mut String, sign: char) {
    match sign {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use EntityKind::{Bold, Italic, Link};

    #[test]
    fn plain_words_stay_as_they_are() {
        assert_eq!(render("5 < 6 & _так_", &[]), None);
    }

    #[test]
    fn ranges_become_tags_and_signs_are_escaped() {
        let mut link = Entity::new(Link, 8, 3);
        link.url = Some("https://a.ru/?x=1&y=\"".to_owned());
        let got = render("😀 a<b & тут", &[Entity::new(Bold, 3, 3), link]);
        assert_eq!(
            got.unwrap_or_default(),
            "😀 <b>a&lt;b</b> &amp;<a href=\"https://a.ru/?x=1&amp;y=&quot;\"> ту</a>т"
        );
    }

    #[test]
    fn overlapping_ranges_are_nested_all_the_same() {
        let got = render(
            "abcd",
            &[Entity::new(Bold, 0, 3), Entity::new(Italic, 1, 9)],
        );
        assert_eq!(got.unwrap_or_default(), "<b>a<i>bc</i></b><i>d</i>");
    }
}
