//! The hub: which sockets are open here, who may see what, and the pump that carries committed events to them.
//!
//! An event is encoded once and shared by all its receivers; each socket has a bounded queue, and a slow one is cut
//! (it resumes by its cursor).

use crate::HydrateFn;
use axum::extract::ws::Utf8Bytes;
use db::{CommitHook, Db, Note, Tx};
use journal::{Appended, Position, Recorded};
use kernel::{Clock, Moment, Result, Uuid};
use serde::Serialize;
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Notify, mpsc, watch};

/// Frames a socket may have waiting; a slower one is cut and resumes by its cursor.
const QUEUE: usize = 1024;
/// A person whose devices were not touched for this long is away.
const AWAY_AFTER: Duration = Duration::from_secs(300);

/// Reads the principals of a person; given by `accounts`.
pub type PrincipalsFn = fn(Db, Uuid) -> crate::BoxFuture<Result<Vec<Uuid>>>;

/// A client's socket, as domains see it.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// Whose it is.
    pub person: Uuid,
    /// Which one.
    pub socket: u64,
}

/// Whether a person can be reached now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PresenceState {
    /// A device was touched in the last five minutes.
    Online,
    /// Connected, but untouched.
    Away,
    /// No device is connected.
    Offline,
}

/// What waits in a socket's queue: an event with its place, or a passing sign.
pub(crate) type Queued = (Option<Position>, Utf8Bytes);

pub(crate) struct Handle {
    pub(crate) id: u64,
    pub(crate) person: Uuid,
    queue: mpsc::Sender<Queued>,
    principals: Mutex<HashSet<Uuid>>,
    active_at: AtomicI64,
    pub(crate) cut: AtomicBool,
    pub(crate) closed: Notify,
    viewing: Mutex<Option<Uuid>>,
    session: Uuid,
}

#[derive(Default)]
struct Sockets {
    all: HashMap<u64, Arc<Handle>>,
    by_principal: HashMap<Uuid, Vec<Arc<Handle>>>,
    by_person: HashMap<Uuid, Vec<Arc<Handle>>>,
}

/// The open sockets of this node.
pub struct Hub {
    sockets: RwLock<Sockets>,
    next: AtomicU64,
    appended: mpsc::UnboundedSender<Appended>,
    inbox: Mutex<Option<mpsc::UnboundedReceiver<Appended>>>,
    frames: RwLock<HashMap<&'static str, HydrateFn>>,
    principals: RwLock<Option<PrincipalsFn>>,
    everyone: Uuid,
    clock: Clock,
    shared_wake: Notify,
    told: Mutex<HashMap<Uuid, PresenceState>>,
    anyone: watch::Sender<bool>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes a frame: its type and cursor before the fields of a JSON object.
pub fn frame(kind: &str, cursor: Option<Position>, fields: &str) -> String {
    let rest = fields.trim_start().strip_prefix('{').unwrap_or("}");
    let comma = if rest.trim_start().starts_with('}') {
        ""
    } else {
        ","
    };
    match cursor {
        Some(at) => format!("{{\"type\":\"{kind}\",\"cursor\":\"{at}\"{comma}{rest}"),
        None => format!("{{\"type\":\"{kind}\"{comma}{rest}"),
    }
}

/// The database's commit hook: hands events to the hub and wakes the job workers.
pub fn commit_hook(hub: &Arc<Hub>, jobs_wake: &Arc<Notify>) -> CommitHook {
    let (hub, jobs_wake) = (Arc::clone(hub), Arc::clone(jobs_wake));
    Arc::new(move |notes: Vec<Note>| {
        for note in notes {
            match note.downcast::<Appended>() {
                Ok(appended) => {
                    let _ = hub.appended.send(*appended);
                }
                Err(other) if other.is::<jobs::Wake>() => jobs_wake.notify_one(),
                Err(_) => {}
            }
        }
    })
}

impl Hub {
    /// An empty hub; `everyone` is the principal all people belong to.
    pub fn new(everyone: Uuid, clock: Clock) -> Arc<Self> {
        let (appended, inbox) = mpsc::unbounded_channel();
        Arc::new(Self {
            sockets: RwLock::default(),
            next: AtomicU64::new(1),
            appended,
            inbox: Mutex::new(Some(inbox)),
            frames: RwLock::default(),
            principals: RwLock::new(None),
            everyone,
            clock,
            shared_wake: Notify::new(),
            told: Mutex::default(),
            anyone: watch::channel(false).0,
        })
    }

