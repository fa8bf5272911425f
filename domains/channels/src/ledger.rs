//! The delivery ledger (M-01): what became of a message hop by hop, what did not arrive and why, and the way to try again.

use crate::{
    live::Live,
    model::{Account, HopRow, OutboxPart, RawSummary},
    outbox::{Queued, tell_delivery},
    store,
};
use accounts::{Person, audit, require};
use db::Tx;
use kernel::{Ctx, Error, Id, Moment, Result, Uuid};
use messages::Message;
use serde::Serialize;
use serde_json::json;
use std::{collections::HashMap, time::Duration};
use utoipa::ToSchema;
use web::House;

/// The right that opens the whole ledger.
const MANAGE: &str = "channels.manage";
/// A part that waits this long counts as not delivered yet.
const LATE: Duration = Duration::from_secs(5 * 60);
/// Rows of one page.
pub(crate) const PAGE: i64 = 100;

/// The channel of a ledger.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LedgerChannel {
    pub(crate) id: Id<Account>,
    pub(crate) kind: String,
    pub(crate) name: String,
}

/// Who asked for a step.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LedgerPerson {
    pub(crate) id: Id<Person>,
    pub(crate) name: String,
}

/// One thing that happened to a message on its way.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Step {
    /// When.
    pub(crate) at: Moment,
    /// `received`, `taken`, `parked`, `written`, `sending`, `waits`, `again`, `sent`, `delivered`, `read`, `failed`,
    /// `unknown`, `cancelled`.
    pub(crate) what: String,
    /// Which part of the message, from 1; 0 for a message as a whole.
    pub(crate) part: i64,
    /// What was to be done: `part` (sending it), `edit`, `delete`, `react`.
    pub(crate) act: String,
    /// Why, as a stable word; empty if nothing is to be said.
    pub(crate) code: String,
    /// What the other side said, in its own words.
    pub(crate) words: String,
    /// Who asked for it, if somebody did.
    pub(crate) person: Option<LedgerPerson>,
}

/// What a message became in the outbox.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LedgerPart {
    #[schema(value_type = Uuid)]
    pub(crate) id: Id<OutboxPart>,
    pub(crate) part: i64,
    pub(crate) act: String,
    pub(crate) state: String,
    pub(crate) attempts: i64,
    /// It ended without success and can be tried again.
    pub(crate) replay: bool,
}

/// An event of the messenger about this message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LedgerEvent {
    pub(crate) n: i64,
    pub(crate) state: String,
    pub(crate) attempts: i64,
    pub(crate) error: String,
}

/// The whole way of one message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Ledger {
    /// None for a message that never had to do with a messenger.
    pub(crate) channel: Option<LedgerChannel>,
    /// It came from outside.
    pub(crate) incoming: bool,
    /// In order of time.
    pub(crate) steps: Vec<Step>,
    /// What can be tried again.
    pub(crate) parts: Vec<LedgerPart>,
    /// What the messenger told, kept for sixty days.
    pub(crate) events: Vec<LedgerEvent>,
    /// The asker may work on events again.
    pub(crate) manages: bool,
}

/// `code: the messenger's words` taken apart.
pub(crate) fn apart(reason: &str) -> (String, String) {
    match reason.split_once(": ") {
        Some((code, words)) => (code.to_owned(), words.to_owned()),
        None => (reason.to_owned(), String::new()),
    }
}

/// What a stored hop says to a reader: back in the queue is a wait when the other side asked for it, and another try when
/// a person or a new start did.
fn what(hop: &HopRow) -> &str {
    match (hop.state.as_str(), hop.detail.is_empty()) {
        ("queued", true) => "again",
        ("queued", false) => "waits",
        (state, _) => state,
    }
}

fn step(hop: &HopRow, names: &HashMap<Id<Person>, String>) -> Step {
    let (code, words) = apart(&hop.detail);
    Step {
        at: hop.at,
        what: what(hop).to_owned(),
        part: hop.part,
        act: hop.kind.clone(),
        code,
        words,
        person: hop.person_id.map(|id| LedgerPerson {
            id,
            name: names.get(&id).cloned().unwrap_or_default(),
        }),
    }
}

fn bare(at: Moment, what: &str, words: &str) -> Step {
    Step {
        at,
        what: what.to_owned(),
        part: 0,
        act: "part".to_owned(),
        code: String::new(),
        words: words.to_owned(),
        person: None,
    }
}

fn event_steps(event: &RawSummary, incoming: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    if incoming {
        steps.push(bare(event.received_at, "received", ""));
    }
    match (event.state.as_str(), event.worked_at) {
        ("parked", _) => steps.push(bare(event.received_at, "parked", &event.error)),
        (_, Some(at)) if incoming => steps.push(bare(at, "taken", "")),
        _ => {}
    }
    steps
}

