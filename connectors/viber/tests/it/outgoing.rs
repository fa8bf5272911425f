//! What the provider sees of what we send, and what its refusals mean.

use crate::{
    ANNA, account_with, anna, pair, pair_with,
    testkit::viber_double::{Fault, ViberDouble},
    text,
};
use channel::{
    Account, Action, Button, FirstContact, OutMessage, Part, PeerRef, Scope, SendError, plan,
};
use serde_json::json;

#[tokio::test]
async fn a_text_goes_under_the_bots_own_name() {
    let (double, account) = pair().await;
    let part = Part {
        reply_to: Some("1".to_owned()),
        ..text("Есть, **две**.")
    };
    let accepted = account.send(&part, &anna(), "k").await.unwrap();
    let sent = double.sent().pop().unwrap();
    // The number of the answer, to the last digit.
    assert_eq!(accepted.ext_ids, [sent.token.to_string()]);
    assert!(sent.token > 1 << 53);
    assert_eq!(
        sent.body,
        json!({
            "receiver": ANNA, "type": "text", "text": "Есть, **две**.",
            "sender": {"name": "Beseda"}, "min_api_version": 1,
        })
    );
    account.send(&text("ещё"), &anna(), "k2").await.unwrap();
    let asked = double.calls().into_iter();
    let asked = asked.filter(|call| call.what == "get_account_info").count();
    assert_eq!(asked, 1, "the name is asked for once");
}

#[tokio::test]
async fn a_sender_has_the_name_and_face_of_the_settings() {
    let face = "https://shop.example/face.png";
    let more = [("sender_name", "Лавка ламп"), ("sender_avatar", face)];
    let (double, account) = pair_with(&more).await;
    account.send(&text("да"), &anna(), "k").await.unwrap();
    let sent = double.sent().pop().unwrap();
    assert_eq!(
        sent.body["sender"],
        json!({"name": "Лавка ламп", "avatar": face})
    );
    assert_eq!(double.calls().len(), 1, "nothing had to be asked");
}

