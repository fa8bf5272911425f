//! The one access function: principals, grants, and why somebody may see something (X-03, U-17, M-05).

use crate::model::Person;
use db::{Tx, bind, sql};
use journal::Event;
use kernel::{Ctx, Error, Id, Result, Uuid};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use web::Scope;

/// The principal every active person belongs to.
pub const EVERYONE: Uuid = Uuid::from_u128(0x0b5e_da00_0000_7000_8000_0000_0000_0001);

/// Why somebody may see an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Member of the chat.
    Member,
    /// Responsible for the client's chat.
    Assignee,
    /// Observer of the client's chat.
    Observer,
    /// Member of the queue it waits in.
    Queue,
    /// A role gives the right to see it.
    Role,
    /// Set the task.
    Author,
    /// Helps with the task.
    Coworker,
    /// May read it: it is common, or a table is open to them.
    Reader,
    /// May write rows of the table.
    Writer,
    /// May change the table itself.
    Keeper,
}

impl Reason {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Assignee => "assignee",
            Self::Observer => "observer",
            Self::Queue => "queue",
            Self::Role => "role",
            Self::Author => "author",
            Self::Coworker => "coworker",
            Self::Reader => "reader",
            Self::Writer => "writer",
            Self::Keeper => "keeper",
        }
    }
    fn from_word(word: &str) -> Result<Self> {
        [
            Self::Member,
            Self::Assignee,
            Self::Observer,
            Self::Queue,
            Self::Role,
            Self::Author,
            Self::Coworker,
            Self::Reader,
            Self::Writer,
            Self::Keeper,
        ]
        .into_iter()
        .find(|r| r.word() == word)
        .ok_or_else(|| Error::fault(format!("no reason {word}")))
    }
}

/// The principal of those who hold `right` over everything, or over one group (queue or department).
pub fn right_principal(right: &str, group: Option<Uuid>) -> Uuid {
    let name = match group {
        Some(group) => format!("{right}:{group}"),
        None => format!("{right}:all"),
    };
    Uuid::new_v5(&EVERYONE, name.as_bytes())
}

/// The principal of a group (queue, department): its own id.
pub const fn group_principal<T>(group: Id<T>) -> Uuid {
    group.uuid()
}

