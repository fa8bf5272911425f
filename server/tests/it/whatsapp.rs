//! Stories of a WhatsApp number (L-76, L-80, P-25, P-26, U-32, U-38), against a strict double of the Graph API.

use crate::{
    app::{App, Caller, uuid},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::whatsapp_double::{APP_SECRET, Client, Fault, NUMBER, WhatsAppDouble};

/// Shows her number.
const ANNA: Client = Client {
    id: "RU.13491208655302741918",
    phone: Some("79161234567"),
    name: "Анна Петрова",
};

/// A connected number and what Meta does to it.
struct Number {
    double: WhatsAppDouble,
    account: Value,
    /// Where Meta delivers.
    hook: String,
}

impl Number {
    async fn connect(app: &App, olga: &Caller) -> Self {
        let double = WhatsAppDouble::start().await.unwrap();
        // The last hour before the house's own now.
        double.set_time(1_800_000_000 - 3600);
        let settings = json!({
            "phone_number_id": NUMBER, "token": double.token(), "app_secret": APP_SECRET,
            "verify_token": "a-word-for-meta", "base_url": double.base_url(),
        });
        let asked = json!({"kind": "whatsapp", "settings": settings});
        let checked = olga.post("/channels/check", asked).await;
        assert_eq!(
            (checked["ok"].clone(), checked["name"].clone()),
            (json!(true), json!("Лампы и свет · +7 4950001122")),
            "P-25: Check shows the number: {checked}"
        );
        let new = json!({"kind": "whatsapp", "name": "WhatsApp", "settings": settings});
        let account = olga.post("/channels", new).await;
        for secret in ["token", "app_secret"] {
            assert_eq!(account["settings"][secret], "", "{secret} never comes back");
        }
        let own: kernel::Uuid = id_of(&account).parse().unwrap();
        let (key,): (String,) = app
            .house()
            .read(async move |tx: &mut db::Tx<'_>| {
                let query = db::sql!("SELECT public_key FROM channel_accounts WHERE id = $1");
                tx.must(query, &db::bind![own]).await
            })
            .await
            .unwrap();
        let hook = app.url(&format!("/hooks/whatsapp/{}/{key}", id_of(&account)));
        Self {
            double,
            account,
            hook,
        }
    }
    /// Delivers it, and once more, as Meta does.
    async fn tell(&self, field: &str, value: Value) {
        let body = self.double.body(field, value);
        for _ in 0..2 {
            assert_eq!(self.double.deliver(&self.hook, &body).await, 200);
        }
    }
    async fn say(&self, words: &str) {
        let content = json!({"type": "text", "text": {"body": words}});
        self.tell("messages", self.double.message(ANNA, content))
            .await;
    }
    /// News of the newest message of ours.
    async fn news(&self, status: &str) {
        let made = self.double.sent().pop().unwrap().made;
        self.tell("messages", self.double.status(ANNA, &made, status))
            .await;
    }
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
    p_25_a_talk_with_words_files_a_reaction_and_signs_of_arrival,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        number.say("Здравствуйте").await;
        let (file, hash) = number.double.add_file("image/jpeg", "bytes of a picture");
        let picture = json!({"type": "image", "image": {
            "id": file, "sha256": hash, "mime_type": "image/jpeg", "caption": "Вот такая",
        }});
        let picture = number.double.message(ANNA, picture);
        let asked = picture["messages"][0]["id"].clone();
        number.tell("messages", picture).await;
        let chat = queued(&app, &olga).await;
        assert_eq!(
            (&chat["channel"]["kind"], &chat["contact"]["name"]),
            (&json!("whatsapp"), &json!("Анна Петрова"))
        );
        let id = id_of(&chat);
        let picture = message(&app, &olga, &id, "the fetched picture", |m| {
            m["text"] == "Вот такая" && m["files"][0]["state"] == "ready"
        })
        .await;
        let contact = chat["contact"]["id"].as_str().unwrap();
        let card = olga.get(&format!("/contacts/{contact}")).await;
        assert!(card.to_string().contains("79161234567"), "P-25: {card}");
        // An answer to her picture, to her number.
        let path = format!("/client-chats/{id}/messages");
        let body = json!({"client_id": uuid(), "text": "Есть, **две**", "reply_to": picture["id"]});
        let sent = olga.post(&path, body).await;
        delivered(&app, &olga, &id, &sent["id"], "sent").await;
        let seen = number.double.sent().remove(0).body;
        assert_eq!(seen["text"]["body"], "Есть, *две*");
        assert_eq!(
            (&seen["to"], &seen["context"]["message_id"]),
            (&json!("79161234567"), &asked)
        );
        for status in ["sent", "delivered", "read"] {
            number.news(status).await;
            delivered(&app, &olga, &id, &sent["id"], status).await;
        }
        // U-33: two files are two messages, the words stand under the first.
        let jpg = include_bytes!("../../../web/public/icon-192.png");
        let files = [
            olga.upload("/files", "лампа.png", jpg).await.1["id"].clone(),
            olga.upload("/files", "счёт.pdf", b"%PDF-1.4 x").await.1["id"].clone(),
        ];
        let body = json!({"client_id": uuid(), "text": "Вот", "files": files});
        let with_files = olga.post(&path, body).await;
        delivered(&app, &olga, &id, &with_files["id"], "sent").await;
        let seen: Vec<Value> = number
            .double
            .sent()
            .into_iter()
            .skip(1)
            .map(|c| c.body)
            .collect();
        assert_eq!(seen.len(), 2);
        assert_eq!(
            (&seen[0]["type"], &seen[0]["image"]["caption"]),
            (&json!("image"), &json!("Вот"))
        );
        assert_eq!(
            (
                &seen[1]["document"]["filename"],
                &seen[1]["document"]["caption"]
            ),
            (&json!("счёт.pdf"), &Value::Null)
        );
        // The client reacts; we react.
        let made = number.double.sent().remove(0).made;
        let reaction = json!({"type": "reaction", "reaction": {"message_id": made, "emoji": "🔥"}});
        number
            .tell("messages", number.double.message(ANNA, reaction))
            .await;
        message(&app, &olga, &id, "the client's reaction", |m| {
            m["id"] == sent["id"] && m["reactions"].to_string().contains('🔥')
        })
        .await;
        let path = format!("/messages/{}/reactions/%F0%9F%91%8D", id_of(&picture));
        olga.put(&path, json!({})).await;
        app.until("the reaction at WhatsApp", async || {
            let body = number.double.sent().pop()?.body;
            (body["reaction"] == json!({"message_id": asked, "emoji": "👍"})).then_some(())
        })
        .await;
        // P-14: everything came twice and stands once.
        let all = messages(&olga, &id).await;
        let words = all.iter().filter(|m| m["kind"] == "text").count();
        assert_eq!(words, 4, "{all:?}");
    }
);

