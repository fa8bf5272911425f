//! Files on their way to MAX: asked for a place, brought there, and attached by their token.
//!
//! MAX works on a file for a while after it was brought and refuses the message until then. The token
//! is remembered under the part's key, so that the next try brings nothing again.

use crate::{api::Api, peer::rejected, wire::UploadPlace};
use channel::{FileKind, Part, PartFile, SendError};
use http_client::{Body, multipart};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};
use text::sanitize_filename;

/// Most parts whose files are remembered; one more makes the oldest bring its files again.
const MOST: usize = 256;

/// What was brought for a part and not sent yet: one attachment for each file, in order.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<VecDeque<(String, Vec<Value>)>>);

impl Shelf {
    fn parts(&self) -> MutexGuard<'_, VecDeque<(String, Vec<Value>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, key: &str) -> Vec<Value> {
        let parts = self.parts();
        let found = parts.iter().find(|(known, _)| known == key);
        found
            .map(|(_, brought)| brought.clone())
            .unwrap_or_default()
    }

    fn keep(&self, key: &str, brought: &[Value]) {
        let mut parts = self.parts();
        parts.retain(|(known, _)| known != key);
        if parts.len() >= MOST {
            parts.pop_front();
        }
        parts.push_back((key.to_owned(), brought.to_vec()));
    }

    pub(crate) fn forget(&self, key: &str) {
        self.parts().retain(|(known, _)| known != key);
    }
}

/// The attachments of a part; only files that are not there yet are brought.
pub(super) async fn attachments(
    api: &Api,
    shelf: &Shelf,
    part: &Part,
    key: &str,
) -> Result<Value, SendError> {
    let mut brought = shelf.of(key);
    for file in part.files.iter().skip(brought.len()) {
        let attachment = match bring(api, file, file.kind).await {
            // Alone it may go as a plain file, as it is: among pictures a plain file may not stand.
            Err(SendError::Rejected { code, .. })
                if part.files.len() == 1 && file.kind != FileKind::File && code == REFUSED =>
            {
                bring(api, file, FileKind::File).await
            }
            other => other,
        };
        brought.push(attachment?);
        shelf.keep(key, &brought);
    }
    Ok(Value::Array(brought))
}

/// Our word for a file MAX does not take.
const REFUSED: &str = "upload_refused";

const fn word(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Image => "image",
        FileKind::Video => "video",
        FileKind::Audio | FileKind::Voice => "audio",
        FileKind::File => "file",
    }
}

async fn bring(api: &Api, file: &PartFile, kind: FileKind) -> Result<Value, SendError> {
    let word = word(kind);
    let place: Result<UploadPlace, SendError> = api.post("uploads", &[("type", word)], None).await;
    let place = place.map_err(unseen)?;
    let Some(url) = place.url else {
        return Err(rejected(REFUSED, "MAX names no place for the file"));
    };
    let form = multipart::Form::new().part("data", stream(file).await?);
    let answer = api.bring(&url, form, file.size).await.map_err(unseen)?;
    let told = answer.get("token").and_then(Value::as_str);
    // Pictures answer a token for each size, to be handed back as they came.
    let payload = match (answer.get("photos"), told.or(place.token.as_deref())) {
        (Some(photos), _) if kind == FileKind::Image => json!({"photos": photos}),
        (_, Some(token)) => json!({"token": token}),
        _ => {
            let words: String = answer.to_string().chars().take(200).collect();
            return Err(rejected(REFUSED, &words));
        }
    };
    Ok(json!({"type": word, "payload": payload}))
}

/// A file that was brought is seen by nobody until a message holds it: bringing may always be repeated.
fn unseen(error: SendError) -> SendError {
    match error {
        SendError::Unknown { reason } => SendError::NotSent { reason },
        SendError::Rejected { code, text } if code != "file_too_big" => rejected(REFUSED, &text),
        other => other,
    }
}

async fn stream(file: &PartFile) -> Result<multipart::Part, SendError> {
    let bytes = (file.open)().await.map_err(|error| unreadable(&error))?;
    let body = Body::wrap_stream(bytes);
    let part = multipart::Part::stream_with_length(body, file.size);
    let essence = file.mime.split(';').next().unwrap_or_default().trim();
    part.file_name(sanitize_filename(&file.name))
        .mime_str(essence)
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
