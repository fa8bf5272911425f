//! Who sits at a desk: asking for it, deciding on it, leaving it.

use crate::{
    actions::{say, words},
    model::{DeskBrief, Mine, Seat, SeatState},
    rules, store,
};
use accounts::{Person, audit, require, right_principal};
use channel::InboundMessage;
use channels::Account;
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Language, Result};
use notifications::{NoticeKind, Tell};
use serde_json::json;
use std::time::Duration;
use web::House;

/// The right to say who somebody is.
const RIGHT: &str = "accounts.people";
/// How long a link says who opens it.
const LINK_LIVES: Duration = Duration::from_secs(3600);
/// Requests that wait at one desk; more are not people of ours.
const MOST_ASKING: i64 = 200;
const PAGE: i64 = 50;

/// What a person sees of their own desks.
pub(crate) async fn mine(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Mine> {
    let desks = channels::enabled(tx).await?.into_iter();
    Ok(Mine {
        desks: desks
            .filter(Account::is_desk)
            .map(|desk| DeskBrief {
                id: desk.id,
                kind: desk.kind,
                name: desk.name,
            })
            .collect(),
        seats: store::seats_of(tx, person).await?,
    })
}

/// Where a person opens a desk, so that their request says whose it is.
pub(crate) async fn link(
    house: &House,
    ctx: &Ctx,
    person: Id<Person>,
    desk: Id<Account>,
) -> Result<String> {
    let token = ctx.ids.secret()[..32].to_owned();
    let (kept, ctx) = (token.clone(), ctx.clone());
    let account = house
        .write(async move |tx: &mut Tx<'_>| {
            if !accounts::brief(tx, person).await?.works_here() {
                return Err(Error::not_found());
            }
            let account = channels::account(tx, desk).await?;
            if !account.enabled || !account.is_desk() {
                return Err(Error::not_found());
            }
            let until = (ctx.now, ctx.now + LINK_LIVES);
            store::add_link(tx, &kept, desk, person, until).await?;
            Ok(account)
        })
        .await?;
    channels::desk_link(house, &account, &token).ok_or_else(|| Error::conflict("centre.no_link"))
}

async fn own(tx: &mut Tx<'_>, person: Id<Person>, id: Id<Seat>) -> Result<Seat> {
    let seat = store::seat_by_id(tx, id).await?;
    let mine = match seat.state {
        SeatState::Tied => seat.person_id == Some(person),
        SeatState::Asked => seat.suggested_id == Some(person),
        SeatState::Refused | SeatState::Untied => false,
    };
    if mine {
        Ok(seat)
    } else {
        Err(Error::not_found())
    }
}

/// What a person wants to be told at their seat.
pub(crate) async fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Seat>,
    (queue_chats, awake): (Option<bool>, Option<bool>),
) -> Result<Seat> {
    let mut seat = own(tx, person, id).await?;
    seat.queue_chats = queue_chats.unwrap_or(seat.queue_chats);
    seat.awake = awake.unwrap_or(seat.awake);
    save(tx, ctx, &seat).await?;
    Ok(seat)
}

/// Saves a seat and tells its person and those who decide.
pub(crate) async fn save(tx: &mut Tx<'_>, ctx: &Ctx, seat: &Seat) -> Result<()> {
    store::save(tx, seat).await?;
    let mut audience = vec![right_principal(RIGHT, None)];
    audience.extend(seat.person_id.or(seat.suggested_id).map(Id::uuid));
    let fields = json!({"id": seat.id, "state": seat.state});
    let event = Event::stored("centre.changed", seat.id.uuid(), audience, fields);
    journal::append(tx, ctx, event).await.map(drop)
}

/// A person leaves their seat, or takes their request back.
pub(crate) async fn leave(
    house: &House,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Seat>,
) -> Result<()> {
    let (house_, ctx) = (house.clone(), ctx.clone());
    house
        .write(async move |tx: &mut Tx<'_>| {
            let seat = own(tx, person, id).await?;
            untie(tx, &house_, &ctx, seat, SeatState::Untied)
                .await
                .map(drop)
        })
        .await
}

async fn untie(
    tx: &mut Tx<'_>,
    house: &House,
    ctx: &Ctx,
    mut seat: Seat,
    to: SeatState,
) -> Result<Seat> {
    let language = language(tx, &seat).await?;
    let account = channels::account(tx, seat.account_id).await?;
    let key = match seat.state {
        SeatState::Tied => "centre-untied",
        _ => "centre-refused",
    };
    seat.state = to;
    seat.decided_at = Some(ctx.now);
    seat.decided_by = ctx.actor.person().map(Id::new);
    seat.chosen_id = None;
    save(tx, ctx, &seat).await?;
    let detail = json!({"desk": account.name, "state": seat.state});
    audit(tx, ctx, "centre.untied", &seat.name, detail).await?;
    let number = [("number", seat.number.to_string())];
    let text = words(house, language, key, &number);
    say(tx, ctx, &account, &seat.ext_id, text, None).await?;
    Ok(seat)
}

/// The language of who sits there: their own here, else that of their application.
pub(crate) async fn language(tx: &mut Tx<'_>, seat: &Seat) -> Result<Language> {
    match seat.person_id.filter(|_| seat.state == SeatState::Tied) {
        Some(person) => accounts::language_of(tx, person).await,
        None => Ok(rules::language(&seat.language)),
    }
}

/// Those in a state, with whether there are more.
pub(crate) async fn list(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    state: SeatState,
    before: Option<i64>,
) -> Result<(Vec<Seat>, bool)> {
    require(tx, ctx, RIGHT).await?;
    let mut seats = store::seats(tx, state, before, PAGE + 1).await?;
    let more = seats.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    seats.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    Ok((seats, more))
}

