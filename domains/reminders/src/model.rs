//! The nouns of reminders.

use kernel::{Id, Moment, Uuid};
use messages::{Message, Thread, ThreadKind};
use notifications::Notice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One of the eight buttons (S2-41).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Preset {
    /// The end of this working day.
    Today,
    /// Tomorrow morning.
    Tomorrow,
    /// The morning of the day after.
    DayAfterTomorrow,
    /// In one hour.
    Hour,
    /// In three hours.
    ThreeHours,
    /// In eight hours.
    EightHours,
    /// The morning of this weekday in a week.
    Week,
    /// The morning of this date in a month.
    Month,
}

impl Preset {
    pub(crate) const ALL: [Self; 8] = [
        Self::Today,
        Self::Tomorrow,
        Self::DayAfterTomorrow,
        Self::Hour,
        Self::ThreeHours,
        Self::EightHours,
        Self::Week,
        Self::Month,
    ];
}

/// When to remind: one of the three.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct When {
    /// A button.
    pub(crate) preset: Option<Preset>,
    /// In so many hours from now (S2-48).
    pub(crate) hours: Option<i64>,
    /// At this very moment (S2-49).
    pub(crate) at: Option<Moment>,
    /// The IANA zone whose days and mornings a preset means; the company's when not given.
    pub(crate) zone: Option<String>,
}

/// What a button would set now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PresetAt {
    /// The button.
    pub(crate) preset: Preset,
    /// What it sets; nothing when there is no such time any more (the last minute of a day).
    pub(crate) at: Option<Moment>,
}

/// A reminder as its table keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) id: Id<Reminder>,
    pub(crate) person_id: Id<accounts::Person>,
    pub(crate) message_id: Id<Message>,
    pub(crate) thread_id: Id<Thread>,
    pub(crate) due_at: Moment,
    pub(crate) notice_id: Option<Id<Notice>>,
    pub(crate) handled_at: Option<Moment>,
}
db::row!(Kept {
    id,
    person_id,
    message_id,
    thread_id,
    due_at,
    notice_id,
    handled_at
});

/// A reminder, for the person who set it and nobody else.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Reminder {
    /// Its id.
    pub id: Id<Reminder>,
    /// The message it is of.
    pub message_id: Id<Message>,
    /// Where that stands.
    pub thread_id: Id<Thread>,
    /// When.
    pub due_at: Moment,
    /// The notice it became at its time.
    pub notice_id: Option<Id<Notice>>,
    /// Dealt with: the bell is gone.
    pub handled: bool,
    /// What it reminds of; nothing when the message is deleted or may no longer be seen.
    pub message: Option<Reminded>,
}

/// What is shown of the message a reminder is of.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Reminded {
    /// `team` or `client`.
    pub thread_kind: ThreadKind,
    /// What lists call the chat; empty for a direct one.
    pub thread_title: String,
    /// Its number there.
    pub seq: i64,
    /// When it was written.
    pub at: Moment,
    /// By whom.
    pub author_name: String,
    /// Its beginning.
    pub text: String,
}

/// Only for the path of the job: which reminder, and the time it was put in for.
#[derive(Serialize, Deserialize)]
pub(crate) struct Due {
    pub(crate) id: Uuid,
    pub(crate) micros: i64,
}
