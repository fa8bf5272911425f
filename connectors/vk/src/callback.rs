//! The Callback API: how a request proves itself, and how our address is registered.

use crate::{
    EVENTS, VERSION,
    api::Api,
    form::Parameters,
    wire::{Added, Code, Server, Servers},
};
use channel::{RawRequest, Reply, SendError, Verified, WebhookHook, WebhookReject};
use serde_json::Value;
use subtle::ConstantTimeEq;

/// Longest secret that VK keeps with a server, in characters (groups.addCallbackServer).
pub(crate) const LONGEST_SECRET: usize = 50;
/// The name of our server in the community's settings; at most 14 characters (groups.addCallbackServer).
const TITLE: &str = "Beseda";

/// The secret that VK has to prove: the administrator's own, else ours, as long as VK can keep it.
pub(crate) fn secret(own: &str, house: &str) -> String {
    let whole = if own.is_empty() { house } else { own };
    whole.chars().take(LONGEST_SECRET).collect()
}

/// Proves a request; `confirmation` is the word that VK wants to hear when it asks whose address this is.
pub(crate) fn verify(
    request: &RawRequest,
    secret: &str,
    group: Option<i64>,
    confirmation: Option<String>,
) -> Result<Verified, WebhookReject> {
    if request.method != "POST" || !request.path_tail.is_empty() {
        return Err(WebhookReject::NotFound);
    }
    let event: Value =
        serde_json::from_slice(&request.body).map_err(|_| WebhookReject::Malformed)?;
    let kind = event["type"].as_str().ok_or(WebhookReject::Malformed)?;
    let of_another = match (group, event["group_id"].as_i64()) {
        (Some(ours), Some(told)) => ours != told,
        _ => false,
    };
    if of_another {
        return Err(WebhookReject::NotFound);
    }
    if kind == "confirmation" {
        // VK may ask before it knows the secret; the word is of use to nobody else.
        return confirmation
            .map(|word| Verified::Handshake(Reply::text(word.into())))
            .ok_or(WebhookReject::NotFound);
    }
    let told = event["secret"].as_str().unwrap_or_default();
    let right = bool::from(told.as_bytes().ct_eq(secret.as_bytes()));
    if !right || secret.is_empty() {
        return Err(WebhookReject::BadSignature);
    }
    Ok(Verified::Events(request.body.clone()))
}

/// The word for [`verify`].
pub(crate) async fn confirmation(api: &Api, group: i64) -> Result<String, SendError> {
    let asked = Parameters::default().with("group_id", group);
    let told: Code = api
        .call("groups.getCallbackConfirmationCode", asked)
        .await?;
    Ok(told.code)
}

/// How VK finds the server at an address; none if it knows no such server.
pub(crate) async fn status(api: &Api, group: i64, url: &str) -> Result<Option<String>, SendError> {
    let all = servers(api, group).await?;
    let found = all.into_iter().find(|server| server.url == url);
    Ok(found.map(|server| server.status))
}

/// All servers of the community.
async fn servers(api: &Api, group: i64) -> Result<Vec<Server>, SendError> {
    let asked = Parameters::default().with("group_id", group);
    let found: Servers = api.call("groups.getCallbackServers", asked).await?;
    Ok(found.items)
}

/// Registers our address with its secret and our events, or puts right what is registered.
pub(crate) async fn register(api: &Api, group: i64, hook: &WebhookHook) -> Result<(), SendError> {
    let server = Parameters::default()
        .with("group_id", group)
        .with("url", &hook.url)
        .with("title", TITLE)
        .with("secret_key", &hook.secret);
    let known = servers(api, group).await?;
    let id = match known.into_iter().find(|known| known.url == hook.url) {
        Some(known) if known.secret_key == hook.secret && known.status == "ok" => known.id,
        Some(known) => {
            // Editing makes VK ask anew whose address this is.
            let server = server.with("server_id", known.id);
            api.call::<Value>("groups.editCallbackServer", server)
                .await?;
            known.id
        }
        None => {
            let added: Added = api.call("groups.addCallbackServer", server).await?;
            added.server_id
        }
    };
    let mut settings = Parameters::default()
        .with("group_id", group)
        .with("server_id", id)
        .with("api_version", VERSION);
    for event in EVENTS {
        settings = settings.with(event, 1);
    }
    api.call::<Value>("groups.setCallbackSettings", settings)
        .await
        .map(drop)
}

/// Removes our servers below an address, so that events do not come both ways.
pub(crate) async fn remove(api: &Api, group: i64, below: &str) -> Result<(), SendError> {
    for server in servers(api, group).await? {
        if server.title == TITLE && server.url.starts_with(below) {
            let asked = Parameters::default()
                .with("group_id", group)
                .with("server_id", server.id);
            api.call::<Value>("groups.deleteCallbackServer", asked)
                .await?;
        }
    }
    Ok(())
}
