//! What the provider sees of what we send.

use crate::{
    ANNA, BORIS, incoming, pair,
    testkit::whatsapp_double::{Client, Fault, WhatsAppDouble},
    text, to,
};
use channel::{
    Account, Action, Button, FirstContact, OutMessage, Part, PeerRef, SendError, contract::events,
    plan,
};
use serde_json::{Value, json};

/// The client writes; answers the message's id.
fn say(double: &WhatsAppDouble, account: &dyn Account, who: Client, words: &str) -> String {
    let value = double.message(who, json!({"type": "text", "text": {"body": words}}));
    let id = value["messages"][0]["id"].as_str().unwrap().to_owned();
    let body = double.body("messages", value);
    for event in events(account, &incoming::request(body.into_bytes())) {
        account.normalize(&event);
    }
    id
}

#[tokio::test]
async fn p_25_a_text_goes_with_its_formatting_its_answer_and_its_mark() {
    let (double, account) = pair().await;
    let answered = say(&double, &*account, ANNA, "жду");
    let source = "**Счёт** [тут](https://a.example/x)";
    let planned = plan(
        &OutMessage::from_source(source, vec![]),
        account.capabilities(),
    );
    let planned = planned.unwrap().remove(0);
    let part = Part {
        text: planned.text,
        entities: planned.entities,
        reply_to: Some(answered.clone()),
        ..Part::default()
    };
    let accepted = account.send(&part, &to(ANNA), "part-7").await.unwrap();
    let call = double.sent().remove(0);
    assert_eq!(
        call.body,
        json!({
            "messaging_product": "whatsapp", "recipient_type": "individual", "to": "79161234567",
            "type": "text",
            "text": {"body": "*Счёт* тут (https://a.example/x)", "preview_url": true},
            "context": {"message_id": answered}, "biz_opaque_callback_data": "part-7",
        })
    );
    assert_eq!(accepted.ext_ids, [call.made]);
}

#[tokio::test]
async fn u_06_a_client_without_a_number_is_written_to_by_id() {
    let (double, account) = pair().await;
    account.send(&text("Да"), &to(BORIS), "k").await.unwrap();
    let body = double.sent().remove(0).body;
    assert_eq!(
        (&body["to"], &body["recipient"]),
        (&Value::Null, &json!(BORIS.id))
    );
    assert_eq!(body["text"], json!({"body": "Да", "preview_url": false}));
    // Known by the number alone, as before the ids.
    let old = PeerRef {
        ext_id: "79161234567".to_owned(),
    };
    account.send(&text("Да"), &old, "k2").await.unwrap();
    assert_eq!(double.sent()[1].body["to"], "79161234567");
}

#[tokio::test]
async fn lines_of_our_own_making_are_not_answered() {
    let (double, account) = pair().await;
    let part = Part {
        reply_to: Some("system:1".to_owned()),
        ..text("Да")
    };
    account.send(&part, &to(ANNA), "k").await.unwrap();
    assert_eq!(double.sent()[0].body.get("context"), None);
}

#[tokio::test]
async fn u_08_a_closed_window_is_told_as_one() {
    let (double, account) = pair().await;
    double.close_window(ANNA);
    let error = account.send(&text("?"), &to(ANNA), "k").await.unwrap_err();
    // Her number is not known here, so the id is what the double looks at.
    assert_eq!(error, SendError::WindowClosed);
    assert_eq!(double.sent(), []);
}

#[tokio::test]
async fn u_08_refusals_have_their_meaning_and_words() {
    let (double, account) = pair().await;
    for (status, code, words, want) in [
        (
            400,
            131_026,
            "(#131026) Message undeliverable",
            "peer_unreachable",
        ),
        (400, 131_056, "(#131056) pair rate limit", "retry"),
        (400, 80_007, "(#80007) rate limit", "retry"),
        (403, 10, "(#10) permission denied", "account_fatal"),
        (401, 0, "AuthException", "account_fatal"),
        (400, 130_472, "(#130472) experiment", "rejected"),
    ] {
        double.fail_next("POST /messages", Fault::Refuse(status, code, words));
        let error = account.send(&text("?"), &to(ANNA), "k").await.unwrap_err();
        assert_eq!(error.word(), want, "{code}");
        assert!(error.to_string().contains(words), "{error}");
    }
    double.fail_next("POST /messages", Fault::Unavailable);
    let error = account.send(&text("?"), &to(ANNA), "k").await.unwrap_err();
    assert_eq!(error.word(), "retry", "Meta says that it did nothing");
    double.fail_next("POST /messages", Fault::BadGateway);
    let error = account.send(&text("?"), &to(ANNA), "k").await.unwrap_err();
    assert_eq!(error.word(), "unknown", "a proxy knows nothing");
    assert_eq!(double.sent(), []);
}

