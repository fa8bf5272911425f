//! Routes of tasks, and of moving messages.

use super::{Overtaken, answer};
use crate::{
    actions::{
        self, Board, MoveTo, MovedTo, NewComment, TaskCounts, TaskFilter, TaskPage, TaskPatch,
        TaskScope,
    },
    model::{Entry, NewTask, Task},
};
use accounts::Signed;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use db::Tx;
use kernel::{Id, Uuid};
use messages::Message;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, OpenApiRouter, Params, routes};

pub(super) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(board))
        .routes(routes!(counts))
        .routes(routes!(targets))
        .routes(routes!(one, change))
        .routes(routes!(seen))
        .routes(routes!(history, comment))
        .routes(routes!(move_messages))
}

/// Whose tasks, and which.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    #[param(inline)]
    scope: TaskScope,
    #[param(inline)]
    filter: Option<TaskFilter>,
    /// Words or a number.
    q: Option<String>,
    /// `next` of the page before.
    next: Option<String>,
}

#[utoipa::path(get, path = "/tasks", tag = "records", params(Which), responses((status = 200, body = TaskPage)))]
async fn list(
    State(house): State<House>,
    signed: Signed,
    Params(which): Params<Which>,
) -> Answer<Json<TaskPage>> {
    let now = signed.ctx.now;
    let page = house
        .read(async move |tx: &mut Tx<'_>| {
            let what = (which.scope, which.filter.unwrap_or_default());
            let (q, next) = (which.q.as_deref(), which.next.as_deref());
            actions::tasks(tx, signed.person, now, what, q, next).await
        })
        .await?;
    Ok(Json(page))
}

#[utoipa::path(post, path = "/tasks", tag = "records", request_body = NewTask, responses((status = 200, body = Task)))]
async fn create(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<NewTask>,
) -> Answer<Json<Task>> {
    let task = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::create_task(tx, &signed.ctx, signed.person, form).await
        })
        .await?;
    Ok(Json(task))
}

/// Which board.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfBoard {
    #[param(inline)]
    scope: TaskScope,
    /// Words or a number.
    q: Option<String>,
}

#[utoipa::path(get, path = "/tasks/board", tag = "records", params(OfBoard), responses((status = 200, body = Board)))]
async fn board(
    State(house): State<House>,
    signed: Signed,
    Params(of): Params<OfBoard>,
) -> Answer<Json<Board>> {
    let board = house
        .read(async move |tx: &mut Tx<'_>| {
            actions::board(tx, signed.person, of.scope, of.q.as_deref()).await
        })
        .await?;
    Ok(Json(board))
}

#[utoipa::path(get, path = "/tasks/counts", tag = "records", responses((status = 200, body = TaskCounts)))]
async fn counts(State(house): State<House>, signed: Signed) -> Answer<Json<TaskCounts>> {
    let now = signed.ctx.now;
    let counts = house
        .read(async move |tx: &mut Tx<'_>| actions::counts(tx, signed.person, now).await)
        .await?;
    Ok(Json(counts))
}

/// What is looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Words {
    /// Words or a number.
    q: Option<String>,
}

/// Tasks that were found.
#[derive(Serialize, ToSchema)]
struct TasksFound {
    items: Vec<Task>,
}

#[utoipa::path(get, path = "/tasks/targets", tag = "records", params(Words), responses((status = 200, body = TasksFound)))]
async fn targets(
    State(house): State<House>,
    signed: Signed,
    Params(words): Params<Words>,
) -> Answer<Json<TasksFound>> {
    let items = house
        .read(async move |tx: &mut Tx<'_>| {
            actions::task_targets(tx, signed.person, words.q.as_deref()).await
        })
        .await?;
    Ok(Json(TasksFound { items }))
}

#[utoipa::path(get, path = "/tasks/{id}", tag = "records", params(("id" = Uuid, Path)), responses((status = 200, body = Task)))]
async fn one(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Task>>,
) -> Answer<Json<Task>> {
    let task = house
        .read(async move |tx: &mut Tx<'_>| actions::one_task(tx, signed.person, id).await)
        .await?;
    Ok(Json(task))
}

#[utoipa::path(patch, path = "/tasks/{id}", tag = "records", params(("id" = Uuid, Path)), request_body = TaskPatch,
    responses((status = 200, body = Task), (status = 409, body = Overtaken<Task>)))]
async fn change(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Task>>,
    Body(patch): Body<TaskPatch>,
) -> Answer<Response> {
    let (ctx, me) = (signed.ctx.clone(), signed.person);
    let saved = house
        .write(async move |tx: &mut Tx<'_>| actions::change_task(tx, &ctx, me, id, patch).await)
        .await?;
    Ok(answer(&house, &signed, saved))
}

#[utoipa::path(post, path = "/tasks/{id}/seen", tag = "records", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn seen(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Task>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            actions::seen_task(tx, &signed.ctx, signed.person, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where to go on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Before {
    /// `next` of the page before.
    pub(super) before: Option<Uuid>,
}

#[utoipa::path(get, path = "/tasks/{id}/entries", tag = "records", params(("id" = Uuid, Path), Before),
    responses((status = 200, body = actions::EntryPage)))]
async fn history(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Task>>,
    Params(page): Params<Before>,
) -> Answer<Json<actions::EntryPage>> {
    let page = house
        .read(async move |tx: &mut Tx<'_>| {
            actions::task_entries(tx, signed.person, id, page.before.map(Id::new)).await
        })
        .await?;
    Ok(Json(page))
}

#[utoipa::path(post, path = "/tasks/{id}/entries", tag = "records", params(("id" = Uuid, Path)), request_body = NewComment,
    responses((status = 200, body = Entry)))]
async fn comment(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Task>>,
    Body(form): Body<NewComment>,
) -> Answer<Json<Entry>> {
    let entry = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::comment_task(tx, &signed.ctx, signed.person, id, form).await
        })
        .await?;
    Ok(Json(entry))
}

/// Messages to be moved.
#[derive(Deserialize, ToSchema)]
struct Move {
    message_ids: Vec<Id<Message>>,
    into: MoveTo,
}

#[utoipa::path(post, path = "/records/move", tag = "records", request_body = Move, responses((status = 200, body = MovedTo)))]
async fn move_messages(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<Move>,
) -> Answer<Json<MovedTo>> {
    let moved = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::move_messages(tx, &signed.ctx, signed.person, &form.message_ids, form.into)
                .await
        })
        .await?;
    Ok(Json(moved))
}
