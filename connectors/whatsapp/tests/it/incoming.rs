//! What each kind of event becomes; payloads are written in the published form.

use crate::{
    ANNA, BORIS, TOKEN, account_at,
    testkit::whatsapp_double::{APP_SECRET, signature},
};
use channel::{
    AccountChange, Author, FileKind, Inbound, InboundMessage, PeerChange, RawEvent, RawRequest,
    ReceiptState, ReceiptTarget, contract::events,
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
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

/// A body as Meta posts it.
pub(crate) fn request(body: Vec<u8>) -> RawRequest {
    RawRequest {
        method: "POST".to_owned(),
        headers: vec![(
            "x-hub-signature-256".to_owned(),
            signature(&body, APP_SECRET),
        )],
        body: body.into(),
        ..RawRequest::default()
    }
}

fn cut(name: &str) -> Vec<RawEvent> {
    let all = payloads();
    let (_, body) = all.into_iter().find(|(found, _)| found == name).unwrap();
    let account = account_at("http://127.0.0.1:9", TOKEN);
    events(&*account, &request(body))
}

fn understood(name: &str) -> Vec<Inbound> {
    let account = account_at("http://127.0.0.1:9", TOKEN);
    let events = cut(name);
    let all = events.iter().flat_map(|e| account.normalize(e));
    // Looked at in a test of its own.
    all.filter(|inbound| !is_alias(inbound)).collect()
}

fn is_alias(inbound: &Inbound) -> bool {
    let Inbound::PeerState { change, .. } = inbound else {
        return false;
    };
    matches!(change, PeerChange::Alias(_))
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
fn p_25_a_text_has_its_author_and_its_signs_are_words() {
    let it = message("text");
    assert_eq!(it.ext_id, "wamid.TEST_text");
    assert_eq!(it.at, Moment::from_seconds(1_700_000_101));
    assert_eq!(it.author, Author::Customer);
    assert_eq!(
        (it.peer.ext_id.as_str(), it.peer.name.as_str()),
        (ANNA.id, "Анна Петрова")
    );
    assert_eq!(
        it.peer.phone.as_ref().map(kernel::Phone::as_str),
        Some("+79161234567")
    );
    let (shown, _) = ::text::for_client(&it.text);
    assert_eq!(shown, "Здравствуйте! 😀 *Лампа* за 5_000 есть?");
}

#[test]
fn u_06_a_client_is_one_with_a_number_and_without() {
    let hidden = message("text_hidden_phone").peer;
    assert_eq!(hidden.ext_id, BORIS.id);
    assert_eq!(hidden.phone, None);
    assert_eq!(hidden.username.as_deref(), Some("boris.lamp"));
    let old = message("text_phone_only").peer;
    assert_eq!(old.ext_id, "79267654321");
    // The same client, once by the id of the message and once by what stands beside it.
    let peers: Vec<String> = understood("many")
        .iter()
        .filter_map(|inbound| inbound.peer().map(|peer| peer.ext_id.clone()))
        .collect();
    assert_eq!(peers, [ANNA.id, BORIS.id, ANNA.id, ANNA.id, ANNA.id]);
}

#[test]
fn u_06_who_shows_number_and_id_is_who_was_known_by_the_number() {
    let account = account_at("http://127.0.0.1:9", TOKEN);
    let told = |name: &str| account.normalize(&cut(name)[0]);
    match told("text").as_slice() {
        [
            Inbound::PeerState {
                peer,
                change: PeerChange::Alias(number),
                ..
            },
            Inbound::Message(_),
        ] => assert_eq!(
            (peer.ext_id.as_str(), number.as_str()),
            (ANNA.id, "79161234567")
        ),
        other => panic!("{other:?}"),
    }
    for name in ["text_hidden_phone", "text_phone_only", "reaction", "revoke"] {
        assert!(!told(name).iter().any(is_alias), "{name}");
    }
}

#[test]
fn p_14_every_message_and_status_of_a_delivery_is_an_event_of_its_own() {
    let events = cut("many");
    let keys: Vec<&str> = events.iter().map(|e| e.dedup_key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "message:wamid.TEST_many1",
            "message:wamid.TEST_many2",
            "status:sent:wamid.TEST_many_ours",
            "status:delivered:wamid.TEST_many_ours",
            "message:wamid.TEST_many3",
        ]
    );
    let lanes: BTreeSet<&str> = events.iter().map(|e| e.lane.as_str()).collect();
    assert_eq!(lanes, BTreeSet::from([ANNA.id, BORIS.id]));
}

#[test]
fn p_14_another_number_of_the_same_business_is_not_ours() {
    let (_, body) = payloads().into_iter().find(|(n, _)| n == "text").unwrap();
    let body = String::from_utf8(body).unwrap();
    let body = body.replace("106540352242922", "106540352249999");
    let account = account_at("http://127.0.0.1:9", TOKEN);
    assert_eq!(events(&*account, &request(body.into_bytes())), []);
}

#[test]
fn u_09_files_are_named_by_id_and_hash() {
    for (name, kind, mime, words, file) in [
        ("image", FileKind::Image, "image/jpeg", "Вот такая", None),
        ("video", FileKind::Video, "video/mp4", "", None),
        (
            "document",
            FileKind::File,
            "application/pdf",
            "Счёт",
            Some("Счёт №5.pdf"),
        ),
        ("audio", FileKind::Audio, "audio/mpeg", "", None),
        ("voice", FileKind::Voice, "audio/ogg; codecs=opus", "", None),
        ("sticker", FileKind::Image, "image/webp", "", None),
    ] {
        let it = message(name);
        let media = &it.media[0];
        assert_eq!((media.kind, it.text.as_str()), (kind, words), "{name}");
        assert_eq!(media.mime.as_deref(), Some(mime), "{name}");
        assert_eq!(media.name.as_deref(), file, "{name}");
        let (id, hash) = media.ext_id.split_once(' ').unwrap();
        assert!(id.starts_with("65463453") && hash.len() == 44, "{name}");
    }
}

#[test]
fn p_25_a_reaction_is_set_and_taken_away_in_both_ways() {
    for (name, want) in [
        ("reaction", vec!["👍"]),
        ("reaction_gone_empty", vec![]),
        ("reaction_gone_missing", vec![]),
    ] {
        match one(name) {
            Inbound::Reaction { ext_id, emoji, .. } => {
                assert_eq!(
                    (ext_id.as_str(), emoji),
                    (
                        "wamid.TEST_ours",
                        want.iter().map(ToString::to_string).collect()
                    )
                );
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn u_09_places_cards_orders_and_buttons_are_words() {
    let place = message("location");
    assert_eq!(place.text, "📍 Красная площадь\nМосква\n55.7558, 37.6173");
    assert_eq!(fact(&place, "location"), Some("55.7558,37.6173"));
    assert!(message("location_bare").text.ends_with("55.7558, 37.6173"));
    let card = message("contacts");
    assert!(card.text.contains("Пётр Ильин") && card.text.contains("916 000"));
    assert_eq!(fact(&card, "contact_phone"), Some("+7 916 000-11-22"));
    let (order, _) = ::text::for_client(&message("order").text);
    assert_eq!(order, "Побыстрее\n🛒 LAMP-5 × 3 · 30.5 RUB");
    for (name, words, data) in [
        ("button", "Да, жду", Some("yes")),
        ("button_reply", "Завтра", Some("b1")),
        ("list_reply", "Доставка\nКурьером", Some("l1")),
        ("form_reply", "Отправлено\n{\"size\":\"M\"}", None),
    ] {
        let it = message(name);
        let (shown, _) = ::text::for_client(&it.text);
        assert_eq!(
            (shown.as_str(), fact(&it, "button")),
            (words, data),
            "{name}"
        );
    }
    assert_eq!(
        message("button").reply_to.as_deref(),
        Some("wamid.TEST_ours")
    );
}

#[test]
fn p_25_answers_forwards_and_advertisements_are_told() {
    assert_eq!(
        message("reply").reply_to.as_deref(),
        Some("wamid.TEST_ours")
    );
    assert_eq!(fact(&message("forwarded"), "forwarded"), Some("true"));
    assert_eq!(fact(&message("forwarded_often"), "forwarded"), Some("true"));
    let ad = message("referral");
    assert_eq!(fact(&ad, "ad"), Some("Лампы со скидкой"));
    assert_eq!(fact(&ad, "referrer"), Some("https://fb.example/ad"));
    assert_eq!(fact(&message("product"), "product"), Some("LAMP-5"));
}

#[test]
fn u_09_what_is_not_handed_on_is_a_placeholder_with_its_client() {
    for (name, want) in [
        ("unsupported", "poll"),
        ("unsupported_bare", "unsupported"),
        ("unknown_type", "hologram"),
        ("interactive_with_error", "interactive"),
        ("group", "group"),
    ] {
        match one(name) {
            Inbound::Unsupported {
                kind,
                ext_id,
                peer: Some(peer),
                at: Some(_),
            } => {
                assert_eq!((kind.as_str(), peer.ext_id.as_str()), (want, ANNA.id));
                assert_eq!(ext_id.unwrap(), format!("wamid.TEST_{name}"));
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn p_26_the_clients_edits_and_deletions_are_seen() {
    match one("edit") {
        Inbound::Edited(edit) => assert_eq!(
            (edit.ext_id.as_str(), edit.text.as_str()),
            ("wamid.TEST_text", "Здравствуйте! Лампа есть?")
        ),
        other => panic!("{other:?}"),
    }
    match one("edit_caption") {
        Inbound::Edited(edit) => {
            assert_eq!((edit.text.as_str(), edit.media.len()), ("Не такая", 1));
        }
        other => panic!("{other:?}"),
    }
    match one("revoke") {
        Inbound::Deleted { ext_ids, .. } => assert_eq!(ext_ids, ["wamid.TEST_text"]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn u_06_a_changed_number_moves_the_talk() {
    for (name, from, want) in [
        ("number_changed", "79267654321", "79260000000"),
        ("user_id_changed", ANNA.id, "KZ.555"),
    ] {
        let all = understood(name);
        match all.as_slice() {
            [
                Inbound::Message(line),
                Inbound::PeerState {
                    peer,
                    change: PeerChange::Moved(to),
                    ..
                },
            ] => {
                assert_eq!(line.author, Author::System);
                assert_eq!((peer.ext_id.as_str(), to.as_str()), (from, want));
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(understood("identity_changed"), []);
}

#[test]
fn p_14_statuses_speak_of_one_message() {
    for (name, want) in [
        ("sent", ReceiptState::Sent),
        ("delivered", ReceiptState::Delivered),
        ("read", ReceiptState::Read),
        ("played", ReceiptState::Read),
        (
            "failed",
            ReceiptState::Failed(
                "Message undeliverable: Message Undeliverable. (131026)".to_owned(),
            ),
        ),
    ] {
        match one(name) {
            Inbound::Receipt { target, state, .. } => assert_eq!(
                (target, state),
                (ReceiptTarget::One(format!("wamid.TEST_ours_{name}")), want)
            ),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(understood("status_unknown"), []);
}

#[test]
fn p_29_what_an_employee_wrote_in_the_phone_app_is_theirs() {
    let it = message("echo_text");
    assert_eq!(
        (it.author, it.text.as_str(), it.peer.ext_id.as_str()),
        (Author::ExternalOperator, "Да, есть, приезжайте", ANNA.id)
    );
    assert_eq!(message("echo_image").peer.ext_id, BORIS.id);
    match understood("echo_edit").as_slice() {
        [Inbound::Message(whole), Inbound::Edited(edit)] => {
            assert_eq!(whole.author, Author::ExternalOperator);
            assert_eq!(
                (whole.ext_id.as_str(), edit.ext_id.as_str()),
                ("wamid.TEST_echo_text", "wamid.TEST_echo_text")
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(
        matches!(one("echo_revoke"), Inbound::Deleted { ext_ids, .. } if ext_ids == ["wamid.TEST_echo_text"])
    );
}

#[test]
fn what_is_about_no_client_says_nothing() {
    for name in ["account_error", "state_sync"] {
        assert_eq!(understood(name), [], "{name}");
        assert_eq!(cut(name)[0].lane, "", "{name}");
    }
}

#[test]
fn p_14_news_of_a_template_ask_for_the_templates_again() {
    assert_eq!(cut("template_status")[0].lane, "");
    assert!(matches!(
        understood("template_status").as_slice(),
        [Inbound::Account { change: AccountChange::Templates, detail }] if detail == "APPROVED"
    ));
}
