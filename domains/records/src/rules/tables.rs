//! What a table may look like.

use crate::model::{CellKind, Choice, Circle, Field};
use kernel::{Error, Result, Uuid};
use std::collections::BTreeSet;

/// Fields of one table.
const MOST_FIELDS: usize = 200;
/// Choices of one field.
const MOST_CHOICES: usize = 200;
/// People and departments that a right is given to by name.
const MOST_NAMED: usize = 500;

/// A table has a name.
pub(crate) fn table_name(name: &str) -> Result<String> {
    let name = text::clean_name(name);
    if name.is_empty() {
        return Err(Error::field("name", "records.table_name_needed"));
    }
    Ok(name)
}

/// The fields as they may be kept: named, at most two hundred, ids of new ones made by `id`, kinds as they were.
pub(crate) fn fields(
    wanted: Vec<Field>,
    before: &[Field],
    mut id: impl FnMut() -> Uuid,
) -> Result<Vec<Field>> {
    if wanted.is_empty() {
        return Err(Error::field("fields", "records.fields_needed"));
    }
    if wanted.len() > MOST_FIELDS {
        return Err(Error::field("fields", "records.too_many_fields").arg("limit", MOST_FIELDS));
    }
    let mut seen = BTreeSet::new();
    let mut names = BTreeSet::new();
    let mut out = Vec::with_capacity(wanted.len());
    for mut field in wanted {
        field.name = text::clean_name(&field.name);
        if field.name.is_empty() {
            return Err(Error::field("fields", "records.field_name_needed"));
        }
        if !names.insert(super::folded(&field.name)) {
            return Err(Error::field("fields", "records.field_twice").arg("name", &field.name));
        }
        match before.iter().find(|f| f.id == field.id) {
            Some(old) if old.kind != field.kind => {
                return Err(Error::field("fields", "records.kind_stays").arg("name", &field.name));
            }
            // An id that is not one of this table's could be another table's: it gets one of its own.
            Some(_) if seen.insert(field.id) => {}
            _ => field.id = id(),
        }
        let known: Vec<Uuid> = before
            .iter()
            .find(|f| f.id == field.id)
            .map(|f| f.choices.iter().map(|c| c.id).collect())
            .unwrap_or_default();
        field.choices = choices(&field, &known, &mut id)?;
        out.push(field);
    }
    Ok(out)
}

fn choices(field: &Field, known: &[Uuid], id: &mut impl FnMut() -> Uuid) -> Result<Vec<Choice>> {
    if !matches!(field.kind, CellKind::Choice | CellKind::Choices) {
        return Ok(Vec::new());
    }
    if field.choices.is_empty() || field.choices.len() > MOST_CHOICES {
        return Err(Error::field("fields", "records.choices_needed")
            .arg("name", &field.name)
            .arg("limit", MOST_CHOICES));
    }
    let mut seen = BTreeSet::new();
    let mut out = Vec::with_capacity(field.choices.len());
    for choice in &field.choices {
        let name = text::clean_name(&choice.name);
        if name.is_empty() {
            return Err(
                Error::field("fields", "records.choice_name_needed").arg("name", &field.name)
            );
        }
        let kept = known.contains(&choice.id) && seen.insert(choice.id);
        out.push(Choice {
            id: if kept { choice.id } else { id() },
            name,
        });
    }
    Ok(out)
}

/// A right is given to everybody, or to so many that they can still be read.
pub(crate) fn circle_is_small(circle: &Circle) -> Result<()> {
    if circle.department_ids.len() + circle.person_ids.len() > MOST_NAMED {
        return Err(Error::field("readers", "records.too_many_named").arg("limit", MOST_NAMED));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(id: u128, name: &str, kind: CellKind) -> Field {
        Field {
            id: Uuid::from_u128(id),
            name: name.to_owned(),
            kind,
            required: false,
            choices: Vec::new(),
        }
    }
    fn counted() -> impl FnMut() -> Uuid {
        let mut n = 1000;
        move || {
            n += 1;
            Uuid::from_u128(n)
        }
    }

    #[test]
    fn a_table_has_at_most_two_hundred_named_fields() {
        let many = |n: u128| {
            (0..n)
                .map(|i| field(0, &format!("Поле {i}"), CellKind::Text))
                .collect::<Vec<_>>()
        };
        assert_eq!(fields(many(200), &[], counted()).unwrap().len(), 200);
        let refused = |wanted| fields(wanted, &[], counted()).unwrap_err().code();
        assert_eq!(refused(many(201)), Some("records.too_many_fields"));
        assert_eq!(refused(Vec::new()), Some("records.fields_needed"));
        assert_eq!(
            refused(vec![field(0, "\u{200b}\u{202e}", CellKind::Text)]),
            Some("records.field_name_needed")
        );
        let twice = vec![
            field(0, "Счёт", CellKind::Text),
            field(0, " счет ", CellKind::Text),
        ];
        assert_eq!(refused(twice), Some("records.field_twice"));
        assert_eq!(
            refused(vec![field(0, "Вид", CellKind::Choice)]),
            Some("records.choices_needed")
        );
    }

    #[test]
    fn a_field_keeps_its_id_and_kind() {
        let before = [field(7, "Сумма", CellKind::Money)];
        let renamed = fields(
            vec![
                field(0, "Имя", CellKind::Text),
                field(7, "Итого", CellKind::Money),
            ],
            &before,
            counted(),
        )
        .unwrap();
        assert_eq!(renamed[1].id, Uuid::from_u128(7));
        assert_eq!(renamed[0].id, Uuid::from_u128(1001));
        let other_kind = fields(vec![field(7, "Итого", CellKind::Text)], &before, counted());
        assert_eq!(other_kind.unwrap_err().code(), Some("records.kind_stays"));
        // The id of another table's field is not taken over.
        let foreign = fields(vec![field(8, "Имя", CellKind::Text)], &before, counted()).unwrap();
        assert_eq!(foreign[0].id, Uuid::from_u128(1001));
    }

    #[test]
    fn long_names_are_cut() {
        let long = fields(
            vec![field(0, &"я".repeat(500), CellKind::Text)],
            &[],
            counted(),
        );
        assert_eq!(long.unwrap()[0].name.chars().count(), 200);
    }
}
