//! Routes of team chats.

use crate::{
    actions::{
        self,
        copying::{self, Forward},
        groups::{self, ChatPatch},
        guests::{self, NewGuest},
        topics,
    },
    model::MyChat,
    sending::{Outgoing, Sending, Sent},
};
use accounts::{Invitation, Person, Program, Signed};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use db::Tx;
use files::File;
use kernel::{Error, Id, Uuid};
use messages::{Cards, Message, ObjectRef, Thread};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, At, Body, House, OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, change))
        .routes(routes!(leave))
        .routes(routes!(send))
        .routes(routes!(forward))
        .routes(routes!(grow))
        .routes(routes!(start_topic))
        .routes(routes!(link, make_link, end_link))
        .routes(routes!(linked, join))
        .routes(routes!(invite_guest))
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
            groups::change(tx, &signed.ctx, signed.person, id, patch).await?;
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
        .write(async move |tx: &mut Tx<'_>| groups::leave(tx, &signed.ctx, signed.person, id).await)
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
    /// Records shown in it (S2-14), at most 10; its sender must see them.
    #[serde(default)]
    cards: Vec<ObjectRef>,
    /// Of a reply in a topic: it also stands in the group.
    #[serde(default)]
    also_in_group: bool,
}

/// Records of one message, at most.
const MOST_CARDS: usize = 10;

/// Whoever puts a record into a message must see it.
async fn check_cards(house: &House, me: Id<Person>, refs: &[ObjectRef]) -> kernel::Result<()> {
    if refs.is_empty() {
        return Ok(());
    }
    if refs.len() > MOST_CARDS {
        return Err(Error::field("cards", "messages.too_many_cards").arg("limit", MOST_CARDS));
    }
    let cards = house.part::<Cards>()?.clone();
    let asked = refs.to_vec();
    let found = house
        .read(async move |tx: &mut Tx<'_>| cards.by_refs(tx, me, &asked).await)
        .await?;
    if found.len() == refs.len() {
        Ok(())
    } else {
        Err(Error::field("cards", "not-found"))
    }
}

#[utoipa::path(post, path = "/chats/{id}/messages", tag = "team", params(("id" = Uuid, Path)), request_body = NewTeamMessage,
    responses((status = 200, body = Message)))]
async fn send(
    State(house): State<House>,
    signed: Signed,
    Program(program): Program,
    At(id): At<Id<Thread>>,
    Body(form): Body<NewTeamMessage>,
) -> Answer<Json<Message>> {
    check_cards(&house, signed.person, &form.cards).await?;
    accounts::wrote(&house, signed.person, &program);
    let out = Outgoing {
        client_id: form.client_id,
        text: form.text,
        files: form.files,
        reply_to: form.reply_to,
        cards: form.cards,
        also_in_group: form.also_in_group,
    };
    let sent = Sent::new(signed.ctx, signed.person, id, out);
    let lane = &house.part::<Sending>()?.0;
    match lane.put(sent.clone()).await {
        // Another copy of this request ran beside it and was quicker: this one now finds it stored.
        Err(error) if error.code() == Some("messages.twice") => Ok(Json(lane.put(sent).await?)),
        stored => Ok(Json(stored?)),
    }
}

/// What to pass on.
#[derive(Deserialize, ToSchema)]
struct NewForward {
    /// Made by the sender; the same again writes nothing new.
    client_id: Uuid,
    /// In the order to be written, at most 100.
    message_ids: Vec<Id<Message>>,
}

#[utoipa::path(post, path = "/chats/{id}/forward", tag = "team", params(("id" = Uuid, Path)), request_body = NewForward,
    responses((status = 200, body = Vec<Message>)))]
async fn forward(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<NewForward>,
) -> Answer<Json<Vec<Message>>> {
    let what = Forward {
        client_id: form.client_id,
        messages: form.message_ids,
    };
    let stored = house
        .write(async move |tx: &mut Tx<'_>| {
            copying::forward(tx, &signed.ctx, signed.person, id, &what).await
        })
        .await?;
    Ok(Json(stored))
}

/// A group made of a direct chat (S2-24).
#[derive(Deserialize, ToSchema)]
struct Grow {
    /// May be empty: the members' first names then.
    #[serde(default)]
    title: String,
    /// Who joins the two.
    member_ids: Vec<Id<Person>>,
    /// Copies the direct chat's messages into the group; without it the direct chat stays private.
    #[serde(default)]
    share_history: bool,
}

#[utoipa::path(post, path = "/chats/{id}/group", tag = "team", params(("id" = Uuid, Path)), request_body = Grow,
    responses((status = 200, body = MyChat)))]
