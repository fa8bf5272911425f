//! What is sent to `/messages` and `/media`, and how Meta refuses it.

use super::{
    SeenFile,
    memory::Memory,
    server::{Answer, Refusal},
};
use serde_json::{Value, json};

const COMMON: [&str; 8] = [
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
    "preview_url",
];
const LARGEST_TEXT: usize = 4096;
const LARGEST_CAPTION: usize = 1024;
/// Types that can be brought.
const TYPES: [&str; 18] = [
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "text/plain",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/3gpp",
    "audio/aac",
    "audio/amr",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
];

/// A message, a reaction, or a sign of reading.
pub(super) fn send(memory: &mut Memory, body: &Value) -> Answer {
    if body["messaging_product"] != "whatsapp" {
        return Err(bad("(#100) The parameter messaging_product is required."));
    }
    if body.get("status").is_some() {
        return read(memory, body);
    }
    let kind = body["type"].as_str().unwrap_or_default();
    let fields = body.as_object().into_iter().flatten();
    for (name, _) in fields {
        if name != kind && !COMMON.contains(&name.as_str()) {
            return Err(bad(&format!("(#100) Unexpected key {name}")));
        }
    }
    let to = recipient(body)?;
    check(memory, kind, &body[kind])?;
    if let Some(answered) = body.get("context") {
        let id = answered["message_id"].as_str().unwrap_or_default();
        if !memory.messages.contains(id) {
            return Err(bad("(#100) Invalid parameter: context.message_id"));
        }
    }
    // An approved text goes at any time, and opens no window.
    if kind != "template" && !memory.open.contains(&to) {
        return Err(Refusal::new(
            400,
            131_047,
            "(#131047) Re-engagement message",
        ));
    }
    let (id, _) = memory.next_message();
    Ok(json!({
        "messaging_product": "whatsapp", "contacts": [{"input": to}], "messages": [{"id": id}],
    }))
}

fn bad(words: &str) -> Refusal {
    Refusal::new(400, 100, words)
}

fn recipient(body: &Value) -> Result<String, Refusal> {
    let word = |name: &str| body.get(name).and_then(Value::as_str);
    match (word("to"), word("recipient")) {
        (Some(to), None) if to.bytes().all(|b| b.is_ascii_digit()) => Ok(to.to_owned()),
        (None, Some(id)) if id.contains('.') => Ok(id.to_owned()),
        _ => Err(bad("(#100) One of to and recipient is required")),
    }
}

fn check(memory: &Memory, kind: &str, thing: &Value) -> Result<(), Refusal> {
    let allowed: &[&str] = match kind {
        "text" => &["body", "preview_url"],
        "image" | "video" => &["id", "caption"],
        "document" => &["id", "caption", "filename"],
        "audio" => &["id", "voice"],
        "reaction" => &["message_id", "emoji"],
        "template" => return super::templates::check(memory, thing),
        "interactive" => return interactive(thing),
        _ => return Err(bad(&format!("(#100) Unknown type {kind}"))),
    };
    let fields = thing.as_object().into_iter().flatten();
    if let Some((strange, _)) = fields
        .into_iter()
        .find(|(name, _)| !allowed.contains(&name.as_str()))
    {
        return Err(bad(&format!("(#100) Unexpected key {strange}")));
    }
    let word = |name: &str| thing[name].as_str().unwrap_or_default();
    let long = |name: &str, most: usize| word(name).chars().count() > most;
    match kind {
        "text" if word("body").trim().is_empty() => Err(bad("(#100) text.body is required")),
        "text" if long("body", LARGEST_TEXT) => Err(bad("(#100) text.body is too long")),
        "reaction" if !memory.messages.contains(word("message_id")) => {
            Err(Refusal::new(400, 131_009, "(#131009) no such message"))
        }
        "text" | "reaction" => Ok(()),
        _ if long("caption", LARGEST_CAPTION) => Err(bad("(#100) the caption is too long")),
        _ => match memory.brought.get(word("id")) {
            Some(mime) if fits(kind, mime) => Ok(()),
            Some(mime) => Err(Refusal::new(
                400,
                131_053,
                &format!("(#131053) {mime} is no {kind}"),
            )),
            None => Err(bad("(#100) no such media id")),
        },
    }
}

/// Up to three buttons that answer, each with words and an id of its own, or one that opens a page.
fn interactive(thing: &Value) -> Result<(), Refusal> {
    let words = thing["body"]["text"].as_str().unwrap_or_default();
    if words.trim().is_empty() || words.chars().count() > LARGEST_CAPTION {
        return Err(bad("(#100) Invalid parameter: interactive.body.text"));
    }
    let short = |text: &Value| {
        let length = text.as_str().unwrap_or_default().chars().count();
        (1..=20).contains(&length)
    };
    let action = &thing["action"];
    let right = match thing["type"].as_str() {
        Some("button") => {
            let all = action["buttons"].as_array().map_or(&[][..], Vec::as_slice);
            let alike = |field: &str| {
                let mut seen: Vec<&str> = all
                    .iter()
                    .filter_map(|b| b["reply"][field].as_str())
                    .collect();
                seen.sort_unstable();
                seen.dedup();
                seen.len() < all.len()
            };
            (1..=3).contains(&all.len())
                && all
                    .iter()
                    .all(|b| b["type"] == "reply" && short(&b["reply"]["title"]))
                && !alike("id")
                && !alike("title")
        }
        Some("cta_url") => {
            let given = &action["parameters"];
            action["name"] == "cta_url"
                && short(&given["display_text"])
                && given["url"].as_str().is_some_and(|u| u.starts_with("http"))
        }
        _ => false,
    };
    if right {
        Ok(())
    } else {
        Err(bad("(#131009) Parameter value is not valid"))
    }
}

fn fits(kind: &str, mime: &str) -> bool {
    match kind {
        "image" => ["image/jpeg", "image/png"].contains(&mime),
        "document" => true,
        kind => mime.starts_with(&format!("{kind}/")),
    }
}

fn read(memory: &Memory, body: &Value) -> Answer {
    let id = body["message_id"].as_str().unwrap_or_default();
    let typing = body.get("typing_indicator");
    let strange = typing.is_some_and(|typing| *typing != json!({"type": "text"}));
    if body["status"] != "read" || strange || !memory.messages.contains(id) {
        return Err(bad("(#100) Invalid parameter"));
    }
    Ok(json!({"success": true}))
}

/// A file that is brought.
pub(super) fn bring(
    memory: &mut Memory,
    fields: &[(String, String)],
    files: &[SeenFile],
) -> Answer {
    let field = |name: &str| {
        let found = fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let [file] = files else {
        return Err(bad("(#100) one file is expected"));
    };
    if field("messaging_product") != "whatsapp" || file.field != "file" || file.bytes.is_empty() {
        return Err(bad("(#100) Invalid parameter"));
    }
    let mime = field("type");
    if mime != file.mime || !TYPES.contains(&mime) {
        return Err(bad(&format!(
            "(#100) Param file must be a file with one of the following types: … Received file of type '{}'.",
            file.mime
        )));
    }
    let id = format!("8{:014}", memory.next());
    memory.brought.insert(id.clone(), mime.to_owned());
    Ok(json!({"id": id}))
}
