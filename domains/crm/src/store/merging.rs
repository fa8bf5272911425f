//! The SQL of merging: who stands for whom, pairs, merges.

use crate::model::{Contact, DuplicateState, Fields, Merge, Pair};
use accounts::Person;
use db::{FromRow, Json, Row, Tx, bind, sql};
use kernel::{Id, Moment, Result};

impl FromRow for Pair {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            first_id: row.get("first_id")?,
            second_id: row.get("second_id")?,
            reason: row.get("reason")?,
            state: DuplicateState::from_word(&row.get::<String>("state")?),
            at: row.get("at")?,
            by_id: row.get("by_id")?,
            decided_by: row.get("decided_by")?,
            decided_at: row.get("decided_at")?,
        })
    }
}
impl FromRow for Merge {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kept_id: row.get("kept_id")?,
            merged_id: row.get("merged_id")?,
            how: row.get("how")?,
            before: row.get::<Json<Fields>>("before")?.0,
            after: row.get::<Json<Fields>>("after")?.0,
            by_id: row.get("by_id")?,
            at: row.get("at")?,
            undone_at: row.get("undone_at")?,
        })
    }
}

/// Who stands for each of these, themselves if they were not merged.
pub(crate) async fn standing(
    tx: &mut Tx<'_>,
    ids: &[Id<Contact>],
) -> Result<Vec<(Id<Contact>, Id<Contact>)>> {
    tx.all(
        sql!("SELECT id, COALESCE(merged_into, id) FROM contacts WHERE id IN UUIDS($1)"),
        &bind![ids.to_vec()],
    )
    .await
}
/// Everybody a contact stands for, itself among them.
pub(crate) async fn circle(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<Vec<Id<Contact>>> {
    let rows: Vec<(Id<Contact>,)> = tx
        .all(
            sql!("SELECT id FROM contacts WHERE id = $1 OR merged_into = $1 ORDER BY id"),
            &bind![id],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// Contacts about to be merged or split, held until the commit, in one order for everybody.
pub(crate) async fn hold(tx: &mut Tx<'_>, mut ids: Vec<Id<Contact>>) -> Result<()> {
    ids.sort_by_key(|id| id.uuid());
    for id in ids {
        let _held: Vec<(Id<Contact>,)> = tx
            .all(
                sql!("SELECT id FROM contacts WHERE id = $1 FOR UPDATE"),
                &bind![id],
            )
            .await?;
    }
    Ok(())
}
/// Makes `to` stand for these; none: they stand for themselves.
pub(crate) async fn point(
    tx: &mut Tx<'_>,
    ids: &[Id<Contact>],
    to: Option<Id<Contact>>,
) -> Result<()> {
    tx.run(
        sql!("UPDATE contacts SET merged_into = $2 WHERE id IN UUIDS($1)"),
        &bind![ids.to_vec(), to],
    )
    .await
    .map(drop)
}

/// Others who stand for themselves, or for whom somebody stands, with this number; each once, by who stands.
pub(crate) async fn with_phone(
    tx: &mut Tx<'_>,
    phone: &str,
    not: Id<Contact>,
) -> Result<Vec<Id<Contact>>> {
    let rows: Vec<(Id<Contact>,)> = tx
        .all(
            sql!(
                "SELECT DISTINCT COALESCE(c.merged_into, c.id) AS standing
                   FROM contact_phones p JOIN contacts c ON c.id = p.contact_id
                  WHERE p.phone = $1 AND NOT c.is_group
                    AND COALESCE(c.merged_into, c.id) <> $2 ORDER BY standing LIMIT 10"
            ),
            &bind![phone, not],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// The same with this e-mail address.
pub(crate) async fn with_email(
    tx: &mut Tx<'_>,
    email: &str,
    not: Id<Contact>,
) -> Result<Vec<Id<Contact>>> {
    let rows: Vec<(Id<Contact>,)> = tx
        .all(
            sql!(
                "SELECT DISTINCT COALESCE(merged_into, id) AS standing FROM contacts
                  WHERE LOWER(email) = LOWER($1) AND email <> '' AND NOT is_group
                    AND COALESCE(merged_into, id) <> $2 ORDER BY standing LIMIT 10"
            ),
            &bind![email, not],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// The same with this name and company, folded.
pub(crate) async fn with_name(
    tx: &mut Tx<'_>,
    folded: &str,
    not: Id<Contact>,
) -> Result<Vec<Id<Contact>>> {
    let rows: Vec<(Id<Contact>,)> = tx
        .all(
            sql!(
                "SELECT DISTINCT COALESCE(merged_into, id) AS standing FROM contacts
                  WHERE name_folded = $1 AND NOT is_group AND COALESCE(merged_into, id) <> $2
                  ORDER BY standing LIMIT 3"
            ),
            &bind![folded, not],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

// ------------------------------------------------------------ pairs

/// Notes two contacts as one person perhaps; 0 if that was noted before, whatever became of it.
pub(crate) async fn add_pair(tx: &mut Tx<'_>, pair: &Pair) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO duplicates (first_id, second_id, reason, state, at, by_id) VALUES ($1, $2, $3, $4, $5, $6)
              ON CONFLICT DO NOTHING"),
        &bind![pair.first_id, pair.second_id, &pair.reason, pair.state.word(), pair.at, pair.by_id],
    )
    .await
}
pub(crate) async fn pair(
    tx: &mut Tx<'_>,
    (first, second): (Id<Contact>, Id<Contact>),
) -> Result<Option<Pair>> {
    tx.one(
        sql!("SELECT * FROM duplicates WHERE first_id = $1 AND second_id = $2"),
        &bind![first, second],
    )
    .await
}
pub(crate) async fn decide(
    tx: &mut Tx<'_>,
    (first, second): (Id<Contact>, Id<Contact>),
    state: DuplicateState,
    by: Option<Id<Person>>,
    now: Moment,
) -> Result<()> {
    let decided = (state != DuplicateState::Open).then_some(now);
    tx.run(
        sql!("UPDATE duplicates SET state = $3, decided_by = $4, decided_at = $5 WHERE first_id = $1 AND second_id = $2"),
        &bind![first, second, state.word(), by, decided],
    )
    .await
    .map(drop)
}
/// Pairs in a state, the newest first; `after` is the last of the page before. Open pairs of two that are one already by
/// another way are passed over.
pub(crate) async fn pairs(
    tx: &mut Tx<'_>,
    state: DuplicateState,
    after: Option<(Moment, Id<Contact>, Id<Contact>)>,
    limit: i64,
) -> Result<Vec<Pair>> {
    let (at, first, second) = match after {
        Some((at, first, second)) => (Some(at), Some(first), Some(second)),
        None => (None, None, None),
    };
    tx.all(
        sql!("SELECT d.* FROM duplicates d JOIN contacts a ON a.id = d.first_id JOIN contacts b ON b.id = d.second_id
              WHERE d.state = $1 AND ($1 <> 'open' OR COALESCE(a.merged_into, a.id) <> COALESCE(b.merged_into, b.id))
                AND (CAST($2 AS BIGINT) IS NULL OR d.at < $2
                  OR (d.at = $2 AND (d.first_id < $3 OR (d.first_id = $3 AND d.second_id < $4))))
              ORDER BY d.at DESC, d.first_id DESC, d.second_id DESC LIMIT $5"),
        &bind![state.word(), at, first, second, limit],
    )
    .await
}
/// Pairs in a state of which one is among these, and the other is not.
pub(crate) async fn pairs_of(
    tx: &mut Tx<'_>,
    circle: &[Id<Contact>],
    state: DuplicateState,
) -> Result<Vec<Pair>> {
    let all: Vec<Pair> = tx
        .all(
            sql!("SELECT * FROM duplicates WHERE state = $2 AND (first_id IN UUIDS($1) OR second_id IN UUIDS($1))
                  ORDER BY at DESC, first_id, second_id LIMIT 50"),
            &bind![circle.to_vec(), state.word()],
        )
        .await?;
    let inside = |id: &Id<Contact>| circle.contains(id);
    Ok(all
        .into_iter()
        .filter(|p| !(inside(&p.first_id) && inside(&p.second_id)))
        .collect())
}

// ------------------------------------------------------------ merges

pub(crate) async fn add_merge(tx: &mut Tx<'_>, m: &Merge) -> Result<()> {
    tx.run(
        sql!("INSERT INTO merges (id, kept_id, merged_id, how, before, after, by_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"),
        &bind![m.id, m.kept_id, m.merged_id, &m.how, Json(&m.before), Json(&m.after), m.by_id, m.at],
    )
    .await
    .map(drop)
}
pub(crate) async fn merge(tx: &mut Tx<'_>, id: Id<Merge>) -> Result<Option<Merge>> {
    tx.one(sql!("SELECT * FROM merges WHERE id = $1"), &bind![id])
        .await
}
/// What was merged into a contact directly and is still one with it, the oldest first.
pub(crate) async fn merges_into(tx: &mut Tx<'_>, kept: Id<Contact>) -> Result<Vec<Merge>> {
    tx.all(
        sql!("SELECT * FROM merges WHERE kept_id = $1 AND undone_at IS NULL ORDER BY at, id"),
        &bind![kept],
    )
    .await
}
/// Marks a merge as undone; 0 if it was undone before.
pub(crate) async fn undo(
    tx: &mut Tx<'_>,
    id: Id<Merge>,
    by: Option<Id<Person>>,
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!(
            "UPDATE merges SET undone_at = $2, undone_by = $3 WHERE id = $1 AND undone_at IS NULL"
        ),
        &bind![id, now, by],
    )
    .await
}
/// Changes what a merge remembers.
pub(crate) async fn remember(tx: &mut Tx<'_>, m: &Merge) -> Result<()> {
    tx.run(
        sql!("UPDATE merges SET before = $2, after = $3 WHERE id = $1"),
        &bind![m.id, Json(&m.before), Json(&m.after)],
    )
    .await
    .map(drop)
}
