//! What was told lately, kept in memory: after a short cut a thousand clients return at once, and each is caught up from
//! here instead of from the database (B5).

use axum::extract::ws::Utf8Bytes;
use journal::Position;
use kernel::Uuid;
use std::collections::{HashMap, HashSet, VecDeque};

/// Events kept at most.
const MOST: usize = 4096;
/// Bytes of frames kept at most.
const BYTES: usize = 2 * 1024 * 1024;

/// An event as it was told.
pub(super) struct Told {
    pub(super) at: Position,
    pub(super) kind: String,
    pub(super) subject: Uuid,
    pub(super) audience: Vec<Uuid>,
    pub(super) text: Utf8Bytes,
    /// Whether the frame can be read afresh from its subject.
    pub(super) fresh: bool,
}

/// What a returning client is sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Missed {
    /// As it was told.
    Frame(Utf8Bytes),
    /// Its subject has changed since: read it as it is now, so that no deleted text is told again.
    Changed(Position, String, Uuid),
}

/// The last events, oldest first.
#[derive(Default)]
pub(super) struct Recent {
    /// Everything told after this place is here; `None` until the pump has begun.
    floor: Option<Position>,
    /// The place of the last event told.
    end: Position,
    told: VecDeque<Told>,
    bytes: usize,
    /// The newest event of each subject.
    newest: HashMap<Uuid, Position>,
}

impl Recent {
    /// The pump begins at this place.
    pub(super) fn begin(&mut self, at: Position) {
        *self = Self {
            floor: Some(at),
            end: at,
            ..Self::default()
        };
    }

    /// An event passed without a frame.
    pub(super) fn pass(&mut self, at: Position) {
        self.end = self.end.max(at);
    }

    /// Keeps what was told.
    pub(super) fn keep(&mut self, told: Told) {
        self.pass(told.at);
        self.bytes += told.text.len();
        self.newest.insert(told.subject, told.at);
        self.told.push_back(told);
        while self.told.len() > MOST || self.bytes > BYTES {
            let Some(oldest) = self.told.pop_front() else {
                return;
            };
            self.bytes -= oldest.text.len();
            self.floor = self.floor.map(|floor| floor.max(oldest.at));
            if self.newest.get(&oldest.subject) == Some(&oldest.at) {
                self.newest.remove(&oldest.subject);
            }
        }
    }

    /// What somebody with these principals missed after a place, and the place they then stand at; `None` when that place
    /// is too old, or was never here. More than `limit` frames are `Some(Err)`: the client must reload.
    pub(super) fn since(
        &self,
        after: Position,
        principals: &HashSet<Uuid>,
        limit: usize,
    ) -> Option<Result<(Vec<Missed>, Position), Position>> {
        // A place between the floor and the first event kept was perhaps never a place: the journal knows.
        let oldest = self.told.front().map_or(self.end, |told| told.at);
        let known = self.floor == Some(after) || (after >= oldest && after <= self.end);
        if !known || self.floor.is_none() {
            return None;
        }
        let first = self.told.partition_point(|t| t.at <= after);
        let mut out = Vec::new();
        for told in self.told.range(first..) {
            if !told.audience.iter().any(|p| principals.contains(p)) {
                continue;
            }
            if out.len() == limit {
                return Some(Err(self.end));
            }
            let newest = self.newest.get(&told.subject).copied();
            out.push(if told.fresh && newest > Some(told.at) {
                Missed::Changed(told.at, told.kind.clone(), told.subject)
            } else {
                Missed::Frame(told.text.clone())
            });
        }
        Some(Ok((out, self.end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Uuid = Uuid::from_u128(1);

    fn at(seq: i64) -> Position {
        Position { xid: 0, seq }
    }
    fn told(seq: i64, subject: u128, audience: Uuid) -> Told {
        Told {
            at: at(seq),
            kind: "message.added".to_owned(),
            subject: Uuid::from_u128(subject),
            audience: vec![audience],
            text: format!("{{\"n\":{seq}}}").into(),
            fresh: true,
        }
    }
    fn frame(seq: i64) -> Missed {
        Missed::Frame(format!("{{\"n\":{seq}}}").into())
    }
    fn mine() -> HashSet<Uuid> {
        HashSet::from([ALL])
    }

    #[test]
    fn a_client_gets_what_came_after_its_place_and_only_its_own() {
        let mut recent = Recent::default();
        assert_eq!(recent.since(at(10), &mine(), 9), None, "before the pump");
        recent.begin(at(10));
        recent.keep(told(11, 100, ALL));
        recent.keep(told(12, 101, Uuid::from_u128(2)));
        recent.keep(told(13, 102, ALL));
        recent.pass(at(14));
        let got = recent.since(at(10), &mine(), 9).unwrap();
        assert_eq!(got, Ok((vec![frame(11), frame(13)], at(14))));
        let got = recent.since(at(13), &mine(), 9).unwrap();
        assert_eq!(got, Ok((vec![], at(14))));
        assert_eq!(recent.since(at(9), &mine(), 9), None, "older than the pump");
        let never = Position { xid: 0, seq: 10 }; // the floor itself is a place
        assert!(recent.since(never, &mine(), 9).is_some());
        assert_eq!(recent.since(at(15), &mine(), 9), None, "not told yet");
        assert_eq!(recent.since(at(10), &mine(), 1), Some(Err(at(14))));
    }

    #[test]
    fn what_changed_since_is_read_afresh() {
        let mut recent = Recent::default();
        recent.begin(at(0));
        recent.keep(told(1, 100, ALL));
        recent.keep(told(2, 100, ALL));
        let changed = Missed::Changed(at(1), "message.added".to_owned(), Uuid::from_u128(100));
        let got = recent.since(at(0), &mine(), 9).unwrap();
        assert_eq!(got, Ok((vec![changed, frame(2)], at(2))));
    }

    #[test]
    fn old_events_go_and_the_floor_rises() {
        let mut recent = Recent::default();
        recent.begin(at(0));
        for n in 1..=i64::try_from(MOST).unwrap() + 5 {
            recent.keep(told(n, 100, ALL));
        }
        assert_eq!(recent.since(at(4), &mine(), 9999), None);
        let got = recent.since(at(5), &mine(), 9999).unwrap().unwrap();
        assert_eq!(got.0.len(), MOST);
        assert_eq!(recent.newest.len(), 1);
    }
}
