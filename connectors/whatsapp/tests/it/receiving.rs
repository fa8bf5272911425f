//! The webhook's greeting, where Meta delivers, and the health of the number.

use crate::{SECRET, TOKEN, account_at, pair, testkit::whatsapp_double::Fault};
use channel::{Account, PollMode, RawRequest, Verified, WebhookHook, WebhookReject};

fn greeting(account: &dyn Account, query: &str) -> Result<Verified, WebhookReject> {
    account.verify(&RawRequest {
        method: "GET".to_owned(),
        query: query.to_owned(),
        ..RawRequest::default()
    })
}

fn hook() -> WebhookHook {
    WebhookHook {
        url: "https://chat.example/hooks/whatsapp/1/k".to_owned(),
        secret: SECRET.to_owned(),
    }
}

#[test]
fn p_14_the_greeting_is_answered_to_who_knows_the_word() {
    let account = account_at("http://127.0.0.1:9", TOKEN);
    let query = |mode: &str, word: &str| {
        format!("hub.mode={mode}&hub.challenge=1158201444&hub.verify_token={word}")
    };
    match greeting(&*account, &query("subscribe", SECRET)) {
        Ok(Verified::Handshake(reply)) => {
            assert_eq!((reply.status, &reply.body[..]), (200, &b"1158201444"[..]));
        }
        other => panic!("{other:?}"),
    }
    for (asked, want) in [
        (query("subscribe", "wrong"), WebhookReject::BadSignature),
        (query("subscribe", ""), WebhookReject::BadSignature),
        (query("unsubscribe", SECRET), WebhookReject::NotFound),
        (String::new(), WebhookReject::NotFound),
        (
            format!("hub.mode=subscribe&hub.verify_token={SECRET}"),
            WebhookReject::Malformed,
        ),
    ] {
        assert_eq!(greeting(&*account, &asked), Err(want), "{asked}");
    }
}

#[tokio::test]
async fn p_25_the_check_shows_the_number_and_its_standing() {
    let (double, account) = pair().await;
    assert_eq!(account.mode(), PollMode::None);
    assert_eq!(account.link(None), None);
    let told = account.check().await;
    assert!(told.ok, "{told:?}");
    assert_eq!(
        (told.code.as_str(), told.name.as_str()),
        ("ok", "Лампы и свет · +7 4950001122")
    );
    assert_eq!(
        account.link(None).as_deref(),
        Some("https://wa.me/74950001122")
    );
    assert_eq!(account.link(Some("t")), None);
    // L-78: a link with words in it.
    let way = account.invitation("Да & нет").unwrap();
    assert_eq!(
        (way.url.as_str(), way.takes_text),
        (
            "https://wa.me/74950001122?text=%D0%94%D0%B0%20%26%20%D0%BD%D0%B5%D1%82",
            true
        )
    );
    double.rate("RED");
    let told = account.check().await;
    assert_eq!((told.ok, told.code.as_str()), (true, "quality_low"));
    double.fail_next("GET ", Fault::Refuse(400, 100, "no such number"));
    let told = account.check().await;
    assert_eq!((told.ok, told.code.as_str()), (false, "number_unknown"));
}

#[tokio::test]
async fn p_14_meta_is_told_where_to_deliver_once() {
    let (double, account) = pair().await;
    account.start(Some(hook())).await.unwrap();
    assert_eq!(double.webhook(), Some((hook().url, SECRET.to_owned())));
    assert_eq!(account.check().await.code, "ok");
    account.start(Some(hook())).await.unwrap();
    let told = double.calls().iter().filter(|c| c.what == "POST ").count();
    assert_eq!(told, 1);
    account.start(None).await.unwrap();
    assert!(account.check().await.ok);
}

#[tokio::test]
async fn p_14_a_token_that_may_not_see_where_meta_delivers_is_no_broken_one() {
    let (double, account) = pair().await;
    double.fail_next("GET ", Fault::Refuse(403, 10, "(#10) no permission"));
    double.may_override(false);
    account.start(Some(hook())).await.unwrap();
    let told = account.check().await;
    assert_eq!((told.ok, told.code.as_str()), (true, "webhook_at_meta"));
}

#[tokio::test]
async fn p_14_where_meta_does_not_take_the_address_it_is_shown_with_its_word() {
    let (double, account) = pair().await;
    double.may_override(false);
    account.start(Some(hook())).await.unwrap();
    let told = account.check().await;
    assert_eq!((told.ok, told.code.as_str()), (true, "webhook_at_meta"));
    assert_eq!(told.detail, format!("{} · {SECRET}", hook().url));
}
