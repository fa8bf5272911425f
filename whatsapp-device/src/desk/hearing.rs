//! What was heard becomes events, kept until they are taken.

use super::{Desk, Failed, chat_of, digits, is_group, meet, short, word};
use crate::{
    heard::{Heard, Place, Said, Who, Words},
    line::Standing,
    store::{Kept, Person, Tx},
    wire::{Chat, Event, File, Message, News},
};
use serde_json::Value;

impl Desk {
    /// Keeps what was heard; when this returns, it may be acknowledged. Heard twice, it is kept once.
    ///
    /// # Errors
    /// The store's: then nothing was kept, and it has to be told again.
    pub async fn hear(&self, batch: Vec<Heard>) -> Result<(), Failed> {
        let mut titles = std::collections::HashMap::new();
        for heard in &batch {
            if let Place::Group(group) = &heard.place
                && self.rules.groups
                && !titles.contains_key(group)
            {
                titles.insert(group.clone(), self.line.title(group).await);
            }
        }
        self.store.write(|tx| {
            for heard in &batch {
                match &heard.place {
                    Place::Person(who) => self.hear_person(tx, heard, who)?,
                    Place::Group(group) if self.rules.groups => {
                        let title = titles.get(group).cloned().flatten();
                        self.hear_group(tx, heard, group, title)?;
                    }
                    Place::Group(_) => {}
                }
            }
            Ok(())
        })?;
        self.news.notify_waiters();
        Ok(())
    }

    fn hear_person(&self, tx: &Tx, heard: &Heard, who: &Who) -> Result<(), Failed> {
        let name = heard.name.as_deref();
        let (id, person) = meet(tx, who, name, self.now())?;
        let author = if heard.from_me { "" } else { &id };
        let chat = chat_of(&id, &person);
        if self.say(tx, heard, chat, author, None)? && !person.talked {
            let person = Person {
                talked: true,
                ..person
            };
            tx.set_person(&id, &person)?;
        }
        Ok(())
    }

    fn hear_group(
        &self,
        tx: &Tx,
        heard: &Heard,
        group: &str,
        title: Option<String>,
    ) -> Result<(), Failed> {
        let chat = Chat {
            id: group.to_owned(),
            name: title,
            group: true,
            ..Chat::default()
        };
        if heard.from_me {
            self.say(tx, heard, chat, "", None)?;
            return Ok(());
        }
        let (id, person) = meet(tx, &heard.sender, heard.name.as_deref(), self.now())?;
        let from = chat_of(&id, &person);
        self.say(tx, heard, chat, &id, Some(from))?;
        Ok(())
    }

    /// One event of what was said; false if there is nothing to tell.
    fn say(
        &self,
        tx: &Tx,
        heard: &Heard,
        chat: Chat,
        author: &str,
        from: Option<Chat>,
    ) -> Result<bool, Failed> {
        let event = |id: String, chat: Chat, news: News| Event {
            id,
            chat: Some(chat),
            at: Some(heard.at),
            news,
        };
        let id = own_id(tx, &heard.stanza, author)?;
        let again = tx.message(&id)?.is_some();
        match &heard.said {
            // Told twice, or our own message, come back from our other device.
            Said::Words(_) | Said::Unknown(_) if again => Ok(false),
            Said::Words(words) => {
                keep(tx, &id, heard, &chat.id, author, words)?;
                if !heard.from_me {
                    tx.mark_unread(&chat.id, &id)?;
                }
                let message = Message {
                    author: heard.from_me.then_some("operator"),
                    from,
                    reply_to: answered(tx, words)?,
                    ..self.written(&id, heard.at, words)
                };
                let message = Box::new(message);
                tx.append(&event(format!("m-{id}"), chat, News::Message { message }))?;
                Ok(true)
            }
            Said::Unknown(what) => {
                keep(tx, &id, heard, &chat.id, author, &Words::default())?;
                let message = Message {
                    id: id.clone(),
                    from,
                    ..Message::default()
                };
                let news = News::Unshown {
                    message: Box::new(message),
                    what: what.clone(),
                };
                tx.append(&event(format!("m-{id}"), chat, news))?;
                Ok(true)
            }
            Said::Edit(target, words) => {
                let Some((target, kept)) = theirs(tx, target, author, &chat, false)? else {
                    return Ok(false);
                };
                let media = words.media.clone().or_else(|| kept.media.clone());
                let words = Words {
                    media,
                    ..(**words).clone()
                };
                let kept = Kept {
                    words: short(&words.text),
                    media: words.media.clone(),
                    ..kept
                };
                tx.keep(&target, &kept)?;
                let message = Message {
                    author: heard.from_me.then_some("operator"),
                    from,
                    ..self.written(&target, kept.at, &words)
                };
                let message = Box::new(message);
                tx.append(&event(format!("e-{id}"), chat, News::Edited { message }))?;
                Ok(true)
            }
            Said::Revoke(target) => {
                let Some((target, _)) = theirs(tx, target, author, &chat, chat.group)? else {
                    return Ok(false);
                };
                let ids = vec![target];
                tx.append(&event(format!("d-{id}"), chat, News::Deleted { ids }))?;
                Ok(true)
            }
            Said::Reaction(target, emoji) => {
                let Some((target, kept)) = any_of(tx, target)? else {
                    return Ok(false);
                };
                // A reaction of our own phone is no client's; one from another talk is a forgery.
                if heard.from_me || kept.chat != chat.id {
                    return Ok(false);
                }
                let emoji = Some(emoji.clone()).filter(|emoji| !emoji.is_empty());
                let news = News::Reaction {
                    message_id: target,
                    emoji: emoji.into_iter().collect(),
                };
                tx.append(&event(format!("k-{id}"), chat, news))?;
                Ok(true)
            }
        }
    }

