//! The nouns of channels.

use channel::{Capabilities, SettingField, TemplateState, TemplateText};
use kernel::{Id, Moment, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// X-01, S3-20: what happens when a client writes again after their conversation was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReopenRule {
    /// The same number again, however late.
    Always,
    /// The same number within so many hours, then a new one.
    WithinHours {
        /// 1 to 8760.
        hours: u32,
    },
    /// A new number each time.
    Never,
}

impl Default for ReopenRule {
    fn default() -> Self {
        Self::WithinHours { hours: 24 }
    }
}

/// How an account fares, in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HealthState {
    /// Works.
    Ok,
    /// Not known yet.
    #[default]
    Checking,
    /// Works, with a flaw.
    Warning,
    /// Does not work.
    Broken,
    /// Switched off.
    Off,
}

/// How an account fares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Health {
    /// In one word.
    pub state: HealthState,
    /// The Fluent message `health-CODE`.
    pub code: String,
    /// The messenger's words.
    pub detail: String,
    /// When last asked.
    pub checked_at: Option<Moment>,
    /// The last event from there.
    pub last_in: Option<Moment>,
    /// The last part taken there.
    pub last_out: Option<Moment>,
    /// Parts waiting.
    pub pending: i64,
    /// Parts that failed in the last day.
    pub failed: i64,
    /// The money left at the provider, as it writes it; empty where it tells none (L-86).
    pub balance: String,
    /// Since when nothing may have come: the last moment at which all was well before it broke or was switched off.
    pub down_since: Option<Moment>,
}

impl Health {
    /// Nothing comes: it is broken, or switched off.
    const fn down(&self) -> bool {
        matches!(self.state, HealthState::Broken | HealthState::Off)
    }

    /// Follows a change of state: notes when a gap began. Answers since when nothing came, if it has just ended.
    pub(crate) fn follow(&mut self, was: &Self, now: Moment) -> Option<Moment> {
        match (was.down(), self.down()) {
            (false, true) => {
                let well = was.checked_at.filter(|_| was.state == HealthState::Ok);
                self.down_since = Some(well.unwrap_or(now));
                None
            }
            (true, false) => self.down_since.take(),
            (true, true) | (false, false) => None,
        }
    }
}

/// Whose name stands above what an employee writes to a client (L-71).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SignedAs {
    /// Nobody's: the company speaks.
    #[default]
    Nobody,
    /// The first word of theirs.
    First,
    /// All of it.
    Full,
}

impl SignedAs {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::First => "first",
            Self::Full => "full",
        }
    }

    pub(crate) fn from_word(word: &str) -> Self {
        [Self::First, Self::Full]
            .into_iter()
            .find(|one| one.word() == word)
            .unwrap_or_default()
    }

    /// The name of a person in this form; empty: none.
    pub(crate) fn of(self, name: &str) -> &str {
        match self {
            Self::Nobody => "",
            Self::First => name.split_whitespace().next().unwrap_or_default(),
            Self::Full => name.trim(),
        }
    }
}

/// A connected account, as its owner domain sees it; settings stay sealed.
#[derive(Clone, Debug, ToSchema)]
pub struct Account {
    /// Its id.
    pub id: Id<Account>,
    /// `telegram`, `widget` …
    pub kind: String,
    /// What we call it.
    pub name: String,
    /// Switched on.
    pub enabled: bool,
    /// Where its new chats wait.
    pub queue_id: Uuid,
    /// S3-20.
    pub reopen: ReopenRule,
    /// L-73: people may write to who has not written to us.
    pub may_write_first: bool,
    /// How it fares.
    pub health: Health,
    /// L-74: who is on duty with the account's phone; what is written there is theirs.
    pub duty_id: Option<Uuid>,
    /// L-71: whose name stands above an answer.
    pub signed_as: SignedAs,
    /// What it can do, as its connector said when it was saved.
    pub(crate) abilities: Capabilities,
    /// Sealed settings.
    pub(crate) settings: Vec<u8>,
    /// The secret a webhook must prove.
    pub(crate) secret: String,
    /// The unguessable part of public addresses.
    pub(crate) public_key: String,
    /// Where polling goes on.
    pub(crate) cursor: Option<String>,
}

/// A client as a channel knows them.
#[derive(Clone, Debug, ToSchema)]
pub struct Peer {
    /// Its id.
    pub id: Id<Peer>,
    /// Through which account.
    pub account_id: Id<Account>,
    /// The messenger's id of them.
    pub ext_id: String,
    /// They do not want our messages.
    pub blocked: bool,
}
db::row!(Peer {
    id,
    account_id,
    ext_id,
    blocked
});

/// An account as everyone sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChannelBrief {
    /// Its id.
    pub id: Id<Account>,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What it can do: the composer is built from this.
    pub capabilities: Capabilities,
    /// L-73: people may write to who has not written to us.
    pub may_write_first: bool,
    /// How it fares.
    pub health: Health,
}

