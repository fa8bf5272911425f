//! Use cases of links that are given to anybody (L-78): made for an address of a channel, counted, taken out of use.

use crate::{
    model::{Given, PublicLink},
    rules, store,
};
use accounts::{EVERYONE, audit, require};
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Moment, Result, Uuid};
use serde_json::json;
use std::time::Duration;

/// Letters of a code. As short as those in messages: it is printed.
const CODE: usize = 9;
/// Clicks on one link that are kept in a minute; more is somebody playing.
const PER_MINUTE: i64 = 60;
/// Most links in use at once.
const MOST: i64 = 1000;

fn shown(base: &str, link: Given) -> PublicLink {
    PublicLink {
        address: format!("{base}/l/{}", link.code),
        code: link.code,
        url: link.url,
        name: link.name,
        account_id: link.account_id,
        clicks: link.clicks,
        robots: link.robots,
        created_at: link.created_at,
    }
}

/// All that are in use, newest first.
pub(crate) async fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<PublicLink>> {
    require(tx, ctx, "channels.manage").await?;
    let base = store::base(tx).await?;
    let all = store::public::all(tx, MOST).await?;
    Ok(all.into_iter().map(|link| shown(&base, link)).collect())
}

/// Makes one.
pub(crate) async fn make(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: Uuid,
    url: &str,
    name: &str,
) -> Result<PublicLink> {
    require(tx, ctx, "channels.manage").await?;
    let base = store::base(tx).await?;
    if base.is_empty() {
        return Err(Error::conflict("links.no_address"));
    }
    if !rules::public(url) {
        return Err(Error::field("url", "links.bad_url"));
    }
    if store::public::count(tx).await? >= MOST {
        return Err(Error::conflict("links.too_many"));
    }
    let secret = ctx.ids.secret();
    let link = Given {
        code: secret.get(..CODE).unwrap_or(&secret).to_owned(),
        url: url.to_owned(),
        name: text::clean_name(name),
        account_id: account,
        created_at: ctx.now,
        clicks: 0,
        robots: 0,
    };
    store::public::add(tx, &link).await?;
    audit(tx, ctx, "links.made", &link.name, json!({"url": link.url})).await?;
    tell(tx, ctx).await?;
    Ok(shown(&base, link))
}

/// Takes one out of use: it leads nowhere from now on.
pub(crate) async fn remove(tx: &mut Tx<'_>, ctx: &Ctx, code: &str) -> Result<()> {
    require(tx, ctx, "channels.manage").await?;
    let link = store::public::one(tx, code)
        .await?
        .ok_or_else(Error::not_found)?;
    store::public::remove(tx, code).await?;
    audit(
        tx,
        ctx,
        "links.removed",
        &link.name,
        json!({"url": link.url}),
    )
    .await?;
    tell(tx, ctx).await
}

async fn tell(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    let event = Event::stored(
        "settings.changed",
        EVERYONE,
        vec![EVERYONE],
        json!({"what": "links"}),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

/// Somebody follows one: counted. Where it leads; none if there is no such link in use.
pub(crate) async fn follow(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    code: &str,
    robot: bool,
) -> Result<Option<String>> {
    let Some(link) = store::public::one(tx, code).await? else {
        return Ok(None);
    };
    let lately: Moment = ctx.now - Duration::from_secs(60);
    if store::public::lately(tx, code, lately).await? < PER_MINUTE {
        store::public::add_click(tx, ctx.ids.uuid(), code, ctx.now, robot).await?;
    }
    Ok(Some(link.url))
}
