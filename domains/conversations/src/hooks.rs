//! What the domains below call: a client's message comes in, a message to a client changes, a frame is read afresh.

use crate::{
    actions::{owning, queues, receiving, view},
    model::ClientChatAction,
    rules, store,
};
use channels::{TxFuture, Upcalls};
use db::Tx;
use journal::Recorded;
use kernel::{Ctx, Id, Result};
use messages::{Act, Message};
use std::pin::Pin;

/// The hooks for `channels`.
pub fn upcalls() -> Upcalls {
    Upcalls {
        receive: |tx, ctx, account, peer, incoming, note| {
            Box::pin(receiving::receive(tx, ctx, account, peer, incoming, note))
        },
        peer_changed: |tx, ctx, peer| Box::pin(receiving::peer_changed(tx, ctx, peer)),
        default_queue: |tx, ctx| {
            Box::pin(async move { Ok(queues::default_queue(tx, ctx).await?.uuid()) })
        },
        thread: |tx, peer| Box::pin(receiving::thread_of(tx, peer)),
        introduce: |tx, ctx, account, peer, told| {
            Box::pin(receiving::introduce(tx, ctx, account, peer, told))
        },
        pictured: |tx, ctx, _, peer, photo| Box::pin(receiving::pictured(tx, ctx, peer, photo)),
    }
}

/// The hook for `messages`: a change of a message to a client goes to the client, where the channel can.
pub fn message_hook<'a>(
    tx: &'a mut Tx<'_>,
    ctx: &'a Ctx,
    message: &'a Message,
    act: &'a Act,
) -> TxFuture<'a, ()> {
    Box::pin(async move {
        let chat = store::chat(tx, message.thread_id).await?;
        // What reaches the client needs more than seeing the chat. Grey lines and comments are hidden and stay with us.
        if let (Some(person), false) = (ctx.actor.person(), message.hidden) {
            let facts = owning::facts(tx, &chat, Id::new(person)).await?;
            rules::allow(&chat, facts, ClientChatAction::Send)?;
        }
        let account = channels::account(tx, chat.account_id).await?;
        let peer = channels::peer(tx, chat.peer_id).await?;
        channels::act_on(tx, ctx, &account, &peer, message, act).await
    })
}

/// Reads a client chat frame's fields as the chat is now.
pub(crate) fn hydrate<'a>(
    tx: &'a mut Tx<'_>,
    event: &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>> {
    Box::pin(async move {
        let chat = view::shared(tx, &[Id::new(event.subject)]).await?.pop();
        chat.map(|c| view::fields(&c)).transpose()
    })
}