/// A kind of channel that can be connected.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ChannelKind {
    pub(crate) kind: String,
    /// An account is signed in step by step before it is connected.
    pub(crate) sign_in: bool,
    pub(crate) settings: Vec<SettingField>,
    pub(crate) capabilities: Capabilities,
}

/// An account as an administrator sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ChannelAccount {
    pub(crate) id: Id<Account>,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) enabled: bool,
    /// Secrets come as '' and are kept when sent back as ''.
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) queue_id: Uuid,
    pub(crate) reopen: ReopenRule,
    /// L-73: people may write to who has not written to us.
    pub(crate) may_write_first: bool,
    /// L-74: who is on duty with the account's phone.
    pub(crate) duty_id: Option<Uuid>,
    /// L-71: whose name stands above an answer.
    pub(crate) signed_as: SignedAs,
    /// What this very account can do (U-07).
    pub(crate) capabilities: Capabilities,
    pub(crate) health: Health,
    /// What to paste into a site.
    pub(crate) snippet: Option<String>,
    /// Where a client writes.
    pub(crate) link: Option<String>,
    /// What to paste into the provider's own settings, so that it delivers to us.
    pub(crate) webhook: Option<String>,
    /// Where the messenger delivers, for what has to be told to it by hand; none where it is asked instead.
    pub(crate) hook: Option<String>,
}

/// One of the chats of a person's own account, to be marked as work or as private.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ChatToChoose {
    /// The messenger's id of whoever is in it.
    pub(crate) ext_id: String,
    /// Their name there.
    pub(crate) name: String,
    /// When last written in.
    pub(crate) at: Option<Moment>,
    /// What it was marked as; none: not marked.
    pub(crate) work: Option<bool>,
    /// They are a client already.
    pub(crate) client: bool,
    /// What is written in it comes to Beseda.
    pub(crate) taken: bool,
}

/// Signing in that is under way.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SigningIn {
    /// Name it with each answer, and at last with the account.
    pub(crate) id: Uuid,
    /// What is to be done.
    pub(crate) step: SigningInStep,
}

/// What is to be done next to sign in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum SigningInStep {
    /// Something is to be typed; titled by the catalogue's `channel-<kind>-<name>`.
    Ask {
        /// The word of the step.
        name: String,
        /// What is typed is not shown.
        secret: bool,
        /// The messenger's own hint; may be empty.
        hint: String,
    },
    /// A square code is to be scanned by another device; ask again every few seconds.
    Show {
        /// The word of the step.
        name: String,
        /// What the square code says.
        code: String,
        /// For so long.
        seconds: u64,
    },
    /// A code is to be typed on another device; ask again every few seconds.
    Tell {
        /// The word of the step.
        name: String,
        /// The code as it is read.
        code: String,
        /// For so long.
        seconds: u64,
    },
    /// Signed in: the account can be saved.
    Done {
        /// Whose account it is.
        who: String,
    },
}

/// A text the messenger approves beforehand, as it was when last asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApprovedTemplate {
    /// Its id.
    pub id: Id<ApprovedTemplate>,
    /// Whose it is.
    pub account_id: Id<Account>,
    /// The messenger's id.
    pub ext_id: String,
    /// Its name at the messenger.
    pub name: String,
    /// The messenger's code of its language.
    pub language: String,
    /// `utility`, `marketing`, `authentication`.
    pub category: String,
    /// Whether it may be sent.
    pub state: TemplateState,
    /// Why not, in the messenger's words.
    pub reason: String,
    /// Its words.
    pub text: TemplateText,
    /// What wants a value, in order of reading: `header:1`, `body:1`.
    pub places: Vec<String>,
    /// When it last read differently.
    pub updated_at: Moment,
}

impl ApprovedTemplate {
    /// Whether the messenger takes it now.
    pub fn may_be_sent(&self) -> bool {
        self.state == TemplateState::Approved
    }
    /// Whether it is words and nothing else: what belongs above them otherwise, a program does not have.
    pub const fn words_alone(&self) -> bool {
        matches!(
            self.text.header,
            channel::TemplateHeader::None | channel::TemplateHeader::Text { .. }
        )
    }
    /// As the connector knows it.
    pub(crate) fn wire(&self) -> channel::Template {
        channel::Template {
            ext_id: self.ext_id.clone(),
            name: self.name.clone(),
            language: self.language.clone(),
            category: self.category.clone(),
            state: self.state,
            reason: self.reason.clone(),
            text: self.text.clone(),
        }
    }
}

/// A part waiting in the outbox.
#[derive(Clone, Debug)]
pub(crate) struct OutboxPart {
    pub(crate) id: Id<OutboxPart>,
    pub(crate) account_id: Id<Account>,
    pub(crate) peer_id: Id<Peer>,
    pub(crate) message_id: Id<messages::Message>,
    pub(crate) part: i64,
    pub(crate) kind: String,
    pub(crate) payload: db::Json<Payload>,
    pub(crate) state: String,
    pub(crate) attempts: i64,
    pub(crate) error: String,
    pub(crate) created_at: Moment,
}
db::row!(OutboxPart {
    id,
    account_id,
    peer_id,
    message_id,
    part,
    kind,
    payload,
    state,
    attempts,
    error,
    created_at
});

