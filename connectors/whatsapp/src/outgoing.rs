//! Our parts and acts as calls of the Graph API.

mod upload;

pub(crate) use upload::Shelf;

use crate::{
    abilities::{MAX_CAPTION, MAX_TEXT, MAX_UNDER_BUTTONS},
    api::{Api, rejected},
    incoming::digits,
    people::People,
    templates,
    wire::Sent,
};
use channel::{Accepted, Action, Button, FileKind, Part, PeerRef, SendError};
use serde_json::{Value, json};

/// Longest mark that Meta hands back with each status, in characters.
const LONGEST_MARK: usize = 512;

/// Sends one part; `key` names it over all its tries. It travels as a mark that comes back with the statuses: Meta does
/// not look at it, so it guards no repeat.
pub(crate) async fn send(
    api: &Api,
    shelf: &Shelf,
    people: &People,
    part: &Part,
    peer: &PeerRef,
    key: &str,
) -> Result<Accepted, SendError> {
    let outcome = deliver(api, shelf, people, part, peer, key).await;
    // What may be tried again keeps its file at Meta; everything else is settled.
    if !outcome.as_ref().is_err_and(SendError::safe_to_repeat) {
        shelf.forget(key);
    }
    let ids: Vec<String> = outcome?
        .messages
        .into_iter()
        .map(|named| named.id)
        .collect();
    if ids.is_empty() || ids.iter().any(String::is_empty) {
        return Err(SendError::Unknown {
            reason: "the answer names no message".to_owned(),
        });
    }
    for id in &ids {
        people.sent(id);
    }
    Ok(Accepted {
        ext_ids: ids,
        moved_to: None,
    })
}

async fn deliver(
    api: &Api,
    shelf: &Shelf,
    people: &People,
    part: &Part,
    peer: &PeerRef,
    key: &str,
) -> Result<Sent, SendError> {
    let mut body = addressed(people, peer);
    let kind = match (&part.template, part.files.as_slice()) {
        (Some(filled), files) => {
            let media = match files {
                [] => None,
                [file] => Some((
                    upload::bring(api, shelf, file, key).await?,
                    text::sanitize_filename(&file.name),
                )),
                _ => return Err(rejected("unsupported", "one file in a header")),
            };
            let media = media
                .as_ref()
                .map(|(id, name)| (id.as_str(), name.as_str()));
            body["template"] = templates::sent(filled, media);
            "template"
        }
        (None, []) if !part.buttons.is_empty() => {
            body["interactive"] = interactive(part)?;
            "interactive"
        }
        (None, []) => {
            let words = text::with_signs(&part.text, &part.entities, MAX_TEXT);
            body["text"] = json!({"body": words, "preview_url": has_link(&words)});
            "text"
        }
        (None, [file]) => {
            let id = upload::bring(api, shelf, file, key).await?;
            let kind = word(file.kind);
            let mut thing = json!({"id": id});
            if !part.text.is_empty() {
                if kind == "audio" {
                    return Err(rejected("unsupported", "sound takes no text"));
                }
                thing["caption"] = text::with_signs(&part.text, &part.entities, MAX_CAPTION).into();
            }
            if kind == "document" {
                thing["filename"] = text::sanitize_filename(&file.name).into();
            }
            if file.kind == FileKind::Voice {
                thing["voice"] = true.into();
            }
            body[kind] = thing;
            kind
        }
        _ => return Err(rejected("unsupported", "one file a message")),
    };
    body["type"] = kind.into();
    if let Some(id) = part.reply_to.as_deref().filter(|id| is_message(id)) {
        body["context"] = json!({"message_id": id});
    }
    body["biz_opaque_callback_data"] = key.chars().take(LONGEST_MARK).collect::<String>().into();
    api.post("/messages", &body).await
}

/// A text with buttons: up to three that answer, or one that opens a page.
fn interactive(part: &Part) -> Result<Value, SendError> {
    let words = text::with_signs(&part.text, &part.entities, MAX_UNDER_BUTTONS);
    let all: Vec<&Button> = part.buttons.iter().flatten().collect();
    let (kind, action) = match all.as_slice() {
        [
            Button {
                text,
                url: Some(url),
                ..
            },
        ] => {
            let parameters = json!({"display_text": text, "url": url});
            (
                "cta_url",
                json!({"name": "cta_url", "parameters": parameters}),
            )
        }
        replies if replies.iter().all(|b| b.url.is_none()) => {
            let reply =
                |b: &&Button| json!({"type": "reply", "reply": {"id": b.data, "title": b.text}});
            let buttons: Vec<Value> = replies.iter().map(reply).collect();
            ("button", json!({"buttons": buttons}))
        }
        _ => {
            return Err(rejected(
                "unsupported",
                "one button that opens a page, or buttons that answer",
            ));
        }
    };
    Ok(json!({"type": kind, "body": {"text": words}, "action": action}))
}

pub(crate) const fn word(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Image => "image",
        FileKind::Video => "video",
        FileKind::Audio | FileKind::Voice => "audio",
        FileKind::File => "document",
    }
}

/// A message is written to the number where it is known: only then Meta goes on showing the number in its events.
fn addressed(people: &People, peer: &PeerRef) -> Value {
    let mut body = json!({"messaging_product": "whatsapp", "recipient_type": "individual"});
    let known = people.of(&peer.ext_id).phone;
    match digits(&peer.ext_id).map(str::to_owned).or(known) {
        Some(number) => body["to"] = number.into(),
        None => body["recipient"] = peer.ext_id.as_str().into(),
    }
    body
}

/// Lines of our own making have other ids; Meta cannot answer to them.
fn is_message(ext_id: &str) -> bool {
    ext_id.starts_with("wamid.")
}

fn has_link(words: &str) -> bool {
    words.contains("https://") || words.contains("http://")
}

/// Does one of the lesser acts.
pub(crate) async fn act(
    api: &Api,
    people: &People,
    action: Action,
    peer: &PeerRef,
) -> Result<(), SendError> {
    match action {
        Action::React { ext_id, emoji } => {
            let mut body = addressed(people, peer);
            body["type"] = "reaction".into();
            // An empty emoji takes the reaction away.
            body["reaction"] = json!({"message_id": ext_id, "emoji": emoji.unwrap_or_default()});
            api.post::<Value>("/messages", &body).await.map(drop)
        }
        Action::MarkRead { ext_id } => read(api, &ext_id, false).await,
        // It hangs on a message of the client, which becomes read by it. Until one is known nothing is shown: no loss
        // to anybody.
        Action::Typing => match people.of(&peer.ext_id).newest {
            Some((_, id)) => read(api, &id, true).await,
            None => Ok(()),
        },
        Action::Edit { .. } | Action::Delete { .. } => Err(rejected(
            "unsupported",
            "messages can be neither changed nor deleted",
        )),
    }
}

async fn read(api: &Api, id: &str, typing: bool) -> Result<(), SendError> {
    let mut body = json!({
        "messaging_product": "whatsapp", "status": "read", "message_id": id,
    });
    if typing {
        body["typing_indicator"] = json!({"type": "text"});
    }
    api.post::<Value>("/messages", &body).await.map(drop)
}
