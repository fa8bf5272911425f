//! Mattermost, the zip of a bulk export: a file of lines, and the attachments below `data/`.
//! Described at <https://docs.mattermost.com/onboard/bulk-loading-data-format.html>.

use super::emoji;
use crate::{
    archive::{Archive, is_kind},
    item::{
        ChatItem, FileItem, Item, MessageItem, PersonItem, ReactionItem, Read, Sink, Trouble,
        clean, name_in,
    },
};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

#[derive(Deserialize, Default)]
#[serde(default)]
struct Line {
    #[serde(rename = "type")]
    kind: String,
    version: Option<i64>,
    channel: Channel,
    user: User,
    post: Post,
    direct_channel: DirectChannel,
    direct_post: Post,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Channel {
    team: String,
    name: String,
    display_name: String,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct User {
    username: String,
    email: String,
    first_name: String,
    last_name: String,
    nickname: String,
    teams: Vec<Team>,
    is_bot: bool,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Team {
    name: String,
    channels: Vec<Membership>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Membership {
    name: String,
    roles: String,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct DirectChannel {
    members: Vec<String>,
    /// Newer versions name the members in objects.
    participants: Vec<Participant>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Participant {
    username: String,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Post {
    team: String,
    channel: String,
    channel_members: Vec<String>,
    user: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    message: String,
    create_at: i64,
    edit_at: Option<i64>,
    is_pinned: Option<bool>,
    reactions: Option<Vec<Reaction>>,
    replies: Option<Vec<Post>>,
    attachments: Option<Vec<Attachment>>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Reaction {
    user: String,
    emoji_name: String,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Attachment {
    path: String,
}

/// What is known when the posts begin.
#[derive(Default)]
struct Known {
    versioned: bool,
    people: BTreeMap<String, PersonItem>,
    chats: Vec<ChatItem>,
    places: HashMap<String, usize>,
    /// How many messages of the same second and author there were, so that each has a name of its own.
    twins: HashMap<String, u32>,
    top: String,
}

pub(super) fn read(archive: &mut Archive, sink: &mut Sink<'_>) -> Read<()> {
    let lines = archive.names().filter(|n| is_kind(n, "jsonl"));
    let place = lines
        .min_by_key(|n| n.matches('/').count())
        .map(str::to_owned);
    let place = place.ok_or_else(|| Trouble::new("moving.other_format", "import.jsonl"))?;
    let top = place.rsplit_once('/').map_or("", |(top, _)| top);
    let mut known = Known {
        top: if top.is_empty() {
            String::new()
        } else {
            format!("{top}/")
        },
        ..Known::default()
    };
    // The first time over the file: who and where. The order of the lines would put talks after the posts of channels.
    archive.lines(&place, |_, line: Line| {
        known.note(line);
        Ok(())
    })?;
    if !known.versioned {
        return Err(Trouble::new("moving.other_format", place));
    }
    for person in known.people.values() {
        sink.put(Item::Person(person.clone()))?;
    }
    for chat in &known.chats {
        sink.put(Item::Chat(chat.clone()))?;
    }
    let paths: std::collections::BTreeSet<String> = archive.names().map(str::to_owned).collect();
    archive.lines(&place, |_, line: Line| match line.kind.as_str() {
        "post" => known.posts(sink, &paths, line.post),
        "direct_post" => known.posts(sink, &paths, line.direct_post),
        "version" | "team" | "channel" | "user" | "direct_channel" => Ok(()),
        "emoji" => {
            sink.leave("own_emoji");
            Ok(())
        }
        _ => {
            sink.leave("unknown_kind");
            Ok(())
        }
    })
}

fn talk(members: &[String]) -> String {
    let mut members = members.to_vec();
    members.sort();
    members.dedup();
    format!("@{}", members.join("+"))
}

impl Known {
    fn chat(&mut self, item: ChatItem) {
        if !self.places.contains_key(&item.id) {
            self.places.insert(item.id.clone(), self.chats.len());
            self.chats.push(item);
        }
    }

    fn person(&mut self, login: &str) {
        let new = || PersonItem {
            id: login.to_owned(),
            name: text::clean_name(login),
            login: login.to_owned(),
            ..PersonItem::default()
        };
        self.people.entry(login.to_owned()).or_insert_with(new);
    }

    fn direct(&mut self, mut members: Vec<String>, at: i64) {
        let id = talk(&members);
        members.sort();
        members.dedup();
        for member in &members {
            self.person(member);
        }
        let title = (members.len() > 2).then(|| members.join(", "));
        self.chat(ChatItem {
            id,
            title: title.map(|t| text::clean_name(&t)),
            members,
            at,
            ..ChatItem::default()
        });
    }

    fn note(&mut self, line: Line) {
        match line.kind.as_str() {
            "version" => self.versioned = line.version.is_some(),
            "channel" => {
                let Channel {
                    team,
                    name,
                    display_name,
                } = line.channel;
                let title = text::clean_name(&display_name);
                self.chat(ChatItem {
                    id: format!("{team}/{name}"),
                    title: Some(if title.is_empty() { name } else { title }),
                    ..ChatItem::default()
                });
            }
            "user" => self.user(line.user),
            "direct_channel" => {
                let mut members = line.direct_channel.members;
                let newer = line.direct_channel.participants;
                members.extend(newer.into_iter().map(|p| p.username));
                self.direct(members, 0);
            }
            "post" => {
                self.person(&line.post.user);
                let id = format!("{}/{}", line.post.team, line.post.channel);
                self.chat(ChatItem {
                    id: id.clone(),
                    title: Some(text::clean_name(&line.post.channel)),
                    ..ChatItem::default()
                });
                let chat = &mut self.chats[self.places[&id]];
                if chat.at == 0 || line.post.create_at < chat.at {
                    chat.at = line.post.create_at;
                }
            }
            "direct_post" => {
                self.direct(line.direct_post.channel_members, line.direct_post.create_at);
            }
            _ => {}
        }
    }

    fn user(&mut self, user: User) {
        let whole = text::clean_name(&format!("{} {}", user.first_name, user.last_name));
        let names = [
            whole,
            text::clean_name(&user.nickname),
            user.username.clone(),
        ];
        let name = names.into_iter().find(|n| !n.is_empty());
        for team in &user.teams {
            for channel in &team.channels {
                let id = format!("{}/{}", team.name, channel.name);
                let Some(place) = self.places.get(&id) else {
                    continue;
                };
                let chat = &mut self.chats[*place];
                chat.members.push(user.username.clone());
                if channel
                    .roles
                    .split_whitespace()
                    .any(|r| r == "channel_admin")
                {
                    chat.admins.push(user.username.clone());
                }
            }
        }
        let person = PersonItem {
            id: user.username.clone(),
            name: name.unwrap_or_default(),
            login: user.username.clone(),
            email: user.email,
            bot: user.is_bot,
        };
        self.people.insert(user.username, person);
    }

    fn posts(
        &mut self,
        sink: &mut Sink<'_>,
        paths: &std::collections::BTreeSet<String>,
        mut post: Post,
    ) -> Read<()> {
        let chat = if post.channel_members.is_empty() {
            format!("{}/{}", post.team, post.channel)
        } else {
            talk(&post.channel_members)
        };
        let replies = post.replies.take().unwrap_or_default();
        let first = self.one(sink, paths, &chat, post, None)?;
        for reply in replies {
            self.one(sink, paths, &chat, reply, first.as_deref())?;
        }
        Ok(())
    }

    fn one(
        &mut self,
        sink: &mut Sink<'_>,
        paths: &std::collections::BTreeSet<String>,
        chat: &str,
        post: Post,
        answers: Option<&str>,
    ) -> Read<Option<String>> {
        if post
            .kind
            .as_deref()
            .is_some_and(|k| k.starts_with("system_"))
        {
            sink.leave("service");
            return Ok(None);
        }
        // Posts have no ids there: the vendor too tells them by these.
        let mut id = format!("{chat}/{}/{}", post.create_at, post.user);
        let twin = self.twins.entry(id.clone()).or_default();
        *twin += 1;
        if *twin > 1 {
            id = format!("{id}/{twin}");
        }
        let author = self.people.get(&post.user);
        let mut item = MessageItem {
            id: id.clone(),
            chat: chat.to_owned(),
            author: author.map(|p| p.id.clone()),
            author_name: author.map_or_else(|| text::clean_name(&post.user), |p| p.name.clone()),
            at: post.create_at,
            topic: answers.map(str::to_owned),
            edited_at: post.edit_at.filter(|at| *at > 0),
            pinned: post.is_pinned.unwrap_or_default(),
            ..MessageItem::default()
        };
        item.text = emoji::spelled(&named(
            &clean(&post.message),
            &self.people,
            &mut item.mentions,
        ));
        for attachment in post.attachments.unwrap_or_default() {
            let places = [
                format!("{}data/{}", self.top, attachment.path),
                format!("{}{}", self.top, attachment.path),
            ];
            match places.into_iter().find(|p| paths.contains(p)) {
                Some(path) => item.files.push(FileItem {
                    name: text::sanitize_filename(&attachment.path),
                    path,
                    ..FileItem::default()
                }),
                None => sink.leave("file_missing"),
            }
        }
        for reaction in post.reactions.unwrap_or_default() {
            let Some(known) = emoji::of(&reaction.emoji_name) else {
                sink.leave("reaction");
                continue;
            };
            match item.reactions.iter_mut().find(|r| r.emoji == known) {
                Some(same) => same.people.push(reaction.user),
                None => item.reactions.push(ReactionItem {
                    emoji: known.to_owned(),
                    people: vec![reaction.user],
                }),
            }
        }
        if item.text.trim().is_empty() && item.files.is_empty() {
            sink.leave("empty");
            return Ok(None);
        }
        sink.put(Item::Message(Box::new(item)))?;
        Ok(Some(id))
    }
}

/// Puts our sign in place of each `@login` of somebody in the archive.
fn named(text: &str, people: &BTreeMap<String, PersonItem>, mentions: &mut Vec<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('@') {
        out.push_str(before);
        let within = out.chars().next_back().is_some_and(char::is_alphanumeric);
        let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)));
        let word = &after[..end.unwrap_or(after.len())];
        // A full stop may end a name or a sentence.
        let ends = [word, word.trim_end_matches(['.', '-', '_'])];
        let login = ends.into_iter().find(|w| people.contains_key(*w));
        match login.filter(|_| !within) {
            Some(login) => {
                out.push_str(&name_in(mentions, login));
                rest = &after[login.len()..];
            }
            None => {
                out.push('@');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
