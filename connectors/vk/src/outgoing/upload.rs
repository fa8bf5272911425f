//! Files: three calls each, and what they made is kept for a repeat of the same part.

use crate::{api::Api, form::Parameters, peer::rejected, wire::UploadServer};
use channel::{FileKind, Part, PartFile, SendError};
use http_client::{Body, multipart};
use serde_json::Value;
use std::{
    collections::VecDeque,
    io,
    sync::{Mutex, PoisonError},
};
use text::sanitize_filename;

/// How many uploaded files are remembered; a part has at most ten.
const MOST: usize = 500;

/// Uploaded files by part and place. A send that was put off need not upload again.
#[derive(Default)]
pub(crate) struct Uploads {
    done: Mutex<VecDeque<(String, String)>>,
}

impl Uploads {
    /// The attachments of a part in the words of `messages.send`, in order.
    pub(crate) async fn of(
        &self,
        api: &Api,
        part: &Part,
        to: i64,
        key: &str,
    ) -> Result<Vec<String>, SendError> {
        let mut all = Vec::with_capacity(part.files.len());
        for (n, file) in part.files.iter().enumerate() {
            let place = format!("{key}/{n}");
            let attachment = match self.known(&place) {
                Some(known) => known,
                None => {
                    let made = upload(api, file, to).await.map_err(nothing_was_said)?;
                    self.keep(place, made.clone());
                    made
                }
            };
            all.push(attachment);
        }
        Ok(all)
    }

    fn known(&self, place: &str) -> Option<String> {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let found = done.iter().find(|(known, _)| known == place);
        found.map(|(_, attachment)| attachment.clone())
    }

    fn keep(&self, place: String, attachment: String) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.push_back((place, attachment));
        while done.len() > MOST {
            done.pop_front();
        }
    }
}

/// Until the message itself is sent the client sees nothing, so an upload of unknown outcome is repeated freely.
fn nothing_was_said(error: SendError) -> SendError {
    match error {
        SendError::Unknown { reason } => SendError::NotSent { reason },
        other => other,
    }
}

/// A picture that VK will not take as one goes as a document.
async fn upload(api: &Api, file: &PartFile, to: i64) -> Result<String, SendError> {
    match file.kind {
        FileKind::Image => match photo(api, file, to).await {
            Err(SendError::Rejected { .. }) => document(api, file, to, "doc").await,
            other => other,
        },
        FileKind::Voice => document(api, file, to, "audio_message").await,
        _ => document(api, file, to, "doc").await,
    }
}

async fn photo(api: &Api, file: &PartFile, to: i64) -> Result<String, SendError> {
    let asked = Parameters::default().with("peer_id", to);
    let server: UploadServer = api.call("photos.getMessagesUploadServer", asked).await?;
    let uploaded: Value = post(api, &server, "photo", file).await?;
    let told = |name: &str| match &uploaded[name] {
        Value::String(words) => words.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    // An empty list is how the upload server says that this is no picture.
    if matches!(told("photo").as_str(), "" | "[]") {
        return Err(refused(&uploaded));
    }
    let save = Parameters::default()
        .with("photo", told("photo"))
        .with("server", told("server"))
        .with("hash", told("hash"));
    let saved: Vec<Value> = api.call("photos.saveMessagesPhoto", save).await?;
    saved
        .first()
        .and_then(|photo| attachment("photo", photo))
        .ok_or_else(|| rejected("file_refused", "VK saved no picture"))
}

async fn document(api: &Api, file: &PartFile, to: i64, kind: &str) -> Result<String, SendError> {
    let asked = Parameters::default().with("peer_id", to).with("type", kind);
    let server: UploadServer = api.call("docs.getMessagesUploadServer", asked).await?;
    let uploaded: Value = post(api, &server, "file", file).await?;
    let Some(name) = uploaded["file"].as_str().filter(|name| !name.is_empty()) else {
        return Err(refused(&uploaded));
    };
    let save = Parameters::default()
        .with("file", name)
        .with("title", sanitize_filename(&file.name));
    let saved: Value = api.call("docs.save", save).await?;
    let kind = saved["type"].as_str().unwrap_or_default();
    attachment(kind, &saved[kind]).ok_or_else(|| rejected("file_refused", "VK saved no document"))
}

/// What an upload server says when it takes a file not.
fn refused(answer: &Value) -> SendError {
    let said = answer["error"].as_str().or(answer["error_descr"].as_str());
    rejected("file_refused", said.unwrap_or("VK does not take this file"))
}

/// The words by which a message names what is attached to it: kind, owner, id and, where there is one, the key.
pub(super) fn attachment(kind: &str, saved: &Value) -> Option<String> {
    let (owner, id) = (saved["owner_id"].as_i64()?, saved["id"].as_i64()?);
    let key = saved["access_key"].as_str().filter(|key| !key.is_empty());
    let key = key.map(|key| format!("_{key}")).unwrap_or_default();
    Some(format!("{kind}{owner}_{id}{key}"))
}

/// The second call: the file with its name and its type, without either of which the third one fails.
async fn post(
    api: &Api,
    server: &UploadServer,
    field: &'static str,
    file: &PartFile,
) -> Result<Value, SendError> {
    let bytes = (file.open)().await.map_err(|error| unreadable(&error))?;
    let part = multipart::Part::stream_with_length(Body::wrap_stream(bytes), file.size);
    // Our own kind of sound may carry parameters (`; codecs=opus`) that the vendor need not know.
    let essence = file.mime.split(';').next().unwrap_or_default().trim();
    let part = part
        .file_name(sanitize_filename(&file.name))
        .mime_str(essence)
        .map_err(|error| rejected("bad_mime", &error.to_string()))?;
    let form = multipart::Form::new().part(field, part);
    api.upload(&server.upload_url, form, file.size).await
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
