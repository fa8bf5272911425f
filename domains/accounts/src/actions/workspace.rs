//! The workspace's settings.

use super::audit;
use crate::{
    access::{EVERYONE, require},
    model::Workspace,
    rules, store,
};
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Language, Result};
use serde_json::json;

/// What may change; absent fields stay.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct WorkspacePatch {
    name: Option<String>,
    language: Option<Language>,
    time_zone: Option<String>,
    passwordless: Option<bool>,
    passwordless_networks: Option<Vec<String>>,
    /// Whether guests may be invited and sign in.
    guests: Option<bool>,
}

/// The workspace; *not found* before the first run is done.
pub async fn workspace(tx: &mut Tx<'_>) -> Result<Workspace> {
    store::workspace(tx).await?.ok_or_else(Error::not_found)
}

/// Changes the settings.
pub(crate) async fn change(tx: &mut Tx<'_>, ctx: &Ctx, patch: WorkspacePatch) -> Result<Workspace> {
    require(tx, ctx, "accounts.workspace").await?;
    let mut w = workspace(tx).await?;
    if let Some(name) = patch.name {
        w.name = rules::name(&name, "name")?;
    }
    if let Some(language) = patch.language {
        w.language = language;
    }
    if let Some(zone) = patch.time_zone {
        w.time_zone = rules::time_zone(&zone)?;
    }
    if let Some(networks) = patch.passwordless_networks {
        rules::networks(&networks)?;
        w.passwordless_networks = networks;
    }
    if let Some(on) = patch.passwordless {
        w.passwordless = on;
    }
    if let Some(on) = patch.guests {
        w.guests = on;
    }
    store::save_workspace(tx, &w).await?;
    audit(
        tx,
        ctx,
        "workspace.changed",
        &w.name,
        json!({"passwordless": w.passwordless, "guests": w.guests}),
    )
    .await?;
    let event = Event::stored(
        "settings.changed",
        EVERYONE,
        vec![EVERYONE],
        json!({"what": "workspace"}),
    );
    journal::append(tx, ctx, event).await?;
    Ok(w)
}
