//! Messages of the bot: sent, edited, deleted, and refused as MAX refuses.

use super::{
    dialogue,
    memory::{BOT, Memory},
    person,
    server::{Answer, Asked, Refusal},
};
use serde_json::{Value, json};

/// Longest text, in characters.
const MAX_TEXT: usize = 4000;
/// Most attachments of one message: not published, so no more than we declare.
const MAX_ATTACHMENTS: usize = 10;

const FIELDS: [&str; 5] = ["text", "attachments", "link", "notify", "format"];

/// Where a message goes: its chat, and the user of a dialogue.
struct Target {
    chat: i64,
    user: Option<i64>,
}

pub(super) fn send(memory: &mut Memory, asked: &Asked<'_>) -> Answer {
    asked.only(&["user_id", "chat_id", "disable_link_preview"])?;
    let target = target(memory, asked)?;
    check(memory, asked, false)?;
    check_link(memory, &asked.body["link"], target.chat)?;
    let mid = memory.next_mid(target.chat);
    memory.messages.insert(mid.clone(), (target.chat, true));
    let kind = if target.user.is_some() {
        "dialog"
    } else {
        "chat"
    };
    let mut recipient = json!({"chat_id": target.chat, "chat_type": kind});
    if let Some(user) = target.user {
        recipient["user_id"] = user.into();
    }
    Ok(json!({"message": {
        "recipient": recipient, "timestamp": memory.next_time(),
        "sender": {"user_id": BOT, "first_name": "Beseda", "is_bot": true},
        "body": {"mid": mid, "seq": 1, "text": asked.body["text"]},
    }}))
}

fn target(memory: &Memory, asked: &Asked<'_>) -> Result<Target, Refusal> {
    match (asked.number("user_id")?, asked.number("chat_id")?) {
        (Some(user), None) => {
            if !memory.dialogues.contains(&user) {
                return Err(Refusal::new(404, "dialog.not.found", "dialog.not.found"));
            }
            let chat = dialogue(user);
            if memory.stopped.contains(&user) {
                let words = format!("Key: error.dialog.suspended, args: [{chat},].");
                return Err(Refusal::new(403, "chat.denied", words));
            }
            let user = Some(user);
            Ok(Target { chat, user })
        }
        (None, Some(chat)) if memory.groups.contains(&chat) => Ok(Target { chat, user: None }),
        (None, Some(chat)) => {
            let words = format!("Chat {chat} not found");
            Err(Refusal::new(404, "chat.not.found", words))
        }
        _ => Err(Refusal::bad("Unknown recipient")),
    }
}

fn check(memory: &mut Memory, asked: &Asked<'_>, edit: bool) -> Result<(), Refusal> {
    asked.fields(&FIELDS)?;
    let text = &asked.body["text"];
    let Some(words) = text.as_str().or(text.is_null().then_some("")) else {
        return Err(Refusal::bad("text: must be a string"));
    };
    if words.chars().count() > MAX_TEXT {
        return Err(Refusal::bad("text: size must be between 0 and 4000"));
    }
    let visible = match asked.body["format"].as_str() {
        Some("html") => check_html(words)?,
        Some("markdown") | None => words.to_owned(),
        Some(_) => return Err(Refusal::bad("format: unknown value")),
    };
    let attachments = &asked.body["attachments"];
    let Some(attachments) = attachments
        .as_array()
        .map(Vec::as_slice)
        .or(attachments.is_null().then_some(&[]))
    else {
        return Err(Refusal::bad("attachments: must be an array"));
    };
    if visible.trim().is_empty() && attachments.is_empty() && !edit {
        return Err(Refusal::bad("text or attachments are expected"));
    }
    if !(asked.body["notify"].is_null() || asked.body["notify"].is_boolean()) {
        return Err(Refusal::bad("notify: must be a boolean"));
    }
    check_attachments(memory, attachments)
}

fn check_attachments(memory: &mut Memory, attachments: &[Value]) -> Result<(), Refusal> {
    if attachments.len() > MAX_ATTACHMENTS {
        return Err(Refusal::bad("attachments: too many"));
    }
    let mut tokens = Vec::new();
    for attachment in attachments {
        let kind = attachment["type"].as_str().unwrap_or_default();
        if matches!(kind, "audio" | "file") && attachments.len() > 1 {
            let words = format!("{kind} must be the only attachment in the message");
            return Err(Refusal::bad(words));
        }
        let payload = &attachment["payload"];
        if kind == "inline_keyboard" {
            check_keyboard(payload)?;
            continue;
        }
        let token = match kind {
            "image" => photo_token(payload),
            "video" | "audio" | "file" => payload["token"].as_str(),
            _ => return Err(Refusal::bad(format!("unknown attachment {kind}"))),
        };
        let token = token.ok_or_else(|| Refusal::bad(format!("Missing `token` in {kind}")))?;
        let known = memory.brought.get(token);
        if known.is_none_or(|brought| brought.kind != kind) {
            return Err(Refusal::bad(format!(
                "Key: errors.process.attachment.{kind}.not.owner"
            )));
        }
        tokens.push(token);
    }
    for token in tokens {
        let brought = memory.brought.get_mut(token);
        if let Some(brought) = brought.filter(|brought| brought.waits > 0) {
            brought.waits -= 1;
            let words = "Key: errors.process.attachment.file.not.processed";
            return Err(Refusal::new(400, "attachment.not.ready", words));
        }
    }
    Ok(())
}

