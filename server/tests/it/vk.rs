//! Stories of a VK community, against a strict double of the published API.

use crate::{
    app::{App, Caller, uuid},
    story,
};
use serde_json::{Value, json};
use testkit::vk_double::{Fault, GROUP, VkDouble};

const ANNA: i64 = 7001;
const MANAGER: i64 = 8008;

async fn connect(app: &App, olga: &Caller) -> (VkDouble, Value) {
    let double = VkDouble::start().await.unwrap();
    double.call_person(ANNA, "Анна", "Петрова");
    double.call_person(MANAGER, "Пётр", "Ильин");
    let settings = json!({"token": double.token(), "base_url": double.base_url()});
    let checked = olga
        .post(
            "/channels/check",
            json!({"kind": "vk", "settings": settings}),
        )
        .await;
    assert_eq!(
        (checked["ok"].clone(), checked["name"].clone()),
        (json!(true), json!("Лампы и свет")),
        "P-19: Check shows the community: {checked}"
    );
    let account = olga
        .post(
            "/channels",
            json!({"kind": "vk", "name": "Сообщество", "settings": settings}),
        )
        .await;
    assert_eq!(
        account["settings"]["token"], "",
        "a secret never comes back"
    );
    let _ = app;
    double.listened_to().await;
    (double, account)
}

async fn queued(app: &App, who: &Caller) -> Value {
    app.until("a chat in the queue", async || {
        who.inbox("queue").await.into_iter().next()
    })
    .await
}

async fn messages(who: &Caller, chat: &str) -> Vec<Value> {
    let page = who.get(&format!("/threads/{chat}/messages")).await;
    page["messages"].as_array().unwrap().clone()
}

/// Waits for a message of a chat that is as wanted.
async fn message(
    app: &App,
    who: &Caller,
    chat: &str,
    what: &str,
    fits: impl Fn(&Value) -> bool,
) -> Value {
    app.until(what, async || {
        messages(who, chat).await.into_iter().find(|m| fits(m))
    })
    .await
}

async fn delivered(app: &App, who: &Caller, chat: &str, id: &Value, want: &str) -> Value {
    message(app, who, chat, &format!("delivery {want}"), |m| {
        m["id"] == *id && m["delivery"]["state"] == want
    })
    .await
}

fn id_of(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

story!(
    p_19_a_talk_with_words_a_file_an_edit_a_reaction_and_a_sign_of_reading,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga).await;
        double.say(ANNA, "Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        assert_eq!(
            (
                chat["channel"]["kind"].clone(),
                chat["contact"]["name"].clone()
            ),
            (json!("vk"), json!("Анна Петрова"))
        );
        let id = id_of(&chat);
        let sent = olga
            .say(
                "client-chats",
                &id,
                "Добрый день, [прайс](https://a.example/p)",
            )
            .await;
        delivered(&app, &olga, &id, &sent["id"], "sent").await;
        let seen = double.sent();
        assert_eq!(seen.len(), 1);
        assert_eq!(
            seen[0].parameters["message"],
            "Добрый день, прайс (https://a.example/p)"
        );
        // A file with its words is one message.
        let file = olga.upload("/files", "прайс.pdf", b"%PDF-1.4 x").await.1["id"].clone();
        let body = json!({"client_id": uuid(), "text": "Вот", "files": [file]});
        let with_file = olga
            .post(&format!("/client-chats/{id}/messages"), body)
            .await;
        delivered(&app, &olga, &id, &with_file["id"], "sent").await;
        let last = double.sent().pop().unwrap();
        assert_eq!(last.parameters["message"], "Вот");
        assert!(last.parameters["attachment"].starts_with("doc-"));
        // P-27: an edit reaches the client and keeps the file.
        olga.patch(
            &format!("/messages/{}", id_of(&with_file)),
            json!({"text": "Вот новый"}),
        )
        .await;
        app.until("the edit at VK", async || {
            let edit = double
                .calls()
                .into_iter()
                .rfind(|c| c.method == "messages.edit")?;
            (edit.parameters["message"] == "Вот новый"
                && edit.parameters["attachment"] == last.parameters["attachment"])
                .then_some(())
        })
        .await;
        olga.put(
            &format!("/messages/{}/reactions/%F0%9F%91%8D", id_of(&with_file)),
            json!({}),
        )
        .await;
        app.until("the reaction at VK", async || {
            (double.count("messages.sendReaction") == 1).then_some(())
        })
        .await;
        // The client reacts, edits, reads.
        let cmid = 2;
        double
            .send_event(
                "message_reaction_event",
                json!({"reacted_id": ANNA, "peer_id": ANNA, "cmid": cmid, "reaction_id": 2}),
            )
            .await;
        message(&app, &olga, &id, "the client's reaction", |m| {
            m["id"] == sent["id"] && m["reactions"].to_string().contains('🔥')
        })
        .await;
        double.edit_inside(None, ANNA, 1, "Здравствуйте!").await;
        message(&app, &olga, &id, "P-26: the client's edit", |m| {
            m["text"] == "Здравствуйте!" && !m["edited_at"].is_null()
        })
        .await;
        double
            .send_event(
                "message_read",
                json!({"from_id": ANNA, "peer_id": ANNA, "read_message_id": 3, "conversation_message_id": 3}),
            )
            .await;
        delivered(&app, &olga, &id, &with_file["id"], "read").await;
        let all = messages(&olga, &id).await;
        let words = all.iter().filter(|m| m["kind"] == "text").count();
        assert_eq!(
            words, 3,
            "what we did ourselves does not come back: {all:?}"
        );
    }
);

