//! The SQL of accounts.

pub(crate) mod desks;
mod guests;

use crate::model::{
    ApiToken, AuditEntry, Availability, Department, Invitation, Known, Person, PersonBrief,
    Preferences, Role, RoleRight, Session, Workspace,
};
use db::{FromRow, Json, Row, Tx, bind, sql};
pub(crate) use guests::{acquaintances, any_guest, guests, is_guest};
use kernel::{Id, Language, Moment, Result, Uuid};

impl FromRow for Person {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            login: row.get("login")?,
            title: row.get("title")?,
            email: row.get("email")?,
            phones: row.get::<Json<_>>("phones")?.0,
            extension: row.get("extension")?,
            department_id: row.get("department_id")?,
            role_ids: Vec::new(),
            photo_file_id: row.get("photo_file_id")?,
            active: row.get("active")?,
            guest: row.get("guest")?,
            status_text: row.get("status_text")?,
            availability: Availability::from_word(&row.get::<String>("availability")?),
            wrote_with: row.get("wrote_with")?,
            wrote_at: row.get("wrote_at")?,
            presence: None,
            last_seen: row.get("last_seen")?,
        })
    }
}
impl FromRow for Role {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            builtin: row.get("builtin")?,
            rights: row.get::<Json<_>>("rights")?.0,
            people: row.get("people")?,
        })
    }
}
impl FromRow for Workspace {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            name: row.get("name")?,
            language: Language::from_header(&row.get::<String>("language")?),
            time_zone: row.get("time_zone")?,
            passwordless: row.get("passwordless")?,
            passwordless_networks: row.get::<Json<_>>("passwordless_networks")?.0,
            guests: row.get("guests")?,
        })
    }
}
impl FromRow for PersonBrief {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            active: row.get("active")?,
            guest: row.get("guest")?,
            preferences: row.get::<Json<_>>("preferences")?.0,
        })
    }
}

// ------------------------------------------------------------ the workspace

