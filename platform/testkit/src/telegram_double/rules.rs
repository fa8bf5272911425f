//! Which parameters each method takes, and of what types: stricter than the vendor.

use super::{SeenFile, form, server::Refusal};
use bytes::Bytes;
use serde_json::{Map, Value};

/// Types of parameters.
#[derive(Clone, Copy)]
enum Kind {
    Int,
    Bool,
    Text,
    Object,
    Array,
}
use Kind::{Array, Bool, Int, Object, Text};

type Parameter = (&'static str, Kind);

/// What all messages take.
const MESSAGE: &[Parameter] = &[
    ("chat_id", Int),
    ("disable_notification", Bool),
    ("reply_parameters", Object),
    ("reply_markup", Object),
    ("business_connection_id", Text),
];
const CAPTION: &[Parameter] = &[("caption", Text), ("caption_entities", Array)];
const EDIT: &[Parameter] = &[
    ("chat_id", Int),
    ("message_id", Int),
    ("business_connection_id", Text),
];

/// What a method takes: all its parameters in groups, which of them it must have, its file.
struct Method {
    required: &'static [&'static str],
    groups: &'static [&'static [Parameter]],
    file: Option<&'static str>,
}

/// A method without files.
const fn plain(
    required: &'static [&'static str],
    groups: &'static [&'static [Parameter]],
) -> Method {
    Method {
        required,
        groups,
        file: None,
    }
}

/// A method that sends one file.
const fn file(groups: &'static [&'static [Parameter]], field: &'static str) -> Method {
    Method {
        required: &["chat_id"],
        groups,
        file: Some(field),
    }
}

fn method(name: &str) -> Option<Method> {
    receiving(name)
        .or_else(|| sending(name))
        .or_else(|| changing(name))
}

fn receiving(name: &str) -> Option<Method> {
    const UPDATES: &[Parameter] = &[
        ("offset", Int),
        ("limit", Int),
        ("timeout", Int),
        ("allowed_updates", Array),
    ];
    const HOOK: &[Parameter] = &[
        ("url", Text),
        ("secret_token", Text),
        ("allowed_updates", Array),
        ("max_connections", Int),
        ("drop_pending_updates", Bool),
    ];
    Some(match name {
        "getMe" | "getWebhookInfo" => plain(&[], &[]),
        "getUpdates" => plain(&[], &[UPDATES]),
        "setWebhook" => plain(&["url"], &[HOOK]),
        "deleteWebhook" => plain(&[], &[&[("drop_pending_updates", Bool)]]),
        "getUserProfilePhotos" => plain(
            &["user_id"],
            &[&[("user_id", Int), ("offset", Int), ("limit", Int)]],
        ),
        "getFile" => plain(&["file_id"], &[&[("file_id", Text)]]),
        _ => return None,
    })
}

fn sending(name: &str) -> Option<Method> {
    const TEXT: &[Parameter] = &[("text", Text), ("entities", Array)];
    const AS_IS: &[Parameter] = &[("disable_content_type_detection", Bool)];
    const FILM: &[Parameter] = &[
        ("width", Int),
        ("height", Int),
        ("duration", Int),
        ("supports_streaming", Bool),
    ];
    const SOUND: &[Parameter] = &[("duration", Int)];
    const ACTION: &[Parameter] = &[
        ("chat_id", Int),
        ("action", Text),
        ("business_connection_id", Text),
    ];
    Some(match name {
        "sendMessage" => plain(&["chat_id", "text"], &[MESSAGE, TEXT]),
        "sendMediaGroup" => plain(&["chat_id", "media"], &[MESSAGE, &[("media", Array)]]),
        "sendPhoto" => file(&[MESSAGE, CAPTION], "photo"),
        "sendDocument" => file(&[MESSAGE, CAPTION, AS_IS], "document"),
        "sendVideo" => file(&[MESSAGE, CAPTION, FILM], "video"),
        "sendAudio" => file(&[MESSAGE, CAPTION, SOUND], "audio"),
        "sendVoice" => file(&[MESSAGE, CAPTION, SOUND], "voice"),
        "sendChatAction" => plain(&["chat_id", "action"], &[ACTION]),
        _ => return None,
    })
}

