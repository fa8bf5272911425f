//! The mailbox: signing in, what is new in a folder, one letter, a copy of what was sent.
//!
//! The cursor is UIDVALIDITY and the last UID of each folder. Where a folder was numbered anew, all letters since the
//! account was connected are read again; their keys are the letters' own ids, so nothing comes twice.

use crate::{
    letter::{self, Piece, Place},
    tls::{Exposed, Privacy, Server, Stream},
};
use async_imap::{Client, Session, error::Error, types::NameAttribute};
use channel::{RawEvent, SendError};
use futures_util::TryStreamExt;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::{io, time::Duration};
use tokio::time::timeout;

/// How long one command may take; a letter of many megabytes comes within one.
const COMMAND: Duration = Duration::from_secs(120);
/// How long connecting and signing in may take together.
const CONNECT: Duration = Duration::from_secs(30);
/// Letters of one batch, and about how many bytes of them.
const BATCH: usize = 25;
const BATCH_BYTES: u64 = 8 * 1024 * 1024;
/// Headers of one question.
const HEADERS: usize = 100;
/// So much is read of a letter that is larger than the limit.
const BEGINNING: u64 = 256 * 1024;

/// The folder where letters come.
pub(crate) const INBOX: &str = "INBOX";

/// How far we have read.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Cursor {
    /// Since when letters are ours to show, in seconds.
    pub(crate) since: i64,
    pub(crate) inbox: Option<Mark>,
    pub(crate) sent: Option<Mark>,
}

/// How far a folder was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// UIDVALIDITY.
    pub(crate) v: u32,
    /// The last UID.
    pub(crate) n: u32,
    /// The folder was numbered anew and is being read from its start.
    #[serde(default)]
    pub(crate) again: bool,
}

/// A signed-in session.
pub(crate) struct Line {
    session: Session<Box<dyn Stream>>,
    /// The server tells of new letters by itself.
    pub(crate) idle: bool,
    /// The folder of what was sent.
    pub(crate) sent: Option<String>,
}

/// Where and as whom.
pub(crate) struct Post<'a> {
    pub(crate) server: &'a Server,
    pub(crate) login: &'a str,
    pub(crate) password: &'a str,
    /// What the administrator says the folder of sent letters is called; empty: the server tells.
    pub(crate) sent_folder: &'a str,
}

fn not_sent(reason: &str) -> SendError {
    SendError::NotSent {
        reason: text::shorten(reason, 300),
    }
}

fn broken(error: &Error) -> SendError {
    not_sent(&error.to_string())
}

fn line_broke(error: &io::Error) -> SendError {
    let why = Exposed::of(error).map_or("", Exposed::begin);
    not_sent(&format!("{why}{error}"))
}

async fn patient<T>(
    work: impl Future<Output = Result<T, SendError>> + Send,
    limit: Duration,
) -> Result<T, SendError> {
    match timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => Err(not_sent("the mail server does not answer")),
    }
}

impl Post<'_> {
    /// Connects and signs in.
    pub(crate) async fn open(&self) -> Result<Line, SendError> {
        patient(self.sign_in(), CONNECT).await
    }

    async fn sign_in(&self) -> Result<Line, SendError> {
        let stream = self.server.connect().await.map_err(|e| line_broke(&e))?;
        let mut client = Client::new(stream);
        let greeting = client.read_response().await.map_err(|e| line_broke(&e))?;
        if greeting.is_none() {
            return Err(not_sent("the mail server hung up"));
        }
        if self.server.privacy == Privacy::StartTls {
            client
                .run_command_and_check_ok("STARTTLS", None)
                .await
                .map_err(|e| not_sent(&format!("{}{e}", Exposed::Mismatch.begin())))?;
            let private = self
                .server
                .trust
                .wrap(&self.server.host, client.into_inner())
                .await
                .map_err(|e| line_broke(&e))?;
            client = Client::new(private);
        }
        let mut session = match client.login(self.login, self.password).await {
            Ok(session) => session,
            Err((error, _)) => return Err(refused(&error)),
        };
        let can = session.capabilities().await.map_err(|e| broken(&e))?;
        let idle = can.has_str("IDLE");
        let mut line = Line {
            session,
            idle,
            sent: None,
        };
        line.sent = match self.sent_folder {
            "" => line.find_sent().await?,
            told => Some(told.to_owned()),
        };
        Ok(line)
    }
}

