//! Stories of queues that give chats out: whose turn it is, who has room, who is at their desk, what time does.

use crate::{
    app::{App, Caller, Socket, Visitor, connect_widget, uuid},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

pub(crate) struct Crew {
    pub(crate) olga: Caller,
    pub(crate) anna: Caller,
    pub(crate) boris: Caller,
    /// The widget's key and account.
    pub(crate) key: String,
    pub(crate) account: String,
    /// The queue of everybody.
    pub(crate) queue: String,
}

pub(crate) fn word(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

pub(crate) async fn crew(app: &App) -> Crew {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let (key, account) = connect_widget(&olga).await;
    let queue = word(&olga.get("/queues").await[0]["id"]);
    Crew {
        olga,
        anna,
        boris,
        key,
        account,
        queue,
    }
}

impl Crew {
    /// Sets the queue up: Anna and Boris in it, in this order.
    pub(crate) async fn gives(&self, policy: &str, rules: Value) -> Value {
        let members = json!([self.anna.id, self.boris.id]);
        let form = json!({"name": "Общая очередь", "member_ids": members, "policy": policy, "rules": rules});
        let path = format!("/queues/{}", self.queue);
        self.olga.patch(&path, form).await
    }
    /// A new client writes; answers them and the chat's id.
    pub(crate) async fn client(&self, app: &App, text: &str) -> (Visitor, String) {
        let visitor = Visitor::new(app, &self.key).await;
        visitor.write(text).await;
        let chat = newest(&self.olga).await;
        (visitor, chat)
    }
}

/// The chat that moved last, as the administrator sees it.
async fn newest(olga: &Caller) -> String {
    let all = olga.inbox("all").await;
    let last = all
        .iter()
        .max_by_key(|c| c["conversation"]["number"].as_i64());
    word(&last.unwrap()["id"])
}

async fn offered(who: &Caller) -> bool {
    let queues = who.get("/inbox/load").await;
    let mut operators = queues
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|q| q["operators"].as_array().unwrap());
    operators.any(|o| o["person_id"] == json!(who.id) && o["offered"] == true)
}

/// Somebody comes to their desk.
pub(crate) async fn sits(app: &App, who: &Caller) -> Socket {
    let mut socket = who.listen(None).await;
    socket.wait_type("welcome").await;
    app.until("at their desk", async || offered(who).await.then_some(()))
        .await;
    socket
}

/// Somebody who still sits there touches their desk after a while.
async fn touches(app: &App, who: &Caller, socket: &mut Socket) {
    socket
        .send(json!({"type": "active", "active": false}))
        .await;
    app.until("away", async || (!offered(who).await).then_some(()))
        .await;
    socket.send(json!({"type": "active", "active": true})).await;
    app.until("back", async || offered(who).await.then_some(()))
        .await;
}

pub(crate) async fn chat_of(who: &Caller, chat: &str) -> Value {
    who.get(&format!("/client-chats/{chat}")).await["chat"].clone()
}

/// Waits until a chat is somebody's.
pub(crate) async fn belongs(app: &App, olga: &Caller, chat: &str, to: &Caller) -> Value {
    app.until("it is theirs", async || {
        let now = chat_of(olga, chat).await;
        (now["assignee_id"] == json!(to.id) && now["state"] == "work").then_some(now)
    })
    .await
}

/// Waits until a chat waits in a queue.
async fn waits(app: &App, olga: &Caller, chat: &str) -> Value {
    app.until("it waits", async || {
        let now = chat_of(olga, chat).await;
        (now["state"] == "queue").then_some(now)
    })
    .await
}

/// The codes of a chat's grey lines.
pub(crate) async fn lines(who: &Caller, chat: &str) -> Vec<String> {
    let page = who.get(&format!("/threads/{chat}/messages")).await;
    let all = page["messages"].as_array().unwrap().iter();
    let all = all.filter(|m| m["kind"] == "event");
    all.map(|m| word(&m["event"]["code"])).collect()
}

async fn mine(who: &Caller) -> usize {
    who.inbox("my").await.len()
}

story!(
    p_36_without_a_policy_the_first_to_answer_owns_the_chat,
    |app| {
        let crew = crew(&app).await;
        assert_eq!(
            crew.olga.get("/queues").await[0]["policy"],
            "first_to_answer"
        );
        let _anna = sits(&app, &crew.anna).await;
        let (_, chat) = crew.client(&app, "Здравствуйте").await;
        let waiting = chat_of(&crew.boris, &chat).await;
        assert_eq!(
            (waiting["state"].clone(), waiting["given_at"].clone()),
            (json!("queue"), Value::Null)
        );
        // S1-73.
        crew.boris.say("client-chats", &chat, "Слушаю").await;
        let owned = chat_of(&crew.olga, &chat).await;
        assert_eq!(
            (owned["assignee_id"].clone(), owned["given_at"].clone()),
            (json!(crew.boris.id), Value::Null)
        );
    }
);

story!(
    p_37_chats_are_given_evenly_and_the_line_says_by_whom,
    |app| {
        let crew = crew(&app).await;
        crew.gives("evenly", json!({})).await;
        let (mut anna, _boris) = (sits(&app, &crew.anna).await, sits(&app, &crew.boris).await);
        let mut chats = Vec::new();
        for n in 0..4 {
            chats.push(crew.client(&app, &format!("Вопрос {n}")).await.1);
        }
        app.until("all are given", async || {
            ((mine(&crew.anna).await, mine(&crew.boris).await) == (2, 2)).then_some(())
        })
        .await;
        let first = chat_of(&crew.olga, &chats[0]).await;
        assert_eq!(
            first["assignee_id"],
            json!(crew.anna.id),
            "the list's order begins"
        );
        assert!(first["given_at"].is_number());
        assert_eq!(first["given_by"], "policy");
        assert!(
            lines(&crew.anna, &chats[0])
                .await
                .contains(&"chat-given".to_owned())
        );
        let frame = anna.wait("a notice", |f| f["type"] == "notice.added").await;
        assert_eq!(
            frame["notice"]["kind"], "assigned",
            "whoever is given a chat is told, and of it alone"
        );
        assert_eq!(frame["notice"]["text"], "Вопрос 0");
        assert_eq!(
            crew.boris
                .refused(Method::GET, &format!("/client-chats/{}", chats[0]), None)
                .await
                .0,
            404
        );
    }
);

story!(p_37_in_the_order_of_the_list_and_by_load, |app| {
    let crew = crew(&app).await;
    let queue = crew.gives("in_order", json!({"capacity": 2})).await;
    assert_eq!(queue["member_ids"], json!([crew.anna.id, crew.boris.id]));
    let (_anna, _boris) = (sits(&app, &crew.anna).await, sits(&app, &crew.boris).await);
    for n in 0..3 {
        crew.client(&app, &format!("Вопрос {n}")).await;
    }
    app.until("in order", async || {
        ((mine(&crew.anna).await, mine(&crew.boris).await) == (2, 1)).then_some(())
    })
    .await;
    crew.gives("by_load", json!({})).await;
    let (_, chat) = crew.client(&app, "Ещё").await;
    belongs(&app, &crew.olga, &chat, &crew.boris).await;
});

story!(
    p_38_p_39_u_15_who_has_room_gets_the_longest_waiting,
    |app| {
        let crew = crew(&app).await;
        crew.gives("evenly", json!({"capacity": 1})).await;
        let _anna = sits(&app, &crew.anna).await;
        let (_, first) = crew.client(&app, "Первый").await;
        belongs(&app, &crew.olga, &first, &crew.anna).await;
        let (_, second) = crew.client(&app, "Второй").await;
        let (_, third) = crew.client(&app, "Третий").await;
        // What could not be given all members are told of.
        app.until("told", async || {
            let notices = crew.boris.get("/notices").await;
            let queue = notices["items"]
                .as_array()?
                .iter()
                .filter(|n| n["kind"] == "queue" && n["done"] == false)
                .count();
            (queue == 2).then_some(())
        })
        .await;
        let load = crew.anna.get("/inbox/load").await;
        assert_eq!(
            (load[0]["capacity"].clone(), load[0]["waiting"].clone()),
            (json!(1), json!(2))
        );
        crew.anna
            .post(&format!("/client-chats/{first}/close"), json!({}))
            .await;
        belongs(&app, &crew.olga, &second, &crew.anna).await;
        assert_eq!(chat_of(&crew.olga, &third).await["state"], "queue");
        // More room drains, and so does a handed-over chat.
        crew.gives("evenly", json!({"capacity": 2})).await;
        belongs(&app, &crew.olga, &third, &crew.anna).await;
        let (_, fourth) = crew.client(&app, "Четвёртый").await;
        crew.anna
            .post(
                &format!("/client-chats/{third}/hand-over"),
                json!({"to": crew.olga.id}),
            )
            .await;
        belongs(&app, &crew.olga, &fourth, &crew.anna).await;
        // What a person takes by themselves no capacity forbids.
        let (_, fifth) = crew.client(&app, "Пятый").await;
        crew.anna
            .post(&format!("/client-chats/{fifth}/take"), json!({}))
            .await;
        assert_eq!(mine(&crew.anna).await, 3);
    }
);

story!(p_38_chats_of_a_heavy_account_weigh_more, |app| {
    let crew = crew(&app).await;
    let weights = json!([{"account_id": crew.account, "weight": 2}]);
    crew.gives("by_load", json!({"capacity": 3, "weights": weights}))
        .await;
    let _anna = sits(&app, &crew.anna).await;
    let (_, first) = crew.client(&app, "Первый").await;
    belongs(&app, &crew.olga, &first, &crew.anna).await;
    let (_, second) = crew.client(&app, "Второй").await;
    app.until("looked at", async || {
        let told = crew.boris.get("/notices").await;
        told["items"]
            .as_array()?
            .iter()
            .any(|n| n["kind"] == "queue" && n["thread_id"] == json!(second))
            .then_some(())
    })
    .await;
    assert_eq!(
        chat_of(&crew.olga, &second).await["state"],
        "queue",
        "2 and 2 are more than 3"
    );
    let load = crew.anna.get("/inbox/load").await;
    assert_eq!(load[0]["operators"][0]["load"], 2);
});

story!(
    x_09_presence_decides_who_is_offered_work_and_nothing_else,
    |app| {
        let crew = crew(&app).await;
        crew.gives("evenly", json!({})).await;
        let _anna = sits(&app, &crew.anna).await;
        for chosen in ["busy", "dnd", "offline"] {
            crew.anna
                .patch("/me", json!({"availability": chosen}))
                .await;
            assert!(!offered(&crew.anna).await, "{chosen}");
        }
        let (_, chat) = crew.client(&app, "Есть кто?").await;
        app.until("announced", async || {
            let told = crew.anna.get("/notices").await;
            (told["open"] == 1).then_some(())
        })
        .await;
        assert_eq!(chat_of(&crew.olga, &chat).await["state"], "queue");
        // A colleague writes to whoever does not want to be disturbed all the same.
        let direct = crew.boris.direct_with(&crew.anna).await;
        crew.boris.say("chats", &direct, "Ты тут?").await;
        // Back as the devices say: the backlog is given out (P-39).
        crew.anna
            .patch("/me", json!({"availability": "auto"}))
            .await;
        belongs(&app, &crew.olga, &chat, &crew.anna).await;
    }
);

story!(
    p_39_whoever_comes_to_their_desk_gets_what_waits_and_whoever_leaves_nothing,
    |app| {
        let crew = crew(&app).await;
        crew.gives("evenly", json!({})).await;
        let (_, first) = crew.client(&app, "Первый").await;
        assert_eq!(chat_of(&crew.olga, &first).await["state"], "queue");
        let anna = sits(&app, &crew.anna).await;
        belongs(&app, &crew.olga, &first, &crew.anna).await;
        drop(anna);
        app.until("gone", async || (!offered(&crew.anna).await).then_some(()))
            .await;
        let (_, second) = crew.client(&app, "Второй").await;
        let _boris = sits(&app, &crew.boris).await;
        belongs(&app, &crew.olga, &second, &crew.boris).await;
        // Five minutes without a touch: away, though the window is open.
        app.clock.advance(MINUTE * 7);
        assert!(
            !offered(&crew.boris).await,
            "what was noted fades by itself"
        );
    }
);

story!(
    l_82_what_was_given_may_be_declined_until_it_is_answered,
    |app| {
        let crew = crew(&app).await;
        crew.gives("in_order", json!({})).await;
        let (_anna, _boris) = (sits(&app, &crew.anna).await, sits(&app, &crew.boris).await);
        let (_, chat) = crew.client(&app, "Вопрос").await;
        belongs(&app, &crew.olga, &chat, &crew.anna).await;
        let path = format!("/client-chats/{chat}/decline");
        assert_eq!(
            crew.olga.refused(Method::POST, &path, None).await,
            (403, "conversations.may_not".into())
        );
        assert!(
            chat_of(&crew.anna, &chat).await["may"]
                .as_array()
                .unwrap()
                .contains(&json!("decline"))
        );
        crew.anna.post(&path, json!({})).await;
        belongs(&app, &crew.olga, &chat, &crew.boris).await;
        // Everybody has declined: a new round, but not with the last.
        crew.boris.post(&path, json!({})).await;
        belongs(&app, &crew.olga, &chat, &crew.anna).await;
        let said = lines(&crew.olga, &chat).await;
        assert_eq!(said.iter().filter(|l| *l == "chat-declined").count(), 2);
        crew.anna.say("client-chats", &chat, "Здравствуйте").await;
        assert_eq!(chat_of(&crew.olga, &chat).await["given_at"], Value::Null);
        assert_eq!(
            crew.anna.refused(Method::POST, &path, None).await,
            (403, "conversations.may_not".into())
        );
    }
);

story!(
    l_82_no_answer_in_time_and_the_chat_goes_to_somebody_else,
    |app| {
        let crew = crew(&app).await;
        crew.gives("in_order", json!({"answer_within_min": 3}))
            .await;
        let (_anna, _boris) = (sits(&app, &crew.anna).await, sits(&app, &crew.boris).await);
        let (visitor, chat) = crew.client(&app, "Вопрос").await;
        belongs(&app, &crew.olga, &chat, &crew.anna).await;
        app.clock.advance(MINUTE * 3);
        belongs(&app, &crew.olga, &chat, &crew.boris).await;
        assert!(
            lines(&crew.olga, &chat)
                .await
                .contains(&"chat-unanswered".to_owned())
        );
        // Who has answered keeps it, however long the client's next question waits.
        crew.boris.say("client-chats", &chat, "Слушаю").await;
        visitor.write("Так сколько?").await;
        let (_, other) = crew.client(&app, "Другой").await;
        belongs(&app, &crew.olga, &other, &crew.anna).await;
        app.clock.advance(MINUTE * 4);
        // The other's time is over by the same look.
        app.until("the other one's time is over", async || {
            lines(&crew.olga, &other)
                .await
                .contains(&"chat-unanswered".to_owned())
                .then_some(())
        })
        .await;
        assert_eq!(
            chat_of(&crew.olga, &chat).await["assignee_id"],
            json!(crew.boris.id)
        );
    }
);

story!(l_82_timers_go_on_where_a_kill_found_them, |app| {
    let mut app = app;
    let crew = crew(&app).await;
    crew.gives("in_order", json!({"answer_within_min": 3}))
        .await;
    let (anna, _boris) = (sits(&app, &crew.anna).await, sits(&app, &crew.boris).await);
    let (_, chat) = crew.client(&app, "Вопрос").await;
    belongs(&app, &crew.olga, &chat, &crew.anna).await;
    drop(anna);
    if let Some(house) = app.beseda.take() {
        house.cut().await;
    }
    app.clock.advance(MINUTE * 3);
    app.open().await;
    let olga = app.olga().await;
    let now = waits(&app, &olga, &chat).await;
    assert_eq!(
        now["assignee_id"],
        Value::Null,
        "nobody is at their desk after the fall"
    );
    assert!(
        lines(&olga, &chat)
            .await
            .contains(&"chat-unanswered".to_owned())
    );
});

story!(l_82_nobody_answers_and_another_queue_takes_over, |app| {
    let crew = crew(&app).await;
    let form = json!({"name": "Вторая", "member_ids": [crew.boris.id], "policy": "evenly"});
    let second = word(&crew.olga.post("/queues", form).await["id"]);
    crew.gives(
        "first_to_answer",
        json!({"overflow": {"after_min": 5, "queue_id": second}}),
    )
    .await;
    let (_, chat) = crew.client(&app, "Вопрос").await;
    app.clock.advance(MINUTE * 5);
    app.until("it is passed on", async || {
        (chat_of(&crew.olga, &chat).await["queue_id"] == json!(second)).then_some(())
    })
    .await;
    assert!(
        lines(&crew.olga, &chat)
            .await
            .contains(&"chat-overflowed".to_owned())
    );
    let _boris = sits(&app, &crew.boris).await;
    belongs(&app, &crew.olga, &chat, &crew.boris).await;
    // Round in a circle is refused with the circle's names, and nothing is changed.
    let back = json!({"name": "Вторая", "member_ids": [crew.boris.id], "policy": "evenly",
        "rules": {"overflow": {"after_min": 5, "queue_id": crew.queue}}});
    let path = format!("/queues/{second}");
    let (status, problem) = crew.olga.raw(Method::PATCH, &path, Some(back)).await;
    assert_eq!(
        (status.as_u16(), problem["code"].clone()),
        (400, json!("conversations.overflow_circle"))
    );
    assert!(
        problem["title"]
            .as_str()
            .unwrap()
            .contains("Вторая → Общая очередь → Вторая"),
        "{problem}"
    );
    assert_eq!(
        crew.olga.refused(Method::DELETE, &path, None).await.1,
        "conversations.queue_targeted"
    );
});

story!(
    l_82_silence_closes_a_conversation_but_never_a_client_who_waits,
    |app| {
        let crew = crew(&app).await;
        crew.gives("first_to_answer", json!({"auto_close_after_min": 60}))
            .await;
        let (_, waiting) = crew.client(&app, "Жду").await;
        let (answered_visitor, answered) = crew.client(&app, "Спрошу").await;
        crew.anna.say("client-chats", &answered, "Отвечаю").await;
        app.clock.advance(MINUTE * 59);
        let (_, late) = crew.client(&app, "Позже").await;
        crew.anna.say("client-chats", &late, "И вам").await;
        app.clock.advance(MINUTE);
        app.until("closed", async || {
            (chat_of(&crew.olga, &answered).await["state"] == "closed").then_some(())
        })
        .await;
        let closed = chat_of(&crew.olga, &answered).await;
        assert_eq!(closed["conversation"]["state"], "closed");
        assert_eq!(closed["conversation"]["closed_by"], Value::Null);
        assert!(
            lines(&crew.olga, &answered)
                .await
                .contains(&"conversation-closed-silent".to_owned())
        );
        assert_eq!(chat_of(&crew.olga, &waiting).await["state"], "queue");
        assert_eq!(chat_of(&crew.olga, &late).await["state"], "work");
        // It goes on when the client writes again.
        answered_visitor.write("Я вернулся").await;
        assert_eq!(
            chat_of(&crew.olga, &answered).await["conversation"]["state"],
            "open"
        );
    }
);

story!(l_82_the_head_is_told_once_when_a_limit_is_passed, |app| {
    let crew = crew(&app).await;
    let rules = json!({"head_id": crew.olga.id, "thresholds": {"waiting": 2, "longest_min": 10}});
    crew.gives("first_to_answer", rules).await;
    let told = async || {
        let notices = crew.olga.get("/notices").await;
        let all = notices["items"].as_array().unwrap().clone();
        all.into_iter()
            .filter(|n| n["kind"] == "backlog")
            .collect::<Vec<Value>>()
    };
    crew.client(&app, "Первый").await;
    crew.client(&app, "Второй").await;
    app.until("the head is told", async || {
        (told().await.len() == 1).then_some(())
    })
    .await;
    assert_eq!(told().await[0]["title"], "Общая очередь");
    assert!(
        told().await[0]["text"]
            .as_str()
            .unwrap()
            .contains("Ждут 2 клиента"),
        "{:?}",
        told().await
    );
    // A third is no new crossing; the longest wait is a limit of its own.
    crew.client(&app, "Третий").await;
    app.clock.advance(MINUTE * 10);
    app.until("told of the other limit", async || {
        (told().await.len() == 2).then_some(())
    })
    .await;
    // Below it and over it again: news again.
    for chat in crew.olga.inbox("queue").await {
        crew.anna
            .say("client-chats", &word(&chat["id"]), "Отвечаю")
            .await;
    }
    assert_eq!(crew.olga.get("/inbox/load").await[0]["waiting"], 0);
    app.until("it is quiet", async || lowered(&app).await.then_some(()))
        .await;
    crew.client(&app, "Четвёртый").await;
    crew.client(&app, "Пятый").await;
    app.until("told again", async || {
        (told().await.len() == 3).then_some(())
    })
    .await;
    // Limits need somebody to be told.
    let form = json!({"name": "Без головы", "rules": {"thresholds": {"waiting": 2}}});
    assert_eq!(
        crew.olga.refused(Method::POST, "/queues", Some(form)).await,
        (400, "conversations.head_needed".into())
    );
});

/// Whether no alarm of any queue is raised.
async fn lowered(app: &App) -> bool {
    let raised: Vec<(kernel::Uuid,)> = app
        .house()
        .read(async |tx: &mut db::Tx<'_>| {
            tx.all(db::sql!("SELECT queue_id FROM alarms"), &db::bind![])
                .await
        })
        .await
        .unwrap();
    raised.is_empty()
}

