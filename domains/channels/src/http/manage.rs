//! Connecting and looking after accounts.

use crate::{
    actions::{self, AccountPatch, NewAccount},
    chosen,
    live::{Connectors, fields_of},
    model::{
        Account, ApprovedTemplate, ChannelAccount, ChannelBrief, ChannelKind, ChatToChoose,
        SigningIn,
    },
    signing, store,
    templates::{self, NewTemplate},
};
use accounts::{Signed, require};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use channel::CheckOutcome;
use db::Tx;
use kernel::{Id, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use web::{Answer, At, Body, House};

/// What is connected and what can be.
#[derive(Serialize, ToSchema)]
pub(super) struct ChannelsAnswer {
    accounts: Vec<ChannelAccount>,
    kinds: Vec<ChannelKind>,
}

#[utoipa::path(get, path = "/channels", tag = "channels", responses((status = 200, body = ChannelsAnswer)))]
pub(super) async fn list(
    State(house): State<House>,
    signed: Signed,
    headers: HeaderMap,
) -> Answer<Json<ChannelsAnswer>> {
    let accounts = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "channels.manage").await?;
            store::accounts(tx).await
        })
        .await?;
    let address = house.address(&headers);
    let accounts = accounts
        .into_iter()
        .map(|a| actions::shown(&house, a, &address))
        .collect::<Result<_, _>>()?;
    let kinds = house
        .part::<Connectors>()?
        .0
        .iter()
        .map(|c| {
            let info = c.info();
            ChannelKind {
                kind: info.kind,
                sign_in: info.sign_in,
                settings: fields_of(&**c),
                capabilities: info.capabilities,
            }
        })
        .collect();
    Ok(Json(ChannelsAnswer { accounts, kinds }))
}

#[utoipa::path(get, path = "/channels/brief", tag = "channels", responses((status = 200, body = Vec<ChannelBrief>)))]
pub(super) async fn brief(
    State(house): State<House>,
    _: Signed,
) -> Answer<Json<Vec<ChannelBrief>>> {
    Ok(Json(actions::accounts_brief(&house).await?))
}

#[utoipa::path(post, path = "/channels", tag = "channels", request_body = NewAccount, responses((status = 200, body = ChannelAccount)))]
pub(super) async fn create(
    State(house): State<House>,
    signed: Signed,
    headers: HeaderMap,
    Body(form): Body<NewAccount>,
) -> Answer<Json<ChannelAccount>> {
    let account = actions::create_account(&house, &signed.ctx, form).await?;
    Ok(Json(actions::shown(
        &house,
        account,
        &house.address(&headers),
    )?))
}

#[utoipa::path(patch, path = "/channels/{id}", tag = "channels", params(("id" = Uuid, Path)), request_body = AccountPatch,
    responses((status = 200, body = ChannelAccount)))]
pub(super) async fn change(
    State(house): State<House>,
    signed: Signed,
    headers: HeaderMap,
    At(id): At<Id<Account>>,
    Body(patch): Body<AccountPatch>,
) -> Answer<Json<ChannelAccount>> {
    let account = actions::change_account(&house, &signed.ctx, id, patch).await?;
    Ok(Json(actions::shown(
        &house,
        account,
        &house.address(&headers),
    )?))
}

#[utoipa::path(delete, path = "/channels/{id}", tag = "channels", params(("id" = Uuid, Path)), responses((status = 204)))]
pub(super) async fn delete(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Account>>,
) -> Answer<StatusCode> {
    actions::delete_account(&house, &signed.ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Settings to be tried.
#[derive(Deserialize, ToSchema)]
pub(super) struct Try {
    kind: String,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    /// An account whose stored secrets fill the empty ones.
    id: Option<Id<Account>>,
}

#[utoipa::path(post, path = "/channels/check", tag = "channels", request_body = Try, responses((status = 200, body = CheckOutcome)))]
pub(super) async fn try_settings(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<Try>,
) -> Answer<Json<CheckOutcome>> {
    Ok(Json(
        actions::try_settings(&house, &signed.ctx, &form.kind, form.settings, form.id).await?,
    ))
}

#[utoipa::path(post, path = "/channels/{id}/check", tag = "channels", params(("id" = Uuid, Path)), responses((status = 200, body = ChannelAccount)))]
pub(super) async fn check(
    State(house): State<House>,
    signed: Signed,
    headers: HeaderMap,
    At(id): At<Id<Account>>,
) -> Answer<Json<ChannelAccount>> {
    let mut account = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "channels.manage").await?;
            store::account(tx, id).await
        })
        .await?;
    account.health = actions::check(&house, &account).await?;
    Ok(Json(actions::shown(
        &house,
        account,
        &house.address(&headers),
    )?))
}

