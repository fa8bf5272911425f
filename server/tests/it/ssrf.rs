//! Stories of F16: what outsiders make the server call never leads inside. A listener that counts proves it.
//!
//! The places where an outsider has a say: the address of a browser's push service (any employee), what such a service
//! redirects to, and the paths a messenger's file server names. A channel's base address is the administrator's, who may
//! point it inside on purpose; its redirects are not followed.

use crate::{
    app::{App, Caller},
    story,
};
use axum::{
    Router,
    response::{IntoResponse, Redirect},
    routing::any,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use reqwest::Method;
use ring::{agreement, rand::SystemRandom};
use serde_json::{Value, json};
use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use testkit::telegram_double::TelegramDouble;
use tokio::net::TcpListener;

/// Something inside that nobody may reach: counts connections, not requests.
struct Inside {
    address: SocketAddr,
    seen: Arc<AtomicUsize>,
}

impl Inside {
    async fn listen(host: &str) -> Self {
        let listener = TcpListener::bind((host, 0)).await.unwrap();
        let (address, seen) = (
            listener.local_addr().unwrap(),
            Arc::<AtomicUsize>::default(),
        );
        let count = seen.clone();
        tokio::spawn(async move {
            while let Ok((_socket, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { address, seen }
    }
    fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

fn subscription(endpoint: &str) -> Value {
    let random = SystemRandom::new();
    let private = agreement::EphemeralPrivateKey::generate(&agreement::ECDH_P256, &random).unwrap();
    let public = private.compute_public_key().unwrap();
    json!({"endpoint": endpoint, "keys": {"p256dh": B64.encode(public.as_ref()), "auth": B64.encode([7; 16])}})
}

/// Starts the house anew with a stub resolver and, for the tests' own servers, hosts that may be reached.
async fn reopen(
    app: &mut App,
    reachable: &[&str],
    names: &'static [(&'static str, &'static [&'static str])],
) {
    app.beseda.take().unwrap().stop().await;
    app.config.reachable = reachable.iter().map(|ip| ip.parse().unwrap()).collect();
    app.lookup = Arc::new(move |name| {
        let found = names.iter().find(|(known, _)| *known == name);
        let all: Vec<IpAddr> = found
            .into_iter()
            .flat_map(|(_, ips)| ips.iter().map(|ip| ip.parse().unwrap()))
            .collect();
        Box::pin(async move { Ok(all) })
    });
    app.open().await;
}

/// Somebody is written to while away, and all that is to be pushed by now is pushed.
async fn ring(app: &App, olga: &Caller, boris: &Caller) {
    let chat = olga
        .post("/chats", json!({"kind": "direct", "person_id": boris.id}))
        .await;
    olga.say("chats", chat["id"].as_str().unwrap(), "Ты где?")
        .await;
    app.clock.advance(Duration::from_secs(9));
    app.until("pushes are done", async || {
        app.house().bell::<jobs::Wake>().notify_one();
        let count = async |tx: &mut db::Tx<'_>| {
            let query = db::sql!(
                "SELECT COUNT(*) FROM jobs WHERE kind = 'notifications.push' AND attempts = 0"
            );
            tx.must(query, &db::bind![]).await
        };
        let (left,): (i64,) = app.house().read(count).await.unwrap();
        (left == 0).then_some(())
    })
    .await;
}

async fn devices(who: &Caller) -> Value {
    who.post("/push/test", json!({})).await["hops"][2]["detail"].clone()
}

story!(f16_an_address_inside_is_no_push_service, |app| {
    let olga = app.olga().await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let inside = Inside::listen("127.0.0.1").await;
    let port = inside.address.port();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fc00::1]",
        "[fd00::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
    ] {
        for scheme in ["https", "http"] {
            let endpoint = format!("{scheme}://{host}:{port}/push");
            let told = boris
                .refused(
                    Method::POST,
                    "/push/subscriptions",
                    Some(subscription(&endpoint)),
                )
                .await;
            assert_eq!(
                told,
                (400, "notifications.bad_subscription".into()),
                "{endpoint}"
            );
        }
    }
    assert_eq!(devices(&boris).await, "0");
    ring(&app, &olga, &boris).await;
    assert_eq!(inside.seen(), 0);
});

