//! Stories of moving in and out: U-37, P-12.

use crate::{
    app::{App, Caller},
    files::png,
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    io::{Cursor, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

fn zipped(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A group in Telegram of Анна and Глеб, who has left, with `count` messages and a picture.
fn telegram_text(count: usize) -> Vec<u8> {
    let message = |n: usize| {
        let (from, id) = if n.is_multiple_of(2) {
            ("Анна", "user1")
        } else {
            ("Глеб", "user2")
        };
        let mut message = json!({"id": n, "type": "message", "date_unixtime": (1_700_000_000 + n).to_string(),
            "from": from, "from_id": id, "text": format!("сообщение {n}"), "text_entities": []});
        if n == 2 {
            message["reply_to_message_id"] = json!(1);
            message["photo"] = json!("photos/p.png");
            message["reactions"] = json!([{"type": "emoji", "count": 1, "emoji": "🔥", "recent": [{"from_id": "user2"}]}]);
        }
        message
    };
    let messages: Vec<Value> = (1..=count).map(message).collect();
    let result =
        json!({"name": "Цех", "type": "private_supergroup", "id": 77, "messages": messages});
    result.to_string().into_bytes()
}

fn telegram(count: usize) -> Vec<u8> {
    zipped(&[
        ("result.json", telegram_text(count)),
        ("photos/p.png", png(6, 4)),
    ])
}

async fn started(app: &App, olga: &Caller, bytes: &[u8], format: &str) -> Value {
    let (_, file) = olga.upload("/files", "архив.zip", bytes).await;
    let form = json!({"file_id": file["id"], "format": format});
    let import = olga.post("/imports", form).await;
    ended(app, olga, &import, &["ready", "refused"]).await
}

async fn ended(app: &App, olga: &Caller, import: &Value, states: &[&str]) -> Value {
    let place = format!("/imports/{}", import["id"].as_str().unwrap());
    app.until("the import moves on", async || {
        let now = olga.get(&place).await;
        let state = now["state"].as_str().unwrap();
        assert!(state != "failed" || states.contains(&"failed"), "{now}");
        states.contains(&state).then_some(now.clone())
    })
    .await
}

async fn run(app: &App, olga: &Caller, import: &Value, people: Value) -> Value {
    let place = format!("/imports/{}/run", import["id"].as_str().unwrap());
    olga.post(&place, json!({"people": people})).await;
    ended(app, olga, import, &["done"]).await
}

async fn chats(who: &Caller) -> Vec<Value> {
    who.get("/chats").await.as_array().unwrap().clone()
}

/// All messages of a chat but grey lines.
async fn said(who: &Caller, chat: &Value) -> Vec<Value> {
    let mut out = Vec::new();
    let mut after = 0;
    loop {
        let place = format!(
            "/threads/{}/messages?after={after}&limit=100",
            chat["id"].as_str().unwrap()
        );
        let page = who.get(&place).await["messages"]
            .as_array()
            .unwrap()
            .clone();
        let Some(last) = page.last() else {
            return out;
        };
        after = last["seq"].as_i64().unwrap();
        out.extend(page.into_iter().filter(|m| m["kind"] == "text"));
    }
}

story!(u_37_a_telegram_group_moves_in_once, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let import = started(&app, &olga, &telegram(250), "telegram").await;
    assert_eq!(import["state"], "ready", "{import}");
    let report = &import["report"];
    assert_eq!(
        (report["messages"].clone(), report["files"].clone()),
        (json!(250), json!(1))
    );
    assert_eq!(report["people"][0]["by"], "name");
    assert_eq!(report["people"][0]["person_id"], json!(anna.id));
    assert_eq!(report["people"][1]["becomes"], "former");
    assert!(chats(&anna).await.is_empty(), "a dry run writes nothing");
    // Only who arranges the company.
    assert_eq!(anna.refused(Method::GET, "/imports", None).await.0, 403);

    let mut socket = anna.listen(None).await;
    socket.wait_type("welcome").await;
    let done = run(&app, &olga, &import, json!([])).await;
    assert_eq!(
        done["made"],
        json!({"people": 1, "chats": 1, "messages": 250, "topics": 0, "files": 1, "already": 0, "left_out": {}})
    );
    socket
        .wait("the chat", |f| {
            f["type"] == "chat.changed" && f["chat"]["title"] == "Цех"
        })
        .await;
    assert!(
        !socket
            .seen
            .iter()
            .any(|f| f["type"] == "notice.added" || f["type"] == "message.added")
    );
    let chat = chats(&anna)
        .await
        .into_iter()
        .find(|c| c["title"] == "Цех")
        .unwrap();
    assert_eq!(chat["unread"], 0, "old messages are nobody's news: {chat}");
    let messages = said(&anna, &chat).await;
    assert_eq!(messages.len(), 250, "P-12: all of it, without a limit");
    assert_eq!(messages[0]["author"]["name"], "Глеб");
    assert_eq!(messages[0]["at"], json!(1_700_000_001_000i64));
    assert_eq!(messages[1]["reply"]["id"], messages[0]["id"]);
    assert_eq!(messages[1]["files"][0]["width"], 6);
    assert_eq!(messages[1]["reactions"][0]["emoji"], "🔥");
    let gleb = &olga.get("/people").await["people"];
    let gleb = gleb
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["name"] == "Глеб")
        .unwrap()
        .clone();
    assert_eq!(gleb["active"], false);
    let people = olga.get("/people").await["people"]
        .as_array()
        .unwrap()
        .len();

    // A later archive of the same group brings what is new, and nothing twice.
    let again = started(&app, &olga, &telegram(253), "telegram").await;
    assert_eq!(again["report"]["people"][1]["by"], "before");
    let again = run(&app, &olga, &again, json!([])).await;
    assert_eq!(
        (
            again["made"]["messages"].clone(),
            again["made"]["already"].clone()
        ),
        (json!(3), json!(250))
    );
    assert_eq!(said(&anna, &chat).await.len(), 253);
    assert_eq!(chats(&anna).await.len(), 1);
    assert_eq!(
        olga.get("/people").await["people"]
            .as_array()
            .unwrap()
            .len(),
        people
    );
    let back = format!("/imports/{}/take-back", again["id"].as_str().unwrap());
    assert_eq!(
        olga.refused(Method::POST, &back, Some(json!({}))).await,
        (409, "moving.written_before".into())
    );
});

story!(u_37_a_run_is_taken_back_unless_somebody_wrote, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let import = started(&app, &olga, &telegram(5), "telegram").await;
    let nobody = json!([{"id": "user2", "becomes": "name"}]);
    let done = run(&app, &olga, &import, nobody.clone()).await;
    assert_eq!(done["made"]["people"], 0);
    let chat = chats(&anna).await[0].clone();
    assert_eq!(said(&anna, &chat).await[0]["author"]["kind"], "bot");
    let back = format!("/imports/{}/take-back", import["id"].as_str().unwrap());
    olga.post(&back, json!({})).await;
    ended(&app, &olga, &import, &["taken_back"]).await;
    assert!(chats(&anna).await.is_empty());
    // And once more, as if it had never been.
    let import = started(&app, &olga, &telegram(5), "telegram").await;
    let done = run(&app, &olga, &import, nobody).await;
    assert_eq!(done["made"]["messages"], 5);
    let chat = chats(&anna).await[0].clone();
    anna.say("chats", chat["id"].as_str().unwrap(), "ещё").await;
    let back = format!("/imports/{}/take-back", import["id"].as_str().unwrap());
    assert_eq!(
        olga.refused(Method::POST, &back, Some(json!({}))).await,
        (409, "moving.written_since".into())
    );
});

