//! Webhook and long poll, and how the account fares.

use crate::{
    ANNA, SECRET, account, pair,
    testkit::max_double::{Fault, MaxDouble},
};
use axum::{Router, extract::State, http::HeaderMap, http::StatusCode};
use bytes::Bytes;
use channel::{Account, Inbound, PollMode, RawRequest, SendError, WebhookHook};
use std::sync::{Arc, Mutex};

fn texts(account: &dyn Account, events: &[channel::RawEvent]) -> Vec<String> {
    let all = events.iter().flat_map(|event| account.normalize(event));
    all.filter_map(|inbound| match inbound {
        Inbound::Message(message) => Some(message.text),
        _ => None,
    })
    .collect()
}

#[tokio::test]
async fn polling_confirms_only_what_was_given_back() {
    let (double, account) = pair().await;
    assert_eq!(account.mode(), PollMode::Long);
    account.start(None).await.unwrap();
    double.say(ANNA, "до нас").await;
    double.say(ANNA, "раз").await;
    // Without a marker MAX tells the newest alone.
    let first = account.poll(None).await.unwrap();
    assert_eq!(texts(&*account, &first.events), ["раз"]);
    double.say(ANNA, "два").await;
    double.say(ANNA, "три").await;
    let next = account.poll(first.cursor.clone()).await.unwrap();
    assert_eq!(texts(&*account, &next.events), ["два", "три"]);
    // As after a crash before the events were stored: the same come again under the same keys.
    let again = account.poll(first.cursor).await.unwrap();
    assert_eq!(next, again);
    double.say(ANNA, "четыре").await;
    let last = account.poll(next.cursor).await.unwrap();
    assert_eq!(texts(&*account, &last.events), ["четыре"]);
}

#[tokio::test]
async fn a_waiting_poll_gets_what_is_said_meanwhile() {
    let (double, account) = pair().await;
    let (polled, _) = tokio::join!(account.poll(None), double.say(ANNA, "привет"));
    assert_eq!(texts(&*account, &polled.unwrap().events), ["привет"]);
}

#[tokio::test]
async fn a_poll_that_fails_keeps_its_place() {
    let (double, account) = pair().await;
    double.say(ANNA, "раз").await;
    let cursor = account.poll(None).await.unwrap().cursor;
    double.say(ANNA, "два").await;
    for fault in [Fault::Unavailable, Fault::TooMany(3), Fault::BadGateway] {
        double.fail_next("GET /updates", fault);
        assert!(account.poll(cursor.clone()).await.is_err());
    }
    let polled = account.poll(cursor).await.unwrap();
    assert_eq!(texts(&*account, &polled.events), ["два"]);
    double.revoke_token(true);
    let error = account.poll(polled.cursor).await.unwrap_err();
    assert_eq!(error.word(), "account_fatal");
}

fn hook(url: &str) -> WebhookHook {
    WebhookHook {
        url: url.to_owned(),
        secret: SECRET.to_owned(),
    }
}

#[tokio::test]
async fn a_webhook_in_the_way_of_polling_is_removed_at_start() {
    let (double, account) = pair().await;
    let other = crate::account(&double, "webhook");
    let url = "https://other.example/in?x=1&y=2";
    other.start(Some(hook(url))).await.unwrap();
    let error = account.poll(None).await.unwrap_err();
    assert!(matches!(error, SendError::Retry { .. }), "{error}");
    account.start(None).await.unwrap();
    assert_eq!(double.webhooks(), []);
    double.say(ANNA, "раз").await;
    account.poll(None).await.unwrap();
}

#[tokio::test]
async fn a_webhook_is_registered_once_and_others_keep_theirs() {
    let double = MaxDouble::start().await.unwrap();
    let ours = account(&double, "webhook");
    for url in [
        "https://crm.example/max",
        "https://chat.example.evil/hooks",
        "https://chat.example/hooks/max/old/key",
        "https://chat.example/hooks/max/1/key",
    ] {
        // Each by an account of its own, as other programs and earlier days would have.
        let body = ours.start(Some(hook(url)));
        body.await.unwrap();
    }
    ours.start(Some(hook("https://chat.example/hooks/max/1/key")))
        .await
        .unwrap();
    let mut urls: Vec<String> = double.webhooks().into_iter().map(|hook| hook.url).collect();
    urls.sort();
    assert_eq!(
        urls,
        [
            "https://chat.example.evil/hooks",
            "https://chat.example/hooks/max/1/key",
            "https://crm.example/max",
        ]
    );
    let hooks = double.webhooks();
    let mine = hooks.iter().find(|hook| hook.url.ends_with("/max/1/key"));
    let kinds = &mine.unwrap().kinds;
    for kind in [
        "message_created",
        "message_removed",
        "bot_started",
        "bot_stopped",
    ] {
        assert!(kinds.iter().any(|asked| asked == kind), "{kind}");
    }
}

