//! What the program is asked, and what its refusals mean.

use crate::{
    ANNA, account_with, anna, pair,
    testkit::own_double::{Fault, OwnDouble},
    text,
};
use ::text::{Entity, EntityKind};
use channel::{Account, Action, Address, Part, PeerRef, Reach, SendError};
use kernel::Phone;
use serde_json::{Value, json};

#[tokio::test]
async fn p_23_a_text_is_asked_to_be_sent_with_all_that_belongs_to_it() {
    let (double, account) = pair().await;
    let part = Part {
        entities: vec![Entity::new(EntityKind::Bold, 0, 4)],
        reply_to: Some("m1".to_owned()),
        silent: true,
        ..text("Есть, две")
    };
    let accepted = account.send(&part, &anna(), "key-1").await.unwrap();
    let sent = double.done("send").pop().unwrap();
    assert_eq!(accepted.ext_ids, sent.ids);
    assert_eq!(
        sent.body,
        json!({
            "type": "send", "key": "key-1", "chat": ANNA, "text": "Есть, две", "reply_to": "m1", "silent": true,
            "entities": [{"kind": "bold", "offset": 0, "len": 4}], "files": [],
        })
    );
    // The same key again: the same message.
    let again = account.send(&part, &anna(), "key-1").await.unwrap();
    assert_eq!(again.ext_ids, accepted.ext_ids);
    assert_eq!(double.done("send").len(), 1);
    assert_eq!(double.unproved(), 0);
}

#[tokio::test]
async fn p_23_refusals_are_told_apart() {
    let (double, account) = pair().await;
    for (fault, word) in [
        (Fault::Refuse(400, "malformed"), "rejected"),
        (Fault::Refuse(401, "bad_signature"), "account_fatal"),
        (Fault::Refuse(403, "needs_login"), "account_fatal"),
        (Fault::Refuse(404, "no_such_chat"), "peer_unreachable"),
        (Fault::Refuse(409, "window_closed"), "window_closed"),
        (Fault::Refuse(422, "bad_number"), "rejected"),
        (Fault::Refuse(500, "oops"), "unknown"),
        (Fault::TooMany(9), "retry"),
        (Fault::BadGateway, "unknown"),
        (Fault::Nonsense, "unknown"),
    ] {
        double.fail_next("send", fault.clone());
        let key = format!("{fault:?}");
        let error = account.send(&text("да"), &anna(), &key).await.unwrap_err();
        assert_eq!(error.word(), word, "{fault:?}");
    }
    let nobody = PeerRef {
        ext_id: "nobody".to_owned(),
    };
    let error = account.send(&text("да"), &nobody, "k").await.unwrap_err();
    assert_eq!(error.word(), "peer_unreachable");
}

#[tokio::test]
async fn p_23_the_lesser_acts_are_asked_only_where_they_were_said_to_be_possible() {
    let (double, account) = pair().await;
    let acts = || {
        let id = "ours-1".to_owned();
        [
            (
                Action::Edit {
                    ext_id: id.clone(),
                    text: "Три".to_owned(),
                    entities: vec![],
                    caption: false,
                },
                json!({"type": "edit", "id": "ours-1", "text": "Три", "entities": [], "caption": false, "chat": ANNA}),
            ),
            (
                Action::Delete {
                    ext_ids: vec![id.clone()],
                },
                json!({"type": "delete", "ids": ["ours-1"], "chat": ANNA}),
            ),
            (
                Action::React {
                    ext_id: id.clone(),
                    emoji: Some("👍".to_owned()),
                },
                json!({"type": "react", "id": "ours-1", "emoji": "👍", "chat": ANNA}),
            ),
            (Action::Typing, json!({"type": "typing", "chat": ANNA})),
            (
                Action::MarkRead { ext_id: id },
                json!({"type": "read", "up_to": "ours-1", "chat": ANNA}),
            ),
        ]
    };
    for (act, want) in acts() {
        account.act(act, &anna()).await.unwrap();
        assert_eq!(double.calls().pop().unwrap().body, want);
    }
    let plain = account_with(&double.url(), double.secret(), &[("abilities", "")]);
    let before = double.calls().len();
    for (act, _) in acts() {
        let error = plain.act(act, &anna()).await.unwrap_err();
        assert!(matches!(error, SendError::Rejected { code, .. } if code == "unsupported"));
    }
    assert_eq!(double.calls().len(), before);
}

async fn reach(double: &OwnDouble, account: &dyn Account, answer: Value) -> Reach {
    double.know("+79161234567", answer);
    let address = Address::Phone(Phone::parse("+79161234567").unwrap());
    account.can_contact(&address).await.unwrap()
}

#[tokio::test]
async fn p_23_the_program_says_who_is_there() {
    let (double, account) = pair().await;
    let chat = json!({"id": "79161234567@net", "name": "Анна"});
    let found = reach(&double, &*account, json!({"reach": "found", "chat": chat})).await;
    assert!(matches!(found, Reach::Found(peer) if peer.ext_id == "79161234567@net"));
    let absent = reach(&double, &*account, json!({"reach": "absent"})).await;
    assert_eq!(absent, Reach::Absent);
    for (told, want, has) in [
        (json!({"reach": "hidden", "chat": chat}), "hidden", true),
        (json!({"reach": "unknown"}), "not_now", false),
        // Found, but nobody to write to: nobody knows.
        (json!({"reach": "found"}), "not_now", false),
    ] {
        let Reach::Unknown { why, peer } = reach(&double, &*account, told).await else {
            panic!("{want}");
        };
        assert_eq!((why.as_str(), peer.is_some()), (want, has));
    }
    let mail = Address::Email("anna@example.org".to_owned());
    let told = account.can_contact(&mail).await.unwrap();
    assert_eq!(told, Reach::Unsupported);
}
