//! Writing first (S1-55): through which channels a client can be reached, whether they are there, and the chat that
//! begins with our message. Whether somebody is there is asked of the messenger before the transaction; everything the
//! answer leads to, contact, chat, conversation without a number (S3-14) and message, is one transaction.

use crate::{
    actions::{
        owning::settle,
        receiving::queue_of,
        sending::{self, Outgoing},
        view,
    },
    model::{ChatRow, ClientChatState, Conversation, Route},
    rules, store,
};
use accounts::{Person, require};
use channel::{Address, Capabilities, FirstContact, Reach};
use channels::{Account, Peer};
use crm::{Contact, ContactPatch, IdentityKey};
use db::Tx;
use kernel::{Ctx, Error, Id, Result};
use messages::{Message, NewThread, Thread, ThreadKind};
use serde::Serialize;
use utoipa::ToSchema;
use web::House;

const RIGHT: &str = "conversations.start";

/// Whom somebody wants to write to, and through what.
#[derive(Clone, Debug)]
pub(crate) struct Whom {
    pub(crate) account: Id<Account>,
    pub(crate) contact: Option<Id<Contact>>,
    /// What was typed; empty: what the contact's card says.
    pub(crate) to: String,
}

/// How a client can be reached through an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// A chat with them is there already.
    Chat,
    /// They can be written to first.
    Write,
    /// They can be written to first with an approved text.
    Template,
    /// They have to write first: give them the link.
    Link,
}

/// A way to a client.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WayTo {
    pub(crate) account_id: Id<Account>,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) how: Way,
    /// The chat that is there already.
    pub(crate) chat_id: Option<Id<Thread>>,
    /// By what of the client's the channel would look for them; empty: it has to be typed.
    pub(crate) addresses: Vec<String>,
    /// What sorts of address it takes.
    pub(crate) takes: Vec<channel::AddressKind>,
    /// The messenger tells whether somebody is there.
    pub(crate) check: bool,
    /// The link to give.
    pub(crate) link: Option<String>,
}

/// What the messenger says of an address.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ReachAnswer {
    /// `found`, `absent`, `unknown`, `unreachable`.
    pub(crate) state: &'static str,
    /// Why it is unknown: the Fluent message `reach-WHY`.
    pub(crate) why: String,
    /// How they call themselves there, if they were found.
    pub(crate) name: String,
    /// The address as it was understood.
    pub(crate) address: String,
    /// A chat with them at this account, which the message would go into.
    pub(crate) chat_id: Option<Id<Thread>>,
}

/// The addresses of a contact.
fn addresses(contact: &Contact) -> Vec<Address> {
    let phones = contact.phones.iter().cloned().map(Address::Phone);
    let email = Some(&contact.email).filter(|e| !e.is_empty());
    let names = contact.identities.iter().filter_map(|i| {
        let word = i.title.strip_prefix('@')?;
        Address::parse(&format!("@{word}"))
    });
    let mut all: Vec<Address> = phones
        .chain(email.cloned().map(Address::Email))
        .chain(names)
        .collect();
    all.dedup();
    all
}

/// What is known before the messenger is asked.
struct Found {
    account: Account,
    contact: Option<Contact>,
    address: Option<Address>,
    /// A chat with them at this account, and whether the person sees it.
    chat: Option<(ChatRow, bool)>,
}

