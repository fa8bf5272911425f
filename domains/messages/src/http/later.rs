//! Routes of messages that wait to be sent.

use crate::{
    extras::{MessageButton, ObjectRef},
    later::{self, Later, LaterWords, When},
    model::{Message, Thread},
};
use accounts::{Person, Signed};
use axum::{Json, extract::State};
use db::Tx;
use files::File;
use kernel::{Error, Id, Moment, Uuid};
use serde::{Deserialize, Deserializer, de::Error as _};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, OpenApiRouter, Params, routes};

pub(super) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(plan))
        .routes(routes!(list))
        .routes(routes!(change, cancel))
        .routes(routes!(send_now))
}

/// Reads a list of objects and nothing else: serde takes a list for a struct as well, which the API's document does not allow.
fn objects<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<MessageButton>, D::Error> {
    type Fields = serde_json::Map<String, serde_json::Value>;
    let all = Vec::<Fields>::deserialize(from)?;
    all.into_iter()
        .map(|one| serde_json::from_value(one.into()).map_err(D::Error::custom))
        .collect()
}

/// A message to be sent later: at a moment, or when a colleague is back.
#[derive(Deserialize, ToSchema)]
struct NewLater {
    /// Made by the sender; also the client id of the message it becomes.
    client_id: Uuid,
    #[serde(default)]
    text: String,
    /// Own uploads.
    #[serde(default)]
    files: Vec<Id<File>>,
    #[serde(default)]
    cards: Vec<ObjectRef>,
    reply_to: Option<Id<Message>>,
    /// L-65.
    #[serde(default)]
    hidden: bool,
    /// Buttons under it, where the channel's capabilities allow some.
    #[serde(default, deserialize_with = "objects")]
    buttons: Vec<MessageButton>,
    /// When, milliseconds since 1970.
    at: Option<i64>,
    /// Or as soon as this colleague is at their desk again.
    back_of: Option<Id<Person>>,
}

#[utoipa::path(post, path = "/threads/{id}/later", tag = "messages", params(("id" = Uuid, Path)), request_body = NewLater,
    responses((status = 200, body = Later)))]
async fn plan(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<NewLater>,
) -> Answer<Json<Later>> {
    let when = match (form.at, form.back_of) {
        (Some(at), None) => When::At(Moment::from_millis(at)),
        (None, Some(person)) if later::is_here(&house, person) => {
            return Err(Error::conflict("messages.is_here").into());
        }
        (None, Some(person)) => When::Back(person),
        _ => return Err(Error::field("at", "messages.when").into()),
    };
    let words = LaterWords {
        client_id: form.client_id,
        text: form.text,
        files: form.files,
        cards: form.cards,
        reply_to: form.reply_to,
        hidden: form.hidden,
        buttons: form.buttons,
    };
    later::check_buttons(&house, signed.person, id, &words).await?;
    let planned = house
        .write(async move |tx: &mut Tx<'_>| {
            later::plan(tx, &signed.ctx, signed.person, id, &words, when).await
        })
        .await?;
    Ok(Json(planned))
}

/// Where.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Where {
    /// Only in this thread.
    thread_id: Option<Uuid>,
}

#[utoipa::path(get, path = "/later", tag = "messages", params(Where), responses((status = 200, body = Vec<Later>)))]
async fn list(
    State(house): State<House>,
    signed: Signed,
    Params(q): Params<Where>,
) -> Answer<Json<Vec<Later>>> {
    let all = house
        .read(async move |tx: &mut Tx<'_>| {
            later::list(tx, signed.person, q.thread_id.map(Id::new)).await
        })
        .await?;
    Ok(Json(all))
}

/// What changes of it.
#[derive(Deserialize, ToSchema)]
struct LaterPatch {
    text: Option<String>,
    /// Milliseconds since 1970.
    at: Option<i64>,
}

#[utoipa::path(patch, path = "/later/{id}", tag = "messages", params(("id" = Uuid, Path)), request_body = LaterPatch,
    responses((status = 200, body = Later)))]
async fn change(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Uuid>,
    Body(form): Body<LaterPatch>,
) -> Answer<Json<Later>> {
    let changed = house
        .write(async move |tx: &mut Tx<'_>| {
            let at = form.at.map(Moment::from_millis);
            later::change(tx, &signed.ctx, signed.person, id, form.text, at).await
        })
        .await?;
    Ok(Json(changed))
}

#[utoipa::path(delete, path = "/later/{id}", tag = "messages", params(("id" = Uuid, Path)), responses((status = 200, body = Later)))]
async fn cancel(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Uuid>,
) -> Answer<Json<Later>> {
    let cancelled = house
        .write(async move |tx: &mut Tx<'_>| later::cancel(tx, &signed.ctx, signed.person, id).await)
        .await?;
    Ok(Json(cancelled))
}

#[utoipa::path(post, path = "/later/{id}/send", tag = "messages", params(("id" = Uuid, Path)), responses((status = 200, body = Message)))]
async fn send_now(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Uuid>,
) -> Answer<Json<Message>> {
    let language = signed.ctx.language;
    Ok(Json(
        later::send_now(&house, signed.person, id, language).await?,
    ))
}
