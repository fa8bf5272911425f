//! Routes of the notification centre and of pushes.

use crate::{
    actions,
    hooks::OnDone,
    letters::{self, MailServerAnswer, MailServerForm},
    model::{ChatSwitches, Notice, NoticeSettings},
    push::{self, Hop, Subscription},
    store,
};
use accounts::Signed;
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use http_client::Http;
use kernel::{Id, Uuid};
use seal::Sealer;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, OpenApiRouter, Params, routes};

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(done))
        .routes(routes!(all_done))
        .routes(routes!(push_key))
        .routes(routes!(subscribe, unsubscribe))
        .routes(routes!(test_push))
        .routes(routes!(settings, save_settings))
        .routes(routes!(save_chat))
        .routes(routes!(mail_server, keep_mail_server, forget_mail_server))
        .routes(routes!(test_mail_server))
}

/// Where to go on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// `next` of the page before.
    next: Option<Uuid>,
}
/// A page of notices, newest first.
#[derive(Serialize, ToSchema)]
struct NoticesAnswer {
    items: Vec<Notice>,
    /// How many are not done.
    open: i64,
    next: Option<Uuid>,
}

#[utoipa::path(get, path = "/notices", tag = "notifications", params(Page), responses((status = 200, body = NoticesAnswer)))]
async fn list(
    State(house): State<House>,
    signed: Signed,
    Params(page): Params<Page>,
) -> Answer<Json<NoticesAnswer>> {
    const LIMIT: i64 = 50;
    let (items, open) = house
        .read(async move |tx: &mut Tx<'_>| {
            let items = store::list(tx, signed.person, page.next, LIMIT).await?;
            Ok((items, store::open_count(tx, signed.person).await?))
        })
        .await?;
    let full = i64::try_from(items.len()).unwrap_or(0) == LIMIT;
    let next = items.last().map(|n| n.id.uuid()).filter(|_| full);
    Ok(Json(NoticesAnswer { items, open, next }))
}

/// Handled, or not after all.
#[derive(Deserialize, ToSchema)]
struct Done {
    done: bool,
}

#[utoipa::path(post, path = "/notices/{id}/done", tag = "notifications", params(("id" = Uuid, Path)), request_body = Done,
    responses((status = 200, body = Notice)))]
async fn done(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Notice>>,
    Body(form): Body<Done>,
) -> Answer<Json<Notice>> {
    let on_done = house.part::<OnDone>()?.clone();
    let notice = house
        .write(async move |tx: &mut Tx<'_>| {
            actions::set_done(tx, &signed.ctx, &on_done, signed.person, id, form.done).await
        })
        .await?;
    Ok(Json(notice))
}

