//! What the mailbox remembers (M-01).

use crate::{
    ANNA, anna, letter, pair,
    receiving::{begin, events, from_anna, kept, words},
    testkit::mail_double::MailDouble,
    text,
};
use channel::{
    Account, BoxFuture, Chat, Chosen, Empty, History, Inbound, Ours, Remembered, SendError,
};
use kernel::Moment;
use std::{collections::HashSet, io, time::Duration};

const LONG_AGO: Moment = Moment::from_seconds(1_700_000_000);

async fn told(account: &dyn Account, ours: &dyn Ours) -> History {
    account.history(LONG_AGO, ours).await.unwrap().unwrap()
}

/// A house that has some messages.
struct House(Vec<String>);

impl Ours for House {
    fn chosen<'a>(&'a self, _chats: &'a [Chat]) -> BoxFuture<'a, io::Result<Vec<Chosen>>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn lacking<'a>(&'a self, ext_ids: &'a [String]) -> BoxFuture<'a, io::Result<HashSet<String>>> {
        let lacking: HashSet<String> = ext_ids
            .iter()
            .filter(|id| !self.0.contains(id))
            .cloned()
            .collect();
        Box::pin(async { Ok(lacking) })
    }
}

fn find<'a>(history: &'a History, ext_id: &str) -> &'a Remembered {
    let found = history.messages.iter().find(|one| one.ext_id == ext_id);
    found.unwrap_or_else(|| panic!("{ext_id}: {history:?}"))
}

async fn sent(double: &MailDouble, account: &dyn Account) -> String {
    let sent = account.send(&text("Есть"), &anna(), "key-1").await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), kept(double, 1))
        .await
        .unwrap();
    sent.ext_ids[0].clone()
}

#[tokio::test]
async fn m_01_a_lost_letter_is_found_and_read_only_if_it_is_lacking() {
    let (double, account) = pair(&[]).await;
    let mut cursor = begin(&*account).await;
    double.receive(from_anna(1));
    let live = events(&*account, &mut cursor).await;
    double.receive_unnoticed(from_anna(2));
    double.receive(from_anna(3));
    let after = events(&*account, &mut cursor).await;
    assert_eq!(
        words(&*account, &after[0]),
        "Письмо 3",
        "nobody was told of the second"
    );
    let read = double.fetched();
    let ids = |n: usize| format!("{ANNA}:{n}@example.org");
    let history = told(&*account, &House(vec![ids(1), ids(3)])).await;
    assert_eq!(history.messages.len(), 3);
    assert!(history.cut, "that something is not there proves nothing");
    assert_eq!(
        double.fetched() - read,
        1,
        "whole letters are read where they are lacking"
    );
    assert!(find(&history, &ids(1)).event.is_none());
    let lost = find(&history, &ids(2));
    assert_eq!((lost.peer.as_str(), &lost.ours), (ANNA, &None));
    let event = lost.event.clone().unwrap();
    assert_eq!(words(&*account, &event), "Письмо 2");
    // The same key as the live event has: however it comes, it comes once.
    let all = told(&*account, &Empty).await;
    let again = find(&all, &ids(1)).event.clone().unwrap();
    assert_eq!(
        (&again.dedup_key, &again.lane),
        (&live[0].dedup_key, &live[0].lane)
    );
}

#[tokio::test]
async fn m_01_the_folder_of_sent_letters_says_what_went_and_who_wrote() {
    let (double, account) = pair(&[]).await;
    begin(&*account).await;
    let id = sent(&double, &*account).await;
    let elsewhere = letter(
        &[
            "From: Olga <shop@lavka.example>",
            "To: anna@example.org",
            "Message-ID: <m1@olga-pc>",
        ],
        "Отвечу из почты",
    );
    double.send_elsewhere(&elsewhere);
    let history = told(&*account, &Empty).await;
    let ours = find(&history, &id);
    assert_eq!(
        (ours.peer.as_str(), ours.key.as_deref(), &ours.event),
        (ANNA, Some("key-1"), &None)
    );
    assert!(ours.ours.is_some());
    let theirs = find(&history, &format!("sent:{ANNA}:m1@olga-pc"));
    let event = theirs.event.clone().unwrap();
    let read = account.normalize(&event);
    assert!(
        matches!(&read[0], Inbound::Message(m) if m.ext_id == theirs.ext_id && m.author == channel::Author::ExternalOperator),
        "{read:?}"
    );
    // Who does not watch that folder learns from it only what went.
    let (double, account) = pair(&[("watch_sent", "false")]).await;
    begin(&*account).await;
    let id = sent(&double, &*account).await;
    double.send_elsewhere(&elsewhere);
    let history = told(&*account, &Empty).await;
    let ids: Vec<&str> = history.messages.iter().map(|m| m.ext_id.as_str()).collect();
    assert_eq!(ids, [id.as_str()]);
}

#[tokio::test]
async fn m_01_old_letters_are_left_and_strange_ones_are_read_whole() {
    let (double, account) = pair(&[]).await;
    double.set_time(1_600_000_000);
    double.receive(from_anna(0));
    double.set_time(1_900_000_000);
    double.receive(letter(&["From: Anna <anna@example.org>"], "Без номера"));
    for n in 1..=230 {
        double.receive(from_anna(n));
    }
    let has = (1..=230).map(|n| format!("{ANNA}:{n}@example.org"));
    let history = told(&*account, &House(has.collect())).await;
    assert_eq!(history.messages.len(), 231);
    let strange = &history.messages[0];
    assert_eq!(
        words(&*account, strange.event.as_ref().unwrap()),
        "Без номера"
    );
    double.revoke(true);
    let error = account.history(LONG_AGO, &Empty).await.unwrap_err();
    assert!(matches!(error, SendError::AccountFatal { .. }), "{error:?}");
}
