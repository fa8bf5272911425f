//! People and departments: reading, changing, leaving.

use super::{audit, people_changed};
use crate::{
    access::{self, EVERYONE, require},
    guests,
    model::{Availability, Department, Person, PersonBrief, Preferences, Role},
    rules, store,
};
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Language, Phone, Result, Uuid};
use serde_json::json;
use std::collections::HashMap;

/// What may change of a person; absent fields stay.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct PersonPatch {
    pub(crate) name: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phones: Option<Vec<String>>,
    pub(crate) extension: Option<String>,
    pub(crate) status_text: Option<String>,
    pub(crate) availability: Option<Availability>,
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<Uuid>)]
    pub(crate) photo_file_id: Option<Option<Uuid>>,
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<Id<Department>>)]
    pub(crate) department_id: Option<Option<Id<Department>>>,
    pub(crate) role_ids: Option<Vec<Id<Role>>>,
    pub(crate) active: Option<bool>,
    /// `false` takes a guest into the company; there is no way back.
    pub(crate) guest: Option<bool>,
}

/// Tells `null` (clear it) from an absent field (leave it).
pub(crate) fn nullable<'de, D, T>(d: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    serde::Deserialize::deserialize(d).map(Some)
}

/// A person's name, settings and whether they work here.
pub async fn brief(tx: &mut Tx<'_>, id: Id<Person>) -> Result<PersonBrief> {
    store::briefs(tx, &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)
}

/// Several at once; unknown ids are left out.
pub async fn briefs(tx: &mut Tx<'_>, ids: &[Id<Person>]) -> Result<Vec<PersonBrief>> {
    store::briefs(tx, ids).await
}

/// The pictures of those who have one, by their ids.
pub async fn photos(tx: &mut Tx<'_>, ids: &[Id<Person>]) -> Result<HashMap<Uuid, Uuid>> {
    Ok(store::photos(tx, ids).await?.into_iter().collect())
}

/// A person's e-mail; empty when they have none.
pub async fn email_of(tx: &mut Tx<'_>, id: Id<Person>) -> Result<String> {
    Ok(store::person(tx, id).await?.email)
}

/// Active people by a part of the name, login, title or extension, of those whom `me` may know of.
pub async fn find_people(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    text: &str,
    limit: i64,
) -> Result<Vec<Id<Person>>> {
    let folded = |s: &str| s.to_lowercase().replace('ё', "е");
    let wanted = folded(text.trim());
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let all = store::people(tx).await?;
    let people = guests::known_among(tx, me, all).await?;
    let fits = |p: &&Person| {
        let login = p.login.as_deref().unwrap_or_default();
        p.active
            && [p.name.as_str(), login, &p.title, &p.extension]
                .iter()
                .any(|s| folded(s).contains(&wanted))
    };
    let limit = usize::try_from(limit).unwrap_or(0);
    Ok(people
        .iter()
        .filter(fits)
        .take(limit)
        .map(|p| p.id)
        .collect())
}

/// Everybody who has an account or had one.
pub async fn everybody(tx: &mut Tx<'_>) -> Result<Vec<Person>> {
    store::people(tx).await
}

/// Adds somebody who worked here before: their words need an author, they cannot sign in.
pub async fn create_former(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    name: &str,
    email: &str,
) -> Result<Id<Person>> {
    let new = super::setup::NewPerson {
        name: name.to_owned(),
        email: email.to_owned(),
        ..super::setup::NewPerson::default()
    };
    let id = super::setup::create_person(tx, ctx, new).await?;
    let mut person = store::person(tx, id).await?;
    person.active = false;
    set_active(tx, ctx, &person).await?;
    save(tx, ctx, &person).await?;
    Ok(id)
}

/// A person's settings.
pub async fn preferences_of(tx: &mut Tx<'_>, id: Id<Person>) -> Result<Preferences> {
    store::preferences(tx, id).await
}

/// The language a person reads: their own choice, else the workspace's.
pub async fn language_of(tx: &mut Tx<'_>, id: Id<Person>) -> Result<Language> {
    match store::preferences(tx, id).await?.language {
        Some(language) => Ok(language),
        None => Ok(store::workspace(tx)
            .await?
            .map_or_else(Language::default, |w| w.language)),
    }
}

