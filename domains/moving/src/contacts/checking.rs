//! The dry run: a table is read to its end and held against the contacts there are and against itself; nothing is written.

use super::{
    actions,
    model::{ContactImport, TableOnMatch, TableProblem, TableReport},
    reading::MOST_ROWS,
    rules::{self, Key, RowSays},
    running::{Numbered, rows, table},
};
use crate::store::contacts as store;
use crm::{Contact, Fields};
use db::Tx;
use kernel::{Error, Id, Result};
use serde_json::Value;
use std::collections::HashMap;
use web::{BoxFuture, House};

/// The job that checks one table.
pub(crate) const CHECK: &str = "moving.contacts.check";
/// Problems told in the report; all of them are in the table of errors.
const TOLD: usize = 50;

/// Does the job. Done twice it finds the same.
pub(crate) fn job(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id: Id<ContactImport> = serde_json::from_value(payload["id"].clone())?;
        let import = house
            .read(async move |tx: &mut Tx<'_>| store::import(tx, id).await)
            .await?;
        if import.state != "checking" {
            return Ok(());
        }
        let found = look(&house, &import).await;
        let ctx = house.system();
        house
            .write(async move |tx: &mut Tx<'_>| {
                match found {
                    // Somebody may have gone back to choosing meanwhile, and even chosen anew.
                    Ok(report) => {
                        let now = store::import(tx, id).await?;
                        if now.settings == import.settings
                            && store::step(tx, id, ("checking", "ready"), "", ctx.now).await? > 0
                        {
                            store::found(tx, id, &report).await?;
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a table of contacts could not be checked");
                        let code = error.code().unwrap_or("moving.fault");
                        store::step(tx, id, ("checking", "draft"), code, ctx.now).await?;
                    }
                }
                actions::tell(tx, &ctx, id).await
            })
            .await
    })
}

/// A contact as it would be after the rows above.
struct Seen {
    here: bool,
    fields: Fields,
}

/// All contacts the rows so far are about.
#[derive(Default)]
struct Known {
    seen: Vec<Seen>,
    by_key: HashMap<Key, usize>,
    by_id: HashMap<Id<Contact>, usize>,
}

impl Known {
    fn add(&mut self, seen: Seen) -> usize {
        let n = self.seen.len();
        self.seen.push(seen);
        self.keep(n);
        n
    }
    fn keep(&mut self, n: usize) {
        for key in rules::keys(&self.seen[n].fields) {
            self.by_key.entry(key).or_insert(n);
        }
    }
    /// Whom a row is about: by its first phone or e-mail that somebody has.
    async fn find(&mut self, tx: &mut Tx<'_>, row: &Fields) -> Result<Option<usize>> {
        for key in rules::keys(row) {
            if let Some(n) = self.by_key.get(&key) {
                return Ok(Some(*n));
            }
            if let Some(id) = holder(tx, &key).await? {
                let (id, fields) = crm::standing_fields(tx, id).await?;
                if let Some(n) = self.by_id.get(&id).copied() {
                    self.by_key.insert(key, n);
                    return Ok(Some(n));
                }
                let n = self.add(Seen { here: true, fields });
                self.by_id.insert(id, n);
                self.by_key.insert(key, n);
                return Ok(Some(n));
            }
        }
        Ok(None)
    }
}

/// Who has a phone or an e-mail address here.
pub(super) async fn holder(tx: &mut Tx<'_>, key: &Key) -> Result<Option<Id<Contact>>> {
    match key {
        Key::Phone(phone) => crm::by_phone(tx, phone).await,
        Key::Email(email) => crm::by_email(tx, email).await,
    }
}

async fn look(house: &House, import: &ContactImport) -> Result<TableReport> {
    let table = table(house, import).await?;
    let how = import.settings.on_match;
    let mut known = Known::default();
    let mut report = TableReport {
        titles: table.titles.clone(),
        ..TableReport::default()
    };
    let mut take = rows(table, 0);
    while let Some(batch) = take.recv().await {
        (known, report) = house
            .read(async move |tx: &mut Tx<'_>| {
                for row in &batch {
                    count(tx, row, how, &mut known, &mut report).await?;
                }
                Ok((known, report))
            })
            .await?;
        if report.counts.rows > MOST_ROWS {
            return Err(Error::invalid("moving.csv_too_long"));
        }
    }
    if report.counts.rows == 0 {
        return Err(Error::invalid("moving.csv_only_header"));
    }
    Ok(report)
}

async fn count(
    tx: &mut Tx<'_>,
    row: &Numbered,
    how: TableOnMatch,
    known: &mut Known,
    report: &mut TableReport,
) -> Result<()> {
    let counts = &mut report.counts;
    counts.rows += 1;
    match &row.says {
        RowSays::Nothing => counts.empty += 1,
        RowSays::Wrong(wrong) => {
            counts.errors += 1;
            let room = TOLD.saturating_sub(report.problems.len());
            let told = wrong
                .iter()
                .take(room)
                .map(|(column, code, value)| TableProblem {
                    row: row.number,
                    column: *column,
                    code: (*code).to_owned(),
                    value: value.clone(),
                    sentence: String::new(),
                });
            report.problems.extend(told);
        }
        RowSays::Contact(fields) => match known.find(tx, fields).await? {
            None => {
                counts.new += 1;
                known.add(Seen {
                    here: false,
                    fields: (**fields).clone(),
                });
            }
            Some(n) => {
                if known.seen[n].here {
                    counts.here += 1;
                } else {
                    counts.repeated += 1;
                }
                match rules::laid(&known.seen[n].fields, fields, how) {
                    Some(after) => {
                        counts.updated += 1;
                        known.seen[n].fields = after;
                        known.keep(n);
                    }
                    None => counts.skipped += 1,
                }
            }
        },
    }
    Ok(())
}
