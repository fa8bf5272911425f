//! Stories of a channel of one's own (P-23, L-71, L-75), against a strict double of a company's program.

use crate::{
    app::{App, Caller, uuid},
    files::png,
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::own_double::{Fault, OwnDouble, person, said, signature};

/// The client of these stories.
const IVAN: &str = "ivan";

/// What the program of these stories can do.
const ABILITIES: &str = r#"{"edit":{"own":true},"delete":{"own":true},"react":{"out":true},"typing":{"out":true},
    "marks_read":true,"receipts":{"delivered":true,"read":true},"idempotent":true,
    "first_contact":"free","addresses":["phone"],"number_check":true}"#;

fn settings(double: &OwnDouble, receive: &str) -> Value {
    json!({
        "url": double.url(), "secret": double.secret(), "receive": receive, "abilities": ABILITIES,
    })
}

pub(crate) async fn connect(olga: &Caller, receive: &str) -> (OwnDouble, Value) {
    let double = OwnDouble::start().await.unwrap();
    let given = json!({"kind": "own", "settings": settings(&double, receive)});
    let checked = olga.post("/channels/check", given).await;
    assert_eq!(
        (checked["ok"].clone(), checked["name"].clone()),
        (json!(true), json!("Beseda double"))
    );
    let given = json!({"kind": "own", "name": "Касса", "settings": settings(&double, receive)});
    let account = olga.post("/channels", given).await;
    assert_eq!(
        account["settings"]["secret"], "",
        "a secret never comes back"
    );
    (double, account)
}

/// Where the program delivers: the address the page of the channel shows.
fn hook(app: &App, account: &Value) -> String {
    let shown = account["webhook"].as_str().unwrap();
    let at = shown.find("/hooks/own/").unwrap();
    app.url(&shown[at..])
}

