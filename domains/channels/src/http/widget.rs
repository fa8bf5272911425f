//! The site widget: visitors write without an account, known only by a secret word their browser keeps.

use super::page::serve;
use crate::{
    hooks::{Incoming, Introduction, Upcalls},
    intake::{self, take_visitor},
    live::unseal,
    model::{Account, Peer},
    store,
    visitors::{Visitors, is_embedded},
};
use accounts::Address;
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, header},
    response::Response,
};
use channel::{Author, Inbound, InboundMessage};
use db::Tx;
use files::{File, FileRef, UploadOwner};
use futures_util::TryStreamExt;
use kernel::{Actor, Ctx, Error, Id, Language, Moment, Result, Uuid};
use messages::{DeliveryState, Message, Thread};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use text::Token;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, Params, PresenceState, Upgrade};

/// Messages a page is given at once, and watched for changes.
const WINDOW: i64 = 200;

async fn account(house: &House, key: String, headers: &HeaderMap) -> Result<Account> {
    let account = house
        .read(async move |tx: &mut Tx<'_>| store::by_key(tx, &key).await)
        .await?;
    if !is_embedded(&account) {
        return Err(Error::not_found());
    }
    let settings = unseal(house, &account.settings)?;
    let mut allowed = settings.lines("origins").peekable();
    let origin = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok());
    let host = headers
        .get(header::HOST)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if let (Some(origin), Some(_)) = (origin, allowed.peek()) {
        let own = origin
            .split_once("://")
            .is_some_and(|(_, rest)| rest == host);
        if !own && !allowed.any(|a| a.trim_end_matches('/') == origin) {
            return Err(Error::denied("web.foreign_origin"));
        }
    }
    Ok(account)
}

fn token(headers: &HeaderMap) -> Result<String> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.strip_prefix("Bearer "))
        .and_then(Visitors::ext_id)
        .ok_or_else(|| Error::sign_in("accounts.sign_in_needed"))
}

fn language(headers: &HeaderMap) -> Language {
    let header = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|v| v.to_str().ok());
    header.map_or_else(Language::default, Language::from_header)
}

pub(super) fn online(house: &House) -> bool {
    house
        .hub()
        .presences()
        .values()
        .any(|p| *p == PresenceState::Online)
}

/// How the widget looks.
#[derive(Serialize, ToSchema)]
pub(super) struct WidgetConfig {
    name: String,
    language: Language,
    title: String,
    greeting: String,
    accent: String,
    online: bool,
    offline_text: String,
}

#[utoipa::path(get, path = "/widget/{key}/config", tag = "widget", params(("key" = String, Path)), responses((status = 200, body = WidgetConfig)))]
pub(super) async fn config(
    State(house): State<House>,
    headers: HeaderMap,
    At(key): At<String>,
) -> Answer<Json<WidgetConfig>> {
    let account = account(&house, key, &headers).await?;
    let settings = unseal(&house, &account.settings)?;
    let workspace = house
        .read(async |tx: &mut Tx<'_>| accounts::workspace(tx).await)
        .await?;
    Ok(Json(WidgetConfig {
        name: workspace.name,
        language: workspace.language,
        title: settings.get("title").to_owned(),
        greeting: settings.get("greeting").to_owned(),
        accent: settings.get("accent").to_owned(),
        online: online(&house),
        offline_text: settings.get("offline_text").to_owned(),
    }))
}

/// What a page tells when it opens, and what a visitor told of themselves.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct VisitorForm {
    token: Option<String>,
    page: String,
    referrer: String,
    language: String,
    name: String,
    email: String,
    phone: String,
    /// Under which id the pixel of our site knows this browser (S3-09).
    pixel: String,
}
/// The visitor's secret word.
#[derive(Serialize, ToSchema)]
pub(super) struct VisitorAnswer {
    token: String,
    /// They have written before.
    chat: bool,
}

#[utoipa::path(post, path = "/widget/{key}/visitor", tag = "widget", params(("key" = String, Path)), request_body = VisitorForm,
    responses((status = 200, body = VisitorAnswer)))]
