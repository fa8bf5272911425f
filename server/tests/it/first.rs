//! Stories of writing first (S1-55 to S1-59, S1-61, S1-84, S1-85, P-24), through a channel of the story's own that can be asked who is there.

use crate::{
    app::{App, Caller, uuid},
    story,
};
use channel::{
    Accepted, Account, Action, Address, AddressKind, BoxFuture, Capabilities, Channel,
    CheckOutcome, Env, FileAbility, FileKind, FirstContact, Inbound, KindInfo, MediaRef,
    MediaStream, OpenError, Part, Peer, PeerRef, PollMode, Polled, RawEvent, RawRequest, Reach,
    SendError, Settings, TextAbility, Verified, WebhookHook, WebhookReject,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// What the provider of the story's channel saw.
#[derive(Default)]
struct Seen {
    /// Addresses it was asked about.
    asked: Vec<String>,
    /// To whom, the words, the names of the files.
    sent: Vec<(String, String, Vec<String>)>,
}

/// A channel that can be asked whether somebody is there.
#[derive(Clone)]
struct Town {
    kind: &'static str,
    first: FirstContact,
    seen: Arc<Mutex<Seen>>,
    capabilities: Arc<Capabilities>,
}

impl Town {
    fn new(kind: &'static str, first: FirstContact) -> Self {
        let any = |_| FileAbility {
            max_bytes: 10_000_000,
            mimes: Vec::new(),
        };
        let capabilities = Capabilities {
            text: TextAbility {
                max: 4000,
                ..TextAbility::default()
            },
            files: BTreeMap::from([
                (FileKind::Image, any(FileKind::Image)),
                (FileKind::File, any(FileKind::File)),
            ]),
            first_contact: first,
            addresses: vec![AddressKind::Phone, AddressKind::Username],
            number_check: true,
            ..Capabilities::default()
        };
        Self {
            kind,
            first,
            seen: Arc::default(),
            capabilities: Arc::new(capabilities),
        }
    }
    fn sent(&self) -> Vec<(String, String, Vec<String>)> {
        self.seen.lock().unwrap().sent.clone()
    }
    fn asked(&self) -> Vec<String> {
        self.seen.lock().unwrap().asked.clone()
    }
}

impl Channel for Town {
    fn info(&self) -> KindInfo {
        KindInfo {
            kind: self.kind.to_owned(),
            sign_in: false,
            settings: Vec::new(),
            capabilities: (*self.capabilities).clone(),
        }
    }
    fn open(&self, _: &Settings, _: &Env) -> Result<Arc<dyn Account>, OpenError> {
        Ok(Arc::new(self.clone()))
    }
}

fn resident(id: &str, name: &str) -> Box<Peer> {
    Box::new(Peer {
        ext_id: id.to_owned(),
        name: name.to_owned(),
        ..Peer::default()
    })
}

impl Account for Town {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }
    fn mode(&self) -> PollMode {
        PollMode::None
    }
    fn verify(&self, request: &RawRequest) -> Result<Verified, WebhookReject> {
        Ok(Verified::Events(request.body.clone()))
    }
    /// `id text`: who says what.
    fn split(&self, verified: &Verified) -> Vec<RawEvent> {
        let Verified::Events(body) = verified else {
            return Vec::new();
        };
        let words = String::from_utf8_lossy(body);
        let lane = words.split(' ').next().unwrap_or_default().to_owned();
        vec![RawEvent {
            dedup_key: words.into_owned(),
            lane,
            body: body.clone(),
        }]
    }
    fn normalize(&self, event: &RawEvent) -> Vec<Inbound> {
        let words = String::from_utf8_lossy(&event.body).into_owned();
        let (id, text) = words.split_once(' ').unwrap_or_default();
        vec![Inbound::Message(Box::new(channel::InboundMessage {
            ext_id: words.clone(),
            peer: *resident(id, "Анна Петрова"),
            author: channel::Author::Customer,
            at: kernel::Moment::from_seconds(1_800_000_000),
            text: text.to_owned(),
            media: Vec::new(),
            reply_to: None,
            album: None,
            context: Vec::new(),
        }))]
    }
    fn poll(&self, _: Option<String>) -> BoxFuture<'_, Result<Polled, SendError>> {
        Box::pin(async { Ok(Polled::default()) })
    }
    fn send<'a>(
        &'a self,
        part: &'a Part,
        peer: &'a PeerRef,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>> {
        let files = part.files.iter().map(|f| f.name.clone()).collect();
        let sent = (peer.ext_id.clone(), part.text.clone(), files);
        self.seen.lock().unwrap().sent.push(sent);
        let ext_ids = vec![key.to_owned()];
        Box::pin(async move {
            Ok(Accepted {
                ext_ids,
                moved_to: None,
            })
        })
    }
    fn act<'a>(&'a self, _: Action, _: &'a PeerRef) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async { Ok(()) })
    }
    fn fetch_media<'a>(&'a self, _: &'a MediaRef) -> BoxFuture<'a, Result<MediaStream, SendError>> {
        Box::pin(async { Err(SendError::WindowClosed) })
    }
    fn can_contact<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<Reach, SendError>> {
        let shown = address.shown();
        self.seen.lock().unwrap().asked.push(shown.clone());
        Box::pin(async move {
            Ok(match shown.as_str() {
                "+79161234567" | "@anna" => Reach::Found(resident("anna", "Анна Петрова")),
                "+79990000001" => Reach::Unknown {
                    why: "hidden".to_owned(),
                    peer: Some(resident("hidden", "")),
                },
                "+79990000002" => Reach::Unknown {
                    why: "limited".to_owned(),
                    peer: None,
                },
                "+79990000003" => {
                    return Err(SendError::NotSent {
                        reason: "no route".to_owned(),
                    });
                }
                _ => Reach::Absent,
            })
        })
    }
    fn check(&self) -> BoxFuture<'_, CheckOutcome> {
        Box::pin(async {
            CheckOutcome {
                ok: true,
                code: "ok".to_owned(),
                ..CheckOutcome::default()
            }
        })
    }
    fn start(&self, _: Option<WebhookHook>) -> BoxFuture<'_, Result<(), SendError>> {
        Box::pin(async { Ok(()) })
    }
    fn link(&self, _: Option<&str>) -> Option<String> {
        (self.first == FirstContact::DeepLink).then(|| "https://town.example/lamps".to_owned())
    }
}

