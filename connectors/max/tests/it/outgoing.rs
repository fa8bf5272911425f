//! What the provider sees of what we send.

use crate::{
    ANNA, GROUP, account, account_at, anna, group, pair,
    testkit::max_double::{Fault, MaxDouble},
    text,
};
use channel::{Action, Button, FileKind, FirstContact, OutMessage, Part, PeerRef, SendError, plan};
use serde_json::{Value, json};

#[tokio::test]
async fn a_text_goes_as_html_with_its_reply() {
    let (double, account) = pair().await;
    let planned = plan(
        &OutMessage::from_source("**Счёт** [тут](https://a.ru) 5*x_y <b>", vec![]),
        account.capabilities(),
    );
    let planned = planned.unwrap().remove(0);
    let replied = double.say(ANNA, "жду").await;
    let part = Part {
        text: planned.text,
        entities: planned.entities,
        reply_to: Some(replied.clone()),
        silent: true,
        ..Part::default()
    };
    let accepted = account.send(&part, &anna(), "k").await.unwrap();
    let call = double.sent().remove(0);
    assert_eq!(call.query["user_id"], "1001");
    assert_eq!(
        call.body,
        json!({
            "text": "<b>Счёт</b> <a href=\"https://a.ru\">тут</a> 5*x_y &lt;b&gt;",
            "format": "html", "notify": false, "link": {"type": "reply", "mid": replied},
        })
    );
    assert_eq!(accepted.ext_ids.len(), 1);
    assert!(accepted.ext_ids[0].starts_with("mid."));
}

#[tokio::test]
async fn a_text_without_formatting_goes_as_it_is() {
    let (double, account) = pair().await;
    account
        .send(&text("5 < 6 & *так*"), &anna(), "k")
        .await
        .unwrap();
    assert_eq!(double.sent()[0].body, json!({"text": "5 < 6 & *так*"}));
}

#[tokio::test]
async fn words_go_before_their_formatting_when_both_do_not_fit() {
    let (double, account) = pair().await;
    let words = "я".repeat(3995);
    let part = Part {
        entities: vec![::text::Entity::new(::text::EntityKind::Bold, 0, 10)],
        ..text(&words)
    };
    account.send(&part, &anna(), "k").await.unwrap();
    assert_eq!(double.sent()[0].body, json!({"text": words}));
}

#[tokio::test]
async fn a_group_is_written_to_by_its_chat() {
    let (double, account) = pair().await;
    double.join(GROUP);
    account.send(&text("всем"), &group(), "k").await.unwrap();
    let call = double.sent().remove(0);
    assert_eq!(call.query["chat_id"], GROUP.to_string());
    assert!(!call.query.contains_key("user_id"));
}

#[tokio::test]
async fn to_start_nobody_can_answer_and_the_answer_goes_all_the_same() {
    let (double, account) = pair().await;
    let part = Part {
        reply_to: Some("start:1001:1790000000000".to_owned()),
        ..text("Здравствуйте")
    };
    account.send(&part, &anna(), "k").await.unwrap();
    assert_eq!(double.sent()[0].body, json!({"text": "Здравствуйте"}));
}

#[tokio::test]
async fn a_client_who_stopped_the_bot_cannot_be_reached() {
    let (double, account) = pair().await;
    double.stop(ANNA, true);
    let error = account.send(&text("?"), &anna(), "k").await.unwrap_err();
    assert!(
        matches!(&error, SendError::PeerUnreachable { reason } if reason.contains("dialog.suspended")),
        "{error}"
    );
    double.stop(ANNA, false);
    account.send(&text("!"), &anna(), "k").await.unwrap();
    for nobody in ["555", "c-5", "кто-то", ""] {
        let peer = PeerRef {
            ext_id: nobody.to_owned(),
        };
        let error = account.send(&text("?"), &peer, "k").await.unwrap_err();
        assert_eq!(error.word(), "peer_unreachable", "{nobody}");
    }
    assert_eq!(double.sent().len(), 1);
}

#[tokio::test]
async fn troubles_are_told_apart() {
    let (double, account) = pair().await;
    for (fault, word) in [
        (Fault::Unavailable, "retry"),
        (Fault::BadGateway, "unknown"),
        (Fault::DropAnswer, "unknown"),
        (Fault::Refuse(400, "proto.payload", "text: bad"), "rejected"),
        (
            Fault::Refuse(403, "deprecated.token", "use the header"),
            "account_fatal",
        ),
        (Fault::Refuse(404, "not.found", "?"), "rejected"),
    ] {
        double.fail_next("POST /messages", fault.clone());
        let error = account.send(&text("?"), &anna(), "k").await.unwrap_err();
        assert_eq!(error.word(), word, "{fault:?}");
        assert!(!error.to_string().contains(double.token()), "{error}");
    }
    // Only the call whose answer was lost had been done.
    assert_eq!(double.sent().len(), 1);
}

#[tokio::test]
async fn the_cause_is_told_once() {
    let (double, _) = pair().await;
    let account = account_at("http://127.0.0.1:1", double.token(), "poll");
    let error = account.send(&text("?"), &anna(), "k").await.unwrap_err();
    assert!(matches!(error, SendError::NotSent { .. }), "{error}");
    assert_eq!(error.to_string().matches("not sent").count(), 1, "{error}");
    let checked = account.check().await;
    assert_eq!(checked.code, "unreachable");
    assert!(!checked.detail.contains("not sent"), "{}", checked.detail);
}

