//! Moving messages to a task or into the history of a row (S2-30 to S2-32, L-68, P-10).

use super::{entries, pattern, rows, tasks};
use crate::{
    model::{Entry, NewTask, Row, Table, Task},
    rules::{self, Part},
    store,
};
use accounts::{Person, access};
use db::Tx;
use kernel::{Ctx, Error, Id, Result, Uuid};
use messages::Message;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Messages of one move.
const MOST: usize = 100;
/// Targets offered at once.
const OFFERED: i64 = 30;

/// Where messages are to go.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum MoveTo {
    /// To a task that is set now.
    New {
        /// The task.
        task: NewTask,
    },
    /// To a task, as its comments.
    Task {
        /// Which.
        id: Id<Task>,
    },
    /// Into the history of a row.
    Row {
        /// Which.
        id: Id<Row>,
    },
}

/// Where they went.
#[derive(Serialize, ToSchema)]
pub(crate) struct MovedTo {
    /// The task, if it is one.
    pub(crate) task: Option<Task>,
    /// The row, if it is one.
    pub(crate) row: Option<Row>,
    /// What was put down; messages that stood there already are not put down again.
    pub(crate) entries: Vec<Entry>,
}

/// The messages in the order they were written; each must be one the person may see, and hold words or files.
async fn open(tx: &mut Tx<'_>, me: Id<Person>, ids: &[Id<Message>]) -> Result<Vec<Message>> {
    if ids.is_empty() {
        return Err(Error::field("message_ids", "records.nothing_to_move"));
    }
    if ids.len() > MOST {
        return Err(Error::field("message_ids", "records.too_many_messages").arg("limit", MOST));
    }
    let mut out = Vec::with_capacity(ids.len());
    for id in ids {
        let thread = messages::thread_of(tx, *id).await?;
        access(tx, me, thread.uuid()).await?;
        let message = messages::by_id(tx, *id).await?;
        if message.deleted_at.is_some() || message.kind == "event" {
            return Err(Error::field("message_ids", "records.cannot_move"));
        }
        out.push(message);
    }
    out.sort_by_key(|m| (m.at, m.seq));
    out.dedup_by_key(|m| m.id);
    Ok(out)
}

/// Puts the messages down at an object; their files are there as its own, so that all who see it may open them.
async fn put(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (object, holder): (Uuid, Uuid),
    kind: &'static str,
    all: &[Message],
) -> Result<Vec<Entry>> {
    let ids: Vec<Id<Message>> = all.iter().map(|m| m.id).collect();
    let there = store::moved_before(tx, object, &ids).await?;
    let owner = ctx.actor.person().unwrap_or(holder);
    let mut out = Vec::new();
    for message in all.iter().filter(|m| !there.contains(&m.id)) {
        let files: Vec<_> = message.files.iter().map(|f| f.id).collect();
        let files = files::copy(tx, ctx, &files, owner, Some(holder)).await?;
        if let Some(entry) = entries::put_message(tx, ctx, object, message, files).await? {
            messages::link(tx, ctx, message.id, kind, object).await?;
            out.push(entry);
        }
    }
    Ok(out)
}

/// Moves messages: they stay where they are and stand there too.
pub(crate) async fn move_messages(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    ids: &[Id<Message>],
    to: MoveTo,
) -> Result<MovedTo> {
    let all = open(tx, me, ids).await?;
    match to {
        MoveTo::Row { id } => {
            let row = rows::writable(tx, me, id).await?;
            let holder = row.table_id.uuid();
            let entries = put(tx, ctx, (id.uuid(), holder), "row", &all).await?;
            store::touch_row(tx, id, ctx.now).await?;
            Ok(MovedTo {
                task: None,
                row: Some(row),
                entries,
            })
        }
        MoveTo::Task { id } => {
            let task = tasks::locked(tx, me, id).await?;
            rules::may(&task, me, Part::Comment)?;
            to_task(tx, ctx, task, false, &all).await
        }
        MoveTo::New { mut task } => {
            if task.title.trim().is_empty() {
                // A task from a message is called by its first words.
                task.title = all
                    .iter()
                    .map(|m| text::excerpt(&m.text, 80))
                    .find(|t| !t.is_empty())
                    .or_else(|| Some(all.first()?.files.first()?.name.clone()))
                    .unwrap_or_default();
            }
            let task = tasks::create_task(tx, ctx, me, task).await?;
            to_task(tx, ctx, task, true, &all).await
        }
    }
}

async fn to_task(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    task: Task,
    fresh: bool,
    all: &[Message],
) -> Result<MovedTo> {
    let id = task.id.uuid();
    let entries = put(tx, ctx, (id, id), "task", all).await?;
    let more = i64::try_from(entries.len()).unwrap_or(0);
    let words = entries.first().map(|e| e.text.clone()).unwrap_or_default();
    let task = if more == 0 {
        task
    } else if fresh {
        // Whoever got the new task was told of it already.
        let task = Task {
            comments: more,
            ..task
        };
        tasks::save(tx, &task).await?;
        tasks::tell_changed(tx, ctx, &task).await?;
        task
    } else {
        entries::counted(tx, ctx, task, more, &[], &words).await?
    };
    Ok(MovedTo {
        task: Some(task),
        row: None,
        entries,
    })
}

// ------------------------------------------------------------ what is offered (S2-32)

/// Tasks that a message can go to: all that are open to me.
pub(crate) async fn task_targets(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    words: Option<&str>,
) -> Result<Vec<Task>> {
    super::find_tasks(tx, me, words, OFFERED).await
}

/// A row that a message can go to.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowTarget {
    pub(crate) row: Row,
    pub(crate) table_name: String,
}

/// A table whose rows messages can go to.
#[derive(Serialize, ToSchema)]
pub(crate) struct TableTarget {
    pub(crate) id: Id<Table>,
    pub(crate) name: String,
}

/// Rows of the tables I may write, of all or of one, with those tables.
pub(crate) async fn row_targets(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    table: Option<Id<Table>>,
    words: Option<&str>,
) -> Result<(Vec<TableTarget>, Vec<RowTarget>)> {
    let writable = store::tables_for(tx, me, "writer", "keeper").await?;
    let mut names = BTreeMap::new();
    let mut tables = Vec::new();
    for one in store::tables_of(tx, me).await? {
        if writable.contains(&one.id) {
            names.insert(one.id, one.name.clone());
            tables.push(TableTarget {
                id: one.id,
                name: one.name,
            });
        }
    }
    let within: Vec<Id<Table>> = match table {
        Some(id) if names.contains_key(&id) => vec![id],
        Some(_) => return Err(Error::not_found()),
        None => names.keys().copied().collect(),
    };
    let pattern = pattern(words);
    let rows = store::find_rows(tx, &within, pattern.as_deref(), OFFERED).await?;
    let rows = rows
        .into_iter()
        .map(|row| RowTarget {
            table_name: names.get(&row.table_id).cloned().unwrap_or_default(),
            row,
        })
        .collect();
    Ok((tables, rows))
}
