//! The SQL of filters: views as stored, and the chats that fit.

use super::named;
use crate::model::{ChatFilter, ChatView, FilterState};
use accounts::Person;
use db::{FromRow, Json, Row, Tx, Value, bind, sql};
use kernel::{Id, Moment, Result};
use messages::Thread;

/// A view as stored.
pub(crate) struct Stored {
    pub(crate) id: Id<ChatView>,
    pub(crate) owner_id: Id<Person>,
    pub(crate) shared: bool,
    pub(crate) name: String,
    pub(crate) filter: ChatFilter,
}

impl FromRow for Stored {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            owner_id: row.get("owner_id")?,
            shared: row.get("shared")?,
            name: row.get("name")?,
            filter: row.get::<Json<ChatFilter>>("filter")?.0,
        })
    }
}

/// Those a person may see: their own first, by name.
pub(crate) async fn all(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Stored>> {
    tx.all(
        sql!("SELECT v.id, v.owner_id, v.shared, v.name, v.filter FROM chat_views v
              WHERE EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal WHERE g.object = v.id AND m.person_id = $1)
              ORDER BY v.shared, v.name, v.id"),
        &bind![person],
    )
    .await
}

pub(crate) async fn one(tx: &mut Tx<'_>, id: Id<ChatView>) -> Result<Stored> {
    tx.must(
        sql!("SELECT id, owner_id, shared, name, filter FROM chat_views WHERE id = $1"),
        &bind![id],
    )
    .await
}

pub(crate) async fn save(tx: &mut Tx<'_>, v: &Stored) -> Result<()> {
    tx.run(
        sql!("INSERT INTO chat_views (id, owner_id, shared, name, filter) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT (id) DO UPDATE SET shared = $3, name = $4, filter = $5"),
        &bind![v.id, v.owner_id, v.shared, &v.name, Json(&v.filter)],
    )
    .await
    .map(drop)
}

pub(crate) async fn delete(tx: &mut Tx<'_>, id: Id<ChatView>) -> Result<()> {
    tx.run(sql!("DELETE FROM chat_views WHERE id = $1"), &bind![id])
        .await
        .map(drop)
}

/// A filter with what it is asked with.
pub(crate) struct Asked<'a> {
    pub(crate) person: Id<Person>,
    pub(crate) filter: &'a ChatFilter,
    pub(crate) pattern: Option<&'a str>,
    pub(crate) now: Moment,
}

impl Asked<'_> {
    /// Those who are responsible in the chats wanted, and whether it matters who is.
    pub(super) fn assignees(&self) -> (bool, Vec<Id<Person>>) {
        let f = self.filter;
        let mut people = f.assignee_ids.clone();
        if f.mine {
            people.push(self.person);
        }
        (!people.is_empty() || f.unassigned, people)
    }
    /// Before this moment the client wrote, or something last happened.
    pub(super) fn before(&self) -> Option<Moment> {
        let minutes = self.filter.older_than_min?;
        Some(self.now - std::time::Duration::from_secs(u64::from(minutes) * 60))
    }
    /// What `fitting!` is told, `$1` to `$13`.
    pub(super) fn values(&self) -> Vec<Value> {
        let f = self.filter;
        let (someone, assignees) = self.assignees();
        Vec::from(bind![
            self.person,
            !f.queue_ids.is_empty(),
            f.queue_ids.clone(),
            !f.account_ids.is_empty(),
            f.account_ids.clone(),
            someone,
            assignees,
            f.unassigned,
            !f.label_ids.is_empty(),
            f.label_ids.clone(),
            self.before(),
            !f.contact_label_ids.is_empty(),
            f.contact_label_ids.clone()
        ])
    }
}

