//! How a domain presents itself to the server: a value with its tables, rights, routes, jobs and frames.

use crate::{BoxFuture, Client, House, Stop};
use db::{Migration, Tx};
use journal::Recorded;
use kernel::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::pin::Pin;
use utoipa_axum::router::OpenApiRouter;

/// Does a job of a kind.
pub type JobFn = fn(House, Value) -> BoxFuture<Result<()>>;
/// Reads the fields of an event whose text is not kept in the journal; `None` if the subject is gone.
pub type HydrateFn = for<'a, 't> fn(
    &'a mut Tx<'t>,
    &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>>;
/// Takes a passing sign a client sent over its socket (typing, viewing).
pub type SignFn = fn(House, Client, Value) -> BoxFuture<()>;
/// Runs as long as the house does (outbox, pollers).
pub type ServiceFn = fn(House, Stop) -> BoxFuture<()>;

/// How far a right reaches.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// What is one's own.
    Own,
    /// What belongs to one's groups: departments and queues.
    Group,
    /// Everything.
    All,
}

/// A right a domain defines; its title is the Fluent message `right-DOMAIN-NAME`.
#[derive(Clone, Copy, Debug)]
pub struct Right {
    /// Its word, `conversations.answer`.
    pub word: &'static str,
    /// The scopes it can be given with.
    pub scopes: &'static [Scope],
}

/// A part of the business, as the server registers it.
pub struct Domain {
    /// Its name, the folder's.
    pub name: &'static str,
    /// Its tables.
    pub migrations: &'static [Migration],
    /// The rights it defines.
    pub rights: &'static [Right],
    /// Its routes below `/api/v1`.
    pub routes: OpenApiRouter<House>,
    /// The operations among them that guests may call, as `GET /chats/{id}`; all others are shut to them.
    pub guests: &'static [&'static str],
    /// Its routes at the root (webhooks, the widget).
    pub outside: OpenApiRouter<House>,
    /// Its jobs by kind.
    pub jobs: Vec<(&'static str, JobFn)>,
    /// The kinds among them that have a worker of their own, so that slow work never keeps them waiting.
    pub prompt: Vec<&'static str>,
    /// Its events whose fields are read afresh.
    pub frames: Vec<(&'static str, HydrateFn)>,
    /// The signs it takes from sockets.
    pub signs: Vec<(&'static str, SignFn)>,
    /// What it runs as long as the house stands.
    pub services: Vec<(&'static str, ServiceFn)>,
    /// Its Fluent texts, Russian and English.
    pub texts: (&'static str, &'static str),
}

impl Domain {
    /// A domain that has nothing yet but its name.
    pub fn named(name: &'static str) -> Self {
        Self {
            name,
            migrations: &[],
            rights: &[],
            routes: OpenApiRouter::new(),
            guests: &[],
            outside: OpenApiRouter::new(),
            jobs: Vec::new(),
            prompt: Vec::new(),
            frames: Vec::new(),
            signs: Vec::new(),
            services: Vec::new(),
            texts: ("", ""),
        }
    }
    /// Its tables.
    #[must_use]
    pub const fn migrations(mut self, steps: &'static [Migration]) -> Self {
        self.migrations = steps;
        self
    }
    /// The rights it defines.
    #[must_use]
    pub const fn rights(mut self, rights: &'static [Right]) -> Self {
        self.rights = rights;
        self
    }
    /// Its routes below `/api/v1`.
    #[must_use]
    pub fn routes(mut self, routes: OpenApiRouter<House>) -> Self {
        self.routes = routes;
        self
    }
    /// The operations that guests may call.
    #[must_use]
    pub const fn guests(mut self, operations: &'static [&'static str]) -> Self {
        self.guests = operations;
        self
    }
    /// Its routes at the root.
    #[must_use]
    pub fn outside(mut self, routes: OpenApiRouter<House>) -> Self {
        self.outside = routes;
        self
    }
    /// A job it does.
    #[must_use]
    pub fn job(mut self, kind: &'static str, run: JobFn) -> Self {
        self.jobs.push((kind, run));
        self
    }
    /// A job that must be done at its minute: it has a worker of its own beside those for all.
    #[must_use]
    pub fn prompt_job(mut self, kind: &'static str, run: JobFn) -> Self {
        self.prompt.push(kind);
        self.job(kind, run)
    }
    /// An event whose fields are read afresh for each reader.
    #[must_use]
    pub fn frame(mut self, kind: &'static str, read: HydrateFn) -> Self {
        self.frames.push((kind, read));
        self
    }
    /// A sign it takes.
    #[must_use]
    pub fn sign(mut self, kind: &'static str, take: SignFn) -> Self {
        self.signs.push((kind, take));
        self
    }
    /// A service it runs.
    #[must_use]
    pub fn service(mut self, name: &'static str, run: ServiceFn) -> Self {
        self.services.push((name, run));
        self
    }
    /// Its texts in Russian and English.
    #[must_use]
    pub const fn texts(mut self, ru: &'static str, en: &'static str) -> Self {
        self.texts = (ru, en);
        self
    }
}
