//! Who writes: chats and users as peers.

use crate::wire::{Chat, Message, User};
use channel::Peer;
use kernel::Phone;
use text::clean_name;

/// The client of a chat. In a private chat chat and user are one; a group is one client of its
/// own, because that is where answers go.
pub(super) fn peer_of(chat: Option<&Chat>, user: Option<&User>) -> Peer {
    let private = chat.is_none_or(|chat| chat.kind.as_deref().unwrap_or("private") == "private");
    let id = chat
        .and_then(|chat| chat.id)
        .or_else(|| user.and_then(|user| user.id));
    let ext_id = id.map(|id| id.to_string()).unwrap_or_default();
    match (private, user) {
        (true, Some(user)) => Peer {
            ext_id,
            name: user_name(user),
            username: user.username.clone(),
            language: user.language_code.clone(),
            ..Peer::default()
        },
        _ => Peer {
            group: true,
            member: user.and_then(member).map(Box::new),
            ext_id,
            name: chat.map(chat_name).unwrap_or_default(),
            username: chat.and_then(|chat| chat.username.clone()),
            ..Peer::default()
        },
    }
}

/// Somebody in a group, by the id a talk of their own has.
fn member(user: &User) -> Option<Peer> {
    Some(Peer {
        ext_id: user.id?.to_string(),
        name: user_name(user),
        username: user.username.clone(),
        language: user.language_code.clone(),
        ..Peer::default()
    })
}

/// A peer of whom only the chat is known.
pub(super) fn peer_with_id(ext_id: &str) -> Option<Peer> {
    (!ext_id.is_empty()).then(|| Peer {
        ext_id: ext_id.to_owned(),
        ..Peer::default()
    })
}

pub(super) fn user_name(user: &User) -> String {
    full_name(user.first_name.as_deref(), user.last_name.as_deref())
}

pub(super) fn chat_name(chat: &Chat) -> String {
    match &chat.title {
        Some(title) => clean_name(title),
        None => full_name(chat.first_name.as_deref(), chat.last_name.as_deref()),
    }
}

pub(super) fn full_name(first: Option<&str>, last: Option<&str>) -> String {
    clean_name(&format!(
        "{} {}",
        first.unwrap_or_default(),
        last.unwrap_or_default()
    ))
}

/// The client's own number: only a contact card that is theirs proves it.
pub(super) fn own_phone(message: &Message) -> Option<Phone> {
    let contact = message.contact.as_ref()?;
    let own = contact.user_id.is_some() && contact.user_id == message.from.as_ref()?.id;
    own.then(|| contact.phone_number.as_deref().and_then(parse_phone))
        .flatten()
}

/// Telegram writes international numbers with or without the plus.
pub(super) fn parse_phone(number: &str) -> Option<Phone> {
    let digits = number.trim_start_matches('+');
    Phone::parse(&format!("+{digits}")).or_else(|| Phone::parse(number))
}
