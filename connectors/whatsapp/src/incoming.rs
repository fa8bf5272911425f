//! Meta's webhooks in our words: cut into events, each understood alone. Total: the unknown becomes `Unsupported`.

mod content;
mod lane;

pub(crate) use lane::{digits, split};

use crate::{
    people::People,
    wire::{Trouble, list, number, word},
};
use channel::{
    AccountChange, Author, Inbound, InboundEdit, InboundMessage, Peer, PeerChange, RawEvent,
    ReceiptState, ReceiptTarget,
};
use kernel::{Moment, Phone};
use lane::Kept;
use serde_json::Value;
use text::clean_name;

/// What understanding an event takes beside the event.
pub(crate) struct Reader<'a> {
    /// Stands in where Meta tells no time.
    pub(crate) now: Moment,
    /// Learns numbers and newest messages; knows what we sent ourselves.
    pub(crate) people: &'a People,
}

impl Reader<'_> {
    /// Understands one event.
    pub(crate) fn normalize(&self, event: &RawEvent) -> Vec<Inbound> {
        let Ok(kept) = serde_json::from_slice::<Kept>(&event.body) else {
            return vec![unsupported(
                "malformed",
                None,
                peer_with_id(&event.lane),
                None,
            )];
        };
        match kept.what.as_str() {
            "message" => self.message(&kept, &event.lane),
            "echo" => self.echo(&kept, &event.lane),
            "status" => status(&kept.it, &event.lane, self.at(&kept.it)),
            "error" => {
                let trouble = serde_json::from_value::<Trouble>(kept.it).unwrap_or_default();
                tracing::warn!(words = %trouble.words(), "WhatsApp reports a fault of the account");
                vec![]
            }
            what if lane::is_of_templates(what) => {
                let detail = ["/event", "/message_template_name", "/reason"];
                let detail = detail.into_iter().filter_map(|at| word(&kept.it, at));
                vec![Inbound::Account {
                    change: AccountChange::Templates,
                    detail: detail.collect::<Vec<_>>().join(" · "),
                }]
            }
            // What else a number may be subscribed to (contacts of the phone, old talks) says nothing yet.
            _ => vec![],
        }
    }

    fn at(&self, it: &Value) -> Moment {
        number(it, "/timestamp")
            .filter(|seconds| *seconds > 0)
            .map_or(self.now, Moment::from_seconds)
    }

    fn message(&self, kept: &Kept, lane: &str) -> Vec<Inbound> {
        let (it, at) = (&kept.it, self.at(&kept.it));
        let peer = peer_of(kept, lane);
        let id = word(it, "/id");
        if word(it, "/type") == Some("system") {
            return system(it, peer.as_ref(), at);
        }
        if let (Some(id), Some(client)) = (id, &peer) {
            let phone = client.phone.as_ref().map(Phone::as_str);
            let phone = phone.map(|p| p.trim_start_matches('+'));
            let seconds = at.millis().div_euclid(1000);
            self.people
                .learn(&client.ext_id, phone, Some((seconds, id)));
        }
        let alias = peer.as_ref().and_then(|peer| alias(peer, at));
        let mut all = one(it, peer, at, Author::Customer);
        if matches!(all.as_slice(), [Inbound::Message(_)]) {
            all.splice(0..0, alias);
        }
        all
    }

    /// What an employee wrote in the WhatsApp Business app, and what the house sent itself if Meta echoes that.
    fn echo(&self, kept: &Kept, lane: &str) -> Vec<Inbound> {
        let it = &kept.it;
        let ours = word(it, "/id").is_some_and(|id| self.people.is_own(id));
        // The mark travels with our own sends alone.
        if ours || it.get("biz_opaque_callback_data").is_some() {
            return vec![];
        }
        let at = self.at(it);
        let all = one(it, peer_of(kept, lane), at, Author::ExternalOperator);
        // A message from before we listened is first told as what it is: not the client's.
        let whole = match all.as_slice() {
            [Inbound::Edited(edit)] => Some(Inbound::Message(Box::new(InboundMessage {
                ext_id: edit.ext_id.clone(),
                peer: edit.peer.clone(),
                author: Author::ExternalOperator,
                at,
                text: edit.text.clone(),
                media: edit.media.clone(),
                reply_to: None,
                album: None,
                context: Vec::new(),
            }))),
            _ => None,
        };
        whole.into_iter().chain(all).collect()
    }
}

/// Before ids came, a client was known by the number alone: who shows both is the same one.
fn alias(peer: &Peer, at: Moment) -> Option<Inbound> {
    let number = peer.phone.as_ref()?.as_str().trim_start_matches('+');
    (number != peer.ext_id).then(|| Inbound::PeerState {
        peer: peer.clone(),
        change: PeerChange::Alias(number.to_owned()),
        at,
    })
}

