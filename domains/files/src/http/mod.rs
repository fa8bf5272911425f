//! Routes: upload by raw bytes, download with ranges, previews.

mod public;
mod uploads;

use crate::{
    actions::{self, UploadOwner},
    model::{File, FileRef, FileState},
    rules,
};
use accounts::Signed;
use axum::{
    Json,
    body::Body as Bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use blob::{Blobs, Sha};
use db::Tx;
use futures_util::TryStreamExt;
use kernel::{Error, Id, Refusal, RefusalKind};
use serde::Deserialize;
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, OpenApiRouter, Params, routes};

pub use public::{public_address, public_path};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(upload))
        .routes(routes!(download, show_as))
        .routes(routes!(preview))
        .merge(uploads::routes())
}

/// At the root.
pub(crate) fn outside() -> OpenApiRouter<House> {
    OpenApiRouter::new().routes(routes!(public::fetch))
}

/// The name of an upload from `X-File-Name` (percent-encoded UTF-8); refuses one without a name.
pub fn upload_name(headers: &HeaderMap) -> Result<String, Error> {
    let raw = headers
        .get("x-file-name")
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let name = rules::percent_decode(raw);
    if name.trim().is_empty() {
        Err(Error::field("name", "files.bad_name"))
    } else {
        Ok(name)
    }
}

#[utoipa::path(post, path = "/files", tag = "files", params(("X-File-Name" = String, Header, description = "percent-encoded UTF-8"),
    ("Upload-Metadata" = Option<String>, Header, description = "as for `POST /uploads`")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = FileRef)))]
async fn upload(
    State(house): State<House>,
    signed: Signed,
    request: Request,
) -> Answer<Json<FileRef>> {
    let name = upload_name(request.headers())?;
    let said = rules::said::said(&uploads::words(request.headers())?)?;
    let stream = request
        .into_body()
        .into_data_stream()
        .map_err(std::io::Error::other);
    let owner = UploadOwner(signed.person.uuid());
    let file = actions::upload(&house, &signed.ctx, owner, &name, said, stream)
        .await
        .map_err(cut)?;
    Ok(Json(file))
}

/// A body that ended early is the client's business, not a fault of ours.
fn cut(error: Error) -> Error {
    match error {
        Error::Fault(cause) if cause.to_string().contains("body") => Error::invalid("files.cut"),
        other => other,
    }
}

/// How an upload is to be shown.
#[derive(Deserialize, ToSchema)]
struct ShowAs {
    /// A row to download rather than a picture.
    as_file: bool,
}

#[utoipa::path(patch, path = "/files/{id}", tag = "files", params(("id" = kernel::Uuid, Path)), request_body = ShowAs,
    responses((status = 200, body = FileRef)))]
async fn show_as(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<File>>,
    Body(form): Body<ShowAs>,
) -> Answer<Json<FileRef>> {
    let file = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::show_as(tx, signed.person, id, form.as_file).await
        })
        .await?;
    Ok(Json(file))
}

/// How to get it.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct How {
    /// `1`: save it rather than show it.
    download: Option<u8>,
}

#[utoipa::path(get, path = "/files/{id}", tag = "files", params(("id" = kernel::Uuid, Path), How), responses((status = 200), (status = 206)))]
async fn download(
    State(house): State<House>,
    signed: Signed,
    headers: HeaderMap,
    At(id): At<Id<File>>,
    Params(how): Params<How>,
) -> Answer<Response> {
    let file = house
        .read(async move |tx: &mut Tx<'_>| actions::open(tx, signed.person, id).await)
        .await?;
    serve(&house, &file, &headers, how.download == Some(1), false).await
}

#[utoipa::path(get, path = "/files/{id}/preview", tag = "files", params(("id" = kernel::Uuid, Path)), responses((status = 200)))]
async fn preview(
    State(house): State<House>,
    signed: Signed,
    headers: HeaderMap,
    At(id): At<Id<File>>,
) -> Answer<Response> {
    let file = house
        .read(async move |tx: &mut Tx<'_>| actions::open(tx, signed.person, id).await)
        .await?;
    serve(&house, &file, &headers, false, true).await
}

/// Answers a file's bytes, or its preview's, to somebody who may see it. What a browser could run is only downloaded.
pub async fn serve(
    house: &House,
    file: &File,
    headers: &HeaderMap,
    download: bool,
    preview: bool,
) -> Answer<Response> {
    if file.shown.state != FileState::Ready {
        return Err(Refusal::new(RefusalKind::Conflict, "files.not_ready").into());
    }
    let hash = if preview {
        file.preview_sha256.as_deref()
    } else {
        file.sha256.as_deref()
    };
    let sha: Sha = hash
        .and_then(|h| h.parse().ok())
        .ok_or_else(Error::not_found)?;
    let blobs = house.part::<Blobs>()?;
    let (_, size) = blobs.open(&sha).await?;
    let mime = if preview {
        preview_mime(blobs, &sha).await?
    } else {
        file.shown.mime.clone()
    };
    let inline = !download && rules::may_show(&mime);
    let etag = format!("\"{sha}\"");
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|v| v.as_bytes() == etag.as_bytes())
    {
        return reply(StatusCode::NOT_MODIFIED, Bytes::empty(), &[]);
    }
    let asked = headers
        .get(header::RANGE)
        .and_then(|v| v.to_str().ok())
        .and_then(|r| rules::range(r, size));
    let common = [
        (
            header::CONTENT_TYPE,
            if inline {
                mime
            } else {
                "application/octet-stream".to_owned()
            },
        ),
        (
            header::CONTENT_DISPOSITION,
            rules::disposition(inline, &file.shown.name),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (
            header::CACHE_CONTROL,
            "private, max-age=31536000, immutable".to_owned(),
        ),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, etag),
    ];
    match asked {
        Some(Err(())) => reply(
            StatusCode::RANGE_NOT_SATISFIABLE,
            Bytes::empty(),
            &[(header::CONTENT_RANGE, format!("bytes */{size}"))],
        ),
        Some(Ok((first, last))) => {
            let (part, length) = blobs.open_range(&sha, first, last + 1).await?;
            let mut all = common.to_vec();
            all.push((
                header::CONTENT_RANGE,
                format!("bytes {first}-{last}/{size}"),
            ));
            all.push((header::CONTENT_LENGTH, length.to_string()));
            reply(
                StatusCode::PARTIAL_CONTENT,
                Bytes::from_stream(ReaderStream::new(part)),
                &all,
            )
        }
        None => {
            let mut all = common.to_vec();
            all.push((header::CONTENT_LENGTH, size.to_string()));
            reply(
                StatusCode::OK,
                Bytes::from_stream(blobs.stream(&sha).await?),
                &all,
            )
        }
    }
}

/// Previews are PNG where the picture has transparency, else JPEG: the first byte tells.
async fn preview_mime(blobs: &Blobs, sha: &Sha) -> Result<String, Error> {
    let (mut start, _) = blobs.open_range(sha, 0, 1).await?;
    let png = start.read_u8().await? == 0x89;
    Ok(if png { "image/png" } else { "image/jpeg" }.to_owned())
}

fn reply(
    status: StatusCode,
    body: Bytes,
    headers: &[(header::HeaderName, String)],
) -> Answer<Response> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in headers {
        response.headers_mut().insert(
            name.clone(),
            HeaderValue::from_str(value).map_err(Error::fault)?,
        );
    }
    Ok(response)
}
