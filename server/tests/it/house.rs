//! The house itself: every statement prepares, texts exist in both languages.

use crate::story;
use serde_json::{Value, json};

story!(every_statement_of_the_program_prepares, |app| {
    let all = db::all_statements();
    assert!(all.len() > 150, "the registry is empty: {}", all.len());
    let mut wrong = Vec::new();
    for statement in all {
        if let Err(error) = app.house().db().prepare(statement).await {
            wrong.push(format!("{:?}: {error}", statement.place));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
});

story!(
    every_right_and_refusal_has_its_sentence_in_both_languages,
    |app| {
        for language in kernel::Language::ALL {
            for right in beseda::registry::domains().iter().flat_map(|d| d.rights) {
                let id = format!("right-{}", right.word.replace('.', "-"));
                for id in [id.clone(), format!("{id}-about")] {
                    assert!(
                        app.house().texts().find(language, &id, &[]).is_some(),
                        "{language:?} {id}"
                    );
                }
            }
        }
    }
);

story!(data_survive_a_restart, |app| {
    let mut app = app;
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    olga.say("chats", &chat, "останется").await;
    app.beseda.take().unwrap().stop().await;
    app.open().await;
    let olga = app.olga().await;
    assert_eq!(
        olga.get(&format!("/threads/{chat}/messages")).await["messages"][0]["text"],
        "останется"
    );
});

story!(two_nodes_on_one_database_are_one_house, |app| {
    if !app.house().db().is_shared() {
        // One SQLite file belongs to one process; its sockets and jobs are told of by the other stories.
        return;
    }
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let second = app.beside().await;
    let mut there = anna.clone();
    there.base = format!("http://{}", second.address);
    let mut socket = there.listen(None).await;
    socket.wait_type("welcome").await;
    let chat = olga.direct_with(&anna).await;
    for n in 0..20 {
        olga.say("chats", &chat, &format!("{n}")).await;
    }
    socket
        .wait("the last", |f| f["message"]["text"] == "19")
        .await;
    let texts: Vec<&str> = socket
        .seen
        .iter()
        .filter(|f| f["type"] == "message.added")
        .map(|f| f["message"]["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        texts,
        (0..20).map(|n| n.to_string()).collect::<Vec<_>>(),
        "each once, in order"
    );
    // Work for later is done by one of them, once.
    let ctx = app.house().system();
    app.house()
        .write(async move |tx: &mut db::Tx<'_>| {
            jobs::put(tx, &ctx, "nobody.does.this", json!({}), ctx.now, None).await
        })
        .await
        .unwrap();
    app.until("one try", async || {
        let tries: (i64,) = app
            .house()
            .read(async |tx: &mut db::Tx<'_>| {
                tx.must(
                    db::sql!("SELECT attempts FROM jobs WHERE kind = 'nobody.does.this'"),
                    &db::bind![],
                )
                .await
            })
            .await
            .unwrap();
        (tries.0 == 1).then_some(())
    })
    .await;
});

story!(probes_and_the_api_document_answer, |app| {
    let olga = app.olga().await;
    let get = async |path: &str| {
        olga.http
            .get(format!("http://{}{path}", app.address))
            .send()
            .await
            .unwrap()
    };
    assert_eq!(get("/healthz").await.status(), 200);
    assert_eq!(get("/readyz").await.status(), 200);
    assert!(
        get("/metrics")
            .await
            .text()
            .await
            .unwrap()
            .contains("beseda_open_sockets 0")
    );
    let api: serde_json::Value = get("/api/openapi.json").await.json().await.unwrap();
    assert_eq!(api["info"]["title"], "Beseda");
    let system = olga.get("/health/system").await;
    assert!(
        system["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|i| i["code"] == "flush")
    );
    let policy = get("/").await.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-eval"));
});

// Nobody new is to begin with something in red: the sample's messenger says of itself that it is an example on pause.
story!(the_sample_company_begins_without_a_failure, |app| {
    let olga = app.olga().await;
    beseda::demo::fill(app.house().clone()).await.unwrap();
    let states = app.until("every channel was looked at", async || {
        let all = olga.get("/channels").await["accounts"].clone();
        let states = all.as_array()?.iter().map(|a| a["health"]["state"].clone());
        let states: Vec<Value> = states.collect();
        (!states.contains(&json!("checking"))).then_some(states)
    });
    assert_eq!(states.await, ["ok", "ok", "off"]);
    let mut chats = olga.inbox("all").await;
    chats.extend(olga.inbox("closed").await);
    let examples = chats.iter().filter(|c| c["channel"]["kind"] == "telegram");
    let mut answers = 0;
    for chat in examples {
        let path = format!("/threads/{}/messages", chat["id"].as_str().unwrap());
        for message in olga.get(&path).await["messages"].as_array().unwrap() {
            if message["author"]["kind"] == "person" && message["hidden"] == false {
                assert_eq!(message["delivery"]["state"], "sent", "{message}");
                answers += 1;
            }
        }
    }
    assert!(answers > 0, "the example has talks, too");
    assert_eq!(olga.get("/delivery").await["rows"], json!([]));
    let notices = olga.get("/notices").await;
    for notice in notices["items"].as_array().unwrap() {
        assert!(
            !["channel", "failed"].contains(&notice["kind"].as_str().unwrap()),
            "{notice}"
        );
    }
});