/// The way of one message, for whoever may see its chat.
pub(crate) async fn of_message(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Message>) -> Result<Ledger> {
    let person = ctx.actor.person().ok_or_else(Error::not_found)?;
    let message = messages::by_id(tx, id).await?;
    accounts::access(tx, Id::new(person), message.thread_id.uuid()).await?;
    let parts = store::ledger::all_parts_of(tx, id).await?;
    let hops = store::ledger::hops_of(tx, id).await?;
    let raw = store::ledger::raw_of(tx, id).await?;
    let incoming = message.delivery.is_none() && !raw.is_empty();
    let account = parts
        .first()
        .map(|p| p.account_id)
        .or_else(|| raw.first().map(|r| r.account_id));
    let channel = match account {
        Some(id) => Some(store::account(tx, id).await?),
        None => None,
    }
    .map(|a| LedgerChannel {
        id: a.id,
        kind: a.kind,
        name: a.name,
    });
    let askers: Vec<Id<Person>> = hops.iter().filter_map(|h| h.person_id).collect();
    let names = accounts::briefs(tx, &askers)
        .await?
        .into_iter()
        .map(|p| (p.id, p.name))
        .collect();
    let mut steps: Vec<Step> = Vec::new();
    if !parts.is_empty() {
        steps.push(bare(message.at, "written", ""));
    }
    steps.extend(raw.iter().flat_map(|r| event_steps(r, incoming)));
    steps.extend(hops.iter().map(|h| step(h, &names)));
    // Stable: what happened in one moment stays as it was written.
    steps.sort_by_key(|s| s.at);
    let manages = accounts::may(tx, Id::new(person), MANAGE).await?.is_some();
    Ok(Ledger {
        channel,
        incoming,
        steps,
        parts: parts.iter().map(shown).collect(),
        events: raw
            .into_iter()
            .map(|r| LedgerEvent {
                n: r.n,
                state: r.state,
                attempts: r.attempts,
                // What broke inside says nothing to those who cannot mend it.
                error: if manages { r.error } else { String::new() },
            })
            .collect(),
        manages,
    })
}

fn ended_badly(state: &str) -> bool {
    matches!(state, "failed" | "unknown")
}

fn shown(part: &OutboxPart) -> LedgerPart {
    LedgerPart {
        id: part.id,
        part: part.part,
        act: part.kind.clone(),
        state: part.state.clone(),
        attempts: part.attempts,
        replay: ended_badly(&part.state),
    }
}

/// Something that did not arrive.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Undelivered {
    #[schema(value_type = Uuid)]
    pub(crate) id: Id<OutboxPart>,
    pub(crate) channel: LedgerChannel,
    #[schema(value_type = Uuid)]
    pub(crate) message_id: Id<Message>,
    /// The chat, if the asker may open it.
    pub(crate) chat_id: Option<Uuid>,
    /// The message's place in its chat.
    pub(crate) seq: i64,
    /// Whose chat it is; empty if the asker may not open it.
    pub(crate) client: String,
    /// The message's first words; empty if the asker may not open the chat.
    pub(crate) excerpt: String,
    pub(crate) part: i64,
    pub(crate) act: String,
    /// `queued`, `sending`, `failed`, `unknown`.
    pub(crate) state: String,
    pub(crate) attempts: i64,
    pub(crate) code: String,
    pub(crate) words: String,
    pub(crate) written_at: Moment,
    pub(crate) updated_at: Moment,
}

/// An event of a messenger that could not be worked on; its bytes are kept.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Parked {
    pub(crate) n: i64,
    pub(crate) channel: LedgerChannel,
    pub(crate) received_at: Moment,
    pub(crate) attempts: i64,
    pub(crate) error: String,
}

/// A page of what was not delivered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct UndeliveredPage {
    pub(crate) rows: Vec<Undelivered>,
    /// Give it as `before` for the next page; none at the end.
    pub(crate) next: Option<i64>,
    /// Events that wait for a person; with the first page only.
    pub(crate) parked: Vec<Parked>,
}

/// Everything not delivered with its reason, newest first. Words and names only of chats the asker may open.
pub(crate) async fn undelivered(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: Option<Id<Account>>,
    before: Option<i64>,
) -> Result<UndeliveredPage> {
    require(tx, ctx, MANAGE).await?;
    let person = ctx.actor.person().map(Id::<Person>::new);
    let channels: HashMap<Id<Account>, LedgerChannel> = store::accounts(tx)
        .await?
        .into_iter()
        .map(|a| {
            let channel = LedgerChannel {
                id: a.id,
                kind: a.kind,
                name: a.name,
            };
            (a.id, channel)
        })
        .collect();
    let found = store::ledger::undelivered(tx, account, before, ctx.now - LATE, PAGE).await?;
    let full = i64::try_from(found.len()).unwrap_or(0) == PAGE;
    let next = found.last().map(|r| r.n).filter(|_| full);
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        // A removed channel sends nothing more; its talks are closed to new tries.
        let Some(channel) = channels.get(&row.account_id).cloned() else {
            continue;
        };
        let message = messages::by_id(tx, row.message_id).await?;
        let thread = message.thread_id.uuid();
        let open = match person {
            Some(person) => !accounts::reasons(tx, person, thread).await?.is_empty(),
            None => false,
        };
        let client = if open {
            messages::thread(tx, message.thread_id).await?.title
        } else {
            String::new()
        };
        let (code, words) = apart(&row.error);
        rows.push(Undelivered {
            id: row.id,
            channel,
            message_id: row.message_id,
            chat_id: open.then_some(thread),
            seq: message.seq,
            client,
            excerpt: if open {
                text::excerpt(&message.text, 160)
            } else {
                String::new()
            },
            part: row.part,
            act: row.kind,
            state: row.state,
            attempts: row.attempts,
            code,
            words,
            written_at: row.created_at,
            updated_at: row.updated_at,
        });
    }
    let parked = if before.is_none() {
        store::ledger::parked(tx, account, PAGE).await?
    } else {
        Vec::new()
    };
    let parked = parked
        .into_iter()
        .filter_map(|row| {
            Some(Parked {
                n: row.n,
                channel: channels.get(&row.account_id)?.clone(),
                received_at: row.received_at,
                attempts: row.attempts,
                error: row.error,
            })
        })
        .collect();
    Ok(UndeliveredPage { rows, next, parked })
}