story!(
    u_09_p_26_the_unknown_is_a_placeholder_edits_and_deletions_are_seen,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        let first = json!({"type": "text", "text": {"body": "Лампа за 500"}});
        let first = number.double.message(ANNA, first);
        let first_id = first["messages"][0]["id"].clone();
        number.tell("messages", first).await;
        let poll = json!({"type": "unsupported", "unsupported": {"type": "poll"}});
        number
            .tell("messages", number.double.message(ANNA, poll))
            .await;
        let id = id_of(&queued(&app, &olga).await);
        message(&app, &olga, &id, "the placeholder", |m| {
            m["kind"] == "placeholder" && m["placeholder"] == "poll"
        })
        .await;
        let edit = json!({"type": "edit", "edit": {"original_message_id": first_id,
            "message": {"type": "text", "text": {"body": "Лампа за 400"}}}});
        number
            .tell("messages", number.double.message(ANNA, edit))
            .await;
        message(&app, &olga, &id, "P-26: the edit", |m| {
            m["text"] == "Лампа за 400" && !m["edited_at"].is_null()
        })
        .await;
        let revoke = json!({"type": "revoke", "revoke": {"original_message_id": first_id}});
        number
            .tell("messages", number.double.message(ANNA, revoke))
            .await;
        let gone = message(&app, &olga, &id, "the deletion", |m| {
            !m["deleted_at"].is_null()
        });
        let gone = gone.await;
        // U-32: marked for all, its words stay for those with the right.
        assert_eq!(gone["text"], "");
        let said = format!("/messages/{}/history", id_of(&gone));
        let kept = olga.get(&said).await;
        let kept = kept["versions"].as_array().unwrap();
        assert_eq!(kept.last().unwrap()["text"], "Лампа за 400");
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let queue = olga.get("/queues").await[0].clone();
        let mut with_anna = queue.clone();
        with_anna["member_ids"] = json!([anna.id, olga.id]);
        olga.patch(&format!("/queues/{}", id_of(&queue)), with_anna)
            .await;
        assert_eq!(anna.get(&said).await["versions"], json!([]));
        // Ours cannot be taken back here: refused in words, unless only our own sight is meant.
        let ours = olga.say("client-chats", &id, "Берите").await;
        delivered(&app, &olga, &id, &ours["id"], "sent").await;
        let ours = format!("/messages/{}", id_of(&ours));
        let (status, code) = olga.refused(Method::DELETE, &ours, None).await;
        assert_eq!((status, code.as_str()), (409, "channels.cannot_delete"));
        let before = number.double.sent().len();
        let here = olga.delete(&format!("{ours}?here=true")).await;
        assert!(here["deleted_at"].is_number());
        assert_eq!(
            number.double.sent().len(),
            before,
            "the client was told nothing"
        );
    }
);

