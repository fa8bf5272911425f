//! Units of the protocol as the centre reads and writes them.

use super::Taken;
use std::collections::BTreeMap;

/// The alphabet of an SMS.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coding {
    /// The basic alphabet; only its ASCII letters are understood here.
    Basic,
    /// UTF-16.
    Wide,
}

/// A message to the centre, in its fields.
pub(super) struct Submitted<'a> {
    pub(super) from: String,
    pub(super) to_ton: u8,
    pub(super) to: &'a str,
    pub(super) header: bool,
    pub(super) receipt: u8,
    pub(super) coding: u8,
    pub(super) message: &'a [u8],
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.0.first()?;
        self.0 = &self.0[1..];
        Some(byte)
    }
    fn string(&mut self) -> Option<&'a str> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let (word, rest) = self.0.split_at(end);
        self.0 = &rest[1..];
        std::str::from_utf8(word).ok()
    }
}

/// The strings at the start of a body: system id and password of a bind.
pub(super) fn two_strings(body: &[u8]) -> Option<(&str, &str, u8)> {
    let mut reader = Reader(body);
    let (id, password) = (reader.string()?, reader.string()?);
    reader.string()?;
    Some((id, password, reader.byte()?))
}

/// Reads a `submit_sm`; nothing may be missing and nothing left over.
pub(super) fn submitted(body: &[u8]) -> Option<Submitted<'_>> {
    let mut reader = Reader(body);
    reader.string()?;
    let (ton, npi) = (reader.byte()?, reader.byte()?);
    let from = format!("{ton}:{npi}:{}", reader.string()?);
    let (to_ton, to_npi) = (reader.byte()?, reader.byte()?);
    let to = reader.string()?;
    let esm = reader.byte()?;
    let (_, _) = (reader.byte()?, reader.byte()?);
    let (_, _) = (reader.string()?, reader.string()?);
    let receipt = reader.byte()?;
    let (_, coding, _) = (reader.byte()?, reader.byte()?, reader.byte()?);
    let length = usize::from(reader.byte()?);
    let whole = to_npi == 1 && matches!(esm, 0 | 0x40) && reader.0.len() == length;
    whole.then_some(Submitted {
        from,
        to_ton,
        to,
        header: esm == 0x40,
        receipt,
        coding,
        message: reader.0,
    })
}

/// Part of a text, by a header of exactly six bytes, and its letters. None if it is malformed or too long for an SMS.
pub(super) fn letters(of: &Submitted<'_>) -> Option<(Option<(u8, u8, u8)>, Coding, String)> {
    let (part, bytes) = if of.header {
        let [5, 0, 3, reference, total, number, rest @ ..] = of.message else {
            return None;
        };
        let sane = *total > 1 && (1..=*total).contains(number);
        (Some((*reference, *total, *number)), sane.then_some(rest)?)
    } else {
        (None, of.message)
    };
    let coding = match of.coding {
        0 => Coding::Basic,
        8 => Coding::Wide,
        _ => return None,
    };
    // 140 octets: 160 letters of seven bits, or 153 beside the header.
    let most = match (coding, part) {
        (Coding::Basic, None) => 160,
        (Coding::Basic, Some(_)) => 153,
        (Coding::Wide, None) => 140,
        (Coding::Wide, Some(_)) => 134,
    };
    (bytes.len() <= most).then(|| (part, coding, text_of(bytes, coding)))
}

/// The letters of bytes.
pub fn text_of(bytes: &[u8], coding: Coding) -> String {
    match coding {
        Coding::Basic => bytes.iter().map(|byte| char::from(*byte)).collect(),
        Coding::Wide => {
            let units = bytes.chunks(2).map(|pair| match pair {
                [high, low] => u16::from_be_bytes([*high, *low]),
                _ => 0xfffd,
            });
            String::from_utf16_lossy(&units.collect::<Vec<_>>())
        }
    }
}

/// Texts as phones put them together.
pub(super) fn whole(taken: &[Taken]) -> Vec<(String, String)> {
    let mut open: BTreeMap<(String, u8, u8), BTreeMap<u8, String>> = BTreeMap::new();
    let mut done = Vec::new();
    for one in taken {
        let Some((reference, total, number)) = one.part else {
            done.push((one.to.clone(), one.text.clone()));
            continue;
        };
        let key = (one.to.clone(), reference, total);
        let parts = open.entry(key.clone()).or_default();
        parts.insert(number, one.text.clone());
        if parts.len() == usize::from(total) {
            done.push((key.0.clone(), parts.values().map(String::as_str).collect()));
            open.remove(&key);
        }
    }
    done
}

pub(super) fn unit(command: u32, status: u32, number: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(16 + body.len()).unwrap_or(u32::MAX);
    let mut all = Vec::new();
    for word in [length, command, status, number] {
        all.extend(word.to_be_bytes());
    }
    all.extend(body);
    all
}

pub(super) fn string(word: &str) -> Vec<u8> {
    [word.as_bytes(), &[0]].concat()
}

fn short(from: &str, to: &str, esm: u8, coding: u8, message: &[u8]) -> Vec<u8> {
    let mut body = vec![0, 1, 1];
    body.extend(string(from));
    body.extend([0, 1]);
    body.extend(string(to));
    body.extend([esm, 0, 0, 0, 0, 0, 0, coding, 0]);
    body.push(u8::try_from(message.len()).unwrap_or(u8::MAX));
    body.extend(message);
    body
}

/// A client's SMS: ASCII in the basic alphabet, all else wide.
pub(super) fn message(from: &str, text: &str, part: Option<(u8, u8, u8)>) -> Vec<u8> {
    let mut bytes = match part {
        Some((reference, total, number)) => vec![5, 0, 3, reference, total, number],
        None => Vec::new(),
    };
    let coding = if text.is_ascii() {
        bytes.extend(text.bytes());
        0
    } else {
        bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        8
    };
    let esm = if part.is_some() { 0x40 } else { 0 };
    short(from, "900", esm, coding, &bytes)
}

/// A receipt, by its parameters and by its text.
pub(super) fn receipt(client: &str, sender: &str, id: &str, state: &str) -> Vec<u8> {
    let sender = sender.rsplit(':').next().unwrap_or_default();
    let code = match state {
        "ENROUTE" => 1,
        "DELIVRD" => 2,
        "EXPIRED" => 3,
        "UNDELIV" => 5,
        "ACCEPTD" => 6,
        _ => 8,
    };
    let words = format!(
        "id:{id} sub:001 dlvrd:001 submit date:2611200930 done date:2611200931 stat:{state} err:000 text:..."
    );
    let mut body = short(client, sender, 0x04, 0, words.as_bytes());
    let id = string(id);
    body.extend([0x00, 0x1e, 0, u8::try_from(id.len()).unwrap_or(0)]);
    body.extend(id);
    body.extend([0x04, 0x27, 0, 1, code]);
    body
}
