//! Filters of the client list: asked once, or kept under a name for oneself or for everybody.

use crate::{
    actions::{
        labels::ARRANGE,
        owning::regrant,
        view::{self, Page},
    },
    model::{ChatFilter, ChatView, ViewCount, Which},
    rules::views::{checked, one_list},
    store::{
        self,
        views::{Asked, Stored},
    },
};
use accounts::{EVERYONE, Person, Reason, require};
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Moment, Result};
use messages::Thread;
use serde_json::json;
use std::collections::BTreeSet;

/// How many views somebody may see: each is counted whenever something happens.
const MOST: usize = 50;
/// How many chats may be meant at once.
pub(crate) const AT_ONCE: i64 = 1000;

async fn tell(tx: &mut Tx<'_>, ctx: &Ctx, person: Id<Person>, everybody: bool) -> Result<()> {
    let who = if everybody { EVERYONE } else { person.uuid() };
    let what = json!({"what": "views"});
    let event = Event::stored("settings.changed", who, vec![who], what);
    journal::append(tx, ctx, event).await.map(drop)
}

fn shown(person: Id<Person>, view: Stored) -> ChatView {
    ChatView {
        id: view.id,
        name: view.name,
        shared: view.shared,
        mine: view.owner_id == person,
        filter: view.filter,
    }
}

