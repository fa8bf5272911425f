//! The nouns of desks.

use accounts::Person;
use channel::Inbound;
use channels::Account;
use files::File;
use kernel::{Id, Moment, Uuid};
use messages::{Message, Thread};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a user of a messenger is to us at a desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SeatState {
    /// They asked; nobody has decided.
    Asked,
    /// They are an employee of ours.
    Tied,
    /// They are not.
    Refused,
    /// They were.
    Untied,
}

impl SeatState {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Tied => "tied",
            Self::Refused => "refused",
            Self::Untied => "untied",
        }
    }
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "tied" => Self::Tied,
            "refused" => Self::Refused,
            "untied" => Self::Untied,
            _ => Self::Asked,
        }
    }
}

/// A user of a messenger at a desk of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Seat {
    /// Its id.
    pub id: Id<Seat>,
    /// The desk.
    pub account_id: Id<Account>,
    /// The messenger's id of them.
    pub ext_id: String,
    /// Their name there.
    pub name: String,
    /// Their handle there, without `@`; may be empty.
    pub username: String,
    /// The language of their application.
    #[serde(skip)]
    pub language: String,
    /// The number of their request, as both sides are told it.
    pub number: i64,
    /// What they are to us.
    pub state: SeatState,
    /// Whose link they came by.
    pub suggested_id: Option<Id<Person>>,
    /// Who they are.
    pub person_id: Option<Id<Person>>,
    /// Told of chats that wait in their queues too.
    pub queue_chats: bool,
    /// Told at all: off by themselves, or because they shut us out there.
    pub awake: bool,
    /// The chat they answer in when they answer no message.
    #[serde(skip)]
    pub chosen_id: Option<Id<Thread>>,
    /// When they asked.
    pub asked_at: Moment,
    /// When somebody decided.
    pub decided_at: Option<Moment>,
    /// Who decided.
    pub decided_by: Option<Id<Person>>,
}
impl db::FromRow for Seat {
    fn from_row(row: &db::Row<'_>) -> kernel::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            ext_id: row.get("ext_id")?,
            name: row.get("name")?,
            username: row.get("username")?,
            language: row.get("language")?,
            number: row.get("number")?,
            state: SeatState::from_word(&row.get::<String>("state")?),
            suggested_id: row.get("suggested_id")?,
            person_id: row.get("person_id")?,
            queue_chats: row.get("queue_chats")?,
            awake: row.get("awake")?,
            chosen_id: row.get("chosen_id")?,
            asked_at: row.get("asked_at")?,
            decided_at: row.get("decided_at")?,
            decided_by: row.get("decided_by")?,
        })
    }
}

/// A desk one can sit at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeskBrief {
    /// Its account.
    pub id: Id<Account>,
    /// Its kind of channel.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// What a person sees of their own desks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Mine {
    /// The desks there are.
    pub desks: Vec<DeskBrief>,
    /// Where they sit, and what they asked for.
    pub seats: Vec<Seat>,
}

/// What came to a desk.
#[derive(Clone, Debug)]
pub(crate) struct ActRow {
    pub(crate) id: Uuid,
    pub(crate) account_id: Id<Account>,
    pub(crate) ext_id: String,
    pub(crate) inbound: db::Json<Inbound>,
}
db::row!(ActRow {
    id,
    account_id,
    ext_id,
    inbound
});

/// What happened to a client's message.
#[derive(Clone, Debug)]
pub(crate) struct NewsRow {
    pub(crate) n: i64,
    pub(crate) message_id: Id<Message>,
    pub(crate) what: String,
    pub(crate) file_id: Option<Id<File>>,
}
db::row!(NewsRow {
    n,
    message_id,
    what,
    file_id
});

/// A message at a desk, by the messenger's id of it.
#[derive(Clone, Debug)]
pub(crate) struct AtDesk {
    pub(crate) message_id: Id<Message>,
    pub(crate) thread_id: Id<Thread>,
}
db::row!(AtDesk {
    message_id,
    thread_id
});
