//! The outbox: parts of messages to clients, in order per chat, each with its honest state (X-05, U-01, U-02).

use crate::{
    actions::{may_spend, set_health},
    compare, desk,
    hooks::Upcalls,
    keyboard,
    live::Live,
    model::{Account, HealthState, OutboxPart, Payload, Peer},
    reason::reason,
    store,
};
use blob::{Blobs, Sha};
use channel::{
    Action, ByteStream, Capabilities, FilledTemplate, OpenFile, OutMessage, Part as WirePart,
    PartFile, PeerRef, PlanProblem, PlannedPart, Scope, SendError, plan,
};
use db::{Json, Tx};
use files::File;
use futures_util::StreamExt;
use kernel::{Ctx, Error, Id, Moment, Refusal, RefusalKind, Result};
use messages::{Act, Delivery, DeliveryState, Message, MessageButton, Part};
use notifications::{NoticeKind, Tell};
use std::{sync::Arc, time::Duration};
use web::House;

/// A part not taken for this long is given up.
const GIVE_UP: Duration = Duration::from_secs(24 * 3600);
/// A messenger's refusal of first contacts: too many strangers were written to.
const STRANGERS: &str = "strangers_limited";
/// Between two tries to write while the database takes no changes.
const PAUSE: Duration = Duration::from_millis(500);

/// Left in a transaction: wakes this node's outbox after the commit.
#[derive(Clone, Copy, Debug)]
pub struct Queued;

/// How a message would be sent.
pub struct Planned {
    /// Its parts.
    pub parts: Vec<PlannedPart>,
    /// The only part goes as this approved text.
    pub template: Option<FilledTemplate>,
    /// The last part asks the client for their number by a button with these words (P-16).
    pub asks_phone: Option<String>,
    /// Buttons under the last part, as [`crate::check_buttons`] let them pass.
    pub buttons: Vec<MessageButton>,
}

/// Plans a message for a channel, its words already as the client will see them: what the composer shows and the outbox
/// does.
pub fn plan_out(
    message: &OutMessage,
    capabilities: &Capabilities,
) -> std::result::Result<Planned, Vec<PlanProblem>> {
    plan(message, capabilities).map(|parts| Planned {
        parts,
        template: None,
        asks_phone: None,
        buttons: Vec::new(),
    })
}

/// The first problem of a plan as a refusal, for the server's own check.
pub fn problems(found: &[PlanProblem]) -> Error {
    let Some(first) = found.first() else {
        return Error::fault("a plan failed without a problem");
    };
    let refusal = Refusal::new(RefusalKind::Invalid, first.code());
    match first {
        PlanProblem::FileTooLarge { max_bytes, .. } => refusal
            .field("files")
            .arg("limit", max_bytes / (1024 * 1024))
            .into(),
        PlanProblem::FileEmpty { .. } | PlanProblem::FileRefused { .. } => {
            refusal.field("files").into()
        }
        PlanProblem::Empty | PlanProblem::TextRefused => refusal.field("text").into(),
    }
}

/// Puts a message's parts into the outbox, in the transaction that made the message; answers its first delivery state.
pub async fn enqueue(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    peer: &Peer,
    message: &Message,
    reply_to: Option<Id<Message>>,
    whole: &Planned,
) -> Result<Delivery> {
    let mut parts = Vec::new();
    for (index, planned) in whole.parts.iter().enumerate() {
        let n = i64::try_from(index).unwrap_or(0) + 1;
        let files: Vec<(Id<File>, channel::FileKind)> = planned
            .files
            .iter()
            .zip(&planned.kinds)
            .filter_map(|(at, kind)| message.files.get(*at).map(|f| (f.id, *kind)))
            .collect();
        parts.push(Part {
            n,
            state: DeliveryState::Queued,
            reason: String::new(),
            text_len: i64::try_from(planned.text.chars().count()).unwrap_or(0),
            files: files.iter().map(|(id, _)| id.uuid()).collect(),
        });
        let payload = Payload {
            text: planned.text.clone(),
            entities: planned.entities.clone(),
            files,
            reply_to: reply_to.filter(|_| index == 0),
            template: whole.template.clone().filter(|_| index == 0),
            asks_phone: whole
                .asks_phone
                .clone()
                .filter(|_| index + 1 == whole.parts.len()),
            buttons: if index + 1 == whole.parts.len() {
                keyboard::rows(&whole.buttons)
            } else {
                Vec::new()
            },
            ..Payload::default()
        };
        add(tx, ctx, account.id, peer.id, message.id, n, "part", payload).await?;
    }
    Ok(Delivery::of(parts))
}

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account_id: Id<Account>,
    peer_id: Id<Peer>,
    message_id: Id<Message>,
    part: i64,
    kind: &str,
    payload: Payload,
) -> Result<()> {
    let row = OutboxPart {
        id: ctx.ids.next(),
        account_id,
        peer_id,
        message_id,
        part,
        kind: kind.to_owned(),
        payload: Json(payload),
        state: "queued".to_owned(),
        attempts: 0,
        error: String::new(),
        created_at: ctx.now,
    };
    store::add_part(tx, &row, ctx.now).await?;
    tx.note(Queued);
    Ok(())
}

