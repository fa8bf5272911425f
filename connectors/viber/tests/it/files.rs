//! Files both ways: ours are fetched by their public address, theirs as streams.

use crate::{ANNA, SHELF, anna, file, pair, pair_with, testkit::viber_double::ViberDouble, text};
use bytes::Bytes;
use channel::{
    Accepted, Account, FileKind, MediaRef, MediaStream, OutFile, OutMessage, Part, PartFile,
    SendError, plan,
};
use futures_util::TryStreamExt;
use serde_json::json;

async fn send(account: &dyn Account, file: PartFile, words: &str) -> Result<Accepted, SendError> {
    let part = Part {
        files: vec![file],
        ..text(words)
    };
    account.send(&part, &anna(), "k").await
}

#[tokio::test]
async fn each_kind_of_file_is_fetched_by_its_address() {
    let (double, account) = pair().await;
    double.play(SHELF, &double.base_url());
    double.take_webhook("https://chat.example/hook");
    for (ending, mime, kind, word, words) in [
        ("jpeg", "image/jpeg", FileKind::Image, "picture", "подпись"),
        ("png", "image/png", FileKind::Image, "picture", ""),
        ("mp4", "video/mp4", FileKind::Video, "video", ""),
        ("pdf", "application/pdf", FileKind::File, "file", ""),
    ] {
        let mut one = file(&double, ending, mime, kind);
        one.duration_ms = Some(11_200);
        let (size, url) = (one.size, one.public.clone().unwrap());
        send(&*account, one, words).await.unwrap();
        let body = double.sent().pop().unwrap().body;
        assert_eq!((&body["type"], &body["media"]), (&json!(word), &json!(url)));
        match word {
            "picture" => assert_eq!(body["text"], words),
            "video" => assert_eq!(
                (&body["size"], &body["duration"]),
                (&json!(size), &json!(12))
            ),
            _ => assert_eq!(
                (&body["size"], &body["file_name"]),
                (&json!(size), &json!("Прайс № 1.pdf"))
            ),
        }
        let got = double.fetched().pop().unwrap();
        assert_eq!(got.bytes, format!("bytes of Прайс № 1.{ending}"));
    }
}

#[tokio::test]
async fn a_film_may_be_of_unknown_or_of_great_length() {
    let (double, account) = pair().await;
    double.play(SHELF, &double.base_url());
    double.take_webhook("https://chat.example/hook");
    for duration in [None, Some(0), Some(180_001)] {
        let mut film = file(&double, "mp4", "video/mp4", FileKind::Video);
        film.duration_ms = duration;
        send(&*account, film, "").await.unwrap();
        assert!(double.sent().pop().unwrap().body["duration"].is_null());
    }
}

#[tokio::test]
async fn without_a_public_address_a_file_does_not_go() {
    let (double, account) = pair().await;
    let mut one = file(&double, "pdf", "application/pdf", FileKind::File);
    one.public = None;
    let error = send(&*account, one, "").await.unwrap_err();
    assert!(
        matches!(&error, SendError::Rejected { code, .. } if code == "no_public_address"),
        "{error}"
    );
    // An address that Viber cannot reach is refused by Viber.
    let one = file(&double, "pdf", "application/pdf", FileKind::File);
    let error = send(&*account, one, "").await.unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "3"));
    assert_eq!(double.sent().len(), 0);
    // Words beside a file that carries none would be lost: nobody plans that, and it is not done.
    let one = file(&double, "pdf", "application/pdf", FileKind::File);
    let error = send(&*account, one, "слова").await.unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "unsupported"));
}

