//! Routes of team chats.

use crate::{
    actions::{self, ChatPatch},
    model::MyChat,
    sending::{Outgoing, Sending, Sent},
};
use accounts::{Person, Signed};
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use files::File;
use kernel::{Id, Uuid};
use messages::{Message, Thread};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, At, Body, House, OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, change))
        .routes(routes!(leave))
        .routes(routes!(send))
}

#[utoipa::path(get, path = "/chats", tag = "team", responses((status = 200, body = Vec<MyChat>)))]
async fn list(State(house): State<House>, signed: Signed) -> Answer<Json<Vec<MyChat>>> {
    Ok(Json(
        house
            .read(async move |tx: &mut Tx<'_>| actions::list(tx, signed.person).await)
            .await?,
    ))
}

/// A chat to be made.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum NewChat {
    /// With one colleague.
    Direct {
        /// Whom.
        person_id: Id<Person>,
    },
    /// With several.
    Group {
        /// Its name.
        title: String,
        /// Who.
        member_ids: Vec<Id<Person>>,
    },
}

#[utoipa::path(post, path = "/chats", tag = "team", request_body = NewChat, responses((status = 200, body = MyChat)))]
async fn create(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<NewChat>,
) -> Answer<Json<MyChat>> {
    let chat = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::may_write(tx, &signed.ctx).await?;
            let id = match form {
                NewChat::Direct { person_id } => {
                    actions::create_direct(tx, &signed.ctx, signed.person, person_id).await?
                }
                NewChat::Group { title, member_ids } => {
                    actions::create_group(tx, &signed.ctx, signed.person, &title, &member_ids)
                        .await?
                }
            };
            actions::one(tx, signed.person, id).await
        })
        .await?;
    Ok(Json(chat))
}

#[utoipa::path(get, path = "/chats/{id}", tag = "team", params(("id" = Uuid, Path)), responses((status = 200, body = MyChat)))]
async fn one(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<Json<MyChat>> {
    Ok(Json(
        house
            .read(async move |tx: &mut Tx<'_>| actions::one(tx, signed.person, id).await)
            .await?,
    ))
}

#[utoipa::path(patch, path = "/chats/{id}", tag = "team", params(("id" = Uuid, Path)), request_body = ChatPatch,
    responses((status = 200, body = MyChat)))]
async fn change(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(patch): Body<ChatPatch>,
) -> Answer<Json<MyChat>> {
    let chat = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::change(tx, &signed.ctx, signed.person, id, patch).await?;
            actions::one(tx, signed.person, id).await
        })
        .await?;
    Ok(Json(chat))
}

#[utoipa::path(post, path = "/chats/{id}/leave", tag = "team", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn leave(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            actions::leave(tx, &signed.ctx, signed.person, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A message to be sent.
#[derive(Deserialize, ToSchema)]
struct NewTeamMessage {
    /// Made by the sender; the same again answers with the stored message.
    client_id: Uuid,
    #[serde(default)]
    text: String,
    /// Own uploads.
    #[serde(default)]
    files: Vec<Id<File>>,
    /// What it answers.
    reply_to: Option<Id<Message>>,
}

#[utoipa::path(post, path = "/chats/{id}/messages", tag = "team", params(("id" = Uuid, Path)), request_body = NewTeamMessage,
    responses((status = 200, body = Message)))]
async fn send(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<NewTeamMessage>,
) -> Answer<Json<Message>> {
    let out = Outgoing {
        client_id: form.client_id,
        text: form.text,
        files: form.files,
        reply_to: form.reply_to,
    };
    let sent = Sent::new(signed.ctx, signed.person, id, out);
    let lane = &house.part::<Sending>()?.0;
    match lane.put(sent.clone()).await {
        // Another copy of this request ran beside it and was quicker: this one now finds it stored.
        Err(error) if error.code() == Some("messages.twice") => Ok(Json(lane.put(sent).await?)),
        stored => Ok(Json(stored?)),
    }
}
