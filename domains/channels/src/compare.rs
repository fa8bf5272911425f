//! The nightly comparison with what a messenger itself remembers (M-01): what was lost on the way in is fetched, what may
//! have arrived is confirmed, and what we hold for sent but is not there is shown.

use crate::{
    intake,
    live::Live,
    model::{Account, Comparison},
    outbox::tell_delivery,
    store,
};
use accounts::{EVERYONE, audit, require};
use channel::{History, Remembered};
use db::Tx;
use jiff::tz::TimeZone;
use journal::Event;
use kernel::{Ctx, Error, Id, Moment, Result};
use serde_json::{Value, json};
use std::{collections::HashSet, time::Duration};
use web::{BoxFuture, House};

/// The job that compares one account.
pub(crate) const COMPARE: &str = "channels.compare";
/// How far back a nightly comparison looks: a day, and an hour for what was on its way at the last one.
const DAY: Duration = Duration::from_secs(25 * 3600);
/// The furthest a comparison after an outage looks.
const FURTHEST: Duration = Duration::from_secs(14 * 24 * 3600);
/// What was sent less than this before its comparison may not be in the messenger's memory yet.
const FRESH: Duration = Duration::from_secs(2 * 60);
/// Comparisons are kept this long.
const KEEP: Duration = Duration::from_secs(90 * 24 * 3600);
/// Between two comparisons of the nightly kind.
const EVERY: Duration = Duration::from_secs(20 * 3600);
/// The hours of the night, by the company's clock, at which they begin.
const NIGHT: std::ops::Range<i8> = 2..5;

/// Whether an account is to be compared now: at night, or by day when the night was missed.
fn due(last: Option<Moment>, now: Moment, hour: i8) -> bool {
    match last {
        None => NIGHT.contains(&hour),
        Some(last) => {
            let since = now.since(last);
            since >= EVERY && (NIGHT.contains(&hour) || since >= EVERY + EVERY / 2)
        }
    }
}

/// How far back to look: to the last comparison that went well, at least a day and at most two weeks.
fn reach(last_good: Option<Moment>, now: Moment) -> Moment {
    let day = now - DAY;
    last_good.map_or(day, |at| (at - FRESH).min(day).max(now - FURTHEST))
}

/// Plans what is due; called every hour.
pub(crate) async fn plan(house: &House) -> Result<()> {
    let ctx = house.system();
    house
        .write(async move |tx: &mut Tx<'_>| {
            // A house that nobody has set up yet has nothing to compare.
            let Ok(workspace) = accounts::workspace(tx).await else {
                return Ok(());
            };
            let zone = workspace.time_zone;
            let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
            let hour = ctx.now.timestamp().to_zoned(zone).hour();
            store::ledger::prune_comparisons(tx, ctx.now - KEEP).await?;
            for account in store::accounts(tx).await? {
                if !account.enabled || !account.abilities.history {
                    continue;
                }
                let newest = store::ledger::comparisons(tx, Some(account.id), 1).await?;
                if due(newest.first().map(|c| c.started_at), ctx.now, hour) {
                    put(tx, &ctx, account.id).await?;
                }
            }
            Ok(())
        })
        .await
}

/// Plans a comparison of an account; at most one waits.
pub(crate) async fn put(tx: &mut Tx<'_>, ctx: &Ctx, account: Id<Account>) -> Result<()> {
    let key = account.to_string();
    jobs::put(
        tx,
        ctx,
        COMPARE,
        json!({"account": account}),
        ctx.now,
        Some(&key),
    )
    .await
}

/// A person asks for a comparison now.
pub(crate) async fn ask(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Account>) -> Result<()> {
    require(tx, ctx, "channels.manage").await?;
    let account = store::account(tx, id).await?;
    if !account.abilities.history {
        return Err(Error::conflict("channels.no_history"));
    }
    if !account.enabled {
        return Err(Error::conflict("channels.disabled"));
    }
    audit(tx, ctx, "delivery.compared", &account.name, json!({})).await?;
    put(tx, ctx, id).await
}

