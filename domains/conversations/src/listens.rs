//! What gives chats out when something changes (P-39): somebody comes or goes, a chat is closed, handed over or put back, a
//! queue is set up anew, a minute is over.
//!
//! Nothing is kept here that would be lost: what waits, who sits where and what is due stand in tables. Being told only
//! makes it quick; the look once a second finds what nobody told of, after a fall as well.

use crate::{
    actions::{dealing, queues, timers},
    store,
};
use channels::Node;
use db::Tx;
use kernel::{Id, Result, Uuid};
use std::{collections::BTreeSet, time::Duration};
use tokio::{sync::broadcast::error::RecvError, time::MissedTickBehavior};
use web::{BoxFuture, House, PresenceState, Stop, Tapped};

/// After these there may be somebody to give to, or something to give.
const KINDS: &[&str] = &["client_chat.changed", "settings.changed", "person.changed"];
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
    let due = house
        .read(async move |tx: &mut Tx<'_>| {
            let mut all = Vec::new();
            let raised = store::routing::alarms(tx).await?;
            for queue in store::queues(tx).await? {
                let due = timers::due(tx, &queue, &raised, now).await?;
                if !due.is_nothing() {
                    all.push((queue, due));
                }
            }
            Ok(all)
        })
        .await?;
    for (queue, due) in due {
        let (ctx, texts) = (house.system(), house.texts().clone());
        house
            .write(async move |tx: &mut Tx<'_>| timers::run(tx, &ctx, &texts, &queue, due).await)
            .await?;
    }
    Ok(())
}
