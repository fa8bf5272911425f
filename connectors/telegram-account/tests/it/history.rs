//! What Telegram remembers of the account's chats (M-01), and reactions given while the line was down (P-17).

use crate::{
    ANNA, anna, clock, env, open, pair,
    receiving::{begun, message, next},
    testkit::mtproto_double::{Fault, Person},
    text,
};
use channel::{Account, BoxFuture, Chat, Chosen, Empty, History, Inbound, Ours, Polled, SendError};
use kernel::Moment;
use std::{collections::HashSet, io};

const BORIS: i64 = 502;
const LONG_AGO: Moment = Moment::from_seconds(1_700_000_000);

async fn told(account: &dyn Account, ours: &dyn Ours) -> History {
    account.history(LONG_AGO, ours).await.unwrap().unwrap()
}

/// A house with some messages, where one chat is work since a moment.
struct House {
    has: Vec<i32>,
    work: Vec<(i64, i64)>,
}

impl Ours for House {
    fn chosen<'a>(&'a self, chats: &'a [Chat]) -> BoxFuture<'a, io::Result<Vec<Chosen>>> {
        let since = |chat: &Chat| {
            let whose = |(id, _): &&(i64, i64)| id.to_string() == chat.ext_id;
            let (_, since) = self.work.iter().find(whose)?;
            Some(Chosen {
                ext_id: chat.ext_id.clone(),
                since: Moment::from_seconds(*since),
            })
        };
        let all: Vec<Chosen> = chats.iter().filter_map(since).collect();
        Box::pin(async { Ok(all) })
    }
    fn lacking<'a>(&'a self, ext_ids: &'a [String]) -> BoxFuture<'a, io::Result<HashSet<String>>> {
        let lacks = |id: &&String| !self.has.iter().any(|one| one.to_string() == **id);
        let all: HashSet<String> = ext_ids.iter().filter(lacks).cloned().collect();
        Box::pin(async { Ok(all) })
    }
}

#[tokio::test]
async fn m_01_a_message_of_the_history_is_the_event_that_was_lost() {
    let (double, account) = pair().await;
    let mut cursor = begun(&*account).await;
    double.says(ANNA, "Слышно");
    let live = account.poll(cursor.clone()).await.unwrap();
    cursor = live.cursor;
    let sent = account.send(&text("Отсюда"), &anna(), "key").await.unwrap();
    double.unheard(ANNA, false, "Никто не слышал");
    double.unheard(ANNA, true, "С телефона");
    let history = told(&*account, &Empty).await;
    assert!(!history.cut);
    let all = &history.messages;
    assert_eq!(all.len(), 4);
    // The same key as the live event: however it comes, it comes once.
    let heard = all[0].event.as_ref().unwrap();
    assert_eq!(heard.dedup_key, live.events[0].dedup_key);
    assert_eq!(heard.lane, live.events[0].lane);
    assert_eq!(account.normalize(heard), account.normalize(&live.events[0]));
    assert_eq!(all[0].ours, None);
    // What went out from here: Telegram does not say so, but this line knows.
    assert_eq!(all[1].ext_id, sent.ext_ids[0]);
    assert_eq!(
        (all[1].ours.as_deref(), &all[1].event),
        (Some("Отсюда"), &None)
    );
    let lost = account.normalize(all[2].event.as_ref().unwrap());
    assert_eq!(message(&lost[0]).text, "Никто не слышал");
    assert_eq!(all[2].peer, "501");
    // Written on the phone, or by a program of ours in another life: the house decides.
    assert_eq!(all[3].ours.as_deref(), Some("С телефона"));
    let phone = account.normalize(all[3].event.as_ref().unwrap());
    assert_eq!(message(&phone[0]).author, channel::Author::ExternalOperator);
    // Nothing of it is told again by the line.
    double.says(ANNA, "Дальше");
    let came = next(&*account, &mut cursor).await;
    assert_eq!(message(&came[0]).text, "Дальше");
}

#[tokio::test]
async fn m_01_chats_that_are_not_work_are_not_opened_and_none_too_far_back() {
    let (double, account) = pair().await;
    double.has(Person::new(BORIS, "Борис", "79162223344"));
    begun(&*account).await;
    double.unheard(BORIS, false, "Личное");
    double.unheard(ANNA, false, "До отметки");
    double.later(100);
    let since = double.unheard(ANNA, false, "После");
    let house = House {
        has: Vec::new(),
        work: vec![(ANNA, 1_900_000_050)],
    };
    let history = told(&*account, &house).await;
    let ids: Vec<&str> = history.messages.iter().map(|m| m.ext_id.as_str()).collect();
    assert_eq!(ids, [since.to_string()]);
    let opened = double.calls();
    let opened = opened.iter().filter(|call| call.contains("getHistory"));
    assert_eq!(opened.count(), 1, "one chat was opened");
    // Nothing is marked: nothing is opened, and that is no "everything is gone".
    let nobody = House {
        has: Vec::new(),
        work: Vec::new(),
    };
    assert_eq!(told(&*account, &nobody).await, History::default());
}

