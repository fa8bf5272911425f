//! The SQL of people's own accounts: marked chats, and what connectors keep.

use crate::model::Account;
use db::{Tx, bind, sql};
use kernel::{Id, Moment, Result, Uuid};

/// The marks of an account: whose chat, and whether it is work.
pub(crate) async fn marks(tx: &mut Tx<'_>, account: Id<Account>) -> Result<Vec<(String, bool)>> {
    tx.all(
        sql!("SELECT ext_id, work FROM chat_marks WHERE account_id = $1"),
        &bind![account],
    )
    .await
}

pub(crate) async fn mark(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
) -> Result<Option<(bool,)>> {
    tx.one(
        sql!("SELECT work FROM chat_marks WHERE account_id = $1 AND ext_id = $2"),
        &bind![account, ext],
    )
    .await
}

/// What is said of a chat and since when, and since when its person is a client.
pub(crate) async fn standing(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
) -> Result<(Option<(bool, Moment)>, Option<Moment>)> {
    let mark = tx
        .one(
            sql!("SELECT work, changed_at FROM chat_marks WHERE account_id = $1 AND ext_id = $2"),
            &bind![account, ext],
        )
        .await?;
    let client: Option<(Moment,)> = tx
        .one(
            sql!("SELECT created_at FROM peers WHERE account_id = $1 AND ext_id = $2"),
            &bind![account, ext],
        )
        .await?;
    Ok((mark, client.map(|(at,)| at)))
}

pub(crate) async fn set_mark(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
    work: bool,
    by: Option<Uuid>,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO chat_marks (account_id, ext_id, work, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT (account_id, ext_id) DO UPDATE SET work = $3, changed_by = $4, changed_at = $5"),
        &bind![account, ext, work, by, now],
    )
    .await
    .map(drop)
}

/// The messenger's ids of an account's clients.
pub(crate) async fn clients(tx: &mut Tx<'_>, account: Id<Account>) -> Result<Vec<(String,)>> {
    tx.all(
        sql!("SELECT ext_id FROM peers WHERE account_id = $1"),
        &bind![account],
    )
    .await
}

pub(crate) async fn recall(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    name: &str,
) -> Result<Option<(Vec<u8>,)>> {
    tx.one(
        sql!("SELECT value FROM connector_memory WHERE account_id = $1 AND name = $2"),
        &bind![account, name],
    )
    .await
}

pub(crate) async fn keep(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    name: &str,
    value: &[u8],
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO connector_memory (account_id, name, value) VALUES ($1, $2, $3)
              ON CONFLICT (account_id, name) DO UPDATE SET value = $3"
        ),
        &bind![account, name, value],
    )
    .await
    .map(drop)
}

/// Forgets all that a removed account's connector kept.
pub(crate) async fn forget(tx: &mut Tx<'_>, account: Id<Account>) -> Result<()> {
    tx.run(
        sql!("DELETE FROM connector_memory WHERE account_id = $1"),
        &bind![account],
    )
    .await?;
    tx.run(
        sql!("DELETE FROM chat_marks WHERE account_id = $1"),
        &bind![account],
    )
    .await
    .map(drop)
}
