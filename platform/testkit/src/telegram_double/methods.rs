//! What the methods do, and what they refuse in the vendor's own words.

use super::{
    SeenFile,
    memory::{Hook, Memory, Shared},
    server::Refusal,
};
use bytes::Bytes;
use serde_json::{Value, json};
use std::{collections::HashSet, time::Duration};

type Answer = Result<Value, Refusal>;

const MB: usize = 1024 * 1024;
/// Longest text and caption, in UTF-16 units.
const MAX_TEXT: usize = 4096;
const MAX_CAPTION: usize = 1024;

/// `getUpdates`: answers at once when something waits, else after the asked time.
pub(super) async fn updates(shared: &Shared, parameters: &Value) -> Answer {
    let mine = begin_poll(&mut shared.memory(), parameters)?;
    shared.news.notify_waiters();
    let limit = usize::try_from(parameters["limit"].as_i64().unwrap_or(100)).unwrap_or(100);
    let patience = u64::try_from(parameters["timeout"].as_i64().unwrap_or(0)).unwrap_or(0);
    let waiting = async {
        loop {
            let news = shared.news.notified();
            {
                let memory = shared.memory();
                if memory.polls != mine {
                    let words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
                    return Err(Refusal::new(409, words));
                }
                if !memory.updates.is_empty() {
                    return Ok(memory.updates.iter().take(limit).cloned().collect());
                }
            }
            news.await;
        }
    };
    match tokio::time::timeout(Duration::from_secs(patience), waiting).await {
        Ok(answer) => answer,
        Err(_) => Ok(json!([])),
    }
}

/// Confirms what came before `offset` and takes the place of an older poll.
fn begin_poll(memory: &mut Memory, parameters: &Value) -> Result<u64, Refusal> {
    if memory.hook.is_some() {
        let words = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
        return Err(Refusal::new(409, words));
    }
    allow(memory, parameters);
    if let Some(offset) = parameters["offset"].as_i64() {
        memory
            .updates
            .retain(|update| update["update_id"].as_i64() >= Some(offset));
    }
    memory.polls += 1;
    Ok(memory.polls)
}

fn allow(memory: &mut Memory, parameters: &Value) {
    if let Some(kinds) = parameters["allowed_updates"].as_array() {
        memory.allowed = kinds
            .iter()
            .filter_map(|kind| kind.as_str().map(str::to_owned))
            .collect();
    }
}

/// Every other method.
pub(super) fn call(memory: &mut Memory, method: &str, p: &Value, files: &[SeenFile]) -> Answer {
    match method {
        "getMe" => Ok(
            json!({"id": 100_000, "is_bot": true, "first_name": "Beseda", "username": "beseda_test_bot"}),
        ),
        "setWebhook" => set_webhook(memory, p),
        "deleteWebhook" => {
            memory.hook = None;
            Ok(json!(true))
        }
        "getWebhookInfo" => Ok(webhook_info(memory)),
        "getFile" => file(memory, p),
        "getUserProfilePhotos" => profile_photos(memory, p),
        "answerCallbackQuery" | "deleteBusinessMessages" => Ok(json!(true)),
        _ => {
            let chat = reachable(memory, p)?;
            in_chat(memory, method, chat, p, files)
        }
    }
}

/// A keyboard under a message: of buttons whose data the vendor takes, or the one that asks for a number.
fn check_markup(p: &Value, album: bool) -> Result<(), Refusal> {
    let Some(markup) = p["reply_markup"].as_object() else {
        return Ok(());
    };
    let bad = || Refusal::bad("can't parse reply keyboard markup JSON object");
    if album {
        return Err(bad());
    }
    let rows = |key: &str| markup.get(key).and_then(Value::as_array).cloned();
    let inline = rows("inline_keyboard");
    let known = [
        "inline_keyboard",
        "keyboard",
        "one_time_keyboard",
        "resize_keyboard",
    ];
    if markup.keys().any(|key| !known.contains(&key.as_str())) {
        return Err(bad());
    }
    let all = inline
        .clone()
        .or_else(|| rows("keyboard"))
        .ok_or_else(bad)?;
    for button in all
        .iter()
        .flat_map(|row| row.as_array().cloned().unwrap_or_default())
    {
        let text = button["text"].as_str().unwrap_or_default();
        let data = button["callback_data"].as_str();
        let asks = button["request_contact"] == true;
        let page = button["url"]
            .as_str()
            .is_some_and(|u| u.starts_with("https://"));
        let right = if inline.is_some() {
            data.is_some() != page && !asks
        } else {
            data.is_none()
        };
        if text.is_empty() || !right {
            return Err(bad());
        }
        if data.is_some_and(|data| data.is_empty() || data.len() > 64) {
            return Err(Refusal::bad("BUTTON_DATA_INVALID"));
        }
    }
    Ok(())
}