story!(u_37_a_bad_archive_is_refused_by_name, |app| {
    let olga = app.olga().await;
    let whole = telegram(50);
    let half = started(&app, &olga, &whole[..whole.len() / 2], "telegram").await;
    assert_eq!(
        (half["state"].clone(), half["error"].clone()),
        (json!("refused"), json!("moving.not_an_archive"))
    );
    let torn = zipped(&[("x/result.json", b"{\"messages\": [".to_vec())]);
    let torn = started(&app, &olga, &torn, "telegram").await;
    assert_eq!(
        (torn["error"].clone(), torn["place"].clone()),
        (json!("moving.bad_json"), json!("x/result.json:1"))
    );
    assert!(
        torn["sentence"]
            .as_str()
            .unwrap()
            .starts_with("Файл в архиве")
    );
    let run = format!("/imports/{}/run", torn["id"].as_str().unwrap());
    assert_eq!(
        olga.refused(Method::POST, &run, Some(json!({"people": []})))
            .await,
        (409, "moving.not_now".into())
    );
});

story!(u_37_path_tricks_and_wrong_encodings, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let result = || telegram_text(3);
    for name in [
        "../../etc/cron.d/x",
        "/etc/passwd",
        "photos/..\\..\\x",
        "C:/x",
    ] {
        let bytes = zipped(&[("result.json", result()), (name, b"x".to_vec())]);
        let import = started(&app, &olga, &bytes, "telegram").await;
        assert_eq!(import["state"], "refused", "{name}");
        assert_eq!(import["error"], "moving.bad_path", "{name}");
        assert!(import["sentence"].as_str().unwrap().len() > 20);
    }
    let bomb = zipped(&[("result.json", vec![b' '; 300 * 1024 * 1024])]);
    let import = started(&app, &olga, &bomb, "telegram").await;
    assert_eq!(import["error"], "moving.bomb");
    assert!(chats(&anna).await.is_empty(), "nothing was half-imported");

    // A name in a code page of another age is read as well as can be, and said to be.
    let text = String::from_utf8(result()).unwrap();
    let cut = text.find("Глеб").unwrap();
    let mut bytes = text.as_bytes()[..cut].to_vec();
    bytes.extend([0xC3, 0xEB, 0xE5, 0xE1]);
    bytes.extend(&text.as_bytes()[cut + "Глеб".len()..]);
    let import = started(&app, &olga, &bytes, "telegram").await;
    assert_eq!(import["state"], "ready", "without a zip too: {import}");
    assert!(import["report"]["mended"].as_i64().unwrap() > 0);
    let done = run(&app, &olga, &import, json!([])).await;
    assert_eq!(done["made"]["messages"], 3);
});

