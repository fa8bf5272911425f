//! Stories of a Telegram bot, against a strict double of the published Bot API.

use crate::{
    app::{App, Caller, uuid},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::telegram_double::{Fault, TelegramDouble};

pub(crate) async fn connect(app: &App, olga: &Caller, receive: &str) -> (TelegramDouble, Value) {
    let double = TelegramDouble::start().await.unwrap();
    let settings =
        json!({"token": double.token(), "base_url": double.base_url(), "receive": receive});
    let checked = olga
        .post(
            "/channels/check",
            json!({"kind": "telegram", "settings": settings}),
        )
        .await;
    assert!(
        checked["ok"] == true && checked["name"].as_str().unwrap().starts_with('@'),
        "S3-03: Check shows the bot's name: {checked}"
    );
    let account = olga
        .post(
            "/channels",
            json!({"kind": "telegram", "name": "Бот", "settings": settings}),
        )
        .await;
    assert_eq!(
        account["settings"]["token"], "",
        "a secret never comes back"
    );
    let _ = app;
    (double, account)
}

async fn queued(app: &App, who: &Caller) -> Value {
    app.until("a chat in the queue", async || {
        who.inbox("queue").await.into_iter().next()
    })
    .await
}

async fn delivered(app: &App, who: &Caller, chat: &str, id: &Value, want: &str) -> Value {
    app.until(&format!("delivery {want}"), async || {
        let page = who.get(&format!("/threads/{chat}/messages")).await;
        let found = page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .find(|m| m["id"] == *id)
            .cloned()?;
        (found["delivery"]["state"] == want).then_some(found)
    })
    .await
}

// S3-04.
story!(s3_04_text_both_ways_by_long_poll, |app| {
    let olga = app.olga().await;
    let (double, _) = connect(&app, &olga, "poll").await;
    double.say(77, "Здравствуйте").await;
    let chat = queued(&app, &olga).await;
    let id = chat["id"].as_str().unwrap();
    assert_eq!(chat["channel"]["kind"], "telegram");
    let sent = olga
        .say(
            "client-chats",
            id,
            "Добрый день, **чем** помочь? _не курсив",
        )
        .await;
    delivered(&app, &olga, id, &sent["id"], "sent").await;
    let seen = double.sent();
    assert_eq!(seen.len(), 1);
    let text = format!("{:?}", seen[0]);
    assert!(text.contains("чем помочь? _не курсив"), "{text}");
    assert!(text.contains("bold"), "formatting goes as entities: {text}");
});

// U-38: as the page of a channel says, messages are neither taken nor sent on pause.
story!(
    u_38_what_waits_for_a_paused_channel_goes_when_it_works_again,
    |app| {
        let olga = app.olga().await;
        let (paused, account) = connect(&app, &olga, "poll").await;
        let (other, _) = connect(&app, &olga, "poll").await;
        let mut chats = Vec::new();
        for (double, client) in [(&paused, 77), (&other, 78)] {
            double.say(client, "Здравствуйте").await;
            let chat = app.until("a chat", async || {
                let queue = olga.inbox("queue").await;
                queue.into_iter().find(|c| !chats.contains(&c["id"]))
            });
            chats.push(chat.await["id"].clone());
        }
        let [first, second] = [0, 1].map(|n| chats[n].as_str().unwrap());
        // Asked to wait, so that it is still here when the pause begins.
        paused.fail_next("sendMessage", Fault::TooMany(60));
        let waits = olga.say("client-chats", first, "Добрый день").await;
        app.until("it was asked to wait", async || {
            let calls = paused.calls();
            calls
                .iter()
                .any(|c| c.method == "sendMessage")
                .then_some(())
        })
        .await;
        delivered(&app, &olga, first, &waits["id"], "queued").await;
        let place = format!("/channels/{}", account["id"].as_str().unwrap());
        olga.patch(&place, json!({"enabled": false})).await;
        let path = format!("/client-chats/{first}/messages");
        let form = json!({"client_id": uuid(), "text": "И ещё"});
        assert_eq!(
            olga.refused(Method::POST, &path, Some(form)).await,
            (409, "channels.disabled".to_owned())
        );
        app.clock.advance(std::time::Duration::from_secs(70));
        let goes = olga.say("client-chats", second, "Добрый день").await;
        // It came later and is gone: the first would be, too.
        delivered(&app, &olga, second, &goes["id"], "sent").await;
        delivered(&app, &olga, first, &waits["id"], "queued").await;
        assert!(paused.sent().is_empty());
        let health = app.until("it is said to be paused", async || {
            let all = olga.get("/channels").await["accounts"].clone();
            let one = all.as_array()?.iter().find(|a| a["id"] == account["id"])?;
            (one["health"]["state"] == "off").then(|| one["health"].clone())
        });
        assert_eq!(health.await["code"], "off");
        olga.patch(&place, json!({"enabled": true})).await;
        delivered(&app, &olga, first, &waits["id"], "sent").await;
        assert_eq!(paused.sent().len(), 1);
    }
);

story!(
    s3_07_three_pictures_and_a_file_go_as_the_channel_can,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga, "poll").await;
        double.say(77, "Покажите лампы").await;
        let chat = queued(&app, &olga).await;
        let id = chat["id"].as_str().unwrap();
        let mut files = Vec::new();
        for n in 0..3 {
            let mut out = std::io::Cursor::new(Vec::new());
            image::RgbImage::new(20 + n, 20)
                .write_to(&mut out, image::ImageFormat::Png)
                .unwrap();
            files.push(
                olga.upload("/files", &format!("лампа {n}.png"), &out.into_inner())
                    .await
                    .1["id"]
                    .clone(),
            );
        }
        files.push(olga.upload("/files", "прайс.pdf", b"%PDF-1.4 x").await.1["id"].clone());
        let planned = json!({"text": "Вот", "files": [
        {"kind": "image", "size": 100, "name": "1.png", "mime": "image/png"}, {"kind": "image", "size": 100, "name": "2.png", "mime": "image/png"},
        {"kind": "image", "size": 100, "name": "3.png", "mime": "image/png"}, {"kind": "file", "size": 10, "name": "p.pdf", "mime": "application/pdf"}]});
        let plan = olga
            .post(&format!("/client-chats/{id}/plan"), planned)
            .await;
        assert_eq!(
            plan["parts"].as_array().unwrap().len(),
            2,
            "an album and a document: {plan}"
        );
        let sent = olga
            .post(
                &format!("/client-chats/{id}/messages"),
                json!({"client_id": uuid(), "text": "Вот", "files": files}),
            )
            .await;
        let done = delivered(&app, &olga, id, &sent["id"], "sent").await;
        assert_eq!(
            done["delivery"]["parts"].as_array().unwrap().len(),
            2,
            "S3-07: one message with its parts and their states"
        );
        let methods: Vec<String> = double.sent().iter().map(|c| c.method.clone()).collect();
        assert_eq!(methods, ["sendMediaGroup", "sendDocument"]);
    }
);

