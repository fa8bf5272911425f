//! The SQL of what a person keeps or puts away, of periods, topics, and deletions that can be taken back.

use super::{Stored, complete};
use crate::{
    extras::Extras,
    model::{Message, Thread},
    search::Filters,
};
use accounts::Person;
use db::{Json, Tx, bind, sql};
use kernel::{Id, Moment, Result, Uuid};
use serde_json::Value;
use std::collections::HashMap;

// ------------------------------------------------------------ extras

/// Writes what a message has beside its words.
pub(crate) async fn save_extras(
    tx: &mut Tx<'_>,
    id: Id<Message>,
    extras: Option<&Extras>,
) -> Result<()> {
    tx.run(
        sql!("UPDATE messages SET extras = $2 WHERE id = $1"),
        &bind![id, extras.map(Json)],
    )
    .await
    .map(drop)
}
type TopicRow = (Id<Thread>, i64, Option<Moment>);
/// How many replies stand in these threads, and when the newest came.
pub(crate) async fn topics(
    tx: &mut Tx<'_>,
    ids: Vec<Id<Thread>>,
) -> Result<HashMap<Id<Thread>, (i64, Option<Moment>)>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<TopicRow> = tx
        .all(
            sql!("SELECT t.id, t.last_ordinal, m.at FROM threads t LEFT JOIN messages m ON m.id = t.last_message_id WHERE t.id IN UUIDS($1)"),
            &bind![ids],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, replies, at)| (id, (replies, at)))
        .collect())
}

// ------------------------------------------------------------ periods

