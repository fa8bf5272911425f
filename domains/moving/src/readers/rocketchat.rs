//! Rocket.Chat. Two archives are read: the collections of its database as `mongoexport` writes them, packed as a zip with the
//! stored files beside, and what "Export messages" of a room makes. It has no archive of the whole company of its own.

mod shapes;
mod words;

use self::{
    shapes::{Attachment, Message, Room, Subscription, User},
    words::{markdown, quoted},
};
use super::emoji;
use crate::{
    archive::{Archive, is_kind},
    item::{ChatItem, FileItem, Item, MessageItem, PersonItem, ReactionItem, Read, Sink, Trouble},
    moment,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet};

/// An id: a word, or an object id as `mongoexport` writes it.
fn id(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        other => other["$oid"].as_str().unwrap_or_default().to_owned(),
    }
}

/// A moment: `{"$date": …}` with a text, a number or a number in a text; or each of these by itself.
fn at(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => n.as_i64(),
        Value::String(text) => moment::utc(text),
        Value::Object(inside) => match inside.get("$numberLong") {
            Some(long) => long.as_str()?.parse().ok(),
            None => at(inside.get("$date")?),
        },
        _ => None,
    }
}

/// The file of a collection, by the names it is commonly given.
fn place(archive: &Archive, words: &[&str]) -> Option<String> {
    let ends = ["json", "jsonl", "ndjson"];
    let mut names = words
        .iter()
        .flat_map(|word| ends.map(|end| format!("{word}.{end}")));
    names.find_map(|name| Some(format!("{}{name}", archive.folder_of(&name)?)))
}

/// The documents of a collection: one in each line, or all in one list.
fn rows<T: DeserializeOwned>(
    archive: &mut Archive,
    place: &str,
    mut each: impl FnMut(T) -> Read<()>,
) -> Read<()> {
    if archive.begins_with(place, b'[')? {
        let all: Vec<T> = archive.json(place)?;
        return all.into_iter().try_for_each(each);
    }
    archive.lines(place, |_, row| each(row))
}

/// What is known when the messages begin.
#[derive(Default)]
struct Known {
    /// Login → id.
    logins: HashMap<String, String>,
    names: HashMap<String, String>,
    /// Talks with clients: they are not colleagues' chats.
    clients: HashSet<String>,
    /// A stored file's id → its place in the archive.
    stored: HashMap<String, String>,
    twins: HashMap<String, u32>,
}

pub(super) fn read(archive: &mut Archive, sink: &mut Sink<'_>) -> Read<()> {
    let mut known = Known {
        stored: stored(archive),
        ..Known::default()
    };
    match place(archive, &["rocketchat_message", "messages"]) {
        Some(messages) => whole(archive, sink, &mut known, &messages),
        None => rooms(archive, sink, &mut known),
    }
}

/// Stored files are called by their ids, with or without a name behind, or stand in a folder called so.
fn stored(archive: &Archive) -> HashMap<String, String> {
    let mut out = HashMap::new();
    for name in archive.names() {
        let mut parts = name.rsplit('/');
        let base = parts.next().unwrap_or_default();
        let words = [
            Some(base),
            base.split_once('-').map(|(id, _)| id),
            base.split_once('.').map(|(id, _)| id),
            parts.next(),
        ];
        for word in words.into_iter().flatten().filter(|w| w.len() >= 10) {
            out.entry(word.to_owned())
                .or_insert_with(|| name.to_owned());
        }
    }
    out
}

// ------------------------------------------------------------ the collections

