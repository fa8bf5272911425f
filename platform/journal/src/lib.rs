//! The journal: every change is an event, appended in the transaction that makes the change, with its audience.
//!
//! On `SQLite` the single writer gives an order without gaps. On `PostgreSQL` the order of sequence numbers is not the
//! order of commits, so a position is a pair (transaction, sequence) read only below the oldest running transaction.
//! Clients treat a position as an opaque word.

use db::{Migration, Tx, bind, sql};
use kernel::{Ctx, Error, Moment, Result, Uuid};
use serde_json::Value;
use std::{collections::HashMap, fmt, str::FromStr, sync::Arc, time::Duration};

/// The journal's tables.
pub const MIGRATIONS: &[Migration] =
    db::migrations!("journal"; "0001_journal" split, "0002_audience" split);

/// How long events are kept; an older cursor is answered with "reload".
pub const KEEP: Duration = Duration::from_secs(30 * 24 * 3600);

/// A place in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// The transaction, 0 on `SQLite`.
    pub xid: i64,
    /// The event's number.
    pub seq: i64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:x}", self.xid, self.seq)
    }
}
impl FromStr for Position {
    type Err = Error;
    fn from_str(word: &str) -> Result<Self> {
        let part = |s: &str| i64::from_str_radix(s, 16).ok().filter(|n| *n >= 0);
        word.split_once('-')
            .and_then(|(xid, seq)| {
                Some(Self {
                    xid: part(xid)?,
                    seq: part(seq)?,
                })
            })
            .ok_or_else(|| Error::field("cursor", "journal.bad_cursor"))
    }
}

/// An event about to be written.
#[derive(Clone, Debug)]
pub struct Event {
    /// The frame's type, `message.added`.
    pub kind: &'static str,
    /// What changed.
    pub subject: Uuid,
    /// Who may see it: principals (people, chats, queues, holders of a right).
    pub audience: Vec<Uuid>,
    /// What is stored: the frame's fields, or `None` for kinds whose fields are read afresh for each reader
    /// (messages: no text may stay in the journal).
    pub change: Option<Value>,
    /// The frame's fields as JSON text for sockets open now, when the action has them at hand.
    pub live: Option<Arc<str>>,
}

impl Event {
    /// An event whose fields are stored with it; `fields` must be a JSON object.
    pub fn stored(kind: &'static str, subject: Uuid, audience: Vec<Uuid>, fields: Value) -> Self {
        Self {
            kind,
            subject,
            audience,
            change: Some(fields),
            live: None,
        }
    }
    /// An event whose fields are read afresh from the subject; `live` are the fields now.
    pub fn fresh(kind: &'static str, subject: Uuid, audience: Vec<Uuid>, live: Arc<str>) -> Self {
        Self {
            kind,
            subject,
            audience,
            change: None,
            live: Some(live),
        }
    }
}

/// An event as written.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Where it stands.
    pub at: Position,
    /// The frame's type.
    pub kind: String,
    /// What changed.
    pub subject: Uuid,
    /// The stored fields.
    pub change: Option<Value>,
}

/// Left in the transaction for the hub: the event with its place.
#[derive(Clone, Debug)]
pub struct Appended {
    /// Where it stands.
    pub at: Position,
    /// The event.
    pub event: Event,
}

/// Writes an event; it is told to sockets after the commit.
pub async fn append(tx: &mut Tx<'_>, ctx: &Ctx, event: Event) -> Result<Position> {
    let mut places = append_all(tx, vec![(ctx, event)]).await?;
    places
        .pop()
        .ok_or_else(|| Error::fault("an event got no place"))
}