fn seconds(app: &App) -> i64 {
    app.clock.now().millis() / 1000
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

async fn done(app: &App, double: &OwnDouble, what: &str) -> Value {
    let call = app.until(what, async || double.done(what).pop());
    call.await.body
}

/// The whole talk of a program that is asked for its events, or delivers them itself.
async fn talk(app: &App, receive: &str) {
    let olga = app.olga().await;
    let (double, account) = connect(&olga, receive).await;
    let mut n = 0;
    let mut tell = async |mut event: Value| {
        n += 1;
        if event["id"].is_null() {
            event["id"] = format!("news-{n}").into();
        }
        if event["chat"].is_null() {
            event["chat"] = person(IVAN);
        }
        if receive == "poll" {
            double.tell(event);
        } else {
            let hook = hook(app, &account);
            assert_eq!(double.post(&hook, seconds(app), &[event]).await, 200);
        }
    };
    let at = app.clock.now().millis();
    tell(said("1", IVAN, at, "Есть *чёрная* лампа?")).await;
    let chat = queued(app, &olga).await;
    let asked = message(app, &olga, &chat, "the question", |m| m["kind"] == "text").await;
    let card = olga.get(&format!("/client-chats/{chat}")).await;
    assert_eq!(card["contact"]["name"], "Client ivan");

    // A picture of theirs, kept where only who proves themselves may read it.
    let url = double.add_file("lamp.png", png(40, 30));
    let files = json!([{"url": url, "name": "лампа.png", "mime": "image/png", "kind": "image"}]);
    tell(json!({"type": "message", "message": {"id": "2", "at": at + 1, "text": "Такую", "files": files}})).await;
    message(app, &olga, &chat, "the picture", |m| {
        m["text"] == "Такую" && m["files"][0]["state"] == "ready"
    })
    .await;

    // Ours: an answer with formatting, then files.
    let path = format!("/client-chats/{chat}/messages");
    let given = json!({"client_id": uuid(), "text": "Есть, **две**", "reply_to": asked["id"]});
    let answer = olga.post(&path, given).await;
    delivered(app, &olga, &chat, &answer["id"], "sent").await;
    let first = double.done("send").remove(0);
    assert_eq!(
        (
            &first.body["text"],
            &first.body["reply_to"],
            &first.body["chat"]
        ),
        (&json!("Есть, две"), &json!("1"), &json!(IVAN))
    );
    assert_eq!(
        first.body["entities"],
        json!([{"kind": "bold", "offset": 6, "len": 3}])
    );
    let paper = b"%PDF-1.4 price".repeat(100);
    let file = olga.upload("/files", "прайс №5.pdf", &paper).await.1["id"].clone();
    let given = json!({"client_id": uuid(), "text": "Вот", "files": [file]});
    let sent = olga.post(&path, given).await;
    delivered(app, &olga, &chat, &sent["id"], "sent").await;
    let brought = double.done("send").remove(1);
    assert_eq!(brought.files[0].bytes, paper);
    assert_eq!(brought.files[0].name, "прайс №5.pdf");

    // Receipts: each way of telling them.
    let ours = first.ids[0].clone();
    tell(json!({"type": "receipt", "message_id": ours, "state": "delivered", "at": at + 5})).await;
    delivered(app, &olga, &chat, &answer["id"], "delivered").await;
    tell(json!({"type": "receipt", "up_to": brought.ids[0], "state": "read", "at": at + 6})).await;
    delivered(app, &olga, &chat, &sent["id"], "read").await;
    tell(json!({"type": "receipt", "message_id": ours, "state": "read", "at": at + 6})).await;
    delivered(app, &olga, &chat, &answer["id"], "read").await;

    // Edits, reactions and deletions of theirs.
    tell(json!({"type": "edited", "at": at + 7, "message": {"id": "2", "text": "Такую же"}})).await;
    message(app, &olga, &chat, "their edit", |m| m["text"] == "Такую же").await;
    tell(json!({"type": "reaction", "at": at + 8, "message_id": ours, "emoji": ["👍"]})).await;
    message(app, &olga, &chat, "their reaction", |m| {
        m["id"] == answer["id"] && m["reactions"].to_string().contains("👍")
    })
    .await;
    tell(json!({"type": "deleted", "at": at + 9, "ids": ["2"]})).await;
    message(app, &olga, &chat, "their deletion", |m| {
        m["id"] != answer["id"] && !m["deleted_at"].is_null()
    })
    .await;

    // The same of ours.
    let id = answer["id"].as_str().unwrap();
    let mut socket = olga.listen(None).await;
    socket
        .send(json!({"type": "typing", "thread_id": chat}))
        .await;
    assert_eq!(done(app, &double, "typing").await["chat"], IVAN);
    olga.patch(&format!("/messages/{id}"), json!({"text": "Есть, три"}))
        .await;
    let edit = done(app, &double, "edit").await;
    assert_eq!(
        (&edit["text"], &edit["id"]),
        (&json!("Есть, три"), &json!(ours))
    );
    let question = asked["id"].as_str().unwrap();
    let reaction = format!("/messages/{question}/reactions/%F0%9F%91%8D");
    olga.put(&reaction, json!({})).await;
    let react = done(app, &double, "react").await;
    assert_eq!((&react["id"], &react["emoji"]), (&json!("1"), &json!("👍")));
    olga.delete(&format!("/messages/{id}")).await;
    assert_eq!(done(app, &double, "delete").await["ids"], json!([ours]));

    // They type; what nobody knows is shown.
    tell(json!({"type": "typing", "on": true})).await;
    let typing = socket.wait("their typing", |f| {
        f["type"] == "typing" && f["thread_id"] == json!(chat) && f["person_id"].is_null()
    });
    typing.await;
    tell(json!({"type": "hologram"})).await;
    let strange = message(app, &olga, &chat, "the placeholder", |m| {
        m["kind"] == "placeholder"
    });
    assert_eq!(strange.await["placeholder"], "hologram");
    assert_eq!(double.unproved(), 0);
}

story!(p_23_a_talk_with_all_its_kinds_by_asking, |app| {
    talk(&app, "poll").await;
});

story!(p_23_a_talk_with_all_its_kinds_by_delivery, |app| {
    talk(&app, "webhook").await;
});

story!(
    l_71_an_employees_name_stands_above_an_answer_where_the_account_says_so,
    |app| {
        let olga = app.olga().await;
        let (double, account) = connect(&olga, "poll").await;
        let at = app.clock.now().millis();
        double.tell(said("1", IVAN, at, "Есть лампа?"));
        let chat = queued(&app, &olga).await;
        let place = format!("/channels/{}", account["id"].as_str().unwrap());
        let mut seen = Vec::new();
        for form in ["nobody", "first", "full"] {
            let now = olga.patch(&place, json!({"signed_as": form})).await;
            assert_eq!(now["signed_as"], form);
            let ours = olga.say("client-chats", &chat, "Да, *белая*").await;
            assert_eq!(
                ours["text"], "Да, *белая*",
                "our own talk has no name twice"
            );
            delivered(&app, &olga, &chat, &ours["id"], "sent").await;
            seen.push(double.done("send").pop().unwrap().body);
        }
        let name = olga.get("/me").await["person"]["name"].clone();
        let name = name.as_str().unwrap();
        let first = name.split(' ').next().unwrap();
        let texts: Vec<&Value> = seen.iter().map(|body| &body["text"]).collect();
        assert_eq!(
            texts,
            [
                &json!("Да, белая"),
                &json!(format!("{first}:\nДа, белая")),
                &json!(format!("{name}:\nДа, белая"))
            ]
        );
        // The name is bold, and what was bold stays so.
        let by = u64::try_from(first.encode_utf16().count()).unwrap() + 2;
        let ranges = &seen[1]["entities"];
        assert_eq!(
            (&ranges[0]["kind"], &ranges[0]["offset"]),
            (&json!("bold"), &json!(0))
        );
        assert_eq!(ranges[1]["offset"], json!(by + 4));
        // What the composer measures is what leaves, and an edit keeps one name.
        let plan = json!({"text": "Да", "files": []});
        let plan = olga.post(&format!("/client-chats/{chat}/plan"), plan).await;
        assert_eq!(plan["parts"][0]["text"], json!(format!("{name}:\nДа")));
        let last = messages(&olga, &chat).await;
        let last = last
            .iter()
            .rfind(|m| m["author"]["id"] == json!(olga.id))
            .unwrap();
        let id = last["id"].as_str().unwrap();
        olga.patch(&format!("/messages/{id}"), json!({"text": "Нет"}))
            .await;
        let edit = done(&app, &double, "edit").await;
        assert_eq!(edit["text"], json!(format!("{name}:\nНет")));
        let (status, _) = olga
            .refused(
                Method::PATCH,
                &place,
                Some(json!({"signed_as": "initials"})),
            )
            .await;
        assert_eq!(status, 400);
    }
);

story!(
    l_75_a_call_in_the_messenger_is_seen_as_missed_and_answered_with_words,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&olga, "poll").await;
        let queue = olga.get("/queues").await[0].clone();
        let words = json!({"ru": "Звонки здесь не принимаем, напишите нам", "en": ""});
        let mut changed = queue.clone();
        changed["rules"]["texts"]["missed_call"] = words.clone();
        let queue = queue["id"].as_str().unwrap();
        olga.patch(&format!("/queues/{queue}"), changed).await;
        let call = |id: &str, video: bool| json!({"id": id, "type": "missed_call", "video": video, "chat": person(IVAN)});
        double.tell(call("c1", false));
        let chat = queued(&app, &olga).await;
        let rang = message(&app, &olga, &chat, "the call", |m| {
            m["kind"] == "placeholder"
        });
        let rang = rang.await;
        assert_eq!(rang["placeholder"], "missed_call");
        assert_eq!(rang["author"]["kind"], "contact");
        let now = olga.get(&format!("/client-chats/{chat}")).await;
        assert!(
            now["chat"]["waiting_since"].is_number(),
            "who rang waits for us: {now}"
        );
        let sent = done(&app, &double, "send").await;
        assert_eq!(sent["text"], words["ru"]);
        // The same call told twice is one call; another one is shown, and not answered by a machine again.
        double.tell(call("c1", false));
        double.tell(call("c2", true));
        let again = message(&app, &olga, &chat, "the second call", |m| {
            m["placeholder"] == "missed_video_call"
        });
        again.await;
        let all = messages(&olga, &chat).await;
        let calls = all.iter().filter(|m| m["kind"] == "placeholder").count();
        assert_eq!((calls, double.done("send").len()), (2, 1));
    }
);

