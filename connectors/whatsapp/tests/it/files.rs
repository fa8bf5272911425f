//! Files both ways: brought once, named by their id, fetched as streams and compared with their hash.

use crate::{ANNA, pair, testkit::whatsapp_double::Fault, text, to};
use bytes::Bytes;
use channel::{
    FileKind, MediaRef, OutFile, OutMessage, Part, PartFile, PlanProblem, SendError, plan,
};
use futures_util::TryStreamExt;
use serde_json::json;

fn file(name: &str, mime: &str, kind: FileKind) -> PartFile {
    PartFile::from_bytes(name, mime, kind, Bytes::from(format!("bytes of {name}")))
}

fn with(file: PartFile, words: &str) -> Part {
    Part {
        files: vec![file],
        ..text(words)
    }
}

#[tokio::test]
async fn p_25_each_kind_of_file_is_brought_and_named() {
    let (double, account) = pair().await;
    for (kind, mime, told, word, words) in [
        (FileKind::Image, "image/png", "image/png", "image", "Вот"),
        (FileKind::Video, "video/mp4", "video/mp4", "video", "Вот"),
        (
            FileKind::File,
            "text/csv; charset=utf-8",
            "text/plain",
            "document",
            "Вот",
        ),
        (FileKind::Audio, "audio/mpeg", "audio/mpeg", "audio", ""),
        (
            FileKind::Voice,
            "audio/ogg; codecs=opus",
            "audio/ogg",
            "audio",
            "",
        ),
    ] {
        let part = with(file("Счёт \"5\".pdf", mime, kind), words);
        account.send(&part, &to(ANNA), mime).await.unwrap();
        let seen = double.brought().pop().unwrap();
        assert_eq!(
            (seen.name.as_str(), seen.mime.as_str()),
            ("Счёт _5_.pdf", told)
        );
        let id = double.calls().iter().rev().nth(1).unwrap().made.clone();
        let mut want = json!({"id": id});
        if !words.is_empty() {
            want["caption"] = words.into();
        }
        if word == "document" {
            want["filename"] = "Счёт _5_.pdf".into();
        }
        if kind == FileKind::Voice {
            want["voice"] = true.into();
        }
        assert_eq!(double.sent().pop().unwrap().body[word], want);
    }
}

#[tokio::test]
async fn u_01_a_file_is_brought_once_for_all_tries_of_its_part() {
    let (double, account) = pair().await;
    let part = with(file("a.png", "image/png", FileKind::Image), "");
    double.fail_next("POST /media", Fault::DropAnswer);
    let error = account.send(&part, &to(ANNA), "k").await.unwrap_err();
    assert_eq!(error.word(), "not_sent", "nobody has seen the file");
    double.fail_next("POST /messages", Fault::TooMany(1));
    let error = account.send(&part, &to(ANNA), "k").await.unwrap_err();
    assert_eq!(error.word(), "retry");
    let before = double.brought().len();
    account.send(&part, &to(ANNA), "k").await.unwrap();
    assert_eq!(double.brought().len(), before);
    assert_eq!(double.sent().len(), 1);
    // Another part brings its own.
    account.send(&part, &to(ANNA), "k2").await.unwrap();
    assert_eq!(double.brought().len(), before + 1);
}

#[tokio::test]
async fn u_33_files_go_one_by_one_and_sound_takes_no_words() {
    let (_, account) = pair().await;
    let able = account.capabilities();
    let out = |kind, mime: &str, size| OutFile {
        kind,
        size,
        mime: mime.to_owned(),
        name: "f".to_owned(),
    };
    let message = |words: &str, files| OutMessage {
        text: words.to_owned(),
        files,
        ..OutMessage::default()
    };
    let image = || out(FileKind::Image, "image/png", 10);
    let parts = plan(&message("Вот", vec![image(), image()]), able).unwrap();
    assert_eq!(parts.len(), 2);
    assert_eq!(
        (parts[0].text.as_str(), parts[1].text.as_str()),
        ("Вот", "")
    );
    let voice = out(FileKind::Voice, "audio/ogg", 10);
    let parts = plan(&message("Вот", vec![voice]), able).unwrap();
    assert_eq!((parts.len(), parts[0].files.len()), (2, 0));
    let parts = plan(&message(&"я".repeat(1025), vec![image()]), able).unwrap();
    assert_eq!(parts.len(), 2, "half a caption is none");
    // A picture too large to be shown goes as a document.
    let large = out(FileKind::Image, "image/png", 6 * 1024 * 1024);
    let parts = plan(&message("", vec![large]), able).unwrap();
    assert_eq!(parts[0].kinds, [FileKind::File]);
    let zip = out(FileKind::File, "application/zip", 10);
    assert_eq!(
        plan(&message("", vec![zip]), able),
        Err(vec![PlanProblem::FileRefused { file: 0 }])
    );
}

#[tokio::test]
async fn a_file_that_is_not_taken_says_why() {
    let (double, account) = pair().await;
    let part = with(file("a.zip", "application/zip", FileKind::File), "");
    let error = account.send(&part, &to(ANNA), "k").await.unwrap_err();
    assert!(
        matches!(&error, SendError::Rejected { code, text } if code == "file_refused" && text.contains("application/zip")),
        "{error}"
    );
    assert_eq!(double.sent(), []);
}

fn media(ext_id: String) -> MediaRef {
    MediaRef {
        ext_id,
        kind: FileKind::Image,
        mime: Some("image/jpeg".to_owned()),
        size: None,
        name: None,
        width: None,
        height: None,
        duration_ms: None,
    }
}

#[tokio::test]
async fn u_09_a_clients_file_is_fetched_with_the_token_and_compared() {
    let (double, account) = pair().await;
    let (id, hash) = double.add_file("image/jpeg", "picture");
    for told in [format!("{id} {hash}"), id.clone()] {
        let stream = account.fetch_media(&media(told)).await.unwrap();
        assert_eq!(
            (stream.size, stream.mime.as_deref()),
            (Some(7), Some("image/jpeg"))
        );
        let chunks: Vec<Bytes> = stream.bytes.try_collect().await.unwrap();
        assert_eq!(chunks.concat(), b"picture");
    }
    double.spoil_file(&id);
    let stream = account
        .fetch_media(&media(format!("{id} {hash}")))
        .await
        .unwrap();
    let spoiled: Result<Vec<Bytes>, _> = stream.bytes.try_collect().await;
    assert_eq!(spoiled.unwrap_err().kind(), std::io::ErrorKind::InvalidData);
}

#[tokio::test]
async fn a_file_that_is_gone_is_told_as_gone() {
    let (double, account) = pair().await;
    for id in ["900000000000999", "../me", ""] {
        let outcome = account.fetch_media(&media(id.to_owned())).await;
        assert!(
            matches!(outcome, Err(SendError::Rejected { ref code, .. }) if code == "file_not_served"),
            "{id}"
        );
    }
    double.revoke_token(true);
    let (id, _) = double.add_file("image/jpeg", "picture");
    let outcome = account.fetch_media(&media(id)).await;
    assert!(matches!(outcome, Err(SendError::AccountFatal { .. })));
}
