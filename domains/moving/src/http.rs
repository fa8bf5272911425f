//! Routes of moving in and out.

use crate::{
    actions,
    model::{Export, Import, ImportChoice},
    readers::Format,
};
use accounts::Signed;
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use files::File;
use kernel::{Id, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, At, Body, House, OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(list, start))
        .routes(routes!(one, remove))
        .routes(routes!(run))
        .routes(routes!(resume))
        .routes(routes!(stop))
        .routes(routes!(take_back))
        .routes(routes!(exports, export))
        .routes(routes!(one_export, remove_export))
}

/// Puts the sentence of what went wrong beside its code.
fn told(house: &House, signed: &Signed, mut import: Import) -> Import {
    if !import.error.is_empty() {
        let id = import.error.replace(['.', '_'], "-");
        import.sentence = house.texts().say(signed.ctx.language, &id, &[]);
    }
    import
}

/// Archives brought here, newest first, without what was found in them.
#[derive(Serialize, ToSchema)]
struct ImportsAnswer {
    items: Vec<Import>,
}

#[utoipa::path(get, path = "/imports", tag = "moving", responses((status = 200, body = ImportsAnswer)))]
async fn list(State(house): State<House>, signed: Signed) -> Answer<Json<ImportsAnswer>> {
    let ctx = signed.ctx.clone();
    let items = house
        .read(async move |tx: &mut Tx<'_>| actions::list(tx, &ctx).await)
        .await?;
    let items = items
        .into_iter()
        .map(|i| told(&house, &signed, i))
        .collect();
    Ok(Json(ImportsAnswer { items }))
}

/// An archive to be looked at.
#[derive(Deserialize, ToSchema)]
struct NewImport {
    /// One's own upload.
    file_id: Id<File>,
    format: Format,
}

#[utoipa::path(post, path = "/imports", tag = "moving", request_body = NewImport, responses((status = 200, body = Import)))]
async fn start(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<NewImport>,
) -> Answer<Json<Import>> {
    let import = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::start(tx, &signed.ctx, signed.person, form.file_id, form.format).await
        })
        .await?;
    Ok(Json(import))
}

#[utoipa::path(get, path = "/imports/{id}", tag = "moving", params(("id" = Uuid, Path)), responses((status = 200, body = Import)))]
async fn one(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Import>>,
) -> Answer<Json<Import>> {
    let ctx = signed.ctx.clone();
    let import = house
        .read(async move |tx: &mut Tx<'_>| actions::one(tx, &ctx, id).await)
        .await?;
    Ok(Json(told(&house, &signed, import)))
}

/// Who is to become whom; who is not named becomes what was suggested.
#[derive(Deserialize, ToSchema)]
struct RunForm {
    people: Vec<ImportChoice>,
}

#[utoipa::path(post, path = "/imports/{id}/run", tag = "moving", params(("id" = Uuid, Path)), request_body = RunForm,
    responses((status = 200, body = Import)))]
async fn run(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Import>>,
    Body(form): Body<RunForm>,
) -> Answer<Json<Import>> {
    let import = house
        .write(async move |tx: &mut Tx<'_>| actions::run(tx, &signed.ctx, id, &form.people).await)
        .await?;
    Ok(Json(import))
}

#[utoipa::path(post, path = "/imports/{id}/resume", tag = "moving", params(("id" = Uuid, Path)), responses((status = 200, body = Import)))]
async fn resume(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Import>>,
) -> Answer<Json<Import>> {
    let import = house
        .write(async move |tx: &mut Tx<'_>| actions::resume(tx, &signed.ctx, id).await)
        .await?;
    Ok(Json(import))
}

#[utoipa::path(post, path = "/imports/{id}/stop", tag = "moving", params(("id" = Uuid, Path)), responses((status = 200, body = Import)))]
async fn stop(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Import>>,
) -> Answer<Json<Import>> {
    let import = house
        .write(async move |tx: &mut Tx<'_>| actions::stop(tx, &signed.ctx, id).await)
        .await?;
    Ok(Json(import))
}

#[utoipa::path(post, path = "/imports/{id}/take-back", tag = "moving", params(("id" = Uuid, Path)), responses((status = 200, body = Import)))]
async fn take_back(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Import>>,
) -> Answer<Json<Import>> {
    let import = house
        .write(async move |tx: &mut Tx<'_>| actions::take_back(tx, &signed.ctx, id).await)
        .await?;
    Ok(Json(import))
}

#[utoipa::path(delete, path = "/imports/{id}", tag = "moving", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn remove(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Import>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| actions::remove(tx, &signed.ctx, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// My archives, newest first.
#[derive(Serialize, ToSchema)]
struct ExportsAnswer {
    items: Vec<Export>,
}

#[utoipa::path(get, path = "/exports", tag = "moving", responses((status = 200, body = ExportsAnswer)))]
async fn exports(State(house): State<House>, signed: Signed) -> Answer<Json<ExportsAnswer>> {
    let items = house
        .read(async move |tx: &mut Tx<'_>| actions::exports(tx, &signed.ctx, signed.person).await)
        .await?;
    Ok(Json(ExportsAnswer { items }))
}

/// What is to be written.
#[derive(Deserialize, ToSchema)]
struct NewExport {
    /// One chat; without it all chats of colleagues.
    #[serde(default)]
    thread_id: Option<Uuid>,
}

#[utoipa::path(post, path = "/exports", tag = "moving", request_body = NewExport, responses((status = 200, body = Export)))]
async fn export(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<NewExport>,
) -> Answer<Json<Export>> {
    let export = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::export(tx, &signed.ctx, signed.person, form.thread_id).await
        })
        .await?;
    Ok(Json(export))
}

#[utoipa::path(get, path = "/exports/{id}", tag = "moving", params(("id" = Uuid, Path)), responses((status = 200, body = Export)))]
async fn one_export(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Export>>,
) -> Answer<Json<Export>> {
    let export = house
        .read(async move |tx: &mut Tx<'_>| {
            actions::one_export(tx, &signed.ctx, signed.person, id).await
        })
        .await?;
    Ok(Json(export))
}

#[utoipa::path(delete, path = "/exports/{id}", tag = "moving", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn remove_export(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Export>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            actions::remove_export(tx, &signed.ctx, signed.person, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
