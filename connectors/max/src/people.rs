//! What is remembered of clients until the process ends: the chat of their dialogue and their face.
//!
//! "Is typing" and pictures are asked by the chat, everything else goes by the client. Nothing is
//! lost when this is forgotten: the next message of the client tells it again.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Most clients to remember.
const MOST: usize = 10_000;

/// What is known of one client.
#[derive(Clone, Default, Debug)]
pub(crate) struct Seen {
    /// The chat of the dialogue.
    pub(crate) chat: Option<i64>,
    /// Address of the picture.
    pub(crate) face: Option<String>,
}

#[derive(Default)]
pub(crate) struct People(Mutex<HashMap<i64, Seen>>);

impl People {
    fn seen(&self) -> MutexGuard<'_, HashMap<i64, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn of(&self, user: i64) -> Seen {
        self.seen().get(&user).cloned().unwrap_or_default()
    }

    pub(crate) fn learn(&self, user: i64, chat: Option<i64>, face: Option<&str>) {
        if chat.is_none() && face.is_none() {
            return;
        }
        let mut seen = self.seen();
        if seen.len() >= MOST && !seen.contains_key(&user) {
            // Rather all anew than a second list that says who is the oldest.
            seen.clear();
        }
        let known = seen.entry(user).or_default();
        known.chat = chat.or(known.chat);
        if let Some(face) = face {
            known.face = Some(face.to_owned());
        }
    }
}