#[tokio::test]
async fn p_25_reactions_signs_of_reading_and_typing() {
    let (double, account) = pair().await;
    // Before they wrote there is nothing to hang it on.
    account.act(Action::Typing, &to(ANNA)).await.unwrap();
    assert_eq!(double.calls(), []);
    let id = say(&double, &*account, ANNA, "Ау");
    for (emoji, want) in [(Some("👍"), "👍"), (None, "")] {
        let action = Action::React {
            ext_id: id.clone(),
            emoji: emoji.map(str::to_owned),
        };
        account.act(action, &to(ANNA)).await.unwrap();
        let body = double.sent().pop().unwrap().body;
        assert_eq!(body["reaction"], json!({"message_id": id, "emoji": want}));
        assert_eq!(
            (&body["type"], &body["to"]),
            (&json!("reaction"), &json!("79161234567"))
        );
    }
    account.act(Action::Typing, &to(ANNA)).await.unwrap();
    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": id});
    let mut typing = read.clone();
    typing["typing_indicator"] = json!({"type": "text"});
    assert_eq!(double.calls().pop().unwrap().body, typing);
    account
        .act(Action::MarkRead { ext_id: id }, &to(ANNA))
        .await
        .unwrap();
    assert_eq!(double.calls().pop().unwrap().body, read);
}

#[tokio::test]
async fn p_25_what_whatsapp_cannot_is_neither_declared_nor_done() {
    let (double, account) = pair().await;
    let able = account.capabilities();
    assert!(!able.edit.own && !able.delete.own && !able.idempotent);
    assert_eq!(able.first_contact, FirstContact::Template);
    assert_eq!(able.window_s, Some(86_400));
    let delete = Action::Delete {
        ext_ids: vec!["wamid.1".to_owned()],
    };
    let error = account.act(delete, &to(ANNA)).await.unwrap_err();
    assert!(matches!(&error, SendError::Rejected { code, .. } if code == "unsupported"));
    assert_eq!(double.calls(), []);
}

#[tokio::test]
async fn p_29_an_echo_of_our_own_message_is_no_news() {
    let (double, account) = pair().await;
    let accepted = account.send(&text("Да"), &to(ANNA), "k").await.unwrap();
    let (_, mut value) = double.echo(ANNA, json!({"type": "text", "text": {"body": "Да"}}));
    value["message_echoes"][0]["id"] = accepted.ext_ids[0].as_str().into();
    let body = double.body("smb_message_echoes", value);
    let own = events(&*account, &incoming::request(body.into_bytes()));
    assert_eq!(account.normalize(&own[0]), []);
    let (_, value) = double.echo(ANNA, json!({"type": "text", "text": {"body": "Да"}}));
    let body = double.body("smb_message_echoes", value);
    let other = events(&*account, &incoming::request(body.into_bytes()));
    assert_eq!(account.normalize(&other[0]).len(), 1);
}

fn buttons(all: &[(&str, Option<&str>)]) -> Vec<Vec<Button>> {
    let button = |(n, (text, url)): (usize, &(&str, Option<&str>))| {
        let url = url.map(str::to_owned);
        let data = if url.is_some() {
            String::new()
        } else {
            format!("b:{n}")
        };
        vec![Button {
            text: (*text).to_owned(),
            data,
            url,
        }]
    };
    all.iter().enumerate().map(button).collect()
}

#[tokio::test]
async fn buttons_answer_by_three_or_one_opens_a_page() {
    let (double, account) = pair().await;
    say(&double, &*account, ANNA, "когда?");
    let may = account.capabilities().keyboard;
    assert_eq!((may.max, may.label_max, may.mixed), (3, 20, false));
    let with = |all: &[(&str, Option<&str>)]| Part {
        buttons: buttons(all),
        ..text("Когда привезти?")
    };
    let part = with(&[("Утром", None), ("Днём", None), ("Вечером", None)]);
    account.send(&part, &to(ANNA), "k").await.unwrap();
    let body = double.sent().pop().unwrap().body;
    assert_eq!(
        (&body["type"], &body["interactive"]),
        (
            &json!("interactive"),
            &json!({"type": "button", "body": {"text": "Когда привезти?"}, "action": {"buttons": [
                {"type": "reply", "reply": {"id": "b:0", "title": "Утром"}},
                {"type": "reply", "reply": {"id": "b:1", "title": "Днём"}},
                {"type": "reply", "reply": {"id": "b:2", "title": "Вечером"}},
            ]}})
        )
    );
    let part = with(&[("Наш сайт", Some("https://shop.example/a"))]);
    account.send(&part, &to(ANNA), "k2").await.unwrap();
    let body = double.sent().pop().unwrap().body;
    assert_eq!(
        body["interactive"]["action"],
        json!({"name": "cta_url", "parameters": {"display_text": "Наш сайт", "url": "https://shop.example/a"}})
    );
    let part = with(&[("Да", None), ("Сайт", Some("https://shop.example"))]);
    let refused = account.send(&part, &to(ANNA), "k3").await.unwrap_err();
    assert!(matches!(refused, SendError::Rejected { .. }), "{refused}");
}
