//! Rows with sockets: fan-out (B1), memory of a connection (B7), everybody returning at once (B5).

use crate::{
    Row,
    company::Company,
    limits, percentile,
    server::{Server, call},
    wire::Wire,
};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

type Socket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

/// Opens a socket as the web client does and hears the welcome; with a cursor, asks for what was missed.
async fn open(base: &str, cookie: &str, cursor: Option<&str>) -> (Socket, Value) {
    let url = format!("{}/api/v1/socket", base.replace("http", "ws"));
    let mut request = url.into_client_request().unwrap();
    let cookie = cookie.trim_start_matches("cookie: ").trim_end();
    request
        .headers_mut()
        .insert("cookie", cookie.parse().unwrap());
    let config = tokio_tungstenite::tungstenite::protocol::WebSocketConfig::default()
        .read_buffer_size(2048)
        .write_buffer_size(0);
    let (mut socket, _) = tokio_tungstenite::connect_async_with_config(request, Some(config), true)
        .await
        .unwrap();
    let hello =
        json!({"type": "hello", "cursor": cursor, "client": {"kind": "web", "version": "bench"}});
    socket.send(Message::text(hello.to_string())).await.unwrap();
    let welcome = socket.next().await.unwrap().unwrap();
    let welcome: Value = serde_json::from_str(welcome.to_text().unwrap()).unwrap();
    assert_eq!(welcome["type"], "welcome");
    (socket, welcome)
}

