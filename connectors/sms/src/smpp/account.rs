//! One account at a centre.

use super::{
    ids::Ids,
    inbox::{Inbox, Opened, Told},
    link::{Centre, Link},
    pdu::{Address, Cursor},
    status::{self, rejected},
    submit,
};
use crate::{abilities, health, numbers, plain_source};
use channel::{
    Accepted, Account, Action, Author, BoxFuture, Capabilities, CheckOutcome, Env, Inbound,
    InboundMessage, MediaRef, MediaStream, Part, Peer, PeerRef, PollMode, Polled, RawEvent,
    RawRequest, ReceiptTarget, SendError, Verified, WebhookHook, WebhookReject,
};
use kernel::{Clock, Moment};
use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;

/// How long one poll waits for something to come.
const POLL: Duration = Duration::from_secs(25);
/// How often a poll looks whether the rest of a text is late: nothing comes to tell it.
const LOOK: Duration = Duration::from_secs(1);
/// Messages begun and not finished that are remembered; a message beyond that begins anew.
const MOST_BEGUN: usize = 1000;

/// The settings, looked at already.
pub(crate) struct Given {
    pub(crate) centre: Centre,
    pub(crate) sender: String,
    pub(crate) ids: Ids,
    pub(crate) receipts: bool,
    /// Wait after "too many".
    pub(crate) pause: Duration,
    pub(crate) max_parts: usize,
    pub(crate) price: String,
}

pub(crate) struct Smpp {
    link: Link,
    clock: Clock,
    capabilities: Capabilities,
    name: String,
    sender: Address,
    ids: Ids,
    receipts: bool,
    pause: Duration,
    inbox: Mutex<Inbox>,
    reference: AtomicU8,
    /// By key: what went already of a message whose rest the centre could not take.
    begun: Mutex<HashMap<String, Begun>>,
}

