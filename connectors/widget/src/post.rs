//! What a visitor does, as the server writes it down before anything else happens with it.

use channel::{
    Author, FileKind, Inbound, InboundEdit, InboundMessage, MediaRef, Peer, RawEvent, ReceiptState,
    ReceiptTarget,
};
use kernel::{Moment, Phone};
use serde::{Deserialize, Serialize};
use text::{clean_name, from_entities, sanitize_filename};

/// A visitor, as the server knows them by their token.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Visitor {
    /// Their id; from the token, never from the page.
    pub id: String,
    /// As they gave it.
    pub name: String,
    /// Of their browser, a BCP 47 word.
    pub language: String,
    /// As they gave it; proves nothing.
    pub email: String,
    /// As they gave it; proves nothing.
    pub phone: String,
    /// The page they write from.
    pub page: String,
    /// Where they came to that page from.
    pub referrer: String,
}

/// A file that was uploaded before the message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PostedFile {
    /// The server's id of it.
    pub id: String,
    /// How to show it.
    pub kind: FileKind,
    /// Its type, found from its bytes.
    pub mime: String,
    /// Bytes.
    pub size: u64,
    /// Its name.
    pub name: String,
    /// Pixels.
    #[serde(default)]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(default)]
    pub height: Option<u32>,
    /// Milliseconds.
    #[serde(default)]
    pub duration_ms: Option<u64>,
}

/// What they do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// Write.
    Message {
        /// The id their page made: the same again is the same message.
        client_id: String,
        /// Plain text.
        #[serde(default)]
        text: String,
        /// Uploaded before.
        #[serde(default)]
        files: Vec<PostedFile>,
        /// The external id of the message they answer.
        #[serde(default)]
        reply_to: Option<String>,
    },
    /// Change a message of theirs.
    Edit {
        /// Which.
        client_id: String,
        /// The new text.
        text: String,
    },
    /// Delete a message of theirs.
    Delete {
        /// Which.
        client_id: String,
    },
    /// React to a message of ours.
    Reaction {
        /// The external id of the message.
        ext_id: String,
        /// All reactions they have on it now.
        emoji: Vec<String>,
    },
    /// Their device has everything up to this message of ours.
    Delivered {
        /// The external id of the message.
        ext_id: String,
    },
    /// They have read everything up to this message of ours.
    Read {
        /// The external id of the message.
        ext_id: String,
    },
    /// Type, or stop typing.
    Typing {
        /// Types now.
        on: bool,
    },
}

/// One thing a visitor did: the body of a raw event of the widget.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Post {
    /// Who.
    pub visitor: Visitor,
    /// When, by the server's clock, in milliseconds.
    pub at: Moment,
    /// What.
    #[serde(flatten)]
    pub content: Content,
}

/// Reads only what every post has; the rest may be of a newer page than this server.
#[derive(Deserialize)]
struct Envelope {
    visitor: Visitor,
    #[serde(default)]
    at: Moment,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    ext_id: String,
}

/// The external id of a visitor's message. A page makes its ids itself, so they count only within
/// the visitor: nobody can take away another's.
fn message_id(visitor: &str, client_id: &str) -> String {
    format!("{visitor}:{client_id}")
}

/// The raw event of a body; none if it is no post of a visitor.
pub(crate) fn event(body: &[u8]) -> Option<RawEvent> {
    let post: Envelope = serde_json::from_slice(body).ok()?;
    let visitor = post.visitor.id;
    if visitor.is_empty() {
        return None;
    }
    let dedup_key = match post.kind.as_str() {
        "message" if post.client_id.is_empty() => return None,
        // A message is itself however often it is posted; the rest happens at its moment.
        "message" => message_id(&visitor, &post.client_id),
        kind => {
            let (client_id, ext_id, at) = (post.client_id, post.ext_id, post.at.millis());
            format!("{visitor}:{kind}:{client_id}:{ext_id}:{at}")
        }
    };
    Some(RawEvent {
        dedup_key,
        lane: visitor,
        body: body.to_vec().into(),
    })
}