/// What a refused sign-in means: a busy server says so in words.
fn refused(error: &Error) -> SendError {
    match error {
        Error::No(words) | Error::Bad(words) => {
            let words = text::shorten(words, 300);
            let busy = [
                "UNAVAILABLE",
                "INUSE",
                "LIMIT",
                "oo many",
                "emporar",
                "ater",
            ];
            if busy.iter().any(|word| words.contains(word)) {
                return SendError::Retry {
                    after: None,
                    scope: channel::Scope::Account,
                    reason: words,
                };
            }
            SendError::AccountFatal { reason: words }
        }
        other => broken(other),
    }
}

impl Line {
    /// The folder that the server marks as that of sent letters, or that is called so.
    async fn find_sent(&mut self) -> Result<Option<String>, SendError> {
        let folders = self
            .session
            .list(Some(""), Some("*"))
            .await
            .map_err(|e| broken(&e))?;
        let folders: Vec<_> = folders.try_collect().await.map_err(|e| broken(&e))?;
        let marked = folders
            .iter()
            .find(|one| one.attributes().contains(&NameAttribute::Sent));
        let named = || {
            let known = [
                "sent",
                "sent items",
                "sent messages",
                "sent mail",
                "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-",
            ];
            folders.iter().find(|one| {
                let last = one
                    .name()
                    .rsplit(['/', '.', '|'])
                    .next()
                    .unwrap_or_default();
                known.iter().any(|word| last.eq_ignore_ascii_case(word))
            })
        };
        Ok(marked.or_else(named).map(|one| one.name().to_owned()))
    }

    /// Whether the mailbox can be read.
    pub(crate) async fn check(&mut self) -> Result<(), SendError> {
        let looked = async {
            let seen = self.session.examine(INBOX).await;
            seen.map(drop).map_err(|e| broken(&e))
        };
        patient(looked, CONNECT).await
    }

    pub(crate) async fn end(mut self) {
        let _ = timeout(Duration::from_secs(3), self.session.logout()).await;
    }

    /// What is new in a folder after a mark; the mark to go on from.
    pub(crate) async fn news(
        &mut self,
        folder: &str,
        sent: bool,
        mark: Option<Mark>,
        since: Moment,
        largest: u64,
        own: &str,
    ) -> Result<(Vec<RawEvent>, Mark), SendError> {
        let work = self.read_news(folder, sent, mark, since, largest, own);
        patient(work, COMMAND).await
    }

    async fn read_news(
        &mut self,
        folder: &str,
        sent: bool,
        mark: Option<Mark>,
        since: Moment,
        largest: u64,
        own: &str,
    ) -> Result<(Vec<RawEvent>, Mark), SendError> {
        let mailbox = self.session.examine(folder).await.map_err(|e| broken(&e))?;
        let v = mailbox.uid_validity.unwrap_or(0);
        let mut mark = match mark {
            Some(mark) if mark.v == v => mark,
            Some(_) => {
                tracing::info!(
                    folder,
                    "the mail server numbered a folder anew: it is read again"
                );
                Mark {
                    v,
                    n: 0,
                    again: true,
                }
            }
            None => {
                // From now on; what lay there before was dealt with before.
                let n = match mailbox.uid_next {
                    Some(next) => next.saturating_sub(1),
                    None => self.uids("ALL").await?.into_iter().max().unwrap_or(0),
                };
                return Ok((Vec::new(), Mark { v, n, again: false }));
            }
        };
        if mailbox.exists == 0 || mailbox.uid_next.is_some_and(|next| next <= mark.n + 1) {
            mark.again = false;
            return Ok((Vec::new(), mark));
        }
        let from = mark.n.saturating_add(1);
        let query = if mark.again {
            format!("UID {from}:* SINCE {}", day(since))
        } else {
            format!("UID {from}:*")
        };
        let mut uids = self.uids(&query).await?;
        // `n:*` always names the last letter, even one before n.
        uids.retain(|uid| *uid >= from);
        uids.sort_unstable();
        uids.truncate(BATCH);
        if uids.is_empty() {
            mark.again = false;
            // What came is gone again, moved by a rule perhaps: its number must not be asked for without end.
            let passed = mailbox.uid_next.map_or(mark.n, |next| next - 1);
            mark.n = mark.n.max(passed);
            return Ok((Vec::new(), mark));
        }
        let mut events = Vec::new();
        let mut bytes = 0;
        for uid in uids {
            if bytes > BATCH_BYTES {
                break;
            }
            mark.n = uid;
            let Some((place, raw)) = self.letter(folder, sent, v, uid, largest).await? else {
                continue;
            };
            if mark.again && place.at > 0 && Moment::from_seconds(place.at) < since {
                continue;
            }
            bytes += raw.len() as u64;
            events.extend(letter::event(&place, &raw, own));
        }
        Ok((events, mark))
    }

