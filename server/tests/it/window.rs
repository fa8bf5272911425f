//! Stories of the 24 hours and of approved templates, against the double of the Graph API.

use crate::{
    app::{App, Caller, uuid},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::whatsapp_double::{APP_SECRET, BUSINESS, Client, NUMBER, WhatsAppDouble};

/// Shows her number.
const ANNA: Client = Client {
    id: "RU.13491208655302741918",
    phone: Some("79161234567"),
    name: "Анна Петрова",
};
/// The house's own now.
const NOW: i64 = 1_800_000_000;

struct Number {
    double: WhatsAppDouble,
    id: String,
    hook: String,
}

impl Number {
    async fn connect(app: &App, olga: &Caller) -> Self {
        let double = WhatsAppDouble::start().await.unwrap();
        double.set_time(NOW - 3600);
        let settings = json!({
            "phone_number_id": NUMBER, "token": double.token(), "app_secret": APP_SECRET,
            "business_account_id": BUSINESS, "base_url": double.base_url(),
        });
        double.add_template(
            "order_ready",
            "APPROVED",
            &json!([{"type": "BODY", "text": "Здравствуйте, {{1}}! Заказ {{2}} готов.",
                     "example": {"body_text": [["Анна", "№ 17"]]}}]),
        );
        let new = json!({"kind": "whatsapp", "name": "WhatsApp", "settings": settings});
        let account = olga.post("/channels", new).await;
        assert_eq!(account["capabilities"]["approved_templates"], true, "U-07");
        let id = account["id"].as_str().unwrap().to_owned();
        let (key,): (String,) = app
            .house()
            .read(async |tx: &mut db::Tx<'_>| {
                let query = db::sql!("SELECT public_key FROM channel_accounts LIMIT 1");
                tx.must(query, &db::bind![]).await
            })
            .await
            .unwrap();
        let hook = app.url(&format!("/hooks/whatsapp/{id}/{key}"));
        Self { double, id, hook }
    }
    async fn say(&self, words: &str) {
        let content = json!({"type": "text", "text": {"body": words}});
        let body = self
            .double
            .body("messages", self.double.message(ANNA, content));
        assert_eq!(self.double.deliver(&self.hook, &body).await, 200);
    }
    /// The template of a name as the house knows it, once it is as wanted.
    async fn template(&self, app: &App, who: &Caller, name: &str, state: &str) -> Value {
        app.until(&format!("{name} {state}"), async || {
            let all = who.get(&format!("/channels/{}/templates", self.id)).await;
            let all = all.as_array()?.clone();
            all.into_iter()
                .find(|t| t["name"] == name && t["state"] == state)
        })
        .await
    }
}

async fn queued(app: &App, who: &Caller) -> Value {
    app.until("a chat in the queue", async || {
        who.inbox("queue").await.into_iter().next()
    })
    .await
}

async fn delivered(app: &App, who: &Caller, chat: &str, id: &Value, want: &str) -> Value {
    app.until(&format!("delivery {want}"), async || {
        let page = who.get(&format!("/threads/{chat}/messages")).await;
        let all = page["messages"].as_array()?.clone();
        all.into_iter()
            .find(|m| m["id"] == *id && m["delivery"]["state"] == want)
    })
    .await
}

fn values() -> Value {
    json!({"body:1": "Анна", "body:2": "№ 17"})
}

