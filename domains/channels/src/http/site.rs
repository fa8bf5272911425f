//! What an administrator does about a site: its secret, where its widget was seen, how settings would look.

use super::widget::{WidgetConfig, config_of};
use crate::{
    model::Account,
    site::{self, SiteFacts},
    visitors::is_embedded_kind,
};
use accounts::{Signed, require};
use axum::{Json, extract::State, http::HeaderMap};
use channel::Settings;
use db::Tx;
use kernel::{Error, Id};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, Params};

#[utoipa::path(get, path = "/channels/{id}/site", tag = "channels", params(("id" = Uuid, Path)), responses((status = 200, body = SiteFacts)))]
pub(super) async fn of_account(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Account>>,
) -> Answer<Json<SiteFacts>> {
    Ok(Json(site::of_account(&house, &signed.ctx, id).await?))
}

#[utoipa::path(post, path = "/channels/{id}/site/secret", tag = "channels", params(("id" = Uuid, Path)), responses((status = 200, body = SiteFacts)))]
pub(super) async fn renew_secret(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Account>>,
) -> Answer<Json<SiteFacts>> {
    Ok(Json(site::renew_secret(&house, &signed.ctx, id).await?))
}

/// Settings to be looked at before they are saved.
#[derive(Deserialize, ToSchema)]
pub(super) struct TriedSettings {
    kind: String,
    #[serde(default)]
    settings: BTreeMap<String, String>,
}

#[utoipa::path(post, path = "/channels/preview", tag = "channels", request_body = TriedSettings, responses((status = 200, body = WidgetConfig)))]
pub(super) async fn preview(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<TriedSettings>,
) -> Answer<Json<WidgetConfig>> {
    let workspace = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "channels.manage").await?;
            accounts::workspace(tx).await
        })
        .await?;
    if !is_embedded_kind(&form.kind) {
        return Err(Error::field("kind", "channels.no_site").into());
    }
    Ok(Json(config_of(
        &Settings(form.settings),
        workspace,
        true,
        None,
    )))
}

/// What stands in the client's field when they follow a link.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Words {
    text: String,
}

/// A channel by which anybody can be let write to us (L-78).
#[derive(Serialize, ToSchema)]
pub(super) struct OpenWay {
    account_id: Id<Account>,
    kind: String,
    name: String,
    /// Where a client writes.
    url: String,
    /// The asked text stands in their field then.
    takes_text: bool,
}

#[utoipa::path(get, path = "/channels/invitations", tag = "channels", params(Words), responses((status = 200, body = Vec<OpenWay>)))]
pub(super) async fn invitations(
    State(house): State<House>,
    signed: Signed,
    headers: HeaderMap,
    Params(words): Params<Words>,
) -> Answer<Json<Vec<OpenWay>>> {
    let all = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "channels.manage").await?;
            crate::enabled(tx).await
        })
        .await?;
    let text: String = words.text.trim().chars().take(site::LONGEST_TEXT).collect();
    let address = house.address(&headers);
    let ways = all.into_iter().filter_map(|account| {
        let way = site::invitation(&house, &account, &address, &text)?;
        Some(OpenWay {
            account_id: account.id,
            kind: account.kind,
            name: account.name,
            url: way.url,
            takes_text: way.takes_text,
        })
    });
    Ok(Json(ways.collect()))
}
