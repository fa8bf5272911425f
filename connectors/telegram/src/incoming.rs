//! Telegram's updates in our words. Total: what cannot be read becomes `Unsupported`.

mod content;
mod people;

use crate::{
    peer,
    wire::{BusinessDeleted, CallbackQuery, ChatMemberUpdated, Message, MessageReaction, Update},
};
use channel::{
    AUTHOR_NAME, Author, Inbound, InboundEdit, InboundMessage, Peer, PeerChange, RawEvent,
};
use kernel::Moment;
use people::{peer_of, peer_with_id};
use serde_json::Value;

/// Reads an update's id and lane from its JSON; none if it is not an update.
pub(crate) fn event(body: &[u8]) -> Option<(i64, RawEvent)> {
    let update: Value = serde_json::from_slice(body).ok()?;
    let id = update.get("update_id")?.as_i64()?;
    let lane = peer::lane(&update);
    Some((
        id,
        RawEvent {
            dedup_key: id.to_string(),
            lane,
            body: body.to_vec().into(),
        },
    ))
}

/// Understands one update; `now` stands in where Telegram tells no time.
pub(crate) fn normalize(event: &RawEvent, now: Moment) -> Vec<Inbound> {
    let mut all = understood(event, now);
    for one in &mut all {
        // Without a chat it has no place in the order of anybody's events, whoever did it.
        if one.peer().is_some_and(|peer| peer.ext_id != event.lane) {
            *one = unsupported("malformed", None, peer_with_id(&event.lane));
        }
    }
    all
}

fn understood(event: &RawEvent, now: Moment) -> Vec<Inbound> {
    let Ok(update) = serde_json::from_slice::<Update>(&event.body) else {
        return vec![unsupported("malformed", None, peer_with_id(&event.lane))];
    };
    if let Some(message) = update.message {
        return received(&message, now);
    }
    if let Some(message) = update.edited_message {
        return vec![edited(&message, now)];
    }
    if let Some(query) = update.callback_query {
        return vec![pressed(*query, &event.lane)];
    }
    if let Some(change) = update.my_chat_member {
        return membership(&change, now);
    }
    if let Some(reaction) = update.message_reaction {
        return vec![reacted(&reaction, now)];
    }
    if let Some(message) = update.business_message {
        // What we wrote in the account's name is here already.
        if message.sender_business_bot.is_some() {
            return Vec::new();
        }
        return received(&message, now);
    }
    if let Some(message) = update.edited_business_message {
        if message.sender_business_bot.is_some() {
            return Vec::new();
        }
        return vec![edited(&message, now)];
    }
    if let Some(deleted) = update.deleted_business_messages {
        return vec![vanished(&deleted, now)];
    }
    // Whose account it is and what the bot may do there says each message, or the refusal of an answer.
    if update.business_connection.is_some() {
        return Vec::new();
    }
    let kind = update.rest.keys().next().map_or("update", String::as_str);
    vec![unsupported(kind, None, peer_with_id(&event.lane))]
}

fn unsupported(kind: &str, ext_id: Option<String>, peer: Option<Peer>) -> Inbound {
    Inbound::Unsupported {
        kind: kind.to_owned(),
        ext_id,
        peer,
        at: None,
    }
}

fn moment(date: Option<i64>, now: Moment) -> Moment {
    date.map_or(now, Moment::from_seconds)
}

fn chat_of(message: &Message) -> i64 {
    message
        .chat
        .as_ref()
        .and_then(|chat| chat.id)
        .unwrap_or_default()
}

fn ext_id_of(message: &Message) -> String {
    peer::ext_id(&client_of(message), message.message_id.unwrap_or_default())
}

/// The client of a message, as [`peer::client`] names them.
fn client_of(message: &Message) -> String {
    let business = message.business_connection_id.as_deref();
    peer::client(&chat_of(message).to_string(), business)
}

/// Whether the owner of a connected account wrote it on their own phone.
fn by_owner(message: &Message) -> bool {
    let from = message.from.as_ref().and_then(|user| user.id);
    message.business_connection_id.is_some() && from.is_some_and(|id| id != chat_of(message))
}

/// The client of a message, by name too.
fn peer_in(message: &Message) -> Peer {
    // The chat of a connected account is the client; whoever wrote may be its owner.
    let user = message.from.as_ref().filter(|_| !by_owner(message));
    Peer {
        ext_id: client_of(message),
        ..peer_of(message.chat.as_ref(), user)
    }
}

fn vanished(deleted: &BusinessDeleted, now: Moment) -> Inbound {
    let chat = deleted.chat.as_ref().and_then(|chat| chat.id);
    let chat = chat.unwrap_or_default().to_string();
    let client = peer::client(&chat, deleted.business_connection_id.as_deref());
    let ids = deleted.message_ids.iter();
    Inbound::Deleted {
        ext_ids: ids.map(|id| peer::ext_id(&client, *id)).collect(),
        peer: Peer {
            ext_id: client,
            ..peer_of(deleted.chat.as_ref(), None)
        },
        at: now,
    }
}

