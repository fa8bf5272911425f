//! What colleagues do at a desk: answer, correct, take, close, ask for the next.
//!
//! What came is stored in the transaction of its event and dealt with by a job, in order, each thing in a transaction of
//! its own: a refusal undoes it whole and is told in words.

use crate::{
    actions::{say, seats, sitting, telling, words},
    model::{ActRow, AtDesk, Seat, SeatState},
    rules::{self, Press, Wish},
    store,
};
use accounts::Person;
use channel::{Inbound, InboundMessage, MediaRef, PeerChange};
use channels::Account;
use conversations::{ClientChatState, Outgoing};
use db::Tx;
use files::{File, Said, UploadOwner};
use kernel::{Actor, Ctx, Error, Id, Result, Uuid};
use messages::{Hooks, Thread};
use serde_json::{Value, json};
use web::{BoxFuture, House};

/// The job that deals with what one person did at one desk.
pub(crate) const ACTS: &str = "centre.act";

/// Stores what came to a desk, in the transaction of its event.
pub(crate) async fn came(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    inbound: &Inbound,
) -> Result<()> {
    let Some(peer) = inbound.peer().filter(|peer| !peer.ext_id.is_empty()) else {
        return Ok(());
    };
    let (known, ext) = (
        store::seat(tx, account.id, &peer.ext_id).await?,
        peer.ext_id.clone(),
    );
    let tied = known.is_some_and(|seat| seat.state == SeatState::Tied);
    let wanted = match inbound {
        Inbound::Message(message) if rules::is_group(message) => false,
        // Who is nobody leaves nothing here unless they ask.
        Inbound::Message(message) => tied || rules::asks(message).is_some(),
        Inbound::Edited(_)
        | Inbound::Callback { .. }
        | Inbound::PeerState { .. }
        | Inbound::Unsupported { .. } => tied,
        _ => false,
    };
    if !wanted {
        return Ok(());
    }
    store::add_act(tx, ctx.ids.uuid(), account.id, &ext, inbound).await?;
    let payload = json!({"account": account.id, "ext_id": ext});
    jobs::put(tx, ctx, ACTS, payload, ctx.now, None).await
}

/// Deals with all that one person did at one desk, oldest first.
pub(crate) fn work(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let word = |name: &str| payload.get(name).and_then(Value::as_str);
        let account = word("account").and_then(|word| word.parse::<Uuid>().ok());
        let (Some(account), Some(ext)) = (account, word("ext_id").map(str::to_owned)) else {
            return Err(Error::fault("a job of a desk without its person"));
        };
        let account: Id<Account> = Id::new(account);
        loop {
            let ext = ext.clone();
            let next = house
                .read(async move |tx: &mut Tx<'_>| store::next_act(tx, account, &ext).await)
                .await?;
            let Some(act) = next else { return Ok(()) };
            deal(&house, act).await?;
        }
    })
}

/// Who did it, as they are at this moment.
struct Who {
    seat: Seat,
    person: Id<Person>,
    ctx: Ctx,
}

async fn deal(house: &House, act: ActRow) -> Result<()> {
    let system = house.system();
    let (account_id, ext) = (act.account_id, act.ext_id.clone());
    let (account, who) = house
        .read(async move |tx: &mut Tx<'_>| {
            let account = channels::account(tx, account_id).await?;
            let Some(seat) = store::seat(tx, account_id, &ext).await? else {
                return Ok((account, None));
            };
            let Some(person) = sitting(tx, &seat).await? else {
                // Whoever left us is no stranger who may ask for a seat.
                let left = seat.state == SeatState::Tied;
                return Ok((account, left.then_some((seat, None))));
            };
            let language = accounts::language_of(tx, person).await?;
            Ok((account, Some((seat, Some((person, language))))))
        })
        .await?;
    match who {
        None => ask(house, account, act).await,
        Some((_, None)) => forget(house, act.id).await,
        Some((seat, Some((person, language)))) => {
            let who = Who {
                seat,
                person,
                ctx: Ctx {
                    actor: Actor::Person(person.uuid()),
                    language,
                    ..system
                },
            };
            colleague(house, account, who, act).await
        }
    }
}