/// Milliseconds since `start` that a sender wrote into a message as `at=…`.
/// Only of the message itself: the window touched last is told of it once more, as a notice.
fn sent_at(text: &str) -> Option<f64> {
    let text = text.strip_prefix(r#"{"type":"message.added""#)?;
    text.split("at=").nth(1)?.split(' ').next()?.parse().ok()
}

fn millis(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

/// Memory of a connection.
pub(crate) async fn connections(server: &Server, company: &Company, count: usize) -> Row {
    let before = server.memory_kib();
    let mut held = Vec::with_capacity(count);
    for n in 0..count {
        let cookie = &company.cookies[n % company.cookies.len()];
        held.push(open(&server.base, cookie, None).await.0);
    }
    let each = (server.memory_kib() - before) / count as f64;
    Row {
        name: format!("B7 memory of a connection, {count} open"),
        got: format!("{each:.1} KiB"),
        limit: "-".into(),
        ratio: "-".into(),
        goal: "10 KiB",
    }
}

/// Send to arrival in a chat of all, `members` sockets online.
pub(crate) async fn fan_out(
    server: &Server,
    company: &Company,
    members: usize,
    span: Duration,
) -> Row {
    let beat = Duration::from_millis(if members > 1000 { 250 } else { 100 });
    let reference = limits::fan_out(members, beat, span).await;
    let (times, start): (Arc<Mutex<Vec<f64>>>, _) = (Arc::default(), Instant::now());
    let mut readers = Vec::new();
    for n in 0..members {
        let cookie = &company.cookies[n % company.cookies.len()];
        let mut socket = open(&server.base, cookie, None).await.0;
        let times = Arc::clone(&times);
        readers.push(tokio::spawn(async move {
            while let Some(Ok(frame)) = socket.next().await {
                if let Some(sent) = frame.to_text().ok().and_then(sent_at) {
                    times.lock().unwrap().push(millis(start) - sent);
                }
            }
        }));
    }
    let mut wire = Wire::to(&server.base).await;
    let (cpu, began, mut sent) = (server.cpu(), Instant::now(), 0);
    let mut beats = tokio::time::interval(beat);
    while began.elapsed() < span {
        beats.tick().await;
        say(&mut wire, company, &company.everyone, start).await;
        sent += 1;
    }
    let all = sent * members;
    while times.lock().unwrap().len() < all && began.elapsed() < span * 3 {
        tokio::task::yield_now().await;
    }
    let cpu = (server.cpu() - cpu) * 1e6 / all as f64;
    readers.iter().for_each(tokio::task::JoinHandle::abort);
    let mut times = times.lock().unwrap().clone();
    assert_eq!(times.len(), all, "deliveries");
    times.sort_by(f64::total_cmp);
    let (p50, p99) = (percentile(&times, 0.5), percentile(&times, 0.99));
    Row {
        name: format!("B1 send to arrival, {members} online"),
        got: format!("p50 {p50:.1}, p99 {p99:.1} ms; {cpu:.1} us CPU per delivery"),
        limit: format!(
            "reference p50 {:.1}, p99 {:.1} ms",
            reference.0, reference.1
        ),
        ratio: format!("p99 x {:.1}", p99 / reference.1),
        goal: "p99 x 2.5, 16 us at 1000",
    }
}

async fn say(wire: &mut Wire, company: &Company, chat: &str, start: Instant) {
    let text = format!("at={} {}", millis(start), "x".repeat(180));
    let body = json!({"client_id": kernel::Ids::Time.uuid(), "text": text});
    let path = format!("/chats/{chat}/messages");
    call(wire, &company.cookies[0], "POST", &path, &body).await;
}

/// Everybody drops, misses fifty messages and returns at once, while two go on talking.
pub(crate) async fn storm(server: &Server, company: &Company, clients: usize) -> Row {
    const MISSED: usize = 50;
    let accepting = limits::accepting(clients).await;
    let mut cursors = Vec::with_capacity(clients);
    for n in 0..clients {
        let cookie = &company.cookies[n % company.cookies.len()];
        let (socket, welcome) = open(&server.base, cookie, None).await;
        cursors.push(welcome["cursor"].as_str().unwrap().to_owned());
        drop(socket);
    }
    let start = Instant::now();
    let mut wire = Wire::to(&server.base).await;
    for _ in 0..MISSED {
        say(&mut wire, company, &company.everyone, start).await;
    }
    // Two who talk all the while, in a chat of their own.
    let quiet = talk(server, company, Duration::from_secs(1)).await;
    let caught = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let tasks: Vec<_> = cursors
        .into_iter()
        .enumerate()
        .map(|(n, cursor)| {
            let (base, cookie) = (
                server.base.clone(),
                company.cookies[n % company.cookies.len()].clone(),
            );
            let caught = Arc::clone(&caught);
            tokio::spawn(async move {
                let (mut socket, _) = open(&base, &cookie, Some(&cursor)).await;
                let mut got = 0;
                while got < MISSED {
                    let frame = socket.next().await.unwrap().unwrap();
                    got += usize::from(frame.to_text().is_ok_and(|t| t.contains("message.added")));
                }
                caught.fetch_add(1, Ordering::Relaxed);
                (socket, began.elapsed())
            })
        })
        .collect();
    let busy = talk(server, company, Duration::from_secs(2)).await;
    let mut held = Vec::with_capacity(clients);
    let mut last = Duration::ZERO;
    for task in tasks {
        let (socket, at) = task.await.unwrap();
        held.push(socket);
        last = last.max(at);
    }
    assert_eq!(caught.load(Ordering::Relaxed), clients);
    Row {
        name: format!("B5 {clients} return at once, each {MISSED} behind"),
        got: format!(
            "all caught up in {:.2} s; live p99 {busy:.1} ms meanwhile, {quiet:.1} before",
            last.as_secs_f64()
        ),
        limit: format!("accepting {clients}: {:.2} s", accepting.as_secs_f64()),
        ratio: format!(
            "x {:.1}; live x {:.1}",
            last.as_secs_f64() / accepting.as_secs_f64(),
            busy / quiet
        ),
        goal: "3 s; live x 3 (final)",
    }
}

/// Sends every 20 ms to a chat with one listener; the 99th percentile of send to arrival, ms.
async fn talk(server: &Server, company: &Company, span: Duration) -> f64 {
    let (mut socket, _) = open(&server.base, &company.cookies[0], None).await;
    let mut wire = Wire::to(&server.base).await;
    let chat = company.chats.last().unwrap();
    let (start, mut times) = (Instant::now(), Vec::new());
    let mut beats = tokio::time::interval(Duration::from_millis(20));
    while start.elapsed() < span {
        beats.tick().await;
        say(&mut wire, company, chat, start).await;
        loop {
            let frame = socket.next().await.unwrap().unwrap();
            if let Some(sent) = frame.to_text().ok().and_then(sent_at) {
                times.push(millis(start) - sent);
                break;
            }
        }
    }
    times.sort_by(f64::total_cmp);
    percentile(&times, 0.99)
}
