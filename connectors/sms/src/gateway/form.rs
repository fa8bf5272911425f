//! `application/x-www-form-urlencoded` both ways (WHATWG URL, 5), and nothing more of it.

/// Writes a word so that it can stand in a form or a query.
pub(crate) fn encode(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for byte in word.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'*') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Reads the pairs of a form or a query; bytes that are no UTF-8 become the sign of what cannot be read.
pub(crate) fn pairs(form: &str) -> Vec<(String, String)> {
    form.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

fn decode(word: &str) -> String {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        if let Some((high, low)) = escaped {
            bytes.push(high << 4 | low);
            rest = &after[2..];
        } else {
            bytes.push(if *first == b'+' { b' ' } else { *first });
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_are_read_as_browsers_write_them() {
        let read = pairs("a=%D0%BF+%2B&b&=c&d=%zz%F&e=%ff");
        let want = [
            ("a", "п +"),
            ("b", ""),
            ("", "c"),
            ("d", "%zz%F"),
            ("e", "\u{fffd}"),
        ];
        assert_eq!(read, want.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(name in ".{1,20}", value in ".{0,40}") {
            let form = format!("{}={}", encode(&name), encode(&value));
            prop_assert_eq!(pairs(&form), vec![(name, value)]);
        }
        #[test]
        fn no_form_is_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = pairs(&String::from_utf8_lossy(&bytes));
        }
    }
}
