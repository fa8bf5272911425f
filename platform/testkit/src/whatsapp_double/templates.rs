//! The business account's templates: listed in pages, submitted, judged, deleted, and what a message with one must look like.

use super::{
    memory::Memory,
    server::{Answer, Refusal},
};
use serde_json::{Value, json};

/// Most templates of one page, whatever is asked for: so that paging is walked in each test.
const PAGE: usize = 2;

fn bad(words: &str) -> Refusal {
    Refusal::new(400, 100, words)
}

/// A field of a query string.
fn asked<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

pub(super) fn list(memory: &Memory, base: &str, query: &str) -> Answer {
    let fields: Vec<&str> = asked(query, "fields")
        .unwrap_or_default()
        .split(',')
        .collect();
    let from: usize = match asked(query, "after") {
        Some(cursor) => cursor
            .strip_prefix("cursor")
            .and_then(|n| n.parse().ok())
            .ok_or_else(|| bad("(#100) Invalid cursor"))?,
        None => 0,
    };
    let shown = |template: &Value| {
        let mut out = json!({});
        for field in &fields {
            if let Some(value) = template.get(*field) {
                out[*field] = value.clone();
            }
        }
        out
    };
    let data: Vec<Value> = memory
        .templates
        .iter()
        .skip(from)
        .take(PAGE)
        .map(shown)
        .collect();
    let to = from + data.len();
    let mut paging =
        json!({"cursors": {"before": format!("cursor{from}"), "after": format!("cursor{to}")}});
    if to < memory.templates.len() {
        paging["next"] = format!("{base}/next?after=cursor{to}").into();
    }
    Ok(json!({"data": data, "paging": paging}))
}

pub(super) fn submit(memory: &mut Memory, body: &Value) -> Answer {
    let word = |name: &str| body[name].as_str().unwrap_or_default();
    let known = [
        "name",
        "language",
        "category",
        "components",
        "parameter_format",
    ];
    let strange = body.as_object().into_iter().flatten();
    if let Some((name, _)) = strange
        .into_iter()
        .find(|(name, _)| !known.contains(&name.as_str()))
    {
        return Err(bad(&format!("(#100) Unexpected key {name}")));
    }
    if !["UTILITY", "MARKETING"].contains(&word("category")) {
        return Err(bad(
            "(#100) Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}",
        ));
    }
    if word("name").is_empty() || word("language").is_empty() {
        return Err(bad("(#100) name and language are required"));
    }
    let same = |t: &&Value| t["name"] == body["name"] && t["language"] == body["language"];
    if memory.templates.iter().any(|t| same(&t)) {
        return Err(Refusal::new(
            400,
            2_388_024,
            "There is already content in this language for this template",
        ));
    }
    for component in body["components"].as_array().into_iter().flatten() {
        let text = component["text"].as_str().unwrap_or_default();
        let places = text.matches("{{").count();
        let example = component.get("example");
        if places > 0 && example.is_none() {
            return Err(bad(
                "(#100) Message template components param is missing expected field(s): example",
            ));
        }
    }
    let id = format!("7{:014}", memory.next());
    let mut kept = body.clone();
    kept["id"] = id.as_str().into();
    kept["status"] = "PENDING".into();
    kept["rejected_reason"] = "NONE".into();
    memory.templates.push(kept);
    Ok(json!({"id": id, "status": "PENDING", "category": word("category")}))
}

pub(super) fn delete(memory: &mut Memory, query: &str) -> Answer {
    let (Some(name), Some(id)) = (asked(query, "name"), asked(query, "hsm_id")) else {
        return Err(bad("(#100) name and hsm_id are required"));
    };
    let before = memory.templates.len();
    memory
        .templates
        .retain(|t| t["name"] != name || t["id"] != id);
    if memory.templates.len() == before {
        return Err(bad("(#100) Message template does not exist"));
    }
    Ok(json!({"success": true}))
}

/// Whether a message's `template` fits an approved one.
pub(super) fn check(memory: &Memory, thing: &Value) -> Result<(), Refusal> {
    let known = ["name", "language", "components"];
    let fields = thing.as_object().into_iter().flatten();
    if let Some((strange, _)) = fields
        .into_iter()
        .find(|(name, _)| !known.contains(&name.as_str()))
    {
        return Err(bad(&format!("(#100) Unexpected key {strange}")));
    }
    let found = memory
        .templates
        .iter()
        .find(|t| t["name"] == thing["name"] && t["language"] == thing["language"]["code"]);
    let Some(template) = found else {
        return Err(Refusal::new(
            404,
            132_001,
            "(#132001) Template name does not exist in the translation",
        ));
    };
    match template["status"].as_str() {
        Some("APPROVED") => {}
        Some("PAUSED") => return Err(Refusal::new(400, 132_015, "(#132015) Template is paused")),
        _ => {
            return Err(Refusal::new(
                404,
                132_001,
                "(#132001) Template name does not exist in the translation",
            ));
        }
    }
    let given = |kind: &str| {
        let all = thing["components"].as_array().into_iter().flatten();
        let of = all.filter(|c| c["type"] == kind);
        of.flat_map(|c| c["parameters"].as_array().cloned().unwrap_or_default())
            .collect::<Vec<_>>()
    };
    for component in template["components"].as_array().into_iter().flatten() {
        let kind = component["type"]
            .as_str()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let places = match component["format"].as_str() {
            Some("IMAGE" | "VIDEO" | "DOCUMENT") => 1,
            _ => component["text"]
                .as_str()
                .unwrap_or_default()
                .matches("{{")
                .count(),
        };
        let parameters = given(&kind);
        if kind != "buttons" && parameters.len() != places {
            return Err(Refusal::new(
                400,
                132_000,
                "(#132000) Number of parameters does not match the expected number of params",
            ));
        }
        for one in parameters {
            let text = one["text"].as_str().unwrap_or_default();
            let file = one[one["type"].as_str().unwrap_or_default()]["id"].as_str();
            let fits = match file {
                Some(id) => memory.brought.contains_key(id),
                None => !text.is_empty() && !text.contains(['\n', '\t']) && !text.contains("     "),
            };
            if !fits {
                return Err(Refusal::new(
                    400,
                    132_012,
                    "(#132012) Parameter format does not match",
                ));
            }
        }
    }
    Ok(())
}
