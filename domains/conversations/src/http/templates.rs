//! Prepared answers: kept, deleted, brought back, filled in for a chat.

use crate::{
    actions::templates,
    model::{Filling, Rendered, Template, TemplateForm},
};
use accounts::Signed;
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use kernel::Id;
use web::{Answer, At, Body, House};

#[utoipa::path(get, path = "/templates", tag = "conversations", responses((status = 200, body = Vec<Template>)))]
pub(super) async fn list(
    State(house): State<House>,
    signed: Signed,
) -> Answer<Json<Vec<Template>>> {
    Ok(Json(
        house
            .read(async move |tx: &mut Tx<'_>| templates::list(tx, signed.person).await)
            .await?,
    ))
}

async fn save(
    house: House,
    signed: Signed,
    id: Option<Id<Template>>,
    form: TemplateForm,
) -> Answer<Json<Template>> {
    let template = house
        .write(async move |tx: &mut Tx<'_>| {
            templates::save_template(tx, &signed.ctx, signed.person, id, form).await
        })
        .await?;
    Ok(Json(template))
}

#[utoipa::path(post, path = "/templates", tag = "conversations", request_body = TemplateForm, responses((status = 200, body = Template)))]
pub(super) async fn add(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<TemplateForm>,
) -> Answer<Json<Template>> {
    save(house, signed, None, form).await
}

#[utoipa::path(patch, path = "/templates/{id}", tag = "conversations", params(("id" = Uuid, Path)), request_body = TemplateForm,
    responses((status = 200, body = Template)))]
pub(super) async fn change(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Template>>,
    Body(form): Body<TemplateForm>,
) -> Answer<Json<Template>> {
    save(house, signed, Some(id), form).await
}

#[utoipa::path(delete, path = "/templates/{id}", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 204)))]
pub(super) async fn delete(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Template>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            templates::delete(tx, &signed.ctx, signed.person, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings a template back within a day of its deletion.
#[utoipa::path(post, path = "/templates/{id}/restore", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 204)))]
pub(super) async fn restore(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Template>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            templates::restore(tx, &signed.ctx, signed.person, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/templates/{id}/render", tag = "conversations", params(("id" = Uuid, Path)), request_body = Filling,
    responses((status = 200, body = Rendered)))]
pub(super) async fn render(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Template>>,
    Body(filling): Body<Filling>,
) -> Answer<Json<Rendered>> {
    let rendered = house
        .write(async move |tx: &mut Tx<'_>| {
            templates::render(tx, &signed.ctx, signed.person, id, &filling).await
        })
        .await?;
    Ok(Json(rendered))
}
