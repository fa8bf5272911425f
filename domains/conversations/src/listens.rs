//! What gives chats out when something changes (P-39): somebody comes or goes, a chat is closed, handed over or put back, a
//! queue is set up anew, a minute is over.
//!
//! Nothing is kept here that would be lost: what waits, who sits where and what is due stand in tables. Being told only
//! makes it quick; the look once a second finds what nobody told of, after a fall as well.

use crate::{
    actions::{closing, dealing, queues, replies, snooze, timers},
    hooks::AfterClosing,
    store,
};
use channel::Capabilities;
use channels::{Account, Node};
use db::Tx;
use kernel::{Id, Result, Uuid};
use std::{collections::BTreeSet, time::Duration};
use tokio::{sync::broadcast::error::RecvError, time::MissedTickBehavior};
use web::{BoxFuture, House, PresenceState, Stop, Tapped};

/// After these there may be somebody to give to, or something to give.
const KINDS: &[&str] = &[
    "client_chat.changed",
    "settings.changed",
    "person.changed",
    GONE,
];
/// After this somebody may not see a chat any more.
const GONE: &str = "chat.gone";
/// How many chats one look wakes, and closings it goes on with.
const AT_ONCE: i64 = 50;
/// How often everything is looked at, told or not.
const LOOK: Duration = Duration::from_secs(1);
/// After how many looks the moments at which people touched their desks are written down anew.
const BEAT: u32 = 60;

/// Gives chats out as long as the house stands.
pub(crate) fn keep(house: House, mut stop: Stop) -> BoxFuture<()> {
    Box::pin(async move {
        let Ok(node) = house.part::<Node>().copied() else {
            return;
        };
        let mut taps = house.hub().tap(KINDS);
        let mut turns = house.hub().who_turns();
        let cleared =
            house.write(async move |tx: &mut Tx<'_>| accounts::clear_desks(tx, node.0).await);
        told(cleared.await);
        told(sit(&house, node, everybody(&house)).await);
        let mut round: u32 = 0;
        // By a clock of its own: however much is told in between, its second comes.
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                came = taps.recv_many(&mut batch, 256) => {
                    if came == 0 { return }
                    let batch = std::mem::take(&mut batch);
                    for gone in batch.iter().filter(|event| event.kind == GONE) {
                        house.hub().look_away(&gone.audience, gone.subject);
                    }
                    if batch.iter().any(may_move_members) {
                        told(follow(&house).await);
                    }
                }
                turned = turns.recv() => {
                    let mut people = BTreeSet::new();
                    match turned {
                        Ok(person) => drop(people.insert(person)),
                        // More turned than are remembered: everybody is looked at.
                        Err(RecvError::Lagged(_)) => people.extend(everybody(&house)),
                        Err(RecvError::Closed) => return,
                    }
                    while let Ok(person) = turns.try_recv() {
                        people.insert(person);
                    }
                    told(sit(&house, node, people).await);
                }
                _ = looks.tick() => {
                    round = round.wrapping_add(1);
                    if round.is_multiple_of(BEAT) {
                        told(sit(&house, node, everybody(&house)).await);
                    }
                    told(look(&house).await);
                    told(speak(&house).await);
                    told(go_on(&house).await);
                }
            }
            told(give_out(&house).await);
        }
    })
}

/// A failure is tried again with the next look.
fn told(done: Result<()>) {
    if let Err(error) = done {
        tracing::error!(%error, "chats could not be given out");
    }
}

fn may_move_members(event: &Tapped) -> bool {
    event.kind == "person.changed"
}

fn everybody(house: &House) -> BTreeSet<Uuid> {
    house.hub().presences().into_keys().collect()
}

/// Writes down who of some people sits at a desk here.
async fn sit(house: &House, node: Node, people: BTreeSet<Uuid>) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let hub = house.hub();
    let online = |person: &Uuid| hub.presence(*person) == PresenceState::Online;
    let people: Vec<_> = people
        .into_iter()
        .map(|p| (p, hub.touched_at(p).filter(|_| online(&p))))
        .collect();
    house
        .write(async move |tx: &mut Tx<'_>| {
            for (person, touched_at) in people {
                accounts::seat(tx, node.0, Id::new(person), touched_at).await?;
            }
            Ok(())
        })
        .await
}

