//! One socket of one client: hello with a cursor, what was missed, then events and signs as they come.

use crate::{
    Client, House, SignFn,
    hub::{Handle, Queued, frame},
};
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::{SinkExt, StreamExt, stream::SplitSink, stream::SplitStream};
use journal::Position;
use kernel::Uuid;
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::sync::mpsc;

/// Bytes a client's frame may have.
const LARGEST: usize = 16 * 1024;
/// A client that says nothing for this long is gone; it pings every 20 s.
const SILENCE: Duration = Duration::from_secs(60);
/// What a socket that is cut has left to take its last frames.
const FAREWELL: Duration = Duration::from_secs(1);
/// Frames a client may send in a burst, and the rate at which they come back, per second.
const BURST: f64 = 60.0;
const RATE: f64 = 15.0;

/// What a socket is opened with.
#[derive(Clone)]
pub struct SocketOptions {
    /// Whose it is.
    pub person: Uuid,
    /// The session it was opened under.
    pub session: Uuid,
    /// Takers of signs by type.
    pub signs: Arc<HashMap<&'static str, SignFn>>,
}

/// Upgrades a request to a socket and serves it until either side ends it.
pub fn serve_socket(house: House, upgrade: WebSocketUpgrade, options: SocketOptions) -> Response {
    upgrade
        .max_message_size(LARGEST)
        .max_frame_size(LARGEST)
        .read_buffer_size(1024)
        .write_buffer_size(0)
        .max_write_buffer_size(1024 * 1024)
        .on_upgrade(move |socket| async move {
            let (mut sink, mut stream) = socket.split();
            if let Err(reason) = serve(&house, &mut sink, &mut stream, options).await {
                tracing::debug!(reason, "a socket ended");
            }
            // The other side may be gone already, or read nothing.
            let _ = tokio::time::timeout(FAREWELL, sink.close()).await;
        })
}

type Sink = SplitSink<WebSocket, Message>;
type Stream = SplitStream<WebSocket>;

async fn serve(
    house: &House,
    sink: &mut Sink,
    stream: &mut Stream,
    options: SocketOptions,
) -> Result<(), &'static str> {
    let hub = house.hub();
    let hello = tokio::time::timeout(SILENCE, next_json(stream))
        .await
        .map_err(|_| "no hello")??;
    if hello.get("type").and_then(Value::as_str) != Some("hello") {
        return Err("the first frame was no hello");
    }
    let (handle, queue, principals) = hub
        .join(house.db(), options.person, options.session)
        .await
        .map_err(|_| "the principals could not be read")?;
    let client = Client {
        person: options.person,
        socket: handle.id,
    };
    let left = options.signs.get("left").copied();
    // In a box of its own: what greeting needs is not carried through the hours that follow.
    let done = match Box::pin(greet(house, sink, &hello, &handle, &principals)).await {
        Ok(at) => {
            drop((hello, principals));
            talk(house, sink, stream, &handle, queue, at, options).await
        }
        Err(reason) => Err(reason),
    };
    hub.leave(&handle);
    if let Some(left) = left {
        left(house.clone(), client, Value::Null).await;
    }
    done
}

/// Says welcome and what was missed; answers the place the client then stands at.
async fn greet(
    house: &House,
    sink: &mut Sink,
    hello: &Value,
    handle: &Handle,
    principals: &HashSet<Uuid>,
) -> Result<Position, &'static str> {
    let hub = house.hub();
    let cursor = hello.get("cursor").and_then(Value::as_str);
    let after = cursor.and_then(|c| c.parse::<Position>().ok());
    let missed = match after {
        Some(after) => hub
            .missed(house.db(), after, principals)
            .await
            .map_err(|_| "what was missed could not be read")?,
        None => None,
    };
    // A client that had a place which we no longer know must fetch its lists afresh; a new one does so anyway.
    let reload = cursor.is_some() && missed.is_none();
    let (frames, at) = match missed {
        Some(found) => found,
        None => (Vec::new(), end(house).await?),
    };
    if reload {
        text(sink, handle, frame("reload", Some(at), "{}")).await?;
    }
    let fields = json!({"server": house.version(), "presence": hub.presences_for(principals)});
    // What was missed comes after: a line that breaks in between must leave the client where it stood.
    let stands = if frames.is_empty() {
        at
    } else {
        after.unwrap_or(at)
    };
    text(
        sink,
        handle,
        frame("welcome", Some(stands), &fields.to_string()),
    )
    .await?;
    for missed in frames {
        unless_cut(handle, sink.feed(Message::Text(missed))).await?;
    }
    unless_cut(handle, sink.flush()).await?;
    Ok(at)
}

