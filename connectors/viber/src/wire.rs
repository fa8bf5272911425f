//! Viber's JSON as it comes. Every field may be missing or null.

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Event {
    #[serde(rename = "event")]
    pub(crate) kind: Option<String>,
    /// Milliseconds.
    pub(crate) timestamp: Option<i64>,
    pub(crate) message_token: Value,
    /// Of who subscribes or opens the conversation.
    pub(crate) user: Option<User>,
    /// Of who writes.
    pub(crate) sender: Option<User>,
    pub(crate) message: Option<Message>,
    /// What the link carried.
    pub(crate) context: Option<String>,
    pub(crate) subscribed: Option<bool>,
    /// Why a message failed.
    pub(crate) desc: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct User {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    /// Address of the picture.
    pub(crate) avatar: Option<String>,
    pub(crate) language: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Message {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) text: Option<String>,
    /// Address of the file, or the link of an `url`.
    pub(crate) media: Option<String>,
    pub(crate) file_name: Option<String>,
    /// Bytes.
    pub(crate) file_size: Option<u64>,
    /// Seconds.
    pub(crate) duration: Option<u64>,
    /// A number, in some applications a word.
    pub(crate) sticker_id: Value,
    pub(crate) contact: Option<Contact>,
    pub(crate) location: Option<Location>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Contact {
    pub(crate) name: Option<String>,
    pub(crate) phone_number: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Location {
    pub(crate) lat: Option<f64>,
    pub(crate) lon: Option<f64>,
}

/// How any call ended.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Status {
    pub(crate) status: Option<i64>,
    pub(crate) status_message: Option<String>,
}

/// `set_webhook` answers nothing we need.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Done {}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Sent {
    pub(crate) message_token: Value,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Info {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    /// The word by which links name the bot.
    pub(crate) uri: Option<String>,
    /// Where Viber delivers.
    pub(crate) webhook: Option<String>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Details {
    pub(crate) user: Option<User>,
}

/// The number of a message or event as digits. It is larger than a float can hold, so it never becomes one: a number
/// that came as a float is none.
pub(crate) fn token(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) if number.is_u64() || number.is_i64() => Some(number.to_string()),
        Value::String(digits) if is_digits(digits) => Some(digits.clone()),
        _ => None,
    }
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_token_keeps_each_of_its_digits() {
        let read = |json: &str| token(&serde_json::from_str(json).unwrap_or_default());
        for digits in [
            "9007199254740993",
            "5741311803571721087",
            "18446744073709551615",
        ] {
            assert_eq!(read(digits).as_deref(), Some(digits));
            assert_eq!(read(&format!("\"{digits}\"")).as_deref(), Some(digits));
        }
        for wrong in ["null", "5.7e18", "\"\"", "\"12a\"", "[1]", "true"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
