//! Stories of short links, clicks and the pixel (S3-08 to S3-10, L-100, P-30), and links for anybody (L-78).

use crate::{
    app::{App, Caller, Visitor, connect_widget, uuid},
    story,
};
use reqwest::{Client, Method, header, redirect::Policy};
use serde_json::{Value, json};

const HOUSE: &str = "https://b.example";
const LONG: &str = "https://shop.example/catalogue/lamps/black?utm_source=chat";
const PHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1";

/// A house with an address of its own, and a client who writes on its site.
async fn house(app: &mut App) -> (Caller, String, Visitor, String) {
    app.beseda.take().unwrap().stop().await;
    HOUSE.clone_into(&mut app.config.base_url);
    app.open().await;
    let olga = app.olga().await;
    let (key, _) = connect_widget(&olga).await;
    let visitor = Visitor::new(app, &key).await;
    visitor.write("Где посмотреть лампы?").await;
    let chat = olga.inbox("queue").await.remove(0);
    app.until("the address is known", async || {
        let found = olga.get("/links/settings").await;
        (found["base"] == HOUSE).then_some(())
    })
    .await;
    (olga, key, visitor, chat["id"].as_str().unwrap().to_owned())
}

async fn switch(olga: &Caller) -> String {
    let channel = olga.get("/channels/brief").await[0]["id"].clone();
    olga.patch("/links/settings", json!({"account_ids": [channel]}))
        .await;
    channel.as_str().unwrap().to_owned()
}

/// What the client got last.
async fn got(visitor: &Visitor) -> String {
    let last = visitor.reads().await.pop().unwrap();
    last["text"].as_str().unwrap().to_owned()
}

fn code(text: &str) -> String {
    let at = text
        .find("/l/")
        .unwrap_or_else(|| panic!("no short link: {text}"));
    text[at + 3..]
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect()
}

/// Follows a short link as somebody; answers the status and where it leads.
async fn follow(app: &App, method: Method, code: &str, agent: &str) -> (u16, String) {
    let http = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .build()
        .unwrap();
    let request = http
        .request(method, format!("http://{}/l/{code}", app.address))
        .header(header::USER_AGENT, agent);
    let answer = request.send().await.unwrap();
    let place = answer.headers().get(header::LOCATION);
    let place = place
        .map(|l| l.to_str().unwrap().to_owned())
        .unwrap_or_default();
    (answer.status().as_u16(), place)
}

async fn pixel(app: &App, origin: &str, seen: Value) -> u16 {
    let http = Client::builder().no_proxy().build().unwrap();
    let request = http
        .post(app.url("/pixel"))
        .header(header::ORIGIN, origin)
        .header(header::CONTENT_TYPE, "text/plain")
        .body(seen.to_string());
    request.send().await.unwrap().status().as_u16()
}

story!(
    s3_08_links_are_shortened_in_the_channels_that_want_it_and_in_messages_that_say_so,
    |app| {
        let mut app = app;
        let (olga, _, visitor, chat) = house(&mut app).await;
        let path = format!("/client-chats/{chat}/messages");
        // Off: the client gets what was written.
        let body = json!({"client_id": uuid(), "text": format!("Вот: {LONG}")});
        olga.post(&path, body).await;
        assert_eq!(got(&visitor).await, format!("Вот: {LONG}"));
        // S3-10: on for one message, and the plan shown before is of what goes.
        let body = json!({"client_id": uuid(), "text": format!("Вот: {LONG}"), "shorten": true});
        let plan = json!({"text": format!("Вот: {LONG}"), "shorten": true});
        let plan = olga.post(&format!("/client-chats/{chat}/plan"), plan).await;
        let sent = olga.post(&path, body).await;
        let short = got(&visitor).await;
        assert!(short.starts_with(&format!("Вот: {HOUSE}/l/")), "{short}");
        assert_eq!(
            plan["parts"][0]["text"].as_str().unwrap().len(),
            short.len()
        );
        assert_eq!(
            sent["text"],
            format!("Вот: {LONG}"),
            "our history keeps what was written"
        );
        // A change of the message keeps its code.
        let id = sent["id"].as_str().unwrap();
        olga.patch(
            &format!("/messages/{id}"),
            json!({"text": format!("Вот она: {LONG}")}),
        )
        .await;
        let changed = app
            .until("the change", async || {
                let text = got(&visitor).await;
                text.starts_with("Вот она").then_some(text)
            })
            .await;
        assert_eq!(code(&changed), code(&short));
        // S3-08: on for the channel; code and addresses in code stay, and one message can stay as it is.
        switch(&olga).await;
        let body = json!({"client_id": uuid(), "text": format!("`{LONG}` и [прайс]({LONG})")});
        olga.post(&path, body).await;
        let last = visitor.reads().await.pop().unwrap();
        let tokens = last["tokens"].to_string();
        assert!(
            tokens.contains(LONG),
            "what stands in code is shown as it is: {tokens}"
        );
        assert!(
            tokens.contains(&format!("{HOUSE}/l/")),
            "a word over an address leads shortly: {tokens}"
        );
        let body = json!({"client_id": uuid(), "text": LONG, "shorten": false});
        olga.post(&path, body).await;
        assert_eq!(got(&visitor).await, LONG);
    }
);

