//! Stories of time in a talk: what a queue says by itself, how fast it answers and who else is told (P-43), chats put away, what follows a closing.

use crate::{
    app::{App, Caller, Visitor, uuid},
    hours::{form, jump, office},
    queues::{Crew, belongs, chat_of, crew, lines, sits, word},
    story,
};
use conversations::{AfterClosing, Closed, ClosingQuestion};
use db::Tx;
use kernel::{Ctx, Id, Uuid};
use messages::{Author, NewMessage};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::vk_double::VkDouble;

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

fn ru(text: &str) -> Value {
    json!({"ru": text})
}

/// Sets the queue of everybody up: first to answer.
async fn set(crew: &Crew, rules: Value) {
    crew.gives("first_to_answer", rules).await;
}

/// What machines of ours wrote in a chat.
async fn said(who: &Caller, chat: &str) -> Vec<String> {
    let page = who.get(&format!("/threads/{chat}/messages")).await;
    let all = page["messages"].as_array().unwrap().iter();
    let all = all.filter(|m| m["author"]["kind"] == "bot");
    all.map(|m| word(&m["text"])).collect()
}

async fn until_said(app: &App, who: &Caller, chat: &str, count: usize) -> Vec<String> {
    app.until("it is said", async || {
        let all = said(who, chat).await;
        (all.len() >= count).then_some(all)
    })
    .await
}

/// Whether a grey line stands in a chat, and how often.
async fn times(who: &Caller, chat: &str, code: &str) -> usize {
    let all = lines(who, chat).await;
    all.iter().filter(|l| *l == code).count()
}

async fn until_line(app: &App, who: &Caller, chat: &str, code: &str) {
    app.until(code, async || {
        (times(who, chat, code).await > 0).then_some(())
    })
    .await;
}

/// Open notices of a kind, by their chats.
async fn told(who: &Caller, kind: &str) -> Vec<Value> {
    let notices = who.get("/notices").await;
    let all = notices["items"].as_array().unwrap().iter();
    let all = all.filter(|n| n["kind"] == kind && n["done"] == false);
    all.cloned().collect()
}

/// Lets a whole look pass over everything that is due now: a chat that is put away for a second comes back with it, and the
/// look that brings it back has dealt with the rest.
async fn a_look_passes(app: &App, crew: &Crew) {
    for _ in 0..2 {
        let (_, chat) = crew.client(app, "Сторож").await;
        let until = app.clock.now() + Duration::from_millis(2);
        let form = json!({"until": until.millis()});
        crew.olga
            .post(&format!("/client-chats/{chat}/snooze"), form)
            .await;
        app.clock.advance(Duration::from_millis(3));
        until_line(app, &crew.olga, &chat, "chat-woke").await;
        crew.olga
            .post(&format!("/client-chats/{chat}/close"), json!({}))
            .await;
    }
}

async fn snooze(who: &Caller, chat: &str, until: Option<kernel::Moment>) -> Value {
    let form = json!({"until": until.map(kernel::Moment::millis)});
    who.post(&format!("/client-chats/{chat}/snooze"), form)
        .await
}

async fn close(who: &Caller, chat: &str) {
    who.post(&format!("/client-chats/{chat}/close"), json!({}))
        .await;
}