/// Any message, whoever wrote it.
fn one(it: &Value, peer: Option<Peer>, at: Moment, author: Author) -> Vec<Inbound> {
    let kind = word(it, "/type").unwrap_or("message");
    let id = word(it, "/id");
    let Some(peer) = peer else {
        return vec![unsupported(kind, id, None, Some(at))];
    };
    // A group is no client's talk with us: an answer would go to one of them alone.
    if it.get("group_id").is_some() {
        return vec![unsupported("group", id, Some(peer), Some(at))];
    }
    let Some(ext_id) = id.map(str::to_owned) else {
        return vec![unsupported(kind, None, Some(peer), Some(at))];
    };
    match kind {
        "reaction" => reaction(it, peer, at, &ext_id),
        "revoke" => match word(it, "/revoke/original_message_id") {
            Some(gone) => vec![Inbound::Deleted {
                ext_ids: vec![gone.to_owned()],
                peer,
                at,
            }],
            None => vec![unsupported(kind, None, Some(peer), Some(at))],
        },
        "edit" => edit(it, peer, at),
        _ => {
            let content = content::of(it, kind);
            if content.is_empty() {
                let kind = content.strange.as_deref().unwrap_or(kind);
                return vec![unsupported(kind, Some(&ext_id), Some(peer), Some(at))];
            }
            vec![Inbound::Message(Box::new(InboundMessage {
                ext_id,
                peer,
                author,
                at,
                text: content.text,
                media: content.media,
                reply_to: word(it, "/context/id").map(str::to_owned),
                album: None,
                context: content.context,
            }))]
        }
    }
}

/// An empty or missing emoji takes the reaction away.
fn reaction(it: &Value, peer: Peer, at: Moment, id: &str) -> Vec<Inbound> {
    match word(it, "/reaction/message_id") {
        Some(to) => vec![Inbound::Reaction {
            ext_id: to.to_owned(),
            peer,
            emoji: word(it, "/reaction/emoji")
                .map(str::to_owned)
                .into_iter()
                .collect(),
            at,
        }],
        None => vec![unsupported("reaction", Some(id), Some(peer), Some(at))],
    }
}

fn edit(it: &Value, peer: Peer, at: Moment) -> Vec<Inbound> {
    let nothing = Value::Null;
    let changed = it.pointer("/edit/message").unwrap_or(&nothing);
    let content = content::of(changed, word(changed, "/type").unwrap_or_default());
    match word(it, "/edit/original_message_id") {
        Some(ext_id) if !content.is_empty() => vec![Inbound::Edited(Box::new(InboundEdit {
            ext_id: ext_id.to_owned(),
            peer,
            at,
            text: content.text,
            media: content.media,
        }))],
        _ => vec![unsupported("edit", None, Some(peer), Some(at))],
    }
}

/// The messenger's own lines. A changed number or id moves the talk; a changed device says nothing to us.
fn system(it: &Value, peer: Option<&Peer>, at: Moment) -> Vec<Inbound> {
    let Some(peer) = peer else { return vec![] };
    let kind = word(it, "/system/type").unwrap_or_default();
    if !matches!(
        kind,
        "user_changed_number" | "customer_changed_number" | "user_changed_user_id"
    ) {
        return vec![];
    }
    let mut all = Vec::new();
    let said = word(it, "/system/body").map(|body| text::from_entities(body, &[]));
    if let (Some(id), Some(text)) = (word(it, "/id"), said) {
        all.push(Inbound::Message(Box::new(InboundMessage {
            ext_id: id.to_owned(),
            peer: peer.clone(),
            author: Author::System,
            at,
            text,
            media: Vec::new(),
            reply_to: None,
            album: None,
            context: Vec::new(),
        })));
    }
    let number = word(it, "/system/wa_id").or_else(|| word(it, "/system/new_wa_id"));
    // Who is known by an id is not moved to a number: the id is what comes with every event.
    let known_by_number = digits(&peer.ext_id).is_some();
    let to = word(it, "/system/user_id").or(number.filter(|_| known_by_number));
    if let Some(to) = to.filter(|to| *to != peer.ext_id) {
        all.push(Inbound::PeerState {
            peer: peer.clone(),
            change: PeerChange::Moved(to.to_owned()),
            at,
        });
    }
    all
}

fn status(it: &Value, lane: &str, at: Moment) -> Vec<Inbound> {
    let Some(peer) = peer_with_id(lane) else {
        return vec![];
    };
    let (Some(id), Some(said)) = (word(it, "/id"), word(it, "/status")) else {
        return vec![];
    };
    let state = match said {
        "sent" => ReceiptState::Sent,
        "delivered" => ReceiptState::Delivered,
        // "Played" is what "read" is to a voice message.
        "read" | "played" => ReceiptState::Read,
        "failed" => ReceiptState::Failed(faults(it)),
        _ => return vec![],
    };
    vec![Inbound::Receipt {
        target: ReceiptTarget::One(id.to_owned()),
        peer,
        state,
        at,
    }]
}

fn faults(it: &Value) -> String {
    let told = list(it, "/errors").iter();
    let told = told.filter_map(|error| serde_json::from_value::<Trouble>(error.clone()).ok());
    told.map(|trouble| trouble.words())
        .collect::<Vec<_>>()
        .join("; ")
}

/// The client of an event, with what it tells of them.
fn peer_of(kept: &Kept, lane: &str) -> Option<Peer> {
    let name = word(&kept.contact, "/profile/name").map(clean_name);
    let username = word(&kept.contact, "/profile/username").map(str::to_owned);
    let phone = lane::phone(kept).and_then(|number| Phone::parse(&format!("+{number}")));
    Some(Peer {
        name: name.unwrap_or_default(),
        username,
        phone,
        ..peer_with_id(lane)?
    })
}

fn peer_with_id(lane: &str) -> Option<Peer> {
    (!lane.is_empty()).then(|| Peer {
        ext_id: lane.to_owned(),
        ..Peer::default()
    })
}

fn unsupported(kind: &str, id: Option<&str>, peer: Option<Peer>, at: Option<Moment>) -> Inbound {
    Inbound::Unsupported {
        kind: kind.to_owned(),
        ext_id: id.map(str::to_owned),
        peer,
        at,
    }
}
