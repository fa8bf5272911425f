//! Use cases of files: take an upload, note a file that waits at a messenger, give files to a message.

use crate::{
    UploadLimit, UploadPace,
    model::{File, FileKind, FileRef, FileState},
    pace::TRICKLES,
    rules, store,
};
use blob::{Blobs, Sha};
use bytes::Bytes;
use db::Tx;
use fast_image_resize::{
    PixelType,
    images::{Image, ImageRef},
};
use futures_util::Stream;
use image::{
    ColorType, DynamicImage, GrayAlphaImage, GrayImage, ImageDecoder, ImageReader, RgbImage,
    RgbaImage,
};
use kernel::{Ctx, Error, Id, Result, Uuid};
use std::{collections::HashMap, io, io::Cursor};
use tokio::{io::AsyncReadExt, sync::Semaphore};
use web::House;

/// Pixels of a preview's longer side.
const PREVIEW: u32 = 720;

/// Pictures being drawn at the same time on this node.
static DRAWING: Semaphore = Semaphore::const_new(2);

/// Whose upload it is: a person or a visitor of the site.
#[derive(Clone, Copy, Debug)]
pub struct UploadOwner(pub Uuid);

/// What the bytes told.
struct Looked {
    mime: String,
    kind: FileKind,
    width: Option<i64>,
    height: Option<i64>,
    preview: Option<Sha>,
}

/// Stores an upload: hashed while streamed, its type sniffed, a preview made for pictures.
pub async fn upload<S>(
    house: &House,
    ctx: &Ctx,
    owner: UploadOwner,
    name: &str,
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
    let looked = look(blobs, &stored.sha256, &name).await?;
    let file = File {
        shown: FileRef {
            id: ctx.ids.next(),
            name,
            size: i64::try_from(stored.size).unwrap_or(i64::MAX),
            mime: looked.mime,
            kind: looked.kind,
            width: looked.width,
            height: looked.height,
            preview: looked.preview.is_some(),
            state: FileState::Ready,
            duration_ms: None,
        },
        sha256: Some(stored.sha256.to_string()),
        preview_sha256: looked.preview.map(|s| s.to_string()),
        owner_id: Some(owner.0),
        thread_id: None,
        photo: false,
        source: None,
        created_at: ctx.now,
    };
    let shown = file.shown.clone();
    house
        .write(async move |tx: &mut Tx<'_>| store::save(tx, &file).await)
        .await?;
    Ok(shown)
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

/// Reads the first bytes and, for pictures, the whole within limits.
async fn look(blobs: &Blobs, sha: &Sha, name: &str) -> Result<Looked> {
    let (mut file, _) = blobs.open_range(sha, 0, 8192).await?;
    let mut head = Vec::new();
    file.read_to_end(&mut head).await?;
    let mime = rules::sniff(&head, name);
    let kind = rules::kind_of(&mime);
    let mut looked = Looked {
        mime,
        kind,
        width: None,
        height: None,
        preview: None,
    };
    if kind == FileKind::Image && blobs.open(sha).await?.1 <= rules::MOST_ENCODED {
        // One after another beyond two: what is drawn takes many times the room of what was sent.
        let _turn = DRAWING.acquire().await.map_err(Error::fault)?;
        let bytes = blobs.bytes(sha).await?;
        let drawn = tokio::task::spawn_blocking(move || picture(&bytes))
            .await
            .map_err(Error::fault)?;
        match drawn {
            Some((width, height, preview)) => {
                looked.width = Some(i64::from(width));
                looked.height = Some(i64::from(height));
                looked.preview = Some(blobs.put_bytes(preview.into()).await?.sha256);
            }
            // It says it is a picture and cannot be drawn: an ordinary file.
            None => looked.kind = FileKind::File,
        }
    } else if kind == FileKind::Image {
        looked.kind = FileKind::File;
    }
    Ok(looked)
}

/// The size of a picture and a small JPEG or PNG of it; `None` for what is broken or too large to decode safely.
fn picture(bytes: &[u8]) -> Option<(u32, u32, Vec<u8>)> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(rules::MOST_SIDE);
    limits.max_image_height = Some(rules::MOST_SIDE);
    limits.max_alloc = Some(rules::MOST_DRAWN);
    reader.limits(limits);
    let decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    // What is drawn in more than eight bits a colour is copied once more before it is made small.
    let copy = match decoder.color_type() {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => 0,
        _ => 4 * u64::from(width) * u64::from(height),
    };
    if width == 0 || height == 0 || decoder.total_bytes().saturating_add(copy) > rules::MOST_DRAWN {
        return None;
    }
    let decoded = DynamicImage::from_decoder(decoder).ok()?;
    let scale = f64::from(PREVIEW) / f64::from(width.max(height));
    let small = if scale < 1.0 {
        shrink(&decoded, scale)?
    } else {
        decoded
    };
    let mut out = Cursor::new(Vec::new());
    if small.color().has_alpha() {
        small.write_to(&mut out, image::ImageFormat::Png).ok()?;
    } else {
        small
            .to_rgb8()
            .write_to(&mut out, image::ImageFormat::Jpeg)
            .ok()?;
    }
    Some((width, height, out.into_inner()))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides are between 1 and 16000"
)]
fn shrink(picture: &DynamicImage, scale: f64) -> Option<DynamicImage> {
    let side = |s: u32| ((f64::from(s) * scale).round() as u32).max(1);
    let (width, height) = (side(picture.width()), side(picture.height()));
    // Read where it lies: a copy would double what a large picture takes.
    let copied;
    let (pixels, kind): (&[u8], _) = match picture {
        DynamicImage::ImageLuma8(p) => (p.as_raw(), PixelType::U8),
        DynamicImage::ImageLumaA8(p) => (p.as_raw(), PixelType::U8x2),
        DynamicImage::ImageRgb8(p) => (p.as_raw(), PixelType::U8x3),
        DynamicImage::ImageRgba8(p) => (p.as_raw(), PixelType::U8x4),
        other => {
            copied = other.to_rgba8();
            (copied.as_raw(), PixelType::U8x4)
        }
    };
    let source = ImageRef::new(picture.width(), picture.height(), pixels, kind).ok()?;
    let mut target = Image::new(width, height, kind);
    fast_image_resize::Resizer::new()
        .resize(&source, &mut target, None)
        .ok()?;
    let small = target.into_vec();
    Some(match kind {
        PixelType::U8 => GrayImage::from_raw(width, height, small)?.into(),
        PixelType::U8x2 => GrayAlphaImage::from_raw(width, height, small)?.into(),
        PixelType::U8x3 => RgbImage::from_raw(width, height, small)?.into(),
        _ => RgbaImage::from_raw(width, height, small)?.into(),
    })
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
    let looked = look(blobs, &stored.sha256, &file.shown.name).await?;
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
    let looked = look(blobs, &stored.sha256, name).await?;
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

/// The same bytes as files of another thread, under new ids; what is not here yet is left out.
pub async fn copy(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    ids: &[Id<File>],
    owner: Uuid,
    thread: Uuid,
) -> Result<Vec<FileRef>> {
    let mut out = Vec::with_capacity(ids.len());
    for mut file in by_ids(tx, ids).await? {
        if file.shown.state != FileState::Ready {
            continue;
        }
        file.shown.id = ctx.ids.next();
        file.owner_id = Some(owner);
        file.thread_id = Some(thread);
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
