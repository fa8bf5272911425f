//! Stories of bad input: named, refused, nothing lost, nothing broken.

use crate::{
    app::{Visitor, connect_widget, uuid},
    story,
};
use futures_util::{SinkExt, StreamExt};
use reqwest::{Method, header};
use serde_json::{Value, json};
use testkit::fuzz;
use tokio_tungstenite::tungstenite::Message;

story!(bodies_that_cannot_be_read_are_named, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let url = app.url(&format!("/chats/{chat}/messages"));
    let post = async |body: Vec<u8>| {
        let answer = olga
            .http
            .post(&url)
            .header(header::COOKIE, &olga.cookie)
            .body(body)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let id = uuid();
    for (body, status, code) in [
        (b"".to_vec(), 400, "web.bad_json"),
        (b"{".to_vec(), 400, "web.bad_json"),
        (
            format!("{{\"client_id\":\"{id}\",\"text\":\"\\ud800\"}}").into_bytes(),
            400,
            "web.bad_json",
        ),
        (
            [
                format!("{{\"client_id\":\"{id}\",\"text\":\"").into_bytes(),
                vec![0xff, 0xfe],
                b"\"}".to_vec(),
            ]
            .concat(),
            400,
            "web.bad_json",
        ),
        (
            json!({"client_id": id, "text": "я".repeat(50_000)})
                .to_string()
                .into_bytes(),
            400,
            "messages.too_long",
        ),
        (vec![b'x'; 10_000_000], 413, "web.too_large"),
        (
            json!({"client_id": id, "text": "   "})
                .to_string()
                .into_bytes(),
            400,
            "messages.empty",
        ),
        (
            json!({"client_id": id, "text": "x", "reply_to": uuid()})
                .to_string()
                .into_bytes(),
            400,
            "messages.no_such_reply",
        ),
        (
            json!({"client_id": id, "text": "x", "files": [uuid()]})
                .to_string()
                .into_bytes(),
            400,
            "not-found",
        ),
    ] {
        let (got, text) = post(body).await;
        assert!(
            got == status && text.contains(code),
            "{status} {code}: {got} {text}"
        );
    }
    let (status, _) = post(
        json!({"client_id": id, "text": "нормальное"})
            .to_string()
            .into_bytes(),
    )
    .await;
    assert_eq!(status, 200, "the id was not spent by refusals");
});

story!(f15_script_and_link_tricks_stay_text, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    for trick in [
        "<script>alert(1)</script>",
        "[нажми](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "\u{202e}gpj.exe",
    ] {
        let sent = olga.say("chats", &chat, trick).await;
        let tokens = sent["tokens"].to_string().to_lowercase();
        assert!(
            !tokens.contains("\"href\":\"javascript") && !tokens.contains("\"href\":\"data"),
            "{trick}: {tokens}"
        );
    }
    let named = olga
        .patch("/me", json!({"name": "Оль\u{202e}га\u{200b}<b>"}))
        .await;
    assert_eq!(
        named["person"]["name"], "Ольга<b>",
        "no bidi or zero-width tricks; angle brackets are only letters"
    );
});

story!(ids_of_others_answer_not_found_everywhere, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let message = olga.say("chats", &chat, "тайна").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = || Some(json!({"client_id": uuid(), "text": "x", "seq": 1, "title": "x"}));
    for (method, path) in [
        (Method::GET, format!("/chats/{chat}")),
        (Method::PATCH, format!("/chats/{chat}")),
        (Method::POST, format!("/chats/{chat}/messages")),
        (Method::POST, format!("/chats/{chat}/leave")),
        (Method::GET, format!("/threads/{chat}/messages")),
        (Method::POST, format!("/threads/{chat}/read")),
        (Method::PUT, format!("/threads/{chat}/draft")),
        (Method::GET, format!("/threads/{chat}/pins")),
        (Method::PATCH, format!("/messages/{message}")),
        (Method::DELETE, format!("/messages/{message}")),
        (Method::GET, format!("/messages/{message}/history")),
        (
            Method::PUT,
            format!("/messages/{message}/reactions/%F0%9F%91%8D"),
        ),
        (Method::PUT, format!("/messages/{message}/pin")),
        (Method::POST, format!("/messages/{message}/retry")),
        (Method::GET, format!("/client-chats/{chat}")),
        (Method::POST, format!("/client-chats/{chat}/take")),
        (Method::GET, "/chats/not-an-id".to_owned()),
        (Method::GET, format!("/files/{}", uuid())),
        (Method::GET, format!("/contacts/{}", uuid())),
        (Method::GET, "/nothing".to_owned()),
    ] {
        let body = if method == Method::GET || method == Method::DELETE {
            None
        } else {
            body()
        };
        assert_eq!(
            boris.refused(method.clone(), &path, body).await.0,
            404,
            "{method} {path}"
        );
    }
});

story!(who_floods_the_widget_waits, |app| {
    let olga = app.olga().await;
    let (key, _) = connect_widget(&olga).await;
    let visitor = Visitor::new(&app, &key).await;
    let path = format!("/widget/{key}/messages");
    let mut refused = 0;
    for n in 0..30 {
        let (status, answer) = visitor
            .caller
            .raw(
                Method::POST,
                &path,
                Some(json!({"client_id": uuid(), "text": format!("{n}")})),
            )
            .await;
        if status.as_u16() == 429 {
            assert_eq!(answer["code"], "channels.too_often");
            refused += 1;
        }
    }
    assert_eq!(refused, 10);
    assert_eq!(
        visitor
            .caller
            .refused(
                Method::POST,
                "/widget/nokey/messages",
                Some(json!({"client_id": uuid(), "text": "x"}))
            )
            .await
            .0,
        404
    );
    let mut nobody = app.stranger();
    nobody.bearer = Some("short".into());
    assert_eq!(
        nobody
            .refused(
                Method::POST,
                &path,
                Some(json!({"client_id": uuid(), "text": "x"}))
            )
            .await
            .0,
        401
    );
});

