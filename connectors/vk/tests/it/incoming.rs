//! What each kind of event becomes; payloads are written from the published schema, names are made up.

use crate::{SECRET, TOKEN, account_at};
use channel::{
    Account, Author, FileKind, Inbound, InboundEdit, InboundMessage, PeerChange, RawEvent,
    RawRequest, ReceiptState, ReceiptTarget, contract::events,
};
use kernel::Moment;
use std::{path::Path, sync::Arc};

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

/// A body as VK posts it.
pub(crate) fn request(body: Vec<u8>) -> RawRequest {
    RawRequest {
        method: "POST".to_owned(),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.into(),
        ..RawRequest::default()
    }
}

fn account() -> Arc<dyn Account> {
    account_at("http://127.0.0.1:9", TOKEN, "webhook")
}

fn all(name: &str) -> Vec<Inbound> {
    let (_, body) = payloads()
        .into_iter()
        .find(|(found, _)| found == name)
        .unwrap();
    let account = account();
    events(&*account, &request(body))
        .iter()
        .flat_map(|event| account.normalize(event))
        .collect()
}

fn one(name: &str) -> Inbound {
    let mut all = all(name);
    assert_eq!(all.len(), 1, "{name}: {all:?}");
    all.remove(0)
}

fn message(name: &str) -> InboundMessage {
    match one(name) {
        Inbound::Message(message) => *message,
        other => panic!("{name} is no message: {other:?}"),
    }
}

fn edit(name: &str) -> InboundEdit {
    match all(name).pop() {
        Some(Inbound::Edited(edit)) => *edit,
        other => panic!("{name} is no edit: {other:?}"),
    }
}

fn fact<'a>(message: &'a InboundMessage, key: &str) -> Option<&'a str> {
    let found = message.context.iter().find(|(name, _)| name == key);
    found.map(|(_, value)| value.as_str())
}

#[test]
fn p_19_a_text_has_its_dialogue_its_number_and_its_time() {
    let got = message("text");
    assert_eq!(
        got.text,
        "Здравствуйте! 😀 \\*\\*Почём\\*\\* лампа? https://shop.example/a_b_c"
    );
    assert_eq!(
        (got.ext_id.as_str(), got.author, got.at),
        (
            "1001:101",
            Author::Customer,
            Moment::from_seconds(1_790_000_101)
        )
    );
    assert_eq!((got.peer.ext_id.as_str(), got.album), ("1001", None));
    assert_eq!(
        message("text_mention").text,
        "Лампы и свет, вы открыты? @anna"
    );
}

#[test]
fn the_link_a_client_came_by_is_told() {
    let got = message("start_ref");
    assert_eq!(
        (got.text.as_str(), fact(&got, "deep_link")),
        ("Начать", Some("card_00f7"))
    );
}

#[test]
fn files_of_all_kinds_become_media() {
    for (name, kind, url, mime, file_name) in [
        ("photo", FileKind::Image, "z1.jpg", Some("image/jpeg"), None),
        (
            "doc",
            FileKind::File,
            "doc1001_660?hash=h",
            Some("application/pdf"),
            Some("Смета.pdf"),
        ),
        (
            "doc_picture",
            FileKind::Image,
            "doc1001_661?hash=h",
            Some("image/png"),
            Some("план.PNG"),
        ),
        (
            "audio_message",
            FileKind::Voice,
            "v.ogg",
            Some("audio/ogg"),
            None,
        ),
        (
            "audio",
            FileKind::Audio,
            "a.mp3",
            Some("audio/mpeg"),
            Some("Хор - Свет.mp3"),
        ),
        (
            "sticker",
            FileKind::Image,
            "1-9008-512",
            Some("image/png"),
            None,
        ),
        (
            "graffiti",
            FileKind::Image,
            "g663.png",
            Some("image/png"),
            None,
        ),
    ] {
        let got = message(name);
        let [media] = got.media.as_slice() else {
            panic!("{name}: {:?}", got.media)
        };
        assert!(media.ext_id.ends_with(url), "{name}: {}", media.ext_id);
        assert_eq!(
            (media.kind, media.mime.as_deref(), media.name.as_deref()),
            (kind, mime, file_name),
            "{name}"
        );
    }
    let photo = message("photo");
    assert_eq!(photo.text, "вот такая");
    assert_eq!(
        (photo.media[0].width, photo.media[0].height),
        (Some(1280), Some(960))
    );
    assert_eq!(message("audio_message").media[0].duration_ms, Some(4000));
    assert_eq!(message("doc").media[0].size, Some(123_456));
}

#[test]
fn u_33_several_pictures_are_one_message() {
    let got = message("photos");
    assert_eq!((got.text.as_str(), got.media.len()), ("три фото", 3));
}

#[test]
fn what_has_only_a_page_is_a_line_with_the_way_there() {
    for (name, want) in [
        (
            "video",
            "🎬 Как мигает\nhttps://vk.com/video1001_456239017_vk1",
        ),
        ("audio_without_bytes", "🎵 Хор - Тьма"),
        (
            "link",
            "посмотрите\n🔗 Лампа «Луна»\nhttps://shop.example/lamp",
        ),
        ("link_in_text", "посмотрите https://shop.example/lamp"),
        (
            "market",
            "такую\n🛒 Лампа «Луна» 1 500 ₽\nhttps://vk.com/product-500100_77",
        ),
        (
            "wall",
            "📝 Скидки до пятницы\nhttps://vk.com/wall-500100_55",
        ),
        ("geo", "📍 Склад на Тверской\n55.751244, 37.618423"),
        ("geo_bare", "📍 55.5, 37.25"),
        ("poll_with_text", "выберите\n📎 poll"),
    ] {
        let got = message(name);
        assert_eq!((got.text.as_str(), got.media.len()), (want, 0), "{name}");
    }
    assert_eq!(
        fact(&message("geo"), "location"),
        Some("55.751244,37.618423")
    );
}

