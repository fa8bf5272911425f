//! What VK itself remembers of the community's dialogues, for the nightly comparison (M-01).

use crate::{api::Api, form::Parameters, incoming, peer, wire::Talks};
use channel::{History, Remembered, SendError};
use kernel::Moment;
use serde::Deserialize;
use serde_json::{Value, json};

/// Dialogues and messages of one answer, the most the methods give (dev.vk.com, `count`).
const PAGE: usize = 200;
/// Dialogues looked into at one comparison; a community with more says that it may have more.
const MOST_TALKS: usize = 2_000;
/// Messages of one dialogue looked at.
const MOST_MESSAGES: usize = 2_000;

/// A page of messages, newest first; each is kept as it came, because it becomes an event.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Page {
    items: Vec<Value>,
}

/// Everything written since a moment.
pub(crate) async fn since(api: &Api, since: Moment) -> Result<History, SendError> {
    let mut history = newest_first(api, since).await?;
    history.messages.reverse();
    Ok(history)
}

async fn newest_first(api: &Api, since: Moment) -> Result<History, SendError> {
    let mut history = History::default();
    let mut offset = 0;
    loop {
        let parameters = Parameters::default()
            .with("offset", offset.to_string())
            .with("count", PAGE.to_string());
        let talks: Talks = api.call("messages.getConversations", parameters).await?;
        let count = talks.items.len();
        // Newest first: from the first old one on there is nothing to look for.
        let fresh: Vec<i64> = talks
            .items
            .iter()
            .take_while(|talk| written(&talk.last_message).is_some_and(|at| at >= since))
            .map(|talk| talk.conversation.peer.id)
            .collect();
        for talk in &fresh {
            dialogue(api, *talk, since, &mut history).await?;
        }
        offset += count;
        if count < PAGE || fresh.len() < count {
            return Ok(history);
        }
        if offset >= MOST_TALKS {
            history.cut = true;
            return Ok(history);
        }
    }
}

async fn dialogue(
    api: &Api,
    talk: i64,
    since: Moment,
    history: &mut History,
) -> Result<(), SendError> {
    let mut offset = 0;
    loop {
        let parameters = Parameters::default()
            .with("peer_id", talk.to_string())
            .with("offset", offset.to_string())
            .with("count", PAGE.to_string());
        let page: Page = api.call("messages.getHistory", parameters).await?;
        let count = page.items.len();
        let mut all_fresh = true;
        for message in page.items {
            if written(&message).is_some_and(|at| at >= since) {
                history.messages.extend(remembered(talk, message));
            } else {
                all_fresh = false;
            }
        }
        offset += count;
        if count < PAGE || !all_fresh {
            return Ok(());
        }
        if offset >= MOST_MESSAGES {
            history.cut = true;
            return Ok(());
        }
    }
}

fn written(message: &Value) -> Option<Moment> {
    message["date"].as_i64().map(Moment::from_seconds)
}

/// A message in the words of the comparison; none if it has no number of its own.
fn remembered(talk: i64, message: Value) -> Option<Remembered> {
    let number = message["conversation_message_id"]
        .as_i64()
        .filter(|n| *n > 0)?;
    let at = written(&message)?;
    let ext_id = peer::ext_id(talk, number);
    let outgoing = message["out"].as_i64() == Some(1);
    let keyed = message["random_id"].as_i64().unwrap_or(0) != 0;
    let by_person = message["admin_author_id"].as_i64().is_some_and(|id| id > 0);
    // A key, and no administrator: a program wrote it, and the program is we unless it turns out otherwise.
    let ours = (outgoing && keyed && !by_person)
        .then(|| message["text"].as_str().unwrap_or_default().to_owned());
    let event = if ours.is_some() {
        None
    } else {
        let (kind, object) = if outgoing {
            ("message_reply", message)
        } else {
            ("message_new", json!({"message": message}))
        };
        // The same message told twice by a history is one event; told by an event as well it is known by its id.
        let event =
            json!({"type": kind, "event_id": format!("history {ext_id}"), "object": object});
        incoming::event(event)
    };
    Some(Remembered {
        ext_id,
        peer: talk.to_string(),
        at,
        ours,
        key: None,
        event,
        reacted: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m_01_a_message_of_the_history_is_the_event_it_would_have_been() {
        let theirs = json!({"conversation_message_id": 7, "peer_id": 42, "from_id": 42, "date": 1_700_000_000, "out": 0, "text": "Где заказ?"});
        let told = remembered(42, theirs).unwrap();
        assert_eq!((told.ext_id.as_str(), told.ours.clone()), ("42:7", None));
        let event = told.event.unwrap();
        assert_eq!(
            (event.dedup_key.as_str(), event.lane.as_str()),
            ("history 42:7", "42")
        );
        let by_us = json!({"conversation_message_id": 8, "peer_id": 42, "date": 1_700_000_001, "out": 1, "random_id": 5, "text": "Едет"});
        let told = remembered(42, by_us).unwrap();
        assert_eq!((told.ours.as_deref(), told.event), (Some("Едет"), None));
        let by_hand = json!({"conversation_message_id": 9, "peer_id": 42, "date": 1_700_000_002, "out": 1, "random_id": 5, "admin_author_id": 8, "text": "Привёз"});
        let told = remembered(42, by_hand).unwrap();
        assert!(told.ours.is_none() && told.event.is_some());
        assert!(remembered(42, json!({"text": "без номера"})).is_none());
    }
}
