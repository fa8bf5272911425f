//! P-17, L-74, L-77, M-01, U-38: stories of a person's own Telegram account, against a strict double of a data centre.

use crate::{
    app::{App, Caller, uuid},
    ledger::compared,
    story,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};
use testkit::{
    mtproto_double::{CODE, Fault, MtprotoDouble, Person},
    proxy_double::{PASSWORD, ProxyDouble, USER},
};

const ANNA: i64 = 501;
const BORIS: i64 = 502;

fn form(double: &MtprotoDouble) -> Value {
    json!({
        "api_id": "12345", "api_hash": "0123456789abcdef0123456789abcdef",
        "way": "phone", "phone": "+7 916 000-00-01", "chats": "marked", "server": double.server(),
    })
}

/// A house that may reach a data centre on loopback, and one with two people in it.
async fn begun(app: &mut App) -> (Caller, MtprotoDouble) {
    app.beseda.take().unwrap().stop().await;
    app.config.reachable = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    app.open().await;
    let double = MtprotoDouble::start().await.unwrap();
    double.has(Person::new(ANNA, "Анна", "79161112233"));
    double.has(Person::new(BORIS, "Борис", "79162223344"));
    (app.olga().await, double)
}

/// Signs in by code; answers the word of the finished signing in.
async fn signed_in(olga: &Caller, double: &MtprotoDouble, id: Option<&str>) -> Value {
    let mut body = json!({"kind": "telegram_account", "settings": form(double)});
    if let Some(id) = id {
        body["id"] = json!(id);
    }
    let begun = olga.post("/channels/sign-in", body).await;
    assert_eq!(
        begun["step"],
        json!({"kind": "ask", "name": "code", "secret": false, "hint": ""})
    );
    let place = format!("/channels/sign-in/{}", begun["id"].as_str().unwrap());
    let done = olga.post(&place, json!({"answer": CODE})).await;
    assert_eq!(done["step"], json!({"kind": "done", "who": "Лавка"}));
    begun["id"].clone()
}

async fn connected(app: &mut App) -> (Caller, MtprotoDouble, String) {
    let (olga, double) = begun(app).await;
    let sign_in = signed_in(&olga, &double, None).await;
    let account = olga
        .post(
            "/channels",
            json!({"kind": "telegram_account", "name": "Телефон Анны", "settings": form(&double), "sign_in": sign_in}),
        )
        .await;
    assert_eq!(
        account["settings"]["session"], "",
        "a secret never comes back"
    );
    let id = account["id"].as_str().unwrap().to_owned();
    read(app, &id).await;
    (olga, double, id)
}

/// The account's place in the updates is kept: from here on nothing is missed.
async fn read(app: &App, id: &str) {
    place(app, id, |_| true).await;
}

/// All that happened so far was looked at.
async fn caught_up(app: &App, id: &str, double: &MtprotoDouble) {
    let newest = format!("\"pts\":{},", double.pts());
    place(app, id, |cursor| cursor.contains(&newest)).await;
}

async fn place(app: &App, id: &str, is: impl Fn(&str) -> bool) {
    let account: kernel::Uuid = id.parse().unwrap();
    app.until("the account is read", async || {
        let look = async move |tx: &mut db::Tx<'_>| {
            let query = db::sql!("SELECT cursor FROM channel_accounts WHERE id = $1");
            tx.must(query, &db::bind![account]).await
        };
        let (cursor,): (Option<String>,) = app.house().read(look).await.unwrap();
        cursor.filter(|cursor| is(cursor))
    })
    .await;
}

async fn queued(app: &App, who: &Caller) -> String {
    app.until("a chat in the queue", async || {
        let all = who.inbox("queue").await;
        all.first()
            .map(|chat| chat["id"].as_str().unwrap().to_owned())
    })
    .await
}

async fn messages(who: &Caller, chat: &str) -> Vec<Value> {
    let page = who.get(&format!("/threads/{chat}/messages")).await;
    page["messages"].as_array().unwrap().clone()
}

async fn message(
    app: &App,
    who: &Caller,
    chat: &str,
    what: &str,
    fits: impl Fn(&Value) -> bool,
) -> Value {
    app.until(what, async || {
        app.clock.advance(Duration::from_millis(200));
        messages(who, chat).await.into_iter().find(&fits)
    })
    .await
}

/// How many events, clients and memories there are: what nobody marked must leave nothing.
async fn traces(app: &App) -> (i64, i64, i64) {
    let count = async |tx: &mut db::Tx<'_>| {
        tx.must(
            db::sql!("SELECT (SELECT COUNT(*) FROM raw_events), (SELECT COUNT(*) FROM peers), (SELECT COUNT(*) FROM connector_memory)"),
            &db::bind![],
        )
        .await
    };
    app.house().read(count).await.unwrap()
}

