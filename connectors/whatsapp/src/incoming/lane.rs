//! Cutting a webhook into events, and whose each of them is.
//!
//! One delivery holds any number of messages and statuses of any number of clients, and the same once more in another
//! delivery. A client is known by the business-scoped id, which every event carries since 2026; where it is missing, by
//! the digits of the number.

use crate::wire::{list, word};
use channel::RawEvent;
use ring::digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One event as it is stored.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    /// `message`, `echo`, `status`, `error`, or the name of the webhook's field.
    pub(super) what: String,
    /// The thing itself, as Meta sent it.
    pub(super) it: Value,
    /// What Meta tells of the client beside it; null if nothing.
    #[serde(default)]
    pub(super) contact: Value,
}

/// All events of a delivery that are about this number; others of the same business may share the address.
pub(crate) fn split(body: &[u8], number: &str) -> Vec<RawEvent> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut events = Vec::new();
    for entry in list(&body, "/entry") {
        for change in list(entry, "/changes") {
            cut(change, entry.get("time"), number, &mut events);
        }
    }
    events
}

/// Whether a webhook's field tells of templates.
pub(super) fn is_of_templates(field: &str) -> bool {
    field.starts_with("message_template_") || field == "template_category_update"
}

fn cut(change: &Value, time: Option<&Value>, number: &str, events: &mut Vec<RawEvent>) {
    let Some(value) = change.get("value") else {
        return;
    };
    if word(value, "/metadata/phone_number_id").is_some_and(|of| of != number) {
        return;
    }
    let before = events.len();
    for (what, list_of) in [
        ("message", "/messages"),
        ("echo", "/message_echoes"),
        ("status", "/statuses"),
        ("error", "/errors"),
    ] {
        for it in list(value, list_of) {
            events.extend(event(what, it, contact_of(what, it, value)));
        }
    }
    if events.len() == before {
        let field = word(change, "/field").unwrap_or("unknown");
        let mut value = value.clone();
        // A template may be paused twice: only the delivery's time tells the second news from a repetition.
        if let Some(time) = time.filter(|_| is_of_templates(field)) {
            value["entry_time"] = time.clone();
        }
        events.extend(event(field, &value, &Value::Null));
    }
}

fn event(what: &str, it: &Value, contact: &Value) -> Option<RawEvent> {
    let kept = Kept {
        what: what.to_owned(),
        it: it.clone(),
        contact: contact.clone(),
    };
    let body = serde_json::to_vec(&kept).ok()?;
    let id = word(it, "/id").filter(|_| matches!(what, "message" | "echo" | "status"));
    let dedup_key = match (id, word(it, "/status")) {
        (Some(id), Some(status)) if what == "status" => format!("status:{status}:{id}"),
        (Some(id), _) => format!("{what}:{id}"),
        (None, _) => {
            let hash = digest::digest(&digest::SHA256, &body);
            let hex: String = hash.as_ref()[..16]
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
            format!("{what}:{hex}")
        }
    };
    Some(RawEvent {
        dedup_key,
        lane: client(&kept),
        body: body.into(),
    })
}

/// What the delivery tells of the client of one of its things.
fn contact_of<'a>(what: &str, it: &Value, value: &'a Value) -> &'a Value {
    let contacts = list(value, "/contacts");
    let ids = match what {
        "message" => ["/from_user_id", "/from"],
        "echo" => ["/to_user_id", "/to"],
        _ => ["/recipient_user_id", "/recipient_id"],
    };
    let ids: Vec<&str> = ids.into_iter().filter_map(|id| word(it, id)).collect();
    let same = |contact: &&Value| {
        let told = [word(contact, "/user_id"), word(contact, "/wa_id")];
        told.into_iter().flatten().any(|id| ids.contains(&id))
    };
    // A line of the messenger's own may tell of the client as they are now, not as they were.
    let only = match contacts {
        [only] if word(it, "/type") != Some("system") => Some(only),
        _ => None,
    };
    contacts.iter().find(same).or(only).unwrap_or(&Value::Null)
}

/// Who it is about: their business-scoped id, else their number; empty if nobody is named.
fn client(kept: &Kept) -> String {
    let it = &kept.it;
    let (own, fallback) = match kept.what.as_str() {
        "message" => ("/from_user_id", "/from"),
        "echo" => ("/to_user_id", "/to"),
        "status" => ("/recipient_user_id", "/recipient_id"),
        _ => return String::new(),
    };
    [
        word(it, own),
        word(it, "/system/previous_user_id"),
        word(&kept.contact, "/user_id"),
        word(it, fallback),
        word(&kept.contact, "/wa_id"),
    ]
    .into_iter()
    .flatten()
    .next()
    .unwrap_or_default()
    .to_owned()
}

/// Digits of the client's number, where it is shown.
pub(super) fn phone(kept: &Kept) -> Option<&str> {
    let own = match kept.what.as_str() {
        "message" => "/from",
        "echo" => "/to",
        _ => return None,
    };
    word(&kept.it, own)
        .and_then(digits)
        .or_else(|| word(&kept.contact, "/wa_id").and_then(digits))
}

/// The word itself if it is a number as Meta writes it: digits with the country's code, without a plus.
pub(crate) fn digits(word: &str) -> Option<&str> {
    let fits = (7..=15).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    fits.then_some(word)
}
