//! The SQL of the delivery ledger (M-01): hops, raw events of a message, what was not delivered, comparisons.

use crate::model::{
    Account, Comparison, HopRow, OutboxPart, ParkedRow, RawSummary, UndeliveredRow,
};
use db::{Json, Tx, bind, sql};
use kernel::{Id, Moment, Result, Uuid};
use messages::Message;

/// Writes one hop of a part; `person` asked for it, if somebody did.
pub(crate) async fn hop(
    tx: &mut Tx<'_>,
    part: Id<OutboxPart>,
    state: &str,
    detail: &str,
    person: Option<Uuid>,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO delivery_hops (part_id, at, n, state, detail, person_id)
              SELECT $1, $2, COALESCE(MAX(n), 0) + 1, $3, $4, $5 FROM delivery_hops WHERE part_id = $1"
        ),
        &bind![part, now, state, detail, person],
    )
    .await
    .map(drop)
}

/// Every hop of everything that a message became, in order.
pub(crate) async fn hops_of(tx: &mut Tx<'_>, message: Id<Message>) -> Result<Vec<HopRow>> {
    tx.all(
        sql!(
            "SELECT p.part, p.kind, h.at, h.state, h.detail, h.person_id
              FROM delivery_hops h JOIN outbox_parts p ON p.id = h.part_id
              WHERE p.message_id = $1 ORDER BY h.at, p.n, h.n"
        ),
        &bind![message],
    )
    .await
}

