//! Routes of what a person does with a message for themselves: put away, save, take a deletion back, report, who has read.

use crate::{
    deleting,
    kept::{self, Readers, Report, SavedPage},
    linking,
    model::Message,
};
use accounts::Signed;
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use kernel::{Id, Moment, Uuid};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, OpenApiRouter, Params, routes};

pub(super) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(restore))
        .routes(routes!(hide, unhide))
        .routes(routes!(save, unsave))
        .routes(routes!(saved))
        .routes(routes!(readers))
        .routes(routes!(report))
        .routes(routes!(reports))
        .routes(routes!(end_report))
}

#[utoipa::path(post, path = "/messages/{id}/restore", tag = "messages", params(("id" = Uuid, Path)), responses((status = 200, body = Message)))]
async fn restore(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<Json<Message>> {
    let message = house
        .write(async move |tx: &mut Tx<'_>| {
            deleting::restore(tx, &signed.ctx, signed.person, id).await
        })
        .await?;
    Ok(Json(message))
}

async fn set_hidden(house: House, signed: Signed, id: Id<Message>, on: bool) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            deleting::hide(tx, &signed.ctx, signed.person, id, on).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(put, path = "/messages/{id}/hidden", tag = "messages", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn hide(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<StatusCode> {
    set_hidden(house, signed, id, true).await
}

#[utoipa::path(delete, path = "/messages/{id}/hidden", tag = "messages", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn unhide(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<StatusCode> {
    set_hidden(house, signed, id, false).await
}

async fn set_saved(house: House, signed: Signed, id: Id<Message>, on: bool) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            deleting::save(tx, &signed.ctx, signed.person, id, on).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(put, path = "/messages/{id}/saved", tag = "messages", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn save(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<StatusCode> {
    set_saved(house, signed, id, true).await
}

#[utoipa::path(delete, path = "/messages/{id}/saved", tag = "messages", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn unsave(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<StatusCode> {
    set_saved(house, signed, id, false).await
}

/// Where to go on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// `next` of the page before.
    next: Option<i64>,
}
#[utoipa::path(get, path = "/saved", tag = "messages", params(Page), responses((status = 200, body = SavedPage)))]
async fn saved(
    State(house): State<House>,
    signed: Signed,
    Params(page): Params<Page>,
) -> Answer<Json<SavedPage>> {
    let page = house
        .read(async move |tx: &mut Tx<'_>| {
            let before = Moment::from_micros(page.next.unwrap_or(i64::MAX));
            kept::saved(tx, signed.person, before).await
        })
        .await?;
    Ok(Json(page))
}

#[utoipa::path(get, path = "/messages/{id}/readers", tag = "messages", params(("id" = Uuid, Path)), responses((status = 200, body = Readers)))]
async fn readers(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<Json<Readers>> {
    let readers = house
        .read(async move |tx: &mut Tx<'_>| kept::readers(tx, signed.person, id).await)
        .await?;
    Ok(Json(readers))
}

/// Why a message should be looked at.
#[derive(Deserialize, ToSchema)]
struct NewReport {
    /// `spam`, `abuse`, `secret` or `other`.
    reason: String,
    /// In own words; may be empty.
    #[serde(default)]
    comment: String,
}

#[utoipa::path(post, path = "/messages/{id}/report", tag = "messages", params(("id" = Uuid, Path)), request_body = NewReport, responses((status = 204)))]
async fn report(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
    Body(form): Body<NewReport>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            linking::report(
                tx,
                &signed.ctx,
                signed.person,
                id,
                &form.reason,
                &form.comment,
            )
            .await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/reports", tag = "messages", responses((status = 200, body = Vec<Report>)))]
async fn reports(State(house): State<House>, signed: Signed) -> Answer<Json<Vec<Report>>> {
    let open = house
        .read(async move |tx: &mut Tx<'_>| kept::reports(tx, &signed.ctx).await)
        .await?;
    Ok(Json(open))
}

#[utoipa::path(post, path = "/reports/{id}/done", tag = "messages", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn end_report(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Uuid>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| kept::end_report(tx, &signed.ctx, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
