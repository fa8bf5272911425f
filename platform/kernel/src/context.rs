//! Who acts, when, in which language, and where new ids come from: given to every action, never global.

use crate::{Id, Language, Moment};
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};
use uuid::Uuid;

/// Who makes a change; written into every event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Actor {
    /// An employee or guest, by the id of their account.
    Person(Uuid),
    /// Somebody outside (a client in a messenger), by the id of the contact.
    Outside(Uuid),
    /// Beseda itself: jobs, timers, migrations.
    System,
}

impl Actor {
    /// The id of the person, if a person acts.
    pub const fn person(self) -> Option<Uuid> {
        match self {
            Self::Person(id) => Some(id),
            _ => None,
        }
    }
    /// The stored word of the kind: `person`, `outside`, `system`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Outside(_) => "outside",
            Self::System => "system",
        }
    }
    /// The id of whoever acts; none for the system.
    pub const fn id(self) -> Option<Uuid> {
        match self {
            Self::Person(id) | Self::Outside(id) => Some(id),
            Self::System => None,
        }
    }
}

/// Where the time comes from: the machine, or a test's hand.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    Machine,
    /// A clock a test moves; microseconds since 1970.
    Hand(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start` until moved.
    pub fn hand(start: Moment) -> Self {
        Self::Hand(Arc::new(AtomicI64::new(start.micros())))
    }
    /// The time now.
    pub fn now(&self) -> Moment {
        match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place that reads the machine's clock"
            )]
            Self::Machine => Moment::from_micros(jiff::Timestamp::now().as_microsecond()),
            Self::Hand(micros) => Moment::from_micros(micros.load(Ordering::SeqCst)),
        }
    }
    /// Moves a hand clock; does nothing to the machine's.
    pub fn advance(&self, by: std::time::Duration) {
        if let Self::Hand(micros) = self {
            micros.fetch_add(i64::try_from(by.as_micros()).unwrap_or(0), Ordering::SeqCst);
        }
    }
}

/// Where ids come from: `UUIDv7`, or a counted series for tests.
#[derive(Clone, Debug, Default)]
pub enum Ids {
    /// UUID version 7 from the machine's clock and randomness.
    #[default]
    Time,
    /// 1, 2, 3 … as UUIDs: the same in each run of a test.
    Counted(Arc<AtomicU64>),
}

impl Ids {
    /// The next id for a `T`.
    pub fn next<T>(&self) -> Id<T> {
        Id::new(self.uuid())
    }
    /// The next bare UUID.
    pub fn uuid(&self) -> Uuid {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
            Self::Time => Uuid::now_v7(),
            Self::Counted(n) => {
                Uuid::from_u128((7 << 76) | u128::from(n.fetch_add(1, Ordering::SeqCst) + 1))
            }
        }
    }
    /// A secret word of 32 random bytes in URL-safe letters, for links and tokens.
    pub fn secret(&self) -> String {
        let bytes: [u8; 32] = rand::random();
        bytes.iter().fold(String::with_capacity(64), |mut s, b| {
            use std::fmt::Write;
            let _ = write!(s, "{b:02x}");
            s
        })
    }
}

/// Everything an action needs to know about the moment it runs in.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// The time of the whole action.
    pub now: Moment,
    /// Source of ids.
    pub ids: Ids,
    /// The language for anything told to the actor.
    pub language: Language,
}

impl Ctx {
    /// The context of Beseda itself at `now`.
    pub const fn system(now: Moment, ids: Ids) -> Self {
        Self {
            actor: Actor::System,
            now,
            ids,
            language: Language::En,
        }
    }
}
