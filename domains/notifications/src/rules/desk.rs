//! Which of a person's devices shows a notice: the one touched last, alone. A device that shows and does not answer is not
//! followed by another: after eight seconds the pocket rings instead (U-25).

use kernel::{Moment, Uuid};
use std::{collections::BTreeMap, time::Duration};

/// How long a device at the desk has to answer, and a notice waits for a device.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);
/// How long an answer may still come; then nobody waits for it any more.
const KEPT: Duration = Duration::from_secs(60);

/// An open window of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) socket: u64,
    pub(crate) active_at: Moment,
}

/// Whom, and of what: a message or a notice.
pub(crate) type Key = (Uuid, Uuid);

#[derive(Clone, Debug)]
struct Ringing<T> {
    show: T,
    since: Moment,
    shown_on: Option<u64>,
}

/// What rings at the desks now.
#[derive(Debug)]
pub(crate) struct Desk<T>(BTreeMap<Key, Ringing<T>>);

impl<T> Default for Desk<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

/// The device touched last; of two touched at the same moment the newer window.
fn latest(seats: &[Seat]) -> Option<u64> {
    let last = seats.iter().max_by_key(|s| (s.active_at, s.socket));
    last.map(|s| s.socket)
}

impl<T: Clone> Desk<T> {
    /// A notice comes; answers the window that is to show it. The same notice comes once.
    pub(crate) fn arrive(&mut self, key: Key, show: T, seats: &[Seat], now: Moment) -> Option<u64> {
        if self.0.contains_key(&key) {
            return None;
        }
        let shown_on = latest(seats);
        let ringing = Ringing {
            show,
            since: now,
            shown_on,
        };
        self.0.insert(key, ringing);
        shown_on
    }

    /// Gives what no device has shown yet to one that has come meanwhile, and forgets what is over.
    pub(crate) fn look(&mut self, seats: impl Fn(Uuid) -> Vec<Seat>, now: Moment) -> Vec<(u64, T)> {
        self.0.retain(|_, ringing| {
            let most = if ringing.shown_on.is_some() {
                KEPT
            } else {
                PATIENCE
            };
            now.since(ringing.since) < most
        });
        let waiting = self.0.iter_mut().filter(|(_, r)| r.shown_on.is_none());
        waiting
            .filter_map(|((person, _), ringing)| {
                ringing.shown_on = latest(&seats(*person));
                Some((ringing.shown_on?, ringing.show.clone()))
            })
            .collect()
    }

    /// The window that shows it says that its person is there. Anybody else's word counts for nothing.
    pub(crate) fn answered(&mut self, key: Key, socket: u64) -> Option<T> {
        let mine = self.0.get(&key).is_some_and(|r| r.shown_on == Some(socket));
        if mine {
            self.0.remove(&key).map(|r| r.show)
        } else {
            None
        }
    }

    /// It was read or handled: nothing is to be shown any more.
    pub(crate) fn handled(&mut self, key: Key) {
        if let Some(ringing) = self.0.get_mut(&key) {
            // Kept, so that the same notice does not come again.
            ringing.shown_on.get_or_insert(0);
        }
    }

    /// Whether anything rings at all.
    pub(crate) fn is_quiet(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    const ME: Uuid = Uuid::from_u128(1);

    fn seat(socket: u64, active: i64) -> Seat {
        Seat {
            socket,
            active_at: Moment::from_seconds(active),
        }
    }

    #[test]
    fn u_25_only_the_device_touched_last_shows() {
        let mut desk = Desk::default();
        let key = (ME, Uuid::from_u128(9));
        let now = Moment::from_seconds(100);
        let seats = [seat(1, 50), seat(2, 90), seat(3, 70)];
        assert_eq!(desk.arrive(key, "x", &seats, now), Some(2));
        assert_eq!(desk.arrive(key, "x", &seats, now), None, "once");
        assert_eq!(desk.answered(key, 1), None, "it was not asked");
        assert_eq!(desk.answered(key, 2), Some("x"));
        assert_eq!(desk.answered(key, 2), None);
    }

    #[test]
    fn u_25_a_device_that_comes_in_time_shows_what_waited() {
        let mut desk = Desk::default();
        let now = Moment::from_seconds(100);
        for n in 0..2 {
            desk.arrive((ME, Uuid::from_u128(n)), n, &[], now);
        }
        desk.handled((ME, Uuid::from_u128(1)));
        let here = |_| vec![seat(4, 100)];
        assert_eq!(desk.look(here, now + Duration::from_secs(7)), [(4, 0)]);
        assert!(
            desk.look(here, now + Duration::from_secs(7)).is_empty(),
            "once"
        );
        desk.arrive((ME, Uuid::from_u128(3)), 3, &[], now);
        assert!(
            desk.look(here, now + PATIENCE).is_empty(),
            "too late: it was pushed"
        );
    }

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Notice,
        Come(u64),
        Go(u64),
        Touch(u64),
        /// The device answers everything it shows, from now on or no longer.
        Person(u64, bool),
        ReadAll,
        Second,
    }
    fn step() -> impl Strategy<Value = Step> {
        let device = 0u64..4;
        prop_oneof![
            4 => Just(Step::Notice),
            2 => device.clone().prop_map(Step::Come),
            2 => device.clone().prop_map(Step::Go),
            1 => device.clone().prop_map(Step::Touch),
            2 => (device, any::<bool>()).prop_map(|(d, on)| Step::Person(d, on)),
            1 => Just(Step::ReadAll),
            6 => Just(Step::Second),
        ]
    }

