//! The nightly comparison with what a messenger itself remembers (M-01): what was lost on the way in is fetched, what may
//! have arrived is confirmed, and what we hold for sent but is not there is shown.

use crate::{
    actions::capabilities_of,
    chosen::{self, Asked},
    intake,
    live::Live,
    model::{Account, Comparison, OutboxPart},
    outbox::tell_delivery,
    store,
};
use accounts::{EVERYONE, audit, require};
use channel::{History, Inbound, InboundMessage, RawEvent, Remembered};
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

/// How far back to look: to the last comparison that went well, at least a day and at most two weeks. What was written
/// before the account was connected stays in the messenger.
fn reach(last_good: Option<Moment>, connected: Moment, now: Moment) -> Moment {
    let day = now - DAY;
    let wanted = last_good.map_or(day, |at| (at - FRESH).min(day).max(now - FURTHEST));
    wanted.max(connected)
}

/// Plans what is due; called every hour.
pub(crate) async fn plan(house: &House) -> Result<()> {
    let (ctx, told) = (house.system(), house.clone());
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
                if !account.enabled || !remembers(&told, &account) {
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

/// Whether an account's messenger can be asked. What was kept when the account was saved may be an earlier version's word.
fn remembers(house: &House, account: &Account) -> bool {
    capabilities_of(house, account).map_or(account.abilities.history, |can| can.history)
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
pub(crate) async fn ask(house: &House, tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Account>) -> Result<()> {
    require(tx, ctx, "channels.manage").await?;
    let account = store::account(tx, id).await?;
    if !remembers(house, &account) {
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
        let (account, connected, last_good) = house
            .read(async move |tx: &mut Tx<'_>| {
                let account = store::account(tx, id).await?;
                let connected = store::connected_at(tx, id).await?;
                let before = store::ledger::comparisons(tx, Some(id), 30).await?;
                let good = before
                    .iter()
                    .find(|c| c.error.is_empty() && c.ended_at.is_some());
                Ok((account, connected, good.map(|c| c.started_at)))
            })
            .await?;
        if !account.enabled {
            return Ok(());
        }
        let mut comparison = Comparison {
            id: ctx.ids.next(),
            account_id: id,
            since: reach(last_good, connected, ctx.now),
            started_at: ctx.now,
            ended_at: None,
            seen: 0,
            recovered: 0,
            confirmed: 0,
            missing: Vec::new(),
            error: String::new(),
        };
        let live = house.part::<Live>()?.open(&house, &account)?;
        let asked = Asked {
            house: &house,
            account: id,
            choice: live.capabilities().chats,
            since: comparison.since,
        };
        match live.history(comparison.since, &asked).await {
            Ok(Some(history)) => {
                settle(&house, &account, &*live, &mut comparison, history).await?;
            }
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
    live: &dyn channel::Account,
    comparison: &mut Comparison,
    history: History,
) -> Result<()> {
    let id = account.id;
    comparison.seen = i64::try_from(history.messages.len()).unwrap_or(i64::MAX);
    let told = history.messages.clone();
    let (unknown, known) = house
        .read(async move |tx: &mut Tx<'_>| {
            let (mut unknown, mut known) = (Vec::new(), Vec::new());
            for one in told {
                match store::by_external(tx, id, &one.ext_id).await? {
                    Some((message, _)) => known.push((one, message)),
                    None => unknown.push(one),
                }
            }
            Ok((unknown, known))
        })
        .await?;
    let mut lost = Vec::new();
    let mut unknown = unknown;
    // What was lost is taken in as it was said, whatever the order in which it was told.
    unknown.sort_by_key(|one| one.at);
    for mut one in unknown {
        let event = one.event.take();
        if one.ours.is_some() && confirm(house, id, one).await? {
            comparison.confirmed += 1;
        } else {
            lost.extend(event);
        }
    }
    let lost = fresh(house, id, lost).await?;
    let lost = chosen::business(house, account, live, lost).await?;
    comparison.recovered = i64::try_from(lost.len()).unwrap_or(i64::MAX);
    intake::store_events(house, id, lost).await?;
    let changed = reactions(house, id, live, known).await?;
    intake::store_events(house, id, changed).await?;
    // Half an answer proves nothing about what is not in it.
    if !history.cut {
        let there: HashSet<String> = history.messages.into_iter().map(|m| m.ext_id).collect();
        let (from, to) = (comparison.since, comparison.started_at - FRESH);
        let choice = live.capabilities().chats;
        comparison.missing = house
            .read(async move |tx: &mut Tx<'_>| {
                let mut missing = Vec::new();
                for (ext, peer, message, at) in
                    store::ledger::sent_between(tx, id, from, to).await?
                {
                    if there.contains(&ext) || missing.contains(&message) {
                        continue;
                    }
                    // Nobody looked into a chat that is private now, or so far back; and what was taken back is gone here too.
                    let read = chosen::read_since(tx, id, choice, &peer, from).await?;
                    let taken_back = messages::by_id(tx, message).await?.deleted_at.is_some();
                    if read.is_some_and(|read| at >= read) && !taken_back {
                        missing.push(message);
                    }
                }
                Ok(missing)
            })
            .await?;
    }
    Ok(())
}

/// Of events that a history told, those that were never stored: what was stored and is not a message (a missed call, a
/// bounce) was not lost.
async fn fresh(
    house: &House,
    account: Id<Account>,
    events: Vec<RawEvent>,
) -> Result<Vec<RawEvent>> {
    house
        .read(async move |tx: &mut Tx<'_>| {
            let mut fresh = Vec::new();
            for event in events {
                let key = intake::key_of(&event);
                if !store::ledger::is_stored(tx, account, &key).await? {
                    fresh.push(event);
                }
            }
            Ok(fresh)
        })
        .await
}

/// The events of reactions that stand otherwise at the messenger than here.
async fn reactions(
    house: &House,
    account: Id<Account>,
    live: &dyn channel::Account,
    known: Vec<(Remembered, Id<messages::Message>)>,
) -> Result<Vec<RawEvent>> {
    let mut told = Vec::new();
    for (one, message) in known {
        let Some(event) = one.reacted else { continue };
        let reacted = live
            .normalize(&event)
            .into_iter()
            .find_map(|one| match one {
                Inbound::Reaction { peer, emoji, .. } => Some((peer.ext_id, emoji)),
                _ => None,
            });
        told.extend(reacted.map(|(peer, emoji)| (event, message, peer, emoji)));
    }
    house
        .read(async move |tx: &mut Tx<'_>| {
            let mut differ = Vec::new();
            for (event, message, peer, emoji) in told {
                let same = match store::find_peer(tx, account, &peer).await? {
                    Some(peer) => messages::reacts_so(tx, message, peer.id.uuid(), &emoji).await?,
                    None => emoji.is_empty(),
                };
                if !same {
                    differ.push(event);
                }
            }
            Ok(differ)
        })
        .await
}

