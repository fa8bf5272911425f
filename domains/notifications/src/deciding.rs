//! What a decision needs to know of people, read for many at once.

use crate::{
    model::{ChatSwitches, NoticeSettings, Occasion},
    rules::{Decision, Facts, decide},
    store,
};
use accounts::{Person, Preferences};
use db::Tx;
use kernel::{Id, Moment, Result, Uuid};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// An event, as decisions see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    pub(crate) occasion: Occasion,
    pub(crate) actor: Option<Uuid>,
    pub(crate) thread: Option<Uuid>,
    pub(crate) now: Moment,
}

/// What decisions ask of one person.
#[derive(Debug)]
struct Habits {
    preferences: Preferences,
    settings: NoticeSettings,
    chats: HashMap<Uuid, ChatSwitches>,
    has_device: bool,
}

/// What was read of people.
#[derive(Default)]
pub(crate) struct Known(HashMap<Id<Person>, Arc<Habits>>);

/// What was read before and has not changed since: a message to a thousand people asks nothing of the database that it
/// did not ask for the message before.
#[derive(Default)]
pub(crate) struct Remembered(Mutex<HashMap<Id<Person>, Arc<Habits>>>);

/// People remembered at most; beyond it the memory begins anew.
const MOST: usize = 20_000;

impl Remembered {
    fn lock(&self) -> MutexGuard<'_, HashMap<Id<Person>, Arc<Habits>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets a person whose settings changed.
    pub(crate) fn forget(&self, person: Id<Person>) {
        self.lock().remove(&person);
    }

    /// What is known of these people, read where it is not remembered.
    pub(crate) async fn of(&self, tx: &mut Tx<'_>, people: &[Id<Person>]) -> Result<Known> {
        let mut found = HashMap::with_capacity(people.len());
        let mut missing = Vec::new();
        {
            let kept = self.lock();
            for person in people {
                match kept.get(person) {
                    Some(habits) => drop(found.insert(*person, Arc::clone(habits))),
                    None => missing.push(*person),
                }
            }
        }
        if !missing.is_empty() {
            let chats = store::all_switches_of(tx, &missing).await?;
            let Known(read) = read(tx, &missing, chats).await?;
            let mut kept = self.lock();
            if kept.len() + read.len() > MOST {
                kept.clear();
            }
            kept.extend(read.iter().map(|(p, habits)| (*p, Arc::clone(habits))));
            found.extend(read);
        }
        Ok(Known(found))
    }
}

async fn read(
    tx: &mut Tx<'_>,
    people: &[Id<Person>],
    switches: HashMap<(Id<Person>, Uuid), ChatSwitches>,
) -> Result<Known> {
    let mut settings = store::settings_of(tx, people).await?;
    let devices = store::with_devices(tx, people).await?;
    let mut chats: HashMap<Id<Person>, HashMap<Uuid, ChatSwitches>> = HashMap::new();
    for ((person, thread), of_chat) in switches {
        chats.entry(person).or_default().insert(thread, of_chat);
    }
    let briefs = accounts::briefs(tx, people).await?;
    let active = briefs.into_iter().filter(|p| p.active);
    let habits = active.map(|p| {
        let habits = Habits {
            preferences: p.preferences,
            settings: settings.remove(&p.id).unwrap_or_default(),
            chats: chats.remove(&p.id).unwrap_or_default(),
            has_device: devices.contains(&p.id),
        };
        (p.id, Arc::new(habits))
    });
    Ok(Known(habits.collect()))
}

impl Known {
    /// Reads it for people and the chats in question, as it is in this transaction.
    pub(crate) async fn of(
        tx: &mut Tx<'_>,
        people: &[Id<Person>],
        threads: &[Uuid],
    ) -> Result<Self> {
        if people.is_empty() {
            return Ok(Self::default());
        }
        let chats = store::switches_of(tx, people, threads).await?;
        read(tx, people, chats).await
    }

    /// Whether a push could reach them at all.
    pub(crate) fn has_device(&self, person: Id<Person>) -> bool {
        self.0.get(&person).is_some_and(|h| h.has_device)
    }

    /// The one decision.
    pub(crate) fn decide(&self, person: Id<Person>, about: About) -> Decision {
        let Some(habits) = self.0.get(&person) else {
            return Decision::default();
        };
        let chat = about.thread.and_then(|t| habits.chats.get(&t));
        decide(&Facts {
            occasion: about.occasion,
            settings: &habits.settings,
            desktop_notices: habits.preferences.desktop_notices,
            sounds: habits.preferences.sounds,
            push: habits.preferences.push,
            chat: chat.copied().unwrap_or_default(),
            actor: about.actor,
            thread: about.thread,
            now: about.now,
        })
    }
}
