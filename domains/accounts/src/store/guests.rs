//! Who is a guest, and whom a person shares a chat with.

use crate::model::Person;
use db::{Tx, bind, sql};
use kernel::{Id, Result};

pub(crate) async fn acquaintances(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Id<Person>>> {
    let rows: Vec<(Id<Person>,)> = tx
        .all(
            sql!(
                "SELECT DISTINCT b.person_id FROM memberships a
                  JOIN memberships b ON b.principal = a.principal AND b.source = 'chat'
                  WHERE a.person_id = $1 AND a.source = 'chat' AND b.person_id <> $1"
            ),
            &bind![person],
        )
        .await?;
    Ok(rows.into_iter().map(|(p,)| p).collect())
}

pub(crate) async fn is_guest(tx: &mut Tx<'_>, person: Id<Person>) -> Result<bool> {
    let row: Option<(bool,)> = tx
        .one(
            sql!("SELECT guest FROM people WHERE id = $1"),
            &bind![person],
        )
        .await?;
    Ok(row.is_some_and(|(guest,)| guest))
}

pub(crate) async fn any_guest(tx: &mut Tx<'_>) -> Result<bool> {
    let row: Option<(bool,)> = tx
        .one(
            sql!("SELECT guest FROM people WHERE guest LIMIT 1"),
            &bind![],
        )
        .await?;
    Ok(row.is_some())
}

pub(crate) async fn guests(tx: &mut Tx<'_>) -> Result<Vec<Id<Person>>> {
    let rows: Vec<(Id<Person>,)> = tx
        .all(sql!("SELECT id FROM people WHERE guest"), &bind![])
        .await?;
    Ok(rows.into_iter().map(|(p,)| p).collect())
}
