//! What a merge does to each field, what a split gives back, and when two are one by proof (P-35, U-10, U-11). Pure.

use crate::model::{Contact, FieldChoice, FieldChoices, Fields, PreviewField};
use kernel::{Error, Id, Phone, Result, Uuid};

impl Fields {
    /// The fields of a contact.
    pub fn of(contact: &Contact) -> Self {
        Self {
            name: contact.name.clone(),
            company: contact.company.clone(),
            email: contact.email.clone(),
            phones: contact.phones.clone(),
            note: contact.note.clone(),
            responsible_id: contact.responsible_id,
            photo_file_id: contact.photo_file_id,
            labels: contact.label_ids.clone(),
        }
    }
    pub(crate) fn into_contact(self, contact: &mut Contact) {
        contact.name = self.name;
        contact.company = self.company;
        contact.email = self.email;
        contact.phones = self.phones;
        contact.note = self.note;
        contact.responsible_id = self.responsible_id;
        contact.photo_file_id = self.photo_file_id;
        contact.label_ids = self.labels;
    }
}

/// The rule where nobody chose: what there is wins over what is empty, the one that stands over the other.
const fn usual(kept_empty: bool, merged_empty: bool) -> FieldChoice {
    if kept_empty && !merged_empty {
        FieldChoice::Merged
    } else {
        FieldChoice::Kept
    }
}

/// A field that holds one thing: `both` means nothing there and is the rule again.
fn one<T: Clone>(
    choice: Option<FieldChoice>,
    kept: &T,
    merged: &T,
    empty: impl Fn(&T) -> bool,
) -> (FieldChoice, T) {
    let choice = match choice {
        Some(choice @ (FieldChoice::Kept | FieldChoice::Merged)) => choice,
        Some(FieldChoice::Both) | None => usual(empty(kept), empty(merged)),
    };
    let value = if choice == FieldChoice::Merged {
        merged
    } else {
        kept
    };
    (choice, value.clone())
}

fn joined(kept: &[Phone], merged: &[Phone]) -> Vec<Phone> {
    let mut all = kept.to_vec();
    for phone in merged {
        if !all.contains(phone) {
            all.push(phone.clone());
        }
    }
    all
}

/// Labels say what somebody is: who is both is labelled as both, and nobody is asked.
fn together(kept: &[Uuid], merged: &[Uuid]) -> Vec<Uuid> {
    let mut all = [kept, merged].concat();
    all.sort_unstable();
    all.dedup();
    all
}

fn phones(
    choice: Option<FieldChoice>,
    kept: &[Phone],
    merged: &[Phone],
) -> (FieldChoice, Vec<Phone>) {
    match choice.unwrap_or(FieldChoice::Both) {
        FieldChoice::Kept => (FieldChoice::Kept, kept.to_vec()),
        FieldChoice::Merged => (FieldChoice::Merged, merged.to_vec()),
        FieldChoice::Both => (FieldChoice::Both, joined(kept, merged)),
    }
}

fn note(choice: Option<FieldChoice>, kept: &str, merged: &str) -> (FieldChoice, String) {
    let usual = if kept.is_empty() || merged.is_empty() || kept == merged {
        usual(kept.is_empty(), merged.is_empty())
    } else {
        FieldChoice::Both
    };
    match choice.unwrap_or(usual) {
        FieldChoice::Kept => (FieldChoice::Kept, kept.to_owned()),
        FieldChoice::Merged => (FieldChoice::Merged, merged.to_owned()),
        FieldChoice::Both => (
            FieldChoice::Both,
            format!("{kept}\n\n{merged}").trim().to_owned(),
        ),
    }
}

