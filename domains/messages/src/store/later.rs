//! The SQL of messages that wait to be sent.

use crate::{
    extras::{MessageButton, ObjectRef},
    later::Later,
    model::{Message, Thread},
};
use accounts::Person;
use db::{FromRow, Json, Row, Tx, bind, sql};
use files::File;
use kernel::{Id, Moment, Result, Uuid};

pub(crate) struct LaterRow {
    pub(crate) id: Uuid,
    pub(crate) person_id: Id<Person>,
    pub(crate) thread_id: Id<Thread>,
    pub(crate) at: Option<Moment>,
    pub(crate) back_of: Option<Id<Person>>,
    pub(crate) text: String,
    pub(crate) files: Vec<Id<File>>,
    pub(crate) cards: Vec<ObjectRef>,
    pub(crate) reply_to: Option<Id<Message>>,
    pub(crate) hidden: bool,
    pub(crate) buttons: Vec<MessageButton>,
    pub(crate) created_at: Moment,
    pub(crate) error: String,
}

impl FromRow for LaterRow {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            person_id: row.get("person_id")?,
            thread_id: row.get("thread_id")?,
            at: row.get("at")?,
            back_of: row.get("back_of")?,
            text: row.get("text")?,
            files: row.get::<Json<_>>("files")?.0,
            cards: row.get::<Json<_>>("cards")?.0,
            reply_to: row.get("reply_to")?,
            hidden: row.get("hidden")?,
            buttons: row.get::<Json<_>>("buttons")?.0,
            created_at: row.get("created_at")?,
            error: row.get("error")?,
        })
    }
}

impl LaterRow {
    /// With its files as they are shown.
    pub(crate) async fn complete(&self, tx: &mut Tx<'_>) -> Result<Later> {
        Ok(Later {
            id: self.id,
            thread_id: self.thread_id,
            at: self.at,
            back_of: self.back_of,
            text: self.text.clone(),
            files: files::refs(tx, &self.files).await?,
            cards: self.cards.clone(),
            reply_to: self.reply_to,
            hidden: self.hidden,
            buttons: self.buttons.clone(),
            created_at: self.created_at,
            error: self.error.clone(),
        })
    }
}

pub(crate) async fn save(tx: &mut Tx<'_>, r: &LaterRow) -> Result<()> {
    tx.run(
        sql!("INSERT INTO later_messages (id, person_id, thread_id, at, back_of, text, files, cards, reply_to, hidden, created_at, error, buttons)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
              ON CONFLICT (id) DO UPDATE SET at = $4, back_of = $5, text = $6, error = $12"),
        &bind![
            r.id,
            r.person_id,
            r.thread_id,
            r.at,
            r.back_of,
            &r.text,
            Json(&r.files),
            Json(&r.cards),
            r.reply_to,
            r.hidden,
            r.created_at,
            &r.error,
            Json(&r.buttons),
        ],
    )
    .await
    .map(drop)
}
pub(crate) async fn one(tx: &mut Tx<'_>, person: Id<Person>, id: Uuid) -> Result<Option<LaterRow>> {
    tx.one(
        sql!("SELECT * FROM later_messages WHERE id = $1 AND person_id = $2"),
        &bind![id, person],
    )
    .await
}
pub(crate) async fn by_id(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<LaterRow>> {
    tx.one(
        sql!("SELECT * FROM later_messages WHERE id = $1"),
        &bind![id],
    )
    .await
}
pub(crate) async fn list(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    thread: Option<Id<Thread>>,
) -> Result<Vec<LaterRow>> {
    tx.all(
        sql!("SELECT * FROM later_messages WHERE person_id = $1 AND (CAST($2 AS UUID) IS NULL OR thread_id = $2)
              ORDER BY COALESCE(at, created_at), id LIMIT 500"),
        &bind![person, thread],
    )
    .await
}
pub(crate) async fn remove(tx: &mut Tx<'_>, id: Uuid) -> Result<()> {
    tx.run(sql!("DELETE FROM later_messages WHERE id = $1"), &bind![id])
        .await
        .map(drop)
}
/// What waits for a person to come back.
pub(crate) async fn waiting_for(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = tx
        .all(
            sql!("SELECT id FROM later_messages WHERE back_of = $1 AND error = ''"),
            &bind![person],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