    /// A person with four devices, and the push jobs of the server as they are kept in its table.
    #[derive(Default)]
    struct World {
        desk: Desk<u128>,
        /// Open windows: a device that comes back has a new one.
        open: BTreeMap<u64, Seat>,
        windows: u64,
        attended: BTreeSet<u64>,
        /// Waiting pushes: when they leave.
        pushes: BTreeMap<u128, Moment>,
        shown: BTreeMap<u128, Vec<u64>>,
        answered: BTreeSet<u128>,
        read: BTreeSet<u128>,
        pushed: Vec<u128>,
        now: i64,
        made: u128,
    }

    impl World {
        fn now(&self) -> Moment {
            Moment::from_seconds(self.now)
        }
        fn seats(&self) -> Vec<Seat> {
            self.open.values().copied().collect()
        }
        /// A window shows; whoever sits at it lets it answer.
        fn show(&mut self, socket: u64, notice: u128) {
            let Some((device, _)) = self.open.iter().find(|(_, s)| s.socket == socket) else {
                return;
            };
            let device = *device;
            self.shown.entry(notice).or_default().push(device);
            if self.attended.contains(&device)
                && self
                    .desk
                    .answered((ME, Uuid::from_u128(notice)), socket)
                    .is_some()
            {
                self.answered.insert(notice);
                self.pushes.remove(&notice);
            }
        }
        fn look(&mut self) {
            let (seats, now) = (self.seats(), self.now());
            for (socket, notice) in self.desk.look(|_| seats.clone(), now) {
                self.show(socket, notice);
            }
        }
        fn take(&mut self, step: Step) {
            match step {
                Step::Notice => {
                    self.made += 1;
                    let (notice, seats, now) = (self.made, self.seats(), self.now());
                    self.pushes.insert(notice, now + PATIENCE);
                    let key = (ME, Uuid::from_u128(notice));
                    if let Some(socket) = self.desk.arrive(key, notice, &seats, now) {
                        self.show(socket, notice);
                    }
                }
                Step::Come(device) => {
                    self.windows += 1;
                    let seat = Seat {
                        socket: self.windows,
                        active_at: self.now(),
                    };
                    self.open.entry(device).or_insert(seat);
                    self.look();
                }
                Step::Go(device) => drop(self.open.remove(&device)),
                Step::Touch(device) => {
                    let now = self.now();
                    if let Some(seat) = self.open.get_mut(&device) {
                        seat.active_at = now;
                    }
                }
                Step::Person(device, on) => {
                    if on {
                        self.attended.insert(device);
                    } else {
                        self.attended.remove(&device);
                    }
                }
                Step::ReadAll => {
                    self.read.extend(1..=self.made);
                    self.pushes.clear();
                    for notice in 1..=self.made {
                        self.desk.handled((ME, Uuid::from_u128(notice)));
                    }
                }
                Step::Second => {
                    self.now += 1;
                    self.look();
                    let now = self.now();
                    let due = self.pushes.extract_if(.., |_, at| *at <= now);
                    self.pushed.extend(due.map(|(notice, _)| notice));
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]
        #[test]
        fn u_25_nothing_is_shown_twice_at_the_desk_and_nothing_is_missed(
            steps in prop::collection::vec(step(), 1..120),
        ) {
            let mut world = World { now: 1000, ..World::default() };
            for step in steps {
                world.take(step);
            }
            for _ in 0..10 {
                world.take(Step::Second);
            }
            for notice in 1..=world.made {
                let shown = world.shown.get(&notice).map_or(0, Vec::len);
                let pushed = world.pushed.iter().filter(|n| **n == notice).count();
                prop_assert!(shown <= 1, "{} was shown {} times", notice, shown);
                prop_assert!(pushed <= 1, "{} was pushed {} times", notice, pushed);
                let answered = world.answered.contains(&notice);
                prop_assert!(answered || pushed == 1 || world.read.contains(&notice), "{} was missed", notice);
                prop_assert!(!answered || pushed == 0, "{} was seen and rang in the pocket too", notice);
            }
        }
    }
}
