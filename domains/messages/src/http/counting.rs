//! The route of how much was written in a thread.

use crate::{
    counting::{self, Written},
    model::Thread,
};
use accounts::Signed;
use axum::{Json, extract::State};
use db::Tx;
use kernel::Id;
use web::{Answer, At, House, OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new().routes(routes!(statistics))
}

#[utoipa::path(get, path = "/threads/{id}/statistics", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<Written>)))]
async fn statistics(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<Json<Vec<Written>>> {
    let written = house
        .read(async move |tx: &mut Tx<'_>| counting::written(tx, signed.person, id).await)
        .await?;
    Ok(Json(written))
}
