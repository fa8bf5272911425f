//! A file on its way in: written, hashed, forced to the disk, then named or gone.

use crate::{Sha, Stored, refused, too_large};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use kernel::{Error, Result};
use sha2::{Digest, Sha256};
use std::{
    io,
    path::{Path, PathBuf},
    pin::pin,
};
use tokio::{
    fs::{self, File},
    io::AsyncWriteExt,
};

/// Removes the half-written file unless it was named; also when a request is given up midway.
struct Unnamed(Option<PathBuf>);

impl Drop for Unnamed {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // Only an unlink: quick enough to do here. A failure is mended at the next start.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Whole bytes on the disk that have no name yet.
pub(crate) struct Incoming {
    path: PathBuf,
    guard: Unnamed,
    stored: Stored,
}

impl Incoming {
    /// Writes a stream to `path`, which must not exist yet.
    pub(crate) async fn write<S>(path: PathBuf, bytes: S, limit: u64) -> Result<Self>
    where
        S: Stream<Item = io::Result<Bytes>> + Send,
    {
        // Made here and now: another thread might make it after the caller has gone and the guard
        // has done its work.
        let mut file = File::from_std(std::fs::File::create_new(&path).map_err(refused)?);
        let guard = Unnamed(Some(path.clone()));
        let (mut hash, mut size) = (Sha256::new(), 0_u64);
        let mut bytes = pin!(bytes);
        while let Some(chunk) = bytes.next().await {
            let chunk = chunk.map_err(Error::fault)?;
            size += chunk.len() as u64;
            if size > limit {
                return Err(too_large(limit));
            }
            hash.update(&chunk);
            file.write_all(&chunk).await.map_err(refused)?;
        }
        file.flush().await.map_err(refused)?;
        file.sync_all().await.map_err(refused)?;
        let sha256 = Sha::of(&hash.finalize());
        Ok(Self {
            path,
            guard,
            stored: Stored { sha256, size },
        })
    }

    pub(crate) const fn stored(&self) -> &Stored {
        &self.stored
    }

    /// Gives the bytes their name. If they are there already, the new copy takes the place of the
    /// old, which readers that have it open do not notice.
    pub(crate) async fn keep(mut self, place: &Path) -> io::Result<Stored> {
        let folder = place.parent().unwrap_or(place);
        fs::create_dir_all(folder).await?;
        fs::rename(&self.path, place).await?;
        self.guard.0 = None;
        // The name itself has to survive a loss of power too.
        File::open(folder).await?.sync_all().await?;
        Ok(self.stored)
    }
}