/// The views a person may see.
pub(crate) async fn all(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<ChatView>> {
    let all = store::views::all(tx, person).await?;
    Ok(all.into_iter().map(|v| shown(person, v)).collect())
}

/// A view the person may change: their own, or a shared one with the right.
async fn mine(tx: &mut Tx<'_>, ctx: &Ctx, person: Id<Person>, id: Id<ChatView>) -> Result<Stored> {
    accounts::access(tx, person, id.uuid()).await?;
    let view = store::views::one(tx, id).await?;
    if view.shared {
        require(tx, ctx, ARRANGE).await?;
    }
    Ok(view)
}

/// What is to be kept of a view; what is absent stays as it was.
pub(crate) struct Draft {
    pub(crate) name: Option<String>,
    pub(crate) shared: Option<bool>,
    pub(crate) filter: Option<ChatFilter>,
}

/// Makes or changes one.
pub(crate) async fn save(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Option<Id<ChatView>>,
    draft: Draft,
) -> Result<ChatView> {
    let before = match id {
        Some(id) => mine(tx, ctx, person, id).await?,
        None => {
            if store::views::all(tx, person).await?.len() >= MOST {
                return Err(Error::conflict("conversations.too_many_views").arg("limit", MOST));
            }
            Stored {
                id: ctx.ids.next(),
                owner_id: person,
                shared: false,
                name: String::new(),
                filter: ChatFilter::default(),
            }
        }
    };
    let was_shared = before.shared;
    let view = Stored {
        name: draft.name.map_or(before.name, |n| text::clean_name(&n)),
        shared: draft.shared.unwrap_or(before.shared),
        filter: checked(draft.filter.unwrap_or(before.filter))?,
        ..before
    };
    if view.shared && !was_shared {
        require(tx, ctx, ARRANGE).await?;
    }
    if view.name.is_empty() {
        return Err(Error::field("name", "conversations.name_needed"));
    }
    known(tx, &view.filter).await?;
    store::views::save(tx, &view).await?;
    let (principal, reason) = if view.shared {
        (EVERYONE, Reason::Reader)
    } else {
        (view.owner_id.uuid(), Reason::Author)
    };
    let wanted = BTreeSet::from([(principal, reason.word())]);
    regrant(tx, view.id.uuid(), &wanted).await?;
    tell(tx, ctx, view.owner_id, view.shared || was_shared).await?;
    Ok(shown(person, view))
}

/// Refuses what a filter names and nobody knows.
async fn known(tx: &mut Tx<'_>, filter: &ChatFilter) -> Result<()> {
    let queues = store::queues(tx).await?;
    if !(filter.queue_ids.iter()).all(|id| queues.iter().any(|q| q.id == *id)) {
        return Err(Error::field(
            "filter.queue_ids",
            "conversations.no_such_queue",
        ));
    }
    let labels = store::labels::all(tx).await?;
    for (named, field) in [
        (&filter.label_ids, "filter.label_ids"),
        (&filter.contact_label_ids, "filter.contact_label_ids"),
    ] {
        if !named.iter().all(|id| labels.iter().any(|l| l.id == *id)) {
            return Err(Error::field(field, "conversations.no_such_label"));
        }
    }
    for account in &filter.account_ids {
        if channels::account(tx, *account).await.is_err() {
            return Err(Error::field(
                "filter.account_ids",
                "conversations.no_such_account",
            ));
        }
    }
    let people = accounts::briefs(tx, &filter.assignee_ids).await?;
    if people.len() != filter.assignee_ids.len() {
        return Err(Error::field(
            "filter.assignee_ids",
            "conversations.no_such_person",
        ));
    }
    Ok(())
}

/// Deletes one.
pub(crate) async fn delete(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<ChatView>,
) -> Result<()> {
    let view = mine(tx, ctx, person, id).await?;
    store::views::delete(tx, id).await?;
    regrant(tx, id.uuid(), &BTreeSet::new()).await?;
    tell(tx, ctx, view.owner_id, view.shared).await
}

/// How many chats each view shows the person.
pub(crate) async fn counts(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    now: Moment,
) -> Result<Vec<ViewCount>> {
    let views = store::views::all(tx, person).await?;
    let asked: Vec<_> = views
        .iter()
        .map(|view| Asked {
            person,
            filter: &view.filter,
            pattern: None,
            now,
        })
        .collect();
    let counts = store::counts::filters(tx, person, &asked).await?;
    let counted = views.iter().zip(counts);
    Ok(counted
        .map(|(view, count)| ViewCount {
            id: view.id,
            total: count.total,
            unread: count.unread,
        })
        .collect())
}

/// The filter that is meant; none: one of the groups.
async fn filter_of(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    which: &Which,
) -> Result<Option<ChatFilter>> {
    one_list(which)?;
    match (which.view_id, &which.filter) {
        (Some(id), _) => {
            accounts::access(tx, person, id.uuid()).await?;
            Ok(Some(store::views::one(tx, id).await?.filter))
        }
        (None, Some(filter)) => Ok(Some(checked(filter.clone())?)),
        (None, None) => Ok(None),
    }
}

/// A page of whichever list is meant.
pub(crate) async fn page(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    which: &Which,
    next: Option<&str>,
    now: Moment,
) -> Result<Page> {
    let Some(filter) = filter_of(tx, person, which).await? else {
        let group = which.group.unwrap_or(crate::model::InboxGroup::All);
        return view::inbox(tx, person, group, &which.q, next).await;
    };
    let pattern = view::pattern(&which.q);
    let asked = Asked {
        person,
        filter: &filter,
        pattern: pattern.as_deref(),
        now,
    };
    let after = match next {
        Some(word) => Some(cursor(word).ok_or_else(|| Error::field("next", "journal.bad_cursor"))?),
        None => None,
    };
    let page = store::views::page(tx, &asked, after, view::PAGE).await?;
    let full = i64::try_from(page.len()).unwrap_or(0) == view::PAGE;
    let next = page.last().filter(|_| full);
    let next = next.map(|(id, rank)| format!("{rank}.{id}"));
    let ids: Vec<Id<Thread>> = page.into_iter().map(|(id, _)| id).collect();
    Ok((view::own(tx, person, &ids).await?, next))
}

fn cursor(word: &str) -> Option<(i64, Id<Thread>)> {
    let (rank, id) = word.split_once('.')?;
    Some((rank.parse().ok()?, id.parse().ok()?))
}

/// The chats of a list by id, [`AT_ONCE`] of them at most; and whether there are more.
pub(crate) async fn ids(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    which: &Which,
    now: Moment,
) -> Result<(Vec<Id<Thread>>, bool)> {
    let pattern = view::pattern(&which.q);
    let mut ids: Vec<Id<Thread>> = match filter_of(tx, person, which).await? {
        Some(filter) => {
            let asked = Asked {
                person,
                filter: &filter,
                pattern: pattern.as_deref(),
                now,
            };
            let page = store::views::page(tx, &asked, None, AT_ONCE + 1).await?;
            page.into_iter().map(|(id, _)| id).collect()
        }
        None => {
            let query = store::InboxQuery {
                person,
                group: which.group.unwrap_or(crate::model::InboxGroup::All),
                pattern: pattern.as_deref(),
                after: None,
                limit: AT_ONCE + 1,
            };
            let page = store::inbox(tx, &query).await?;
            page.into_iter().map(|(id, _)| id).collect()
        }
    };
    let most = usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
    let more = ids.len() > most;
    ids.truncate(most);
    Ok((ids, more))
}
