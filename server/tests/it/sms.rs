//! Stories of SMS: a centre over SMPP and a gateway over HTTP, against strict doubles of both.

use crate::{
    app::{App, Caller, uuid},
    files::png,
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{
    sms_double::{self, SmsDouble},
    smsc_double::{self, SmscDouble, Spelling},
};

/// The client of these stories, as networks write them and as we do.
const DIGITS: &str = "79161234567";
const IVAN: &str = "+79161234567";

fn over_smpp(double: &SmscDouble) -> Value {
    json!({
        "transport": "smpp", "host": "127.0.0.1", "port": double.port().to_string(), "rate": "1000",
        "login": smsc_double::SYSTEM_ID, "password": smsc_double::PASSWORD, "sender": "LavkaLamp", "price": "4,50 ₽",
    })
}

fn over_http(double: &SmsDouble) -> Value {
    json!({
        "transport": "http", "gateway": "json", "url": double.url("/send"), "password": sms_double::PASSWORD,
        "sender": "LavkaLamp", "balance_url": double.url("/balance"), "balance_path": "data.balance", "balance_low": "100",
    })
}

async fn connect(olga: &Caller, settings: Value) -> Value {
    let checked = olga
        .post(
            "/channels/check",
            json!({"kind": "sms", "settings": settings}),
        )
        .await;
    assert_eq!(
        (&checked["ok"], &checked["name"]),
        (&json!(true), &json!("LavkaLamp")),
        "{checked}"
    );
    let account = olga
        .post(
            "/channels",
            json!({"kind": "sms", "name": "СМС", "settings": settings}),
        )
        .await;
    assert_eq!(
        account["settings"]["password"], "",
        "a secret never comes back"
    );
    account
}

/// A house with a centre; the client's chat waits in the queue.
async fn written(app: &App) -> (Caller, SmscDouble, String) {
    let olga = app.olga().await;
    let double = SmscDouble::start().await.unwrap();
    connect(&olga, over_smpp(&double)).await;
    double.say(DIGITS, "Есть чёрная лампа?");
    let chat = queued(app, &olga).await;
    (olga, double, chat)
}

async fn queued(app: &App, who: &Caller) -> String {
    let chat = app.until("a chat in the queue", async || {
        who.inbox("queue").await.into_iter().next()
    });
    chat.await["id"].as_str().unwrap().to_owned()
}

async fn messages(who: &Caller, chat: &str) -> Vec<Value> {
    let page = who.get(&format!("/threads/{chat}/messages")).await;
    page["messages"].as_array().unwrap().clone()
}

/// Waits for a message that fits; the clock goes on meanwhile, for what is put off.
async fn message(
    app: &App,
    who: &Caller,
    chat: &str,
    what: &str,
    fits: impl Fn(&Value) -> bool,
) -> Value {
    app.until(what, async || {
        app.clock.advance(Duration::from_millis(200));
        messages(who, chat).await.into_iter().find(&fits)
    })
    .await
}

async fn delivered(app: &App, who: &Caller, chat: &str, id: &Value, want: &str) -> Value {
    message(app, who, chat, want, |m| {
        m["id"] == *id && m["delivery"]["state"] == want
    })
    .await
}

story!(
    p_22_l_88_a_client_writes_by_sms_is_answered_and_the_receipt_is_seen,
    |app| {
        let (olga, double, chat) = written(&app).await;
        let card = olga.get(&format!("/client-chats/{chat}")).await;
        assert_eq!(card["contact"]["name"], IVAN);
        let identities = card["contact"]["identities"].as_array().unwrap();
        assert!(
            identities
                .iter()
                .any(|one| one["kind"] == "phone" && one["value"] == IVAN),
            "{identities:?}"
        );
        app.until("the centre is answered", async || {
            (double.answered() == (1, 0)).then_some(())
        })
        .await;

        let words = "я".repeat(71);
        let sent = olga.say("client-chats", &chat, &words).await;
        delivered(&app, &olga, &chat, &sent["id"], "sent").await;
        assert_eq!(double.texts(), [(DIGITS.to_owned(), words)]);
        let taken = double.taken();
        assert!(
            taken.len() == 2
                && taken
                    .iter()
                    .all(|one| one.receipt && one.from == "5:0:LavkaLamp")
        );
        // A text in two SMS is there when both are.
        double.receipt(taken[1].id, "DELIVRD");
        app.until("the receipt is answered", async || {
            (double.answered() == (2, 0)).then_some(())
        })
        .await;
        assert_eq!(
            messages(&olga, &chat)
                .await
                .iter()
                .find(|m| m["id"] == sent["id"])
                .unwrap()["delivery"]["state"],
            "sent"
        );
        double.receipt(taken[0].id, "DELIVRD");
        delivered(&app, &olga, &chat, &sent["id"], "delivered").await;

        let lost = olga.say("client-chats", &chat, "Ещё две в пути").await;
        delivered(&app, &olga, &chat, &lost["id"], "sent").await;
        double.receipt(double.taken()[2].id, "UNDELIV");
        let failed = delivered(&app, &olga, &chat, &lost["id"], "failed").await;
        assert_eq!(failed["delivery"]["reason"], "rejected: UNDELIV");
    }
);

story!(l_88_an_early_receipt_in_another_spelling_counts, |app| {
    let (olga, double, chat) = written(&app).await;
    for spelling in [Spelling::HexAnswer, Spelling::HexReceipt, Spelling::Same] {
        double.spell(spelling);
        double.fail_next(smsc_double::Fault::EarlyReceipt);
        let sent = olga.say("client-chats", &chat, "Да").await;
        delivered(&app, &olga, &chat, &sent["id"], "delivered").await;
    }
});

story!(
    p_22_a_busy_centre_is_waited_for_and_a_wrong_number_is_told,
    |app| {
        let (olga, double, chat) = written(&app).await;
        double.fail_next(smsc_double::Fault::Status(0x58));
        let sent = olga.say("client-chats", &chat, "Подождёт").await;
        delivered(&app, &olga, &chat, &sent["id"], "sent").await;
        double.fail_next(smsc_double::Fault::Status(0x0b));
        let sent = olga.say("client-chats", &chat, "Не туда").await;
        let failed = delivered(&app, &olga, &chat, &sent["id"], "failed").await;
        assert_eq!(
            failed["delivery"]["reason"],
            "bad_number: ESME_RINVDSTADR (0x0B)"
        );
        assert_eq!(double.taken().len(), 1);
    }
);

story!(
    p_22_a_break_before_the_answer_is_told_and_not_repeated,
    |app| {
        let (olga, double, chat) = written(&app).await;
        double.fail_next(smsc_double::Fault::DropAnswer);
        let sent = olga.say("client-chats", &chat, "Счёт на 100 ₽").await;
        delivered(&app, &olga, &chat, &sent["id"], "unknown").await;
        let next = olga.say("client-chats", &chat, "Дальше").await;
        delivered(&app, &olga, &chat, &next["id"], "sent").await;
        assert_eq!(double.taken().len(), 2);
    }
);

story!(
    p_22_parts_in_any_order_over_a_restart_are_one_message,
    |app| {
        let mut app = app;
        let (_, double, _) = written(&app).await;
        double.say_in_parts(DIGITS, &["Здравствуйте, ", "есть лампа?"], 77, &[2]);
        app.until("the part is stored", async || {
            (double.answered() == (2, 0)).then_some(())
        })
        .await;
        app.beseda.take().unwrap().stop().await;
        double.say_in_parts(DIGITS, &["Здравствуйте, ", "есть лампа?"], 77, &[1]);
        app.open().await;
        let olga = app.olga().await;
        let chat = queued(&app, &olga).await;
        message(&app, &olga, &chat, "the whole", |m| {
            m["text"] == "Здравствуйте, есть лампа?"
        })
        .await;
        let texts = messages(&olga, &chat).await;
        assert_eq!(
            texts.iter().filter(|m| m["kind"] == "text").count(),
            2,
            "U-03: {texts:?}"
        );
    }
);

story!(l_85_the_composer_learns_how_many_sms_a_text_is, |app| {
    let (olga, _double, chat) = written(&app).await;
    let channels = olga.get("/channels/brief").await;
    let can = &channels[0]["capabilities"];
    assert_eq!(can["text"], json!({"max": 10, "unit": "segments"}));
    assert_eq!(
        (&can["costs_money"], &can["unit_price"]),
        (&json!(true), &json!("4,50 ₽"))
    );
    assert_eq!(
        (&can["first_contact"], &can["files"]),
        (&json!("free"), &json!({}))
    );
    let plan = async |text: String, files: Value| {
        olga.post(
            &format!("/client-chats/{chat}/plan"),
            json!({"text": text, "files": files}),
        )
        .await
    };
    // Ten SMS are one message of ours, eleven are two.
    assert_eq!(
        plan("я".repeat(670), json!([])).await["parts"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        plan("я".repeat(671), json!([])).await["parts"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let file = json!([{"kind": "image", "size": 10, "name": "a.png", "mime": "image/png"}]);
    assert_eq!(
        plan("вот".to_owned(), file).await["problems"][0]["code"],
        "channels.file_refused"
    );
    // And the server keeps to it.
    let (_, upload) = olga.upload("/files", "a.png", &png(4, 4)).await;
    let given = json!({"client_id": uuid(), "text": "Вот", "files": [upload["id"]]});
    let path = format!("/client-chats/{chat}/messages");
    assert_eq!(
        olga.refused(Method::POST, &path, Some(given)).await.1,
        "channels.file_refused"
    );
});

story!(l_87_who_may_not_spend_writes_notes_and_no_sms, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let (olga, double, chat) = written(&app).await;
    let path = format!("/client-chats/{chat}/messages");
    app.until("Anna sees the queue", async || {
        (!anna.inbox("queue").await.is_empty()).then_some(())
    })
    .await;
    let given = json!({"client_id": uuid(), "text": "Есть"});
    assert_eq!(
        anna.refused(Method::POST, &path, Some(given)).await,
        (403, "channels.costs_money".into())
    );
    assert_eq!(
        anna.inbox("queue").await.len(),
        1,
        "nobody took the chat by that"
    );
    anna.post(
        &path,
        json!({"client_id": uuid(), "text": "Оля, ответь", "hidden": true}),
    )
    .await;
    assert!(double.taken().is_empty());
    // With the right she may.
    let role = json!({"name": "СМС", "rights": [
        {"right": "channels.spend", "scope": "all"}, {"right": "conversations.answer", "scope": "group"},
    ]});
    let role = olga.post("/roles", role).await;
    olga.patch(
        &format!("/people/{}", anna.id),
        json!({"role_ids": [role["id"]]}),
    )
    .await;
    let sent = anna.say("client-chats", &chat, "Есть, две").await;
    delivered(&app, &anna, &chat, &sent["id"], "sent").await;
    assert_eq!(double.taken().len(), 1);
    // Sending again costs again.
    double.fail_next(smsc_double::Fault::Status(0x0b));
    let sent = anna.say("client-chats", &chat, "Ещё").await;
    delivered(&app, &anna, &chat, &sent["id"], "failed").await;
    let employee = olga.get("/roles").await;
    let employee = employee["roles"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["name"] == "Сотрудник")
        .unwrap()["id"]
        .clone();
    olga.patch(
        &format!("/people/{}", anna.id),
        json!({"role_ids": [employee]}),
    )
    .await;
    let again = format!("/messages/{}/retry", sent["id"].as_str().unwrap());
    assert_eq!(
        anna.refused(Method::POST, &again, Some(json!({"parts": []})))
            .await
            .1,
        "channels.costs_money"
    );
});

story!(l_86_the_balance_stands_in_the_health_of_a_gateway, |app| {
    let olga = app.olga().await;
    let double = SmsDouble::start().await.unwrap();
    let account = connect(&olga, over_http(&double)).await;
    let path = format!("/channels/{}/check", account["id"].as_str().unwrap());
    let health = olga.post(&path, json!({})).await["health"].clone();
    assert_eq!(health["balance"], "512.50", "{health}");
    double.set_balance("99.90");
    let health = olga.post(&path, json!({})).await["health"].clone();
    assert_eq!(
        (&health["state"], &health["code"], &health["balance"]),
        (&json!("warning"), &json!("low_balance"), &json!("99.90"))
    );
    double.fail_next(sms_double::Fault::Refuse(200, "who".to_owned()));
    double.revoke(true);
    let health = olga.post(&path, json!({})).await["health"].clone();
    assert_eq!(
        (&health["state"], &health["code"]),
        (&json!("broken"), &json!("token_refused"))
    );
});

story!(
    p_22_l_88_a_gateway_calls_the_address_that_was_pasted,
    |app| {
        let olga = app.olga().await;
        let double = SmsDouble::start().await.unwrap();
        let account = connect(&olga, over_http(&double)).await;
        let pasted = account["webhook"].as_str().unwrap();
        let path = &pasted[pasted.find("/hooks/sms/").unwrap()..];
        let post = async |path: &str, body: Value| {
            olga.http
                .post(app.url(path))
                .json(&body)
                .send()
                .await
                .unwrap()
                .status()
                .as_u16()
        };
        let said = json!({"from": DIGITS, "text": "Есть лампа?", "id": "in-1"});
        let bare = path.split('?').next().unwrap();
        assert_eq!(post(bare, said.clone()).await, 401);
        assert_eq!(
            post(&format!("{bare}?token=other"), said.clone()).await,
            401
        );
        for _ in 0..3 {
            assert_eq!(post(path, said.clone()).await, 200);
        }
        let chat = queued(&app, &olga).await;
        let sent = olga.say("client-chats", &chat, "Есть, две").await;
        delivered(&app, &olga, &chat, &sent["id"], "sent").await;
        let id = double.taken()[0].id.clone();
        assert_eq!(
            post(path, json!({"id": id, "status": "delivered", "to": DIGITS})).await,
            200
        );
        delivered(&app, &olga, &chat, &sent["id"], "delivered").await;
        let texts = messages(&olga, &chat).await;
        assert_eq!(
            texts.iter().filter(|m| m["kind"] == "text").count(),
            2,
            "U-03"
        );
    }
);
