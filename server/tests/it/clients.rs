//! Stories of clients: the widget, the queue, the first to answer, hand-over, observers, numbers, closing.

use crate::{
    app::{App, Caller, Visitor, connect_widget, uuid},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

async fn crew(app: &App) -> (Caller, Caller, Caller, String) {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let (key, _) = connect_widget(&olga).await;
    (olga, anna, boris, key)
}

fn id_of(chat: &Value) -> String {
    chat["id"].as_str().unwrap().to_owned()
}

async fn reply(who: &Caller, chat: &str, text: &str) -> Value {
    who.say("client-chats", chat, text).await
}

async fn hidden(who: &Caller, chat: &str, text: &str) -> Value {
    who.post(
        &format!("/client-chats/{chat}/messages"),
        json!({"client_id": uuid(), "text": text, "hidden": true}),
    )
    .await
}

story!(
    s1_64_s1_70_a_first_message_waits_in_the_queue_for_every_member,
    |app| {
        let (_, anna, boris, key) = crew(&app).await;
        let mut socket = anna.listen(None).await;
        socket.wait_type("welcome").await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Здравствуйте, есть чёрная лампа?").await;
        let frame = socket.wait_type("client_chat.changed").await;
        assert_eq!(frame["chat"]["state"], "queue");
        for person in [&anna, &boris] {
            let queue = person.inbox("queue").await;
            assert_eq!(queue.len(), 1);
            assert_eq!(queue[0]["conversation"]["number"], 1, "S3-14");
            assert!(queue[0]["waiting_since"].is_number());
            assert_eq!(
                person.get("/inbox/counts").await["queue"],
                json!({"total": 1, "unread": 1})
            );
            assert_eq!(person.get("/notices").await["items"][0]["kind"], "queue");
        }
        let card = anna
            .get(&format!(
                "/client-chats/{}",
                id_of(&anna.inbox("queue").await[0])
            ))
            .await;
        assert_eq!(
            card["contact"]["facts"][0],
            json!({"key": "page", "value": "https://shop.example/lamp"})
        );
    }
);

story!(
    s1_73_s1_74_s1_75_the_first_to_answer_owns_the_chat_and_the_other_is_told,
    |app| {
        let (_, anna, boris, key) = crew(&app).await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Вопрос").await;
        let chat = id_of(&anna.inbox("queue").await[0]);
        let mut socket = boris.listen(None).await;
        socket.wait_type("welcome").await;
        let path = format!("/client-chats/{chat}/messages");
        let body = |t: &str| Some(json!({"client_id": uuid(), "text": t}));
        let (a, b) = tokio::join!(
            anna.raw(Method::POST, &path, body("Анна тут")),
            boris.raw(Method::POST, &path, body("Борис тут"))
        );
        let winners = [&a, &b].iter().filter(|r| r.0.is_success()).count();
        assert_eq!(winners, 1, "{a:?} {b:?}");
        let (winner, loser, lost) = if a.0.is_success() {
            (&anna, &boris, &b)
        } else {
            (&boris, &anna, &a)
        };
        assert_eq!(
            (lost.0.as_u16(), lost.1["code"].as_str().unwrap()),
            (409, "conversations.taken"),
            "{lost:?}"
        );
        assert_eq!(lost.1["args"]["person_id"], json!(winner.id));
        assert!(lost.1["title"].as_str().unwrap().contains("назад"));
        assert_eq!(winner.inbox("my").await.len(), 1, "S1-68");
        // S1-75: not found everywhere.
        assert!(loser.inbox("queue").await.is_empty() && loser.inbox("all").await.is_empty());
        for path in [
            format!("/client-chats/{chat}"),
            format!("/threads/{chat}/messages"),
            format!("/access/{chat}"),
        ] {
            assert_eq!(
                loser.refused(Method::GET, &path, None).await.0,
                404,
                "{path}"
            );
        }
        assert!(
            loser.get("/search?q=Вопрос").await["hits"]
                .as_array()
                .unwrap()
                .is_empty()
        );
        if loser.id == boris.id {
            socket.wait_type("chat.gone").await;
        }
        let told = visitor.reads().await;
        assert_eq!(
            told.iter().filter(|m| m["mine"] == false).count(),
            1,
            "the client got one answer"
        );
    }
);

story!(u_18_a_head_takes_over_only_after_saying_so, |app| {
    let (olga, anna, _, key) = crew(&app).await;
    let visitor = Visitor::new(&app, &key).await;
    visitor.write("Вопрос").await;
    let chat = id_of(&anna.inbox("queue").await[0]);
    reply(&anna, &chat, "Отвечаю").await;
    let path = format!("/client-chats/{chat}/messages");
    let body = json!({"client_id": uuid(), "text": "И я"});
    let (status, answer) = olga.raw(Method::POST, &path, Some(body.clone())).await;
    assert_eq!(
        (
            status.as_u16(),
            answer["code"].as_str().unwrap(),
            answer["args"]["name"].as_str().unwrap()
        ),
        (409, "conversations.not_yours", "Анна")
    );
    let mut sure = body;
    sure["take"] = json!(true);
    olga.post(&path, sure).await;
    assert_eq!(olga.inbox("my").await.len(), 1);
    assert_eq!(
        anna.refused(Method::GET, &format!("/client-chats/{chat}"), None)
            .await
            .0,
        404
    );
});

story!(
    s1_80_s1_81_s1_82_s1_83_l_64_hand_over_with_a_hidden_comment,
    |app| {
        let (_, anna, boris, key) = crew(&app).await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Хочу опт").await;
        let chat = id_of(&anna.inbox("queue").await[0]);
        reply(&anna, &chat, "Передаю коллеге").await;
        let mut socket = anna.listen(None).await;
        socket.wait_type("welcome").await;
        let path = format!("/client-chats/{chat}/hand-over");
        assert_eq!(
            boris
                .refused(Method::POST, &path, Some(json!({"to": boris.id})))
                .await
                .0,
            404
        );
        anna.post(
            &path,
            json!({"to": boris.id, "note": "Просит скидку, не больше 7 %"}),
        )
        .await;
        socket.wait_type("chat.gone").await;
        assert_eq!(boris.inbox("my").await.len(), 1);
        let notice = boris.get("/notices").await["items"][0].clone();
        assert_eq!(notice["kind"], "assigned");
        assert!(notice["text"].as_str().unwrap().contains("скидку"));
        assert!(
            !visitor
                .reads()
                .await
                .iter()
                .any(|m| m["text"].as_str().unwrap().contains("скидку")),
            "the client never sees it"
        );
        assert_eq!(
            anna.refused(Method::GET, &format!("/client-chats/{chat}"), None)
                .await
                .0,
            404,
            "S1-81"
        );
        // Back again, this time staying as observer.
        boris
            .post(&path, json!({"to": anna.id, "observe": true}))
            .await;
        assert_eq!(boris.inbox("watched").await.len(), 1);
        let may = boris.inbox("watched").await[0]["may"].clone();
        assert!(
            may.as_array().unwrap().contains(&json!("leave"))
                && !may.as_array().unwrap().contains(&json!("close")),
            "L-66 {may}"
        );
    }
);

story!(
    s1_76_s1_77_s1_79_a_mention_makes_an_observer_and_is_cut_from_the_clients_text,
    |app| {
        let (_, anna, boris, key) = crew(&app).await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Вопрос про доставку").await;
        let chat = id_of(&anna.inbox("queue").await[0]);
        reply(
            &anna,
            &chat,
            &format!("Сейчас уточню @[Борис]({})", boris.id),
        )
        .await;
        let watched = boris.inbox("watched").await;
        assert_eq!(id_of(&watched[0]), chat);
        assert!(
            visitor
                .reads()
                .await
                .iter()
                .any(|m| m["text"] == "Сейчас уточню"),
            "{:?}",
            visitor.reads().await
        );
        // S1-69, S1-77: the observer's message goes to the client, the owner stays.
        reply(&boris, &chat, "Привезём завтра").await;
        assert_eq!(anna.inbox("my").await.len(), 1);
        assert!(
            visitor
                .reads()
                .await
                .iter()
                .any(|m| m["text"] == "Привезём завтра" && m["author"] == "Борис")
        );
        let close = format!("/client-chats/{chat}/close");
        assert_eq!(
            boris.refused(Method::POST, &close, Some(json!({}))).await,
            (403, "conversations.may_not".into())
        );
        boris
            .post(&format!("/client-chats/{chat}/leave"), json!({}))
            .await;
        assert!(boris.inbox("watched").await.is_empty());
        anna.post(
            &format!("/client-chats/{chat}/observers"),
            json!({"add": [boris.id]}),
        )
        .await;
        assert_eq!(boris.inbox("watched").await.len(), 1, "S1-78");
    }
);

story!(l_65_hidden_comments_are_for_colleagues_only, |app| {
    let (_, anna, boris, key) = crew(&app).await;
    let visitor = Visitor::new(&app, &key).await;
    visitor.write("Здравствуйте").await;
    let chat = id_of(&anna.inbox("queue").await[0]);
    let comment = hidden(&anna, &chat, "Это наш трудный клиент").await;
    assert_eq!(
        (comment["hidden"].clone(), comment["delivery"].clone()),
        (json!(true), Value::Null)
    );
    assert_eq!(
        boris.inbox("queue").await.len(),
        1,
        "a comment does not take the chat"
    );
    assert!(
        boris.inbox("queue").await[0]["waiting_since"].is_number(),
        "U-13: nor does it answer"
    );
    assert_eq!(visitor.reads().await.len(), 1);
    let (_, file) = anna.upload("/files", "секрет.txt", b"secret").await;
    let body = json!({"client_id": uuid(), "text": "", "files": [file["id"]], "hidden": true});
    anna.post(&format!("/client-chats/{chat}/messages"), body)
        .await;
    let token = visitor.caller.bearer.clone().unwrap();
    let path = format!(
        "/widget/{key}/files/{}?t={token}",
        file["id"].as_str().unwrap()
    );
    assert_eq!(
        visitor.caller.refused(Method::GET, &path, None).await.0,
        404,
        "nor its file"
    );
});

story!(
    s3_15_s3_18_s3_19_x_01_numbers_run_through_the_workspace,
    |app| {
        let (olga, anna, _, key) = crew(&app).await;
        let (first, second) = (
            Visitor::new(&app, &key).await,
            Visitor::new(&app, &key).await,
        );
        first.write("Первый").await;
        second.write("Второй").await;
        let number = async |who: &Caller, group: &str, name: usize| {
            who.inbox(group).await[name]["conversation"]["number"].clone()
        };
        assert_eq!(
            (
                number(&anna, "queue", 0).await,
                number(&anna, "queue", 1).await
            ),
            (json!(1), json!(2))
        );
        let chat = id_of(&anna.inbox("queue").await[0]);
        reply(&anna, &chat, "Готово").await;
        let closed = anna
            .post(&format!("/client-chats/{chat}/close"), json!({}))
            .await;
        assert_eq!(
            (
                closed["state"].clone(),
                closed["conversation"]["state"].clone()
            ),
            (json!("closed"), json!("closed")),
            "S1-92"
        );
        assert_eq!(closed["conversation"]["closed_by"], json!(anna.id));
        // L-62, S3-19: within 24 hours the same number and the same responsible person.
        app.clock.advance(Duration::from_secs(3600));
        first.write("Ещё вопрос").await;
        let again = anna.inbox("my").await;
        assert_eq!(
            (
                again[0]["conversation"]["number"].clone(),
                again[0]["state"].clone()
            ),
            (json!(1), json!("work"))
        );
        anna.post(&format!("/client-chats/{chat}/close"), json!({}))
            .await;
        // later it is a new number in the same chat.
        app.clock.advance(Duration::from_secs(25 * 3600));
        first.write("Через день").await;
        let later = anna.inbox("my").await;
        assert_eq!(
            (id_of(&later[0]), later[0]["conversation"]["number"].clone()),
            (chat.clone(), json!(3))
        );
        let detail = anna.get(&format!("/client-chats/{chat}")).await;
        let spans: Vec<Value> = detail["conversations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["number"].clone())
            .collect();
        assert_eq!(spans, [json!(1), json!(3)], "S3-16");
        // S3-20: the administrator's rule.
        let account = olga.get("/channels").await["accounts"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        olga.patch(
            &format!("/channels/{account}"),
            json!({"reopen": {"kind": "never"}}),
        )
        .await;
        anna.post(&format!("/client-chats/{chat}/close"), json!({}))
            .await;
        first.write("Сразу после").await;
        assert_eq!(anna.inbox("my").await[0]["conversation"]["number"], 4);
        let silly = Some(json!({"reopen": {"kind": "within_hours", "hours": 0}}));
        assert_eq!(
            olga.refused(Method::PATCH, &format!("/channels/{account}"), silly)
                .await
                .0,
            400
        );
    }
);

story!(x_07_s3_22_s3_23_needs_no_answer, |app| {
    let (_, anna, boris, key) = crew(&app).await;
    let visitor = Visitor::new(&app, &key).await;
    visitor.write("Спасибо, до свидания!").await;
    let chat = id_of(&anna.inbox("queue").await[0]);
    // Opening and reading changes nothing that others see (U-13).
    anna.get(&format!("/client-chats/{chat}")).await;
    let seq = anna.inbox("queue").await[0]["last_seq"].clone();
    anna.post(&format!("/threads/{chat}/read"), json!({"seq": seq}))
        .await;
    assert_eq!(anna.inbox("queue").await[0]["unread"], 0);
    assert_eq!(boris.inbox("waiting").await.len(), 1);
    assert_eq!(boris.get("/notices").await["open"], 1);
    anna.post(&format!("/client-chats/{chat}/needs-no-answer"), json!({}))
        .await;
    assert!(boris.inbox("waiting").await.is_empty());
    assert_eq!(
        boris.get("/notices").await["open"],
        0,
        "the notice goes on all devices of all"
    );
    let page = anna.get(&format!("/threads/{chat}/messages")).await;
    let line = page["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (
            line["event"]["code"].clone(),
            line["event"]["args"]["author"].clone()
        ),
        (json!("needs-no-answer"), json!("Анна"))
    );
    visitor.write("Хотя нет, ещё вопрос").await;
    assert_eq!(
        boris.inbox("waiting").await.len(),
        1,
        "a new message waits again"
    );
});

story!(x_05_the_ladder_of_a_message_to_a_visitor, |app| {
    let (_, anna, _, key) = crew(&app).await;
    let visitor = Visitor::new(&app, &key).await;
    visitor.write("Вопрос").await;
    let chat = id_of(&anna.inbox("queue").await[0]);
    let mut socket = anna.listen(None).await;
    socket.wait_type("welcome").await;
    let sent = reply(&anna, &chat, "Ответ").await;
    assert_eq!(sent["delivery"]["state"], "queued");
    let id = sent["id"].clone();
    let state = |s: &'static str| {
        let id = id.clone();
        move |f: &Value| {
            f["type"] == "message.changed"
                && f["message"]["id"] == id
                && f["message"]["delivery"]["state"] == s
        }
    };
    socket.wait("sent", state("sent")).await;
    let token = visitor.caller.bearer.clone().unwrap();
    let url = format!(
        "{}/api/v1/widget/{key}/socket?t={token}",
        visitor.caller.base.replace("http", "ws")
    );
    let (mut page, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    let read = json!({"type": "read", "seq": sent["seq"]}).to_string();
    futures_util::SinkExt::send(
        &mut page,
        tokio_tungstenite::tungstenite::Message::Text(read.into()),
    )
    .await
    .unwrap();
    socket.wait("read", state("read")).await;
});

story!(a_visitor_comes_back_and_the_page_is_told_live, |app| {
    use futures_util::StreamExt;
    let (_, anna, _, key) = crew(&app).await;
    let visitor = Visitor::new(&app, &key).await;
    visitor.write("Первое").await;
    let token = visitor.caller.bearer.clone().unwrap();
    let back = visitor
        .caller
        .post(&format!("/widget/{key}/visitor"), json!({"token": token}))
        .await;
    assert_eq!(
        (back["token"].clone(), back["chat"].clone()),
        (json!(token), json!(true))
    );
    let url = format!(
        "{}/api/v1/widget/{key}/socket?t={token}",
        visitor.caller.base.replace("http", "ws")
    );
    let (mut page, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    let chat = id_of(&anna.inbox("queue").await[0]);
    let sent = reply(&anna, &chat, "Ответ").await;
    loop {
        let frame = page.next().await.unwrap().unwrap();
        let frame: Value = serde_json::from_str(frame.to_text().unwrap()).unwrap();
        if frame["message"]["text"] == "Ответ" {
            break;
        }
    }
    anna.patch(
        &format!("/messages/{}", sent["id"].as_str().unwrap()),
        json!({"text": "Ответ, исправлено"}),
    )
    .await;
    loop {
        let frame = page.next().await.unwrap().unwrap();
        let frame: Value = serde_json::from_str(frame.to_text().unwrap()).unwrap();
        if frame["message"]["text"] == "Ответ, исправлено" && frame["message"]["edited"] == true
        {
            break;
        }
    }
});

story!(u_05_the_channel_accepts_when_nobody_is_there, |app| {
    let olga = app.olga().await;
    let (key, _) = connect_widget(&olga).await;
    olga.patch("/me", json!({"status_text": "в отпуске"})).await;
    let visitor = Visitor::new(&app, &key).await;
    let mine = visitor.write("Есть кто?").await;
    assert_eq!(
        (mine["mine"].clone(), mine["seq"].is_number()),
        (json!(true), true)
    );
    assert_eq!(olga.inbox("queue").await.len(), 1);
});

story!(s1_62_templates_are_filled_with_the_clients_data, |app| {
    let (olga, anna, boris, key) = crew(&app).await;
    let visitor = Visitor::new(&app, &key).await;
    let told = json!({"token": visitor.caller.bearer, "name": "Мария Иванова", "email": "m@example.com", "phone": "8 495 123-45-67"});
    visitor
        .caller
        .post(&format!("/widget/{key}/visitor"), told)
        .await;
    visitor.write("Здравствуйте").await;
    let chat = anna.inbox("queue").await[0].clone();
    assert_eq!(
        (
            chat["contact"]["name"].clone(),
            chat["contact"]["phone"].clone()
        ),
        (json!("Мария Иванова"), json!("+74951234567"))
    );
    let own = anna.post("/templates", json!({"title": "Привет", "text": "Здравствуйте, {client.first_name}! Я {me.name}, беседа {conversation.number}", "scope": "own"})).await;
    let path = format!("/templates/{}/render", own["id"].as_str().unwrap());
    assert_eq!(
        anna.post(&path, json!({"chat_id": chat["id"]})).await["text"],
        "Здравствуйте, Мария! Я Анна, беседа 1"
    );
    assert!(
        boris.get("/templates").await.as_array().unwrap().is_empty(),
        "own templates are one's own"
    );
    let shared = Some(json!({"title": "X", "text": "y", "scope": "all"}));
    assert_eq!(
        anna.refused(Method::POST, "/templates", shared).await.0,
        403
    );
    olga.post(
        "/templates",
        json!({"title": "Общий", "text": "y", "scope": "all"}),
    )
    .await;
    assert_eq!(boris.get("/templates").await.as_array().unwrap().len(), 1);
});

story!(
    s1_66_the_clients_card_has_active_dialogues_and_earlier_conversations,
    |app| {
        let (_, anna, boris, key) = crew(&app).await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Раз").await;
        let chat = anna.inbox("queue").await[0].clone();
        reply(&anna, &id_of(&chat), "Да").await;
        let path = format!("/contacts/{}", chat["contact"]["id"].as_str().unwrap());
        let card = anna.get(&path).await;
        assert_eq!(
            (
                card["active"][0]["id"].clone(),
                card["earlier"][0]["number"].clone()
            ),
            (chat["id"].clone(), json!(1))
        );
        let others = boris.get(&path).await;
        assert!(
            others["active"].as_array().unwrap().is_empty(),
            "X-03: that a conversation exists is seen, its text is not"
        );
        assert_eq!(others["earlier"][0]["visible"], false);
        anna.patch(
            &path,
            json!({"name": "ООО «Ромашка»", "phones": ["8 (495) 123-45-67"]}),
        )
        .await;
        assert_eq!(
            anna.inbox("my").await[0]["contact"]["name"],
            "ООО «Ромашка»"
        );
        assert_eq!(
            anna.refused(Method::PATCH, &path, Some(json!({"phones": ["abc"]})))
                .await,
            (400, "crm.bad_phone".into())
        );
        let found = boris.get("/find?q=hjvfirf").await;
        assert_eq!(
            found["contacts"][0]["name"], "ООО «Ромашка»",
            "typed in the wrong layout: {found}"
        );
        assert!(found["client_chats"].as_array().unwrap().is_empty());
    }
);

story!(u_17_list_search_link_and_find_agree_on_who_may_see, |app| {
    let (olga, anna, boris, key) = crew(&app).await;
    let zhanna = app.join(&olga, "Жанна", "zhanna", "Руководитель").await;
    // A supervisor's "see chats of my groups" begins with belonging to the queue.
    let queue = olga.get("/queues").await[0].clone();
    let members = [&olga.id, &anna.id, &boris.id, &zhanna.id];
    olga.patch(
        &format!("/queues/{}", queue["id"].as_str().unwrap()),
        json!({"name": queue["name"], "member_ids": members}),
    )
    .await;
    let mut chats = Vec::new();
    for n in 0..6 {
        let visitor = Visitor::new(&app, &key).await;
        visitor.write(&format!("уникальноеслово номер {n}")).await;
        let chat = id_of(anna.inbox("queue").await.last().unwrap());
        match n % 3 {
            0 => drop(reply(&anna, &chat, "беру").await),
            1 => drop(reply(&boris, &chat, &format!("смотри @[Анна]({})", anna.id)).await),
            _ => {}
        }
        chats.push(chat);
    }
    for person in [&olga, &anna, &boris, &zhanna] {
        let listed: Vec<String> = person.inbox("all").await.iter().map(id_of).collect();
        let found = person.get("/search?q=уникальноеслово").await;
        let found: Vec<String> = found["hits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|h| h["thread"]["id"].as_str().unwrap().to_owned())
            .collect();
        for chat in &chats {
            let link = person
                .raw(Method::GET, &format!("/client-chats/{chat}"), None)
                .await
                .0
                .is_success();
            let window = person
                .raw(Method::GET, &format!("/threads/{chat}/messages"), None)
                .await
                .0
                .is_success();
            let why = person
                .raw(Method::GET, &format!("/access/{chat}"), None)
                .await
                .0
                .is_success();
            let all = [listed.contains(chat), found.contains(chat), window, why];
            assert!(
                all.iter().all(|one| *one == link),
                "{} {chat}: link {link}, {all:?}",
                person.id
            );
        }
    }
    assert_eq!(
        zhanna.inbox("all").await.len(),
        6,
        "the head sees the chats of their queue"
    );
    assert_eq!(boris.inbox("all").await.len(), 4, "own and queued");
});

story!(u_04_lists_and_events_agree_after_a_cut, |app| {
    let (_, anna, boris, key) = crew(&app).await;
    let mut socket = boris.listen(None).await;
    socket.wait_type("welcome").await;
    let cursor = socket.cursor.clone();
    drop(socket);
    let visitor = Visitor::new(&app, &key).await;
    visitor.write("Пока Бориса нет").await;
    let chat = id_of(&anna.inbox("queue").await[0]);
    reply(&anna, &chat, "Отвечаю").await;
    let other = Visitor::new(&app, &key).await;
    other.write("Второй").await;
    // Boris comes back with his cursor: what he missed ends where the list stands.
    let mut back = boris.listen(Some(&cursor)).await;
    back.wait_type("welcome").await;
    let last = boris.inbox("queue").await;
    assert_eq!(last.len(), 1);
    back.wait("the second chat", |f| {
        f["type"] == "message.added" && f["message"]["text"] == "Второй"
    })
    .await;
    let gone = back
        .seen
        .iter()
        .any(|f| f["type"] == "chat.gone" && f["id"] == json!(chat));
    assert!(gone, "{:?}", back.seen);
    assert!(
        !back.seen.iter().any(|f| f["message"]["text"] == "Отвечаю"),
        "what happened after it was taken is not his"
    );
});
