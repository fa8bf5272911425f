//! The nouns of filters: what a list of chats is narrowed by, and what is kept under a name.

use crate::model::{InboxGroup, Label, Queue};
use accounts::Person;
use channels::Account;
use kernel::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where the chats of a list stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FilterState {
    /// Neither closed nor put away.
    #[default]
    Open,
    /// Waits in a queue.
    Queue,
    /// The client waits for our answer.
    Unanswered,
    /// Put away.
    Snoozed,
    /// Closed.
    Closed,
    /// Whatever.
    Any,
}

/// What a list of chats is narrowed by; what is empty narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct ChatFilter {
    /// In any of these.
    pub(crate) queue_ids: Vec<Id<Queue>>,
    /// Through any of these.
    pub(crate) account_ids: Vec<Id<Account>>,
    /// One of these is responsible…
    pub(crate) assignee_ids: Vec<Id<Person>>,
    /// …or whoever looks…
    pub(crate) mine: bool,
    /// …or nobody.
    pub(crate) unassigned: bool,
    /// Carries any of these.
    pub(crate) label_ids: Vec<Id<Label>>,
    /// The client's card carries any of these.
    pub(crate) contact_label_ids: Vec<Id<Label>>,
    pub(crate) state: FilterState,
    /// The client has waited, or nothing has happened, for so many minutes at least: 1 to 527 040 (a leap year).
    pub(crate) older_than_min: Option<u32>,
}

/// A filter kept under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ChatView {
    pub(crate) id: Id<ChatView>,
    pub(crate) name: String,
    /// For everybody; else for its owner alone.
    pub(crate) shared: bool,
    /// I made it.
    pub(crate) mine: bool,
    pub(crate) filter: ChatFilter,
}

/// How many chats a view shows somebody.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct ViewCount {
    pub(crate) id: Id<ChatView>,
    pub(crate) total: i64,
    pub(crate) unread: i64,
}

/// Which list of chats is meant: exactly one of the three.
#[derive(Clone, Debug, Default)]
pub(crate) struct Which {
    pub(crate) group: Option<InboxGroup>,
    pub(crate) view_id: Option<Id<ChatView>>,
    pub(crate) filter: Option<ChatFilter>,
    /// A part of the client's name, or of a label's.
    pub(crate) q: String,
}
