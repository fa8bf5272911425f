//! What every archive becomes: one neutral stream of people, chats and messages. It is also what our own archives are written of.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A place in a text where somebody is named: the number in [`MessageItem::mentions`] stands between these two.
const NAMED: (char, char) = ('\u{E000}', '\u{E001}');

/// One piece of an archive. People come first, then chats, then messages, each after what it answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Item {
    Person(PersonItem),
    Chat(ChatItem),
    /// Only where the archive says more of a topic than what is written in it; it comes after the message it hangs under.
    Topic(TopicItem),
    Message(Box<MessageItem>),
}

/// Somebody who is named as a member or wrote. The id is the archive's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PersonItem {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) email: String,
    /// An automaton: it never becomes a colleague.
    pub(crate) bot: bool,
}

/// A chat; without a title it is the talk of its members.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ChatItem {
    pub(crate) id: String,
    pub(crate) title: Option<String>,
    pub(crate) members: Vec<String>,
    pub(crate) admins: Vec<String>,
    pub(crate) owner: Option<String>,
    /// Whether only its owner and admins may add members.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) admins_add: bool,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
}

/// The talk under a message of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TopicItem {
    pub(crate) chat: String,
    /// The message it hangs under.
    pub(crate) root: String,
    pub(crate) title: String,
    pub(crate) owner: Option<String>,
    pub(crate) followers: Vec<String>,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
}

/// A message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct MessageItem {
    /// Unique among all messages of all archives from one place.
    pub(crate) id: String,
    pub(crate) chat: String,
    /// Who wrote it, if they are among the people.
    pub(crate) author: Option<String>,
    pub(crate) author_name: String,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    /// Our markup.
    pub(crate) text: String,
    #[serde(skip)]
    pub(crate) mentions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reply_to: Option<String>,
    /// Written in the topic under this message of the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) topic: Option<String>,
    /// Stands in the chat, and was written in the topic under this message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from_topic: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) files: Vec<FileItem>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) reactions: Vec<ReactionItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) edited_at: Option<i64>,
    /// What it said before, and until when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) versions: Vec<VersionItem>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) pinned: bool,
    /// Written first by somebody else, elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) forwarded: Option<ForwardedItem>,
}

impl MessageItem {
    /// The copy of an answer in a topic that was sent to the chat as well.
    pub(crate) fn also_in_chat(&self) -> Option<Self> {
        Some(Self {
            id: format!("{}/chat", self.id),
            topic: None,
            from_topic: Some(self.topic.clone()?),
            reactions: Vec::new(),
            pinned: false,
            ..self.clone()
        })
    }
}

/// What a message said before it was changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct VersionItem {
    pub(crate) at: i64,
    pub(crate) text: String,
}

/// Who wrote a forwarded message first, and when, if the archive knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ForwardedItem {
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<i64>,
}

/// A file that is in the archive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct FileItem {
    pub(crate) name: String,
    pub(crate) path: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) voice: bool,
    /// Shown as a row to download, also when it is a picture.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) plain: bool,
    /// Length of sound or film, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) length: Option<i64>,
    /// How loud a voice message is along its length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) peaks: Option<Vec<u8>>,
}

/// Who reacted with an emoji.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ReactionItem {
    pub(crate) emoji: String,
    pub(crate) people: Vec<String>,
}

/// Why an archive cannot be read, and at which file of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) code: &'static str,
    pub(crate) place: String,
}

impl Trouble {
    pub(crate) fn new(code: &'static str, place: impl Into<String>) -> Self {
        let place: String = place.into();
        let place = text::clean_name(&place.chars().take(300).collect::<String>());
        Self { code, place }
    }
}

pub(crate) type Read<T> = std::result::Result<T, Trouble>;

/// Takes what a reader finds, and counts what it leaves out.
pub(crate) struct Sink<'a> {
    pub(crate) take: &'a mut dyn FnMut(Item) -> bool,
    /// What is left out, by reason.
    pub(crate) left: BTreeMap<&'static str, u64>,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(take: &'a mut dyn FnMut(Item) -> bool) -> Self {
        Self {
            take,
            left: BTreeMap::new(),
        }
    }
    /// Hands an item on; whoever takes them may have had enough.
    pub(crate) fn put(&mut self, item: Item) -> Read<()> {
        if (self.take)(item) {
            Ok(())
        } else {
            Err(Trouble::new("moving.stopped", ""))
        }
    }
    pub(crate) fn leave(&mut self, reason: &'static str) {
        *self.left.entry(reason).or_default() += 1;
    }
}

/// A text without the two signs that mean something to us alone, and without control characters.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(*c, '\u{E000}' | '\u{E001}'))
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

/// A text without control characters.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

/// Notes somebody who is named, and answers what stands in the text for them.
pub(crate) fn name_in(mentions: &mut Vec<String>, person: &str) -> String {
    let number = mentions.iter().position(|p| p == person);
    let number = number.unwrap_or_else(|| {
        mentions.push(person.to_owned());
        mentions.len() - 1
    });
    format!("{}{number}{}", NAMED.0, NAMED.1)
}

/// The text with what `say` answers for each person named in it.
pub(crate) fn with_names(text: &str, say: impl Fn(usize) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(NAMED.0) {
        out.push_str(before);
        let Some((number, after)) = after.split_once(NAMED.1) else {
            rest = after;
            continue;
        };
        if let Ok(number) = number.parse() {
            out.push_str(&say(number));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}
