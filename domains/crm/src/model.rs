//! The nouns of crm.

mod merging;
pub use merging::{CardPreview, FieldChoice, FieldChoices, Fields, Merge, MergedFrom};
pub(crate) use merging::{Duplicate, DuplicateState, Pair, PreviewField};

use accounts::Person;
use kernel::{Id, Moment, Phone, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Contact {
    /// Its id.
    pub id: Id<Contact>,
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
    /// Their picture, as a messenger shows it.
    pub photo_file_id: Option<Uuid>,
    /// Who of us is responsible for this client, whoever holds their chats now (P-41).
    pub responsible_id: Option<Id<Person>>,
    /// The labels on it, by their ids; what they are called is kept with the labels of chats (ADR 0024).
    pub label_ids: Vec<Uuid>,
    /// A group in a messenger: several people write there, and it is none of them (U-34).
    pub group: bool,
    /// The contact that stands for this one since they were merged (P-35).
    pub merged_into: Option<Id<Contact>>,
    /// When first seen.
    pub created_at: Moment,
    /// Where they write from.
    pub identities: Vec<Identity>,
    /// What the channels told: page, language, deep link.
    pub facts: Vec<Fact>,
}

/// One address of somebody: an account in a messenger, a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Identity {
    /// Its id.
    pub id: Id<Identity>,
    /// The channel account it is known through; none for phones.
    pub channel_id: Option<Uuid>,
    /// The channel's kind, or `phone`.
    pub kind: String,
    /// The messenger's id, or the number.
    pub value: String,
    /// What to show: a user name, a number.
    pub title: String,
    /// The messenger vouches for it.
    pub verified: bool,
}
db::row!(Identity {
    id,
    channel_id,
    kind,
    value,
    title,
    verified
});

/// Something a channel told about a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fact {
    /// What.
    pub key: String,
    /// How much.
    pub value: String,
}
