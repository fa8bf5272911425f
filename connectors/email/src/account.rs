//! One mailbox: what is asked of it, and by which of its two servers.

use crate::{
    abilities, address, compose, health, history,
    imap::{self, Cursor, INBOX, Line},
    letter::{self, Piece},
    smtp::{self, rejected},
    tls::Server,
};
use bytes::Bytes;
use channel::{
    Accepted, Account, Action, Address, BoxFuture, Capabilities, CheckOutcome, History, Inbound,
    MediaRef, MediaStream, Ours, Part, Peer, PeerRef, PollMode, Polled, RawEvent, RawRequest,
    SendError, Verified, WebhookHook, WebhookReject,
};
use futures_util::{StreamExt, stream};
use kernel::{Clock, Moment};
use std::{sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// How long one poll waits for something to come.
const POLL: Duration = Duration::from_secs(25);
/// How often a server is asked that does not tell by itself.
const LOOK: Duration = Duration::from_secs(10);

/// The settings, looked at already.
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of a form, each by itself"
)]
pub(crate) struct Given {
    pub(crate) smtp: Server,
    pub(crate) imap: Server,
    pub(crate) address: String,
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) from_name: String,
    /// Letters carry the name of who wrote them.
    pub(crate) by_employee: bool,
    pub(crate) subject: String,
    pub(crate) signature: String,
    pub(crate) sent_folder: String,
    pub(crate) keep_sent: bool,
    pub(crate) watch_sent: bool,
    pub(crate) plus: bool,
    pub(crate) largest_mb: u64,
    pub(crate) pause: Duration,
}

impl Given {
    pub(crate) fn imap(&self) -> imap::Post<'_> {
        imap::Post {
            server: &self.imap,
            login: &self.login,
            password: &self.password,
            sent_folder: &self.sent_folder,
        }
    }

    fn smtp(&self) -> smtp::Post<'_> {
        smtp::Post {
            server: &self.smtp,
            login: &self.login,
            password: &self.password,
            pause: self.pause,
        }
    }

    pub(crate) fn largest(&self) -> u64 {
        self.largest_mb * 1024 * 1024
    }
}

pub(crate) struct Mailbox {
    given: Arc<Given>,
    clock: Clock,
    capabilities: Capabilities,
    /// The session of the polls; signed in again when it broke.
    line: Mutex<Option<Line>>,
}

impl Mailbox {
    pub(crate) fn new(given: Given, clock: Clock) -> Self {
        Self {
            capabilities: Capabilities {
                sees_external_operator: given.watch_sent,
                ..abilities::capabilities(given.largest_mb)
            },
            given: Arc::new(given),
            clock,
            line: Mutex::const_new(None),
        }
    }

    async fn wait_for_letters(&self, cursor: Option<String>) -> Result<Polled, SendError> {
        let given = &*self.given;
        let mut at: Cursor = match &cursor {
            Some(kept) => serde_json::from_str(kept).unwrap_or_default(),
            None => Cursor::default(),
        };
        if at.since == 0 {
            at.since = self.clock.now().millis() / 1000;
        }
        // Held for the whole poll: polls of one account follow one another.
        let mut kept = self.line.lock().await;
        let mut line = match kept.take() {
            Some(line) => line,
            None => given.imap().open().await?,
        };
        let (before, largest, own) = (at.clone(), given.largest(), given.address.as_str());
        let since = Moment::from_seconds(at.since);
        let (mut events, mark) = line
            .news(INBOX, false, at.inbox, since, largest, own)
            .await?;
        at.inbox = Some(mark);
        if given.watch_sent
            && let Some(folder) = line.sent.clone()
        {
            match line.news(&folder, true, at.sent, since, largest, own).await {
                Ok((more, mark)) => {
                    events.extend(more);
                    at.sent = Some(mark);
                }
                // A wrong name of a folder must not stop what comes in; the line is made anew.
                Err(error) => {
                    tracing::warn!(%error, folder, "the folder of sent letters cannot be read");
                    line = given.imap().open().await?;
                }
            }
        }
        let moved = at != before;
        if !moved && events.is_empty() {
            *kept = Some(line.wait(mark, POLL, LOOK).await?);
            return Ok(Polled {
                events,
                cursor: None,
            });
        }
        *kept = Some(line);
        Ok(Polled {
            events,
            cursor: serde_json::to_string(&at).ok(),
        })
    }

