//! One message id in two spellings: some centres answer in hexadecimal and tell the receipt in decimal, or the other way.

/// What is known about the spellings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ids {
    /// Unknown: the receipt is compared as it is and both ways round.
    Auto,
    /// Both are spelled alike.
    Same,
    /// The answer is hexadecimal, the receipt decimal.
    HexAnswer,
    /// The answer is decimal, the receipt hexadecimal.
    HexReceipt,
}

impl Ids {
    /// The words of the set-up form, the default first.
    pub(crate) const WORDS: [&'static str; 4] = ["auto", "same", "hex_answer", "hex_receipt"];

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        match word {
            "auto" => Some(Self::Auto),
            "same" => Some(Self::Same),
            "hex_answer" => Some(Self::HexAnswer),
            "hex_receipt" => Some(Self::HexReceipt),
            _ => None,
        }
    }

    /// The id of a message as we keep it, from the centre's answer.
    pub(crate) fn of_answer(self, told: &str) -> String {
        let plain = plain(told);
        match self {
            Self::HexAnswer => hex_as_decimal(&plain).unwrap_or(plain),
            Self::Auto | Self::Same | Self::HexReceipt => plain,
        }
    }

    /// What the id in a receipt may be kept as, the likeliest first; never empty.
    pub(crate) fn of_receipt(self, told: &str) -> Vec<String> {
        let plain = plain(told);
        match self {
            Self::Same | Self::HexAnswer => vec![plain],
            Self::HexReceipt => vec![hex_as_decimal(&plain).unwrap_or(plain)],
            Self::Auto => {
                let other = [decimal_as_hex(&plain), hex_as_decimal(&plain)];
                let mut all = vec![plain];
                for spelled in other.into_iter().flatten() {
                    if !all.contains(&spelled) {
                        all.push(spelled);
                    }
                }
                all
            }
        }
    }
}

/// Without letter case and leading zeros, which spellings differ by as well.
fn plain(told: &str) -> String {
    let low = told.trim().to_ascii_lowercase();
    let number = !low.is_empty() && low.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !number {
        return low;
    }
    match low.trim_start_matches('0') {
        "" => "0".to_owned(),
        short => short.to_owned(),
    }
}

fn hex_as_decimal(plain: &str) -> Option<String> {
    Some(u128::from_str_radix(plain, 16).ok()?.to_string())
}

fn decimal_as_hex(plain: &str) -> Option<String> {
    Some(format!("{:x}", plain.parse::<u128>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l_88_an_id_is_found_in_whichever_spelling_it_comes() {
        for (ids, answer, receipt) in [
            (Ids::Same, "A1b2-C", "a1B2-c"),
            (Ids::Same, "0012", "12"),
            (Ids::HexAnswer, "0A1B2C", "662316"),
            (Ids::HexReceipt, "662316", "a1b2c"),
            (Ids::Auto, "0A1B2C", "662316"),
            (Ids::Auto, "662316", "A1B2C"),
            (Ids::Auto, "000000-17", "000000-17"),
            (Ids::Auto, "0", "000"),
        ] {
            let kept = ids.of_answer(answer);
            let told = ids.of_receipt(receipt);
            assert!(told.contains(&kept), "{ids:?} {answer}: {kept} in {told:?}");
        }
        // Where it is known, the wrong reading is not even tried.
        assert_eq!(Ids::Same.of_receipt("10"), ["10"]);
        assert_eq!(Ids::HexAnswer.of_answer("10"), "16");
        assert_eq!(Ids::Auto.of_receipt("10"), ["10", "a", "16"]);
        for word in Ids::WORDS {
            assert!(Ids::from_word(word).is_some(), "{word}");
        }
    }
}