/// Sends a part again, as a new hop. What may have arrived goes again only when its sender says `sure`.
pub(crate) async fn replay_part(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<OutboxPart>,
    sure: bool,
) -> Result<()> {
    require(tx, ctx, MANAGE).await?;
    let part = store::ledger::part(tx, id).await?;
    if !ended_badly(&part.state) {
        return Err(Error::conflict("channels.nothing_to_retry"));
    }
    if part.state == "unknown" && !sure {
        return Err(Error::conflict("channels.may_have_arrived"));
    }
    store::replay_part(tx, id, ctx.actor.person(), ctx.now).await?;
    tx.note(Queued);
    let subject = part.message_id.to_string();
    audit(
        tx,
        ctx,
        "delivery.replayed",
        &subject,
        json!({"part": part.part}),
    )
    .await?;
    tell_delivery(tx, ctx, part.message_id).await
}

/// Takes a part off the list: somebody has seen it and lets it be.
pub(crate) async fn set_aside(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<OutboxPart>) -> Result<()> {
    require(tx, ctx, MANAGE).await?;
    let part = store::ledger::part(tx, id).await?;
    if !ended_badly(&part.state) {
        return Err(Error::conflict("channels.nothing_to_retry"));
    }
    let (state, now) = ("cancelled", ctx.now);
    store::set_part_by(tx, id, state, ctx.actor.person(), now).await?;
    let subject = part.message_id.to_string();
    audit(
        tx,
        ctx,
        "delivery.set_aside",
        &subject,
        json!({"part": part.part}),
    )
    .await?;
    tell_delivery(tx, ctx, part.message_id).await
}

/// Lets one stored event be worked on again. What it made already is not made twice; what stood as a placeholder is
/// filled if it is understood now.
pub(crate) async fn replay_event(house: &House, ctx: &Ctx, n: i64) -> Result<()> {
    let ctx = ctx.clone();
    house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &ctx, MANAGE).await?;
            if store::ledger::replay_event(tx, n).await? == 0 {
                return Err(Error::not_found());
            }
            audit(
                tx,
                &ctx,
                "delivery.event_replayed",
                &n.to_string(),
                json!({}),
            )
            .await
        })
        .await?;
    house.part::<Live>()?.wake.notify_one();
    Ok(())
}

/// Lets everything parked of an account be worked on again; answers how much that is.
pub(crate) async fn replay_parked(house: &House, ctx: &Ctx, account: Id<Account>) -> Result<u64> {
    let ctx = ctx.clone();
    let count = house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &ctx, MANAGE).await?;
            let name = store::account(tx, account).await?.name;
            let count = store::ledger::replay_parked(tx, account).await?;
            audit(
                tx,
                &ctx,
                "delivery.parked_replayed",
                &name,
                json!({"count": count}),
            )
            .await?;
            Ok(count)
        })
        .await?;
    house.part::<Live>()?.wake.notify_one();
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(state: &str, detail: &str) -> HopRow {
        HopRow {
            part: 1,
            kind: "part".to_owned(),
            at: Moment::from_seconds(1),
            state: state.to_owned(),
            detail: detail.to_owned(),
            person_id: None,
        }
    }

    #[test]
    fn m_01_a_hop_is_told_in_words_of_what_happened() {
        for (state, detail, says) in [
            ("queued", "", "again"),
            ("queued", "retry: slow down", "waits"),
            ("sending", "", "sending"),
            ("failed", "rejected: no", "failed"),
            ("read", "", "read"),
        ] {
            assert_eq!(what(&hop(state, detail)), says);
        }
        let told = step(
            &hop("failed", "rejected: Bad Request: chat: gone"),
            &HashMap::new(),
        );
        assert_eq!(
            (told.code.as_str(), told.words.as_str()),
            ("rejected", "Bad Request: chat: gone"),
            "only the first colon parts the word from what was said"
        );
    }
}
