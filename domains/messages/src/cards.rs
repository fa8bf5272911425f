//! Records shown in messages (S2-14): a domain above lists itself here, and a card shows each reader what they may see.

use crate::extras::ObjectRef;
use accounts::Person;
use db::Tx;
use kernel::{Id, Result, Uuid};
use serde::Serialize;
use std::{collections::HashMap, future::Future, pin::Pin};
use utoipa::ToSchema;

/// Records asked for at once, at most.
const MOST: usize = 100;
/// Found records of one source.
const FOUND: i64 = 8;

/// One line of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CardField {
    /// What it is: a word the reader's catalog has a sentence for (`card-field-WORD`), or a name somebody gave.
    pub label: String,
    /// Its value, ready to be read.
    pub value: String,
    /// The value is a moment: milliseconds since 1970, written by the reader's own clock.
    pub moment: bool,
}

impl CardField {
    /// A line of words.
    pub fn words(label: &str, value: impl Into<String>) -> Self {
        Self {
            label: label.to_owned(),
            value: value.into(),
            moment: false,
        }
    }
    /// A line that tells a moment.
    pub fn moment(label: &str, at: kernel::Moment) -> Self {
        Self {
            label: label.to_owned(),
            value: at.millis().to_string(),
            moment: true,
        }
    }
}

/// A record as a message, a search or a list of links shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Card {
    /// The word of its source.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// Its state in one word of the catalogs (`card-state-WORD`); may be empty.
    pub state: String,
    /// Its key fields.
    pub fields: Vec<CardField>,
    /// Where it opens: a path of ours.
    pub href: String,
}

/// A future of a source.
pub type CardFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;

/// A kind of records that messages can show.
#[derive(Clone, Copy)]
pub struct CardSource {
    /// Its word: lower case Latin letters and `_`.
    pub kind: &'static str,
    /// Those of these records the person may see, in any order.
    pub by_ids: for<'a, 't> fn(&'a mut Tx<'t>, Id<Person>, Vec<Uuid>) -> CardFuture<'a, Vec<Card>>,
    /// Records the person may see that fit the words; without words the newest.
    pub find: for<'a, 't> fn(&'a mut Tx<'t>, Id<Person>, &'a str, i64) -> CardFuture<'a, Vec<Card>>,
}

/// The kinds there are, a part of the house.
#[derive(Clone, Default)]
pub struct Cards(pub Vec<CardSource>);

impl Cards {
    /// Whether there are records of this kind.
    pub fn knows(&self, kind: &str) -> bool {
        self.0.iter().any(|source| source.kind == kind)
    }

    /// Those of the records the person may see, in the order asked. What is missing does not exist or is not theirs to see:
    /// which of the two is not told.
    pub async fn by_refs(
        &self,
        tx: &mut Tx<'_>,
        person: Id<Person>,
        refs: &[ObjectRef],
    ) -> Result<Vec<Card>> {
        let refs = &refs[..refs.len().min(MOST)];
        let mut found = HashMap::new();
        for source in &self.0 {
            let of_kind = refs.iter().filter(|one| one.kind == source.kind);
            let ids: Vec<Uuid> = of_kind.map(|one| one.id).collect();
            if ids.is_empty() {
                continue;
            }
            for card in (source.by_ids)(tx, person, ids).await? {
                found.insert((source.kind, card.id), card);
            }
        }
        let cards = refs
            .iter()
            .filter_map(|one| found.get(&(one.kind.as_str(), one.id)).cloned());
        Ok(cards.collect())
    }

    /// Records of one kind, or of all, that fit the words.
    pub async fn find(
        &self,
        tx: &mut Tx<'_>,
        person: Id<Person>,
        words: &str,
        kind: Option<&str>,
    ) -> Result<Vec<Card>> {
        let mut out = Vec::new();
        for source in &self.0 {
            if kind.is_none_or(|only| only == source.kind) {
                out.extend((source.find)(tx, person, words, FOUND).await?);
            }
        }
        Ok(out)
    }
}
