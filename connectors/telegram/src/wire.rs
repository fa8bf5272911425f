//! Telegram's JSON as it comes. Every field may be missing: a new version of the Bot API, or an
//! odd client, must not stop a channel.

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "the vendor's names")]
pub(crate) struct Update {
    pub(crate) update_id: i64,
    pub(crate) message: Option<Box<Message>>,
    pub(crate) edited_message: Option<Box<Message>>,
    pub(crate) callback_query: Option<Box<CallbackQuery>>,
    pub(crate) my_chat_member: Option<Box<ChatMemberUpdated>>,
    pub(crate) message_reaction: Option<Box<MessageReaction>>,
    pub(crate) business_message: Option<Box<Message>>,
    pub(crate) edited_business_message: Option<Box<Message>>,
    pub(crate) deleted_business_messages: Option<Box<BusinessDeleted>>,
    pub(crate) business_connection: Option<Value>,
    /// Kinds of update we did not ask for or do not know.
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct User {
    pub(crate) id: Option<i64>,
    pub(crate) is_bot: Option<bool>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) language_code: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Chat {
    pub(crate) id: Option<i64>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "the vendor's names")]
pub(crate) struct Message {
    pub(crate) message_id: Option<i64>,
    pub(crate) from: Option<User>,
    pub(crate) chat: Option<Chat>,
    pub(crate) date: Option<i64>,
    pub(crate) edit_date: Option<i64>,
    pub(crate) text: Option<String>,
    pub(crate) entities: Vec<Entity>,
    pub(crate) caption: Option<String>,
    pub(crate) caption_entities: Vec<Entity>,
    pub(crate) media_group_id: Option<String>,
    pub(crate) reply_to_message: Option<Box<Replied>>,
    pub(crate) forward_origin: Option<ForwardOrigin>,
    pub(crate) photo: Vec<Media>,
    pub(crate) video: Option<Media>,
    pub(crate) animation: Option<Media>,
    pub(crate) document: Option<Media>,
    pub(crate) audio: Option<Media>,
    pub(crate) voice: Option<Media>,
    pub(crate) video_note: Option<Media>,
    pub(crate) sticker: Option<Sticker>,
    pub(crate) contact: Option<Contact>,
    pub(crate) location: Option<Location>,
    pub(crate) venue: Option<Venue>,
    pub(crate) migrate_to_chat_id: Option<i64>,
    /// Of an employee's own account that is connected to the bot.
    pub(crate) business_connection_id: Option<String>,
    /// The bot that wrote it in the account's name.
    pub(crate) sender_business_bot: Option<Value>,
    /// What else the message holds: the kinds we do not know, and facts about it.
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

/// Of the message that is answered only the place matters.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Replied {
    pub(crate) message_id: Option<i64>,
    pub(crate) chat: Option<Chat>,
    pub(crate) business_connection_id: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Entity {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) offset: usize,
    pub(crate) length: usize,
    pub(crate) url: Option<String>,
    pub(crate) language: Option<String>,
}

/// A file of any kind: the fields the kinds have in common, and a few more.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Media {
    pub(crate) file_id: Option<String>,
    pub(crate) file_size: Option<u64>,
    pub(crate) file_name: Option<String>,
    pub(crate) mime_type: Option<String>,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
    /// Side of a round film, pixels.
    pub(crate) length: Option<u32>,
    /// Seconds.
    pub(crate) duration: Option<u64>,
    pub(crate) title: Option<String>,
    pub(crate) performer: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Sticker {
    #[serde(flatten)]
    pub(crate) media: Media,
    pub(crate) is_animated: Option<bool>,
    pub(crate) is_video: Option<bool>,
    pub(crate) emoji: Option<String>,
    pub(crate) thumbnail: Option<Media>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Contact {
    pub(crate) phone_number: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) user_id: Option<i64>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Location {
    pub(crate) latitude: Option<f64>,
    pub(crate) longitude: Option<f64>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Venue {
    pub(crate) location: Option<Location>,
    pub(crate) title: Option<String>,
    pub(crate) address: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct ForwardOrigin {
    pub(crate) sender_user: Option<User>,
    pub(crate) sender_user_name: Option<String>,
    pub(crate) sender_chat: Option<Chat>,
    pub(crate) chat: Option<Chat>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct CallbackQuery {
    pub(crate) id: Option<String>,
    pub(crate) from: Option<User>,
    pub(crate) message: Option<Replied>,
    pub(crate) data: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct ChatMemberUpdated {
    pub(crate) chat: Option<Chat>,
    pub(crate) from: Option<User>,
    pub(crate) date: Option<i64>,
    pub(crate) new_chat_member: Option<ChatMember>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct ChatMember {
    pub(crate) status: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct MessageReaction {
    pub(crate) chat: Option<Chat>,
    pub(crate) message_id: Option<i64>,
    pub(crate) user: Option<User>,
    pub(crate) date: Option<i64>,
    pub(crate) new_reaction: Vec<ReactionType>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct ReactionType {
    pub(crate) emoji: Option<String>,
}

/// Messages that were deleted in an employee's own account.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct BusinessDeleted {
    pub(crate) business_connection_id: Option<String>,
    pub(crate) chat: Option<Chat>,
    pub(crate) message_ids: Vec<i64>,
}

/// What a sent message answers.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Sent {
    pub(crate) message_id: i64,
    pub(crate) chat: Chat,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct File {
    pub(crate) file_path: Option<String>,
    pub(crate) file_size: Option<u64>,
}

/// The sizes of each picture, newest picture first.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct ProfilePhotos {
    pub(crate) photos: Vec<Vec<Media>>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct WebhookInfo {
    pub(crate) url: Option<String>,
    pub(crate) pending_update_count: Option<u64>,
    pub(crate) last_error_date: Option<i64>,
    pub(crate) last_error_message: Option<String>,
}
