//! Our parts and acts as calls. Each message carries a number made of its part's key: Telegram takes it once.

use crate::{
    fault::{self, SENT_BEFORE, STRANGERS, rejected},
    files,
    line::Line,
    people::{People, input},
};
use channel::{Accepted, Action, Part, PeerRef, SendError};
use grammers_mtsender::InvocationError;
use grammers_tl_types as tl;
use kernel::Moment;
use ring::digest;
use text::{Entity, EntityKind};

/// How many of a chat's newest messages are looked at for one of ours that arrived.
const LOOK_BACK: i32 = 40;

/// The number of a message of ours: the same in each try of its part.
pub(crate) fn number(key: &str, index: usize) -> i64 {
    let sum = digest::digest(&digest::SHA256, format!("{key} {index}").as_bytes());
    let mut eight = [0; 8];
    eight.copy_from_slice(&sum.as_ref()[..8]);
    i64::from_le_bytes(eight)
}

/// Sends one part.
#[expect(
    clippy::too_many_lines,
    reason = "three calls of the schema with all their fields"
)]
pub(crate) async fn send(
    line: &Line,
    people: &People,
    part: &Part,
    peer: &PeerRef,
    key: &str,
    now: Moment,
) -> Result<Accepted, SendError> {
    let (id, known) = people.find(line, &peer.ext_id).await?;
    let first = number(key, 0);
    if let Some(arrived) = line.echoes.settled(first) {
        return Ok(accepted(vec![arrived]));
    }
    if !known.met && people.resting(now).await.is_some() {
        return Err(rejected("strangers_limited", STRANGERS));
    }
    let to = input(id, known.hash);
    let reply_to = match &part.reply_to {
        Some(ext_id) => Some(reply(message_id(ext_id)?)),
        None => None,
    };
    let numbers: Vec<i64> = (0..part.files.len().max(1))
        .map(|n| number(key, n))
        .collect();
    let sent = match part.files.as_slice() {
        [] => {
            let ask = tl::functions::messages::SendMessage {
                no_webpage: false,
                silent: part.silent,
                background: false,
                clear_draft: false,
                noforwards: false,
                update_stickersets_order: false,
                invert_media: false,
                allow_paid_floodskip: false,
                peer: to.clone(),
                reply_to,
                message: part.text.clone(),
                random_id: first,
                reply_markup: None,
                entities: ranges(&part.entities),
                schedule_date: None,
                schedule_repeat_period: None,
                send_as: None,
                quick_reply_shortcut: None,
                effect: None,
                allow_paid_stars: None,
                suggested_post: None,
                rich_message: None,
            };
            let echoes = &line.echoes;
            echoes.begins(people, id, first, &part.text, now).await;
            let _going = echoes.going(id, &numbers);
            noted(line, &numbers, line.call(&ask).await)
        }
        [file] => {
            let uploaded = files::upload(line, file, number(key, 1000)).await?;
            let ask = tl::functions::messages::SendMedia {
                silent: part.silent,
                background: false,
                clear_draft: false,
                noforwards: false,
                update_stickersets_order: false,
                invert_media: false,
                allow_paid_floodskip: false,
                peer: to.clone(),
                reply_to,
                media: files::content(file, uploaded),
                message: part.text.clone(),
                random_id: first,
                reply_markup: None,
                entities: ranges(&part.entities),
                schedule_date: None,
                schedule_repeat_period: None,
                send_as: None,
                quick_reply_shortcut: None,
                effect: None,
                allow_paid_stars: None,
                suggested_post: None,
            };
            let echoes = &line.echoes;
            echoes.begins(people, id, first, &part.text, now).await;
            let _going = echoes.going(id, &numbers);
            noted(line, &numbers, line.call(&ask).await)
        }
        _ => {
            let media = album(line, part, &to, key, &numbers).await?;
            let ask = tl::functions::messages::SendMultiMedia {
                silent: part.silent,
                background: false,
                clear_draft: false,
                noforwards: false,
                update_stickersets_order: false,
                invert_media: false,
                allow_paid_floodskip: false,
                peer: to.clone(),
                reply_to,
                multi_media: media,
                schedule_date: None,
                send_as: None,
                quick_reply_shortcut: None,
                effect: None,
                allow_paid_stars: None,
            };
            let echoes = &line.echoes;
            echoes.begins(people, id, first, &part.text, now).await;
            let _going = echoes.going(id, &numbers);
            noted(line, &numbers, line.call(&ask).await)
        }
    };
    match sent {
        Ok(ids) => Ok(accepted(ids)),
        Err(error) if fault::name(&error) == Some(SENT_BEFORE) => {
            // It arrived in an earlier try whose answer was lost: what it is called there, the chat tells.
            look_back(line, &to, &part.text, numbers.len()).await
        }
        Err(error) => {
            if fault::name(&error) == Some(STRANGERS) {
                people.rest(now).await;
            }
            Err(fault::of(&error))
        }
    }
}

fn accepted(ids: Vec<i32>) -> Accepted {
    Accepted {
        ext_ids: ids.iter().map(i32::to_string).collect(),
        moved_to: None,
    }
}

