//! Texts that come in several parts, put together again: by sender, receiver, reference and total, within ten minutes.

use super::alphabet::{Place, decode};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// How long the rest of a text is waited for; then what came is shown.
const PATIENCE: Duration = Duration::from_secs(600);
/// Unfinished texts at the same time; one more closes the oldest.
const MOST: usize = 200;
/// What stands where a part never came.
const GAP: &str = " […] ";

/// A part on its way into a text.
pub(crate) struct Piece<'a> {
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) place: Place,
    pub(crate) coding: u8,
    pub(crate) bytes: &'a [u8],
    pub(crate) at: Moment,
}

/// A text as far as it came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Whole {
    pub(crate) from: String,
    pub(crate) to: String,
    /// None where the parts are no text.
    pub(crate) words: Option<String>,
    /// When its first part came.
    pub(crate) at: Moment,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Group {
    from: String,
    to: String,
    reference: u16,
    total: u8,
    coding: u8,
    at: Moment,
    /// By number; the bytes in base64.
    pieces: BTreeMap<u8, String>,
}

/// The unfinished texts; small enough to be kept as a word of the cursor.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Assembly(Vec<Group>);

impl Group {
    fn fits(&self, piece: &Piece<'_>) -> bool {
        self.from == piece.from
            && self.to == piece.to
            && self.reference == piece.place.reference
            && self.total == piece.place.total
    }

    fn whole(self) -> Whole {
        let mut words: Option<String> = None;
        let mut run = Vec::new();
        let mut readable = true;
        // Neighbours are joined before they are read: some senders tear a letter between two parts.
        let mut read = |run: &mut Vec<u8>, words: &mut Option<String>| {
            if run.is_empty() {
                return;
            }
            match decode(run, self.coding) {
                Some(text) => words.get_or_insert_default().push_str(&text),
                None => readable = false,
            }
            run.clear();
        };
        for number in 1..=self.total {
            match self.pieces.get(&number) {
                Some(piece) => run.extend(STANDARD.decode(piece).unwrap_or_default()),
                None => {
                    read(&mut run, &mut words);
                    let so_far = words.get_or_insert_default();
                    if !so_far.ends_with(GAP) {
                        so_far.push_str(GAP);
                    }
                }
            }
        }
        read(&mut run, &mut words);
        Whole {
            from: self.from,
            to: self.to,
            words: words.filter(|_| readable),
            at: self.at,
        }
    }
}

impl Assembly {
    /// Takes a part; what became whole by it, or has to be closed for it.
    pub(crate) fn add(&mut self, piece: &Piece<'_>) -> Vec<Whole> {
        let Place { total, number, .. } = piece.place;
        let bytes = STANDARD.encode(piece.bytes);
        let mut closed = Vec::new();
        let mut found = self.0.iter().position(|group| group.fits(piece));
        // The same number with other words: the sender has begun to count anew.
        if let Some(at) = found
            && self.0[at]
                .pieces
                .get(&number)
                .is_some_and(|known| *known != bytes)
        {
            closed.push(self.0.remove(at).whole());
            found = None;
        }
        let at = found.unwrap_or_else(|| {
            if self.0.len() >= MOST {
                closed.push(self.0.remove(0).whole());
            }
            self.0.push(Group {
                from: piece.from.to_owned(),
                to: piece.to.to_owned(),
                reference: piece.place.reference,
                total,
                coding: piece.coding,
                at: piece.at,
                pieces: BTreeMap::new(),
            });
            self.0.len() - 1
        });
        self.0[at].pieces.insert(number, bytes);
        if self.0[at].pieces.len() == usize::from(total) {
            closed.push(self.0.remove(at).whole());
        }
        closed
    }

    /// What was waited for long enough.
    pub(crate) fn late(&mut self, now: Moment) -> Vec<Whole> {
        let (late, waiting) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|group| now.since(group.at) >= PATIENCE);
        self.0 = waiting;
        late.into_iter().map(Group::whole).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smpp::alphabet::{GSM, UCS2, encode};
    use proptest::prelude::*;