/// Carries a change of a message to the client, where the channel can (U-32); refuses where it cannot. An edit's words are
/// given in `words` as the client will see them.
pub async fn act_on(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    peer: &Peer,
    message: &Message,
    act: &Act,
    words: OutMessage,
) -> Result<()> {
    let capabilities = &account.abilities;
    let sent = message.delivery.is_some();
    match act {
        Act::Edit(_) => {
            if !sent {
                return elsewhere(tx, message).await;
            }
            if !capabilities.edit.own {
                return Err(Error::conflict("channels.cannot_edit"));
            }
            // An edit would take them off at some messengers, and the client may be reading them.
            if message
                .extras
                .as_ref()
                .is_some_and(|e| !e.buttons.is_empty())
            {
                return Err(Error::conflict("channels.cannot_edit_buttons"));
            }
            let payload = Payload {
                text: words.text,
                entities: words.entities,
                ..Payload::default()
            };
            add(tx, ctx, account.id, peer.id, message.id, 0, "edit", payload).await
        }
        Act::Delete { here } => {
            if !sent {
                return elsewhere(tx, message).await;
            }
            if store::cancel(tx, message.id, ctx.actor.person(), ctx.now).await? > 0
                && store::externals_of(tx, message.id).await?.is_empty()
            {
                return Ok(());
            }
            if *here {
                return Ok(());
            }
            if !capabilities.delete.own {
                return Err(Error::conflict("channels.cannot_delete"));
            }
            add(
                tx,
                ctx,
                account.id,
                peer.id,
                message.id,
                0,
                "delete",
                Payload::default(),
            )
            .await
        }
        Act::React { emoji, on } => {
            if message.hidden {
                return Ok(());
            }
            if !capabilities.react.outgoing {
                return Err(Error::conflict("channels.cannot_react"));
            }
            let payload = Payload {
                emoji: Some(emoji.clone()).filter(|_| *on),
                ..Payload::default()
            };
            add(
                tx, ctx, account.id, peer.id, message.id, 0, "react", payload,
            )
            .await
        }
        Act::Retry(which) => {
            may_spend(tx, ctx, capabilities).await?;
            retry(tx, ctx, message, which).await
        }
        Act::Cancel => {
            store::cancel(tx, message.id, ctx.actor.person(), ctx.now).await?;
            tell_delivery(tx, ctx, message.id).await
        }
    }
}

/// What a colleague wrote in the messenger's own application changes there, not here; a note of ours changes freely.
async fn elsewhere(tx: &mut Tx<'_>, message: &Message) -> Result<()> {
    let theirs = message.author.kind == "person" && !message.hidden;
    if theirs && !store::externals_of(tx, message.id).await?.is_empty() {
        return Err(Error::conflict("channels.written_elsewhere"));
    }
    Ok(())
}

