//! Stories of signing in, inviting, rights and why somebody may see something.

use crate::{app::uuid, story};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

story!(the_first_run_is_done_once, |app| {
    let stranger = app.stranger();
    assert_eq!(stranger.get("/setup").await["needed"], true);
    let wrong = json!({"token": "x", "workspace": "W", "name": "N", "login": "nn", "password": "12345678",
        "language": "ru", "time_zone": "Europe/Moscow"});
    assert_eq!(
        stranger
            .refused(Method::POST, "/setup", Some(wrong.clone()))
            .await,
        (403, "accounts.bad_setup_link".into())
    );
    let olga = app.olga().await;
    assert_eq!(stranger.get("/setup").await["needed"], false);
    assert_eq!(olga.get("/me").await["workspace"]["name"], "Мастерская");
    assert_eq!(
        stranger
            .refused(Method::POST, "/setup", Some(wrong))
            .await
            .0,
        409
    );
});

story!(
    a_lock_says_how_long_and_does_not_lock_the_owner_elsewhere,
    |app| {
        app.olga().await;
        let stranger = app.stranger();
        let form = |p: &str| Some(json!({"login": "olga", "password": p}));
        for _ in 0..5 {
            assert_eq!(
                stranger
                    .refused(Method::POST, "/sessions", form("wrong"))
                    .await,
                (401, "accounts.wrong_credentials".into())
            );
        }
        let (status, answer) = stranger
            .raw(Method::POST, "/sessions", form("olga-password"))
            .await;
        assert_eq!(
            (status.as_u16(), answer["code"].as_str().unwrap()),
            (429, "accounts.locked")
        );
        assert!(
            answer["args"]["seconds"]
                .as_str()
                .unwrap()
                .parse::<u64>()
                .unwrap()
                <= 31
        );
        assert!(
            answer["title"].as_str().unwrap().contains("секунд"),
            "{answer}"
        );
        app.clock.advance(Duration::from_secs(32));
        assert!(
            stranger
                .raw(Method::POST, "/sessions", form("olga-password"))
                .await
                .0
                .is_success()
        );
        // Unknown logins are refused in the same words.
        assert_eq!(
            stranger
                .refused(
                    Method::POST,
                    "/sessions",
                    Some(json!({"login": "nobody", "password": "x"}))
                )
                .await,
            (401, "accounts.wrong_credentials".into())
        );
    }
);

story!(
    s0_07_without_a_password_only_where_the_administrator_allows_it,
    |app| {
        let olga = app.olga().await;
        let options = app.stranger().get("/sign-in").await;
        assert_eq!(
            (
                options["passwordless"].clone(),
                options["people"].as_array().unwrap().len()
            ),
            (json!(false), 0)
        );
        olga.patch(
            "/workspace",
            json!({"passwordless": true, "passwordless_networks": ["127.0.0.0/8"]}),
        )
        .await;
        let ctx = app.house().system();
        let id = app
            .house()
            .write(async move |tx: &mut db::Tx<'_>| {
                let new = accounts::NewPerson {
                    name: "Без пароля".into(),
                    roles: vec!["employee"],
                    ..Default::default()
                };
                accounts::create_person(tx, &ctx, new).await
            })
            .await
            .unwrap();
        let options = app.stranger().get("/sign-in").await;
        assert_eq!(
            options["people"].as_array().unwrap().len(),
            1,
            "only those without a password are listed"
        );
        let mut person = app.stranger();
        person
            .sign("/sessions", json!({"person_id": id, "password": ""}))
            .await;
        // Somebody with a password must give it, also from here.
        let form = Some(json!({"person_id": olga.id, "password": ""}));
        assert_eq!(
            app.stranger()
                .refused(Method::POST, "/sessions", form)
                .await
                .0,
            401
        );
        olga.patch(
            "/workspace",
            json!({"passwordless_networks": ["10.0.0.0/8"]}),
        )
        .await;
        let form = Some(json!({"person_id": id, "password": ""}));
        assert_eq!(
            app.stranger()
                .refused(Method::POST, "/sessions", form)
                .await
                .0,
            401
        );
    }
);

story!(invitations_work_once_and_expire, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    assert_eq!(anna.get("/me").await["person"]["name"], "Анна");
    let invited = olga.post("/invitations", json!({"name": "Борис"})).await;
    let token = invited["url"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let path = format!("/join/{token}");
    app.clock.advance(Duration::from_secs(8 * 24 * 3600));
    let form = Some(json!({"name": "Борис", "login": "boris", "password": "boris-password"}));
    assert_eq!(
        app.stranger().refused(Method::POST, &path, form).await,
        (409, "accounts.link_expired".into())
    );
    assert_eq!(
        app.stranger()
            .refused(Method::GET, "/join/none", None)
            .await
            .0,
        404
    );
    // An employee may not invite.
    let form = Some(json!({"name": "Вера"}));
    assert_eq!(
        anna.refused(Method::POST, "/invitations", form).await,
        (403, "accounts.right_missing".into())
    );
});