#[tokio::test]
async fn p_29_each_file_goes_alone_and_only_pictures_carry_words() {
    let (_double, account) = pair().await;
    let out = |kind, mime: &str, size| OutFile {
        kind,
        size,
        mime: mime.to_owned(),
        name: "x".to_owned(),
    };
    let planned = |text: &str, files: Vec<OutFile>, account: &dyn Account| {
        let message = OutMessage {
            text: text.to_owned(),
            files,
            ..OutMessage::default()
        };
        let parts = plan(&message, account.capabilities()).unwrap();
        let shown = parts.into_iter().map(|part| (part.text, part.kinds));
        shown.collect::<Vec<_>>()
    };
    let none = String::new;
    let small = || out(FileKind::Image, "image/png", 1000);
    assert_eq!(
        planned("Вот", vec![small(), small()], &*account),
        [
            ("Вот".to_owned(), vec![FileKind::Image]),
            (none(), vec![FileKind::Image])
        ]
    );
    let files = vec![
        out(FileKind::File, "application/pdf", 10),
        // Too large for a picture, of a kind Viber shows none of, and a GIF that would stand still.
        out(FileKind::Image, "image/jpeg", 2 << 20),
        out(FileKind::Image, "image/webp", 10),
        out(FileKind::Image, "image/gif", 10),
        out(FileKind::Video, "video/webm", 10),
        out(FileKind::Voice, "audio/ogg", 10),
    ];
    let parts = planned("Вот", files, &*account);
    assert_eq!(parts[0], ("Вот".to_owned(), vec![]));
    assert!(
        parts[1..]
            .iter()
            .all(|part| *part == (none(), vec![FileKind::File]))
    );
    let long = "я".repeat(513);
    assert_eq!(planned(&long, vec![small()], &*account).len(), 2);
    let (_double, roomy) = pair_with(&[("caption_max", "768")]).await;
    assert_eq!(planned(&long, vec![small()], &*roomy).len(), 1);
    let error = plan(
        &OutMessage {
            files: vec![out(FileKind::File, "application/pdf", 51 << 20)],
            ..OutMessage::default()
        },
        account.capabilities(),
    );
    assert!(error.is_err(), "more than 50 MB");
}

async fn bytes(stream: MediaStream) -> Vec<u8> {
    let chunks: Vec<Bytes> = stream.bytes.try_collect().await.unwrap();
    chunks.concat()
}

fn media(ext_id: &str) -> MediaRef {
    MediaRef {
        ext_id: ext_id.to_owned(),
        kind: FileKind::File,
        mime: None,
        size: None,
        name: None,
        width: None,
        height: None,
        duration_ms: None,
    }
}

#[tokio::test]
async fn files_are_fetched_as_streams_and_never_from_our_own_network() {
    let (double, account) = pair().await;
    let long = vec![7_u8; 300_000];
    let url = double.add_file("doc", long.clone());
    let stream = account.fetch_media(&media(&url)).await.unwrap();
    assert_eq!(stream.size, Some(300_000));
    assert_eq!(bytes(stream).await, long);
    let gone = format!("{}/files/gone", double.base_url());
    let error = account.fetch_media(&media(&gone)).await.unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "file_not_served"));
    // Not the address the administrator gave, and not of the public internet either.
    let other = ViberDouble::start().await.unwrap();
    let secret = other.add_file("secret", "inner");
    let error = account.fetch_media(&media(&secret)).await.unwrap_err();
    assert_eq!(error.word(), "not_sent", "{error}");
}

#[tokio::test]
async fn a_clients_picture_comes_with_their_events_or_is_asked_for() {
    let (double, account) = pair().await;
    let url = double.add_file("face", "face");
    double.set_picture(ANNA, Some(&url));
    for _ in 0..3 {
        let picture = account.picture(&anna()).await.unwrap().unwrap();
        assert_eq!(bytes(picture).await, b"face");
    }
    let asked = double
        .calls()
        .into_iter()
        .filter(|call| call.what == "get_user_details");
    assert_eq!(asked.count(), 1, "Viber allows two in twelve hours");
    // An event tells that it is gone.
    let event = channel::RawEvent {
        dedup_key: "k".to_owned(),
        lane: ANNA.to_owned(),
        body: json!({"event": "message", "sender": {"id": ANNA}})
            .to_string()
            .into(),
    };
    account.normalize(&event);
    assert!(account.picture(&anna()).await.unwrap().is_none());
}
