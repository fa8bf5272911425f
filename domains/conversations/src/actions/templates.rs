//! Prepared answers (S1-62, U-31): kept whole, seen by those they are for, filled in for one chat.

use crate::{
    actions::owning::regrant,
    model::{Audience, ChatRow, Filling, More, Rendered, Template, TemplateForm},
    rules::{
        replies::language_for,
        templates::{self as rules, fill},
    },
    store::{self, templates::Stored},
};
use accounts::{EVERYONE, Person, Reason, group_principal, require, right_principal};
use db::Tx;
use files::{File, FileRef};
use journal::Event;
use kernel::{Ctx, Error, Id, Language, Result, Uuid};
use messages::ThreadKind;
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};
use web::{BoxFuture, House};

/// The job that removes a deleted template for good.
pub(crate) const FORGET: &str = "conversations.forget_template";
/// How long a deleted template can be brought back.
const KEPT: Duration = Duration::from_secs(24 * 3600);
/// Who may share templates, also keeps those of others.
const SHARE: &str = "templates.share";

async fn tell(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    let event = Event::stored(
        "settings.changed",
        EVERYONE,
        vec![EVERYONE],
        json!({"what": "templates"}),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

async fn may_touch(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    scope: Audience,
    owner: Id<Person>,
) -> Result<()> {
    if scope != Audience::Own {
        require(tx, ctx, SHARE).await.map(drop)
    } else if owner == person {
        Ok(())
    } else {
        Err(Error::not_found())
    }
}

async fn complete(tx: &mut Tx<'_>, all: Vec<Stored>) -> Result<Vec<Template>> {
    let ids: Vec<Id<File>> = all.iter().flat_map(|t| t.more.files.clone()).collect();
    let mut files: HashMap<Id<File>, FileRef> = files::refs(tx, &ids)
        .await?
        .into_iter()
        .map(|f| (f.id, f))
        .collect();
    let whole = |t: Stored| Template {
        files: t
            .more
            .files
            .iter()
            .filter_map(|id| files.remove(id))
            .collect(),
        id: t.id,
        title: t.title,
        text: t.text,
        scope: t.scope,
        owner_id: t.owner_id,
        for_me: t.for_me,
        department_ids: t.more.department_ids,
        queue_ids: t.more.queue_ids,
        asks: t.more.asks,
        variants: t.more.variants,
    };
    Ok(all.into_iter().map(whole).collect())
}

/// All templates a person may use or keeps, by title.
pub(crate) async fn list(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Template>> {
    let all = store::templates::all(tx, person, false).await?;
    complete(tx, all).await
}

async fn seen(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Template>,
    deleted: bool,
) -> Result<Stored> {
    accounts::access(tx, person, id.uuid()).await?;
    let all = store::templates::all(tx, person, deleted).await?;
    all.into_iter()
        .find(|t| t.id == id)
        .ok_or_else(Error::not_found)
}

fn grants(t: &Stored) -> BTreeSet<(Uuid, &'static str)> {
    match t.scope {
        Audience::Own => [(t.owner_id.uuid(), Reason::Author.word())].into(),
        Audience::All => [(EVERYONE, Reason::Reader.word())].into(),
        Audience::Groups => {
            let departments = t.more.department_ids.iter().map(|d| group_principal(*d));
            let queues = t.more.queue_ids.iter().map(|q| group_principal(*q));
            departments
                .chain(queues)
                .map(|group| (group, Reason::Reader.word()))
                .chain([(right_principal(SHARE, None), Reason::Role.word())])
                .collect()
        }
    }
}

async fn check_groups(tx: &mut Tx<'_>, form: &TemplateForm) -> Result<()> {
    if form.scope != Audience::Groups {
        return Ok(());
    }
    let queues = store::queues(tx).await?;
    let known = form
        .queue_ids
        .iter()
        .all(|id| queues.iter().any(|q| q.id == *id))
        && accounts::are_departments(tx, &form.department_ids).await?;
    if !known || form.queue_ids.is_empty() && form.department_ids.is_empty() {
        return Err(Error::field("scope", "conversations.audience_needed"));
    }
    Ok(())
}

/// Makes or changes a template.
pub async fn save_template(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Option<Id<Template>>,
    form: TemplateForm,
) -> Result<Template> {
    let before = match id {
        Some(id) => Some(seen(tx, person, id, false).await?),
        None => None,
    };
    if let Some(before) = &before {
        may_touch(tx, ctx, person, before.scope, before.owner_id).await?;
    }
    let form = rules::checked(form)?;
    check_groups(tx, &form).await?;
    let owner_id = before.as_ref().map_or(person, |b| b.owner_id);
    may_touch(tx, ctx, person, form.scope, owner_id).await?;
    let id = id.unwrap_or_else(|| ctx.ids.next());
    let had = before.map(|b| b.more.files).unwrap_or_default();
    let new: Vec<Id<File>> = form
        .files
        .iter()
        .copied()
        .filter(|f| !had.contains(f))
        .collect();
    files::attach(tx, &new, person.uuid(), id.uuid()).await?;
    for gone in had.iter().filter(|f| !form.files.contains(f)) {
        files::forget(tx, ctx, *gone, id.uuid()).await?;
    }
    let groups = form.scope == Audience::Groups;
    let template = Stored {
        id,
        title: form.title,
        text: form.text,
        scope: form.scope,
        owner_id,
        more: More {
            department_ids: if groups {
                form.department_ids
            } else {
                Vec::new()
            },
            queue_ids: if groups { form.queue_ids } else { Vec::new() },
            files: form.files,
            asks: form.asks,
            variants: form.variants,
        },
        for_me: true,
    };
    store::templates::save(tx, &template).await?;
    regrant(tx, id.uuid(), &grants(&template)).await?;
    tell(tx, ctx).await?;
    let template = seen(tx, person, id, false).await?;
    let mut whole = complete(tx, vec![template]).await?;
    whole.pop().ok_or_else(Error::not_found)
}

/// Deletes a template; for a day it can be brought back.
pub(crate) async fn delete(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Template>,
) -> Result<()> {
    let template = seen(tx, person, id, false).await?;
    may_touch(tx, ctx, person, template.scope, template.owner_id).await?;
    store::templates::mark_deleted(tx, id, Some(ctx.now)).await?;
    jobs::put(tx, ctx, FORGET, json!({"id": id}), ctx.now + KEPT, None).await?;
    tell(tx, ctx).await
}

/// Brings a deleted template back.
pub(crate) async fn restore(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Template>,
) -> Result<()> {
    let template = seen(tx, person, id, true).await?;
    may_touch(tx, ctx, person, template.scope, template.owner_id).await?;
    store::templates::mark_deleted(tx, id, None).await?;
    tell(tx, ctx).await
}

/// Removes a template that was deleted a day ago and not brought back since, with its files.
pub(crate) fn forget(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id: Id<Template> = serde_json::from_value(payload["id"].clone())?;
        let ctx = house.system();
        house
            .write(async move |tx: &mut Tx<'_>| {
                let before = kernel::Moment::from_micros(
                    ctx.now.micros() - i64::try_from(KEPT.as_micros()).unwrap_or(i64::MAX),
                );
                if store::templates::remove(tx, id, before).await? {
                    regrant(tx, id.uuid(), &BTreeSet::new()).await?;
                    files::forget_of(tx, &ctx, id.uuid()).await?;
                }
                Ok(())
            })
            .await
    })
}