async fn mark(olga: &Caller, account: &str, who: i64, work: bool) {
    let place = format!("/channels/{account}/chats/{who}");
    olga.put(&place, json!({"work": work})).await;
}

story!(
    p_17_a_marked_chat_is_answered_and_a_private_one_leaves_nothing,
    |app| {
        let mut app = app;
        let (olga, double, account) = connected(&mut app).await;
        let private = double.says(ANNA, "Когда ужинаем?");
        double.takes_back(private);
        double.phone_says(BORIS, "Позвони маме");
        caught_up(&app, &account, &double).await;
        let chats = app
            .until("both chats are listed", async || {
                let all = olga.get(&format!("/channels/{account}/chats")).await;
                (all.as_array().unwrap().len() == 2).then_some(all)
            })
            .await;
        // The newest first.
        assert_eq!(chats[0]["name"], "Борис");
        let anna = &chats[1];
        assert_eq!(
            (
                &anna["name"],
                &anna["work"],
                &anna["client"],
                &anna["taken"]
            ),
            (&json!("Анна"), &Value::Null, &json!(false), &json!(false))
        );
        mark(&olga, &account, ANNA, true).await;
        double.says(ANNA, "Сколько стоит лампа?");
        let chat = queued(&app, &olga).await;
        // Of what was said before, and of the other chat, there is nothing anywhere.
        assert_eq!(traces(&app).await, (1, 1, 1));
        let all = messages(&olga, &chat).await;
        let texts: Vec<&Value> = all
            .iter()
            .filter(|m| m["kind"] == "text")
            .map(|m| &m["text"])
            .collect();
        assert_eq!(texts, ["Сколько стоит лампа?"]);
        let card = olga.get(&format!("/client-chats/{chat}")).await;
        assert_eq!(card["contact"]["name"], "Анна");
        assert_eq!(card["contact"]["phones"], json!(["+79161112233"]));
        // An answer, read.
        let sent = olga
            .post(
                &format!("/client-chats/{chat}/messages"),
                json!({"client_id": uuid(), "text": "Пять тысяч", "files": []}),
            )
            .await;
        let sent = message(&app, &olga, &chat, "sent", |m| {
            m["id"] == sent["id"] && m["delivery"]["state"] == "sent"
        })
        .await;
        let taken = double.taken();
        assert_eq!(
            (taken.len(), taken[0].to, taken[0].text.as_str()),
            (1, ANNA, "Пять тысяч")
        );
        double.reads(ANNA, taken[0].id);
        message(&app, &olga, &chat, "read", |m| {
            m["id"] == sent["id"] && m["delivery"]["state"] == "read"
        })
        .await;
        // Its echo made no second message.
        double.says(ANNA, "Беру");
        message(&app, &olga, &chat, "the next one", |m| m["text"] == "Беру").await;
        let ours = messages(&olga, &chat).await;
        assert_eq!(ours.iter().filter(|m| m["text"] == "Пять тысяч").count(), 1);
        // Private from now on: nothing more comes.
        mark(&olga, &account, ANNA, false).await;
        let before = traces(&app).await;
        double.says(ANNA, "А ужинаем когда?");
        mark(&olga, &account, BORIS, true).await;
        double.says(BORIS, "Здравствуйте");
        app.until("Boris came", async || {
            (traces(&app).await.1 == 2).then_some(())
        })
        .await;
        assert_eq!(traces(&app).await.0, before.0 + 1);
    }
);

