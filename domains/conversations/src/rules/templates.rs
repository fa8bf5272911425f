//! What a prepared answer may look like and how it is filled in (U-31, P-33). Pure.

use crate::model::{Ask, AskKind, TemplateForm, Variant};
use kernel::{Error, Language, Result};
use std::collections::BTreeMap;

/// Longest text, in characters.
const LONGEST: usize = 10_000;
/// Most files, asked fields and variants.
const MOST: usize = 10;
/// Most choices of a field.
const MOST_CHOICES: usize = 50;
/// Longest name of a field, and longest choice, in characters.
const LABEL: usize = 60;
/// Longest answer to a field, in characters.
const ANSWER: usize = 1000;
/// The fields a template may have.
pub(crate) const FIELDS: [&str; 10] = [
    "client.name",
    "client.first_name",
    "client.company",
    "client.phone",
    "client.email",
    "me.name",
    "company",
    "conversation.number",
    "responsible.name",
    "today",
];

/// The parts of a text: words as they are, and what stands between braces.
enum Piece<'a> {
    Words(&'a str),
    Field { whole: &'a str, name: &'a str },
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.find('}') {
        // The innermost brace before it: `{{name}}` has the field `name` between two braces of words.
        let Some(start) = rest[..end].rfind('{') else {
            out.push(Piece::Words(&rest[..=end]));
            rest = &rest[end + 1..];
            continue;
        };
        out.push(Piece::Words(&rest[..start]));
        out.push(Piece::Field {
            whole: &rest[start..=end],
            name: &rest[start + 1..end],
        });
        rest = &rest[end + 1..];
    }
    out.push(Piece::Words(rest));
    out
}

/// Fills a text's fields in one go, so that braces in what is filled in are words; unknown fields stay as they are, so that
/// nobody sends half a sentence unseen.
pub(crate) fn fill(template: &str, fields: &[(&str, &str)]) -> String {
    let known: BTreeMap<&str, &str> = fields.iter().copied().collect();
    let piece = |piece: Piece<'_>| match piece {
        Piece::Words(words) => words.to_owned(),
        Piece::Field { whole, name } => known.get(name).map_or(whole, |value| *value).to_owned(),
    };
    pieces(template).into_iter().map(piece).collect()
}

fn wordlike(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '.' || c == '_')
}

fn check_text(field: &'static str, text: &str, asks: &[Ask]) -> Result<()> {
    if text.chars().count() > LONGEST {
        return Err(Error::field(field, "conversations.text_too_long").arg("limit", LONGEST));
    }
    for piece in pieces(text) {
        let Piece::Field { whole, name } = piece else {
            continue;
        };
        let unknown = match name.strip_prefix('?') {
            Some(label) => !asks.iter().any(|a| a.label == label),
            None => wordlike(name) && !FIELDS.contains(&name),
        };
        if unknown {
            return Err(Error::field(field, "conversations.no_such_field").arg("field", whole));
        }
    }
    Ok(())
}

fn check_ask(ask: &Ask, before: &[Ask]) -> Result<Ask> {
    let at = |code: &'static str| Error::field("asks", code).arg("label", ask.label.trim());
    let label = ask.label.trim().to_owned();
    if label.is_empty() || label.chars().count() > LABEL || label.contains(['{', '}']) {
        return Err(at("conversations.ask_label").arg("limit", LABEL));
    }
    if before.iter().any(|other| other.label == label) {
        return Err(at("conversations.ask_twice"));
    }
    let mut choices: Vec<String> = Vec::new();
    if ask.kind == AskKind::Choice {
        for choice in ask
            .choices
            .iter()
            .map(|c| c.trim())
            .filter(|c| !c.is_empty())
        {
            if !choices.iter().any(|c| c == choice) {
                choices.push(choice.chars().take(LABEL).collect());
            }
        }
        if choices.is_empty() || choices.len() > MOST_CHOICES {
            return Err(at("conversations.ask_choices").arg("limit", MOST_CHOICES));
        }
    }
    Ok(Ask {
        label,
        kind: ask.kind,
        choices,
        optional: ask.optional,
    })
}

