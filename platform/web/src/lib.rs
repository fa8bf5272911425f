//! What HTTP needs and no domain owns: the house handed to handlers, problem answers in the caller's language,
//! the socket and the hub behind it, and the shape in which a domain presents itself.

mod domain;
mod extract;
mod hear_out;
mod house;
mod hub;
mod problem;
mod rings;
mod socket;
mod texts;

pub use domain::{Domain, HydrateFn, JobFn, Right, Scope, ServiceFn, SignFn};
pub use extract::{At, Body, Params, Upgrade, same_origin};
pub use hear_out::hear_out;
pub use house::{House, HouseParts, Stop};
pub use hub::{
    AWAY_AFTER, Client, Hub, PresenceState, PrincipalsFn, Tapped, Viewed, Window, commit_hook,
    frame, known_to,
};
pub use problem::{Answer, Problem, ProblemBody, localise};
pub use rings::Rings;
pub use socket::{SocketOptions, serve_socket};
pub use texts::Texts;
pub use utoipa_axum::{router::OpenApiRouter, routes};

/// A boxed future, for tables of functions.
pub type BoxFuture<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;