#[tokio::test]
async fn p_27_messages_are_edited_and_deleted() {
    let (double, account) = pair().await;
    let sent = account.send(&text("раз"), &anna(), "k").await.unwrap();
    let edit = |words: &str| Action::Edit {
        ext_id: sent.ext_ids[0].clone(),
        text: words.to_owned(),
        entities: vec![],
        caption: false,
    };
    account.act(edit("два"), &anna()).await.unwrap();
    let call = double.calls().pop().unwrap();
    assert_eq!(
        (call.what.as_str(), &call.body),
        // No attachments in the call: those of the message stay.
        ("PUT /messages", &json!({"text": "два"}))
    );
    assert_eq!(call.query["message_id"], sent.ext_ids[0]);
    // A week later MAX refuses, and does so with status 200.
    double.age(&sent.ext_ids[0]);
    let error = account.act(edit("три"), &anna()).await.unwrap_err();
    assert!(
        matches!(&error, SendError::Rejected { text, .. } if text.contains("too old")),
        "{error}"
    );
    let delete = || Action::Delete {
        ext_ids: sent.ext_ids.clone(),
    };
    account.act(delete(), &anna()).await.unwrap();
    // What is gone already is as wished.
    account.act(delete(), &anna()).await.unwrap();
    let gone = account.act(edit("четыре"), &anna()).await.unwrap_err();
    assert_eq!(gone.word(), "rejected");
}

async fn typing(double: &MaxDouble, account: &dyn channel::Account, peer: &PeerRef) -> usize {
    account.act(Action::Typing, peer).await.unwrap();
    let calls = double.calls().into_iter();
    calls.filter(|call| call.what.ends_with("/actions")).count()
}

#[tokio::test]
async fn typing_is_shown_once_the_dialogues_chat_is_known() {
    let (double, account) = pair().await;
    double.join(GROUP);
    // Nothing of Anna has come yet, so nobody knows where to show it; that is no error.
    assert_eq!(typing(&double, &*account, &anna()).await, 0);
    assert_eq!(typing(&double, &*account, &group()).await, 1);
    account.send(&text("раз"), &anna(), "k").await.unwrap();
    assert_eq!(typing(&double, &*account, &anna()).await, 2);
    let call = double.calls().pop().unwrap();
    assert_eq!(call.body, json!({"action": "typing_on"}));
    assert!(call.done);
}

#[tokio::test]
async fn what_max_cannot_is_not_declared_and_refused() {
    let (double, account) = pair().await;
    let can = account.capabilities();
    assert!(!can.react.incoming && !can.react.outgoing && !can.idempotent);
    assert!(!can.receipts.delivered && !can.receipts.read && !can.voice);
    assert_eq!(can.first_contact, FirstContact::DeepLink);
    let ext_id = "mid.1".to_owned();
    for action in [
        Action::React {
            ext_id: ext_id.clone(),
            emoji: Some("🔥".to_owned()),
        },
        Action::MarkRead { ext_id },
    ] {
        let error = account.act(action, &anna()).await.unwrap_err();
        assert!(matches!(error, SendError::Rejected { code, .. } if code == "unsupported"));
    }
    assert_eq!(double.calls(), []);
}

#[tokio::test]
async fn a_deep_link_needs_the_bots_name() {
    let (double, _) = pair().await;
    let account = account(&double, "poll");
    assert_eq!(account.link(Some("card_1")), None);
    let check = account.check().await;
    assert_eq!(
        (check.ok, check.name.as_str(), check.ext_id.as_str()),
        (true, "@beseda_test_bot", "500500")
    );
    assert_eq!(
        account.link(None).unwrap(),
        "https://max.ru/beseda_test_bot"
    );
    assert_eq!(
        account.link(Some("card_1")).unwrap(),
        "https://max.ru/beseda_test_bot?start=card_1"
    );
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
async fn buttons_stand_under_the_message_and_answer_with_their_words() {
    let (double, account) = pair().await;
    assert!(account.capabilities().keyboard.max > 0);
    let part = Part {
        buttons: buttons(&[("Утром", None), ("Сайт", Some("https://shop.example/a"))]),
        ..text("Когда привезти?")
    };
    account.send(&part, &anna(), "k").await.unwrap();
    assert_eq!(
        double.sent()[0].body["attachments"],
        json!([{"type": "inline_keyboard", "payload": {"buttons": [
            [{"type": "message", "text": "Утром"}],
            [{"type": "link", "text": "Сайт", "url": "https://shop.example/a"}],
        ]}}])
    );
}

#[tokio::test]
async fn pictures_and_buttons_are_one_message() {
    let (double, account) = pair().await;
    let keyboard = account.capabilities().keyboard;
    assert!(keyboard.files > 1 && keyboard.pictures_only);
    let part = Part {
        files: vec![
            crate::file("1.png", "image/png", FileKind::Image),
            crate::file("2.mp4", "video/mp4", FileKind::Video),
        ],
        buttons: buttons(&[("Беру", None)]),
        ..text("Какую лампу?")
    };
    account.send(&part, &anna(), "k").await.unwrap();
    let sent = double.sent();
    assert_eq!(sent.len(), 1);
    let attached = sent[0].body["attachments"].as_array().unwrap();
    let types: Vec<&Value> = attached.iter().map(|a| &a["type"]).collect();
    assert_eq!(types, ["image", "video", "inline_keyboard"]);
    assert_eq!(sent[0].body["text"], "Какую лампу?");
    let words = &attached[2]["payload"]["buttons"][0][0]["text"];
    assert_eq!(words, "Беру");
}
