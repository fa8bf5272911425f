//! The routes of accounts.

mod me;
mod people;
mod roles;
mod sign_in;
mod signed;

pub use signed::{Address, Program, Signed};

use web::{House, OpenApiRouter, routes};

/// Everything below `/api/v1`.
pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        // before anyone is signed in
        .routes(routes!(sign_in::setup_state, sign_in::set_up))
        .routes(routes!(sign_in::options))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(sign_in::sign_out))
        .routes(routes!(sign_in::join_state, sign_in::join))
        // one's own
        .routes(routes!(me::me, me::change))
        .routes(routes!(me::sessions))
        .routes(routes!(me::end_session))
        .routes(routes!(me::password))
        .routes(routes!(me::begin_totp, me::end_totp))
        .routes(routes!(me::confirm_totp))
        .routes(routes!(me::tokens, me::make_token))
        .routes(routes!(me::drop_token))
        // the company
        .routes(routes!(people::list))
        .routes(routes!(people::add_friend, people::drop_friend))
        .routes(routes!(people::change))
        .routes(routes!(people::reset_link))
        .routes(routes!(people::invitations, people::invite))
        .routes(routes!(people::withdraw))
        .routes(routes!(people::add_department))
        .routes(routes!(
            people::change_department,
            people::delete_department
        ))
        .routes(routes!(roles::list, roles::add))
        .routes(routes!(roles::change, roles::delete))
        .routes(routes!(roles::workspace, roles::change_workspace))
        .routes(routes!(roles::audit))
        .routes(routes!(roles::why))
}
