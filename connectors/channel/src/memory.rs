//! What a connector keeps of an account between runs, beside its settings.

use crate::BoxFuture;
use std::{
    collections::HashMap,
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
};

/// A small shelf of an account's own: sealed at rest, gone with the account. For what a messenger gives once and wants
/// back later, never for messages.
pub trait Memory: fmt::Debug + Send + Sync {
    /// What was kept under a name.
    fn recall<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Option<Vec<u8>>>>;
    /// Keeps something under a name of at most 100 letters, instead of what was there; on disk when it answers.
    fn keep<'a>(&'a self, name: &'a str, value: Vec<u8>) -> BoxFuture<'a, io::Result<()>>;
}

/// A memory that lasts as long as the process: for settings that are only tried, and for tests.
#[derive(Default)]
pub struct Scratch(Mutex<HashMap<String, Vec<u8>>>);

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
}

impl Scratch {
    /// An empty one.
    pub fn memory() -> Arc<dyn Memory> {
        Arc::new(Self::default())
    }
}

impl Memory for Scratch {
    fn recall<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Option<Vec<u8>>>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get(name).cloned();
        Box::pin(async move { Ok(found) })
    }
    fn keep<'a>(&'a self, name: &'a str, value: Vec<u8>) -> BoxFuture<'a, io::Result<()>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(name.to_owned(), value);
        Box::pin(async { Ok(()) })
    }
}