/// Messages as their client was sent them, where that differs from what was written: our own channel shows a talk from our
/// tables, and there stands what was written.
pub(crate) async fn as_sent(tx: &mut Tx<'_>, mut talk: Vec<Message>) -> Result<Vec<Message>> {
    let ours: Vec<Id<Message>> = talk
        .iter()
        .filter(|m| m.delivery.is_some() && m.text.contains("://"))
        .map(|m| m.id)
        .collect();
    if ours.is_empty() {
        return Ok(talk);
    }
    // The last word on each: its part, or the newest change. One in several parts has no link that was replaced whole.
    let words = store::words_sent(tx, &ours).await?;
    for message in &mut talk {
        let mut of_it = words.iter().filter(|(id, _, _)| *id == message.id);
        let parts = of_it.clone().filter(|(_, kind, _)| kind == "part").count();
        let Some((_, _, payload)) = of_it.next_back() else {
            continue;
        };
        let written = text::for_client(&message.text).0;
        if parts == 1 && !payload.text.is_empty() && (payload.text != written || has_links(payload))
        {
            message.text = text::from_entities(&payload.text, &payload.entities);
        }
    }
    Ok(talk)
}

fn has_links(payload: &Payload) -> bool {
    payload.entities.iter().any(|e| e.url.is_some())
}

async fn retry(tx: &mut Tx<'_>, ctx: &Ctx, message: &Message, which: &[i64]) -> Result<()> {
    let mut again = 0;
    for part in store::parts_of(tx, message.id).await? {
        let lost = matches!(part.state.as_str(), "failed" | "unknown" | "cancelled");
        if lost && (which.is_empty() || which.contains(&part.part)) {
            store::replay_part(tx, part.id, ctx.actor.person(), ctx.now).await?;
            again += 1;
        }
    }
    if again == 0 {
        return Err(Error::conflict("channels.nothing_to_retry"));
    }
    tx.note(Queued);
    tell_delivery(tx, ctx, message.id).await
}

fn state_of(word: &str) -> DeliveryState {
    match word {
        "sending" => DeliveryState::Sending,
        "sent" => DeliveryState::Sent,
        "delivered" => DeliveryState::Delivered,
        "read" => DeliveryState::Read,
        "failed" => DeliveryState::Failed,
        "unknown" => DeliveryState::Unknown,
        "cancelled" => DeliveryState::Cancelled,
        _ => DeliveryState::Queued,
    }
}

/// Whether an example's account can be written to within this transaction. It must be paused again in the same one, so
/// that nobody ever calls the messenger by it.
pub async fn wake_example(tx: &mut Tx<'_>, account: &Account, awake: bool) -> Result<()> {
    store::enable(tx, account.id, awake).await
}

/// Takes a message as gone to its client: talks that are brought as examples never leave this server.
pub async fn gone_before(tx: &mut Tx<'_>, ctx: &Ctx, message: Id<Message>) -> Result<()> {
    for part in store::parts_of(tx, message).await? {
        store::set_part(tx, part.id, "sent", "", 1, ctx.now, ctx.now).await?;
    }
    tell_delivery(tx, ctx, message).await
}

/// Computes a message's delivery from its parts, saves and tells it.
pub(crate) async fn tell_delivery(tx: &mut Tx<'_>, ctx: &Ctx, message: Id<Message>) -> Result<()> {
    let before = messages::by_id(tx, message).await?.delivery;
    let lens = |n: i64| {
        before
            .as_ref()
            .and_then(|d| d.parts.iter().find(|p| p.n == n))
            .map_or(0, |p| p.text_len)
    };
    let parts = store::parts_of(tx, message)
        .await?
        .into_iter()
        .map(|p| Part {
            n: p.part,
            state: state_of(&p.state),
            reason: p.error.clone(),
            text_len: lens(p.part),
            files: p.payload.0.files.iter().map(|(id, _)| id.uuid()).collect(),
        })
        .collect();
    let now = Delivery::of(parts);
    if before.as_ref() != Some(&now) {
        messages::set_delivery(tx, ctx, message, &now).await?;
    }
    Ok(())
}

