//! Stories of merging contacts and of clients' groups (P-35, U-10, U-11, S3-09, U-34, P-28, L-69) and of what a first message makes (L-99).

use crate::{
    app::{App, Caller, Visitor, connect_widget},
    own, queues, story, telegram,
};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::own_double::OwnDouble;

/// Two visitors of the site, each with a chat and a contact of its own.
pub(crate) async fn two(app: &App, olga: &Caller) -> [(Visitor, String, String); 2] {
    let (key, _) = connect_widget(olga).await;
    let mut out = Vec::new();
    for words in ["Есть лампы?", "Это снова я"] {
        let visitor = Visitor::new(app, &key).await;
        visitor.write(words).await;
        let chats = olga.inbox("queue").await;
        let chat = chats
            .iter()
            .find(|c| {
                out.iter()
                    .all(|(_, id, _): &(Visitor, String, String)| c["id"] != **id)
            })
            .unwrap();
        let word = |v: &Value| v.as_str().unwrap().to_owned();
        out.push((visitor, word(&chat["id"]), word(&chat["contact"]["id"])));
    }
    out.try_into().ok().unwrap()
}

async fn pairs(olga: &Caller, state: &str) -> Vec<Value> {
    let page = olga
        .get(&format!("/contacts/duplicates?state={state}"))
        .await;
    page["items"].as_array().unwrap().clone()
}

async fn set(olga: &Caller, contact: &str, patch: Value) {
    olga.patch(&format!("/contacts/{contact}"), patch).await;
}

async fn title(olga: &Caller, chat: &str) -> Value {
    olga.get(&format!("/client-chats/{chat}")).await["contact"]["name"].clone()
}

fn form(kept: &str, merged: &str) -> Value {
    json!({"kept_id": kept, "merged_id": merged})
}