/// What a part carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Payload {
    /// Text without markup.
    pub(crate) text: String,
    /// Its formatting.
    pub(crate) entities: Vec<text::Entity>,
    /// Its files and how each is to be sent.
    pub(crate) files: Vec<(Id<files::File>, channel::FileKind)>,
    /// Our message that this answers.
    pub(crate) reply_to: Option<Id<messages::Message>>,
    /// Buttons under it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) buttons: Vec<Vec<channel::Button>>,
    /// Asks for the client's own number by a button with these words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) asks_phone: Option<String>,
    /// For a note to a colleague: the messenger's id of the message it answers or changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) about: Option<String>,
    /// For a reaction.
    pub(crate) emoji: Option<String>,
    /// Goes as this approved text instead of `text`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) template: Option<channel::FilledTemplate>,
}

/// A stored event of a messenger.
#[derive(Clone, Debug)]
pub(crate) struct RawRow {
    pub(crate) n: i64,
    pub(crate) account_id: Id<Account>,
    pub(crate) dedup_key: String,
    pub(crate) lane: String,
    pub(crate) body: Vec<u8>,
}
db::row!(RawRow {
    n,
    account_id,
    dedup_key,
    lane,
    body
});

// ------------------------------------------------------------ the delivery ledger (M-01)

/// A hop as stored.
#[derive(Clone, Debug)]
pub(crate) struct HopRow {
    pub(crate) part: i64,
    pub(crate) kind: String,
    pub(crate) at: Moment,
    pub(crate) state: String,
    pub(crate) detail: String,
    pub(crate) person_id: Option<Id<accounts::Person>>,
}
db::row!(HopRow {
    part,
    kind,
    at,
    state,
    detail,
    person_id
});

/// A stored event without its bytes.
#[derive(Clone, Debug)]
pub(crate) struct RawSummary {
    pub(crate) n: i64,
    pub(crate) account_id: Id<Account>,
    pub(crate) received_at: Moment,
    pub(crate) worked_at: Option<Moment>,
    pub(crate) state: String,
    pub(crate) attempts: i64,
    pub(crate) error: String,
}
db::row!(RawSummary {
    n,
    account_id,
    received_at,
    worked_at,
    state,
    attempts,
    error
});

/// A part that did not arrive, as stored.
#[derive(Clone, Debug)]
pub(crate) struct UndeliveredRow {
    pub(crate) n: i64,
    pub(crate) id: Id<OutboxPart>,
    pub(crate) account_id: Id<Account>,
    pub(crate) message_id: Id<messages::Message>,
    pub(crate) part: i64,
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) attempts: i64,
    pub(crate) error: String,
    pub(crate) created_at: Moment,
    pub(crate) updated_at: Moment,
}
db::row!(UndeliveredRow {
    n,
    id,
    account_id,
    message_id,
    part,
    kind,
    state,
    attempts,
    error,
    created_at,
    updated_at
});

/// An event that could not be understood, as stored.
#[derive(Clone, Debug)]
pub(crate) struct ParkedRow {
    pub(crate) n: i64,
    pub(crate) account_id: Id<Account>,
    pub(crate) received_at: Moment,
    pub(crate) attempts: i64,
    pub(crate) error: String,
}
db::row!(ParkedRow {
    n,
    account_id,
    received_at,
    attempts,
    error
});

/// What one comparison with a messenger's own memory found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Comparison {
    pub(crate) id: Id<Comparison>,
    pub(crate) account_id: Id<Account>,
    /// What was written there since then was compared.
    pub(crate) since: Moment,
    pub(crate) started_at: Moment,
    /// None while it runs.
    pub(crate) ended_at: Option<Moment>,
    /// Messages the messenger remembers.
    pub(crate) seen: i64,
    /// Of them, those that were not here and are now.
    pub(crate) recovered: i64,
    /// Sends of unknown outcome that turned out to have arrived.
    pub(crate) confirmed: i64,
    /// Messages that we hold for sent and the messenger does not remember.
    pub(crate) missing: Vec<Id<messages::Message>>,
    /// Why it could not be made; empty if it could.
    pub(crate) error: String,
}
impl db::FromRow for Comparison {
    fn from_row(row: &db::Row<'_>) -> kernel::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            since: row.get("since")?,
            started_at: row.get("started_at")?,
            ended_at: row.get("ended_at")?,
            seen: row.get("seen")?,
            recovered: row.get("recovered")?,
            confirmed: row.get("confirmed")?,
            missing: row.get::<db::Json<_>>("missing")?.0,
            error: row.get("error")?,
        })
    }
}
