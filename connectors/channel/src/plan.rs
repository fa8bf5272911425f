//! The split rule: how one message of ours becomes messages of a messenger. Pure, so that the
//! composer can show it and the outbox can trust it.

use crate::{Capabilities, FileKind, TextUnit, cut, segments::Counter};
use serde::{Deserialize, Serialize};
use text::Entity;

/// A file as far as planning needs to know it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OutFile {
    /// What it is to us.
    pub kind: FileKind,
    /// Exact size in bytes.
    pub size: u64,
    /// Media type, found from the bytes.
    pub mime: String,
    /// Name for the client.
    pub name: String,
}

/// What is to be sent: the text as the client will see it, links already shortened.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct OutMessage {
    /// Text without markup.
    pub text: String,
    /// Its formatting.
    pub entities: Vec<Entity>,
    /// Files in the order of the sender.
    pub files: Vec<OutFile>,
}

impl OutMessage {
    /// The same with a name above its words, in bold where the channel can (L-71). Files alone stay as they are: a name under
    /// a picture says nothing.
    #[must_use]
    pub fn signed_by(mut self, name: &str) -> Self {
        if self.text.trim().is_empty() || name.is_empty() {
            return self;
        }
        let line = format!("{name}:\n");
        let by = line.encode_utf16().count();
        for entity in &mut self.entities {
            entity.offset += by;
        }
        let bold = Entity::new(text::EntityKind::Bold, 0, name.encode_utf16().count());
        self.entities.insert(0, bold);
        self.text.insert_str(0, &line);
        self
    }
}

/// One message of the messenger.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PlannedPart {
    /// Its text, or the caption of its files; may be empty when there are files.
    pub text: String,
    /// Formatting of that text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// Its files, as indexes into [`OutMessage::files`].
    pub files: Vec<usize>,
    /// How each of these files is to be sent, in the same order.
    #[serde(default)]
    pub kinds: Vec<FileKind>,
}

/// Why a message cannot go through a channel at all.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum PlanProblem {
    /// Neither text nor files.
    Empty,
    /// The channel carries no text.
    TextRefused,
    /// The file at this index has no bytes.
    FileEmpty {
        /// Index into the files.
        file: usize,
    },
    /// The file at this index is too large.
    FileTooLarge {
        /// Index into the files.
        file: usize,
        /// What would fit, in bytes.
        max_bytes: u64,
    },
    /// The channel does not carry files of this kind or type.
    FileRefused {
        /// Index into the files.
        file: usize,
    },
}

impl OutMessage {
    /// A message from the source of our markup, as the client will see it: mentions removed,
    /// formatting as ranges. Shorten links in the source before.
    pub fn from_source(source: &str, files: Vec<OutFile>) -> Self {
        let (text, entities) = text::for_client(source);
        Self {
            text,
            entities,
            files,
        }
    }
}

impl PlanProblem {
    /// Stable code, also the Fluent id with `.` as `-`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "channels.empty_message",
            Self::TextRefused => "channels.text_refused",
            Self::FileEmpty { .. } => "channels.file_empty",
            Self::FileTooLarge { .. } => "channels.file_too_large",
            Self::FileRefused { .. } => "channels.file_refused",
        }
    }
}

/// The length of a text in a channel's unit.
pub fn measure(text: &str, unit: TextUnit) -> usize {
    match unit {
        TextUnit::Utf16 => text.encode_utf16().count(),
        TextUnit::Chars => text.chars().count(),
        TextUnit::Segments => {
            let mut counter = Counter::default();
            counter.push(text);
            counter.total()
        }
    }
}

