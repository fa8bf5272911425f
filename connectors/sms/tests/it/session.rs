//! The session with a centre: what goes out, what comes in, what breaks.

use crate::{
    ANNA, ANNA_DIGITS, anna, at_port, clock, free_port, session,
    testkit::smsc_double::{Coding, Fault, SmscDouble, Spelling},
    text,
};
use channel::{
    Account, Action, FirstContact, Inbound, Part, PartFile, PeerRef, PollMode, Polled, RawRequest,
    ReceiptState, ReceiptTarget, Scope, SendError,
};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// Polls until something comes, as the house does: what came is confirmed by the next poll.
async fn poll(account: &dyn Account, cursor: &mut Option<String>) -> Polled {
    loop {
        let polled = timeout(Duration::from_secs(20), account.poll(cursor.clone())).await;
        let polled = polled.unwrap().unwrap();
        if let Some(next) = &polled.cursor {
            *cursor = Some(next.clone());
        }
        if !polled.events.is_empty() {
            return polled;
        }
    }
}

async fn heard(account: &dyn Account, cursor: &mut Option<String>) -> Vec<Inbound> {
    let polled = poll(account, cursor).await;
    polled
        .events
        .iter()
        .flat_map(|event| account.normalize(event))
        .collect()
}

fn words(inbounds: &[Inbound]) -> Vec<(&str, &str)> {
    let read = inbounds.iter().map(|inbound| match inbound {
        Inbound::Message(message) => (message.peer.ext_id.as_str(), message.text.as_str()),
        other => panic!("{other:?}"),
    });
    read.collect()
}

/// Goes on with a poll in the background, so that what was handed over is confirmed and the session kept.
fn keep_polling(account: &Arc<dyn Account>, cursor: Option<String>) -> tokio::task::JoinHandle<()> {
    let (account, mut cursor) = (Arc::clone(account), cursor);
    tokio::spawn(async move {
        while let Ok(polled) = account.poll(cursor.clone()).await {
            cursor = polled.cursor.or(cursor);
        }
    })
}

/// Looks again and again until it holds.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let looked = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    assert!(
        timeout(Duration::from_secs(20), looked).await.is_ok(),
        "{what}"
    );
}

#[tokio::test]
async fn p_22_l_86_a_text_goes_under_the_senders_name_and_asks_for_a_receipt() {
    let (double, account) = session(&[]).await;
    let accepted = account.send(&text("Hello"), &anna(), "k").await.unwrap();
    let taken = double.taken().pop().unwrap();
    assert_eq!(accepted.ext_ids, [taken.id.to_string()]);
    assert_eq!(
        (taken.from.as_str(), taken.to.as_str()),
        ("5:0:LavkaLamp", ANNA_DIGITS)
    );
    assert_eq!(
        (taken.coding, taken.receipt, taken.part),
        (Coding::Basic, true, None)
    );
    let (double, account) = session(&[("receipts", "false"), ("sender", "")]).await;
    account.send(&text("Привет"), &anna(), "k").await.unwrap();
    let taken = double.taken().pop().unwrap();
    assert_eq!(
        (taken.from.as_str(), taken.coding, taken.receipt),
        ("0:0:", Coding::Wide, false)
    );
}

#[tokio::test]
async fn l_85_a_long_text_arrives_whole_and_each_part_has_an_id() {
    let (double, account) = session(&[]).await;
    for (letter, times, parts) in [("a", 307, 3), ("я", 71, 2), ("😀", 67, 3)] {
        let long = letter.repeat(times);
        let accepted = account.send(&text(&long), &anna(), letter).await.unwrap();
        assert_eq!(accepted.ext_ids.len(), parts, "{letter}");
        assert_eq!(double.texts().pop(), Some((ANNA_DIGITS.to_owned(), long)));
    }
}

