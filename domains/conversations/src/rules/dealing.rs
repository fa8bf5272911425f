//! Giving chats out (P-37 to P-39, U-15): who of those present gets which of the waiting, pure over a snapshot.
//!
//! The longest waiting goes first. Whoever has no room gets nothing; whoever was passed over for a chat gets it only when
//! everybody else was, too. A heavy chat that finds no room keeps one place free for itself, so that light ones behind it
//! do not take every place for ever.

use crate::model::Policy;
use accounts::{Availability, Person};
use kernel::{Id, Moment};
use messages::Thread;

/// Somebody the queue may offer work to now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) person: Id<Person>,
    /// When they last had their turn, as a number that grows; 0: never.
    pub(crate) turn: i64,
    /// What their open chats weigh.
    pub(crate) load: u32,
}

/// A chat that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) chat: Id<Thread>,
    /// At least 1, at most the capacity.
    pub(crate) weight: u32,
    /// Who is passed over for it, since when.
    pub(crate) passes: Vec<(Id<Person>, Moment)>,
}

/// A queue at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    pub(crate) policy: Policy,
    pub(crate) capacity: Option<u32>,
    /// Those who may be offered work, in the order of the queue's list.
    pub(crate) operators: Vec<Operator>,
    /// The longest waiting first.
    pub(crate) waiting: Vec<Waiting>,
}

/// A chat and who gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deal {
    pub(crate) chat: Id<Thread>,
    pub(crate) person: Id<Person>,
    /// Everybody was passed over: a new round begins, without those passed over before this moment.
    pub(crate) round: Option<Moment>,
}

/// Whether a queue offers work to somebody at their desk: those who are busy are at work, but for what they have.
pub(crate) const fn offered(chosen: Availability) -> bool {
    matches!(chosen, Availability::Auto)
}

/// Whether somebody at their desk counts as present for a client who is theirs: a former or a responsible person.
pub(crate) const fn present(chosen: Availability) -> bool {
    matches!(chosen, Availability::Auto | Availability::Busy)
}

/// Who gets what.
pub(crate) fn deal(snapshot: &Snapshot) -> Vec<Deal> {
    // A policy that gives nothing out, or nobody to give to.
    if !snapshot.policy.gives() {
        return Vec::new();
    }
    let mut free: Vec<Operator> = snapshot.operators.clone();
    let mut kept: Vec<Id<Person>> = Vec::new();
    let mut turn = free.iter().map(|o| o.turn).max().unwrap_or(0);
    let mut out = Vec::new();
    for waiting in &snapshot.waiting {
        let (open, round) = open_to(waiting, &snapshot.operators);
        let fits = |o: &&mut Operator| {
            let room = |most| o.load.saturating_add(waiting.weight) <= most;
            open.contains(&o.person)
                && !kept.contains(&o.person)
                && snapshot.capacity.is_none_or(room)
        };
        let chosen = free
            .iter_mut()
            .enumerate()
            .filter(|(_, o)| fits(o))
            .min_by_key(|(place, o)| rank(snapshot.policy, *place, o));
        if let Some((_, operator)) = chosen {
            turn += 1;
            operator.turn = turn;
            operator.load = operator.load.saturating_add(waiting.weight);
            out.push(Deal {
                chat: waiting.chat,
                person: operator.person,
                round,
            });
        } else {
            let soonest = free
                .iter()
                .filter(|o| open.contains(&o.person) && !kept.contains(&o.person))
                .min_by_key(|o| o.load);
            kept.extend(soonest.map(|o| o.person));
        }
    }
    out
}

/// By what the policy chooses; the smallest is chosen.
fn rank(policy: Policy, place: usize, operator: &Operator) -> (i64, i64, usize) {
    match policy {
        Policy::InOrder | Policy::FirstToAnswer => (0, 0, place),
        Policy::Evenly => (operator.turn, 0, place),
        Policy::ByLoad => (i64::from(operator.load), operator.turn, place),
    }
}

