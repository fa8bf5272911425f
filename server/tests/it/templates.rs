//! Stories of prepared answers: files, asked-for fields, whom they are for, words by channel (U-31, P-32, P-33).

use crate::{
    app::{App, Caller, Visitor, uuid},
    queues::{crew, word},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

fn titles(list: &Value) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .filter(|t| t["for_me"] == true)
        .map(|t| word(&t["title"]))
        .collect()
}

story!(
    u_31_p_33_a_template_brings_its_files_and_asks_for_what_nobody_knows,
    |app| {
        let crew = crew(&app).await;
        let (_, anna, boris) = (&crew.olga, &crew.anna, &crew.boris);
        let (visitor, chat) = crew.client(&app, "Когда привезёте?").await;
        anna.post(&format!("/client-chats/{chat}/take"), json!({}))
            .await;
        let (_, price) = anna.upload("/files", "прайс.pdf", b"%PDF-1.4 test").await;
        let form = json!({"title": "Доставка", "scope": "own", "files": [price["id"]],
            "text": "{client.first_name}, привезём {?день}, {?как}. {me.name}, {today}",
            "asks": [{"label": "день", "kind": "date"}, {"label": "как", "kind": "choice", "choices": ["курьером", "почтой"]}],
            "variants": [{"kinds": ["sms"], "text": "Везём {?день}"}, {"kinds": ["widget", "own"], "text": "На сайте: {?день}, {?как}"}]});
        let made = anna.post("/templates", form).await;
        assert_eq!(made["files"][0]["name"], "прайс.pdf");
        let path = format!("/templates/{}/render", word(&made["id"]));
        let missing = json!({"chat_id": chat, "values": {"день": "2026-12-31"}});
        let (status, problem) = anna.raw(Method::POST, &path, Some(missing)).await;
        assert_eq!(
            (status.as_u16(), &problem["code"]),
            (400, &json!("conversations.ask_answer"))
        );
        assert!(word(&problem["title"]).contains("как"), "{problem}");
        let whole = json!({"chat_id": chat, "values": {"день": "2026-12-31", "как": "почтой"}});
        let filled = anna.post(&path, whole.clone()).await;
        assert_eq!(filled["text"], "На сайте: 31.12.2026, почтой");
        let file = &filled["files"][0];
        assert_ne!(
            file["id"], made["files"][0]["id"],
            "one's own, not the template's"
        );
        let sent = json!({"client_id": uuid(), "text": filled["text"], "files": [file["id"]]});
        anna.post(&format!("/client-chats/{chat}/messages"), sent)
            .await;
        let seen = app
            .until("the visitor has it", async || {
                let all = visitor.reads().await;
                all.iter()
                    .find(|m| m["text"] == "На сайте: 31.12.2026, почтой")
                    .cloned()
            })
            .await;
        assert_eq!(seen["files"][0]["name"], "прайс.pdf");
        // It can be used again, and nobody else sees it or its file.
        let again = anna.post(&path, whole.clone()).await;
        assert_ne!(again["files"][0]["id"], file["id"]);
        assert_eq!(boris.refused(Method::POST, &path, Some(whole)).await.0, 404);
        let bytes = format!("/files/{}", word(&made["files"][0]["id"]));
        assert_eq!(boris.refused(Method::GET, &bytes, None).await.0, 404);
        // A form of another's files is refused as a whole.
        let (_, own) = boris.upload("/files", "чужой.txt", b"x").await;
        let form = json!({"title": "Доставка", "text": "x", "files": [own["id"]]});
        let path = format!("/templates/{}", word(&made["id"]));
        assert_eq!(anna.refused(Method::PATCH, &path, Some(form)).await.0, 400);
    }
);

