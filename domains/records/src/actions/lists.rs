//! Reading tasks: lists, the board, one of them.

use super::{pattern, tasks::whole};
use crate::{
    model::{Task, TaskState},
    rules, store,
};
use accounts::{Person, access};
use db::Tx;
use kernel::{Ctx, Error, Id, Moment, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Tasks of one page, and of one column of the board.
const PAGE: i64 = 50;

/// Whose tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TaskScope {
    /// That I do or help with.
    My,
    /// That I set.
    Set,
    /// Common to all or to a department of mine.
    Common,
}

/// Which of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TaskFilter {
    /// Not done and not declined.
    #[default]
    Open,
    /// Of those, with the deadline over.
    Overdue,
    /// Done or declined.
    Done,
}

/// A page of tasks.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskPage {
    pub(crate) items: Vec<Task>,
    pub(crate) next: Option<String>,
}

pub(crate) async fn tasks(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    now: Moment,
    (scope, filter): (TaskScope, TaskFilter),
    words: Option<&str>,
    next: Option<&str>,
) -> Result<TaskPage> {
    let pattern = pattern(words);
    let query = store::TaskQuery {
        person: me,
        finished: filter == TaskFilter::Done,
        before: (filter == TaskFilter::Overdue).then_some(now.micros()),
        pattern: pattern.as_deref(),
        after: next.and_then(rules::place_word),
        limit: PAGE,
    };
    let stored = match scope {
        TaskScope::My => store::my_tasks(tx, &query).await?,
        TaskScope::Set => store::tasks_set_by(tx, &query).await?,
        TaskScope::Common => store::common_tasks(tx, &query).await?,
    };
    let items = whole(tx, stored).await?;
    let full = i64::try_from(items.len()).unwrap_or(0) == PAGE;
    let next = items.last().filter(|_| full).map(|t| {
        let key = rules::sort_place(t.state, t.deadline, t.finished_at);
        format!("{key}.{}", t.number)
    });
    Ok(TaskPage { items, next })
}

/// How many open tasks I have, for the rail.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskCounts {
    pub(crate) open: i64,
    pub(crate) overdue: i64,
}

pub(crate) async fn counts(tx: &mut Tx<'_>, me: Id<Person>, now: Moment) -> Result<TaskCounts> {
    let (open, overdue) = store::my_counts(tx, me, now).await?;
    Ok(TaskCounts { open, overdue })
}

/// One column of the board.
#[derive(Serialize, ToSchema)]
pub(crate) struct Column {
    pub(crate) state: TaskState,
    pub(crate) items: Vec<Task>,
    /// There are more than are shown.
    pub(crate) more: bool,
}
/// The board, in the order of the states.
#[derive(Serialize, ToSchema)]
pub(crate) struct Board {
    pub(crate) columns: Vec<Column>,
}

pub(crate) async fn board(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    scope: TaskScope,
    words: Option<&str>,
) -> Result<Board> {
    let pattern = pattern(words);
    let scope = match scope {
        TaskScope::My => "my",
        TaskScope::Set => "set",
        TaskScope::Common => "common",
    };
    let mut columns = Vec::new();
    for state in TaskState::ALL {
        let mut stored =
            store::board_column(tx, me, scope, state, pattern.as_deref(), PAGE + 1).await?;
        let more = i64::try_from(stored.len()).unwrap_or(0) > PAGE;
        stored.truncate(usize::try_from(PAGE).unwrap_or(0));
        let items = whole(tx, stored).await?;
        columns.push(Column { state, items, more });
    }
    Ok(Board { columns })
}

/// A task, if the person may see it.
pub(crate) async fn one_task(tx: &mut Tx<'_>, me: Id<Person>, id: Id<Task>) -> Result<Task> {
    access(tx, me, id.uuid()).await?;
    let stored = store::tasks_by_ids(tx, &[id]).await?;
    whole(tx, stored).await?.pop().ok_or_else(Error::not_found)
}

/// Whoever looks at a task has heard what was told of it.
pub(crate) async fn seen_task(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Task>,
) -> Result<()> {
    access(tx, me, id.uuid()).await?;
    notifications::done_in_thread(tx, ctx, id.uuid(), Some(me)).await
}

/// Those of the tasks that a person may see.
pub(crate) async fn visible_tasks(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    ids: &[kernel::Uuid],
) -> Result<Vec<Task>> {
    let ids: Vec<Id<Task>> = store::visible(tx, me, ids)
        .await?
        .into_iter()
        .map(Id::new)
        .collect();
    let stored = store::tasks_by_ids(tx, &ids).await?;
    whole(tx, stored).await
}

/// Tasks a person may see that fit the words.
pub(crate) async fn find_tasks(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    words: Option<&str>,
    limit: i64,
) -> Result<Vec<Task>> {
    let pattern = pattern(words);
    let stored = store::find_tasks(tx, me, pattern.as_deref(), limit).await?;
    whole(tx, stored).await
}
