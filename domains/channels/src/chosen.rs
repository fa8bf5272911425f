//! Accounts that are people's own: which of their chats are the company's business. What is not is never stored (P-17).

use crate::{
    actions,
    hooks::Upcalls,
    live::Live,
    model::{Account, ChatToChoose},
    store::{self, chosen},
};
use accounts::{audit, require};
use channel::{BoxFuture, Chat, ChatChoice, Chosen, Inbound, Ours, RawEvent, SendError};
use db::Tx;
use kernel::{Ctx, Error, Id, Moment, Phone, Result};
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    io,
};
use web::House;

/// Whether a chat is taken in: by its mark, else if its person is a client of the house. `known` says that they are: we
/// have written to each other through this account, or their number stands on a card.
const fn is_business(choice: ChatChoice, mark: Option<bool>, known: bool) -> bool {
    match (choice, mark) {
        (ChatChoice::All, _) | (ChatChoice::Unmarked, None) => true,
        (ChatChoice::Marked | ChatChoice::Unmarked, Some(work)) => work,
        (ChatChoice::Marked, None) => known,
    }
}

/// From when on a comparison may read a chat; none if it may not. A mark counts from the moment it was made, and whoever
/// is a client without one is it since they wrote or were written to: what came before was nobody's business.
fn read_from(
    choice: ChatChoice,
    mark: Option<(bool, Moment)>,
    client: Option<Moment>,
    since: Moment,
) -> Option<Moment> {
    match (choice, mark, client) {
        (ChatChoice::All, ..) | (ChatChoice::Unmarked, None, _) => Some(since),
        (_, Some((true, from)), _) | (ChatChoice::Marked, None, Some(from)) => {
            Some(from.max(since))
        }
        (_, Some((false, _)), _) | (ChatChoice::Marked, None, None) => None,
    }
}

/// From when on a comparison that looks back to `since` reads a chat; none if it does not.
pub(crate) async fn read_since(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    choice: ChatChoice,
    ext: &str,
    since: Moment,
) -> Result<Option<Moment>> {
    let (mark, client) = chosen::standing(tx, account, ext).await?;
    Ok(read_from(choice, mark, client, since))
}

/// What a connector may ask while it compares an account.
pub(crate) struct Asked<'a> {
    pub(crate) house: &'a House,
    pub(crate) account: Id<Account>,
    pub(crate) choice: ChatChoice,
    pub(crate) since: Moment,
}

impl Ours for Asked<'_> {
    fn chosen<'a>(&'a self, chats: &'a [Chat]) -> BoxFuture<'a, io::Result<Vec<Chosen>>> {
        let (account, choice, since) = (self.account, self.choice, self.since);
        let chats: Vec<String> = chats.iter().map(|chat| chat.ext_id.clone()).collect();
        let found = self.house.read(async move |tx: &mut Tx<'_>| {
            let mut found = Vec::new();
            for ext_id in chats {
                let from = read_since(tx, account, choice, &ext_id, since).await?;
                found.extend(from.map(|since| Chosen { ext_id, since }));
            }
            Ok(found)
        });
        Box::pin(async {
            found
                .await
                .map_err(|error| io::Error::other(error.to_string()))
        })
    }
    fn lacking<'a>(&'a self, ext_ids: &'a [String]) -> BoxFuture<'a, io::Result<HashSet<String>>> {
        let (account, ext_ids) = (self.account, ext_ids.to_vec());
        let found = self.house.read(async move |tx: &mut Tx<'_>| {
            let mut lacking = HashSet::new();
            for ext_id in ext_ids {
                if store::by_external(tx, account, &ext_id).await?.is_none() {
                    lacking.insert(ext_id);
                }
            }
            Ok(lacking)
        });
        Box::pin(async {
            found
                .await
                .map_err(|error| io::Error::other(error.to_string()))
        })
    }
}

/// Of what came to an account, only what is the company's business; the rest is forgotten here.
pub(crate) async fn business(
    house: &House,
    account: &Account,
    live: &dyn channel::Account,
    events: Vec<RawEvent>,
) -> Result<Vec<RawEvent>> {
    let choice = live.capabilities().chats;
    if choice == ChatChoice::All || events.is_empty() {
        return Ok(events);
    }
    // Where a messenger tells of a deletion without saying in which chat: ours if the message is.
    let gone = |event: &RawEvent| -> Vec<String> {
        let understood = live.normalize(event).into_iter();
        understood
            .filter_map(|inbound| match inbound {
                Inbound::Deleted { ext_ids, .. } => Some(ext_ids),
                _ => None,
            })
            .flatten()
            .collect()
    };
    let loose = events.iter().filter(|event| event.lane.is_empty());
    let loose: Vec<(String, Vec<String>)> = loose
        .map(|event| (event.dedup_key.clone(), gone(event)))
        .filter(|(_, ext_ids)| !ext_ids.is_empty())
        .collect();
    // The number of whoever is in a chat, if the messenger shows it.
    let mut chats: HashMap<String, Option<Phone>> = HashMap::new();
    for event in events.iter().filter(|event| !event.lane.is_empty()) {
        let phone = live
            .normalize(event)
            .iter()
            .find_map(|inbound| inbound.peer().and_then(|peer| peer.phone.clone()));
        let kept = chats.entry(event.lane.clone()).or_default();
        *kept = kept.take().or(phone);
    }
    let (id, knows) = (account.id, house.part::<Upcalls>()?.knows);
    let (wanted, unknown) = house
        .read(async move |tx: &mut Tx<'_>| {
            let mut wanted = HashSet::new();
            for (ext, phone) in chats {
                let mark = chosen::mark(tx, id, &ext).await?.map(|(work,)| work);
                let known = mark.is_none()
                    && (store::find_peer(tx, id, &ext).await?.is_some()
                        || match &phone {
                            Some(phone) => knows(tx, phone).await?,
                            None => false,
                        });
                if is_business(choice, mark, known) {
                    wanted.insert(ext);
                }
            }
            let mut unknown = HashSet::new();
            for (key, ext_ids) in loose {
                let mut ours = false;
                for ext in &ext_ids {
                    ours |= store::by_external(tx, id, ext).await?.is_some();
                }
                if !ours {
                    unknown.insert(key);
                }
            }
            Ok((wanted, unknown))
        })
        .await?;
    let taken = |event: &RawEvent| match event.lane.as_str() {
        "" => !unknown.contains(&event.dedup_key),
        lane => wanted.contains(lane),
    };
    Ok(events.into_iter().filter(taken).collect())
}

