//! The house: what every handler, job and service is handed instead of globals.

use crate::{Hub, Texts};
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
    /// Wakes the job workers.
    pub jobs_wake: Arc<Notify>,
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
    /// Wakes the job workers.
    pub fn jobs_wake(&self) -> &Arc<Notify> {
        &self.0.parts.jobs_wake
    }
    /// The version told to clients.
    pub fn version(&self) -> &'static str {
        self.0.parts.version
    }
    /// The context of an action by `actor` now.
    pub fn ctx(&self, actor: Actor, language: Language) -> Ctx {
        Ctx { actor, now: self.clock().now(), ids: self.ids().clone(), language }
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
}
