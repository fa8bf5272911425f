//! An archive somebody uploaded: every name, size and byte of it is hostile until shown otherwise.

use crate::{
    item::{Read, Trouble},
    lossy::Lossy,
};
use serde::de::{DeserializeOwned, DeserializeSeed};
use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read as _, Seek},
    path::Path,
};
use zip::ZipArchive;

/// Files in an archive, at most.
const MOST_FILES: usize = 500_000;
/// What may come out of an archive whatever its size, and how many times its size beyond that.
const SLACK: u64 = 256 * 1024 * 1024;
const TIMES: u64 = 60;
/// The largest JSON document that is held in memory whole; large ones are read in a stream or by lines. Stands in `docs/run/moving.md`.
const MOST_JSON: u64 = 128 * 1024 * 1024;
/// The longest line of a file of lines.
const MOST_LINE: u64 = 32 * 1024 * 1024;

/// What an archive is read from.
pub(crate) trait Bytes: io::Read + Seek + Send {}
impl<T: io::Read + Seek + Send> Bytes for T {}

/// Where the files of an archive are.
enum Source {
    Zip(ZipArchive<Box<dyn Bytes>>),
    /// A JSON document that was not packed: Telegram's, of one chat without its files.
    Bare(Box<dyn Bytes>),
}

/// A zip whose directory has been checked.
pub(crate) struct Archive {
    source: Source,
    /// Name → its place in the directory and its size.
    names: BTreeMap<String, (usize, u64)>,
    /// Texts that were not UTF-8 and were read as well as could be.
    pub(crate) lossy: u64,
}

/// A name that leads nowhere but into the archive.
fn is_fair(name: &str) -> bool {
    let slashed = name.replace('\\', "/");
    let drive = slashed.as_bytes().get(1) == Some(&b':');
    !slashed.starts_with('/')
        && !drive
        && !slashed.split('/').any(|part| part == "..")
        && !slashed.contains('\0')
        && name.len() <= 1024
}

