//! Signing in and out, passwords, second factor, tokens for programs.

use super::{audit, hash};
use crate::{
    model::{Known, Person, Session},
    rules,
    store::{self, Credentials, NewSession},
};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use db::Tx;
use kernel::{Actor, Ctx, Error, Id, Moment, Result};
use serde_json::json;
use std::{net::IpAddr, time::Duration};
use web::House;

/// A session unused for this long ends.
const SESSION: Duration = Duration::from_secs(30 * 24 * 3600);
/// Tokens for programs do not end by themselves.
const TOKEN: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
/// The last use is written at most this often.
const TOUCH: Duration = Duration::from_secs(60);

/// Hashes a password on a thread for slow work; Argon2id with the library's current defaults.
pub async fn hash_password(password: String) -> Result<String> {
    tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|h| h.to_string())
            .map_err(|e| Error::fault(e.to_string()))
    })
    .await
    .map_err(Error::fault)?
}

/// Compares on a thread for slow work. Without a stored hash the same work is done, so that time tells nothing.
async fn password_fits(password: String, stored: Option<String>) -> bool {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$0000000000000000000000000000000000000000000";
    tokio::task::spawn_blocking(move || {
        let text = stored.as_deref().unwrap_or(NOBODY);
        let fits = PasswordHash::new(text).is_ok_and(|h| {
            Argon2::default()
                .verify_password(password.as_bytes(), &h)
                .is_ok()
        });
        fits && stored.is_some()
    })
    .await
    .unwrap_or(false)
}

/// What the sign-in form sends.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct SignIn {
    /// Login …
    pub(crate) login: Option<String>,
    /// … or a person of the list (S0-07).
    pub(crate) person_id: Option<Id<Person>>,
    /// The password; empty for people without one.
    pub(crate) password: String,
    /// The second factor's six digits.
    pub(crate) code: Option<String>,
}

/// Where a sign-in comes from.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) address: IpAddr,
    pub(crate) client: String,
}

/// Signs in; answers the session's secret word.
pub(crate) async fn sign_in(
    house: &House,
    ctx: &Ctx,
    form: SignIn,
    place: Place,
) -> Result<(Id<Person>, String)> {
    let who = form.login.as_deref().map_or_else(
        || form.person_id.map(|p| p.to_string()).unwrap_or_default(),
        |l| l.trim().to_lowercase(),
    );
    // The pair is locked, so an attacker elsewhere does not lock the owner out.
    let keys = [
        format!("{who}@{}", place.address),
        format!("address:{}", place.address),
    ];
    let looked = look_up(house, ctx, &form, &keys).await;
    if looked
        .as_ref()
        .is_err_and(|e| e.code() == Some("accounts.locked"))
    {
        forget_the_future(house, ctx, &keys).await?;
    }
    let (found, workspace) = looked?;
    let passwordless = rules::passwordless(&workspace, place.address);
    let known = found.filter(|c| c.active);
    let stored = known.as_ref().and_then(|c| c.password_hash.clone());
    let free = passwordless && known.as_ref().is_some_and(|c| c.password_hash.is_none());
    let fits = free || password_fits(form.password, stored).await;
    let Some(person) = known.filter(|_| fits) else {
        count_failure(house, ctx, keys).await?;
        return Err(Error::sign_in("accounts.wrong_credentials"));
    };
    if person.guest && !workspace.guests {
        return Err(Error::denied("accounts.guests_off"));
    }
    let step = match second_factor(&person, form.code.as_deref(), ctx.now) {
        Ok(step) => step,
        Err(refused) => {
            if form.code.is_some() {
                count_failure(house, ctx, keys).await?;
            }
            return Err(refused);
        }
    };
    let ctx = Ctx {
        actor: Actor::Person(person.id.uuid()),
        ..ctx.clone()
    };
    house
        .write(async move |tx: &mut Tx<'_>| {
            if let (Some(step), Some(secret)) = (step, &person.totp_secret) {
                store::set_totp(tx, person.id, Some(secret), true, step).await?;
            }
            store::clear_failures(tx, &keys[0]).await?;
            let word = open_session(tx, &ctx, person.id, &place).await?;
            Ok((person.id, word))
        })
        .await
}

