//! Intake: raw events are stored in batches, then worked on lane by lane, each in one transaction.

use crate::{
    compare,
    hooks::{Happened, Incoming, Upcalls},
    keyboard,
    live::Live,
    media,
    model::{Account, Peer, RawRow},
    outbox, pictures,
    reason::rejected_later,
    store, templates,
    visitors::Visitors,
};
use channel::{
    AccountChange, Inbound, InboundEdit, InboundMessage, PeerChange, RawEvent, ReceiptTarget,
};
use db::{Batch, Tx};
use futures_util::future::join_all;
use kernel::{Actor, Ctx, Error, Id, Moment, Result};
use messages::DeliveryState;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};
use web::{House, frame};

/// Lanes worked on at the same time; their commits are grouped.
const LANES: i64 = 32;
/// How long lanes go on at least before it is looked which of them wait.
const ROUND: Duration = Duration::from_millis(5);

/// Events that were told together, on their way into the table.
#[derive(Clone)]
pub(crate) struct RawIn {
    pub(crate) account: Id<Account>,
    /// In the order of their happening, which is the order of their rows: they are stored in one transaction.
    pub(crate) events: Vec<RawEvent>,
    /// Where the account's poll goes on after them.
    pub(crate) cursor: Option<String>,
    pub(crate) now: Moment,
}

/// The lane of webhook intake: all that wait share one commit.
pub(crate) struct RawBatch;

impl Batch for RawBatch {
    type In = RawIn;
    type Out = bool;
    async fn apply(&self, tx: &mut Tx<'_>, items: &[RawIn]) -> Result<Vec<Result<bool>>> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            let mut fresh = false;
            for event in &item.events {
                fresh |= store::add_raw(tx, item.account, event, item.now).await? == 1;
            }
            if let Some(cursor) = &item.cursor {
                store::save_cursor(tx, item.account, cursor).await?;
            }
            out.push(Ok(fresh));
        }
        Ok(out)
    }
}

/// The intake lane, a part of the house.
pub struct Intake(pub(crate) db::Lane<RawBatch>);

impl Intake {
    /// The lane over a database.
    pub fn new(db: &db::Db) -> Self {
        Self(db.lane(RawBatch))
    }
}

/// The longest word that is stored under an index, in bytes: `PostgreSQL` refuses rows of more than a third of a page, and
/// one refused event would take those stored together with it along.
const LONGEST_KEY: usize = 500;

/// A word too long for an index: its beginning and a hash of it all; none where it fits.
fn shortened(word: &str) -> Option<String> {
    if word.len() <= LONGEST_KEY {
        return None;
    }
    let hash = Sha256::digest(word.as_bytes());
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let room = word.floor_char_boundary(LONGEST_KEY - hash.len() - 1);
    Some(format!("{}~{hash}", word.get(..room)?))
}

/// Under which key an event is stored.
pub(crate) fn key_of(event: &RawEvent) -> String {
    shortened(&event.dedup_key).unwrap_or_else(|| event.dedup_key.clone())
}

/// Stores events; answered when they are on disk. Known ones are not stored again.
pub(crate) async fn store_events(
    house: &House,
    account: Id<Account>,
    events: Vec<RawEvent>,
) -> Result<()> {
    store_polled(house, account, events, None).await
}

/// Stores what a poll brought and where it goes on, in one transaction: a connector may take it that either both are there
/// or neither is.
pub(crate) async fn store_polled(
    house: &House,
    account: Id<Account>,
    mut events: Vec<RawEvent>,
    cursor: Option<String>,
) -> Result<()> {
    if events.is_empty() && cursor.is_none() {
        return Ok(());
    }
    for event in &mut events {
        for word in [&mut event.dedup_key, &mut event.lane] {
            if let Some(short) = shortened(word) {
                *word = short;
            }
        }
    }
    let lane = &house.part::<Intake>()?.0;
    let now = house.clock().now();
    let told = |events, cursor| RawIn {
        account,
        events,
        cursor,
        now,
    };
    let wake = |fresh: bool| -> Result<()> {
        if fresh {
            house.part::<Live>()?.wake.notify_one();
        }
        Ok(())
    };
    // Put one by one they could go by several lines to PostgreSQL at once, and the second be numbered before the first.
    match lane.put(told(events.clone(), cursor.clone())).await {
        Err(error) if !error.passes() && events.len() > 1 => {}
        done => return wake(done?),
    }
    // One that cannot be stored harms only itself.
    let mut failed = None;
    for event in events {
        match lane.put(told(vec![event], None)).await {
            Ok(fresh) => wake(fresh)?,
            Err(error) => failed = Some(error),
        }
    }
    match failed {
        Some(error) => Err(error),
        None => lane.put(told(Vec::new(), cursor)).await.map(drop),
    }
}

