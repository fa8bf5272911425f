//! The webhook, and how the account fares.

use crate::{
    ANNA, HOUSE, account_with, pair, pair_with,
    testkit::viber_double::{Fault, ViberDouble},
};
use axum::{Router, extract::State, http::HeaderMap, http::StatusCode};
use bytes::Bytes;
use channel::{Account, PollMode, RawRequest, SendError, Verified, WebhookHook};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

type Seen = Arc<Mutex<Vec<RawRequest>>>;

fn hook() -> WebhookHook {
    WebhookHook {
        url: format!("{HOUSE}/hooks/viber/1"),
        secret: "unused".to_owned(),
    }
}

/// A house that hands what is posted to the account and answers as the account says; what it took.
async fn open_house(double: &ViberDouble, account: &Arc<dyn Account>) -> Seen {
    let seen = Seen::default();
    let handler = async |State((account, seen)): State<(Arc<dyn Account>, Seen)>,
                         headers: HeaderMap,
                         body: Bytes| {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()));
        let request = RawRequest {
            method: "POST".to_owned(),
            headers: headers.collect(),
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
        .with_state((Arc::clone(account), Arc::clone(&seen)));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    double.play(HOUSE, &format!("http://{}", listener.local_addr().unwrap()));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    seen
}

#[tokio::test]
async fn the_webhook_is_set_greeted_and_removed() {
    let (double, account) = pair().await;
    assert_eq!(account.mode(), PollMode::None);
    let polled = account.poll(Some("c".to_owned())).await.unwrap();
    assert_eq!(
        (polled.events.len(), polled.cursor.as_deref()),
        (0, Some("c"))
    );
    let seen = open_house(&double, &account).await;
    account.start(Some(hook())).await.unwrap();
    assert_eq!(double.webhook(), hook().url);
    let wish = double.calls().pop().unwrap().body;
    assert_eq!(
        (&wish["send_name"], &wish["send_photo"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(wish["event_types"].as_array().unwrap().len(), 6);
    assert_eq!(seen.lock().unwrap().len(), 1, "the greeting");
    double.say(ANNA, "Здравствуйте").await;
    let taken = seen.lock().unwrap().pop().unwrap();
    let Ok(verified) = account.verify(&taken) else {
        panic!("a genuine event was refused");
    };
    assert_eq!(account.split(&verified).len(), 1);
    account.start(None).await.unwrap();
    assert_eq!(double.webhook(), "");
    assert_eq!(double.calls().pop().unwrap().body, json!({"url": ""}));
}

#[tokio::test]
async fn an_address_nobody_answers_at_is_not_taken() {
    let (double, account) = pair().await;
    let error = account.start(Some(hook())).await.unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "1"));
    let check = account.check().await;
    assert_eq!((check.ok, check.code.as_str()), (true, "webhook_failing"));
    assert_eq!(check.detail, "invalidUrl");
    // As soon as we can be reached the next check sets it.
    open_house(&double, &account).await;
    assert_eq!(account.check().await.code, "ok");
    assert_eq!(double.webhook(), hook().url);
}

#[tokio::test]
async fn a_webhook_that_another_took_is_set_again() {
    let (double, account) = pair().await;
    open_house(&double, &account).await;
    account.start(Some(hook())).await.unwrap();
    double.take_webhook("https://other.example/bot");
    double.fail_next("set_webhook", Fault::BadGateway);
    assert_eq!(account.check().await.code, "webhook_missing");
    assert_eq!(account.check().await.code, "ok");
    assert_eq!(double.webhook(), hook().url);
}

#[tokio::test]
async fn a_check_learns_the_bot_and_says_what_viber_needs() {
    let (double, account) = pair().await;
    let check = account.check().await;
    assert_eq!(
        (check.ok, check.code.as_str(), check.name.as_str()),
        (true, "ok", "Beseda")
    );
    assert_eq!(check.ext_id, "pa:75346594275468546724");
    let hidden = account_with(&double.base_url(), double.token(), None, &[]);
    let check = hidden.check().await;
    assert_eq!(
        (check.ok, check.code.as_str()),
        (false, "needs_public_https")
    );
    assert_eq!(check.name, "Beseda", "the token is right all the same");
    double.fail_next("get_account_info", Fault::TooMany(0));
    assert_eq!(account.check().await.code, "slow_down");
    double.fail_next("get_account_info", Fault::BadGateway);
    assert_eq!(account.check().await.code, "no_answer");
}

#[tokio::test]
async fn who_opens_the_conversation_is_greeted_once() {
    let (double, account) = pair_with(&[("welcome", "Здравствуйте!\nСпрашивайте.")]).await;
    open_house(&double, &account).await;
    account.start(Some(hook())).await.unwrap();
    account.check().await;
    let answer = double.open("new==", None).await;
    let greeting: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        greeting,
        json!({
            "type": "text", "text": "Здравствуйте!\nСпрашивайте.",
            "sender": {"name": "Beseda"}, "min_api_version": 1,
        })
    );
    // A subscriber knows us already; other events are answered with nothing.
    assert_eq!(double.open(ANNA, None).await.body, "");
    assert_eq!(double.subscribe("new==", true).await.body, "");
    let (double, account) = pair().await;
    open_house(&double, &account).await;
    account.start(Some(hook())).await.unwrap();
    let answer = double.open("new==", None).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
}
