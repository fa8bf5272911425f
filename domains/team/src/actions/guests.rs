//! Guests in chats: who invites them, what they may not do, and how they come in.

use super::{
    event,
    groups::{Group, settle_members},
    open,
};
use crate::{rules::Wish, store};
use accounts::{Arrival, Invitation, Person, require};
use db::Tx;
use kernel::{Actor, Ctx, Error, Id, Language, Result};
use messages::Thread;
use web::House;

/// Groups one invitation may open, at most.
const MOST_CHATS: usize = 20;

/// Whom to invite, and into which groups.
#[derive(serde::Deserialize, utoipa::ToSchema)]
pub(crate) struct NewGuest {
    name: String,
    #[serde(default)]
    email: String,
    /// From 1 to 20 groups in which the inviter may add members.
    #[schema(value_type = Vec<kernel::Uuid>)]
    chat_ids: Vec<Id<Thread>>,
}

/// Makes an invitation for a guest; who has the right invites into the groups where they may add.
pub(crate) async fn invite(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    form: NewGuest,
    base: &str,
) -> Result<Invitation> {
    require(tx, ctx, "accounts.guests").await?;
    if !(1..=MOST_CHATS).contains(&form.chat_ids.len()) {
        return Err(Error::field("chat_ids", "team.guest_chats").arg("limit", MOST_CHATS));
    }
    for id in &form.chat_ids {
        let chat = open(tx, me, *id).await?;
        Group::of(tx, chat, me).await?.may(Wish::Add)?;
    }
    let chats = form.chat_ids.iter().map(|id| id.uuid()).collect();
    accounts::invite_guest(tx, ctx, [&form.name, &form.email], chats, base).await
}

/// What guests may not do, whatever their place in the group: bring others in.
pub(crate) async fn refuse(tx: &mut Tx<'_>, me: Id<Person>) -> Result<()> {
    if accounts::is_guest(tx, me).await? {
        Err(Error::denied("accounts.not_for_guests"))
    } else {
        Ok(())
    }
}

/// A group is led by somebody of the company.
pub(crate) async fn may_lead(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    field: &'static str,
) -> Result<()> {
    if accounts::is_guest(tx, person).await? {
        Err(Error::field(field, "team.guest_leads"))
    } else {
        Ok(())
    }
}

/// Lets somebody who joined as a guest into the groups of the invitation; groups that are gone by now are left out.
pub(crate) fn arrived(house: House, payload: serde_json::Value) -> web::BoxFuture<Result<()>> {
    Box::pin(async move {
        let arrival: Arrival = serde_json::from_value(payload)?;
        let guest = arrival.person;
        let ctx = house.ctx(Actor::Person(guest.uuid()), Language::default());
        house
            .write(async move |tx: &mut Tx<'_>| {
                let ids: Vec<Id<Thread>> = arrival.chat_ids.iter().copied().map(Id::new).collect();
                let name = accounts::brief(tx, guest).await?.name;
                for chat in store::by_ids(tx, &ids).await? {
                    if store::add_member(tx, chat.id, guest).await? == 1 {
                        let args = vec![("name", name.clone())];
                        event(tx, &ctx, chat.id, "chat-guest-joined", args).await?;
                        settle_members(tx, &ctx, chat.id).await?;
                    }
                }
                Ok(())
            })
            .await
    })
}
