//! The hub: which sockets are open here, who may see what, and the pump that carries committed events to them.
//!
//! An event is encoded once and shared by all its receivers; each socket has a bounded queue, and a slow one is cut
//! (it resumes by its cursor).

mod desk;
mod presence;
mod pump;
mod recent;
mod sockets;

use crate::{HydrateFn, Rings};
use axum::extract::ws::Utf8Bytes;
use db::{CommitHook, Db, Note};
pub use desk::{Tapped, Window};
use journal::{Appended, Position};
use kernel::{Clock, Result, Uuid};
pub use presence::{AWAY_AFTER, Viewed};
use recent::Recent;
use serde::Serialize;
use sockets::{Principals, Sockets};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
};
use tokio::sync::{Notify, broadcast, mpsc, watch};

/// Frames a socket may have waiting; a slower one is cut and resumes by its cursor.
const QUEUE: usize = 1024;

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

/// What waits in a socket's queue: an event with its place, or a passing sign. Shared by all who are told: an empty queue
/// has room for thirty-two of them from its first moment.
pub(crate) type Queued = Arc<(Option<Position>, Utf8Bytes)>;

pub(crate) struct Handle {
    pub(crate) id: u64,
    pub(crate) person: Uuid,
    queue: mpsc::Sender<Queued>,
    active_at: AtomicI64,
    pub(crate) cut: AtomicBool,
    pub(crate) closed: Notify,
    viewing: Mutex<Option<presence::Viewed>>,
    session: Uuid,
}

/// The open sockets of this node.
pub struct Hub {
    sockets: RwLock<Sockets>,
    next: AtomicU64,
    /// How many changes of access have been heard of: what was read before one may be stale.
    access_changes: AtomicU64,
    appended: mpsc::UnboundedSender<Appended>,
    inbox: Mutex<Option<mpsc::UnboundedReceiver<Appended>>>,
    frames: RwLock<HashMap<&'static str, HydrateFn>>,
    principals: RwLock<Option<PrincipalsFn>>,
    everyone: Uuid,
    clock: Clock,
    shared_wake: Notify,
    told: Mutex<HashMap<Uuid, PresenceState>>,
    anyone: watch::Sender<bool>,
    back: broadcast::Sender<Uuid>,
    turned: broadcast::Sender<Uuid>,
    recent: Mutex<Recent>,
    taps: Mutex<Vec<desk::Tap>>,
}

/// The principal of all who hear of a person without belonging to everyone: guests in a chat with them.
pub fn known_to(everyone: Uuid, person: Uuid) -> Uuid {
    Uuid::new_v5(&everyone, person.as_bytes())
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
pub fn commit_hook(hub: &Arc<Hub>, rings: &Arc<Rings>) -> CommitHook {
    let (hub, rings) = (Arc::clone(hub), Arc::clone(rings));
    Arc::new(move |notes: Vec<Note>| {
        for note in notes {
            match note.downcast::<Appended>() {
                Ok(appended) => {
                    let _ = hub.appended.send(*appended);
                }
                Err(other) => rings.ring((*other).type_id()),
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
            access_changes: AtomicU64::new(0),
            appended,
            inbox: Mutex::new(Some(inbox)),
            frames: RwLock::default(),
            principals: RwLock::new(None),
            everyone,
            clock,
            shared_wake: Notify::new(),
            told: Mutex::default(),
            anyone: watch::channel(false).0,
            back: broadcast::channel(1024).0,
            turned: broadcast::channel(4096).0,
            recent: Mutex::default(),
            taps: Mutex::default(),
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

    async fn principals_of(&self, db: &Db, person: Uuid) -> Result<Principals> {
        let load = *self
            .principals
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let found = match load {
            Some(load) => load(db.clone(), person).await?,
            None => vec![person, self.everyone],
        };
        Ok(Arc::new(found.into_iter().collect()))
    }

    /// Opens a socket's queue; answers with what its person may hear.
    pub(crate) async fn join(
        &self,
        db: &Db,
        person: Uuid,
        session: Uuid,
    ) -> Result<(Arc<Handle>, mpsc::Receiver<Queued>, Principals)> {
        let endless = kernel::sabotaged("unbounded-queue");
        let (queue, receiver) = mpsc::channel(if endless { QUEUE << 10 } else { QUEUE });
        let handle = Arc::new(Handle {
            id: self.next.fetch_add(1, Ordering::Relaxed),
            person,
            queue,
            active_at: AtomicI64::new(self.clock.now().micros()),
            cut: AtomicBool::new(false),
            closed: Notify::new(),
            viewing: Mutex::new(None),
            session,
        });
        loop {
            let known = self.access_changes.load(Ordering::SeqCst);
            let principals = self.principals_of(db, person).await?;
            let before = self.presence(person);
            let mut sockets = self.write();
            // Access that was taken away since would not be taken away again: read anew.
            if self.access_changes.load(Ordering::SeqCst) == known {
                sockets.add(Arc::clone(&handle), Arc::clone(&principals));
                drop(sockets);
                self.turned_from(before, person);
                self.tell_presence(person, None);
                return Ok((handle, receiver, principals));
            }
        }
    }

    pub(crate) fn leave(&self, handle: &Handle) {
        self.write().remove(handle);
        let viewed = lock(&handle.viewing).take();
        if let Some(viewed) = viewed {
            self.tell_viewing(viewed.thread);
        }
        self.tell_presence(handle.person, Some(self.clock.now()));
    }

    /// Closes the sockets of a session that was signed out, or of all sessions of a person (`None`).
    pub fn sign_out(&self, person: Uuid, session: Option<Uuid>) {
        let sockets = self.read();
        for handle in sockets.of(person) {
            if session.is_none_or(|s| s == handle.session) {
                let text = Utf8Bytes::from_static("{\"type\":\"signed_out\"}");
                let _ = handle.queue.try_send(Arc::new((None, text)));
                handle.cut.store(true, Ordering::Relaxed);
                handle.closed.notify_one();
            }
        }
    }

    /// Reads a person's principals anew, after their memberships changed.
    async fn refresh(&self, db: &Db, person: Uuid) -> Result<()> {
        self.access_changes.fetch_add(1, Ordering::SeqCst);
        if !self.read().is_here(person) {
            return Ok(());
        }
        let now = self.principals_of(db, person).await?;
        self.write().renew(person, now);
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
        let queued = Arc::new((at, text.clone()));
        self.read().reached(audience, |handle| {
            let heard = except != Some(handle.person);
            if heard && handle.queue.try_send(Arc::clone(&queued)).is_err() {
                handle.cut.store(true, Ordering::Relaxed);
                handle.closed.notify_one();
            }
        });
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