story!(u_37_rocketchat_threads_become_topics, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let lines = |rows: &[Value]| {
        let all: String = rows.iter().map(|l| format!("{l}\n")).collect();
        all.into_bytes()
    };
    let message = |id: &str, who: &str, at: i64, rest: Value| {
        let mut message =
            json!({"_id": id, "rid": "general", "u": {"_id": who}, "ts": {"$date": at}});
        let fields = rest.as_object().unwrap().clone();
        message.as_object_mut().unwrap().extend(fields);
        message
    };
    let bytes = zipped(&[
        (
            "users.json",
            lines(&[
                json!({"_id": "a", "username": "anna", "name": "Anna"}),
                json!({"_id": "g", "username": "gleb", "name": "Глеб"}),
            ]),
        ),
        (
            "rocketchat_room.json",
            lines(&[
                json!({"_id": "general", "t": "c", "name": "Общий", "usernames": ["anna", "gleb"]}),
            ]),
        ),
        (
            "rocketchat_message.json",
            lines(&[
                message(
                    "1",
                    "g",
                    1_700_000_000_000,
                    json!({"msg": "кто *едет*?", "pinned": true}),
                ),
                message(
                    "2",
                    "a",
                    1_700_000_001_000,
                    json!({"msg": "я, @gleb", "tmid": "1"}),
                ),
                message(
                    "3",
                    "g",
                    1_700_000_002_000,
                    json!({"msg": "решено", "tmid": "1", "tshow": true,
                    "reactions": {":+1:": {"usernames": ["anna"]}}}),
                ),
            ]),
        ),
    ]);
    let import = started(&app, &olga, &bytes, "rocketchat").await;
    assert_eq!(import["state"], "ready", "{import}");
    assert_eq!(import["report"]["people"].as_array().unwrap().len(), 2);
    let done = run(&app, &olga, &import, json!([])).await;
    assert_eq!(
        (
            done["made"]["topics"].clone(),
            done["made"]["messages"].clone()
        ),
        (json!(1), json!(4)),
        "{done}"
    );
    let mine = chats(&anna).await;
    let group = mine.iter().find(|c| c["kind"] == "group").unwrap();
    let topic = mine.iter().find(|c| c["kind"] == "topic").unwrap();
    assert_eq!(topic["parent_id"], group["id"]);
    assert_eq!(topic["unread"], 0);
    let (outside, inside) = (said(&anna, group).await, said(&anna, topic).await);
    assert_eq!(outside[0]["extras"]["topic"]["replies"], 2);
    assert_eq!(outside[0]["pinned"], true);
    assert_eq!(outside[1]["extras"]["from_topic"], topic["id"]);
    assert_eq!(inside[0]["author"]["id"], json!(anna.id));
    assert_eq!(inside[1]["reactions"][0]["emoji"], "👍");
    let back = format!("/imports/{}/take-back", import["id"].as_str().unwrap());
    olga.post(&back, json!({})).await;
    ended(&app, &olga, &import, &["taken_back"]).await;
    assert!(chats(&anna).await.is_empty());
});

