//! Stories of sockets: catching up, reloading, floods, and "state before + events = state fetched afresh".

use crate::{
    app::{Visitor, connect_widget, uuid},
    story,
};
use futures_util::SinkExt;
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};
use tokio_tungstenite::tungstenite::Message;

story!(
    a_client_that_was_away_gets_what_it_missed_once_and_in_order,
    |app| {
        let olga = app.olga().await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let chat = olga.direct_with(&anna).await;
        let mut socket = anna.listen(None).await;
        socket.wait_type("welcome").await;
        let cursor = socket.cursor.clone();
        drop(socket);
        for n in 0..40 {
            olga.say("chats", &chat, &format!("{n}")).await;
        }
        let mut back = anna.listen(Some(&cursor)).await;
        olga.say("chats", &chat, "live").await;
        back.wait("the live one", |f| f["message"]["text"] == "live")
            .await;
        let texts: Vec<String> = back
            .seen
            .iter()
            .filter(|f| f["type"] == "message.added")
            .map(|f| f["message"]["text"].as_str().unwrap().to_owned())
            .collect();
        let mut want: Vec<String> = (0..40).map(|n| n.to_string()).collect();
        want.push("live".into());
        assert_eq!(texts, want);
        assert!(!back.seen.iter().any(|f| f["type"] == "reload"));
    }
);

story!(an_unknown_cursor_is_told_to_reload, |app| {
    let olga = app.olga().await;
    for cursor in ["garbage", "0-ffffffffff", ""] {
        let mut socket = olga.listen(Some(cursor)).await;
        let first = socket.next().await.unwrap();
        assert_eq!(first["type"], "reload", "{cursor}: {first}");
        assert_eq!(socket.next().await.unwrap()["type"], "welcome");
    }
});

story!(
    u_04_events_older_than_a_month_go_with_their_readers_and_younger_ones_stay,
    |app| {
        let mut app = app;
        let olga = app.olga().await;
        let mut anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let chat = olga.direct_with(&anna).await;
        let mut socket = anna.listen(None).await;
        socket.wait_type("welcome").await;
        let old = socket.cursor.clone();
        olga.say("chats", &chat, "старое").await;
        app.clock.advance(Duration::from_secs(3 * 24 * 3600));
        let mut socket = anna.listen(None).await;
        socket.wait_type("welcome").await;
        let young = socket.cursor.clone();
        drop(socket);
        olga.say("chats", &chat, "новое").await;
        let counts = async |tx: &mut db::Tx<'_>| -> kernel::Result<(i64, i64, i64)> {
            tx.must(
                db::sql!("SELECT (SELECT COUNT(*) FROM journal), (SELECT COUNT(*) FROM journal_audience a JOIN journal j ON j.seq = a.seq),
                            (SELECT COUNT(*) FROM journal_audience)"),
                &db::bind![],
            )
            .await
        };
        let (before, readers, all) = app.house().read(counts).await.unwrap();
        assert_eq!(readers, all);
        let then = app.clock.now() + Duration::from_secs(28 * 24 * 3600);
        let prune = async move |tx: &mut db::Tx<'_>| journal::prune(tx, then).await;
        let gone = app.house().write(prune).await.unwrap();
        assert_eq!(app.house().write(prune).await.unwrap(), 0);
        let (after, told, all) = app.house().read(counts).await.unwrap();
        assert!(gone > 0 && after > 0 && i64::try_from(gone).unwrap() == before - after);
        assert_eq!(told, all, "of what is gone nobody is a reader");
        assert!(told > 0 && told < readers);
        // What the server remembers of late events is not what is asked here.
        app.beseda.take().unwrap().stop().await;
        app.open().await;
        anna.base = format!("http://{}", app.address);
        let mut back = anna.listen(Some(&young)).await;
        back.wait("what came since", |f| f["message"]["text"] == "новое")
            .await;
        let mut late = anna.listen(Some(&old)).await;
        assert_eq!(late.next().await.unwrap()["type"], "reload");
    }
);

