//! Stories of Web Push, against a strict double of a push service that checks the signature and opens what it is given.

use crate::{
    app::{App, Caller, connect_widget},
    story,
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    routing::post,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use reqwest::Method;
use ring::{aead, agreement, hkdf, rand::SystemRandom, signature};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

/// A browser's side of a subscription. Its key opens one push, which is all a story needs of one browser.
struct Browser {
    private: Option<agreement::EphemeralPrivateKey>,
    /// Takes any number of pushes and opens none.
    shut: bool,
    public: Vec<u8>,
    auth: Vec<u8>,
}

#[derive(Default)]
struct Inner {
    browsers: HashMap<String, Browser>,
    received: Vec<(String, Value)>,
    /// Whom pushes came to, and the chat each was about.
    about: Vec<(String, String)>,
    /// Statuses to answer instead of taking, first come first served.
    answers: Vec<u16>,
    calls: usize,
}

/// The push service.
#[derive(Clone)]
pub(crate) struct PushDouble {
    address: SocketAddr,
    key: String,
    clock: kernel::Clock,
    inner: Arc<Mutex<Inner>>,
}

impl PushDouble {
    /// A service for those who subscribed with this server's `key`.
    pub(crate) async fn start(app: &App, key: String) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let double = Self {
            address,
            key,
            clock: app.clock.clone(),
            inner: Arc::default(),
        };
        let router = Router::new()
            .route("/push/{id}", post(take))
            .with_state(double.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        double
    }
    /// What a browser's `PushSubscription.toJSON()` says.
    fn subscription(&self, id: &str) -> Value {
        let private =
            agreement::EphemeralPrivateKey::generate(&agreement::ECDH_P256, &SystemRandom::new())
                .unwrap();
        let public = private.compute_public_key().unwrap().as_ref().to_vec();
        let auth = id.bytes().cycle().take(16).collect::<Vec<u8>>();
        let keys = json!({"p256dh": B64.encode(&public), "auth": B64.encode(&auth)});
        let browser = Browser {
            private: Some(private),
            shut: false,
            public,
            auth,
        };
        self.inner
            .lock()
            .unwrap()
            .browsers
            .insert(id.to_owned(), browser);
        json!({"endpoint": self.endpoint(id), "expirationTime": null, "keys": keys})
    }
    /// The same of a browser of which only is asked what it is told about.
    pub(crate) fn shut(&self, id: &str) -> Value {
        let told = self.subscription(id);
        let mut inner = self.inner.lock().unwrap();
        inner.browsers.get_mut(id).unwrap().shut = true;
        told
    }
    /// Whom pushes came to since the last time, and the chat each was about.
    pub(crate) fn about(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.inner.lock().unwrap().about)
    }
    fn endpoint(&self, id: &str) -> String {
        format!("http://{}/push/{id}", self.address)
    }
    fn answer(&self, statuses: &[u16]) {
        self.inner.lock().unwrap().answers.extend(statuses);
    }
    fn received(&self) -> Vec<(String, Value)> {
        self.inner.lock().unwrap().received.clone()
    }
    fn calls(&self) -> usize {
        self.inner.lock().unwrap().calls
    }
    /// RFC 8292: who sends must hold the key the browser subscribed with.
    fn proved(&self, headers: &HeaderMap) -> Option<()> {
        let value = headers
            .get(header::AUTHORIZATION)?
            .to_str()
            .ok()?
            .strip_prefix("vapid ")?;
        let part = |name: &str| {
            value
                .split(',')
                .find_map(|p| p.trim().strip_prefix(name)?.strip_prefix('='))
        };
        let (token, key) = (part("t")?, part("k")?);
        let (signed, sign) = token.rsplit_once('.')?;
        let (head, claims) = signed.split_once('.')?;
        let public = signature::UnparsedPublicKey::new(
            &signature::ECDSA_P256_SHA256_FIXED,
            B64.decode(key).ok()?,
        );
        public
            .verify(signed.as_bytes(), &B64.decode(sign).ok()?)
            .ok()?;
        let read = |word: &str| serde_json::from_slice::<Value>(&B64.decode(word).ok()?).ok();
        let (head, claims) = (read(head)?, read(claims)?);
        let (now, exp) = (self.clock.now().millis() / 1000, claims["exp"].as_i64()?);
        let subject = claims["sub"].as_str()?;
        let fits = key == self.key
            && head == json!({"typ": "JWT", "alg": "ES256"})
            && claims["aud"] == format!("http://{}", self.address)
            && exp > now
            && exp <= now + 24 * 3600
            && (subject.starts_with("mailto:") || subject.starts_with("https:"));
        fits.then_some(())
    }
}

