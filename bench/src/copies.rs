//! Fills a stopped server's database with clients' chats: copies of those that arrived, row for row, under ids of their own.
//!
//! A hundred thousand first messages by the way clients take are minutes of work whose cost C1 has told already.

use crate::database::Database;

/// How a column of the copy with number `k` comes of its pattern's.
#[derive(Clone, Copy)]
enum Change {
    /// An id: its last four bytes are the number.
    Id,
    /// A text that must differ.
    Text,
    /// A moment: a minute before the copy before.
    Moment,
    /// A number that must differ.
    Number,
}
use Change::{Id, Moment, Number, Text};

impl Change {
    fn of(self, column: &str, sqlite: bool) -> String {
        match self {
            Id if sqlite => {
                format!("CAST(substr(t.{column}, 1, 12) || unhex(printf('%08x', k.k)) AS BLOB)")
            }
            Id => format!(
                "CAST(substr(CAST(t.{column} AS TEXT), 1, 28) || lpad(to_hex(k.k), 8, '0') AS UUID)"
            ),
            Text => format!("t.{column} || ' ' || k.k"),
            Moment => format!("t.{column} - k.k * 60000000"),
            Number => format!("t.{column} + k.k * 10000000"),
        }
    }
}

/// A table that is copied, which of its rows belong to clients' chats, and the columns that are not taken over as they are.
type Table = (
    &'static str,
    &'static str,
    &'static [(&'static str, Change)],
);
const TABLES: &[Table] = &[
    (
        "contacts",
        "id IN (SELECT contact_id FROM pattern)",
        &[("id", Id), ("name", Text), ("name_folded", Text)],
    ),
    (
        "identities",
        "contact_id IN (SELECT contact_id FROM pattern)",
        &[("id", Id), ("contact_id", Id), ("value", Text)],
    ),
    (
        "peers",
        "id IN (SELECT peer_id FROM pattern)",
        &[("id", Id), ("ext_id", Text)],
    ),
    (
        "threads",
        "id IN (SELECT id FROM pattern)",
        &[
            ("id", Id),
            ("title", Text),
            ("title_folded", Text),
            ("last_message_id", Id),
        ],
    ),
    (
        "client_chats",
        "id IN (SELECT id FROM pattern)",
        &[
            ("id", Id),
            ("peer_id", Id),
            ("contact_id", Id),
            ("updated_at", Moment),
            ("waiting_since", Moment),
            ("queued_at", Moment),
        ],
    ),
    (
        "grants",
        "object IN (SELECT id FROM pattern)",
        &[("object", Id)],
    ),
    (
        "conversations",
        "chat_id IN (SELECT id FROM pattern)",
        &[("id", Id), ("chat_id", Id), ("number", Number)],
    ),
    (
        "messages",
        "thread_id IN (SELECT id FROM pattern)",
        &[("id", Id), ("thread_id", Id), ("client_id", Id)],
    ),
];
/// Every so many copies somebody is responsible, and has read them.
const TAKEN: u64 = 10;

/// Makes about `chats` clients' chats of those there are.
pub(crate) async fn fill(mut database: Database, chats: u64) {
    let sqlite = matches!(database, Database::Sqlite(_));
    if sqlite {
        let quick = "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -262144; PRAGMA temp_store = MEMORY";
        database.script(quick).await;
    }
    database
        .script("CREATE TEMP TABLE pattern AS SELECT id, peer_id, contact_id FROM client_chats")
        .await;
    let arrived = database.number("SELECT COUNT(*) FROM pattern").await;
    let arrived = arrived.unsigned_abs();
    let copies = chats.saturating_sub(arrived) / arrived.max(1);
    let mut script = format!(
        "BEGIN; CREATE TEMP TABLE copies AS WITH RECURSIVE n(k) AS (SELECT 1 WHERE {copies} > 0 UNION ALL SELECT k + 1 FROM n WHERE k < {copies})
           SELECT CAST(k AS BIGINT) AS k FROM n;"
    );
    for (table, which, changed) in TABLES {
        let columns = database.columns(table).await;
        let copied: Vec<String> = columns
            .iter()
            .map(|column| {
                let other = changed.iter().find(|(name, _)| name == column);
                other.map_or_else(
                    || format!("t.{column}"),
                    |(_, change)| change.of(column, sqlite),
                )
            })
            .collect();
        script += &format!(
            "INSERT INTO {table} ({}) SELECT {} FROM (SELECT * FROM {table} WHERE {which}) t CROSS JOIN copies k;",
            columns.join(", "),
            copied.join(", ")
        );
    }
    script += &format!(
        "CREATE TEMP TABLE staff AS SELECT ROW_NUMBER() OVER (ORDER BY id) - 1 AS n, id FROM people;
         CREATE TEMP TABLE counted AS SELECT ROW_NUMBER() OVER (ORDER BY id) AS n, id FROM client_chats;
         CREATE TEMP TABLE taken AS SELECT c.id, s.id AS who FROM counted c JOIN staff s ON s.n = c.n / {TAKEN} % (SELECT COUNT(*) FROM staff)
           WHERE c.n % {TAKEN} = 0;
         UPDATE client_chats SET state = 'work', assignee_id = taken.who FROM taken WHERE taken.id = client_chats.id;
         UPDATE grants SET principal = taken.who, reason = 'assignee' FROM taken WHERE taken.id = grants.object AND grants.reason = 'queue';
         INSERT INTO positions (thread_id, person_id, read_seq, read_ordinal)
           SELECT t.id, taken.who, t.last_seq, t.last_ordinal FROM taken JOIN threads t ON t.id = taken.id WHERE TRUE ON CONFLICT DO NOTHING;
         DELETE FROM jobs WHERE kind = 'channels.fetch_picture';
         COMMIT"
    );
    database.script(&script).await;
    if !sqlite {
        // What PostgreSQL does by itself within minutes.
        database.script("VACUUM ANALYZE").await;
    }
}
