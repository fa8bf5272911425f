//! Meta's JSON as it comes: answers of the Graph API as types, webhooks by pointers, because any field may be missing.

use serde::Deserialize;
use serde_json::Value;

/// `GET /<phone number id>`.
#[derive(Deserialize, Default)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "the vendor's names")]
pub(crate) struct PhoneNumber {
    pub(crate) display_phone_number: Option<String>,
    pub(crate) verified_name: Option<String>,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    pub(crate) quality_rating: Option<String>,
    pub(crate) webhook_configuration: Option<Webhooks>,
}

/// Where Meta delivers: the first that is set of number, business account and application.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Webhooks {
    pub(crate) phone_number: Option<String>,
    pub(crate) whatsapp_business_account: Option<String>,
    pub(crate) application: Option<String>,
}

impl Webhooks {
    /// The address that counts.
    pub(crate) fn effective(&self) -> Option<&str> {
        [
            &self.phone_number,
            &self.whatsapp_business_account,
            &self.application,
        ]
        .into_iter()
        .find_map(|url| url.as_deref().filter(|url| !url.is_empty()))
    }
}

/// `POST /<phone number id>/messages`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Sent {
    pub(crate) messages: Vec<Named>,
}

/// Something with an id: a message that was taken, a file that was brought.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Named {
    pub(crate) id: String,
}

/// `GET /<media id>`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Media {
    /// Lives for five minutes.
    pub(crate) url: Option<String>,
    pub(crate) mime_type: Option<String>,
    pub(crate) sha256: Option<String>,
    pub(crate) file_size: Option<u64>,
}

/// A refusal of the Graph API.
#[derive(Deserialize)]
pub(crate) struct Refused {
    pub(crate) error: Trouble,
}

/// An error: in a refusal, or in a webhook.
#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Trouble {
    pub(crate) code: i64,
    pub(crate) title: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) error_data: Option<Details>,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub(crate) struct Details {
    pub(crate) details: Option<String>,
}

impl Trouble {
    /// Meta's words with the number, by which its pages explain more.
    pub(crate) fn words(&self) -> String {
        let said = self.message.as_deref().or(self.title.as_deref());
        let said = said.unwrap_or_default().trim();
        let details = self.error_data.as_ref().and_then(|d| d.details.as_deref());
        let details = details
            .map(str::trim)
            .filter(|d| !d.is_empty() && *d != said);
        let words = match (said, details) {
            (said, None) => said.to_owned(),
            ("", Some(details)) => details.to_owned(),
            (said, Some(details)) => format!("{said}: {details}"),
        };
        if said.contains(&self.code.to_string()) {
            return words;
        }
        format!("{words} ({})", self.code).trim().to_owned()
    }
}

/// The string at a pointer; nothing if it is missing, empty or something else.
pub(crate) fn word<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value
        .pointer(pointer)?
        .as_str()
        .filter(|word| !word.is_empty())
}

/// The list at a pointer; empty if there is none.
pub(crate) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// A number written as such or as a string.
pub(crate) fn number(value: &Value, pointer: &str) -> Option<i64> {
    let value = value.pointer(pointer)?;
    value
        .as_i64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}
