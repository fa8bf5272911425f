//! Stories of clients: the widget, the queue, the first to answer, hand-over, observers and what they hear of (L-67), hidden
//! comments (P-31), numbers that run through the workspace (P-34) in one endless chat (U-12), closing; buttons under what goes later (P-06).

use crate::{
    app::{App, Caller, Visitor, connect_widget, uuid},
    queues::{self, sits},
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
        assert!(lost.1["title"].as_str().unwrap().ends_with("только что"));
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

// the first to answer takes the chat, whatever rights the second has; U-16: nobody's take undoes another's.
story!(
    x_12_u_16_a_head_who_comes_second_is_told_who_took_it,
    |app| {
        let (olga, anna, boris, key) = crew(&app).await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Вопрос").await;
        let waiting = olga.inbox("queue").await;
        assert_eq!(
            waiting[0]["assignee_id"],
            Value::Null,
            "no rule and no former responsible person: the queue waits for the first to answer"
        );
        let chat = id_of(&waiting[0]);
        let path = format!("/client-chats/{chat}/messages");
        let body = |t: &str| Some(json!({"client_id": uuid(), "text": t}));
        let (a, o) = tokio::join!(
            anna.raw(Method::POST, &path, body("Анна тут")),
            olga.raw(Method::POST, &path, body("Ольга тут"))
        );
        let (winner, loser, name, lost) = if a.0.is_success() {
            (&anna, &olga, "Анна", &o)
        } else {
            (&olga, &anna, "Ольга", &a)
        };
        assert_eq!(
            (lost.0.as_u16(), lost.1["code"].as_str().unwrap()),
            (409, "conversations.taken"),
            "{lost:?}"
        );
        assert_eq!(
            lost.1["args"],
            json!({"name": name, "person_id": winner.id, "seconds": "0"})
        );
        let title = lost.1["title"].as_str().unwrap();
        assert!(
            title.contains(name) && title.ends_with("только что"),
            "{title}"
        );
        assert_eq!(winner.inbox("my").await.len(), 1);
        assert!(loser.inbox("my").await.is_empty());
        // A third one, with the button instead of an answer, three seconds later.
        app.clock.advance(Duration::from_secs(3));
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Ещё вопрос").await;
        let chat = id_of(&boris.inbox("queue").await[0]);
        reply(&boris, &chat, "Борис тут").await;
        app.clock.advance(Duration::from_secs(3));
        let (status, told) = olga
            .raw(Method::POST, &format!("/client-chats/{chat}/take"), None)
            .await;
        assert_eq!(
            (status.as_u16(), told["code"].as_str().unwrap()),
            (409, "conversations.taken"),
            "{told}"
        );
        assert_eq!(
            told["args"],
            json!({"name": "Борис", "person_id": boris.id, "seconds": "3"})
        );
        // Later it is a take-over, which a head may do.
        app.clock.advance(Duration::from_secs(60));
        olga.post(&format!("/client-chats/{chat}/take"), json!({}))
            .await;
        assert!(olga.inbox("my").await.iter().any(|c| id_of(c) == chat));
    }
);

// S1-63: the panel, the application and a phone are sessions of one person over one history.
story!(
    s1_63_a_chat_goes_on_from_any_device_with_one_history,
    |app| {
        let (_, anna, _, key) = crew(&app).await;
        let mut phone = app.stranger();
        phone
            .sign(
                "/sessions",
                json!({"login": "anna", "password": "anna-password"}),
            )
            .await;
        let (mut at_desk, mut in_pocket) = (anna.listen(None).await, phone.listen(None).await);
        at_desk.wait_type("welcome").await;
        in_pocket.wait_type("welcome").await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Есть чёрная?").await;
        let chat = id_of(&anna.inbox("queue").await[0]);
        let said = |text: &'static str| {
            move |f: &Value| f["type"] == "message.added" && f["message"]["text"] == text
        };
        reply(&anna, &chat, "Сейчас посмотрю").await;
        in_pocket
            .wait("the answer from the desk", said("Сейчас посмотрю"))
            .await;
        let sent = reply(&phone, &chat, "Есть, две штуки").await;
        at_desk
            .wait("the answer from the phone", said("Есть, две штуки"))
            .await;
        // Two readings are one history only when the outbox, which goes in order, is done with it.
        at_desk
            .wait("its delivery", |f| {
                f["message"]["id"] == sent["id"] && f["message"]["delivery"]["state"] == "sent"
            })
            .await;
        let path = format!("/threads/{chat}/messages");
        assert_eq!(
            anna.get(&path).await["messages"],
            phone.get(&path).await["messages"]
        );
        let authors: Vec<Value> = anna.get(&path).await["messages"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|m| m["author"]["kind"] == "person")
            .map(|m| m["author"]["id"].clone())
            .collect();
        assert_eq!(authors, [json!(anna.id), json!(anna.id)]);
        // What is read in the pocket is read at the desk.
        visitor.write("Беру обе").await;
        assert_eq!(anna.inbox("my").await[0]["unread"], 1);
        let newest = phone.get(&path).await["messages"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()["seq"]
            .clone();
        assert!(newest.as_i64() > sent["seq"].as_i64());
        phone
            .post(&format!("/threads/{chat}/read"), json!({"seq": newest}))
            .await;
        assert_eq!(anna.inbox("my").await[0]["unread"], 0);
        assert_eq!(phone.inbox("my").await, anna.inbox("my").await);
    }
);

// L-63: the panel is the groups "queue" and "my" of the inbox, the journal its group "closed".
story!(
    l_63_the_panel_has_the_queue_and_ones_own_and_closed_ones_leave_it,
    |app| {
        let (_, anna, boris, key) = crew(&app).await;
        let mut chats = Vec::new();
        for text in ["Первый", "Второй", "Третий"] {
            let visitor = Visitor::new(&app, &key).await;
            visitor.write(text).await;
            chats.push(id_of(boris.inbox("queue").await.last().unwrap()));
        }
        let panel = async |who: &Caller| {
            let ids = |all: Vec<Value>| all.iter().map(id_of).collect::<Vec<_>>();
            (ids(who.inbox("queue").await), ids(who.inbox("my").await))
        };
        reply(&anna, &chats[0], "Беру").await;
        reply(&boris, &chats[1], "Беру").await;
        assert_eq!(
            panel(&anna).await,
            (vec![chats[2].clone()], vec![chats[0].clone()]),
            "of the work only one's own"
        );
        assert_eq!(
            panel(&boris).await,
            (vec![chats[2].clone()], vec![chats[1].clone()])
        );
        anna.post(&format!("/client-chats/{}/close", chats[0]), json!({}))
            .await;
        assert_eq!(panel(&anna).await, (vec![chats[2].clone()], vec![]));
        let journal = anna.inbox("closed").await;
        assert_eq!(
            (journal.len(), id_of(&journal[0])),
            (1, chats[0].clone()),
            "it stays in the journal"
        );
        anna.post(&format!("/client-chats/{}/reopen", chats[0]), json!({}))
            .await;
        assert_eq!(
            panel(&anna).await,
            (vec![chats[2].clone()], vec![chats[0].clone()])
        );
        assert!(anna.inbox("closed").await.is_empty());
    }
);

// one row of numbers for the workspace, whatever the channel and however many come at once; refusals leave no hole.
story!(
    x_11_numbers_have_no_gap_over_channels_and_at_the_same_moment,
    |app| {
        let (olga, anna, _, first) = crew(&app).await;
        let (second, _) = connect_widget(&olga).await;
        let mut visitors = Vec::new();
        for n in 0..24 {
            visitors.push(Visitor::new(&app, [&first, &second][n % 2]).await);
        }
        let writing = visitors.iter().enumerate().map(|(n, visitor)| async move {
            let path = format!("/widget/{}/messages", visitor.key);
            if n % 3 == 0 {
                // Refused inside the work on it: nothing may be taken for it.
                let bad = json!({"client_id": uuid(), "text": "x", "files": [uuid()]});
                assert!(
                    visitor
                        .caller
                        .raw(Method::POST, &path, Some(bad))
                        .await
                        .0
                        .is_client_error()
                );
            }
            visitor.write(&format!("Вопрос {n}")).await
        });
        futures_util::future::join_all(writing).await;
        let mut numbers: Vec<i64> = anna
            .inbox("queue")
            .await
            .iter()
            .map(|c| c["conversation"]["number"].as_i64().unwrap())
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=24).collect::<Vec<_>>());
    }
);

