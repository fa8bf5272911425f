//! MAX's updates in our words. Total: what cannot be read becomes `Unsupported`.

mod card;
mod content;

use crate::{
    peer,
    people::People,
    wire::{Message, Update, User},
};
use channel::{Author, Inbound, InboundEdit, InboundMessage, Peer, PeerChange, RawEvent};
use kernel::Moment;
use serde_json::Value;
use text::clean_name;

/// What understanding an update takes beside the update.
pub(crate) struct Reader<'a> {
    /// Stands in where MAX tells no time.
    pub(crate) now: Moment,
    /// The bot's own id, once it is known.
    pub(crate) own: Option<i64>,
    /// The bot's token: own cards are signed with it.
    pub(crate) token: &'a str,
    /// Learns chats and faces.
    pub(crate) people: &'a People,
}

/// Reads an update's key and lane from its JSON; none if it is not an update.
pub(crate) fn event(body: &[u8]) -> Option<RawEvent> {
    let update: Value = serde_json::from_slice(body).ok()?;
    let kind = update.get("update_type")?.as_str()?;
    let lane = peer::place(kind, &update).map(peer::Place::ext_id);
    Some(RawEvent {
        dedup_key: peer::dedup_key(kind, &update),
        lane: lane.unwrap_or_default(),
        body: body.to_vec().into(),
    })
}

impl Reader<'_> {
    /// Understands one update.
    pub(crate) fn normalize(&self, event: &RawEvent) -> Vec<Inbound> {
        let Ok(update) = serde_json::from_slice::<Update>(&event.body) else {
            return vec![unsupported("malformed", &event.lane, None)];
        };
        self.learn(&update);
        let kind = update.update_type.as_deref().unwrap_or("malformed");
        if event.lane.is_empty() {
            return vec![unsupported(kind, "", None)];
        }
        match kind {
            "message_created" => self.received(&update, &event.lane),
            "message_edited" => self.edited(&update, &event.lane),
            "message_removed" => self.removed(&update, &event.lane),
            "message_callback" => vec![pressed(&update, &event.lane)],
            "bot_started" => self.started(&update, &event.lane),
            "bot_added" | "bot_removed" if update.is_channel == Some(true) => vec![],
            "bot_added" => vec![self.state(&update, &event.lane, PeerChange::Unblocked)],
            // Who deletes the dialogue stops the bot by it; the two come in either order.
            "bot_stopped" | "bot_removed" | "dialog_removed" => {
                vec![self.state(&update, &event.lane, PeerChange::Blocked)]
            }
            "dialog_muted" | "dialog_unmuted" | "dialog_cleared" | "user_added"
            | "user_removed" | "chat_title_changed" => vec![],
            other => vec![unsupported(other, &event.lane, None)],
        }
    }

    fn at(&self, told: Option<i64>) -> Moment {
        told.filter(|ms| *ms > 0)
            .map_or(self.now, Moment::from_millis)
    }

    /// Who the update is about, with the dialogue's chat and the face where they are told.
    fn learn(&self, update: &Update) {
        let message = update.message.as_deref();
        let recipient = message.and_then(|message| message.recipient.as_ref());
        let user = update
            .user
            .as_ref()
            .or_else(|| message.and_then(|message| message.sender.as_ref()));
        let Some(user) = user.filter(|user| user.is_bot != Some(true)) else {
            return;
        };
        let Some(id) = user.user_id else { return };
        let kind = update.update_type.as_deref().unwrap_or_default();
        let dialogue = match recipient {
            Some(recipient) if recipient.chat_type.as_deref() == Some("dialog") => {
                recipient.chat_id
            }
            None if matches!(kind, "bot_started") || kind.starts_with("dialog_") => update.chat_id,
            _ => None,
        };
        self.people.learn(id, dialogue, face(user));
    }

    fn received(&self, update: &Update, lane: &str) -> Vec<Inbound> {
        let Some(message) = update.message.as_deref() else {
            return vec![unsupported("malformed", lane, None)];
        };
        if is_channel(message) || self.is_own(message.sender.as_ref()) {
            return vec![];
        }
        let at = self.at(message.timestamp.or(update.timestamp));
        let Some(ext_id) = mid(message) else {
            return vec![unsupported("malformed", lane, Some(at))];
        };
        let content = content::of(message);
        let mut peer = peer_of(update, message.sender.as_ref(), lane);
        peer.phone = card::own_phone(message, self.token);
        let strange = |kind: &str, ext_id: String| Inbound::Unsupported {
            kind: kind.to_owned(),
            ext_id: Some(ext_id),
            peer: Some(peer.clone()),
            at: Some(at),
        };
        if content.is_empty() {
            let kind = content.strange.first().map_or("message", String::as_str);
            return vec![strange(kind, ext_id)];
        }
        let mut all = vec![Inbound::Message(Box::new(InboundMessage {
            author: author(message),
            at,
            text: content.text,
            media: content.media,
            reply_to: reply_to(message),
            album: None,
            context: content.context,
            peer: peer.clone(),
            ext_id: ext_id.clone(),
        }))];
        // What stands beside known things in one message is told too, as a line of its own.
        for (n, kind) in content.strange.iter().enumerate() {
            all.push(strange(kind, format!("{ext_id}#{n}")));
        }
        all
    }

    fn edited(&self, update: &Update, lane: &str) -> Vec<Inbound> {
        let Some(message) = update.message.as_deref() else {
            return vec![unsupported("malformed", lane, None)];
        };
        if is_channel(message) || self.is_own(message.sender.as_ref()) {
            return vec![];
        }
        let at = self.at(update.timestamp.or(message.timestamp));
        let content = content::of(message);
        match mid(message) {
            Some(ext_id) if !content.is_empty() => vec![Inbound::Edited(Box::new(InboundEdit {
                ext_id,
                peer: peer_of(update, message.sender.as_ref(), lane),
                at,
                text: content.text,
                media: content.media,
            }))],
            _ => vec![unsupported("message_edited", lane, Some(at))],
        }
    }

    fn removed(&self, update: &Update, lane: &str) -> Vec<Inbound> {
        if update.user_id.is_some() && update.user_id == self.own {
            return vec![];
        }
        let at = self.at(update.timestamp);
        match &update.message_id {
            Some(id) => vec![Inbound::Deleted {
                ext_ids: vec![id.clone()],
                peer: peer_with_id(lane),
                at,
            }],
            None => vec![unsupported("message_removed", lane, Some(at))],
        }
    }

    /// The client pressed "Start". MAX makes no message of it; we do, as other messengers, so that
    /// the chat opens and what the link carried is not lost.
    fn started(&self, update: &Update, lane: &str) -> Vec<Inbound> {
        let peer = peer_of(update, update.user.as_ref(), lane);
        let payload = update.payload.as_deref().map(str::trim);
        let carried = payload.filter(|payload| !payload.is_empty());
        let message = InboundMessage {
            ext_id: format!("start:{lane}:{}", update.timestamp.unwrap_or_default()),
            peer,
            author: Author::Customer,
            at: self.at(update.timestamp),
            text: "/start".to_owned(),
            media: Vec::new(),
            reply_to: None,
            album: None,
            context: carried
                .map(|payload| ("deep_link".to_owned(), payload.to_owned()))
                .into_iter()
                .collect(),
        };
        vec![
            self.state(update, lane, PeerChange::Unblocked),
            Inbound::Message(Box::new(message)),
        ]
    }

    fn state(&self, update: &Update, lane: &str, change: PeerChange) -> Inbound {
        Inbound::PeerState {
            peer: peer_of(update, update.user.as_ref(), lane),
            change,
            at: self.at(update.timestamp),
        }
    }

    fn is_own(&self, sender: Option<&User>) -> bool {
        let id = sender.and_then(|sender| sender.user_id);
        id.is_some() && id == self.own
    }
}

