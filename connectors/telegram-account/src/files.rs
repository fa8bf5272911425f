//! Files in pieces: up (core.telegram.org/api/files#uploading-files) and down.

use crate::{
    abilities::LARGEST,
    contents::Place,
    fault::{self, rejected},
    line::Line,
};
use bytes::{Bytes, BytesMut};
use channel::{FileKind, MediaRef, MediaStream, PartFile, SendError};
use futures_util::{StreamExt, stream};
use grammers_tl_types as tl;
use std::{io, sync::Arc};

/// The size of a piece; the only one that every file can have.
const PIECE: usize = 512 * 1024;
/// From this size on a file goes as a big one.
const BIG: u64 = 10 * 1024 * 1024;

/// Uploads a file under a number of ours.
pub(crate) async fn upload(
    line: &Line,
    file: &PartFile,
    number: i64,
) -> Result<tl::enums::InputFile, SendError> {
    let lost = |error: io::Error| rejected("file_lost", &error.to_string());
    if file.size == 0 || file.size > LARGEST {
        return Err(rejected("file_too_big", &file.name));
    }
    let pieces = i32::try_from(file.size.div_ceil(PIECE as u64)).unwrap_or(i32::MAX);
    let mut bytes = (file.open)().await.map_err(lost)?;
    let mut held = BytesMut::with_capacity(PIECE);
    let (mut number_of_piece, mut ended) = (0, false);
    while !ended {
        match bytes.next().await {
            Some(more) => held.extend_from_slice(&more.map_err(lost)?),
            None => ended = true,
        }
        while held.len() >= PIECE || (ended && !held.is_empty()) {
            let piece = held.split_to(held.len().min(PIECE)).to_vec();
            save(
                line,
                number,
                number_of_piece,
                pieces,
                piece,
                file.size >= BIG,
            )
            .await?;
            number_of_piece += 1;
        }
    }
    if number_of_piece != pieces {
        return Err(rejected("file_lost", "the file has another size"));
    }
    let name = file.name.clone();
    Ok(if file.size >= BIG {
        tl::enums::InputFile::Big(tl::types::InputFileBig {
            id: number,
            parts: pieces,
            name,
        })
    } else {
        tl::enums::InputFile::File(tl::types::InputFile {
            id: number,
            parts: pieces,
            name,
            md5_checksum: String::new(),
        })
    })
}

async fn save(
    line: &Line,
    file_id: i64,
    file_part: i32,
    file_total_parts: i32,
    bytes: Vec<u8>,
    big: bool,
) -> Result<(), SendError> {
    // The same piece again does no harm.
    let saved = if big {
        let ask = tl::functions::upload::SaveBigFilePart {
            file_id,
            file_part,
            file_total_parts,
            bytes,
        };
        line.ask(&ask).await
    } else {
        let ask = tl::functions::upload::SaveFilePart {
            file_id,
            file_part,
            bytes,
        };
        line.ask(&ask).await
    };
    match saved.map_err(|error| fault::of(&error)) {
        Ok(_) => Ok(()),
        // No message was sent yet: nothing is in doubt.
        Err(SendError::Unknown { reason }) => Err(SendError::NotSent { reason }),
        Err(error) => Err(error),
    }
}

/// An uploaded file as the content of a message.
pub(crate) fn content(file: &PartFile, input: tl::enums::InputFile) -> tl::enums::InputMedia {
    use tl::enums::DocumentAttribute as Attribute;
    if file.kind == FileKind::Image {
        return tl::enums::InputMedia::UploadedPhoto(tl::types::InputMediaUploadedPhoto {
            spoiler: false,
            live_photo: false,
            file: input,
            stickers: None,
            ttl_seconds: None,
            video: None,
        });
    }
    let mut attributes = vec![Attribute::Filename(tl::types::DocumentAttributeFilename {
        file_name: file.name.clone(),
    })];
    let seconds = file.duration_ms.unwrap_or_default().div_ceil(1000);
    let seconds = u32::try_from(seconds).unwrap_or_default();
    let pixels = |n: Option<u32>| i32::try_from(n.unwrap_or_default()).unwrap_or_default();
    match file.kind {
        FileKind::Video => {
            attributes.push(Attribute::Video(tl::types::DocumentAttributeVideo {
                round_message: false,
                supports_streaming: true,
                nosound: false,
                duration: f64::from(seconds),
                w: pixels(file.width),
                h: pixels(file.height),
                preload_prefix_size: None,
                video_start_ts: None,
                video_codec: None,
            }));
        }
        FileKind::Audio | FileKind::Voice => {
            attributes.push(Attribute::Audio(tl::types::DocumentAttributeAudio {
                voice: file.kind == FileKind::Voice,
                duration: i32::try_from(seconds).unwrap_or_default(),
                title: None,
                performer: None,
                waveform: None,
            }));
        }
        FileKind::Image | FileKind::File => {}
    }
    tl::enums::InputMedia::UploadedDocument(tl::types::InputMediaUploadedDocument {
        nosound_video: false,
        force_file: file.kind == FileKind::File,
        spoiler: false,
        file: input,
        thumb: None,
        mime_type: file.mime.clone(),
        attributes,
        stickers: None,
        video_cover: None,
        video_timestamp: None,
        ttl_seconds: None,
    })
}

