//! Formatting within a paragraph: one pass over the source, a short stack of what is open.

use super::{MAX_DEPTH, Token, mention};
use crate::link;
use std::ops::Range;
use uuid::Uuid;

/// What opens and closes a range.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// `**` or `__`
    Strong(u8),
    /// `*` or `_`
    Em(u8),
    /// `~~`
    Strike,
}

impl Mark {
    fn literal(self) -> &'static str {
        match self {
            Self::Strong(b'_') => "__",
            Self::Strong(_) => "**",
            Self::Em(b'_') => "_",
            Self::Em(_) => "*",
            Self::Strike => "~~",
        }
    }
    fn token(self, c: Vec<Token>) -> Token {
        match self {
            Self::Strong(_) => Token::Strong { c },
            Self::Em(_) => Token::Em { c },
            Self::Strike => Token::Strike { c },
        }
    }
}

struct Inline<'a> {
    source: &'a str,
    at: usize,
    mentions: &'a [(Uuid, String)],
    depth: usize,
    /// Bare addresses still ahead, last first; none within a link.
    links: Vec<(Range<usize>, String)>,
    in_link: bool,
    /// What is open, each with what came before it.
    open: Vec<(Mark, Vec<Token>)>,
    done: Vec<Token>,
}

/// Parses one paragraph that stands `depth` deep in others.
pub(super) fn parse(source: &str, mentions: &[(Uuid, String)], depth: usize) -> Vec<Token> {
    parse_within(source, mentions, depth, false)
}

fn parse_within(
    source: &str,
    mentions: &[(Uuid, String)],
    depth: usize,
    in_link: bool,
) -> Vec<Token> {
    let mut links = if in_link {
        Vec::new()
    } else {
        bare_links(source)
    };
    links.reverse();
    let (open, done) = (Vec::new(), Vec::new());
    let mut inline = Inline {
        source,
        at: 0,
        mentions,
        depth,
        links,
        in_link,
        open,
        done,
    };
    while inline.at < source.len() {
        inline.next();
    }
    while !inline.open.is_empty() {
        inline.reopen();
    }
    inline.done
}

/// Addresses as written, without what rather closes formatting around them.
fn bare_links(source: &str) -> Vec<(Range<usize>, String)> {
    let mut links = Vec::new();
    for range in link::links(source) {
        let words = &source[range.clone()];
        let words = &words[..words.find(['\\', '`']).unwrap_or(words.len())];
        let words = words.trim_end_matches(['*', '_', '~']);
        if let Some((found, href)) = link::found(words).pop()
            && found == (0..words.len())
        {
            links.push((range.start..range.start + words.len(), href));
        }
    }
    links
}

