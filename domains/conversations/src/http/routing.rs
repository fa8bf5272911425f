//! The routing table.

use crate::{
    actions::routing::{self, RuleDraft},
    model::{Conditions, Label, Queue, RoutingRule, TrialAnswer},
};
use accounts::{Person, Signed, require};
use axum::{Json, extract::State, http::StatusCode};
use channels::Account;
use db::Tx;
use kernel::Id;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, At, Body, House};

/// The right the table needs, as everything that says where clients come in.
const RIGHT: &str = "channels.manage";

#[utoipa::path(get, path = "/routing", tag = "conversations", responses((status = 200, body = Vec<RoutingRule>)))]
pub(super) async fn rules(
    State(house): State<House>,
    signed: Signed,
) -> Answer<Json<Vec<RoutingRule>>> {
    let rules = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, RIGHT).await?;
            routing::rules(tx).await
        })
        .await?;
    Ok(Json(rules))
}

/// A row to be made or changed; it has a queue or a person.
#[derive(Deserialize, ToSchema)]
pub(super) struct RuleForm {
    name: String,
    /// Whether it is looked at.
    #[serde(default = "on")]
    enabled: bool,
    #[serde(default)]
    conditions: Conditions,
    queue_id: Option<Id<Queue>>,
    person_id: Option<Id<Person>>,
    /// Labels it puts on the chat.
    #[serde(default)]
    put_labels: Vec<Id<Label>>,
}

const fn on() -> bool {
    true
}

async fn save(
    house: House,
    signed: Signed,
    id: Option<Id<RoutingRule>>,
    form: RuleForm,
) -> Answer<Json<RoutingRule>> {
    let draft = RuleDraft {
        name: form.name,
        enabled: form.enabled,
        conditions: form.conditions,
        queue_id: form.queue_id,
        person_id: form.person_id,
        put_labels: form.put_labels,
    };
    let rule = house
        .write(async move |tx: &mut Tx<'_>| {
            let ctx = &signed.ctx;
            require(tx, ctx, RIGHT).await?;
            let rule = draft.with(id.unwrap_or_else(|| ctx.ids.next()));
            routing::save_rule(tx, ctx, rule, id.is_none()).await
        })
        .await?;
    Ok(Json(rule))
}

#[utoipa::path(post, path = "/routing", tag = "conversations", request_body = RuleForm, responses((status = 200, body = RoutingRule)))]
pub(super) async fn add_rule(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<RuleForm>,
) -> Answer<Json<RoutingRule>> {
    save(house, signed, None, form).await
}

#[utoipa::path(patch, path = "/routing/{id}", tag = "conversations", params(("id" = Uuid, Path)), request_body = RuleForm,
    responses((status = 200, body = RoutingRule)))]
pub(super) async fn change_rule(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<RoutingRule>>,
    Body(form): Body<RuleForm>,
) -> Answer<Json<RoutingRule>> {
    save(house, signed, Some(id), form).await
}

#[utoipa::path(delete, path = "/routing/{id}", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 204)))]
pub(super) async fn delete_rule(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<RoutingRule>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, RIGHT).await?;
            routing::delete_rule(tx, &signed.ctx, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// All rows, in the order they are to be looked at.
#[derive(Deserialize, ToSchema)]
pub(super) struct RuleOrder {
    ids: Vec<Id<RoutingRule>>,
}

#[utoipa::path(put, path = "/routing/order", tag = "conversations", request_body = RuleOrder, responses((status = 204)))]
pub(super) async fn order(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<RuleOrder>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, RIGHT).await?;
            routing::order(tx, &signed.ctx, &form.ids).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a client might write.
#[derive(Deserialize, ToSchema)]
pub(super) struct TrialForm {
    text: String,
    /// To which account.
    account_id: Id<Account>,
    /// Their language, as a channel would tell it.
    #[serde(default)]
    language: String,
    /// The labels on their card.
    #[serde(default)]
    label_ids: Vec<Id<Label>>,
}

#[utoipa::path(post, path = "/routing/trial", tag = "conversations", request_body = TrialForm, responses((status = 200, body = TrialAnswer)))]
pub(super) async fn attempt(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<TrialForm>,
) -> Answer<Json<TrialAnswer>> {
    let answer = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, RIGHT).await?;
            let now = signed.ctx.now;
            let of = (form.language.as_str(), form.label_ids);
            routing::attempt(tx, &form.text, form.account_id, of, now).await
        })
        .await?;
    Ok(Json(answer))
}
