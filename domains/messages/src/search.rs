//! Finding: word forms, both keyboard layouts, newest first, only what one may see (U-23, U-24).

use crate::{
    model::{Message, Thread, ThreadKind},
    store,
};
use accounts::Person;
use db::Tx;
use kernel::{Error, Id, Moment, Result, Uuid};
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
impl ThreadRef {
    pub(crate) fn of(thread: Thread) -> Self {
        Self {
            id: thread.id,
            kind: thread.kind,
            title: thread.title,
        }
    }
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

/// What a message may have, as search asks for it (`has`); the index keeps it as a word of its own.
pub(crate) const HAS: [&str; 6] = ["file", "image", "video", "audio", "voice", "link"];

/// The index's word for what a message has. It is made of letters only, so that both engines keep it whole; who writes
/// the very same word is found by the filter too, which does no harm.
fn mark(has: &str) -> String {
    format!("qhas{has}")
}

/// The index's words for what stands in a message beside its text.
pub(crate) fn marks(message: &Message) -> Vec<String> {
    let mut has: Vec<&str> = message.files.iter().map(|f| f.kind.word()).collect();
    if !text::hrefs(&message.tokens).is_empty() {
        has.push("link");
    }
    has.sort_unstable();
    has.dedup();
    has.into_iter().map(mark).collect()
}

/// What narrows a search beside its words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filters {
    /// Only in this thread.
    pub(crate) thread: Option<Id<Thread>>,
    /// Only written by this person or contact.
    pub(crate) author: Option<Uuid>,
    /// Not before.
    pub(crate) from: Option<Moment>,
    /// Before.
    pub(crate) to: Option<Moment>,
    /// Words of [`HAS`]: all of them.
    pub(crate) has: Vec<String>,
}

impl Filters {
    /// Whether they alone say enough to look for.
    fn suffice(&self) -> bool {
        self.author.is_some() || self.from.is_some() || self.to.is_some() || !self.has.is_empty()
    }
}

/// Reads `has=file,link`.
pub(crate) fn has_words(given: &str) -> Result<Vec<String>> {
    let asked = given.split(',').map(str::trim).filter(|w| !w.is_empty());
    asked
        .map(|word| {
            if HAS.contains(&word) {
                Ok(word.to_owned())
            } else {
                Err(Error::field("has", "messages.bad_has").arg("allowed", HAS.join(", ")))
            }
        })
        .collect()
}

/// The ways to read a query: as typed, and as typed in the other keyboard layout; each with what it must have.
fn readings(query: &text::search::Query, filters: &Filters) -> Vec<Vec<String>> {
    let marks = filters.has.iter().map(|has| mark(has));
    let marks: Vec<String> = marks.collect();
    let readings = std::iter::once(&query.terms).chain(&query.alternatives);
    let readings = readings.map(|t| clean(t)).filter(|t| !t.is_empty());
    // What it must have stands first: the last word is the one being typed.
    let mut readings: Vec<Vec<String>> = readings
        .map(|terms| marks.iter().cloned().chain(terms).collect())
        .collect();
    if readings.is_empty() && filters.suffice() {
        readings.push(marks);
    }
    readings
}

pub(crate) async fn search(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    text: &str,
    filters: &Filters,
    next: Option<i64>,
    postgres: bool,
) -> Result<SearchPage> {
    let query = text::search::query(&text.chars().take(200).collect::<String>());
    let mut found: BTreeMap<i64, Id<Message>> = BTreeMap::new();
    let readings = readings(&query, filters);
    if readings.is_empty() {
        return Err(Error::field("q", "messages.query_needed"));
    }
    let before = next.unwrap_or(i64::MAX);
    let limit = i64::try_from(PAGE).unwrap_or(30);
    for terms in &readings {
        let last = terms.last().filter(|_| terms.len() > filters.has.len());
        for read in readings_of(last.map_or("", String::as_str)) {
            let words = expression(terms, *read, postgres);
            let hits = store::kept::find(tx, person, &words, filters, before, limit).await?;
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
            threads.insert(t.id, ThreadRef::of(t));
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
    fn p_12_filters_stand_before_the_word_being_typed() {
        let filters = Filters {
            has: vec!["file".into()],
            ..Filters::default()
        };
        let query = text::search::query("договор");
        assert_eq!(readings(&query, &filters)[0][0], "qhasfile");
        let nothing = text::search::query("");
        assert_eq!(readings(&nothing, &filters), [["qhasfile".to_owned()]]);
        assert!(readings(&nothing, &Filters::default()).is_empty());
        assert!(has_words("file, link").is_ok());
        assert!(has_words("virus").is_err());
    }

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