fn in_chat(memory: &mut Memory, method: &str, chat: i64, p: &Value, files: &[SeenFile]) -> Answer {
    check_markup(p, method == "sendMediaGroup")?;
    let text = p["text"].as_str().unwrap_or_default();
    match method {
        "sendChatAction" if p["action"] == "typing" => Ok(json!(true)),
        "sendChatAction" => Err(Refusal::bad("wrong parameter action in request")),
        "sendMessage" => {
            check_text(text, &p["entities"], MAX_TEXT)?;
            check_reply(memory, chat, p)?;
            Ok(remember(memory, chat, text))
        }
        "sendMediaGroup" => album(memory, chat, p, files),
        "editMessageText" => {
            check_text(text, &p["entities"], MAX_TEXT)?;
            edit(memory, chat, p, "text")
        }
        "editMessageCaption" => {
            check_caption(p)?;
            edit(memory, chat, p, "caption")
        }
        "deleteMessage" => delete(memory, chat, p),
        "setMessageReaction" => react(memory, chat, p),
        // sendPhoto, sendDocument, sendVideo, sendAudio, sendVoice: the rules let no other through.
        _ => {
            check_caption(p)?;
            check_reply(memory, chat, p)?;
            check_size(method == "sendPhoto", files)?;
            Ok(remember(
                memory,
                chat,
                p["caption"].as_str().unwrap_or_default(),
            ))
        }
    }
}

fn delete(memory: &mut Memory, chat: i64, p: &Value) -> Answer {
    let number = p["message_id"].as_i64().unwrap_or_default();
    match memory.messages.remove(&(chat, number)) {
        Some(_) => Ok(json!(true)),
        None => Err(Refusal::bad("message to delete not found")),
    }
}

fn set_webhook(memory: &mut Memory, p: &Value) -> Answer {
    let (url, secret) = (
        p["url"].as_str().unwrap_or_default(),
        p["secret_token"].as_str().unwrap_or_default(),
    );
    if !(url.starts_with("https://") || url.starts_with("http://127.0.0.1:")) {
        return Err(Refusal::bad(
            "bad webhook: An HTTPS URL must be provided for webhook",
        ));
    }
    let plain = secret
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if !plain || secret.len() > 256 {
        return Err(Refusal::bad("secret token contains unallowed characters"));
    }
    allow(memory, p);
    memory.hook = Some(Hook {
        url: url.to_owned(),
        secret: secret.to_owned(),
    });
    Ok(json!(true))
}

fn webhook_info(memory: &Memory) -> Value {
    let url = memory.hook.as_ref().map_or("", |hook| hook.url.as_str());
    let mut info = json!({"url": url, "has_custom_certificate": false, "pending_update_count": memory.updates.len()});
    if let Some(error) = &memory.hook_error {
        info["last_error_message"] = error.as_str().into();
        info["last_error_date"] = (1_700_000_000 + memory.last_update).into();
    }
    info
}

fn file(memory: &Memory, p: &Value) -> Answer {
    let id = p["file_id"].as_str().unwrap_or_default();
    let Some(bytes) = memory.files.get(id) else {
        return Err(Refusal::bad(
            "wrong file_id or the file is temporarily unavailable",
        ));
    };
    if bytes.len() > 20 * MB {
        return Err(Refusal::bad("file is too big"));
    }
    Ok(
        json!({"file_id": id, "file_unique_id": id, "file_size": bytes.len(), "file_path": format!("documents/{id}")}),
    )
}

