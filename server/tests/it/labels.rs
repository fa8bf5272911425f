//! Stories of labels on clients' cards (P-35, U-11, U-37: joined by a merge, given back by a split, brought and taken out with a
//! table), of lists of chats narrowed by them, of many clients marked at once, and of the routing table that looks at them and puts
//! labels on chats (L-72, U-16).

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

/// The chats a list shows, sorted.
async fn listed(who: &Caller, filter: Value) -> Vec<String> {
    let found = who.post("/inbox/ids", json!({"filter": filter})).await;
    let mut ids: Vec<_> = found["ids"].as_array().unwrap().iter().map(word).collect();
    ids.sort();
    ids
}

story!(
    chats_are_narrowed_and_counted_by_the_labels_of_the_clients_card,
    |app| {
        let team = crew(&app).await;
        let vip = label(&team.olga, "VIP", "violet").await;
        let shop = label(&team.olga, "Опт", "green").await;
        let urgent = label(&team.olga, "Срочно", "red").await;
        let mut chats = Vec::new();
        for text in ["Есть ли лампы?", "Где заказ?", "Спасибо"] {
            let (_, chat) = team.client(&app, text).await;
            let contact = word(&chat_of(&team.olga, &chat).await["contact"]["id"]);
            chats.push((chat, contact));
        }
        let [(one, one_card), (two, two_card), (three, three_card)] =
            <[_; 3]>::try_from(chats).unwrap();
        put(&team.olga, &one_card, &[&vip]).await;
        put(&team.olga, &two_card, &[&vip, &shop]).await;
        let path = format!("/client-chats/{two}/labels");
        team.olga.post(&path, json!({"add": [urgent]})).await;
        let both = |a: &String, b: &String| {
            let mut both = vec![a.clone(), b.clone()];
            both.sort();
            both
        };
        for who in [&team.olga, &team.anna] {
            let of =
                async |labels: &[&String]| listed(who, json!({"contact_label_ids": labels})).await;
            assert_eq!(of(&[&vip]).await, both(&one, &two));
            assert_eq!(of(&[&shop]).await, std::slice::from_ref(&two));
            assert_eq!(of(&[&vip, &shop]).await, both(&one, &two), "any of them");
            // The chat's labels are other ones: both conditions hold together.
            assert!(of(&[&urgent]).await.is_empty());
            let together = json!({"contact_label_ids": [vip], "label_ids": [urgent]});
            assert_eq!(listed(who, together).await, std::slice::from_ref(&two));
            assert!(
                listed(who, json!({"label_ids": [vip]})).await.is_empty(),
                "a label of the client is none of the chat"
            );
        }
        // Kept under a name, and counted.
        let form =
            json!({"name": "Важные", "shared": true, "filter": {"contact_label_ids": [vip]}});
        let view = team.olga.post("/views", form).await;
        assert_eq!(view["filter"]["contact_label_ids"], json!([vip]));
        let counted = async |who: &Caller| who.get("/views/counts").await[0]["total"].clone();
        assert_eq!(counted(&team.anna).await, 2);
        let page = json!({"view_id": view["id"]});
        let page = team.anna.post("/inbox/page", page).await;
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        // Who is one with a marked client is marked; what the card lost narrows nothing any more.
        let form = json!({"kept_id": one_card, "merged_id": three_card});
        team.olga.post("/contacts/merge", form).await;
        assert_eq!(counted(&team.anna).await, 3);
        let form = json!({"kept_id": one_card, "merged_id": two_card});
        team.olga.post("/contacts/merge", form).await;
        assert_eq!(
            listed(&team.anna, json!({"contact_label_ids": [shop]}))
                .await
                .len(),
            3,
            "the card of all carries it"
        );
        let path = format!("/contacts/{one_card}/labels");
        team.olga.post(&path, json!({"remove": [vip, shop]})).await;
        for labels in [[&vip], [&shop]] {
            let filter = json!({"contact_label_ids": labels});
            assert!(listed(&team.olga, filter).await.is_empty());
        }
        assert_eq!(counted(&team.anna).await, 0);
        assert!(listed(&team.olga, json!({})).await.contains(&three));
        // An archived label still narrows; what is no label is told.
        let form = json!({"name": "Нет", "filter": {"contact_label_ids": [uuid()]}});
        let (status, refused) = team.olga.raw(Method::POST, "/views", Some(form)).await;
        assert_eq!(
            (status.as_u16(), &refused["code"], &refused["field"]),
            (
                400,
                &json!("conversations.no_such_label"),
                &json!("filter.contact_label_ids")
            )
        );
    }
);

