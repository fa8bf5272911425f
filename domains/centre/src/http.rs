//! Routes of desks: one's own, and the requests an administrator decides on.

use crate::{
    actions,
    model::{Mine, Seat, SeatState},
};
use accounts::{Person, Signed};
use axum::{Json, extract::State, http::StatusCode};
use channels::Account;
use db::Tx;
use kernel::Id;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, OpenApiRouter, Params, routes};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(mine))
        .routes(routes!(link))
        .routes(routes!(change, leave))
        .routes(routes!(list))
        .routes(routes!(tie))
        .routes(routes!(refuse))
}

#[utoipa::path(get, path = "/centre", tag = "centre", responses((status = 200, body = Mine)))]
async fn mine(State(house): State<House>, signed: Signed) -> Answer<Json<Mine>> {
    Ok(Json(
        house
            .read(async move |tx: &mut Tx<'_>| actions::mine(tx, signed.person).await)
            .await?,
    ))
}

/// Where a desk is opened.
#[derive(Serialize, ToSchema)]
struct DeskLink {
    /// An address of the messenger, for a QR code; it says who opens it, for an hour and once.
    link: String,
}

#[utoipa::path(post, path = "/centre/desks/{id}/link", tag = "centre", params(("id" = Uuid, Path)), responses((status = 200, body = DeskLink)))]
async fn link(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Account>>,
) -> Answer<Json<DeskLink>> {
    let link = actions::link(&house, &signed.ctx, signed.person, id).await?;
    Ok(Json(DeskLink { link }))
}

/// What one is told at a desk.
#[derive(Deserialize, ToSchema)]
struct SeatPatch {
    /// Also of chats that wait in one's queues.
    queue_chats: Option<bool>,
    /// At all.
    awake: Option<bool>,
}

#[utoipa::path(patch, path = "/centre/seats/{id}", tag = "centre", params(("id" = Uuid, Path)), request_body = SeatPatch, responses((status = 200, body = Seat)))]
async fn change(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Seat>>,
    Body(patch): Body<SeatPatch>,
) -> Answer<Json<Seat>> {
    let seat = house
        .write(async move |tx: &mut Tx<'_>| {
            let wanted = (patch.queue_chats, patch.awake);
            actions::change(tx, &signed.ctx, signed.person, id, wanted).await
        })
        .await?;
    Ok(Json(seat))
}

#[utoipa::path(delete, path = "/centre/seats/{id}", tag = "centre", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn leave(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Seat>>,
) -> Answer<StatusCode> {
    actions::leave(&house, &signed.ctx, signed.person, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which of them.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// In this state.
    state: SeatState,
    /// With a smaller number than this.
    before: Option<i64>,
}

/// A page of those at desks.
#[derive(Serialize, ToSchema)]
struct SeatPage {
    /// Newest first.
    seats: Vec<Seat>,
    /// There are more.
    more: bool,
}

#[utoipa::path(get, path = "/centre/seats", tag = "centre", params(Which), responses((status = 200, body = SeatPage)))]
async fn list(
    State(house): State<House>,
    signed: Signed,
    Params(which): Params<Which>,
) -> Answer<Json<SeatPage>> {
    let (seats, more) = house
        .read(async move |tx: &mut Tx<'_>| {
            actions::list(tx, &signed.ctx, which.state, which.before).await
        })
        .await?;
    Ok(Json(SeatPage { seats, more }))
}

/// Who somebody is.
#[derive(Deserialize, ToSchema)]
struct Tie {
    /// The employee.
    #[schema(value_type = Uuid)]
    person_id: Id<Person>,
}

#[utoipa::path(post, path = "/centre/seats/{id}/tie", tag = "centre", params(("id" = Uuid, Path)), request_body = Tie, responses((status = 200, body = Seat)))]
async fn tie(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Seat>>,
    Body(form): Body<Tie>,
) -> Answer<Json<Seat>> {
    Ok(Json(
        actions::tie(&house, &signed.ctx, id, form.person_id).await?,
    ))
}

#[utoipa::path(post, path = "/centre/seats/{id}/refuse", tag = "centre", params(("id" = Uuid, Path)), responses((status = 200, body = Seat)))]
async fn refuse(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Seat>>,
) -> Answer<Json<Seat>> {
    Ok(Json(actions::refuse(&house, &signed.ctx, id).await?))
}