#[tokio::test]
async fn m_01_long_chats_and_many_chats_are_read_page_by_page() {
    let (double, account) = pair().await;
    begun(&*account).await;
    for n in 0..130 {
        let id = 2000 + n;
        double.has(Person::new(
            id,
            &format!("Клиент {n}"),
            &format!("7900{id:07}"),
        ));
        double.unheard(id, false, "Здравствуйте");
    }
    for n in 0..250 {
        double.unheard(ANNA, false, &format!("Слово {n}"));
    }
    let history = told(&*account, &Empty).await;
    assert!(!history.cut);
    assert_eq!(history.messages.len(), 380);
    let ids: HashSet<&str> = history.messages.iter().map(|m| m.ext_id.as_str()).collect();
    assert_eq!(ids.len(), 380, "each once");
    // From a moment on, only what is newer, and no chat that is older is opened.
    let before = double.calls().len();
    let since = Moment::from_seconds(1_900_000_000 + 130 + 200 + 1);
    let late = account.history(since, &Empty).await.unwrap().unwrap();
    assert_eq!(late.messages.len(), 50);
    assert_eq!(double.calls().len() - before, 2, "the chats, and Anna's");
}

#[tokio::test]
async fn m_01_telegram_that_asks_to_wait_is_waited_for_or_the_comparison_says_so() {
    let (double, account) = pair().await;
    begun(&*account).await;
    double.unheard(ANNA, false, "Раз");
    double.fail_next(Fault::Lookup(420, "FLOOD_WAIT_1"));
    assert_eq!(told(&*account, &Empty).await.messages.len(), 1);
    double.fail_next(Fault::Lookup(420, "FLOOD_WAIT_900"));
    let error = account.history(LONG_AGO, &Empty).await.unwrap_err();
    assert!(
        matches!(error, SendError::Retry { after: Some(_), .. }),
        "{error:?}"
    );
    double.revoke(true);
    let error = account.history(LONG_AGO, &Empty).await.unwrap_err();
    assert!(matches!(error, SendError::AccountFatal { .. }), "{error:?}");
}

#[tokio::test]
async fn m_01_the_history_says_how_a_client_reacts_now() {
    let (double, account) = pair().await;
    begun(&*account).await;
    let sent = account.send(&text("Готово"), &anna(), "key").await.unwrap();
    let ours: i32 = sent.ext_ids[0].parse().unwrap();
    let house = House {
        has: vec![ours],
        work: vec![(ANNA, 0)],
    };
    for given in [Some("👍"), None] {
        double.reacts(ANNA, ours, given);
        let history = told(&*account, &house).await;
        let [one] = history.messages.as_slice() else {
            panic!("{history:?}")
        };
        assert!(one.event.is_none(), "the house has it");
        let told = account.normalize(one.reacted.as_ref().unwrap());
        let [Inbound::Reaction { ext_id, emoji, .. }] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert_eq!(*ext_id, sent.ext_ids[0]);
        assert_eq!(emoji.first().map(String::as_str), given);
    }
}

fn reactions(account: &dyn Account, polled: &Polled) -> Vec<(String, Vec<String>)> {
    let all = polled.events.iter().flat_map(|e| account.normalize(e));
    all.filter_map(|one| match one {
        Inbound::Reaction { ext_id, emoji, .. } => Some((ext_id, emoji)),
        _ => None,
    })
    .collect()
}

#[tokio::test]
async fn p_17_reactions_given_while_the_line_was_down_are_asked_for() {
    let (double, account) = pair().await;
    let mut cursor = begun(&*account).await;
    double.says(ANNA, "Раз");
    assert_eq!(next(&*account, &mut cursor).await.len(), 1);
    let sent = account.send(&text("Готово"), &anna(), "key").await.unwrap();
    let ours: i32 = sent.ext_ids[0].parse().unwrap();
    double.says(ANNA, "Спасибо");
    assert_eq!(next(&*account, &mut cursor).await.len(), 1);
    // The program ends, and begins again later.
    drop(account);
    double.cut();
    double.reacts(ANNA, ours, Some("👍"));
    let account = open(&double, &env(&clock(), true));
    let polled = account.poll(cursor.clone()).await.unwrap();
    let wanted = [(sent.ext_ids[0].clone(), vec!["👍".to_owned()])];
    assert_eq!(reactions(&*account, &polled), wanted);
    cursor = polled.cursor.or(cursor);
    // The line breaks while the program runs.
    double.looks();
    double.says(ANNA, "Два");
    assert_eq!(next(&*account, &mut cursor).await.len(), 1);
    double.cut();
    double.reacts(ANNA, ours, Some("🔥"));
    double.says(ANNA, "Три");
    let mut seen = Vec::new();
    for _ in 0..4 {
        let polled = account.poll(cursor.clone()).await.unwrap();
        seen.extend(reactions(&*account, &polled));
        cursor = polled.cursor.or(cursor);
        if !seen.is_empty() {
            break;
        }
    }
    assert_eq!(seen, [(sent.ext_ids[0].clone(), vec!["🔥".to_owned()])]);
}