story!(
    u_33_an_album_is_one_message_and_u_09_the_unknown_is_a_placeholder,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga, "poll").await;
        double.say(77, "Начало").await;
        let chat = queued(&app, &olga).await;
        let id = chat["id"].as_str().unwrap();
        let from = json!({"id": 77, "is_bot": false, "first_name": "Иван"});
        let place = json!({"id": 77, "type": "private", "first_name": "Иван"});
        for n in 0..3 {
            double.add_file(&format!("photo{n}"), format!("bytes {n}"));
            let message = double.next_message();
            let mut update = json!({"message": {"message_id": message, "date": 1_800_000_000, "from": from, "chat": place,
            "media_group_id": "g1", "photo": [{"file_id": format!("photo{n}"), "file_unique_id": format!("u{n}"), "width": 10, "height": 10, "file_size": 7}]}});
            if n == 0 {
                update["message"]["caption"] = json!("Три фото");
            }
            double.send_update(update).await;
        }
        let strange = double.next_message();
        double.send_update(json!({"message": {"message_id": strange, "date": 1_800_000_000, "from": from, "chat": place, "dice": {"emoji": "🎲", "value": 3}}})).await;
        let page = app
            .until("album and placeholder", async || {
                let page = olga.get(&format!("/threads/{id}/messages")).await;
                let all = page["messages"].as_array().unwrap().clone();
                let album = all.iter().any(|m| {
                    m["files"].as_array().unwrap().len() == 3
                        && m["files"]
                            .as_array()
                            .unwrap()
                            .iter()
                            .all(|f| f["state"] == "ready")
                });
                (album && all.iter().any(|m| m["kind"] == "placeholder")).then_some(all)
            })
            .await;
        let album = page.iter().find(|m| m["text"] == "Три фото").unwrap();
        assert_eq!(album["files"].as_array().unwrap().len(), 3);
        assert_eq!(
            page.iter().find(|m| m["kind"] == "placeholder").unwrap()["placeholder"],
            "dice"
        );
        assert_eq!(
            olga.inbox("queue").await.len(),
            1,
            "an album makes one conversation"
        );
    }
);