struct Len(usize);
impl hkdf::KeyType for Len {
    fn len(&self) -> usize {
        self.0
    }
}

/// RFC 8188 and 8291, from the reader's side.
fn opened(browser: &mut Browser, body: &[u8]) -> Option<Value> {
    let (salt, rest) = body.split_at_checked(16)?;
    let (size, rest) = rest.split_at_checked(4)?;
    let (length, rest) = rest.split_first()?;
    let (sender, sealed) = rest.split_at_checked(usize::from(*length))?;
    if u32::from_be_bytes(size.try_into().ok()?) < 18 || body.len() > 4096 {
        return None;
    }
    let theirs = agreement::UnparsedPublicKey::new(&agreement::ECDH_P256, sender);
    let (own, auth) = (browser.public.clone(), browser.auth.clone());
    let keyed = agreement::agree_ephemeral(browser.private.take()?, &theirs, |shared| {
        let mut out = [0; 32];
        let info = [&b"WebPush: info\0"[..], &own, sender].concat();
        hkdf::Salt::new(hkdf::HKDF_SHA256, &auth)
            .extract(shared)
            .expand(&[&info], Len(32))
            .unwrap()
            .fill(&mut out)
            .unwrap();
        out
    })
    .ok()?;
    let (mut key, mut nonce) = ([0; 16], [0; 12]);
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(&keyed);
    prk.expand(&[b"Content-Encoding: aes128gcm\0"], Len(16))
        .ok()?
        .fill(&mut key)
        .ok()?;
    prk.expand(&[b"Content-Encoding: nonce\0"], Len(12))
        .ok()?
        .fill(&mut nonce)
        .ok()?;
    let key = aead::LessSafeKey::new(aead::UnboundKey::new(&aead::AES_128_GCM, &key).ok()?);
    let mut text = sealed.to_vec();
    let plain = key
        .open_in_place(
            aead::Nonce::assume_unique_for_key(nonce),
            aead::Aad::empty(),
            &mut text,
        )
        .ok()?;
    let end = plain.iter().rposition(|b| *b != 0)?;
    // The last record ends with a 2 and any number of zeros.
    if plain[end] != 2 {
        return None;
    }
    serde_json::from_slice(&plain[..end]).ok()
}

async fn take(
    State(double): State<PushDouble>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let mut inner = double.inner.lock().unwrap();
    inner.calls += 1;
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
    };
    if text("ttl").parse::<u32>().is_err() || text("content-encoding") != "aes128gcm" {
        return StatusCode::BAD_REQUEST;
    }
    let topic = text("topic");
    if topic.len() > 32
        || !topic
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    {
        return StatusCode::BAD_REQUEST;
    }
    if double.proved(&headers).is_none() {
        return StatusCode::FORBIDDEN;
    }
    if !inner.answers.is_empty() {
        return StatusCode::from_u16(inner.answers.remove(0)).unwrap();
    }
    let Some(browser) = inner.browsers.get_mut(&id) else {
        return StatusCode::NOT_FOUND;
    };
    if browser.shut {
        inner.about.push((id, topic.to_owned()));
        return StatusCode::CREATED;
    }
    match opened(browser, &body) {
        Some(notice) => inner.received.push((id, notice)),
        None => return StatusCode::BAD_REQUEST,
    }
    StatusCode::CREATED
}

/// Opens a house anew that may call this machine.
pub(crate) async fn may_call_loopback(app: &mut App) {
    app.beseda.take().unwrap().stop().await;
    app.config.reachable = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    app.open().await;
}

