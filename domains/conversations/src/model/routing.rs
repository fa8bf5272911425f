//! The nouns of giving chats out: a queue's rules, the routing table, and the record of which rule decided.

use crate::model::{AutoTexts, Label, Queue, ResponseLimits};
use accounts::{Department, Person};
use channels::Account;
use hours::{Calendar, Hours, Plan};
use kernel::{Id, Moment};
use messages::Thread;
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

/// How a queue gives its chats out (P-36, P-37).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// It does not: everybody sees it, and who answers first owns it (S1-73).
    #[default]
    FirstToAnswer,
    /// To whoever got one longest ago.
    Evenly,
    /// To the first of the list who has room.
    InOrder,
    /// To whoever has least open work.
    ByLoad,
}

impl Policy {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::FirstToAnswer => "first_to_answer",
            Self::Evenly => "evenly",
            Self::InOrder => "in_order",
            Self::ByLoad => "by_load",
        }
    }
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "evenly" => Self::Evenly,
            "in_order" => Self::InOrder,
            "by_load" => Self::ByLoad,
            _ => Self::FirstToAnswer,
        }
    }
    /// Whether the queue makes people responsible by itself.
    pub const fn gives(self) -> bool {
        !matches!(self, Self::FirstToAnswer)
    }
}

/// How much of a person's capacity an open chat of one channel account takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountWeight {
    /// The account.
    pub account_id: Id<Account>,
    /// 1 to 100; accounts not named weigh 1.
    pub weight: u32,
}

/// When the head of a queue is told that it grows over the heads of its members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Thresholds {
    /// So many chats wait.
    pub waiting: Option<u32>,
    /// The longest waits so many minutes.
    pub longest_min: Option<u32>,
}

/// Where chats go that nobody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Overflow {
    /// After so many minutes in the queue.
    pub after_min: u32,
    /// To which queue.
    pub queue_id: Id<Queue>,
}

/// What a queue does by itself (L-82).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct QueueRules {
    /// How much open work a person may have for the queue to give them more; none: any amount (P-38).
    pub capacity: Option<u32>,
    /// What chats of some accounts weigh.
    #[serde(deserialize_with = "objects")]
    pub weights: Vec<AccountWeight>,
    /// The head of the queue.
    pub head_id: Option<Id<Person>>,
    /// a client who returns goes to their former responsible person, if present. Off: to the queue like anybody.
    pub returns_to_former: bool,
    /// Minutes within which whoever was given a chat answers, or it goes back to the queue.
    pub answer_within_min: Option<u32>,
    /// Minutes of silence after which a conversation nobody waits in is closed.
    pub auto_close_after_min: Option<u32>,
    /// When the head is told.
    #[serde(deserialize_with = "object")]
    pub thresholds: Thresholds,
    /// Where unanswered chats go.
    #[serde(deserialize_with = "maybe_object")]
    pub overflow: Option<Overflow>,
    /// When it works (P-44); none: whenever one of its departments works, without departments as the company.
    pub calendar_id: Option<Id<Calendar>>,
    /// How fast it answers.
    #[serde(deserialize_with = "object")]
    pub limits: ResponseLimits,
    /// What it says by itself.
    #[serde(deserialize_with = "object")]
    pub texts: AutoTexts,
}

type Fields = serde_json::Map<String, serde_json::Value>;

fn of_fields<T: DeserializeOwned, E: serde::de::Error>(fields: Fields) -> Result<T, E> {
    serde_json::from_value(fields.into()).map_err(E::custom)
}

/// Reads an object and nothing else: serde takes a list for a struct as well, which the API's document does not allow.
pub(crate) fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
) -> Result<T, D::Error> {
    of_fields(Fields::deserialize(from)?)
}

/// [`object`], or nothing.
pub(crate) fn maybe_object<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
) -> Result<Option<T>, D::Error> {
    Option::<Fields>::deserialize(from)?
        .map(of_fields)
        .transpose()
}

/// A list of [`object`]s.
pub(crate) fn objects<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
) -> Result<Vec<T>, D::Error> {
    let all = Vec::<Fields>::deserialize(from)?;
    all.into_iter().map(of_fields).collect()
}

impl Default for QueueRules {
    fn default() -> Self {
        Self {
            capacity: None,
            weights: Vec::new(),
            head_id: None,
            returns_to_former: true,
            answer_within_min: None,
            auto_close_after_min: None,
            thresholds: Thresholds::default(),
            overflow: None,
            calendar_id: None,
            limits: ResponseLimits::default(),
            texts: AutoTexts::default(),
        }
    }
}

/// The rules of a queue with what else is needed to follow them.
pub(crate) struct RulesOf {
    pub(crate) id: Id<Queue>,
    pub(crate) name: String,
    pub(crate) department_ids: Vec<Id<Department>>,
    pub(crate) rules: QueueRules,
}

impl RulesOf {
    /// When it works: by its own calendar, else whenever one of its departments does, else as the company (P-44).
    pub(crate) fn hours(&self, plan: &Plan) -> Hours {
        plan.of(self.rules.calendar_id, &self.department_ids)
    }
}

impl Queue {
    /// The same as [`RulesOf::hours`].
    pub(crate) fn hours(&self, plan: &Plan) -> Hours {
        plan.of(self.rules.calendar_id, &self.department_ids)
    }
}

impl QueueRules {
    /// What a chat of an account weighs: never more than a whole person.
    pub(crate) fn weight(&self, account: Id<Account>) -> u32 {
        let named = self.weights.iter().find(|w| w.account_id == account);
        let weight = named.map_or(1, |w| w.weight);
        self.capacity.map_or(weight, |most| weight.min(most)).max(1)
    }
}