/// Writes events in order; they are told to sockets after the commit.
pub async fn append_all(tx: &mut Tx<'_>, events: Vec<(&Ctx, Event)>) -> Result<Vec<Position>> {
    let rows: Vec<Vec<db::Value>> = events
        .iter()
        .map(|(ctx, event)| {
            bind![
                ctx.now,
                ctx.actor.word(),
                ctx.actor.id(),
                event.kind,
                event.subject,
                event.change.clone(),
            ]
            .into()
        })
        .collect();
    let mut places = tx
        .insert_all(
            sql!(
                sqlite: "INSERT INTO journal (at, actor_kind, actor_id, kind, subject, change)
                         VALUES ($1, $2, $3, $4, $5, $6)",
                postgres: "INSERT INTO journal (at, actor_kind, actor_id, kind, subject, change)
                         VALUES ($1, $2, $3, $4, $5, $6) RETURNING seq, xid",
            ),
            &rows,
        )
        .await?;
    // Numbers are given in the order of the rows; the order of the answer is not promised by `PostgreSQL`.
    places.sort_unstable();
    let places: Vec<Position> = places
        .into_iter()
        .map(|(seq, xid)| Position { xid, seq })
        .collect();
    let readers = places.iter().zip(&events);
    let readers: Vec<Vec<db::Value>> = readers
        .flat_map(|(at, (_, event))| {
            let principals = event.audience.iter();
            principals.map(|principal| bind![*principal, at.seq].into())
        })
        .collect();
    tx.insert_all(
        sql!(
            "INSERT INTO journal_audience (principal, seq) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        ),
        &readers,
    )
    .await?;
    for (at, (_, event)) in places.iter().zip(events) {
        tx.note(Appended { at: *at, event });
    }
    Ok(places)
}

/// The newest place readers may stand at.
pub async fn end(tx: &mut Tx<'_>) -> Result<Position> {
    let found: Option<(i64, i64)> = tx
        .one(
            sql!(
                sqlite: "SELECT 0, seq FROM journal ORDER BY seq DESC LIMIT 1",
                postgres: "SELECT xid, seq FROM journal WHERE xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                           ORDER BY xid DESC, seq DESC LIMIT 1",
            ),
            &bind![],
        )
        .await?;
    Ok(found.map_or_else(Position::default, |(xid, seq)| Position { xid, seq }))
}

/// Whether all events after `position` are still kept; an empty journal keeps only the very beginning.
pub async fn is_kept(tx: &mut Tx<'_>, position: Position) -> Result<bool> {
    let (oldest, newest): (Option<i64>, Option<i64>) = tx
        .must(sql!("SELECT MIN(seq), MAX(seq) FROM journal"), &bind![])
        .await?;
    Ok(match (oldest, newest) {
        (Some(oldest), Some(newest)) => position.seq >= oldest - 1 && position.seq <= newest,
        _ => position.seq == 0,
    })
}

/// Events after a place that any of the principals may see, oldest first, at most `limit`.
pub async fn since(
    tx: &mut Tx<'_>,
    after: Position,
    principals: &[Uuid],
    limit: i64,
) -> Result<Vec<Recorded>> {
    let rows: Vec<(i64, i64, String, Uuid, Option<Value>)> = tx
        .all(
            sql!(
                sqlite: "SELECT 0, seq, kind, subject, change FROM journal WHERE seq IN
                           (SELECT seq FROM journal_audience WHERE principal IN UUIDS($1) AND seq > $3 AND $2 = $2)
                         ORDER BY seq LIMIT $4",
                postgres: "SELECT xid, seq, kind, subject, change FROM journal
                         WHERE (xid, seq) > ($2, $3) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                           AND EXISTS (SELECT 1 FROM journal_audience a WHERE a.seq = journal.seq AND a.principal IN UUIDS($1))
                         ORDER BY xid, seq LIMIT $4",
            ),
            &bind![principals.to_vec(), after.xid, after.seq, limit],
        )
        .await?;
    Ok(rows.into_iter().map(recorded).collect())
}

/// All events after a place with their audiences, for the pump of a shared database.
pub async fn everything_since(
    tx: &mut Tx<'_>,
    after: Position,
    limit: i64,
) -> Result<Vec<(Recorded, Vec<Uuid>)>> {
    let rows: Vec<(i64, i64, String, Uuid, Option<Value>)> = tx
        .all(
            sql!(
                sqlite: "SELECT 0, seq, kind, subject, change FROM journal WHERE seq > $2 AND $1 = $1 ORDER BY seq LIMIT $3",
                postgres: "SELECT xid, seq, kind, subject, change FROM journal
                         WHERE (xid, seq) > ($1, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                         ORDER BY xid, seq LIMIT $3",
            ),
            &bind![after.xid, after.seq, limit],
        )
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let readers: Vec<(i64, Uuid)> = tx
        .all(
            sql!(
                sqlite: "SELECT seq, principal FROM journal_audience WHERE seq IN
                           (SELECT seq FROM journal WHERE seq > $2 AND $1 = $1 ORDER BY seq LIMIT $3)",
                postgres: "SELECT seq, principal FROM journal_audience WHERE seq IN
                           (SELECT seq FROM journal WHERE (xid, seq) > ($1, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                            ORDER BY xid, seq LIMIT $3)",
            ),
            &bind![after.xid, after.seq, limit],
        )
        .await?;
    let mut audiences: HashMap<i64, Vec<Uuid>> = HashMap::with_capacity(rows.len());
    for (seq, principal) in readers {
        audiences.entry(seq).or_default().push(principal);
    }
    let rows = rows.into_iter().map(recorded);
    let whole = rows.map(|event| {
        let audience = audiences.remove(&event.at.seq).unwrap_or_default();
        (event, audience)
    });
    Ok(whole.collect())
}

fn recorded(
    (xid, seq, kind, subject, change): (i64, i64, String, Uuid, Option<Value>),
) -> Recorded {
    Recorded {
        at: Position { xid, seq },
        kind,
        subject,
        change,
    }
}

/// Forgets events older than [`KEEP`]; answers how many.
pub async fn prune(tx: &mut Tx<'_>, now: Moment) -> Result<u64> {
    let before = now - KEEP;
    // Each principal's part is a range of the key: `SQLite` would read the whole table for a set of numbers, and it has one writer.
    tx.run(
        sql!(
            sqlite: "WITH RECURSIVE who (p) AS (SELECT MIN(principal) FROM journal_audience
                       UNION ALL SELECT (SELECT MIN(a.principal) FROM journal_audience a WHERE a.principal > who.p) FROM who WHERE who.p IS NOT NULL)
                     DELETE FROM journal_audience WHERE (principal, seq) IN
                       (SELECT a.principal, a.seq FROM who CROSS JOIN journal_audience a
                        WHERE a.principal = who.p AND a.seq <= (SELECT MAX(seq) FROM journal WHERE at < $1)
                          AND EXISTS (SELECT 1 FROM journal j WHERE j.seq = a.seq AND j.at < $1))",
            postgres: "DELETE FROM journal_audience a WHERE a.seq <= (SELECT MAX(seq) FROM journal WHERE at < $1)
                         AND EXISTS (SELECT 1 FROM journal j WHERE j.seq = a.seq AND j.at < $1)",
        ),
        &bind![before],
    )
    .await?;
    tx.run(sql!("DELETE FROM journal WHERE at < $1"), &bind![before])
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_a_word_that_comes_back_the_same() {
        let p = Position {
            xid: 77,
            seq: 1 << 40,
        };
        assert_eq!(p.to_string().parse::<Position>().unwrap(), p);
        for wrong in ["", "-", "1", "x-1", "-1-2", "1-2-3"] {
            assert!(wrong.parse::<Position>().is_err(), "{wrong}");
        }
    }
}
