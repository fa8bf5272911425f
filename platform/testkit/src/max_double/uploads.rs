//! Files: a place to bring one to, the bringing, and films by their token.

use super::{
    SeenFile,
    memory::{Brought, Memory, UploadPlace},
    server::{Answer, Asked, Refusal},
};
use serde_json::{Value, json};

/// `POST /uploads`: a place for one file. Films and sounds have their token from the start.
pub(super) fn place(memory: &mut Memory, base: &str, asked: &Asked<'_>) -> Answer {
    asked.only(&["type"])?;
    if !asked.body.is_null() {
        return Err(Refusal::bad("unexpected body"));
    }
    let kind = asked.word("type").unwrap_or_default();
    if !["image", "video", "audio", "file"].contains(&kind) {
        return Err(Refusal::bad(format!("type: unknown value {kind}")));
    }
    let number = memory.next();
    let (name, token) = (format!("{kind}-{number}"), format!("token_{kind}_{number}"));
    let mut told = json!({"url": format!("{base}/upload/{name}")});
    if matches!(kind, "video" | "audio") {
        told["token"] = token.as_str().into();
    }
    let kind = kind.to_owned();
    memory.places.insert(name, UploadPlace { kind, token });
    Ok(told)
}

/// One file, brought to its place; null stands for the XML that films and sounds answer.
pub(super) fn take(memory: &mut Memory, name: &str, files: &[SeenFile]) -> Answer {
    let Some(place) = memory.places.remove(name) else {
        return Err(Refusal::new(
            404,
            "not.found",
            "no such place, or used already",
        ));
    };
    let [file] = files else {
        return Err(Refusal::bad("one file is expected"));
    };
    if file.field != "data" || file.bytes.is_empty() || file.name.is_empty() {
        return Err(Refusal::bad(
            "the file must have a name and bytes, in the field data",
        ));
    }
    if ["exe", "apk"].iter().any(|bad| file.name.ends_with(bad)) {
        return Err(Refusal::bad("File extension is forbidden"));
    }
    if place.kind == "image" && !file.mime.starts_with("image/") {
        return Err(Refusal::bad("File extension is forbidden"));
    }
    let waits = memory.slowness;
    let kind = place.kind.clone();
    memory
        .brought
        .insert(place.token.clone(), Brought { kind, waits });
    Ok(match place.kind.as_str() {
        "image" => json!({"photos": {format!("{name}/1"): {"token": place.token}}}),
        "file" => json!({"fileId": 1, "token": place.token}),
        _ => Value::Null,
    })
}

/// `GET /videos/{token}`: the token of a kept file is its name.
pub(super) fn video(memory: &Memory, base: &str, asked: &Asked<'_>) -> Answer {
    asked.only(&[])?;
    let token = asked.path.trim_start_matches("videos/");
    if !memory.files.contains_key(token) {
        return Err(Refusal::new(404, "not.found", "Video not found"));
    }
    let urls = json!({"mp4_1080": null, "mp4_480": format!("{base}/files/{token}")});
    Ok(json!({"token": token, "urls": urls, "width": 640, "height": 480, "duration": 3}))
}