/// A form as it will be kept, or why it cannot be.
pub(crate) fn checked(form: TemplateForm) -> Result<TemplateForm> {
    for (field, count) in [
        ("files", form.files.len()),
        ("asks", form.asks.len()),
        ("variants", form.variants.len()),
    ] {
        if count > MOST {
            return Err(Error::field(field, "conversations.too_many").arg("limit", MOST));
        }
    }
    let title = text::clean_name(&form.title);
    if title.is_empty() {
        return Err(Error::field("title", "conversations.name_needed"));
    }
    let text = form.text.trim().to_owned();
    if text.is_empty() && form.files.is_empty() {
        return Err(Error::field("text", "conversations.text_needed"));
    }
    let mut asks: Vec<Ask> = Vec::new();
    for ask in &form.asks {
        asks.push(check_ask(ask, &asks)?);
    }
    check_text("text", &text, &asks)?;
    let mut variants: Vec<Variant> = Vec::new();
    for variant in &form.variants {
        let text = variant.text.trim().to_owned();
        if text.is_empty() || variant.kinds.is_empty() {
            return Err(Error::field("variants", "conversations.variant_empty"));
        }
        check_text("variants", &text, &asks)?;
        let twice = |kind: &&String| variants.iter().any(|v| v.kinds.contains(kind));
        if let Some(kind) = variant.kinds.iter().find(twice) {
            return Err(Error::field("variants", "conversations.variant_twice").arg("kind", kind));
        }
        variants.push(Variant {
            kinds: variant.kinds.clone(),
            text,
        });
    }
    let used = |ask: &Ask| {
        let place = format!("{{?{}}}", ask.label);
        text.contains(&place) || variants.iter().any(|v| v.text.contains(&place))
    };
    if let Some(ask) = asks.iter().find(|a| !used(a)) {
        return Err(Error::field("asks", "conversations.ask_unused")
            .arg("field", format!("{{?{}}}", ask.label)));
    }
    Ok(TemplateForm {
        title,
        text,
        asks,
        variants,
        ..form
    })
}

/// What was answered to the fields, as it goes into the text: `(?label, words)`.
pub(crate) fn answers(
    asks: &[Ask],
    values: &BTreeMap<String, String>,
    language: Language,
) -> Result<Vec<(String, String)>> {
    let one = |ask: &Ask| {
        let at = |code: &'static str| Error::field("values", code).arg("label", &ask.label);
        let value = values.get(&ask.label).map_or("", |v| v.trim());
        let words = match ask.kind {
            _ if value.is_empty() && ask.optional => String::new(),
            _ if value.is_empty() => return Err(at("conversations.ask_answer")),
            AskKind::Number
                if value
                    .replace(',', ".")
                    .replace(' ', "")
                    .parse::<f64>()
                    .is_err() =>
            {
                return Err(at("conversations.ask_number"));
            }
            AskKind::Choice if !ask.choices.iter().any(|c| c == value) => {
                return Err(at("conversations.ask_choice"));
            }
            AskKind::Date => {
                let day: jiff::civil::Date =
                    value.parse().map_err(|_| at("conversations.ask_date"))?;
                self::day(day, language)
            }
            AskKind::Text | AskKind::Number | AskKind::Choice => {
                value.chars().take(ANSWER).collect()
            }
        };
        Ok((format!("?{}", ask.label), words))
    };
    asks.iter().map(one).collect()
}

/// A day as a client reads it.
pub(crate) fn day(day: jiff::civil::Date, language: Language) -> String {
    let form = match language {
        Language::Ru => "%d.%m.%Y",
        Language::En => "%-d %b %Y",
    };
    day.strftime(form).to_string()
}

