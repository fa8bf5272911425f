//! Long Poll and Callback, names, and how the account fares.

use crate::{
    ANNA, SECRET, account, account_with, anna,
    outgoing::text,
    pair,
    testkit::vk_double::{Fault, GROUP, VkDouble},
};
use axum::{Router, extract::State, http::StatusCode};
use bytes::Bytes;
use channel::{
    AUTHOR_NAME, Account, Action, Inbound, PollMode, Polled, RawEvent, RawRequest, Verified,
    WebhookHook, WebhookReject,
};
use serde_json::json;
use std::sync::{Arc, Mutex};

fn texts(account: &dyn Account, events: &[RawEvent]) -> Vec<String> {
    let all = events.iter().flat_map(|event| account.normalize(event));
    all.filter_map(|inbound| match inbound {
        Inbound::Message(message) => Some(message.text),
        _ => None,
    })
    .collect()
}

/// Polls once while nothing has happened yet, so that the cursor stands before what follows.
async fn cursor(account: &dyn Account, double: &VkDouble) -> Option<String> {
    account.start(None).await.unwrap();
    said_meanwhile(account, double, None, "первое").await.cursor
}

/// Polls, and lets Anna write once the poll waits.
async fn said_meanwhile(
    account: &dyn Account,
    double: &VkDouble,
    cursor: Option<String>,
    words: &str,
) -> Polled {
    let said = async {
        double.listened_to().await;
        double.say(ANNA, words).await
    };
    let (polled, _) = tokio::join!(account.poll(cursor), said);
    polled.unwrap()
}

#[tokio::test]
async fn p_19_polling_confirms_only_what_was_given_back() {
    let (double, account) = pair().await;
    assert_eq!(account.mode(), PollMode::Long);
    let start = cursor(&*account, &double).await;
    double.say(ANNA, "раз").await;
    double.say(ANNA, "два").await;
    let first = account.poll(start.clone()).await.unwrap();
    assert_eq!(texts(&*account, &first.events), ["раз", "два"]);
    // As after a crash before the events were stored: the same come again under the same keys.
    assert_eq!(account.poll(start.clone()).await.unwrap(), first);
    // So do they to a server that was restarted and knows its cursor alone.
    let restarted = crate::account(&double, "poll");
    assert_eq!(restarted.poll(start).await.unwrap(), first);
    double.say(ANNA, "три").await;
    let next = account.poll(first.cursor).await.unwrap();
    assert_eq!(texts(&*account, &next.events), ["три"]);
}

#[tokio::test]
async fn long_poll_is_switched_on_with_the_events_we_need() {
    let (double, account) = pair().await;
    let start = cursor(&*account, &double).await;
    double
        .send_event("wall_post_new", json!({"id": 1, "owner_id": -GROUP}))
        .await;
    let reaction = json!({"reacted_id": ANNA, "peer_id": ANNA, "cmid": 1, "reaction_id": 2});
    double.send_event("message_reaction_event", reaction).await;
    let polled = account.poll(start).await.unwrap();
    assert_eq!(
        polled.events.len(),
        1,
        "what was not asked for does not come"
    );
    let got = account.normalize(&polled.events[0]);
    assert!(
        matches!(&got[..], [Inbound::Reaction { emoji, .. }] if emoji == &["🔥"]),
        "{got:?}"
    );
}

#[tokio::test]
async fn a_session_that_ended_is_renewed_and_nothing_is_lost() {
    let (double, account) = pair().await;
    let start = cursor(&*account, &double).await;
    double.say(ANNA, "раз").await;
    // failed: 2.
    double.end_session();
    let polled = account.poll(start).await.unwrap();
    assert_eq!(texts(&*account, &polled.events), ["раз"]);
    assert_eq!(double.count("groups.getLongPollServer"), 2);
}

#[tokio::test]
async fn a_server_that_forgot_is_followed_from_where_it_is() {
    let (double, account) = pair().await;
    let start = cursor(&*account, &double).await;
    double.say(ANNA, "забытое").await;
    // failed: 1.
    double.forget_events();
    let polled = said_meanwhile(&*account, &double, start, "новое").await;
    assert_eq!(texts(&*account, &polled.events), ["новое"]);
    // failed: 3.
    double.renumber();
    let polled = said_meanwhile(&*account, &double, polled.cursor, "после").await;
    assert_eq!(texts(&*account, &polled.events), ["после"]);
    assert_eq!(double.count("groups.getLongPollServer"), 2);
}

#[tokio::test]
async fn our_own_deeds_come_back_without_doubling() {
    let (double, account) = pair().await;
    let start = cursor(&*account, &double).await;
    let ids = account
        .send(&text("ответ"), &anna(), "k")
        .await
        .unwrap()
        .ext_ids;
    let edit = Action::Edit {
        ext_id: ids[0].clone(),
        text: "ответ!".to_owned(),
        entities: vec![],
        caption: false,
    };
    account.act(edit, &anna()).await.unwrap();
    let react = Action::React {
        ext_id: ids[0].clone(),
        emoji: Some("🔥".to_owned()),
    };
    account.act(react, &anna()).await.unwrap();
    account.act(Action::Typing, &anna()).await.unwrap();
    let polled = account.poll(start).await.unwrap();
    assert_eq!(polled.events.len(), 4);
    let told: Vec<Inbound> = polled
        .events
        .iter()
        .flat_map(|event| account.normalize(event))
        .collect();
    assert!(
        matches!(&told[..], [Inbound::Receipt { .. }]),
        "one receipt and nothing else: {told:?}"
    );
}