pub(super) async fn visitor(
    State(house): State<House>,
    headers: HeaderMap,
    At(key): At<String>,
    Body(form): Body<VisitorForm>,
) -> Answer<Json<VisitorAnswer>> {
    let account = account(&house, key, &headers).await?;
    let known = form.token.clone().filter(|t| Visitors::ext_id(t).is_some());
    let token = known.unwrap_or_else(|| house.ids().secret());
    let ext = Visitors::ext_id(&token).ok_or_else(|| Error::fault("a made token does not fit"))?;
    let short = |s: &str| s.chars().take(500).collect::<String>();
    let facts: Vec<(String, String)> = [
        ("page", &form.page),
        ("referrer", &form.referrer),
        ("language", &form.language),
    ]
    .into_iter()
    .filter(|(_, v)| !v.is_empty())
    .map(|(k, v)| (k.to_owned(), short(v)))
    .collect();
    let mut remembered = facts.clone();
    if !form.pixel.is_empty() {
        remembered.push(("pixel".to_owned(), short(&form.pixel)));
    }
    house.part::<Arc<Visitors>>()?.remember(&ext, remembered);
    let told = Introduction {
        name: short(&form.name),
        email: short(&form.email),
        phone: short(&form.phone),
        facts,
    };
    let speaks = !(told.name.is_empty() && told.email.is_empty() && told.phone.is_empty());
    let (ctx, upcalls) = (
        house.ctx(Actor::System, language(&headers)),
        *house.part::<Upcalls>()?,
    );
    let chat = house
        .write(async move |tx: &mut Tx<'_>| {
            if !speaks {
                return match store::find_peer(tx, account.id, &ext).await? {
                    Some(peer) => Ok((upcalls.thread)(tx, &peer).await?.is_some()),
                    None => Ok(false),
                };
            }
            let peer = store::peer_for(tx, account.id, &ext, ctx.ids.next(), ctx.now).await?;
            (upcalls.introduce)(tx, &ctx, &account, &peer, &told).await?;
            Ok((upcalls.thread)(tx, &peer).await?.is_some())
        })
        .await?;
    Ok(Json(VisitorAnswer { token, chat }))
}

/// A file as a visitor sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct WidgetFile {
    #[serde(flatten)]
    file: FileRef,
    url: String,
}
/// A message as a visitor sees it: no hidden ones, no mentions, no colleagues' reactions.
#[derive(Serialize, ToSchema)]
pub(super) struct WidgetMessage {
    pub(super) id: Id<Message>,
    client_id: Option<Uuid>,
    seq: i64,
    at: Moment,
    mine: bool,
    author: String,
    text: String,
    tokens: Vec<Token>,
    files: Vec<WidgetFile>,
    edited: bool,
    deleted: bool,
}

pub(super) fn shown(key: &str, m: Message) -> Option<WidgetMessage> {
    let withdrawn = m
        .delivery
        .as_ref()
        .is_some_and(|d| matches!(d.state, DeliveryState::Cancelled | DeliveryState::Failed));
    let mine = m.author.kind == "contact";
    let ours = m.author.kind == "person" || m.author.kind == "bot";
    if m.hidden || m.kind != "text" || withdrawn || !(mine || ours) {
        return None;
    }
    let text = text::markup::strip_mentions(&m.text);
    Some(WidgetMessage {
        id: m.id,
        client_id: m.client_id.filter(|_| mine),
        seq: m.seq,
        at: m.at,
        mine,
        author: m.author.name,
        tokens: text::parse(&text, &[]),
        text,
        files: m
            .files
            .into_iter()
            .map(|file| WidgetFile {
                url: format!("/api/v1/widget/{key}/files/{}", file.id),
                file,
            })
            .collect(),
        edited: m.edited_at.is_some(),
        deleted: m.deleted_at.is_some(),
    })
}

