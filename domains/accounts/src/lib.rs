//! People, sign-in, roles, rights and grants, and the workspace's settings.
//!
//! *Principals* are whatever can be given access: a person, everyone, a chat's members, a queue, the holders of a right.
//! `memberships` says who belongs to a principal; `grants` says which principals may see an object and why. The
//! intersection of the two is the one access function ([`access`]): list, search, link, API, notice and export all
//! join the same two tables.

mod access;
mod actions;
mod desks;
mod guests;
mod http;
mod model;
mod rules;
mod store;

pub use access::{
    EVERYONE, Reason, Why, access, audience, grant, group_principal, may, people_of, reasons,
    require, revoke, right_principal, set_members, tell_access_changed, who_may_see,
};
pub use actions::invitations::{invite_guest, reset_link_for_login};
pub use actions::people::{
    are_departments, create_department, create_former, departments, everybody,
};
pub use actions::people::{
    brief, briefs, email_of, find_people, language_of, photos, preferences_of,
};
pub use actions::sessions::{authenticate, hash_password, mark_seen, session_lives};
pub use actions::setup::set_up_demo;
pub use actions::setup::{DEMO_JOB, NewPerson, SetupToken, create_person, is_ready, setup_token};
pub use actions::workspace::workspace;
pub use actions::wrote::{Writers, wrote};
pub use actions::{audit, sockets};
pub use desks::{clear_desks, seat, seated};
pub use guests::{ARRIVED_JOB, Arrival, GuestDoors, acquaintances, is_guest, must_know};
pub use http::{Address, Program, Signed};
pub use model::{
    ApiToken, AuditEntry, Availability, Department, Invitation, Person, PersonBrief, Preferences,
    Role, RoleRight, Seated, Session, Workspace,
};

use web::{Domain, Right, Scope};

/// The rights of this domain.
pub const RIGHTS: &[Right] = &[
    Right {
        word: "accounts.people",
        scopes: &[Scope::All],
    },
    Right {
        word: "accounts.guests",
        scopes: &[Scope::All],
    },
    Right {
        word: "accounts.roles",
        scopes: &[Scope::All],
    },
    Right {
        word: "accounts.workspace",
        scopes: &[Scope::All],
    },
    Right {
        word: "accounts.audit",
        scopes: &[Scope::All],
    },
];

/// All rights of all domains, as the server gathered them.
pub struct Catalogue(pub Vec<Right>);

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("accounts")
        .migrations(db::migrations!("accounts"; "0001_accounts", "0002_presence", "0003_guests", "0004_desks", "0005_table_rights" split))
        .rights(RIGHTS)
        .routes(http::routes())
        .guests(&[
            "DELETE /me/friends/{id}",
            "DELETE /me/sessions/{id}",
            "DELETE /me/totp",
            "DELETE /sessions/current",
            "GET /me",
            "GET /me/sessions",
            "GET /people",
            "PATCH /me",
            "POST /me/password",
            "POST /me/totp",
            "POST /me/totp/confirm",
            "PUT /me/friends/{id}",
        ])
        .sign("left", actions::sessions::left)
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
