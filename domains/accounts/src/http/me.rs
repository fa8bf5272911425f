//! One's own profile, settings, sessions, second factor and tokens.

use super::signed::Signed;
use crate::{
    actions::{
        people::{self, PersonPatch},
        sessions, workspace,
    },
    model::{ApiToken, Person, Preferences, RoleRight, Session, Workspace},
    rules, store,
};
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use journal::Event;
use kernel::{Error, Id};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::{Answer, At, Body, House};

/// Who I am, what I may, how I like it.
#[derive(Serialize, ToSchema)]
pub(super) struct MeAnswer {
    person: Person,
    session_id: Id<Session>,
    rights: Vec<RoleRight>,
    workspace: Workspace,
    preferences: Preferences,
    has_password: bool,
    has_totp: bool,
}

pub(super) async fn me_of(house: &House, id: Id<Person>, word: &str) -> Answer<MeAnswer> {
    let known = sessions::authenticate(house, word).await?;
    answer(house, id, known.session).await
}

async fn answer(house: &House, id: Id<Person>, session_id: Id<Session>) -> Answer<MeAnswer> {
    let presence = house.hub().presence(id.uuid());
    let me = house
        .read(async move |tx: &mut Tx<'_>| {
            let credentials = store::credentials(tx, id)
                .await?
                .ok_or_else(Error::not_found)?;
            let mut person = store::person(tx, id).await?;
            person.presence = Some(presence);
            let mut rights = store::rights_of(tx, id).await?;
            rights.sort_by(|a, b| a.right.cmp(&b.right).then(b.scope.cmp(&a.scope)));
            rights.dedup_by(|a, b| a.right == b.right);
            Ok(MeAnswer {
                person,
                session_id,
                rights,
                workspace: workspace::workspace(tx).await?,
                preferences: store::preferences(tx, id).await?,
                has_password: credentials.password_hash.is_some(),
                has_totp: credentials.totp_confirmed,
            })
        })
        .await?;
    Ok(me)
}

#[utoipa::path(get, path = "/me", tag = "accounts", responses((status = 200, body = MeAnswer)))]
pub(super) async fn me(State(house): State<House>, signed: Signed) -> Answer<Json<MeAnswer>> {
    answer(&house, signed.person, signed.session)
        .await
        .map(Json)
}

/// What I change of myself; absent fields stay.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct MePatch {
    #[serde(flatten)]
    person: PersonPatch,
    preferences: Option<serde_json::Map<String, serde_json::Value>>,
}

#[utoipa::path(patch, path = "/me", tag = "accounts", request_body = MePatch, responses((status = 200, body = MeAnswer)))]
pub(super) async fn change(
    State(house): State<House>,
    signed: Signed,
    Body(patch): Body<MePatch>,
) -> Answer<Json<MeAnswer>> {
    let (id, ctx) = (signed.person, signed.ctx.clone());
    house
        .write(async move |tx: &mut Tx<'_>| {
            people::change_me(tx, &ctx, id, &patch.person).await?;
            if let Some(changes) = patch.preferences {
                let mut all = serde_json::to_value(store::preferences(tx, id).await?)?;
                if let Some(map) = all.as_object_mut() {
                    map.extend(changes);
                }
                let preferences: Preferences = serde_json::from_value(all)
                    .map_err(|e| Error::field("preferences", "web.bad_json").arg("detail", e))?;
                rules::chord(&preferences.sms_key)?;
                store::save_preferences(tx, id, &preferences).await?;
                let event = Event::stored(
                    "settings.changed",
                    id.uuid(),
                    vec![id.uuid()],
                    json!({"what": "me"}),
                );
                journal::append(tx, &ctx, event).await?;
            }
            Ok(())
        })
        .await?;
    answer(&house, signed.person, signed.session)
        .await
        .map(Json)
}

#[utoipa::path(get, path = "/me/sessions", tag = "accounts", responses((status = 200, body = Vec<Session>)))]
pub(super) async fn sessions(
    State(house): State<House>,
    signed: Signed,
) -> Answer<Json<Vec<Session>>> {
    let now = signed.ctx.now;
    let list = house
        .read(async move |tx: &mut Tx<'_>| {
            store::sessions(tx, signed.person, signed.session, now).await
        })
        .await?;
    Ok(Json(list))
}

