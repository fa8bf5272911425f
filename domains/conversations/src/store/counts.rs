//! The SQL of counts: how many chats stand in the groups of the inbox and in views, and how many of them have something unread.
//!
//! Computed, never kept (ADR 0025, 0026). Of chats of one standing, who may see them differs only by their observers
//! (`actions::owning`): the access join is asked for one of each, and for what a person observes. What is read is looked up
//! from the person's own positions. Groups and filters then sort the standings, not the chats.

use super::views::{Asked, fitting};
use crate::{
    model::{ClientChatState, FilterState, GroupCount, Label},
    rules::views::{Kind, Standing, fits},
};
use accounts::Person;
use db::{FromRow, Row, Tx, bind, sql};
use kernel::{Id, Moment, Result};
use messages::Thread;
use std::collections::{HashMap, HashSet, hash_map::Entry};

/// Chats of one queue, state, responsible person and account: how many, of how many the client waits, how many are put away,
/// and of how many both are true. The columns of `client_chats_alike` in their order, so that no engine sorts or reads more.
macro_rules! together {
    () => {
        "c.queue_id, c.state, c.assignee_id, c.account_id, COUNT(*) AS n, COUNT(c.waiting_since) AS w, COUNT(c.snoozed_at) AS s,
           COUNT(c.waiting_since + c.snoozed_at) AS b"
    };
}
/// As old as `$n`, if that is asked.
macro_rules! aged {
    ($n:literal) => {
        concat!(
            "(CAST(",
            $n,
            " AS BIGINT) IS NULL OR COALESCE(c.waiting_since, c.updated_at) <= ",
            $n,
            ")"
        )
    };
}

/// A row of `together!`: how many chats there are of up to four standings.
struct Together([(Standing, i64); 4]);
impl FromRow for Together {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let [n, waits, away, both] = [row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?];
        let one = standing(row, (false, false))?;
        let of = |waits, away| Standing { waits, away, ..one };
        Ok(Self([
            (of(true, true), both),
            (of(true, false), waits - both),
            (of(false, true), away - both),
            (of(false, false), n - waits - away + both),
        ]))
    }
}
/// The same, and whether the person may see them.
struct Shown(Together, bool);
impl FromRow for Shown {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(Together::from_row(row)?, row.get(8)?))
    }
}

fn standing(row: &Row<'_>, (waits, away): (bool, bool)) -> Result<Standing> {
    Ok(Standing {
        queue_id: row.get(0)?,
        state: ClientChatState::from_word(&row.get::<String>(1)?),
        assignee_id: row.get(2)?,
        account_id: row.get(3)?,
        waits,
        away,
    })
}

/// A chat looked at by itself.
struct Single {
    standing: Standing,
    id: Id<Thread>,
    /// Since when the client waits; else when something happened last.
    since: Moment,
    unread: bool,
    /// The person observes it.
    watched: bool,
}
impl FromRow for Single {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            standing: standing(row, (row.get(4)?, row.get(5)?))?,
            id: row.get(6)?,
            since: row.get(7)?,
            unread: row.get(8)?,
            watched: row.get(9)?,
        })
    }
}
impl Single {
    fn count(&self) -> GroupCount {
        GroupCount {
            total: 1,
            unread: i64::from(self.unread && self.standing.state != ClientChatState::Closed),
        }
    }
}

impl std::ops::AddAssign for GroupCount {
    fn add_assign(&mut self, other: Self) {
        self.total += other.total;
        self.unread += other.unread;
    }
}

/// How many chats there are of each standing, and how many of them have something unread.
type Sums = HashMap<Standing, GroupCount>;

/// All chats less those that are read; what is closed asks for nobody's eyes.
fn less(all: impl Iterator<Item = Together>, read: Vec<Together>) -> Sums {
    let mut out = Sums::new();
    let some = |Together(parts): Together| parts.into_iter().filter(|(_, n)| *n > 0);
    for (standing, total) in all.flat_map(some) {
        let unread = if standing.state == ClientChatState::Closed {
            0
        } else {
            total
        };
        out.insert(standing, GroupCount { total, unread });
    }
    for (standing, n) in read.into_iter().flat_map(some) {
        if let Some(count) = out.get_mut(&standing) {
            count.unread -= n;
        }
    }
    out
}

