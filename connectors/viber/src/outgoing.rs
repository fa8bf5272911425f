//! Our parts as calls of `send_message`.

use crate::{
    abilities::{MAX_FILE_NAME, MAX_FILM},
    api::{Api, rejected},
    wire::{Sent, token},
};
use channel::{Accepted, Button, FileKind, Part, PartFile, PeerRef, SendError};
use serde_json::{Value, json};

/// Who a message says it is from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sender {
    /// At most 28 characters.
    pub(crate) name: String,
    /// Address of a picture.
    pub(crate) avatar: Option<String>,
}

impl Sender {
    pub(crate) fn json(&self) -> Value {
        let mut all = json!({"name": self.name});
        if let Some(avatar) = &self.avatar {
            all["avatar"] = avatar.as_str().into();
        }
        all
    }
}

/// Sends one part.
pub(crate) async fn send(
    api: &Api,
    sender: &Sender,
    part: &Part,
    peer: &PeerRef,
) -> Result<Accepted, SendError> {
    let mut body = content(part)?;
    body["receiver"] = peer.ext_id.as_str().into();
    body["sender"] = sender.json();
    // The oldest version that knows these kinds: who has an old application gets them too.
    body["min_api_version"] = 1.into();
    if !part.buttons.is_empty() {
        body["keyboard"] = keyboard(&part.buttons);
    }
    let sent: Sent = api.call("send_message", &body).await?;
    match token(&sent.message_token) {
        Some(number) => Ok(Accepted {
            ext_ids: vec![number],
            moved_to: None,
        }),
        None => Err(SendError::Unknown {
            reason: "send_message: the answer names no message".to_owned(),
        }),
    }
}

/// Buttons below the client's field: one that answers writes its words as their own message; what opens a page says
/// nothing to us.
fn keyboard(buttons: &[Vec<Button>]) -> Value {
    let button = |b: &Button| {
        let mut one = json!({"Columns": 6, "Rows": 1, "Text": b.text, "TextSize": "regular"});
        match &b.url {
            Some(url) => {
                one["ActionType"] = "open-url".into();
                one["ActionBody"] = url.as_str().into();
                one["Silent"] = true.into();
            }
            None => {
                one["ActionType"] = "reply".into();
                one["ActionBody"] = b.text.as_str().into();
            }
        }
        one
    };
    let all: Vec<Value> = buttons.iter().flatten().map(button).collect();
    json!({"Type": "keyboard", "DefaultHeight": false, "Buttons": all})
}

/// The fields of a part's own kind.
fn content(part: &Part) -> Result<Value, SendError> {
    match part.files.as_slice() {
        [] => Ok(json!({"type": "text", "text": part.text})),
        [file] if file.kind == FileKind::Image => {
            Ok(json!({"type": "picture", "text": part.text, "media": address(file)?}))
        }
        // Words beside any other file would be lost without a word: the planner puts them before it.
        [file] if part.text.is_empty() => {
            let mut body = json!({"media": address(file)?, "size": file.size});
            if file.kind == FileKind::Video {
                body["type"] = "video".into();
                let seconds = file.duration_ms.map(|ms| ms.div_ceil(1000));
                if let Some(seconds) = seconds.filter(|s| (1..=MAX_FILM).contains(s)) {
                    body["duration"] = seconds.into();
                }
            } else {
                body["type"] = "file".into();
                body["file_name"] = short_name(&file.name).into();
            }
            Ok(body)
        }
        _ => Err(rejected(
            "unsupported",
            "one file, or one picture with words",
        )),
    }
}

/// Viber takes no bytes; it fetches them where the internet reads them.
fn address(file: &PartFile) -> Result<&str, SendError> {
    file.public.as_deref().ok_or_else(|| {
        rejected(
            "no_public_address",
            "Viber fetches files itself, and the server has no https address",
        )
    })
}

/// The name within the vendor's limit; its ending stays, by it the client's device knows what to open it with.
fn short_name(name: &str) -> String {
    let length = |word: &str| word.encode_utf16().count();
    if length(name) <= MAX_FILE_NAME {
        return name.to_owned();
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if length(ending) <= 16 => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let mut room = MAX_FILE_NAME - length(&ending);
    let kept = stem.chars().take_while(|letter| {
        let fits = letter.len_utf16() <= room;
        room = room.saturating_sub(letter.len_utf16());
        fits
    });
    kept.chain(ending.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_keeps_its_ending() {
        assert_eq!(short_name("Счёт № 5.pdf"), "Счёт № 5.pdf");
        let long = short_name(&format!("{}.pdf", "😀".repeat(200)));
        assert!(long.ends_with("😀.pdf"));
        assert_eq!(long.encode_utf16().count(), MAX_FILE_NAME);
        assert_eq!(short_name(&"я".repeat(300)).chars().count(), MAX_FILE_NAME);
    }
}