story!(
    many_clients_are_marked_at_once_and_each_is_accounted_for,
    |app| {
        let team = crew(&app).await;
        let vip = label(&team.olga, "VIP", "violet").await;
        let mut table = String::from("Имя;Телефон;Метки\r\n");
        for n in 0..120 {
            table += &format!("Клиент {n};+7916{:07};\r\n", 1_000_000 + n);
        }
        done(&app, &team.olga, table.as_bytes(), "skip").await;
        let ids_of = async |query: &str| team.anna.get(&format!("/contacts/ids{query}")).await;
        let found = ids_of("").await;
        let all: Vec<String> = found["ids"].as_array().unwrap().iter().map(word).collect();
        assert_eq!((all.len(), &found["more"]), (120, &json!(false)));
        assert_eq!(
            ids_of("?q=%D0%9A%D0%BB%D0%B8%D0%B5%D0%BD%D1%82%201").await["ids"]
                .as_array()
                .unwrap()
                .len(),
            31,
            "1, 10–19, 100–119"
        );
        put(&team.olga, &all[3], &[&vip]).await;
        // One of them carries as many as it may.
        let mut many = Vec::new();
        for n in 0..20 {
            many.push(label(&team.olga, &format!("Метка {n}"), "grey").await);
        }
        put(
            &team.olga,
            &all[5],
            &many.iter().map(String::as_str).collect::<Vec<_>>(),
        )
        .await;
        let mut socket = team.boris.listen(None).await;
        socket.wait_type("welcome").await;
        let nobody = uuid();
        let mut asked = all.clone();
        asked.push(nobody.clone());
        asked.push(all[0].clone());
        let answer = team
            .anna
            .post("/contacts/labels", json!({"ids": asked, "add": [vip]}))
            .await;
        assert_eq!(answer["done"].as_array().unwrap().len(), 118, "{answer}");
        assert_eq!(answer["same"], json!([all[3]]));
        let refused = answer["refused"].as_array().unwrap();
        let of = |code: &str| refused.iter().find(|r| r["code"] == code).unwrap();
        assert_eq!(refused.len(), 2, "{answer}");
        assert_eq!(of("crm.too_many_labels")["ids"], json!([all[5]]));
        let name = &card(&team.anna, &all[5]).await["name"];
        assert_eq!(of("crm.too_many_labels")["names"], json!([name]));
        assert_eq!(of("not-found")["names"], json!([]));
        assert!(word(&of("crm.too_many_labels")["title"]).contains("20"));
        assert_eq!(of("not-found")["ids"], json!([nobody]));
        // Each of them by an event of its own.
        for id in [&all[0], &all[119]] {
            socket
                .wait("the card", |f| {
                    f["type"] == "contact.changed"
                        && f["contact"]["id"] == json!(id)
                        && f["contact"]["label_ids"] == json!([vip])
                })
                .await;
        }
        let marked = ids_of(&format!("?label_id={vip}")).await;
        assert_eq!(marked["ids"].as_array().unwrap().len(), 119);
        // Taken off again: those that were changed, and no others.
        let back = json!({"ids": answer["done"], "remove": [vip]});
        let back = team.anna.post("/contacts/labels", back).await;
        assert_eq!(back["done"].as_array().unwrap().len(), 118);
        let marked = ids_of(&format!("?label_id={vip}")).await;
        assert_eq!(marked["ids"], json!([all[3]]));
        // What is wrong with the request is told of all of it.
        for (form, code) in [
            (json!({"ids": []}), "conversations.out_of_range"),
            (
                json!({"ids": all, "add": [uuid()]}),
                "conversations.no_such_label",
            ),
        ] {
            let path = "/contacts/labels";
            let refused = team.anna.refused(Method::POST, path, Some(form)).await;
            assert_eq!(refused, (400, code.into()));
        }
        team.olga
            .post("/roles", json!({"name": "Без клиентов", "rights": []}))
            .await;
        let ivan = app.join(&team.olga, "Иван", "ivan", "Без клиентов").await;
        let form = json!({"ids": all, "add": [vip]});
        assert_eq!(
            ivan.refused(Method::POST, "/contacts/labels", Some(form))
                .await,
            (403, "accounts.right_missing".into())
        );
        assert_eq!(
            ivan.refused(Method::GET, "/contacts/ids", None).await.0,
            403
        );
        // Two ids of one client are one client.
        team.olga
            .post(
                "/contacts/merge",
                json!({"kept_id": all[0], "merged_id": all[1]}),
            )
            .await;
        let form = json!({"ids": [all[1], all[0]], "add": [vip]});
        let answer = team.anna.post("/contacts/labels", form).await;
        assert_eq!(
            (&answer["done"], &answer["same"]),
            (&json!([all[1]]), &json!([all[0]]))
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
