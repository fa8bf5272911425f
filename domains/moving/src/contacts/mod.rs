//! Contacts by tables (U-37): a CSV file of an existing client base is read as it seems to be meant, shown, checked
//! without writing anything, written batch by batch, and taken back; and all contacts leave as a table that comes in again.

pub(crate) mod actions;
pub(crate) mod checking;
pub(crate) mod http;
mod leaving;
pub(crate) mod model;
mod phones;
mod reading;
mod rules;
pub(crate) mod running;
pub(crate) mod taking_back;
#[cfg(test)]
mod tests;
