//! What letters of ours look like, and what answers to them mean.

use crate::{
    ANNA, alone, anna, pair,
    testkit::mail_double::{Fault, header},
    text,
};
use channel::{
    Address, FileKind, OutFile, OutMessage, Part, PartFile, Reach, Scope, SendError, plan,
};
use std::time::Duration;

const THREAD: &str = r#"{"subject":"Лампа","last":"7@example.org","references":["5@example.org"]}"#;

fn answer(words: &str) -> Part {
    Part {
        thread: Some(THREAD.to_owned()),
        author: Some("Ольга".to_owned()),
        ..text(words)
    }
}

#[tokio::test]
async fn p_21_an_answer_keeps_the_thread_and_a_repeat_is_the_same_letter() {
    let (double, account) =
        pair(&[("signature", "Лавка, +7 495 000-00-00"), ("plus", "true")]).await;
    for _ in 0..2 {
        let sent = account
            .send(&answer("Есть"), &anna(), "0198-ab")
            .await
            .unwrap();
        assert_eq!(sent.ext_ids, ["beseda.0198-ab@lavka.example"]);
    }
    let taken = double.taken();
    assert_eq!(taken[0].header("Message-ID"), taken[1].header("Message-ID"));
    let one = &taken[0];
    assert_eq!(
        (one.to.as_str(), one.header("In-Reply-To").as_str()),
        (ANNA, "<7@example.org>")
    );
    let references = one.header("References");
    assert!(
        references.ends_with("<5@example.org> <7@example.org>"),
        "{references}"
    );
    assert!(
        one.header("Reply-To")
            .contains("<shop+b-0198-ab@lavka.example>")
    );
    assert_eq!(one.header("Auto-Submitted"), "");
    let parsed = mail(&one.raw);
    assert_eq!(parsed.subject(), Some("Re: Лампа"));
    assert_eq!(
        parsed.from().unwrap().first().unwrap().name(),
        Some("Лавка «Лампы»")
    );
    assert_eq!(
        parsed.body_text(0).unwrap().replace("\r\n", "\n"),
        "Есть\n\n-- \nЛавка, +7 495 000-00-00"
    );
    assert!(parsed.body_html(0).unwrap().contains("Есть"));
}

fn mail(raw: &str) -> mail_parser::Message<'_> {
    mail_parser::MessageParser::default()
        .parse(raw.as_bytes())
        .unwrap()
}

#[tokio::test]
async fn p_21_text_and_files_are_one_letter_in_the_name_of_who_wrote() {
    let (double, account) = pair(&[("sender", "employee")]).await;
    let files = [
        ("счёт.pdf", FileKind::File, "application/pdf"),
        ("a.png", FileKind::Image, "image/png"),
    ];
    let message = OutMessage {
        text: "Вот".to_owned(),
        files: files
            .iter()
            .map(|(name, kind, mime)| OutFile {
                kind: *kind,
                size: 5,
                mime: (*mime).to_owned(),
                name: (*name).to_owned(),
            })
            .collect(),
        ..OutMessage::default()
    };
    let parts = plan(&message, account.capabilities()).unwrap();
    assert_eq!(
        (parts.len(), parts[0].files.len()),
        (1, 2),
        "text and mixed files: one letter"
    );
    let part = Part {
        files: files
            .iter()
            .map(|(name, kind, mime)| PartFile::from_bytes(name, mime, *kind, "bytes".into()))
            .collect(),
        ..answer("Вот")
    };
    account.send(&part, &anna(), "1").await.unwrap();
    let taken = double.taken();
    let parsed = mail(&taken[0].raw);
    assert_eq!(
        parsed.from().unwrap().first().unwrap().name(),
        Some("Ольга")
    );
    let names: Vec<_> = parsed
        .attachments()
        .filter_map(|one| mail_parser::MimeHeaders::attachment_name(one))
        .collect();
    assert_eq!(names, ["счёт.pdf", "a.png"]);
    assert_eq!(parsed.attachment(0).unwrap().contents(), b"bytes");
}

#[tokio::test]
async fn p_21_our_programs_say_that_they_are() {
    let (double, account) = pair(&[("signature", "Лавка")]).await;
    let part = Part {
        automatic: true,
        author: None,
        ..answer("Мы закрыты")
    };
    account.send(&part, &anna(), "1").await.unwrap();
    let taken = double.taken();
    assert_eq!(taken[0].header("Auto-Submitted"), "auto-replied");
    assert_eq!(mail(&taken[0].raw).body_text(0).unwrap(), "Мы закрыты");
}