#[tokio::test]
async fn p_22_refusals_are_told_apart() {
    let (double, account) = session(&[("pause", "3")]).await;
    for (status, word) in [
        (0x58, "retry"),
        (0x14, "retry"),
        (0x08, "retry"),
        (0x0b, "rejected"),
        (0x0a, "rejected"),
        (0x45, "rejected"),
        (0x0d, "account_fatal"),
    ] {
        double.fail_next(Fault::Status(status));
        let error = account.send(&text("да"), &anna(), "k").await.unwrap_err();
        assert_eq!(error.word(), word, "{status:x}");
        if status == 0x58 {
            let after = Some(Duration::from_secs(3));
            assert!(
                matches!(error, SendError::Retry { after: told, scope: Scope::Account, .. } if told == after)
            );
        }
    }
    assert!(double.taken().is_empty());
    for stranger in ["Sberbank", ""] {
        let peer = PeerRef {
            ext_id: stranger.to_owned(),
        };
        let error = account.send(&text("да"), &peer, "k").await.unwrap_err();
        assert!(matches!(error, SendError::Rejected { code, .. } if code == "bad_number"));
    }
}

#[tokio::test]
async fn p_22_what_went_of_a_long_text_is_not_sent_again_when_the_rest_may_go() {
    let (double, account) = session(&[]).await;
    let long = "я".repeat(140);
    // The second part finds the centre too busy, the third connection breaks nothing: only the rest follows.
    let first = async {
        account.send(&text("я"), &anna(), "other").await.unwrap();
        double.fail_next(Fault::EarlyReceipt);
        double.fail_next(Fault::Status(0x58));
        account
            .send(&text(&long), &anna(), "long")
            .await
            .unwrap_err()
    };
    assert_eq!(first.await.word(), "retry");
    let accepted = account.send(&text(&long), &anna(), "long").await.unwrap();
    assert_eq!(accepted.ext_ids.len(), 3);
    assert_eq!(double.taken().len(), 1 + 3, "no part was paid for twice");
    assert_eq!(double.texts().pop().unwrap().1, long);
}

#[tokio::test]
async fn p_22_a_break_before_the_answer_is_unknown_and_the_next_text_goes_by_a_new_session() {
    let (double, account) = session(&[]).await;
    double.fail_next(Fault::DropAnswer);
    let error = account.send(&text("счёт"), &anna(), "k").await.unwrap_err();
    assert!(matches!(error, SendError::Unknown { .. }) && !error.safe_to_repeat());
    assert_eq!(double.taken().len(), 1);
    // A check ends the pause between two tries.
    assert!(account.check().await.ok);
    account.send(&text("дальше"), &anna(), "k2").await.unwrap();
    assert_eq!((double.taken().len(), double.binds().0), (2, 2));
}

#[tokio::test]
async fn l_88_receipts_come_in_either_spelling_and_may_be_early() {
    for (spelling, ids) in [
        (Spelling::Same, "same"),
        (Spelling::HexAnswer, "hex_answer"),
        (Spelling::HexReceipt, "hex_receipt"),
        (Spelling::Same, "auto"),
        (Spelling::HexAnswer, "auto"),
        (Spelling::HexReceipt, "auto"),
    ] {
        let (double, account) = session(&[("ids", ids)]).await;
        double.spell(spelling);
        double.fail_next(Fault::EarlyReceipt);
        let accepted = account.send(&text("да"), &anna(), "k").await.unwrap();
        double.receipt(double.taken()[0].id, "UNDELIV");
        let mut cursor = None;
        let mut seen = Vec::new();
        while seen.len() < 2 {
            seen.extend(heard(&*account, &mut cursor).await);
        }
        for (inbound, want) in seen.iter().zip([
            ReceiptState::Delivered,
            ReceiptState::Failed("UNDELIV".to_owned()),
        ]) {
            let Inbound::Receipt {
                target,
                peer,
                state,
                ..
            } = inbound
            else {
                panic!("{inbound:?}");
            };
            let spelled = match target {
                ReceiptTarget::One(id) => vec![id.clone()],
                ReceiptTarget::OneOf(all) => all.clone(),
                ReceiptTarget::UpTo(_) => panic!("{target:?}"),
            };
            assert!(
                spelled.contains(&accepted.ext_ids[0]),
                "{spelling:?} {ids}: {spelled:?}"
            );
            assert_eq!((peer.ext_id.as_str(), state), (ANNA, &want));
        }
    }
}

