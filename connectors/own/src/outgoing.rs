//! Our parts and acts as what the program is asked.

use crate::{
    api::{Api, rejected},
    wire::Sent,
};
use channel::{Accepted, Action, Capabilities, Part, PartFile, PeerRef, SendError};
use http_client::{Body, multipart};
use serde_json::{Map, Value, json};
use std::io;
use text::sanitize_filename;

/// Sends one part; `key` names it over all its tries.
pub(crate) async fn send(
    api: &Api,
    part: &Part,
    peer: &PeerRef,
    key: &str,
) -> Result<Accepted, SendError> {
    if part.template.is_some() {
        return Err(rejected("unsupported", "this channel has no templates"));
    }
    let mut asked = json!({
        "type": "send", "key": key, "chat": peer.ext_id, "text": part.text,
        "entities": part.entities, "silent": part.silent,
    });
    if let Some(id) = &part.reply_to {
        asked["reply_to"] = id.as_str().into();
    }
    let sent: Sent = if part.files.is_empty() {
        asked["files"] = json!([]);
        api.ask(&asked).await?
    } else {
        let (mut told, mut brought, mut size) = (Vec::new(), Vec::new(), 0_u64);
        for (n, file) in part.files.iter().enumerate() {
            let name = format!("file{n}");
            told.push(described(file, &name));
            brought.push((name, stream(file).await?));
            size = size.saturating_add(file.size);
        }
        asked["files"] = told.into();
        api.bring(&asked, brought, size).await?
    };
    if sent.ids.is_empty() {
        return Err(SendError::Unknown {
            reason: "the answer names no message".to_owned(),
        });
    }
    Ok(Accepted {
        ext_ids: sent.ids.into_iter().map(|id| id.0).collect(),
        moved_to: sent.moved_to.map(|id| id.0),
    })
}

fn described(file: &PartFile, field: &str) -> Value {
    let mut told = json!({
        "field": field, "name": sanitize_filename(&file.name), "mime": file.mime,
        "kind": file.kind.word(), "size": file.size,
    });
    let sizes = [
        ("width", file.width.map(u64::from)),
        ("height", file.height.map(u64::from)),
        ("duration_ms", file.duration_ms),
    ];
    for (name, value) in sizes {
        if let Some(value) = value {
            told[name] = value.into();
        }
    }
    told
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

/// Does one of the lesser acts; what the program was not said to do it is not asked for.
pub(crate) async fn act(
    api: &Api,
    can: &Capabilities,
    action: Action,
    peer: &PeerRef,
) -> Result<(), SendError> {
    let (able, mut asked) = match action {
        Action::Edit {
            ext_id,
            text,
            entities,
            caption,
        } => (
            can.edit.own,
            json!({"type": "edit", "id": ext_id, "text": text, "entities": entities, "caption": caption}),
        ),
        Action::Delete { ext_ids } => (can.delete.own, json!({"type": "delete", "ids": ext_ids})),
        Action::React { ext_id, emoji } => (
            can.react.outgoing,
            json!({"type": "react", "id": ext_id, "emoji": emoji}),
        ),
        Action::Typing => (can.typing.outgoing, json!({"type": "typing"})),
        Action::MarkRead { ext_id } => (can.marks_read, json!({"type": "read", "up_to": ext_id})),
    };
    if !able {
        return Err(rejected(
            "unsupported",
            "the program was not said to do this",
        ));
    }
    asked["chat"] = peer.ext_id.as_str().into();
    // Whatever stands in the answer: 2xx says that it is done.
    let _done: Map<String, Value> = api.ask(&asked).await?;
    Ok(())
}
