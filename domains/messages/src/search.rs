//! Finding: word forms, both keyboard layouts, newest first, only what one may see (U-23, U-24).

use crate::{
    model::{Message, Thread, ThreadKind},
    store,
};
use accounts::Person;
use db::Tx;
use kernel::{Error, Id, Result};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Found messages of one answer.
const PAGE: usize = 30;

/// A thread as search names it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ThreadRef {
    id: Id<Thread>,
    kind: ThreadKind,
    title: String,
}
/// A found message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SearchHit {
    message: Message,
    thread: ThreadRef,
}
/// A page of found messages.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SearchPage {
    hits: Vec<SearchHit>,
    next: Option<String>,
    understood: String,
}

/// Beginnings of so many letters have an index of their own; shorter ones are words, longer ones a small family.
const BEGINNINGS: std::ops::RangeInclusive<usize> = 2..=5;

/// How the last word of a query is read: somebody may still be typing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    /// As a whole word.
    Whole,
    /// As the beginning of one.
    Beginning,
}

/// How to read the last word, in this order until a page is full. A long word that is found often enough as it stands is
/// what was meant, and reading it as a beginning too would cost as much as it has messages.
fn readings_of(last: &str) -> &'static [Last] {
    match last.chars().count() {
        letters if BEGINNINGS.contains(&letters) => &[Last::Beginning],
        letters if letters > *BEGINNINGS.end() => &[Last::Whole, Last::Beginning],
        _ => &[Last::Whole],
    }
}

/// A query in the index's own words: all terms. Terms hold only letters and digits.
fn expression(terms: &[String], read: Last, postgres: bool) -> String {
    let last = terms.len().saturating_sub(1);
    let words: Vec<String> = terms
        .iter()
        .enumerate()
        .map(|(n, term)| {
            let beginning = n == last && read == Last::Beginning;
            match (postgres, beginning) {
                (true, true) => format!("'{term}':*"),
                (true, false) => format!("'{term}'"),
                (false, true) => format!("\"{term}\" *"),
                (false, false) => format!("\"{term}\""),
            }
        })
        .collect();
    words.join(if postgres { " & " } else { " AND " })
}

fn clean(terms: &[String]) -> Vec<String> {
    terms
        .iter()
        .map(|t| {
            t.chars()
                .filter(|c| c.is_alphanumeric())
                .collect::<String>()
        })
        .filter(|t| !t.is_empty())
        .take(12)
        .collect()
}

pub(crate) async fn search(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    text: &str,
    thread: Option<Id<Thread>>,
    next: Option<i64>,
    postgres: bool,
) -> Result<SearchPage> {
    let query = text::search::query(&text.chars().take(200).collect::<String>());
    let mut found: BTreeMap<i64, Id<Message>> = BTreeMap::new();
    let readings: Vec<Vec<String>> = std::iter::once(&query.terms)
        .chain(&query.alternatives)
        .map(|t| clean(t))
        .filter(|t| !t.is_empty())
        .collect();
    if readings.is_empty() {
        return Err(Error::field("q", "messages.query_needed"));
    }
    let before = next.unwrap_or(i64::MAX);
    let limit = i64::try_from(PAGE).unwrap_or(30);
    for terms in &readings {
        let last = terms.last().map_or("", String::as_str);
        for read in readings_of(last) {
            let words = expression(terms, *read, postgres);
            let hits = store::find(tx, person, &words, thread, before, limit).await?;
            let full = hits.len() == PAGE;
            found.extend(hits);
            if full {
                break;
            }
        }
    }
    let page: Vec<(i64, Id<Message>)> = found.into_iter().rev().take(PAGE).collect();
    let full = page.len() == PAGE;
    let next = page.last().filter(|_| full).map(|(n, _)| n.to_string());
    let ids: Vec<Id<Message>> = page.iter().map(|(_, id)| *id).collect();
    let mut messages = store::by_ids(tx, &ids).await?;
    messages.reverse();
    let mut hits = Vec::with_capacity(messages.len());
    let mut threads: BTreeMap<Id<Thread>, ThreadRef> = BTreeMap::new();
    for message in messages {
        if !threads.contains_key(&message.thread_id) {
            let t = store::thread(tx, message.thread_id).await?;
            threads.insert(
                t.id,
                ThreadRef {
                    id: t.id,
                    kind: t.kind,
                    title: t.title,
                },
            );
        }
        if let Some(thread) = threads.get(&message.thread_id) {
            hits.push(SearchHit {
                thread: thread.clone(),
                message,
            });
        }
    }
    Ok(SearchPage {
        hits,
        next,
        understood: query.understood.unwrap_or_default(),
    })
}

/// Threads of a kind whose title holds the text in either keyboard layout.
pub async fn find_threads(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    text: &str,
    kind: ThreadKind,
    limit: i64,
) -> Result<Vec<(Id<Thread>, String)>> {
    let meant = text::search::query(text)
        .understood
        .unwrap_or_else(|| text.to_owned());
    let escaped = store::folded(meant.trim())
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    if escaped.is_empty() {
        return Ok(Vec::new());
    }
    store::find_threads(tx, person, &format!("%{escaped}%"), kind.word(), limit).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u_23_a_query_is_words_and_never_syntax() {
        let hostile = clean(&[
            "\" OR 1".into(),
            "')--".into(),
            "NEAR(".into(),
            "при*вет".into(),
        ]);
        assert_eq!(hostile, ["OR1", "NEAR", "привет"]);
        assert_eq!(
            expression(&hostile, Last::Beginning, false),
            "\"OR1\" AND \"NEAR\" AND \"привет\" *"
        );
        assert_eq!(
            expression(&hostile, Last::Whole, true),
            "'OR1' & 'NEAR' & 'привет'"
        );
    }

    #[test]
    fn u_23_a_word_being_typed_is_a_beginning() {
        assert_eq!(readings_of("я"), [Last::Whole]);
        assert_eq!(readings_of("до"), [Last::Beginning]);
        assert_eq!(readings_of("доста"), [Last::Beginning]);
        assert_eq!(readings_of("достав"), [Last::Whole, Last::Beginning]);
    }
}
