//! Use cases of conversations.

pub(crate) mod chats;
pub(crate) mod elsewhere;
pub(crate) mod owning;
pub(crate) mod queues;
pub(crate) mod receiving;
pub(crate) mod sending;
pub(crate) mod starting;
pub(crate) mod table;
pub(crate) mod templates;
pub(crate) mod view;
