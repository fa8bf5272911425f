//! The files of an archive on their way into the store, before the transaction that names them.

use super::Ready;
use crate::{
    archive::Archive,
    item::{FileItem, MessageItem},
};
use files::{File, FileKind, FileRef, FileState, UploadLimit};
use kernel::{Ctx, Result};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;
use web::House;

/// Stores the bytes of a message's files. They are kept once however often this happens.
pub(super) async fn ready(
    house: &House,
    ctx: &Ctx,
    archive: &Arc<Mutex<Archive>>,
    item: MessageItem,
) -> Result<Ready> {
    let limit = house.part::<UploadLimit>()?.0;
    let mut files = Vec::new();
    let mut missing = 0;
    for file in &item.files {
        let bytes = unpacked(Arc::clone(archive), file.path.clone());
        match files::stored_file(house, noted(ctx, file), bytes, limit).await {
            Ok(mut stored) => {
                stored.shown.preview = stored.preview_sha256.is_some();
                if file.plain {
                    stored.shown.kind = FileKind::File;
                }
                files.push(stored);
            }
            Err(e) if e.code() == Some("files.too_large") => missing += 1,
            Err(other) => return Err(other),
        }
    }
    Ok(Ready {
        item,
        files,
        missing,
    })
}

/// What is known of a file before its bytes are.
fn noted(ctx: &Ctx, file: &FileItem) -> File {
    File {
        shown: FileRef {
            id: ctx.ids.next(),
            name: text::sanitize_filename(&file.name),
            size: 0,
            mime: String::new(),
            kind: if file.voice {
                FileKind::Voice
            } else {
                FileKind::File
            },
            width: None,
            height: None,
            preview: false,
            state: FileState::Pending,
            duration_ms: file.length.filter(|ms| *ms >= 0),
            peaks: file.peaks.as_ref().map(|all| {
                let few = all.iter().take(60);
                few.map(|one| (*one).min(100)).collect()
            }),
        },
        sha256: None,
        preview_sha256: None,
        owner_id: None,
        thread_id: None,
        photo: false,
        source: None,
        created_at: ctx.now,
    }
}

/// A file of an archive as a stream; unpacked by a thread of its own.
fn unpacked(
    archive: Arc<Mutex<Archive>>,
    path: String,
) -> impl futures_util::Stream<Item = std::io::Result<bytes::Bytes>> + Send {
    let (send, take) = mpsc::channel(8);
    tokio::task::spawn_blocking(move || {
        let mut archive = archive.lock().unwrap_or_else(PoisonError::into_inner);
        let mut pump = || -> std::io::Result<()> {
            let mut file = archive
                .file(&path)
                .map_err(|t| std::io::Error::other(t.code))?;
            let mut room = vec![0; 64 * 1024];
            loop {
                let read = std::io::Read::read(&mut file, &mut room)?;
                let piece = bytes::Bytes::copy_from_slice(&room[..read]);
                if read == 0 || send.blocking_send(Ok(piece)).is_err() {
                    return Ok(());
                }
            }
        };
        if let Err(error) = pump() {
            drop(send.blocking_send(Err(error)));
        }
    });
    futures_util::stream::unfold(take, async |mut take| {
        let piece = take.recv().await?;
        Some((piece, take))
    })
}