story!(u_37_a_run_can_be_stopped_and_goes_on, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let import = started(&app, &olga, &telegram(3000), "telegram").await;
    let place = format!("/imports/{}", import["id"].as_str().unwrap());
    olga.post(&format!("{place}/run"), json!({"people": []}))
        .await;
    let stopped = olga.post(&format!("{place}/stop"), json!({})).await;
    assert_eq!(
        (stopped["state"].clone(), stopped["error"].clone()),
        (json!("failed"), json!("moving.stopped"))
    );
    assert!(chats(&anna).await.is_empty(), "half a group is nobody's");
    olga.post(&format!("{place}/resume"), json!({})).await;
    let done = ended(&app, &olga, &import, &["done"]).await;
    assert_eq!(done["made"]["messages"], 3000);
    assert_eq!(said(&anna, &chats(&anna).await[0]).await.len(), 3000);
    let stop = format!("{place}/stop");
    let again = olga.refused(Method::POST, &stop, Some(json!({}))).await;
    assert_eq!(again.1, "moving.not_now");
});

story!(u_37_a_killed_server_goes_on_where_it_was, |app| {
    let mut app = app;
    let olga = app.olga().await;
    app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let import = started(&app, &olga, &telegram(3000), "telegram").await;
    let place = format!("/imports/{}", import["id"].as_str().unwrap());
    olga.post(&format!("{place}/run"), json!({"people": []}))
        .await;
    let at = app
        .until("the run is on its way", async || {
            olga.get(&place).await["position"]
                .as_i64()
                .filter(|n| *n > 0)
        })
        .await;
    let olga = killed(&mut app).await;
    let done = ended(&app, &olga, &import, &["done"]).await;
    assert!(at < 3003, "{at}");
    assert_eq!(done["made"]["messages"], 3000);
    let mut anna = app.stranger();
    anna.sign(
        "/sessions",
        json!({"login": "anna", "password": "anna-password"}),
    )
    .await;
    let chat = chats(&anna).await[0].clone();
    let texts: Vec<String> = said(&anna, &chat)
        .await
        .iter()
        .map(|m| m["text"].as_str().unwrap().to_owned())
        .collect();
    let wanted: Vec<String> = (1..=3000).map(|n| format!("сообщение {n}")).collect();
    assert_eq!(texts, wanted);
});