story!(
    a_login_is_unique_and_a_reset_link_ends_all_sessions,
    |app| {
        let olga = app.olga().await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let link = olga
            .post(&format!("/people/{}/reset-link", anna.id), json!({}))
            .await;
        let path = format!(
            "/join/{}",
            link["url"].as_str().unwrap().rsplit('/').next().unwrap()
        );
        let taken = Some(json!({"name": "Анна", "login": "olga", "password": "new-password"}));
        assert_eq!(
            app.stranger().refused(Method::POST, &path, taken).await,
            (400, "accounts.login_taken".into())
        );
        let mut again = app.stranger();
        again
            .sign(
                &path,
                json!({"name": "Анна", "login": "anna", "password": "new-password"}),
            )
            .await;
        assert_eq!(
            anna.refused(Method::GET, "/me", None).await.0,
            401,
            "the old session is over"
        );
        assert_eq!(
            again.refused(Method::GET, &path, None).await,
            (409, "accounts.link_used".into())
        );
    }
);

story!(the_second_factor_is_asked_and_a_code_works_once, |app| {
    let olga = app.olga().await;
    let begun = olga.post("/me/totp", json!({})).await;
    let secret = begun["secret"].as_str().unwrap();
    assert!(
        begun["url"]
            .as_str()
            .unwrap()
            .starts_with("otpauth://totp/Beseda:olga?secret=")
    );
    assert_eq!(
        olga.refused(
            Method::POST,
            "/me/totp/confirm",
            Some(json!({"code": "000000"}))
        )
        .await
        .0,
        400
    );
    let code = |at: kernel::Moment| totp(secret, at);
    olga.post("/me/totp/confirm", json!({"code": code(app.clock.now())}))
        .await;
    let form = |code: Option<String>| {
        Some(json!({"login": "olga", "password": "olga-password", "code": code}))
    };
    let stranger = app.stranger();
    assert_eq!(
        stranger
            .refused(Method::POST, "/sessions", form(None))
            .await,
        (401, "accounts.second_factor".into())
    );
    let used = code(app.clock.now());
    assert_eq!(
        stranger
            .refused(Method::POST, "/sessions", form(Some(used)))
            .await,
        (401, "accounts.wrong_code".into()),
        "used to confirm"
    );
    app.clock.advance(Duration::from_secs(60));
    assert!(
        stranger
            .raw(Method::POST, "/sessions", form(Some(code(app.clock.now()))))
            .await
            .0
            .is_success()
    );
});

/// RFC 6238 with SHA-1 by an implementation that is not ours is in the product; this one only feeds it.
fn totp(secret: &str, at: kernel::Moment) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(at.millis() / 1000).unwrap())
        .to_string()
}

story!(sessions_are_listed_and_ended_from_afar, |app| {
    let olga = app.olga().await;
    let second = app.olga().await;
    let mut socket = second.listen(None).await;
    socket.wait_type("welcome").await;
    let list = olga.get("/me/sessions").await;
    assert_eq!(list.as_array().unwrap().len(), 2);
    let other = list
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["current"] == false)
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    olga.delete(&format!("/me/sessions/{other}")).await;
    assert_eq!(second.refused(Method::GET, "/me", None).await.0, 401);
    socket.wait_type("signed_out").await;
});

story!(tokens_have_scopes, |app| {
    let olga = app.olga().await;
    let made = olga
        .post("/me/tokens", json!({"name": "Отчёты", "scopes": ["read"]}))
        .await;
    let mut program = app.stranger();
    program.bearer = Some(made["token"].as_str().unwrap().to_owned());
    assert!(program.get("/people").await["people"].is_array());
    assert_eq!(
        program
            .refused(Method::POST, "/departments", Some(json!({"name": "X"})))
            .await,
        (403, "accounts.token_reads_only".into())
    );
    olga.delete(&format!(
        "/me/tokens/{}",
        made["entry"]["id"].as_str().unwrap()
    ))
    .await;
    assert_eq!(program.refused(Method::GET, "/people", None).await.0, 401);
});

story!(somebody_always_keeps_the_key, |app| {
    let olga = app.olga().await;
    let me = format!("/people/{}", olga.id);
    assert_eq!(
        olga.refused(Method::PATCH, &me, Some(json!({"active": false})))
            .await,
        (409, "accounts.last_administrator".into())
    );
    assert_eq!(
        olga.refused(Method::PATCH, &me, Some(json!({"role_ids": []})))
            .await
            .0,
        409
    );
    assert_eq!(
        olga.get("/me").await["person"]["active"],
        true,
        "the refusal rolled everything back"
    );
});