#[tokio::test]
async fn names_are_asked_for_once_a_day() {
    let (double, account) = pair().await;
    double.call_person(ANNA, "Анна", "Петрова");
    double.call_person(3003, "Ольга", "Иванова");
    let start = cursor(&*account, &double).await;
    double.say(ANNA, "раз").await;
    double.answer_inside(3003, ANNA, "два").await;
    let polled = account.poll(start).await.unwrap();
    let mut messages = Vec::new();
    for event in &polled.events {
        for inbound in account.complete(account.normalize(event)).await {
            if let Inbound::Message(message) = inbound {
                messages.push(*message);
            }
        }
    }
    let names: Vec<&str> = messages.iter().map(|m| m.peer.name.as_str()).collect();
    assert_eq!(names, ["Анна Петрова", "Анна Петрова"]);
    assert_eq!(
        messages[1].context,
        [(AUTHOR_NAME.to_owned(), "Ольга Иванова".to_owned())]
    );
    let asked: Vec<String> = double
        .calls()
        .into_iter()
        .filter(|call| call.method == "users.get")
        .map(|call| call.parameters["user_ids"].clone())
        .collect();
    assert_eq!(asked, ["1001", "3003"]);
}

#[tokio::test]
async fn a_chat_has_its_title_and_a_message_goes_on_without_a_name() {
    let (double, account) = pair().await;
    let start = cursor(&*account, &double).await;
    double.fail_next("users.get", Fault::BadGateway);
    double.say(ANNA, "раз").await;
    double
        .write(2_000_000_005, json!({"text": "всем", "from_id": 2002}))
        .await;
    let polled = account.poll(start).await.unwrap();
    let first = account.complete(account.normalize(&polled.events[0])).await;
    assert!(matches!(&first[..], [Inbound::Message(m)] if m.peer.name.is_empty()));
    let second = account.complete(account.normalize(&polled.events[1])).await;
    let [Inbound::Message(message)] = &second[..] else {
        panic!("{second:?}")
    };
    assert_eq!(message.peer.name, "Беседа 5");
    assert_eq!(
        message.context,
        [("sender_name".to_owned(), "Client 2002".to_owned())]
    );
}

#[tokio::test]
async fn a_check_learns_the_community_and_its_link() {
    let (_double, account) = pair().await;
    assert_eq!(account.link(None), None);
    let check = account.check().await;
    assert_eq!(
        (check.ok, check.name.as_str(), check.ext_id.as_str()),
        (true, "Лампы и свет", "500100")
    );
    assert_eq!(account.link(None).unwrap(), "https://vk.me/lampy_test");
    assert_eq!(
        account.link(Some("card_1")).unwrap(),
        "https://vk.me/lampy_test?ref=card_1"
    );
    // L-78: their links take no words along.
    let way = account.invitation("Да & нет").unwrap();
    assert_eq!(
        (way.url.as_str(), way.takes_text),
        ("https://vk.me/lampy_test", false)
    );
    // A key without the right to change settings writes, but hears nothing until somebody switches Long Poll on.
    let other = VkDouble::start().await.unwrap();
    other.may_manage(false);
    let deaf = crate::account(&other, "poll");
    assert!(
        deaf.check().await.ok,
        "before it is saved nothing is judged"
    );
    deaf.start(None).await.unwrap();
    let check = deaf.check().await;
    assert_eq!((check.ok, check.code.as_str()), (false, "longpoll_off"));
    assert!(!check.detail.is_empty());
}

type Seen = Arc<Mutex<Vec<RawRequest>>>;

/// A server of ours that keeps what it gets and answers as the house does.
async fn hook_server(account: Arc<dyn Account>) -> (String, Seen) {
    let seen = Seen::default();
    let handler = |State((account, seen)): State<(Arc<dyn Account>, Seen)>, body: Bytes| async move {
        let request = RawRequest {
            method: "POST".to_owned(),
            body,
            ..RawRequest::default()
        };
        let verdict = account.verify(&request);
        seen.lock().unwrap().push(request);
        match verdict {
            Ok(stored @ Verified::Events(_)) => (StatusCode::OK, account.acknowledge(&stored).body),
            Ok(Verified::Handshake(reply)) => (StatusCode::OK, reply.body),
            Err(reject) => (StatusCode::from_u16(reject.status()).unwrap(), Bytes::new()),
        }
    };
    let router = Router::new()
        .fallback(handler)
        .with_state((account, seen.clone()));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let url = format!("http://{}/hooks/1", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, seen)
}