story!(f16_a_name_that_leads_inside_is_never_connected_to, |app| {
    let mut app = app;
    let names: &[(&str, &[&str])] = &[
        ("inner.test", &["127.0.0.1"]),
        (
            "mixed.test",
            &["10.0.0.1", "127.0.0.1", "::1", "fe80::1", "fc00::1"],
        ),
        (
            "mapped.test",
            &[
                "::ffff:127.0.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::7f00:1",
            ],
        ),
        (
            "cloud.test",
            &["169.254.169.254", "fd00:ec2::254", "0.0.0.0"],
        ),
        ("nowhere.test", &[]),
    ];
    reopen(&mut app, &[], names).await;
    let olga = app.olga().await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let inside = Inside::listen("127.0.0.1").await;
    for (name, _) in names {
        let endpoint = format!("https://{name}:{}/push", inside.address.port());
        boris
            .post("/push/subscriptions", subscription(&endpoint))
            .await;
    }
    assert_eq!(
        devices(&boris).await,
        "5",
        "a name is judged when it is called"
    );
    let hops = boris.post("/push/test", json!({})).await;
    let sent = hops["hops"]
        .as_array()
        .unwrap()
        .iter()
        .find(|h| h["code"] == "send")
        .unwrap();
    assert_eq!(sent["ok"], false, "{hops}");
    assert!(
        sent["detail"]
            .as_str()
            .unwrap()
            .contains("no public address"),
        "{hops}"
    );
    ring(&app, &olga, &boris).await;
    assert_eq!(
        devices(&boris).await,
        "1",
        "those that lead inside are forgotten; a name without an address is tried again"
    );
    assert_eq!(inside.seen(), 0);
});

story!(f16_a_push_service_cannot_send_us_inside, |app| {
    let mut app = app;
    reopen(&mut app, &["127.0.0.1"], &[]).await;
    let olga = app.olga().await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let inside = Inside::listen("127.0.0.2").await;
    let (asked, to) = (Arc::<AtomicUsize>::default(), inside.address);
    let count = asked.clone();
    let service = Router::new().fallback(any(move |uri: axum::http::Uri| async move {
        count.fetch_add(1, Ordering::SeqCst);
        let port = to.port();
        match uri.path() {
            "/number" => Redirect::temporary(&format!("http://{to}/in")).into_response(),
            "/decimal" => {
                Redirect::temporary(&format!("http://2130706434:{port}/")).into_response()
            }
            "/mapped" => {
                Redirect::temporary(&format!("http://[::ffff:127.0.0.2]:{port}/")).into_response()
            }
            "/cloud" => Redirect::temporary("http://169.254.169.254/latest/").into_response(),
            "/file" => Redirect::temporary("file:///etc/passwd").into_response(),
            _ => Redirect::temporary("/again").into_response(),
        }
    }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, service).await });
    for path in ["number", "decimal", "mapped", "cloud", "file", "circle"] {
        let endpoint = format!("http://{address}/{path}");
        boris
            .post("/push/subscriptions", subscription(&endpoint))
            .await;
    }
    ring(&app, &olga, &boris).await;
    assert_eq!(inside.seen(), 0);
    // Five services once each, the one that goes in circles its first time and five times more.
    assert_eq!(asked.load(Ordering::SeqCst), 11);
});

story!(f16_a_channels_server_cannot_send_us_elsewhere, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let inside = Inside::listen("127.0.0.2").await;
    let double = TelegramDouble::start().await.unwrap();
    let form = |base: &str| json!({"kind": "telegram", "name": "Бот", "settings": {"token": double.token(), "receive": "webhook", "base_url": base}});
    // Only who manages channels says where their servers are.
    let wish = form(&format!("http://{}", inside.address));
    for path in ["/channels", "/channels/check"] {
        assert_eq!(
            anna.refused(Method::POST, path, Some(wish.clone())).await.0,
            403,
            "{path}"
        );
    }
    assert_eq!(inside.seen(), 0);
    // Redirects with the token in their address are answered, not followed.
    let to = inside.address;
    let turning = Router::new().fallback(any(move || async move {
        Redirect::temporary(&format!("http://{to}/"))
    }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, turning).await });
    let told = olga.post("/channels/check", form(&base)).await;
    assert_eq!(told["ok"], false, "{told}");
    for scheme in [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://127.0.0.1/",
    ] {
        assert_eq!(
            olga.refused(Method::POST, "/channels/check", Some(form(scheme)))
                .await
                .0,
            400,
            "{scheme}"
        );
    }
    assert_eq!(inside.seen(), 0);
});
