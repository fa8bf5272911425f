//! The nouns of time in a talk: what a queue says by itself, how fast it answers, chats put away, what follows a closing.

use super::routing::objects;
use crate::model::Conversation;
use accounts::Person;
use channels::{Account, ApprovedTemplate};
use kernel::{Id, Language, Moment};
use messages::Thread;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A text in the languages of clients; the one that is empty is not written, and the other stands for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct AutoText {
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

impl AutoText {
    /// The text for a language; empty if there is none at all.
    pub(crate) fn in_language(&self, language: Language) -> &str {
        let (own, other) = match language {
            Language::Ru => (&self.ru, &self.en),
            Language::En => (&self.en, &self.ru),
        };
        if own.is_empty() { other } else { own }
    }
    pub(crate) const fn is_empty(&self) -> bool {
        self.ru.is_empty() && self.en.is_empty()
    }
}

/// What a queue says to clients by itself (L-69, L-82); what is empty is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct AutoTexts {
    /// At the first message of a conversation, in working hours.
    pub first: AutoText,
    /// At a message outside working hours, instead of the first.
    pub outside_hours: AutoText,
    /// When nobody who is at work and has room could be given the chat.
    pub nobody_free: AutoText,
    /// When nobody has answered for `no_answer_min`.
    pub no_answer: AutoText,
    /// Working minutes, 1 to 10080.
    pub no_answer_min: Option<u32>,
    /// When the conversation is closed.
    pub closing: AutoText,
    /// When the client rang in the messenger, where nobody can take a call (L-75).
    pub missed_call: AutoText,
    /// U-06: what goes instead where the messenger's window is closed; at most one for an occasion in an account.
    #[serde(deserialize_with = "objects")]
    pub fallbacks: Vec<Fallback>,
}

/// An approved template that goes instead of an automatic text when the messenger takes no free words (U-06).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fallback {
    /// Instead of which text.
    pub occasion: Occasion,
    /// In which account.
    pub account_id: Id<Account>,
    /// Which of its approved templates.
    pub template_id: Id<ApprovedTemplate>,
    /// What goes into its places, by place (`body:1`), with the fields an automatic text may have.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

impl AutoTexts {
    pub(crate) const fn of(&self, occasion: Occasion) -> &AutoText {
        match occasion {
            Occasion::First => &self.first,
            Occasion::OutsideHours => &self.outside_hours,
            Occasion::NobodyFree => &self.nobody_free,
            Occasion::NoAnswer => &self.no_answer,
            Occasion::Closing => &self.closing,
            Occasion::MissedCall => &self.missed_call,
        }
    }
    /// What goes instead of a text in an account whose window is closed.
    pub(crate) fn fallback(&self, occasion: Occasion, account: Id<Account>) -> Option<&Fallback> {
        let mut all = self.fallbacks.iter();
        all.find(|f| f.occasion == occasion && f.account_id == account)
    }
}

/// When a queue says something by itself: at most once for each in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// A client's first message of a conversation, in working hours.
    First,
    /// A message outside working hours.
    OutsideHours,
    /// Nobody could be given the chat.
    NobodyFree,
    /// Nobody has answered for so many minutes.
    NoAnswer,
    /// The conversation was closed.
    Closing,
    /// The client rang where nobody can take a call.
    MissedCall,
}

impl Occasion {
    pub(crate) const ALL: [Self; 6] = [
        Self::First,
        Self::OutsideHours,
        Self::NobodyFree,
        Self::NoAnswer,
        Self::Closing,
        Self::MissedCall,
    ];
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::OutsideHours => "outside_hours",
            Self::NobodyFree => "nobody_free",
            Self::NoAnswer => "no_answer",
            Self::Closing => "closing",
            Self::MissedCall => "missed_call",
        }
    }
    /// Where its fallbacks stand in a queue's form.
    pub(crate) const fn fallback_field(self) -> &'static str {
        match self {
            Self::First => "fallbacks.first",
            Self::OutsideHours => "fallbacks.outside_hours",
            Self::NobodyFree => "fallbacks.nobody_free",
            Self::NoAnswer => "fallbacks.no_answer",
            Self::Closing => "fallbacks.closing",
            Self::MissedCall => "fallbacks.missed_call",
        }
    }
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.word() == word)
    }
}

/// Why an automatic text was not said, for the grey line that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unsaid {
    /// The messenger's window is closed, and no template was chosen for that.
    Window,
    /// The template is not approved any more; its name.
    NotApproved(String),
    /// The template is not there any more.
    Gone,
    /// A value of the template was empty for this client or did not fit; its name.
    Value(String),
    /// The channel is switched off.
    Off,
    /// The channel cannot carry such a text.
    Channel,
    /// With its fields filled in, nothing was left of it.
    Empty,
}

impl Unsaid {
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::NotApproved(_) => "not_approved",
            Self::Gone => "gone",
            Self::Value(_) => "value",
            Self::Off => "off",
            Self::Channel => "channel",
            Self::Empty => "empty",
        }
    }
    /// The template's name, where there is one to name.
    pub(crate) fn template(&self) -> &str {
        match self {
            Self::NotApproved(name) | Self::Value(name) => name,
            _ => "",
        }
    }
    /// Whether somebody has to choose another template: whoever looks after channels is told.
    pub(crate) const fn wants_another(&self) -> bool {
        matches!(self, Self::NotApproved(_) | Self::Gone)
    }
}

/// Within how many working minutes a queue answers (P-42, L-70), each 1 to 44640; none: no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ResponseLimits {
    /// The first answer of a conversation.
    pub first_min: Option<u32>,
    /// Every later answer.
    pub next_min: Option<u32>,
    /// The end of the conversation, since it was opened.
    pub resolution_min: Option<u32>,
    /// When the head is told that there is no first answer.
    pub head_first_min: Option<u32>,
    /// When the head is told that there is no later answer.
    pub head_next_min: Option<u32>,
}

/// A limit of response control that was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Late {
    /// S3-21: no answer in time.
    Answer,
    /// L-70, P-43: the head is told.
    Head,
    /// The conversation is open for too long.
    Resolution,
}

impl Late {
    pub(crate) const ALL: [Self; 3] = [Self::Answer, Self::Head, Self::Resolution];
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Head => "head",
            Self::Resolution => "resolution",
        }
    }
}

/// By when an answer is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct AnswerBy {
    /// 70 % of the time are over then.
    pub(crate) soon_at: Moment,
    /// All of it is.
    pub(crate) late_at: Moment,
}

/// A chat that was put away (P-45).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Snooze {
    /// Since when.
    pub(crate) at: Moment,
    /// Until when; none: until the client writes. The client's message ends it in any case.
    pub(crate) until: Option<Moment>,
    /// By whom.
    pub(crate) by: Option<Id<Person>>,
}

/// A conversation that was closed, for whatever comes after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    pub(crate) id: kernel::Uuid,
    pub(crate) conversation_id: Id<Conversation>,
    /// Its chat.
    pub chat_id: Id<Thread>,
    /// When it was closed.
    pub closed_at: Moment,
    /// By whom; none: by itself.
    pub closed_by: Option<Id<Person>>,
    /// Its first message in the thread.
    pub from_seq: i64,
    /// Its last: the line that says it was closed.
    pub to_seq: i64,
    pub(crate) step: String,
}
db::row!(Closed {
    id,
    conversation_id,
    chat_id,
    closed_at,
    closed_by,
    from_seq,
    to_seq,
    step
});

impl Closed {
    /// The conversation's id.
    pub const fn conversation(&self) -> kernel::Uuid {
        self.conversation_id.uuid()
    }
}