story!(
    l_76_two_numbers_have_queues_of_their_own_and_answer_for_themselves,
    |app| {
        let olga = app.olga().await;
        let numbers = [
            Number::connect(&app, &olga).await,
            Number::connect(&app, &olga).await,
        ];
        let mut second = olga.get("/queues").await[0].clone();
        second["name"] = json!("Опт");
        let second = olga.post("/queues", second).await;
        let account = format!("/channels/{}", id_of(&numbers[1].account));
        olga.patch(&account, json!({"queue_id": second["id"]}))
            .await;
        for (number, words) in numbers.iter().zip(["В первый", "Во второй"]) {
            number.say(words).await;
        }
        let chats = app.until("a chat of each", async || {
            Some(olga.inbox("queue").await).filter(|all| all.len() == 2)
        });
        let chats = chats.await;
        assert_ne!(chats[0]["queue_id"], chats[1]["queue_id"]);
        for (n, number) in numbers.iter().enumerate() {
            let own = |chat: &&Value| chat["channel"]["id"] == number.account["id"];
            let chat = chats.iter().find(own).unwrap();
            let words = format!("Ответ {n}");
            let said = olga.say("client-chats", &id_of(chat), &words).await;
            delivered(&app, &olga, &id_of(chat), &said["id"], "sent").await;
            let sent = number.double.sent();
            assert_eq!(sent.len(), 1, "the other number sent it");
            assert_eq!(sent[0].body["text"]["body"], json!(words));
        }
    }
);

// F1: our own answer, whose id was lost with the line, comes back as written in the phone app.
story!(
    p_29_an_echo_of_what_may_have_arrived_is_that_message_and_not_a_second_one,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        number.say("Вы открыты?").await;
        let id = id_of(&queued(&app, &olga).await);
        number.double.fail_next("POST /messages", Fault::DropAnswer);
        let sent = olga.say("client-chats", &id, "Да, **до восьми**").await;
        delivered(&app, &olga, &id, &sent["id"], "unknown").await;
        number.double.set_time(1_800_000_000);
        let text = json!({"type": "text", "text": {"body": "Да, *до восьми*"}});
        let (_, mut value) = number.double.echo(ANNA, text);
        value["message_echoes"][0]["id"] = number.double.sent().pop().unwrap().made.into();
        number.tell("smb_message_echoes", value).await;
        delivered(&app, &olga, &id, &sent["id"], "sent").await;
        // The same words once more are an answer of their own.
        let text = json!({"type": "text", "text": {"body": "Да, *до восьми*"}});
        let (_, value) = number.double.echo(ANNA, text);
        number.tell("smb_message_echoes", value).await;
        message(&app, &olga, &id, "the phone's own", |m| {
            m["author"]["kind"] == "person" && m["author"]["id"].is_null()
        })
        .await;
        let all = messages(&olga, &id).await;
        let ours = all.iter().filter(|m| m["author"]["kind"] == "person");
        assert_eq!(ours.count(), 2, "{all:?}");
        number.news("read").await;
        delivered(&app, &olga, &id, &sent["id"], "read").await;
    }
);

