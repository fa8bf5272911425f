//! The routes of conversations.

mod bulk;
mod chats;
pub use chats::{check_later, send_later};
mod clients;
mod labels;
mod merging;
mod routing;
mod setup;
mod starting;
mod table;
mod templates;
mod views;

use web::{House, OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(chats::inbox))
        .routes(routes!(chats::counts))
        .routes(routes!(chats::detail))
        .routes(routes!(starting::start))
        .routes(routes!(starting::ways))
        .routes(routes!(starting::reach))
        .routes(routes!(chats::send))
        .routes(routes!(chats::plan))
        .routes(routes!(chats::take))
        .routes(routes!(chats::hand_over))
        .routes(routes!(chats::to_queue))
        .routes(routes!(chats::close))
        .routes(routes!(chats::reopen))
        .routes(routes!(chats::needs_no_answer))
        .routes(routes!(chats::put_away))
        .routes(routes!(chats::fetch_back))
        .routes(routes!(chats::observers))
        .routes(routes!(chats::observe))
        .routes(routes!(chats::leave))
        .routes(routes!(chats::decline))
        .routes(routes!(chats::load))
        .routes(routes!(bulk::bulk))
        .routes(routes!(labels::list, labels::add))
        .routes(routes!(labels::order))
        .routes(routes!(labels::change))
        .routes(routes!(labels::mark))
        .routes(routes!(labels::mark_contact))
        .routes(routes!(labels::mark_contacts))
        .routes(routes!(views::list, views::add))
        .routes(routes!(views::counts))
        .routes(routes!(views::change, views::delete))
        .routes(routes!(views::page))
        .routes(routes!(views::ids))
        .routes(routes!(table::table))
        .routes(routes!(clients::card, clients::change))
        .routes(routes!(clients::find))
        .routes(routes!(merging::preview))
        .routes(routes!(merging::merge))
        .routes(routes!(merging::split))
        .routes(routes!(setup::queues, setup::add_queue))
        .routes(routes!(setup::change_queue, setup::delete_queue))
        .routes(routes!(routing::rules, routing::add_rule))
        .routes(routes!(routing::order))
        .routes(routes!(routing::attempt))
        .routes(routes!(routing::change_rule, routing::delete_rule))
        .routes(routes!(templates::list, templates::add))
        .routes(routes!(templates::change, templates::delete))
        .routes(routes!(templates::restore))
        .routes(routes!(templates::render))
}
