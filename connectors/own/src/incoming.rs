//! The program's events in our words. Total: what cannot be read becomes `Unsupported`.

use crate::{
    faces::Faces,
    place::Place,
    wire::{Chat, File, Frame, Message, News, Standing, State, Word, Writer},
};
use channel::{
    AUTHOR_NAME, AccountChange, Author, FileKind, Inbound, InboundEdit, InboundMessage, MediaRef,
    Peer, PeerChange, RawEvent, ReceiptState, ReceiptTarget,
};
use kernel::{Moment, Phone};
use ring::digest;
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};
use text::{clean_name, from_entities, sanitize_filename};

/// Most events of one delivery.
const MOST_EVENTS: usize = 100;
/// Most facts beside one message, and most files in it.
const MOST_FACTS: usize = 32;
const MOST_FILES: usize = 32;
/// Longest value of a fact, in characters.
const LONGEST_FACT: usize = 1000;

#[derive(Deserialize)]
struct Delivery<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

/// The events of a delivery; none if it is not 1 to 100 of them, each with an id and a type.
pub(crate) fn delivered(body: &[u8]) -> Option<Vec<RawEvent>> {
    let delivery: Delivery<'_> = serde_json::from_slice(body).ok()?;
    if !(1..=MOST_EVENTS).contains(&delivery.events.len()) {
        return None;
    }
    let events = delivery.events.iter();
    events.map(|event| framed(event.get())).collect()
}

/// An event that was asked for: one without an id is kept all the same, or asking would never come past it.
pub(crate) fn polled(event: &str) -> RawEvent {
    framed(event).unwrap_or_else(|| {
        let sum = digest::digest(&digest::SHA256, event.as_bytes());
        let digits: String = sum.as_ref().iter().map(|b| format!("{b:02x}")).collect();
        RawEvent {
            dedup_key: format!("sum:{digits}"),
            lane: String::new(),
            body: event.to_owned().into(),
        }
    })
}

/// Key and lane of an event; none without an id or a type.
fn framed(event: &str) -> Option<RawEvent> {
    let value: Value = serde_json::from_str(event).ok()?;
    let id = Word::of(value.get("id")?)?;
    value.get("type")?.as_str()?;
    let chat = value.pointer("/chat/id").and_then(Word::of);
    Some(RawEvent {
        dedup_key: id.0,
        lane: chat.map(|chat| chat.0).unwrap_or_default(),
        body: event.to_owned().into(),
    })
}

/// What understanding an event takes beside the event.
pub(crate) struct Reader<'a> {
    /// Stands in where no time is told.
    pub(crate) now: Moment,
    /// Learns faces.
    pub(crate) faces: &'a Faces,
}

/// The client of an event, and when it happened.
struct About {
    peer: Peer,
    at: Moment,
}

impl Reader<'_> {
    /// Understands one event.
    pub(crate) fn normalize(&self, raw: &RawEvent) -> Vec<Inbound> {
        let lane = raw.lane.as_str();
        let strange = |kind: &str, ext_id: Option<String>, at: Option<Moment>| {
            vec![Inbound::Unsupported {
                kind: kind.to_owned(),
                ext_id,
                peer: (!lane.is_empty()).then(|| bare(lane)),
                at,
            }]
        };
        let Ok(value) = serde_json::from_slice::<Value>(&raw.body) else {
            return strange("malformed", None, None);
        };
        let Ok(frame) = Frame::deserialize(&value) else {
            return strange("malformed", None, None);
        };
        let told = frame.at.and_then(moment);
        let Ok(news) = News::deserialize(&value) else {
            let id = value.pointer("/message/id").and_then(Word::of);
            return strange(&short(&frame.kind), id.map(|id| id.0), told);
        };
        if let News::Account { state, detail } = news {
            return standing(state, detail.unwrap_or_default());
        }
        let Some(chat) = frame.chat.filter(|chat| chat.id.0 == lane) else {
            return strange(&short(&frame.kind), None, told);
        };
        if let Some(face) = &chat.avatar {
            self.faces
                .learn(lane, face.as_deref().filter(|url| is_address(url)));
        }
        let about = About {
            peer: peer(&chat),
            at: told.unwrap_or(self.now),
        };
        match news {
            News::Message { message } if says_nothing(&message) => {
                strange("empty", Some(message.id.0), Some(about.at))
            }
            News::Message { message } => vec![written(*message, about)],
            News::Edited { message } => vec![edited(*message, about)],
            other => about.of(other).map_or_else(
                || strange(&short(&frame.kind), None, told),
                |inbound| vec![inbound],
            ),
        }
    }
}

