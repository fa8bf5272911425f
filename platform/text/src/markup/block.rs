//! Paragraphs, quotations, lists and blocks of code.

use super::{MAX_DEPTH, Token, inline};
use uuid::Uuid;

/// What is known while walking down the lines.
struct Blocks<'a> {
    lines: Vec<&'a str>,
    at: usize,
    mentions: &'a [(Uuid, String)],
    depth: usize,
    /// No fence of this length or longer closes any more: spares looking again and again.
    unclosed: usize,
    done: Vec<Token>,
    paragraph: Vec<&'a str>,
}

/// Parses blocks that stand `depth` deep in others.
pub(super) fn parse(source: &str, mentions: &[(Uuid, String)], depth: usize) -> Vec<Token> {
    let mut blocks = Blocks {
        lines: source.split('\n').collect(),
        at: 0,
        mentions,
        depth,
        unclosed: usize::MAX,
        done: Vec::new(),
        paragraph: Vec::new(),
    };
    while blocks.at < blocks.lines.len() {
        blocks.next();
    }
    blocks.end_paragraph();
    blocks.done
}

/// The lines as paragraphs without any markup.
pub(super) fn unparsed(source: &str) -> Vec<Token> {
    let mut done = Vec::new();
    for paragraph in source.split("\n\n").filter(|p| !p.trim().is_empty()) {
        let mut c = Vec::new();
        for line in paragraph.trim_matches('\n').split('\n') {
            if !c.is_empty() {
                c.push(Token::Br);
            }
            c.push(Token::text(line));
        }
        done.push(Token::P { c });
    }
    done
}

impl Blocks<'_> {
    fn next(&mut self) {
        let line = self.lines[self.at];
        if line.trim().is_empty() {
            self.end_paragraph();
            self.at += 1;
        } else if !(self.fence(line) || self.quote(line) || self.list(line)) {
            self.paragraph.push(line.trim_end());
            self.at += 1;
        }
    }

    fn end_paragraph(&mut self) {
        if self.paragraph.is_empty() {
            return;
        }
        let source = std::mem::take(&mut self.paragraph).join("\n");
        let c = inline::parse(&source, self.mentions, self.depth);
        self.done.push(Token::P { c });
    }

    /// Three or more backticks to three or more backticks; one that is never closed is text.
    fn fence(&mut self, line: &str) -> bool {
        let trimmed = line.trim();
        let info = trimmed.trim_start_matches('`');
        let ticks = trimmed.len() - info.len();
        if ticks < 3 || ticks >= self.unclosed || info.contains('`') {
            return false;
        }
        let closes = |line: &&str| {
            let line = line.trim();
            line.len() >= ticks && line.bytes().all(|b| b == b'`')
        };
        let Some(length) = self.lines[self.at + 1..].iter().position(closes) else {
            self.unclosed = ticks;
            return false;
        };
        self.end_paragraph();
        let v = self.lines[self.at + 1..=self.at + length].join("\n");
        self.done.push(Token::Pre {
            v,
            lang: language(info),
        });
        self.at += length + 2;
        true
    }

    fn quote(&mut self, line: &str) -> bool {
        if self.depth + 1 >= MAX_DEPTH || !line.starts_with('>') {
            return false;
        }
        self.end_paragraph();
        let mut inner = Vec::new();
        while let Some(rest) = self
            .lines
            .get(self.at)
            .and_then(|line| line.strip_prefix('>'))
        {
            inner.push(rest.strip_prefix(' ').unwrap_or(rest));
            self.at += 1;
        }
        let c = parse(&inner.join("\n"), self.mentions, self.depth + 1);
        self.done.push(Token::Quote { c });
        true
    }

    /// Neighbouring items; a numbered list has to count 1, 2, 3, or it is text as written.
    fn list(&mut self, line: &str) -> bool {
        let Some(first) = Marker::of(line) else {
            return false;
        };
        if self.depth + 1 >= MAX_DEPTH || !matches!(first, Marker::Bullet | Marker::Number(1)) {
            return false;
        }
        self.end_paragraph();
        let (mut items, mut expected) = (Vec::new(), first);
        while self.lines.get(self.at).and_then(|line| Marker::of(line)) == Some(expected) {
            items.push(self.item(expected.width()));
            expected = expected.following();
        }
        self.done.push(Token::List {
            ordered: first != Marker::Bullet,
            items,
        });
        true
    }

    /// One item with the lines that are indented under it.
    fn item(&mut self, width: usize) -> Vec<Token> {
        let mut inner = vec![&self.lines[self.at][width..]];
        self.at += 1;
        while let Some(rest) = self
            .lines
            .get(self.at)
            .and_then(|line| line.strip_prefix("  "))
        {
            if rest.trim().is_empty() {
                break;
            }
            inner.push(rest.strip_prefix(' ').filter(|_| width > 2).unwrap_or(rest));
            self.at += 1;
        }
        let mut c = parse(&inner.join("\n"), self.mentions, self.depth + 1);
        match c.as_mut_slice() {
            [Token::P { c }] => std::mem::take(c),
            _ => c,
        }
    }
}

/// What opens an item of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marker {
    Bullet,
    Number(usize),
}

impl Marker {
    /// `- `, `* `, `+ ` or `12. ` at the very start of a line that goes on.
    fn of(line: &str) -> Option<Self> {
        if ["- ", "* ", "+ "]
            .iter()
            .any(|bullet| line.starts_with(bullet))
        {
            // A rule of stars or dashes is no list of lists.
            let says_something = !line[2..].trim_matches(['-', '*', '+', ' ']).is_empty();
            return says_something.then_some(Self::Bullet);
        }
        let (digits, rest) = line.split_once(". ")?;
        let plain = digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit());
        if !plain || digits.starts_with('0') || rest.trim().is_empty() {
            return None;
        }
        digits.parse().ok().map(Self::Number)
    }
    /// Bytes of the marker with its space.
    fn width(self) -> usize {
        match self {
            Self::Bullet => 2,
            Self::Number(n) => n.to_string().len() + 2,
        }
    }
    fn following(self) -> Self {
        match self {
            Self::Bullet => Self::Bullet,
            Self::Number(n) => Self::Number(n + 1),
        }
    }
}

fn language(info: &str) -> Option<String> {
    let word = info.split_whitespace().next()?;
    let plain = word.len() <= 20
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'#' | b'_'));
    plain.then(|| word.to_owned())
}
