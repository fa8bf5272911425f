//! What is asked becomes calls on the line.

use super::{Desk, Failed, broken, chat_of, digits, is_group, meet, seen, short};
use crate::{
    line::{Attached, Found, Outgoing, Quote, REACH_OUT_LOCKED, Standing, Target},
    pace::{self, Wait},
    store::{Kept, Person, Sent, Tx},
    wire::{Asked, Refusal, Sending},
};
use serde_json::{Value, json};
use std::{path::PathBuf, time::Duration};
use text::Entity;

/// Longest text of a message, in UTF-16 units.
const MAX_TEXT: usize = 4096;
/// How long an answer of the messenger that somebody is there is believed, in milliseconds.
const SEEN_MS: i64 = 24 * 60 * 60 * 1000;
/// Most events of one answer.
const MOST_EVENTS: usize = 200;

impl Desk {
    /// Events after a cursor; waits up to `wait` for the first. A cursor of another store than this one is as good as none.
    ///
    /// # Errors
    /// The store's.
    pub async fn events(&self, after: &str, wait: Duration) -> Result<Value, Failed> {
        let after = after
            .split_once('.')
            .filter(|(epoch, _)| *epoch == self.epoch)
            .and_then(|(_, number)| number.parse().ok())
            .unwrap_or(0);
        if after > 0 {
            self.store.write(|tx| tx.forget(after))?;
        }
        let until = tokio::time::Instant::now() + wait;
        let mut found = Vec::new();
        loop {
            let woken = self.news.notified();
            tokio::pin!(woken);
            woken.as_mut().enable();
            found.extend(self.store.events(after, MOST_EVENTS)?);
            if !found.is_empty() || tokio::time::timeout_at(until, woken).await.is_err() {
                break;
            }
        }
        let last = found.last().map_or(after, |(number, _)| *number);
        let events: Vec<Value> = found
            .iter()
            .filter_map(|(_, body)| serde_json::from_str(body).ok())
            .collect();
        Ok(json!({"events": events, "cursor": format!("{}.{last}", self.epoch)}))
    }

    /// Answers a request; `files` are the fields of the form that came with it, at their places on the disk.
    ///
    /// # Errors
    /// A refusal in the words of the protocol.
    pub async fn answer(
        &self,
        asked: Asked,
        files: &[(String, PathBuf)],
    ) -> Result<Value, Refusal> {
        match asked {
            Asked::Send {
                key,
                chat,
                text,
                entities,
                files: told,
                reply_to,
            } => {
                let attached = attach(&told, files)?;
                let words = text::with_signs(&text, &entities, MAX_TEXT);
                let send = Out {
                    key,
                    chat,
                    words,
                    attached,
                    reply_to,
                };
                let ids = self.send(send).await?;
                Ok(json!({ "ids": ids }))
            }
            Asked::Edit {
                chat,
                id,
                text,
                entities,
            } => self.edit(&chat, &id, &text, &entities).await,
            Asked::Delete { chat, ids } => {
                let to = self.address(&chat)?;
                for id in ids {
                    let kept = self.ours(&id)?;
                    self.line.revoke(&to, &kept.stanza).await?;
                }
                Ok(json!({}))
            }
            Asked::React { chat, id, emoji } => {
                let kept = self.message(&id)?;
                let target = Target {
                    stanza: kept.stanza,
                    participant: Some(kept.from_jid)
                        .filter(|jid| !jid.is_empty() && is_group(&chat)),
                    from_me: kept.from_me,
                };
                let to = self.address(&chat)?;
                let emoji = emoji.unwrap_or_default();
                self.line.react(&to, &target, &emoji).await?;
                Ok(json!({}))
            }
            Asked::Typing { chat } => {
                self.line.typing(&self.address(&chat)?).await?;
                Ok(json!({}))
            }
            Asked::Read { chat, up_to } => self.read(&chat, &up_to).await,
            Asked::Check => Ok(self.check()),
            Asked::CanContact { phone } => {
                let phone = phone.ok_or_else(|| {
                    Refusal::of(
                        422,
                        "unsupported",
                        "only telephone numbers can be looked up",
                    )
                })?;
                self.look_up(&phone).await
            }
            Asked::SignIn { given } => self.sign_in(&given).await,
        }
    }

