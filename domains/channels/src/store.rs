//! The SQL of channels.

pub(crate) mod chosen;
pub(crate) mod ledger;
pub(crate) mod site;

use crate::model::{
    Account, ApprovedTemplate, Health, OutboxPart, Payload, Peer, RawRow, SignedAs,
};
use channel::{RawEvent, TemplateState, TemplateText};
use db::{FromRow, Json, Row, Tx, bind, sql};
use kernel::{Id, Moment, Result, Uuid};
use messages::Message;

impl FromRow for Account {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            name: row.get("name")?,
            enabled: row.get("enabled")?,
            queue_id: row.get("queue_id")?,
            reopen: row.get::<Json<_>>("reopen")?.0,
            may_write_first: row.get("may_write_first")?,
            health: row.get::<Json<_>>("health")?.0,
            abilities: row.get::<Json<_>>("abilities")?.0,
            settings: row.get("settings")?,
            secret: row.get("secret")?,
            public_key: row.get("public_key")?,
            cursor: row.get("cursor")?,
            duty_id: row.get("duty_id")?,
            signed_as: SignedAs::from_word(&row.get::<String>("signed_as")?),
        })
    }
}

// ------------------------------------------------------------ accounts

pub(crate) async fn accounts(tx: &mut Tx<'_>) -> Result<Vec<Account>> {
    tx.all(
        sql!("SELECT * FROM channel_accounts WHERE NOT deleted ORDER BY created_at, id"),
        &bind![],
    )
    .await
}
pub(crate) async fn account(tx: &mut Tx<'_>, id: Id<Account>) -> Result<Account> {
    tx.must(
        sql!("SELECT * FROM channel_accounts WHERE id = $1"),
        &bind![id],
    )
    .await
}
/// The same, held until the commit: of two who see it change, the second sees what the first has left.
pub(crate) async fn hold_account(tx: &mut Tx<'_>, id: Id<Account>) -> Result<Account> {
    tx.must(
        sql!("SELECT * FROM channel_accounts WHERE id = $1 FOR UPDATE"),
        &bind![id],
    )
    .await
}
pub(crate) async fn by_key(tx: &mut Tx<'_>, key: &str) -> Result<Account> {
    tx.must(
        sql!("SELECT * FROM channel_accounts WHERE public_key = $1 AND NOT deleted AND enabled"),
        &bind![key],
    )
    .await
}
pub(crate) async fn save_account(tx: &mut Tx<'_>, a: &Account, now: Moment) -> Result<()> {
    tx.run(
        sql!("INSERT INTO channel_accounts (id, kind, name, enabled, settings, queue_id, reopen, secret, public_key, cursor, health, created_at, abilities, may_write_first, duty_id, signed_as)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
              ON CONFLICT (id) DO UPDATE SET name = $3, enabled = $4, settings = $5, queue_id = $6, reopen = $7, abilities = $13, may_write_first = $14, duty_id = $15, signed_as = $16"),
        &bind![
            a.id, &a.kind, &a.name, a.enabled, a.settings.as_slice(), a.queue_id, Json(&a.reopen), &a.secret, &a.public_key,
            a.cursor.clone(), Json(&a.health), now, Json(&a.abilities), a.may_write_first, a.duty_id, a.signed_as.word()
        ],
    )
    .await
    .map(drop)
}
pub(crate) async fn delete_account(tx: &mut Tx<'_>, id: Id<Account>) -> Result<()> {
    tx.run(
        sql!("UPDATE channel_accounts SET deleted = TRUE, enabled = FALSE WHERE id = $1"),
        &bind![id],
    )
    .await
    .map(drop)
}
pub(crate) async fn enable(tx: &mut Tx<'_>, id: Id<Account>, enabled: bool) -> Result<()> {
    tx.run(
        sql!("UPDATE channel_accounts SET enabled = $2 WHERE id = $1"),
        &bind![id, enabled],
    )
    .await
    .map(drop)
}
pub(crate) async fn save_health(tx: &mut Tx<'_>, id: Id<Account>, h: &Health) -> Result<()> {
    tx.run(
        sql!("UPDATE channel_accounts SET health = $2 WHERE id = $1"),
        &bind![id, Json(h)],
    )
    .await
    .map(drop)
}
pub(crate) async fn save_cursor(tx: &mut Tx<'_>, id: Id<Account>, cursor: &str) -> Result<()> {
    tx.run(
        sql!("UPDATE channel_accounts SET cursor = $2 WHERE id = $1"),
        &bind![id, cursor],
    )
    .await
    .map(drop)
}
/// Parts waiting, and parts that failed since a moment.
pub(crate) async fn load(tx: &mut Tx<'_>, id: Id<Account>, since: Moment) -> Result<(i64, i64)> {
    let (pending,): (i64,) = tx
        .must(
            sql!("SELECT COUNT(*) FROM outbox_parts WHERE account_id = $1 AND state IN ('queued', 'sending')"),
            &bind![id],
        )
        .await?;
    let (failed,): (i64,) = tx
        .must(
            sql!("SELECT COUNT(*) FROM outbox_parts WHERE account_id = $1 AND state IN ('failed', 'unknown') AND updated_at > $2"),
            &bind![id, since],
        )
        .await?;
    Ok((pending, failed))
}

// ------------------------------------------------------------ approved templates

impl FromRow for ApprovedTemplate {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let text = row.get::<Json<TemplateText>>("words")?.0;
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            ext_id: row.get("ext_id")?,
            name: row.get("name")?,
            language: row.get("language")?,
            category: row.get("category")?,
            state: TemplateState::from_word(&row.get::<String>("state")?),
            reason: row.get("reason")?,
            places: text.places(),
            text,
            updated_at: row.get("updated_at")?,
        })
    }
}

