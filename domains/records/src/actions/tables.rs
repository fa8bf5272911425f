//! Tables: made, given other fields and rights, put away.

use super::{Grants, check_departments, check_people, settle};
use crate::{
    model::{Circle, Field, MyTable, Saved, Table},
    rules, store,
};
use accounts::{EVERYONE, Person, Reason, access};
use db::Tx;
use journal::{Event, Recorded};
use kernel::{Ctx, Error, Id, Result};
use serde::Deserialize;
use serde_json::json;
use std::pin::Pin;
use utoipa::ToSchema;

fn grants(table: &Table) -> Grants {
    let mut out = Grants::from([(table.author_id.uuid(), "keeper")]);
    for (circle, reason) in [
        (&table.readers, "reader"),
        (&table.writers, "writer"),
        (&table.keepers, "keeper"),
    ] {
        if circle.everyone {
            out.insert((EVERYONE, reason));
        }
        out.extend(circle.department_ids.iter().map(|d| (d.uuid(), reason)));
        out.extend(circle.person_ids.iter().map(|p| (p.uuid(), reason)));
    }
    out
}

/// What a table is to look like.
#[derive(Deserialize, ToSchema)]
pub(crate) struct TableForm {
    /// The version the editor saw; nothing for a new table.
    pub(crate) version: Option<i64>,
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
    #[serde(default)]
    pub(crate) readers: Circle,
    #[serde(default)]
    pub(crate) writers: Circle,
    #[serde(default)]
    pub(crate) keepers: Circle,
}

async fn check_circles(tx: &mut Tx<'_>, form: &TableForm, before: Option<&Table>) -> Result<()> {
    let old = |pick: fn(&Table) -> &Circle| before.map(pick).cloned().unwrap_or_default();
    for (circle, before, field) in [
        (&form.readers, old(|t| &t.readers), "readers"),
        (&form.writers, old(|t| &t.writers), "writers"),
        (&form.keepers, old(|t| &t.keepers), "keepers"),
    ] {
        rules::circle_is_small(circle)?;
        // Somebody who left stays named until the circle is changed by hand.
        let new: Vec<Id<Person>> = circle
            .person_ids
            .iter()
            .copied()
            .filter(|p| !before.person_ids.contains(p))
            .collect();
        check_people(tx, &new, field).await?;
        check_departments(tx, &circle.department_ids).await?;
    }
    Ok(())
}

pub(crate) async fn create_table(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    form: TableForm,
) -> Result<MyTable> {
    check_circles(tx, &form, None).await?;
    let table = Table {
        id: ctx.ids.next(),
        version: 1,
        name: rules::table_name(&form.name)?,
        fields: rules::fields(form.fields, &[], || ctx.ids.uuid())?,
        readers: form.readers,
        writers: form.writers,
        keepers: form.keepers,
        author_id: me,
        created_at: ctx.now,
        deleted_at: None,
    };
    store::save_table(tx, &table).await?;
    settle(tx, table.id.uuid(), &Grants::new(), &grants(&table)).await?;
    tell_changed(tx, ctx, &table).await?;
    mine(tx, me, table).await
}

/// A table that is about to be changed, by somebody who may.
async fn kept_by(tx: &mut Tx<'_>, me: Id<Person>, id: Id<Table>) -> Result<Table> {
    let reasons = access(tx, me, id.uuid()).await?;
    let table = store::lock_table(tx, id).await?;
    if !reasons.contains(&Reason::Keeper) {
        return Err(Error::denied("records.not_keeper"));
    }
    Ok(table)
}

/// Changes a table's name, fields and rights. They are edited as one, so any change by another in between is told.
pub(crate) async fn save_table(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Table>,
    form: TableForm,
) -> Result<Saved<MyTable>> {
    let before = kept_by(tx, me, id).await?;
    if form.version != Some(before.version) {
        let now = mine(tx, me, before).await?;
        return Ok(Saved::Overtaken(now, vec!["fields".to_owned()]));
    }
    check_circles(tx, &form, Some(&before)).await?;
    let table = Table {
        version: before.version + 1,
        name: rules::table_name(&form.name)?,
        fields: rules::fields(form.fields, &before.fields, || ctx.ids.uuid())?,
        readers: form.readers,
        writers: form.writers,
        keepers: form.keepers,
        ..before.clone()
    };
    store::save_table(tx, &table).await?;
    let lost = settle(tx, id.uuid(), &grants(&before), &grants(&table)).await?;
    gone(tx, ctx, id, lost).await?;
    tell_changed(tx, ctx, &table).await?;
    Ok(Saved::Now(mine(tx, me, table).await?))
}

async fn gone(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Table>, who: Vec<kernel::Uuid>) -> Result<()> {
    if who.is_empty() {
        return Ok(());
    }
    let event = Event::stored("table.gone", id.uuid(), who, json!({"id": id}));
    journal::append(tx, ctx, event).await.map(drop)
}

/// Puts a table away with all its rows; nothing is destroyed.
pub(crate) async fn delete_table(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Table>,
) -> Result<()> {
    let table = kept_by(tx, me, id).await?;
    let who = accounts::audience(tx, id.uuid()).await?;
    let table = Table {
        version: table.version + 1,
        deleted_at: Some(ctx.now),
        ..table
    };
    store::save_table(tx, &table).await?;
    let (table_id, name) = (id.to_string(), &table.name);
    accounts::audit(tx, ctx, "tables.deleted", name, json!({"id": table_id})).await?;
    gone(tx, ctx, id, who).await
}

async fn mine(tx: &mut Tx<'_>, me: Id<Person>, table: Table) -> Result<MyTable> {
    let reasons = accounts::reasons(tx, me, table.id.uuid()).await?;
    let may_keep = reasons.contains(&Reason::Keeper);
    Ok(MyTable {
        rows: store::count_rows(tx, table.id, None).await?,
        may_write: may_keep || reasons.contains(&Reason::Writer),
        may_keep,
        table,
    })
}

pub(crate) async fn my_tables(tx: &mut Tx<'_>, me: Id<Person>) -> Result<Vec<MyTable>> {
    let mut out = Vec::new();
    for table in store::tables_of(tx, me).await? {
        out.push(mine(tx, me, table).await?);
    }
    Ok(out)
}

pub(crate) async fn one_table(tx: &mut Tx<'_>, me: Id<Person>, id: Id<Table>) -> Result<MyTable> {
    access(tx, me, id.uuid()).await?;
    let table = store::table(tx, id).await?;
    mine(tx, me, table).await
}

async fn tell_changed(tx: &mut Tx<'_>, ctx: &Ctx, table: &Table) -> Result<()> {
    let audience = accounts::audience(tx, table.id.uuid()).await?;
    let event = Event::fresh(
        "table.changed",
        table.id.uuid(),
        audience,
        fields(table)?.into(),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

fn fields(table: &Table) -> Result<String> {
    Ok(format!("{{\"table\":{}}}", serde_json::to_string(table)?))
}

/// Reads a table frame's fields as the table is now.
pub(crate) fn hydrate_table<'a>(
    tx: &'a mut Tx<'_>,
    event: &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>> {
    Box::pin(async move {
        let table = store::any_table(tx, Id::new(event.subject)).await?;
        table.map(|t| fields(&t)).transpose()
    })
}