/// Chats of which there are no more than this are looked at one by one to tell what is read.
const SHORT: i64 = if cfg!(debug_assertions) { 12 } else { 5000 };

/// How it is found out what a person has read.
struct Reader {
    person: Id<Person>,
    /// What is not closed is little: it is looked at whatever the person has read in years.
    short: bool,
    /// Where nothing was ever said, asked for once: one walk over all chats on `PostgreSQL`.
    silent: Vec<Id<Thread>>,
}

impl Reader {
    async fn of(tx: &mut Tx<'_>, person: Id<Person>, all: &[Shown]) -> Result<Self> {
        let open = all.iter().flat_map(|Shown(Together(parts), _)| parts);
        let open = open.filter(|(standing, _)| standing.state != ClientChatState::Closed);
        let short = open.map(|(_, n)| n).sum::<i64>() <= SHORT;
        let silent: Vec<(Id<Thread>,)> = if short {
            Vec::new()
        } else {
            let asked = sql!("SELECT id FROM threads WHERE last_ordinal = 0 AND kind = 'client'");
            tx.all(asked, &bind![]).await?
        };
        Ok(Self {
            person,
            short,
            silent: silent.into_iter().map(|(id,)| id).collect(),
        })
    }

    /// Chats not yet closed in which the person has read everything, whoever may see them; of those as old as `before` that
    /// carry what a filter names, if that is asked.
    async fn read(
        &self,
        tx: &mut Tx<'_>,
        before: Option<Moment>,
        (labels, contacts): Carried<'_>,
    ) -> Result<Vec<Together>> {
        macro_rules! of {
            ($these:literal) => {
                sql!(concat!(
                    "SELECT ",
                    together!(),
                    " FROM ",
                    $these,
                    " AND c.state <> 'closed' AND ",
                    aged!("$2"),
                    " AND (NOT $3 OR EXISTS (SELECT 1 FROM chat_labels k WHERE k.chat_id = c.id AND k.label_id IN UUIDS($4)))
                      AND (NOT $5 OR ",
                    crm::carries_any!("c.contact_id", "$6"),
                    ") GROUP BY 1, 2, 3, 4"
                ))
            };
        }
        let statement = if self.short {
            of!(
                "(SELECT * FROM client_chats WHERE state <> 'closed' LIMIT 1000000) c JOIN threads t ON t.id = c.id
                 LEFT JOIN positions p ON p.thread_id = c.id AND p.person_id = $1
                 WHERE t.last_ordinal <= COALESCE(p.read_ordinal, 0)"
            )
        } else {
            of!(
                "(SELECT p.thread_id AS id FROM positions p JOIN threads t ON t.id = p.thread_id
                  WHERE p.person_id = $1 AND t.last_ordinal <= p.read_ordinal
                  UNION ALL SELECT t.id FROM threads t WHERE t.id IN UUIDS($7)
                    AND NOT EXISTS (SELECT 1 FROM positions p WHERE p.thread_id = t.id AND p.person_id = $1)) r
                 JOIN client_chats c ON c.id = r.id WHERE TRUE"
            )
        };
        let mut values: Vec<db::Value> = bind![
            self.person,
            before,
            !labels.is_empty(),
            labels.to_vec(),
            !contacts.is_empty(),
            contacts.to_vec()
        ]
        .into();
        if !self.short {
            values.extend(bind![self.silent.clone()]);
        }
        tx.all(statement, &values).await
    }
}

/// Chats of each standing, and whether the person would see them whether they observe them or not: all of them, or those as
/// old as `before`.
async fn standings(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    before: Option<Moment>,
) -> Result<Vec<Shown>> {
    tx.all(
        sql!(concat!(
            "SELECT k.queue_id, k.state, k.assignee_id, k.account_id, k.n, k.w, k.s, k.b,
               EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal
                       WHERE m.person_id = $1 AND g.reason <> 'observer' AND g.object = CASE WHEN k.assignee_id IS NULL
                         THEN (SELECT o.id FROM client_chats o WHERE o.queue_id = k.queue_id AND o.state = k.state AND o.assignee_id IS NULL LIMIT 1)
                         ELSE (SELECT o.id FROM client_chats o WHERE o.queue_id = k.queue_id AND o.state = k.state AND o.assignee_id = k.assignee_id LIMIT 1) END)
             FROM (SELECT ",
            together!(),
            " FROM client_chats c WHERE ",
            aged!("$2"),
            " GROUP BY 1, 2, 3, 4) k"
        )),
        &bind![person, before],
    )
    .await
}

