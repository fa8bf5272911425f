//! Routes of reminders.

use crate::{
    actions,
    model::{Preset, PresetAt, Reminder, When},
    rules,
};
use accounts::Signed;
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use kernel::{Id, Moment};
use messages::Message;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, OpenApiRouter, Params, routes};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(presets))
        .routes(routes!(set, remove))
}

#[utoipa::path(get, path = "/reminders", tag = "reminders", responses((status = 200, body = Vec<Reminder>)))]
async fn list(State(house): State<House>, signed: Signed) -> Answer<Json<Vec<Reminder>>> {
    Ok(Json(
        house
            .read(async move |tx: &mut Tx<'_>| actions::list(tx, signed.person).await)
            .await?,
    ))
}

/// Whose mornings and evenings.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct InZone {
    /// An IANA zone; the company's when not given.
    zone: Option<String>,
}

/// The eight buttons, as of now.
#[derive(Serialize, ToSchema)]
struct PresetsAnswer {
    /// When this was answered.
    now: Moment,
    /// In the order of the window.
    presets: Vec<PresetAt>,
}

#[utoipa::path(get, path = "/reminders/presets", tag = "reminders", params(InZone), responses((status = 200, body = PresetsAnswer)))]
async fn presets(
    State(house): State<House>,
    signed: Signed,
    Params(ask): Params<InZone>,
) -> Answer<Json<PresetsAnswer>> {
    let zone = house
        .read(async move |tx: &mut Tx<'_>| actions::zone(tx, ask.zone.as_deref()).await)
        .await?;
    let now = signed.ctx.now;
    let presets = Preset::ALL
        .map(|preset| PresetAt {
            preset,
            at: rules::preset(preset, now, &zone),
        })
        .to_vec();
    Ok(Json(PresetsAnswer { now, presets }))
}

#[utoipa::path(put, path = "/messages/{id}/reminder", tag = "reminders", params(("id" = Uuid, Path)), request_body = When,
    responses((status = 200, body = Reminder)))]
async fn set(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
    Body(when): Body<When>,
) -> Answer<Json<Reminder>> {
    let reminder = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::set(tx, &signed.ctx, signed.person, id, &when).await
        })
        .await?;
    Ok(Json(reminder))
}

#[utoipa::path(delete, path = "/messages/{id}/reminder", tag = "reminders", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn remove(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            actions::remove(tx, &signed.ctx, signed.person, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
