//! Messages of the bot: checked, their files fetched, and refused as Viber refuses.

use super::{
    memory::{Fetched, Shared},
    server::{Answer, Refusal, only},
};
use serde_json::{Value, json};

/// Longest text, in characters.
const MAX_TEXT: usize = 7000;
/// Longest text under a picture: the smallest limit that is still told.
const MAX_CAPTION: usize = 512;
/// Largest request, in bytes.
const MAX_JSON: usize = 30 * 1024;
const MB: u64 = 1024 * 1024;

const COMMON: [&str; 5] = ["receiver", "sender", "type", "min_api_version", "keyboard"];

/// `send_message`: answers the number of the message.
pub(super) async fn send(shared: &Shared, body: &Value) -> Answer {
    check(body)?;
    let receiver = body["receiver"].as_str().unwrap_or_default();
    {
        let memory = shared.memory();
        if !memory.known.contains(receiver) {
            return Err(Refusal(5, "receiverNotRegistered"));
        }
        if !memory.subscribers.contains(receiver) {
            return Err(Refusal(6, "receiverNotSubscribed"));
        }
        if memory.webhook.is_empty() && !memory.played.is_empty() {
            return Err(Refusal(10, "webhookNotSet"));
        }
    }
    let file = match body["media"].as_str() {
        Some(url) => Some(fetch(shared, body, url).await?),
        None => None,
    };
    let mut memory = shared.memory();
    memory.fetched.extend(file);
    let number = memory.next_token();
    Ok(json!({"message_token": number, "chat_hostname": "SN-CHAT-05_", "billing_status": 1}))
}

fn check(body: &Value) -> Result<(), Refusal> {
    let bad = || Refusal(3, "badData");
    if body.to_string().len() > MAX_JSON || body["min_api_version"] != 1 {
        return Err(bad());
    }
    let name = body["sender"]["name"].as_str().unwrap_or_default();
    only(&body["sender"], &["name", "avatar"])?;
    if !(1..=28).contains(&name.chars().count()) {
        return Err(bad());
    }
    let kind = body["type"].as_str().unwrap_or_default();
    let own: &[&str] = match kind {
        "text" => &["text"],
        "picture" => &["text", "media"],
        "video" => &["media", "size", "duration"],
        "file" => &["media", "size", "file_name"],
        _ => return Err(bad()),
    };
    only(body, &[&COMMON, own].concat())?;
    let text = body["text"].as_str();
    let length = text.map(|text| text.chars().count());
    let fits = match kind {
        "text" => length.is_some_and(|length| (1..=MAX_TEXT).contains(&length)),
        "picture" => length.is_some_and(|length| length <= MAX_CAPTION),
        _ => text.is_none(),
    };
    if !fits || (kind != "text") != body["media"].is_string() {
        return Err(Refusal(4, "missingData"));
    }
    if kind == "file" {
        let name = body["file_name"].as_str().unwrap_or_default();
        if !(1..=256).contains(&name.chars().count()) {
            return Err(bad());
        }
    }
    let duration = &body["duration"];
    if !duration.is_null() && !duration.as_u64().is_some_and(|s| (1..=180).contains(&s)) {
        return Err(bad());
    }
    Ok(())
}

/// The file must lie at a public https address with an ending, tell its length, and be as large as was told.
async fn fetch(shared: &Shared, body: &Value, url: &str) -> Result<Fetched, Refusal> {
    let bad = || Refusal(3, "badData");
    let kind = body["type"].as_str().unwrap_or_default();
    let ending = url
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'));
    let ending = ending.map(|(_, ending)| ending).unwrap_or_default();
    let (endings, max): (&[&str], u64) = match kind {
        "picture" => (&["jpeg", "png", "gif"], MB),
        "video" => (&["mp4"], 26 * MB),
        _ => (&[], 50 * MB),
    };
    let fits = if endings.is_empty() {
        !ending.is_empty() && ending != "exe"
    } else {
        endings.contains(&ending)
    };
    if !url.starts_with("https://") || !fits {
        return Err(bad());
    }
    let Some(Ok(answer)) = shared.fetch(url).await else {
        return Err(bad());
    };
    let told = answer.content_length();
    let mime = answer.header("content-type").unwrap_or_default().to_owned();
    if answer.status() != 200 || told.is_none_or(|told| told > max) {
        return Err(bad());
    }
    let bytes = answer.bytes().await.map_err(|_| bad())?;
    let size = body["size"].as_u64();
    let whole = kind == "picture" || size == Some(bytes.len() as u64);
    if !whole || told != Some(bytes.len() as u64) {
        return Err(bad());
    }
    Ok(Fetched {
        url: url.to_owned(),
        mime,
        bytes,
    })
}
