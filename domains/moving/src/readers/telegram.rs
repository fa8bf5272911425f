//! Telegram Desktop, "Export Telegram data" in the machine-readable form: `result.json` with the files beside it; of the
//! whole account (`chats.list`) or of one chat. Described at <https://core.telegram.org/import-export>.

mod walking;

use self::walking::{Head, Piece, walk};
use crate::{
    archive::Archive,
    item::{
        ChatItem, FileItem, ForwardedItem, Item, MessageItem, PersonItem, ReactionItem, Read, Sink,
        Trouble, clean, name_in,
    },
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use text::{Entity, EntityKind};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Message {
    id: i64,
    #[serde(rename = "type")]
    kind: String,
    date: String,
    date_unixtime: Option<Value>,
    edited_unixtime: Option<Value>,
    from: Option<String>,
    from_id: Option<String>,
    actor: Option<String>,
    actor_id: Option<String>,
    action: Option<String>,
    forwarded_from: Option<String>,
    reply_to_message_id: Option<i64>,
    text: Value,
    text_entities: Vec<Run>,
    photo: Option<String>,
    file: Option<String>,
    file_name: Option<String>,
    media_type: Option<String>,
    duration_seconds: Option<i64>,
    sticker_emoji: Option<String>,
    reactions: Vec<Reaction>,
    location_information: Option<Location>,
    contact_information: Option<Contact>,
    poll: Option<Poll>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Run {
    #[serde(rename = "type")]
    kind: String,
    text: String,
    href: Option<String>,
    user_id: Option<i64>,
    language: Option<String>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Reaction {
    #[serde(rename = "type")]
    kind: String,
    emoji: String,
    recent: Vec<Recent>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Recent {
    from_id: Option<String>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Location {
    latitude: f64,
    longitude: f64,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Contact {
    first_name: String,
    last_name: String,
    phone_number: String,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Poll {
    question: Value,
    answers: Vec<Answer>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Answer {
    text: Value,
}

/// What the first time over an archive finds of a chat.
#[derive(Default)]
struct Found {
    head: Head,
    members: BTreeSet<String>,
    at: Option<i64>,
}

pub(super) fn read(archive: &mut Archive, sink: &mut Sink<'_>) -> Read<()> {
    let top = archive
        .folder_of("result.json")
        .ok_or_else(|| Trouble::new("moving.other_format", "result.json"))?;
    let place = format!("{top}result.json");
    let mut people: BTreeMap<String, PersonItem> = BTreeMap::new();
    let mut found: Vec<Found> = Vec::new();
    let owner = walk(archive, &place, &mut |piece| {
        match piece {
            Piece::Begin => found.push(Found::default()),
            Piece::Message(message) => {
                if let Some(chat) = found.last_mut() {
                    chat.members.extend(member(&message));
                    chat.at.get_or_insert_with(|| at(&message));
                }
                note(&mut people, &message);
            }
            Piece::End(head) => {
                if let Some(chat) = found.last_mut() {
                    chat.head = head.clone();
                }
            }
        }
        Ok(())
    })?;
    if found.is_empty() {
        return Err(Trouble::new("moving.other_format", place));
    }
    let own = owner.user_id.map(|id| format!("user{id}"));
    if let Some(id) = &own {
        let name = format!("{} {}", owner.first_name, owner.last_name);
        let login = owner.username.unwrap_or_default();
        let person = people.entry(id.clone()).or_default();
        person.id.clone_from(id);
        person.name = text::clean_name(&name);
        person.login = login.trim_start_matches('@').to_owned();
    }
    for chat in found.iter().filter(|c| c.head.kind == "bot_chat") {
        for member in &chat.members {
            if let Some(person) = people.get_mut(member) {
                person.bot = Some(&person.name) == chat.head.name.as_ref();
            }
        }
    }
    for person in people.values() {
        sink.put(Item::Person(person.clone()))?;
    }
    for chat in &found {
        let talk = matches!(
            chat.head.kind.as_str(),
            "personal_chat" | "bot_chat" | "saved_messages"
        );
        let mut members = chat.members.clone();
        members.extend(own.clone());
        sink.put(Item::Chat(ChatItem {
            id: id_of(&chat.head, own.as_deref()),
            title: (!talk || members.len() > 2).then(|| title(&chat.head)),
            members: members.into_iter().collect(),
            at: chat.at.unwrap_or_default(),
            ..ChatItem::default()
        }))?;
    }
    let told = Told {
        own,
        people,
        paths: archive.names().map(str::to_owned).collect(),
        top,
    };
    let mut chats = found.iter();
    let mut chat = None;
    walk(archive, &place, &mut |piece| {
        match (piece, &chat) {
            (Piece::Begin, _) => chat = chats.next(),
            (Piece::Message(message), Some(chat)) => told.message(sink, &chat.head, &message)?,
            _ => {}
        }
        Ok(())
    })
    .map(drop)
}

fn title(chat: &Head) -> String {
    let name = text::clean_name(chat.name.as_deref().unwrap_or_default());
    if name.is_empty() {
        "Telegram".to_owned()
    } else {
        name
    }
}

/// Numbers of messages in talks and small groups are the account's own; in large groups and channels everybody's.
fn id_of(chat: &Head, own: Option<&str>) -> String {
    let id = chat.id.unwrap_or_default();
    if chat.kind.contains("supergroup") || chat.kind.contains("channel") {
        format!("{id}")
    } else {
        format!("{}/{id}", own.unwrap_or_default())
    }
}

fn member(message: &Message) -> Option<String> {
    let id = message.from_id.as_ref().or(message.actor_id.as_ref())?;
    id.starts_with("user").then(|| id.clone())
}

fn note(people: &mut BTreeMap<String, PersonItem>, message: &Message) {
    for (id, name) in [
        (&message.from_id, &message.from),
        (&message.actor_id, &message.actor),
    ] {
        let Some(id) = id.as_ref().filter(|id| id.starts_with("user")) else {
            continue;
        };
        let person = people.entry(id.clone()).or_insert_with(|| PersonItem {
            id: id.clone(),
            ..PersonItem::default()
        });
        if person.name.is_empty() {
            person.name = text::clean_name(name.as_deref().unwrap_or_default());
        }
    }
}

fn seconds(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(n) => n.as_i64(),
        Value::String(s) => s.parse().ok(),
        _ => None,
    }
}

fn at(message: &Message) -> i64 {
    seconds(message.date_unixtime.as_ref()).map_or_else(
        || crate::moment::local(&message.date).unwrap_or_default(),
        |s| s.saturating_mul(1000),
    )
}

/// What is known when the messages are told.
struct Told {
    own: Option<String>,
    people: BTreeMap<String, PersonItem>,
    paths: HashSet<String>,
    top: String,
}

impl Told {
    fn message(&self, sink: &mut Sink<'_>, chat: &Head, message: &Message) -> Read<()> {
        if message.kind != "message" {
            let known = message.action.is_some();
            sink.leave(if known { "service" } else { "unknown_kind" });
            return Ok(());
        }
        let chat_id = id_of(chat, self.own.as_deref());
        let own_id = |id: i64| format!("{chat_id}/{id}");
        let author = message.from_id.clone();
        let mut item = MessageItem {
            id: own_id(message.id),
            chat: chat_id.clone(),
            author: author.filter(|id| self.people.contains_key(id)),
            author_name: text::clean_name(message.from.as_deref().unwrap_or_default()),
            at: at(message),
            reply_to: message.reply_to_message_id.map(own_id),
            edited_at: seconds(message.edited_unixtime.as_ref()).map(|s| s.saturating_mul(1000)),
            forwarded: message.forwarded_from.as_deref().map(|name| ForwardedItem {
                name: text::clean_name(name),
                at: None,
            }),
            ..MessageItem::default()
        };
        item.text = words(message, &mut item.mentions);
        for path in [&message.photo, &message.file].into_iter().flatten() {
            let place = format!("{}{path}", self.top);
            if !self.paths.contains(&place) {
                sink.leave("file_missing");
                continue;
            }
            let own_name = message.file_name.as_deref();
            item.files.push(FileItem {
                name: text::sanitize_filename(own_name.unwrap_or(path)),
                path: place,
                voice: message.media_type.as_deref() == Some("voice_message"),
                length: message.duration_seconds.map(|s| s.saturating_mul(1000)),
                ..FileItem::default()
            });
        }
        item.reactions = reactions(message, sink);
        if item.text.trim().is_empty() && item.files.is_empty() {
            sink.leave("empty");
            return Ok(());
        }
        sink.put(Item::Message(Box::new(item)))
    }
}

fn reactions(message: &Message, sink: &mut Sink<'_>) -> Vec<ReactionItem> {
    let mut out = Vec::new();
    for reaction in &message.reactions {
        let people: Vec<String> = reaction
            .recent
            .iter()
            .filter_map(|r| r.from_id.clone())
            .collect();
        if reaction.kind == "emoji" && !people.is_empty() {
            let emoji = reaction.emoji.clone();
            out.push(ReactionItem { emoji, people });
        } else {
            // A picture of one's own, or a number without names.
            sink.leave("reaction");
        }
    }
    out
}

/// A text of plain strings and pieces, as older versions write it.
fn flat(value: &Value) -> Vec<Run> {
    let one = |v: &Value| match v {
        Value::String(text) => Run {
            kind: "plain".to_owned(),
            text: text.clone(),
            ..Run::default()
        },
        other => Run::deserialize(other).unwrap_or_default(),
    };
    match value {
        Value::Array(pieces) => pieces.iter().map(one).collect(),
        Value::Null => Vec::new(),
        other => vec![one(other)],
    }
}

fn words(message: &Message, mentions: &mut Vec<String>) -> String {
    let older;
    let pieces = if message.text_entities.is_empty() {
        older = flat(&message.text);
        &older
    } else {
        &message.text_entities
    };
    let mut out = String::new();
    let mut entities = Vec::new();
    for piece in pieces {
        let offset = out.encode_utf16().count();
        if let (true, Some(id)) = (piece.kind == "mention_name", piece.user_id) {
            out.push_str(&name_in(mentions, &format!("user{id}")));
            continue;
        }
        out.push_str(&clean(&piece.text));
        let kind = match piece.kind.as_str() {
            "bold" => EntityKind::Bold,
            "italic" => EntityKind::Italic,
            "strikethrough" => EntityKind::Strike,
            "code" => EntityKind::Code,
            "pre" => EntityKind::Pre,
            "blockquote" => EntityKind::Quote,
            "text_link" => EntityKind::Link,
            _ => continue,
        };
        let len = out.encode_utf16().count() - offset;
        if len > 0 {
            entities.push(Entity {
                url: piece.href.clone(),
                language: piece.language.clone().filter(|l| !l.is_empty()),
                ..Entity::new(kind, offset, len)
            });
        }
    }
    let mut lines = vec![text::from_entities(&out, &entities)];
    if let Some(place) = &message.location_information {
        lines.push(format!("{}, {}", place.latitude, place.longitude));
    }
    if let Some(contact) = &message.contact_information {
        let name = format!("{} {}", contact.first_name, contact.last_name);
        let line = format!(
            "{} {}",
            text::clean_name(&name),
            text::clean_name(&contact.phone_number)
        );
        lines.push(text::from_entities(&line, &[]));
    }
    if let Some(poll) = &message.poll {
        let say = |value: &Value| {
            let pieces = flat(value);
            let all: String = pieces.iter().map(|p| clean(&p.text)).collect();
            text::from_entities(&all, &[])
        };
        lines.push(say(&poll.question));
        lines.extend(poll.answers.iter().map(|a| format!("• {}", say(&a.text))));
    }
    lines.retain(|line| !line.trim().is_empty());
    if lines.is_empty() {
        // A sticker that was not exported is still a reaction of its author.
        let there = message.file.as_deref().is_some_and(|f| !f.starts_with('('));
        if let Some(emoji) = message.sticker_emoji.as_deref().filter(|_| !there) {
            lines.push(clean(emoji));
        }
    }
    lines.join("\n")
}