fn hook(url: &str) -> WebhookHook {
    WebhookHook {
        url: url.to_owned(),
        secret: SECRET.to_owned(),
    }
}

#[tokio::test]
async fn the_callback_is_registered_confirmed_and_proved() {
    let double = VkDouble::start().await.unwrap();
    let account = account(&double, "webhook");
    assert_eq!(account.mode(), PollMode::None);
    assert_eq!(account.poll(None).await.unwrap().events, []);
    let (url, seen) = hook_server(account.clone()).await;
    account.start(Some(hook(&url))).await.unwrap();
    let registered = (url.clone(), SECRET.to_owned(), "ok".to_owned());
    assert_eq!(double.callback_servers(), std::slice::from_ref(&registered));
    seen.lock().unwrap().clear();
    double.say(ANNA, "через Callback").await;
    assert_eq!(
        double.callback_servers(),
        std::slice::from_ref(&registered),
        "anything but ok would have failed"
    );
    let request = seen.lock().unwrap().remove(0);
    let events = account.split(&account.verify(&request).unwrap());
    assert_eq!(texts(&*account, &events), ["через Callback"]);
    double.repeat_last().await;
    let again = seen.lock().unwrap().remove(0);
    assert_eq!(account.split(&account.verify(&again).unwrap()), events);
    assert_eq!(account.check().await.code, "ok");
    // A second start finds all in order and asks for no second address.
    account.start(Some(hook(&url))).await.unwrap();
    assert_eq!(double.callback_servers(), [registered]);
    assert_eq!(double.count("groups.editCallbackServer"), 0);
}

#[tokio::test]
async fn a_secret_too_long_for_vk_is_shortened_on_both_sides() {
    let double = VkDouble::start().await.unwrap();
    let long = "s".repeat(50);
    let settings = [
        ("token", double.token()),
        ("base_url", &double.base_url()),
        ("receive", "webhook"),
        ("secret", &long),
    ];
    let account = account_with(&settings, None);
    let (url, _) = hook_server(account.clone()).await;
    account.start(Some(hook(&url))).await.unwrap();
    double.say(ANNA, "да").await;
    assert_eq!(double.callback_servers(), [(url, long, "ok".to_owned())]);
}

#[tokio::test]
async fn a_key_that_may_not_register_leaves_it_to_the_administrator() {
    let double = VkDouble::start().await.unwrap();
    double.may_manage(false);
    let settings = [
        ("token", double.token()),
        ("base_url", &double.base_url()),
        ("receive", "webhook"),
        ("confirmation", "a1b2c3"),
        ("secret", "ours"),
    ];
    let account = account_with(&settings, None);
    let url = "https://chat.example/hooks/vk/1/2";
    account.start(Some(hook(url))).await.unwrap();
    let check = account.check().await;
    assert_eq!(
        (check.ok, check.code.as_str(), check.detail.as_str()),
        (true, "webhook_by_hand", url)
    );
    let ask = |body: serde_json::Value| {
        account.verify(&RawRequest {
            method: "POST".to_owned(),
            body: body.to_string().into(),
            ..RawRequest::default()
        })
    };
    let confirmed = ask(json!({"type": "confirmation", "group_id": GROUP}));
    assert!(matches!(confirmed, Ok(Verified::Handshake(reply)) if reply.body == "a1b2c3"));
    let stranger = ask(json!({"type": "confirmation", "group_id": 7}));
    assert_eq!(stranger, Err(WebhookReject::NotFound));
    let event = json!({"type": "message_deny", "group_id": GROUP, "event_id": "1", "object": {"user_id": 7}});
    assert_eq!(ask(event.clone()), Err(WebhookReject::BadSignature));
    let mut proved = event;
    proved["secret"] = "ours".into();
    assert!(ask(proved).is_ok());
}

#[tokio::test]
async fn an_address_that_answers_wrongly_is_told_by_the_check() {
    let double = VkDouble::start().await.unwrap();
    let account = account(&double, "webhook");
    // Another account with another secret stands at the address.
    let settings = [("token", double.token()), ("secret", "another")];
    let wrong = account_with(&settings, None);
    let (url, _) = hook_server(wrong).await;
    account.start(Some(hook(&url))).await.unwrap();
    assert_eq!(account.check().await.code, "webhook_failing");
}

#[tokio::test]
async fn going_over_to_polling_takes_the_address_away() {
    let double = VkDouble::start().await.unwrap();
    let account = account(&double, "webhook");
    let (url, _) = hook_server(account.clone()).await;
    account.start(Some(hook(&url))).await.unwrap();
    assert_eq!(double.callback_servers().len(), 1);
    let below = url.trim_end_matches("/hooks/1").to_owned();
    let base = double.base_url();
    let settings = [("token", double.token()), ("base_url", base.as_str())];
    account_with(&settings, Some(&below))
        .start(None)
        .await
        .unwrap();
    assert_eq!(double.callback_servers(), []);
    // Whoever still wants to be called names the address again with the next check.
    assert_eq!(account.check().await.code, "ok");
    assert_eq!(double.callback_servers().len(), 1);
}
