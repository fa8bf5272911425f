//! What a thread keeps beside its words: pictures and films, files, links, voice, newest first.

use crate::{
    model::{AuthorRef, Message, Thread},
    store,
};
use db::Tx;
use files::{FileKind, FileRef};
use kernel::{Id, Moment, Result};
use serde::{Deserialize, Serialize};
use text::Token;
use utoipa::ToSchema;

/// Things of one answer, about: a message's things are never torn apart.
const PAGE: usize = 60;
/// Messages read at once.
const STEP: i64 = 100;
/// Steps of one answer; a page may end before it is full, and says where to go on.
const MOST_STEPS: usize = 20;

/// Which shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ShelfKind {
    /// Pictures and films.
    Media,
    /// Everything else to download, music too.
    Files,
    /// Addresses.
    Links,
    /// Voice messages.
    Voice,
}

impl ShelfKind {
    const fn holds(self, kind: FileKind) -> bool {
        match kind {
            FileKind::Image | FileKind::Video => matches!(self, Self::Media),
            FileKind::Audio | FileKind::File => matches!(self, Self::Files),
            FileKind::Voice => matches!(self, Self::Voice),
        }
    }
}

/// One thing and the message it came with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Shelved {
    /// The message.
    message_id: Id<Message>,
    /// Its number.
    seq: i64,
    /// When.
    at: Moment,
    /// Who.
    author: AuthorRef,
    /// The file, unless it is a link.
    file: Option<FileRef>,
    /// The link's address.
    href: Option<String>,
    /// The link's words.
    words: String,
}

/// A page of a shelf.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ShelfPage {
    /// Newest first.
    items: Vec<Shelved>,
    /// `before` of the next page; none at the end.
    next: Option<i64>,
}

/// The things of a kind in messages before a number.
pub(crate) async fn page(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    kind: ShelfKind,
    before: Option<i64>,
) -> Result<ShelfPage> {
    let mut before = before.unwrap_or(i64::MAX);
    let mut items = Vec::new();
    for _ in 0..MOST_STEPS {
        let links = kind == ShelfKind::Links;
        let messages = store::with_things(tx, thread, links, before, STEP).await?;
        for message in messages.iter().rev() {
            before = message.seq;
            take(message, kind, &mut items);
            if items.len() >= PAGE {
                return Ok(ShelfPage {
                    items,
                    next: Some(before),
                });
            }
        }
        if i64::try_from(messages.len()).unwrap_or(STEP) < STEP {
            return Ok(ShelfPage { items, next: None });
        }
    }
    Ok(ShelfPage {
        items,
        next: Some(before),
    })
}

fn take(message: &Message, kind: ShelfKind, items: &mut Vec<Shelved>) {
    let thing = |file, href, words| Shelved {
        message_id: message.id,
        seq: message.seq,
        at: message.at,
        author: message.author.clone(),
        file,
        href,
        words,
    };
    if kind == ShelfKind::Links {
        let mut links = Vec::new();
        collect(&message.tokens, &mut links);
        items.extend(
            links
                .into_iter()
                .map(|(href, words)| thing(None, Some(href), words)),
        );
    } else {
        let fitting = message.files.iter().filter(|f| kind.holds(f.kind));
        items.extend(fitting.map(|f| thing(Some(f.clone()), None, String::new())));
    }
}

/// The links among tokens, each address once.
fn collect(tokens: &[Token], out: &mut Vec<(String, String)>) {
    for token in tokens {
        match token {
            Token::Link { href, c } if !out.iter().any(|(known, _)| known == href) => {
                out.push((href.clone(), words(c)));
            }
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

fn words(tokens: &[Token]) -> String {
    let words = tokens.iter().map(|token| match token {
        Token::Text { v } | Token::Code { v } => v.clone(),
        Token::Strong { c } | Token::Em { c } | Token::Strike { c } => words(c),
        _ => String::new(),
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_wherever_they_stand() {
        let tokens = text::parse(
            "см. https://a.example/x и **https://b.example**\n- [план](https://c.example)\n- https://a.example/x\n> mail@d.example\n`https://e.example`",
            &[],
        );
        let mut found = Vec::new();
        collect(&tokens, &mut found);
        let hrefs: Vec<&str> = found.iter().map(|(href, _)| href.as_str()).collect();
        assert_eq!(hrefs.len(), 4, "{hrefs:?}");
        assert!(hrefs.contains(&"https://c.example") && !hrefs.contains(&"https://e.example"));
        assert!(found.iter().any(|(_, words)| words == "план"));
    }
}
