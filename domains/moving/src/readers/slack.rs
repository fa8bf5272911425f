//! Slack, "Export data": `users.json`, the lists of channels, and a folder per channel with a file per day.
//! Described at <https://slack.com/help/articles/220556107>.

use super::emoji;
use crate::{
    archive::{Archive, is_kind},
    item::{
        ChatItem, FileItem, Item, MessageItem, PersonItem, ReactionItem, Read, Sink, Trouble,
        clean, name_in,
    },
    moment,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use text::{Entity, EntityKind};

#[derive(Deserialize, Default)]
#[serde(default)]
struct User {
    id: String,
    name: String,
    real_name: Option<String>,
    is_bot: bool,
    profile: Profile,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Profile {
    real_name: Option<String>,
    display_name: Option<String>,
    email: Option<String>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Channel {
    id: String,
    name: String,
    created: i64,
    creator: Option<String>,
    members: Vec<String>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    subtype: Option<String>,
    user: Option<String>,
    username: Option<String>,
    user_profile: Profile,
    text: String,
    ts: String,
    thread_ts: Option<String>,
    edited: Option<Edited>,
    reactions: Vec<Reaction>,
    files: Vec<File>,
    attachments: Vec<Attachment>,
    pinned_to: Vec<String>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Edited {
    ts: String,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Reaction {
    name: String,
    users: Vec<String>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct File {
    id: String,
    name: Option<String>,
    title: Option<String>,
    url_private: Option<String>,
    permalink: Option<String>,
}
#[derive(Deserialize, Default)]
#[serde(default)]
struct Attachment {
    title: Option<String>,
    title_link: Option<String>,
    from_url: Option<String>,
    text: Option<String>,
    fallback: Option<String>,
}

/// Kinds of messages that are somebody's words; the others tell who joined and what was renamed.
const WORDS: [&str; 6] = [
    "bot_message",
    "me_message",
    "file_share",
    "thread_broadcast",
    "file_comment",
    "reply_broadcast",
];

/// What the texts name.
struct Names {
    people: BTreeMap<String, String>,
    channels: BTreeMap<String, String>,
}

pub(super) fn read(archive: &mut Archive, sink: &mut Sink<'_>) -> Read<()> {
    let top = archive
        .folder_of("users.json")
        .ok_or_else(|| Trouble::new("moving.other_format", "users.json"))?;
    let users: Vec<User> = archive.json(&format!("{top}users.json"))?;
    let mut names = Names {
        people: BTreeMap::new(),
        channels: BTreeMap::new(),
    };
    for user in users {
        let named = [
            user.profile.real_name,
            user.real_name,
            user.profile.display_name,
            Some(user.name.clone()),
        ];
        let mut named = named.into_iter().flatten().map(|n| text::clean_name(&n));
        let name = named.find(|n| !n.is_empty()).unwrap_or_default();
        names.people.insert(user.id.clone(), name.clone());
        sink.put(Item::Person(PersonItem {
            id: user.id,
            name,
            login: user.name,
            email: user.profile.email.unwrap_or_default(),
            bot: user.is_bot,
        }))?;
    }
    let mut channels: Vec<(Channel, bool)> = Vec::new();
    for (list, talk) in [
        ("channels.json", false),
        ("groups.json", false),
        ("mpims.json", false),
        ("dms.json", true),
    ] {
        let found: Vec<Channel> = archive.json_if(&format!("{top}{list}"))?;
        channels.extend(found.into_iter().map(|c| (c, talk)));
    }
    if channels.is_empty() {
        return Err(Trouble::new("moving.other_format", "channels.json"));
    }
    for (channel, _) in &channels {
        let name = text::clean_name(&channel.name);
        names.channels.insert(channel.id.clone(), name);
    }
    for (channel, talk) in &channels {
        let name = &names.channels[&channel.id];
        let title = if name.is_empty() { &channel.id } else { name };
        sink.put(Item::Chat(ChatItem {
            id: channel.id.clone(),
            title: (!talk || channel.members.len() > 2).then(|| title.clone()),
            members: channel.members.clone(),
            owner: channel
                .creator
                .clone()
                .filter(|c| channel.members.contains(c)),
            at: channel.created.saturating_mul(1000),
            ..ChatItem::default()
        }))?;
    }
    for (channel, talk) in &channels {
        // Talks have folders named by their id, the others by their name.
        let folder = if *talk { &channel.id } else { &channel.name };
        days(archive, sink, channel, &format!("{top}{folder}/"), &names)?;
    }
    Ok(())
}

fn days(
    archive: &mut Archive,
    sink: &mut Sink<'_>,
    channel: &Channel,
    folder: &str,
    names: &Names,
) -> Read<()> {
    let files = archive.names().filter(|n| {
        let rest = n.strip_prefix(folder);
        rest.is_some_and(|r| is_kind(r, "json") && !r.contains('/'))
    });
    let files: Vec<String> = files.map(str::to_owned).collect();
    // An answer that was sent to the channel as well stands in both.
    let both = ["thread_broadcast", "reply_broadcast"];
    for place in files {
        let mut day: Vec<Message> = archive.json(&place)?;
        day.sort_by(|a, b| a.ts.cmp(&b.ts));
        for message in &day {
            if let Some(item) = one(archive, sink, channel, folder, names, message) {
                let also = both.contains(&message.subtype.as_deref().unwrap_or_default());
                let copy = also.then(|| item.also_in_chat()).flatten();
                sink.put(Item::Message(Box::new(item)))?;
                if let Some(copy) = copy {
                    sink.put(Item::Message(Box::new(copy)))?;
                }
            }
        }
    }
    Ok(())
}

fn one(
    archive: &Archive,
    sink: &mut Sink<'_>,
    channel: &Channel,
    folder: &str,
    names: &Names,
    message: &Message,
) -> Option<MessageItem> {
    let words = message
        .subtype
        .as_deref()
        .is_none_or(|s| WORDS.contains(&s));
    if message.kind != "message" || !words {
        sink.leave("service");
        return None;
    }
    let Some(at) = moment::slack(&message.ts) else {
        sink.leave("without_time");
        return None;
    };
    let own_id = |ts: &str| format!("{}/{ts}", channel.id);
    let author = message
        .user
        .clone()
        .filter(|u| names.people.contains_key(u));
    let named = [
        author.as_ref().map(|a| names.people[a].clone()),
        message.user_profile.real_name.clone(),
        message.username.clone(),
        message.user.clone(),
    ];
    let name = named.into_iter().flatten().find(|n| !n.is_empty());
    let mut item = MessageItem {
        id: own_id(&message.ts),
        chat: channel.id.clone(),
        author,
        author_name: text::clean_name(&name.unwrap_or_default()),
        at,
        // A thread's first message names itself.
        topic: message
            .thread_ts
            .as_deref()
            .filter(|t| *t != message.ts)
            .map(own_id),
        edited_at: message.edited.as_ref().and_then(|e| moment::slack(&e.ts)),
        pinned: message.pinned_to.contains(&channel.id),
        ..MessageItem::default()
    };
    let mut lines = vec![mrkdwn(&message.text, names, &mut item.mentions)];
    for attachment in &message.attachments {
        lines.extend(quoted(attachment, names, &mut item.mentions));
    }
    for file in &message.files {
        let name = file.name.as_ref().or(file.title.as_ref());
        let name = text::sanitize_filename(name.map_or("", String::as_str));
        match beside(archive, folder, file) {
            Some(path) => item.files.push(FileItem {
                name,
                path,
                ..FileItem::default()
            }),
            None => match file.permalink.as_ref().or(file.url_private.as_ref()) {
                // Slack's own archives hold links only; whoever has an account there can still open them.
                Some(url) => {
                    sink.leave("file_by_link");
                    lines.push(format!("{} {url}", text::from_entities(&name, &[])));
                }
                None => sink.leave("file_missing"),
            },
        }
    }
    lines.retain(|line| !line.trim().is_empty());
    item.text = lines.join("\n");
    for reaction in &message.reactions {
        match emoji::of(&reaction.name) {
            Some(known) => item.reactions.push(ReactionItem {
                emoji: known.to_owned(),
                people: reaction.users.clone(),
            }),
            None => sink.leave("reaction"),
        }
    }
    if item.text.is_empty() && item.files.is_empty() {
        sink.leave("empty");
        return None;
    }
    Some(item)
}

/// Where tools that fetch the files too put them: `FOLDER/attachments/ID-name` or `__uploads/ID/name`.
fn beside(archive: &Archive, folder: &str, file: &File) -> Option<String> {
    if file.id.is_empty() {
        return None;
    }
    let top = folder.trim_end_matches('/');
    let top = top.rsplit_once('/').map_or("", |(top, _)| top);
    let slash = if top.is_empty() { "" } else { "/" };
    let starts = [
        format!("{folder}attachments/{}-", file.id),
        format!("{top}{slash}__uploads/{}/", file.id),
    ];
    let found = archive
        .names()
        .find(|n| starts.iter().any(|s| n.starts_with(s.as_str())));
    found.map(str::to_owned)
}

fn quoted(attachment: &Attachment, names: &Names, mentions: &mut Vec<String>) -> Vec<String> {
    let mut out = Vec::new();
    let link = attachment
        .title_link
        .as_ref()
        .or(attachment.from_url.as_ref());
    if let Some(title) = attachment.title.as_ref().filter(|t| !t.is_empty()) {
        out.push(mrkdwn(title, names, mentions));
    }
    let body = attachment.text.as_ref().or(attachment.fallback.as_ref());
    if let Some(body) = body.filter(|b| !b.is_empty()) {
        let body = mrkdwn(body, names, mentions);
        out.extend(body.lines().map(|line| format!("> {line}")));
    }
    out.extend(link.cloned());
    out
}

/// Slack's markup as ours.
fn mrkdwn(source: &str, names: &Names, mentions: &mut Vec<String>) -> String {
    let source = clean(source);
    let mut out = Written::default();
    // Blocks of code first, then words of code: nothing within them means anything.
    for (n, block) in source.split("```").enumerate() {
        if n % 2 == 1 {
            out.styled(EntityKind::Pre, |o| o.push(&plain(block)));
            continue;
        }
        for (n, word) in block.split('`').enumerate() {
            if n % 2 == 1 && !word.contains('\n') && !word.is_empty() {
                out.styled(EntityKind::Code, |o| o.push(&plain(word)));
            } else {
                if n % 2 == 1 {
                    out.push("`");
                }
                angled(word, names, mentions, &mut out);
            }
        }
    }
    text::from_entities(&out.text, &out.entities)
}

/// A text on its way with its formatting.
#[derive(Default)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) entities: Vec<Entity>,
    pub(super) units: usize,
}

impl Written {
    pub(super) fn push(&mut self, text: &str) {
        self.units += text.encode_utf16().count();
        self.text.push_str(text);
    }
    pub(super) fn styled(&mut self, kind: EntityKind, write: impl FnOnce(&mut Self)) {
        let start = self.units;
        write(self);
        if self.units > start {
            self.entities
                .push(Entity::new(kind, start, self.units - start));
        }
    }
}

/// Slack escapes three signs and no others.
fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// What stands between `<` and `>` is a person, a channel or an address.
fn angled(source: &str, names: &Names, mentions: &mut Vec<String>, out: &mut Written) {
    let mut rest = source;
    while let Some((before, after)) = rest.split_once('<') {
        starred(&emoji::spelled(&plain(before)), out);
        let Some((inside, after)) = after.split_once('>') else {
            out.push("<");
            rest = after;
            continue;
        };
        rest = after;
        let (target, label) = inside
            .split_once('|')
            .map_or((inside, None), |(t, l)| (t, Some(l)));
        if let Some(person) = target.strip_prefix('@') {
            out.push(&name_in(mentions, person));
        } else if let Some(channel) = target.strip_prefix('#') {
            let name = names.channels.get(channel).map(String::as_str).or(label);
            out.push(&format!("#{}", plain(name.unwrap_or(channel))));
        } else if let Some(command) = target.strip_prefix('!') {
            out.push(&plain(label.unwrap_or(&format!("@{command}"))));
        } else {
            let url = plain(target);
            match label.map(plain).filter(|l| !l.is_empty() && *l != url) {
                Some(label) => {
                    let start = out.units;
                    out.push(&label);
                    out.entities.push(Entity {
                        url: Some(url),
                        ..Entity::new(EntityKind::Link, start, out.units - start)
                    });
                }
                None => out.push(url.strip_prefix("mailto:").unwrap_or(&url)),
            }
        }
    }
    starred(&emoji::spelled(&plain(rest)), out);
}

/// `*bold*`, `_italic_`, `~struck~`.
pub(super) fn starred(source: &str, out: &mut Written) {
    let mut before = out.text.chars().next_back();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let kind = match c {
            '*' => Some(EntityKind::Bold),
            '_' => Some(EntityKind::Italic),
            '~' => Some(EntityKind::Strike),
            _ => None,
        };
        let opens = before.is_none_or(|b| !b.is_alphanumeric());
        if let Some(kind) = kind.filter(|_| opens)
            && let Some(end) = closes(after, c)
        {
            out.styled(kind, |o| starred(&after[..end], o));
            rest = &after[end + 1..];
            before = Some(c);
            continue;
        }
        out.push(&rest[..c.len_utf8()]);
        before = Some(c);
        rest = after;
    }
}

/// Where formatting that began ends: on the same line, not after a space, not within a word.
fn closes(text: &str, sign: char) -> Option<usize> {
    if text.starts_with([' ', '\n']) {
        return None;
    }
    let line = text.split('\n').next().unwrap_or_default();
    line.match_indices(sign).map(|(at, _)| at).find(|at| {
        let next = line[at + sign.len_utf8()..].chars().next();
        *at > 0 && !line[..*at].ends_with(' ') && next.is_none_or(|n| !n.is_alphanumeric())
    })
}
