//! The nouns of records: tasks, tables with fields and rows, and entries, which are what happened to them.

use accounts::{Department, Person};
use files::{File, FileRef};
use kernel::{Id, Moment, Uuid};
use messages::{Message, Thread};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use text::Token;
use utoipa::ToSchema;

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TaskState {
    /// Nobody has begun.
    New,
    /// In work.
    Working,
    /// Waits for something outside.
    Waiting,
    /// Done.
    Done,
    /// Will not be done.
    Declined,
}

impl TaskState {
    /// In the order of the board.
    pub const ALL: [Self; 5] = [
        Self::New,
        Self::Working,
        Self::Waiting,
        Self::Done,
        Self::Declined,
    ];
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Working => "working",
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Declined => "declined",
        }
    }
    pub(crate) fn from_word(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|s| s.word() == word)
            .unwrap_or(Self::New)
    }
    /// Nothing more is to be done.
    pub const fn finished(self) -> bool {
        matches!(self, Self::Done | Self::Declined)
    }
}

/// A task.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Task {
    /// Its id.
    pub id: Id<Task>,
    /// What people call it by: № 12.
    pub number: i64,
    /// Counts its changes; whoever changes it says which one they saw.
    pub version: i64,
    /// What is to be done, in a line.
    pub title: String,
    /// The source of the long text.
    pub text: String,
    /// The source parsed.
    pub tokens: Vec<Token>,
    /// Who set it.
    pub author_id: Id<Person>,
    /// Who is to do it.
    pub assignee_id: Option<Id<Person>>,
    /// Who helps.
    pub coworker_ids: Vec<Id<Person>>,
    /// By when.
    pub deadline: Option<Moment>,
    /// How far it is.
    pub state: TaskState,
    /// Common to all.
    pub everyone: bool,
    /// Common to these departments.
    pub department_ids: Vec<Id<Department>>,
    /// Its files.
    pub files: Vec<FileRef>,
    /// How many comments and messages it has.
    pub comments: i64,
    /// Its place on the board within its state; smaller is higher.
    pub place: f64,
    /// When it was set.
    pub created_at: Moment,
    /// When it was last changed or commented.
    pub changed_at: Moment,
    /// When it was done or declined.
    pub finished_at: Option<Moment>,
}

/// A task to be set.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct NewTask {
    /// What is to be done.
    #[schema(required)]
    pub title: String,
    /// More about it.
    pub text: String,
    /// Who is to do it.
    pub assignee_id: Option<Id<Person>>,
    /// Who helps.
    pub coworker_ids: Vec<Id<Person>>,
    /// By when.
    pub deadline: Option<Moment>,
    /// Common to all.
    pub everyone: bool,
    /// Common to these departments.
    pub department_ids: Vec<Id<Department>>,
    /// Own uploads.
    pub files: Vec<Id<File>>,
}

/// A field's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CellKind {
    /// A line.
    Text,
    /// Several lines.
    Long,
    /// A number.
    Number,
    /// An amount with two places.
    Money,
    /// A day, `2026-03-31`.
    Date,
    /// Yes or no.
    Checkbox,
    /// One of several.
    Choice,
    /// Some of several.
    Choices,
    /// A colleague.
    Person,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A web address.
    Link,
}

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Choice {
    /// Its id; none for a new one.
    #[schema(value_type = Option<Uuid>)]
    #[serde(default = "Uuid::nil")]
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Field {
    /// Its id; none for a new one.
    #[schema(value_type = Option<Uuid>)]
    #[serde(default = "Uuid::nil")]
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it holds; does not change.
    pub kind: CellKind,
    /// A row may not leave it empty.
    #[serde(default)]
    pub required: bool,
    /// For choices.
    #[serde(default)]
    pub choices: Vec<Choice>,
}

/// To whom something is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Circle {
    /// All colleagues.
    pub everyone: bool,
    /// Departments.
    pub department_ids: Vec<Id<Department>>,
    /// People.
    pub person_ids: Vec<Id<Person>>,
}

/// A table that somebody made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Table {
    /// Its id.
    pub id: Id<Table>,
    /// Counts its changes.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Its columns in order.
    pub fields: Vec<Field>,
    /// Who may read its rows.
    pub readers: Circle,
    /// Who may write rows.
    pub writers: Circle,
    /// Who may change its fields and rights.
    pub keepers: Circle,
    /// Who made it.
    pub author_id: Id<Person>,
    /// When.
    pub created_at: Moment,
    /// When it was put away; then nobody is shown it.
    pub deleted_at: Option<Moment>,
}

/// A table with what I may do in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct MyTable {
    #[serde(flatten)]
    pub(crate) table: Table,
    /// How many rows it has.
    pub(crate) rows: i64,
    pub(crate) may_write: bool,
    pub(crate) may_keep: bool,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Row {
    /// Its id.
    pub id: Id<Row>,
    /// Its table.
    pub table_id: Id<Table>,
    /// What people call it by: № 12 of its table.
    pub number: i64,
    /// Counts its changes.
    pub version: i64,
    /// Values by the field's id.
    #[schema(value_type = Object)]
    pub cells: Map<String, Value>,
    /// What lists call it: its first words.
    pub title: String,
    /// Who made it.
    pub author_id: Id<Person>,
    /// When.
    pub created_at: Moment,
    /// When last changed.
    pub changed_at: Moment,
    /// When it was put away.
    pub deleted_at: Option<Moment>,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// It was made.
    Created,
    /// Somebody said something.
    Comment,
    /// A message was moved here.
    Message,
    /// Something was changed.
    Change,
    /// It was put away.
    Deleted,
}

impl EntryKind {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Comment => "comment",
            Self::Message => "message",
            Self::Change => "change",
            Self::Deleted => "deleted",
        }
    }
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "created" => Self::Created,
            "message" => Self::Message,
            "change" => Self::Change,
            "deleted" => Self::Deleted,
            _ => Self::Comment,
        }
    }
}

/// One thing that was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// A word for tasks (`state`), a field's id for rows.
    pub field: String,
    /// The field's name then; empty for tasks.
    pub name: String,
    /// What it was.
    pub before: Value,
    /// What it became.
    pub after: Value,
}

/// A message as it was when it was moved, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Moved {
    /// The message.
    pub message_id: Id<Message>,
    /// Its thread.
    pub thread_id: Id<Thread>,
    /// Its number there.
    pub seq: i64,
    /// Who wrote it: `person`, `contact` …
    pub author_kind: String,
    /// The person or contact.
    pub author_id: Option<Uuid>,
    /// Their name then.
    pub author_name: String,
    /// When it was written.
    pub at: Moment,
}

/// Something that happened to a task or a row.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Entry {
    /// Its id.
    pub id: Id<Entry>,
    /// The task or row.
    pub object_id: Uuid,
    /// When.
    pub at: Moment,
    /// What it is.
    pub kind: EntryKind,
    /// Who.
    pub person_id: Option<Id<Person>>,
    /// Their name then.
    pub person_name: String,
    /// For `comment` and `message`: the source.
    pub text: String,
    /// The source parsed.
    pub tokens: Vec<Token>,
    /// Its files.
    pub files: Vec<FileRef>,
    /// For `change`: what.
    pub changes: Vec<Change>,
    /// For `message`: which.
    pub message: Option<Moved>,
}

/// What a change came to.
pub(crate) enum Saved<T> {
    /// It is saved.
    Now(T),
    /// Somebody else has changed the same meanwhile: how it stands, and which fields.
    Overtaken(T, Vec<String>),
    /// These fields may not hold that: the field's id and the code of the reason.
    Unfit(Vec<(Uuid, &'static str)>),
}
