//! Waking those who sleep between two looks at their tables, when a commit has left something for them.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::Arc,
};
use tokio::sync::Notify;

/// One bell for each kind of note that actions leave in their transactions (`jobs::Wake`). Whoever waits for one has it
/// alone: a bell shared by two kinds of workers has to be passed on, and then never falls silent.
#[derive(Default)]
pub struct Rings(HashMap<TypeId, Arc<Notify>>);

impl Rings {
    /// With a bell for notes of this type.
    #[must_use]
    pub fn with<N: Any>(mut self) -> Self {
        self.0.insert(TypeId::of::<N>(), Arc::default());
        self
    }
    /// The bell of a type of notes; one that nobody rings if there is none.
    pub fn of<N: Any>(&self) -> Arc<Notify> {
        self.0.get(&TypeId::of::<N>()).cloned().unwrap_or_default()
    }
    pub(crate) fn ring(&self, note: TypeId) {
        if let Some(bell) = self.0.get(&note) {
            bell.notify_one();
        }
    }
}