/// In or out of working hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DuringHours {
    /// Whose hours; none: the company's.
    pub calendar_id: Option<Id<Calendar>>,
    /// In them, not out of them.
    pub open: bool,
}

/// What all must hold for a routing rule to fit; a condition that is empty always holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Conditions {
    /// One of these words or phrases occurs, in any of its forms.
    pub words: Vec<String>,
    /// The client writes to one of these accounts.
    pub account_ids: Vec<Id<Account>>,
    /// The client's language, as the channel tells it, is one of these: `ru`, `en`.
    pub languages: Vec<String>,
    /// The message comes in or out of working hours.
    pub hours: Option<DuringHours>,
    /// The client's card carries one of these labels, archived ones too.
    pub label_ids: Vec<Id<Label>>,
}

/// A row of the routing table (L-72): the first that fits decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoutingRule {
    /// Its id.
    pub id: Id<RoutingRule>,
    /// What it is called in the chat's grey line.
    pub name: String,
    /// Whether it is looked at.
    pub enabled: bool,
    /// When it fits.
    pub conditions: Conditions,
    /// To which queue; none when to a person.
    pub queue_id: Option<Id<Queue>>,
    /// To whom; none when to a queue.
    pub person_id: Option<Id<Person>>,
    /// Labels it puts on the chat, whoever is at their desk; those archived since are not put.
    pub put_labels: Vec<Id<Label>>,
}

/// Which rule has a say about a chat, in the order they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RouteBy {
    /// whoever was responsible before.
    Former,
    /// L-72: a row of the routing table.
    Rule,
    /// P-41: the client's responsible person.
    Responsible,
    /// P-37: the queue's policy.
    Policy,
    /// A person put it there: no rule moves it (U-16).
    Hand,
}

/// What a rule said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RouteSaid {
    /// It decided.
    Decided,
    /// It has nothing to say: no row fits, nobody is responsible, the switch is off.
    Nothing,
    /// Whom it means is not at their desk.
    Absent,
    /// Whom it means has declined this chat, or has left the company.
    Passed,
    /// Nobody has room: it waits.
    Waits,
}

/// One rule that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RouteStep {
    pub(crate) by: RouteBy,
    pub(crate) said: RouteSaid,
    /// The routing table's row, by the name it had.
    #[serde(default)]
    pub(crate) rule: String,
    #[serde(default)]
    pub(crate) person_id: Option<Id<Person>>,
}

/// Which rules were asked where a chat goes, in their order, and which decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Route {
    /// None until the client has written.
    pub(crate) decided: Option<RouteBy>,
    pub(crate) steps: Vec<RouteStep>,
}

impl Route {
    /// Which rule chose the person whose the chat is: the last that decided.
    pub(crate) fn chose(&self) -> Option<RouteBy> {
        let mut decided = self
            .steps
            .iter()
            .rev()
            .filter(|s| s.said == RouteSaid::Decided);
        decided.next().map(|s| s.by)
    }
}

/// Whether a row of the routing table fits, or the condition that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Fit {
    /// All conditions hold.
    Fits,
    /// It is switched off.
    Off,
    /// It is for other accounts.
    Account,
    /// It is for other languages.
    Language,
    /// It is for the other part of the day.
    Hours,
    /// The client carries none of its labels.
    Label,
    /// None of its words occurs.
    Words,
}

/// A row in the test box.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Tried {
    pub(crate) rule_id: Id<RoutingRule>,
    pub(crate) fit: Fit,
    /// The words of the rule that occur.
    pub(crate) words: Vec<String>,
}

/// What the test box answers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TrialAnswer {
    /// The row that wins; none: the chat goes by the steps after the table.
    pub(crate) winner: Option<Id<RoutingRule>>,
    /// The rows that were looked at, to the winner.
    pub(crate) tried: Vec<Tried>,
    /// The labels the chat would get.
    pub(crate) put_labels: Vec<Id<Label>>,
}

/// A member of a queue with their work.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct OperatorLoad {
    pub(crate) person_id: Id<Person>,
    /// What their open chats weigh.
    pub(crate) load: u32,
    /// At their desk and not busy: the queue offers them work.
    pub(crate) offered: bool,
}

/// A queue with who works in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct QueueLoad {
    pub(crate) queue_id: Id<Queue>,
    pub(crate) policy: Policy,
    pub(crate) capacity: Option<u32>,
    /// Chats that wait in it.
    pub(crate) waiting: i64,
    pub(crate) operators: Vec<OperatorLoad>,
}

/// Who is passed over for which chat, since when.
pub(crate) struct Pass {
    pub(crate) chat: Id<Thread>,
    pub(crate) person: Id<Person>,
    pub(crate) at: Moment,
}

/// Open chats of a person in one account.
pub(crate) struct Share {
    pub(crate) person: Id<Person>,
    pub(crate) account: Id<Account>,
    pub(crate) chats: i64,
}
db::row!(Share {
    person,
    account,
    chats
});
db::row!(Pass { chat, person, at });

/// Why somebody is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PassReason {
    /// They declined.
    Declined,
    /// They did not answer in time.
    Unanswered,
    /// They put it back.
    Returned,
}

impl PassReason {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::Unanswered => "unanswered",
            Self::Returned => "returned",
        }
    }
}

/// A limit of a queue whose crossing its head is told of once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alarm {
    /// Too many wait.
    Waiting,
    /// Somebody waits too long.
    Longest,
}

impl Alarm {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Longest => "longest",
        }
    }
}
