//! Files for a provider that takes no bytes and fetches them: a signed address that opens one file, for a day.

use super::serve;
use crate::{actions, model::File};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use db::Tx;
use kernel::{Error, Id, Moment, Result};
use seal::Sealer;
use std::time::Duration;
use web::{Answer, At, House};

/// How long an address opens its file. Providers fetch within minutes; a day covers their repeats.
const OPEN_FOR: Duration = Duration::from_hours(24);
/// What the signatures are for.
const PURPOSE: &str = "public file";
/// The longest ending that is believed, in letters.
const ENDING: usize = 8;

/// Where the internet reads a file for a day; none where the house has no https address.
pub fn public_address(house: &House, file: &File) -> Result<Option<String>> {
    let base = house.base_url();
    if !base.starts_with("https://") {
        return Ok(None);
    }
    Ok(Some(format!("{base}{}", public_path(house, file)?)))
}

/// The same address without the house's own.
pub fn public_path(house: &House, file: &File) -> Result<String> {
    let until = (house.clock().now() + OPEN_FOR).millis() / 1000;
    let (id, name) = (file.shown.id, shown_name(file));
    let signature = house
        .part::<Sealer>()?
        .sign(PURPOSE, &signed(id, until, &name));
    Ok(format!("/f/{id}/{until}/{signature}/{name}"))
}

fn signed(id: Id<File>, until: i64, name: &str) -> String {
    format!("{id}/{until}/{name}")
}

/// The last word of an address: providers go by its ending, and the client's own name may hold anything.
fn shown_name(file: &File) -> String {
    let told = file.shown.name.rsplit_once('.').map(|(_, ending)| ending);
    let told = told.filter(|ending| {
        (1..=ENDING).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    // The bytes tell better than a name; types with many endings keep the one they came with.
    let ending = match file.shown.mime.as_str() {
        "image/jpeg" => "jpeg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "video/mp4" => "mp4",
        "application/pdf" => "pdf",
        _ => told.unwrap_or("dat"),
    };
    format!("file.{}", ending.to_ascii_lowercase())
}

#[utoipa::path(get, path = "/f/{id}/{until}/{signature}/{name}", tag = "files",
    params(("id" = kernel::Uuid, Path), ("until" = i64, Path, description = "seconds since 1970"),
        ("signature" = String, Path), ("name" = String, Path)),
    responses((status = 200), (status = 206)))]
pub(super) async fn fetch(
    State(house): State<House>,
    headers: HeaderMap,
    At((id, until, signature, name)): At<(Id<File>, i64, String, String)>,
) -> Answer<Response> {
    let genuine = house
        .part::<Sealer>()?
        .is_signed(PURPOSE, &signed(id, until, &name), &signature);
    if !genuine || Moment::from_seconds(until) <= house.clock().now() {
        return Err(Error::not_found().into());
    }
    let file = house
        .read(async move |tx: &mut Tx<'_>| actions::by_ids(tx, &[id]).await)
        .await?
        .pop()
        .ok_or_else(Error::not_found)?;
    let mut response = serve(&house, &file, &headers, false, false).await?;
    // Packed on the way an answer has no length, and providers ask for one.
    response.headers_mut().insert(
        header::CONTENT_ENCODING,
        HeaderValue::from_static("identity"),
    );
    Ok(response)
}
