//! Stories of arranging clients' chats: labels, views kept under a name, one act on many.

use crate::{
    app::{App, Caller, Visitor, uuid},
    queues::{Crew, crew, word},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) async fn label(by: &Caller, name: &str, color: &str) -> String {
    let made = by
        .post("/labels", json!({"name": name, "color": color}))
        .await;
    word(&made["id"])
}

async fn ids(who: &Caller, form: Value) -> Vec<String> {
    let list = who.post("/inbox/ids", form).await;
    list["ids"].as_array().unwrap().iter().map(word).collect()
}

async fn many(team: &Crew, app: &App, count: usize) -> Vec<String> {
    for n in 0..count {
        let visitor = Visitor::new(app, &team.key).await;
        visitor.write(&format!("Вопрос {n}")).await;
    }
    let mut all = ids(&team.olga, json!({"group": "all"})).await;
    all.sort();
    assert_eq!(all.len(), count);
    all
}

story!(labels_are_put_on_taken_off_renamed_and_put_away, |app| {
    let team = crew(&app).await;
    let (_visitor, chat) = team.client(&app, "Есть ли лампы?").await;
    let urgent = label(&team.olga, "  Срочно ", "red").await;
    let money = label(&team.olga, "Оплата", "green").await;
    // Refusals that name the way out.
    let again = json!({"name": "СРОЧНО", "color": "blue"});
    let refused = team.olga.raw(Method::POST, "/labels", Some(again)).await.1;
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("conversations.label_exists"), &json!("name"))
    );
    let empty = json!({"name": " ", "color": "blue"});
    let refused = team
        .olga
        .refused(Method::POST, "/labels", Some(empty))
        .await;
    assert_eq!(refused, (400, "conversations.name_needed".into()));
    let long = json!({"name": "я".repeat(41), "color": "blue"});
    let refused = team.olga.refused(Method::POST, "/labels", Some(long)).await;
    assert_eq!(refused, (400, "conversations.name_too_long".into()));
    let strange = json!({"name": "Иное", "color": "#ff0000"});
    assert_eq!(
        team.olga
            .refused(Method::POST, "/labels", Some(strange))
            .await
            .0,
        400
    );
    let by_anna = json!({"name": "Моя", "color": "blue"});
    let refused = team
        .anna
        .refused(Method::POST, "/labels", Some(by_anna))
        .await;
    assert_eq!(refused, (403, "accounts.right_missing".into()));
    // Anna, a member of the queue, marks the chat; everybody who sees it sees that.
    let mut socket = team.boris.listen(None).await;
    socket.wait_type("welcome").await;
    let path = format!("/client-chats/{chat}/labels");
    let marked = team.anna.post(&path, json!({"add": [money, urgent]})).await;
    assert_eq!(
        marked["label_ids"],
        json!([urgent, money]),
        "in their order"
    );
    let frame = socket
        .wait("the labels", |f| {
            f["type"] == "client_chat.changed" && f["chat"]["label_ids"] != json!([])
        })
        .await;
    assert_eq!(frame["chat"]["label_ids"], json!([urgent, money]));
    let listed = team.boris.inbox("queue").await;
    assert_eq!(listed[0]["label_ids"], json!([urgent, money]));
    // Found by the label's name as by the client's.
    let found = team.anna.get("/inbox?group=queue&q=сроч").await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let found = team.anna.get("/inbox?group=queue&q=возврат").await;
    assert!(found["items"].as_array().unwrap().is_empty());
    // A new order and a new name hold everywhere: chats carry ids.
    team.olga
        .put("/labels/order", json!({"ids": [money, urgent]}))
        .await;
    team.olga
        .patch(&format!("/labels/{urgent}"), json!({"name": "Горит"}))
        .await;
    socket
        .wait("told", |f| {
            f["type"] == "settings.changed" && f["what"] == "labels"
        })
        .await;
    let listed = team.boris.inbox("queue").await;
    assert_eq!(listed[0]["label_ids"], json!([money, urgent]));
    let refused = team
        .olga
        .refused(Method::PUT, "/labels/order", Some(json!({"ids": [money]})))
        .await;
    assert_eq!(refused, (409, "conversations.order_other".into()));
    // Archived: it stays where it is and is put nowhere else.
    let path_of = format!("/labels/{urgent}");
    team.olga.patch(&path_of, json!({"archived": true})).await;
    let seen = team.anna.get(&format!("/client-chats/{chat}")).await;
    assert_eq!(seen["chat"]["label_ids"], json!([money, urgent]));
    team.anna.post(&path, json!({"remove": [urgent]})).await;
    let refused = team
        .anna
        .refused(Method::POST, &path, Some(json!({"add": [urgent]})))
        .await;
    assert_eq!(refused, (400, "conversations.label_archived".into()));
    let refused = team
        .anna
        .refused(Method::POST, &path, Some(json!({"add": [uuid()]})))
        .await;
    assert_eq!(refused, (400, "conversations.no_such_label".into()));
    // Who may not see the chat may not mark it.
    team.anna.say("client-chats", &chat, "Есть").await;
    let refused = team
        .boris
        .refused(Method::POST, &path, Some(json!({"add": [money]})))
        .await;
    assert_eq!(refused.0, 404);
});