story!(u_01_a_failure_is_shown_and_retry_is_a_new_send, |app| {
    let olga = app.olga().await;
    let (double, _) = connect(&app, &olga, "poll").await;
    double.say(77, "Здравствуйте").await;
    let chat = queued(&app, &olga).await;
    let id = chat["id"].as_str().unwrap();
    // Accepted by the messenger, but the answer never came: never repeated silently.
    double.fail_next("sendMessage", Fault::DropAnswer);
    let sent = olga.say("client-chats", id, "Дошло ли?").await;
    let lost = delivered(&app, &olga, id, &sent["id"], "unknown").await;
    assert!(!lost["delivery"]["reason"].as_str().unwrap().is_empty());
    assert_eq!(
        olga.get("/notices").await["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|n| n["kind"] == "failed")
            .count(),
        1,
        "the author is told"
    );
    olga.post(
        &format!("/messages/{}/retry", sent["id"].as_str().unwrap()),
        json!({}),
    )
    .await;
    delivered(&app, &olga, id, &sent["id"], "sent").await;
    let path = format!("/messages/{}/retry", sent["id"].as_str().unwrap());
    assert_eq!(
        olga.refused(Method::POST, &path, Some(json!({}))).await,
        (409, "channels.nothing_to_retry".into())
    );
});

story!(u_02_slow_down_is_obeyed_and_order_is_kept, |app| {
    let olga = app.olga().await;
    let (double, _) = connect(&app, &olga, "poll").await;
    double.say(77, "Здравствуйте").await;
    let chat = queued(&app, &olga).await;
    let id = chat["id"].as_str().unwrap();
    double.fail_next("sendMessage", Fault::TooMany(1));
    let mut last = Value::Null;
    for n in 0..3 {
        last = olga
            .say("client-chats", id, &format!("сообщение {n}"))
            .await;
    }
    app.until("the clock to pass", async || {
        app.clock.advance(std::time::Duration::from_millis(400));
        let page = olga.get(&format!("/threads/{id}/messages")).await;
        let found = page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .find(|m| m["id"] == last["id"])
            .cloned()?;
        (found["delivery"]["state"] == "sent").then_some(())
    })
    .await;
    let texts: Vec<String> = double.sent().iter().map(|c| format!("{c:?}")).collect();
    let place = |n: usize| {
        texts
            .iter()
            .rposition(|t| t.contains(&format!("сообщение {n}")))
            .unwrap()
    };
    assert!(place(0) < place(1) && place(1) < place(2), "{texts:?}");
});

story!(
    a_client_who_blocked_us_is_marked_and_nothing_is_lost,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga, "poll").await;
        double.say(77, "Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        let id = chat["id"].as_str().unwrap();
        double.block(77, true);
        let sent = olga.say("client-chats", id, "Ау").await;
        let failed = delivered(&app, &olga, id, &sent["id"], "failed").await;
        assert!(
            failed["delivery"]["reason"]
                .as_str()
                .unwrap()
                .to_lowercase()
                .contains("block"),
            "{failed}"
        );
        // Telegram tells of it by an event of its own only to who asks at the right time.
        let shown = olga.get(&format!("/client-chats/{id}")).await;
        assert_eq!(shown["chat"]["blocked"], true);
    }
);

