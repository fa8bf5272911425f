//! The nouns of contacts in tables.

use accounts::Person;
use crm::{Contact, Fields};
use db::{FromRow, Json, Row};
use files::File;
use kernel::{Id, Moment, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How letters are written in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) enum TableCharset {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
    #[serde(rename = "windows-1251")]
    Windows1251,
    #[serde(rename = "koi8-r")]
    Koi8R,
}

/// What stands between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TableSeparator {
    Comma,
    Semicolon,
    Tab,
    Pipe,
}

impl TableSeparator {
    pub(crate) const ALL: [Self; 4] = [Self::Semicolon, Self::Comma, Self::Tab, Self::Pipe];
    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }
}

/// What a column becomes. Several columns may hold phones, e-mails or notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TableColumn {
    /// It is not brought in.
    Skip,
    /// The whole name.
    Name,
    /// Parts of a name; they are put together in the order of Russian documents.
    LastName,
    FirstName,
    Patronymic,
    Company,
    Email,
    Phone,
    Note,
    /// A colleague, by name, login or e-mail.
    Responsible,
    /// Labels, by their names, separated by commas.
    Labels,
}

/// What is done with a row whose phone or e-mail a contact has already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TableOnMatch {
    /// The contact stays as it is.
    #[default]
    Skip,
    /// What is empty is filled, phones are added.
    Fill,
    /// What the row says wins; its empty cells erase nothing.
    Update,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) charset: TableCharset,
    pub(crate) separator: TableSeparator,
    /// The first row names the columns.
    pub(crate) header: bool,
}

/// What is chosen before a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableSettings {
    pub(crate) charset: TableCharset,
    pub(crate) separator: TableSeparator,
    /// The first row names the columns.
    pub(crate) header: bool,
    /// What each column becomes, from the first.
    pub(crate) columns: Vec<TableColumn>,
    pub(crate) on_match: TableOnMatch,
}

impl TableSettings {
    pub(crate) const fn layout(&self) -> Layout {
        Layout {
            charset: self.charset,
            separator: self.separator,
            header: self.header,
        }
    }
}

/// The first rows of a file as they are read with a layout.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TablePreview {
    pub(crate) charset: TableCharset,
    pub(crate) separator: TableSeparator,
    /// The first row names the columns.
    pub(crate) header: bool,
    /// What the columns are called; empty without a header.
    pub(crate) titles: Vec<String>,
    /// What each column seems to be.
    pub(crate) columns: Vec<TableColumn>,
    /// At most twenty rows, long cells cut.
    pub(crate) rows: Vec<Vec<String>>,
    /// Some letters cannot be read with this charset.
    pub(crate) broken: bool,
}

/// What became of rows, or would.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct TableCounts {
    /// Rows of the file, without its header.
    pub(crate) rows: i64,
    pub(crate) new: i64,
    pub(crate) updated: i64,
    /// Known already, and left as they are.
    pub(crate) skipped: i64,
    pub(crate) errors: i64,
    /// Rows without a word.
    pub(crate) empty: i64,
    /// Of all rows, those whose phone or e-mail is of a contact that was here before.
    pub(crate) here: i64,
    /// Of all rows, those that repeat a phone or e-mail of a row above.
    pub(crate) repeated: i64,
}

/// What a row cannot come in for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct TableProblem {
    /// The row's number in the file, from 1, the header counted.
    pub(crate) row: i64,
    /// The column's number, from 0; none when the whole row is meant.
    pub(crate) column: Option<usize>,
    pub(crate) code: String,
    /// What stands there, cut.
    pub(crate) value: String,
    /// The cause in the reader's language.
    #[serde(default)]
    pub(crate) sentence: String,
}

/// What a dry run found.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct TableReport {
    pub(crate) counts: TableCounts,
    /// The first problems.
    pub(crate) problems: Vec<TableProblem>,
    /// What the columns are called; empty without a header.
    pub(crate) titles: Vec<String>,
}

/// What taking back did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct TableUndone {
    /// Contacts taken away.
    pub(crate) removed: i64,
    /// Contacts whose fields are as before.
    pub(crate) restored: i64,
    /// Contacts that stayed as they are, whole or in part.
    pub(crate) left: i64,
}

/// A contact that could not be taken back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TableLeft {
    pub(crate) contact_id: Id<Contact>,
    pub(crate) name: String,
    /// `changed` (somebody changed it since), `tied` (it has chats, is known in a messenger or was merged).
    pub(crate) why: String,
}

/// A table of contacts that was brought or is to be. Its states: `draft`, `checking`, `ready`, `running`, `stopped`, `failed`,
/// `done`, `leaving`, `taken_back`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ContactImport {
    pub(crate) id: Id<ContactImport>,
    /// Who brought it.
    pub(crate) person_id: Id<Person>,
    pub(crate) file_id: Id<File>,
    pub(crate) file_name: String,
    /// The file is still here: rows with errors can be had.
    pub(crate) file_kept: bool,
    pub(crate) state: String,
    pub(crate) settings: TableSettings,
    /// What the dry run found.
    pub(crate) report: Option<TableReport>,
    /// What the run made so far.
    pub(crate) made: TableCounts,
    /// What taking back did.
    pub(crate) undone: TableUndone,
    /// Rows done.
    pub(crate) position: i64,
    /// Code of what went wrong.
    pub(crate) error: String,
    /// The same in words.
    pub(crate) sentence: String,
    pub(crate) created_at: Moment,
    pub(crate) updated_at: Moment,
    /// Until when the run can be taken back; none before it began.
    pub(crate) undo_until: Option<Moment>,
}

impl FromRow for ContactImport {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            person_id: row.get("person_id")?,
            file_id: row.get("file_id")?,
            file_name: row.get("file_name")?,
            file_kept: row.get("file_kept")?,
            state: row.get("state")?,
            settings: row.get::<Json<TableSettings>>("settings")?.0,
            report: row.get::<Option<Json<TableReport>>>("report")?.map(|r| r.0),
            made: row.get::<Json<TableCounts>>("made")?.0,
            undone: row.get::<Json<TableUndone>>("undone")?.0,
            position: row.get("position")?,
            error: row.get("error")?,
            sentence: String::new(),
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            undo_until: row.get("undo_until")?,
        })
    }
}

/// What a run wrote of one row: all that is needed to take it back.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    pub(crate) number: i64,
    pub(crate) contact_id: Id<Contact>,
    /// None: the contact is new.
    pub(crate) before: Option<Fields>,
    pub(crate) after: Fields,
}

impl FromRow for Trace {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            number: row.get("number")?,
            contact_id: row.get("contact_id")?,
            before: row.get::<Option<Json<Fields>>>("before")?.map(|f| f.0),
            after: row.get::<Json<Fields>>("after")?.0,
        })
    }
}
