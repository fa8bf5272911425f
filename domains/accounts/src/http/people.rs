//! The company: people, invitations, departments.

use super::signed::Signed;
use crate::{
    actions::{
        invitations::{self, Invite},
        people::{self, PersonPatch},
    },
    guests,
    model::{Department, Invitation, Person},
    store,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use db::Tx;
use kernel::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, At, Body, House, PresenceState};

/// Everyone and their departments.
#[derive(Serialize, ToSchema)]
pub(super) struct PeopleAnswer {
    people: Vec<Person>,
    departments: Vec<Department>,
    /// Those of them I keep in My friends.
    friend_ids: Vec<Id<Person>>,
}

#[utoipa::path(get, path = "/people", tag = "accounts", responses((status = 200, body = PeopleAnswer)))]
pub(super) async fn list(State(house): State<House>, signed: Signed) -> Answer<Json<PeopleAnswer>> {
    let (mut people, departments, friend_ids) = house
        .read(async move |tx: &mut Tx<'_>| {
            let all = store::people(tx).await?;
            let people = guests::known_among(tx, signed.person, all).await?;
            let departments = if signed.guest {
                Vec::new()
            } else {
                store::departments(tx).await?
            };
            Ok((
                people,
                departments,
                store::friends(tx, signed.person).await?,
            ))
        })
        .await?;
    for person in &mut people {
        let presence = house.hub().presence(person.id.uuid());
        if presence == PresenceState::Away {
            person.last_seen = house.hub().touched_at(person.id.uuid());
        }
        person.presence = Some(presence);
    }
    Ok(Json(PeopleAnswer {
        people,
        departments,
        friend_ids,
    }))
}

async fn befriend(house: House, signed: Signed, id: Id<Person>, on: bool) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            people::befriend(tx, &signed.ctx, signed.person, id, on).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(put, path = "/me/friends/{id}", tag = "accounts", params(("id" = Id<Person>, Path)), responses((status = 204)))]
pub(super) async fn add_friend(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Person>>,
) -> Answer<StatusCode> {
    befriend(house, signed, id, true).await
}

#[utoipa::path(delete, path = "/me/friends/{id}", tag = "accounts", params(("id" = Id<Person>, Path)), responses((status = 204)))]
pub(super) async fn drop_friend(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Person>>,
) -> Answer<StatusCode> {
    befriend(house, signed, id, false).await
}

#[utoipa::path(patch, path = "/people/{id}", tag = "accounts", params(("id" = Id<Person>, Path)), request_body = PersonPatch,
    responses((status = 200, body = Person)))]
pub(super) async fn change(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Person>>,
    Body(patch): Body<PersonPatch>,
) -> Answer<Json<Person>> {
    let mut person = house
        .write(async move |tx: &mut Tx<'_>| people::change(tx, &signed.ctx, id, &patch).await)
        .await?;
    if !person.active {
        house.hub().sign_out(id.uuid(), None);
    }
    person.presence = Some(house.hub().presence(id.uuid()));
    Ok(Json(person))
}

/// A link to give to somebody.
#[derive(Serialize, ToSchema)]
pub(super) struct Url {
    url: String,
}

#[utoipa::path(post, path = "/people/{id}/reset-link", tag = "accounts", params(("id" = Id<Person>, Path)),
    responses((status = 200, body = Url)))]
pub(super) async fn reset_link(
    State(house): State<House>,
    signed: Signed,
    headers: HeaderMap,
    At(id): At<Id<Person>>,
) -> Answer<Json<Url>> {
    let base = house.address(&headers);
    let url = house
        .write(async move |tx: &mut Tx<'_>| {
            invitations::reset_link(tx, &signed.ctx, id, &base).await
        })
        .await?;
    Ok(Json(Url { url }))
}

#[utoipa::path(get, path = "/invitations", tag = "accounts", responses((status = 200, body = Vec<Invitation>)))]
pub(super) async fn invitations(
    State(house): State<House>,
    signed: Signed,
) -> Answer<Json<Vec<Invitation>>> {
    let list = house
        .read(async move |tx: &mut Tx<'_>| invitations::list(tx, &signed.ctx).await)
        .await?;
    Ok(Json(list))
}

#[utoipa::path(post, path = "/invitations", tag = "accounts", request_body = Invite, responses((status = 200, body = Invitation)))]
pub(super) async fn invite(
    State(house): State<House>,
    signed: Signed,
    headers: HeaderMap,
    Body(form): Body<Invite>,
) -> Answer<Json<Invitation>> {
    let base = house.address(&headers);
    let made = house
        .write(async move |tx: &mut Tx<'_>| invitations::invite(tx, &signed.ctx, form, &base).await)
        .await?;
    Ok(Json(made))
}

#[utoipa::path(delete, path = "/invitations/{id}", tag = "accounts", params(("id" = Id<Invitation>, Path)), responses((status = 204)))]
pub(super) async fn withdraw(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Invitation>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| invitations::withdraw(tx, &signed.ctx, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A department to be made or changed.
#[derive(Deserialize, ToSchema)]
pub(super) struct DepartmentForm {
    name: String,
    parent_id: Option<Id<Department>>,
}

#[utoipa::path(post, path = "/departments", tag = "accounts", request_body = DepartmentForm, responses((status = 200, body = Department)))]
pub(super) async fn add_department(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<DepartmentForm>,
) -> Answer<Json<Department>> {
    save(house, signed, None, form).await
}

#[utoipa::path(patch, path = "/departments/{id}", tag = "accounts", params(("id" = Id<Department>, Path)),
    request_body = DepartmentForm, responses((status = 200, body = Department)))]
pub(super) async fn change_department(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Department>>,
    Body(form): Body<DepartmentForm>,
) -> Answer<Json<Department>> {
    save(house, signed, Some(id), form).await
}

async fn save(
    house: House,
    signed: Signed,
    id: Option<Id<Department>>,
    form: DepartmentForm,
) -> Answer<Json<Department>> {
    let saved = house
        .write(async move |tx: &mut Tx<'_>| {
            people::save_department(tx, &signed.ctx, id, &form.name, form.parent_id).await
        })
        .await?;
    Ok(Json(saved))
}

#[utoipa::path(delete, path = "/departments/{id}", tag = "accounts", params(("id" = Id<Department>, Path)), responses((status = 204)))]
pub(super) async fn delete_department(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Department>>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| people::delete_department(tx, &signed.ctx, id).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
