//! The pictures of clients as their events told them, until the process ends; forgotten, the next event tells again.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Most clients to remember.
const MOST: usize = 10_000;

/// Addresses of pictures by client; none for one who shows none.
#[derive(Default)]
pub(crate) struct Faces(Mutex<HashMap<String, Option<String>>>);

impl Faces {
    fn seen(&self) -> MutexGuard<'_, HashMap<String, Option<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known: nothing, that they show none, or the address.
    pub(crate) fn of(&self, client: &str) -> Option<Option<String>> {
        self.seen().get(client).cloned()
    }

    pub(crate) fn learn(&self, client: &str, face: Option<&str>) {
        let mut seen = self.seen();
        if seen.len() >= MOST && !seen.contains_key(client) {
            // Rather all anew than a second list that says who is the oldest.
            seen.clear();
        }
        seen.insert(client.to_owned(), face.map(str::to_owned));
    }
}