/// Moves parts up the ladder, never down; `part` none: the whole message.
pub(crate) async fn advance(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    message: Id<Message>,
    part: Option<i64>,
    to: DeliveryState,
) -> Result<()> {
    let word = match to {
        DeliveryState::Delivered => "delivered",
        DeliveryState::Read => "read",
        _ => "sent",
    };
    let rows = store::parts_of(tx, message).await?;
    // What came from outside, also from one of ours there, was not delivered by us.
    let ours = !rows.is_empty();
    for row in rows {
        let mine = part.is_none_or(|n| n == row.part);
        if mine && state_of(&row.state) < to && row.state != "cancelled" {
            store::set_part(tx, row.id, word, "", row.attempts, ctx.now, ctx.now).await?;
        }
    }
    if ours {
        tell_delivery(tx, ctx, message).await?;
    }
    if to == DeliveryState::Read {
        let message = messages::by_id(tx, message).await?;
        messages::peer_read(tx, message.thread_id, message.seq).await?;
    }
    Ok(())
}

/// The messenger tells later that a part will not arrive.
pub(crate) async fn part_failed(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    message: Id<Message>,
    part: i64,
    reason: &str,
) -> Result<()> {
    for row in store::parts_of(tx, message)
        .await?
        .into_iter()
        .filter(|r| r.part == part)
    {
        give_up(tx, ctx, &row, "failed", reason).await?;
    }
    Ok(())
}

async fn give_up(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    part: &OutboxPart,
    state: &str,
    reason: &str,
) -> Result<()> {
    // What the messenger told as written elsewhere while it was on its way is known to have arrived.
    let seen = match state {
        "unknown" => store::externals_of(tx, part.message_id).await?,
        _ => Vec::new(),
    };
    let seen = seen.into_iter().filter(|(_, n)| *n == part.part);
    let seen: Vec<String> = seen.map(|(ext_id, _)| ext_id).collect();
    if part.kind == "part" && !seen.is_empty() {
        return compare::found(tx, ctx, part, &seen).await;
    }
    store::set_part(
        tx,
        part.id,
        state,
        reason,
        part.attempts + 1,
        ctx.now,
        ctx.now,
    )
    .await?;
    if desk::is_note(part) {
        desk::given_up(part, reason);
        return Ok(());
    }
    if part.kind != "part" {
        return Ok(());
    }
    store::hold_after(tx, part.message_id, part.part, ctx.now).await?;
    tell_delivery(tx, ctx, part.message_id).await?;
    let message = messages::by_id(tx, part.message_id).await?;
    if let (Some(author), "person") = (message.author.id, message.author.kind.as_str()) {
        let thread = messages::thread(tx, message.thread_id).await?;
        let what = Tell {
            kind: NoticeKind::Failed,
            thread_id: Some(message.thread_id.uuid()),
            thread_kind: Some("client"),
            message_id: Some(message.id.uuid()),
            title: thread.title,
            text: text::excerpt(&message.text, 160),
        };
        notifications::tell(tx, ctx, &[Id::new(author)], &what).await?;
    }
    Ok(())
}