story!(
    p_23_what_is_forged_out_of_time_or_no_delivery_is_refused_and_a_repeat_is_harmless,
    |app| {
        let olga = app.olga().await;
        let (double, account) = connect(&olga, "webhook").await;
        let hook = hook(&app, &account);
        let now = seconds(&app);
        let event = said("1", IVAN, now * 1000, "Через вебхук");
        let body = json!({"events": [event]}).to_string();
        let proof = |secret: &str, time: i64, body: &str| {
            signature(secret, &time.to_string(), body.as_bytes())
        };
        let secret = double.secret();
        for (time, tag, body, want) in [
            (now, String::new(), body.as_str(), 401),
            (now, proof("another secret of it", now, &body), &body, 401),
            (now + 1, proof(secret, now, &body), &body, 401),
            (now, proof(secret, now, &body), "{\"events\":[]}", 401),
            (now - 301, proof(secret, now - 301, &body), &body, 401),
            (now + 302, proof(secret, now + 302, &body), &body, 401),
            (now, proof(secret, now, "{"), "{", 400),
            (
                now,
                proof(secret, now, "{\"events\":[]}"),
                "{\"events\":[]}",
                400,
            ),
        ] {
            let told = double.post_raw(&hook, &time.to_string(), &tag, body).await;
            assert_eq!(told, want, "{time} {tag}");
        }
        assert_eq!(olga.inbox("queue").await.len(), 0, "nothing was taken");
        // The very same request, and the same event in another one.
        for _ in 0..3 {
            assert_eq!(
                double.post(&hook, now, std::slice::from_ref(&event)).await,
                200
            );
        }
        let next = said("2", IVAN, now * 1000 + 1, "И ещё");
        assert_eq!(double.post(&hook, now + 1, &[event, next]).await, 200);
        let chat = queued(&app, &olga).await;
        message(&app, &olga, &chat, "the second", |m| m["text"] == "И ещё").await;
        let words = messages(&olga, &chat).await.into_iter();
        assert_eq!(words.filter(|m| m["kind"] == "text").count(), 2, "U-02");
    }
);