/// Splits a message into the fewest messages that keep its order and lose nothing but white space
/// at the cuts. A caption that does not fit goes whole before the files.
pub fn plan(
    message: &OutMessage,
    capabilities: &Capabilities,
) -> Result<Vec<PlannedPart>, Vec<PlanProblem>> {
    let has_text = !message.text.trim().is_empty();
    let mut problems = Vec::new();
    if !has_text && message.files.is_empty() {
        problems.push(PlanProblem::Empty);
    }
    if has_text && capabilities.text.max == 0 {
        problems.push(PlanProblem::TextRefused);
    }
    let mut kinds = Vec::with_capacity(message.files.len());
    for (index, file) in message.files.iter().enumerate() {
        match kind_to_send(index, file, capabilities) {
            Ok(kind) => kinds.push(kind),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let sizes: Vec<u64> = message.files.iter().map(|file| file.size).collect();
    let mut parts = albums(&kinds, &sizes, capabilities);
    if has_text {
        place_text(message, capabilities, &mut parts);
    }
    Ok(parts)
}

/// Puts the text on the first files as their caption, or before them.
fn place_text(message: &OutMessage, capabilities: &Capabilities, parts: &mut Vec<PlannedPart>) {
    let unit = capabilities.text.unit;
    let whole = cut::trimmed(&message.text);
    let captionable = parts
        .first()
        .and_then(|part| part.kinds.first())
        .is_some_and(|kind| {
            capabilities.caption.kinds.contains(kind)
                && measure(&message.text[whole.clone()], unit) <= capabilities.caption.max
        });
    if captionable && let Some(first) = parts.first_mut() {
        (first.text, first.entities) = cut::slice(&message.text, &message.entities, whole);
        return;
    }
    let pieces = cut::pieces(
        &message.text,
        &message.entities,
        capabilities.text.max,
        unit,
    );
    let texts = pieces.into_iter().map(|range| {
        let (text, entities) = cut::slice(&message.text, &message.entities, range);
        PlannedPart {
            text,
            entities,
            ..PlannedPart::default()
        }
    });
    parts.splice(0..0, texts);
}

/// Groups neighbours that may stand together, by their kinds and, in bytes, their sizes.
fn albums(kinds: &[FileKind], sizes: &[u64], capabilities: &Capabilities) -> Vec<PlannedPart> {
    let size = |index: usize| sizes.get(index).copied().unwrap_or_default();
    let class = |kind: FileKind| {
        capabilities
            .album
            .classes
            .iter()
            .position(|class| class.contains(&kind))
    };
    let mut parts: Vec<PlannedPart> = Vec::new();
    for (index, &kind) in kinds.iter().enumerate() {
        let joins = parts.last().is_some_and(|part| {
            let together: u64 = part.files.iter().map(|&one| size(one)).sum();
            part.files.len() < capabilities.album.max
                && capabilities
                    .album
                    .max_bytes
                    .is_none_or(|most| together.saturating_add(size(index)) <= most)
                && class(kind).is_some()
                && part
                    .kinds
                    .last()
                    .is_some_and(|&last| class(last) == class(kind))
        });
        match parts.last_mut() {
            Some(part) if joins => {
                part.files.push(index);
                part.kinds.push(kind);
            }
            _ => parts.push(PlannedPart {
                files: vec![index],
                kinds: vec![kind],
                ..PlannedPart::default()
            }),
        }
    }
    parts
}

/// The best kind a file can be sent as: its own, else a plainer one.
fn kind_to_send(
    index: usize,
    file: &OutFile,
    capabilities: &Capabilities,
) -> Result<FileKind, PlanProblem> {
    if file.size == 0 {
        return Err(PlanProblem::FileEmpty { file: index });
    }
    let plainer: &[FileKind] = match file.kind {
        FileKind::Voice => &[FileKind::Voice, FileKind::Audio, FileKind::File],
        FileKind::Image => &[FileKind::Image, FileKind::File],
        FileKind::Video => &[FileKind::Video, FileKind::File],
        FileKind::Audio => &[FileKind::Audio, FileKind::File],
        FileKind::File => &[FileKind::File],
    };
    let mut max_bytes = None;
    for &kind in plainer {
        let Some(ability) = capabilities.files.get(&kind) else {
            continue;
        };
        let possible = kind != FileKind::Voice || capabilities.voice;
        if !possible || !ability.allows(&file.mime) {
            continue;
        }
        if file.size <= ability.max_bytes {
            return Ok(kind);
        }
        max_bytes = max_bytes.max(Some(ability.max_bytes));
    }
    Err(match max_bytes {
        Some(max_bytes) => PlanProblem::FileTooLarge {
            file: index,
            max_bytes,
        },
        None => PlanProblem::FileRefused { file: index },
    })
}