story!(
    u_06_p_14_after_the_window_a_template_goes_and_free_words_do_not,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        let template = number
            .template(&app, &olga, "order_ready", "approved")
            .await;
        assert_eq!(template["places"], json!(["body:1", "body:2"]));
        number.say("Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        let id = chat["id"].as_str().unwrap().to_owned();
        // The end of the window comes with the chat: a day after the client's last words, by the messenger's clock.
        let expires = chat["window_expires_at"].as_i64().unwrap();
        let left = expires - NOW * 1000;
        assert!(
            (22 * 3_600_000..=24 * 3_600_000).contains(&left),
            "{left} ms left"
        );
        let mut socket = olga.listen(None).await;
        socket.wait_type("welcome").await;
        number.say("И ещё").await;
        let told = socket
            .wait("the later end", |f| {
                f["type"] == "client_chat.changed"
                    && f["chat"]["window_expires_at"].as_i64() > Some(expires)
            })
            .await;
        assert_eq!(told["chat"]["id"], id.as_str());
        // At the very end free words are refused, and a template goes.
        app.clock.advance(Duration::from_secs(86_400));
        number.double.close_window(ANNA);
        let path = format!("/client-chats/{id}/messages");
        let words = json!({"client_id": uuid(), "text": "Ваш заказ готов"});
        let refused = olga.refused(Method::POST, &path, Some(words)).await;
        assert_eq!(refused, (409, "conversations.window_closed".to_owned()));
        let body =
            json!({"client_id": uuid(), "template": {"id": template["id"], "values": values()}});
        let sent = olga.post(&path, body).await;
        assert_eq!(sent["text"], "Здравствуйте, Анна! Заказ № 17 готов.");
        delivered(&app, &olga, &id, &sent["id"], "sent").await;
        let seen = number.double.sent().pop().unwrap().body;
        assert_eq!(
            (&seen["type"], &seen["to"], &seen["template"]),
            (
                &json!("template"),
                &json!("79161234567"),
                &json!({"name": "order_ready", "language": {"code": "ru"}, "components": [
                    {"type": "body", "parameters": [
                        {"type": "text", "text": "Анна"}, {"type": "text", "text": "№ 17"},
                    ]},
                ]})
            )
        );
        assert!(seen["biz_opaque_callback_data"].is_string());
        // The window stays closed until the client answers.
        let now = &olga.get(&format!("/client-chats/{id}")).await["chat"];
        assert!(now["window_expires_at"].as_i64().unwrap() < NOW * 1000 + 86_400_000 + 1);
    }
);

story!(
    u_06_a_template_with_wrong_values_is_refused_in_words_before_it_is_sent,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        let template = number
            .template(&app, &olga, "order_ready", "approved")
            .await;
        number.say("Здравствуйте").await;
        let id = queued(&app, &olga).await["id"].as_str().unwrap().to_owned();
        let path = format!("/client-chats/{id}/messages");
        for (values, code) in [
            (json!({"body:1": "Анна"}), "channels.template_value_missing"),
            (
                json!({"body:1": "Анна", "body:2": "1", "body:3": "?"}),
                "channels.template_value_strange",
            ),
            (
                json!({"body:1": "Анна", "body:2": "две\nстроки"}),
                "channels.template_value_malformed",
            ),
        ] {
            let body =
                json!({"client_id": uuid(), "template": {"id": template["id"], "values": values}});
            let (status, problem) = olga.raw(Method::POST, &path, Some(body)).await;
            assert_eq!(
                (status.as_u16(), &problem["code"]),
                (400, &json!(code)),
                "{problem}"
            );
        }
        let strange = json!({"client_id": uuid(), "template": {"id": uuid(), "values": {}}});
        let refused = olga.refused(Method::POST, &path, Some(strange)).await;
        assert_eq!(refused, (400, "channels.template_unknown".to_owned()));
        let hidden = json!({"client_id": uuid(), "hidden": true, "template": {"id": template["id"], "values": values()}});
        let refused = olga.refused(Method::POST, &path, Some(hidden)).await;
        assert_eq!(refused, (400, "conversations.template_hidden".to_owned()));
        // Paused by Meta, told by its webhook: refused here, not by Meta.
        let body = number.double.judge("order_ready", "PAUSED", "NONE");
        for _ in 0..2 {
            assert_eq!(number.double.deliver(&number.hook, &body).await, 200);
        }
        number.template(&app, &olga, "order_ready", "paused").await;
        let body =
            json!({"client_id": uuid(), "template": {"id": template["id"], "values": values()}});
        let refused = olga.refused(Method::POST, &path, Some(body)).await;
        assert_eq!(refused, (409, "channels.template_not_approved".to_owned()));
        assert_eq!(number.double.sent(), []);
        // News of a template say nothing bad of the account.
        let account = &olga.get("/channels").await["accounts"][0];
        assert_ne!(account["health"]["state"], "broken", "{account}");
    }
);

