//! The nouns of accounts: people, departments, roles, sessions, invitations, the workspace.

use db::Json;
use kernel::{Id, Language, Moment, Phone, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use web::{PresenceState, Scope};

/// What somebody chose to be seen as (L-16 to L-18). It informs; only `offline` also stops calls, chats come all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Availability {
    /// As the devices say.
    #[default]
    Auto,
    /// At work, yet busy.
    Busy,
    /// Not to be disturbed.
    Dnd,
    /// Away, by choice.
    Offline,
}

impl Availability {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Auto => "",
            Self::Busy => "busy",
            Self::Dnd => "dnd",
            Self::Offline => "offline",
        }
    }
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "busy" => Self::Busy,
            "dnd" => Self::Dnd,
            "offline" => Self::Offline,
            _ => Self::Auto,
        }
    }
}

/// An employee or guest.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Person {
    /// Its id.
    pub id: Id<Person>,
    /// How colleagues know them.
    pub name: String,
    /// What they sign in with; none until an invitation was accepted.
    pub login: Option<String>,
    /// Job title.
    pub title: String,
    /// E-mail, may be empty.
    pub email: String,
    /// Phones in E.164.
    pub phones: Vec<Phone>,
    /// Internal telephone number.
    pub extension: String,
    /// The department, if any.
    pub department_id: Option<Id<Department>>,
    /// Their roles.
    pub role_ids: Vec<Id<Role>>,
    /// The photo's file.
    pub photo_file_id: Option<Uuid>,
    /// `false`: left the company; cannot sign in.
    pub active: bool,
    /// From outside the company: sees the chats they are in and the people of those chats, nothing else.
    pub guest: bool,
    /// Free words beside the name.
    pub status_text: String,
    /// What they chose to be: busy, do not disturb or offline; otherwise their devices say.
    pub availability: Availability,
    /// The program and version they last wrote with: `web 0.1.0`; empty before the first message (S2-17).
    pub wrote_with: String,
    /// When they last wrote.
    pub wrote_at: Option<Moment>,
    /// Now; absent in events, which do not carry presence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence: Option<PresenceState>,
    /// When last connected.
    pub last_seen: Option<Moment>,
}

/// Just enough of a person to draw or notify them.
#[derive(Clone, Debug)]
pub struct PersonBrief {
    /// Its id.
    pub id: Id<Person>,
    /// Name.
    pub name: String,
    /// Whether they still work here.
    pub active: bool,
    /// Whether they are from outside.
    pub guest: bool,
    /// Their settings.
    pub preferences: Preferences,
}

impl PersonBrief {
    /// Whether work can be given to them: tasks, queues, clients. Guests and those who left cannot take it.
    pub const fn works_here(&self) -> bool {
        self.active && !self.guest
    }
}

/// Somebody at their desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seated {
    /// Who.
    pub person: Id<Person>,
    /// What they chose to be.
    pub chosen: Availability,
}

/// A department of the company.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Department {
    /// Its id.
    pub id: Id<Department>,
    /// Name.
    pub name: String,
    /// The department it is part of.
    pub parent_id: Option<Id<Department>>,
}
db::row!(Department {
    id,
    name,
    parent_id
});

/// A right with its reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleRight {
    /// The right's word.
    pub right: String,
    /// How far it reaches.
    pub scope: Scope,
}

impl RoleRight {
    /// The rights of a guest, whatever roles exist: rights only ever add, and a guest must never gain by one.
    pub(crate) fn of_guests() -> Vec<Self> {
        vec![Self {
            right: "team.write".to_owned(),
            scope: Scope::All,
        }]
    }
}

/// A set of rights with a name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Role {
    /// Its id.
    pub id: Id<Role>,
    /// Name; of a built-in role in the reader's language, unless somebody has given it another.
    pub name: String,
    /// The word of a role that came with Beseda and cannot be deleted: `administrator`, `supervisor`, `employee`.
    /// Empty for the company's own.
    pub builtin: String,
    /// What it gives.
    pub rights: Vec<RoleRight>,
    /// How many active people have it.
    pub people: i64,
}

