//! The messenger's own messages, built with its client's types.

use super::*;
use whatsapp_rust::{
    wacore::{
        proto_helpers::{MessageBuilderExt, build_reaction_message},
        types::message::MessageSource,
    },
    waproto::{buffa::MessageField, whatsapp::message::protocol_message::Type},
};

const ANNA: &str = "79161234567@s.whatsapp.net";
const ANNA_LID: &str = "100200300@lid";

fn jid(address: &str) -> Jid {
    address.parse().unwrap()
}

fn info(source: MessageSource) -> MessageInfo {
    MessageInfo {
        source,
        id: "3A01".to_owned(),
        push_name: "Анна\u{202e}".to_owned(),
        timestamp: whatsapp_rust::chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
        ..MessageInfo::default()
    }
}

/// From Anna, by both her addresses, from her second device.
fn from_anna() -> MessageInfo {
    info(MessageSource {
        chat: jid(ANNA_LID),
        sender: jid("100200300:2@lid"),
        sender_alt: Some(jid(ANNA)),
        ..MessageSource::default()
    })
}

fn anna() -> Who {
    Who {
        lid: Some(ANNA_LID.to_owned()),
        pn: Some(ANNA.to_owned()),
    }
}

fn said_of(message: &wa::Message) -> Option<Said> {
    heard(message, &from_anna()).map(|heard| heard.said)
}

fn words_of(message: &wa::Message) -> Words {
    match said_of(message) {
        Some(Said::Words(words)) => *words,
        other => panic!("no words: {other:?}"),
    }
}

#[test]
fn x_16_who_speaks_and_where() {
    let text = wa::Message::text("Здравствуйте");
    let told = heard(&text, &from_anna()).unwrap();
    assert_eq!(told.place, Place::Person(anna()));
    assert_eq!((told.sender, told.from_me), (anna(), false));
    assert_eq!(told.name.as_deref(), Some("Анна"));
    assert_eq!(told.at, 1_700_000_000_000);
    assert_eq!(anna().phone().as_deref(), Some("+79161234567"));
    // Typed on our phone: the talk is hers, nobody but us wrote.
    let mine = info(MessageSource {
        chat: jid(ANNA_LID),
        sender: jid("79990000000@s.whatsapp.net"),
        is_from_me: true,
        recipient: Some(jid(ANNA_LID)),
        recipient_alt: Some(jid(ANNA)),
        ..MessageSource::default()
    });
    let told = heard(&text, &mine).unwrap();
    assert_eq!(
        (told.place, told.sender, told.from_me, told.name),
        (Place::Person(anna()), Who::default(), true, None)
    );
    let group = info(MessageSource {
        chat: jid("120363000@g.us"),
        sender: jid(ANNA_LID),
        sender_alt: Some(jid(ANNA)),
        is_group: true,
        ..MessageSource::default()
    });
    let told = heard(&text, &group).unwrap();
    assert_eq!(
        (told.place, told.sender),
        (Place::Group("120363000@g.us".to_owned()), anna())
    );
}

#[test]
fn x_16_statuses_and_channels_are_no_talks() {
    for chat in [
        "status@broadcast",
        "120363111@newsletter",
        "0@s.whatsapp.net",
    ] {
        let elsewhere = info(MessageSource {
            chat: jid(chat),
            sender: jid(ANNA),
            ..MessageSource::default()
        });
        assert_eq!(heard(&wa::Message::text("эй"), &elsewhere), None, "{chat}");
    }
}

