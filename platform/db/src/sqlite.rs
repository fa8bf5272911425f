//! `SQLite`: one writer thread with group commit, a few readers that cannot write.

use crate::{
    CommitHook, Note, Sql, Tx,
    batch::Drain,
    tx::{Action, Answered, sqlite_code},
};
use futures_util::FutureExt;
use kernel::{Error, Refusal, RefusalKind, Result};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, mpsc},
    thread::JoinHandle,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// How many actions are looked at for one commit at most.
const BATCH: usize = 1024;
/// How long one commit gathers actions, and on a slow disk as long as the last one took to be written: who waits in a lane
/// waits no longer than that and a flush, whatever else is going on.
const COMMIT_SPAN: Duration = Duration::from_millis(2);
const LONGEST_SPAN: Duration = Duration::from_millis(20);
const READERS: usize = 3;
/// Pages of 4 KiB in the log before they go into the file: a page written by many commits goes there once.
const CHECKPOINT_PAGES: usize = 4000;
/// As many as the worker threads of a small machine: nobody waits for one, who finds none free asks a reader.
const GLANCES: usize = 2;

/// Told to an action after the commit it was part of.
pub(crate) type Answer = Box<dyn FnOnce(Result<()>) + Send>;
/// An action as the writer sees it: runs inside a savepoint, leaves its answer for after the commit.
pub(crate) type Job = Box<dyn FnOnce(&Connection, &mut Vec<Note>, &mut Vec<Answer>) + Send>;
type Look = Box<dyn FnOnce(&Connection) + Send>;

pub(crate) enum Work {
    /// The emptying of a lane.
    Lane(Job),
    Action(Job),
    /// Runs outside any transaction (migrations, checkpoints).
    Alone(Look),
}

pub(crate) struct Sqlite {
    path: PathBuf,
    writer: Mutex<Option<mpsc::Sender<Work>>>,
    readers: Mutex<Option<mpsc::Sender<Look>>>,
    /// For reads that are not worth waking a thread; empty after the close.
    glances: [Mutex<Option<Connection>>; GLANCES],
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, durable: bool, hook: CommitHook) -> Result<Self> {
        let (writer, work) = mpsc::channel();
        let connection = open_writer(path, durable)?;
        let mut threads = vec![spawn("beseda-writer", move || {
            write_loop(&connection, &work, &hook);
        })?];
        let (readers, looks) = mpsc::channel::<Look>();
        let looks = Arc::new(Mutex::new(looks));
        for n in 0..READERS {
            let connection = open_reader(path)?;
            let looks = Arc::clone(&looks);
            threads.push(spawn(&format!("beseda-reader-{n}"), move || {
                while let Some(look) = next(&looks) {
                    look(&connection);
                }
            })?);
        }
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(Some(writer)),
            readers: Mutex::new(Some(readers)),
            glances: [
                Mutex::new(Some(open_reader(path)?)),
                Mutex::new(Some(open_reader(path)?)),
            ],
            threads: Mutex::new(threads),
        })
    }

    pub(crate) async fn write(&self, action: Action) -> Result<Answered> {
        let (sender, receiver) = oneshot::channel();
        let runtime = tokio::runtime::Handle::current();
        let job: Job = Box::new(move |connection, notes, answers| {
            let entered = runtime.enter();
            let done = in_savepoint(connection, notes, async |tx: &mut Tx<'_>| action(tx).await);
            drop(entered);
            answers.push(Box::new(move |commit| {
                // The asker may have gone; the change stands all the same.
                let _ = sender.send(commit.and(done));
            }));
        });
        self.send(Work::Action(job))?;
        receiver.await.map_err(|_| stopped())?
    }

    pub(crate) fn send(&self, work: Work) -> Result<()> {
        let writer = lock(&self.writer);
        writer
            .as_ref()
            .ok_or_else(stopped)?
            .send(work)
            .map_err(|_| stopped())
    }

    pub(crate) async fn read(&self, action: Action) -> Result<Answered> {
        let (sender, receiver) = oneshot::channel();
        let runtime = tokio::runtime::Handle::current();
        let look: Look = Box::new(move |connection| {
            let _entered = runtime.enter();
            let _ = sender.send(looked(connection, action));
        });
        let sent = lock(&self.readers)
            .as_ref()
            .is_some_and(|r| r.send(look).is_ok());
        if !sent {
            return Err(stopped());
        }
        receiver.await.map_err(|_| stopped())?
    }

    /// Reads on the calling thread; for what takes microseconds.
    pub(crate) async fn glance(&self, action: Action) -> Result<Answered> {
        for glance in &self.glances {
            if let Ok(connection) = glance.try_lock()
                && let Some(connection) = &*connection
            {
                return looked(connection, action);
            }
        }
        self.read(action).await
    }

    pub(crate) async fn prepare(&self, statement: &'static Sql) -> Result<()> {
        self.alone(move |c| {
            c.prepare(statement.sqlite())
                .map(drop)
                .map_err(|e| crate::tx::sqlite_error(statement, e))
        })
        .await
    }

    pub(crate) async fn script(&self, text: String) -> Result<()> {
        self.alone(move |c| {
            let done = c.execute_batch(&format!("BEGIN IMMEDIATE; {text}; COMMIT"));
            if done.is_err() && !c.is_autocommit() {
                let _ = c.execute_batch("ROLLBACK");
            }
            done.map_err(Error::fault)
        })
        .await
    }

    pub(crate) async fn copy_to(&self, path: PathBuf) -> Result<()> {
        let source = self.path.clone();
        tokio::task::spawn_blocking(move || {
            let connection = open_reader(&source)?;
            let target = path.to_string_lossy().into_owned();
            connection
                .execute_batch("PRAGMA query_only = OFF")
                .map_err(Error::fault)?;
            connection
                .execute("VACUUM INTO ?1", [target])
                .map(drop)
                .map_err(Error::fault)
        })
        .await
        .map_err(Error::fault)?
    }

    pub(crate) async fn damage(&self) -> Result<Vec<String>> {
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || {
            let connection = open_reader(&path)?;
            let mut found = Vec::new();
            for check in ["PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
                let mut statement = connection.prepare(check).map_err(Error::fault)?;
                let rows = statement
                    .query_map([], |row| row.get::<_, String>(0))
                    .map_err(Error::fault)?;
                for row in rows {
                    found.push(row.map_err(Error::fault)?);
                }
            }
            found.retain(|word| word != "ok");
            Ok(found)
        })
        .await
        .map_err(Error::fault)?
    }

    async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (sender, receiver) = oneshot::channel();
        self.send(Work::Alone(Box::new(move |connection| {
            let _ = sender.send(work(connection));
        })))?;
        receiver.await.map_err(|_| stopped())?
    }

    pub(crate) async fn close(&self) {
        let _ = self
            .alone(|c| {
                c.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
                    .map_err(Error::fault)
            })
            .await;
        lock(&self.writer).take();
        lock(&self.readers).take();
        for glance in &self.glances {
            lock(glance).take();
        }
        let threads = std::mem::take(&mut *lock(&self.threads));
        let _ = tokio::task::spawn_blocking(move || {
            for thread in threads {
                let _ = thread.join();
            }
        })
        .await;
    }
}

