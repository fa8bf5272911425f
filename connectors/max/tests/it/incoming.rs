//! What each kind of update becomes; payloads are written in the published form.

use crate::{SECRET, TOKEN, account_at};
use channel::{
    Author, FileKind, Inbound, InboundMessage, PeerChange, RawEvent, RawRequest, contract::events,
};
use kernel::Moment;
use std::{collections::BTreeSet, path::Path};

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

/// A body as MAX posts it.
pub(crate) fn request(body: Vec<u8>) -> RawRequest {
    RawRequest {
        method: "POST".to_owned(),
        headers: vec![("x-max-bot-api-secret".to_owned(), SECRET.to_owned())],
        body: body.into(),
        ..RawRequest::default()
    }
}

fn understood(name: &str) -> Vec<Inbound> {
    let (_, body) = payloads()
        .into_iter()
        .find(|(found, _)| found == name)
        .unwrap();
    let account = account_at("http://127.0.0.1:9", TOKEN, "webhook");
    let events = events(&*account, &request(body));
    assert_eq!(events.len(), 1);
    account.normalize(&events[0])
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
    assert_eq!(got.author, Author::Customer);
    assert_eq!(got.ext_id, "mid.00000000000dbf890000000000000065");
    // Milliseconds, and the message's own rather than the delivery's.
    assert_eq!(got.at, Moment::from_millis(1_790_000_101_000));
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
        "**_жир_** `код` [ссылка](https://shop.example/?a=1&b=%282%29) ~~зачёркнуто~~ под"
    );
    assert_eq!(
        message("text_literal").text,
        "\\*\\*не жирно\\*\\* и <b>не html</b>"
    );
}

#[test]
fn files_of_all_kinds_become_media() {
    for (name, kind, ext_id, mime, file_name, size) in [
        (
            "image",
            FileKind::Image,
            "https://i.example/i?r=ph1",
            None,
            None,
            None,
        ),
        (
            "video",
            FileKind::Video,
            "video:f9LH_od-1 https://video.example/watch/2",
            Some("video/mp4"),
            None,
            None,
        ),
        (
            "audio",
            FileKind::Voice,
            "https://a.example/voice.ogg",
            None,
            None,
            None,
        ),
        (
            "file",
            FileKind::File,
            "https://fd.example/doc",
            None,
            Some("Счёт № 5.pdf"),
            Some(20_480),
        ),
        (
            "file_image",
            FileKind::Image,
            "https://fd.example/img",
            None,
            Some("Скан.PNG"),
            Some(2048),
        ),
        (
            "sticker",
            FileKind::Image,
            "https://st.example/cat_7.webp",
            None,
            None,
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
            (media.mime.as_deref(), media.name.as_deref(), media.size),
            (mime, file_name, size),
            "{name}"
        );
    }
    let film = message("video").media.remove(0);
    assert_eq!(
        (film.width, film.height, film.duration_ms),
        (Some(1280), Some(720), Some(12_000))
    );
    assert_eq!(fact(&message("sticker"), "sticker"), Some("cat_7"));
    assert_eq!(message("image").text, "Вот скол");
}

#[test]
fn u_33_p_29_pictures_of_one_message_stay_together() {
    let got = message("album");
    let kinds: Vec<FileKind> = got.media.iter().map(|media| media.kind).collect();
    assert_eq!(kinds, [FileKind::Image, FileKind::Image, FileKind::Video]);
    assert_eq!((got.text.as_str(), got.album), ("Три", None));
}

#[test]
fn places_cards_links_and_buttons_are_read_as_words() {
    let got = message("location");
    assert_eq!(
        (got.text.as_str(), fact(&got, "location")),
        ("📍 55.75, 37.62", Some("55.75,37.62"))
    );
    let got = message("contact_other");
    assert_eq!(got.text, "👤 Склад\n+74951234567");
    assert_eq!(fact(&got, "contact_phone"), Some("+74951234567"));
    assert_eq!(
        message("share").text,
        "Смотрите\nЛампа «Север»\nhttps://shop.example/lamp"
    );
    assert_eq!(
        message("share_in_text").text,
        "Вот https://shop.example/lamp"
    );
    assert_eq!(message("keyboard").text, "Выберите\n🔘 Да\n🔘 Сайт");
}