    async fn uids(&mut self, query: &str) -> Result<Vec<u32>, SendError> {
        let found = self.session.uid_search(query).await;
        Ok(found.map_err(|e| broken(&e))?.into_iter().collect())
    }

    /// The headers of a folder's letters since a moment, the oldest first, at most so many: for each its place and them.
    pub(crate) async fn headers(
        &mut self,
        folder: &str,
        sent: bool,
        since: Moment,
        most: usize,
    ) -> Result<Vec<(Place, Vec<u8>)>, SendError> {
        let look = async {
            let mailbox = self.session.examine(folder).await.map_err(|e| broken(&e))?;
            let mut uids = self.uids(&format!("SINCE {}", day(since))).await?;
            uids.sort_unstable();
            let older = uids.len().saturating_sub(most);
            Ok((mailbox.uid_validity.unwrap_or(0), uids.split_off(older)))
        };
        let (validity, uids) = patient(look, COMMAND).await?;
        let mut all = Vec::new();
        for some in uids.chunks(HEADERS) {
            let set: Vec<String> = some.iter().map(u32::to_string).collect();
            let work = async {
                let told = self
                    .session
                    .uid_fetch(
                        set.join(","),
                        "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])",
                    )
                    .await
                    .map_err(|e| broken(&e))?;
                let told: Vec<_> = told.try_collect().await.map_err(|e| broken(&e))?;
                Ok(told)
            };
            for one in patient(work, COMMAND).await? {
                let (Some(uid), Some(header)) = (one.uid, one.header()) else {
                    continue;
                };
                let place = Place {
                    folder: folder.to_owned(),
                    sent,
                    validity,
                    uid,
                    size: u64::from(one.size.unwrap_or(0)),
                    cut: false,
                    at: one.internal_date().map_or(0, |at| at.timestamp()),
                };
                if place.at <= 0 || Moment::from_seconds(place.at) >= since {
                    all.push((place, header.to_vec()));
                }
            }
        }
        Ok(all)
    }

    /// The whole letter at a place of the folder that was looked at last; none if it is gone.
    pub(crate) async fn whole(
        &mut self,
        place: &Place,
        largest: u64,
    ) -> Result<Option<(Place, Vec<u8>)>, SendError> {
        let (sent, validity, uid) = (place.sent, place.validity, place.uid);
        let work = self.letter(&place.folder, sent, validity, uid, largest);
        patient(work, COMMAND).await
    }

