//! The rules of records: of tasks, of tables, and of two people who change the same.

mod cells;
mod tables;
mod tasks;

pub(crate) use cells::{Known, check_cells, shown_cells, sort_key, title_of, words_of};
pub(crate) use tables::{circle_is_small, fields, table_name};
pub(crate) use tasks::{Part, between, comment, may, place_word, sort_place, title};

use crate::model::Change;
use std::collections::BTreeSet;

/// Which of the `wanted` fields were changed by others since the editor looked: `since` are the changes after the
/// version they saw. None of them: both changes stand, whoever came first.
pub(crate) fn overtaken<'a>(
    wanted: impl Iterator<Item = &'a str>,
    since: &[Change],
) -> Vec<String> {
    let changed: BTreeSet<&str> = since.iter().map(|c| c.field.as_str()).collect();
    wanted
        .filter(|field| changed.contains(field))
        .map(str::to_owned)
        .collect()
}

/// Words folded for finding: as the search of messages folds them.
pub(crate) fn folded(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn only_the_same_field_is_overtaken() {
        let change = |field: &str| Change {
            field: field.to_owned(),
            name: String::new(),
            before: Value::Null,
            after: Value::Null,
        };
        let since = [change("title"), change("state")];
        assert!(overtaken(["deadline", "text"].into_iter(), &since).is_empty());
        assert_eq!(overtaken(["text", "state"].into_iter(), &since), ["state"]);
        assert!(overtaken(["state"].into_iter(), &[]).is_empty());
    }
}
