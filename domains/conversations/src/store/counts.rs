//! The SQL of counts: how many chats stand in the groups of the inbox and in a view, and how many of them have something unread.
//!
//! Computed, never kept (ADR 0025). Of chats alike in queue, state and responsible person, who may see them differs only by
//! their observers (`actions::owning`): the access join is asked for one of each kind, and for what a person observes.
//! What is read is looked up from the person's own positions.

use super::views::Asked;
use crate::model::{FilterState, GroupCount, Queue};
use accounts::Person;
use db::{Tx, bind, sql};
use kernel::{Id, Result};
use messages::Thread;
use std::collections::{HashMap, HashSet};

/// What chats are alike in: queue, state, responsible person.
type Kind = (Id<Queue>, String, Option<Id<Person>>);
/// A kind, whether the clients wait and whether they are put away, how many, and whether the person may see them.
type AlikeRow = (Id<Queue>, String, Option<Id<Person>>, bool, bool, i64, bool);
/// The same of chats in which the person has read everything.
type ReadRow = (Id<Queue>, String, Option<Id<Person>>, bool, bool, i64);
/// The same of chats the person observes: whether something is unread, and how many.
type WatchedRow = (Id<Queue>, String, Option<Id<Person>>, bool, bool, bool, i64);

/// How a person comes to see chats.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// They would whether they observe them or not.
    Anyhow,
    /// They observe them: these are among the former, and counted there.
    AlsoObserved,
    /// Only because they observe them.
    OnlyObserved,
}

/// Chats counted together, and how they stand to the person.
struct Together {
    kind: Kind,
    waits: bool,
    away: bool,
    seen: Seen,
    total: i64,
    unread: i64,
}

/// The three statements over the chats for which `$which` is true.
macro_rules! counted {
    ($tx:expr, $values:expr, $which:expr) => {{
        let alike: Vec<AlikeRow> = $tx
            .all(
                sql!(concat!(
                    "SELECT k.queue_id, k.state, k.assignee_id, k.waits, k.away, k.n,
                       EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal
                               WHERE m.person_id = $1 AND g.reason <> 'observer' AND g.object = CASE WHEN k.assignee_id IS NULL
                                 THEN (SELECT o.id FROM client_chats o WHERE o.queue_id = k.queue_id AND o.state = k.state AND o.assignee_id IS NULL LIMIT 1)
                                 ELSE (SELECT o.id FROM client_chats o WHERE o.queue_id = k.queue_id AND o.state = k.state AND o.assignee_id = k.assignee_id LIMIT 1) END)
                     FROM (SELECT c.queue_id, c.state, c.assignee_id, c.waiting_since IS NOT NULL AS waits, c.snoozed_at IS NOT NULL AS away, COUNT(*) AS n
                           FROM client_chats c WHERE ",
                    $which,
                    " GROUP BY 1, 2, 3, 4, 5) k"
                )),
                $values,
            )
            .await?;
        let read: Vec<ReadRow> = $tx
            .all(
                sql!(concat!(
                    "SELECT c.queue_id, c.state, c.assignee_id, c.waiting_since IS NOT NULL, c.snoozed_at IS NOT NULL, COUNT(*)
                     FROM (SELECT p.thread_id AS id FROM positions p JOIN threads t ON t.id = p.thread_id
                           WHERE p.person_id = $1 AND t.last_ordinal <= p.read_ordinal
                           UNION ALL SELECT t.id FROM threads t WHERE t.last_ordinal = 0
                             AND NOT EXISTS (SELECT 1 FROM positions p WHERE p.thread_id = t.id AND p.person_id = $1)) r
                     JOIN client_chats c ON c.id = r.id WHERE ",
                    $which,
                    " GROUP BY 1, 2, 3, 4, 5"
                )),
                $values,
            )
            .await?;
        let watched: Vec<WatchedRow> = $tx
            .all(
                sql!(concat!(
                    "SELECT c.queue_id, c.state, c.assignee_id, c.waiting_since IS NOT NULL, c.snoozed_at IS NOT NULL,
                       t.last_ordinal > COALESCE(p.read_ordinal, 0), COUNT(*)
                     FROM observers w JOIN client_chats c ON c.id = w.chat_id JOIN threads t ON t.id = c.id
                     LEFT JOIN positions p ON p.thread_id = c.id AND p.person_id = $1
                     WHERE w.person_id = $1
                       AND EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal WHERE g.object = c.id AND m.person_id = $1) AND ",
                    $which,
                    " GROUP BY 1, 2, 3, 4, 5, 6"
                )),
                $values,
            )
            .await?;
        together(alike, read, watched)
    }};
}

