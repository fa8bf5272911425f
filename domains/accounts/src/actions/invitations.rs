//! Invitations by link, and password reset by an administrator's link.

use super::{
    audit, hash,
    sessions::Place,
    setup::{NewPerson, create_person},
};
use crate::{
    access::{may, require},
    guests::{ARRIVED_JOB, Arrival},
    model::{Department, Invitation, Person, Role},
    rules,
    store::{self, Link},
};
use db::{Json, Tx};
use kernel::{Actor, Ctx, Error, Id, Result, Uuid};
use serde_json::json;
use std::time::Duration;

/// How long an invitation works.
const INVITE: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long a reset link works.
const RESET: Duration = Duration::from_secs(24 * 3600);

/// Whom to invite.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
pub(crate) struct Invite {
    name: String,
    #[serde(default)]
    email: String,
    department_id: Option<Id<Department>>,
    #[serde(default)]
    role_ids: Vec<Id<Role>>,
}

fn shown(link: &Link, url: Option<String>) -> Invitation {
    Invitation {
        id: link.id,
        name: link.name.clone(),
        email: link.email.clone(),
        created_at: link.created_at,
        expires_at: link.expires_at,
        guest: link.guest,
        used: link.used_at.is_some(),
        url,
    }
}

/// Makes an invitation; the path of its link is told once.
pub(crate) async fn invite(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    invite: Invite,
    base: &str,
) -> Result<Invitation> {
    require(tx, ctx, "accounts.people").await?;
    if !invite.role_ids.is_empty() {
        require(tx, ctx, "accounts.roles").await?;
    }
    let link = Link {
        department_id: invite.department_id,
        role_ids: Json(invite.role_ids),
        ..blank(ctx, &invite.name, &invite.email)?
    };
    hand_out(tx, ctx, link, base).await
}

/// Makes an invitation for a guest, who is let into these chats when they join. Who may add to them, the caller asked.
pub async fn invite_guest(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    [name, email]: [&str; 2],
    chat_ids: Vec<Uuid>,
    base: &str,
) -> Result<Invitation> {
    require(tx, ctx, "accounts.guests").await?;
    if !super::workspace::workspace(tx).await?.guests {
        return Err(Error::conflict("accounts.guests_off"));
    }
    let link = Link {
        guest: true,
        chat_ids: Json(chat_ids),
        ..blank(ctx, name, email)?
    };
    hand_out(tx, ctx, link, base).await
}

fn blank(ctx: &Ctx, name: &str, email: &str) -> Result<Link> {
    Ok(Link {
        id: ctx.ids.next(),
        kind: "invite".to_owned(),
        name: rules::name(name, "name")?,
        email: rules::email(email)?,
        department_id: None,
        role_ids: Json(Vec::new()),
        person_id: None,
        created_at: ctx.now,
        expires_at: ctx.now + INVITE,
        used_at: None,
        guest: false,
        chat_ids: Json(Vec::new()),
    })
}

async fn hand_out(tx: &mut Tx<'_>, ctx: &Ctx, link: Link, base: &str) -> Result<Invitation> {
    let word = ctx.ids.secret();
    store::add_link(tx, &link, &hash(&word)).await?;
    let detail = json!({"email": link.email, "guest": link.guest, "chats": link.chat_ids.0.len()});
    audit(tx, ctx, "people.invited", &link.name, detail).await?;
    Ok(shown(&link, Some(format!("{base}/join/{word}"))))
}

/// Makes a link by which a person sets a new password.
pub(crate) async fn reset_link(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Person>,
    base: &str,
) -> Result<String> {
    require(tx, ctx, "accounts.people").await?;
    let person = store::person(tx, id).await?;
    // Whoever opens the link is that person: it must not lead around the right to give rights.
    if may(tx, id, "accounts.roles").await?.is_some() {
        require(tx, ctx, "accounts.roles").await?;
    }
    let word = ctx.ids.secret();
    let link = Link {
        kind: "reset".to_owned(),
        person_id: Some(id),
        expires_at: ctx.now + RESET,
        ..blank(ctx, &person.name, &person.email)?
    };
    store::add_link(tx, &link, &hash(&word)).await?;
    audit(
        tx,
        ctx,
        "people.reset_link",
        &person.name,
        json!({"id": id}),
    )
    .await?;
    Ok(format!("{base}/join/{word}"))
}