#[test]
fn only_a_signed_card_proves_a_number() {
    let phone = |name: &str| message(name).peer.phone.map(|phone| phone.to_string());
    assert_eq!(phone("contact_own").as_deref(), Some("+79161234567"));
    assert_eq!(phone("contact_forged"), None);
    assert_eq!(phone("contact_other"), None);
}

#[test]
fn answers_and_what_is_passed_on_say_so() {
    let got = message("reply");
    assert_eq!(
        got.reply_to.as_deref(),
        Some("mid.00000000000dbfe90000000000000007")
    );
    assert_eq!(got.text, "Да, эта");
    let got = message("forward");
    assert_eq!(
        (got.text.as_str(), got.reply_to.as_deref()),
        ("**Лада** седан", None)
    );
    assert_eq!(fact(&got, "forwarded_from"), Some("Олег Сидоров"));
    assert_eq!(got.media.len(), 1);
    assert_eq!(
        message("forward_with_words").text,
        "Что скажете?\nЦена выросла"
    );
}

#[test]
fn start_opens_the_chat_and_tells_where_the_client_came_from() {
    let mut all = understood("start");
    assert_eq!(all.len(), 2);
    let Inbound::Message(got) = all.remove(1) else {
        panic!("no message");
    };
    assert_eq!(
        (got.text.as_str(), fact(&got, "deep_link")),
        ("/start", Some("card_00f7"))
    );
    assert_eq!(
        got.peer.avatar.as_deref(),
        Some("https://i.example/full-1001")
    );
    assert!(matches!(
        &all[0],
        Inbound::PeerState { peer, change: PeerChange::Unblocked, .. } if peer.ext_id == "1001"
    ));
    let all = understood("start_bare");
    assert!(
        matches!(&all[1], Inbound::Message(m) if m.context.is_empty() && m.peer.name == "Анна")
    );
}

#[test]
fn who_stops_the_bot_or_deletes_the_dialogue_is_out_of_reach() {
    for (name, ext_id) in [
        ("stopped", "1001"),
        ("dialog_removed", "1001"),
        ("bot_removed", "c-70055501"),
    ] {
        assert!(
            matches!(one(name), Inbound::PeerState { peer, change: PeerChange::Blocked, .. } if peer.ext_id == ext_id),
            "{name}"
        );
    }
    assert!(matches!(
        one("bot_added"),
        Inbound::PeerState { peer, change: PeerChange::Unblocked, .. } if peer.ext_id == "c-70055501"
    ));
}

#[test]
fn what_says_nothing_to_us_is_nothing() {
    for name in [
        "dialog_muted",
        "dialog_unmuted",
        "dialog_cleared",
        "user_added",
        "user_removed",
        "title",
        "channel",
        "bot_added_to_channel",
    ] {
        assert_eq!(understood(name), [], "{name}");
    }
}

#[test]
fn p_26_edits_and_deletions_are_told() {
    let Inbound::Edited(edit) = one("edited") else {
        panic!("no edit");
    };
    assert_eq!(
        (edit.ext_id.as_str(), edit.text.as_str()),
        (
            "mid.00000000000dbfe90000000000000065",
            "Здравствуйте, поправка"
        )
    );
    for (name, peer_id) in [("removed", "1001"), ("removed_group", "c-70055501")] {
        assert!(
            matches!(one(name), Inbound::Deleted { ext_ids, peer, .. } if ext_ids.len() == 1 && peer.ext_id == peer_id),
            "{name}"
        );
    }
}

#[test]
fn a_pressed_button_is_its_clients_even_without_a_chat() {
    for (name, id, data, under) in [
        (
            "callback",
            "cb-1",
            "picture",
            Some("mid.00000000000dbfe90000000000000009"),
        ),
        ("callback_bare", "cb-2", "", None),
    ] {
        let Inbound::Callback {
            ext_id,
            peer,
            data: told,
            message,
        } = one(name)
        else {
            panic!("{name} is no press");
        };
        assert_eq!((ext_id.as_str(), told.as_str()), (id, data));
        assert_eq!((peer.ext_id.as_str(), message.as_deref()), ("1001", under));
    }
}

