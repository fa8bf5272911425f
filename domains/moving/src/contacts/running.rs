//! The run: rows are written in batches, each with its place in the table in one transaction, so that whoever goes on after a
//! stop or a fall goes on exactly there and no row is written twice.

use super::{
    actions, checking,
    model::{ContactImport, Layout, TableColumn, TableCounts, TableOnMatch, Trace},
    reading::{self, Records},
    rules::{self, Colleagues, Here, Labels, RowSays},
};
use crate::store::contacts as store;
use blob::{Blobs, Sha};
use bytes::Bytes;
use crm::Fields;
use db::Tx;
use kernel::{Actor, Ctx, Error, Id, Language, Result};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{io::AsyncReadExt, sync::mpsc};
use web::{BoxFuture, House};

/// The job that runs one import for a while.
pub(crate) const RUN: &str = "moving.contacts.run";
/// Rows written together: a transaction others hardly notice.
const BATCH: usize = 200;
/// How long a job writes before it lets others have its place, below a worker's lease.
const TURN: Duration = Duration::from_secs(45);

/// Does the job.
pub(crate) fn job(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id: Id<ContactImport> = serde_json::from_value(payload["id"].clone())?;
        let import = house
            .read(async move |tx: &mut Tx<'_>| store::import(tx, id).await)
            .await?;
        if import.state != "running" {
            return Ok(());
        }
        let Err(error) = go(&house, import).await else {
            return Ok(());
        };
        tracing::warn!(%error, "an import of contacts stopped");
        let code = error.code().unwrap_or("moving.fault");
        let ctx = house.system();
        house
            .write(async move |tx: &mut Tx<'_>| {
                store::step(tx, id, ("running", "failed"), code, ctx.now).await?;
                actions::tell(tx, &ctx, id).await
            })
            .await
    })
}

/// A file in memory and how it is read: it is never larger than [`reading::MOST_BYTES`].
#[derive(Clone)]
pub(super) struct Table {
    pub(super) bytes: Bytes,
    pub(super) layout: Layout,
    pub(super) columns: Vec<TableColumn>,
    pub(super) titles: Vec<String>,
    pub(super) width: usize,
    pub(super) here: Here,
}

/// A row with its number in the file.
pub(super) struct Numbered {
    /// From 1, the header counted, as a spreadsheet numbers them.
    pub(super) number: i64,
    pub(super) cells: Vec<String>,
    pub(super) says: RowSays,
}

/// The bytes of a file.
pub(super) async fn bytes(house: &House, file: &files::File) -> Result<Bytes> {
    if file.shown.size > reading::MOST_BYTES {
        return Err(Error::field("file_id", "moving.csv_too_large"));
    }
    let sha = file.sha256.clone().unwrap_or_default();
    let sha: Sha = sha.parse().map_err(|_| Error::not_found())?;
    let (mut file, size) = house.part::<Blobs>()?.open(&sha).await?;
    let mut all = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.read_to_end(&mut all).await?;
    Ok(all.into())
}

/// The table of an import, ready to be read.
pub(super) async fn table(house: &House, import: &ContactImport) -> Result<Table> {
    let id = import.file_id;
    let (file, here) = house
        .read(async move |tx: &mut Tx<'_>| {
            let file = files::by_ids(tx, &[id]).await?.pop();
            let here = Here {
                colleagues: Colleagues::of(&accounts::everybody(tx).await?),
                labels: Labels::of(&conversations::labels(tx).await?),
            };
            Ok((file, here))
        })
        .await?;
    let bytes = bytes(house, &file.ok_or_else(Error::not_found)?).await?;
    let layout = import.settings.layout();
    let columns = import.settings.columns.clone();
    let first = Records::new(bytes.clone(), layout.charset, layout.separator).next();
    let titles = first.filter(|_| layout.header).unwrap_or_default();
    Ok(Table {
        width: reading::width(&bytes, layout, &columns),
        titles: titles
            .iter()
            .map(|t| text::clean_name(text::meant(t)))
            .collect(),
        here,
        bytes,
        layout,
        columns,
    })
}

impl Table {
    /// All rows after `from` of them, in a thread that may wait.
    pub(super) fn read(&self, from: usize) -> impl Iterator<Item = Numbered> {
        let header = usize::from(self.layout.header);
        let all = Records::new(
            self.bytes.clone(),
            self.layout.charset,
            self.layout.separator,
        );
        all.enumerate().skip(header + from).map(|(n, cells)| {
            let plan = (&*self.columns, &*self.titles, self.width);
            Numbered {
                number: i64::try_from(n + 1).unwrap_or(i64::MAX),
                says: rules::row(&cells, plan, &self.here),
                cells,
            }
        })
    }
}

