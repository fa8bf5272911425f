//! SMPP 3.4 over the wire: the few units we speak, written exactly and read leniently.
//!
//! Source: SMPP Protocol Specification 3.4, issue 1.2, chapters 3 to 5. Reading is total: whatever a centre sends ends in a
//! value or in `None`, so one unit that cannot be read never takes the session down.

use bytes::{Buf, BytesMut};

pub(crate) const GENERIC_NACK: u32 = 0x8000_0000;
pub(crate) const SUBMIT_SM: u32 = 0x04;
pub(crate) const DELIVER_SM: u32 = 0x05;
pub(crate) const UNBIND: u32 = 0x06;
pub(crate) const BIND_TRANSCEIVER: u32 = 0x09;
pub(crate) const ENQUIRE_LINK: u32 = 0x15;
pub(crate) const ALERT_NOTIFICATION: u32 = 0x102;
/// Set in the command of an answer.
pub(crate) const ANSWER: u32 = 0x8000_0000;

/// `esm_class`: the kind of message in bits 2 to 5 (5.2.12).
pub(crate) const ESM_KIND: u8 = 0x3c;
/// A receipt of the centre.
pub(crate) const ESM_RECEIPT: u8 = 0x04;
/// News on the way, not the last.
pub(crate) const ESM_NOTIFICATION: u8 = 0x20;
/// A user data header stands before the text.
pub(crate) const ESM_HEADER: u8 = 0x40;

pub(crate) const TAG_RECEIPTED_ID: u16 = 0x001e;
pub(crate) const TAG_SAR_REF: u16 = 0x020c;
pub(crate) const TAG_SAR_TOTAL: u16 = 0x020e;
pub(crate) const TAG_SAR_NUMBER: u16 = 0x020f;
pub(crate) const TAG_PAYLOAD: u16 = 0x0424;
pub(crate) const TAG_STATE: u16 = 0x0427;

/// Bytes before a body.
const HEAD: usize = 16;
/// The largest unit: a `message_payload` of 64 KiB and its fields.
const LARGEST: usize = 80 * 1024;

/// One unit of the protocol.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Unit {
    pub(crate) command: u32,
    pub(crate) status: u32,
    pub(crate) number: u32,
    pub(crate) body: Vec<u8>,
}

/// The stream is not SMPP, or out of step: nothing after this can be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct OutOfStep;

impl Unit {
    pub(crate) fn new(command: u32, status: u32, number: u32, body: Vec<u8>) -> Self {
        Self {
            command,
            status,
            number,
            body,
        }
    }

    /// The bytes of the unit.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let length = u32::try_from(HEAD + self.body.len()).unwrap_or(u32::MAX);
        let mut all = Vec::with_capacity(HEAD + self.body.len());
        for word in [length, self.command, self.status, self.number] {
            all.extend_from_slice(&word.to_be_bytes());
        }
        all.extend_from_slice(&self.body);
        all
    }

    /// Takes the first whole unit from what was read so far; none while it is not whole.
    pub(crate) fn take(read: &mut BytesMut) -> Result<Option<Self>, OutOfStep> {
        let Some(length) = read.first_chunk::<4>() else {
            return Ok(None);
        };
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| OutOfStep)?;
        if !(HEAD..=LARGEST).contains(&length) {
            return Err(OutOfStep);
        }
        if read.len() < length {
            return Ok(None);
        }
        let mut whole = read.split_to(length);
        whole.advance(4);
        let (command, status, number) = (whole.get_u32(), whole.get_u32(), whole.get_u32());
        Ok(Some(Self::new(command, status, number, whole.to_vec())))
    }
}

/// A place in a body that is being read.
pub(crate) struct Cursor<'a>(pub(crate) &'a [u8]);

impl Cursor<'_> {
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }
    fn short(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes([self.byte()?, self.byte()?]))
    }
    fn bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken.to_vec())
    }
    /// A string up to its zero byte, or to the end where a centre forgot it; bytes beyond ASCII as Latin-1.
    pub(crate) fn string(&mut self) -> String {
        let end = self.0.iter().position(|byte| *byte == 0);
        let told = &self.0[..end.unwrap_or(self.0.len())];
        let words = told.iter().map(|byte| char::from(*byte)).collect();
        self.0 = end.map_or(&[], |end| &self.0[end + 1..]);
        words
    }
}

fn push_string(body: &mut Vec<u8>, words: &str, longest: usize) {
    let plain = words.bytes().filter(|byte| *byte != 0);
    body.extend(plain.take(longest));
    body.push(0);
}

/// Who is written to or from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Address {
    pub(crate) ton: u8,
    pub(crate) npi: u8,
    pub(crate) digits: String,
}

impl Address {
    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        Some(Self {
            ton: from.byte()?,
            npi: from.byte()?,
            digits: from.string(),
        })
    }
    fn write(&self, body: &mut Vec<u8>) {
        body.extend([self.ton, self.npi]);
        push_string(body, &self.digits, 20);
    }
}

