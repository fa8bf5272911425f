//! Prepared answers: words, files, what is asked for, whom they are for (U-31, P-32, P-33).

use super::{Queue, routing::objects};
use accounts::{Department, Person};
use files::{File, FileRef};
use kernel::Id;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Who may use a template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Whoever made it.
    #[default]
    Own,
    /// Everyone.
    All,
    /// Some departments and queues.
    Groups,
}

impl Audience {
    /// The stored word.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::All => "all",
            Self::Groups => "groups",
        }
    }
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "all" => Self::All,
            "groups" => Self::Groups,
            _ => Self::Own,
        }
    }
}

/// What kind of answer a field takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AskKind {
    /// Words.
    #[default]
    Text,
    /// A number, with a comma or a point.
    Number,
    /// A day.
    Date,
    /// One of those listed.
    Choice,
}

/// Something the employee is asked for before the text goes into the composer; `{?label}` in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Ask {
    /// What it is called, also in the text: 1 to 60 characters without braces.
    pub label: String,
    /// What it takes.
    pub kind: AskKind,
    /// What can be chosen, for a choice.
    pub choices: Vec<String>,
    /// May stay empty.
    pub optional: bool,
}

/// Other words for some channels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Variant {
    /// Kinds of channels.
    pub kinds: Vec<String>,
    /// The text there.
    pub text: String,
}

/// What is stored of a template beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct More {
    pub(crate) department_ids: Vec<Id<Department>>,
    pub(crate) queue_ids: Vec<Id<Queue>>,
    pub(crate) files: Vec<Id<File>>,
    pub(crate) asks: Vec<Ask>,
    pub(crate) variants: Vec<Variant>,
}

/// A prepared answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Template {
    /// Its id.
    pub id: Id<Template>,
    /// What lists call it.
    pub title: String,
    /// The text with fields like `{client.name}`.
    pub text: String,
    /// Who may use it.
    pub scope: Audience,
    /// Whose it is.
    pub owner_id: Id<Person>,
    /// Whether it is for the person asking, or only kept by them.
    pub for_me: bool,
    /// The departments it is for.
    pub department_ids: Vec<Id<Department>>,
    /// The queues it is for.
    pub queue_ids: Vec<Id<Queue>>,
    /// What goes with it.
    pub files: Vec<FileRef>,
    /// What is asked for.
    pub asks: Vec<Ask>,
    /// Its words in some channels.
    pub variants: Vec<Variant>,
}

/// A template to be made or changed, whole.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct TemplateForm {
    /// What lists call it.
    pub title: String,
    /// The text; may be empty if files go with it.
    #[serde(default)]
    pub text: String,
    /// Who may use it.
    #[serde(default)]
    pub scope: Audience,
    /// The departments, for [`Audience::Groups`].
    #[serde(default)]
    pub department_ids: Vec<Id<Department>>,
    /// The queues, for [`Audience::Groups`].
    #[serde(default)]
    pub queue_ids: Vec<Id<Queue>>,
    /// Own uploads, or files it has already.
    #[serde(default)]
    pub files: Vec<Id<File>>,
    /// What is asked for.
    #[serde(default, deserialize_with = "objects")]
    pub asks: Vec<Ask>,
    /// Its words in some channels.
    #[serde(default, deserialize_with = "objects")]
    pub variants: Vec<Variant>,
}

/// For which chat a template is filled in, and with what.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Filling {
    pub(crate) chat_id: Id<messages::Thread>,
    /// What was asked for, by its label; a day as `2026-12-31`.
    #[serde(default)]
    pub(crate) values: BTreeMap<String, String>,
}

/// What goes into the composer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    /// Files of the person's own, as if they had just uploaded them.
    pub(crate) files: Vec<FileRef>,
}
