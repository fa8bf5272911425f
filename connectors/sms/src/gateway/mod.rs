//! SMS by a gateway over HTTP, described by templates.

mod account;
mod answer;
mod form;
mod hook;
mod mapping;
mod path;
pub(crate) mod preset;
mod template;

pub(crate) use account::{Auth, Format, Gateway, Given};
pub(crate) use hook::Places;
pub(crate) use mapping::{Mapping, reached, trouble};
pub(crate) use template::{Place, Words};