pub(crate) async fn templates(
    tx: &mut Tx<'_>,
    account: Id<Account>,
) -> Result<Vec<ApprovedTemplate>> {
    tx.all(
        sql!("SELECT * FROM approved_templates WHERE account_id = $1 ORDER BY name, language, id"),
        &bind![account],
    )
    .await
}
pub(crate) async fn template(
    tx: &mut Tx<'_>,
    id: Id<ApprovedTemplate>,
) -> Result<Option<ApprovedTemplate>> {
    tx.one(
        sql!("SELECT * FROM approved_templates WHERE id = $1"),
        &bind![id],
    )
    .await
}
pub(crate) async fn save_template(
    tx: &mut Tx<'_>,
    t: &ApprovedTemplate,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO approved_templates (id, account_id, ext_id, name, language, category, state, reason, words, updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
              ON CONFLICT (account_id, ext_id) DO UPDATE SET name = $4, language = $5, category = $6, state = $7, reason = $8,
                words = $9, updated_at = $10"),
        &bind![
            t.id, t.account_id, &t.ext_id, &t.name, &t.language, &t.category, t.state.word(), &t.reason, Json(&t.text), now
        ],
    )
    .await
    .map(drop)
}
pub(crate) async fn delete_template(tx: &mut Tx<'_>, id: Id<ApprovedTemplate>) -> Result<()> {
    tx.run(
        sql!("DELETE FROM approved_templates WHERE id = $1"),
        &bind![id],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ peers

/// The peer of a client, made if need be; held until the commit, so that two of a client's events, or two copies of one,
/// never run beside each other.
pub(crate) async fn peer_for(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
    new: Id<Peer>,
    now: Moment,
) -> Result<Peer> {
    tx.run(
        sql!("INSERT INTO peers (id, account_id, ext_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, ext_id) DO NOTHING"),
        &bind![new, account, ext, now],
    )
    .await?;
    tx.must(
        sql!("SELECT id, account_id, ext_id, blocked FROM peers WHERE account_id = $1 AND ext_id = $2 FOR UPDATE"),
        &bind![account, ext],
    )
    .await
}
/// Holds a client until the end of the transaction; `false` if there is no such client.
pub(crate) async fn hold_peer(tx: &mut Tx<'_>, account: Id<Account>, ext: &str) -> Result<bool> {
    let held: Option<(Id<Peer>,)> = tx
        .one(
            sql!("SELECT id FROM peers WHERE account_id = $1 AND ext_id = $2 FOR UPDATE"),
            &bind![account, ext],
        )
        .await?;
    Ok(held.is_some())
}
/// Keeps what the connector left with a client's newest message.
pub(crate) async fn set_thread(tx: &mut Tx<'_>, id: Id<Peer>, thread: &str) -> Result<u64> {
    tx.run(
        sql!("UPDATE peers SET thread = $2 WHERE id = $1"),
        &bind![id, thread],
    )
    .await
}
/// What the connector left with a client's newest message; none if it left nothing.
pub(crate) async fn thread_of(tx: &mut Tx<'_>, id: Id<Peer>) -> Result<Option<String>> {
    let kept: Option<(String,)> = tx
        .one(sql!("SELECT thread FROM peers WHERE id = $1"), &bind![id])
        .await?;
    Ok(kept
        .map(|(thread,)| thread)
        .filter(|thread| !thread.is_empty()))
}
pub(crate) async fn peer(tx: &mut Tx<'_>, id: Id<Peer>) -> Result<Peer> {
    tx.must(
        sql!("SELECT id, account_id, ext_id, blocked FROM peers WHERE id = $1"),
        &bind![id],
    )
    .await
}
/// When an account was connected.
pub(crate) async fn connected_at(tx: &mut Tx<'_>, account: Id<Account>) -> Result<Moment> {
    let (at,) = tx
        .must(
            sql!("SELECT created_at FROM channel_accounts WHERE id = $1"),
            &bind![account],
        )
        .await?;
    Ok(at)
}
pub(crate) async fn find_peer(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
) -> Result<Option<Peer>> {
    tx.one(
        sql!("SELECT id, account_id, ext_id, blocked FROM peers WHERE account_id = $1 AND ext_id = $2"),
        &bind![account, ext],
    )
    .await
}
pub(crate) async fn set_blocked(tx: &mut Tx<'_>, id: Id<Peer>, blocked: bool) -> Result<u64> {
    tx.run(
        sql!("UPDATE peers SET blocked = $2 WHERE id = $1 AND blocked <> $2"),
        &bind![id, blocked],
    )
    .await
}
/// Notes that a peer's picture is asked for now; 0 if that was done after `before`.
pub(crate) async fn claim_picture(
    tx: &mut Tx<'_>,
    id: Id<Peer>,
    now: Moment,
    before: Moment,
) -> Result<u64> {
    tx.run(
        sql!("UPDATE peers SET pictured_at = $2 WHERE id = $1 AND (pictured_at IS NULL OR pictured_at <= $3)"),
        &bind![id, now, before],
    )
    .await
}
pub(crate) async fn move_peer(tx: &mut Tx<'_>, id: Id<Peer>, ext: &str) -> Result<()> {
    tx.run(
        sql!(
            "UPDATE peers SET ext_id = $2 WHERE id = $1 AND NOT EXISTS
                (SELECT 1 FROM peers p WHERE p.account_id = peers.account_id AND p.ext_id = $2)"
        ),
        &bind![id, ext],
    )
    .await
    .map(drop)
}

/// A client known under another id is known under this one from now on, unless that one is somebody already.
pub(crate) async fn rename_peer(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    from: &str,
    to: &str,
) -> Result<()> {
    tx.run(
        sql!(
            "UPDATE peers SET ext_id = $3 WHERE account_id = $1 AND ext_id = $2 AND NOT EXISTS
                (SELECT 1 FROM peers p WHERE p.account_id = $1 AND p.ext_id = $3)"
        ),
        &bind![account, from, to],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ raw events

/// Stores an event once; 0 if it was stored before.
pub(crate) async fn add_raw(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    e: &RawEvent,
    now: Moment,
) -> Result<u64> {
    let key = if kernel::sabotaged("no-dedup") {
        kernel::Ids::Time.uuid().to_string()
    } else {
        e.dedup_key.clone()
    };
    tx.run(
        sql!("INSERT INTO raw_events (account_id, dedup_key, lane, body, received_at, state) VALUES ($1, $2, $3, $4, $5, 'new')
              ON CONFLICT (account_id, dedup_key) DO NOTHING"),
        &bind![account, key, &e.lane, e.body.as_ref(), now],
    )
    .await
}
/// The first waiting event of each lane: lanes may be worked on together, a lane's events only in order.
pub(crate) async fn lane_heads(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<RawRow>> {
    if kernel::sabotaged("no-order") {
        return tx
            .all(
                sql!("SELECT n, account_id, dedup_key, lane, body FROM raw_events WHERE state = 'new' ORDER BY n DESC LIMIT $1"),
                &bind![limit],
            )
            .await;
    }
    // Of `NOT EXISTS` PostgreSQL makes a join with all that waits, however few are wanted.
    tx.all(
        sql!("SELECT n, account_id, dedup_key, lane, body FROM raw_events r WHERE r.state = 'new'
                AND r.n = (SELECT MIN(b.n) FROM raw_events b WHERE b.account_id = r.account_id AND b.lane = r.lane AND b.state = 'new')
              ORDER BY n LIMIT $1"),
        &bind![limit],
    )
    .await
}
/// The first waiting event of one lane.
pub(crate) async fn lane_head(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    lane: &str,
) -> Result<Option<RawRow>> {
    if kernel::sabotaged("no-order") {
        return Ok(None);
    }
    tx.one(
        sql!(
            "SELECT n, account_id, dedup_key, lane, body FROM raw_events
              WHERE account_id = $1 AND lane = $2 AND state = 'new' ORDER BY n LIMIT 1"
        ),
        &bind![account, lane],
    )
    .await
}
/// An event was taken; `message` is what it made or touched, if it did.
pub(crate) async fn raw_done(
    tx: &mut Tx<'_>,
    n: i64,
    message: Option<Id<Message>>,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("UPDATE raw_events SET state = 'done', error = '', message_id = $2, worked_at = $3 WHERE n = $1"),
        &bind![n, message, now],
    )
    .await
    .map(drop)
}
/// Notes a failed try; after the third the event is parked and its lane goes on.
pub(crate) async fn raw_failed(tx: &mut Tx<'_>, n: i64, error: &str) -> Result<()> {
    tx.run(
        sql!(
            "UPDATE raw_events SET attempts = attempts + 1, error = $2,
                state = CASE WHEN attempts >= 2 THEN 'parked' ELSE 'new' END WHERE n = $1"
        ),
        &bind![n, error],
    )
    .await
    .map(drop)
}
/// Lets an event wait for the message it speaks of; [`add_external`] wakes it.
pub(crate) async fn raw_early(tx: &mut Tx<'_>, n: i64, ext: &str) -> Result<()> {
    tx.run(
        sql!("UPDATE raw_events SET state = 'early', waits_for = $2 WHERE n = $1"),
        &bind![n, ext],
    )
    .await
    .map(drop)
}
/// What an event waits for that names a message in several spellings: any next message to this client.
pub(crate) fn any_to(client: &str) -> String {
    format!("to {client}")
}
/// Wakes the events that wait for any next message to a client.
pub(crate) async fn wake_any(tx: &mut Tx<'_>, account: Id<Account>, client: &str) -> Result<()> {
    tx.run(
        sql!("UPDATE raw_events SET state = 'new', waits_for = NULL WHERE account_id = $1 AND waits_for = $2 AND state = 'early'"),
        &bind![account, any_to(client)],
    )
    .await
    .map(drop)
}
/// Whether a sign is the newest word on its subject so far, by the messenger's clock; notes it if so.
pub(crate) async fn is_newest(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    subject: &str,
    at: Moment,
) -> Result<bool> {
    let noted = tx
        .run(
            sql!("INSERT INTO newest_signs (account_id, subject, at) VALUES ($1, $2, $3)
                  ON CONFLICT (account_id, subject) DO UPDATE SET at = $3 WHERE newest_signs.at <= $3"),
            &bind![account, subject, at],
        )
        .await?;
    Ok(noted > 0)
}
pub(crate) async fn prune_raw(tx: &mut Tx<'_>, before: Moment) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM newest_signs WHERE at < $1"),
        &bind![before],
    )
    .await?;
    tx.run(
        sql!("DELETE FROM raw_events WHERE received_at < $1 AND state IN ('done', 'early')"),
        &bind![before],
    )
    .await
}

// ------------------------------------------------------------ external ids

pub(crate) async fn add_external(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
    message: Id<Message>,
    part: i64,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO external_messages (account_id, ext_id, message_id, part) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"),
        &bind![account, ext, message, part],
    )
    .await?;
    tx.run(
        sql!("UPDATE raw_events SET state = 'new', waits_for = NULL WHERE account_id = $1 AND waits_for = $2 AND state = 'early'"),
        &bind![account, ext],
    )
    .await
    .map(drop)
}
pub(crate) async fn by_external(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
) -> Result<Option<(Id<Message>, i64)>> {
    tx.one(
        sql!(
            "SELECT message_id, part FROM external_messages WHERE account_id = $1 AND ext_id = $2"
        ),
        &bind![account, ext],
    )
    .await
}
/// The same, if it was sent to this client.
pub(crate) async fn by_external_to(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
    client: &str,
) -> Result<Option<(Id<Message>, i64)>> {
    tx.one(
        sql!(
            "SELECT e.message_id, e.part FROM external_messages e
              JOIN outbox_parts o ON o.message_id = e.message_id AND o.part = e.part
              JOIN peers p ON p.id = o.peer_id
              WHERE e.account_id = $1 AND e.ext_id = $2 AND p.ext_id = $3"
        ),
        &bind![account, ext, client],
    )
    .await
}
/// Notes how far one of a part's messages came; how many of the part's other messages did not come so far.
pub(crate) async fn note_reached(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
    (message, part): (Id<Message>, i64),
    reached: &str,
) -> Result<i64> {
    tx.run(
        sql!("UPDATE external_messages SET reached = $3 WHERE account_id = $1 AND ext_id = $2 AND reached <> 'read'"),
        &bind![account, ext, reached],
    )
    .await?;
    let behind: Option<(i64,)> = tx
        .one(
            sql!("SELECT COUNT(*) FROM external_messages WHERE message_id = $1 AND part = $2 AND reached <> 'read' AND reached <> $3"),
            &bind![message, part, reached],
        )
        .await?;
    Ok(behind.map_or(0, |(count,)| count))
}
pub(crate) async fn externals_of(
    tx: &mut Tx<'_>,
    message: Id<Message>,
) -> Result<Vec<(String, i64)>> {
    tx.all(
        sql!(
            "SELECT ext_id, part FROM external_messages WHERE message_id = $1 ORDER BY part, ext_id"
        ),
        &bind![message],
    )
    .await
}

// ------------------------------------------------------------ outbox

pub(crate) async fn add_part(tx: &mut Tx<'_>, p: &OutboxPart, not_before: Moment) -> Result<()> {
    tx.run(
        sql!("INSERT INTO outbox_parts (id, account_id, peer_id, message_id, part, kind, payload, state, not_before, ext_ids, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)"),
        &bind![
            p.id, p.account_id, p.peer_id, p.message_id, p.part, &p.kind, Json(&p.payload.0), &p.state, not_before,
            Json(Vec::<String>::new()), p.created_at
        ],
    )
    .await
    .map(drop)
}
/// The due head of each lane whose lane has nothing on its way. What is for a paused account waits.
pub(crate) async fn heads(tx: &mut Tx<'_>, now: Moment, limit: i64) -> Result<Vec<OutboxPart>> {
    tx.all(
        sql!("SELECT id, account_id, peer_id, message_id, part, kind, payload, state, attempts, error, created_at
              FROM outbox_parts p WHERE p.state = 'queued' AND p.not_before <= $1
                AND NOT EXISTS (SELECT 1 FROM outbox_parts q WHERE q.account_id = p.account_id AND q.peer_id = p.peer_id
                                AND q.state IN ('queued', 'sending') AND q.n < p.n)
                AND NOT EXISTS (SELECT 1 FROM channel_accounts a WHERE a.id = p.account_id AND NOT a.enabled AND NOT a.deleted)
              ORDER BY p.n LIMIT $2"),
        &bind![now, limit],
    )
    .await
}
pub(crate) async fn parts_of(tx: &mut Tx<'_>, message: Id<Message>) -> Result<Vec<OutboxPart>> {
    tx.all(
        sql!("SELECT id, account_id, peer_id, message_id, part, kind, payload, state, attempts, error, created_at
              FROM outbox_parts WHERE message_id = $1 AND kind = 'part' ORDER BY part"),
        &bind![message],
    )
    .await
}
/// What was sent of messages and of their changes, in order.
pub(crate) async fn words_sent(
    tx: &mut Tx<'_>,
    messages: &[Id<Message>],
) -> Result<Vec<(Id<Message>, String, Payload)>> {
    let rows: Vec<(Id<Message>, String, Json<Payload>)> = tx
        .all(
            sql!("SELECT message_id, kind, payload FROM outbox_parts WHERE message_id IN UUIDS($1) AND kind IN ('part', 'edit') ORDER BY n"),
            &bind![messages.to_vec()],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, kind, p)| (id, kind, p.0))
        .collect())
}
/// Marks a part as on its way, before the socket is written; 0 if somebody withdrew it meanwhile.
pub(crate) async fn mark_sending(tx: &mut Tx<'_>, id: Id<OutboxPart>, now: Moment) -> Result<u64> {
    let marked = tx
        .run(
            sql!("UPDATE outbox_parts SET state = 'sending', updated_at = $2 WHERE id = $1 AND state = 'queued'"),
            &bind![id, now],
        )
        .await?;
    if marked > 0 {
        ledger::hop(tx, id, "sending", "", None, now).await?;
    }
    Ok(marked)
}
pub(crate) async fn set_part(
    tx: &mut Tx<'_>,
    id: Id<OutboxPart>,
    state: &str,
    error: &str,
    attempts: i64,
    not_before: Moment,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("UPDATE outbox_parts SET state = $2, error = $3, attempts = $4, not_before = $5, updated_at = $6 WHERE id = $1"),
        &bind![id, state, error, attempts, not_before, now],
    )
    .await?;
    ledger::hop(tx, id, state, error, None, now).await
}
/// Ends a part because a person said so.
pub(crate) async fn set_part_by(
    tx: &mut Tx<'_>,
    id: Id<OutboxPart>,
    state: &str,
    person: Option<Uuid>,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("UPDATE outbox_parts SET state = $2, updated_at = $3 WHERE id = $1"),
        &bind![id, state, now],
    )
    .await?;
    ledger::hop(tx, id, state, "", person, now).await
}
pub(crate) async fn set_ext_ids(
    tx: &mut Tx<'_>,
    id: Id<OutboxPart>,
    ext_ids: &[String],
) -> Result<()> {
    tx.run(
        sql!("UPDATE outbox_parts SET ext_ids = $2 WHERE id = $1"),
        &bind![id, Json(ext_ids)],
    )
    .await
    .map(drop)
}
/// Holds the later parts of a message whose earlier part did not arrive.
pub(crate) async fn hold_after(
    tx: &mut Tx<'_>,
    message: Id<Message>,
    part: i64,
    now: Moment,
) -> Result<()> {
    let held: Vec<(Id<OutboxPart>,)> = tx
        .all(
            sql!(
                "UPDATE outbox_parts SET state = 'failed', error = 'held', updated_at = $3
                  WHERE message_id = $1 AND part > $2 AND kind = 'part' AND state = 'queued' RETURNING id"
            ),
            &bind![message, part, now],
        )
        .await?;
    for (id,) in held {
        ledger::hop(tx, id, "failed", "held", None, now).await?;
    }
    Ok(())
}
/// Withdraws what has not left; answers how many parts.
pub(crate) async fn cancel(
    tx: &mut Tx<'_>,
    message: Id<Message>,
    person: Option<Uuid>,
    now: Moment,
) -> Result<usize> {
    let gone: Vec<(Id<OutboxPart>,)> = tx
        .all(
            sql!("UPDATE outbox_parts SET state = 'cancelled', updated_at = $2 WHERE message_id = $1 AND kind = 'part'
                  AND state IN ('queued', 'failed', 'unknown') RETURNING id"),
            &bind![message, now],
        )
        .await?;
    for (id,) in &gone {
        ledger::hop(tx, *id, "cancelled", "", person, now).await?;
    }
    Ok(gone.len())
}
/// Puts a part back into the queue because a person asked for it; the ledger keeps who.
pub(crate) async fn replay_part(
    tx: &mut Tx<'_>,
    id: Id<OutboxPart>,
    person: Option<Uuid>,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("UPDATE outbox_parts SET state = 'queued', error = '', attempts = 0, not_before = $2, updated_at = $2 WHERE id = $1"),
        &bind![id, now],
    )
    .await?;
    ledger::hop(tx, id, "queued", "", person, now).await
}
pub(crate) async fn left_sending(tx: &mut Tx<'_>) -> Result<Vec<OutboxPart>> {
    tx.all(
        sql!("SELECT id, account_id, peer_id, message_id, part, kind, payload, state, attempts, error, created_at
              FROM outbox_parts WHERE state = 'sending' ORDER BY n"),
        &bind![],
    )
    .await
}

// ------------------------------------------------------------ leases

/// Takes or renews a lease; 0 if another node holds it.
pub(crate) async fn lease(
    tx: &mut Tx<'_>,
    name: &str,
    holder: Uuid,
    now: Moment,
    until: Moment,
) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO leases (name, holder, until) VALUES ($1, $2, $4)
              ON CONFLICT (name) DO UPDATE SET holder = $2, until = $4 WHERE leases.holder = $2 OR leases.until < $3"),
        &bind![name, holder, now, until],
    )
    .await
}
pub(crate) async fn end_lease(tx: &mut Tx<'_>, name: &str, holder: Uuid) -> Result<()> {
    tx.run(
        sql!("DELETE FROM leases WHERE name = $1 AND holder = $2"),
        &bind![name, holder],
    )
    .await
    .map(drop)
}
