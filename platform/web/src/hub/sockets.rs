//! Which sockets are open, whose they are, and which of them an audience reaches.

use super::Handle;
use kernel::Uuid;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// What somebody may hear: their own id, their chats, queues, and so on.
pub(super) type Principals = Arc<HashSet<Uuid>>;

/// A person's windows. What they may hear is kept once for all of them.
#[derive(Default)]
struct Windows {
    principals: Principals,
    handles: Vec<Arc<Handle>>,
}

/// The open sockets of this node.
#[derive(Default)]
pub(super) struct Sockets {
    all: HashMap<u64, Arc<Handle>>,
    people: HashMap<Uuid, Windows>,
    by_principal: HashMap<Uuid, HashSet<Uuid>>,
}

impl Sockets {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }
    pub(super) fn get(&self, id: u64) -> Option<Arc<Handle>> {
        self.all.get(&id).cloned()
    }
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Handle>> {
        self.all.values()
    }
    pub(super) fn people(&self) -> impl Iterator<Item = Uuid> {
        self.people.keys().copied()
    }
    pub(super) fn is_here(&self, person: Uuid) -> bool {
        self.people.contains_key(&person)
    }
    /// The windows of a person.
    pub(super) fn of(&self, person: Uuid) -> &[Arc<Handle>] {
        self.people
            .get(&person)
            .map_or(&[], |w| w.handles.as_slice())
    }

    pub(super) fn add(&mut self, handle: Arc<Handle>, principals: Principals) {
        let person = handle.person;
        self.all.insert(handle.id, Arc::clone(&handle));
        let windows = self.people.entry(person).or_default();
        windows.handles.push(handle);
        self.renew(person, principals);
    }

    pub(super) fn remove(&mut self, handle: &Handle) {
        self.all.remove(&handle.id);
        let Some(windows) = self.people.get_mut(&handle.person) else {
            return;
        };
        windows.handles.retain(|h| h.id != handle.id);
        if windows.handles.is_empty() {
            self.renew(handle.person, Principals::default());
            self.people.remove(&handle.person);
        }
    }

    /// Notes what a person who has windows may hear from now on.
    pub(super) fn renew(&mut self, person: Uuid, now: Principals) {
        let Some(windows) = self.people.get_mut(&person) else {
            return;
        };
        let before = std::mem::replace(&mut windows.principals, Arc::clone(&now));
        for lost in before.difference(&now) {
            if let Some(people) = self.by_principal.get_mut(lost) {
                people.remove(&person);
                if people.is_empty() {
                    self.by_principal.remove(lost);
                }
            }
        }
        for gained in now.difference(&before) {
            self.by_principal.entry(*gained).or_default().insert(person);
        }
    }

    /// Every window that hears an audience, each once.
    pub(super) fn reached(&self, audience: &[Uuid], mut each: impl FnMut(&Arc<Handle>)) {
        let mut seen = HashSet::new();
        for principal in audience {
            for person in self.by_principal.get(principal).into_iter().flatten() {
                if audience.len() == 1 || seen.insert(*person) {
                    self.of(*person).iter().for_each(&mut each);
                }
            }
        }
    }
}
