//! The SQL of files.

use crate::model::{File, FileKind, FileRef, FileState, Upload};
use db::{FromRow, Json, Row, Tx, bind, sql};
use kernel::{Id, Result, Uuid};

impl FromRow for File {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let preview_sha256: Option<String> = row.get("preview_sha256")?;
        let state = match row.get::<String>("state")?.as_str() {
            "ready" => FileState::Ready,
            "pending" => FileState::Pending,
            _ => FileState::Failed,
        };
        Ok(Self {
            shown: FileRef {
                id: row.get("id")?,
                name: row.get("name")?,
                size: row.get("size")?,
                mime: row.get("mime")?,
                kind: FileKind::from_word(&row.get::<String>("kind")?),
                width: row.get("width")?,
                height: row.get("height")?,
                preview: preview_sha256.is_some(),
                state,
                duration_ms: row.get("duration_ms")?,
                peaks: row.get::<Option<Json<_>>>("peaks")?.map(|p| p.0),
            },
            sha256: row.get("sha256")?,
            preview_sha256,
            owner_id: row.get("owner_id")?,
            thread_id: row.get("thread_id")?,
            photo: row.get("photo")?,
            source: row.get("source")?,
            created_at: row.get("created_at")?,
        })
    }
}

pub(crate) async fn save(tx: &mut Tx<'_>, file: &File) -> Result<()> {
    let state = match file.shown.state {
        FileState::Ready => "ready",
        FileState::Pending => "pending",
        FileState::Failed => "failed",
    };
    tx.run(
        sql!("INSERT INTO files (id, name, size, mime, kind, width, height, duration_ms, sha256, preview_sha256, state,
                owner_id, thread_id, photo, source, created_at, peaks)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
              ON CONFLICT (id) DO UPDATE SET name = $2, size = $3, mime = $4, kind = $5, width = $6, height = $7,
                duration_ms = $8, sha256 = $9, preview_sha256 = $10, state = $11, thread_id = $13, photo = $14, source = $15, peaks = $17"),
        &bind![
            file.shown.id,
            &file.shown.name,
            file.shown.size,
            &file.shown.mime,
            file.shown.kind.word(),
            file.shown.width,
            file.shown.height,
            file.shown.duration_ms,
            file.sha256.clone(),
            file.preview_sha256.clone(),
            state,
            file.owner_id,
            file.thread_id,
            file.photo,
            file.source.clone(),
            file.created_at,
            file.shown.peaks.as_ref().map(Json),
        ],
    )
    .await
    .map(drop)
}

pub(crate) async fn by_ids(tx: &mut Tx<'_>, ids: &[Id<File>]) -> Result<Vec<File>> {
    tx.all(
        sql!("SELECT * FROM files WHERE id IN UUIDS($1)"),
        &bind![ids.to_vec()],
    )
    .await
}

pub(crate) async fn by_id(tx: &mut Tx<'_>, id: Id<File>) -> Result<File> {
    tx.must(sql!("SELECT * FROM files WHERE id = $1"), &bind![id])
        .await
}

/// The names of bytes that files after `id` stand on, a page of them in the order of ids.
pub(crate) async fn bytes_after(
    tx: &mut Tx<'_>,
    id: Id<File>,
    limit: i64,
) -> Result<Vec<(Id<File>, String, Option<String>)>> {
    tx.all(
        sql!("SELECT id, sha256, preview_sha256 FROM files WHERE id > $1 AND sha256 IS NOT NULL ORDER BY id LIMIT $2"),
        &bind![id, limit],
    )
    .await
}

/// Takes an upload of `owner` into a thread; only once, and only one's own.
pub(crate) async fn attach(
    tx: &mut Tx<'_>,
    id: Id<File>,
    owner: Uuid,
    thread: Uuid,
) -> Result<u64> {
    tx.run(
        sql!("UPDATE files SET thread_id = $3 WHERE id = $1 AND owner_id = $2 AND (thread_id IS NULL OR thread_id = $3)"),
        &bind![id, owner, thread],
    )
    .await
}

pub(crate) async fn mark_photo(tx: &mut Tx<'_>, id: Id<File>, owner: Uuid) -> Result<u64> {
    tx.run(
        sql!("UPDATE files SET photo = TRUE WHERE id = $1 AND owner_id = $2 AND kind = 'image'"),
        &bind![id, owner],
    )
    .await
}

/// Files of nobody's message that are `owner`'s.
pub(crate) async fn loose(tx: &mut Tx<'_>, id: Id<File>, owner: Uuid) -> Result<Option<File>> {
    tx.one(
        sql!("SELECT * FROM files WHERE id = $1 AND owner_id = $2 AND thread_id IS NULL"),
        &bind![id, owner],
    )
    .await
}

pub(crate) async fn of_thread(tx: &mut Tx<'_>, thread: Uuid) -> Result<Vec<File>> {
    tx.all(
        sql!("SELECT * FROM files WHERE thread_id = $1"),
        &bind![thread],
    )
    .await
}

pub(crate) async fn remove(tx: &mut Tx<'_>, id: Id<File>) -> Result<()> {
    tx.run(sql!("DELETE FROM files WHERE id = $1"), &bind![id])
        .await
        .map(drop)
}

/// Whether any file stands on bytes of this name.
pub(crate) async fn stands_on(tx: &mut Tx<'_>, sha: &str) -> Result<bool> {
    let found: Option<(Id<File>,)> = tx
        .one(
            sql!("SELECT id FROM files WHERE sha256 = $1 OR preview_sha256 = $1 LIMIT 1"),
            &bind![sha],
        )
        .await?;
    Ok(found.is_some())
}

// ------------------------------------------------------------ uploads that come in pieces

pub(crate) async fn add_upload(tx: &mut Tx<'_>, upload: &Upload) -> Result<()> {
    tx.run(
        sql!("INSERT INTO uploads (id, owner_id, name, length, received, said, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
        &bind![
            upload.id,
            upload.owner_id,
            &upload.name,
            upload.length,
            upload.received,
            Json(&upload.said.0),
            upload.expires_at,
        ],
    )
    .await
    .map(drop)
}

pub(crate) async fn upload(tx: &mut Tx<'_>, id: Id<File>) -> Result<Option<Upload>> {
    tx.one(
        sql!("SELECT id, owner_id, name, length, received, said, expires_at FROM uploads WHERE id = $1"),
        &bind![id],
    )
    .await
}

/// How many uploads somebody has begun and not ended.
pub(crate) async fn unfinished(tx: &mut Tx<'_>, owner: Uuid) -> Result<i64> {
    let (count,): (i64,) = tx
        .must(
            sql!("SELECT COUNT(*) FROM uploads WHERE owner_id = $1"),
            &bind![owner],
        )
        .await?;
    Ok(count)
}

/// More of it is on the disk; nothing changes when somebody else was faster.
pub(crate) async fn advance(tx: &mut Tx<'_>, id: Id<File>, from: i64, to: i64) -> Result<u64> {
    tx.run(
        sql!("UPDATE uploads SET received = $3 WHERE id = $1 AND received = $2"),
        &bind![id, from, to],
    )
    .await
}

pub(crate) async fn drop_upload(tx: &mut Tx<'_>, id: Id<File>) -> Result<u64> {
    tx.run(sql!("DELETE FROM uploads WHERE id = $1"), &bind![id])
        .await
}