/// A short message either way: `submit_sm` and `deliver_sm` have the same body (4.4.1, 4.6.1).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Short {
    pub(crate) service: String,
    pub(crate) from: Address,
    pub(crate) to: Address,
    pub(crate) esm: u8,
    pub(crate) receipt_wanted: u8,
    pub(crate) coding: u8,
    /// The text with its header, from wherever in the unit it stood.
    pub(crate) message: Vec<u8>,
    /// The rest of the optional parameters, in order.
    pub(crate) extra: Vec<(u16, Vec<u8>)>,
}

impl Short {
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let mut from = Cursor(body);
        let service = from.string();
        let source = Address::read(&mut from)?;
        let to = Address::read(&mut from)?;
        let esm = from.byte()?;
        let (_protocol, _priority) = (from.byte()?, from.byte()?);
        let (_scheduled, _valid) = (from.string(), from.string());
        let receipt_wanted = from.byte()?;
        let _replace = from.byte()?;
        let coding = from.byte()?;
        let _canned = from.byte()?;
        let length = usize::from(from.byte()?);
        let message = from.bytes(length)?;
        let mut short = Self {
            service,
            from: source,
            to,
            esm,
            receipt_wanted,
            coding,
            message,
            extra: Vec::new(),
        };
        // A cut parameter ends the list; what came before it stands.
        while let Some((tag, value)) = parameter(&mut from) {
            if tag == TAG_PAYLOAD && short.message.is_empty() {
                short.message = value;
            } else {
                short.extra.push((tag, value));
            }
        }
        Some(short)
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(64 + self.message.len());
        push_string(&mut body, &self.service, 5);
        self.from.write(&mut body);
        self.to.write(&mut body);
        body.extend([self.esm, 0, 0, 0, 0]);
        body.extend([self.receipt_wanted, 0, self.coding, 0]);
        match u8::try_from(self.message.len()) {
            Ok(length) => {
                body.push(length);
                body.extend_from_slice(&self.message);
            }
            Err(_) => {
                body.push(0);
                push_parameter(&mut body, TAG_PAYLOAD, &self.message);
            }
        }
        for (tag, value) in &self.extra {
            push_parameter(&mut body, *tag, value);
        }
        body
    }

    pub(crate) fn parameter(&self, wanted: u16) -> Option<&[u8]> {
        let found = self.extra.iter().find(|(tag, _)| *tag == wanted);
        found.map(|(_, value)| value.as_slice())
    }
}

fn parameter(from: &mut Cursor<'_>) -> Option<(u16, Vec<u8>)> {
    let tag = from.short()?;
    let length = usize::from(from.short()?);
    Some((tag, from.bytes(length)?))
}

fn push_parameter(body: &mut Vec<u8>, tag: u16, value: &[u8]) {
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    body.extend_from_slice(&tag.to_be_bytes());
    body.extend_from_slice(&length.to_be_bytes());
    body.extend_from_slice(&value[..usize::from(length)]);
}

/// The body of `bind_transceiver` (4.1.5): version 3.4, all addresses.
pub(crate) fn bind(system_id: &str, password: &str, system_type: &str) -> Vec<u8> {
    let mut body = Vec::new();
    push_string(&mut body, system_id, 15);
    push_string(&mut body, password, 8.max(password.len()));
    push_string(&mut body, system_type, 12);
    body.extend([0x34, 0, 0]);
    push_string(&mut body, "", 0);
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn address() -> impl Strategy<Value = Address> {
        (0..8_u8, 0..20_u8, "[0-9A-Za-z+]{0,20}").prop_map(|(ton, npi, digits)| Address {
            ton,
            npi,
            digits,
        })
    }

    proptest! {
        #[test]
        fn p_22_what_is_written_is_read_back(
            (from, to) in (address(), address()), (esm, coding) in any::<(u8, u8)>(),
            message in prop::collection::vec(any::<u8>(), 0..600),
            value in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let short = Short { from, to, esm, coding, message, receipt_wanted: 1, service: String::new(), extra: vec![(0x1400, value)] };
            let read = Short::read(&short.body());
            prop_assert_eq!(read.as_ref(), Some(&short));
            let unit = Unit::new(DELIVER_SM, 0, 7, short.body());
            let mut read = BytesMut::from(&unit.bytes()[..]);
            read.extend_from_slice(b"rest");
            prop_assert_eq!(Unit::take(&mut read), Ok(Some(unit)));
            prop_assert_eq!(&read[..], b"rest");
        }

        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Short::read(&bytes);
            let mut read = BytesMut::from(&bytes[..]);
            while let Ok(Some(unit)) = Unit::take(&mut read) {
                let _ = Short::read(&unit.body);
            }
        }

        #[test]
        fn a_unit_that_was_cut_or_bent_is_read_or_refused(at in any::<prop::sample::Index>(), with in any::<u8>()) {
            let short = Short {
                message: "привет".as_bytes().to_vec(),
                extra: vec![(TAG_STATE, vec![2]), (TAG_RECEIPTED_ID, b"1A\0".to_vec())],
                ..Short::default()
            };
            let body = short.body();
            let place = at.index(body.len());
            let _ = Short::read(&body[..place]);
            let mut bent = body;
            bent[place] = with;
            let _ = Short::read(&bent);
        }
    }
}
