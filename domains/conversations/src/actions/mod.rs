//! Use cases of conversations.

pub(crate) mod bulk;
pub(crate) mod chats;
pub(crate) mod closing;
pub(crate) mod dealing;
pub(crate) mod elsewhere;
pub(crate) mod labels;
pub(crate) mod late;
pub(crate) mod merging;
pub(crate) mod owning;
pub(crate) mod queues;
pub(crate) mod receiving;
pub(crate) mod replies;
pub(crate) mod routing;
pub(crate) mod sending;
pub(crate) mod snooze;
pub(crate) mod starting;
pub(crate) mod table;
pub(crate) mod templates;
pub(crate) mod timers;
pub(crate) mod view;
pub(crate) mod views;
