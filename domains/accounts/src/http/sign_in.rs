//! Before anyone is signed in: the first run, signing in and out, joining by a link.

use super::{
    me::{MeAnswer, me_of},
    signed::{COOKIE, Signed, language},
};
use crate::{
    Catalogue,
    actions::{
        invitations,
        sessions::{self, Place, SignIn, hash_password, open_session},
        setup::{self, Setup},
        workspace,
    },
    model::Person,
    rules, store,
};
use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use db::Tx;
use kernel::{Actor, Ctx, Id, Language};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, At, Body, House};

fn stranger(house: &House, headers: &HeaderMap) -> Ctx {
    house.ctx(Actor::System, language(headers).unwrap_or_default())
}

/// The cookie that carries a session's secret word; `Secure` only where the page itself came by HTTPS.
fn with_cookie(
    house: &House,
    headers: &HeaderMap,
    word: &str,
    me: MeAnswer,
) -> impl IntoResponse + use<> {
    let forwarded = headers
        .get("x-forwarded-proto")
        .is_some_and(|p| p.as_bytes() == b"https");
    let secure = if forwarded || house.base_url().starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let text = format!("{COOKIE}={word}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000{secure}");
    let mut out = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(&text) {
        out.insert(header::SET_COOKIE, value);
    }
    (StatusCode::OK, out, Json(me))
}

/// Whether the first run is still to be done.
#[derive(Serialize, ToSchema)]
pub(super) struct SetupState {
    needed: bool,
    token_needed: bool,
}

#[utoipa::path(get, path = "/setup", tag = "accounts", responses((status = 200, body = SetupState)))]
pub(super) async fn setup_state(house: axum::extract::State<House>) -> Answer<Json<SetupState>> {
    let ready = house
        .read(async |tx: &mut Tx<'_>| setup::is_ready(tx).await)
        .await?;
    Ok(Json(SetupState {
        needed: !ready,
        token_needed: !ready,
    }))
}

#[utoipa::path(post, path = "/setup", tag = "accounts", request_body = Setup, responses((status = 200, body = MeAnswer)))]
pub(super) async fn set_up(
    axum::extract::State(house): axum::extract::State<House>,
    headers: HeaderMap,
    place: Place,
    Body(form): Body<Setup>,
) -> Answer<impl IntoResponse> {
    rules::login(&form.login)?;
    rules::password(&form.password)?;
    let hashed = hash_password(form.password.clone()).await?;
    let ctx = house.ctx(Actor::System, form.language);
    let names = ["administrator", "supervisor", "employee"]
        .map(|w| house.texts().say(form.language, &format!("role-{w}"), &[]));
    let catalogue = house.part::<Catalogue>()?.0.clone();
    let (id, word) = house
        .write(async move |tx: &mut Tx<'_>| {
            let id = setup::set_up(tx, &ctx, &form, &hashed, names, &catalogue).await?;
            let word = open_session(tx, &ctx, id, &place).await?;
            Ok((id, word))
        })
        .await?;
    let me = me_of(&house, id, &word).await?;
    Ok(with_cookie(&house, &headers, &word, me))
}

/// What the sign-in page shows.
#[derive(Serialize, ToSchema)]
pub(super) struct SignInOptions {
    workspace: String,
    language: Language,
    passwordless: bool,
    people: Vec<Listed>,
}
/// Somebody of the list (S0-07).
#[derive(Serialize, ToSchema)]
pub(super) struct Listed {
    id: Id<Person>,
    name: String,
}

#[utoipa::path(get, path = "/sign-in", tag = "accounts", responses((status = 200, body = SignInOptions)))]
pub(super) async fn options(
    axum::extract::State(house): axum::extract::State<House>,
    place: Place,
) -> Answer<Json<SignInOptions>> {
    let options = house
        .read(async move |tx: &mut Tx<'_>| {
            let w = workspace::workspace(tx).await?;
            let passwordless = rules::passwordless(&w, place.address);
            let listed = if passwordless {
                store::without_password(tx).await?
            } else {
                Vec::new()
            };
            let people = listed
                .into_iter()
                .map(|(id, name)| Listed { id, name })
                .collect();
            Ok(SignInOptions {
                workspace: w.name,
                language: w.language,
                passwordless,
                people,
            })
        })
        .await?;
    Ok(Json(options))
}

#[utoipa::path(post, path = "/sessions", tag = "accounts", request_body = SignIn, responses((status = 200, body = MeAnswer)))]
pub(super) async fn sign_in(
    axum::extract::State(house): axum::extract::State<House>,
    headers: HeaderMap,
    place: Place,
    Body(form): Body<SignIn>,
) -> Answer<impl IntoResponse> {
    let ctx = stranger(&house, &headers);
    let (id, word) = sessions::sign_in(&house, &ctx, form, place).await?;
    let me = me_of(&house, id, &word).await?;
    Ok(with_cookie(&house, &headers, &word, me))
}

#[utoipa::path(delete, path = "/sessions/current", tag = "accounts", responses((status = 204)))]
pub(super) async fn sign_out(
    axum::extract::State(house): axum::extract::State<House>,
    signed: Signed,
) -> Answer<impl IntoResponse> {
    let (person, session) = (signed.person, signed.session);
    house
        .write(async move |tx: &mut Tx<'_>| {
            store::drop_session(tx, person, session, "session").await
        })
        .await?;
    house.hub().sign_out(person.uuid(), Some(session.uuid()));
    let gone =
        HeaderValue::from_static("beseda_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]))
}

/// What a link is for.
#[derive(Serialize, ToSchema)]
pub(super) struct JoinState {
    workspace: String,
    /// `invite` or `reset`.
    kind: String,
    name: String,
    login: String,
    language: Language,
}

#[utoipa::path(get, path = "/join/{token}", tag = "accounts", params(("token" = String, Path)), responses((status = 200, body = JoinState)))]
pub(super) async fn join_state(
    axum::extract::State(house): axum::extract::State<House>,
    headers: HeaderMap,
    At(token): At<String>,
) -> Answer<Json<JoinState>> {
    let ctx = stranger(&house, &headers);
    let state = house
        .read(async move |tx: &mut Tx<'_>| {
            let link = invitations::open(tx, &ctx, &token).await?;
            let w = workspace::workspace(tx).await?;
            let login = match link.person_id {
                Some(id) => store::person(tx, id).await?.login.unwrap_or_default(),
                None => String::new(),
            };
            Ok(JoinState {
                workspace: w.name,
                kind: link.kind,
                name: link.name,
                login,
                language: w.language,
            })
        })
        .await?;
    Ok(Json(state))
}

/// What joining asks.
#[derive(Deserialize, ToSchema)]
pub(super) struct Join {
    name: String,
    login: String,
    password: String,
}

#[utoipa::path(post, path = "/join/{token}", tag = "accounts", params(("token" = String, Path)), request_body = Join,
    responses((status = 200, body = MeAnswer)))]
pub(super) async fn join(
    axum::extract::State(house): axum::extract::State<House>,
    headers: HeaderMap,
    place: Place,
    At(token): At<String>,
    Body(form): Body<Join>,
) -> Answer<impl IntoResponse> {
    rules::password(&form.password)?;
    let hashed = hash_password(form.password).await?;
    let ctx = stranger(&house, &headers);
    let (id, word) = house
        .write(async move |tx: &mut Tx<'_>| {
            invitations::join(tx, &ctx, &token, &form.name, &form.login, &hashed, &place).await
        })
        .await?;
    let me = me_of(&house, id, &word).await?;
    Ok(with_cookie(&house, &headers, &word, me))
}
