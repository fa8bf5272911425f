//! Clients' chats as cards in messages (S2-14): for whoever may see the chat.

use crate::store;
use accounts::Person;
use db::Tx;
use kernel::{Id, Result, Uuid};
use messages::{Card, CardField, CardFuture, CardSource, Thread, ThreadKind};

/// The source of cards, for the server's list.
pub const CARDS: CardSource = CardSource {
    kind: "client_chat",
    by_ids,
    find,
};

/// A chat's card, if the person may see the chat.
async fn card(tx: &mut Tx<'_>, person: Id<Person>, id: Id<Thread>) -> Result<Option<Card>> {
    if accounts::reasons(tx, person, id.uuid()).await?.is_empty() {
        return Ok(None);
    }
    let thread = messages::thread(tx, id).await?;
    if thread.kind != ThreadKind::Client {
        return Ok(None);
    }
    let mut fields = Vec::new();
    let newest = store::newest(tx, id).await?;
    if let Some(number) = newest.and_then(|conversation| conversation.number) {
        fields.push(CardField::words("number", number.to_string()));
    }
    Ok(Some(Card {
        kind: "client_chat".to_owned(),
        id: id.uuid(),
        title: thread.title,
        state: String::new(),
        fields,
        href: format!("/t/{id}"),
    }))
}

async fn cards(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    ids: impl Iterator<Item = Id<Thread>>,
) -> Result<Vec<Card>> {
    let mut out = Vec::new();
    for id in ids {
        out.extend(card(tx, person, id).await?);
    }
    Ok(out)
}

fn by_ids<'a>(tx: &'a mut Tx<'_>, person: Id<Person>, ids: Vec<Uuid>) -> CardFuture<'a, Vec<Card>> {
    Box::pin(cards(tx, person, ids.into_iter().map(Id::new)))
}

fn find<'a>(
    tx: &'a mut Tx<'_>,
    person: Id<Person>,
    words: &'a str,
    limit: i64,
) -> CardFuture<'a, Vec<Card>> {
    Box::pin(async move {
        if words.trim().is_empty() {
            let ids = store::newest_chats(tx, person, limit).await?;
            return cards(tx, person, ids.into_iter()).await;
        }
        let kind = ThreadKind::Client;
        let found = messages::find_threads(tx, person, words, kind, limit).await?;
        let ids: Vec<Id<Thread>> = found.into_iter().map(|(id, _)| id).collect();
        cards(tx, person, ids.into_iter()).await
    })
}
