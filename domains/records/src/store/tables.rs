//! The SQL of tables and their rows.

use crate::model::{Row, Table};
use accounts::Person;
use db::{FromRow, Json, Tx, bind, sql};
use kernel::{Id, Moment, Result, Uuid};

impl FromRow for Table {
    fn from_row(row: &db::Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            version: row.get("version")?,
            name: row.get("name")?,
            fields: row.get::<Json<_>>("fields")?.0,
            readers: row.get::<Json<_>>("readers")?.0,
            writers: row.get::<Json<_>>("writers")?.0,
            keepers: row.get::<Json<_>>("keepers")?.0,
            author_id: row.get("author_id")?,
            created_at: row.get("created_at")?,
            deleted_at: row.get("deleted_at")?,
        })
    }
}

impl FromRow for Row {
    fn from_row(row: &db::Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            table_id: row.get("table_id")?,
            number: row.get("number")?,
            version: row.get("version")?,
            cells: row.get::<Json<_>>("cells")?.0,
            title: row.get("title")?,
            author_id: row.get("author_id")?,
            created_at: row.get("created_at")?,
            changed_at: row.get("changed_at")?,
            deleted_at: row.get("deleted_at")?,
        })
    }
}

/// A row with the key it was sorted by.
pub(crate) struct Sorted {
    pub(crate) row: Row,
    pub(crate) key: Vec<u8>,
}
impl FromRow for Sorted {
    fn from_row(row: &db::Row<'_>) -> Result<Self> {
        Ok(Self {
            key: row.get("key")?,
            row: Row::from_row(row)?,
        })
    }
}