story!(p_23_u_02_what_is_told_together_stays_in_its_order, |app| {
    let olga = app.olga().await;
    let (double, account) = connect(&olga, "webhook").await;
    let hook = hook(&app, &account);
    let at = app.clock.now().millis();
    let clients: Vec<String> = (0..12).map(|n| format!("client-{n:02}")).collect();
    let told: Vec<String> = (1..=6).map(|n| format!("№ {n}")).collect();
    for client in &clients {
        // The messenger tells seconds: nothing but the order says which was first.
        let together: Vec<Value> = told
            .iter()
            .map(|words| said(&format!("{client} {words}"), client, at, words))
            .collect();
        let now = seconds(&app);
        assert_eq!(double.post(&hook, now, &together).await, 200);
    }
    let chats = app
        .until("a chat of each", async || {
            let chats = olga.inbox("queue").await;
            (chats.len() == clients.len()).then_some(chats)
        })
        .await;
    for chat in chats {
        let chat = chat["id"].as_str().unwrap();
        let all = app
            .until("all of one client", async || {
                let all = messages(&olga, chat).await.into_iter();
                let words = all.filter(|m| m["kind"] == "text");
                let words: Vec<Value> = words.map(|m| m["text"].clone()).collect();
                (words.len() == told.len()).then_some(words)
            })
            .await;
        assert_eq!(json!(all), json!(told));
    }
});

story!(
    p_23_u_02_a_thousand_events_in_ten_shuffled_deliveries_are_one_history,
    |app| {
        let olga = app.olga().await;
        let (double, account) = connect(&olga, "webhook").await;
        let hook = hook(&app, &account);
        let at = app.clock.now().millis();
        let clients = ["anna", "boris", "vera", "gleb"];
        let mut events: Vec<Value> = (0..1000_i64)
            .map(|n| {
                let client = clients[usize::try_from(n).unwrap() % clients.len()];
                said(&format!("m{n:04}"), client, at + n, &format!("№ {n:04}"))
            })
            .collect();
        // A shuffle that is the same in each run.
        let mut series = 7_u64;
        for last in (1..events.len()).rev() {
            series = series
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            events.swap(last, usize::try_from(series >> 33).unwrap() % (last + 1));
        }
        for some in events.chunks(100) {
            assert_eq!(double.post(&hook, seconds(&app), some).await, 200);
        }
        // And half of them again.
        for some in events.chunks(100).step_by(2) {
            assert_eq!(double.post(&hook, seconds(&app), some).await, 200);
        }
        let chats = app
            .until("four chats", async || {
                let chats = olga.inbox("queue").await;
                (chats.len() == clients.len()).then_some(chats)
            })
            .await;
        let mut seen = Vec::new();
        for chat in chats {
            let chat = chat["id"].as_str().unwrap();
            let all = app
                .until("all of one client", async || {
                    let (mut all, mut before) = (Vec::new(), String::new());
                    loop {
                        let page = format!("/threads/{chat}/messages?limit=100{before}");
                        let page = olga.get(&page).await["messages"]
                            .as_array()
                            .unwrap()
                            .clone();
                        let Some(first) = page.first() else { break };
                        before = format!("&before={}", first["seq"]);
                        all.splice(0..0, page.clone());
                    }
                    let words = all.into_iter().filter(|m| m["kind"] == "text");
                    let words: Vec<String> = words
                        .map(|m| m["text"].as_str().unwrap().to_owned())
                        .collect();
                    (words.len() >= 250).then_some(words)
                })
                .await;
            assert_eq!(all.len(), 250, "each once");
            seen.extend(all);
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 1000);
    }
);

