//! What comes in: updates in their order, gaps filled, each as one stored event. The place to go on from is the cursor.

use crate::{
    fault, history,
    line::{HELD, Line},
    people::{self, Client, People, user_of},
};
use bytes::Bytes;
use channel::{Polled, RawEvent, SendError};
use grammers_mtsender::{InvocationError, UpdatesConfiguration, UpdatesReceiver};
use grammers_session::{types::UpdatesState, updates::UpdatesLike};
use grammers_tl_types::{self as tl, Serializable};
use kernel::Moment;
use ring::digest;
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Notify, mpsc};

/// How long one poll waits for something to come.
const POLL: Duration = Duration::from_secs(25);
/// How long an echo waits for the answer to the send it may belong to.
const ECHO: Duration = Duration::from_secs(45);
/// The name under which sends that have begun are kept.
const BEGUN: &str = "begun";
/// Most of them.
const MOST_BEGUN: usize = 60;
/// How far Telegram's clock and ours may be apart for an echo to be that of a send, in seconds.
const SOON: i64 = 300;
/// Numbers of our own messages that are remembered.
const MOST_OWN: usize = 4000;

/// Where updates go on (core.telegram.org/api/updates), as the cursor keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Place {
    /// Whose updates they are: another sign-in begins anew.
    owner: i64,
    pts: i32,
    qts: i32,
    date: i32,
    seq: i32,
}

/// What an event's first line says of it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Head {
    pub(crate) client: Option<Client>,
    /// Seconds.
    pub(crate) at: i64,
    /// The account has to be signed in again; Telegram's word.
    pub(crate) signed_out: Option<String>,
}

impl Head {
    pub(crate) fn event(&self, key: String, rest: &[u8]) -> RawEvent {
        let mut body = serde_json::to_vec(self).unwrap_or_default();
        body.push(b'\n');
        body.extend_from_slice(rest);
        RawEvent {
            dedup_key: key,
            lane: self
                .client
                .as_ref()
                .map(|client| client.id.to_string())
                .unwrap_or_default(),
            body: Bytes::from(body),
        }
    }
}

/// The event of a message, the same whether an update told it or the history.
pub(crate) fn of_message(
    message: tl::enums::Message,
    client: Client,
    now: Moment,
) -> Option<RawEvent> {
    let update = tl::enums::Update::NewMessage(tl::types::UpdateNewMessage {
        message,
        pts: 0,
        pts_count: 0,
    });
    About::of(&update).map(|about| about.event(client, &update, now))
}

/// The event of how the client reacts to a message as it stands.
pub(crate) fn of_reactions(
    id: i32,
    reactions: Option<tl::enums::MessageReactions>,
    client: Client,
    now: Moment,
) -> Option<RawEvent> {
    let none = tl::types::MessageReactions {
        min: false,
        can_see_list: false,
        reactions_as_tags: false,
        results: Vec::new(),
        recent_reactions: Some(Vec::new()),
        top_reactors: None,
    };
    let update = tl::enums::Update::MessageReactions(tl::types::UpdateMessageReactions {
        peer: tl::types::PeerUser { user_id: client.id }.into(),
        msg_id: id,
        top_msg_id: None,
        saved_peer_id: None,
        reactions: reactions.unwrap_or_else(|| none.into()),
    });
    About::of(&update).map(|about| about.event(client, &update, now))
}

type Batch = (Vec<tl::enums::Update>, Vec<tl::enums::User>);

/// What the polls of one line have in hand.
#[derive(Default)]
pub(crate) struct Feed {
    receiver: Option<UpdatesReceiver>,
    /// To which making of the line the receiver belongs.
    made: usize,
    /// Read from the line and not understood yet.
    raw: Option<Batch>,
    /// Handed to the caller, who has not said yet that it is stored.
    handed: Option<Polled>,
    told_signed_out: bool,
}

/// One poll of an account.
pub(crate) struct Poll<'a> {
    pub(crate) line: &'a Line,
    pub(crate) people: &'a People,
    pub(crate) owner: i64,
    pub(crate) now: Moment,
}