fn short(text: &str, field: &'static str) -> Result<String> {
    let clean = text::clean_name(text);
    if text.chars().count() > 300 {
        Err(Error::field(field, "accounts.too_long"))
    } else {
        Ok(clean)
    }
}

fn phones(list: &[String]) -> Result<Vec<Phone>> {
    if list.len() > 10 {
        return Err(Error::field("phones", "accounts.too_many_phones"));
    }
    list.iter()
        .filter(|p| !p.trim().is_empty())
        .map(|p| {
            Phone::parse(p)
                .ok_or_else(|| Error::field("phones", "accounts.bad_phone").arg("phone", p))
        })
        .collect()
}

fn apply(person: &mut Person, patch: &PersonPatch) -> Result<()> {
    if let Some(name) = &patch.name {
        person.name = rules::name(name, "name")?;
    }
    if let Some(title) = &patch.title {
        person.title = short(title, "title")?;
    }
    if let Some(email) = &patch.email {
        person.email = rules::email(email)?;
    }
    if let Some(list) = &patch.phones {
        person.phones = phones(list)?;
    }
    if let Some(extension) = &patch.extension {
        person.extension = short(extension, "extension")?;
    }
    if let Some(text) = &patch.status_text {
        person.status_text = short(text, "status_text")?;
    }
    if let Some(availability) = patch.availability {
        person.availability = availability;
    }
    if let Some(photo) = patch.photo_file_id {
        person.photo_file_id = photo;
    }
    Ok(())
}

/// Changes one's own profile: not department, roles or activity.
pub(crate) async fn change_me(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Person>,
    patch: &PersonPatch,
) -> Result<Person> {
    let mut person = store::person(tx, id).await?;
    apply(&mut person, patch)?;
    save(tx, ctx, &person).await?;
    Ok(person)
}

/// Changes anybody, with the right `accounts.people`; roles also need `accounts.roles`.
pub(crate) async fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Person>,
    patch: &PersonPatch,
) -> Result<Person> {
    require(tx, ctx, "accounts.people").await?;
    let mut person = store::person(tx, id).await?;
    apply(&mut person, patch)?;
    match patch.guest {
        Some(false) if person.guest => {
            require(tx, ctx, "accounts.roles").await?;
            guests::take_in(tx, ctx, &mut person).await?;
        }
        Some(true) if !person.guest => return Err(Error::field("guest", "accounts.no_way_back")),
        _ => {}
    }
    if patch.department_id.flatten().is_some()
        || patch.role_ids.as_ref().is_some_and(|r| !r.is_empty())
    {
        guests::refuse(&person)?;
    }
    if let Some(department) = patch.department_id {
        move_to(tx, ctx, &mut person, department).await?;
    }
    if let Some(active) = patch.active
        && active != person.active
    {
        person.active = active;
        set_active(tx, ctx, &person).await?;
    }
    store::save_person(tx, &person).await?;
    if let Some(roles) = &patch.role_ids
        && *roles != person.role_ids
    {
        require(tx, ctx, "accounts.roles").await?;
        store::set_roles(tx, id, roles).await?;
    }
    access::rebuild_role_principals(tx, id).await?;
    keep_a_key(tx).await?;
    let person = store::person(tx, id).await?;
    save(tx, ctx, &person).await?;
    access::tell_access_changed(tx, ctx, id).await?;
    audit(
        tx,
        ctx,
        "people.changed",
        &person.name,
        json!({"id": id, "active": person.active}),
    )
    .await?;
    Ok(person)
}

/// Somebody active must be able to give rights; else nobody could ever again.
pub(crate) async fn keep_a_key(tx: &mut Tx<'_>) -> Result<()> {
    if store::holders_of(tx, "accounts.roles").await?.is_empty() {
        return Err(Error::conflict("accounts.last_administrator"));
    }
    Ok(())
}

async fn set_active(tx: &mut Tx<'_>, ctx: &Ctx, person: &Person) -> Result<()> {
    let id = person.id;
    if !person.active {
        store::drop_sessions(tx, id, None).await?;
    }
    if person.guest {
        return Ok(());
    }
    let everyone = access::people_of(tx, EVERYONE).await?;
    let people: Vec<Id<Person>> = if person.active {
        everyone.into_iter().chain([id]).collect()
    } else {
        everyone.into_iter().filter(|p| *p != id).collect()
    };
    access::set_members(tx, ctx, EVERYONE, &people, "account").await
}