story!(f10_a_clock_that_jumps_back_keeps_the_order, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    for n in 0..3 {
        olga.say("chats", &chat, &format!("{n}")).await;
        if let kernel::Clock::Hand(micros) = &app.clock {
            micros.fetch_sub(3_600_000_000, std::sync::atomic::Ordering::SeqCst);
        }
    }
    let page = anna.get(&format!("/threads/{chat}/messages")).await;
    let texts: Vec<&str> = page["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["text"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["0", "1", "2"]);
});

story!(plain_text_of_a_visitor_is_never_markup, |app| {
    let olga = app.olga().await;
    let (key, _) = connect_widget(&olga).await;
    let visitor = Visitor::new(&app, &key).await;
    let typed = format!("**не жирный** @[Ольга]({}) _x_ <b>", olga.id);
    let mine = visitor.write(&typed).await;
    let _ = mine;
    let chat = olga.inbox("queue").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let page = olga.get(&format!("/threads/{chat}/messages")).await;
    let got = page["messages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|m| m["author"]["kind"] == "contact")
        .unwrap()
        .clone();
    assert!(got["mentions"].as_array().unwrap().is_empty());
    let tokens = got["tokens"].to_string();
    assert!(
        !tokens.contains("strong") && !tokens.contains("mention"),
        "{tokens}"
    );
    assert!(
        olga.inbox("watched").await.is_empty(),
        "a client cannot make observers"
    );
});

fn written(seeds: &[Value]) -> Vec<Vec<u8>> {
    seeds.iter().map(|s| s.to_string().into_bytes()).collect()
}

story!(fuzz_frames_of_a_socket, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let seeds = written(&[
        json!({"type": "ping"}),
        json!({"type": "active", "active": true}),
        json!({"type": "typing", "thread_id": chat, "on": true}),
        json!({"type": "viewing", "thread_id": chat}),
        json!({"type": "notified", "id": uuid()}),
        json!({"type": "hello", "cursor": "0-ff", "client": {"kind": "web", "version": "1"}}),
    ]);
    let mut socket = olga.listen(None).await;
    for frame in fuzz::cases(seeds, 300) {
        let message = match String::from_utf8(frame.clone()) {
            Ok(text) => Message::Text(text.into()),
            Err(_) => Message::Binary(frame.clone().into()),
        };
        // Either it is heard and the socket goes on, or the socket is closed: never silence.
        let mut lives = socket.stream.send(message).await.is_ok();
        let ping = Message::Text(json!({"type": "ping"}).to_string().into());
        lives = lives && socket.stream.send(ping).await.is_ok();
        while lives {
            let came =
                tokio::time::timeout(std::time::Duration::from_secs(20), socket.stream.next());
            let came = came
                .await
                .unwrap_or_else(|_| panic!("no answer after {}", String::from_utf8_lossy(&frame)));
            match came {
                Some(Ok(Message::Text(text))) if text.contains("\"pong\"") => break,
                Some(Ok(Message::Close(_)) | Err(_)) | None => lives = false,
                Some(Ok(_)) => {}
            }
        }
        if !lives {
            socket = olga.listen(None).await;
        }
    }
    olga.say("chats", &chat, "Всё работает").await;
});

story!(fuzz_what_visitors_of_the_site_post, |app| {
    let olga = app.olga().await;
    let (key, _) = connect_widget(&olga).await;
    let visitor = Visitor::new(&app, &key).await;
    let bodies = [
        (
            "messages",
            json!({"client_id": uuid(), "text": "Есть **лампа**?", "files": [], "reply_to": null}),
        ),
        (
            "visitor",
            json!({"page": "https://shop.example/lamp", "language": "ru", "name": "Анна", "email": "a@b.example",
            "phone": "+7 912 345-67-89", "token": visitor.caller.bearer}),
        ),
        (
            "form",
            json!({"answers": {"name": "Анна", "phone": "+79123456789"}, "consent": true}),
        ),
    ];
    let seeds = written(&bodies.each_ref().map(|(_, seed)| seed.clone()));
    // Each place is given what belongs to any.
    for (body, (place, _)) in fuzz::cases(seeds, 300).zip(bodies.iter().cycle()) {
        app.clock.advance(std::time::Duration::from_secs(60));
        let answer = visitor
            .caller
            .http
            .post(app.url(&format!("/widget/{key}/{place}")))
            .header(
                header::AUTHORIZATION,
                format!("Bearer {}", visitor.caller.bearer.as_ref().unwrap()),
            )
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.clone())
            .send()
            .await
            .unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        let shown = String::from_utf8_lossy(&body);
        assert!(
            !status.is_server_error(),
            "{place} {shown}: {status} {text}"
        );
        if status.is_client_error() {
            let problem: Value = serde_json::from_str(&text).unwrap();
            assert!(
                problem["code"].is_string() && problem["title"].is_string(),
                "{place} {shown}: {text}"
            );
        }
    }
    visitor.write("Всё работает").await;
    assert!(
        visitor
            .reads()
            .await
            .iter()
            .any(|m| m["text"] == "Всё работает")
    );
});