pub(crate) async fn workspace(tx: &mut Tx<'_>) -> Result<Option<Workspace>> {
    tx.one(
        sql!("SELECT * FROM workspace WHERE id = 1 AND ready"),
        &bind![],
    )
    .await
}
pub(crate) async fn setup_hash(tx: &mut Tx<'_>) -> Result<Option<(Option<String>, bool)>> {
    tx.one(
        sql!("SELECT setup_token_hash, ready FROM workspace WHERE id = 1"),
        &bind![],
    )
    .await
}
pub(crate) async fn put_setup_hash(tx: &mut Tx<'_>, hash: &str) -> Result<()> {
    tx.run(
        sql!("INSERT INTO workspace (id, name, language, time_zone, passwordless, passwordless_networks, setup_token_hash, ready)
              VALUES (1, '', 'en', 'UTC', FALSE, $2, $1, FALSE)
              ON CONFLICT (id) DO UPDATE SET setup_token_hash = $1"),
        &bind![hash, Json(Vec::<String>::new())],
    )
    .await
    .map(drop)
}
pub(crate) async fn save_workspace(tx: &mut Tx<'_>, w: &Workspace) -> Result<()> {
    tx.run(
        sql!(
            "UPDATE workspace SET name = $1, language = $2, time_zone = $3, passwordless = $4,
              passwordless_networks = $5, guests = $6, setup_token_hash = NULL, ready = TRUE WHERE id = 1"
        ),
        &bind![
            &w.name,
            w.language.code(),
            &w.time_zone,
            w.passwordless,
            Json(&w.passwordless_networks),
            w.guests
        ],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ people

pub(crate) async fn people(tx: &mut Tx<'_>) -> Result<Vec<Person>> {
    let mut people: Vec<Person> = tx
        .all(sql!("SELECT * FROM people ORDER BY name, id"), &bind![])
        .await?;
    let roles: Vec<(Id<Person>, Id<Role>)> = tx
        .all(
            sql!("SELECT person_id, role_id FROM person_roles ORDER BY role_id"),
            &bind![],
        )
        .await?;
    for person in &mut people {
        person.role_ids = roles
            .iter()
            .filter(|r| r.0 == person.id)
            .map(|r| r.1)
            .collect();
    }
    Ok(people)
}
pub(crate) async fn person(tx: &mut Tx<'_>, id: Id<Person>) -> Result<Person> {
    let mut person: Person = tx
        .must(sql!("SELECT * FROM people WHERE id = $1"), &bind![id])
        .await?;
    let roles: Vec<(Id<Role>,)> = tx
        .all(
            sql!("SELECT role_id FROM person_roles WHERE person_id = $1 ORDER BY role_id"),
            &bind![id],
        )
        .await?;
    person.role_ids = roles.into_iter().map(|(r,)| r).collect();
    Ok(person)
}
/// Pictures by whose they are; who has none is not among them.
pub(crate) async fn photos(tx: &mut Tx<'_>, ids: &[Id<Person>]) -> Result<Vec<(Uuid, Uuid)>> {
    tx.all(
        sql!("SELECT id, photo_file_id FROM people WHERE id IN UUIDS($1) AND photo_file_id IS NOT NULL"),
        &bind![ids.to_vec()],
    )
    .await
}

pub(crate) async fn briefs(tx: &mut Tx<'_>, ids: &[Id<Person>]) -> Result<Vec<PersonBrief>> {
    tx.all(
        sql!("SELECT id, name, active, guest, preferences FROM people WHERE id IN UUIDS($1)"),
        &bind![ids.to_vec()],
    )
    .await
}
pub(crate) async fn add_person(
    tx: &mut Tx<'_>,
    p: &Person,
    password_hash: Option<&str>,
    now: Moment,
) -> Result<bool> {
    let added = tx
        .run(
            sql!("INSERT INTO people (id, name, login, password_hash, title, email, phones, extension, department_id,
                    photo_file_id, active, status_text, totp_confirmed, preferences, created_at, guest)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, TRUE, '', FALSE, $11, $12, $13)
                  ON CONFLICT DO NOTHING"),
            &bind![
                p.id,
                &p.name,
                p.login.clone(),
                password_hash,
                &p.title,
                &p.email,
                Json(&p.phones),
                &p.extension,
                p.department_id,
                p.photo_file_id,
                Json(Preferences::default()),
                now,
                p.guest,
            ],
        )
        .await?;
    Ok(added == 1)
}
pub(crate) async fn save_person(tx: &mut Tx<'_>, p: &Person) -> Result<()> {
    tx.run(
        sql!("UPDATE people SET name = $2, title = $3, email = $4, phones = $5, extension = $6, department_id = $7,
              photo_file_id = $8, active = $9, status_text = $10, availability = $11, guest = $12 WHERE id = $1"),
        &bind![
            p.id,
            &p.name,
            &p.title,
            &p.email,
            Json(&p.phones),
            &p.extension,
            p.department_id,
            p.photo_file_id,
            p.active,
            &p.status_text,
            p.availability.word(),
            p.guest,
        ],
    )
    .await
    .map(drop)
}
pub(crate) async fn wrote(tx: &mut Tx<'_>, id: Id<Person>, with: &str, now: Moment) -> Result<()> {
    tx.run(
        sql!("UPDATE people SET wrote_with = $2, wrote_at = $3 WHERE id = $1"),
        &bind![id, with, now],
    )
    .await
    .map(drop)
}
pub(crate) async fn friends(tx: &mut Tx<'_>, id: Id<Person>) -> Result<Vec<Id<Person>>> {
    let rows: Vec<(Id<Person>,)> = tx
        .all(
            sql!("SELECT friend_id FROM friends WHERE person_id = $1 ORDER BY friend_id"),
            &bind![id],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
pub(crate) async fn befriend(
    tx: &mut Tx<'_>,
    id: Id<Person>,
    friend: Id<Person>,
    on: bool,
) -> Result<u64> {
    let query = if on {
        sql!(
            "INSERT INTO friends (person_id, friend_id) SELECT $1, id FROM people WHERE id = $2 AND id <> $1 ON CONFLICT DO NOTHING"
        )
    } else {
        sql!("DELETE FROM friends WHERE person_id = $1 AND friend_id = $2")
    };
    tx.run(query, &bind![id, friend]).await
}
pub(crate) async fn set_roles(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    roles: &[Id<Role>],
) -> Result<()> {
    tx.run(
        sql!("DELETE FROM person_roles WHERE person_id = $1"),
        &bind![person],
    )
    .await?;
    for role in roles {
        tx.run(
            sql!("INSERT INTO person_roles (person_id, role_id) SELECT $1, id FROM roles WHERE id = $2
                  ON CONFLICT DO NOTHING"),
            &bind![person, *role],
        )
        .await?;
    }
    Ok(())
}
pub(crate) async fn preferences(tx: &mut Tx<'_>, id: Id<Person>) -> Result<Preferences> {
    let (p,): (Json<Preferences>,) = tx
        .must(
            sql!("SELECT preferences FROM people WHERE id = $1"),
            &bind![id],
        )
        .await?;
    Ok(p.0)
}
pub(crate) async fn save_preferences(
    tx: &mut Tx<'_>,
    id: Id<Person>,
    p: &Preferences,
) -> Result<()> {
    tx.run(
        sql!("UPDATE people SET preferences = $2 WHERE id = $1"),
        &bind![id, Json(p)],
    )
    .await
    .map(drop)
}
pub(crate) async fn seen(tx: &mut Tx<'_>, id: Uuid, at: Moment) -> Result<()> {
    tx.run(
        sql!("UPDATE people SET last_seen = $2 WHERE id = $1"),
        &bind![id, at],
    )
    .await
    .map(drop)
}

/// What sign-in needs to know.
pub(crate) struct Credentials {
    pub(crate) id: Id<Person>,
    pub(crate) password_hash: Option<String>,
    pub(crate) active: bool,
    pub(crate) guest: bool,
    pub(crate) totp_secret: Option<String>,
    pub(crate) totp_confirmed: bool,
    pub(crate) totp_last_step: i64,
}
db::row!(Credentials {
    id,
    password_hash,
    active,
    guest,
    totp_secret,
    totp_confirmed,
    totp_last_step
});

pub(crate) async fn credentials_by_login(
    tx: &mut Tx<'_>,
    login: &str,
) -> Result<Option<Credentials>> {
    tx.one(
        sql!("SELECT id, password_hash, active, guest, totp_secret, totp_confirmed, totp_last_step FROM people WHERE login = $1"),
        &bind![login],
    )
    .await
}
pub(crate) async fn credentials(tx: &mut Tx<'_>, id: Id<Person>) -> Result<Option<Credentials>> {
    tx.one(
        sql!("SELECT id, password_hash, active, guest, totp_secret, totp_confirmed, totp_last_step FROM people WHERE id = $1"),
        &bind![id],
    )
    .await
}
pub(crate) async fn set_password(tx: &mut Tx<'_>, id: Id<Person>, hash: &str) -> Result<()> {
    tx.run(
        sql!("UPDATE people SET password_hash = $2 WHERE id = $1"),
        &bind![id, hash],
    )
    .await
    .map(drop)
}
pub(crate) async fn set_login(tx: &mut Tx<'_>, id: Id<Person>, login: &str) -> Result<bool> {
    let taken: Option<(Id<Person>,)> = tx
        .one(
            sql!("SELECT id FROM people WHERE login = $1 AND id <> $2"),
            &bind![login, id],
        )
        .await?;
    if taken.is_some() {
        return Ok(false);
    }
    tx.run(
        sql!("UPDATE people SET login = $2 WHERE id = $1"),
        &bind![id, login],
    )
    .await?;
    Ok(true)
}
pub(crate) async fn set_totp(
    tx: &mut Tx<'_>,
    id: Id<Person>,
    secret: Option<&str>,
    confirmed: bool,
    step: i64,
) -> Result<()> {
    tx.run(
        sql!("UPDATE people SET totp_secret = $2, totp_confirmed = $3, totp_last_step = $4 WHERE id = $1"),
        &bind![id, secret, confirmed, step],
    )
    .await
    .map(drop)
}
pub(crate) async fn without_password(tx: &mut Tx<'_>) -> Result<Vec<(Id<Person>, String)>> {
    tx.all(
        sql!("SELECT id, name FROM people WHERE active AND password_hash IS NULL AND NOT guest ORDER BY name"),
        &bind![],
    )
    .await
}

// ------------------------------------------------------------ departments and roles

pub(crate) async fn departments(tx: &mut Tx<'_>) -> Result<Vec<Department>> {
    tx.all(
        sql!("SELECT * FROM departments ORDER BY name, id"),
        &bind![],
    )
    .await
}
pub(crate) async fn save_department(tx: &mut Tx<'_>, d: &Department) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO departments (id, name, parent_id) VALUES ($1, $2, $3)
              ON CONFLICT (id) DO UPDATE SET name = $2, parent_id = $3"
        ),
        &bind![d.id, &d.name, d.parent_id],
    )
    .await
    .map(drop)
}
pub(crate) async fn delete_department(tx: &mut Tx<'_>, id: Id<Department>) -> Result<u64> {
    tx.run(
        sql!("UPDATE people SET department_id = NULL WHERE department_id = $1"),
        &bind![id],
    )
    .await?;
    tx.run(
        sql!("UPDATE departments SET parent_id = NULL WHERE parent_id = $1"),
        &bind![id],
    )
    .await?;
    tx.run(sql!("DELETE FROM departments WHERE id = $1"), &bind![id])
        .await
}
pub(crate) async fn department_people(
    tx: &mut Tx<'_>,
    id: Id<Department>,
) -> Result<Vec<Id<Person>>> {
    let rows: Vec<(Id<Person>,)> = tx
        .all(
            sql!("SELECT id FROM people WHERE department_id = $1 AND active"),
            &bind![id],
        )
        .await?;
    Ok(rows.into_iter().map(|(p,)| p).collect())
}
pub(crate) async fn roles(tx: &mut Tx<'_>) -> Result<Vec<Role>> {
    tx.all(
        sql!(
            "SELECT r.*, (SELECT COUNT(*) FROM person_roles pr JOIN people p ON p.id = pr.person_id
                           WHERE pr.role_id = r.id AND p.active) AS people
              FROM roles r ORDER BY r.builtin DESC, r.name, r.id"
        ),
        &bind![],
    )
    .await
}
pub(crate) async fn role(tx: &mut Tx<'_>, id: Id<Role>) -> Result<Role> {
    tx.must(
        sql!(
            "SELECT r.*, (SELECT COUNT(*) FROM person_roles pr JOIN people p ON p.id = pr.person_id
                           WHERE pr.role_id = r.id AND p.active) AS people
              FROM roles r WHERE r.id = $1"
        ),
        &bind![id],
    )
    .await
}
pub(crate) async fn builtin_role(tx: &mut Tx<'_>, word: &str) -> Result<Option<(Id<Role>,)>> {
    tx.one(
        sql!("SELECT id FROM roles WHERE builtin = $1"),
        &bind![word],
    )
    .await
}
pub(crate) async fn save_role(
    tx: &mut Tx<'_>,
    id: Id<Role>,
    name: &str,
    builtin: &str,
    rights: &[RoleRight],
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO roles (id, name, builtin, rights) VALUES ($1, $2, $3, $4)
              ON CONFLICT (id) DO UPDATE SET name = $2, rights = $4"
        ),
        &bind![id, name, builtin, Json(rights)],
    )
    .await
    .map(drop)
}
pub(crate) async fn delete_role(tx: &mut Tx<'_>, id: Id<Role>) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM person_roles WHERE role_id = $1"),
        &bind![id],
    )
    .await?;
    tx.run(
        sql!("DELETE FROM roles WHERE id = $1 AND builtin = ''"),
        &bind![id],
    )
    .await
}
pub(crate) async fn role_people(tx: &mut Tx<'_>, id: Id<Role>) -> Result<Vec<Id<Person>>> {
    let rows: Vec<(Id<Person>,)> = tx
        .all(
            sql!("SELECT person_id FROM person_roles WHERE role_id = $1"),
            &bind![id],
        )
        .await?;
    Ok(rows.into_iter().map(|(p,)| p).collect())
}
pub(crate) async fn rights_of(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<RoleRight>> {
    let rows: Vec<(Json<Vec<RoleRight>>,)> = tx
        .all(
            sql!(
                "SELECT r.rights FROM roles r JOIN person_roles pr ON pr.role_id = r.id
                  JOIN people p ON p.id = pr.person_id WHERE pr.person_id = $1 AND p.active"
            ),
            &bind![person],
        )
        .await?;
    if !rows.is_empty() {
        return Ok(rows.into_iter().flat_map(|(r,)| r.0).collect());
    }
    Ok(if is_guest(tx, person).await? {
        RoleRight::of_guests()
    } else {
        Vec::new()
    })
}
/// Active people whose roles give a right: somebody must keep the key to the house.
pub(crate) async fn holders_of(tx: &mut Tx<'_>, right: &str) -> Result<Vec<Id<Person>>> {
    let rows: Vec<(Id<Person>, Json<Vec<RoleRight>>)> = tx
        .all(
            sql!(
                "SELECT p.id, r.rights FROM roles r JOIN person_roles pr ON pr.role_id = r.id
                  JOIN people p ON p.id = pr.person_id WHERE p.active"
            ),
            &bind![],
        )
        .await?;
    let mut people: Vec<Id<Person>> = rows
        .into_iter()
        .filter(|(_, rights)| rights.0.iter().any(|r| r.right == right))
        .map(|(p, _)| p)
        .collect();
    people.sort();
    people.dedup();
    Ok(people)
}

// ------------------------------------------------------------ sessions

pub(crate) struct NewSession<'a> {
    pub(crate) id: Id<Session>,
    pub(crate) person: Id<Person>,
    pub(crate) hash: &'a str,
    pub(crate) kind: &'static str,
    pub(crate) name: &'a str,
    pub(crate) scopes: &'a [String],
    pub(crate) address: &'a str,
    pub(crate) client: &'a str,
    pub(crate) now: Moment,
    pub(crate) expires: Moment,
}
pub(crate) async fn add_session(tx: &mut Tx<'_>, s: &NewSession<'_>) -> Result<()> {
    tx.run(
        sql!("INSERT INTO sessions (id, person_id, token_hash, kind, name, scopes, address, client, created_at, last_used_at, expires_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)"),
        &bind![s.id, s.person, s.hash, s.kind, s.name, Json(s.scopes), s.address, s.client, s.now, s.expires],
    )
    .await
    .map(drop)
}
pub(crate) async fn known(tx: &mut Tx<'_>, hash: &str, now: Moment) -> Result<Option<Known>> {
    tx.one(
        sql!("SELECT s.id AS session, s.person_id AS person, s.kind, s.scopes, p.preferences, s.last_used_at, p.guest
              FROM sessions s JOIN people p ON p.id = s.person_id
              WHERE s.token_hash = $1 AND s.expires_at > $2 AND p.active
                AND (NOT p.guest OR (SELECT guests FROM workspace WHERE id = 1))"),
        &bind![hash, now],
    )
    .await
}
pub(crate) async fn session_lives(tx: &mut Tx<'_>, id: Id<Session>, now: Moment) -> Result<bool> {
    let (n,): (i64,) = tx
        .must(
            sql!("SELECT COUNT(*) FROM sessions WHERE id = $1 AND expires_at > $2"),
            &bind![id, now],
        )
        .await?;
    Ok(n > 0)
}
pub(crate) async fn touch_session(
    tx: &mut Tx<'_>,
    id: Id<Session>,
    now: Moment,
    expires: Moment,
) -> Result<()> {
    tx.run(
        sql!("UPDATE sessions SET last_used_at = $2, expires_at = CASE WHEN kind = 'session' THEN $3 ELSE expires_at END
              WHERE id = $1"),
        &bind![id, now, expires],
    )
    .await
    .map(drop)
}
pub(crate) async fn sessions(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    current: Id<Session>,
    now: Moment,
) -> Result<Vec<Session>> {
    let rows: Vec<(Id<Session>, Moment, Moment, String, String)> = tx
        .all(
            sql!("SELECT id, created_at, last_used_at, address, client FROM sessions
                  WHERE person_id = $1 AND kind = 'session' AND expires_at > $2 ORDER BY last_used_at DESC"),
            &bind![person, now],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, created_at, last_used_at, address, client)| Session {
            id,
            created_at,
            last_used_at,
            address,
            client,
            current: id == current,
        })
        .collect())
}
pub(crate) async fn tokens(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<ApiToken>> {
    let rows: Vec<(Id<Session>, String, Json<Vec<String>>, Moment, Moment)> = tx
        .all(
            sql!(
                "SELECT id, name, scopes, created_at, last_used_at FROM sessions
                  WHERE person_id = $1 AND kind = 'token' ORDER BY created_at DESC"
            ),
            &bind![person],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name, scopes, created_at, used)| ApiToken {
            id,
            name,
            scopes: scopes.0,
            created_at,
            last_used_at: Some(used).filter(|u| *u != created_at),
        })
        .collect())
}
pub(crate) async fn drop_session(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Session>,
    kind: &str,
) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM sessions WHERE id = $1 AND person_id = $2 AND kind = $3"),
        &bind![id, person, kind],
    )
    .await
}
pub(crate) async fn drop_sessions(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    except: Option<Id<Session>>,
) -> Result<()> {
    tx.run(
        sql!(
            "DELETE FROM sessions WHERE person_id = $1 AND (CAST($2 AS UUID) IS NULL OR id <> $2)"
        ),
        &bind![person, except],
    )
    .await
    .map(drop)
}
pub(crate) async fn failures(tx: &mut Tx<'_>, key: &str) -> Result<(i64, Moment)> {
    Ok(tx
        .one(
            sql!("SELECT failures, last_at FROM sign_in_failures WHERE key = $1"),
            &bind![key],
        )
        .await?
        .unwrap_or_default())
}
pub(crate) async fn set_failures(
    tx: &mut Tx<'_>,
    key: &str,
    failures: i64,
    at: Moment,
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO sign_in_failures (key, failures, last_at) VALUES ($1, $2, $3)
              ON CONFLICT (key) DO UPDATE SET failures = $2, last_at = $3"
        ),
        &bind![key, failures, at],
    )
    .await
    .map(drop)
}
pub(crate) async fn clear_failures(tx: &mut Tx<'_>, key: &str) -> Result<()> {
    tx.run(
        sql!("DELETE FROM sign_in_failures WHERE key = $1"),
        &bind![key],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ invitations and audit

/// An invitation or reset link as stored.
pub(crate) struct Link {
    pub(crate) id: Id<Invitation>,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) department_id: Option<Id<Department>>,
    pub(crate) role_ids: Json<Vec<Id<Role>>>,
    pub(crate) person_id: Option<Id<Person>>,
    pub(crate) created_at: Moment,
    pub(crate) expires_at: Moment,
    pub(crate) used_at: Option<Moment>,
    pub(crate) guest: bool,
    pub(crate) chat_ids: Json<Vec<Uuid>>,
}
db::row!(Link {
    id,
    kind,
    name,
    email,
    department_id,
    role_ids,
    person_id,
    created_at,
    expires_at,
    used_at,
    guest,
    chat_ids
});

pub(crate) async fn add_link(tx: &mut Tx<'_>, l: &Link, hash: &str) -> Result<()> {
    tx.run(
        sql!("INSERT INTO invitations (id, token_hash, kind, name, email, department_id, role_ids, person_id, created_at, expires_at, guest, chat_ids)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"),
        &bind![
            l.id, hash, &l.kind, &l.name, &l.email, l.department_id, Json(&l.role_ids.0), l.person_id, l.created_at, l.expires_at,
            l.guest, Json(&l.chat_ids.0)
        ],
    )
    .await
    .map(drop)
}
pub(crate) async fn link(tx: &mut Tx<'_>, hash: &str) -> Result<Link> {
    tx.must(
        sql!("SELECT id, kind, name, email, department_id, role_ids, person_id, created_at, expires_at, used_at, guest, chat_ids
              FROM invitations WHERE token_hash = $1"),
        &bind![hash],
    )
    .await
}
pub(crate) async fn use_link(tx: &mut Tx<'_>, id: Id<Invitation>, now: Moment) -> Result<u64> {
    tx.run(
        sql!("UPDATE invitations SET used_at = $2 WHERE id = $1 AND used_at IS NULL"),
        &bind![id, now],
    )
    .await
}
pub(crate) async fn links(tx: &mut Tx<'_>) -> Result<Vec<Link>> {
    tx.all(
        sql!("SELECT id, kind, name, email, department_id, role_ids, person_id, created_at, expires_at, used_at, guest, chat_ids
              FROM invitations WHERE kind = 'invite' ORDER BY created_at DESC LIMIT 200"),
        &bind![],
    )
    .await
}
pub(crate) async fn drop_link(tx: &mut Tx<'_>, id: Id<Invitation>) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM invitations WHERE id = $1 AND used_at IS NULL"),
        &bind![id],
    )
    .await
}
#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub(crate) async fn add_audit(
    tx: &mut Tx<'_>,
    id: Uuid,
    at: Moment,
    person: Option<Uuid>,
    action: &str,
    subject: &str,
    detail: serde_json::Value,
    address: &str,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO audit (id, at, person_id, action, subject, detail, address) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
        &bind![id, at, person, action, subject, detail, address],
    )
    .await
    .map(drop)
}
pub(crate) async fn audit(
    tx: &mut Tx<'_>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<AuditEntry>> {
    type Detail = Json<std::collections::BTreeMap<String, serde_json::Value>>;
    type Line = (
        Uuid,
        Moment,
        Option<Id<Person>>,
        Option<String>,
        String,
        String,
        Detail,
        String,
    );
    let rows: Vec<Line> = tx
        .all(
            sql!(
                "SELECT a.id, a.at, a.person_id, p.name, a.action, a.subject, a.detail, a.address
                  FROM audit a LEFT JOIN people p ON p.id = a.person_id
                  WHERE CAST($1 AS UUID) IS NULL OR a.id < $1 ORDER BY a.id DESC LIMIT $2"
            ),
            &bind![before, limit],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(
            |(id, at, person_id, name, action, subject, detail, address)| AuditEntry {
                id,
                at,
                person_id,
                person_name: name.unwrap_or_default(),
                action,
                subject,
                detail: detail.0,
                address,
            },
        )
        .collect())
}

pub(crate) async fn principals(tx: &mut Tx<'_>, person: Uuid) -> Result<Vec<(Uuid,)>> {
    tx.all(
        sql!("SELECT DISTINCT principal FROM memberships WHERE person_id = $1"),
        &bind![person],
    )
    .await
}
