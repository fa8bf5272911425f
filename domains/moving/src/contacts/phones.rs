//! Phones as people and spreadsheets write them into a cell, pure: several in one, with extensions, names and labels, and as
//! numbers of Excel.

use kernel::Phone;

/// A phone of a cell with what a phone has no place for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) phone: Phone,
    /// `доб. 12`, as it stands there; empty without one.
    pub(crate) extension: String,
}

/// Why a cell is not phones: the code and the part that is not one.
pub(crate) type Wrong = (&'static str, String);

/// All phones of a cell; the first part that is none refuses it.
pub(crate) fn phones(cell: &str) -> Result<Vec<Written>, Wrong> {
    let cell = cell.replace(['\u{a0}', '\u{202f}', '\u{2007}'], " ");
    let cell = cell.trim().trim_start_matches('\'').trim();
    if cell.is_empty() {
        return Ok(Vec::new());
    }
    // A comma may be the decimal sign of a number before it is what stands between two phones.
    if let Some(found) = number(cell) {
        return found.map(|p| vec![p]);
    }
    let mut out: Vec<Written> = Vec::new();
    for part in parts(cell) {
        let part = part.trim().trim_start_matches('\'').trim();
        if part.is_empty() {
            continue;
        }
        if let Some(last) = out.last_mut().filter(|_| starts_extension(part)) {
            part.clone_into(&mut last.extension);
            continue;
        }
        let new = one(part)?;
        if !out.iter().any(|w| w.phone == new.phone) {
            out.push(new);
        }
    }
    Ok(out)
}

fn parts(cell: &str) -> Vec<String> {
    // "и" and "or" between two phones are words of their own.
    let words: Vec<&str> = cell
        .split(' ')
        .map(|w| match w.to_lowercase().as_str() {
            "и" | "или" | "and" | "or" => ";",
            _ => w,
        })
        .collect();
    let joined = words.join(" ");
    joined
        .split([';', ',', '/', '|', '\n', '\r'])
        .map(ToOwned::to_owned)
        .collect()
}

fn one(part: &str) -> Result<Written, Wrong> {
    if let Some(found) = number(part) {
        return found;
    }
    let (main, extension) = cut_extension(part);
    let bare = without_words(main);
    match Phone::parse(bare.trim()) {
        Some(phone) => Ok(Written {
            phone,
            extension: extension.to_owned(),
        }),
        None => Err(("moving.row_bad_phone", part.to_owned())),
    }
}

/// What a spreadsheet makes of a phone it takes for a number: `7,91235E+10`, `79123456789.0`. None when it is not one.
fn number(part: &str) -> Option<Result<Written, Wrong>> {
    let plain = part.replace(',', ".").replace(['е', 'Е', 'E'], "e");
    let whole = |digits: &str| {
        let phone = Phone::parse(digits);
        phone.map_or_else(
            || Err(("moving.row_bad_phone", part.to_owned())),
            |phone| {
                Ok(Written {
                    phone,
                    extension: String::new(),
                })
            },
        )
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((mantissa, power)) = plain.split_once('e') {
        let power = power.strip_prefix('+').unwrap_or(power);
        let (first, rest) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if first.len() != 1
            || !digits(first)
            || !(rest.is_empty() || digits(rest))
            || !digits(power)
        {
            return None;
        }
        // All digits may still be there; else nobody can say what they were.
        return Some(if power.parse() == Ok(rest.len()) {
            whole(&format!("{first}{rest}"))
        } else {
            Err(("moving.row_phone_lost", part.to_owned()))
        });
    }
    let (first, rest) = plain.split_once('.')?;
    (first.len() >= 10 && digits(first) && rest.len() <= 2 && rest.bytes().all(|b| b == b'0'))
        .then(|| whole(first))
}

/// Words before an extension, and how many digits it has.
const EXTENSION: [&str; 7] = ["доб", "вн", "ext", "extension", "x", "#", "д."];

fn starts_extension(part: &str) -> bool {
    let small = part.to_lowercase();
    let Some(word) = EXTENSION.iter().find(|w| small.starts_with(**w)) else {
        return false;
    };
    let rest: String = small[word.len()..]
        .chars()
        .filter(|c| !". :№#".contains(*c) && !c.is_alphabetic())
        .collect();
    !rest.is_empty() && rest.len() <= 6 && rest.bytes().all(|b| b.is_ascii_digit())
}

/// A phone and the extension behind it.
fn cut_extension(part: &str) -> (&str, &str) {
    for (at, letter) in part.char_indices() {
        let before = &part[..at];
        let digits = before.chars().filter(char::is_ascii_digit).count();
        let fresh = before
            .chars()
            .last()
            .is_some_and(|c| !c.is_alphabetic() || !letter.is_alphabetic());
        let rest = part[at..].trim_end_matches(')');
        if digits >= 5 && fresh && starts_extension(rest) {
            return (before.trim_end_matches(['(', ' ', ',']), rest);
        }
    }
    (part, "")
}

/// Without a label before the number (`моб.: 8 912…`) and a name behind it (`8 912… (Анна)`, `8 912… - Анна`).
fn without_words(part: &str) -> &str {
    let starts = |c: char| c == '+' || c == '(' || c.is_ascii_digit();
    let Some(start) = part.find(starts) else {
        return part;
    };
    let label = &part[..start];
    let label_is_words = label
        .chars()
        .all(|c| c.is_alphabetic() || " .:-–".contains(c));
    if !label_is_words {
        return part;
    }
    let rest = &part[start..];
    let end = rest.rfind(|c: char| c.is_ascii_digit());
    let Some(end) = end else {
        return rest;
    };
    let name = &rest[end + 1..];
    let name_is_words = name
        .chars()
        .all(|c| c.is_alphabetic() || " .,:-–—()".contains(c));
    if name_is_words { &rest[..=end] } else { rest }
}