/// To whom a chat may be offered: those not passed over. When all were, and they are several, a new round begins with all
/// but the last of them; one alone is not asked again and again, the chat waits for somebody else to come.
fn open_to(waiting: &Waiting, operators: &[Operator]) -> (Vec<Id<Person>>, Option<Moment>) {
    let passed = |o: &&Operator| waiting.passes.iter().find(|(p, _)| *p == o.person);
    let open: Vec<_> = operators
        .iter()
        .filter(|o| passed(o).is_none())
        .map(|o| o.person)
        .collect();
    if !open.is_empty() {
        return (open, None);
    }
    let last = operators
        .iter()
        .filter_map(|o| passed(&o))
        .max_by_key(|(p, at)| (*at, *p));
    let Some((last, at)) = last else {
        return (open, None);
    };
    let others = operators.iter().map(|o| o.person).filter(|p| p != last);
    (others.collect(), Some(*at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Uuid;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn person(n: usize) -> Id<Person> {
        Id::new(Uuid::from_u128(n as u128 + 1))
    }
    fn chat(n: usize) -> Id<Thread> {
        Id::new(Uuid::from_u128(1000 + n as u128))
    }
    fn snapshot(policy: Policy, capacity: Option<u32>, loads: &[u32], weights: &[u32]) -> Snapshot {
        let operators = loads.iter().enumerate().map(|(n, load)| Operator {
            person: person(n),
            turn: 0,
            load: *load,
        });
        let waiting = weights.iter().enumerate().map(|(n, weight)| Waiting {
            chat: chat(n),
            weight: capacity.map_or(*weight, |most| (*weight).min(most)).max(1),
            passes: Vec::new(),
        });
        Snapshot {
            policy,
            capacity,
            operators: operators.collect(),
            waiting: waiting.collect(),
        }
    }
    fn to(deals: &[Deal]) -> Vec<Id<Person>> {
        deals.iter().map(|d| d.person).collect()
    }

    #[test]
    fn p_37_each_policy_chooses_in_its_own_way() {
        let all = |policy| to(&deal(&snapshot(policy, Some(3), &[1, 0, 2], &[1; 5])));
        let [a, b, c] = [person(0), person(1), person(2)];
        assert_eq!(all(Policy::InOrder), [a, a, b, b, b]);
        assert_eq!(
            all(Policy::ByLoad),
            [b, a, b, c, a].map(|p| p),
            "the least loaded, then whose turn it is"
        );
        assert_eq!(all(Policy::Evenly), [a, b, c, a, b]);
        assert_eq!(
            all(Policy::FirstToAnswer),
            [],
            "P-36: nobody is given anything"
        );
    }

    #[test]
    fn p_38_a_heavy_chat_takes_its_weight_and_keeps_a_place_free() {
        // Two places of two: the heavy one waits for the first, light ones go to the second.
        let deals = deal(&snapshot(Policy::InOrder, Some(2), &[1, 1], &[2, 1, 1]));
        assert_eq!(
            deals.iter().map(|d| (d.chat, d.person)).collect::<Vec<_>>(),
            [(chat(1), person(1))]
        );
        // Heavier than a person: it takes a whole one.
        let deals = deal(&snapshot(Policy::InOrder, Some(2), &[0], &[9, 1]));
        assert_eq!(to(&deals), [person(0)]);
    }

    #[test]
    fn l_82_who_declined_is_passed_over_until_all_others_did() {
        let at = Moment::from_seconds;
        let with = |operators: usize, passes: &[(usize, i64)]| {
            let mut s = snapshot(Policy::InOrder, None, &vec![0; operators], &[1]);
            s.waiting[0].passes = passes.iter().map(|(n, s)| (person(*n), at(*s))).collect();
            deal(&s).first().map(|d| (d.person, d.round))
        };
        assert_eq!(with(3, &[(0, 1)]), Some((person(1), None)));
        assert_eq!(with(3, &[(0, 1), (1, 2)]), Some((person(2), None)));
        assert_eq!(
            with(3, &[(0, 1), (1, 2), (2, 3)]),
            Some((person(0), Some(at(3))))
        );
        assert_eq!(
            with(3, &[(2, 1), (1, 2), (0, 3)]),
            Some((person(1), Some(at(3)))),
            "not to the last again"
        );
        assert_eq!(
            with(1, &[(0, 1)]),
            None,
            "alone: it waits for somebody else"
        );
        assert_eq!(
            with(2, &[(7, 1)]),
            Some((person(0), None)),
            "who is not here does not count"
        );
    }

    #[test]
    fn x_09_presence_decides_who_is_offered_work() {
        for (chosen, new, own) in [
            (Availability::Auto, true, true),
            (Availability::Busy, false, true),
            (Availability::Dnd, false, false),
            (Availability::Offline, false, false),
        ] {
            assert_eq!((offered(chosen), present(chosen)), (new, own), "{chosen:?}");
        }
    }

    fn policies() -> impl Strategy<Value = Policy> {
        prop_oneof![
            Just(Policy::Evenly),
            Just(Policy::InOrder),
            Just(Policy::ByLoad)
        ]
    }

    proptest! {
        #[test]
        fn p_38_capacity_is_never_exceeded_and_nobody_else_is_chosen(
            policy in policies(), capacity in 1..6u32, loads in prop::collection::vec(0..8u32, 0..6),
            weights in prop::collection::vec(1..9u32, 0..30), passes in prop::collection::vec((0..30usize, 0..6usize, 0..9i64), 0..40),
        ) {
            let mut s = snapshot(policy, Some(capacity), &loads, &weights);
            for (n, who, at) in passes {
                if let Some(w) = s.waiting.get_mut(n) {
                    w.passes.push((person(who), Moment::from_seconds(at)));
                }
            }
            let deals = deal(&s);
            let mut load: HashMap<_, u32> = s.operators.iter().map(|o| (o.person, o.load)).collect();
            let mut seen = Vec::new();
            for d in &deals {
                prop_assert!(!seen.contains(&d.chat), "a chat is given once");
                seen.push(d.chat);
                let weight = s.waiting.iter().find(|w| w.chat == d.chat).unwrap().weight;
                let load = load.get_mut(&d.person);
                prop_assert!(load.is_some(), "nobody outside of the eligible");
                let load = load.unwrap();
                *load += weight;
                prop_assert!(*load <= capacity);
            }
        }

        #[test]
        fn u_15_the_longest_waiting_goes_first_and_none_starves(
            policy in policies(), capacity in prop::option::of(1..6u32), loads in prop::collection::vec(0..8u32, 1..6), n in 0..30usize,
        ) {
            let s = snapshot(policy, capacity, &loads, &vec![1; n]);
            let deals = deal(&s);
            let order: Vec<_> = deals.iter().map(|d| d.chat).collect();
            let first: Vec<_> = s.waiting.iter().take(order.len()).map(|w| w.chat).collect();
            prop_assert_eq!(order, first);
            let room: u32 = capacity.map_or(u32::MAX, |most| loads.iter().map(|l| most.saturating_sub(*l)).sum());
            prop_assert_eq!(deals.len(), n.min(room as usize), "P-39: as long as there is room, nobody waits");
        }

        #[test]
        fn u_15_a_heavy_chat_comes_to_its_place_though_light_ones_keep_coming(
            capacity in 2..5u32, people in 1..4usize, seed in prop::collection::vec(0..4usize, 60),
        ) {
            // Everybody is full of light ones; one leaves at a time, ten light ones wait behind a heavy one.
            let mut loads = vec![capacity; people];
            let mut given = false;
            for leaves in seed {
                let free = leaves % people;
                loads[free] = loads[free].saturating_sub(1);
                let mut weights = vec![capacity];
                weights.extend([1; 10]);
                for d in deal(&snapshot(Policy::ByLoad, Some(capacity), &loads, &weights)) {
                    let n = (d.person.uuid().as_u128() - 1) as usize;
                    given |= d.chat == chat(0);
                    loads[n] += if d.chat == chat(0) { capacity } else { 1 };
                }
                if given {
                    break;
                }
            }
            prop_assert!(given);
        }

        #[test]
        fn p_37_evenly_differs_by_at_most_one(people in 1..6usize, arrivals in prop::collection::vec(1..4usize, 0..20)) {
            let mut s = snapshot(Policy::Evenly, None, &vec![0; people], &[]);
            let mut got = vec![0u32; people];
            let mut turn = 0;
            for n in arrivals {
                s.waiting = snapshot(Policy::Evenly, None, &[], &vec![1; n]).waiting;
                for d in deal(&s) {
                    let who = (d.person.uuid().as_u128() - 1) as usize;
                    got[who] += 1;
                    turn += 1;
                    s.operators[who].turn = turn;
                }
                let (most, least) = (got.iter().max().unwrap(), got.iter().min().unwrap());
                prop_assert!(most - least <= 1, "{got:?}");
            }
        }
    }
}
