//! A messenger's text with ranges as a source of our markup, so that it is stored, shown and
//! searched like everything else.

use crate::{
    Entity, EntityKind, Token,
    escape::{self, escape, escape_words},
    link, markup, render,
};

/// The ways formatting is nested in what is written here, outermost first.
const ORDER: [EntityKind; 5] = [
    EntityKind::Link,
    EntityKind::Bold,
    EntityKind::Strike,
    EntityKind::Italic,
    EntityKind::Code,
];

/// Writes a source whose words are exactly `text` (but for blank lines around blocks and spaces at
/// the ends of lines). Formatting that cannot be written is dropped, words never are. Ranges may
/// be anything: out of bounds, overlapping, inside a character.
pub fn from_entities(text: &str, entities: &[Entity]) -> String {
    let text = markup::unix_lines(text);
    let text = text.as_str();
    let styled = !entities.is_empty();
    if !styled && stands_as_is(text) {
        return text.to_owned();
    }
    if styled {
        let source = Writer::new(text, entities).write();
        if says(&source, text) {
            return source;
        }
    }
    let source = escape(text);
    if says(&source, text) {
        source
    } else {
        escape::everything(text)
    }
}

/// Whether a source shows exactly these words.
fn says(source: &str, text: &str) -> bool {
    essence(&render::plain(&markup::parse(source, &[]))) == essence(text)
}

