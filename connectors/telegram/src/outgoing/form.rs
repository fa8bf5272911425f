//! Multipart forms with files as streams.

use super::Parameters;
use crate::{api::Failure, peer::rejected};
use channel::{FileKind, PartFile, SendError};
use http_client::{Body, multipart};
use serde_json::Value;
use std::io;
use text::sanitize_filename;

/// A form of parameters and files; answers it with the size of the files in bytes.
pub(super) async fn build(
    parameters: Parameters,
    files: &[PartFile],
    names: &[String],
) -> Result<(multipart::Form, u64), Failure> {
    let mut form = multipart::Form::new();
    for (key, value) in parameters {
        // Within a form structures are JSON and words are bare.
        let value = match value {
            Value::String(words) => words,
            other => other.to_string(),
        };
        form = form.text(key, value);
    }
    let mut size = 0;
    for (file, name) in files.iter().zip(names) {
        size += file.size;
        form = form.part(name.clone(), stream(file).await.map_err(Failure::Error)?);
    }
    Ok((form, size))
}

async fn stream(file: &PartFile) -> Result<multipart::Part, SendError> {
    let bytes = (file.open)().await.map_err(|error| unreadable(&error))?;
    let body = Body::wrap_stream(bytes);
    let part = multipart::Part::stream_with_length(body, file.size);
    // Our own kind of sound may carry parameters (`; codecs=opus`) that the vendor need not know.
    let essence = file
        .mime
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    let part = part.file_name(sanitize_filename(&file.name));
    part.mime_str(&essence)
        .map_err(|error| rejected("bad_mime", &error.to_string()))
}

/// Bytes that are gone will not come back; anything else may.
fn unreadable(error: &io::Error) -> SendError {
    match error.kind() {
        io::ErrorKind::NotFound => rejected("file_lost", "the file is no longer stored"),
        _ => SendError::NotSent {
            reason: format!("the file cannot be read: {error}"),
        },
    }
}

/// Sizes and lengths, where the kind has them.
pub(super) fn add_measures(parameters: &mut Parameters, file: &PartFile, kind: FileKind) {
    if kind == FileKind::Video
        && let (Some(width), Some(height)) = (file.width, file.height)
    {
        parameters.insert("width".to_owned(), width.into());
        parameters.insert("height".to_owned(), height.into());
    }
    if matches!(kind, FileKind::Video | FileKind::Audio | FileKind::Voice)
        && let Some(duration) = file.duration_ms
    {
        parameters.insert("duration".to_owned(), duration.div_ceil(1000).into());
    }
    if kind == FileKind::Video {
        parameters.insert("supports_streaming".to_owned(), true.into());
    }
}
