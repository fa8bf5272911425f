//! Message templates of the business account: Meta's components as our words, and back.
//!
//! Source: Meta's pages on the `message_templates` edge of mid-2026. Templates belong to the business account, not to
//! the number, so they need its id; a number without one has no templates here.

use crate::{
    api::{Api, rejected},
    wire::{list, word},
};
use channel::{
    FileKind, FilledTemplate, SendError, Template, TemplateButton, TemplateButtonKind,
    TemplateHeader, TemplateState, TemplateText,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Templates asked for at once.
const PAGE: usize = 100;
/// Most pages we follow: Meta allows a business account 6000 templates at most.
const MOST_PAGES: usize = 60;

/// Every template of the business account.
pub(crate) async fn all(api: &Api, business: &str) -> Result<Vec<Template>, SendError> {
    let fields = "id,name,language,status,category,components,rejected_reason,parameter_format";
    let mut out = Vec::new();
    let mut after = String::new();
    for _ in 0..MOST_PAGES {
        let path = format!("{business}/message_templates?fields={fields}&limit={PAGE}{after}");
        let page: Value = api.get(&path).await?;
        out.extend(list(&page, "/data").iter().filter_map(read));
        // The last page has a cursor too, but no address of a next one.
        match (
            word(&page, "/paging/next"),
            word(&page, "/paging/cursors/after"),
        ) {
            (Some(_), Some(cursor)) if is_cursor(cursor) => after = format!("&after={cursor}"),
            _ => return Ok(out),
        }
    }
    tracing::warn!(
        templates = out.len(),
        "there are more templates than are read"
    );
    Ok(out)
}

/// It goes into an address as it is.
fn is_cursor(cursor: &str) -> bool {
    cursor.len() <= 1024
        && cursor
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-=%.".contains(&b))
}

/// Submits one; Meta answers with its id and first state.
pub(crate) async fn submit(
    api: &Api,
    business: &str,
    template: &Template,
) -> Result<Template, SendError> {
    let body = written(template);
    let answer: Value = api
        .post_to(&format!("{business}/message_templates"), &body)
        .await?;
    let id = answer
        .pointer("/id")
        .map(id_of)
        .filter(|id| !id.is_empty())
        .ok_or_else(|| SendError::Unknown {
            reason: "the answer names no template".to_owned(),
        })?;
    Ok(Template {
        ext_id: id,
        state: state(word(&answer, "/status").unwrap_or("PENDING")),
        // Meta may move it into another category at once.
        category: word(&answer, "/category")
            .map_or_else(|| template.category.clone(), str::to_ascii_lowercase),
        reason: String::new(),
        ..template.clone()
    })
}

/// Deletes this one language of it; by name alone Meta deletes all.
pub(crate) async fn delete(
    api: &Api,
    business: &str,
    template: &Template,
) -> Result<(), SendError> {
    let plain =
        |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !plain(&template.name) || !plain(&template.ext_id) {
        return Err(rejected("template_unknown", "no such template"));
    }
    let path = format!(
        "{business}/message_templates?name={}&hsm_id={}",
        template.name, template.ext_id
    );
    api.delete::<Value>(&path).await.map(drop)
}

fn id_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn state(word: &str) -> TemplateState {
    match word {
        "APPROVED" => TemplateState::Approved,
        "PENDING" | "IN_APPEAL" => TemplateState::Pending,
        "REJECTED" => TemplateState::Rejected,
        "PAUSED" => TemplateState::Paused,
        _ => TemplateState::Disabled,
    }
}

fn read(it: &Value) -> Option<Template> {
    let reason = word(it, "/rejected_reason").filter(|r| *r != "NONE");
    Some(Template {
        ext_id: it.pointer("/id").map(id_of)?,
        name: word(it, "/name")?.to_owned(),
        language: word(it, "/language")?.to_owned(),
        category: word(it, "/category")
            .unwrap_or_default()
            .to_ascii_lowercase(),
        state: state(word(it, "/status").unwrap_or_default()),
        reason: reason.unwrap_or_default().to_owned(),
        text: text(list(it, "/components")),
    })
}

fn text(components: &[Value]) -> TemplateText {
    let mut out = TemplateText::default();
    for it in components {
        let words = word(it, "/text").unwrap_or_default();
        match word(it, "/type").unwrap_or_default() {
            "HEADER" => {
                out.header = header(it, words);
                note(
                    &mut out.examples,
                    "header",
                    words,
                    it,
                    "/example/header_text",
                );
            }
            "BODY" => {
                words.clone_into(&mut out.body);
                note(&mut out.examples, "body", words, it, "/example/body_text");
            }
            "FOOTER" => words.clone_into(&mut out.footer),
            "BUTTONS" => out.buttons = list(it, "/buttons").iter().map(button).collect(),
            // A carousel, a limited offer: shown in the list, not to be filled here.
            strange => {
                strange.to_ascii_lowercase().clone_into(&mut out.footer);
                out.header = TemplateHeader::Other {
                    name: strange.to_ascii_lowercase(),
                };
            }
        }
    }
    out
}

fn header(it: &Value, words: &str) -> TemplateHeader {
    let media = |media| TemplateHeader::Media { media };
    match word(it, "/format").unwrap_or("TEXT") {
        "TEXT" => TemplateHeader::Text {
            text: words.to_owned(),
        },
        "IMAGE" => media(FileKind::Image),
        "VIDEO" => media(FileKind::Video),
        "DOCUMENT" => media(FileKind::File),
        strange => TemplateHeader::Other {
            name: strange.to_ascii_lowercase(),
        },
    }
}

fn button(it: &Value) -> TemplateButton {
    let value = |pointer| word(it, pointer).unwrap_or_default().to_owned();
    let (kind, value) = match word(it, "/type").unwrap_or_default() {
        "QUICK_REPLY" => (TemplateButtonKind::Reply, String::new()),
        "URL" => (TemplateButtonKind::Url, value("/url")),
        "PHONE_NUMBER" => (TemplateButtonKind::Phone, value("/phone_number")),
        "COPY_CODE" => (TemplateButtonKind::Code, String::new()),
        _ => (TemplateButtonKind::Other, String::new()),
    };
    TemplateButton {
        kind,
        text: word(it, "/text").unwrap_or_default().to_owned(),
        value,
    }
}

/// Examples by place: numbered ones in a list (the body's in a list of lists), named ones with their names.
fn note(
    examples: &mut BTreeMap<String, String>,
    part: &str,
    words: &str,
    it: &Value,
    pointer: &str,
) {
    let named = list(it, &format!("{pointer}_named_params"));
    for one in named {
        if let (Some(name), Some(example)) = (word(one, "/param_name"), word(one, "/example")) {
            examples.insert(format!("{part}:{name}"), example.to_owned());
        }
    }
    let given = list(it, pointer);
    let given = match given {
        [Value::Array(inner), ..] => inner.as_slice(),
        flat => flat,
    };
    for (name, example) in ordered(words).into_iter().zip(given) {
        if let Some(example) = example.as_str() {
            examples.insert(format!("{part}:{name}"), example.to_owned());
        }
    }
}

/// The places of a text as Meta counts them: numbered ones by number, named ones as they stand.
fn ordered(words: &str) -> Vec<&str> {
    let mut names = channel::names(words);
    if !names.iter().any(|name| is_named(name)) {
        names.sort_by_key(|name| name.parse::<usize>().unwrap_or(usize::MAX));
    }
    names
}

fn is_named(name: &str) -> bool {
    !name.bytes().all(|b| b.is_ascii_digit())
}

/// A new template as Meta wants it.
fn written(template: &Template) -> Value {
    let it = &template.text;
    let mut components = Vec::new();
    if let TemplateHeader::Text { text } = &it.header {
        let mut header = json!({"type": "HEADER", "format": "TEXT", "text": text});
        examples(&mut header, "header_text", "header", text, it, false);
        components.push(header);
    }
    let mut body = json!({"type": "BODY", "text": it.body});
    examples(&mut body, "body_text", "body", &it.body, it, true);
    components.push(body);
    if !it.footer.is_empty() {
        components.push(json!({"type": "FOOTER", "text": it.footer}));
    }
    if !it.buttons.is_empty() {
        let buttons = it.buttons.iter().enumerate();
        let buttons: Vec<Value> = buttons.map(|(at, b)| new_button(at, b, it)).collect();
        components.push(json!({"type": "BUTTONS", "buttons": buttons}));
    }
    let named = channel::names(&it.body).into_iter().any(is_named);
    json!({
        "name": template.name, "language": template.language,
        "category": template.category.to_ascii_uppercase(),
        "parameter_format": if named { "NAMED" } else { "POSITIONAL" },
        "components": components,
    })
}

fn examples(
    component: &mut Value,
    key: &str,
    part: &str,
    words: &str,
    it: &TemplateText,
    nested: bool,
) {
    let names = ordered(words);
    if names.is_empty() {
        return;
    }
    let example = |name: &str| it.examples.get(&format!("{part}:{name}")).cloned();
    if names.iter().any(|name| is_named(name)) {
        let all: Vec<Value> = names
            .iter()
            .map(|name| json!({"param_name": name, "example": example(name)}))
            .collect();
        component["example"] = json!({format!("{key}_named_params"): all});
        return;
    }
    let all: Vec<Option<String>> = names.into_iter().map(example).collect();
    component["example"] = if nested {
        json!({key: [all]})
    } else {
        json!({key: all})
    };
}

fn new_button(at: usize, button: &TemplateButton, it: &TemplateText) -> Value {
    match button.kind {
        TemplateButtonKind::Url => {
            let mut told = json!({"type": "URL", "text": button.text, "url": button.value});
            let places = channel::names(&button.value);
            if let Some(name) = places.first() {
                let example = it.examples.get(&format!("button{at}:{name}"));
                let whole = channel::filled(&button.value, |_| example.cloned());
                told["example"] = json!([whole]);
            }
            told
        }
        TemplateButtonKind::Phone => {
            json!({"type": "PHONE_NUMBER", "text": button.text, "phone_number": button.value})
        }
        _ => json!({"type": "QUICK_REPLY", "text": button.text}),
    }
}

/// A filled template as part of a message; `media` is the id of the header's file, with its name.
pub(crate) fn sent(filled: &FilledTemplate, media: Option<(&str, &str)>) -> Value {
    let (template, values) = (&filled.template, &filled.values);
    let value = |part: &str, name: &str| {
        let key = format!("{part}:{name}");
        values.get(&key).map(|v| v.trim()).unwrap_or_default()
    };
    let parameters = |part: &str, words: &str| -> Vec<Value> {
        let one = |name: &str| {
            let mut told = json!({"type": "text", "text": value(part, name)});
            if is_named(name) {
                told["parameter_name"] = name.into();
            }
            told
        };
        ordered(words).into_iter().map(one).collect()
    };
    let mut components = Vec::new();
    match &template.text.header {
        TemplateHeader::Text { text } => {
            let all = parameters("header", text);
            if !all.is_empty() {
                components.push(json!({"type": "header", "parameters": all}));
            }
        }
        TemplateHeader::Media { media: kind } => {
            if let Some((id, name)) = media {
                let kind = super::outgoing::word(*kind);
                let mut thing = json!({"id": id});
                if kind == "document" {
                    thing["filename"] = name.into();
                }
                let one = json!({"type": kind, kind: thing});
                components.push(json!({"type": "header", "parameters": [one]}));
            }
        }
        TemplateHeader::None | TemplateHeader::Other { .. } => {}
    }
    let all = parameters("body", &template.text.body);
    if !all.is_empty() {
        components.push(json!({"type": "body", "parameters": all}));
    }
    for (at, button) in template.text.buttons.iter().enumerate() {
        let part = format!("button{at}");
        let (kind, one) = match button.kind {
            TemplateButtonKind::Url => {
                let Some(name) = channel::names(&button.value).first().copied() else {
                    continue;
                };
                ("url", json!({"type": "text", "text": value(&part, name)}))
            }
            TemplateButtonKind::Code => (
                "copy_code",
                json!({"type": "coupon_code", "coupon_code": value(&part, "code")}),
            ),
            _ => continue,
        };
        components.push(json!({
            "type": "button", "sub_type": kind, "index": at.to_string(), "parameters": [one],
        }));
    }
    let mut told = json!({"name": template.name, "language": {"code": template.language}});
    if !components.is_empty() {
        told["components"] = components.into();
    }
    told
}
