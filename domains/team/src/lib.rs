//! Colleagues' chats: direct and group. A chat is a thread of `messages` with members; its members are a principal.

mod actions;
pub mod bringing;
mod http;
mod model;
mod ringing;
mod rules;
mod sending;
mod store;

pub use actions::{create_direct, create_group};
pub use model::Chat;
pub use ringing::rings;
pub use rules::WhoAdds;
pub use sending::{Outgoing, Sending, send, send_later};

use web::{Domain, Right, Scope};

/// The rights of this domain.
pub const RIGHTS: &[Right] = &[Right {
    word: "team.write",
    scopes: &[Scope::All],
}];

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("team")
        .migrations(db::migrations!("team"; "0001_team", "0002_groups"))
        .rights(RIGHTS)
        .routes(http::routes())
        .guests(&[
            "GET /chats",
            "GET /chats/{id}",
            "PATCH /chats/{id}",
            "POST /chats",
            "POST /chats/{id}/forward",
            "POST /chats/{id}/leave",
            "POST /chats/{id}/messages",
            "POST /chats/{id}/topics",
        ])
        .job(accounts::ARRIVED_JOB, actions::guests::arrived)
        .frame("chat.changed", actions::hydrate)
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
