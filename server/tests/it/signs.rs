//! Stories of passing signs a visitor sees on the site, and of what an administrator pastes into it.

use crate::{
    app::{App, Socket, Visitor, connect_widget},
    story,
};
use reqwest::{Method, header};
use serde_json::json;

async fn page(visitor: &Visitor) -> Socket {
    let token = visitor.caller.bearer.as_ref().unwrap();
    let url = format!(
        "{}/api/v1/widget/{}/socket?t={token}",
        visitor.caller.base.replace("http", "ws"),
        visitor.key
    );
    let (stream, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    let mut page = Socket {
        stream,
        cursor: String::new(),
        seen: Vec::new(),
    };
    // Once it has answered, it follows.
    page.send(json!({"type": "ping"})).await;
    page.wait_type("pong").await;
    page
}

/// All that came so far: the answer to a ping comes after it.
async fn seen(page: &mut Socket, kind: &str) -> usize {
    page.send(json!({"type": "ping"})).await;
    page.wait_type("pong").await;
    page.seen.iter().filter(|f| f["type"] == kind).count()
}

async fn first_chat(app: &App, who: &crate::app::Caller) -> String {
    app.until("a chat in the queue", async || {
        who.inbox("queue")
            .await
            .first()
            .map(|c| c["id"].as_str().unwrap().to_owned())
    })
    .await
}

story!(
    a_visitor_sees_that_an_answer_is_typed_but_never_a_hidden_word,
    |app| {
        let olga = app.olga().await;
        let (key, _) = connect_widget(&olga).await;
        let (visitor, other) = (
            Visitor::new(&app, &key).await,
            Visitor::new(&app, &key).await,
        );
        visitor.write("Есть ли лампы?").await;
        let chat = first_chat(&app, &olga).await;
        let (mut page, mut foreign) = (page(&visitor).await, page(&other).await);
        let mut desk = olga.listen(None).await;
        desk.wait_type("welcome").await;
        desk.send(json!({"type": "typing", "thread_id": chat, "hidden": true}))
            .await;
        desk.send(json!({"type": "ping"})).await;
        desk.wait_type("pong").await;
        assert_eq!(
            seen(&mut page, "typing").await,
            0,
            "a comment among colleagues is nobody's business outside"
        );
        desk.send(json!({"type": "typing", "thread_id": chat, "hidden": false}))
            .await;
        let frame = page.wait_type("typing").await;
        assert_eq!(frame, json!({"type": "typing"}), "who types is not told");
        assert_eq!(
            seen(&mut foreign, "typing").await,
            0,
            "only in their own talk"
        );
    }
);

story!(
    a_visitor_sees_at_once_when_somebody_comes_and_leaves,
    |app| {
        let olga = app.olga().await;
        let (key, _) = connect_widget(&olga).await;
        let visitor = Visitor::new(&app, &key).await;
        assert_eq!(
            visitor.caller.get(&format!("/widget/{key}/config")).await["online"],
            false
        );
        let mut page = page(&visitor).await;
        let mut desk = olga.listen(None).await;
        desk.wait_type("welcome").await;
        assert_eq!(
            page.wait_type("state").await,
            json!({"type": "state", "online": true, "opens_at": null})
        );
        drop(desk);
        assert_eq!(
            page.wait_type("state").await,
            json!({"type": "state", "online": false, "opens_at": null})
        );
    }
);

story!(
    s1_45_the_snippet_names_the_address_the_administrator_came_by,
    |app| {
        let olga = app.olga().await;
        let form = json!({"kind": "widget", "name": "Сайт", "settings": {"title": "Мастерская"}});
        let made = olga.post("/channels", form).await;
        let script = format!("src=\"{}/widget.js\"", olga.base);
        assert!(
            made["snippet"].as_str().unwrap().contains(&script),
            "{made}"
        );
        assert!(
            made["link"]
                .as_str()
                .unwrap()
                .starts_with(&format!("{}/demo?key=", olga.base)),
            "{made}"
        );
        let listed = olga.get("/channels").await;
        assert_eq!(listed["accounts"][0]["snippet"], made["snippet"]);
        let path = format!("/channels/{}", made["id"].as_str().unwrap());
        assert_eq!(
            olga.patch(&path, json!({"name": "Магазин"})).await["snippet"],
            made["snippet"]
        );
        // Through a proxy that ends TLS the browser's own words tell the scheme.
        let host = olga.base.trim_start_matches("http://");
        let request = olga
            .http
            .get(format!("{}/api/v1/channels", olga.base))
            .header(header::COOKIE, &olga.cookie);
        let answer = request
            .header(header::REFERER, format!("https://{host}/settings/channels"))
            .send()
            .await
            .unwrap();
        let listed: serde_json::Value = answer.json().await.unwrap();
        assert!(
            listed["accounts"][0]["snippet"]
                .as_str()
                .unwrap()
                .contains(&format!("src=\"https://{host}/widget.js\"")),
            "{listed}"
        );
    }
);

story!(an_address_with_two_ats_is_refused_everywhere, |app| {
    let olga = app.olga().await;
    for bad in ["a@b@c", "a@b@c.ru", "anna", "a b@c.ru", "a@b"] {
        let me = olga
            .refused(Method::PATCH, "/me", Some(json!({"email": bad})))
            .await;
        assert_eq!(me, (400, "accounts.bad_email".into()), "{bad}");
        let invite = json!({"name": "Анна", "email": bad, "role_ids": []});
        assert_eq!(
            olga.refused(Method::POST, "/invitations", Some(invite))
                .await,
            (400, "accounts.bad_email".into()),
            "{bad}"
        );
    }
    assert_eq!(
        olga.patch("/me", json!({"email": " olga@shop.example "}))
            .await["person"]["email"],
        "olga@shop.example"
    );
    let (key, _) = connect_widget(&olga).await;
    let visitor = Visitor::new(&app, &key).await;
    visitor.write("Здравствуйте").await;
    let chat = first_chat(&app, &olga).await;
    let card = olga.get(&format!("/client-chats/{chat}")).await;
    let contact = format!("/contacts/{}", card["contact"]["id"].as_str().unwrap());
    let refused = olga
        .refused(Method::PATCH, &contact, Some(json!({"email": "a@b@c"})))
        .await;
    assert_eq!(refused, (400, "crm.bad_email".into()));
    assert_eq!(
        olga.patch(&contact, json!({"email": "ivan@shop.example"}))
            .await["email"],
        "ivan@shop.example"
    );
    assert_eq!(
        olga.patch(&contact, json!({"email": ""})).await["email"],
        ""
    );
    // A visitor's slip is dropped: they are no less welcome.
    let told =
        json!({"token": visitor.caller.bearer, "name": "Иван", "email": "ivan@", "phone": ""});
    visitor
        .caller
        .post(&format!("/widget/{key}/visitor"), told)
        .await;
    assert_eq!(olga.get(&contact).await["contact"]["email"], "");
});

story!(over_our_own_tls_the_cookie_is_secure, |app| {
    let mut app = app;
    let sign_in = async |app: &App| {
        let form = json!({"login": "olga", "password": "olga-password"});
        let answer = reqwest::Client::builder()
            .no_proxy()
            .build()
            .unwrap()
            .post(app.url("/sessions"))
            .json(&form)
            .send()
            .await
            .unwrap();
        answer
            .headers()
            .get(header::SET_COOKIE)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    app.olga().await;
    assert!(
        !sign_in(&app).await.contains("Secure"),
        "in the office network without TLS the cookie must come back"
    );
    app.beseda.take().unwrap().stop().await;
    app.config.tls.mode = "local".to_owned();
    app.open().await;
    assert!(sign_in(&app).await.contains("; Secure"));
});
