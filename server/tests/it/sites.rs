//! Stories of sites: the form before the first message (P-13), who the site says its visitor is (P-84), working hours on the
//! button, where the widget was seen, how settings would look.

use crate::{
    app::{App, Caller, Visitor, connect_widget, uuid},
    files::png,
    hours::{form as calendar, jump},
    story,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::time::Duration;

/// The story's time in seconds.
fn now(app: &App) -> i64 {
    app.clock.now().millis().div_euclid(1000)
}

/// As a site would make it.
fn signed(secret: &str, body: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let said = format!(
        "{}.{}",
        part(&json!({"alg": "HS256", "typ": "JWT"})),
        part(body)
    );
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    let tag = ring::hmac::sign(&key, said.as_bytes());
    format!("{said}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}

fn form() -> String {
    let label = |ru: &str, en: &str| json!({"ru": ru, "en": en});
    json!({
        "fields": [
            {"key": "name", "kind": "name", "required": true, "label": label("Имя", "Name")},
            {"key": "phone", "kind": "phone", "required": true, "label": label("Телефон", "Phone")},
            {"key": "mail", "kind": "email", "label": label("Почта", "E-mail")},
            {"key": "about", "kind": "choice", "label": label("О чём вопрос", "What about"),
             "choices": [label("Заказ", "An order"), label("Другое", "Something else")]},
        ],
        "consent": {"text": label("Согласен на обработку данных", "I agree to the processing of my data"),
                    "url": "https://shop.example/privacy"},
    })
    .to_string()
}

async fn set(olga: &Caller, id: &str, settings: Value) -> Value {
    let mut all = json!({"title": "Мастерская"});
    let (all_of, new) = (all.as_object_mut().unwrap(), settings.as_object().unwrap());
    all_of.extend(new.clone());
    olga.patch(&format!("/channels/{id}"), json!({"settings": all}))
        .await
}

async fn contact(olga: &Caller, chat: &str) -> Value {
    olga.get(&format!("/client-chats/{chat}")).await["contact"].clone()
}

async fn lines(olga: &Caller, chat: &str) -> Vec<(String, Value)> {
    let page = olga.get(&format!("/threads/{chat}/messages")).await;
    let all = page["messages"].as_array().unwrap().clone();
    all.into_iter()
        .filter_map(|m| {
            let event: Value = m["event"].clone();
            Some((event["code"].as_str()?.to_owned(), event["args"].clone()))
        })
        .collect()
}

async fn secret(olga: &Caller, id: &str) -> String {
    let made = olga
        .post(&format!("/channels/{id}/site/secret"), json!({}))
        .await;
    made["secret"].as_str().unwrap().to_owned()
}

/// A browser that comes with a signature, and perhaps with the word it has.
async fn comes(app: &App, key: &str, token: Option<&str>, identity: &str) -> (u16, Value) {
    let mut form = json!({"page": "https://shop.example/", "identity": identity});
    if let Some(token) = token {
        form["token"] = json!(token);
    }
    let path = format!("/widget/{key}/visitor");
    let (status, answer) = app.stranger().raw(Method::POST, &path, Some(form)).await;
    (status.as_u16(), answer)
}

fn visitor(app: &App, key: &str, answer: &Value) -> Visitor {
    let mut caller = app.stranger();
    caller.bearer = Some(answer["token"].as_str().unwrap().to_owned());
    Visitor {
        caller,
        key: key.to_owned(),
    }
}

story!(
    p_13_what_is_asked_before_the_chat_stands_on_the_card_and_in_the_chat,
    |app| {
        let olga = app.olga().await;
        let (key, id) = connect_widget(&olga).await;
        set(&olga, &id, json!({"form": form()})).await;
        let config = app.stranger().get(&format!("/widget/{key}/config")).await;
        assert_eq!(
            config["form"]["fields"][3]["choices"][1]["en"],
            "Something else"
        );
        let visitor = Visitor::new(&app, &key).await;
        let path = format!("/widget/{key}/form");
        let good = json!({"name": "Анна", "phone": "8 912 000-11-22", "about": "0"});
        for (field, value, code) in [
            ("name", " ", "channels.form_required"),
            ("name", "!!!", "channels.form_name"),
            ("phone", "<script>", "channels.form_phone"),
            ("mail", "a@b@c", "channels.form_email"),
            ("about", "7", "channels.form_choice"),
        ] {
            let mut answers = good.clone();
            answers[field] = json!(value);
            let body = Some(json!({"answers": answers, "consent": true}));
            let (status, refusal) = visitor.caller.raw(Method::POST, &path, body).await;
            assert_eq!(
                (status.as_u16(), refusal["code"].as_str()),
                (400, Some(code))
            );
            assert_eq!(refusal["args"]["field"], field, "{refusal}");
        }
        let body = Some(json!({"answers": good, "consent": false}));
        assert_eq!(
            visitor.caller.refused(Method::POST, &path, body).await,
            (400, "channels.form_consent".to_owned())
        );
        assert!(
            olga.get("/contacts").await["items"]
                .as_array()
                .unwrap()
                .is_empty(),
            "what was refused leaves nothing"
        );
        visitor
            .caller
            .post(&path, json!({"answers": good, "consent": true}))
            .await;
        visitor.write("Когда привезут?").await;
        let chat = olga.inbox("queue").await[0].clone();
        assert_eq!(chat["contact"]["name"], "Анна");
        let chat = chat["id"].as_str().unwrap().to_owned();
        let card = contact(&olga, &chat).await;
        assert_eq!(card["phones"], json!(["+79120001122"]));
        assert!(
            card["facts"]
                .as_array()
                .unwrap()
                .contains(&json!({"key": "О чём вопрос", "value": "Заказ"}))
        );
        let told = lines(&olga, &chat).await;
        let answered = told
            .iter()
            .find(|(code, _)| code == "visitor-answered")
            .unwrap();
        assert_eq!(
            answered.1["answers"],
            "Имя: Анна; Телефон: +79120001122; О чём вопрос: Заказ"
        );
        let agreed = told
            .iter()
            .find(|(code, _)| code == "visitor-agreed")
            .unwrap();
        assert_eq!(
            agreed.1["text"],
            "Согласен на обработку данных (https://shop.example/privacy)"
        );
        assert_eq!(visitor.reads().await.len(), 1, "the lines are ours alone");

        // Who comes back is not asked again, and what an employee wrote stays.
        olga.patch(
            &format!("/contacts/{}", card["id"].as_str().unwrap()),
            json!({"name": "Анна Петровна"}),
        )
        .await;
        let token = visitor.caller.bearer.clone().unwrap();
        let back = json!({"token": token, "name": "Кто-то", "email": "anna@example.org"});
        let back = app
            .stranger()
            .post(&format!("/widget/{key}/visitor"), back)
            .await;
        assert_eq!((&back["asks"], &back["chat"]), (&json!([]), &json!(true)));
        visitor
            .caller
            .post(
                &path,
                json!({"answers": {"name": "Другая", "phone": "8 912 000-11-33"}, "consent": true}),
            )
            .await;
        let card = contact(&olga, &chat).await;
        assert_eq!(
            (card["name"].as_str(), card["email"].as_str()),
            (Some("Анна Петровна"), Some("anna@example.org"))
        );
        assert_eq!(
            lines(&olga, &chat).await.len(),
            told.len(),
            "it is told once"
        );
    }
);

story!(
    p_13_no_program_passes_the_form_by_and_who_talks_already_is_not_asked,
    |app| {
        let olga = app.olga().await;
        let (key, id) = connect_widget(&olga).await;
        let old = Visitor::new(&app, &key).await;
        old.write("Пишу до вопросов").await;
        set(&olga, &id, json!({"form": form()})).await;
        let path = format!("/widget/{key}/messages");
        let visitor = Visitor::new(&app, &key).await;
        let words = json!({"client_id": crate::app::uuid(), "text": "Мимо формы"});
        let (status, refusal) = visitor
            .caller
            .raw(Method::POST, &path, Some(words.clone()))
            .await;
        assert_eq!(
            (status.as_u16(), &refusal["code"], &refusal["args"]["field"]),
            (409, &json!("channels.form_needed"), &json!("name")),
            "{refusal}"
        );
        assert!(!refusal["title"].as_str().unwrap().contains("form"));
        assert_eq!(olga.inbox("all").await.len(), 1, "nothing came of it");
        let answers = json!({"name": "Анна", "phone": "8 912 000-11-22"});
        visitor
            .caller
            .post(
                &format!("/widget/{key}/form"),
                json!({"answers": answers, "consent": true}),
            )
            .await;
        // The same words again, and only once.
        let sent = visitor.caller.post(&path, words.clone()).await;
        assert_eq!(visitor.caller.post(&path, words).await["id"], sent["id"]);
        old.write("Я уже здесь").await;
        // A form that demands nothing holds nobody back.
        let free = json!({"fields": [{"key": "about", "kind": "text", "label": {"ru": "О чём", "en": "About"}}]});
        set(&olga, &id, json!({"form": free.to_string()})).await;
        Visitor::new(&app, &key).await.write("Без ответов").await;
    }
);

story!(
    p_13_p_44_outside_hours_the_widget_says_what_its_queue_says,
    |app| {
        let olga = app.olga().await;
        let (key, id) = connect_widget(&olga).await;
        let office = crate::hours::form("Офис", crate::hours::office(), json!([]));
        olga.post("/hours", office).await;
        let queue = olga.get("/queues").await[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let says = async |ru: &str| {
            let texts = json!({"outside_hours": {"ru": ru, "en": "Closed until {hours.opens}"}});
            let form = json!({"name": "Общая", "member_ids": [olga.id], "rules": {"texts": texts}});
            olga.patch(&format!("/queues/{queue}"), form).await;
        };
        let shown = async || {
            let config = app.stranger().get(&format!("/widget/{key}/config")).await;
            config["texts"]["offline_text"].clone()
        };
        crate::hours::jump(&app, "2027-01-15T16:00:00Z");
        assert_eq!(shown().await, json!({"ru": "", "en": ""}));
        says("{company} откроется {hours.opens}").await;
        let want =
            json!({"ru": "Мастерская откроется 18.01, 09:00", "en": "Closed until 18 Jan, 09:00"});
        assert_eq!(shown().await, want);
        // What is about a client nobody knows yet is not said.
        says("{client.name}, мы закрыты").await;
        assert_eq!(shown().await, json!({"ru": "", "en": ""}));
        // In working hours, and where the site has its own words, it is not said either.
        says("Закрыто").await;
        set(&olga, &id, json!({"offline_text": "Напишите нам"})).await;
        assert_eq!(shown().await["ru"], "Напишите нам");
        set(&olga, &id, json!({"offline_text": ""})).await;
        assert_eq!(shown().await["ru"], "Закрыто");
        crate::hours::jump(&app, "2027-01-18T08:00:00Z");
        assert_eq!(shown().await["ru"], "");
    }
);

story!(p_13_a_form_that_cannot_be_shown_is_not_saved, |app| {
    let olga = app.olga().await;
    let (key, id) = connect_widget(&olga).await;
    let path = format!("/channels/{id}");
    for (field, value) in [
        (
            "form",
            r#"{"fields":[{"key":"a","kind":"choice","label":{"ru":"А"}}]}"#.to_owned(),
        ),
        ("theme", "neon".to_owned()),
        ("side", "top".to_owned()),
        ("greeting", "я".repeat(1001)),
    ] {
        let mut settings = json!({"title": "Мастерская"});
        settings[field] = json!(value);
        let (status, refusal) = olga
            .raw(Method::PATCH, &path, Some(json!({"settings": settings})))
            .await;
        assert_eq!(
            (status.as_u16(), &refusal["args"]["field"]),
            (400, &json!(field)),
            "{refusal}"
        );
    }
    // Settings of before are as good as they were.
    set(&olga, &id, json!({"greeting": "Добрый день"})).await;
    let config = app.stranger().get(&format!("/widget/{key}/config")).await;
    assert_eq!(config["texts"]["greeting"]["en"], "Добрый день");
    assert_eq!(
        (&config["theme"], &config["side"], &config["form"]["fields"]),
        (&json!("auto"), &json!("right"), &json!([]))
    );
});

story!(
    p_84_one_signed_visitor_in_two_browsers_is_one_contact_and_one_chat,
    |app| {
        let olga = app.olga().await;
        let (key, id) = connect_widget(&olga).await;
        let body = |jti: &str| {
            json!({"id": "user-42", "name": "Пётр Ким", "email": "petr@example.org", "plan": "pro",
            "exp": now(&app) + 600, "jti": jti})
        };
        let early = signed("nobody knows it", &body("0"));
        let (status, refusal) = comes(&app, &key, None, &early).await;
        assert_eq!(
            (status, refusal["code"].as_str()),
            (403, Some("channels.signature_off"))
        );
        let secret = secret(&olga, &id).await;
        let (_, first) = comes(&app, &key, None, &signed(&secret, &body("1"))).await;
        assert_eq!(
            (&first["verified"], &first["chat"]),
            (&json!(true), &json!(false))
        );
        assert!(
            olga.get("/contacts").await["items"]
                .as_array()
                .unwrap()
                .is_empty(),
            "a page view leaves no client"
        );
        let first = visitor(&app, &key, &first);
        first.write("С работы").await;
        let (_, second) = comes(&app, &key, None, &signed(&secret, &body("2"))).await;
        assert_eq!(second["chat"], true);
        let second = visitor(&app, &key, &second);
        assert_ne!(first.caller.bearer, second.caller.bearer);
        assert_eq!(
            second.reads().await.len(),
            1,
            "the history is theirs in either browser"
        );
        second.write("Из дома").await;
        let queue = olga.inbox("queue").await;
        assert_eq!(queue.len(), 1);
        let card = contact(&olga, queue[0]["id"].as_str().unwrap()).await;
        assert_eq!(
            (card["name"].as_str(), card["email"].as_str()),
            (Some("Пётр Ким"), Some("petr@example.org"))
        );
        assert_eq!(
            (
                &card["identities"][0]["verified"],
                &card["identities"][0]["title"]
            ),
            (&json!(true), &json!("user-42"))
        );
        assert!(
            card["facts"]
                .as_array()
                .unwrap()
                .contains(&json!({"key": "plan", "value": "pro"}))
        );

        // Nobody vouches for who only says so.
        let mut claimed = app.stranger();
        let answer = claimed
            .post(
                &format!("/widget/{key}/visitor"),
                json!({"name": "Пётр Ким", "email": "petr@example.org"}),
            )
            .await;
        assert_eq!(
            (&answer["verified"], &answer["chat"]),
            (&json!(false), &json!(false))
        );
        claimed.bearer = answer["token"].as_str().map(str::to_owned);
        let claimed = Visitor {
            caller: claimed,
            key: key.clone(),
        };
        assert!(claimed.reads().await.is_empty());
        claimed.write("Это тоже я").await;
        let other = olga
            .inbox("queue")
            .await
            .into_iter()
            .find(|c| c["id"] != queue[0]["id"])
            .unwrap();
        let card = contact(&olga, other["id"].as_str().unwrap()).await;
        assert_eq!(card["identities"][0]["verified"], false);
    }
);

story!(
    p_84_nobody_gets_anothers_history_by_a_bad_signature,
    |app| {
        let olga = app.olga().await;
        let (key, id) = connect_widget(&olga).await;
        let secret = secret(&olga, &id).await;
        let exp = now(&app) + 600;
        let token = signed(&secret, &json!({"id": "42", "exp": exp, "jti": "a"}));
        let (_, answer) = comes(&app, &key, None, &token).await;
        let peter = visitor(&app, &key, &answer);
        peter.write("Мой секрет").await;
        let word = peter.caller.bearer.clone().unwrap();

        // The same signature in the same browser is a reloaded page; in any other it is stolen.
        let (_, again) = comes(&app, &key, Some(&word), &token).await;
        assert_eq!(again["token"], json!(word));
        let (_, nobody) = comes(
            &app,
            &key,
            None,
            &signed(&secret, &json!({"id": "77", "exp": exp})),
        )
        .await;
        let thief = nobody["token"].as_str().unwrap().to_owned();
        let (head_body, proof) = token.rsplit_once('.').unwrap();
        let altered = {
            let head = head_body.split_once('.').unwrap().0;
            let body =
                URL_SAFE_NO_PAD.encode(json!({"id": "42", "exp": exp, "jti": "b"}).to_string());
            format!("{head}.{body}.{proof}")
        };
        for (why, with, identity, code) in [
            (
                "replayed without a word",
                None,
                token.clone(),
                "channels.signature_used",
            ),
            (
                "replayed by another browser",
                Some(thief.as_str()),
                token.clone(),
                "channels.signature_used",
            ),
            ("altered", None, altered, "channels.signature_wrong"),
            (
                "another secret",
                None,
                signed("guess", &json!({"id": "42", "exp": exp})),
                "channels.signature_wrong",
            ),
            (
                "the key in the page",
                None,
                signed(&key, &json!({"id": "42", "exp": exp})),
                "channels.signature_wrong",
            ),
            (
                "expired",
                None,
                signed(&secret, &json!({"id": "42", "exp": exp - 601})),
                "channels.signature_expired",
            ),
            (
                "for ever",
                None,
                signed(&secret, &json!({"id": "42", "exp": exp + 1_000_000})),
                "channels.signature_long",
            ),
            (
                "no signature",
                None,
                "42".to_owned(),
                "channels.signature_malformed",
            ),
        ] {
            let (status, refusal) = comes(&app, &key, with, &identity).await;
            assert!(status == 403 || status == 400, "{why}: {status} {refusal}");
            assert_eq!(refusal["code"], code, "{why}");
        }
        // Another site's secret signs nothing here.
        let (other_key, other) = connect_widget(&olga).await;
        let others = self::secret(&olga, &other).await;
        let (status, _) = comes(
            &app,
            &key,
            None,
            &signed(&others, &json!({"id": "42", "exp": exp})),
        )
        .await;
        assert_eq!(status, 403);
        let (_, there) = comes(
            &app,
            &other_key,
            None,
            &signed(&others, &json!({"id": "42", "exp": exp})),
        )
        .await;
        assert!(
            visitor(&app, &other_key, &there).reads().await.is_empty(),
            "42 of another site is another one"
        );

        // Signed out: the word opens nothing, and the old signature does not bring it back.
        peter.caller.delete(&format!("/widget/{key}/visitor")).await;
        let path = format!("/widget/{key}/messages");
        assert_eq!(
            peter.caller.refused(Method::GET, &path, None).await,
            (401, "channels.signed_out".to_owned())
        );
        let body = json!({"client_id": uuid(), "text": "Я не он"});
        assert_eq!(
            peter
                .caller
                .refused(Method::POST, &path, Some(body))
                .await
                .0,
            401
        );
        let (_, refusal) = comes(&app, &key, Some(&word), &token).await;
        assert_eq!(refusal["code"], "channels.signature_used");
        let (_, fresh) = comes(
            &app,
            &key,
            None,
            &signed(&secret, &json!({"id": "42", "exp": exp, "jti": "c"})),
        )
        .await;
        let fresh = visitor(&app, &key, &fresh);
        assert_eq!(fresh.reads().await.len(), 1);

        // A new secret signs everybody out; the day after, time does.
        let renewed = self::secret(&olga, &id).await;
        assert_ne!(renewed, secret);
        assert_eq!(fresh.caller.refused(Method::GET, &path, None).await.0, 401);
        let (status, _) = comes(
            &app,
            &key,
            None,
            &signed(&secret, &json!({"id": "42", "exp": exp, "jti": "d"})),
        )
        .await;
        assert_eq!(status, 403);
        let (_, last) = comes(
            &app,
            &key,
            None,
            &signed(&renewed, &json!({"id": "42", "exp": exp, "jti": "e"})),
        )
        .await;
        let last = visitor(&app, &key, &last);
        assert_eq!(last.reads().await.len(), 1);
        app.clock.advance(Duration::from_secs(25 * 3600));
        assert_eq!(last.caller.refused(Method::GET, &path, None).await.0, 401);
    }
);

story!(
    p_84_what_was_written_before_signing_in_stays_theirs,
    |app| {
        let olga = app.olga().await;
        let (key, id) = connect_widget(&olga).await;
        let secret = secret(&olga, &id).await;
        let exp = now(&app) + 600;
        let guest = Visitor::new(&app, &key).await;
        guest.write("Ещё без имени").await;
        let word = guest.caller.bearer.clone().unwrap();
        let (_, answer) = comes(
            &app,
            &key,
            Some(&word),
            &signed(&secret, &json!({"id": "42", "name": "Пётр", "exp": exp})),
        )
        .await;
        assert_ne!(
            answer["token"],
            json!(word),
            "a word from before the sign-in is worth nothing after it"
        );
        let peter = visitor(&app, &key, &answer);
        assert_eq!(peter.reads().await.len(), 1);
        assert!(guest.reads().await.is_empty());
        peter.write("Теперь с именем").await;
        let queue = olga.inbox("queue").await;
        assert_eq!(
            (queue.len(), queue[0]["contact"]["name"].as_str()),
            (1, Some("Пётр"))
        );
        let card = contact(&olga, queue[0]["id"].as_str().unwrap()).await;
        let vouched = |i: &&Value| i["verified"] == true && i["title"] == "42";
        assert!(
            card["identities"]
                .as_array()
                .unwrap()
                .iter()
                .any(|i| vouched(&i)),
            "{card}"
        );

        // Who has a talk of their own keeps it; the other is offered as perhaps the same person.
        let other = Visitor::new(&app, &key).await;
        other.write("С телефона, без входа").await;
        let word = other.caller.bearer.clone().unwrap();
        let (_, answer) = comes(
            &app,
            &key,
            Some(&word),
            &signed(
                &secret,
                &json!({"id": "42", "name": "Пётр", "exp": exp, "jti": "2"}),
            ),
        )
        .await;
        assert_eq!(visitor(&app, &key, &answer).reads().await.len(), 2);
        assert_eq!(olga.inbox("queue").await.len(), 2);
        let doubts = olga.get("/contacts/duplicates?state=open").await;
        assert_eq!(
            doubts["items"].as_array().map_or(0, Vec::len),
            1,
            "{doubts}"
        );
    }
);

story!(
    p_13_outside_working_hours_the_site_says_when_somebody_answers,
    |app| {
        let olga = app.olga().await;
        let (key, _) = connect_widget(&olga).await;
        let mut here = olga.listen(None).await;
        here.wait_type("welcome").await;
        here.send(json!({"type": "active", "active": true})).await;
        let path = format!("/widget/{key}/config");
        let config = app
            .until("somebody is there", async || {
                let config = app.stranger().get(&path).await;
                (config["online"] == true).then_some(config)
            })
            .await;
        assert_eq!(config["opens_at"], Value::Null);
        // Friday, eleven in Moscow; this office works on Mondays from nine.
        jump(&app, "2027-01-15T08:00:00Z");
        let monday = json!([[{"from": 540, "to": 1080}], [], [], [], [], [], []]);
        olga.post("/hours", calendar("Офис", monday, json!([])))
            .await;
        let config = app.stranger().get(&path).await;
        assert_eq!(
            (&config["online"], &config["opens_at"]),
            (&json!(false), &json!(1_800_252_000_000_i64))
        );
        jump(&app, "2027-01-18T06:00:00Z");
        let config = app.stranger().get(&path).await;
        assert_eq!(config["opens_at"], Value::Null, "{config}");
    }
);

story!(
    p_13_where_the_widget_was_seen_and_how_settings_would_look,
    |app| {
        let olga = app.olga().await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let (key, id) = connect_widget(&olga).await;
        let path = format!("/channels/{id}/site");
        assert_eq!(olga.get(&path).await["page"], Value::Null);
        let load = async |page: &str, origin: &str| {
            let url = format!(
                "{}/api/v1/widget/{key}/config?page={}",
                olga.base,
                channel::in_address(page)
            );
            let request = olga.http.get(url).header(header::ORIGIN, origin);
            assert!(request.send().await.unwrap().status().is_success());
        };
        load("https://ours.example/demo", &olga.base).await;
        assert_eq!(
            olga.get(&path).await["page"],
            Value::Null,
            "our own demo says nothing of the site"
        );
        load(
            "https://shop.example/lamp?card=4111#top",
            "https://shop.example",
        )
        .await;
        let seen = olga.get(&path).await;
        assert_eq!(seen["page"], "https://shop.example/lamp");
        assert_eq!(seen["seen_at"], json!(app.clock.now().millis()));
        assert_eq!(anna.refused(Method::GET, &path, None).await.0, 403);
        assert_eq!(
            anna.refused(Method::POST, &format!("{path}/secret"), None)
                .await
                .0,
            403
        );

        let body = json!({"kind": "widget", "settings": {"title": "Новый", "greeting": r#"{"ru":"Привет","en":"Hi"}"#, "side": "left", "form": form()}});
        let shown = olga.post("/channels/preview", body.clone()).await;
        assert_eq!(
            (&shown["side"], &shown["texts"]["greeting"]["en"]),
            (&json!("left"), &json!("Hi"))
        );
        assert_eq!(shown["form"]["fields"].as_array().unwrap().len(), 4);
        assert_eq!(
            anna.refused(Method::POST, "/channels/preview", Some(body))
                .await
                .0,
            403
        );
    }
);

story!(
    p_13_page_campaign_and_facts_reach_the_employee_and_the_company_may_sign,
    |app| {
        let olga = app.olga().await;
        let (key, id) = connect_widget(&olga).await;
        set(&olga, &id, json!({"authors": "company"})).await;
        let mut caller = app.stranger();
        let form = json!({"page": "https://shop.example/?utm_source=mail&utm_campaign=%D0%97%D0%B8%D0%BC%D0%B0+1&x=1",
        "title": "Лампы", "facts": {"cart": "3 товара", "page": "подмена", "utm_source": "подмена", "<b>": "x"}});
        let answer = caller.post(&format!("/widget/{key}/visitor"), form).await;
        caller.bearer = answer["token"].as_str().map(str::to_owned);
        let visitor = Visitor {
            caller,
            key: key.clone(),
        };
        visitor.write("Вопрос").await;
        let chat = olga.inbox("queue").await[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let facts = contact(&olga, &chat).await["facts"].clone();
        let of = |key: &str| {
            facts
                .as_array()
                .unwrap()
                .iter()
                .find(|f| f["key"] == key)
                .map(|f| f["value"].clone())
        };
        assert_eq!(of("utm_source"), Some(json!("mail")));
        assert_eq!(of("utm_campaign"), Some(json!("Зима 1")));
        assert_eq!(
            (of("title"), of("cart"), of("<b>")),
            (Some(json!("Лампы")), Some(json!("3 товара")), None)
        );
        olga.say("client-chats", &chat, "Ответ").await;
        let answer = visitor.reads().await.pop().unwrap();
        assert_eq!(answer["author"], "Мастерская");
    }
);

story!(
    p_13_who_answers_is_shown_with_their_picture_where_the_company_wants,
    |app| {
        let olga = app.olga().await;
        let (key, id) = connect_widget(&olga).await;
        let (_, file) = olga.upload("/files", "me.png", &png(64, 64)).await;
        let face = file["id"].as_str().unwrap().to_owned();
        olga.patch("/me", json!({"photo_file_id": face})).await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Вопрос").await;
        let chat = olga.inbox("queue").await[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        olga.say("client-chats", &chat, "Ответ").await;
        let shown = async || visitor.reads().await.pop().unwrap()["photo"].clone();
        assert_eq!(shown().await, Value::Null, "as it was, only the name");
        let word = visitor.caller.bearer.clone().unwrap();
        let path = format!("/widget/{key}/files/{face}?t={word}");
        assert_eq!(
            visitor.caller.refused(Method::GET, &path, None).await.0,
            404
        );
        set(&olga, &id, json!({"authors": "photo"})).await;
        assert_eq!(
            shown().await,
            json!(format!("/api/v1/widget/{key}/files/{face}"))
        );
        let (status, _) = visitor.caller.raw(Method::GET, &path, None).await;
        assert_eq!(status.as_u16(), 200);
        // Who was not answered by her sees her no more than before.
        let other = Visitor::new(&app, &key).await;
        other.write("Другой вопрос").await;
        let path = format!(
            "/widget/{key}/files/{face}?t={}",
            other.caller.bearer.clone().unwrap()
        );
        assert_eq!(other.caller.refused(Method::GET, &path, None).await.0, 404);
    }
);
