//! The mailbox: what is new, once each, whatever happens to the line and the numbers.

use crate::{ANNA, anna, letter, pair, testkit::mail_double::MailDouble, text};
use channel::{Account, Inbound, RawEvent};
use futures_util::TryStreamExt;
use std::{collections::BTreeSet, time::Duration};

pub(crate) fn from_anna(n: usize) -> String {
    letter(
        &[
            "From: Anna <anna@example.org>",
            &format!("Message-ID: <{n}@example.org>"),
        ],
        &format!("Письмо {n}"),
    )
}

/// Polls until there are events; the cursor goes on.
pub(crate) async fn events(account: &dyn Account, cursor: &mut Option<String>) -> Vec<RawEvent> {
    let work = async {
        loop {
            let polled = account.poll(cursor.clone()).await.unwrap();
            *cursor = polled.cursor.or(cursor.take());
            if !polled.events.is_empty() {
                return polled.events;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), work)
        .await
        .unwrap()
}

pub(crate) async fn begin(account: &dyn Account) -> Option<String> {
    let polled = account.poll(None).await.unwrap();
    assert!(
        polled.events.is_empty(),
        "what lay there before was dealt with before"
    );
    polled.cursor
}

pub(crate) fn words(account: &dyn Account, event: &RawEvent) -> String {
    match account.normalize(event).remove(0) {
        Inbound::Message(message) => message.text,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn p_21_what_comes_after_connecting_is_told_at_once() {
    let (double, account) = pair(&[]).await;
    double.receive(from_anna(0));
    let mut cursor = begin(&*account).await;
    let waiting = async { events(&*account, &mut cursor).await };
    let coming = async {
        tokio::task::yield_now().await;
        double.receive(from_anna(1));
    };
    let (got, ()) = tokio::join!(waiting, coming);
    assert_eq!((got.len(), got[0].lane.as_str()), (1, ANNA));
    assert_eq!(words(&*account, &got[0]), "Письмо 1");
    // The same cursor again: the same event under the same key, for it was not yet confirmed.
    double.receive(from_anna(2));
    let before = cursor.clone();
    let first = events(&*account, &mut cursor).await;
    let mut again = before;
    assert_eq!(events(&*account, &mut again).await, first);
}

#[tokio::test]
async fn p_21_a_folder_numbered_anew_brings_nothing_twice_and_loses_nothing() {
    let (double, account) = pair(&[]).await;
    // Long before the account was connected.
    double.set_time(1_700_000_000);
    double.receive(from_anna(0));
    double.set_time(1_900_000_000);
    let mut cursor = begin(&*account).await;
    for n in 1..=60 {
        double.receive(from_anna(n));
    }
    let mut keys = BTreeSet::new();
    while keys.len() < 60 {
        for event in events(&*account, &mut cursor).await {
            assert!(keys.insert(event.dedup_key), "told twice in one numbering");
        }
    }
    double.renumber();
    double.receive(from_anna(61));
    let mut after = BTreeSet::new();
    while !after.contains("in:anna@example.org:61@example.org") {
        match account.poll(cursor.clone()).await {
            Ok(polled) => {
                cursor = polled.cursor.or(cursor);
                after.extend(polled.events.into_iter().map(|event| event.dedup_key));
            }
            // The line was cut with the renumbering.
            Err(error) => assert!(error.safe_to_repeat(), "{error}"),
        }
    }
    after.remove("in:anna@example.org:61@example.org");
    assert_eq!(
        after, keys,
        "the same letters have the same keys, and the old one stays away"
    );
}

#[tokio::test]
async fn p_21_a_line_that_breaks_is_made_anew() {
    let (double, account) = pair(&[]).await;
    let mut cursor = begin(&*account).await;
    double.cut();
    double.receive(from_anna(1));
    let got = loop {
        match account.poll(cursor.clone()).await {
            Ok(polled) if !polled.events.is_empty() => break polled.events,
            Ok(polled) => cursor = polled.cursor.or(cursor),
            Err(error) => assert!(error.safe_to_repeat(), "{error}"),
        }
    };
    assert_eq!(got.len(), 1);
    assert!(double.sign_ins() >= 2);
    double.revoke(true);
    let refused = loop {
        match account.poll(cursor.clone()).await {
            Err(error) if !error.safe_to_repeat() => break error,
            _ => {}
        }
    };
    assert!(
        refused.to_string().contains("invalid credentials"),
        "{refused}"
    );
    let check = account.check().await;
    assert_eq!((check.ok, check.code.as_str()), (false, "token_refused"));
    assert!(check.detail.starts_with("SMTP: 535"), "{}", check.detail);
    double.revoke(false);
    let check = account.check().await;
    assert_eq!(
        (check.ok, check.name.as_str()),
        (true, "shop@lavka.example")
    );
}

#[tokio::test]
async fn p_21_files_and_the_whole_letter_are_fetched_when_wanted() {
    let (double, account) = pair(&[]).await;
    let mut cursor = begin(&*account).await;
    double.receive(letter(
        &[
            "From: anna@example.org",
            "Message-ID: <1@example.org>",
            "Content-Type: multipart/mixed; boundary=b",
        ],
        "--b\nContent-Type: text/plain; charset=utf-8\n\nБеру\n\n> Нужна?\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0=\n--b--\n",
    ));
    let got = events(&*account, &mut cursor).await;
    let Inbound::Message(message) = account.normalize(&got[0]).remove(0) else {
        panic!("no message");
    };
    for numbered_anew in [false, true] {
        if numbered_anew {
            double.receive(from_anna(9));
            double.renumber();
        }
        let mut fetched = Vec::new();
        for media in &message.media {
            let stream = account.fetch_media(media).await.unwrap();
            let chunks: Vec<_> = stream.bytes.try_collect().await.unwrap();
            fetched.push((media.name.clone().unwrap(), chunks.concat()));
        }
        assert_eq!(
            fetched,
            [
                ("a.pdf".to_owned(), b"%PDF-".to_vec()),
                (
                    "letter.txt".to_owned(),
                    "Беру\n\n> Нужна?".as_bytes().to_vec()
                ),
            ]
        );
    }
}

#[tokio::test]
async fn p_21_a_letter_beyond_the_limit_shows_its_beginning_and_says_its_size() {
    let (double, account) = pair(&[("largest_mb", "1")]).await;
    let mut cursor = begin(&*account).await;
    double.receive(letter(
        &[
            "From: anna@example.org",
            "Message-ID: <1@example.org>",
            "Subject: Big",
        ],
        &"слово ".repeat(150_000),
    ));
    let got = events(&*account, &mut cursor).await;
    assert!(got[0].body.len() < 300_000, "only its beginning was read");
    let Inbound::Message(message) = account.normalize(&got[0]).remove(0) else {
        panic!("no message");
    };
    assert!(message.text.starts_with("**Big**\n\nслово слово"));
    assert_eq!(message.media.len(), 1);
    assert!(message.media[0].size.unwrap() > 1024 * 1024);
    let told = account.fetch_media(&message.media[0]).await;
    assert!(told.is_err_and(|error| !error.safe_to_repeat()));
}

pub(crate) async fn kept(double: &MailDouble, count: usize) {
    while double.kept().len() < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn p_21_copies_lie_in_the_folder_of_what_was_sent_and_come_back_as_nothing() {
    let (double, account) = pair(&[]).await;
    let mut cursor = begin(&*account).await;
    account.send(&text("Есть"), &anna(), "1").await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), kept(&double, 1))
        .await
        .unwrap();
    double.send_elsewhere(letter(
        &[
            "From: Olga <shop@lavka.example>",
            "To: anna@example.org",
            "Message-ID: <m1@olga-pc>",
        ],
        "Отвечу из почты",
    ));
    // The other folder is looked at whenever a poll begins.
    double.receive(from_anna(1));
    let mut seen = Vec::new();
    while seen.len() < 2 {
        seen.extend(events(&*account, &mut cursor).await);
    }
    let mut all: Vec<String> = seen.iter().map(|event| words(&*account, event)).collect();
    all.sort();
    assert_eq!(all, ["Отвечу из почты", "Письмо 1"]);
    let (double, account) = pair(&[("keep_sent", "false")]).await;
    account.send(&text("Есть"), &anna(), "1").await.unwrap();
    assert!(double.kept().is_empty());
}

#[tokio::test]
async fn p_21_a_server_that_does_not_tell_is_asked() {
    let (double, account) = pair(&[]).await;
    double.set_idle(false);
    let mut cursor = begin(&*account).await;
    double.receive(from_anna(1));
    assert_eq!(events(&*account, &mut cursor).await.len(), 1);
}