async fn look(tx: &mut Tx<'_>, ctx: &Ctx, person: Id<Person>, whom: &Whom) -> Result<Found> {
    require(tx, ctx, RIGHT).await?;
    let accounts = channels::enabled(tx).await?;
    let account = accounts
        .into_iter()
        .find(|a| a.id == whom.account)
        .ok_or_else(|| Error::conflict("channels.disabled"))?;
    let typed = match whom.to.trim() {
        "" => None,
        words => Some(
            Address::parse(words)
                .ok_or_else(|| Error::field("to", "conversations.address_malformed"))?,
        ),
    };
    let contact = match (whom.contact, &typed) {
        (Some(id), _) => {
            let circle = crm::circle(tx, id).await?;
            let chats = store::chats_of_contact(tx, &circle).await?;
            view::visible_of(tx, person, &chats).await?;
            Some(crm::by_id(tx, id).await?)
        }
        (None, Some(address)) => known(tx, address).await?,
        (None, None) => return Err(Error::field("to", "conversations.address_malformed")),
    };
    let chat = match &contact {
        Some(contact) => chat_at(tx, person, contact.id, account.id).await?,
        None => None,
    };
    Ok(Found {
        address: typed,
        account,
        contact,
        chat,
    })
}

/// Whose address it is.
async fn known(tx: &mut Tx<'_>, address: &Address) -> Result<Option<Contact>> {
    let id = match address {
        Address::Phone(phone) => crm::by_phone(tx, phone).await?,
        Address::Email(email) => crm::by_email(tx, email).await?,
        Address::Username(_) => None,
    };
    match id {
        Some(id) => crm::by_id(tx, id).await.map(Some),
        None => Ok(None),
    }
}

/// S1-67: the chat with a client at an account, the newest if there are several.
async fn chat_at(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    contact: Id<Contact>,
    account: Id<Account>,
) -> Result<Option<(ChatRow, bool)>> {
    let circle = crm::circle(tx, contact).await?;
    let chats = store::chats_of_contact(tx, &circle).await?;
    let mut found = None;
    for chat in chats.into_iter().filter(|c| c.account_id == account) {
        let seen = !accounts::reasons(tx, person, chat.id.uuid())
            .await?
            .is_empty();
        if found.is_none() || seen {
            found = Some((chat, seen));
        }
        if seen {
            break;
        }
    }
    Ok(found)
}

/// The address by which an account looks for them: what was typed, else the first of the card that fits.
fn fitting(found: &Found, capabilities: &Capabilities) -> Option<Address> {
    found.address.clone().or_else(|| {
        let all = found.contact.as_ref().map(addresses).unwrap_or_default();
        all.into_iter()
            .find(|a| capabilities.addresses.contains(&a.kind()))
    })
}

/// The ways to a client, or to an address (S1-58, S1-59): only what is connected and can.
pub(crate) async fn ways(
    house: &House,
    ctx: &Ctx,
    person: Id<Person>,
    contact: Option<Id<Contact>>,
    to: &str,
) -> Result<Vec<WayTo>> {
    let typed = match to.trim() {
        "" => None,
        words => Some(
            Address::parse(words)
                .ok_or_else(|| Error::field("to", "conversations.address_malformed"))?,
        ),
    };
    let (ctx, asked) = (ctx.clone(), typed.clone());
    let (accounts, contact, chats, spends) = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &ctx, RIGHT).await?;
            // L-87: who may not spend the organisation's money is not shown where it would be spent.
            let paid = Capabilities {
                costs_money: true,
                ..Capabilities::default()
            };
            let spends = channels::may_spend(tx, &ctx, &paid).await.is_ok();
            let contact = match (contact, &asked) {
                (Some(id), _) => {
                    let circle = crm::circle(tx, id).await?;
                    let chats = store::chats_of_contact(tx, &circle).await?;
                    view::visible_of(tx, person, &chats).await?;
                    Some(crm::by_id(tx, id).await?)
                }
                (None, Some(address)) => known(tx, address).await?,
                (None, None) => None,
            };
            let accounts = channels::enabled(tx).await?;
            let mut chats = Vec::new();
            if let Some(contact) = &contact {
                for account in &accounts {
                    let chat = chat_at(tx, person, contact.id, account.id).await?;
                    chats.extend(chat.filter(|(_, seen)| *seen).map(|(chat, _)| chat));
                }
            }
            Ok((accounts, contact, chats, spends))
        })
        .await?;
    let card = contact.as_ref().map(addresses).unwrap_or_default();
    let given: Vec<Address> = typed.map_or(card, |address| vec![address]);
    let mut out = Vec::new();
    for account in accounts {
        let capabilities = channels::capabilities_of(house, &account)?;
        if capabilities.costs_money && !spends {
            continue;
        }
        let chat_id = chats
            .iter()
            .find(|c| c.account_id == account.id)
            .map(|c| c.id);
        let may = account.may_write_first;
        let how = match capabilities.first_contact {
            _ if chat_id.is_some() => Way::Chat,
            FirstContact::Free if may => Way::Write,
            FirstContact::Template if may && capabilities.approved_templates => Way::Template,
            FirstContact::DeepLink => Way::Link,
            _ => continue,
        };
        let fits = |address: &&Address| capabilities.addresses.contains(&address.kind());
        let addresses: Vec<String> = given.iter().filter(fits).map(Address::shown).collect();
        // Who is known by other addresses alone is not found there; with none at all one is typed.
        if matches!(how, Way::Write | Way::Template) && addresses.is_empty() && !given.is_empty() {
            continue;
        }
        let link = match how {
            Way::Link => match channels::link_of(house, &account) {
                Some(link) => Some(link),
                None => continue,
            },
            _ => None,
        };
        out.push(WayTo {
            account_id: account.id,
            kind: account.kind,
            name: account.name,
            how,
            chat_id,
            addresses,
            takes: capabilities.addresses,
            check: capabilities.number_check,
            link,
        });
    }
    Ok(out)
}