story!(
    l_82_a_queue_that_could_not_work_is_refused_in_words,
    |app| {
        let crew = crew(&app).await;
        let stranger = uuid();
        for (rules, code) in [
            (json!({"capacity": 0}), "conversations.out_of_range"),
            (
                json!({"answer_within_min": 0}),
                "conversations.out_of_range",
            ),
            (
                json!({"auto_close_after_min": 59}),
                "conversations.out_of_range",
            ),
            (
                json!({"auto_close_after_min": 44_641}),
                "conversations.out_of_range",
            ),
            (
                json!({"weights": [{"account_id": stranger, "weight": 1}]}),
                "conversations.no_such_account",
            ),
            (
                json!({"weights": [{"account_id": crew.account, "weight": 0}]}),
                "conversations.out_of_range",
            ),
            (json!({"head_id": stranger}), "conversations.no_such_person"),
            (
                json!({"overflow": {"after_min": 5, "queue_id": stranger}}),
                "conversations.no_such_queue",
            ),
        ] {
            let form = json!({"name": "Q", "member_ids": [], "rules": rules});
            assert_eq!(
                crew.olga.refused(Method::POST, "/queues", Some(form)).await,
                (400, code.into()),
                "{rules}"
            );
        }
        // Who sends only names and members changes neither policy nor rules.
        crew.gives(
            "evenly",
            json!({"capacity": 4, "auto_close_after_min": 44_640}),
        )
        .await;
        let path = format!("/queues/{}", crew.queue);
        let kept = crew
            .olga
            .patch(
                &path,
                json!({"name": "Общая очередь", "member_ids": [crew.anna.id]}),
            )
            .await;
        assert_eq!(
            (kept["policy"].clone(), kept["rules"]["capacity"].clone()),
            (json!("evenly"), json!(4))
        );
    }
);

