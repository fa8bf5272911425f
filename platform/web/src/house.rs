//! The house: what every handler, job and service is handed instead of globals.

use crate::{Hub, Rings, Texts};
use axum::http::{HeaderMap, HeaderName, header};
use db::{Db, Tx};
use kernel::{Actor, Clock, Ctx, Error, Ids, Language, Result};
use std::{
    any::{Any, TypeId, type_name},
    collections::HashMap,
    sync::Arc,
};
use tokio::sync::{Notify, watch};

/// Turns true once, when the house closes.
pub type Stop = watch::Receiver<bool>;

/// What a house is built from.
pub struct HouseParts {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// The sockets.
    pub hub: Arc<Hub>,
    /// Sentences in both languages.
    pub texts: Texts,
    /// The address people reach us at, without a slash at the end; empty when not set.
    pub base_url: String,
    /// Wakes workers after commits.
    pub rings: Arc<Rings>,
    /// The version told to clients.
    pub version: &'static str,
}

/// Shared by all; cheap to clone.
#[derive(Clone)]
pub struct House(Arc<Inner>);

struct Inner {
    parts: HouseParts,
    extra: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
}

impl House {
    /// Builds the house; `extra` are parts only some domains know (blob folder, HTTP client, connectors).
    pub fn new(parts: HouseParts, extra: Vec<Box<dyn Any + Send + Sync>>) -> Self {
        let extra = extra.into_iter().map(|e| ((*e).type_id(), e)).collect();
        Self(Arc::new(Inner { parts, extra }))
    }
    /// A part by its type; a fault if the server did not hand it in.
    pub fn part<T: Any + Send + Sync>(&self) -> Result<&T> {
        self.0
            .extra
            .get(&TypeId::of::<T>())
            .and_then(|e| e.downcast_ref())
            .ok_or_else(|| Error::fault(format!("the house has no {}", type_name::<T>())))
    }
    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.parts.db
    }
    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.0.parts.clock
    }
    /// New ids.
    pub fn ids(&self) -> &Ids {
        &self.0.parts.ids
    }
    /// The sockets.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.0.parts.hub
    }
    /// Sentences.
    pub fn texts(&self) -> &Texts {
        &self.0.parts.texts
    }
    /// The address people reach us at; empty when not set.
    pub fn base_url(&self) -> &str {
        &self.0.parts.base_url
    }
    /// Where links lead: the configured address, else the one the caller came by.
    pub fn address(&self, headers: &HeaderMap) -> String {
        if self.base_url().is_empty() {
            address_of(headers)
        } else {
            self.base_url().to_owned()
        }
    }
    /// The bell rung after a commit that left a note of this type.
    pub fn bell<N: Any>(&self) -> Arc<Notify> {
        self.0.parts.rings.of::<N>()
    }
    /// The version told to clients.
    pub fn version(&self) -> &'static str {
        self.0.parts.version
    }
    /// The context of an action by `actor` now.
    pub fn ctx(&self, actor: Actor, language: Language) -> Ctx {
        Ctx {
            actor,
            now: self.clock().now(),
            ids: self.ids().clone(),
            language,
        }
    }
    /// The context of Beseda itself.
    pub fn system(&self) -> Ctx {
        Ctx::system(self.clock().now(), self.ids().clone())
    }
    /// See [`Db::write`].
    pub async fn write<T, F>(&self, action: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.db().write(action).await
    }
    /// See [`Db::read`].
    pub async fn read<T, F>(&self, action: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.db().read(action).await
    }
    /// See [`Db::glance`].
    pub async fn glance<T, F>(&self, action: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.db().glance(action).await
    }
}

/// The address a caller came by. A browser's own headers know best whether that was https: `Origin` comes with what
/// changes something, `Referer` with the rest, and counts only where it names the very host; else whoever ended TLS says it.
fn address_of(headers: &HeaderMap) -> String {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let referer = text(header::REFERER).and_then(|r| {
        let (scheme, rest) = r.split_once("://")?;
        let own = rest.split('/').next()? == host && matches!(scheme, "http" | "https");
        own.then(|| format!("{scheme}://{host}"))
    });
    match (text(header::ORIGIN).filter(|o| o.contains("://")), referer) {
        (Some(origin), _) => origin.to_owned(),
        (None, Some(referer)) => referer,
        (None, None) if host.is_empty() => String::new(),
        (None, None) => {
            let https = text(HeaderName::from_static("x-forwarded-proto")) == Some("https");
            format!("{}://{host}", if https { "https" } else { "http" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_the_one_the_caller_came_by() {
        let of = |pairs: &[(HeaderName, &'static str)]| {
            let values = pairs
                .iter()
                .map(|(n, v)| (n.clone(), axum::http::HeaderValue::from_static(v)));
            address_of(&values.collect())
        };
        let host = (header::HOST, "chat.local:8443");
        assert_eq!(of(&[]), "");
        assert_eq!(of(std::slice::from_ref(&host)), "http://chat.local:8443");
        assert_eq!(
            of(&[host.clone(), (header::ORIGIN, "https://chat.local:8443")]),
            "https://chat.local:8443"
        );
        assert_eq!(
            of(&[host.clone(), (header::ORIGIN, "null")]),
            "http://chat.local:8443"
        );
        assert_eq!(
            of(&[
                host.clone(),
                (header::REFERER, "https://chat.local:8443/settings")
            ]),
            "https://chat.local:8443"
        );
        let proto = (HeaderName::from_static("x-forwarded-proto"), "https");
        assert_eq!(of(&[host.clone(), proto]), "https://chat.local:8443");
        assert_eq!(
            of(&[host, (header::REFERER, "https://foreign.example/x")]),
            "http://chat.local:8443"
        );
    }
}
