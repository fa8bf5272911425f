//! Contacts and their identities: one person outside may write from several messengers and phones.

mod actions;
mod cards;
mod http;
mod model;
mod rules;
mod store;

pub use actions::bringing::{Brought, bring, brought, lay, standing_fields, take_away, tell_many};
pub use actions::duplicates::offer_duplicate;
pub use actions::labels::{mark, mark_many};
pub use actions::merging::{merge, preview, split};
pub use actions::{
    ContactPatch, IdentityKey, also_known, by_email, by_id, by_identity, by_ids, by_phone, change,
    circle, find, find_or_create, find_or_create_group, learn_phone, note_facts, rename_if_unnamed,
    set_photo,
};
pub use cards::CARDS;
pub use model::{
    CardPreview, Contact, Fact, FieldChoice, FieldChoices, Fields, Identity, Merge, MergedFrom,
};
pub use rules::MOST_LABELS;

use web::{Domain, Right, Scope};

/// The rights of this domain.
pub const RIGHTS: &[Right] = &[
    Right {
        word: "contacts.edit",
        scopes: &[Scope::All],
    },
    Right {
        word: "contacts.import",
        scopes: &[Scope::All],
    },
    Right {
        word: "contacts.export",
        scopes: &[Scope::All],
    },
];

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("crm")
        .migrations(db::migrations!("crm"; "0001_crm", "0002_photos", "0003_duplicates", "0004_responsible", "0005_merges", "0006_vouched", "0007_phones" split, "0008_labels"))
        .rights(RIGHTS)
        .routes(http::routes())
        .frame("contact.changed", actions::hydrate)
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
