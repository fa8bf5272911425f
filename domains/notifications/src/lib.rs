//! What reaches a person and how: notices in the notification centre, pushes to their browsers (`push`), and letters about
//! what was not read (`letters`).
//!
//! Called down: the domain that knows says [`tell`]; a notice that was handled on one device goes from the others,
//! because it is a row with an event, not a message to a device.

mod actions;
mod deciding;
mod desk;
mod hooks;
mod http;
mod letters;
mod model;
mod push;
mod rules;
mod store;
mod wording;

pub use actions::{
    Tell, done_in_thread, end, observing_all, push_only, reachable, tell, tell_one, unsaid,
    wanting_group_push,
};
pub use desk::Desk;
pub use hooks::{DoneFn, OnDone, Ring, RingFn, Rings};
pub use model::{ChatSwitches, Notice, NoticeKind, NoticeSettings, Occasion};

use web::Domain;

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("notifications")
        .migrations(db::migrations!("notifications"; "0001_notifications", "0002_push_sessions", "0003_ways", "0004_letters"))
        .routes(http::routes())
        .guests(&[
            "DELETE /push/subscriptions",
            "GET /notices",
            "GET /notices/settings",
            "GET /push",
            "POST /notices/done-all",
            "POST /notices/{id}/done",
            "POST /push/subscriptions",
            "POST /push/test",
            "PUT /notices/chats/{id}",
            "PUT /notices/settings",
        ])
        .job(push::CARRY, push::carry)
        .job(letters::WRITE, letters::write)
        .service("notifications.seal", push::seal_kept_key)
        .service("notifications.desk", desk::keep)
        .sign("notified", desk::notified)
        .frame("notice.added", actions::hydrate)
        .frame("notice.changed", actions::hydrate)
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
