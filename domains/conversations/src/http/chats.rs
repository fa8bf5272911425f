//! The inbox and what people do with a client's chat.

use crate::{
    actions::{
        chats, dealing,
        sending::{self, Outgoing},
        snooze, view,
    },
    model::{ClientChatDetail, GroupCount, InboxGroup, MyClientChat, Queue, QueueLoad},
    store,
};
use accounts::{Person, Signed};
use axum::{Json, extract::State, http::StatusCode};
use channel::{FileKind, OutFile, OutMessage};
use channels::TemplateUse;
use db::Tx;
use files::File;
use kernel::{Ctx, Error, Id, Result};
use messages::{Message, Thread};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, Params};

/// Which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// my, watched, queue, all, closed, waiting or snoozed.
    #[param(inline)]
    group: InboxGroup,
    /// A part of the client's name.
    #[serde(default)]
    q: String,
    /// `next` of the page before.
    next: Option<String>,
}
/// A page of the inbox.
#[derive(Serialize, ToSchema)]
pub(super) struct InboxPage {
    pub(super) items: Vec<MyClientChat>,
    pub(super) next: Option<String>,
}

#[utoipa::path(get, path = "/inbox", tag = "conversations", params(Page), responses((status = 200, body = InboxPage)))]
pub(super) async fn inbox(
    State(house): State<House>,
    signed: Signed,
    Params(page): Params<Page>,
) -> Answer<Json<InboxPage>> {
    let (items, next) = house
        .read(async move |tx: &mut Tx<'_>| {
            view::inbox(tx, signed.person, page.group, &page.q, page.next.as_deref()).await
        })
        .await?;
    Ok(Json(InboxPage { items, next }))
}

/// How many chats stand in each group.
#[derive(Serialize, ToSchema)]
pub(super) struct InboxCounts {
    my: GroupCount,
    watched: GroupCount,
    queue: GroupCount,
    all: GroupCount,
    closed: GroupCount,
    waiting: GroupCount,
    snoozed: GroupCount,
}

#[utoipa::path(get, path = "/inbox/counts", tag = "conversations", responses((status = 200, body = InboxCounts)))]
pub(super) async fn counts(
    State(house): State<House>,
    signed: Signed,
) -> Answer<Json<InboxCounts>> {
    let [my, watched, queue, all, closed, waiting, snoozed] = house
        .read(async move |tx: &mut Tx<'_>| view::counts(tx, signed.person).await)
        .await?;
    Ok(Json(InboxCounts {
        my,
        watched,
        queue,
        all,
        closed,
        waiting,
        snoozed,
    }))
}

#[utoipa::path(get, path = "/client-chats/{id}", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 200, body = ClientChatDetail)))]
pub(super) async fn detail(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<Json<ClientChatDetail>> {
    let person = signed.person;
    let account = house
        .read(async move |tx: &mut Tx<'_>| {
            accounts::access(tx, person, id.uuid()).await?;
            let account = store::account_of(tx, id).await?;
            channels::account(tx, account).await
        })
        .await?;
    let channel = channels::brief_of(&house, account);
    let detail = house
        .read(async move |tx: &mut Tx<'_>| view::detail(tx, person, id, channel).await)
        .await?;
    Ok(Json(detail))
}

/// What the chat's channel can do; *not found* is told by the send itself, so that a lost race is told as one.
async fn capabilities(house: &House, id: Id<Thread>) -> Result<channel::Capabilities> {
    let account = house
        .read(async move |tx: &mut Tx<'_>| {
            let account = store::account_of(tx, id).await?;
            channels::account(tx, account).await
        })
        .await?;
    channels::capabilities_of(house, &account)
}

/// A message to a client.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewReply {
    /// Made by the sender; the same again answers with the stored message.
    client_id: kernel::Uuid,
    #[serde(default)]
    text: String,
    #[serde(default)]
    files: Vec<Id<File>>,
    reply_to: Option<Id<Message>>,
    /// L-65: for colleagues only.
    #[serde(default)]
    hidden: bool,
    /// Take over somebody else's chat.
    #[serde(default)]
    take: bool,
    /// U-18: write into somebody else's chat without taking it, for those who manage chats.
    #[serde(default)]
    help: bool,
    /// S3-10: shorten links in this message; none as the channel does.
    shorten: Option<bool>,
    /// P-16: asks the client for their own number by a button with these words, where the channel can.
    ask_phone: Option<String>,
    /// U-06: a text the messenger approved, instead of `text`; `files` are for its header.
    template: Option<TemplateUse>,
    /// Buttons under it, where the channel's capabilities allow some.
    #[serde(default, deserialize_with = "crate::model::objects")]
    buttons: Vec<messages::MessageButton>,
}