fn whole(
    archive: &mut Archive,
    sink: &mut Sink<'_>,
    known: &mut Known,
    place_of: &str,
) -> Read<()> {
    let other = |name: &str| Trouble::new("moving.other_format", name);
    let users = place(archive, &["users"]).ok_or_else(|| other("users.json"))?;
    let list = place(archive, &["rocketchat_room", "rooms"]).ok_or_else(|| other("rooms.json"))?;
    rows(archive, &users, |user: User| {
        let login = user.username.unwrap_or_default();
        let name = text::clean_name(user.name.as_deref().unwrap_or(&login));
        let person = PersonItem {
            id: id(&user.id),
            email: user
                .emails
                .and_then(|all| all.into_iter().next())
                .map_or_else(String::new, |e| e.address),
            bot: matches!(user.kind.as_deref(), Some("bot" | "app")),
            name,
            login,
        };
        known.logins.insert(person.login.clone(), person.id.clone());
        known.names.insert(person.id.clone(), person.name.clone());
        sink.put(Item::Person(person))
    })?;
    let mut chats: Vec<ChatItem> = Vec::new();
    rows(archive, &list, |room: Room| {
        match room.t.as_str() {
            "c" | "p" | "d" => chats.push(chat(&room, known)),
            _ => {
                sink.leave("client_chat");
                known.clients.insert(id(&room.id));
            }
        }
        Ok(())
    })?;
    let mut places: HashMap<String, usize> = HashMap::new();
    for (n, chat) in chats.iter().enumerate() {
        places.insert(chat.id.clone(), n);
    }
    if let Some(list) = place(archive, &["rocketchat_subscription", "subscriptions"]) {
        rows(archive, &list, |one: Subscription| {
            let Some(n) = places.get(&id(&one.rid)) else {
                return Ok(());
            };
            let (person, chat) = (id(&one.u.id), &mut chats[*n]);
            let roles = one.roles.unwrap_or_default();
            if roles.iter().any(|r| r == "owner" || r == "moderator") {
                chat.admins.push(person.clone());
            }
            if !chat.members.contains(&person) {
                chat.members.push(person);
            }
            Ok(())
        })?;
    }
    // Once over the messages: who wrote where no list of members is, and whether they stand in their order.
    let (mut last, mut ordered) = (i64::MIN, true);
    let mut wrote: HashMap<usize, BTreeSet<String>> = HashMap::new();
    rows(archive, place_of, |message: Message| {
        let moment = at(&message.ts).unwrap_or(last);
        ordered &= moment >= last;
        last = moment;
        if let Some(n) = places.get(&id(&message.rid)) {
            wrote.entry(*n).or_default().insert(id(&message.u.id));
        }
        Ok(())
    })?;
    for (n, chat) in chats.iter_mut().enumerate() {
        if chat.members.is_empty() {
            let people = wrote.remove(&n).unwrap_or_default();
            chat.members = people
                .into_iter()
                .filter(|p| known.names.contains_key(p))
                .collect();
        }
        if chat.members.len() <= 2 && chat.title.as_deref() == Some("") {
            chat.title = None;
        }
        if chat.title.as_deref() == Some("") {
            let names = chat.members.iter().filter_map(|m| known.names.get(m));
            let names: Vec<&str> = names.take(4).map(String::as_str).collect();
            chat.title = Some(text::clean_name(&names.join(", ")));
        }
        let owner = chat.owner.take();
        chat.owner = owner.filter(|o| chat.members.contains(o));
        sink.put(Item::Chat(chat.clone()))?;
    }
    if ordered {
        return rows(archive, place_of, |message| known.put(sink, &message, None));
    }
    // Out of order they are put in order here, if there are not too many.
    archive.may_be_held(place_of)?;
    let mut all: Vec<Message> = Vec::new();
    rows(archive, place_of, |message| {
        all.push(message);
        Ok(())
    })?;
    all.sort_by_key(|m| at(&m.ts));
    all.iter().try_for_each(|m| known.put(sink, m, None))
}

fn chat(room: &Room, known: &Known) -> ChatItem {
    let talk = room.t == "d";
    let named = [room.fname.as_deref(), room.name.as_deref()];
    let mut named = named.into_iter().flatten().map(text::clean_name);
    let name = named.find(|n| !n.is_empty()).unwrap_or_default();
    let room_id = id(&room.id);
    let members = room.usernames.iter().flatten();
    let members = members.filter_map(|login| known.logins.get(login).cloned());
    ChatItem {
        title: Some(match (talk, name.is_empty()) {
            (true, _) => String::new(),
            (false, true) => room_id.clone(),
            (false, false) => name,
        }),
        id: room_id,
        members: members.collect(),
        owner: Some(id(&room.u.id)).filter(|o| !o.is_empty()),
        at: at(&room.ts).unwrap_or_default(),
        ..ChatItem::default()
    }
}