async fn move_to(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: &mut Person,
    to: Option<Id<Department>>,
) -> Result<()> {
    let from = person.department_id;
    if from == to {
        return Ok(());
    }
    if let Some(to) = to
        && !store::departments(tx).await?.iter().any(|d| d.id == to)
    {
        return Err(Error::field("department_id", "not-found"));
    }
    person.department_id = to;
    store::save_person(tx, person).await?;
    for department in [from, to].into_iter().flatten() {
        let people = store::department_people(tx, department).await?;
        access::set_members(tx, ctx, department.uuid(), &people, "department").await?;
    }
    Ok(())
}

/// Takes a colleague into My friends, or out of it (S2-06); a list of one's own.
pub(crate) async fn befriend(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    friend: Id<Person>,
    on: bool,
) -> Result<()> {
    store::person(tx, friend).await?;
    guests::must_know(tx, me, &[friend], Error::not_found).await?;
    if store::befriend(tx, me, friend, on).await? == 0 {
        return Ok(());
    }
    let fields = json!({"what": "friends"});
    let event = Event::stored("settings.changed", me.uuid(), vec![me.uuid()], fields);
    journal::append(tx, ctx, event).await.map(drop)
}

/// Saves a person and tells everyone.
pub(crate) async fn save(tx: &mut Tx<'_>, ctx: &Ctx, person: &Person) -> Result<()> {
    store::save_person(tx, person).await?;
    let event = Event::stored(
        "person.changed",
        person.id.uuid(),
        vec![EVERYONE],
        json!({"person": person}),
    );
    journal::append(tx, ctx, event).await?;
    guests::tell(tx, ctx, person).await
}

/// All departments, by name.
pub async fn departments(tx: &mut Tx<'_>) -> Result<Vec<Department>> {
    store::departments(tx).await
}

/// Whether all of these are departments.
pub async fn are_departments(tx: &mut Tx<'_>, ids: &[Id<Department>]) -> Result<bool> {
    if ids.is_empty() {
        return Ok(true);
    }
    let all = store::departments(tx).await?;
    Ok(ids.iter().all(|id| all.iter().any(|d| d.id == *id)))
}

/// Makes a department without asking who makes it: for the sample company.
pub async fn create_department(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<Id<Department>> {
    let department = Department {
        id: ctx.ids.next(),
        name: rules::name(name, "name")?,
        parent_id: None,
    };
    store::save_department(tx, &department).await?;
    people_changed(tx, ctx).await?;
    Ok(department.id)
}

/// Makes or renames a department.
pub(crate) async fn save_department(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Option<Id<Department>>,
    name: &str,
    parent_id: Option<Id<Department>>,
) -> Result<Department> {
    require(tx, ctx, "accounts.people").await?;
    let all = store::departments(tx).await?;
    if let Some(id) = id
        && !all.iter().any(|d| d.id == id)
    {
        return Err(Error::not_found());
    }
    let department = Department {
        id: id.unwrap_or_else(|| ctx.ids.next()),
        name: rules::name(name, "name")?,
        parent_id,
    };
    let mut above = parent_id;
    let mut steps = 0;
    while let Some(parent) = above {
        steps += 1;
        let Some(found) = all.iter().find(|d| d.id == parent) else {
            return Err(Error::field("parent_id", "not-found"));
        };
        if parent == department.id || steps > 20 {
            return Err(Error::field("parent_id", "accounts.department_circle"));
        }
        above = found.parent_id;
    }
    store::save_department(tx, &department).await?;
    audit(
        tx,
        ctx,
        "departments.saved",
        &department.name,
        json!({"id": department.id}),
    )
    .await?;
    people_changed(tx, ctx).await?;
    Ok(department)
}

/// Deletes a department; its people stay, without one.
pub(crate) async fn delete_department(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Department>,
) -> Result<()> {
    require(tx, ctx, "accounts.people").await?;
    access::set_members(tx, ctx, id.uuid(), &[], "department").await?;
    if store::delete_department(tx, id).await? == 0 {
        return Err(Error::not_found());
    }
    audit(tx, ctx, "departments.deleted", &id.to_string(), json!({})).await?;
    people_changed(tx, ctx).await
}