pub(crate) async fn save_table(tx: &mut Tx<'_>, t: &Table) -> Result<()> {
    tx.run(
        sql!("INSERT INTO record_tables (id, version, name, fields, readers, writers, keepers, author_id, last_number, created_at, deleted_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)
              ON CONFLICT (id) DO UPDATE SET version = $2, name = $3, fields = $4, readers = $5, writers = $6, keepers = $7, deleted_at = $10"),
        &bind![
            t.id,
            t.version,
            &t.name,
            Json(&t.fields),
            Json(&t.readers),
            Json(&t.writers),
            Json(&t.keepers),
            t.author_id,
            t.created_at,
            t.deleted_at,
        ],
    )
    .await
    .map(drop)
}
pub(crate) async fn table(tx: &mut Tx<'_>, id: Id<Table>) -> Result<Table> {
    tx.must(
        sql!("SELECT * FROM record_tables WHERE id = $1 AND deleted_at IS NULL"),
        &bind![id],
    )
    .await
}
/// A table to be changed.
pub(crate) async fn lock_table(tx: &mut Tx<'_>, id: Id<Table>) -> Result<Table> {
    tx.must(
        sql!("SELECT * FROM record_tables WHERE id = $1 AND deleted_at IS NULL FOR UPDATE"),
        &bind![id],
    )
    .await
}
/// The same even when it was put away, for frames.
pub(crate) async fn any_table(tx: &mut Tx<'_>, id: Id<Table>) -> Result<Option<Table>> {
    tx.one(
        sql!("SELECT * FROM record_tables WHERE id = $1"),
        &bind![id],
    )
    .await
}
/// The tables a person may see, by name.
pub(crate) async fn tables_of(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Table>> {
    tx.all(
        sql!("SELECT t.* FROM record_tables t WHERE t.deleted_at IS NULL
                AND EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal WHERE g.object = t.id AND m.person_id = $1)
              ORDER BY t.name, t.id"),
        &bind![person],
    )
    .await
}
/// The tables a person has for one of two reasons.
pub(crate) async fn tables_for(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    reason: &str,
    or: &str,
) -> Result<Vec<Id<Table>>> {
    let rows: Vec<(Id<Table>,)> = tx
        .all(
            sql!("SELECT t.id FROM record_tables t WHERE t.deleted_at IS NULL
                    AND EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal
                                WHERE g.object = t.id AND m.person_id = $1 AND g.reason IN ($2, $3))"),
            &bind![person, reason, or],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// The number of a table's next row.
pub(crate) async fn next_row_number(tx: &mut Tx<'_>, id: Id<Table>) -> Result<i64> {
    let (n,): (i64,) = tx
        .must(
            sql!("UPDATE record_tables SET last_number = last_number + 1 WHERE id = $1 RETURNING last_number"),
            &bind![id],
        )
        .await?;
    Ok(n)
}

// ------------------------------------------------------------ rows

pub(crate) async fn save_row(tx: &mut Tx<'_>, r: &Row, words: &str) -> Result<()> {
    tx.run(
        sql!("INSERT INTO record_rows (id, table_id, number, version, cells, title, words, author_id, created_at, changed_at, deleted_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
              ON CONFLICT (id) DO UPDATE SET version = $4, cells = $5, title = $6, words = $7, changed_at = $10, deleted_at = $11"),
        &bind![
            r.id,
            r.table_id,
            r.number,
            r.version,
            Json(&r.cells),
            &r.title,
            words,
            r.author_id,
            r.created_at,
            r.changed_at,
            r.deleted_at,
        ],
    )
    .await
    .map(drop)
}
/// Marks a row as changed now: a message was moved into its history.
pub(crate) async fn touch_row(tx: &mut Tx<'_>, id: Id<Row>, now: Moment) -> Result<()> {
    tx.run(
        sql!("UPDATE record_rows SET changed_at = $2 WHERE id = $1"),
        &bind![id, now],
    )
    .await
    .map(drop)
}
/// Makes `key` what a row is sorted by in a field; none takes it out.
pub(crate) async fn set_key(
    tx: &mut Tx<'_>,
    row: Id<Row>,
    field: Uuid,
    key: Option<Vec<u8>>,
) -> Result<()> {
    match key {
        Some(key) => tx
            .run(
                sql!(
                    "INSERT INTO record_cells (row_id, field_id, key) VALUES ($1, $2, $3)
                      ON CONFLICT (row_id, field_id) DO UPDATE SET key = $3"
                ),
                &bind![row, field, key],
            )
            .await
            .map(drop),
        None => tx
            .run(
                sql!("DELETE FROM record_cells WHERE row_id = $1 AND field_id = $2"),
                &bind![row, field],
            )
            .await
            .map(drop),
    }
}
pub(crate) async fn drop_keys(tx: &mut Tx<'_>, row: Id<Row>) -> Result<()> {
    tx.run(
        sql!("DELETE FROM record_cells WHERE row_id = $1"),
        &bind![row],
    )
    .await
    .map(drop)
}
/// A row, even one put away.
pub(crate) async fn any_row(tx: &mut Tx<'_>, id: Id<Row>) -> Result<Option<Row>> {
    tx.one(sql!("SELECT * FROM record_rows WHERE id = $1"), &bind![id])
        .await
}
/// A row to be changed.
pub(crate) async fn lock_row(tx: &mut Tx<'_>, id: Id<Row>) -> Result<Row> {
    tx.must(
        sql!("SELECT * FROM record_rows WHERE id = $1 AND deleted_at IS NULL FOR UPDATE"),
        &bind![id],
    )
    .await
}
pub(crate) async fn rows_by_ids(tx: &mut Tx<'_>, ids: &[Id<Row>]) -> Result<Vec<Row>> {
    tx.all(
        sql!("SELECT * FROM record_rows WHERE id IN UUIDS($1) AND deleted_at IS NULL"),
        &bind![ids.to_vec()],
    )
    .await
}
/// How many rows a table shows.
pub(crate) async fn count_rows(
    tx: &mut Tx<'_>,
    table: Id<Table>,
    pattern: Option<&str>,
) -> Result<i64> {
    let (n,): (i64,) = match pattern {
        None => {
            tx.must(
                sql!("SELECT COUNT(*) FROM record_rows WHERE table_id = $1 AND deleted_at IS NULL"),
                &bind![table],
            )
            .await?
        }
        Some(pattern) => {
            tx.must(
                sql!("SELECT COUNT(*) FROM record_rows WHERE table_id = $1 AND deleted_at IS NULL AND words LIKE $2 ESCAPE '!'"),
                &bind![table, pattern],
            )
            .await?
        }
    };
    Ok(n)
}

/// Rows by their numbers; `beyond` is the last number of the page before.
pub(crate) async fn rows_by_number(
    tx: &mut Tx<'_>,
    table: Id<Table>,
    pattern: Option<&str>,
    beyond: Option<i64>,
    down: bool,
    limit: i64,
) -> Result<Vec<Row>> {
    if down {
        let values = bind![table, pattern, beyond.unwrap_or(i64::MAX), limit];
        return tx
            .all(
                sql!("SELECT * FROM record_rows WHERE table_id = $1 AND deleted_at IS NULL AND number < $3
                        AND (CAST($2 AS TEXT) IS NULL OR words LIKE $2 ESCAPE '!') ORDER BY number DESC LIMIT $4"),
                &values,
            )
            .await;
    }
    tx.all(
        sql!("SELECT * FROM record_rows WHERE table_id = $1 AND deleted_at IS NULL AND number > $3
                AND (CAST($2 AS TEXT) IS NULL OR words LIKE $2 ESCAPE '!') ORDER BY number LIMIT $4"),
        &bind![table, pattern, beyond.unwrap_or(0), limit],
    )
    .await
}

/// Rows with a value in a field, by that value; `beyond` is the key and id of the last one before. Rows that were put away
/// have no keys. Without words a page of keys is cut off the index before any row is touched: what comes then does not
/// grow with the table, whatever a planner believes of it.
pub(crate) async fn rows_by_field(
    tx: &mut Tx<'_>,
    field: Uuid,
    pattern: Option<&str>,
    beyond: Option<(Vec<u8>, Id<Row>)>,
    down: bool,
    limit: i64,
) -> Result<Vec<Sorted>> {
    let end = || {
        if down {
            (vec![0xff; 64], Id::new(Uuid::from_u128(u128::MAX)))
        } else {
            (Vec::new(), Id::new(Uuid::nil()))
        }
    };
    let (key, id) = beyond.unwrap_or_else(end);
    let Some(pattern) = pattern else {
        let statement = if down {
            sql!("SELECT r.*, c.key FROM (SELECT key, row_id FROM record_cells
                    WHERE field_id = $1 AND (key, row_id) < ($2, $3) ORDER BY key DESC, row_id DESC LIMIT $4) c
                  JOIN record_rows r ON r.id = c.row_id ORDER BY c.key DESC, c.row_id DESC")
        } else {
            sql!("SELECT r.*, c.key FROM (SELECT key, row_id FROM record_cells
                    WHERE field_id = $1 AND (key, row_id) > ($2, $3) ORDER BY key, row_id LIMIT $4) c
                  JOIN record_rows r ON r.id = c.row_id ORDER BY c.key, c.row_id")
        };
        return tx.all(statement, &bind![field, key, id, limit]).await;
    };
    let statement = if down {
        sql!(
            "SELECT r.*, c.key FROM record_cells c JOIN record_rows r ON r.id = c.row_id
              WHERE c.field_id = $1 AND (c.key, c.row_id) < ($2, $3) AND r.words LIKE $5 ESCAPE '!'
              ORDER BY c.key DESC, c.row_id DESC LIMIT $4"
        )
    } else {
        sql!(
            "SELECT r.*, c.key FROM record_cells c JOIN record_rows r ON r.id = c.row_id
              WHERE c.field_id = $1 AND (c.key, c.row_id) > ($2, $3) AND r.words LIKE $5 ESCAPE '!'
              ORDER BY c.key, c.row_id LIMIT $4"
        )
    };
    tx.all(statement, &bind![field, key, id, limit, pattern])
        .await
}

/// Rows without a value in a field, by their numbers: they stand after all others, whichever way it is sorted.
pub(crate) async fn rows_without(
    tx: &mut Tx<'_>,
    table: Id<Table>,
    field: Uuid,
    pattern: Option<&str>,
    beyond: i64,
    limit: i64,
) -> Result<Vec<Row>> {
    tx.all(
        sql!("SELECT r.* FROM record_rows r WHERE r.table_id = $1 AND r.deleted_at IS NULL AND r.number > $4
                AND NOT EXISTS (SELECT 1 FROM record_cells c WHERE c.row_id = r.id AND c.field_id = $2)
                AND (CAST($3 AS TEXT) IS NULL OR r.words LIKE $3 ESCAPE '!') ORDER BY r.number LIMIT $5"),
        &bind![table, field, pattern, beyond, limit],
    )
    .await
}

/// Rows of several tables by words, those last changed first.
pub(crate) async fn find_rows(
    tx: &mut Tx<'_>,
    tables: &[Id<Table>],
    pattern: Option<&str>,
    limit: i64,
) -> Result<Vec<Row>> {
    tx.all(
        sql!("SELECT * FROM record_rows WHERE table_id IN UUIDS($1) AND deleted_at IS NULL
                AND (CAST($2 AS TEXT) IS NULL OR words LIKE $2 ESCAPE '!') ORDER BY changed_at DESC LIMIT $3"),
        &bind![tables.to_vec(), pattern, limit],
    )
    .await
}