story!(
    webhooks_are_proved_stored_once_and_answered_before_any_work,
    |app| {
        let olga = app.olga().await;
        let double = TelegramDouble::start().await.unwrap();
        let settings =
            json!({"token": double.token(), "base_url": double.base_url(), "receive": "webhook"});
        let account = olga
            .post(
                "/channels",
                json!({"kind": "telegram", "name": "Бот", "settings": settings}),
            )
            .await;
        let id = account["id"].as_str().unwrap().to_owned();
        let (secret, key): (String, String) = app
            .house()
            .read(async |tx: &mut db::Tx<'_>| {
                tx.must(
                    db::sql!("SELECT secret, public_key FROM channel_accounts LIMIT 1"),
                    &db::bind![],
                )
                .await
            })
            .await
            .unwrap();
        let path = format!("/hooks/telegram/{id}/{key}");
        let update = json!({"update_id": 1, "message": {"message_id": 5, "date": 1_800_000_000, "text": "Через вебхук",
        "from": {"id": 9, "is_bot": false, "first_name": "Пётр"}, "chat": {"id": 9, "type": "private", "first_name": "Пётр"}}});
        let post = async |path: String, secret: Option<&str>, body: String| {
            let mut request = olga.http.post(app.url(&path)).body(body);
            if let Some(secret) = secret {
                request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
            }
            request.send().await.unwrap().status().as_u16()
        };
        assert_eq!(post(path.clone(), None, update.to_string()).await, 401);
        assert_eq!(
            post(path.clone(), Some("wrong"), update.to_string()).await,
            401
        );
        assert_eq!(
            post(
                format!("/hooks/telegram/{id}/guess"),
                Some(&secret),
                update.to_string()
            )
            .await,
            404
        );
        assert_eq!(
            post(path.clone(), Some(&secret), "{broken".into()).await,
            400
        );
        assert_eq!(
            post(path.clone(), Some(&secret), "x".repeat(9_000_000)).await,
            413
        );
        for _ in 0..3 {
            assert_eq!(
                post(path.clone(), Some(&secret), update.to_string()).await,
                200
            );
        }
        let chat = queued(&app, &olga).await;
        let page = olga
            .get(&format!(
                "/threads/{}/messages",
                chat["id"].as_str().unwrap()
            ))
            .await;
        let words = page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|m| m["kind"] == "text")
            .count();
        assert_eq!(words, 1, "U-03: however often it came");
    }
);