    fn written(&self, id: &str, at: i64, words: &Words) -> Message {
        let mut facts = serde_json::Map::new();
        if words.forwarded {
            facts.insert("forwarded".to_owned(), true.into());
        }
        for (name, value) in [("ad", &words.ad), ("location", &words.location)] {
            if let Some(value) = value {
                facts.insert(name.to_owned(), value.clone().into());
            }
        }
        let files = words.media.iter().map(|media| File {
            url: format!("{}/files/{id}", self.rules.address),
            name: media.name.clone(),
            mime: media.mime.clone(),
            kind: match media.kind.as_str() {
                "image" => "image",
                "video" => "video",
                "audio" => "audio",
                "voice" => "voice",
                _ => "file",
            },
            size: (media.size > 0).then_some(media.size),
            width: media.width,
            height: media.height,
            duration_ms: media.duration_ms,
        });
        Message {
            id: id.to_owned(),
            text: words.text.clone(),
            at: Some(at),
            files: files.collect(),
            facts: if facts.is_empty() {
                Value::Null
            } else {
                facts.into()
            },
            ..Message::default()
        }
    }

    /// How far ours came: `delivered` or `read`, told of each once.
    ///
    /// # Errors
    /// The store's.
    pub fn receipt(&self, stanzas: &[String], state: &'static str, at: i64) -> Result<(), Failed> {
        self.store.write(|tx| {
            for stanza in stanzas {
                let Some((id, kept)) = any_of(tx, stanza)? else {
                    continue;
                };
                if !kept.from_me {
                    continue;
                }
                let event = Event {
                    id: format!("r-{id}-{state}"),
                    chat: Some(chat_by_id(tx, &kept.chat)?),
                    at: Some(at),
                    news: News::Receipt {
                        message_id: id,
                        state,
                        reason: None,
                    },
                };
                tx.append(&event)?;
            }
            Ok(())
        })?;
        self.news.notify_waiters();
        Ok(())
    }

    /// Somebody rang; nobody can answer here.
    ///
    /// # Errors
    /// The store's.
    pub fn called(&self, who: &Who, call: &str, video: bool, at: i64) -> Result<(), Failed> {
        self.store.write(|tx| {
            let (id, person) = meet(tx, who, None, self.now())?;
            let news = News::MissedCall { video };
            tx.append(&Event {
                id: format!("c-{}", word(call)),
                chat: Some(chat_of(&id, &person)),
                at: Some(at),
                news,
            })
        })?;
        self.news.notify_waiters();
        Ok(())
    }

