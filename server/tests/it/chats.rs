//! Stories of team chat beyond plain words: groups and their roles, topics, forwarding, periods, saving, deleting, later.

use crate::{
    app::{App, Caller, uuid},
    story,
};
use axum::{Router, response::Html, routing::any};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

struct Three {
    olga: Caller,
    anna: Caller,
    boris: Caller,
}

async fn three(app: &App) -> Three {
    let olga = app.olga().await;
    Three {
        anna: app.join(&olga, "Анна", "anna", "Сотрудник").await,
        boris: app.join(&olga, "Борис", "boris", "Сотрудник").await,
        olga,
    }
}

fn word(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn group(by: &Caller, title: &str, members: &[&Caller]) -> String {
    let ids: Vec<&str> = members.iter().map(|m| m.id.as_str()).collect();
    let form = json!({"kind": "group", "title": title, "member_ids": ids});
    word(&by.post("/chats", form).await["id"])
}

async fn texts(who: &Caller, path: &str) -> Vec<String> {
    let page = who.get(path).await;
    let all = page["messages"].as_array().unwrap().iter();
    let all = all.filter(|m| m["kind"] == "text");
    all.map(|m| word(&m["text"])).collect()
}

story!(p_01_a_group_has_an_owner_admins_and_members, |app| {
    let Three { olga, anna, boris } = three(&app).await;
    let vera = app.join(&olga, "Вера", "vera", "Сотрудник").await;
    let chat = group(&olga, "Продажи", &[&anna, &boris]).await;
    let path = format!("/chats/{chat}");
    let title = json!({"title": "Склад"});
    assert_eq!(
        anna.refused(Method::PATCH, &path, Some(title.clone()))
            .await,
        (403, "team.admins_only".into())
    );
    let admins = json!({"admin_ids": [anna.id]});
    assert_eq!(
        anna.refused(Method::PATCH, &path, Some(admins.clone()))
            .await,
        (403, "team.owner_only".into())
    );
    let after = olga.patch(&path, admins).await;
    assert_eq!(after["admin_ids"], json!([anna.id]));
    anna.patch(&path, title).await;
    // Only admins add from now on.
    anna.patch(&path, json!({"who_adds": "admins"})).await;
    let add = json!({"add": [vera.id]});
    assert_eq!(
        boris
            .refused(Method::PATCH, &path, Some(add.clone()))
            .await
            .1,
        "team.admins_only"
    );
    anna.patch(&path, add).await;
    // An admin removes members, but neither the owner nor the other way round.
    let remove = |who: &Caller| Some(json!({"remove": [who.id]}));
    assert_eq!(
        anna.refused(Method::PATCH, &path, remove(&olga)).await.1,
        "team.admins_only"
    );
    anna.patch(&path, remove(&vera).unwrap()).await;
    assert_eq!(vera.refused(Method::GET, &path, None).await.0, 404);
    // The owner leaves: the admin inherits, so that nobody is left with a group that cannot be arranged.
    olga.post(&format!("{path}/leave"), json!({})).await;
    let now = anna.get(&path).await;
    assert_eq!(now["owner_id"], json!(anna.id));
    assert_eq!(
        (
            now["title"].clone(),
            now["member_ids"].as_array().unwrap().len()
        ),
        (json!("Склад"), 2)
    );
    anna.patch(&path, json!({"owner_id": boris.id})).await;
    assert_eq!(anna.get(&path).await["owner_id"], json!(boris.id));
});

story!(p_01_a_link_lets_colleagues_into_a_group, |app| {
    let Three { olga, anna, boris } = three(&app).await;
    let chat = group(&olga, "Праздники", &[&anna]).await;
    let path = format!("/chats/{chat}/link");
    assert_eq!(anna.get(&path).await["path"], Value::Null);
    assert_eq!(
        anna.refused(Method::POST, &path, Some(json!({}))).await.1,
        "team.admins_only"
    );
    let link = word(&olga.post(&path, json!({})).await["path"]);
    let token = link.strip_prefix("/g/").unwrap().to_owned();
    let door = format!("/group-links/{token}");
    let seen = boris.get(&door).await;
    assert_eq!(
        (seen["title"].clone(), seen["members"].clone()),
        (json!("Праздники"), json!(2))
    );
    let joined = boris.post(&door, json!({})).await;
    assert_eq!(joined["id"], json!(chat));
    boris.post(&door, json!({})).await;
    assert_eq!(
        olga.get(&format!("/chats/{chat}")).await["member_ids"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    // A new link ends the old one.
    olga.post(&path, json!({})).await;
    assert_eq!(boris.refused(Method::GET, &door, None).await.0, 404);
    olga.delete(&path).await;
    assert_eq!(olga.get(&path).await["path"], Value::Null);
});

story!(p_02_a_topic_is_a_talk_of_its_own_under_a_message, |app| {
    let Three { olga, anna, boris } = three(&app).await;
    let vera = app.join(&olga, "Вера", "vera", "Сотрудник").await;
    let chat = group(&olga, "Продажи", &[&anna, &boris]).await;
    let root = anna.say("chats", &chat, "Кто едет на выставку?").await;
    let start = json!({"message_id": root["id"]});
    let topic = boris
        .post(&format!("/chats/{chat}/topics"), start.clone())
        .await;
    let again = olga
        .post(&format!("/chats/{chat}/topics"), start.clone())
        .await;
    assert_eq!(topic["id"], again["id"], "one talk, whoever opens it");
    let id = word(&topic["id"]);
    assert_eq!(
        (
            topic["kind"].clone(),
            topic["parent_id"].clone(),
            topic["title"].clone()
        ),
        (json!("topic"), json!(chat), json!("Кто едет на выставку?"))
    );
    // Its author and who opened it follow it; the group sees it, others do not even know it exists.
    let listed = async |who: &Caller| {
        let all = who.get("/chats").await;
        all.as_array().unwrap().iter().any(|c| c["id"] == json!(id))
    };
    assert!(listed(&anna).await && listed(&boris).await && !listed(&olga).await);
    assert_eq!(
        vera.refused(Method::GET, &format!("/chats/{id}"), None)
            .await
            .0,
        404
    );
    boris.say("chats", &id, "Я еду").await;
    assert_eq!(anna.get(&format!("/chats/{id}")).await["unread"], 1);
    let window = olga.get(&format!("/threads/{chat}/messages")).await;
    let seen = window["messages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|m| m["id"] == root["id"])
        .unwrap();
    assert_eq!(
        (
            seen["extras"]["topic"]["id"].clone(),
            seen["extras"]["topic"]["replies"].clone()
        ),
        (json!(id), json!(1))
    );
    // Who answers follows; an answer may stand in the group as well.
    let body = json!({"client_id": uuid(), "text": "И я", "also_in_group": true});
    olga.post(&format!("/chats/{id}/messages"), body).await;
    assert!(listed(&olga).await);
    let page = anna.get(&format!("/threads/{chat}/messages")).await;
    let copy = page["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (copy["text"].clone(), copy["extras"]["from_topic"].clone()),
        (json!("И я"), json!(id))
    );
    // Who follows no longer has it out of the list, yet may read it.
    anna.patch(&format!("/chats/{id}"), json!({"following": false}))
        .await;
    assert!(!listed(&anna).await);
    assert_eq!(
        texts(&anna, &format!("/threads/{id}/messages")).await,
        ["Я еду", "И я"]
    );
    // Out of the group is out of its topics.
    olga.patch(&format!("/chats/{chat}"), json!({"remove": [boris.id]}))
        .await;
    assert!(!listed(&boris).await);
    let path = format!("/threads/{id}/messages");
    assert_eq!(boris.refused(Method::GET, &path, None).await.0, 404);
    let direct = olga.direct_with(&anna).await;
    let said = olga.say("chats", &direct, "Привет").await;
    let start = Some(json!({"message_id": said["id"]}));
    let path = format!("/chats/{direct}/topics");
    assert_eq!(
        olga.refused(Method::POST, &path, start).await.1,
        "team.not_a_group"
    );
});

story!(
    p_04_messages_are_forwarded_with_their_author_and_files,
    |app| {
        let Three { olga, anna, boris } = three(&app).await;
        let from = olga.direct_with(&anna).await;
        let (_, file) = anna.upload("/files", "смета.txt", b"12 000").await;
        let body = json!({"client_id": uuid(), "text": "Смета, @[Ольга](00000000-0000-0000-0000-000000000000)", "files": [file["id"]]});
        let first = anna.post(&format!("/chats/{from}/messages"), body).await;
        let second = olga.say("chats", &from, "Согласна").await;
        let into = olga.direct_with(&boris).await;
        let form = json!({"client_id": uuid(), "message_ids": [first["id"], second["id"]]});
        let path = format!("/chats/{into}/forward");
        let stored = olga.post(&path, form.clone()).await;
        assert_eq!(
            stored,
            olga.post(&path, form).await,
            "a repeated request writes nothing"
        );
        let page = boris.get(&format!("/threads/{into}/messages")).await;
        let all = page["messages"].as_array().unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0]["extras"]["forwarded"]["author_name"], "Анна");
        assert_eq!(all[0]["author"]["name"], "Ольга");
        let copy = word(&all[0]["files"][0]["id"]);
        assert_ne!(
            json!(copy),
            file["id"],
            "a file of its own, with rights of its own"
        );
        assert_eq!(
            boris.get(&format!("/files/{copy}")).await,
            json!(12_000).to_string().replace("12000", "12 000")
        );
        // What one may not see one may not pass on.
        let stolen = Some(json!({"client_id": uuid(), "message_ids": [first["id"]]}));
        let own = boris.direct_with(&boris).await;
        let path = format!("/chats/{own}/forward");
        assert_eq!(boris.refused(Method::POST, &path, stolen).await.0, 404);
        let nothing = Some(json!({"client_id": uuid(), "message_ids": []}));
        assert_eq!(
            boris.refused(Method::POST, &path, nothing).await.1,
            "team.forward_some"
        );
    }
);

story!(
    s2_24_people_added_to_a_direct_chat_make_a_group_that_keeps_it_private,
    |app| {
        let Three { olga, anna, boris } = three(&app).await;
        let direct = olga.direct_with(&anna).await;
        olga.say("chats", &direct, "Между нами").await;
        anna.say("chats", &direct, "Само собой").await;
        let path = format!("/chats/{direct}/group");
        let made = olga.post(&path, json!({"member_ids": [boris.id]})).await;
        let new = word(&made["id"]);
        assert_eq!(made["title"], "Ольга, Анна, Борис");
        assert!(
            texts(&boris, &format!("/threads/{new}/messages"))
                .await
                .is_empty()
        );
        let old = format!("/threads/{direct}/messages");
        assert_eq!(boris.refused(Method::GET, &old, None).await.0, 404);
        // Shared on purpose: under the authors' names and times.
        let shared = json!({"title": "Втроём", "member_ids": [boris.id], "share_history": true});
        let made = olga.post(&path, shared).await;
        let page = boris
            .get(&format!("/threads/{}/messages", word(&made["id"])))
            .await;
        let told: Vec<(String, String)> = page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|m| m["kind"] == "text")
            .map(|m| (word(&m["author"]["name"]), word(&m["text"])))
            .collect();
        assert_eq!(
            told,
            [
                ("Ольга".to_owned(), "Между нами".to_owned()),
                ("Анна".to_owned(), "Само собой".to_owned())
            ]
        );
        let seen = boris.get(&format!("/chats/{}", word(&made["id"]))).await;
        assert_eq!(seen["unread"], 0, "history is no news");
        let nobody = Some(json!({"member_ids": [anna.id]}));
        assert_eq!(
            olga.refused(Method::POST, &path, nobody).await.1,
            "team.members_needed"
        );
    }
);

story!(
    p_03_a_deletion_is_taken_back_and_a_message_is_put_away_for_oneself,
    |app| {
        let Three { olga, anna, .. } = three(&app).await;
        let chat = olga.direct_with(&anna).await;
        let (_, file) = olga.upload("/files", "план.txt", b"1").await;
        let body = json!({"client_id": uuid(), "text": "Черновик плана", "files": [file["id"]]});
        let said = olga.post(&format!("/chats/{chat}/messages"), body).await;
        let path = format!("/messages/{}", word(&said["id"]));
        olga.delete(&path).await;
        let gone = anna.get(&format!("/threads/{chat}/messages")).await;
        assert_eq!(gone["messages"][0]["text"], "");
        assert_eq!(
            anna.get(&format!("{path}/history")).await["versions"],
            json!([])
        );
        assert_eq!(
            anna.refused(Method::POST, &format!("{path}/restore"), Some(json!({})))
                .await
                .1,
            "messages.gone_for_good"
        );
        let back = olga.post(&format!("{path}/restore"), json!({})).await;
        assert_eq!(
            (
                back["text"].clone(),
                back["files"][0]["name"].clone(),
                back["deleted_at"].clone()
            ),
            (json!("Черновик плана"), json!("план.txt"), Value::Null)
        );
        assert_eq!(
            anna.get("/search?q=черновики").await["hits"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        // For herself only: Olga goes on seeing it, Anna may bring it back.
        let mut socket = anna.listen(None).await;
        socket.wait_type("welcome").await;
        anna.put(&format!("{path}/hidden"), json!({})).await;
        let told = socket.wait_type("message.hidden").await;
        assert_eq!(
            (told["message_id"].clone(), told["on"].clone()),
            (said["id"].clone(), json!(true))
        );
        let window = format!("/threads/{chat}/messages");
        assert!(texts(&anna, &window).await.is_empty());
        assert!(
            anna.get("/search?q=черновики").await["hits"]
                .as_array()
                .unwrap()
                .is_empty()
        );
        assert_eq!(texts(&olga, &window).await, ["Черновик плана"]);
        // The list shows each of them the last that they see.
        let last = async |who: &Caller| {
            let chats = who.get("/chats").await;
            let of = |c: &&Value| c["id"] == json!(chat);
            let found = chats.as_array().unwrap().iter().find(of).cloned();
            found.unwrap()["last"]["excerpt"].clone()
        };
        assert_eq!(last(&olga).await, "Черновик плана");
        assert_eq!(last(&anna).await, Value::Null);
        anna.delete(&format!("{path}/hidden")).await;
        assert_eq!(last(&anna).await, "Черновик плана");
        assert_eq!(texts(&anna, &window).await, ["Черновик плана"]);
        // Deleted again nine minutes later: what was planned for the first deletion does not end the while of the second.
        app.clock.advance(Duration::from_secs(540));
        olga.delete(&path).await;
        app.clock.advance(Duration::from_secs(180));
        app.until("the first deletion's work is done", async || {
            due(&app);
            let left = async |tx: &mut db::Tx<'_>| {
                let query = db::sql!("SELECT COUNT(*) FROM jobs WHERE kind = 'messages.wipe'");
                tx.must(query, &db::bind![]).await
            };
            let (left,): (i64,) = app.house().read(left).await.unwrap();
            (left == 1).then_some(())
        })
        .await;
        olga.post(&format!("{path}/restore"), json!({})).await;
        assert_eq!(texts(&anna, &window).await, ["Черновик плана"]);
        // After ten minutes a deletion is for good.
        olga.delete(&path).await;
        app.clock.advance(Duration::from_secs(601));
        assert_eq!(
            olga.refused(Method::POST, &format!("{path}/restore"), Some(json!({})))
                .await
                .1,
            "messages.gone_for_good"
        );
    }
);

story!(p_04_saved_messages_are_a_list_of_ones_own, |app| {
    let Three { olga, anna, boris } = three(&app).await;
    let chat = olga.direct_with(&anna).await;
    let said = anna.say("chats", &chat, "Код домофона 42").await;
    let path = format!("/messages/{}/saved", word(&said["id"]));
    olga.put(&path, json!({})).await;
    olga.put(&path, json!({})).await;
    let list = olga.get("/saved").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["message"]["id"], said["id"]);
    assert_eq!(anna.get("/saved").await["items"], json!([]));
    assert_eq!(
        boris.refused(Method::PUT, &path, Some(json!({}))).await.0,
        404
    );
    let page = olga.get(&format!("/threads/{chat}/messages")).await;
    assert_eq!(page["saved"], json!([said["id"]]));
    olga.delete(&path).await;
    assert_eq!(olga.get("/saved").await["items"], json!([]));
});

story!(s2_25_s2_26_a_period_is_whole_and_counted, |app| {
    let Three { olga, anna, .. } = three(&app).await;
    let chat = olga.direct_with(&anna).await;
    let mut moments = Vec::new();
    for day in 0..5 {
        for n in 0..30 {
            olga.say("chats", &chat, &format!("день {day}, {n}")).await;
            app.clock.advance(Duration::from_secs(60));
        }
        moments.push(app.clock.now().millis());
        app.clock.advance(Duration::from_secs(24 * 3600));
    }
    let (from, to) = (moments[0], moments[2]);
    let path = format!("/threads/{chat}/messages?from={from}&to={to}&limit=40");
    let page = anna.get(&path).await;
    assert_eq!(
        (page["count"].clone(), page["has_newer"].clone()),
        (json!(60), json!(true))
    );
    let first: Vec<String> = texts(&anna, &path).await;
    let last = page["messages"].as_array().unwrap().last().unwrap()["seq"].clone();
    let rest = texts(&anna, &format!("{path}&after={last}")).await;
    let all: Vec<String> = first.into_iter().chain(rest).collect();
    let want: Vec<String> = (1..3)
        .flat_map(|d| (0..30).map(move |n| format!("день {d}, {n}")))
        .collect();
    assert_eq!(all, want);
    // What is deleted, or put away for oneself, is neither shown nor counted.
    let one = page["messages"][3].clone();
    olga.delete(&format!("/messages/{}", word(&one["id"])))
        .await;
    anna.put(
        &format!("/messages/{}/hidden", word(&page["messages"][4]["id"])),
        json!({}),
    )
    .await;
    assert_eq!(anna.get(&path).await["count"], 58);
    assert_eq!(olga.get(&path).await["count"], 59);
    // A date is jumped to: the first message of that day is in the middle of the window.
    let at = anna
        .get(&format!(
            "/threads/{chat}/messages?at={}&limit=10",
            moments[1]
        ))
        .await;
    assert_eq!(at["messages"][5]["text"], "день 2, 0");
    let bad = format!("/threads/{chat}/messages?from={to}&to={from}");
    assert_eq!(
        anna.refused(Method::GET, &bad, None).await.1,
        "messages.empty_period"
    );
});

story!(s2_27_u_24_search_knows_who_what_and_when, |app| {
    let Three { olga, anna, boris } = three(&app).await;
    let chat = group(&olga, "Продажи", &[&anna, &boris]).await;
    anna.say("chats", &chat, "Договор поставки на подпись")
        .await;
    olga.say("chats", &chat, "Договоры лежат тут: https://example.com/d")
        .await;
    let (_, file) = anna.upload("/files", "договор.txt", b"1").await;
    let body = json!({"client_id": uuid(), "text": "", "files": [file["id"]]});
    anna.post(&format!("/chats/{chat}/messages"), body).await;
    let later = app.clock.now().millis() + 1;
    app.clock.advance(Duration::from_secs(3600));
    anna.say("chats", &chat, "Договор подписан").await;
    let count = async |query: &str| {
        let page = boris.get(&format!("/search?{query}")).await;
        page["hits"].as_array().unwrap().len()
    };
    assert_eq!(count("q=договором").await, 4);
    assert_eq!(count("q=ljujdjh").await, 4, "the other keyboard layout");
    assert_eq!(count(&format!("q=договор&author_id={}", anna.id)).await, 3);
    assert_eq!(count("q=договор&has=link").await, 1);
    assert_eq!(count("q=договор&has=file").await, 1);
    assert_eq!(count("q=&has=file,link").await, 0);
    assert_eq!(count("q=&has=file").await, 1);
    assert_eq!(count(&format!("q=договор&from={later}")).await, 1);
    assert_eq!(
        count(&format!("q=&to={later}&author_id={}", anna.id)).await,
        2
    );
    assert_eq!(
        boris
            .refused(Method::GET, "/search?q=&has=virus", None)
            .await
            .1,
        "messages.bad_has"
    );
    assert_eq!(
        boris.refused(Method::GET, "/search?q=", None).await.1,
        "messages.query_needed"
    );
    let own = olga.direct_with(&anna).await;
    olga.say("chats", &own, "Договор между нами").await;
    assert_eq!(
        count("q=договор").await,
        4,
        "what others say to each other is not found"
    );
});

story!(
    p_08_who_has_read_who_has_it_whom_it_has_not_reached,
    |app| {
        let Three { olga, anna, boris } = three(&app).await;
        let chat = group(&olga, "Продажи", &[&anna, &boris]).await;
        let said = olga.say("chats", &chat, "Собрание в три").await;
        let path = format!("/messages/{}/readers", word(&said["id"]));
        let seen = olga.get(&path).await;
        assert_eq!(seen["waiting"].as_array().unwrap().len(), 2);
        anna.post(
            &format!("/threads/{chat}/read"),
            json!({"seq": said["seq"]}),
        )
        .await;
        let mut socket = boris.listen(None).await;
        socket.wait_type("welcome").await;
        socket
            .send(json!({"type": "ack", "thread_id": chat, "seq": said["seq"]}))
            .await;
        app.until("the device's word came", async || {
            let seen = olga.get(&path).await;
            (seen["delivered"] == json!([boris.id]) && seen["read"] == json!([anna.id]))
                .then_some(())
        })
        .await;
    }
);

story!(
    p_04_a_message_is_reported_to_those_who_look_after_people,
    |app| {
        let Three { olga, anna, boris } = three(&app).await;
        let chat = anna.direct_with(&boris).await;
        let said = boris.say("chats", &chat, "Грубость").await;
        let path = format!("/messages/{}/report", word(&said["id"]));
        let form = json!({"reason": "abuse", "comment": "Прошу вмешаться"});
        assert_eq!(
            olga.refused(Method::POST, &path, Some(form.clone()))
                .await
                .0,
            404,
            "not even an administrator sees it"
        );
        anna.post(&path, form).await;
        let list = olga.get("/reports").await;
        assert_eq!(
            (list[0]["reason"].clone(), list[0]["person_id"].clone()),
            (json!("abuse"), json!(anna.id))
        );
        assert!(word(&list[0]["text"]).contains("Грубость"));
        assert_eq!(anna.refused(Method::GET, "/reports", None).await.0, 403);
        assert_eq!(olga.get("/notices").await["items"][0]["kind"], "report");
        olga.post(
            &format!("/reports/{}/done", word(&list[0]["id"])),
            json!({}),
        )
        .await;
        assert_eq!(olga.get("/reports").await, json!([]));
        let bad = Some(json!({"reason": "boring"}));
        assert_eq!(
            anna.refused(Method::POST, &path, bad).await.1,
            "messages.bad_reason"
        );
    }
);

fn due(app: &App) {
    app.house().bell::<jobs::Wake>().notify_one();
}

story!(p_06_u_40_a_message_goes_at_its_time, |app| {
    let Three { olga, anna, .. } = three(&app).await;
    let chat = olga.direct_with(&anna).await;
    let at = app.clock.now().millis() + 90 * 60 * 1000;
    let path = format!("/threads/{chat}/later");
    let id = uuid();
    let form = json!({"client_id": id, "text": "Доброе утро", "at": at});
    olga.post(&path, form.clone()).await;
    olga.post(&path, form).await;
    assert_eq!(olga.get("/later").await.as_array().unwrap().len(), 1);
    assert_eq!(anna.get("/later").await, json!([]));
    let past = Some(json!({"client_id": uuid(), "text": "Поздно", "at": 1000}));
    assert_eq!(
        olga.refused(Method::POST, &path, past).await.1,
        "messages.past"
    );
    // Put off by a minute, with other words.
    let change = json!({"text": "Доброе утро, Анна", "at": at + 60_000});
    olga.patch(&format!("/later/{id}"), change).await;
    app.clock.advance(Duration::from_secs(90 * 60));
    due(&app);
    app.clock.advance(Duration::from_secs(60));
    due(&app);
    let window = format!("/threads/{chat}/messages");
    let came = app
        .until("it was sent", async || {
            due(&app);
            let page = anna.get(&window).await;
            page["messages"].as_array().unwrap().last().cloned()
        })
        .await;
    assert_eq!(
        (
            came["text"].clone(),
            came["author"]["id"].clone(),
            came["client_id"].clone()
        ),
        (json!("Доброе утро, Анна"), json!(olga.id), json!(id))
    );
    app.until("it no longer waits", async || {
        (olga.get("/later").await == json!([])).then_some(())
    })
    .await;
    assert_eq!(texts(&anna, &window).await.len(), 1, "once");
    // Taken back, its words come home.
    let other = json!({"client_id": uuid(), "text": "Передумаю", "at": at + 3_600_000_000_i64});
    let planned = olga.post(&path, other).await;
    let words = olga
        .delete(&format!("/later/{}", word(&planned["id"])))
        .await;
    assert_eq!(words["text"], "Передумаю");
    // Or goes at once.
    let third = json!({"client_id": uuid(), "text": "Сейчас", "at": at + 3_600_000_000_i64});
    let planned = olga.post(&path, third).await;
    olga.post(&format!("/later/{}/send", word(&planned["id"])), json!({}))
        .await;
    assert_eq!(texts(&anna, &window).await, ["Доброе утро, Анна", "Сейчас"]);
});

story!(p_06_a_message_waits_until_somebody_is_back, |app| {
    let Three { olga, anna, .. } = three(&app).await;
    let chat = olga.direct_with(&anna).await;
    let form = json!({"client_id": uuid(), "text": "Как вернёшься, позвони", "back_of": anna.id});
    let path = format!("/threads/{chat}/later");
    olga.post(&path, form).await;
    let mut socket = anna.listen(None).await;
    socket.wait_type("welcome").await;
    // It may be there before the welcome is said: then it stands before the place the welcome names, and no frame tells it.
    let read = format!("/threads/{chat}/messages");
    app.until("it came", async || {
        let came = texts(&anna, &read).await;
        (came == ["Как вернёшься, позвони"]).then_some(())
    })
    .await;
    let here = Some(json!({"client_id": uuid(), "text": "Ты тут?", "back_of": anna.id}));
    assert_eq!(
        olga.refused(Method::POST, &path, here).await.1,
        "messages.is_here"
    );
});

story!(p_06_what_cannot_be_sent_waits_for_its_author, |app| {
    let Three { olga, anna, boris } = three(&app).await;
    let chat = group(&olga, "Продажи", &[&anna, &boris]).await;
    let at = app.clock.now().millis() + 60_000;
    let form = json!({"client_id": uuid(), "text": "Итоги", "at": at});
    anna.post(&format!("/threads/{chat}/later"), form).await;
    olga.patch(&format!("/chats/{chat}"), json!({"remove": [anna.id]}))
        .await;
    app.clock.advance(Duration::from_secs(61));
    let kept = app
        .until("it was refused", async || {
            due(&app);
            let list = anna.get("/later").await;
            (list[0]["error"] != "").then_some(list[0].clone())
        })
        .await;
    assert_eq!(
        (kept["error"].clone(), kept["text"].clone()),
        (json!("not-found"), json!("Итоги"))
    );
    assert_eq!(anna.get("/notices").await["items"][0]["kind"], "failed");
});

story!(s2_14_a_card_shows_each_reader_what_they_may_see, |app| {
    let Three { olga, anna, .. } = three(&app).await;
    let (key, _) = crate::app::connect_widget(&olga).await;
    let visitor = crate::app::Visitor::new(&app, &key).await;
    visitor.write("Здравствуйте").await;
    let contacts = olga.get("/contacts").await;
    let contact = contacts["items"][0].clone();
    let card = json!({"kind": "contact", "id": contact["id"]});
    let found = olga.get("/cards?kind=contact").await;
    assert_eq!(found[0]["id"], contact["id"]);
    let chat = olga.direct_with(&anna).await;
    let body = json!({"client_id": uuid(), "text": "Вот он", "cards": [card]});
    let said = olga.post(&format!("/chats/{chat}/messages"), body).await;
    assert_eq!(said["extras"]["cards"], json!([card]));
    let shown = olga.post("/cards", json!({"refs": [card]})).await;
    assert_eq!(
        (shown[0]["title"].clone(), shown[0]["href"].clone()),
        (
            contact["name"].clone(),
            json!(format!("/contacts/{}", word(&contact["id"])))
        )
    );
    // Olga answers and so takes the client's chat: its card is not Anna's to see any more, nor hers to send.
    let waiting = olga.inbox("queue").await;
    olga.say("client-chats", &word(&waiting[0]["id"]), "Добрый день")
        .await;
    let theirs = olga.inbox("my").await;
    let hidden = json!({"kind": "client_chat", "id": theirs[0]["id"]});
    assert_eq!(
        anna.post("/cards", json!({"refs": [hidden]})).await,
        json!([])
    );
    let stolen = Some(json!({"client_id": uuid(), "text": "", "cards": [hidden]}));
    let path = format!("/chats/{chat}/messages");
    assert_eq!(
        anna.refused(Method::POST, &path, stolen).await,
        (400, "not-found".into())
    );
    let shown = olga.post("/cards", json!({"refs": [hidden]})).await;
    assert_eq!(shown.as_array().unwrap().len(), 1);
    let newest = olga.get("/cards?kind=client_chat").await;
    assert_eq!(newest[0]["id"], theirs[0]["id"]);
    assert_eq!(anna.get("/cards?kind=client_chat").await, json!([]));
});

story!(p_04_a_link_gets_a_preview_made_by_the_server, |app| {
    let mut app = app;
    let asked = Arc::<AtomicUsize>::default();
    let count = asked.clone();
    let page = any(async move || {
        count.fetch_add(1, Ordering::SeqCst);
        Html("<title>Прайс</title><meta property='og:site_name' content='Лампа'>")
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let _ = axum::serve(listener, Router::new().fallback(page)).await;
    });
    let Three { olga, anna, .. } = three(&app).await;
    let chat = olga.direct_with(&anna).await;
    let url = format!("http://{address}/price");
    // A private address is not even called.
    let said = olga.say("chats", &chat, &url).await;
    app.until("the look was given up", async || {
        due(&app);
        let left = async |tx: &mut db::Tx<'_>| {
            let query = db::sql!("SELECT COUNT(*) FROM jobs WHERE kind = 'messages.preview'");
            tx.must(query, &db::bind![]).await
        };
        let (left,): (i64,) = app.house().read(left).await.unwrap();
        (left == 0).then_some(())
    })
    .await;
    assert_eq!(
        (asked.load(Ordering::SeqCst), said["extras"].clone()),
        (0, Value::Null)
    );
    app.beseda.take().unwrap().stop().await;
    app.config.reachable = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    app.open().await;
    let olga = app.olga().await;
    let mut socket = olga.listen(None).await;
    socket.wait_type("welcome").await;
    olga.say("chats", &chat, &format!("Смотри: {url}")).await;
    let frame = socket.wait_type("message.changed").await;
    assert_eq!(
        frame["message"]["extras"]["preview"],
        json!({"url": url, "title": "Прайс", "text": "", "site": "Лампа"})
    );
});

// U-04: two devices of one person type in one chat.
story!(
    u_04_a_draft_is_not_written_over_words_its_device_has_not_seen,
    |app| {
        let Three { olga, anna, .. } = three(&app).await;
        let chat = olga.direct_with(&anna).await;
        let path = format!("/threads/{chat}/draft");
        let has = async || word(&olga.get(&format!("/chats/{chat}")).await["draft"]);
        olga.put(&path, json!({"text": "С телефона", "base": ""}))
            .await;
        let over = Some(json!({"text": "С ноутбука", "base": ""}));
        assert_eq!(
            olga.refused(Method::PUT, &path, over).await,
            (409, "messages.draft_differs".into())
        );
        assert_eq!(has().await, "С телефона");
        // The same again is no conflict: a request that was repeated.
        olga.put(&path, json!({"text": "С телефона", "base": ""}))
            .await;
        let both = json!({"text": "С ноутбука\nС телефона", "base": "С телефона"});
        olga.put(&path, both).await;
        // A device that asks nothing has the last word, as before.
        olga.put(&path, json!({"text": "Иначе"})).await;
        assert_eq!(has().await, "Иначе");
    }
);
