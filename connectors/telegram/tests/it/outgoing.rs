//! What the provider sees of what we send.

use crate::{ANNA, account_at, anna, pair, testkit::telegram_double::Fault};
use bytes::Bytes;
use channel::{
    Action, Button, FileKind, OutMessage, Part, PartFile, PeerRef, Scope, SendError, plan,
};
use serde_json::json;
use std::{io, sync::Arc, time::Duration};

fn text(words: &str) -> Part {
    Part {
        text: words.to_owned(),
        ..Part::default()
    }
}

fn file(name: &str, mime: &str, kind: FileKind) -> PartFile {
    PartFile::from_bytes(name, mime, kind, Bytes::from(format!("bytes of {name}")))
}

#[tokio::test]
async fn a_text_goes_with_ranges_and_its_reply() {
    let (double, account) = pair().await;
    let planned = plan(
        &OutMessage::from_source("**Счёт** [тут](https://a.ru) 5*x_y", vec![]),
        account.capabilities(),
    );
    let planned = planned.unwrap().remove(0);
    let replied = double.say(ANNA, "жду").await;
    let part = Part {
        text: planned.text,
        entities: planned.entities,
        reply_to: Some(format!("{ANNA}:{replied}")),
        silent: true,
        ..Part::default()
    };
    let accepted = account.send(&part, &anna(), "k").await.unwrap();
    assert_eq!(accepted.ext_ids, [format!("{ANNA}:{}", replied + 1)]);
    assert_eq!(
        double.sent()[0].parameters,
        json!({
            "chat_id": ANNA, "text": "Счёт тут 5*x_y", "disable_notification": true,
            "entities": [
                {"type": "bold", "offset": 0, "length": 4},
                {"type": "text_link", "offset": 5, "length": 3, "url": "https://a.ru"},
            ],
            "reply_parameters": {"message_id": replied, "allow_sending_without_reply": true},
        })
    );
}

#[tokio::test]
async fn each_kind_of_file_has_its_method() {
    let (double, account) = pair().await;
    for (kind, mime, method, field) in [
        (FileKind::Image, "image/png", "sendPhoto", "photo"),
        (FileKind::Video, "video/mp4", "sendVideo", "video"),
        (FileKind::Audio, "audio/mpeg", "sendAudio", "audio"),
        (
            FileKind::Voice,
            "audio/ogg; codecs=opus",
            "sendVoice",
            "voice",
        ),
        (
            FileKind::File,
            "application/pdf",
            "sendDocument",
            "document",
        ),
    ] {
        let mut one = file("Счёт \"5\" №1.pdf", mime, kind);
        (one.width, one.height, one.duration_ms) = (Some(10), Some(20), Some(1500));
        let part = Part {
            files: vec![one],
            ..text("подпись")
        };
        account.send(&part, &anna(), "k").await.unwrap();
        let call = double.sent().pop().unwrap();
        assert_eq!((call.method.as_str(), call.files.len()), (method, 1));
        assert_eq!(call.parameters["caption"], "подпись");
        let seen = &call.files[0];
        assert_eq!(
            (seen.field.as_str(), seen.name.as_str()),
            (field, "Счёт _5_ №1.pdf")
        );
        assert_eq!(seen.mime, mime.split(';').next().unwrap());
        assert_eq!(seen.bytes, "bytes of Счёт \"5\" №1.pdf");
    }
}

#[tokio::test]
async fn s3_07_an_album_is_one_call_with_one_caption() {
    let (double, account) = pair().await;
    let files = (0..3)
        .map(|n| file(&format!("{n}.png"), "image/png", FileKind::Image))
        .collect();
    let accepted = account
        .send(
            &Part {
                files,
                ..text("три фото")
            },
            &anna(),
            "k",
        )
        .await
        .unwrap();
    assert_eq!(accepted.ext_ids.len(), 3);
    let call = double.sent().pop().unwrap();
    assert_eq!(call.method, "sendMediaGroup");
    assert_eq!(
        call.parameters["media"],
        json!([
            {"type": "photo", "media": "attach://f0", "caption": "три фото"},
            {"type": "photo", "media": "attach://f1"},
            {"type": "photo", "media": "attach://f2"},
        ])
    );
    let names: Vec<&str> = call.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["0.png", "1.png", "2.png"]);
}

