//! Bytes go in whole or not at all, and come out as they were.

use blob::{Blobs, Sha};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use kernel::{Error, RefusalKind};
use std::{
    io,
    path::{Path, PathBuf},
    task::{Context, Waker},
    time::Duration,
};
use tokio::io::AsyncReadExt;

/// A folder of its own that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("beseda-blob-{:032x}", rand::random::<u128>());
        Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name))
    }
    /// All files below, by their paths within.
    fn files(&self) -> Vec<String> {
        let (mut found, mut folders) = (Vec::new(), vec![self.0.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(
                        path.strip_prefix(&self.0)
                            .unwrap_or(&path)
                            .display()
                            .to_string(),
                    );
                }
            }
        }
        found
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn kind(error: &Error) -> Option<(RefusalKind, &'static str)> {
    match error {
        Error::Refused(refusal) => Some((refusal.kind, refusal.code)),
        Error::Fault(_) => None,
    }
}

const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

#[tokio::test]
async fn bytes_are_kept_once_under_their_hash() {
    let folder = Folder::new();
    let blobs = Blobs::folder(&folder.0).await.unwrap();
    let chunks = ["he", "l", "", "lo"].map(|chunk| Ok(Bytes::from_static(chunk.as_bytes())));
    let stored = blobs.put(stream::iter(chunks), 5).await.unwrap();
    assert_eq!((stored.sha256.as_str(), stored.size), (HELLO, 5));
    assert_eq!(
        blobs.put_bytes(Bytes::from_static(b"hello")).await.unwrap(),
        stored
    );
    assert_eq!(folder.files(), [format!("2c/f2/{HELLO}")]);
    assert_eq!(blobs.bytes(&stored.sha256).await.unwrap(), "hello");
    assert!(blobs.exists(&stored.sha256).await.unwrap());
    assert!(blobs.delete(&stored.sha256).await.unwrap());
    assert!(!blobs.delete(&stored.sha256).await.unwrap());
    assert!(!blobs.exists(&stored.sha256).await.unwrap());
    let error = blobs.open(&stored.sha256).await.unwrap_err();
    assert_eq!(kind(&error), Some((RefusalKind::NotFound, "not-found")));
    let gone = blobs.read(&stored.sha256).await.unwrap_err();
    assert_eq!(gone.kind(), io::ErrorKind::NotFound);
}

#[tokio::test]
async fn ranges_are_cut_to_what_there_is() {
    let folder = Folder::new();
    let blobs = Blobs::folder(&folder.0).await.unwrap();
    let sha = blobs
        .put_bytes(Bytes::from_static(b"0123456789"))
        .await
        .unwrap()
        .sha256;
    for (start, end, want) in [
        (0, 10, "0123456789"),
        (3, 5, "34"),
        (8, 99, "89"),
        (99, 100, ""),
        (5, 2, ""),
    ] {
        let (mut reader, length) = blobs.open_range(&sha, start, end).await.unwrap();
        let mut got = String::new();
        reader.read_to_string(&mut got).await.unwrap();
        assert_eq!(
            (got.as_str(), length),
            (want, want.len() as u64),
            "{start}..{end}"
        );
    }
    let (_, size) = blobs.open(&sha).await.unwrap();
    assert_eq!(size, 10);
    let whole: Vec<_> = blobs.stream(&sha).await.unwrap().collect().await;
    assert_eq!(whole.len(), 1);
}

#[tokio::test]
async fn what_is_refused_leaves_nothing_behind() {
    let folder = Folder::new();
    let blobs = Blobs::folder(&folder.0).await.unwrap();
    let endless = stream::repeat_with(|| Ok(Bytes::from_static(&[0; 1000])));
    let error = blobs.put(endless, 4999).await.unwrap_err();
    assert_eq!(
        kind(&error),
        Some((RefusalKind::TooLarge, "files.too_large"))
    );

    let full = stream::iter([
        Ok(Bytes::from_static(b"a")),
        Err(io::Error::other("the line broke")),
    ]);
    let error = blobs.put(full, 10).await.unwrap_err();
    assert_eq!(kind(&error), None);
    assert_eq!(folder.files(), Vec::<String>::new());
}

#[tokio::test]
async fn a_given_up_upload_leaves_nothing_behind() {
    let folder = Folder::new();
    let blobs = Blobs::folder(&folder.0).await.unwrap();
    let stuck = stream::iter([Ok(Bytes::from_static(b"a"))]).chain(stream::pending());
    {
        let mut upload = std::pin::pin!(blobs.put(stuck, 10));
        while folder.files().is_empty() {
            let mut context = Context::from_waker(Waker::noop());
            assert!(upload.as_mut().poll(&mut context).is_pending());
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(folder.files(), Vec::<String>::new());
}

#[tokio::test]
async fn half_written_files_are_cleared_at_start() {
    let folder = Folder::new();
    let blobs = Blobs::folder(&folder.0).await.unwrap();
    let stored = blobs.put_bytes(Bytes::from_static(b"hello")).await.unwrap();
    std::fs::write(folder.0.join("incoming/7"), "half").unwrap();
    let blobs = Blobs::folder(&folder.0).await.unwrap();
    assert_eq!(folder.files(), [format!("2c/f2/{HELLO}")]);
    assert!(blobs.exists(&stored.sha256).await.unwrap());
}

#[tokio::test]
async fn many_at_once_do_not_disturb_each_other() {
    let folder = Folder::new();
    let blobs = Blobs::folder(&folder.0).await.unwrap();
    let puts = (0..50_u8).map(|n| blobs.put_bytes(Bytes::from(vec![n % 5; 10_000])));
    let stored = futures_util::future::join_all(puts).await;
    assert!(stored.iter().all(Result::is_ok));
    assert_eq!(folder.files().len(), 5);
}

#[test]
fn only_hashes_are_names() {
    assert!(HELLO.parse::<Sha>().is_ok());
    for bad in [
        "",
        "../../etc/passwd",
        &HELLO[1..],
        &HELLO.to_uppercase(),
        &HELLO.replace('2', "/"),
    ] {
        assert!(bad.parse::<Sha>().is_err(), "{bad}");
    }
}

#[tokio::test]
async fn discarded_bytes_go_only_when_nobody_may_be_about_to_use_them() {
    let folder = Folder::new();
    let blobs = Blobs::folder(&folder.0).await.unwrap();
    let stored = blobs.put_bytes(Bytes::from_static(b"hello")).await.unwrap();
    let hour = Duration::from_secs(3600);
    assert!(!blobs.discard(&stored.sha256, hour).await.unwrap());
    assert!(
        blobs.exists(&stored.sha256).await.unwrap(),
        "fresh bytes stay"
    );
    let place = folder.0.join(&folder.files()[0]);
    let file = std::fs::File::options().write(true).open(place).unwrap();
    let at = file.metadata().unwrap().modified().unwrap();
    file.set_modified(at - 2 * hour).unwrap();
    // Stored anew, they are fresh again, whatever they were.
    blobs.put_bytes(Bytes::from_static(b"hello")).await.unwrap();
    assert!(!blobs.discard(&stored.sha256, hour).await.unwrap());
    assert!(blobs.discard(&stored.sha256, Duration::ZERO).await.unwrap());
    assert!(folder.files().is_empty(), "{:?}", folder.files());
    assert!(
        blobs.discard(&stored.sha256, hour).await.unwrap(),
        "what is gone is gone"
    );
}
