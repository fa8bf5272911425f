//! The nouns of conversations.

mod labels;
mod merging;
mod replies;
mod routing;
mod templates;
mod views;
pub use labels::{Label, LabelColor};
pub(crate) use merging::{MergeChat, MergePreview};
pub(crate) use replies::{AnswerBy, Late, Snooze, Unsaid};
pub use replies::{AutoText, AutoTexts, Closed, Fallback, Occasion, ResponseLimits};
pub use routing::{
    AccountWeight, Conditions, DuringHours, Overflow, Policy, QueueRules, RoutingRule, Thresholds,
};
pub(crate) use routing::{
    Alarm, Fit, OperatorLoad, Pass, PassReason, QueueLoad, Route, RouteBy, RouteSaid, RouteStep,
    RulesOf, Share, TrialAnswer, Tried, maybe_object, object, objects,
};

pub(crate) use views::{ChatFilter, ChatView, FilterState, ViewCount, Which};

pub use templates::{Ask, AskKind, Audience, Template, TemplateForm, Variant};
pub(crate) use templates::{Filling, More, Rendered};

use accounts::{Department, Person};
use channels::{Account, ChannelBrief, Peer};
use crm::Contact;
use kernel::{Id, Moment, Phone, Uuid};
use messages::{LastLine, Mine, Thread};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a chat stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClientChatState {
    /// Nobody is responsible yet.
    Queue,
    /// Somebody is.
    Work,
    /// The question is dealt with.
    Closed,
}

impl ClientChatState {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Work => "work",
            Self::Closed => "closed",
        }
    }
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "work" => Self::Work,
            "closed" => Self::Closed,
            _ => Self::Queue,
        }
    }
}

/// A chat as stored.
#[derive(Clone, Debug)]
pub(crate) struct ChatRow {
    pub(crate) id: Id<Thread>,
    pub(crate) peer_id: Id<Peer>,
    pub(crate) account_id: Id<Account>,
    pub(crate) contact_id: Id<Contact>,
    pub(crate) state: ClientChatState,
    pub(crate) queue_id: Id<Queue>,
    pub(crate) assignee_id: Option<Id<Person>>,
    pub(crate) claimed_at: Option<Moment>,
    pub(crate) waiting_since: Option<Moment>,
    pub(crate) blocked: bool,
    pub(crate) updated_at: Moment,
    /// When a rule made the assignee responsible; none once they answered, or when a person chose them.
    pub(crate) given_at: Option<Moment>,
    /// Since when it waits where it waits, for the overflow.
    pub(crate) queued_at: Option<Moment>,
    /// Whether the queue's members were told that it waits.
    pub(crate) announced: bool,
    /// Which rules were asked where it goes.
    pub(crate) route: Route,
    /// When one of ours last answered in the newest conversation.
    pub(crate) answered_at: Option<Moment>,
    /// Put away.
    pub(crate) snoozed: Option<Snooze>,
    /// Several people write there (U-34).
    pub(crate) group: bool,
}

/// A numbered span of a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Conversation {
    pub id: Id<Conversation>,
    /// S3-15: one series for the whole workspace; none until the client writes.
    pub number: Option<i64>,
    /// `open` or `closed`.
    pub state: String,
    pub opened_at: Moment,
    pub closed_at: Option<Moment>,
    pub closed_by: Option<Id<Person>>,
    pub from_seq: i64,
    pub to_seq: Option<i64>,
}
db::row!(Conversation {
    id,
    number,
    state,
    opened_at,
    closed_at,
    closed_by,
    from_seq,
    to_seq
});

/// What a client's message did to the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// It went on.
    Not,
    /// The closed one goes on.
    Again,
    /// It begins.
    Anew,
}

/// A conversation with where it stands, for the table of them.
pub(crate) struct TableRow {
    pub(crate) id: Uuid,
    pub(crate) number: Option<i64>,
    pub(crate) opened_at: Moment,
    pub(crate) closed_at: Option<Moment>,
    pub(crate) closed_by: Option<Id<Person>>,
    pub(crate) from_seq: i64,
    pub(crate) to_seq: Option<i64>,
    pub(crate) chat_id: Id<Thread>,
    pub(crate) account_id: Id<Account>,
    pub(crate) contact_id: Id<Contact>,
    pub(crate) queue_id: Id<Queue>,
    pub(crate) assignee_id: Option<Id<Person>>,
}
db::row!(TableRow {
    id,
    number,
    opened_at,
    closed_at,
    closed_by,
    from_seq,
    to_seq,
    chat_id,
    account_id,
    contact_id,
    queue_id,
    assignee_id
});

/// The client in a chat's row.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactBrief {
    pub id: Id<Contact>,
    pub name: String,
    pub phone: Option<Phone>,
    /// Their picture, as the messenger shows it.
    pub photo_file_id: Option<Uuid>,
}
/// The channel in a chat's row.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChannelRef {
    pub id: Id<Account>,
    pub kind: String,
    pub name: String,
}