story!(
    l_69_a_conversation_is_greeted_once_and_a_greeting_is_no_answer,
    |app| {
        let crew = crew(&app).await;
        let greeting = ru("Здравствуйте, {client.name}! Это {company}, очередь «{queue}».");
        set(&crew, json!({"texts": {"first": greeting}})).await;
        let never = json!({"reopen": {"kind": "never"}});
        crew.olga
            .patch(&format!("/channels/{}", crew.account), never)
            .await;
        let (visitor, chat) = crew.client(&app, "Есть кто?").await;
        let all = until_said(&app, &crew.olga, &chat, 1).await;
        let name = word(&chat_of(&crew.olga, &chat).await["contact"]["name"]);
        let want = format!("Здравствуйте, {name}! Это Мастерская, очередь «Общая очередь».");
        assert_eq!(all, std::slice::from_ref(&want));
        // The client reads it, and still waits: nobody has answered.
        let read = visitor.reads().await;
        assert_eq!(
            (read[1]["text"].clone(), read[1]["author"].clone()),
            (json!(want), json!("Мастерская"))
        );
        assert_eq!(read[1]["mine"], false);
        let now = chat_of(&crew.olga, &chat).await;
        assert!(now["waiting_since"].is_number());
        assert_eq!(now["state"], "queue");
        assert_eq!(
            now["unread"], 1,
            "what we say by ourselves is no news to us"
        );
        let page = crew.olga.get(&format!("/threads/{chat}/messages")).await;
        let greeted = page["messages"].as_array().unwrap().iter();
        let mut greeted = greeted.filter(|m| m["author"]["kind"] == "bot");
        assert!(greeted.next().unwrap()["delivery"]["state"].is_string());
        visitor.write("Ау!").await;
        a_look_passes(&app, &crew).await;
        assert_eq!(said(&crew.olga, &chat).await.len(), 1);
        // A new conversation of the same client is greeted again, once it is a new one.
        app.clock.advance(MINUTE * 7);
        crew.anna.say("client-chats", &chat, "Слушаю").await;
        close(&crew.anna, &chat).await;
        visitor.write("Снова я").await;
        until_said(&app, &crew.olga, &chat, 2).await;
        // The machine's words are no first answer.
        let table = crew
            .olga
            .raw(Method::GET, "/conversations/table", None)
            .await
            .1;
        let table = table.as_str().unwrap().to_owned();
        let first = table.lines().nth(1).unwrap().to_owned();
        assert!(
            first.contains("0:07:0"),
            "seven minutes to the first answer: {table}"
        );
    }
);

story!(l_69_nothing_is_said_after_a_person_has_answered, |app| {
    let crew = crew(&app).await;
    let texts = json!({"no_answer": ru("Мы скоро ответим"), "no_answer_min": 5});
    set(&crew, json!({"texts": texts})).await;
    let (_, answered) = crew.client(&app, "Первый").await;
    let (_, needless) = crew.client(&app, "Спасибо").await;
    let (_, forgotten) = crew.client(&app, "Второй").await;
    crew.anna.say("client-chats", &answered, "Слушаю").await;
    crew.anna
        .post(
            &format!("/client-chats/{needless}/needs-no-answer"),
            json!({}),
        )
        .await;
    app.clock.advance(MINUTE * 5);
    let all = until_said(&app, &crew.olga, &forgotten, 1).await;
    assert_eq!(all, ["Мы скоро ответим"]);
    a_look_passes(&app, &crew).await;
    assert_eq!(said(&crew.olga, &answered).await, Vec::<String>::new());
    assert_eq!(said(&crew.olga, &needless).await, Vec::<String>::new());
    assert_eq!(said(&crew.olga, &forgotten).await.len(), 1, "once");
});

story!(
    l_69_l_82_whoever_writes_while_nobody_is_free_is_told_so,
    |app| {
        let crew = crew(&app).await;
        set(&crew, json!({"texts": {"nobody_free": ru("Все заняты")}})).await;
        let (_, first) = crew.client(&app, "Первый").await;
        assert_eq!(
            until_said(&app, &crew.olga, &first, 1).await,
            ["Все заняты"]
        );
        let anna = sits(&app, &crew.anna).await;
        let (_, second) = crew.client(&app, "Второй").await;
        a_look_passes(&app, &crew).await;
        assert_eq!(
            said(&crew.olga, &second).await,
            Vec::<String>::new(),
            "Anna is at her desk"
        );
        // A queue that gives chats out: who has no room is not free.
        let rules = json!({"capacity": 1, "texts": {"nobody_free": ru("Все заняты")}});
        crew.gives("in_order", rules).await;
        belongs(&app, &crew.olga, &first, &crew.anna).await;
        assert_eq!(
            until_said(&app, &crew.olga, &second, 1).await,
            ["Все заняты"]
        );
        assert_eq!(said(&crew.olga, &first).await.len(), 1);
        drop(anna);
    }
);

