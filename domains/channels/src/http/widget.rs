//! The site widget: visitors write without an account, known only by a secret word their browser keeps.

use super::page::serve;
use crate::{
    hooks::{Incoming, Introduction, Upcalls},
    intake::{self, take_visitor},
    live::unseal,
    model::{Account, Peer},
    signed, site, store,
    visitors::{Visitors, is_embedded},
};
use accounts::Address;
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use channel::{Author, Form, Inbound, InboundMessage, Phrase, Settings};
use db::Tx;
use files::{File, FileRef, UploadOwner};
use futures_util::TryStreamExt;
use kernel::{Actor, Ctx, Error, Id, Language, Moment, Result, Uuid};
use messages::{DeliveryState, Message, Thread};
use seal::Sealer;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
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

/// How the widget looks and what it says.
#[derive(Serialize, ToSchema)]
pub(super) struct WidgetConfig {
    name: String,
    language: Language,
    title: String,
    /// In the company's language.
    greeting: String,
    accent: String,
    online: bool,
    /// In the company's language.
    offline_text: String,
    /// The words above in the languages of visitors.
    texts: WidgetTexts,
    /// When working time begins next; none while it is, or where nothing says.
    opens_at: Option<Moment>,
    /// `auto`, `light` or `dark`.
    theme: String,
    /// `right` or `left`.
    side: String,
    /// `round` or `words`.
    button: String,
    /// `page`: as the page speaks; else always this one.
    speaks: String,
    /// What is asked before the first message.
    form: Form,
}
/// The administrator's words in the languages of visitors.
#[derive(Serialize, ToSchema)]
pub(super) struct WidgetTexts {
    greeting: Phrase,
    offline_text: Phrase,
}

/// The same for stored settings and for those that are only being tried.
pub(super) fn config_of(
    settings: &Settings,
    workspace: accounts::Workspace,
    online: bool,
    opens_at: Option<Moment>,
) -> WidgetConfig {
    let (greeting, offline) = (
        Phrase::read(settings.get("greeting")),
        Phrase::read(settings.get("offline_text")),
    );
    let of = |field: &str, usual: &str| settings.get_or(field, usual).to_owned();
    WidgetConfig {
        title: settings.get("title").to_owned(),
        greeting: greeting.in_language(workspace.language).to_owned(),
        accent: settings.get("accent").to_owned(),
        online,
        offline_text: offline.in_language(workspace.language).to_owned(),
        texts: WidgetTexts {
            greeting,
            offline_text: offline,
        },
        opens_at,
        theme: of("theme", "auto"),
        side: of("side", "right"),
        button: of("button", "round"),
        speaks: of("language", "page"),
        form: site::form_of(settings),
        name: workspace.name,
        language: workspace.language,
    }
}

impl WidgetConfig {
    /// Where the site has no words of its own for the time when nobody answers, those of its queue stand.
    fn offline_words(&mut self, words: Phrase) {
        let own = &self.texts.offline_text;
        if own.ru.is_empty() && own.en.is_empty() {
            words
                .in_language(self.language)
                .clone_into(&mut self.offline_text);
            self.texts.offline_text = words;
        }
    }
}

/// On which page the widget asks.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct OnPage {
    page: String,
}

#[utoipa::path(get, path = "/widget/{key}/config", tag = "widget", params(("key" = String, Path), OnPage), responses((status = 200, body = WidgetConfig)))]
pub(super) async fn config(
    State(house): State<House>,
    headers: HeaderMap,
    At(key): At<String>,
    Params(on): Params<OnPage>,
) -> Answer<Json<WidgetConfig>> {
    let account = account(&house, key, &headers).await?;
    let settings = unseal(&house, &account.settings)?;
    let (upcalls, now, of) = (
        *house.part::<Upcalls>()?,
        house.clock().now(),
        account.clone(),
    );
    let (workspace, work, closed) = house
        .read(async move |tx: &mut Tx<'_>| {
            let work = (upcalls.work_time)(tx, &of, now).await?;
            let closed = if work.open {
                None
            } else {
                (upcalls.closed_words)(tx, &of, now).await?
            };
            Ok((accounts::workspace(tx).await?, work, closed))
        })
        .await?;
    house
        .part::<Arc<Visitors>>()?
        .tell_work_time(account.id, now, work);
    if let Some(page) = site::bare_page(&on.page).filter(|_| is_foreign(&headers)) {
        site::note_page(&house, account.id, page).await?;
    }
    let here = online(&house) && work.open;
    let mut config = config_of(&settings, workspace, here, work.opens_at);
    if let Some([ru, en]) = closed {
        config.offline_words(Phrase { ru, en });
    }
    Ok(Json(config))
}

