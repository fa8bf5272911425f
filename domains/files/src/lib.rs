//! Uploads and previews: bytes are streamed to the blob folder while they are hashed, their type is sniffed, never
//! trusted, and pictures get a small preview with known size so that nothing jumps on the screen.

mod actions;
mod http;
mod model;
mod pace;
mod rules;
mod store;
mod turns;

pub use actions::{
    UploadOwner, attach, by_ids, copy, expect, expected, failed, fetched, forget, forget_of,
    mark_photo, open, own, photo, refs, remove, stored_file, upload, without_bytes,
};
use actions::{removing, uploads};
pub use http::{public_address, public_path, serve, upload_name};
pub use model::{File, FileKind, FileRef, FileState, Said};
pub use pace::UploadPace;
pub use rules::{DEFAULT_LIMIT, disposition, kind_of};
pub use turns::Turns;

use web::Domain;

/// The largest upload in bytes, a part of the house.
#[derive(Clone, Copy, Debug)]
pub struct UploadLimit(pub u64);

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("files")
        .migrations(db::migrations!("files"; "0001_files", "0002_uploads", "0003_bytes"))
        .routes(http::routes())
        .outside(http::outside())
        .guests(&[
            "DELETE /uploads/{id}",
            "GET /files/{id}",
            "GET /files/{id}/preview",
            "GET /uploads/{id}",
            "HEAD /uploads/{id}",
            "PATCH /files/{id}",
            "PATCH /uploads/{id}",
            "POST /files",
            "POST /uploads",
        ])
        .job(uploads::EXPIRE, uploads::expire)
        .job(removing::COLLECT, removing::collect)
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