#[tokio::test]
async fn p_22_clients_write_and_are_answered_only_when_it_is_stored() {
    let (double, account) = session(&[]).await;
    let mut cursor = None;
    double.say(ANNA_DIGITS, "Есть *лампа*?");
    let polled = poll(&*account, &mut cursor).await;
    assert_eq!(double.answered(), (0, 1), "not yet");
    // The tables took nothing: it is asked for again with the old cursor.
    let again = account.poll(None).await.unwrap();
    assert_eq!(again, polled);
    assert_eq!(double.answered(), (0, 1));
    let inbounds: Vec<Inbound> = polled
        .events
        .iter()
        .flat_map(|event| account.normalize(event))
        .collect();
    let Inbound::Message(message) = &inbounds[0] else {
        panic!("{inbounds:?}")
    };
    assert_eq!(message.peer.ext_id, ANNA);
    assert_eq!(
        message.peer.phone.as_ref().map(kernel::Phone::as_str),
        Some(ANNA)
    );
    let (shown, formatting) = text::for_client(&message.text);
    assert_eq!((shown.as_str(), formatting.len()), ("Есть *лампа*?", 0));
    let kept = keep_polling(&account, cursor);
    until("the answer", || double.answered() == (1, 0)).await;
    kept.abort();
}

#[tokio::test]
async fn p_22_what_comes_again_after_a_break_is_one_message() {
    let (double, account) = session(&[]).await;
    let mut cursor = None;
    double.say(ANNA_DIGITS, "first");
    assert_eq!(
        words(&heard(&*account, &mut cursor).await),
        [(ANNA, "first")]
    );
    // The line breaks before our answer: the centre will deliver it to the next session.
    double.cut();
    until("the break", || double.bound() == 0).await;
    double.say(ANNA_DIGITS, "second");
    assert_eq!(
        words(&heard(&*account, &mut cursor).await),
        [(ANNA, "second")]
    );
    let kept = keep_polling(&account, cursor);
    until("both answers", || double.answered() == (2, 0)).await;
    kept.abort();
}

#[tokio::test]
async fn p_22_parts_are_joined_in_any_order_over_a_restart() {
    let (double, account) = session(&[]).await;
    let mut cursor = None;
    double.say_in_parts(ANNA_DIGITS, &["Привет, ", "мир"], 200, &[2]);
    // A part alone is no event, but its cursor is saved, and only then the centre is answered.
    while cursor.is_none() {
        cursor = account.poll(None).await.unwrap().cursor;
    }
    drop(account);
    let account = at_port(&clock(), double.port(), &[]);
    double.say_in_parts(ANNA_DIGITS, &["Привет, ", "мир"], 200, &[1]);
    assert_eq!(
        words(&heard(&*account, &mut cursor).await),
        [(ANNA, "Привет, мир")]
    );
}

#[tokio::test]
async fn p_22_the_rest_of_a_text_is_waited_for_ten_minutes() {
    let double = SmscDouble::start().await.unwrap();
    let clock = clock();
    let account = at_port(&clock, double.port(), &[]);
    double.say_in_parts(ANNA_DIGITS, &["Привет, ", "мир"], 7, &[1]);
    let mut cursor = None;
    while cursor.is_none() {
        cursor = account.poll(None).await.unwrap().cursor;
    }
    clock.advance(Duration::from_secs(600));
    assert_eq!(
        words(&heard(&*account, &mut cursor).await),
        [(ANNA, "Привет,  […] ")]
    );
}

