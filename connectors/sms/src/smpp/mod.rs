//! SMS by a session of SMPP 3.4 with an operator's centre.

mod account;
mod alphabet;
mod assembly;
mod ids;
mod inbox;
mod link;
mod pdu;
mod receipt;
mod status;
mod submit;

pub(crate) use account::{Given, Smpp};
pub(crate) use ids::Ids;
pub(crate) use link::{Centre, Trust};