/// The card after a merge, and how each field came about.
pub(crate) fn merged(
    kept: &Fields,
    other: &Fields,
    choices: FieldChoices,
) -> (Fields, FieldChoices) {
    let words = |s: &String| s.trim().is_empty();
    let name = one(choices.name, &kept.name, &other.name, words);
    let company = one(choices.company, &kept.company, &other.company, words);
    let email = one(choices.email, &kept.email, &other.email, words);
    let phones = phones(choices.phones, &kept.phones, &other.phones);
    let note = note(choices.note, &kept.note, &other.note);
    let whose = one(
        choices.responsible_id,
        &kept.responsible_id,
        &other.responsible_id,
        Option::is_none,
    );
    let photo = one(
        choices.photo_file_id,
        &kept.photo_file_id,
        &other.photo_file_id,
        Option::is_none,
    );
    let made = FieldChoices {
        name: Some(name.0),
        company: Some(company.0),
        email: Some(email.0),
        phones: Some(phones.0),
        note: Some(note.0),
        responsible_id: Some(whose.0),
        photo_file_id: Some(photo.0),
    };
    let fields = Fields {
        name: name.1,
        company: company.1,
        email: email.1,
        phones: phones.1,
        note: note.1,
        responsible_id: whose.1,
        photo_file_id: photo.1,
        labels: together(&kept.labels, &other.labels),
    };
    (fields, made)
}

