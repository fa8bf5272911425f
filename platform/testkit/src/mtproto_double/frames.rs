//! Frames of the full transport and `MTProto` 2.0 encryption, from the server's side
//! (core.telegram.org/mtproto/description).

use flate2::read::GzDecoder;
use grammers_crypto::aes::{ige_decrypt, ige_encrypt};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use std::io::{self, Read};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::tcp::{OwnedReadHalf, OwnedWriteHalf},
};

const CONTAINER: u32 = 0x73f1_f8dc;
const PACKED: u32 = 0x3072_cfa1;

/// The agreed key of 256 bytes.
pub(super) struct Key {
    bytes: Vec<u8>,
    id: [u8; 8],
}

impl Key {
    pub(super) fn new(bytes: &[u8]) -> Self {
        let mut id = [0; 8];
        id.copy_from_slice(&digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref()[12..20]);
        Self {
            bytes: bytes.to_vec(),
            id,
        }
    }

    /// The key and vector of AES for a message key; `x` is 0 from the client, 8 from the server.
    fn aes(&self, message_key: &[u8], x: usize) -> ([u8; 32], [u8; 32]) {
        let a = digest(&SHA256, &[message_key, &self.bytes[x..x + 36]].concat());
        let b = digest(
            &SHA256,
            &[&self.bytes[40 + x..76 + x], message_key].concat(),
        );
        let (a, b) = (a.as_ref(), b.as_ref());
        let (mut key, mut vector) = ([0; 32], [0; 32]);
        key.copy_from_slice(&[&a[..8], &b[8..24], &a[24..32]].concat());
        vector.copy_from_slice(&[&b[..8], &a[8..24], &b[24..32]].concat());
        (key, vector)
    }

    fn message_key(&self, plain: &[u8], x: usize) -> [u8; 16] {
        let whole = digest(&SHA256, &[&self.bytes[88 + x..120 + x], plain].concat());
        let mut key = [0; 16];
        key.copy_from_slice(&whole.as_ref()[8..24]);
        key
    }
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// CRC-32 as the full transport has it.
fn crc(bytes: &[u8]) -> u32 {
    let mut hasher = flate2::Crc::new();
    hasher.update(bytes);
    hasher.sum()
}

/// Reads frames and is strict about their numbers and sums. What it holds survives a cancelled read.
#[derive(Default)]
pub(super) struct Reader {
    held: Vec<u8>,
    number: u32,
}

impl Reader {
    /// The next frame's content; none when the line ended between two.
    pub(super) async fn next(&mut self, up: &mut OwnedReadHalf) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(frame) = self.whole()? {
                return Ok(Some(frame));
            }
            if up.read_buf(&mut self.held).await? == 0 {
                return Ok(None);
            }
        }
    }

    fn whole(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(len) = int(&self.held, 0) else {
            return Ok(None);
        };
        let len = len as usize;
        if !(12..2 << 20).contains(&len) {
            return Err(wrong("length of a frame"));
        }
        if self.held.len() < len {
            return Ok(None);
        }
        let frame: Vec<u8> = self.held.drain(..len).collect();
        if int(&frame, 4) != Some(self.number) {
            return Err(wrong("number of a frame"));
        }
        if int(&frame, len - 4) != Some(crc(&frame[..len - 4])) {
            return Err(wrong("sum of a frame"));
        }
        self.number += 1;
        Ok(Some(frame[8..len - 4].to_vec()))
    }
}

