//! Working hours (P-44, U-36): calendars with several spans a day, holidays and special days, in a zone of their own.
//!
//! Whoever needs to know whether it is working time picks a calendar and asks its [`Hours`], which are pure: open or not,
//! when it opens next, how much working time lies between two moments. Without any calendar it is always working time.
//! A department works by a calendar of its own, else as the department above it, else as the company; several together work when
//! one of them does ([`Plan`]).

mod actions;
mod http;
mod model;
mod production;
mod rules;
mod store;

pub use actions::{all, pick, plan};
pub use model::{Calendar, SpecialDay, WorkSpan};
pub use rules::{Hours, Plan};

use web::Domain;

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("hours")
        .migrations(db::migrations!("hours"; "0001_hours", "0002_departments"))
        .routes(http::routes())
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