/// After a start: what was on its way when the last process ended. Whether it arrived is not known, unless a repeated
/// send is harmless there.
pub(crate) async fn recover(house: &House) -> Result<()> {
    let rows = house
        .read(async |tx: &mut Tx<'_>| store::left_sending(tx).await)
        .await?;
    for part in rows {
        let account_id = part.account_id;
        let account = house
            .read(async move |tx: &mut Tx<'_>| store::account(tx, account_id).await)
            .await?;
        let ctx = house.system();
        let live = house.part::<Live>()?.open(house, &account).ok();
        let message = part.kind == "part";
        let harmless = !message || live.as_ref().is_some_and(|l| repeats(&**l, &part, ctx.now));
        let forgets = live.is_some_and(|l| l.remembers_keys_for().is_some());
        let doubt = if message && forgets { DOUBT } else { "" };
        house
            .write(async move |tx: &mut Tx<'_>| {
                if harmless {
                    let (tries, now) = (part.attempts, ctx.now);
                    store::set_part(tx, part.id, "queued", doubt, tries, now, now).await
                } else {
                    give_up(tx, &ctx, &part, "unknown", "interrupted").await
                }
            })
            .await?;
    }
    Ok(())
}

/// How the reason of a part begins that may have arrived and is to be sent again under its key.
const DOUBT: &str = "unknown";

/// Whether a part that may have arrived can go again at a moment and still be seen once. Counted from when it was
/// written: an early end only asks a person, a late one would send twice.
fn repeats(live: &dyn channel::Account, part: &OutboxPart, at: Moment) -> bool {
    let known = live.remembers_keys_for();
    live.capabilities().idempotent && known.is_none_or(|known| at.since(part.created_at) < known)
}

/// What the sender of one part needs to know afterwards.
pub(crate) struct Sent {
    /// The account asked to pause until then.
    pub(crate) freeze: Option<Moment>,
}

/// Sends one part: `sending` is on disk before the socket is touched.
pub(crate) async fn send(house: &House, part: OutboxPart) -> Result<Sent> {
    let now = house.clock().now();
    let (id, account_id, peer_id) = (part.id, part.account_id, part.peer_id);
    let (account, peer, marked) = house
        .write(async move |tx: &mut Tx<'_>| {
            let account = store::account(tx, account_id).await?;
            let peer = store::peer(tx, peer_id).await?;
            Ok((account, peer, store::mark_sending(tx, id, now).await?))
        })
        .await?;
    if marked == 0 {
        return Ok(Sent { freeze: None });
    }
    let in_doubt = part.kind == "part" && part.error.starts_with(DOUBT);
    let outcome = match house.part::<Live>()?.open(house, &account) {
        // The messenger no longer knows the key: what may have arrived is left to its author.
        Ok(live) if in_doubt && !repeats(live.as_ref(), &part, now) => Err(SendError::Unknown {
            reason: String::new(),
        }),
        Ok(live) => deliver(house, live.as_ref(), &part, &peer).await,
        Err(error) => Err(SendError::AccountFatal {
            reason: error.to_string(),
        }),
    };
    // What the messenger did stands; that it cannot be written down just now must neither lose it nor stop the lane.
    loop {
        match settle(house, &account, &peer, part.clone(), outcome.clone()).await {
            Err(error) if error.passes() => {
                tracing::warn!(%error, "what a messenger answered cannot be written yet");
                tokio::time::sleep(PAUSE).await;
            }
            settled => return settled,
        }
    }
}

async fn deliver(
    house: &House,
    live: &dyn channel::Account,
    part: &OutboxPart,
    peer: &Peer,
) -> Result<channel::Accepted, SendError> {
    let to = PeerRef {
        ext_id: peer.ext_id.clone(),
    };
    let lost = |e: Error| SendError::NotSent {
        reason: e.to_string(),
    };
    if part.kind == desk::CHANGE {
        return live
            .act(desk::change(part), &to)
            .await
            .map(|()| channel::Accepted::default());
    }
    if part.kind == "part" || part.kind == desk::NOTE {
        let by_address = live.capabilities().files_by_address;
        let wire = wire(house, part, by_address).await.map_err(lost)?;
        return live.send(&wire, &to, &part.id.to_string()).await;
    }
    let message = part.message_id;
    let (externals, has_files) = house
        .read(async move |tx: &mut Tx<'_>| {
            let has_files = !messages::by_id(tx, message).await?.files.is_empty();
            Ok((store::externals_of(tx, message).await?, has_files))
        })
        .await
        .map_err(lost)?;
    let Some((first, _)) = externals.first().cloned() else {
        return Ok(channel::Accepted::default());
    };
    let payload = &part.payload.0;
    let action = match part.kind.as_str() {
        "edit" => Action::Edit {
            ext_id: first,
            text: payload.text.clone(),
            entities: payload.entities.clone(),
            caption: has_files,
        },
        "delete" => Action::Delete {
            ext_ids: externals.into_iter().map(|(ext, _)| ext).collect(),
        },
        _ => Action::React {
            ext_id: first,
            emoji: payload.emoji.clone(),
        },
    };
    live.act(action, &to)
        .await
        .map(|()| channel::Accepted::default())
}

