//! Pictures of clients: asked of the messenger by a job when a client writes, at most once a day, so that no message
//! ever waits for a face.

use crate::{
    hooks::Upcalls,
    live::Live,
    model::{Account, Peer},
    store,
};
use channel::{PeerRef, SendError};
use db::Tx;
use kernel::{Ctx, Error, Id, Result, Uuid};
use serde_json::{Value, json};
use std::time::Duration;
use web::{BoxFuture, House};

/// The job that asks for one client's picture.
pub(crate) const FETCH: &str = "channels.fetch_picture";
/// How long a picture, or that there is none, is believed.
const BELIEVED: Duration = Duration::from_secs(24 * 3600);
/// The largest picture we take, in bytes.
const LARGEST: u64 = 5 * 1024 * 1024;

/// Plans to ask for a client's picture, unless that was done within the day. One statement decides.
pub(crate) async fn plan(tx: &mut Tx<'_>, ctx: &Ctx, peer: &Peer) -> Result<()> {
    if store::claim_picture(tx, peer.id, ctx.now, ctx.now - BELIEVED).await? == 0 {
        return Ok(());
    }
    let key = peer.id.to_string();
    jobs::put(
        tx,
        ctx,
        FETCH,
        json!({"peer": peer.id}),
        ctx.now,
        Some(&key),
    )
    .await
}

/// Asks for one picture and hands it up; tried again with back-off while the messenger does not answer.
pub(crate) fn fetch(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let peer = payload
            .get("peer")
            .and_then(Value::as_str)
            .and_then(|id| id.parse::<Uuid>().ok())
            .ok_or_else(|| Error::fault("a picture job without its peer"))?;
        let (peer, account) = house
            .read(async move |tx: &mut Tx<'_>| {
                let peer: Peer = store::peer(tx, Id::new(peer)).await?;
                let account: Account = store::account(tx, peer.account_id).await?;
                Ok((peer, account))
            })
            .await?;
        if !account.enabled {
            return Ok(());
        }
        let live = house.part::<Live>()?.open(&house, &account)?;
        let asked = PeerRef {
            ext_id: peer.ext_id.clone(),
        };
        let photo = match live.picture(&asked).await {
            Ok(Some(stream)) => files::photo(&house, "photo", stream.bytes, LARGEST).await?,
            Ok(None) => None,
            Err(error) if error.safe_to_repeat() || matches!(error, SendError::Unknown { .. }) => {
                return Err(Error::fault(error));
            }
            // Refused for good: whatever face is known stays, and tomorrow is another day.
            Err(_) => return Ok(()),
        };
        let (ctx, pictured) = (house.system(), house.part::<Upcalls>()?.pictured);
        house
            .write(async move |tx: &mut Tx<'_>| {
                pictured(tx, &ctx, &account, &peer, photo.as_ref()).await
            })
            .await
    })
}