story!(garbage_and_floods_end_a_socket_and_nothing_else, |app| {
    let olga = app.olga().await;
    for bad in [
        Message::Text("not json".into()),
        Message::Text("[1]".into()),
        Message::Binary(vec![0xff; 10].into()),
        Message::Text("x".repeat(20_000).into()),
    ] {
        let mut socket = olga.listen(None).await;
        socket.wait_type("welcome").await;
        let _ = socket.stream.send(bad).await;
        while socket.next().await.is_some() {}
    }
    let mut flood = olga.listen(None).await;
    flood.wait_type("welcome").await;
    for _ in 0..500 {
        let sign = json!({"type": "typing", "thread_id": uuid()}).to_string();
        if flood.stream.send(Message::Text(sign.into())).await.is_err() {
            break;
        }
    }
    while flood.next().await.is_some() {}
    let mut good = olga.listen(None).await;
    good.wait_type("welcome").await;
    good.send(json!({"type": "ping"})).await;
    good.wait_type("pong").await;
});

story!(
    typing_viewing_and_positions_reach_only_those_who_may_see,
    |app| {
        let olga = app.olga().await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
        let chat = olga.direct_with(&anna).await;
        let (mut hers, mut his) = (anna.listen(None).await, boris.listen(None).await);
        hers.wait_type("welcome").await;
        his.wait_type("welcome").await;
        let mut mine = olga.listen(None).await;
        mine.wait_type("welcome").await;
        mine.send(json!({"type": "typing", "thread_id": chat}))
            .await;
        assert_eq!(hers.wait_type("typing").await["person_id"], json!(olga.id));
        mine.send(json!({"type": "viewing", "thread_id": chat}))
            .await;
        hers.send(json!({"type": "viewing", "thread_id": chat}))
            .await;
        hers.wait("both look", |f| {
            f["type"] == "viewing" && f["person_ids"].as_array().unwrap().len() == 2
        })
        .await;
        // delivered when a device says so, read when the person has.
        let sent = olga.say("chats", &chat, "привет").await;
        hers.send(json!({"type": "ack", "thread_id": chat, "seq": sent["seq"]}))
            .await;
        mine.wait("delivered", |f| {
            f["type"] == "position"
                && f["delivered_seq"] == sent["seq"]
                && f["person_id"] == json!(anna.id)
        })
        .await;
        anna.post(
            &format!("/threads/{chat}/read"),
            json!({"seq": sent["seq"]}),
        )
        .await;
        mine.wait("read", |f| {
            f["type"] == "position" && f["read_seq"] == sent["seq"]
        })
        .await;
        // Boris may neither look nor learn.
        his.send(json!({"type": "typing", "thread_id": chat})).await;
        his.send(json!({"type": "ack", "thread_id": chat, "seq": 1}))
            .await;
        his.send(json!({"type": "ping"})).await;
        his.wait_type("pong").await;
        assert!(!his.seen.iter().any(|f| {
            ["typing", "viewing", "position", "message.added"]
                .contains(&f["type"].as_str().unwrap())
        }));
    }
);

/// What a client holds: chats, client chats, messages, by id; frames are applied by replacing.
#[derive(Default, PartialEq, Debug)]
struct Held {
    client_chats: BTreeMap<String, Value>,
    messages: BTreeMap<String, Value>,
}

impl Held {
    fn apply(&mut self, frame: &Value) {
        let id = |v: &Value| v["id"].as_str().unwrap_or_default().to_owned();
        match frame["type"].as_str().unwrap_or_default() {
            "client_chat.changed" => {
                self.client_chats
                    .insert(id(&frame["chat"]), frame["chat"].clone());
            }
            "message.added" | "message.changed" => {
                let message = &frame["message"];
                let thread = message["thread_id"].as_str().unwrap_or_default();
                if let Some(chat) = self.client_chats.get_mut(thread)
                    && message["seq"].as_i64() >= chat["last_seq"].as_i64()
                {
                    chat["last_seq"] = message["seq"].clone();
                    chat["last_ordinal"] = message["ordinal"].clone();
                }
                self.messages.insert(id(message), message.clone());
            }
            "chat.gone" => {
                let gone = frame["id"].as_str().unwrap_or_default();
                self.client_chats.remove(gone);
                self.messages.retain(|_, m| m["thread_id"] != gone);
            }
            _ => {}
        }
    }
}