/// Each picture comes in the vendor's three sizes; all of them are the same file here.
fn profile_photos(memory: &Memory, p: &Value) -> Answer {
    let user = p["user_id"].as_i64().unwrap_or_default();
    if !memory.chats.contains(&user) {
        return Err(Refusal::bad("user not found"));
    }
    let whole = |name: &str, usual: i64| usize::try_from(p[name].as_i64().unwrap_or(usual)).ok();
    let (Some(offset), Some(limit @ 1..=100)) = (whole("offset", 0), whole("limit", 100)) else {
        return Err(Refusal::bad("wrong offset or limit"));
    };
    let all = memory.pictures.get(&user).map_or(&[][..], Vec::as_slice);
    let sizes = |id: &String| {
        let size = memory.files.get(id).map_or(0, Bytes::len);
        json!([160, 320, 640].map(|side| json!({
            "file_id": id, "file_unique_id": format!("{id}{side}"), "width": side, "height": side, "file_size": size,
        })))
    };
    let shown: Vec<Value> = all.iter().skip(offset).take(limit).map(sizes).collect();
    Ok(json!({"total_count": all.len(), "photos": shown}))
}

fn reachable(memory: &Memory, p: &Value) -> Result<i64, Refusal> {
    let chat = p["chat_id"].as_i64().unwrap_or_default();
    if memory.blocked.contains(&chat) {
        return Err(Refusal::new(403, "Forbidden: bot was blocked by the user"));
    }
    if !memory.chats.contains(&chat) {
        return Err(Refusal::bad("chat not found"));
    }
    Ok(chat)
}

fn remember(memory: &mut Memory, chat: i64, text: &str) -> Value {
    memory.last_message += 1;
    let number = memory.last_message;
    memory.messages.insert((chat, number), text.to_owned());
    json!({"message_id": number, "date": 1_700_000_000 + number, "chat": {"id": chat, "type": "private"}, "text": text})
}

fn check_caption(p: &Value) -> Result<(), Refusal> {
    match p["caption"].as_str() {
        Some(caption) => check_text(caption, &p["caption_entities"], MAX_CAPTION),
        None => Ok(()),
    }
}

fn check_text(text: &str, entities: &Value, max: usize) -> Result<(), Refusal> {
    let length = text.encode_utf16().count();
    if text.trim().is_empty() {
        return Err(Refusal::bad("message text is empty"));
    }
    if length > max {
        return Err(Refusal::bad(if max == MAX_TEXT {
            "message is too long"
        } else {
            "message caption is too long"
        }));
    }
    for entity in entities.as_array().into_iter().flatten() {
        check_entity(entity, length)?;
    }
    Ok(())
}

fn check_entity(entity: &Value, length: usize) -> Result<(), Refusal> {
    const KINDS: [&str; 7] = [
        "bold",
        "italic",
        "strikethrough",
        "code",
        "pre",
        "blockquote",
        "text_link",
    ];
    const KEYS: [&str; 5] = ["type", "offset", "length", "url", "language"];
    let kind = entity["type"].as_str().unwrap_or_default();
    let known = entity
        .as_object()
        .is_some_and(|fields| fields.keys().all(|key| KEYS.contains(&key.as_str())));
    if !known || !KINDS.contains(&kind) || (kind == "text_link") != entity["url"].is_string() {
        return Err(Refusal::bad("can't parse MessageEntity"));
    }
    let number = |key: &str| entity[key].as_u64().and_then(|n| usize::try_from(n).ok());
    match (number("offset"), number("length")) {
        (Some(offset), Some(size)) if size > 0 && offset + size <= length => Ok(()),
        _ => Err(Refusal::bad("entity is outside of the text")),
    }
}