story!(
    p_29_an_echo_of_what_is_on_its_way_settles_it_when_its_answer_never_comes,
    |app| {
        let mut app = app;
        let mut olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        number.say("Вы открыты?").await;
        let id = id_of(&queued(&app, &olga).await);
        number.double.fail_next("POST /messages", Fault::DropAnswer);
        let sent = olga.say("client-chats", &id, "Да, до восьми").await;
        delivered(&app, &olga, &id, &sent["id"], "unknown").await;
        // As if the process still waited for the answer.
        let back = async |tx: &mut db::Tx<'_>| {
            let state =
                db::sql!("UPDATE outbox_parts SET state = 'sending' WHERE state = 'unknown'");
            tx.run(state, &db::bind![]).await
        };
        assert_eq!(app.house().write(back).await.unwrap(), 1);
        number.double.set_time(1_800_000_000);
        let text = json!({"type": "text", "text": {"body": "Да, до восьми"}});
        let (_, mut value) = number.double.echo(ANNA, text);
        value["message_echoes"][0]["id"] = number.double.sent().pop().unwrap().made.into();
        number.tell("smb_message_echoes", value).await;
        number.say("Еду").await;
        message(&app, &olga, &id, "what came behind it", |m| {
            m["text"] == "Еду"
        })
        .await;
        app.beseda.take().unwrap().stop().await;
        app.open().await;
        olga.base = format!("http://{}", app.address);
        delivered(&app, &olga, &id, &sent["id"], "sent").await;
        let all = messages(&olga, &id).await;
        let ours = all.iter().filter(|m| m["author"]["kind"] == "person");
        assert_eq!(ours.count(), 1, "{all:?}");
    }
);

story!(
    p_29_an_answer_from_the_phone_app_appears_once_and_ends_the_waiting,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        number.say("Вы открыты?").await;
        let chat = queued(&app, &olga).await;
        let id = id_of(&chat);
        assert!(!chat["waiting_since"].is_null());
        let text = json!({"type": "text", "text": {"body": "Да, до восьми"}});
        let (_, value) = number.double.echo(ANNA, text);
        number.tell("smb_message_echoes", value).await;
        let answer = message(&app, &olga, &id, "the answer", |m| {
            m["text"] == "Да, до восьми"
        })
        .await;
        assert_eq!(
            (&answer["author"]["kind"], &answer["author"]["id"]),
            (&json!("person"), &Value::Null)
        );
        let after = olga.inbox("queue").await.remove(0);
        assert_eq!(after["waiting_since"], Value::Null);
        // What went from here and is echoed all the same is one message.
        let sent = olga.say("client-chats", &id, "Ждём вас").await;
        delivered(&app, &olga, &id, &sent["id"], "sent").await;
        let made = number.double.sent().pop().unwrap().made;
        let text = json!({"type": "text", "text": {"body": "Ждём вас"}});
        let (_, mut value) = number.double.echo(ANNA, text);
        value["message_echoes"][0]["id"] = made.into();
        number.tell("smb_message_echoes", value).await;
        number.say("Еду").await;
        message(&app, &olga, &id, "the next words", |m| m["text"] == "Еду").await;
        let all = messages(&olga, &id).await;
        let words = all.iter().filter(|m| m["kind"] == "text").count();
        assert_eq!(words, 4, "{all:?}");
    }
);