story!(
    state_before_and_events_are_the_state_fetched_afresh,
    |app| {
        let olga = app.olga().await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
        let (key, _) = connect_widget(&olga).await;
        let mut sockets = Vec::new();
        for person in [&olga, &anna, &boris] {
            let mut socket = person.listen(None).await;
            socket.wait_type("welcome").await;
            sockets.push(socket);
        }
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("раз").await;
        let chat = anna.inbox("queue").await[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let post = async |who: &crate::app::Caller, what: &str, body: Value| {
            drop(
                who.post(&format!("/client-chats/{chat}/{what}"), body)
                    .await,
            );
        };
        let sent = anna
            .say(
                "client-chats",
                &chat,
                &format!("отвечаю, @[Борис]({})", boris.id),
            )
            .await;
        post(
            &anna,
            "hand-over",
            json!({"to": boris.id, "note": "дальше ты", "observe": true}),
        )
        .await;
        post(&anna, "leave", json!({})).await;
        visitor.write("два").await;
        post(&boris, "needs-no-answer", json!({})).await;
        post(&boris, "observers", json!({"add": [anna.id]})).await;
        let path = format!("/messages/{}", sent["id"].as_str().unwrap());
        anna.patch(&path, json!({"text": "отвечаю иначе"})).await;
        boris
            .put(&format!("{path}/reactions/%F0%9F%94%A5"), json!({}))
            .await;
        post(&boris, "to-queue", json!({})).await;
        post(&boris, "take", json!({})).await;
        post(&boris, "close", json!({})).await;
        visitor.write("три").await;
        let last = boris.say("client-chats", &chat, "конец").await;
        // The outbox goes on by itself; the last word of it is the last delivery state.
        let settled = |f: &Value| {
            f["type"] == "message.changed"
                && f["message"]["id"] == last["id"]
                && f["message"]["delivery"]["state"] == "sent"
        };
        for (person, mut socket) in [&olga, &anna, &boris].into_iter().zip(sockets) {
            socket.wait("the end", settled).await;
            let mut held = Held::default();
            for frame in &socket.seen {
                held.apply(frame);
            }
            let mut fresh = Held::default();
            for chat in person.inbox("all").await {
                let id = chat["id"].as_str().unwrap().to_owned();
                for message in person
                    .get(&format!("/threads/{id}/messages?limit=200"))
                    .await["messages"]
                    .as_array()
                    .unwrap()
                {
                    fresh
                        .messages
                        .insert(message["id"].as_str().unwrap().to_owned(), message.clone());
                }
                fresh.client_chats.insert(id, chat);
            }
            // Own state and the last line are the client's own view; everything shared must be the same.
            for chat in fresh
                .client_chats
                .values_mut()
                .chain(held.client_chats.values_mut())
            {
                let chat = chat.as_object_mut().unwrap();
                for own in [
                    "read_seq",
                    "read_ordinal",
                    "unread",
                    "mentions",
                    "draft",
                    "draft_hidden",
                    "observe_all",
                    "may",
                    "last",
                    "updated_at",
                ] {
                    chat.remove(own);
                }
            }
            // Messages of the time before access was given are fetched, not pushed.
            fresh
                .messages
                .retain(|id, _| held.messages.contains_key(id));
            assert_eq!(held, fresh, "{}", person.id);
            assert!(
                held.messages.len() >= 4,
                "{} {}",
                person.id,
                held.messages.len()
            );
        }
    }
);