story!(
    l_69_p_44_outside_working_hours_is_said_instead_of_the_greeting,
    |app| {
        let crew = crew(&app).await;
        crew.olga
            .post("/hours", form("Офис", office(), json!([])))
            .await;
        let texts = json!({"first": {"ru": "Здравствуйте", "en": "Hello"},
            "outside_hours": {"ru": "Мы закрыты до {hours.opens}", "en": "Closed"}});
        set(&crew, json!({"texts": texts})).await;
        // Friday, eleven in Moscow; then the evening.
        jump(&app, "2027-01-15T08:00:00Z");
        let (visitor, day) = crew.client(&app, "Днём").await;
        assert_eq!(
            until_said(&app, &crew.olga, &day, 1).await,
            ["Здравствуйте"]
        );
        jump(&app, "2027-01-15T16:00:00Z");
        let (_, evening) = crew.client(&app, "Вечером").await;
        let want = "Мы закрыты до 18.01, 09:00";
        assert_eq!(until_said(&app, &crew.olga, &evening, 1).await, [want]);
        // In the same conversation, when the day is over: each once.
        visitor.write("А вечером?").await;
        assert_eq!(
            until_said(&app, &crew.olga, &day, 2).await,
            ["Здравствуйте", want]
        );
        visitor.write("Ау").await;
        a_look_passes(&app, &crew).await;
        assert_eq!(said(&crew.olga, &day).await.len(), 2);
    }
);

story!(
    l_69_a_kill_between_the_occasion_and_the_word_says_it_once,
    |app| {
        let mut app = app;
        let crew = crew(&app).await;
        set(&crew, json!({"texts": {"first": ru("Здравствуйте")}})).await;
        let mut chats = Vec::new();
        for n in 0..5 {
            chats.push(crew.client(&app, &format!("Вопрос {n}")).await.1);
        }
        // Whatever was said by now, and whatever was not.
        if let Some(house) = app.beseda.take() {
            house.cut().await;
        }
        app.open().await;
        let olga = app.olga().await;
        for chat in &chats {
            assert_eq!(until_said(&app, &olga, chat, 1).await, ["Здравствуйте"]);
        }
        let crew = Crew { olga, ..crew };
        a_look_passes(&app, &crew).await;
        for chat in &chats {
            assert_eq!(said(&crew.olga, chat).await.len(), 1);
        }
    }
);

story!(
    l_69_a_text_nobody_could_have_meant_is_refused_in_words,
    |app| {
        let crew = crew(&app).await;
        for (rules, code) in [
            (
                json!({"texts": {"first": ru("Заказ {order.number}")}}),
                "conversations.no_such_field",
            ),
            (
                json!({"texts": {"no_answer": ru("Скоро")}}),
                "conversations.minutes_needed",
            ),
            (
                json!({"texts": {"no_answer_min": 0}}),
                "conversations.out_of_range",
            ),
            (
                json!({"limits": {"first_min": 0}}),
                "conversations.out_of_range",
            ),
            (
                json!({"limits": {"head_first_min": 5}}),
                "conversations.head_needed",
            ),
            (
                json!({"calendar_id": uuid()}),
                "conversations.no_such_calendar",
            ),
        ] {
            let form = json!({"name": "Q", "rules": rules});
            assert_eq!(
                crew.olga.refused(Method::POST, "/queues", Some(form)).await,
                (400, code.into()),
                "{rules}"
            );
        }
    }
);