story!(u_16_what_a_person_decided_the_queue_leaves_alone, |app| {
    let crew = crew(&app).await;
    crew.gives("in_order", json!({"answer_within_min": 3}))
        .await;
    let (mut anna, mut boris) = (sits(&app, &crew.anna).await, sits(&app, &crew.boris).await);
    let (visitor, chat) = crew.client(&app, "Вопрос").await;
    belongs(&app, &crew.olga, &chat, &crew.anna).await;
    // Handed over by a person: no timer, no second giving, whatever the client writes.
    crew.anna
        .post(
            &format!("/client-chats/{chat}/hand-over"),
            json!({"to": crew.olga.id}),
        )
        .await;
    let handed = chat_of(&crew.olga, &chat).await;
    assert_eq!(
        (handed["assignee_id"].clone(), handed["given_at"].clone()),
        (json!(crew.olga.id), Value::Null)
    );
    app.clock.advance(MINUTE * 4);
    visitor.write("Ещё вопрос").await;
    touches(&app, &crew.anna, &mut anna).await;
    touches(&app, &crew.boris, &mut boris).await;
    let (_, other) = crew.client(&app, "Другой").await;
    belongs(&app, &crew.olga, &other, &crew.anna).await;
    assert_eq!(
        chat_of(&crew.olga, &chat).await["assignee_id"],
        json!(crew.olga.id)
    );
    // Put back by whom it was given: they are passed over.
    crew.anna
        .post(&format!("/client-chats/{other}/to-queue"), json!({}))
        .await;
    belongs(&app, &crew.olga, &other, &crew.boris).await;
});