story!(u_37_a_kill_leaves_nothing_between_two_states, |app| {
    let mut app = app;
    let olga = app.olga().await;
    app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let (_, file) = olga.upload("/files", "архив.zip", &telegram(2000)).await;
    let form = json!({"file_id": file["id"], "format": "telegram"});
    // Killed while it is looked at, while it runs, while it is taken back, and while an archive of ours is made.
    let import = olga.post("/imports", form).await;
    let place = format!("/imports/{}", import["id"].as_str().unwrap());
    let olga = killed(&mut app).await;
    ended(&app, &olga, &import, &["ready"]).await;
    olga.post(&format!("{place}/run"), json!({"people": []}))
        .await;
    let olga = killed(&mut app).await;
    let done = ended(&app, &olga, &import, &["done"]).await;
    assert_eq!(done["made"]["messages"], 2000);
    let export = olga.post("/exports", json!({})).await;
    assert!(export["file_id"].is_null());
    let olga = killed(&mut app).await;
    let where_ = format!("/exports/{}", export["id"].as_str().unwrap());
    let made = app
        .until("the archive is made after all", async || {
            let now = olga.get(&where_).await;
            assert!(now["state"] == "done" || now["file_id"].is_null(), "{now}");
            (now["state"] == "done").then_some(now)
        })
        .await;
    assert!(made["file_id"].is_string());
    olga.post(&format!("{place}/take-back"), json!({})).await;
    let olga = killed(&mut app).await;
    ended(&app, &olga, &import, &["taken_back"]).await;
    assert!(chats(&olga).await.is_empty());
});

/// No farewell: the house is dropped with its workers and opened over the same data, after their leases have ended.
async fn killed(app: &mut App) -> Caller {
    if let Some(house) = app.beseda.take() {
        // Until its last worker is gone it could still take a job, at the clock's next hour.
        house.cut().await;
    }
    app.clock.advance(std::time::Duration::from_secs(130));
    app.open().await;
    app.olga().await
}

/// The files of an archive of ours, with every id replaced by the order in which it is met.
async fn exported(app: &App, who: &Caller, form: Value) -> (HashMap<String, String>, Vec<u8>) {
    let export = who.post("/exports", form).await;
    let place = format!("/exports/{}", export["id"].as_str().unwrap());
    let done = app
        .until("the archive is made", async || {
            let now = who.get(&place).await;
            (now["state"] != "running").then_some(now)
        })
        .await;
    assert_eq!(done["state"], "done", "{done}");
    let url = format!(
        "{}/api/v1/files/{}?download=1",
        who.base,
        done["file_id"].as_str().unwrap()
    );
    let answer = who
        .http
        .get(url)
        .header("cookie", &who.cookie)
        .send()
        .await
        .unwrap();
    let bytes = answer.bytes().await.unwrap().to_vec();
    let mut zip = ZipArchive::new(Cursor::new(bytes.clone())).unwrap();
    let mut files = HashMap::new();
    for n in 0..zip.len() {
        let mut file = zip.by_index(n).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        let name = file.name().unwrap().into_owned();
        files.insert(name, String::from_utf8_lossy(&content).into_owned());
    }
    (files, bytes)
}