/// Asks whether somebody is there, without sending anything (S1-56).
pub(crate) async fn reach(
    house: &House,
    ctx: &Ctx,
    person: Id<Person>,
    whom: Whom,
) -> Result<ReachAnswer> {
    let ctx = ctx.clone();
    let found = house
        .read(async move |tx: &mut Tx<'_>| look(tx, &ctx, person, &whom).await)
        .await?;
    let capabilities = channels::capabilities_of(house, &found.account)?;
    let address = fitting(&found, &capabilities);
    let shown = address.as_ref().map(Address::shown).unwrap_or_default();
    let answer = |state, why: &str, name: String| ReachAnswer {
        state,
        why: why.to_owned(),
        name,
        address: shown.clone(),
        chat_id: None,
    };
    if let Some((chat, true)) = &found.chat {
        return Ok(ReachAnswer {
            chat_id: Some(chat.id),
            ..answer("found", "", String::new())
        });
    }
    // Templates are chosen later; the rest is told before anybody is asked.
    let kind = address.as_ref().map(Address::kind);
    rules::begins(found.account.may_write_first, &capabilities, kind, true)?;
    let Some(address) = address else {
        return Err(Error::field("to", "conversations.address_malformed"));
    };
    Ok(
        match channels::reach(house, &found.account, &address).await? {
            Reach::Found(peer) => answer("found", "", peer.name),
            Reach::Absent => answer("absent", "", String::new()),
            Reach::Unknown { why, peer: Some(_) } => answer("unknown", &why, String::new()),
            Reach::Unknown { why, peer: None } => answer("unreachable", &why, String::new()),
            Reach::Unsupported => answer("unreachable", "no_check", String::new()),
        },
    )
}

/// What is sent first.
#[derive(Clone, Debug)]
pub(crate) struct First {
    pub(crate) whom: Whom,
    pub(crate) out: Outgoing,
    /// Send although it is not known whether they are there.
    pub(crate) anyway: bool,
}

/// Writes to a client through an account: into the chat that is there, or first.
pub(crate) async fn start(
    house: &House,
    ctx: &Ctx,
    person: Id<Person>,
    first: First,
) -> Result<Message> {
    let (asker, whom, client_id) = (ctx.clone(), first.whom.clone(), first.out.client_id);
    let before = house
        .read(async move |tx: &mut Tx<'_>| {
            if let Some(stored) = messages::by_client_id(tx, person.uuid(), client_id).await? {
                return Ok(Err(stored));
            }
            look(tx, &asker, person, &whom).await.map(Ok)
        })
        .await?;
    let found = match before {
        Ok(found) => found,
        Err(stored) => return Ok(stored),
    };
    let capabilities = channels::capabilities_of(house, &found.account)?;
    if let Some((chat, _)) = found.chat {
        let (ctx, out) = (ctx.clone(), first.out);
        return house
            .write(async move |tx: &mut Tx<'_>| {
                go_on(tx, &ctx, person, chat.id, out, &capabilities).await
            })
            .await;
    }
    let address = fitting(&found, &capabilities);
    rules::begins(
        found.account.may_write_first,
        &capabilities,
        address.as_ref().map(Address::kind),
        first.out.template.is_some(),
    )?;
    let Some(address) = address else {
        return Err(Error::field("to", "conversations.address_malformed"));
    };
    let told = |code: &'static str| {
        Error::conflict(code)
            .arg("address", address.shown())
            .arg("channel", &found.account.name)
    };
    let peer = match channels::reach(house, &found.account, &address).await? {
        Reach::Found(peer) => peer,
        Reach::Absent => {
            let contact = found.contact.as_ref().map(|c| c.id);
            let others = others(house, ctx, person, contact, &address, found.account.id).await?;
            return Err(told("conversations.absent").arg("others", others));
        }
        Reach::Unknown {
            peer: Some(peer), ..
        } if first.anyway => peer,
        Reach::Unknown { why, peer: Some(_) } => {
            return Err(told("conversations.reach_unknown").arg("why", why));
        }
        Reach::Unknown { why, peer: None } => {
            return Err(told("conversations.unreachable").arg("why", why));
        }
        Reach::Unsupported => {
            return Err(told("conversations.unreachable").arg("why", "no_check"));
        }
    };
    let (ctx, contact) = (ctx.clone(), found.contact.map(|c| c.id));
    let (account, out) = (found.account, first.out);
    house
        .write(async move |tx: &mut Tx<'_>| {
            if let Some(stored) = messages::by_client_id(tx, person.uuid(), out.client_id).await? {
                return Ok(stored);
            }
            require(tx, &ctx, RIGHT).await?;
            let known = channels::peer_for(tx, &ctx, account.id, &peer.ext_id).await?;
            let chat = match store::hold_of_peer(tx, known.id).await? {
                // They wrote meanwhile, or were known by another card.
                Some(chat) => chat.id,
                None => {
                    let contact = contact_of(tx, &ctx, &account, &peer, &address, contact).await?;
                    open(tx, &ctx, person, &account, &known, &contact).await?
                }
            };
            go_on(tx, &ctx, person, chat, out, &capabilities).await
        })
        .await
}

