//! Making words stand as they are: as few backslashes as keep them from being markup.

use crate::link;

/// A source that shows this text without any formatting.
pub(crate) fn escape(text: &str) -> String {
    let lines = text.split('\n').map(|line| escape_words(line, true, false));
    lines.collect::<Vec<_>>().join("\n")
}

/// Words of one line. `starts_line`: they could be taken for a list or a quotation;
/// `in_link`: they stand between the brackets of a link.
pub(crate) fn escape_words(words: &str, starts_line: bool, in_link: bool) -> String {
    let mut out = String::with_capacity(words.len() + 8);
    let links = if in_link {
        Vec::new()
    } else {
        link::links(words)
    };
    let mut links = links
        .into_iter()
        .filter(|link| !words[link.clone()].contains('\\'))
        .peekable();
    let mut at = if starts_line {
        line_start(words, &mut out)
    } else {
        0
    };
    while let Some(c) = words[at..].chars().next() {
        while links.next_if(|link| link.start < at).is_some() {}
        if let Some(link) = links.next_if(|link| link.start == at) {
            let kept = words[link.clone()]
                .trim_end_matches(['*', '_', '~', '`'])
                .len();
            out.push_str(&words[link.start..link.start + kept]);
            at += kept.max(c.len_utf8());
            continue;
        }
        let before = words[..at].chars().next_back();
        let after = words[at + c.len_utf8()..].chars().next();
        if needs_escape(c, before, after, in_link) {
            out.push('\\');
        }
        out.push(c);
        at += c.len_utf8();
    }
    out
}

/// Every sign with a meaning behind a backslash: the last resort.
pub(crate) fn everything(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut line_starts = true;
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '~' | '[' | ']' | '@')
            || (line_starts && matches!(c, '>' | '-' | '+'))
            || (c == '.' && !line_starts)
        {
            out.push('\\');
        }
        line_starts = c == '\n';
        out.push(c);
    }
    out
}

/// Escapes what would open a block; answers how many bytes are dealt with.
fn line_start(words: &str, out: &mut String) -> usize {
    if words.starts_with(['>', '-', '+']) {
        out.push('\\');
        out.push_str(&words[..1]);
        return 1;
    }
    let digits = words.len() - words.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0 && words[digits..].starts_with(". ") {
        out.push_str(&words[..digits]);
        out.push_str("\\.");
        return digits + 1;
    }
    0
}

fn needs_escape(c: char, before: Option<char>, after: Option<char>, in_link: bool) -> bool {
    let letter = |side: Option<char>| side.is_some_and(char::is_alphanumeric);
    let space = |side: Option<char>| side.is_none_or(char::is_whitespace);
    match c {
        '\\' => after.is_none_or(|next| next.is_ascii_punctuation()),
        '`' | '[' => true,
        ']' => in_link,
        '_' => !(letter(before) && letter(after)),
        '*' => before.is_none() || after.is_none() || !(space(before) && space(after)),
        '~' => before == Some('~') || after == Some('~') || before.is_none() || after.is_none(),
        _ => false,
    }
}
