//! Guests: how they come in, what they see, what is shut to them, and how the door is closed.

use crate::{
    app::{App, Caller, uuid},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};

struct Company {
    olga: Caller,
    anna: Caller,
    boris: Caller,
    group: String,
    nika: Caller,
}

/// Olga and Anna work with Nika, who is from outside, in one group; Boris has nothing to do with it.
async fn company(app: &App) -> Company {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let form = json!({"kind": "group", "title": "Каталог", "member_ids": [anna.id]});
    let group = olga.post("/chats", form).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let nika = app.join_guest(&olga, "Ника", "nika", &[&group]).await;
    Company {
        olga,
        anna,
        boris,
        group,
        nika,
    }
}

fn names(people: &Value) -> Vec<&str> {
    let people = people["people"].as_array().unwrap().iter();
    people.map(|p| p["name"].as_str().unwrap()).collect()
}

story!(
    x_13_a_guest_sees_the_chats_they_are_in_and_their_people,
    |app| {
        let c = company(&app).await;
        let form = json!({"phones": ["+7 912 345-67-89"], "email": "anna@svet.example"});
        c.anna.patch("/me", form).await;
        let seen = c.nika.get("/people").await;
        assert_eq!(names(&seen), ["Анна", "Ника", "Ольга"]);
        assert_eq!(seen["departments"], json!([]));
        let anna = &seen["people"][0];
        for (field, hidden) in [
            ("phones", json!([])),
            ("email", json!("")),
            ("login", Value::Null),
            ("role_ids", json!([])),
        ] {
            assert_eq!(
                anna[field], hidden,
                "{field} of a colleague is not for guests"
            );
        }
        assert_eq!(
            (
                c.nika.get("/me").await["person"]["guest"].clone(),
                anna["guest"].clone()
            ),
            (json!(true), json!(false))
        );
        // They talk like everybody in the group, and write to whom they know.
        c.nika.say("chats", &c.group, "Макет готов").await;
        c.nika.direct_with(&c.anna).await;
        let direct = json!({"kind": "direct", "person_id": c.boris.id});
        assert_eq!(
            c.nika.refused(Method::POST, "/chats", Some(direct)).await.1,
            "team.no_such_person"
        );
        let befriend = format!("/me/friends/{}", c.boris.id);
        assert_eq!(c.nika.refused(Method::PUT, &befriend, None).await.0, 404);
        // Search finds what they may see; colleagues find the guest.
        let found = |who: &Caller, q: &str| {
            let (who, path) = (who.clone(), format!("/find?q={q}"));
            async move { who.get(&path).await["people"].as_array().unwrap().len() }
        };
        assert_eq!(found(&c.nika, "Борис").await, 0);
        assert_eq!(found(&c.nika, "Анна").await, 1);
        assert_eq!(found(&c.boris, "Ника").await, 1);
    }
);

story!(x_13_a_guest_brings_nobody_in_and_leads_nothing, |app| {
    let c = company(&app).await;
    let path = format!("/chats/{}", c.group);
    let shut = (403, "accounts.not_for_guests".to_owned());
    let add = json!({"add": [c.anna.id]});
    assert_eq!(c.nika.refused(Method::PATCH, &path, Some(add)).await, shut);
    let form = json!({"kind": "group", "title": "Своя", "member_ids": [c.anna.id]});
    assert_eq!(
        c.nika.refused(Method::POST, "/chats", Some(form)).await,
        shut
    );
    for path in [
        "/tasks",
        "/tables",
        "/contacts",
        "/inbox",
        "/templates",
        "/channels/brief",
    ] {
        assert_eq!(
            c.nika.refused(Method::GET, path, None).await,
            shut,
            "{path}"
        );
    }
    let form = json!({"name": "Друг", "chat_ids": [c.group]});
    assert_eq!(
        c.nika.refused(Method::POST, "/guests", Some(form)).await,
        shut
    );
    for lead in [
        json!({"admin_ids": [c.nika.id]}),
        json!({"owner_id": c.nika.id}),
    ] {
        let refused = c.olga.refused(Method::PATCH, &path, Some(lead)).await;
        assert_eq!(refused.1, "team.guest_leads");
    }
    // Nor do colleagues give them work or a place in the company.
    let form = json!({"title": "Макет", "assignee_id": c.nika.id});
    let refused = c.olga.refused(Method::POST, "/tasks", Some(form)).await;
    assert_eq!(refused.1, "records.no_such_person");
    let form = json!({"name": "Продажи", "member_ids": [c.nika.id]});
    let refused = c.olga.refused(Method::POST, "/queues", Some(form)).await;
    assert_eq!(refused.1, "conversations.no_such_person");
    let roles = c.olga.get("/roles").await;
    let role = json!({"role_ids": [roles["roles"][0]["id"]]});
    let person = format!("/people/{}", c.nika.id);
    let refused = c.olga.refused(Method::PATCH, &person, Some(role)).await;
    assert_eq!(refused.1, "accounts.guest_outside");
    // The owner leaves: the group falls to somebody of the company, though the guest's name comes first.
    c.olga.post(&format!("{path}/leave"), json!({})).await;
    assert_eq!(c.anna.get(&path).await["owner_id"], json!(c.anna.id));
});

