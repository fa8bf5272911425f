//! Prepared texts (S1-62).

use crate::{
    model::{ChatRow, Template},
    rules, store,
};
use accounts::{EVERYONE, Person, require};
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Result};
use messages::{Thread, ThreadKind};
use serde_json::json;

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
    template: &Template,
) -> Result<()> {
    if template.scope == "all" {
        require(tx, ctx, "templates.share").await.map(drop)
    } else if template.owner_id == Some(person) {
        Ok(())
    } else {
        Err(Error::not_found())
    }
}

/// Makes or changes a template.
pub async fn save_template(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Option<Id<Template>>,
    title: &str,
    body: &str,
    scope: &str,
) -> Result<Template> {
    let before = match id {
        Some(id) => Some(
            store::templates(tx, person)
                .await?
                .into_iter()
                .find(|t| t.id == id)
                .ok_or_else(Error::not_found)?,
        ),
        None => None,
    };
    if let Some(before) = &before {
        may_touch(tx, ctx, person, before).await?;
    }
    let template = Template {
        id: id.unwrap_or_else(|| ctx.ids.next()),
        title: text::clean_name(title),
        text: body.trim().to_owned(),
        scope: if scope == "all" { "all" } else { "own" }.to_owned(),
        owner_id: before.and_then(|b| b.owner_id).or(Some(person)),
    };
    if template.title.is_empty() {
        return Err(Error::field("title", "conversations.name_needed"));
    }
    if template.text.is_empty() || template.text.chars().count() > 10_000 {
        return Err(Error::field("text", "conversations.text_needed"));
    }
    may_touch(tx, ctx, person, &template).await?;
    store::save_template(tx, &template).await?;
    tell(tx, ctx).await?;
    Ok(template)
}

/// Deletes a template.
pub(crate) async fn delete(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Template>,
) -> Result<()> {
    let template = store::templates(tx, person)
        .await?
        .into_iter()
        .find(|t| t.id == id)
        .ok_or_else(Error::not_found)?;
    may_touch(tx, ctx, person, &template).await?;
    store::delete_template(tx, id).await?;
    tell(tx, ctx).await
}

/// A template with what is known filled in; among colleagues there is no client, so those fields stay to be seen.
pub(crate) async fn render(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Template>,
    chat: Id<Thread>,
) -> Result<String> {
    accounts::access(tx, person, chat.uuid()).await?;
    let template = store::templates(tx, person)
        .await?
        .into_iter()
        .find(|t| t.id == id)
        .ok_or_else(Error::not_found)?;
    let me = accounts::brief(tx, person).await?.name;
    let company = accounts::workspace(tx).await?.name;
    if messages::thread(tx, chat).await?.kind == ThreadKind::Team {
        let known = [("me.name", me.as_str()), ("company", company.as_str())];
        return Ok(rules::fill(&template.text, &known));
    }
    let row = store::chat(tx, chat).await?;
    filled(tx, &template.text, &row, Speaker::Person(me), &[]).await
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
    let me = match (speaker, row.assignee_id) {
        (Speaker::Person(name), _) => name,
        (Speaker::Queue, Some(assignee)) => accounts::brief(tx, assignee).await?.name,
        (Speaker::Queue, None) => company.clone(),
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
        ("me.name", me.as_str()),
        ("company", company.as_str()),
        ("conversation.number", number.as_str()),
    ];
    let all: Vec<(&str, &str)> = known.into_iter().chain(more.iter().copied()).collect();
    Ok(rules::fill(template, &all))
}
