//! The SQL of entries: what happened to a task or a row.

use crate::model::{Change, Entry, EntryKind};
use accounts::Person;
use db::{FromRow, Json, Row, Tx, bind, sql};
use files::File;
use kernel::{Id, Result, Uuid};
use messages::Message;
use text::Token;

/// An entry as stored, before its files are read.
pub(crate) struct StoredEntry {
    pub(crate) entry: Entry,
    pub(crate) file_ids: Vec<Id<File>>,
}

impl FromRow for StoredEntry {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            file_ids: row.get::<Json<_>>("files")?.0,
            entry: Entry {
                id: row.get("id")?,
                object_id: row.get("object_id")?,
                at: row.get("at")?,
                kind: EntryKind::from_word(&row.get::<String>("kind")?),
                person_id: row.get("person_id")?,
                person_name: row.get("person_name")?,
                text: row.get("text")?,
                tokens: row.get::<Json<Vec<Token>>>("tokens")?.0,
                files: Vec::new(),
                changes: row.get::<Json<Vec<Change>>>("changes")?.0,
                message: row.get::<Option<Json<_>>>("message")?.map(|m| m.0),
            },
        })
    }
}

/// Stores an entry; `false` when this message stands there already, or this comment was sent before.
pub(crate) async fn add_entry(
    tx: &mut Tx<'_>,
    e: &Entry,
    version: i64,
    client_id: Option<Uuid>,
) -> Result<bool> {
    let files: Vec<Id<File>> = e.files.iter().map(|f| f.id).collect();
    let added = tx
        .run(
            sql!("INSERT INTO record_entries (id, object_id, at, kind, person_id, person_name, version, text, tokens, files, changes,
                    message, message_id, client_id)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING"),
            &bind![
                e.id,
                e.object_id,
                e.at,
                e.kind.word(),
                e.person_id,
                &e.person_name,
                version,
                &e.text,
                Json(&e.tokens),
                Json(&files),
                Json(&e.changes),
                e.message.clone().map(Json),
                e.message.as_ref().map(|m| m.message_id),
                client_id,
            ],
        )
        .await?;
    Ok(added == 1)
}

/// A comment that its author sent before under the same id.
pub(crate) async fn entry_by_client_id(
    tx: &mut Tx<'_>,
    object: Uuid,
    person: Id<Person>,
    client_id: Uuid,
) -> Result<Option<StoredEntry>> {
    tx.one(
        sql!("SELECT * FROM record_entries WHERE object_id = $1 AND person_id = $2 AND client_id = $3"),
        &bind![object, person, client_id],
    )
    .await
}

/// Which of these messages stand at a task or row already.
pub(crate) async fn moved_before(
    tx: &mut Tx<'_>,
    object: Uuid,
    messages: &[Id<Message>],
) -> Result<Vec<Id<Message>>> {
    let rows: Vec<(Id<Message>,)> = tx
        .all(
            sql!("SELECT message_id FROM record_entries WHERE object_id = $1 AND message_id IN UUIDS($2)"),
            &bind![object, messages.to_vec()],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(crate) async fn entry(tx: &mut Tx<'_>, id: Id<Entry>) -> Result<Option<StoredEntry>> {
    tx.one(
        sql!("SELECT * FROM record_entries WHERE id = $1"),
        &bind![id],
    )
    .await
}

/// A page of entries, the newest first.
pub(crate) async fn entries(
    tx: &mut Tx<'_>,
    object: Uuid,
    before: Option<Id<Entry>>,
    limit: i64,
) -> Result<Vec<StoredEntry>> {
    tx.all(
        sql!("SELECT * FROM record_entries WHERE object_id = $1 AND (CAST($2 AS UUID) IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"),
        &bind![object, before, limit],
    )
    .await
}

/// Everything that others than `me` changed after a version.
pub(crate) async fn changes_since(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    object: Uuid,
    version: i64,
) -> Result<Vec<Change>> {
    let rows: Vec<(Json<Vec<Change>>,)> = tx
        .all(
            sql!("SELECT changes FROM record_entries WHERE object_id = $1 AND version > $2 AND kind = 'change' AND person_id <> $3"),
            &bind![object, version, me],
        )
        .await?;
    Ok(rows.into_iter().flat_map(|(changes,)| changes.0).collect())
}

/// What somebody said at tasks that I may see, the newest first.
pub(crate) async fn comments_of(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    author: Id<Person>,
    before: Option<Id<Entry>>,
    limit: i64,
) -> Result<Vec<StoredEntry>> {
    tx.all(
        sql!("SELECT e.* FROM record_entries e JOIN tasks t ON t.id = e.object_id
              WHERE e.person_id = $2 AND e.kind = 'comment' AND (CAST($3 AS UUID) IS NULL OR e.id < $3)
                AND EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal
                            WHERE g.object = t.id AND m.person_id = $1)
              ORDER BY e.id DESC LIMIT $4"),
        &bind![me, author, before, limit],
    )
    .await
}