/// Gives a principal access to an object.
pub async fn grant(tx: &mut Tx<'_>, object: Uuid, principal: Uuid, reason: Reason) -> Result<()> {
    tx.run(
        sql!("INSERT INTO grants (object, principal, reason) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
        &bind![object, principal, reason.word()],
    )
    .await
    .map(drop)
}

/// Takes a grant back; the same principal may still have access for another reason.
pub async fn revoke(tx: &mut Tx<'_>, object: Uuid, principal: Uuid, reason: Reason) -> Result<()> {
    tx.run(
        sql!("DELETE FROM grants WHERE object = $1 AND principal = $2 AND reason = $3"),
        &bind![object, principal, reason.word()],
    )
    .await
    .map(drop)
}

/// All principals with access to an object: the audience of its events.
pub async fn audience(tx: &mut Tx<'_>, object: Uuid) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = tx
        .all(
            sql!("SELECT DISTINCT principal FROM grants WHERE object = $1"),
            &bind![object],
        )
        .await?;
    Ok(rows.into_iter().map(|(p,)| p).collect())
}

/// Why a person may see an object; empty when they may not.
pub async fn reasons(tx: &mut Tx<'_>, person: Id<Person>, object: Uuid) -> Result<Vec<Reason>> {
    let rows: Vec<(String,)> = tx
        .all(
            sql!("SELECT DISTINCT g.reason FROM grants g JOIN memberships m ON m.principal = g.principal
                  WHERE g.object = $1 AND m.person_id = $2 ORDER BY g.reason"),
            &bind![object, person],
        )
        .await?;
    if kernel::sabotaged("skip-permission") {
        return Ok(vec![Reason::Member]);
    }
    rows.iter().map(|(word,)| Reason::from_word(word)).collect()
}

/// The only way to obtain an object: its reasons, or *not found* when one may not know that it exists.
pub async fn access(tx: &mut Tx<'_>, person: Id<Person>, object: Uuid) -> Result<Vec<Reason>> {
    let found = reasons(tx, person, object).await?;
    if found.is_empty() {
        Err(Error::not_found())
    } else {
        Ok(found)
    }
}

/// All active people who may see an object, for notices.
pub async fn who_may_see(tx: &mut Tx<'_>, object: Uuid) -> Result<Vec<Id<Person>>> {
    let rows: Vec<(Id<Person>,)> = tx
        .all(
            sql!("SELECT DISTINCT m.person_id FROM grants g JOIN memberships m ON m.principal = g.principal
                  JOIN people p ON p.id = m.person_id WHERE g.object = $1 AND p.active"),
            &bind![object],
        )
        .await?;
    Ok(rows.into_iter().map(|(p,)| p).collect())
}

/// How far a person's right reaches; `None` without the right.
pub async fn may(tx: &mut Tx<'_>, person: Id<Person>, right: &str) -> Result<Option<Scope>> {
    let rights = crate::store::rights_of(tx, person).await?;
    Ok(rights
        .into_iter()
        .filter(|r| r.right == right)
        .map(|r| r.scope)
        .max())
}

/// Refuses with `right-missing` unless the person has the right.
pub async fn require(tx: &mut Tx<'_>, ctx: &Ctx, right: &'static str) -> Result<Scope> {
    let scope = match ctx.actor.person() {
        Some(person) => may(tx, Id::new(person), right).await?,
        None => Some(Scope::All),
    };
    scope.ok_or_else(|| Error::denied("accounts.right_missing").arg("right", right))
}

/// All people who belong to a principal by a source.
pub async fn people_of(tx: &mut Tx<'_>, principal: Uuid) -> Result<Vec<Id<Person>>> {
    let rows: Vec<(Id<Person>,)> = tx
        .all(
            sql!(
                "SELECT DISTINCT person_id FROM memberships WHERE principal = $1 ORDER BY person_id"
            ),
            &bind![principal],
        )
        .await?;
    Ok(rows.into_iter().map(|(p,)| p).collect())
}

/// Makes `people` exactly those who belong to a principal by `source`; tells the sockets of all who changed.
pub async fn set_members(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    principal: Uuid,
    people: &[Id<Person>],
    source: &'static str,
) -> Result<()> {
    let rows: Vec<(Id<Person>,)> = tx
        .all(
            sql!("SELECT person_id FROM memberships WHERE principal = $1 AND source = $2"),
            &bind![principal, source],
        )
        .await?;
    let before: BTreeSet<Id<Person>> = rows.into_iter().map(|(p,)| p).collect();
    let after: BTreeSet<Id<Person>> = people.iter().copied().collect();
    for person in before.difference(&after) {
        tx.run(
            sql!("DELETE FROM memberships WHERE principal = $1 AND person_id = $2 AND source = $3"),
            &bind![principal, *person, source],
        )
        .await?;
    }
    for person in after.difference(&before) {
        tx.run(
            sql!("INSERT INTO memberships (principal, person_id, source) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
            &bind![principal, *person, source],
        )
        .await?;
    }
    if source == "chat" && before != after {
        crate::guests::members_changed(tx, ctx, &before, &after).await?;
    }
    for person in before.symmetric_difference(&after) {
        if source == "queue" || source == "department" {
            rebuild_role_principals(tx, *person).await?;
        }
        tell_access_changed(tx, ctx, *person).await?;
    }
    Ok(())
}

/// Writes the principals a person's roles give: a right over all, or over each of their groups.
pub(crate) async fn rebuild_role_principals(tx: &mut Tx<'_>, person: Id<Person>) -> Result<()> {
    tx.run(
        sql!("DELETE FROM memberships WHERE person_id = $1 AND source = 'role'"),
        &bind![person],
    )
    .await?;
    let groups: Vec<(Uuid,)> = tx
        .all(
            sql!("SELECT DISTINCT principal FROM memberships WHERE person_id = $1 AND source IN ('queue', 'department')"),
            &bind![person],
        )
        .await?;
    for right in crate::store::rights_of(tx, person).await? {
        let principals = match right.scope {
            Scope::All => vec![right_principal(&right.right, None)],
            Scope::Group => groups
                .iter()
                .map(|(g,)| right_principal(&right.right, Some(*g)))
                .collect(),
            Scope::Own => Vec::new(),
        };
        for principal in principals {
            tx.run(
                sql!("INSERT INTO memberships (principal, person_id, source) VALUES ($1, $2, 'role') ON CONFLICT DO NOTHING"),
                &bind![principal, person],
            )
            .await?;
        }
    }
    Ok(())
}

/// Tells the hub to read a person's principals anew; in order with all other events.
pub async fn tell_access_changed(tx: &mut Tx<'_>, ctx: &Ctx, person: Id<Person>) -> Result<()> {
    let event = Event::stored("access.changed", person.uuid(), Vec::new(), json!({}));
    journal::append(tx, ctx, event).await.map(drop)
}

/// The answer to "why can I see this" (M-05).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Why {
    /// Who was asked about.
    pub person_id: Id<Person>,
    /// Whether they may see it.
    pub allowed: bool,
    /// Why: member, assignee, observer, queue, role.
    pub reasons: Vec<String>,
}