story!(
    s3_21_at_fifteen_minutes_without_an_answer_the_event_stands,
    |app| {
        let crew = crew(&app).await;
        set(&crew, json!({"limits": {"first_min": 15, "next_min": 60}})).await;
        let (visitor, chat) = crew.client(&app, "Вопрос").await;
        let since = chat_of(&crew.olga, &chat).await;
        let by = &since["answer_by"];
        let waits = since["waiting_since"].as_i64().unwrap();
        assert_eq!(by["late_at"], json!(waits + 900_000));
        assert_eq!(by["soon_at"], json!(waits + 630_000), "amber at 70 %");
        app.clock.advance(SECOND);
        let (_, second) = crew.client(&app, "Другой").await;
        app.clock.advance(SECOND * 899);
        until_line(&app, &crew.olga, &chat, "response-exceeded").await;
        assert_eq!(
            times(&crew.olga, &second, "response-exceeded").await,
            0,
            "14:59"
        );
        // All who could answer are told; in the chat and in the notification centre.
        for who in [&crew.anna, &crew.boris] {
            let notices = told(who, "late").await;
            assert_eq!(notices.len(), 1);
            assert_eq!(notices[0]["thread_id"], json!(chat));
            assert_eq!(notices[0]["text"], "Нет ответа 15 мин");
        }
        app.clock.advance(SECOND);
        until_line(&app, &crew.olga, &second, "response-exceeded").await;
        // An answer ends it; the next one has a limit of its own, and whoever is responsible is told.
        crew.anna.say("client-chats", &chat, "Слушаю").await;
        app.until("the notice is gone", async || {
            let left = told(&crew.boris, "late").await;
            (!left.iter().any(|n| n["thread_id"] == json!(chat))).then_some(())
        })
        .await;
        visitor.write("А ещё?").await;
        app.clock.advance(MINUTE * 59);
        a_look_passes(&app, &crew).await;
        assert_eq!(times(&crew.olga, &chat, "response-exceeded").await, 1);
        app.clock.advance(MINUTE);
        app.until("told again", async || {
            (times(&crew.olga, &chat, "response-exceeded").await == 2).then_some(())
        })
        .await;
        let notices = told(&crew.anna, "late").await;
        assert!(
            notices
                .iter()
                .any(|n| n["thread_id"] == json!(chat) && n["text"] == "Нет ответа 60 мин")
        );
    }
);

story!(
    l_70_p_43_the_head_has_thresholds_of_their_own_and_an_answer_from_the_phone_app_stops_them,
    |app| {
        let crew = crew(&app).await;
        let double = VkDouble::start().await.unwrap();
        double.call_person(7001, "Анна", "Петрова");
        double.call_person(8008, "Пётр", "Ильин");
        let settings = json!({"token": double.token(), "base_url": double.base_url()});
        let form = json!({"kind": "vk", "name": "Сообщество", "settings": settings});
        crew.olga.post("/channels", form).await;
        double.listened_to().await;
        let limits = json!({"head_first_min": 20, "head_next_min": 30});
        set(&crew, json!({"head_id": crew.olga.id, "limits": limits})).await;
        double.say(7001, "Вы открыты?").await;
        let chat = app
            .until("the chat", async || {
                crew.olga.inbox("queue").await.into_iter().next()
            })
            .await;
        let chat = word(&chat["id"]);
        let (_, forgotten) = crew.client(&app, "Забыли").await;
        double.answer_inside(8008, 7001, "Да, до восьми").await;
        app.until("nobody waits", async || {
            chat_of(&crew.olga, &chat).await["waiting_since"]
                .is_null()
                .then_some(())
        })
        .await;
        app.clock.advance(MINUTE * 20);
        until_line(&app, &crew.olga, &forgotten, "response-escalated").await;
        assert_eq!(times(&crew.olga, &chat, "response-escalated").await, 0);
        let head = told(&crew.olga, "late").await;
        assert_eq!(head.len(), 1);
        assert_eq!(
            head[0]["text"],
            "Очередь «Общая очередь» не отвечает клиенту 20 мин"
        );
        assert_eq!(
            told(&crew.anna, "late").await,
            Vec::<Value>::new(),
            "only the head"
        );
        // A later message has the other threshold.
        double.say(7001, "А завтра?").await;
        app.until("they wait again", async || {
            chat_of(&crew.olga, &chat).await["waiting_since"]
                .is_number()
                .then_some(())
        })
        .await;
        app.clock.advance(MINUTE * 29);
        a_look_passes(&app, &crew).await;
        assert_eq!(times(&crew.olga, &chat, "response-escalated").await, 0);
        app.clock.advance(MINUTE);
        until_line(&app, &crew.olga, &chat, "response-escalated").await;
    }
);

