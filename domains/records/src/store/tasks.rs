//! The SQL of tasks.

use crate::model::{Task, TaskState};
use accounts::Person;
use db::{FromRow, Json, Row, Tx, bind, sql};
use files::File;
use kernel::{Id, Result, Uuid};
use text::Token;

/// A task as stored, before its files are read.
pub(crate) struct StoredTask {
    pub(crate) task: Task,
    pub(crate) file_ids: Vec<Id<File>>,
}

impl FromRow for StoredTask {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            file_ids: row.get::<Json<_>>("files")?.0,
            task: Task {
                id: row.get("id")?,
                number: row.get("number")?,
                version: row.get("version")?,
                title: row.get("title")?,
                text: row.get("text")?,
                tokens: row.get::<Json<Vec<Token>>>("tokens")?.0,
                author_id: row.get("author_id")?,
                assignee_id: row.get("assignee_id")?,
                coworker_ids: row.get::<Json<_>>("coworker_ids")?.0,
                deadline: row.get("deadline")?,
                state: TaskState::from_word(&row.get::<String>("state")?),
                everyone: row.get("everyone")?,
                department_ids: row.get::<Json<_>>("department_ids")?.0,
                files: Vec::new(),
                comments: row.get("comments")?,
                place: row.get("place")?,
                created_at: row.get("created_at")?,
                changed_at: row.get("changed_at")?,
                finished_at: row.get("finished_at")?,
            },
        })
    }
}

/// Stores a task as it is now; `words` is what it is found by.
pub(crate) async fn save_task(tx: &mut Tx<'_>, t: &Task, sort_key: i64, words: &str) -> Result<()> {
    let files: Vec<Id<File>> = t.files.iter().map(|f| f.id).collect();
    tx.run(
        sql!("INSERT INTO tasks (id, number, version, title, text, tokens, author_id, assignee_id, coworker_ids, deadline,
                state, finished, everyone, department_ids, files, comments, place, sort_key, words, created_at, changed_at, finished_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
              ON CONFLICT (id) DO UPDATE SET version = $3, title = $4, text = $5, tokens = $6, assignee_id = $8, coworker_ids = $9,
                deadline = $10, state = $11, finished = $12, everyone = $13, department_ids = $14, files = $15, comments = $16,
                place = $17, sort_key = $18, words = $19, changed_at = $21, finished_at = $22"),
        &bind![
            t.id,
            t.number,
            t.version,
            &t.title,
            &t.text,
            Json(&t.tokens),
            t.author_id,
            t.assignee_id,
            Json(&t.coworker_ids),
            t.deadline,
            t.state.word(),
            t.state.finished(),
            t.everyone,
            Json(&t.department_ids),
            Json(&files),
            t.comments,
            t.place,
            sort_key,
            words,
            t.created_at,
            t.changed_at,
            t.finished_at,
        ],
    )
    .await
    .map(drop)
}

/// A task to be changed: on `PostgreSQL` others wait until this transaction ends.
pub(crate) async fn lock_task(tx: &mut Tx<'_>, id: Id<Task>) -> Result<StoredTask> {
    tx.must(
        sql!("SELECT * FROM tasks WHERE id = $1 FOR UPDATE"),
        &bind![id],
    )
    .await
}

pub(crate) async fn tasks_by_ids(tx: &mut Tx<'_>, ids: &[Id<Task>]) -> Result<Vec<StoredTask>> {
    tx.all(
        sql!("SELECT * FROM tasks WHERE id IN UUIDS($1)"),
        &bind![ids.to_vec()],
    )
    .await
}

/// What a list of tasks is asked with.
#[derive(Clone, Copy)]
pub(crate) struct TaskQuery<'a> {
    pub(crate) person: Id<Person>,
    /// `true`: what is done or declined.
    pub(crate) finished: bool,
    /// Only with a deadline before this.
    pub(crate) before: Option<i64>,
    pub(crate) pattern: Option<&'a str>,
    /// `(sort_key, number)` of the last one before.
    pub(crate) after: Option<(i64, i64)>,
    pub(crate) limit: i64,
}

