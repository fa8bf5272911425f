//! The routes of uploads that come in pieces: tus 1.0 with its parts *creation*, *expiration* and *termination*.

use crate::{
    UploadLimit,
    actions::{UploadOwner, uploads},
    model::{File, Upload, UploadState},
    rules::said,
};
use accounts::Signed;
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::TryStreamExt;
use kernel::{Error, Id, Moment};
use web::{Answer, At, House, OpenApiRouter, Problem, routes};

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const VERSION: &str = "1.0.0";
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

pub(super) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(begin, options))
        .routes(routes!(state, offset, append, cancel))
}

/// A number a header holds.
fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    let text = headers.get(name)?.to_str().ok()?;
    // What `parse` takes besides digits, no header may hold.
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())?
}

/// What is said of an upload in its headers.
pub(super) fn words(
    headers: &HeaderMap,
) -> Result<std::collections::BTreeMap<String, String>, Error> {
    let header = headers.get(METADATA).map(HeaderValue::to_str);
    match header {
        None => said::metadata(""),
        Some(Ok(text)) => said::metadata(text),
        Some(Err(_)) => Err(Error::field("Upload-Metadata", "files.bad_metadata")),
    }
}

/// A refusal with a status that only this protocol has.
fn refuse(status: StatusCode, code: &'static str) -> Response {
    let mut response = Problem(Error::invalid(code)).into_response();
    *response.status_mut() = status;
    tus(
        response,
        &[(HeaderName::from_static("tus-version"), VERSION.to_owned())],
    )
}

/// Whoever speaks another version of the protocol is told so before anything is done.
fn other_version(headers: &HeaderMap) -> Option<Response> {
    let fits = headers.get(RESUMABLE).is_some_and(|v| v == VERSION);
    (!fits).then(|| refuse(StatusCode::PRECONDITION_FAILED, "files.tus_version"))
}

fn tus(mut response: Response, headers: &[(HeaderName, String)]) -> Response {
    let out = response.headers_mut();
    out.insert(RESUMABLE, HeaderValue::from_static(VERSION));
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            out.insert(name, value);
        }
    }
    response
}

/// A moment as headers write it (RFC 9110 5.6.7).
fn http_date(moment: Moment) -> String {
    let at = std::time::UNIX_EPOCH
        + std::time::Duration::from_micros(u64::try_from(moment.micros()).unwrap_or(0));
    httpdate::fmt_http_date(at)
}

#[utoipa::path(options, path = "/uploads", tag = "files", responses((status = 204, description = "what this server speaks of tus")))]
async fn options(State(house): State<House>) -> Answer<Response> {
    let limit = house.part::<UploadLimit>()?.0;
    Ok(tus(
        StatusCode::NO_CONTENT.into_response(),
        &[
            (HeaderName::from_static("tus-version"), VERSION.to_owned()),
            (
                HeaderName::from_static("tus-extension"),
                "creation,expiration,termination".to_owned(),
            ),
            (HeaderName::from_static("tus-max-size"), limit.to_string()),
        ],
    ))
}

#[utoipa::path(post, path = "/uploads", tag = "files",
    params(("Tus-Resumable" = String, Header, description = "1.0.0"), ("Upload-Length" = u64, Header),
        ("Upload-Metadata" = String, Header, description = "`filename`; `shown_as`: `file` or `voice`, this with `duration_ms` and `peaks` (numbers 0 to 100 with commas between)")),
    responses((status = 201, description = "`Location` is the upload's address; the file to be has the same id")))]