    fn start() -> Moment {
        Moment::from_seconds(1_700_000_000)
    }

    fn put(
        assembly: &mut Assembly,
        from: &str,
        place: (u16, u8, u8),
        words: &str,
        coding: u8,
    ) -> Vec<Option<String>> {
        let (reference, total, number) = place;
        let bytes = encode(words, coding == UCS2);
        let piece = Piece {
            from,
            to: "900",
            place: Place {
                reference,
                total,
                number,
            },
            coding,
            bytes: &bytes,
            at: start(),
        };
        assembly
            .add(&piece)
            .into_iter()
            .map(|whole| whole.words)
            .collect()
    }

    fn said(words: &str) -> Vec<Option<String>> {
        vec![Some(words.to_owned())]
    }

    #[test]
    fn p_22_parts_of_two_clients_come_in_any_order_and_twice() {
        let mut all = Assembly::default();
        assert!(put(&mut all, "+7916", (7, 2, 2), "мир", UCS2).is_empty());
        assert!(put(&mut all, "+7917", (7, 2, 1), "one ", GSM).is_empty());
        assert!(
            put(&mut all, "+7916", (7, 2, 2), "мир", UCS2).is_empty(),
            "the same again"
        );
        // What waits survives being written down.
        let written = serde_json::to_string(&all).unwrap();
        let mut all: Assembly = serde_json::from_str(&written).unwrap();
        assert_eq!(
            put(&mut all, "+7916", (7, 2, 1), "Привет, ", UCS2),
            said("Привет, мир")
        );
        assert_eq!(
            put(&mut all, "+7917", (7, 2, 2), "two", GSM),
            said("one two")
        );
        assert_eq!(all, Assembly::default());
    }

    #[test]
    fn p_22_what_came_is_shown_after_ten_minutes() {
        let mut all = Assembly::default();
        put(&mut all, "+7916", (1, 4, 2), "середина", UCS2);
        assert!(all.late(start() + Duration::from_secs(599)).is_empty());
        let late = all.late(start() + PATIENCE);
        assert_eq!(late[0].words.as_deref(), Some(" […] середина […] "));
        assert_eq!(all, Assembly::default());
    }

    #[test]
    fn a_reference_used_anew_closes_the_old_text() {
        let mut all = Assembly::default();
        put(&mut all, "+7916", (1, 2, 1), "old", GSM);
        assert_eq!(
            put(&mut all, "+7916", (1, 2, 1), "new", GSM),
            said("old […] ")
        );
        assert_eq!(put(&mut all, "+7916", (1, 2, 2), "er", GSM), said("newer"));
        for n in 0..=u16::try_from(MOST).unwrap() {
            let closed = put(&mut all, "+7916", (n, 2, 1), "x", GSM);
            assert_eq!(closed.len(), usize::from(usize::from(n) == MOST));
        }
    }

    #[test]
    fn a_letter_torn_between_parts_is_whole_again() {
        let mut all = Assembly::default();
        let bytes = encode("я😀", true);
        let mut add = |number, bytes: &[u8]| {
            let place = Place {
                reference: 3,
                total: 2,
                number,
            };
            all.add(&Piece {
                from: "1",
                to: "2",
                place,
                coding: UCS2,
                bytes,
                at: start(),
            })
        };
        assert!(add(1, &bytes[..4]).is_empty());
        assert_eq!(add(2, &bytes[4..])[0].words.as_deref(), Some("я😀"));
    }

    proptest! {
        #[test]
        fn any_order_gives_the_same_text(numbers in Just((1..=6_u8).collect::<Vec<_>>()).prop_shuffle()) {
            let mut all = Assembly::default();
            let mut closed = Vec::new();
            for number in numbers {
                closed.extend(put(&mut all, "+7916", (9, 6, number), &number.to_string(), GSM));
            }
            prop_assert_eq!(closed, said("123456"));
        }
    }
}
