//! Use cases of files: take an upload, note a file that waits at a messenger, give files to a message.

mod look;
pub(crate) mod removing;
pub(crate) mod uploads;

pub use removing::{forget, forget_of, remove};

use crate::{
    UploadLimit, UploadPace,
    model::{File, FileKind, FileRef, FileState, Said, ShownAs},
    pace::TRICKLES,
    rules, store,
};
use blob::{Blobs, Sha, Stored};
use bytes::Bytes;
use db::Tx;
use futures_util::Stream;
use kernel::{Ctx, Error, Id, Moment, Result, Uuid};
use look::{Looked, look};
use std::{collections::HashMap, io};
use web::House;

/// Whose upload it is: a person or a visitor of the site.
#[derive(Clone, Copy, Debug)]
pub struct UploadOwner(pub Uuid);

/// Stores an upload: hashed while streamed, its type sniffed, a preview made for pictures.
pub async fn upload<S>(
    house: &House,
    ctx: &Ctx,
    owner: UploadOwner,
    name: &str,
    said: Said,
    bytes: S,
) -> Result<FileRef>
where
    S: Stream<Item = io::Result<Bytes>> + Send,
{
    let limit = house.part::<UploadLimit>()?.0;
    let blobs = house.part::<Blobs>()?;
    let bytes = house.part::<UploadPace>()?.keep(bytes);
    let stored = blobs
        .put(bytes, limit)
        .await
        .map_err(too_slow)
        .map_err(|e| e.arg("limit", limit / (1024 * 1024)))?;
    let name = text::sanitize_filename(name);
    let looked = look(blobs, &stored.sha256, &name, &said).await?;
    let file = uploaded(ctx.ids.next(), ctx.now, owner.0, name, said, stored, looked);
    let shown = file.shown.clone();
    house
        .write(async move |tx: &mut Tx<'_>| store::save(tx, &file).await)
        .await?;
    Ok(shown)
}

/// A file whose bytes came, as it is stored.
fn uploaded(
    id: Id<File>,
    now: Moment,
    owner: Uuid,
    name: String,
    said: Said,
    stored: Stored,
    looked: Looked,
) -> File {
    let (duration_ms, peaks) = match said.shown_as {
        ShownAs::Voice { duration_ms, peaks } => (Some(duration_ms), Some(peaks)),
        ShownAs::Itself | ShownAs::File => (None, None),
    };
    File {
        shown: FileRef {
            id,
            name,
            size: i64::try_from(stored.size).unwrap_or(i64::MAX),
            mime: looked.mime,
            kind: looked.kind,
            width: looked.width,
            height: looked.height,
            preview: looked.preview.is_some(),
            state: FileState::Ready,
            duration_ms,
            peaks,
        },
        sha256: Some(stored.sha256.to_string()),
        preview_sha256: looked.preview.map(|s| s.to_string()),
        owner_id: Some(owner),
        thread_id: None,
        photo: false,
        source: None,
        created_at: now,
    }
}

/// Says anew whether an own picture that was not sent yet is shown as one, or as a file.
pub(crate) async fn show_as(
    tx: &mut Tx<'_>,
    person: Id<accounts::Person>,
    id: Id<File>,
    as_file: bool,
) -> Result<FileRef> {
    let mut file = open(tx, person, id).await?;
    if file.owner_id != Some(person.uuid()) || file.thread_id.is_some() {
        return Err(Error::conflict("files.sent_already"));
    }
    if file.shown.kind != FileKind::Voice {
        file.shown.kind = match rules::kind_of(&file.shown.mime) {
            _ if as_file => FileKind::File,
            // What could not be drawn stays a file.
            FileKind::Image if !file.shown.preview => FileKind::File,
            kind => kind,
        };
        store::save(tx, &file).await?;
    }
    Ok(file.shown)
}

/// A body that trickles is the sender's business, not a fault of ours.
fn too_slow(error: Error) -> Error {
    match error {
        Error::Fault(cause) if cause.to_string().contains(TRICKLES) => {
            Error::invalid("files.too_slow")
        }
        other => other,
    }
}

/// Notes a file that still waits at a messenger; `source` says where, for the job that fetches it.
pub async fn expect(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    thread: Uuid,
    mut shown: FileRef,
    source: serde_json::Value,
) -> Result<FileRef> {
    shown.id = ctx.ids.next();
    shown.state = FileState::Pending;
    shown.name = text::sanitize_filename(&shown.name);
    let file = File {
        shown: shown.clone(),
        sha256: None,
        preview_sha256: None,
        owner_id: None,
        thread_id: Some(thread),
        photo: false,
        source: Some(source),
        created_at: ctx.now,
    };
    store::save(tx, &file).await?;
    Ok(shown)
}

/// A noted file, for the job that fetches it.
pub async fn expected(tx: &mut Tx<'_>, id: Id<File>) -> Result<File> {
    store::by_id(tx, id).await
}

/// Stores the bytes of a noted file; answers the file as it is then (to be saved with [`fetched`]).
pub async fn stored_file<S>(house: &House, file: File, bytes: S, limit: u64) -> Result<File>
where
    S: Stream<Item = io::Result<Bytes>> + Send,
{
    let blobs = house.part::<Blobs>()?;
    let stored = blobs.put(bytes, limit).await?;
    let looked = look(blobs, &stored.sha256, &file.shown.name, &Said::default()).await?;
    let mut file = file;
    // A voice message stays one whatever its container says; otherwise the bytes decide.
    if file.shown.kind != FileKind::Voice {
        file.shown.kind = looked.kind;
    }
    file.shown.mime = looked.mime;
    file.shown.size = i64::try_from(stored.size).unwrap_or(i64::MAX);
    file.shown.width = looked.width.or(file.shown.width);
    file.shown.height = looked.height.or(file.shown.height);
    file.shown.state = FileState::Ready;
    file.sha256 = Some(stored.sha256.to_string());
    file.preview_sha256 = looked.preview.map(|s| s.to_string());
    file.source = None;
    Ok(file)
}

/// Takes a picture from outside as somebody's photo (to be saved with [`fetched`]); none when the bytes draw no picture.
pub async fn photo<S>(house: &House, name: &str, bytes: S, limit: u64) -> Result<Option<File>>
where
    S: Stream<Item = io::Result<Bytes>> + Send,
{
    let blobs = house.part::<Blobs>()?;
    let stored = blobs.put(bytes, limit).await?;
    let looked = look(blobs, &stored.sha256, name, &Said::default()).await?;
    let Some(preview) = looked.preview.filter(|_| looked.kind == FileKind::Image) else {
        return Ok(None);
    };
    Ok(Some(File {
        shown: FileRef {
            id: house.ids().next(),
            name: name.to_owned(),
            size: i64::try_from(stored.size).unwrap_or(i64::MAX),
            mime: looked.mime,
            kind: looked.kind,
            width: looked.width,
            height: looked.height,
            preview: true,
            state: FileState::Ready,
            duration_ms: None,
            peaks: None,
        },
        sha256: Some(stored.sha256.to_string()),
        preview_sha256: Some(preview.to_string()),
        owner_id: None,
        thread_id: None,
        photo: true,
        source: None,
        created_at: house.clock().now(),
    }))
}

/// Saves a fetched file.
pub async fn fetched(tx: &mut Tx<'_>, file: &File) -> Result<()> {
    store::save(tx, file).await
}

/// Notes that a file could not be fetched for good.
pub async fn failed(tx: &mut Tx<'_>, id: Id<File>) -> Result<()> {
    let mut file = store::by_id(tx, id).await?;
    file.shown.state = FileState::Failed;
    store::save(tx, &file).await
}

/// Gives uploads of `owner` to a message in a thread, in the order asked; refuses others' files.
pub async fn attach(
    tx: &mut Tx<'_>,
    ids: &[Id<File>],
    owner: Uuid,
    thread: Uuid,
) -> Result<Vec<FileRef>> {
    for id in ids {
        if store::attach(tx, *id, owner, thread).await? == 0 {
            return Err(Error::field("files", "not-found"));
        }
    }
    refs(tx, ids).await
}

/// Refuses files that are not uploads of `owner` which belong to no thread yet.
pub async fn own(tx: &mut Tx<'_>, ids: &[Id<File>], owner: Uuid) -> Result<()> {
    let found = by_ids(tx, ids).await?;
    let own = |f: &File| f.owner_id == Some(owner) && f.thread_id.is_none();
    if found.len() == ids.len() && found.iter().all(own) {
        Ok(())
    } else {
        Err(Error::field("files", "not-found"))
    }
}

/// The same bytes as files of another thread, or as loose uploads of `owner`, under new ids; what is not here yet is left out.
pub async fn copy(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    ids: &[Id<File>],
    owner: Uuid,
    thread: Option<Uuid>,
) -> Result<Vec<FileRef>> {
    let mut out = Vec::with_capacity(ids.len());
    for mut file in by_ids(tx, ids).await? {
        if file.shown.state != FileState::Ready {
            continue;
        }
        file.shown.id = ctx.ids.next();
        file.owner_id = Some(owner);
        file.thread_id = thread;
        file.photo = false;
        file.created_at = ctx.now;
        store::save(tx, &file).await?;
        out.push(file.shown);
    }
    Ok(out)
}

/// Files as messages show them, in the order asked; unknown ids are left out.
pub async fn refs(tx: &mut Tx<'_>, ids: &[Id<File>]) -> Result<Vec<FileRef>> {
    Ok(by_ids(tx, ids)
        .await?
        .into_iter()
        .map(|f| f.shown)
        .collect())
}

/// Files as stored, in the order asked; unknown ids are left out.
pub async fn by_ids(tx: &mut Tx<'_>, ids: &[Id<File>]) -> Result<Vec<File>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: HashMap<Id<File>, File> = store::by_ids(tx, ids)
        .await?
        .into_iter()
        .map(|f| (f.shown.id, f))
        .collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// Marks an own uploaded picture as a photo everyone may see.
pub async fn mark_photo(tx: &mut Tx<'_>, id: Id<File>, owner: Uuid) -> Result<()> {
    match store::mark_photo(tx, id, owner).await? {
        0 => Err(Error::field("photo_file_id", "files.not_a_picture")),
        _ => Ok(()),
    }
}

/// The files whose bytes, or whose preview's, are not in the folder: none, unless something is broken.
pub async fn without_bytes(db: &db::Db, blobs: &Blobs) -> Result<Vec<Id<File>>> {
    const PAGE: i64 = 1000;
    let mut out = Vec::new();
    let mut after = Id::new(Uuid::nil());
    loop {
        let page = db
            .read(async move |tx: &mut Tx<'_>| store::bytes_after(tx, after, PAGE).await)
            .await?;
        let Some((last, ..)) = page.last() else {
            return Ok(out);
        };
        after = *last;
        for (id, bytes, preview) in page {
            for name in [Some(bytes), preview].into_iter().flatten() {
                let there = match name.parse::<Sha>() {
                    Ok(sha) => blobs.exists(&sha).await?,
                    Err(_) => false,
                };
                if !there {
                    out.push(id);
                }
            }
        }
    }
}

/// A file a person may see: their own, one of a thread they may see, or somebody's photo; else *not found*.
pub async fn open(tx: &mut Tx<'_>, person: Id<accounts::Person>, id: Id<File>) -> Result<File> {
    let file = store::by_id(tx, id).await?;
    if file.photo || file.owner_id == Some(person.uuid()) && file.thread_id.is_none() {
        return Ok(file);
    }
    let thread = file.thread_id.ok_or_else(Error::not_found)?;
    accounts::access(tx, person, thread).await?;
    Ok(file)
}
