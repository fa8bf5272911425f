//! Tasks and rows as cards in messages, in the palette and as links of a message (S2-14, L-68, P-10).

use crate::{
    actions,
    model::{Row, Table, Task},
};
use accounts::Person;
use db::Tx;
use kernel::{Id, Result, Uuid};
use messages::{Card, CardField, CardFuture, CardSource};

/// Tasks, for the server's list.
pub const TASKS: CardSource = CardSource {
    kind: "task",
    by_ids: tasks_by_ids,
    find: find_tasks,
};

/// Rows of tables, for the server's list.
pub const ROWS: CardSource = CardSource {
    kind: "row",
    by_ids: rows_by_ids,
    find: find_rows,
};

/// Fields of a row that its card shows.
const SHOWN: usize = 3;

async fn task_cards(tx: &mut Tx<'_>, tasks: Vec<Task>) -> Result<Vec<Card>> {
    let people: Vec<Id<Person>> = tasks.iter().filter_map(|t| t.assignee_id).collect();
    let people = accounts::briefs(tx, &people).await?;
    let card = |task: Task| {
        let assignee = people.iter().find(|p| Some(p.id) == task.assignee_id);
        let name = assignee.map(|p| CardField::words("assignee", p.name.clone()));
        let deadline = task.deadline.map(|at| CardField::moment("deadline", at));
        Card {
            kind: "task".to_owned(),
            id: task.id.uuid(),
            title: format!("№\u{a0}{} {}", task.number, task.title),
            state: task.state.word().to_owned(),
            fields: name.into_iter().chain(deadline).collect(),
            href: format!("/tasks/{}", task.id),
        }
    };
    Ok(tasks.into_iter().map(card).collect())
}

async fn row_cards(tx: &mut Tx<'_>, rows: Vec<(Row, Table)>) -> Result<Vec<Card>> {
    let mut out = Vec::with_capacity(rows.len());
    for one in rows {
        let fields = actions::shown(tx, &one, SHOWN).await?;
        let fields = fields.into_iter().map(|(name, value)| {
            let value = text::excerpt(&value, 120);
            CardField::words(&name, value)
        });
        let (row, table) = &one;
        out.push(Card {
            kind: "row".to_owned(),
            id: row.id.uuid(),
            title: format!("{} · №\u{a0}{} {}", table.name, row.number, row.title),
            state: String::new(),
            fields: fields.collect(),
            href: format!("/tables/{}?row={}", table.id, row.id),
        });
    }
    Ok(out)
}

fn tasks_by_ids<'a>(
    tx: &'a mut Tx<'_>,
    person: Id<Person>,
    ids: Vec<Uuid>,
) -> CardFuture<'a, Vec<Card>> {
    Box::pin(async move {
        let tasks = actions::visible_tasks(tx, person, &ids).await?;
        task_cards(tx, tasks).await
    })
}

fn find_tasks<'a>(
    tx: &'a mut Tx<'_>,
    person: Id<Person>,
    words: &'a str,
    limit: i64,
) -> CardFuture<'a, Vec<Card>> {
    Box::pin(async move {
        let tasks = actions::find_tasks(tx, person, Some(words), limit).await?;
        task_cards(tx, tasks).await
    })
}

fn rows_by_ids<'a>(
    tx: &'a mut Tx<'_>,
    person: Id<Person>,
    ids: Vec<Uuid>,
) -> CardFuture<'a, Vec<Card>> {
    Box::pin(async move {
        let ids: Vec<Id<Row>> = ids.into_iter().map(Id::new).collect();
        let rows = actions::visible_rows(tx, person, &ids).await?;
        row_cards(tx, rows).await
    })
}

fn find_rows<'a>(
    tx: &'a mut Tx<'_>,
    person: Id<Person>,
    words: &'a str,
    limit: i64,
) -> CardFuture<'a, Vec<Card>> {
    Box::pin(async move {
        let rows = actions::find_rows(tx, person, Some(words), limit).await?;
        row_cards(tx, rows).await
    })
}