story!(
    s3_08_without_an_address_of_its_own_the_house_says_so,
    |app| {
        let olga = app.olga().await;
        connect_widget(&olga).await;
        let channel = olga.get("/channels/brief").await[0]["id"].clone();
        let patch = json!({"account_ids": [channel]});
        assert_eq!(
            olga.refused(Method::PATCH, "/links/settings", Some(patch))
                .await,
            (409, "links.no_address".to_owned())
        );
        let wrong = json!({"sites": ["shop.example", "это не сайт"]});
        assert_eq!(
            olga.refused(Method::PATCH, "/links/settings", Some(wrong))
                .await,
            (400, "links.bad_site".to_owned())
        );
        assert_eq!(olga.get("/links/settings").await["sites"], json!([]));
    }
);

story!(
    l_100_a_click_stands_in_the_chat_and_robots_are_counted_apart,
    |app| {
        let mut app = app;
        let (olga, _, visitor, chat) = house(&mut app).await;
        switch(&olga).await;
        olga.say("client-chats", &chat, LONG).await;
        let code = code(&got(&visitor).await);
        assert_eq!(
            follow(&app, Method::GET, &code, "TelegramBot (like TwitterBot)").await,
            (302, LONG.to_owned())
        );
        assert_eq!(follow(&app, Method::HEAD, &code, PHONE).await.0, 302);
        let events = async || {
            let page = olga.get(&format!("/threads/{chat}/messages")).await;
            let all = page["messages"].as_array().unwrap().clone();
            all.into_iter()
                .filter(|m| m["event"]["code"] == "link-clicked")
                .count()
        };
        assert_eq!(events().await, 0, "a preview is nobody's click");
        for _ in 0..2 {
            assert_eq!(
                follow(&app, Method::GET, &code, PHONE).await,
                (302, LONG.to_owned())
            );
        }
        assert_eq!(events().await, 1, "the first click stands in the chat");
        assert_eq!(follow(&app, Method::GET, "nothing00", PHONE).await.0, 404);
        // On the card, for those who may open the chat.
        let contact = olga.get(&format!("/client-chats/{chat}")).await["contact"]["id"].clone();
        let path = format!("/contacts/{}/links", contact.as_str().unwrap());
        let card = olga.get(&path).await;
        let link = &card["links"][0];
        assert_eq!(
            (
                link["url"].clone(),
                link["clicks"].clone(),
                link["robots"].clone()
            ),
            (json!(LONG), json!(2), json!(2))
        );
        let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
        assert_eq!(boris.get(&path).await, json!({"links": [], "visits": []}));
    }
);