/// A text without the white space that markup does not keep.
pub(crate) fn essence(text: &str) -> String {
    let lines = text
        .split('\n')
        .map(str::trim_end)
        .filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a text without formatting may be its own source: it parses to itself.
fn stands_as_is(text: &str) -> bool {
    fn harmless(tokens: &[Token]) -> bool {
        tokens.iter().all(|token| match token {
            Token::Text { .. } | Token::Br => true,
            Token::P { c } => harmless(c),
            Token::List { items, .. } => items.iter().all(|item| harmless(item)),
            Token::Link { href, c } => {
                let shown = render::plain(c);
                *href == shown || *href == format!("mailto:{shown}")
            }
            _ => false,
        })
    }
    let tokens = markup::parse(text, &[]);
    harmless(&tokens) && essence(&render::plain(&tokens)) == essence(text)
}

/// What is open at a place of the text; an address says which link.
#[derive(Clone, PartialEq, Eq)]
struct Style {
    kind: EntityKind,
    url: Option<String>,
}

struct Writer<'a> {
    text: &'a str,
    /// Byte ranges with their entities, within the text and at characters.
    ranges: Vec<(usize, usize, &'a Entity)>,
    out: String,
    open: Vec<(Style, &'static str)>,
    /// White space that waits until formatting before it is closed.
    space: String,
}

impl<'a> Writer<'a> {
    fn new(text: &'a str, entities: &'a [Entity]) -> Self {
        let units = byte_offsets(text);
        let byte = |unit: usize| units.get(unit).copied().unwrap_or(text.len());
        let ranges = entities
            .iter()
            .map(|entity| (byte(entity.offset), byte(entity.end()), entity))
            .filter(|(start, end, _)| start < end)
            .collect();
        Self {
            text,
            ranges,
            out: String::new(),
            open: Vec::new(),
            space: String::new(),
        }
    }

    fn write(mut self) -> String {
        let mut at = 0;
        while at < self.text.len() {
            at = match self.block_of_code(at) {
                Some(end) => end,
                None => self.line(at),
            };
        }
        self.out
    }

    /// Writes a fenced block that starts here; answers where the text goes on.
    fn block_of_code(&mut self, at: usize) -> Option<usize> {
        let (_, end, entity) = *self
            .ranges
            .iter()
            .find(|(start, _, e)| *start == at && e.kind == EntityKind::Pre)?;
        let code = self.text[at..end].trim_end_matches('\n');
        let fence = "`".repeat(longest_ticks(code).max(2) + 1);
        let language = entity.language.as_deref().unwrap_or_default();
        self.fresh_line();
        self.add(&[&fence, language, "\n", code, "\n", &fence, "\n"]);
        Some(if self.text[end..].starts_with('\n') {
            end + 1
        } else {
            end
        })
    }

    fn add(&mut self, pieces: &[&str]) {
        self.out.extend(pieces.iter().copied());
    }

    fn fresh_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// Writes up to the end of the line or the next block of code.
    fn line(&mut self, start: usize) -> usize {
        let newline = self.text[start..]
            .find('\n')
            .map_or(self.text.len(), |n| start + n);
        let pre = self
            .ranges
            .iter()
            .filter(|(s, _, e)| e.kind == EntityKind::Pre && *s > start && *s < newline);
        let end = pre.map(|(s, _, _)| *s).min().unwrap_or(newline);
        let quoted = self.covered(start, EntityKind::Quote).is_some();
        if quoted {
            self.out.push_str("> ");
        }
        for (from, to) in self.segments(start, end) {
            self.segment(from, to, start == from);
        }
        self.close_to(0);
        self.space.clear();
        if end < self.text.len() {
            self.out.push('\n');
        }
        if end == newline {
            (end + 1).min(self.text.len())
        } else {
            end
        }
    }

    /// Stretches between the places where formatting changes.
    fn segments(&self, start: usize, end: usize) -> Vec<(usize, usize)> {
        let inside = |at: &usize| start < *at && *at < end;
        let edges = self
            .ranges
            .iter()
            .flat_map(|(s, e, _)| [*s, *e])
            .filter(inside);
        let mut edges: Vec<usize> = edges.chain([start, end]).collect();
        edges.sort_unstable();
        edges.dedup();
        edges.windows(2).map(|pair| (pair[0], pair[1])).collect()
    }

    fn covered(&self, at: usize, kind: EntityKind) -> Option<&'a Entity> {
        let mut over = self.ranges.iter().filter(|(s, e, _)| *s <= at && at < *e);
        over.find(|(_, _, entity)| entity.kind == kind)
            .map(|(_, _, entity)| *entity)
    }

    /// The formatting at a place, outermost first.
    fn styles(&self, at: usize) -> Vec<Style> {
        let over = ORDER.iter().filter_map(|&kind| self.covered(at, kind));
        over.map(|entity| Style {
            kind: entity.kind,
            url: address(entity),
        })
        .filter(|style| style.kind != EntityKind::Link || style.url.is_some())
        .collect()
    }

    fn segment(&mut self, from: usize, to: usize, starts_line: bool) {
        let words = &self.text[from..to];
        let core = words.trim();
        if core.is_empty() {
            self.space.push_str(words);
            return;
        }
        let styles = self.styles(from);
        let lead = words.len() - words.trim_start().len();
        let keep = styles
            .iter()
            .zip(&self.open)
            .take_while(|(a, (b, _))| *a == b)
            .count();
        self.close_to(keep);
        self.out.push_str(&std::mem::take(&mut self.space));
        self.out.push_str(&words[..lead]);
        let next = self.text[from + lead + core.len()..].chars().next();
        for style in &styles[keep..] {
            self.open_one(style, next);
        }
        if styles.iter().any(|style| style.kind == EntityKind::Code) {
            self.code(core);
        } else {
            let in_link = styles.iter().any(|style| style.kind == EntityKind::Link);
            let first = starts_line && styles.is_empty() && lead == 0;
            self.out.push_str(&escape_words(core, first, in_link));
        }
        self.space.push_str(&words[lead + core.len()..]);
    }

    fn open_one(&mut self, style: &Style, next: Option<char>) {
        let before = self.out.chars().next_back();
        let within = |side: Option<char>| side.is_some_and(char::is_alphanumeric);
        let mark = match style.kind {
            EntityKind::Bold => "**",
            EntityKind::Strike => "~~",
            EntityKind::Italic if within(before) || within(next) => "*",
            EntityKind::Italic => "_",
            EntityKind::Link => "[",
            _ => "",
        };
        self.out.push_str(mark);
        self.open.push((style.clone(), mark));
    }

    fn code(&mut self, core: &str) {
        let ticks = "`".repeat(longest_ticks(core) + 1);
        let pad = if core.starts_with('`') || core.ends_with('`') {
            " "
        } else {
            ""
        };
        self.add(&[&ticks, pad, core, pad, &ticks]);
    }

    fn close_to(&mut self, keep: usize) {
        while self.open.len() > keep {
            if let Some((style, mark)) = self.open.pop() {
                match style.url {
                    Some(url) => self.add(&["](", &url, ")"]),
                    None => self.out.push_str(mark),
                }
            }
        }
    }
}

/// The address of a link in a form that can stand in parentheses.
fn address(entity: &Entity) -> Option<String> {
    if entity.kind != EntityKind::Link {
        return None;
    }
    let url = entity
        .url
        .as_deref()?
        .trim()
        .replace('(', "%28")
        .replace(')', "%29")
        .replace(' ', "%20");
    link::allowed(&url).then_some(url)
}

/// The byte at which each UTF-16 unit's character starts.
fn byte_offsets(text: &str) -> Vec<usize> {
    text.char_indices()
        .flat_map(|(at, c)| std::iter::repeat_n(at, c.len_utf16()))
        .collect()
}

fn longest_ticks(code: &str) -> usize {
    code.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
