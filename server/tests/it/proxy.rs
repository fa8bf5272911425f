//! Stories of channels that go out through a proxy, and say how they fare (U-38).

use crate::story;
use reqwest::Method;
use serde_json::json;
use testkit::{
    proxy_double::{PASSWORD, ProxyDouble, USER},
    vk_double::VkDouble,
};

const ANNA: i64 = 7001;

story!(u_38_a_channel_goes_out_through_its_own_proxy, |app| {
    let olga = app.olga().await;
    for scheme in ["http", "socks5h"] {
        let (double, proxy) = (
            VkDouble::start().await.unwrap(),
            ProxyDouble::start().await.unwrap(),
        );
        double.call_person(ANNA, "Анна", "Петрова");
        let settings = |user: &str, password: &str| {
            json!({"token": double.token(), "base_url": double.base_url(),
                "proxy": proxy.url(scheme, user), "proxy_password": password})
        };
        // A wrong word stops it, and Check says that nobody was reached.
        let wrong = json!({"kind": "vk", "settings": settings(USER, "не тот")});
        let checked = olga.post("/channels/check", wrong).await;
        assert_eq!(checked["ok"], false, "{scheme}: {checked}");
        assert_eq!(proxy.passed(), 0);
        let form = json!({"kind": "vk", "name": scheme, "settings": settings(USER, PASSWORD)});
        let account = olga.post("/channels", form).await;
        assert_eq!(
            account["settings"]["proxy_password"], "",
            "a secret never comes back"
        );
        assert_eq!(account["settings"]["proxy"], proxy.url(scheme, USER));
        double.listened_to().await;
        double.say(ANNA, "Здравствуйте").await;
        let chat = app
            .until("the client", async || {
                let queue = olga.inbox("queue").await;
                queue.into_iter().find(|c| c["channel"]["name"] == scheme)
            })
            .await;
        let chat = chat["id"].as_str().unwrap().to_owned();
        olga.say("client-chats", &chat, "Добрый день").await;
        app.until("the answer", async || {
            (double.sent().len() == 1).then_some(())
        })
        .await;
        assert!(
            proxy.passed() > 0,
            "{scheme}: nothing went through the proxy"
        );
    }
    let form =
        json!({"kind": "vk", "name": "x", "settings": {"token": "vk1.a.x", "proxy": "где-то"}});
    assert_eq!(
        olga.refused(Method::POST, "/channels", Some(form)).await,
        (400, "channels.bad_proxy".to_owned())
    );
});