/// Opens a file of a received message. Its reference lasts some hours; a stale one is renewed by its message.
pub(crate) async fn open(line: Arc<Line>, media: &MediaRef) -> Result<MediaStream, SendError> {
    let gone = || rejected("gone", "Telegram no longer has the file");
    let place: Place = serde_json::from_str(&media.ext_id).map_err(|_| gone())?;
    if media.size.is_some_and(|size| size > LARGEST) {
        return Err(rejected("file_too_big", "larger than Telegram's own limit"));
    }
    let mut at = place.location();
    let first = match piece(&line, place.dc, &at, 0).await {
        Err(SendError::Rejected { text, .. }) if text.starts_with("FILE_REFERENCE") => {
            at = renewed(&line, &place).await?.ok_or_else(gone)?;
            piece(&line, place.dc, &at, 0).await?
        }
        first => first?,
    };
    Ok(streamed(
        line,
        place.dc,
        at,
        first,
        media.size,
        media.mime.clone(),
    ))
}

/// Opens a client's picture.
pub(crate) async fn picture(
    line: Arc<Line>,
    at: tl::enums::InputFileLocation,
) -> Result<MediaStream, SendError> {
    let Ok(home) = grammers_session::Session::home_dc_id(&*line.store);
    let first = piece(&line, home, &at, 0).await?;
    let mime = Some("image/jpeg".to_owned());
    Ok(streamed(line, home, at, first, None, mime))
}

fn streamed(
    line: Arc<Line>,
    dc: i32,
    at: tl::enums::InputFileLocation,
    first: Bytes,
    size: Option<u64>,
    mime: Option<String>,
) -> MediaStream {
    let bytes = stream::unfold(
        (line, at, Some(first), 0_i64),
        move |(line, at, had, offset)| async move {
            let piece = match had {
                Some(first) => Ok(first),
                None => piece(&line, dc, &at, offset).await,
            };
            match piece {
                Ok(bytes) if bytes.is_empty() => None,
                Ok(bytes) => {
                    let next = offset + i64::try_from(bytes.len()).unwrap_or_default();
                    // A piece that is not full is the last.
                    let more = if bytes.len() < PIECE {
                        Some(Bytes::new())
                    } else {
                        None
                    };
                    Some((Ok(bytes), (line, at, more, next)))
                }
                Err(error) => Some((
                    Err(io::Error::other(error)),
                    (line, at, Some(Bytes::new()), offset),
                )),
            }
        },
    );
    MediaStream {
        bytes: bytes.boxed(),
        size,
        mime,
    }
}

async fn piece(
    line: &Line,
    dc: i32,
    at: &tl::enums::InputFileLocation,
    offset: i64,
) -> Result<Bytes, SendError> {
    let ask = tl::functions::upload::GetFile {
        precise: false,
        cdn_supported: false,
        location: at.clone(),
        offset,
        limit: i32::try_from(PIECE).unwrap_or_default(),
    };
    match line.ask_at(dc, &ask).await.map_err(|e| fault::of(&e))? {
        tl::enums::upload::File::File(piece) => Ok(piece.bytes.into()),
        tl::enums::upload::File::CdnRedirect(_) => Err(rejected(
            "gone",
            "Telegram gives it only through another network",
        )),
    }
}

/// Where a file is now, by the message it came with.
async fn renewed(
    line: &Line,
    place: &Place,
) -> Result<Option<tl::enums::InputFileLocation>, SendError> {
    let id = tl::enums::InputMessage::Id(tl::types::InputMessageId { id: place.message });
    let ask = tl::functions::messages::GetMessages { id: vec![id] };
    let found = match line.ask(&ask).await.map_err(|e| fault::of(&e))? {
        tl::enums::messages::Messages::Messages(all) => all.messages,
        tl::enums::messages::Messages::Slice(some) => some.messages,
        _ => Vec::new(),
    };
    let content = found.iter().find_map(|message| match message {
        tl::enums::Message::Message(m) if m.id == place.message => Some(crate::contents::of(m)),
        _ => None,
    });
    let places = content.into_iter().flat_map(|content| content.media);
    let mut places = places.filter_map(|media| serde_json::from_str::<Place>(&media.ext_id).ok());
    Ok(places
        .find(|now| now.id == place.id)
        .map(|now| now.location()))
}
