//! The widget as a channel: the contract, what visitors do, and where answers go.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that cannot do its work fails the test"
)]

use bytes::Bytes;
use channel::{
    Accepted, Account, Action, BoxFuture, Env, FileKind, Inbound, MediaRef, MediaStream, OutFile,
    OutMessage, Part, PeerRef, RawRequest, ReceiptState, ReceiptTarget, SendError, Settings,
    contract::{self, Subject, events},
    plan,
};
use futures_util::{StreamExt, stream};
use http_client::{Http, HttpOptions};
use kernel::{Clock, Moment};
use serde_json::json;
use std::sync::{Arc, Mutex};
use widget::{Content, Post, PostedFile, SECRET_HEADER, Sink, Visitor};

const SECRET: &str = "widget-secret";

/// Remembers what it was given; the same key again is not shown again.
#[derive(Default)]
struct Pages {
    shown: Mutex<Vec<(String, String)>>,
    acts: Mutex<Vec<Action>>,
}

impl Sink for Pages {
    fn deliver<'a>(
        &'a self,
        _visitor: &'a PeerRef,
        part: &'a Part,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>> {
        let mut shown = self.shown.lock().unwrap();
        if shown.iter().all(|(known, _)| known != key) {
            shown.push((key.to_owned(), part.text.clone()));
        }
        Box::pin(async move {
            Ok(Accepted {
                ext_ids: vec![key.to_owned()],
                moved_to: None,
            })
        })
    }
    fn act<'a>(
        &'a self,
        _visitor: &'a PeerRef,
        action: Action,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        self.acts.lock().unwrap().push(action);
        Box::pin(async { Ok(()) })
    }
    fn open<'a>(&'a self, file: &'a MediaRef) -> BoxFuture<'a, Result<MediaStream, SendError>> {
        Box::pin(async move {
            let bytes = Bytes::from(format!("bytes of {}", file.ext_id));
            let size = Some(bytes.len() as u64);
            Ok(MediaStream {
                bytes: stream::iter([Ok(bytes)]).boxed(),
                size,
                mime: file.mime.clone(),
            })
        })
    }
}

fn open(
    settings: &[(&str, &str)],
    pages: &Arc<Pages>,
) -> Result<Arc<dyn Account>, channel::OpenError> {
    let env = Env {
        http: Http::new(&HttpOptions::default()).unwrap(),
        clock: Clock::hand(Moment::from_seconds(1_700_000_000)),
        public_url: None,
        webhook_secret: SECRET.to_owned(),
        memory: channel::Scratch::memory(),
    };
    widget::channel(pages.clone()).open(&settings.iter().copied().collect::<Settings>(), &env)
}

fn account(pages: &Arc<Pages>) -> Arc<dyn Account> {
    open(&[("title", "Спросите нас")], pages).unwrap()
}

fn request(body: Vec<u8>) -> RawRequest {
    RawRequest {
        method: "POST".to_owned(),
        headers: vec![(SECRET_HEADER.to_owned(), SECRET.to_owned())],
        body: body.into(),
        ..RawRequest::default()
    }
}

fn post(at: i64, content: Content) -> RawRequest {
    let visitor = Visitor {
        id: "v-1".to_owned(),
        name: "Анна\u{202e}".to_owned(),
        language: "ru".to_owned(),
        email: "anna@example.com".to_owned(),
        phone: "8 916 123-45-67".to_owned(),
        page: "https://shop.example/pay".to_owned(),
        referrer: String::new(),
    };
    let post = Post {
        visitor,
        at: Moment::from_seconds(at),
        content,
    };
    request(serde_json::to_vec(&post).unwrap())
}

fn message(client_id: &str, text: &str) -> Content {
    let file = PostedFile {
        id: "f-1".to_owned(),
        kind: FileKind::Image,
        mime: "image/png".to_owned(),
        size: 7,
        name: "../скан.png".to_owned(),
        width: Some(3),
        height: Some(4),
        duration_ms: None,
    };
    Content::Message {
        client_id: client_id.to_owned(),
        text: text.to_owned(),
        files: vec![file],
        reply_to: Some("k-1".to_owned()),
    }
}

fn everything() -> Vec<RawRequest> {
    let own = || "c-1".to_owned();
    let ours = || "k-1".to_owned();
    [
        message("c-1", "Добрый день, *сколько* стоит?"),
        message("c-2", ""),
        Content::Edit {
            client_id: own(),
            text: "Добрый вечер".to_owned(),
        },
        Content::Delete { client_id: own() },
        Content::Reaction {
            ext_id: ours(),
            emoji: vec!["👍".to_owned()],
        },
        Content::Delivered { ext_id: ours() },
        Content::Read { ext_id: ours() },
        Content::Typing { on: true },
    ]
    .into_iter()
    .zip(1_700_000_000..)
    .map(|(content, at)| post(at, content))
    .collect()
}