/// Names of the other channels by which somebody can be written to, for a sentence; `none` if there are none.
async fn others(
    house: &House,
    ctx: &Ctx,
    person: Id<Person>,
    contact: Option<Id<Contact>>,
    address: &Address,
    but: Id<Account>,
) -> Result<String> {
    let to = match contact {
        Some(_) => String::new(),
        None => address.shown(),
    };
    let ways = ways(house, ctx, person, contact, &to).await?;
    let names: Vec<String> = ways
        .into_iter()
        .filter(|w| w.account_id != but && w.how != Way::Link)
        .map(|w| w.name)
        .collect();
    Ok(if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    })
}

/// Sends into a chat that is there. A closed one of a colleague's becomes the sender's: the client is being written to
/// anew, and whoever writes is who answers.
async fn go_on(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    out: Outgoing,
    capabilities: &Capabilities,
) -> Result<Message> {
    let mut chat = store::hold(tx, id).await?;
    if accounts::reasons(tx, person, id.uuid()).await?.is_empty() {
        if chat.state != ClientChatState::Closed {
            let name = match chat
                .assignee_id
                .filter(|_| chat.state == ClientChatState::Work)
            {
                Some(colleague) => accounts::brief(tx, colleague).await?.name,
                None => store::queues(tx)
                    .await?
                    .into_iter()
                    .find(|q| q.id == chat.queue_id)
                    .map(|q| q.name)
                    .unwrap_or_default(),
            };
            return Err(Error::conflict("conversations.led_by_another").arg("name", name));
        }
        chat.assignee_id = Some(person);
        chat.claimed_at = Some(ctx.now);
        settle(tx, ctx, &chat).await?;
    }
    sending::send(tx, ctx, person, id, out, capabilities).await
}