fn changing(name: &str) -> Option<Method> {
    const TEXT: &[Parameter] = &[("text", Text), ("entities", Array)];
    const PRESS: &[Parameter] = &[("callback_query_id", Text), ("text", Text)];
    Some(match name {
        "editMessageText" => plain(&["chat_id", "message_id", "text"], &[EDIT, TEXT]),
        "editMessageCaption" => plain(&["chat_id", "message_id"], &[EDIT, CAPTION]),
        "deleteMessage" => plain(&["chat_id", "message_id"], &[EDIT]),
        "setMessageReaction" => plain(&["chat_id", "message_id"], &[EDIT, &[("reaction", Array)]]),
        "deleteBusinessMessages" => plain(
            &["business_connection_id", "message_ids"],
            &[&[("business_connection_id", Text), ("message_ids", Array)]],
        ),
        "answerCallbackQuery" => plain(&["callback_query_id"], &[PRESS]),
        _ => return None,
    })
}

/// Reads a call's parameters and files and checks their names, types and presence.
pub(super) fn read(
    name: &str,
    content_type: &str,
    body: &Bytes,
) -> Result<(Value, Vec<SeenFile>), Refusal> {
    let Some(method) = method(name) else {
        return Err(Refusal::new(404, "Not Found: method not found"));
    };
    let in_form = content_type.starts_with("multipart/form-data");
    let (given, files) = if in_form {
        let read = form::read(content_type, body).ok_or_else(|| Refusal::bad("malformed form"))?;
        let fields = read
            .0
            .into_iter()
            .map(|(key, value)| (key, Value::String(value)));
        (fields.collect(), read.1)
    } else if body.is_empty() {
        (Map::new(), Vec::new())
    } else {
        let object = serde_json::from_slice(body);
        (
            object.map_err(|_| Refusal::bad("can't parse JSON object"))?,
            Vec::new(),
        )
    };
    let parameters = checked(&method, given, in_form)?;
    check_files(&method, &files, name == "sendMediaGroup")?;
    Ok((Value::Object(parameters), files))
}

fn checked(
    method: &Method,
    given: Map<String, Value>,
    in_form: bool,
) -> Result<Map<String, Value>, Refusal> {
    let mut parameters = Map::new();
    for (key, value) in given {
        let mut all = method.groups.iter().flat_map(|group| group.iter());
        let known = all.find(|(name, _)| *name == key);
        let (_, kind) = known.ok_or_else(|| Refusal::bad(format!("unknown parameter {key}")))?;
        let value = typed(value, *kind, in_form);
        let value = value.ok_or_else(|| Refusal::bad(format!("wrong type of {key}")))?;
        parameters.insert(key, value);
    }
    match method
        .required
        .iter()
        .find(|key| !parameters.contains_key(**key))
    {
        Some(missing) => Err(Refusal::bad(format!("{missing} is empty"))),
        None => Ok(parameters),
    }
}

fn check_files(method: &Method, files: &[SeenFile], album: bool) -> Result<(), Refusal> {
    if method.file.is_none() && !album && !files.is_empty() {
        return Err(Refusal::bad("unexpected file"));
    }
    if let Some(field) = method.file
        && !matches!(files, [file] if file.field == field)
    {
        return Err(Refusal::bad(format!("there is no {field} in the request")));
    }
    if files.iter().any(|file| file.bytes.is_empty()) {
        return Err(Refusal::bad("file must be non-empty"));
    }
    Ok(())
}

/// A value of the right type. In a form everything comes as words.
fn typed(value: Value, kind: Kind, in_form: bool) -> Option<Value> {
    let value = match (value, kind) {
        (Value::String(words), Int | Bool | Object | Array) if in_form => {
            serde_json::from_str(&words).ok()?
        }
        (value, _) => value,
    };
    let right = match kind {
        Int => value.is_i64(),
        Bool => value.is_boolean(),
        Text => value.is_string(),
        Object => value.is_object(),
        Array => value.is_array(),
    };
    right.then_some(value)
}
