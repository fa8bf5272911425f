//! Our parts and acts as calls of the Bot API.

mod form;

use crate::{
    api::{Api, Failure},
    peer::{self, Place, rejected},
    wire::Sent,
};
use channel::{Accepted, Action, Button, FileKind, Part, SendError};
use serde_json::{Map, Value, json};
use text::{Entity, EntityKind};

/// Parameters of a call under construction.
pub(crate) type Parameters = Map<String, Value>;

/// Sends one part to a chat.
pub(crate) async fn send(api: &Api, part: &Part, place: &Place) -> Result<Accepted, Failure> {
    let sent = match part.files.as_slice() {
        [] => vec![
            api.call::<Sent>("sendMessage", &Value::Object(message(part, place)?))
                .await?,
        ],
        [file] => vec![send_one(api, part, file.kind, place).await?],
        _ => send_album(api, part, place).await?,
    };
    let ids = sent.iter().map(|sent| {
        let chat = sent.chat.id.unwrap_or(place.chat).to_string();
        peer::ext_id(
            &peer::client(&chat, place.business.as_deref()),
            sent.message_id,
        )
    });
    Ok(Accepted {
        ext_ids: ids.collect(),
        moved_to: None,
    })
}

/// A call's chat, and on whose behalf.
fn in_chat(place: &Place) -> Parameters {
    let mut parameters = Parameters::new();
    parameters.insert("chat_id".to_owned(), place.chat.into());
    if let Some(connection) = &place.business {
        let connection = connection.as_str().into();
        parameters.insert("business_connection_id".to_owned(), connection);
    }
    parameters
}

/// Buttons under a message, or the one above the keyboard that tells us the client's number.
fn markup(part: &Part) -> Option<Value> {
    if let Some(words) = &part.asks_phone {
        return Some(json!({
            "keyboard": [[{"text": words, "request_contact": true}]],
            "one_time_keyboard": true, "resize_keyboard": true,
        }));
    }
    let button = |b: &Button| match &b.url {
        Some(url) => json!({"text": b.text, "url": url}),
        None => json!({"text": b.text, "callback_data": b.data}),
    };
    let rows = part
        .buttons
        .iter()
        .map(|row| row.iter().map(button).collect::<Value>());
    (!part.buttons.is_empty()).then(|| json!({"inline_keyboard": rows.collect::<Value>()}))
}

/// What every kind of message has.
fn common(part: &Part, place: &Place) -> Result<Parameters, Failure> {
    let mut parameters = in_chat(place);
    if part.files.len() < 2
        && let Some(markup) = markup(part)
    {
        parameters.insert("reply_markup".to_owned(), markup);
    }
    if part.silent {
        parameters.insert("disable_notification".to_owned(), true.into());
    }
    if let Some(ext_id) = &part.reply_to {
        let message = peer::message_id(ext_id).map_err(Failure::Error)?;
        // The client may have deleted what we answer; the answer should go all the same.
        let reply = json!({"message_id": message, "allow_sending_without_reply": true});
        parameters.insert("reply_parameters".to_owned(), reply);
    }
    Ok(parameters)
}

fn message(part: &Part, place: &Place) -> Result<Parameters, Failure> {
    let mut parameters = common(part, place)?;
    add_text(
        &mut parameters,
        "text",
        "entities",
        &part.text,
        &part.entities,
    );
    Ok(parameters)
}

/// Text with ranges, never with a parse mode: an operator's `_` must not break a message.
fn add_text(
    parameters: &mut Parameters,
    text_key: &str,
    ranges_key: &str,
    text: &str,
    ranges: &[Entity],
) {
    parameters.insert(text_key.to_owned(), text.into());
    if !ranges.is_empty() {
        let ranges = ranges.iter().map(entity).collect();
        parameters.insert(ranges_key.to_owned(), Value::Array(ranges));
    }
}