/// A message under way.
#[derive(Clone, Default)]
struct Begun {
    reference: u8,
    ids: Vec<String>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Smpp {
    pub(crate) fn new(given: Given, env: &Env) -> Self {
        let name = match given.sender.as_str() {
            "" => given.centre.system_id.clone(),
            sender => sender.to_owned(),
        };
        Self {
            capabilities: abilities::capabilities(given.max_parts, given.receipts, &given.price),
            name,
            sender: submit::sender(&given.sender),
            ids: given.ids,
            receipts: given.receipts,
            pause: given.pause,
            clock: env.clock.clone(),
            inbox: Mutex::default(),
            // Another one than before a restart, so that a phone does not join two texts.
            reference: AtomicU8::new(env.clock.now().millis().to_le_bytes()[0]),
            begun: Mutex::default(),
            link: Link::new(given.centre, env.clock.clone()),
        }
    }

    async fn send_part(
        &self,
        part: &Part,
        peer: &PeerRef,
        key: &str,
    ) -> Result<Accepted, SendError> {
        if !part.files.is_empty() {
            return Err(rejected("unsupported", "SMS carry text alone".to_owned()));
        }
        let Some(to) = numbers::digits(&peer.ext_id) else {
            return Err(rejected(
                "bad_number",
                "a name cannot be written to".to_owned(),
            ));
        };
        let mut begun = locked(&self.begun).remove(key).unwrap_or_else(|| Begun {
            reference: self.reference.fetch_add(1, Ordering::Relaxed),
            ids: Vec::new(),
        });
        let all = submit::messages(&part.text, &self.sender, to, self.receipts, begun.reference);
        if all.is_empty() {
            return Err(rejected("unsupported", "an SMS without text".to_owned()));
        }
        for short in all.iter().skip(begun.ids.len()) {
            match self.submit(short.body()).await {
                Ok(id) => begun.ids.push(id),
                Err(error) => {
                    // What went is not sent again: the rest follows it.
                    if error.safe_to_repeat() && !begun.ids.is_empty() {
                        let mut kept = locked(&self.begun);
                        if kept.len() >= MOST_BEGUN {
                            kept.clear();
                        }
                        kept.insert(key.to_owned(), begun);
                    }
                    return Err(error);
                }
            }
        }
        Ok(Accepted {
            ext_ids: begun.ids,
            moved_to: None,
        })
    }

    async fn submit(&self, body: Vec<u8>) -> Result<String, SendError> {
        let answer = self.link.submit(body).await?;
        if answer.status != status::OK {
            return Err(status::meaning(answer.status, Some(self.pause)));
        }
        let id = Cursor(&answer.body).string();
        if id.trim().is_empty() {
            return Err(SendError::Unknown {
                reason: "the centre's answer names no message".to_owned(),
            });
        }
        Ok(self.ids.of_answer(&id))
    }

    async fn wait_for_events(&self, cursor: Option<String>) -> Polled {
        let opened = locked(&self.inbox).open(cursor.as_deref());
        match opened {
            Opened::Confirmed(answers, epoch) => self.link.acknowledge(answers, epoch),
            Opened::Again(polled) => return polled,
            Opened::Fresh => {}
        }
        let until = Instant::now() + POLL;
        loop {
            {
                // What is taken from the session is in the batch before anything is waited for.
                let mut inbox = locked(&self.inbox);
                let came = self.link.take_delivered();
                if let Some(polled) = inbox.next(came, self.clock.now(), self.link.settled()) {
                    return polled;
                }
            }
            if Instant::now() >= until {
                return Polled::default();
            }
            self.link.wait(LOOK).await;
        }
    }
}

/// An event as it was stored, in the words of all channels.
fn understand(event: &RawEvent, ids: Ids, now: Moment) -> Inbound {
    let strange = |kind: &str, from: &str, at: Moment| Inbound::Unsupported {
        kind: kind.to_owned(),
        ext_id: None,
        peer: (!from.is_empty()).then(|| numbers::peer(from)),
        at: Some(at),
    };
    match serde_json::from_slice::<Told>(&event.body) {
        Ok(Told::Message { from, text, at, .. }) if !from.is_empty() => {
            Inbound::Message(Box::new(InboundMessage {
                ext_id: format!("in:{}", event.dedup_key),
                peer: numbers::peer(&from),
                author: Author::Customer,
                at,
                text: plain_source(&text),
                media: Vec::new(),
                reply_to: None,
                album: None,
                context: Vec::new(),
            }))
        }
        Ok(Told::Receipt { from, receipt, at }) => match receipt.reached() {
            Some(state) => {
                let mut spelled = ids.of_receipt(&receipt.id);
                let target = match spelled.len() {
                    1 => ReceiptTarget::One(spelled.remove(0)),
                    _ => ReceiptTarget::OneOf(spelled),
                };
                Inbound::Receipt {
                    target,
                    peer: numbers::peer(&from),
                    state,
                    at,
                }
            }
            None => strange("receipt", "", at),
        },
        Ok(Told::Strange { from, what, at }) => strange(&what, &from, at),
        Ok(Told::Message { at, .. }) => strange("sms", "", at),
        Err(_) => strange("malformed", &event.lane, now),
    }
}

impl Account for Smpp {
    fn peer_at(&self, address: &channel::Address) -> Option<Peer> {
        numbers::at(address)
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn mode(&self) -> PollMode {
        PollMode::Long
    }

    fn verify(&self, _request: &RawRequest) -> Result<Verified, WebhookReject> {
        // A centre calls nobody.
        Err(WebhookReject::NotFound)
    }

    fn split(&self, _verified: &Verified) -> Vec<RawEvent> {
        Vec::new()
    }

    fn normalize(&self, event: &RawEvent) -> Vec<Inbound> {
        vec![understand(event, self.ids, self.clock.now())]
    }

    fn poll(&self, cursor: Option<String>) -> BoxFuture<'_, Result<Polled, SendError>> {
        Box::pin(async move { Ok(self.wait_for_events(cursor).await) })
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
                "an SMS cannot be changed".to_owned(),
            ))
        })
    }

    fn fetch_media<'a>(
        &'a self,
        _media: &'a MediaRef,
    ) -> BoxFuture<'a, Result<MediaStream, SendError>> {
        Box::pin(async { Err(rejected("unsupported", "SMS carry text alone".to_owned())) })
    }

    fn check(&self) -> BoxFuture<'_, CheckOutcome> {
        Box::pin(async move {
            match self.link.check().await {
                Ok(()) => health::well(&self.name),
                Err(error) => health::failed(&error),
            }
        })
    }

    fn start(&self, _hook: Option<WebhookHook>) -> BoxFuture<'_, Result<(), SendError>> {
        // The first poll begins the session.
        Box::pin(async { Ok(()) })
    }

    fn link(&self, _token: Option<&str>) -> Option<String> {
        None
    }

    fn invitation(&self, text: &str) -> Option<channel::Invitation> {
        numbers::invitation(&self.name, text)
    }
}
