//! Routes of tables and rows.

use super::{Overtaken, answer, tasks::Before};
use crate::{
    actions::{
        self, EntryPage, NewComment, NewRow, RowPage, RowPatch, RowQuery, RowTarget, TableForm,
        TableTarget,
    },
    model::{Entry, MyTable, Row, Table},
};
use accounts::Signed;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use db::Tx;
use kernel::{Id, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, OpenApiRouter, Params, routes};

pub(super) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(targets))
        .routes(routes!(one, save, delete))
        .routes(routes!(rows, add_row))
        .routes(routes!(one_row, change_row, delete_row))
        .routes(routes!(history, comment))
}

#[utoipa::path(get, path = "/tables", tag = "records", responses((status = 200, body = Vec<MyTable>)))]
async fn list(State(house): State<House>, signed: Signed) -> Answer<Json<Vec<MyTable>>> {
    Ok(Json(
        house
            .read(async move |tx: &mut Tx<'_>| actions::my_tables(tx, signed.person).await)
            .await?,
    ))
}

#[utoipa::path(post, path = "/tables", tag = "records", request_body = TableForm, responses((status = 200, body = MyTable)))]
async fn create(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<TableForm>,
) -> Answer<Json<MyTable>> {
    let table = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::create_table(tx, &signed.ctx, signed.person, form).await
        })
        .await?;
    Ok(Json(table))
}

/// What is looked for, and where.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Where {
    /// Words or a number.
    q: Option<String>,
    /// Only in this table.
    table_id: Option<Uuid>,
}

/// Rows that were found, and the tables I may write.
#[derive(Serialize, ToSchema)]
struct RowsFound {
    tables: Vec<TableTarget>,
    items: Vec<RowTarget>,
}

#[utoipa::path(get, path = "/tables/targets", tag = "records", params(Where), responses((status = 200, body = RowsFound)))]
async fn targets(
    State(house): State<House>,
    signed: Signed,
    Params(query): Params<Where>,
) -> Answer<Json<RowsFound>> {
    let (tables, items) = house
        .read(async move |tx: &mut Tx<'_>| {
            let table = query.table_id.map(Id::new);
            actions::row_targets(tx, signed.person, table, query.q.as_deref()).await
        })
        .await?;
    Ok(Json(RowsFound { tables, items }))
}

#[utoipa::path(get, path = "/tables/{id}", tag = "records", params(("id" = Uuid, Path)), responses((status = 200, body = MyTable)))]
async fn one(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Table>>,
) -> Answer<Json<MyTable>> {
    let table = house
        .read(async move |tx: &mut Tx<'_>| actions::one_table(tx, signed.person, id).await)
        .await?;
    Ok(Json(table))
}

#[utoipa::path(put, path = "/tables/{id}", tag = "records", params(("id" = Uuid, Path)), request_body = TableForm,
    responses((status = 200, body = MyTable), (status = 409, body = Overtaken<MyTable>)))]
async fn save(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Table>>,
    Body(form): Body<TableForm>,
) -> Answer<Response> {
    let (ctx, me) = (signed.ctx.clone(), signed.person);
    let saved = house
        .write(async move |tx: &mut Tx<'_>| actions::save_table(tx, &ctx, me, id, form).await)
        .await?;
    Ok(answer(&house, &signed, saved))
}

#[utoipa::path(delete, path = "/tables/{id}", tag = "records", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn delete(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Table>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            actions::delete_table(tx, &signed.ctx, signed.person, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/tables/{id}/rows", tag = "records", params(("id" = Uuid, Path), RowQuery),
    responses((status = 200, body = RowPage)))]
async fn rows(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Table>>,
    Params(query): Params<RowQuery>,
) -> Answer<Json<RowPage>> {
    let page = house
        .read(async move |tx: &mut Tx<'_>| actions::rows(tx, signed.person, id, query).await)
        .await?;
    Ok(Json(page))
}

#[utoipa::path(post, path = "/tables/{id}/rows", tag = "records", params(("id" = Uuid, Path)), request_body = NewRow,
    responses((status = 200, body = Row)))]
async fn add_row(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Table>>,
    Body(form): Body<NewRow>,
) -> Answer<Response> {
    let (ctx, me) = (signed.ctx.clone(), signed.person);
    let saved = house
        .write(async move |tx: &mut Tx<'_>| actions::add_row(tx, &ctx, me, id, form).await)
        .await?;
    Ok(answer(&house, &signed, saved))
}

#[utoipa::path(get, path = "/rows/{id}", tag = "records", params(("id" = Uuid, Path)), responses((status = 200, body = Row)))]
async fn one_row(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Row>>,
) -> Answer<Json<Row>> {
    let row = house
        .read(async move |tx: &mut Tx<'_>| actions::one_row(tx, signed.person, id).await)
        .await?;
    Ok(Json(row))
}

#[utoipa::path(patch, path = "/rows/{id}", tag = "records", params(("id" = Uuid, Path)), request_body = RowPatch,
    responses((status = 200, body = Row), (status = 409, body = Overtaken<Row>)))]
async fn change_row(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Row>>,
    Body(patch): Body<RowPatch>,
) -> Answer<Response> {
    let (ctx, me) = (signed.ctx.clone(), signed.person);
    let saved = house
        .write(async move |tx: &mut Tx<'_>| actions::change_row(tx, &ctx, me, id, patch).await)
        .await?;
    Ok(answer(&house, &signed, saved))
}

#[utoipa::path(delete, path = "/rows/{id}", tag = "records", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn delete_row(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Row>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            actions::delete_row(tx, &signed.ctx, signed.person, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/rows/{id}/entries", tag = "records", params(("id" = Uuid, Path), Before),
    responses((status = 200, body = EntryPage)))]
async fn history(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Row>>,
    Params(page): Params<Before>,
) -> Answer<Json<EntryPage>> {
    let page = house
        .read(async move |tx: &mut Tx<'_>| {
            actions::row_entries(tx, signed.person, id, page.before.map(Id::new)).await
        })
        .await?;
    Ok(Json(page))
}

#[utoipa::path(post, path = "/rows/{id}/entries", tag = "records", params(("id" = Uuid, Path)), request_body = NewComment,
    responses((status = 200, body = Entry)))]
async fn comment(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Row>>,
    Body(form): Body<NewComment>,
) -> Answer<Json<Entry>> {
    let entry = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::comment_row(tx, &signed.ctx, signed.person, id, form).await
        })
        .await?;
    Ok(Json(entry))
}