/// Telegram's numbers of what was sent, in the order of ours; noted before their echo is looked at.
fn noted(
    line: &Line,
    numbers: &[i64],
    answer: Result<tl::enums::Updates, InvocationError>,
) -> Result<Vec<i32>, InvocationError> {
    let unknown = |error: &InvocationError| matches!(fault::of(error), SendError::Unknown { .. });
    if answer.as_ref().is_err_and(unknown) {
        line.echoes.doubt(numbers[0]);
    } else {
        line.echoes.answered(numbers[0]);
    }
    let answer = answer?;
    let updates = match answer {
        tl::enums::Updates::UpdateShortSentMessage(sent) => {
            line.echoes.own(sent.id);
            return Ok(vec![sent.id]);
        }
        tl::enums::Updates::Updates(all) => all.updates,
        tl::enums::Updates::Combined(all) => all.updates,
        tl::enums::Updates::UpdateShort(one) => vec![one.update],
        _ => Vec::new(),
    };
    let id_of = |number: &i64| {
        updates.iter().find_map(|update| match update {
            tl::enums::Update::MessageId(told) if told.random_id == *number => Some(told.id),
            _ => None,
        })
    };
    let ids: Vec<i32> = numbers.iter().filter_map(id_of).collect();
    for id in &ids {
        line.echoes.own(*id);
    }
    Ok(ids)
}

/// The files of an album, each stored at Telegram first.
async fn album(
    line: &Line,
    part: &Part,
    to: &tl::enums::InputPeer,
    key: &str,
    numbers: &[i64],
) -> Result<Vec<tl::enums::InputSingleMedia>, SendError> {
    let mut all = Vec::with_capacity(part.files.len());
    for (index, (file, random_id)) in part.files.iter().zip(numbers).enumerate() {
        let uploaded = files::upload(line, file, number(key, 1000 + index)).await?;
        let ask = tl::functions::messages::UploadMedia {
            business_connection_id: None,
            peer: to.clone(),
            media: files::content(file, uploaded),
        };
        let stored = match line.ask(&ask).await.map_err(|e| fault::of(&e)) {
            Ok(stored) => again(&stored),
            // No message was sent yet: nothing is in doubt.
            Err(SendError::Unknown { reason }) => return Err(SendError::NotSent { reason }),
            Err(error) => return Err(error),
        };
        let captioned = index == 0;
        all.push(tl::enums::InputSingleMedia::Media(
            tl::types::InputSingleMedia {
                media: stored.ok_or_else(|| rejected("file_lost", "Telegram did not keep it"))?,
                random_id: *random_id,
                message: if captioned {
                    part.text.clone()
                } else {
                    String::new()
                },
                entities: ranges(&part.entities).filter(|_| captioned),
            },
        ));
    }
    Ok(all)
}

/// What Telegram has stored, to be sent by its number.
fn again(stored: &tl::enums::MessageMedia) -> Option<tl::enums::InputMedia> {
    match stored {
        tl::enums::MessageMedia::Photo(photo) => {
            let Some(tl::enums::Photo::Photo(photo)) = &photo.photo else {
                return None;
            };
            let id = tl::enums::InputPhoto::Photo(tl::types::InputPhoto {
                id: photo.id,
                access_hash: photo.access_hash,
                file_reference: photo.file_reference.clone(),
            });
            Some(tl::enums::InputMedia::Photo(tl::types::InputMediaPhoto {
                spoiler: false,
                live_photo: false,
                id,
                ttl_seconds: None,
                video: None,
            }))
        }
        tl::enums::MessageMedia::Document(document) => {
            let Some(tl::enums::Document::Document(document)) = &document.document else {
                return None;
            };
            let id = tl::enums::InputDocument::Document(tl::types::InputDocument {
                id: document.id,
                access_hash: document.access_hash,
                file_reference: document.file_reference.clone(),
            });
            let media = tl::types::InputMediaDocument {
                spoiler: false,
                id,
                video_cover: None,
                video_timestamp: None,
                ttl_seconds: None,
                query: None,
            };
            Some(tl::enums::InputMedia::Document(media))
        }
        _ => None,
    }
}

/// Finds what arrived in an earlier try: the newest messages of ours in this chat with these words.
async fn look_back(
    line: &Line,
    peer: &tl::enums::InputPeer,
    words: &str,
    count: usize,
) -> Result<Accepted, SendError> {
    let ask = tl::functions::messages::GetHistory {
        peer: peer.clone(),
        offset_id: 0,
        offset_date: 0,
        add_offset: 0,
        limit: LOOK_BACK,
        max_id: 0,
        min_id: 0,
        hash: 0,
    };
    let found = match line.ask(&ask).await.map_err(|e| fault::of(&e))? {
        tl::enums::messages::Messages::Messages(all) => all.messages,
        tl::enums::messages::Messages::Slice(some) => some.messages,
        _ => Vec::new(),
    };
    let ours: Vec<&tl::types::Message> = found
        .iter()
        .filter_map(|message| match message {
            tl::enums::Message::Message(m) if m.out => Some(m),
            _ => None,
        })
        .collect();
    let said = ours.iter().find(|message| message.message == words);
    let Some(said) = said else {
        return Ok(Accepted::default());
    };
    let mut ids: Vec<i32> = match said.grouped_id {
        Some(group) if count > 1 => ours
            .iter()
            .filter(|m| m.grouped_id == Some(group))
            .map(|m| m.id)
            .collect(),
        _ => vec![said.id],
    };
    ids.sort_unstable();
    for id in &ids {
        line.echoes.own(*id);
    }
    Ok(accepted(ids))
}