async fn look_up(
    house: &House,
    ctx: &Ctx,
    form: &SignIn,
    keys: &[String; 2],
) -> Result<(Option<Credentials>, crate::Workspace)> {
    let (login, person, keys, now) = (form.login.clone(), form.person_id, keys.clone(), ctx.now);
    house
        .read(async move |tx: &mut Tx<'_>| {
            for (key, free) in keys.iter().zip([0, 25]) {
                let (failures, last) = store::failures(tx, key).await?;
                if let Some(left) = rules::locked_for(failures - free, last, now) {
                    return Err(Error::too_many(
                        "accounts.locked",
                        left + Duration::from_secs(1),
                    ));
                }
            }
            let found = match (login, person) {
                (Some(login), _) => {
                    store::credentials_by_login(tx, &login.trim().to_lowercase()).await?
                }
                (None, Some(id)) => store::credentials(tx, id).await?,
                (None, None) => None,
            };
            Ok((found, super::workspace::workspace(tx).await?))
        })
        .await
}

/// A clock that was put back must not lock until it comes round again: failures ahead of time count as of now.
async fn forget_the_future(house: &House, ctx: &Ctx, keys: &[String; 2]) -> Result<()> {
    let (keys, now) = (keys.clone(), ctx.now);
    house
        .write(async move |tx: &mut Tx<'_>| {
            for key in &keys {
                let (failures, last) = store::failures(tx, key).await?;
                if last > now {
                    store::set_failures(tx, key, failures, now).await?;
                }
            }
            Ok(())
        })
        .await
}

async fn count_failure(house: &House, ctx: &Ctx, keys: [String; 2]) -> Result<()> {
    let now = ctx.now;
    house
        .write(async move |tx: &mut Tx<'_>| {
            for key in &keys {
                let (failures, last) = store::failures(tx, key).await?;
                store::set_failures(tx, key, rules::count_failure(failures, last, now), now)
                    .await?;
            }
            Ok(())
        })
        .await
}

fn totp(secret: &str) -> Result<totp_rs::Totp> {
    let secret = totp_rs::Secret::try_from_base32(secret)
        .map_err(|_| Error::fault("a stored secret is no secret"))?;
    totp_rs::Builder::new()
        .with_secret(secret)
        .build()
        .map_err(|e| Error::fault(format!("{e:?}")))
}

fn seconds(now: Moment) -> u64 {
    u64::try_from(now.millis() / 1000).unwrap_or(0)
}

/// Checks the code (RFC 6238); a code works once. Answers the step used.
fn second_factor(person: &Credentials, code: Option<&str>, now: Moment) -> Result<Option<i64>> {
    let Some(secret) = person
        .totp_secret
        .as_deref()
        .filter(|_| person.totp_confirmed)
    else {
        return Ok(None);
    };
    let Some(code) = code.map(str::trim).filter(|c| !c.is_empty()) else {
        return Err(Error::sign_in("accounts.second_factor"));
    };
    let step = totp(secret)?
        .check(code, seconds(now))
        .and_then(|s| i64::try_from(s).ok());
    match step {
        Some(step) if step > person.totp_last_step => Ok(Some(step)),
        _ => Err(Error::sign_in("accounts.wrong_code")),
    }
}

pub(crate) async fn open_session(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    place: &Place,
) -> Result<String> {
    let word = ctx.ids.secret();
    let client: String = place.client.chars().take(300).collect();
    store::add_session(
        tx,
        &NewSession {
            id: ctx.ids.next(),
            person,
            hash: &hash(&word),
            kind: "session",
            name: "",
            scopes: &[],
            address: &place.address.to_canonical().to_string(),
            client: &client,
            now: ctx.now,
            expires: ctx.now + SESSION,
        },
    )
    .await?;
    Ok(word)
}

/// Who a secret word belongs to; refuses unknown and ended ones.
pub async fn authenticate(house: &House, word: &str) -> Result<Known> {
    let now = house.clock().now();
    let hashed = hash(word);
    let known = house
        .glance(async move |tx: &mut Tx<'_>| store::known(tx, &hashed, now).await)
        .await?
        .ok_or_else(|| Error::sign_in("accounts.sign_in_needed"))?;
    if now.since(known.last_used_at) > TOUCH {
        let id = known.session;
        let touched = house
            .write(async move |tx: &mut Tx<'_>| {
                store::touch_session(tx, id, now, now + SESSION).await
            })
            .await;
        match touched {
            // Reading goes on when the disk is full; the use is written the next time.
            Err(error) if error.passes() => {
                tracing::debug!(%error, "a session's use could not be written");
            }
            other => other?,
        }
    }
    Ok(known)
}

/// Whether a person is still signed in there.
pub async fn session_lives(tx: &mut Tx<'_>, id: Id<Session>, now: Moment) -> Result<bool> {
    store::session_lives(tx, id, now).await
}