story!(
    s3_09_the_pixel_joins_click_and_visitor_and_offers_a_duplicate,
    |app| {
        let mut app = app;
        let (olga, key, visitor, chat) = house(&mut app).await;
        switch(&olga).await;
        olga.patch(
            "/links/settings",
            json!({"sites": ["https://Shop.Example/"]}),
        )
        .await;
        olga.say("client-chats", &chat, LONG).await;
        let code = code(&got(&visitor).await);
        let (_, landed) = follow(&app, Method::GET, &code, PHONE).await;
        let click = landed
            .strip_prefix(&format!("{LONG}&_b="))
            .unwrap()
            .to_owned();
        let browser = "0123456789abcdef0123456789abcdef";
        let seen = json!({"visitor": browser, "click": click, "page": "https://shop.example/lamp", "referrer": ""});
        assert_eq!(pixel(&app, "https://evil.example", seen.clone()).await, 403);
        assert_eq!(
            pixel(&app, "https://www.shop.example", seen.clone()).await,
            204
        );
        assert_eq!(
            pixel(&app, "https://shop.example", json!({"visitor": "me"})).await,
            400
        );
        assert_eq!(pixel(&app, "https://shop.example", json!([1])).await, 400);
        let contact = olga.get(&format!("/client-chats/{chat}")).await["contact"]["id"].clone();
        let path = format!("/contacts/{}/links", contact.as_str().unwrap());
        assert_eq!(
            olga.get(&path).await["visits"][0]["page"],
            "https://shop.example/lamp"
        );
        // A click belongs to the browser it came out in: who copies the address is not the client.
        let other = json!({"visitor": "f".repeat(32), "click": click, "page": "https://shop.example/", "referrer": ""});
        assert_eq!(pixel(&app, "https://shop.example", other).await, 204);
        assert_eq!(duplicates(&app).await, 0);
        // The same browser writes in the widget as somebody new: perhaps one person.
        let mut stranger = app.stranger();
        let form = json!({"page": "https://shop.example/lamp", "pixel": browser});
        let answer = stranger.post(&format!("/widget/{key}/visitor"), form).await;
        stranger.bearer = Some(answer["token"].as_str().unwrap().to_owned());
        let again = Visitor {
            caller: stranger,
            key,
        };
        again.write("Это снова я").await;
        assert_eq!(duplicates(&app).await, 1, "offered for merging, not merged");
        let offered = olga.get("/contacts/duplicates").await["items"][0].clone();
        assert_eq!(offered["reason"], "site");
        let ids = [&offered["one"]["id"], &offered["other"]["id"]];
        assert!(ids.contains(&&contact), "{offered}");
        again.write("И ещё раз").await;
        assert_eq!(duplicates(&app).await, 1);
    }
);

async fn duplicates(app: &App) -> i64 {
    let count = async |tx: &mut db::Tx<'_>| {
        let query = db::sql!("SELECT COUNT(*) FROM duplicates WHERE state = 'open'");
        tx.must::<(i64,)>(query, &db::bind![]).await
    };
    app.house().read(count).await.unwrap().0
}

story!(l_78_a_link_for_anybody_carries_words_and_counts, |app| {
    let mut app = app;
    let (olga, key, _, _) = house(&mut app).await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let ways = olga
        .get("/channels/invitations?text=%D0%94%D0%BE%D0%B1%D1%80%D1%8B%D0%B9%20%D0%B4%D0%B5%D0%BD%D1%8C%20%26%20%23")
        .await;
    let way = ways[0].clone();
    let url = way["url"].as_str().unwrap();
    assert_eq!(
        url,
        format!(
            "{HOUSE}/talk/{key}?text=%D0%94%D0%BE%D0%B1%D1%80%D1%8B%D0%B9%20%D0%B4%D0%B5%D0%BD%D1%8C%20%26%20%23"
        )
    );
    assert_eq!(way["takes_text"], true);
    let new = json!({"account_id": way["account_id"], "url": url, "name": "Листовка"});
    assert_eq!(
        anna.refused(Method::GET, "/channels/invitations", None)
            .await
            .0,
        403
    );
    assert_eq!(
        anna.refused(Method::POST, "/links/public", Some(new.clone()))
            .await
            .0,
        403
    );
    let bad = json!({"account_id": way["account_id"], "url": "javascript:alert(1)"});
    assert_eq!(
        olga.refused(Method::POST, "/links/public", Some(bad)).await,
        (400, "links.bad_url".to_owned())
    );
    let made = olga.post("/links/public", new).await;
    let code = code(made["address"].as_str().unwrap());
    assert_eq!(
        follow(&app, Method::GET, &code, PHONE).await,
        (302, url.to_owned())
    );
    follow(&app, Method::GET, &code, PHONE).await;
    follow(&app, Method::HEAD, &code, "TelegramBot (like TwitterBot)").await;
    let all = olga.get("/links/public").await;
    assert_eq!(
        (&all[0]["clicks"], &all[0]["robots"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(all[0]["name"], "Листовка");
    // Somebody who plays with it is counted up to a bound.
    for _ in 0..70 {
        follow(&app, Method::GET, &code, PHONE).await;
    }
    assert_eq!(olga.get("/links/public").await[0]["clicks"], 59);
    olga.delete(&format!("/links/public/{code}")).await;
    assert_eq!(follow(&app, Method::GET, &code, PHONE).await.0, 404);
    assert_eq!(olga.get("/links/public").await, json!([]));
    assert_eq!(
        anna.refused(Method::DELETE, &format!("/links/public/{code}"), None)
            .await
            .0,
        403
    );
});
