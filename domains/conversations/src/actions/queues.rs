//! Queues: who is offered the chats nobody answers yet.

use crate::{actions::owning::settle, model::Queue, store};
use accounts::{Department, EVERYONE, Person, audit, people_of, set_members};
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Result};
use serde_json::json;

/// The queue every workspace has; made at the first need, with everyone in it.
pub async fn default_queue(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Id<Queue>> {
    if let Some(id) = store::default_queue(tx).await? {
        return Ok(id);
    }
    let name = match accounts::workspace(tx).await.map(|w| w.language) {
        Ok(kernel::Language::En) => "Common queue",
        _ => "Общая очередь",
    };
    let queue = Queue {
        id: ctx.ids.next(),
        name: name.to_owned(),
        member_ids: people_of(tx, EVERYONE).await?,
        department_ids: Vec::new(),
        policy: "first_to_answer".to_owned(),
    };
    store::save_queue(tx, &queue, true).await?;
    settle_members(tx, ctx, &queue).await?;
    Ok(queue.id)
}

/// People by name and by department become members of the queue's principal.
async fn settle_members(tx: &mut Tx<'_>, ctx: &Ctx, queue: &Queue) -> Result<()> {
    let mut people: Vec<Id<Person>> = queue.member_ids.clone();
    for department in &queue.department_ids {
        people.extend(people_of(tx, Id::<Department>::uuid(*department)).await?);
    }
    people.sort();
    people.dedup();
    set_members(tx, ctx, queue.id.uuid(), &people, "queue").await
}

async fn tell(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    let event = Event::stored(
        "settings.changed",
        EVERYONE,
        vec![EVERYONE],
        json!({"what": "queues"}),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

/// Makes or changes a queue.
pub async fn save_queue(tx: &mut Tx<'_>, ctx: &Ctx, mut queue: Queue) -> Result<Queue> {
    queue.name = text::clean_name(&queue.name);
    if queue.name.is_empty() {
        return Err(Error::field("name", "conversations.name_needed"));
    }
    let known = accounts::briefs(tx, &queue.member_ids).await?;
    if known.len() != queue.member_ids.len() || known.iter().any(|p| p.guest) {
        return Err(Error::field("member_ids", "conversations.no_such_person"));
    }
    store::save_queue(tx, &queue, false).await?;
    settle_members(tx, ctx, &queue).await?;
    audit(
        tx,
        ctx,
        "queues.saved",
        &queue.name,
        json!({"id": queue.id}),
    )
    .await?;
    tell(tx, ctx).await?;
    Ok(queue)
}

/// Deletes a queue; its chats wait in the default one.
pub(crate) async fn delete_queue(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Queue>) -> Result<()> {
    let default = default_queue(tx, ctx).await?;
    if id == default {
        return Err(Error::conflict("conversations.queue_in_use"));
    }
    let chats = store::chats_of_queue(tx, id).await?;
    store::move_queue(tx, id, default).await?;
    for mut chat in chats {
        chat.queue_id = default;
        settle(tx, ctx, &chat).await?;
    }
    set_members(tx, ctx, id.uuid(), &[], "queue").await?;
    if store::delete_queue(tx, id).await? == 0 {
        return Err(Error::not_found());
    }
    audit(tx, ctx, "queues.deleted", &id.to_string(), json!({})).await?;
    tell(tx, ctx).await
}
