//! Viber's events in our words. Total: what cannot be read becomes `Unsupported`.

mod content;

use crate::{
    faces::Faces,
    wire::{Event, User, token},
};
use channel::{
    Author, Inbound, InboundMessage, Peer, PeerChange, RawEvent, ReceiptState, ReceiptTarget,
};
use kernel::Moment;
use serde_json::Value;
use text::clean_name;

/// The greeting that Viber sends while a webhook is being set; about nobody.
pub(crate) const GREETING: &str = "webhook";
/// A client opened the conversation.
pub(crate) const STARTED: &str = "conversation_started";

/// What understanding an event takes beside the event.
pub(crate) struct Reader<'a> {
    /// Stands in where Viber tells no time.
    pub(crate) now: Moment,
    /// Learns faces.
    pub(crate) faces: &'a Faces,
}

/// Reads an event's kind.
pub(crate) fn kind(body: &[u8]) -> Option<String> {
    let event: Value = serde_json::from_slice(body).ok()?;
    event.get("event")?.as_str().map(str::to_owned)
}

/// Reads an event's key and lane from its JSON; none if it is no event.
pub(crate) fn event(body: &[u8]) -> Option<RawEvent> {
    let event: Value = serde_json::from_slice(body).ok()?;
    let kind = event.get("event")?.as_str()?;
    let word = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let client = word("/user/id")
        .or_else(|| word("/sender/id"))
        .or_else(|| word("/user_id"))
        .unwrap_or_default();
    // The arrival and the reading of a message carry the message's own number: the kind tells them apart.
    let number = event.get("message_token").and_then(token);
    let dedup_key = match number {
        Some(number) => format!("{kind}:{number}"),
        None => {
            let at = event.get("timestamp").and_then(Value::as_i64);
            format!("{kind}:at:{}:{client}", at.unwrap_or_default())
        }
    };
    Some(RawEvent {
        dedup_key,
        lane: client.to_owned(),
        body: body.to_vec().into(),
    })
}

impl Reader<'_> {
    /// Understands one event.
    pub(crate) fn normalize(&self, raw: &RawEvent) -> Vec<Inbound> {
        let lane = raw.lane.as_str();
        let Ok(event) = serde_json::from_slice::<Event>(&raw.body) else {
            return vec![unsupported("malformed", lane, None, None)];
        };
        let kind = event.kind.as_deref().unwrap_or("malformed");
        match kind {
            // Whether a client is in the network says nothing about their message.
            GREETING | "client_status" => return vec![],
            _ if lane.is_empty() => return vec![unsupported(kind, lane, None, None)],
            _ => self.learn(&event),
        }
        match kind {
            "message" => self.received(&event, lane),
            STARTED => self.started(&event, lane),
            "subscribed" => vec![self.state(&event, lane, PeerChange::Unblocked)],
            "unsubscribed" => vec![self.state(&event, lane, PeerChange::Blocked)],
            "delivered" => self.receipt(&event, lane, ReceiptTarget::One, ReceiptState::Delivered),
            // Told once for all that were unread, however many they were.
            "seen" => self.receipt(&event, lane, ReceiptTarget::UpTo, ReceiptState::Read),
            "failed" => {
                let words = event.desc.clone().unwrap_or_default();
                self.receipt(
                    &event,
                    lane,
                    ReceiptTarget::One,
                    ReceiptState::Failed(words),
                )
            }
            other => vec![unsupported(other, lane, None, Some(self.at(&event)))],
        }
    }

    fn at(&self, event: &Event) -> Moment {
        let told = event.timestamp.filter(|ms| *ms > 0);
        told.map_or(self.now, Moment::from_millis)
    }

    fn learn(&self, event: &Event) {
        if let Some(user) = event.sender.as_ref().or(event.user.as_ref())
            && let Some(id) = &user.id
        {
            self.faces.learn(id, face(user));
        }
    }

    fn received(&self, event: &Event, lane: &str) -> Vec<Inbound> {
        let at = self.at(event);
        let (Some(message), Some(ext_id)) = (&event.message, token(&event.message_token)) else {
            return vec![unsupported("malformed", lane, None, Some(at))];
        };
        let Some(content) = content::of(message) else {
            let kind = message.kind.as_deref().unwrap_or("message");
            return vec![unsupported(kind, lane, Some(ext_id), Some(at))];
        };
        vec![Inbound::Message(Box::new(InboundMessage {
            ext_id,
            peer: peer_of(event, lane),
            author: Author::Customer,
            at,
            text: content.text,
            media: content.media,
            reply_to: None,
            album: None,
            context: content.context,
        }))]
    }

    /// The client opened the conversation. Viber makes no message of it; we do, as other messengers, so that the chat
    /// begins and what the link carried is not lost. Who is subscribed and just opens it again says nothing.
    fn started(&self, event: &Event, lane: &str) -> Vec<Inbound> {
        let context = event.context.as_deref().map(str::trim);
        let carried = context.filter(|context| !context.is_empty());
        if event.subscribed == Some(true) && carried.is_none() {
            return vec![];
        }
        let at = self.at(event);
        let number = token(&event.message_token).unwrap_or_else(|| at.millis().to_string());
        vec![Inbound::Message(Box::new(InboundMessage {
            ext_id: format!("start:{number}"),
            peer: peer_of(event, lane),
            author: Author::Customer,
            at,
            text: "/start".to_owned(),
            media: Vec::new(),
            reply_to: None,
            album: None,
            context: carried
                .map(|carried| ("deep_link".to_owned(), carried.to_owned()))
                .into_iter()
                .collect(),
        }))]
    }

    fn state(&self, event: &Event, lane: &str, change: PeerChange) -> Inbound {
        Inbound::PeerState {
            peer: peer_of(event, lane),
            change,
            at: self.at(event),
        }
    }

    fn receipt(
        &self,
        event: &Event,
        lane: &str,
        of: fn(String) -> ReceiptTarget,
        state: ReceiptState,
    ) -> Vec<Inbound> {
        let at = self.at(event);
        match token(&event.message_token) {
            Some(number) => vec![Inbound::Receipt {
                target: of(number),
                peer: peer_of(event, lane),
                state,
                at,
            }],
            None => vec![unsupported("malformed", lane, None, Some(at))],
        }
    }
}

/// The client of a lane, with what the event tells of them.
fn peer_of(event: &Event, lane: &str) -> Peer {
    let user = event.sender.as_ref().or(event.user.as_ref());
    let Some(user) = user.filter(|user| user.id.as_deref() == Some(lane)) else {
        return peer_with_id(lane);
    };
    Peer {
        email: None,
        ext_id: lane.to_owned(),
        name: clean_name(user.name.as_deref().unwrap_or_default()),
        username: None,
        language: user.language.clone().filter(|word| !word.is_empty()),
        // A contact that a client sends proves nothing: anybody's can be sent.
        phone: None,
        avatar: face(user).map(str::to_owned),
        ..Peer::default()
    }
}

pub(crate) fn face(user: &User) -> Option<&str> {
    let url = user.avatar.as_deref()?;
    (url.starts_with("https://") || url.starts_with("http://")).then_some(url)
}

fn peer_with_id(lane: &str) -> Peer {
    Peer {
        ext_id: lane.to_owned(),
        ..Peer::default()
    }
}

fn unsupported(kind: &str, lane: &str, ext_id: Option<String>, at: Option<Moment>) -> Inbound {
    Inbound::Unsupported {
        kind: kind.to_owned(),
        ext_id,
        peer: (!lane.is_empty()).then(|| peer_with_id(lane)),
        at,
    }
}