impl Poll<'_> {
    /// Waits once for events after `cursor`.
    pub(crate) async fn wait(&self, cursor: Option<String>) -> Result<Polled, SendError> {
        let mut feed = self.line.feed.lock().await;
        if let Some(handed) = feed.handed.take()
            && handed.cursor.is_some()
            && handed.cursor != cursor
        {
            // It was not stored: the same again.
            feed.handed = Some(handed.clone());
            return Ok(handed);
        }
        match self.next(&mut feed, cursor).await {
            Ok(polled) => {
                feed.told_signed_out = false;
                feed.handed = Some(polled.clone());
                Ok(polled)
            }
            Err(SendError::AccountFatal { reason }) if !feed.told_signed_out => {
                feed.told_signed_out = true;
                let key = format!("out {}", self.now.millis());
                let head = Head {
                    at: self.now.millis() / 1000,
                    signed_out: Some(reason),
                    ..Head::default()
                };
                Ok(Polled {
                    events: vec![head.event(key, b"")],
                    cursor: None,
                })
            }
            Err(error) => Err(error),
        }
    }

    async fn next(&self, feed: &mut Feed, cursor: Option<String>) -> Result<Polled, SendError> {
        if feed.made != self.line.made() {
            feed.receiver = None;
        }
        if feed.receiver.is_none() {
            let place: Option<Place> = cursor
                .as_deref()
                .and_then(|kept| serde_json::from_str(kept).ok())
                .filter(|place: &Place| place.owner == self.owner);
            self.begin(feed, place).await?;
            if place.is_none() {
                // Kept at once: what comes after this moment is never missed.
                return Ok(self.polled(Vec::new(), None));
            }
        }
        let missed = self.missed().await?;
        if !missed.is_empty() {
            return Ok(self.polled(missed, cursor));
        }
        if feed.raw.is_none() {
            let Some(receiver) = feed.receiver.as_mut() else {
                return Ok(Polled::default());
            };
            match tokio::time::timeout(POLL, receiver.next()).await {
                Err(_) => return Ok(Polled::default()),
                Ok(Ok((updates, users, _))) => {
                    let updates = updates.into_iter().map(|(update, _)| update).collect();
                    feed.raw = Some((updates, users));
                }
                Ok(Err(error)) => {
                    if matches!(error, InvocationError::Dropped(_)) {
                        feed.receiver = None;
                        // Somebody may have made it anew already, on another way.
                        if feed.made == self.line.made() {
                            self.line.restart();
                        }
                    }
                    return Err(fault::of(&error));
                }
            }
        }
        let events = match &feed.raw {
            Some(batch) => self.understand(batch).await?,
            None => Vec::new(),
        };
        if let Some(receiver) = &feed.receiver
            && receiver.sync_update_state().await.is_err()
        {
            tracing::warn!("where updates go on is not known");
        }
        feed.raw = None;
        Ok(self.polled(events, cursor))
    }

    /// What no difference tells after the line was down: clients' reactions.
    async fn missed(&self) -> Result<Vec<RawEvent>, SendError> {
        if !self.line.gap.swap(false, Ordering::SeqCst) {
            return Ok(Vec::new());
        }
        match history::missed_reactions(self.line, self.people, self.now).await {
            Ok(events) => Ok(events),
            Err(error @ SendError::AccountFatal { .. }) => Err(error),
            Err(error) => {
                // They are no reason to keep words waiting. A line that is down again is asked when it is back; where
                // Telegram does not want to be asked, the nightly comparison finds them.
                let again = matches!(error, SendError::NotSent { .. } | SendError::Unknown { .. });
                self.line.gap.store(again, Ordering::SeqCst);
                tracing::info!(%error, "reactions given meanwhile could not be asked for");
                Ok(Vec::new())
            }
        }
    }

    /// Asks from where on: from the kept place, or from now.
    async fn begin(&self, feed: &mut Feed, place: Option<Place>) -> Result<(), SendError> {
        let state = match place {
            Some(place) => UpdatesState {
                pts: place.pts,
                qts: place.qts,
                date: place.date,
                seq: place.seq,
                channels: Vec::new(),
            },
            None => {
                let asked = self.line.ask(&tl::functions::updates::GetState {}).await;
                let tl::enums::updates::State::State(state) = asked.map_err(|e| fault::of(&e))?;
                UpdatesState {
                    pts: state.pts,
                    qts: state.qts,
                    date: state.date,
                    seq: state.seq,
                    channels: Vec::new(),
                }
            }
        };
        self.line.store.set_state(state);
        feed.made = self.line.made();
        let Some(handle) = self.line.handle() else {
            return Ok(());
        };
        let Some(updates) = self.line.updates() else {
            // Somebody took them before: the line is made anew.
            self.line.restart();
            return Err(SendError::NotSent {
                reason: "the line begins anew".to_owned(),
            });
        };
        self.line.gap.store(place.is_some(), Ordering::SeqCst);
        let updates = watched(updates, Arc::clone(&self.line.gap));
        let settings = UpdatesConfiguration { catch_up: true };
        let receiver = UpdatesReceiver::create(
            handle.thin.clone(),
            handle.session.clone(),
            updates,
            settings,
        );
        feed.receiver = Some(receiver.await.map_err(|error| SendError::NotSent {
            reason: error.to_string(),
        })?);
        Ok(())
    }

    fn polled(&self, events: Vec<RawEvent>, before: Option<String>) -> Polled {
        let state = self.line.store.state();
        let place = Place {
            owner: self.owner,
            pts: state.pts,
            qts: state.qts,
            date: state.date,
            seq: state.seq,
        };
        let cursor = serde_json::to_string(&place).ok();
        Polled {
            cursor: cursor.filter(|now| !events.is_empty() || before.as_ref() != Some(now)),
            events,
        }
    }

    /// The events of some updates: those of private chats with people, without the echoes of our own sends.
    async fn understand(&self, (updates, users): &Batch) -> Result<Vec<RawEvent>, SendError> {
        let mut clients: HashMap<i64, Client> = users
            .iter()
            .filter_map(people::client)
            .map(|client| (client.id, client))
            .collect();
        let strangers: HashSet<i64> = users
            .iter()
            .filter(|user| people::client(user).is_none())
            .map(tl::enums::User::id)
            .collect();
        for client in clients.values() {
            self.people.see(client.id, client.hash);
        }
        let mut looked = false;
        let mut events = Vec::new();
        for update in updates {
            if let tl::enums::Update::DeleteMessages(gone) = update {
                // One event for each: whose they were the house knows, and of the others nothing is to be kept.
                events.extend(gone.messages.iter().map(|id| deleted(gone, *id, self.now)));
                continue;
            }
            if let tl::enums::Update::MessageId(own) = update {
                self.line.echoes.learned(own.random_id, own.id);
                continue;
            }
            let Some(about) = About::of(update) else {
                continue;
            };
            let id = about.client;
            if id == self.owner || strangers.contains(&id) {
                continue;
            }
            let ours =
                self.line
                    .echoes
                    .is_ours(self.people, id, (about.message, about.at), about.words);
            if about.outgoing && ours.await {
                continue;
            }
            if !clients.contains_key(&id) && about.needs_name && !looked {
                // A short update says nothing of who wrote: the newest chats do.
                looked = true;
                for found in self.people.look(self.line).await? {
                    clients.entry(found.client.id).or_insert(found.client);
                }
            }
            let client = match clients.get(&id) {
                Some(client) => client.clone(),
                // A bot or Telegram itself, or somebody of whom nothing is shown.
                None if about.needs_name => continue,
                None => Client {
                    id,
                    ..Client::default()
                },
            };
            events.push(about.event(client, update, self.now));
        }
        Ok(events)
    }
}

