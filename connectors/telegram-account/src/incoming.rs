//! A stored event in our words. Total: what cannot be read becomes `Unsupported`.

use crate::{contents, feed::Head, people::Client};
use channel::{
    AccountChange, Author, Inbound, InboundEdit, InboundMessage, Peer, RawEvent, ReceiptState,
    ReceiptTarget,
};
use grammers_tl_types::{self as tl, Deserializable};
use kernel::Moment;

/// Understands one event.
pub(crate) fn normalize(event: &RawEvent) -> Vec<Inbound> {
    let split = event.body.iter().position(|byte| *byte == b'\n');
    let (head, rest) = match split {
        Some(at) => (&event.body[..at], &event.body[at + 1..]),
        None => (&event.body[..], &[][..]),
    };
    let Ok(head) = serde_json::from_slice::<Head>(head) else {
        return vec![unsupported("malformed", None, &event.lane, None)];
    };
    if let Some(detail) = head.signed_out {
        return vec![Inbound::Account {
            change: AccountChange::NeedsLogin,
            detail,
        }];
    }
    let at = Moment::from_seconds(head.at.clamp(0, 1 << 40));
    let client = head
        .client
        .filter(|client| client.id.to_string() == event.lane);
    match tl::enums::Update::from_bytes(rest) {
        Ok(update) => understood(update, client.as_ref(), event, at),
        // Stored by a version that spoke an older or a newer layer.
        Err(_) => vec![unsupported("malformed", None, &event.lane, Some(at))],
    }
}

fn unsupported(kind: &str, ext_id: Option<String>, lane: &str, at: Option<Moment>) -> Inbound {
    Inbound::Unsupported {
        kind: kind.to_owned(),
        ext_id,
        peer: (!lane.is_empty()).then(|| Peer {
            ext_id: lane.to_owned(),
            ..Peer::default()
        }),
        at,
    }
}

/// A call that nobody of ours took (L-75); one that was taken, or was ours, is the phone's own affair.
fn called(service: &tl::types::MessageService, peer: Peer, at: Moment) -> Vec<Inbound> {
    use tl::enums::{MessageAction, PhoneCallDiscardReason};
    let MessageAction::PhoneCall(call) = &service.action else {
        return Vec::new();
    };
    let missed = matches!(
        call.reason,
        Some(PhoneCallDiscardReason::Missed | PhoneCallDiscardReason::Busy)
    );
    if service.out || !missed {
        return Vec::new();
    }
    vec![Inbound::MissedCall {
        peer,
        video: call.video,
        at,
    }]
}

fn understood(
    update: tl::enums::Update,
    client: Option<&Client>,
    event: &RawEvent,
    at: Moment,
) -> Vec<Inbound> {
    use tl::enums::{Message, Update};
    let peer = client.map(Client::peer);
    match (update, peer) {
        (Update::DeleteMessages(gone), _) => vec![Inbound::Deleted {
            ext_ids: gone.messages.iter().map(i32::to_string).collect(),
            peer: Peer::default(),
            at,
        }],
        (Update::NewMessage(new), Some(peer)) => match new.message {
            Message::Message(message) => vec![written(&message, peer, at)],
            Message::Service(service) => called(&service, peer, at),
            Message::Empty(_) => Vec::new(),
        },
        (Update::EditMessage(edit), Some(peer)) => {
            let Message::Message(message) = edit.message else {
                return Vec::new();
            };
            let content = contents::of(&message);
            vec![Inbound::Edited(Box::new(InboundEdit {
                ext_id: message.id.to_string(),
                peer,
                at,
                text: content.text,
                media: content.media,
            }))]
        }
        (Update::ReadHistoryOutbox(read), Some(peer)) => vec![Inbound::Receipt {
            target: ReceiptTarget::UpTo(read.max_id.to_string()),
            peer: Peer {
                avatar: None,
                ..peer
            },
            state: ReceiptState::Read,
            at,
        }],
        (Update::MessageReactions(reacted), Some(peer)) => {
            let whose = event.lane.parse().unwrap_or_default();
            let Some(emoji) = reactions_of(whose, reacted.reactions) else {
                return Vec::new();
            };
            vec![Inbound::Reaction {
                ext_id: reacted.msg_id.to_string(),
                peer: Peer {
                    avatar: None,
                    ..peer
                },
                emoji,
                at,
            }]
        }
        (Update::UserTyping(_), Some(peer)) => vec![Inbound::Typing {
            peer: Peer {
                avatar: None,
                ..peer
            },
            on: true,
        }],
        _ => vec![unsupported("update", None, &event.lane, Some(at))],
    }
}

