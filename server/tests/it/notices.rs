//! Stories of notices: one decision for each event and person, shown by one device alone.

use crate::{
    app::{Caller, Socket, uuid},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A window of somebody, welcomed.
async fn window(who: &Caller) -> Socket {
    let mut socket = who.listen(None).await;
    socket.wait_type("welcome").await;
    socket
}

/// A ping that comes back: everything the server had for this window before is read.
async fn read_all(window: &mut Socket) -> Vec<Value> {
    window.send(json!({"type": "ping"})).await;
    window.wait_type("pong").await;
    let shown = |f: &&Value| f["type"] == "notify";
    window.seen.iter().filter(shown).cloned().collect()
}

async fn group(by: &Caller, with: &[&Caller]) -> String {
    let ids: Vec<&str> = with.iter().map(|c| c.id.as_str()).collect();
    let form = json!({"kind": "group", "title": "Склад", "member_ids": ids});
    text(&by.post("/chats", form).await["id"])
}

/// Says something in a group and waits until it was decided who is told.
async fn say(by: &Caller, chat: &str, words: &str, witness: &mut Socket) {
    let message = by.say("chats", chat, words).await;
    witness
        .wait("the witness is told", |f| {
            f["type"] == "notify" && f["message_id"] == message["id"]
        })
        .await;
}

story!(u_25_only_the_device_touched_last_shows_it, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let mut old = window(&anna).await;
    app.clock.advance(Duration::from_secs(60));
    let mut new = window(&anna).await;
    app.clock.advance(Duration::from_secs(60));
    olga.say("chats", &chat, "Ты где?").await;
    let shown = new.wait_type("notify").await;
    assert_eq!(
        (&shown["kind"], &shown["title"], &shown["text"]),
        (&json!("direct"), &json!("Ольга"), &json!("Ты где?"))
    );
    assert_eq!(
        (&shown["sound"], &shown["corner"], &shown["desktop"]),
        (&json!(true), &json!(true), &json!(true))
    );
    assert_eq!(shown["thread_id"], chat.as_str());
    old.wait_type("message.added").await;
    assert!(
        read_all(&mut old).await.is_empty(),
        "the other one stays silent"
    );
    // Touched again, the old one is the last.
    app.clock.advance(Duration::from_secs(1));
    old.send(json!({"type": "active", "active": true})).await;
    read_all(&mut old).await;
    olga.say("chats", &chat, "А теперь?").await;
    old.wait("the notice", |f| {
        f["type"] == "notify" && f["text"] == "А теперь?"
    })
    .await;
    assert_eq!(read_all(&mut new).await.len(), 1);
    // Nobody is told of their own words.
    let mut own = window(&olga).await;
    olga.say("chats", &chat, "Ладно").await;
    own.wait_type("message.added").await;
    old.wait("the notice", |f| {
        f["type"] == "notify" && f["text"] == "Ладно"
    })
    .await;
    assert!(read_all(&mut own).await.is_empty());
});

story!(
    u_25_what_comes_while_no_window_is_open_is_shown_by_the_first_that_opens_in_time,
    |app| {
        let olga = app.olga().await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
        let chat = group(&olga, &[&anna, &boris]).await;
        let mut witness = window(&boris).await;
        let mention = format!("@[Анна]({}), срочно", anna.id);
        olga.say("chats", &chat, &mention).await;
        app.clock.advance(Duration::from_secs(5));
        let mut desk = window(&anna).await;
        let shown = desk.wait_type("notify").await;
        assert_eq!(shown["kind"], "mention");
        assert_eq!(read_all(&mut desk).await.len(), 1);
        drop(desk);
        app.until("Anna left", async || {
            let people = olga.get("/people").await;
            let gone = |p: &Value| p["id"] == anna.id.as_str() && p["presence"] == "offline";
            people["people"]
                .as_array()
                .unwrap()
                .iter()
                .any(gone)
                .then_some(())
        })
        .await;
        // Later than that it waits in the list, and nowhere else.
        olga.say("chats", &chat, &mention).await;
        // The desk rings in order: once a later message was shown to somebody, this one has been considered.
        say(&olga, &chat, "Метка", &mut witness).await;
        app.clock.advance(Duration::from_secs(9));
        let mut desk = window(&anna).await;
        olga.say("chats", &chat, "Потом").await;
        desk.wait("what came now", |f| {
            f["type"] == "notify" && f["text"] == "Потом"
        })
        .await;
        assert_eq!(read_all(&mut desk).await.len(), 1);
    }
);

