//! Who adds to an upload: one at a time. Whoever comes later is the same sender over a new line, so the earlier one ends.

use crate::model::File;
use kernel::Id;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{Mutex as Queue, OwnedMutexGuard};
use tokio_util::sync::CancellationToken;

/// The turns of uploads that come in pieces, a part of the house.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<Id<File>, Arc<Slot>>>);

#[derive(Debug, Default)]
struct Slot {
    queue: Arc<Queue<()>>,
    holder: Mutex<CancellationToken>,
}

/// The right to add to one upload, until it is dropped.
pub(crate) struct Turn {
    stop: CancellationToken,
    _queue: OwnedMutexGuard<()>,
    _slot: Arc<Slot>,
}

impl Turn {
    /// Comes when somebody else waits for this turn.
    pub(crate) async fn over(&self) {
        self.stop.cancelled().await;
    }
}

impl Turns {
    /// Takes the turn, asking whoever has it to end.
    pub(crate) async fn take(&self, id: Id<File>) -> Turn {
        let slot = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|_, slot| Arc::strong_count(slot) > 1);
            Arc::clone(all.entry(id).or_default())
        };
        slot.holder
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .cancel();
        let queue = Arc::clone(&slot.queue).lock_owned().await;
        let stop = CancellationToken::new();
        *slot.holder.lock().unwrap_or_else(PoisonError::into_inner) = stop.clone();
        Turn {
            stop,
            _queue: queue,
            _slot: slot,
        }
    }
}
