//! The user interface, the widget and the demo page, carried inside the binary.

use axum::{
    Router,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use db::Tx;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;
use web::House;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../web/dist"]
#[allow_missing = true]
struct Ui;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../widget"]
#[include = "dist/widget.js"]
#[include = "demo.html"]
#[include = "demo.js"]
#[include = "talk.html"]
#[include = "preview.html"]
#[allow_missing = true]
struct Widget;

pub(crate) fn routes() -> Router<House> {
    Router::new()
        .route(
            "/widget.js",
            get(async |headers: HeaderMap| widget(&headers, "dist/widget.js", 300)),
        )
        .route(
            "/demo.js",
            get(async |headers: HeaderMap| widget(&headers, "demo.js", 300)),
        )
        .route("/demo", get(demo))
        .route("/talk/{key}", get(talk))
        .route("/widget-preview", get(preview))
        .fallback(ui)
}

fn answer(headers: &HeaderMap, name: &str, file: &EmbeddedFile, cache: &str) -> Response {
    let hash = file.metadata.sha256_hash();
    let etag = format!(
        "\"{}\"",
        hash.iter()
            .take(12)
            .map(|b| format!("{b:02x}"))
            .collect::<String>()
    );
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|v| v.as_bytes() == etag.as_bytes())
    {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let mime = match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webmanifest" | "json" => "application/manifest+json",
        "wav" => "audio/wav",
        "woff2" => "font/woff2",
        "ftl" | "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    let mut response = file.data.clone().into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    if let (Ok(etag), Ok(cache)) = (HeaderValue::from_str(&etag), HeaderValue::from_str(cache)) {
        out.insert(header::ETAG, etag);
        out.insert(header::CACHE_CONTROL, cache);
    }
    response
}

fn widget(headers: &HeaderMap, name: &str, seconds: u32) -> Response {
    match Widget::get(name) {
        Some(file) => answer(headers, name, &file, &format!("public, max-age={seconds}")),
        None => missing("make run builds the widget first"),
    }
}

fn missing(what: &str) -> Response {
    (
        StatusCode::NOT_FOUND,
        format!("This build carries no user interface: {what}.\n"),
    )
        .into_response()
}

/// Files by name; every other address is the application's own business.
async fn ui(uri: Uri, request: Request) -> Response {
    let name = uri.path().trim_start_matches('/');
    let headers = request.headers();
    if let Some(file) = Ui::get(name).filter(|_| !name.is_empty()) {
        let hashed = name.starts_with("assets/");
        let cache = if hashed {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        return answer(headers, name, &file, cache);
    }
    if name.contains('.') {
        return StatusCode::NOT_FOUND.into_response();
    }
    match Ui::get("index.html") {
        Some(file) => answer(headers, "index.html", &file, "no-cache"),
        None => missing("make run builds it first"),
    }
}

#[derive(Deserialize)]
struct Which {
    key: Option<String>,
}

/// A ready page with the widget, so that a newcomer can play the client at once.
async fn demo(State(house): State<House>, Query(which): Query<Which>) -> Response {
    let found = house
        .read(async move |tx: &mut Tx<'_>| {
            let workspace = accounts::workspace(tx).await?;
            Ok((
                workspace.name,
                channels::embedded_key(tx, which.key.as_deref()).await?,
            ))
        })
        .await;
    let Ok((name, Some(key))) = found else {
        return (
            StatusCode::NOT_FOUND,
            "Connect a site widget first: Settings, Channels.\n",
        )
            .into_response();
    };
    let Some(file) = Widget::get("demo.html") else {
        return missing("make run builds the widget first");
    };
    page(&file, &[("KEY", &key), ("NAME", &name)])
}

/// One of our own pages with words put into its places.
fn page(file: &EmbeddedFile, words: &[(&str, &str)]) -> Response {
    let escape = |s: &str| {
        if kernel::sabotaged("html-as-is") {
            return s.to_owned();
        }
        s.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
    };
    // Piece by piece, so that a word that looks like a place is not filled in its turn.
    let source = String::from_utf8_lossy(&file.data);
    let mut pieces = source.split("{{");
    let mut made = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (place, rest) = piece.split_once("}}").unwrap_or(("", piece));
        let word = words.iter().find(|(name, _)| *name == place);
        made.push_str(&escape(word.map_or("", |(_, word)| word)));
        made.push_str(rest);
    }
    (
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        made,
    )
        .into_response()
}

fn language(headers: &HeaderMap) -> &'static str {
    let told = headers.get(header::ACCEPT_LANGUAGE);
    told.and_then(|v| v.to_str().ok())
        .map_or_else(kernel::Language::default, kernel::Language::from_header)
        .code()
}

/// Longest text a link puts into the visitor's field, in characters.
const LONGEST_TEXT: usize = 1000;

#[derive(Deserialize)]
struct Words {
    #[serde(default)]
    text: String,
}

/// The talk as a page: where links and QR codes lead (L-78).
async fn talk(
    State(house): State<House>,
    Path(key): Path<String>,
    Query(words): Query<Words>,
    headers: HeaderMap,
) -> Response {
    let found = house
        .read(async move |tx: &mut Tx<'_>| {
            let workspace = accounts::workspace(tx).await?;
            Ok((
                workspace.name,
                channels::embedded_key(tx, Some(&key)).await?,
            ))
        })
        .await;
    let Ok((name, Some(key))) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(file) = Widget::get("talk.html") else {
        return missing("make run builds the widget first");
    };
    let text: String = words.text.chars().take(LONGEST_TEXT).collect();
    let lang = language(&headers);
    page(
        &file,
        &[
            ("KEY", &key),
            ("NAME", &name),
            ("TEXT", &text),
            ("LANG", lang),
        ],
    )
}

/// The widget in the settings: the only page that our own pages may frame.
async fn preview(headers: HeaderMap) -> Response {
    let Some(file) = Widget::get("preview.html") else {
        return missing("make run builds the widget first");
    };
    let mut response = page(&file, &[("NAME", "Beseda"), ("LANG", language(&headers))]);
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
             connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
        ),
    );
    response
}