/// A poisoned lock means a thread panicked while holding it; the data behind ours stay usable.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn next(looks: &Mutex<mpsc::Receiver<Look>>) -> Option<Look> {
    lock(looks).recv().ok()
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(Error::fault)
}

pub(crate) fn stopped() -> Error {
    Refusal::new(RefusalKind::Unavailable, "db.stopped").into()
}

fn open_writer(path: &Path, durable: bool) -> Result<Connection> {
    // One thread owns it: the library need not lock.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(Error::fault)?;
    let synchronous = if durable { "FULL" } else { "OFF" };
    connection
        .execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON;
             PRAGMA busy_timeout = 10000; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;
             PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};"
        ))
        .map_err(Error::fault)?;
    settle(connection)
}

/// What both kinds of connection have in common.
fn settle(connection: Connection) -> Result<Connection> {
    connection.set_prepared_statement_cache_capacity(512);
    // Plans made once: without this guarantee, a statement whose parameter could match the condition of a partial index is
    // prepared anew for every value.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(Error::fault)?;
    Ok(connection)
}

fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(Error::fault)?;
    connection
        .execute_batch(
            "PRAGMA query_only = ON; PRAGMA busy_timeout = 10000; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;
             PRAGMA mmap_size = 268435456;",
        )
        .map_err(Error::fault)?;
    settle(connection)
}

/// What waits for the writer.
#[derive(Default)]
struct Queue {
    lanes: VecDeque<Job>,
    actions: VecDeque<Job>,
    /// Begins when all before it is done; nothing behind it is taken until then.
    alone: Option<Look>,
    /// How long the last commit took to be written.
    written: Duration,
}

impl Queue {
    fn is_empty(&self) -> bool {
        self.lanes.is_empty() && self.actions.is_empty() && self.alone.is_none()
    }

    fn push(&mut self, work: Work) {
        match work {
            Work::Lane(job) => self.lanes.push_back(job),
            Work::Action(job) => self.actions.push_back(job),
            Work::Alone(look) => self.alone = Some(look),
        }
    }

    /// Takes what has come meanwhile.
    fn fill(&mut self, work: &mpsc::Receiver<Work>) {
        while self.alone.is_none() && self.actions.len() < BATCH {
            match work.try_recv() {
                Ok(work) => self.push(work),
                Err(_) => return,
            }
        }
    }

    /// The next for a commit that began at `begun`: lanes first, for a person or a messenger waits behind each item in
    /// them, then as many actions as the time of one commit holds, but never none.
    fn next(&mut self, begun: Instant, actions: &mut usize) -> Option<Job> {
        if let Some(lane) = self.lanes.pop_front() {
            return Some(lane);
        }
        if *actions > 0 && begun.elapsed() >= self.written.clamp(COMMIT_SPAN, LONGEST_SPAN) {
            return None;
        }
        *actions += 1;
        self.actions.pop_front()
    }
}

