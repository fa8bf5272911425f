//! What each kind of event becomes.

use crate::{alone, request};
use channel::{
    Account, AccountChange, Author, FileKind, Inbound, InboundMessage, Peer, PeerChange,
    ReceiptState, ReceiptTarget, contract::events,
};
use kernel::Moment;
use serde_json::{Value, json};

/// Each kind of event, as `docs/run/own-channel.md` shows it, by name.
pub(crate) fn all() -> Vec<Value> {
    let chat = json!({"id": "anna"});
    let named = |name: &str, event: Value| {
        let mut event = event;
        event["id"] = format!("event-{name}").into();
        if event.get("chat").is_none() && name != "account" {
            event["chat"] = chat.clone();
        }
        json!({"name": name, "event": event})
    };
    let at = 1_790_000_000_000_i64;
    vec![
        named(
            "text",
            json!({"type": "message", "message": {"id": 17, "at": at, "text": "Есть *лампа*?\u{7}"},
                "chat": {"id": "anna", "name": " Анна\u{202e} ", "username": "@anna_p", "phone": "+79161234567",
                    "language": "ru", "avatar": "https://pictures.example/anna.jpg"}}),
        ),
        named(
            "files",
            json!({"type": "message", "message": {"id": "m2", "at": at, "text": "Вот", "album": "a1", "reply_to": "ours-1",
                "files": [
                    {"url": "https://files.example/1.jpg", "name": "../лампа.jpg", "mime": "image/jpeg",
                        "size": 1000, "width": 40, "height": 30},
                    {"url": "https://files.example/2", "kind": "voice", "mime": "audio/ogg", "duration_ms": 2500},
                    {"url": "file:///etc/passwd"},
                ],
                "facts": {"deep_link": "card_1", "vip": true, "score": 7, "Bad name": "x", "nested": {}, "author_name": "x"}}}),
        ),
        named(
            "operator",
            json!({"type": "message", "message": {"id": "m3", "author": "operator", "author_name": "Ольга", "text": "Да"}}),
        ),
        named(
            "bot",
            json!({"type": "message", "message": {"id": "m4", "author": "bot", "text": "Я робот"}}),
        ),
        named(
            "empty",
            json!({"type": "message", "message": {"id": "m5", "text": " "}}),
        ),
        named(
            "stranger",
            json!({"type": "message", "message": {"id": "m6", "author": "boss", "text": "?"}}),
        ),
        named(
            "edited",
            json!({"type": "edited", "at": at, "message": {"id": "17", "text": "Есть лампа?"}}),
        ),
        named(
            "deleted",
            json!({"type": "deleted", "at": at, "ids": ["17", 18]}),
        ),
        named(
            "reaction",
            json!({"type": "reaction", "at": at, "message_id": "ours-1", "emoji": ["👍"]}),
        ),
        named(
            "delivered",
            json!({"type": "receipt", "at": at, "message_id": "ours-1", "state": "delivered"}),
        ),
        named(
            "read",
            json!({"type": "receipt", "at": at, "up_to": "ours-2", "state": "read"}),
        ),
        named(
            "failed",
            json!({"type": "receipt", "at": at, "message_id": "ours-1", "state": "failed", "reason": "no such number"}),
        ),
        named(
            "half",
            json!({"type": "receipt", "at": at, "state": "read"}),
        ),
        named("typing", json!({"type": "typing", "on": true})),
        named(
            "rang",
            json!({"type": "missed_call", "at": at, "video": true}),
        ),
        named("blocked", json!({"type": "blocked", "at": at})),
        named("unblocked", json!({"type": "unblocked", "at": at})),
        named("moved", json!({"type": "moved", "at": at, "to": "anna-2"})),
        named(
            "alias",
            json!({"type": "alias", "at": at, "known_as": "+79161234567"}),
        ),
        named(
            "callback",
            json!({"type": "callback", "data": "yes", "message_id": "ours-1"}),
        ),
        named(
            "account",
            json!({"type": "account", "state": "needs_login", "detail": "scan the code"}),
        ),
    ]
}

fn understood_by(account: &dyn Account, event: &Value) -> Vec<Inbound> {
    let found = events(account, &request(std::slice::from_ref(event)));
    assert_eq!(found.len(), 1);
    account.normalize(&found[0])
}

fn one(name: &str) -> Inbound {
    let event = all().into_iter().find(|e| e["name"] == name).unwrap();
    let mut all = understood_by(&*alone(), &event["event"]);
    assert_eq!(all.len(), 1, "{name}: {all:?}");
    all.remove(0)
}

fn message(name: &str) -> InboundMessage {
    match one(name) {
        Inbound::Message(message) => *message,
        other => panic!("{name}: {other:?}"),
    }
}

fn at() -> Moment {
    Moment::from_millis(1_790_000_000_000)
}

fn anna() -> Peer {
    Peer {
        ext_id: "anna".to_owned(),
        ..Peer::default()
    }
}

