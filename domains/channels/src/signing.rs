//! Signing in to a messenger step by step (L-77): what is under way is in this node's memory only, for ten minutes, and
//! belongs to whoever began it.

use crate::{
    actions::{form_of, merged},
    live::{Live, begin},
    model::{Account, SigningIn, SigningInStep},
    store,
};
use accounts::require;
use channel::{Settings, SignInError};
use db::Tx;
use kernel::{Ctx, Error, Id, Moment, Refusal, RefusalKind, Result, Uuid};
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
    time::Duration,
};
use web::House;

/// How long one may take; counted anew with each step.
const LIVES: Duration = Duration::from_secs(600);
/// Most of them at the same time.
const MOST: usize = 20;

/// One that is under way, or done and not used yet.
pub(crate) struct Open {
    kind: String,
    by: Option<Uuid>,
    until: Moment,
    steps: Arc<dyn channel::SignIn>,
    done: Option<Settings>,
}

/// Begins to sign in with the answers of a form.
pub(crate) async fn start(
    house: &House,
    ctx: &Ctx,
    kind: &str,
    given: BTreeMap<String, String>,
    id: Option<Id<Account>>,
) -> Result<SigningIn> {
    let asked = ctx.clone();
    let stored = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &asked, "channels.manage").await?;
            match id {
                Some(id) => store::account(tx, id).await.map(Some),
                None => Ok(None),
            }
        })
        .await?;
    let settings = match &stored {
        Some(account) if account.kind != kind => return Err(Error::not_found()),
        Some(account) => merged(house, account, given)?,
        None => form_of(house, kind, given)?,
    };
    let steps = begin(house, kind, &settings)?;
    let sign_in = ctx.ids.next::<Account>().uuid();
    let step = steps.go_on(None).await.map_err(refused)?;
    let mut open = Open {
        kind: kind.to_owned(),
        by: ctx.actor.person(),
        until: ctx.now + LIVES,
        steps,
        done: None,
    };
    let step = shown(&mut open, step);
    let live = house.part::<Live>()?;
    let mut all = live.signing.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|_, other| other.until > ctx.now);
    if all.len() >= MOST {
        return Err(Refusal::new(RefusalKind::TooMany, "channels.sign_in_many")
            .arg("seconds", LIVES.as_secs())
            .into());
    }
    all.insert(sign_in, open);
    Ok(SigningIn { id: sign_in, step })
}

/// Goes on with one: with what was typed, or to see how it stands.
pub(crate) async fn go_on(
    house: &House,
    ctx: &Ctx,
    id: Uuid,
    answer: Option<String>,
) -> Result<SigningIn> {
    let asked = ctx.clone();
    house
        .read(async move |tx: &mut Tx<'_>| require(tx, &asked, "channels.manage").await)
        .await?;
    let over = || Error::conflict("channels.sign_in_over");
    let live = house.part::<Live>()?;
    let steps = {
        let mut all = live.signing.lock().unwrap_or_else(PoisonError::into_inner);
        let open = all
            .get_mut(&id)
            .filter(|open| open.by == ctx.actor.person() && open.until > ctx.now)
            .ok_or_else(over)?;
        open.until = ctx.now + LIVES;
        Arc::clone(&open.steps)
    };
    let stepped = steps.go_on(answer.as_deref()).await;
    let mut all = live.signing.lock().unwrap_or_else(PoisonError::into_inner);
    match stepped {
        Ok(step) => {
            let open = all.get_mut(&id).ok_or_else(over)?;
            let step = shown(open, step);
            Ok(SigningIn { id, step })
        }
        Err(error) => {
            if !error.again {
                all.remove(&id);
            }
            Err(refused(error))
        }
    }
}

/// Takes the fruit of one that is done: the settings that no form asks for.
pub(crate) fn finished(house: &House, ctx: &Ctx, kind: &str, id: Uuid) -> Result<Settings> {
    let live = house.part::<Live>()?;
    let mut all = live.signing.lock().unwrap_or_else(PoisonError::into_inner);
    all.get_mut(&id)
        .filter(|open| open.by == ctx.actor.person() && open.until > ctx.now && open.kind == kind)
        .and_then(|open| open.done.clone())
        .ok_or_else(|| Error::conflict("channels.sign_in_over"))
}

/// Forgets one whose fruit is stored.
pub(crate) fn used(house: &House, id: Uuid) {
    if let Ok(live) = house.part::<Live>() {
        let mut all = live.signing.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&id);
    }
}

fn shown(open: &mut Open, step: channel::SignInStep) -> SigningInStep {
    match step {
        channel::SignInStep::Ask { name, secret, hint } => {
            SigningInStep::Ask { name, secret, hint }
        }
        channel::SignInStep::Show { name, code, valid } => SigningInStep::Show {
            name,
            code,
            seconds: valid.as_secs(),
        },
        channel::SignInStep::Tell { name, code, valid } => SigningInStep::Tell {
            name,
            code,
            seconds: valid.as_secs(),
        },
        channel::SignInStep::Done { who, settings } => {
            open.done = Some(settings);
            SigningInStep::Done { who }
        }
    }
}

fn refused(error: SignInError) -> Error {
    tracing::info!(
        code = error.code,
        detail = error.detail,
        "signing in did not succeed"
    );
    let conflict = |code| Refusal::new(RefusalKind::Conflict, code);
    let refusal = match error.code {
        "wrong_code" => conflict("channels.sign_in_wrong_code").field("answer"),
        "wrong_password" => conflict("channels.sign_in_wrong_password").field("answer"),
        "code_expired" => conflict("channels.sign_in_code_expired"),
        "banned" => conflict("channels.sign_in_banned"),
        "bad_number" => conflict("channels.sign_in_bad_number").field("phone"),
        "no_account" => conflict("channels.sign_in_no_account").field("phone"),
        "bad_application" => conflict("channels.sign_in_bad_application"),
        "unreachable" => conflict("channels.messenger_silent"),
        "proxy_unreachable" => conflict("channels.proxy_unreachable"),
        "certificate_unknown" => conflict("channels.certificate_unknown"),
        "proxy_denied" => conflict("channels.proxy_denied"),
        "proxy_stuck" => conflict("channels.proxy_stuck"),
        "wait" => Refusal::new(RefusalKind::TooMany, "channels.sign_in_wait")
            .arg("seconds", error.after.map_or(600, |after| after.as_secs())),
        "over" => conflict("channels.sign_in_over"),
        _ => conflict("channels.sign_in_refused").arg("words", error.detail),
    };
    refusal.into()
}