story!(
    u_16_twenty_clients_at_once_three_people_with_two_places,
    |app| {
        let crew = crew(&app).await;
        let vera = app.join(&crew.olga, "Вера", "vera", "Сотрудник").await;
        let members = json!([crew.anna.id, crew.boris.id, vera.id]);
        let form = json!({"name": "Общая очередь", "member_ids": members, "policy": "by_load", "rules": {"capacity": 2}});
        crew.olga
            .patch(&format!("/queues/{}", crew.queue), form)
            .await;
        // On PostgreSQL a second node gives out at the same time.
        let second = if app.config.database.url.is_empty() {
            None
        } else {
            Some(app.beside().await)
        };
        let mut vera_there = vera.clone();
        if let Some(second) = &second {
            vera_there.base = format!("http://{}", second.address);
        }
        let _sockets = [
            sits(&app, &crew.anna).await,
            sits(&app, &crew.boris).await,
            sits(&app, &vera_there).await,
        ];
        let mut visitors = Vec::new();
        for n in 0..20 {
            let node = second.as_ref().filter(|_| n % 2 == 1).unwrap_or(&app);
            visitors.push(Visitor::new(node, &crew.key).await);
        }
        let writing = visitors
            .iter()
            .map(|v| async move { v.write("Вопрос").await });
        futures_util::future::join_all(writing).await;
        let people = [&crew.anna, &crew.boris, &vera];
        app.until("six places are taken", async || {
            let mut taken = Vec::new();
            for person in people {
                taken.push(mine(person).await);
            }
            assert!(
                taken.iter().all(|n| *n <= 2),
                "capacity was exceeded: {taken:?}"
            );
            (taken == [2, 2, 2]).then_some(())
        })
        .await;
        assert_eq!(crew.olga.get("/inbox/counts").await["queue"]["total"], 14);
        // Each that is closed makes place for one, to the last.
        let mut closed = 0;
        while closed < 20 {
            for person in people {
                for chat in person.inbox("my").await {
                    person
                        .post(
                            &format!("/client-chats/{}/close", word(&chat["id"])),
                            json!({}),
                        )
                        .await;
                    closed += 1;
                }
                assert!(mine(person).await <= 2);
            }
            app.until("places are taken again", async || {
                let counts = crew.olga.get("/inbox/counts").await;
                let waits = counts["queue"]["total"].as_i64()?;
                let open = counts["all"]["total"].as_i64()? - waits;
                (waits == 0 || open == 6).then_some(())
            })
            .await;
        }
        let closed = crew.olga.inbox("closed").await;
        assert_eq!(closed.len(), 20, "each client was somebody's, once");
        if let Some(second) = second {
            drop(second);
        }
    }
);

story!(p_37_queues_follow_their_departments, |app| {
    let crew = crew(&app).await;
    let department = word(
        &crew
            .olga
            .post("/departments", json!({"name": "Склад"}))
            .await["id"],
    );
    let form = json!({"name": "Общая очередь", "department_ids": [department], "policy": "evenly"});
    crew.olga
        .patch(&format!("/queues/{}", crew.queue), form)
        .await;
    let mut anna = crew.anna.listen(None).await;
    anna.wait_type("welcome").await;
    let (_, chat) = crew.client(&app, "Вопрос").await;
    crew.olga
        .patch(
            &format!("/people/{}", crew.anna.id),
            json!({"department_id": department}),
        )
        .await;
    belongs(&app, &crew.olga, &chat, &crew.anna).await;
});
