//! The nouns of notifications.

use kernel::{Id, Moment, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum NoticeKind {
    /// Somebody named me.
    Mention,
    /// A client of mine wrote.
    Message,
    /// A client waits in a queue of mine.
    Queue,
    /// A chat was handed to me.
    Assigned,
    /// I became an observer.
    Observer,
    /// A message of mine did not arrive.
    Failed,
    /// A channel broke.
    Channel,
    /// Somebody reacted to my message.
    Reaction,
    /// Somebody reported a message.
    Report,
    /// A task became mine.
    Task,
    /// Somebody said something at a task of mine.
    Comment,
    /// A task that I set was done or declined.
    Finished,
    /// A message I asked to be reminded of.
    Reminder,
    /// Somebody answered a message of mine.
    Reply,
    /// A queue I head grows over its members' heads.
    Backlog,
    /// A client waits for an answer longer than was set.
    Late,
    /// A client's chat I put away is back.
    Woke,
}

impl NoticeKind {
    pub(crate) const ALL: &'static [Self] = &[
        Self::Mention,
        Self::Message,
        Self::Queue,
        Self::Assigned,
        Self::Observer,
        Self::Failed,
        Self::Channel,
        Self::Reaction,
        Self::Report,
        Self::Task,
        Self::Comment,
        Self::Finished,
        Self::Reminder,
        Self::Reply,
        Self::Backlog,
        Self::Late,
        Self::Woke,
    ];
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Message => "message",
            Self::Queue => "queue",
            Self::Assigned => "assigned",
            Self::Observer => "observer",
            Self::Failed => "failed",
            Self::Channel => "channel",
            Self::Reaction => "reaction",
            Self::Report => "report",
            Self::Task => "task",
            Self::Comment => "comment",
            Self::Finished => "finished",
            Self::Reminder => "reminder",
            Self::Reply => "reply",
            Self::Backlog => "backlog",
            Self::Late => "late",
            Self::Woke => "woke",
        }
    }
    pub(crate) fn from_word(word: &str) -> Self {
        Self::ALL
            .iter()
            .copied()
            .find(|k| k.word() == word)
            .unwrap_or(Self::Message)
    }
}

/// Something that wants a person's eye.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Notice {
    /// Its id.
    pub id: Id<Notice>,
    /// What it is about.
    pub kind: NoticeKind,
    /// When.
    pub at: Moment,
    /// The chat or task to open.
    pub thread_id: Option<Uuid>,
    /// `team`, `client` or `task`.
    pub thread_kind: Option<String>,
    /// The message to go to.
    pub message_id: Option<Uuid>,
    /// Who caused it.
    pub actor_id: Option<Uuid>,
    /// Who or where.
    pub title: String,
    /// What.
    pub text: String,
    /// Handled.
    pub done: bool,
}

/// What a person is told of: a row of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A colleague wrote to me alone.
    Direct,
    /// Somebody wrote in a group of mine.
    Group,
    /// A notice of the notification centre.
    Notice(NoticeKind),
}

impl Occasion {
    /// The word of its row.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Group => "group",
            Self::Notice(kind) => kind.word(),
        }
    }
}

/// The columns of the matrix: in which ways somebody wants to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the columns of a table of switches"
)]
pub struct Ways {
    /// A sound.
    pub sound: bool,
    /// In the corner of the page that is in front.
    pub corner: bool,
    /// By the operating system, when the page is not in front.
    pub desktop: bool,
    /// On devices that are subscribed, when nobody answers at the desk.
    pub push: bool,
    /// By e-mail.
    pub email: bool,
}

/// The quiet of one weekday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuietDay {
    /// There is one.
    pub on: bool,
    /// From this minute of the day.
    pub from: i32,
    /// Until this minute; of the next day when it is the smaller, all day when they are equal.
    pub to: i32,
}

/// A day that differs from its weekday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuietDate {
    /// `2026-12-31`.
    pub date: String,
    /// Quiet from midnight to midnight, or not at all and the night after neither.
    pub quiet: bool,
}

/// Quiet hours (U-41).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Quiet {
    /// They are kept.
    pub on: bool,
    /// On the clock of this IANA zone.
    pub zone: String,
    /// Monday to Sunday.
    pub days: Vec<QuietDay>,
    /// Days that differ.
    pub dates: Vec<QuietDate>,
    /// Rows of the matrix that ring all the same.
    pub pass_kinds: Vec<String>,
    /// People who may ring all the same.
    pub pass_people: Vec<Uuid>,
    /// Chats that ring all the same.
    pub pass_threads: Vec<Uuid>,
}

impl Default for Quiet {
    fn default() -> Self {
        let night = QuietDay {
            on: true,
            from: 22 * 60,
            to: 8 * 60,
        };
        Self {
            on: false,
            zone: "UTC".to_owned(),
            days: vec![night; 7],
            dates: Vec::new(),
            pass_kinds: Vec::new(),
            pass_people: Vec::new(),
            pass_threads: Vec::new(),
        }
    }
}

/// How a person wants to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct NoticeSettings {
    /// By row; a row that is missing is as usual.
    pub matrix: BTreeMap<String, Ways>,
    /// When not.
    pub quiet: Quiet,
    /// L-67: whether they hear of every message of clients whose chats they observe, or only of what is addressed to them;
    /// a chat may differ. Absent in a change: as before; never set: only what is addressed to them.
    pub observe_all: Option<bool>,
}

/// One person's switches of one chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChatSwitches {
    /// S2-36.
    pub sound: bool,
    /// Neither notice nor sound until then.
    pub muted_until: Option<Moment>,
}

impl Default for ChatSwitches {
    fn default() -> Self {
        Self {
            sound: true,
            muted_until: None,
        }
    }
}

impl ChatSwitches {
    /// Whether it is muted.
    pub fn muted_at(&self, now: Moment) -> bool {
        self.muted_until.is_some_and(|until| until > now)
    }
}
