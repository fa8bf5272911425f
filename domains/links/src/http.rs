//! Routes of links: settings, a contact's clicks, the short links themselves, the pixel.

use crate::{
    Upcalls, actions,
    model::{LinkClicks, LinkSettings, LinkSettingsPatch, PublicLink, Seen, Visit},
    pixel, public,
};
use accounts::Signed;
use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use db::Tx;
use kernel::{Error, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, At, Body, House, OpenApiRouter, routes};

/// The most a pixel may send, in bytes.
const LARGEST: usize = 8 * 1024;

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(settings, change))
        .routes(routes!(all_public, make_public))
        .routes(routes!(remove_public))
        .routes(routes!(of_contact))
        .routes(routes!(seen))
}

/// At the root.
pub(crate) fn outside() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(follow))
        .routes(routes!(script))
}

#[utoipa::path(get, path = "/links/settings", tag = "links", responses((status = 200, body = LinkSettings)))]
async fn settings(State(house): State<House>, _: Signed) -> Answer<Json<LinkSettings>> {
    Ok(Json(
        house
            .read(async |tx: &mut Tx<'_>| actions::settings(tx).await)
            .await?,
    ))
}

#[utoipa::path(patch, path = "/links/settings", tag = "links", request_body = LinkSettingsPatch, responses((status = 200, body = LinkSettings)))]
async fn change(
    State(house): State<House>,
    signed: Signed,
    Body(patch): Body<LinkSettingsPatch>,
) -> Answer<Json<LinkSettings>> {
    Ok(Json(
        house
            .write(async move |tx: &mut Tx<'_>| actions::change(tx, &signed.ctx, patch).await)
            .await?,
    ))
}

#[utoipa::path(get, path = "/links/public", tag = "links", responses((status = 200, body = Vec<PublicLink>)))]
async fn all_public(State(house): State<House>, signed: Signed) -> Answer<Json<Vec<PublicLink>>> {
    Ok(Json(
        house
            .read(async move |tx: &mut Tx<'_>| public::list(tx, &signed.ctx).await)
            .await?,
    ))
}

/// A link for anybody.
#[derive(Deserialize, ToSchema)]
struct NewPublicLink {
    /// To which channel it leads.
    account_id: Uuid,
    /// Where it leads: `https:`, `mailto:`, `sms:`, `tel:`, `viber:`.
    url: String,
    /// Where it will hang.
    #[serde(default)]
    name: String,
}

#[utoipa::path(post, path = "/links/public", tag = "links", request_body = NewPublicLink, responses((status = 200, body = PublicLink)))]
async fn make_public(
    State(house): State<House>,
    signed: Signed,
    Body(new): Body<NewPublicLink>,
) -> Answer<Json<PublicLink>> {
    let made = house
        .write(async move |tx: &mut Tx<'_>| {
            public::make(tx, &signed.ctx, new.account_id, &new.url, &new.name).await
        })
        .await?;
    Ok(Json(made))
}

#[utoipa::path(delete, path = "/links/public/{code}", tag = "links", params(("code" = String, Path)), responses((status = 204)))]
async fn remove_public(
    State(house): State<House>,
    signed: Signed,
    At(code): At<String>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| public::remove(tx, &signed.ctx, &code).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a contact did with what they were sent.
#[derive(Serialize, ToSchema)]
struct ContactLinks {
    /// Newest first, of chats the asker may open.
    links: Vec<LinkClicks>,
    /// Pages of our sites they saw, newest first.
    visits: Vec<Visit>,
}

#[utoipa::path(get, path = "/contacts/{id}/links", tag = "links", params(("id" = Uuid, Path)), responses((status = 200, body = ContactLinks)))]
async fn of_contact(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Uuid>,
) -> Answer<Json<ContactLinks>> {
    let upcalls = *house.part::<Upcalls>()?;
    let (links, visits) = house
        .read(async move |tx: &mut Tx<'_>| {
            actions::of_contact(tx, upcalls, signed.person, id).await
        })
        .await?;
    Ok(Json(ContactLinks { links, visits }))
}

fn text_of(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

#[utoipa::path(get, path = "/l/{code}", tag = "links", params(("code" = String, Path)), responses((status = 302), (status = 404)))]
async fn follow(
    State(house): State<House>,
    method: Method,
    headers: HeaderMap,
    At(code): At<String>,
) -> Answer<Response> {
    let agent = text_of(&headers, header::USER_AGENT).unwrap_or_default();
    let Some(url) = actions::follow(&house, code, method.to_string(), agent).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    // A letter of another script in an address is written as its bytes, or a header could not carry it.
    let written: String = url
        .bytes()
        .map(|b| match b {
            0x21..=0x7e => char::from(b).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    let place = HeaderValue::from_str(&written).map_err(Error::fault)?;
    let mut answer = StatusCode::FOUND.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::LOCATION, place);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    Ok(answer)
}

#[utoipa::path(get, path = "/pixel.js", tag = "links", responses((status = 200)))]
async fn script() -> Response {
    (
        [
            (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (header::CACHE_CONTROL, "public, max-age=300"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ],
        pixel::SCRIPT,
    )
        .into_response()
}

#[utoipa::path(post, path = "/pixel", tag = "links", request_body = Seen, responses((status = 204)))]
async fn seen(State(house): State<House>, headers: HeaderMap, body: Bytes) -> Answer<StatusCode> {
    // Sent without asking beforehand, so the browser names it plain text.
    if body.len() > LARGEST {
        return Ok(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let Ok(told) = serde_json::from_slice::<Seen>(&body) else {
        return Err(Error::field("visitor", "links.bad_visitor").into());
    };
    pixel::seen(&house, text_of(&headers, header::ORIGIN), told).await?;
    Ok(StatusCode::NO_CONTENT)
}