/// What the three statements say.
fn together(alike: Vec<AlikeRow>, read: Vec<ReadRow>, watched: Vec<WatchedRow>) -> Vec<Together> {
    let read: HashMap<_, i64> = read
        .into_iter()
        .map(|(queue, state, assignee, waits, away, n)| ((queue, state, assignee, waits, away), n))
        .collect();
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for (queue, state, assignee, waits, away, total, open) in alike {
        if !open {
            continue;
        }
        let kind: Kind = (queue, state.clone(), assignee);
        seen.insert(kind.clone());
        let known = read.get(&(queue, state, assignee, waits, away));
        out.push(Together {
            kind,
            waits,
            away,
            seen: Seen::Anyhow,
            total,
            unread: total - known.copied().unwrap_or(0),
        });
    }
    for (queue, state, assignee, waits, away, unread, total) in watched {
        let kind: Kind = (queue, state, assignee);
        out.push(Together {
            seen: if seen.contains(&kind) {
                Seen::AlsoObserved
            } else {
                Seen::OnlyObserved
            },
            kind,
            waits,
            away,
            total,
            unread: if unread { total } else { 0 },
        });
    }
    out
}

/// All counts of the inbox, in the order of `InboxGroup`.
pub(crate) async fn groups(tx: &mut Tx<'_>, person: Id<Person>) -> Result<[GroupCount; 7]> {
    if let Some(few) = super::few(tx, person).await? {
        return walked_groups(tx, person, Some(few)).await;
    }
    let mut out = [GroupCount::default(); 7];
    for row in counted!(tx, &bind![person], "TRUE") {
        let mine = row.kind.2 == Some(person);
        let watched = row.seen != Seen::Anyhow;
        let groups = of(&row.kind.1, (mine, watched), (row.waits, row.away));
        for (n, (count, is)) in out.iter_mut().zip(groups).enumerate() {
            if is && (n == WATCHED || row.seen != Seen::AlsoObserved) {
                count.total += row.total;
                count.unread += row.unread;
            }
        }
    }
    if cfg!(debug_assertions) {
        let walked = walked_groups(tx, person, None).await?;
        assert_eq!(out, walked, "counts differ from a walk over every chat");
    }
    Ok(out)
}

/// The place of the watched among the groups.
const WATCHED: usize = 1;

/// In which groups a chat stands: my, watched, queue, all, closed, waiting, snoozed.
fn of(state: &str, (mine, watched): (bool, bool), (waits, away): (bool, bool)) -> [bool; 7] {
    let (work, queue, closed) = (state == "work", state == "queue", state == "closed");
    [
        work && mine && !away,
        watched && !closed && !away,
        queue && !away,
        !closed,
        closed,
        waits && !closed && !away,
        away && !closed,
    ]
}

/// Counts over the chats for which `$sees` is true, each looked at.
macro_rules! walked {
    ($sees:literal) => {
        sql!(concat!(
            "SELECT c.state, COALESCE(c.assignee_id = $1, FALSE), EXISTS (SELECT 1 FROM observers o WHERE o.chat_id = c.id AND o.person_id = $1),
                c.waiting_since IS NOT NULL, c.snoozed_at IS NOT NULL, t.last_ordinal > COALESCE(p.read_ordinal, 0), COUNT(*)
              FROM client_chats c JOIN threads t ON t.id = c.id
              LEFT JOIN positions p ON p.thread_id = c.id AND p.person_id = $1
              WHERE ",
            $sees,
            " GROUP BY 1, 2, 3, 4, 5, 6"
        ))
    };
}

type WalkedRow = (String, bool, bool, bool, bool, bool, i64);

/// The same by looking at each chat the person may see: those there are few of, or all there are.
async fn walked_groups(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    few: Option<Vec<Id<Thread>>>,
) -> Result<[GroupCount; 7]> {
    let rows: Vec<WalkedRow> = match few {
        Some(few) => {
            tx.all(walked!("c.id IN UUIDS($2)"), &bind![person, few])
                .await?
        }
        None => tx.all(walked!("EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal WHERE g.object = c.id AND m.person_id = $1)"), &bind![person]).await?,
    };
    let mut out = [GroupCount::default(); 7];
    for (state, mine, watched, waits, away, unread, n) in rows {
        let groups = of(&state, (mine, watched), (waits, away));
        for (count, _) in out.iter_mut().zip(groups).filter(|(_, is)| *is) {
            count.total += n;
            count.unread += if unread { n } else { 0 };
        }
    }
    Ok(out)
}

