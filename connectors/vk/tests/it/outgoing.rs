//! What VK sees of what we send.

use crate::{
    ANNA, account_at, anna, pair,
    testkit::vk_double::{Fault, VkDouble},
};
use channel::{Action, Button, OutMessage, Part, PeerRef, Scope, SendError, plan};
use serde_json::{Value, json};

pub(crate) fn text(words: &str) -> Part {
    Part {
        text: words.to_owned(),
        ..Part::default()
    }
}

fn last(double: &VkDouble, method: &str) -> Value {
    let call = double.calls().into_iter().rfind(|c| c.method == method);
    json!(call.unwrap().parameters)
}

#[tokio::test]
async fn a_text_goes_with_its_links_its_reply_and_its_key() {
    let (double, account) = pair().await;
    let planned = plan(
        &OutMessage::from_source("**Счёт** [тут](https://a.ru) 5*x_y & ещё", vec![]),
        account.capabilities(),
    );
    let planned = planned.unwrap().remove(0);
    let replied = double.say(ANNA, "жду").await;
    let part = Part {
        text: planned.text,
        entities: planned.entities,
        reply_to: Some(format!("{ANNA}:{replied}")),
        ..Part::default()
    };
    let accepted = account.send(&part, &anna(), "k").await.unwrap();
    assert_eq!(accepted.ext_ids, [format!("{ANNA}:{}", replied + 1)]);
    let call = last(&double, "messages.send");
    assert_eq!(call["message"], "Счёт тут (https://a.ru) 5*x_y & ещё");
    assert_eq!(call["peer_ids"], ANNA.to_string());
    let forward: Value = serde_json::from_str(call["forward"].as_str().unwrap()).unwrap();
    assert_eq!(
        forward,
        json!({"peer_id": ANNA, "conversation_message_ids": [replied], "is_reply": true})
    );
}

#[tokio::test]
async fn a_repeat_under_the_same_key_is_one_message() {
    let (double, account) = pair().await;
    assert!(account.capabilities().idempotent);
    double.fail_next("messages.send", Fault::DropAnswer);
    let lost = account.send(&text("счёт"), &anna(), "part-1").await;
    assert_eq!(lost.unwrap_err().word(), "unknown");
    let again = account
        .send(&text("счёт"), &anna(), "part-1")
        .await
        .unwrap();
    assert_eq!(again.ext_ids, [format!("{ANNA}:1")]);
    assert_eq!(double.sent().len(), 1, "the client must see it once");
    let other = account
        .send(&text("счёт"), &anna(), "part-2")
        .await
        .unwrap();
    assert_ne!(other.ext_ids, again.ext_ids);
}

#[tokio::test]
async fn a_client_who_forbade_our_messages_cannot_be_reached() {
    let (double, account) = pair().await;
    double.deny(ANNA, true);
    let error = account.send(&text("?"), &anna(), "k").await.unwrap_err();
    assert!(
        matches!(&error, SendError::PeerUnreachable { reason } if reason.contains("permission")),
        "{error}"
    );
    double.deny(ANNA, false);
    account.send(&text("!"), &anna(), "k").await.unwrap();
    for stranger in ["555", "не число"] {
        let peer = PeerRef {
            ext_id: stranger.to_owned(),
        };
        let error = account.send(&text("?"), &peer, "k2").await.unwrap_err();
        assert_eq!(error.word(), "peer_unreachable");
    }
    assert_eq!(double.sent().len(), 1);
}

#[tokio::test]
async fn troubles_are_told_apart() {
    let (double, account) = pair().await;
    for (fault, word) in [
        (Fault::Error(5), "account_fatal"),
        (Fault::Error(27), "account_fatal"),
        (Fault::Error(15), "account_fatal"),
        (Fault::Error(6), "retry"),
        (Fault::Error(9), "retry"),
        (Fault::Error(10), "retry"),
        (Fault::Error(29), "retry"),
        (Fault::Error(14), "rejected"),
        (Fault::Error(914), "rejected"),
        (Fault::Error(950), "window_closed"),
        (Fault::Error(900), "peer_unreachable"),
        (Fault::BadGateway, "unknown"),
        (Fault::DropAnswer, "unknown"),
    ] {
        double.fail_next("messages.send", fault.clone());
        let error = account.send(&text("?"), &anna(), "k").await.unwrap_err();
        assert_eq!(error.word(), word, "{fault:?}");
        assert!(!error.to_string().contains(double.token()), "{error}");
    }
    // Only the call whose answer was lost had been done.
    assert_eq!(double.sent().len(), 1);
}

