//! The SQL of prepared answers.

use crate::model::{Audience, More, Template};
use accounts::Person;
use db::{FromRow, Json, Row, Tx, bind, sql};
use kernel::{Id, Moment, Result};

/// A template as stored, its files by id.
pub(crate) struct Stored {
    pub(crate) id: Id<Template>,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) scope: Audience,
    pub(crate) owner_id: Id<Person>,
    pub(crate) more: More,
    /// For the person asking, or only kept by them.
    pub(crate) for_me: bool,
}

impl FromRow for Stored {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            title: row.get("title")?,
            text: row.get("text")?,
            scope: Audience::from_word(&row.get::<String>("scope")?),
            owner_id: row.get("owner_id")?,
            more: row.get::<Json<More>>("more")?.0,
            for_me: row.get("for_me")?,
        })
    }
}

/// Those a person may see, by title; `deleted` ones instead of the others if so asked.
pub(crate) async fn all(tx: &mut Tx<'_>, person: Id<Person>, deleted: bool) -> Result<Vec<Stored>> {
    tx.all(
        sql!(
            "SELECT t.id, t.title, t.text, t.scope, t.owner_id, t.more,
                    EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal
                            WHERE g.object = t.id AND m.person_id = $1 AND g.reason <> 'role') AS for_me
               FROM templates t
              WHERE (t.deleted_at IS NOT NULL) = $2
                AND EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal
                            WHERE g.object = t.id AND m.person_id = $1)
              ORDER BY t.title, t.id"
        ),
        &bind![person, deleted],
    )
    .await
}

/// Makes or changes one.
pub(crate) async fn save(tx: &mut Tx<'_>, t: &Stored) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO templates (id, title, text, scope, owner_id, more) VALUES ($1, $2, $3, $4, $5, $6)
              ON CONFLICT (id) DO UPDATE SET title = $2, text = $3, scope = $4, more = $6"
        ),
        &bind![t.id, &t.title, &t.text, t.scope.word(), t.owner_id, Json(&t.more)],
    )
    .await
    .map(drop)
}

/// Sets or takes back that it is deleted.
pub(crate) async fn mark_deleted(
    tx: &mut Tx<'_>,
    id: Id<Template>,
    at: Option<Moment>,
) -> Result<()> {
    tx.run(
        sql!("UPDATE templates SET deleted_at = $2 WHERE id = $1"),
        &bind![id, at],
    )
    .await
    .map(drop)
}

/// Removes one that was deleted before a moment; answers whether it did.
pub(crate) async fn remove(tx: &mut Tx<'_>, id: Id<Template>, before: Moment) -> Result<bool> {
    let removed = tx
        .run(
            sql!("DELETE FROM templates WHERE id = $1 AND deleted_at <= $2"),
            &bind![id, before],
        )
        .await?;
    Ok(removed > 0)
}