/// The lines of all chats, by their titles, with ids made alike.
fn told(files: &HashMap<String, String>) -> Vec<String> {
    let mut chats: Vec<String> = files
        .iter()
        .filter(|(name, _)| name.starts_with("chats/"))
        .map(|(_, text)| text.clone())
        .collect();
    for chat in &mut chats {
        let mut met: Vec<String> = Vec::new();
        let mut out = String::new();
        let mut rest = chat.as_str();
        while !rest.is_empty() {
            let word = rest.get(..36).filter(|w| w.parse::<kernel::Uuid>().is_ok());
            if let Some(word) = word {
                let n = met.iter().position(|m| m == word).unwrap_or_else(|| {
                    met.push(word.to_owned());
                    met.len() - 1
                });
                out.push_str(&format!("#{n}"));
                rest = &rest[36..];
            } else {
                let c = rest.chars().next().unwrap();
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        *chat = out;
    }
    chats.sort();
    chats
}

story!(u_37_what_leaves_can_come_in_again, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let group = olga
        .post(
            "/chats",
            json!({"kind": "group", "title": "Цех", "member_ids": [anna.id, boris.id]}),
        )
        .await;
    let group = group["id"].as_str().unwrap().to_owned();
    let first = anna
        .say(
            "chats",
            &group,
            &format!("Смотри, @[Борис]({}), **вот**", boris.id),
        )
        .await;
    let (_, file) = boris.upload("/files", "план.png", &png(8, 8)).await;
    let answer = json!({"client_id": crate::app::uuid(), "text": "", "files": [file["id"]], "reply_to": first["id"]});
    boris
        .post(&format!("/chats/{group}/messages"), answer)
        .await;
    let reaction = format!(
        "/messages/{}/reactions/%F0%9F%91%8D",
        first["id"].as_str().unwrap()
    );
    olga.put(&reaction, json!({})).await;
    let direct = olga.direct_with(&anna).await;
    let secret = olga.say("chats", &direct, "лично").await;
    // An edit with what it said before, a topic with an answer that stands in the group too, a forwarded message.
    let edited = olga.say("chats", &group, "раз").await;
    let place = format!("/messages/{}", edited["id"].as_str().unwrap());
    olga.patch(&place, json!({"text": "два"})).await;
    let topic = boris
        .post(
            &format!("/chats/{group}/topics"),
            json!({"message_id": first["id"]}),
        )
        .await;
    let topic = topic["id"].as_str().unwrap();
    let body =
        json!({"client_id": crate::app::uuid(), "text": "в обсуждении", "also_in_group": true});
    olga.post(&format!("/chats/{topic}/messages"), body).await;
    let body = json!({"client_id": crate::app::uuid(), "message_ids": [secret["id"]]});
    olga.post(&format!("/chats/{group}/forward"), body).await;

    let (whole, bytes) = exported(&app, &olga, json!({})).await;
    assert!(
        whole.contains_key("manifest.json") && whole.contains_key("people.json"),
        "{:?}",
        whole.keys()
    );
    assert_eq!(whole.keys().filter(|k| k.starts_with("files/")).count(), 1);
    // Only who arranges the company takes anything out.
    let (one, _) = exported(&app, &olga, json!({"thread_id": group})).await;
    assert_eq!(one.keys().filter(|k| k.starts_with("chats/")).count(), 1);
    for form in [json!({}), json!({"thread_id": group})] {
        let refused = boris.refused(Method::POST, "/exports", Some(form)).await;
        assert_eq!(refused.0, 403);
    }
    assert_eq!(boris.refused(Method::GET, "/exports", None).await.0, 403);
    let foreign = json!({"thread_id": anna.direct_with(&boris).await});
    let refused = olga.refused(Method::POST, "/exports", Some(foreign)).await;
    assert_eq!(refused.0, 404, "one chat is taken by who is in it");

    // Read into the very company it came from, it brings nothing twice.
    let import = started(&app, &olga, &bytes, "beseda").await;
    assert_eq!(import["report"]["topics"], 1);
    let done = run(&app, &olga, &import, json!([])).await;
    let made = |what: &str| done["made"][what].as_i64().unwrap();
    assert_eq!(
        (
            made("messages"),
            made("chats"),
            made("topics"),
            made("people")
        ),
        (0, 0, 0, 0),
        "{done}"
    );
    assert_eq!(made("already"), 7);

    // An empty house reads it; what leaves there is the same up to ids.
    let engine = if app.house().db().is_shared() {
        crate::app::Engine::Postgres
    } else {
        crate::app::Engine::Sqlite
    };
    let other = App::start(engine).await.unwrap();
    let olga = other.olga().await;
    let import = started(&other, &olga, &bytes, "beseda").await;
    assert_eq!(import["state"], "ready", "{import}");
    let done = run(&other, &olga, &import, json!([])).await;
    assert_eq!(done["made"]["messages"], 7, "{done}");
    assert_eq!(done["made"]["topics"], 1, "{done}");
    let (again, _) = exported(&other, &olga, json!({})).await;
    assert_eq!(told(&again), told(&whole));
});

/// Where a house keeps bytes on its disk.
fn stored(app: &App, bytes: &[u8]) -> PathBuf {
    let mut folders = vec![app.folder.join("files")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read(&path).is_ok_and(|there| there == bytes) {
                return path;
            }
        }
    }
    panic!("{} bytes are nowhere", bytes.len());
}

