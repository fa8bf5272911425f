//! How chats look: shared rows for events, own rows for lists, the detail, the client's card.

use crate::{
    actions::{chats::hearing_all, owning},
    model::{
        AnswerBy, ChannelRef, ChatRow, ClientChat, ClientChatDetail, ClientChatState, ContactBrief,
        ContactCard, EarlierConversation, GroupCount, InboxGroup, MyClientChat,
    },
    rules, store,
};
use accounts::{Person, may, reasons};
use channels::ChannelBrief;
use crm::Contact;
use db::Tx;
use kernel::{Error, Id, Moment, Result};
use messages::Thread;
use std::collections::{BTreeSet, HashMap};

/// What all who see them share, in the order of `ids`.
pub(crate) async fn shared(tx: &mut Tx<'_>, ids: &[Id<Thread>]) -> Result<Vec<ClientChat>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: HashMap<_, _> = store::chats(tx, ids)
        .await?
        .into_iter()
        .map(|r| (r.id, r))
        .collect();
    let observers = store::observers(tx, ids).await?;
    let labels = store::labels::of(tx, ids).await?;
    let lasts: HashMap<_, _> = messages::last_lines(tx, ids)
        .await?
        .into_iter()
        .map(|l| (l.0, l))
        .collect();
    let contacts: Vec<Id<Contact>> = rows.values().map(|r| r.contact_id).collect();
    let contacts = crm::by_ids(tx, &contacts).await?;
    let mut due = answers_due(tx, rows.values()).await?;
    let mut newest = store::newest_of(tx, ids).await?;
    let mut accounts: HashMap<Id<channels::Account>, (ChannelRef, Option<u64>)> = HashMap::new();
    for row in rows.values() {
        if !accounts.contains_key(&row.account_id) {
            let a = channels::account(tx, row.account_id).await?;
            let window = channels::window_of(&a);
            let channel = ChannelRef {
                id: a.id,
                kind: a.kind,
                name: a.name,
            };
            accounts.insert(a.id, (channel, window));
        }
    }
    let limited = |row: &&ChatRow| matches!(accounts.get(&row.account_id), Some((_, Some(_))));
    let limited: Vec<_> = rows.values().filter(limited).map(|row| row.id).collect();
    let words = messages::last_of_clients(tx, &limited).await?;
    let mut out = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(row) = rows.remove(id) else { continue };
        let (Some((channel, window)), Some(contact)) =
            (accounts.get(&row.account_id), contacts.get(&row.contact_id))
        else {
            return Err(Error::fault("a chat without its channel or contact"));
        };
        let last = lasts.get(id);
        let window_expires_at = rules::window_expires(words.get(id).copied(), *window);
        out.push(ClientChat {
            id: row.id,
            contact: brief(contact),
            group: row.group,
            channel: channel.clone(),
            state: row.state,
            queue_id: row.queue_id,
            assignee_id: row.assignee_id,
            observer_ids: observers
                .iter()
                .filter(|o| o.0 == row.id)
                .map(|o| o.1)
                .collect(),
            conversation: newest.remove(id),
            waiting_since: row.waiting_since,
            answer_by: due.remove(&row.id),
            snoozed: row.snoozed,
            label_ids: labels
                .iter()
                .filter(|l| l.0 == row.id)
                .map(|l| l.1)
                .collect(),
            given_at: row.given_at,
            given_by: row.given_at.and_then(|_| row.route.chose()),
            blocked: row.blocked,
            window_expires_at,
            last: last.and_then(|l| l.3.clone()),
            last_seq: last.map_or(0, |l| l.1),
            last_ordinal: last.map_or(0, |l| l.2),
            updated_at: row.updated_at,
        });
    }
    Ok(out)
}

fn brief(contact: &Contact) -> ContactBrief {
    ContactBrief {
        id: contact.id,
        name: contact.name.clone(),
        phone: contact.phones.first().cloned(),
        photo_file_id: contact.photo_file_id,
    }
}

/// Who writes in these groups, each once, whoever they were merged with.
async fn members(tx: &mut Tx<'_>, chats: &[Id<Thread>]) -> Result<Vec<ContactBrief>> {
    const MOST: i64 = 200;
    let ids = store::members(tx, chats, MOST).await?;
    let known = crm::by_ids(tx, &ids).await?;
    let mut out: Vec<ContactBrief> = Vec::with_capacity(ids.len());
    for contact in ids.iter().filter_map(|id| known.get(id)) {
        if out.iter().all(|one| one.id != contact.id) {
            out.push(brief(contact));
        }
    }
    Ok(out)
}

