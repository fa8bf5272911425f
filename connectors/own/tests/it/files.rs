//! Files both ways: ours as they are told, theirs from their own address with our proof and from no other inner one.

use crate::{
    anna, pair,
    testkit::own_double::{OwnDouble, person},
    text,
};
use bytes::Bytes;
use channel::{FileKind, MediaRef, MediaStream, Part, PartFile, RawEvent};
use futures_util::TryStreamExt;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn bytes(stream: MediaStream) -> Vec<u8> {
    let chunks: Vec<Bytes> = stream.bytes.try_collect().await.unwrap();
    chunks.concat()
}

fn media(url: &str) -> MediaRef {
    MediaRef {
        ext_id: url.to_owned(),
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
async fn p_23_files_go_beside_the_question_they_belong_to() {
    let (double, account) = pair().await;
    let paper = Bytes::from(b"%PDF-1.4 price".repeat(1000));
    let mut picture =
        PartFile::from_bytes("лампа 1.png", "image/png", FileKind::Image, "png".into());
    (picture.width, picture.height) = (Some(40), Some(30));
    let part = Part {
        files: vec![
            picture,
            PartFile::from_bytes(
                "прайс \"5\".pdf",
                "application/pdf",
                FileKind::File,
                paper.clone(),
            ),
        ],
        ..text("Вот")
    };
    let accepted = account.send(&part, &anna(), "k").await.unwrap();
    let sent = double.done("send").pop().unwrap();
    assert_eq!(accepted.ext_ids.len(), 2, "one id for each file");
    assert_eq!(sent.body["text"], "Вот");
    assert_eq!(
        sent.body["files"][0],
        json!({"field": "file0", "name": "лампа 1.png", "mime": "image/png", "kind": "image", "size": 3, "width": 40, "height": 30})
    );
    assert_eq!(sent.files[1].bytes, paper);
    assert_eq!(double.unproved(), 0);
}

#[tokio::test]
async fn p_23_a_file_of_the_program_is_fetched_with_our_proof_and_no_other_inner_one_is() {
    let (double, account) = pair().await;
    let long = vec![7_u8; 300_000];
    let url = double.add_file("doc.bin?version=2", long.clone());
    assert!(
        account.fetch_media(&media(&url)).await.is_err(),
        "a name is no query"
    );
    let url = double.add_file("doc.bin", long.clone());
    let stream = account
        .fetch_media(&media(&format!("{url}?v=2")))
        .await
        .unwrap();
    assert_eq!(stream.size, Some(300_000));
    assert_eq!(bytes(stream).await, long);
    assert_eq!(double.unproved(), 0);
    let gone = account.fetch_media(&media(&format!("{url}-gone"))).await;
    assert_eq!(gone.unwrap_err().word(), "rejected");
    // Neither the program's address, nor of the public internet: not even asked.
    let other = OwnDouble::start().await.unwrap();
    let inner = other.add_file("secret", "inner");
    for url in [
        inner.as_str(),
        "http://169.254.169.254/latest",
        "http://localhost:1/",
        "file:///etc/passwd",
    ] {
        let refused = account.fetch_media(&media(url)).await.unwrap_err();
        assert!(
            matches!(refused.word(), "rejected" | "not_sent"),
            "{url}: {refused}"
        );
    }
    assert_eq!(other.unproved(), 0, "nobody asked it");
}

#[tokio::test]
async fn p_23_a_program_that_lies_of_a_length_is_not_believed() {
    // 10 EB in words, three bytes in truth.
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut line, _) = listener.accept().await.unwrap();
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000000000000\r\n\r\nabc";
        line.read_u8().await.unwrap();
        line.write_all(head).await.unwrap();
        // Held until the other side has enough of it.
        let _ = line.read_to_end(&mut Vec::new()).await;
    });
    let account = crate::account_with(&url, crate::SECRET, &[]);
    let error = account
        .fetch_media(&media(&format!("{url}/f")))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, channel::SendError::Rejected { code, .. } if code == "file_too_big"),
        "{error}"
    );
}

#[tokio::test]
async fn p_23_a_clients_picture_comes_by_their_events() {
    let (double, account) = pair().await;
    assert!(account.picture(&anna()).await.is_err(), "not known yet");
    let face = double.add_file("face", "face");
    let tell = |avatar: serde_json::Value| {
        let mut chat = person("anna");
        chat["avatar"] = avatar;
        let event = json!({"id": "1", "type": "typing", "on": true, "chat": chat});
        account.normalize(&RawEvent {
            dedup_key: "1".to_owned(),
            lane: "anna".to_owned(),
            body: event.to_string().into(),
        });
    };
    tell(face.into());
    let picture = account.picture(&anna()).await.unwrap().unwrap();
    assert_eq!(bytes(picture).await, b"face");
    tell(serde_json::Value::Null);
    assert!(account.picture(&anna()).await.unwrap().is_none());
}