story!(
    u_33_u_09_pictures_are_one_message_and_the_unknown_is_a_placeholder,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga).await;
        let photo = |n: u32| {
            let url = double.add_file(&format!("p{n}.jpg"), format!("bytes {n}"));
            json!({"type": "photo", "photo": {"id": n, "owner_id": ANNA, "sizes": [{"type": "z", "url": url, "width": 10, "height": 10}]}})
        };
        let three = json!({"text": "Три фото", "attachments": [photo(1), photo(2), photo(3)]});
        double.write(ANNA, three).await;
        let poll = json!({"attachments": [{"type": "poll", "poll": {"id": 1, "question": "?"}}]});
        double.write(ANNA, poll).await;
        let chat = queued(&app, &olga).await;
        let id = id_of(&chat);
        message(&app, &olga, &id, "three fetched pictures", |m| {
            let files = m["files"].as_array().unwrap();
            files.len() == 3 && files.iter().all(|f| f["state"] == "ready")
        })
        .await;
        message(&app, &olga, &id, "the placeholder", |m| {
            m["kind"] == "placeholder" && m["placeholder"] == "poll"
        })
        .await;
    }
);

// P-29: what was answered inside VK stands in the talk with its author, and nobody has to answer again.
story!(
    p_29_an_answer_inside_vk_appears_with_its_author_and_ends_the_waiting,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga).await;
        double.say(ANNA, "Вы открыты?").await;
        let chat = queued(&app, &olga).await;
        let id = id_of(&chat);
        assert!(!chat["waiting_since"].is_null());
        let number = double.answer_inside(MANAGER, ANNA, "Да, до восьми").await;
        let answer = message(&app, &olga, &id, "the answer", |m| {
            m["text"] == "Да, до восьми"
        })
        .await;
        assert_eq!(
            (
                answer["author"]["kind"].clone(),
                answer["author"]["name"].clone()
            ),
            (json!("person"), json!("Пётр Ильин"))
        );
        let after = olga.inbox("queue").await.remove(0);
        assert_eq!(after["waiting_since"], Value::Null);
        assert_eq!(after["state"], "queue", "nobody here took it");
        double
            .edit_inside(Some(MANAGER), ANNA, number, "Да, до девяти")
            .await;
        message(&app, &olga, &id, "its edit", |m| {
            m["id"] == answer["id"] && m["text"] == "Да, до девяти"
        })
        .await;
        // That the client read it is no news of a delivery of ours.
        let read = json!({"from_id": ANNA, "peer_id": ANNA, "read_message_id": number, "conversation_message_id": number});
        double.send_event("message_read", read).await;
        // It can be answered, and a client whom we wrote to first from VK makes no work.
        double.answer_inside(MANAGER, 7002, "Ваш заказ готов").await;
        double.say(ANNA, "Спасибо").await;
        message(&app, &olga, &id, "the thanks", |m| m["text"] == "Спасибо").await;
        let all = messages(&olga, &id).await;
        let read = all.iter().find(|m| m["id"] == answer["id"]).unwrap();
        assert_eq!(read["delivery"], Value::Null, "{read}");
        assert_eq!(olga.inbox("queue").await.len(), 1);
        // Until they answer.
        double.say(7002, "Еду").await;
        app.until("the second client in the queue", async || {
            (olga.inbox("queue").await.len() == 2).then_some(())
        })
        .await;
    }
);

story!(
    u_01_a_lost_answer_is_repeated_under_the_same_key_and_seen_once,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga).await;
        double.say(ANNA, "Здравствуйте").await;
        let id = id_of(&queued(&app, &olga).await);
        double.fail_next("messages.send", Fault::DropAnswer);
        let sent = olga.say("client-chats", &id, "Дошло ли?").await;
        app.until("the repeat", async || {
            app.clock.advance(std::time::Duration::from_millis(400));
            let all = messages(&olga, &id).await;
            let mine = all.iter().find(|m| m["id"] == sent["id"])?;
            (mine["delivery"]["state"] == "sent").then_some(())
        })
        .await;
        assert_eq!(double.count("messages.send"), 2);
        assert_eq!(double.sent().len(), 1, "the client sees it once");
        let all = messages(&olga, &id).await;
        let words = all.iter().filter(|m| m["kind"] == "text").count();
        assert_eq!(words, 2, "and so do we: {all:?}");
    }
);

