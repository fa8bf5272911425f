//! Our own archives: `manifest.json`, `people.json`, a file of lines per chat, and the files beside.

use crate::{
    archive::Archive,
    item::{Item, MessageItem, PersonItem, Read, Sink, Trouble, clean, name_in},
};
use kernel::Uuid;
use serde::{Deserialize, Serialize};

/// The format's number; it grows when an older reader could not read it.
pub(crate) const VERSION: u32 = 1;

/// What an archive says of itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: String,
    pub(crate) version: u32,
    /// The company's name.
    pub(crate) workspace: String,
    /// Milliseconds since 1970.
    pub(crate) made_at: i64,
    /// The files of its chats, in order.
    pub(crate) chats: Vec<String>,
}

pub(super) fn read(archive: &mut Archive, sink: &mut Sink<'_>) -> Read<()> {
    let top = archive
        .folder_of("manifest.json")
        .ok_or_else(|| Trouble::new("moving.other_format", "manifest.json"))?;
    let place = format!("{top}manifest.json");
    let manifest: Manifest = archive.json(&place)?;
    if manifest.format != "beseda" {
        return Err(Trouble::new("moving.other_format", place));
    }
    if manifest.version > VERSION {
        return Err(Trouble::new("moving.newer_format", place));
    }
    let people: Vec<PersonItem> = archive.json(&format!("{top}people.json"))?;
    for mut person in people {
        person.name = clean(&person.name);
        sink.put(Item::Person(person))?;
    }
    // Chats stand at the head of their files; they are told first, as everywhere.
    for chats in [true, false] {
        for chat in &manifest.chats {
            let place = format!("{top}{chat}");
            archive.lines(&place, |counted, item: Item| match item {
                Item::Chat(chat) if chats => sink.put(Item::Chat(chat)),
                Item::Topic(topic) if !chats => sink.put(Item::Topic(topic)),
                Item::Message(mut message) if !chats => {
                    named(&mut message);
                    for version in &mut message.versions {
                        version.text = clean(&version.text);
                    }
                    for file in &mut message.files {
                        file.path = format!("{top}{}", file.path);
                    }
                    sink.put(Item::Message(message))
                }
                Item::Person(_) => Err(Trouble::new(
                    "moving.bad_json",
                    format!("{place}:{}", counted.line),
                )),
                _ => Ok(()),
            })?;
        }
    }
    Ok(())
}

/// Puts our sign in place of each `@[name](id)`.
fn named(message: &mut MessageItem) {
    let mut text = clean(&message.text);
    let mut people: Vec<Uuid> = text::mentioned(&text).into_iter().collect();
    people.sort();
    people.dedup();
    for person in people {
        let tail = format!("]({person})");
        while let Some(end) = text.find(&tail) {
            let Some(start) = text[..end].rfind("@[") else {
                break;
            };
            let sign = name_in(&mut message.mentions, &person.to_string());
            text.replace_range(start..end + tail.len(), &sign);
        }
    }
    message.text = text;
}
