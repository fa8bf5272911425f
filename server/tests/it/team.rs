//! Stories of colleagues' chats.

use crate::{app::uuid, story};
use reqwest::Method;
use serde_json::json;

story!(s0_01_a_colleague_sees_the_text_at_once, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let mut socket = anna.listen(None).await;
    socket.wait_type("welcome").await;
    let chat = olga.direct_with(&anna).await;
    let same = anna
        .post("/chats", json!({"kind": "direct", "person_id": olga.id}))
        .await;
    assert_eq!(same["id"], json!(chat), "one direct chat, whoever begins");
    let sent = olga.say("chats", &chat, "Привет, **Анна**!").await;
    let frame = socket.wait_type("message.added").await;
    assert_eq!(frame["message"], sent);
    assert_eq!(sent["tokens"][0]["c"][1]["t"], "strong", "{sent}");
    let mine = anna.get(&format!("/chats/{chat}")).await;
    assert_eq!(
        (mine["unread"].clone(), mine["last"]["excerpt"].clone()),
        (json!(1), json!("Привет, Анна!"))
    );
    assert_eq!(
        olga.get(&format!("/chats/{chat}")).await["unread"],
        0,
        "who writes has read"
    );
});

story!(s0_12_s0_13_s0_14_a_group_with_files, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let nameless = Some(json!({"kind": "group", "title": " ", "member_ids": [anna.id]}));
    assert_eq!(
        olga.refused(Method::POST, "/chats", nameless).await,
        (400, "team.title_needed".into())
    );
    let lonely = Some(json!({"kind": "group", "title": "Я", "member_ids": []}));
    assert_eq!(
        olga.refused(Method::POST, "/chats", lonely).await,
        (400, "team.members_needed".into())
    );
    let group = json!({"kind": "group", "title": "Продажи", "member_ids": [anna.id, boris.id]});
    let chat = olga.post("/chats", group).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (_, file) = anna
        .upload("/files", "Отчёт за май.txt", "строки".as_bytes())
        .await;
    let body = json!({"client_id": uuid(), "text": "", "files": [file["id"]]});
    anna.post(&format!("/chats/{chat}/messages"), body).await;
    for member in [&olga, &boris] {
        let page = member.get(&format!("/threads/{chat}/messages")).await;
        let last = page["messages"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            (
                last["author"]["name"].clone(),
                last["files"][0]["name"].clone()
            ),
            (json!("Анна"), json!("Отчёт за май.txt"))
        );
    }
});

story!(u_03_the_same_client_id_is_one_message, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let body = json!({"client_id": uuid(), "text": "один раз"});
    let path = format!("/chats/{chat}/messages");
    let all = futures_util::future::join_all(
        (0..8).map(|_| olga.raw(Method::POST, &path, Some(body.clone()))),
    )
    .await;
    let first = all.iter().find(|a| a.0.is_success()).unwrap().1.clone();
    for (status, answer) in all {
        // On PostgreSQL two copies may meet inside one commit: the loser is told so and asks again.
        assert!(
            status.is_success() && answer["id"] == first["id"] || status.as_u16() == 409,
            "{status} {answer}"
        );
    }
    assert_eq!(olga.post(&path, body).await["id"], first["id"]);
    let page = anna.get(&format!("/threads/{chat}/messages")).await;
    assert_eq!(page["messages"].as_array().unwrap().len(), 1);
});

story!(messages_are_edited_deleted_reacted_pinned, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let id = olga.say("chats", &chat, "Встреча в пять").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/messages/{id}");
    assert_eq!(
        anna.refused(Method::PATCH, &path, Some(json!({"text": "чужое"})))
            .await,
        (409, "messages.cannot_edit".into())
    );
    let edited = olga.patch(&path, json!({"text": "Встреча в шесть"})).await;
    assert!(edited["edited_at"].is_number());
    assert_eq!(
        anna.get(&format!("{path}/history")).await["versions"][0]["text"],
        "Встреча в пять"
    );
    let reacted = anna
        .put(&format!("{path}/reactions/%F0%9F%91%8D"), json!({}))
        .await;
    assert_eq!(
        reacted["reactions"],
        json!([{"emoji": "👍", "people": [anna.id], "outside": false}])
    );
    assert_eq!(
        anna.refused(Method::PUT, &format!("{path}/reactions/abc"), None)
            .await
            .0,
        400
    );
    anna.put(&format!("{path}/pin"), json!({})).await;
    assert_eq!(
        olga.get(&format!("/threads/{chat}/pins"))
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let answer = json!({"client_id": uuid(), "text": "Хорошо", "reply_to": id});
    let reply = anna.post(&format!("/chats/{chat}/messages"), answer).await;
    assert_eq!(reply["reply"]["excerpt"], "Встреча в шесть");
    let deleted = olga.delete(&path).await;
    assert_eq!(
        (deleted["text"].clone(), deleted["pinned"].clone()),
        (json!(""), json!(false))
    );
    assert!(
        anna.get("/search?q=встреча").await["hits"]
            .as_array()
            .unwrap()
            .is_empty(),
        "a deleted text is not found"
    );
});

