//! Routes: windows, reading, drafts, changes, search.

mod cards;
mod counting;
mod later;
mod personal;

use crate::{
    actions::{self, Window},
    hooks::{Act, Hooks},
    listens::tell_position,
    model::{Message, MessagePage, Thread},
    search::{self, Filters, SearchPage},
    shelf::{self, ShelfKind, ShelfPage},
};
use accounts::{Person, Signed, access};
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use kernel::{Ctx, Error, Id, Moment, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, OpenApiRouter, Params, routes};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(window))
        .routes(routes!(read))
        .routes(routes!(draft))
        .routes(routes!(pins))
        .routes(routes!(shelf))
        .routes(routes!(one, edit, delete))
        .routes(routes!(history))
        .routes(routes!(react, unreact))
        .routes(routes!(pin, unpin))
        .routes(routes!(retry))
        .routes(routes!(cancel))
        .routes(routes!(find))
        .merge(personal::routes())
        .merge(cards::routes())
        .merge(counting::routes())
        .merge(later::routes())
}

/// Which window; none given: the newest.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    before: Option<i64>,
    after: Option<i64>,
    around: Option<i64>,
    /// On both sides of the first message at or after this moment, milliseconds since 1970.
    at: Option<i64>,
    /// With `to`: only what was written in this period, from here on, milliseconds since 1970; `after` goes on.
    from: Option<i64>,
    /// The end of the period, itself not in it.
    to: Option<i64>,
    /// 1 to 200.
    limit: Option<i64>,
}

fn which(q: &Which) -> kernel::Result<Window> {
    let moment = Moment::from_millis;
    if let (Some(from), Some(to)) = (q.from, q.to) {
        if from >= to {
            return Err(Error::field("from", "messages.empty_period"));
        }
        return Ok(Window::Period {
            from: moment(from),
            to: moment(to),
            after: q.after.unwrap_or(0),
        });
    }
    Ok(match (q.before, q.after, q.around, q.at) {
        (Some(seq), ..) => Window::Before(seq),
        (_, Some(seq), ..) => Window::After(seq),
        (_, _, Some(seq), _) => Window::Around(seq),
        (_, _, _, Some(at)) => Window::At(moment(at)),
        _ => Window::Newest,
    })
}

#[utoipa::path(get, path = "/threads/{id}/messages", tag = "messages", params(("id" = Uuid, Path), Which),
    responses((status = 200, body = MessagePage)))]
async fn window(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Params(q): Params<Which>,
) -> Answer<Json<MessagePage>> {
    let which = which(&q)?;
    let page = house
        .read(async move |tx: &mut Tx<'_>| {
            access(tx, signed.person, id.uuid()).await?;
            actions::page(tx, signed.person, id, which, q.limit.unwrap_or(50)).await
        })
        .await?;
    Ok(Json(page))
}

/// Up to where.
#[derive(Deserialize, ToSchema)]
struct ReadUpTo {
    /// The last number read.
    seq: i64,
    /// Mark unread: the position may also move back.
    #[serde(default)]
    back: bool,
}

#[utoipa::path(post, path = "/threads/{id}/read", tag = "messages", params(("id" = Uuid, Path)), request_body = ReadUpTo,
    responses((status = 204)))]
