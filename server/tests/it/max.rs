//! Stories of a MAX bot, against a strict double of the published bot API.

use crate::{
    app::{App, Caller, uuid},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::max_double::{Fault, MaxDouble, dialogue, person};

/// The client of these stories.
const IVAN: i64 = 77;

fn settings(double: &MaxDouble, receive: &str) -> Value {
    json!({"token": double.token(), "base_url": double.base_url(), "receive": receive})
}

/// A bot that is asked for updates already: what comes before the first question MAX does not tell.
async fn connect(app: &App, olga: &Caller) -> (MaxDouble, Value) {
    let double = MaxDouble::start().await.unwrap();
    let given = json!({"kind": "max", "settings": settings(&double, "poll")});
    let checked = olga.post("/channels/check", given).await;
    assert_eq!(
        (checked["ok"].clone(), checked["name"].clone()),
        (json!(true), json!("@beseda_test_bot"))
    );
    let given = json!({"kind": "max", "name": "Бот", "settings": settings(&double, "poll")});
    let account = olga.post("/channels", given).await;
    assert_eq!(
        account["settings"]["token"], "",
        "a secret never comes back"
    );
    app.until("the first poll", async || {
        (double.polls() > 0).then_some(())
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

fn calls(double: &MaxDouble, what: &str) -> usize {
    let calls = double.calls().into_iter();
    calls.filter(|call| call.done && call.what == what).count()
}

story!(
    p_18_a_client_comes_by_a_link_writes_and_is_answered,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga).await;
        double.press_start(IVAN, Some("card_00f7")).await;
        let chat = queued(&app, &olga).await;
        let card = olga.get(&format!("/client-chats/{chat}")).await;
        assert_eq!(card["contact"]["name"], "Client 77");
        let facts = card["contact"]["facts"].as_array().unwrap();
        assert!(
            facts.contains(&json!({"key": "deep_link", "value": "card_00f7"})),
            "{facts:?}"
        );
        let asked = double.say(IVAN, "Есть чёрная лампа?").await;
        let question = message(&app, &olga, &chat, "the question", |m| {
            m["text"] == "Есть чёрная лампа?"
        })
        .await;
        assert_eq!(olga.inbox("queue").await.len(), 1, "one chat, not two");
        let answer = json!({
            "client_id": uuid(), "text": "Есть, **две**. _не курсив", "reply_to": question["id"],
        });
        let path = format!("/client-chats/{chat}/messages");
        let sent = olga.post(&path, answer).await;
        delivered(&app, &olga, &chat, &sent["id"], "sent").await;
        let seen = double.sent();
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].query["user_id"], "77");
        assert_eq!(
            seen[0].body,
            json!({
                "text": "Есть, <b>две</b>. _не курсив", "format": "html",
                "link": {"type": "reply", "mid": asked},
            })
        );
    }
);

story!(p_27_edits_and_deletions_reach_the_client, |app| {
    let olga = app.olga().await;
    let (double, _) = connect(&app, &olga).await;
    double.say(IVAN, "Сколько стоит?").await;
    let chat = queued(&app, &olga).await;
    let sent = olga.say("client-chats", &chat, "Сто рублей").await;
    let done = delivered(&app, &olga, &chat, &sent["id"], "sent").await;
    let place = format!("/messages/{}", done["id"].as_str().unwrap());
    olga.patch(&place, json!({"text": "Двести рублей"})).await;
    app.until("the edit", async || {
        (calls(&double, "PUT /messages") == 1).then_some(())
    })
    .await;
    let mut calls_so_far = double.calls().into_iter();
    let edit = calls_so_far.rfind(|call| call.what == "PUT /messages");
    assert_eq!(edit.unwrap().body, json!({"text": "Двести рублей"}));
    olga.delete(&place).await;
    app.until("the deletion", async || {
        (calls(&double, "DELETE /messages") == 1).then_some(())
    })
    .await;
});

fn png(side: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(side, side)
        .write_to(&mut out, image::ImageFormat::Png)
        .unwrap();
    out.into_inner()
}

