//! Stories of tasks and of tables that people make: S2-23, S2-30 to S2-32, L-68, P-10, and what bad input comes to.

use crate::{
    app::{App, Caller, uuid},
    files::png,
    story,
};
use reqwest::Method;
use serde_json::{Value, json};

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

async fn three(app: &App) -> (Caller, Caller, Caller) {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    (olga, anna, boris)
}

/// Titles of a list of tasks.
async fn titles(who: &Caller, query: &str) -> Vec<String> {
    let page = who.get(&format!("/tasks?{query}")).await;
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|t| t["title"].as_str().unwrap().to_owned())
        .collect()
}

/// The newest entries of a task or row, each as its kind and text.
async fn said(who: &Caller, place: &str) -> Vec<(String, String)> {
    let page = who.get(&format!("{place}/entries")).await;
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|e| {
            let word = |key: &str| e[key].as_str().unwrap().to_owned();
            (word("kind"), word("text"))
        })
        .collect()
}

fn pair(kind: &str, text: &str) -> (String, String) {
    (kind.to_owned(), text.to_owned())
}

story!(s2_23_a_task_goes_to_its_assignee_who_is_told, |app| {
    let (olga, anna, boris) = three(&app).await;
    let mut socket = anna.listen(None).await;
    socket.wait_type("welcome").await;
    let form =
        json!({"title": " Починить лампу\u{202e} ", "text": "В **холле**", "assignee_id": anna.id});
    let task = olga.post("/tasks", form).await;
    assert_eq!(
        (
            task["number"].clone(),
            task["title"].clone(),
            task["state"].clone()
        ),
        (json!(1), json!("Починить лампу"), json!("new"))
    );
    assert_eq!(task["tokens"][0]["c"][1]["t"], "strong", "{task}");
    let frame = socket.wait_type("task.changed").await;
    assert_eq!(frame["task"], task);
    let notice = socket.wait_type("notice.added").await["notice"].clone();
    assert_eq!(
        (
            notice["kind"].clone(),
            notice["thread_kind"].clone(),
            notice["thread_id"].clone()
        ),
        (json!("task"), json!("task"), task["id"].clone())
    );
    let place = format!("/tasks/{}", id(&task));
    assert_eq!(anna.get(&place).await, task);
    assert_eq!(boris.refused(Method::GET, &place, None).await.0, 404);
    assert_eq!(titles(&anna, "scope=my").await, ["Починить лампу"]);
    assert_eq!(titles(&olga, "scope=set").await, ["Починить лампу"]);
    assert!(titles(&olga, "scope=my").await.is_empty());
    assert!(titles(&boris, "scope=common").await.is_empty());
    assert_eq!(
        anna.get("/tasks/counts").await,
        json!({"open": 1, "overdue": 0})
    );
    // Whoever looks has heard of it.
    anna.post(&format!("{place}/seen"), json!({})).await;
    assert_eq!(anna.get("/notices").await["open"], 0);
    // Who set it hears of its end.
    let version = task["version"].clone();
    let done = anna
        .patch(&place, json!({"version": version, "state": "done"}))
        .await;
    assert!(done["finished_at"].is_number());
    let notices = olga.get("/notices").await;
    assert_eq!(notices["items"][0]["kind"], "finished");
    assert!(titles(&anna, "scope=my").await.is_empty());
    assert_eq!(
        titles(&anna, "scope=my&filter=done").await,
        ["Починить лампу"]
    );
    let changes = anna.get(&format!("{place}/entries")).await["items"][0]["changes"].clone();
    assert_eq!(
        changes,
        json!([{"field": "state", "name": "", "before": "new", "after": "done"}])
    );
});

