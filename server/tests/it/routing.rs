//! Stories of where a client's chat goes: the routing table, the client's responsible person, whoever held it before.

use crate::{
    app::{App, Caller, connect_widget, uuid},
    queues::{Crew, belongs, chat_of, crew, lines, sits, word},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn second_queue(crew: &Crew, name: &str, member: &Caller) -> String {
    let form = json!({"name": name, "member_ids": [member.id]});
    word(&crew.olga.post("/queues", form).await["id"])
}

async fn rule(crew: &Crew, form: Value) -> String {
    word(&crew.olga.post("/routing", form).await["id"])
}

/// The steps that were asked, as `by said`.
async fn steps(crew: &Crew, chat: &str) -> Vec<String> {
    let detail = crew.olga.get(&format!("/client-chats/{chat}")).await;
    let steps = detail["route"]["steps"].as_array().unwrap().clone();
    let step = |s: &Value| format!("{} {}", word(&s["by"]), word(&s["said"]));
    steps.iter().map(step).collect()
}

async fn responsible(crew: &Crew, chat: &str, person: Value) -> Value {
    let contact = word(&chat_of(&crew.olga, chat).await["contact"]["id"]);
    let path = format!("/contacts/{contact}");
    crew.olga
        .patch(&path, json!({"responsible_id": person}))
        .await
}

story!(l_72_p_40_the_first_row_that_fits_decides, |app| {
    let crew = crew(&app).await;
    let (_, other_account) = connect_widget(&crew.olga).await;
    let delivery = second_queue(&crew, "Доставка", &crew.boris).await;
    let other = second_queue(&crew, "Другие", &crew.anna).await;
    let words = |list: Value| json!({"words": list});
    rule(&crew, json!({"name": "Чужой канал", "conditions": {"words": ["доставка"], "account_ids": [other_account]}, "queue_id": other})).await;
    rule(&crew, json!({"name": "По-английски", "conditions": {"words": ["доставка"], "languages": ["en"]}, "queue_id": other})).await;
    let off = rule(&crew, json!({"name": "Выключено", "enabled": false, "conditions": words(json!(["доставка"])), "queue_id": other})).await;
    let wins = rule(&crew, json!({"name": "О доставке", "conditions": words(json!(["доставка", "самовывоз"])), "queue_id": delivery})).await;
    let later = rule(
        &crew,
        json!({"name": "Позже", "conditions": words(json!(["доставка"])), "queue_id": other}),
    )
    .await;
    let (_, chat) = crew.client(&app, "Сколько стоит доставкой до Твери?").await;
    assert_eq!(
        chat_of(&crew.olga, &chat).await["queue_id"],
        json!(delivery)
    );
    assert!(
        lines(&crew.olga, &chat)
            .await
            .contains(&"chat-routed-to-queue".to_owned())
    );
    assert_eq!(steps(&crew, &chat).await, ["rule decided"]);
    // Only the members of that queue see it.
    assert_eq!(crew.boris.inbox("queue").await.len(), 1);
    assert!(crew.anna.inbox("queue").await.is_empty());
    // The test box says the same, and why not those before it.
    let form = json!({"text": "Сколько стоит доставкой до Твери?", "account_id": crew.account, "language": "ru-RU"});
    let trial = crew.olga.post("/routing/trial", form).await;
    assert_eq!(trial["winner"], json!(wins));
    let fits: Vec<String> = trial["tried"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| word(&t["fit"]))
        .collect();
    assert_eq!(fits, ["account", "language", "off", "fits"]);
    assert_eq!(trial["tried"][3]["words"], json!(["доставка"]));
    // Another order, another winner.
    let rules = crew.olga.get("/routing").await;
    let mut ids: Vec<Value> = rules
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["id"].clone())
        .collect();
    ids.rotate_right(1);
    assert_eq!(ids[0], json!(later));
    crew.olga.put("/routing/order", json!({"ids": ids})).await;
    let (_, chat) = crew.client(&app, "Доставка!").await;
    assert_eq!(chat_of(&crew.olga, &chat).await["queue_id"], json!(other));
    // No row fits: the account's own queue.
    let (visitor, chat) = crew.client(&app, "Здравствуйте").await;
    assert_eq!(
        chat_of(&crew.olga, &chat).await["queue_id"],
        json!(crew.queue)
    );
    // …until the client says what they want, as long as nobody holds the chat.
    visitor.write("Мне бы самовывоз").await;
    assert_eq!(
        chat_of(&crew.olga, &chat).await["queue_id"],
        json!(delivery)
    );
    visitor.write("или доставка").await;
    assert_eq!(
        chat_of(&crew.olga, &chat).await["queue_id"],
        json!(delivery),
        "what a row has decided stays"
    );
    crew.olga.delete(&format!("/routing/{off}")).await;
    assert_eq!(crew.olga.get("/routing").await.as_array().unwrap().len(), 4);
});