async fn end(house: &House) -> Result<Position, &'static str> {
    house
        .read(async |tx: &mut db::Tx<'_>| journal::end(tx).await)
        .await
        .map_err(|_| "the journal's end could not be read")
}

async fn talk(
    house: &House,
    sink: &mut Sink,
    stream: &mut Stream,
    handle: &Handle,
    mut queue: mpsc::Receiver<Queued>,
    at: Position,
    options: SocketOptions,
) -> Result<(), &'static str> {
    let client = Client {
        person: options.person,
        socket: handle.id,
    };
    let mut waiting = Vec::with_capacity(16);
    let mut allowance = BURST;
    let mut refilled = tokio::time::Instant::now();
    loop {
        tokio::select! {
            biased;
            () = handle.closed.notified() => {
                let _ = tokio::time::timeout(FAREWELL, drain(sink, &mut queue, at)).await;
                return Err("cut: signed out or too slow");
            }
            taken = queue.recv_many(&mut waiting, 64) => {
                if taken == 0 { return Ok(()) }
                let writing = async {
                    for queued in waiting.drain(..) {
                        let (place, frame) = &*queued;
                        if place.is_none_or(|p| p > at) {
                            sink.feed(Message::Text(frame.clone())).await?;
                        }
                    }
                    sink.flush().await
                };
                unless_cut(handle, writing).await?;
            }
            came = tokio::time::timeout(SILENCE, next_json(stream)) => {
                let frame = came.map_err(|_| "silent")??;
                let now = tokio::time::Instant::now();
                allowance = (allowance + (now - refilled).as_secs_f64() * RATE).min(BURST) - 1.0;
                refilled = now;
                if allowance < 0.0 { return Err("floods") }
                Box::pin(take(house, sink, handle, client, frame, &options)).await?;
            }
        }
        if handle.cut.load(Ordering::Relaxed) {
            return Err("cut: too slow");
        }
    }
}

/// Writes, but not for ever: a reader that stands still is cut as soon as its queue is full, at the latest after a
/// minute. Waiting for it alone would hold its queue until the system gives the line up.
async fn unless_cut(
    handle: &Handle,
    writing: impl Future<Output = Result<(), axum::Error>>,
) -> Result<(), &'static str> {
    tokio::select! {
        biased;
        done = tokio::time::timeout(SILENCE, writing) => match done {
            Ok(written) => written.map_err(|_| "write failed"),
            Err(_) => Err("the reader stands still"),
        },
        () = handle.closed.notified() => Err("cut: too slow"),
    }
}

async fn drain(
    sink: &mut Sink,
    queue: &mut mpsc::Receiver<Queued>,
    at: Position,
) -> Result<(), &'static str> {
    while let Ok(queued) = queue.try_recv() {
        let (place, frame) = &*queued;
        if place.is_none_or(|p| p > at) {
            sink.send(Message::Text(frame.clone()))
                .await
                .map_err(|_| "write failed")?;
        }
    }
    Ok(())
}

async fn take(
    house: &House,
    sink: &mut Sink,
    handle: &Handle,
    client: Client,
    frame: Value,
    options: &SocketOptions,
) -> Result<(), &'static str> {
    match frame.get("type").and_then(Value::as_str) {
        Some("ping") => {
            let pong = Message::Text(Utf8Bytes::from_static("{\"type\":\"pong\"}"));
            unless_cut(handle, sink.send(pong)).await
        }
        Some("active") => {
            house.hub().touch(
                handle,
                frame.get("active").and_then(Value::as_bool).unwrap_or(true),
            );
            Ok(())
        }
        Some(kind) => {
            if let Some(sign) = options.signs.get(kind) {
                sign(house.clone(), client, frame.clone()).await;
            }
            Ok(())
        }
        None => Err("a frame without a type"),
    }
}

async fn text(sink: &mut Sink, handle: &Handle, frame: String) -> Result<(), &'static str> {
    unless_cut(handle, sink.send(Message::Text(frame.into()))).await
}

/// The next JSON object; pings and pongs pass by, anything else ends the socket.
async fn next_json(stream: &mut Stream) -> Result<Value, &'static str> {
    loop {
        match stream.next().await {
            Some(Ok(Message::Text(text))) => {
                return serde_json::from_str::<Value>(&text)
                    .ok()
                    .filter(Value::is_object)
                    .ok_or("a frame is not a JSON object");
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Binary(_))) => return Err("a binary frame"),
            Some(Ok(Message::Close(_))) | None => return Err("closed"),
            Some(Err(_)) => return Err("broken"),
        }
    }
}
