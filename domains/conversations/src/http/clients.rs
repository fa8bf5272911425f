//! The client's card, and finding everything from one field.

use crate::{
    actions::{merging, view},
    model::ContactCard,
    store,
};
use accounts::{Person, Signed, may, require};
use axum::{Json, extract::State};
use crm::{Contact, ContactPatch};
use db::Tx;
use kernel::{Id, Phone};
use messages::{Card, Cards, Thread, ThreadKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, Params};

#[utoipa::path(get, path = "/contacts/{id}", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 200, body = ContactCard)))]
pub(super) async fn card(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Contact>>,
) -> Answer<Json<ContactCard>> {
    Ok(Json(
        house
            .read(async move |tx: &mut Tx<'_>| view::card(tx, signed.person, id).await)
            .await?,
    ))
}

#[utoipa::path(patch, path = "/contacts/{id}", tag = "conversations", params(("id" = Uuid, Path)), request_body = ContactPatch,
    responses((status = 200, body = Contact)))]
pub(super) async fn change(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Contact>>,
    Body(patch): Body<ContactPatch>,
) -> Answer<Json<Contact>> {
    let contact = house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "contacts.edit").await?;
            let contact = crm::change(tx, &signed.ctx, id, &patch).await?;
            merging::retitle(tx, &signed.ctx, contact.id).await?;
            Ok(contact)
        })
        .await?;
    Ok(Json(contact))
}

/// What to find.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Find {
    /// A part of a name or number.
    q: String,
}
/// A chat by its title.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundChat {
    id: Id<Thread>,
    title: String,
}
/// A client's chat.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundClientChat {
    id: Id<Thread>,
    title: String,
    number: Option<i64>,
}
/// A client.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundContact {
    id: Id<Contact>,
    name: String,
    phone: Option<Phone>,
}
/// Everything that fits.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundEverywhere {
    people: Vec<Id<Person>>,
    chats: Vec<FoundChat>,
    client_chats: Vec<FoundClientChat>,
    contacts: Vec<FoundContact>,
    /// Records of other kinds: tasks, rows of tables.
    records: Vec<Card>,
    /// The query as meant, when typed in the wrong keyboard layout.
    understood: String,
}

#[utoipa::path(get, path = "/find", tag = "conversations", params(Find), responses((status = 200, body = FoundEverywhere)))]
pub(super) async fn find(
    State(house): State<House>,
    signed: Signed,
    Params(find): Params<Find>,
) -> Answer<Json<FoundEverywhere>> {
    const EACH: i64 = 8;
    let mut sources = house.part::<Cards>()?.clone();
    // Contacts and clients' chats have lists of their own above.
    let own = [crm::CARDS.kind, crate::cards::CARDS.kind];
    sources.0.retain(|source| !own.contains(&source.kind));
    let found = house
        .read(async move |tx: &mut Tx<'_>| {
            let me = signed.person;
            let q: String = find.q.chars().take(100).collect();
            let understood = text::search::query(&q).understood.unwrap_or_default();
            let chats = messages::find_threads(tx, me, &q, ThreadKind::Team, EACH).await?;
            let threads = messages::find_threads(tx, me, &q, ThreadKind::Client, EACH).await?;
            let mut client_chats = Vec::new();
            for (id, title) in threads {
                let number = store::newest(tx, id).await?.and_then(|c| c.number);
                client_chats.push(FoundClientChat { id, title, number });
            }
            if let Ok(number) = q
                .trim()
                .trim_start_matches(['№', '#', '!'])
                .trim()
                .parse::<i64>()
                && let Some((id, title)) = store::by_number(tx, me, number).await?
            {
                client_chats.insert(
                    0,
                    FoundClientChat {
                        id,
                        title,
                        number: Some(number),
                    },
                );
            }
            let contacts = if may(tx, me, "contacts.edit").await?.is_some() && !q.trim().is_empty()
            {
                crm::find(tx, &q, None, None, EACH).await?
            } else {
                Vec::new()
            };
            let meant = if understood.is_empty() {
                &q
            } else {
                &understood
            };
            let records = sources.find(tx, me, meant, None).await?;
            Ok(FoundEverywhere {
                records,
                people: accounts::find_people(
                    tx,
                    me,
                    if understood.is_empty() {
                        &q
                    } else {
                        &understood
                    },
                    EACH,
                )
                .await?,
                chats: chats
                    .into_iter()
                    .map(|(id, title)| FoundChat { id, title })
                    .collect(),
                client_chats,
                contacts: contacts
                    .into_iter()
                    .map(|c| FoundContact {
                        id: c.id,
                        phone: c.phones.first().cloned(),
                        name: c.name,
                    })
                    .collect(),
                understood,
            })
        })
        .await?;
    Ok(Json(found))
}
