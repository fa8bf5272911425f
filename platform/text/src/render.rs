//! Tokens as plain words, with or without ranges of formatting: what messengers and lists show.

use crate::{
    Entity, EntityKind,
    markup::{self, Token},
};
use unicode_segmentation::UnicodeSegmentation;

/// The words of a message with its formatting as ranges. Ranges that open first come first.
/// Links the reader's own program finds (their words are the address) need no range.
pub fn entities(tokens: &[Token]) -> (String, Vec<Entity>) {
    let mut writer = Writer::default();
    writer.blocks(tokens);
    writer
        .entities
        .sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.len)));
    (writer.out, writer.entities)
}

/// The words of a message.
pub fn plain(tokens: &[Token]) -> String {
    entities(tokens).0
}

/// The words of a source as a client's messenger will show them: mentions removed (S1-79), markup
/// as ranges.
pub fn for_client(source: &str) -> (String, Vec<Entity>) {
    entities(&markup::parse(&markup::strip_mentions(source), &[]))
}

/// The words of a source in one line of at most `max_chars` visible characters, `…` included.
/// Mentions show the name they were written with; where the name of today matters, give
/// [`shorten`] the words of tokens.
pub fn excerpt(source: &str, max_chars: usize) -> String {
    shorten(&plain(&markup::parse(source, &[])), max_chars)
}

/// Words in one line of at most `max_chars` visible characters, `…` included.
pub fn shorten(words: &str, max_chars: usize) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.graphemes(true).count() <= max_chars {
        return line;
    }
    let mut short: String = line
        .graphemes(true)
        .take(max_chars.saturating_sub(1))
        .collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

#[derive(Default)]
struct Writer {
    out: String,
    units: usize,
    entities: Vec<Entity>,
}

impl Writer {
    fn push(&mut self, words: &str) {
        self.out.push_str(words);
        self.units += words.encode_utf16().count();
    }

    fn blocks(&mut self, tokens: &[Token]) {
        let mut before: Option<&Token> = None;
        for token in tokens {
            match (before, token) {
                (Some(Token::P { .. }), Token::P { .. }) => self.push("\n\n"),
                (Some(last), token) if is_block(last) || is_block(token) => self.push("\n"),
                _ => {}
            }
            self.token(token);
            before = Some(token);
        }
    }

    fn token(&mut self, token: &Token) {
        match token {
            Token::Text { v } => self.push(v),
            Token::Br => self.push("\n"),
            Token::P { c } => self.blocks(c),
            Token::Strong { c } => self.range(EntityKind::Bold, |w| w.blocks(c)),
            Token::Em { c } => self.range(EntityKind::Italic, |w| w.blocks(c)),
            Token::Strike { c } => self.range(EntityKind::Strike, |w| w.blocks(c)),
            Token::Quote { c } => self.range(EntityKind::Quote, |w| w.blocks(c)),
            Token::Code { v } => self.range(EntityKind::Code, |w| w.push(v)),
            Token::Mention { name, .. } => {
                self.push("@");
                self.push(name);
            }
            Token::Pre { v, lang } => {
                let from = self.entities.len();
                self.range(EntityKind::Pre, |w| w.push(v));
                if let Some(entity) = self.entities.get_mut(from) {
                    entity.language.clone_from(lang);
                }
            }
            Token::List { ordered, items } => self.list(*ordered, items),
            Token::Link { href, c } => self.link(href, c),
        }
    }

    fn range(&mut self, kind: EntityKind, inside: impl FnOnce(&mut Self)) {
        let start = self.units;
        inside(self);
        if self.units > start {
            self.entities
                .push(Entity::new(kind, start, self.units - start));
        }
    }

    fn list(&mut self, ordered: bool, items: &[Vec<Token>]) {
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                self.push("\n");
            }
            if ordered {
                self.push(&format!("{}. ", n + 1));
            } else {
                self.push("- ");
            }
            self.blocks(item);
        }
    }

    /// Messengers hide only web addresses behind words; other addresses follow their words.
    fn link(&mut self, href: &str, c: &[Token]) {
        let (start, from) = (self.units, self.out.len());
        self.blocks(c);
        let bare = href.split_once(':').map_or(href, |(_, rest)| rest);
        let shown = self.out[from..].to_owned();
        if shown == href || shown == bare {
            return;
        }
        if href.to_ascii_lowercase().starts_with("http") {
            let mut entity = Entity::new(EntityKind::Link, start, self.units - start);
            entity.url = Some(href.to_owned());
            self.entities.push(entity);
        } else {
            self.push(&format!(" ({bare})"));
        }
    }
}

fn is_block(token: &Token) -> bool {
    matches!(
        token,
        Token::P { .. } | Token::Pre { .. } | Token::Quote { .. } | Token::List { .. }
    )
}