/// Everything that a message became: its parts and what was done to it later.
pub(crate) async fn all_parts_of(tx: &mut Tx<'_>, message: Id<Message>) -> Result<Vec<OutboxPart>> {
    tx.all(
        sql!("SELECT id, account_id, peer_id, message_id, part, kind, payload, state, attempts, error, created_at
              FROM outbox_parts WHERE message_id = $1 ORDER BY n"),
        &bind![message],
    )
    .await
}

/// One part.
pub(crate) async fn part(tx: &mut Tx<'_>, id: Id<OutboxPart>) -> Result<OutboxPart> {
    tx.must(
        sql!("SELECT id, account_id, peer_id, message_id, part, kind, payload, state, attempts, error, created_at
              FROM outbox_parts WHERE id = $1 FOR UPDATE"),
        &bind![id],
    )
    .await
}

/// The events that made or touched a message.
pub(crate) async fn raw_of(tx: &mut Tx<'_>, message: Id<Message>) -> Result<Vec<RawSummary>> {
    tx.all(
        sql!(
            "SELECT n, account_id, received_at, worked_at, state, attempts, error FROM raw_events
              WHERE message_id = $1 ORDER BY n"
        ),
        &bind![message],
    )
    .await
}

/// What did not arrive, or waits since before `late`; newest first, after `before`.
pub(crate) async fn undelivered(
    tx: &mut Tx<'_>,
    account: Option<Id<Account>>,
    before: Option<i64>,
    late: Moment,
    limit: i64,
) -> Result<Vec<UndeliveredRow>> {
    tx.all(
        sql!(
            "SELECT p.n, p.id, p.account_id, p.message_id, p.part, p.kind, p.state, p.attempts, p.error, p.created_at, p.updated_at
              FROM outbox_parts p
              WHERE p.kind NOT IN ('note', 'note-change') AND (p.state IN ('failed', 'unknown') OR (p.state IN ('queued', 'sending') AND p.created_at < $3))
                AND (CAST($1 AS UUID) IS NULL OR p.account_id = $1)
                AND (CAST($2 AS BIGINT) IS NULL OR p.n < $2)
              ORDER BY p.n DESC LIMIT $4"
        ),
        &bind![account, before, late, limit],
    )
    .await
}

/// Events that could not be understood, newest first.
pub(crate) async fn parked(
    tx: &mut Tx<'_>,
    account: Option<Id<Account>>,
    limit: i64,
) -> Result<Vec<ParkedRow>> {
    tx.all(
        sql!(
            "SELECT n, account_id, received_at, attempts, error FROM raw_events
              WHERE state = 'parked' AND (CAST($1 AS UUID) IS NULL OR account_id = $1)
              ORDER BY n DESC LIMIT $2"
        ),
        &bind![account, limit],
    )
    .await
}

/// Lets an event be worked on again from its stored bytes; 0 if it waits already or is gone.
pub(crate) async fn replay_event(tx: &mut Tx<'_>, n: i64) -> Result<u64> {
    tx.run(
        sql!("UPDATE raw_events SET state = 'new', attempts = 0, error = '' WHERE n = $1 AND state IN ('parked', 'done')"),
        &bind![n],
    )
    .await
}

/// Lets everything parked of an account be worked on again; answers how much.
pub(crate) async fn replay_parked(tx: &mut Tx<'_>, account: Id<Account>) -> Result<u64> {
    tx.run(
        sql!("UPDATE raw_events SET state = 'new', attempts = 0, error = '' WHERE account_id = $1 AND state = 'parked'"),
        &bind![account],
    )
    .await
}

/// Parts to a client that may have arrived, or are arriving, without our knowing under which id: of unknown outcome, on their
/// way, or put back after a fall, oldest first. What was never tried is not among them.
pub(crate) async fn doubtful_to(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext_peer: &str,
) -> Result<Vec<OutboxPart>> {
    tx.all(
        sql!("SELECT p.id, p.account_id, p.peer_id, p.message_id, p.part, p.kind, p.payload, p.state, p.attempts, p.error, p.created_at
              FROM outbox_parts p JOIN peers c ON c.id = p.peer_id
              WHERE p.account_id = $1 AND c.ext_id = $2 AND p.kind = 'part'
                AND (p.state IN ('sending', 'unknown') OR (p.state = 'queued' AND p.updated_at > p.created_at))
                AND NOT EXISTS (SELECT 1 FROM external_messages e WHERE e.message_id = p.message_id AND e.part = p.part)
              ORDER BY p.n"),
        &bind![account, ext_peer],
    )
    .await
}

/// Whether an event of this key was stored.
pub(crate) async fn is_stored(tx: &mut Tx<'_>, account: Id<Account>, key: &str) -> Result<bool> {
    let found: Option<(i64,)> = tx
        .one(
            sql!("SELECT n FROM raw_events WHERE account_id = $1 AND dedup_key = $2"),
            &bind![account, key],
        )
        .await?;
    Ok(found.is_some())
}

/// What we sent through an account between two moments and know under the messenger's ids: its id there, the client's,
/// the message, when it was written.
pub(crate) async fn sent_between(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    from: Moment,
    to: Moment,
) -> Result<Vec<(String, String, Id<Message>, Moment)>> {
    tx.all(
        sql!(
            "SELECT e.ext_id, c.ext_id, e.message_id, p.created_at FROM outbox_parts p
              JOIN peers c ON c.id = p.peer_id
              JOIN external_messages e ON e.account_id = p.account_id AND e.message_id = p.message_id AND e.part = p.part
              WHERE p.account_id = $1 AND p.kind = 'part' AND p.state IN ('sent', 'delivered', 'read')
                AND p.created_at >= $2 AND p.updated_at < $3
                AND NOT EXISTS (SELECT 1 FROM outbox_parts d WHERE d.message_id = p.message_id AND d.kind = 'delete')
              ORDER BY p.n"
        ),
        &bind![account, from, to],
    )
    .await
}

/// Begins or ends a comparison.
pub(crate) async fn save_comparison(tx: &mut Tx<'_>, c: &Comparison) -> Result<()> {
    tx.run(
        sql!("INSERT INTO comparisons (id, account_id, since, started_at, ended_at, seen, recovered, confirmed, missing, error)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
              ON CONFLICT (id) DO UPDATE SET ended_at = $5, seen = $6, recovered = $7, confirmed = $8, missing = $9, error = $10"),
        &bind![
            c.id, c.account_id, c.since, c.started_at, c.ended_at, c.seen, c.recovered, c.confirmed, Json(&c.missing), &c.error
        ],
    )
    .await
    .map(drop)
}

/// The newest comparisons, newest first; of one account, or of all.
pub(crate) async fn comparisons(
    tx: &mut Tx<'_>,
    account: Option<Id<Account>>,
    limit: i64,
) -> Result<Vec<Comparison>> {
    tx.all(
        sql!(
            "SELECT id, account_id, since, started_at, ended_at, seen, recovered, confirmed, missing, error FROM comparisons
              WHERE CAST($1 AS UUID) IS NULL OR account_id = $1 ORDER BY started_at DESC, id DESC LIMIT $2"
        ),
        &bind![account, limit],
    )
    .await
}

/// Forgets comparisons older than a moment.
pub(crate) async fn prune_comparisons(tx: &mut Tx<'_>, before: Moment) -> Result<()> {
    tx.run(
        sql!("DELETE FROM comparisons WHERE started_at < $1"),
        &bind![before],
    )
    .await
    .map(drop)
}