/// By when answers are due in those chats whose clients wait and whose queues have set a limit.
async fn answers_due(
    tx: &mut Tx<'_>,
    rows: impl Iterator<Item = &ChatRow>,
) -> Result<HashMap<Id<Thread>, AnswerBy>> {
    let waits = |r: &&ChatRow| r.state != ClientChatState::Closed && r.snoozed.is_none();
    let waiting = rows.filter(waits);
    let waiting: Vec<_> = waiting
        .filter_map(|r| Some((r.id, r.queue_id, r.answered_at.is_some(), r.waiting_since?)))
        .collect();
    let mut out = HashMap::new();
    if waiting.is_empty() {
        return Ok(out);
    }
    let queues: BTreeSet<_> = waiting.iter().map(|w| w.1).collect();
    let queues: Vec<_> = queues.into_iter().collect();
    let limited = store::rules_of(tx, &queues).await?.into_iter();
    let limited = limited.filter(|q| {
        q.rules
            .limits
            .first_min
            .or(q.rules.limits.next_min)
            .is_some()
    });
    let limited: HashMap<_, _> = limited.map(|q| (q.id, q)).collect();
    if limited.is_empty() {
        return Ok(out);
    }
    let plan = hours::plan(tx).await?;
    for (id, queue, answered, since) in waiting {
        let Some(of) = limited.get(&queue) else {
            continue;
        };
        let hours = of.hours(&plan);
        let limit = rules::replies::limit(&of.rules.limits, answered);
        if let Some(by) = limit.and_then(|n| rules::replies::answer_by(&hours, since, n)) {
            out.insert(id, by);
        }
    }
    Ok(out)
}

/// The fields of a `client_chat.changed` frame.
pub(crate) fn fields(chat: &ClientChat) -> Result<String> {
    Ok(format!("{{\"chat\":{}}}", serde_json::to_string(chat)?))
}

/// Rows with what is mine of them, in the order of `ids`.
pub(crate) async fn own(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    ids: &[Id<Thread>],
) -> Result<Vec<MyClientChat>> {
    let mut chats = shared(tx, ids).await?;
    for (id, last) in messages::last_lines_of(tx, person, ids).await? {
        if let Some(chat) = chats.iter_mut().find(|c| c.id == id) {
            chat.last = last;
        }
    }
    let mine: HashMap<_, _> = messages::mine(tx, person, ids)
        .await?
        .into_iter()
        .map(|m| (m.id, m))
        .collect();
    let rows = store::chats(tx, ids).await?;
    let facts = owning::facts_of(tx, &rows, person).await?;
    let known: HashMap<_, _> = rows
        .iter()
        .zip(facts)
        .map(|(r, f)| (r.id, (r, f)))
        .collect();
    let mut out = Vec::with_capacity(chats.len());
    for chat in chats {
        let (Some((row, facts)), Some(mine)) = (known.get(&chat.id), mine.get(&chat.id)) else {
            continue;
        };
        let facts = *facts;
        let observes = if facts.observer {
            Some(hearing_all(tx, row.id).await?.contains(&person))
        } else {
            None
        };
        out.push(MyClientChat::new(
            chat,
            mine.clone(),
            observes,
            rules::may(row, facts),
        ));
    }
    Ok(out)
}

/// One chat as the person sees it.
pub(crate) async fn one(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Thread>,
) -> Result<MyClientChat> {
    accounts::access(tx, person, id.uuid()).await?;
    own(tx, person, &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)
}

/// How many chats a page has.
pub(crate) const PAGE: i64 = 60;
/// Chats as a person sees them, and where the page after them begins.
pub(crate) type Page = (Vec<MyClientChat>, Option<String>);

/// A page of the inbox.
pub(crate) async fn inbox(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    group: InboxGroup,
    text: &str,
    next: Option<&str>,
) -> Result<Page> {
    let pattern = pattern(text);
    let after = match next {
        Some(word) => Some(cursor(word).ok_or_else(|| Error::field("next", "journal.bad_cursor"))?),
        None => None,
    };
    let query = store::InboxQuery {
        person,
        group,
        pattern: pattern.as_deref(),
        after,
        limit: PAGE,
    };
    let page = store::inbox(tx, &query).await?;
    let full = i64::try_from(page.len()).unwrap_or(0) == PAGE;
    let next = page
        .last()
        .filter(|_| full)
        .map(|(id, at)| format!("{}.{id}", at.micros()));
    let ids: Vec<Id<Thread>> = page.into_iter().map(|(id, _)| id).collect();
    Ok((own(tx, person, &ids).await?, next))
}

fn cursor(word: &str) -> Option<(Moment, Id<Thread>)> {
    let (at, id) = word.split_once('.')?;
    Some((Moment::from_micros(at.parse().ok()?), id.parse().ok()?))
}