fn entity(entity: &Entity) -> Value {
    let kind = match entity.kind {
        EntityKind::Bold => "bold",
        EntityKind::Italic => "italic",
        EntityKind::Strike => "strikethrough",
        EntityKind::Code => "code",
        EntityKind::Pre => "pre",
        EntityKind::Quote => "blockquote",
        EntityKind::Link => "text_link",
    };
    let mut wire = json!({"type": kind, "offset": entity.offset, "length": entity.len});
    if let Some(url) = &entity.url {
        wire["url"] = url.as_str().into();
    }
    if let Some(language) = &entity.language {
        wire["language"] = language.as_str().into();
    }
    wire
}

fn add_caption(parameters: &mut Parameters, part: &Part) {
    if !part.text.is_empty() {
        add_text(
            parameters,
            "caption",
            "caption_entities",
            &part.text,
            &part.entities,
        );
    }
}

/// Whether the vendor refused a picture for its shape: it was not sent and may go as a document.
fn cannot_be_scaled(failure: &Failure) -> bool {
    matches!(failure, Failure::Error(SendError::Rejected { text, .. })
        if text.contains("PHOTO_INVALID_DIMENSIONS") || text.contains("IMAGE_PROCESS_FAILED"))
}

/// One file; a picture that cannot be scaled goes again as a document.
async fn send_one(api: &Api, part: &Part, kind: FileKind, place: &Place) -> Result<Sent, Failure> {
    match send_as(api, part, kind, place).await {
        Err(failure) if kind == FileKind::Image && cannot_be_scaled(&failure) => {
            send_as(api, part, FileKind::File, place).await
        }
        other => other,
    }
}

async fn send_as(api: &Api, part: &Part, kind: FileKind, place: &Place) -> Result<Sent, Failure> {
    let (method, field) = match kind {
        FileKind::Image => ("sendPhoto", "photo"),
        FileKind::Video => ("sendVideo", "video"),
        FileKind::Audio => ("sendAudio", "audio"),
        FileKind::Voice => ("sendVoice", "voice"),
        FileKind::File => ("sendDocument", "document"),
    };
    let mut parameters = common(part, place)?;
    add_caption(&mut parameters, part);
    if let Some(file) = part.files.first() {
        form::add_measures(&mut parameters, file, kind);
    }
    if kind == FileKind::File {
        parameters.insert("disable_content_type_detection".to_owned(), true.into());
    }
    let names = [field.to_owned()];
    let (form, size) = form::build(parameters, &part.files[..1], &names).await?;
    api.upload(method, form, size).await
}

/// Two to ten files of one class; pictures of which one cannot be scaled go again as documents.
async fn send_album(api: &Api, part: &Part, place: &Place) -> Result<Vec<Sent>, Failure> {
    let pictures = part.files.iter().all(|file| file.kind == FileKind::Image);
    match send_album_as(api, part, place, None).await {
        Err(failure) if pictures && cannot_be_scaled(&failure) => {
            send_album_as(api, part, place, Some(FileKind::File)).await
        }
        other => other,
    }
}

async fn send_album_as(
    api: &Api,
    part: &Part,
    place: &Place,
    instead: Option<FileKind>,
) -> Result<Vec<Sent>, Failure> {
    let names: Vec<String> = (0..part.files.len()).map(|n| format!("f{n}")).collect();
    let mut media = Vec::with_capacity(names.len());
    for (n, (file, name)) in part.files.iter().zip(&names).enumerate() {
        let kind = instead.unwrap_or(file.kind);
        let mut item = Parameters::new();
        item.insert("type".to_owned(), album_word(kind)?.into());
        item.insert("media".to_owned(), format!("attach://{name}").into());
        form::add_measures(&mut item, file, kind);
        if n == 0 {
            add_caption(&mut item, part);
        }
        media.push(Value::Object(item));
    }
    let mut parameters = common(part, place)?;
    parameters.insert("media".to_owned(), Value::Array(media));
    let (form, size) = form::build(parameters, &part.files, &names).await?;
    api.upload("sendMediaGroup", form, size).await
}

