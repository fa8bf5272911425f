//! Bytes of any size under their own hash, in a folder.
//!
//! A file is written beside its place, hashed on the way, forced to the disk and only then given
//! its name, so a name always means whole and right bytes. The same bytes are kept once.

mod name;
mod partial;
mod write;

pub use name::Sha;
pub use partial::Growing;

use bytes::Bytes;
use futures_util::{Stream, stream};
use kernel::{Error, Refusal, RefusalKind, Result};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    fs::{self, File},
    io::{AsyncReadExt, AsyncSeekExt, SeekFrom, Take},
};
use tokio_util::io::ReaderStream;

/// The folder of files on their way in; on the same disk as the rest, so that naming is atomic.
const INCOMING: &str = "incoming";

/// How much is read from the disk at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// What was stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// The name of the bytes.
    pub sha256: Sha,
    /// Their number.
    pub size: u64,
}

/// A folder of bytes; cheap to clone.
#[derive(Clone, Debug)]
pub struct Blobs {
    folder: Arc<Path>,
    counter: Arc<AtomicU64>,
}

impl Blobs {
    /// Opens a folder, making it if need be, and clears what an earlier run left half-written.
    /// One process at a time may have a folder open.
    pub async fn folder(path: impl Into<PathBuf>) -> Result<Self> {
        let folder: PathBuf = path.into();
        let incoming = folder.join(INCOMING);
        match fs::remove_dir_all(&incoming).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => fs::create_dir_all(&incoming).await.map_err(refused)?,
        }
        Ok(Self {
            folder: folder.into(),
            counter: Arc::default(),
        })
    }

    /// A folder that another process may have open: to look into it, nothing is made or cleared.
    pub fn beside(path: impl Into<PathBuf>) -> Self {
        Self {
            folder: path.into().into(),
            counter: Arc::default(),
        }
    }

    /// Stores a stream of at most `limit` bytes. Refuses with `files.too_large` as soon as it
    /// grows beyond, with `files.disk_full` when there is no room; nothing stays behind then, nor
    /// when the caller stops waiting. An error of the stream itself is a fault.
    pub async fn put<S>(&self, bytes: S, limit: u64) -> Result<Stored>
    where
        S: Stream<Item = io::Result<Bytes>> + Send,
    {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(INCOMING).join(number.to_string());
        let incoming = write::Incoming::write(path, bytes, limit).await?;
        let place = self.place(&incoming.stored().sha256);
        incoming.keep(&place).await.map_err(refused)
    }

    /// Stores bytes at hand.
    pub async fn put_bytes(&self, bytes: Bytes) -> Result<Stored> {
        self.put(stream::iter([Ok(bytes)]), u64::MAX).await
    }

    /// Opens bytes for reading from the start; answers the file and its size.
    /// Refuses with `not-found` when there are none of this name.
    pub async fn open(&self, sha: &Sha) -> Result<(File, u64)> {
        let file = File::open(self.place(sha)).await.map_err(absent)?;
        let size = file.metadata().await?.len();
        Ok((file, size))
    }

    /// Opens the bytes from `start` up to but without `end`, cut to what there is; answers the
    /// reader and how many bytes it gives.
    pub async fn open_range(&self, sha: &Sha, start: u64, end: u64) -> Result<(Take<File>, u64)> {
        let (mut file, size) = self.open(sha).await?;
        let start = start.min(size);
        let length = end.min(size).saturating_sub(start);
        file.seek(SeekFrom::Start(start)).await?;
        Ok((file.take(length), length))
    }

    /// The bytes as a stream, as answers take them.
    pub async fn stream(&self, sha: &Sha) -> Result<ReaderStream<File>> {
        self.read(sha).await.map_err(absent)
    }

    /// The bytes as a stream with the disk's own errors, as connectors take them: to them
    /// [`io::ErrorKind::NotFound`] means gone for good, anything else is worth another try.
    pub async fn read(&self, sha: &Sha) -> io::Result<ReaderStream<File>> {
        let file = File::open(self.place(sha)).await?;
        Ok(ReaderStream::with_capacity(file, CHUNK))
    }

    /// All the bytes at once; only for what is known to be small.
    pub async fn bytes(&self, sha: &Sha) -> Result<Bytes> {
        Ok(fs::read(self.place(sha)).await.map_err(absent)?.into())
    }

    /// Whether there are bytes of this name.
    pub async fn exists(&self, sha: &Sha) -> Result<bool> {
        Ok(fs::try_exists(self.place(sha)).await?)
    }

    /// Removes bytes; answers whether there were any.
    pub async fn delete(&self, sha: &Sha) -> Result<bool> {
        match fs::remove_file(self.place(sha)).await {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes bytes that nobody stands on any more, unless they were stored anew within `fresh`: somebody may be
    /// about to say that they stand on them. Answers whether they are gone.
    ///
    /// They are taken out of their place before they are looked at, so that a copy stored meanwhile is never the one
    /// that is removed.
    pub async fn discard(&self, sha: &Sha, fresh: Duration) -> Result<bool> {
        let place = self.place(sha);
        let is_fresh = |meta: &std::fs::Metadata| {
            let age = meta.modified().map(|at| at.elapsed().unwrap_or_default());
            age.is_ok_and(|age| age < fresh)
        };
        match fs::metadata(&place).await {
            Ok(meta) if is_fresh(&meta) => return Ok(false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            looked => looked?,
        };
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let aside = self.folder.join(INCOMING).join(format!("out-{number}"));
        fs::rename(&place, &aside).await?;
        if is_fresh(&fs::metadata(&aside).await?) {
            fs::rename(&aside, &place).await?;
            return Ok(false);
        }
        fs::remove_file(&aside).await?;
        Ok(true)
    }

    /// Two levels of folders, so that none grows beyond what file systems like.
    fn place(&self, sha: &Sha) -> PathBuf {
        let name = sha.as_str();
        self.folder.join(&name[..2]).join(&name[2..4]).join(name)
    }
}

fn absent(error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::NotFound {
        Error::not_found()
    } else {
        error.into()
    }
}

/// Sorts what the disk says: no room is told to people, the rest is ours to mend.
fn refused(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            Refusal::new(RefusalKind::Full, "files.disk_full").into()
        }
        _ => error.into(),
    }
}

fn too_large(limit: u64) -> Error {
    Refusal::new(RefusalKind::TooLarge, "files.too_large")
        .arg("max_bytes", limit)
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_full_disk_is_told_as_such() {
        // The device that answers each write with "no space left".
        let mut full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let error = refused(full.write_all(b"x").unwrap_err());
        assert_eq!(error.code(), Some("files.disk_full"));
        assert_eq!(refused(io::Error::other("broken")).code(), None);
    }
}
