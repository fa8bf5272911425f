//! What each kind of update becomes; payloads are written from the published Bot API.

use crate::{SECRET, account_at};
use channel::{
    Author, FileKind, Inbound, InboundEdit, InboundMessage, PeerChange, RawEvent, RawRequest,
    contract::events,
};
use kernel::Moment;
use std::{collections::BTreeMap, path::Path};

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

/// A body as Telegram posts it.
pub(crate) fn request(body: Vec<u8>) -> RawRequest {
    RawRequest {
        method: "POST".to_owned(),
        headers: vec![(
            "x-telegram-bot-api-secret-token".to_owned(),
            SECRET.to_owned(),
        )],
        body: body.into(),
        ..RawRequest::default()
    }
}

fn understood(name: &str) -> Inbound {
    let (_, body) = payloads()
        .into_iter()
        .find(|(found, _)| found == name)
        .unwrap();
    let account = account_at(
        "http://127.0.0.1:9",
        "100000:TEST-double_of_the_bot_api",
        "webhook",
    );
    let events = events(&*account, &request(body));
    let mut all: Vec<Inbound> = events
        .iter()
        .flat_map(|event| account.normalize(event))
        .collect();
    assert_eq!(all.len(), 1, "{name}: {all:?}");
    all.remove(0)
}

fn message(name: &str) -> InboundMessage {
    match understood(name) {
        Inbound::Message(message) => *message,
        other => panic!("{name} is no message: {other:?}"),
    }
}

fn fact<'a>(message: &'a InboundMessage, key: &str) -> Option<&'a str> {
    message
        .context
        .iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value.as_str())
}

#[test]
fn a_text_has_its_author_its_time_and_its_formatting() {
    let got = message("text");
    assert_eq!(
        got.text,
        "Здравствуйте! 😀 **Важно:** прайс на https://shop.example/a_b_c"
    );
    assert_eq!(
        (got.ext_id.as_str(), got.author),
        ("1001:101", Author::Customer)
    );
    assert_eq!(got.at, Moment::from_seconds(1_790_000_101));
    let peer = got.peer;
    assert_eq!(
        (peer.ext_id.as_str(), peer.name.as_str()),
        ("1001", "Анна Петрова")
    );
    assert_eq!(
        (peer.username.as_deref(), peer.language.as_deref()),
        (Some("anna_p"), Some("ru"))
    );
    assert_eq!(
        message("text_formatted").text,
        "**_жир_** `код` [ссылка](https://shop.example/?a=1&b=%282%29) ~~зачёркнуто~~\n> цитата"
    );
    assert_eq!(
        message("text_literal").text,
        "\\*\\*не жирно\\*\\* и <b>не html</b>"
    );
}

#[test]
fn start_tells_where_the_client_came_from() {
    let got = message("start");
    assert_eq!(
        (got.text.as_str(), fact(&got, "deep_link")),
        ("/start", Some("card_00f7"))
    );
}

#[test]
fn files_of_all_kinds_become_media() {
    for (name, kind, ext_id, mime, file_name) in [
        ("photo", FileKind::Image, "ph1l", "image/jpeg", None),
        ("video", FileKind::Video, "vid", "video/mp4", None),
        (
            "document",
            FileKind::File,
            "doc",
            "application/pdf",
            Some("Счёт № 5.pdf"),
        ),
        (
            "document_image",
            FileKind::Image,
            "docimg",
            "image/png",
            Some("scan.png"),
        ),
        (
            "audio",
            FileKind::Audio,
            "aud",
            "audio/mpeg",
            Some("Кино - Группа крови"),
        ),
        ("voice", FileKind::Voice, "voi", "audio/ogg", None),
        ("video_note", FileKind::Video, "vno", "video/mp4", None),
        (
            "animation",
            FileKind::Video,
            "ani",
            "video/mp4",
            Some("cat.mp4"),
        ),
        ("sticker", FileKind::Image, "sti", "image/webp", None),
        (
            "sticker_animated",
            FileKind::Image,
            "stathumb",
            "image/webp",
            None,
        ),
    ] {
        let got = message(name);
        assert_eq!(got.media.len(), 1, "{name}");
        let media = &got.media[0];
        assert_eq!(
            (media.kind, media.ext_id.as_str()),
            (kind, ext_id),
            "{name}"
        );
        assert_eq!(
            (media.mime.as_deref(), media.name.as_deref()),
            (Some(mime), file_name),
            "{name}"
        );
    }
    let photo = message("photo");
    assert_eq!(photo.text, "Вот **\\*скол\\***");
    assert_eq!(
        (photo.media[0].width, photo.media[0].size),
        (Some(1280), Some(150_000))
    );
    assert_eq!(message("voice").media[0].duration_ms, Some(4000));
    assert_eq!(message("video_note").media[0].height, Some(240));
    assert_eq!(fact(&message("sticker"), "sticker"), Some("👍"));
}

