//! Rows of a table: added, changed, put away, read in pages.

use super::{entries, kept, one_row};
use crate::{
    model::{CellKind, Change, EntryKind, Field, Row, Saved, Table},
    rules::{self, Known},
    store,
};
use accounts::{Person, Reason, access};
use db::Tx;
use journal::{Event, Recorded};
use kernel::{Ctx, Error, Id, Result, Uuid};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::pin::Pin;
use utoipa::ToSchema;

/// A row to be added.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewRow {
    /// Values by the field's id.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub(crate) cells: Map<String, Value>,
}

/// What changes of a row; `version` is the one the editor saw.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RowPatch {
    pub(crate) version: i64,
    /// New values by the field's id; `null` empties a cell.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub(crate) cells: Map<String, Value>,
}

async fn may_write(tx: &mut Tx<'_>, me: Id<Person>, id: Id<Table>) -> Result<()> {
    let reasons = access(tx, me, id.uuid()).await?;
    if reasons.contains(&Reason::Writer) || reasons.contains(&Reason::Keeper) {
        Ok(())
    } else {
        Err(Error::denied("records.not_writer"))
    }
}

/// A row that is about to be changed, by somebody who may.
pub(super) async fn writable(tx: &mut Tx<'_>, me: Id<Person>, id: Id<Row>) -> Result<Row> {
    let row = one_row(tx, me, id).await?;
    may_write(tx, me, row.table_id).await?;
    store::lock_row(tx, id).await
}

/// Names of the people that cells hold: those there are and those that are wanted.
pub(super) async fn known(
    tx: &mut Tx<'_>,
    fields: &[Field],
    cells: &[&Map<String, Value>],
) -> Result<Known> {
    let ids: Vec<Id<Person>> = fields
        .iter()
        .filter(|f| f.kind == CellKind::Person)
        .flat_map(|f| cells.iter().filter_map(|c| c.get(&f.id.to_string())))
        .filter_map(|v| v.as_str()?.parse::<Uuid>().ok())
        .map(Id::new)
        .collect();
    if ids.is_empty() {
        return Ok(Known::new());
    }
    let people = accounts::briefs(tx, &ids).await?;
    Ok(people.into_iter().map(|p| (p.id.uuid(), p.name)).collect())
}

fn clean(cells: Map<String, Value>) -> Map<String, Value> {
    let clean = |value| match value {
        Value::String(text) => Value::String(kept(&text)),
        other => other,
    };
    cells.into_iter().map(|(k, v)| (k, clean(v))).collect()
}

/// Stores a row with what it is found and sorted by; `changed` names the cells whose order may be another now.
async fn save(
    tx: &mut Tx<'_>,
    table: &Table,
    row: &mut Row,
    changed: &Map<String, Value>,
    people: &Known,
) -> Result<()> {
    row.title = rules::title_of(&table.fields, &row.cells, people);
    let words = rules::words_of(&table.fields, &row.cells, people);
    store::save_row(tx, row, &format!("{} {words}", row.number)).await?;
    for field in &table.fields {
        if let Some(value) = changed.get(&field.id.to_string()) {
            let key = rules::sort_key(field, value, people);
            store::set_key(tx, row.id, field.id, key).await?;
        }
    }
    Ok(())
}