/// Says who somebody at a desk is. Where they sat there before under another account of theirs, they sit no more.
pub(crate) async fn tie(
    house: &House,
    ctx: &Ctx,
    id: Id<Seat>,
    person: Id<Person>,
) -> Result<Seat> {
    let (house_, ctx) = (house.clone(), ctx.clone());
    house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &ctx, RIGHT).await?;
            let mut seat = store::seat_by_id(tx, id).await?;
            let brief = accounts::brief(tx, person).await.ok();
            let Some(brief) = brief.filter(accounts::PersonBrief::works_here) else {
                return Err(Error::field("person_id", "centre.no_such_person"));
            };
            if seat.state == SeatState::Tied {
                return Err(Error::conflict("centre.tied_already"));
            }
            for former in store::seats_of(tx, person).await? {
                let here = former.account_id == seat.account_id && former.id != seat.id;
                if here && former.state == SeatState::Tied {
                    untie(tx, &house_, &ctx, former, SeatState::Untied).await?;
                }
            }
            seat.state = SeatState::Tied;
            seat.person_id = Some(person);
            seat.awake = true;
            seat.chosen_id = None;
            seat.decided_at = Some(ctx.now);
            seat.decided_by = ctx.actor.person().map(Id::new);
            save(tx, &ctx, &seat).await?;
            let account = channels::account(tx, seat.account_id).await?;
            let detail = json!({"desk": account.name, "as": seat.name, "ext_id": seat.ext_id});
            audit(tx, &ctx, "centre.tied", &brief.name, detail).await?;
            let language = accounts::language_of(tx, person).await?;
            let text = words(&house_, language, "centre-tied", &[("name", brief.name)]);
            say(tx, &ctx, &account, &seat.ext_id, text, None).await?;
            Ok(seat)
        })
        .await
}

/// Refuses a request, or unties who was tied.
pub(crate) async fn refuse(house: &House, ctx: &Ctx, id: Id<Seat>) -> Result<Seat> {
    let (house_, ctx) = (house.clone(), ctx.clone());
    house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &ctx, RIGHT).await?;
            let seat = store::seat_by_id(tx, id).await?;
            let to = match seat.state {
                SeatState::Asked => SeatState::Refused,
                SeatState::Tied => SeatState::Untied,
                SeatState::Refused | SeatState::Untied => {
                    return Err(Error::conflict("centre.decided"));
                }
            };
            untie(tx, &house_, &ctx, seat, to).await
        })
        .await
}

/// Somebody who is nobody to us wrote: a request if they ask for it, else not a word.
pub(crate) async fn stranger(
    tx: &mut Tx<'_>,
    house: &House,
    ctx: &Ctx,
    account: &Account,
    message: &InboundMessage,
) -> Result<()> {
    let Some(token) = rules::asks(message) else {
        return Ok(());
    };
    let known = store::seat(tx, account.id, &message.peer.ext_id).await?;
    let whose = match token {
        Some(token) => store::use_link(tx, token, account.id, ctx.now).await?,
        None => None,
    };
    // A link that is used up or was never ours tells nothing, and who was refused asks again only by a colleague's link.
    let refused = known
        .as_ref()
        .is_some_and(|k| k.state == SeatState::Refused);
    if whose.is_none() && (token.is_some() || refused) {
        return Ok(());
    }
    let asked_before = known.as_ref().is_some_and(|k| {
        k.state == SeatState::Asked && (whose.is_none() || k.suggested_id == whose)
    });
    let seat = match known {
        Some(known) if asked_before => known,
        known => {
            if store::asking(tx, account.id).await? >= MOST_ASKING {
                return Ok(());
            }
            let peer = &message.peer;
            let seat = Seat {
                id: known.map_or_else(|| ctx.ids.next(), |k| k.id),
                account_id: account.id,
                ext_id: peer.ext_id.clone(),
                name: text::clean_name(&peer.name),
                username: peer.username.clone().unwrap_or_default(),
                language: peer.language.clone().unwrap_or_default(),
                number: store::next_number(tx).await?,
                state: SeatState::Asked,
                suggested_id: whose,
                person_id: None,
                queue_chats: false,
                awake: true,
                chosen_id: None,
                asked_at: ctx.now,
                decided_at: None,
                decided_by: None,
            };
            save(tx, ctx, &seat).await?;
            tell_request(tx, house, ctx, account, &seat).await?;
            seat
        }
    };
    let number = [("number", seat.number.to_string())];
    let text = words(
        house,
        rules::language(&seat.language),
        "centre-asked",
        &number,
    );
    say(
        tx,
        ctx,
        account,
        &seat.ext_id,
        text,
        Some(message.ext_id.clone()),
    )
    .await
}

async fn tell_request(
    tx: &mut Tx<'_>,
    house: &House,
    ctx: &Ctx,
    account: &Account,
    seat: &Seat,
) -> Result<()> {
    for person in accounts::people_of(tx, right_principal(RIGHT, None)).await? {
        let language = accounts::language_of(tx, person).await?;
        let args = [
            ("number", seat.number.to_string()),
            ("name", seat.name.clone()),
        ];
        let what = Tell {
            kind: NoticeKind::Channel,
            thread_id: None,
            thread_kind: None,
            message_id: None,
            title: account.name.clone(),
            text: words(house, language, "centre-request", &args),
        };
        notifications::tell(tx, ctx, &[person], &what).await?;
    }
    Ok(())
}