story!(p_33_a_template_is_for_a_department_or_a_queue, |app| {
    let crew = crew(&app).await;
    let (olga, anna, boris) = (&crew.olga, &crew.anna, &crew.boris);
    let department = word(&olga.post("/departments", json!({"name": "Склад"})).await["id"]);
    olga.patch(
        &format!("/people/{}", boris.id),
        json!({"department_id": department}),
    )
    .await;
    let nobody = json!({"title": "Склад", "text": "Есть", "scope": "groups"});
    let (status, problem) = olga.raw(Method::POST, "/templates", Some(nobody)).await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (400, &json!("conversations.audience_needed"))
    );
    let form = json!({"title": "Склад", "text": "Есть на складе", "scope": "groups", "department_ids": [department]});
    assert_eq!(
        anna.refused(Method::POST, "/templates", Some(form.clone()))
            .await
            .0,
        403
    );
    let made = olga.post("/templates", form).await;
    assert_eq!(titles(&boris.get("/templates").await), ["Склад"]);
    assert_eq!(titles(&anna.get("/templates").await), [""; 0]);
    let kept = olga.get("/templates").await;
    assert_eq!(
        (kept[0]["title"].as_str(), kept[0]["for_me"].as_bool()),
        (Some("Склад"), Some(false)),
        "kept, not offered"
    );
    let path = format!("/templates/{}", word(&made["id"]));
    let queue =
        json!({"title": "Склад", "text": "Есть", "scope": "groups", "queue_ids": [crew.queue]});
    olga.patch(&path, queue).await;
    crew.gives("first_to_answer", json!({})).await;
    assert_eq!(titles(&anna.get("/templates").await), ["Склад"]);
    assert_eq!(titles(&boris.get("/templates").await), ["Склад"]);
    let own = json!({"title": "Склад", "text": "Есть", "scope": "own"});
    olga.patch(&path, own).await;
    assert_eq!(titles(&anna.get("/templates").await), [""; 0]);
});

/// Waits until a file is gone for good.
async fn gone(app: &App, who: &Caller, file: &Value) {
    let path = format!("/files/{}", word(&file["id"]));
    app.until("the file is gone", async || {
        let (status, _) = who.raw(Method::GET, &path, None).await;
        (status == 404).then_some(())
    })
    .await;
}

story!(
    p_32_a_deleted_template_comes_back_for_a_day_and_is_gone_after_it,
    |app| {
        let crew = crew(&app).await;
        let anna = &crew.anna;
        let make = async |title: &str| {
            let (_, file) = anna.upload("/files", "план.txt", title.as_bytes()).await;
            let form = json!({"title": title, "text": "Вот", "files": [file["id"]]});
            let made = anna.post("/templates", form).await;
            (format!("/templates/{}", word(&made["id"])), file)
        };
        let (path, file) = make("План").await;
        anna.delete(&path).await;
        assert_eq!(anna.get("/templates").await, json!([]));
        anna.post(&format!("{path}/restore"), json!({})).await;
        let back = anna.get("/templates").await;
        assert_eq!(back[0]["files"][0]["name"], "план.txt");
        let (other, others) = make("Другой").await;
        anna.delete(&other).await;
        app.clock.advance(Duration::from_secs(25 * 3600));
        gone(&app, anna, &others).await;
        let left = anna.get("/templates").await;
        assert_eq!(titles(&left), ["План"], "what was brought back stays");
        anna.delete(&path).await;
        app.clock.advance(Duration::from_secs(25 * 3600));
        gone(&app, anna, &file).await;
        let restore = format!("{path}/restore");
        assert_eq!(anna.raw(Method::POST, &restore, None).await.0, 404);
    }
);

story!(u_31_a_name_with_braces_stays_a_name, |app| {
    let crew = crew(&app).await;
    let visitor = Visitor::new(&app, &crew.key).await;
    let told = json!({"token": visitor.caller.bearer, "name": "{me.name} {company}"});
    visitor
        .caller
        .post(&format!("/widget/{}/visitor", crew.key), told)
        .await;
    visitor.write("Здравствуйте").await;
    let chat = word(&crew.olga.inbox("all").await[0]["id"]);
    let form = json!({"title": "Привет", "text": "Здравствуйте, {client.name}!"});
    let made = crew.anna.post("/templates", form).await;
    let path = format!("/templates/{}/render", word(&made["id"]));
    let filled = crew.anna.post(&path, json!({"chat_id": chat})).await;
    assert_eq!(filled["text"], "Здравствуйте, {me.name} {company}!");
    let wrong = json!({"title": "Привет", "text": "Здравствуйте, {client.nam}!"});
    let (status, problem) = crew.anna.raw(Method::POST, "/templates", Some(wrong)).await;
    assert_eq!(
        (status.as_u16(), problem["field"].as_str()),
        (400, Some("text"))
    );
    assert!(
        word(&problem["title"]).contains("{client.nam}"),
        "{problem}"
    );
});