async fn forget(house: &House, id: Uuid) -> Result<()> {
    house
        .write(async move |tx: &mut Tx<'_>| store::end_act(tx, id).await)
        .await
        .map(drop)
}

async fn ask(house: &House, account: Account, act: ActRow) -> Result<()> {
    let (texts, ctx) = (house.clone(), house.system());
    house
        .write(async move |tx: &mut Tx<'_>| {
            if store::end_act(tx, act.id).await? == 0 {
                return Ok(());
            }
            match &act.inbound.0 {
                Inbound::Message(message) => {
                    seats::stranger(tx, &texts, &ctx, &account, message).await
                }
                _ => Ok(()),
            }
        })
        .await
}

async fn colleague(house: &House, account: Account, who: Who, act: ActRow) -> Result<()> {
    let id = act.id;
    // What their words stand under at the desk, to answer there.
    let theirs = match &act.inbound.0 {
        Inbound::Message(message) => Some(message.ext_id.clone()),
        Inbound::Edited(edit) => Some(edit.ext_id.clone()),
        _ => None,
    };
    let (seat, ctx) = (who.seat.clone(), who.ctx.clone());
    let done = match (rules::wish(&act.inbound.0), act.inbound.0) {
        (Wish::Answer(to), Inbound::Message(message)) => {
            answer(house, &account, who, id, to, *message).await
        }
        (Wish::Change(of), Inbound::Edited(edit)) => correct(house, who, id, of, edit.text).await,
        (Wish::Press(what, chat), _) => press(house, who, id, what, chat.map(Id::new)).await,
        (Wish::Next, _) => press(house, who, id, Press::Next, None).await,
        (Wish::Help, _) => Err(Error::conflict("centre.help")),
        (Wish::Unknown, _) => Err(Error::conflict("centre.unknown")),
        (_, Inbound::PeerState { change, .. }) => wake(house, who, id, &change).await,
        _ => forget(house, id).await,
    };
    let Err(error) = done else { return Ok(()) };
    let Error::Refused(refusal) = &error else {
        return Err(error);
    };
    if error.passes() {
        return Err(error);
    }
    // What one may not see answers as everywhere that it is not there; here it is said in the words of the desk.
    let text = match refusal.code {
        "not-found" => words(house, ctx.language, "centre-not-yours", &[]),
        _ => house.texts().refusal(ctx.language, refusal),
    };
    house
        .write(async move |tx: &mut Tx<'_>| {
            if store::end_act(tx, id).await? == 0 {
                return Ok(());
            }
            say(tx, &ctx, &account, &seat.ext_id, text, theirs).await
        })
        .await
}

/// Off when they shut the desk out in the messenger, on again when they let it in.
async fn wake(house: &House, who: Who, id: Uuid, change: &PeerChange) -> Result<()> {
    let awake = match change {
        PeerChange::Blocked => false,
        PeerChange::Unblocked => true,
        _ => return forget(house, id).await,
    };
    house
        .write(async move |tx: &mut Tx<'_>| {
            if store::end_act(tx, id).await? == 0 {
                return Ok(());
            }
            let mut seat = who.seat;
            seat.awake = awake;
            seats::save(tx, &who.ctx, &seat).await
        })
        .await
}

/// Sends what they wrote to the client: by the same action, with the same rights, as from the browser.
async fn answer(
    house: &House,
    desk: &Account,
    who: Who,
    id: Uuid,
    to: Option<String>,
    message: InboundMessage,
) -> Result<()> {
    let (seat, person) = (who.seat.id, who.person);
    let chosen = who.seat.chosen_id;
    let (thread, channel) = house
        .read(async move |tx: &mut Tx<'_>| {
            let thread = match to {
                Some(ext) => store::at_desk(tx, seat, &ext).await?.map(|at| at.thread_id),
                None => chosen,
            };
            let thread = thread.ok_or_else(|| Error::conflict("centre.which"))?;
            // Before their files are fetched; asked once more when it is sent.
            accounts::access(tx, person, thread.uuid()).await?;
            let chat = conversations::client_chat(tx, thread).await?;
            Ok((thread, channels::account(tx, chat.channel.id).await?))
        })
        .await?;
    let capabilities = channels::capabilities_of(house, &channel)?;
    let files = fetched(house, desk, &who, &message.media).await?;
    let out = Outgoing {
        client_id: id,
        text: message.text,
        files,
        reply_to: None,
        hidden: false,
        take: false,
        help: false,
        shorten: None,
        template: None,
        buttons: Vec::new(),
        ask_phone: None,
        via: Some(desk.name.clone()),
    };
    accounts::wrote(house, person, &format!("{} desk", desk.kind));
    house
        .write(async move |tx: &mut Tx<'_>| {
            if store::end_act(tx, id).await? == 0 {
                return Ok(());
            }
            let sent =
                conversations::send(tx, &who.ctx, person, thread, out, &capabilities).await?;
            let at = AtDesk {
                message_id: sent.id,
                thread_id: thread,
            };
            store::answer_is(tx, seat, &message.ext_id, &at).await?;
            store::choose(tx, seat, Some(thread)).await
        })
        .await
}

