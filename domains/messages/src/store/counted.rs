//! The SQL of counting what was written.

use crate::{counting::Written, model::Thread};
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