fn changes(table: &Table, before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Change> {
    let change = |field: &Field| {
        let key = field.id.to_string();
        let after = after.get(&key)?.clone();
        Some(Change {
            before: before.get(&key).cloned().unwrap_or_default(),
            name: field.name.clone(),
            field: key,
            after,
        })
    };
    table.fields.iter().filter_map(change).collect()
}

/// Cells that hold something.
fn full(cells: Map<String, Value>) -> Map<String, Value> {
    cells.into_iter().filter(|(_, v)| !v.is_null()).collect()
}

pub(crate) async fn add_row(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    table_id: Id<Table>,
    new: NewRow,
) -> Result<Saved<Row>> {
    may_write(tx, me, table_id).await?;
    let table = store::table(tx, table_id).await?;
    let wanted = clean(new.cells);
    let people = known(tx, &table.fields, &[&wanted]).await?;
    let cells = match rules::check_cells(&table.fields, &Map::new(), &wanted, &people, true) {
        Ok(cells) => full(cells),
        Err(wrong) => return Ok(Saved::Unfit(wrong)),
    };
    let mut row = Row {
        id: ctx.ids.next(),
        table_id,
        number: store::next_row_number(tx, table_id).await?,
        version: 1,
        cells: cells.clone(),
        title: String::new(),
        author_id: me,
        created_at: ctx.now,
        changed_at: ctx.now,
        deleted_at: None,
    };
    save(tx, &table, &mut row, &cells, &people).await?;
    let changes = changes(&table, &Map::new(), &cells);
    entries::note(tx, ctx, row.id.uuid(), EntryKind::Created, 1, changes).await?;
    tell_changed(tx, ctx, &row).await?;
    Ok(Saved::Now(row))
}

/// Changes a row, unless somebody else changed the same cells since the version the editor saw.
pub(crate) async fn change_row(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Row>,
    patch: RowPatch,
) -> Result<Saved<Row>> {
    let mut row = writable(tx, me, id).await?;
    let table = store::table(tx, row.table_id).await?;
    let wanted = clean(patch.cells);
    let people = known(tx, &table.fields, &[&row.cells, &wanted]).await?;
    let cells = match rules::check_cells(&table.fields, &row.cells, &wanted, &people, false) {
        Ok(cells) => cells,
        Err(wrong) => return Ok(Saved::Unfit(wrong)),
    };
    let since = store::changes_since(tx, me, id.uuid(), patch.version).await?;
    let overtaken = rules::overtaken(cells.keys().map(String::as_str), &since);
    if !overtaken.is_empty() {
        return Ok(Saved::Overtaken(row, overtaken));
    }
    if cells.is_empty() {
        return Ok(Saved::Now(row));
    }
    let changes = changes(&table, &row.cells, &cells);
    row.cells.extend(cells.clone());
    row.cells = full(row.cells);
    row.version += 1;
    row.changed_at = ctx.now;
    save(tx, &table, &mut row, &cells, &people).await?;
    entries::note(tx, ctx, id.uuid(), EntryKind::Change, row.version, changes).await?;
    tell_changed(tx, ctx, &row).await?;
    Ok(Saved::Now(row))
}

/// Puts a row away; its history stays.
pub(crate) async fn delete_row(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Row>,
) -> Result<()> {
    let mut row = writable(tx, me, id).await?;
    let table = store::table(tx, row.table_id).await?;
    row.deleted_at = Some(ctx.now);
    row.version += 1;
    let people = known(tx, &table.fields, &[&row.cells]).await?;
    save(tx, &table, &mut row, &Map::new(), &people).await?;
    store::drop_keys(tx, id).await?;
    entries::note(
        tx,
        ctx,
        id.uuid(),
        EntryKind::Deleted,
        row.version,
        Vec::new(),
    )
    .await?;
    tell_changed(tx, ctx, &row).await
}

async fn tell_changed(tx: &mut Tx<'_>, ctx: &Ctx, row: &Row) -> Result<()> {
    let audience = accounts::audience(tx, row.table_id.uuid()).await?;
    let event = Event::fresh("row.changed", row.id.uuid(), audience, fields(row)?.into());
    journal::append(tx, ctx, event).await.map(drop)
}

fn fields(row: &Row) -> Result<String> {
    Ok(format!("{{\"row\":{}}}", serde_json::to_string(row)?))
}

/// Reads a row frame's fields as the row is now.
pub(crate) fn hydrate_row<'a>(
    tx: &'a mut Tx<'_>,
    event: &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>> {
    Box::pin(async move {
        let row = store::any_row(tx, Id::new(event.subject)).await?;
        row.map(|r| fields(&r)).transpose()
    })
}
