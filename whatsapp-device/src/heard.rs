//! What the messenger's client tells, in plain words of our own: pure and total, so that nothing a stranger sends can stop us.

use serde::{Deserialize, Serialize};
use whatsapp_rust::{
    Jid,
    types::message::MessageInfo,
    wacore::{download::MediaType, proto_helpers::MessageExt},
    wacore_binary::JidExt,
    waproto::whatsapp as wa,
};

/// Longest answer of a poll and the like that is shown, in lines.
const MOST_LINES: usize = 20;

/// A person, by one or both of their addresses (device numbers left out).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// `…@lid`: hides the number.
    pub lid: Option<String>,
    /// `…@s.whatsapp.net`: the number.
    pub pn: Option<String>,
}

impl Who {
    /// Of any two addresses of one person.
    pub fn of(jids: [Option<&Jid>; 2]) -> Self {
        let mut who = Self::default();
        for jid in jids.into_iter().flatten() {
            if jid.is_lid() {
                who.lid.get_or_insert(jid.to_non_ad_string());
            } else if jid.is_pn() {
                who.pn.get_or_insert(jid.to_non_ad_string());
            }
        }
        who
    }

    /// The number as E.164, if it is known.
    pub fn phone(&self) -> Option<String> {
        let (digits, _) = self.pn.as_deref()?.split_once('@')?;
        let fits = (5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| format!("+{digits}"))
    }
}

/// Where something was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// With one person.
    Person(Who),
    /// In a group, by its address.
    Group(String),
}

/// A file on the messenger's servers, and how to open it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// `image`, `video`, `audio`, `voice` or `file`.
    pub kind: String,
    /// The key's purpose: `image`, `video`, `audio`, `document` or `sticker`.
    pub class: String,
    /// Where it lies.
    pub path: String,
    /// Opens it.
    pub key: Vec<u8>,
    /// Of what is inside.
    pub sha256: Vec<u8>,
    /// Of what lies there.
    pub enc_sha256: Vec<u8>,
    /// Bytes, as told.
    pub size: u64,
    /// Its type, as told.
    pub mime: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Milliseconds.
    pub duration_ms: Option<u64>,
}

impl Media {
    /// What the client's own word for the key is.
    pub fn media_type(&self) -> MediaType {
        match self.class.as_str() {
            "image" => MediaType::Image,
            "video" => MediaType::Video,
            "audio" => MediaType::Audio,
            "sticker" => MediaType::Sticker,
            _ => MediaType::Document,
        }
    }
}

/// Words with what comes beside them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Plain.
    pub text: String,
    /// A file.
    pub media: Option<Media>,
    /// The stanza it answers.
    pub reply_to: Option<String>,
    /// It was passed on.
    pub forwarded: bool,
    /// The advertisement it came from.
    pub ad: Option<String>,
    /// `latitude,longitude`.
    pub location: Option<String>,
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Something new.
    Words(Box<Words>),
    /// That stanza reads so now.
    Edit(String, Box<Words>),
    /// That stanza is taken back.
    Revoke(String),
    /// To that stanza; empty takes it away.
    Reaction(String, String),
    /// A person would see it, we cannot show it; the messenger's word.
    Unknown(String),
}

/// One message as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The messenger's id: unique only for one sender.
    pub stanza: String,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Where.
    pub place: Place,
    /// By whom; in a talk with one person and `from_me`, nobody.
    pub sender: Who,
    /// Typed on our own phone.
    pub from_me: bool,
    /// What they call themselves.
    pub name: Option<String>,
    /// What.
    pub said: Said,
}

/// Understands a message; none if it is no talk of ours: statuses, channels, and what the messenger tells its own devices.
pub fn heard(message: &wa::Message, info: &MessageInfo) -> Option<Heard> {
    let source = &info.source;
    let chat = &source.chat;
    if chat.is_status_broadcast() || chat.is_newsletter() || chat.is_psa() || chat.is_bot() {
        return None;
    }
    let sender = Who::of([Some(&source.sender), source.sender_alt.as_ref()]);
    let place = if chat.is_group() {
        Place::Group(chat.to_non_ad_string())
    } else if source.is_from_me {
        let other = source.recipient_alt.as_ref();
        Place::Person(Who::of([
            Some(chat),
            other.or(info.peer_recipient_pn.as_ref()),
        ]))
    } else {
        // A message to a list of many is to each of them alone.
        Place::Person(sender.clone())
    };
    if place == Place::Person(Who::default()) {
        return None;
    }
    Some(Heard {
        stanza: info.id.clone(),
        at: info.timestamp.timestamp_millis(),
        place,
        sender: if source.is_from_me {
            Who::default()
        } else {
            sender
        },
        from_me: source.is_from_me,
        name: Some(text::clean_name(&info.push_name))
            .filter(|name| !name.is_empty() && !source.is_from_me),
        said: said(message, &info.media_type)?,
    })
}

