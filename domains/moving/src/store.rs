//! The SQL of moving in and out.

pub(crate) mod contacts;

use crate::model::{Export, Import, ImportChoice, ImportMade, ImportReport};
use accounts::Person;
use db::{Json, Tx, bind, sql};
use kernel::{Id, Moment, Result, Uuid};

pub(crate) async fn add(tx: &mut Tx<'_>, import: &Import) -> Result<()> {
    tx.run(
        sql!("INSERT INTO imports (id, person_id, file_id, file_name, format, state, result, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)"),
        &bind![
            import.id,
            import.person_id,
            import.file_id,
            &import.file_name,
            import.format.word(),
            &import.state,
            Json(&import.made),
            import.created_at,
        ],
    )
    .await
    .map(drop)
}
pub(crate) async fn imports(tx: &mut Tx<'_>) -> Result<Vec<Import>> {
    tx.all(
        sql!("SELECT * FROM imports ORDER BY created_at DESC, id DESC LIMIT 50"),
        &bind![],
    )
    .await
}
pub(crate) async fn import(tx: &mut Tx<'_>, id: Id<Import>) -> Result<Import> {
    tx.must(sql!("SELECT * FROM imports WHERE id = $1"), &bind![id])
        .await
}
/// Moves an import from one state to another; 0 when it is not in the first.
pub(crate) async fn step(
    tx: &mut Tx<'_>,
    id: Id<Import>,
    (from, to): (&str, &str),
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!("UPDATE imports SET state = $3, error = '', place = '', tries = 0, updated_at = $4 WHERE id = $1 AND state = $2"),
        &bind![id, from, to, now],
    )
    .await
}
pub(crate) async fn fail(
    tx: &mut Tx<'_>,
    id: Id<Import>,
    (from, to): (&str, &str),
    (error, place): (&str, &str),
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!("UPDATE imports SET state = $3, error = $4, place = $5, updated_at = $6 WHERE id = $1 AND state = $2"),
        &bind![id, from, to, error, place, now],
    )
    .await
}
pub(crate) async fn found(tx: &mut Tx<'_>, id: Id<Import>, report: &ImportReport) -> Result<()> {
    tx.run(
        sql!("UPDATE imports SET report = $2 WHERE id = $1"),
        &bind![id, Json(report)],
    )
    .await
    .map(drop)
}
pub(crate) async fn choose(
    tx: &mut Tx<'_>,
    id: Id<Import>,
    choices: &[ImportChoice],
) -> Result<()> {
    tx.run(
        sql!("UPDATE imports SET mapping = $2, position = 0 WHERE id = $1"),
        &bind![id, Json(choices)],
    )
    .await
    .map(drop)
}
/// Moves a run on; 0 when somebody else has, or it was stopped.
pub(crate) async fn advance(
    tx: &mut Tx<'_>,
    id: Id<Import>,
    (from, to): (i64, i64),
    made: &ImportMade,
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!(
            "UPDATE imports SET position = $3, result = $4, updated_at = $5
              WHERE id = $1 AND position = $2 AND state = 'running'"
        ),
        &bind![id, from, to, Json(made), now],
    )
    .await
}

/// Notes that an archive is begun to be looked at.
pub(crate) async fn try_once_more(tx: &mut Tx<'_>, id: Id<Import>, now: Moment) -> Result<()> {
    tx.run(
        sql!("UPDATE imports SET tries = tries + 1, updated_at = $2 WHERE id = $1"),
        &bind![id, now],
    )
    .await
    .map(drop)
}

/// Notes that the archive of a run is not kept any more.
pub(crate) async fn without_archive(tx: &mut Tx<'_>, id: Id<Import>, now: Moment) -> Result<()> {
    tx.run(
        sql!("UPDATE imports SET archive_kept = FALSE, updated_at = $2 WHERE id = $1"),
        &bind![id, now],
    )
    .await
    .map(drop)
}
pub(crate) async fn forget(tx: &mut Tx<'_>, id: Id<Import>) -> Result<()> {
    tx.run(sql!("DELETE FROM imports WHERE id = $1"), &bind![id])
        .await
        .map(drop)
}

// ------------------------------------------------------------ what came

