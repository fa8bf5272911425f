//! What a gateway posts to us: receipts and clients' messages, by the places the set-up form names.

use super::{
    form,
    mapping::{Mapping, Reached},
    path,
};
use crate::{numbers, plain_source};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use channel::{Author, Inbound, InboundMessage, RawEvent, RawRequest, ReceiptState, ReceiptTarget};
use kernel::Moment;
use ring::digest::{SHA256, digest};
use serde_json::{Map, Value};

/// The parameter of our address that proves a caller was given it.
pub(crate) const TOKEN: &str = "token";

/// Where things stand in what a gateway posts; an empty place is nowhere.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub(crate) receipt_id: String,
    pub(crate) receipt_status: String,
    pub(crate) receipt_to: String,
    pub(crate) statuses: Mapping<Reached>,
    pub(crate) in_from: String,
    pub(crate) in_text: String,
    pub(crate) in_id: String,
}

/// The token of a request, and what it carries: JSON as it is, a form as an object.
pub(crate) fn read(request: &RawRequest) -> (Option<String>, Option<Value>) {
    let mut token = None;
    let mut fields = Map::new();
    for (name, value) in form::pairs(&request.query) {
        if name == TOKEN {
            token = token.or(Some(value));
        } else {
            fields.insert(name, Value::from(value));
        }
    }
    let words = std::str::from_utf8(&request.body).map(str::trim);
    let carried = match words {
        Ok("") => Some(Value::from(fields)),
        Ok(words) if words.starts_with(['{', '[']) => serde_json::from_str(words).ok(),
        Ok(words) => {
            fields.extend(
                form::pairs(words)
                    .into_iter()
                    .map(|(name, value)| (name, Value::from(value))),
            );
            Some(Value::from(fields))
        }
        Err(_) => None,
    };
    (
        token,
        carried.filter(|carried| carried.is_object() || carried.is_array()),
    )
}

/// Cuts what was carried into events: an item of a list each.
pub(crate) fn split(carried: &[u8], places: &Places) -> Vec<RawEvent> {
    let items = match serde_json::from_slice(carried) {
        Ok(Value::Array(items)) => items,
        Ok(Value::Object(fields)) if !fields.is_empty() => vec![Value::Object(fields)],
        _ => Vec::new(),
    };
    items
        .into_iter()
        .map(|item| RawEvent {
            dedup_key: key(&item, places),
            lane: client(&item, places).unwrap_or_default(),
            body: item.to_string().into(),
        })
        .collect()
}

/// A message by its id, else everything by what it says: the same again is the same event.
fn key(item: &Value, places: &Places) -> String {
    let id = is_message(item, places)
        .then(|| path::word(item, &places.in_id))
        .flatten();
    match id {
        Some(id) => format!("in:{id}"),
        None => {
            URL_SAFE_NO_PAD.encode(&digest(&SHA256, item.to_string().as_bytes()).as_ref()[..18])
        }
    }
}

fn is_message(item: &Value, places: &Places) -> bool {
    path::word(item, &places.in_from).is_some() && path::word(item, &places.in_text).is_some()
}

fn is_receipt(item: &Value, places: &Places) -> bool {
    path::word(item, &places.receipt_id).is_some()
        && path::word(item, &places.receipt_status).is_some()
}

fn client(item: &Value, places: &Places) -> Option<String> {
    let place = if is_message(item, places) || !is_receipt(item, places) {
        &places.in_from
    } else {
        &places.receipt_to
    };
    let told = path::word(item, place).map(|told| numbers::ext_id(&told));
    told.filter(|id| !id.is_empty())
}

/// Understands one event.
pub(crate) fn normalize(event: &RawEvent, places: &Places, now: Moment) -> Vec<Inbound> {
    let Ok(item) = serde_json::from_slice::<Value>(&event.body) else {
        return vec![unsupported("malformed", event, now)];
    };
    let lane = event.lane.as_str();
    if is_message(&item, places) && !lane.is_empty() {
        return vec![Inbound::Message(Box::new(InboundMessage {
            ext_id: event.dedup_key.clone(),
            peer: numbers::peer(lane),
            author: Author::Customer,
            at: now,
            text: plain_source(&path::word(&item, &places.in_text).unwrap_or_default()),
            media: Vec::new(),
            reply_to: None,
            album: None,
            context: Vec::new(),
        }))];
    }
    if !is_receipt(&item, places) {
        return vec![unsupported("webhook", event, now)];
    }
    let status = path::word(&item, &places.receipt_status).unwrap_or_default();
    let state = match places.statuses.of(&status) {
        Some(Reached::Sent) => ReceiptState::Sent,
        Some(Reached::Delivered) => ReceiptState::Delivered,
        Some(Reached::Failed) => ReceiptState::Failed(status),
        // A step on the way that nobody asked for.
        None => return Vec::new(),
    };
    let id = path::word(&item, &places.receipt_id).unwrap_or_default();
    vec![Inbound::Receipt {
        target: ReceiptTarget::One(id),
        peer: numbers::peer(lane),
        state,
        at: now,
    }]
}

fn unsupported(kind: &str, event: &RawEvent, now: Moment) -> Inbound {
    Inbound::Unsupported {
        kind: kind.to_owned(),
        ext_id: None,
        peer: (!event.lane.is_empty()).then(|| numbers::peer(&event.lane)),
        at: Some(now),
    }
}
