//! Where a client's chat goes when they write, and the routing table people keep for it (L-72).

use crate::{
    actions::{labels, owning::line},
    model::{
        ChatRow, ClientChatState, Conditions, Label, Queue, RouteBy, RoutingRule, TrialAnswer,
    },
    rules::{
        dealing::present,
        routing::{self, Hit, Known, MOST_RULES, Meant, Question},
    },
    store,
};
use accounts::{EVERYONE, Person, audit};
use channels::Account;
use crm::Contact;
use db::Tx;
use hours::Calendar;
use journal::Event;
use kernel::{Ctx, Error, Id, Moment, Result};
use messages::Thread;
use serde_json::json;

/// A grey line about what a rule did.
pub(crate) type Grey = (&'static str, Vec<(&'static str, String)>);

/// What is known of somebody a rule means.
async fn meant(
    tx: &mut Tx<'_>,
    chat: Id<Thread>,
    person: Id<Person>,
    now: Moment,
) -> Result<Meant> {
    let brief = accounts::briefs(tx, &[person]).await?.pop();
    let seated = accounts::seated(tx, &[person], now).await?;
    let passes = store::routing::passes(tx, &[chat]).await?;
    Ok(Meant {
        person,
        works_here: brief.is_some_and(|b| b.works_here()),
        present: seated.iter().any(|s| present(s.chosen)),
        passed: passes.iter().any(|p| p.person == person),
    })
}

/// What the rules did with a chat.
#[derive(Default)]
pub(crate) struct Arrival {
    /// The grey lines that say what was decided.
    pub(crate) lines: Vec<Grey>,
    /// The chat carries a label it did not carry before.
    pub(crate) labelled: bool,
}

/// Asks the rules about a chat whose client writes, if nobody holds it and no person put it where it is (U-16). The chat is
/// to be saved by the caller, who also tells of it.
pub(crate) async fn arrive(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &mut ChatRow,
    contact: &Contact,
    text: &str,
) -> Result<Arrival> {
    let former = match chat.assignee_id {
        Some(person) if chat.state != ClientChatState::Queue => {
            Some(meant(tx, chat.id, person, ctx.now).await?)
        }
        _ => None,
    };
    let held = former.is_some_and(|f| f.works_here);
    if !routing::unowned(chat.state, held, chat.route.decided) {
        return Ok(Arrival::default());
    }
    let queues = store::queues(tx).await?;
    let name_of = |id: Id<Queue>| queues.iter().find(|q| q.id == id).map(|q| q.name.clone());
    let own = queues.iter().find(|q| q.id == chat.queue_id);
    let rules = store::routing::rules(tx).await?;
    let when = (ctx.now, hours::all(tx).await?);
    let question = question(text, chat.account_id, contact, when);
    let hit = match routing::look(&rules, &question).0 {
        Some(rule) => Some(Hit {
            name: rule.name.clone(),
            queue: rule.queue_id.filter(|id| name_of(*id).is_some()),
            person: match rule.person_id {
                Some(person) => Some(meant(tx, chat.id, person, ctx.now).await?),
                None => None,
            },
            labels: rule.put_labels.clone(),
        }),
        None => None,
    };
    let responsible = match contact.responsible_id {
        Some(person) => Some(meant(tx, chat.id, person, ctx.now).await?),
        None => None,
    };
    let known = Known {
        former,
        returns_to_former: own.is_none_or(|q| q.rules.returns_to_former),
        hit,
        responsible,
    };
    let routed = routing::route(&known);
    // While it waits, a row puts its labels once: what a person took off since, stays off (U-16).
    let asked_before = chat.state == ClientChatState::Queue
        && known.hit.as_ref().is_some_and(|hit| {
            let mut steps = chat.route.steps.iter();
            steps.any(|s| s.by == RouteBy::Rule && s.rule == hit.name)
        });
    let labelled = !asked_before && labels::put_by_rule(tx, chat.id, &routed.labels).await?;
    // What waits already and stays where it is has been told of, and its time in the queue runs on.
    let elsewhere = routed.queue.is_some_and(|q| q != chat.queue_id);
    let arrives = chat.state != ClientChatState::Queue || chat.route.decided.is_none() || elsewhere;
    chat.queue_id = routed.queue.unwrap_or(chat.queue_id);
    chat.route = routed.route;
    let mut lines = Vec::new();
    let row = known.hit.map(|h| h.name).unwrap_or_default();
    if let Some(person) = routed.person {
        let name = accounts::brief(tx, person).await?.name;
        store::drop_observer(tx, chat.id, person).await?;
        chat.state = ClientChatState::Work;
        chat.assignee_id = Some(person);
        chat.claimed_at = Some(ctx.now);
        chat.given_at = Some(ctx.now);
        match chat.route.decided {
            Some(RouteBy::Rule) => {
                lines.push(("chat-routed", vec![("name", name), ("rule", row)]));
            }
            Some(RouteBy::Responsible) => {
                lines.push(("chat-to-responsible", vec![("name", name)]));
            }
            _ => {}
        }
        return Ok(Arrival { lines, labelled });
    }
    chat.state = ClientChatState::Queue;
    chat.assignee_id = None;
    chat.claimed_at = None;
    chat.given_at = None;
    chat.queued_at = chat.queued_at.filter(|_| !arrives).or(Some(ctx.now));
    if arrives {
        // A queue that gives chats out tells those it could not give (`dealing`); the others are told with the message.
        let gives = queues
            .iter()
            .any(|q| q.id == chat.queue_id && q.policy.gives());
        chat.announced = !gives;
    }
    let queue = name_of(chat.queue_id).unwrap_or_default();
    if chat.route.decided == Some(RouteBy::Rule) {
        lines.push((
            "chat-routed-to-queue",
            vec![("queue", queue.clone()), ("rule", row)],
        ));
    }
    if let Some(former) = routed.observer {
        store::add_observer(tx, chat.id, former).await?;
        let name = accounts::brief(tx, former).await?.name;
        lines.push(("former-away", vec![("name", name), ("queue", queue)]));
    }
    Ok(Arrival { lines, labelled })
}

