//! Uploads that come in pieces (tus 1.0): begun with their length, added to from where they stand, whole or given up.
//! What was answered as received is on the disk, whatever happens next.

use super::{UploadOwner, look, too_slow, uploaded};
use crate::{
    UploadLimit, UploadPace,
    model::{File, Said, Upload, UploadState},
    store,
    turns::Turns,
};
use blob::Blobs;
use bytes::Bytes;
use db::{Json, Tx};
use futures_util::{Stream, StreamExt};
use kernel::{Ctx, Error, Id, Refusal, RefusalKind, Result, Uuid};
use serde_json::{Value, json};
use std::{io, pin::pin, time::Duration};
use web::{BoxFuture, House};

/// The job that clears away an upload nobody ends.
pub(crate) const EXPIRE: &str = "files.expire_upload";
/// How long an upload may take from its beginning to its end.
const KEPT: Duration = Duration::from_secs(48 * 3600);
/// Uploads one person may have begun and not ended.
const MOST_BEGUN: i64 = 100;
/// After so many bytes what came is forced to the disk, so that a crash costs no more.
const STEP: u64 = 8 * 1024 * 1024;

/// Begins an upload of `length` bytes.
pub(crate) async fn begin(
    house: &House,
    ctx: &Ctx,
    owner: UploadOwner,
    name: &str,
    length: u64,
    said: Said,
) -> Result<Upload> {
    let limit = house.part::<UploadLimit>()?.0;
    if length > limit {
        let refusal = Refusal::new(RefusalKind::TooLarge, "files.too_large");
        return Err(refusal.arg("limit", limit / (1024 * 1024)).into());
    }
    let upload = Upload {
        id: ctx.ids.next(),
        owner_id: owner.0,
        name: text::sanitize_filename(name),
        length: i64::try_from(length).map_err(Error::fault)?,
        received: 0,
        said: Json(said),
        expires_at: ctx.now + KEPT,
    };
    // Its place is there before anybody is told of it.
    house.part::<Blobs>()?.grow(upload.id.uuid(), 0).await?;
    let (ctx, kept) = (ctx.clone(), upload.clone());
    house
        .write(async move |tx: &mut Tx<'_>| {
            if store::unfinished(tx, kept.owner_id).await? >= MOST_BEGUN {
                return Err(Error::too_many(
                    "files.too_many_uploads",
                    Duration::from_secs(600),
                ));
            }
            store::add_upload(tx, &kept).await?;
            let payload = json!({"upload": kept.id});
            jobs::put(tx, &ctx, EXPIRE, payload, kept.expires_at, None).await
        })
        .await?;
    if length == 0 {
        finish(house, upload.clone()).await?;
    }
    Ok(upload)
}