/// What comparisons found lately, newest first.
pub(crate) async fn all(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Comparison>> {
    require(tx, ctx, "channels.manage").await?;
    store::ledger::comparisons(tx, None, 100).await
}

/// The job: asks the messenger, then settles what differs.
pub(crate) fn run(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id: Id<Account> = serde_json::from_value(payload["account"].clone())?;
        let ctx = house.system();
        let (account, last_good) = house
            .read(async move |tx: &mut Tx<'_>| {
                let account = store::account(tx, id).await?;
                let before = store::ledger::comparisons(tx, Some(id), 30).await?;
                let good = before
                    .iter()
                    .find(|c| c.error.is_empty() && c.ended_at.is_some());
                Ok((account, good.map(|c| c.started_at)))
            })
            .await?;
        if !account.enabled {
            return Ok(());
        }
        let mut comparison = Comparison {
            id: ctx.ids.next(),
            account_id: id,
            since: reach(last_good, ctx.now),
            started_at: ctx.now,
            ended_at: None,
            seen: 0,
            recovered: 0,
            confirmed: 0,
            missing: Vec::new(),
            error: String::new(),
        };
        let live = house.part::<Live>()?.open(&house, &account)?;
        match live.history(comparison.since).await {
            Ok(Some(history)) => settle(&house, &account, &mut comparison, history).await?,
            Ok(None) => return Ok(()),
            Err(error) => comparison.error = crate::reason::reason(&error),
        }
        let ctx = house.system();
        comparison.ended_at = Some(ctx.now);
        house
            .write(async move |tx: &mut Tx<'_>| {
                store::ledger::save_comparison(tx, &comparison).await?;
                let what = json!({"what": "comparisons"});
                let event = Event::stored("settings.changed", EVERYONE, vec![EVERYONE], what);
                journal::append(tx, &ctx, event).await.map(drop)
            })
            .await
    })
}

async fn settle(
    house: &House,
    account: &Account,
    comparison: &mut Comparison,
    history: History,
) -> Result<()> {
    let id = account.id;
    comparison.seen = i64::try_from(history.messages.len()).unwrap_or(i64::MAX);
    let told = history.messages.clone();
    let unknown: Vec<Remembered> = house
        .read(async move |tx: &mut Tx<'_>| {
            let mut unknown = Vec::new();
            for one in told {
                if store::by_external(tx, id, &one.ext_id).await?.is_none() {
                    unknown.push(one);
                }
            }
            Ok(unknown)
        })
        .await?;
    let mut lost = Vec::new();
    for one in unknown {
        match (&one.ours, &one.event) {
            (Some(_), _) => comparison.confirmed += confirm(house, id, one).await?,
            (None, Some(event)) => lost.push(event.clone()),
            (None, None) => {}
        }
    }
    comparison.recovered = i64::try_from(lost.len()).unwrap_or(i64::MAX);
    intake::store_events(house, id, lost).await?;
    // Half an answer proves nothing about what is not in it.
    if !history.cut {
        let there: HashSet<String> = history.messages.into_iter().map(|m| m.ext_id).collect();
        let (from, to) = (comparison.since, comparison.started_at - FRESH);
        let ours = house
            .read(async move |tx: &mut Tx<'_>| store::ledger::sent_between(tx, id, from, to).await)
            .await?;
        for (ext, _, message) in ours {
            if !there.contains(&ext) && !comparison.missing.contains(&message) {
                comparison.missing.push(message);
            }
        }
    }
    Ok(())
}

/// A message the messenger has from us and we know nothing of: the oldest part of unknown outcome with these very words
/// did arrive then.
async fn confirm(house: &House, account: Id<Account>, one: Remembered) -> Result<i64> {
    let ctx = house.system();
    house
        .write(async move |tx: &mut Tx<'_>| {
            let words = one.ours.as_deref().unwrap_or_default();
            let parts = store::ledger::unknown_to(tx, account, &one.peer).await?;
            // Their clock counts whole seconds, and may be a little off.
            let slack = Duration::from_secs(120);
            let fits = parts.into_iter().find(|p| {
                p.payload.0.text.trim() == words.trim() && one.at + slack >= p.created_at
            });
            let Some(part) = fits else {
                return Ok(0);
            };
            store::set_part(
                tx,
                part.id,
                "sent",
                "found",
                part.attempts,
                ctx.now,
                ctx.now,
            )
            .await?;
            store::set_ext_ids(tx, part.id, std::slice::from_ref(&one.ext_id)).await?;
            store::add_external(tx, account, &one.ext_id, part.message_id, part.part).await?;
            tell_delivery(tx, &ctx, part.message_id).await?;
            Ok(1)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m_01_comparisons_begin_at_night_and_a_missed_night_is_made_up_for() {
        let now = Moment::from_seconds(1_000_000);
        let ago = |hours: u64| Some(now - Duration::from_secs(hours * 3600));
        for (last, hour, wanted) in [
            (None, 3, true),
            (None, 12, false),
            (ago(24), 3, true),
            (ago(24), 12, false),
            (ago(2), 3, false),
            (ago(31), 12, true),
        ] {
            assert_eq!(due(last, now, hour), wanted, "{last:?} at {hour}");
        }
    }

    #[test]
    fn m_01_a_comparison_looks_back_to_the_last_good_one() {
        let now = Moment::from_seconds(10_000_000);
        let days = |n: u64| now - Duration::from_secs(n * 24 * 3600);
        assert_eq!(reach(None, now), now - DAY);
        assert_eq!(reach(Some(days(0)), now), now - DAY);
        assert_eq!(reach(Some(days(3)), now), days(3) - FRESH);
        assert_eq!(reach(Some(days(60)), now), now - FURTHEST);
    }
}