fn said(message: &wa::Message, hint: &str) -> Option<Said> {
    let base = message.get_base_message();
    if let Some(protocol) = base.protocol_message.as_option() {
        use wa::message::protocol_message::Type;
        let target = protocol.key.as_option().and_then(|key| key.id.clone())?;
        return match protocol.r#type {
            Some(Type::REVOKE) => Some(Said::Revoke(target)),
            Some(Type::MESSAGE_EDIT) => {
                let now = protocol.edited_message.as_option()?;
                let words = words(now.get_base_message())?;
                Some(Said::Edit(target, Box::new(words)))
            }
            _ => None,
        };
    }
    if let Some(reaction) = base.reaction_message.as_option() {
        let target = reaction.key.as_option().and_then(|key| key.id.clone())?;
        let emoji = reaction.text.clone().unwrap_or_default();
        return Some(Said::Reaction(target, emoji));
    }
    if let Some(words) = words(base) {
        return Some(Said::Words(Box::new(words)));
    }
    // Keys, settings and marks of other devices: nobody would see them.
    let silent = base.sender_key_distribution_message.is_set()
        || base.keep_in_chat_message.is_set()
        || base.pin_in_chat_message.is_set()
        || base.poll_update_message.is_set()
        || base.enc_reaction_message.is_set()
        || base.sticker_sync_rmr_message.is_set()
        || *base == wa::Message::default();
    let only_context = wa::Message {
        message_context_info: base.message_context_info.clone(),
        ..wa::Message::default()
    };
    if silent || *base == only_context {
        return None;
    }
    Some(Said::Unknown(if hint.is_empty() {
        "unknown".to_owned()
    } else {
        hint.to_owned()
    }))
}

/// The words of a message; none if it has none that a person would see.
fn words(base: &wa::Message) -> Option<Words> {
    let mut words = Words::default();
    let context = if let Some(plain) = base.conversation.as_deref().filter(|t| !t.is_empty()) {
        plain.clone_into(&mut words.text);
        None
    } else if let Some(long) = base.extended_text_message.as_option() {
        words.text = long.text.clone().unwrap_or_default();
        long.context_info.as_option()
    } else if let Some(image) = base.image_message.as_option() {
        words.text = image.caption.clone().unwrap_or_default();
        words.media = Some(Media {
            width: image.width,
            height: image.height,
            ..file(
                "image",
                "image",
                [&image.media_key, &image.file_sha256, &image.file_enc_sha256],
                image.direct_path.as_ref(),
                image.mimetype.as_ref(),
                image.file_length,
            )
        });
        image.context_info.as_option()
    } else if let Some(video) = base
        .video_message
        .as_option()
        .or(base.ptv_message.as_option())
    {
        words.text = video.caption.clone().unwrap_or_default();
        words.media = Some(Media {
            width: video.width,
            height: video.height,
            duration_ms: video.seconds.map(|s| u64::from(s) * 1000),
            ..file(
                "video",
                "video",
                [&video.media_key, &video.file_sha256, &video.file_enc_sha256],
                video.direct_path.as_ref(),
                video.mimetype.as_ref(),
                video.file_length,
            )
        });
        video.context_info.as_option()
    } else if let Some(audio) = base.audio_message.as_option() {
        let kind = if audio.ptt == Some(true) {
            "voice"
        } else {
            "audio"
        };
        words.media = Some(Media {
            duration_ms: audio.seconds.map(|s| u64::from(s) * 1000),
            ..file(
                kind,
                "audio",
                [&audio.media_key, &audio.file_sha256, &audio.file_enc_sha256],
                audio.direct_path.as_ref(),
                audio.mimetype.as_ref(),
                audio.file_length,
            )
        });
        audio.context_info.as_option()
    } else if let Some(paper) = base.document_message.as_option() {
        words.text = paper.caption.clone().unwrap_or_default();
        words.media = Some(Media {
            name: paper.file_name.clone().or_else(|| paper.title.clone()),
            ..file(
                "file",
                "document",
                [&paper.media_key, &paper.file_sha256, &paper.file_enc_sha256],
                paper.direct_path.as_ref(),
                paper.mimetype.as_ref(),
                paper.file_length,
            )
        });
        paper.context_info.as_option()
    } else if let Some(sticker) = base.sticker_message.as_option() {
        words.media = Some(Media {
            width: sticker.width,
            height: sticker.height,
            ..file(
                "image",
                "sticker",
                [
                    &sticker.media_key,
                    &sticker.file_sha256,
                    &sticker.file_enc_sha256,
                ],
                sticker.direct_path.as_ref(),
                sticker.mimetype.as_ref(),
                sticker.file_length,
            )
        });
        sticker.context_info.as_option()
    } else {
        return told(base, words);
    };
    about(context, &mut words);
    (!words.text.is_empty() || words.media.is_some()).then_some(words)
}