/// A house that may call this machine, its administrator and Boris, and a push service.
async fn prepare(app: &mut App) -> (Caller, Caller, PushDouble) {
    may_call_loopback(app).await;
    let olga = app.olga().await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let key = boris.get("/push").await["key"].as_str().unwrap().to_owned();
    assert_eq!(
        olga.get("/push").await["key"],
        key,
        "the server has one key"
    );
    let double = PushDouble::start(app, key).await;
    (olga, boris, double)
}

/// Lets the moment in which a notice may be read at the desk go by, and all pushes that are due then be done.
pub(crate) async fn settle(app: &App) {
    app.clock.advance(Duration::from_secs(9));
    carried(app).await;
}

/// All pushes that are due are done.
pub(crate) async fn carried(app: &App) {
    app.until("pushes are done", async || {
        app.house().bell::<jobs::Wake>().notify_one();
        let now = app.clock.now();
        let count = async move |tx: &mut db::Tx<'_>| {
            let query = db::sql!("SELECT COUNT(*) FROM jobs WHERE kind = 'notifications.push' AND state = 'waiting' AND run_at <= $1");
            tx.must(query, &db::bind![now]).await
        };
        let (left,): (i64,) = app.house().read(count).await.unwrap();
        (left == 0).then_some(())
    })
    .await;
}

/// An answer of the desk has reached the table.
pub(crate) async fn until_no_push_waits(app: &App) {
    app.until("the push is called off", async || {
        let count = async |tx: &mut db::Tx<'_>| {
            tx.must(
                db::sql!("SELECT COUNT(*) FROM waiting_pushes"),
                &db::bind![],
            )
            .await
        };
        let (left,): (i64,) = app.house().read(count).await.unwrap();
        (left == 0).then_some(())
    })
    .await;
}

async fn direct(from: &Caller, to: &Caller) -> String {
    let chat = from
        .post("/chats", json!({"kind": "direct", "person_id": to.id}))
        .await;
    chat["id"].as_str().unwrap().to_owned()
}

story!(u_25_who_is_away_is_told_once_on_their_device, |app| {
    let mut app = app;
    let (olga, boris, double) = prepare(&mut app).await;
    boris
        .post("/push/subscriptions", double.subscription("phone"))
        .await;
    let chat = olga
        .post(
            "/chats",
            json!({"kind": "group", "title": "Склад", "member_ids": [boris.id]}),
        )
        .await;
    let chat = chat["id"].as_str().unwrap();
    olga.say("chats", chat, "Без имён никого не зовём").await;
    olga.say("chats", chat, &format!("@[Борис]({}), посмотри", boris.id))
        .await;
    settle(&app).await;
    let received = double.received();
    assert_eq!(received.len(), 1, "{received:?}");
    let (device, notice) = &received[0];
    assert_eq!(
        (device.as_str(), notice["thread_id"].as_str().unwrap()),
        ("phone", chat)
    );
    assert_eq!(
        (notice["url"].clone(), notice["count"].clone()),
        (json!(format!("/t/{chat}")), json!(1))
    );
    assert!(
        notice["text"].as_str().unwrap().contains("посмотри"),
        "{notice}"
    );
    assert!(
        notice["title"].as_str().unwrap().contains("Ольга"),
        "{notice}"
    );
    assert_eq!(double.calls(), 1);
});

// between the notice and the push somebody may be taken out of the chat.
story!(
    x_03_who_lost_a_chat_meanwhile_is_not_told_of_it_on_their_phone,
    |app| {
        let mut app = app;
        let (olga, boris, double) = prepare(&mut app).await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        for (who, phone) in [(&boris, "boris"), (&anna, "anna")] {
            who.post("/push/subscriptions", double.subscription(phone))
                .await;
        }
        let form = json!({"kind": "group", "title": "Склад", "member_ids": [boris.id, anna.id]});
        let chat = olga.post("/chats", form).await;
        let chat = chat["id"].as_str().unwrap();
        let named = format!("@[Борис]({}) и @[Анна]({}), секрет", boris.id, anna.id);
        olga.say("chats", chat, &named).await;
        let form = json!({"remove": [boris.id]});
        olga.patch(&format!("/chats/{chat}"), form).await;
        settle(&app).await;
        let received = double.received();
        let told: Vec<&str> = received.iter().map(|(phone, _)| phone.as_str()).collect();
        assert_eq!(told, ["anna"], "{received:?}");
    }
);

