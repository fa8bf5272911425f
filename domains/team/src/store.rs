//! The SQL of team chats.

use accounts::Person;
use db::{Tx, bind, sql};
use kernel::{Id, Moment, Result};
use messages::Thread;

pub(crate) struct ChatRow {
    pub(crate) id: Id<Thread>,
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) owner_id: Option<Id<Person>>,
    pub(crate) created_at: Moment,
}
db::row!(ChatRow {
    id,
    kind,
    title,
    owner_id,
    created_at
});

pub(crate) async fn add(tx: &mut Tx<'_>, row: &ChatRow, pair: Option<&str>) -> Result<bool> {
    let added = tx
        .run(
            sql!("INSERT INTO chats (id, kind, title, pair, owner_id, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"),
            &bind![row.id, &row.kind, &row.title, pair, row.owner_id, row.created_at],
        )
        .await?;
    Ok(added == 1)
}
pub(crate) async fn by_pair(tx: &mut Tx<'_>, pair: &str) -> Result<Option<Id<Thread>>> {
    let found: Option<(Id<Thread>,)> = tx
        .one(sql!("SELECT id FROM chats WHERE pair = $1"), &bind![pair])
        .await?;
    Ok(found.map(|(id,)| id))
}
pub(crate) async fn by_ids(tx: &mut Tx<'_>, ids: &[Id<Thread>]) -> Result<Vec<ChatRow>> {
    tx.all(
        sql!("SELECT id, kind, title, owner_id, created_at FROM chats WHERE id IN UUIDS($1)"),
        &bind![ids.to_vec()],
    )
    .await
}
pub(crate) async fn of_person(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Id<Thread>>> {
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!("SELECT chat_id FROM chat_members WHERE person_id = $1"),
            &bind![person],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
pub(crate) async fn members(
    tx: &mut Tx<'_>,
    ids: &[Id<Thread>],
) -> Result<Vec<(Id<Thread>, Id<Person>)>> {
    tx.all(
        sql!("SELECT chat_id, person_id FROM chat_members WHERE chat_id IN UUIDS($1) ORDER BY person_id"),
        &bind![ids.to_vec()],
    )
    .await
}
pub(crate) async fn add_member(tx: &mut Tx<'_>, id: Id<Thread>, person: Id<Person>) -> Result<u64> {
    tx.run(
        sql!(
            "INSERT INTO chat_members (chat_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        ),
        &bind![id, person],
    )
    .await
}
pub(crate) async fn drop_member(
    tx: &mut Tx<'_>,
    id: Id<Thread>,
    person: Id<Person>,
) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM chat_members WHERE chat_id = $1 AND person_id = $2"),
        &bind![id, person],
    )
    .await
}
pub(crate) async fn rename(tx: &mut Tx<'_>, id: Id<Thread>, title: &str) -> Result<()> {
    tx.run(
        sql!("UPDATE chats SET title = $2 WHERE id = $1"),
        &bind![id, title],
    )
    .await
    .map(drop)
}