#[utoipa::path(post, path = "/notices/done-all", tag = "notifications", responses((status = 204)))]
async fn all_done(State(house): State<House>, signed: Signed) -> Answer<StatusCode> {
    let on_done = house.part::<OnDone>()?.clone();
    house
        .write(async move |tx: &mut Tx<'_>| {
            actions::all_done(tx, &signed.ctx, &on_done, signed.person).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a browser subscribes with.
#[derive(Serialize, ToSchema)]
struct PushKey {
    /// The server's public key in URL-safe letters.
    key: String,
}

#[utoipa::path(get, path = "/push", tag = "notifications", responses((status = 200, body = PushKey)))]
async fn push_key(State(house): State<House>, _: Signed) -> Answer<Json<PushKey>> {
    let sealer = house.part::<Sealer>()?.clone();
    let key = house
        .write(async move |tx: &mut Tx<'_>| push::key(tx, &sealer).await)
        .await?;
    Ok(Json(PushKey {
        key: key.public_key,
    }))
}

#[utoipa::path(post, path = "/push/subscriptions", tag = "notifications", request_body = Subscription, responses((status = 204)))]
async fn subscribe(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<Subscription>,
) -> Answer<StatusCode> {
    let http = house.part::<Http>()?.clone();
    house
        .write(async move |tx: &mut Tx<'_>| push::subscribe(tx, &http, &signed, &form).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The browser to forget.
#[derive(Deserialize, ToSchema)]
struct Unsubscribe {
    endpoint: String,
}

#[utoipa::path(delete, path = "/push/subscriptions", tag = "notifications", request_body = Unsubscribe, responses((status = 204)))]
async fn unsubscribe(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<Unsubscribe>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            push::unsubscribe(tx, signed.person, &form.endpoint).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How far a test came.
#[derive(Serialize, ToSchema)]
struct HopsAnswer {
    hops: Vec<Hop>,
}

#[utoipa::path(post, path = "/push/test", tag = "notifications", responses((status = 200, body = HopsAnswer)))]
async fn test_push(State(house): State<House>, signed: Signed) -> Answer<Json<HopsAnswer>> {
    Ok(Json(HopsAnswer {
        hops: push::test(&house, &signed.ctx, signed.person).await?,
    }))
}

/// One chat with a person's switches.
#[derive(Serialize, ToSchema)]
struct SwitchedChat {
    thread_id: Uuid,
    #[serde(flatten)]
    switches: ChatSwitches,
}
/// How the caller wants to be told.
#[derive(Serialize, ToSchema)]
struct NoticeSettingsAnswer {
    /// The whole matrix and the quiet hours.
    #[serde(flatten)]
    settings: NoticeSettings,
    /// Chats that differ.
    chats: Vec<SwitchedChat>,
    /// Whether this server can send e-mail; while it cannot, that column does nothing.
    email_connected: bool,
    /// Where letters to the caller would go; empty when they have no address.
    email: String,
}

#[utoipa::path(get, path = "/notices/settings", tag = "notifications", responses((status = 200, body = NoticeSettingsAnswer)))]
async fn settings(
    State(house): State<House>,
    signed: Signed,
) -> Answer<Json<NoticeSettingsAnswer>> {
    let answer = house
        .read(async move |tx: &mut Tx<'_>| {
            let settings = actions::settings(tx, signed.person).await?;
            let chats = store::chats_of(tx, signed.person).await?.into_iter();
            Ok(NoticeSettingsAnswer {
                settings,
                chats: chats
                    .map(|(thread_id, sound, muted_until)| SwitchedChat {
                        thread_id,
                        switches: ChatSwitches { sound, muted_until },
                    })
                    .collect(),
                email_connected: store::mail_server(tx).await?.is_some(),
                email: accounts::email_of(tx, signed.person).await?,
            })
        })
        .await?;
    Ok(Json(answer))
}

#[utoipa::path(put, path = "/notices/settings", tag = "notifications", request_body = NoticeSettings, responses((status = 204)))]
async fn save_settings(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<NoticeSettings>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            actions::save_settings(tx, &signed.ctx, signed.person, form).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(put, path = "/notices/chats/{id}", tag = "notifications", params(("id" = Uuid, Path)), request_body = ChatSwitches,
    responses((status = 204)))]
async fn save_chat(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Uuid>,
    Body(form): Body<ChatSwitches>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            actions::save_chat(tx, &signed.ctx, signed.person, id, form).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/mail-server", tag = "notifications", responses((status = 200, body = MailServerAnswer)))]
async fn mail_server(State(house): State<House>, signed: Signed) -> Answer<Json<MailServerAnswer>> {
    let answer = house
        .read(async move |tx: &mut Tx<'_>| letters::shown(tx, &signed.ctx).await)
        .await?;
    Ok(Json(answer))
}

#[utoipa::path(put, path = "/mail-server", tag = "notifications", request_body = MailServerForm,
    responses((status = 200, body = MailServerAnswer)))]
async fn keep_mail_server(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<MailServerForm>,
) -> Answer<Json<MailServerAnswer>> {
    let sealer = house.part::<Sealer>()?.clone();
    let answer = house
        .write(async move |tx: &mut Tx<'_>| letters::keep(tx, &signed.ctx, &sealer, form).await)
        .await?;
    Ok(Json(answer))
}

#[utoipa::path(delete, path = "/mail-server", tag = "notifications", responses((status = 204)))]
async fn forget_mail_server(State(house): State<House>, signed: Signed) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| letters::forget(tx, &signed.ctx).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where the letter went.
#[derive(Serialize, ToSchema)]
struct TestLetterAnswer {
    to: String,
}

#[utoipa::path(post, path = "/mail-server/test", tag = "notifications", request_body = MailServerForm,
    responses((status = 200, body = TestLetterAnswer)))]
async fn test_mail_server(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<MailServerForm>,
) -> Answer<Json<TestLetterAnswer>> {
    let to = letters::test(&house, &signed.ctx, signed.person, form).await?;
    Ok(Json(TestLetterAnswer { to }))
}