    async fn send_part(
        &self,
        part: &Part,
        peer: &PeerRef,
        key: &str,
    ) -> Result<Accepted, SendError> {
        let given = &*self.given;
        let name = match &part.author {
            Some(author) if given.by_employee && !part.automatic => author.as_str(),
            _ => given.from_name.as_str(),
        };
        let writer = compose::Writer {
            address: &given.address,
            name,
            subject: &given.subject,
            signature: &given.signature,
            plus: given.plus,
            largest_mb: given.largest_mb,
        };
        let letter = compose::letter(&writer, part, &peer.ext_id, key).await?;
        given.smtp().send(&letter).await?;
        if given.keep_sent {
            self.keep_copy(letter.bytes);
        }
        Ok(Accepted {
            ext_ids: vec![letter.id],
            moved_to: None,
        })
    }

    /// The letter has gone; that its copy cannot be kept must not say otherwise, nor hold the next one up.
    fn keep_copy(&self, letter: Vec<u8>) {
        let given = Arc::clone(&self.given);
        tokio::spawn(async move {
            let kept = async {
                let mut line = given.imap().open().await?;
                line.keep(&letter).await?;
                line.end().await;
                Ok::<_, SendError>(())
            };
            if let Err(error) = kept.await {
                tracing::warn!(%error, "a copy of a sent letter could not be kept");
            }
        });
    }

    async fn open_media(&self, media: &MediaRef) -> Result<MediaStream, SendError> {
        let gone = || rejected("gone", "the letter is no longer in the mailbox".to_owned());
        let piece: Piece = serde_json::from_str(&media.ext_id).map_err(|_| gone())?;
        if piece.place.size > self.given.largest() {
            return Err(rejected(
                "file_too_big",
                format!("larger than {} MB", self.given.largest_mb),
            ));
        }
        let mut line = self.given.imap().open().await?;
        let raw = line.again(&piece).await?;
        line.end().await;
        let bytes = raw
            .and_then(|raw| letter::piece(&raw, piece.part))
            .ok_or_else(gone)?;
        Ok(MediaStream {
            size: Some(bytes.len() as u64),
            mime: media.mime.clone(),
            bytes: stream::iter([Ok(Bytes::from(bytes))]).boxed(),
        })
    }

    async fn outcome(&self) -> CheckOutcome {
        if let Err(error) = self.given.smtp().check().await {
            return health::failed("SMTP", &error);
        }
        let read = async {
            let mut line = self.given.imap().open().await?;
            line.check().await?;
            line.end().await;
            Ok(())
        };
        match read.await {
            Ok(()) => health::well(&self.given.address),
            Err(error) => health::failed("IMAP", &error),
        }
    }
}

impl Account for Mailbox {
    fn peer_at(&self, address: &Address) -> Option<Peer> {
        address::at(address)
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn mode(&self) -> PollMode {
        PollMode::Long
    }

    fn verify(&self, _request: &RawRequest) -> Result<Verified, WebhookReject> {
        // A mail server calls nobody.
        Err(WebhookReject::NotFound)
    }

    fn split(&self, _verified: &Verified) -> Vec<RawEvent> {
        Vec::new()
    }

    fn normalize(&self, event: &RawEvent) -> Vec<Inbound> {
        letter::normalize(event, &self.given.address)
    }

    fn poll(&self, cursor: Option<String>) -> BoxFuture<'_, Result<Polled, SendError>> {
        Box::pin(self.wait_for_letters(cursor))
    }

    fn send<'a>(
        &'a self,
        part: &'a Part,
        peer: &'a PeerRef,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>> {
        Box::pin(self.send_part(part, peer, key))
    }

    fn act<'a>(
        &'a self,
        _action: Action,
        _peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async {
            Err(rejected(
                "unsupported",
                "a letter cannot be changed".to_owned(),
            ))
        })
    }

    fn fetch_media<'a>(
        &'a self,
        media: &'a MediaRef,
    ) -> BoxFuture<'a, Result<MediaStream, SendError>> {
        Box::pin(self.open_media(media))
    }

    fn history<'a>(
        &'a self,
        since: Moment,
        ours: &'a dyn Ours,
    ) -> BoxFuture<'a, Result<Option<History>, SendError>> {
        Box::pin(async move { history::since(&self.given, since, ours).await.map(Some) })
    }

    fn check(&self) -> BoxFuture<'_, CheckOutcome> {
        Box::pin(self.outcome())
    }

    fn start(&self, _hook: Option<WebhookHook>) -> BoxFuture<'_, Result<(), SendError>> {
        // The first poll signs in.
        Box::pin(async { Ok(()) })
    }

    fn link(&self, _token: Option<&str>) -> Option<String> {
        Some(format!("mailto:{}", self.given.address))
    }

    fn invitation(&self, text: &str) -> Option<channel::Invitation> {
        let words = channel::in_address(text);
        Some(channel::Invitation {
            url: if words.is_empty() {
                format!("mailto:{}", self.given.address)
            } else {
                format!("mailto:{}?body={words}", self.given.address)
            },
            takes_text: true,
        })
    }
}
