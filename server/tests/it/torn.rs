//! F3: the line is torn at any byte, stands still, or is not read. Whoever comes back with a cursor ends with everything,
//! once and in order; whoever reads nothing is cut at a bound and keeps nobody waiting.
//!
//! `CUTS=all` cuts at every byte; otherwise at each border of a frame and at bytes drawn by `SEED`.

use crate::{
    app::{App, Caller, Socket, uuid},
    story,
};
use futures_util::SinkExt;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use testkit::torn_line::{Pace, Tear, TornLine};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

/// Bytes to cut at besides the borders, in each direction.
const DRAWN: u64 = 120;

#[expect(clippy::disallowed_methods, reason = "the runner's word to the tests")]
fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Where to cut a stream of `length` bytes whose parts end at `borders`.
fn cuts(length: u64, borders: &[u64], drawn: u64) -> BTreeSet<u64> {
    if told("CUTS").as_deref() == Some("all") {
        return (0..=length).collect();
    }
    let mut series: u64 = told("SEED").and_then(|s| s.parse().ok()).unwrap_or(7);
    let beside = |b: &u64| [b.saturating_sub(1), *b, b + 1];
    let mut out: BTreeSet<u64> = borders.iter().flat_map(beside).collect();
    for _ in 0..drawn {
        series = series
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        out.insert((series >> 33) % (length + 1));
    }
    out.retain(|cut| *cut <= length);
    out
}

/// The bytes a text frame takes on the line, from the server.
fn on_line(text: &str) -> u64 {
    let head = match text.len() {
        ..126 => 2,
        126..65536 => 4,
        _ => 10,
    };
    head + text.len() as u64
}

/// A client as the web page is one: takes each frame's cursor, comes back with the last.
struct Reader {
    caller: Caller,
    cursor: String,
    texts: Vec<String>,
    /// What came, frame by frame.
    sizes: Vec<u64>,
}

