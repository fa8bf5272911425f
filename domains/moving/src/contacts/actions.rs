//! Use cases of tables of contacts: one is brought, read in a chosen way, checked, run, stopped, gone on with, taken back.

use super::{
    checking,
    model::{ContactImport, TableCounts, TableLeft, TablePreview, TableSettings, TableUndone},
    rules, running, taking_back,
};
use crate::store::contacts as store;
use accounts::{Person, require, right_principal};
use db::Tx;
use files::File;
use journal::Event;
use kernel::{Ctx, Error, Id, Moment, Result};
use serde_json::json;
use std::time::Duration;

/// The right all this needs.
pub(crate) const RIGHT: &str = "contacts.import";
/// The right to take the list of contacts out, beside the one to see it.
pub(crate) const EXPORT_RIGHT: &str = "contacts.export";
/// How long a run can be taken back. A table nobody runs is removed after as long.
pub(crate) const UNDO: Duration = Duration::from_secs(7 * 24 * 3600);
/// What could not be taken back is told of this many.
const LEFT_TOLD: i64 = 200;

/// One's own upload, to be looked at before it becomes an import.
pub(crate) async fn uploaded(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    file: Id<File>,
) -> Result<File> {
    require(tx, ctx, RIGHT).await?;
    files::own(tx, &[file], me.uuid()).await?;
    let found = files::by_ids(tx, &[file]).await?.pop();
    found.ok_or_else(Error::not_found)
}

/// Takes an uploaded table, read as it seems to be meant.
pub(crate) async fn start(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    file: &File,
    seen: &TablePreview,
) -> Result<ContactImport> {
    require(tx, ctx, RIGHT).await?;
    files::own(tx, &[file.shown.id], me.uuid()).await?;
    let import = ContactImport {
        id: ctx.ids.next(),
        person_id: me,
        file_id: file.shown.id,
        file_name: file.shown.name.clone(),
        file_kept: true,
        state: "draft".to_owned(),
        settings: TableSettings {
            charset: seen.charset,
            separator: seen.separator,
            header: seen.header,
            columns: seen.columns.clone(),
            on_match: super::model::TableOnMatch::default(),
        },
        report: None,
        made: TableCounts::default(),
        undone: TableUndone::default(),
        position: 0,
        error: String::new(),
        sentence: String::new(),
        created_at: ctx.now,
        updated_at: ctx.now,
        undo_until: None,
    };
    store::add(tx, &import).await?;
    later(tx, ctx, import.id, ctx.now + UNDO).await?;
    told(tx, ctx, import.id).await
}

/// Has an import looked at when its time is over.
pub(crate) async fn later(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<ContactImport>,
    at: Moment,
) -> Result<()> {
    jobs::put(tx, ctx, taking_back::FORGET, json!({"id": id}), at, None).await
}

pub(crate) async fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<ContactImport>> {
    require(tx, ctx, RIGHT).await?;
    store::imports(tx).await
}

/// An import, and what of it could not be taken back.
pub(crate) async fn one(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<ContactImport>,
) -> Result<(ContactImport, Vec<TableLeft>)> {
    require(tx, ctx, RIGHT).await?;
    let import = store::import(tx, id).await?;
    let mut out = Vec::new();
    if import.undone.left > 0 {
        let left = store::left(tx, id, LEFT_TOLD).await?;
        let ids: Vec<_> = left.iter().map(|(id, _)| *id).collect();
        let known = crm::by_ids(tx, &ids).await?;
        for (contact_id, why) in left {
            let name = known.get(&contact_id).map(|c| c.name.clone());
            out.push(TableLeft {
                contact_id,
                name: name.unwrap_or_default(),
                why,
            });
        }
    }
    Ok((import, out))
}

/// An import whose file can still be read.
pub(crate) async fn readable(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<ContactImport>,
) -> Result<ContactImport> {
    require(tx, ctx, RIGHT).await?;
    let import = store::import(tx, id).await?;
    if import.file_kept {
        Ok(import)
    } else {
        Err(Error::conflict("moving.csv_gone"))
    }
}

/// Refuses columns that make no contacts.
pub(crate) fn sound(settings: &TableSettings) -> Result<()> {
    match rules::columns_wrong(&settings.columns) {
        Some(code) => Err(Error::field("columns", code)),
        None => Ok(()),
    }
}

/// Has a table read to its end with what was chosen; nothing is written.
pub(crate) async fn check(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<ContactImport>,
    settings: &TableSettings,
) -> Result<ContactImport> {
    let import = readable(tx, ctx, id).await?;
    sound(settings)?;
    if !matches!(import.state.as_str(), "draft" | "ready") {
        return Err(Error::conflict("moving.not_now"));
    }
    store::step(tx, id, (&import.state, "checking"), "", ctx.now).await?;
    store::choose(tx, id, settings).await?;
    jobs::put(tx, ctx, checking::CHECK, json!({"id": id}), ctx.now, None).await?;
    told(tx, ctx, id).await
}