story!(
    views_are_kept_for_oneself_or_for_all_and_count_what_each_may_see,
    |app| {
        let team = crew(&app).await;
        let (_one, first) = team.client(&app, "Первый").await;
        let (_two, second) = team.client(&app, "Второй").await;
        let urgent = label(&team.olga, "Срочно", "red").await;
        team.anna
            .post(
                &format!("/client-chats/{first}/labels"),
                json!({"add": [urgent]}),
            )
            .await;
        let mine = json!({"name": "Срочные", "filter": {"label_ids": [urgent]}});
        let own = team.anna.post("/views", mine.clone()).await;
        assert_eq!(
            (&own["shared"], &own["mine"]),
            (&json!(false), &json!(true))
        );
        let mut for_all = mine.clone();
        for_all["shared"] = json!(true);
        let refused = team
            .anna
            .refused(Method::POST, "/views", Some(for_all.clone()))
            .await;
        assert_eq!(refused, (403, "accounts.right_missing".into()));
        let shared = team.olga.post("/views", for_all).await;
        // Each sees their own and the shared ones; nobody else's own.
        let names = |views: &Value| {
            views
                .as_array()
                .unwrap()
                .iter()
                .map(|v| word(&v["id"]))
                .collect::<Vec<_>>()
        };
        let (own_id, shared_id) = (word(&own["id"]), word(&shared["id"]));
        assert_eq!(
            names(&team.anna.get("/views").await),
            [own_id.clone(), shared_id.clone()]
        );
        assert_eq!(
            names(&team.boris.get("/views").await),
            std::slice::from_ref(&shared_id)
        );
        let own_path = format!("/views/{own_id}");
        let shared_path = format!("/views/{shared_id}");
        for (method, body) in [
            (Method::PATCH, Some(json!({"name": "Чужая"}))),
            (Method::DELETE, None),
        ] {
            let refused = team
                .boris
                .refused(method.clone(), &own_path, body.clone())
                .await;
            assert_eq!(refused.0, 404);
            let refused = team.boris.refused(method, &shared_path, body).await;
            assert_eq!(refused, (403, "accounts.right_missing".into()));
        }
        // It shows what it says, and counts it.
        let page = team
            .boris
            .post("/inbox/page", json!({"view_id": shared_id}))
            .await;
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
        assert_eq!(page["items"][0]["id"], json!(first));
        let counts = team.boris.get("/views/counts").await;
        assert_eq!(counts, json!([{"id": shared_id, "total": 1, "unread": 1}]));
        // Anna answers: it is hers, and no longer Boris's to see or to count.
        team.anna.say("client-chats", &first, "Да").await;
        let counts = team.boris.get("/views/counts").await;
        assert_eq!(counts[0]["total"], 0);
        let page = team
            .boris
            .post("/inbox/page", json!({"view_id": shared_id}))
            .await;
        assert!(page["items"].as_array().unwrap().is_empty());
        // Every condition by itself.
        let queue = &team.queue;
        let (first, second) = (vec![first], vec![second]);
        let both = [first.clone(), second.clone()].concat();
        for (filter, mut want) in [
            (json!({}), both.clone()),
            (json!({"queue_ids": [queue]}), both.clone()),
            (json!({"account_ids": [team.account]}), both.clone()),
            (json!({"account_ids": [uuid()]}), vec![]),
            (json!({"assignee_ids": [team.anna.id]}), first.clone()),
            (json!({"unassigned": true}), second.clone()),
            (json!({"mine": true}), vec![]),
            (
                json!({"unassigned": true, "assignee_ids": [team.anna.id]}),
                both.clone(),
            ),
            (json!({"state": "queue"}), second.clone()),
            (json!({"state": "unanswered"}), second.clone()),
            (json!({"state": "snoozed"}), vec![]),
            (json!({"state": "closed"}), vec![]),
            (json!({"state": "any"}), both.clone()),
            (json!({"older_than_min": 30}), vec![]),
        ] {
            let mut got = ids(&team.olga, json!({"filter": filter})).await;
            got.sort();
            want.sort();
            assert_eq!(got, want, "{filter}");
        }
        assert_eq!(
            ids(&team.anna, json!({"filter": {"mine": true}})).await,
            first
        );
        app.clock.advance(Duration::from_secs(31 * 60));
        let old = json!({"filter": {"older_than_min": 30}});
        assert_eq!(ids(&team.olga, old).await.len(), 2);
        let named = json!({"filter": {}, "q": "срочно"});
        assert_eq!(ids(&team.olga, named).await, first, "by the label's name");
        // Bad input says what is wrong.
        for (form, code) in [
            (json!({}), "conversations.one_list"),
            (
                json!({"group": "my", "filter": {}}),
                "conversations.one_list",
            ),
            (
                json!({"filter": {"older_than_min": 0}}),
                "conversations.out_of_range",
            ),
        ] {
            let refused = team
                .olga
                .refused(Method::POST, "/inbox/ids", Some(form.clone()))
                .await;
            assert_eq!(refused, (400, code.into()), "{form}");
        }
        let unknown = json!({"name": "Нет", "filter": {"label_ids": [uuid()]}});
        let refused = team
            .anna
            .refused(Method::POST, "/views", Some(unknown))
            .await;
        assert_eq!(refused, (400, "conversations.no_such_label".into()));
        // Renamed, narrowed, shared and deleted.
        let patch = json!({"name": "Мои срочные", "filter": {"mine": true}});
        let changed = team.anna.patch(&own_path, patch).await;
        assert_eq!(changed["name"], "Мои срочные");
        assert_eq!(changed["filter"]["mine"], true);
        team.anna.delete(&own_path).await;
        assert_eq!(
            team.anna
                .refused(
                    Method::POST,
                    "/inbox/page",
                    Some(json!({"view_id": own_id}))
                )
                .await
                .0,
            404
        );
        team.olga
            .patch(&shared_path, json!({"shared": false}))
            .await;
        assert_eq!(team.boris.get("/views").await, json!([]));
    }
);