impl Reader {
    /// Somebody at a cursor, behind a line.
    fn new(of: &Caller, line: &TornLine, cursor: &str) -> Self {
        let mut caller = of.clone();
        caller.base = format!("http://{}", line.address());
        Self {
            caller,
            cursor: cursor.to_owned(),
            texts: Vec::new(),
            sizes: Vec::new(),
        }
    }
    /// One connection, until it breaks or `wanted` texts have come; whether they have.
    async fn session(&mut self, wanted: usize) -> bool {
        use futures_util::StreamExt;
        let url = format!("{}/api/v1/socket", self.caller.base.replace("http", "ws"));
        let mut request = url.into_client_request().unwrap();
        let cookie = self.caller.cookie.parse().unwrap();
        request.headers_mut().insert("cookie", cookie);
        let Ok((mut stream, _)) = tokio_tungstenite::connect_async(request).await else {
            return false;
        };
        let hello = json!({"type": "hello", "cursor": self.cursor, "client": {"kind": "web", "version": "test"}});
        let hello = Message::Text(hello.to_string().into());
        if stream.send(hello).await.is_err() {
            return false;
        }
        while self.texts.len() < wanted {
            let came = tokio::time::timeout(Duration::from_secs(20), stream.next()).await;
            match came.expect("neither a frame nor the end came") {
                Some(Ok(Message::Text(text))) => {
                    self.sizes.push(on_line(&text));
                    self.take(&serde_json::from_str(&text).unwrap());
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return false,
            }
        }
        true
    }
    fn take(&mut self, frame: &Value) {
        assert_ne!(frame["type"], "reload", "the cursor is known");
        if let Some(cursor) = frame["cursor"].as_str() {
            self.cursor = cursor.to_owned();
        }
        if frame["type"] == "message.added" {
            let text = frame["message"]["text"].as_str().unwrap();
            self.texts.push(text.to_owned());
        }
    }
    /// Comes back until `wanted` texts have come.
    async fn all(&mut self, wanted: usize) {
        for _ in 0..4 {
            if self.session(wanted).await {
                return;
            }
        }
        panic!("one cut cost more than one way back: {:?}", self.texts);
    }
}

async fn pair(app: &App) -> (Caller, Caller, String) {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga
        .post("/chats", json!({"kind": "direct", "person_id": anna.id}))
        .await;
    (olga, anna, chat["id"].as_str().unwrap().to_owned())
}

/// A socket that has been greeted.
async fn open(caller: &Caller) -> Socket {
    let mut socket = caller.listen(None).await;
    socket.wait_type("welcome").await;
    socket
}

story!(
    f3_a_line_cut_at_any_byte_ends_with_the_whole_sequence_once,
    |app| {
        let (olga, anna, chat) = pair(&app).await;
        let start = open(&anna).await.cursor;
        let want: Vec<String> = (0..4).map(|n| format!("сообщение {n}")).collect();
        for text in &want {
            olga.say("chats", &chat, text).await;
        }
        let line = TornLine::start(app.address).await.unwrap();
        // A whole session first: it tells how long it is and where its frames end.
        let mut whole = Reader::new(&anna, &line, &start);
        assert!(whole.session(want.len()).await);
        assert_eq!(whole.texts, want);
        let passed = line.passed().pop().unwrap();
        let frames: u64 = whole.sizes.iter().sum();
        let mut borders = vec![0, passed.down() - frames];
        for size in &whole.sizes {
            borders.push(borders.last().unwrap() + size);
        }
        let down = cuts(passed.down(), &borders, DRAWN)
            .into_iter()
            .map(|n| Tear {
                down: Some(n),
                up: None,
            });
        let up = cuts(passed.up(), &[0], DRAWN / 4)
            .into_iter()
            .map(|n| Tear {
                up: Some(n),
                down: None,
            });
        for tear in down.chain(up) {
            line.tear_next(tear);
            let mut reader = Reader::new(&anna, &line, &start);
            reader.all(want.len()).await;
            assert_eq!(reader.texts, want, "{tear:?}");
        }
    }
);

story!(
    f3_a_line_cut_while_messages_flow_loses_and_doubles_nothing,
    |app| {
        let (olga, anna, chat) = pair(&app).await;
        let line = TornLine::start(app.address).await.unwrap();
        let mut cursor = open(&anna).await.cursor;
        for (turn, cut) in cuts(4000, &[700, 1000], 40).into_iter().enumerate() {
            line.tear_next(Tear {
                down: Some(cut),
                up: None,
            });
            let want: Vec<String> = (0..4).map(|n| format!("{turn}-{n}")).collect();
            let mut reader = Reader::new(&anna, &line, &cursor);
            let writes = async {
                for text in &want {
                    olga.say("chats", &chat, text).await;
                }
            };
            tokio::join!(writes, reader.all(want.len()));
            assert_eq!(reader.texts, want, "cut after {cut} bytes");
            cursor = reader.cursor;
        }
    }
);

story!(f3_a_message_sent_over_a_torn_line_is_stored_once, |app| {
    let (olga, _, chat) = pair(&app).await;
    let line = TornLine::start(app.address).await.unwrap();
    let send = async |body: &Value| {
        // A fresh connection each time, as after a cut.
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("http://{}/api/v1/chats/{chat}/messages", line.address());
        let sent = http.post(url).header("cookie", &olga.cookie).json(body);
        let answer = sent.send().await?;
        let status = answer.status();
        answer.bytes().await?;
        Ok::<StatusCode, reqwest::Error>(status)
    };
    let whole = json!({"client_id": uuid(), "text": "целиком"});
    assert_eq!(send(&whole).await.unwrap(), 200);
    let passed = line.passed().pop().unwrap();
    let mut want = vec!["целиком".to_owned()];
    let up = cuts(passed.up(), &[0, passed.up()], 25).into_iter();
    let up = up.map(|n| Tear {
        up: Some(n),
        down: None,
    });
    let down = cuts(passed.down(), &[0, passed.down()], 50).into_iter();
    let down = down.map(|n| Tear {
        down: Some(n),
        up: None,
    });
    for tear in up.chain(down) {
        line.tear_next(tear);
        let text = format!("{tear:?}");
        let body = json!({"client_id": uuid(), "text": text});
        let mut tries = 0;
        while !send(&body).await.is_ok_and(|status| status == 200) {
            tries += 1;
            assert!(tries < 4, "{text}");
        }
        want.push(text);
    }
    let mut stored = Vec::new();
    loop {
        let path = format!("/threads/{chat}/messages?after={}&limit=200", stored.len());
        let page = olga.get(&path).await;
        let more = page["messages"].as_array().unwrap();
        if more.is_empty() {
            break;
        }
        let text = |m: &Value| m["text"].as_str().unwrap().to_owned();
        stored.extend(more.iter().map(text));
    }
    stored.retain(|text| !text.is_empty());
    assert_eq!(stored, want);
});

story!(f3_a_line_that_stands_still_goes_on_where_it_stood, |app| {
    let (olga, anna, chat) = pair(&app).await;
    let line = TornLine::start(app.address).await.unwrap();
    let mut behind = anna.clone();
    behind.base = format!("http://{}", line.address());
    let mut hers = open(&behind).await;
    let mut mine = open(&olga).await;
    line.set_pace(Pace::Frozen);
    for n in 0..50 {
        olga.say("chats", &chat, &format!("{n}")).await;
        // Nobody else waits for the line that stands.
        mine.wait("one's own message", |f| {
            f["message"]["text"] == n.to_string().as_str()
        })
        .await;
    }
    line.set_pace(Pace::Free);
    hers.wait("the last", |f| f["message"]["text"] == "49")
        .await;
    let added = hers.seen.iter().filter(|f| f["type"] == "message.added");
    let texts: Vec<&str> = added
        .map(|f| f["message"]["text"].as_str().unwrap())
        .collect();
    let want: Vec<String> = (0..50).map(|n| n.to_string()).collect();
    assert_eq!(texts, want);
});

story!(
    f3_who_reads_nothing_is_cut_at_a_bound_and_loses_nothing,
    |app| {
        // Frames that are sent before the socket is cut, at most: its queue, and what the system holds of a line.
        const MOST: usize = 8000;
        let (olga, anna, chat) = pair(&app).await;
        let line = TornLine::start(app.address).await.unwrap();
        let mut behind = anna.clone();
        behind.base = format!("http://{}", line.address());
        let mut mine = open(&olga).await;
        let hub = app.house().hub();
        let sign = json!({"type": "typing", "thread_id": chat, "name": "x".repeat(4000)});
        let audience = [anna.id.parse().unwrap()];
        for pace in [Pace::Frozen, Pace::Drip] {
            let mut hers = open(&behind).await;
            let start = hers.cursor.clone();
            assert_eq!(hub.open_sockets(), 2);
            line.set_pace(pace);
            let (mut sent, mut want) = (0, Vec::new());
            while hub.open_sockets() == 2 {
                assert!(
                    sent < MOST,
                    "{pace:?}: a reader that stands still is never cut"
                );
                for _ in 0..200 {
                    hub.sign(&audience, None, &sign.to_string());
                }
                sent += 200;
                // Whoever reads is told at once.
                let text = format!("{pace:?} {sent}");
                olga.say("chats", &chat, &text).await;
                mine.wait("one's own message", |f| {
                    f["message"]["text"] == text.as_str()
                })
                .await;
                want.push(text);
            }
            line.set_pace(Pace::Free);
            while hers.next().await.is_some() {}
            // Back with the cursor from before: everything, once.
            let mut reader = Reader::new(&anna, &line, &start);
            reader.all(want.len()).await;
            assert_eq!(reader.texts, want);
            app.until("her second socket is gone", async || {
                (hub.open_sockets() == 1).then_some(())
            })
            .await;
        }
    }
);