#[test]
fn what_comes_in_keeps_the_contract() {
    let forge = |change: fn(&mut RawRequest)| {
        let mut request = post(1, message("c-1", "?"));
        change(&mut request);
        request
    };
    let unknown = json!({"type": "dance", "visitor": {"id": "v-1"}, "at": 5});
    contract::inbound(&Subject {
        account: account(&Arc::default()),
        genuine: everything(),
        forged: vec![
            forge(|r| r.headers.clear()),
            forge(|r| r.headers[0].1.clear()),
            forge(|r| "GET".clone_into(&mut r.method)),
            forge(|r| "x".clone_into(&mut r.path_tail)),
            forge(|r| r.body = "{}".into()),
            forge(|r| r.body = r#"{"type":"message","visitor":{"id":""},"client_id":"1"}"#.into()),
        ],
        unknown: request(unknown.to_string().into_bytes()),
    });
}

#[test]
fn visitors_are_understood() {
    let account = account(&Arc::default());
    let got: Vec<Inbound> = everything()
        .iter()
        .flat_map(|request| events(&*account, request))
        .flat_map(|event| account.normalize(&event))
        .collect();
    let Inbound::Message(first) = &got[0] else {
        panic!("{:?}", got[0])
    };
    assert_eq!(
        (first.ext_id.as_str(), first.text.as_str()),
        ("v-1:c-1", "Добрый день, \\*сколько\\* стоит?")
    );
    assert_eq!(
        (first.peer.name.as_str(), first.peer.phone.clone()),
        ("Анна", None)
    );
    assert_eq!(
        (first.media[0].name.as_deref(), first.reply_to.as_deref()),
        (Some("скан.png"), Some("k-1"))
    );
    let facts: Vec<(&str, &str)> = first
        .context
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert_eq!(
        facts,
        [
            ("page", "https://shop.example/pay"),
            ("email", "anna@example.com"),
            ("phone", "+79161234567")
        ]
    );
    assert!(
        matches!(&got[2], Inbound::Edited(edit) if edit.ext_id == "v-1:c-1" && edit.text == "Добрый вечер")
    );
    assert!(matches!(&got[3], Inbound::Deleted { ext_ids, .. } if ext_ids == &["v-1:c-1"]));
    assert!(
        matches!(&got[4], Inbound::Reaction { ext_id, emoji, .. } if ext_id == "k-1" && emoji == &["👍"])
    );
    for (inbound, want) in [
        (&got[5], ReceiptState::Delivered),
        (&got[6], ReceiptState::Read),
    ] {
        assert!(
            matches!(inbound, Inbound::Receipt { target: ReceiptTarget::UpTo(id), state, .. } if id == "k-1" && *state == want)
        );
    }
    assert!(matches!(&got[7], Inbound::Typing { on: true, .. }));
}

#[test]
fn a_message_posted_twice_is_one_but_ids_count_only_within_a_visitor() {
    let account = account(&Arc::default());
    let key = |at, visitor: &str| {
        let body = json!({"type": "message", "visitor": {"id": visitor}, "at": at, "client_id": "c-1", "text": "?"});
        events(&*account, &request(body.to_string().into_bytes()))
            .remove(0)
            .dedup_key
    };
    assert_eq!(key(1, "v-1"), key(2, "v-1"));
    assert_ne!(key(1, "v-1"), key(1, "v-2"));
}

#[tokio::test]
async fn answers_go_to_the_visitors_pages_once() {
    let pages = Arc::new(Pages::default());
    let account = account(&pages);
    let visitor = PeerRef {
        ext_id: "v-1".to_owned(),
    };
    let part = Part {
        text: "Сто рублей".to_owned(),
        ..Part::default()
    };
    for _ in 0..2 {
        let accepted = account.send(&part, &visitor, "k-1").await.unwrap();
        assert_eq!(accepted.ext_ids, ["k-1"]);
    }
    assert_eq!(
        *pages.shown.lock().unwrap(),
        [("k-1".to_owned(), "Сто рублей".to_owned())]
    );
    account.act(Action::Typing, &visitor).await.unwrap();
    assert_eq!(*pages.acts.lock().unwrap(), [Action::Typing]);
    assert!(account.check().await.ok);
    account.start(None).await.unwrap();
    assert_eq!(account.poll(None).await.unwrap().events, []);
}

#[test]
fn s3_07_text_and_files_of_all_kinds_are_one_message() {
    let account = account(&Arc::default());
    let file = |kind| OutFile {
        kind,
        size: 9,
        mime: "a/b".to_owned(),
        name: "f".to_owned(),
    };
    let message = OutMessage::from_source("вот всё", FileKind::ALL.map(file).to_vec());
    let parts = plan(&message, account.capabilities()).unwrap();
    assert_eq!(
        (parts.len(), parts[0].files.len(), parts[0].text.as_str()),
        (1, 5, "вот всё")
    );
}

#[test]
fn settings_are_checked() {
    let pages = Arc::default();
    let field = |settings: &[(&str, &str)]| open(settings, &pages).err().map(|error| error.field);
    assert_eq!(field(&[]).as_deref(), Some("title"));
    assert_eq!(
        field(&[("title", "x"), ("accent", "url(x)")]).as_deref(),
        Some("accent")
    );
    assert_eq!(
        field(&[("title", "x"), ("origins", "https://a.ru\nнет")]).as_deref(),
        Some("origins")
    );
    assert_eq!(
        field(&[
            ("title", "x"),
            ("origins", "https://a.ru\n\nhttp://localhost:3000\n")
        ]),
        None
    );
}

#[test]
fn fuzz_what_is_posted() {
    let all = everything();
    let seeds: Vec<Vec<u8>> = all.iter().map(|request| request.body.to_vec()).collect();
    contract::fuzz("widget", &*account(&Arc::default()), &all[0], &seeds);
}