/// The house with the story's channels in it, and its administrator.
async fn settled(app: &mut App, towns: &[&Town]) -> Caller {
    app.beseda.take().unwrap().stop().await;
    app.channels = towns
        .iter()
        .map(|t| Arc::new((*t).clone()) as Arc<dyn Channel>)
        .collect();
    app.open().await;
    app.olga().await
}

async fn connect(olga: &Caller, town: &Town, name: &str, first: bool) -> String {
    let account = olga
        .post("/channels", json!({"kind": town.kind, "name": name}))
        .await;
    assert_eq!(account["may_write_first"], false, "L-73: off by default");
    let id = account["id"].as_str().unwrap().to_owned();
    if first {
        let path = format!("/channels/{id}");
        let changed = olga.patch(&path, json!({"may_write_first": true})).await;
        assert_eq!(changed["may_write_first"], true);
    }
    id
}

fn first(account: &str, to: &str, text: &str) -> Value {
    json!({"client_id": uuid(), "account_id": account, "to": to, "text": text})
}

async fn delivered(app: &App, town: &Town, count: usize) -> Vec<(String, String, Vec<String>)> {
    app.until("what was sent", async || {
        let sent = town.sent();
        (sent.len() >= count).then_some(sent)
    })
    .await
}

story!(
    s1_55_l_73_a_chat_starts_from_my_message_once_an_administrator_allowed_it,
    |app| {
        let mut app = app;
        let town = Town::new("town", FirstContact::Free);
        let olga = settled(&mut app, &[&town]).await;
        let account = connect(&olga, &town, "Город", false).await;
        let anna = app.join(&olga, "Аня", "anya", "Сотрудник").await;
        // L-73: until the switch is on nothing goes, and nobody is asked.
        let body = first(&account, "8 916 123-45-67", "Здравствуйте");
        let refused = anna
            .refused(Method::POST, "/client-chats", Some(body.clone()))
            .await;
        assert_eq!(
            refused,
            (409, "conversations.writing_first_is_off".to_owned())
        );
        assert_eq!(town.asked(), Vec::<String>::new());
        assert_eq!(anna.get("/ways?to=89161234567").await, json!([]));
        let switch = json!({"may_write_first": true});
        let path = format!("/channels/{account}");
        let (status, _) = anna.raw(Method::PATCH, &path, Some(switch.clone())).await;
        assert_eq!(status.as_u16(), 403, "only who manages channels");
        olga.patch(&path, switch).await;
        // S1-55: the chat begins with my message and is mine.
        let answer = anna.post("/client-chats", body.clone()).await;
        let chat = answer["chat"]["id"].as_str().unwrap().to_owned();
        assert_eq!(
            (
                &answer["chat"]["state"],
                &answer["chat"]["assignee_id"],
                &answer["chat"]["contact"]["name"],
                &answer["message"]["text"],
            ),
            (
                &json!("work"),
                &json!(anna.id),
                &json!("Анна Петрова"),
                &json!("Здравствуйте")
            )
        );
        // S3-14: no number until the client answers.
        assert_eq!(answer["chat"]["conversation"]["number"], Value::Null);
        let sent = delivered(&app, &town, 1).await;
        assert_eq!(sent, [("anna".into(), "Здравствуйте".into(), vec![])]);
        // The same again is the same message.
        let again = anna.post("/client-chats", body).await;
        assert_eq!(again["message"]["id"], answer["message"]["id"]);
        assert_eq!(anna.inbox("my").await.len(), 1);
        // S1-67: the next one lands in that chat, and nobody is asked again.
        let asked = town.asked().len();
        let more = anna
            .post("/client-chats", first(&account, "+7 916 123 45 67", "Ещё"))
            .await;
        assert_eq!(more["chat"]["id"], chat.as_str());
        assert_eq!(town.asked().len(), asked);
        // By the nickname it is the same client, too (L-81).
        let nick = anna
            .post("/client-chats", first(&account, "@anna", "И ещё"))
            .await;
        assert_eq!(nick["chat"]["id"], chat.as_str());
        delivered(&app, &town, 3).await;
        // The client answers: the conversation gets its number, the chat stays mine.
        let (key,): (String,) = app
            .house()
            .read(async |tx: &mut db::Tx<'_>| {
                tx.must(
                    db::sql!("SELECT public_key FROM channel_accounts LIMIT 1"),
                    &db::bind![],
                )
                .await
            })
            .await
            .unwrap();
        let hook = app.url(&format!("/hooks/town/{account}/{key}"));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let told = http
            .post(hook)
            .body("anna Добрый день")
            .send()
            .await
            .unwrap();
        assert_eq!(told.status().as_u16(), 200);
        let mine = app
            .until("S3-14: the number", async || {
                let mine = anna.inbox("my").await.into_iter().next()?;
                mine["conversation"]["number"].is_i64().then_some(mine)
            })
            .await;
        assert_eq!(
            (
                &mine["id"],
                &mine["conversation"]["number"],
                &mine["assignee_id"]
            ),
            (&json!(chat), &json!(1), &json!(anna.id))
        );
    }
);