story!(
    p_29_two_pictures_go_together_a_file_alone_and_none_is_brought_twice,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga).await;
        double.say(IVAN, "Покажите лампы").await;
        let chat = queued(&app, &olga).await;
        // MAX works on each file for a while, and refuses the message until then.
        double.process_slowly(1);
        let mut files = Vec::new();
        for (name, bytes) in [
            ("лампа 1.png", png(20)),
            ("лампа 2.png", png(21)),
            ("прайс.pdf", b"%PDF-1.4 x".to_vec()),
        ] {
            files.push(olga.upload("/files", name, &bytes).await.1["id"].clone());
        }
        let given = json!({"client_id": uuid(), "text": "Вот", "files": files});
        let path = format!("/client-chats/{chat}/messages");
        let sent = olga.post(&path, given).await;
        let done = delivered(&app, &olga, &chat, &sent["id"], "sent").await;
        assert_eq!(done["delivery"]["parts"].as_array().unwrap().len(), 2);
        let kinds: Vec<Vec<Value>> = double
            .sent()
            .iter()
            .map(|call| {
                let attached = call.body["attachments"].as_array().unwrap();
                attached.iter().map(|it| it["type"].clone()).collect()
            })
            .collect();
        assert_eq!(
            kinds,
            [vec![json!("image"), json!("image")], vec![json!("file")]]
        );
        assert_eq!(double.sent()[0].body["text"], "Вот");
        let brought: Vec<String> = double.brought().into_iter().map(|file| file.name).collect();
        assert_eq!(brought, ["лампа 1.png", "лампа 2.png", "прайс.pdf"]);
    }
);

story!(
    p_26_u_09_u_33_what_the_client_sends_changes_and_takes_back_is_seen,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga).await;
        let first = double.say(IVAN, "Хочу лампу").await;
        let chat = queued(&app, &olga).await;
        let urls = [
            double.add_file("one", png(10)),
            double.add_file("two", png(11)),
        ];
        let attached: Vec<Value> = urls
            .iter()
            .map(|url| json!({"type": "image", "payload": {"photo_id": 1, "token": "t", "url": url}}))
            .collect();
        double
            .write(IVAN, json!({"text": "Такую", "attachments": attached}))
            .await;
        let album = message(&app, &olga, &chat, "both pictures", |m| {
            let files = m["files"].as_array().unwrap();
            m["text"] == "Такую" && files.iter().filter(|f| f["state"] == "ready").count() == 2
        })
        .await;
        assert_eq!(album["files"].as_array().unwrap().len(), 2);
        double
            .write(IVAN, json!({"attachments": [{"type": "hologram"}]}))
            .await;
        let strange = message(&app, &olga, &chat, "the placeholder", |m| {
            m["kind"] == "placeholder"
        })
        .await;
        assert_eq!(strange["placeholder"], "hologram");
        let recipient = json!({"chat_id": dialogue(IVAN), "chat_type": "dialog"});
        double
            .send_update(json!({"update_type": "message_edited", "message": {
                "recipient": recipient, "sender": person(IVAN),
                "body": {"mid": first, "seq": 1, "text": "Хочу две лампы"},
            }}))
            .await;
        message(&app, &olga, &chat, "the edit", |m| {
            m["text"] == "Хочу две лампы" && m["edited_at"].is_number()
        })
        .await;
        double
            .send_update(json!({
                "update_type": "message_removed", "message_id": first,
                "chat_id": dialogue(IVAN), "user_id": IVAN,
            }))
            .await;
        message(&app, &olga, &chat, "the deletion", |m| {
            m["deleted_at"].is_number()
        })
        .await;
    }
);