/// What all who see a chat share.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClientChat {
    /// Its id, also the thread's.
    pub id: Id<Thread>,
    pub contact: ContactBrief,
    /// U-34: several people outside write there, and the contact is the group.
    pub group: bool,
    pub channel: ChannelRef,
    /// Where it stands.
    pub state: ClientChatState,
    /// Where it waits or waited.
    pub queue_id: Id<Queue>,
    /// Who is responsible.
    pub assignee_id: Option<Id<Person>>,
    /// Who observes.
    pub observer_ids: Vec<Id<Person>>,
    pub conversation: Option<Conversation>,
    /// the client waits for an answer since then.
    pub waiting_since: Option<Moment>,
    /// By when an answer is due, if the queue has set a limit and the client waits.
    pub(crate) answer_by: Option<AnswerBy>,
    /// P-45: put away until a moment, or until the client writes.
    pub(crate) snoozed: Option<Snooze>,
    /// The labels on it, in their order.
    pub(crate) label_ids: Vec<Id<Label>>,
    /// When a rule, not a person, made the assignee responsible; until they answer (they may decline as long).
    pub given_at: Option<Moment>,
    /// Which rule it was, as long as `given_at` stands.
    pub(crate) given_by: Option<RouteBy>,
    /// The client does not want our messages.
    pub blocked: bool,
    /// U-06: until then the client may be written to freely; none where that does not end, or has not begun.
    pub window_expires_at: Option<Moment>,
    pub(crate) last: Option<LastLine>,
    pub(crate) last_seq: i64,
    pub(crate) last_ordinal: i64,
    /// When something last happened.
    pub updated_at: Moment,
}

/// What may be done with a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClientChatAction {
    /// Write to the client.
    Send,
    /// Become responsible.
    Take,
    /// Give to a colleague.
    HandOver,
    /// End the conversation.
    Close,
    /// Go on with it.
    Reopen,
    /// Add and remove observers.
    Observers,
    /// Stop observing.
    Leave,
    ///
    NeedsNoAnswer,
    /// Put back.
    ToQueue,
    /// Write for colleagues only (L-65).
    Hide,
    /// Give back what a rule gave, before answering (L-82).
    Decline,
    /// Put away for a while (P-45).
    Snooze,
    /// Fetch back what was put away.
    Wake,
    /// Put labels on it and take them off.
    Label,
}

/// A chat with what is mine of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MyClientChat {
    #[serde(flatten)]
    pub(crate) chat: ClientChat,
    pub(crate) read_seq: i64,
    pub(crate) read_ordinal: i64,
    pub(crate) unread: i64,
    pub(crate) mentions: i64,
    pub(crate) draft: String,
    pub(crate) draft_hidden: bool,
    /// L-67: as an observer I hear of every message of the client, or only of what is addressed to me; none: I am none.
    pub(crate) observe_all: Option<bool>,
    pub(crate) may: Vec<ClientChatAction>,
}

impl MyClientChat {
    pub(crate) fn new(
        chat: ClientChat,
        mine: Mine,
        observe_all: Option<bool>,
        may: Vec<ClientChatAction>,
    ) -> Self {
        Self {
            chat,
            read_seq: mine.read_seq,
            read_ordinal: mine.read_ordinal,
            unread: mine.unread,
            mentions: mine.mentions,
            draft: mine.draft,
            draft_hidden: mine.draft_hidden,
            observe_all,
            may,
        }
    }
}

/// A chat with everything its screen needs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ClientChatDetail {
    pub(crate) chat: MyClientChat,
    pub(crate) conversations: Vec<Conversation>,
    pub(crate) channel: ChannelBrief,
    pub(crate) contact: Contact,
    /// Which rules were asked where the chat goes, in their order (U-16).
    pub(crate) route: Route,
}

/// An earlier conversation of a client.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EarlierConversation {
    #[serde(flatten)]
    pub(crate) conversation: Conversation,
    pub(crate) chat_id: Id<Thread>,
    pub(crate) channel_kind: String,
    /// I may open it.
    pub(crate) visible: bool,
}

/// A client's card.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ContactCard {
    pub(crate) contact: Contact,
    /// S1-66: chats that are not closed and that I may open.
    pub(crate) active: Vec<MyClientChat>,
    pub(crate) earlier: Vec<EarlierConversation>,
    /// U-34: of a group, who writes there; the newest writers first.
    pub(crate) members: Vec<ContactBrief>,
}

/// Unowned chats of a group.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Queue {
    /// Its id.
    pub id: Id<Queue>,
    /// Name.
    pub name: String,
    /// People in it by name, in the order of the list.
    pub member_ids: Vec<Id<Person>>,
    /// Departments in it.
    pub department_ids: Vec<Id<Department>>,
    /// How chats are given out.
    pub policy: Policy,
    /// What it does by itself.
    pub rules: QueueRules,
}

/// How many chats stand in a group of the inbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct GroupCount {
    pub(crate) total: i64,
    pub(crate) unread: i64,
}

/// A group of the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum InboxGroup {
    /// S1-68.
    My,
    /// S1-69.
    Watched,
    /// S1-70.
    Queue,
    /// Everything I may see.
    All,
    /// L-63.
    Closed,
    /// U-13: waiting for our answer, longest first.
    Waiting,
    /// P-45: put away for a while.
    Snoozed,
}
