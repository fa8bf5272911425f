//! The door: the own-channel protocol over HTTP, every request signed with the one secret.

use crate::{
    desk::Desk,
    wire::{Asked, Refusal},
};
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRequest, Multipart, OriginalUri, Path, Query, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use ring::hmac;
use serde_json::json;
use std::{collections::HashMap, path::PathBuf, sync::Arc, time::Duration};
use tokio::io::AsyncWriteExt;
use tokio_util::io::ReaderStream;

/// How far a request's time may be from ours, in seconds.
const DRIFT: u64 = 300;
/// Largest request with files, in bytes.
const LARGEST: usize = 120 * 1024 * 1024;
/// Longest wait for events that is granted.
const LONGEST_WAIT: Duration = Duration::from_secs(50);

/// What the door needs.
pub struct Door {
    desk: Arc<Desk>,
    secret: hmac::Key,
    /// Where files stay while they are passed on.
    rooms: PathBuf,
    clock: crate::desk::Clock,
}

impl Door {
    /// Over a desk; files pass through `rooms`, a folder of our own.
    pub fn new(desk: Arc<Desk>, secret: &str, rooms: PathBuf, clock: crate::desk::Clock) -> Self {
        Self {
            desk,
            secret: hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()),
            rooms,
            clock,
        }
    }

    /// Its routes, under the path of our address (empty, or beginning with a slash).
    pub fn routes(self, under: &str) -> Router {
        let routes = Router::new()
            .route(&format!("{under}/events"), get(events))
            .route(&format!("{under}/files/{{id}}"), get(file));
        let root = if under.is_empty() { "/" } else { under };
        routes
            .route(root, axum::routing::post(asked))
            .layer(DefaultBodyLimit::max(LARGEST))
            .with_state(Arc::new(self))
    }

    /// Whether `said` was signed by who knows the secret, and of late.
    fn is_signed(&self, headers: &HeaderMap, said: &[u8]) -> bool {
        let word = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let (Some(time), Some(proof)) = (word("x-beseda-timestamp"), word("x-beseda-signature"))
        else {
            return false;
        };
        let now = (self.clock)() / 1000;
        if time
            .parse::<i64>()
            .map_or(true, |time| time.abs_diff(now) > DRIFT)
        {
            return false;
        }
        let Some(proof) = bytes_of(proof) else {
            return false;
        };
        let whole = [time.as_bytes(), b".", said].concat();
        hmac::verify(&self.secret, &whole, &proof).is_ok()
    }
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    (hex.len() == 64).then(|| pairs.collect()).flatten()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut told = json!({"code": self.code, "text": self.text});
        if self.account {
            told["scope"] = "account".into();
        }
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_GATEWAY);
        let mut response = (status, Json(told)).into_response();
        if let Some(wait) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, wait.into());
        }
        response
    }
}

fn stranger() -> Refusal {
    Refusal::of(401, "signature", "the signature or its time is wrong")
}

fn malformed(words: &str) -> Refusal {
    Refusal::of(400, "malformed", words)
}

async fn events(
    State(door): State<Arc<Door>>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if !door.is_signed(&headers, format!("GET {uri}").as_bytes()) {
        return Err(stranger());
    }
    let word = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    let wait = Duration::from_secs(word("wait").parse().unwrap_or(0)).min(LONGEST_WAIT);
    let told = door.desk.events(word("after"), wait).await;
    told.map(|told| Json(told).into_response())
        .map_err(|_| Refusal::of(500, "store", "the program cannot read its disk"))
}

async fn file(
    State(door): State<Arc<Door>>,
    OriginalUri(uri): OriginalUri,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if !door.is_signed(&headers, format!("GET {uri}").as_bytes()) {
        return Err(stranger());
    }
    let room = Room::new(&door.rooms).await?;
    let place = room.place(0);
    let mime = door.desk.fetch(&id, &place).await?;
    let opened = tokio::fs::File::open(&place).await.map_err(|_| no_room())?;
    // The name may go before the bytes do: what is open stays readable.
    drop(room);
    let length = opened.metadata().await.map_err(|_| no_room())?.len();
    let mime = mime.filter(|mime| header::HeaderValue::from_str(mime).is_ok());
    let head = [
        (
            header::CONTENT_TYPE,
            mime.unwrap_or_else(|| "application/octet-stream".to_owned()),
        ),
        (header::CONTENT_LENGTH, length.to_string()),
    ];
    Ok((head, Body::from_stream(ReaderStream::new(opened))).into_response())
}

async fn asked(State(door): State<Arc<Door>>, request: Request) -> Result<Response, Refusal> {
    let headers = request.headers().clone();
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let room = Room::new(&door.rooms).await?;
    let (said, files) = if kind.starts_with("multipart/form-data") {
        let form = Multipart::from_request(request, &())
            .await
            .map_err(|_| malformed("no form"))?;
        unpack(&door, &headers, form, &room).await?
    } else {
        let said = Bytes::from_request(request, &())
            .await
            .map_err(|_| malformed("no body"))?;
        (said, Vec::new())
    };
    if !door.is_signed(&headers, &said) {
        return Err(stranger());
    }
    let what: Asked =
        serde_json::from_slice(&said).map_err(|error| malformed(&error.to_string()))?;
    let told = door.desk.answer(what, &files).await?;
    Ok(Json(told).into_response())
}

/// The question and its files; nothing is written before the question's signature was found good.
async fn unpack(
    door: &Door,
    headers: &HeaderMap,
    mut form: Multipart,
    room: &Room,
) -> Result<(Bytes, Vec<(String, PathBuf)>), Refusal> {
    let bad = |_| malformed("the form ends too early");
    let mut said = None;
    let mut files = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(bad)? {
        let name = field.name().unwrap_or_default().to_owned();
        if said.is_none() {
            let bytes = field.bytes().await.map_err(bad)?;
            if name != "request" || !door.is_signed(headers, &bytes) {
                return Err(stranger());
            }
            said = Some(bytes);
            continue;
        }
        let place = room.place(files.len());
        let mut file = tokio::fs::File::create(&place)
            .await
            .map_err(|_| no_room())?;
        while let Some(chunk) = field.chunk().await.map_err(bad)? {
            file.write_all(&chunk).await.map_err(|_| no_room())?;
        }
        file.flush().await.map_err(|_| no_room())?;
        files.push((name, place));
    }
    said.map(|said| (said, files)).ok_or_else(stranger)
}

fn no_room() -> Refusal {
    Refusal::of(500, "store", "the program cannot write to its disk")
}

/// A folder for the files of one request; gone with it.
struct Room(PathBuf);

impl Room {
    async fn new(rooms: &std::path::Path) -> Result<Self, Refusal> {
        let mut name = [0; 12];
        ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut name)
            .map_err(|_| no_room())?;
        let name: String = name.iter().map(|b| format!("{b:02x}")).collect();
        let room = rooms.join(name);
        tokio::fs::create_dir_all(&room)
            .await
            .map_err(|_| no_room())?;
        Ok(Self(room))
    }

    fn place(&self, n: usize) -> PathBuf {
        self.0.join(n.to_string())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            log::warn!("{}: {error}", self.0.display());
        }
    }
}