story!(
    l_74_what_is_written_on_the_phone_is_the_duty_employees,
    |app| {
        let mut app = app;
        let (olga, double, account) = connected(&mut app).await;
        let vera = app.join(&olga, "Вера", "vera", "Сотрудник").await;
        let vera_id = json!(vera.id);
        mark(&olga, &account, ANNA, true).await;
        let place = format!("/channels/{account}");
        let (status, body) = olga
            .raw(Method::PATCH, &place, Some(json!({"duty_id": uuid()})))
            .await;
        assert_eq!(
            (status, &body["code"]),
            (StatusCode::BAD_REQUEST, &json!("channels.duty_left")),
            "{body}"
        );
        let changed = olga.patch(&place, json!({"duty_id": vera_id})).await;
        assert_eq!(changed["duty_id"], vera_id);
        double.says(ANNA, "Есть кто?");
        let chat = queued(&app, &olga).await;
        let waiting = olga.get(&format!("/client-chats/{chat}")).await;
        assert!(waiting["chat"]["waiting_since"].is_number(), "{waiting}");
        double.phone_says(ANNA, "Да, слушаю вас");
        let said = message(&app, &olga, &chat, "the answer from the phone", |m| {
            m["text"] == "Да, слушаю вас"
        })
        .await;
        assert_eq!(
            (&said["author"]["kind"], &said["author"]["name"]),
            (&json!("person"), &json!("Вера"))
        );
        assert_eq!(said["author"]["id"], vera_id);
        let answered = olga.get(&format!("/client-chats/{chat}")).await;
        assert_eq!(
            answered["chat"]["waiting_since"],
            Value::Null,
            "an answer from the phone is an answer"
        );
        // It is changed where it was written.
        let number = double.phone_says(ANNA, "Пять");
        message(&app, &olga, &chat, "another one", |m| m["text"] == "Пять").await;
        double.changes(number, "Шесть");
        message(&app, &olga, &chat, "the change", |m| m["text"] == "Шесть").await;
        double.takes_back(number);
        message(&app, &olga, &chat, "the deletion", |m| {
            m["deleted"] == json!(true) || m["deleted_at"].is_number()
        })
        .await;
        // Nobody on duty: it is the account's.
        olga.patch(&place, json!({"duty_id": null})).await;
        double.phone_says(ANNA, "Снова я");
        let said = message(&app, &olga, &chat, "without anybody on duty", |m| {
            m["text"] == "Снова я"
        })
        .await;
        assert_eq!(said["author"]["name"], "Телефон Анны", "{said}");
        // A site has no phone.
        let site = olga.post("/channels", json!({"kind": "widget", "name": "Сайт", "settings": {"origins": "https://a.example", "title": "А"}})).await;
        let place = format!("/channels/{}", site["id"].as_str().unwrap());
        let (_, body) = olga
            .raw(Method::PATCH, &place, Some(json!({"duty_id": vera_id})))
            .await;
        assert_eq!(body["code"], "channels.no_duty");
    }
);

story!(
    p_17_what_was_missed_while_the_house_was_closed_comes,
    |app| {
        let mut app = app;
        let (olga, double, account) = connected(&mut app).await;
        mark(&olga, &account, ANNA, true).await;
        double.says(ANNA, "Раз");
        let chat = queued(&app, &olga).await;
        app.beseda.take().unwrap().stop().await;
        double.cut();
        double.says(ANNA, "Два");
        double.says(BORIS, "Личное");
        app.open().await;
        let olga = app.olga().await;
        message(&app, &olga, &chat, "what was missed", |m| {
            m["text"] == "Два"
        })
        .await;
        let all = messages(&olga, &chat).await;
        assert_eq!(all.iter().filter(|m| m["kind"] == "text").count(), 2);
        assert_eq!(traces(&app).await.1, 1);
    }
);

story!(l_77_signing_in_step_by_step, |app| {
    let mut app = app;
    let (olga, double) = begun(&mut app).await;
    let kinds = olga.get("/channels").await["kinds"].clone();
    let kind = kinds
        .as_array()
        .unwrap()
        .iter()
        .find(|k| k["kind"] == "telegram_account")
        .unwrap();
    assert_eq!(kind["sign_in"], true);
    let refused = async |place: &str, body: Value| {
        let (status, body) = olga.raw(Method::POST, place, Some(body)).await;
        assert!(!status.is_success(), "{body}");
        body
    };
    // Without a session nothing is connected, and nobody gives one by hand.
    let mut by_hand = form(&double);
    by_hand["session"] = json!("{\"dc\":2}");
    let body = refused(
        "/channels",
        json!({"kind": "telegram_account", "name": "А", "settings": by_hand}),
    )
    .await;
    assert_eq!(body["code"], "channels.sign_in_first");
    let mut strange = form(&double);
    strange["api_hash"] = json!("nope");
    let body = refused(
        "/channels/sign-in",
        json!({"kind": "telegram_account", "settings": strange}),
    )
    .await;
    assert_eq!(body["args"]["field"], "api_hash", "{body}");
    let begun = olga
        .post(
            "/channels/sign-in",
            json!({"kind": "telegram_account", "settings": form(&double)}),
        )
        .await;
    let place = format!("/channels/sign-in/{}", begun["id"].as_str().unwrap());
    let body = refused(&place, json!({"answer": "00000"})).await;
    assert_eq!(
        (&body["code"], &body["field"]),
        (&json!("channels.sign_in_wrong_code"), &json!("answer"))
    );
    // It is whose it is.
    let anna = app.join(&olga, "Анна", "anna", "Администратор").await;
    let (_, body) = anna
        .raw(Method::POST, &place, Some(json!({"answer": CODE})))
        .await;
    assert_eq!(body["code"], "channels.sign_in_over", "{body}");
    double.fail_next(Fault::Refuse(420, "FLOOD_WAIT_90"));
    let (status, body) = olga
        .raw(Method::POST, &place, Some(json!({"answer": CODE})))
        .await;
    assert_eq!(
        (status, &body["args"]["seconds"]),
        (StatusCode::TOO_MANY_REQUESTS, &json!("90")),
        "{body}"
    );
    let done = olga.post(&place, json!({"answer": CODE})).await;
    assert_eq!(done["step"]["kind"], "done");
    app.clock.advance(Duration::from_secs(601));
    let body = refused("/channels", json!({"kind": "telegram_account", "name": "А", "settings": form(&double), "sign_in": begun["id"]})).await;
    assert_eq!(
        body["code"], "channels.sign_in_over",
        "ten minutes are over"
    );
});

