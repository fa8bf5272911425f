//! Short links in messages to clients (S3-08 to S3-10, L-100), and the pixel that joins who clicked with who visits (S3-09).
//!
//! Each address in a message to a client gets a code of its own, so a click says whose it was. Robots of messengers fetch
//! every address they see; they are counted apart. Links that are given to anybody (L-78) are counted the same way. What a click or a meeting on the site means for chats and contacts is
//! not known here: domains above fill [`Upcalls`].

mod actions;
mod http;
mod model;
mod pixel;
mod public;
mod rules;
mod store;

pub use actions::{Wish, has_short, measured, sent_to, shorten};
pub use model::{Click, LinkClicks};
pub use pixel::met;

use db::Tx;
use kernel::{Ctx, Result, Uuid};
use std::pin::Pin;
use web::Domain;

/// A future bound to the transaction it works in.
pub type TxFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;

/// Somebody followed a link for the first time: the chat it was sent in, and where it leads.
pub type ClickedFn = for<'a, 't> fn(&'a mut Tx<'t>, &'a Ctx, Uuid, &'a str) -> TxFuture<'a, ()>;

/// Two contacts came with one browser, so they may be one person.
pub type SamePersonFn = for<'a, 't> fn(&'a mut Tx<'t>, &'a Ctx, Uuid, Uuid) -> TxFuture<'a, ()>;

/// Everybody who is one with a contact since they were merged, itself among them.
pub type CircleFn = for<'a, 't> fn(&'a mut Tx<'t>, Uuid) -> TxFuture<'a, Vec<Uuid>>;

/// What domains above do, a part of the house.
#[derive(Clone, Copy)]
pub struct Upcalls {
    /// A first click.
    pub clicked: ClickedFn,
    /// A possible duplicate.
    pub same_person: SamePersonFn,
    /// Who is one with a contact.
    pub circle: CircleFn,
}

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("links")
        .migrations(db::migrations!("links"; "0001_links", "0002_public"))
        .routes(http::routes())
        .outside(http::outside())
        .service("links", pixel::run)
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