#[tokio::test]
async fn a_picture_that_cannot_be_scaled_goes_as_a_document() {
    let (double, account) = pair().await;
    double.fail_next(
        "sendPhoto",
        Fault::Refuse("PHOTO_INVALID_DIMENSIONS".to_owned()),
    );
    let part = Part {
        files: vec![file("лента.png", "image/png", FileKind::Image)],
        ..text("")
    };
    account.send(&part, &anna(), "k").await.unwrap();
    let methods: Vec<String> = double.sent().into_iter().map(|call| call.method).collect();
    assert_eq!(methods, ["sendDocument"]);

    double.fail_next(
        "sendMediaGroup",
        Fault::Refuse("IMAGE_PROCESS_FAILED".to_owned()),
    );
    let files = (0..2)
        .map(|n| file(&format!("{n}.png"), "image/png", FileKind::Image))
        .collect();
    account
        .send(&Part { files, ..text("") }, &anna(), "k")
        .await
        .unwrap();
    let album = double.sent().pop().unwrap();
    assert_eq!(album.parameters["media"][1]["type"], "document");
}

#[tokio::test]
async fn a_file_that_is_gone_is_told_apart_from_one_that_cannot_be_read_now() {
    let (double, account) = pair().await;
    for (kind, word) in [
        (io::ErrorKind::NotFound, "rejected"),
        (io::ErrorKind::Other, "not_sent"),
    ] {
        let mut one = file("x", "a/b", FileKind::File);
        one.open = Arc::new(move || Box::pin(async move { Err(io::Error::from(kind)) }));
        let error = account
            .send(
                &Part {
                    files: vec![one],
                    ..text("")
                },
                &anna(),
                "k",
            )
            .await
            .unwrap_err();
        assert_eq!(error.word(), word);
    }
    assert_eq!(double.calls(), []);
}

#[tokio::test]
async fn a_client_who_blocked_us_cannot_be_reached() {
    let (double, account) = pair().await;
    double.block(ANNA, true);
    let error = account.send(&text("?"), &anna(), "k").await.unwrap_err();
    assert!(
        matches!(&error, SendError::PeerUnreachable { reason } if reason.contains("blocked")),
        "{error}"
    );
    double.block(ANNA, false);
    double.fail_next("sendMessage", Fault::Blocked);
    assert_eq!(
        account
            .send(&text("?"), &anna(), "k")
            .await
            .unwrap_err()
            .word(),
        "peer_unreachable"
    );
    account.send(&text("!"), &anna(), "k").await.unwrap();
    let stranger = PeerRef {
        ext_id: "555".to_owned(),
    };
    assert_eq!(
        account
            .send(&text("?"), &stranger, "k")
            .await
            .unwrap_err()
            .word(),
        "peer_unreachable"
    );
    assert_eq!(double.sent().len(), 1);
}

#[tokio::test]
async fn troubles_are_told_apart() {
    let (double, account) = pair().await;
    for (fault, word) in [
        (Fault::ServerError, "retry"),
        (Fault::BadGateway, "unknown"),
        (Fault::DropAnswer, "unknown"),
        (Fault::Refuse("message is too long".to_owned()), "rejected"),
    ] {
        double.fail_next("sendMessage", fault.clone());
        let error = account.send(&text("?"), &anna(), "k").await.unwrap_err();
        assert_eq!(error.word(), word, "{fault:?}");
        assert!(!error.to_string().contains(double.token()), "{error}");
    }
    // Only the call whose answer was lost had been done.
    assert_eq!(double.sent().len(), 1);
}

#[tokio::test]
async fn the_cause_is_told_once() {
    // Nobody listens at port 1: the page of the channel used to read "not sent: not sent: …".
    let (double, _) = pair().await;
    let account = account_at("http://127.0.0.1:1", double.token(), "poll");
    let error = account.send(&text("?"), &anna(), "k").await.unwrap_err();
    assert!(matches!(error, SendError::NotSent { .. }), "{error}");
    assert_eq!(error.to_string().matches("not sent").count(), 1, "{error}");
    let checked = account.check().await;
    assert_eq!(checked.code, "unreachable");
    assert!(
        !checked.detail.is_empty() && !checked.detail.contains("not sent"),
        "{}",
        checked.detail
    );
}