#[tokio::test]
async fn a_webhook_that_max_dropped_is_registered_again_by_the_check() {
    let double = MaxDouble::start().await.unwrap();
    let account = account(&double, "webhook");
    // Before the start nobody has told MAX.
    assert_eq!(account.check().await.code, "webhook_missing");
    account
        .start(Some(hook("https://chat.example/hooks/max/1/key")))
        .await
        .unwrap();
    assert_eq!(account.check().await.code, "ok");
    double.drop_webhooks();
    let check = account.check().await;
    assert_eq!((check.ok, check.code.as_str()), (true, "ok"));
    assert_eq!(double.webhooks().len(), 1);
    double.drop_webhooks();
    let refused = Fault::Refuse(400, "proto.payload", "url: not reachable");
    double.fail_next("POST /subscriptions", refused);
    let check = account.check().await;
    assert_eq!((check.ok, check.code.as_str()), (true, "webhook_missing"));
    assert!(check.detail.contains("not reachable"), "{check:?}");
    assert_eq!(account.check().await.code, "ok");
}

#[tokio::test]
async fn a_house_that_lost_its_address_takes_back_only_its_own_webhook() {
    let double = MaxDouble::start().await.unwrap();
    let account = account(&double, "webhook");
    for url in [
        "https://crm.example/max",
        "https://chat.example/hooks/max/1/key",
    ] {
        account.start(Some(hook(url))).await.unwrap();
    }
    account.start(None).await.unwrap();
    let urls: Vec<String> = double.webhooks().into_iter().map(|hook| hook.url).collect();
    assert_eq!(urls, ["https://crm.example/max"]);
    assert_eq!(account.check().await.code, "webhook_missing");
}

type Seen = Arc<Mutex<Vec<RawRequest>>>;

/// A server of ours that keeps what it gets and answers with the account's verdict.
async fn hook_server(account: Arc<dyn Account>) -> (String, Seen) {
    let seen = Seen::default();
    let handler = |State((account, seen)): State<(Arc<dyn Account>, Seen)>,
                   headers: HeaderMap,
                   body: Bytes| async move {
        let headers = headers
            .iter()
            .map(|(k, v)| (k.to_string(), v.to_str().unwrap().to_owned()))
            .collect();
        let request = RawRequest {
            method: "POST".to_owned(),
            headers,
            body,
            ..RawRequest::default()
        };
        let status = account
            .verify(&request)
            .map_or_else(channel::WebhookReject::status, |v| v.reply().status);
        seen.lock().unwrap().push(request);
        StatusCode::from_u16(status).unwrap()
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

#[tokio::test]
async fn the_webhook_proves_itself_and_repeats_have_the_same_key() {
    let double = MaxDouble::start().await.unwrap();
    let account = account(&double, "webhook");
    assert_eq!(account.mode(), PollMode::None);
    assert_eq!(account.poll(None).await.unwrap().events, []);
    let (url, seen) = hook_server(account.clone()).await;
    account.start(Some(hook(&url))).await.unwrap();
    double.say(ANNA, "через вебхук").await;
    let request = seen.lock().unwrap().remove(0);
    let events = account.split(&account.verify(&request).unwrap());
    assert_eq!(texts(&*account, &events), ["через вебхук"]);
    // Delivered again, as MAX does when it is not sure.
    let update = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(double.deliver(&update).await, [200]);
    let again = seen.lock().unwrap().remove(0);
    assert_eq!(account.split(&account.verify(&again).unwrap()), events);
    // With another secret it is nobody's.
    let wrong = WebhookHook {
        secret: "another-secret".to_owned(),
        ..hook(&url)
    };
    account.start(Some(wrong)).await.unwrap();
    assert_eq!(double.deliver(&update).await, [401]);
}

#[tokio::test]
async fn what_was_not_asked_for_is_not_delivered() {
    let double = MaxDouble::start().await.unwrap();
    let account = account(&double, "webhook");
    let (url, seen) = hook_server(account.clone()).await;
    account.start(Some(hook(&url))).await.unwrap();
    let muted = include_str!("../payloads/dialog_muted.json");
    let muted = serde_json::from_str(muted).unwrap();
    double.send_update(muted).await;
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn our_own_messages_are_not_the_clients() {
    let (double, account) = pair().await;
    account.check().await;
    let echo = serde_json::json!({
        "update_type": "message_created",
        "message": {
            "recipient": {"chat_id": 901_001, "chat_type": "dialog", "user_id": ANNA},
            "sender": {"user_id": 500_500, "is_bot": true, "first_name": "Beseda"},
            "body": {"mid": "mid.echo", "seq": 1, "text": "Добрый день"},
        },
    });
    double.send_update(echo).await;
    let polled = account.poll(None).await.unwrap();
    assert_eq!(polled.events[0].lane, ANNA.to_string());
    assert_eq!(account.normalize(&polled.events[0]), []);
}
