//! One batch of a run, written in one transaction.

use super::{Known, Piece, Ready, key};
use crate::{
    item::{ChatItem, MessageItem, PersonItem, TopicItem, printable, with_names},
    model::{Import, ImportMade},
    readers::Format,
    rules,
    store::{self, Came},
};
use accounts::Person;
use db::Tx;
use files::FileRef;
use kernel::{Ctx, Error, Id, Moment, Result, Uuid};
use messages::{Author, Extras, Forwarded, Message, NewMessage, Thread};
use std::{
    collections::{BTreeSet, HashMap, VecDeque, hash_map::Entry},
    sync::{Arc, Mutex, PoisonError},
};
use team::bringing::{self, Brought, BroughtTopic};

/// Files of one message, as messages allow.
const FILES: usize = 30;

/// One batch inside its transaction.
pub(super) struct Work {
    pub(super) run: Import,
    pub(super) ctx: Ctx,
    pub(super) known: Known,
    pub(super) here: HashMap<Uuid, Uuid>,
    pub(super) made: ImportMade,
    pub(super) place: Arc<Mutex<String>>,
    /// The chats written in, as they were before.
    pub(super) touched: HashMap<Id<Thread>, Thread>,
}

impl Work {
    pub(super) async fn pieces(&mut self, tx: &mut Tx<'_>, pieces: Vec<Piece>) -> Result<()> {
        for piece in pieces {
            match piece {
                Piece::Person(person) => self.person(tx, &person).await?,
                Piece::Chat(chat) => self.chat(tx, chat).await?,
                Piece::Topic(topic) => self.topic_of(tx, &topic).await?,
                Piece::Message(ready) => {
                    self.at(&ready.item.id);
                    self.message(tx, *ready).await?;
                }
            }
        }
        for (chat, before) in std::mem::take(&mut self.touched) {
            let people = if before.last_seq == 0 {
                bringing::members(tx, chat).await?
            } else {
                Vec::new()
            };
            messages::keep_read(tx, &people, &before).await?;
        }
        Ok(())
    }

    async fn came(
        &self,
        tx: &mut Tx<'_>,
        kind: &'static str,
        id: &str,
        ours: Uuid,
        thread: Option<Uuid>,
    ) -> Result<()> {
        let what = Came {
            key: key(&self.run, kind, id),
            kind,
            external_id: id.to_owned(),
            our_id: ours,
            thread_id: thread,
        };
        store::came(tx, &self.run, &what).await
    }

    async fn person(&mut self, tx: &mut Tx<'_>, item: &PersonItem) -> Result<()> {
        match self.known.people.get(&item.id) {
            Some((Some(id), _)) => self.came(tx, "person", &item.id, id.uuid(), None).await,
            Some((None, _)) => Ok(()),
            None => {
                let name = rules::shown(item);
                let id = accounts::create_former(tx, &self.ctx, &name, &item.email).await?;
                self.made.people += 1;
                self.known.people.insert(item.id.clone(), (Some(id), name));
                self.came(tx, "person", &item.id, id.uuid(), None).await
            }
        }
    }

    fn here(&self, people: &[String]) -> Vec<Id<Person>> {
        let found = people.iter().filter_map(|id| self.known.people.get(id)?.0);
        let found: BTreeSet<Id<Person>> = found.collect();
        found.into_iter().collect()
    }

    async fn chat(&mut self, tx: &mut Tx<'_>, item: ChatItem) -> Result<()> {
        if self.known.chats.contains_key(&item.id) {
            return Ok(());
        }
        let members = self.here(&item.members);
        let active = accounts::briefs(tx, &members).await?;
        if !active.iter().any(|p| p.active) {
            self.made.leave("chat_nobody_sees");
            return Ok(());
        }
        let owner = item
            .owner
            .as_ref()
            .and_then(|o| self.known.people.get(o)?.0);
        let title = item.title.as_deref().map(text::clean_name);
        let mut new = Brought {
            title: title.map(|t| if t.is_empty() { "…".to_owned() } else { t }),
            admins: self.here(&item.admins),
            admins_add: item.admins_add,
            owner: owner.or_else(|| members.first().copied()),
            members,
            at: self.when(item.at),
        };
        // Who is left out here is still named in the talk's name.
        if new.title.is_none() && new.members.len() != item.members.len() {
            new.title = Some(self.names(&item.members));
        }
        let id = match bringing::bring(tx, &self.ctx, &new).await? {
            Some(id) => id,
            None => {
                new.title = Some(self.names(&item.members));
                let made = bringing::bring(tx, &self.ctx, &new).await?;
                made.ok_or_else(|| Error::fault("a group was there before it was made"))?
            }
        };
        self.made.chats += 1;
        self.came(tx, "chat", &item.id, id.uuid(), Some(id.uuid()))
            .await?;
        self.known.chats.insert(item.id, id);
        Ok(())
    }

