//! Taking a run back, as far as nobody has touched what it wrote; and forgetting a table when its time is over.

use super::{
    actions,
    model::{ContactImport, Trace},
    rules,
};
use crate::store::contacts as store;
use crm::{Brought, Contact};
use db::Tx;
use kernel::{Actor, Ctx, Id, Language, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use web::{BoxFuture, House};

/// The job that takes a run back, and the one that forgets an import when it cannot be taken back any more.
pub(crate) const BACK: &str = "moving.contacts.back";
pub(crate) const FORGET: &str = "moving.contacts.forget";
/// Rows taken back together.
const BATCH: i64 = 200;

/// Takes a run back, the last row first; whoever goes on after a stop finds the rows that are left.
pub(crate) fn job(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id: Id<ContactImport> = serde_json::from_value(payload["id"].clone())?;
        let mut more = Ok(true);
        while matches!(more, Ok(true)) {
            let clock = house.clone();
            more = house
                .write(async move |tx: &mut Tx<'_>| {
                    let import = store::import(tx, id).await?;
                    if import.state != "leaving" {
                        return Ok(false);
                    }
                    let who = Actor::Person(import.person_id.uuid());
                    let ctx = clock.ctx(who, Language::default());
                    batch(tx, &ctx, import).await
                })
                .await;
        }
        let Err(error) = more else {
            return Ok(());
        };
        tracing::warn!(%error, "an import of contacts could not be taken back");
        let code = error.code().unwrap_or("moving.fault");
        let ctx = house.system();
        house
            .write(async move |tx: &mut Tx<'_>| {
                store::step(tx, id, ("leaving", "leaving"), code, ctx.now).await?;
                actions::tell(tx, &ctx, id).await
            })
            .await
    })
}

/// Takes some rows back; `false` when there are no more.
async fn batch(tx: &mut Tx<'_>, ctx: &Ctx, import: ContactImport) -> Result<bool> {
    let id = import.id;
    let traces = store::traces(tx, id, BATCH).await?;
    if traces.is_empty() {
        store::step(tx, id, ("leaving", "taken_back"), "", ctx.now).await?;
        actions::tell(tx, ctx, id).await?;
        return Ok(false);
    }
    let contacts: Vec<Id<Contact>> = traces.iter().map(|t| t.contact_id).collect();
    let talking: BTreeSet<_> = conversations::with_chats(tx, &contacts)
        .await?
        .into_iter()
        .map(Id::uuid)
        .collect();
    let mut undone = import.undone;
    let went = undone.removed;
    for trace in &traces {
        let talks = talking.contains(&trace.contact_id.uuid());
        match back(tx, ctx, trace, talks).await? {
            Back::Removed => undone.removed += 1,
            Back::Restored => undone.restored += 1,
            Back::Nothing => {}
            Back::Left(why) => {
                undone.left += 1;
                store::leave(tx, id, trace.number, why).await?;
                continue;
            }
        }
        store::untrace(tx, id, trace.number).await?;
    }
    store::undo(tx, id, &undone, ctx.now).await?;
    if undone.removed > went {
        crm::tell_many(tx, ctx, id.uuid(), 0, undone.removed - went).await?;
    }
    actions::tell(tx, ctx, id).await?;
    Ok(true)
}

enum Back {
    Removed,
    Restored,
    Nothing,
    Left(&'static str),
}

async fn back(tx: &mut Tx<'_>, ctx: &Ctx, trace: &Trace, talks: bool) -> Result<Back> {
    let id = trace.contact_id;
    Ok(match (crm::brought(tx, id).await?, &trace.before) {
        (Brought::Gone, _) => Back::Nothing,
        (Brought::Tied(_), None) => Back::Left("tied"),
        (Brought::Here(_), None) if talks => Back::Left("tied"),
        (Brought::Here(now), None) if now != trace.after => Back::Left("changed"),
        (Brought::Here(_), None) => {
            crm::take_away(tx, id).await?;
            Back::Removed
        }
        // Fields go back whether anybody talks to the contact or not.
        (Brought::Here(now) | Brought::Tied(now), Some(before)) => {
            let (fields, left) = rules::undone(&now, before, &trace.after);
            if fields != now {
                crm::lay(tx, ctx, id, &fields).await?;
            }
            if left {
                Back::Left("changed")
            } else {
                Back::Restored
            }
        }
    })
}

/// A week is over: a table nobody ran goes whole; of a run, its file and what is needed to take it back.
pub(crate) fn forget(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id: Id<ContactImport> = serde_json::from_value(payload["id"].clone())?;
        let ctx = house.system();
        house
            .write(async move |tx: &mut Tx<'_>| {
                let all = store::find(tx, id).await?;
                let Some(import) = all else {
                    return Ok(());
                };
                match (import.state.as_str(), import.undo_until) {
                    ("draft" | "ready", _) => return actions::gone(tx, &ctx, &import).await,
                    // Not before its time, and never under what is at work.
                    ("checking" | "running" | "leaving", _) => {
                        return actions::later(tx, &ctx, id, ctx.now + actions::UNDO).await;
                    }
                    (_, Some(until)) if until > ctx.now => return Ok(()),
                    _ => {}
                }
                store::forget_traces(tx, id).await?;
                if import.file_kept {
                    store::without_file(tx, id, ctx.now).await?;
                    files::remove(tx, &ctx, import.file_id, import.person_id.uuid()).await?;
                }
                actions::tell(tx, &ctx, id).await
            })
            .await
    })
}
