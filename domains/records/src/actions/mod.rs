//! Use cases of records: load, ask the rules, save, journal.

mod changing;
mod entries;
mod lists;
mod moving;
mod row_pages;
mod rows;
mod tables;
mod tasks;
mod together;

pub(crate) use changing::{TaskPatch, change_task};
pub(crate) use entries::{
    EntryPage, NewComment, comment_row, comment_task, hydrate_entry, row_entries, task_entries,
};
pub(crate) use lists::{
    Board, TaskCounts, TaskFilter, TaskPage, TaskScope, board, counts, find_tasks, one_task,
    seen_task, tasks, visible_tasks,
};
pub(crate) use moving::{
    MoveTo, MovedTo, RowTarget, TableTarget, move_messages, row_targets, task_targets,
};
pub(crate) use row_pages::{RowPage, RowQuery, find_rows, one_row, rows, shown, visible_rows};
pub(crate) use rows::{NewRow, RowPatch, add_row, change_row, delete_row, hydrate_row};
pub(crate) use tables::{
    TableForm, create_table, delete_table, hydrate_table, my_tables, one_table, save_table,
};
pub use tasks::create_task;
pub(crate) use tasks::hydrate_task;
pub(crate) use together::{CommentsOf, TasksTogether, comments_of, tasks_together};

use crate::rules;
use accounts::{Department, Person, Reason};
use db::Tx;
use kernel::{Error, Id, Result, Uuid};
use std::collections::BTreeSet;

/// A text as it may be kept: without the one sign that no table takes.
fn kept(text: &str) -> String {
    text.replace('\0', "")
}

/// People who exist and still work here; `field` is what the refusal names.
async fn check_people(tx: &mut Tx<'_>, people: &[Id<Person>], field: &'static str) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let known = accounts::briefs(tx, people).await?;
    let all = people
        .iter()
        .all(|id| known.iter().any(|p| p.id == *id && p.works_here()));
    if all {
        Ok(())
    } else {
        Err(Error::field(field, "records.no_such_person"))
    }
}

async fn check_departments(tx: &mut Tx<'_>, ids: &[Id<Department>]) -> Result<()> {
    if accounts::are_departments(tx, ids).await? {
        Ok(())
    } else {
        Err(Error::field("department_ids", "records.no_such_department"))
    }
}

/// Names of the colleagues a text mentions.
async fn people_in(tx: &mut Tx<'_>, source: &str) -> Result<Vec<(Uuid, String)>> {
    let ids: Vec<Id<Person>> = text::mentioned(source)
        .into_iter()
        .take(50)
        .map(Id::new)
        .collect();
    let people = if ids.is_empty() {
        Vec::new()
    } else {
        accounts::briefs(tx, &ids).await?
    };
    Ok(people.into_iter().map(|p| (p.id.uuid(), p.name)).collect())
}

/// What is searched for as a pattern: folded, in the layout that was meant.
fn pattern(words: Option<&str>) -> Option<String> {
    let words = words.map(|w| w.trim().trim_start_matches(['№', '#']).trim())?;
    if words.is_empty() {
        return None;
    }
    let words: String = words.chars().take(200).collect();
    let meant = text::search::query(&words).understood.unwrap_or(words);
    let escaped = rules::folded(&kept(&meant))
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    Some(format!("%{escaped}%"))
}

/// Who may see an object, and why, as it is kept.
type Grants = BTreeSet<(Uuid, &'static str)>;

fn reason(word: &str) -> Reason {
    match word {
        "author" => Reason::Author,
        "assignee" => Reason::Assignee,
        "coworker" => Reason::Coworker,
        "writer" => Reason::Writer,
        "keeper" => Reason::Keeper,
        _ => Reason::Reader,
    }
}

/// Makes an object's grants what they are to be; answers the principals that lost every one.
async fn settle(
    tx: &mut Tx<'_>,
    object: Uuid,
    before: &Grants,
    after: &Grants,
) -> Result<Vec<Uuid>> {
    for (principal, word) in before.difference(after) {
        accounts::revoke(tx, object, *principal, reason(word)).await?;
    }
    for (principal, word) in after.difference(before) {
        accounts::grant(tx, object, *principal, reason(word)).await?;
    }
    let kept: BTreeSet<Uuid> = after.iter().map(|(p, _)| *p).collect();
    let lost: BTreeSet<Uuid> = before.iter().map(|(p, _)| *p).collect();
    Ok(lost.difference(&kept).copied().collect())
}
