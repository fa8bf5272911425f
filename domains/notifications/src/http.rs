//! Routes of the notification centre.

use crate::{actions, model::Notice, store};
use accounts::Signed;
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use kernel::{Id, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, OpenApiRouter, Params, routes};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(done)).routes(routes!(all_done))
}

/// Where to go on.
#[derive(Deserialize, IntoParams)]
struct Page {
    /// `next` of the page before.
    next: Option<Uuid>,
}
/// A page of notices, newest first.
#[derive(Serialize, ToSchema)]
struct NoticesAnswer {
    items: Vec<Notice>,
    /// How many are not done.
    open: i64,
    next: Option<Uuid>,
}

#[utoipa::path(get, path = "/notices", tag = "notifications", params(Page), responses((status = 200, body = NoticesAnswer)))]
async fn list(State(house): State<House>, signed: Signed, Params(page): Params<Page>) -> Answer<Json<NoticesAnswer>> {
    const LIMIT: i64 = 50;
    let (items, open) = house
        .read(async move |tx: &mut Tx<'_>| {
            let items = store::list(tx, signed.person, page.next, LIMIT).await?;
            Ok((items, store::open_count(tx, signed.person).await?))
        })
        .await?;
    let full = i64::try_from(items.len()).unwrap_or(0) == LIMIT;
    let next = items.last().map(|n| n.id.uuid()).filter(|_| full);
    Ok(Json(NoticesAnswer { items, open, next }))
}

/// Handled, or not after all.
#[derive(Deserialize, ToSchema)]
struct Done {
    done: bool,
}

#[utoipa::path(post, path = "/notices/{id}/done", tag = "notifications", params(("id" = Uuid, Path)), request_body = Done,
    responses((status = 200, body = Notice)))]
async fn done(State(house): State<House>, signed: Signed, At(id): At<Id<Notice>>, Body(form): Body<Done>) -> Answer<Json<Notice>> {
    let notice = house
        .write(async move |tx: &mut Tx<'_>| actions::set_done(tx, &signed.ctx, signed.person, id, form.done).await)
        .await?;
    Ok(Json(notice))
}

#[utoipa::path(post, path = "/notices/done-all", tag = "notifications", responses((status = 204)))]
async fn all_done(State(house): State<House>, signed: Signed) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| actions::all_done(tx, &signed.ctx, signed.person).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
