//! What goes out: words, files, changes, and that nothing goes twice.

use crate::{
    ANNA, anna, env, open, pair,
    testkit::mtproto_double::{Fault, Person},
    text,
};
use bytes::Bytes;
use channel::{Action, FileKind, Inbound, Part, PartFile, SendError};
use kernel::Clock;
use std::time::Duration;
use text::{Entity, EntityKind};

#[tokio::test]
async fn p_17_words_with_formatting_answer_a_message() {
    let (double, account) = pair().await;
    let asked = double.says(ANNA, "Сколько?");
    let mut part = text("Пять тысяч");
    part.entities = vec![Entity::new(EntityKind::Bold, 0, 4)];
    part.reply_to = Some(asked.to_string());
    let sent = account.send(&part, &anna(), "key").await.unwrap();
    let taken = double.taken();
    assert_eq!((taken[0].text.as_str(), taken[0].to), ("Пять тысяч", ANNA));
    assert_eq!((taken[0].reply_to, taken[0].entities), (Some(asked), 1));
    assert_eq!(sent.ext_ids, [taken[0].id.to_string()]);
}

#[tokio::test]
async fn u_02_a_send_whose_answer_was_lost_goes_once_and_is_found_again() {
    let (double, account) = pair().await;
    let cursor = account.poll(None).await.unwrap().cursor;
    double.fail_next(Fault::LostAnswer);
    let lost = account.send(&text("Счёт № 5"), &anna(), "key").await;
    assert!(matches!(lost, Err(SendError::Unknown { .. })), "{lost:?}");
    // Again under the same key: Telegram knows it and says so.
    let again = account
        .send(&text("Счёт № 5"), &anna(), "key")
        .await
        .unwrap();
    let taken = double.taken();
    assert_eq!(taken.len(), 1, "the client sees it once");
    assert_eq!(again.ext_ids, [taken[0].id.to_string()]);
    // Its echo, told after the line is back, is no message of the phone.
    double.says(ANNA, "Спасибо");
    let polled = account.poll(cursor).await.unwrap();
    let told: Vec<_> = polled
        .events
        .iter()
        .flat_map(|e| account.normalize(e))
        .collect();
    assert!(
        matches!(told.as_slice(), [Inbound::Message(m)] if m.text == "Спасибо"),
        "{told:?}"
    );
}

#[tokio::test]
async fn p_17_the_echo_of_a_lost_answer_settles_it() {
    let (double, account) = pair().await;
    let cursor = account.poll(None).await.unwrap().cursor;
    double.fail_next(Fault::LostAnswer);
    let lost = account.send(&text("Счёт № 6"), &anna(), "key").await;
    assert!(lost.is_err());
    double.says(ANNA, "Вижу");
    let polled = account.poll(cursor).await.unwrap();
    assert_eq!(polled.events.len(), 1, "the echo is ours");
    let before = double.calls().len();
    let again = account
        .send(&text("Счёт № 6"), &anna(), "key")
        .await
        .unwrap();
    assert_eq!(again.ext_ids, [double.taken()[0].id.to_string()]);
    assert_eq!(double.calls().len(), before, "nothing was asked again");
}

#[tokio::test]
async fn u_02_a_process_that_ends_in_the_middle_of_a_send_knows_its_echo() {
    let double = crate::testkit::mtproto_double::MtprotoDouble::start()
        .await
        .unwrap();
    double.authorize();
    double.has(Person::new(ANNA, "Анна", "79161112233"));
    let env = env(&crate::clock(), true);
    let account = open(&double, &env);
    let cursor = account.poll(None).await.unwrap().cursor;
    // Telegram takes it; of the answer this process hears nothing more.
    double.fail_next(Fault::LostAnswer);
    let _ = account.send(&text("Счёт № 7"), &anna(), "key").await;
    drop(account);
    tokio::task::yield_now().await;
    let account = open(&double, &env);
    double.phone_says(ANNA, "Счёт № 8");
    let polled = account.poll(cursor).await.unwrap();
    let told: Vec<_> = polled
        .events
        .iter()
        .flat_map(|e| account.normalize(e))
        .collect();
    assert!(
        matches!(told.as_slice(), [Inbound::Message(m)] if m.text == "Счёт № 8"),
        "{told:?}"
    );
    let again = account
        .send(&text("Счёт № 7"), &anna(), "key")
        .await
        .unwrap();
    assert_eq!(again.ext_ids, [double.taken()[0].id.to_string()]);
    assert_eq!(double.taken().len(), 1);
}

fn file(name: &str, mime: &str, kind: FileKind, size: usize) -> PartFile {
    let bytes: Vec<u8> = (0_u8..249).cycle().take(size).collect();
    PartFile::from_bytes(name, mime, kind, Bytes::from(bytes))
}

