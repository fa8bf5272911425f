//! Tables of what cells take and refuse, and properties of their order.

use super::*;
use crate::model::Choice;

fn field(kind: CellKind) -> Field {
    Field {
        id: Uuid::from_u128(1),
        name: "Поле".to_owned(),
        kind,
        required: false,
        choices: vec![
            Choice {
                id: Uuid::from_u128(10),
                name: "Новый".to_owned(),
            },
            Choice {
                id: Uuid::from_u128(11),
                name: "Старый".to_owned(),
            },
        ],
    }
}
fn people() -> Known {
    Known::from([(Uuid::from_u128(20), "Ольга".to_owned())])
}
fn take(kind: CellKind, value: Value) -> Result<Value, &'static str> {
    cell(&field(kind), &value, &people())
}

#[test]
fn each_kind_takes_its_own_and_says_what_is_wrong() {
    use CellKind as K;
    let id = |n: u128| json!(Uuid::from_u128(n));
    for (kind, given, kept) in [
        (
            K::Text,
            json!("  Лампа \u{202e}x\u{200b} "),
            Ok(json!("Лампа x")),
        ),
        (K::Text, json!("\u{200b}\u{2066}"), Ok(Value::Null)),
        (K::Text, json!(5), Err("records.bad_value")),
        (
            K::Text,
            json!("я".repeat(501)),
            Err("records.line_too_long"),
        ),
        (K::Text, json!("я".repeat(500)), Ok(json!("я".repeat(500)))),
        (K::Long, json!("одна\nдве"), Ok(json!("одна\nдве"))),
        (K::Number, json!("1 234,5"), Ok(json!(1234.5))),
        (K::Number, json!("−7"), Ok(json!(-7.0))),
        (K::Number, json!("1e5"), Err("records.bad_number")),
        (K::Number, json!("inf"), Err("records.bad_number")),
        (K::Number, json!(1e300), Err("records.number_too_large")),
        (K::Money, json!("10,005"), Ok(json!(10.01))),
        (K::Date, json!("2028-02-29"), Ok(json!("2028-02-29"))),
        (K::Date, json!("2027-02-29"), Err("records.bad_date")),
        (K::Date, json!("31.12.2027"), Err("records.bad_date")),
        (K::Checkbox, json!(false), Ok(Value::Null)),
        (K::Checkbox, json!("да"), Err("records.bad_value")),
        (K::Choice, id(11), Ok(id(11))),
        (K::Choice, id(12), Err("records.no_such_choice")),
        (
            K::Choices,
            json!([id(11), id(10), id(11)]),
            Ok(json!([id(10), id(11)])),
        ),
        (K::Choices, json!([]), Ok(Value::Null)),
        (K::Person, id(20), Ok(id(20))),
        (K::Person, id(21), Err("records.no_such_person")),
        (
            K::Phone,
            json!("+7 (916) 123-45-67"),
            Ok(json!("+79161234567")),
        ),
        (K::Phone, json!("позвони"), Err("records.bad_phone")),
        (
            K::Email,
            json!("anna@example.com"),
            Ok(json!("anna@example.com")),
        ),
        (K::Email, json!("anna@"), Err("records.bad_email")),
        (
            K::Link,
            json!("example.com/a"),
            Ok(json!("https://example.com/a")),
        ),
        (
            K::Link,
            json!("javascript://a.b/%0aalert(1)"),
            Err("records.bad_link"),
        ),
        (K::Link, json!("https://a b.c"), Err("records.bad_link")),
        (
            K::Link,
            json!("https://bank.ru@evil.com"),
            Err("records.bad_link"),
        ),
    ] {
        assert_eq!(take(kind, given.clone()), kept, "{kind:?} {given}");
    }
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let mut needed = field(CellKind::Text);
    needed.required = true;
    let mut amount = field(CellKind::Money);
    amount.id = Uuid::from_u128(2);
    let fields = [needed.clone(), amount.clone()];
    let wanted = json!({amount.id.to_string(): "много"});
    let wrong = check_cells(
        &fields,
        &Map::new(),
        wanted.as_object().unwrap(),
        &people(),
        true,
    );
    assert_eq!(
        wrong.unwrap_err(),
        [
            (needed.id, "records.required"),
            (amount.id, "records.bad_number")
        ]
    );
    // A change of one cell does not ask for the others.
    let one = json!({amount.id.to_string(): 5});
    let kept = check_cells(
        &fields,
        &Map::new(),
        one.as_object().unwrap(),
        &people(),
        false,
    );
    assert_eq!(kept.unwrap().len(), 1);
    let same = json!({amount.id.to_string(): "5,00"});
    let before = json!({amount.id.to_string(): 5.0});
    let kept = check_cells(
        &fields,
        before.as_object().unwrap(),
        same.as_object().unwrap(),
        &people(),
        false,
    );
    assert!(kept.unwrap().is_empty(), "what is the same is no change");
}

proptest::proptest! {
    #[test]
    fn numbers_sort_as_numbers(a in -1e12f64..1e12, b in -1e12f64..1e12) {
        let f = field(CellKind::Number);
        let key = |n: f64| sort_key(&f, &json!(n), &people()).unwrap();
        proptest::prop_assert_eq!(a.partial_cmp(&b), Some(key(a).cmp(&key(b))));
    }
    #[test]
    fn whatever_is_typed_is_kept_or_refused(text in ".*") {
        for kind in [CellKind::Text, CellKind::Number, CellKind::Date, CellKind::Phone, CellKind::Email, CellKind::Link] {
            if let Ok(kept) = take(kind, json!(text)) {
                // What was kept may be saved again, and has a place in the order or none.
                proptest::prop_assert_eq!(take(kind, kept.clone()), Ok(kept.clone()));
                proptest::prop_assert_eq!(sort_key(&field(kind), &kept, &people()).is_none(), kept.is_null());
            }
        }
    }
}
