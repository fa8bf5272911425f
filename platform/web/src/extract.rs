//! Extractors whose refusals are problems like any other, and the check of a request's origin.

use crate::{House, Problem};
use axum::{
    extract::{FromRequest, FromRequestParts, Path, Query, Request, ws::WebSocketUpgrade},
    http::{HeaderMap, Method, header, request::Parts},
};
use bytes::Bytes;
use kernel::{Error, Refusal, RefusalKind};
use serde::de::DeserializeOwned;

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<House> for Body<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &House) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await.map_err(|e| {
            let too_large = e.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE;
            if too_large {
                Error::from(Refusal::new(RefusalKind::TooLarge, "web.too_large"))
            } else {
                Error::invalid("web.bad_json").arg("detail", e.body_text())
            }
        })?;
        // Every body of ours is an object; a list would be read as its fields in order.
        if bytes.trim_ascii_start().first().is_some_and(|b| *b != b'{') {
            return Err(Error::invalid("web.bad_json")
                .arg("detail", "an object is expected")
                .into());
        }
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|e| Error::invalid("web.bad_json").arg("detail", e).into())
    }
}

/// The parameters of the address.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<House> for Params<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &House) -> Result<Self, Problem> {
        Query::<T>::try_from_uri(&parts.uri)
            .map(|Query(value)| Self(value))
            .map_err(|e| {
                Error::invalid("web.bad_query")
                    .arg("detail", e.body_text())
                    .into()
            })
    }
}

/// The wish to go on as a WebSocket; whoever forgets to say so gets a problem like any other.
pub struct Upgrade(pub WebSocketUpgrade);

impl FromRequestParts<House> for Upgrade {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &House) -> Result<Self, Problem> {
        match WebSocketUpgrade::from_request_parts(parts, state).await {
            Ok(upgrade) => Ok(Self(upgrade)),
            Err(e) => Err(Error::invalid("web.no_socket")
                .arg("detail", e.body_text())
                .into()),
        }
    }
}

/// A part of the path; one that does not parse is simply not there.
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<House> for At<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &House) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(e) if kernel::sabotaged("fault-on-bad-input") => Err(Error::fault(e).into()),
            Err(_) => Err(Error::not_found().into()),
        }
    }
}

/// Whether a request that carries a cookie may change something: it must come from our own pages.
/// Browsers say so in `Sec-Fetch-Site`; older ones in `Origin`. Programs send neither and use tokens.
pub fn same_origin(method: &Method, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return !is_foreign_socket(headers);
    }
    let text = |name| {
        headers
            .get(name)
            .and_then(|v: &header::HeaderValue| v.to_str().ok())
    };
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, rest)| rest == host),
        (Some(_), None) => false,
    }
}

/// A WebSocket is opened by GET, yet a foreign page must not open one with our cookie.
fn is_foreign_socket(headers: &HeaderMap) -> bool {
    if !headers.contains_key(header::SEC_WEBSOCKET_KEY) {
        return false;
    }
    let text = |name| {
        headers
            .get(name)
            .and_then(|v: &header::HeaderValue| v.to_str().ok())
    };
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_none_or(|(_, rest)| rest != host),
        _ => false,
    }
}