story!(
    p_23_u_02_a_program_that_was_down_gets_and_gives_everything_once,
    |app| {
        let olga = app.olga().await;
        let (double, account) = connect(&olga, "poll").await;
        let at = app.clock.now().millis();
        double.tell(said("1", IVAN, at, "Здравствуйте"));
        let chat = queued(&app, &olga).await;
        double.go_down(true);
        let sent = olga.say("client-chats", &chat, "Ждём").await;
        double.tell(said("2", IVAN, at + 1, "Вы здесь?"));
        let path = format!("/channels/{}/check", account["id"].as_str().unwrap());
        let checked = olga.post(&path, json!({})).await;
        assert_eq!(checked["health"]["code"], "no_answer");
        assert_eq!(double.done("send").len(), 0);
        double.go_down(false);
        // An outcome nobody knew is tried again under the same key, because the program said that it may be.
        delivered(&app, &olga, &chat, &sent["id"], "sent").await;
        message(&app, &olga, &chat, "what waited", |m| {
            m["text"] == "Вы здесь?"
        })
        .await;
        double.fail_next("send", Fault::DropAnswer);
        let second = olga.say("client-chats", &chat, "Счёт").await;
        delivered(&app, &olga, &chat, &second["id"], "sent").await;
        let words = double
            .done("send")
            .into_iter()
            .map(|call| call.body["text"].clone());
        assert_eq!(words.collect::<Vec<_>>(), [json!("Ждём"), json!("Счёт")]);
        // A changed secret breaks the channel, and nothing is lost.
        double.change_secret(true);
        let third = olga.say("client-chats", &chat, "Спасибо").await;
        let checked = olga.post(&path, json!({})).await;
        assert_eq!(
            (&checked["health"]["state"], &checked["health"]["code"]),
            (&json!("broken"), &json!("token_refused"))
        );
        double.change_secret(false);
        olga.post(&path, json!({})).await;
        app.clock.advance(Duration::from_secs(61));
        delivered(&app, &olga, &chat, &third["id"], "sent").await;
    }
);

story!(
    p_23_a_client_is_asked_for_by_number_and_written_to_first,
    |app| {
        let olga = app.olga().await;
        let (double, account) = connect(&olga, "poll").await;
        let id = account["id"].as_str().unwrap();
        olga.patch(&format!("/channels/{id}"), json!({"may_write_first": true}))
            .await;
        let chat = json!({"id": "anna@net", "name": "Анна"});
        double.know("+79161234567", json!({"reach": "found", "chat": chat}));
        double.meet("anna@net");
        for (to, state) in [("+79161234567", "found"), ("+79169999999", "absent")] {
            let told = olga
                .post("/reach", json!({"account_id": id, "to": to}))
                .await;
            assert_eq!(told["state"], state, "{told}");
        }
        let given = json!({"client_id": uuid(), "account_id": id, "to": "+79161234567", "text": "Добрый день"});
        olga.post("/client-chats", given).await;
        let sent = done(&app, &double, "send").await;
        assert_eq!(
            (&sent["chat"], &sent["text"]),
            (&json!("anna@net"), &json!("Добрый день"))
        );
    }
);

story!(
    p_23_settings_that_cannot_be_are_told_by_their_field,
    |app| {
        let olga = app.olga().await;
        let double = OwnDouble::start().await.unwrap();
        for (field, value) in [
            ("url", "ftp://program"),
            ("secret", "short"),
            ("abilities", "{\"fly\":true}"),
            ("link", "not an address"),
        ] {
            let mut settings = settings(&double, "poll");
            settings[field] = value.into();
            let given = json!({"kind": "own", "name": "Касса", "settings": settings});
            let (status, problem) = olga.raw(Method::POST, "/channels", Some(given)).await;
            assert_eq!(
                (status.as_u16(), &problem["code"], &problem["args"]["field"]),
                (400, &json!("channels.setting_malformed"), &json!(field)),
                "{problem}"
            );
        }
        assert_eq!(double.calls().len(), 0);
    }
);