/// Whether the asking page is not one of ours: a browser names the origin of a page of another one.
fn is_foreign(headers: &HeaderMap) -> bool {
    let said = |name| headers.get(name).and_then(|v| v.to_str().ok());
    let host = said(header::HOST).unwrap_or_default();
    said(header::ORIGIN)
        .and_then(|origin| origin.split_once("://"))
        .is_some_and(|(_, of)| of != host)
}

/// Whether somebody answers now: it is working time, and somebody is there.
pub(super) async fn answered_now(
    house: &House,
    account: &Account,
) -> Result<(bool, Option<Moment>)> {
    let (visitors, now) = (house.part::<Arc<Visitors>>()?, house.clock().now());
    let work = match visitors.work_time(account.id, now) {
        Some(work) => work,
        None => {
            let (upcalls, of) = (*house.part::<Upcalls>()?, account.clone());
            let work = house
                .read(async move |tx: &mut Tx<'_>| (upcalls.work_time)(tx, &of, now).await)
                .await?;
            visitors.tell_work_time(account.id, now, work);
            work
        }
    };
    Ok((online(house) && work.open, work.opens_at))
}

/// What a page tells when it opens, and what a visitor told of themselves.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct VisitorForm {
    token: Option<String>,
    /// Who the site says its visitor is: a JWT signed by HS256 with the account's secret (P-84).
    identity: Option<String>,
    page: String,
    title: String,
    referrer: String,
    language: String,
    name: String,
    email: String,
    phone: String,
    /// Under which id the pixel of our site knows this browser (S3-09).
    pixel: String,
    /// What else the site's page tells of them; words of ours are passed over.
    facts: BTreeMap<String, String>,
}
/// The visitor's secret word.
#[derive(Serialize, ToSchema)]
pub(super) struct VisitorAnswer {
    token: String,
    /// They have written before.
    chat: bool,
    /// The site vouches for them.
    verified: bool,
    /// What they have still to be asked, by the keys of the form's questions.
    asks: Vec<String>,
}

/// Most facts a page may tell of its visitor.
const MOST_FACTS: usize = 20;

/// The page a visitor is on: its address, name, marks of a campaign, and where they came from.
fn of_page(form: &VisitorForm) -> Vec<(String, String)> {
    let short = |s: &str| s.chars().take(500).collect::<String>();
    let query = form.page.split_once('?').map_or("", |(_, q)| q);
    let query = query.split('#').next().unwrap_or_default();
    let marks = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, _)| UTM.contains(key))
        .map(|(key, value)| (key.to_owned(), short(&plain(value))));
    [
        ("page", &form.page),
        ("title", &form.title),
        ("referrer", &form.referrer),
        ("language", &form.language),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), short(v)))
    .chain(marks)
    .chain(
        form.facts
            .iter()
            .filter_map(|(k, v)| signed::fact(k, v))
            .take(MOST_FACTS),
    )
    .filter(|(_, v)| !v.trim().is_empty())
    .collect()
}

/// The marks of a campaign in a page's address.
const UTM: &[&str] = &[
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
];

/// A value in an address as it was meant: `+` is a space, `%D0` a byte.
fn plain(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let byte = after
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|two| std::str::from_utf8(two).ok())
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(if first == b'+' { b' ' } else { first });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
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
    let claims = match &form.identity {
        Some(token) => Some(claimed(&house, &account, token).await?),
        None => None,
    };
    let facts = of_page(&form);
    let short = |s: &str| s.chars().take(500).collect::<String>();
    let told = Introduction {
        name: short(&form.name),
        email: short(&form.email),
        phone: short(&form.phone),
        facts: facts.clone(),
    };
    let settings = unseal(&house, &account.settings)?;
    let speaks = !(told.name.is_empty() && told.email.is_empty() && told.phone.is_empty());
    let (ctx, upcalls) = (
        house.ctx(Actor::System, language(&headers)),
        *house.part::<Upcalls>()?,
    );
    let verified = claims.is_some();
    let answer = house
        .write(async move |tx: &mut Tx<'_>| {
            let (token, peer) = match claims {
                Some(claims) => {
                    let (token, peer) =
                        site::identify(tx, &ctx, &account, claims, known, &upcalls).await?;
                    (token, Some(peer))
                }
                None => {
                    let token = known.unwrap_or_else(|| ctx.ids.secret());
                    let ext = ext_of(&token)?;
                    let peer = if speaks {
                        Some(site::speaker(tx, &ctx, account.id, &ext).await?)
                    } else {
                        site::whose(tx, account.id, &ext, ctx.now).await?
                    };
                    (token, peer)
                }
            };
            if let Some(peer) = peer.as_ref().filter(|_| speaks) {
                (upcalls.introduce)(tx, &ctx, &account, peer, &told).await?;
            }
            let chat = match &peer {
                Some(peer) => (upcalls.thread)(tx, peer).await?.is_some(),
                None => false,
            };
            let form = site::form_of(&settings);
            let verified = verified
                || match &peer {
                    Some(peer) => site::standing_of(tx, &account, peer).await?.1,
                    None => false,
                };
            Ok(VisitorAnswer {
                asks: site::asks(tx, &form, peer.as_ref()).await?,
                token,
                chat,
                verified,
            })
        })
        .await?;
    let mut remembered = facts;
    if !form.pixel.is_empty() {
        remembered.push(("pixel".to_owned(), form.pixel.chars().take(500).collect()));
    }
    house
        .part::<Arc<Visitors>>()?
        .remember(&ext_of(&answer.token)?, remembered);
    Ok(Json(answer))
}

