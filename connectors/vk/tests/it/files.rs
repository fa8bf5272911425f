//! Files both ways: the three calls of an upload, and fetching what a client sent.

use crate::{ANNA, account, anna, outgoing::text, pair, testkit::vk_double::Fault};
use bytes::Bytes;
use channel::{Action, FileKind, MediaRef, OutFile, OutMessage, Part, PartFile, SendError, plan};
use futures_util::TryStreamExt;
use std::{io, sync::Arc};

fn file(name: &str, mime: &str, kind: FileKind) -> PartFile {
    PartFile::from_bytes(name, mime, kind, Bytes::from(format!("bytes of {name}")))
}

fn attached(call: &crate::testkit::vk_double::Call) -> Vec<String> {
    let names = call.parameters.get("attachment").cloned();
    let names = names.unwrap_or_default();
    names
        .split(',')
        .map(|name| name.trim_end_matches(|c: char| c != '-').to_owned())
        .collect()
}

#[tokio::test]
async fn each_kind_of_file_takes_its_three_calls() {
    let (double, account) = pair().await;
    for (n, (kind, mime, save, upload, field, name)) in [
        (
            FileKind::Image,
            "image/png",
            "photos.saveMessagesPhoto",
            "upload.photo",
            "photo",
            "photo-",
        ),
        (
            FileKind::Voice,
            "audio/ogg; codecs=opus",
            "docs.save",
            "upload.doc",
            "file",
            "audio_message-",
        ),
        (
            FileKind::File,
            "application/pdf",
            "docs.save",
            "upload.doc",
            "file",
            "doc-",
        ),
        (
            FileKind::Video,
            "video/mp4",
            "docs.save",
            "upload.doc",
            "file",
            "doc-",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let part = Part {
            files: vec![file("Счёт \"5\" №1.bin", mime, kind)],
            ..text("подпись")
        };
        let key = format!("k{n}");
        account.send(&part, &anna(), &key).await.unwrap();
        let calls = double.calls();
        let mine = &calls[calls.len() - 4..];
        assert_eq!(
            (mine[1].method.as_str(), mine[2].method.as_str()),
            (upload, save)
        );
        let seen = &mine[1].files[0];
        assert_eq!(
            (seen.field.as_str(), seen.name.as_str()),
            (field, "Счёт _5_ №1.bin")
        );
        assert_eq!(seen.mime, mime.split(';').next().unwrap());
        assert_eq!(seen.bytes, "bytes of Счёт \"5\" №1.bin");
        assert_eq!(mine[3].parameters["message"], "подпись");
        assert_eq!(attached(&mine[3]), [name], "{kind}");
    }
}

#[tokio::test]
async fn u_33_ten_files_of_any_mix_are_one_message_with_its_text() {
    let (double, account) = pair().await;
    let out = |n: usize| OutFile {
        kind: if n.is_multiple_of(2) {
            FileKind::Image
        } else {
            FileKind::File
        },
        size: 10,
        mime: if n.is_multiple_of(2) {
            "image/png"
        } else {
            "application/pdf"
        }
        .to_owned(),
        name: format!("{n}"),
    };
    let message = OutMessage::from_source("вот", (0..12).map(out).collect());
    let parts = plan(&message, account.capabilities()).unwrap();
    let counts: Vec<usize> = parts.iter().map(|part| part.files.len()).collect();
    assert_eq!(
        (counts.as_slice(), parts[0].text.as_str()),
        (&[10, 2][..], "вот")
    );
    let files = (0..10)
        .map(|n| match out(n).kind {
            FileKind::Image => file(&format!("{n}.png"), "image/png", FileKind::Image),
            kind => file(&format!("{n}.pdf"), "application/pdf", kind),
        })
        .collect();
    let part = Part {
        files,
        ..text("вот")
    };
    let accepted = account.send(&part, &anna(), "k").await.unwrap();
    assert_eq!(accepted.ext_ids.len(), 1);
    let names = attached(&double.sent()[0]);
    assert_eq!(names.len(), 10);
    assert_eq!((names[0].as_str(), names[1].as_str()), ("photo-", "doc-"));
}

#[tokio::test]
async fn a_repeat_uploads_nothing_again() {
    let (double, account) = pair().await;
    let part = Part {
        files: vec![
            file("а.png", "image/png", FileKind::Image),
            file("б.pdf", "application/pdf", FileKind::File),
        ],
        ..text("")
    };
    double.fail_next("messages.send", Fault::TooMany(3));
    let error = account.send(&part, &anna(), "k").await.unwrap_err();
    assert_eq!(error.word(), "retry");
    account.send(&part, &anna(), "k").await.unwrap();
    assert_eq!(
        (double.count("upload.photo"), double.count("upload.doc")),
        (1, 1)
    );
    // Another part is another upload.
    account.send(&part, &anna(), "k2").await.unwrap();
    assert_eq!(
        (double.count("upload.photo"), double.count("upload.doc")),
        (2, 2)
    );
}

#[tokio::test]
async fn a_lost_upload_is_repeated_freely() {
    let (double, account) = pair().await;
    let part = Part {
        files: vec![file("а.pdf", "application/pdf", FileKind::File)],
        ..text("")
    };
    for method in ["docs.getMessagesUploadServer", "docs.save"] {
        double.fail_next(method, Fault::BadGateway);
        let error = account.send(&part, &anna(), "k").await.unwrap_err();
        assert_eq!(error.word(), "not_sent", "{method}");
    }
    account.send(&part, &anna(), "k").await.unwrap();
    assert_eq!(double.sent().len(), 1);
}

#[tokio::test]
async fn a_picture_that_vk_will_not_take_goes_as_a_document() {
    let (double, account) = pair().await;
    let part = Part {
        files: vec![file("лента.webp", "image/webp", FileKind::Image)],
        ..text("")
    };
    account.send(&part, &anna(), "k").await.unwrap();
    assert_eq!(attached(&double.sent()[0]), ["doc-"]);
}

#[tokio::test]
async fn a_file_that_vk_refuses_is_told_with_its_word() {
    let (double, account) = pair().await;
    let part = Part {
        files: vec![file("песня.mp3", "audio/mpeg", FileKind::File)],
        ..text("")
    };
    let error = account.send(&part, &anna(), "k").await.unwrap_err();
    assert!(
        matches!(&error, SendError::Rejected { code, text } if code == "file_refused" && text == "wrong_type"),
        "{error}"
    );
    assert_eq!(double.sent().len(), 0);
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
        let part = Part {
            files: vec![one],
            ..text("")
        };
        let error = account.send(&part, &anna(), "k").await.unwrap_err();
        assert_eq!(error.word(), word);
    }
    assert_eq!(double.sent().len(), 0);
}

