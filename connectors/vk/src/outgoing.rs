//! Our parts and acts as calls of the API.

mod upload;

pub(crate) use upload::Uploads;

use crate::{
    api::{Api, refusal},
    form::Parameters,
    peer::{self, rejected},
    reactions,
    wire::{Found, Sent},
};
use channel::{Accepted, Action, Button, Part, SendError};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use text::{Entity, EntityKind};

/// The key against repeats: the same for each try of a part, never 0, which would switch the check off.
pub(crate) fn random_id(key: &str) -> i32 {
    let hash = Sha256::digest(key.as_bytes());
    let number = i32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    if number == 0 { 1 } else { number }
}

/// Sends one part to a dialogue.
pub(crate) async fn send(
    api: &Api,
    uploads: &Uploads,
    part: &Part,
    to: i64,
    key: &str,
) -> Result<Accepted, SendError> {
    let attachments = uploads.of(api, part, to, key).await?;
    // With a list of one the answer tells the number in the dialogue; with `peer_id` it would not.
    let mut call = Parameters::default()
        .with("peer_ids", to)
        .with("random_id", random_id(key))
        .with("disable_mentions", 1)
        .with("message", words(&part.text, &part.entities));
    if !attachments.is_empty() {
        call = call.with("attachment", attachments.join(","));
    }
    if !part.buttons.is_empty() {
        call = call.with("keyboard", keyboard(&part.buttons));
    }
    if let Some(ext_id) = &part.reply_to {
        let answered = json!({
            "peer_id": to, "conversation_message_ids": [peer::message_id(ext_id)?], "is_reply": true,
        });
        call = call.with("forward", answered);
    }
    let sent: Vec<Sent> = api.call("messages.send", call).await?;
    match sent.into_iter().next() {
        Some(Sent {
            error: Some(error), ..
        }) => Err(refusal("messages.send", error.code, &error.description)),
        Some(sent) if sent.conversation_message_id > 0 => Ok(Accepted {
            ext_ids: vec![peer::ext_id(to, sent.conversation_message_id)],
            moved_to: None,
        }),
        _ => Err(SendError::Unknown {
            reason: "VK took the message without telling its number".to_owned(),
        }),
    }
}

/// Buttons under a message. One that answers writes its words as the client's own message, with its data as a payload.
fn keyboard(buttons: &[Vec<Button>]) -> Value {
    let button = |b: &Button| match &b.url {
        Some(url) => json!({"action": {"type": "open_link", "label": b.text, "link": url}}),
        None => {
            let payload = json!({"button": b.data}).to_string();
            json!({"action": {"type": "text", "label": b.text, "payload": payload}})
        }
    };
    let rows: Vec<Value> = buttons
        .iter()
        .map(|row| row.iter().map(button).collect())
        .collect();
    json!({"inline": true, "buttons": rows})
}

/// VK shows plain words, so the address of a link stands behind its words.
pub(crate) fn words(text: &str, entities: &[Entity]) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut links: Vec<&Entity> = entities
        .iter()
        .filter(|entity| entity.kind == EntityKind::Link)
        .collect();
    links.sort_by_key(|link| link.offset);
    let (mut out, mut at) = (String::new(), 0);
    for link in links {
        let end = link.offset.saturating_add(link.len).min(units.len());
        let Some(url) = link.url.as_ref().filter(|_| end >= at) else {
            continue;
        };
        let shown = units.get(link.offset..end).map(String::from_utf16_lossy);
        out.push_str(&String::from_utf16_lossy(&units[at..end]));
        if shown.is_none_or(|shown| shown != *url) {
            out.push_str(&format!(" ({url})"));
        }
        at = end;
    }
    out.push_str(&String::from_utf16_lossy(&units[at..]));
    out
}

/// Does one of the lesser acts.
pub(crate) async fn act(api: &Api, action: Action, to: i64) -> Result<(), SendError> {
    match action {
        Action::Edit {
            ext_id,
            text,
            entities,
            caption,
        } => edit(api, to, &ext_id, &words(&text, &entities), caption).await,
        Action::Delete { ext_ids } => delete(api, to, &ext_ids).await,
        Action::React { ext_id, emoji } => react(api, to, &ext_id, emoji.as_deref()).await,
        Action::Typing => {
            let call = Parameters::default()
                .with("peer_id", to)
                .with("type", "typing");
            done(api, "messages.setActivity", call).await
        }
        Action::MarkRead { ext_id } => {
            let call = Parameters::default()
                .with("peer_id", to)
                .with("up_to_cmid", peer::message_id(&ext_id)?)
                .with("mark_conversation_as_read", 1);
            done(api, "messages.markAsRead", call).await
        }
    }
}

