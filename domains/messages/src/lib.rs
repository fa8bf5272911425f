//! An ordered talk: messages, reads, reactions, mentions, drafts, search, for colleagues and clients alike.
//!
//! A *thread* is the order; who may take part and what closes it is the business of `team` and `conversations`, which
//! own the chat of the same id. Sequence numbers are given inside the commit. "Unread" is computed from the read
//! position: each message carries an *ordinal* that counts only what makes unread, so unread = last − read (U-26).

mod actions;
mod append;
mod bringing;
mod cards;
mod counting;
mod deleting;
mod extras;
mod hooks;
mod http;
mod kept;
mod later;
mod linking;
mod listens;
mod model;
mod previews;
mod rules;
mod search;
mod shelf;
mod store;

pub use actions::{
    EventText, FlagsPatch, NewThread, Window, add_files, all_read, broken_threads, by_id, by_ids,
    changed, delete_by_peer, edit_by_peer, edit_own, event_line, last_lines, last_lines_of,
    last_of_client, last_of_client_id, last_of_clients, mine, open_thread, page, peer_read,
    react_by_peer, reacts_so, read_position, set_delivery, set_flags, set_title, tell_mine, thread,
    thread_of, understood, who_muted,
};
pub use append::{Author, NewMessage, announce, append, append_all, append_quietly, by_client_id};
pub use bringing::{
    are_here, brought, brought_topic, forget_thread, keep_read, reacted, versions, whole,
};
pub use cards::{Card, CardField, CardFuture, CardSource, Cards};
pub use counting::{Tally, tally};
pub use extras::{Extras, Forwarded, LinkPreview, MessageButton, ObjectRef, Topic};
pub use hooks::{Act, HookFn, Hooks, OnRead, OnTyping, ReadsFn, TypesFn};
pub use http::{read_back_to, read_to_end};
pub use later::{CheckFn, Later, LaterWords, SendFn, Sender, Senders};
pub use linking::{link, set_topic};
pub use model::{
    Delivery, DeliveryState, LastLine, Message, MessagePage, Mine, Part, Thread, ThreadKind,
};
pub use previews::LinkPreviews;
pub use search::find_threads;

use web::{Domain, Right, Scope};

/// Reads what clients took back.
pub(crate) const DELETED: &str = "messages.deleted";

/// The rights of this domain.
pub const RIGHTS: &[Right] = &[Right {
    word: DELETED,
    scopes: &[Scope::All],
}];

/// The domain, for the server's list.
pub fn domain() -> Domain {
    Domain::named("messages")
        .rights(RIGHTS)
        .migrations(
            db::migrations!("messages"; "0001_messages", "0002_log" split, "0003_team_chat", "0004_later_buttons", "0005_silent" split, "0006_titles"),
        )
        .routes(http::routes())
        .guests(&[
            "DELETE /later/{id}",
            "DELETE /messages/{id}",
            "DELETE /messages/{id}/hidden",
            "DELETE /messages/{id}/pin",
            "DELETE /messages/{id}/reactions/{emoji}",
            "DELETE /messages/{id}/saved",
            "GET /later",
            "GET /messages/{id}",
            "GET /messages/{id}/history",
            "GET /messages/{id}/readers",
            "GET /saved",
            "GET /search",
            "GET /threads/{id}/files",
            "GET /threads/{id}/messages",
            "GET /threads/{id}/pins",
            "PATCH /later/{id}",
            "PATCH /messages/{id}",
            "POST /later/{id}/send",
            "POST /messages/{id}/report",
            "POST /messages/{id}/restore",
            "POST /threads/{id}/later",
            "POST /threads/{id}/read",
            "PUT /messages/{id}/hidden",
            "PUT /messages/{id}/pin",
            "PUT /messages/{id}/reactions/{emoji}",
            "PUT /messages/{id}/saved",
            "PUT /threads/{id}/draft",
        ])
        .job(deleting::WIPE, deleting::wipe)
        .job(previews::LOOK, previews::look)
        .job(later::SEND, later::send_due)
        .service("messages.later", later::watch)
        .frame("message.added", listens::hydrate)
        .frame("message.changed", listens::hydrate)
        .frame("chat.mine", listens::hydrate_mine)
        .frame("later.changed", later::hydrate)
        .sign("typing", listens::typing)
        .sign("viewing", listens::viewing)
        .sign("ack", listens::ack)
        .texts(
            include_str!("../locales/ru.ftl"),
            include_str!("../locales/en.ftl"),
        )
}
