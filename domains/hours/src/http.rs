//! Routes of working hours.

use crate::{
    actions,
    model::{Calendar, Preview, ProductionYear, SpecialDay, WorkSpan},
    rules,
};
use accounts::{Department, Signed};
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use kernel::Id;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, At, Body, House, OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(calendars, add))
        .routes(routes!(preview))
        .routes(routes!(production))
        .routes(routes!(change, delete))
}

#[utoipa::path(get, path = "/hours", tag = "hours", responses((status = 200, body = Vec<Calendar>)))]
async fn calendars(State(house): State<House>, _: Signed) -> Answer<Json<Vec<Calendar>>> {
    Ok(Json(
        house
            .read(async |tx: &mut Tx<'_>| actions::all(tx).await)
            .await?,
    ))
}

/// A calendar to be made, changed or looked at.
#[derive(Deserialize, ToSchema)]
struct CalendarForm {
    name: String,
    /// IANA zone.
    zone: String,
    /// Seven days, Monday first.
    week: Vec<Vec<WorkSpan>>,
    #[serde(default)]
    days: Vec<SpecialDay>,
    /// Whether it becomes the company's.
    #[serde(default)]
    company: bool,
    /// The departments that work by it; the company's has none.
    #[serde(default)]
    department_ids: Vec<Id<Department>>,
}

impl CalendarForm {
    fn with(self, id: Id<Calendar>) -> Calendar {
        Calendar {
            id,
            name: self.name,
            zone: self.zone,
            week: self.week,
            days: self.days,
            company: self.company,
            department_ids: self.department_ids,
        }
    }
}

async fn save(
    house: House,
    signed: Signed,
    id: Option<Id<Calendar>>,
    form: CalendarForm,
) -> Answer<Json<Calendar>> {
    let calendar = house
        .write(async move |tx: &mut Tx<'_>| {
            let ctx = &signed.ctx;
            let calendar = form.with(id.unwrap_or_else(|| ctx.ids.next()));
            actions::save(tx, ctx, calendar, id.is_none()).await
        })
        .await?;
    Ok(Json(calendar))
}

#[utoipa::path(post, path = "/hours", tag = "hours", request_body = CalendarForm, responses((status = 200, body = Calendar)))]
async fn add(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<CalendarForm>,
) -> Answer<Json<Calendar>> {
    save(house, signed, None, form).await
}

#[utoipa::path(patch, path = "/hours/{id}", tag = "hours", params(("id" = Uuid, Path)), request_body = CalendarForm,
    responses((status = 200, body = Calendar)))]
async fn change(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Calendar>>,
    Body(form): Body<CalendarForm>,
) -> Answer<Json<Calendar>> {
    save(house, signed, Some(id), form).await
}

#[utoipa::path(delete, path = "/hours/{id}", tag = "hours", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn delete(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Calendar>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| actions::delete(tx, &signed.ctx, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/hours/preview", tag = "hours", request_body = CalendarForm, responses((status = 200, body = Preview)))]
async fn preview(signed: Signed, Body(form): Body<CalendarForm>) -> Answer<Json<Preview>> {
    let calendar = form.with(signed.ctx.ids.next());
    Ok(Json(actions::preview(&signed.ctx, calendar)?))
}

/// Which year, over which week.
#[derive(Deserialize, ToSchema)]
struct ProductionForm {
    year: i16,
    /// Seven days, Monday first.
    week: Vec<Vec<WorkSpan>>,
}

#[utoipa::path(post, path = "/hours/production", tag = "hours", request_body = ProductionForm, responses((status = 200, body = ProductionYear)))]
async fn production(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<ProductionForm>,
) -> Answer<Json<ProductionYear>> {
    let say = |id: &str| house.texts().say(signed.ctx.language, id, &[]);
    Ok(Json(rules::production(form.year, &form.week, say)?))
}
