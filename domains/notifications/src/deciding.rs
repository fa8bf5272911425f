//! What a decision needs to know of people, read for many at once.

use crate::{
    model::{ChatSwitches, NoticeSettings, Occasion},
    rules::{Decision, Facts, decide},
    store,
};
use accounts::{Person, Preferences};
use db::Tx;
use kernel::{Id, Moment, Result, Uuid};
use std::collections::{HashMap, HashSet};

/// An event, as decisions see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    pub(crate) occasion: Occasion,
    pub(crate) actor: Option<Uuid>,
    pub(crate) thread: Option<Uuid>,
    pub(crate) now: Moment,
}

/// What was read of people.
#[derive(Default)]
pub(crate) struct Known {
    preferences: HashMap<Id<Person>, Preferences>,
    settings: HashMap<Id<Person>, NoticeSettings>,
    chats: HashMap<(Id<Person>, Uuid), ChatSwitches>,
    devices: HashSet<Id<Person>>,
}

impl Known {
    /// Reads it for people and the chats in question.
    pub(crate) async fn of(
        tx: &mut Tx<'_>,
        people: &[Id<Person>],
        threads: &[Uuid],
    ) -> Result<Self> {
        if people.is_empty() {
            return Ok(Self::default());
        }
        let briefs = accounts::briefs(tx, people).await?;
        let active = briefs.into_iter().filter(|p| p.active);
        Ok(Self {
            preferences: active.map(|p| (p.id, p.preferences)).collect(),
            settings: store::settings_of(tx, people).await?,
            chats: store::switches_of(tx, people, threads).await?,
            devices: store::with_devices(tx, people).await?,
        })
    }

    /// Whether a push could reach them at all.
    pub(crate) fn has_device(&self, person: Id<Person>) -> bool {
        self.devices.contains(&person)
    }

    /// The one decision.
    pub(crate) fn decide(&self, person: Id<Person>, about: About) -> Decision {
        let Some(preferences) = self.preferences.get(&person) else {
            return Decision::default();
        };
        let usual = NoticeSettings::default();
        let chat = about.thread.and_then(|t| self.chats.get(&(person, t)));
        decide(&Facts {
            occasion: about.occasion,
            settings: self.settings.get(&person).unwrap_or(&usual),
            desktop_notices: preferences.desktop_notices,
            sounds: preferences.sounds,
            push: preferences.push,
            chat: chat.copied().unwrap_or_default(),
            actor: about.actor,
            thread: about.thread,
            now: about.now,
        })
    }
}
