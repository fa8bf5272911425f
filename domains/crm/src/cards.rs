//! Contacts as cards in messages (S2-14): for whoever may open contacts.

use crate::{actions, model::Contact};
use accounts::{Person, may};
use db::Tx;
use kernel::{Id, Result, Uuid};
use messages::{Card, CardField, CardFuture, CardSource};

/// The source of cards, for the server's list.
pub const CARDS: CardSource = CardSource {
    kind: "contact",
    by_ids,
    find,
};

async fn sees(tx: &mut Tx<'_>, person: Id<Person>) -> Result<bool> {
    Ok(may(tx, person, "contacts.edit").await?.is_some())
}

fn card(contact: Contact) -> Card {
    let phones: Vec<&str> = contact.phones.iter().map(kernel::Phone::as_str).collect();
    let fields = [
        ("company", contact.company),
        ("phone", phones.join(", ")),
        ("email", contact.email),
    ];
    Card {
        kind: "contact".to_owned(),
        id: contact.id.uuid(),
        title: contact.name,
        state: String::new(),
        fields: fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(label, value)| CardField::words(label, value))
            .collect(),
        href: format!("/contacts/{}", contact.id),
    }
}

fn by_ids<'a>(tx: &'a mut Tx<'_>, person: Id<Person>, ids: Vec<Uuid>) -> CardFuture<'a, Vec<Card>> {
    Box::pin(async move {
        if !sees(tx, person).await? {
            return Ok(Vec::new());
        }
        let ids: Vec<Id<Contact>> = ids.into_iter().map(Id::new).collect();
        let found = actions::by_ids(tx, &ids).await?;
        // A message that names who was merged since shows whoever stands for them.
        let cards = found.into_iter().map(|(asked, contact)| Card {
            id: asked.uuid(),
            ..card(contact)
        });
        Ok(cards.collect())
    })
}

fn find<'a>(
    tx: &'a mut Tx<'_>,
    person: Id<Person>,
    words: &'a str,
    limit: i64,
) -> CardFuture<'a, Vec<Card>> {
    Box::pin(async move {
        if !sees(tx, person).await? {
            return Ok(Vec::new());
        }
        let found = actions::find(tx, words, None, None, limit).await?;
        Ok(found.into_iter().map(card).collect())
    })
}
