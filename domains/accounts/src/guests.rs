//! Guests: people from outside the company. They belong to no *everyone*; who they know is who sits in a chat with them.

use crate::{
    access::{EVERYONE, people_of, set_members, tell_access_changed},
    model::Person,
    rules, store,
};
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Result, Uuid};
use serde_json::json;
use std::collections::{BTreeSet, HashSet};

/// The job that lets somebody who joined as a guest into their chats; `team` does it. Its payload is [`Arrival`].
pub const ARRIVED_JOB: &str = "accounts.guest_arrived";

/// A guest who has just joined.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Arrival {
    /// Who.
    pub person: Id<Person>,
    /// The chats of the invitation.
    pub chat_ids: Vec<Uuid>,
}

/// The operations guests may call, by `METHOD /path`, as the server gathered them from all domains.
#[derive(Debug, Default)]
pub struct GuestDoors(HashSet<String>);

impl GuestDoors {
    /// The doors of all domains: each as `GET /chats/{id}`, below `/api/v1`.
    pub fn new<'a>(doors: impl IntoIterator<Item = &'a str>) -> Self {
        let at_root = |door: &str| {
            let (method, path) = door.split_once(' ').unwrap_or((door, ""));
            format!("{method} /api/v1{path}")
        };
        Self(doors.into_iter().map(at_root).collect())
    }
    /// Whether a guest may call this operation, a matched path with its method.
    pub fn open(&self, method: &str, path: &str) -> bool {
        self.0.contains(&format!("{method} {path}"))
    }
    /// All of them, as `GET /api/v1/chats/{id}`.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// Those who share a chat with a person, without the person.
pub async fn acquaintances(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Id<Person>>> {
    store::acquaintances(tx, person).await
}

/// Whether a person is a guest.
pub async fn is_guest(tx: &mut Tx<'_>, person: Id<Person>) -> Result<bool> {
    store::is_guest(tx, person).await
}

/// Whom of all a person may know of: everybody, or a guest's acquaintances and the guest.
pub(crate) async fn known_among(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    people: Vec<Person>,
) -> Result<Vec<Person>> {
    if !is_guest(tx, me).await? {
        return Ok(people);
    }
    let known: BTreeSet<Id<Person>> = acquaintances(tx, me).await?.into_iter().collect();
    Ok(people
        .into_iter()
        .filter_map(|person| match person.id {
            id if id == me => Some(person),
            id => known.contains(&id).then(|| rules::as_guests_see(&person)),
        })
        .collect())
}

/// Refuses a person whom this one may not know of, with the words for somebody who does not exist.
pub async fn must_know(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    others: &[Id<Person>],
    refusal: fn() -> Error,
) -> Result<()> {
    if !is_guest(tx, me).await? {
        return Ok(());
    }
    let known = acquaintances(tx, me).await?;
    if others.iter().all(|id| *id == me || known.contains(id)) {
        Ok(())
    } else {
        Err(refusal())
    }
}

/// What guests belong to besides their memberships: the principals of those they know, by which they hear of them.
pub(crate) async fn principals(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Uuid>> {
    if !is_guest(tx, person).await? {
        return Ok(Vec::new());
    }
    let known = acquaintances(tx, person).await?;
    Ok(known
        .into_iter()
        .map(|id| web::known_to(EVERYONE, id.uuid()))
        .collect())
}

/// After the members of a chat changed: its guests hear of others from now on, and fetch who they are.
pub(crate) async fn members_changed(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    before: &BTreeSet<Id<Person>>,
    after: &BTreeSet<Id<Person>>,
) -> Result<()> {
    let all: Vec<Id<Person>> = before.union(after).copied().collect();
    let guests: Vec<Id<Person>> = store::briefs(tx, &all)
        .await?
        .into_iter()
        .filter(|p| p.guest)
        .map(|p| p.id)
        .collect();
    if guests.is_empty() {
        return Ok(());
    }
    for guest in &guests {
        tell_access_changed(tx, ctx, *guest).await?;
    }
    let audience = guests.iter().map(|g| g.uuid()).collect();
    let event = Event::stored("people.changed", EVERYONE, audience, json!({}));
    journal::append(tx, ctx, event).await.map(drop)
}

/// Tells the guests who know a person what became of them; a guest's own windows, which hear of nobody through *everyone*,
/// what became of the guest.
pub(crate) async fn tell(tx: &mut Tx<'_>, ctx: &Ctx, person: &Person) -> Result<()> {
    if !store::any_guest(tx).await? {
        return Ok(());
    }
    if person.guest {
        let own = Event::stored(
            "person.changed",
            person.id.uuid(),
            vec![person.id.uuid()],
            json!({"person": person}),
        );
        journal::append(tx, ctx, own).await?;
    }
    let event = Event::stored(
        "person.changed",
        person.id.uuid(),
        vec![web::known_to(EVERYONE, person.id.uuid())],
        json!({"person": rules::as_guests_see(person)}),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

/// Takes a guest into the company: from now on they see what every employee does.
pub(crate) async fn take_in(tx: &mut Tx<'_>, ctx: &Ctx, person: &mut Person) -> Result<()> {
    person.guest = false;
    store::save_person(tx, person).await?;
    let employee = store::builtin_role(tx, "employee").await?;
    let roles: Vec<_> = employee.into_iter().map(|(id,)| id).collect();
    store::set_roles(tx, person.id, &roles).await?;
    let everyone: Vec<Id<Person>> = people_of(tx, EVERYONE)
        .await?
        .into_iter()
        .chain([person.id])
        .collect();
    set_members(tx, ctx, EVERYONE, &everyone, "account").await
}

/// Refuses guests where only colleagues can stand: queues, departments, tasks, clients.
pub(crate) fn refuse(person: &Person) -> Result<()> {
    if person.guest {
        Err(Error::conflict("accounts.guest_outside").arg("name", &person.name))
    } else {
        Ok(())
    }
}