story!(
    p_17_an_ended_session_turns_the_account_red_and_a_new_sign_in_mends_it,
    |app| {
        let mut app = app;
        let (olga, double, account) = connected(&mut app).await;
        mark(&olga, &account, ANNA, true).await;
        double.says(ANNA, "Раз");
        let chat = queued(&app, &olga).await;
        double.revoke(true);
        let sent = olga
            .post(
                &format!("/client-chats/{chat}/messages"),
                json!({"client_id": uuid(), "text": "Пять", "files": []}),
            )
            .await;
        let health = async || {
            let all = olga.get("/channels").await["accounts"].clone();
            let mine = all
                .as_array()
                .unwrap()
                .iter()
                .find(|a| a["id"] == json!(account))
                .unwrap();
            mine["health"].clone()
        };
        app.until("it is red", async || {
            app.clock.advance(Duration::from_millis(200));
            let now = health().await;
            (now["state"] == "broken" && now["code"] == "needs_login").then_some(())
        })
        .await;
        assert!(double.taken().is_empty());
        let sign_in = signed_in(&olga, &double, Some(&account)).await;
        olga.patch(&format!("/channels/{account}"), json!({"sign_in": sign_in}))
            .await;
        app.until("what waited goes", async || {
            app.clock.advance(Duration::from_secs(20));
            let all = messages(&olga, &chat).await;
            let mine = all.iter().find(|m| m["id"] == sent["id"]).unwrap();
            (mine["delivery"]["state"] == "sent").then_some(())
        })
        .await;
        assert_eq!(double.taken().len(), 1);
    }
);

story!(
    p_17_a_number_is_asked_for_and_written_to_first_until_the_messenger_minds,
    |app| {
        let mut app = app;
        let (olga, double, account) = connected(&mut app).await;
        let place = format!("/channels/{account}");
        olga.patch(&place, json!({"may_write_first": true})).await;
        let reach = olga
            .post(
                "/reach",
                json!({"account_id": account, "to": "+7 916 111-22-33"}),
            )
            .await;
        assert_eq!(
            (&reach["state"], &reach["name"]),
            (&json!("found"), &json!("Анна")),
            "{reach}"
        );
        let hidden = olga
            .post(
                "/reach",
                json!({"account_id": account, "to": "+7 916 999-99-99"}),
            )
            .await;
        assert_eq!(
            (&hidden["state"], &hidden["why"]),
            (&json!("unreachable"), &json!("absent_or_hidden")),
            "{hidden}"
        );
        double.fail_next(Fault::Refuse(400, "PEER_FLOOD"));
        olga.post(
        "/client-chats",
        json!({"client_id": uuid(), "account_id": account, "to": "+7 916 111-22-33", "text": "Мы открылись"}),
    )
    .await;
        app.until("the owner is told", async || {
            app.clock.advance(Duration::from_millis(200));
            let notices = olga.get("/notices").await.to_string();
            notices.contains("новые знакомства").then_some(())
        })
        .await;
        assert!(double.taken().is_empty());
    }
);

/// How far the double's clock is ahead of the house's at the start, in seconds.
const AHEAD: i32 = 100_000_000;

