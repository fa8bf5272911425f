//! Work for later: put in the transaction that needs it, done at least once by exactly one worker at a time,
//! retried with back-off, and kept in a list when it cannot be done.

use db::{Db, Migration, Tx, bind, sql};
use kernel::{Clock, Ctx, Error, Id, Moment, Result, Uuid};
use serde_json::Value;
use std::{collections::HashMap, pin::Pin, sync::Arc, time::Duration};
use tokio::sync::{Notify, OnceCell, watch};

/// The jobs' table.
pub const MIGRATIONS: &[Migration] = db::migrations!("jobs"; "0001_jobs", "0002_holder");

/// How long a job stays with a worker that is not heard of any more.
const LEASE: Duration = Duration::from_secs(60);
/// How often a worker says that it is still at a job.
const RENEW: Duration = Duration::from_secs(20);
/// How often a job is taken up at once after a fall of the node; then with back-off, for it may be what makes it fall.
const FALLS: i64 = 3;
/// Tries before a job goes to the list of failed work: with the back-off below about a day.
const TRIES: i64 = 14;
/// The longest wait between two looks at the table when nobody wakes the worker.
const IDLE: Duration = Duration::from_secs(2);

/// A waiting piece of work (the type only names its id).
#[derive(Clone, Copy, Debug)]
pub enum Job {}

/// Left in a transaction: wakes this node's workers after the commit.
#[derive(Clone, Copy, Debug)]
pub struct Wake;

/// Puts work in; with a `dedup_key` at most one waiting job of the kind has that key.
pub async fn put(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kind: &'static str,
    payload: Value,
    run_at: Moment,
    dedup_key: Option<&str>,
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO jobs (id, kind, payload, dedup_key, run_at, state, updated_at)
              VALUES ($1, $2, $3, $4, $5, 'waiting', $6) ON CONFLICT DO NOTHING"
        ),
        &bind![
            ctx.ids.next::<Job>(),
            kind,
            payload,
            dedup_key,
            run_at,
            ctx.now
        ],
    )
    .await?;
    if run_at <= ctx.now {
        tx.note(Wake);
    }
    Ok(())
}

/// A job in a worker's hands.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its id.
    pub id: Id<Job>,
    /// What to do.
    pub kind: String,
    /// With what.
    pub payload: Value,
    /// Tries before this one.
    pub attempts: i64,
}
db::row!(Taken {
    id,
    kind,
    payload,
    attempts
});

/// A job that could not be done.
#[derive(Clone, Debug)]
pub struct Dead {
    /// Its id.
    pub id: Id<Job>,
    /// What it was to do.
    pub kind: String,
    /// With what.
    pub payload: Value,
    /// Tries made.
    pub attempts: i64,
    /// When it was given up.
    pub updated_at: Moment,
    /// What the last try said.
    pub error: String,
}
db::row!(Dead {
    id,
    kind,
    payload,
    attempts,
    updated_at,
    error
});

/// Takes one due job under a lease for a node; of one kind, or of any.
async fn claim(
    tx: &mut Tx<'_>,
    node: Uuid,
    now: Moment,
    only: Option<&'static str>,
) -> Result<Option<Taken>> {
    tx.one(
        sql!(
            "UPDATE jobs SET lease_until = $2, holder = $4, updated_at = $1 WHERE id = (
                SELECT id FROM jobs WHERE state = 'waiting' AND run_at <= $1
                  AND (lease_until IS NULL OR lease_until < $1)
                  AND (CAST($3 AS TEXT) IS NULL OR kind = $3)
                ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
              RETURNING id, kind, payload, attempts"
        ),
        &bind![now, now + LEASE, only, node],
    )
    .await
}

/// Says that a node is still at a job.
async fn renew(tx: &mut Tx<'_>, id: Id<Job>, node: Uuid, now: Moment) -> Result<()> {
    tx.run(
        sql!("UPDATE jobs SET lease_until = $3 WHERE id = $1 AND holder = $2"),
        &bind![id, node, now + LEASE],
    )
    .await
    .map(drop)
}

