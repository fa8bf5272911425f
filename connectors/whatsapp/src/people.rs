//! What is remembered of clients until the process ends: their number and their newest message.
//!
//! A client is known by the business-scoped id; Meta asks to write to the number where it is known, and "is typing"
//! hangs on a message of theirs. Nothing is lost when this is forgotten: the next message tells it again.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Most clients to remember.
const MOST: usize = 10_000;
/// Most own messages to remember: an echo comes within minutes.
const MOST_OWN: usize = 2_000;

/// What is known of one client.
#[derive(Clone, Default, Debug)]
pub(crate) struct Seen {
    /// Digits of their number.
    pub(crate) phone: Option<String>,
    /// The id of the newest message of theirs, and its time in seconds.
    pub(crate) newest: Option<(i64, String)>,
}

#[derive(Default)]
pub(crate) struct People {
    seen: Mutex<HashMap<String, Seen>>,
    own: Mutex<VecDeque<String>>,
}

impl People {
    fn seen(&self) -> MutexGuard<'_, HashMap<String, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn own(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn of(&self, client: &str) -> Seen {
        self.seen().get(client).cloned().unwrap_or_default()
    }

    pub(crate) fn learn(&self, client: &str, phone: Option<&str>, message: Option<(i64, &str)>) {
        if client.is_empty() || (phone.is_none() && message.is_none()) {
            return;
        }
        let mut seen = self.seen();
        if seen.len() >= MOST && !seen.contains_key(client) {
            // Rather all anew than a second list that says who is the oldest.
            seen.clear();
        }
        let known = seen.entry(client.to_owned()).or_default();
        if let Some(phone) = phone {
            known.phone = Some(phone.to_owned());
        }
        // Events come in any order: only a newer one counts.
        if let Some((at, id)) = message
            && known.newest.as_ref().is_none_or(|(known, _)| *known <= at)
        {
            known.newest = Some((at, id.to_owned()));
        }
    }

    /// We sent this one ourselves: its echo is no news.
    pub(crate) fn sent(&self, id: &str) {
        let mut own = self.own();
        if own.len() >= MOST_OWN {
            own.pop_front();
        }
        own.push_back(id.to_owned());
    }

    pub(crate) fn is_own(&self, id: &str) -> bool {
        self.own().iter().any(|own| own == id)
    }
}