#[test]
fn x_16_files_come_with_what_opens_them() {
    let image = wa::Message {
        image_message: MessageField::some(wa::message::ImageMessage {
            caption: Some("Смотрите".to_owned()),
            mimetype: Some("image/jpeg".to_owned()),
            direct_path: Some("/v/1".to_owned()),
            media_key: Some(vec![1; 32]),
            file_sha256: Some(vec![2; 32]),
            file_enc_sha256: Some(vec![3; 32]),
            file_length: Some(4096),
            width: Some(40),
            height: Some(30),
            ..Default::default()
        }),
        ..Default::default()
    };
    let words = words_of(&image);
    let media = words.media.unwrap();
    assert_eq!(words.text, "Смотрите");
    assert_eq!((media.kind.as_str(), media.size), ("image", 4096));
    assert_eq!((media.path.as_str(), media.width), ("/v/1", Some(40)));
    assert_eq!((media.key, media.sha256), (vec![1; 32], vec![2; 32]));
    let voice = wa::Message {
        audio_message: MessageField::some(wa::message::AudioMessage {
            ptt: Some(true),
            seconds: Some(7),
            ..Default::default()
        }),
        ..Default::default()
    };
    let media = words_of(&voice).media.unwrap();
    assert_eq!(
        (media.kind.as_str(), media.duration_ms),
        ("voice", Some(7000))
    );
    // A document in the wrapper that carries its caption.
    let paper = wa::message::DocumentMessage {
        file_name: Some("счёт.pdf".to_owned()),
        caption: Some("оплатите".to_owned()),
        ..Default::default()
    };
    let wrapped = wa::Message {
        document_with_caption_message: MessageField::some(wa::message::FutureProofMessage {
            message: MessageField::some(wa::Message {
                document_message: MessageField::some(paper),
                ..Default::default()
            }),
        }),
        ..Default::default()
    };
    let words = words_of(&wrapped);
    assert_eq!(words.media.unwrap().name.as_deref(), Some("счёт.pdf"));
    assert_eq!(words.text, "оплатите");
}

#[test]
fn x_16_what_is_no_text_reads_as_words() {
    let place = wa::Message {
        location_message: MessageField::some(wa::message::LocationMessage {
            degrees_latitude: Some(55.75),
            degrees_longitude: Some(37.61),
            name: Some("Склад".to_owned()),
            address: Some("Тверская, 1".to_owned()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let words = words_of(&place);
    assert_eq!(words.text, "📍 Склад\nТверская, 1\n55.75, 37.61");
    assert_eq!(words.location.as_deref(), Some("55.75,37.61"));
    let card = wa::Message {
        contact_message: MessageField::some(wa::message::ContactMessage {
            display_name: Some("Пётр".to_owned()),
            vcard: Some(
                "BEGIN:VCARD\nFN:Пётр\nitem1.TEL;waid=7916:+7 916 000-00-00\nEND:VCARD".to_owned(),
            ),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(words_of(&card).text, "👤 Пётр\n+7 916 000-00-00");
}

#[test]
fn x_16_changes_name_what_they_change() {
    let key = |id: &str| wa::MessageKey {
        id: Some(id.to_owned()),
        ..Default::default()
    };
    let protocol = |kind, edited: Option<wa::Message>| wa::Message {
        protocol_message: MessageField::some(wa::message::ProtocolMessage {
            key: MessageField::some(key("3A00")),
            r#type: Some(kind),
            edited_message: edited.map_or_else(MessageField::default, MessageField::some),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(
        said_of(&protocol(Type::REVOKE, None)),
        Some(Said::Revoke("3A00".to_owned()))
    );
    let edited = said_of(&protocol(
        Type::MESSAGE_EDIT,
        Some(wa::Message::text("Вот так")),
    ));
    let Some(Said::Edit(target, words)) = edited else {
        panic!("no edit");
    };
    assert_eq!((target.as_str(), words.text.as_str()), ("3A00", "Вот так"));
    let reaction = build_reaction_message(key("3A00"), "👍", 1);
    assert_eq!(
        said_of(&reaction),
        Some(Said::Reaction("3A00".to_owned(), "👍".to_owned()))
    );
    let context = wa::ContextInfo {
        stanza_id: Some("3A00".to_owned()),
        is_forwarded: Some(true),
        ..Default::default()
    };
    let words = words_of(&wa::Message::text_with_context("да", context));
    assert_eq!(
        (words.reply_to.as_deref(), words.forwarded),
        (Some("3A00"), true)
    );
}

#[test]
fn x_16_nothing_is_swallowed_that_a_person_would_see() {
    let order = wa::Message {
        order_message: MessageField::some(wa::message::OrderMessage {
            order_title: Some("Лампа".to_owned()),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(said_of(&order), Some(Said::Unknown("unknown".to_owned())));
    // What only devices tell each other is no talk.
    let keys = wa::Message {
        sender_key_distribution_message: MessageField::some(
            wa::message::SenderKeyDistributionMessage::default(),
        ),
        ..Default::default()
    };
    assert_eq!(said_of(&keys), None);
    assert_eq!(said_of(&wa::Message::default()), None);
    // A key beside words does not hide them.
    let both = wa::Message {
        conversation: Some("эй".to_owned()),
        ..keys
    };
    assert_eq!(words_of(&both).text, "эй");
}