/// Works on waiting events until none is left; answers how many were done.
pub(crate) async fn work(house: &House) -> Result<usize> {
    let mut done = 0;
    loop {
        let began = Instant::now();
        let heads = house
            .read(async |tx: &mut Tx<'_>| store::lane_heads(tx, LANES).await)
            .await?;
        if heads.is_empty() {
            return Ok(done);
        }
        let heard: BTreeSet<Id<Account>> = heads.iter().map(|head| head.account_id).collect();
        // Heads are the longer looked for the more waits behind them: one client's thousand words would be looked through
        // a thousand times. So the lanes found go on for as long as it took to find them.
        let until = Instant::now() + began.elapsed().max(ROUND);
        let worked = join_all(heads.into_iter().map(|head| lane(house, head, until))).await;
        for worked in worked {
            done += worked?;
        }
        let now = house.clock().now();
        for account in heard {
            crate::actions::set_health(house, account, move |h| h.last_in = Some(now)).await?;
        }
    }
}

/// Works on a lane from its head on, event after event, until none of it waits or the time is over.
async fn lane(house: &House, head: RawRow, until: Instant) -> Result<usize> {
    let (account, lane) = (head.account_id, head.lane.clone());
    let (mut done, mut next) = (0, Some(head));
    while let Some(event) = next {
        let taken = one(house, event).await?;
        done += 1;
        if !taken || Instant::now() >= until {
            break;
        }
        let lane = lane.clone();
        next = house
            .glance(async move |tx: &mut Tx<'_>| store::lane_head(tx, account, &lane).await)
            .await?;
    }
    Ok(done)
}

/// Works on one event; `false` if it could not be. An error means that the database takes no changes now: no try is spent
/// on that, or a full disk would park what has long been acknowledged.
async fn one(house: &House, row: RawRow) -> Result<bool> {
    let n = row.n;
    let Err(error) = understand(house, row).await else {
        return Ok(true);
    };
    if error.passes() {
        return Err(error);
    }
    tracing::error!(%error, event = n, "a stored event could not be worked on");
    let text = error.to_string();
    house
        .write(async move |tx: &mut Tx<'_>| store::raw_failed(tx, n, &text).await)
        .await?;
    Ok(false)
}

async fn understand(house: &House, row: RawRow) -> Result<()> {
    let account_id = row.account_id;
    let account = house
        .glance(async move |tx: &mut Tx<'_>| store::account(tx, account_id).await)
        .await?;
    let live = house.part::<Live>()?.open(house, &account)?;
    let event = RawEvent {
        dedup_key: row.dedup_key,
        lane: row.lane,
        body: row.body.into(),
    };
    let inbounds = live.complete(live.normalize(&event)).await;
    let typing = inbounds.iter().find_map(typing_peer);
    let upcalls = *house.part::<Upcalls>()?;
    let ctx = house.system();
    let n = row.n;
    if account.is_desk() {
        return at_desk(house, account, inbounds, n).await;
    }
    let broken = inbounds.iter().find_map(|i| match i {
        Inbound::Account {
            change: change @ (AccountChange::TokenRevoked | AccountChange::NeedsLogin),
            detail,
        } => Some((*change == AccountChange::TokenRevoked, detail.clone())),
        _ => None,
    });
    let (account, thread) = house
        .write(async move |tx: &mut Tx<'_>| {
            if let Some(ext) = early(tx, &account, &inbounds).await? {
                store::raw_early(tx, n, &ext).await?;
                return Ok((account, None));
            }
            let mut touched = None;
            for inbound in inbounds {
                let message = take(tx, &ctx, &account, inbound, &upcalls).await?;
                touched = touched.or(message);
            }
            store::raw_done(tx, n, touched, ctx.now).await?;
            let thread = match &typing {
                Some((ext, _)) => {
                    let peer =
                        store::peer_for(tx, account.id, ext, ctx.ids.next(), ctx.now).await?;
                    let thread = (upcalls.thread)(tx, &peer).await?;
                    match thread {
                        Some(t) => Some((t, accounts::audience(tx, t.uuid()).await?)),
                        None => None,
                    }
                }
                None => None,
            };
            Ok((account, thread))
        })
        .await?;
    if let Some((thread, audience)) = thread {
        let fields = json!({"thread_id": thread, "person_id": null, "name": "", "hidden": false});
        house
            .hub()
            .sign(&audience, None, &frame("typing", None, &fields.to_string()));
    }
    let Some((revoked, detail)) = broken else {
        return Ok(());
    };
    crate::actions::set_health(house, account.id, move |h| {
        h.state = crate::model::HealthState::Broken;
        h.code = if revoked {
            "token_refused"
        } else {
            "needs_login"
        }
        .to_owned();
        h.detail.clone_from(&detail);
    })
    .await
    .map(drop)
}

/// What came to a desk is a colleague's, or nobody's we know: no client comes of it.
async fn at_desk(house: &House, account: Account, inbounds: Vec<Inbound>, n: i64) -> Result<()> {
    let (ctx, upcalls) = (house.system(), *house.part::<Upcalls>()?);
    house
        .write(async move |tx: &mut Tx<'_>| {
            for inbound in inbounds {
                (upcalls.desk)(tx, &ctx, &account, inbound).await?;
            }
            store::raw_done(tx, n, None, ctx.now).await
        })
        .await
}

fn typing_peer(inbound: &Inbound) -> Option<(String, bool)> {
    match inbound {
        Inbound::Typing { peer, on: true } => Some((peer.ext_id.clone(), true)),
        _ => None,
    }
}

/// The message which an event speaks of, when it is not here yet: webhooks come over several connections, and our own
/// message is known only once its answer is written down.
async fn early(tx: &mut Tx<'_>, account: &Account, inbounds: &[Inbound]) -> Result<Option<String>> {
    let Some(waits_for) = unknown(tx, account, inbounds).await? else {
        return Ok(None);
    };
    // The message may be written down at this very moment by a transaction that cannot see this one: whoever holds the
    // client second finds what the first has left.
    if let [inbound] = inbounds
        && let Some(peer) = inbound.peer()
        && store::hold_peer(tx, account.id, &peer.ext_id).await?
    {
        return unknown(tx, account, inbounds).await;
    }
    Ok(Some(waits_for))
}

/// What such an event waits for.
async fn unknown(
    tx: &mut Tx<'_>,
    account: &Account,
    inbounds: &[Inbound],
) -> Result<Option<String>> {
    let ext = match inbounds {
        [
            Inbound::Receipt {
                target: ReceiptTarget::OneOf(spelled),
                peer,
                ..
            },
        ] => {
            let known = one_of(tx, account, spelled, &peer.ext_id).await?;
            return Ok(known.is_none().then(|| store::any_to(&peer.ext_id)));
        }
        [Inbound::Reaction { ext_id, .. }] => ext_id,
        [
            Inbound::Receipt {
                target: ReceiptTarget::One(ext) | ReceiptTarget::UpTo(ext),
                ..
            },
        ] => ext,
        [Inbound::Deleted { ext_ids, .. }] => match ext_ids.first() {
            Some(ext) => ext,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let known = store::by_external(tx, account.id, ext).await?.is_some();
    Ok((!known).then(|| ext.clone()))
}

/// The first of several spellings that is a message sent to this client.
async fn one_of<'a>(
    tx: &mut Tx<'_>,
    account: &Account,
    spelled: &'a [String],
    client: &str,
) -> Result<Option<&'a String>> {
    for ext in spelled {
        if store::by_external_to(tx, account.id, ext, client)
            .await?
            .is_some()
        {
            return Ok(Some(ext));
        }
    }
    Ok(None)
}

/// The message an event tells of, if it is here: known by its id there, or our own whose id was lost.
async fn here(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    message: &InboundMessage,
    inbound: &Inbound,
) -> Result<Option<Id<messages::Message>>> {
    if let Some((known, _)) = store::by_external(tx, account.id, &message.ext_id).await?
        && !kernel::sabotaged("no-dedup")
    {
        understood_anew(tx, ctx, account, known, inbound).await?;
        return Ok(Some(known));
    }
    if message.author == channel::Author::ExternalOperator {
        return compare::own_echo(tx, ctx, account.id, message).await;
    }
    Ok(None)
}

/// Takes one thing that came from a client, inside the lane's transaction; answers the message that it made or touched.
pub async fn take(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    inbound: Inbound,
    upcalls: &Upcalls,
) -> Result<Option<Id<messages::Message>>> {
    match inbound {
        Inbound::Message(ref message) => {
            if let Some(known) = here(tx, ctx, account, message, &inbound).await? {
                return Ok(Some(known));
            }
            let ext = message.ext_id.clone();
            let reply_to = match &message.reply_to {
                Some(ext) => answered(tx, account, ext, &message.peer.ext_id, upcalls).await?,
                None => None,
            };
            receive(tx, ctx, account, inbound, Some(ext), reply_to, upcalls).await
        }
        Inbound::Unsupported {
            peer: Some(_),
            ref ext_id,
            ..
        } => {
            if let Some(ext) = ext_id
                && let Some((known, _)) = store::by_external(tx, account.id, ext).await?
            {
                return Ok(Some(known));
            }
            let ext = ext_id.clone();
            receive(tx, ctx, account, inbound, ext, None, upcalls).await
        }
        Inbound::MissedCall { .. } => receive(tx, ctx, account, inbound, None, None, upcalls).await,
        Inbound::Edited(edit) => edited(tx, ctx, account, *edit, upcalls).await,
        Inbound::Deleted { ext_ids, .. } => {
            let mut touched = None;
            for ext in ext_ids {
                if let Some((id, _)) = store::by_external(tx, account.id, &ext).await? {
                    messages::delete_by_peer(tx, ctx, id).await?;
                    (upcalls.happened)(tx, ctx, Happened::Deleted(id)).await?;
                    touched = Some(id);
                }
            }
            Ok(touched)
        }
        Inbound::Reaction {
            ext_id,
            peer,
            emoji,
            at,
        } => {
            let subject = format!("reaction {ext_id} {}", peer.ext_id);
            let known = store::by_external(tx, account.id, &ext_id).await?;
            if let Some((id, _)) = known
                && store::is_newest(tx, account.id, &subject, at).await?
            {
                let peer =
                    store::peer_for(tx, account.id, &peer.ext_id, ctx.ids.next(), ctx.now).await?;
                messages::react_by_peer(tx, ctx, id, peer.id.uuid(), &emoji).await?;
            }
            Ok(known.map(|(id, _)| id))
        }
        Inbound::Receipt {
            target,
            state,
            peer,
            ..
        } => receipt(tx, ctx, account, &target, &state, &peer.ext_id).await,
        // Nobody is made by this: it says who somebody known already is.
        Inbound::PeerState {
            peer,
            change: PeerChange::Alias(known_as),
            ..
        } => {
            store::rename_peer(tx, account.id, &known_as, &peer.ext_id).await?;
            Ok(None)
        }
        Inbound::PeerState { peer, change, at } => {
            let subject = format!("state {}", peer.ext_id);
            if store::is_newest(tx, account.id, &subject, at).await? {
                peer_state(tx, ctx, account, &peer.ext_id, change, upcalls).await?;
            }
            Ok(None)
        }
        Inbound::Account {
            change: AccountChange::Templates,
            ..
        } => {
            templates::plan_sync(tx, ctx, account.id).await?;
            Ok(None)
        }
        Inbound::Callback {
            peer,
            data,
            message,
            ..
        } => pressed(tx, ctx, account, (peer, data, message), upcalls).await,
        // Typing is told beside the journal.
        Inbound::Typing { .. } | Inbound::Account { .. } | Inbound::Unsupported { .. } => Ok(None),
    }
}

/// The message of this client's own talk that they answer. A letter that was handed on is answered by somebody whose talk
/// is another one: there it stands without a quotation.
async fn answered(
    tx: &mut Tx<'_>,
    account: &Account,
    ext: &str,
    client: &str,
    upcalls: &Upcalls,
) -> Result<Option<Id<messages::Message>>> {
    let Some((id, _)) = store::by_external(tx, account.id, ext).await? else {
        return Ok(None);
    };
    let Some(peer) = store::find_peer(tx, account.id, client).await? else {
        return Ok(None);
    };
    let theirs = (upcalls.thread)(tx, &peer).await?;
    let message = messages::by_id(tx, id).await?;
    Ok(theirs
        .filter(|thread| *thread == message.thread_id)
        .map(|_| id))
}

/// A client pressed a button: their answer to our message, if it was one of ours; else a grey line says what it carries.
async fn pressed(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    (peer, data, message): (channel::Peer, String, Option<String>),
    upcalls: &Upcalls,
) -> Result<Option<Id<messages::Message>>> {
    let of = match &message {
        Some(ext) => answered_by_button(tx, account, (ext, &data), &peer.ext_id, upcalls).await?,
        None => None,
    };
    let Some((id, words)) = of else {
        let peer = store::peer_for(tx, account.id, &peer.ext_id, ctx.ids.next(), ctx.now).await?;
        (upcalls.pressed)(tx, ctx, account, &peer, &data).await?;
        return Ok(None);
    };
    let said = InboundMessage {
        ext_id: String::new(),
        peer,
        author: channel::Author::Customer,
        at: ctx.now,
        text: text::from_entities(&words, &[]),
        media: Vec::new(),
        reply_to: None,
        album: None,
        context: Vec::new(),
    };
    let said = Inbound::Message(Box::new(said));
    receive(tx, ctx, account, said, None, Some(id), upcalls).await
}

/// The words of the button under our message that a client pressed, with the message: a press is their answer to it.
async fn answered_by_button(
    tx: &mut Tx<'_>,
    account: &Account,
    (ext, data): (&str, &str),
    client: &str,
    upcalls: &Upcalls,
) -> Result<Option<(Id<messages::Message>, String)>> {
    let Some(id) = answered(tx, account, ext, client, upcalls).await? else {
        return Ok(None);
    };
    let extras = messages::by_id(tx, id).await?.extras.unwrap_or_default();
    Ok(keyboard::pressed(data, &extras.buttons).map(|words| (id, words.to_owned())))
}

/// A message that stands as a placeholder is filled when its event, worked on again, is understood now.
async fn understood_anew(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    known: Id<messages::Message>,
    inbound: &Inbound,
) -> Result<()> {
    let Inbound::Message(now) = inbound else {
        return Ok(());
    };
    let stands = messages::by_id(tx, known).await?;
    let says_something = !now.text.trim().is_empty() || !now.media.is_empty();
    if stands.kind != "placeholder" || !says_something {
        return Ok(());
    }
    let files = media::note(tx, ctx, account, stands.thread_id.uuid(), inbound).await?;
    messages::understood(tx, ctx, known, now.text.clone(), &files)
        .await
        .map(drop)
}

async fn receive(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    inbound: Inbound,
    ext_id: Option<String>,
    reply_to: Option<Id<messages::Message>>,
    upcalls: &Upcalls,
) -> Result<Option<Id<messages::Message>>> {
    let ext_peer = inbound.peer().map(|p| p.ext_id.clone()).unwrap_or_default();
    let peer = store::peer_for(tx, account.id, &ext_peer, ctx.ids.next(), ctx.now).await?;
    let ctx = Ctx {
        actor: Actor::Outside(peer.id.uuid()),
        ..ctx.clone()
    };
    let theirs = |m: &InboundMessage| m.author == channel::Author::Customer;
    let mut inbound = inbound;
    if let Inbound::Message(message) = &mut inbound {
        keep_thread(tx, account, &peer, message).await?;
    }
    if peer.blocked && matches!(&inbound, Inbound::Message(m) if theirs(m)) {
        // Who writes has unblocked us, whatever order the events came in.
        store::set_blocked(tx, peer.id, false).await?;
    }
    let incoming = Incoming {
        inbound,
        reply_to,
        uploads: Vec::new(),
        client_id: None,
    };
    let message = (upcalls.receive)(tx, &ctx, account, &peer, incoming, media::note).await?;
    if let Some(ext) = ext_id {
        store::add_external(tx, account.id, &ext, message.id, 1).await?;
    }
    pictures::plan(tx, &ctx, &peer).await?;
    (upcalls.happened)(tx, &ctx, Happened::Came(message.id)).await?;
    Ok(Some(message.id))
}

/// Keeps with the client what the connector wants to know again with the next answer; it is no fact about them.
async fn keep_thread(
    tx: &mut Tx<'_>,
    account: &Account,
    peer: &Peer,
    message: &mut InboundMessage,
) -> Result<()> {
    let Some(at) = message
        .context
        .iter()
        .position(|(fact, _)| fact == channel::THREAD)
    else {
        return Ok(());
    };
    let (_, thread) = message.context.remove(at);
    let subject = format!("thread {}", peer.ext_id);
    // A letter that comes late does not lead the talk back.
    if store::is_newest(tx, account.id, &subject, message.at).await? {
        store::set_thread(tx, peer.id, &thread).await?;
    }
    Ok(())
}

async fn edited(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    edit: InboundEdit,
    upcalls: &Upcalls,
) -> Result<Option<Id<messages::Message>>> {
    let subject = format!("text {}", edit.ext_id);
    let known = store::by_external(tx, account.id, &edit.ext_id).await?;
    if !store::is_newest(tx, account.id, &subject, edit.at).await? {
        return Ok(known.map(|(id, _)| id));
    }
    match known {
        Some((id, _)) => {
            messages::edit_by_peer(tx, ctx, id, edit.text).await?;
            (upcalls.happened)(tx, ctx, Happened::Changed(id)).await?;
            Ok(Some(id))
        }
        // The edit overtook its message, or the message came before we listened: it is a message then.
        None => {
            let message = channel::InboundMessage {
                ext_id: edit.ext_id.clone(),
                peer: edit.peer,
                author: channel::Author::Customer,
                at: edit.at,
                text: edit.text,
                media: edit.media,
                reply_to: None,
                album: None,
                context: Vec::new(),
            };
            receive(
                tx,
                ctx,
                account,
                Inbound::Message(Box::new(message)),
                Some(edit.ext_id),
                None,
                upcalls,
            )
            .await
        }
    }
}

async fn receipt(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    target: &ReceiptTarget,
    state: &channel::ReceiptState,
    client: &str,
) -> Result<Option<Id<messages::Message>>> {
    let (ext, up_to) = match target {
        ReceiptTarget::OneOf(spelled) => match one_of(tx, account, spelled, client).await? {
            Some(ext) => (ext, false),
            None => return Ok(None),
        },
        ReceiptTarget::One(ext) => (ext, false),
        ReceiptTarget::UpTo(ext) => (ext, true),
    };
    let Some((message, part)) = store::by_external(tx, account.id, ext).await? else {
        return Ok(None);
    };
    let state = match state {
        channel::ReceiptState::Sent => DeliveryState::Sent,
        channel::ReceiptState::Delivered => DeliveryState::Delivered,
        channel::ReceiptState::Read => DeliveryState::Read,
        channel::ReceiptState::Failed(reason) => {
            outbox::part_failed(tx, ctx, message, part, &rejected_later(reason)).await?;
            return Ok(Some(message));
        }
    };
    let word = if state == DeliveryState::Read {
        "read"
    } else {
        "delivered"
    };
    let mark = (message, part);
    if !up_to
        && state != DeliveryState::Sent
        && store::note_reached(tx, account.id, ext, mark, word).await? > 0
    {
        // A text in several messages is there when each of them is.
        return Ok(Some(message));
    }
    outbox::advance(
        tx,
        ctx,
        message,
        if up_to { None } else { Some(part) },
        state,
    )
    .await?;
    Ok(Some(message))
}

async fn peer_state(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    ext: &str,
    change: PeerChange,
    upcalls: &Upcalls,
) -> Result<()> {
    let mut peer: Peer = store::peer_for(tx, account.id, ext, ctx.ids.next(), ctx.now).await?;
    match change {
        PeerChange::Blocked | PeerChange::Unblocked => {
            peer.blocked = change == PeerChange::Blocked;
            if store::set_blocked(tx, peer.id, peer.blocked).await? > 0 {
                (upcalls.peer_changed)(tx, ctx, &peer).await?;
            }
            Ok(())
        }
        PeerChange::Moved(to) => store::move_peer(tx, peer.id, &to).await,
        PeerChange::Alias(_) => Ok(()),
    }
}

/// A visitor's message: our own API is the messenger here, so it is taken at once and answered with what was stored.
pub(crate) async fn take_visitor(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    peer: &Peer,
    incoming: Incoming,
    upcalls: &Upcalls,
) -> Result<messages::Message> {
    let ctx = Ctx {
        actor: Actor::Outside(peer.id.uuid()),
        ..ctx.clone()
    };
    let Inbound::Message(message) = &incoming.inbound else {
        return Err(Error::fault("a visitor sends messages only"));
    };
    let ext = message.ext_id.clone();
    if let Some((id, _)) = store::by_external(tx, account.id, &ext).await?
        && !kernel::sabotaged("no-dedup")
    {
        return messages::by_id(tx, id).await;
    }
    let stored = (upcalls.receive)(tx, &ctx, account, peer, incoming, media::note).await?;
    store::add_external(tx, account.id, &ext, stored.id, 1).await?;
    (upcalls.happened)(tx, &ctx, Happened::Came(stored.id)).await?;
    Ok(stored)
}

/// Pokes a visitor's sockets (used by tests and the outbox alike).
pub(crate) fn poke(house: &House, peer: Id<Peer>) {
    if let Ok(visitors) = house.part::<std::sync::Arc<Visitors>>() {
        visitors.poke(peer);
    }
}