story!(u_26_unread_is_computed_from_the_read_position, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let group = json!({"kind": "group", "title": "Общий", "member_ids": [anna.id]});
    let chat = olga.post("/chats", group).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/chats/{chat}");
    assert_eq!(
        anna.get(&path).await["unread"],
        0,
        "grey lines do not count"
    );
    let mut seqs = Vec::new();
    for n in 0..5 {
        let text = if n == 3 {
            format!("Анна, посмотри @[Анна]({})", anna.id)
        } else {
            format!("сообщение {n}")
        };
        seqs.push(
            olga.say("chats", &chat, &text).await["seq"]
                .as_i64()
                .unwrap(),
        );
    }
    let now = anna.get(&path).await;
    assert_eq!(
        (now["unread"].clone(), now["mentions"].clone()),
        (json!(5), json!(1))
    );
    let notices = anna.get("/notices").await;
    assert_eq!(
        (notices["open"].clone(), notices["items"][0]["kind"].clone()),
        (json!(1), json!("mention"))
    );
    anna.post(&format!("/threads/{chat}/read"), json!({"seq": seqs[2]}))
        .await;
    assert_eq!(anna.get(&path).await["unread"], 2);
    anna.post(&format!("/threads/{chat}/read"), json!({"seq": seqs[0]}))
        .await;
    assert_eq!(anna.get(&path).await["unread"], 2, "forward only");
    anna.post(
        &format!("/threads/{chat}/read"),
        json!({"seq": seqs[0], "back": true}),
    )
    .await;
    assert_eq!(anna.get(&path).await["unread"], 4, "mark unread from here");
    anna.post(&format!("/threads/{chat}/read"), json!({"seq": seqs[4]}))
        .await;
    let done = anna.get(&path).await;
    assert_eq!(
        (done["unread"].clone(), done["mentions"].clone()),
        (json!(0), json!(0))
    );
    assert_eq!(
        anna.get("/notices").await["open"],
        0,
        "what was read is handled"
    );
});

story!(u_24_words_are_found_in_any_form_and_layout, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    olga.say("chats", &chat, "Привезли новые светильники, счёт № 10452")
        .await;
    olga.say("chats", &chat, "Клиент просил позвонить: 8 (495) 123-45-67")
        .await;
    for query in [
        "светильник",
        "светильников",
        "cdtnbkmybr",
        "счет",
        "10452",
        "+74951234567",
        "новый+светильник",
    ] {
        let found = anna
            .get(&format!("/search?q={}", query.replace('+', "%20")))
            .await;
        let hits = found["hits"].as_array().unwrap().len();
        let phone = query.starts_with('+');
        assert_eq!(hits, 1, "{query} (phone: {phone}): {found}");
    }
    assert_eq!(
        anna.get("/search?q=cdtnbkmybr").await["understood"],
        "светильник"
    );
    assert!(
        boris.get("/search?q=светильник").await["hits"]
            .as_array()
            .unwrap()
            .is_empty(),
        "only what one may see"
    );
    assert_eq!(
        boris
            .refused(Method::GET, &format!("/search?q=x&thread_id={chat}"), None)
            .await
            .0,
        404
    );
});

story!(drafts_are_on_all_devices_and_never_in_the_journal, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let mut other = olga.listen(None).await;
    other.wait_type("welcome").await;
    olga.put(
        &format!("/threads/{chat}/draft"),
        json!({"text": "недописанное тайное"}),
    )
    .await;
    let frame = other.wait("my draft", |f| f["type"] == "chat.mine").await;
    assert_eq!(frame["draft"], "недописанное тайное");
    let kept: Vec<(Option<serde_json::Value>,)> = app
        .house()
        .read(async |tx: &mut db::Tx<'_>| {
            tx.all(db::sql!("SELECT change FROM journal"), &db::bind![])
                .await
        })
        .await
        .unwrap();
    assert!(
        !kept
            .iter()
            .any(|(c,)| c.as_ref().is_some_and(|c| c.to_string().contains("тайное")))
    );
});

story!(who_leaves_a_group_is_told_it_is_gone, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let group = json!({"kind": "group", "title": "Общий", "member_ids": [anna.id]});
    let chat = olga.post("/chats", group).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut socket = anna.listen(None).await;
    socket.wait_type("welcome").await;
    assert_eq!(
        anna.refused(
            Method::PATCH,
            &format!("/chats/{chat}"),
            Some(json!({"remove": [olga.id]}))
        )
        .await
        .0,
        403
    );
    olga.patch(&format!("/chats/{chat}"), json!({"remove": [anna.id]}))
        .await;
    assert_eq!(socket.wait_type("chat.gone").await["id"], json!(chat));
    assert_eq!(
        anna.refused(Method::GET, &format!("/threads/{chat}/messages"), None)
            .await
            .0,
        404
    );
    olga.say("chats", &chat, "Анна этого не увидит").await;
    anna.post("/chats", json!({"kind": "direct", "person_id": olga.id}))
        .await;
    let next = socket.wait_type("chat.changed").await;
    assert_ne!(
        next["chat"]["id"],
        json!(chat),
        "nothing of the group came in between"
    );
    assert!(!socket.seen.iter().any(|f| f["type"] == "message.added" && f["message"]["text"] == "Анна этого не увидит"));
});