/// Writes when a person was last connected.
pub async fn mark_seen(house: &House, person: kernel::Uuid) -> Result<()> {
    let now = house.clock().now();
    house
        .write(async move |tx: &mut Tx<'_>| store::seen(tx, person, now).await)
        .await
}

/// A socket ended: the person was connected until now.
pub(crate) fn left(house: House, client: web::Client, _: serde_json::Value) -> web::BoxFuture<()> {
    Box::pin(async move {
        if let Err(error) = mark_seen(&house, client.person).await {
            tracing::debug!(%error, "a last connection could not be noted");
        }
    })
}

/// Changes one's password; other places are signed out.
pub(crate) async fn change_password(
    house: &House,
    ctx: &Ctx,
    person: Id<Person>,
    session: Id<Session>,
    current: String,
    new: String,
) -> Result<()> {
    rules::password(&new)?;
    let stored = house
        .read(async move |tx: &mut Tx<'_>| store::credentials(tx, person).await)
        .await?
        .and_then(|c| c.password_hash);
    if stored.is_some() && !password_fits(current, stored).await {
        return Err(Error::field("current", "accounts.wrong_password"));
    }
    let hashed = hash_password(new).await?;
    let ctx = ctx.clone();
    house
        .write(async move |tx: &mut Tx<'_>| {
            store::set_password(tx, person, &hashed).await?;
            store::drop_sessions(tx, person, Some(session)).await?;
            audit(tx, &ctx, "me.password_changed", "", json!({})).await
        })
        .await
}

/// Begins a second factor: a new secret, not in force until confirmed.
pub(crate) async fn begin_totp(tx: &mut Tx<'_>, person: Id<Person>) -> Result<(String, String)> {
    let bytes: [u8; 20] = rand::random();
    let secret = totp_rs::Secret::from(bytes.to_vec()).to_base32();
    store::set_totp(tx, person, Some(&secret), false, 0).await?;
    let name = store::person(tx, person).await?.login.unwrap_or_default();
    let name = name.replace(['@', '+'], "-");
    let url = format!("otpauth://totp/Beseda:{name}?secret={secret}&issuer=Beseda");
    Ok((secret, url))
}

/// Puts the second factor in force once a code proves that the app has the secret.
pub(crate) async fn confirm_totp(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    code: &str,
) -> Result<()> {
    let found = store::credentials(tx, person)
        .await?
        .ok_or_else(Error::not_found)?;
    let secret = found
        .totp_secret
        .ok_or_else(|| Error::conflict("accounts.no_totp_begun"))?;
    let step = totp(&secret)?
        .check(code.trim(), seconds(ctx.now))
        .and_then(|s| i64::try_from(s).ok());
    let step = step.ok_or_else(|| Error::field("code", "accounts.wrong_code"))?;
    store::set_totp(tx, person, Some(&secret), true, step).await?;
    audit(tx, ctx, "me.totp_on", "", json!({})).await
}

/// Turns the second factor off; needs the password.
pub(crate) async fn end_totp(
    house: &House,
    ctx: &Ctx,
    person: Id<Person>,
    password: String,
) -> Result<()> {
    let stored = house
        .read(async move |tx: &mut Tx<'_>| store::credentials(tx, person).await)
        .await?
        .and_then(|c| c.password_hash);
    if !password_fits(password, stored).await {
        return Err(Error::field("password", "accounts.wrong_password"));
    }
    let ctx = ctx.clone();
    house
        .write(async move |tx: &mut Tx<'_>| {
            store::set_totp(tx, person, None, false, 0).await?;
            audit(tx, &ctx, "me.totp_off", "", json!({})).await
        })
        .await
}

/// Makes a token for programs; its word is told once.
pub(crate) async fn make_token(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    name: &str,
    scopes: &[String],
) -> Result<(Id<Session>, String)> {
    let name = rules::name(name, "name")?;
    if scopes.is_empty()
        || scopes
            .iter()
            .any(|s| !matches!(s.as_str(), "read" | "write" | "admin"))
    {
        return Err(Error::field("scopes", "accounts.bad_scopes"));
    }
    let word = format!("beseda_{}", ctx.ids.secret());
    let id = ctx.ids.next();
    store::add_session(
        tx,
        &NewSession {
            id,
            person,
            hash: &hash(&word),
            kind: "token",
            name: &name,
            scopes,
            address: "",
            client: "",
            now: ctx.now,
            expires: ctx.now + TOKEN,
        },
    )
    .await?;
    audit(tx, ctx, "me.token_made", &name, json!({"scopes": scopes})).await?;
    Ok((id, word))
}
