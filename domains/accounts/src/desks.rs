//! Who is at work now: what hubs know of presence, kept where every transaction can read it.
//!
//! Presence only decides who is offered work; it never keeps anybody from writing or being written to.

use crate::{
    model::{Person, Seated},
    store,
};
use db::Tx;
use kernel::{Id, Moment, Result, Uuid};
use std::time::Duration;

/// How much later than the hub a desk fades: the beats that renew it come this seldom.
const BEAT: Duration = Duration::from_secs(60);

/// Notes that a person sits at a desk of a node, touched last at a moment; none when they left it.
pub async fn seat(
    tx: &mut Tx<'_>,
    node: Uuid,
    person: Id<Person>,
    touched_at: Option<Moment>,
) -> Result<()> {
    match touched_at {
        Some(at) => store::desks::seat(tx, node, person, at).await,
        None => store::desks::unseat(tx, node, person).await,
    }
}

/// A node begins: whoever sat there before it fell is gone.
pub async fn clear_desks(tx: &mut Tx<'_>, node: Uuid) -> Result<()> {
    store::desks::unseat_all(tx, node).await
}

/// Those of some people who sit at a desk anywhere, with what they chose to be.
pub async fn seated(tx: &mut Tx<'_>, people: &[Id<Person>], now: Moment) -> Result<Vec<Seated>> {
    store::desks::seated(tx, people, now - web::AWAY_AFTER - BEAT).await
}