/// The preview's rows: fields in which there is anything at all.
pub(crate) fn preview(kept: &Fields, other: &Fields, choices: FieldChoices) -> Vec<PreviewField> {
    const ONE: &[FieldChoice] = &[FieldChoice::Kept, FieldChoice::Merged];
    const ALL: &[FieldChoice] = &[FieldChoice::Kept, FieldChoice::Merged, FieldChoice::Both];
    let (after, made) = merged(kept, other, choices);
    let list = |phones: &[Phone]| {
        phones
            .iter()
            .map(Phone::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let person = |f: &Fields| id(f.responsible_id.map(Id::uuid));
    let row = |field,
               of: &dyn Fn(&Fields) -> String,
               choice: Option<FieldChoice>,
               choices: &[FieldChoice]| {
        let (kept, merged, result) = (of(kept), of(other), of(&after));
        // Of something and nothing there is no both.
        let both = !kept.is_empty() && !merged.is_empty();
        PreviewField {
            field,
            conflict: !kept.is_empty() && !merged.is_empty() && kept != merged,
            kept,
            merged,
            result,
            choice: choice.unwrap_or(FieldChoice::Kept),
            choices: choices[..if both { choices.len() } else { 2 }].to_vec(),
        }
    };
    let all = [
        row("name", &|f| f.name.clone(), made.name, ONE),
        row("company", &|f| f.company.clone(), made.company, ONE),
        row("email", &|f| f.email.clone(), made.email, ONE),
        row("phones", &|f| list(&f.phones), made.phones, ALL),
        row("note", &|f| f.note.clone(), made.note, ALL),
        row("responsible_id", &person, made.responsible_id, ONE),
        row(
            "photo_file_id",
            &|f| id(f.photo_file_id),
            made.photo_file_id,
            ONE,
        ),
    ];
    all.into_iter()
        .filter(|row| !row.kept.is_empty() || !row.merged.is_empty())
        .collect()
}

fn back<T: Clone + PartialEq>(now: &T, before: &T, after: &T) -> T {
    if now == after {
        before.clone()
    } else {
        now.clone()
    }
}

/// The card of the one that stood, after the two are split: what the merge changed goes back, what people changed since
/// stays. Phones go with whose they are: `others` are the numbers the other contact has now, also those it got since.
pub(crate) fn split(now: &Fields, before: &Fields, after: &Fields, others: &[Phone]) -> Fields {
    let mut phones: Vec<Phone> = now
        .phones
        .iter()
        .filter(|p| before.phones.contains(p) || !(after.phones.contains(p) || others.contains(p)))
        .cloned()
        .collect();
    let dropped = before.phones.iter().filter(|p| !after.phones.contains(p));
    for phone in dropped {
        if !phones.contains(phone) {
            phones.push(phone.clone());
        }
    }
    Fields {
        name: back(&now.name, &before.name, &after.name),
        company: back(&now.company, &before.company, &after.company),
        email: back(&now.email, &before.email, &after.email),
        phones,
        note: back(&now.note, &before.note, &after.note),
        responsible_id: back(
            &now.responsible_id,
            &before.responsible_id,
            &after.responsible_id,
        ),
        photo_file_id: back(
            &now.photo_file_id,
            &before.photo_file_id,
            &after.photo_file_id,
        ),
        // What the merge brought goes, whoever took something off meanwhile; what people put on since stays.
        labels: now
            .labels
            .iter()
            .filter(|l| before.labels.contains(l) || !after.labels.contains(l))
            .copied()
            .collect(),
    }
}

/// What a later merge remembers of the time before it, once an earlier one is split: not the values the earlier one brought.
pub(crate) fn forget(later: &Fields, before: &Fields, after: &Fields) -> Fields {
    split(later, before, after, &[])
}

/// U-11: whether two are one by proof. Two messengers vouch for one number, nobody else has it, nobody said they are two.
pub(crate) fn proven(verified: bool, holders: usize, decided: bool, group: bool) -> bool {
    verified && holders == 1 && !decided && !group
}

/// Whether a name says who somebody is: two words at least, and no number a program gave.
pub(crate) fn full_name(folded: &str) -> bool {
    !folded.contains(|c: char| c.is_ascii_digit())
        && folded
            .split_whitespace()
            .filter(|w| w.chars().count() > 1)
            .count()
            >= 2
}

/// How many labels a contact may carry, as a chat may.
pub const MOST_LABELS: usize = 20;

/// The labels of a contact when some are taken off and others put on; none: as they are. Refused by `crm.too_many_labels`
/// when something is put on and there would be more than [`MOST_LABELS`]: two merged ones may carry more together, and
/// taking off is always allowed.
pub(crate) fn labels_after(
    carried: &[Uuid],
    add: &[Uuid],
    remove: &[Uuid],
) -> Result<Option<Vec<Uuid>>> {
    let stays = |label: &&Uuid| add.contains(label) || !remove.contains(label);
    let mut after: Vec<Uuid> = carried.iter().filter(stays).copied().collect();
    let kept = after.len();
    for label in add {
        if !after.contains(label) {
            after.push(*label);
        }
    }
    if after.len() > kept && after.len() > MOST_LABELS {
        return Err(Error::field("add", "crm.too_many_labels").arg("limit", MOST_LABELS));
    }
    Ok((kept < carried.len() || after.len() > kept).then_some(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(text: &str) -> Phone {
        Phone::parse(text).unwrap()
    }
    fn anna() -> Fields {
        Fields {
            name: "Анна".to_owned(),
            phones: vec![phone("+74951234567")],
            note: "любит лампы".to_owned(),
            ..Fields::default()
        }
    }
    fn guest() -> Fields {
        Fields {
            name: "Гость 12AB".to_owned(),
            company: "Ромашка".to_owned(),
            email: "anna@example.org".to_owned(),
            phones: vec![phone("+74951234567"), phone("+79161234567")],
            note: "пишет вечером".to_owned(),
            ..Fields::default()
        }
    }

    #[test]
    fn p_35_what_there_is_wins_over_what_is_empty_and_phones_are_joined() {
        let (after, made) = merged(&anna(), &guest(), FieldChoices::default());
        assert_eq!(
            (after.name.as_str(), made.name),
            ("Анна", Some(FieldChoice::Kept))
        );
        assert_eq!(
            (after.company.as_str(), made.company),
            ("Ромашка", Some(FieldChoice::Merged))
        );
        assert_eq!(after.phones, guest().phones);
        assert_eq!(after.note, "любит лампы\n\nпишет вечером");
    }

    #[test]
    fn p_35_each_field_can_be_chosen_and_conflicts_are_named() {
        let choices = FieldChoices {
            name: Some(FieldChoice::Merged),
            phones: Some(FieldChoice::Kept),
            company: Some(FieldChoice::Kept),
            ..FieldChoices::default()
        };
        let (after, _) = merged(&anna(), &guest(), choices);
        assert_eq!(after.name, "Гость 12AB");
        assert_eq!(after.phones, anna().phones);
        assert_eq!(after.company, "", "chosen empty stays empty");
        let rows = preview(&anna(), &guest(), FieldChoices::default());
        let conflicts: Vec<&str> = rows
            .iter()
            .filter(|r| r.conflict)
            .map(|r| r.field)
            .collect();
        assert_eq!(conflicts, ["name", "phones", "note"]);
        assert!(
            rows.iter().all(|r| r.field != "photo_file_id"),
            "nothing there, nothing shown"
        );
    }

    #[test]
    fn u_11_a_split_gives_back_what_was_and_keeps_what_people_changed() {
        let before = anna();
        let (after, _) = merged(&before, &guest(), FieldChoices::default());
        assert_eq!(split(&after, &before, &after, &guest().phones), before);
        let mut now = after.clone();
        now.note = "звонить до обеда".to_owned();
        now.phones.push(phone("+74957654321")); // typed by a colleague
        now.phones.push(phone("+79031112233")); // the other one's messenger told it since
        let mut others = guest().phones;
        others.push(phone("+79031112233"));
        let split = split(&now, &before, &after, &others);
        assert_eq!(split.note, "звонить до обеда");
        assert_eq!(split.company, "");
        assert_eq!(split.phones, [phone("+74951234567"), phone("+74957654321")]);
    }

    #[test]
    fn u_11_splitting_in_another_order_leaves_nothing_behind() {
        let (kept, one) = (anna(), guest());
        let two = Fields {
            responsible_id: Some(Id::new(kernel::Uuid::from_u128(7))),
            ..Fields::default()
        };
        let (first, _) = merged(&kept, &one, FieldChoices::default());
        let (second, _) = merged(&first, &two, FieldChoices::default());
        // The first is split while the second lasts, then the second.
        let now = split(&second, &kept, &first, &one.phones);
        assert_eq!(now.company, "");
        let before_second = forget(&first, &kept, &first);
        let after_second = forget(&second, &kept, &first);
        assert_eq!(
            split(&now, &before_second, &after_second, &two.phones),
            kept
        );
    }

    #[test]
    fn u_11_labels_are_joined_and_given_back() {
        let [vip, shop, new] = [1, 2, 3].map(Uuid::from_u128);
        let labelled = |labels: &[Uuid]| Fields {
            labels: labels.to_vec(),
            ..anna()
        };
        let (kept, other) = (labelled(&[vip]), labelled(&[vip, shop]));
        let (after, _) = merged(&kept, &other, FieldChoices::default());
        assert_eq!(after.labels, [vip, shop], "each once");
        assert_eq!(split(&after, &kept, &after, &[]).labels, [vip]);
        let mut now = after.clone();
        now.labels = vec![shop, new];
        assert_eq!(
            split(&now, &kept, &after, &[]).labels,
            [new],
            "what a colleague took off stays off, what they put on stays on"
        );
    }

    #[test]
    fn u_10_only_one_proven_holder_is_merged_by_itself() {
        assert!(proven(true, 1, false, false));
        for doubt in [
            proven(false, 1, false, false),
            proven(true, 2, false, false),
            proven(true, 1, true, false),
            proven(true, 1, false, true),
        ] {
            assert!(!doubt);
        }
        assert!(full_name("анна иванова"));
        assert!(!full_name("анна") && !full_name("гость a") && !full_name("гость 12ab"));
    }

    #[test]
    fn labels_are_put_on_up_to_a_limit_and_always_taken_off() {
        let ids = |of: std::ops::Range<u128>| of.map(Uuid::from_u128).collect::<Vec<_>>();
        let after = |carried, add, remove| labels_after(&ids(carried), &ids(add), &ids(remove));
        assert_eq!(after(0..2, 1..2, 5..6).unwrap(), None, "as it was");
        assert_eq!(after(0..2, 2..3, 0..1).unwrap(), Some(ids(1..3)));
        assert_eq!(after(0..2, 0..1, 0..1).unwrap(), None, "put on is stronger");
        assert_eq!(after(0..19, 19..20, 0..0).unwrap(), Some(ids(0..20)));
        assert_eq!(
            after(0..20, 20..21, 0..0).unwrap_err().code(),
            Some("crm.too_many_labels")
        );
        assert_eq!(after(0..20, 20..21, 0..1).unwrap(), Some(ids(1..21)));
        // Two that were merged carry more together.
        assert_eq!(after(0..30, 3..4, 0..1).unwrap(), Some(ids(1..30)));
    }
}
