//! What a cell may hold, how rows are sorted by it, and by which words a row is found.

use crate::model::{CellKind, Field};
use kernel::{Email, Phone, Uuid};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Characters of a line, and of a long text.
const LINE: usize = 500;
const LONG: usize = 20_000;
/// Characters that a row is sorted by.
const SORTED: usize = 60;
/// The largest number that is kept exactly with two places.
const LARGEST: f64 = 1e13;

/// Why a field may not hold a value.
pub(crate) type Unfit = Vec<(Uuid, &'static str)>;

/// Names of colleagues by their ids, for the fields that hold one.
pub(crate) type Known = BTreeMap<Uuid, String>;

/// The changed cells as they are kept, or what is wrong with each that is; `null` empties a cell. Fields that the
/// table does not have are left out: somebody may have removed one while another was writing.
pub(crate) fn check_cells(
    fields: &[Field],
    before: &Map<String, Value>,
    wanted: &Map<String, Value>,
    people: &Known,
    new: bool,
) -> Result<Map<String, Value>, Unfit> {
    let mut out = Map::new();
    let mut wrong = Unfit::new();
    for field in fields {
        let key = field.id.to_string();
        match wanted.get(&key).map(|value| cell(field, value, people)) {
            Some(Ok(value)) => {
                if value.is_null() && field.required {
                    wrong.push((field.id, "records.required"));
                } else if before.get(&key).unwrap_or(&Value::Null) != &value {
                    out.insert(key, value);
                }
            }
            Some(Err(code)) => wrong.push((field.id, code)),
            None if new && field.required => wrong.push((field.id, "records.required")),
            None => {}
        }
    }
    if wrong.is_empty() {
        Ok(out)
    } else {
        Err(wrong)
    }
}

/// One value as it is kept; nothing and blanks are `null`.
fn cell(field: &Field, value: &Value, people: &Known) -> Result<Value, &'static str> {
    use CellKind as K;
    if value.is_null() {
        return Ok(Value::Null);
    }
    if let Value::String(text) = value
        && text.trim().is_empty()
    {
        return Ok(Value::Null);
    }
    let text = || value.as_str().ok_or("records.bad_value");
    let id = |value: &Value| {
        let word = value.as_str().ok_or("records.bad_value")?;
        word.parse::<Uuid>().map_err(|_| "records.bad_value")
    };
    let choice = |value: &Value| {
        let id = id(value)?;
        let known = field.choices.iter().any(|c| c.id == id);
        if known {
            Ok(id)
        } else {
            Err("records.no_such_choice")
        }
    };
    Ok(match field.kind {
        K::Text => {
            let line = clean_line(text()?);
            if line.chars().count() > LINE {
                return Err("records.line_too_long");
            }
            if line.is_empty() {
                Value::Null
            } else {
                json!(line)
            }
        }
        K::Long => {
            let text = text()?.trim();
            if text.chars().count() > LONG {
                return Err("records.text_too_long");
            }
            json!(text)
        }
        K::Number | K::Money => json!(number(value, field.kind == K::Money)?),
        K::Date => json!(date(text()?)?),
        K::Checkbox => {
            if value.as_bool().ok_or("records.bad_value")? {
                json!(true)
            } else {
                Value::Null
            }
        }
        K::Choice => json!(choice(value)?),
        K::Choices => {
            let list = value.as_array().ok_or("records.bad_value")?;
            let wanted = list.iter().map(choice).collect::<Result<Vec<_>, _>>()?;
            // In the order of the field, each once.
            let ids = field.choices.iter().map(|c| c.id);
            let ids: Vec<Uuid> = ids.filter(|id| wanted.contains(id)).collect();
            if ids.is_empty() {
                Value::Null
            } else {
                json!(ids)
            }
        }
        K::Person => {
            let id = id(value)?;
            if !people.contains_key(&id) {
                return Err("records.no_such_person");
            }
            json!(id)
        }
        K::Phone => json!(Phone::parse(text()?).ok_or("records.bad_phone")?.as_str()),
        K::Email => json!(Email::parse(text()?).ok_or("records.bad_email")?.as_str()),
        K::Link => json!(link(text()?)?),
    })
}

/// A line without tricks; longer than a name may be.
fn clean_line(text: &str) -> String {
    // `clean_name` cuts at 200: cleaned piece by piece, a longer line keeps its end.
    let letters: Vec<char> = text.chars().take(LINE * 4).collect();
    let pieces = letters.chunks(200).map(|piece| {
        let piece: String = piece.iter().collect();
        let (start, end) = (
            piece.starts_with(char::is_whitespace),
            piece.ends_with(char::is_whitespace),
        );
        let clean = text::clean_name(&piece);
        format!(
            "{}{clean}{}",
            if start { " " } else { "" },
            if end { " " } else { "" }
        )
    });
    let joined: String = pieces.collect();
    joined.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number as a number or as people write it: `1 234,5`.
fn number(value: &Value, money: bool) -> Result<f64, &'static str> {
    let number = match value {
        Value::Number(n) => n.as_f64().ok_or("records.bad_number")?,
        Value::String(text) => {
            let plain: String = text
                .chars()
                .filter(|c| !c.is_whitespace() && *c != '\u{a0}' && *c != '\u{202f}')
                .map(|c| match c {
                    ',' => '.',
                    '\u{2212}' => '-',
                    c => c,
                })
                .collect();
            // `inf`, `nan` and `1e5` are words to a parser and typing errors to a person.
            if plain
                .chars()
                .any(|c| !(c.is_ascii_digit() || ".-+".contains(c)))
            {
                return Err("records.bad_number");
            }
            plain.parse::<f64>().map_err(|_| "records.bad_number")?
        }
        _ => return Err("records.bad_number"),
    };
    if !number.is_finite() || number.abs() > LARGEST {
        return Err("records.number_too_large");
    }
    let number = if money {
        (number * 100.0).round() / 100.0
    } else {
        number
    };
    // A zero has no sign.
    Ok(if number == 0.0 { 0.0 } else { number })
}