story!(
    p_14_u_07_templates_are_submitted_judged_and_deleted_from_the_settings,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        let anna = app.join(&olga, "Аня", "anya", "Сотрудник").await;
        let path = format!("/channels/{}/templates", number.id);
        let new = json!({
            "name": "greeting", "language": "ru", "category": "marketing",
            "text": {"body": "Добрый день, {{1}}, у нас новые лампы.", "footer": "Лампы и свет",
                     "examples": {"body:1": "Анна"}},
        });
        let (status, _) = anna.raw(Method::POST, &path, Some(new.clone())).await;
        assert_eq!(status.as_u16(), 403);
        let made = olga.post(&path, new.clone()).await;
        assert_eq!(
            (&made["state"], &made["places"]),
            (&json!("pending"), &json!(["body:1"]))
        );
        // What cannot be taken for its form is told by its field, without asking Meta.
        let calls = number.double.templates().len();
        for (field, value) in [
            ("name", json!("Привет")),
            ("category", json!("other")),
            ("text", json!({"body": "", "examples": {}})),
        ] {
            let mut wrong = new.clone();
            wrong[field] = value;
            let (status, problem) = olga.raw(Method::POST, &path, Some(wrong)).await;
            let at = if field == "text" { "body" } else { field };
            assert_eq!(
                (status.as_u16(), &problem["code"], &problem["field"]),
                (400, &json!("channels.template_field"), &json!(at)),
                "{problem}"
            );
        }
        assert_eq!(number.double.templates().len(), calls);
        // What Meta refuses is told in its words.
        let (status, problem) = olga.raw(Method::POST, &path, Some(new)).await;
        assert_eq!(
            (status.as_u16(), &problem["code"]),
            (409, &json!("channels.messenger_refused"))
        );
        assert!(
            problem["title"]
                .as_str()
                .unwrap()
                .contains("already content")
        );
        let body = number
            .double
            .judge("greeting", "REJECTED", "INVALID_FORMAT");
        assert_eq!(number.double.deliver(&number.hook, &body).await, 200);
        let judged = number.template(&app, &anna, "greeting", "rejected").await;
        assert_eq!(
            (&judged["reason"], &judged["id"]),
            (&json!("INVALID_FORMAT"), &made["id"])
        );
        let gone = format!("{path}/{}", made["id"].as_str().unwrap());
        let (status, _) = anna.raw(Method::DELETE, &gone, None).await;
        assert_eq!(status.as_u16(), 403);
        olga.delete(&gone).await;
        assert_eq!(number.double.templates().len(), 1);
        // What was made at Meta's own site comes when it is asked for.
        number.double.add_template(
            "made_there",
            "APPROVED",
            &json!([{"type": "BODY", "text": "Да"}]),
        );
        let all = olga.post(&format!("{path}/renew"), json!({})).await;
        let names: Vec<&str> = all
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|t| t["name"].as_str())
            .collect();
        assert_eq!(names, ["made_there", "order_ready"]);
        // U-07: by account, not by kind: without the business account there are none, and it is said why.
        let settings = json!({"phone_number_id": NUMBER, "app_secret": APP_SECRET, "base_url": number.double.base_url(), "business_account_id": ""});
        let account = olga
            .patch(
                &format!("/channels/{}", number.id),
                json!({"settings": settings}),
            )
            .await;
        assert_eq!(account["capabilities"]["approved_templates"], false);
        let new =
            json!({"name": "x", "language": "ru", "category": "utility", "text": {"body": "x"}});
        let refused = olga.refused(Method::POST, &path, Some(new)).await;
        assert_eq!(refused, (409, "channels.no_templates".to_owned()));
    }
);