#[test]
fn parts_of_an_album_know_each_other() {
    for name in ["album_1", "album_2", "album_3"] {
        assert_eq!(message(name).album.as_deref(), Some("13500001"));
    }
}

#[test]
fn only_the_clients_own_card_proves_a_number() {
    let own = message("contact_own");
    assert_eq!(
        own.peer.phone.as_ref().map(kernel::Phone::as_str),
        Some("+79161234567")
    );
    let other = message("contact_other");
    assert_eq!(
        (other.peer.phone.clone(), other.text.as_str()),
        (None, "👤 Борис\n+79167654321")
    );
    assert_eq!(fact(&other, "contact_phone"), Some("+79167654321"));
}

#[test]
fn places_are_text_with_a_fact() {
    assert_eq!(message("location").text, "📍 55.7558, 37.6173");
    assert_eq!(
        message("venue").text,
        "📍 Склад\nул. Ленина, 1\n55.75, 37.61"
    );
    assert_eq!(fact(&message("venue"), "location"), Some("55.75,37.61"));
}

#[test]
fn answers_and_forwards_are_told() {
    assert_eq!(message("reply").reply_to.as_deref(), Some("1001:90"));
    for (name, from) in [
        ("forward_user", "Олег"),
        ("forward_hidden", "Кто-то"),
        ("forward_channel", "Новости"),
    ] {
        assert_eq!(fact(&message(name), "forwarded_from"), Some(from), "{name}");
    }
}

#[test]
fn u_09_what_has_no_chat_is_nobodys() {
    // Found by fuzzing.
    let who = serde_json::json!({"id": 1001, "first_name": "Anna"});
    let member = serde_json::json!({"chat": {"type": "private"}, "from": who, "date": 1, "new_chat_member": {"status": "member"}});
    let reaction = serde_json::json!({"user": who, "date": 1, "message_id": 2, "new_reaction": []});
    for (field, change) in [("my_chat_member", member), ("message_reaction", reaction)] {
        let mut update = serde_json::json!({"update_id": 1});
        update[field] = change;
        let event = RawEvent {
            dedup_key: "1".to_owned(),
            lane: String::new(),
            body: update.to_string().into_bytes().into(),
        };
        let account = account_at(
            "http://127.0.0.1:9",
            "100000:TEST-double_of_the_bot_api",
            "webhook",
        );
        let got = account.normalize(&event);
        assert!(
            matches!(got.as_slice(), [Inbound::Unsupported { peer: None, .. }]),
            "{got:?}"
        );
    }
}

#[test]
fn u_09_what_we_do_not_know_is_named() {
    for name in ["poll", "dice", "story"] {
        let got = understood(name);
        assert!(
            matches!(&got, Inbound::Unsupported { kind, ext_id: Some(_), peer: Some(peer), at: Some(_) }
            if kind == name && peer.name == "Анна Петрова"),
            "{got:?}"
        );
    }
    for (name, want) in [
        ("future", "hologram"),
        ("unknown_update", "purchased_paid_media"),
        ("odd_types", "malformed"),
    ] {
        let got = understood(name);
        assert!(
            matches!(&got, Inbound::Unsupported { kind, peer: Some(peer), .. }
            if kind == want && peer.ext_id == "1001"),
            "{got:?}"
        );
    }
}