async fn fetched(
    house: &House,
    desk: &Account,
    who: &Who,
    media: &[MediaRef],
) -> Result<Vec<Id<File>>> {
    let mut out = Vec::new();
    for one in media {
        let opened = channels::open_file(house, desk, one).await;
        let stream = opened.map_err(|error| {
            if error.safe_to_repeat() || matches!(error, channel::SendError::Unknown { .. }) {
                Error::fault(error)
            } else {
                Error::conflict("centre.file_lost")
            }
        })?;
        let name = one.name.clone().unwrap_or_else(|| file_name(one));
        let owner = UploadOwner(who.person.uuid());
        let file =
            files::upload(house, &who.ctx, owner, &name, Said::default(), stream.bytes).await?;
        out.push(file.id);
    }
    Ok(out)
}

fn file_name(media: &MediaRef) -> String {
    let mime = media.mime.as_deref().unwrap_or("application/octet-stream");
    let ending = mime.split(';').next().unwrap_or_default();
    let ending = ending.rsplit('/').next().unwrap_or("bin");
    let kind = serde_json::to_value(media.kind).ok();
    let kind = kind.as_ref().and_then(Value::as_str).unwrap_or("file");
    format!("{kind}.{}", ending.replace("jpeg", "jpg"))
}

/// Puts other words in place of those they sent, where the client's channel can.
async fn correct(house: &House, who: Who, id: Uuid, of: String, text: String) -> Result<()> {
    let hooks = house.part::<Hooks>()?.clone();
    house
        .write(async move |tx: &mut Tx<'_>| {
            if store::end_act(tx, id).await? == 0 {
                return Ok(());
            }
            // What was refused when it was written has nothing to be corrected.
            let Some(at) = store::at_desk(tx, who.seat.id, &of).await? else {
                return Ok(());
            };
            messages::edit_own(tx, &who.ctx, &hooks, who.person, at.message_id, text)
                .await
                .map(drop)
        })
        .await
}

async fn press(
    house: &House,
    who: Who,
    id: Uuid,
    what: Press,
    chat: Option<Id<Thread>>,
) -> Result<()> {
    let texts = house.clone();
    house
        .write(async move |tx: &mut Tx<'_>| {
            if store::end_act(tx, id).await? == 0 {
                return Ok(());
            }
            let Who { seat, person, ctx } = who;
            let chosen = match (what, chat) {
                (Press::Next, _) => conversations::next_waiting(tx, person, seat.chosen_id)
                    .await?
                    .ok_or_else(|| Error::conflict("centre.nobody_waits"))?,
                (_, Some(chat)) => chat,
                (_, None) => return Ok(()),
            };
            accounts::access(tx, person, chosen.uuid()).await?;
            let key = match what {
                Press::Take => {
                    conversations::take_over(tx, &ctx, person, chosen).await?;
                    "centre-is-yours"
                }
                Press::Close => {
                    conversations::close(tx, &ctx, person, chosen).await?;
                    "centre-is-closed"
                }
                Press::Choose | Press::Next => "centre-is-chosen",
            };
            if what == Press::Close {
                let other = seat.chosen_id.filter(|one| *one != chosen);
                store::choose(tx, seat.id, other).await?;
            } else {
                store::choose(tx, seat.id, Some(chosen)).await?;
            }
            let shown = conversations::client_chat(tx, chosen).await?;
            let desk = channels::account(tx, seat.account_id).await?;
            if what == Press::Next {
                let last = messages::last_of_client_id(tx, chosen).await?;
                if let Some(last) = last {
                    let message = messages::by_id(tx, last).await?;
                    telling::came(tx, &texts, &ctx, &seat, &shown, &message).await?;
                    if shown.state == ClientChatState::Queue {
                        return Ok(());
                    }
                }
            }
            let text = words(&texts, ctx.language, key, &[("name", shown.contact.name)]);
            say(tx, &ctx, &desk, &seat.ext_id, text, None).await
        })
        .await
}