/// The part of every list of tasks that is the same.
macro_rules! listed {
    ($whose:literal) => {
        concat!(
            "SELECT t.* FROM tasks t WHERE t.finished = $2 AND ",
            $whose,
            " AND (CAST($3 AS BIGINT) IS NULL OR t.deadline < $3)
              AND (CAST($4 AS TEXT) IS NULL OR t.words LIKE $4 ESCAPE '!')
              AND (CAST($5 AS BIGINT) IS NULL OR t.sort_key > $5 OR (t.sort_key = $5 AND t.number < $6))
            ORDER BY t.sort_key, t.number DESC LIMIT $7"
        )
    };
}

fn values(q: &TaskQuery<'_>) -> [db::Value; 7] {
    let (key, number) = q.after.map_or((None, None), |(k, n)| (Some(k), Some(n)));
    bind![
        q.person, q.finished, q.before, q.pattern, key, number, q.limit
    ]
}

/// Tasks that I do or help with.
pub(crate) async fn my_tasks(tx: &mut Tx<'_>, q: &TaskQuery<'_>) -> Result<Vec<StoredTask>> {
    tx.all(
        sql!(listed!(
            "t.id IN (SELECT g.object FROM grants g WHERE g.principal = $1 AND g.reason IN ('assignee', 'coworker'))"
        )),
        &values(q),
    )
    .await
}
/// Tasks that I set.
pub(crate) async fn tasks_set_by(tx: &mut Tx<'_>, q: &TaskQuery<'_>) -> Result<Vec<StoredTask>> {
    tx.all(sql!(listed!("t.author_id = $1")), &values(q)).await
}
/// Tasks common to all or to a department of mine.
pub(crate) async fn common_tasks(tx: &mut Tx<'_>, q: &TaskQuery<'_>) -> Result<Vec<StoredTask>> {
    tx.all(
        sql!(listed!(
            "EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal
                WHERE g.object = t.id AND m.person_id = $1 AND g.reason = 'reader')"
        )),
        &values(q),
    )
    .await
}