    /// Somebody changed their number.
    ///
    /// # Errors
    /// The store's.
    pub fn moved(&self, old: &Who, new: &Who, at: i64) -> Result<(), Failed> {
        self.store.write(|tx| {
            let mut was = None;
            for address in [&old.lid, &old.pn].into_iter().flatten() {
                was = was.or(tx.known(address)?);
            }
            let Some(was) = was else { return Ok(()) };
            let before = tx.person(&was)?.unwrap_or_default();
            let (id, person) = meet(tx, new, before.name.as_deref(), self.now())?;
            if id == was {
                return Ok(());
            }
            let talked = before.talked || person.talked;
            tx.set_person(&id, &Person { talked, ..person })?;
            tx.append(&Event {
                id: format!("n-{was}-{id}"),
                chat: Some(chat_of(&was, &before)),
                at: Some(at),
                news: News::Moved { to: id },
            })
        })?;
        self.news.notify_waiters();
        Ok(())
    }

    /// The account's standing changed.
    ///
    /// # Errors
    /// The store's.
    pub fn stands(&self, standing: &Standing) -> Result<(), Failed> {
        let (state, detail) = match standing {
            Standing::Linked { .. } => ("ok", String::new()),
            Standing::Refused(words) => ("token_refused", words.clone()),
            Standing::Idle | Standing::Scan { .. } | Standing::Type { .. } => {
                ("needs_login", String::new())
            }
            Standing::Starting => return Ok(()),
        };
        self.store.write(|tx| {
            // Each fresh code would be news otherwise.
            let told = format!("{state} {detail}");
            if tx.meta::<String>("told")?.as_ref() == Some(&told) {
                return Ok(());
            }
            tx.set_meta("told", &told)?;
            let id = format!("a-{}-{state}", self.now());
            tx.append(&Event {
                id,
                chat: None,
                at: Some(self.now()),
                news: News::Account { state, detail },
            })
        })?;
        self.news.notify_waiters();
        Ok(())
    }
}

fn keep(
    tx: &Tx,
    id: &str,
    heard: &Heard,
    chat: &str,
    author: &str,
    words: &Words,
) -> Result<(), Failed> {
    let sender = &heard.sender;
    let kept = Kept {
        stanza: heard.stanza.clone(),
        chat: chat.to_owned(),
        from: author.to_owned(),
        from_jid: sender
            .lid
            .clone()
            .or_else(|| sender.pn.clone())
            .unwrap_or_default(),
        from_me: heard.from_me,
        at: heard.at,
        words: short(&words.text),
        media: words.media.clone(),
    };
    tx.keep(id, &kept)
}

fn answered(tx: &Tx, words: &Words) -> Result<Option<String>, Failed> {
    match &words.reply_to {
        Some(stanza) => Ok(any_of(tx, stanza)?.map(|(id, _)| id)),
        None => Ok(None),
    }
}

fn chat_by_id(tx: &Tx, id: &str) -> Result<Chat, Failed> {
    if is_group(id) {
        return Ok(Chat {
            id: id.to_owned(),
            group: true,
            ..Chat::default()
        });
    }
    Ok(chat_of(id, &tx.person(id)?.unwrap_or_default()))
}

/// Our id of a stanza of an author. Stanza ids are only unique for one sender, so one that somebody else has used gets
/// their mark: a stranger cannot take another's message's place.
fn own_id(tx: &Tx, stanza: &str, author: &str) -> Result<String, Failed> {
    let id = word(stanza);
    match tx.message(&id)? {
        Some(kept) if kept.from != author => Ok(format!("{id}-{}", digits(author, 4))),
        _ => Ok(id),
    }
}

/// A message by the messenger's id, of whoever was first to use it.
fn any_of(tx: &Tx, stanza: &str) -> Result<Option<(String, Kept)>, Failed> {
    let id = word(stanza);
    Ok(tx.message(&id)?.map(|kept| (id, kept)))
}

/// A message an author may change: their own, in this talk. `others`: anybody's of this talk, as the head of a group takes
/// messages back; the messenger itself has looked whether they are one.
fn theirs(
    tx: &Tx,
    stanza: &str,
    author: &str,
    chat: &Chat,
    others: bool,
) -> Result<Option<(String, Kept)>, Failed> {
    let own = format!("{}-{}", word(stanza), digits(author, 4));
    let found = match tx.message(&own)? {
        Some(kept) => Some((own, kept)),
        None => any_of(tx, stanza)?,
    };
    Ok(found.filter(|(_, kept)| kept.chat == chat.id && (others || kept.from == author)))
}
