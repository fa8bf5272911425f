//! Webhooks of messengers: verified over the raw bytes, stored, answered; all work comes after.

use crate::{chosen, intake, live::Live, model::Account, store};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use channel::{RawRequest, Verified};
use db::Tx;
use kernel::Id;
use web::{Answer, At, House};

/// Bytes of one webhook; messengers send far less.
const LARGEST: usize = 8 * 1024 * 1024;

#[utoipa::path(post, path = "/hooks/{kind}/{id}/{key}", tag = "channels",
    params(("kind" = String, Path), ("id" = Uuid, Path), ("key" = String, Path)), responses((status = 200)))]
pub(super) async fn receive(
    state: State<House>,
    at: At<(String, Id<Account>, String)>,
    request: Request,
) -> Answer<Response> {
    handle(state, at, request).await
}

#[utoipa::path(get, path = "/hooks/{kind}/{id}/{key}", tag = "channels",
    params(("kind" = String, Path), ("id" = Uuid, Path), ("key" = String, Path)), responses((status = 200)))]
pub(super) async fn greet(
    state: State<House>,
    at: At<(String, Id<Account>, String)>,
    request: Request,
) -> Answer<Response> {
    handle(state, at, request).await
}

async fn handle(
    State(house): State<House>,
    At((kind, id, key)): At<(String, Id<Account>, String)>,
    request: Request,
) -> Answer<Response> {
    let account = house
        .glance(async move |tx: &mut Tx<'_>| store::account(tx, id).await)
        .await?;
    if account.kind != kind || account.public_key != key || !account.enabled {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    let opened = house.part::<Live>()?.open(&house, &account)?;
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST).await else {
        return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response());
    };
    let request = RawRequest {
        method: parts.method.to_string(),
        path_tail: String::new(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts
            .headers
            .iter()
            .filter_map(|(name, value)| {
                Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
            })
            .collect(),
        body,
    };
    let verified = match opened.verify(&request) {
        Ok(verified) => verified,
        Err(reject) => {
            let status = StatusCode::from_u16(reject.status()).unwrap_or(StatusCode::BAD_REQUEST);
            return Ok(status.into_response());
        }
    };
    if matches!(verified, Verified::Events(_)) {
        let events = opened.split(&verified);
        let events = chosen::business(&house, &account, &*opened, events).await?;
        intake::store_events(&house, account.id, events).await?;
    }
    let reply = match verified {
        Verified::Handshake(reply) => reply,
        stored @ Verified::Events(_) => opened.acknowledge(&stored),
    };
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    Ok((
        status,
        [(header::CONTENT_TYPE, reply.content_type)],
        Body::from(reply.body),
    )
        .into_response())
}
