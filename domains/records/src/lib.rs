//! Tasks, and tables that people make for themselves, each with a history that takes messages.
//!
//! A *task* has an author, an assignee and co-workers; it may be *common* to departments or to all. A *table* has
//! typed fields and rows. What happened to a task or a row is its *entries*: comments, changes, and messages that
//! somebody moved there, with a link back to the talk they stand in. Whoever changes something says which version they
//! saw: two people who change different things both succeed, two who change the same are shown each other's words.

mod actions;
mod cards;
mod http;
mod model;
mod rules;
mod store;

pub use actions::create_task;
pub use cards::{ROWS, TASKS};
pub use model::{
    CellKind, Change, Choice, Circle, Entry, EntryKind, Field, Moved, NewTask, Row, Table, Task,
    TaskState,
};

use web::Domain;

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("records")
        .migrations(db::migrations!("records"; "0001_records", "0002_by_person"))
        .routes(http::routes())
        .frame("task.changed", actions::hydrate_task)
        .frame("table.changed", actions::hydrate_table)
        .frame("row.changed", actions::hydrate_row)
        .frame("entry.added", actions::hydrate_entry)
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
