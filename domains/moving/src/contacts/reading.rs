//! A table as bytes: what it is written in, what stands between its cells, and its rows one after another. Never panics,
//! whatever the bytes are.

use super::model::{Layout, TableCharset, TableColumn, TablePreview, TableSeparator};
use super::rules;
use bytes::Bytes;
use csv::{ByteRecord, Reader, ReaderBuilder};
use encoding_rs::{Decoder, Encoding, KOI8_R, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251};
use std::io::{self, Read};

/// The largest table that is taken, in bytes.
pub(crate) const MOST_BYTES: i64 = 50 * 1024 * 1024;
/// The most rows.
pub(crate) const MOST_ROWS: i64 = 200_000;
/// The most columns.
pub(crate) const MOST_COLUMNS: usize = 100;
/// The longest cell in characters: what Excel can write.
pub(crate) const MOST_CELL: usize = 32_767;
/// How much of a file tells what it is.
const HEAD: usize = 64 * 1024;
/// Rows of a preview, and characters of its cells.
const SHOWN: usize = 20;
const SHOWN_CELL: usize = 120;

impl TableCharset {
    const fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1251 => WINDOWS_1251,
            Self::Koi8R => KOI8_R,
        }
    }
}

/// Beginnings of files that are something else, and what to say of them.
const OTHERS: [(&[u8], &str); 11] = [
    (b"PK\x03\x04", "moving.csv_is_excel"),
    (b"\xd0\xcf\x11\xe0", "moving.csv_is_excel"),
    (b"%PDF", "moving.csv_is_other"),
    (b"\x89PNG", "moving.csv_is_other"),
    (b"\xff\xd8\xff", "moving.csv_is_other"),
    (b"GIF8", "moving.csv_is_other"),
    (b"\x1f\x8b", "moving.csv_is_other"),
    (b"7z\xbc\xaf", "moving.csv_is_other"),
    (b"Rar!", "moving.csv_is_other"),
    (b"{\\rtf", "moving.csv_is_other"),
    (b"<", "moving.csv_is_other"),
];

/// Why these bytes are no table at all; none when they may be one.
pub(crate) fn refuse(bytes: &[u8]) -> Option<&'static str> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Some((_, code)) = OTHERS.iter().find(|(start, _)| text.starts_with(start)) {
        return Some(code);
    }
    if text.iter().all(|b| b.is_ascii_whitespace() || *b == 0)
        || bytes == b"\xff\xfe"
        || bytes == b"\xfe\xff"
    {
        return Some("moving.csv_empty");
    }
    let charset = charset(bytes);
    if matches!(charset, TableCharset::Utf16Le | TableCharset::Utf16Be) {
        return None;
    }
    let head = &text[..text.len().min(HEAD)];
    let odd = |b: &&u8| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a);
    // A slip of a program leaves a few such bytes, which spoil their rows only; pictures and programs are full of them.
    (head.iter().filter(odd).count() * 50 > head.len()).then_some("moving.csv_is_other")
}

/// What the letters seem to be written in.
pub(crate) fn charset(bytes: &[u8]) -> TableCharset {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return TableCharset::Utf8;
    }
    if bytes.starts_with(b"\xff\xfe") {
        return TableCharset::Utf16Le;
    }
    if bytes.starts_with(b"\xfe\xff") {
        return TableCharset::Utf16Be;
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let zeros = |odd: usize| {
        let side = head.iter().skip(odd).step_by(2);
        side.filter(|b| **b == 0).count()
    };
    // Separators, digits and ends of lines have an empty half.
    let (even, odd) = (zeros(0), zeros(1));
    if (even + odd) * 12 > head.len() && head.len() >= 4 {
        if odd > even * 8 {
            return TableCharset::Utf16Le;
        }
        if even > odd * 8 {
            return TableCharset::Utf16Be;
        }
    }
    if std::str::from_utf8(bytes).is_ok() {
        return TableCharset::Utf8;
    }
    if text::russian(bytes) == KOI8_R {
        TableCharset::Koi8R
    } else {
        TableCharset::Windows1251
    }
}

/// What seems to stand between cells: what cuts most of the first rows into the same number of cells, and into more than one.
pub(crate) fn separator(bytes: &Bytes, charset: TableCharset) -> TableSeparator {
    let head = bytes.slice(..bytes.len().min(HEAD));
    if let Some(told) = told(&head, charset) {
        return told;
    }
    let score = |separator: TableSeparator| {
        let rows: Vec<usize> = Records::new(head.clone(), charset, separator)
            .take(50)
            .map(|cells| cells.len())
            .collect();
        let widths: std::collections::BTreeSet<usize> = rows.iter().copied().collect();
        widths
            .into_iter()
            .filter(|width| *width > 1)
            .map(|width| {
                rows.iter().filter(|w| **w == width).count() * 1000 / rows.len() + width.min(50)
            })
            .max()
            .unwrap_or(0)
    };
    let scores = TableSeparator::ALL.map(|s| (score(s), s));
    let best = scores.iter().map(|(points, _)| *points).max().unwrap_or(0);
    let found = scores
        .iter()
        .find(|(points, _)| *points == best && best > 0);
    found.map_or(TableSeparator::Comma, |(_, s)| *s)
}