/// After which number.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    #[serde(default)]
    after: i64,
}
/// Messages, oldest first.
#[derive(Serialize, ToSchema)]
pub(super) struct WidgetPage {
    messages: Vec<WidgetMessage>,
}

#[utoipa::path(get, path = "/widget/{key}/messages", tag = "widget", params(("key" = String, Path), After), responses((status = 200, body = WidgetPage)))]
pub(super) async fn messages(
    State(house): State<House>,
    headers: HeaderMap,
    At(key): At<String>,
    Params(page): Params<After>,
) -> Answer<Json<WidgetPage>> {
    let account = account(&house, key.clone(), &headers).await?;
    let ext = token(&headers)?;
    let upcalls = *house.part::<Upcalls>()?;
    let found = house
        .read(async move |tx: &mut Tx<'_>| {
            let Some(peer) = store::find_peer(tx, account.id, &ext).await? else {
                return Ok(Vec::new());
            };
            match (upcalls.thread)(tx, &peer).await? {
                Some(thread) => window(tx, thread, page.after).await,
                None => Ok(Vec::new()),
            }
        })
        .await?;
    Ok(Json(WidgetPage {
        messages: found.into_iter().filter_map(|m| shown(&key, m)).collect(),
    }))
}

pub(super) async fn window(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    after: i64,
) -> Result<Vec<Message>> {
    let which = if after > 0 {
        messages::Window::After(after)
    } else {
        messages::Window::Newest
    };
    let page = messages::page(tx, Id::new(Uuid::nil()), thread, which, WINDOW).await?;
    crate::outbox::as_sent(tx, page.messages).await
}

/// A message of a visitor.
#[derive(Deserialize, ToSchema)]
pub(super) struct VisitorMessage {
    client_id: Uuid,
    #[serde(default)]
    text: String,
    #[serde(default)]
    files: Vec<Id<File>>,
}

#[utoipa::path(post, path = "/widget/{key}/messages", tag = "widget", params(("key" = String, Path)), request_body = VisitorMessage,
    responses((status = 200, body = WidgetMessage)))]
pub(super) async fn send(
    State(house): State<House>,
    headers: HeaderMap,
    Address(address): Address,
    At(key): At<String>,
    Body(form): Body<VisitorMessage>,
) -> Answer<Json<WidgetMessage>> {
    let account = account(&house, key.clone(), &headers).await?;
    let ext = token(&headers)?;
    let visitors = house.part::<Arc<Visitors>>()?;
    visitors
        .may_write(&ext, address, house.clock().now())
        .map_err(|wait| Error::too_many("channels.too_often", wait))?;
    let facts = visitors.recall(&ext);
    let ctx = house.ctx(Actor::System, language(&headers));
    let upcalls = *house.part::<Upcalls>()?;
    let (message, peer) = house
        .write(async move |tx: &mut Tx<'_>| {
            let peer = store::peer_for(tx, account.id, &ext, ctx.ids.next(), ctx.now).await?;
            let incoming = incoming(&ctx, &peer, form, facts);
            Ok((
                take_visitor(tx, &ctx, &account, &peer, incoming, &upcalls).await?,
                peer,
            ))
        })
        .await?;
    intake::poke(&house, peer.id);
    shown(&key, message)
        .map(Json)
        .ok_or_else(|| Error::not_found().into())
}

fn incoming(
    ctx: &Ctx,
    peer: &Peer,
    form: VisitorMessage,
    facts: Vec<(String, String)>,
) -> Incoming {
    let message = InboundMessage {
        ext_id: format!("{}:{}", peer.id, form.client_id),
        peer: channel::Peer {
            ext_id: peer.ext_id.clone(),
            ..channel::Peer::default()
        },
        author: Author::Customer,
        at: ctx.now,
        // A visitor types plain text: what looks like markup stays as typed.
        text: text::from_entities(&form.text, &[]),
        media: Vec::new(),
        reply_to: None,
        album: None,
        context: facts,
    };
    Incoming {
        inbound: Inbound::Message(Box::new(message)),
        reply_to: None,
        uploads: form.files,
        client_id: Some(form.client_id),
    }
}