impl Inline<'_> {
    fn next(&mut self) {
        let rest = &self.source[self.at..];
        let Some(c) = rest.chars().next() else { return };
        let taken = self.bare_link()
            || match c {
                '\n' => self.take(1, Token::Br),
                '\\' => self.escaped(rest),
                '`' => self.code(rest),
                '@' => self.mention(rest),
                '[' => self.link(rest),
                '*' | '_' | '~' => self.marks(rest, c),
                _ => false,
            };
        if !taken {
            self.words(&rest[..c.len_utf8()]);
            self.at += c.len_utf8();
        }
    }

    fn take(&mut self, len: usize, token: Token) -> bool {
        self.done.push(token);
        self.at += len;
        true
    }

    /// Adds words to the text before them.
    fn words(&mut self, words: &str) {
        match self.done.last_mut() {
            Some(Token::Text { v }) => v.push_str(words),
            _ => self.done.push(Token::text(words)),
        }
    }

    fn bare_link(&mut self) -> bool {
        while self
            .links
            .last()
            .is_some_and(|(range, _)| range.start < self.at)
        {
            self.links.pop();
        }
        match self.links.last() {
            Some((range, _)) if range.start == self.at => {}
            _ => return false,
        }
        let Some((range, href)) = self.links.pop() else {
            return false;
        };
        let c = vec![Token::text(&self.source[range.clone()])];
        self.take(range.len(), Token::Link { href, c })
    }

    /// A backslash makes the punctuation after it plain.
    fn escaped(&mut self, rest: &str) -> bool {
        match rest.as_bytes().get(1) {
            Some(b) if b.is_ascii_punctuation() => {
                self.words(&rest[1..2]);
                self.at += 2;
                true
            }
            _ => false,
        }
    }

    /// Backticks to the next equal number of backticks.
    fn code(&mut self, rest: &str) -> bool {
        let ticks = run(rest, '`');
        let mut from = ticks;
        while let Some(found) = rest[from..].find('`') {
            let start = from + found;
            let length = run(&rest[start..], '`');
            if length == ticks {
                let inner = &rest[ticks..start];
                let padded = inner
                    .strip_prefix(' ')
                    .and_then(|inner| inner.strip_suffix(' '));
                let v = padded
                    .filter(|v| v.starts_with('`') || v.ends_with('`'))
                    .unwrap_or(inner);
                return self.take(start + length, Token::Code { v: v.to_owned() });
            }
            from = start + length;
        }
        self.words(&rest[..ticks]);
        self.at += ticks;
        true
    }

    fn mention(&mut self, rest: &str) -> bool {
        let Some(found) = mention::at_start(rest) else {
            return false;
        };
        match self.mentions.iter().find(|(id, _)| *id == found.id) {
            Some((id, name)) if !self.in_link => self.take(
                found.len,
                Token::Mention {
                    id: *id,
                    name: name.clone(),
                },
            ),
            _ => {
                self.words("@");
                self.words(found.name);
                self.at += found.len;
                true
            }
        }
    }

    /// `[words](address)`, on one line, without brackets in the words.
    fn link(&mut self, rest: &str) -> bool {
        if self.in_link || self.depth + self.open.len() >= MAX_DEPTH {
            return false;
        }
        let Some((words, href, len)) = hidden_link(rest) else {
            return false;
        };
        let c = parse_within(words, self.mentions, self.depth + self.open.len() + 1, true);
        self.take(
            len,
            Token::Link {
                href: href.to_owned(),
                c,
            },
        )
    }

    /// A run of marks: closes what it can, then opens what is left.
    fn marks(&mut self, rest: &str, c: char) -> bool {
        let mut left = run(rest, c);
        let before = self.source[..self.at].chars().next_back();
        let after = rest[left..].chars().next();
        self.at += left;
        if left > 3 || (c == '~' && left != 2) {
            self.words(&rest[..left]);
            return true;
        }
        let (may_open, may_close) = flanks(c, left, before, after);
        while may_close && left > 0 {
            let Some((depth, width)) = self.closable(c, left) else {
                break;
            };
            while self.open.len() > depth + 1 {
                self.reopen();
            }
            self.close();
            left -= width;
        }
        while left > 0 {
            let (mark, width) = widest(c, left);
            if may_open && self.depth + self.open.len() < MAX_DEPTH {
                self.open.push((mark, std::mem::take(&mut self.done)));
            } else {
                self.words(mark.literal());
            }
            left -= width;
        }
        true
    }

    /// The innermost open mark of this sign that a run of `left` can close and that is not empty.
    fn closable(&self, c: char, left: usize) -> Option<(usize, usize)> {
        let fitting = |test: &dyn Fn(usize) -> bool| {
            self.open
                .iter()
                .rposition(|(mark, _)| mark.literal().starts_with(c) && test(mark.literal().len()))
        };
        let depth = fitting(&|len| len == left).or_else(|| fitting(&|len| len < left))?;
        let empty = depth + 1 == self.open.len() && self.done.is_empty();
        (!empty).then(|| (depth, self.open[depth].0.literal().len()))
    }

    /// Ends the innermost open range as formatting.
    fn close(&mut self) {
        if let Some((mark, before)) = self.open.pop() {
            let inside = std::mem::replace(&mut self.done, before);
            self.done.push(mark.token(inside));
        }
    }

    /// Ends the innermost open range as plain text: its closing mark never came.
    fn reopen(&mut self) {
        if let Some((mark, before)) = self.open.pop() {
            let inside = std::mem::replace(&mut self.done, before);
            self.words(mark.literal());
            for token in inside {
                match token {
                    Token::Text { v } => self.words(&v),
                    token => self.done.push(token),
                }
            }
        }
    }
}

fn run(rest: &str, c: char) -> usize {
    rest.len() - rest.trim_start_matches(c).len()
}

fn widest(c: char, left: usize) -> (Mark, usize) {
    let sign = if c == '_' { b'_' } else { b'*' };
    match (c, left) {
        ('~', _) => (Mark::Strike, 2),
        (_, 1) => (Mark::Em(sign), 1),
        _ => (Mark::Strong(sign), 2),
    }
}

/// Whether a run may open and close. It has to touch the words it formats; underscores never work
/// within a word (`snake_case`), a single star never between digits (`2*3*4`).
fn flanks(c: char, length: usize, before: Option<char>, after: Option<char>) -> (bool, bool) {
    let is = |side: Option<char>, test: fn(char) -> bool| side.is_some_and(test);
    if length == 1 && is(before, char::is_numeric) && is(after, char::is_numeric) {
        return (false, false);
    }
    let may_open = is(after, |c| !c.is_whitespace());
    let may_close = is(before, |c| !c.is_whitespace());
    let word = |side| c == '_' && is(side, char::is_alphanumeric);
    (may_open && !word(before), may_close && !word(after))
}

/// Words, address and whole length of a link at the start of `rest`.
fn hidden_link(rest: &str) -> Option<(&str, &str, usize)> {
    let bytes = rest.as_bytes();
    let mut end = 1;
    loop {
        match bytes.get(end)? {
            b'\\' => end += 2,
            b']' => break,
            b'[' | b'\n' => return None,
            _ => end += 1,
        }
    }
    let address = rest[end..].strip_prefix("](")?;
    let mut depth = 0_usize;
    let close = address.bytes().position(|b| {
        match b {
            b'(' => depth += 1,
            b')' if depth == 0 => return true,
            b')' => depth -= 1,
            _ => {}
        }
        b <= b' '
    })?;
    let (words, href) = (&rest[1..end], &address[..close]);
    let good = address[close..].starts_with(')') && link::allowed(href) && !words.trim().is_empty();
    good.then_some((words, href, end + 2 + close + 1))
}