story!(one_act_on_many_chats_tells_what_became_of_each, |app| {
    let team = crew(&app).await;
    let all = many(&team, &app, 70).await;
    let urgent = label(&team.olga, "Срочно", "red").await;
    let bulk = async |who: &Caller, ids: &[String], more: Value| {
        let mut body = json!({"ids": ids});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        who.post("/client-chats/bulk", body).await
    };
    let count = |answer: &Value, what: &str| answer[what].as_array().unwrap().len();
    // Labels: put where it is not.
    let answer = bulk(
        &team.anna,
        &all[..40],
        json!({"act": "label", "add": [urgent]}),
    )
    .await;
    assert_eq!((count(&answer, "done"), count(&answer, "same")), (40, 0));
    let answer = bulk(&team.anna, &all, json!({"act": "label", "add": [urgent]})).await;
    assert_eq!((count(&answer, "done"), count(&answer, "same")), (30, 40));
    // Boris has taken some: to Anna they are not there, and that is said.
    for chat in &all[..3] {
        team.boris.say("client-chats", chat, "Отвечаю").await;
    }
    let answer = bulk(
        &team.anna,
        &all[..40],
        json!({"act": "assign", "to": team.anna.id}),
    )
    .await;
    assert_eq!(count(&answer, "done"), 37);
    assert_eq!(answer["refused"].as_array().unwrap().len(), 1);
    assert_eq!(answer["refused"][0]["ids"], json!(all[..3]));
    assert!(
        !answer["refused"][0]["title"].as_str().unwrap().is_empty(),
        "{answer}"
    );
    assert_eq!(team.anna.get("/inbox/counts").await["my"]["total"], 37);
    // Read, put away and fetched back, closed and opened again.
    let hers = &all[3..40];
    let answer = bulk(&team.anna, hers, json!({"act": "read"})).await;
    assert_eq!(count(&answer, "done"), 37);
    let answer = bulk(&team.anna, hers, json!({"act": "read"})).await;
    assert_eq!((count(&answer, "done"), count(&answer, "same")), (0, 37));
    assert_eq!(team.anna.get("/inbox/counts").await["my"]["unread"], 0);
    let answer = bulk(&team.anna, &hers[..5], json!({"act": "snooze"})).await;
    assert_eq!(count(&answer, "done"), 5);
    let answer = bulk(&team.anna, &hers[..6], json!({"act": "snooze"})).await;
    assert_eq!(count(&answer, "done"), 1);
    assert_eq!(
        answer["refused"][0]["code"],
        "conversations.snoozed_already"
    );
    assert_eq!(answer["refused"][0]["ids"], json!(hers[..5]));
    let answer = bulk(&team.anna, hers, json!({"act": "wake"})).await;
    assert_eq!((count(&answer, "done"), count(&answer, "same")), (6, 31));
    let answer = bulk(&team.anna, hers, json!({"act": "close"})).await;
    assert_eq!(count(&answer, "done"), 37);
    assert_eq!(
        ids(&team.anna, json!({"filter": {"state": "closed"}}))
            .await
            .len(),
        37
    );
    let answer = bulk(&team.anna, hers, json!({"act": "reopen"})).await;
    assert_eq!(count(&answer, "done"), 37);
    // Into another queue, whose members see them then.
    let form = json!({"name": "Бухгалтерия", "member_ids": [team.boris.id]});
    let accounting = word(&team.olga.post("/queues", form).await["id"]);
    let answer = bulk(
        &team.anna,
        hers,
        json!({"act": "queue", "queue_id": accounting}),
    )
    .await;
    assert_eq!(count(&answer, "done"), 37);
    assert_eq!(
        ids(
            &team.boris,
            json!({"filter": {"queue_ids": [accounting], "state": "queue"}})
        )
        .await
        .len(),
        37
    );
    assert!(
        ids(&team.anna, json!({"filter": {"queue_ids": [accounting]}}))
            .await
            .is_empty()
    );
    // Bad input.
    for (body, code) in [
        (
            json!({"ids": [], "act": "read"}),
            "conversations.out_of_range",
        ),
        (
            json!({"ids": [all[0]], "act": "assign"}),
            "conversations.no_such_person",
        ),
    ] {
        let refused = team
            .anna
            .refused(Method::POST, "/client-chats/bulk", Some(body))
            .await;
        assert_eq!(refused, (400, code.into()));
    }
    // Named twice it is done once; a stranger's and an invented one are told alike.
    let odd = [all[50].clone(), all[50].clone(), uuid()];
    let answer = bulk(&team.anna, &odd, json!({"act": "close"})).await;
    assert_eq!(count(&answer, "done"), 1);
    assert_eq!(answer["refused"][0]["code"], "not-found");
    // A page goes on where the one before ended.
    let page = team
        .olga
        .post("/inbox/page", json!({"filter": {"state": "any"}}))
        .await;
    assert_eq!(count(&page, "items"), 60);
    let rest = team
        .olga
        .post(
            "/inbox/page",
            json!({"filter": {"state": "any"}, "next": page["next"]}),
        )
        .await;
    assert_eq!(count(&rest, "items"), 10);
    assert_eq!(rest["next"], Value::Null);
});

