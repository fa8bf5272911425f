//! Asking for events, and how the account fares.

use crate::{
    ANNA, account_with, pair,
    testkit::own_double::{Fault, said},
};
use channel::{PollMode, WebhookHook};

#[tokio::test]
async fn p_23_events_are_asked_for_by_a_cursor() {
    let (double, account) = pair().await;
    assert_eq!(account.mode(), PollMode::Long);
    for n in 0..150 {
        double.tell(said(&n.to_string(), ANNA, 1_700_000_000_000, "эй"));
    }
    let first = account.poll(None).await.unwrap();
    assert_eq!(
        (first.events.len(), first.cursor.as_deref()),
        (100, Some("100"))
    );
    assert_eq!(first.events[0].dedup_key, "event-0");
    assert_eq!(first.events[0].lane, ANNA);
    let second = account.poll(first.cursor).await.unwrap();
    assert_eq!(
        (second.events.len(), second.cursor.as_deref()),
        (50, Some("150"))
    );
    // One that waits is woken by news.
    let (polled, ()) = tokio::join!(account.poll(second.cursor), async {
        double.tell(said("late", ANNA, 1_700_000_000_000, "и ещё"));
    });
    assert_eq!(polled.unwrap().events[0].dedup_key, "event-late");
    double.go_down(true);
    let error = account.poll(None).await.unwrap_err();
    assert_eq!(error.word(), "unknown");
    assert_eq!(double.unproved(), 0);
}

#[tokio::test]
async fn p_23_an_event_without_an_id_does_not_stop_the_others() {
    let (double, account) = pair().await;
    double.tell(serde_json::json!({"type": "message"}));
    double.tell(said("1", ANNA, 1_700_000_000_000, "эй"));
    let polled = account.poll(None).await.unwrap();
    assert!(polled.events[0].dedup_key.starts_with("sum:"));
    assert_eq!(account.normalize(&polled.events[0]).len(), 1);
    assert_eq!(polled.events[1].dedup_key, "event-1");
}

#[tokio::test]
async fn p_23_a_webhook_is_shown_to_be_pasted() {
    let (double, account) = pair().await;
    let hook = WebhookHook {
        url: "https://chat.example/hooks/own/1/2".to_owned(),
        secret: "unused".to_owned(),
    };
    assert_eq!(account.address_to_paste(&hook), None);
    let other = account_with(&double.url(), double.secret(), &[("receive", "webhook")]);
    assert_eq!(other.mode(), PollMode::None);
    assert_eq!(other.address_to_paste(&hook), Some(hook.url.clone()));
    let polled = other.poll(Some("c".to_owned())).await.unwrap();
    assert_eq!(
        (polled.events.len(), polled.cursor.as_deref()),
        (0, Some("c"))
    );
}

#[tokio::test]
async fn p_23_a_check_says_how_the_program_fares() {
    let (double, account) = pair().await;
    let check = account.check().await;
    assert_eq!(
        (check.ok, check.code.as_str(), check.name.as_str()),
        (true, "ok", "Beseda double")
    );
    for (fault, code) in [
        (Fault::Refuse(403, "needs_login"), "token_refused"),
        (Fault::TooMany(5), "slow_down"),
        (Fault::BadGateway, "no_answer"),
        (Fault::Refuse(422, "unsupported"), "program_reports"),
    ] {
        double.fail_next("check", fault.clone());
        let check = account.check().await;
        assert_eq!((check.ok, check.code.as_str()), (false, code), "{fault:?}");
    }
}
