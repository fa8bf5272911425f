//! Routes of contacts; the card with its chats is `conversations`' business.

use crate::{
    actions::{self, duplicates, merging},
    model::{Contact, Duplicate, DuplicateState, MergedFrom},
};
use accounts::{Signed, require};
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use kernel::{Id, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, OpenApiRouter, Params, routes};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(ids))
        .routes(routes!(pairs))
        .routes(routes!(dismiss))
        .routes(routes!(reconsider))
        .routes(routes!(doubts))
}

/// What to find.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Find {
    /// A part of a name, company or number.
    #[serde(default)]
    q: String,
    /// Only those that carry this label.
    label_id: Option<Uuid>,
    /// `next` of the page before.
    next: Option<Uuid>,
}
/// A page of contacts, newest first.
#[derive(Serialize, ToSchema)]
struct ContactsAnswer {
    items: Vec<Contact>,
    next: Option<Uuid>,
}

#[utoipa::path(get, path = "/contacts", tag = "crm", params(Find), responses((status = 200, body = ContactsAnswer)))]
async fn list(
    State(house): State<House>,
    signed: Signed,
    Params(find): Params<Find>,
) -> Answer<Json<ContactsAnswer>> {
    const PAGE: i64 = 60;
    let items = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "contacts.edit").await?;
            actions::find(tx, &find.q, find.label_id, find.next, PAGE).await
        })
        .await?;
    let full = i64::try_from(items.len()).unwrap_or(0) == PAGE;
    let next = items.last().map(|c| c.id.uuid()).filter(|_| full);
    Ok(Json(ContactsAnswer { items, next }))
}

/// What to find, all at once.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FindAll {
    /// A part of a name, company or number.
    #[serde(default)]
    q: String,
    /// Only those that carry this label.
    label_id: Option<Uuid>,
}
/// The contacts that were found, the newest 1000 of them at most.
#[derive(Serialize, ToSchema)]
struct ContactIds {
    ids: Vec<Id<Contact>>,
    /// There are more than are named here.
    more: bool,
}

#[utoipa::path(get, path = "/contacts/ids", tag = "crm", params(FindAll), responses((status = 200, body = ContactIds)))]
async fn ids(
    State(house): State<House>,
    signed: Signed,
    Params(find): Params<FindAll>,
) -> Answer<Json<ContactIds>> {
    /// As many as one act may be about.
    const MOST: usize = 1000;
    let mut ids = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "contacts.edit").await?;
            let limit = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
            actions::find_ids(tx, &find.q, find.label_id, limit).await
        })
        .await?;
    let more = ids.len() > MOST;
    ids.truncate(MOST);
    Ok(Json(ContactIds { ids, more }))
}

/// Which pairs.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// `open`, `dismissed` or `merged`.
    #[serde(default = "open")]
    state: DuplicateState,
    /// `next` of the page before.
    next: Option<String>,
}
const fn open() -> DuplicateState {
    DuplicateState::Open
}
/// A page of pairs that may be one person, newest first.
#[derive(Serialize, ToSchema)]
struct DuplicatesAnswer {
    items: Vec<Duplicate>,
    next: Option<String>,
}

#[utoipa::path(get, path = "/contacts/duplicates", tag = "crm", params(Which), responses((status = 200, body = DuplicatesAnswer)))]
async fn pairs(
    State(house): State<House>,
    signed: Signed,
    Params(which): Params<Which>,
) -> Answer<Json<DuplicatesAnswer>> {
    let (items, next) = house
        .read(async move |tx: &mut Tx<'_>| {
            duplicates::list(tx, &signed.ctx, which.state, which.next.as_deref()).await
        })
        .await?;
    Ok(Json(DuplicatesAnswer { items, next }))
}

/// Two contacts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Two {
    one_id: Id<Contact>,
    other_id: Id<Contact>,
}

#[utoipa::path(post, path = "/contacts/duplicates/dismiss", tag = "crm", request_body = Two, responses((status = 204)))]
async fn dismiss(
    State(house): State<House>,
    signed: Signed,
    Body(two): Body<Two>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            duplicates::dismiss(tx, &signed.ctx, two.one_id, two.other_id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/contacts/duplicates/reconsider", tag = "crm", request_body = Two, responses((status = 204)))]
async fn reconsider(
    State(house): State<House>,
    signed: Signed,
    Body(two): Body<Two>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            duplicates::reconsider(tx, &signed.ctx, two.one_id, two.other_id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who a contact may be, and who it was merged from.
#[derive(Serialize, ToSchema)]
struct DoubtsAnswer {
    duplicates: Vec<Duplicate>,
    merged_from: Vec<MergedFrom>,
}

#[utoipa::path(get, path = "/contacts/{id}/duplicates", tag = "crm", params(("id" = Uuid, Path)), responses((status = 200, body = DoubtsAnswer)))]
async fn doubts(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Contact>>,
) -> Answer<Json<DoubtsAnswer>> {
    let answer = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "contacts.edit").await?;
            let stands = actions::by_id(tx, id).await?.id;
            Ok(DoubtsAnswer {
                duplicates: duplicates::of_contact(tx, stands).await?,
                merged_from: merging::merged_from(tx, stands).await?,
            })
        })
        .await?;
    Ok(Json(answer))
}
