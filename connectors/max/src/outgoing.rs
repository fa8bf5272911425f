//! Our parts and acts as calls of the bot API.

mod html;
mod upload;

pub(crate) use upload::Shelf;

use crate::{
    abilities::MAX_TEXT,
    api::Api,
    peer::{Place, rejected},
    people::People,
    wire::{Done, Sent},
};
use channel::{Accepted, Action, Button, Part, SendError};
use http_client::Method;
use serde_json::{Map, Value, json};
use std::time::Duration;
use text::Entity;

/// How long a change may take.
const CALL: Duration = Duration::from_secs(30);

/// Sends one part; `key` names it over all its tries.
pub(crate) async fn send(
    api: &Api,
    shelf: &Shelf,
    people: &People,
    part: &Part,
    place: Place,
    key: &str,
) -> Result<Accepted, SendError> {
    let outcome = deliver(api, shelf, part, place, key).await;
    // What may be tried again keeps its files at MAX; everything else is settled.
    if !outcome.as_ref().is_err_and(SendError::safe_to_repeat) {
        shelf.forget(key);
    }
    let message = outcome?.message.unwrap_or_default();
    let mid = message.body.and_then(|body| body.mid);
    if let (Place::User(user), Some(recipient)) = (place, &message.recipient) {
        people.learn(user, recipient.chat_id, None);
    }
    match mid {
        Some(mid) => Ok(Accepted {
            ext_ids: vec![mid],
            moved_to: None,
        }),
        None => Err(SendError::Unknown {
            reason: "messages: the answer names no message".to_owned(),
        }),
    }
}

async fn deliver(
    api: &Api,
    shelf: &Shelf,
    part: &Part,
    place: Place,
    key: &str,
) -> Result<Sent, SendError> {
    let mut body = Map::new();
    if !part.text.is_empty() {
        add_text(&mut body, &part.text, &part.entities);
    }
    if !part.files.is_empty() {
        let attached = upload::attachments(api, shelf, part, key).await?;
        body.insert("attachments".to_owned(), attached);
    }
    if let Some(keyboard) = keyboard(part) {
        let attached = body
            .entry("attachments")
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(all) = attached {
            all.push(keyboard);
        }
    }
    if part.silent {
        body.insert("notify".to_owned(), false.into());
    }
    if let Some(mid) = part.reply_to.as_deref().filter(|id| is_mid(id)) {
        let link = json!({"type": "reply", "mid": mid});
        body.insert("link".to_owned(), link);
    }
    let (name, id) = place.query();
    api.post("messages", &[(name, &id)], Some(&Value::Object(body)))
        .await
}

/// Buttons under a message. One that answers is of the kind `message`: its words come back as the client's own, so that no
/// press has to be acknowledged.
fn keyboard(part: &Part) -> Option<Value> {
    let button = |b: &Button| match &b.url {
        Some(url) => json!({"type": "link", "text": b.text, "url": url}),
        None => json!({"type": "message", "text": b.text}),
    };
    let rows = part.buttons.iter();
    let rows: Vec<Value> = rows.map(|row| row.iter().map(button).collect()).collect();
    let keyboard = json!({"type": "inline_keyboard", "payload": {"buttons": rows}});
    (!part.buttons.is_empty()).then_some(keyboard)
}

/// "Start" and lines for unknown attachments have ids of our own making; MAX cannot answer to them.
fn is_mid(ext_id: &str) -> bool {
    !ext_id.starts_with("start:") && !ext_id.contains('#')
}

/// Text as it is, or as HTML where it has formatting: an operator's `_` must not become markup.
fn add_text(body: &mut Map<String, Value>, words: &str, ranges: &[Entity]) {
    let formatted = html::render(words, ranges);
    // The signs of HTML count too; words go before their formatting.
    let fits = |html: &String| html.encode_utf16().count() <= MAX_TEXT;
    match formatted.filter(fits) {
        Some(html) => {
            body.insert("text".to_owned(), html.into());
            body.insert("format".to_owned(), "html".into());
        }
        None => {
            body.insert("text".to_owned(), words.into());
        }
    }
}

/// Does one of the lesser acts. What is already as wished is no error.
pub(crate) async fn act(
    api: &Api,
    people: &People,
    action: Action,
    place: Place,
) -> Result<(), SendError> {
    match action {
        Action::Edit {
            ext_id,
            text,
            entities,
            ..
        } => {
            let mut body = Map::new();
            // Without attachments in the call those of the message stay.
            add_text(&mut body, &text, &entities);
            let body = Value::Object(body);
            change(api, Method::PUT, &ext_id, Some(&body)).await
        }
        Action::Delete { ext_ids } => {
            for ext_id in ext_ids {
                match change(api, Method::DELETE, &ext_id, None).await {
                    Err(SendError::Rejected { code, text }) if is_gone(&code, &text) => {}
                    other => other?,
                }
            }
            Ok(())
        }
        Action::Typing => typing(api, people, place).await,
        Action::React { .. } => Err(rejected("unsupported", "bots do not react")),
        Action::MarkRead { .. } => Err(rejected("unsupported", "bots do not mark as read")),
    }
}

fn is_gone(code: &str, text: &str) -> bool {
    code == "404" || text.contains("not.found") || text.contains("not found")
}

async fn change(
    api: &Api,
    method: Method,
    mid: &str,
    body: Option<&Value>,
) -> Result<(), SendError> {
    let query = [("message_id", mid)];
    let done: Done = api.call(method, "messages", &query, body, CALL).await?;
    accepted(done)
}

/// A refusal may come with status 200.
pub(crate) fn accepted(done: Done) -> Result<(), SendError> {
    match done.success {
        Some(false) => Err(rejected("refused", &done.message.unwrap_or_default())),
        _ => Ok(()),
    }
}

/// Asked by the chat. Until a dialogue's chat is known nothing is shown: no loss to anybody.
async fn typing(api: &Api, people: &People, place: Place) -> Result<(), SendError> {
    let chat = match place {
        Place::Chat(chat) => Some(chat),
        Place::User(user) => people.of(user).chat,
    };
    let Some(chat) = chat else { return Ok(()) };
    let body = json!({"action": "typing_on"});
    let path = format!("chats/{chat}/actions");
    accepted(api.post(&path, &[], Some(&body)).await?)
}