fn album_word(kind: FileKind) -> Result<&'static str, Failure> {
    match kind {
        FileKind::Image => Ok("photo"),
        FileKind::Video => Ok("video"),
        FileKind::Audio => Ok("audio"),
        FileKind::File => Ok("document"),
        FileKind::Voice => Err(Failure::Error(rejected(
            "voice_in_album",
            "voices stand alone",
        ))),
    }
}

/// Does one of the lesser acts. What is already as wished is no error.
pub(crate) async fn act(api: &Api, action: Action, place: &Place) -> Result<(), SendError> {
    match action {
        Action::Edit {
            ext_id,
            text,
            entities,
            caption,
        } => {
            let parameters = target(place, &ext_id)?;
            edit(api, parameters, &text, &entities, caption).await
        }
        Action::Delete { ext_ids } => {
            if let Some(connection) = &place.business {
                return delete_business(api, connection, &ext_ids).await;
            }
            for ext_id in ext_ids {
                let parameters = target(place, &ext_id)?;
                done(
                    api,
                    "deleteMessage",
                    parameters,
                    "message to delete not found",
                )
                .await?;
            }
            Ok(())
        }
        Action::React { .. } if place.business.is_some() => Err(rejected(
            "unsupported",
            "a bot cannot react on behalf of a connected account",
        )),
        Action::React { ext_id, emoji } => react(api, target(place, &ext_id)?, emoji).await,
        Action::Typing => {
            let mut parameters = in_chat(place);
            parameters.insert("action".to_owned(), "typing".into());
            api.call::<Value>("sendChatAction", &Value::Object(parameters))
                .await?;
            Ok(())
        }
        Action::MarkRead { .. } => Err(rejected("unsupported", "bots do not mark as read")),
    }
}

/// What the bot wrote in somebody's name is deleted in their name, all at once.
async fn delete_business(api: &Api, connection: &str, ext_ids: &[String]) -> Result<(), SendError> {
    let ids = ext_ids
        .iter()
        .map(|ext_id| peer::message_id(ext_id))
        .collect::<Result<Vec<_>, _>>()?;
    let asked = json!({"business_connection_id": connection, "message_ids": ids});
    api.call::<Value>("deleteBusinessMessages", &asked).await?;
    Ok(())
}

async fn edit(
    api: &Api,
    mut parameters: Parameters,
    text: &str,
    entities: &[Entity],
    caption: bool,
) -> Result<(), SendError> {
    let (method, text_key, ranges_key) = if caption {
        ("editMessageCaption", "caption", "caption_entities")
    } else {
        ("editMessageText", "text", "entities")
    };
    add_text(&mut parameters, text_key, ranges_key, text, entities);
    done(api, method, parameters, "message is not modified").await
}

async fn react(
    api: &Api,
    mut parameters: Parameters,
    emoji: Option<String>,
) -> Result<(), SendError> {
    // The vendor's list has no variation selectors.
    let plain = emoji.map(|emoji| emoji.replace('\u{fe0f}', ""));
    let reaction = plain
        .into_iter()
        .map(|emoji| json!({"type": "emoji", "emoji": emoji}));
    parameters.insert("reaction".to_owned(), reaction.collect());
    done(
        api,
        "setMessageReaction",
        parameters,
        "message is not modified",
    )
    .await
}

fn target(place: &Place, ext_id: &str) -> Result<Parameters, SendError> {
    let mut parameters = in_chat(place);
    parameters.insert("message_id".to_owned(), peer::message_id(ext_id)?.into());
    Ok(parameters)
}

async fn done(
    api: &Api,
    method: &str,
    parameters: Parameters,
    fine: &str,
) -> Result<(), SendError> {
    match api.call::<Value>(method, &Value::Object(parameters)).await {
        Ok(_) => Ok(()),
        Err(Failure::Error(SendError::Rejected { text, .. })) if text.contains(fine) => Ok(()),
        Err(failure) => Err(failure.into()),
    }
}