/// Queues follow their departments.
async fn follow(house: &House) -> Result<()> {
    let ctx = house.system();
    house
        .write(async move |tx: &mut Tx<'_>| queues::follow_departments(tx, &ctx).await)
        .await
}

/// Gives out whatever can be given, queue by queue.
async fn give_out(house: &House) -> Result<()> {
    let queues = house
        .read(async |tx: &mut Tx<'_>| store::routing::to_give(tx).await)
        .await?;
    for queue in queues {
        loop {
            let ctx = house.system();
            let more = house
                .write(async move |tx: &mut Tx<'_>| dealing::drain(tx, &ctx, queue).await)
                .await?;
            if !more {
                break;
            }
        }
    }
    Ok(())
}

/// Does what time has come for.
async fn look(house: &House) -> Result<()> {
    let now = house.clock().now();
    let (due, to_wake) = house
        .read(async move |tx: &mut Tx<'_>| {
            let mut all = Vec::new();
            let raised = store::routing::alarms(tx).await?;
            let plan = hours::plan(tx).await?;
            for queue in store::queues(tx).await? {
                let hours = queue.hours(&plan);
                let due = timers::due(tx, (&queue, &hours), &raised, now).await?;
                if !due.is_nothing() {
                    all.push((queue, hours, due));
                }
            }
            Ok((all, store::replies::to_wake(tx, now, AT_ONCE).await?))
        })
        .await?;
    for (queue, hours, due) in due {
        let (ctx, texts) = (house.system(), house.texts().clone());
        house
            .write(async move |tx: &mut Tx<'_>| {
                timers::run(tx, &ctx, &texts, (&queue, &hours), due).await
            })
            .await?;
    }
    for id in to_wake {
        let ctx = house.system();
        house
            .write(async move |tx: &mut Tx<'_>| snooze::wake(tx, &ctx, id).await)
            .await?;
    }
    Ok(())
}

/// What an account can do. One that cannot be opened can do nothing: what was to go through it is dropped, not tried for ever.
async fn capabilities(house: &House, account: Id<Account>) -> Result<Capabilities> {
    let account = house
        .read(async move |tx: &mut Tx<'_>| channels::account(tx, account).await)
        .await?;
    Ok(channels::capabilities_of(house, &account).unwrap_or_default())
}

/// Says to clients what queues say by themselves.
async fn speak(house: &House) -> Result<()> {
    let now = house.clock().now();
    let due = house
        .read(async move |tx: &mut Tx<'_>| {
            let (queues, plan) = (store::queues(tx).await?, hours::plan(tx).await?);
            replies::due(tx, &queues, &plan, now).await
        })
        .await?;
    for what in due {
        let capabilities = capabilities(house, what.account).await?;
        let (ctx, texts) = (house.system(), house.texts().clone());
        let done = house
            .write(async move |tx: &mut Tx<'_>| {
                replies::speak(tx, &ctx, &texts, what, &capabilities).await
            })
            .await;
        // One that fails keeps no other waiting.
        told(done);
    }
    Ok(())
}

/// Goes on with what follows closings, and looks back over them.
async fn go_on(house: &House) -> Result<()> {
    let now = house.clock().now();
    let (due, to_analyse) = house
        .read(async move |tx: &mut Tx<'_>| {
            let due = store::replies::due_closings(tx, now, AT_ONCE).await?;
            Ok((due, store::replies::to_analyse(tx, AT_ONCE).await?))
        })
        .await?;
    for (closed, account) in due {
        let capabilities = capabilities(house, account).await?;
        let (ctx, part) = (house.system(), house.clone());
        let done = house
            .write(async move |tx: &mut Tx<'_>| {
                let after = part.part::<AfterClosing>()?;
                let with = (after, part.texts());
                closing::step(tx, &ctx, with, (&closed, account), &capabilities).await
            })
            .await;
        told(done);
    }
    for closed in to_analyse {
        let (ctx, part) = (house.system(), house.clone());
        let done = house
            .write(async move |tx: &mut Tx<'_>| {
                let after = part.part::<AfterClosing>()?;
                closing::look_back(tx, &ctx, after, &closed).await
            })
            .await;
        told(done);
    }
    Ok(())
}