#[test]
fn lesser_events_are_understood() {
    let got = understood("edited");
    assert!(
        matches!(&got, Inbound::Edited(edit)
        if edit.text == "Здравствуйте! **Важно**, исправлено" && edit.at == Moment::from_seconds(1_790_000_500)),
        "{got:?}"
    );
    for (name, want) in [("reaction", vec!["👍"]), ("reaction_removed", vec![])] {
        let got = understood(name);
        assert!(
            matches!(&got, Inbound::Reaction { ext_id, emoji, .. } if ext_id == "1001:90" && *emoji == want),
            "{got:?}"
        );
    }
    let got = understood("callback");
    assert!(
        matches!(&got, Inbound::Callback { data, message: Some(on), .. } if data == "rate:5" && on == "1001:90"),
        "{got:?}"
    );
    for (name, want) in [
        ("blocked", PeerChange::Blocked),
        ("unblocked", PeerChange::Unblocked),
        ("group_moved", PeerChange::Moved("-1004001".to_owned())),
    ] {
        let got = understood(name);
        assert!(
            matches!(&got, Inbound::PeerState { change, .. } if *change == want),
            "{got:?}"
        );
    }
}

#[test]
fn a_group_is_one_client() {
    let got = message("group");
    assert_eq!(
        (got.peer.ext_id.as_str(), got.peer.name.as_str()),
        ("-4001", "Закупки ООО «Ромашка»")
    );
    assert_eq!(fact(&got, "sender_name"), Some("Анна Петрова"));
}

/// The history a reader would see: what came last wins, by the messenger's time.
fn history(events: &[RawEvent]) -> BTreeMap<String, (Moment, String, usize)> {
    let account = account_at(
        "http://127.0.0.1:9",
        "100000:TEST-double_of_the_bot_api",
        "webhook",
    );
    let mut shown = BTreeMap::new();
    for inbound in events.iter().flat_map(|event| account.normalize(event)) {
        let (ext_id, at, text, media) = match inbound {
            Inbound::Message(message) => {
                let InboundMessage {
                    ext_id,
                    at,
                    text,
                    media,
                    ..
                } = *message;
                (ext_id, at, text, media)
            }
            Inbound::Edited(edit) => {
                let InboundEdit {
                    ext_id,
                    at,
                    text,
                    media,
                    ..
                } = *edit;
                (ext_id, at, text, media)
            }
            _ => continue,
        };
        let newer = shown.get(&ext_id).is_none_or(|(old, _, _)| *old < at);
        if newer {
            shown.insert(ext_id, (at, text, media.len()));
        }
    }
    shown
}

#[test]
fn payloads_twice_and_in_any_order_make_one_history() {
    let account = account_at(
        "http://127.0.0.1:9",
        "100000:TEST-double_of_the_bot_api",
        "webhook",
    );
    let once: Vec<RawEvent> = payloads()
        .into_iter()
        .flat_map(|(_, body)| events(&*account, &request(body)))
        .collect();
    let want = history(&once);
    assert!(want.len() > 20);
    let twice: Vec<RawEvent> = once.iter().chain(&once).cloned().collect();
    for step in [1, 3, 5, 7, 11, 17, 25] {
        // A stride that shares no factor with the count visits every event once.
        let count = twice.len();
        if count.is_multiple_of(step) && step != 1 {
            continue;
        }
        let shuffled: Vec<RawEvent> = (0..count)
            .map(|n| twice[(n * step) % count].clone())
            .collect();
        assert_eq!(history(&shuffled), want, "stride {step}");
    }
    let backwards: Vec<RawEvent> = twice.into_iter().rev().collect();
    assert_eq!(history(&backwards), want);
}