story!(tasks_have_comments_coworkers_files_and_deadlines, |app| {
    let (olga, anna, boris) = three(&app).await;
    let now = app.clock.now().millis();
    let (_, file) = olga.upload("/files", "план.png", &png(4, 3)).await;
    let form = json!({"title": "Отчёт", "assignee_id": anna.id, "coworker_ids": [boris.id, boris.id],
        "deadline": now - 1000, "files": [file["id"]]});
    let task = olga.post("/tasks", form).await;
    assert_eq!(task["coworker_ids"], json!([boris.id]));
    olga.post(
        "/tasks",
        json!({"title": "Без срока", "assignee_id": anna.id}),
    )
    .await;
    let form = json!({"title": "Позже", "assignee_id": anna.id, "deadline": now + 1000});
    olga.post("/tasks", form).await;
    assert_eq!(
        titles(&anna, "scope=my").await,
        ["Отчёт", "Позже", "Без срока"],
        "by deadline"
    );
    assert_eq!(titles(&anna, "scope=my&filter=overdue").await, ["Отчёт"]);
    assert_eq!(titles(&anna, "scope=my&q=jnxtn").await, ["Отчёт"]);
    assert_eq!(titles(&boris, "scope=my&q=%E2%84%961").await, ["Отчёт"]);
    let place = format!("/tasks/{}", id(&task));
    // The task's files are open to all who see it, and only to them.
    let file = format!("/files/{}", file["id"].as_str().unwrap());
    boris.raw(Method::GET, &file, None).await;
    assert_eq!(boris.raw(Method::GET, &file, None).await.0.as_u16(), 200);
    let vera = app.join(&olga, "Вера", "vera", "Сотрудник").await;
    assert_eq!(vera.raw(Method::GET, &file, None).await.0.as_u16(), 404);

    let mut socket = anna.listen(None).await;
    socket.wait_type("welcome").await;
    let comment = json!({"client_id": uuid(), "text": format!("Смотри, @[Анна]({})", anna.id)});
    let entry = boris
        .post(&format!("{place}/entries"), comment.clone())
        .await;
    assert_eq!(socket.wait_type("entry.added").await["entry"], entry);
    assert_eq!(
        socket.wait_type("task.changed").await["task"]["comments"],
        1
    );
    // The same again is the same comment.
    let again = boris.post(&format!("{place}/entries"), comment).await;
    assert_eq!(again["id"], entry["id"]);
    assert_eq!(anna.get("/notices").await["items"][0]["kind"], "mention");
    assert_eq!(olga.get("/notices").await["items"][0]["kind"], "comment");
    let nothing = Some(json!({"client_id": uuid(), "text": "  "}));
    assert_eq!(
        anna.refused(Method::POST, &format!("{place}/entries"), nothing)
            .await,
        (400, "records.empty_comment".into())
    );
    // Whoever is taken out of it no longer sees it, and is told.
    let mut socket = boris.listen(None).await;
    socket.wait_type("welcome").await;
    let patch = json!({"version": 1, "coworker_ids": []});
    anna.patch(&place, patch).await;
    assert_eq!(socket.wait_type("task.gone").await["id"], task["id"]);
    assert_eq!(boris.refused(Method::GET, &place, None).await.0, 404);
});