#[test]
fn forwarded_messages_are_quoted_and_an_answer_knows_what_it_answers() {
    let got = message("forwarded");
    assert_eq!(
        got.text,
        "что это?\n> ↪ https://vk.com/id2002\n> Лампа \\*сгорела\\*\n> совсем\n> > ↪ https://vk.com/club500100\n> > Чек"
    );
    assert_eq!(got.media.len(), 1);
    assert_eq!(message("forwarded_own").text, "> ↪\n> Моё");
    assert_eq!(message("reply").reply_to.as_deref(), Some("1001:99"));
}

#[test]
fn u_09_what_we_do_not_know_is_shown_as_such() {
    for (name, want) in [
        ("poll", "poll"),
        ("gift", "gift"),
        ("empty", "empty"),
        ("chat_action", "action.chat_invite_user"),
    ] {
        match one(name) {
            Inbound::Unsupported {
                kind,
                ext_id: Some(_),
                peer: Some(_),
                at: Some(_),
            } => assert_eq!(kind, want, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(
        matches!(one("odd_types"), Inbound::Unsupported { kind, peer: Some(peer), .. }
            if kind == "malformed" && peer.ext_id == "1001")
    );
}

#[test]
fn what_is_no_part_of_a_talk_says_nothing() {
    for name in [
        "like",
        "wall_post",
        "typing_of_ours",
        "read_by_us",
        "reaction_of_ours",
        "edited_by_us",
    ] {
        assert_eq!(all(name), [], "{name}");
    }
}

#[test]
fn a_chat_is_one_client_and_tells_who_speaks() {
    let got = message("chat");
    assert_eq!(
        (got.peer.ext_id.as_str(), got.author),
        ("2000000005", Author::Customer)
    );
    assert_eq!(fact(&got, "sender_id"), Some("2002"));
}

#[test]
fn p_29_an_answer_given_inside_vk_is_ours_from_elsewhere() {
    let got = message("reply_of_administrator");
    assert_eq!(
        (got.author, got.peer.ext_id.as_str(), got.text.as_str()),
        (Author::ExternalOperator, "1001", "Отвечу отсюда")
    );
    assert_eq!(fact(&got, "author_id"), Some("3003"));
    // VK's own greeting has neither an administrator nor a key.
    assert_eq!(message("reply_of_nobody").author, Author::System);
}

#[test]
fn our_own_messages_come_back_as_receipts() {
    let Inbound::Receipt {
        target,
        state,
        peer,
        ..
    } = one("reply_of_ours")
    else {
        panic!("no receipt")
    };
    assert!(matches!(target, ReceiptTarget::One(id) if id.starts_with("1001:")));
    assert_eq!((state, peer.ext_id.as_str()), (ReceiptState::Sent, "1001"));
}

#[test]
fn p_26_edits_are_the_whole_new_content() {
    let got = edit("edited");
    assert_eq!(
        (got.text.as_str(), got.peer.ext_id.as_str(), got.at),
        ("Поправил", "1001", Moment::from_seconds(1_790_000_999))
    );
    // An administrator's edit brings the message along, in case it is from before we listened.
    let both = all("edited_by_administrator");
    let [Inbound::Message(whole), Inbound::Edited(edit)] = both.as_slice() else {
        panic!("{both:?}")
    };
    assert_eq!(whole.author, Author::ExternalOperator);
    assert_eq!((&whole.ext_id, &whole.text), (&edit.ext_id, &edit.text));
}

#[test]
fn signs_of_life() {
    assert!(
        matches!(one("allow"), Inbound::PeerState { peer, change: PeerChange::Unblocked, .. } if peer.ext_id == "1001")
    );
    assert!(
        matches!(one("deny"), Inbound::PeerState { peer, change: PeerChange::Blocked, .. } if peer.ext_id == "1001")
    );
    assert!(matches!(one("typing"), Inbound::Typing { peer, on: true } if peer.ext_id == "1001"));
    assert!(
        matches!(one("read"), Inbound::Receipt { target: ReceiptTarget::UpTo(id), state: ReceiptState::Read, .. } if id == "1001:98")
    );
    assert!(
        matches!(one("pressed"), Inbound::Callback { ext_id, data, message: Some(message), .. }
            if ext_id == "f7d3f5f6e2a1" && data == "{\"order\":5}" && message == "1001:98")
    );
    for (name, want) in [
        ("reaction", vec!["🔥"]),
        ("reaction_unknown", vec!["❔"]),
        ("reaction_removed", vec![]),
    ] {
        assert!(
            matches!(one(name), Inbound::Reaction { ext_id, emoji, .. } if ext_id == "1001:98" && emoji == want),
            "{name}"
        );
    }
}

#[test]
fn stored_events_hold_no_secret() {
    let account = account();
    for (name, body) in payloads() {
        for event in events(&*account, &request(body)) {
            let kept = String::from_utf8_lossy(&event.body).into_owned();
            assert!(!kept.contains(SECRET), "{name}");
        }
    }
}

#[test]
fn an_event_without_an_id_is_known_by_its_words() {
    let account = account();
    let body = |text: &str| {
        format!(
            r#"{{"type":"message_deny","object":{{"user_id":1001,"x":"{text}"}},"secret":"{SECRET}"}}"#
        )
    };
    let key = |text: &str| -> String {
        let mut events: Vec<RawEvent> = events(&*account, &request(body(text).into_bytes()));
        events.remove(0).dedup_key
    };
    assert_eq!(key("а"), key("а"));
    assert_ne!(key("а"), key("б"));
}