story!(
    u_06_a_client_known_by_number_stays_one_when_the_id_comes_and_the_number_goes,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        let hidden = Client {
            phone: None,
            ..ANNA
        };
        // Before ids came, then with both, then by the id alone.
        let content = |words: &str| json!({"type": "text", "text": {"body": words}});
        let mut old = number.double.message(ANNA, content("раз"));
        old["messages"][0]["from_user_id"].take();
        old["contacts"][0]["user_id"].take();
        number.tell("messages", old).await;
        let id = id_of(&queued(&app, &olga).await);
        number.say("два").await;
        message(&app, &olga, &id, "the second words", |m| m["text"] == "два").await;
        let last = number.double.message(hidden, content("три"));
        number.tell("messages", last).await;
        message(&app, &olga, &id, "the third words", |m| m["text"] == "три").await;
        let queue = olga.inbox("queue").await;
        assert_eq!(queue.len(), 1, "{queue:?}");
        let all = messages(&olga, &id).await;
        let mut authors = all.iter().filter(|m| m["kind"] == "text");
        let contact = &queue[0]["contact"]["id"];
        assert!(authors.all(|m| m["author"]["id"] == *contact), "{all:?}");
        let card = olga
            .get(&format!("/contacts/{}", contact.as_str().unwrap()))
            .await;
        assert!(card.to_string().contains("79161234567"), "{card}");
    }
);

story!(
    u_08_when_the_window_is_closed_the_answer_is_refused_in_words,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        number.say("Здравствуйте").await;
        let id = id_of(&queued(&app, &olga).await);
        app.clock.advance(std::time::Duration::from_secs(86_400));
        let body = json!({"client_id": uuid(), "text": "Ваш заказ готов"});
        let path = format!("/client-chats/{id}/messages");
        let (status, problem) = olga.raw(Method::POST, &path, Some(body)).await;
        assert_eq!(
            (status.as_u16(), &problem["code"]),
            (409, &json!("conversations.window_closed")),
            "{problem}"
        );
        let words = problem.to_string();
        assert!(
            words.contains("Клиент молчал") && words.contains("24"),
            "{words}"
        );
        assert_eq!(number.double.sent(), []);
        let chat = queued(&app, &olga).await;
        assert!(!chat["waiting_since"].is_null(), "nobody answered");
        // For colleagues one may write at any time.
        let note = json!({"client_id": uuid(), "text": "Позвонить", "hidden": true});
        olga.post(&path, note).await;
        let all = messages(&olga, &id).await;
        assert!(
            all.iter().all(|m| m["text"] != "Ваш заказ готов"),
            "{all:?}"
        );
        assert_eq!(number.double.sent(), []);
    }
);

story!(
    u_08_a_window_that_meta_finds_closed_fails_with_its_reason,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        number.say("Здравствуйте").await;
        let id = id_of(&queued(&app, &olga).await);
        number.double.close_window(ANNA);
        let sent = olga.say("client-chats", &id, "Ау").await;
        let failed = delivered(&app, &olga, &id, &sent["id"], "failed").await;
        assert_eq!(failed["delivery"]["reason"], "window_closed", "{failed}");
        // And one that was taken and never arrived says why.
        number.say("Да").await;
        message(&app, &olga, &id, "her words", |m| m["text"] == "Да").await;
        let sent = olga.say("client-chats", &id, "Дошло?").await;
        delivered(&app, &olga, &id, &sent["id"], "sent").await;
        number.news("failed").await;
        let failed = delivered(&app, &olga, &id, &sent["id"], "failed").await;
        let reason = failed["delivery"]["reason"].as_str().unwrap();
        assert!(reason.contains("131026"), "{failed}");
    }
);