/// The separator a file tells of in its first line, as Excel writes it: `sep=;`.
fn told(head: &Bytes, charset: TableCharset) -> Option<TableSeparator> {
    let first = Records::raw(head.clone(), charset, TableSeparator::Pipe).next()?;
    let sign = first.first()?.trim().strip_prefix("sep=")?.to_owned();
    let piped = sign.is_empty() && first.len() == 2;
    TableSeparator::ALL
        .into_iter()
        .find(|s| sign.as_bytes() == [s.byte()] || (piped && *s == TableSeparator::Pipe))
}

/// The rows of a table.
pub(crate) struct Records {
    reader: Reader<Decoding>,
    record: ByteRecord,
    first: bool,
}

impl Records {
    pub(crate) fn new(bytes: Bytes, charset: TableCharset, separator: TableSeparator) -> Self {
        let mut rows = Self::raw(bytes, charset, separator);
        rows.first = true;
        rows
    }
    fn raw(bytes: Bytes, charset: TableCharset, separator: TableSeparator) -> Self {
        let decoding = Decoding {
            bytes,
            at: 0,
            decoder: charset.encoding().new_decoder_with_bom_removal(),
            done: false,
        };
        Self {
            reader: ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(separator.byte())
                .from_reader(decoding),
            record: ByteRecord::new(),
            first: false,
        }
    }
}

impl Iterator for Records {
    type Item = Vec<String>;
    fn next(&mut self) -> Option<Vec<String>> {
        loop {
            // Bytes in memory cannot fail, and rows of any width are taken.
            if !self
                .reader
                .read_byte_record(&mut self.record)
                .unwrap_or(false)
            {
                return None;
            }
            let cells = self.record.iter().map(|cell| String::from_utf8_lossy(cell));
            let cells: Vec<String> = cells.map(std::borrow::Cow::into_owned).collect();
            let tells = std::mem::take(&mut self.first)
                && cells.first().is_some_and(|c| c.starts_with("sep="))
                && cells.len() <= 2;
            if !tells {
                return Some(cells);
            }
        }
    }
}

/// Bytes of any charset, read as UTF-8. What cannot be read becomes U+FFFD.
struct Decoding {
    bytes: Bytes,
    at: usize,
    decoder: Decoder,
    done: bool,
}

impl Read for Decoding {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.done {
            return Ok(0);
        }
        let (end, read, written, _) =
            self.decoder
                .decode_to_utf8(&self.bytes[self.at..], room, true);
        self.at += read;
        self.done = end == encoding_rs::CoderResult::InputEmpty;
        if written == 0 && !self.done {
            return Err(io::ErrorKind::WriteZero.into());
        }
        Ok(written)
    }
}

/// A layout that seems right, unless one is given.
pub(crate) fn layout(
    bytes: &Bytes,
    charset: Option<TableCharset>,
    separator: Option<TableSeparator>,
    header: Option<bool>,
) -> Layout {
    let charset = charset.unwrap_or_else(|| self::charset(bytes));
    let separator = separator.unwrap_or_else(|| self::separator(bytes, charset));
    let header = header.unwrap_or_else(|| {
        let rows: Vec<Vec<String>> = Records::new(bytes.clone(), charset, separator)
            .take(SHOWN)
            .collect();
        rules::looks_like_header(&rows)
    });
    Layout {
        charset,
        separator,
        header,
    }
}

/// The first rows with a layout, and what their columns seem to be.
pub(crate) fn preview(bytes: &Bytes, layout: Layout) -> TablePreview {
    let mut rows: Vec<Vec<String>> = Records::new(bytes.clone(), layout.charset, layout.separator)
        .take(SHOWN + 1)
        .collect();
    let titles: Vec<String> = if layout.header && !rows.is_empty() {
        rows.remove(0)
            .iter()
            .map(|t| text::clean_name(text::meant(t)))
            .collect()
    } else {
        Vec::new()
    };
    rows.truncate(SHOWN);
    let width = rows.iter().map(Vec::len).chain([titles.len()]).max();
    let width = width.unwrap_or(0).min(MOST_COLUMNS);
    let columns: Vec<TableColumn> = rules::guess(&titles, &rows, width);
    let broken = titles
        .iter()
        .chain(rows.iter().flatten())
        .any(|c| c.contains('\u{fffd}'));
    for cell in rows.iter_mut().flatten() {
        if cell.chars().count() > SHOWN_CELL {
            *cell = cell.chars().take(SHOWN_CELL).chain(['…']).collect();
        }
    }
    for row in &mut rows {
        row.truncate(MOST_COLUMNS);
    }
    TablePreview {
        charset: layout.charset,
        separator: layout.separator,
        header: layout.header,
        titles,
        columns,
        rows,
        broken,
    }
}

/// How many cells a row may have: as many as the header names, more only where something is taken from them.
pub(crate) fn width(bytes: &Bytes, layout: Layout, columns: &[TableColumn]) -> usize {
    if !layout.header {
        return columns.len();
    }
    let taken = columns.iter().rposition(|c| *c != TableColumn::Skip);
    let first = Records::new(bytes.clone(), layout.charset, layout.separator).next();
    first
        .map_or(0, |row| row.len())
        .max(taken.map_or(0, |n| n + 1))
}
