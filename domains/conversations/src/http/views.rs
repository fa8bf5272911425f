//! Filters of the client list, kept or asked once.

use crate::{
    actions::views::{self, Draft},
    http::chats::InboxPage,
    model::{ChatFilter, ChatView, InboxGroup, ViewCount, Which},
};
use accounts::Signed;
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use kernel::Id;
use messages::Thread;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, At, Body, House};

#[utoipa::path(get, path = "/views", tag = "conversations", responses((status = 200, body = Vec<ChatView>)))]
pub(super) async fn list(
    State(house): State<House>,
    signed: Signed,
) -> Answer<Json<Vec<ChatView>>> {
    Ok(Json(
        house
            .read(async move |tx: &mut Tx<'_>| views::all(tx, signed.person).await)
            .await?,
    ))
}

#[utoipa::path(get, path = "/views/counts", tag = "conversations", responses((status = 200, body = Vec<ViewCount>)))]
pub(super) async fn counts(
    State(house): State<House>,
    signed: Signed,
) -> Answer<Json<Vec<ViewCount>>> {
    Ok(Json(
        house
            .read(async move |tx: &mut Tx<'_>| {
                views::counts(tx, signed.person, signed.ctx.now).await
            })
            .await?,
    ))
}

/// A view to be made.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewView {
    name: String,
    /// For everybody; takes the right to arrange.
    #[serde(default)]
    shared: bool,
    #[serde(deserialize_with = "crate::model::object")]
    filter: ChatFilter,
}

/// What is to be different in a view.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct ViewPatch {
    name: Option<String>,
    shared: Option<bool>,
    #[serde(deserialize_with = "crate::model::maybe_object")]
    filter: Option<ChatFilter>,
}

#[utoipa::path(post, path = "/views", tag = "conversations", request_body = NewView, responses((status = 200, body = ChatView)))]
pub(super) async fn add(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<NewView>,
) -> Answer<Json<ChatView>> {
    let draft = Draft {
        name: Some(form.name),
        shared: Some(form.shared),
        filter: Some(form.filter),
    };
    save(house, signed, None, draft).await
}

#[utoipa::path(patch, path = "/views/{id}", tag = "conversations", params(("id" = Uuid, Path)), request_body = ViewPatch,
    responses((status = 200, body = ChatView)))]
pub(super) async fn change(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<ChatView>>,
    Body(form): Body<ViewPatch>,
) -> Answer<Json<ChatView>> {
    let draft = Draft {
        name: form.name,
        shared: form.shared,
        filter: form.filter,
    };
    save(house, signed, Some(id), draft).await
}

async fn save(
    house: House,
    signed: Signed,
    id: Option<Id<ChatView>>,
    draft: Draft,
) -> Answer<Json<ChatView>> {
    let view = house
        .write(async move |tx: &mut Tx<'_>| {
            views::save(tx, &signed.ctx, signed.person, id, draft).await
        })
        .await?;
    Ok(Json(view))
}

#[utoipa::path(delete, path = "/views/{id}", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 204)))]
pub(super) async fn delete(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<ChatView>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| views::delete(tx, &signed.ctx, signed.person, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which list of chats: exactly one of group, view and filter.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct ListForm {
    group: Option<InboxGroup>,
    view_id: Option<Id<ChatView>>,
    #[serde(deserialize_with = "crate::model::maybe_object")]
    filter: Option<ChatFilter>,
    /// A part of the client's name, or of a label's.
    q: String,
    /// `next` of the page before.
    next: Option<String>,
}

impl ListForm {
    fn split(self) -> (Which, Option<String>) {
        let which = Which {
            group: self.group,
            view_id: self.view_id,
            filter: self.filter,
            q: self.q,
        };
        (which, self.next)
    }
}

#[utoipa::path(post, path = "/inbox/page", tag = "conversations", request_body = ListForm, responses((status = 200, body = InboxPage)))]
pub(super) async fn page(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<ListForm>,
) -> Answer<Json<InboxPage>> {
    let (which, next) = form.split();
    let (items, next) = house
        .read(async move |tx: &mut Tx<'_>| {
            views::page(tx, signed.person, &which, next.as_deref(), signed.ctx.now).await
        })
        .await?;
    Ok(Json(InboxPage { items, next }))
}

/// The chats of a list, 1000 of them at most.
#[derive(Serialize, ToSchema)]
pub(super) struct ListIds {
    ids: Vec<Id<Thread>>,
    /// There are more than are named here.
    more: bool,
}

#[utoipa::path(post, path = "/inbox/ids", tag = "conversations", request_body = ListForm, responses((status = 200, body = ListIds)))]
pub(super) async fn ids(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<ListForm>,
) -> Answer<Json<ListIds>> {
    let (which, _) = form.split();
    let (ids, more) = house
        .read(async move |tx: &mut Tx<'_>| {
            views::ids(tx, signed.person, &which, signed.ctx.now).await
        })
        .await?;
    Ok(Json(ListIds { ids, more }))
}
