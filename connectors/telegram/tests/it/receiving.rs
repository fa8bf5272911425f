//! Webhook and long poll, files, and how the account fares.

use crate::{ANNA, SECRET, account, pair, testkit::telegram_double::TelegramDouble};
use axum::{Router, extract::State, http::HeaderMap, http::StatusCode};
use bytes::Bytes;
use channel::{Account, FileKind, Inbound, MediaRef, PollMode, RawRequest, SendError, WebhookHook};
use futures_util::{
    TryStreamExt,
    future::{Either, select},
};
use serde_json::json;
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
    double.say(ANNA, "раз").await;
    double.say(ANNA, "два").await;
    let first = account.poll(None).await.unwrap();
    assert_eq!(texts(&*account, &first.events), ["раз", "два"]);
    // As after a crash before the events were stored: the same come again under the same keys.
    let again = account.poll(None).await.unwrap();
    assert_eq!(first, again);
    double.say(ANNA, "три").await;
    let next = account.poll(first.cursor).await.unwrap();
    assert_eq!(texts(&*account, &next.events), ["три"]);
    assert_eq!(double.pending(), 1);
}

#[tokio::test]
async fn a_waiting_poll_gets_what_is_said_meanwhile() {
    let (double, account) = pair().await;
    let (polled, _) = tokio::join!(account.poll(None), double.say(ANNA, "привет"));
    assert_eq!(texts(&*account, &polled.unwrap().events), ["привет"]);
}

#[tokio::test]
async fn reactions_are_asked_for() {
    let (double, account) = pair().await;
    double.say(ANNA, "раз").await;
    let cursor = account.poll(None).await.unwrap().cursor;
    double
        .send_update(json!({"message_reaction": {
            "chat": {"id": ANNA, "type": "private"}, "message_id": 1, "user": {"id": ANNA, "first_name": "Анна"},
            "date": 1_700_000_000, "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "🔥"}],
        }}))
        .await;
    let polled = account.poll(cursor).await.unwrap();
    let got = account.normalize(&polled.events[0]);
    assert!(
        matches!(&got[..], [Inbound::Reaction { emoji, .. }] if emoji == &["🔥"]),
        "{got:?}"
    );
}

#[tokio::test]
async fn a_second_reader_is_a_conflict_to_be_retried() {
    let (double, account) = pair().await;
    // Nothing is said yet, so only the conflict can end one of the two.
    let polls = select(account.poll(None), account.poll(None)).await;
    let (Either::Left((ended, other)) | Either::Right((ended, other))) = polls;
    assert!(matches!(ended, Err(SendError::Retry { .. })), "{ended:?}");
    double.say(ANNA, "кому?").await;
    assert_eq!(texts(&*account, &other.await.unwrap().events), ["кому?"]);
}

#[tokio::test]
async fn a_webhook_in_the_way_of_polling_is_removed_at_start() {
    let (double, account) = pair().await;
    let hook = WebhookHook {
        url: "https://other.example/".to_owned(),
        secret: "x".to_owned(),
    };
    crate::account(&double, "webhook")
        .start(Some(hook))
        .await
        .unwrap();
    assert_eq!(account.poll(None).await.unwrap_err().word(), "retry");
    account.start(None).await.unwrap();
    assert_eq!(double.webhook(), None);
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
async fn the_webhook_is_registered_proved_and_removed() {
    let double = TelegramDouble::start().await.unwrap();
    let account = account(&double, "webhook");
    assert_eq!(account.mode(), PollMode::None);
    assert_eq!(account.poll(None).await.unwrap().events, []);
    let (url, seen) = hook_server(account.clone()).await;
    let hook = WebhookHook {
        url: url.clone(),
        secret: SECRET.to_owned(),
    };
    account.start(Some(hook)).await.unwrap();
    assert_eq!(double.webhook(), Some((url.clone(), SECRET.to_owned())));
    double.say(ANNA, "через вебхук").await;
    assert_eq!(double.pending(), 0, "the delivery was not taken");
    let request = seen.lock().unwrap().remove(0);
    let events = account.split(&account.verify(&request).unwrap());
    assert_eq!(texts(&*account, &events), ["через вебхук"]);
    let update = serde_json::from_slice(&request.body).unwrap();
    assert!(double.repeat(&update).await);
    let again = seen.lock().unwrap().remove(0);
    assert_eq!(account.split(&account.verify(&again).unwrap()), events);
    assert_eq!(account.check().await.code, "ok");

    // Somebody registers another secret: our side refuses, and the check says so.
    let hook = WebhookHook {
        url,
        secret: "another".to_owned(),
    };
    account.start(Some(hook)).await.unwrap();
    double.say(ANNA, "мимо").await;
    assert_eq!(double.pending(), 1);
    let check = account.check().await;
    assert_eq!(
        (check.ok, check.code.as_str(), check.pending),
        (true, "webhook_failing", Some(1))
    );
    assert!(check.detail.contains("401"), "{check:?}");
    account.start(None).await.unwrap();
    assert_eq!(double.webhook(), None);
    assert_eq!(account.check().await.code, "webhook_missing");
}

#[tokio::test]
async fn a_check_learns_the_name_for_the_link() {
    let (_double, account) = pair().await;
    assert_eq!(account.link(None), None);
    let check = account.check().await;
    assert_eq!(
        (check.ok, check.name.as_str(), check.ext_id.as_str()),
        (true, "@beseda_test_bot", "100000")
    );
    assert_eq!(account.link(None).unwrap(), "https://t.me/beseda_test_bot");
    assert_eq!(
        account.link(Some("card_1")).unwrap(),
        "https://t.me/beseda_test_bot?start=card_1"
    );
    // L-78: a link with words in it.
    let way = account.invitation("Да & нет").unwrap();
    assert_eq!(
        (way.url.as_str(), way.takes_text),
        (
            "https://t.me/beseda_test_bot?text=%D0%94%D0%B0%20%26%20%D0%BD%D0%B5%D1%82",
            true
        )
    );
}

fn media(ext_id: &str, size: Option<u64>) -> MediaRef {
    MediaRef {
        ext_id: ext_id.to_owned(),
        kind: FileKind::File,
        mime: Some("application/pdf".to_owned()),
        size,
        name: None,
        width: None,
        height: None,
        duration_ms: None,
    }
}

#[tokio::test]
async fn files_are_fetched_as_streams() {
    let (double, account) = pair().await;
    let bytes = vec![7_u8; 300_000];
    double.add_file("doc1", bytes.clone());
    let stream = account.fetch_media(&media("doc1", None)).await.unwrap();
    assert_eq!(
        (stream.size, stream.mime.as_deref()),
        (Some(300_000), Some("application/pdf"))
    );
    let chunks: Vec<Bytes> = stream.bytes.try_collect().await.unwrap();
    assert_eq!(chunks.concat(), bytes);
    let error = account.fetch_media(&media("lost", None)).await.unwrap_err();
    assert_eq!(error.word(), "rejected");
    let error = account
        .fetch_media(&media("doc1", Some(u64::MAX)))
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "file_too_big"));
    double.add_file("huge", vec![0; 21 * 1024 * 1024]);
    let error = account.fetch_media(&media("huge", None)).await.unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "file_too_big"));
}