story!(x_13_a_guest_hears_of_nobody_they_do_not_know, |app| {
    let c = company(&app).await;
    let mut boris = c.boris.listen(None).await;
    let mut nika = c.nika.listen(None).await;
    boris.wait_type("welcome").await;
    let welcome = nika.wait_type("welcome").await;
    assert_eq!(
        welcome["presence"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "neither Boris nor who else is here"
    );
    // Boris changes, then Anna: the guest hears of Anna alone, without how to reach her elsewhere.
    c.boris
        .patch("/me", json!({"status_text": "В отпуске"}))
        .await;
    let form = json!({"status_text": "На складе", "email": "anna@svet.example"});
    c.anna.patch("/me", form).await;
    let heard = nika.wait_type("person.changed").await;
    assert_eq!(
        (
            heard["person"]["name"].clone(),
            heard["person"]["status_text"].clone(),
            heard["person"]["email"].clone()
        ),
        (json!("Анна"), json!("На складе"), json!(""))
    );
    let _anna = c.anna.listen(None).await;
    let came = nika.wait_type("presence").await;
    assert_eq!(came["person_id"], json!(c.anna.id));
    // Boris joins the group: from then on they know each other.
    let path = format!("/chats/{}", c.group);
    c.olga.patch(&path, json!({"add": [c.boris.id]})).await;
    nika.wait_type("people.changed").await;
    assert_eq!(names(&c.nika.get("/people").await).len(), 4);
    c.boris
        .patch("/me", json!({"status_text": "Вернулся"}))
        .await;
    let heard = nika.wait_type("person.changed").await;
    assert_eq!(heard["person"]["status_text"], json!("Вернулся"));
    // And no longer when he is out again.
    c.olga.patch(&path, json!({"remove": [c.boris.id]})).await;
    assert_eq!(
        names(&c.nika.get("/people").await),
        ["Анна", "Ника", "Ольга"]
    );
});

story!(x_13_a_guest_hears_of_themselves_in_every_window, |app| {
    let c = company(&app).await;
    let mut other_window = c.nika.listen(None).await;
    other_window.wait_type("welcome").await;
    c.nika
        .patch("/me", json!({"status_text": "На выставке"}))
        .await;
    let told = other_window.wait_type("person.changed").await;
    assert_eq!(
        (
            told["person"]["id"].clone(),
            told["person"]["status_text"].clone()
        ),
        (json!(c.nika.id), json!("На выставке"))
    );
    assert_eq!(told["person"]["login"], "nika", "all of it: it is theirs");
});

story!(x_13_who_may_invite_guests_and_into_what, |app| {
    let c = company(&app).await;
    let sergey = app.join(&c.olga, "Сергей", "sergey", "Руководитель").await;
    let form = |chats: Value| Some(json!({"name": "Гость", "chat_ids": chats}));
    let refused = c
        .anna
        .refused(Method::POST, "/guests", form(json!([c.group])))
        .await;
    assert_eq!(refused, (403, "accounts.right_missing".into()));
    let refused = sergey
        .refused(Method::POST, "/guests", form(json!([c.group])))
        .await;
    assert_eq!(refused.0, 404, "a group one is not in");
    let refused = sergey
        .refused(Method::POST, "/guests", form(json!([])))
        .await;
    assert_eq!(refused.1, "team.guest_chats");
    let direct = sergey.direct_with(&c.anna).await;
    let refused = sergey
        .refused(Method::POST, "/guests", form(json!([direct])))
        .await;
    assert_eq!(refused.1, "team.not_a_group");
    let path = format!("/chats/{}", c.group);
    let settings = json!({"add": [sergey.id], "who_adds": "admins"});
    c.olga.patch(&path, settings).await;
    let refused = sergey
        .refused(Method::POST, "/guests", form(json!([c.group])))
        .await;
    assert_eq!(
        refused.1, "team.admins_only",
        "a link must not lead around who adds"
    );
});

story!(x_13_an_administrator_shuts_the_door_and_opens_it, |app| {
    let c = company(&app).await;
    let open = c
        .olga
        .post("/guests", json!({"name": "Пётр", "chat_ids": [c.group]}))
        .await;
    let token = open["url"].as_str().unwrap().rsplit('/').next().unwrap();
    let mut socket = c.nika.listen(None).await;
    socket.wait_type("welcome").await;
    c.olga.patch("/workspace", json!({"guests": false})).await;
    socket.wait_type("signed_out").await;
    assert_eq!(c.nika.refused(Method::GET, "/chats", None).await.0, 401);
    let form = json!({"login": "nika", "password": "nika-password"});
    let refused = app
        .stranger()
        .refused(Method::POST, "/sessions", Some(form))
        .await;
    assert_eq!(refused, (403, "accounts.guests_off".into()));
    let wrong = json!({"login": "nika", "password": "something-else"});
    let refused = app
        .stranger()
        .refused(Method::POST, "/sessions", Some(wrong))
        .await;
    assert_eq!(
        refused.1, "accounts.wrong_credentials",
        "only who knows the password learns it"
    );
    let join = format!("/join/{token}");
    let form = json!({"name": "Пётр", "login": "petr", "password": "petr-password"});
    let refused = app
        .stranger()
        .refused(Method::POST, &join, Some(form.clone()))
        .await;
    assert_eq!(refused.1, "accounts.guests_off");
    let form_of = json!({"name": "Ещё", "chat_ids": [c.group]});
    let refused = c.olga.refused(Method::POST, "/guests", Some(form_of)).await;
    assert_eq!(refused.1, "accounts.guests_off");
    // Opened again, everything is as it was.
    c.olga.patch("/workspace", json!({"guests": true})).await;
    assert_eq!(c.nika.get("/chats").await.as_array().unwrap().len(), 1);
    let mut petr = app.stranger();
    petr.sign(&join, form).await;
});

story!(x_13_a_guest_can_be_taken_into_the_company, |app| {
    let c = company(&app).await;
    let person = format!("/people/{}", c.nika.id);
    let back = json!({"guest": true});
    let anna = format!("/people/{}", c.anna.id);
    let refused = c.olga.refused(Method::PATCH, &anna, Some(back)).await;
    assert_eq!(refused.1, "accounts.no_way_back");
    let mut nika = c.nika.listen(None).await;
    nika.wait_type("welcome").await;
    let after = c.olga.patch(&person, json!({"guest": false})).await;
    assert_eq!(after["guest"], json!(false));
    assert_eq!(names(&c.nika.get("/people").await).len(), 4);
    c.nika.get("/tasks?scope=my").await;
    let form = json!({"kind": "direct", "person_id": c.boris.id});
    c.nika.post("/chats", form).await;
    let rights = c.nika.get("/me").await["rights"].clone();
    assert!(rights.as_array().unwrap().len() > 1, "{rights}");
    c.boris.patch("/me", json!({"status_text": "Здесь"})).await;
    nika.wait("word of somebody unknown until now", |f| {
        f["type"] == "person.changed" && f["person"]["status_text"] == "Здесь"
    })
    .await;
    // One who never was a guest is not changed by it.
    c.anna.say("chats", &c.group, &uuid()).await;
});