/// The client of a lane. In a dialogue that is the user; a group is one client of its own, because
/// that is where answers go, and its name comes with no update.
fn peer_of(update: &Update, user: Option<&User>, lane: &str) -> Peer {
    let dialogue = user.filter(|user| user.user_id.is_some_and(|id| id.to_string() == lane));
    match dialogue {
        Some(user) => person(update, user, lane),
        None => Peer {
            member: user
                .filter(|_| peer::is_group(lane))
                .and_then(|user| Some(person(update, user, &user.user_id?.to_string())))
                .map(Box::new),
            ..peer_with_id(lane)
        },
    }
}

fn person(update: &Update, user: &User, ext_id: &str) -> Peer {
    Peer {
        ext_id: ext_id.to_owned(),
        email: None,
        name: user_name(user),
        username: user.username.clone().filter(|name| !name.is_empty()),
        language: update.user_locale.clone(),
        avatar: face(user).map(str::to_owned),
        ..Peer::default()
    }
}

fn pressed(update: &Update, lane: &str) -> Inbound {
    let callback = update.callback.as_ref();
    let word = |word: Option<&String>| word.cloned().unwrap_or_default();
    Inbound::Callback {
        ext_id: word(callback.and_then(|callback| callback.callback_id.as_ref())),
        peer: peer_of(update, callback.and_then(|c| c.user.as_ref()), lane),
        data: word(callback.and_then(|callback| callback.payload.as_ref())),
        message: update.message.as_deref().and_then(mid),
    }
}

/// The larger picture, if there is one.
pub(crate) fn face(user: &User) -> Option<&str> {
    let full = user.full_avatar_url.as_deref();
    full.or(user.avatar_url.as_deref())
        .filter(|url| url.starts_with("http"))
}

fn user_name(user: &User) -> String {
    let first = user.first_name.as_deref().unwrap_or_default();
    let last = user.last_name.as_deref().unwrap_or_default();
    let name = clean_name(&format!("{first} {last}"));
    if name.is_empty() {
        return clean_name(user.name.as_deref().unwrap_or_default());
    }
    name
}

fn peer_with_id(lane: &str) -> Peer {
    Peer {
        group: peer::is_group(lane),
        ext_id: lane.to_owned(),
        ..Peer::default()
    }
}

fn unsupported(kind: &str, lane: &str, at: Option<Moment>) -> Inbound {
    Inbound::Unsupported {
        kind: kind.to_owned(),
        ext_id: None,
        peer: (!lane.is_empty()).then(|| peer_with_id(lane)),
        at,
    }
}

fn mid(message: &Message) -> Option<String> {
    message.body.as_ref()?.mid.clone()
}

/// A post of a channel is nobody's question to us.
fn is_channel(message: &Message) -> bool {
    let recipient = message.recipient.as_ref();
    recipient.and_then(|r| r.chat_type.as_deref()) == Some("channel")
}

fn author(message: &Message) -> Author {
    match message.sender.as_ref().and_then(|sender| sender.is_bot) {
        Some(true) => Author::Bot,
        _ => Author::Customer,
    }
}

fn reply_to(message: &Message) -> Option<String> {
    let link = message.link.as_ref()?;
    let answers = link.kind.as_deref() == Some("reply");
    answers
        .then(|| link.message.as_ref()?.mid.clone())
        .flatten()
}