/// The conditions of a filter on a chat the person may see, but for its state. The same by rules: `rules::views::fits`.
macro_rules! fitting {
    () => {
        concat!("(NOT $2 OR c.queue_id IN UUIDS($3))
         AND (NOT $4 OR c.account_id IN UUIDS($5))
         AND (NOT $6 OR (c.assignee_id IN UUIDS($7)) OR ($8 AND c.assignee_id IS NULL))
         AND (NOT $9 OR EXISTS (SELECT 1 FROM chat_labels k WHERE k.chat_id = c.id AND k.label_id IN UUIDS($10)))
         AND (CAST($11 AS BIGINT) IS NULL OR COALESCE(c.waiting_since, c.updated_at) <= $11)
         AND EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal WHERE g.object = c.id AND m.person_id = $1)
         AND (NOT $12 OR ", crm::carries_any!("c.contact_id", "$13"), ")")
    };
}
pub(super) use fitting;

/// Which chats, of one state; a statement for each, so that it reads an index in its order. `$past`: what comes after the
/// row `$15`, `$16`; `$18` are all that have to be looked at, where these are few.
macro_rules! page {
    ($few:expr, $state:literal, $rank:literal, $past:literal, $order:literal) => {
        if $few {
            page!($state, $rank, $past, $order, of "(SELECT * FROM client_chats WHERE id IN UUIDS($18) LIMIT 1000000) c")
        } else {
            page!($state, $rank, $past, $order, of "client_chats c")
        }
    };
    ($state:literal, $rank:literal, $past:literal, $order:literal, of $from:literal) => {
        sql!(concat!(
            "SELECT c.id, ",
            $rank,
            " AS rank FROM ",
            $from,
            " WHERE ",
            $state,
            " AND (CAST($14 AS TEXT) IS NULL OR ",
            named!("$14"),
            ") AND ",
            fitting!(),
            " AND (CAST($15 AS BIGINT) IS NULL OR ",
            $past,
            ") ORDER BY ",
            $order,
            " LIMIT $17"
        ))
    };
    (newest, $few:expr, $state:literal) => {
        page!(
            $few,
            $state,
            "-c.updated_at",
            "c.updated_at < -$15 OR (c.updated_at = -$15 AND c.id < $16)",
            "c.updated_at DESC, c.id DESC"
        )
    };
}

/// Ids of one page with what they are ordered by: the access join with the conditions of the filter.
pub(crate) async fn page(
    tx: &mut Tx<'_>,
    q: &Asked<'_>,
    after: Option<(i64, Id<Thread>)>,
    limit: i64,
) -> Result<Vec<(Id<Thread>, i64)>> {
    let few = super::few_to_look_at(tx, q.person, q.pattern, Some(q)).await?;
    let is_few = few.is_some();
    let (key, id) = after.map_or((None, None), |(key, id)| (Some(key), Some(id)));
    let statement = match q.filter.state {
        FilterState::Any => page!(newest, is_few, "TRUE"),
        FilterState::Closed => page!(newest, is_few, "c.state = 'closed'"),
        FilterState::Snoozed => {
            page!(
                newest,
                is_few,
                "c.state <> 'closed' AND c.snoozed_at IS NOT NULL"
            )
        }
        FilterState::Open => page!(
            newest,
            is_few,
            "c.state <> 'closed' AND c.snoozed_at IS NULL"
        ),
        FilterState::Queue => page!(
            is_few,
            "c.state = 'queue' AND c.snoozed_at IS NULL",
            "COALESCE(c.waiting_since, c.updated_at)",
            "COALESCE(c.waiting_since, c.updated_at) > $15 OR (COALESCE(c.waiting_since, c.updated_at) = $15 AND c.id > $16)",
            "COALESCE(c.waiting_since, c.updated_at), c.id"
        ),
        FilterState::Unanswered => page!(
            is_few,
            "c.waiting_since IS NOT NULL AND c.state <> 'closed' AND c.snoozed_at IS NULL",
            "c.waiting_since",
            "c.waiting_since > $15 OR (c.waiting_since = $15 AND c.id > $16)",
            "c.waiting_since, c.id"
        ),
    };
    let mut values = q.values();
    values.extend(bind![q.pattern, key, id, limit]);
    values.extend(few.into_iter().flat_map(|few| bind![few]));
    tx.all(statement, &values).await
}
