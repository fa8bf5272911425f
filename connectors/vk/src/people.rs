//! Names and pictures: VK's events name people by number, so we ask, and remember for a while.

use crate::{
    api::Api,
    form::Parameters,
    incoming::{AUTHOR_ID, SENDER_ID},
    peer::CHATS,
    wire::{Conversations, Groups, User},
};
use channel::{AUTHOR_NAME, Inbound, Peer, SendError};
use kernel::{Clock, Moment};
use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use text::clean_name;

/// How many names are remembered.
const MOST: usize = 5_000;
/// How long a name counts as fresh.
const FRESH: Duration = Duration::from_secs(24 * 3600);
/// How long a message may wait for a name.
const PATIENCE: Duration = Duration::from_secs(5);

/// A person, a community or a chat.
#[derive(Clone, Default)]
struct Known {
    name: String,
    handle: Option<String>,
}

#[derive(Default)]
struct Memory {
    known: HashMap<i64, (Known, Moment)>,
    /// In the order of learning, so that the oldest goes first.
    order: VecDeque<i64>,
}

/// Names that were asked for.
pub(crate) struct People {
    clock: Clock,
    memory: Mutex<Memory>,
}

impl People {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            memory: Mutex::default(),
        }
    }

    /// Puts names where only numbers stand. What cannot be learned now stays without.
    pub(crate) async fn complete(&self, api: &Api, inbounds: Vec<Inbound>) -> Vec<Inbound> {
        let mut inbounds = inbounds;
        let wanted: BTreeSet<i64> = inbounds.iter().flat_map(numbers).collect();
        if wanted.is_empty() {
            return inbounds;
        }
        if let Err(error) = self.learn(api, &wanted).await {
            tracing::debug!(%error, "names cannot be asked for now");
        }
        for inbound in &mut inbounds {
            self.name(inbound);
        }
        inbounds
    }

    /// The address of a person's own picture.
    pub(crate) async fn picture(api: &Api, id: i64) -> Result<Option<String>, SendError> {
        if !(1..CHATS).contains(&id) {
            return Ok(None);
        }
        let asked = Parameters::default()
            .with("user_ids", id)
            .with("fields", "has_photo,photo_200");
        let users: Vec<User> = api.call("users.get", asked).await?;
        let shown = users.into_iter().find(|user| user.has_photo == Some(1));
        Ok(shown
            .and_then(|user| user.photo_200)
            .filter(|url| !url.is_empty()))
    }

    async fn learn(&self, api: &Api, wanted: &BTreeSet<i64>) -> Result<(), SendError> {
        let now = self.clock.now();
        let unknown: Vec<i64> = {
            let memory = self.memory();
            let fresh = |id: &i64| {
                let known = memory.known.get(id);
                known.is_some_and(|(_, at)| now.since(*at) < FRESH)
            };
            wanted.iter().copied().filter(|id| !fresh(id)).collect()
        };
        let list = |wanted: fn(i64) -> bool, sign: i64| {
            let ids = unknown.iter().filter(|id| wanted(**id));
            let ids: Vec<String> = ids.map(|id| (id * sign).to_string()).collect();
            (!ids.is_empty()).then(|| ids.join(","))
        };
        if let Some(ids) = list(|id| (1..CHATS).contains(&id), 1) {
            let asked = Parameters::default()
                .with("user_ids", ids)
                .with("fields", "screen_name");
            let users: Vec<User> = api.call_within("users.get", asked, PATIENCE).await?;
            for user in users {
                let name = format!("{} {}", user.first_name, user.last_name);
                // `id77` is the number again, not a name of their own.
                let own = format!("id{}", user.id);
                let handle = user.screen_name.filter(|handle| *handle != own);
                self.remember(user.id, &name, handle);
            }
        }
        if let Some(ids) = list(|id| id < 0, -1) {
            let asked = Parameters::default().with("group_ids", ids);
            let found: Groups = api.call_within("groups.getById", asked, PATIENCE).await?;
            for group in found.groups {
                self.remember(-group.id, &group.name, Some(group.screen_name));
            }
        }
        if let Some(ids) = list(|id| id >= CHATS, 1) {
            let asked = Parameters::default().with("peer_ids", ids);
            let found: Conversations = api
                .call_within("messages.getConversationsById", asked, PATIENCE)
                .await?;
            for chat in found.items {
                let title = chat.chat_settings.and_then(|settings| settings.title);
                self.remember(chat.peer.id, &title.unwrap_or_default(), None);
            }
        }
        Ok(())
    }

    fn remember(&self, id: i64, name: &str, handle: Option<String>) {
        let known = Known {
            name: clean_name(name),
            handle,
        };
        let now = self.clock.now();
        let mut memory = self.memory();
        if memory.known.insert(id, (known, now)).is_none() {
            memory.order.push_back(id);
        }
        while memory.order.len() > MOST {
            if let Some(oldest) = memory.order.pop_front() {
                memory.known.remove(&oldest);
            }
        }
    }

    fn known(&self, id: i64) -> Option<Known> {
        self.memory().known.get(&id).map(|(known, _)| known.clone())
    }

    fn name(&self, inbound: &mut Inbound) {
        if let Some(peer) = peer_of(inbound)
            && let Some(known) = peer.ext_id.parse().ok().and_then(|id| self.known(id))
        {
            peer.name = known.name;
            peer.username = known.handle;
        }
        if let Some(member) = peer_of(inbound).and_then(|peer| peer.member.as_mut())
            && let Some(known) = member.ext_id.parse().ok().and_then(|id| self.known(id))
        {
            member.name = known.name;
            member.username = known.handle;
        }
        let Inbound::Message(message) = inbound else {
            return;
        };
        for (fact, value) in &mut message.context {
            let name = match fact.as_str() {
                AUTHOR_ID => AUTHOR_NAME,
                SENDER_ID => "sender_name",
                _ => continue,
            };
            name.clone_into(fact);
            let known = value.parse().ok().and_then(|id| self.known(id));
            *value = known.map(|known| known.name).unwrap_or_default();
        }
        message.context.retain(|(_, value)| !value.is_empty());
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The peer of what can open a chat; the others need no name.
fn peer_of(inbound: &mut Inbound) -> Option<&mut Peer> {
    match inbound {
        Inbound::Message(message) => Some(&mut message.peer),
        Inbound::Edited(edit) => Some(&mut edit.peer),
        Inbound::Unsupported { peer, .. } => peer.as_mut(),
        _ => None,
    }
}

/// Everybody an inbound names by number.
fn numbers(inbound: &Inbound) -> Vec<i64> {
    let peer = match inbound {
        Inbound::Message(message) => Some(&message.peer),
        Inbound::Edited(edit) => Some(&edit.peer),
        Inbound::Unsupported { peer, .. } => peer.as_ref(),
        _ => None,
    };
    let facts = match inbound {
        Inbound::Message(message) => message.context.as_slice(),
        _ => &[],
    };
    let people = facts
        .iter()
        .filter(|(fact, _)| fact == AUTHOR_ID || fact == SENDER_ID)
        .map(|(_, value)| value.as_str());
    peer.map(|peer| peer.ext_id.as_str())
        .into_iter()
        .chain(people)
        .filter_map(|id| id.parse().ok())
        .filter(|id| *id != 0)
        .collect()
}
