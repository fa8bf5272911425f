//! What the centre delivered, on its way to our tables: acknowledged only when it is stored, shown once.
//!
//! A batch is handed over by one poll and confirmed by the next, which brings its cursor back; only then is the centre
//! answered. The cursor carries what has to survive a restart: parts of unfinished texts, and the marks of messages whose
//! answer the centre may not have read, so that what it delivers again after a break is not a second message.

use super::{
    alphabet::{Place, decode, headed},
    assembly::{Assembly, Piece, Whole},
    pdu::{self, Short},
    receipt::{self, Receipt},
};
use crate::numbers;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use channel::{Polled, RawEvent};
use kernel::Moment;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// How long a message may be delivered again after a break and be known.
const REMEMBERED: Duration = Duration::from_secs(600);

/// A `deliver_sm` that nobody has answered yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Delivered {
    /// The session it came by: only there can it be answered.
    pub(crate) session: u64,
    /// Its number there.
    pub(crate) number: u32,
    pub(crate) body: Vec<u8>,
    pub(crate) at: Moment,
}

/// One thing a centre told, as it is stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Told {
    /// A client wrote.
    Message {
        /// The client, as [`numbers::ext_id`] writes them.
        from: String,
        to: String,
        text: String,
        at: Moment,
    },
    /// News of our message.
    Receipt {
        from: String,
        receipt: Receipt,
        at: Moment,
    },
    /// What has no words: a picture, a ringtone, bytes out of order.
    Strange {
        from: String,
        /// `sms`, or `malformed`.
        what: String,
        at: Moment,
    },
}

impl Told {
    pub(crate) fn from(&self) -> &str {
        match self {
            Self::Message { from, .. }
            | Self::Receipt { from, .. }
            | Self::Strange { from, .. } => from,
        }
    }
}

/// The answers of one session that the centre has read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Settled {
    pub(crate) session: u64,
    /// Of all batches up to this one.
    pub(crate) epoch: u64,
}

/// A message handed over whose answer the centre may not have read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Doubt {
    mark: String,
    at: Moment,
    epoch: u64,
    #[serde(skip)]
    session: u64,
}

impl Doubt {
    /// What came by a session that ended before we answered comes again, however many answers another session has read.
    fn stands(&self, now: Moment, settled: Settled) -> bool {
        let answered = self.session == settled.session && self.epoch <= settled.epoch;
        !answered && now.since(self.at) < REMEMBERED
    }
}

/// What the cursor says.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
struct Kept {
    /// Batches handed over so far; makes keys of events that are the same when a batch is handed over again.
    epoch: u64,
    waiting: Assembly,
    doubts: Vec<Doubt>,
}

/// A batch that waits for its confirmation.
struct Handed {
    cursor: String,
    polled: Polled,
    kept: Kept,
    answers: Vec<(u64, u32)>,
}

/// What the cursor of a poll means.
pub(crate) enum Opened {
    /// The batch before was stored: these can be answered now, as the batch of this number.
    Confirmed(Vec<(u64, u32)>, u64),
    /// It was not: here it is again.
    Again(Polled),
    /// There was none.
    Fresh,
}

#[derive(Default)]
pub(crate) struct Inbox {
    /// The cursor that `kept` was read from.
    cursor: Option<Option<String>>,
    kept: Kept,
    handed: Option<Handed>,
}

impl Inbox {
    /// Begins a poll.
    pub(crate) fn open(&mut self, cursor: Option<&str>) -> Opened {
        if let Some(handed) = self
            .handed
            .take_if(|handed| cursor == Some(handed.cursor.as_str()))
        {
            self.cursor = Some(Some(handed.cursor));
            self.kept = handed.kept;
            return Opened::Confirmed(handed.answers, self.kept.epoch);
        }
        let known = self
            .cursor
            .as_ref()
            .is_some_and(|known| known.as_deref() == cursor);
        if known {
            return match &self.handed {
                Some(handed) => Opened::Again(handed.polled.clone()),
                None => Opened::Fresh,
            };
        }
        // The first poll, or somebody else went on meanwhile: what the cursor says is the truth.
        self.handed = None;
        self.kept = cursor
            .and_then(|words| serde_json::from_str(words).ok())
            .unwrap_or_default();
        self.cursor = Some(cursor.map(str::to_owned));
        Opened::Fresh
    }