/// Rows of buttons that write their words or open a page.
fn check_keyboard(payload: &Value) -> Result<(), Refusal> {
    let rows = payload["buttons"].as_array().map_or(&[][..], Vec::as_slice);
    let all: Vec<&Value> = rows.iter().filter_map(Value::as_array).flatten().collect();
    let right = |button: &&Value| {
        let words = button["text"].as_str().unwrap_or_default().chars().count();
        let kind = match button["type"].as_str() {
            Some("message") => button["url"].is_null(),
            Some("link") => button["url"]
                .as_str()
                .is_some_and(|u| u.starts_with("http")),
            _ => false,
        };
        kind && (1..=128).contains(&words)
    };
    if all.is_empty() || rows.len() > 30 || !all.iter().all(right) {
        return Err(Refusal::bad("Key: errors.process.attachment.keyboard"));
    }
    Ok(())
}

/// A picture comes by the map that bringing it answered, or by a token alone.
fn photo_token(payload: &Value) -> Option<&str> {
    let photos = payload["photos"].as_object();
    let first = photos.and_then(|photos| photos.values().next());
    first.map_or_else(
        || payload["token"].as_str(),
        |photo| photo["token"].as_str(),
    )
}

fn check_link(memory: &Memory, link: &Value, chat: i64) -> Result<(), Refusal> {
    if link.is_null() {
        return Ok(());
    }
    let known = link["type"] == "reply" || link["type"] == "forward";
    let mid = link["mid"].as_str().unwrap_or_default();
    let there = memory.messages.get(mid).map(|(chat, _)| *chat);
    if !known || link.as_object().is_none_or(|fields| fields.len() != 2) {
        return Err(Refusal::bad("link: can't be read"));
    }
    if link["type"] == "reply" && there != Some(chat) {
        return Err(Refusal::new(
            404,
            "not.found",
            "Message to answer not found",
        ));
    }
    Ok(())
}

/// Published tags, well nested, signs escaped; answers the words without them.
fn check_html(words: &str) -> Result<String, Refusal> {
    const TAGS: [&str; 8] = ["b", "i", "s", "u", "a", "code", "pre", "blockquote"];
    let (mut open, mut plain, mut rest) = (Vec::new(), String::new(), words);
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        let Some((tag, tail)) = after.split_once('>') else {
            return Err(Refusal::bad("text: a tag is not closed"));
        };
        rest = tail;
        let name = tag
            .trim_start_matches('/')
            .split(' ')
            .next()
            .unwrap_or_default();
        if !TAGS.contains(&name) {
            return Err(Refusal::bad(format!("text: unknown tag {name}")));
        }
        if !tag.starts_with('/') {
            open.push(name);
        } else if open.pop() != Some(name) {
            return Err(Refusal::bad("text: tags are not nested"));
        }
    }
    plain.push_str(rest);
    let escaped = ["&amp;", "&lt;", "&gt;", "&quot;"];
    let known = |at: usize| escaped.iter().any(|sign| plain[at..].starts_with(sign));
    let bare = plain.match_indices('&').any(|(at, _)| !known(at));
    if bare || plain.contains('>') || !open.is_empty() {
        return Err(Refusal::bad("text: not well-formed"));
    }
    Ok(plain)
}

fn own(memory: &Memory, asked: &Asked<'_>) -> Result<String, Refusal> {
    asked.only(&["message_id"])?;
    let mid = asked.word("message_id").unwrap_or_default();
    match memory.messages.get(mid) {
        Some((_, true)) => Ok(mid.to_owned()),
        Some((_, false)) => Err(Refusal::new(
            403,
            "access.denied",
            "Not a message of the bot",
        )),
        None => Err(Refusal::new(404, "not.found", "Message not found")),
    }
}

pub(super) fn edit(memory: &mut Memory, asked: &Asked<'_>) -> Answer {
    let mid = own(memory, asked)?;
    check(memory, asked, true)?;
    if memory.aged.contains(&mid) {
        return Ok(json!({"success": false, "message": "Message is too old to be edited"}));
    }
    Ok(json!({"success": true}))
}

pub(super) fn delete(memory: &mut Memory, asked: &Asked<'_>) -> Answer {
    let mid = own(memory, asked)?;
    memory.messages.remove(&mid);
    Ok(json!({"success": true}))
}

pub(super) fn action(memory: &Memory, asked: &Asked<'_>) -> Answer {
    asked.only(&[])?;
    asked.fields(&["action"])?;
    let id = asked.path.trim_start_matches("chats/");
    known_chat(memory, id.strip_suffix("/actions"))?;
    let known = [
        "typing_on",
        "sending_photo",
        "sending_video",
        "sending_audio",
        "sending_file",
    ];
    match asked.body["action"].as_str() {
        Some(action) if known.contains(&action) => Ok(json!({"success": true})),
        _ => Err(Refusal::bad("action: unknown value")),
    }
}

pub(super) fn chat(memory: &Memory, asked: &Asked<'_>) -> Answer {
    asked.only(&[])?;
    let chat = known_chat(memory, Some(asked.path.trim_start_matches("chats/")))?;
    let mut told = json!({"chat_id": chat, "status": "active", "is_public": false});
    let user = chat - dialogue(0);
    if memory.groups.contains(&chat) {
        told["type"] = "chat".into();
        return Ok(told);
    }
    told["type"] = "dialog".into();
    told["dialog_with_user"] = person(user);
    if let Some(url) = memory.faces.get(&user) {
        told["dialog_with_user"]["avatar_url"] = url.as_str().into();
        told["dialog_with_user"]["full_avatar_url"] = url.as_str().into();
    }
    Ok(told)
}

fn known_chat(memory: &Memory, id: Option<&str>) -> Result<i64, Refusal> {
    let chat = id.and_then(|id| id.parse::<i64>().ok());
    chat.filter(|chat| {
        memory.groups.contains(chat) || memory.dialogues.contains(&(chat - dialogue(0)))
    })
    .ok_or_else(|| Refusal::new(404, "chat.not.found", "Chat not found"))
}