story!(
    a_revoked_token_turns_the_channel_red_and_lanes_wait,
    |app| {
        let olga = app.olga().await;
        let (double, account) = connect(&app, &olga, "poll").await;
        double.say(77, "Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        double.revoke_token(true);
        let sent = olga
            .say("client-chats", chat["id"].as_str().unwrap(), "Ждём")
            .await;
        let id = account["id"].as_str().unwrap();
        let checked = olga.post(&format!("/channels/{id}/check"), json!({})).await;
        assert_eq!(
            (
                checked["health"]["state"].clone(),
                checked["health"]["code"].clone()
            ),
            (json!("broken"), json!("token_refused"))
        );
        let notices = olga.get("/notices").await;
        assert!(
            notices["items"]
                .as_array()
                .unwrap()
                .iter()
                .any(|n| n["kind"] == "channel"),
            "{notices}"
        );
        let page = olga
            .get(&format!(
                "/threads/{}/messages",
                chat["id"].as_str().unwrap()
            ))
            .await;
        let waiting = page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .find(|m| m["id"] == sent["id"])
            .unwrap()
            .clone();
        assert!(
            ["queued", "sending"].contains(&waiting["delivery"]["state"].as_str().unwrap()),
            "no try is spent: {waiting}"
        );
    }
);

story!(
    u_38_a_gap_in_receiving_is_told_in_the_open_chats_of_the_channel,
    |app| {
        let olga = app.olga().await;
        let (double, account) = connect(&app, &olga, "poll").await;
        double.say(77, "Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        let id = chat["id"].as_str().unwrap().to_owned();
        let check = format!("/channels/{}/check", account["id"].as_str().unwrap());
        let state = async || olga.post(&check, json!({})).await["health"].clone();
        let gaps = async || {
            let page = olga.get(&format!("/threads/{id}/messages")).await;
            let all = page["messages"].as_array().unwrap().clone();
            let told = all.iter().filter(|m| m["event"]["code"] == "channel-gap");
            told.map(|m| m["event"]["args"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(state().await["state"], "ok");
        // A stumble is no gap.
        double.revoke_token(true);
        assert_eq!(state().await["state"], "broken");
        app.clock.advance(std::time::Duration::from_secs(60));
        double.revoke_token(false);
        assert_eq!(state().await["state"], "ok");
        assert_eq!(gaps().await, Vec::<Value>::new());
        // An hour is one: said once, from the last moment all was well.
        double.revoke_token(true);
        let broken = state().await;
        assert!(broken["down_since"].is_i64(), "{broken}");
        app.clock.advance(std::time::Duration::from_secs(3600));
        assert_eq!(state().await["state"], "broken");
        double.revoke_token(false);
        let well = state().await;
        assert_eq!(
            (&well["state"], &well["down_since"]),
            (&json!("ok"), &Value::Null)
        );
        let told = gaps().await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(
            (&told[0]["count"], &told[0]["unit"]),
            (&json!("60"), &json!("m"))
        );
        assert_eq!(state().await["state"], "ok");
        assert_eq!(gaps().await.len(), 1);
        // Switched off for a day it is one too; closed chats are left alone.
        let patch = format!("/channels/{}", account["id"].as_str().unwrap());
        olga.patch(&patch, json!({"enabled": false})).await;
        assert_eq!(state().await["state"], "off");
        app.clock.advance(std::time::Duration::from_secs(86_400));
        olga.patch(&patch, json!({"enabled": true})).await;
        app.until("it is well again", async || {
            (state().await["state"] == "ok").then_some(())
        })
        .await;
        let told = gaps().await;
        assert_eq!(told.len(), 2, "{told:?}");
        assert_eq!(
            (&told[1]["count"], &told[1]["unit"]),
            (&json!("24"), &json!("h"))
        );
        olga.post(&format!("/client-chats/{id}/close"), json!({}))
            .await;
        double.revoke_token(true);
        assert_eq!(state().await["state"], "broken");
        app.clock.advance(std::time::Duration::from_secs(3600));
        double.revoke_token(false);
        assert_eq!(state().await["state"], "ok");
        assert_eq!(gaps().await.len(), 2);
    }
);

fn face(shade: u8) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(160, 160, image::Rgb([shade, 90, 140]))
        .write_to(&mut out, image::ImageFormat::Jpeg)
        .unwrap();
    out.into_inner()
}

/// Waits until no picture is being asked for: a day's job that still stands would be the next day's too.
async fn pictures_are_settled(app: &App) {
    app.until("the picture jobs to end", async || {
        let left = async |tx: &mut db::Tx<'_>| {
            let query = db::sql!("SELECT COUNT(*) FROM jobs WHERE kind = 'channels.fetch_picture'");
            tx.must(query, &db::bind![]).await
        };
        let (left,): (i64,) = app.house().read(left).await.unwrap();
        (left == 0).then_some(())
    })
    .await;
}

fn asked_for_pictures(double: &TelegramDouble) -> usize {
    let calls = double.calls();
    calls
        .iter()
        .filter(|c| c.method == "getUserProfilePhotos")
        .count()
}

// S3-04: who writes has the face the messenger shows; it is asked beside the intake, at most once a day.
story!(
    a_telegram_clients_picture_is_shown_and_asked_for_once_a_day,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga, "poll").await;
        double.meet(77);
        double.set_picture(77, Some(face(10).into()));
        // Its server is slow at first: the message does not wait for the face.
        double.fail_next("getUserProfilePhotos", Fault::TooMany(1));
        double.say(77, "Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        assert_eq!(chat["contact"]["name"], "Client 77");
        let photo = async |want: &dyn Fn(&Value) -> bool| {
            app.until("the picture", async || {
                app.house().bell::<channels::Queued>().notify_one();
                let shown = olga.inbox("queue").await[0]["contact"]["photo_file_id"].clone();
                want(&shown).then_some(shown)
            })
            .await
        };
        app.until("the first try to end", async || {
        let tries = async |tx: &mut db::Tx<'_>| {
            let query =
                db::sql!("SELECT COUNT(*) FROM jobs WHERE kind = 'channels.fetch_picture' AND attempts = 1");
            tx.must(query, &db::bind![]).await
        };
        let (tried,): (i64,) = app.house().read(tries).await.unwrap();
        (tried == 1).then_some(())
    })
    .await;
        app.clock.advance(std::time::Duration::from_secs(6));
        let first = photo(&Value::is_string).await;
        let card = olga
            .get(&format!(
                "/contacts/{}",
                chat["contact"]["id"].as_str().unwrap()
            ))
            .await;
        assert_eq!(card["contact"]["photo_file_id"], first);
        let preview = olga
            .http
            .get(app.url(&format!("/files/{}/preview", first.as_str().unwrap())))
            .header("cookie", &olga.cookie)
            .send()
            .await
            .unwrap();
        assert_eq!(preview.headers()["content-type"], "image/jpeg");
        let wrote = async |text: &'static str| {
            double.say(77, text).await;
            app.until(text, async || {
                (olga.inbox("queue").await[0]["last"]["excerpt"] == text).then_some(())
            })
            .await;
        };
        // A new face within the day is not looked for; the day after it is.
        double.set_picture(77, Some(face(200).into()));
        wrote("Ещё").await;
        assert_eq!(asked_for_pictures(&double), 2);
        pictures_are_settled(&app).await;
        app.clock.advance(std::time::Duration::from_secs(24 * 3600));
        wrote("И ещё").await;
        let second = photo(&|shown| shown.is_string() && *shown != first).await;
        assert_eq!(asked_for_pictures(&double), 3);
        // The same face makes no new file; no face takes it away; what is no picture is none.
        pictures_are_settled(&app).await;
        app.clock.advance(std::time::Duration::from_secs(24 * 3600));
        wrote("Третий день").await;
        app.until("asked again", async || {
            (asked_for_pictures(&double) == 4).then_some(())
        })
        .await;
        assert_eq!(photo(&Value::is_string).await, second);
        pictures_are_settled(&app).await;
        app.clock.advance(std::time::Duration::from_secs(24 * 3600));
        double.set_picture(77, Some("<svg onload=alert(1)>".into()));
        wrote("Четвёртый").await;
        photo(&Value::is_null).await;
    }
);