async fn read(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<ReadUpTo>,
) -> Answer<StatusCode> {
    move_to(
        &house,
        &signed.ctx,
        signed.person,
        id,
        (form.seq, form.back),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Moves a read position and tells it to those who see it; answers whether it moved.
async fn move_to(
    house: &House,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    (seq, back): (i64, bool),
) -> kernel::Result<bool> {
    let ctx = ctx.clone();
    let moved = house
        .write(async move |tx: &mut Tx<'_>| actions::read(tx, &ctx, person, id, seq, back).await)
        .await?;
    let Some((position, audience)) = moved else {
        return Ok(false);
    };
    tell_position(house, id.uuid(), &position, &audience);
    if let (false, Ok(told)) = (back, house.part::<crate::hooks::OnRead>()) {
        for tell in &told.0 {
            tell(house, id.uuid(), person, position.read_seq);
        }
    }
    Ok(true)
}

/// A person has read a thread to its end; answers whether anything there was new to them.
///
/// # Errors
/// *Not found* if they may not see it.
pub async fn read_to_end(
    house: &House,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
) -> kernel::Result<bool> {
    // No thread is longer: the position is held within it.
    move_to(house, ctx, person, id, (i64::MAX, false)).await
}

/// Takes a reading back: the position stands where it stood. Notices that were done with it stay done.
///
/// # Errors
/// *Not found* if they may not see it.
pub async fn read_back_to(
    house: &House,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    seq: i64,
) -> kernel::Result<bool> {
    move_to(house, ctx, person, id, (seq, true)).await
}

/// What I began to write; empty forgets it.
#[derive(Deserialize, ToSchema)]
struct Draft {
    text: String,
    #[serde(default)]
    hidden: bool,
    /// The words these were typed over: when another device has changed them meanwhile the answer is 409 `messages.draft_differs`,
    /// and nothing is overwritten. Without it the last one wins.
    base: Option<String>,
}

#[utoipa::path(put, path = "/threads/{id}/draft", tag = "messages", params(("id" = Uuid, Path)), request_body = Draft,
    responses((status = 204)))]
async fn draft(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<Draft>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            let new = actions::NewDraft {
                text: &form.text,
                hidden: form.hidden,
                base: form.base.as_deref(),
            };
            actions::draft(tx, &signed.ctx, signed.person, id, new).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/threads/{id}/pins", tag = "messages", params(("id" = Uuid, Path)), responses((status = 200, body = Vec<Message>)))]
async fn pins(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<Json<Vec<Message>>> {
    let list = house
        .read(async move |tx: &mut Tx<'_>| {
            access(tx, signed.person, id.uuid()).await?;
            actions::pins(tx, signed.person, id).await
        })
        .await?;
    Ok(Json(list))
}

/// Which shelf, and where to go on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WhichShelf {
    #[param(inline)]
    kind: ShelfKind,
    /// `next` of the page before.
    before: Option<i64>,
}

#[utoipa::path(get, path = "/threads/{id}/files", tag = "messages", params(("id" = Uuid, Path), WhichShelf),
    responses((status = 200, body = ShelfPage)))]
async fn shelf(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Params(q): Params<WhichShelf>,
) -> Answer<Json<ShelfPage>> {
    let page = house
        .read(async move |tx: &mut Tx<'_>| {
            access(tx, signed.person, id.uuid()).await?;
            shelf::page(tx, id, q.kind, q.before).await
        })
        .await?;
    Ok(Json(page))
}

async fn act(house: House, signed: Signed, id: Id<Message>, what: Act) -> Answer<Json<Message>> {
    let hooks = house.part::<Hooks>()?.clone();
    let message = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::act(tx, &signed.ctx, &hooks, signed.person, id, what).await
        })
        .await?;
    Ok(Json(message))
}

#[utoipa::path(get, path = "/messages/{id}", tag = "messages", params(("id" = Uuid, Path)), responses((status = 200, body = Message)))]
async fn one(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<Json<Message>> {
    let (message, _) = house
        .read(async move |tx: &mut Tx<'_>| actions::open(tx, signed.person, id).await)
        .await?;
    Ok(Json(message))
}

/// The new source.
#[derive(Deserialize, ToSchema)]
struct NewText {
    text: String,
}

#[utoipa::path(patch, path = "/messages/{id}", tag = "messages", params(("id" = Uuid, Path)), request_body = NewText,
    responses((status = 200, body = Message)))]
async fn edit(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
    Body(form): Body<NewText>,
) -> Answer<Json<Message>> {
    act(house, signed, id, Act::Edit(form.text)).await
}

/// How far a deletion goes.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Reach {
    /// Only here: what the client has stays with them (U-32).
    #[serde(default)]
    here: bool,
}

#[utoipa::path(delete, path = "/messages/{id}", tag = "messages", params(("id" = Uuid, Path), Reach), responses((status = 200, body = Message)))]
async fn delete(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
    Params(Reach { here }): Params<Reach>,
) -> Answer<Json<Message>> {
    act(house, signed, id, Act::Delete { here }).await
}

/// An earlier text.
#[derive(Serialize, ToSchema)]
struct Version {
    at: Moment,
    text: String,
}
/// Earlier texts, oldest first. Of a message its client took back, the last one is what it said: for those with the right
/// `messages.deleted` (U-32).
#[derive(Serialize, ToSchema)]
struct History {
    versions: Vec<Version>,
}