#[tokio::test]
async fn p_17_files_go_in_pieces_alone_and_together() {
    let (double, account) = pair().await;
    let part = Part {
        text: "Смета".to_owned(),
        files: vec![file(
            "смета.pdf",
            "application/pdf",
            FileKind::File,
            1_100_000,
        )],
        ..Part::default()
    };
    account.send(&part, &anna(), "one").await.unwrap();
    let taken = double.taken();
    assert_eq!(taken[0].text, "Смета");
    assert_eq!(
        taken[0].file,
        Some((
            "application/pdf".to_owned(),
            "смета.pdf".to_owned(),
            1_100_000
        ))
    );
    let album = Part {
        text: "Два вида".to_owned(),
        files: vec![
            file("1.jpg", "image/jpeg", FileKind::Image, 3000),
            file("2.jpg", "image/jpeg", FileKind::Image, 4000),
        ],
        ..Part::default()
    };
    let sent = account.send(&album, &anna(), "two").await.unwrap();
    let taken = double.taken();
    assert_eq!((taken.len(), sent.ext_ids.len()), (3, 2));
    assert_eq!(
        (taken[1].text.as_str(), taken[2].text.as_str()),
        ("Два вида", "")
    );
    assert_eq!(taken[2].file.as_ref().unwrap().2, 4000);
    assert_eq!(
        sent.ext_ids,
        [taken[1].id.to_string(), taken[2].id.to_string()]
    );
    let empty = Part {
        files: vec![file("пусто.txt", "text/plain", FileKind::File, 0)],
        ..Part::default()
    };
    assert!(matches!(
        account.send(&empty, &anna(), "three").await,
        Err(SendError::Rejected { .. })
    ));
}

#[tokio::test]
async fn u_32_our_message_changes_goes_and_theirs_is_read() {
    let (double, account) = pair().await;
    let theirs = double.says(ANNA, "Сколько?");
    let sent = account.send(&text("Пять"), &anna(), "key").await.unwrap();
    let edit = |words: &str| Action::Edit {
        ext_id: sent.ext_ids[0].clone(),
        text: words.to_owned(),
        entities: Vec::new(),
        caption: false,
    };
    account.act(edit("Шесть"), &anna()).await.unwrap();
    account.act(edit("Шесть"), &anna()).await.unwrap();
    let id: i32 = sent.ext_ids[0].parse().unwrap();
    assert_eq!(double.edits(), [(id, "Шесть".to_owned())]);
    account.act(Action::Typing, &anna()).await.unwrap();
    assert_eq!(double.typed(), [ANNA]);
    let read = Action::MarkRead {
        ext_id: theirs.to_string(),
    };
    account.act(read, &anna()).await.unwrap();
    assert_eq!(double.read_up_to(), [(ANNA, theirs)]);
    let delete = Action::Delete {
        ext_ids: sent.ext_ids.clone(),
    };
    account.act(delete, &anna()).await.unwrap();
    assert_eq!(double.deleted(), [id]);
}

#[tokio::test]
async fn p_04_we_react_and_take_it_back() {
    let (double, account) = pair().await;
    let theirs = double.says(ANNA, "Спасибо!");
    let react = |emoji: Option<&str>| Action::React {
        ext_id: theirs.to_string(),
        emoji: emoji.map(str::to_owned),
    };
    account.act(react(Some("❤")), &anna()).await.unwrap();
    account.act(react(None), &anna()).await.unwrap();
    let told = [(theirs, Some("❤".to_owned())), (theirs, None)];
    assert_eq!(double.reacted(), told);
    let refused = account.act(react(Some(":)")), &anna()).await;
    let Err(SendError::Rejected { text, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert!(text.contains("REACTION_INVALID"), "{text}");
}

#[tokio::test]
async fn p_17_strangers_rest_for_a_day_after_telegram_minded_them() {
    let double = crate::testkit::mtproto_double::MtprotoDouble::start()
        .await
        .unwrap();
    double.authorize();
    double.has(Person::new(ANNA, "Анна", "79161112233"));
    double.has(Person::new(502, "Борис", "79162223344"));
    let clock = Clock::hand(kernel::Moment::from_seconds(1_900_000_000));
    let env = env(&clock, true);
    let account = open(&double, &env);
    // Anna wrote to us; Boris never did.
    let cursor = account.poll(None).await.unwrap().cursor;
    double.says(ANNA, "Здравствуйте");
    let polled = account.poll(cursor).await.unwrap();
    for event in &polled.events {
        account.complete(account.normalize(event)).await;
    }
    let boris = channel::PeerRef {
        ext_id: "502".to_owned(),
    };
    double.fail_next(Fault::Refuse(400, "PEER_FLOOD"));
    let minded = account.send(&text("Мы открылись!"), &boris, "1").await;
    let is_limited = |r: &Result<channel::Accepted, SendError>| matches!(r, Err(SendError::Rejected { code, .. }) if code == "strangers_limited");
    assert!(is_limited(&minded), "{minded:?}");
    let calls = double.calls().len();
    assert!(is_limited(
        &account.send(&text("Мы открылись!"), &boris, "2").await
    ));
    assert_eq!(
        double.calls().len(),
        calls,
        "Telegram is not asked meanwhile"
    );
    account
        .send(&text("Добрый день"), &anna(), "3")
        .await
        .unwrap();
    let check = account.check().await;
    assert_eq!((check.ok, check.code.as_str()), (true, "strangers_limited"));
    clock.advance(Duration::from_secs(24 * 3600));
    account
        .send(&text("Мы открылись!"), &boris, "4")
        .await
        .unwrap();
    assert_eq!(account.check().await.code, "ok");
}

#[tokio::test]
async fn p_17_who_blocked_us_cannot_be_reached() {
    let (double, account) = pair().await;
    double.fail_next(Fault::Refuse(400, "USER_IS_BLOCKED"));
    let sent = account.send(&text("Добрый день"), &anna(), "key").await;
    assert!(
        matches!(sent, Err(SendError::PeerUnreachable { .. })),
        "{sent:?}"
    );
    let nobody = channel::PeerRef {
        ext_id: "99".to_owned(),
    };
    let sent = account.send(&text("Добрый день"), &nobody, "key").await;
    assert!(
        matches!(&sent, Err(SendError::Rejected { code, .. }) if code == "peer_unknown"),
        "{sent:?}"
    );
}
