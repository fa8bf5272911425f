//! Routes of tables of contacts.

use super::{
    actions,
    leaving::{self, Writing},
    model::{ContactImport, TableCharset, TableLeft, TablePreview, TableSeparator, TableSettings},
    reading, running,
};
use accounts::Signed;
use axum::{
    Json,
    body::Body as Bytes,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use db::Tx;
use files::File;
use kernel::{Ctx, Error, Id, Result, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, OpenApiRouter, Params, routes};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(list, start))
        .routes(routes!(one, remove))
        .routes(routes!(read))
        .routes(routes!(check))
        .routes(routes!(edit))
        .routes(routes!(run))
        .routes(routes!(stop))
        .routes(routes!(resume))
        .routes(routes!(take_back))
        .routes(routes!(errors))
        .routes(routes!(export))
}

/// Puts the sentences of what went wrong beside their codes.
fn told(house: &House, ctx: &Ctx, mut import: ContactImport) -> ContactImport {
    if !import.error.is_empty() {
        let id = import.error.replace(['.', '_'], "-");
        import.sentence = house.texts().say(ctx.language, &id, &[]);
    }
    if let Some(report) = &mut import.report {
        for problem in &mut report.problems {
            problem.sentence = leaving::sentence(house, ctx.language, problem, &report.titles);
        }
    }
    import
}

/// What somebody sees of the first rows; in a thread that may wait, for a large table takes a while.
async fn looked(
    house: &House,
    file: &File,
    how: (Option<TableCharset>, Option<TableSeparator>, Option<bool>),
) -> Result<TablePreview> {
    let bytes = running::bytes(house, file).await?;
    tokio::task::spawn_blocking(move || {
        if let Some(code) = reading::refuse(&bytes) {
            return Err(Error::field("file_id", code));
        }
        let layout = reading::layout(&bytes, how.0, how.1, how.2);
        Ok(reading::preview(&bytes, layout))
    })
    .await
    .map_err(Error::fault)?
}

/// Tables brought here, newest first.
#[derive(Serialize, ToSchema)]
struct ContactImportsAnswer {
    items: Vec<ContactImport>,
}

#[utoipa::path(get, path = "/contact-imports", tag = "moving", responses((status = 200, body = ContactImportsAnswer)))]
async fn list(State(house): State<House>, signed: Signed) -> Answer<Json<ContactImportsAnswer>> {
    let ctx = signed.ctx.clone();
    let items = house
        .read(async move |tx: &mut Tx<'_>| actions::list(tx, &ctx).await)
        .await?;
    let items = items
        .into_iter()
        .map(|i| ContactImport {
            report: None,
            ..told(&house, &signed.ctx, i)
        })
        .collect();
    Ok(Json(ContactImportsAnswer { items }))
}

/// A table to be looked at.
#[derive(Deserialize, ToSchema)]
struct NewContactImport {
    /// One's own upload.
    file_id: Id<File>,
}

#[utoipa::path(post, path = "/contact-imports", tag = "moving", request_body = NewContactImport, responses((status = 200, body = ContactImport)))]
async fn start(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<NewContactImport>,
) -> Answer<Json<ContactImport>> {
    let (ctx, me) = (signed.ctx.clone(), signed.person);
    let file = house
        .read(async move |tx: &mut Tx<'_>| actions::uploaded(tx, &ctx, me, form.file_id).await)
        .await?;
    let seen = looked(&house, &file, (None, None, None)).await?;
    let import = house
        .write(async move |tx: &mut Tx<'_>| actions::start(tx, &signed.ctx, me, &file, &seen).await)
        .await?;
    Ok(Json(import))
}

/// An import, and what of it could not be taken back.
#[derive(Serialize, ToSchema)]
struct ContactImportAnswer {
    import: ContactImport,
    left: Vec<TableLeft>,
}

#[utoipa::path(get, path = "/contact-imports/{id}", tag = "moving", params(("id" = Uuid, Path)), responses((status = 200, body = ContactImportAnswer)))]
async fn one(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<ContactImport>>,
) -> Answer<Json<ContactImportAnswer>> {
    let ctx = signed.ctx.clone();
    let (import, left) = house
        .read(async move |tx: &mut Tx<'_>| actions::one(tx, &ctx, id).await)
        .await?;
    Ok(Json(ContactImportAnswer {
        import: told(&house, &signed.ctx, import),
        left,
    }))
}

/// How a table is to be read; what is not told is guessed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReadTable {
    #[serde(default)]
    charset: Option<TableCharset>,
    #[serde(default)]
    separator: Option<TableSeparator>,
    #[serde(default)]
    header: Option<bool>,
}

#[utoipa::path(post, path = "/contact-imports/{id}/read", tag = "moving", params(("id" = Uuid, Path)), request_body = ReadTable,
    responses((status = 200, body = TablePreview)))]
async fn read(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<ContactImport>>,
    Body(how): Body<ReadTable>,
) -> Answer<Json<TablePreview>> {
    let file = house
        .read(async move |tx: &mut Tx<'_>| {
            let import = actions::readable(tx, &signed.ctx, id).await?;
            let file = files::by_ids(tx, &[import.file_id]).await?.pop();
            file.ok_or_else(Error::not_found)
        })
        .await?;
    let seen = looked(&house, &file, (how.charset, how.separator, how.header)).await?;
    Ok(Json(seen))
}