story!(
    built_in_roles_are_named_in_the_readers_language_until_somebody_names_them,
    |app| {
        let names = async |who: &crate::app::Caller, word: &str| {
            let roles = who.get("/roles").await;
            let found = roles["roles"].as_array().unwrap().iter();
            let found: Vec<_> = found.filter(|r| r["builtin"] == word).cloned().collect();
            assert_eq!(found.len(), 1, "{roles}");
            found[0].clone()
        };
        // The company was set up in Russian; Olga comes to prefer English.
        let olga = app.olga().await;
        assert_eq!(names(&olga, "supervisor").await["name"], "Руководитель");
        olga.patch("/me", json!({"preferences": {"language": "en"}}))
            .await;
        let role = names(&olga, "supervisor").await;
        assert_eq!(role["name"], "Supervisor");

        // Saved with the name that was on the screen, it is no more ours or less than before.
        let path = format!("/roles/{}", role["id"].as_str().unwrap());
        let form = |name: &str| json!({"name": name, "rights": role["rights"]});
        let saved = olga.patch(&path, form("Supervisor")).await;
        assert_eq!(
            (saved["name"].as_str(), saved["builtin"].as_str()),
            (Some("Supervisor"), Some("supervisor"))
        );
        olga.patch("/me", json!({"preferences": {"language": "ru"}}))
            .await;
        assert_eq!(names(&olga, "supervisor").await["name"], "Руководитель");

        // A name of one's own stays in every language, and so does a role of one's own that is called like one of ours.
        olga.patch(&path, form("Старший смены")).await;
        let own = olga
            .post("/roles", json!({"name": "Сотрудник", "rights": []}))
            .await;
        assert_eq!(own["builtin"], "");
        olga.patch("/me", json!({"preferences": {"language": "en"}}))
            .await;
        assert_eq!(names(&olga, "supervisor").await["name"], "Старший смены");
        assert_eq!(names(&olga, "").await["name"], "Сотрудник");
        assert_eq!(names(&olga, "employee").await["name"], "Employee");
        assert_eq!(
            olga.refused(Method::DELETE, &path, None).await,
            (409, "accounts.role_is_builtin".into())
        );
    }
);

// M-05: fn m_05_why_answers_from_the_same_function
story!(m_05_why_answers_from_the_same_function, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let chat = anna.direct_with(&boris).await;
    let why = boris.get(&format!("/access/{chat}")).await;
    assert_eq!(
        (why["allowed"].clone(), why["reasons"].clone()),
        (json!(true), json!(["member"]))
    );
    assert_eq!(
        olga.refused(Method::GET, &format!("/access/{chat}"), None)
            .await
            .0,
        404,
        "an administrator is no member"
    );
    let about = olga
        .get(&format!("/access/{chat}?person_id={}", anna.id))
        .await;
    assert_eq!(about["reasons"], json!(["member"]));
    assert_eq!(
        boris
            .refused(
                Method::GET,
                &format!("/access/{chat}?person_id={}", anna.id),
                None
            )
            .await
            .0,
        403
    );
    assert_eq!(
        anna.refused(Method::GET, &format!("/access/{}", uuid()), None)
            .await
            .0,
        404
    );
});

story!(a_foreign_page_changes_nothing_with_our_cookie, |app| {
    let olga = app.olga().await;
    let send = async |name: &'static str, value: &str| {
        olga.http
            .post(app.url("/departments"))
            .header("cookie", &olga.cookie)
            .header(name, value)
            .json(&json!({"name": "Чужой отдел"}))
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(send("sec-fetch-site", "cross-site").await, 403);
    assert_eq!(send("origin", "https://evil.example").await, 403);
    assert_eq!(send("sec-fetch-site", "same-origin").await, 200);
    assert_eq!(
        send("origin", &format!("http://{}", app.address)).await,
        200
    );
});

// L-16, L-17, L-18: what is chosen informs; chats come in every state. Calls, which only *offline* stops, come with telephony.
story!(
    l_16_l_17_a_chosen_state_informs_and_chats_come_all_the_same,
    |app| {
        let olga = app.olga().await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let mut socket = olga.listen(None).await;
        socket.wait_type("welcome").await;
        for chosen in ["busy", "dnd", "offline", "auto"] {
            let form = json!({"availability": chosen, "status_text": "На складе"});
            anna.patch("/me", form).await;
            let told = socket.wait_type("person.changed").await;
            assert_eq!(
                (
                    told["person"]["availability"].clone(),
                    told["person"]["status_text"].clone()
                ),
                (json!(chosen), json!("На складе"))
            );
        }
        let chat = olga.direct_with(&anna).await;
        let mut hers = anna.listen(None).await;
        hers.wait_type("welcome").await;
        for chosen in ["busy", "dnd", "offline"] {
            anna.patch("/me", json!({"availability": chosen})).await;
            olga.say("chats", &chat, chosen).await;
            hers.wait("the message", |f| {
                f["type"] == "message.added" && f["message"]["text"] == chosen
            })
            .await;
        }
        let bad = Some(json!({"availability": "sleeping"}));
        assert_eq!(anna.refused(Method::PATCH, "/me", bad).await.0, 400);
    }
);

