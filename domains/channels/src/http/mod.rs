//! The routes of channels: settings for administrators, webhooks for messengers, the widget for visitors.

mod hooks;
mod ledger;
mod manage;
mod page;
mod site;
mod widget;

use web::{House, OpenApiRouter, routes};

/// Below `/api/v1`.
pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(manage::list, manage::create))
        .routes(routes!(manage::brief))
        .routes(routes!(manage::try_settings))
        .routes(routes!(manage::change, manage::delete))
        .routes(routes!(manage::check))
        .routes(routes!(ledger::of_message))
        .routes(routes!(ledger::undelivered))
        .routes(routes!(ledger::replay_part))
        .routes(routes!(ledger::set_aside))
        .routes(routes!(ledger::replay_event))
        .routes(routes!(ledger::replay_parked))
        .routes(routes!(ledger::comparisons, ledger::compare))
        .routes(routes!(manage::templates, manage::submit_template))
        .routes(routes!(manage::renew_templates))
        .routes(routes!(manage::delete_template))
        .routes(routes!(manage::start_sign_in))
        .routes(routes!(manage::go_on_signing_in))
        .routes(routes!(manage::chats))
        .routes(routes!(manage::mark_chat))
        .routes(routes!(site::of_account))
        .routes(routes!(site::renew_secret))
        .routes(routes!(site::preview))
        .routes(routes!(site::invitations))
        .routes(routes!(widget::config))
        .routes(routes!(widget::visitor, widget::sign_out))
        .routes(routes!(widget::answer))
        .routes(routes!(widget::messages, widget::send))
        .routes(routes!(widget::upload))
        .routes(routes!(widget::file))
        .routes(routes!(widget::socket))
}

/// At the root.
pub(crate) fn outside() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(hooks::receive))
        .routes(routes!(hooks::greet))
}