fn check_reply(memory: &Memory, chat: i64, p: &Value) -> Result<(), Refusal> {
    let Some(reply) = p["reply_parameters"].as_object() else {
        return Ok(());
    };
    let known = ["message_id", "allow_sending_without_reply"];
    if reply.keys().any(|key| !known.contains(&key.as_str())) {
        return Err(Refusal::bad("can't parse reply parameters"));
    }
    let Some(number) = reply.get("message_id").and_then(Value::as_i64) else {
        return Err(Refusal::bad("can't parse reply parameters"));
    };
    let lenient = reply.get("allow_sending_without_reply") == Some(&json!(true));
    if lenient || memory.messages.contains_key(&(chat, number)) {
        return Ok(());
    }
    Err(Refusal::bad("message to be replied not found"))
}

fn check_size(photo: bool, files: &[SeenFile]) -> Result<(), Refusal> {
    let limit = if photo { 10 * MB } else { 50 * MB };
    if files.iter().any(|file| file.bytes.len() > limit) {
        return Err(Refusal::new(413, "Request Entity Too Large"));
    }
    Ok(())
}

fn album(memory: &mut Memory, chat: i64, p: &Value, files: &[SeenFile]) -> Answer {
    let items: Vec<&Value> = p["media"].as_array().into_iter().flatten().collect();
    if !(2..=10).contains(&items.len()) {
        return Err(Refusal::bad("media group must include 2-10 items"));
    }
    if files.len() != items.len() {
        return Err(Refusal::bad("wrong number of files in the group"));
    }
    let mut classes = HashSet::new();
    for (item, file) in items.iter().zip(files) {
        classes.insert(class(item, file)?);
    }
    if classes.len() > 1 {
        return Err(Refusal::bad("these media can't stand in one group"));
    }
    check_size(false, files)?;
    check_reply(memory, chat, p)?;
    let texts = items
        .iter()
        .map(|item| item["caption"].as_str().unwrap_or_default());
    Ok(texts.map(|text| remember(memory, chat, text)).collect())
}

/// Checks one item of a group; answers what it may stand together with.
fn class(item: &Value, file: &SeenFile) -> Result<&'static str, Refusal> {
    const KEYS: [&str; 8] = [
        "type",
        "media",
        "caption",
        "caption_entities",
        "width",
        "height",
        "duration",
        "supports_streaming",
    ];
    let known = |key: &String| KEYS.contains(&key.as_str());
    let attached = item["media"] == format!("attach://{}", file.field);
    if !attached
        || !item
            .as_object()
            .is_some_and(|fields| fields.keys().all(known))
    {
        return Err(Refusal::bad("wrong media in the group"));
    }
    check_caption(item)?;
    match item["type"].as_str() {
        Some("photo" | "video") => Ok("visual"),
        Some("document") => Ok("document"),
        Some("audio") => Ok("audio"),
        _ => Err(Refusal::bad("unknown type of media")),
    }
}

fn edit(memory: &mut Memory, chat: i64, p: &Value, key: &str) -> Answer {
    let number = p["message_id"].as_i64().unwrap_or_default();
    let text = p[key].as_str().unwrap_or_default();
    match memory.messages.get_mut(&(chat, number)) {
        None => Err(Refusal::bad("message to edit not found")),
        Some(old) if old == text => Err(Refusal::bad("message is not modified")),
        Some(old) => {
            text.clone_into(old);
            Ok(json!({"message_id": number, "chat": {"id": chat, "type": "private"}}))
        }
    }
}

fn react(memory: &Memory, chat: i64, p: &Value) -> Answer {
    let number = p["message_id"].as_i64().unwrap_or_default();
    if !memory.messages.contains_key(&(chat, number)) {
        return Err(Refusal::bad("message to react not found"));
    }
    let reactions: Vec<&Value> = p["reaction"].as_array().into_iter().flatten().collect();
    let plain = |r: &&Value| {
        r["type"] == "emoji" && r["emoji"].as_str().is_some_and(|e| !e.contains('\u{fe0f}'))
    };
    if reactions.len() > 1 || !reactions.iter().all(plain) {
        return Err(Refusal::bad("REACTION_INVALID"));
    }
    Ok(json!(true))
}