// L-19.
story!(
    l_19_who_leaves_the_computer_is_away_and_is_back_by_a_touch,
    |app| {
        let olga = app.olga().await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let mut hers = anna.listen(None).await;
        hers.wait_type("welcome").await;
        let presence = async || {
            let all = olga.get("/people").await;
            let people = all["people"].as_array().unwrap();
            let found = people.iter().find(|p| p["id"] == json!(anna.id)).unwrap();
            found["presence"].as_str().unwrap().to_owned()
        };
        assert_eq!(presence().await, "online");
        app.clock.advance(std::time::Duration::from_secs(301));
        assert_eq!(presence().await, "away");
        hers.send(json!({"type": "active", "active": true})).await;
        app.until("she is back", async || {
            (presence().await == "online").then_some(())
        })
        .await;
        // Her device may know before the five minutes are over: it says so.
        hers.send(json!({"type": "active", "active": false})).await;
        app.until("she is away", async || {
            (presence().await == "away").then_some(())
        })
        .await;
        let mut told = olga.listen(None).await;
        told.wait_type("welcome").await;
        hers.send(json!({"type": "active", "active": true})).await;
        told.wait("her return", |f| {
            f["type"] == "presence" && f["state"] == "online"
        })
        .await;
        hers.send(json!({"type": "active", "active": false})).await;
        let gone = told
            .wait("her going", |f| {
                f["type"] == "presence" && f["state"] == "away"
            })
            .await;
        assert!(gone["last_seen"].is_number(), "since when: {gone}");
    }
);

// L-84.
story!(l_84_the_key_of_the_sms_window_can_be_changed, |app| {
    let olga = app.olga().await;
    assert_eq!(olga.get("/me").await["preferences"]["sms_key"], "Space");
    let chosen = json!({"preferences": {"sms_key": "Ctrl+KeyM"}    });
    olga.patch("/me", chosen).await;
    assert_eq!(olga.get("/me").await["preferences"]["sms_key"], "Ctrl+KeyM");
    let taken = Some(json!({"preferences": {"sms_key": "Enter"}}));
    assert_eq!(
        olga.refused(Method::PATCH, "/me", taken).await,
        (400, "accounts.bad_key".into())
    );
});

story!(s2_17_from_which_program_somebody_last_wrote, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let who = async || {
        let all = olga.get("/people").await;
        let people = all["people"].as_array().unwrap();
        people
            .iter()
            .find(|p| p["id"] == json!(anna.id))
            .unwrap()
            .clone()
    };
    assert_eq!(
        (
            who().await["wrote_with"].clone(),
            who().await["wrote_at"].clone()
        ),
        (json!(""), json!(null))
    );
    let send = async |program: &str| {
        let url = format!("{}/api/v1/chats/{chat}/messages", anna.base);
        let request = anna.http.post(url).header("cookie", &anna.cookie);
        let request = request.header("x-beseda-client", program);
        let body = json!({"client_id": crate::app::uuid(), "text": "Да"});
        assert!(
            request
                .json(&body)
                .send()
                .await
                .unwrap()
                .status()
                .is_success()
        );
    };
    for program in ["web 1.4.2", "panel 1.4.2"] {
        send(program).await;
        app.until("it is noted", async || {
            (who().await["wrote_with"] == json!(program)).then_some(())
        })
        .await;
        assert_eq!(who().await["wrote_at"], json!(app.clock.now().millis()));
        app.clock.advance(std::time::Duration::from_secs(5));
    }
});

story!(s2_01_s2_06_my_friends_are_mine, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let path = format!("/me/friends/{}", anna.id);
    let mut socket = olga.listen(None).await;
    socket.wait_type("welcome").await;
    olga.put(&path, json!({})).await;
    assert_eq!(
        socket.wait_type("settings.changed").await["what"],
        "friends"
    );
    assert_eq!(olga.get("/people").await["friend_ids"], json!([anna.id]));
    assert_eq!(anna.get("/people").await["friend_ids"], json!([]));
    olga.delete(&path).await;
    assert_eq!(olga.get("/people").await["friend_ids"], json!([]));
    let nobody = format!("/me/friends/{}", crate::app::uuid());
    assert_eq!(
        olga.refused(Method::PUT, &nobody, Some(json!({}))).await.0,
        404
    );
});
