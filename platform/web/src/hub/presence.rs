//! Who can be reached now, and who looks at what: passing signs beside the journal.

use super::{Client, Handle, Hub, PresenceState, frame, known_to, lock};
use kernel::{Moment, Uuid};
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    sync::atomic::Ordering,
    time::Duration,
};
use tokio::sync::{broadcast, watch};

/// A person whose devices were not touched for this long is away.
pub const AWAY_AFTER: Duration = Duration::from_secs(300);

/// What a socket shows in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewed {
    /// The thread.
    pub thread: Uuid,
    /// Its person has begun an answer there. That there is one is told, never a word of it.
    pub drafting: bool,
}

impl Hub {
    /// How many sockets are open here.
    pub fn open_sockets(&self) -> usize {
        self.read().len()
    }

    /// Whether a person can be reached now.
    pub fn presence(&self, person: Uuid) -> PresenceState {
        let sockets = self.read();
        let handles = sockets.of(person);
        if handles.is_empty() {
            return PresenceState::Offline;
        }
        let now = self.clock.now();
        let touched = handles.iter().any(|h| {
            now.since(Moment::from_micros(h.active_at.load(Ordering::Relaxed))) < AWAY_AFTER
        });
        if touched {
            PresenceState::Online
        } else {
            PresenceState::Away
        }
    }

    /// When a device of a person here was last touched; none when none is connected.
    pub fn touched_at(&self, person: Uuid) -> Option<Moment> {
        let sockets = self.read();
        let touched = sockets.of(person).iter();
        touched
            .map(|h| Moment::from_micros(h.active_at.load(Ordering::Relaxed)))
            .max()
    }

    /// The presence of all who are connected.
    pub fn presences(&self) -> HashMap<Uuid, PresenceState> {
        let people: Vec<Uuid> = self.read().people().collect();
        people.into_iter().map(|p| (p, self.presence(p))).collect()
    }

    /// The presence of those whom the holder of these principals hears of.
    pub(crate) fn presences_for(&self, principals: &HashSet<Uuid>) -> HashMap<Uuid, PresenceState> {
        let mut all = self.presences();
        if !principals.contains(&self.everyone) {
            all.retain(|person, _| principals.contains(&known_to(self.everyone, *person)));
        }
        all
    }

    /// Tells everyone a person's presence, if it differs from what was told last.
    pub fn tell_presence(&self, person: Uuid, last_seen: Option<Moment>) {
        let state = self.presence(person);
        {
            let mut told = lock(&self.told);
            if told.get(&person).copied().unwrap_or(PresenceState::Offline) == state {
                return;
            }
            told.insert(person, state);
        }
        // Nobody may be listening, here and below.
        let _ = self.turned.send(person);
        if state == PresenceState::Online {
            let _ = self.back.send(person);
        }
        self.count_online();
        // L-19: who is away was here when a device of theirs was last touched.
        let last_seen = match state {
            PresenceState::Online => None,
            PresenceState::Away => self.touched_at(person),
            PresenceState::Offline => last_seen,
        };
        let fields = json!({"person_id": person, "state": state, "last_seen": last_seen});
        self.sign(
            &[self.everyone, known_to(self.everyone, person)],
            None,
            &frame("presence", None, &fields.to_string()),
        );
    }

    /// Whoever comes to their desk, from now on.
    pub fn who_comes_back(&self) -> broadcast::Receiver<Uuid> {
        self.back.subscribe()
    }

    /// Whose presence turned, or may have, from now on: come, gone, back at their desk, away from it.
    pub fn who_turns(&self) -> broadcast::Receiver<Uuid> {
        self.turned.subscribe()
    }

    /// Whether anybody is online, and word when that changes.
    pub fn anyone_online(&self) -> watch::Receiver<bool> {
        self.anyone.subscribe()
    }

    pub(super) fn count_online(&self) {
        self.anyone.send_if_modified(|told| {
            let now = self
                .presences()
                .values()
                .any(|p| *p == PresenceState::Online);
            std::mem::replace(told, now) != now
        });
    }

    /// Presence fades without a word between two looks: what was told last may be what is again.
    pub(super) fn turned_from(&self, before: PresenceState, person: Uuid) {
        if self.presence(person) != before {
            let _ = self.turned.send(person);
        }
    }

    pub(crate) fn touch(&self, handle: &Handle, active: bool) {
        let at = if active {
            self.clock.now()
        } else {
            self.clock.now() - AWAY_AFTER
        };
        let before = self.presence(handle.person);
        handle.active_at.store(at.micros(), Ordering::Relaxed);
        self.turned_from(before, handle.person);
        self.tell_presence(handle.person, None);
    }

    /// Notes what a socket shows in front, and tells the others who look at it (U-18).
    pub fn view(&self, client: Client, what: Option<Viewed>) {
        let Some(handle) = self.read().get(client.socket) else {
            return;
        };
        let before = std::mem::replace(&mut *lock(&handle.viewing), what);
        if before == what {
            return;
        }
        let thread = |viewed: Option<Viewed>| viewed.map(|v| v.thread);
        if let Some(left) = thread(before).filter(|t| Some(*t) != thread(what)) {
            self.tell_viewing(left);
        }
        if let Some(now) = thread(what) {
            self.tell_viewing(now);
        }
    }

    /// People who may not see a thread any more look at it no longer: the others are told, they themselves hear nothing.
    pub fn look_away(&self, people: &[Uuid], thread: Uuid) {
        let mut looked = false;
        for handle in self.read().iter().filter(|h| people.contains(&h.person)) {
            let mut viewing = lock(&handle.viewing);
            if viewing.is_some_and(|v| v.thread == thread) {
                *viewing = None;
                looked = true;
            }
        }
        if looked {
            self.tell_viewing(thread);
        }
    }

    pub(super) fn tell_viewing(&self, thread: Uuid) {
        let here: Vec<(Uuid, bool)> = self
            .read()
            .iter()
            .filter_map(|h| {
                let viewed = (*lock(&h.viewing))?;
                (viewed.thread == thread).then_some((h.person, viewed.drafting))
            })
            .collect();
        let sorted = |mut people: Vec<Uuid>| {
            people.sort_unstable();
            people.dedup();
            people
        };
        let drafting = here.iter().filter(|(_, drafts)| *drafts);
        let drafting = sorted(drafting.map(|(person, _)| *person).collect());
        let people = sorted(here.into_iter().map(|(person, _)| person).collect());
        let fields = json!({"thread_id": thread, "person_ids": people, "drafting_ids": drafting});
        let text = frame("viewing", None, &fields.to_string());
        // Only those who look at it themselves need to know; each of them may see it.
        self.sign(&people, None, &text);
    }
}
