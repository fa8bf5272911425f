//! VK's events in our words. Total: what cannot be read becomes `Unsupported`.

mod attachments;
mod content;

use crate::{
    peer, reactions,
    wire::{Allowed, Message, Pressed, Reacted, Read, Typing},
};
use channel::{
    Author, Inbound, InboundEdit, InboundMessage, Peer, PeerChange, RawEvent, ReceiptState,
    ReceiptTarget,
};
use content::Content;
use kernel::Moment;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The fact that tells which administrator wrote a message; turned into a name once it is asked for.
pub(crate) const AUTHOR_ID: &str = "author_id";
/// The fact that tells who of a group chat wrote; turned into a name likewise.
pub(crate) const SENDER_ID: &str = "sender_id";

/// Families of events about walls, photos, members …: communities may have them switched on for other programs, and
/// none is part of a talk.
const NOT_A_TALK: [&str; 18] = [
    "app_",
    "article_",
    "audio_",
    "board_",
    "confirmation",
    "donut_",
    "group_",
    "lead_forms_",
    "like_",
    "market_",
    "messages_",
    "photo_",
    "poll_",
    "user_",
    "video_",
    "vkpay_",
    "wall_",
    "subscription_",
];

/// Reads an event's key and lane from its JSON; none if it is not an event. Its secret is not kept.
pub(crate) fn event(mut event: Value) -> Option<RawEvent> {
    event.get("type")?.as_str()?;
    if let Some(fields) = event.as_object_mut() {
        fields.remove("secret");
    }
    let body = event.to_string();
    let key = match event.get("event_id").and_then(Value::as_str) {
        Some(id) if !id.is_empty() => id.to_owned(),
        // Versions before 5.103 had none: the same words are the same event.
        _ => Sha256::digest(body.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    };
    Some(RawEvent {
        dedup_key: key,
        lane: peer::lane(&event),
        body: body.into(),
    })
}

/// Understands one event; `now` stands in where VK tells no time.
pub(crate) fn normalize(event: &RawEvent, now: Moment) -> Vec<Inbound> {
    let whose = known_by(&event.lane);
    let Ok(value) = serde_json::from_slice::<Value>(&event.body) else {
        return vec![unsupported("malformed", None, whose)];
    };
    let kind = value["type"].as_str().unwrap_or_default().to_owned();
    let object = value["object"].clone();
    let understood = match kind.as_str() {
        "message_new" => read(new_message(object)).map(|m| received(&m, now)),
        "message_reply" => read(object).map(|m| replied(&m, now)),
        "message_edit" => read(object).map(|m| edited(&m, now)),
        "message_allow" => read(object).map(|a| allowed(&a, PeerChange::Unblocked, now)),
        "message_deny" => read(object).map(|a| allowed(&a, PeerChange::Blocked, now)),
        "message_event" => read(object).map(|p| pressed(&p)),
        "message_typing_state" => read(object).map(|t| typed(&t)),
        "message_read" => read(object).map(|r| seen(&r, now)),
        "message_reaction_event" => read(object).map(|r| reacted(&r, now)),
        other if NOT_A_TALK.iter().any(|family| other.starts_with(family)) => Some(Vec::new()),
        other => Some(vec![unsupported(other, None, whose.clone())]),
    };
    understood.unwrap_or_else(|| vec![unsupported("malformed", None, whose)])
}

fn read<T: DeserializeOwned>(object: Value) -> Option<T> {
    serde_json::from_value(object).ok()
}

/// Since 5.103 the message has a field of its own beside what the client's application can do.
fn new_message(mut object: Value) -> Value {
    match object.get_mut("message") {
        Some(message) => message.take(),
        None => object,
    }
}

fn unsupported(kind: &str, ext_id: Option<String>, peer: Option<Peer>) -> Inbound {
    Inbound::Unsupported {
        kind: kind.to_owned(),
        ext_id,
        peer,
        at: None,
    }
}

/// A peer of whom only the id is known; VK tells names only when asked.
fn known_by(ext_id: &str) -> Option<Peer> {
    (!ext_id.is_empty()).then(|| Peer {
        ext_id: ext_id.to_owned(),
        ..Peer::default()
    })
}

fn peer_of(id: i64) -> Peer {
    Peer {
        ext_id: id.to_string(),
        group: id > peer::CHATS,
        ..Peer::default()
    }
}

/// The same of a message, with who wrote it where several do.
fn peer_with_writer(id: i64, message: &Message) -> Peer {
    let peer = peer_of(id);
    let writer = message.from_id.filter(|from| *from > 0 && peer.group);
    Peer {
        member: writer.map(peer_of).map(Box::new),
        ..peer
    }
}

fn moment(date: Option<i64>, now: Moment) -> Moment {
    date.map_or(now, Moment::from_seconds)
}

/// Dialogue and number of a message; none when it has none, as nothing can then be said about it.
fn place(message: &Message) -> Option<(i64, i64)> {
    let peer = message.peer_id.filter(|id| *id > 0)?;
    Some((peer, message.conversation_message_id.filter(|n| *n > 0)?))
}

fn malformed(message: &Message) -> Vec<Inbound> {
    let whose = message.peer_id.filter(|id| *id > 0).map(peer_of);
    vec![unsupported("malformed", None, whose)]
}

fn received(message: &Message, now: Moment) -> Vec<Inbound> {
    let mut context = Vec::new();
    let sender = message.from_id.unwrap_or_default();
    let author = if sender < 0 {
        Author::Bot
    } else {
        Author::Customer
    };
    if message.peer_id > Some(peer::CHATS) && sender > 0 {
        context.push((SENDER_ID.to_owned(), sender.to_string()));
    }
    if let Some(token) = message.reference.as_ref().filter(|token| !token.is_empty()) {
        context.push(("deep_link".to_owned(), token.clone()));
    }
    vec![understood(message, author, context, now)]
}

/// A message of the community. Our own comes back too: it carries the key that each of our sends has, and is told as
/// the receipt it is, so that it waits for its number instead of doubling. So are those of other programs that write
/// in the community's name with a key; without a key, and without an administrator, VK itself greeted.
fn replied(message: &Message, now: Moment) -> Vec<Inbound> {
    let Some((peer, number)) = place(message) else {
        return malformed(message);
    };
    match (message.admin_author_id, message.random_id.unwrap_or(0)) {
        (Some(admin), _) if admin > 0 => vec![by_administrator(message, admin, now)],
        (_, 0) => vec![understood(message, Author::System, Vec::new(), now)],
        _ => vec![Inbound::Receipt {
            target: ReceiptTarget::One(peer::ext_id(peer, number)),
            peer: peer_of(peer),
            state: ReceiptState::Sent,
            at: moment(message.date, now),
        }],
    }
}

fn by_administrator(message: &Message, admin: i64, now: Moment) -> Inbound {
    let context = vec![(AUTHOR_ID.to_owned(), admin.to_string())];
    understood(message, Author::ExternalOperator, context, now)
}

fn understood(
    message: &Message,
    author: Author,
    mut context: Vec<(String, String)>,
    now: Moment,
) -> Inbound {
    let Some((peer, number)) = place(message) else {
        let whose = message.peer_id.filter(|id| *id > 0).map(peer_of);
        return unsupported("malformed", None, whose);
    };
    let (ext_id, at) = (peer::ext_id(peer, number), moment(message.date, now));
    let content = match content::of(message) {
        Ok(content) => content,
        // Shown in the talk as theirs it would be the client's, so what our side sent is named in words.
        Err(kind) if author != Author::Customer => Content::named(&kind),
        Err(kind) => {
            return Inbound::Unsupported {
                kind,
                ext_id: Some(ext_id),
                peer: Some(peer_of(peer)),
                at: Some(at),
            };
        }
    };
    context.extend(content.context);
    Inbound::Message(Box::new(InboundMessage {
        ext_id,
        peer: peer_with_writer(peer, message),
        author,
        at,
        text: content.text,
        media: content.media,
        reply_to: message.reply_message.as_ref().and_then(|replied| {
            let number = replied.conversation_message_id.filter(|n| *n > 0)?;
            Some(peer::ext_id(replied.peer_id.unwrap_or(peer), number))
        }),
        // One message of VK holds all its attachments.
        album: None,
        context,
    }))
}

fn edited(message: &Message, now: Moment) -> Vec<Inbound> {
    let Some((peer, number)) = place(message) else {
        return malformed(message);
    };
    let ours = message.out == Some(1) || message.from_id.is_some_and(|from| from < 0);
    // Our own edits come back without an administrator.
    let admin = message.admin_author_id.filter(|admin| *admin > 0);
    if ours && admin.is_none() {
        return Vec::new();
    }
    let (ext_id, at) = (
        peer::ext_id(peer, number),
        moment(message.update_time.or(message.date), now),
    );
    let change = match content::of(message) {
        Ok(content) => Inbound::Edited(Box::new(InboundEdit {
            ext_id,
            peer: peer_of(peer),
            at,
            text: content.text,
            media: content.media,
        })),
        Err(kind) => Inbound::Unsupported {
            kind,
            ext_id: Some(ext_id),
            peer: Some(peer_of(peer)),
            at: Some(at),
        },
    };
    // A message from before we listened is first told as what it is: not the client's.
    let whole = admin.map(|admin| by_administrator(message, admin, now));
    whole.into_iter().chain([change]).collect()
}

fn allowed(allowed: &Allowed, change: PeerChange, now: Moment) -> Vec<Inbound> {
    match allowed.user_id.filter(|id| *id > 0) {
        Some(user) => vec![Inbound::PeerState {
            peer: peer_of(user),
            change,
            at: now,
        }],
        None => vec![unsupported("malformed", None, None)],
    }
}

fn pressed(pressed: &Pressed) -> Vec<Inbound> {
    let Some(peer) = pressed.peer_id.filter(|id| *id > 0) else {
        return vec![unsupported("malformed", None, None)];
    };
    vec![Inbound::Callback {
        ext_id: pressed.event_id.clone().unwrap_or_default(),
        peer: peer_of(peer),
        data: match &pressed.payload {
            Value::Null => String::new(),
            Value::String(words) => words.clone(),
            other => other.to_string(),
        },
        message: pressed
            .conversation_message_id
            .map(|number| peer::ext_id(peer, number)),
    }]
}

/// VK tells that typing goes on, never that it stopped; what the community types is no news.
fn typed(typing: &Typing) -> Vec<Inbound> {
    let client = typing.from_id.filter(|id| *id > 0);
    client
        .map(|id| Inbound::Typing {
            peer: peer_of(id),
            on: true,
        })
        .into_iter()
        .collect()
}

/// The client read up to here; that the community read is no news.
fn seen(read: &Read, now: Moment) -> Vec<Inbound> {
    let (Some(peer), Some(number)) = (
        read.peer_id.filter(|id| *id > 0),
        read.conversation_message_id.filter(|n| *n > 0),
    ) else {
        return Vec::new();
    };
    if read.from_id.is_none_or(|from| from < 0) {
        return Vec::new();
    }
    vec![Inbound::Receipt {
        target: ReceiptTarget::UpTo(peer::ext_id(peer, number)),
        peer: peer_of(peer),
        state: ReceiptState::Read,
        at: now,
    }]
}

fn reacted(reacted: &Reacted, now: Moment) -> Vec<Inbound> {
    let (Some(peer), Some(number)) = (
        reacted.peer_id.filter(|id| *id > 0),
        reacted.cmid.filter(|n| *n > 0),
    ) else {
        return vec![unsupported("malformed", None, None)];
    };
    // Our own reaction comes back too.
    if reacted.reacted_id.is_some_and(|who| who < 0) {
        return Vec::new();
    }
    let emoji = reacted.reaction_id.filter(|n| *n > 0).map(reactions::emoji);
    vec![Inbound::Reaction {
        ext_id: peer::ext_id(peer, number),
        peer: peer_of(peer),
        emoji: emoji.map(str::to_owned).into_iter().collect(),
        at: now,
    }]
}
