//! Stories of reminders: a message comes back at its minute, to its person alone, once, on all their devices.

use crate::{
    app::{App, Caller, Visitor, connect_widget},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Olga, Anna, their chat, and a message of Olga's in it.
async fn prepare(app: &App) -> (Caller, Caller, String, Value) {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let message = olga.say("chats", &chat, "Позвонить на склад").await;
    (olga, anna, chat, message)
}

/// Sets a reminder.
async fn remind(who: &Caller, message: &Value, when: Value) -> Value {
    let id = message["id"].as_str().unwrap();
    who.put(&format!("/messages/{id}/reminder"), when).await
}

async fn reminders(who: &Caller) -> Vec<Value> {
    who.get("/reminders").await.as_array().unwrap().clone()
}

/// The open notices that are reminders.
async fn rung(who: &Caller) -> Vec<Value> {
    let notices = who.get("/notices").await;
    let all = notices["items"].as_array().unwrap().iter();
    all.filter(|n| n["kind"] == "reminder" && n["done"] == false)
        .cloned()
        .collect()
}

async fn until_rung(app: &App, who: &Caller) -> Value {
    app.until("the reminder rings", async || rung(who).await.pop())
        .await
}

/// All that is due is done; answers nothing, so that what must not happen can be looked for.
async fn settle(app: &App) {
    app.until("reminders are done", async || {
        let now = app.clock.now();
        let count = async move |tx: &mut db::Tx<'_>| {
            let query = db::sql!("SELECT COUNT(*) FROM jobs WHERE kind = 'reminders.ring' AND state = 'waiting' AND run_at <= $1");
            tx.must(query, &db::bind![now]).await
        };
        let (left,): (i64,) = app.house().read(count).await.unwrap();
        (left == 0).then_some(())
    })
    .await;
}

story!(s2_38_a_reminder_on_a_message_is_mine_alone, |app| {
    let (olga, anna, chat, message) = prepare(&app).await;
    let mut desk = anna.listen(None).await;
    let mut others = olga.listen(None).await;
    desk.wait_type("welcome").await;
    others.wait_type("welcome").await;
    let set = remind(
        &anna,
        &message,
        json!({"preset": "hour", "zone": "Europe/Berlin"}),
    )
    .await;
    assert_eq!(
        (&set["message_id"], &set["thread_id"]),
        (&message["id"], &json!(chat))
    );
    assert_eq!(set["message"]["text"], "Позвонить на склад");
    assert_eq!(set["message"]["author_name"], "Ольга");
    assert_eq!(set["handled"], false);
    // Every device of hers hears it, nobody else's does.
    let frame = desk.wait_type("reminder.changed").await;
    assert_eq!(frame["reminder"], set);
    assert_eq!(reminders(&anna).await, std::slice::from_ref(&set));
    assert!(reminders(&olga).await.is_empty());
    // A device that was away catches up.
    let mut back = anna.listen(Some("0-0")).await;
    let frame = back.wait_type("reminder.changed").await;
    assert_eq!(frame["reminder"]["id"], set["id"]);
    olga.say("chats", &chat, "Ещё").await;
    others.wait_type("message.added").await;
    assert!(
        !others
            .seen
            .iter()
            .any(|f| text(&f["type"]).starts_with("reminder"))
    );
    // The author may have one too, of their own.
    remind(&olga, &message, json!({"hours": 2})).await;
    assert_eq!(reminders(&anna).await, [set]);
});

