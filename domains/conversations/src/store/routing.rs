//! The SQL of giving chats out: the routing table, who waits, who works on how much, timers.

use crate::model::{
    Alarm, ChatRow, Conditions, Label, Pass, PassReason, Queue, RoutingRule, Share,
};
use accounts::Person;
use db::{Json, Tx, bind, sql};
use kernel::{Id, Moment, Result};
use messages::Thread;

// ------------------------------------------------------------ the routing table

type RuleRow = (
    Id<RoutingRule>,
    String,
    bool,
    Json<Conditions>,
    Option<Id<Queue>>,
    Option<Id<Person>>,
    Json<Vec<Id<Label>>>,
);

/// All rows in their order.
pub(crate) async fn rules(tx: &mut Tx<'_>) -> Result<Vec<RoutingRule>> {
    let rows: Vec<RuleRow> = tx
        .all(
            sql!("SELECT id, name, enabled, conditions, queue_id, person_id, put_labels FROM routing_rules ORDER BY position, id"),
            &bind![],
        )
        .await?;
    let rule = |(id, name, enabled, conditions, queue_id, person_id, put): RuleRow| RoutingRule {
        id,
        name,
        enabled,
        conditions: conditions.0,
        queue_id,
        person_id,
        put_labels: put.0,
    };
    Ok(rows.into_iter().map(rule).collect())
}
/// Keeps a row; a new one stands last.
pub(crate) async fn save_rule(tx: &mut Tx<'_>, r: &RoutingRule) -> Result<()> {
    tx.run(
        sql!("INSERT INTO routing_rules (id, position, name, enabled, conditions, queue_id, person_id, put_labels)
              VALUES ($1, (SELECT COALESCE(MAX(position), 0) + 1 FROM routing_rules), $2, $3, $4, $5, $6, $7)
              ON CONFLICT (id) DO UPDATE SET name = $2, enabled = $3, conditions = $4, queue_id = $5, person_id = $6, put_labels = $7"),
        &bind![r.id, &r.name, r.enabled, Json(&r.conditions), r.queue_id, r.person_id, Json(&r.put_labels)],
    )
    .await
    .map(drop)
}
pub(crate) async fn place_rule(tx: &mut Tx<'_>, id: Id<RoutingRule>, place: usize) -> Result<()> {
    tx.run(
        sql!("UPDATE routing_rules SET position = $2 WHERE id = $1"),
        &bind![id, place],
    )
    .await
    .map(drop)
}
pub(crate) async fn delete_rule(tx: &mut Tx<'_>, id: Id<RoutingRule>) -> Result<u64> {
    tx.run(sql!("DELETE FROM routing_rules WHERE id = $1"), &bind![id])
        .await
}

// ------------------------------------------------------------ giving out

/// Held until the commit by whoever gives chats out: capacity is a person's, whatever queues they are in, so it is one
/// lock for all queues. Nobody who holds a chat's row ever asks for it.
pub(crate) async fn hold_dealing(tx: &mut Tx<'_>) -> Result<()> {
    let _: (i64,) = tx
        .must(
            sql!("SELECT value FROM counters WHERE name = 'dealing' FOR UPDATE"),
            &bind![],
        )
        .await?;
    Ok(())
}
/// The chats that wait in a queue, the longest waiting first.
pub(crate) async fn waiting(tx: &mut Tx<'_>, queue: Id<Queue>, limit: i64) -> Result<Vec<ChatRow>> {
    tx.all(
        sql!(
            "SELECT * FROM client_chats WHERE queue_id = $1 AND state = 'queue' AND snoozed_at IS NULL
              ORDER BY COALESCE(waiting_since, queued_at, updated_at), id LIMIT $2"
        ),
        &bind![queue, limit],
    )
    .await
}
/// The queues that give chats out and in which some wait.
pub(crate) async fn to_give(tx: &mut Tx<'_>) -> Result<Vec<Id<Queue>>> {
    let rows: Vec<(Id<Queue>,)> = tx
        .all(
            sql!("SELECT q.id FROM queues q WHERE q.policy <> 'first_to_answer'
                  AND EXISTS (SELECT 1 FROM client_chats c WHERE c.queue_id = q.id AND c.state = 'queue' AND c.snoozed_at IS NULL) ORDER BY q.id"),
            &bind![],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// How many wait in a queue, and since when the first of them waits for an answer.
pub(crate) async fn backlog(tx: &mut Tx<'_>, queue: Id<Queue>) -> Result<(i64, Option<Moment>)> {
    tx.must(
        sql!("SELECT COUNT(*), MIN(waiting_since) FROM client_chats WHERE queue_id = $1 AND state = 'queue' AND snoozed_at IS NULL"),
        &bind![queue],
    )
    .await
}
/// The open work of people, by account: counted, never kept.
pub(crate) async fn shares(tx: &mut Tx<'_>, people: &[Id<Person>]) -> Result<Vec<Share>> {
    tx.all(
        sql!("SELECT assignee_id AS person, account_id AS account, COUNT(*) AS chats FROM client_chats
              WHERE assignee_id IN UUIDS($1) AND state = 'work' GROUP BY assignee_id, account_id"),
        &bind![people.to_vec()],
    )
    .await
}
pub(crate) async fn turns(tx: &mut Tx<'_>, queue: Id<Queue>) -> Result<Vec<(Id<Person>, i64)>> {
    tx.all(
        sql!("SELECT person_id, turn FROM turns WHERE queue_id = $1"),
        &bind![queue],
    )
    .await
}
/// A person had their turn: after all others of the queue.
pub(crate) async fn had_turn(tx: &mut Tx<'_>, queue: Id<Queue>, person: Id<Person>) -> Result<()> {
    tx.run(
        sql!("INSERT INTO turns (queue_id, person_id, turn)
              SELECT CAST($1 AS UUID), CAST($2 AS UUID), COALESCE(MAX(turn), 0) + 1 FROM turns WHERE queue_id = $1
              ON CONFLICT (queue_id, person_id) DO UPDATE SET turn = EXCLUDED.turn"),
        &bind![queue, person],
    )
    .await
    .map(drop)
}
pub(crate) async fn passes(tx: &mut Tx<'_>, chats: &[Id<Thread>]) -> Result<Vec<Pass>> {
    tx.all(
        sql!("SELECT chat_id AS chat, person_id AS person, at FROM passes WHERE chat_id IN UUIDS($1) ORDER BY at, person_id"),
        &bind![chats.to_vec()],
    )
    .await
}
pub(crate) async fn pass(
    tx: &mut Tx<'_>,
    chat: Id<Thread>,
    person: Id<Person>,
    reason: PassReason,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO passes (chat_id, person_id, at, reason) VALUES ($1, $2, $3, $4)
              ON CONFLICT (chat_id, person_id) DO UPDATE SET at = $3, reason = $4"
        ),
        &bind![chat, person, now, reason.word()],
    )
    .await
    .map(drop)
}
/// Nobody is passed over any more, but those who were since `after`; none: nobody at all.
pub(crate) async fn forget_passes(
    tx: &mut Tx<'_>,
    chat: Id<Thread>,
    after: Option<Moment>,
) -> Result<()> {
    tx.run(
        sql!("DELETE FROM passes WHERE chat_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR at < $2)"),
        &bind![chat, after],
    )
    .await
    .map(drop)
}
pub(crate) async fn announced(tx: &mut Tx<'_>, chats: &[Id<Thread>]) -> Result<()> {
    tx.run(
        sql!("UPDATE client_chats SET announced = TRUE WHERE id IN UUIDS($1) AND state = 'queue'"),
        &bind![chats.to_vec()],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ timers

/// Chats of a queue that were given before a moment and whose client has waited since before it.
pub(crate) async fn unanswered(
    tx: &mut Tx<'_>,
    queue: Id<Queue>,
    before: Moment,
    limit: i64,
) -> Result<Vec<Id<Thread>>> {
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!("SELECT id FROM client_chats WHERE queue_id = $1 AND state = 'work' AND snoozed_at IS NULL AND given_at <= $2 AND waiting_since <= $2
                  ORDER BY given_at, id LIMIT $3"),
            &bind![queue, before, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// Chats that have waited in a queue since before a moment.
pub(crate) async fn stuck(
    tx: &mut Tx<'_>,
    queue: Id<Queue>,
    before: Moment,
    limit: i64,
) -> Result<Vec<Id<Thread>>> {
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!("SELECT id FROM client_chats WHERE queue_id = $1 AND state = 'queue' AND snoozed_at IS NULL AND queued_at <= $2
                  ORDER BY queued_at, id LIMIT $3"),
            &bind![queue, before, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// Open chats of a queue in which nobody waits for us and nothing has happened since a moment.
pub(crate) async fn silent(
    tx: &mut Tx<'_>,
    queue: Id<Queue>,
    before: Moment,
    limit: i64,
) -> Result<Vec<Id<Thread>>> {
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!("SELECT id FROM client_chats WHERE queue_id = $1 AND state <> 'closed' AND snoozed_at IS NULL AND waiting_since IS NULL AND updated_at <= $2
                  ORDER BY updated_at, id LIMIT $3"),
            &bind![queue, before, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// Raises an alarm; 0 if it is raised already.
pub(crate) async fn raise(
    tx: &mut Tx<'_>,
    queue: Id<Queue>,
    alarm: Alarm,
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO alarms (queue_id, kind, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
        &bind![queue, alarm.word(), now],
    )
    .await
}
pub(crate) async fn lower(tx: &mut Tx<'_>, queue: Id<Queue>, alarm: Alarm) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM alarms WHERE queue_id = $1 AND kind = $2"),
        &bind![queue, alarm.word()],
    )
    .await
}
/// Notes that a template of a queue's automatic texts is not taken any more; 0 if that was noted before.
pub(crate) async fn template_lost(
    tx: &mut Tx<'_>,
    queue: Id<Queue>,
    template: Id<channels::ApprovedTemplate>,
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO alarms (queue_id, kind, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
        &bind![queue, format!("template:{template}"), now],
    )
    .await
}
/// It is taken again: the next loss is news again.
pub(crate) async fn template_taken(
    tx: &mut Tx<'_>,
    queue: Id<Queue>,
    template: Id<channels::ApprovedTemplate>,
) -> Result<()> {
    tx.run(
        sql!("DELETE FROM alarms WHERE queue_id = $1 AND kind = $2"),
        &bind![queue, format!("template:{template}")],
    )
    .await
    .map(drop)
}
/// The alarms that are raised.
pub(crate) async fn alarms(tx: &mut Tx<'_>) -> Result<Vec<(Id<Queue>, String)>> {
    tx.all(sql!("SELECT queue_id, kind FROM alarms"), &bind![])
        .await
}
