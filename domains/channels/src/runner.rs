//! The service that keeps channels going on the node that holds the lease: polling, intake, outbox, health.

use crate::{
    actions, chosen, compare, intake,
    live::{Live, Node},
    model::{Account, OutboxPart, Peer},
    outbox, store, templates,
};
use channel::{PollMode, WebhookHook};
use db::Tx;
use futures_util::{FutureExt, StreamExt, stream::FuturesUnordered};
use kernel::{Id, Moment, Result};
use std::{
    collections::{HashMap, HashSet},
    pin::Pin,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;
use web::{BoxFuture, House, Stop};

const LEASE: Duration = Duration::from_secs(15);
const RENEW: Duration = Duration::from_secs(5);
/// Parts on their way at the same time, each of another chat.
const IN_FLIGHT: usize = 24;
/// The longest wait between two looks at the tables when nobody wakes us.
const IDLE: Duration = Duration::from_secs(1);
const HEALTH_EVERY: Duration = Duration::from_secs(60);
/// In how many looks at an account's health its templates are asked for once: hourly, and at each start. News of a
/// single one come by themselves.
const TEMPLATES_EVERY: u64 = 60;
/// Allowed per second and account, and per chat, where the messenger counts (channels.md 1.1; a burst of as many).
const ACCOUNT_RATE: f64 = 25.0;
const PEER_RATE: f64 = 1.0;
const PEER_BURST: f64 = 4.0;

/// Runs until the house closes; on a shared database only one node at a time does the work.
pub(crate) fn run(house: House, mut stop: Stop) -> BoxFuture<()> {
    Box::pin(async move {
        let holder = match house.part::<Node>() {
            Ok(node) => node.0,
            Err(error) => {
                tracing::error!(%error, "channels cannot run");
                return;
            }
        };
        while !*stop.borrow() {
            if matches!(lease(&house, holder).await, Ok(true)) {
                lead(&house, holder, stop.clone()).await;
            } else {
                tokio::select! { () = tokio::time::sleep(RENEW) => {}, _ = stop.changed() => {} }
            }
        }
        let ended = house
            .write(async move |tx: &mut Tx<'_>| store::end_lease(tx, "channels", holder).await)
            .await;
        if let Err(error) = ended {
            tracing::warn!(%error, "the lease could not be given back; it ends by itself");
        }
    })
}

/// Takes or renews the lease; `false` if another node holds it.
async fn lease(house: &House, holder: kernel::Uuid) -> Result<bool> {
    let now = house.clock().now();
    let got = house
        .write(async move |tx: &mut Tx<'_>| {
            store::lease(tx, "channels", holder, now, now + LEASE).await
        })
        .await?;
    Ok(got > 0)
}

/// Does the work while the lease is ours.
async fn lead(house: &House, holder: kernel::Uuid, mut stop: Stop) {
    let work = async {
        while let Err(error) = outbox::recover(house).await {
            tracing::error!(%error, "parts left on their way could not be looked at");
            tokio::time::sleep(IDLE).await;
        }
        tokio::join!(
            keep_intake(house),
            keep_outbox(house),
            keep_accounts(house),
            keep_tidy(house)
        );
    };
    let hold = async {
        let mut held = Instant::now();
        loop {
            tokio::time::sleep(RENEW).await;
            match lease(house, holder).await {
                Ok(true) => held = Instant::now(),
                Ok(false) => {
                    tracing::warn!("another node took the channels over");
                    return;
                }
                // The database takes no changes. What is on its way is let go only when another node may have taken over.
                Err(_) if !house.db().is_shared() || held.elapsed() + RENEW < LEASE => {}
                Err(error) => {
                    tracing::warn!(%error, "the lease could not be renewed in time");
                    return;
                }
            }
        }
    };
    tokio::select! {
        () = work => {}
        () = hold => {}
        _ = stop.changed() => {}
    }
}

async fn woken(live: &Live) {
    tokio::select! { () = live.wake.notified() => {}, () = tokio::time::sleep(IDLE) => {} }
}

async fn keep_intake(house: &House) {
    let Ok(live) = house.part::<Live>() else {
        return;
    };
    loop {
        if let Err(error) = intake::work(house).await {
            tracing::error!(%error, "the intake stumbled");
            tokio::time::sleep(IDLE).await;
        }
        woken(live).await;
    }
}

struct Bucket {
    tokens: f64,
    at: Moment,
}

impl Bucket {
    fn take(&mut self, rate: f64, burst: f64, now: Moment) -> bool {
        self.tokens = (self.tokens + now.since(self.at).as_secs_f64() * rate).min(burst);
        self.at = now;
        let ok = self.tokens >= 1.0;
        if ok {
            self.tokens -= 1.0;
        }
        ok
    }
}

#[derive(Default)]
struct Rates {
    accounts: HashMap<Id<Account>, Bucket>,
    peers: HashMap<Id<Peer>, Bucket>,
    frozen: HashMap<Id<Account>, Moment>,
}

impl Rates {
    /// Whether a part may go now; takes its tokens if so.
    fn allow(&mut self, part: &OutboxPart, counted: bool, now: Moment) -> bool {
        if self
            .frozen
            .get(&part.account_id)
            .is_some_and(|until| *until > now)
        {
            return false;
        }
        if !counted {
            return true;
        }
        let peer = self.peers.entry(part.peer_id).or_insert(Bucket {
            tokens: PEER_BURST,
            at: now,
        });
        if !peer.take(PEER_RATE, PEER_BURST, now) {
            return false;
        }
        let account = self.accounts.entry(part.account_id).or_insert(Bucket {
            tokens: ACCOUNT_RATE,
            at: now,
        });
        account.take(ACCOUNT_RATE, ACCOUNT_RATE, now)
    }
}

type Flight<'a> =
    Pin<Box<dyn Future<Output = (Id<Account>, Id<Peer>, Result<outbox::Sent>)> + Send + 'a>>;

/// Sends heads of lanes, several chats at a time, one part of a chat at a time.
async fn keep_outbox(house: &House) {
    let mut flights: FuturesUnordered<Flight<'_>> = FuturesUnordered::new();
    let mut busy: HashSet<Id<Peer>> = HashSet::new();
    let mut rates = Rates::default();
    let queued = house.bell::<outbox::Queued>();
    loop {
        if flights.len() < IN_FLIGHT {
            launch(house, &mut flights, &mut busy, &mut rates).await;
        }
        tokio::select! {
            Some((account, peer, sent)) = flights.next(), if !flights.is_empty() => {
                busy.remove(&peer);
                match sent {
                    Ok(sent) => { if let Some(until) = sent.freeze { rates.frozen.insert(account, until); } }
                    Err(error) => {
                        tracing::error!(%error, "a part could not be settled");
                        tokio::time::sleep(IDLE).await;
                    }
                }
            }
            () = queued.notified() => {}
            () = tokio::time::sleep(Duration::from_millis(100)) => {}
        }
    }
}

async fn launch<'a>(
    house: &'a House,
    flights: &mut FuturesUnordered<Flight<'a>>,
    busy: &mut HashSet<Id<Peer>>,
    rates: &mut Rates,
) {
    let now = house.clock().now();
    let heads = match house
        .read(async move |tx: &mut Tx<'_>| store::heads(tx, now, 64).await)
        .await
    {
        Ok(heads) => heads,
        Err(error) => {
            tracing::error!(%error, "the outbox cannot be read");
            return;
        }
    };
    for part in heads {
        if flights.len() >= IN_FLIGHT {
            return;
        }
        if busy.contains(&part.peer_id) || !rates.allow(&part, is_counted(house, &part).await, now)
        {
            continue;
        }
        busy.insert(part.peer_id);
        let (account, peer) = (part.account_id, part.peer_id);
        flights.push(async move { (account, peer, outbox::send(house, part).await) }.boxed());
    }
}

/// Our own channel counts nothing: there is no provider who could find us too quick.
async fn is_counted(house: &House, part: &OutboxPart) -> bool {
    let id = part.account_id;
    let account = house
        .read(async move |tx: &mut Tx<'_>| store::account(tx, id).await)
        .await;
    !account.is_ok_and(|a| crate::visitors::is_embedded(&a))
}

/// Opens, polls and checks the enabled accounts; looks again whenever one changed.
async fn keep_accounts(house: &House) {
    let Ok(live) = house.part::<Live>() else {
        return;
    };
    loop {
        let accounts = match house
            .read(async |tx: &mut Tx<'_>| store::accounts(tx).await)
            .await
        {
            Ok(accounts) => accounts,
            Err(error) => {
                tracing::error!(%error, "the accounts cannot be read");
                tokio::time::sleep(IDLE).await;
                continue;
            }
        };
        let mut tasks = JoinSet::new();
        for account in accounts {
            tasks.spawn(look_after(house.clone(), account));
        }
        live.accounts.notified().await;
        tasks.shutdown().await;
    }
}

async fn look_after(house: House, account: Account) {
    if let Err(error) = start(&house, &account).await {
        tracing::warn!(channel = %account.name, %error, "a channel could not be started");
    }
    let health = async {
        let mut round: u64 = 0;
        loop {
            if round.is_multiple_of(TEMPLATES_EVERY)
                && let Err(error) = templates::plan_if_any(&house, &account).await
            {
                tracing::warn!(channel = %account.name, %error, "templates cannot be asked for");
            }
            round += 1;
            if let Err(error) = actions::check(&house, &account).await {
                tracing::error!(%error, "a channel's health could not be saved");
            }
            tokio::time::sleep(HEALTH_EVERY).await;
        }
    };
    tokio::join!(health, poll(&house, &account));
}

/// Tells the messenger where to deliver, or that we will ask.
async fn start(house: &House, account: &Account) -> Result<()> {
    if !account.enabled {
        return Ok(());
    }
    let opened = house.part::<Live>()?.open(house, account)?;
    let hook =
        (opened.mode() == PollMode::None && house.base_url().starts_with("https://")).then(|| {
            WebhookHook {
                url: actions::hook_url(house.base_url(), account),
                secret: account.secret.clone(),
            }
        });
    opened.start(hook).await.map_err(kernel::Error::fault)
}

async fn poll(house: &House, account: &Account) {
    let Ok(opened) = house.part::<Live>().and_then(|l| l.open(house, account)) else {
        return;
    };
    if !account.enabled || opened.mode() != PollMode::Long {
        return;
    }
    let mut cursor = account.cursor.clone();
    let mut failures = 0;
    loop {
        match opened.poll(cursor.clone()).await {
            Ok(polled) => {
                failures = 0;
                if let Err(error) = keep_polled(house, account, &*opened, &polled).await {
                    tracing::error!(%error, "polled events could not be stored; they are asked for again");
                    tokio::time::sleep(IDLE).await;
                    continue;
                }
                cursor = polled.cursor.or(cursor);
            }
            Err(error) => {
                tracing::warn!(channel = %account.name, %error, "polling failed");
                tokio::time::sleep(outbox::back_off(failures)).await;
                failures += 1;
            }
        }
    }
}

async fn keep_polled(
    house: &House,
    account: &Account,
    live: &dyn channel::Account,
    polled: &channel::Polled,
) -> Result<()> {
    let events = chosen::business(house, account, live, polled.events.clone()).await?;
    intake::store_polled(house, account.id, events, polled.cursor.clone()).await
}

async fn keep_tidy(house: &House) {
    loop {
        if let Err(error) = actions::prune(house).await {
            tracing::error!(%error, "old raw events could not be removed");
        }
        if let Err(error) = compare::plan(house).await {
            tracing::error!(%error, "no comparison with the messengers could be planned");
        }
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let start = Moment::from_seconds(100);
        let mut bucket = Bucket {
            tokens: PEER_BURST,
            at: start,
        };
        let taken = (0..10)
            .filter(|_| bucket.take(PEER_RATE, PEER_BURST, start))
            .count();
        assert_eq!(taken, 4);
        assert!(bucket.take(PEER_RATE, PEER_BURST, start + Duration::from_secs(1)));
        assert!(!bucket.take(PEER_RATE, PEER_BURST, start + Duration::from_secs(1)));
        // A clock that jumps back gives nothing and takes nothing.
        assert!(!bucket.take(PEER_RATE, PEER_BURST, start));
    }
}