/// The client's own reactions among those of a message; None where they cannot be told from ours. Emoji of a paid set have no
/// text, nothing can be shown for them.
fn reactions_of(client: i64, all: tl::enums::MessageReactions) -> Option<Vec<String>> {
    let tl::enums::MessageReactions::Reactions(all) = all;
    let words = |reaction: tl::enums::Reaction| match reaction {
        tl::enums::Reaction::Emoji(one) => Some(one.emoticon),
        _ => None,
    };
    if let Some(recent) = all.recent_reactions {
        let theirs = recent.into_iter().filter_map(|one| {
            let tl::enums::MessagePeerReaction::Reaction(one) = one;
            let by_client =
                matches!(&one.peer_id, tl::enums::Peer::User(user) if user.user_id == client);
            (by_client && !one.my).then_some(one.reaction)
        });
        return Some(theirs.filter_map(words).collect());
    }
    // A short form leaves out which are ours.
    if all.min && !all.results.is_empty() {
        return None;
    }
    let theirs = all.results.into_iter().filter_map(|one| {
        let tl::enums::ReactionCount::Count(one) = one;
        let ours = i32::from(one.chosen_order.is_some());
        (one.count > ours).then_some(one.reaction)
    });
    Some(theirs.filter_map(words).collect())
}

fn written(message: &tl::types::Message, peer: Peer, at: Moment) -> Inbound {
    let content = contents::of(message);
    let reply_to = match &message.reply_to {
        Some(tl::enums::MessageReplyHeader::Header(reply)) if reply.reply_to_peer_id.is_none() => {
            reply.reply_to_msg_id.map(|id| id.to_string())
        }
        _ => None,
    };
    Inbound::Message(Box::new(InboundMessage {
        ext_id: message.id.to_string(),
        peer,
        author: if message.out {
            Author::ExternalOperator
        } else {
            Author::Customer
        },
        at,
        text: content.text,
        media: content.media,
        reply_to,
        album: message.grouped_id.map(|id| id.to_string()),
        context: content.context,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tl::enums::{MessageAction, PhoneCallDiscardReason as Reason};

    fn call(out: bool, reason: Option<Reason>, video: bool) -> Vec<Inbound> {
        let call = tl::types::MessageActionPhoneCall {
            video,
            call_id: 1,
            reason,
            duration: None,
        };
        let service = tl::types::MessageService {
            out,
            mentioned: false,
            media_unread: false,
            reactions_are_possible: false,
            silent: false,
            post: false,
            legacy: false,
            id: 5,
            from_id: None,
            peer_id: tl::types::PeerUser { user_id: 7 }.into(),
            saved_peer_id: None,
            reply_to: None,
            date: 1_700_000_000,
            action: MessageAction::PhoneCall(call),
            reactions: None,
            ttl_period: None,
        };
        called(
            &service,
            Peer::default(),
            Moment::from_seconds(1_700_000_000),
        )
    }

    #[test]
    fn l_75_only_a_call_nobody_took_is_missed() {
        for reason in [Reason::Missed, Reason::Busy] {
            let told = call(false, Some(reason), true);
            assert!(
                matches!(told.as_slice(), [Inbound::MissedCall { video: true, .. }]),
                "{told:?}"
            );
        }
        assert!(call(false, Some(Reason::Hangup), false).is_empty());
        assert!(call(true, Some(Reason::Missed), false).is_empty());
        assert!(call(false, None, false).is_empty());
    }
}
