//! Files both ways: brought once, attached by their token, fetched as streams.

use crate::{
    ANNA, anna, file, pair,
    testkit::max_double::{Fault, MaxDouble},
    text,
};
use bytes::Bytes;
use channel::{
    Accepted, Account, FileKind, Inbound, MediaRef, OutFile, OutMessage, Part, PartFile, SendError,
    plan,
};
use futures_util::TryStreamExt;
use serde_json::{Value, json};
use std::{io, sync::Arc};

async fn send(
    account: &dyn Account,
    files: Vec<PartFile>,
    words: &str,
    key: &str,
) -> Result<Accepted, SendError> {
    let part = Part {
        files,
        ..text(words)
    };
    account.send(&part, &anna(), key).await
}

fn attached(double: &MaxDouble) -> Value {
    double.sent().pop().unwrap().body["attachments"].clone()
}

#[tokio::test]
async fn each_kind_of_file_is_brought_and_attached() {
    let (double, account) = pair().await;
    for (kind, mime, word) in [
        (FileKind::Image, "image/png", "image"),
        (FileKind::Video, "video/mp4", "video"),
        (FileKind::Audio, "audio/mpeg", "audio"),
        (FileKind::Audio, "audio/ogg; codecs=opus", "audio"),
        (FileKind::File, "application/pdf", "file"),
    ] {
        let one = file("Счёт \"5\" №1.pdf", mime, kind);
        send(&*account, vec![one], "подпись", mime).await.unwrap();
        let attached = attached(&double);
        assert_eq!(
            (&attached[0]["type"], &attached[1]),
            (&json!(word), &Value::Null)
        );
        // A picture is handed back with the map it answered, the others with their token.
        assert_eq!(
            attached[0]["payload"]["photos"].is_object(),
            kind == FileKind::Image
        );
        assert_eq!(double.sent().pop().unwrap().body["text"], "подпись");
        let seen = double.brought().pop().unwrap();
        assert_eq!(
            (seen.field.as_str(), seen.name.as_str()),
            ("data", "Счёт _5_ №1.pdf")
        );
        assert_eq!(seen.mime, mime.split(';').next().unwrap());
        assert_eq!(seen.bytes, "bytes of Счёт \"5\" №1.pdf");
    }
}

#[tokio::test]
async fn p_29_pictures_and_films_go_together_and_other_files_alone() {
    let (double, account) = pair().await;
    let out = |kind, mime: &str| OutFile {
        kind,
        size: 10,
        mime: mime.to_owned(),
        name: "x".to_owned(),
    };
    let message = OutMessage {
        text: "Вот".to_owned(),
        files: vec![
            out(FileKind::Image, "image/png"),
            out(FileKind::Video, "video/mp4"),
            out(FileKind::File, "application/pdf"),
            out(FileKind::Audio, "audio/mpeg"),
            out(FileKind::Voice, "audio/ogg"),
            // Not among the pictures MAX takes.
            out(FileKind::Image, "image/webp"),
        ],
        ..OutMessage::default()
    };
    let planned = plan(&message, account.capabilities()).unwrap();
    let files: Vec<Vec<usize>> = planned.iter().map(|part| part.files.clone()).collect();
    assert_eq!(files, [vec![0, 1], vec![2], vec![3], vec![4], vec![5]]);
    assert_eq!(planned[0].text, "Вот");
    assert_eq!(planned[3].kinds, [FileKind::Audio]);
    assert_eq!(planned[4].kinds, [FileKind::File]);

    let files = vec![
        file("0.png", "image/png", FileKind::Image),
        file("1.mp4", "video/mp4", FileKind::Video),
    ];
    let accepted = send(&*account, files, "Вот", "k").await.unwrap();
    assert_eq!(accepted.ext_ids.len(), 1);
    let all = attached(&double);
    assert_eq!(
        (&all[0]["type"], &all[1]["type"]),
        (&json!("image"), &json!("video"))
    );
}

#[tokio::test]
async fn a_file_that_is_not_ready_waits_and_is_not_brought_again() {
    let (double, account) = pair().await;
    double.process_slowly(2);
    let files = || {
        vec![
            file("0.png", "image/png", FileKind::Image),
            file("1.mp4", "video/mp4", FileKind::Video),
        ]
    };
    for _ in 0..4 {
        let error = send(&*account, files(), "", "part 1").await.unwrap_err();
        // Only this client waits, and with the outbox's own growing patience.
        assert!(
            matches!(
                &error,
                SendError::Retry { after: None, scope: channel::Scope::Peer, reason } if reason.contains("not.ready")
            ),
            "{error}"
        );
    }
    send(&*account, files(), "", "part 1").await.unwrap();
    assert_eq!(double.brought().len(), 2, "each file was brought once");
    assert_eq!(double.sent().len(), 1);
    // Another part with the same files is another message: it brings its own.
    double.process_slowly(0);
    send(&*account, files(), "", "part 2").await.unwrap();
    assert_eq!(double.brought().len(), 4);
}

