//! The Channel trait, its types, and the contract every channel passes.
//!
//! A connector turns one messenger into these words and knows nothing of databases, conversations
//! or HTTP servers. What a messenger cannot do is declared in [`Capabilities`]; nobody asks
//! "is this Telegram?".

mod account;
mod capabilities;
#[cfg(feature = "contract")]
pub mod contract;
mod cut;
mod error;
mod form;
mod history;
// Compiled in rather than depended upon, so that no connector needs the rest of testkit.
#[cfg(feature = "contract")]
#[path = "../../../platform/testkit/src/fuzz.rs"]
pub mod fuzz;
mod inbound;
mod memory;
mod outbound;
mod plan;
mod raw;
mod reach;
mod segments;
mod settings;
mod sign_in;
mod template;

pub use account::{
    Account, BoxFuture, Channel, Chat, CheckOutcome, Env, Invitation, KindInfo, OpenError,
    PollMode, Polled, WebhookHook, in_address,
};
pub use capabilities::{
    AlbumAbility, Capabilities, CaptionAbility, ChangeAbility, ChatChoice, Directions, FileAbility,
    FileKind, FirstContact, KeyboardAbility, OutsideProgram, ReactAbility, ReceiptAbility,
    TextAbility, TextUnit,
};
pub use error::{Scope, SendError};
pub use form::{
    Answered, Consent, Form, LONGEST_ANSWER, Phrase, Question, QuestionKind, WrongAnswer,
};
#[cfg(feature = "contract")]
pub use history::Empty;
pub use history::{Chosen, History, Ours, Remembered, not_asked};
pub use inbound::{
    AUTHOR_NAME, AccountChange, Author, Inbound, InboundEdit, InboundMessage, MediaRef, Peer,
    PeerChange, ReceiptState, ReceiptTarget, THREAD,
};
pub use memory::{Memory, Scratch};
pub use outbound::{
    Accepted, Action, Button, ByteStream, MediaStream, OpenFile, Part, PartFile, PeerRef,
};
pub use plan::{OutFile, OutMessage, PlanProblem, PlannedPart, measure, plan};
pub use raw::{RawEvent, RawRequest, Reply, Verified, WebhookReject};
pub use reach::{Address, AddressKind, Reach};
pub use segments::{ESCAPE, Segments, gsm_code, gsm_letter, segments};
pub use settings::{Condition, FieldKind, SettingField, Settings};
pub use sign_in::{SignIn, SignInError, SignInStep};
pub use template::{
    FilledTemplate, Template, TemplateButton, TemplateButtonKind, TemplateHeader, TemplateProblem,
    TemplateState, TemplateText, filled, names,
};
