//! Passing signs from the desk to the client's messenger: that an answer is being typed, that their message was read.
//! They are lost without harm, so nothing waits for them and nothing of them is kept.

use crate::{actions::owning, store};
use accounts::Person;
use db::Tx;
use kernel::{Id, Result, Uuid};
use messages::{Thread, ThreadKind, Window};
use web::House;

/// The newest messages among which the client's last one is looked for.
const NEAR: i64 = 50;

/// Fills the slot of `messages`: a client sees that an answer is being typed.
pub fn employee_types(house: &House, thread: Uuid) {
    let house = house.clone();
    tokio::spawn(async move {
        if let Err(error) = types(&house, Id::new(thread)).await {
            tracing::debug!(%error, "a sign of typing did not go");
        }
    });
}

async fn types(house: &House, id: Id<Thread>) -> Result<()> {
    let found = house
        .read(async move |tx: &mut Tx<'_>| {
            if messages::thread(tx, id).await?.kind != ThreadKind::Client {
                return Ok(None);
            }
            let chat = store::chat(tx, id).await?;
            let account = channels::account(tx, chat.account_id).await?;
            let peer = channels::peer(tx, chat.peer_id).await?;
            Ok(Some((account, peer)))
        })
        .await?;
    match found {
        Some((account, peer)) => channels::show_typing(house, &account, &peer).await,
        None => Ok(()),
    }
}

/// Fills the slot of `messages`: a client sees that somebody who answers them has read. Who only looks (an observer, a
/// head) leaves no mark.
pub fn employee_reads(house: &House, thread: Uuid, person: Id<Person>, seq: i64) {
    let house = house.clone();
    tokio::spawn(async move {
        if let Err(error) = reads(&house, Id::new(thread), person, seq).await {
            tracing::debug!(%error, "a sign of reading did not go");
        }
    });
}

async fn reads(house: &House, id: Id<Thread>, person: Id<Person>, seq: i64) -> Result<()> {
    let found = house
        .read(async move |tx: &mut Tx<'_>| {
            if messages::thread(tx, id).await?.kind != ThreadKind::Client {
                return Ok(None);
            }
            let chat = store::chat(tx, id).await?;
            let facts = owning::facts(tx, &chat, person).await?;
            if !(facts.assignee || facts.in_queue) {
                return Ok(None);
            }
            let nobody = Id::new(Uuid::nil());
            let page = messages::page(tx, nobody, id, Window::Before(seq + 1), NEAR).await?;
            let theirs = page.messages.into_iter().rev();
            let Some(last) = theirs
                .into_iter()
                .find(|m| m.author.kind == "contact" && m.kind != "event")
            else {
                return Ok(None);
            };
            let account = channels::account(tx, chat.account_id).await?;
            let peer = channels::peer(tx, chat.peer_id).await?;
            Ok(Some((account, peer, last.id)))
        })
        .await?;
    match found {
        Some((account, peer, last)) => channels::mark_read(house, &account, &peer, last).await,
        None => Ok(()),
    }
}