story!(
    u_02_a_revoked_token_turns_the_channel_red_and_lanes_wait,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        number.say("Здравствуйте").await;
        let id = id_of(&queued(&app, &olga).await);
        number.double.revoke_token(true);
        let sent = olga.say("client-chats", &id, "Ждём").await;
        let path = format!("/channels/{}/check", id_of(&number.account));
        let checked = olga.post(&path, json!({})).await;
        assert_eq!(
            (&checked["health"]["state"], &checked["health"]["code"]),
            (&json!("broken"), &json!("token_refused"))
        );
        let all = messages(&olga, &id).await;
        let waiting = all.iter().find(|m| m["id"] == sent["id"]).unwrap();
        assert!(
            ["queued", "sending"].contains(&waiting["delivery"]["state"].as_str().unwrap()),
            "no try is spent: {waiting}"
        );
    }
);

story!(
    u_38_a_number_whose_messages_cannot_come_is_not_called_well,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        let path = format!("/channels/{}/check", id_of(&number.account));
        let checked = olga.post(&path, json!({})).await;
        assert!(!app.config.base_url.starts_with("https://"));
        assert_eq!(
            (&checked["health"]["state"], &checked["health"]["code"]),
            (&json!("warning"), &json!("nothing_comes"))
        );
    }
);

story!(
    p_14_the_greeting_is_answered_and_forged_deliveries_are_refused,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        let greet = async |word: &str| {
            let query = format!("hub.mode=subscribe&hub.challenge=42&hub.verify_token={word}");
            let request = olga.http.get(format!("{}?{query}", number.hook));
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        assert_eq!(greet("a-word-for-meta").await, (200, "42".to_owned()));
        assert_eq!(greet("another").await.0, 401);
        let content = json!({"type": "text", "text": {"body": "Подделка"}});
        let value = number.double.message(ANNA, content);
        let body = number.double.body("messages", value);
        let request = olga.http.post(&number.hook).body(body);
        assert_eq!(request.send().await.unwrap().status().as_u16(), 401);
        assert_eq!(olga.inbox("queue").await, Vec::<Value>::new());
    }
);

// P-13, P-14: what no index holds and no column keeps is not a reason to lose what comes after it.
story!(
    p_13_an_endless_id_and_a_zero_letter_hold_nothing_up,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        let words = json!({"type": "text", "text": {"body": "Бесконечное"}});
        let mut endless = number.double.message(ANNA, words);
        let id: String = (0..200).map(|_| kernel::Ids::Time.secret()).collect();
        endless["messages"][0]["id"] = json!(format!("wamid.{id}"));
        number.tell("messages", endless).await;
        let words = json!({"type": "text", "text": {"body": "Ноль\u{0}внутри"}});
        let mut zero = number.double.message(ANNA, words);
        zero["contacts"][0]["profile"]["name"] = json!("Анна\u{0}");
        zero["messages"][0]["referral"] = json!({"source_url": "https://a.example/\u{0}",
            "source_id": "1\u{0}", "source_type": "ad", "headline": "Лампы\u{0}", "ctwa_clid": "x\u{0}"});
        number.tell("messages", zero).await;
        number.say("Дальше").await;
        let chat = app
            .until("the client's chat", async || {
                app.clock.advance(std::time::Duration::from_secs(5));
                olga.inbox("queue").await.into_iter().next()
            })
            .await;
        let chat = id_of(&chat);
        app.until("what came after them", async || {
            app.clock.advance(std::time::Duration::from_secs(5));
            let all = messages(&olga, &chat).await;
            all.iter().any(|m| m["text"] == "Дальше").then_some(())
        })
        .await;
        let all = messages(&olga, &chat).await;
        let zeros = all
            .iter()
            .filter(|m| m["text"] == "Ноль\u{0}внутри" || m["text"] == "Нольвнутри");
        assert_eq!(zeros.count(), 1, "{all:?}");
        // The endless one is in the chat, or set aside where an administrator finds it.
        let parked = olga.get("/delivery").await["parked"].clone();
        let parked = parked.as_array().unwrap().len();
        let shown = all.iter().filter(|m| m["text"] == "Бесконечное").count();
        assert_eq!(parked + shown, 1, "{parked} set aside, {all:?}");
    }
);
