//! The nouns of moving in and out.

use crate::readers::Format;
use accounts::Person;
use db::{FromRow, Json, Row};
use kernel::{Error, Id, Moment, Result, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What somebody in an archive is to become here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Becomes {
    /// A colleague who is here.
    Person,
    /// Somebody who worked here before: an account that cannot sign in.
    Former,
    /// Nobody: their messages carry their name only, and they are in no chat.
    Name,
}

/// What is chosen for one of them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ImportChoice {
    /// Their id in the archive.
    pub(crate) id: String,
    /// What they become.
    pub(crate) becomes: Becomes,
    /// The colleague, for `person`.
    #[serde(default)]
    pub(crate) person_id: Option<Id<Person>>,
}

/// Somebody found in an archive.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ImportPerson {
    /// Their id in the archive.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) email: String,
    /// An automaton.
    pub(crate) bot: bool,
    /// How many messages are theirs.
    pub(crate) messages: u64,
    /// What is suggested.
    pub(crate) becomes: Becomes,
    /// The colleague they seem to be.
    pub(crate) person_id: Option<Id<Person>>,
    /// Why it seems so: `before`, `email`, `login`, `name`; empty when nobody does.
    pub(crate) by: String,
}

/// A chat found in an archive.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct ImportChat {
    /// Its id in the archive.
    pub(crate) id: String,
    /// Its name; for a talk, its members.
    pub(crate) title: String,
    pub(crate) members: u64,
    pub(crate) messages: u64,
    pub(crate) files: u64,
    /// As suggested, none of our colleagues would see it: it is left out.
    pub(crate) nobody: bool,
}

/// What an archive holds, found without changing anything.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct ImportReport {
    pub(crate) people: Vec<ImportPerson>,
    pub(crate) chats: Vec<ImportChat>,
    pub(crate) topics: u64,
    pub(crate) messages: u64,
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    /// Pieces of the whole stream, for the progress.
    pub(crate) items: u64,
    /// What will be left out, by reason.
    pub(crate) left_out: BTreeMap<String, u64>,
    /// Texts that were not UTF-8 and were read as well as could be.
    pub(crate) mended: u64,
}

/// What a run has made so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct ImportMade {
    pub(crate) people: u64,
    pub(crate) chats: u64,
    pub(crate) topics: u64,
    pub(crate) messages: u64,
    pub(crate) files: u64,
    /// Messages that were here from an earlier run.
    pub(crate) already: u64,
    /// What was left out, by reason.
    pub(crate) left_out: BTreeMap<String, u64>,
}

impl ImportMade {
    pub(crate) fn leave(&mut self, reason: &str) {
        *self.left_out.entry(reason.to_owned()).or_default() += 1;
    }
}

/// An archive that was read or is to be. Its states: `looking`, `refused`, `ready`, `running`, `failed`, `done`,
/// `leaving`, `taken_back`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Import {
    pub(crate) id: Id<Import>,
    /// Who brought it.
    pub(crate) person_id: Id<Person>,
    #[serde(skip)]
    pub(crate) file_id: Id<files::File>,
    /// How often it was begun to be looked at.
    #[serde(skip)]
    pub(crate) tries: i64,
    pub(crate) file_name: String,
    /// The archive was not removed.
    pub(crate) archive_kept: bool,
    pub(crate) format: Format,
    pub(crate) state: String,
    /// What was found; in lists absent.
    pub(crate) report: Option<ImportReport>,
    #[serde(skip)]
    pub(crate) mapping: Vec<ImportChoice>,
    pub(crate) made: ImportMade,
    /// How many pieces of the stream are dealt with.
    pub(crate) position: i64,
    /// The code of what went wrong; empty when nothing did.
    pub(crate) error: String,
    /// Its sentence, in the reader's language.
    pub(crate) sentence: String,
    /// Where in the archive it went wrong.
    pub(crate) place: String,
    pub(crate) created_at: Moment,
    pub(crate) updated_at: Moment,
}

impl FromRow for Import {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let format: String = row.get("format")?;
        Ok(Self {
            id: row.get("id")?,
            person_id: row.get("person_id")?,
            file_id: row.get("file_id")?,
            tries: row.get("tries")?,
            file_name: row.get("file_name")?,
            archive_kept: row.get("archive_kept")?,
            format: Format::from_word(&format)
                .ok_or_else(|| Error::fault(format!("no format {format}")))?,
            state: row.get("state")?,
            report: row
                .get::<Option<Json<ImportReport>>>("report")?
                .map(|j| j.0),
            mapping: row
                .get::<Option<Json<Vec<ImportChoice>>>>("mapping")?
                .map(|j| j.0)
                .unwrap_or_default(),
            made: row.get::<Json<ImportMade>>("result")?.0,
            position: row.get("position")?,
            error: row.get("error")?,
            sentence: String::new(),
            place: row.get("place")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

/// An archive of ours: made, or being made. Its states: `running`, `done`, `failed`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Export {
    pub(crate) id: Id<Export>,
    /// Whose it is.
    pub(crate) person_id: Id<Person>,
    /// The chat; none for the whole company.
    pub(crate) thread_id: Option<Uuid>,
    /// The chat's name then; empty for all chats, and for a talk of two.
    pub(crate) title: String,
    pub(crate) state: String,
    /// Chats written so far.
    pub(crate) done: i64,
    /// Chats in all.
    pub(crate) total: i64,
    /// The archive, when it is made.
    pub(crate) file_id: Option<Uuid>,
    pub(crate) error: String,
    pub(crate) created_at: Moment,
    pub(crate) updated_at: Moment,
}
db::row!(Export {
    id,
    person_id,
    thread_id,
    title,
    state,
    done,
    total,
    file_id,
    error,
    created_at,
    updated_at
});