async fn find(house: &House, id: Id<File>) -> Result<Option<Upload>> {
    house
        .read(async move |tx: &mut Tx<'_>| store::upload(tx, id).await)
        .await
}

/// An upload of one's own that is not whole; else *not found*.
pub(crate) async fn own(house: &House, owner: UploadOwner, id: Id<File>) -> Result<Upload> {
    let now = house.clock().now();
    find(house, id)
        .await?
        .filter(|upload| upload.owner_id == owner.0 && upload.expires_at > now)
        .ok_or_else(Error::not_found)
}

/// How far an own upload is; whoever still adds to it over an older line is stopped first, so that the answer holds.
pub(crate) async fn state(house: &House, owner: UploadOwner, id: Id<File>) -> Result<UploadState> {
    let mine = find(house, id).await?.filter(|u| u.owner_id == owner.0);
    if mine.is_some() {
        let _turn = house.part::<Turns>()?.take(id).await;
        if let Ok(upload) = own(house, owner, id).await {
            if upload.received < upload.length {
                return Ok(UploadState {
                    length: upload.length,
                    offset: upload.received,
                    expires_at: Some(upload.expires_at),
                    file: None,
                });
            }
            // All of it came and something broke at the very end.
            finish(house, upload).await?;
        }
    }
    let file = house
        .read(async move |tx: &mut Tx<'_>| store::by_id(tx, id).await)
        .await?;
    if file.owner_id != Some(owner.0) {
        return Err(Error::not_found());
    }
    Ok(UploadState {
        length: file.shown.size,
        offset: file.shown.size,
        expires_at: None,
        file: Some(file.shown),
    })
}

/// Adds what comes to an upload that stands at `offset`; answers where it stands then. `announced` is how much its sender
/// said is coming. What came before the line broke is kept.
pub(crate) async fn append<S>(
    house: &House,
    owner: UploadOwner,
    id: Id<File>,
    offset: u64,
    announced: Option<u64>,
    bytes: S,
) -> Result<Upload>
where
    S: Stream<Item = io::Result<Bytes>> + Send,
{
    own(house, owner, id).await?;
    let turn = house.part::<Turns>()?.take(id).await;
    let mut upload = own(house, owner, id).await?;
    let (received, length) = (size(upload.received), size(upload.length));
    if offset != received {
        return Err(Error::conflict("files.wrong_offset"));
    }
    let longer = || Error::invalid("files.longer_than_said");
    if announced.is_some_and(|more| more > length - received) {
        return Err(longer());
    }
    let blobs = house.part::<Blobs>()?;
    let mut part = blobs.grow(id.uuid(), received).await?;
    let mut bytes = pin!(house.part::<UploadPace>()?.keep(bytes));
    let ended = loop {
        let next = tokio::select! {
            biased;
            // A conflict and no fault of what was sent: clients of tus ask where it stands and go on.
            () = turn.over() => break Err(Error::conflict("files.cut")),
            next = bytes.next() => next,
        };
        let chunk = match next {
            None => break Ok(()),
            Some(Ok(chunk)) => chunk,
            Some(Err(error)) => break Err(too_slow(Error::fault(error))),
        };
        if part.size() + chunk.len() as u64 > length {
            // Whoever says less than they send lies: of this piece nothing counts.
            return Err(longer());
        }
        if let Err(error) = part.write(&chunk).await {
            break Err(error);
        }
        if part.size() - size(upload.received) >= STEP {
            advance(house, &mut upload, part.keep().await?).await?;
        }
    };
    let kept = part.keep().await?;
    advance(house, &mut upload, kept).await?;
    ended?;
    if upload.received == upload.length {
        finish(house, upload.clone()).await?;
    }
    Ok(upload)
}

fn size(bytes: i64) -> u64 {
    u64::try_from(bytes).unwrap_or(0)
}

async fn advance(house: &House, upload: &mut Upload, to: u64) -> Result<()> {
    let (id, from) = (upload.id, upload.received);
    let to = i64::try_from(to).map_err(Error::fault)?;
    let moved = house
        .write(async move |tx: &mut Tx<'_>| store::advance(tx, id, from, to).await)
        .await?;
    if moved == 0 {
        return Err(Error::conflict("files.wrong_offset"));
    }
    upload.received = to;
    Ok(())
}

/// Makes a file of an upload that is whole.
async fn finish(house: &House, upload: Upload) -> Result<()> {
    let (id, said) = (upload.id, upload.said.0);
    let made = make(house, id, upload.owner_id, upload.name, said).await;
    // Neither a lie nor bytes that are gone get better by waiting.
    let lost = matches!(
        made.as_ref().err().and_then(Error::code),
        Some("files.not_sound" | "not-found")
    );
    if lost {
        forget(house, id).await?;
    }
    let file = made?;
    house
        .write(async move |tx: &mut Tx<'_>| {
            store::save(tx, &file).await?;
            store::drop_upload(tx, id).await.map(drop)
        })
        .await
}

async fn make(house: &House, id: Id<File>, owner: Uuid, name: String, said: Said) -> Result<File> {
    let blobs = house.part::<Blobs>()?;
    if said.voice().is_some() {
        let mut part = blobs.open_part(id.uuid()).await?;
        if look::sound_in(&mut part).await?.is_none() {
            return Err(Error::field("shown_as", "files.not_sound"));
        }
    }
    let stored = blobs.whole(id.uuid()).await?;
    let looked = look::look(blobs, &stored.sha256, &name, &said).await?;
    Ok(uploaded(
        id,
        house.clock().now(),
        owner,
        name,
        said,
        stored,
        looked,
    ))
}

/// Gives an own upload up.
pub(crate) async fn cancel(house: &House, owner: UploadOwner, id: Id<File>) -> Result<()> {
    own(house, owner, id).await?;
    let _turn = house.part::<Turns>()?.take(id).await;
    own(house, owner, id).await?;
    forget(house, id).await
}

/// The bytes first: a row without bytes is seen and cleared away later, bytes without a row would stay for ever.
async fn forget(house: &House, id: Id<File>) -> Result<()> {
    house.part::<Blobs>()?.drop_part(id.uuid()).await?;
    house
        .write(async move |tx: &mut Tx<'_>| store::drop_upload(tx, id).await.map(drop))
        .await
}

/// Clears away an upload nobody ended.
pub(crate) fn expire(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id: Id<File> = payload
            .get("upload")
            .and_then(Value::as_str)
            .and_then(|id| id.parse::<Uuid>().ok())
            .map(Id::new)
            .ok_or_else(|| Error::fault("an upload to expire without its id"))?;
        if find(&house, id).await?.is_some() {
            let _turn = house.part::<Turns>()?.take(id).await;
            forget(&house, id).await?;
        }
        Ok(())
    })
}