    /// Hands in what domains give: readers of frames, and the principals of a person.
    pub fn furnish(&self, frames: &[(&'static str, HydrateFn)], principals: PrincipalsFn) {
        let mut table = self.frames.write().unwrap_or_else(PoisonError::into_inner);
        table.extend(frames.iter().copied());
        *self
            .principals
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(principals);
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Sockets> {
        self.sockets.read().unwrap_or_else(PoisonError::into_inner)
    }
    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Sockets> {
        self.sockets.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn principals_of(&self, db: &Db, person: Uuid) -> Result<Vec<Uuid>> {
        let load = *self
            .principals
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        match load {
            Some(load) => load(db.clone(), person).await,
            None => Ok(vec![person, self.everyone]),
        }
    }

    pub(crate) fn join(
        &self,
        person: Uuid,
        session: Uuid,
        principals: &[Uuid],
    ) -> (Arc<Handle>, mpsc::Receiver<Queued>) {
        let endless = kernel::sabotaged("unbounded-queue");
        let (queue, receiver) = mpsc::channel(if endless { QUEUE << 10 } else { QUEUE });
        let handle = Arc::new(Handle {
            id: self.next.fetch_add(1, Ordering::Relaxed),
            person,
            queue,
            principals: Mutex::new(principals.iter().copied().collect()),
            active_at: AtomicI64::new(self.clock.now().micros()),
            cut: AtomicBool::new(false),
            closed: Notify::new(),
            viewing: Mutex::new(None),
            session,
        });
        let mut sockets = self.write();
        sockets.all.insert(handle.id, Arc::clone(&handle));
        sockets
            .by_person
            .entry(person)
            .or_default()
            .push(Arc::clone(&handle));
        for principal in principals {
            sockets
                .by_principal
                .entry(*principal)
                .or_default()
                .push(Arc::clone(&handle));
        }
        drop(sockets);
        self.tell_presence(person, None);
        (handle, receiver)
    }

    pub(crate) fn leave(&self, handle: &Handle) {
        let mut sockets = self.write();
        sockets.all.remove(&handle.id);
        drop_from(&mut sockets.by_person, handle.person, handle.id);
        for principal in lock(&handle.principals).iter() {
            drop_from(&mut sockets.by_principal, *principal, handle.id);
        }
        drop(sockets);
        let viewed = lock(&handle.viewing).take();
        if let Some(thread) = viewed {
            self.tell_viewing(thread);
        }
        self.tell_presence(handle.person, Some(self.clock.now()));
    }

    /// Closes the sockets of a session that was signed out, or of all sessions of a person (`None`).
    pub fn sign_out(&self, person: Uuid, session: Option<Uuid>) {
        let sockets = self.read();
        for handle in sockets.by_person.get(&person).into_iter().flatten() {
            if session.is_none_or(|s| s == handle.session) {
                let _ = handle
                    .queue
                    .try_send((None, Utf8Bytes::from_static("{\"type\":\"signed_out\"}")));
                handle.cut.store(true, Ordering::Relaxed);
                handle.closed.notify_one();
            }
        }
    }

    /// Reads a person's principals anew, after their memberships changed.
    async fn refresh(&self, db: &Db, person: Uuid) -> Result<()> {
        if !self.read().by_person.contains_key(&person) {
            return Ok(());
        }
        let now: HashSet<Uuid> = self.principals_of(db, person).await?.into_iter().collect();
        let mut sockets = self.write();
        let handles = sockets.by_person.get(&person).cloned().unwrap_or_default();
        for handle in handles {
            let before = std::mem::replace(&mut *lock(&handle.principals), now.clone());
            for lost in before.difference(&now) {
                drop_from(&mut sockets.by_principal, *lost, handle.id);
            }
            for gained in now.difference(&before) {
                sockets
                    .by_principal
                    .entry(*gained)
                    .or_default()
                    .push(Arc::clone(&handle));
            }
        }
        Ok(())
    }

    /// Sends a passing sign (typing, viewing) to all sockets of the principals, but not to those of `except`.
    pub fn sign(&self, audience: &[Uuid], except: Option<Uuid>, text: &str) {
        let text = Utf8Bytes::from(text);
        self.send(audience, except, None, &text);
    }

    fn send(
        &self,
        audience: &[Uuid],
        except: Option<Uuid>,
        at: Option<Position>,
        text: &Utf8Bytes,
    ) {
        let sockets = self.read();
        let mut seen = HashSet::new();
        for principal in audience {
            for handle in sockets.by_principal.get(principal).into_iter().flatten() {
                let twice = audience.len() > 1 && !seen.insert(handle.id);
                if twice || except == Some(handle.person) {
                    continue;
                }
                if handle.queue.try_send((at, text.clone())).is_err() {
                    handle.cut.store(true, Ordering::Relaxed);
                    handle.closed.notify_one();
                }
            }
        }
    }

    /// How many sockets are open here.
    pub fn open_sockets(&self) -> usize {
        self.read().all.len()
    }

    /// Whether a person can be reached now.
    pub fn presence(&self, person: Uuid) -> PresenceState {
        let sockets = self.read();
        let Some(handles) = sockets.by_person.get(&person) else {
            return PresenceState::Offline;
        };
        let now = self.clock.now();
        let touched = handles.iter().any(|h| {
            now.since(Moment::from_micros(h.active_at.load(Ordering::Relaxed))) < AWAY_AFTER
        });
        if touched {
            PresenceState::Online
        } else {
            PresenceState::Away
        }
    }

    /// The presence of all who are connected.
    pub fn presences(&self) -> HashMap<Uuid, PresenceState> {
        let people: Vec<Uuid> = self.read().by_person.keys().copied().collect();
        people.into_iter().map(|p| (p, self.presence(p))).collect()
    }

    /// Tells everyone a person's presence, if it differs from what was told last.
    pub fn tell_presence(&self, person: Uuid, last_seen: Option<Moment>) {
        let state = self.presence(person);
        {
            let mut told = lock(&self.told);
            if told.get(&person).copied().unwrap_or(PresenceState::Offline) == state {
                return;
            }
            told.insert(person, state);
        }
        self.count_online();
        let last_seen = last_seen.filter(|_| state == PresenceState::Offline);
        let fields = json!({"person_id": person, "state": state, "last_seen": last_seen});
        self.sign(
            &[self.everyone],
            None,
            &frame("presence", None, &fields.to_string()),
        );
    }

    /// Whether anybody is online, and word when that changes.
    pub fn anyone_online(&self) -> watch::Receiver<bool> {
        self.anyone.subscribe()
    }

    fn count_online(&self) {
        self.anyone.send_if_modified(|told| {
            let now = self
                .presences()
                .values()
                .any(|p| *p == PresenceState::Online);
            std::mem::replace(told, now) != now
        });
    }

    pub(crate) fn touch(&self, handle: &Handle, active: bool) {
        let at = if active {
            self.clock.now()
        } else {
            self.clock.now() - AWAY_AFTER
        };
        handle.active_at.store(at.micros(), Ordering::Relaxed);
        self.tell_presence(handle.person, None);
    }

    /// Notes which thread a socket shows in front, and tells the others who look at it (U-18).
    pub fn view(&self, client: Client, thread: Option<Uuid>) {
        let Some(handle) = self.read().all.get(&client.socket).cloned() else {
            return;
        };
        let before = std::mem::replace(&mut *lock(&handle.viewing), thread);
        for changed in [before, thread].into_iter().flatten() {
            self.tell_viewing(changed);
        }
    }

    fn tell_viewing(&self, thread: Uuid) {
        let mut people: Vec<Uuid> = self
            .read()
            .all
            .values()
            .filter(|h| *lock(&h.viewing) == Some(thread))
            .map(|h| h.person)
            .collect();
        people.sort_unstable();
        people.dedup();
        let text = frame(
            "viewing",
            None,
            &json!({"thread_id": thread, "person_ids": people}).to_string(),
        );
        // Only those who look at it themselves need to know; each of them may see it.
        self.sign(&people, None, &text);
    }

    /// Carries committed events to sockets until the house closes.
    pub async fn pump(self: Arc<Self>, db: Db, mut stop: crate::Stop) {
        let Some(mut inbox) = lock(&self.inbox).take() else {
            return;
        };
        if db.is_shared() {
            self.pump_shared(db, inbox, stop).await;
            return;
        }
        loop {
            tokio::select! {
                next = inbox.recv() => match next {
                    Some(appended) => self.carry(&db, appended).await,
                    None => return,
                },
                _ = stop.changed() => return,
            }
        }
    }

    async fn carry(&self, db: &Db, appended: Appended) {
        let Appended { at, event } = appended;
        if event.kind == "access.changed" {
            if let Err(error) = self.refresh(db, event.subject).await {
                tracing::error!(%error, "a person's principals could not be read; their sockets are cut");
                self.sign_out(event.subject, None);
            }
            return;
        }
        let text = match (&event.live, &event.change) {
            (Some(live), _) => Some(frame(event.kind, Some(at), live)),
            (None, Some(change)) => Some(frame(event.kind, Some(at), &change.to_string())),
            (None, None) => {
                let recorded = Recorded {
                    at,
                    kind: event.kind.to_owned(),
                    subject: event.subject,
                    change: None,
                };
                self.hydrate(db, recorded).await
            }
        };
        if let Some(text) = text {
            self.send(&event.audience, None, Some(at), &Utf8Bytes::from(text));
        }
    }

    async fn hydrate(&self, db: &Db, event: Recorded) -> Option<String> {
        let read = *self
            .frames
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(event.kind.as_str())?;
        let answer = db
            .read(async move |tx: &mut Tx<'_>| {
                let fields = read(tx, &event).await?;
                Ok(fields.map(|f| frame(&event.kind, Some(event.at), &f)))
            })
            .await;
        answer.unwrap_or_else(|error| {
            tracing::error!(%error, "an event's fields could not be read");
            None
        })
    }

    /// The frames a client missed, or `None` when it must reload. Also the place it then stands at.
    pub(crate) async fn missed(
        &self,
        db: &Db,
        after: Position,
        principals: Vec<Uuid>,
    ) -> Result<Option<(Vec<String>, Position)>> {
        const MOST: i64 = 2000;
        let table = self
            .frames
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        db.read(async move |tx: &mut Tx<'_>| {
            let end = journal::end(tx).await?;
            if !journal::is_kept(tx, after).await? {
                return Ok(None);
            }
            let events = journal::since(tx, after, &principals, MOST).await?;
            if i64::try_from(events.len()).unwrap_or(i64::MAX) >= MOST {
                return Ok(None);
            }
            let mut out = Vec::with_capacity(events.len());
            for event in events
                .into_iter()
                .skip(usize::from(kernel::sabotaged("no-resume")))
            {
                // A reader goes before what is stored: stored fields may only say what to read.
                let fields = match (table.get(event.kind.as_str()), &event.change) {
                    (Some(read), _) => read(tx, &event).await?,
                    (None, change) => change.as_ref().map(ToString::to_string),
                };
                if let Some(fields) = fields {
                    out.push(frame(&event.kind, Some(event.at), &fields));
                }
            }
            Ok(Some((out, end)))
        })
        .await
    }

    /// On a shared database the table is the truth: read what is new whenever any node says so.
    async fn pump_shared(
        &self,
        db: Db,
        mut inbox: mpsc::UnboundedReceiver<Appended>,
        mut stop: crate::Stop,
    ) {
        let mut listener = db.listen("beseda_journal").await.ok().flatten();
        let mut at = match db
            .read(async |tx: &mut Tx<'_>| journal::end(tx).await)
            .await
        {
            Ok(at) => at,
            Err(error) => {
                tracing::error!(%error, "the journal's end could not be read");
                Position::default()
            }
        };
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                own = inbox.recv() => {
                    if own.is_none() { return }
                    while inbox.try_recv().is_ok() {}
                    notify_nodes(&db).await;
                }
                heard = hear(&mut listener) => if !heard {
                    listener = db.listen("beseda_journal").await.ok().flatten();
                },
                () = self.shared_wake.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(500)) => {}
            }
            at = self.carry_new(&db, at).await;
        }
    }

