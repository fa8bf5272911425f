//! Customer talks: the queue, who is responsible, who observes, numbered conversations, "needs no answer".
//!
//! A client's *chat* is endless; a *conversation* is a numbered span of it. The chat's id is its thread's id in
//! `messages`. Who may see a chat are its grants: the queue while it waits, then the responsible person and observers,
//! and always the holders of "see chats".

mod actions;
mod cards;
mod hooks;
mod http;
mod listens;
mod model;
mod rules;
mod signs;
mod store;

pub use actions::chats::{add_observers, close, hand_over, needs_no_answer, take_over};
pub use actions::labels::all as labels;
pub use actions::queues::{default_queue, save_queue};
pub use actions::sending::{Outgoing, send, send_template};
pub use actions::templates::save_template;
pub use actions::view::{client_chat, could_answer, next_waiting, with_chats};
pub use cards::CARDS;
pub use hooks::{
    AfterClosing, ClosedFn, ClosingQuestion, DelayFn, link_upcalls, message_hook, upcalls,
};
pub use http::{check_later, send_later};
pub use model::{AccountWeight, Overflow, Policy, QueueRules, Thresholds};
pub use model::{Ask, AskKind, Audience, TemplateForm, Variant};
pub use model::{AutoText, AutoTexts, Closed, DuringHours, Fallback, Occasion, ResponseLimits};
pub use model::{
    ChannelRef, ClientChat, ClientChatState, Conditions, ContactBrief, Conversation, Label,
    LabelColor, Queue, RoutingRule, Template,
};
pub use signs::{employee_reads, employee_types};

use web::{Domain, Right, Scope};

/// The rights of this domain.
pub const RIGHTS: &[Right] = &[
    Right {
        word: "conversations.answer",
        scopes: &[Scope::Group],
    },
    Right {
        word: "conversations.see",
        scopes: &[Scope::Group, Scope::All],
    },
    Right {
        word: "conversations.manage",
        scopes: &[Scope::Group, Scope::All],
    },
    Right {
        word: "conversations.start",
        scopes: &[Scope::All],
    },
    Right {
        word: "conversations.arrange",
        scopes: &[Scope::All],
    },
    Right {
        word: "templates.share",
        scopes: &[Scope::All],
    },
];

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("conversations")
        .migrations(db::migrations!("conversations"; "0001_conversations", "0002_by_opening", "0003_routing", "0004_replies", "0005_templates" split, "0006_groups", "0007_labels", "0008_views", "0009_observing", "0010_lists", "0011_routing_labels", "0012_alike", "0013_alike_by_account"))
        .rights(RIGHTS)
        .routes(http::routes())
        .guests(&["GET /find"])
        .frame("client_chat.changed", hooks::hydrate)
        .job(actions::templates::FORGET, actions::templates::forget)
        .service("giving out", listens::keep)
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