#[utoipa::path(post, path = "/client-chats/{id}/messages", tag = "conversations", params(("id" = Uuid, Path)), request_body = NewReply,
    responses((status = 200, body = Message)))]
pub(super) async fn send(
    State(house): State<House>,
    signed: Signed,
    accounts::Program(program): accounts::Program,
    At(id): At<Id<Thread>>,
    Body(form): Body<NewReply>,
) -> Answer<Json<Message>> {
    let capabilities = capabilities(&house, id).await?;
    accounts::wrote(&house, signed.person, &program);
    let out = Outgoing {
        client_id: form.client_id,
        text: form.text,
        files: form.files,
        reply_to: form.reply_to,
        hidden: form.hidden,
        take: form.take,
        help: form.help,
        shorten: form.shorten,
        template: form.template,
        ask_phone: form.ask_phone,
        buttons: form.buttons,
        via: None,
    };
    let message = house
        .write(async move |tx: &mut Tx<'_>| {
            sending::send(tx, &signed.ctx, signed.person, id, out, &capabilities).await
        })
        .await?;
    Ok(Json(message))
}

/// Sends what waited (P-06).
pub fn send_later(
    house: House,
    ctx: kernel::Ctx,
    me: Id<accounts::Person>,
    id: Id<Thread>,
    words: messages::LaterWords,
) -> web::BoxFuture<Result<Message>> {
    Box::pin(async move {
        let capabilities = capabilities(&house, id).await?;
        let out = Outgoing {
            client_id: words.client_id,
            text: words.text,
            files: words.files,
            reply_to: words.reply_to,
            hidden: words.hidden,
            take: false,
            help: false,
            shorten: None,
            template: None,
            ask_phone: None,
            buttons: words.buttons,
            via: None,
        };
        house
            .write(async move |tx: &mut Tx<'_>| {
                sending::send(tx, &ctx, me, id, out, &capabilities).await
            })
            .await
    })
}

/// Refuses buttons under what is to go later that would be refused if it went now.
pub fn check_later(
    house: House,
    id: Id<Thread>,
    words: messages::LaterWords,
) -> web::BoxFuture<Result<()>> {
    Box::pin(async move {
        if words.hidden {
            return Err(Error::field("buttons", "conversations.buttons_hidden"));
        }
        let capabilities = capabilities(&house, id).await?;
        let asked = words.files.clone();
        let files = house
            .read(async move |tx: &mut Tx<'_>| files::by_ids(tx, &asked).await)
            .await?;
        let files = files.iter().map(sending::out_file).collect();
        let out = OutMessage::from_source(&words.text, files);
        let planned =
            channels::plan_out(&out, &capabilities).map_err(|p| channels::problems(&p))?;
        channels::check_buttons(&words.buttons, &capabilities, &planned).map(drop)
    })
}

/// A file as far as planning needs to know it.
#[derive(Deserialize, ToSchema)]
pub(super) struct PlannedFile {
    kind: String,
    size: u64,
    name: String,
    #[serde(default)]
    mime: String,
}
/// A message not sent yet.
#[derive(Deserialize, ToSchema)]
pub(super) struct PlanForm {
    #[serde(default)]
    text: String,
    #[serde(default)]
    files: Vec<PlannedFile>,
    /// S3-10: as it will be sent.
    shorten: Option<bool>,
}
/// One messenger message of it.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanPart {
    text: String,
    files: Vec<usize>,
}
/// Why it cannot go.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanTrouble {
    code: String,
    title: String,
}
/// How it would be sent.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanAnswer {
    parts: Vec<PlanPart>,
    problems: Vec<PlanTrouble>,
}