story!(
    an_assigning_and_a_reading_of_many_are_taken_back_to_where_each_was,
    |app| {
        let team = crew(&app).await;
        let all = many(&team, &app, 6).await;
        let olga = &team.olga;
        team.boris.say("client-chats", &all[0], "Отвечаю").await;
        let stands = async |chat: &String| {
            let now = olga.get(&format!("/client-chats/{chat}")).await["chat"].clone();
            (now["state"].clone(), now["assignee_id"].clone())
        };
        let mut before = Vec::new();
        for chat in &all {
            before.push(stands(chat).await);
        }
        let body = json!({"ids": all, "act": "assign", "to": team.anna.id});
        let answer = olga.post("/client-chats/bulk", body).await;
        assert_eq!(answer["done"].as_array().unwrap().len(), 6, "{answer}");
        for chat in &all {
            assert_eq!(stands(chat).await, (json!("work"), json!(team.anna.id)));
        }
        let undo = answer["undo"].as_array().unwrap().clone();
        assert_eq!(undo.len(), 2, "to Boris, into the queue: {undo:?}");
        for part in undo {
            let back = olga.post("/client-chats/bulk", part).await;
            assert_eq!(back["refused"], json!([]));
        }
        for (chat, was) in all.iter().zip(&before) {
            let now = stands(chat).await;
            assert_eq!(now.0, was.0);
            if was.0 == "work" {
                assert_eq!(now.1, was.1);
            }
        }
        // Reading: some read in part before, and exactly that is unread again.
        olga.post(&format!("/threads/{}/read", all[2]), json!({"seq": 1}))
            .await;
        let unread = async || olga.get("/inbox/counts").await["all"]["unread"].clone();
        let was = unread().await;
        let body = json!({"ids": all, "act": "read"});
        let answer = olga.post("/client-chats/bulk", body).await;
        assert_eq!(unread().await, 0);
        let undo = answer["undo"].as_array().unwrap().clone();
        assert_eq!(undo.len(), 1);
        assert_eq!(undo[0]["act"], "unread");
        olga.post("/client-chats/bulk", undo[0].clone()).await;
        assert_eq!(unread().await, was);
        let lost = json!({"ids": [all[0]], "act": "unread"});
        let refused = olga.post("/client-chats/bulk", lost).await;
        assert_eq!(refused["refused"][0]["code"], "conversations.out_of_range");
        // Other acts are taken back by their opposite.
        let body = json!({"ids": all, "act": "close"});
        let answer = olga.post("/client-chats/bulk", body).await;
        assert_eq!(answer["undo"], json!([]));
    }
);