/// Of these chats the ones the person would see, and what of them is unread.
async fn alike(
    tx: &mut Tx<'_>,
    reader: &Reader,
    before: Option<Moment>,
    all: Vec<Shown>,
) -> Result<Sums> {
    let read = reader.read(tx, before, (&[], &[])).await?;
    let shown = all.into_iter().filter(|Shown(_, shown)| *shown);
    Ok(less(shown.map(|Shown(together, _)| together), read))
}

/// Labels of a chat and of its client's card, as a filter names them.
type Carried<'a> = (&'a [Id<Label>], &'a [Id<Label>]);

/// Chats with any of some labels, on them and on their clients' cards, whoever may see them.
async fn labelled(
    tx: &mut Tx<'_>,
    reader: &Reader,
    before: Option<Moment>,
    carried: Carried<'_>,
) -> Result<Sums> {
    let (labels, contacts) = carried;
    let all: Vec<Together> = if contacts.is_empty() {
        tx.all(
            sql!(concat!(
                "SELECT ",
                together!(),
                " FROM client_chats c WHERE c.id IN (SELECT k.chat_id FROM chat_labels k WHERE k.label_id IN UUIDS($1)) AND ",
                aged!("$2"),
                " GROUP BY 1, 2, 3, 4"
            )),
            &bind![labels.to_vec(), before],
        )
        .await?
    } else {
        tx.all(
            sql!(concat!(
                "SELECT ",
                together!(),
                " FROM client_chats c WHERE c.contact_id IN (",
                crm::carriers!("$1"),
                ") AND ",
                aged!("$2"),
                " AND (NOT $3 OR EXISTS (SELECT 1 FROM chat_labels k WHERE k.chat_id = c.id AND k.label_id IN UUIDS($4)))
                  GROUP BY 1, 2, 3, 4"
            )),
            &bind![contacts.to_vec(), before, !labels.is_empty(), labels.to_vec()],
        )
        .await?
    };
    Ok(less(
        all.into_iter(),
        reader.read(tx, before, carried).await?,
    ))
}

