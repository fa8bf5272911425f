//! Stories of the user window and of the set-up list: S0-03, S0-04, L-89.

use crate::{app::uuid, story};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

fn titles(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|t| t["title"].as_str().unwrap()).collect()
}

story!(l_89_tasks_in_common_are_those_of_both, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let ours = json!({"title": "Лампа", "assignee_id": anna.id});
    let ours = olga.post("/tasks", ours).await;
    let helped = json!({"title": "Склад", "assignee_id": boris.id, "coworker_ids": [anna.id]});
    olga.post("/tasks", helped).await;
    olga.post("/tasks", json!({"title": "Для всех", "everyone": true}))
        .await;
    olga.post("/tasks", json!({"title": "Чужое", "assignee_id": boris.id}))
        .await;
    let with_anna = format!("/people/{}/tasks", anna.id);
    let page = olga.get(&with_anna).await;
    let mut named = titles(&page);
    named.sort_unstable();
    assert_eq!(named, ["Лампа", "Склад"]);
    assert_eq!(
        (page["open"].clone(), page["finished"].clone()),
        (json!(2), json!(0))
    );
    assert_eq!(
        titles(&boris.get(&with_anna).await),
        ["Склад"],
        "Boris has nothing to do with the lamp"
    );
    let place = format!("/tasks/{}", ours["id"].as_str().unwrap());
    let done = json!({"version": ours["version"], "state": "done"});
    anna.patch(&place, done).await;
    assert_eq!(titles(&olga.get(&with_anna).await), ["Склад"]);
    let finished = olga.get(&format!("{with_anna}?filter=done")).await;
    assert_eq!(titles(&finished), ["Лампа"]);
    assert_eq!(
        (finished["open"].clone(), finished["finished"].clone()),
        (json!(1), json!(1))
    );
    let nobody = format!("/people/{}/tasks", uuid());
    assert_eq!(olga.refused(Method::GET, &nobody, None).await.0, 404);
});

story!(l_89_comments_of_a_person_only_where_i_may_read, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    for (title, everyone) in [("Тайна", false), ("Для всех", true)] {
        let form = json!({"title": title, "assignee_id": anna.id, "everyone": everyone});
        let task = olga.post("/tasks", form).await;
        let place = format!("/tasks/{}/entries", task["id"].as_str().unwrap());
        let words = json!({"client_id": uuid(), "text": format!("Беру: {title}")});
        anna.post(&place, words).await;
        let own = json!({"client_id": uuid(), "text": "Хорошо"});
        olga.post(&place, own).await;
    }
    let path = format!("/people/{}/comments", anna.id);
    let texts = |page: &Value| -> Vec<(String, String)> {
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|c| {
                let word = |v: &Value| v.as_str().unwrap().to_owned();
                (word(&c["entry"]["text"]), word(&c["title"]))
            })
            .collect()
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        texts(&olga.get(&path).await),
        [
            pair("Беру: Для всех", "Для всех"),
            pair("Беру: Тайна", "Тайна")
        ]
    );
    assert_eq!(
        texts(&boris.get(&path).await),
        [pair("Беру: Для всех", "Для всех")],
        "two viewers, two contents"
    );
});

story!(l_89_statistics_count_what_stands, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let path = format!("/threads/{chat}/statistics");
    assert_eq!(olga.get(&path).await, json!([]), "nothing written yet");
    let first = olga.say("chats", &chat, "раз").await;
    let second = olga.say("chats", &chat, "два").await;
    let (_, file) = anna
        .upload("/files", "Смета.txt", "строки".as_bytes())
        .await;
    let body = json!({"client_id": uuid(), "text": "", "files": [file["id"]]});
    let third = anna.post(&format!("/chats/{chat}/messages"), body).await;
    let of = |page: &Value, id: &str| {
        let all = page.as_array().unwrap().iter();
        all.clone().find(|w| w["person_id"] == id).cloned().unwrap()
    };
    let seen = olga.get(&path).await;
    let mine = of(&seen, &olga.id);
    assert_eq!(
        (mine["messages"].clone(), mine["files"].clone()),
        (json!(2), json!(0))
    );
    assert_eq!(
        (mine["first_at"].clone(), mine["last_at"].clone()),
        (first["at"].clone(), second["at"].clone())
    );
    let hers = of(&seen, &anna.id);
    assert_eq!(
        (
            hers["messages"].clone(),
            hers["files"].clone(),
            hers["last_at"].clone()
        ),
        (json!(1), json!(1), third["at"].clone())
    );
    olga.delete(&format!("/messages/{}", second["id"].as_str().unwrap()))
        .await;
    assert_eq!(of(&anna.get(&path).await, &olga.id)["messages"], 1);
    assert_eq!(boris.refused(Method::GET, &path, None).await.0, 404);
});

story!(s0_04_the_check_names_what_is_wrong, |app| {
    let mut app = app;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let public = listener.local_addr().unwrap();
    let olga = app.olga().await;
    let check = async |who: &crate::app::Caller| who.post("/health/base", json!({})).await;
    assert_eq!(check(&olga).await["fault"], "no_address");
    let employee = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    assert_eq!(
        employee.refused(Method::POST, "/health/base", None).await.0,
        403
    );
    // A proxy before the house, as there is one before most: the public address is known before the house stands.
    let behind: Arc<Mutex<Option<SocketAddr>>> = Arc::default();
    let to = behind.clone();
    let proxy = tokio::spawn(async move {
        while let Ok((mut from, _)) = listener.accept().await {
            let to = *to.lock().unwrap();
            tokio::spawn(async move {
                let Some(to) = to else {
                    use tokio::io::{AsyncReadExt, AsyncWriteExt};
                    let _ = from.read(&mut [0; 1024]).await;
                    let _ = from
                        .write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
                        .await;
                    return;
                };
                let mut inside = tokio::net::TcpStream::connect(to).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut from, &mut inside).await;
            });
        }
    });
    app.beseda.take().unwrap().stop().await;
    app.config.base_url = format!("http://{public}");
    app.open().await;
    let olga = app.olga().await;
    assert_eq!(check(&olga).await["fault"], "other");
    *behind.lock().unwrap() = Some(app.address);
    let answer = check(&olga).await;
    assert_eq!(answer["address"], format!("http://{public}"));
    assert!(
        answer["fault"].is_null() || answer["fault"] == "no_web",
        "a test build may carry no interface: {answer}"
    );
    proxy.abort();
    let _ = proxy.await;
    assert_eq!(check(&olga).await["fault"], "refused");
});