/// Passes on what the line tells, and notes when it breaks.
fn watched(
    mut updates: mpsc::Receiver<UpdatesLike>,
    gap: Arc<AtomicBool>,
) -> mpsc::Receiver<UpdatesLike> {
    let (tell, told) = mpsc::channel(HELD);
    tokio::spawn(async move {
        while let Some(one) = updates.recv().await {
            if matches!(one, UpdatesLike::ConnectionClosed) {
                gap.store(true, Ordering::SeqCst);
            }
            if tell.send(one).await.is_err() {
                return;
            }
        }
    });
    told
}

/// What an update is about.
struct About<'a> {
    client: i64,
    message: i32,
    words: &'a str,
    outgoing: bool,
    needs_name: bool,
    at: Option<i32>,
    key: String,
}

impl<'a> About<'a> {
    /// None for what is nothing to us.
    fn of(update: &'a tl::enums::Update) -> Option<Self> {
        use tl::enums::{Message, Update};
        match update {
            Update::NewMessage(new) => match &new.message {
                Message::Message(message) => Some(Self {
                    client: user_of(&message.peer_id)?,
                    message: message.id,
                    words: &message.message,
                    outgoing: message.out,
                    needs_name: true,
                    at: Some(message.date),
                    key: format!("m{}", message.id),
                }),
                Message::Service(service) => {
                    // A call is worth a line; that somebody joined Telegram is not.
                    let tl::enums::MessageAction::PhoneCall(_) = &service.action else {
                        return None;
                    };
                    Some(Self {
                        client: user_of(&service.peer_id)?,
                        message: service.id,
                        words: "",
                        outgoing: false,
                        needs_name: true,
                        at: Some(service.date),
                        key: format!("m{}", service.id),
                    })
                }
                Message::Empty(_) => None,
            },
            Update::EditMessage(edit) => {
                let Message::Message(message) = &edit.message else {
                    return None;
                };
                Some(Self {
                    client: user_of(&message.peer_id)?,
                    message: message.id,
                    words: &message.message,
                    outgoing: false,
                    needs_name: true,
                    at: message.edit_date.or(Some(message.date)),
                    key: format!("e{} {}", message.id, fingerprint(&message.to_bytes())),
                })
            }
            Update::ReadHistoryOutbox(read) => Some(Self {
                client: user_of(&read.peer)?,
                message: read.max_id,
                words: "",
                outgoing: false,
                needs_name: false,
                at: None,
                key: format!("r{} {}", user_of(&read.peer)?, read.max_id),
            }),
            Update::MessageReactions(reacted) => Some(Self {
                client: user_of(&reacted.peer)?,
                message: reacted.msg_id,
                words: "",
                outgoing: false,
                needs_name: false,
                at: None,
                key: format!("x{}", reacted.msg_id),
            }),
            Update::UserTyping(typing) => {
                let tl::enums::SendMessageAction::SendMessageTypingAction = typing.action else {
                    return None;
                };
                Some(Self {
                    client: typing.user_id,
                    message: 0,
                    words: "",
                    outgoing: false,
                    needs_name: false,
                    at: None,
                    key: format!("t{}", typing.user_id),
                })
            }
            _ => None,
        }
    }

