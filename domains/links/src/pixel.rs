//! The pixel of the company's site (S3-09): a browser that came by a click, or wrote in the widget, is a contact's.

use crate::{Upcalls, model::Seen, rules, store};
use db::Tx;
use kernel::{Ctx, Error, Result, Uuid};
use std::time::Duration;
use web::{BoxFuture, House, Stop};

/// Visits are kept this long.
const KEEP: Duration = Duration::from_secs(90 * 24 * 3600);
/// Pages of one browser that are kept in an hour.
const PER_HOUR: i64 = 120;
/// The longest address that is kept, in characters.
const LONGEST: usize = 500;

/// The script. It keeps an id in the site's own storage, takes the click out of the address and tells which page is seen.
/// No cookie, nothing of what is typed.
pub(crate) const SCRIPT: &str = include_str!("pixel.js");

/// A page was seen. What a foreign site, or a program, sends is refused.
pub(crate) async fn seen(house: &House, origin: Option<String>, seen: Seen) -> Result<()> {
    let host = origin.as_deref().and_then(rules::host);
    let cut = |s: &str| s.chars().take(LONGEST).collect::<String>();
    let seen = Seen {
        page: cut(&seen.page),
        referrer: cut(&seen.referrer),
        ..seen
    };
    if !rules::visitor(&seen.visitor) {
        return Err(Error::field("visitor", "links.bad_visitor"));
    }
    let ctx = house.system();
    let upcalls = *house.part::<Upcalls>()?;
    house
        .write(async move |tx: &mut Tx<'_>| {
            let sites = store::sites(tx).await?;
            if !host.is_some_and(|host| rules::of_site(&sites, &host)) {
                return Err(Error::denied("web.foreign_origin"));
            }
            let hour = ctx.now - Duration::from_secs(3600);
            if store::visits_since(tx, &seen.visitor, hour).await? < PER_HOUR {
                store::add_visit(tx, ctx.ids.next(), &seen, ctx.now).await?;
            }
            if let Some(click) = seen.click
                && let Some(contact) = store::tie_click(tx, click, &seen.visitor).await?
            {
                know(tx, &ctx, upcalls, &seen.visitor, contact, "click").await?;
            }
            Ok(())
        })
        .await
}

/// A contact wrote from a browser that carries our pixel.
pub async fn met(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    upcalls: Upcalls,
    visitor: &str,
    contact: Uuid,
) -> Result<()> {
    if !rules::visitor(visitor) {
        return Ok(());
    }
    know(tx, ctx, upcalls, visitor, contact, "wrote").await
}

async fn know(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    upcalls: Upcalls,
    visitor: &str,
    contact: Uuid,
    how: &str,
) -> Result<()> {
    let known = store::people_of(tx, visitor).await?;
    if store::add_person(tx, visitor, contact, how, ctx.now).await? == 0 {
        return Ok(());
    }
    // One browser, two contacts: offered for merging, never merged by itself (U-11): a family may share a computer.
    for other in known.into_iter().filter(|other| *other != contact) {
        (upcalls.same_person)(tx, ctx, other, contact).await?;
    }
    Ok(())
}

/// Writes the house's address down at the start, and forgets old visits.
pub(crate) fn run(house: House, mut stop: Stop) -> BoxFuture<()> {
    Box::pin(async move {
        let base = house.base_url().trim_end_matches('/').to_owned();
        loop {
            let (base, before) = (base.clone(), house.clock().now() - KEEP);
            let done = house
                .write(async move |tx: &mut Tx<'_>| {
                    store::set_base(tx, &base).await?;
                    store::prune(tx, before).await
                })
                .await;
            if let Err(error) = done {
                tracing::warn!(%error, "the address of short links could not be kept");
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(3600)) => {}
                _ = stop.changed() => return,
            }
        }
    })
}