    /// Makes the next batch of what came; none if there is nothing to say.
    pub(crate) fn next(
        &mut self,
        came: Vec<Delivered>,
        now: Moment,
        settled: Settled,
    ) -> Option<Polled> {
        let mut kept = self.kept.clone();
        kept.doubts.retain(|doubt| doubt.stands(now, settled));
        let mut batch = Batch {
            epoch: kept.epoch,
            seen: BTreeMap::new(),
            events: Vec::new(),
        };
        kept.epoch += 1;
        for whole in kept.waiting.late(now) {
            batch.whole(whole);
        }
        let mut answers = Vec::new();
        for one in came {
            answers.push((one.session, one.number));
            let mark = mark(&one.body);
            let doubt = Doubt {
                mark,
                at: one.at,
                epoch: kept.epoch,
                session: one.session,
            };
            let mut doubts = kept.doubts.iter_mut();
            let known = doubts.find(|d| d.mark == doubt.mark && d.session != one.session);
            if let Some(known) = known {
                // Whether this answer is read is as doubtful as it was with the one before.
                *known = doubt;
                continue;
            }
            if take(&mut kept.waiting, &mut batch, &one, &doubt.mark) {
                kept.doubts.push(doubt);
            }
        }
        let nothing = batch.events.is_empty()
            && answers.is_empty()
            && kept.doubts == self.kept.doubts
            && kept.waiting == self.kept.waiting;
        if nothing {
            return None;
        }
        let cursor = serde_json::to_string(&kept).ok()?;
        let polled = Polled {
            events: batch.events,
            cursor: Some(cursor.clone()),
        };
        self.handed = Some(Handed {
            cursor,
            polled: polled.clone(),
            kept,
            answers,
        });
        Some(polled)
    }
}

/// Takes one message apart; whether it would be seen twice if it came again.
fn take(waiting: &mut Assembly, batch: &mut Batch, one: &Delivered, mark: &str) -> bool {
    let at = one.at;
    let Some(short) = Short::read(&one.body) else {
        let (from, what) = (String::new(), "malformed".to_owned());
        batch.push(mark, &Told::Strange { from, what, at });
        return false;
    };
    let (placed, words) = if short.esm & pdu::ESM_HEADER == 0 {
        (None, short.message.as_slice())
    } else {
        headed(&short.message)
    };
    let kind = short.esm & pdu::ESM_KIND;
    if kind == pdu::ESM_RECEIPT || kind == pdu::ESM_NOTIFICATION {
        let text = decode(words, short.coding).unwrap_or_default();
        if let Some(receipt) = receipt::of(&short, &text) {
            let from = client_of(&short);
            batch.push(mark, &Told::Receipt { from, receipt, at });
            return false;
        }
    }
    let from = numbers::ext_id(&short.from.digits);
    let place = placed.or_else(|| {
        let of = |tag| short.parameter(tag);
        Place::of_parameters(
            of(pdu::TAG_SAR_REF)?,
            of(pdu::TAG_SAR_TOTAL)?,
            of(pdu::TAG_SAR_NUMBER)?,
        )
    });
    let to = short.to.digits.as_str();
    if let Some(place) = place {
        let (coding, bytes) = (short.coding, words);
        let piece = Piece {
            from: &from,
            to,
            place,
            coding,
            bytes,
            at,
        };
        for whole in waiting.add(&piece) {
            batch.whole(whole);
        }
    } else {
        let (to, words) = (to.to_owned(), decode(words, short.coding));
        batch.text(
            mark,
            Whole {
                from,
                to,
                words,
                at,
            },
        );
    }
    true
}

/// The client a receipt is about: it comes from their number. Some centres write our name there and the client below.
fn client_of(short: &Short) -> String {
    let (from, to) = (&short.from.digits, &short.to.digits);
    if numbers::phone(from).is_none() && numbers::phone(to).is_some() {
        numbers::ext_id(to)
    } else {
        numbers::ext_id(from)
    }
}