    fn event(self, client: Client, update: &tl::enums::Update, now: Moment) -> RawEvent {
        let key = match update {
            // Each is one of its own: a reaction that is taken away twice looks the same both times.
            tl::enums::Update::UserTyping(_) | tl::enums::Update::MessageReactions(_) => {
                format!("{} {}", self.key, now.millis())
            }
            _ => self.key,
        };
        let head = Head {
            client: Some(client),
            at: self.at.map_or(now.millis() / 1000, i64::from),
            signed_out: None,
        };
        head.event(key, &update.to_bytes())
    }
}

/// That one message is gone.
fn deleted(gone: &tl::types::UpdateDeleteMessages, id: i32, now: Moment) -> RawEvent {
    let update = tl::enums::Update::DeleteMessages(tl::types::UpdateDeleteMessages {
        messages: vec![id],
        pts: gone.pts,
        pts_count: gone.pts_count,
    });
    let head = Head {
        at: now.millis() / 1000,
        ..Head::default()
    };
    head.event(format!("d{id}"), &update.to_bytes())
}

fn fingerprint(bytes: &[u8]) -> String {
    let sum = digest::digest(&digest::SHA256, bytes);
    sum.as_ref()[..8]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// A send whose answer was lost, or may have been: the process ended in the middle of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Doubt {
    client: i64,
    random_id: i64,
    /// What stands for the words of the message.
    words: String,
    /// When it began, in seconds.
    at: i64,
    #[serde(skip)]
    found: Option<i32>,
}

#[derive(Default)]
struct Sends {
    /// How many are on their way, by client.
    going: HashMap<i64, usize>,
    /// Our numbers of what was sent.
    random: VecDeque<i64>,
    /// Telegram's numbers of what we sent.
    own: VecDeque<i32>,
    doubts: Vec<Doubt>,
    /// Begun and not settled, as the account's memory has them.
    begun: Vec<Doubt>,
    recalled: bool,
}

/// What we send and its echoes: Telegram tells us of our own messages as of those from the phone.
#[derive(Default)]
pub(crate) struct Echoes {
    sends: Mutex<Sends>,
    landed: Notify,
}

/// A send on its way; dropped, it has ended.
pub(crate) struct Going<'a> {
    echoes: &'a Echoes,
    client: i64,
}

impl Drop for Going<'_> {
    fn drop(&mut self) {
        let mut sends = self.echoes.sends();
        if let Some(count) = sends.going.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                sends.going.remove(&self.client);
            }
        }
        drop(sends);
        self.echoes.landed.notify_waiters();
    }
}