/// What stands in the search field, as it is compared with names.
pub(crate) fn pattern(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let meant = text::search::query(text)
        .understood
        .unwrap_or_else(|| text.to_owned());
    let escaped = meant
        .to_lowercase()
        .replace('ё', "е")
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    Some(format!("%{escaped}%"))
}

/// All counts of the inbox, in the order of [`InboxGroup`].
pub(crate) async fn counts(tx: &mut Tx<'_>, person: Id<Person>) -> Result<[GroupCount; 7]> {
    store::counts::groups(tx, person).await
}

/// A chat with everything its screen needs; the channel's brief is added by the caller.
pub(crate) async fn detail(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Thread>,
    channel: ChannelBrief,
) -> Result<ClientChatDetail> {
    let chat = one(tx, person, id).await?;
    let conversations = store::conversations_of(tx, id).await?;
    let contact = crm::by_id(tx, chat.chat.contact.id).await?;
    let route = store::chat(tx, id).await?.route;
    Ok(ClientChatDetail {
        chat,
        conversations,
        channel,
        contact,
        route,
    })
}

/// Which of a client's chats somebody may see; refused to who may see nothing of the client.
pub(crate) async fn visible_of(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    chats: &[ChatRow],
) -> Result<Vec<Id<Thread>>> {
    let mut visible = Vec::new();
    for chat in chats {
        if !reasons(tx, person, chat.id.uuid()).await?.is_empty() {
            visible.push(chat.id);
        }
    }
    if visible.is_empty() && may(tx, person, "contacts.edit").await?.is_none() {
        return Err(Error::not_found());
    }
    Ok(visible)
}

/// A client's card: for those who may edit contacts, and for those who may see one of the client's chats.
pub(crate) async fn card(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Contact>,
) -> Result<ContactCard> {
    let circle = crm::circle(tx, id).await?;
    let mut chats = store::chats_of_contact(tx, &circle).await?;
    chats.extend(store::groups_of_contact(tx, &circle).await?);
    let visible = visible_of(tx, person, &chats).await?;
    let contact = crm::by_id(tx, id).await?;
    let members = if contact.group {
        members(tx, &visible).await?
    } else {
        Vec::new()
    };
    let active: Vec<Id<Thread>> = chats
        .iter()
        .filter(|c| c.state != ClientChatState::Closed && visible.contains(&c.id))
        .map(|c| c.id)
        .collect();
    let mut earlier = Vec::new();
    for chat in &chats {
        let kind = channels::account(tx, chat.account_id).await?.kind;
        for conversation in store::conversations_of(tx, chat.id).await? {
            earlier.push(EarlierConversation {
                conversation,
                chat_id: chat.id,
                channel_kind: kind.clone(),
                visible: visible.contains(&chat.id),
            });
        }
    }
    earlier.sort_by_key(|e| std::cmp::Reverse(e.conversation.opened_at));
    Ok(ContactCard {
        contact,
        active: own(tx, person, &active).await?,
        earlier,
        members,
    })
}

/// A chat as all who see it share it, whoever asks; access is the caller's business.
pub async fn client_chat(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<ClientChat> {
    shared(tx, &[id]).await?.pop().ok_or_else(Error::not_found)
}

/// Whether a person may answer in a chat now, taking it if it waits in a queue of theirs.
pub async fn could_answer(tx: &mut Tx<'_>, person: Id<Person>, id: Id<Thread>) -> Result<bool> {
    let chat = store::chat(tx, id).await?;
    owning::could_send(tx, &chat, person).await
}

/// The client who waits longest for an answer this person may give, after `but`: their own first, then their queues'.
pub async fn next_waiting(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    but: Option<Id<Thread>>,
) -> Result<Option<Id<Thread>>> {
    const LOOKED_AT: i64 = 60;
    let query = store::InboxQuery {
        person,
        group: InboxGroup::Waiting,
        pattern: None,
        after: None,
        limit: LOOKED_AT,
    };
    let mut queued = None;
    for (id, _) in store::inbox(tx, &query).await? {
        let chat = store::chat(tx, id).await?;
        if Some(id) == but || !owning::could_send(tx, &chat, person).await? {
            continue;
        }
        if chat.assignee_id == Some(person) {
            return Ok(Some(id));
        }
        queued = queued.or(Some(id));
    }
    Ok(queued)
}

/// Which of these contacts themselves, whoever stands for them, have a chat here.
pub async fn with_chats(tx: &mut Tx<'_>, ids: &[Id<Contact>]) -> Result<Vec<Id<Contact>>> {
    store::with_chats(tx, ids).await
}