/// The newest chats of an account with what is said of each. Their names are shown and not stored.
pub(crate) async fn list(house: &House, ctx: &Ctx, id: Id<Account>) -> Result<Vec<ChatToChoose>> {
    let asked = ctx.clone();
    let (account, marks, clients) = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &asked, "channels.manage").await?;
            let account = store::account(tx, id).await?;
            let marks: HashMap<String, bool> = chosen::marks(tx, id).await?.into_iter().collect();
            let clients = chosen::clients(tx, id).await?;
            let clients: HashSet<String> = clients.into_iter().map(|(ext,)| ext).collect();
            Ok((account, marks, clients))
        })
        .await?;
    let live = house.part::<Live>()?.open(house, &account)?;
    let choice = live.capabilities().chats;
    if choice == ChatChoice::All {
        return Err(Error::conflict("channels.no_choice"));
    }
    let chats = live.chats().await.map_err(|error| match error {
        SendError::AccountFatal { .. } => Error::conflict("channels.needs_login"),
        _ => Error::conflict("channels.messenger_silent"),
    })?;
    Ok(chats
        .into_iter()
        .map(|chat| {
            let mark = marks.get(&chat.ext_id).copied();
            let client = clients.contains(&chat.ext_id);
            ChatToChoose {
                taken: is_business(choice, mark, client),
                ext_id: chat.ext_id,
                name: chat.name,
                at: chat.at,
                work: mark,
                client,
            }
        })
        .collect())
}

/// Marks a chat as work or as private.
pub(crate) async fn choose(
    house: &House,
    ctx: &Ctx,
    id: Id<Account>,
    ext: String,
    work: bool,
) -> Result<()> {
    if ext.is_empty() || ext.len() > 200 {
        return Err(Error::not_found());
    }
    let ctx = ctx.clone();
    house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &ctx, "channels.manage").await?;
            let account = store::account(tx, id).await?;
            if account.abilities.chats == ChatChoice::All {
                return Err(Error::conflict("channels.no_choice"));
            }
            chosen::set_mark(tx, id, &ext, work, ctx.actor.person(), ctx.now).await?;
            // Whose chat it is stays out of the log: a private one is nobody's business.
            audit(
                tx,
                &ctx,
                "channels.chat_marked",
                &account.name,
                json!({"work": work}),
            )
            .await?;
            actions::settings_changed(tx, &ctx).await
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_17_only_what_is_marked_or_a_clients_is_taken_in() {
        use ChatChoice::{All, Marked, Unmarked};
        for (choice, mark, known, taken) in [
            (All, None, false, true),
            (All, Some(false), false, true),
            (Marked, None, false, false),
            (Marked, None, true, true),
            (Marked, Some(true), false, true),
            // A client of the house may be somebody's friend as well: the mark decides.
            (Marked, Some(false), true, false),
            (Unmarked, None, false, true),
            (Unmarked, Some(false), true, false),
        ] {
            assert_eq!(
                is_business(choice, mark, known),
                taken,
                "{choice:?} {mark:?} {known}"
            );
        }
    }

    #[test]
    fn m_01_a_comparison_reads_no_further_back_than_the_mark() {
        use ChatChoice::{All, Marked, Unmarked};
        let at = Moment::from_seconds;
        let since = at(100);
        for (choice, mark, client, from) in [
            (All, None, None, Some(100)),
            (Marked, None, None, None),
            (Marked, None, Some(50), Some(100)),
            (Marked, None, Some(150), Some(150)),
            (Marked, Some((true, 200)), Some(50), Some(200)),
            (Marked, Some((false, 200)), Some(50), None),
            (Unmarked, None, None, Some(100)),
            (Unmarked, Some((true, 120)), None, Some(120)),
            (Unmarked, Some((false, 10)), Some(10), None),
        ] {
            let mark = mark.map(|(work, when)| (work, at(when)));
            assert_eq!(
                read_from(choice, mark, client.map(at), since),
                from.map(at),
                "{choice:?} {mark:?} {client:?}"
            );
        }
    }
}