#[utoipa::path(post, path = "/client-chats/{id}/plan", tag = "conversations", params(("id" = Uuid, Path)), request_body = PlanForm,
    responses((status = 200, body = PlanAnswer)))]
pub(super) async fn plan(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<PlanForm>,
) -> Answer<Json<PlanAnswer>> {
    let person = signed.person;
    house
        .read(async move |tx: &mut Tx<'_>| accounts::access(tx, person, id.uuid()).await)
        .await?;
    let capabilities = capabilities(&house, id).await?;
    let files: Vec<OutFile> = form
        .files
        .into_iter()
        .map(|f| OutFile {
            kind: FileKind::from_word(&f.kind),
            size: f.size,
            mime: f.mime,
            name: f.name,
        })
        .collect();
    let words = OutMessage::from_source(&form.text, files);
    let words = house
        .read(async move |tx: &mut Tx<'_>| {
            let account = store::account_of(tx, id).await?;
            let account = channels::account(tx, account).await?;
            let words = links::measured(tx, account.id.uuid(), form.shorten, words).await?;
            let name = accounts::brief(tx, person).await?.name;
            Ok(channels::signed(&account, &name, words))
        })
        .await?;
    let answer = match channels::plan_out(&words, &capabilities) {
        Ok(planned) => PlanAnswer {
            parts: planned
                .parts
                .into_iter()
                .map(|p| PlanPart {
                    text: p.text,
                    files: p.files,
                })
                .collect(),
            problems: Vec::new(),
        },
        Err(found) => PlanAnswer {
            parts: Vec::new(),
            problems: found
                .iter()
                .filter_map(|p| match channels::problems(std::slice::from_ref(p)) {
                    Error::Refused(refusal) => Some(PlanTrouble {
                        code: p.code().to_owned(),
                        title: house.texts().refusal(signed.ctx.language, &refusal),
                    }),
                    Error::Fault(_) => None,
                })
                .collect(),
        },
    };
    Ok(Json(answer))
}

/// Runs an action and answers with the chat as the person sees it then.
pub(super) async fn then_show<F>(
    house: House,
    signed: Signed,
    id: Id<Thread>,
    action: F,
) -> Answer<Json<MyClientChat>>
where
    F: AsyncFnOnce(&mut Tx<'_>, &Ctx, Id<Person>) -> Result<()> + Send + 'static,
{
    let chat = house
        .write(async move |tx: &mut Tx<'_>| {
            action(tx, &signed.ctx, signed.person).await?;
            view::one(tx, signed.person, id).await
        })
        .await?;
    Ok(Json(chat))
}

#[utoipa::path(post, path = "/client-chats/{id}/take", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 200, body = MyClientChat)))]
pub(super) async fn take(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<Json<MyClientChat>> {
    then_show(
        house,
        signed,
        id,
        async move |tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>| {
            chats::take_over(tx, ctx, me, id).await
        },
    )
    .await
}

/// To whom.
#[derive(Deserialize, ToSchema)]
pub(super) struct HandOver {
    to: Id<Person>,
    /// L-64: a comment hidden from the client.
    #[serde(default)]
    note: String,
    /// S1-81: the former responsible person stays as observer.
    #[serde(default)]
    observe: bool,
}

#[utoipa::path(post, path = "/client-chats/{id}/hand-over", tag = "conversations", params(("id" = Uuid, Path)), request_body = HandOver,
    responses((status = 204)))]
pub(super) async fn hand_over(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<HandOver>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            chats::hand_over(
                tx,
                &signed.ctx,
                signed.person,
                id,
                form.to,
                &form.note,
                form.observe,
            )
            .await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which queue; none: the one it came from.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct ToQueue {
    queue_id: Option<Id<Queue>>,
}

#[utoipa::path(post, path = "/client-chats/{id}/to-queue", tag = "conversations", params(("id" = Uuid, Path)), request_body = ToQueue,
    responses((status = 204)))]
