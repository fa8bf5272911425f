//! How updates are asked for: polls, webhooks, and who the bot is.

use super::{
    memory::{BOT, Memory, Shared, Webhook},
    server::{Answer, Asked, Refusal},
};
use serde_json::{Value, json};
use std::time::Duration;

/// Every kind of update of the schema.
const KINDS: [&str; 15] = [
    "bot_added",
    "bot_started",
    "bot_stopped",
    "bot_removed",
    "chat_title_changed",
    "dialog_cleared",
    "dialog_muted",
    "dialog_unmuted",
    "dialog_removed",
    "message_callback",
    "message_created",
    "message_edited",
    "message_removed",
    "user_added",
    "user_removed",
];

pub(super) fn me() -> Value {
    json!({
        "user_id": BOT, "first_name": "Beseda", "username": "beseda_test_bot", "is_bot": true,
        "last_activity_time": 1_790_000_000_000_i64, "name": "Beseda",
    })
}

/// `GET /updates`: answers at once when something waits, else after the asked time.
pub(super) async fn updates(shared: &Shared, asked: &Asked<'_>) -> Answer {
    asked.only(&["limit", "timeout", "marker", "types"])?;
    if !shared.memory().hooks.is_empty() {
        let words = "Long polling is off while there is a webhook";
        return Err(Refusal::new(405, "method.not.allowed", words));
    }
    let within = |name: &str, usual: i64, from: i64, to: i64| match asked.number(name)? {
        Some(number) if !(from..=to).contains(&number) => {
            Err(Refusal::bad(format!("{name} is out of bounds")))
        }
        number => Ok(number.unwrap_or(usual)),
    };
    let limit = usize::try_from(within("limit", 100, 1, 1000)?).unwrap_or(100);
    let patience = u64::try_from(within("timeout", 30, 0, 90)?).unwrap_or(30);
    let marker = asked.number("marker")?;
    let types: Vec<&str> = asked
        .word("types")
        .map_or(vec![], |t| t.split(',').collect());
    check_kinds(types.iter().copied())?;
    let wanted = |update: &Value| {
        let kind = update["update_type"].as_str().unwrap_or_default();
        types.is_empty() || types.contains(&kind)
    };
    shared.memory().polls += 1;
    let waiting = async {
        loop {
            let news = shared.news.notified();
            {
                let memory = shared.memory();
                let from = marker.map_or_else(
                    // Without a marker: the newest update alone.
                    || memory.updates.len().saturating_sub(1),
                    |marker| usize::try_from(marker).unwrap_or(0),
                );
                let found: Vec<&Value> = memory.updates.iter().skip(from).collect();
                let page: Vec<Value> = found
                    .iter()
                    .take(limit)
                    .filter(|update| wanted(update))
                    .map(|update| (*update).clone())
                    .collect();
                if !page.is_empty() {
                    let next = from + found.len().min(limit);
                    return json!({"updates": page, "marker": next});
                }
            }
            news.await;
        }
    };
    match tokio::time::timeout(Duration::from_secs(patience), waiting).await {
        Ok(answer) => Ok(answer),
        Err(_) => Ok(json!({"updates": [], "marker": marker})),
    }
}

fn check_kinds<'a>(kinds: impl Iterator<Item = &'a str>) -> Result<(), Refusal> {
    let mut seen = Vec::new();
    for kind in kinds {
        if !KINDS.contains(&kind) || seen.contains(&kind) {
            return Err(Refusal::bad(format!("unknown type of update: {kind}")));
        }
        seen.push(kind);
    }
    Ok(())
}

pub(super) fn subscriptions(memory: &Memory) -> Value {
    let all = memory.hooks.iter().map(
        |hook| json!({"url": hook.url, "time": 1_790_000_000_000_i64, "update_types": hook.kinds}),
    );
    json!({"subscriptions": all.collect::<Vec<_>>()})
}

/// The same address again is one more webhook, and delivers twice.
pub(super) fn subscribe(memory: &mut Memory, asked: &Asked<'_>) -> Answer {
    asked.only(&[])?;
    asked.fields(&["url", "secret", "update_types"])?;
    let word = |name: &str| asked.body[name].as_str().unwrap_or_default();
    let (url, secret) = (word("url"), word("secret"));
    if !(url.starts_with("https://") || url.starts_with("http://127.0.0.1:")) {
        return Err(Refusal::bad("url: must start with https://"));
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if !(5..=256).contains(&secret.len()) || !secret.bytes().all(plain) {
        return Err(Refusal::bad(
            "secret: does not match ^[a-zA-Z0-9_-]{5,256}$",
        ));
    }
    let kinds = asked.body["update_types"].as_array();
    let kinds: Vec<String> = kinds
        .into_iter()
        .flatten()
        .map(|kind| kind.as_str().unwrap_or_default().to_owned())
        .collect();
    check_kinds(kinds.iter().map(String::as_str))?;
    memory.hooks.push(Webhook {
        url: url.to_owned(),
        secret: secret.to_owned(),
        kinds,
    });
    Ok(json!({"success": true}))
}

pub(super) fn unsubscribe(memory: &mut Memory, asked: &Asked<'_>) -> Answer {
    asked.only(&["url"])?;
    let url = asked.word("url").unwrap_or_default();
    if url.is_empty() {
        return Err(Refusal::bad("url: must not be empty"));
    }
    memory.hooks.retain(|hook| hook.url != url);
    Ok(json!({"success": true}))
}
