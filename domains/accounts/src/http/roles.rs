//! Roles, the workspace's settings, the audit log, and why somebody may see something.

use super::signed::Signed;
use crate::{
    Catalogue,
    access::{Why, access, reasons, require},
    actions::{
        roles,
        workspace::{self, WorkspacePatch},
    },
    model::{AuditEntry, Person, Role, RoleRight, Workspace},
    store,
};
use axum::{Json, extract::State, http::StatusCode};
use db::Tx;
use kernel::{Id, Language, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, At, Body, House, Params, Scope};

/// A right that exists, in words.
#[derive(Serialize, ToSchema)]
pub(super) struct RightInfo {
    right: String,
    title: String,
    about: String,
    scopes: Vec<Scope>,
}
/// Roles and the rights they can give.
#[derive(Serialize, ToSchema)]
pub(super) struct RolesAnswer {
    roles: Vec<Role>,
    catalogue: Vec<RightInfo>,
}

/// Says a built-in role's name in the reader's language. It is stored in the language of whoever set the company up; a name that
/// is ours in neither language was given on purpose, and stays.
fn name_for(house: &House, reader: Language, role: &mut Role) {
    if role.builtin.is_empty() {
        return;
    }
    let ours = |language| {
        let id = format!("role-{}", role.builtin);
        house.texts().say(language, &id, &[])
    };
    if [Language::Ru, Language::En].map(ours).contains(&role.name) {
        role.name = ours(reader);
    }
}

#[utoipa::path(get, path = "/roles", tag = "accounts", responses((status = 200, body = RolesAnswer)))]
pub(super) async fn list(State(house): State<House>, signed: Signed) -> Answer<Json<RolesAnswer>> {
    let mut roles = house
        .read(async |tx: &mut Tx<'_>| store::roles(tx).await)
        .await?;
    for role in &mut roles {
        name_for(&house, signed.ctx.language, role);
    }
    let say = |id: String| house.texts().say(signed.ctx.language, &id, &[]);
    let catalogue = house
        .part::<Catalogue>()?
        .0
        .iter()
        .map(|r| {
            let id = format!("right-{}", r.word.replace('.', "-"));
            RightInfo {
                right: r.word.to_owned(),
                about: say(format!("{id}-about")),
                title: say(id),
                scopes: r.scopes.to_vec(),
            }
        })
        .collect();
    Ok(Json(RolesAnswer { roles, catalogue }))
}

/// A role to be made or changed.
#[derive(Deserialize, ToSchema)]
pub(super) struct RoleForm {
    name: String,
    rights: Vec<RoleRight>,
}

#[utoipa::path(post, path = "/roles", tag = "accounts", request_body = RoleForm, responses((status = 200, body = Role)))]
pub(super) async fn add(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<RoleForm>,
) -> Answer<Json<Role>> {
    save(house, signed, None, form).await
}

#[utoipa::path(patch, path = "/roles/{id}", tag = "accounts", params(("id" = Id<Role>, Path)), request_body = RoleForm,
    responses((status = 200, body = Role)))]
pub(super) async fn change(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Role>>,
    Body(form): Body<RoleForm>,
) -> Answer<Json<Role>> {
    save(house, signed, Some(id), form).await
}

async fn save(
    house: House,
    signed: Signed,
    id: Option<Id<Role>>,
    form: RoleForm,
) -> Answer<Json<Role>> {
    let catalogue = house.part::<Catalogue>()?.0.clone();
    let reader = signed.ctx.language;
    let mut role = house
        .write(async move |tx: &mut Tx<'_>| {
            roles::save_role(tx, &signed.ctx, id, &form.name, &form.rights, &catalogue).await
        })
        .await?;
    name_for(&house, reader, &mut role);
    Ok(Json(role))
}

#[utoipa::path(delete, path = "/roles/{id}", tag = "accounts", params(("id" = Id<Role>, Path)), responses((status = 204)))]
pub(super) async fn delete(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Role>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| roles::delete_role(tx, &signed.ctx, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/workspace", tag = "accounts", responses((status = 200, body = Workspace)))]
pub(super) async fn workspace(State(house): State<House>, _: Signed) -> Answer<Json<Workspace>> {
    Ok(Json(
        house
            .read(async |tx: &mut Tx<'_>| workspace::workspace(tx).await)
            .await?,
    ))
}

#[utoipa::path(patch, path = "/workspace", tag = "accounts", request_body = WorkspacePatch, responses((status = 200, body = Workspace)))]
pub(super) async fn change_workspace(
    State(house): State<House>,
    signed: Signed,
    Body(patch): Body<WorkspacePatch>,
) -> Answer<Json<Workspace>> {
    let (saved, shut_out) = house
        .write(async move |tx: &mut Tx<'_>| {
            let saved = workspace::change(tx, &signed.ctx, patch).await?;
            let shut_out = if saved.guests {
                Vec::new()
            } else {
                store::guests(tx).await?
            };
            Ok((saved, shut_out))
        })
        .await?;
    for guest in shut_out {
        house.hub().sign_out(guest.uuid(), None);
    }
    Ok(Json(saved))
}

/// A page of the audit log.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditAnswer {
    entries: Vec<AuditEntry>,
    next: Option<Uuid>,
}
/// Where to go on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Before {
    /// `next` of the page before.
    before: Option<Uuid>,
}

#[utoipa::path(get, path = "/audit", tag = "accounts", params(Before), responses((status = 200, body = AuditAnswer)))]
pub(super) async fn audit(
    State(house): State<House>,
    signed: Signed,
    Params(page): Params<Before>,
) -> Answer<Json<AuditAnswer>> {
    const PAGE: i64 = 100;
    let entries = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "accounts.audit").await?;
            store::audit(tx, page.before, PAGE).await
        })
        .await?;
    let full = i64::try_from(entries.len()).unwrap_or(0) == PAGE;
    let next = entries.last().map(|e| e.id).filter(|_| full);
    Ok(Json(AuditAnswer { entries, next }))
}

/// About whom.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct About {
    /// Somebody else: needs the right `accounts.roles`.
    person_id: Option<Id<Person>>,
}

#[utoipa::path(get, path = "/access/{id}", tag = "accounts", params(("id" = Uuid, Path), About), responses((status = 200, body = Why)))]
pub(super) async fn why(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Uuid>,
    Params(about): Params<About>,
) -> Answer<Json<Why>> {
    let why = house
        .read(async move |tx: &mut Tx<'_>| {
            let person_id = about.person_id.unwrap_or(signed.person);
            let found = if person_id == signed.person {
                access(tx, person_id, id).await?
            } else {
                require(tx, &signed.ctx, "accounts.roles").await?;
                reasons(tx, person_id, id).await?
            };
            Ok(Why {
                person_id,
                allowed: !found.is_empty(),
                reasons: found.iter().map(|r| r.word().to_owned()).collect(),
            })
        })
        .await?;
    Ok(Json(why))
}