/// The same by login, for whoever holds the server itself.
pub async fn reset_link_for_login(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    login: &str,
    base: &str,
) -> Result<String> {
    let login = login.trim().to_lowercase();
    let found = store::credentials_by_login(tx, &login)
        .await?
        .ok_or_else(Error::not_found)?;
    reset_link(tx, ctx, found.id, base).await
}

pub(crate) async fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Invitation>> {
    require(tx, ctx, "accounts.people").await?;
    Ok(store::links(tx)
        .await?
        .iter()
        .map(|l| shown(l, None))
        .collect())
}

pub(crate) async fn withdraw(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Invitation>) -> Result<()> {
    require(tx, ctx, "accounts.people").await?;
    match store::drop_link(tx, id).await? {
        0 => Err(Error::not_found()),
        _ => {
            audit(
                tx,
                ctx,
                "people.invitation_withdrawn",
                &id.to_string(),
                json!({}),
            )
            .await
        }
    }
}

/// An open link by its word; refuses used and expired ones.
pub(crate) async fn open(tx: &mut Tx<'_>, ctx: &Ctx, word: &str) -> Result<Link> {
    let link = store::link(tx, &hash(word)).await?;
    if link.used_at.is_some() {
        return Err(Error::conflict("accounts.link_used"));
    }
    if link.expires_at <= ctx.now {
        return Err(Error::conflict("accounts.link_expired"));
    }
    if link.guest && !super::workspace::workspace(tx).await?.guests {
        return Err(Error::conflict("accounts.guests_off"));
    }
    Ok(link)
}

/// Joins by a link: makes the person, or sets a new password. Answers the session's secret word.
pub(crate) async fn join(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    word: &str,
    name: &str,
    login: &str,
    password_hash: &str,
    place: &Place,
) -> Result<(Id<Person>, String)> {
    let link = open(tx, ctx, word).await?;
    if store::use_link(tx, link.id, ctx.now).await? == 0 {
        return Err(Error::conflict("accounts.link_used"));
    }
    let person = match link.person_id {
        Some(id) => {
            if !store::set_login(tx, id, &rules::login(login)?).await? {
                return Err(Error::field("login", "accounts.login_taken"));
            }
            store::set_password(tx, id, password_hash).await?;
            store::set_totp(tx, id, None, false, 0).await?;
            store::drop_sessions(tx, id, None).await?;
            id
        }
        None => {
            let new = NewPerson {
                name: name.to_owned(),
                login: Some(login.to_owned()),
                password_hash: Some(password_hash.to_owned()),
                email: link.email,
                department_id: link.department_id,
                guest: link.guest,
                roles: if link.role_ids.0.is_empty() && !link.guest {
                    vec!["employee"]
                } else {
                    Vec::new()
                },
                role_ids: link.role_ids.0,
                ..NewPerson::default()
            };
            let id = create_person(tx, ctx, new).await?;
            if link.guest {
                let arrival = Arrival {
                    person: id,
                    chat_ids: link.chat_ids.0,
                };
                let payload = serde_json::to_value(arrival)?;
                jobs::put(tx, ctx, ARRIVED_JOB, payload, ctx.now, None).await?;
            }
            id
        }
    };
    let ctx = Ctx {
        actor: Actor::Person(person.uuid()),
        ..ctx.clone()
    };
    audit(
        tx,
        &ctx,
        if link.kind == "reset" {
            "people.password_reset"
        } else {
            "people.joined"
        },
        name,
        json!({}),
    )
    .await?;
    let word = super::sessions::open_session(tx, &ctx, person, place).await?;
    Ok((person, word))
}