/// The contact behind the peer: who is known there already, else who was chosen or has the address, else somebody new.
async fn contact_of(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    peer: &channel::Peer,
    address: &Address,
    chosen: Option<Id<Contact>>,
) -> Result<Contact> {
    let shown = address.shown();
    let title = peer
        .username
        .as_ref()
        .map_or_else(|| shown.clone(), |u| format!("@{u}"));
    let key = IdentityKey {
        channel_id: account.id.uuid(),
        kind: &account.kind,
        value: &peer.ext_id,
        title: &title,
        verified: true,
    };
    let there = crm::by_identity(tx, account.id.uuid(), &peer.ext_id).await?;
    if let (None, Some(id)) = (there, chosen) {
        crm::also_known(tx, ctx, id, key).await?;
        return crm::by_id(tx, id).await;
    }
    let name = if peer.name.is_empty() {
        &shown
    } else {
        &peer.name
    };
    let contact = crm::find_or_create(tx, ctx, key, name).await?;
    if there.is_some() {
        return Ok(contact);
    }
    // What was typed is a claim of ours: it stands on the card, and is nobody's proven identity (U-11).
    let patch = match address {
        Address::Phone(phone) => ContactPatch {
            phones: Some(vec![phone.as_str().to_owned()]),
            ..ContactPatch::default()
        },
        Address::Email(email) => ContactPatch {
            email: Some(email.clone()),
            ..ContactPatch::default()
        },
        Address::Username(_) => return Ok(contact),
    };
    crm::change(tx, ctx, contact.id, &patch).await
}

/// Opens the chat of somebody who has not written: whoever writes first is responsible.
async fn open(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    account: &Account,
    peer: &Peer,
    contact: &Contact,
) -> Result<Id<Thread>> {
    let chat = ChatRow {
        id: ctx.ids.next(),
        peer_id: peer.id,
        account_id: account.id,
        // Whose the address is; whoever stands for them now may be split from them again.
        contact_id: crm::by_identity(tx, account.id.uuid(), &peer.ext_id)
            .await?
            .unwrap_or(contact.id),
        state: ClientChatState::Work,
        queue_id: queue_of(tx, ctx, account).await?,
        assignee_id: Some(person),
        claimed_at: Some(ctx.now),
        waiting_since: None,
        blocked: false,
        updated_at: ctx.now,
        given_at: None,
        queued_at: None,
        announced: false,
        route: Route::default(),
        answered_at: None,
        snoozed: None,
        group: false,
    };
    let thread = NewThread {
        id: chat.id,
        kind: ThreadKind::Client,
        title: &contact.name,
    };
    messages::open_thread(tx, ctx, thread).await?;
    if !store::add_chat(tx, &chat).await? {
        return Err(Error::conflict("messages.twice"));
    }
    begin(tx, ctx, chat.id).await?;
    settle(tx, ctx, &chat).await?;
    Ok(chat.id)
}

/// S3-14: a conversation that we begin has no number until the client answers.
pub(crate) async fn begin(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Thread>) -> Result<()> {
    let conversation = Conversation {
        id: ctx.ids.next(),
        number: None,
        state: "open".to_owned(),
        opened_at: ctx.now,
        closed_at: None,
        closed_by: None,
        from_seq: messages::thread(tx, id).await?.last_seq + 1,
        to_seq: None,
    };
    store::save_conversation(tx, id, &conversation).await
}