async fn wire(house: &House, part: &OutboxPart, by_address: bool) -> Result<WirePart> {
    let payload = part.payload.0.clone();
    let ids: Vec<Id<File>> = payload.files.iter().map(|(id, _)| *id).collect();
    let reply = payload.reply_to;
    let peer = part.peer_id;
    // What is told at a desk is a program's, and stands in no talk.
    let message = (part.kind != desk::NOTE).then_some(part.message_id);
    let (files, reply_to, thread, author) = house
        .read(async move |tx: &mut Tx<'_>| {
            let files = files::by_ids(tx, &ids).await?;
            let reply_to = match reply {
                Some(id) => store::externals_of(tx, id)
                    .await?
                    .into_iter()
                    .next()
                    .map(|(ext, _)| ext),
                None => None,
            };
            let thread = store::thread_of(tx, peer).await?;
            let author = match message {
                Some(id) => Some(messages::by_id(tx, id).await?.author),
                None => None,
            };
            let by_person = author.filter(|a| a.kind == "person").map(|a| a.name);
            Ok((files, reply_to, thread, by_person))
        })
        .await?;
    let blobs = house.part::<Blobs>()?;
    let files = files
        .into_iter()
        .zip(&payload.files)
        .map(|(file, (_, kind))| {
            let public = by_address.then(|| files::public_address(house, &file));
            Ok(PartFile {
                public: public.transpose()?.flatten(),
                ..part_file(blobs, &file, *kind)?
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(WirePart {
        text: payload.text,
        entities: payload.entities,
        files,
        reply_to: reply_to.or(payload.about),
        silent: false,
        template: payload.template,
        buttons: payload.buttons,
        asks_phone: payload.asks_phone,
        thread,
        automatic: author.is_none(),
        author,
    })
}

fn part_file(blobs: &Blobs, file: &File, kind: channel::FileKind) -> Result<PartFile> {
    let sha: Sha = file
        .sha256
        .as_deref()
        .and_then(|s| s.parse().ok())
        .ok_or_else(Error::not_found)?;
    let blobs = blobs.clone();
    let open: OpenFile = Arc::new(move || {
        let (blobs, sha) = (blobs.clone(), sha.clone());
        Box::pin(async move {
            let stream = blobs.read(&sha).await?;
            Ok(stream.boxed() as ByteStream)
        })
    });
    let small = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok());
    Ok(PartFile {
        name: file.shown.name.clone(),
        mime: file.shown.mime.clone(),
        kind,
        size: u64::try_from(file.shown.size).unwrap_or(0),
        width: small(file.shown.width),
        height: small(file.shown.height),
        duration_ms: file.shown.duration_ms.and_then(|n| u64::try_from(n).ok()),
        public: None,
        open,
    })
}

/// Wait after the nth try: 1, 2, 5, 15, 60 s …, at most 10 minutes.
pub(crate) fn back_off(attempts: i64) -> Duration {
    const STEPS: [u64; 8] = [1, 2, 5, 15, 60, 120, 300, 600];
    let step = usize::try_from(attempts).unwrap_or(0).min(STEPS.len() - 1);
    Duration::from_secs(STEPS[step])
}

async fn settle(
    house: &House,
    account: &Account,
    peer: &Peer,
    part: OutboxPart,
    outcome: Result<channel::Accepted, SendError>,
) -> Result<Sent> {
    let ctx = house.system();
    let now = ctx.now;
    let mut freeze = None;
    let mut fatal = None;
    match &outcome {
        Err(SendError::Retry {
            after,
            scope: Scope::Account,
            ..
        }) => {
            freeze = Some(now + after.unwrap_or_else(|| back_off(part.attempts)));
        }
        Err(SendError::AccountFatal { reason }) => {
            freeze = Some(now + Duration::from_secs(60));
            fatal = Some(reason.clone());
        }
        _ => {}
    }
    let (peer_id, account_id) = (peer.id, account.id);
    let (gone, upcalls) = (peer.clone(), *house.part::<Upcalls>()?);
    let live = house.part::<Live>()?.open(house, account).ok();
    let again = now + back_off(part.attempts);
    let idempotent = live.is_some_and(|l| repeats(&*l, &part, again));
    let worked = outcome.is_ok();
    let login = crate::actions::signs_in(house, &account.kind).unwrap_or(false);
    // The messenger minds that strangers are written to: the page says so at once, not with the next look.
    let resting = matches!(&outcome, Err(SendError::Rejected { code, .. }) if code == STRANGERS);
    house
        .write(async move |tx: &mut Tx<'_>| {
            let expired = now.since(part.created_at) > GIVE_UP;
            let tries = part.attempts + 1;
            let error = match outcome {
                Ok(accepted) => {
                    return took(tx, &ctx, &part, account_id, peer_id, accepted, &upcalls).await;
                }
                Err(error) => error,
            };
            // A refusal now does not tell what became of the try before: the doubt stays.
            let why = match &error {
                SendError::Unknown { .. } => reason(&error),
                _ if part.error.starts_with(DOUBT) && error.safe_to_repeat() => part.error.clone(),
                error => reason(error),
            };
            let (wait, tries) = match error {
                SendError::Retry {
                    after: Some(after), ..
                } if !expired => (after, tries),
                SendError::NotSent { .. } | SendError::Retry { .. } if !expired => {
                    (back_off(part.attempts), tries)
                }
                SendError::Unknown { .. } if idempotent => (back_off(part.attempts), tries),
                // A colleague who is told twice is better off than one who is not told.
                SendError::Unknown { .. } if desk::is_note(&part) && !expired => {
                    (back_off(part.attempts), tries)
                }
                // The account's fault, not the message's: no try is spent.
                SendError::AccountFatal { .. } => (Duration::from_secs(60), part.attempts),
                SendError::Unknown { .. } => {
                    return give_up(tx, &ctx, &part, "unknown", &why).await;
                }
                SendError::PeerUnreachable { .. } => {
                    out_of_reach(tx, &ctx, gone, upcalls).await?;
                    return give_up(tx, &ctx, &part, "failed", &why).await;
                }
                _ => return give_up(tx, &ctx, &part, "failed", &why).await,
            };
            store::set_part(tx, part.id, "queued", &why, tries, now + wait, now).await?;
            if desk::is_note(&part) {
                return Ok(());
            }
            tell_delivery(tx, &ctx, part.message_id).await
        })
        .await?;
    if worked || fatal.is_some() || resting {
        let told = set_health(house, account_id, move |h| match &fatal {
            Some(reason) => {
                h.state = HealthState::Broken;
                h.code = if login {
                    "needs_login"
                } else {
                    "token_refused"
                }
                .to_owned();
                h.detail.clone_from(reason);
            }
            None if resting => {
                h.state = HealthState::Warning;
                h.code = STRANGERS.to_owned();
            }
            None => h.last_out = Some(now),
        })
        .await;
        if let Err(error) = told {
            tracing::warn!(%error, "a channel's health could not be saved");
        }
    }
    Ok(Sent { freeze })
}

/// Marks a client who cannot be reached, and their chat: the messenger may never tell it by an event of its own.
async fn out_of_reach(tx: &mut Tx<'_>, ctx: &Ctx, mut peer: Peer, upcalls: Upcalls) -> Result<()> {
    peer.blocked = true;
    if store::set_blocked(tx, peer.id, true).await? > 0 {
        (upcalls.peer_changed)(tx, ctx, &peer).await?;
    }
    Ok(())
}

async fn took(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    part: &OutboxPart,
    account: Id<Account>,
    peer: Id<Peer>,
    accepted: channel::Accepted,
    upcalls: &Upcalls,
) -> Result<()> {
    // Held first: news of this message that comes meanwhile waits, or is found waiting.
    let client = store::peer(tx, peer).await?.ext_id;
    store::hold_peer(tx, account, &client).await?;
    store::set_part(tx, part.id, "sent", "", part.attempts + 1, ctx.now, ctx.now).await?;
    if let Some(to) = &accepted.moved_to {
        store::move_peer(tx, peer, to).await?;
    }
    if part.kind == desk::NOTE {
        let note = part.message_id.uuid();
        return (upcalls.noted)(tx, ctx, note, &accepted.ext_ids).await;
    }
    if part.kind != "part" {
        return Ok(());
    }
    store::set_ext_ids(tx, part.id, &accepted.ext_ids).await?;
    for ext in &accepted.ext_ids {
        store::add_external(tx, account, ext, part.message_id, part.part).await?;
    }
    store::wake_any(tx, account, &client).await?;
    tell_delivery(tx, ctx, part.message_id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u_02_the_wait_between_tries_grows_to_ten_minutes() {
        assert_eq!(back_off(0), Duration::from_secs(1));
        assert_eq!(back_off(3), Duration::from_secs(15));
        assert_eq!(back_off(100), Duration::from_secs(600));
    }
}