story!(u_25_each_kind_of_event_rings_once_for_each_person, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let chat = group(&olga, &[&anna, &boris]).await;
    let mut anna_desk = window(&anna).await;
    let mut boris_desk = window(&boris).await;
    let asked = anna.say("chats", &chat, "Кто возьмёт рейс?").await;
    boris_desk.wait_type("notify").await;
    // An answer to Anna that names Boris: a reply for her, a mention for him, a message of the group for nobody.
    let form = json!({"client_id": uuid(), "text": format!("@[Борис]({})", boris.id), "reply_to": asked["id"]});
    boris_desk.seen.clear();
    olga.post(&format!("/chats/{chat}/messages"), form).await;
    let reply = anna_desk.wait_type("notify").await;
    assert_eq!(
        (&reply["kind"], &reply["title"]),
        (&json!("reply"), &json!("Ольга · Склад"))
    );
    assert_eq!(boris_desk.wait_type("notify").await["kind"], "mention");
    // A plain one is for both.
    olga.say("chats", &chat, "Рейс в пять").await;
    for desk in [&mut anna_desk, &mut boris_desk] {
        let plain = desk
            .wait("plain", |f| {
                f["type"] == "notify" && f["text"] == "Рейс в пять"
            })
            .await;
        assert_eq!(plain["kind"], "group");
        assert_eq!(read_all(desk).await.len(), 2);
    }
    // A reaction waits in the notification centre, without a sound.
    let id = text(&asked["id"]);
    boris
        .put(&format!("/messages/{id}/reactions/%F0%9F%91%8D"), json!({}))
        .await;
    let notice = anna_desk
        .wait("the reaction", |f| {
            f["type"] == "notice.added" && f["notice"]["kind"] == "reaction"
        })
        .await;
    assert_eq!(notice["notice"]["title"], "Борис");
    assert_eq!(read_all(&mut anna_desk).await.len(), 2);
    // Unless she wants it otherwise.
    let mut settings = anna.get("/notices/settings").await;
    settings["matrix"]["reaction"]["corner"] = json!(true);
    anna.put("/notices/settings", settings).await;
    let other = text(&anna.say("chats", &chat, "Спасибо").await["id"]);
    anna.post("/notices/done-all", json!({})).await;
    boris
        .put(
            &format!("/messages/{other}/reactions/%F0%9F%91%8D"),
            json!({}),
        )
        .await;
    let shown = anna_desk
        .wait("the reaction", |f| {
            f["type"] == "notify" && f["kind"] == "reaction"
        })
        .await;
    assert_eq!(
        (&shown["sound"], &shown["corner"]),
        (&json!(false), &json!(true))
    );
});

story!(
    x_03_a_notice_goes_with_its_chat_and_is_back_with_it,
    |app| {
        let olga = app.olga().await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
        let chat = group(&olga, &[&anna, &boris]).await;
        let words = format!("@[Анна]({}) тайное", anna.id);
        let mut desk = anna.listen(None).await;
        desk.wait_type("welcome").await;
        olga.say("chats", &chat, &words).await;
        desk.wait_type("notice.added").await;
        let seen = async || {
            let notices = anna.get("/notices").await;
            let items = notices["items"].as_array().unwrap().len();
            (items, notices["open"].clone())
        };
        assert_eq!(seen().await, (1, json!(1)));
        olga.patch(&format!("/chats/{chat}"), json!({"remove": [anna.id]}))
            .await;
        assert_eq!(seen().await, (0, json!(0)));
        olga.patch(&format!("/chats/{chat}"), json!({"add": [anna.id]}))
            .await;
        assert_eq!(seen().await, (1, json!(1)));
    }
);

story!(l_01_l_02_the_old_switches_take_effect_at_once, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let chat = group(&olga, &[&anna, &boris]).await;
    let mut desk = window(&anna).await;
    // What Boris is shown was decided for Anna in the same moment.
    let mut witness = window(&boris).await;
    let prefer = async |what: Value| {
        anna.patch("/me", json!({"preferences": what})).await;
    };
    prefer(json!({"sounds": false})).await;
    say(&olga, &chat, "Тихо", &mut witness).await;
    let shown = desk.wait_type("notify").await;
    assert_eq!(
        (&shown["sound"], &shown["corner"]),
        (&json!(false), &json!(true)),
        "L-02"
    );
    prefer(json!({"desktop_notices": false, "sounds": true})).await;
    say(&olga, &chat, "Ничего", &mut witness).await;
    prefer(json!({"desktop_notices": true})).await;
    say(&olga, &chat, "Снова", &mut witness).await;
    let shown = desk.wait_type("notify").await;
    assert_eq!(
        (&shown["text"], &shown["sound"]),
        (&json!("Снова"), &json!(true)),
        "L-01"
    );
});

