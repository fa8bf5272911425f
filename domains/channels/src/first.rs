//! Writing first, and the small signs that go to a client beside messages: whether somebody is at an address, that an
//! answer is being typed, that we have read.

use crate::{
    live::Live,
    model::{Account, Peer},
    store,
};
use channel::{Action, Address, PeerRef, Reach, SendError};
use db::Tx;
use kernel::{Ctx, Id, Result};
use messages::Message;
use std::time::Duration;
use web::House;

/// Longest wait for an answer whether somebody is there; the sender looks at "checking…" meanwhile.
const PATIENCE: Duration = Duration::from_secs(15);
/// A messenger shows "is typing" for five seconds and more: telling it again sooner says nothing new.
const TYPING_EVERY: Duration = Duration::from_secs(4);

/// Asks whether somebody can be written to through an account. What the messenger does not answer is unknown.
pub async fn reach(house: &House, account: &Account, address: &Address) -> Result<Reach> {
    let live = house.part::<Live>()?.open(house, account)?;
    let asked = tokio::time::timeout(PATIENCE, live.can_contact(address)).await;
    let unknown = |why: &str| Reach::Unknown {
        why: why.to_owned(),
        peer: live.peer_at(address).map(Box::new),
    };
    Ok(match asked {
        Ok(Ok(reach)) => reach,
        Ok(Err(error)) => {
            tracing::info!(channel = %account.name, %error, "whether somebody is there could not be asked");
            unknown(match error {
                SendError::Retry { .. } => "limited",
                SendError::PeerUnreachable { .. } => "hidden",
                _ => "not_now",
            })
        }
        Err(_) => unknown("not_now"),
    })
}

/// Where a client writes to an account, for those who cannot be written to first.
pub fn link_of(house: &House, account: &Account) -> Option<String> {
    let live = house.part::<Live>().ok()?.open(house, account).ok()?;
    live.link(None)
}

/// The peer of a client by the messenger's id, made if need be and held until the commit.
pub async fn peer_for(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: Id<Account>,
    ext_id: &str,
) -> Result<Peer> {
    store::peer_for(tx, account, ext_id, ctx.ids.next(), ctx.now).await
}

/// All accounts that are connected and switched on.
pub async fn enabled(tx: &mut Tx<'_>) -> Result<Vec<Account>> {
    let all = store::accounts(tx).await?;
    Ok(all.into_iter().filter(|a| a.enabled).collect())
}

/// Shows a client that an answer is being typed. Lost without harm: nobody waits for it.
pub async fn show_typing(house: &House, account: &Account, peer: &Peer) -> Result<()> {
    let live = house.part::<Live>()?;
    let opened = live.open(house, account)?;
    let now = house.clock().now();
    // A visitor's open page is told by the house itself.
    if !account.enabled
        || peer.blocked
        || crate::visitors::is_embedded(account)
        || !opened.capabilities().typing.outgoing
        || !live.may_type(peer.id, now, TYPING_EVERY)
    {
        return Ok(());
    }
    act(&*opened, Action::Typing, peer).await;
    Ok(())
}

/// Shows a client that their message was read, where the channel can.
pub async fn mark_read(
    house: &House,
    account: &Account,
    peer: &Peer,
    message: Id<Message>,
) -> Result<()> {
    let opened = house.part::<Live>()?.open(house, account)?;
    if !account.enabled || peer.blocked || !opened.capabilities().marks_read {
        return Ok(());
    }
    let externals = house
        .read(async move |tx: &mut Tx<'_>| store::externals_of(tx, message).await)
        .await?;
    if let Some((ext_id, _)) = externals.into_iter().next_back() {
        act(&*opened, Action::MarkRead { ext_id }, peer).await;
    }
    Ok(())
}

async fn act(live: &dyn channel::Account, action: Action, peer: &Peer) {
    let to = PeerRef {
        ext_id: peer.ext_id.clone(),
    };
    if let Err(error) = live.act(action, &to).await {
        tracing::debug!(%error, "a passing sign did not go");
    }
}
