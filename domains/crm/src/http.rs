//! Routes of contacts; the card with its chats is `conversations`' business.

use crate::{actions, model::Contact};
use accounts::{Signed, require};
use axum::{Json, extract::State};
use db::Tx;
use kernel::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, House, OpenApiRouter, Params, routes};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new().routes(routes!(list))
}

/// What to find.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Find {
    /// A part of a name, company or number.
    #[serde(default)]
    q: String,
    /// `next` of the page before.
    next: Option<Uuid>,
}
/// A page of contacts, newest first.
#[derive(Serialize, ToSchema)]
struct ContactsAnswer {
    items: Vec<Contact>,
    next: Option<Uuid>,
}

#[utoipa::path(get, path = "/contacts", tag = "crm", params(Find), responses((status = 200, body = ContactsAnswer)))]
async fn list(
    State(house): State<House>,
    signed: Signed,
    Params(find): Params<Find>,
) -> Answer<Json<ContactsAnswer>> {
    const PAGE: i64 = 60;
    let items = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "contacts.edit").await?;
            actions::find(tx, &find.q, find.next, PAGE).await
        })
        .await?;
    let full = i64::try_from(items.len()).unwrap_or(0) == PAGE;
    let next = items.last().map(|c| c.id.uuid()).filter(|_| full);
    Ok(Json(ContactsAnswer { items, next }))
}