#[test]
fn p_23_a_text_is_plain_and_tells_of_its_client() {
    let message = message("text");
    assert_eq!(message.ext_id, "17", "a number is an id too");
    assert_eq!((message.author, message.at), (Author::Customer, at()));
    let source = text::from_entities("Есть *лампа*?", &[]);
    assert_eq!(message.text, source, "a star is a star");
    let peer = message.peer;
    assert_eq!((peer.ext_id.as_str(), peer.name.as_str()), ("anna", "Анна"));
    assert_eq!(peer.username.as_deref(), Some("anna_p"));
    assert_eq!(peer.phone.unwrap().as_str(), "+79161234567");
    assert_eq!(peer.language.as_deref(), Some("ru"));
    assert_eq!(
        peer.avatar.as_deref(),
        Some("https://pictures.example/anna.jpg")
    );
}

#[test]
fn p_23_files_facts_answers_and_albums_are_carried() {
    let message = message("files");
    assert_eq!(message.reply_to.as_deref(), Some("ours-1"));
    assert_eq!(message.album.as_deref(), Some("a1"));
    assert_eq!(message.media.len(), 2, "a file of our own disk is no file");
    let (picture, voice) = (&message.media[0], &message.media[1]);
    assert_eq!(picture.kind, FileKind::Image);
    assert_eq!(picture.name.as_deref(), Some("лампа.jpg"));
    assert_eq!(
        (picture.size, picture.width, picture.height),
        (Some(1000), Some(40), Some(30))
    );
    assert_eq!(
        (voice.kind, voice.duration_ms),
        (FileKind::Voice, Some(2500))
    );
    let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut facts = message.context;
    facts.sort();
    assert_eq!(
        facts,
        [
            fact("deep_link", "card_1"),
            fact("score", "7"),
            fact("vip", "true")
        ]
    );
}

#[test]
fn p_23_who_wrote_is_told_and_never_guessed() {
    let by = message("operator");
    assert_eq!(by.author, Author::ExternalOperator);
    assert_eq!(by.context, [("author_name".to_owned(), "Ольга".to_owned())]);
    assert_eq!(message("bot").author, Author::Bot);
    for (name, kind, id) in [
        ("empty", "empty", Some("m5")),
        ("stranger", "message", Some("m6")),
        ("half", "receipt", None),
    ] {
        let Inbound::Unsupported {
            kind: told,
            ext_id,
            peer,
            ..
        } = one(name)
        else {
            panic!("{name}");
        };
        assert_eq!((told.as_str(), ext_id.as_deref()), (kind, id));
        assert_eq!(peer, Some(anna()));
    }
}

#[test]
fn p_23_each_lesser_event_is_understood() {
    let (peer, at) = (anna(), at());
    let words = |list: &[&str]| list.iter().map(|&w| w.to_owned()).collect::<Vec<_>>();
    let receipt = |target, state| Inbound::Receipt {
        target,
        peer: anna(),
        state,
        at,
    };
    let first = || ReceiptTarget::One("ours-1".to_owned());
    let change = |change| Inbound::PeerState {
        peer: anna(),
        change,
        at,
    };
    for (name, want) in [
        (
            "deleted",
            Inbound::Deleted {
                ext_ids: words(&["17", "18"]),
                peer: anna(),
                at,
            },
        ),
        (
            "reaction",
            Inbound::Reaction {
                ext_id: "ours-1".to_owned(),
                peer: anna(),
                emoji: words(&["👍"]),
                at,
            },
        ),
        ("delivered", receipt(first(), ReceiptState::Delivered)),
        (
            "read",
            receipt(ReceiptTarget::UpTo("ours-2".to_owned()), ReceiptState::Read),
        ),
        (
            "failed",
            receipt(first(), ReceiptState::Failed("no such number".to_owned())),
        ),
        (
            "typing",
            Inbound::Typing {
                peer: anna(),
                on: true,
            },
        ),
        ("blocked", change(PeerChange::Blocked)),
        ("unblocked", change(PeerChange::Unblocked)),
        ("moved", change(PeerChange::Moved("anna-2".to_owned()))),
        (
            "alias",
            change(PeerChange::Alias("+79161234567".to_owned())),
        ),
        (
            "callback",
            Inbound::Callback {
                ext_id: "ours-1".to_owned(),
                peer,
                data: "yes".to_owned(),
                message: Some("ours-1".to_owned()),
            },
        ),
        (
            "account",
            Inbound::Account {
                change: AccountChange::NeedsLogin,
                detail: "scan the code".to_owned(),
            },
        ),
    ] {
        assert_eq!(one(name), want, "{name}");
    }
    let Inbound::Edited(edit) = one("edited") else {
        panic!("no edit");
    };
    assert_eq!((edit.ext_id.as_str(), edit.at), ("17", at));
    let well = json!({"id": "e", "type": "account", "state": "ok"});
    assert_eq!(understood_by(&*alone(), &well), []);
}
