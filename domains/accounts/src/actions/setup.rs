//! The first run: the one-time link, the workspace, its first administrator, and the roles that come with Beseda.

use super::{audit, hash, people_changed};
use crate::{
    access::{self, EVERYONE},
    model::{Availability, Department, Person, Role, RoleRight, Workspace},
    rules, store,
};
use db::Tx;
use kernel::{Ctx, Error, Id, Language, Result};
use serde_json::json;
use web::{Right, Scope};

/// The job that fills the sample company; the server handles it, because it needs every domain.
pub const DEMO_JOB: &str = "demo.fill";

/// The secret word of the set-up link.
pub struct SetupToken(pub String);

/// A new set-up word, or `None` when the workspace is ready. An earlier word stops working.
pub async fn setup_token(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Option<SetupToken>> {
    if is_ready(tx).await? {
        return Ok(None);
    }
    let word = ctx.ids.secret();
    store::put_setup_hash(tx, &hash(&word)).await?;
    Ok(Some(SetupToken(word)))
}

/// Whether the first run is done.
pub async fn is_ready(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(store::setup_hash(tx).await?.is_some_and(|(_, ready)| ready))
}

/// What the assistant asks.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
pub(crate) struct Setup {
    /// The word of the link.
    pub(crate) token: String,
    /// The company's name.
    pub(crate) workspace: String,
    /// The administrator's name.
    pub(crate) name: String,
    /// Their login.
    pub(crate) login: String,
    /// Their password.
    pub(crate) password: String,
    /// The workspace's language.
    pub(crate) language: Language,
    /// IANA zone.
    pub(crate) time_zone: String,
    /// Fill with a sample company.
    #[serde(default)]
    pub(crate) sample: bool,
}

/// Rights of the roles that come with Beseda.
fn builtin(word: &str, catalogue: &[Right]) -> Vec<RoleRight> {
    let right = |right: &str, scope| RoleRight {
        right: right.to_owned(),
        scope,
    };
    match word {
        "administrator" => catalogue
            .iter()
            .filter_map(|r| r.scopes.iter().max().map(|scope| right(r.word, *scope)))
            .collect(),
        "supervisor" => vec![
            right("team.write", Scope::All),
            right("conversations.answer", Scope::Group),
            right("conversations.see", Scope::Group),
            right("conversations.manage", Scope::Group),
            right("conversations.start", Scope::All),
            right("conversations.arrange", Scope::All),
            right("contacts.edit", Scope::All),
            right("contacts.import", Scope::All),
            right("contacts.export", Scope::All),
            right("templates.share", Scope::All),
            right("accounts.guests", Scope::All),
        ],
        _ => vec![
            right("team.write", Scope::All),
            right("conversations.answer", Scope::Group),
            right("conversations.start", Scope::All),
            right("contacts.edit", Scope::All),
        ],
    }
}

/// Ends the first run of the demo company without a link: whoever starts the program may.
pub async fn set_up_demo(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    [workspace, name, login]: [&str; 3],
    password_hash: &str,
    role_names: [String; 3],
    catalogue: &[Right],
) -> Result<Id<Person>> {
    let Some(SetupToken(token)) = setup_token(tx, ctx).await? else {
        return Err(Error::conflict("accounts.already_set_up"));
    };
    let setup = Setup {
        token,
        workspace: workspace.to_owned(),
        name: name.to_owned(),
        login: login.to_owned(),
        password: String::new(),
        language: Language::Ru,
        time_zone: "Europe/Moscow".to_owned(),
        sample: false,
    };
    set_up(tx, ctx, &setup, password_hash, role_names, catalogue).await
}

/// Ends the first run; answers the administrator.
pub(crate) async fn set_up(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    setup: &Setup,
    password_hash: &str,
    role_names: [String; 3],
    catalogue: &[Right],
) -> Result<Id<Person>> {
    match store::setup_hash(tx).await? {
        Some((Some(stored), false)) if stored == hash(&setup.token) => {}
        Some((_, true)) => return Err(Error::conflict("accounts.already_set_up")),
        _ => return Err(Error::denied("accounts.bad_setup_link")),
    }
    let workspace = Workspace {
        name: rules::name(&setup.workspace, "workspace")?,
        language: setup.language,
        time_zone: rules::time_zone(&setup.time_zone)?,
        passwordless: false,
        passwordless_networks: Vec::new(),
        guests: true,
    };
    store::save_workspace(tx, &workspace).await?;
    for (word, name) in ["administrator", "supervisor", "employee"]
        .into_iter()
        .zip(role_names)
    {
        store::save_role(tx, ctx.ids.next(), &name, word, &builtin(word, catalogue)).await?;
    }
    let person = NewPerson {
        name: setup.name.clone(),
        login: Some(setup.login.clone()),
        password_hash: Some(password_hash.to_owned()),
        roles: vec!["administrator"],
        ..NewPerson::default()
    };
    let id = create_person(tx, ctx, person).await?;
    if setup.sample {
        jobs::put(tx, ctx, DEMO_JOB, json!({}), ctx.now, Some("once")).await?;
    }
    audit(
        tx,
        ctx,
        "workspace.set_up",
        &workspace.name,
        json!({"sample": setup.sample}),
    )
    .await?;
    Ok(id)
}

/// Somebody to be added.
#[derive(Debug, Default)]
pub struct NewPerson {
    /// Name.
    pub name: String,
    /// Login, checked by the rules.
    pub login: Option<String>,
    /// Argon2 hash.
    pub password_hash: Option<String>,
    /// Job title.
    pub title: String,
    /// E-mail.
    pub email: String,
    /// Internal number.
    pub extension: String,
    /// Department.
    pub department_id: Option<Id<Department>>,
    /// Roles that came with Beseda, by word.
    pub roles: Vec<&'static str>,
    /// Other roles.
    pub role_ids: Vec<Id<Role>>,
    /// From outside the company: without department and roles.
    pub guest: bool,
}

/// Adds a person with their principals; refuses a login that is taken.
pub async fn create_person(tx: &mut Tx<'_>, ctx: &Ctx, new: NewPerson) -> Result<Id<Person>> {
    let id: Id<Person> = ctx.ids.next();
    let person = Person {
        id,
        name: rules::name(&new.name, "name")?,
        login: new.login.as_deref().map(rules::login).transpose()?,
        title: text::clean_name(&new.title),
        email: text::clean_name(&new.email),
        phones: Vec::new(),
        extension: text::clean_name(&new.extension),
        department_id: new.department_id,
        role_ids: Vec::new(),
        photo_file_id: None,
        active: true,
        guest: new.guest,
        status_text: String::new(),
        availability: Availability::default(),
        wrote_with: String::new(),
        wrote_at: None,
        presence: None,
        last_seen: None,
    };
    if !store::add_person(tx, &person, new.password_hash.as_deref(), ctx.now).await? {
        return Err(Error::field("login", "accounts.login_taken"));
    }
    let mut roles = new.role_ids;
    for word in new.roles {
        roles.extend(store::builtin_role(tx, word).await?.map(|(r,)| r));
    }
    store::set_roles(tx, id, &roles).await?;
    access::set_members(tx, ctx, id.uuid(), &[id], "account").await?;
    if !new.guest {
        let everyone: Vec<Id<Person>> = access::people_of(tx, EVERYONE)
            .await?
            .into_iter()
            .chain([id])
            .collect();
        access::set_members(tx, ctx, EVERYONE, &everyone, "account").await?;
    }
    if let Some(department) = new.department_id {
        let people = store::department_people(tx, department).await?;
        access::set_members(tx, ctx, department.uuid(), &people, "department").await?;
    }
    access::rebuild_role_principals(tx, id).await?;
    let person = store::person(tx, id).await?;
    super::people::save(tx, ctx, &person).await?;
    people_changed(tx, ctx).await?;
    Ok(id)
}
