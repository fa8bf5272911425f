//! Queues: who is offered the chats nobody answers yet.

use crate::{
    actions::owning::settle,
    model::{Policy, Queue, QueueRules},
    rules::{replies, routing::circle},
    store,
};
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
        policy: Policy::default(),
        rules: QueueRules::default(),
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

/// Whoever came into a department or left it comes into its queues or leaves them; nothing is written if nobody did.
pub(crate) async fn follow_departments(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    for queue in store::queues(tx).await? {
        if !queue.department_ids.is_empty() {
            settle_members(tx, ctx, &queue).await?;
        }
    }
    Ok(())
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
    check_rules(tx, &queue).await?;
    queue.rules.texts = replies::checked(&queue.rules.texts)?;
    check_fallbacks(tx, &queue).await?;
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

/// Only what is approved now may be chosen; what was chosen before stays as it is, so that other settings can be saved.
async fn check_fallbacks(tx: &mut Tx<'_>, queue: &Queue) -> Result<()> {
    let before = store::rules_of(tx, &[queue.id]).await?.pop();
    let before = before.map(|q| q.rules.texts.fallbacks);
    for one in &queue.rules.texts.fallbacks {
        if before.as_ref().is_some_and(|all| all.contains(one)) {
            continue;
        }
        let at = |error: Error| match error {
            Error::Refused(refusal) => Error::from(refusal.field(one.occasion.fallback_field())),
            fault @ Error::Fault(_) => fault,
        };
        let template = channels::template(tx, one.account_id, one.template_id).await;
        let template = template.map_err(at)?;
        channels::plan_template(&template, &one.values, &[]).map_err(at)?;
    }
    Ok(())
}

/// Longest silence after which a conversation closes by itself: a month of 31 days, in minutes (L-82).
const MONTH: u32 = 31 * 24 * 60;
/// Longest wait a timer of a queue can have: a week, in minutes.
const WEEK: u32 = 7 * 24 * 60;

/// Refuses what a queue could not keep to.
async fn check_rules(tx: &mut Tx<'_>, queue: &Queue) -> Result<()> {
    let rules = &queue.rules;
    let within = |field: &'static str, given: Option<u32>, from: u32, to: u32| match given {
        Some(n) if !(from..=to).contains(&n) => {
            Err(Error::field(field, "conversations.out_of_range")
                .arg("from", from)
                .arg("to", to))
        }
        _ => Ok(()),
    };
    within("capacity", rules.capacity, 1, 1000)?;
    within("answer_within_min", rules.answer_within_min, 1, WEEK)?;
    within(
        "auto_close_after_min",
        rules.auto_close_after_min,
        60,
        MONTH,
    )?;
    within("thresholds.waiting", rules.thresholds.waiting, 1, 10_000)?;
    within(
        "thresholds.longest_min",
        rules.thresholds.longest_min,
        1,
        WEEK,
    )?;
    let limits = rules.limits;
    within("limits.first_min", limits.first_min, 1, MONTH)?;
    within("limits.next_min", limits.next_min, 1, MONTH)?;
    within("limits.resolution_min", limits.resolution_min, 1, MONTH)?;
    within("limits.head_first_min", limits.head_first_min, 1, MONTH)?;
    within("limits.head_next_min", limits.head_next_min, 1, MONTH)?;
    within("texts.no_answer_min", rules.texts.no_answer_min, 1, WEEK)?;
    if let Some(calendar) = rules.calendar_id
        && !hours::all(tx).await?.iter().any(|c| c.id == calendar)
    {
        return Err(Error::field(
            "calendar_id",
            "conversations.no_such_calendar",
        ));
    }
    let after = rules.overflow.map(|o| o.after_min);
    within("overflow.after_min", after, 1, WEEK)?;
    for weight in &rules.weights {
        within("weights", Some(weight.weight), 1, 100)?;
        let twice = rules
            .weights
            .iter()
            .filter(|w| w.account_id == weight.account_id);
        if twice.count() > 1 || channels::account(tx, weight.account_id).await.is_err() {
            return Err(Error::field("weights", "conversations.no_such_account"));
        }
    }
    if let Some(head) = rules.head_id {
        let known = accounts::briefs(tx, &[head]).await?;
        if !known.iter().any(accounts::PersonBrief::works_here) {
            return Err(Error::field("head_id", "conversations.no_such_person"));
        }
    } else if rules.thresholds != crate::model::Thresholds::default()
        || limits.head_first_min.or(limits.head_next_min).is_some()
    {
        return Err(Error::field("head_id", "conversations.head_needed"));
    }
    if let Some(overflow) = rules.overflow {
        let mut all = store::queues(tx).await?;
        all.retain(|q| q.id != queue.id);
        all.push(queue.clone());
        if !all.iter().any(|q| q.id == overflow.queue_id) {
            return Err(Error::field("overflow", "conversations.no_such_queue"));
        }
        if let Some(names) = circle(&all, queue.id) {
            return Err(Error::field("overflow", "conversations.overflow_circle")
                .arg("circle", names.join(" → ")));
        }
    }
    Ok(())
}

/// Refuses to delete a queue that others still send chats to, naming one of them.
async fn check_unused(tx: &mut Tx<'_>, id: Id<Queue>) -> Result<()> {
    let by_queue = store::queues(tx).await?.into_iter();
    let mut by_queue = by_queue.filter(|q| q.rules.overflow.is_some_and(|o| o.queue_id == id));
    let mut by_rule = store::routing::rules(tx).await?.into_iter();
    let by = by_queue.next().map(|q| q.name);
    match by.or_else(|| by_rule.find(|r| r.queue_id == Some(id)).map(|r| r.name)) {
        Some(name) => Err(Error::conflict("conversations.queue_targeted").arg("name", name)),
        None => Ok(()),
    }
}

/// Deletes a queue; its chats wait in the default one.
pub(crate) async fn delete_queue(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Queue>) -> Result<()> {
    let default = default_queue(tx, ctx).await?;
    if id == default {
        return Err(Error::conflict("conversations.queue_in_use"));
    }
    check_unused(tx, id).await?;
    let chats = store::chats_of_queue(tx, id).await?;
    store::move_queue(tx, id, default).await?;
    for mut chat in chats {
        chat.queue_id = default;
        chat.queued_at = chat.queued_at.and(Some(ctx.now));
        settle(tx, ctx, &chat).await?;
    }
    set_members(tx, ctx, id.uuid(), &[], "queue").await?;
    if store::delete_queue(tx, id).await? == 0 {
        return Err(Error::not_found());
    }
    audit(tx, ctx, "queues.deleted", &id.to_string(), json!({})).await?;
    tell(tx, ctx).await
}
