//! A person's open windows one by one, and a tap on what is told: for who decides which window shows a notice.

use super::{Hub, lock};
use axum::extract::ws::Utf8Bytes;
use kernel::{Moment, Uuid};
use std::sync::{Arc, atomic::Ordering};
use tokio::sync::mpsc;

/// An event that was told just now.
#[derive(Clone, Debug)]
pub struct Tapped {
    /// Its type.
    pub kind: String,
    /// What changed.
    pub subject: Uuid,
    /// Who may see it.
    pub audience: Vec<Uuid>,
}

/// An open window of a person on this node.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Its socket.
    pub socket: u64,
    /// When it was touched last.
    pub active_at: Moment,
}

/// Who listens to which types.
pub(super) type Tap = (&'static [&'static str], mpsc::UnboundedSender<Tapped>);

impl Hub {
    /// Events of these types from now on, each after its sockets were told.
    pub fn tap(&self, kinds: &'static [&'static str]) -> mpsc::UnboundedReceiver<Tapped> {
        let (sender, receiver) = mpsc::unbounded_channel();
        lock(&self.taps).push((kinds, sender));
        receiver
    }

    pub(super) fn tapped(&self, kind: &str, subject: Uuid, audience: &[Uuid]) {
        lock(&self.taps).retain(|(kinds, sender)| {
            if !kinds.contains(&kind) {
                return !sender.is_closed();
            }
            let event = Tapped {
                kind: kind.to_owned(),
                subject,
                audience: audience.to_vec(),
            };
            sender.send(event).is_ok()
        });
    }

    /// Who has a window here and hears an audience.
    pub fn people_reached(&self, audience: &[Uuid]) -> Vec<Uuid> {
        let mut people = Vec::new();
        self.read().reached(audience, |handle| {
            if people.last() != Some(&handle.person) {
                people.push(handle.person);
            }
        });
        people
    }

    /// The open windows of a person.
    pub fn windows(&self, person: Uuid) -> Vec<Window> {
        let window = |handle: &Arc<super::Handle>| Window {
            socket: handle.id,
            active_at: Moment::from_micros(handle.active_at.load(Ordering::Relaxed)),
        };
        self.read().of(person).iter().map(window).collect()
    }

    /// Sends a sign to one window.
    pub fn tell_window(&self, socket: u64, text: &str) {
        let Some(handle) = self.read().get(socket) else {
            return;
        };
        let queued = Arc::new((None, Utf8Bytes::from(text)));
        if handle.queue.try_send(queued).is_err() {
            handle.cut.store(true, Ordering::Relaxed);
            handle.closed.notify_one();
        }
    }
}
