//! A row of the table of conversations, pure: what it counts, and how its cells are written.

use accounts::Person;
use kernel::{Id, Language, Moment};
use messages::Tally;
use std::{collections::BTreeSet, time::Duration};
use text::safe;

/// What is told of one conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) number: Option<i64>,
    pub(crate) opened_at: Moment,
    /// None while it goes on.
    pub(crate) closed_at: Option<Moment>,
    pub(crate) channel: String,
    pub(crate) client: String,
    pub(crate) phone: String,
    pub(crate) queue: String,
    pub(crate) assignee: String,
    pub(crate) closed_by: String,
    /// Who wrote to the client, in the order they began.
    pub(crate) answered_by: Vec<String>,
    pub(crate) from_client: i64,
    pub(crate) to_client: i64,
    /// From the client's first message to the first answer after it.
    pub(crate) first_answer: Option<Duration>,
}

/// Who said how much in a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answers {
    pub(crate) people: Vec<Id<Person>>,
    pub(crate) from_client: i64,
    pub(crate) to_client: i64,
    pub(crate) first_answer: Option<Duration>,
}

impl Answers {
    /// Counts what stands in the tally of its authors.
    pub(crate) fn of(tally: &[Tally]) -> Self {
        let asked = tally.iter().filter(|t| t.author_kind == "contact");
        let asked_at = asked.clone().map(|t| t.first_at).min();
        let mut said: Vec<&Tally> = tally
            .iter()
            .filter(|t| t.author_kind != "contact")
            .collect();
        said.sort_by_key(|t| t.first_at);
        let mut seen = BTreeSet::new();
        let people = said.iter().filter(|t| t.author_kind == "person");
        let people = people.filter_map(|t| t.author_id);
        Self {
            people: people.filter(|id| seen.insert(*id)).map(Id::new).collect(),
            from_client: asked.map(|t| t.count).sum(),
            to_client: said.iter().map(|t| t.count).sum(),
            first_answer: asked_at.and_then(|at| {
                let after = tally.iter().filter_map(|t| t.first_answer_at).min()?;
                Some(after.since(at))
            }),
        }
    }
}

/// The ids of the columns' names in the catalogs, in their order.
pub(crate) const COLUMNS: [&str; 14] = [
    "conversations-table-number",
    "conversations-table-state",
    "conversations-table-opened",
    "conversations-table-closed",
    "conversations-table-channel",
    "conversations-table-client",
    "conversations-table-phone",
    "conversations-table-queue",
    "conversations-table-assignee",
    "conversations-table-answered-by",
    "conversations-table-closed-by",
    "conversations-table-from-client",
    "conversations-table-to-client",
    "conversations-table-first-answer",
];

/// What separates cells: spreadsheets split a file that is opened by a double click at the sign of their language.
pub(crate) const fn separator(language: Language) -> u8 {
    match language {
        Language::Ru => b';',
        Language::En => b',',
    }
}

/// The cells of a row; `words` are the names of an open and of a closed conversation.
pub(crate) fn cells(f: &Facts, zone: &jiff::tz::TimeZone, words: &[String; 2]) -> Vec<String> {
    let at = |moment: Moment| {
        let there = moment.timestamp().to_zoned(zone.clone());
        there.strftime("%Y-%m-%d %H:%M:%S").to_string()
    };
    vec![
        f.number.map(|n| n.to_string()).unwrap_or_default(),
        words[usize::from(f.closed_at.is_some())].clone(),
        at(f.opened_at),
        f.closed_at.map(at).unwrap_or_default(),
        safe(&f.channel),
        safe(&f.client),
        safe(&f.phone),
        safe(&f.queue),
        safe(&f.assignee),
        safe(&f.answered_by.join(", ")),
        safe(&f.closed_by),
        f.from_client.to_string(),
        f.to_client.to_string(),
        f.first_answer.map(clock).unwrap_or_default(),
    ]
}

/// Hours, minutes and seconds, as spreadsheets read them.
fn clock(length: Duration) -> String {
    let seconds = length.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours}:{minutes:02}:{:02}", seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(kind: &str, id: u128, count: i64, at: i64, after: Option<i64>) -> Tally {
        Tally {
            author_kind: kind.to_owned(),
            author_id: Some(kernel::Uuid::from_u128(id)),
            count,
            first_at: Moment::from_seconds(at),
            first_answer_at: after.map(Moment::from_seconds),
        }
    }

    #[test]
    fn u_37_a_first_answer_is_counted_from_the_clients_first_message() {
        let told = Answers::of(&[
            tally("person", 2, 2, 90, Some(160)),
            tally("contact", 1, 3, 100, None),
            tally("person", 3, 1, 130, Some(130)),
        ]);
        assert_eq!(told.first_answer, Some(Duration::from_secs(30)));
        assert_eq!((told.from_client, told.to_client), (3, 3));
        let ids: Vec<u128> = told.people.iter().map(|p| p.uuid().as_u128()).collect();
        assert_eq!(ids, [2, 3]);
        // We wrote first and were not answered: there was nothing to answer.
        let silent = Answers::of(&[tally("person", 2, 2, 90, None)]);
        assert_eq!((silent.first_answer, silent.to_client), (None, 2));
    }

    #[test]
    fn u_37_no_cell_is_a_formula() {
        for (text, cell) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+7 cmd", "'+7 cmd"),
            ("-1+1", "'-1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("+79991234567", "+79991234567"),
            ("ООО «Ромашка»", "ООО «Ромашка»"),
            ("", ""),
        ] {
            assert_eq!(safe(text), cell);
        }
    }

    #[test]
    fn u_37_times_are_the_readers_and_lengths_are_clocks() {
        let zone = jiff::tz::TimeZone::get("Asia/Yekaterinburg").unwrap();
        let facts = Facts {
            number: Some(7),
            opened_at: Moment::from_seconds(1_790_000_000),
            closed_at: Some(Moment::from_seconds(1_790_000_060)),
            first_answer: Some(Duration::from_secs(3_725)),
            answered_by: vec!["Анна".to_owned(), "=Борис".to_owned()],
            ..Facts::default()
        };
        let words = ["идёт".to_owned(), "закрыта".to_owned()];
        let row = cells(&facts, &zone, &words);
        assert_eq!(row.len(), COLUMNS.len());
        assert_eq!(
            row[..4],
            ["7", "закрыта", "2026-09-21 19:13:20", "2026-09-21 19:14:20"]
        );
        assert_eq!(
            (row[9].as_str(), row[13].as_str()),
            ("Анна, =Борис", "1:02:05")
        );
    }
}
