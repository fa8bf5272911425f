//! A small valid request out of what the API document says of it, so that a refusal comes from access and not from parsing.

use super::fixture::Sent;
use serde_json::{Map, Value, json};

/// What the document's required properties alone would not try: row, and what the body says besides.
fn besides(row: &str) -> Option<Value> {
    Some(match row {
        "patch /api/v1/channels/{id} (a channel)" => json!({"name": "Другой сайт"}),
        // Own flags of a chat need no more than seeing it; a title changes it for all.
        "patch /api/v1/chats/{id} (a direct chat)" | "patch /api/v1/chats/{id} (a group)" => {
            json!({"title": "Иначе"})
        }
        "patch /api/v1/contacts/{id} (a contact)" => json!({"company": "Лампа"}),
        // What becomes of each chat is told in the answer; nobody is refused as a whole.
        "post /api/v1/client-chats/bulk" => {
            json!({"ids": ["00000000-0000-7000-8000-000000000001"], "act": "close"})
        }
        "post /api/v1/contacts/labels" => {
            json!({"ids": ["00000000-0000-7000-8000-000000000001"]})
        }
        "post /api/v1/inbox/page" | "post /api/v1/inbox/ids" => json!({"group": "my"}),
        "patch /api/v1/views/{id} (an own view)" | "patch /api/v1/views/{id} (a shared view)" => {
            json!({"name": "Иначе"})
        }
        "post /api/v1/routing" | "patch /api/v1/routing/{id} (a routing rule)" => {
            json!({"conditions": {"words": ["цена"]}})
        }
        "post /api/v1/hours"
        | "post /api/v1/hours/preview"
        | "patch /api/v1/hours/{id} (a calendar)" => {
            json!({"zone": "Europe/Moscow", "week": [[], [], [], [], [], [], []]})
        }
        "post /api/v1/contact-imports/{id}/check (a table of contacts)" => {
            json!({"columns": ["name"]})
        }
        "post /api/v1/hours/production" => json!({"year": 2026}),
        "patch /api/v1/me" | "patch /api/v1/people/{id} (a person)" => json!({"title": "Мастер"}),
        // Without it an own template would come of the shared one.
        "patch /api/v1/templates/{id} (a shared template)" => {
            json!({"title": "Да", "text": "Да", "scope": "all"})
        }
        "post /api/v1/templates" | "patch /api/v1/templates/{id} (an own template)" => {
            json!({"title": "Да", "text": "Да"})
        }
        row if row.starts_with("post /api/v1/threads/{id}/later (") => {
            json!({"text": "Потом", "at": 1_830_000_000_000_i64})
        }
        "patch /api/v1/tasks/{id} (a task)" | "patch /api/v1/tasks/{id} (a common task)" => {
            json!({"title": "Иначе"})
        }
        "post /api/v1/tasks/{id}/entries (a task)"
        | "post /api/v1/tasks/{id}/entries (a common task)"
        | "post /api/v1/rows/{id}/entries (a row)" => json!({"text": "Да"}),
        "patch /api/v1/workspace" => json!({"name": "Мастерская"}),
        "put /api/v1/notices/settings" => json!({"quiet": {"zone": "Europe/Moscow"}}),
        row if row.starts_with("put /api/v1/messages/{id}/reminder") => json!({"hours": 1}),
        row if row.starts_with("post ")
            && row.contains("/messages (")
            && !row.contains("widget") =>
        {
            json!({"text": "Да"})
        }
        _ => return None,
    })
}

/// The API document, and what its properties mean in this company.
pub(super) struct Bodies<'a, F: Fn(&str) -> Option<Value>> {
    pub(super) api: &'a Value,
    /// The value of a property by its name.
    pub(super) known: F,
}

impl<F: Fn(&str) -> Option<Value>> Bodies<'_, F> {
    /// What an operation is sent.
    pub(super) fn body(&self, row: &str, operation: &Value) -> Sent {
        let Some(content) = operation["requestBody"]["content"].as_object() else {
            return Sent::Json(None);
        };
        let Some(json) = content.get("application/json") else {
            return Sent::Bytes;
        };
        let mut body = self.value(row, "", &json["schema"]);
        if let (Some(body), Some(Value::Object(more))) = (body.as_object_mut(), besides(row)) {
            body.extend(more);
        }
        Sent::Json(Some(body))
    }

    /// The required part of an operation's query, beginning with `?`.
    pub(super) fn query(&self, row: &str, operation: &Value) -> String {
        let mut out = String::new();
        let parameters = operation["parameters"].as_array();
        for parameter in parameters.into_iter().flatten() {
            if parameter["in"] == "query" && parameter["required"] == true {
                let name = parameter["name"].as_str().unwrap();
                let value = match self.value(row, name, &parameter["schema"]) {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                let sign = if out.is_empty() { '?' } else { '&' };
                out = format!("{out}{sign}{name}={value}");
            }
        }
        out
    }

    fn value(&self, row: &str, name: &str, schema: &Value) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            let schema = self.api.pointer(pointer);
            return self.value(row, name, schema.expect("the document refers to nothing"));
        }
        // A closed list knows better than a name what may stand here.
        if let Some(one) = schema["enum"].as_array().and_then(|all| all.first()) {
            return one.clone();
        }
        if let Some(value) = (self.known)(name) {
            return value;
        }
        for given in ["example", "default", "const"] {
            if !schema[given].is_null() {
                return schema[given].clone();
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut all = Map::new();
            for part in parts {
                if let Value::Object(more) = self.value(row, name, part) {
                    all.extend(more);
                }
            }
            return Value::Object(all);
        }
        for choice in ["oneOf", "anyOf"] {
            let choices = schema[choice].as_array().into_iter().flatten();
            if let Some(first) = choices.into_iter().find(|c| c["type"] != "null") {
                return self.value(row, name, first);
            }
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().find(|k| **k != "null").and_then(Value::as_str),
            kind => kind.as_str(),
        };
        match kind {
            Some("array") => json!([]),
            Some("boolean") => json!(true),
            Some("integer" | "number") => json!(1),
            Some("string") => {
                assert!(
                    schema["format"] != "uuid",
                    "{row}: nobody said which object the id \"{name}\" names: \
                     add it to `known` in server/tests/it/permissions/fixture.rs"
                );
                json!("слово")
            }
            Some("object") | None => self.object(row, schema),
            Some(other) => panic!("{row}: {name} is of the kind {other}, which nobody makes yet"),
        }
    }

    fn object(&self, row: &str, schema: &Value) -> Value {
        let required = |name: &String| {
            let all = schema["required"].as_array();
            all.is_some_and(|all| all.iter().any(|one| one == name))
        };
        let properties = schema["properties"].as_object().into_iter().flatten();
        // Who has a password says it, though somebody else may have none.
        let said = properties.filter(|(name, _)| {
            required(name) || ["current", "login", "password"].contains(&name.as_str())
        });
        let values = said.map(|(name, schema)| (name.clone(), self.value(row, name, schema)));
        Value::Object(values.collect())
    }
}