story!(two_editors_of_one_task_lose_no_word, |app| {
    let (olga, anna, _) = three(&app).await;
    let form = json!({"title": "Лампа", "text": "раз", "assignee_id": anna.id});
    let task = olga.post("/tasks", form).await;
    let place = format!("/tasks/{}", id(&task));
    let seen = task["version"].clone();
    // Different fields: both stand.
    anna.patch(&place, json!({"version": seen, "text": "раз, два"}))
        .await;
    let both = olga
        .patch(&place, json!({"version": seen, "title": "Торшер"}))
        .await;
    assert_eq!(
        (both["title"].clone(), both["text"].clone()),
        (json!("Торшер"), json!("раз, два"))
    );
    // The same field: the second is shown the first and nothing is changed.
    let patch = json!({"version": seen, "text": "раз, три", "state": "working"});
    let (status, answer) = olga.raw(Method::PATCH, &place, Some(patch)).await;
    assert_eq!(
        (status.as_u16(), answer["code"].clone()),
        (409, json!("records.overtaken"))
    );
    assert_eq!(answer["fields"], json!(["text"]));
    assert_eq!(answer["current"]["text"], "раз, два");
    assert_eq!(
        answer["current"]["state"], "new",
        "half a change is no change"
    );
    assert_eq!(
        answer["title"],
        "То же самое только что изменил кто-то другой"
    );
    // Having seen it, one may decide.
    let now = answer["current"]["version"].clone();
    let mine = olga
        .patch(&place, json!({"version": now, "text": "раз, три"}))
        .await;
    assert_eq!(mine["text"], "раз, три");
    // Both wanting the same is no quarrel.
    olga.patch(&place, json!({"version": seen, "text": "раз, три"}))
        .await;
    assert_eq!(
        said(&anna, &place).await.len(),
        4,
        "made, and changed three times"
    );
});

story!(
    common_tasks_are_seen_by_their_circle_and_may_be_taken,
    |app| {
        let (olga, anna, boris) = three(&app).await;
        let department = olga.post("/departments", json!({"name": "Склад"})).await["id"].clone();
        olga.patch(
            &format!("/people/{}", anna.id),
            json!({"department_id": department}),
        )
        .await;
        let form = json!({"title": "Пересчитать полки", "department_ids": [department]});
        let task = olga.post("/tasks", form).await;
        let place = format!("/tasks/{}", id(&task));
        assert_eq!(titles(&anna, "scope=common").await, ["Пересчитать полки"]);
        assert!(titles(&boris, "scope=common").await.is_empty());
        let patch = Some(json!({"version": 1, "title": "Не считать"}));
        assert_eq!(
            anna.refused(Method::PATCH, &place, patch).await,
            (403, "records.not_yours".into())
        );
        let taken = anna
            .patch(&place, json!({"version": 1, "assignee_id": anna.id}))
            .await;
        assert_eq!(taken["assignee_id"], json!(anna.id));
        let share = Some(json!({"version": 2, "everyone": true}));
        assert_eq!(
            anna.refused(Method::PATCH, &place, share).await,
            (403, "records.not_yours".into())
        );
        olga.patch(&place, json!({"version": 2, "everyone": true}))
            .await;
        assert_eq!(titles(&boris, "scope=common").await, ["Пересчитать полки"]);
        // An id of something else is no department.
        let form = json!({"title": "x", "department_ids": [boris.id]});
        assert_eq!(
            olga.refused(Method::POST, "/tasks", Some(form)).await,
            (400, "records.no_such_department".into())
        );
    }
);