/// The company's settings.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Workspace {
    /// The company's name.
    pub name: String,
    /// The language of people who chose none, and of texts for clients.
    pub language: Language,
    /// IANA zone.
    pub time_zone: String,
    /// S0-07: people without a password may sign in from the networks below.
    pub passwordless: bool,
    /// CIDR networks.
    pub passwordless_networks: Vec<String>,
    /// Whether guests may be invited and sign in. Turned off, nothing of theirs is lost.
    pub guests: bool,
}

/// Colour scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// The system's.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How close rows stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Density {
    /// Many rows.
    Compact,
    /// The usual.
    #[default]
    Regular,
    /// Much air.
    Roomy,
}

/// A person's own settings.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "switches a person sets")]
pub struct Preferences {
    /// `None`: the workspace's.
    pub language: Option<Language>,
    /// Colour scheme.
    pub theme: Theme,
    /// How close rows stand.
    pub density: Density,
    /// Enter sends; else Ctrl+Enter does.
    pub enter_sends: bool,
    /// L-01: corner notices with their sound.
    pub desktop_notices: bool,
    /// L-02: `false` leaves only the visual notice.
    pub sounds: bool,
    /// Single-letter shortcuts (WCAG 2.1.4).
    pub single_keys: bool,
    /// Tell others that I am typing.
    pub send_typing: bool,
    /// S2-37: a new message takes the view to the end from any place.
    pub scroll_to_end: bool,
    /// Web Push when no window answers.
    pub push: bool,
    /// L-84: the key that opens the SMS window on a colleague's row, by its place on the keyboard: `Space`, `Ctrl+KeyM`.
    pub sms_key: String,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: None,
            theme: Theme::default(),
            density: Density::default(),
            enter_sends: true,
            desktop_notices: true,
            sounds: true,
            single_keys: true,
            send_typing: true,
            scroll_to_end: false,
            push: true,
            sms_key: "Space".to_owned(),
        }
    }
}

/// A place somebody is signed in at.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Session {
    /// Its id.
    pub id: Id<Session>,
    /// When signed in.
    pub created_at: Moment,
    /// When last used (to the minute).
    pub last_used_at: Moment,
    /// From where.
    pub address: String,
    /// With what.
    pub client: String,
    /// The one this call came with.
    pub current: bool,
}

/// A token for programs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApiToken {
    /// Its id.
    pub id: Id<Session>,
    /// What it is for.
    pub name: String,
    /// `read`, `write`, `admin`.
    pub scopes: Vec<String>,
    /// When made.
    pub created_at: Moment,
    /// When last used.
    pub last_used_at: Option<Moment>,
}

/// Who a token belongs to.
#[derive(Clone, Debug)]
pub struct Known {
    /// The session or token.
    pub session: Id<Session>,
    /// The person.
    pub person: Id<Person>,
    /// `session` or `token`.
    pub kind: String,
    /// Scopes of a token.
    pub scopes: Json<Vec<String>>,
    /// The person's settings.
    pub preferences: Json<Preferences>,
    /// When last marked as used.
    pub last_used_at: Moment,
    /// Whether they are from outside.
    pub guest: bool,
}
db::row!(Known {
    session,
    person,
    kind,
    scopes,
    preferences,
    last_used_at,
    guest
});

/// An open invitation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Invitation {
    /// Its id.
    pub id: Id<Invitation>,
    /// Whom it is for.
    pub name: String,
    /// Their e-mail.
    pub email: String,
    /// When made.
    pub created_at: Moment,
    /// Until when it works.
    pub expires_at: Moment,
    /// Whether somebody used it.
    pub used: bool,
    /// Whether it makes a guest.
    pub guest: bool,
    /// The link; told only when made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A line of the audit log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: Moment,
    /// Who.
    pub person_id: Option<Id<Person>>,
    /// Their name now.
    pub person_name: String,
    /// What was done, `roles.changed`.
    pub action: String,
    /// To what, in words.
    pub subject: String,
    /// Details.
    pub detail: BTreeMap<String, serde_json::Value>,
    /// From where.
    pub address: String,
}