/// A day of the calendar.
fn date(text: &str) -> Result<String, &'static str> {
    let parts: Vec<&str> = text.trim().split('-').collect();
    let [year, month, day] = parts[..] else {
        return Err("records.bad_date");
    };
    let whole = |word: &str, digits: usize| {
        let fits = word.len() == digits && word.bytes().all(|b| b.is_ascii_digit());
        if fits { word.parse::<u32>().ok() } else { None }
    };
    let (Some(y), Some(m), Some(d)) = (whole(year, 4), whole(month, 2), whole(day, 2)) else {
        return Err("records.bad_date");
    };
    let leap = y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
    let days = match m {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    if y >= 1 && (1..=days).contains(&d) {
        Ok(text.trim().to_owned())
    } else {
        Err("records.bad_date")
    }
}

/// An address of the web; no other scheme, because it becomes a link.
fn link(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let text = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme))
        .ok_or("records.bad_link")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = !text
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || "\"<>\\^`{|}".contains(c));
    let named = host.contains('.') && !host.starts_with('.') && !host.contains('@');
    if plain && named && text.len() <= 2000 {
        Ok(text)
    } else {
        Err("records.bad_link")
    }
}

/// A value as people read it, for finding.
fn shown(field: &Field, value: &Value, people: &Known) -> String {
    let name = |value: &Value| {
        let id = value.as_str().and_then(|w| w.parse::<Uuid>().ok());
        id.and_then(|id| match field.kind {
            CellKind::Person => people.get(&id).cloned(),
            _ => field
                .choices
                .iter()
                .find(|c| c.id == id)
                .map(|c| c.name.clone()),
        })
        .unwrap_or_default()
    };
    match (field.kind, value) {
        (CellKind::Person | CellKind::Choice, value) => name(value),
        (CellKind::Choices, Value::Array(all)) => {
            all.iter().map(name).collect::<Vec<_>>().join(" ")
        }
        (CellKind::Checkbox, _) => String::new(),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Number(n)) => n.to_string(),
        _ => String::new(),
    }
}

/// What a row is sorted by in a field: bytes in the order of the values; `None` for an empty cell.
pub(crate) fn sort_key(field: &Field, value: &Value, people: &Known) -> Option<Vec<u8>> {
    let key = match (field.kind, value) {
        (_, Value::Null) => return None,
        (CellKind::Number | CellKind::Money, value) => {
            let bits = value.as_f64()?.to_bits();
            // The order of floats as unsigned numbers: the sign turned over, negatives turned round.
            let ordered = if bits >> 63 == 1 {
                !bits
            } else {
                bits | 1 << 63
            };
            ordered.to_be_bytes().to_vec()
        }
        (CellKind::Checkbox, _) => vec![1],
        (CellKind::Choice | CellKind::Choices, value) => {
            let first = value.as_array().and_then(|a| a.first()).unwrap_or(value);
            let id: Uuid = first.as_str()?.parse().ok()?;
            id.as_bytes().to_vec()
        }
        (_, value) => {
            let text = super::folded(&shown(field, value, people));
            text.chars().take(SORTED).collect::<String>().into_bytes()
        }
    };
    (!key.is_empty()).then_some(key)
}

/// The first filled fields as people read them: name and value.
pub(crate) fn shown_cells(
    fields: &[Field],
    cells: &Map<String, Value>,
    people: &Known,
    count: usize,
) -> Vec<(String, String)> {
    let line = |field: &Field| {
        let value = shown(field, cells.get(&field.id.to_string())?, people);
        (!value.is_empty()).then(|| (field.name.clone(), value))
    };
    fields.iter().filter_map(line).take(count).collect()
}

/// What lists call a row: the first words in it.
pub(crate) fn title_of(fields: &[Field], cells: &Map<String, Value>, people: &Known) -> String {
    let words = fields.iter().filter_map(|field| {
        let value = cells.get(&field.id.to_string())?;
        let shown = shown(field, value, people);
        (!shown.is_empty()).then_some(shown)
    });
    words
        .take(1)
        .map(|w| text::clean_name(&w))
        .next()
        .unwrap_or_default()
}

/// Everything a row is found by, folded.
pub(crate) fn words_of(fields: &[Field], cells: &Map<String, Value>, people: &Known) -> String {
    let all: Vec<String> = fields
        .iter()
        .filter_map(|f| Some(shown(f, cells.get(&f.id.to_string())?, people)))
        .filter(|w| !w.is_empty())
        .collect();
    let words = super::folded(&all.join(" "));
    words.chars().take(LONG).collect()
}

#[cfg(test)]
#[path = "cells_tests.rs"]
mod tests;
