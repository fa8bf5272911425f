//! Labels, and putting them on chats and contacts.

use crate::{
    actions::labels::{self, Draft},
    http::chats::then_show,
    model::{Label, LabelColor, MyClientChat},
};
use accounts::{Person, Signed};
use axum::{Json, extract::State, http::StatusCode};
use crm::Contact;
use db::Tx;
use kernel::{Ctx, Id};
use messages::Thread;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, At, Body, House};

#[utoipa::path(get, path = "/labels", tag = "conversations", responses((status = 200, body = Vec<Label>)))]
pub(super) async fn list(State(house): State<House>, _: Signed) -> Answer<Json<Vec<Label>>> {
    Ok(Json(
        house
            .read(async |tx: &mut Tx<'_>| labels::all(tx).await)
            .await?,
    ))
}

/// A label to be made.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewLabel {
    /// 1 to 40 letters.
    name: String,
    color: LabelColor,
}

/// What is to be different in a label.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct LabelPatch {
    name: Option<String>,
    color: Option<LabelColor>,
    /// It stays where it was put, and is offered no more.
    archived: Option<bool>,
}

#[utoipa::path(post, path = "/labels", tag = "conversations", request_body = NewLabel, responses((status = 200, body = Label)))]
pub(super) async fn add(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<NewLabel>,
) -> Answer<Json<Label>> {
    let draft = Draft {
        name: Some(form.name),
        color: Some(form.color),
        archived: None,
    };
    let label = house
        .write(async move |tx: &mut Tx<'_>| labels::save(tx, &signed.ctx, None, draft).await)
        .await?;
    Ok(Json(label))
}

#[utoipa::path(patch, path = "/labels/{id}", tag = "conversations", params(("id" = Uuid, Path)), request_body = LabelPatch,
    responses((status = 200, body = Label)))]
pub(super) async fn change(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Label>>,
    Body(form): Body<LabelPatch>,
) -> Answer<Json<Label>> {
    let draft = Draft {
        name: form.name,
        color: form.color,
        archived: form.archived,
    };
    let label = house
        .write(async move |tx: &mut Tx<'_>| labels::save(tx, &signed.ctx, Some(id), draft).await)
        .await?;
    Ok(Json(label))
}

/// All labels, in the order wanted.
#[derive(Deserialize, ToSchema)]
pub(super) struct LabelOrder {
    ids: Vec<Id<Label>>,
}

#[utoipa::path(put, path = "/labels/order", tag = "conversations", request_body = LabelOrder, responses((status = 204)))]
pub(super) async fn order(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<LabelOrder>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| labels::order(tx, &signed.ctx, &form.ids).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Labels to put on and to take off.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Marks {
    add: Vec<Id<Label>>,
    remove: Vec<Id<Label>>,
}

#[utoipa::path(post, path = "/client-chats/{id}/labels", tag = "conversations", params(("id" = Uuid, Path)), request_body = Marks,
    responses((status = 200, body = MyClientChat)))]
pub(super) async fn mark(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<Marks>,
) -> Answer<Json<MyClientChat>> {
    then_show(
        house,
        signed,
        id,
        async move |tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>| {
            labels::mark(tx, ctx, me, id, &form.add, &form.remove)
                .await
                .map(drop)
        },
    )
    .await
}

#[utoipa::path(post, path = "/contacts/{id}/labels", tag = "conversations", params(("id" = Uuid, Path)), request_body = Marks,
    responses((status = 200, body = Contact)))]
pub(super) async fn mark_contact(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Contact>>,
    Body(form): Body<Marks>,
) -> Answer<Json<Contact>> {
    let contact = house
        .write(async move |tx: &mut Tx<'_>| {
            labels::mark_contact(tx, &signed.ctx, id, &form.add, &form.remove).await
        })
        .await?;
    Ok(Json(contact))
}