#[utoipa::path(post, path = "/widget/{key}/files", tag = "widget", params(("key" = String, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = FileRef)))]
pub(super) async fn upload(
    State(house): State<House>,
    Address(address): Address,
    At(key): At<String>,
    request: Request,
) -> Answer<Json<FileRef>> {
    let headers = request.headers().clone();
    let account = account(&house, key, &headers).await?;
    let ext = token(&headers)?;
    house
        .part::<Arc<Visitors>>()?
        .may_write(&ext, address, house.clock().now())
        .map_err(|wait| Error::too_many("channels.too_often", wait))?;
    let name = files::upload_name(&headers)?;
    let ctx = house.ctx(Actor::System, language(&headers));
    let (id, now) = (ctx.ids.next(), ctx.now);
    let peer = house
        .write(async move |tx: &mut Tx<'_>| store::peer_for(tx, account.id, &ext, id, now).await)
        .await?;
    let stream = request
        .into_body()
        .into_data_stream()
        .map_err(std::io::Error::other);
    let file = files::upload(
        &house,
        &ctx,
        UploadOwner(peer.id.uuid()),
        &name,
        files::Said::default(),
        stream,
    )
    .await?;
    Ok(Json(file))
}

/// The visitor's secret word, for addresses a browser opens by itself.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ByToken {
    t: String,
}

#[utoipa::path(get, path = "/widget/{key}/files/{id}", tag = "widget", params(("key" = String, Path), ("id" = Uuid, Path), ByToken),
    responses((status = 200)))]
pub(super) async fn file(
    State(house): State<House>,
    headers: HeaderMap,
    At((key, id)): At<(String, Id<File>)>,
    Params(by): Params<ByToken>,
) -> Answer<Response> {
    let account = account(&house, key, &headers).await?;
    let ext = Visitors::ext_id(&by.t).ok_or_else(Error::not_found)?;
    let upcalls = *house.part::<Upcalls>()?;
    let file = house
        .read(async move |tx: &mut Tx<'_>| {
            let peer = store::find_peer(tx, account.id, &ext)
                .await?
                .ok_or_else(Error::not_found)?;
            let file = files::expected(tx, id).await?;
            let thread = (upcalls.thread)(tx, &peer).await?;
            let own = file.owner_id == Some(peer.id.uuid());
            let shared = match (thread, file.thread_id) {
                (Some(thread), Some(of)) if thread.uuid() == of => {
                    // A file of a hidden comment is in the same thread; only files of shown messages are the visitor's.
                    window(tx, thread, 0)
                        .await?
                        .iter()
                        .any(|m| !m.hidden && m.files.iter().any(|f| f.id == id))
                }
                _ => false,
            };
            if own || shared {
                Ok(file)
            } else {
                Err(Error::not_found())
            }
        })
        .await?;
    files::serve(&house, &file, &headers, false, false).await
}

#[utoipa::path(get, path = "/widget/{key}/socket", tag = "widget", params(("key" = String, Path), ByToken), responses((status = 101)))]
pub(super) async fn socket(
    State(house): State<House>,
    headers: HeaderMap,
    At(key): At<String>,
    Params(by): Params<ByToken>,
    Upgrade(upgrade): Upgrade,
) -> Answer<Response> {
    let account = account(&house, key.clone(), &headers).await?;
    let ext = Visitors::ext_id(&by.t).ok_or_else(Error::not_found)?;
    let (id, now) = (house.ids().next(), house.clock().now());
    let found = account.id;
    let peer = house
        .write(async move |tx: &mut Tx<'_>| store::peer_for(tx, found, &ext, id, now).await)
        .await?;
    Ok(upgrade
        .max_message_size(8192)
        .read_buffer_size(1024)
        .write_buffer_size(0)
        .on_upgrade(async move |socket| {
            if let Err(reason) = serve(&house, &key, &peer, socket).await {
                tracing::debug!(reason, "a visitor's page ended");
            }
        }))
}
