//! Routes of what somebody and I have in common in tasks.

use super::tasks::Before;
use crate::actions::{self, CommentsOf, TaskFilter, TasksTogether};
use accounts::{Person, Signed};
use axum::{Json, extract::State};
use db::Tx;
use kernel::Id;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Answer, At, House, OpenApiRouter, Params, routes};

pub(super) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(tasks_with))
        .routes(routes!(comments_of))
}

/// Which tasks.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WhichTogether {
    #[param(inline)]
    filter: Option<TaskFilter>,
    /// `next` of the page before.
    next: Option<String>,
}

#[utoipa::path(get, path = "/people/{id}/tasks", tag = "records", params(("id" = Uuid, Path), WhichTogether),
    responses((status = 200, body = TasksTogether)))]
async fn tasks_with(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Person>>,
    Params(which): Params<WhichTogether>,
) -> Answer<Json<TasksTogether>> {
    let now = signed.ctx.now;
    let page = house
        .read(async move |tx: &mut Tx<'_>| {
            let filter = which.filter.unwrap_or_default();
            actions::tasks_together(tx, signed.person, id, now, filter, which.next.as_deref()).await
        })
        .await?;
    Ok(Json(page))
}

#[utoipa::path(get, path = "/people/{id}/comments", tag = "records", params(("id" = Uuid, Path), Before),
    responses((status = 200, body = CommentsOf)))]
async fn comments_of(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Person>>,
    Params(page): Params<Before>,
) -> Answer<Json<CommentsOf>> {
    let page = house
        .read(async move |tx: &mut Tx<'_>| {
            actions::comments_of(tx, signed.person, id, page.before.map(Id::new)).await
        })
        .await?;
    Ok(Json(page))
}