/// As if it had been stored two hours ago: what is fresh may be about to be used.
fn aged(path: &Path) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    let stored = file.metadata().unwrap().modified().unwrap();
    file.set_modified(stored - Duration::from_secs(7200))
        .unwrap();
}

story!(u_37_an_archive_is_deleted_with_its_bytes, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    // What came in: the archive goes, what it made stays and can still be taken back.
    let bytes = telegram(3);
    let import = started(&app, &olga, &bytes, "telegram").await;
    let place = format!("/imports/{}", import["id"].as_str().unwrap());
    let archive = stored(&app, &bytes);
    let picture = png(6, 4);
    run(&app, &olga, &import, json!([])).await;
    let kept = stored(&app, &picture);
    aged(&archive);
    aged(&kept);
    assert_eq!(anna.refused(Method::DELETE, &place, None).await.0, 403);
    olga.delete(&place).await;
    app.until("its bytes are gone", async || {
        (!archive.exists()).then_some(())
    })
    .await;
    assert!(kept.exists(), "a picture in a chat is not the archive's");
    let now = olga.get(&place).await;
    assert_eq!(
        (&now["state"], &now["archive_kept"]),
        (&json!("done"), &json!(false))
    );
    olga.post(&format!("{place}/take-back"), json!({})).await;
    ended(&app, &olga, &import, &["taken_back"]).await;
    app.until("so are those of what was taken back", async || {
        (!kept.exists()).then_some(())
    })
    .await;
    olga.delete(&place).await;
    assert_eq!(olga.refused(Method::GET, &place, None).await.0, 404);

    // Two uploads of the same bytes: the second still needs them.
    let first = started(&app, &olga, &bytes, "telegram").await;
    let second = started(&app, &olga, &bytes, "telegram").await;
    aged(&archive);
    let remove = |import: &Value| format!("/imports/{}", import["id"].as_str().unwrap());
    olga.delete(&remove(&first)).await;
    let done = run(&app, &olga, &second, json!([])).await;
    assert_eq!(done["made"]["messages"], 3, "{done}");

    // What went out.
    let (_, made) = exported(&app, &olga, json!({})).await;
    let export = olga.get("/exports").await["items"][0].clone();
    let archive = stored(&app, &made);
    aged(&archive);
    let place = format!("/exports/{}", export["id"].as_str().unwrap());
    assert_eq!(anna.refused(Method::DELETE, &place, None).await.0, 403);
    olga.delete(&place).await;
    let file = format!("/files/{}", export["file_id"].as_str().unwrap());
    assert_eq!(olga.refused(Method::GET, &file, None).await.0, 404);
    app.until("and its bytes", async || (!archive.exists()).then_some(()))
        .await;
    assert_eq!(olga.get("/exports").await["items"], json!([]));
});
