//! Visitors of sites: their sockets, what they told before they wrote, and how often they may.

use crate::{
    hooks::WorkTime,
    model::{Account, Peer},
};
use channel::{Accepted, PeerRef, SendError};
use kernel::{Id, Moment, Uuid};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{broadcast, watch};

/// Visitors remembered before they write their first message; more than that and the oldest lot is forgotten.
const MOST: usize = 10_000;
/// Messages of one visitor, and of one address, in [`SPAN`].
const VISITOR_LIMIT: u32 = 20;
const ADDRESS_LIMIT: u32 = 120;
const SPAN: Duration = Duration::from_secs(10);
/// For so long it is believed that working time has not begun or ended.
const WORK_KNOWN: Duration = Duration::from_secs(30);
/// Signs of typing that may wait for a slow page; older ones are worth nothing.
const TYPING: usize = 64;

/// The kind of channel whose visitors we serve ourselves. Filled by the server, so that no domain names a channel.
static EMBEDDED: std::sync::OnceLock<&'static str> = std::sync::OnceLock::new();

/// Whether an account's clients talk to this server directly.
pub(crate) fn is_embedded(account: &Account) -> bool {
    is_embedded_kind(&account.kind)
}

/// The same of a kind of channel.
pub(crate) fn is_embedded_kind(kind: &str) -> bool {
    EMBEDDED.get().is_some_and(|embedded| kind == *embedded)
}

/// The open pages of visitors, a part of the house.
pub struct Visitors {
    pages: Mutex<HashMap<Id<Peer>, watch::Sender<u64>>>,
    facts: Mutex<HashMap<String, Vec<(String, String)>>>,
    spent: Mutex<HashMap<String, (Moment, u32)>>,
    typing: broadcast::Sender<Uuid>,
    noted: Mutex<HashMap<Id<Account>, Moment>>,
    work: Mutex<HashMap<Id<Account>, (Moment, WorkTime)>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Visitors {
    /// No page is open yet; `kind` is the channel whose visitors these are.
    pub fn new(kind: &'static str) -> Arc<Self> {
        let _ = EMBEDDED.set(kind);
        Arc::new(Self {
            pages: Mutex::default(),
            facts: Mutex::default(),
            spent: Mutex::default(),
            typing: broadcast::channel(TYPING).0,
            noted: Mutex::default(),
            work: Mutex::default(),
        })
    }

    /// The id of a visitor by their secret word: nobody else can name it.
    pub(crate) fn ext_id(token: &str) -> Option<String> {
        let fits = token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| {
            Sha256::digest(token.as_bytes())
                .iter()
                .take(16)
                .map(|b| format!("{b:02x}"))
                .collect()
        })
    }

    /// Follows a visitor's talk: the number changes whenever something did.
    pub(crate) fn follow(&self, peer: Id<Peer>) -> watch::Receiver<u64> {
        let mut pages = lock(&self.pages);
        pages.retain(|_, sender| sender.receiver_count() > 0);
        pages
            .entry(peer)
            .or_insert_with(|| watch::channel(0).0)
            .subscribe()
    }

    /// Something changed in a visitor's talk.
    pub fn poke(&self, peer: Id<Peer>) {
        if let Some(sender) = lock(&self.pages).get(&peer) {
            sender.send_modify(|n| *n += 1);
        }
    }

    /// An employee types an answer in a thread.
    pub(crate) fn tell_typing(&self, thread: Uuid) {
        // An error only says that no page is open.
        let _ = self.typing.send(thread);
    }

    /// The threads in which an answer is being typed.
    pub(crate) fn follow_typing(&self) -> broadcast::Receiver<Uuid> {
        self.typing.subscribe()
    }

    /// Something may have changed in anybody's talk.
    pub(crate) fn poke_all(&self) {
        for sender in lock(&self.pages).values() {
            sender.send_modify(|n| *n += 1);
        }
    }

    /// Whether it is time to note again where an account's widget is seen.
    pub(crate) fn may_note(&self, account: Id<Account>, now: Moment, every: Duration) -> bool {
        let mut noted = lock(&self.noted);
        let due = noted
            .get(&account)
            .is_none_or(|at| *at > now || now.since(*at) >= every);
        if due {
            noted.insert(account, now);
        }
        due
    }

    /// Whether it is working time for an account, as it was told lately.
    pub(crate) fn work_time(&self, account: Id<Account>, now: Moment) -> Option<WorkTime> {
        let told = lock(&self.work).get(&account).copied();
        told.filter(|(at, _)| *at <= now && now.since(*at) < WORK_KNOWN)
            .map(|(_, work)| work)
    }
    /// Remembers that for half a minute: every open page asks.
    pub(crate) fn tell_work_time(&self, account: Id<Account>, now: Moment, work: WorkTime) {
        lock(&self.work).insert(account, (now, work));
    }

    /// Remembers page, referrer and language until the first message.
    pub(crate) fn remember(&self, ext_id: &str, facts: Vec<(String, String)>) {
        let mut all = lock(&self.facts);
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(ext_id.to_owned(), facts);
    }

    /// What was remembered.
    pub(crate) fn recall(&self, ext_id: &str) -> Vec<(String, String)> {
        lock(&self.facts).get(ext_id).cloned().unwrap_or_default()
    }

    /// Whether a visitor may write now; else how long to wait.
    pub(crate) fn may_write(
        &self,
        ext_id: &str,
        address: IpAddr,
        now: Moment,
    ) -> Result<(), Duration> {
        let mut spent = lock(&self.spent);
        if spent.len() > MOST {
            spent.retain(|_, (since, _)| now.since(*since) < SPAN);
        }
        for (key, limit) in [
            (ext_id.to_owned(), VISITOR_LIMIT),
            (address.to_string(), ADDRESS_LIMIT),
        ] {
            let (since, count) = spent.entry(key).or_insert((now, 0));
            if now.since(*since) >= SPAN || *since > now {
                (*since, *count) = (now, 0);
            }
            *count += 1;
            if *count > limit {
                return Err(SPAN
                    .saturating_sub(now.since(*since))
                    .max(Duration::from_secs(1)));
            }
        }
        Ok(())
    }
}

/// What the widget's connector hands parts to: the message is in the table already, the pages only need a word.
pub struct WidgetSink(pub Arc<Visitors>);

impl WidgetSink {
    /// Takes a part; the same key again is the same message.
    pub fn take(&self, _visitor: &PeerRef, key: &str) -> Result<Accepted, SendError> {
        self.0.poke_all();
        Ok(Accepted {
            ext_ids: vec![key.to_owned()],
            moved_to: None,
        })
    }
    /// Takes a lesser act.
    pub fn act(&self) {
        self.0.poke_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_is_known_only_by_a_whole_secret() {
        let token = "a".repeat(64);
        assert_eq!(Visitors::ext_id(&token).unwrap().len(), 32);
        for bad in ["", "abc", &"g".repeat(64), &"a".repeat(65)] {
            assert_eq!(Visitors::ext_id(bad), None, "{bad}");
        }
    }

    #[test]
    fn who_floods_waits_and_others_do_not() {
        let visitors = Visitors::new("widget");
        let (now, here) = (Moment::from_seconds(1000), "127.0.0.1".parse().unwrap());
        let ok = (0..30)
            .filter(|_| visitors.may_write("a", here, now).is_ok())
            .count();
        assert_eq!(ok, 20);
        assert!(visitors.may_write("b", here, now).is_ok());
        assert!(visitors.may_write("a", here, now + SPAN).is_ok());
    }
}