    async fn carry_new(&self, db: &Db, mut at: Position) -> Position {
        const PAGE: i64 = 500;
        loop {
            let from = at;
            let page = db
                .read(async move |tx: &mut Tx<'_>| journal::everything_since(tx, from, PAGE).await)
                .await;
            let Ok(page) = page else { return at };
            let more = i64::try_from(page.len()).unwrap_or(0) == PAGE;
            for (event, audience) in page {
                at = event.at;
                self.carry_recorded(db, event, audience).await;
            }
            if !more {
                return at;
            }
        }
    }

    async fn carry_recorded(&self, db: &Db, event: Recorded, audience: Vec<Uuid>) {
        if event.kind == "access.changed" {
            let _ = self.refresh(db, event.subject).await;
            return;
        }
        let at = event.at;
        let read_afresh = self
            .frames
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(event.kind.as_str());
        let text = match &event.change {
            Some(change) if !read_afresh => Some(frame(&event.kind, Some(at), &change.to_string())),
            _ => self.hydrate(db, event).await,
        };
        if let Some(text) = text {
            self.send(&audience, None, Some(at), &Utf8Bytes::from(text));
        }
    }
}

async fn notify_nodes(db: &Db) {
    let told = db
        .write(async |tx: &mut Tx<'_>| {
            tx.run(
                db::sql!(
                    sqlite: "SELECT 1",
                    postgres: "SELECT pg_notify('beseda_journal', '')",
                ),
                &db::bind![],
            )
            .await
        })
        .await;
    if let Err(error) = told {
        tracing::warn!(%error, "the other nodes could not be told; they look by themselves twice a second");
    }
}

/// Waits for word from another node; for ever when nobody can send one. `false`: the line broke.
async fn hear(listener: &mut Option<db::Listener>) -> bool {
    match listener {
        Some(listener) => listener.recv().await.is_ok(),
        None => std::future::pending().await,
    }
}

fn drop_from(map: &mut HashMap<Uuid, Vec<Arc<Handle>>>, key: Uuid, id: u64) {
    if let Some(list) = map.get_mut(&key) {
        list.retain(|h| h.id != id);
        if list.is_empty() {
            map.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_one_json_object() {
        let at = Position { xid: 0, seq: 255 };
        assert_eq!(
            frame("a.b", Some(at), "{\"x\":1}"),
            "{\"type\":\"a.b\",\"cursor\":\"0-ff\",\"x\":1}"
        );
        assert_eq!(
            frame("people.changed", Some(at), "{}"),
            "{\"type\":\"people.changed\",\"cursor\":\"0-ff\"}"
        );
        assert_eq!(frame("pong", None, "{}"), "{\"type\":\"pong\"}");
    }
}