fn ext_of(token: &str) -> Result<String> {
    Visitors::ext_id(token).ok_or_else(|| Error::fault("a made token does not fit"))
}

/// Who a site says its visitor is, proven.
async fn claimed(house: &House, account: &Account, token: &str) -> Result<signed::Claims> {
    let id = account.id;
    let sealed = house
        .read(async move |tx: &mut Tx<'_>| store::site::secret(tx, id).await)
        .await?;
    let Some((sealed, _)) = sealed else {
        return Err(Error::denied("channels.signature_off"));
    };
    let secret = house.part::<Sealer>()?.open(&sealed)?;
    let secret = String::from_utf8(secret).map_err(Error::fault)?;
    signed::read(token, &secret, house.clock().now())
}

#[utoipa::path(delete, path = "/widget/{key}/visitor", tag = "widget", params(("key" = String, Path)), responses((status = 204)))]
pub(super) async fn sign_out(
    State(house): State<House>,
    headers: HeaderMap,
    At(key): At<String>,
) -> Answer<StatusCode> {
    let account = account(&house, key, &headers).await?;
    let ext = token(&headers)?;
    let now = house.clock().now();
    house
        .write(async move |tx: &mut Tx<'_>| store::site::sign_out(tx, account.id, &ext, now).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a visitor answered.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct AnswersForm {
    /// By the key of the question; a choice by its place, from 0.
    answers: BTreeMap<String, String>,
    /// They agreed to what the form asks to agree to.
    consent: bool,
}

#[utoipa::path(post, path = "/widget/{key}/form", tag = "widget", params(("key" = String, Path)), request_body = AnswersForm,
    responses((status = 204)))]