#[utoipa::path(post, path = "/contact-imports/{id}/check", tag = "moving", params(("id" = Uuid, Path)), request_body = TableSettings,
    responses((status = 200, body = ContactImport)))]
async fn check(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<ContactImport>>,
    Body(settings): Body<TableSettings>,
) -> Answer<Json<ContactImport>> {
    let import = house
        .write(async move |tx: &mut Tx<'_>| actions::check(tx, &signed.ctx, id, &settings).await)
        .await?;
    Ok(Json(import))
}

#[utoipa::path(post, path = "/contact-imports/{id}/edit", tag = "moving", params(("id" = Uuid, Path)), responses((status = 200, body = ContactImport)))]
async fn edit(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<ContactImport>>,
) -> Answer<Json<ContactImport>> {
    let import = house
        .write(async move |tx: &mut Tx<'_>| actions::edit(tx, &signed.ctx, id).await)
        .await?;
    Ok(Json(import))
}

#[utoipa::path(post, path = "/contact-imports/{id}/run", tag = "moving", params(("id" = Uuid, Path)), responses((status = 200, body = ContactImport)))]
async fn run(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<ContactImport>>,
) -> Answer<Json<ContactImport>> {
    let import = house
        .write(async move |tx: &mut Tx<'_>| actions::run(tx, &signed.ctx, id).await)
        .await?;
    Ok(Json(import))
}

#[utoipa::path(post, path = "/contact-imports/{id}/stop", tag = "moving", params(("id" = Uuid, Path)), responses((status = 200, body = ContactImport)))]
async fn stop(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<ContactImport>>,
) -> Answer<Json<ContactImport>> {
    let import = house
        .write(async move |tx: &mut Tx<'_>| actions::stop(tx, &signed.ctx, id).await)
        .await?;
    Ok(Json(import))
}

#[utoipa::path(post, path = "/contact-imports/{id}/resume", tag = "moving", params(("id" = Uuid, Path)), responses((status = 200, body = ContactImport)))]
async fn resume(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<ContactImport>>,
) -> Answer<Json<ContactImport>> {
    let import = house
        .write(async move |tx: &mut Tx<'_>| actions::resume(tx, &signed.ctx, id).await)
        .await?;
    Ok(Json(import))
}

#[utoipa::path(post, path = "/contact-imports/{id}/take-back", tag = "moving", params(("id" = Uuid, Path)), responses((status = 200, body = ContactImport)))]
async fn take_back(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<ContactImport>>,
) -> Answer<Json<ContactImport>> {
    let import = house
        .write(async move |tx: &mut Tx<'_>| actions::take_back(tx, &signed.ctx, id).await)
        .await?;
    Ok(Json(import))
}

#[utoipa::path(delete, path = "/contact-imports/{id}", tag = "moving", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn remove(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<ContactImport>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| actions::remove(tx, &signed.ctx, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn file(name: &str, body: Bytes) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, files::disposition(false, name)),
    ];
    (headers, body).into_response()
}

#[utoipa::path(get, path = "/contact-imports/{id}/errors", tag = "moving", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "text/csv", body = String)))]
async fn errors(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<ContactImport>>,
) -> Answer<Response> {
    let ctx = signed.ctx.clone();
    let import = house
        .read(async move |tx: &mut Tx<'_>| leaving::may_have_errors(tx, &ctx, id).await)
        .await?;
    let language = signed.ctx.language;
    let rows = leaving::errors(&house, language, &import).await?;
    let name = house.texts().say(language, "moving-csv-errors", &[]);
    Ok(file(&format!("{name}.csv"), Bytes::from_stream(rows)))
}

/// Which contacts leave.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// A part of a name, company or number, as in the list; all without it.
    #[serde(default)]
    q: String,
    /// Only those that carry this label.
    label_id: Option<Uuid>,
}

#[utoipa::path(get, path = "/contacts/export", tag = "moving", params(Which), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export(
    State(house): State<House>,
    signed: Signed,
    Params(which): Params<Which>,
) -> Answer<Response> {
    let (ctx, q) = (signed.ctx.clone(), which.q.clone());
    let names = house
        .write(async move |tx: &mut Tx<'_>| leaving::begin(tx, &ctx, &q).await)
        .await?;
    let name = house
        .texts()
        .say(signed.ctx.language, "moving-csv-file", &[]);
    let writing = Writing::new(house.clone(), signed.ctx, (which.q, which.label_id), names);
    Ok(file(
        &format!("{name}.csv"),
        Bytes::from_stream(writing.pages()),
    ))
}