story!(l_72_a_row_may_mean_a_person_if_they_are_there, |app| {
    let crew = crew(&app).await;
    rule(
        &crew,
        json!({"name": "Юристу", "conditions": {"words": ["договор"]}, "person_id": crew.boris.id}),
    )
    .await;
    let (_, away) = crew.client(&app, "Пришлите договор").await;
    let now = chat_of(&crew.olga, &away).await;
    assert_eq!(
        (now["state"].clone(), now["assignee_id"].clone()),
        (json!("queue"), Value::Null),
        "U-15"
    );
    assert_eq!(
        steps(&crew, &away).await,
        ["rule absent", "responsible nothing", "policy waits"]
    );
    let mut boris = sits(&app, &crew.boris).await;
    let (_, chat) = crew.client(&app, "Где мои договоры?").await;
    let now = chat_of(&crew.olga, &chat).await;
    assert_eq!(
        (now["state"].clone(), now["assignee_id"].clone()),
        (json!("work"), json!(crew.boris.id))
    );
    assert!(
        lines(&crew.boris, &chat)
            .await
            .contains(&"chat-routed".to_owned())
    );
    let told = boris
        .wait("the notice", |f| {
            f["type"] == "notice.added" && f["notice"]["kind"] == "assigned"
        })
        .await;
    assert_eq!(told["notice"]["thread_id"], json!(chat));
    // They may give it back: then it is not given to them by the same row again.
    crew.boris
        .post(&format!("/client-chats/{chat}/decline"), json!({}))
        .await;
    let now = chat_of(&crew.olga, &chat).await;
    assert_eq!(now["state"], "queue");
});

story!(l_72_rows_that_cannot_work_are_refused_in_words, |app| {
    let crew = crew(&app).await;
    let stranger = uuid();
    let good = json!({"words": ["цена"]});
    for (form, code) in [
        (
            json!({"name": " ", "conditions": good, "queue_id": crew.queue}),
            "conversations.name_needed",
        ),
        (
            json!({"name": "A", "queue_id": crew.queue}),
            "conversations.no_conditions",
        ),
        (
            json!({"name": "A", "conditions": {"words": ["?!"]}, "queue_id": crew.queue}),
            "conversations.no_word",
        ),
        (
            json!({"name": "A", "conditions": {"languages": ["русский"]}, "queue_id": crew.queue}),
            "conversations.no_language",
        ),
        (
            json!({"name": "A", "conditions": {"account_ids": [stranger]}, "queue_id": crew.queue}),
            "conversations.no_such_account",
        ),
        (
            json!({"name": "A", "conditions": good, "queue_id": stranger}),
            "conversations.no_such_queue",
        ),
        (
            json!({"name": "A", "conditions": good, "person_id": stranger}),
            "conversations.no_such_person",
        ),
        (
            json!({"name": "A", "conditions": good}),
            "conversations.one_target",
        ),
        (
            json!({"name": "A", "conditions": good, "queue_id": crew.queue, "person_id": crew.anna.id}),
            "conversations.one_target",
        ),
    ] {
        assert_eq!(
            crew.olga
                .refused(Method::POST, "/routing", Some(form.clone()))
                .await,
            (400, code.into()),
            "{form}"
        );
    }
    let first = rule(
        &crew,
        json!({"name": "A", "conditions": good, "queue_id": crew.queue}),
    )
    .await;
    let twice = Some(json!({"ids": [first, first]}));
    assert_eq!(
        crew.olga
            .refused(Method::PUT, "/routing/order", twice)
            .await,
        (400, "conversations.order_twice".into())
    );
    let other = Some(json!({"ids": [stranger]}));
    assert_eq!(
        crew.olga
            .refused(Method::PUT, "/routing/order", other)
            .await,
        (409, "conversations.order_other".into())
    );
    assert_eq!(
        crew.anna.refused(Method::GET, "/routing", None).await.0,
        403,
        "who manages channels, and nobody else"
    );
});