#[tokio::test]
async fn a_flood_is_one_dialogues_and_too_many_calls_are_everybodys() {
    let (double, account) = pair().await;
    for (code, scope) in [(9, Scope::Peer), (6, Scope::Account)] {
        double.fail_next("messages.send", Fault::Error(code));
        let error = account.send(&text("?"), &anna(), "k").await.unwrap_err();
        assert!(
            matches!(error, SendError::Retry { scope: told, .. } if told == scope),
            "{code}"
        );
    }
    double.fail_next("messages.send", Fault::Error(14));
    let error = account.send(&text("?"), &anna(), "k").await.unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "captcha"));
}

#[tokio::test]
async fn the_cause_is_told_once() {
    // Nobody listens at port 1.
    let (double, _) = pair().await;
    let account = account_at("http://127.0.0.1:1", double.token(), "poll");
    let error = account.send(&text("?"), &anna(), "k").await.unwrap_err();
    assert!(matches!(error, SendError::NotSent { .. }), "{error}");
    assert_eq!(error.to_string().matches("not sent").count(), 1, "{error}");
    let checked = account.check().await;
    assert!(
        checked.code == "unreachable" && !checked.detail.is_empty(),
        "{checked:?}"
    );
    assert!(!checked.detail.contains("not sent"), "{}", checked.detail);
}

#[tokio::test]
async fn p_27_messages_are_edited_deleted_and_reacted_to() {
    let (double, account) = pair().await;
    let ids = account
        .send(&text("раз"), &anna(), "k")
        .await
        .unwrap()
        .ext_ids;
    let edit = Action::Edit {
        ext_id: ids[0].clone(),
        text: "два".to_owned(),
        entities: vec![],
        caption: false,
    };
    account.act(edit.clone(), &anna()).await.unwrap();
    assert_eq!(last(&double, "messages.edit")["message"], "два");
    let react = |emoji: Option<&str>| Action::React {
        ext_id: ids[0].clone(),
        emoji: emoji.map(str::to_owned),
    };
    account
        .act(react(Some("❤\u{fe0f}")), &anna())
        .await
        .unwrap();
    assert_eq!(last(&double, "messages.sendReaction")["reaction_id"], "1");
    account.act(react(None), &anna()).await.unwrap();
    assert_eq!(double.count("messages.deleteReaction"), 1);
    let error = account.act(react(Some("🦄")), &anna()).await.unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "reaction_unknown"));
    account.act(Action::Typing, &anna()).await.unwrap();
    let read = Action::MarkRead {
        ext_id: ids[0].clone(),
    };
    account.act(read, &anna()).await.unwrap();
    assert_eq!(last(&double, "messages.markAsRead")["up_to_cmid"], "1");
    let delete = Action::Delete {
        ext_ids: ids.clone(),
    };
    account.act(delete.clone(), &anna()).await.unwrap();
    assert_eq!(last(&double, "messages.delete")["delete_for_all"], "1");
    let gone = account.act(edit, &anna()).await.unwrap_err();
    assert_eq!(gone.word(), "rejected");
    // The client's own cannot be taken away from them.
    let theirs = double.say(ANNA, "моё").await;
    let delete = Action::Delete {
        ext_ids: vec![format!("{ANNA}:{theirs}")],
    };
    let error = account.act(delete, &anna()).await.unwrap_err();
    assert!(
        matches!(&error, SendError::Rejected { code, text } if code == "924" && !text.is_empty()),
        "{error}"
    );
    double.fail_next("messages.edit", Fault::Error(909));
    let old = Action::Edit {
        ext_id: ids[0].clone(),
        text: "поздно".to_owned(),
        entities: vec![],
        caption: false,
    };
    let error = account.act(old, &anna()).await.unwrap_err();
    assert!(matches!(error, SendError::Rejected { code, .. } if code == "909"));
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
    assert_eq!(account.capabilities().keyboard.label_max, 40);
    let part = Part {
        buttons: buttons(&[("Утром", None), ("Сайт", Some("https://shop.example/a"))]),
        ..text("Когда привезти?")
    };
    account.send(&part, &anna(), "k").await.unwrap();
    let call = last(&double, "messages.send");
    let keyboard: Value = serde_json::from_str(call["keyboard"].as_str().unwrap()).unwrap();
    assert_eq!(
        keyboard,
        json!({"inline": true, "buttons": [
            [{"action": {"type": "text", "label": "Утром", "payload": "{\"button\":\"b:0\"}"}}],
            [{"action": {"type": "open_link", "label": "Сайт", "link": "https://shop.example/a"}}],
        ]})
    );
}