impl Echoes {
    fn sends(&self) -> MutexGuard<'_, Sends> {
        self.sends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A send begins.
    pub(crate) fn going(&self, client: i64, random_ids: &[i64]) -> Going<'_> {
        let mut sends = self.sends();
        *sends.going.entry(client).or_default() += 1;
        sends.random.extend(random_ids);
        while sends.random.len() > MOST_OWN {
            sends.random.pop_front();
        }
        Going {
            echoes: self,
            client,
        }
    }

    /// Telegram's number of a message of ours is known.
    pub(crate) fn own(&self, id: i32) {
        let mut sends = self.sends();
        sends.own.push_back(id);
        if sends.own.len() > MOST_OWN {
            sends.own.pop_front();
        }
    }

    fn learned(&self, random_id: i64, id: i32) {
        if self.sends().random.contains(&random_id) {
            self.own(id);
        }
    }

    /// A send is about to begin: kept first, so that its echo is known even if this process ends before the answer.
    pub(crate) async fn begins(
        &self,
        people: &People,
        client: i64,
        random_id: i64,
        words: &str,
        now: Moment,
    ) {
        self.recall(people).await;
        let kept = {
            let mut sends = self.sends();
            sends.begun.retain(|doubt| doubt.random_id != random_id);
            sends.begun.push(Doubt {
                client,
                random_id,
                words: fingerprint(words.as_bytes()),
                at: now.millis() / 1000,
                found: None,
            });
            let over = sends.begun.len().saturating_sub(MOST_BEGUN);
            sends.begun.drain(..over);
            serde_json::to_vec(&sends.begun).unwrap_or_default()
        };
        people.keep_words(BEGUN, kept).await;
    }

    /// What the last process had begun may have arrived.
    async fn recall(&self, people: &People) {
        if self.sends().recalled {
            return;
        }
        let kept = people.words(BEGUN).await.unwrap_or_default();
        let begun: Vec<Doubt> = serde_json::from_slice(&kept).unwrap_or_default();
        let mut sends = self.sends();
        if !sends.recalled {
            sends.recalled = true;
            sends.doubts.extend(begun);
        }
    }

    /// Telegram answered, whatever it said: nothing is in doubt.
    pub(crate) fn answered(&self, random_id: i64) {
        let mut sends = self.sends();
        sends.begun.retain(|doubt| doubt.random_id != random_id);
    }

    /// The answer of a send was lost; its echo will tell whether it arrived.
    pub(crate) fn doubt(&self, random_id: i64) {
        let mut sends = self.sends();
        sends.doubts.retain(|doubt| doubt.random_id != random_id);
        let begun = sends.begun.iter().find(|d| d.random_id == random_id);
        let doubt = begun.cloned();
        sends.doubts.extend(doubt);
        let over = sends.doubts.len().saturating_sub(200);
        sends.doubts.drain(..over);
    }

    /// What became of a send in doubt: Telegram's number, if its echo came meanwhile.
    pub(crate) fn settled(&self, random_id: i64) -> Option<i32> {
        let sends = self.sends();
        let doubt = sends.doubts.iter().find(|d| d.random_id == random_id)?;
        doubt.found
    }

    /// Whether an outgoing message was sent through us; waits for what is on its way to the same client.
    pub(crate) async fn is_ours(
        &self,
        people: &People,
        client: i64,
        (id, at): (i32, Option<i32>),
        words: &str,
    ) -> bool {
        self.recall(people).await;
        let words = fingerprint(words.as_bytes());
        let at = i64::from(at.unwrap_or_default());
        let deadline = tokio::time::Instant::now() + ECHO;
        loop {
            let landed = self.landed.notified();
            {
                let mut sends = self.sends();
                if sends.own.contains(&id) {
                    return true;
                }
                if !sends.going.contains_key(&client) {
                    let doubt = sends.doubts.iter_mut().find(|doubt| {
                        doubt.client == client
                            && doubt.found.is_none()
                            && doubt.words == words
                            && (doubt.at - at).abs() < SOON
                    });
                    if let Some(doubt) = doubt {
                        doubt.found = Some(id);
                        sends.own.push_back(id);
                        return true;
                    }
                    return false;
                }
            }
            if tokio::time::timeout_at(deadline, landed).await.is_err() {
                return false;
            }
        }
    }
}