story!(
    x_16_s1_55_the_official_account_writes_first_by_template_and_says_that_nobody_knows,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        let template = number
            .template(&app, &olga, "order_ready", "approved")
            .await;
        let first = |anyway: bool, template: Option<&Value>| {
            let mut body = json!({"client_id": uuid(), "account_id": number.id, "to": "8 916 123-45-67", "anyway": anyway});
            match template {
                Some(t) => body["template"] = json!({"id": t["id"], "values": values()}),
                None => body["text"] = "Здравствуйте".into(),
            }
            body
        };
        let refused = olga
            .refused(
                Method::POST,
                "/client-chats",
                Some(first(true, Some(&template))),
            )
            .await;
        assert_eq!(refused.1, "conversations.writing_first_is_off", "L-73");
        let path = format!("/channels/{}", number.id);
        olga.patch(&path, json!({"may_write_first": true})).await;
        let ways = olga.get("/ways?to=89161234567").await;
        assert_eq!(
            (&ways[0]["how"], &ways[0]["check"]),
            (&json!("template"), &json!(false))
        );
        let told = olga
            .post(
                "/reach",
                json!({"account_id": number.id, "to": "89161234567"}),
            )
            .await;
        assert_eq!(
            (&told["state"], &told["why"]),
            (&json!("unknown"), &json!("no_check"))
        );
        let refused = olga
            .refused(Method::POST, "/client-chats", Some(first(true, None)))
            .await;
        assert_eq!(refused, (400, "conversations.template_needed".to_owned()));
        let refused = olga
            .refused(
                Method::POST,
                "/client-chats",
                Some(first(false, Some(&template))),
            )
            .await;
        assert_eq!(refused, (409, "conversations.reach_unknown".to_owned()));
        assert_eq!(number.double.sent(), []);
        let made = olga
            .post("/client-chats", first(true, Some(&template)))
            .await;
        let chat = made["chat"]["id"].as_str().unwrap().to_owned();
        assert_eq!(made["chat"]["window_expires_at"], Value::Null);
        delivered(&app, &olga, &chat, &made["message"]["id"], "sent").await;
        assert_eq!(number.double.sent()[0].body["to"], "79161234567");
        // Not answered yet, free words are refused with the reason.
        let words = json!({"client_id": uuid(), "text": "Ау"});
        let path = format!("/client-chats/{chat}/messages");
        let refused = olga.refused(Method::POST, &path, Some(words)).await;
        assert_eq!(refused.1, "conversations.window_closed");
        // She answers with her id: it is the same chat, numbered now, and open for free words.
        number.say("Спасибо").await;
        let mine = app
            .until("her answer in the same chat", async || {
                let mine = olga.inbox("my").await.into_iter().next()?;
                mine["conversation"]["number"].is_i64().then_some(mine)
            })
            .await;
        assert_eq!(mine["id"], chat.as_str());
        assert_eq!(
            mine["contact"]["name"], "Анна Петрова",
            "no longer a number"
        );
        assert!(mine["window_expires_at"].is_i64());
        assert_eq!(olga.inbox("all").await.len(), 1);
        let sent = olga.say("client-chats", &chat, "Пожалуйста").await;
        delivered(&app, &olga, &chat, &sent["id"], "sent").await;
        // S1-56: Meta's later word that the number is not there marks message and chat.
        let made = number.double.sent().pop().unwrap().made;
        let news = number.double.status(ANNA, &made, "failed");
        let body = number.double.body("messages", news);
        assert_eq!(number.double.deliver(&number.hook, &body).await, 200);
        let failed = delivered(&app, &olga, &chat, &sent["id"], "failed").await;
        let reason = failed["delivery"]["reason"].to_string();
        assert!(reason.contains("131026"), "{reason}");
    }
);

story!(
    u_06_an_automatic_text_falls_back_on_a_template_in_the_channels_name,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        let template = number
            .template(&app, &olga, "order_ready", "approved")
            .await;
        number.say("Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        let id = chat["id"].as_str().unwrap().to_owned();
        app.clock.advance(Duration::from_secs(90_000));
        number.double.close_window(ANNA);
        let house = app.house();
        let ctx = house.system();
        let (thread, template) = (
            kernel::Id::new(id.parse().unwrap()),
            kernel::Id::new(template["id"].as_str().unwrap().parse().unwrap()),
        );
        let values = serde_json::from_value(values()).unwrap();
        let sent = house
            .write(async move |tx: &mut db::Tx<'_>| {
                conversations::send_template(tx, &ctx, thread, template, &values).await
            })
            .await
            .unwrap();
        let sent = delivered(&app, &olga, &id, &json!(sent.id), "sent").await;
        assert_eq!(
            (&sent["author"]["kind"], &sent["author"]["name"]),
            (&json!("bot"), &json!("WhatsApp"))
        );
        let after = queued(&app, &olga).await;
        assert!(!after["waiting_since"].is_null(), "nobody answered yet");
    }
);

/// Why an automatic text was not said, by the grey lines of a chat: occasion, reason, template.
async fn unsaid(app: &App, who: &Caller, chat: &str, count: usize) -> Vec<Value> {
    app.until("the grey line", async || {
        let page = who.get(&format!("/threads/{chat}/messages")).await;
        let all = page["messages"].as_array()?.iter();
        let all = all.filter(|m| m["event"]["code"] == "auto-text-unsaid");
        let all: Vec<Value> = all.map(|m| m["event"]["args"].clone()).collect();
        (all.len() == count).then_some(all)
    })
    .await
}