/// A template with what is known and what was answered filled in, in the words for the chat's channel, and its files as the
/// person's own; among colleagues there is no client, so those fields stay to be seen.
pub(crate) async fn render(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Template>,
    filling: &Filling,
) -> Result<Rendered> {
    let chat = filling.chat_id;
    accounts::access(tx, person, chat.uuid()).await?;
    let template = seen(tx, person, id, false).await?;
    let me = accounts::brief(tx, person).await?.name;
    let workspace = accounts::workspace(tx).await?;
    let more = &template.more;
    let answers = |language| rules::answers(&more.asks, &filling.values, language);
    let text = if messages::thread(tx, chat).await?.kind == ThreadKind::Team {
        let answers = answers(workspace.language)?;
        let known = [
            ("me.name", me.as_str()),
            ("company", workspace.name.as_str()),
        ];
        fill(&template.text, &joined(&known, &answers))
    } else {
        let row = store::chat(tx, chat).await?;
        let kind = channels::account(tx, row.account_id).await?.kind;
        let contact = crm::by_id(tx, row.contact_id).await?;
        let told = contact.facts.iter().find(|f| f.key == "language");
        let language = language_for(told.map(|f| f.value.as_str()), workspace.language);
        let mut all = answers(language)?;
        all.push(("today".to_owned(), today(tx, ctx, language).await?));
        let words = rules::words_for(&template.text, &more.variants, kind.as_ref());
        filled(tx, words, &row, Speaker::Person(me), &joined(&[], &all)).await?
    };
    let files = files::copy(tx, ctx, &more.files, person.uuid(), None).await?;
    Ok(Rendered { text, files })
}

fn joined<'a>(
    known: &[(&'a str, &'a str)],
    more: &'a [(String, String)],
) -> Vec<(&'a str, &'a str)> {
    let more = more.iter().map(|(k, v)| (k.as_str(), v.as_str()));
    known.iter().copied().chain(more).collect()
}

/// The day by the company's clock.
async fn today(tx: &mut Tx<'_>, ctx: &Ctx, language: Language) -> Result<String> {
    let calendars = hours::all(tx).await?;
    let hours = hours::pick(&calendars, None);
    let wall = hours.on_the_wall(ctx.now).unwrap_or_else(|| {
        ctx.now
            .timestamp()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .datetime()
    });
    Ok(rules::day(wall.date(), language))
}

/// In whose name a text is written.
pub(crate) enum Speaker {
    /// Somebody, by their name.
    Person(String),
    /// The queue: by the name of whoever is responsible, else the company's.
    Queue,
}

/// A text with everything known of a client's chat filled in, and `more`.
pub(crate) async fn filled(
    tx: &mut Tx<'_>,
    template: &str,
    row: &ChatRow,
    speaker: Speaker,
    more: &[(&str, &str)],
) -> Result<String> {
    let company = accounts::workspace(tx).await?.name;
    let responsible = match row.assignee_id {
        Some(assignee) => accounts::brief(tx, assignee).await?.name,
        None => company.clone(),
    };
    let me = match speaker {
        Speaker::Person(name) => name,
        Speaker::Queue => responsible.clone(),
    };
    let contact = crm::by_id(tx, row.contact_id).await?;
    let number = store::newest(tx, row.id)
        .await?
        .and_then(|c| c.number)
        .map(|n| n.to_string())
        .unwrap_or_default();
    let phone = contact
        .phones
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    let first = contact
        .name
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned();
    let known = [
        ("client.name", contact.name.as_str()),
        ("client.first_name", first.as_str()),
        ("client.company", contact.company.as_str()),
        ("client.phone", phone.as_str()),
        ("client.email", contact.email.as_str()),
        ("me.name", me.as_str()),
        ("company", company.as_str()),
        ("conversation.number", number.as_str()),
        ("responsible.name", responsible.as_str()),
    ];
    let all: Vec<(&str, &str)> = known.into_iter().chain(more.iter().copied()).collect();
    Ok(fill(template, &all))
}