pub(super) async fn to_queue(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<ToQueue>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            chats::to_queue(tx, &signed.ctx, signed.person, id, form.queue_id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/client-chats/{id}/close", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 200, body = MyClientChat)))]
pub(super) async fn close(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<Json<MyClientChat>> {
    then_show(
        house,
        signed,
        id,
        async move |tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>| chats::close(tx, ctx, me, id).await,
    )
    .await
}

#[utoipa::path(post, path = "/client-chats/{id}/reopen", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 200, body = MyClientChat)))]
pub(super) async fn reopen(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<Json<MyClientChat>> {
    then_show(
        house,
        signed,
        id,
        async move |tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>| {
            chats::reopen_chat(tx, ctx, me, id).await
        },
    )
    .await
}

#[utoipa::path(post, path = "/client-chats/{id}/needs-no-answer", tag = "conversations", params(("id" = Uuid, Path)),
    responses((status = 200, body = MyClientChat)))]
pub(super) async fn needs_no_answer(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<Json<MyClientChat>> {
    then_show(
        house,
        signed,
        id,
        async move |tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>| {
            chats::needs_no_answer(tx, ctx, me, id).await
        },
    )
    .await
}

/// Until when.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct SnoozeForm {
    /// None: until the client writes.
    until: Option<kernel::Moment>,
}

#[utoipa::path(post, path = "/client-chats/{id}/snooze", tag = "conversations", params(("id" = Uuid, Path)), request_body = SnoozeForm,
    responses((status = 200, body = MyClientChat)))]
pub(super) async fn put_away(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<SnoozeForm>,
) -> Answer<Json<MyClientChat>> {
    then_show(
        house,
        signed,
        id,
        async move |tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>| {
            snooze::snooze(tx, ctx, me, id, form.until).await
        },
    )
    .await
}

#[utoipa::path(post, path = "/client-chats/{id}/wake", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 200, body = MyClientChat)))]
pub(super) async fn fetch_back(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<Json<MyClientChat>> {
    then_show(
        house,
        signed,
        id,
        async move |tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>| {
            snooze::fetch_back(tx, ctx, me, id).await
        },
    )
    .await
}

/// Whom to add and to remove.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Observers {
    add: Vec<Id<Person>>,
    remove: Vec<Id<Person>>,
}

#[utoipa::path(post, path = "/client-chats/{id}/observers", tag = "conversations", params(("id" = Uuid, Path)), request_body = Observers,
    responses((status = 200, body = MyClientChat)))]
pub(super) async fn observers(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<Observers>,
) -> Answer<Json<MyClientChat>> {
    then_show(
        house,
        signed,
        id,
        async move |tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>| {
            chats::add_observers(tx, ctx, me, id, &form.add, &form.remove).await
        },
    )
    .await
}

/// What an observer hears of.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct ObserveForm {
    /// Every message of the client, or only what is addressed to me; none: as in my settings.
    all: Option<bool>,
}

#[utoipa::path(post, path = "/client-chats/{id}/observe", tag = "conversations", params(("id" = Uuid, Path)), request_body = ObserveForm,
    responses((status = 200, body = MyClientChat)))]
pub(super) async fn observe(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<ObserveForm>,
) -> Answer<Json<MyClientChat>> {
    then_show(
        house,
        signed,
        id,
        async move |tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>| {
            chats::observe(tx, ctx, me, id, form.all).await
        },
    )
    .await
}

#[utoipa::path(post, path = "/client-chats/{id}/leave", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 204)))]
pub(super) async fn leave(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| chats::leave(tx, &signed.ctx, signed.person, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/client-chats/{id}/decline", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 204)))]
pub(super) async fn decline(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            chats::decline(tx, &signed.ctx, signed.person, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/inbox/load", tag = "conversations", responses((status = 200, body = Vec<QueueLoad>)))]
pub(super) async fn load(
    State(house): State<House>,
    signed: Signed,
) -> Answer<Json<Vec<QueueLoad>>> {
    let all = house
        .read(async move |tx: &mut Tx<'_>| {
            let me = signed.person;
            let all = accounts::may(tx, me, "channels.manage").await?.is_some();
            dealing::load(tx, me, all, signed.ctx.now).await
        })
        .await?;
    Ok(Json(all))
}
