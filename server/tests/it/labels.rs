//! Stories of labels on clients' cards (P-35, U-11, U-37: joined by a merge, given back by a split, brought and taken out with a
//! table) and of the routing table that looks at them and puts labels on chats (L-72, U-16).

use crate::{
    app::{Caller, uuid},
    arranging::label,
    contacts::{brought, checked, contacts, csv, done, taken_back},
    merging::two,
    queues::{chat_of, crew, word},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn put(who: &Caller, contact: &str, labels: &[&str]) -> Value {
    who.post(
        &format!("/contacts/{contact}/labels"),
        json!({"add": labels}),
    )
    .await
}

async fn card(who: &Caller, contact: &str) -> Value {
    who.get(&format!("/contacts/{contact}")).await["contact"].clone()
}

fn sorted(labels: &[&str]) -> Value {
    let mut all = labels.to_vec();
    all.sort_unstable();
    json!(all)
}

async fn narrowed(who: &Caller, label: &str) -> Vec<String> {
    let page = who.get(&format!("/contacts?label_id={label}")).await;
    let items = page["items"].as_array().unwrap();
    items.iter().map(|c| word(&c["id"])).collect()
}

story!(
    labels_are_put_on_clients_seen_live_and_narrow_the_list,
    |app| {
        let team = crew(&app).await;
        let (_, chat) = team.client(&app, "Есть ли лампы?").await;
        let contact = word(&chat_of(&team.olga, &chat).await["contact"]["id"]);
        let vip = label(&team.olga, "VIP", "violet").await;
        let shop = label(&team.olga, "Опт", "green").await;
        let mut socket = team.boris.listen(None).await;
        socket.wait_type("welcome").await;
        let path = format!("/contacts/{contact}/labels");
        let marked = put(&team.anna, &contact, &[&vip, &shop]).await;
        assert_eq!(marked["label_ids"], sorted(&[&vip, &shop]));
        let frame = socket
            .wait("the card", |f| {
                f["type"] == "contact.changed" && f["contact"]["label_ids"] != json!([])
            })
            .await;
        assert_eq!(frame["contact"]["label_ids"], sorted(&[&vip, &shop]));
        assert_eq!(
            card(&team.boris, &contact).await["label_ids"],
            sorted(&[&vip, &shop])
        );
        assert_eq!(
            narrowed(&team.boris, &vip).await,
            std::slice::from_ref(&contact)
        );
        // The chat has labels of its own.
        assert_eq!(chat_of(&team.olga, &chat).await["label_ids"], json!([]));
        let unmarked = team.anna.post(&path, json!({"remove": [vip]})).await;
        assert_eq!(unmarked["label_ids"], json!([shop]));
        assert!(narrowed(&team.boris, &vip).await.is_empty());
        assert_eq!(narrowed(&team.boris, &shop).await.len(), 1);
        let bad = team
            .boris
            .refused(Method::GET, "/contacts?label_id=vip", None)
            .await;
        assert_eq!(bad.0, 400);
        // Archived: it stays, is put nowhere else, and is taken off.
        team.olga
            .patch(&format!("/labels/{shop}"), json!({"archived": true}))
            .await;
        assert_eq!(card(&team.anna, &contact).await["label_ids"], json!([shop]));
        team.anna.post(&path, json!({"remove": [shop]})).await;
        for (form, code) in [
            (json!({"add": [shop]}), "conversations.label_archived"),
            (json!({"add": [uuid()]}), "conversations.no_such_label"),
        ] {
            let refused = team.anna.refused(Method::POST, &path, Some(form)).await;
            assert_eq!(refused, (400, code.into()));
        }
        // No more than a card can show.
        let mut many = Vec::new();
        for n in 0..21 {
            many.push(label(&team.olga, &format!("Метка {n}"), "grey").await);
        }
        let (status, refused) = team
            .anna
            .raw(Method::POST, &path, Some(json!({"add": many})))
            .await;
        assert_eq!(
            (status.as_u16(), &refused["code"], &refused["field"]),
            (400, &json!("crm.too_many_labels"), &json!("add"))
        );
        assert_eq!(
            card(&team.anna, &contact).await["label_ids"],
            json!([]),
            "all or nothing"
        );
        // Whoever may not change the card does not mark it.
        team.olga
            .post("/roles", json!({"name": "Без клиентов", "rights": []}))
            .await;
        let ivan = app.join(&team.olga, "Иван", "ivan", "Без клиентов").await;
        assert_eq!(
            ivan.refused(Method::POST, &path, Some(json!({"add": [vip]})))
                .await,
            (403, "accounts.right_missing".into())
        );
        let nobody = format!("/contacts/{}/labels", uuid());
        assert_eq!(
            team.anna
                .refused(Method::POST, &nobody, Some(json!({"add": [vip]})))
                .await
                .0,
            404
        );
    }
);

story!(
    p_35_u_11_labels_are_joined_by_a_merge_and_given_back_by_a_split,
    |app| {
        let olga = app.olga().await;
        let [(_, _, one), (_, _, other)] = two(&app, &olga).await;
        let vip = label(&olga, "VIP", "violet").await;
        let shop = label(&olga, "Опт", "green").await;
        let new = label(&olga, "Новый", "blue").await;
        put(&olga, &one, &[&vip]).await;
        put(&olga, &other, &[&vip, &shop]).await;
        let form = json!({"kept_id": one, "merged_id": other});
        let preview = olga.post("/contacts/merge/preview", form.clone()).await;
        assert_eq!(preview["merged"]["label_ids"], sorted(&[&vip, &shop]));
        olga.post("/contacts/merge", form).await;
        // By either id it is the card of both.
        for id in [&one, &other] {
            assert_eq!(card(&olga, id).await["label_ids"], sorted(&[&vip, &shop]));
        }
        assert_eq!(narrowed(&olga, &shop).await, std::slice::from_ref(&one));
        assert_eq!(put(&olga, &other, &[&new]).await["id"], json!(one));
        let doubts = olga.get(&format!("/contacts/{one}/duplicates")).await;
        let merge = word(&doubts["merged_from"][0]["id"]);
        olga.post(
            &format!("/contacts/merges/{merge}/split"),
            json!({"different": false}),
        )
        .await;
        assert_eq!(card(&olga, &one).await["label_ids"], sorted(&[&vip, &new]));
        assert_eq!(
            card(&olga, &other).await["label_ids"],
            sorted(&[&vip, &shop])
        );
    }
);

story!(
    u_37_a_table_brings_labels_by_name_and_takes_them_out_again,
    |app| {
        let olga = app.olga().await;
        let vip = label(&olga, "VIP", "violet").await;
        let south = label(&olga, "Опт, юг", "green").await;
        let table =
            "Имя;Телефон;Метки\r\nАнна;+79161234567;vip, Опт, юг\r\nБорис;+79161234568;Розница\r\n";
        // A name that is no label is told of before anything is written.
        let import = brought(&olga, table.as_bytes()).await;
        assert_eq!(
            import["settings"]["columns"],
            json!(["name", "phone", "labels"])
        );
        let ready = checked(&app, &olga, &import, "skip").await;
        let problem = &ready["report"]["problems"][0];
        assert_eq!(
            (&problem["code"], &problem["row"], &problem["value"]),
            (&json!("moving.row_no_label"), &json!(3), &json!("Розница"))
        );
        assert!(
            problem["sentence"].as_str().unwrap().contains("Розница"),
            "{problem}"
        );
        label(&olga, "Розница", "blue").await;
        let import = done(&app, &olga, table.as_bytes(), "skip").await;
        let all = contacts(&olga).await;
        let anna = all.iter().find(|c| c["name"] == "Анна").unwrap();
        assert_eq!(anna["label_ids"], sorted(&[&vip, &south]));
        // What leaves comes in again the same, also a label that was archived meanwhile.
        olga.patch(&format!("/labels/{vip}"), json!({"archived": true}))
            .await;
        let left = csv(&olga, "/contacts/export").await;
        assert!(
            left.contains("Метки") && left.contains("VIP, Опт, юг"),
            "{left}"
        );
        let some = csv(&olga, &format!("/contacts/export?label_id={south}")).await;
        assert_eq!(some.lines().count(), 2, "{some}");
        taken_back(&app, &olga, &import).await;
        assert!(contacts(&olga).await.is_empty(), "labels hold nobody back");
        done(&app, &olga, format!("\u{feff}{left}").as_bytes(), "skip").await;
        let all = contacts(&olga).await;
        let anna = all.iter().find(|c| c["name"] == "Анна").unwrap();
        assert_eq!(anna["label_ids"], sorted(&[&vip, &south]));
    }
);

story!(
    l_72_a_row_looks_at_the_clients_labels_and_puts_labels_on_the_chat,
    |app| {
        let team = crew(&app).await;
        let vip = label(&team.olga, "VIP", "violet").await;
        let shop = label(&team.olga, "Опт", "green").await;
        let urgent = label(&team.olga, "Срочно", "red").await;
        let gone = label(&team.olga, "Прошлогодняя", "grey").await;
        let form = json!({"name": "Важные", "conditions": {"label_ids": [vip, shop]}, "queue_id": team.queue, "put_labels": [urgent, gone]});
        let rule = word(&team.olga.post("/routing", form.clone()).await["id"]);
        team.olga
            .patch(&format!("/labels/{gone}"), json!({"archived": true}))
            .await;
        // A row that names nothing that can be.
        for (field, code, change) in [
            (
                "label_ids",
                "conversations.no_such_label",
                json!({"conditions": {"label_ids": [uuid()]}}),
            ),
            (
                "put_labels",
                "conversations.no_such_label",
                json!({"put_labels": [uuid()]}),
            ),
            (
                "put_labels",
                "conversations.label_archived",
                json!({"put_labels": [gone]}),
            ),
        ] {
            let mut wrong = form.clone();
            for (key, value) in change.as_object().unwrap() {
                wrong[key] = value.clone();
            }
            let (status, refused) = team.olga.raw(Method::POST, "/routing", Some(wrong)).await;
            assert_eq!(
                (status.as_u16(), &refused["code"], &refused["field"]),
                (400, &json!(code), &json!(field))
            );
        }
        // What it has already may stay, archived or not.
        let kept = team.olga.patch(&format!("/routing/{rule}"), form).await;
        assert_eq!(kept["put_labels"], sorted(&[&urgent, &gone]));
        let (visitor, chat) = team.client(&app, "Есть ли лампы?").await;
        assert_eq!(
            chat_of(&team.olga, &chat).await["label_ids"],
            json!([]),
            "nobody is labelled yet"
        );
        let contact = word(&chat_of(&team.olga, &chat).await["contact"]["id"]);
        put(&team.anna, &contact, &[&shop]).await;
        // Archived, it is still matched.
        team.olga
            .patch(&format!("/labels/{shop}"), json!({"archived": true}))
            .await;
        let mut socket = team.boris.listen(None).await;
        socket.wait_type("welcome").await;
        visitor.write("Это снова я").await;
        let frame = socket
            .wait("the label", |f| {
                f["type"] == "client_chat.changed" && f["chat"]["label_ids"] != json!([])
            })
            .await;
        assert_eq!(frame["chat"]["label_ids"], json!([urgent]));
        // What a person took off, the row does not put on again.
        team.anna
            .post(
                &format!("/client-chats/{chat}/labels"),
                json!({"remove": [urgent]}),
            )
            .await;
        visitor.write("Ау").await;
        assert_eq!(chat_of(&team.olga, &chat).await["label_ids"], json!([]));
        // The test box tells both.
        let ask = |labels: Value| json!({"text": "Лампы", "account_id": team.account, "label_ids": labels});
        let trial = team.olga.post("/routing/trial", ask(json!([]))).await;
        assert_eq!(
            (
                &trial["winner"],
                &trial["tried"][0]["fit"],
                &trial["put_labels"]
            ),
            (&Value::Null, &json!("label"), &json!([]))
        );
        let trial = team.olga.post("/routing/trial", ask(json!([vip]))).await;
        assert_eq!(
            (&trial["winner"], &trial["put_labels"]),
            (&json!(rule), &json!([urgent]))
        );
    }
);
