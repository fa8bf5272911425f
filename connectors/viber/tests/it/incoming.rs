//! What each kind of event becomes; payloads are written in the published form.

use crate::{ANNA, TOKEN, account_at, testkit::viber_double::signature};
use channel::{
    Author, FileKind, Inbound, InboundMessage, PeerChange, RawEvent, RawRequest, ReceiptState,
    ReceiptTarget, Verified, contract::events,
};
use kernel::Moment;
use std::path::Path;

/// All payloads by name, in the order of their names.
pub(crate) fn payloads() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads");
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                std::fs::read(path).unwrap(),
            )
        })
        .collect();
    found.sort();
    found
}

/// A body as Viber posts it.
pub(crate) fn request(body: Vec<u8>) -> RawRequest {
    RawRequest {
        method: "POST".to_owned(),
        headers: vec![(
            "x-viber-content-signature".to_owned(),
            signature(TOKEN, &body),
        )],
        body: body.into(),
        ..RawRequest::default()
    }
}

fn raw(name: &str) -> RawEvent {
    let (_, body) = payloads()
        .into_iter()
        .find(|(found, _)| found == name)
        .unwrap();
    let account = account_at("http://127.0.0.1:9", TOKEN);
    let mut events = events(&*account, &request(body));
    assert_eq!(events.len(), 1);
    events.remove(0)
}

fn understood(name: &str) -> Vec<Inbound> {
    account_at("http://127.0.0.1:9", TOKEN).normalize(&raw(name))
}

fn one(name: &str) -> Inbound {
    let mut all = understood(name);
    assert_eq!(all.len(), 1, "{name}: {all:?}");
    all.remove(0)
}

fn message(name: &str) -> InboundMessage {
    match one(name) {
        Inbound::Message(message) => *message,
        other => panic!("{name} is no message: {other:?}"),
    }
}

fn fact<'a>(message: &'a InboundMessage, key: &str) -> Option<&'a str> {
    let mut facts = message.context.iter();
    facts
        .find(|(name, _)| name == key)
        .map(|(_, value)| value.as_str())
}

#[test]
fn a_text_has_its_author_its_time_and_its_exact_number() {
    let got = message("text");
    // A client's signs are no markup.
    assert_eq!(got.text, "Здравствуйте! 😀 \\*Важно\\* и \\_не курсив\\_");
    assert_eq!(got.author, Author::Customer);
    assert_eq!(got.ext_id, "5741311803571721001");
    assert_eq!(got.at, Moment::from_millis(1_790_000_101_000));
    let peer = got.peer;
    assert_eq!(
        (peer.ext_id.as_str(), peer.name.as_str()),
        (ANNA, "Анна Петрова")
    );
    assert_eq!(
        (peer.avatar.as_deref(), peer.language.as_deref()),
        (Some("https://media.example/faces/anna.jpg"), Some("ru"))
    );
    assert_eq!(message("nameless").peer.name, "");
}

#[test]
fn files_of_all_kinds_become_media() {
    for (name, kind, id, file_name, size) in [
        (
            "picture",
            FileKind::Image,
            "picture?id=1",
            Some("скол.jpg"),
            Some(20_480),
        ),
        ("picture_bare", FileKind::Image, "picture?id=2", None, None),
        (
            "video",
            FileKind::Video,
            "video?id=3",
            Some("видео.mp4"),
            Some(1_048_576),
        ),
        (
            "file",
            FileKind::File,
            "file?id=4",
            Some("Счёт №5.pdf"),
            Some(4096),
        ),
        (
            "file_image",
            FileKind::Image,
            "file?id=5",
            Some("Скан.PNG"),
            Some(2048),
        ),
    ] {
        let got = message(name);
        assert_eq!(got.media.len(), 1, "{name}");
        let media = &got.media[0];
        let url = format!("https://dl.example/{id}");
        assert_eq!((media.kind, &media.ext_id), (kind, &url), "{name}");
        assert_eq!(
            (media.name.as_deref(), media.size),
            (file_name, size),
            "{name}"
        );
    }
    assert_eq!(message("picture").text, "Вот скол");
    assert_eq!(message("video").media[0].duration_ms, Some(12_000));
    let odd = message("file_odd_name").media.remove(0);
    assert!(!odd.name.unwrap().contains('/'));
    assert_eq!(odd.size, None, "nobody sends nothing");
    let sticker = message("sticker");
    assert_eq!(sticker.media[0].ext_id, "https://st.example/46105.png");
    assert_eq!(fact(&sticker, "sticker"), Some("46105"));
}

#[test]
fn places_cards_and_links_are_read_as_words() {
    let got = message("location");
    assert_eq!(
        (got.text.as_str(), fact(&got, "location")),
        ("📍 55.75, 37.62", Some("55.75,37.62"))
    );
    let got = message("contact");
    assert_eq!(got.text, "👤 Склад\n+74951234567");
    assert_eq!(fact(&got, "contact_phone"), Some("+74951234567"));
    // Anybody's card can be sent: it proves no number.
    assert_eq!(got.peer.phone, None);
    assert_eq!(message("url").text, "https://shop.example/lamp_1");
}