story!(
    p_41_x_12_the_clients_responsible_person_comes_before_the_queue,
    |app| {
        let crew = crew(&app).await;
        crew.gives("in_order", json!({})).await;
        let (visitor, chat) = crew.client(&app, "Здравствуйте").await;
        let card = responsible(&crew, &chat, json!(crew.boris.id)).await;
        assert_eq!(card["responsible_id"], json!(crew.boris.id));
        // Not there: it waits, as anybody's.
        visitor.write("Ау").await;
        assert_eq!(
            steps(&crew, &chat).await,
            ["rule nothing", "responsible absent", "policy waits"]
        );
        // There, though not the first of the list.
        let _boris = sits(&app, &crew.boris).await;
        belongs(&app, &crew.olga, &chat, &crew.boris).await;
        crew.boris
            .post(&format!("/client-chats/{chat}/close"), json!({}))
            .await;
        crew.gives("in_order", json!({"returns_to_former": false}))
            .await;
        let _anna = sits(&app, &crew.anna).await;
        visitor.write("Я снова").await;
        let now = chat_of(&crew.olga, &chat).await;
        assert_eq!(
            (now["state"].clone(), now["assignee_id"].clone()),
            (json!("work"), json!(crew.boris.id)),
            "at once"
        );
        assert_eq!(
            steps(&crew, &chat).await,
            ["former nothing", "rule nothing", "responsible decided"]
        );
        assert!(
            lines(&crew.boris, &chat)
                .await
                .contains(&"chat-to-responsible".to_owned())
        );
        // Nobody: the queue's policy has the last word.
        responsible(&crew, &chat, Value::Null).await;
        crew.boris
            .post(&format!("/client-chats/{chat}/close"), json!({}))
            .await;
        visitor.write("И снова").await;
        belongs(&app, &crew.olga, &chat, &crew.anna).await;
        assert_eq!(
            steps(&crew, &chat).await,
            [
                "former nothing",
                "rule nothing",
                "responsible nothing",
                "policy decided"
            ]
        );
        // A guest or a stranger is nobody's responsible person.
        let contact = word(&chat_of(&crew.olga, &chat).await["contact"]["id"]);
        let bad = Some(json!({"responsible_id": uuid()}));
        assert_eq!(
            crew.olga
                .refused(Method::PATCH, &format!("/contacts/{contact}"), bad)
                .await,
            (400, "crm.no_such_person".into())
        );
    }
);

story!(
    x_02_u_14_l_62_a_client_returns_to_whom_they_had_if_that_person_is_there,
    |app| {
        let crew = crew(&app).await;
        let (visitor, chat) = crew.client(&app, "Здравствуйте").await;
        let anna = sits(&app, &crew.anna).await;
        crew.anna.say("client-chats", &chat, "Слушаю").await;
        let close = format!("/client-chats/{chat}/close");
        crew.anna.post(&close, json!({})).await;
        visitor.write("Ещё вопрос").await;
        let now = chat_of(&crew.olga, &chat).await;
        assert_eq!(
            (now["state"].clone(), now["assignee_id"].clone()),
            (json!("work"), json!(crew.anna.id)),
            "L-62"
        );
        assert_eq!(now["conversation"]["number"], 1);
        assert_eq!(now["given_by"], "former");
        crew.anna.post(&close, json!({})).await;
        // Busy is at work: a client of theirs comes back to them all the same.
        crew.anna
            .patch("/me", json!({"availability": "busy"}))
            .await;
        visitor.write("И ещё").await;
        assert_eq!(
            chat_of(&crew.olga, &chat).await["assignee_id"],
            json!(crew.anna.id),
            "X-09"
        );
        crew.anna.post(&close, json!({})).await;
        drop(anna);
        app.until("gone", async || gone(&app, &crew.anna).await.then_some(()))
            .await;
        visitor.write("Вы здесь?").await;
        let now = chat_of(&crew.olga, &chat).await;
        assert_eq!(
            (now["state"].clone(), now["assignee_id"].clone()),
            (json!("queue"), Value::Null),
            "U-14"
        );
        assert_eq!(
            now["observer_ids"],
            json!([crew.anna.id]),
            "the former one looks on"
        );
        assert!(
            lines(&crew.olga, &chat)
                .await
                .contains(&"former-away".to_owned())
        );
        // S1-73 as ever: the first to answer owns it.
        crew.boris.say("client-chats", &chat, "Я за неё").await;
        assert_eq!(
            chat_of(&crew.olga, &chat).await["assignee_id"],
            json!(crew.boris.id)
        );
        crew.boris.post(&close, json!({})).await;
        // The switch of the queue: to nobody in particular, though they are there.
        let _boris = sits(&app, &crew.boris).await;
        crew.gives("first_to_answer", json!({"returns_to_former": false}))
            .await;
        visitor.write("Снова я").await;
        let now = chat_of(&crew.olga, &chat).await;
        assert_eq!(
            (now["state"].clone(), now["assignee_id"].clone()),
            (json!("queue"), Value::Null)
        );
    }
);

/// Whether nobody noted that a person sits at a desk.
async fn gone(app: &App, who: &Caller) -> bool {
    let id: kernel::Id<accounts::Person> = who.id.parse().unwrap();
    let now = app.clock.now();
    let seated = app
        .house()
        .read(async move |tx: &mut db::Tx<'_>| accounts::seated(tx, &[id], now).await)
        .await
        .unwrap();
    seated.is_empty()
}
