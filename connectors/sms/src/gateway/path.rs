//! Places in an answer: `data.0.id`, names and numbers of list items joined by dots.

use serde_json::Value;

/// The word at a place; numbers and switches as they are written, none for what is absent, empty or no word.
pub(crate) fn word(json: &Value, path: &str) -> Option<String> {
    if path.is_empty() {
        return None;
    }
    let found = path.split('.').try_fold(json, |at, step| match at {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        Value::Object(fields) => fields.get(step),
        _ => None,
    })?;
    let told = match found {
        Value::String(word) => word.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(on) => on.to_string(),
        _ => return None,
    };
    (!told.is_empty()).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places_are_found_in_objects_and_lists() {
        let answer = json!({"data": [{"id": 17, "ok": true, "why": " "}], "sms": {"7916": {"sms_id": "000-1"}}, "big": 12_345_678_901_234_567_890_u64});
        for (path, want) in [
            ("data.0.id", Some("17")),
            ("data.0.ok", Some("true")),
            ("data.0.why", None),
            ("data.1.id", None),
            ("data.x", None),
            ("data", None),
            ("sms.7916.sms_id", Some("000-1")),
            ("big", Some("12345678901234567890")),
            ("big.more", None),
            ("", None),
        ] {
            assert_eq!(word(&answer, path).as_deref(), want, "{path}");
        }
    }
}