    /// The topic under a message of a chat, made when it is first met; none where there can be none.
    async fn topic(
        &mut self,
        tx: &mut Tx<'_>,
        chat: Id<Thread>,
        root: &str,
        new: BroughtTopic,
    ) -> Result<Option<Id<Thread>>> {
        let Some(under) = self.here.get(&key(&self.run, "message", root)) else {
            return Ok(None);
        };
        let found = bringing::topic(tx, &self.ctx, (chat, Id::new(*under)), new).await?;
        let Some((id, fresh)) = found else {
            return Ok(None);
        };
        if fresh {
            self.made.topics += 1;
            self.came(tx, "topic", root, id.uuid(), Some(id.uuid()))
                .await?;
        }
        Ok(Some(id))
    }

    async fn topic_of(&mut self, tx: &mut Tx<'_>, item: &TopicItem) -> Result<()> {
        let Some(chat) = self.known.chats.get(&item.chat).copied() else {
            return Ok(());
        };
        let owner = item.owner.as_ref();
        let new = BroughtTopic {
            title: Some(text::clean_name(&item.title)).filter(|t| !t.is_empty()),
            owner: owner.and_then(|o| self.known.people.get(o)?.0),
            followers: self.here(&item.followers),
            at: self.when(item.at),
        };
        self.topic(tx, chat, &item.root, new).await.map(drop)
    }

    fn names(&self, people: &[String]) -> String {
        let names = people.iter().filter_map(|id| self.known.people.get(id));
        let names: Vec<&str> = names.map(|(_, name)| name.as_str()).take(4).collect();
        text::clean_name(&format!(
            "{} ({})",
            names.join(", "),
            self.run.format.word()
        ))
    }

    /// Times of another program: never before 1970, never to come.
    fn when(&self, millis: i64) -> Moment {
        Moment::from_millis(millis.max(0)).min(self.ctx.now)
    }

    fn at(&self, id: &str) {
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        id.clone_into(&mut place);
    }

    fn author(&self, item: &MessageItem) -> Author {
        let known = item.author.as_ref();
        match known.and_then(|id| self.known.people.get(id)) {
            Some((Some(id), name)) => Author::Person(*id, name.clone()),
            Some((None, name)) => Author::Bot(name.clone()),
            None => Author::Bot(text::clean_name(&item.author_name)),
        }
    }

    /// The thread a message is written in, and what it answers there.
    async fn place(
        &mut self,
        tx: &mut Tx<'_>,
        chat: Id<Thread>,
        item: &MessageItem,
        writer: Option<Id<Person>>,
    ) -> Result<(Id<Thread>, Option<String>)> {
        let answers = item.reply_to.clone();
        let Some(root) = &item.topic else {
            return Ok((chat, answers));
        };
        let new = BroughtTopic {
            title: None,
            owner: writer,
            // Our own archives say who follows; elsewhere whoever writes does.
            followers: match self.run.format {
                Format::Beseda => Vec::new(),
                _ => writer.into_iter().collect(),
            },
            at: self.when(item.at),
        };
        Ok(match self.topic(tx, chat, root, new).await? {
            Some(topic) => (topic, answers),
            // A talk of two has no topics: what hung under a message answers it.
            None => (chat, answers.or_else(|| Some(root.clone()))),
        })
    }

    async fn extras(
        &mut self,
        tx: &mut Tx<'_>,
        chat: Id<Thread>,
        item: &MessageItem,
    ) -> Result<Extras> {
        let at = self.when(item.at);
        let from_topic = match &item.from_topic {
            Some(root) => {
                let new = BroughtTopic {
                    at,
                    ..BroughtTopic::default()
                };
                self.topic(tx, chat, root, new).await?
            }
            None => None,
        };
        // Where it was written first is not here: its author is named, and nothing more.
        let forwarded = item.forwarded.as_ref().map(|first| Forwarded {
            message_id: None,
            thread_id: None,
            seq: 0,
            author_name: text::clean_name(&first.name),
            at: first.at.map_or(at, |at| self.when(at)),
        });
        Ok(Extras {
            from_topic,
            forwarded,
            ..Extras::default()
        })
    }