/// Of some chats, those whose clients' cards carry any of some labels.
async fn of_carriers(
    tx: &mut Tx<'_>,
    chats: &[Single],
    labels: &[Id<Label>],
) -> Result<HashSet<Id<Thread>>> {
    let chats: Vec<Id<Thread>> = chats.iter().map(|single| single.id).collect();
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!(concat!(
                "SELECT c.id FROM client_chats c WHERE c.id IN UUIDS($1) AND ",
                crm::carries_any!("c.contact_id", "$2")
            )),
            &bind![chats, labels.to_vec()],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Chats by themselves, out of `$from` and narrowed by `$which`.
macro_rules! singles {
    ($watched:literal, $from:literal, $which:literal) => {
        sql!(concat!(
            "SELECT c.queue_id, c.state, c.assignee_id, c.account_id, c.waiting_since IS NOT NULL, c.snoozed_at IS NOT NULL,
               c.id, COALESCE(c.waiting_since, c.updated_at), t.last_ordinal > COALESCE(p.read_ordinal, 0), ",
            $watched,
            " FROM ",
            $from,
            " JOIN threads t ON t.id = c.id LEFT JOIN positions p ON p.thread_id = c.id AND p.person_id = $1 WHERE ",
            $which
        ))
    };
}

/// What a person sees.
struct Seen {
    /// Whether they observe it or not.
    alike: Sums,
    /// In what kinds that is.
    anyhow: HashSet<Kind>,
    /// All they see, if it is little; else what they observe, which may be counted among the others.
    singles: Vec<Single>,
    reader: Reader,
}

impl Seen {
    async fn by(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Self> {
        if let Some(few) = super::few(tx, person).await? {
            let statement = singles!(
                "EXISTS (SELECT 1 FROM observers w WHERE w.chat_id = c.id AND w.person_id = $1)",
                "(SELECT * FROM client_chats WHERE id IN UUIDS($2) LIMIT 1000000) c",
                "TRUE"
            );
            return Ok(Self {
                alike: Sums::new(),
                anyhow: HashSet::new(),
                singles: tx.all(statement, &bind![person, few]).await?,
                reader: Reader {
                    person,
                    short: true,
                    silent: Vec::new(),
                },
            });
        }
        let statement = singles!(
            "TRUE",
            "observers w JOIN client_chats c ON c.id = w.chat_id",
            "w.person_id = $1 AND EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal
               WHERE g.object = c.id AND m.person_id = $1)"
        );
        let all = standings(tx, person, None).await?;
        let reader = Reader::of(tx, person, &all).await?;
        let alike = alike(tx, &reader, None, all).await?;
        Ok(Self {
            anyhow: alike.keys().map(Standing::kind).collect(),
            alike,
            singles: tx.all(statement, &bind![person]).await?,
            reader,
        })
    }

    /// Whether a chat looked at by itself is among those counted by their standing.
    fn counts(&self, single: &Single) -> bool {
        self.anyhow.contains(&single.standing.kind())
    }
}

/// All counts of the inbox, in the order of `InboxGroup`.
pub(crate) async fn groups(tx: &mut Tx<'_>, person: Id<Person>) -> Result<[GroupCount; 7]> {
    let seen = Seen::by(tx, person).await?;
    let mut out = [GroupCount::default(); 7];
    for (standing, count) in &seen.alike {
        let groups = of(person, standing, false);
        for (sum, _) in out.iter_mut().zip(groups).filter(|(_, is)| *is) {
            *sum += *count;
        }
    }
    for single in &seen.singles {
        let groups = of(person, &single.standing, single.watched);
        let counted = seen.counts(single);
        for (n, (sum, is)) in out.iter_mut().zip(groups).enumerate() {
            if is && (n == WATCHED || !counted) {
                *sum += single.count();
            }
        }
    }
    if cfg!(debug_assertions) {
        let walked = walked_groups(tx, person).await?;
        assert_eq!(out, walked, "counts differ from a walk over every chat");
    }
    Ok(out)
}

/// The place of the watched among the groups.
const WATCHED: usize = 1;

/// In which groups a chat stands: my, watched, queue, all, closed, waiting, snoozed.
fn of(person: Id<Person>, standing: &Standing, watched: bool) -> [bool; 7] {
    let (state, away) = (standing.state, standing.away);
    let closed = state == ClientChatState::Closed;
    [
        state == ClientChatState::Work && standing.assignee_id == Some(person) && !away,
        watched && !closed && !away,
        state == ClientChatState::Queue && !away,
        !closed,
        closed,
        standing.waits && !closed && !away,
        away && !closed,
    ]
}

/// How many fit each of some filters of one person, and how many of them have something unread.
pub(crate) async fn filters(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    asked: &[Asked<'_>],
) -> Result<Vec<GroupCount>> {
    let seen = Seen::by(tx, person).await?;
    let mut labels: HashMap<Id<Thread>, Vec<Id<Label>>> = HashMap::new();
    if asked.iter().any(|q| !q.filter.label_ids.is_empty()) {
        let singles: Vec<_> = seen.singles.iter().map(|single| single.id).collect();
        for (chat, label) in super::labels::of(tx, &singles).await? {
            labels.entry(chat).or_default().push(label);
        }
    }
    let mut aged: HashMap<Moment, Sums> = HashMap::new();
    let mut out = Vec::with_capacity(asked.len());
    for q in asked {
        let (filter, before) = (q.filter, q.before());
        let mut sum = GroupCount::default();
        let mut add = |standing: &Standing, count: GroupCount| {
            if fits(filter, person, standing) {
                sum += count;
            }
        };
        if seen.anyhow.is_empty() {
            // Whoever sees nothing but what is looked at by itself.
        } else if !filter.label_ids.is_empty() || !filter.contact_label_ids.is_empty() {
            let carried = (&filter.label_ids[..], &filter.contact_label_ids[..]);
            for (standing, count) in labelled(tx, &seen.reader, before, carried).await? {
                if seen.anyhow.contains(&standing.kind()) {
                    add(&standing, count);
                }
            }
        } else if let Some(before) = before {
            let sums = match aged.entry(before) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let all = standings(tx, person, Some(before)).await?;
                    new.insert(alike(tx, &seen.reader, Some(before), all).await?)
                }
            };
            for (standing, count) in sums.iter() {
                add(standing, *count);
            }
        } else {
            for (standing, count) in &seen.alike {
                add(standing, *count);
            }
        }
        let of_carriers = if filter.contact_label_ids.is_empty() {
            None
        } else {
            Some(of_carriers(tx, &seen.singles, &filter.contact_label_ids).await?)
        };
        for single in seen.singles.iter().filter(|single| !seen.counts(single)) {
            if of_carriers
                .as_ref()
                .is_some_and(|chats| !chats.contains(&single.id))
            {
                continue;
            }
            let carried = labels.get(&single.id).map_or(&[][..], Vec::as_slice);
            let carries = |label| carried.contains(label);
            if (filter.label_ids.is_empty() || filter.label_ids.iter().any(carries))
                && before.is_none_or(|before| single.since <= before)
            {
                add(&single.standing, single.count());
            }
        }
        if cfg!(debug_assertions) {
            let walked = walked_filter(tx, q).await?;
            assert_eq!(sum, walked, "a count differs from a walk over every chat");
        }
        out.push(sum);
    }
    Ok(out)
}

