//! The SQL of counting what was written.

use crate::{
    counting::{Tally, Written},
    model::Thread,
};
use accounts::Person;
use db::{Tx, bind, sql};
use kernel::{Id, Result};

db::row!(Written {
    person_id,
    messages,
    files,
    first_at,
    last_at
});

db::row!(Tally {
    author_kind,
    author_id,
    count,
    first_at,
    first_answer_at
});

/// Who said how much from one number to another.
pub(crate) async fn tally(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    from: i64,
    to: i64,
) -> Result<Vec<Tally>> {
    tx.all(
        sql!("SELECT m.author_kind, m.author_id, COUNT(*) AS count, MIN(m.at) AS first_at,
                MIN(CASE WHEN m.author_kind = 'person' AND m.seq > (SELECT MIN(c.seq) FROM messages c
                  WHERE c.thread_id = $1 AND c.seq BETWEEN $2 AND $3 AND c.author_kind = 'contact' AND c.kind <> 'event') THEN m.at END) AS first_answer_at
              FROM messages m
              WHERE m.thread_id = $1 AND m.seq BETWEEN $2 AND $3 AND m.kind <> 'event' AND m.hidden = FALSE AND m.deleted_at IS NULL
              GROUP BY m.author_kind, m.author_id ORDER BY m.author_kind, m.author_id"),
        &bind![thread, from, to],
    )
    .await
}

/// What each person wrote in a thread, as the reader sees it.
pub(crate) async fn written(
    tx: &mut Tx<'_>,
    reader: Id<Person>,
    thread: Id<Thread>,
) -> Result<Vec<Written>> {
    tx.all(
        sql!(
            sqlite: "SELECT m.author_id AS person_id, COUNT(*) AS messages, SUM(json_array_length(m.files)) AS files,
                       MIN(m.at) AS first_at, MAX(m.at) AS last_at
                     FROM messages m
                     WHERE m.thread_id = $1 AND m.kind <> 'event' AND m.deleted_at IS NULL AND m.author_kind = 'person'
                       AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.person_id = $2 AND h.message_id = m.id)
                     GROUP BY m.author_id ORDER BY m.author_id",
            postgres: "SELECT m.author_id AS person_id, COUNT(*) AS messages, CAST(SUM(jsonb_array_length(m.files)) AS BIGINT) AS files,
                       MIN(m.at) AS first_at, MAX(m.at) AS last_at
                     FROM messages m
                     WHERE m.thread_id = $1 AND m.kind <> 'event' AND m.deleted_at IS NULL AND m.author_kind = 'person'
                       AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.person_id = $2 AND h.message_id = m.id)
                     GROUP BY m.author_id ORDER BY m.author_id",
        ),
        &bind![thread, reader],
    )
    .await
}
