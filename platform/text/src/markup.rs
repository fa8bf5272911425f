//! Message markup: a small, literal-minded cousin of Markdown, parsed once on the server.
//!
//! Not `CommonMark`, on purpose: a chat must never lose or renumber what somebody typed, so there
//! are no headings, tables, HTML, reference links or lazy rules; whatever is not markup stands as
//! it was written. Single newlines are breaks.

mod block;
mod inline;
mod mention;

pub use mention::{mentioned, strip_mentions};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Longest source in bytes that is parsed; a longer one is shown as plain text.
pub const MAX_SOURCE: usize = 64 * 1024;

/// How deep quotations, lists and formatting may stand in each other.
pub(crate) const MAX_DEPTH: usize = 6;

/// One piece of a parsed message, as the UI draws it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "t", rename_all = "lowercase")]
pub enum Token {
    /// Plain words.
    Text {
        /// The words.
        v: String,
    },
    /// Strong.
    Strong {
        /// Inside.
        #[schema(no_recursion)]
        c: Vec<Token>,
    },
    /// Emphasised.
    Em {
        /// Inside.
        #[schema(no_recursion)]
        c: Vec<Token>,
    },
    /// Struck through.
    Strike {
        /// Inside.
        #[schema(no_recursion)]
        c: Vec<Token>,
    },
    /// Code in a line.
    Code {
        /// The code.
        v: String,
    },
    /// A block of code.
    Pre {
        /// The code, without the last newline.
        v: String,
        /// Its language, if the author named it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<String>,
    },
    /// A quotation of blocks.
    Quote {
        /// Inside.
        #[schema(no_recursion)]
        c: Vec<Token>,
    },
    /// A list; an ordered one counts from 1.
    List {
        /// Numbered.
        ordered: bool,
        /// Its items.
        #[schema(no_recursion)]
        items: Vec<Vec<Token>>,
    },
    /// A link; only http, https, mailto and tel.
    Link {
        /// Where to.
        href: String,
        /// Inside.
        #[schema(no_recursion)]
        c: Vec<Token>,
    },
    /// A colleague.
    Mention {
        /// Whom.
        id: Uuid,
        /// Their name now.
        name: String,
    },
    /// The next line.
    Br,
    /// A paragraph.
    P {
        /// Inside.
        #[schema(no_recursion)]
        c: Vec<Token>,
    },
}

impl Token {
    pub(crate) fn text(words: &str) -> Self {
        Self::Text {
            v: words.to_owned(),
        }
    }
}

/// The addresses a message links to, in order, each once.
pub fn hrefs(tokens: &[Token]) -> Vec<&str> {
    fn collect<'a>(tokens: &'a [Token], out: &mut Vec<&'a str>) {
        for token in tokens {
            match token {
                Token::Link { href, .. } if !out.contains(&href.as_str()) => out.push(href),
                Token::Strong { c }
                | Token::Em { c }
                | Token::Strike { c }
                | Token::Quote { c }
                | Token::P { c } => collect(c, out),
                Token::List { items, .. } => items.iter().for_each(|item| collect(item, out)),
                _ => {}
            }
        }
    }
    let mut out = Vec::new();
    collect(tokens, &mut out);
    out
}

/// Parses a source. `@[Name](id)` becomes a mention if the id is among `mentions`, under the name
/// given there; otherwise it is the text `@Name`. Total: any source has tokens, and all its words
/// are in them.
pub fn parse(source: &str, mentions: &[(Uuid, String)]) -> Vec<Token> {
    let source = unix_lines(source);
    if source.len() > MAX_SOURCE {
        return block::unparsed(&source);
    }
    block::parse(&source, mentions, 0)
}

/// Newlines of any system as `\n`; zero characters, which no database likes, as nothing.
pub(crate) fn unix_lines(source: &str) -> String {
    source
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\0', "")
}