story!(
    m_01_a_comparison_asks_telegram_of_work_chats_only_and_finds_what_was_lost,
    |app| {
        let mut app = app;
        let (olga, double, account) = connected(&mut app).await;
        double.later(-AHEAD - 60);
        double.unheard(ANNA, false, "До того, как подключили");
        double.later(60);
        double.unheard(ANNA, false, "Когда ужинаем?");
        app.clock.advance(Duration::from_secs(300));
        double.later(310);
        mark(&olga, &account, ANNA, true).await;
        double.says(ANNA, "Сколько стоит лампа?");
        let chat = queued(&app, &olga).await;
        let sent = async |words: &str| {
            let sent = olga.say("client-chats", &chat, words).await;
            message(&app, &olga, &chat, words, |m| {
                m["id"] == sent["id"] && m["delivery"]["state"] == "sent"
            })
            .await
        };
        let (kept, gone) = (sent("Пять тысяч").await, sent("Или шесть").await);
        let taken = double.taken();
        double.loses(taken[1].id);
        double.unheard(ANNA, false, "Этого никто не слышал");
        double.unheard(ANNA, true, "Ответ с телефона");
        double.unheard(BORIS, false, "Личное");
        double.reacts_unheard(ANNA, taken[0].id, Some("👍"));
        let found = compared(&app, &olga, &account, 0).await;
        assert_eq!(
            (&found["recovered"], &found["confirmed"], &found["missing"]),
            (&json!(2), &json!(0), &json!([gone["id"]])),
            "{found}"
        );
        for words in ["Этого никто не слышал", "Ответ с телефона"] {
            message(&app, &olga, &chat, words, |m| m["text"] == words).await;
        }
        message(&app, &olga, &chat, "the reaction", |m| {
            m["id"] == kept["id"] && m["reactions"].to_string().contains("👍")
        })
        .await;
        // Nothing is left to find, nothing doubled, and of what is nobody's business there is no trace.
        double.reacts_unheard(ANNA, taken[0].id, None);
        let again = compared(&app, &olga, &account, 1).await;
        assert_eq!(
            (&again["recovered"], &again["missing"]),
            (&json!(0), &json!([gone["id"]])),
            "{again}"
        );
        message(&app, &olga, &chat, "the reaction taken away", |m| {
            m["id"] == kept["id"] && !m["reactions"].to_string().contains("👍")
        })
        .await;
        let texts = messages(&olga, &chat).await;
        let texts: Vec<&Value> = texts
            .iter()
            .filter(|m| m["kind"] == "text")
            .map(|m| &m["text"])
            .collect();
        assert_eq!(
            texts,
            [
                "Сколько стоит лампа?",
                "Пять тысяч",
                "Или шесть",
                "Этого никто не слышал",
                "Ответ с телефона"
            ]
        );
        assert_eq!(traces(&app).await.1, 1, "one client");
        let ended = double.calls();
        let opened = ended.iter().filter(|call| call.contains("getHistory"));
        assert_eq!(opened.count(), 2, "Anna's chat, twice; Boris's never");
        // Private from now on: nothing is read of it, so nothing of it is missing.
        mark(&olga, &account, ANNA, false).await;
        let last = compared(&app, &olga, &account, 2).await;
        assert_eq!(
            (&last["seen"], &last["missing"]),
            (&json!(0), &json!([])),
            "{last}"
        );
    }
);

story!(
    u_38_a_telegram_account_signs_in_and_talks_through_its_proxy,
    |app| {
        let mut app = app;
        let (olga, double) = begun(&mut app).await;
        let proxy = ProxyDouble::start().await.unwrap();
        let form = |password: &str| {
            let mut form = form(&double);
            form["chats"] = json!("all");
            form["proxy"] = json!(proxy.url("socks5h", USER));
            form["proxy_password"] = json!(password);
            form
        };
        let begin =
            |password: &str| Some(json!({"kind": "telegram_account", "settings": form(password)}));
        let refused = olga.refused(Method::POST, "/channels/sign-in", begin("не тот"));
        assert_eq!(refused.await, (409, "channels.proxy_denied".to_owned()));
        assert_eq!(double.connections(), 0);
        let steps = olga
            .post("/channels/sign-in", begin(PASSWORD).unwrap())
            .await;
        let place = format!("/channels/sign-in/{}", steps["id"].as_str().unwrap());
        olga.post(&place, json!({"answer": CODE})).await;
        let new = json!({"kind": "telegram_account", "name": "Телефон", "settings": form(PASSWORD), "sign_in": steps["id"]});
        let account = olga.post("/channels", new).await;
        read(&app, account["id"].as_str().unwrap()).await;
        double.says(ANNA, "Сколько стоит лампа?");
        let chat = queued(&app, &olga).await;
        let sent = olga.say("client-chats", &chat, "Пять тысяч").await;
        message(&app, &olga, &chat, "sent", |m| {
            m["id"] == sent["id"] && m["delivery"]["state"] == "sent"
        })
        .await;
        assert!(proxy.passed() > 0);
        assert_eq!(proxy.passed(), double.connections(), "a line went past it");
    }
);
