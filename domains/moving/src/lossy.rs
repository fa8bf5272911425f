//! A reader that answers UTF-8 whatever it reads: what is none becomes the sign for "unknown".

use std::io::{self, Read};

const STEP: usize = 64 * 1024;
const MARK: &[u8] = b"\xEF\xBB\xBF";

pub(crate) struct Lossy<R> {
    inner: R,
    /// The beginning of a sign whose end was not read yet.
    rest: Vec<u8>,
    ready: Vec<u8>,
    taken: usize,
    begun: bool,
    /// Whether something had to be replaced.
    pub(crate) mended: bool,
}

impl<R: Read> Lossy<R> {
    pub(crate) const fn new(inner: R) -> Self {
        Self {
            inner,
            rest: Vec::new(),
            ready: Vec::new(),
            taken: 0,
            begun: false,
            mended: false,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.taken = 0;
        let mut raw = std::mem::take(&mut self.rest);
        let read = self
            .inner
            .by_ref()
            .take(STEP as u64)
            .read_to_end(&mut raw)?;
        let ended = read < STEP;
        let mut left = raw.as_slice();
        if !self.begun {
            // The mark some programs put first.
            left = left.strip_prefix(MARK).unwrap_or(left);
            self.begun = true;
        }
        while let Err(wrong) = std::str::from_utf8(left) {
            let (good, bad) = left.split_at(wrong.valid_up_to());
            self.ready.extend_from_slice(good);
            let skip = match wrong.error_len() {
                Some(len) => len,
                None if ended => bad.len(),
                None => {
                    self.rest = bad.to_vec();
                    return Ok(());
                }
            };
            self.mended = true;
            self.ready.extend_from_slice("\u{FFFD}".as_bytes());
            left = &bad[skip..];
        }
        self.ready.extend_from_slice(left);
        Ok(())
    }
}

impl<R: Read> Read for Lossy<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.ready.len() {
            self.fill()?;
        }
        let some = &self.ready[self.taken..];
        let len = some.len().min(room.len());
        room[..len].copy_from_slice(&some[..len]);
        self.taken += len;
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_reads_as_the_whole_would(before in 0usize..8, bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            // Around the end of a step, where signs are torn apart.
            let mut all = vec![b'x'; STEP - 32 + before];
            all.extend(&bytes);
            let mut read = String::new();
            Lossy::new(all.as_slice()).read_to_string(&mut read).unwrap();
            prop_assert_eq!(read, String::from_utf8_lossy(&all).into_owned());
        }
    }
}