impl About {
    /// The lesser events; none if one is half told.
    fn of(self, news: News) -> Option<Inbound> {
        let Self { peer, at } = self;
        Some(match news {
            News::Deleted { ids } => Inbound::Deleted {
                ext_ids: ids.into_iter().map(|id| id.0).collect(),
                peer,
                at,
            },
            News::Reaction { message_id, emoji } => Inbound::Reaction {
                ext_id: message_id.0,
                peer,
                emoji: emoji
                    .into_iter()
                    .filter(|word| !word.is_empty() && word.len() <= 64)
                    .take(16)
                    .collect(),
                at,
            },
            News::Receipt {
                message_id,
                up_to,
                state,
                reason,
            } => Inbound::Receipt {
                target: match (message_id, up_to) {
                    (Some(one), None) => ReceiptTarget::One(one.0),
                    (None, Some(last)) => ReceiptTarget::UpTo(last.0),
                    _ => return None,
                },
                peer,
                state: match state {
                    State::Sent => ReceiptState::Sent,
                    State::Delivered => ReceiptState::Delivered,
                    State::Read => ReceiptState::Read,
                    State::Failed => ReceiptState::Failed(clean_name(&reason.unwrap_or_default())),
                },
                at,
            },
            News::Typing { on } => Inbound::Typing { peer, on },
            News::Blocked => changed(peer, PeerChange::Blocked, at),
            News::Unblocked => changed(peer, PeerChange::Unblocked, at),
            News::Moved { to } => changed(peer, PeerChange::Moved(to.0), at),
            News::Alias { known_as } => changed(peer, PeerChange::Alias(known_as.0), at),
            News::Callback { data, message_id } => Inbound::Callback {
                ext_id: message_id
                    .as_ref()
                    .map_or_else(String::new, |id| id.0.clone()),
                peer,
                data,
                message: message_id.map(|id| id.0),
            },
            News::MissedCall { video } => Inbound::MissedCall { peer, video, at },
            News::Message { .. } | News::Edited { .. } | News::Account { .. } => return None,
        })
    }
}

const fn changed(peer: Peer, change: PeerChange, at: Moment) -> Inbound {
    Inbound::PeerState { peer, change, at }
}

fn standing(state: Standing, detail: String) -> Vec<Inbound> {
    let change = match state {
        Standing::NeedsLogin => AccountChange::NeedsLogin,
        Standing::TokenRefused => AccountChange::TokenRevoked,
        // The next check finds that it works again.
        Standing::Ok => return Vec::new(),
    };
    vec![Inbound::Account { change, detail }]
}

fn says_nothing(message: &Message) -> bool {
    let words = message.text.as_deref().unwrap_or_default();
    let files = message.files.as_deref().unwrap_or_default();
    plain(words).trim().is_empty() && media(files).is_empty()
}

fn written(message: Message, mut about: About) -> Inbound {
    if about.peer.group {
        about.peer.member = message.from.as_ref().map(peer).map(Box::new);
    }
    let mut context = facts(message.facts.unwrap_or_default());
    let author = match message.author.unwrap_or_default() {
        Writer::Client => Author::Customer,
        Writer::Operator => Author::ExternalOperator,
        Writer::Bot => Author::Bot,
        Writer::System => Author::System,
    };
    let name = clean_name(message.author_name.as_deref().unwrap_or_default());
    if author == Author::ExternalOperator && !name.is_empty() {
        context.push((AUTHOR_NAME.to_owned(), name));
    }
    Inbound::Message(Box::new(InboundMessage {
        ext_id: message.id.0,
        peer: about.peer,
        author,
        at: message.at.and_then(moment).unwrap_or(about.at),
        text: plain(message.text.as_deref().unwrap_or_default()),
        media: media(message.files.as_deref().unwrap_or_default()),
        reply_to: message.reply_to.map(|id| id.0),
        album: message.album.map(|id| id.0),
        context,
    }))
}