story!(
    u_25_a_direct_message_rings_without_a_row_in_the_centre,
    |app| {
        let mut app = app;
        let (olga, boris, double) = prepare(&mut app).await;
        boris
            .post("/push/subscriptions", double.subscription("phone"))
            .await;
        let chat = direct(&olga, &boris).await;
        olga.say("chats", &chat, "Ты где?").await;
        settle(&app).await;
        let received = double.received();
        assert_eq!(received.len(), 1, "{received:?}");
        assert_eq!(
            (
                received[0].1["title"].clone(),
                received[0].1["text"].clone()
            ),
            (json!("Ольга"), json!("Ты где?"))
        );
        assert_eq!(boris.get("/notices").await["items"], json!([]));
        // Muted: silence.
        boris
            .patch(&format!("/chats/{chat}"), json!({"muted": true}))
            .await;
        olga.say("chats", &chat, "Ау").await;
        settle(&app).await;
        assert_eq!(double.calls(), 1);
    }
);

story!(
    u_25_read_at_the_desk_before_the_push_leaves_means_no_push,
    |app| {
        let mut app = app;
        let (olga, boris, double) = prepare(&mut app).await;
        boris
            .post("/push/subscriptions", double.subscription("phone"))
            .await;
        let chat = olga
            .post(
                "/chats",
                json!({"kind": "group", "title": "Склад", "member_ids": [boris.id]}),
            )
            .await;
        let chat = chat["id"].as_str().unwrap();
        olga.say("chats", chat, &format!("@[Борис]({}), посмотри", boris.id))
            .await;
        let notices = boris.get("/notices").await;
        let notice = notices["items"][0]["id"].as_str().unwrap().to_owned();
        boris
            .post(&format!("/notices/{notice}/done"), json!({"done": true}))
            .await;
        settle(&app).await;
        assert_eq!(double.calls(), 0, "it was read");
        // A window whose person is there is enough as well: it is shown, and answers.
        let mut desk = boris.listen(None).await;
        desk.wait_type("welcome").await;
        olga.say("chats", chat, &format!("@[Борис]({}), ещё раз", boris.id))
            .await;
        let shown = desk.wait_type("notify").await;
        desk.send(json!({"type": "notified", "id": shown["id"]}))
            .await;
        until_no_push_waits(&app).await;
        settle(&app).await;
        assert_eq!(double.calls(), 0, "the desk answers");
        // A window that only stands open is not.
        olga.say("chats", chat, &format!("@[Борис]({}), где ты?", boris.id))
            .await;
        desk.wait_type("notify").await;
        settle(&app).await;
        assert_eq!(double.calls(), 1, "it was at the desk, nobody else was");
        // Whoever switched pushes off is left in peace.
        drop(desk);
        app.until("Boris left", async || {
            let people = olga.get("/people").await;
            let gone = people["people"]
                .as_array()
                .unwrap()
                .iter()
                .any(|p| p["id"] == boris.id && p["presence"] == "offline");
            gone.then_some(())
        })
        .await;
        boris
            .patch("/me", json!({"preferences": {"push": false}}))
            .await;
        olga.say("chats", chat, &format!("@[Борис]({}), и ещё", boris.id))
            .await;
        settle(&app).await;
        assert_eq!(double.calls(), 1, "switched off");
    }
);

story!(
    u_25_a_device_that_is_gone_is_forgotten_and_a_busy_service_is_asked_again,
    |app| {
        let mut app = app;
        let (olga, boris, double) = prepare(&mut app).await;
        let chat = direct(&olga, &boris).await;
        boris
            .post("/push/subscriptions", double.subscription("old"))
            .await;
        double.answer(&[410]);
        olga.say("chats", &chat, "Раз").await;
        settle(&app).await;
        assert_eq!(double.calls(), 1);
        olga.say("chats", &chat, "Два").await;
        settle(&app).await;
        assert_eq!(double.calls(), 1, "nobody writes to a device that is gone");
        boris
            .post("/push/subscriptions", double.subscription("new"))
            .await;
        double.answer(&[429, 503]);
        olga.say("chats", &chat, "Три").await;
        app.until("the third try", async || {
            settle(&app).await;
            (double.calls() == 4).then_some(())
        })
        .await;
        assert_eq!(double.received().len(), 1);
        assert_eq!(double.received()[0].1["text"], "Три");
    }
);