story!(
    p_35_u_10_the_same_phone_and_address_are_offered_once_and_two_people_never_again,
    |app| {
        let olga = app.olga().await;
        let [(_, _, one), (_, _, other)] = two(&app, &olga).await;
        assert_eq!(pairs(&olga, "open").await.len(), 0);
        set(
            &olga,
            &one,
            json!({"phones": ["8 (916) 123-45-67"], "name": "Анна"}),
        )
        .await;
        set(&olga, &other, json!({"phones": ["+7 916 1234567"]})).await;
        let open = pairs(&olga, "open").await;
        assert_eq!(open.len(), 1);
        assert_eq!(open[0]["reason"], "phone");
        set(&olga, &one, json!({"email": "anna@example.org"})).await;
        set(&olga, &other, json!({"email": "Anna@Example.org"})).await;
        assert_eq!(pairs(&olga, "open").await.len(), 1, "one pair, one row");
        let doubts = olga.get(&format!("/contacts/{other}/duplicates")).await;
        assert_eq!(doubts["duplicates"].as_array().unwrap().len(), 1);
        // A claimed number only offers: nothing was merged by itself (U-11).
        assert_eq!(
            olga.get("/contacts").await["items"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
        let two = json!({"one_id": other, "other_id": one});
        olga.post("/contacts/duplicates/dismiss", two.clone()).await;
        assert_eq!(pairs(&olga, "open").await.len(), 0);
        assert_eq!(
            pairs(&olga, "dismissed").await[0]["decided_by"],
            json!(olga.id)
        );
        set(&olga, &other, json!({"phones": ["9161234567"]})).await;
        assert_eq!(pairs(&olga, "open").await.len(), 0, "never offered again");
        olga.post("/contacts/duplicates/reconsider", two).await;
        assert_eq!(pairs(&olga, "open").await.len(), 1);
        // Who may not look after clients is told nothing.
        let role = json!({"name": "Без клиентов", "rights": []});
        olga.post("/roles", role).await;
        let ivan = app.join(&olga, "Иван", "ivan", "Без клиентов").await;
        for path in [
            "/contacts/duplicates".to_owned(),
            format!("/contacts/{one}/duplicates"),
        ] {
            assert_eq!(ivan.refused(Method::GET, &path, None).await.0, 403);
        }
        for path in ["/contacts/merge", "/contacts/merge/preview"] {
            let refused = ivan
                .refused(Method::POST, path, Some(form(&one, &other)))
                .await;
            assert_eq!(refused.0, 403, "{path}");
        }
        let page = olga
            .refused(Method::GET, "/contacts/duplicates?next=nonsense", None)
            .await;
        assert_eq!(page.0, 400);
    }
);

story!(
    p_35_u_11_a_merge_is_shown_first_keeps_both_and_is_taken_back_days_later,
    |app| {
        let olga = app.olga().await;
        let [(first, chat, one), (second, other_chat, other)] = two(&app, &olga).await;
        set(
            &olga,
            &one,
            json!({"name": "Анна", "phones": ["+79161234567"], "note": "лампы"}),
        )
        .await;
        set(&olga, &other, json!({"name": "Аня", "company": "Ромашка", "phones": ["+79161234567", "+74951234567"]})).await;
        let preview = olga
            .post("/contacts/merge/preview", form(&one, &other))
            .await;
        let field = |name: &str| {
            let all = preview["fields"].as_array().unwrap();
            all.iter().find(|f| f["field"] == name).unwrap().clone()
        };
        assert_eq!(
            (
                field("name")["result"].clone(),
                field("name")["conflict"].clone()
            ),
            (json!("Анна"), json!(true))
        );
        assert_eq!(field("company")["result"], "Ромашка");
        assert_eq!(field("phones")["result"], "+79161234567, +74951234567");
        assert_eq!(preview["chats"].as_array().unwrap().len(), 2);
        assert_eq!(preview["reason"], "phone");
        assert_eq!(
            title(&olga, &other_chat).await,
            "Аня",
            "a preview changes nothing"
        );
        // A choice that is no choice, a list for an object, and one with itself.
        for wrong in [
            json!({"name": "mine"}),
            json!(["kept"]),
            json!({"nome": "kept"}),
        ] {
            let body = json!({"kept_id": one, "merged_id": other, "choices": wrong});
            let refused = olga
                .refused(Method::POST, "/contacts/merge", Some(body))
                .await;
            assert_eq!(refused.0, 400);
        }
        let itself = olga
            .refused(Method::POST, "/contacts/merge", Some(form(&one, &one)))
            .await;
        assert_eq!(itself, (409, "crm.same_contact".to_owned()));

        let body = json!({"kept_id": one, "merged_id": other, "choices": {"name": "merged"}});
        let merge = olga.post("/contacts/merge", body).await;
        let list = olga.get("/contacts").await;
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert_eq!(list["items"][0]["name"], "Аня");
        // The page of the one that was merged leads to the one that stands; both chats are on it.
        let card = olga.get(&format!("/contacts/{other}")).await;
        assert_eq!(card["contact"]["id"], json!(one));
        assert_eq!(card["active"].as_array().unwrap().len(), 2);
        assert_eq!(card["contact"]["identities"].as_array().unwrap().len(), 2);
        for chat in [&chat, &other_chat] {
            assert_eq!(
                title(&olga, chat).await,
                "Аня",
                "each chat stays a chat, under one name"
            );
        }
        assert_eq!(pairs(&olga, "merged").await.len(), 1);
        let found = olga
            .get("/contacts?q=%D0%A0%D0%BE%D0%BC%D0%B0%D1%88%D0%BA%D0%B0")
            .await;
        assert_eq!(found["items"][0]["id"], json!(one));
        // Again, and from the other side, there is nothing to merge.
        let again = olga
            .refused(Method::POST, "/contacts/merge", Some(form(&other, &one)))
            .await;
        assert_eq!(again, (409, "crm.same_contact".to_owned()));

        // Days later: both have written since, and a colleague changed the note.
        app.clock
            .advance(std::time::Duration::from_secs(5 * 24 * 3600));
        first.write("Ещё вопрос").await;
        second.write("И у меня").await;
        set(&olga, &one, json!({"note": "звонить после обеда"})).await;
        let card = olga.get(&format!("/contacts/{one}/duplicates")).await;
        let from = &card["merged_from"][0];
        assert_eq!(
            (from["id"].clone(), from["name"].clone()),
            (merge["id"].clone(), json!("Аня"))
        );
        let split = format!("/contacts/merges/{}/split", merge["id"].as_str().unwrap());
        olga.post(&split, json!({"different": true})).await;
        let kept = olga.get(&format!("/contacts/{one}")).await;
        let back = olga.get(&format!("/contacts/{other}")).await;
        let of = |card: &Value, name: &str| card["contact"][name].clone();
        assert_eq!(
            (of(&kept, "name"), of(&back, "name")),
            (json!("Анна"), json!("Аня"))
        );
        assert_eq!(
            (of(&kept, "company"), of(&back, "company")),
            (json!(""), json!("Ромашка"))
        );
        assert_eq!(of(&kept, "phones"), json!(["+79161234567"]));
        assert_eq!(
            of(&kept, "note"),
            "звонить после обеда",
            "what a person wrote since stays"
        );
        for (card, chat) in [(&kept, &chat), (&back, &other_chat)] {
            let active = card["active"].as_array().unwrap();
            assert_eq!(active.len(), 1);
            assert_eq!(active[0]["id"], **chat);
        }
        assert_eq!(title(&olga, &other_chat).await, "Аня");
        assert_eq!(title(&olga, &chat).await, "Анна");
        assert_eq!(
            pairs(&olga, "open").await.len(),
            0,
            "they were said to be two"
        );
        let twice = olga
            .refused(Method::POST, &split, Some(json!({"different": true})))
            .await;
        assert_eq!(twice, (409, "crm.split_already".to_owned()));
    }
);

story!(
    u_11_merges_of_merges_part_in_the_order_of_their_making,
    |app| {
        let olga = app.olga().await;
        let (key, _) = connect_widget(&olga).await;
        let mut ids = Vec::new();
        for name in ["Анна", "Борис", "Вера"] {
            let visitor = Visitor::new(&app, &key).await;
            visitor.write(name).await;
            let newest = olga.get("/contacts").await["items"][0]["id"].clone();
            let id = newest.as_str().unwrap().to_owned();
            set(&olga, &id, json!({"name": name})).await;
            ids.push(id);
        }
        let [a, b, c] = ids.try_into().unwrap();
        let inner = olga.post("/contacts/merge", form(&a, &b)).await;
        let outer = olga.post("/contacts/merge", form(&c, &a)).await;
        for id in [&a, &b, &c] {
            assert_eq!(
                olga.get(&format!("/contacts/{id}")).await["contact"]["name"],
                "Вера"
            );
        }
        let path =
            |merge: &Value| format!("/contacts/merges/{}/split", merge["id"].as_str().unwrap());
        let body = json!({"different": false});
        let refused = olga
            .refused(Method::POST, &path(&inner), Some(body.clone()))
            .await;
        assert_eq!(refused, (409, "crm.split_outer_first".to_owned()));
        olga.post(&path(&outer), body.clone()).await;
        for (id, name) in [(&a, "Анна"), (&b, "Анна"), (&c, "Вера")] {
            assert_eq!(
                olga.get(&format!("/contacts/{id}")).await["contact"]["name"],
                name
            );
        }
        olga.post(&path(&inner), body).await;
        assert_eq!(
            olga.get(&format!("/contacts/{b}")).await["contact"]["name"],
            "Борис"
        );
        assert_eq!(
            olga.get("/contacts").await["items"]
                .as_array()
                .unwrap()
                .len(),
            3
        );
    }
);

story!(u_11_x_03_a_merge_opens_nobodys_chats_to_anybody, |app| {
    let olga = app.olga().await;
    let [(_, chat, one), (_, other_chat, other)] = two(&app, &olga).await;
    let ivan = app.join(&olga, "Иван", "ivan", "Сотрудник").await;
    olga.say("client-chats", &other_chat, "Слушаю вас").await;
    olga.say("client-chats", &chat, "Передаю вас Ивану").await;
    let watch = json!({"add": [ivan.id], "remove": []});
    olga.post(&format!("/client-chats/{chat}/observers"), watch)
        .await;
    olga.post("/contacts/merge", form(&one, &other)).await;
    let card = ivan.get(&format!("/contacts/{one}")).await;
    let active = card["active"].as_array().unwrap();
    assert_eq!(active.len(), 1, "{card}");
    assert_eq!(active[0]["id"], json!(chat));
    let hidden = ivan
        .refused(Method::GET, &format!("/client-chats/{other_chat}"), None)
        .await;
    assert_eq!(hidden.0, 404);
    let found = ivan
        .raw(
            Method::GET,
            &format!("/threads/{other_chat}/messages"),
            None,
        )
        .await;
    assert_eq!(found.0, 404);
});

// S3-09: what the pixel found stands in the list, with its reason, and can be merged from there (`links.rs` tells how it is found).

/// Two programs of one's own: two messengers.
async fn messengers(olga: &Caller) -> [OwnDouble; 2] {
    let (one, _) = own::connect(olga, "poll").await;
    let (other, _) = own::connect(olga, "poll").await;
    [one, other]
}

fn vouched(id: &str, client: &str, name: &str, phone: &str, text: &str) -> Value {
    json!({"id": format!("event-{id}"), "type": "message", "message": {"id": id, "text": text},
        "chat": {"id": client, "name": name, "phone": phone}})
}

async fn contacts(olga: &Caller) -> Vec<Value> {
    olga.get("/contacts").await["items"]
        .as_array()
        .unwrap()
        .clone()
}

async fn chats(app: &App, olga: &Caller, many: usize) -> Vec<Value> {
    app.until("the chats", async || {
        app.clock.advance(std::time::Duration::from_millis(200));
        let chats = olga.inbox("queue").await;
        (chats.len() == many).then_some(chats)
    })
    .await
}

story!(
    l_99_a_first_message_makes_a_chat_and_a_card_and_a_client_may_have_several_chats,
    |app| {
        let olga = app.olga().await;
        let [one, other] = messengers(&olga).await;
        let face = one.add_file("anna.png", crate::files::png(40, 40));
        let mut first = vouched("1", "anna", "Анна", "+79161234567", "Добрый день");
        first["chat"]["avatar"] = json!(face);
        one.tell(first);
        let chats_of = chats(&app, &olga, 1).await;
        assert_eq!(chats_of[0]["state"], "queue", "nobody's yet");
        let card = app.until("the card with her face", async || {
            app.clock.advance(std::time::Duration::from_millis(200));
            let all = contacts(&olga).await;
            Some(all[0].clone()).filter(|card| card["photo_file_id"].is_string())
        });
        let card = card.await;
        let of = format!("/contacts/{}", card["id"].as_str().unwrap());
        let card = olga.get(&of).await["contact"].clone();
        assert_eq!(card["name"], "Анна");
        assert_eq!(card["phones"], json!(["+79161234567"]));
        let of_messengers = |card: &Value| {
            let all = card["identities"].as_array().unwrap().iter();
            all.filter(|one| one["kind"] == "own").count()
        };
        assert_eq!(of_messengers(&card), 1);
        // From another source the same person has another chat, and one card.
        other.tell(vouched("2", "anya", "Аня", "+79161234567", "Это я"));
        let both = chats(&app, &olga, 2).await;
        assert_ne!(both[0]["channel"]["id"], both[1]["channel"]["id"]);
        let card = olga.get(&of).await["contact"].clone();
        assert_eq!(of_messengers(&card), 2);
        let mail = json!({"email": "anna@lamps.example"});
        olga.patch(&of, mail).await;
        assert_eq!(
            olga.get(&of).await["contact"]["email"],
            "anna@lamps.example"
        );
        assert_eq!(contacts(&olga).await.len(), 1);
    }
);

story!(
    u_10_u_11_one_number_that_two_messengers_vouch_for_is_one_person_by_itself,
    |app| {
        let olga = app.olga().await;
        let [one, other] = messengers(&olga).await;
        one.tell(vouched("1", "anna", "Анна", "+79161234567", "Добрый день"));
        chats(&app, &olga, 1).await;
        other.tell(vouched(
            "2",
            "anya",
            "Аня",
            "8 916 123-45-67",
            "Это снова я",
        ));
        chats(&app, &olga, 2).await;
        let all = contacts(&olga).await;
        assert_eq!(all.len(), 1, "{all:?}");
        assert_eq!(all[0]["name"], "Анна");
        for chat in olga.inbox("queue").await {
            assert_eq!(
                chat["contact"]["id"], all[0]["id"],
                "the same client, two chats"
            );
        }
        let card = olga
            .get(&format!(
                "/contacts/{}/duplicates",
                all[0]["id"].as_str().unwrap()
            ))
            .await;
        let merge = &card["merged_from"][0];
        assert_eq!(
            (merge["how"].clone(), merge["by_id"].clone()),
            (json!("phone"), Value::Null)
        );
        // It is logged, and can be taken back; said to be two, they are never merged by themselves again.
        let log = olga.get("/audit").await;
        assert!(
            log["entries"]
                .as_array()
                .unwrap()
                .iter()
                .any(|e| e["action"] == "contacts.merged"),
            "{log}"
        );
        let path = format!("/contacts/merges/{}/split", merge["id"].as_str().unwrap());
        olga.post(&path, json!({"different": true})).await;
        assert_eq!(contacts(&olga).await.len(), 2);
        other.tell(vouched("3", "anya", "Аня", "+79161234567", "И ещё"));
        app.until("the third message", async || {
            app.clock.advance(std::time::Duration::from_millis(200));
            let chats = olga.inbox("queue").await;
            chats
                .iter()
                .any(|c| c["last"]["excerpt"] == "И ещё")
                .then_some(())
        })
        .await;
        assert_eq!(contacts(&olga).await.len(), 2);
    }
);

story!(u_11_a_number_that_was_only_typed_proves_nothing, |app| {
    let olga = app.olga().await;
    let [(_, _, typed), _] = two(&app, &olga).await;
    set(&olga, &typed, json!({"phones": ["+79161234567"]})).await;
    let [one, _] = messengers(&olga).await;
    one.tell(vouched("1", "anna", "Анна", "+79161234567", "Добрый день"));
    chats(&app, &olga, 3).await;
    assert_eq!(contacts(&olga).await.len(), 3);
    assert_eq!(pairs(&olga, "open").await[0]["reason"], "phone");
});

/// U-34, P-28: a group of an own channel.
fn in_group(id: &str, who: &str, name: &str, text: &str) -> Value {
    json!({"id": format!("event-{id}"), "type": "message", "chat": {"id": "g-1", "name": "Закупки Ромашки", "group": true},
        "message": {"id": id, "text": text, "from": {"id": who, "name": name}}})
}

story!(
    u_34_p_28_l_69_a_clients_group_shows_who_wrote_and_says_nothing_by_itself,
    |app| {
        let crew = queues::crew(&app).await;
        let olga = crew.olga.clone();
        let rules = json!({"texts": {"first": {"ru": "Здравствуйте!"}}});
        crew.gives("first_to_answer", rules).await;
        let [own, _] = messengers(&olga).await;
        own.tell(in_group("1", "anna", "Анна Иванова", "Нужны лампы"));
        own.tell(in_group("2", "boris", "Борис Петров", "И провод"));
        let chat = chats(&app, &olga, 1).await.remove(0);
        assert_eq!(
            (chat["contact"]["name"].clone(), chat["group"].clone()),
            (json!("Закупки Ромашки"), json!(true))
        );
        let id = chat["id"].as_str().unwrap();
        let texts = app
            .until("both messages", async || {
                let page = olga.get(&format!("/threads/{id}/messages")).await;
                let all: Vec<Value> = page["messages"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|m| m["kind"] == "text")
                    .cloned()
                    .collect();
                (all.len() >= 2).then_some(all)
            })
            .await;
        assert_eq!(texts[0]["author"]["name"], "Анна Иванова");
        assert_eq!(texts[1]["author"]["name"], "Борис Петров");
        assert_ne!(texts[0]["author"]["id"], texts[1]["author"]["id"]);
        // Somebody writes alone: they are greeted, the group was not (L-69).
        own.tell(vouched(
            "3",
            "anna",
            "Анна Иванова",
            "+79161234567",
            "Это лично",
        ));
        let all = chats(&app, &olga, 2).await;
        let alone = all.iter().find(|c| c["group"] == false).unwrap();
        let said = async |chat: &Value| {
            let page = olga
                .get(&format!(
                    "/threads/{}/messages",
                    chat["id"].as_str().unwrap()
                ))
                .await;
            let all = page["messages"].as_array().unwrap().clone();
            all.into_iter()
                .filter(|m| m["text"] == "Здравствуйте!")
                .count()
        };
        app.until("the greeting", async || {
            app.clock.advance(std::time::Duration::from_secs(1));
            (said(alone).await == 1).then_some(())
        })
        .await;
        assert_eq!(said(&chat).await, 0);
        // The card of the group names its people; Anna is one contact in both.
        let card = olga
            .get(&format!(
                "/contacts/{}",
                chat["contact"]["id"].as_str().unwrap()
            ))
            .await;
        let members: Vec<&Value> = card["members"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| &m["name"])
            .collect();
        assert_eq!(members.len(), 2);
        assert!(
            members.contains(&&json!("Анна Иванова")) && members.contains(&&json!("Борис Петров"))
        );
        let anna = &alone["contact"]["id"];
        assert!(
            card["members"]
                .as_array()
                .unwrap()
                .iter()
                .any(|m| m["id"] == *anna)
        );
        let hers = olga
            .get(&format!("/contacts/{}", anna.as_str().unwrap()))
            .await;
        assert_eq!(
            hers["active"].as_array().unwrap().len(),
            2,
            "her own chat, and the group she writes in"
        );
        // A group is nobody.
        let body = form(
            chat["contact"]["id"].as_str().unwrap(),
            anna.as_str().unwrap(),
        );
        let refused = olga
            .refused(Method::POST, "/contacts/merge", Some(body))
            .await;
        assert_eq!(refused, (409, "crm.group_is_nobody".to_owned()));
    }
);

story!(
    u_34_p_28_a_telegram_group_is_one_chat_of_several_people,
    |app| {
        let olga = app.olga().await;
        let (double, _) = telegram::connect(&app, &olga, "poll").await;
        double
            .say_in_group(-10_077, "Стройка", 77, "Где кирпич?")
            .await;
        double
            .say_in_group(-10_077, "Стройка", 78, "И песок?")
            .await;
        let chat = chats(&app, &olga, 1).await.remove(0);
        assert_eq!(
            (chat["contact"]["name"].clone(), chat["group"].clone()),
            (json!("Стройка"), json!(true))
        );
        let card = app
            .until("two members", async || {
                app.clock.advance(std::time::Duration::from_millis(200));
                let card = olga
                    .get(&format!(
                        "/contacts/{}",
                        chat["contact"]["id"].as_str().unwrap()
                    ))
                    .await;
                (card["members"].as_array().unwrap().len() == 2).then_some(card)
            })
            .await;
        let names: Vec<&str> = card["members"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["name"].as_str().unwrap())
            .collect();
        assert!(
            names.contains(&"Client 77") && names.contains(&"Client 78"),
            "{names:?}"
        );
        let id = chat["id"].as_str().unwrap();
        let page = olga.get(&format!("/threads/{id}/messages")).await;
        let first = page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .find(|m| m["text"] == "Где кирпич?")
            .unwrap()
            .clone();
        assert_eq!(first["author"]["name"], "Client 77");
        assert!(page["messages"].to_string().contains("И песок?"));
    }
);
