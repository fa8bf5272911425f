//! Who calls: the extractor without which no handler knows a person.

use crate::{
    actions::sessions::{Place, authenticate},
    guests::GuestDoors,
    model::{Person, Session},
};
use axum::{
    extract::{FromRequestParts, MatchedPath, OptionalFromRequestParts},
    http::{HeaderMap, Method, header, request::Parts},
};
use kernel::{Actor, Ctx, Error, Id, Language};
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
};
use web::{House, Problem, same_origin};

/// The caller's network address, put into the request by the server (behind a trusted proxy: the forwarded one).
#[derive(Clone, Copy, Debug)]
pub struct Address(pub IpAddr);

impl FromRequestParts<House> for Address {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &House) -> Result<Self, Infallible> {
        Ok(parts
            .extensions
            .get::<Self>()
            .copied()
            .unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

/// A signed-in person.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Who.
    pub person: Id<Person>,
    /// Under which session or token.
    pub session: Id<Session>,
    /// The context of what they do.
    pub ctx: Ctx,
    /// Whether they are from outside: every operation that is not opened to guests is shut before it begins.
    pub guest: bool,
}

pub(super) const COOKIE: &str = "beseda_session";

pub(super) fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value)
}

pub(super) fn language(headers: &HeaderMap) -> Option<Language> {
    let header = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    Some(Language::from_header(header))
}

/// A token may read with any scope, write with `write` or `admin`.
fn token_allows(scopes: &[String], method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
        || scopes.iter().any(|s| s == "write" || s == "admin")
}

impl FromRequestParts<House> for Signed {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Problem> {
        let bearer = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.strip_prefix("Bearer "));
        let word = match (bearer, cookie(&parts.headers)) {
            (Some(word), _) => word,
            (None, Some(word)) => {
                if !same_origin(&parts.method, &parts.headers) {
                    return Err(Error::denied("web.foreign_origin").into());
                }
                word
            }
            (None, None) => return Err(Error::sign_in("accounts.sign_in_needed").into()),
        };
        let known = authenticate(house, word).await?;
        if known.kind == "token" && !token_allows(&known.scopes.0, &parts.method) {
            return Err(Error::denied("accounts.token_reads_only").into());
        }
        if known.guest && !opened_to_guests(parts, house)? {
            return Err(Error::denied("accounts.not_for_guests").into());
        }
        let spoken = known
            .preferences
            .0
            .language
            .or_else(|| language(&parts.headers));
        let ctx = house.ctx(
            Actor::Person(known.person.uuid()),
            spoken.unwrap_or_default(),
        );
        Ok(Self {
            person: known.person,
            session: known.session,
            ctx,
            guest: known.guest,
        })
    }
}

fn opened_to_guests(parts: &Parts, house: &House) -> kernel::Result<bool> {
    let doors = house.part::<GuestDoors>()?;
    let path = parts.extensions.get::<MatchedPath>();
    Ok(path.is_some_and(|path| doors.open(parts.method.as_str(), path.as_str())))
}

impl OptionalFromRequestParts<House> for Signed {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Option<Self>, Problem> {
        Ok(
            <Self as FromRequestParts<House>>::from_request_parts(parts, house)
                .await
                .ok(),
        )
    }
}

/// The program a request comes from, as it names itself (S2-17).
#[derive(Clone, Debug)]
pub struct Program(pub String);

/// The header in which a program names itself and its version: `web 0.1.0`.
const PROGRAM: &str = "x-beseda-client";

impl FromRequestParts<House> for Program {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &House) -> Result<Self, Infallible> {
        let named = parts.headers.get(PROGRAM).and_then(|v| v.to_str().ok());
        Ok(Self(named.unwrap_or("api").to_owned()))
    }
}

impl FromRequestParts<House> for Place {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Infallible> {
        let Address(address) = Address::from_request_parts(parts, house).await?;
        let client = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|v| v.to_str().ok());
        Ok(Self {
            address,
            client: client.unwrap_or_default().to_owned(),
        })
    }
}
