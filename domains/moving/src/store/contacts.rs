//! The SQL of tables of contacts.

use crate::contacts::model::{
    ContactImport, TableCounts, TableReport, TableSettings, TableUndone, Trace,
};
use crm::Contact;
use db::{Json, Tx, bind, sql};
use kernel::{Id, Moment, Result};

pub(crate) async fn add(tx: &mut Tx<'_>, import: &ContactImport) -> Result<()> {
    tx.run(
        sql!("INSERT INTO contact_imports (id, person_id, file_id, file_name, state, settings, made, undone, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)"),
        &bind![
            import.id,
            import.person_id,
            import.file_id,
            &import.file_name,
            &import.state,
            Json(&import.settings),
            Json(&import.made),
            Json(&import.undone),
            import.created_at,
        ],
    )
    .await
    .map(drop)
}
pub(crate) async fn imports(tx: &mut Tx<'_>) -> Result<Vec<ContactImport>> {
    tx.all(
        sql!("SELECT * FROM contact_imports ORDER BY created_at DESC, id DESC LIMIT 50"),
        &bind![],
    )
    .await
}
pub(crate) async fn import(tx: &mut Tx<'_>, id: Id<ContactImport>) -> Result<ContactImport> {
    tx.must(
        sql!("SELECT * FROM contact_imports WHERE id = $1"),
        &bind![id],
    )
    .await
}
/// Moves an import from one state to another, with what went wrong if anything did; 0 when it is not in the first.
pub(crate) async fn step(
    tx: &mut Tx<'_>,
    id: Id<ContactImport>,
    (from, to): (&str, &str),
    error: &str,
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!("UPDATE contact_imports SET state = $3, error = $4, updated_at = $5 WHERE id = $1 AND state = $2"),
        &bind![id, from, to, error, now],
    )
    .await
}
pub(crate) async fn choose(
    tx: &mut Tx<'_>,
    id: Id<ContactImport>,
    settings: &TableSettings,
) -> Result<()> {
    tx.run(
        sql!("UPDATE contact_imports SET settings = $2, report = NULL WHERE id = $1"),
        &bind![id, Json(settings)],
    )
    .await
    .map(drop)
}
pub(crate) async fn found(
    tx: &mut Tx<'_>,
    id: Id<ContactImport>,
    report: &TableReport,
) -> Result<()> {
    tx.run(
        sql!("UPDATE contact_imports SET report = $2 WHERE id = $1"),
        &bind![id, Json(report)],
    )
    .await
    .map(drop)
}
/// From now on the run can be taken back until a moment.
pub(crate) async fn begin(tx: &mut Tx<'_>, id: Id<ContactImport>, until: Moment) -> Result<()> {
    tx.run(
        sql!("UPDATE contact_imports SET undo_until = $2 WHERE id = $1"),
        &bind![id, until],
    )
    .await
    .map(drop)
}
/// Moves a run on; 0 when somebody else has, or it was stopped.
pub(crate) async fn advance(
    tx: &mut Tx<'_>,
    id: Id<ContactImport>,
    (from, to): (i64, i64),
    made: &TableCounts,
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!(
            "UPDATE contact_imports SET position = $3, made = $4, updated_at = $5
              WHERE id = $1 AND position = $2 AND state = 'running'"
        ),
        &bind![id, from, to, Json(made), now],
    )
    .await
}
pub(crate) async fn undo(
    tx: &mut Tx<'_>,
    id: Id<ContactImport>,
    undone: &TableUndone,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("UPDATE contact_imports SET undone = $2, updated_at = $3 WHERE id = $1"),
        &bind![id, Json(undone), now],
    )
    .await
    .map(drop)
}
pub(crate) async fn without_file(
    tx: &mut Tx<'_>,
    id: Id<ContactImport>,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("UPDATE contact_imports SET file_kept = FALSE, updated_at = $2 WHERE id = $1"),
        &bind![id, now],
    )
    .await
    .map(drop)
}
pub(crate) async fn forget(tx: &mut Tx<'_>, id: Id<ContactImport>) -> Result<()> {
    forget_traces(tx, id).await?;
    tx.run(
        sql!("DELETE FROM contact_imports WHERE id = $1"),
        &bind![id],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ what was written

pub(crate) async fn trace(tx: &mut Tx<'_>, id: Id<ContactImport>, t: &Trace) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO contact_import_rows (import_id, number, contact_id, before, after)
              VALUES ($1, $2, $3, $4, $5)"
        ),
        &bind![
            id,
            t.number,
            t.contact_id,
            t.before.as_ref().map(Json),
            Json(&t.after)
        ],
    )
    .await
    .map(drop)
}
/// What is still to be taken back, the last first: who was changed twice gets both back in turn.
pub(crate) async fn traces(
    tx: &mut Tx<'_>,
    id: Id<ContactImport>,
    limit: i64,
) -> Result<Vec<Trace>> {
    tx.all(
        sql!("SELECT number, contact_id, before, after FROM contact_import_rows WHERE import_id = $1 AND left_why = ''
              ORDER BY number DESC LIMIT $2"),
        &bind![id, limit],
    )
    .await
}
pub(crate) async fn untrace(tx: &mut Tx<'_>, id: Id<ContactImport>, number: i64) -> Result<()> {
    tx.run(
        sql!("DELETE FROM contact_import_rows WHERE import_id = $1 AND number = $2"),
        &bind![id, number],
    )
    .await
    .map(drop)
}
pub(crate) async fn leave(
    tx: &mut Tx<'_>,
    id: Id<ContactImport>,
    number: i64,
    why: &str,
) -> Result<()> {
    tx.run(
        sql!("UPDATE contact_import_rows SET left_why = $3 WHERE import_id = $1 AND number = $2"),
        &bind![id, number, why],
    )
    .await
    .map(drop)
}
/// What could not be taken back, in the order of rows.
pub(crate) async fn left(
    tx: &mut Tx<'_>,
    id: Id<ContactImport>,
    limit: i64,
) -> Result<Vec<(Id<Contact>, String)>> {
    tx.all(
        sql!("SELECT contact_id, left_why FROM contact_import_rows WHERE import_id = $1 AND left_why <> ''
              ORDER BY number LIMIT $2"),
        &bind![id, limit],
    )
    .await
}
pub(crate) async fn forget_traces(tx: &mut Tx<'_>, id: Id<ContactImport>) -> Result<()> {
    tx.run(
        sql!("DELETE FROM contact_import_rows WHERE import_id = $1"),
        &bind![id],
    )
    .await
    .map(drop)
}
/// An import if it is still there.
pub(crate) async fn find(tx: &mut Tx<'_>, id: Id<ContactImport>) -> Result<Option<ContactImport>> {
    tx.one(
        sql!("SELECT * FROM contact_imports WHERE id = $1"),
        &bind![id],
    )
    .await
}