#[test]
fn a_group_is_one_client_and_says_who_speaks() {
    let got = message("group");
    assert_eq!(got.peer.ext_id, "c-70055501");
    assert_eq!(fact(&got, "sender_name"), Some("Олег Сидоров"));
    assert_eq!(message("by_bot").author, Author::Bot);
    assert_eq!(message("no_type").peer.ext_id, "1001");
}

#[test]
fn u_09_the_unknown_is_shown_with_its_client() {
    for (name, kind, ext_id) in [
        ("unknown_update", "dialog_painted", None),
        (
            "unknown_attachment",
            "hologram",
            Some("mid.00000000000dbf890000000000000090"),
        ),
        (
            "sticker_bare",
            "sticker",
            Some("mid.00000000000dbf89000000000000006f"),
        ),
        (
            "nothing",
            "message",
            Some("mid.00000000000dbf890000000000000092"),
        ),
        ("odd_types", "malformed", None),
    ] {
        let Inbound::Unsupported {
            kind: told,
            ext_id: id,
            peer,
            ..
        } = one(name)
        else {
            panic!("{name} is understood");
        };
        assert_eq!((told.as_str(), id.as_deref()), (kind, ext_id), "{name}");
        assert_eq!(peer.unwrap().ext_id, "1001", "{name}");
    }
}

#[test]
fn u_09_what_stands_beside_known_things_is_shown_too() {
    let all = understood("mixed_attachment");
    let Inbound::Message(got) = &all[0] else {
        panic!("no message: {all:?}");
    };
    assert_eq!((got.text.as_str(), got.media.len()), ("И вот это", 1));
    let strange: Vec<(&str, Option<&str>)> = all[1..]
        .iter()
        .map(|inbound| match inbound {
            Inbound::Unsupported { kind, ext_id, .. } => (kind.as_str(), ext_id.as_deref()),
            other => panic!("{other:?}"),
        })
        .collect();
    let id = |n: u8| format!("{}#{n}", got.ext_id);
    assert_eq!(
        strange,
        [
            ("poll", Some(id(0).as_str())),
            ("attachment", Some(id(1).as_str()))
        ]
    );
}

#[test]
fn keys_are_made_of_kind_time_and_id() {
    let account = account_at("http://127.0.0.1:9", TOKEN, "webhook");
    let key = |body: &str| {
        let found = events(&*account, &request(body.as_bytes().to_vec()));
        found.into_iter().next().unwrap().dedup_key
    };
    let stopped = r#"{"update_type":"bot_stopped","timestamp":5,"chat_id":7,"user":{"user_id":1}}"#;
    let keys: BTreeSet<String> = [
        stopped,
        &stopped.replace("\"timestamp\":5", "\"timestamp\":6"),
        &stopped.replace("bot_stopped", "bot_started"),
        &stopped.replace("\"user_id\":1", "\"user_id\":2"),
    ]
    .into_iter()
    .map(key)
    .collect();
    assert_eq!(keys.len(), 4, "{keys:?}");
    assert!(keys.contains("bot_stopped:5:7:1"));
    let pressed = r#"{"update_type":"message_callback","timestamp":5,"callback":{"callback_id":"a","user":{"user_id":1}},"message":{"body":{"mid":"m"}}}"#;
    assert_ne!(key(pressed), key(&pressed.replace("\"a\"", "\"b\"")));
}

#[test]
fn a_stored_event_that_is_no_update_is_shown_with_its_lane() {
    let account = account_at("http://127.0.0.1:9", TOKEN, "webhook");
    let stored = RawEvent {
        dedup_key: "k".to_owned(),
        lane: "1001".to_owned(),
        body: "{\"message\":5}".into(),
    };
    let all = account.normalize(&stored);
    assert!(
        matches!(&all[..], [Inbound::Unsupported { peer: Some(peer), .. }] if peer.ext_id == "1001"),
        "{all:?}"
    );
}