story!(
    u_01_beyond_the_hour_in_which_vk_knows_a_key_nothing_is_repeated,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&app, &olga).await;
        double.say(ANNA, "Здравствуйте").await;
        let id = id_of(&queued(&app, &olga).await);
        double.fail_next("messages.send", Fault::DropAnswer);
        // A refusal afterwards does not make the doubt forgotten.
        double.fail_next("messages.send", Fault::TooMany(2 * 3600));
        let sent = olga.say("client-chats", &id, "Дошло ли?").await;
        app.until("two tries", async || {
            app.clock.advance(std::time::Duration::from_millis(400));
            (double.count("messages.send") == 2).then_some(())
        })
        .await;
        app.clock.advance(std::time::Duration::from_secs(2 * 3600));
        let mine = app
            .until("the end of the tries", async || {
                app.clock.advance(std::time::Duration::from_secs(60));
                let all = messages(&olga, &id).await;
                let mine = all.iter().find(|m| m["id"] == sent["id"])?;
                (mine["delivery"]["state"] == "unknown").then(|| mine.clone())
            })
            .await;
        assert_eq!(double.count("messages.send"), 2, "{mine}");
        // Its author may say that it is to go again.
        olga.post(&format!("/messages/{}/retry", id_of(&sent)), json!({}))
            .await;
        delivered(&app, &olga, &id, &sent["id"], "sent").await;
    }
);

story!(a_client_who_forbids_messages_is_marked, |app| {
    let olga = app.olga().await;
    let (double, _) = connect(&app, &olga).await;
    double.say(ANNA, "Здравствуйте").await;
    let id = id_of(&queued(&app, &olga).await);
    double.deny(ANNA, true);
    let sent = olga.say("client-chats", &id, "Ау").await;
    let failed = delivered(&app, &olga, &id, &sent["id"], "failed").await;
    let reason = failed["delivery"]["reason"].as_str().unwrap();
    assert!(reason.contains("permission"), "{failed}");
});

story!(a_revoked_key_turns_the_channel_red_and_lanes_wait, |app| {
    let olga = app.olga().await;
    let (double, account) = connect(&app, &olga).await;
    double.say(ANNA, "Здравствуйте").await;
    let id = id_of(&queued(&app, &olga).await);
    double.revoke_token(true);
    let sent = olga.say("client-chats", &id, "Ждём").await;
    let checked = olga
        .post(&format!("/channels/{}/check", id_of(&account)), json!({}))
        .await;
    assert_eq!(
        (
            checked["health"]["state"].clone(),
            checked["health"]["code"].clone()
        ),
        (json!("broken"), json!("token_refused"))
    );
    let all = messages(&olga, &id).await;
    let waiting = all.iter().find(|m| m["id"] == sent["id"]).unwrap();
    assert!(
        ["queued", "sending"].contains(&waiting["delivery"]["state"].as_str().unwrap()),
        "no try is spent: {waiting}"
    );
});

story!(
    the_callback_is_proved_stored_once_and_answered_with_ok,
    |app| {
        let olga = app.olga().await;
        let double = VkDouble::start().await.unwrap();
        let settings = json!({
            "token": double.token(), "base_url": double.base_url(), "receive": "webhook",
            "secret": "s3cret", "confirmation": "a1b2c3",
        });
        let account = olga
            .post(
                "/channels",
                json!({"kind": "vk", "name": "Сообщество", "settings": settings}),
            )
            .await;
        let (key,): (String,) = app
            .house()
            .read(async |tx: &mut db::Tx<'_>| {
                let query = db::sql!("SELECT public_key FROM channel_accounts LIMIT 1");
                tx.must(query, &db::bind![]).await
            })
            .await
            .unwrap();
        let path = format!("/hooks/vk/{}/{key}", id_of(&account));
        let post = async |body: Value| {
            let request = olga.http.post(app.url(&path)).body(body.to_string());
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let asked = json!({"type": "confirmation", "group_id": GROUP});
        assert_eq!(post(asked).await, (200, "a1b2c3".to_owned()));
        let mut event = json!({"type": "message_new", "group_id": GROUP, "event_id": "e1", "v": "5.199",
            "object": {"message": {"peer_id": ANNA, "from_id": ANNA, "conversation_message_id": 1, "date": 1_800_000_000,
                "text": "Через Callback", "attachments": [], "fwd_messages": []}}});
        assert_eq!(post(event.clone()).await.0, 401);
        event["secret"] = "wrong".into();
        assert_eq!(post(event.clone()).await.0, 401);
        event["secret"] = "s3cret".into();
        for _ in 0..3 {
            assert_eq!(post(event.clone()).await, (200, "ok".to_owned()));
        }
        let id = id_of(&queued(&app, &olga).await);
        let all = messages(&olga, &id).await;
        let words = all.iter().filter(|m| m["kind"] == "text").count();
        assert_eq!(words, 1, "U-03: however often it came");
    }
);