story!(
    s1_56_s1_57_found_absent_and_unknown_are_told_before_anything_is_sent,
    |app| {
        let mut app = app;
        let town = Town::new("town", FirstContact::Free);
        let village = Town::new("village", FirstContact::Free);
        let olga = settled(&mut app, &[&town, &village]).await;
        let account = connect(&olga, &town, "Город", true).await;
        connect(&olga, &village, "Деревня", true).await;
        for (to, state, why) in [
            ("+79161234567", "found", ""),
            ("+79169999999", "absent", ""),
            ("+79990000001", "unknown", "hidden"),
            ("+79990000002", "unreachable", "limited"),
            ("+79990000003", "unreachable", "not_now"),
        ] {
            let told = olga
                .post("/reach", json!({"account_id": account, "to": to}))
                .await;
            assert_eq!(
                (&told["state"], &told["why"], &told["address"]),
                (&json!(state), &json!(why), &json!(to))
            );
        }
        // Absent: nothing goes, the other channel is named, no card and no chat are left behind.
        let body = first(&account, "+79169999999", "Ау");
        let (status, problem) = olga.raw(Method::POST, "/client-chats", Some(body)).await;
        assert_eq!(
            (
                status.as_u16(),
                &problem["code"],
                &problem["args"]["others"]
            ),
            (409, &json!("conversations.absent"), &json!("Деревня")),
            "{problem}"
        );
        let words = problem["title"].as_str().unwrap();
        assert!(
            words.contains("Ничего не отправлено") && words.contains("Деревня"),
            "{words}"
        );
        // Unknown: only after saying so.
        let mut body = first(&account, "+79990000001", "Вы здесь?");
        let refused = olga
            .refused(Method::POST, "/client-chats", Some(body.clone()))
            .await;
        assert_eq!(refused, (409, "conversations.reach_unknown".to_owned()));
        // Nobody to write to, whatever is said.
        for to in ["+79990000002", "+79990000003"] {
            let mut body = first(&account, to, "Ау");
            body["anyway"] = true.into();
            let refused = olga
                .refused(Method::POST, "/client-chats", Some(body))
                .await;
            assert_eq!(refused, (409, "conversations.unreachable".to_owned()));
        }
        assert_eq!(town.sent(), vec![]);
        assert_eq!(olga.get("/contacts").await["items"], json!([]));
        assert_eq!(olga.inbox("all").await, Vec::<Value>::new());
        body["anyway"] = true.into();
        olga.post("/client-chats", body).await;
        let sent = delivered(&app, &town, 1).await;
        assert_eq!(sent[0].0, "hidden");
        // What was typed stands on the card, so that the next one finds it.
        let card = &olga.get("/contacts").await["items"][0];
        assert_eq!(card["phones"], json!(["+79990000001"]));
        // What is no address is told in words.
        for bad in ["12", "анна", ""] {
            let body = first(&account, bad, "Ау");
            let refused = olga
                .refused(Method::POST, "/client-chats", Some(body))
                .await;
            assert_eq!(
                refused,
                (400, "conversations.address_malformed".to_owned()),
                "{bad}"
            );
        }
        let body = first(&account, "anna@example.org", "Ау");
        let refused = olga
            .refused(Method::POST, "/client-chats", Some(body))
            .await;
        assert_eq!(
            refused,
            (400, "conversations.address_not_for_channel".to_owned())
        );
    }
);