story!(s2_36_sound_and_mute_of_one_chat, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let chat = group(&olga, &[&anna, &boris]).await;
    let mut desk = window(&anna).await;
    let mut witness = window(&boris).await;
    let path = format!("/notices/chats/{chat}");
    anna.put(&path, json!({"sound": false, "muted_until": null}))
        .await;
    // Her other devices hear that something was switched.
    desk.wait("settings", |f| {
        f["type"] == "settings.changed" && f["what"] == "notices"
    })
    .await;
    say(&olga, &chat, "Без звука", &mut witness).await;
    let shown = desk.wait_type("notify").await;
    assert_eq!(
        (&shown["sound"], &shown["corner"]),
        (&json!(false), &json!(true))
    );
    let until = app.clock.now() + Duration::from_secs(3600);
    let form = json!({"sound": true, "muted_until": until.millis()});
    anna.put(&path, form).await;
    let kept = anna.get("/notices/settings").await;
    let switched = json!([{"thread_id": chat, "sound": true, "muted_until": until.millis()}]);
    assert_eq!(kept["chats"], switched);
    say(&olga, &chat, "Молча", &mut witness).await;
    // A mute says nothing about one's own name.
    let name = format!("@[Анна]({})", anna.id);
    say(&olga, &chat, &name, &mut witness).await;
    assert_eq!(desk.wait_type("notify").await["kind"], "mention");
    app.clock.advance(Duration::from_secs(3601));
    say(&olga, &chat, "Час прошёл", &mut witness).await;
    assert_eq!(desk.wait_type("notify").await["text"], "Час прошёл");
    // A chat one may not see cannot be switched.
    let stranger = app.join(&olga, "Вера", "vera", "Сотрудник").await;
    let form = json!({"sound": true, "muted_until": null});
    let refused = stranger.refused(Method::PUT, &path, Some(form)).await;
    assert_eq!(refused.0, 404);
});

story!(
    u_41_quiet_hours_keep_the_badge_and_let_exceptions_pass,
    |app| {
        let olga = app.olga().await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
        let from_olga = olga.direct_with(&anna).await;
        let from_boris = boris.direct_with(&anna).await;
        let mut settings = anna.get("/notices/settings").await;
        assert_eq!(settings["email_connected"], false);
        assert_eq!(settings["quiet"]["on"], false);
        let all_day = json!({"on": true, "from": 0, "to": 0});
        settings["quiet"] = json!({"on": true, "zone": "Europe/Berlin", "days": [all_day, all_day, all_day, all_day, all_day, all_day, all_day],
        "dates": [], "pass_kinds": ["reminder"], "pass_people": [olga.id], "pass_threads": []});
        anna.put("/notices/settings", settings.clone()).await;
        let mut desk = window(&anna).await;
        boris.say("chats", &from_boris, "Не спишь?").await;
        let chats = app
            .until("the badge", async || {
                let chats = anna.get("/chats").await;
                let mine = chats
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|c| c["id"] == from_boris.as_str())?
                    .clone();
                (mine["unread"] == 1).then_some(mine)
            })
            .await;
        assert_eq!(chats["unread"], 1);
        olga.say("chats", &from_olga, "Пожар").await;
        desk.wait("the exception", |f| {
            f["type"] == "notify" && f["text"] == "Пожар"
        })
        .await;
        assert_eq!(read_all(&mut desk).await.len(), 1);
        // What cannot be kept is refused with its cause.
        for (key, value, code) in [
            ("zone", json!("Mars/Base"), "notifications.bad_zone"),
            ("days", json!([]), "notifications.bad_hours"),
            (
                "dates",
                json!([{"date": "2026-02-31", "quiet": true}]),
                "notifications.bad_date",
            ),
            (
                "pass_kinds",
                json!(["weather"]),
                "notifications.no_such_row",
            ),
        ] {
            let mut form = settings.clone();
            form["quiet"][key] = value;
            let (_, refusal) = anna
                .refused(Method::PUT, "/notices/settings", Some(form))
                .await;
            assert_eq!(refusal, code);
        }
    }
);