#[tokio::test]
async fn a_text_of_the_longest_kind_fits_whatever_it_is_written_in() {
    let (double, account) = pair().await;
    for letter in ["я", "語", "😀", "\"", "\n"] {
        let message = OutMessage {
            text: format!("[{}]", letter.repeat(7000)),
            ..OutMessage::default()
        };
        for (n, part) in plan(&message, account.capabilities())
            .unwrap()
            .iter()
            .enumerate()
        {
            let sent = account
                .send(&text(&part.text), &anna(), &format!("{letter}{n}"))
                .await;
            assert!(sent.is_ok(), "{letter}: {sent:?}");
        }
    }
    assert!(double.sent().len() >= 6);
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let (double, account) = pair().await;
    for (fault, word) in [
        (Fault::Refuse(2, "invalidAuthToken"), "account_fatal"),
        (Fault::Refuse(3, "badData"), "rejected"),
        (
            Fault::Refuse(6, "receiverNotSubscribed"),
            "peer_unreachable",
        ),
        (Fault::Refuse(9, "publicAccountSuspended"), "account_fatal"),
        (Fault::Refuse(10, "webhookNotSet"), "retry"),
        (
            Fault::Refuse(11, "receiverNoSuitableDevice"),
            "peer_unreachable",
        ),
        (Fault::Refuse(13, "apiVersionNotSupported"), "rejected"),
        (Fault::Refuse(-1, "generalError"), "unknown"),
        (Fault::BadGateway, "unknown"),
        (Fault::DropAnswer, "unknown"),
    ] {
        account.check().await;
        double.fail_next("send_message", fault.clone());
        let error = account.send(&text("да"), &anna(), "k").await.unwrap_err();
        assert_eq!(error.word(), word, "{fault:?}");
    }
    double.fail_next("send_message", Fault::TooMany(0));
    let error = account.send(&text("да"), &anna(), "k").await.unwrap_err();
    // Who does not answer has a limit of their own: the others do not wait.
    assert!(
        matches!(
            error,
            SendError::Retry {
                after: None,
                scope: Scope::Peer,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn who_never_wrote_or_left_cannot_be_written_to() {
    let (double, account) = pair().await;
    let stranger = PeerRef {
        ext_id: "nobody==".to_owned(),
    };
    let error = account.send(&text("эй"), &stranger, "k").await.unwrap_err();
    assert_eq!(error.word(), "peer_unreachable");
    double.leave(ANNA);
    let error = account.send(&text("эй"), &anna(), "k").await.unwrap_err();
    assert!(
        matches!(&error, SendError::PeerUnreachable { reason } if reason.contains("NotSubscribed")),
        "{error}"
    );
    assert_eq!(account.capabilities().first_contact, FirstContact::DeepLink);
}

#[tokio::test]
async fn a_question_for_the_name_that_fails_has_sent_nothing() {
    let (double, account) = pair().await;
    for (fault, word) in [
        (Fault::DropAnswer, "not_sent"),
        (Fault::TooMany(5), "retry"),
    ] {
        double.fail_next("get_account_info", fault);
        let error = account.send(&text("да"), &anna(), "k").await.unwrap_err();
        assert_eq!(error.word(), word);
        assert!(error.safe_to_repeat());
    }
    assert_eq!(double.sent().len(), 0);
}

#[tokio::test]
async fn what_viber_cannot_is_refused_without_asking() {
    let (double, account) = pair().await;
    let id = || "1".to_owned();
    for action in [
        Action::Typing,
        Action::MarkRead { ext_id: id() },
        Action::Delete {
            ext_ids: vec![id()],
        },
        Action::React {
            ext_id: id(),
            emoji: None,
        },
    ] {
        let error = account.act(action, &anna()).await.unwrap_err();
        assert!(matches!(error, SendError::Rejected { code, .. } if code == "unsupported"));
    }
    assert_eq!(double.calls(), []);
    let can = account.capabilities();
    assert!(!can.edit.own && !can.delete.own && !can.react.outgoing && !can.typing.outgoing);
    assert!(can.receipts.read && can.receipts.delivered && !can.idempotent && !can.reply);
}

#[tokio::test]
async fn a_link_carries_a_token_once_the_bot_is_known() {
    let double = ViberDouble::start().await.unwrap();
    let account = account_with(&double.base_url(), double.token(), None, &[]);
    let account: &dyn Account = &*account;
    assert_eq!(account.link(None), None);
    account.check().await;
    let link = "viber://pa?chatURI=beseda_test";
    assert_eq!(account.link(None).as_deref(), Some(link));
    assert_eq!(
        account.link(Some("card_00f7")),
        Some(format!("{link}&context=card_00f7"))
    );
    // L-78: a link with words in it.
    let way = account.invitation("Да & нет").unwrap();
    assert_eq!(
        (way.url.as_str(), way.takes_text),
        (
            "viber://pa?chatURI=beseda_test&text=%D0%94%D0%B0%20%26%20%D0%BD%D0%B5%D1%82",
            true
        )
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
async fn buttons_stand_below_the_field_and_answer_with_their_words() {
    let (double, account) = pair().await;
    assert!(account.capabilities().keyboard.max > 0);
    let part = Part {
        buttons: buttons(&[("Утром", None), ("Сайт", Some("https://shop.example/a"))]),
        ..text("Когда привезти?")
    };
    account.send(&part, &anna(), "k").await.unwrap();
    assert_eq!(
        double.sent().pop().unwrap().body["keyboard"],
        json!({"Type": "keyboard", "DefaultHeight": false, "Buttons": [
            {"Columns": 6, "Rows": 1, "Text": "Утром", "TextSize": "regular",
             "ActionType": "reply", "ActionBody": "Утром"},
            {"Columns": 6, "Rows": 1, "Text": "Сайт", "TextSize": "regular",
             "ActionType": "open-url", "ActionBody": "https://shop.example/a", "Silent": true},
        ]})
    );
}
