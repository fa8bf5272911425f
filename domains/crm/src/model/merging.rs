//! The nouns of merging: pairs that may be one person, what a merge does to each field, what was merged.

use super::Contact;
use accounts::Person;
use kernel::{Id, Moment, Phone, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a pair stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DuplicateState {
    /// Nobody has decided.
    Open,
    /// Somebody said they are two; never offered again.
    Dismissed,
    /// They are one now.
    Merged,
}

impl DuplicateState {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Dismissed => "dismissed",
            Self::Merged => "merged",
        }
    }
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "dismissed" => Self::Dismissed,
            "merged" => Self::Merged,
            _ => Self::Open,
        }
    }
}

/// Two contacts that may be one person, as stored.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) first_id: Id<Contact>,
    pub(crate) second_id: Id<Contact>,
    pub(crate) reason: String,
    pub(crate) state: DuplicateState,
    pub(crate) at: Moment,
    pub(crate) by_id: Option<Id<Person>>,
    pub(crate) decided_by: Option<Id<Person>>,
    pub(crate) decided_at: Option<Moment>,
}

/// Two contacts that may be one person, as a list shows them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Duplicate {
    pub(crate) one: Contact,
    pub(crate) other: Contact,
    /// Why: `phone`, `email`, `site` (they came with one browser), `name`, `person` (a colleague thinks so).
    pub(crate) reason: String,
    pub(crate) state: DuplicateState,
    pub(crate) at: Moment,
    /// Who noted it; nobody when a rule did.
    pub(crate) by_id: Option<Id<Person>>,
    pub(crate) decided_by: Option<Id<Person>>,
    pub(crate) decided_at: Option<Moment>,
}

/// Whose value a field has after a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldChoice {
    /// That of the contact that stands.
    Kept,
    /// That of the one merged into it.
    Merged,
    /// Both, where a field can hold them.
    Both,
}

/// What somebody chose, field by field; what was not chosen goes by the rule: what there is wins over what is empty, the one
/// that stands wins over the other, phones are joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FieldChoices {
    /// Name.
    pub name: Option<FieldChoice>,
    /// Company.
    pub company: Option<FieldChoice>,
    /// E-mail.
    pub email: Option<FieldChoice>,
    /// Phones; may be `both`.
    pub phones: Option<FieldChoice>,
    /// Note; may be `both`.
    pub note: Option<FieldChoice>,
    /// Who is responsible.
    pub responsible_id: Option<FieldChoice>,
    /// Picture.
    pub photo_file_id: Option<FieldChoice>,
}

/// The fields of a card that a merge decides on and an import writes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Fields {
    /// What we call them.
    pub name: String,
    /// Their company.
    pub company: String,
    /// E-mail, may be empty.
    pub email: String,
    /// Phones in E.164.
    pub phones: Vec<Phone>,
    /// Free words.
    pub note: String,
    /// Who of us is responsible.
    pub responsible_id: Option<Id<Person>>,
    /// Their picture.
    pub photo_file_id: Option<Uuid>,
    /// The labels on it, each once, in the order of their ids.
    pub labels: Vec<Uuid>,
}

/// One field of a preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PreviewField {
    /// `name`, `company`, `email`, `phones`, `note`, `responsible_id`, `photo_file_id`.
    pub field: &'static str,
    /// What the contact that stands has.
    pub kept: String,
    /// What the other has.
    pub merged: String,
    /// What it becomes.
    pub result: String,
    /// Whose it is.
    pub choice: FieldChoice,
    /// What can be chosen.
    pub choices: Vec<FieldChoice>,
    /// Both have something, and not the same.
    pub conflict: bool,
}

/// What a merge would do to the cards.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CardPreview {
    /// Who stands for both.
    pub kept: Contact,
    /// Who is merged into it.
    pub merged: Contact,
    /// Field by field.
    pub fields: Vec<PreviewField>,
    /// Why they may be one person, if it was noted.
    pub reason: Option<String>,
}

/// A merge as stored.
#[derive(Clone, Debug, ToSchema)]
pub struct Merge {
    /// Its id.
    pub id: Id<Merge>,
    /// Who stands for both.
    pub kept_id: Id<Contact>,
    /// Who was merged.
    pub merged_id: Id<Contact>,
    /// `person` (somebody did it) or `phone` (two messengers vouch for one number).
    pub(crate) how: String,
    pub(crate) before: Fields,
    pub(crate) after: Fields,
    pub(crate) by_id: Option<Id<Person>>,
    pub(crate) at: Moment,
    pub(crate) undone_at: Option<Moment>,
}

/// Who a contact was merged from, as its card says it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MergedFrom {
    /// The merge; splitting names it.
    pub id: Id<Merge>,
    /// The contact as it was.
    pub contact_id: Id<Contact>,
    /// What it was called.
    pub name: String,
    /// `person` or `phone`.
    pub how: String,
    /// Who merged them; nobody when a rule did.
    pub by_id: Option<Id<Person>>,
    /// When.
    pub at: Moment,
}