/// Writes the lines [`arrive`] answered.
pub(crate) async fn say(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: Id<Thread>,
    lines: Vec<Grey>,
) -> Result<()> {
    for (code, args) in lines {
        line(tx, ctx, chat, code, args).await?;
    }
    Ok(())
}

fn question(
    text: &str,
    account: Id<Account>,
    contact: &Contact,
    when: (Moment, Vec<Calendar>),
) -> Question {
    let language = contact.facts.iter().find(|f| f.key == "language");
    let language = language.map_or("", |f| f.value.as_str());
    let labels = contact.label_ids.iter().copied().map(Id::new).collect();
    Question::new(text, account, language, when).labelled(labels)
}

// ------------------------------------------------------------ the table

async fn tell(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    let what = json!({"what": "routing"});
    let event = Event::stored("settings.changed", EVERYONE, vec![EVERYONE], what);
    journal::append(tx, ctx, event).await.map(drop)
}

/// The table, row by row.
pub(crate) async fn rules(tx: &mut Tx<'_>) -> Result<Vec<RoutingRule>> {
    store::routing::rules(tx).await
}

/// Makes or changes a row; a new one stands last.
pub(crate) async fn save_rule(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    mut rule: RoutingRule,
    new: bool,
) -> Result<RoutingRule> {
    let known = store::routing::rules(tx).await?;
    if new && known.len() >= MOST_RULES {
        return Err(Error::conflict("conversations.too_many_rules").arg("limit", MOST_RULES));
    }
    if !new && !known.iter().any(|r| r.id == rule.id) {
        return Err(Error::not_found());
    }
    rule.name = text::clean_name(&rule.name);
    if rule.name.is_empty() {
        return Err(Error::field("name", "conversations.name_needed"));
    }
    rule.conditions = routing::checked(rule.conditions)?;
    for account in &rule.conditions.account_ids {
        if channels::account(tx, *account).await.is_err() {
            return Err(Error::field("account_ids", "conversations.no_such_account"));
        }
    }
    if let Some(calendar) = rule.conditions.hours.and_then(|h| h.calendar_id)
        && !hours::all(tx).await?.iter().any(|c| c.id == calendar)
    {
        return Err(Error::field("hours", "conversations.no_such_calendar"));
    }
    match (rule.queue_id, rule.person_id) {
        (Some(queue), None) => {
            if !store::queues(tx).await?.iter().any(|q| q.id == queue) {
                return Err(Error::field("queue_id", "conversations.no_such_queue"));
            }
        }
        (None, Some(person)) => {
            let found = accounts::briefs(tx, &[person]).await?;
            if !found.iter().any(accounts::PersonBrief::works_here) {
                return Err(Error::field("person_id", "conversations.no_such_person"));
            }
        }
        _ => return Err(Error::field("target", "conversations.one_target")),
    }
    let vocabulary = labels::all(tx).await?;
    let is = |id: &Id<Label>| vocabulary.iter().any(|l| l.id == *id);
    if !rule.conditions.label_ids.iter().all(is) {
        return Err(Error::field("label_ids", "conversations.no_such_label"));
    }
    // What the row puts already may have been archived since; nothing archived is added to it.
    let before = known.iter().find(|r| r.id == rule.id);
    let new: Vec<Id<Label>> = rule
        .put_labels
        .iter()
        .filter(|l| before.is_none_or(|b| !b.put_labels.contains(l)))
        .copied()
        .collect();
    labels::offered(&vocabulary, &new, "put_labels")?;
    rule.put_labels.sort_unstable();
    rule.put_labels.dedup();
    if rule.put_labels.len() > labels::MOST_ON_A_CHAT {
        return Err(
            Error::field("put_labels", "conversations.too_many_labels_here")
                .arg("limit", labels::MOST_ON_A_CHAT),
        );
    }
    store::routing::save_rule(tx, &rule).await?;
    let detail = json!({"id": rule.id});
    audit(tx, ctx, "routing.saved", &rule.name, detail).await?;
    tell(tx, ctx).await?;
    Ok(rule)
}