#[tokio::test]
async fn p_21_no_words_become_headers() {
    let (double, account) = pair(&[]).await;
    let evil = r#"{"subject":"a\r\nBcc: all@example.org","last":"x>\r\nBcc: b@x.example","references":["y\r\nBcc: c@x.example"]}"#;
    let part = Part {
        thread: Some(evil.to_owned()),
        author: Some("A\r\nBcc: d@x.example".to_owned()),
        ..text(".\r\nBcc: e@x.example\r\n.\r\n")
    };
    account
        .send(&part, &anna(), "k\r\nBcc: f@x.example")
        .await
        .unwrap();
    let taken = double.taken();
    assert_eq!(
        (taken.len(), header(&taken[0].raw, "Bcc").as_str()),
        (1, "")
    );
    assert_eq!(taken[0].to, ANNA);
}

#[tokio::test]
async fn p_21_refusals_say_what_is_known() {
    let (double, account) = pair(&[("pause", "90")]).await;
    let tell = async |fault: Fault| {
        double.fail_next(fault);
        let before = double.taken().len();
        let outcome = account.send(&text("Да"), &anna(), "1").await.unwrap_err();
        assert_eq!(double.taken().len(), before);
        outcome
    };
    for (fault, scope) in [
        (Fault::Sender("451 4.3.0 later"), Scope::Account),
        (Fault::Receiver("450 4.2.0 greylisted"), Scope::Peer),
        (Fault::Letter("452 4.3.1 no room"), Scope::Peer),
    ] {
        let told = tell(fault.clone()).await;
        assert!(
            matches!(&told, SendError::Retry { after: Some(after), scope: s, .. } if *after == Duration::from_secs(90) && *s == scope),
            "{fault:?}: {told:?}"
        );
    }
    let told = tell(Fault::Receiver("550 5.1.1 no such user")).await;
    assert!(
        matches!(&told, SendError::PeerUnreachable { reason } if reason.contains("no such user")),
        "{told:?}"
    );
    let told = tell(Fault::Receiver("550 5.7.1 spam")).await;
    assert!(matches!(told, SendError::Rejected { .. }), "{told:?}");
    let told = tell(Fault::Letter("554 5.7.1 spam suspected")).await;
    assert!(
        matches!(&told, SendError::Rejected { code, text } if code == "554" && text.contains("spam suspected")),
        "{told:?}"
    );
    let told = tell(Fault::DropBefore).await;
    assert!(
        matches!(told, SendError::NotSent { .. }),
        "before the letter nothing can have left: {told:?}"
    );
}

#[tokio::test]
async fn p_21_a_lost_answer_is_unknown_and_may_go_again_under_its_id() {
    let (double, account) = pair(&[]).await;
    double.fail_next(Fault::DropAnswer);
    let told = account.send(&text("Да"), &anna(), "1").await;
    assert!(matches!(told, Err(SendError::Unknown { .. })), "{told:?}");
    assert!(account.capabilities().idempotent);
    account.send(&text("Да"), &anna(), "1").await.unwrap();
    let taken = double.taken();
    assert_eq!(taken[0].header("Message-ID"), taken[1].header("Message-ID"));
}

#[tokio::test]
async fn p_21_files_too_large_together_are_refused_before_anything_is_sent() {
    let (double, account) = pair(&[("largest_mb", "1")]).await;
    let mut part = text("Вот");
    for n in 0..2 {
        let bytes = vec![b'x'; 500_000];
        part.files.push(PartFile::from_bytes(
            &format!("{n}.bin"),
            "application/octet-stream",
            FileKind::File,
            bytes.into(),
        ));
    }
    let told = account.send(&part, &anna(), "1").await;
    assert!(
        matches!(&told, Err(SendError::Rejected { code, .. }) if code == "file_too_big"),
        "{told:?}"
    );
    assert!(double.taken().is_empty());
}

#[tokio::test]
async fn p_21_a_client_is_written_to_first_by_address() {
    let account = alone();
    let reach = account
        .can_contact(&Address::Email("Anna@Example.org".to_owned()))
        .await
        .unwrap();
    let Reach::Unknown {
        peer: Some(peer), ..
    } = reach
    else {
        panic!("{reach:?}");
    };
    assert_eq!(peer.ext_id, ANNA);
    let nobody = account
        .can_contact(&Address::Username("anna".to_owned()))
        .await
        .unwrap();
    assert_eq!(nobody, Reach::Unsupported);
    let (double, account) = pair(&[("subject", "Ваш заказ")]).await;
    account
        .send(&text("Здравствуйте"), &anna(), "1")
        .await
        .unwrap();
    account.send(&text("Ещё"), &anna(), "2").await.unwrap();
    let taken = double.taken();
    assert_eq!(mail(&taken[0].raw).subject(), Some("Ваш заказ"));
    assert_eq!(taken[0].header("In-Reply-To"), "");
    assert_eq!(
        taken[0].header("References"),
        taken[1].header("References"),
        "programs keep them together"
    );
}