/// The words for a channel: a variant's, else the template's.
pub(crate) fn words_for<'a>(text: &'a str, variants: &'a [Variant], kind: &str) -> &'a str {
    variants
        .iter()
        .find(|v| v.kinds.iter().any(|k| k == kind))
        .map_or(text, |v| &v.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn arg<'a>(error: &'a Error, name: &str) -> Option<&'a str> {
        let Error::Refused(refusal) = error else {
            return None;
        };
        let found = refusal.args.iter().find(|(n, _)| *n == name);
        found.map(|(_, value)| value.as_str())
    }

    fn form(text: &str, asks: &[(&str, AskKind)]) -> TemplateForm {
        TemplateForm {
            title: "Доставка".to_owned(),
            text: text.to_owned(),
            asks: asks
                .iter()
                .map(|(label, kind)| Ask {
                    label: (*label).to_owned(),
                    kind: *kind,
                    choices: vec!["Да".to_owned(), "Нет".to_owned()],
                    optional: false,
                })
                .collect(),
            ..TemplateForm::default()
        }
    }

    #[test]
    fn u_31_a_template_with_a_field_nobody_knows_is_refused_by_its_name() {
        let known = [("день", AskKind::Date)];
        let table = [
            ("Здравствуйте, {client.first_name}!", None),
            ("Привезём {?день}", None),
            ("Здравствуйте, {client.nam}", Some("{client.nam}")),
            ("Привезём {?час}, а не {?день}", Some("{?час}")),
            ("{{client.nam}}", Some("{client.nam}")),
            ("Код { \"a\": 1 } и {0} остаются словами", None),
            ("Открытая { скобка", None),
        ];
        for (text, refused) in table {
            let asks = if text.contains("{?день}") {
                &known[..]
            } else {
                &[]
            };
            let found = checked(form(text, asks)).err();
            assert_eq!(
                found.as_ref().and_then(|e| arg(e, "field")),
                refused,
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn p_33_a_field_that_is_asked_for_and_stands_nowhere_is_refused() {
        assert_eq!(
            checked(form("Привезём", &[("день", AskKind::Date)]))
                .unwrap_err()
                .code(),
            Some("conversations.ask_unused")
        );
    }

    #[test]
    fn p_33_answers_are_read_by_their_kind() {
        let asks = checked(form(
            "{?день}{?число}{?выбор}",
            &[
                ("день", AskKind::Date),
                ("число", AskKind::Number),
                ("выбор", AskKind::Choice),
            ],
        ))
        .unwrap()
        .asks;
        let given = |day: &str, number: &str, choice: &str| {
            let values = [("день", day), ("число", number), ("выбор", choice)]
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .into();
            answers(&asks, &values, Language::Ru)
        };
        let words: Vec<String> = given("2026-12-31", "1 200,50", "Да")
            .unwrap()
            .into_iter()
            .map(|(_, words)| words)
            .collect();
        assert_eq!(words, ["31.12.2026", "1 200,50", "Да"]);
        for (day, number, choice, code) in [
            ("завтра", "1", "Да", "conversations.ask_date"),
            ("2026-12-31", "много", "Да", "conversations.ask_number"),
            ("2026-12-31", "1", "Может быть", "conversations.ask_choice"),
            ("", "1", "Да", "conversations.ask_answer"),
        ] {
            assert_eq!(given(day, number, choice).unwrap_err().code(), Some(code));
        }
    }

    proptest! {
        #[test]
        fn p_32_what_is_filled_in_is_never_filled_again(name in ".{0,20}") {
            let filled = fill("{client.name}", &[("client.name", &name), ("me.name", "Анна")]);
            prop_assert_eq!(filled, name);
        }
        #[test]
        fn a_text_without_known_fields_stays_as_it_is(text in ".{0,60}") {
            prop_assert_eq!(fill(&text, &[]), text);
        }
    }
}
