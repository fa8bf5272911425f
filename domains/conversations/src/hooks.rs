//! What the domains below call: a client's message comes in, a message to a client changes, a frame is read afresh.

use crate::{
    actions::{owning, queues, receiving, replies, view},
    model::{ChatRow, ClientChatAction, Closed},
    rules, store,
};
use channel::OutMessage;
use channels::{TxFuture, Upcalls};
use db::Tx;
use journal::Recorded;
use kernel::{Ctx, Id, Result};
use messages::{Act, Message};
use std::{pin::Pin, sync::OnceLock, time::Duration};

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
        knows: |tx, phone| Box::pin(async move { Ok(crm::by_phone(tx, phone).await?.is_some()) }),
        thread: |tx, peer| Box::pin(receiving::thread_of(tx, peer)),
        introduce: |tx, ctx, account, peer, told| {
            Box::pin(receiving::introduce(tx, ctx, account, peer, told))
        },
        pressed: |tx, ctx, _, peer, data| Box::pin(receiving::pressed(tx, ctx, peer, data)),
        // Desks of colleagues are the business of the domain above; without it nobody sits there.
        desk: |_, _, _, _| Box::pin(async { Ok(()) }),
        happened: |_, _, _| Box::pin(async { Ok(()) }),
        noted: |_, _, _, _| Box::pin(async { Ok(()) }),
        lines: |tx, ctx, peer, lines| Box::pin(receiving::lines(tx, ctx, peer, lines)),
        same_person: |tx, ctx, one, other| Box::pin(receiving::same_person(tx, ctx, one, other)),
        work_time: |tx, account, now| Box::pin(receiving::work_time(tx, account, now)),
        gap: |tx, ctx, account, since| Box::pin(receiving::gap(tx, ctx, account, since)),
        closed_words: |tx, account, now| Box::pin(replies::closed_words(tx, account, now)),
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
        let words = match act {
            Act::Edit(text) => {
                let words = edited_words(tx, ctx, &chat, message, text).await?;
                channels::signed(&account, &message.author.name, words)
            }
            _ => OutMessage::default(),
        };
        channels::act_on(tx, ctx, &account, &peer, message, act, words).await
    })
}

/// The new words of a message as the client will see them: with short links if it had them, the old ones under their codes.
async fn edited_words(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    message: &Message,
    text: &str,
) -> Result<OutMessage> {
    let key = message.client_id.unwrap_or(message.id.uuid());
    let wish = links::Wish {
        account: chat.account_id.uuid(),
        contact: chat.contact_id.uuid(),
        chat: chat.id.uuid(),
        message: key,
        on: Some(links::has_short(tx, key).await?),
    };
    links::shorten(tx, ctx, wish, OutMessage::from_source(text, Vec::new())).await
}

/// What `links` leaves to the domains above it.
pub fn link_upcalls() -> links::Upcalls {
    links::Upcalls {
        clicked: |tx, ctx, chat, url| {
            Box::pin(async move {
                let url = url.chars().take(300).collect();
                let id = Id::new(chat);
                owning::line(tx, ctx, id, "link-clicked", vec![("url", url)])
                    .await
                    .map(drop)
            })
        },
        circle: |tx, contact| {
            Box::pin(async move {
                let circle = crm::circle(tx, Id::new(contact)).await?;
                Ok(circle.into_iter().map(Id::uuid).collect())
            })
        },
        same_person: |tx, ctx, one, other| {
            Box::pin(async move {
                crm::offer_duplicate(tx, ctx, Id::new(one), Id::new(other), "site").await
            })
        },
    }
}

/// How long after the farewell a question about a closed conversation comes; none: there is none.
pub type DelayFn =
    for<'a, 't> fn(&'a mut Tx<'t>, &'a Ctx, &'a Closed) -> TxFuture<'a, Option<Duration>>;
/// Does something about a closed conversation.
pub type ClosedFn = for<'a, 't> fn(&'a mut Tx<'t>, &'a Ctx, &'a Closed) -> TxFuture<'a, ()>;

/// The question a client is asked about a closed conversation (S3-17).
#[derive(Clone, Copy)]
pub struct ClosingQuestion {
    /// Whether and when it comes; asked once, after the farewell.
    pub delay: DelayFn,
    /// Puts it, if the conversation is closed still.
    pub ask: ClosedFn,
}

/// What domains above do after a closing, a part of the house. A slot is filled once; an empty one is passed over.
#[derive(Default)]
pub struct AfterClosing {
    question: OnceLock<ClosingQuestion>,
    analysis: OnceLock<ClosedFn>,
}

impl AfterClosing {
    /// Fills the slot of the question; `false` if it was filled before.
    pub fn fill_question(&self, question: ClosingQuestion) -> bool {
        self.question.set(question).is_ok()
    }
    /// Fills the slot of looking back; `false` if it was filled before. It is called once for each closing, with the messages
    /// up to it, whatever became of the conversation since.
    pub fn fill_analysis(&self, analyse: ClosedFn) -> bool {
        self.analysis.set(analyse).is_ok()
    }
    pub(crate) fn question(&self) -> Option<ClosingQuestion> {
        self.question.get().copied()
    }
    pub(crate) fn analysis(&self) -> Option<ClosedFn> {
        self.analysis.get().copied()
    }
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