/// First and last number of the messages of a period, and how many there are.
pub(crate) async fn period(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    from: Moment,
    to: Moment,
) -> Result<(i64, i64, i64)> {
    tx.must(
        sql!("SELECT COALESCE(MIN(seq), 0), COALESCE(MAX(seq), 0), COUNT(*) FROM messages
              WHERE thread_id = $1 AND at >= $2 AND at < $3 AND kind <> 'event' AND deleted_at IS NULL"),
        &bind![thread, from, to],
    )
    .await
}
/// The messages of a period after a number.
pub(crate) async fn of_period(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    thread: Id<Thread>,
    (from, to): (Moment, Moment),
    after: i64,
    limit: i64,
) -> Result<Vec<Message>> {
    let rows: Vec<Stored> = tx
        .all(
            sql!("SELECT * FROM messages WHERE thread_id = $1 AND at >= $2 AND at < $3 AND seq > $4 AND kind <> 'event' AND deleted_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.person_id = $6 AND h.message_id = messages.id)
                  ORDER BY seq LIMIT $5"),
            &bind![thread, from, to, after, limit, person],
        )
        .await?;
    complete(tx, rows).await
}
/// How many of a period's messages the person has put away.
pub(crate) async fn hidden_in_period(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    thread: Id<Thread>,
    (from, to): (Moment, Moment),
) -> Result<i64> {
    let (count,): (i64,) = tx
        .must(
            sql!("SELECT COUNT(*) FROM hidden_messages h JOIN messages m ON m.id = h.message_id
                  WHERE h.person_id = $1 AND m.thread_id = $2 AND m.at >= $3 AND m.at < $4 AND m.kind <> 'event' AND m.deleted_at IS NULL"),
            &bind![person, thread, from, to],
        )
        .await?;
    Ok(count)
}
/// The first message at or after a moment.
pub(crate) async fn first_since(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    at: Moment,
) -> Result<Option<i64>> {
    let (seq,): (Option<i64>,) = tx
        .must(
            sql!("SELECT MIN(seq) FROM messages WHERE thread_id = $1 AND at >= $2 AND kind <> 'event' AND deleted_at IS NULL"),
            &bind![thread, at],
        )
        .await?;
    Ok(seq)
}

// ------------------------------------------------------------ put away, saved

pub(crate) async fn hide(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Message>,
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO hidden_messages (person_id, message_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
        &bind![person, id, now],
    )
    .await
}
pub(crate) async fn unhide(tx: &mut Tx<'_>, person: Id<Person>, id: Id<Message>) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM hidden_messages WHERE person_id = $1 AND message_id = $2"),
        &bind![person, id],
    )
    .await
}
pub(crate) async fn keep(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Message>,
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO saved_messages (person_id, message_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
        &bind![person, id, now],
    )
    .await
}
pub(crate) async fn forget(tx: &mut Tx<'_>, person: Id<Person>, id: Id<Message>) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM saved_messages WHERE person_id = $1 AND message_id = $2"),
        &bind![person, id],
    )
    .await
}
/// Which of these the person has saved.
pub(crate) async fn saved_among(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    ids: Vec<Id<Message>>,
) -> Result<Vec<Id<Message>>> {
    let rows: Vec<(Id<Message>,)> = tx
        .all(
            sql!("SELECT message_id FROM saved_messages WHERE person_id = $1 AND message_id IN UUIDS($2)"),
            &bind![person, ids],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// Saved messages the person may still see, the one saved last first, before a moment.
pub(crate) async fn saved(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    before: Moment,
    limit: i64,
) -> Result<Vec<(Id<Message>, Moment)>> {
    tx.all(
        sql!(
            "SELECT s.message_id, s.at FROM saved_messages s JOIN messages m ON m.id = s.message_id
              WHERE s.person_id = $1 AND s.at < $2 AND m.deleted_at IS NULL
                AND EXISTS (SELECT 1 FROM grants g JOIN memberships k ON k.principal = g.principal
                            WHERE g.object = m.thread_id AND k.person_id = $1)
              ORDER BY s.at DESC, s.message_id LIMIT $3"
        ),
        &bind![person, before, limit],
    )
    .await
}

// ------------------------------------------------------------ deletions

/// What a deleted message was.
pub(crate) struct Deleted {
    pub(crate) by_person: Id<Person>,
    pub(crate) was: Value,
}
db::row!(Deleted { by_person, was });

/// Empties a message; what it was is kept aside until it is wiped.
pub(crate) async fn delete(
    tx: &mut Tx<'_>,
    id: Id<Message>,
    by: Id<Person>,
    was: &Value,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO deleted_messages (message_id, by_person, at, was) VALUES ($1, $2, $3, $4)
              ON CONFLICT (message_id) DO UPDATE SET by_person = $2, at = $3, was = $4"
        ),
        &bind![id, by, now, was.clone()],
    )
    .await?;
    tx.run(
        sql!("DELETE FROM mentions WHERE message_id = $1"),
        &bind![id],
    )
    .await?;
    tx.run(
        sql!("UPDATE messages SET text = '', tokens = $3, files = $3, mentions = $3, extras = NULL, deleted_at = $2, pinned = FALSE WHERE id = $1"),
        &bind![id, now, Json(Vec::<u8>::new())],
    )
    .await
    .map(drop)
}
pub(crate) async fn deleted(tx: &mut Tx<'_>, id: Id<Message>) -> Result<Option<Deleted>> {
    tx.one(
        sql!("SELECT by_person, was FROM deleted_messages WHERE message_id = $1"),
        &bind![id],
    )
    .await
}
/// Puts a deleted message back as it was.
pub(crate) async fn restore(
    tx: &mut Tx<'_>,
    m: &Message,
    files: &Value,
    edited_at: Option<Moment>,
) -> Result<()> {
    tx.run(
        sql!("DELETE FROM deleted_messages WHERE message_id = $1"),
        &bind![m.id],
    )
    .await?;
    tx.run(
        sql!("UPDATE messages SET text = $2, tokens = $3, files = $4, mentions = $5, extras = $6, pinned = $7, edited_at = $8, deleted_at = NULL WHERE id = $1"),
        &bind![
            m.id,
            &m.text,
            Json(&m.tokens),
            files.clone(),
            Json(&m.mentions),
            m.extras.as_deref().map(Json),
            m.pinned,
            edited_at,
        ],
    )
    .await
    .map(drop)
}
/// Forgets what a message deleted before a moment was, and its earlier texts.
pub(crate) async fn wipe(tx: &mut Tx<'_>, id: Id<Message>, before: Moment) -> Result<()> {
    let gone = tx
        .run(
            sql!("DELETE FROM deleted_messages WHERE message_id = $1 AND at < $2"),
            &bind![id, before],
        )
        .await?;
    if gone == 1 {
        tx.run(
            sql!("DELETE FROM message_versions WHERE message_id = $1"),
            &bind![id],
        )
        .await?;
    }
    Ok(())
}

// ------------------------------------------------------------ reports

/// A message somebody reported.
pub(crate) struct ReportRow {
    pub(crate) id: Uuid,
    pub(crate) message_id: Id<Message>,
    pub(crate) thread_id: Id<Thread>,
    pub(crate) person_id: Id<Person>,
    pub(crate) at: Moment,
    pub(crate) reason: String,
    pub(crate) text: String,
}
db::row!(ReportRow {
    id,
    message_id,
    thread_id,
    person_id,
    at,
    reason,
    text
});

pub(crate) async fn add_report(tx: &mut Tx<'_>, r: &ReportRow) -> Result<()> {
    tx.run(
        sql!("INSERT INTO message_reports (id, message_id, thread_id, person_id, at, reason, text) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
        &bind![r.id, r.message_id, r.thread_id, r.person_id, r.at, &r.reason, &r.text],
    )
    .await
    .map(drop)
}
pub(crate) async fn reports(tx: &mut Tx<'_>) -> Result<Vec<ReportRow>> {
    tx.all(
        sql!("SELECT id, message_id, thread_id, person_id, at, reason, text FROM message_reports WHERE NOT done ORDER BY at DESC LIMIT 200"),
        &bind![],
    )
    .await
}
pub(crate) async fn end_report(tx: &mut Tx<'_>, id: Uuid) -> Result<u64> {
    tx.run(
        sql!("UPDATE message_reports SET done = TRUE WHERE id = $1 AND NOT done"),
        &bind![id],
    )
    .await
}

// ------------------------------------------------------------ search

/// Newest first: ids of messages that a person may see, with all the words (if there are any) and within the filters,
/// older than `before`.
pub(crate) async fn find(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    words: &str,
    f: &Filters,
    before: i64,
    limit: i64,
) -> Result<Vec<(i64, Id<Message>)>> {
    if words.is_empty() {
        return tx
            .all(
                sql!("SELECT m.n, m.id FROM messages m
                      WHERE m.n < $2 AND m.deleted_at IS NULL AND m.kind <> 'event'
                        AND (CAST($3 AS UUID) IS NULL OR m.thread_id = $3) AND (CAST($4 AS UUID) IS NULL OR m.author_id = $4)
                        AND (CAST($5 AS BIGINT) IS NULL OR m.at >= $5) AND (CAST($6 AS BIGINT) IS NULL OR m.at < $6)
                        AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.person_id = $1 AND h.message_id = m.id)
                        AND EXISTS (SELECT 1 FROM grants g JOIN memberships s ON s.principal = g.principal
                                    WHERE g.object = m.thread_id AND s.person_id = $1)
                      ORDER BY m.n DESC LIMIT $7"),
                &bind![person, before, f.thread, f.author, f.from, f.to, limit],
            )
            .await;
    }
    tx.all(
        sql!(
            sqlite: "SELECT m.n, m.id FROM message_words JOIN messages m ON m.n = message_words.rowid
                     WHERE message_words MATCH $2 AND message_words.rowid < $4 AND m.deleted_at IS NULL
                       AND ($3 IS NULL OR m.thread_id = $3) AND ($6 IS NULL OR m.author_id = $6)
                       AND ($7 IS NULL OR m.at >= $7) AND ($8 IS NULL OR m.at < $8)
                       AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.person_id = $1 AND h.message_id = m.id)
                       AND EXISTS (SELECT 1 FROM grants g JOIN memberships s ON s.principal = g.principal
                                   WHERE g.object = m.thread_id AND s.person_id = $1)
                     ORDER BY message_words.rowid DESC LIMIT $5",
            postgres: "SELECT m.n, m.id FROM messages m
                     WHERE m.words @@ CAST($2 AS tsquery) AND m.n < $4 AND m.deleted_at IS NULL
                       AND (CAST($3 AS UUID) IS NULL OR m.thread_id = $3) AND (CAST($6 AS UUID) IS NULL OR m.author_id = $6)
                       AND (CAST($7 AS BIGINT) IS NULL OR m.at >= $7) AND (CAST($8 AS BIGINT) IS NULL OR m.at < $8)
                       AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.person_id = $1 AND h.message_id = m.id)
                       AND EXISTS (SELECT 1 FROM grants g JOIN memberships s ON s.principal = g.principal
                                   WHERE g.object = m.thread_id AND s.person_id = $1)
                     ORDER BY m.n DESC LIMIT $5",
        ),
        &bind![person, words, f.thread, before, limit, f.author, f.from, f.to],
    )
    .await
}