fn received(message: &Message, now: Moment) -> Vec<Inbound> {
    let mut peer = if message.business_connection_id.is_some() {
        peer_in(message)
    } else {
        peer_of(message.chat.as_ref(), message.from.as_ref())
    };
    let at = moment(message.date, now);
    if let Some(new) = message.migrate_to_chat_id {
        return vec![Inbound::PeerState {
            peer,
            change: PeerChange::Moved(new.to_string()),
            at,
        }];
    }
    if message.message_id.is_none() || chat_of(message) == 0 {
        return vec![unsupported("malformed", None, Some(peer))];
    }
    match &mut peer.member {
        Some(member) => member.phone = people::own_phone(message),
        None => peer.phone = people::own_phone(message),
    }
    let ext_id = ext_id_of(message);
    let Some(mut content) = content::of(message) else {
        let (kind, peer) = (content::unknown_kind(message), Some(peer));
        return vec![Inbound::Unsupported {
            kind,
            ext_id: Some(ext_id),
            peer,
            at: Some(at),
        }];
    };
    if by_owner(message)
        && let Some(owner) = &message.from
    {
        let name = people::user_name(owner);
        content.context.push((AUTHOR_NAME.to_owned(), name));
    }
    vec![Inbound::Message(Box::new(InboundMessage {
        ext_id,
        author: author(message),
        at,
        text: content.text,
        media: content.media,
        reply_to: reply_to(message),
        album: message.media_group_id.clone(),
        context: content.context,
        peer,
    }))]
}

fn author(message: &Message) -> Author {
    if by_owner(message) {
        return Author::ExternalOperator;
    }
    match message.from.as_ref().and_then(|user| user.is_bot) {
        Some(true) => Author::Bot,
        _ => Author::Customer,
    }
}

fn reply_to(message: &Message) -> Option<String> {
    let replied = message.reply_to_message.as_ref()?;
    let chat = replied
        .chat
        .as_ref()
        .and_then(|chat| chat.id)
        .unwrap_or_else(|| chat_of(message));
    let business = message.business_connection_id.as_deref();
    let client = peer::client(&chat.to_string(), business);
    Some(peer::ext_id(&client, replied.message_id?))
}

fn edited(message: &Message, now: Moment) -> Inbound {
    let peer = if message.business_connection_id.is_some() {
        peer_in(message)
    } else {
        peer_of(message.chat.as_ref(), message.from.as_ref())
    };
    let ext_id = ext_id_of(message);
    let at = moment(message.edit_date.or(message.date), now);
    match content::of(message) {
        Some(content::Content { text, media, .. }) => Inbound::Edited(Box::new(InboundEdit {
            ext_id,
            peer,
            at,
            text,
            media,
        })),
        None => Inbound::Unsupported {
            kind: content::unknown_kind(message),
            ext_id: Some(ext_id),
            peer: Some(peer),
            at: Some(at),
        },
    }
}

fn pressed(query: CallbackQuery, lane: &str) -> Inbound {
    let chat = query
        .message
        .as_ref()
        .and_then(|message| message.chat.as_ref());
    let mut peer = peer_of(chat, query.from.as_ref());
    if peer.ext_id.is_empty() {
        lane.clone_into(&mut peer.ext_id);
    }
    let business = query
        .message
        .as_ref()
        .and_then(|message| message.business_connection_id.clone());
    let chat_id = chat.and_then(|chat| chat.id);
    let chat_id = chat_id.map(|id| peer::client(&id.to_string(), business.as_deref()));
    if let (Some(id), Some(_)) = (&chat_id, &business) {
        peer.ext_id.clone_from(id);
    }
    let number = query
        .message
        .as_ref()
        .and_then(|message| message.message_id);
    Inbound::Callback {
        ext_id: query.id.unwrap_or_default(),
        data: query.data.unwrap_or_default(),
        message: chat_id
            .zip(number)
            .map(|(chat, number)| peer::ext_id(&chat, number)),
        peer,
    }
}

/// The client blocks the bot, or takes it back; a group throws it out, or lets it in.
fn membership(change: &ChatMemberUpdated, now: Moment) -> Vec<Inbound> {
    let peer = peer_of(change.chat.as_ref(), change.from.as_ref());
    let status = change
        .new_chat_member
        .as_ref()
        .and_then(|member| member.status.as_deref());
    let change_of_peer = match status {
        Some("kicked" | "left") => PeerChange::Blocked,
        Some("member" | "administrator" | "creator") => PeerChange::Unblocked,
        other => {
            let kind = format!("my_chat_member.{}", other.unwrap_or("unknown"));
            return vec![unsupported(&kind, None, Some(peer))];
        }
    };
    vec![Inbound::PeerState {
        peer,
        change: change_of_peer,
        at: moment(change.date, now),
    }]
}

fn reacted(reaction: &MessageReaction, now: Moment) -> Inbound {
    let chat = reaction
        .chat
        .as_ref()
        .and_then(|chat| chat.id)
        .unwrap_or_default();
    Inbound::Reaction {
        ext_id: peer::ext_id(&chat.to_string(), reaction.message_id.unwrap_or_default()),
        peer: peer_of(reaction.chat.as_ref(), reaction.user.as_ref()),
        // Emoji of a paid set have no text; nothing can be shown for them.
        emoji: reaction
            .new_reaction
            .iter()
            .filter_map(|r| r.emoji.clone())
            .collect(),
        at: moment(reaction.date, now),
    }
}