// ------------------------------------------------------------ archives of single rooms

fn rooms(archive: &mut Archive, sink: &mut Sink<'_>, known: &mut Known) -> Read<()> {
    let lists = ["rooms.json", "users.json", "user.json", "result.json"];
    let found = archive.names().filter(|n| {
        let base = n.rsplit('/').next().unwrap_or_default();
        is_kind(n, "json") && !n.contains("assets/") && !lists.contains(&base)
    });
    let found: Vec<String> = found.map(str::to_owned).collect();
    let mut chats: Vec<(String, ChatItem)> = Vec::new();
    let mut people: BTreeSet<String> = BTreeSet::new();
    for place in found {
        let base = place.rsplit('/').next().unwrap_or_default();
        let stem = base.trim_end_matches(".json");
        let mut item = ChatItem {
            id: format!("room/{stem}"),
            title: Some(text::clean_name(stem)),
            ..ChatItem::default()
        };
        let mut members = BTreeSet::new();
        let mut ours = false;
        rows(archive, &place, |message: Message| {
            ours |= message.msg.is_some();
            let moment = at(&message.ts);
            item.at = if item.at == 0 {
                moment.unwrap_or(0)
            } else {
                item.at
            };
            members.extend(message.username);
            Ok(())
        })?;
        if ours {
            people.extend(members.iter().cloned());
            item.members = members.into_iter().collect();
            chats.push((place, item));
        }
    }
    if chats.is_empty() {
        return Err(Trouble::new(
            "moving.other_format",
            "rocketchat_message.json",
        ));
    }
    for login in people {
        known.logins.insert(login.clone(), login.clone());
        known.names.insert(login.clone(), login.clone());
        let (id, name) = (login.clone(), text::clean_name(&login));
        sink.put(Item::Person(PersonItem {
            id,
            name,
            login,
            ..PersonItem::default()
        }))?;
    }
    for (_, chat) in &chats {
        sink.put(Item::Chat(chat.clone()))?;
    }
    for (place, chat) in &chats {
        rows(archive, place, |message| {
            known.put(sink, &message, Some(&chat.id))
        })?;
    }
    Ok(())
}

// ------------------------------------------------------------ one message

impl Known {
    fn put(&mut self, sink: &mut Sink<'_>, message: &Message, room: Option<&str>) -> Read<()> {
        let chat = room.map_or_else(|| id(&message.rid), str::to_owned);
        if self.clients.contains(&chat) {
            sink.leave("message_of_client");
            return Ok(());
        }
        match message.t.as_deref().or(message.kind.as_deref()) {
            Some("e2e") => {
                sink.leave("encrypted");
                return Ok(());
            }
            Some(_) => {
                sink.leave("service");
                return Ok(());
            }
            // An earlier form of a message that was changed since.
            None if message.hidden == Some(true) => return Ok(()),
            None => {}
        }
        let Some(moment) = at(&message.ts) else {
            sink.leave("without_time");
            return Ok(());
        };
        let author = match &message.username {
            Some(login) => login.clone(),
            None => id(&message.u.id),
        };
        let name = [
            message.alias.clone(),
            self.names.get(&author).cloned(),
            message.u.name.clone(),
            message.u.username.clone(),
        ];
        let name = name.into_iter().flatten().find(|n| !n.is_empty());
        let (source, answers) = quoted(message.msg.as_deref().unwrap_or_default());
        let mut item = MessageItem {
            id: match room {
                Some(room) => self.twin(format!("{room}/{moment}/{author}")),
                None => id(&message.id),
            },
            chat,
            author: Some(author).filter(|a| self.names.contains_key(a)),
            author_name: text::clean_name(&name.unwrap_or_default()),
            at: moment,
            reply_to: answers,
            topic: message.tmid.as_ref().map(id).filter(|t| !t.is_empty()),
            edited_at: message.edited_at.as_ref().and_then(at),
            pinned: message.pinned == Some(true),
            ..MessageItem::default()
        };
        let mut lines = vec![markdown(source, &self.logins, &mut item.mentions)];
        self.files(sink, message, &mut item);
        let mut mentions = std::mem::take(&mut item.mentions);
        for attachment in message.attachments.iter().flatten() {
            lines.extend(self.attached(attachment, &item, &mut mentions));
        }
        item.mentions = mentions;
        lines.retain(|line| !line.trim().is_empty());
        item.text = lines.join("\n");
        self.reactions(sink, message, &mut item);
        if item.text.is_empty() && item.files.is_empty() {
            sink.leave("empty");
            return Ok(());
        }
        let copy = (message.tshow == Some(true)).then(|| item.also_in_chat());
        sink.put(Item::Message(Box::new(item)))?;
        match copy.flatten() {
            Some(copy) => sink.put(Item::Message(Box::new(copy))),
            None => Ok(()),
        }
    }