story!(s2_41_the_eight_presets_in_the_zone_of_the_device, |app| {
    let (_, anna, _, message) = prepare(&app).await;
    let zone = |name: &str| format!("/reminders/presets?zone={name}");
    let berlin = anna.get(&zone("Europe/Berlin")).await;
    let tokyo = anna.get(&zone("Asia/Tokyo")).await;
    let buttons: Vec<String> = berlin["presets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| text(&p["preset"]))
        .collect();
    assert_eq!(
        buttons,
        [
            "today",
            "tomorrow",
            "day_after_tomorrow",
            "hour",
            "three_hours",
            "eight_hours",
            "week",
            "month"
        ]
    );
    assert_ne!(berlin["presets"][1]["at"], tokyo["presets"][1]["at"]);
    assert_eq!(berlin["presets"][3]["at"], tokyo["presets"][3]["at"]);
    // What a button shows is what it sets.
    for (n, button) in buttons.iter().enumerate() {
        let set = remind(
            &anna,
            &message,
            json!({"preset": button, "zone": "Asia/Tokyo"}),
        )
        .await;
        assert_eq!(set["due_at"], tokyo["presets"][n]["at"], "{button}");
        assert_eq!(reminders(&anna).await.len(), 1, "one for a message");
    }
    let refused = anna
        .refused(Method::GET, "/reminders/presets?zone=Europe/Atlantis", None)
        .await;
    assert_eq!(refused, (400, "reminders.bad_zone".to_owned()));
});

story!(s2_49_a_time_that_has_passed_is_refused, |app| {
    let (_, anna, _, message) = prepare(&app).await;
    let path = format!("/messages/{}/reminder", text(&message["id"]));
    let now = app.clock.now();
    let cases = [
        (json!({"at": now.millis() - 1000}), "reminders.past"),
        (json!({"at": now.millis()}), "reminders.past"),
        (json!({"at": i64::MAX}), "reminders.too_far"),
        (json!({"hours": 0}), "reminders.hours"),
        (json!({}), "reminders.choose"),
        (json!({"hours": 1, "preset": "week"}), "reminders.choose"),
    ];
    for (form, code) in cases {
        let (_, refusal) = anna.refused(Method::PUT, &path, Some(form.clone())).await;
        assert_eq!(refusal, code, "{form}");
    }
    let (_, said) = anna.raw(Method::PUT, &path, Some(json!({"at": 0}))).await;
    assert!(text(&said["title"]).contains("уже прошло"), "{said}");
    assert!(reminders(&anna).await.is_empty());
});

story!(
    s2_45_it_rings_in_its_time_once_on_every_device_and_handled_on_one_goes_from_the_others,
    |app| {
        let (_, anna, chat, message) = prepare(&app).await;
        let at = app.clock.now() + 10 * MINUTE;
        remind(&anna, &message, json!({"at": at.millis()})).await;
        let mut desk = anna.listen(None).await;
        let mut phone = anna.listen(None).await;
        desk.wait_type("welcome").await;
        phone.wait_type("welcome").await;
        app.clock.advance(Duration::from_secs(10 * 60 - 1));
        settle(&app).await;
        assert!(rung(&anna).await.is_empty(), "not a second early");
        let before = std::time::Instant::now();
        app.clock.advance(Duration::from_secs(1));
        // S2-46: text and author are in the notice.
        for device in [&mut desk, &mut phone] {
            let frame = device
                .wait("the notice", |f| {
                    f["type"] == "notice.added" && f["notice"]["kind"] == "reminder"
                })
                .await;
            let notice = &frame["notice"];
            assert_eq!(
                (&notice["title"], &notice["text"]),
                (&json!("Ольга"), &json!("Позвонить на склад"))
            );
            assert_eq!(
                (&notice["thread_id"], &notice["message_id"]),
                (&json!(chat), &message["id"])
            );
        }
        assert!(
            before.elapsed() < Duration::from_secs(5),
            "{:?}",
            before.elapsed()
        );
        let notice = until_rung(&app, &anna).await;
        // Reading the chat does not handle it, and it rings no second time.
        anna.post(
            &format!("/threads/{chat}/read"),
            json!({"seq": message["seq"]}),
        )
        .await;
        app.clock.advance(10 * MINUTE);
        settle(&app).await;
        assert_eq!(rung(&anna).await, std::slice::from_ref(&notice));
        assert_eq!(reminders(&anna).await[0]["notice_id"], notice["id"]);
        // Handled at the desk: gone from the phone, with its bell.
        let done = format!("/notices/{}/done", text(&notice["id"]));
        anna.post(&done, json!({"done": true})).await;
        phone
            .wait("done", |f| {
                f["type"] == "notice.changed" && f["notice"]["done"] == true
            })
            .await;
        phone
            .wait("the bell goes", |f| {
                f["type"] == "reminder.changed" && f["reminder"]["handled"] == true
            })
            .await;
        assert!(reminders(&anna).await.is_empty());
        // And an undo brings both back.
        anna.post(&done, json!({"done": false})).await;
        assert_eq!(reminders(&anna).await.len(), 1);
        anna.post("/notices/done-all", json!({})).await;
        assert!(reminders(&anna).await.is_empty());
    }
);

story!(
    s2_45_the_server_was_down_at_the_time_it_comes_once_after_the_start,
    |app| {
        let mut app = app;
        let (_, anna, _, message) = prepare(&app).await;
        remind(&anna, &message, json!({"hours": 1})).await;
        app.beseda.take().unwrap().stop().await;
        app.clock.advance(Duration::from_secs(5 * 3600));
        app.open().await;
        let anna = Caller {
            base: format!("http://{}", app.address),
            ..anna
        };
        let notice = until_rung(&app, &anna).await;
        app.beseda.take().unwrap().stop().await;
        app.open().await;
        let anna = Caller {
            base: format!("http://{}", app.address),
            ..anna
        };
        settle(&app).await;
        assert_eq!(rung(&anna).await, [notice], "once");
    }
);

story!(s2_48_snoozed_it_comes_again_and_only_then, |app| {
    let (_, anna, _, message) = prepare(&app).await;
    remind(
        &anna,
        &message,
        json!({"at": (app.clock.now() + MINUTE).millis()}),
    )
    .await;
    app.clock.advance(MINUTE);
    let first = until_rung(&app, &anna).await;
    // Snoozing handles the notice on every device; the message keeps its bell.
    let snoozed = remind(&anna, &message, json!({"hours": 3})).await;
    assert_eq!(snoozed["notice_id"], Value::Null);
    assert!(rung(&anna).await.is_empty());
    assert_eq!(reminders(&anna).await.len(), 1);
    app.clock.advance(Duration::from_secs(3 * 3600 - 1));
    settle(&app).await;
    assert!(rung(&anna).await.is_empty());
    app.clock.advance(MINUTE);
    let second = until_rung(&app, &anna).await;
    assert_ne!(first["id"], second["id"]);
    // Moved twice before its time: the last word counts, and the jobs of the others find nothing to do.
    remind(&anna, &message, json!({"hours": 1})).await;
    remind(&anna, &message, json!({"hours": 2})).await;
    app.clock.advance(Duration::from_secs(3600) + MINUTE);
    settle(&app).await;
    assert!(rung(&anna).await.is_empty());
    app.clock.advance(Duration::from_secs(3600));
    until_rung(&app, &anna).await;
});

story!(s2_50_do_not_notify_removes_it_everywhere, |app| {
    let (_, anna, _, message) = prepare(&app).await;
    let path = format!("/messages/{}/reminder", text(&message["id"]));
    remind(&anna, &message, json!({"hours": 1})).await;
    let mut desk = anna.listen(None).await;
    desk.wait_type("welcome").await;
    anna.delete(&path).await;
    let gone = desk.wait_type("reminder.gone").await;
    assert_eq!(gone["message_id"], message["id"]);
    assert!(reminders(&anna).await.is_empty());
    // Once more changes nothing.
    anna.delete(&path).await;
    app.clock.advance(Duration::from_secs(2 * 3600));
    settle(&app).await;
    assert!(rung(&anna).await.is_empty());
    // After it rang, its notice goes as well.
    remind(&anna, &message, json!({"hours": 1})).await;
    app.clock.advance(Duration::from_secs(3600) + MINUTE);
    until_rung(&app, &anna).await;
    anna.delete(&path).await;
    assert!(rung(&anna).await.is_empty());
});

story!(
    p_05_a_message_of_a_client_and_one_i_may_no_longer_see,
    |app| {
        let olga = app.olga().await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let (key, channel) = connect_widget(&olga).await;
        let queue = json!({"name": "Продажи", "member_ids": [olga.id]});
        let queue = olga.post("/queues", queue).await["id"].clone();
        olga.patch(&format!("/channels/{channel}"), json!({"queue_id": queue}))
            .await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Когда привезут лампу?").await;
        let chat = text(&olga.inbox("queue").await[0]["id"]);
        let page = olga.get(&format!("/threads/{chat}/messages")).await;
        let messages = page["messages"].as_array().unwrap();
        let message = messages
            .iter()
            .find(|m| m["kind"] == "text")
            .unwrap()
            .clone();
        // Anna is in no queue: for her there is no such message.
        let path = format!("/messages/{}/reminder", text(&message["id"]));
        let form = json!({"hours": 1});
        assert_eq!(
            anna.refused(Method::PUT, &path, Some(form.clone())).await.0,
            404
        );
        assert_eq!(anna.refused(Method::DELETE, &path, None).await.0, 404);
        let set = remind(&olga, &message, form).await;
        assert_eq!(set["message"]["thread_kind"], "client");
        // A group she is taken out of before the time comes.
        let group = json!({"kind": "group", "title": "Склад", "member_ids": [anna.id]});
        let group = text(&olga.post("/chats", group).await["id"]);
        let secret = olga.say("chats", &group, "Код сейфа 1234").await;
        remind(&anna, &secret, json!({"hours": 1})).await;
        let anna_id = json!([anna.id]);
        olga.patch(&format!("/chats/{group}"), json!({"remove": anna_id}))
            .await;
        let listed = reminders(&anna).await;
        assert_eq!(listed[0]["message"], Value::Null, "not a word of it");
        app.clock.advance(Duration::from_secs(3600) + MINUTE);
        let notice = until_rung(&app, &anna).await;
        assert_eq!(
            (&notice["thread_id"], &notice["message_id"]),
            (&Value::Null, &Value::Null)
        );
        assert!(text(&notice["text"]).contains("не доступно"), "{notice}");
        assert!(!notice.to_string().contains("1234") && !notice.to_string().contains("Склад"));
        let notice = until_rung(&app, &olga).await;
        assert_eq!(notice["thread_kind"], "client");
        assert_eq!(notice["text"], "Когда привезут лампу?");
        // The reminder of what is gone can still be taken away.
        let path = format!("/messages/{}/reminder", text(&secret["id"]));
        anna.delete(&path).await;
        assert!(rung(&anna).await.is_empty() && reminders(&anna).await.is_empty());
        // A message that was deleted says no more either.
        let last = olga.say("chats", &group, "Черновик пароля").await;
        remind(&olga, &last, json!({"hours": 1})).await;
        olga.delete(&format!("/messages/{}", text(&last["id"])))
            .await;
        let listed = reminders(&olga).await;
        let it = listed
            .iter()
            .find(|r| r["message_id"] == last["id"])
            .unwrap();
        assert_eq!(it["message"], Value::Null);
    }
);