story!(u_18_a_head_takes_over_only_after_saying_so, |app| {
    let (olga, anna, _, key) = crew(&app).await;
    let visitor = Visitor::new(&app, &key).await;
    visitor.write("Вопрос").await;
    let chat = id_of(&anna.inbox("queue").await[0]);
    reply(&anna, &chat, "Отвечаю").await;
    // Not a race any more.
    app.clock.advance(Duration::from_secs(60));
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
        let _at_her_desk = sits(&app, &anna).await;
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
        let _the_next_day = sits(&app, &anna).await;
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

// U-05.
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
    let talk = anna.direct_with(&boris).await;
    assert_eq!(
        anna.post(&path, json!({"chat_id": talk})).await["text"],
        "Здравствуйте, {client.first_name}! Я Анна, беседа {conversation.number}",
        "among colleagues there is no client: what is not known is seen"
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

// U-17.
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

// U-19: colleagues and clients in one search.
story!(
    u_19_one_search_finds_what_colleagues_and_clients_said,
    |app| {
        let (olga, anna, _, key) = crew(&app).await;
        let team = olga.direct_with(&anna).await;
        olga.say("chats", &team, "Торшер приедет в среду").await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Когда приедет торшер?").await;
        let found = anna.get("/search?q=торшера").await;
        let mut kinds: Vec<&str> = found["hits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|h| h["thread"]["kind"].as_str().unwrap())
            .collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["client", "team"]);
    }
);

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

/// The table of conversations as rows of cells.
async fn table(who: &Caller, query: &str) -> Vec<Vec<String>> {
    let url = format!("{}/api/v1/conversations/table{query}", who.base);
    let asked = who.http.get(url).header("cookie", &who.cookie);
    let asked = asked.header("accept-language", "ru");
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let text = answer.text().await.unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a mark of UTF-8");
    text.lines()
        .map(|line| line.split(';').map(str::to_owned).collect())
        .collect()
}

story!(
    u_37_p_81_conversations_leave_as_a_table_one_row_each,
    |app| {
        let (olga, anna, boris, key) = crew(&app).await;
        let first = Visitor::new(&app, &key).await;
        first.write("Когда привезёте?").await;
        let chat = id_of(&anna.inbox("queue").await[0]);
        app.clock.advance(Duration::from_secs(95));
        hidden(&olga, &chat, "Это постоянный клиент").await;
        reply(&anna, &chat, "Завтра").await;
        first.write("Спасибо").await;
        anna.post(&format!("/client-chats/{chat}/close"), json!({}))
            .await;
        app.clock.advance(Duration::from_secs(3600));
        let second = Visitor::new(&app, &key).await;
        second.write("=cmd|' /C calc'!A0").await;
        let other = id_of(&boris.inbox("queue").await[0]);
        // A name the client chose must not become a formula in somebody's spreadsheet.
        let contact = boris.get(&format!("/client-chats/{other}")).await["contact"]["id"].clone();
        let contact = format!("/contacts/{}", contact.as_str().unwrap());
        boris.patch(&contact, json!({"name": "=1+1"})).await;

        let rows = table(&olga, "?zone=Europe/Moscow").await;
        assert_eq!(rows.len(), 3, "{rows:?}");
        assert_eq!(rows[0][..2], ["Номер", "Состояние"]);
        let cell = |row: usize, name: &str| {
            let at = rows[0].iter().position(|n| n == name).unwrap();
            rows[row][at].as_str()
        };
        assert_eq!((cell(1, "Номер"), cell(1, "Состояние")), ("1", "Закрыта"));
        assert_eq!(cell(1, "Открыта"), "2027-01-15 11:00:00");
        assert_eq!(
            (cell(1, "Отвечали"), cell(1, "Кто закрыл")),
            ("Анна", "Анна")
        );
        // What is hidden from the client is no answer.
        let said = (cell(1, "Сообщений клиента"), cell(1, "Сообщений клиенту"));
        assert_eq!(
            (said, cell(1, "До первого ответа")),
            (("2", "1"), "0:01:35")
        );
        assert_eq!((cell(2, "Номер"), cell(2, "Состояние")), ("2", "Идёт"));
        assert_eq!(
            (cell(2, "Клиент"), cell(2, "До первого ответа")),
            ("'=1+1", "")
        );

        // A period holds what was opened in it, its end is not its own.
        let of = |row: &Value| row["opened_at"].as_i64().unwrap();
        let later = boris.get(&format!("/client-chats/{other}")).await;
        let opened = of(&later["conversations"][0]);
        assert_eq!(table(&olga, &format!("?from={opened}")).await.len(), 2);
        assert_eq!(table(&olga, &format!("?to={opened}")).await.len(), 2);

        // Who only answers takes no table out of the house, and a zone that is none is named.
        let path = "/conversations/table";
        assert_eq!(anna.refused(Method::GET, path, None).await.0, 403);
        let refused = olga
            .refused(Method::GET, "/conversations/table?zone=Moon", None)
            .await;
        assert_eq!(
            (refused.0, refused.1.as_str()),
            (400, "accounts.bad_time_zone")
        );
        let audit = olga.get("/audit").await.to_string();
        assert!(audit.contains("conversations.exported"), "{audit}");
    }
);

story!(
    l_67_an_observer_hears_of_what_is_addressed_to_them_unless_they_choose_all,
    |app| {
        let (olga, anna, boris, key) = crew(&app).await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Вопрос").await;
        let chat = id_of(&anna.inbox("queue").await[0]);
        reply(&anna, &chat, "Здравствуйте").await;
        let path = format!("/client-chats/{chat}");
        anna.post(
            &format!("{path}/observers"),
            json!({"add": [boris.id, olga.id]}),
        )
        .await;
        boris.post("/notices/done-all", json!({})).await;
        let heard = async |who: &Caller| {
            let notices = who.get("/notices").await;
            let open = notices["items"].as_array().unwrap().iter();
            let open = open.filter(|n| n["done"] == false);
            open.map(|n| n["kind"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        // By default nothing but what is addressed to him: a mention in a comment.
        visitor.write("И ещё вопрос").await;
        assert!(heard(&boris).await.is_empty());
        assert_eq!(boris.get(&path).await["chat"]["observe_all"], false);
        assert_eq!(anna.get(&path).await["chat"]["observe_all"], Value::Null);
        hidden(&anna, &chat, &format!("@[Борис]({}) глянь", boris.id)).await;
        assert_eq!(heard(&boris).await, ["mention"]);
        boris.post("/notices/done-all", json!({})).await;
        // So is a comment that answers his own.
        let his = hidden(&boris, &chat, "Я бы отказал").await;
        anna.post(
            &format!("{path}/messages"),
            json!({"client_id": uuid(), "text": "Согласна", "hidden": true, "reply_to": his["id"]}),
        )
        .await;
        assert_eq!(heard(&boris).await, ["reply"]);
        boris.post("/notices/done-all", json!({})).await;
        // All of this chat.
        let mut devices = boris.listen(None).await;
        devices.wait_type("welcome").await;
        let observe = format!("{path}/observe");
        let now = boris.post(&observe, json!({"all": true})).await;
        assert_eq!(now["observe_all"], true);
        devices.wait_type("client_chat.changed").await;
        visitor.write("Третий").await;
        assert_eq!(heard(&boris).await, ["message"]);
        boris.post("/notices/done-all", json!({})).await;
        // Everywhere by the settings, but not in this chat; then here as everywhere.
        let settings = boris.get("/notices/settings").await;
        assert_eq!(settings["observe_all"], false);
        let mut form =
            json!({"matrix": settings["matrix"], "quiet": settings["quiet"], "observe_all": true});
        boris.put("/notices/settings", form.clone()).await;
        boris.post(&observe, json!({"all": false})).await;
        visitor.write("Четвёртый").await;
        assert!(heard(&boris).await.is_empty());
        let now = boris.post(&observe, json!({"all": null})).await;
        assert_eq!(now["observe_all"], true, "as in the settings");
        visitor.write("Пятый").await;
        assert_eq!(heard(&boris).await, ["message"]);
        // A change that does not speak of it leaves it as it was.
        form.as_object_mut().unwrap().remove("observe_all");
        boris.put("/notices/settings", form).await;
        assert_eq!(boris.get("/notices/settings").await["observe_all"], true);
        // Who does not observe has nothing to choose.
        let refused = anna
            .refused(Method::POST, &observe, Some(json!({"all": true})))
            .await;
        assert_eq!(refused, (403, "conversations.may_not".into()));
    }
);

story!(
    p_06_buttons_wait_with_their_message_and_stand_under_a_message_begun_by_a_number,
    |app| {
        let team = queues::crew(&app).await;
        let (_visitor, chat) = team.client(&app, "Когда привезёте?").await;
        team.anna.say("client-chats", &chat, "Уточню").await;
        let path = format!("/threads/{chat}/later");
        let at = app.clock.now().millis() + 3_600_000;
        let with = |buttons: Value| json!({"client_id": uuid(), "text": "Выберите время", "at": at, "buttons": buttons});
        // What could not go now does not wait in vain.
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
            let (status, problem) = team
                .anna
                .raw(Method::POST, &path, Some(with(buttons)))
                .await;
            assert_eq!(
                (status.as_u16(), &problem["code"], &problem["field"]),
                (400, &json!(code), &json!("buttons")),
                "{problem}"
            );
        }
        let mut hidden = with(json!([{"text": "Да"}]));
        hidden["hidden"] = json!(true);
        let refused = team.anna.refused(Method::POST, &path, Some(hidden)).await;
        assert_eq!(refused, (400, "conversations.buttons_hidden".to_owned()));
        let among = format!(
            "/threads/{}/later",
            team.anna.direct_with(&team.boris).await
        );
        let refused = team
            .anna
            .refused(Method::POST, &among, Some(with(json!([{"text": "Да"}]))))
            .await;
        assert_eq!(refused, (400, "messages.no_buttons_here".to_owned()));
        let stranger = team
            .boris
            .refused(Method::POST, &path, Some(with(json!([{"text": "Да"}]))))
            .await;
        assert_eq!(
            stranger.0, 404,
            "who does not see the chat learns nothing of it"
        );
        let kept = json!([{"text": "Утром"}, {"text": "Сайт", "url": "https://shop.example/a"}]);
        let planned = team.anna.post(&path, with(kept.clone())).await;
        assert_eq!(planned["buttons"][0]["text"], "Утром");
        let id = planned["id"].as_str().unwrap();
        team.anna
            .patch(&format!("/later/{id}"), json!({"text": "Когда удобно?"}))
            .await;
        let sent = team
            .anna
            .post(&format!("/later/{id}/send"), json!({}))
            .await;
        assert_eq!(
            (&sent["extras"]["buttons"], &sent["text"]),
            (&kept, &json!("Когда удобно?"))
        );
        // Begun by their number, it goes into the chat that is there, with its buttons.
        let contact =
            team.anna.get(&format!("/client-chats/{chat}")).await["contact"]["id"].clone();
        let path = format!("/contacts/{}", contact.as_str().unwrap());
        team.anna
            .patch(&path, json!({"phones": ["+79161234567"]}))
            .await;
        let mut first = json!({"client_id": uuid(), "account_id": team.account, "to": "+79161234567", "text": "Заказ собран", "buttons": [{"text": "Да"}, {"text": "Да"}]});
        let refused = team
            .anna
            .refused(Method::POST, "/client-chats", Some(first.clone()))
            .await;
        assert_eq!(refused, (400, "channels.button_twice".to_owned()));
        first["buttons"] = json!([{"text": "Везите"}]);
        let answer = team.anna.post("/client-chats", first).await;
        assert_eq!(answer["chat"]["id"], json!(chat));
        assert_eq!(
            answer["message"]["extras"]["buttons"],
            json!([{"text": "Везите"}])
        );
    }
);
