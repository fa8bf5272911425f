//! MAX's JSON as it comes. Every field may be missing or null: the vendor's own samples do not keep to
//! the vendor's schema.

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "the vendor's names")]
pub(crate) struct Update {
    pub(crate) update_type: Option<String>,
    /// Milliseconds.
    pub(crate) timestamp: Option<i64>,
    pub(crate) message: Option<Box<Message>>,
    pub(crate) callback: Option<Callback>,
    pub(crate) message_id: Option<String>,
    pub(crate) chat_id: Option<i64>,
    pub(crate) user_id: Option<i64>,
    pub(crate) user: Option<User>,
    pub(crate) payload: Option<String>,
    pub(crate) user_locale: Option<String>,
    pub(crate) is_channel: Option<bool>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "the vendor's names")]
pub(crate) struct User {
    pub(crate) user_id: Option<i64>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    /// The whole name; going away, but at times the only one.
    pub(crate) name: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) is_bot: Option<bool>,
    pub(crate) avatar_url: Option<String>,
    pub(crate) full_avatar_url: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Message {
    pub(crate) sender: Option<User>,
    pub(crate) recipient: Option<Recipient>,
    /// Milliseconds.
    pub(crate) timestamp: Option<i64>,
    pub(crate) link: Option<Linked>,
    pub(crate) body: Option<Body>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Recipient {
    pub(crate) chat_id: Option<i64>,
    pub(crate) chat_type: Option<String>,
    pub(crate) user_id: Option<i64>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Body {
    pub(crate) mid: Option<String>,
    pub(crate) text: Option<String>,
    /// Read one by one, so that an odd one does not hide the others.
    pub(crate) attachments: Option<Vec<Value>>,
    pub(crate) markup: Option<Vec<Markup>>,
}

/// The message that is answered or passed on.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Linked {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) sender: Option<User>,
    pub(crate) message: Option<Body>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Markup {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) from: Option<i64>,
    pub(crate) length: Option<i64>,
    pub(crate) url: Option<String>,
}

/// An attachment of any type: the fields all types have, together.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Attachment {
    pub(crate) payload: Option<Payload>,
    pub(crate) filename: Option<String>,
    /// Bytes.
    pub(crate) size: Option<u64>,
    /// Pixels.
    pub(crate) width: Option<u32>,
    /// Pixels.
    pub(crate) height: Option<u32>,
    /// Seconds.
    pub(crate) duration: Option<u64>,
    pub(crate) latitude: Option<f64>,
    pub(crate) longitude: Option<f64>,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Payload {
    pub(crate) url: Option<String>,
    pub(crate) token: Option<String>,
    /// Of a sticker.
    pub(crate) code: Option<String>,
    /// A card in vCard's form.
    pub(crate) vcf_info: Option<String>,
    /// Proves that the card is the sender's own.
    pub(crate) hash: Option<String>,
    pub(crate) max_info: Option<User>,
    pub(crate) buttons: Option<Vec<Vec<Button>>>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Button {
    pub(crate) text: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "the vendor's names")]
pub(crate) struct Callback {
    pub(crate) callback_id: Option<String>,
    pub(crate) payload: Option<String>,
    pub(crate) user: Option<User>,
}

/// What a sent message answers.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Sent {
    pub(crate) message: Option<Message>,
}

/// What changes answer: a refusal may come with status 200.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Done {
    pub(crate) success: Option<bool>,
    pub(crate) message: Option<String>,
}

/// Why a call was refused.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Trouble {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
}

/// Where to bring a file.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct UploadPlace {
    pub(crate) url: Option<String>,
    /// Films and sounds have their token before they are brought.
    pub(crate) token: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Video {
    pub(crate) urls: Option<VideoUrls>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "the vendor's names")]
pub(crate) struct VideoUrls {
    pub(crate) mp4_1080: Option<String>,
    pub(crate) mp4_720: Option<String>,
    pub(crate) mp4_480: Option<String>,
    pub(crate) mp4_360: Option<String>,
    pub(crate) mp4_240: Option<String>,
    pub(crate) mp4_144: Option<String>,
}

/// Of a chat only the face of the other side matters.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Chat {
    pub(crate) dialog_with_user: Option<User>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Subscriptions {
    pub(crate) subscriptions: Vec<Subscription>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Subscription {
    pub(crate) url: Option<String>,
}