    fn check(&self) -> Value {
        match self.line.standing() {
            Standing::Linked { phone } => json!({"ok": true, "name": phone, "id": phone}),
            Standing::Refused(words) => {
                json!({"ok": false, "code": "token_refused", "detail": words})
            }
            Standing::Starting => json!({"ok": false, "code": "no_answer"}),
            _ => json!({"ok": false, "code": "needs_login"}),
        }
    }

    /// The steps of linking: a code to scan or to type, or that it is done.
    async fn sign_in(&self, given: &Value) -> Result<Value, Refusal> {
        self.line.wake().await;
        if given["unlink"] == true {
            self.line.unlink().await;
        }
        if let Some(phone) = given["phone"].as_str().filter(|phone| !phone.is_empty()) {
            self.line.ask_code(phone).await?;
        }
        Ok(match self.line.standing() {
            Standing::Linked { phone } => json!({"state": "done", "name": phone}),
            Standing::Scan { code, until } => {
                json!({"state": "scan", "code": code, "until": until})
            }
            Standing::Type { code, until } => {
                json!({"state": "type", "code": code, "until": until})
            }
            Standing::Refused(words) => json!({"state": "refused", "detail": words}),
            Standing::Idle | Standing::Starting => json!({"state": "wait"}),
        })
    }

    async fn send(&self, out: Out) -> Result<Vec<String>, Refusal> {
        let to = self.address(&out.chat)?;
        let before = self.store.sent(&out.key).map_err(broken)?;
        let pieces = out.pieces();
        let mut send = before.unwrap_or_else(|| Sent {
            ids: (0..pieces.len()).map(|n| stanza(&out.key, n)).collect(),
            done: 0,
            at: self.now(),
        });
        if send.done >= send.ids.len() {
            return Ok(send.ids);
        }
        let first = self.begins(&out.chat)?;
        let _one_at_a_time = if first {
            let guard = self.beginning.lock().await;
            self.may_begin(&out.chat, &to, send.done).await?;
            Some(guard)
        } else {
            None
        };
        let quote = self.quote(&out.chat, out.reply_to.as_deref())?;
        self.store
            .write(|tx| tx.set_sent(&out.key, &send))
            .map_err(broken)?;
        for (n, piece) in pieces.into_iter().enumerate().skip(send.done) {
            let Some(stanza) = send.ids.get(n).cloned() else {
                break;
            };
            let message = Outgoing {
                quote: quote.clone().filter(|_| n == 0),
                ..piece
            };
            let media = match self.line.send(&to, &stanza, &message).await {
                Ok(media) => media,
                Err(refusal) => {
                    if first && refusal.code == REACH_OUT_LOCKED {
                        let until = self.now() + pace::LOCK_MS;
                        self.store
                            .write(|tx| tx.set_meta("locked", &until))
                            .map_err(broken)?;
                    }
                    return Err(refusal);
                }
            };
            send.done = n + 1;
            let kept = Kept {
                stanza: stanza.clone(),
                chat: out.chat.clone(),
                from_me: true,
                at: self.now(),
                words: short(&message.text),
                media,
                ..Kept::default()
            };
            self.store
                .write(|tx| {
                    tx.keep(&stanza, &kept)?;
                    tx.set_sent(&out.key, &send)?;
                    if first && n == 0 {
                        self.note_beginning(tx, &out.chat)?;
                    }
                    Ok(())
                })
                .map_err(broken)?;
        }
        Ok(send.ids)
    }

    /// Whether this would be the first word to a stranger.
    fn begins(&self, chat: &str) -> Result<bool, Refusal> {
        if is_group(chat) {
            return Ok(false);
        }
        let person = self.store.person(chat).map_err(broken)?;
        Ok(!person.unwrap_or_default().talked)
    }