#[utoipa::path(get, path = "/channels/{id}/templates", tag = "channels", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<ApprovedTemplate>)))]
pub(super) async fn templates(
    State(house): State<House>,
    _: Signed,
    At(id): At<Id<Account>>,
) -> Answer<Json<Vec<ApprovedTemplate>>> {
    Ok(Json(
        house
            .read(async move |tx: &mut Tx<'_>| templates::list(tx, id).await)
            .await?,
    ))
}

#[utoipa::path(post, path = "/channels/{id}/templates", tag = "channels", params(("id" = Uuid, Path)), request_body = NewTemplate,
    responses((status = 200, body = ApprovedTemplate)))]
pub(super) async fn submit_template(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Account>>,
    Body(form): Body<NewTemplate>,
) -> Answer<Json<ApprovedTemplate>> {
    Ok(Json(
        templates::submit(&house, &signed.ctx, id, form).await?,
    ))
}

#[utoipa::path(post, path = "/channels/{id}/templates/renew", tag = "channels", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<ApprovedTemplate>)))]
pub(super) async fn renew_templates(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Account>>,
) -> Answer<Json<Vec<ApprovedTemplate>>> {
    let account = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "channels.manage").await?;
            store::account(tx, id).await
        })
        .await?;
    templates::renew(&house, &account).await?;
    Ok(Json(
        house
            .read(async move |tx: &mut Tx<'_>| templates::list(tx, id).await)
            .await?,
    ))
}

#[utoipa::path(delete, path = "/channels/{id}/templates/{template}", tag = "channels",
    params(("id" = Uuid, Path), ("template" = Uuid, Path)), responses((status = 204)))]
pub(super) async fn delete_template(
    State(house): State<House>,
    signed: Signed,
    At((id, template)): At<(Id<Account>, Id<ApprovedTemplate>)>,
) -> Answer<StatusCode> {
    templates::delete(&house, &signed.ctx, id, template).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/channels/sign-in", tag = "channels", request_body = Try, responses((status = 200, body = SigningIn)))]
pub(super) async fn start_sign_in(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<Try>,
) -> Answer<Json<SigningIn>> {
    Ok(Json(
        signing::start(&house, &signed.ctx, &form.kind, form.settings, form.id).await?,
    ))
}

/// What was typed for a step of signing in.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct SigningInAnswer {
    /// None: how does it stand?
    answer: Option<String>,
}

#[utoipa::path(post, path = "/channels/sign-in/{sign_in}", tag = "channels", params(("sign_in" = Uuid, Path)),
    request_body = SigningInAnswer, responses((status = 200, body = SigningIn)))]
pub(super) async fn go_on_signing_in(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Uuid>,
    Body(form): Body<SigningInAnswer>,
) -> Answer<Json<SigningIn>> {
    Ok(Json(
        signing::go_on(&house, &signed.ctx, id, form.answer).await?,
    ))
}

#[utoipa::path(get, path = "/channels/{id}/chats", tag = "channels", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<ChatToChoose>)))]
pub(super) async fn chats(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Account>>,
) -> Answer<Json<Vec<ChatToChoose>>> {
    Ok(Json(chosen::list(&house, &signed.ctx, id).await?))
}

/// What a chat is.
#[derive(Deserialize, ToSchema)]
pub(super) struct ChatMark {
    /// The company's business; otherwise private.
    work: bool,
}

#[utoipa::path(put, path = "/channels/{id}/chats/{chat}", tag = "channels",
    params(("id" = Uuid, Path), ("chat" = String, Path)), request_body = ChatMark, responses((status = 204)))]
pub(super) async fn mark_chat(
    State(house): State<House>,
    signed: Signed,
    At((id, chat)): At<(Id<Account>, String)>,
    Body(form): Body<ChatMark>,
) -> Answer<StatusCode> {
    chosen::choose(&house, &signed.ctx, id, chat, form.work).await?;
    Ok(StatusCode::NO_CONTENT)
}