    async fn message(&mut self, tx: &mut Tx<'_>, ready: Ready) -> Result<()> {
        let item = ready.item;
        let Some(chat) = self.known.chats.get(&item.chat).copied() else {
            self.made.leave("message_of_no_chat");
            return Ok(());
        };
        for _ in 0..ready.missing {
            self.made.leave("file_too_large");
        }
        let author = self.author(&item);
        let writer = match &author {
            Author::Person(id, _) => Some(*id),
            _ => None,
        };
        let (thread, answers) = self.place(tx, chat, &item, writer).await?;
        if let Entry::Vacant(new) = self.touched.entry(thread) {
            new.insert(messages::thread(tx, thread).await?);
        }
        let extras = self.extras(tx, chat, &item).await?;
        let mut files = Vec::with_capacity(ready.files.len());
        for mut file in ready.files {
            file.owner_id = Some(writer.map_or_else(Uuid::nil, Id::uuid));
            file.thread_id = Some(thread.uuid());
            files::fetched(tx, &file).await?;
            files.push(file.shown);
        }
        self.made.files += files.len() as u64;
        let parent = answers.and_then(|id| self.here.get(&key(&self.run, "message", &id)));
        let mut new = NewMessage::text(thread, author, self.when(item.at), String::new());
        new.reply_to = parent.map(|id| Id::new(*id));
        new.extras = Some(Box::new(extras));
        let Some(id) = self.write(tx, &item, new, files).await? else {
            self.made.leave("empty");
            return Ok(());
        };
        self.made.messages += 1;
        self.here
            .insert(key(&self.run, "message", &item.id), id.uuid());
        self.after(tx, id, &item).await
    }

    /// Writes the words and files of a message, in as many pieces as they need; answers the first.
    async fn write(
        &self,
        tx: &mut Tx<'_>,
        item: &MessageItem,
        new: NewMessage,
        mut files: Vec<FileRef>,
    ) -> Result<Option<Id<Message>>> {
        let source = with_names(&printable(&item.text), |n| self.named(item, n));
        let mut texts: VecDeque<String> = rules::cut(&source).into();
        let mut reply_to = new.reply_to;
        let mut first: Option<Id<Message>> = None;
        let mut number = 0;
        while !texts.is_empty() || !files.is_empty() {
            let text = texts.pop_front().unwrap_or_default();
            // Files follow the last piece of a text, as many as a message may have.
            let some = if texts.is_empty() {
                files.len().min(FILES)
            } else {
                0
            };
            let with: Vec<FileRef> = files.drain(..some).collect();
            if text.trim().is_empty() && with.is_empty() {
                continue;
            }
            let mut piece = NewMessage::text(new.thread, new.author.clone(), new.at, text);
            piece.files = with;
            piece.reply_to = reply_to.take();
            piece.extras = new.extras.clone();
            let (message, _) = messages::append_quietly(tx, &self.ctx, piece).await?;
            number += 1;
            let id = if number == 1 {
                item.id.clone()
            } else {
                format!("{}#{number}", item.id)
            };
            let thread = Some(new.thread.uuid());
            self.came(tx, "message", &id, message.id.uuid(), thread)
                .await?;
            first.get_or_insert(message.id);
        }
        Ok(first)
    }

    /// What happened to a message after it was written: edits, pins, reactions.
    async fn after(&mut self, tx: &mut Tx<'_>, id: Id<Message>, item: &MessageItem) -> Result<()> {
        if item.edited_at.is_some() || item.pinned || !item.versions.is_empty() {
            let edited = item.edited_at.map(|at| self.when(at));
            let versions = item.versions.iter();
            let versions = versions.map(|v| (self.when(v.at), printable(&v.text)));
            let versions: Vec<(Moment, String)> = versions.collect();
            messages::brought(tx, id, edited, item.pinned, &versions).await?;
        }
        let at = self.when(item.at);
        for reaction in &item.reactions {
            for person in &reaction.people {
                let person = self.known.people.get(person).and_then(|p| p.0);
                let taken = match person {
                    Some(person) => messages::reacted(tx, id, &reaction.emoji, person, at).await?,
                    None => false,
                };
                if !taken {
                    self.made.leave("reaction");
                }
            }
        }
        Ok(())
    }

    /// What stands in a text for somebody named in it.
    fn named(&self, item: &MessageItem, number: usize) -> String {
        let Some(there) = item.mentions.get(number) else {
            return String::new();
        };
        match self.known.people.get(there) {
            Some((Some(id), name)) => format!("@[{}]({id})", name.replace(['[', ']'], "")),
            Some((None, name)) => format!("@{name}"),
            None => format!("@{}", text::clean_name(there)),
        }
    }
}