    /// The messages of a room's archive have no ids.
    fn twin(&mut self, id: String) -> String {
        let n = self.twins.entry(id.clone()).or_default();
        *n += 1;
        if *n > 1 { format!("{id}/{n}") } else { id }
    }

    fn files(&self, sink: &mut Sink<'_>, message: &Message, item: &mut MessageItem) {
        let mut all: Vec<(String, String)> = Vec::new();
        let files = message.files.iter().flatten().chain(&message.file);
        let named = files.map(|f| (id(&f.id), f.name.clone().unwrap_or_default()));
        let attached = message.attachments.iter().flatten();
        let attached = attached.filter_map(|a| {
            let name = a.file_name.clone().or_else(|| a.title.clone());
            Some((a.file_id.clone()?, name.unwrap_or_default()))
        });
        for (file, name) in named.chain(attached) {
            // Small pictures that were made of a picture are not files of their own.
            let thumb = name.starts_with("thumb-");
            if !file.is_empty() && !thumb && all.iter().all(|(known, _)| *known != file) {
                all.push((file, name));
            }
        }
        for (file, name) in all {
            match self.stored.get(&file) {
                Some(path) => item.files.push(FileItem {
                    name: text::sanitize_filename(&name),
                    path: path.clone(),
                    ..FileItem::default()
                }),
                None => sink.leave("file_missing"),
            }
        }
    }

    /// What stands under a message beside its files. What it quotes from the same chat is an answer already.
    fn attached(
        &self,
        attachment: &Attachment,
        item: &MessageItem,
        mentions: &mut Vec<String>,
    ) -> Vec<String> {
        let mut out = Vec::new();
        if attachment.message_link.is_some() && item.reply_to.is_some() {
            return out;
        }
        let description = attachment.description.as_deref().unwrap_or_default();
        out.push(markdown(description, &self.logins, mentions));
        let body = attachment.text.as_deref().unwrap_or_default();
        let body = markdown(body, &self.logins, mentions);
        out.extend(body.lines().map(|line| format!("> {line}")));
        let outside = attachment.title_link.as_ref();
        out.extend(outside.filter(|l| l.starts_with("http")).cloned());
        out
    }

    fn reactions(&self, sink: &mut Sink<'_>, message: &Message, item: &mut MessageItem) {
        for (name, reaction) in message.reactions.iter().flatten() {
            let Some(known) = emoji::of(name.trim_matches(':')) else {
                sink.leave("reaction");
                continue;
            };
            let people = reaction.usernames.iter();
            let people = people.filter_map(|login| self.logins.get(login).cloned());
            item.reactions.push(ReactionItem {
                emoji: known.to_owned(),
                people: people.collect(),
            });
        }
    }
}
