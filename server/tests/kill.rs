//! F1: the server is killed at random moments under load; what was acknowledged to either side stands exactly once, in order.
//!
//! `KILLS` says how often (CI: a short form; `make soak`: 200 and more); `SEED` repeats a run.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test of the real binary fails where it stands"
)]

use futures_util::future::join_all;
use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

const VISITORS: usize = 20;
const EMPLOYEES: usize = 5;

struct Server {
    child: Child,
    setup: Option<String>,
}

/// Starts the real binary on a fixed port and waits until it says that it listens.
async fn start(data: &Path, port: u16) -> Server {
    let mut child = Command::new(env!("CARGO_BIN_EXE_beseda"))
        .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"])
        .arg(data)
        .env("BESEDA_LOG__LEVEL", "error")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut setup = None;
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains("listens on") {
            let next = tokio::time::timeout(Duration::from_millis(300), lines.next_line()).await;
            if let Ok(Ok(Some(line))) = next {
                setup = line.split("token=").nth(1).map(str::to_owned);
            }
            return Server { child, setup };
        }
    }
    panic!("the server did not start");
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// What a side was told is kept, in its own order.
#[derive(Default)]
struct Told {
    texts: Mutex<HashMap<String, Vec<String>>>,
}
impl Told {
    fn note(&self, who: &str, text: String) {
        self.texts
            .lock()
            .unwrap()
            .entry(who.to_owned())
            .or_default()
            .push(text);
    }
}

