//! Previews of links (P-04): the server looks at the first page a colleague's message links to and shows its title.
//!
//! The address comes from a message, so the page is fetched like any address a user gives: never a private one, unless
//! the administrator lists it.

use crate::{actions::by_id, extras::LinkPreview, linking::change_extras, model::Message};
use db::Tx;
use http_client::{Http, Policy};
use kernel::{Ctx, Error, Id, Result};
use serde_json::{Value, json};
use std::time::Duration;
use web::{BoxFuture, House};

/// The job that looks at one page.
pub(crate) const LOOK: &str = "messages.preview";
/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(8);

/// Whether links are looked at, a part of the house: an office may not want its server to call out.
#[derive(Clone, Copy, Debug)]
pub struct LinkPreviews(pub bool);

/// The page to look at: the first `http` or `https` link of a message.
fn first_page(message: &Message) -> Option<&str> {
    let hrefs = text::hrefs(&message.tokens);
    let mut pages = hrefs
        .into_iter()
        .filter(|h| h.starts_with("https://") || h.starts_with("http://"));
    pages.next().filter(|href| href.len() <= 2000)
}

/// Plans a look at the first page a message links to.
pub(crate) async fn plan(tx: &mut Tx<'_>, ctx: &Ctx, message: &Message) -> Result<()> {
    if message.author.kind != "person" || first_page(message).is_none() {
        return Ok(());
    }
    let id = message.id.to_string();
    jobs::put(
        tx,
        ctx,
        LOOK,
        json!({"message": message.id}),
        ctx.now,
        Some(&id),
    )
    .await
}

/// Looks at the page. One that cannot be had, or says nothing, leaves the message as it is: nobody waits for a preview,
/// so nothing is tried again.
pub(crate) fn look(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        if !house.part::<LinkPreviews>()?.0 {
            return Ok(());
        }
        let id: Id<Message> = serde_json::from_value(payload["message"].clone())?;
        let message = house
            .read(async move |tx: &mut Tx<'_>| match by_id(tx, id).await {
                Err(Error::Refused(_)) => Ok(None),
                found => found.map(Some),
            })
            .await?;
        let Some(url) = message.as_ref().and_then(first_page).map(str::to_owned) else {
            return Ok(());
        };
        let own = house.base_url().trim_end_matches('/');
        if !own.is_empty() && url.starts_with(own) {
            return Ok(());
        }
        let Some(preview) = fetch(&house, url).await else {
            return Ok(());
        };
        let ctx = house.system();
        house
            .write(async move |tx: &mut Tx<'_>| {
                let now = by_id(tx, id).await?;
                // Edited or deleted meanwhile: it no longer links there.
                if first_page(&now) != Some(preview.url.as_str()) {
                    return Ok(());
                }
                change_extras(tx, &ctx, id, |extras| extras.preview = Some(preview))
                    .await
                    .map(drop)
            })
            .await
    })
}

async fn fetch(house: &House, url: String) -> Option<LinkPreview> {
    let http = house.part::<Http>().ok()?;
    let request = http
        .get(Policy::Public, &url)
        .header("accept", "text/html,application/xhtml+xml")
        .timeout(PATIENCE);
    let answer = request
        .send()
        .await
        .ok()
        .filter(http_client::Response::is_success)?;
    let kind = answer.header("content-type").unwrap_or_default().to_owned();
    if !kind.starts_with("text/html") && !kind.starts_with("application/xhtml") {
        return None;
    }
    let page = head_of(answer).await;
    let head = text::page_head(&page, &kind);
    if head.title.is_empty() {
        return None;
    }
    Some(LinkPreview {
        url,
        title: head.title,
        text: head.text,
        site: head.site,
    })
}

/// The first bytes of a page; an endless one is left where its head must have ended.
async fn head_of(answer: http_client::Response) -> Vec<u8> {
    use futures_util::StreamExt;
    const ENOUGH: usize = 256 * 1024;
    let mut page = Vec::new();
    let mut pieces = std::pin::pin!(answer.stream());
    while let Some(Ok(piece)) = pieces.next().await {
        page.extend_from_slice(&piece);
        if page.len() >= ENOUGH {
            break;
        }
    }
    page
}