fn edited(message: Message, about: About) -> Inbound {
    Inbound::Edited(Box::new(InboundEdit {
        ext_id: message.id.0,
        peer: about.peer,
        at: message.at.and_then(moment).unwrap_or(about.at),
        text: plain(message.text.as_deref().unwrap_or_default()),
        media: media(message.files.as_deref().unwrap_or_default()),
    }))
}

/// Words as they are: a client's `*` is no markup, and what is no text is left out.
fn plain(words: &str) -> String {
    let kept = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    let words: String = words.chars().filter(kept).collect();
    from_entities(&words, &[])
}

fn media(files: &[File]) -> Vec<MediaRef> {
    let files = files.iter().filter(|file| is_address(&file.url));
    let known = |file: &File| MediaRef {
        ext_id: file.url.clone(),
        kind: match file.kind.as_deref() {
            Some(word) => FileKind::from_word(word),
            None => by_type(file.mime.as_deref().unwrap_or_default()),
        },
        mime: file.mime.clone().filter(|mime| mime.len() <= 128),
        size: file.size.filter(|size| *size > 0),
        name: file.name.as_deref().map(sanitize_filename),
        width: file.width,
        height: file.height,
        duration_ms: file.duration_ms,
    };
    files.take(MOST_FILES).map(known).collect()
}

/// How a file is shown of which only the type is told.
fn by_type(mime: &str) -> FileKind {
    match mime.split('/').next().unwrap_or_default() {
        "image" => FileKind::Image,
        "video" => FileKind::Video,
        "audio" => FileKind::Audio,
        _ => FileKind::File,
    }
}

fn facts(told: Map<String, Value>) -> Vec<(String, String)> {
    let told = told.into_iter().filter_map(|(name, value)| {
        let value = match value {
            Value::String(word) => word,
            Value::Number(number) => number.to_string(),
            Value::Bool(yes) => yes.to_string(),
            _ => return None,
        };
        let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let named = (1..=64).contains(&name.len()) && name.bytes().all(word);
        let value: String = clean_name(&value).chars().take(LONGEST_FACT).collect();
        (named && name != AUTHOR_NAME && !value.is_empty()).then_some((name, value))
    });
    told.take(MOST_FACTS).collect()
}

/// A person as the program tells of them.
pub(crate) fn peer(chat: &Chat) -> Peer {
    let named = |word: &Option<String>| {
        let word = clean_name(word.as_deref().unwrap_or_default());
        (!word.is_empty()).then_some(word)
    };
    Peer {
        email: None,
        ext_id: chat.id.0.clone(),
        name: named(&chat.name).unwrap_or_default(),
        username: named(&chat.username).map(|word| word.trim_start_matches('@').to_owned()),
        language: named(&chat.language).filter(|word| word.len() <= 35),
        phone: chat.phone.as_deref().and_then(Phone::parse),
        avatar: chat.avatar.clone().flatten().filter(|url| is_address(url)),
        group: chat.group.unwrap_or(false),
        member: None,
    }
}

fn bare(lane: &str) -> Peer {
    Peer {
        ext_id: lane.to_owned(),
        ..Peer::default()
    }
}

fn is_address(url: &str) -> bool {
    url.len() <= 2048 && Place::parse(url).is_some()
}

/// A word of theirs that is shown in a grey line.
fn short(word: &str) -> String {
    clean_name(word).chars().take(64).collect()
}

/// Between the years 1970 and 9999; other numbers are no time of a message.
fn moment(millis: i64) -> Option<Moment> {
    (1..253_402_300_800_000)
        .contains(&millis)
        .then(|| Moment::from_millis(millis))
}