story!(u_25_a_test_shows_every_step, |app| {
    let mut app = app;
    let (olga, boris, double) = prepare(&mut app).await;
    let hops = async |who: &Caller| {
        let answer = who.post("/push/test", json!({})).await;
        let hops = answer["hops"].as_array().unwrap().clone();
        assert_eq!(hops[0]["code"], "desk");
        assert_eq!(
            (&hops[1]["code"], &hops[1]["ok"]),
            (&json!("decision"), &json!(true))
        );
        hops[2..]
            .iter()
            .map(|h| {
                (
                    h["code"].as_str().unwrap().to_owned(),
                    h["ok"].as_bool().unwrap(),
                )
            })
            .collect::<Vec<_>>()
    };
    let said = |hops: &[(&str, bool)]| {
        hops.iter()
            .map(|(c, ok)| ((*c).to_owned(), *ok))
            .collect::<Vec<_>>()
    };
    assert_eq!(hops(&boris).await, said(&[("subscriptions", false)]));
    boris
        .post("/push/subscriptions", double.subscription("phone"))
        .await;
    let all = [
        ("subscriptions", true),
        ("key", true),
        ("encrypt", true),
        ("send", true),
        ("push-service", true),
    ];
    assert_eq!(hops(&boris).await, said(&all));
    let (device, notice) = double.received().remove(0);
    assert_eq!(
        (device.as_str(), notice["test"].clone()),
        ("phone", json!(true))
    );
    // The service refuses; and then the device is gone and the next test says so.
    double.answer(&[410]);
    assert_eq!(
        hops(&boris).await,
        said(&[&all[..4], &[("push-service", false)]].concat())
    );
    assert_eq!(hops(&boris).await, said(&[("subscriptions", false)]));
    // Nobody listens there.
    let mut dead = double.subscription("dead");
    dead["endpoint"] = json!("http://127.0.0.1:1/push/dead");
    olga.post("/push/subscriptions", dead).await;
    assert_eq!(
        hops(&olga).await,
        said(&[
            ("subscriptions", true),
            ("key", true),
            ("encrypt", true),
            ("send", false)
        ])
    );
});

story!(
    u_25_subscriptions_are_checked_and_belong_to_one_person,
    |app| {
        let mut app = app;
        let (olga, boris, double) = prepare(&mut app).await;
        let good = double.subscription("phone");
        let bad = |change: &dyn Fn(&mut Value)| {
            let mut form = good.clone();
            change(&mut form);
            form
        };
        let forms = [
            bad(&|f| f["endpoint"] = json!("http://push.example/x")),
            bad(&|f| f["endpoint"] = json!("https://user@push.example/x")),
            bad(&|f| f["endpoint"] = json!("file:///etc/passwd")),
            bad(&|f| f["keys"]["p256dh"] = json!("AAAA")),
            bad(&|f| f["keys"]["p256dh"] = json!(B64.encode([&[4][..], &[9; 64]].concat()))),
            bad(&|f| f["keys"]["auth"] = json!("")),
        ];
        for form in forms {
            let refused = boris
                .refused(Method::POST, "/push/subscriptions", Some(form.clone()))
                .await;
            assert_eq!(
                refused,
                (400, "notifications.bad_subscription".into()),
                "{form}"
            );
        }
        boris.post("/push/subscriptions", good.clone()).await;
        // Another person cannot take it away by its address, but who signs in at that browser takes it over.
        let drop = json!({"endpoint": double.endpoint("phone")});
        olga.raw(Method::DELETE, "/push/subscriptions", Some(drop.clone()))
            .await;
        let first = boris.post("/push/test", json!({})).await;
        assert_eq!(
            first["hops"][2],
            json!({"code": "subscriptions", "ok": true, "detail": "1", "ms": null})
        );
        olga.post("/push/subscriptions", good).await;
        assert_eq!(
            boris.post("/push/test", json!({})).await["hops"][2]["ok"],
            false
        );
        olga.raw(Method::DELETE, "/push/subscriptions", Some(drop))
            .await;
        assert_eq!(
            olga.post("/push/test", json!({})).await["hops"][2]["ok"],
            false
        );
        assert_eq!(
            app.stranger().refused(Method::GET, "/push", None).await.0,
            401
        );
    }
);

