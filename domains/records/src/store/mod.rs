//! The SQL of records.

mod entries;
mod tables;
mod tasks;

pub(crate) use entries::*;
pub(crate) use tables::*;
pub(crate) use tasks::*;

use db::{Tx, bind, sql};
use kernel::Result;

/// The next number of a kind of thing, without gaps, in the transaction that makes it.
pub(crate) async fn next_number(tx: &mut Tx<'_>, of: &str) -> Result<i64> {
    let (n,): (i64,) = tx
        .must(
            sql!(
                "INSERT INTO record_counters (name, value) VALUES ($1, 1)
                  ON CONFLICT (name) DO UPDATE SET value = record_counters.value + 1 RETURNING value"
            ),
            &bind![of],
        )
        .await?;
    Ok(n)
}