#[test]
fn a_chat_begins_with_what_the_link_carried() {
    let got = message("started_by_link");
    assert_eq!(
        (got.text.as_str(), fact(&got, "deep_link")),
        ("/start", Some("card_00f7"))
    );
    assert!(got.ext_id.starts_with("start:5741311803571721"));
    assert_eq!(got.peer.name, "Анна Петрова");
    assert!(message("started").context.is_empty());
    // A subscriber who only looks into the conversation again says nothing; a new link does.
    assert_eq!(understood("started_again"), []);
    let got = message("started_again_by_link");
    assert_eq!(fact(&got, "deep_link"), Some("card_00f8"));
}

#[test]
fn who_unsubscribes_is_out_of_reach() {
    for (name, want) in [
        ("subscribed", PeerChange::Unblocked),
        ("unsubscribed", PeerChange::Blocked),
    ] {
        let Inbound::PeerState { peer, change, .. } = one(name) else {
            panic!("{name} is no state");
        };
        assert_eq!((peer.ext_id.as_str(), change), (ANNA, want));
    }
}

#[test]
fn receipts_name_the_message_to_the_last_digit() {
    let failed = ReceiptState::Failed("failure description".to_owned());
    for (name, of, want) in [
        (
            "delivered",
            ReceiptTarget::One as fn(String) -> _,
            ReceiptState::Delivered,
        ),
        ("seen", ReceiptTarget::UpTo, ReceiptState::Read),
        ("failed", ReceiptTarget::One, failed),
    ] {
        let number = raw(name).dedup_key.replace(&format!("{name}:"), "");
        let Inbound::Receipt {
            target,
            state,
            peer,
            ..
        } = one(name)
        else {
            panic!("{name} is no receipt");
        };
        assert_eq!((target, state), (of(number), want));
        assert_eq!(peer.ext_id, ANNA);
    }
}

#[test]
fn keys_are_made_of_kind_and_number() {
    // One number, two events.
    let (delivered, seen) = (raw("delivered").dedup_key, raw("seen").dedup_key);
    let number = delivered.strip_prefix("delivered:").unwrap();
    assert_eq!(seen, format!("seen:{number}"));
    let account = account_at("http://127.0.0.1:9", TOKEN);
    let key = |number: &str| {
        let body = format!(r#"{{"event":"seen","message_token":{number},"user_id":"u"}}"#);
        events(&*account, &request(body.into_bytes()))
            .remove(0)
            .dedup_key
    };
    // A float would take these for one.
    assert_eq!(key("18446744073709551615"), "seen:18446744073709551615");
    assert_eq!(key("18446744073709551614"), "seen:18446744073709551614");
    assert_eq!(key("9007199254740993"), "seen:9007199254740993");
}

#[test]
fn the_greeting_is_answered_and_not_stored() {
    let (_, body) = payloads()
        .into_iter()
        .find(|(name, _)| name == "webhook")
        .unwrap();
    let account = account_at("http://127.0.0.1:9", TOKEN);
    let verified = account.verify(&request(body)).unwrap();
    assert!(matches!(&verified, Verified::Handshake(reply) if reply.status == 200));
    assert_eq!(account.split(&verified), []);
    assert_eq!(understood("client_status"), []);
}

#[test]
fn u_09_the_unknown_is_shown_with_its_client() {
    for (name, kind, numbered) in [
        ("unknown_event", "hologram_shown", false),
        ("rich_media", "rich_media", true),
        ("sticker_bare", "sticker", true),
        ("contact_empty", "contact", true),
        ("location_half", "location", true),
        ("file_bare", "file", true),
        ("nothing", "text", true),
        ("no_message", "malformed", false),
        ("no_token", "malformed", false),
        ("odd_types", "malformed", false),
        ("receipt_without_number", "malformed", false),
    ] {
        let Inbound::Unsupported {
            kind: told,
            ext_id,
            peer,
            ..
        } = one(name)
        else {
            panic!("{name} is understood");
        };
        assert_eq!(
            (told.as_str(), ext_id.is_some()),
            (kind, numbered),
            "{name}"
        );
        assert_eq!(peer.unwrap().ext_id, ANNA, "{name}");
    }
    let stored = RawEvent {
        dedup_key: "k".to_owned(),
        lane: ANNA.to_owned(),
        body: "[]".into(),
    };
    let all = account_at("http://127.0.0.1:9", TOKEN).normalize(&stored);
    assert!(
        matches!(&all[..], [Inbound::Unsupported { peer: Some(peer), .. }] if peer.ext_id == ANNA)
    );
}