async fn begin(State(house): State<House>, signed: Signed, headers: HeaderMap) -> Answer<Response> {
    let length = number(&headers, &LENGTH)
        .ok_or_else(|| Error::field("Upload-Length", "files.bad_length"))?;
    let words = words(&headers)?;
    let name = words.get("filename").map_or("", |n| n.trim());
    if name.is_empty() {
        return Err(Error::field("name", "files.bad_name").into());
    }
    let said = said::said(&words)?;
    // After what is wrong whoever speaks; before anything is done.
    if let Some(refusal) = other_version(&headers) {
        return Ok(refusal);
    }
    let owner = UploadOwner(signed.person.uuid());
    let upload = uploads::begin(&house, &signed.ctx, owner, name, length, said).await?;
    Ok(tus(
        StatusCode::CREATED.into_response(),
        &[
            (header::LOCATION, format!("/api/v1/uploads/{}", upload.id)),
            (OFFSET, "0".to_owned()),
            (EXPIRES, http_date(upload.expires_at)),
        ],
    ))
}

#[utoipa::path(get, path = "/uploads/{id}", tag = "files", params(("id" = kernel::Uuid, Path)), responses((status = 200, body = UploadState)))]
async fn state(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<File>>,
) -> Answer<Json<UploadState>> {
    let owner = UploadOwner(signed.person.uuid());
    Ok(Json(uploads::state(&house, owner, id).await?))
}

#[utoipa::path(head, path = "/uploads/{id}", tag = "files", params(("id" = kernel::Uuid, Path)),
    responses((status = 200, description = "`Upload-Offset` and `Upload-Length`")))]
async fn offset(
    State(house): State<House>,
    signed: Signed,
    headers: HeaderMap,
    At(id): At<Id<File>>,
) -> Answer<Response> {
    let owner = UploadOwner(signed.person.uuid());
    let state = uploads::state(&house, owner, id).await?;
    if let Some(refusal) = other_version(&headers) {
        return Ok(refusal);
    }
    let mut all = vec![
        (OFFSET, state.offset.to_string()),
        (LENGTH, state.length.to_string()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    all.extend(state.expires_at.map(|at| (EXPIRES, http_date(at))));
    Ok(tus(StatusCode::OK.into_response(), &all))
}

#[utoipa::path(patch, path = "/uploads/{id}", tag = "files",
    params(("id" = kernel::Uuid, Path), ("Tus-Resumable" = String, Header, description = "1.0.0"), ("Upload-Offset" = u64, Header)),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "`Upload-Offset` is where the upload stands now")))]
async fn append(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<File>>,
    request: Request,
) -> Answer<Response> {
    let owner = UploadOwner(signed.person.uuid());
    let headers = request.headers();
    uploads::own(&house, owner, id).await?;
    if let Some(refusal) = other_version(headers) {
        return Ok(refusal);
    }
    let kind = headers.get(header::CONTENT_TYPE);
    if kind.is_none_or(|v| v != "application/offset+octet-stream") {
        return Ok(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "files.tus_body"));
    }
    let offset = number(headers, &OFFSET)
        .ok_or_else(|| Error::field("Upload-Offset", "files.bad_length"))?;
    let announced = number(headers, &header::CONTENT_LENGTH);
    let bytes = request
        .into_body()
        .into_data_stream()
        .map_err(std::io::Error::other);
    // Work of its own: when the line breaks nobody waits for the answer any more, and what came must be kept all the same.
    let work =
        tokio::spawn(
            async move { uploads::append(&house, owner, id, offset, announced, bytes).await },
        );
    let upload: Upload = work.await.map_err(Error::fault)?.map_err(super::cut)?;
    Ok(tus(
        StatusCode::NO_CONTENT.into_response(),
        &[
            (OFFSET, upload.received.to_string()),
            (EXPIRES, http_date(upload.expires_at)),
        ],
    ))
}

#[utoipa::path(delete, path = "/uploads/{id}", tag = "files", params(("id" = kernel::Uuid, Path)), responses((status = 204)))]
async fn cancel(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<File>>,
) -> Answer<Response> {
    let owner = UploadOwner(signed.person.uuid());
    uploads::cancel(&house, owner, id).await?;
    Ok(tus(StatusCode::NO_CONTENT.into_response(), &[]))
}