story!(
    u_06_l_69_when_the_window_is_closed_the_chosen_template_goes_or_the_chat_says_why_not,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        let template = number
            .template(&app, &olga, "order_ready", "approved")
            .await;
        let queue = olga.get("/queues").await[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let queue = format!("/queues/{queue}");
        let form = |fallbacks: Value| {
            let closing = json!({"ru": "До свидания", "en": "Bye"});
            json!({"name": "Общая", "member_ids": [olga.id], "rules": {
                "texts": {"closing": closing, "fallbacks": fallbacks}}})
        };
        let fallback = |occasion: &str, values: Value| json!({"occasion": occasion, "account_id": number.id, "template_id": template["id"], "values": values});
        let good = fallback(
            "closing",
            json!({"body:1": "{client.first_name}", "body:2": "№ {conversation.number}"}),
        );
        let lost = {
            let mut lost = good.clone();
            lost["template_id"] = json!(uuid());
            lost
        };
        // What could not be sent later is refused when it is saved.
        for (one, code) in [
            (
                fallback("closing", json!({"body:1": "x"})),
                "channels.template_value_missing",
            ),
            (
                fallback(
                    "closing",
                    json!({"body:1": "x", "body:2": "{order.number}"}),
                ),
                "conversations.no_such_field",
            ),
            (
                fallback("first", json!({"body:1": "x", "body:2": "y"})),
                "conversations.fallback_without_text",
            ),
            (lost, "channels.template_unknown"),
        ] {
            let (status, problem) = olga
                .raw(Method::PATCH, &queue, Some(form(json!([one]))))
                .await;
            let field = format!("fallbacks.{}", one["occasion"].as_str().unwrap());
            assert_eq!(
                (status.as_u16(), &problem["code"], &problem["field"]),
                (400, &json!(code), &json!(field)),
                "{problem}"
            );
        }
        let twice = form(json!([good, good]));
        let refused = olga.refused(Method::PATCH, &queue, Some(twice)).await;
        assert_eq!(refused.1, "conversations.fallback_twice");
        // Without a template nothing goes, and the chat says so.
        olga.patch(&queue, form(json!([]))).await;
        number.say("Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        let id = chat["id"].as_str().unwrap().to_owned();
        app.clock.advance(Duration::from_secs(90_000));
        number.double.close_window(ANNA);
        let close = format!("/client-chats/{id}/close");
        olga.post(&close, json!({})).await;
        let why = unsaid(&app, &olga, &id, 1).await;
        assert_eq!(
            why[0],
            json!({"occasion": "closing", "why": "window", "template": ""})
        );
        assert_eq!(number.double.sent(), []);
        // With one it goes, filled from what is known, in the company's name; the next conversation has its own farewell.
        olga.patch(&queue, form(json!([good]))).await;
        let again = async || {
            app.clock.advance(Duration::from_secs(8 * 86_400));
            number.double.set_time(app.clock.now().millis() / 1000);
            number.say("Ещё вопрос").await;
            app.until("open again", async || {
                let now = olga.get(&format!("/client-chats/{id}")).await["chat"].clone();
                (now["state"] != "closed").then_some(now)
            })
            .await;
            app.clock.advance(Duration::from_secs(90_000));
            number.double.close_window(ANNA);
            olga.post(&close, json!({})).await;
        };
        again().await;
        app.until("the template", async || {
            let page = olga.get(&format!("/threads/{id}/messages")).await;
            let all = page["messages"].as_array()?.clone();
            all.into_iter().find(|m| {
                m["author"]["kind"] == "bot"
                    && m["author"]["name"] == "Мастерская"
                    && m["text"].as_str() == Some("Здравствуйте, Анна! Заказ № 2 готов.")
                    && m["delivery"]["state"] == "sent"
            })
        })
        .await;
        assert_eq!(number.double.sent().len(), 1);
        // Paused by the messenger: nothing goes, the chat says why, and who looks after channels is told once.
        let body = number.double.judge("order_ready", "PAUSED", "NONE");
        assert_eq!(number.double.deliver(&number.hook, &body).await, 200);
        number.template(&app, &olga, "order_ready", "paused").await;
        let told = async || {
            let all = olga.get("/notices").await["items"].clone();
            let all = all.as_array().unwrap().clone();
            all.into_iter()
                .filter(|n| n["kind"] == "channel" && n["text"].to_string().contains("шаблон"))
                .count()
        };
        for count in [2, 3] {
            again().await;
            let why = unsaid(&app, &olga, &id, count).await;
            assert_eq!(
                why.last().unwrap(),
                &json!({"occasion": "closing", "why": "not_approved", "template": "order_ready"})
            );
            assert_eq!(told().await, 1);
        }
        assert_eq!(number.double.sent().len(), 1);
        // It cannot be chosen now, but other settings of the queue can still be saved.
        olga.patch(&queue, form(json!([good]))).await;
        let other = fallback("closing", json!({"body:1": "x", "body:2": "y"}));
        let refused = olga
            .refused(Method::PATCH, &queue, Some(form(json!([other]))))
            .await;
        assert_eq!(refused, (409, "channels.template_not_approved".to_owned()));
    }
);

story!(
    u_06_l_69_the_template_of_a_closed_window_goes_in_the_clients_language,
    |app| {
        let olga = app.olga().await;
        let number = Number::connect(&app, &olga).await;
        let words = |text: &str| json!([{"type": "BODY", "text": text, "example": {"body_text": [["Anna", "17"]]}}]);
        let add = |language: &str, status: &str, text: &str| {
            let double = &number.double;
            double.add_template_in("order_ready", language, status, &words(text));
        };
        add("en_US", "APPROVED", "Order {{2}} is ready, {{1}}.");
        add("de", "PENDING", "{{1}}, {{2}} ist fertig.");
        // Another number of places is another text, whatever it is called.
        add("pt_BR", "APPROVED", "Pronto: {{1}}, {{2}}, {{3}}.");
        let renew = format!("/channels/{}/templates/renew", number.id);
        olga.post(&renew, json!({})).await;
        let all = olga
            .get(&format!("/channels/{}/templates", number.id))
            .await;
        let russian = all.as_array().unwrap().iter();
        let russian = russian.clone().find(|t| t["language"] == "ru").unwrap();
        let queue = olga.get("/queues").await[0]["id"].clone();
        let fallback = json!({
            "occasion": "closing", "account_id": number.id, "template_id": russian["id"],
            "values": {"body:1": "{client.first_name}", "body:2": "№ {conversation.number}"},
        });
        let texts = json!({"closing": {"ru": "До свидания", "en": "Bye"}, "fallbacks": [fallback]});
        let form = json!({"name": "Общая", "member_ids": [olga.id], "rules": {"texts": texts}});
        let queue = format!("/queues/{}", queue.as_str().unwrap());
        olga.patch(&queue, form).await;
        number.say("Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        let id = chat["id"].as_str().unwrap().to_owned();
        let contact = chat["contact"]["id"].clone();
        let mut count = 0;
        let mut said = async || {
            app.clock.advance(Duration::from_secs(90_000));
            number.double.close_window(ANNA);
            olga.post(&format!("/client-chats/{id}/close"), json!({}))
                .await;
            count += 1;
            let last = app
                .until("the template", async || {
                    let page = olga.get(&format!("/threads/{id}/messages")).await;
                    let all = page["messages"].as_array()?.clone();
                    let bots = all.into_iter().filter(|m| m["author"]["kind"] == "bot");
                    let bots: Vec<Value> = bots.collect();
                    (bots.len() == count).then(|| bots[count - 1].clone())
                })
                .await;
            app.clock.advance(Duration::from_secs(8 * 86_400));
            number.double.set_time(app.clock.now().millis() / 1000);
            number.say("Ещё вопрос").await;
            app.until("open again", async || {
                let now = olga.get(&format!("/client-chats/{id}")).await["chat"].clone();
                (now["state"] != "closed").then_some(now)
            })
            .await;
            // Conversations are numbered through the company: the numbers of visitors are between.
            let text = last["text"].as_str().unwrap();
            text.replace(|c: char| c.is_ascii_digit(), "")
        };
        // Nobody told what the client speaks: as the company.
        assert_eq!(said().await, "Здравствуйте, Анна! Заказ №  готов.");
        // On the site the same person reads English: one card, one language. Only an approved text of the same places is taken.
        let (key, _) = crate::app::connect_widget(&olga).await;
        for (language, paused, want) in [
            ("en-GB", false, "Order №  is ready, Анна."),
            ("pt-BR", false, "Order №  is ready, Анна."),
            ("de", false, "Order №  is ready, Анна."),
            ("uk", false, "Здравствуйте, Анна! Заказ №  готов."),
            // The one that was chosen is paused: who is written to in English is not left without a word.
            ("en", true, "Order №  is ready, Анна."),
        ] {
            if paused {
                let body = number.double.judge("order_ready", "PAUSED", "NONE");
                assert_eq!(number.double.deliver(&number.hook, &body).await, 200);
                number.template(&app, &olga, "order_ready", "paused").await;
            }
            let visitor = crate::app::Visitor::speaking(&app, &key, language).await;
            visitor.write("It is me").await;
            let other = app
                .until("the visitor", async || {
                    let all = olga.inbox("queue").await.into_iter();
                    let mut all = all.filter(|c| c["channel"]["kind"] == "widget");
                    all.find(|c| c["contact"]["id"] != contact)
                })
                .await;
            let form = json!({"kept_id": contact, "merged_id": other["contact"]["id"]});
            olga.post("/contacts/merge", form).await;
            assert_eq!(said().await, want, "{language}");
            let doubts = olga
                .get(&format!(
                    "/contacts/{}/duplicates",
                    contact.as_str().unwrap()
                ))
                .await;
            let merge = doubts["merged_from"][0]["id"].as_str().unwrap().to_owned();
            let split = format!("/contacts/merges/{merge}/split");
            olga.post(&split, json!({"different": true})).await;
            let other = other["id"].as_str().unwrap();
            olga.post(&format!("/client-chats/{other}/close"), json!({}))
                .await;
        }
        // Nobody is written to in a language that is not theirs: who reads Russian gets nothing, and the chat says why.
        app.clock.advance(Duration::from_secs(90_000));
        number.double.close_window(ANNA);
        olga.post(&format!("/client-chats/{id}/close"), json!({}))
            .await;
        let why = unsaid(&app, &olga, &id, 1).await;
        assert_eq!(
            why[0],
            json!({"occasion": "closing", "why": "not_approved", "template": "order_ready"})
        );
    }
);

story!(
    p_25_the_client_sees_that_we_type_and_that_who_answers_has_read,
    |app| {
        let olga = app.olga().await;
        let anna = app.join(&olga, "Аня", "anya", "Сотрудник").await;
        let number = Number::connect(&app, &olga).await;
        number.say("Здравствуйте").await;
        let chat = queued(&app, &anna).await;
        let id = chat["id"].as_str().unwrap().to_owned();
        anna.post(&format!("/client-chats/{id}/take"), json!({}))
            .await;
        let signs = || {
            let calls = number.double.calls().into_iter();
            calls
                .filter(|c| c.body["status"] == "read")
                .map(|c| c.body)
                .collect::<Vec<_>>()
        };
        // Who only looks leaves no mark.
        let seq = chat["last_seq"].clone();
        let read = format!("/threads/{id}/read");
        olga.post(&read, json!({"seq": seq})).await;
        anna.post(&read, json!({"seq": seq})).await;
        let one = app
            .until("the mark", async || {
                let all = signs();
                (!all.is_empty()).then_some(all)
            })
            .await;
        assert_eq!(one.len(), 1, "{one:?}");
        let asked = &one[0]["message_id"];
        assert!(asked.as_str().unwrap().starts_with("wamid."));
        assert_eq!(one[0].get("typing_indicator"), None);
        let mut socket = anna.listen(None).await;
        socket.wait_type("welcome").await;
        // A note for colleagues is nothing to the client; two signs within seconds are one.
        for hidden in [true, false, false] {
            socket
                .send(json!({"type": "typing", "thread_id": id, "hidden": hidden}))
                .await;
        }
        app.until("the sign of typing", async || {
            let typed = signs();
            typed
                .iter()
                .any(|b| b["typing_indicator"] == json!({"type": "text"}))
                .then_some(())
        })
        .await;
        app.clock.advance(Duration::from_secs(5));
        socket
            .send(json!({"type": "typing", "thread_id": id}))
            .await;
        app.until("the next sign", async || (signs().len() >= 3).then_some(()))
            .await;
        assert_eq!(signs().len(), 3);
    }
);