#[tokio::test]
async fn a_groups_slow_down_is_its_own() {
    let (double, account) = pair().await;
    let group = PeerRef {
        ext_id: "-4001".to_owned(),
    };
    double.meet(-4001);
    for (peer, scope) in [(&group, Scope::Peer), (&anna(), Scope::Account)] {
        double.fail_next("sendMessage", Fault::TooMany(30));
        let error = account.send(&text("?"), peer, "k").await.unwrap_err();
        assert!(
            matches!(error, SendError::Retry { after: Some(wait), scope: told, .. } if wait == Duration::from_secs(30) && told == scope)
        );
    }
}

#[tokio::test]
async fn a_group_that_moved_is_followed() {
    let (double, account) = pair().await;
    double.meet(-4001);
    double.meet(-1_004_001);
    double.fail_next("sendMessage", Fault::Moved(-1_004_001));
    let group = PeerRef {
        ext_id: "-4001".to_owned(),
    };
    let accepted = account.send(&text("всем"), &group, "k").await.unwrap();
    assert_eq!(accepted.moved_to.as_deref(), Some("-1004001"));
    assert!(accepted.ext_ids[0].starts_with("-1004001:"));
    assert_eq!(double.sent().len(), 1);
}

#[tokio::test]
async fn messages_are_edited_deleted_and_reacted_to() {
    let (double, account) = pair().await;
    let ids = account
        .send(&text("раз"), &anna(), "k")
        .await
        .unwrap()
        .ext_ids;
    let edit = |words: &str| Action::Edit {
        ext_id: ids[0].clone(),
        text: words.to_owned(),
        entities: vec![],
        caption: false,
    };
    account.act(edit("два"), &anna()).await.unwrap();
    // The same again is as wished.
    account.act(edit("два"), &anna()).await.unwrap();
    let react = |emoji: Option<&str>| Action::React {
        ext_id: ids[0].clone(),
        emoji: emoji.map(str::to_owned),
    };
    account
        .act(react(Some("❤\u{fe0f}")), &anna())
        .await
        .unwrap();
    account.act(react(None), &anna()).await.unwrap();
    account.act(Action::Typing, &anna()).await.unwrap();
    let delete = || Action::Delete {
        ext_ids: ids.clone(),
    };
    account.act(delete(), &anna()).await.unwrap();
    account.act(delete(), &anna()).await.unwrap();
    let gone = account.act(edit("три"), &anna()).await.unwrap_err();
    assert_eq!(gone.word(), "rejected");
    let unsupported = account
        .act(
            Action::MarkRead {
                ext_id: ids[0].clone(),
            },
            &anna(),
        )
        .await
        .unwrap_err();
    assert!(matches!(unsupported, SendError::Rejected { code, .. } if code == "unsupported"));
    let calls: Vec<String> = double.calls().into_iter().map(|call| call.method).collect();
    assert_eq!(
        calls[1..4],
        ["editMessageText", "editMessageText", "setMessageReaction"]
    );

    let part = Part {
        files: vec![file("a.pdf", "application/pdf", FileKind::File)],
        ..text("раз")
    };
    let ids = account.send(&part, &anna(), "k").await.unwrap().ext_ids;
    let caption = Action::Edit {
        ext_id: ids[0].clone(),
        text: "два".to_owned(),
        entities: vec![],
        caption: true,
    };
    account.act(caption, &anna()).await.unwrap();
    assert_eq!(double.calls().pop().unwrap().method, "editMessageCaption");
}

#[tokio::test]
async fn buttons_stand_under_the_message_and_some_open_a_page() {
    let (double, account) = pair().await;
    let may = account.capabilities().keyboard;
    assert!(may.mixed && may.max > 2);
    let button = |text: &str, data: &str, url: Option<&str>| Button {
        text: text.to_owned(),
        data: data.to_owned(),
        url: url.map(str::to_owned),
    };
    let part = Part {
        buttons: vec![
            vec![button("Утром", "b:0", None)],
            vec![button("Сайт", "", Some("https://shop.example/a"))],
        ],
        ..text("Когда привезти?")
    };
    account.send(&part, &anna(), "k").await.unwrap();
    assert_eq!(
        double.sent()[0].parameters["reply_markup"],
        json!({"inline_keyboard": [
            [{"text": "Утром", "callback_data": "b:0"}],
            [{"text": "Сайт", "url": "https://shop.example/a"}],
        ]})
    );
}
