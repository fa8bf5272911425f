//! Reminders of messages (S2-38 to S2-50): a message of any talk a person may see comes back to them at the minute they chose.
//!
//! A reminder belongs to one person and one message, and nobody else knows of it. At its time a job makes a notice of it, once;
//! until that notice is handled the message keeps its bell. Somebody who may no longer see the message is told so, without a
//! word of it.

mod actions;
mod http;
mod model;
mod rules;
mod store;

pub use actions::handled;
pub use model::{Reminded, Reminder};

use web::Domain;

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("reminders")
        .migrations(db::migrations!("reminders"; "0001_reminders"))
        .routes(http::routes())
        .guests(&[
            "DELETE /messages/{id}/reminder",
            "GET /reminders",
            "GET /reminders/presets",
            "PUT /messages/{id}/reminder",
        ])
        .frame("reminder.changed", actions::hydrate)
        .prompt_job(actions::RING, actions::ring)
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
