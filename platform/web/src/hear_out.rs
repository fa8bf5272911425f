//! Hearing a request out: whoever is refused in the middle of sending must read the reason, not a broken line.

use axum::{
    body::{Body, BodyDataStream, Bytes},
    extract::Request,
    http::Method,
    middleware::Next,
    response::Response,
};
use futures_util::{Stream, StreamExt};
use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

/// Bytes that are still taken after the answer is known, and thrown away; who sends more is cut off.
const MOST: usize = 32 * 1024 * 1024;
/// Who needs longer to end is cut off.
const LONGEST: Duration = Duration::from_secs(5);

type Rest = Arc<Mutex<Option<BodyDataStream>>>;

/// A body that leaves what nobody read behind.
struct Heard {
    stream: Option<BodyDataStream>,
    rest: Rest,
}

impl Stream for Heard {
    type Item = Result<Bytes, axum::Error>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(stream) = &mut self.stream else {
            return Poll::Ready(None);
        };
        let next = Pin::new(stream).poll_next(cx);
        if matches!(next, Poll::Ready(None | Some(Err(_)))) {
            self.stream = None;
        }
        next
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        *rest = self.stream.take();
    }
}

/// Answers only after the body has been read to its end, within bounds. A server that closes on bytes it has not read resets
/// the connection, and the reset overtakes the answer (RFC 9112, 9.6).
pub async fn hear_out(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let rest = Rest::default();
    let request = request.map(|body| {
        Body::from_stream(Heard {
            stream: Some(body.into_data_stream()),
            rest: Arc::clone(&rest),
        })
    });
    let response = next.run(request).await;
    let left = rest.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(mut left) = left {
        let mut seen = 0usize;
        let end = async {
            while let Some(Ok(piece)) = left.next().await {
                seen = seen.saturating_add(piece.len());
                if seen > MOST {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(LONGEST, end).await;
    }
    response
}
