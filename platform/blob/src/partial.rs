//! Bytes that come in pieces over several requests: kept apart until they are whole, then named like any others.

use crate::{Blobs, CHUNK, Sha, Stored, absent, refused};
use kernel::{Error, Result, Uuid};
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use tokio::{
    fs::{self, File},
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, SeekFrom},
};

/// The folder of bytes that are not whole yet; unlike what comes in one request they outlive a restart.
const PARTIAL: &str = "partial";

/// Bytes being added to a part.
#[derive(Debug)]
pub struct Growing {
    file: File,
    size: u64,
}

impl Growing {
    /// Adds bytes; they are safe only after [`Growing::keep`].
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).await.map_err(refused)?;
        self.size += bytes.len() as u64;
        Ok(())
    }
    /// Forces to the disk what was added; answers how much there is now.
    pub async fn keep(&mut self) -> Result<u64> {
        self.file.flush().await.map_err(refused)?;
        self.file.sync_data().await.map_err(refused)?;
        Ok(self.size)
    }
    /// How much there is now, on the disk or on its way there.
    pub const fn size(&self) -> u64 {
        self.size
    }
}

impl Blobs {
    /// Goes on with the part `name` after its first `from` bytes; what stands behind them was never promised and goes.
    /// Refuses with `not-found` when there are fewer.
    pub async fn grow(&self, name: Uuid, from: u64) -> Result<Growing> {
        let path = self.part(name);
        if from == 0 {
            fs::create_dir_all(self.folder.join(PARTIAL))
                .await
                .map_err(refused)?;
        }
        let mut file = File::options()
            .write(true)
            .create(from == 0)
            .truncate(false)
            .open(&path)
            .await
            .map_err(absent)?;
        if file.metadata().await?.len() < from {
            return Err(Error::not_found());
        }
        file.set_len(from).await.map_err(refused)?;
        file.seek(SeekFrom::Start(from)).await?;
        Ok(Growing { file, size: from })
    }

    /// Opens a part for a look before it gets its name.
    pub async fn open_part(&self, name: Uuid) -> Result<File> {
        File::open(self.part(name)).await.map_err(absent)
    }

    /// A part is whole: hashes it and gives it its name. Refuses with `not-found` when it is not there.
    pub async fn whole(&self, name: Uuid) -> Result<Stored> {
        let path = self.part(name);
        let mut file = File::open(&path).await.map_err(absent)?;
        let (mut hash, mut size) = (Sha256::new(), 0_u64);
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = file.read(&mut chunk).await?;
            if read == 0 {
                break;
            }
            hash.update(&chunk[..read]);
            size += read as u64;
        }
        file.sync_all().await.map_err(refused)?;
        let sha256 = Sha::of(&hash.finalize());
        let place = self.place(&sha256);
        let folder = place.parent().unwrap_or(&place);
        fs::create_dir_all(folder).await.map_err(refused)?;
        fs::rename(&path, &place).await.map_err(refused)?;
        File::open(folder).await?.sync_all().await?;
        Ok(Stored { sha256, size })
    }

    /// Removes a part, if it is there.
    pub async fn drop_part(&self, name: Uuid) -> Result<()> {
        match fs::remove_file(self.part(name)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn part(&self, name: Uuid) -> PathBuf {
        self.folder.join(PARTIAL).join(name.simple().to_string())
    }
}