pub(super) async fn answer(
    State(house): State<House>,
    headers: HeaderMap,
    Address(address): Address,
    At(key): At<String>,
    Body(given): Body<AnswersForm>,
) -> Answer<StatusCode> {
    let account = account(&house, key, &headers).await?;
    let ext = token(&headers)?;
    house
        .part::<Arc<Visitors>>()?
        .may_write(&ext, address, house.clock().now())
        .map_err(|wait| Error::too_many("channels.too_often", wait))?;
    let form = site::form_of(&unseal(&house, &account.settings)?);
    let (ctx, upcalls) = (
        house.ctx(Actor::System, language(&headers)),
        *house.part::<Upcalls>()?,
    );
    house
        .write(async move |tx: &mut Tx<'_>| {
            let peer = site::speaker(tx, &ctx, account.id, &ext).await?;
            let what = (&form, &given.answers, given.consent);
            site::answer(tx, &ctx, &account, &peer, what, &upcalls).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
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
    /// The picture of who answered; none where there is none or the site shows none.
    photo: Option<String>,
    text: String,
    tokens: Vec<Token>,
    files: Vec<WidgetFile>,
    /// Buttons under it: one with a page opens it, one without answers with its words.
    buttons: Vec<messages::MessageButton>,
    edited: bool,
    deleted: bool,
}

/// What stands over an answer, as its account says.
#[derive(Clone, Default)]
pub(super) struct Over {
    /// The company's name in place of people's.
    company: Option<String>,
    /// Their pictures beside their names.
    photos: bool,
}

/// What stands over the answers of an account.
async fn over(house: &House, account: &Account) -> Result<Over> {
    let settings = unseal(house, &account.settings)?;
    let mut over = Over {
        company: None,
        photos: settings.get("authors") == "photo",
    };
    if settings.get("authors") == "company" {
        let workspace = house
            .read(async |tx: &mut Tx<'_>| accounts::workspace(tx).await)
            .await?;
        over.company = Some(workspace.name);
    }
    Ok(over)
}

/// The pictures of those who answered, by their ids, where they are shown at all.
pub(super) async fn faces(
    tx: &mut Tx<'_>,
    over: &Over,
    found: &[Message],
) -> Result<HashMap<Uuid, Uuid>> {
    let mut who: Vec<Uuid> = found
        .iter()
        .filter(|m| over.photos && !m.hidden && m.author.kind == "person")
        .filter_map(|m| m.author.id)
        .collect();
    who.sort_unstable();
    who.dedup();
    if who.is_empty() {
        return Ok(HashMap::new());
    }
    let who: Vec<_> = who.into_iter().map(Id::new).collect();
    accounts::photos(tx, &who).await
}

/// A message as its visitor sees it, none if they do not; `faces` as [`faces`] found them.
pub(super) fn shown(
    key: &str,
    over: &Over,
    faces: &HashMap<Uuid, Uuid>,
    m: Message,
) -> Option<WidgetMessage> {
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
        photo: m
            .author
            .id
            .filter(|_| !mine)
            .and_then(|who| faces.get(&who))
            .map(|file| format!("/api/v1/widget/{key}/files/{file}")),
        author: over
            .company
            .clone()
            .filter(|_| !mine)
            .unwrap_or(m.author.name),
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
        buttons: m
            .extras
            .filter(|_| m.deleted_at.is_none())
            .map(|e| e.buttons)
            .unwrap_or_default(),
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
    let (upcalls, now) = (*house.part::<Upcalls>()?, house.clock().now());
    let over = over(&house, &account).await?;
    let shows = over.clone();
    let (found, faces) = house
        .read(async move |tx: &mut Tx<'_>| {
            let Some(peer) = site::whose(tx, account.id, &ext, now).await? else {
                return Ok((Vec::new(), HashMap::new()));
            };
            let found = match (upcalls.thread)(tx, &peer).await? {
                Some(thread) => window(tx, thread, page.after).await?,
                None => Vec::new(),
            };
            let faces = faces(tx, &shows, &found).await?;
            Ok((found, faces))
        })
        .await?;
    Ok(Json(WidgetPage {
        messages: found
            .into_iter()
            .filter_map(|m| shown(&key, &over, &faces, m))
            .collect(),
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
    let asked = site::form_of(&unseal(&house, &account.settings)?);
    let (message, peer) = house
        .write(async move |tx: &mut Tx<'_>| {
            let peer = site::speaker(tx, &ctx, account.id, &ext).await?;
            site::check_asked(tx, &asked, &peer, &upcalls).await?;
            site::before_message(tx, &ctx, &account, &peer, &upcalls).await?;
            let incoming = incoming(&ctx, &peer, form, facts);
            let message = take_visitor(tx, &ctx, &account, &peer, incoming, &upcalls).await?;
            site::after_message(tx, &ctx, &peer, &upcalls).await?;
            Ok((message, peer))
        })
        .await?;
    intake::poke(&house, peer.id);
    shown(&key, &Over::default(), &HashMap::new(), message)
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
    let within = ctx.clone();
    let peer = house
        .write(async move |tx: &mut Tx<'_>| site::speaker(tx, &within, account.id, &ext).await)
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
    let (upcalls, now) = (*house.part::<Upcalls>()?, house.clock().now());
    let over = over(&house, &account).await?;
    let (file, face) = house
        .read(async move |tx: &mut Tx<'_>| {
            let peer = site::whose(tx, account.id, &ext, now)
                .await?
                .ok_or_else(Error::not_found)?;
            let file = files::expected(tx, id).await?;
            let thread = (upcalls.thread)(tx, &peer).await?;
            let own = file.owner_id == Some(peer.id.uuid());
            let found = match thread {
                Some(thread) => window(tx, thread, 0).await?,
                None => Vec::new(),
            };
            // A file of a hidden comment is in the same thread; only files of shown messages are the visitor's.
            let shared = thread.is_some_and(|t| file.thread_id == Some(t.uuid()))
                && found
                    .iter()
                    .any(|m| !m.hidden && m.files.iter().any(|f| f.id == id));
            if own || shared {
                return Ok((file, false));
            }
            let faces = faces(tx, &over, &found).await?;
            if faces.values().any(|face| *face == id.uuid()) {
                Ok((file, true))
            } else {
                Err(Error::not_found())
            }
        })
        .await?;
    let small = face && file.preview_sha256.is_some();
    files::serve(&house, &file, &headers, false, small).await
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
    let (ctx, found) = (house.system(), account.id);
    let peer = house
        .write(async move |tx: &mut Tx<'_>| site::speaker(tx, &ctx, found, &ext).await)
        .await?;
    let over = over(&house, &account).await?;
    Ok(upgrade
        .max_message_size(8192)
        .read_buffer_size(1024)
        .write_buffer_size(0)
        .on_upgrade(async move |socket| {
            if let Err(reason) = serve(&house, &account, (&key, &over), &peer, socket).await {
                tracing::debug!(reason, "a visitor's page ended");
            }
        }))
}
