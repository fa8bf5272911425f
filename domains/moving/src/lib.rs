//! Moving in and out (U-37): archives of other messengers become chats, people and files; our own chats become an archive
//! that can be read in again. Contacts come and go as tables ([`contacts`]).
//!
//! A reader per format turns an archive into one neutral stream ([`item`]). The dry run reads it to its end and writes
//! nothing; the run writes it in batches, each with its place in the stream, so that it goes on after any stop and
//! nothing comes twice.

mod actions;
mod archive;
mod contacts;
mod http;
mod item;
mod leaving;
mod looking;
mod lossy;
mod model;
mod moment;
mod readers;
mod rules;
mod store;
mod writing;

use web::Domain;

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("moving")
        .migrations(
            db::migrations!("moving"; "0001_moving", "0002_archives_removed", "0003_contacts"),
        )
        .routes(http::routes().merge(contacts::http::routes()))
        .job(looking::LOOK, looking::job)
        .job(writing::RUN, writing::job)
        .job(writing::BACK, writing::back)
        .job(leaving::EXPORT, leaving::job)
        .job(contacts::checking::CHECK, contacts::checking::job)
        .job(contacts::running::RUN, contacts::running::job)
        .job(contacts::taking_back::BACK, contacts::taking_back::job)
        .job(contacts::taking_back::FORGET, contacts::taking_back::forget)
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