    async fn may_begin(&self, chat: &str, to: &str, done: usize) -> Result<(), Refusal> {
        if done > 0 {
            return Ok(());
        }
        let now = self.now();
        let sent: Vec<i64> = self
            .store
            .meta("firsts")
            .map_err(broken)?
            .unwrap_or_default();
        let locked = self
            .store
            .meta("locked")
            .map_err(broken)?
            .unwrap_or_default();
        if let Err(wait) = pace::may_begin(self.rules.limits, &sent, locked, now) {
            let seconds = (wait.until() - now).unsigned_abs().div_ceil(1000);
            let words = match wait {
                Wait::Apart(_) => "first messages to new people go one after another, slowly",
                Wait::Day(_) => "today's first messages to new people are used up",
                Wait::Locked(_) => {
                    "WhatsApp refused a first message: new people are not written to for a day"
                }
            };
            return Err(Refusal::wait("slow_first_contact", seconds, false, words));
        }
        let person = self.store.person(chat).map_err(broken)?.unwrap_or_default();
        if now - person.seen_at < SEEN_MS {
            return Ok(());
        }
        let Some(phone) = person.who.phone() else {
            return Err(Refusal::of(
                422,
                "not_checked",
                format!("{to} has no telephone number that could be looked up"),
            ));
        };
        match self.line.look_up(&phone).await? {
            Found::Absent => Err(Refusal::of(
                404,
                "not_on_whatsapp",
                format!("{phone} is not in WhatsApp"),
            )),
            Found::Person(who) => {
                self.store.write(|tx| seen(tx, &who, now)).map_err(broken)?;
                Ok(())
            }
        }
    }

    fn note_beginning(&self, tx: &Tx, chat: &str) -> Result<(), Failed> {
        let now = self.now();
        let mut sent = pace::within_day(&tx.meta::<Vec<i64>>("firsts")?.unwrap_or_default(), now);
        sent.push(now);
        tx.set_meta("firsts", &sent)?;
        let person = tx.person(chat)?.unwrap_or_default();
        tx.set_person(
            chat,
            &Person {
                talked: true,
                ..person
            },
        )
    }

    async fn edit(
        &self,
        chat: &str,
        id: &str,
        words: &str,
        entities: &[Entity],
    ) -> Result<Value, Refusal> {
        let to = self.address(chat)?;
        let kept = self.ours(id)?;
        let words = text::with_signs(words, entities, MAX_TEXT);
        let caption = kept.media.as_ref();
        self.line.edit(&to, &kept.stanza, &words, caption).await?;
        Ok(json!({}))
    }

    async fn read(&self, chat: &str, up_to: &str) -> Result<Value, Refusal> {
        let to = self.address(chat)?;
        let unread = self.store.unread(chat, up_to).map_err(broken)?;
        // One call for each author in a group, one for all in a talk of two.
        let mut by: Vec<(Option<String>, Vec<String>)> = Vec::new();
        for (_, id) in &unread {
            let Some(kept) = self.store.message(id).map_err(broken)? else {
                continue;
            };
            let author = Some(kept.from_jid).filter(|_| is_group(chat));
            match by.iter_mut().find(|(known, _)| *known == author) {
                Some((_, stanzas)) => stanzas.push(kept.stanza),
                None => by.push((author, vec![kept.stanza])),
            }
        }
        for (author, stanzas) in &by {
            self.line.read(&to, author.as_deref(), stanzas).await?;
        }
        self.store
            .write(|tx| tx.mark_read(chat, &unread))
            .map_err(broken)?;
        Ok(json!({}))
    }

    async fn look_up(&self, phone: &str) -> Result<Value, Refusal> {
        match self.line.look_up(phone).await {
            Ok(Found::Absent) => Ok(json!({"reach": "absent"})),
            Ok(Found::Person(who)) => {
                let now = self.now();
                let chat = self.store.write(|tx| {
                    let (id, person) = meet(tx, &who, None, now)?;
                    seen(tx, &who, now)?;
                    Ok(chat_of(&id, &person))
                });
                Ok(json!({"reach": "found", "chat": chat.map_err(broken)?}))
            }
            // Nobody knows: neither yes nor no may be said.
            Err(refusal) if matches!(refusal.status, 429 | 504) => Ok(json!({"reach": "unknown"})),
            Err(refusal) => Err(refusal),
        }
    }