/// Whether these bytes are a JSON document and no zip; they stand at their start then.
fn is_bare(bytes: &mut Box<dyn Bytes>) -> io::Result<bool> {
    let mut some = Vec::new();
    bytes.by_ref().take(64).read_to_end(&mut some)?;
    bytes.rewind()?;
    let some = some.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&some);
    Ok(some.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{'))
}

impl Archive {
    pub(crate) fn open(mut bytes: Box<dyn Bytes>) -> Read<Self> {
        let broken = |_| Trouble::new("moving.not_an_archive", "");
        let size = bytes.seek(io::SeekFrom::End(0)).map_err(broken)?;
        bytes.rewind().map_err(broken)?;
        if is_bare(&mut bytes).map_err(broken)? {
            return Ok(Self {
                source: Source::Bare(bytes),
                names: BTreeMap::from([("result.json".to_owned(), (0, size))]),
                lossy: 0,
            });
        }
        let mut zip =
            ZipArchive::new(bytes).map_err(|_| Trouble::new("moving.not_an_archive", ""))?;
        if zip.len() > MOST_FILES {
            return Err(Trouble::new("moving.too_many_files", ""));
        }
        let mut names = BTreeMap::new();
        let mut total = 0u64;
        for place in 0..zip.len() {
            let file = zip
                .by_index_raw(place)
                .map_err(|_| Trouble::new("moving.broken_archive", ""))?;
            let name = String::from_utf8_lossy(file.name_raw()).into_owned();
            // Names that are not UTF-8 are in the code page of the first zips.
            let name = match file.name() {
                Ok(read) => read.into_owned(),
                Err(_) => return Err(Trouble::new("moving.bad_path", name)),
            };
            if !is_fair(&name) {
                return Err(Trouble::new("moving.bad_path", name));
            }
            // The kind of a file is told by the upper bits: here a link to somewhere else.
            if file
                .unix_mode()
                .is_some_and(|mode| mode & 0o170_000 == 0o120_000)
            {
                return Err(Trouble::new("moving.bad_path", name));
            }
            if file.encrypted() {
                return Err(Trouble::new("moving.locked", name));
            }
            total = total.saturating_add(file.size());
            if total > SLACK.saturating_add(size.saturating_mul(TIMES)) {
                return Err(Trouble::new("moving.bomb", name));
            }
            if !file.is_dir()
                && names
                    .insert(name.replace('\\', "/"), (place, file.size()))
                    .is_some()
            {
                return Err(Trouble::new("moving.twice_in_archive", name));
            }
        }
        Ok(Self {
            source: Source::Zip(zip),
            names,
            lossy: 0,
        })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    pub(crate) fn size(&self, name: &str) -> u64 {
        self.names.get(name).map_or(0, |(_, size)| *size)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// The folder in which a file of this name stands, nearest to the top; with its slash.
    pub(crate) fn folder_of(&self, name: &str) -> Option<String> {
        let inside = format!("/{name}");
        let found = self.names().filter(|n| *n == name || n.ends_with(&inside));
        let nearest = found.min_by_key(|n| n.matches('/').count())?;
        Some(nearest[..nearest.len() - name.len()].to_owned())
    }

    /// Opens a file; no more comes out than the directory says.
    pub(crate) fn file(&mut self, name: &str) -> Read<Box<dyn io::Read + '_>> {
        let (place, size) = *self
            .names
            .get(name)
            .ok_or_else(|| Trouble::new("moving.file_missing", name))?;
        let broken = || Trouble::new("moving.broken_file", name);
        let most = size.saturating_add(1);
        match &mut self.source {
            Source::Bare(bytes) => {
                bytes.rewind().map_err(|_| broken())?;
                Ok(Box::new(bytes.take(most)))
            }
            Source::Zip(zip) => {
                let file = zip.by_index(place).map_err(|_| broken())?;
                Ok(Box::new(file.take(most)))
            }
        }
    }

    /// Reads a file to its end: a wrong checksum or a cut is an error.
    pub(crate) fn try_out(&mut self, name: &str) -> Read<()> {
        let broken = |_| Trouble::new("moving.broken_file", name);
        let size = self.size(name);
        let read = io::copy(&mut self.file(name)?, &mut io::sink()).map_err(broken)?;
        if read == size {
            Ok(())
        } else {
            Err(Trouble::new("moving.broken_file", name))
        }
    }

    fn text_of(&mut self, bytes: Vec<u8>) -> String {
        let (text, lossy) = as_text(bytes);
        self.lossy += u64::from(lossy);
        text
    }

    /// A JSON document; what is not UTF-8 in it is replaced and counted.
    pub(crate) fn json<T: DeserializeOwned>(&mut self, name: &str) -> Read<T> {
        self.may_be_held(name)?;
        let mut bytes = Vec::new();
        self.file(name)?
            .read_to_end(&mut bytes)
            .map_err(|_| Trouble::new("moving.broken_file", name))?;
        let text = self.text_of(bytes);
        serde_json::from_str(&text).map_err(|e| Trouble::new("moving.bad_json", at(name, e.line())))
    }

    /// Whether the first sign of a file is this one.
    pub(crate) fn begins_with(&mut self, name: &str, sign: u8) -> Read<bool> {
        let mut some = Vec::new();
        let read = self.file(name)?.take(64).read_to_end(&mut some);
        read.map_err(|_| Trouble::new("moving.broken_file", name))?;
        let first = some
            .iter()
            .find(|b| !b.is_ascii_whitespace() && !b"\xEF\xBB\xBF".contains(b));
        Ok(first == Some(&sign))
    }

    /// Refuses a file that is too large to be held in memory.
    pub(crate) fn may_be_held(&self, name: &str) -> Read<()> {
        if self.size(name) > MOST_JSON {
            return Err(Trouble::new("moving.too_large", name));
        }
        Ok(())
    }

    /// A JSON document that may be absent.
    pub(crate) fn json_if<T: DeserializeOwned + Default>(&mut self, name: &str) -> Read<T> {
        if self.has(name) {
            self.json(name)
        } else {
            Ok(T::default())
        }
    }

    /// Reads a JSON document of any size by a seed that takes it piece by piece; what is not UTF-8 is replaced and counted.
    pub(crate) fn stream<S>(&mut self, name: &str, seed: S) -> Read<()>
    where
        S: for<'de> DeserializeSeed<'de, Value = ()>,
    {
        let mut text = Lossy::new(self.file(name)?);
        let mut json = serde_json::Deserializer::from_reader(BufReader::new(&mut text));
        let read = seed.deserialize(&mut json);
        let read = read.and_then(|()| json.end());
        let read = read.map_err(|e| {
            if e.is_io() {
                Trouble::new("moving.broken_file", name)
            } else {
                Trouble::new("moving.bad_json", at(name, e.line()))
            }
        });
        drop(json);
        let mended = text.mended;
        drop(text);
        self.lossy += u64::from(mended);
        read
    }

    /// A file with one JSON document in each line.
    pub(crate) fn lines<T: DeserializeOwned>(
        &mut self,
        name: &str,
        mut each: impl FnMut(&mut Counted, T) -> Read<()>,
    ) -> Read<()> {
        let mut counted = Counted::default();
        let mut reader = BufReader::new(self.file(name)?);
        loop {
            let mut bytes = Vec::new();
            let read = reader
                .by_ref()
                .take(MOST_LINE)
                .read_until(b'\n', &mut bytes);
            counted.line += 1;
            let place = || at(name, counted.line);
            match read {
                Err(_) => return Err(Trouble::new("moving.broken_file", place())),
                Ok(0) => break,
                Ok(n) if n as u64 >= MOST_LINE => {
                    return Err(Trouble::new("moving.too_large", place()));
                }
                Ok(_) => {}
            }
            let (text, lossy) = as_text(bytes);
            counted.lossy += u64::from(lossy);
            if text.trim().is_empty() {
                continue;
            }
            let value = serde_json::from_str(&text)
                .map_err(|_| Trouble::new("moving.bad_json", place()))?;
            each(&mut counted, value)?;
        }
        drop(reader);
        self.lossy += counted.lossy;
        Ok(())
    }
}

/// How far a file of lines is read.
#[derive(Default)]
pub(crate) struct Counted {
    pub(crate) line: usize,
    lossy: u64,
}

/// Whether a file is of this kind by its name.
pub(crate) fn is_kind(name: &str, kind: &str) -> bool {
    let ending = Path::new(name).extension();
    ending.is_some_and(|e| e.eq_ignore_ascii_case(kind))
}

fn at(name: &str, line: usize) -> String {
    format!("{name}:{line}")
}

/// Bytes as a text, without the mark some programs put first; whether something had to be replaced.
fn as_text(mut bytes: Vec<u8>) -> (String, bool) {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    match String::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(wrong) => (String::from_utf8_lossy(wrong.as_bytes()).into_owned(), true),
    }
}
