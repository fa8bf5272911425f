//! Reading rows: pages of a table, one of them, those that fit some words.

use super::{pattern, rows::known};
use crate::{
    model::{Row, Table},
    rules, store,
};
use accounts::{Person, access};
use db::Tx;
use kernel::{Error, Id, Result, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Rows of one page.
const PAGE: i64 = 100;

/// Those of the rows that a person may see, each with its table.
pub(crate) async fn visible_rows(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    ids: &[Id<Row>],
) -> Result<Vec<(Row, Table)>> {
    let rows = store::rows_by_ids(tx, ids).await?;
    with_tables(tx, me, rows).await
}

/// Rows of all tables a person may see that fit the words, those last changed first.
pub(crate) async fn find_rows(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    words: Option<&str>,
    limit: i64,
) -> Result<Vec<(Row, Table)>> {
    let tables = store::tables_of(tx, me).await?;
    let ids: Vec<Id<Table>> = tables.iter().map(|t| t.id).collect();
    let pattern = pattern(words);
    let rows = store::find_rows(tx, &ids, pattern.as_deref(), limit).await?;
    with_tables(tx, me, rows).await
}

async fn with_tables(tx: &mut Tx<'_>, me: Id<Person>, rows: Vec<Row>) -> Result<Vec<(Row, Table)>> {
    let tables = store::tables_of(tx, me).await?;
    let table = |row: &Row| tables.iter().find(|t| t.id == row.table_id).cloned();
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((table(&row)?, row)))
        .map(|(table, row)| (row, table))
        .collect())
}

/// A row's first filled fields as people read them: name and value.
pub(crate) async fn shown(
    tx: &mut Tx<'_>,
    (row, table): &(Row, Table),
    count: usize,
) -> Result<Vec<(String, String)>> {
    let people = known(tx, &table.fields, &[&row.cells]).await?;
    Ok(rules::shown_cells(
        &table.fields,
        &row.cells,
        &people,
        count,
    ))
}

/// A row, if the person may see its table.
pub(crate) async fn one_row(tx: &mut Tx<'_>, me: Id<Person>, id: Id<Row>) -> Result<Row> {
    let row = store::any_row(tx, id)
        .await?
        .filter(|r| r.deleted_at.is_none())
        .ok_or_else(Error::not_found)?;
    access(tx, me, row.table_id.uuid()).await?;
    store::table(tx, row.table_id).await?;
    Ok(row)
}

/// Which rows, in which order.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RowQuery {
    /// Words in any cell.
    pub(crate) q: Option<String>,
    /// A field's id; nothing: by number.
    pub(crate) sort: Option<Uuid>,
    /// From the end.
    pub(crate) down: Option<bool>,
    /// `next` of the page before.
    pub(crate) next: Option<String>,
}

/// A page of rows.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowPage {
    pub(crate) items: Vec<Row>,
    /// How many fit in all; with the first page only.
    pub(crate) total: Option<i64>,
    pub(crate) next: Option<String>,
}

/// Where a page begins: after a number, or after a key and the row that has it.
enum Beyond {
    Start,
    Number(i64),
    Key(Vec<u8>, Id<Row>),
}

fn beyond(word: Option<&str>) -> Beyond {
    let read = |word: &str| -> Option<Beyond> {
        if let Some(number) = word.strip_prefix("n.") {
            return Some(Beyond::Number(number.parse().ok()?));
        }
        let (hex, id) = word.strip_prefix("k.")?.split_once('.')?;
        let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
        let key = (0..hex.len()).step_by(2).map(byte).collect::<Option<_>>()?;
        Some(Beyond::Key(key, id.parse().ok()?))
    };
    word.and_then(read).unwrap_or(Beyond::Start)
}

pub(crate) async fn rows(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    id: Id<Table>,
    query: RowQuery,
) -> Result<RowPage> {
    access(tx, me, id.uuid()).await?;
    let table = store::table(tx, id).await?;
    let pattern = pattern(query.q.as_deref());
    let pattern = pattern.as_deref();
    let down = query.down.unwrap_or(false);
    let start = beyond(query.next.as_deref());
    let total = match start {
        Beyond::Start => Some(store::count_rows(tx, id, pattern).await?),
        _ => None,
    };
    let field = query
        .sort
        .filter(|id| table.fields.iter().any(|f| f.id == *id));
    let Some(field) = field else {
        let from = match start {
            Beyond::Number(n) => Some(n),
            _ => None,
        };
        let items = store::rows_by_number(tx, id, pattern, from, down, PAGE).await?;
        let next = items.last().map(|r| format!("n.{}", r.number));
        return Ok(page(items, total, next));
    };
    let (mut items, mut next) = (Vec::new(), None);
    let mut without = match start {
        Beyond::Number(n) => Some(n),
        _ => None,
    };
    if without.is_none() {
        let from = match start {
            Beyond::Key(key, id) => Some((key, id)),
            _ => None,
        };
        let sorted = store::rows_by_field(tx, field, pattern, from, down, PAGE).await?;
        next = sorted.last().map(|s| {
            let hex: String = s.key.iter().map(|b| format!("{b:02x}")).collect();
            format!("k.{hex}.{}", s.row.id)
        });
        items.extend(sorted.into_iter().map(|s| s.row));
        if items.len() < PAGE_LEN {
            without = Some(0);
        }
    }
    if let Some(number) = without {
        let room = PAGE - i64::try_from(items.len()).unwrap_or(0);
        let rest = store::rows_without(tx, id, field, pattern, number, room).await?;
        next = rest.last().map(|r| format!("n.{}", r.number));
        items.extend(rest);
    }
    Ok(page(items, total, next))
}

const PAGE_LEN: usize = 100;

fn page(items: Vec<Row>, total: Option<i64>, next: Option<String>) -> RowPage {
    RowPage {
        next: next.filter(|_| items.len() == PAGE_LEN),
        items,
        total,
    }
}