// ------------------------------------------------------------ what a debug build compares with

type WalkedRow = (String, bool, bool, bool, bool, bool, i64);

/// The groups by looking at every chat.
async fn walked_groups(tx: &mut Tx<'_>, person: Id<Person>) -> Result<[GroupCount; 7]> {
    let rows: Vec<WalkedRow> = tx
        .all(
            sql!("SELECT c.state, COALESCE(c.assignee_id = $1, FALSE), EXISTS (SELECT 1 FROM observers o WHERE o.chat_id = c.id AND o.person_id = $1),
                    c.waiting_since IS NOT NULL, c.snoozed_at IS NOT NULL,
                    t.last_ordinal > COALESCE(p.read_ordinal, 0) AND c.state <> 'closed', COUNT(*)
                  FROM client_chats c JOIN threads t ON t.id = c.id
                  LEFT JOIN positions p ON p.thread_id = c.id AND p.person_id = $1
                  WHERE EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal WHERE g.object = c.id AND m.person_id = $1)
                  GROUP BY 1, 2, 3, 4, 5, 6"),
            &bind![person],
        )
        .await?;
    let mut out = [GroupCount::default(); 7];
    for (state, mine, watched, waits, away, unread, n) in rows {
        let (work, queue, closed) = (state == "work", state == "queue", state == "closed");
        let groups = [
            work && mine && !away,
            watched && !closed && !away,
            queue && !away,
            !closed,
            closed,
            waits && !closed && !away,
            away && !closed,
        ];
        for (count, _) in out.iter_mut().zip(groups).filter(|(_, is)| *is) {
            count.total += n;
            count.unread += if unread { n } else { 0 };
        }
    }
    Ok(out)
}

/// How many fit a filter, by looking at every chat.
async fn walked_filter(tx: &mut Tx<'_>, q: &Asked<'_>) -> Result<GroupCount> {
    let mut values = q.values();
    let states = [
        (FilterState::Open, "open"),
        (FilterState::Queue, "queue"),
        (FilterState::Unanswered, "unanswered"),
        (FilterState::Snoozed, "snoozed"),
        (FilterState::Closed, "closed"),
        (FilterState::Any, "any"),
    ];
    let word = states.iter().find(|(state, _)| *state == q.filter.state);
    values.extend(bind![word.map_or("", |(_, word)| word)]);
    let (total, unread) = tx
        .must(
            sql!(concat!(
                "SELECT COUNT(*), COUNT(*) FILTER (WHERE t.last_ordinal > COALESCE(p.read_ordinal, 0) AND c.state <> 'closed')
                 FROM client_chats c JOIN threads t ON t.id = c.id
                 LEFT JOIN positions p ON p.thread_id = c.id AND p.person_id = $1
                 WHERE CASE CAST($14 AS TEXT) WHEN 'any' THEN TRUE WHEN 'closed' THEN c.state = 'closed'
                     WHEN 'snoozed' THEN c.state <> 'closed' AND c.snoozed_at IS NOT NULL
                     WHEN 'open' THEN c.state <> 'closed' AND c.snoozed_at IS NULL
                     WHEN 'queue' THEN c.state = 'queue' AND c.snoozed_at IS NULL
                     ELSE c.waiting_since IS NOT NULL AND c.state <> 'closed' AND c.snoozed_at IS NULL END AND ",
                fitting!()
            )),
            &values,
        )
        .await?;
    Ok(GroupCount { total, unread })
}
