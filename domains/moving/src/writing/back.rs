//! Taking a run back.

use crate::{actions, model::Import, store};
use db::Tx;
use kernel::{Id, Result};
use serde_json::Value;
use team::bringing;
use web::{BoxFuture, House};

/// Takes a run back, chat by chat.
pub(crate) fn back(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id: Id<Import> = serde_json::from_value(payload["id"].clone())?;
        let import = house
            .read(async move |tx: &mut Tx<'_>| store::import(tx, id).await)
            .await?;
        if import.state != "leaving" {
            return Ok(());
        }
        let gone = all(&house, id).await;
        let ctx = house.system();
        house
            .write(async move |tx: &mut Tx<'_>| {
                if let Err(error) = &gone {
                    tracing::warn!(%error, "an import could not be taken back");
                    let why = (error.code().unwrap_or("moving.fault"), "");
                    store::fail(tx, id, ("leaving", "leaving"), why, ctx.now).await?;
                } else {
                    store::step(tx, id, ("leaving", "taken_back"), ctx.now).await?;
                }
                actions::tell(tx, &ctx, id).await
            })
            .await
    })
}

/// Each chat goes whole, with its topics; whoever goes on after a stop finds those that are left.
async fn all(house: &House, id: Id<Import>) -> Result<()> {
    let chats = house
        .read(async move |tx: &mut Tx<'_>| store::made_of(tx, id, "chat").await)
        .await?;
    for chat in chats {
        let ctx = house.system();
        house
            .write(async move |tx: &mut Tx<'_>| {
                let topics = bringing::topics(tx, Id::new(chat)).await?;
                let threads = topics.iter().map(|t| t.id.uuid()).chain([chat]);
                for thread in threads {
                    bringing::forget(tx, &ctx, Id::new(thread)).await?;
                    files::forget_of(tx, &ctx, thread).await?;
                    store::forget_chat(tx, thread).await?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}