/// Deletes a row.
pub(crate) async fn delete_rule(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<RoutingRule>) -> Result<()> {
    let known = store::routing::rules(tx).await?;
    let rule = known.iter().find(|r| r.id == id);
    let rule = rule.ok_or_else(Error::not_found)?;
    store::routing::delete_rule(tx, id).await?;
    audit(tx, ctx, "routing.deleted", &rule.name, json!({})).await?;
    tell(tx, ctx).await
}

/// Gives the rows another order.
pub(crate) async fn order(tx: &mut Tx<'_>, ctx: &Ctx, ids: &[Id<RoutingRule>]) -> Result<()> {
    let known = store::routing::rules(tx).await?;
    let known: Vec<_> = known.iter().map(|r| r.id).collect();
    routing::ordered(&known, ids)?;
    for (place, id) in ids.iter().enumerate() {
        store::routing::place_rule(tx, *id, place).await?;
    }
    audit(tx, ctx, "routing.ordered", "", json!({})).await?;
    tell(tx, ctx).await
}

/// The test box: which row a message of somebody with these labels would meet, why not those before it, and what it would put.
pub(crate) async fn attempt(
    tx: &mut Tx<'_>,
    text: &str,
    account: Id<Account>,
    (language, carried): (&str, Vec<Id<Label>>),
    now: Moment,
) -> Result<TrialAnswer> {
    let when = (now, hours::all(tx).await?);
    let rules = store::routing::rules(tx).await?;
    let question = Question::new(text, account, language, when).labelled(carried);
    let (winner, tried) = routing::look(&rules, &question);
    let put = winner.map_or(&[][..], |r| &r.put_labels);
    Ok(TrialAnswer {
        winner: winner.map(|r| r.id),
        tried,
        put_labels: routing::to_put(put, &labels::all(tx).await?),
    })
}

/// A row as a form gives it.
pub(crate) struct RuleDraft {
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) conditions: Conditions,
    pub(crate) queue_id: Option<Id<Queue>>,
    pub(crate) person_id: Option<Id<Person>>,
    pub(crate) put_labels: Vec<Id<Label>>,
}

impl RuleDraft {
    /// The row with its id.
    pub(crate) fn with(self, id: Id<RoutingRule>) -> RoutingRule {
        RoutingRule {
            id,
            name: self.name,
            enabled: self.enabled,
            conditions: self.conditions,
            queue_id: self.queue_id,
            person_id: self.person_id,
            put_labels: self.put_labels,
        }
    }
}