/// Back to choosing; also from a check that goes on.
pub(crate) async fn edit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<ContactImport>,
) -> Result<ContactImport> {
    let import = readable(tx, ctx, id).await?;
    if !matches!(import.state.as_str(), "checking" | "ready") {
        return Err(Error::conflict("moving.not_now"));
    }
    store::step(tx, id, (&import.state, "draft"), "", ctx.now).await?;
    told(tx, ctx, id).await
}

/// Runs what was checked.
pub(crate) async fn run(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<ContactImport>,
) -> Result<ContactImport> {
    let import = readable(tx, ctx, id).await?;
    if store::step(tx, id, ("ready", "running"), "", ctx.now).await? == 0 {
        return Err(Error::conflict("moving.not_now"));
    }
    store::begin(tx, id, ctx.now + UNDO).await?;
    later(tx, ctx, id, ctx.now + UNDO).await?;
    audit(tx, ctx, "contacts.import_started", &import).await?;
    jobs::put(tx, ctx, running::RUN, json!({"id": id}), ctx.now, None).await?;
    told(tx, ctx, id).await
}

/// Stops a run; what is written stays until it goes on or is taken back.
pub(crate) async fn stop(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<ContactImport>,
) -> Result<ContactImport> {
    require(tx, ctx, RIGHT).await?;
    let import = store::import(tx, id).await?;
    if store::step(tx, id, ("running", "stopped"), "", ctx.now).await? == 0 {
        return Err(Error::conflict("moving.not_now"));
    }
    audit(tx, ctx, "contacts.import_stopped", &import).await?;
    told(tx, ctx, id).await
}

/// Goes on with a run that was stopped or failed, or with taking back that failed.
pub(crate) async fn resume(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<ContactImport>,
) -> Result<ContactImport> {
    require(tx, ctx, RIGHT).await?;
    let import = store::import(tx, id).await?;
    let (to, job) = match import.state.as_str() {
        "stopped" | "failed" if import.file_kept => ("running", running::RUN),
        "leaving" if !import.error.is_empty() => ("leaving", taking_back::BACK),
        _ => return Err(Error::conflict("moving.not_now")),
    };
    store::step(tx, id, (&import.state, to), "", ctx.now).await?;
    jobs::put(tx, ctx, job, json!({"id": id}), ctx.now, None).await?;
    told(tx, ctx, id).await
}

/// Takes back what a run wrote, as far as nobody has touched it since.
pub(crate) async fn take_back(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<ContactImport>,
) -> Result<ContactImport> {
    require(tx, ctx, RIGHT).await?;
    let import = store::import(tx, id).await?;
    if !matches!(import.state.as_str(), "done" | "stopped" | "failed") {
        return Err(Error::conflict("moving.not_now"));
    }
    if import.undo_until.is_none_or(|until| until < ctx.now) {
        return Err(Error::conflict("moving.too_late"));
    }
    store::step(tx, id, (&import.state, "leaving"), "", ctx.now).await?;
    audit(tx, ctx, "contacts.import_taken_back", &import).await?;
    jobs::put(tx, ctx, taking_back::BACK, json!({"id": id}), ctx.now, None).await?;
    told(tx, ctx, id).await
}

/// Removes an import with its file. What it brought stays, and cannot be taken back any more.
pub(crate) async fn remove(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<ContactImport>) -> Result<()> {
    require(tx, ctx, RIGHT).await?;
    let import = store::import(tx, id).await?;
    if matches!(import.state.as_str(), "checking" | "running" | "leaving") {
        return Err(Error::conflict("moving.not_now"));
    }
    if import.state != "draft" {
        audit(tx, ctx, "contacts.import_removed", &import).await?;
    }
    gone(tx, ctx, &import).await
}

/// Forgets an import and removes its file.
pub(crate) async fn gone(tx: &mut Tx<'_>, ctx: &Ctx, import: &ContactImport) -> Result<()> {
    store::forget(tx, import.id).await?;
    if import.file_kept {
        files::remove(tx, ctx, import.file_id, import.person_id.uuid()).await?;
    }
    let event = Event::stored(
        "contact_import.removed",
        import.id.uuid(),
        vec![right_principal(RIGHT, None)],
        json!({"id": import.id}),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

pub(crate) async fn audit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    action: &str,
    import: &ContactImport,
) -> Result<()> {
    let detail = json!({"id": import.id, "made": import.made});
    accounts::audit(tx, ctx, action, &import.file_name, detail).await
}

async fn told(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<ContactImport>) -> Result<ContactImport> {
    tell(tx, ctx, id).await?;
    store::import(tx, id).await
}

/// Tells all who may bring contacts how an import stands.
pub(crate) async fn tell(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<ContactImport>) -> Result<()> {
    let import = store::import(tx, id).await?;
    let fields =
        json!({"id": id, "state": import.state, "position": import.position, "made": import.made});
    let audience = vec![right_principal(RIGHT, None)];
    let event = Event::stored("contact_import.changed", id.uuid(), audience, fields);
    journal::append(tx, ctx, event).await.map(drop)
}
