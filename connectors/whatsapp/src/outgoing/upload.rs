//! Files on their way to Meta: brought once, then named by their id.

use crate::{
    api::{Api, rejected},
    wire::Named,
};
use channel::{PartFile, SendError};
use http_client::{Body, multipart};
use std::{
    collections::VecDeque,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};
use text::sanitize_filename;

/// Most parts whose files are remembered; one more makes the oldest bring its file again.
const MOST: usize = 256;

/// What was brought for a part and not sent yet. Meta keeps such a file for thirty days.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<VecDeque<(String, String)>>);

impl Shelf {
    fn parts(&self) -> MutexGuard<'_, VecDeque<(String, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, key: &str) -> Option<String> {
        let parts = self.parts();
        let found = parts.iter().find(|(known, _)| known == key);
        found.map(|(_, id)| id.clone())
    }

    fn keep(&self, key: &str, id: &str) {
        let mut parts = self.parts();
        if parts.len() >= MOST {
            parts.pop_front();
        }
        parts.push_back((key.to_owned(), id.to_owned()));
    }

    pub(crate) fn forget(&self, key: &str) {
        self.parts().retain(|(known, _)| known != key);
    }
}

/// The id of a part's file; brought only if it is not there yet.
pub(super) async fn bring(
    api: &Api,
    shelf: &Shelf,
    file: &PartFile,
    key: &str,
) -> Result<String, SendError> {
    if let Some(id) = shelf.of(key) {
        return Ok(id);
    }
    let mime = mime(file);
    let form = multipart::Form::new()
        .text("messaging_product", "whatsapp")
        .text("type", mime.clone())
        .part("file", stream(file, &mime).await?);
    let named: Named = api.bring(form, file.size).await.map_err(unseen)?;
    if named.id.is_empty() {
        return Err(SendError::NotSent {
            reason: "the file was taken without an id".to_owned(),
        });
    }
    shelf.keep(key, &named.id);
    Ok(named.id)
}

/// Meta knows one type of plain text; tables and source code are words too.
fn mime(file: &PartFile) -> String {
    let essence = file.mime.split(';').next().unwrap_or_default().trim();
    if essence.starts_with("text/") {
        return "text/plain".to_owned();
    }
    essence.to_ascii_lowercase()
}

/// A file that was brought is seen by nobody until a message names it: bringing may always be repeated.
fn unseen(error: SendError) -> SendError {
    match error {
        SendError::Unknown { reason } => SendError::NotSent { reason },
        SendError::Rejected { code, text } if code != "file_too_big" => {
            rejected("file_refused", &text)
        }
        other => other,
    }
}

async fn stream(file: &PartFile, mime: &str) -> Result<multipart::Part, SendError> {
    let bytes = (file.open)().await.map_err(|error| unreadable(&error))?;
    let body = Body::wrap_stream(bytes);
    let part = multipart::Part::stream_with_length(body, file.size);
    part.file_name(sanitize_filename(&file.name))
        .mime_str(mime)
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
