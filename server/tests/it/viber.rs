//! Stories of a Viber bot, against a strict double of the vendor's bot API that calls and fetches by public addresses.

use crate::{
    app::{App, Caller, uuid},
    files::png,
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::viber_double::{Fault, ViberDouble, person, signature};

/// The client of these stories.
const IVAN: &str = "iV4n0fMoscow==";
/// Where the house stands for Viber.
const HOUSE: &str = "https://chat.example";

fn settings(double: &ViberDouble) -> Value {
    json!({
        "token": double.token(), "base_url": double.base_url(),
        "welcome": "Здравствуйте! Чем помочь?", "sender_name": "Лавка ламп",
    })
}

/// The house at an address that the internet knows.
async fn in_public(mut app: App) -> App {
    app.beseda.take().unwrap().stop().await;
    HOUSE.clone_into(&mut app.config.base_url);
    app.open().await;
    app
}

/// A bot whose webhook is set.
async fn connect(app: &App, olga: &Caller) -> (ViberDouble, Value) {
    let double = ViberDouble::start().await.unwrap();
    double.play(HOUSE, &format!("http://{}", app.address));
    let given = json!({"kind": "viber", "settings": settings(&double)});
    let checked = olga.post("/channels/check", given).await;
    assert_eq!(
        (checked["ok"].clone(), checked["name"].clone()),
        (json!(true), json!("Beseda"))
    );
    let given = json!({"kind": "viber", "name": "Вайбер", "settings": settings(&double)});
    let account = olga.post("/channels", given).await;
    assert_eq!(
        account["settings"]["token"], "",
        "a secret never comes back"
    );
    let hook = format!("{HOUSE}/hooks/viber/{}/", account["id"].as_str().unwrap());
    app.until("the webhook", async || {
        double.webhook().starts_with(&hook).then_some(())
    })
    .await;
    (double, account)
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

async fn blocked(app: &App, who: &Caller, chat: &str, want: bool) {
    app.until("the mark", async || {
        let chat = who.get(&format!("/client-chats/{chat}")).await;
        (chat["chat"]["blocked"] == want).then_some(())
    })
    .await;
}

story!(
    p_19_p_29_a_client_comes_by_a_link_and_gets_words_a_picture_and_a_file,
    |app| {
        let app = in_public(app).await;
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga).await;
        let greeted = double.open(IVAN, Some("card_00f7")).await;
        let greeting: Value = serde_json::from_str(&greeted.body).unwrap();
        assert_eq!(greeting["text"], "Здравствуйте! Чем помочь?");
        let chat = queued(&app, &olga).await;
        let card = olga.get(&format!("/client-chats/{chat}")).await;
        assert_eq!(card["contact"]["name"], format!("Client {IVAN}"));
        let facts = card["contact"]["facts"].as_array().unwrap();
        assert!(
            facts.contains(&json!({"key": "deep_link", "value": "card_00f7"})),
            "{facts:?}"
        );
        double.say(IVAN, "Есть чёрная лампа?").await;
        message(&app, &olga, &chat, "the question", |m| {
            m["text"] == "Есть чёрная лампа?"
        })
        .await;
        assert_eq!(olga.inbox("queue").await.len(), 1, "one chat, not two");

        let sent = olga
            .say("client-chats", &chat, "Есть, **две**. Сейчас покажу")
            .await;
        delivered(&app, &olga, &chat, &sent["id"], "sent").await;
        let words = double.sent().remove(0).body;
        assert_eq!(words["text"], "Есть, две. Сейчас покажу");
        assert_eq!(words["sender"], json!({"name": "Лавка ламп"}));

        let (picture, paper) = (png(40, 30), b"%PDF-1.4 price".repeat(100));
        let mut files = Vec::new();
        for (name, bytes) in [("лампа 1.png", &picture), ("прайс №5.pdf", &paper)] {
            files.push(olga.upload("/files", name, bytes).await.1["id"].clone());
        }
        let given = json!({"client_id": uuid(), "text": "Вот", "files": files});
        let path = format!("/client-chats/{chat}/messages");
        let sent = olga.post(&path, given).await;
        let done = delivered(&app, &olga, &chat, &sent["id"], "sent").await;
        assert_eq!(done["delivery"]["parts"].as_array().unwrap().len(), 2);
        let seen = double.sent().split_off(1);
        assert_eq!(
            (&seen[0].body["type"], &seen[0].body["text"]),
            (&json!("picture"), &json!("Вот"))
        );
        assert_eq!(
            (&seen[1].body["type"], &seen[1].body["file_name"]),
            (&json!("file"), &json!("прайс №5.pdf"))
        );
        // The double fetched both by their public addresses, as anybody in the internet would.
        let fetched = double.fetched();
        assert_eq!(
            (&fetched[0].bytes[..], &fetched[1].bytes[..]),
            (&picture[..], &paper[..])
        );
        assert_eq!(fetched[0].mime, "image/png");
        assert!(
            fetched[0].url.starts_with(&format!("{HOUSE}/f/"))
                && fetched[0].url.ends_with("/file.png")
        );
        assert!(fetched[1].url.ends_with("/file.pdf"));

        for call in &seen {
            double.tell("delivered", IVAN, call.token, None).await;
        }
        delivered(&app, &olga, &chat, &sent["id"], "delivered").await;
        // Viber tells the reading once, of the last.
        double.tell("seen", IVAN, seen[1].token, None).await;
        delivered(&app, &olga, &chat, &sent["id"], "read").await;
        // Its neighbours differ in the last digit only, and have their own state.
        let told = double
            .tell("failed", IVAN, double.sent()[0].token, Some("too old"))
            .await;
        assert_eq!(told.status, 200);
        let failed = message(&app, &olga, &chat, "the failure", |m| {
            m["delivery"]["state"] == "failed"
        })
        .await;
        assert_eq!(failed["delivery"]["reason"], "rejected: too old");
    }
);

story!(u_09_what_a_viber_client_sends_is_seen, |app| {
    let app = in_public(app).await;
    let olga = app.olga().await;
    let (double, _) = connect(&app, &olga).await;
    let url = double.add_file("one", png(10, 10));
    let picture = json!({"type": "picture", "text": "Такую", "media": url, "file_name": "a.png"});
    double.write(IVAN, picture).await;
    let chat = queued(&app, &olga).await;
    message(&app, &olga, &chat, "the picture", |m| {
        m["text"] == "Такую" && m["files"][0]["state"] == "ready"
    })
    .await;
    double.write(IVAN, json!({"type": "hologram"})).await;
    let strange = message(&app, &olga, &chat, "the placeholder", |m| {
        m["kind"] == "placeholder"
    })
    .await;
    assert_eq!(strange["placeholder"], "hologram");
});

story!(
    who_unsubscribes_is_marked_until_they_write_or_subscribe,
    |app| {
        let app = in_public(app).await;
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga).await;
        double.say(IVAN, "Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        blocked(&app, &olga, &chat, false).await;
        double.subscribe(IVAN, false).await;
        blocked(&app, &olga, &chat, true).await;
        let path = format!("/client-chats/{chat}/messages");
        let given = json!({"client_id": uuid(), "text": "Ау"});
        let refused = olga.refused(Method::POST, &path, Some(given)).await;
        assert_eq!(refused, (409, "conversations.blocked".into()));
        double.subscribe(IVAN, true).await;
        blocked(&app, &olga, &chat, false).await;
        // Viber may refuse before it tells.
        double.leave(IVAN);
        let sent = olga.say("client-chats", &chat, "Вы ещё здесь?").await;
        let failed = delivered(&app, &olga, &chat, &sent["id"], "failed").await;
        let reason = failed["delivery"]["reason"].as_str().unwrap();
        assert!(reason.starts_with("peer_unreachable"), "{reason}");
        blocked(&app, &olga, &chat, true).await;
        double.say(IVAN, "Я вернулся").await;
        blocked(&app, &olga, &chat, false).await;
        let sent = olga.say("client-chats", &chat, "С возвращением").await;
        delivered(&app, &olga, &chat, &sent["id"], "sent").await;
    }
);

story!(
    a_revoked_viber_token_breaks_the_channel_and_nothing_is_lost,
    |app| {
        let app = in_public(app).await;
        let olga = app.olga().await;
        let (double, account) = connect(&app, &olga).await;
        double.say(IVAN, "Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        double.revoke_token(true);
        let sent = olga.say("client-chats", &chat, "Ждём").await;
        let path = format!("/channels/{}/check", account["id"].as_str().unwrap());
        let checked = olga.post(&path, json!({})).await;
        assert_eq!(
            (
                checked["health"]["state"].clone(),
                checked["health"]["code"].clone()
            ),
            (json!("broken"), json!("token_refused"))
        );
        assert_eq!(double.sent().len(), 0);
        double.revoke_token(false);
        let checked = olga.post(&path, json!({})).await;
        assert_eq!(checked["health"]["state"], "ok");
        app.clock.advance(Duration::from_secs(61));
        delivered(&app, &olga, &chat, &sent["id"], "sent").await;
        assert_eq!(double.sent().len(), 1);
    }
);

story!(a_lost_answer_of_viber_is_told_and_not_repeated, |app| {
    let app = in_public(app).await;
    let olga = app.olga().await;
    let (double, _) = connect(&app, &olga).await;
    double.say(IVAN, "Здравствуйте").await;
    let chat = queued(&app, &olga).await;
    double.fail_next("send_message", Fault::DropAnswer);
    let sent = olga.say("client-chats", &chat, "Счёт на 100 ₽").await;
    delivered(&app, &olga, &chat, &sent["id"], "unknown").await;
    assert_eq!(double.sent().len(), 1);
});

story!(
    the_hook_of_viber_is_proved_and_stores_each_event_once,
    |app| {
        let app = in_public(app).await;
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga).await;
        let event = json!({
            "event": "message", "timestamp": 1_800_000_000_000_i64,
            "message_token": 9_007_199_254_740_993_u64, "sender": person(IVAN),
            "message": {"type": "text", "text": "Через вебхук"},
        });
        let path = double.webhook().replace(HOUSE, "");
        let post = async |proof: Option<String>, body: &str| {
            let mut request = olga.http.post(app.url(&path)).body(body.to_owned());
            if let Some(proof) = proof {
                request = request.header("X-Viber-Content-Signature", proof);
            }
            request.send().await.unwrap().status().as_u16()
        };
        let proof = |token: &str, body: &str| Some(signature(token, body.as_bytes()));
        let body = event.to_string();
        assert_eq!(post(None, &body).await, 401);
        assert_eq!(post(proof("another", &body), &body).await, 401);
        let bent = body.replace("вебхук", "вебхут");
        assert_eq!(post(proof(double.token(), &body), &bent).await, 401);
        assert_eq!(post(proof(double.token(), "{broken"), "{broken").await, 400);
        for _ in 0..3 {
            assert_eq!(post(proof(double.token(), &body), &body).await, 200);
        }
        // A float would take the next number for the same one.
        let next = body
            .replace("740993", "740992")
            .replace("Через вебхук", "И ещё");
        assert_eq!(post(proof(double.token(), &next), &next).await, 200);
        let chat = queued(&app, &olga).await;
        message(&app, &olga, &chat, "the second", |m| m["text"] == "И ещё").await;
        let words = messages(&olga, &chat).await.into_iter();
        assert_eq!(words.filter(|m| m["kind"] == "text").count(), 2, "U-03");
    }
);

story!(
    without_a_public_address_health_says_what_viber_needs,
    |app| {
        let olga = app.olga().await;
        let double = ViberDouble::start().await.unwrap();
        double.take_webhook("https://old.example/hook");
        let given = json!({"kind": "viber", "settings": settings(&double)});
        let checked = olga.post("/channels/check", given).await;
        assert_eq!(
            (checked["ok"].clone(), checked["code"].clone()),
            (json!(false), json!("needs_public_https"))
        );
        let given = json!({"kind": "viber", "name": "Вайбер", "settings": settings(&double)});
        let account = olga.post("/channels", given).await;
        app.until("the webhook's removal", async || {
            double.webhook().is_empty().then_some(())
        })
        .await;
        let path = format!("/channels/{}/check", account["id"].as_str().unwrap());
        let health = olga.post(&path, json!({})).await["health"].clone();
        assert_eq!(
            (&health["state"], &health["code"]),
            (&json!("broken"), &json!("needs_public_https"))
        );
    }
);