/// Understands one stored post.
pub(crate) fn normalize(event: &RawEvent) -> Inbound {
    match serde_json::from_slice::<Post>(&event.body) {
        Ok(post) => understood(post),
        Err(_) => unknown(event),
    }
}

fn unknown(event: &RawEvent) -> Inbound {
    let envelope = serde_json::from_slice::<Envelope>(&event.body).ok();
    let kind = envelope
        .as_ref()
        .map(|post| post.kind.as_str())
        .filter(|kind| !kind.is_empty());
    Inbound::Unsupported {
        kind: kind.unwrap_or("malformed").to_owned(),
        ext_id: None,
        at: envelope.as_ref().map(|post| post.at),
        peer: Some(Peer {
            ext_id: event.lane.clone(),
            ..Peer::default()
        }),
    }
}

fn understood(post: Post) -> Inbound {
    let Post {
        visitor,
        at,
        content,
    } = post;
    let (peer, own) = (peer(&visitor), |client_id: &str| {
        message_id(&visitor.id, client_id)
    });
    match content {
        Content::Message {
            client_id,
            text,
            files,
            reply_to,
        } => Inbound::Message(Box::new(InboundMessage {
            ext_id: own(&client_id),
            text: from_entities(&text, &[]),
            media: files.into_iter().map(media).collect(),
            reply_to,
            ..message(&visitor, peer, at)
        })),
        Content::Edit { client_id, text } => edited(own(&client_id), peer, at, &text),
        Content::Delete { client_id } => deleted(own(&client_id), peer, at),
        Content::Reaction { ext_id, emoji } => Inbound::Reaction {
            ext_id,
            peer,
            emoji,
            at,
        },
        Content::Delivered { ext_id } => receipt(ext_id, ReceiptState::Delivered, peer, at),
        Content::Read { ext_id } => receipt(ext_id, ReceiptState::Read, peer, at),
        Content::Typing { on } => Inbound::Typing { peer, on },
    }
}

fn edited(ext_id: String, peer: Peer, at: Moment, text: &str) -> Inbound {
    let (text, media) = (from_entities(text, &[]), Vec::new());
    Inbound::Edited(Box::new(InboundEdit {
        ext_id,
        peer,
        at,
        text,
        media,
    }))
}

fn deleted(ext_id: String, peer: Peer, at: Moment) -> Inbound {
    Inbound::Deleted {
        ext_ids: vec![ext_id],
        peer,
        at,
    }
}

/// A message that says nothing yet.
fn message(visitor: &Visitor, peer: Peer, at: Moment) -> InboundMessage {
    InboundMessage {
        ext_id: String::new(),
        peer,
        author: Author::Customer,
        at,
        text: String::new(),
        media: Vec::new(),
        reply_to: None,
        album: None,
        context: facts(visitor),
    }
}

fn receipt(ext_id: String, state: ReceiptState, peer: Peer, at: Moment) -> Inbound {
    Inbound::Receipt {
        target: ReceiptTarget::UpTo(ext_id),
        peer,
        state,
        at,
    }
}

fn peer(visitor: &Visitor) -> Peer {
    Peer {
        ext_id: visitor.id.clone(),
        name: clean_name(&visitor.name),
        language: Some(visitor.language.clone()).filter(|language| !language.is_empty()),
        ..Peer::default()
    }
}

/// What the visitor told or their browser shows; a number is written the usual way if it is one.
fn facts(visitor: &Visitor) -> Vec<(String, String)> {
    let phone =
        Phone::parse(&visitor.phone).map_or_else(|| visitor.phone.clone(), |p| p.to_string());
    let facts = [
        ("page", visitor.page.clone()),
        ("referrer", visitor.referrer.clone()),
        ("email", visitor.email.clone()),
        ("phone", phone),
    ];
    let told = facts
        .into_iter()
        .filter(|(_, value)| !value.trim().is_empty());
    told.map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect()
}

fn media(file: PostedFile) -> MediaRef {
    MediaRef {
        ext_id: file.id,
        kind: file.kind,
        mime: Some(file.mime),
        size: Some(file.size),
        name: Some(sanitize_filename(&file.name)),
        width: file.width,
        height: file.height,
        duration_ms: file.duration_ms,
    }
}