story!(
    a_client_who_stopped_the_bot_is_marked_until_they_start_it_again,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga).await;
        double.press_start(IVAN, None).await;
        let chat = queued(&app, &olga).await;
        let blocked = async |want: bool| {
            app.until("the mark", async || {
                let chat = olga.get(&format!("/client-chats/{chat}")).await;
                (chat["chat"]["blocked"] == want).then_some(())
            })
            .await;
        };
        blocked(false).await;
        // MAX may refuse before it tells that the client has gone.
        double.stop(IVAN, true);
        let sent = olga.say("client-chats", &chat, "Вы ещё здесь?").await;
        let failed = delivered(&app, &olga, &chat, &sent["id"], "failed").await;
        let reason = failed["delivery"]["reason"].as_str().unwrap();
        assert!(reason.starts_with("blocked"), "{reason}");
        blocked(true).await;
        double.press_start(IVAN, None).await;
        blocked(false).await;
        // Or it tells first, twice when the dialogue is deleted: nothing is even tried then.
        double.stop(IVAN, true);
        for kind in ["bot_stopped", "dialog_removed"] {
            let gone = json!({
                "update_type": kind, "chat_id": dialogue(IVAN), "user": person(IVAN),
            });
            double.send_update(gone).await;
        }
        blocked(true).await;
        let path = format!("/client-chats/{chat}/messages");
        let given = json!({"client_id": uuid(), "text": "Ау"});
        let refused = olga.refused(Method::POST, &path, Some(given)).await;
        assert_eq!(refused, (409, "conversations.blocked".into()));
        double.press_start(IVAN, None).await;
        blocked(false).await;
        let sent = olga.say("client-chats", &chat, "С возвращением").await;
        delivered(&app, &olga, &chat, &sent["id"], "sent").await;
    }
);

story!(
    a_revoked_max_token_breaks_the_channel_and_nothing_is_lost,
    |app| {
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

story!(a_lost_answer_of_max_is_told_and_not_repeated, |app| {
    let olga = app.olga().await;
    let (double, _) = connect(&app, &olga).await;
    double.say(IVAN, "Здравствуйте").await;
    let chat = queued(&app, &olga).await;
    double.fail_next("POST /messages", Fault::DropAnswer);
    let sent = olga.say("client-chats", &chat, "Счёт на 100 ₽").await;
    delivered(&app, &olga, &chat, &sent["id"], "unknown").await;
    assert_eq!(double.sent().len(), 1);
});

story!(
    the_hook_of_max_is_proved_and_stores_each_update_once,
    |app| {
        let olga = app.olga().await;
        let double = MaxDouble::start().await.unwrap();
        let given = json!({"kind": "max", "name": "Бот", "settings": settings(&double, "webhook")});
        let account = olga.post("/channels", given).await;
        let (secret, key): (String, String) = app
            .house()
            .read(async |tx: &mut db::Tx<'_>| {
                let query = db::sql!("SELECT secret, public_key FROM channel_accounts LIMIT 1");
                tx.must(query, &db::bind![]).await
            })
            .await
            .unwrap();
        let path = format!("/hooks/max/{}/{key}", account["id"].as_str().unwrap());
        let update = json!({
            "update_type": "message_created", "timestamp": 1_800_000_000_000_i64,
            "message": {
                "recipient": {"chat_id": dialogue(IVAN), "chat_type": "dialog"},
                "sender": person(IVAN), "timestamp": 1_800_000_000_000_i64,
                "body": {"mid": "mid.1", "seq": 1, "text": "Через вебхук"},
            },
        });
        let post = async |secret: Option<&str>, body: String| {
            let mut request = olga.http.post(app.url(&path)).body(body);
            if let Some(secret) = secret {
                request = request.header("X-Max-Bot-Api-Secret", secret);
            }
            request.send().await.unwrap().status().as_u16()
        };
        assert_eq!(post(None, update.to_string()).await, 401);
        assert_eq!(post(Some("wrong"), update.to_string()).await, 401);
        assert_eq!(post(Some(&secret), "{broken".into()).await, 400);
        for _ in 0..3 {
            assert_eq!(post(Some(&secret), update.to_string()).await, 200);
        }
        let chat = queued(&app, &olga).await;
        let words = messages(&olga, &chat).await.into_iter();
        assert_eq!(words.filter(|m| m["kind"] == "text").count(), 1, "U-03");
    }
);