story!(f1_a_node_that_fell_takes_its_channels_up_at_once, |app| {
    let mut app = app;
    let olga = app.olga().await;
    let (double, _) = connect(&app, &olga, "poll").await;
    double.say(77, "До падения").await;
    queued(&app, &olga).await;
    // Nothing is finished and nothing is given back, as after a kill; the clock stands, so no lease ends by itself.
    drop(app.beseda.take());
    app.open().await;
    let olga = app.olga().await;
    double.say(78, "После падения").await;
    app.until("the second client's chat", async || {
        (olga.inbox("queue").await.len() == 2).then_some(())
    })
    .await;
});

// P-16: buttons, the client's own number, an employee's connected account.
story!(
    p_16_a_press_stands_in_the_talk_and_a_number_is_asked_for,
    |app| {
        let olga = app.olga().await;
        let (double, account) = connect(&app, &olga, "poll").await;
        assert_eq!(account["capabilities"]["asks_phone"], true);
        double.say(77, "Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        let id = chat["id"].as_str().unwrap();
        let path = format!("/client-chats/{id}/messages");
        let body = json!({"client_id": uuid(), "text": "Оставьте номер", "files": [], "ask_phone": "Поделиться номером"});
        let sent = olga.post(&path, body).await;
        delivered(&app, &olga, id, &sent["id"], "sent").await;
        let markup = double.sent()[0].parameters["reply_markup"].clone();
        let button = json!({"text": "Поделиться номером", "request_contact": true});
        assert_eq!(markup["keyboard"][0][0], button);
        let from = json!({"id": 77, "is_bot": false, "first_name": "Иван"});
        let place = json!({"id": 77, "type": "private", "first_name": "Иван"});
        let card = |user: i64, phone: &str| {
            json!({"message": {"message_id": double.next_message(), "date": 1_799_999_000, "from": from, "chat": place,
            "contact": {"phone_number": phone, "first_name": "Иван", "user_id": user}}})
        };
        // Somebody else's card proves nothing.
        double.send_update(card(78, "79160000001")).await;
        double.send_update(card(77, "79161234567")).await;
        double.send_update(json!({"callback_query": {"id": "cb1", "from": from, "chat_instance": "1", "data": "да",
        "message": {"message_id": 1, "date": 1_799_999_000, "chat": place}}})).await;
        app.until("the press", async || {
            let page = olga.get(&format!("/threads/{id}/messages")).await;
            let all = page["messages"].as_array()?.clone();
            all.iter()
                .any(|m| {
                    m["event"]["code"] == "client-pressed" && m["event"]["args"]["button"] == "да"
                })
                .then_some(())
        })
        .await;
        let told = double
            .calls()
            .into_iter()
            .find(|c| c.method == "answerCallbackQuery")
            .unwrap();
        assert_eq!(told.parameters["callback_query_id"], "cb1");
        let phones = app
            .until("their number", async || {
                let contact = olga.get(&format!("/client-chats/{id}")).await;
                let phones = contact["contact"]["phones"].clone();
                phones
                    .as_array()
                    .is_some_and(|p| !p.is_empty())
                    .then_some(phones)
            })
            .await;
        assert_eq!(phones, json!(["+79161234567"]), "only their own number");
    }
);

story!(
    buttons_go_under_a_message_and_a_press_is_the_clients_answer,
    |app| {
        let olga = app.olga().await;
        let (double, account) = connect(&app, &olga, "poll").await;
        assert_eq!(account["capabilities"]["keyboard"]["max"], 10);
        double.say(77, "Когда привезёте?").await;
        let chat = queued(&app, &olga).await;
        let id = chat["id"].as_str().unwrap().to_owned();
        let path = format!("/client-chats/{id}/messages");
        let with = |buttons: Value| json!({"client_id": uuid(), "text": "Выберите время", "buttons": buttons});
        for (buttons, code) in [
            (json!([{"text": ""}]), "channels.button_words"),
            (
                json!([{"text": "Да"}, {"text": "Да"}]),
                "channels.button_twice",
            ),
            (
                json!([{"text": "Да", "url": "javascript:alert(1)"}]),
                "channels.button_link",
            ),
        ] {
            let (status, problem) = olga.raw(Method::POST, &path, Some(with(buttons))).await;
            assert_eq!(
                (status.as_u16(), &problem["code"], &problem["field"]),
                (400, &json!(code), &json!("buttons")),
                "{problem}"
            );
        }
        let mut hidden = with(json!([{"text": "Да"}]));
        hidden["hidden"] = json!(true);
        let refused = olga.refused(Method::POST, &path, Some(hidden)).await;
        assert_eq!(refused, (400, "conversations.buttons_hidden".to_owned()));
        let all = json!([{"text": " Утром "}, {"text": "*Днём*"}, {"text": "Сайт", "url": "https://shop.example/a"}]);
        let sent = olga.post(&path, with(all)).await;
        let kept = json!([{"text": "Утром"}, {"text": "*Днём*"}, {"text": "Сайт", "url": "https://shop.example/a"}]);
        assert_eq!(sent["extras"]["buttons"], kept);
        delivered(&app, &olga, &id, &sent["id"], "sent").await;
        let seen = double.sent().pop().unwrap();
        let rows = &seen.parameters["reply_markup"]["inline_keyboard"];
        assert_eq!(
            rows[2][0],
            json!({"text": "Сайт", "url": "https://shop.example/a"})
        );
        // The press is the client's own message in answer to ours: they wait again.
        let from = json!({"id": 77, "is_bot": false, "first_name": "Иван"});
        let place = json!({"id": 77, "type": "private", "first_name": "Иван"});
        let number = double.next_message() - 1;
        let press = |of: i64, key: &str, data: &Value| {
            json!({"callback_query": {"id": key, "from": from, "chat_instance": "1", "data": data,
                "message": {"message_id": of, "date": 1_799_999_000, "chat": place}}})
        };
        double
            .send_update(press(number, "cb1", &rows[1][0]["callback_data"]))
            .await;
        let said = app
            .until("the answer", async || {
                let page = olga.get(&format!("/threads/{id}/messages")).await;
                let all = page["messages"].as_array()?.clone();
                all.into_iter()
                    .find(|m| m["author"]["kind"] == "contact" && m["reply"]["id"] == sent["id"])
            })
            .await;
        assert_eq!(
            said["tokens"],
            json!([{"t": "p", "c": [{"t": "text", "v": "*Днём*"}]}]),
            "its words as they are"
        );
        let now = &olga.get(&format!("/client-chats/{id}")).await["chat"];
        assert!(now["waiting_since"].is_i64(), "{now}");
        // A press on another message, or data that is no button of ours, is told as before.
        double
            .send_update(press(number, "cb2", &json!("b:2")))
            .await;
        app.until("the grey line", async || {
            let page = olga.get(&format!("/threads/{id}/messages")).await;
            let all = page["messages"].as_array()?.clone();
            let told = |m: &Value| m["event"]["code"] == "client-pressed";
            all.iter().any(told).then_some(())
        })
        .await;
        // What stands under it would be lost by an edit.
        let edit = format!("/messages/{}", sent["id"].as_str().unwrap());
        let refused = olga
            .refused(Method::PATCH, &edit, Some(json!({"text": "Иначе"})))
            .await;
        assert_eq!(refused, (409, "channels.cannot_edit_buttons".to_owned()));
    }
);

story!(
    p_16_l_74_an_employees_connected_account_is_a_talk_of_its_own,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga, "poll").await;
        // What the vendor delivers of connected accounts has to be asked for.
        app.until("the first poll", async || double.is_polled().then_some(()))
            .await;
        let owner = json!({"id": 900, "is_bot": false, "first_name": "Анна", "last_name": "Швец"});
        let client = json!({"id": 77, "is_bot": false, "first_name": "Иван"});
        let place = json!({"id": 77, "type": "private", "first_name": "Иван"});
        let business = |kind: &str, n: i64, from: &Value, text: &str| json!({kind: {"message_id": n, "date": 1_799_999_000, "edit_date": 1_799_999_001, "business_connection_id": "bc7", "from": from, "chat": place, "text": text}});
        double.send_update(json!({"business_connection": {"id": "bc7", "user": owner, "user_chat_id": 900, "date": 1_799_999_000,
        "rights": {"can_reply": true}, "is_enabled": true}})).await;
        let (first, second, third) = (
            double.next_message(),
            double.next_message(),
            double.next_message(),
        );
        double
            .send_update(business("business_message", first, &client, "Пишу Анне"))
            .await;
        let chat = queued(&app, &olga).await;
        let id = chat["id"].as_str().unwrap();
        // The owner answers on her own phone: the talk shows it as hers, once.
        double
            .send_update(business(
                "business_message",
                second,
                &owner,
                "Отвечу с телефона",
            ))
            .await;
        let mut ours = business("business_message", third, &owner, "Написал бот");
        ours["business_message"]["sender_business_bot"] =
            json!({"id": 100_000, "is_bot": true, "first_name": "Beseda"});
        double.send_update(ours).await;
        double
            .send_update(business(
                "edited_business_message",
                first,
                &client,
                "Пишу Анне!",
            ))
            .await;
        let all = app
            .until("both sides", async || {
                let page = olga.get(&format!("/threads/{id}/messages")).await;
                let all = page["messages"].as_array()?.clone();
                let edited = all.iter().any(|m| m["text"] == "Пишу Анне!");
                (edited && all.iter().any(|m| m["text"] == "Отвечу с телефона")).then_some(all)
            })
            .await;
        let hers = all
            .iter()
            .find(|m| m["text"] == "Отвечу с телефона")
            .unwrap();
        assert_eq!(
            (
                hers["author"]["kind"].as_str(),
                hers["author"]["name"].as_str()
            ),
            (Some("person"), Some("Анна Швец"))
        );
        assert!(
            all.iter().all(|m| m["text"] != "Написал бот"),
            "our own words are here already"
        );
        // L-74: with somebody on duty it is theirs, in this channel as in every other that shows such messages.
        let account = &chat["channel"]["id"];
        let duty = format!("/channels/{}", account.as_str().unwrap());
        olga.patch(&duty, json!({"duty_id": olga.id})).await;
        let fourth = double.next_message();
        double
            .send_update(business(
                "business_message",
                fourth,
                &owner,
                "Ещё с телефона",
            ))
            .await;
        let theirs = app
            .until("the one of whoever is on duty", async || {
                let page = olga.get(&format!("/threads/{id}/messages")).await;
                let all = page["messages"].as_array()?.clone();
                all.into_iter().find(|m| m["text"] == "Ещё с телефона")
            })
            .await;
        assert_eq!(theirs["author"]["id"], olga.id);
        // What was written there is changed there.
        let place_of = format!("/messages/{}", theirs["id"].as_str().unwrap());
        let (_, refused) = olga
            .raw(Method::PATCH, &place_of, Some(json!({"text": "Иначе"})))
            .await;
        assert_eq!(refused["code"], "channels.written_elsewhere", "{refused}");
        olga.patch(&duty, json!({"duty_id": null})).await;
        // Our answer goes in her name.
        let sent = olga.say("client-chats", id, "Добрый день").await;
        delivered(&app, &olga, id, &sent["id"], "sent").await;
        let call = double.sent().pop().unwrap();
        assert_eq!(call.parameters["business_connection_id"], "bc7");
        assert_eq!(call.parameters["chat_id"], 77);
        // Taken back, it is deleted in her name.
        olga.delete(&format!("/messages/{}", sent["id"].as_str().unwrap()))
            .await;
        let gone = app
            .until("deleted in her name", async || {
                let mut calls = double.calls().into_iter();
                calls.find(|c| c.method == "deleteBusinessMessages")
            })
            .await;
        assert_eq!(gone.parameters["business_connection_id"], "bc7");
        // The same person at the bot itself is another talk.
        double.say(77, "А это боту").await;
        app.until("two talks", async || {
            (olga.inbox("all").await.len() == 2).then_some(())
        })
        .await;
        double.send_update(json!({"deleted_business_messages": {"business_connection_id": "bc7", "chat": place, "message_ids": [first]}})).await;
        app.until("deleted", async || {
            let page = olga.get(&format!("/threads/{id}/messages")).await;
            let all = page["messages"].as_array()?.clone();
            all.iter().any(|m| m["deleted_at"].is_i64()).then_some(())
        })
        .await;
    }
);