/// Something that came from elsewhere.
pub(crate) struct Came {
    pub(crate) key: Uuid,
    pub(crate) kind: &'static str,
    pub(crate) external_id: String,
    pub(crate) our_id: Uuid,
    pub(crate) thread_id: Option<Uuid>,
}

pub(crate) async fn came(tx: &mut Tx<'_>, run: &Import, what: &Came) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO imported (key, format, kind, external_id, our_id, thread_id, run_id)
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO UPDATE SET our_id = $5"
        ),
        &bind![
            what.key,
            run.format.word(),
            what.kind,
            &what.external_id,
            what.our_id,
            what.thread_id,
            run.id,
        ],
    )
    .await
    .map(drop)
}
/// All people or chats that came in archives of a format: their ids there and here.
pub(crate) async fn known(
    tx: &mut Tx<'_>,
    format: &str,
    kind: &str,
) -> Result<Vec<(String, Uuid)>> {
    tx.all(
        sql!("SELECT external_id, our_id FROM imported WHERE format = $1 AND kind = $2"),
        &bind![format, kind],
    )
    .await
}
pub(crate) async fn by_keys(tx: &mut Tx<'_>, keys: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    tx.all(
        sql!("SELECT key, our_id FROM imported WHERE key IN UUIDS($1)"),
        &bind![keys.to_vec()],
    )
    .await
}
/// The chats a run wrote in, with how many messages of it are there.
pub(crate) async fn written(tx: &mut Tx<'_>, run: Id<Import>) -> Result<Vec<(Uuid, i64)>> {
    tx.all(
        sql!("SELECT thread_id, COUNT(*) FROM imported WHERE run_id = $1 AND kind = 'message' AND thread_id IS NOT NULL
              GROUP BY thread_id ORDER BY thread_id"),
        &bind![run],
    )
    .await
}
/// What a run made of a kind: `chat`s or `topic`s.
pub(crate) async fn made_of(tx: &mut Tx<'_>, run: Id<Import>, kind: &str) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = tx
        .all(
            sql!("SELECT our_id FROM imported WHERE run_id = $1 AND kind = $2 ORDER BY our_id"),
            &bind![run, kind],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
pub(crate) async fn forget_chat(tx: &mut Tx<'_>, chat: Uuid) -> Result<()> {
    tx.run(
        sql!("DELETE FROM imported WHERE thread_id = $1"),
        &bind![chat],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ exports

pub(crate) async fn add_export(tx: &mut Tx<'_>, export: &Export) -> Result<()> {
    tx.run(
        sql!("INSERT INTO exports (id, person_id, thread_id, title, state, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)"),
        &bind![
            export.id,
            export.person_id,
            export.thread_id,
            &export.title,
            &export.state,
            export.created_at
        ],
    )
    .await
    .map(drop)
}
pub(crate) async fn exports(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Export>> {
    tx.all(
        sql!(
            "SELECT * FROM exports WHERE person_id = $1 ORDER BY created_at DESC, id DESC LIMIT 20"
        ),
        &bind![person],
    )
    .await
}
pub(crate) async fn export(tx: &mut Tx<'_>, id: Id<Export>) -> Result<Export> {
    tx.must(sql!("SELECT * FROM exports WHERE id = $1"), &bind![id])
        .await
}
pub(crate) async fn export_at(
    tx: &mut Tx<'_>,
    id: Id<Export>,
    (done, total): (i64, i64),
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("UPDATE exports SET done = $2, total = $3, updated_at = $4 WHERE id = $1"),
        &bind![id, done, total, now],
    )
    .await
    .map(drop)
}
pub(crate) async fn end_export(
    tx: &mut Tx<'_>,
    id: Id<Export>,
    state: &str,
    file: Option<Uuid>,
    error: &str,
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!("UPDATE exports SET state = $2, file_id = $3, error = $4, updated_at = $5 WHERE id = $1 AND state = 'running'"),
        &bind![id, state, file, error, now],
    )
    .await
}
pub(crate) async fn forget_export(tx: &mut Tx<'_>, id: Id<Export>) -> Result<()> {
    tx.run(sql!("DELETE FROM exports WHERE id = $1"), &bind![id])
        .await
        .map(drop)
}