/// The conditions of a filter, and `$state` with them; `$1` is the person.
macro_rules! filtered {
    ($tx:expr, $values:expr, $state:literal) => {
        counted!(
            $tx,
            $values,
            concat!(
                $state,
                " AND (NOT $2 OR c.queue_id IN UUIDS($3))
                  AND (NOT $4 OR c.account_id IN UUIDS($5))
                  AND (NOT $6 OR (c.assignee_id IN UUIDS($7)) OR ($8 AND c.assignee_id IS NULL))
                  AND (NOT $9 OR c.id IN (SELECT l.chat_id FROM chat_labels l WHERE l.label_id IN UUIDS($10)))
                  AND (CAST($11 AS BIGINT) IS NULL OR COALESCE(c.waiting_since, c.updated_at) <= $11)
                  AND (NOT $12 OR ",
                crm::carries_any!("c.contact_id", "$13"),
                ")"
            )
        )
    };
}

/// How many fit a filter, and how many of them have something unread.
pub(crate) async fn filter(tx: &mut Tx<'_>, q: &Asked<'_>) -> Result<(i64, i64)> {
    let f = q.filter;
    let (someone, assignees) = q.assignees();
    let mut values = Vec::from(bind![
        q.person,
        !f.queue_ids.is_empty(),
        f.queue_ids.clone(),
        !f.account_ids.is_empty(),
        f.account_ids.clone(),
        someone,
        assignees,
        f.unassigned,
        !f.label_ids.is_empty(),
        f.label_ids.clone(),
        q.before(),
        !f.contact_label_ids.is_empty(),
        f.contact_label_ids.clone()
    ]);
    if let Some(few) = super::few(tx, q.person).await? {
        values.extend(bind![few]);
        return walked_filter(tx, f.state, true, &values).await;
    }
    let rows = match f.state {
        FilterState::Any => filtered!(tx, &values, "TRUE"),
        FilterState::Closed => filtered!(tx, &values, "c.state = 'closed'"),
        FilterState::Snoozed => filtered!(
            tx,
            &values,
            "c.state <> 'closed' AND c.snoozed_at IS NOT NULL"
        ),
        FilterState::Open => {
            filtered!(tx, &values, "c.state <> 'closed' AND c.snoozed_at IS NULL")
        }
        FilterState::Queue => filtered!(tx, &values, "c.state = 'queue' AND c.snoozed_at IS NULL"),
        FilterState::Unanswered => filtered!(
            tx,
            &values,
            "c.waiting_since IS NOT NULL AND c.state <> 'closed' AND c.snoozed_at IS NULL"
        ),
    };
    let once = rows.iter().filter(|row| row.seen != Seen::AlsoObserved);
    let out = once.fold((0, 0), |(total, unread), row| {
        (total + row.total, unread + row.unread)
    });
    if cfg!(debug_assertions) {
        let walked = walked_filter(tx, f.state, false, &values).await?;
        assert_eq!(out, walked, "a count differs from a walk over every chat");
    }
    Ok(out)
}

/// How many chats of one state fit, each looked at.
macro_rules! walked_by {
    ($few:expr, $state:literal) => {
        if $few {
            walked_by!($state, of "(SELECT * FROM client_chats WHERE id IN UUIDS($14) LIMIT 1000000) c")
        } else {
            walked_by!($state, of "client_chats c")
        }
    };
    ($state:literal, of $from:literal) => {
        sql!(concat!(
            "SELECT COUNT(*), COUNT(*) FILTER (WHERE t.last_ordinal > COALESCE(p.read_ordinal, 0)) FROM ",
            $from,
            " JOIN threads t ON t.id = c.id
              LEFT JOIN positions p ON p.thread_id = c.id AND p.person_id = $1
              WHERE ",
            $state,
            " AND (NOT $2 OR c.queue_id IN UUIDS($3))
                AND (NOT $4 OR c.account_id IN UUIDS($5))
                AND (NOT $6 OR (c.assignee_id IN UUIDS($7)) OR ($8 AND c.assignee_id IS NULL))
                AND (NOT $9 OR EXISTS (SELECT 1 FROM chat_labels k WHERE k.chat_id = c.id AND k.label_id IN UUIDS($10)))
                AND (NOT $12 OR ",
            crm::carries_any!("c.contact_id", "$13"),
            ")
                AND (CAST($11 AS BIGINT) IS NULL OR COALESCE(c.waiting_since, c.updated_at) <= $11)
                AND EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal WHERE g.object = c.id AND m.person_id = $1)"
        ))
    };
}

/// The same by looking at each chat the person may see: those there are few of (`$14`), or all there are.
async fn walked_filter(
    tx: &mut Tx<'_>,
    state: FilterState,
    few: bool,
    values: &[db::Value],
) -> Result<(i64, i64)> {
    let statement = match state {
        FilterState::Any => walked_by!(few, "TRUE"),
        FilterState::Closed => walked_by!(few, "c.state = 'closed'"),
        FilterState::Snoozed => walked_by!(few, "c.state <> 'closed' AND c.snoozed_at IS NOT NULL"),
        FilterState::Open => walked_by!(few, "c.state <> 'closed' AND c.snoozed_at IS NULL"),
        FilterState::Queue => walked_by!(few, "c.state = 'queue' AND c.snoozed_at IS NULL"),
        FilterState::Unanswered => walked_by!(
            few,
            "c.waiting_since IS NOT NULL AND c.state <> 'closed' AND c.snoozed_at IS NULL"
        ),
    };
    tx.must(statement, values).await
}
