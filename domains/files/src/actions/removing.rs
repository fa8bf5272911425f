//! Files that are removed: the row at once, the bytes as soon as no other file stands on them.

use crate::{File, store};
use blob::{Blobs, Sha};
use db::Tx;
use kernel::{Ctx, Error, Id, Result, Uuid};
use serde_json::{Value, json};
use std::time::Duration;
use web::{BoxFuture, House};

/// The job that removes bytes.
pub(crate) const COLLECT: &str = "files.collect";
/// Bytes stored within this time may be about to get a file: they are looked at again when it is over.
const FRESH: Duration = Duration::from_secs(3600);

/// Removes an own file that stands in no message. One that is not there was removed before.
pub async fn remove(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<File>, owner: Uuid) -> Result<()> {
    match store::loose(tx, id, owner).await? {
        Some(file) => let_go(tx, ctx, file).await,
        None => Ok(()),
    }
}

/// Forgets the files of a thread that is removed.
pub async fn forget_of(tx: &mut Tx<'_>, ctx: &Ctx, thread: Uuid) -> Result<()> {
    for file in store::of_thread(tx, thread).await? {
        let_go(tx, ctx, file).await?;
    }
    Ok(())
}

/// Forgets one file of a thread or another holder. One that is not there was forgotten before.
pub async fn forget(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<File>, holder: Uuid) -> Result<()> {
    match store::by_ids(tx, &[id]).await?.pop() {
        Some(file) if file.thread_id == Some(holder) => let_go(tx, ctx, file).await,
        _ => Ok(()),
    }
}

async fn let_go(tx: &mut Tx<'_>, ctx: &Ctx, file: File) -> Result<()> {
    store::remove(tx, file.shown.id).await?;
    for sha in [file.sha256, file.preview_sha256].into_iter().flatten() {
        put(tx, ctx, &sha, Duration::ZERO).await?;
    }
    Ok(())
}

async fn put(tx: &mut Tx<'_>, ctx: &Ctx, sha: &str, wait: Duration) -> Result<()> {
    jobs::put(tx, ctx, COLLECT, json!({"sha": sha}), ctx.now + wait, None).await
}

/// Removes bytes no file stands on.
pub(crate) fn collect(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let sha = payload["sha"].as_str().unwrap_or_default().to_owned();
        let asked = sha.clone();
        let stood_on = house
            .read(async move |tx: &mut Tx<'_>| store::stands_on(tx, &asked).await)
            .await?;
        let name: Sha = sha.parse().map_err(Error::fault)?;
        if stood_on || house.part::<Blobs>()?.discard(&name, FRESH).await? {
            return Ok(());
        }
        let ctx = house.system();
        house
            .write(async move |tx: &mut Tx<'_>| put(tx, &ctx, &sha, FRESH).await)
            .await
    })
}