story!(
    s3_22_s3_23_needs_no_answer_closing_and_putting_away_stop_the_timer,
    |app| {
        let crew = crew(&app).await;
        set(&crew, json!({"limits": {"first_min": 15}})).await;
        let (_, needless) = crew.client(&app, "Спасибо").await;
        let (_, closed) = crew.client(&app, "Ошибся").await;
        let (_, away) = crew.client(&app, "Потом").await;
        let (_, waits) = crew.client(&app, "Жду").await;
        crew.anna
            .post(
                &format!("/client-chats/{needless}/needs-no-answer"),
                json!({}),
            )
            .await;
        close(&crew.anna, &closed).await;
        snooze(&crew.anna, &away, Some(app.clock.now() + MINUTE * 60)).await;
        app.clock.advance(MINUTE * 15);
        until_line(&app, &crew.olga, &waits, "response-exceeded").await;
        a_look_passes(&app, &crew).await;
        for quiet in [&needless, &closed, &away] {
            assert_eq!(times(&crew.olga, quiet, "response-exceeded").await, 0);
        }
        let page = crew
            .olga
            .get(&format!("/threads/{needless}/messages"))
            .await;
        let all = page["messages"].as_array().unwrap();
        let line = all.iter().find(|m| m["event"]["code"] == "needs-no-answer");
        assert_eq!(
            line.unwrap()["event"]["args"]["author"],
            "Анна",
            "who it was is logged"
        );
    }
);

story!(
    p_42_working_minutes_are_counted_and_a_talk_that_does_not_end_is_told_of,
    |app| {
        let crew = crew(&app).await;
        crew.olga
            .post("/hours", form("Офис", office(), json!([])))
            .await;
        set(
            &crew,
            json!({"limits": {"first_min": 15, "resolution_min": 60}}),
        )
        .await;
        // Friday, ten to six in Moscow.
        jump(&app, "2027-01-15T14:50:00Z");
        let (_, chat) = crew.client(&app, "Успеете?").await;
        let by = chat_of(&crew.olga, &chat).await["answer_by"]["late_at"].clone();
        assert_eq!(by, json!(1_800_252_300_000_i64), "Monday, five past nine");
        jump(&app, "2027-01-16T09:00:00Z");
        a_look_passes(&app, &crew).await;
        assert_eq!(times(&crew.olga, &chat, "response-exceeded").await, 0);
        jump(&app, "2027-01-18T06:05:00Z");
        until_line(&app, &crew.olga, &chat, "response-exceeded").await;
        crew.anna.say("client-chats", &chat, "Успеем").await;
        jump(&app, "2027-01-18T06:50:00Z");
        until_line(&app, &crew.olga, &chat, "resolution-exceeded").await;
        let notices = told(&crew.anna, "late").await;
        assert!(
            notices.iter().any(|n| n["text"] == "Не закрыта 60 мин"),
            "{notices:?}"
        );
    }
);

