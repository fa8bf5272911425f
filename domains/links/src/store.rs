//! The SQL of links.

pub(crate) mod public;

use crate::model::{Click, LinkClicks, Seen, ShortLink, Visit};
use db::{Tx, bind, sql};
use kernel::{Id, Moment, Result, Uuid};

pub(crate) async fn base(tx: &mut Tx<'_>) -> Result<String> {
    let found: Option<(String,)> = tx
        .one(sql!("SELECT base FROM link_address WHERE id = 1"), &bind![])
        .await?;
    Ok(found.map(|(base,)| base).unwrap_or_default())
}
pub(crate) async fn set_base(tx: &mut Tx<'_>, base: &str) -> Result<()> {
    tx.run(
        sql!("INSERT INTO link_address (id, base) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET base = $1"),
        &bind![base],
    )
    .await
    .map(drop)
}
pub(crate) async fn channels(tx: &mut Tx<'_>) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = tx
        .all(
            sql!("SELECT account_id FROM link_channels ORDER BY account_id"),
            &bind![],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
pub(crate) async fn is_on(tx: &mut Tx<'_>, account: Uuid) -> Result<bool> {
    let found: Option<(Uuid,)> = tx
        .one(
            sql!("SELECT account_id FROM link_channels WHERE account_id = $1"),
            &bind![account],
        )
        .await?;
    Ok(found.is_some())
}
pub(crate) async fn set_channels(tx: &mut Tx<'_>, accounts: &[Uuid]) -> Result<()> {
    tx.run(sql!("DELETE FROM link_channels"), &bind![]).await?;
    for account in accounts {
        tx.run(
            sql!("INSERT INTO link_channels (account_id) VALUES ($1) ON CONFLICT DO NOTHING"),
            &bind![*account],
        )
        .await?;
    }
    Ok(())
}
pub(crate) async fn sites(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx
        .all(sql!("SELECT host FROM pixel_sites ORDER BY host"), &bind![])
        .await?;
    Ok(rows.into_iter().map(|(host,)| host).collect())
}
pub(crate) async fn set_sites(tx: &mut Tx<'_>, sites: &[String]) -> Result<()> {
    tx.run(sql!("DELETE FROM pixel_sites"), &bind![]).await?;
    for host in sites {
        tx.run(
            sql!("INSERT INTO pixel_sites (host) VALUES ($1) ON CONFLICT DO NOTHING"),
            &bind![host],
        )
        .await?;
    }
    Ok(())
}

/// The code of an address in a message, made if need be.
pub(crate) async fn code_for(tx: &mut Tx<'_>, link: &ShortLink) -> Result<String> {
    tx.run(
        sql!("INSERT INTO short_links (code, url, account_id, contact_id, chat_id, message_key, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (message_key, url) DO NOTHING"),
        &bind![
            &link.code, &link.url, link.account_id, link.contact_id, link.chat_id, link.message_key, link.created_at
        ],
    )
    .await?;
    let (code,): (String,) = tx
        .must(
            sql!("SELECT code FROM short_links WHERE message_key = $1 AND url = $2"),
            &bind![link.message_key, &link.url],
        )
        .await?;
    Ok(code)
}
/// Whether a message has short links.
pub(crate) async fn has_short(tx: &mut Tx<'_>, message: Uuid) -> Result<bool> {
    let found: Option<(String,)> = tx
        .one(
            sql!("SELECT code FROM short_links WHERE message_key = $1 LIMIT 1"),
            &bind![message],
        )
        .await?;
    Ok(found.is_some())
}
pub(crate) async fn link(tx: &mut Tx<'_>, code: &str) -> Result<Option<ShortLink>> {
    tx.one(
        sql!("SELECT code, url, account_id, contact_id, chat_id, message_key, created_at FROM short_links WHERE code = $1"),
        &bind![code],
    )
    .await
}
/// Clicks of people on a link, and all clicks since a moment.
pub(crate) async fn counted(tx: &mut Tx<'_>, code: &str, since: Moment) -> Result<(i64, i64)> {
    tx.must(
        sql!(
            "SELECT COALESCE(SUM(CASE WHEN robot THEN 0 ELSE 1 END), 0), COALESCE(SUM(CASE WHEN at > $2 THEN 1 ELSE 0 END), 0)
              FROM link_clicks WHERE code = $1"
        ),
        &bind![code, since],
    )
    .await
}
pub(crate) async fn add_click(tx: &mut Tx<'_>, c: &Click) -> Result<()> {
    tx.run(
        sql!("INSERT INTO link_clicks (id, code, at, robot, agent) VALUES ($1, $2, $3, $4, $5)"),
        &bind![c.id, &c.code, c.at, c.robot, &c.agent],
    )
    .await
    .map(drop)
}
/// Ties a click to the browser it came out in; answers whose link it was. A click belongs to its first browser.
pub(crate) async fn tie_click(tx: &mut Tx<'_>, click: Uuid, visitor: &str) -> Result<Option<Uuid>> {
    tx.run(
        sql!("UPDATE link_clicks SET visitor = $2 WHERE id = $1 AND visitor IS NULL AND NOT robot"),
        &bind![click, visitor],
    )
    .await?;
    let found: Option<(Uuid,)> = tx
        .one(
            sql!(
                "SELECT l.contact_id FROM link_clicks c JOIN short_links l ON l.code = c.code
                  WHERE c.id = $1 AND c.visitor = $2"
            ),
            &bind![click, visitor],
        )
        .await?;
    Ok(found.map(|(contact,)| contact))
}
pub(crate) async fn add_visit(
    tx: &mut Tx<'_>,
    id: Id<Visit>,
    seen: &Seen,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO pixel_visits (id, visitor, at, page, referrer) VALUES ($1, $2, $3, $4, $5)"
        ),
        &bind![id, &seen.visitor, now, &seen.page, &seen.referrer],
    )
    .await
    .map(drop)
}
/// Visits of a browser since a moment.
pub(crate) async fn visits_since(tx: &mut Tx<'_>, visitor: &str, since: Moment) -> Result<i64> {
    let (n,): (i64,) = tx
        .must(
            sql!("SELECT COUNT(*) FROM pixel_visits WHERE visitor = $1 AND at > $2"),
            &bind![visitor, since],
        )
        .await?;
    Ok(n)
}
/// The contacts a browser is known to be, the first first.
pub(crate) async fn people_of(tx: &mut Tx<'_>, visitor: &str) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = tx
        .all(
            sql!("SELECT contact_id FROM pixel_people WHERE visitor = $1 ORDER BY at, contact_id"),
            &bind![visitor],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// Notes that a browser is a contact's; 0 if that was known.
pub(crate) async fn add_person(
    tx: &mut Tx<'_>,
    visitor: &str,
    contact: Uuid,
    how: &str,
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO pixel_people (visitor, contact_id, how, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"),
        &bind![visitor, contact, how, now],
    )
    .await
}
/// What a contact was sent and what they followed, in chats a person may see; newest first.
pub(crate) async fn clicks_of(
    tx: &mut Tx<'_>,
    circle: &[Uuid],
    limit: i64,
) -> Result<Vec<LinkClicks>> {
    tx.all(
        sql!(
            "SELECT l.url, l.chat_id, l.created_at AS sent_at,
                    COALESCE(SUM(CASE WHEN c.id IS NULL OR c.robot THEN 0 ELSE 1 END), 0) AS clicks,
                    COALESCE(SUM(CASE WHEN c.robot THEN 1 ELSE 0 END), 0) AS robots,
                    MAX(CASE WHEN c.robot THEN NULL ELSE c.at END) AS last_at
              FROM short_links l LEFT JOIN link_clicks c ON c.code = l.code
              WHERE l.contact_id IN UUIDS($1) GROUP BY l.code, l.url, l.chat_id, l.created_at
              ORDER BY l.created_at DESC LIMIT $2"
        ),
        &bind![circle.to_vec(), limit],
    )
    .await
}
/// Pages of our sites a contact saw, newest first.
pub(crate) async fn visits_of(tx: &mut Tx<'_>, circle: &[Uuid], limit: i64) -> Result<Vec<Visit>> {
    tx.all(
        sql!(
            "SELECT v.at, v.page, v.referrer FROM pixel_visits v
              WHERE v.visitor IN (SELECT visitor FROM pixel_people WHERE contact_id IN UUIDS($1)) ORDER BY v.at DESC LIMIT $2"
        ),
        &bind![circle.to_vec(), limit],
    )
    .await
}
/// Forgets visits before a moment.
pub(crate) async fn prune(tx: &mut Tx<'_>, before: Moment) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM pixel_visits WHERE at < $1"),
        &bind![before],
    )
    .await
}