/// Tasks in which both take part.
pub(crate) async fn tasks_together(
    tx: &mut Tx<'_>,
    q: &TaskQuery<'_>,
    other: Id<Person>,
) -> Result<Vec<StoredTask>> {
    let mut values = values(q).to_vec();
    values.extend(bind![other]);
    tx.all(
        sql!(listed!(
            "t.id IN (SELECT g.object FROM grants g WHERE g.principal = $1 AND g.reason IN ('author', 'assignee', 'coworker'))
             AND t.id IN (SELECT g.object FROM grants g WHERE g.principal = $8 AND g.reason IN ('author', 'assignee', 'coworker'))"
        )),
        &values,
    )
    .await
}
/// How many of those are open, and how many are finished.
pub(crate) async fn counts_together(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    other: Id<Person>,
) -> Result<(i64, i64)> {
    tx.must(
        sql!("SELECT COUNT(CASE WHEN NOT t.finished THEN 1 END), COUNT(CASE WHEN t.finished THEN 1 END) FROM tasks t
              WHERE t.id IN (SELECT g.object FROM grants g WHERE g.principal = $1 AND g.reason IN ('author', 'assignee', 'coworker'))
                AND t.id IN (SELECT g.object FROM grants g WHERE g.principal = $2 AND g.reason IN ('author', 'assignee', 'coworker'))"),
        &bind![me, other],
    )
    .await
}

/// Open tasks of mine, and those of them whose deadline is over.
pub(crate) async fn my_counts(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    now: kernel::Moment,
) -> Result<(i64, i64)> {
    tx.must(
        sql!("SELECT COUNT(*), COUNT(CASE WHEN t.deadline < $2 THEN 1 END) FROM tasks t WHERE t.finished = FALSE
                AND t.id IN (SELECT g.object FROM grants g WHERE g.principal = $1 AND g.reason IN ('assignee', 'coworker'))"),
        &bind![person, now],
    )
    .await
}

/// Tasks a person may see, by words or number; open ones first, then what was last changed.
pub(crate) async fn find_tasks(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    pattern: Option<&str>,
    limit: i64,
) -> Result<Vec<StoredTask>> {
    tx.all(
        sql!("SELECT t.* FROM tasks t
              WHERE EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal WHERE g.object = t.id AND m.person_id = $1)
                AND (CAST($2 AS TEXT) IS NULL OR t.words LIKE $2 ESCAPE '!')
              ORDER BY t.finished, t.changed_at DESC LIMIT $3"),
        &bind![person, pattern, limit],
    )
    .await
}

/// Those of the tasks that a person may see.
pub(crate) async fn visible(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    objects: &[Uuid],
) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = tx
        .all(
            sql!("SELECT DISTINCT g.object FROM grants g JOIN memberships m ON m.principal = g.principal
                  WHERE g.object IN UUIDS($2) AND m.person_id = $1"),
            &bind![person, objects.to_vec()],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

// ------------------------------------------------------------ the board

/// The lowest place of a state below which another stands, or the ends: the place of the task under `above`.
pub(crate) async fn place_of(tx: &mut Tx<'_>, id: Id<Task>, state: &str) -> Result<Option<f64>> {
    let found: Option<(f64,)> = tx
        .one(
            sql!("SELECT place FROM tasks WHERE id = $1 AND state = $2"),
            &bind![id, state],
        )
        .await?;
    Ok(found.map(|(p,)| p))
}
/// The next place below one, or the first of all; `but` is the task that moves.
pub(crate) async fn place_below(
    tx: &mut Tx<'_>,
    state: &str,
    above: Option<f64>,
    but: Id<Task>,
) -> Result<Option<f64>> {
    let found: Option<(f64,)> = tx
        .one(
            sql!("SELECT place FROM tasks WHERE state = $1 AND id <> $3
                    AND (CAST($2 AS DOUBLE PRECISION) IS NULL OR place > $2) ORDER BY place LIMIT 1"),
            &bind![state, above, but],
        )
        .await?;
    Ok(found.map(|(p,)| p))
}
/// Gives the places of a state room again.
pub(crate) async fn spread(tx: &mut Tx<'_>, state: &str) -> Result<()> {
    tx.run(
        sql!("UPDATE tasks SET place = r.n * 1024.0
              FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY place, id) AS n FROM tasks WHERE state = $1) r
              WHERE tasks.id = r.id"),
        &bind![state],
    )
    .await
    .map(drop)
}

macro_rules! column {
    ($whose:literal) => {
        concat!(
            "SELECT t.* FROM tasks t WHERE t.state = $2 AND ",
            $whose,
            " AND (CAST($3 AS TEXT) IS NULL OR t.words LIKE $3 ESCAPE '!')
            ORDER BY t.place, t.id LIMIT $4"
        )
    };
}

/// A column of the board: my tasks, those I set, or common ones, from the top.
pub(crate) async fn board_column(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    scope: &str,
    state: TaskState,
    pattern: Option<&str>,
    limit: i64,
) -> Result<Vec<StoredTask>> {
    let values = bind![person, state.word(), pattern, limit];
    match scope {
        "my" => {
            tx.all(
                sql!(column!("t.id IN (SELECT g.object FROM grants g WHERE g.principal = $1 AND g.reason IN ('assignee', 'coworker'))")),
                &values,
            )
            .await
        }
        "set" => tx.all(sql!(column!("t.author_id = $1")), &values).await,
        _ => {
            tx.all(
                sql!(column!(
                    "EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal
                        WHERE g.object = t.id AND m.person_id = $1 AND g.reason = 'reader')"
                )),
                &values,
            )
            .await
        }
    }
}