fn reply(message: i32) -> tl::enums::InputReplyTo {
    tl::enums::InputReplyTo::Message(tl::types::InputReplyToMessage {
        reply_to_msg_id: message,
        top_msg_id: None,
        reply_to_peer_id: None,
        quote_text: None,
        quote_entities: None,
        quote_offset: None,
        monoforum_peer_id: None,
        todo_item_id: None,
        poll_option: None,
    })
}

fn message_id(ext_id: &str) -> Result<i32, SendError> {
    ext_id
        .parse()
        .map_err(|_| rejected("malformed", "not a message of Telegram's"))
}

fn ranges(entities: &[Entity]) -> Option<Vec<tl::enums::MessageEntity>> {
    let all: Vec<_> = entities.iter().filter_map(range).collect();
    (!all.is_empty()).then_some(all)
}

fn range(entity: &Entity) -> Option<tl::enums::MessageEntity> {
    use tl::{enums::MessageEntity as Wire, types};
    let offset = i32::try_from(entity.offset).ok()?;
    let length = i32::try_from(entity.len).ok()?;
    Some(match entity.kind {
        EntityKind::Bold => Wire::Bold(types::MessageEntityBold { offset, length }),
        EntityKind::Italic => Wire::Italic(types::MessageEntityItalic { offset, length }),
        EntityKind::Strike => Wire::Strike(types::MessageEntityStrike { offset, length }),
        EntityKind::Code => Wire::Code(types::MessageEntityCode { offset, length }),
        EntityKind::Pre => Wire::Pre(types::MessageEntityPre {
            offset,
            length,
            language: entity.language.clone().unwrap_or_default(),
        }),
        EntityKind::Quote => Wire::Blockquote(types::MessageEntityBlockquote {
            collapsed: false,
            offset,
            length,
        }),
        EntityKind::Link => Wire::TextUrl(types::MessageEntityTextUrl {
            offset,
            length,
            url: entity.url.clone()?,
        }),
    })
}

/// Does one of the lesser acts. What is already as wished is no error.
pub(crate) async fn act(
    line: &Line,
    people: &People,
    action: Action,
    peer: &PeerRef,
) -> Result<(), SendError> {
    let (id, known) = people.find(line, &peer.ext_id).await?;
    let to = input(id, known.hash);
    let done = match action {
        Action::Edit {
            ext_id,
            text,
            entities,
            caption: _,
        } => {
            let ask = tl::functions::messages::EditMessage {
                no_webpage: false,
                invert_media: false,
                peer: to,
                id: message_id(&ext_id)?,
                message: Some(text),
                media: None,
                reply_markup: None,
                entities: ranges(&entities),
                schedule_date: None,
                schedule_repeat_period: None,
                quick_reply_shortcut_id: None,
                rich_message: None,
            };
            line.ask(&ask).await.map(drop)
        }
        Action::Delete { ext_ids } => {
            let ids: Result<Vec<i32>, SendError> =
                ext_ids.iter().map(|ext_id| message_id(ext_id)).collect();
            let ask = tl::functions::messages::DeleteMessages {
                revoke: true,
                id: ids?,
            };
            line.ask(&ask).await.map(drop)
        }
        Action::Typing => {
            let ask = tl::functions::messages::SetTyping {
                peer: to,
                top_msg_id: None,
                action: tl::enums::SendMessageAction::SendMessageTypingAction,
            };
            line.call(&ask).await.map(drop)
        }
        Action::MarkRead { ext_id } => {
            let ask = tl::functions::messages::ReadHistory {
                peer: to,
                max_id: message_id(&ext_id)?,
            };
            line.ask(&ask).await.map(drop)
        }
        Action::React { ext_id, emoji } => {
            let reaction = emoji
                .map(|emoticon| tl::enums::Reaction::Emoji(tl::types::ReactionEmoji { emoticon }));
            let ask = tl::functions::messages::SendReaction {
                big: false,
                // The owner's own list of what they like is theirs.
                add_to_recent: false,
                peer: to,
                msg_id: message_id(&ext_id)?,
                reaction: reaction.map(|one| vec![one]),
            };
            line.ask(&ask).await.map(drop)
        }
    };
    match done {
        Err(error) if fault::name(&error) == Some("MESSAGE_NOT_MODIFIED") => Ok(()),
        done => done.map_err(|error| fault::of(&error)),
    }
}
