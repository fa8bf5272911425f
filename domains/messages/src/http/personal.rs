//! Routes of what a person does with a message for themselves: put away, save, take a deletion back, report, who has read.

use crate::{
    actions, deleting, linking,
    model::{Message, Thread},
    search::ThreadRef,
    store,
};
use accounts::{Person, Signed, require, who_may_see};
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use kernel::{Error, Id, Moment, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, OpenApiRouter, Params, routes};

pub(super) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(restore))
        .routes(routes!(hide, unhide))
        .routes(routes!(save, unsave))
        .routes(routes!(saved))
        .routes(routes!(readers))
        .routes(routes!(report))
        .routes(routes!(reports))
        .routes(routes!(end_report))
}

#[utoipa::path(post, path = "/messages/{id}/restore", tag = "messages", params(("id" = Uuid, Path)), responses((status = 200, body = Message)))]
async fn restore(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<Json<Message>> {
    let message = house
        .write(async move |tx: &mut Tx<'_>| {
            deleting::restore(tx, &signed.ctx, signed.person, id).await
        })
        .await?;
    Ok(Json(message))
}

async fn set_hidden(house: House, signed: Signed, id: Id<Message>, on: bool) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            deleting::hide(tx, &signed.ctx, signed.person, id, on).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(put, path = "/messages/{id}/hidden", tag = "messages", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn hide(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<StatusCode> {
    set_hidden(house, signed, id, true).await
}

#[utoipa::path(delete, path = "/messages/{id}/hidden", tag = "messages", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn unhide(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<StatusCode> {
    set_hidden(house, signed, id, false).await
}

async fn set_saved(house: House, signed: Signed, id: Id<Message>, on: bool) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            deleting::save(tx, &signed.ctx, signed.person, id, on).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(put, path = "/messages/{id}/saved", tag = "messages", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn save(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<StatusCode> {
    set_saved(house, signed, id, true).await
}

#[utoipa::path(delete, path = "/messages/{id}/saved", tag = "messages", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn unsave(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<StatusCode> {
    set_saved(house, signed, id, false).await
}

/// Where to go on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// `next` of the page before.
    next: Option<i64>,
}
/// A saved message.
#[derive(Serialize, ToSchema)]
struct SavedMessage {
    message: Message,
    thread: ThreadRef,
    saved_at: Moment,
}
/// A page of saved messages, the one saved last first.
#[derive(Serialize, ToSchema)]
struct SavedPage {
    items: Vec<SavedMessage>,
    next: Option<i64>,
}

#[utoipa::path(get, path = "/saved", tag = "messages", params(Page), responses((status = 200, body = SavedPage)))]
async fn saved(
    State(house): State<House>,
    signed: Signed,
    Params(page): Params<Page>,
) -> Answer<Json<SavedPage>> {
    const LIMIT: i64 = 50;
    let page = house
        .read(async move |tx: &mut Tx<'_>| {
            let before = Moment::from_micros(page.next.unwrap_or(i64::MAX));
            let kept = store::kept::saved(tx, signed.person, before, LIMIT).await?;
            let full = i64::try_from(kept.len()).unwrap_or(0) == LIMIT;
            let next = kept.last().map(|(_, at)| at.micros()).filter(|_| full);
            let ids: Vec<Id<Message>> = kept.iter().map(|(id, _)| *id).collect();
            let found = store::by_ids(tx, &ids).await?;
            let mut found: HashMap<Id<Message>, Message> =
                found.into_iter().map(|m| (m.id, m)).collect();
            let mut items = Vec::with_capacity(kept.len());
            for (id, saved_at) in kept {
                if let Some(message) = found.remove(&id) {
                    let thread = store::thread(tx, message.thread_id).await?;
                    items.push(SavedMessage {
                        message,
                        thread: ThreadRef::of(thread),
                        saved_at,
                    });
                }
            }
            Ok(SavedPage { items, next })
        })
        .await?;
    Ok(Json(page))
}

/// Whom a message has reached.
#[derive(Serialize, ToSchema)]
struct Readers {
    /// Who has read it.
    read: Vec<Id<Person>>,
    /// On whose device it is, unread.
    delivered: Vec<Id<Person>>,
    /// Whom it has not reached.
    waiting: Vec<Id<Person>>,
}

#[utoipa::path(get, path = "/messages/{id}/readers", tag = "messages", params(("id" = Uuid, Path)), responses((status = 200, body = Readers)))]
async fn readers(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
) -> Answer<Json<Readers>> {
    let readers = house
        .read(async move |tx: &mut Tx<'_>| {
            let (message, _) = actions::open(tx, signed.person, id).await?;
            let positions = store::positions(tx, message.thread_id, i64::MAX).await?;
            let positions: HashMap<Uuid, (i64, i64)> = positions
                .into_iter()
                .map(|p| (p.person_id.uuid(), (p.read_seq, p.delivered_seq)))
                .collect();
            let mut out = Readers {
                read: Vec::new(),
                delivered: Vec::new(),
                waiting: Vec::new(),
            };
            for person in who_may_see(tx, message.thread_id.uuid()).await? {
                if message.author.id == Some(person.uuid()) {
                    continue;
                }
                match positions.get(&person.uuid()) {
                    Some((read, _)) if *read >= message.seq => out.read.push(person),
                    Some((_, here)) if *here >= message.seq => out.delivered.push(person),
                    _ => out.waiting.push(person),
                }
            }
            Ok(out)
        })
        .await?;
    Ok(Json(readers))
}

/// Why a message should be looked at.
#[derive(Deserialize, ToSchema)]
struct NewReport {
    /// `spam`, `abuse`, `secret` or `other`.
    reason: String,
    /// In own words; may be empty.
    #[serde(default)]
    comment: String,
}

#[utoipa::path(post, path = "/messages/{id}/report", tag = "messages", params(("id" = Uuid, Path)), request_body = NewReport, responses((status = 204)))]
async fn report(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Message>>,
    Body(form): Body<NewReport>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            linking::report(
                tx,
                &signed.ctx,
                signed.person,
                id,
                &form.reason,
                &form.comment,
            )
            .await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A reported message.
#[derive(Serialize, ToSchema)]
struct Report {
    id: Uuid,
    message_id: Id<Message>,
    thread_id: Id<Thread>,
    /// Who reported it.
    person_id: Id<Person>,
    at: Moment,
    /// `spam`, `abuse`, `secret` or `other`.
    reason: String,
    /// The reporter's words, the author and the beginning of the message.
    text: String,
}

#[utoipa::path(get, path = "/reports", tag = "messages", responses((status = 200, body = Vec<Report>)))]
async fn reports(State(house): State<House>, signed: Signed) -> Answer<Json<Vec<Report>>> {
    let rows = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "accounts.people").await?;
            store::kept::reports(tx).await
        })
        .await?;
    let rows = rows.into_iter().map(|r| Report {
        id: r.id,
        message_id: r.message_id,
        thread_id: r.thread_id,
        person_id: r.person_id,
        at: r.at,
        reason: r.reason,
        text: r.text,
    });
    Ok(Json(rows.collect()))
}

#[utoipa::path(post, path = "/reports/{id}/done", tag = "messages", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn end_report(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Uuid>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "accounts.people").await?;
            match store::kept::end_report(tx, id).await? {
                0 => Err(Error::not_found()),
                _ => Ok(()),
            }
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
