//! Cutting a long text where a reader would: paragraph, line, sentence, word; never inside a link
//! or a visible character unless nothing else is left.

use crate::{TextUnit, measure, segments::Counter};
use std::ops::Range;
use text::{Entity, EntityKind};
use unicode_segmentation::UnicodeSegmentation;

/// How good a cut is; larger is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Quality {
    Word,
    Sentence,
    Line,
    Paragraph,
}

/// The text without white space around it, as a byte range.
pub(crate) fn trimmed(text: &str) -> Range<usize> {
    let graphemes: Vec<(usize, &str)> = text.grapheme_indices(true).collect();
    let start = graphemes
        .iter()
        .find(|(_, g)| !is_space(g))
        .map_or(text.len(), |(at, _)| *at);
    let end = graphemes
        .iter()
        .rev()
        .find(|(_, g)| !is_space(g))
        .map_or(start, |(at, g)| at + g.len());
    start..end
}

/// Byte ranges of at most `max` units each, together the whole text but for white space between.
/// A single character longer than `max` is the only thing that can exceed it.
pub(crate) fn pieces(
    text: &str,
    entities: &[Entity],
    max: usize,
    unit: TextUnit,
) -> Vec<Range<usize>> {
    let whole = trimmed(text);
    let protected = protected(text, entities);
    let mut pieces = Vec::new();
    let mut start = whole.start;
    while start < whole.end {
        let rest = &text[start..whole.end];
        let fits = fitting(rest, max, unit);
        if fits == rest.len() {
            pieces.push(start..whole.end);
            break;
        }
        let end = start + best_cut(rest, fits, |at| inside(&protected, start + at));
        let piece = trimmed(&text[start..end]);
        if !piece.is_empty() {
            pieces.push(start + piece.start..start + piece.end);
        }
        start = end + trimmed(&text[end..whole.end]).start;
    }
    pieces
}

/// A part of the text with the formatting that touches it, moved to its start.
pub(crate) fn slice(text: &str, entities: &[Entity], range: Range<usize>) -> (String, Vec<Entity>) {
    let from = measure(&text[..range.start], TextUnit::Utf16);
    let to = from + measure(&text[range.clone()], TextUnit::Utf16);
    let kept = entities.iter().filter_map(|entity| {
        let (start, end) = (entity.offset.max(from), entity.end().min(to));
        (start < end).then(|| Entity {
            offset: start - from,
            len: end - start,
            ..entity.clone()
        })
    });
    (text[range].to_owned(), kept.collect())
}

fn is_space(grapheme: &str) -> bool {
    grapheme.chars().all(char::is_whitespace)
}

/// The length of a beginning that grows. In most units a text is as long as its letters together; the number of SMS is not.
enum Gauge {
    Sum(usize, TextUnit),
    Segments(Counter),
}

impl Gauge {
    fn of(unit: TextUnit) -> Self {
        match unit {
            TextUnit::Segments => Self::Segments(Counter::default()),
            unit => Self::Sum(0, unit),
        }
    }
    /// Adds letters; the length so far.
    fn push(&mut self, letters: &str) -> usize {
        match self {
            Self::Sum(length, unit) => {
                *length += measure(letters, *unit);
                *length
            }
            Self::Segments(counter) => {
                counter.push(letters);
                counter.total()
            }
        }
    }
}

/// The longest prefix of whole visible characters within `max`, at least one code point.
fn fitting(rest: &str, max: usize, unit: TextUnit) -> usize {
    let mut gauge = Gauge::of(unit);
    for (at, grapheme) in rest.grapheme_indices(true) {
        if gauge.push(grapheme) > max {
            return if at > 0 {
                at
            } else {
                fitting_code_points(grapheme, max, unit)
            };
        }
    }
    rest.len()
}

/// For a character built of more code points than fit into a message.
fn fitting_code_points(grapheme: &str, max: usize, unit: TextUnit) -> usize {
    let mut gauge = Gauge::of(unit);
    for (at, c) in grapheme.char_indices() {
        if gauge.push(c.encode_utf8(&mut [0; 4])) > max && at > 0 {
            return at;
        }
    }
    grapheme.len()
}

/// Where to cut within `..=fits`: the best kind of place in the second half, else the last place,
/// else before the link, else as far as it goes.
fn best_cut(rest: &str, fits: usize, inside: impl Fn(usize) -> Option<usize>) -> usize {
    let places: Vec<(usize, Quality)> = places(rest, fits)
        .into_iter()
        .filter(|(at, _)| inside(*at).is_none())
        .collect();
    let late = places.iter().filter(|(at, _)| *at * 2 >= fits);
    // Of equally good places `max_by_key` gives the last.
    if let Some((at, _)) = late
        .max_by_key(|(_, quality)| *quality)
        .or_else(|| places.last())
    {
        return *at;
    }
    match inside(fits) {
        Some(back) if back > 0 && back < fits => fits - back,
        _ => fits,
    }
}

/// All places before white space at which a reader would pause.
fn places(rest: &str, fits: usize) -> Vec<(usize, Quality)> {
    let mut found = Vec::new();
    let mut before = "";
    let mut in_space = true;
    for (at, grapheme) in rest.grapheme_indices(true) {
        if at > fits {
            break;
        }
        let space = is_space(grapheme);
        if space && !in_space {
            found.push((at, quality(before, &rest[at..])));
        }
        in_space = space;
        before = grapheme;
    }
    found
}

fn quality(before: &str, after: &str) -> Quality {
    let space = &after[..after.len() - after.trim_start().len()];
    match space.matches('\n').count() {
        0 if before.ends_with(['.', '!', '?', '…', '。']) => Quality::Sentence,
        0 => Quality::Word,
        1 => Quality::Line,
        _ => Quality::Paragraph,
    }
}

/// Byte ranges that should stay whole: links, bare or hidden, and code within a line.
fn protected(text: &str, entities: &[Entity]) -> Vec<Range<usize>> {
    let mut ranges = text::links(text);
    for entity in entities
        .iter()
        .filter(|e| matches!(e.kind, EntityKind::Link | EntityKind::Code))
    {
        ranges.push(byte_of(text, entity.offset)..byte_of(text, entity.end()));
    }
    ranges
}

fn byte_of(text: &str, utf16: usize) -> usize {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= utf16 {
            return at;
        }
        units += c.len_utf16();
    }
    text.len()
}

/// How many bytes before `at` the protected range starts, if `at` is strictly inside one.
fn inside(protected: &[Range<usize>], at: usize) -> Option<usize> {
    protected
        .iter()
        .filter(|r| r.start < at && at < r.end)
        .map(|r| at - r.start)
        .max()
}
