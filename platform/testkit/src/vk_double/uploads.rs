//! The upload servers: what they take, and how they refuse.

use super::{Call, SeenFile, form, memory::Shared, server::answer};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::json;
use std::collections::BTreeMap;

/// Takes the file that was posted to `photo` or `doc/<type>`.
pub(super) fn take(shared: &Shared, place: &str, kind: &str, body: &Bytes) -> Response {
    let read = kind
        .starts_with("multipart/form-data")
        .then(|| form::read(kind, body))
        .flatten();
    let Some((fields, files)) = read else {
        return axum::http::StatusCode::BAD_REQUEST.into_response();
    };
    let (method, field) = if place == "photo" {
        ("upload.photo", "photo")
    } else {
        ("upload.doc", "file")
    };
    let taken = match files.as_slice() {
        [file] if fields.is_empty() && file.field == field => check(place, file),
        _ => Err("no_file"),
    };
    let mut memory = shared.memory();
    memory.calls.push(Call {
        method: method.to_owned(),
        parameters: BTreeMap::new(),
        files: files.clone(),
        done: taken.is_ok(),
    });
    let Some(file) = files.into_iter().next().filter(|_| taken.is_ok()) else {
        let words = taken.err().unwrap_or("no_file");
        // A picture that is none is "no pictures", not an error.
        return if words == "no_picture" {
            answer(&json!({"server": 1, "photo": "[]", "hash": "0"}))
        } else {
            answer(&json!({"error": words}))
        };
    };
    let name = format!("{}|{}", place.trim_start_matches("doc/"), memory.next_id());
    memory.uploaded.insert(name.clone(), file);
    if place == "photo" {
        answer(&json!({"server": 77, "photo": name, "hash": "h77"}))
    } else {
        answer(&json!({"file": name}))
    }
}

fn check(place: &str, file: &SeenFile) -> Result<(), &'static str> {
    // Without a name and a type the save that follows fails.
    if file.name.is_empty() || file.mime.is_empty() || file.bytes.is_empty() {
        return Err("no_file");
    }
    let ending = file
        .name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_lowercase();
    match place {
        "photo" if !["image/jpeg", "image/png", "image/gif"].contains(&file.mime.as_str()) => {
            Err("no_picture")
        }
        "doc/audio_message" if !file.mime.starts_with("audio/") => Err("wrong_type"),
        "doc/doc" if ["mp3", "exe"].contains(&ending.as_str()) => Err("wrong_type"),
        _ => Ok(()),
    }
}