story!(
    s1_58_s1_59_only_connected_channels_that_can_are_offered,
    |app| {
        let mut app = app;
        let town = Town::new("town", FirstContact::Free);
        let shut = Town::new("shut", FirstContact::Never);
        let linked = Town::new("linked", FirstContact::DeepLink);
        let olga = settled(&mut app, &[&town, &shut, &linked]).await;
        let account = connect(&olga, &town, "Город", true).await;
        let closed = connect(&olga, &shut, "Глухой", false).await;
        connect(&olga, &linked, "По ссылке", false).await;
        // L-73: what cannot write first cannot be let.
        let refused = olga
            .refused(
                Method::PATCH,
                &format!("/channels/{closed}"),
                Some(json!({"may_write_first": true})),
            )
            .await;
        assert_eq!(refused, (400, "channels.cannot_write_first".to_owned()));
        let shape = |ways: &Value| -> Vec<(String, String)> {
            let ways = ways.as_array().unwrap().iter();
            ways.map(|w| {
                (
                    w["name"].as_str().unwrap().to_owned(),
                    w["how"].as_str().unwrap().to_owned(),
                )
            })
            .collect()
        };
        let two = [
            ("Город".to_owned(), "write".to_owned()),
            ("По ссылке".to_owned(), "link".to_owned()),
        ];
        let ways = olga.get("/ways?to=%2B79161234567").await;
        assert_eq!(shape(&ways), two);
        assert_eq!(
            (&ways[0]["addresses"], &ways[0]["check"], &ways[1]["link"]),
            (
                &json!(["+79161234567"]),
                &json!(true),
                &json!("https://town.example/lamps")
            )
        );
        // An e-mail address is nothing to a channel of telephones.
        let ways = olga.get("/ways?to=anna%40example.org").await;
        assert_eq!(shape(&ways), [("По ссылке".to_owned(), "link".to_owned())]);
        // With a chat there, it is offered as such.
        let made = olga
            .post("/client-chats", first(&account, "+79161234567", "Да"))
            .await;
        let contact = made["chat"]["contact"]["id"].as_str().unwrap();
        let ways = olga.get(&format!("/ways?contact={contact}")).await;
        assert_eq!(
            (&ways[0]["how"], &ways[0]["chat_id"]),
            (&json!("chat"), &made["chat"]["id"])
        );
        // Paused, it is offered no more; what needs the right is refused to who has none.
        olga.patch(&format!("/channels/{account}"), json!({"enabled": false}))
            .await;
        let ways = olga.get(&format!("/ways?contact={contact}")).await;
        assert_eq!(shape(&ways), [("По ссылке".to_owned(), "link".to_owned())]);
        let body = first(&account, "+79161234567", "Ещё");
        let refused = olga
            .refused(Method::POST, "/client-chats", Some(body))
            .await;
        assert_eq!(refused, (409, "channels.disabled".to_owned()));
    }
);