fn int(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<i64> {
    let eight = bytes.get(at..at + 8)?;
    Some(i64::from_le_bytes(eight.try_into().ok()?))
}

/// The way to the client.
pub(super) struct Wire {
    down: OwnedWriteHalf,
    key: Key,
    number: u32,
    salt: i64,
    session: Option<i64>,
    last: i64,
    content: u32,
}

impl Wire {
    pub(super) fn new(down: OwnedWriteHalf, key: Key) -> Self {
        Self {
            down,
            key,
            number: 0,
            salt: 0x1122_3344,
            session: None,
            last: 1_900_000_000 << 32,
            content: 0,
        }
    }

    /// Whether the client has said anything.
    pub(super) fn met(&self) -> bool {
        self.session.is_some()
    }

    /// The messages of a frame: number and body.
    pub(super) fn open(&mut self, frame: &[u8]) -> io::Result<Vec<(i64, Vec<u8>)>> {
        if frame.len() < 24 || !(frame.len() - 24).is_multiple_of(16) || frame[..8] != self.key.id {
            return Err(wrong("not encrypted with the agreed key"));
        }
        let (key, vector) = self.key.aes(&frame[8..24], 0);
        let mut plain = frame[24..].to_vec();
        ige_decrypt(&mut plain, &key, &vector);
        if self.key.message_key(&plain, 0) != frame[8..24] {
            return Err(wrong("message key"));
        }
        let short = || wrong("short message");
        let session = long(&plain, 8).ok_or_else(short)?;
        if *self.session.get_or_insert(session) != session {
            return Err(wrong("another session on the same line"));
        }
        let number = long(&plain, 16).ok_or_else(short)?;
        let len = int(&plain, 28).ok_or_else(short)? as usize;
        let body = plain.get(32..32 + len).ok_or_else(short)?;
        let padding = plain.len() - 32 - len;
        if !(12..=1024).contains(&padding) {
            return Err(wrong("padding"));
        }
        let mut all = Vec::new();
        unpack(number, body, &mut all)?;
        Ok(all)
    }

    /// Writes one message.
    pub(super) async fn write(&mut self, body: &[u8], content: bool) -> io::Result<()> {
        self.last += 4;
        let sequence = self.content * 2 + u32::from(content);
        self.content += u32::from(content);
        let mut plain = Vec::with_capacity(body.len() + 64);
        plain.extend(self.salt.to_le_bytes());
        plain.extend(self.session.unwrap_or_default().to_le_bytes());
        plain.extend((self.last | 1).to_le_bytes());
        plain.extend(sequence.to_le_bytes());
        plain.extend(u32::try_from(body.len()).unwrap_or_default().to_le_bytes());
        plain.extend(body);
        let padding = 12 + (16 - (plain.len() + 12) % 16) % 16;
        plain.resize(plain.len() + padding, 0x5a);
        let message_key = self.key.message_key(&plain, 8);
        let (key, vector) = self.key.aes(&message_key, 8);
        ige_encrypt(&mut plain, &key, &vector);
        let mut frame = Vec::with_capacity(plain.len() + 40);
        let len = u32::try_from(plain.len() + 36).unwrap_or_default();
        frame.extend(len.to_le_bytes());
        frame.extend(self.number.to_le_bytes());
        frame.extend(self.key.id);
        frame.extend(message_key);
        frame.extend(plain);
        frame.extend(crc(&frame).to_le_bytes());
        self.number += 1;
        self.down.write_all(&frame).await
    }
}

/// Takes containers and packed bodies apart.
fn unpack(number: i64, body: &[u8], all: &mut Vec<(i64, Vec<u8>)>) -> io::Result<()> {
    let short = || wrong("short container");
    match int(body, 0) {
        Some(CONTAINER) => {
            let mut at = 8;
            for _ in 0..int(body, 4).ok_or_else(short)? {
                let number = long(body, at).ok_or_else(short)?;
                let len = int(body, at + 12).ok_or_else(short)? as usize;
                let inner = body.get(at + 16..at + 16 + len).ok_or_else(short)?;
                unpack(number, inner, all)?;
                at += 16 + len;
            }
            Ok(())
        }
        Some(PACKED) => {
            let (start, len) = match body.get(4).ok_or_else(short)? {
                254 => (8, (int(body, 4).ok_or_else(short)? >> 8) as usize),
                len => (5, *len as usize),
            };
            let packed = body.get(start..start + len).ok_or_else(short)?;
            let mut plain = Vec::new();
            GzDecoder::new(packed).read_to_end(&mut plain)?;
            unpack(number, &plain, all)
        }
        Some(_) => {
            all.push((number, body.to_vec()));
            Ok(())
        }
        None => Err(short()),
    }
}
