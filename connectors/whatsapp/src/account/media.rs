//! Files of received messages: the id is exchanged for an address that lives for minutes, the bytes are compared with
//! the hash Meta told.

use crate::{
    abilities::MAX_FILE,
    api::{Api, rejected},
    wire,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use channel::{MediaRef, MediaStream, SendError};
use futures_util::{Stream, StreamExt, stream};
use ring::digest::{Context, SHA256};
use std::io;

/// Opens a file; its `ext_id` is Meta's id and, after a space, the hash from the webhook.
pub(super) async fn open(
    api: &Api,
    number: &str,
    media: &MediaRef,
) -> Result<MediaStream, SendError> {
    let (id, told) = media.ext_id.split_once(' ').unwrap_or((&media.ext_id, ""));
    if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(rejected("file_not_served", "not an id of a file"));
    }
    let known: wire::Media = api
        .get(&format!("{id}?phone_number_id={number}"))
        .await
        .map_err(gone)?;
    let url = known
        .url
        .ok_or_else(|| rejected("file_not_served", "Meta names no address of the file"))?;
    let size = known.file_size.or(media.size);
    let answer = api.download(&url, size, MAX_FILE).await?;
    let mime = answer.header("content-type").map(str::to_owned);
    // The webhook is signed, so its hash goes before the one told now.
    let wanted = hash(told).or_else(|| known.sha256.as_deref().and_then(hash));
    Ok(MediaStream {
        size: answer.content_length().or(size),
        mime: media.mime.clone().or(known.mime_type).or(mime),
        bytes: checked(answer.stream().boxed(), wanted).boxed(),
    })
}

/// Files are kept for thirty days.
fn gone(error: SendError) -> SendError {
    match error {
        SendError::Rejected { text, .. } => rejected("file_not_served", &text),
        other => other,
    }
}

/// Webhooks write the hash in base64, answers in hexadecimal.
fn hash(word: &str) -> Option<Vec<u8>> {
    let hex = word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let bytes = if hex {
        let pairs = (0..32).map(|n| u8::from_str_radix(&word[2 * n..2 * n + 2], 16).ok());
        pairs.collect::<Option<Vec<u8>>>()
    } else {
        BASE64_STANDARD.decode(word).ok()
    };
    bytes.filter(|bytes| bytes.len() == 32)
}

/// The same bytes, and a fault at their end if they are not the ones Meta told of.
fn checked(
    bytes: impl Stream<Item = io::Result<Bytes>> + Send + Unpin,
    wanted: Option<Vec<u8>>,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let state = (bytes, Some(Context::new(&SHA256)), wanted);
    stream::unfold(state, |(mut bytes, context, wanted)| async move {
        let mut context = context?;
        match bytes.next().await {
            Some(Ok(chunk)) => {
                context.update(&chunk);
                Some((Ok(chunk), (bytes, Some(context), wanted)))
            }
            Some(Err(error)) => Some((Err(error), (bytes, None, wanted))),
            None => {
                let whole = context.finish();
                let same = wanted.as_deref().is_none_or(|w| w == whole.as_ref());
                let fault = || {
                    let words = "the bytes are not those whose hash was told";
                    io::Error::new(io::ErrorKind::InvalidData, words)
                };
                (!same).then(|| (Err(fault()), (bytes, None, wanted)))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_in_both_of_metas_forms() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(hash(hex), hash(base64));
        assert!(hash(hex).is_some_and(|bytes| bytes.len() == 32));
        for bad in ["", "4654+8g=", "zz"] {
            assert_eq!(hash(bad), None, "{bad}");
        }
    }
}