#[utoipa::path(delete, path = "/me/sessions/{id}", tag = "accounts", params(("id" = Id<Session>, Path)), responses((status = 204)))]
pub(super) async fn end_session(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Session>>,
) -> Answer<StatusCode> {
    let person = signed.person;
    let ended = house
        .write(async move |tx: &mut Tx<'_>| store::drop_session(tx, person, id, "session").await)
        .await?;
    if ended == 0 {
        return Err(Error::not_found().into());
    }
    house.hub().sign_out(person.uuid(), Some(id.uuid()));
    Ok(StatusCode::NO_CONTENT)
}

/// The old and the new password.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewPassword {
    #[serde(default)]
    current: String,
    new: String,
}

#[utoipa::path(post, path = "/me/password", tag = "accounts", request_body = NewPassword, responses((status = 204)))]
pub(super) async fn password(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<NewPassword>,
) -> Answer<StatusCode> {
    sessions::change_password(
        &house,
        &signed.ctx,
        signed.person,
        signed.session,
        form.current,
        form.new,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A second factor begun.
#[derive(Serialize, ToSchema)]
pub(super) struct TotpBegun {
    /// Base32, to type by hand.
    secret: String,
    /// For a QR code.
    url: String,
}

#[utoipa::path(post, path = "/me/totp", tag = "accounts", responses((status = 200, body = TotpBegun)))]
pub(super) async fn begin_totp(
    State(house): State<House>,
    signed: Signed,
) -> Answer<Json<TotpBegun>> {
    let (secret, url) = house
        .write(async move |tx: &mut Tx<'_>| sessions::begin_totp(tx, signed.person).await)
        .await?;
    Ok(Json(TotpBegun { secret, url }))
}

/// Six digits.
#[derive(Deserialize, ToSchema)]
pub(super) struct Code {
    code: String,
}

#[utoipa::path(post, path = "/me/totp/confirm", tag = "accounts", request_body = Code, responses((status = 204)))]
pub(super) async fn confirm_totp(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<Code>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            sessions::confirm_totp(tx, &signed.ctx, signed.person, &form.code).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The password, to prove that it is really you.
#[derive(Deserialize, ToSchema)]
pub(super) struct OwnPassword {
    #[serde(default)]
    password: String,
}

#[utoipa::path(delete, path = "/me/totp", tag = "accounts", request_body = OwnPassword, responses((status = 204)))]
pub(super) async fn end_totp(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<OwnPassword>,
) -> Answer<StatusCode> {
    sessions::end_totp(&house, &signed.ctx, signed.person, form.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/me/tokens", tag = "accounts", responses((status = 200, body = Vec<ApiToken>)))]
pub(super) async fn tokens(
    State(house): State<House>,
    signed: Signed,
) -> Answer<Json<Vec<ApiToken>>> {
    let list = house
        .read(async move |tx: &mut Tx<'_>| store::tokens(tx, signed.person).await)
        .await?;
    Ok(Json(list))
}

/// A token to be made.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewToken {
    name: String,
    scopes: Vec<String>,
}
/// A token made; `token` is told once.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeToken {
    token: String,
    entry: ApiToken,
}

#[utoipa::path(post, path = "/me/tokens", tag = "accounts", request_body = NewToken, responses((status = 200, body = MadeToken)))]
pub(super) async fn make_token(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<NewToken>,
) -> Answer<Json<MadeToken>> {
    let made = house
        .write(async move |tx: &mut Tx<'_>| {
            let (id, token) =
                sessions::make_token(tx, &signed.ctx, signed.person, &form.name, &form.scopes)
                    .await?;
            let entry = store::tokens(tx, signed.person)
                .await?
                .into_iter()
                .find(|t| t.id == id);
            Ok(MadeToken {
                token,
                entry: entry.ok_or_else(Error::not_found)?,
            })
        })
        .await?;
    Ok(Json(made))
}

#[utoipa::path(delete, path = "/me/tokens/{id}", tag = "accounts", params(("id" = Id<Session>, Path)), responses((status = 204)))]
pub(super) async fn drop_token(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Session>>,
) -> Answer<StatusCode> {
    let dropped = house
        .write(async move |tx: &mut Tx<'_>| {
            store::drop_session(tx, signed.person, id, "token").await
        })
        .await?;
    if dropped == 0 {
        Err(Error::not_found().into())
    } else {
        Ok(StatusCode::NO_CONTENT)
    }
}