story!(
    s1_61_s1_84_s1_85_a_picture_a_paper_and_an_unknown_file_go_with_the_first_message,
    |app| {
        let mut app = app;
        let town = Town::new("town", FirstContact::Free);
        let olga = settled(&mut app, &[&town]).await;
        let account = connect(&olga, &town, "Город", true).await;
        let png = include_bytes!("../../../web/public/icon-192.png");
        let mut files = Vec::new();
        for (name, bytes) in [
            ("лампа.png", png.as_slice()),
            ("счёт.pdf", b"%PDF-1.4 x".as_slice()),
            ("договор.docx", b"PK\x03\x04 paper".as_slice()),
            ("чертёж.xyz", b"who knows".as_slice()),
        ] {
            files.push(olga.upload("/files", name, bytes).await.1["id"].clone());
        }
        let mut body = first(&account, "+79161234567", "Вот всё");
        body["files"] = files.into();
        olga.post("/client-chats", body).await;
        delivered(&app, &town, 4).await;
        // More than four at once is more than a messenger takes of one chat.
        app.clock.advance(std::time::Duration::from_secs(5));
        let sent = delivered(&app, &town, 5).await;
        let names: Vec<String> = sent.iter().flat_map(|s| s.2.clone()).collect();
        assert_eq!(
            names,
            ["лампа.png", "счёт.pdf", "договор.docx", "чертёж.xyz"]
        );
        assert_eq!(sent[0].1, "Вот всё");
    }
);

story!(
    p_24_a_colleagues_client_is_not_taken_by_writing_first,
    |app| {
        let mut app = app;
        let town = Town::new("town", FirstContact::Free);
        let olga = settled(&mut app, &[&town]).await;
        let account = connect(&olga, &town, "Город", true).await;
        let anna = app.join(&olga, "Аня", "anya", "Сотрудник").await;
        let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
        let made = anna
            .post("/client-chats", first(&account, "+79161234567", "Я веду"))
            .await;
        let chat = made["chat"]["id"].as_str().unwrap().to_owned();
        let body = first(&account, "+79161234567", "А я?");
        let (status, problem) = boris
            .raw(Method::POST, "/client-chats", Some(body.clone()))
            .await;
        assert_eq!(
            (status.as_u16(), &problem["code"], &problem["args"]["name"]),
            (409, &json!("conversations.led_by_another"), &json!("Аня")),
            "{problem}"
        );
        assert_eq!(delivered(&app, &town, 1).await.len(), 1);
        // Once it is closed whoever writes anew is who answers.
        anna.post(&format!("/client-chats/{chat}/close"), json!({}))
            .await;
        let taken = boris.post("/client-chats", body).await;
        assert_eq!(
            (&taken["chat"]["id"], &taken["chat"]["assignee_id"]),
            (&json!(chat), &json!(boris.id))
        );
        delivered(&app, &town, 2).await;
    }
);