#[tokio::test]
async fn an_edited_caption_keeps_its_files() {
    let (double, account) = pair().await;
    let part = Part {
        files: vec![file("а.pdf", "application/pdf", FileKind::File)],
        ..text("раз")
    };
    let ids = account.send(&part, &anna(), "k").await.unwrap().ext_ids;
    let before = double.sent()[0].parameters["attachment"].clone();
    let edit = Action::Edit {
        ext_id: ids[0].clone(),
        text: "два".to_owned(),
        entities: vec![],
        caption: true,
    };
    account.act(edit, &anna()).await.unwrap();
    let call = double.calls().pop().unwrap();
    assert_eq!(call.method, "messages.edit");
    assert_eq!(
        (&call.parameters["message"], &call.parameters["attachment"]),
        (&"два".to_owned(), &before)
    );
}

fn media(url: &str, size: Option<u64>) -> MediaRef {
    MediaRef {
        ext_id: url.to_owned(),
        kind: FileKind::File,
        mime: Some("application/pdf".to_owned()),
        size,
        name: None,
        width: None,
        height: None,
        duration_ms: None,
    }
}

#[tokio::test]
async fn files_are_fetched_as_streams() {
    let (double, account) = pair().await;
    let bytes = vec![7_u8; 300_000];
    let url = double.add_file("doc1", bytes.clone());
    let stream = account.fetch_media(&media(&url, None)).await.unwrap();
    assert_eq!(
        (stream.size, stream.mime.as_deref()),
        (Some(300_000), Some("application/pdf"))
    );
    let chunks: Vec<Bytes> = stream.bytes.try_collect().await.unwrap();
    assert_eq!(chunks.concat(), bytes);
    let lost = format!("{}/files/lost", double.base_url());
    let error = account.fetch_media(&media(&lost, None)).await.unwrap_err();
    assert_eq!(error.word(), "rejected");
    let huge = media(&url, Some(u64::MAX));
    let error = account.fetch_media(&huge).await.unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "file_too_big"));
}

#[tokio::test]
async fn an_event_cannot_lead_us_into_our_own_network() {
    let (double, _) = pair().await;
    let url = double.add_file("doc1", "внутреннее");
    let elsewhere = crate::testkit::vk_double::VkDouble::start().await.unwrap();
    // The same address, but not the one the administrator named.
    let error = account(&elsewhere, "poll")
        .fetch_media(&media(&url, None))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, SendError::Rejected { code, .. } if code == "file_not_served"),
        "{error}"
    );
}

#[tokio::test]
async fn a_persons_own_picture_is_shown() {
    let (double, account) = pair().await;
    assert!(account.picture(&anna()).await.unwrap().is_none());
    double.set_picture(ANNA, Some("лицо".into()));
    let stream = account.picture(&anna()).await.unwrap().unwrap();
    let chunks: Vec<Bytes> = stream.bytes.try_collect().await.unwrap();
    assert_eq!(chunks.concat(), "лицо".as_bytes());
    double.set_picture(ANNA, None);
    assert!(account.picture(&anna()).await.unwrap().is_none());
}