async fn done(api: &Api, method: &str, call: Parameters) -> Result<(), SendError> {
    api.call::<Value>(method, call).await.map(drop)
}

async fn edit(
    api: &Api,
    to: i64,
    ext_id: &str,
    words: &str,
    caption: bool,
) -> Result<(), SendError> {
    let number = peer::message_id(ext_id)?;
    let mut call = Parameters::default()
        .with("peer_id", to)
        .with("cmid", number)
        .with("message", words)
        .with("keep_forward_messages", 1)
        .with("keep_snippets", 1)
        .with("disable_mentions", 1);
    if caption {
        // What an edit does not name is taken off the message.
        let kept = attachments_of(api, to, number).await?;
        call = call.with("attachment", kept.join(","));
    }
    done(api, "messages.edit", call).await
}

/// The attachments a message has, in the words by which it can be sent again.
async fn attachments_of(api: &Api, to: i64, number: i64) -> Result<Vec<String>, SendError> {
    let asked = Parameters::default()
        .with("peer_id", to)
        .with("conversation_message_ids", number);
    let found: Found = api
        .call("messages.getByConversationMessageId", asked)
        .await?;
    let message = found
        .items
        .into_iter()
        .next()
        .ok_or_else(|| rejected("message_gone", "VK no longer has the message"))?;
    let named = message.attachments.iter().filter_map(|attachment| {
        let kind = attachment.kind.as_deref()?;
        upload::attachment(kind, attachment.content.get(kind)?)
    });
    Ok(named.collect())
}

async fn delete(api: &Api, to: i64, ext_ids: &[String]) -> Result<(), SendError> {
    let numbers: Vec<String> = ext_ids
        .iter()
        .map(|ext_id| peer::message_id(ext_id).map(|number| number.to_string()))
        .collect::<Result<_, _>>()?;
    let call = Parameters::default()
        .with("peer_id", to)
        .with("cmids", numbers.join(","))
        .with("delete_for_all", 1);
    let told: Value = api.call("messages.delete", call).await?;
    // Each message has its own verdict; one that is gone already is as wished.
    let refused = told.as_array().into_iter().flatten().find_map(|item| {
        let code = item.pointer("/error/code").and_then(Value::as_i64)?;
        let words = item.pointer("/error/description").and_then(Value::as_str);
        Some((code, words.unwrap_or_default()))
    });
    match refused {
        Some((code, words)) => Err(refusal("messages.delete", code, words)),
        None => Ok(()),
    }
}

async fn react(api: &Api, to: i64, ext_id: &str, emoji: Option<&str>) -> Result<(), SendError> {
    let call = Parameters::default()
        .with("peer_id", to)
        .with("cmid", peer::message_id(ext_id)?);
    let Some(emoji) = emoji else {
        return done(api, "messages.deleteReaction", call).await;
    };
    let number = reactions::number(emoji)
        .ok_or_else(|| rejected("reaction_unknown", "VK has no such reaction"))?;
    done(
        api,
        "messages.sendReaction",
        call.with("reaction_id", number),
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_each_time_and_never_nothing() {
        let mut seen = std::collections::BTreeSet::new();
        for n in 0..1000 {
            let key = format!("part-{n}");
            assert_eq!(random_id(&key), random_id(&key));
            assert_ne!(random_id(&key), 0);
            seen.insert(random_id(&key));
        }
        assert_eq!(seen.len(), 1000);
    }

    #[test]
    fn a_link_keeps_its_address() {
        let (text, entities) =
            text::for_client("Счёт **[тут](https://a.ru/1)**, 😀 [https://b.ru](https://b.ru)!");
        assert_eq!(
            words(&text, &entities),
            "Счёт тут (https://a.ru/1), 😀 https://b.ru!"
        );
        assert_eq!(words("как есть", &[]), "как есть");
    }
}
