//! The SQL of moving in and out.

use crate::model::{Message, Thread};
use accounts::Person;
use db::{Tx, bind, sql};
use kernel::{Id, Moment, Result, Uuid};
use std::collections::BTreeSet;

pub(crate) async fn mark(
    tx: &mut Tx<'_>,
    id: Id<Message>,
    edited_at: Option<Moment>,
    pinned: bool,
) -> Result<()> {
    tx.run(
        sql!("UPDATE messages SET edited_at = $2, pinned = $3 WHERE id = $1"),
        &bind![id, edited_at, pinned],
    )
    .await
    .map(drop)
}

pub(crate) async fn version(
    tx: &mut Tx<'_>,
    id: Id<Message>,
    until: Moment,
    text: &str,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO message_versions (message_id, at, text) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
        &bind![id, until, text],
    )
    .await
    .map(drop)
}

pub(crate) async fn are_here(tx: &mut Tx<'_>, ids: &[Uuid]) -> Result<BTreeSet<Uuid>> {
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows: Vec<(Uuid,)> = tx
        .all(
            sql!("SELECT id FROM messages WHERE id IN UUIDS($1)"),
            &bind![ids.to_vec()],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Puts somebody at the beginning of a thread.
pub(crate) async fn stand(tx: &mut Tx<'_>, thread: Id<Thread>, person: Id<Person>) -> Result<()> {
    tx.run(
        sql!("INSERT INTO positions (thread_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"),
        &bind![thread, person],
    )
    .await
    .map(drop)
}

/// Moves all who stood at the end to the new end.
pub(crate) async fn read_on(tx: &mut Tx<'_>, before: &Thread, now: &Thread) -> Result<()> {
    tx.run(
        sql!(
            "UPDATE positions SET read_seq = $2, read_ordinal = $3, delivered_seq = $2
              WHERE thread_id = $1 AND read_ordinal >= $4 AND read_seq < $2"
        ),
        &bind![now.id, now.last_seq, now.last_ordinal, before.last_ordinal],
    )
    .await
    .map(drop)
}

pub(crate) async fn forget(tx: &mut Tx<'_>, thread: Id<Thread>) -> Result<()> {
    tx.run(
        sql!(
            sqlite: "DELETE FROM message_words WHERE rowid IN (SELECT n FROM messages WHERE thread_id = $1)",
            postgres: "SELECT $1::uuid",
        ),
        &bind![thread],
    )
    .await?;
    for statement in [
        sql!(
            "DELETE FROM reactions WHERE message_id IN (SELECT id FROM messages WHERE thread_id = $1)"
        ),
        sql!(
            "DELETE FROM message_versions WHERE message_id IN (SELECT id FROM messages WHERE thread_id = $1)"
        ),
        sql!(
            "DELETE FROM hidden_messages WHERE message_id IN (SELECT id FROM messages WHERE thread_id = $1)"
        ),
        sql!(
            "DELETE FROM saved_messages WHERE message_id IN (SELECT id FROM messages WHERE thread_id = $1)"
        ),
        sql!(
            "DELETE FROM deleted_messages WHERE message_id IN (SELECT id FROM messages WHERE thread_id = $1)"
        ),
        sql!("DELETE FROM message_reports WHERE thread_id = $1"),
        sql!("DELETE FROM later_messages WHERE thread_id = $1"),
        sql!("DELETE FROM mentions WHERE thread_id = $1"),
        sql!("DELETE FROM positions WHERE thread_id = $1"),
        sql!("DELETE FROM drafts WHERE thread_id = $1"),
        sql!("DELETE FROM messages WHERE thread_id = $1"),
        sql!("DELETE FROM threads WHERE id = $1"),
    ] {
        tx.run(statement, &bind![thread]).await?;
    }
    Ok(())
}
