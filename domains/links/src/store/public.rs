//! The SQL of links that are given to anybody.

use crate::model::Given;
use db::{Tx, bind, sql};
use kernel::{Moment, Result, Uuid};

pub(crate) async fn all(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Given>> {
    tx.all(
        sql!(
            "SELECT l.code, l.url, l.name, l.account_id, l.created_at,
                COALESCE(SUM(CASE WHEN c.robot = FALSE THEN 1 ELSE 0 END), 0) AS clicks,
                COALESCE(SUM(CASE WHEN c.robot = TRUE THEN 1 ELSE 0 END), 0) AS robots
              FROM public_links l LEFT JOIN public_clicks c ON c.code = l.code
              WHERE NOT l.removed
              GROUP BY l.code, l.url, l.name, l.account_id, l.created_at
              ORDER BY l.created_at DESC, l.code LIMIT $1"
        ),
        &bind![limit],
    )
    .await
}
pub(crate) async fn one(tx: &mut Tx<'_>, code: &str) -> Result<Option<Given>> {
    tx.one(
        sql!(
            "SELECT code, url, name, account_id, created_at, CAST(0 AS BIGINT) AS clicks, CAST(0 AS BIGINT) AS robots
              FROM public_links WHERE code = $1 AND NOT removed"
        ),
        &bind![code],
    )
    .await
}
pub(crate) async fn count(tx: &mut Tx<'_>) -> Result<i64> {
    let (count,): (i64,) = tx
        .must(
            sql!("SELECT COUNT(*) FROM public_links WHERE NOT removed"),
            &bind![],
        )
        .await?;
    Ok(count)
}
pub(crate) async fn add(tx: &mut Tx<'_>, l: &Given) -> Result<()> {
    tx.run(
        sql!("INSERT INTO public_links (code, url, name, account_id, created_at) VALUES ($1, $2, $3, $4, $5)"),
        &bind![&l.code, &l.url, &l.name, l.account_id, l.created_at],
    )
    .await
    .map(drop)
}
pub(crate) async fn remove(tx: &mut Tx<'_>, code: &str) -> Result<()> {
    tx.run(
        sql!("UPDATE public_links SET removed = TRUE WHERE code = $1"),
        &bind![code],
    )
    .await
    .map(drop)
}
/// Clicks since a moment.
pub(crate) async fn lately(tx: &mut Tx<'_>, code: &str, since: Moment) -> Result<i64> {
    let (count,): (i64,) = tx
        .must(
            sql!("SELECT COUNT(*) FROM public_clicks WHERE code = $1 AND at > $2"),
            &bind![code, since],
        )
        .await?;
    Ok(count)
}
pub(crate) async fn add_click(
    tx: &mut Tx<'_>,
    id: Uuid,
    code: &str,
    now: Moment,
    robot: bool,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO public_clicks (id, code, at, robot) VALUES ($1, $2, $3, $4)"),
        &bind![id, code, now, robot],
    )
    .await
    .map(drop)
}