/// Puts back what a node had in hand when it fell; what any had, where nobody else uses the database.
async fn put_back(tx: &mut Tx<'_>, node: Uuid, alone: bool, now: Moment) -> Result<usize> {
    let left: Vec<Taken> = tx
        .all(
            sql!(
                "SELECT id, kind, payload, attempts FROM jobs
                  WHERE state = 'waiting' AND lease_until IS NOT NULL AND (holder = $1 OR $2)"
            ),
            &bind![node, alone],
        )
        .await?;
    for job in &left {
        let error = "the server ended while it was at this".to_owned();
        settle(tx, job, Err((error, after_fall(job.attempts))), now).await?;
    }
    Ok(left.len())
}

/// How long to wait after the nth failure: 5 s doubling to at most 4 h.
fn back_off(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.clamp(0, 20)).unwrap_or(0);
    Duration::from_secs((5u64 << doublings).min(4 * 3600))
}

/// How long to wait after a fall of the node that had the job in hand, after so many tries before.
fn after_fall(attempts: i64) -> Duration {
    if attempts < FALLS {
        Duration::ZERO
    } else {
        back_off(attempts - FALLS)
    }
}

/// Ends a try: done, or why not and how long to wait before the next.
async fn settle(
    tx: &mut Tx<'_>,
    job: &Taken,
    outcome: Result<(), (String, Duration)>,
    now: Moment,
) -> Result<()> {
    match outcome {
        Ok(()) => {
            tx.run(sql!("DELETE FROM jobs WHERE id = $1"), &bind![job.id])
                .await?;
        }
        Err((error, wait)) => {
            let attempts = job.attempts + 1;
            let state = if attempts >= TRIES { "dead" } else { "waiting" };
            tx.run(
                sql!("UPDATE jobs SET state = $2, attempts = $3, error = $4, run_at = $5, lease_until = NULL, holder = NULL, updated_at = $6
                      WHERE id = $1"),
                &bind![job.id, state, attempts, error, now + wait, now],
            )
            .await?;
        }
    }
    Ok(())
}

/// The list of work that could not be done, newest first.
pub async fn dead(tx: &mut Tx<'_>) -> Result<Vec<Dead>> {
    tx.all(
        sql!(
            "SELECT id, kind, payload, attempts, updated_at, error FROM jobs WHERE state = 'dead'
              ORDER BY updated_at DESC LIMIT 500"
        ),
        &bind![],
    )
    .await
}

/// How many jobs could be done by `now` and have not been; for tests, which wait for nothing else.
pub async fn due(tx: &mut Tx<'_>, now: Moment) -> Result<i64> {
    let (count,): (i64,) = tx
        .must(
            sql!("SELECT COUNT(*) FROM jobs WHERE state = 'waiting' AND run_at <= $1"),
            &bind![now],
        )
        .await?;
    Ok(count)
}

/// Puts failed work back; *not found* if it is not in the list.
pub async fn replay(tx: &mut Tx<'_>, id: Uuid, now: Moment) -> Result<()> {
    let changed = tx
        .run(
            sql!("UPDATE jobs SET state = 'waiting', attempts = 0, run_at = $2, lease_until = NULL, updated_at = $2
                  WHERE id = $1 AND state = 'dead'"),
            &bind![id, now],
        )
        .await?;
    if changed == 0 {
        return Err(Error::not_found());
    }
    tx.note(Wake);
    Ok(())
}

/// Drops failed work for good.
pub async fn forget(tx: &mut Tx<'_>, id: Uuid) -> Result<()> {
    match tx
        .run(
            sql!("DELETE FROM jobs WHERE id = $1 AND state = 'dead'"),
            &bind![id],
        )
        .await?
    {
        0 => Err(Error::not_found()),
        _ => Ok(()),
    }
}

/// What a kind of job does; called with the payload, may be called twice for one job.
pub type Handler =
    Arc<dyn Fn(Value) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// Runs jobs until told to stop: one per call of [`Workers::run`], so start as many as there should be.
#[derive(Clone)]
pub struct Workers {
    db: Db,
    clock: Clock,
    handlers: Arc<HashMap<&'static str, Handler>>,
    wake: Arc<Notify>,
    node: Uuid,
    begun: Arc<OnceCell<()>>,
}

impl Workers {
    /// Workers of a node with the handlers of all domains. No two processes that run may have the same node's id.
    pub fn new(
        node: Uuid,
        db: Db,
        clock: Clock,
        handlers: HashMap<&'static str, Handler>,
        wake: Arc<Notify>,
    ) -> Self {
        Self {
            db,
            clock,
            handlers: Arc::new(handlers),
            wake,
            node,
            begun: Arc::default(),
        }
    }

    /// Works until `stop` turns true; the job in hand is ended first.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        self.work(None, stop).await;
    }

    /// Does jobs of one kind only: it never waits behind slow work of others.
    pub async fn run_only(&self, kind: &'static str, stop: watch::Receiver<bool>) {
        self.work(Some(kind), stop).await;
    }

    async fn work(&self, only: Option<&'static str>, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.step(only).await {
                Ok(true) => {}
                Ok(false) => self.rest(only, &mut stop).await,
                Err(error) => {
                    tracing::error!(%error, "the job table cannot be read");
                    self.rest(only, &mut stop).await;
                }
            }
        }
    }

    async fn rest(&self, only: Option<&'static str>, stop: &mut watch::Receiver<bool>) {
        // The bell wakes one worker: one that does a single kind must not take it from those who do all.
        let woken = async {
            match only {
                None => self.wake.notified().await,
                Some(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(IDLE) => {}
            _ = stop.changed() => {}
        }
    }

    /// Does all that is due now; for tests, which move the clock by hand.
    pub async fn drain(&self) -> Result<usize> {
        let mut done = 0;
        while self.step(None).await? {
            done += 1;
        }
        Ok(done)
    }

    /// Before the first job of this process: whatever the node holds, an earlier process of it left.
    async fn begin(&self) -> Result<()> {
        let (node, alone, now) = (self.node, !self.db.is_shared(), self.clock.now());
        let back = self
            .db
            .write(async move |tx: &mut Tx<'_>| put_back(tx, node, alone, now).await)
            .await?;
        if back > 0 {
            tracing::info!(
                jobs = back,
                "work that was in hand when the server ended goes on"
            );
        }
        Ok(())
    }

    /// Does a job and keeps its lease until it is done.
    async fn hold(&self, id: Id<Job>, work: impl Future<Output = Result<()>>) -> Result<()> {
        let mut work = std::pin::pin!(work);
        loop {
            if let Ok(done) = tokio::time::timeout(RENEW, &mut work).await {
                return done;
            }
            let (node, now) = (self.node, self.clock.now());
            let held = self
                .db
                .write(async move |tx: &mut Tx<'_>| renew(tx, id, node, now).await);
            // The work goes on meanwhile: what it waits for may be this very lane of the database.
            tokio::select! {
                done = &mut work => return done,
                held = held => if let Err(error) = held {
                    tracing::warn!(%error, "a job's lease could not be renewed");
                },
            }
        }
    }

    async fn step(&self, only: Option<&'static str>) -> Result<bool> {
        self.begun.get_or_try_init(|| self.begin()).await?;
        let (node, now) = (self.node, self.clock.now());
        let Some(job) = self
            .db
            .write(async move |tx: &mut Tx<'_>| claim(tx, node, now, only).await)
            .await?
        else {
            return Ok(false);
        };
        let outcome = match self.handlers.get(job.kind.as_str()) {
            Some(handler) => {
                let work = handler(job.payload.clone());
                self.hold(job.id, work).await.map_err(|e| e.to_string())
            }
            None => Err(format!("nobody handles {}", job.kind)),
        };
        let outcome = outcome.map_err(|error| (error, back_off(job.attempts)));
        if let Err((error, _)) = &outcome {
            tracing::warn!(kind = %job.kind, attempts = job.attempts, %error, "a job failed and will be tried again");
        }
        let now = self.clock.now();
        self.db
            .write(async move |tx: &mut Tx<'_>| settle(tx, &job, outcome, now).await)
            .await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u_02_the_wait_grows_and_has_a_ceiling() {
        assert_eq!(back_off(0), Duration::from_secs(5));
        assert_eq!(back_off(3), Duration::from_secs(40));
        assert_eq!(back_off(60), Duration::from_secs(4 * 3600));
        let total: Duration = (0..TRIES).map(back_off).sum();
        assert!(
            total > Duration::from_secs(12 * 3600),
            "a provider may be away for half a day"
        );
    }

    #[test]
    fn f1_what_fell_goes_on_at_once_until_it_seems_to_be_why() {
        for attempts in 0..FALLS {
            assert_eq!(after_fall(attempts), Duration::ZERO);
        }
        assert_eq!(after_fall(FALLS), Duration::from_secs(5));
        assert!((FALLS..TRIES).map(after_fall).is_sorted());
    }
}