    /// One letter; its beginning if it is larger than allowed, none if it is gone.
    async fn letter(
        &mut self,
        folder: &str,
        sent: bool,
        validity: u32,
        uid: u32,
        largest: u64,
    ) -> Result<Option<(Place, Vec<u8>)>, SendError> {
        let heads: Vec<_> = self
            .session
            .uid_fetch(uid.to_string(), "(UID RFC822.SIZE INTERNALDATE)")
            .await
            .map_err(|e| broken(&e))?
            .try_collect()
            .await
            .map_err(|e| broken(&e))?;
        let Some(head) = heads.iter().find(|one| one.uid == Some(uid)) else {
            return Ok(None);
        };
        let size = u64::from(head.size.unwrap_or(0));
        let cut = size > largest;
        let place = Place {
            folder: folder.to_owned(),
            sent,
            validity,
            uid,
            size,
            cut,
            at: head.internal_date().map_or(0, |at| at.timestamp()),
        };
        let what = if cut {
            format!("(UID BODY.PEEK[]<0.{BEGINNING}>)")
        } else {
            "(UID BODY.PEEK[])".to_owned()
        };
        let raw = self.bytes(uid, &what).await?;
        Ok(raw.map(|raw| (place, raw)))
    }

    async fn bytes(&mut self, uid: u32, what: &str) -> Result<Option<Vec<u8>>, SendError> {
        let got: Vec<_> = self
            .session
            .uid_fetch(uid.to_string(), what)
            .await
            .map_err(|e| broken(&e))?
            .try_collect()
            .await
            .map_err(|e| broken(&e))?;
        let body = got.iter().find_map(|one| one.body());
        Ok(body.map(<[u8]>::to_vec))
    }

    /// A letter whose part was asked for; none if it is no longer there.
    pub(crate) async fn again(&mut self, piece: &Piece) -> Result<Option<Vec<u8>>, SendError> {
        let work = async {
            let folder = &piece.place.folder;
            let mailbox = self.session.examine(folder).await.map_err(|e| broken(&e))?;
            let same = mailbox.uid_validity.unwrap_or(0) == piece.place.validity;
            let uid = match &piece.id {
                _ if same => Some(piece.place.uid),
                Some(id) => {
                    let found = self.uids(&format!("HEADER Message-ID \"<{id}>\"")).await?;
                    found.into_iter().max()
                }
                None => None,
            };
            match uid {
                Some(uid) => self.bytes(uid, "(UID BODY.PEEK[])").await,
                None => Ok(None),
            }
        };
        patient(work, COMMAND).await
    }

    /// Waits until the server tells of something, or for so long.
    pub(crate) async fn wait(
        mut self,
        seen: Mark,
        long: Duration,
        look: Duration,
    ) -> Result<Self, SendError> {
        if !self.idle {
            tokio::time::sleep(look).await;
            return Ok(self);
        }
        let mailbox = async { self.session.examine(INBOX).await.map_err(|e| broken(&e)) };
        let mailbox = patient(mailbox, CONNECT).await?;
        if mailbox
            .uid_next
            .is_some_and(|next| next > seen.n.saturating_add(1))
        {
            // It came while we looked into the other folder.
            return Ok(self);
        }
        let (idle, sent) = (self.idle, self.sent);
        let mut handle = self.session.idle();
        let begun = async { handle.init().await.map_err(|e| broken(&e)) };
        patient(begun, CONNECT).await?;
        {
            let (news, _stop) = handle.wait_with_timeout(long);
            let news = timeout(long + Duration::from_secs(5), news).await;
            if let Ok(Err(error)) = news {
                return Err(broken(&error));
            }
        }
        let done = async { handle.done().await.map_err(|e| broken(&e)) };
        let session = patient(done, CONNECT).await?;
        Ok(Self {
            session,
            idle,
            sent,
        })
    }

    /// Puts a copy of a sent letter where mail programs look for it.
    pub(crate) async fn keep(&mut self, letter: &[u8]) -> Result<(), SendError> {
        let Some(folder) = self.sent.clone() else {
            return Ok(());
        };
        let put = async {
            let done = self
                .session
                .append(&folder, Some("(\\Seen)"), None, letter)
                .await;
            done.map_err(|e| broken(&e))
        };
        patient(put, COMMAND).await
    }
}

/// A day as IMAP writes it: `1-Mar-2026`. A day earlier, for servers that count days in another zone.
fn day(at: Moment) -> String {
    let seconds = at.millis() / 1000 - 86_400;
    jiff::Timestamp::from_second(seconds).map_or_else(
        |_| "1-Jan-2020".to_owned(),
        |at| at.strftime("%-d-%b-%Y").to_string(),
    )
}