#[utoipa::path(get, path = "/messages/{id}/history", tag = "messages", params(("id" = Uuid, Path)), responses((status = 200, body = History)))]
async fn history(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<Json<History>> {
    let versions = house
        .read(async move |tx: &mut Tx<'_>| {
            let (message, _) = actions::open(tx, signed.person, id).await?;
            actions::history(tx, signed.person, &message).await
        })
        .await?;
    let versions = versions
        .into_iter()
        .map(|(at, text)| Version { at, text })
        .collect();
    Ok(Json(History { versions }))
}

#[utoipa::path(put, path = "/messages/{id}/reactions/{emoji}", tag = "messages", params(("id" = Uuid, Path), ("emoji" = String, Path)),
    responses((status = 200, body = Message)))]
async fn react(
    State(house): State<House>,
    signed: Signed,
    At((id, emoji)): At<(Id<Message>, String)>,
) -> Answer<Json<Message>> {
    act(house, signed, id, Act::React { emoji, on: true }).await
}

#[utoipa::path(delete, path = "/messages/{id}/reactions/{emoji}", tag = "messages", params(("id" = Uuid, Path), ("emoji" = String, Path)),
    responses((status = 200, body = Message)))]
async fn unreact(
    State(house): State<House>,
    signed: Signed,
    At((id, emoji)): At<(Id<Message>, String)>,
) -> Answer<Json<Message>> {
    act(house, signed, id, Act::React { emoji, on: false }).await
}

async fn set_pin(house: House, signed: Signed, id: Id<Message>, on: bool) -> Answer<Json<Message>> {
    let message = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::pin(tx, &signed.ctx, signed.person, id, on).await
        })
        .await?;
    Ok(Json(message))
}

#[utoipa::path(put, path = "/messages/{id}/pin", tag = "messages", params(("id" = Uuid, Path)), responses((status = 200, body = Message)))]
async fn pin(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<Json<Message>> {
    set_pin(house, signed, id, true).await
}

#[utoipa::path(delete, path = "/messages/{id}/pin", tag = "messages", params(("id" = Uuid, Path)), responses((status = 200, body = Message)))]
async fn unpin(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<Json<Message>> {
    set_pin(house, signed, id, false).await
}

/// Which parts; none: all that did not arrive.
#[derive(Default, Deserialize, ToSchema)]
struct Parts {
    #[serde(default)]
    parts: Vec<i64>,
}

#[utoipa::path(post, path = "/messages/{id}/retry", tag = "messages", params(("id" = Uuid, Path)), request_body = Parts,
    responses((status = 200, body = Message)))]
async fn retry(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
    Body(form): Body<Parts>,
) -> Answer<Json<Message>> {
    act(house, signed, id, Act::Retry(form.parts)).await
}

#[utoipa::path(post, path = "/messages/{id}/cancel", tag = "messages", params(("id" = Uuid, Path)), responses((status = 200, body = Message)))]
async fn cancel(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<Json<Message>> {
    act(house, signed, id, Act::Cancel).await
}

/// What and where.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// Words in any form; also typed in the wrong keyboard layout. May be empty beside a filter.
    q: String,
    /// Only in this thread.
    thread_id: Option<Uuid>,
    /// Only written by this colleague or contact.
    author_id: Option<Uuid>,
    /// Only with these, comma between: `file`, `image`, `video`, `audio`, `voice`, `link`.
    has: Option<String>,
    /// Not before this moment, milliseconds since 1970.
    from: Option<i64>,
    /// Before this moment.
    to: Option<i64>,
    /// `next` of the page before.
    next: Option<i64>,
}

#[utoipa::path(get, path = "/search", tag = "messages", params(Search), responses((status = 200, body = SearchPage)))]
async fn find(
    State(house): State<House>,
    signed: Signed,
    Params(q): Params<Search>,
) -> Answer<Json<SearchPage>> {
    let postgres = house.db().is_shared();
    let page = house
        .read(async move |tx: &mut Tx<'_>| {
            if let Some(thread) = q.thread_id {
                access(tx, signed.person, thread).await?;
            }
            let filters = Filters {
                thread: q.thread_id.map(Id::new),
                author: q.author_id,
                from: q.from.map(Moment::from_millis),
                to: q.to.map(Moment::from_millis),
                has: search::has_words(q.has.as_deref().unwrap_or_default())?,
            };
            search::search(tx, signed.person, &q.q, &filters, q.next, postgres).await
        })
        .await?;
    Ok(Json(page))
}
