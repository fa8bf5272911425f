//! Files of received messages: noted at once, fetched by a job, so a message never waits for its picture.

use crate::{
    hooks::{Happened, TxFuture, Upcalls},
    live::Live,
    model::Account,
    store,
};
use channel::{Inbound, MediaRef};
use db::Tx;
use files::{FileKind, FileRef, FileState};
use kernel::{Ctx, Error, Id, Result, Uuid};
use serde_json::{Value, json};
use web::{BoxFuture, House};

/// The job that fetches one file.
pub(crate) const FETCH: &str = "channels.fetch_file";

/// Notes the files of a message in its thread and plans their fetching.
pub(crate) fn note<'a>(
    tx: &'a mut Tx<'_>,
    ctx: &'a Ctx,
    account: &'a Account,
    thread: Uuid,
    inbound: &'a Inbound,
) -> TxFuture<'a, Vec<FileRef>> {
    Box::pin(async move {
        let Inbound::Message(message) = inbound else {
            return Ok(Vec::new());
        };
        let mut out = Vec::new();
        for media in &message.media {
            let file =
                files::expect(tx, ctx, thread, shown(media), serde_json::to_value(media)?).await?;
            let payload = json!({"file": file.id, "account": account.id, "ext_id": message.ext_id});
            jobs::put(tx, ctx, FETCH, payload, ctx.now, None).await?;
            out.push(file);
        }
        Ok(out)
    })
}

fn shown(media: &MediaRef) -> FileRef {
    let kind = FileKind::from_word(
        &serde_json::to_value(media.kind)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default(),
    );
    let mime = media
        .mime
        .clone()
        .unwrap_or_else(|| "application/octet-stream".to_owned());
    let small = |n: Option<u64>| n.and_then(|n| i64::try_from(n).ok());
    FileRef {
        id: Id::new(Uuid::nil()),
        name: media
            .name
            .clone()
            .filter(|n| !n.is_empty())
            .unwrap_or_else(|| default_name(kind, &mime)),
        size: small(media.size).unwrap_or(0),
        mime,
        kind,
        width: media.width.map(i64::from),
        height: media.height.map(i64::from),
        preview: false,
        state: FileState::Pending,
        duration_ms: small(media.duration_ms),
        peaks: None,
    }
}

fn default_name(kind: FileKind, mime: &str) -> String {
    let ending = mime
        .rsplit('/')
        .next()
        .unwrap_or("bin")
        .replace("jpeg", "jpg");
    format!("{}.{ending}", kind.word())
}

/// Fetches one file; tried again with back-off until the job list gives up.
pub(crate) fn fetch(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id = |name: &str| {
            payload
                .get(name)
                .and_then(Value::as_str)
                .and_then(|s| s.parse::<Uuid>().ok())
        };
        let (Some(file), Some(account)) = (id("file"), id("account")) else {
            return Err(Error::fault("a fetch job without ids"));
        };
        let ext_id = payload
            .get("ext_id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let (file, account) = house
            .read(async move |tx: &mut Tx<'_>| {
                Ok((
                    files::expected(tx, Id::new(file)).await?,
                    store::account(tx, Id::new(account)).await?,
                ))
            })
            .await?;
        let Some(source) = file
            .source
            .clone()
            .filter(|_| file.shown.state != FileState::Ready)
        else {
            return Ok(());
        };
        let media: MediaRef = serde_json::from_value(source)?;
        let live = house.part::<Live>()?.open(&house, &account)?;
        let id = file.shown.id;
        let fetched = match live.fetch_media(&media).await {
            Ok(stream) => {
                let limit = house.part::<files::UploadLimit>()?.0;
                files::stored_file(&house, file, stream.bytes, limit)
                    .await
                    .map(Some)
            }
            Err(error)
                if error.safe_to_repeat()
                    || matches!(error, channel::SendError::Unknown { .. }) =>
            {
                Err(Error::fault(error))
            }
            // Too large, expired, refused: it will never come; the message says so.
            Err(_) => Ok(None),
        }?;
        let (ctx, upcalls) = (house.system(), *house.part::<Upcalls>()?);
        house
            .write(async move |tx: &mut Tx<'_>| {
                match &fetched {
                    Some(file) => files::fetched(tx, file).await?,
                    None => files::failed(tx, id).await?,
                }
                if let Some((message, _)) = store::by_external(tx, account.id, &ext_id).await? {
                    messages::changed(tx, &ctx, message).await?;
                    if fetched.is_some() {
                        (upcalls.happened)(tx, &ctx, Happened::Fetched(message, id)).await?;
                    }
                }
                Ok(())
            })
            .await
    })
}