story!(the_board_keeps_its_order, |app| {
    let (olga, anna, _) = three(&app).await;
    for title in ["один", "два", "три"] {
        let form = json!({"title": title, "assignee_id": anna.id});
        olga.post("/tasks", form).await;
    }
    let column = async |state: usize| -> Vec<String> {
        let board = anna.get("/tasks/board?scope=my").await;
        let items = board["columns"][state]["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|t| t["title"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(column(0).await, ["три", "два", "один"], "the newest on top");
    let all = anna.get("/tasks?scope=my").await;
    let of = |title: &str| {
        let items = all["items"].as_array().unwrap().iter();
        id(items.clone().find(|t| t["title"] == title).unwrap())
    };
    let under = json!({"version": 1, "under": of("один")});
    anna.patch(&format!("/tasks/{}", of("три")), under).await;
    assert_eq!(column(0).await, ["два", "один", "три"]);
    for title in ["один", "два"] {
        let place = format!("/tasks/{}", of(title));
        anna.patch(
            &place,
            json!({"version": 1, "state": "working", "under": null}),
        )
        .await;
    }
    assert_eq!(column(1).await, ["два", "один"]);
    // However often it is put between the same two, there is room.
    for n in 0..60 {
        let (up, down) = if n % 2 == 0 {
            ("два", "один")
        } else {
            ("один", "два")
        };
        let place = format!("/tasks/{}", of("три"));
        let patch = json!({"version": 9, "state": "working", "under": of(up)});
        anna.patch(&place, patch).await;
        let last = anna.get(&place).await;
        anna.patch(
            &format!("/tasks/{}", of(down)),
            json!({"version": 9, "under": last["id"]}),
        )
        .await;
        assert_eq!(column(1).await, [up, "три", down]);
    }
});

story!(s2_31_s2_32_l_68_messages_are_moved_to_a_task, |app| {
    let (olga, anna, boris) = three(&app).await;
    let chat = olga.direct_with(&anna).await;
    let first = olga.say("chats", &chat, "Лампа **мигает**").await;
    let (_, file) = anna.upload("/files", "лампа.png", &png(4, 3)).await;
    let form = json!({"client_id": uuid(), "text": "", "files": [file["id"]]});
    let second = anna.post(&format!("/chats/{chat}/messages"), form).await;
    let form = json!({"title": "Лампы", "assignee_id": boris.id});
    let task = olga.post("/tasks", form).await;
    let found = olga.get("/tasks/targets?q=лампы").await;
    assert_eq!(found["items"][0]["title"], "Лампы");
    assert!(
        anna.get("/tasks/targets").await["items"]
            .as_array()
            .unwrap()
            .is_empty(),
        "only tasks open to me are offered"
    );
    let both = json!([second["id"], first["id"]]);
    let to = json!({"kind": "task", "id": task["id"]});
    let moved = olga
        .post("/records/move", json!({"message_ids": both, "into": to}))
        .await;
    assert_eq!(moved["task"]["comments"], 2);
    let place = format!("/tasks/{}", id(&task));
    let page = boris.get(&format!("{place}/entries")).await;
    let (picture, words) = (&page["items"][0], &page["items"][1]);
    assert_eq!(
        (
            words["message"]["author_name"].clone(),
            words["message"]["thread_id"].clone(),
            words["message"]["seq"].clone(),
            words["message"]["at"].clone(),
            words["person_name"].clone(),
        ),
        (
            json!("Ольга"),
            json!(chat),
            first["seq"].clone(),
            first["at"].clone(),
            json!("Ольга"),
        )
    );
    assert_eq!(words["tokens"], first["tokens"]);
    // The message tells where it was moved; what stands there, only who may see it.
    let page = olga.get(&format!("/threads/{chat}/messages")).await;
    let links = page["messages"][0]["extras"]["links"].clone();
    assert_eq!(links, json!([{"kind": "task", "id": task["id"]}]), "{page}");
    let asked = json!({"refs": links});
    let card = olga.post("/cards", asked.clone()).await;
    assert_eq!(card[0]["title"], "№\u{a0}1 Лампы", "{card}");
    assert_eq!(anna.post("/cards", asked).await, json!([]));
    // Boris is not in the chat, and may open the file as the task's.
    let own = picture["files"][0]["id"].as_str().unwrap();
    assert_ne!(own, file["id"]);
    let path = format!("/files/{own}");
    assert_eq!(boris.raw(Method::GET, &path, None).await.0.as_u16(), 200);
    assert_eq!(boris.get("/notices").await["items"][0]["kind"], "comment");
    // The same again puts nothing down twice.
    let again = olga
        .post("/records/move", json!({"message_ids": both, "into": to}))
        .await;
    assert_eq!(again["entries"], json!([]));
    // What one may not see cannot be moved, nor to where one may not see.
    let form = Some(json!({"message_ids": both, "into": to}));
    assert_eq!(
        boris
            .refused(Method::POST, "/records/move", form.clone())
            .await
            .0,
        404
    );
    assert_eq!(
        anna.refused(Method::POST, "/records/move", form).await.0,
        404
    );
    // A task from a message is called by its words, unless it is told another name.
    let form = json!({"message_ids": [first["id"]], "into": {"kind": "new", "task": {"title": "", "assignee_id": anna.id}}});
    let new = olga.post("/records/move", form).await;
    assert_eq!(new["task"]["title"], "Лампа мигает");
    assert_eq!(new["entries"].as_array().unwrap().len(), 1);
    let deleted = olga.say("chats", &chat, "ой").await;
    olga.delete(&format!("/messages/{}", id(&deleted))).await;
    let form = json!({"message_ids": [deleted["id"]], "into": to});
    assert_eq!(
        olga.refused(Method::POST, "/records/move", Some(form))
            .await,
        (400, "records.cannot_move".into())
    );
});

fn field(name: &str, kind: &str) -> Value {
    json!({"name": name, "kind": kind})
}

/// A table of Olga's that Anna writes and Boris reads; answers it with the ids of its fields.
async fn table(olga: &Caller, anna: &Caller, boris: &Caller) -> (String, Vec<String>, Value) {
    let form = json!({"name": "Заказы", "readers": {"person_ids": [boris.id]}, "writers": {"person_ids": [anna.id]},
    "fields": [
        {"name": "Клиент", "kind": "text", "required": true},
        field("Сумма", "money"),
        field("Срок", "date"),
        {"name": "Вид", "kind": "choice", "choices": [{"name": "Свет"}, {"name": "Мебель"}]},
        field("Кто", "person"),
    ]});
    let table = olga.post("/tables", form).await;
    let fields = table["fields"].as_array().unwrap().iter().map(id).collect();
    (id(&table), fields, table)
}

story!(s2_32_a_table_has_rows_rights_and_a_history, |app| {
    let (olga, anna, boris) = three(&app).await;
    let vera = app.join(&olga, "Вера", "vera", "Сотрудник").await;
    let (table, f, whole) = table(&olga, &anna, &boris).await;
    let rows = format!("/tables/{table}/rows");
    let light = whole["fields"][3]["choices"][0]["id"].clone();
    let cells = json!({&f[0]: "Лампа и Ко", &f[1]: "1 200,5", &f[2]: "2027-03-31", &f[3]: light, &f[4]: boris.id});
    let mut socket = boris.listen(None).await;
    socket.wait_type("welcome").await;
    let row = anna.post(&rows, json!({"cells": cells})).await;
    assert_eq!(socket.wait_type("row.changed").await["row"], row);
    assert_eq!(
        (
            row["number"].clone(),
            row["title"].clone(),
            row["cells"][&f[1]].clone()
        ),
        (json!(1), json!("Лампа и Ко"), json!(1200.5))
    );
    // What does not fit is said for each field, in words.
    let wrong = json!({"cells": {&f[1]: "много", &f[2]: "31.02.2027"}});
    let (status, answer) = anna.raw(Method::POST, &rows, Some(wrong)).await;
    assert_eq!(
        (status.as_u16(), answer["code"].clone()),
        (400, json!("records.unfit"))
    );
    assert_eq!(
        answer["cells"],
        json!({&f[0]: "Заполните поле", &f[1]: "Напишите число", &f[2]: "Такого дня нет"})
    );
    // Found by any cell, a colleague's name and a choice's too.
    for q in ["лампа", "свет", "борис", "1200"] {
        let page = boris.get(&format!("{rows}?q={q}")).await;
        assert_eq!(page["total"], 1, "{q}");
    }
    // Rights: Boris reads, Vera is told nothing, Anna may not change the fields.
    let place = format!("/rows/{}", id(&row));
    let patch = Some(json!({"version": 1, "cells": {&f[1]: 5}}));
    assert_eq!(
        boris.refused(Method::PATCH, &place, patch.clone()).await,
        (403, "records.not_writer".into())
    );
    assert_eq!(vera.refused(Method::GET, &place, None).await.0, 404);
    let form = json!({"version": 1, "name": "Мои", "fields": [field("x", "text")]});
    assert_eq!(
        anna.refused(Method::PUT, &format!("/tables/{table}"), Some(form))
            .await,
        (403, "records.not_keeper".into())
    );
    // Two writers of one row: other cells both stand, the same cell is shown.
    anna.patch(&place, json!({"version": 1, "cells": {&f[1]: 5}}))
        .await;
    let both = olga
        .patch(&place, json!({"version": 1, "cells": {&f[2]: null}}))
        .await;
    assert_eq!(
        (both["cells"][&f[1]].clone(), both["cells"][&f[2]].clone()),
        (json!(5.0), Value::Null)
    );
    let patch = Some(json!({"version": 1, "cells": {&f[1]: 7}}));
    let (status, answer) = olga.raw(Method::PATCH, &place, patch).await;
    assert_eq!(
        (status.as_u16(), answer["fields"].clone()),
        (409, json!([f[1]]))
    );
    assert_eq!(answer["current"]["cells"][&f[1]], 5.0);

    // A message goes into the history of the row (P-10).
    let chat = anna.direct_with(&olga).await;
    let message = olga.say("chats", &chat, "Лампу привезли").await;
    let offered = anna.get("/tables/targets?q=лампа").await;
    assert_eq!(
        (
            offered["items"][0]["row"]["id"].clone(),
            offered["tables"][0]["name"].clone()
        ),
        (row["id"].clone(), json!("Заказы"))
    );
    let none = boris.get("/tables/targets").await;
    assert_eq!(
        none,
        json!({"tables": [], "items": []}),
        "only tables I may write"
    );
    let to = json!({"kind": "row", "id": row["id"]});
    let form = json!({"message_ids": [message["id"]], "into": to});
    anna.post("/records/move", form.clone()).await;
    assert_eq!(
        said(&boris, &place).await,
        [
            pair("message", "Лампу привезли"),
            pair("change", ""),
            pair("change", ""),
            pair("created", "")
        ]
    );
    assert_eq!(
        boris
            .refused(Method::POST, "/records/move", Some(form))
            .await
            .0,
        404
    );
    // Put away: gone from the list, and from what is offered.
    anna.delete(&place).await;
    assert_eq!(anna.get(&rows).await["total"], 0);
    assert_eq!(anna.refused(Method::GET, &place, None).await.0, 404);
    olga.delete(&format!("/tables/{table}")).await;
    assert_eq!(olga.get("/tables").await, json!([]));
    assert_eq!(
        anna.refused(Method::GET, &format!("/tables/{table}"), None)
            .await
            .0,
        404
    );
});

story!(tables_are_sorted_and_read_page_by_page, |app| {
    let (olga, anna, boris) = three(&app).await;
    let (table, f, _) = table(&olga, &anna, &boris).await;
    let rows = format!("/tables/{table}/rows");
    for n in 0..230_i64 {
        let amount = if n % 10 == 0 {
            Value::Null
        } else {
            json!((n * 37) % 229 - 100)
        };
        let cells = json!({&f[0]: format!("К {n}"), &f[1]: amount});
        anna.post(&rows, json!({"cells": cells})).await;
    }
    for (query, down) in [("", false), ("&down=true", true)] {
        let mut next = String::new();
        let mut seen = Vec::new();
        for page in 0..3 {
            let answer = boris
                .get(&format!("{rows}?sort={}{query}{next}", f[1]))
                .await;
            assert_eq!(
                answer["total"],
                if page == 0 { json!(230) } else { Value::Null }
            );
            for row in answer["items"].as_array().unwrap() {
                seen.push((
                    row["number"].as_i64().unwrap(),
                    row["cells"][&f[1]].as_f64(),
                ));
            }
            match answer["next"].as_str() {
                Some(word) => next = format!("&next={word}"),
                None => assert_eq!(page, 2),
            }
        }
        let numbers: std::collections::BTreeSet<i64> = seen.iter().map(|s| s.0).collect();
        assert_eq!((seen.len(), numbers.len()), (230, 230), "each row once");
        let amounts: Vec<f64> = seen.iter().filter_map(|s| s.1).collect();
        assert_eq!(amounts.len(), 207);
        let ordered = |a: &f64, b: &f64| if down { a >= b } else { a <= b };
        assert!(amounts.is_sorted_by(ordered));
        assert!(
            seen[207..].iter().all(|s| s.1.is_none()),
            "empty cells come last, whichever way"
        );
    }
    let first = boris.get(&format!("{rows}?down=true")).await;
    assert_eq!(first["items"][0]["number"], 230);
});

story!(bad_tables_and_tasks_are_answered_well, |app| {
    let (olga, _, _) = three(&app).await;
    let fields = |n: usize| -> Vec<Value> {
        (0..n)
            .map(|i| field(&format!("Поле {i}"), "text"))
            .collect()
    };
    let form = |name: &str, fields: Vec<Value>| json!({"name": name, "fields": fields});
    assert_eq!(
        olga.refused(Method::POST, "/tables", Some(form("x", fields(201))))
            .await,
        (400, "records.too_many_fields".into())
    );
    assert_eq!(
        olga.refused(
            Method::POST,
            "/tables",
            Some(form("\u{200b}\u{202e}", fields(1)))
        )
        .await,
        (400, "records.table_name_needed".into())
    );
    let wide = olga
        .post("/tables", form(&"я".repeat(500), fields(200)))
        .await;
    assert_eq!(wide["name"].as_str().unwrap().chars().count(), 200);
    let ids: Vec<String> = wide["fields"].as_array().unwrap().iter().map(id).collect();
    let full: serde_json::Map<String, Value> = ids
        .iter()
        .map(|f| (f.clone(), json!("слово\u{0} \u{202e}слово")))
        .collect();
    let rows = format!("/tables/{}/rows", id(&wide));
    let row = olga.post(&rows, json!({"cells": full})).await;
    assert_eq!(row["cells"][&ids[199]], "слово слово");
    // A field removed while another wrote it, or of another table, is simply not there.
    let row = olga
        .post(&rows, json!({"cells": {uuid(): "чужое", &ids[0]: "своё"}}))
        .await;
    assert_eq!(row["cells"], json!({&ids[0]: "своё"}));
    // Fields of a newer version: the form is shown what is there.
    let mut fewer = wide["fields"].as_array().unwrap().clone();
    fewer.truncate(3);
    let place = format!("/tables/{}", id(&wide));
    olga.put(
        &place,
        json!({"version": 1, "name": "Узкая", "fields": fewer}),
    )
    .await;
    let (status, answer) = olga
        .raw(
            Method::PUT,
            &place,
            Some(json!({"version": 1, "name": "x", "fields": fewer})),
        )
        .await;
    assert_eq!(
        (status.as_u16(), answer["current"]["name"].clone()),
        (409, json!("Узкая"))
    );
    let mut other = fewer.clone();
    other[0]["kind"] = json!("number");
    let form = json!({"version": 2, "name": "x", "fields": other});
    assert_eq!(
        olga.refused(Method::PUT, &place, Some(form)).await,
        (400, "records.kind_stays".into())
    );
    for (form, code) in [
        (json!({"title": "\u{2066}"}), "records.title_needed"),
        (
            json!({"title": "x", "assignee_id": uuid()}),
            "records.no_such_person",
        ),
        (
            json!({"title": "x", "text": "я".repeat(40_001)}),
            "records.too_long",
        ),
        (json!({"title": "x", "files": [uuid()]}), "not-found"),
    ] {
        assert_eq!(
            olga.refused(Method::POST, "/tasks", Some(form)).await,
            (400, code.into())
        );
    }
    let zero = olga
        .post("/tasks", json!({"title": "a\u{0}b", "text": "с\u{0}нулём"}))
        .await;
    assert_eq!(
        (zero["title"].clone(), zero["text"].clone()),
        (json!("ab"), json!("снулём"))
    );
    assert_eq!(zero["number"], 1, "a refused task takes no number");
});

story!(a_table_of_a_hundred_thousand_rows_opens_at_once, |app| {
    let (olga, anna, boris) = three(&app).await;
    let (table, f, _) = table(&olga, &anna, &boris).await;
    let table_id: kernel::Uuid = table.parse().unwrap();
    let (name, amount): (kernel::Uuid, kernel::Uuid) =
        (f[0].parse().unwrap(), f[1].parse().unwrap());
    let author: kernel::Uuid = olga.id.parse().unwrap();
    let now = app.clock.now();
    app.house()
        .write(async move |tx: &mut db::Tx<'_>| {
            tx.run(
                db::sql!(
                    sqlite: "INSERT INTO record_rows (id, table_id, number, version, cells, title, words, author_id, created_at, changed_at)
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
                        SELECT randomblob(16), $1, i, 1, json_object($4, 'Клиент ' || i, CAST($5 AS TEXT), (i * 7919) % 100000), 'Клиент ' || i, i || ' клиент ' || i, $2, $3, $3 FROM n",
                    postgres: "INSERT INTO record_rows (id, table_id, number, version, cells, title, words, author_id, created_at, changed_at)
                        SELECT gen_random_uuid(), $1, i, 1, jsonb_build_object(CAST($4 AS TEXT), 'Клиент ' || i, CAST($5 AS TEXT), (i * 7919) % 100000), 'Клиент ' || i, i || ' клиент ' || i, $2, $3, $3
                        FROM generate_series(1, 100000) AS n(i)",
                ),
                &db::bind![table_id, author, now, name.to_string(), amount.to_string()],
            )
            .await?;
            tx.run(
                db::sql!(
                    sqlite: "INSERT INTO record_cells (row_id, field_id, key)
                        SELECT id, $2, CAST(printf('%08d', (number * 7919) % 100000) AS BLOB) FROM record_rows WHERE table_id = $1",
                    postgres: "INSERT INTO record_cells (row_id, field_id, key)
                        SELECT id, $2, convert_to(lpad(((number * 7919) % 100000)::TEXT, 8, '0'), 'UTF8') FROM record_rows WHERE table_id = $1",
                ),
                &db::bind![table_id, amount],
            )
            .await?;
            tx.run(
                db::sql!("UPDATE record_tables SET last_number = 100000 WHERE id = $1"),
                &db::bind![table_id],
            )
            .await
        })
        .await
        .unwrap();
    let rows = format!("/tables/{table}/rows");
    for (query, total) in [
        (String::new(), 100_000),
        ("?down=true".to_owned(), 100_000),
        (format!("?sort={}", f[1]), 100_000),
        (format!("?sort={}&down=true", f[1]), 100_000),
        ("?q=99999".to_owned(), 1),
    ] {
        let mut next = String::new();
        for _ in 0..3 {
            let sign = if query.is_empty() { '?' } else { '&' };
            let more = if next.is_empty() {
                String::new()
            } else {
                format!("{sign}next={next}")
            };
            let page = boris.get(&format!("{rows}{query}{more}")).await;
            if next.is_empty() {
                assert_eq!(page["total"], total, "{query}");
            }
            let Some(word) = page["next"].as_str() else {
                break;
            };
            assert_eq!(page["items"].as_array().unwrap().len(), 100);
            word.clone_into(&mut next);
        }
    }
    // And it takes one more.
    let row = anna
        .post(&rows, json!({"cells": {&f[0]: "Последний"}}))
        .await;
    assert_eq!(row["number"], 100_001);
    assert_eq!(boris.get("/tables/targets?q=x").await["tables"], json!([]));
    let found = anna.get("/tables/targets?q=последний").await;
    assert_eq!(found["items"][0]["row"]["id"], row["id"]);
});