/// Events of one batch.
struct Batch {
    epoch: u64,
    /// How often each mark came, so that two alike have two keys.
    seen: BTreeMap<String, u32>,
    events: Vec<RawEvent>,
}

impl Batch {
    fn whole(&mut self, whole: Whole) {
        let all = format!("{} {} {:?}", whole.from, whole.to, whole.words);
        self.text(&mark(all.as_bytes()), whole);
    }

    fn text(&mut self, mark: &str, whole: Whole) {
        let Whole {
            from,
            to,
            words,
            at,
        } = whole;
        let told = match words {
            Some(text) => Told::Message { from, to, text, at },
            None => Told::Strange {
                from,
                what: "sms".to_owned(),
                at,
            },
        };
        self.push(mark, &told);
    }

    fn push(&mut self, mark: &str, told: &Told) {
        let times = self.seen.entry(mark.to_owned()).or_default();
        *times += 1;
        self.events.push(RawEvent {
            dedup_key: format!("{}:{mark}:{times}", self.epoch),
            lane: told.from().to_owned(),
            body: serde_json::to_vec(told).unwrap_or_default().into(),
        });
    }
}

/// The same for the same bytes.
fn mark(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, bytes).as_ref()[..12])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smpp::{
        alphabet::{GSM, UCS2, encode},
        pdu::{Address, TAG_SAR_NUMBER, TAG_SAR_REF, TAG_SAR_TOTAL, Unit},
    };
    use proptest::prelude::*;

    fn now() -> Moment {
        Moment::from_seconds(1_700_000_000)
    }

    fn address(digits: &str) -> Address {
        Address {
            ton: 1,
            npi: 1,
            digits: digits.to_owned(),
        }
    }

    fn short(words: &str) -> Short {
        Short {
            from: address("79161234567"),
            to: address("900"),
            message: encode(words, false),
            ..Short::default()
        }
    }

    fn came(session: u64, number: u32, short: &Short) -> Delivered {
        Delivered {
            session,
            number,
            body: short.body(),
            at: now(),
        }
    }

    fn texts(polled: &Polled) -> Vec<String> {
        let told = polled
            .events
            .iter()
            .map(|event| serde_json::from_slice(&event.body).unwrap());
        told.map(|told| match told {
            Told::Message { text, .. } => text,
            other => format!("{other:?}"),
        })
        .collect()
    }

    const NOT_YET: Settled = Settled {
        session: 0,
        epoch: 0,
    };

    /// Stores a batch as the house does: the next poll brings its cursor.
    fn confirm(inbox: &mut Inbox, polled: &Polled) -> Vec<(u64, u32)> {
        match inbox.open(polled.cursor.as_deref()) {
            Opened::Confirmed(answers, _) => answers,
            Opened::Again(_) | Opened::Fresh => panic!("not confirmed"),
        }
    }

    #[test]
    fn p_22_nothing_is_answered_before_it_is_stored() {
        let mut inbox = Inbox::default();
        assert!(matches!(inbox.open(None), Opened::Fresh));
        assert_eq!(inbox.next(vec![], now(), NOT_YET), None);
        let polled = inbox
            .next(vec![came(1, 5, &short("hi"))], now(), NOT_YET)
            .unwrap();
        // The tables took nothing: the same batch again, and no answer.
        let Opened::Again(again) = inbox.open(None) else {
            panic!("lost")
        };
        assert_eq!(again, polled);
        assert_eq!(confirm(&mut inbox, &polled), [(1, 5)]);
        assert!(matches!(
            inbox.open(polled.cursor.as_deref()),
            Opened::Fresh
        ));
        assert_eq!(
            (texts(&polled), polled.events[0].lane.as_str()),
            (vec!["hi".to_owned()], "+79161234567")
        );
    }

    #[test]
    fn p_22_what_comes_again_after_a_break_is_one_message_and_what_is_said_twice_is_two() {
        let mut inbox = Inbox::default();
        inbox.open(None);
        let twice = vec![came(1, 5, &short("yes")), came(1, 6, &short("yes"))];
        let polled = inbox.next(twice, now(), NOT_YET).unwrap();
        assert_eq!(texts(&polled), ["yes", "yes"]);
        assert_ne!(polled.events[0].dedup_key, polled.events[1].dedup_key);
        confirm(&mut inbox, &polled);
        // The process ends before the centre has read our answers; it delivers both again.
        let mut inbox = Inbox::default();
        inbox.open(polled.cursor.as_deref());
        let again = vec![
            came(1, 1, &short("yes")),
            came(1, 2, &short("yes")),
            came(1, 3, &short("yes")),
        ];
        let next = inbox.next(again, now(), NOT_YET).unwrap();
        assert_eq!(texts(&next), ["yes"], "two are known, the third is new");
        assert_eq!(confirm(&mut inbox, &next), [(1, 1), (1, 2), (1, 3)]);
        // Once the centre has read the answers, the same words in another session are new.
        let read = |session| Settled { session, epoch: 2 };
        let settled = inbox.next(vec![], now(), read(1)).unwrap();
        assert!(settled.events.is_empty());
        confirm(&mut inbox, &settled);
        let new = inbox
            .next(vec![came(2, 1, &short("yes"))], now(), read(1))
            .unwrap();
        assert_eq!(texts(&new), ["yes"]);
        // Not answered by the second session, which broke: what the third has read says nothing of it.
        confirm(&mut inbox, &new);
        let epoch = Settled {
            session: 5,
            epoch: 9,
        };
        for session in 3..5 {
            let again = vec![came(session, 1, &short("yes"))];
            let again = inbox.next(again, now(), epoch).unwrap();
            assert_eq!(texts(&again), [""; 0], "{session}");
            confirm(&mut inbox, &again);
        }
    }

    #[test]
    fn p_22_events_stored_without_their_cursor_have_the_same_keys_again() {
        let keys = |polled: &Polled| {
            polled
                .events
                .iter()
                .map(|e| e.dedup_key.clone())
                .collect::<Vec<_>>()
        };
        let batch = || vec![came(1, 5, &short("one")), came(1, 6, &short("two"))];
        let mut first = Inbox::default();
        first.open(None);
        let mut second = Inbox::default();
        second.open(None);
        let (first, second) = (
            first.next(batch(), now(), NOT_YET).unwrap(),
            second.next(batch(), now(), NOT_YET).unwrap(),
        );
        assert_eq!(keys(&first), keys(&second));
    }

    #[test]
    fn p_22_parts_are_answered_one_by_one_and_survive_a_restart() {
        let part = |number: u8, words: &str| Short {
            esm: pdu::ESM_HEADER,
            coding: UCS2,
            message: [&[5, 0, 3, 77, 2, number], &encode(words, true)[..]].concat(),
            ..short("")
        };
        let mut inbox = Inbox::default();
        inbox.open(None);
        let polled = inbox
            .next(vec![came(1, 1, &part(2, "мир"))], now(), NOT_YET)
            .unwrap();
        assert!(polled.events.is_empty());
        assert_eq!(confirm(&mut inbox, &polled), [(1, 1)]);
        let mut inbox = Inbox::default();
        inbox.open(polled.cursor.as_deref());
        let polled = inbox
            .next(vec![came(1, 1, &part(1, "Привет, "))], now(), NOT_YET)
            .unwrap();
        assert_eq!(texts(&polled), ["Привет, мир"]);
    }

    #[test]
    fn p_22_parts_by_parameters_are_joined_and_late_ones_shown() {
        let part = |number: u8| Short {
            extra: vec![
                (TAG_SAR_REF, vec![1, 2]),
                (TAG_SAR_TOTAL, vec![2]),
                (TAG_SAR_NUMBER, vec![number]),
            ],
            ..short(&number.to_string())
        };
        let mut inbox = Inbox::default();
        inbox.open(None);
        let polled = inbox
            .next(
                vec![came(1, 1, &part(2)), came(1, 2, &part(1))],
                now(),
                NOT_YET,
            )
            .unwrap();
        assert_eq!(texts(&polled), ["12"]);
        confirm(&mut inbox, &polled);
        let polled = inbox
            .next(vec![came(1, 3, &part(1))], now(), NOT_YET)
            .unwrap();
        confirm(&mut inbox, &polled);
        let late = inbox
            .next(vec![], now() + Duration::from_secs(600), NOT_YET)
            .unwrap();
        assert_eq!(texts(&late), ["1 […] "]);
    }

    #[test]
    fn l_88_a_receipt_belongs_to_its_client_whichever_way_round_it_comes() {
        let words = "id:17 stat:DELIVRD err:000";
        for (from, to) in [("79161234567", "SHOP"), ("SHOP", "79161234567")] {
            let receipt = Short {
                esm: pdu::ESM_RECEIPT,
                from: address(from),
                to: address(to),
                ..short(words)
            };
            let mut inbox = Inbox::default();
            inbox.open(None);
            let polled = inbox
                .next(vec![came(1, 1, &receipt)], now(), NOT_YET)
                .unwrap();
            assert_eq!(polled.events[0].lane, "+79161234567", "{from}");
            // It can come again without harm: nothing is remembered of it.
            assert!(!polled.cursor.unwrap().contains("mark"));
        }
    }

    proptest! {
        #[test]
        fn no_delivery_is_too_strange(bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..120), 1..6)) {
            let mut inbox = Inbox::default();
            inbox.open(None);
            let came = bodies.into_iter().zip(1..).map(|(body, number)| Delivered { session: 1, number, body, at: now() });
            let came: Vec<_> = came.collect();
            let count = came.len();
            let polled = inbox.next(came, now(), NOT_YET).unwrap();
            prop_assert_eq!(confirm(&mut inbox, &polled).len(), count, "each is answered");
        }

        #[test]
        fn no_text_of_a_receipt_is_too_strange(words in ".{0,160}", esm in any::<u8>(), coding in any::<u8>()) {
            let _ = GSM;
            let short = Short { esm, coding, message: words.into_bytes(), ..short("") };
            let mut inbox = Inbox::default();
            inbox.open(None);
            prop_assert!(inbox.next(vec![came(1, 1, &short)], now(), NOT_YET).is_some());
        }

        #[test]
        fn any_cursor_can_be_read(words in ".{0,80}") {
            let mut inbox = Inbox::default();
            prop_assert!(matches!(inbox.open(Some(&words)), Opened::Fresh));
        }
    }

    /// All that a centre can say, as bytes of the line: units, the short messages in them, and what becomes of those.
    #[test]
    fn fuzz_units() {
        let receipt = "id:12 sub:001 dlvrd:001 submit date:2609211913 done date:2609211914 stat:DELIVRD err:000 text:hi";
        let mut parted = short("half");
        parted.esm = 0x40;
        parted.message.splice(0..0, [5, 0, 3, 7, 2, 1]);
        let mut news = short(receipt);
        news.esm = 4;
        let mut tagged = short("sar");
        for (tag, value) in [
            (TAG_SAR_REF, vec![0, 9]),
            (TAG_SAR_TOTAL, vec![2]),
            (TAG_SAR_NUMBER, vec![2]),
        ] {
            tagged.extra.push((tag, value));
        }
        let mut wide = short("");
        (wide.coding, wide.message) = (8, encode("Привет", true));
        let said = [short("hi"), parted, news, tagged, wide];
        let seeds = said.map(|short| Unit::new(5, 0, 1, short.body()).bytes());
        channel::fuzz::run("smpp", &seeds, |line| {
            let mut read = bytes::BytesMut::from(line);
            let (mut inbox, mut number) = (Inbox::default(), 0);
            inbox.open(None);
            while let Ok(Some(unit)) = Unit::take(&mut read) {
                number += 1;
                let delivered = Delivered {
                    session: 1,
                    number,
                    body: unit.body,
                    at: now(),
                };
                let Some(polled) = inbox.next(vec![delivered], now(), NOT_YET) else {
                    continue;
                };
                for event in &polled.events {
                    assert!(
                        !event.dedup_key.is_empty()
                            && event.dedup_key.len() + event.lane.len() < 2000
                    );
                    assert!(
                        serde_json::from_slice::<Told>(&event.body).is_ok(),
                        "{event:?}"
                    );
                }
                confirm(&mut inbox, &polled);
            }
        });
    }
}
