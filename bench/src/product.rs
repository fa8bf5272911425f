//! The product under measurement: the release binary, by HTTP and sockets, with sign-in and rights on.

use crate::{Row, percentile};
use futures_util::StreamExt;
use reqwest::{Client, header};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

pub(crate) struct Product {
    child: Child,
    data: PathBuf,
    base: String,
    http: Client,
    cookie: String,
    first: Duration,
    chats: Vec<String>,
}

impl Product {
    pub(crate) async fn start(binary: &Path) -> Self {
        let data = std::env::temp_dir().join(format!("beseda-bench-{}", std::process::id()));
        let began = Instant::now();
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .env("BESEDA_LOG__LEVEL", "error")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let base = lines
            .next_line()
            .await
            .unwrap()
            .unwrap()
            .split("on ")
            .nth(1)
            .unwrap()
            .to_owned();
        let http = Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(256)
            .build()
            .unwrap();
        http.get(format!("{base}/healthz")).send().await.unwrap();
        let first = began.elapsed();
        let token = lines
            .next_line()
            .await
            .unwrap()
            .unwrap()
            .split("token=")
            .nth(1)
            .unwrap()
            .to_owned();
        let form = json!({"token": token, "workspace": "Bench", "name": "Olga", "login": "olga", "password": "olga-password", "language": "en", "time_zone": "UTC"});
        let answer = http
            .post(format!("{base}/api/v1/setup"))
            .json(&form)
            .send()
            .await
            .unwrap();
        let cookie = answer.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let mut product = Self {
            child,
            data,
            base,
            http,
            cookie,
            first,
            chats: Vec::new(),
        };
        product.people().await;
        product
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self
            .http
            .post(format!("{}/api/v1{path}", self.base))
            .header(header::COOKIE, &self.cookie)
            .json(&body)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    /// One colleague, so that groups can be made, and sixteen groups.
    async fn people(&mut self) {
        let invited = self.post("/invitations", json!({"name": "Anna"})).await;
        let word = invited["url"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned();
        let anna = self
            .post(
                &format!("/join/{word}"),
                json!({"name": "Anna", "login": "anna", "password": "anna-password"}),
            )
            .await;
        let anna = anna["person"]["id"].clone();
        for n in 0..16 {
            let chat = self
                .post(
                    "/chats",
                    json!({"kind": "group", "title": format!("Group {n}"), "member_ids": [anna]}),
                )
                .await;
            self.chats.push(chat["id"].as_str().unwrap().to_owned());
        }
    }

    fn memory_kib(&self) -> f64 {
        let path = format!("/proc/{}/smaps_rollup", self.child.id().unwrap());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let line = text
            .lines()
            .find(|l| l.starts_with("Pss:"))
            .unwrap_or("Pss: 0 kB");
        line.split_whitespace()
            .nth(1)
            .unwrap_or("0")
            .parse()
            .unwrap_or(0.0)
    }

    /// Processor time of the server so far, in seconds (100 ticks a second on Linux).
    fn cpu(&self) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id().unwrap()))
            .unwrap_or_default();
        let rest = text.rsplit(')').next().unwrap_or_default();
        let field = |n: usize| {
            rest.split_whitespace()
                .nth(n)
                .and_then(|f| f.parse::<f64>().ok())
                .unwrap_or(0.0)
        };
        (field(11) + field(12)) / 100.0
    }

    pub(crate) fn first_answer(&self) -> Row {
        Row {
            name: "B12 start to first answer, empty",
            got: format!("{:.0} ms", self.first.as_secs_f64() * 1000.0),
            limit: "-".into(),
            ratio: "-".into(),
            goal: "0.5 s with 1 M messages",
        }
    }

    pub(crate) fn idle_memory(&self) -> Row {
        Row {
            name: "B7 idle memory (PSS)",
            got: format!("{:.1} MiB", self.memory_kib() / 1024.0),
            limit: "-".into(),
            ratio: "-".into(),
            goal: "40 MiB",
        }
    }

    async fn socket(
        &self,
    ) -> tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>
    {
        use futures_util::SinkExt;
        let mut request = format!("{}/api/v1/socket", self.base.replace("http", "ws"))
            .into_client_request()
            .unwrap();
        request
            .headers_mut()
            .insert("cookie", self.cookie.parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let hello =
            json!({"type": "hello", "cursor": null, "client": {"kind": "web", "version": "bench"}})
                .to_string();
        socket
            .send(tokio_tungstenite::tungstenite::Message::Text(hello.into()))
            .await
            .unwrap();
        socket.next().await.unwrap().unwrap();
        socket
    }

    pub(crate) async fn connections(&self, count: usize) -> Row {
        let before = self.memory_kib();
        let mut open = Vec::new();
        for _ in 0..count {
            open.push(self.socket().await);
        }
        let each = (self.memory_kib() - before) / count as f64;
        Row {
            name: "B7 memory per connection, 1000 open",
            got: format!("{each:.1} KiB"),
            limit: "-".into(),
            ratio: "-".into(),
            goal: "10 KiB",
        }
    }

    pub(crate) async fn fan_out(&self, members: usize, span: Duration, limit: (f64, f64)) -> Row {
        let times: Arc<Mutex<Vec<f64>>> = Arc::default();
        let start = Instant::now();
        let mut readers = Vec::new();
        for _ in 0..members {
            let mut socket = self.socket().await;
            let times = Arc::clone(&times);
            readers.push(tokio::spawn(async move {
                while let Some(Ok(frame)) = socket.next().await {
                    let text = frame.to_text().unwrap_or_default();
                    let Some(sent) = text
                        .split("at=")
                        .nth(1)
                        .and_then(|t| t.split(' ').next())
                        .and_then(|t| t.parse::<f64>().ok())
                    else {
                        continue;
                    };
                    times
                        .lock()
                        .unwrap()
                        .push(start.elapsed().as_secs_f64() * 1000.0 - sent);
                }
            }));
        }
        let cpu = self.cpu();
        let began = Instant::now();
        let mut beat = tokio::time::interval(Duration::from_millis(100));
        while began.elapsed() < span {
            beat.tick().await;
            let text = format!(
                "at={} {}",
                start.elapsed().as_secs_f64() * 1000.0,
                "x".repeat(180)
            );
            self.post(
                &format!("/chats/{}/messages", self.chats[0]),
                json!({"client_id": kernel::Ids::Time.uuid(), "text": text}),
            )
            .await;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        let cpu = self.cpu() - cpu;
        for reader in readers {
            reader.abort();
        }
        let mut all = times.lock().unwrap().clone();
        all.sort_by(f64::total_cmp);
        let (p50, p99) = (percentile(&all, 0.5), percentile(&all, 0.99));
        Row {
            name: if members == 100 {
                "B1 send to arrival, 100 online"
            } else {
                "B1 send to arrival, 1000 online"
            },
            got: format!(
                "p50 {p50:.1}, p99 {p99:.1} ms; {:.1} us CPU per delivery",
                cpu * 1e6 / all.len().max(1) as f64
            ),
            limit: format!("reference p50 {:.1}, p99 {:.1} ms", limit.0, limit.1),
            ratio: format!("p99 x {:.1}", p99 / limit.1),
            goal: "p99 x 2.5, 16 us at 1000",
        }
    }

    /// 64 senders, one message each in flight.
    pub(crate) async fn durable_chat(&self, span: Duration, limit: f64) -> Row {
        let done = Arc::new(AtomicU64::new(0));
        let began = Instant::now();
        let senders = (0..64).map(|n| {
            let (done, http, cookie) = (Arc::clone(&done), self.http.clone(), self.cookie.clone());
            let url = format!("{}/api/v1/chats/{}/messages", self.base, self.chats[n % self.chats.len()]);
            tokio::spawn(async move {
                while began.elapsed() < span {
                    let body = json!({"client_id": kernel::Ids::Time.uuid(), "text": "Скажите, когда привезут заказ и сколько ждать доставку сегодня вечером?"});
                    let answer = http.post(&url).header(header::COOKIE, &cookie).json(&body).send().await.unwrap();
                    assert!(answer.status().is_success());
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        futures_util::future::join_all(senders).await;
        let rate = done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
        Row {
            name: "B2 durable messages by REST, 64 senders",
            got: format!("{rate:.0}/s"),
            limit: format!("SQLite, 64 a commit: {limit:.0}/s"),
            ratio: format!("{:.3}", rate / limit),
            goal: "0.10",
        }
    }

    /// Signed webhooks of distinct updates from 64 connections: verified, stored, answered.
    pub(crate) async fn intake(&self, span: Duration, limit: f64) -> Row {
        let settings = json!({"token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0", "base_url": "http://127.0.0.1:9", "receive": "webhook"});
        let account = self
            .post(
                "/channels",
                json!({"kind": "telegram", "name": "Bot", "settings": settings}),
            )
            .await;
        let database = rusqlite::Connection::open(self.data.join("beseda.sqlite")).unwrap();
        let (secret, key): (String, String) = database
            .query_row(
                "SELECT secret, public_key FROM channel_accounts WHERE kind = 'telegram'",
                [],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .unwrap();
        let url = format!(
            "{}/hooks/telegram/{}/{key}",
            self.base,
            account["id"].as_str().unwrap()
        );
        let (done, next) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(1)));
        let began = Instant::now();
        let senders = (0..64).map(|_| {
            let (done, next, http, url, secret) = (Arc::clone(&done), Arc::clone(&next), self.http.clone(), url.clone(), secret.clone());
            tokio::spawn(async move {
                while began.elapsed() < span {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let chat = n % 500 + 1;
                    let body = json!({"update_id": n, "message": {"message_id": n, "date": 1_800_000_000, "text": format!("вопрос {n}"),
                        "from": {"id": chat, "is_bot": false, "first_name": "Иван"}, "chat": {"id": chat, "type": "private", "first_name": "Иван"}}});
                    let answer = http.post(&url).header("X-Telegram-Bot-Api-Secret-Token", &secret).body(body.to_string()).send().await.unwrap();
                    assert!(answer.status().is_success());
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        futures_util::future::join_all(senders).await;
        let rate = done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
        Row {
            name: "B4 webhooks stored and answered, lanes at work beside",
            got: format!("{rate:.0}/s"),
            limit: format!("SQLite, 64 a commit: {limit:.0}/s"),
            ratio: format!("{:.3}", rate / limit),
            goal: "5 000/s",
        }
    }

    async fn timed(&self, path: &str) -> Vec<f64> {
        let mut times = Vec::new();
        for _ in 0..200 {
            let start = Instant::now();
            let answer = self
                .http
                .get(format!("{}/api/v1{path}", self.base))
                .header(header::COOKIE, &self.cookie)
                .send()
                .await
                .unwrap();
            assert!(answer.status().is_success());
            answer.bytes().await.unwrap();
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        times
    }

    pub(crate) async fn pages_and_search(&self) -> Vec<Row> {
        let database = rusqlite::Connection::open(self.data.join("beseda.sqlite")).unwrap();
        let stored: i64 = database
            .query_row("SELECT COUNT(*) FROM messages", [], |r| r.get(0))
            .unwrap();
        let row = |name, times: &[f64], goal| Row {
            name,
            got: format!(
                "p50 {:.2}, p99 {:.2} ms at {stored} messages",
                percentile(times, 0.5),
                percentile(times, 0.99)
            ),
            limit: "-".into(),
            ratio: "-".into(),
            goal,
        };
        let page = self
            .timed(&format!("/threads/{}/messages?limit=50", self.chats[0]))
            .await;
        let search = self.timed("/search?q=%D0%B7%D0%B0%D0%BA%D0%B0%D0%B7").await;
        vec![
            row("B6 page of 50 by REST", &page, "p99 3 ms at 1 M"),
            row("B6 search, a common word", &search, "p99 15 ms at 1 M"),
        ]
    }

    pub(crate) async fn stop(mut self) {
        self.child.kill().await.unwrap();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}
