//! How slowly a body may come: one byte a second would hold a connection and a half-written file for days.

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, timeout};

/// Words of the error by which a body that trickles is known again.
pub(crate) const TRICKLES: &str = "the body comes too slowly";

/// The slowest pace of an upload, a part of the house.
#[derive(Debug)]
pub struct UploadPace(Arc<Limits>);

#[derive(Debug)]
struct Limits {
    /// Milliseconds a body may take before its pace is looked at.
    grace: AtomicU64,
    /// Bytes per second it has to keep after that, on the whole.
    rate: AtomicU64,
}

impl Limits {
    fn now(&self) -> (Duration, u64) {
        let grace = Duration::from_millis(self.grace.load(Ordering::Relaxed));
        (grace, self.rate.load(Ordering::Relaxed))
    }
}

impl Default for UploadPace {
    /// Half a minute to begin, then a kilobyte a second: a bad mobile network is faster.
    fn default() -> Self {
        Self(Arc::new(Limits {
            grace: AtomicU64::new(30_000),
            rate: AtomicU64::new(1024),
        }))
    }
}

impl UploadPace {
    /// Sets another pace; for tests, which have no half minute.
    pub fn set(&self, grace: Duration, bytes_per_second: u64) {
        let grace = u64::try_from(grace.as_millis()).unwrap_or(u64::MAX);
        self.0.grace.store(grace, Ordering::Relaxed);
        self.0
            .rate
            .store(bytes_per_second.max(1), Ordering::Relaxed);
    }

    /// The same body; ends with an error once it falls behind.
    pub(crate) fn keep<S>(&self, body: S) -> impl Stream<Item = io::Result<Bytes>> + Send + use<S>
    where
        S: Stream<Item = io::Result<Bytes>> + Send,
    {
        let limits = Arc::clone(&self.0);
        let body = Box::pin(body);
        stream::unfold(Some((body, None, 0_u64)), move |state| {
            let (grace, rate) = limits.now();
            async move {
                let (mut body, began, came) = state?;
                // Nothing at all for so long is slower than slow.
                let Ok(next) = timeout(grace, body.next()).await else {
                    return Some((Err(trickles()), None));
                };
                let chunk = match next? {
                    Ok(chunk) => chunk,
                    Err(error) => return Some((Err(error), None)),
                };
                let now = Instant::now();
                let began = began.unwrap_or(now);
                let came = came.saturating_add(chunk.len() as u64);
                let passed = now.duration_since(began);
                if passed > grace && came / passed.as_secs().max(1) < rate {
                    return Some((Err(trickles()), None));
                }
                Some((Ok(chunk), Some((body, Some(began), came))))
            }
        })
    }
}

fn trickles() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, TRICKLES)
}