story!(
    u_25_a_client_in_the_queue_rings_once_however_often_they_write,
    |app| {
        let mut app = app;
        let (olga, _, double) = prepare(&mut app).await;
        let (key, _) = connect_widget(&olga).await;
        olga.post("/push/subscriptions", double.subscription("phone"))
            .await;
        let visitor = crate::app::Visitor::new(&app, &key).await;
        for n in 0..3 {
            visitor.write(&format!("вопрос {n}")).await;
        }
        app.until("a notice", async || {
            (olga.get("/notices").await["open"] == 1).then_some(())
        })
        .await;
        settle(&app).await;
        let received = double.received();
        assert_eq!(received.len(), 1, "{received:?}");
        assert!(
            received[0].1["text"].as_str().unwrap().contains("вопрос 2"),
            "the newest words: {received:?}"
        );
    }
);

story!(u_25_a_device_that_signed_out_is_told_no_more, |app| {
    let mut app = app;
    let (olga, boris, double) = prepare(&mut app).await;
    boris
        .post("/push/subscriptions", double.subscription("laptop"))
        .await;
    let chat = direct(&olga, &boris).await;
    // Planned while signed in, due after signing out.
    olga.say("chats", &chat, "Пароль от сейфа").await;
    boris.delete("/sessions/current").await;
    settle(&app).await;
    olga.say("chats", &chat, "Ещё один").await;
    settle(&app).await;
    assert_eq!(double.calls(), 0);
});

async fn kept_key(app: &App) -> (String, String) {
    let read = async |tx: &mut db::Tx<'_>| {
        let query = db::sql!("SELECT private_key, public_key FROM push_keys WHERE id = 1");
        tx.must(query, &db::bind![]).await
    };
    app.house().read(read).await.unwrap()
}

story!(
    u_25_the_key_for_pushes_lies_sealed_and_one_of_an_earlier_version_is_sealed_at_the_start,
    |app| {
        let mut app = app;
        let (olga, boris, double) = prepare(&mut app).await;
        let (kept, public) = kept_key(&app).await;
        assert!(kept.starts_with("sealed:"), "a fresh key: {kept}");
        assert_eq!(public, double.key);
        // A key as an earlier version kept it, in the open.
        let document = signature::EcdsaKeyPair::generate_pkcs8(
            &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            &SystemRandom::new(),
        )
        .unwrap();
        let pair = signature::EcdsaKeyPair::from_pkcs8(
            &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            document.as_ref(),
            &SystemRandom::new(),
        )
        .unwrap();
        let open = B64.encode(document.as_ref());
        let public = B64.encode(signature::KeyPair::public_key(&pair).as_ref());
        let row = (open.clone(), public.clone());
        let put = async move |tx: &mut db::Tx<'_>| {
            let query = db::sql!("UPDATE push_keys SET private_key = $1, public_key = $2");
            tx.run(query, &db::bind![&row.0, &row.1]).await
        };
        app.house().write(put).await.unwrap();
        app.beseda.take().unwrap().stop().await;
        app.open().await;
        app.until("the key is sealed", async || {
            let (kept, same) = kept_key(&app).await;
            assert_eq!(same, public, "the same key");
            (kept.starts_with("sealed:") && !kept.contains(&open)).then_some(())
        })
        .await;
        let moved = |who: &Caller| Caller {
            base: format!("http://{}", app.address),
            ..who.clone()
        };
        let (olga, boris) = (moved(&olga), moved(&boris));
        assert_eq!(boris.get("/push").await["key"], public);
        // Browsers that subscribed with it are told as before.
        let double = PushDouble::start(&app, public).await;
        boris
            .post("/push/subscriptions", double.subscription("phone"))
            .await;
        let chat = direct(&olga, &boris).await;
        olga.say("chats", &chat, "Ты где?").await;
        settle(&app).await;
        assert_eq!(double.received().len(), 1);
    }
);
