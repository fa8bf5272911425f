//! Lanes for hot paths: items put at the same time share their statements as well as their commit.

use crate::{
    Engine, Tx,
    sqlite::{Job, in_savepoint, lock, stopped},
};
use kernel::{Error, Result};
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

/// What a lane does with all items that wait.
pub trait Batch: Send + Sync + 'static {
    /// What is put in.
    type In: Send + Sync + Clone + 'static;
    /// What comes back for each.
    type Out: Send + 'static;
    /// Applies all items in one transaction; one answer for each, in order. An error of the whole makes the lane try
    /// the items one by one, so that a poisoned item harms only itself.
    fn apply(
        &self,
        tx: &mut Tx<'_>,
        items: &[Self::In],
    ) -> impl Future<Output = Result<Vec<Result<Self::Out>>>>;
}

pub(crate) trait Drain {
    fn drain(&self, job: Job) -> Result<()>;
}

type Waiting<B> = (<B as Batch>::In, oneshot::Sender<Result<<B as Batch>::Out>>);

/// A lane; cheap to clone.
pub struct Lane<B: Batch> {
    shared: Arc<Shared<B>>,
}

struct Shared<B: Batch> {
    batch: B,
    engine: Engine,
    waiting: Mutex<Vec<Waiting<B>>>,
}

impl<B: Batch> Clone for Lane<B> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<B: Batch> Lane<B> {
    pub(crate) fn new(engine: Engine, batch: B) -> Self {
        Self {
            shared: Arc::new(Shared {
                batch,
                engine,
                waiting: Mutex::new(Vec::new()),
            }),
        }
    }

    /// Puts an item in; answered when it is on disk.
    pub async fn put(&self, item: B::In) -> Result<B::Out> {
        let (sender, receiver) = oneshot::channel();
        let first = {
            let mut waiting = lock(&self.shared.waiting);
            waiting.push((item, sender));
            waiting.len() == 1
        };
        if first {
            self.wake()?;
        }
        receiver.await.map_err(|_| stopped())?
    }

    fn wake(&self) -> Result<()> {
        let woken = Woken(Some(Arc::clone(&self.shared)));
        match &self.shared.engine {
            Engine::Sqlite(sqlite) => {
                let runtime = tokio::runtime::Handle::current();
                sqlite.drain(Box::new(move |connection, notes, answers| {
                    let Some(shared) = woken.begin() else { return };
                    let _entered = runtime.enter();
                    let (items, senders): (Vec<_>, Vec<_>) =
                        std::mem::take(&mut *lock(&shared.waiting))
                            .into_iter()
                            .unzip();
                    let together = in_savepoint(connection, notes, async |tx: &mut Tx<'_>| {
                        shared.batch.apply(tx, &items).await
                    });
                    let outs = together.unwrap_or_else(|_| {
                        items
                            .iter()
                            .map(|item| {
                                in_savepoint(connection, notes, async |tx: &mut Tx<'_>| {
                                    only(shared.batch.apply(tx, std::slice::from_ref(item)).await?)
                                })
                            })
                            .collect()
                    });
                    for (sender, out) in senders.into_iter().zip(outs) {
                        answers.push(Box::new(move |commit| {
                            let _ = sender.send(commit.and(out));
                        }));
                    }
                }))
            }
            Engine::Postgres(postgres) => {
                postgres.drain(move |postgres| async move {
                    let Some(shared) = woken.begin() else { return };
                    let (items, senders): (Vec<_>, Vec<_>) =
                        std::mem::take(&mut *lock(&shared.waiting))
                            .into_iter()
                            .unzip();
                    let together = postgres
                        .transact(async |tx: &mut Tx<'_>| shared.batch.apply(tx, &items).await)
                        .await;
                    match together {
                        Ok(outs) => {
                            for (sender, out) in senders.into_iter().zip(outs) {
                                let _ = sender.send(out);
                            }
                        }
                        Err(_) => {
                            for (item, sender) in items.iter().zip(senders) {
                                let out = postgres
                                    .transact(async |tx: &mut Tx<'_>| {
                                        only(
                                            shared
                                                .batch
                                                .apply(tx, std::slice::from_ref(item))
                                                .await?,
                                        )
                                    })
                                    .await;
                                let _ = sender.send(out);
                            }
                        }
                    }
                });
                Ok(())
            }
        }
    }
}

/// The work of emptying a lane, on its way. When it is dropped undone (the database closes, a transaction cannot begin)
/// those who wait are refused: a lane with somebody in it is not woken again, so all who came after would wait for ever.
struct Woken<B: Batch>(Option<Arc<Shared<B>>>);

impl<B: Batch> Woken<B> {
    fn begin(mut self) -> Option<Arc<Shared<B>>> {
        self.0.take()
    }
}

impl<B: Batch> Drop for Woken<B> {
    fn drop(&mut self) {
        if let Some(shared) = self.0.take() {
            lock(&shared.waiting).clear();
        }
    }
}

fn only<T>(mut outs: Vec<Result<T>>) -> Result<T> {
    outs.pop()
        .unwrap_or_else(|| Err(Error::fault("a batch answered nothing")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Db, Place};

    struct Echo;
    impl Batch for Echo {
        type In = u8;
        type Out = u8;
        async fn apply(&self, _: &mut Tx<'_>, items: &[u8]) -> Result<Vec<Result<u8>>> {
            Ok(items.iter().map(|n| Ok(*n)).collect())
        }
    }

    #[tokio::test]
    async fn a_lane_whose_work_is_dropped_refuses_and_goes_on_refusing() {
        let path = std::env::temp_dir().join(format!("beseda-lane-{}", kernel::Ids::Time.uuid()));
        let place = Place::Sqlite {
            path: path.clone(),
            durable: false,
        };
        let db = Db::open(&place, Arc::new(drop)).await.unwrap();
        let lane = db.lane(Echo);
        assert_eq!(lane.put(7).await.unwrap(), 7);
        db.close().await;
        for _ in 0..2 {
            let error = lane.put(8).await.unwrap_err();
            assert_eq!(error.code(), Some("db.stopped"));
        }
        let _ = std::fs::remove_file(path);
    }
}
