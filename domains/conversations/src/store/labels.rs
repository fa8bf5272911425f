//! The SQL of labels.

use crate::model::{Label, LabelColor};
use db::{FromRow, Row, Tx, bind, sql};
use kernel::{Id, Result};
use messages::Thread;

impl FromRow for Label {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            color: LabelColor::from_word(&row.get::<String>("color")?),
            archived: row.get("archived")?,
        })
    }
}

/// All, in their order.
pub(crate) async fn all(tx: &mut Tx<'_>) -> Result<Vec<Label>> {
    tx.all(
        sql!("SELECT id, name, color, archived FROM labels ORDER BY position, id"),
        &bind![],
    )
    .await
}

/// Makes or changes one; a new one stands last.
pub(crate) async fn save(tx: &mut Tx<'_>, label: &Label, folded: &str) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO labels (id, name, folded, color, archived, position)
              VALUES ($1, $2, $3, $4, $5, (SELECT COALESCE(MAX(position), 0) + 1 FROM labels))
              ON CONFLICT (id) DO UPDATE SET name = $2, folded = $3, color = $4, archived = $5"
        ),
        &bind![
            label.id,
            &label.name,
            folded,
            label.color.word(),
            label.archived
        ],
    )
    .await
    .map(drop)
}

/// The label of a folded name.
pub(crate) async fn by_folded(tx: &mut Tx<'_>, folded: &str) -> Result<Option<Id<Label>>> {
    let found: Option<(Id<Label>,)> = tx
        .one(
            sql!("SELECT id FROM labels WHERE folded = $1"),
            &bind![folded],
        )
        .await?;
    Ok(found.map(|(id,)| id))
}

pub(crate) async fn place(tx: &mut Tx<'_>, id: Id<Label>, place: usize) -> Result<()> {
    tx.run(
        sql!("UPDATE labels SET position = $2 WHERE id = $1"),
        &bind![id, place],
    )
    .await
    .map(drop)
}

/// Which chats carry which labels, in the order of the labels.
pub(crate) async fn of(
    tx: &mut Tx<'_>,
    chats: &[Id<Thread>],
) -> Result<Vec<(Id<Thread>, Id<Label>)>> {
    tx.all(
        sql!(
            "SELECT c.chat_id, c.label_id FROM chat_labels c JOIN labels l ON l.id = c.label_id
              WHERE c.chat_id IN UUIDS($1) ORDER BY l.position, l.id"
        ),
        &bind![chats.to_vec()],
    )
    .await
}

/// Puts a label on a chat; 0 if it was there.
pub(crate) async fn put(tx: &mut Tx<'_>, chat: Id<Thread>, label: Id<Label>) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO chat_labels (chat_id, label_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"),
        &bind![chat, label],
    )
    .await
}

/// Takes a label off a chat; 0 if it was not there.
pub(crate) async fn take(tx: &mut Tx<'_>, chat: Id<Thread>, label: Id<Label>) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM chat_labels WHERE chat_id = $1 AND label_id = $2"),
        &bind![chat, label],
    )
    .await
}