/// A message the messenger has from us and we know nothing of: the part of unknown outcome under its key, else the oldest
/// one with these very words, did arrive then. Answers whether there was one.
async fn confirm(house: &House, account: Id<Account>, one: Remembered) -> Result<bool> {
    let ctx = house.system();
    house
        .write(async move |tx: &mut Tx<'_>| {
            let words = bare(one.ours.as_deref().unwrap_or_default());
            let parts = store::ledger::doubtful_to(tx, account, &one.peer).await?;
            let fits = parts.into_iter().find(|part| {
                part.state == "unknown"
                    && match &one.key {
                        Some(key) => part.id.to_string() == *key,
                        None => says(part, &words, one.at),
                    }
            });
            match fits {
                Some(part) => arrived(tx, &ctx, &part, &one.ext_id).await.map(|()| true),
                None => Ok(false),
            }
        })
        .await
}

/// What the messenger tells as written elsewhere may be our own: the process fell, or the line broke, before its answer said
/// under which id it stands there. The oldest part to this client with these very words that may have arrived is that one.
pub(crate) async fn own_echo(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: Id<Account>,
    told: &InboundMessage,
) -> Result<Option<Id<messages::Message>>> {
    let words = bare(&text::plain(&text::parse(&told.text, &[])));
    let parts = store::ledger::doubtful_to(tx, account, &told.peer.ext_id).await?;
    let fits = parts.into_iter().find(|part| {
        says(part, &words, told.at) && part.payload.0.files.is_empty() == told.media.is_empty()
    });
    let Some(part) = fits else {
        return Ok(None);
    };
    arrived(tx, ctx, &part, &told.ext_id).await?;
    Ok(Some(part.message_id))
}

/// Words without the signs of formatting: of it some messengers tell the signs, others what they mean.
fn bare(words: &str) -> String {
    words.replace(['*', '_', '~', '`'], "").trim().to_owned()
}

/// Whether a part of ours has these bare words and is no younger than what a messenger tells of.
fn says(part: &OutboxPart, words: &str, at: Moment) -> bool {
    // Their clock counts whole seconds, and may be a little off.
    let slack = Duration::from_secs(120);
    bare(&part.payload.0.text) == words && at + slack >= part.created_at
}

/// A part of ours stands at the messenger under this id.
async fn arrived(tx: &mut Tx<'_>, ctx: &Ctx, part: &OutboxPart, ext_id: &str) -> Result<()> {
    store::add_external(tx, part.account_id, ext_id, part.message_id, part.part).await?;
    // What is still on its way is settled by its own answer; of a repeat the messenger knows the key.
    if part.state != "unknown" {
        return Ok(());
    }
    found(tx, ctx, part, &[ext_id.to_owned()]).await
}

/// A part of ours whose outcome nobody told is at the messenger all the same, under these ids.
pub(crate) async fn found(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    part: &OutboxPart,
    ext_ids: &[String],
) -> Result<()> {
    let (tries, now) = (part.attempts, ctx.now);
    store::set_part(tx, part.id, "sent", "found", tries, now, now).await?;
    store::set_ext_ids(tx, part.id, ext_ids).await?;
    tell_delivery(tx, ctx, part.message_id).await
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
        let long_ago = days(90);
        assert_eq!(reach(None, long_ago, now), now - DAY);
        assert_eq!(reach(Some(days(0)), long_ago, now), now - DAY);
        assert_eq!(reach(Some(days(3)), long_ago, now), days(3) - FRESH);
        assert_eq!(reach(Some(days(60)), long_ago, now), now - FURTHEST);
        let hour = now - Duration::from_secs(3600);
        assert_eq!(reach(None, hour, now), hour, "not before it was connected");
    }
}
