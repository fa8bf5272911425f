//! The routes of the delivery ledger (M-01).

use crate::{
    compare,
    ledger::{self, Ledger, UndeliveredPage},
    model::{Account, Comparison, OutboxPart},
};
use accounts::Signed;
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use kernel::Id;
use messages::Message;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, Params};

#[utoipa::path(get, path = "/messages/{id}/delivery", tag = "channels", params(("id" = Uuid, Path)), responses((status = 200, body = Ledger)))]
pub(super) async fn of_message(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<Json<Ledger>> {
    let found = house
        .read(async move |tx: &mut Tx<'_>| ledger::of_message(tx, &signed.ctx, id).await)
        .await?;
    Ok(Json(found))
}

/// Which part of the list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Of one channel only.
    #[param(value_type = Option<Uuid>)]
    account: Option<Id<Account>>,
    /// `next` of the page before.
    before: Option<i64>,
}

#[utoipa::path(get, path = "/delivery", tag = "channels", params(Which), responses((status = 200, body = UndeliveredPage)))]
pub(super) async fn undelivered(
    State(house): State<House>,
    signed: Signed,
    Params(which): Params<Which>,
) -> Answer<Json<UndeliveredPage>> {
    let page = house
        .read(async move |tx: &mut Tx<'_>| {
            ledger::undelivered(tx, &signed.ctx, which.account, which.before).await
        })
        .await?;
    Ok(Json(page))
}

/// How to send again.
#[derive(Deserialize, ToSchema)]
pub(super) struct Replay {
    /// Also if it may have arrived.
    #[serde(default)]
    sure: bool,
}

#[utoipa::path(post, path = "/delivery/parts/{id}/replay", tag = "channels", params(("id" = Uuid, Path)), request_body = Replay, responses((status = 204)))]
pub(super) async fn replay_part(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<OutboxPart>>,
    Body(how): Body<Replay>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            ledger::replay_part(tx, &signed.ctx, id, how.sure).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/delivery/parts/{id}/set-aside", tag = "channels", params(("id" = Uuid, Path)), responses((status = 204)))]
pub(super) async fn set_aside(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<OutboxPart>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| ledger::set_aside(tx, &signed.ctx, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/delivery/events/{n}/replay", tag = "channels", params(("n" = i64, Path)), responses((status = 204)))]
pub(super) async fn replay_event(
    State(house): State<House>,
    signed: Signed,
    At(n): At<i64>,
) -> Answer<StatusCode> {
    ledger::replay_event(&house, &signed.ctx, n).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whose events.
#[derive(Deserialize, ToSchema)]
pub(super) struct Whose {
    #[schema(value_type = Uuid)]
    account: Id<Account>,
}

/// How much was done.
#[derive(Serialize, ToSchema)]
pub(super) struct Replayed {
    count: u64,
}

#[utoipa::path(post, path = "/delivery/events/replay", tag = "channels", request_body = Whose, responses((status = 200, body = Replayed)))]
pub(super) async fn replay_parked(
    State(house): State<House>,
    signed: Signed,
    Body(whose): Body<Whose>,
) -> Answer<Json<Replayed>> {
    let count = ledger::replay_parked(&house, &signed.ctx, whose.account).await?;
    Ok(Json(Replayed { count }))
}

#[utoipa::path(get, path = "/delivery/comparisons", tag = "channels", responses((status = 200, body = Vec<Comparison>)))]
pub(super) async fn comparisons(
    State(house): State<House>,
    signed: Signed,
) -> Answer<Json<Vec<Comparison>>> {
    let found = house
        .read(async move |tx: &mut Tx<'_>| compare::all(tx, &signed.ctx).await)
        .await?;
    Ok(Json(found))
}

#[utoipa::path(post, path = "/delivery/comparisons", tag = "channels", request_body = Whose, responses((status = 204)))]
pub(super) async fn compare(
    State(house): State<House>,
    signed: Signed,
    Body(whose): Body<Whose>,
) -> Answer<StatusCode> {
    let told = house.clone();
    house
        .write(async move |tx: &mut Tx<'_>| {
            compare::ask(&told, tx, &signed.ctx, whose.account).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