story!(p_45_what_is_put_away_is_hidden_and_comes_back_once, |app| {
    let mut app = app;
    let crew = crew(&app).await;
    let (visitor, chat) = crew.client(&app, "Вопрос").await;
    crew.anna
        .say("client-chats", &chat, "Узнаю и вернусь")
        .await;
    let path = format!("/client-chats/{chat}/snooze");
    let past = json!({"until": app.clock.now().millis()});
    assert_eq!(
        crew.anna.refused(Method::POST, &path, Some(past)).await,
        (400, "conversations.snooze_past".into())
    );
    let away = snooze(&crew.anna, &chat, Some(app.clock.now() + MINUTE * 60)).await;
    assert_eq!(away["snoozed"]["by"], json!(crew.anna.id));
    assert_eq!(crew.anna.inbox("my").await, Vec::<Value>::new());
    assert_eq!(crew.anna.inbox("snoozed").await.len(), 1);
    let counts = crew.anna.get("/inbox/counts").await;
    assert_eq!(
        (
            counts["my"]["total"].clone(),
            counts["snoozed"]["total"].clone()
        ),
        (json!(0), json!(1))
    );
    assert_eq!(
        crew.boris
            .refused(Method::POST, &path, Some(json!({})))
            .await
            .0,
        404,
        "it is not theirs"
    );
    // The house falls, the time comes, the house stands again.
    if let Some(house) = app.beseda.take() {
        house.cut().await;
    }
    app.clock.advance(MINUTE * 60);
    app.open().await;
    let olga = app.olga().await;
    let mut anna = app.stranger();
    anna.sign(
        "/sessions",
        json!({"login": "anna", "password": "anna-password"}),
    )
    .await;
    let crew = Crew { olga, anna, ..crew };
    until_line(&app, &crew.olga, &chat, "chat-woke").await;
    assert_eq!(crew.anna.inbox("my").await.len(), 1);
    assert_eq!(told(&crew.anna, "woke").await.len(), 1);
    a_look_passes(&app, &crew).await;
    assert_eq!(times(&crew.olga, &chat, "chat-woke").await, 1);
    // Until the client writes; or until somebody fetches it.
    snooze(&crew.anna, &chat, None).await;
    assert_eq!(crew.anna.inbox("my").await, Vec::<Value>::new());
    let visitor = Visitor {
        caller: Caller {
            base: crew.olga.base.clone(),
            ..visitor.caller
        },
        key: visitor.key,
    };
    visitor.write("Я тут").await;
    assert_eq!(crew.anna.inbox("my").await.len(), 1);
    assert_eq!(chat_of(&crew.anna, &chat).await["snoozed"], Value::Null);
    snooze(&crew.anna, &chat, None).await;
    crew.anna
        .post(&format!("/client-chats/{chat}/wake"), json!({}))
        .await;
    assert_eq!(crew.anna.inbox("my").await.len(), 1);
    // Putting it away ends with whatever a person does about it.
    snooze(&crew.anna, &chat, None).await;
    let hand = json!({"to": crew.olga.id});
    crew.anna
        .post(&format!("/client-chats/{chat}/hand-over"), hand)
        .await;
    assert_eq!(crew.olga.inbox("my").await.len(), 1);
});

/// Writes a word for colleagues into a closed talk, so that the order is seen in it.
async fn mark(tx: &mut Tx<'_>, ctx: &Ctx, closed: &Closed, text: &str) -> kernel::Result<()> {
    let mut new = NewMessage::text(
        Id::new(closed.chat_id.uuid()),
        Author::Bot("slot".into()),
        ctx.now,
        text.into(),
    );
    new.hidden = true;
    messages::append(tx, ctx, new).await.map(drop)
}

/// Fills the slots: a question ten minutes after the farewell, and a look back.
fn fill(app: &App) {
    let after = app.house().part::<AfterClosing>().unwrap();
    let question = ClosingQuestion {
        delay: |_, _, _| Box::pin(async { Ok(Some(MINUTE * 10)) }),
        ask: |tx, ctx, closed| Box::pin(mark(tx, ctx, closed, "question")),
    };
    assert!(after.fill_question(question));
    assert!(after.fill_analysis(|tx, ctx, closed| Box::pin(async move {
        assert_ne!(closed.conversation(), Uuid::nil());
        mark(tx, ctx, closed, "analysis").await
    })));
}

