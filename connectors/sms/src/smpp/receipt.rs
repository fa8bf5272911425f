//! What a delivery receipt says: by its parameters where they are, else by its text (SMPP 3.4, 5.3.2.35 and appendix B).

use super::pdu::{Cursor, Short, TAG_RECEIPTED_ID, TAG_STATE};
use channel::ReceiptState;
use serde::{Deserialize, Serialize};

/// A receipt as it is stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Receipt {
    /// The centre's id of our message, as it spelled it.
    pub(crate) id: String,
    /// One of the words of [`WORDS`], or what stood there.
    pub(crate) state: String,
    /// The network's reason, if it tells one.
    pub(crate) error: String,
}

/// States by their number in `message_state` (5.2.28).
const WORDS: [&str; 9] = [
    "SCHEDLD", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN",
    "REJECTD",
];

/// The receipt in a message that says it is one; none if it names no message.
pub(crate) fn of(short: &Short, words: &str) -> Option<Receipt> {
    let id = short
        .parameter(TAG_RECEIPTED_ID)
        .map(|value| Cursor(value).string())
        .filter(|id| !id.trim().is_empty())
        .or_else(|| field(words, "id:"))?;
    let state = short
        .parameter(TAG_STATE)
        .and_then(|value| value.first())
        .and_then(|number| WORDS.get(usize::from(*number)))
        .map(|word| (*word).to_owned())
        .or_else(|| field(words, "stat:"))
        .unwrap_or_default();
    let error = field(words, "err:").unwrap_or_default();
    Some(Receipt {
        id: id.trim().to_owned(),
        state: state.to_ascii_uppercase(),
        error: if error.bytes().all(|byte| byte == b'0') {
            String::new()
        } else {
            error
        },
    })
}

/// The word after a name, without letter case. `text:` is the client's copy and says nothing: it ends the receipt.
fn field(words: &str, name: &str) -> Option<String> {
    let low = words.to_ascii_lowercase();
    let known = low.find(" text:").unwrap_or(low.len());
    let starts = low[..known].match_indices(name);
    let place = starts.map(|(at, _)| at).find(|at| {
        *at == 0
            || low
                .as_bytes()
                .get(at - 1)
                .is_some_and(u8::is_ascii_whitespace)
    })?;
    // Lower case of ASCII moves no byte, so places are the same in both.
    let value = words.get(place + name.len()..)?.trim_start();
    let word = value.split_whitespace().next().unwrap_or_default();
    (!word.is_empty()).then(|| word.chars().take(64).collect())
}

impl Receipt {
    /// How far the message came; none for what is no news.
    pub(crate) fn reached(&self) -> Option<ReceiptState> {
        match self.state.as_str() {
            "DELIVRD" => Some(ReceiptState::Delivered),
            "ENROUTE" | "ACCEPTD" => Some(ReceiptState::Sent),
            "EXPIRED" | "DELETED" | "UNDELIV" | "REJECTD" => {
                let error = (!self.error.is_empty()).then(|| format!(" ({})", self.error));
                Some(ReceiptState::Failed(format!(
                    "{}{}",
                    self.state,
                    error.unwrap_or_default()
                )))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(words: &str, extra: Vec<(u16, Vec<u8>)>) -> Option<Receipt> {
        let short = Short {
            extra,
            ..Short::default()
        };
        of(&short, words)
    }

    #[test]
    fn l_88_a_receipt_is_read_by_its_parameters_first_and_by_its_text_second() {
        let classic = "id:0123456789 sub:001 dlvrd:001 submit date:2611200930 done date:2611200931 stat:DELIVRD err:000 text:id:7 stat:X";
        let failed = "ID:af-1 SUB:1 DLVRD:0 Submit Date:1 Done Date:2 Stat:undeliv Err:01B Text:";
        for (words, extra, want) in [
            (classic, vec![], Some(("0123456789", "DELIVRD", ""))),
            (failed, vec![], Some(("af-1", "UNDELIV", "01B"))),
            (
                classic,
                vec![(TAG_RECEIPTED_ID, b"1A2B\0".to_vec()), (TAG_STATE, vec![3])],
                Some(("1A2B", "EXPIRED", "")),
            ),
            (
                "",
                vec![(TAG_RECEIPTED_ID, b"9".to_vec()), (TAG_STATE, vec![8])],
                Some(("9", "REJECTD", "")),
            ),
            // An unknown number of a state gives way to the text.
            (
                classic,
                vec![(TAG_STATE, vec![77])],
                Some(("0123456789", "DELIVRD", "")),
            ),
            ("grid:1 stat:DELIVRD", vec![], None),
            ("just words", vec![], None),
            ("", vec![(TAG_RECEIPTED_ID, vec![])], None),
        ] {
            let receipt = read(words, extra);
            let told = receipt
                .as_ref()
                .map(|r| (r.id.as_str(), r.state.as_str(), r.error.as_str()));
            assert_eq!(told, want, "{words}");
        }
    }

    #[test]
    fn l_88_states_mean_what_the_standard_says() {
        for (state, want) in [
            ("DELIVRD", Some(ReceiptState::Delivered)),
            ("ENROUTE", Some(ReceiptState::Sent)),
            ("ACCEPTD", Some(ReceiptState::Sent)),
            (
                "UNDELIV",
                Some(ReceiptState::Failed("UNDELIV (01B)".to_owned())),
            ),
            ("UNKNOWN", None),
            ("SCHEDLD", None),
            ("", None),
        ] {
            let receipt = Receipt {
                id: "1".to_owned(),
                state: state.to_owned(),
                error: "01B".to_owned(),
            };
            assert_eq!(receipt.reached(), want, "{state}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(words in ".{0,120}", value in prop::collection::vec(any::<u8>(), 0..20)) {
            let _ = read(&words, vec![(TAG_RECEIPTED_ID, value.clone()), (TAG_STATE, value)]);
            let _ = read(&format!("id:{words} stat:{words}"), vec![]);
        }
    }
}