/// Takes all that waits, commits once, then answers: no timer, no artificial delay.
fn write_loop(connection: &Connection, work: &mpsc::Receiver<Work>, hook: &CommitHook) {
    let mut queue = Queue::default();
    loop {
        if queue.is_empty() {
            match work.recv() {
                Ok(work) => queue.push(work),
                Err(_) => return,
            }
        }
        queue.fill(work);
        if queue.lanes.is_empty() && queue.actions.is_empty() {
            if let Some(look) = queue.alone.take() {
                look(connection);
            }
        } else {
            commit(connection, &mut queue, hook);
        }
    }
}

/// Commits together what waits. When a full disk makes `SQLite` roll the transaction back in the middle, those behind stay
/// in the queue for a transaction of their own: outside of one, each would be kept by itself and told to nobody.
fn commit(connection: &Connection, queue: &mut Queue, hook: &CommitHook) {
    let mut notes = Vec::new();
    let mut answers: Vec<Answer> = Vec::new();
    let begun = connection.execute_batch("BEGIN IMMEDIATE");
    let (at, mut actions) = (Instant::now(), 0);
    while let Some(job) = queue.next(at, &mut actions) {
        // Not begun: whoever asked is told by the drop of the action that nothing was done.
        if begun.is_ok() {
            job(connection, &mut notes, &mut answers);
            if connection.is_autocommit() {
                break;
            }
        }
    }
    if kernel::sabotaged("ack-early") {
        answer_too_early(&mut answers);
    }
    // After FULL and I/O errors SQLite may have rolled the whole transaction back by itself.
    let ending = Instant::now();
    let ended = match begun {
        Err(error) => Err(error),
        Ok(()) if connection.is_autocommit() => Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL),
            None,
        )),
        Ok(()) => connection.execute_batch("COMMIT"),
    };
    queue.written = ending.elapsed();
    match ended {
        Ok(()) => {
            if !notes.is_empty() {
                hook(notes);
            }
            for answer in answers {
                answer(Ok(()));
            }
        }
        Err(error) => {
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("ROLLBACK");
            }
            tracing::error!(%error, actions = answers.len(), "a commit failed; its actions were rolled back");
            for answer in answers {
                answer(if kernel::sabotaged("swallow-disk-error") {
                    Ok(())
                } else {
                    Err(sqlite_code(&error).unwrap_or_else(|| Error::fault(error.to_string())))
                });
            }
        }
    }
}

/// What must never be done: answering before the commit. Reached only when sabotaged.
#[expect(
    clippy::disallowed_methods,
    reason = "the hole has to be wide enough for a kill to hit"
)]
fn answer_too_early(answers: &mut Vec<Answer>) {
    for answer in answers.drain(..) {
        answer(Ok(()));
    }
    std::thread::sleep(std::time::Duration::from_millis(15));
}

/// Runs a statement that carries no values, prepared once for each connection.
fn word(connection: &Connection, text: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(text)?.execute([]).map(drop)
}

/// Reads in a transaction, so that all statements of the action see one state.
fn looked(connection: &Connection, action: Action) -> Result<Answered> {
    let answer = (|| {
        word(connection, "BEGIN DEFERRED").map_err(Error::fault)?;
        let answer =
            poll_once(connection, async |tx: &mut Tx<'_>| action(tx).await).map(|(value, _)| value);
        word(connection, "COMMIT").map_err(Error::fault)?;
        answer
    })();
    if !connection.is_autocommit() {
        let _ = word(connection, "ROLLBACK");
    }
    answer
}

/// Runs one action inside a savepoint; a refusal, fault or panic undoes only its own work.
pub(crate) fn in_savepoint<T, F>(
    connection: &Connection,
    notes: &mut Vec<Note>,
    action: F,
) -> Result<T>
where
    F: AsyncFnOnce(&mut Tx<'_>) -> Result<T>,
{
    let run = |text: &str| -> Result<()> {
        word(connection, text).map_err(|e| sqlite_code(&e).unwrap_or_else(|| Error::fault(e)))
    };
    run("SAVEPOINT action")?;
    match poll_once(connection, action) {
        Ok((value, left)) => {
            run("RELEASE action")?;
            notes.extend(left);
            Ok(value)
        }
        Err(error) => {
            if !connection.is_autocommit() {
                run("ROLLBACK TO action")?;
                run("RELEASE action")?;
            }
            Err(error)
        }
    }
}

/// `SQLite` never waits, so one poll ends the action; one that awaits anything else is refused.
fn poll_once<T, F>(connection: &Connection, action: F) -> Result<(T, Vec<Note>)>
where
    F: AsyncFnOnce(&mut Tx<'_>) -> Result<T>,
{
    let mut tx = Tx::sqlite(connection);
    let polled = catch_unwind(AssertUnwindSafe(|| action(&mut tx).now_or_never()));
    match polled {
        Ok(Some(answer)) => answer.map(|value| (value, tx.notes)),
        Ok(None) => Err(Error::fault(
            "an action awaited something other than its transaction",
        )),
        Err(_) => Err(Error::fault("an action panicked")),
    }
}

impl Drain for Sqlite {
    fn drain(&self, job: Job) -> Result<()> {
        self.send(Work::Lane(job))
    }
}