#[tokio::test]
async fn what_was_brought_before_a_break_stays_brought() {
    let (double, account) = pair().await;
    double.fail_next("POST /upload", Fault::Unavailable);
    let one = || vec![file("0.pdf", "application/pdf", FileKind::File)];
    let error = send(&*account, one(), "", "k").await.unwrap_err();
    assert!(error.safe_to_repeat(), "{error}");
    // The lost answer of an upload is no lost message: nobody has seen the file.
    double.fail_next("POST /upload", Fault::DropAnswer);
    let error = send(&*account, one(), "", "k").await.unwrap_err();
    assert!(matches!(error, SendError::NotSent { .. }), "{error}");
    double.fail_next("POST /messages", Fault::Unavailable);
    let error = send(&*account, one(), "", "k").await.unwrap_err();
    assert_eq!(error.word(), "retry");
    let before = double.brought().len();
    send(&*account, one(), "", "k").await.unwrap();
    assert_eq!((double.brought().len(), double.sent().len()), (before, 1));
}

#[tokio::test]
async fn a_sound_that_is_refused_goes_as_a_file_when_it_stands_alone() {
    let (double, account) = pair().await;
    let refuse = || Fault::Refuse(400, "upload", "File extension is forbidden");
    double.fail_next("POST /upload", refuse());
    let sound = vec![file("голос.ogg", "audio/ogg", FileKind::Audio)];
    send(&*account, sound, "", "k").await.unwrap();
    assert_eq!(attached(&double)[0]["type"], "file");
    // Among others it may not stand as a file, so the message is refused.
    double.fail_next("POST /upload", refuse());
    let two = vec![
        file("0.png", "image/png", FileKind::Image),
        file("1.png", "image/png", FileKind::Image),
    ];
    let error = send(&*account, two, "", "k2").await.unwrap_err();
    assert!(
        matches!(&error, SendError::Rejected { code, text } if code == "upload_refused" && text.contains("forbidden")),
        "{error}"
    );
    let program = vec![file(
        "setup.exe",
        "application/x-msdownload",
        FileKind::File,
    )];
    let error = send(&*account, program, "", "k3").await.unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "upload_refused"));
    assert_eq!(double.sent().len(), 1);
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
        let error = send(&*account, vec![one], "", "k").await.unwrap_err();
        assert_eq!(error.word(), word);
    }
    assert_eq!((double.brought().len(), double.sent().len()), (0, 0));
}

fn media(ext_id: &str, kind: FileKind) -> MediaRef {
    MediaRef {
        ext_id: ext_id.to_owned(),
        kind,
        mime: None,
        size: None,
        name: None,
        width: None,
        height: None,
        duration_ms: None,
    }
}

async fn bytes(account: &dyn Account, media: &MediaRef) -> Vec<u8> {
    let stream = account.fetch_media(media).await.unwrap();
    let chunks: Vec<Bytes> = stream.bytes.try_collect().await.unwrap();
    chunks.concat()
}

#[tokio::test]
async fn files_are_fetched_as_streams_and_films_by_their_token() {
    let (double, account) = pair().await;
    let long = vec![7_u8; 300_000];
    let url = double.add_file("doc1", long.clone());
    let stream = account
        .fetch_media(&media(&url, FileKind::File))
        .await
        .unwrap();
    assert_eq!(stream.size, Some(300_000));
    assert_eq!(bytes(&*account, &media(&url, FileKind::File)).await, long);
    double.add_file("film_1", "film");
    let film = media("video:film_1 https://video.example/watch", FileKind::Video);
    assert_eq!(bytes(&*account, &film).await, b"film");
    // MAX knows no such film any more: the address that came with the message is left.
    let named = format!("video:gone {url}");
    assert_eq!(
        bytes(&*account, &media(&named, FileKind::Video)).await,
        long
    );
    let gone = format!("{}/files/gone", double.base_url());
    let error = account
        .fetch_media(&media(&gone, FileKind::File))
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "file_not_served"));
}

#[tokio::test]
async fn an_address_from_a_message_does_not_lead_into_our_own_network() {
    let (double, account) = pair().await;
    let other = MaxDouble::start().await.unwrap();
    let secret = other.add_file("secret", "inner");
    // Not the address the administrator gave, and not of the public internet either.
    let error = account
        .fetch_media(&media(&secret, FileKind::File))
        .await
        .unwrap_err();
    assert_eq!(error.word(), "not_sent", "{error}");
    // A host that only begins as ours does.
    let alike = format!("{}.evil.example/x", double.base_url());
    assert!(
        account
            .fetch_media(&media(&alike, FileKind::File))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_clients_picture_is_asked_for_by_their_dialogue() {
    let (double, account) = pair().await;
    account.start(None).await.unwrap();
    double.set_picture(ANNA, Some("face".into()));
    // Nothing has come of her yet: what face is known stays.
    let error = account.picture(&anna()).await.unwrap_err();
    assert_eq!(error.word(), "rejected");
    double.say(ANNA, "привет").await;
    let polled = account.poll(None).await.unwrap();
    assert!(matches!(
        account.normalize(&polled.events[0])[..],
        [Inbound::Message(_)]
    ));
    let picture = account.picture(&anna()).await.unwrap().unwrap();
    let chunks: Vec<Bytes> = picture.bytes.try_collect().await.unwrap();
    assert_eq!(chunks.concat(), b"face");
    double.set_picture(ANNA, None);
    assert!(account.picture(&anna()).await.unwrap().is_none());
    assert!(account.picture(&crate::group()).await.unwrap().is_none());
}