/// The rows after the first `from`, in batches; read by a thread of its own.
pub(super) fn rows(table: Table, from: i64) -> mpsc::Receiver<Vec<Numbered>> {
    let (send, take) = mpsc::channel(4);
    tokio::task::spawn_blocking(move || {
        let mut rows = table.read(usize::try_from(from).unwrap_or(0)).peekable();
        while rows.peek().is_some() {
            let mut batch: Vec<Numbered> = rows.by_ref().take(BATCH).collect();
            // Only their words are needed from here.
            for row in &mut batch {
                row.cells = Vec::new();
            }
            if send.blocking_send(batch).is_err() {
                return;
            }
        }
    });
    take
}

/// Writes until the table or the turn is over.
async fn go(house: &House, mut import: ContactImport) -> Result<()> {
    let until = house.clock().now() + TURN;
    let table = table(house, &import).await?;
    let ctx = house.ctx(Actor::Person(import.person_id.uuid()), Language::default());
    let mut take = rows(table, import.position);
    while let Some(batch) = take.recv().await {
        let (id, from) = (import.id, import.position);
        let to = from + i64::try_from(batch.len()).unwrap_or(0);
        let (made, how) = (import.made, import.settings.on_match);
        let ctx = Ctx {
            now: house.clock().now(),
            ..ctx.clone()
        };
        let done = house
            .write(async move |tx: &mut Tx<'_>| {
                // Whoever moves the place on writes the rows: nobody else can have written them.
                if store::advance(tx, id, (from, to), &made, ctx.now).await? == 0 {
                    return Ok(None);
                }
                let mut after = made;
                for row in &batch {
                    write(tx, &ctx, id, row, how, &mut after).await?;
                }
                store::advance(tx, id, (to, to), &after, ctx.now).await?;
                if after.new > made.new {
                    crm::tell_many(tx, &ctx, id.uuid(), after.new - made.new, 0).await?;
                }
                actions::tell(tx, &ctx, id).await?;
                Ok(Some(after))
            })
            .await?;
        let Some(after) = done else {
            return Ok(());
        };
        import.made = after;
        import.position = to;
        if house.clock().now() > until {
            return hand_on(house, import.id).await;
        }
    }
    let ctx = Ctx {
        now: house.clock().now(),
        ..ctx
    };
    house
        .write(async move |tx: &mut Tx<'_>| {
            if store::step(tx, import.id, ("running", "done"), "", ctx.now).await? > 0 {
                actions::audit(tx, &ctx, "contacts.imported", &import).await?;
            }
            actions::tell(tx, &ctx, import.id).await
        })
        .await
}

async fn hand_on(house: &House, id: Id<ContactImport>) -> Result<()> {
    let ctx = house.system();
    house
        .write(async move |tx: &mut Tx<'_>| {
            jobs::put(tx, &ctx, RUN, json!({"id": id}), ctx.now, None).await
        })
        .await
}

async fn write(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    import: Id<ContactImport>,
    row: &Numbered,
    how: TableOnMatch,
    made: &mut TableCounts,
) -> Result<()> {
    made.rows += 1;
    let fields = match &row.says {
        RowSays::Nothing => {
            made.empty += 1;
            return Ok(());
        }
        RowSays::Wrong(_) => {
            made.errors += 1;
            return Ok(());
        }
        RowSays::Contact(fields) => fields,
    };
    let trace = match known(tx, fields).await? {
        None => {
            made.new += 1;
            Trace {
                number: row.number,
                contact_id: crm::bring(tx, ctx, fields).await?,
                before: None,
                after: (**fields).clone(),
            }
        }
        Some((id, now)) => {
            let Some(after) = rules::laid(&now, fields, how) else {
                made.skipped += 1;
                return Ok(());
            };
            crm::lay(tx, ctx, id, &after).await?;
            made.updated += 1;
            Trace {
                number: row.number,
                contact_id: id,
                before: Some(now),
                after,
            }
        }
    };
    store::trace(tx, import, &trace).await
}

async fn known(tx: &mut Tx<'_>, row: &Fields) -> Result<Option<(Id<crm::Contact>, Fields)>> {
    for key in rules::keys(row) {
        if let Some(id) = checking::holder(tx, &key).await? {
            return crm::standing_fields(tx, id).await.map(Some);
        }
    }
    Ok(None)
}