async fn grow(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<Grow>,
) -> Answer<Json<MyChat>> {
    let chat = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::may_write(tx, &signed.ctx).await?;
            let whom = (form.title.as_str(), form.member_ids.as_slice());
            let share = form.share_history;
            let group = copying::grow(tx, &signed.ctx, signed.person, id, whom, share).await?;
            actions::one(tx, signed.person, group).await
        })
        .await?;
    Ok(Json(chat))
}

/// Under which message.
#[derive(Deserialize, ToSchema)]
struct NewTopic {
    message_id: Id<Message>,
}

#[utoipa::path(post, path = "/chats/{id}/topics", tag = "team", params(("id" = Uuid, Path)), request_body = NewTopic,
    responses((status = 200, body = MyChat)))]
async fn start_topic(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<NewTopic>,
) -> Answer<Json<MyChat>> {
    let chat = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::may_write(tx, &signed.ctx).await?;
            let topic = topics::start(tx, &signed.ctx, signed.person, id, form.message_id).await?;
            actions::one(tx, signed.person, topic).await
        })
        .await?;
    Ok(Json(chat))
}

/// A group's link.
#[derive(Serialize, ToSchema)]
struct GroupLink {
    /// The path to pass on after the address of the workspace; none: there is no link.
    path: Option<String>,
}

impl From<Option<String>> for GroupLink {
    fn from(token: Option<String>) -> Self {
        Self {
            path: token.map(|token| format!("/g/{token}")),
        }
    }
}

#[utoipa::path(get, path = "/chats/{id}/link", tag = "team", params(("id" = Uuid, Path)), responses((status = 200, body = GroupLink)))]
async fn link(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<Json<GroupLink>> {
    let token = house
        .read(async move |tx: &mut Tx<'_>| groups::link(tx, signed.person, id).await)
        .await?;
    Ok(Json(token.into()))
}

async fn set_link(
    house: House,
    signed: Signed,
    id: Id<Thread>,
    on: bool,
) -> Answer<Json<GroupLink>> {
    let token = house
        .write(async move |tx: &mut Tx<'_>| {
            groups::set_link(tx, &signed.ctx, signed.person, id, on).await
        })
        .await?;
    Ok(Json(token.into()))
}

#[utoipa::path(post, path = "/chats/{id}/link", tag = "team", params(("id" = Uuid, Path)), responses((status = 200, body = GroupLink)))]
async fn make_link(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<Json<GroupLink>> {
    set_link(house, signed, id, true).await
}

#[utoipa::path(delete, path = "/chats/{id}/link", tag = "team", params(("id" = Uuid, Path)), responses((status = 200, body = GroupLink)))]
async fn end_link(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<Json<GroupLink>> {
    set_link(house, signed, id, false).await
}

/// The group a link leads to.
#[derive(Serialize, ToSchema)]
struct LinkedGroup {
    id: Id<Thread>,
    title: String,
    members: usize,
}

#[utoipa::path(get, path = "/group-links/{token}", tag = "team", params(("token" = String, Path)), responses((status = 200, body = LinkedGroup)))]
async fn linked(
    State(house): State<House>,
    _: Signed,
    At(token): At<String>,
) -> Answer<Json<LinkedGroup>> {
    let (chat, members) = house
        .read(async move |tx: &mut Tx<'_>| groups::linked(tx, &token).await)
        .await?;
    Ok(Json(LinkedGroup {
        id: chat.id,
        title: chat.title,
        members,
    }))
}

#[utoipa::path(post, path = "/group-links/{token}", tag = "team", params(("token" = String, Path)), responses((status = 200, body = MyChat)))]
async fn join(
    State(house): State<House>,
    signed: Signed,
    At(token): At<String>,
) -> Answer<Json<MyChat>> {
    let chat = house
        .write(async move |tx: &mut Tx<'_>| {
            let id = groups::join(tx, &signed.ctx, signed.person, &token).await?;
            actions::one(tx, signed.person, id).await
        })
        .await?;
    Ok(Json(chat))
}

#[utoipa::path(post, path = "/guests", tag = "team", request_body = NewGuest, responses((status = 200, body = Invitation)))]
async fn invite_guest(
    State(house): State<House>,
    signed: Signed,
    headers: HeaderMap,
    Body(form): Body<NewGuest>,
) -> Answer<Json<Invitation>> {
    let base = house.address(&headers);
    let made = house
        .write(async move |tx: &mut Tx<'_>| {
            guests::invite(tx, &signed.ctx, signed.person, form, &base).await
        })
        .await?;
    Ok(Json(made))
}
