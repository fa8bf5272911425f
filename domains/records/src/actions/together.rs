//! What somebody and I have to do with each other in tasks (L-89): tasks in common, their comments where I may read them.

use super::{entries, tasks::whole};
use crate::{
    actions::TaskFilter,
    model::{Entry, Task},
    rules, store,
};
use accounts::Person;
use db::Tx;
use kernel::{Id, Moment, Result};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Tasks or comments of one page.
const PAGE: i64 = 50;

/// A page of the tasks in which we both take part.
#[derive(Serialize, ToSchema)]
pub(crate) struct TasksTogether {
    pub(crate) items: Vec<Task>,
    pub(crate) next: Option<String>,
    /// How many of all of them are not done.
    pub(crate) open: i64,
    /// How many are done or declined.
    pub(crate) finished: i64,
}

/// A comment and where it stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct CommentOf {
    /// The comment.
    pub(crate) entry: Entry,
    /// The task's number.
    pub(crate) number: i64,
    /// The task's title.
    pub(crate) title: String,
}

/// A page of comments, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct CommentsOf {
    pub(crate) items: Vec<CommentOf>,
    pub(crate) next: Option<Id<Entry>>,
}

pub(crate) async fn tasks_together(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    other: Id<Person>,
    now: Moment,
    filter: TaskFilter,
    next: Option<&str>,
) -> Result<TasksTogether> {
    accounts::brief(tx, other).await?;
    let query = store::TaskQuery {
        person: me,
        finished: filter == TaskFilter::Done,
        before: (filter == TaskFilter::Overdue).then_some(now.micros()),
        pattern: None,
        after: next.and_then(rules::place_word),
        limit: PAGE,
    };
    let stored = store::tasks_together(tx, &query, other).await?;
    let items = whole(tx, stored).await?;
    let full = i64::try_from(items.len()).unwrap_or(0) == PAGE;
    let next = items.last().filter(|_| full).map(|t| {
        let key = rules::sort_place(t.state, t.deadline, t.finished_at);
        format!("{key}.{}", t.number)
    });
    let (open, finished) = store::counts_together(tx, me, other).await?;
    Ok(TasksTogether {
        items,
        next,
        open,
        finished,
    })
}

pub(crate) async fn comments_of(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    other: Id<Person>,
    before: Option<Id<Entry>>,
) -> Result<CommentsOf> {
    accounts::brief(tx, other).await?;
    let stored = store::comments_of(tx, me, other, before, PAGE).await?;
    let found = entries::whole(tx, stored).await?;
    let full = i64::try_from(found.len()).unwrap_or(0) == PAGE;
    let next = found.last().filter(|_| full).map(|e| e.id);
    let ids: Vec<Id<Task>> = found.iter().map(|e| Id::new(e.object_id)).collect();
    let names: BTreeMap<_, _> = store::tasks_by_ids(tx, &ids)
        .await?
        .into_iter()
        .map(|s| (s.task.id.uuid(), (s.task.number, s.task.title)))
        .collect();
    let named = |entry: Entry| {
        let (number, title) = names.get(&entry.object_id)?.clone();
        Some(CommentOf {
            entry,
            number,
            title,
        })
    };
    Ok(CommentsOf {
        items: found.into_iter().filter_map(named).collect(),
        next,
    })
}
