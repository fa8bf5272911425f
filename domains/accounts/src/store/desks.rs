//! Who sits at a desk, in a table that transactions of all nodes can read.

use crate::model::{Availability, Person, Seated};
use db::{Tx, bind, sql};
use kernel::{Id, Moment, Result, Uuid};

pub(crate) async fn seat(
    tx: &mut Tx<'_>,
    node: Uuid,
    person: Id<Person>,
    touched_at: Moment,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO desks (person_id, node_id, touched_at) SELECT id, CAST($2 AS UUID), CAST($3 AS BIGINT) FROM people WHERE id = $1
              ON CONFLICT (person_id, node_id) DO UPDATE SET touched_at = $3"),
        &bind![person, node, touched_at],
    )
    .await
    .map(drop)
}

pub(crate) async fn unseat(tx: &mut Tx<'_>, node: Uuid, person: Id<Person>) -> Result<()> {
    tx.run(
        sql!("DELETE FROM desks WHERE person_id = $1 AND node_id = $2"),
        &bind![person, node],
    )
    .await
    .map(drop)
}

pub(crate) async fn unseat_all(tx: &mut Tx<'_>, node: Uuid) -> Result<()> {
    tx.run(sql!("DELETE FROM desks WHERE node_id = $1"), &bind![node])
        .await
        .map(drop)
}

/// Those of `people` who work here and sat at a desk after `since`, with what they chose to be.
pub(crate) async fn seated(
    tx: &mut Tx<'_>,
    people: &[Id<Person>],
    since: Moment,
) -> Result<Vec<Seated>> {
    let rows: Vec<(Id<Person>, String)> = tx
        .all(
            sql!("SELECT p.id, p.availability FROM people p WHERE p.id IN UUIDS($1) AND p.active AND NOT p.guest
                  AND EXISTS (SELECT 1 FROM desks d WHERE d.person_id = p.id AND d.touched_at > $2)"),
            &bind![people.to_vec(), since],
        )
        .await?;
    let seated = rows.into_iter().map(|(person, chosen)| Seated {
        person,
        chosen: Availability::from_word(&chosen),
    });
    Ok(seated.collect())
}