/// What is no text and no file, but reads well as words.
fn told(base: &wa::Message, mut words: Words) -> Option<Words> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = |words: &str| {
        if !words.trim().is_empty() && lines.len() < MOST_LINES {
            lines.push(words.trim().to_owned());
        }
    };
    let context = if let Some(place) = base.location_message.as_option() {
        let point = (place.degrees_latitude?, place.degrees_longitude?);
        line(&format!("📍 {}", place.name.as_deref().unwrap_or_default()));
        line(place.address.as_deref().unwrap_or_default());
        line(&format!("{}, {}", point.0, point.1));
        words.location = Some(format!("{},{}", point.0, point.1));
        place.context_info.as_option()
    } else if let Some(place) = base.live_location_message.as_option() {
        let point = (place.degrees_latitude?, place.degrees_longitude?);
        line(&format!("📍 {}, {}", point.0, point.1));
        line(place.caption.as_deref().unwrap_or_default());
        words.location = Some(format!("{},{}", point.0, point.1));
        place.context_info.as_option()
    } else if let Some(card) = base.contact_message.as_option() {
        card_lines(card, &mut line);
        card.context_info.as_option()
    } else if let Some(cards) = base.contacts_array_message.as_option() {
        for card in &cards.contacts {
            card_lines(card, &mut line);
        }
        cards.context_info.as_option()
    } else if let Some(poll) = [
        &base.poll_creation_message,
        &base.poll_creation_message_v2,
        &base.poll_creation_message_v3,
    ]
    .into_iter()
    .find_map(|poll| poll.as_option())
    {
        line(&format!("📊 {}", poll.name.as_deref().unwrap_or_default()));
        for option in &poll.options {
            line(&format!(
                "• {}",
                option.option_name.as_deref().unwrap_or_default()
            ));
        }
        poll.context_info.as_option()
    } else if let Some(choice) = base.list_response_message.as_option() {
        line(choice.title.as_deref().unwrap_or_default());
        line(choice.description.as_deref().unwrap_or_default());
        choice.context_info.as_option()
    } else if let Some(choice) = base.template_button_reply_message.as_option() {
        line(choice.selected_display_text.as_deref().unwrap_or_default());
        choice.context_info.as_option()
    } else if let Some(invite) = base.group_invite_message.as_option() {
        line(&format!(
            "👥 {}",
            invite.group_name.as_deref().unwrap_or_default()
        ));
        line(invite.caption.as_deref().unwrap_or_default());
        invite.context_info.as_option()
    } else {
        return None;
    };
    words.text = lines.join("\n");
    about(context, &mut words);
    (!words.text.is_empty()).then_some(words)
}

fn card_lines(card: &wa::message::ContactMessage, line: &mut impl FnMut(&str)) {
    let name = card.display_name.as_deref().unwrap_or_default();
    line(&format!("👤 {}", text::clean_name(name)));
    let vcard = card.vcard.as_deref().unwrap_or_default();
    for tel in vcard.lines().filter(|l| l.trim().contains("TEL")) {
        if let Some((_, number)) = tel.rsplit_once(':') {
            line(&text::clean_name(number));
        }
    }
}

fn about(context: Option<&wa::ContextInfo>, words: &mut Words) {
    let Some(context) = context else { return };
    words.reply_to = context.stanza_id.clone().filter(|id| !id.is_empty());
    words.forwarded = context.is_forwarded == Some(true);
    words.ad = context
        .external_ad_reply
        .as_option()
        .and_then(|ad| ad.source_url.clone().or_else(|| ad.title.clone()));
}

fn file(
    kind: &str,
    class: &str,
    [key, sha256, enc_sha256]: [&Option<Vec<u8>>; 3],
    path: Option<&String>,
    mime: Option<&String>,
    size: Option<u64>,
) -> Media {
    let bytes = |bytes: &Option<Vec<u8>>| bytes.clone().unwrap_or_default();
    Media {
        kind: kind.to_owned(),
        class: class.to_owned(),
        path: path.cloned().unwrap_or_default(),
        key: bytes(key),
        sha256: bytes(sha256),
        enc_sha256: bytes(enc_sha256),
        size: size.unwrap_or_default(),
        mime: mime.cloned(),
        ..Media::default()
    }
}

#[cfg(test)]
mod tests;