/// Sends until the answer comes, the same client id each time: what a browser's outbox does.
async fn send(http: &Client, url: &str, auth: (&str, &str), text: &str, stop: &AtomicBool) -> bool {
    let body = json!({"client_id": kernel::Ids::Time.uuid(), "text": text, "take": true});
    loop {
        let answer = http
            .post(url)
            .header(auth.0, auth.1)
            .json(&body)
            .send()
            .await;
        match answer.map(|a| a.status()) {
            Ok(StatusCode::OK) => return true,
            // Ours to wait for: restarting, floods, a lost race inside one commit.
            Ok(
                StatusCode::TOO_MANY_REQUESTS
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::CONFLICT,
            )
            | Err(_) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok(other) => panic!("{url}: {other}"),
        }
        if stop.load(Ordering::Relaxed) {
            return false;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_what_was_acknowledged_survives_kills_exactly_once() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let kills: u64 = std::env::var("KILLS")
        .ok()
        .and_then(|k| k.parse().ok())
        .unwrap_or(12);
    let seed: u64 = std::env::var("SEED")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(7);
    let data: PathBuf = std::env::temp_dir().join(format!("beseda-kill-{}", std::process::id()));
    let port = free_port();
    let base = format!("http://127.0.0.1:{port}/api/v1");
    let http = Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build()
        .unwrap();
    let mut server = start(&data, port).await;
    let (key, people, chat) = prepare(&http, &base, server.setup.take().unwrap()).await;
    let (told, stop, count) = (
        Arc::new(Told::default()),
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let mut load = Vec::new();
    for n in 0..VISITORS {
        let (http, told, stop, count) = (
            http.clone(),
            Arc::clone(&told),
            Arc::clone(&stop),
            Arc::clone(&count),
        );
        let (url, token) = (
            format!("{base}/widget/{key}/messages"),
            format!("Bearer {}", kernel::Ids::Time.secret()),
        );
        load.push(tokio::spawn(async move {
            let mut turn = 0;
            while !stop.load(Ordering::Relaxed) {
                let text = format!("visitor-{n} {turn}");
                if send(&http, &url, ("authorization", &token), &text, &stop).await {
                    told.note(&format!("visitor-{n}"), text);
                    count.fetch_add(1, Ordering::Relaxed);
                }
                turn += 1;
                // Twenty messages in ten seconds are allowed to one visitor.
                tokio::time::sleep(Duration::from_millis(520)).await;
            }
        }));
    }
    for (n, cookie) in people.iter().cloned().enumerate() {
        let (http, told, stop, count) = (
            http.clone(),
            Arc::clone(&told),
            Arc::clone(&stop),
            Arc::clone(&count),
        );
        let url = format!("{base}/chats/{chat}/messages");
        load.push(tokio::spawn(async move {
            let mut turn = 0;
            while !stop.load(Ordering::Relaxed) {
                let text = format!("employee-{n} {turn}");
                if send(&http, &url, ("cookie", &cookie), &text, &stop).await {
                    told.note(&format!("employee-{n}"), text);
                    count.fetch_add(1, Ordering::Relaxed);
                }
                turn += 1;
            }
        }));
    }
    let mut random = seed;
    for _ in 0..kills {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        tokio::time::sleep(Duration::from_millis(40 + (random >> 33) % 400)).await;
        server.child.kill().await.unwrap();
        server = start(&data, port).await;
    }
    stop.store(true, Ordering::Relaxed);
    join_all(load).await;
    check(&http, &base, &people[0], &chat, &told).await;
    server.child.kill().await.unwrap();
    std::fs::remove_dir_all(data).unwrap();
    assert!(
        count.load(Ordering::Relaxed) > kills * 3,
        "there was hardly any load"
    );
}

async fn post(http: &Client, url: &str, cookie: &str, body: Value) -> (Value, Option<String>) {
    let answer = http
        .post(url)
        .header(header::COOKIE, cookie)
        .json(&body)
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    let cookie = answer
        .headers()
        .get(header::SET_COOKIE)
        .map(|c| c.to_str().unwrap().split(';').next().unwrap().to_owned());
    (answer.json().await.unwrap_or(Value::Null), cookie)
}

/// Workspace, widget, five employees in one chat.
async fn prepare(http: &Client, base: &str, token: String) -> (String, Vec<String>, String) {
    let form = json!({"token": token, "workspace": "W", "name": "Olga", "login": "olga", "password": "olga-password", "language": "en", "time_zone": "UTC"});
    let (_, cookie) = post(http, &format!("{base}/setup"), "", form).await;
    let mut people = vec![cookie.unwrap()];
    let channel = json!({"kind": "widget", "name": "Site", "settings": {"title": "W"}});
    let (account, _) = post(http, &format!("{base}/channels"), &people[0], channel).await;
    let key = account["snippet"]
        .as_str()
        .unwrap()
        .split("data-key=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let mut ids = Vec::new();
    for n in 1..EMPLOYEES {
        let (invited, _) = post(
            http,
            &format!("{base}/invitations"),
            &people[0],
            json!({"name": format!("E{n}")}),
        )
        .await;
        let word = invited["url"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned();
        let form =
            json!({"name": format!("E{n}"), "login": format!("e{n}"), "password": "long-enough"});
        let (me, cookie) = post(http, &format!("{base}/join/{word}"), "", form).await;
        ids.push(me["person"]["id"].clone());
        people.push(cookie.unwrap());
    }
    let (chat, _) = post(
        http,
        &format!("{base}/chats"),
        &people[0],
        json!({"kind": "group", "title": "All", "member_ids": ids}),
    )
    .await;
    (key, people, chat["id"].as_str().unwrap().to_owned())
}

async fn whole_thread(http: &Client, base: &str, cookie: &str, thread: &str) -> Vec<(i64, String)> {
    let mut out: Vec<(i64, String)> = Vec::new();
    loop {
        let after = out.last().map_or(0, |m| m.0);
        let url = format!("{base}/threads/{thread}/messages?after={after}&limit=200");
        let page: Value = http
            .get(url)
            .header(header::COOKIE, cookie)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let messages = page["messages"].as_array().unwrap();
        for m in messages {
            let seq = m["seq"].as_i64().unwrap();
            assert_eq!(
                seq,
                out.last().map_or(1, |l| l.0 + 1),
                "numbers without gaps"
            );
            out.push((seq, m["text"].as_str().unwrap().to_owned()));
        }
        if messages.is_empty() {
            return out;
        }
    }
}

/// Every acknowledged text stands exactly once, each writer's in the writer's order.
async fn check(http: &Client, base: &str, cookie: &str, chat: &str, told: &Told) {
    let mut threads = vec![chat.to_owned()];
    let mut next = String::new();
    loop {
        let url = format!("{base}/inbox?group=all{next}");
        let page: Value = http
            .get(url)
            .header(header::COOKIE, cookie)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        threads.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|c| c["id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(word) => next = format!("&next={word}"),
            None => break,
        }
    }
    let mut stored: HashMap<String, Vec<String>> = HashMap::new();
    for thread in threads {
        for (_, text) in whole_thread(http, base, cookie, &thread)
            .await
            .into_iter()
            .filter(|m| !m.1.is_empty())
        {
            let who = text.split(' ').next().unwrap().to_owned();
            stored.entry(who).or_default().push(text);
        }
    }
    for (who, texts) in told.texts.lock().unwrap().iter() {
        let kept = stored
            .get(who)
            .unwrap_or_else(|| panic!("nothing of {who} is left"));
        let once: HashSet<&String> = kept.iter().collect();
        assert_eq!(once.len(), kept.len(), "{who}: something stands twice");
        let lost: Vec<&String> = texts.iter().filter(|t| !once.contains(t)).collect();
        assert!(lost.is_empty(), "{who}: acknowledged but lost: {lost:?}");
        let in_order: Vec<&String> = kept.iter().filter(|t| texts.contains(t)).collect();
        assert_eq!(in_order, texts.iter().collect::<Vec<_>>(), "{who}: order");
    }
}
