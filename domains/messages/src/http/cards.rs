//! Routes of cards: records as messages and searches show them, each reader only those they may see.

use crate::{
    cards::{Card, Cards},
    extras::ObjectRef,
};
use accounts::Signed;
use axum::{Json, extract::State};
use db::Tx;
use kernel::Error;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Body, House, OpenApiRouter, Params, routes};

pub(super) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(by_refs))
        .routes(routes!(find))
}

/// Which records.
#[derive(Deserialize, ToSchema)]
struct Refs {
    /// At most 100.
    refs: Vec<ObjectRef>,
}

/// Asked by POST because a window of messages may name more records than an address holds.
#[utoipa::path(post, path = "/cards", tag = "messages", request_body = Refs, responses((status = 200, body = Vec<Card>)))]
async fn by_refs(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<Refs>,
) -> Answer<Json<Vec<Card>>> {
    let cards = house.part::<Cards>()?.clone();
    let found = house
        .read(async move |tx: &mut Tx<'_>| cards.by_refs(tx, signed.person, &form.refs).await)
        .await?;
    Ok(Json(found))
}

/// Which to find.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Find {
    /// A part of a name, number or phone; empty: the newest.
    #[serde(default)]
    q: String,
    /// Only of this kind.
    kind: Option<String>,
}

#[utoipa::path(get, path = "/cards", tag = "messages", params(Find), responses((status = 200, body = Vec<Card>)))]
async fn find(
    State(house): State<House>,
    signed: Signed,
    Params(find): Params<Find>,
) -> Answer<Json<Vec<Card>>> {
    let cards = house.part::<Cards>()?.clone();
    if find.kind.as_deref().is_some_and(|kind| !cards.knows(kind)) {
        return Err(Error::field("kind", "messages.no_such_card").into());
    }
    let words: String = find.q.chars().take(100).collect();
    let found = house
        .read(async move |tx: &mut Tx<'_>| {
            cards
                .find(tx, signed.person, &words, find.kind.as_deref())
                .await
        })
        .await?;
    Ok(Json(found))
}