    /// A file of theirs, brought to `to`.
    ///
    /// # Errors
    /// No such file, or the messenger has it no more.
    pub async fn fetch(&self, id: &str, to: &std::path::Path) -> Result<Option<String>, Refusal> {
        let kept = self.message(id)?;
        let media = kept
            .media
            .ok_or_else(|| Refusal::of(404, "no_such_file", "this message has no file"))?;
        self.line.fetch(&media, to).await?;
        Ok(media.mime)
    }

    /// Where to send what is for a chat of ours.
    fn address(&self, chat: &str) -> Result<String, Refusal> {
        if is_group(chat) {
            return Ok(chat.to_owned());
        }
        let person = self.store.person(chat).map_err(broken)?;
        let who = person.unwrap_or_default().who;
        // The address that hides the number goes first: to the other one, where both exist, messages are lost in silence.
        who.lid
            .or(who.pn)
            .ok_or_else(|| Refusal::of(404, "no_such_chat", "nobody of this account is known so"))
    }

    fn message(&self, id: &str) -> Result<Kept, Refusal> {
        let kept = self.store.message(id).map_err(broken)?;
        kept.ok_or_else(|| {
            Refusal::of(422, "no_such_message", "this message is not known any more")
        })
    }

    fn ours(&self, id: &str) -> Result<Kept, Refusal> {
        let kept = self.message(id)?;
        if kept.from_me {
            return Ok(kept);
        }
        Err(Refusal::of(
            422,
            "not_ours",
            "a client's message stays as it is",
        ))
    }

    fn quote(&self, chat: &str, answered: Option<&str>) -> Result<Option<Quote>, Refusal> {
        let Some(id) = answered else { return Ok(None) };
        // A message forgotten since is answered without its quotation: the words matter more.
        let kept = self.store.message(id).map_err(broken)?;
        Ok(kept.filter(|kept| kept.chat == chat).map(|kept| Quote {
            stanza: kept.stanza,
            author: Some(kept.from_jid).filter(|_| !kept.from_me),
            words: kept.words,
        }))
    }
}

/// A send, understood.
struct Out {
    key: String,
    chat: String,
    words: String,
    attached: Vec<Attached>,
    reply_to: Option<String>,
}

impl Out {
    /// One message for each file; the words go with the first that can carry them, otherwise before them all.
    fn pieces(&self) -> Vec<Outgoing> {
        let mut pieces: Vec<Outgoing> = self
            .attached
            .iter()
            .map(|file| Outgoing {
                file: Some(file.clone()),
                ..Outgoing::default()
            })
            .collect();
        if self.words.is_empty() && !pieces.is_empty() {
            return pieces;
        }
        let carries = |piece: &Outgoing| {
            let kind = piece.file.as_ref().map(|file| file.kind.as_str());
            matches!(kind, Some("image" | "video" | "file"))
        };
        match pieces.first_mut().filter(|piece| carries(piece)) {
            Some(first) => first.text.clone_from(&self.words),
            None => pieces.insert(
                0,
                Outgoing {
                    text: self.words.clone(),
                    ..Outgoing::default()
                },
            ),
        }
        pieces
    }
}

fn attach(told: &[Sending], files: &[(String, PathBuf)]) -> Result<Vec<Attached>, Refusal> {
    let place = |sending: &Sending| {
        let found = files.iter().find(|(field, _)| *field == sending.field);
        let Some((_, path)) = found else {
            return Err(Refusal::of(
                400,
                "no_such_field",
                "a file is told of and not there",
            ));
        };
        Ok(Attached {
            path: path.clone(),
            kind: sending.kind.clone(),
            name: sending.name.clone(),
            mime: sending.mime.clone(),
            duration_ms: sending.duration_ms,
        })
    };
    told.iter().map(place).collect()
}

/// The id of the nth message of a key, as the messenger's own clients make theirs.
fn stanza(key: &str, n: usize) -> String {
    format!("3EB0{}", digits(&format!("{key}/{n}"), 9).to_uppercase())
}