#[tokio::test]
async fn p_22_a_delivery_that_cannot_be_read_neither_breaks_the_session_nor_stays() {
    let (double, account) = session(&[]).await;
    double.deliver_raw(vec![0, 1]);
    double.say("Sberbank", "code 1234");
    let mut cursor = None;
    let mut seen = Vec::new();
    while seen.len() < 2 {
        seen.extend(heard(&*account, &mut cursor).await);
    }
    assert!(
        matches!(&seen[0], Inbound::Unsupported { kind, peer: None, .. } if kind == "malformed")
    );
    assert_eq!(words(&seen[1..]), [("Sberbank", "code 1234")]);
    let kept = keep_polling(&account, cursor);
    until("both answers", || double.answered() == (2, 0)).await;
    kept.abort();
    assert_eq!(double.binds().0, 1);
}

#[tokio::test]
async fn p_22_a_session_ends_with_its_account() {
    let (double, account) = session(&[]).await;
    assert_eq!(account.mode(), PollMode::Long);
    account.start(None).await.unwrap();
    assert_eq!(double.binds(), (0, 0), "the first need begins it");
    let checked = account.check().await;
    assert_eq!(
        (checked.ok, checked.name.as_str(), checked.balance.as_str()),
        (true, "LavkaLamp", "")
    );
    assert_eq!((double.binds(), double.bound()), ((1, 0), 1));
    drop(account);
    until("the farewell", || double.binds() == (1, 1)).await;
}

#[tokio::test]
async fn p_22_a_check_says_why_there_is_no_session() {
    let double = SmscDouble::start().await.unwrap();
    let wrong = at_port(&clock(), double.port(), &[("password", "another")]);
    let checked = wrong.check().await;
    assert_eq!(
        (checked.ok, checked.code.as_str()),
        (false, "token_refused")
    );
    assert!(
        checked.detail.contains("ESME_RINVPASWD"),
        "{}",
        checked.detail
    );
    let nobody = at_port(&clock(), free_port().await, &[]);
    assert_eq!(nobody.check().await.code, "unreachable");
    // Something listens and does not speak SMPP.
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(
                &mut stream,
                b"HTTP/1.1 400 Bad Request\r\n\r\n",
            )
            .await;
        }
    });
    let checked = at_port(&clock(), port, &[]).check().await;
    assert_eq!(checked.code, "unreachable");
    assert!(
        checked.detail.contains("does not speak SMPP"),
        "{}",
        checked.detail
    );
}

#[tokio::test]
async fn p_22_an_encrypted_session_believes_only_who_it_was_told_to() {
    let double = SmscDouble::start().await.unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let port = encrypted(double.port(), &made).await;
    let pem = made.cert.pem();
    for (certificate, host, code) in [
        (pem.as_str(), "localhost", "ok"),
        ("", "localhost", "unreachable"),
        (pem.as_str(), "127.0.0.1", "unreachable"),
    ] {
        let more = [
            ("tls", "true"),
            ("certificate", certificate),
            ("host", host),
        ];
        let checked = at_port(&clock(), port, &more).check().await;
        assert_eq!(checked.code, code, "{host}: {}", checked.detail);
    }
}

/// A line before the centre that is encrypted with this certificate; its port.
async fn encrypted(centre: u16, made: &rcgen::CertifiedKey<rcgen::KeyPair>) -> u16 {
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut near) = acceptor.accept(stream).await else {
                    return;
                };
                let mut far = tokio::net::TcpStream::connect(("127.0.0.1", centre))
                    .await
                    .unwrap();
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    port
}

#[tokio::test]
async fn p_22_what_sms_cannot_is_refused_without_asking() {
    let (double, account) = session(&[]).await;
    let file = PartFile::from_bytes("a.txt", "text/plain", channel::FileKind::File, "x".into());
    let part = Part {
        files: vec![file],
        ..text("see")
    };
    let error = account.send(&part, &anna(), "k").await.unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "unsupported"));
    let error = account.act(Action::Typing, &anna()).await.unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "unsupported"));
    assert!(account.verify(&RawRequest::default()).is_err());
    assert_eq!(double.binds().0, 0);
    let can = account.capabilities();
    assert_eq!(can.first_contact, FirstContact::Free);
    assert!(can.files.is_empty() && !can.files_by_address && !can.voice && !can.idempotent);
    assert!(can.costs_money, "L-87");
}