/// What followed, without the look back, which goes beside.
async fn followed(who: &Caller, chat: &str) -> Vec<String> {
    let all = said(who, chat).await.into_iter();
    all.filter(|text| text != "analysis").collect()
}

story!(x_08_a_closing_goes_through_its_steps_in_order, |app| {
    let mut app = app;
    fill(&app);
    let crew = crew(&app).await;
    set(&crew, json!({"texts": {"closing": ru("Всего доброго!")}})).await;
    let (visitor, chat) = crew.client(&app, "Вопрос").await;
    crew.anna.say("client-chats", &chat, "Ответ").await;
    close(&crew.anna, &chat).await;
    app.until("farewell and the look back", async || {
        (said(&crew.olga, &chat).await.len() == 2).then_some(())
    })
    .await;
    assert_eq!(followed(&crew.olga, &chat).await, ["Всего доброго!"]);
    let read = visitor.reads().await;
    assert_eq!(read.last().unwrap()["text"], "Всего доброго!");
    assert_eq!(chat_of(&crew.olga, &chat).await["state"], "closed");
    // The house falls between the farewell and the question.
    if let Some(house) = app.beseda.take() {
        house.cut().await;
    }
    app.clock.advance(MINUTE * 10);
    app.open().await;
    fill(&app);
    let olga = app.olga().await;
    app.until("the question", async || {
        (followed(&olga, &chat).await.len() == 2).then_some(())
    })
    .await;
    let crew = Crew { olga, ..crew };
    a_look_passes(&app, &crew).await;
    assert_eq!(
        followed(&crew.olga, &chat).await,
        ["Всего доброго!", "question"],
        "each once, in this order"
    );
    assert_eq!(said(&crew.olga, &chat).await.len(), 3, "one look back");
});

story!(
    x_08_a_reply_before_the_question_cancels_it_and_reopens,
    |app| {
        fill(&app);
        let crew = crew(&app).await;
        // A channel in which a closed conversation is never reopened otherwise.
        let never = json!({"reopen": {"kind": "never"}});
        crew.olga
            .patch(&format!("/channels/{}", crew.account), never)
            .await;
        set(&crew, json!({"texts": {"closing": ru("Всего доброго!")}})).await;
        let (visitor, chat) = crew.client(&app, "Вопрос").await;
        crew.anna.say("client-chats", &chat, "Ответ").await;
        close(&crew.anna, &chat).await;
        app.until("the farewell", async || {
            (followed(&crew.olga, &chat).await.len() == 1).then_some(())
        })
        .await;
        visitor.write("Ещё вопрос!").await;
        let now = chat_of(&crew.olga, &chat).await;
        assert_eq!(
            (
                now["conversation"]["number"].clone(),
                now["conversation"]["state"].clone()
            ),
            (json!(1), json!("open")),
            "the same conversation goes on"
        );
        app.clock.advance(MINUTE * 11);
        a_look_passes(&app, &crew).await;
        assert_eq!(
            followed(&crew.olga, &chat).await,
            ["Всего доброго!"],
            "no question"
        );
        // Closed again: the farewell was said, the question comes; after it the channel's rule holds.
        close(&crew.olga, &chat).await;
        a_look_passes(&app, &crew).await;
        app.clock.advance(MINUTE * 10);
        app.until("the question", async || {
            (followed(&crew.olga, &chat).await == ["Всего доброго!", "question"]).then_some(())
        })
        .await;
        visitor.write("И ещё").await;
        let number = &chat_of(&crew.olga, &chat).await["conversation"]["number"];
        assert!(number.as_i64().unwrap() > 1, "a new conversation: {number}");
    }
);
