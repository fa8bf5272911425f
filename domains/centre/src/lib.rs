//! Desks in messengers: an employee ties their own account there to themselves and answers clients of any channel from
//! it (L-79, S1-71, S1-72, X-10).
//!
//! An account whose connector says [`desk`](channel::Capabilities::desk) takes no clients. Who writes to it is nobody
//! until an administrator ties them to an employee; from then on they are told what their clients write, and what they
//! answer is sent by the same action, with the same rights at that very moment, as an answer written in the browser. What
//! comes is stored first and dealt with in order by a job; what goes out waits in the outbox of `channels`.

mod actions;
mod http;
mod model;
mod rules;
mod store;

pub use actions::upcalls;
pub use model::{Mine, Seat, SeatState};

use web::Domain;

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("centre")
        .migrations(db::migrations!("centre"; "0001_centre" split))
        .routes(http::routes())
        .prompt_job(actions::ACTS, actions::work)
        .prompt_job(actions::NEWS, actions::tell)
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
