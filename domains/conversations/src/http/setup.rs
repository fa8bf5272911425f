//! Queues.

use crate::{
    actions::queues,
    model::{Policy, Queue, QueueRules},
    store,
};
use accounts::{Department, Person, Signed, require};
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use kernel::{Error, Id};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, At, Body, House};

#[utoipa::path(get, path = "/queues", tag = "conversations", responses((status = 200, body = Vec<Queue>)))]
pub(super) async fn queues(State(house): State<House>, _: Signed) -> Answer<Json<Vec<Queue>>> {
    Ok(Json(
        house
            .read(async |tx: &mut Tx<'_>| store::queues(tx).await)
            .await?,
    ))
}

/// A queue to be made or changed.
#[derive(Deserialize, ToSchema)]
pub(super) struct QueueForm {
    name: String,
    #[serde(default)]
    member_ids: Vec<Id<Person>>,
    #[serde(default)]
    department_ids: Vec<Id<Department>>,
    /// How chats are given out; absent: as before, first to answer in a new queue.
    policy: Option<Policy>,
    /// What the queue does by itself; absent: as before.
    #[serde(default, deserialize_with = "crate::model::maybe_object")]
    rules: Option<QueueRules>,
}

async fn save(
    house: House,
    signed: Signed,
    id: Option<Id<Queue>>,
    form: QueueForm,
) -> Answer<Json<Queue>> {
    let queue = house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "channels.manage").await?;
            let before = match id {
                Some(id) => {
                    let mut all = store::queues(tx).await?.into_iter();
                    Some(all.find(|q| q.id == id).ok_or_else(Error::not_found)?)
                }
                None => None,
            };
            let policy = form.policy.or_else(|| before.as_ref().map(|q| q.policy));
            let rules = form.rules.or_else(|| before.map(|q| q.rules));
            let queue = Queue {
                id: id.unwrap_or_else(|| signed.ctx.ids.next()),
                name: form.name,
                member_ids: form.member_ids,
                department_ids: form.department_ids,
                policy: policy.unwrap_or_default(),
                rules: rules.unwrap_or_default(),
            };
            queues::save_queue(tx, &signed.ctx, queue).await
        })
        .await?;
    Ok(Json(queue))
}

#[utoipa::path(post, path = "/queues", tag = "conversations", request_body = QueueForm, responses((status = 200, body = Queue)))]
pub(super) async fn add_queue(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<QueueForm>,
) -> Answer<Json<Queue>> {
    save(house, signed, None, form).await
}

#[utoipa::path(patch, path = "/queues/{id}", tag = "conversations", params(("id" = Uuid, Path)), request_body = QueueForm,
    responses((status = 200, body = Queue)))]
pub(super) async fn change_queue(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Queue>>,
    Body(form): Body<QueueForm>,
) -> Answer<Json<Queue>> {
    save(house, signed, Some(id), form).await
}

#[utoipa::path(delete, path = "/queues/{id}", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 204)))]
pub(super) async fn delete_queue(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Queue>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "channels.manage").await?;
            queues::delete_queue(tx, &signed.ctx, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
