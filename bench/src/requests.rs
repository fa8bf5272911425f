//! Rows by requests: durable chat (B2, B3), webhook intake (B4), pages and search (B6).

use crate::{
    Row,
    company::{Company, SENDERS},
    database::Database,
    percentile,
    server::{Server, call},
    wire::Wire,
    words::Dice,
};
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Messages a second from [`SENDERS`] connections, one in flight each, sixteen chats; and the 99th percentile, ms.
async fn durable(server: &Server, company: &Company, span: Duration) -> (f64, f64) {
    let began = Instant::now();
    let tasks: Vec<_> = (0..SENDERS)
        .map(|n| {
            let (base, words) = (server.base.clone(), Arc::clone(&company.words));
            let cookie = company.cookies[0].clone();
            let path = format!("/chats/{}/messages", company.chats[company.chats.len() - 1 - n % 16]);
            tokio::spawn(async move {
                let (mut wire, mut dice) = (Wire::to(&base).await, Dice(n as u64 + 1000));
                let mut times = Vec::new();
                while began.elapsed() < span {
                    let body = json!({"client_id": kernel::Ids::Time.uuid(), "text": words.text(&mut dice)});
                    let start = Instant::now();
                    call(&mut wire, &cookie, "POST", &path, &body).await;
                    times.push(start.elapsed().as_secs_f64() * 1000.0);
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    let rate = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    (rate, percentile(&times, 0.99))
}

/// B2: permissions, search index, counters and journal in the same commit.
pub(crate) async fn durable_chat(
    server: &Server,
    company: &Company,
    span: Duration,
    limit: f64,
    stored: &str,
) -> Row {
    let cpu = server.cpu();
    let (rate, p99) = durable(server, company, span).await;
    let cpu = (server.cpu() - cpu) * 1e6 / (rate * span.as_secs_f64());
    Row {
        name: format!("B2 durable messages by REST, {SENDERS} senders, {stored}"),
        got: format!("{rate:.0}/s, p99 {p99:.1} ms; {cpu:.0} us CPU each"),
        limit: format!("SQLite, 64 a commit: {limit:.0}/s"),
        ratio: format!("{:.3}", rate / limit),
        goal: "0.10",
    }
}

/// B3: the same on a disk whose every flush takes five milliseconds longer.
pub(crate) async fn slow_disk(
    server: &Server,
    company: &Company,
    span: Duration,
    limit: f64,
) -> Row {
    let (rate, p99) = durable(server, company, span).await;
    Row {
        name: format!("B3 the same, each flush 5 ms longer, {SENDERS} senders"),
        got: format!("{rate:.0}/s, p99 {p99:.1} ms"),
        limit: format!("SQLite, 64 a commit: {limit:.0}/s"),
        ratio: format!("{:.3}", rate / limit),
        goal: "3 000/s",
    }
}

/// Where a bot's updates are posted, and what proves them.
#[derive(Clone)]
pub(crate) struct Hook {
    pub(crate) path: String,
    pub(crate) headers: String,
}

/// Connects a bot whose messenger nobody is.
pub(crate) async fn hook(server: &Server, company: &Company, name: &str, token: &str) -> Hook {
    let settings = json!({"token": token, "base_url": "http://127.0.0.1:9", "receive": "webhook"});
    let mut wire = Wire::to(&server.base).await;
    let form = json!({"kind": "telegram", "name": name, "settings": settings});
    let account = call(&mut wire, &company.cookies[0], "POST", "/channels", &form).await;
    let mut database = Database::open(&server.data, true).await;
    let (secret, key) = database.hook_of(name).await;
    Hook {
        path: format!("/hooks/telegram/{}/{key}", account["id"].as_str().unwrap()),
        headers: format!(
            "x-telegram-bot-api-secret-token: {secret}\r\ncontent-type: application/json\r\n"
        ),
    }
}

/// B4: signed webhooks of distinct updates, one in ten sent twice: verified, stored, answered. `limit`: rows a second, so
/// many a commit; `commits`: commits a second, one row each.
pub(crate) async fn intake(
    server: &Server,
    company: &Company,
    span: Duration,
    limit: f64,
    commits: f64,
) -> Row {
    let token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";
    let hook = hook(server, company, "Bot", token).await;
    let (next, began) = (Arc::new(AtomicU64::new(1)), Instant::now());
    let tasks: Vec<_> = (0..SENDERS)
        .map(|_| {
            let (next, base, hook) = (Arc::clone(&next), server.base.clone(), hook.clone());
            tokio::spawn(async move {
                let (mut wire, mut times) = (Wire::to(&base).await, Vec::new());
                while began.elapsed() < span {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let chat = n % 500 + 1;
                    let body = json!({"update_id": n, "message": {"message_id": n, "date": 1_800_000_000, "text": format!("question {n}"),
                        "from": {"id": chat, "is_bot": false, "first_name": "Ivan"}, "chat": {"id": chat, "type": "private", "first_name": "Ivan"}}})
                    .to_string();
                    for _ in 0..=u64::from(n.is_multiple_of(10)) {
                        let start = Instant::now();
                        let (status, _) = wire.call("POST", &hook.path, &hook.headers, &body).await;
                        assert_eq!(status, 200);
                        times.push(start.elapsed().as_secs_f64() * 1000.0);
                    }
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    let rate = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    Row {
        name: format!(
            "B4 webhooks stored and answered, {SENDERS} connections, lanes at work beside"
        ),
        got: format!("{rate:.0}/s, p99 {:.1} ms", percentile(&times, 0.99)),
        limit: format!("SQLite, 64 a commit: {limit:.0}/s; one a commit: {commits:.0}/s"),
        ratio: format!("{:.3}; {:.2}", rate / limit, rate / commits),
        goal: "5 000/s",
    }
}

/// B6: a page of fifty and a search, by REST, with rights.
pub(crate) async fn pages_and_search(server: &Server, company: &Company, stored: &str) -> Vec<Row> {
    let mut wire = Wire::to(&server.base).await;
    let mut dice = Dice(99);
    let chats = Arc::clone(&company.chats);
    let mut rows = Vec::new();
    let page = timed(&mut wire, company, || {
        format!(
            "/threads/{}/messages?limit=50",
            chats[dice.below(chats.len().min(100))]
        )
    })
    .await;
    rows.push(row(
        "page of 50, any of the 100 busiest chats",
        stored,
        &page,
        "p99 3 ms at 1 M",
    ));
    for (what, ranks) in [
        ("common", 0..20),
        ("medium", 400..600),
        ("rare", 15_000..19_000),
    ] {
        let mut dice = Dice(77);
        let times = timed(&mut wire, company, || {
            let rank = ranks.start + dice.below(ranks.len());
            format!("/search?q={}", escaped(company.words.of_rank(rank)))
        })
        .await;
        rows.push(row(
            &format!("search of a {what} word"),
            stored,
            &times,
            "p99 15 ms at 1 M",
        ));
    }
    rows
}

async fn timed(wire: &mut Wire, company: &Company, mut path: impl FnMut() -> String) -> Vec<f64> {
    let mut times = Vec::new();
    for _ in 0..300 {
        let path = format!("/api/v1{}", path());
        let start = Instant::now();
        let (status, _) = wire.call("GET", &path, &company.cookies[0], "").await;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        assert_eq!(status, 200);
    }
    times.sort_by(f64::total_cmp);
    times
}

fn row(what: &str, stored: &str, times: &[f64], goal: &'static str) -> Row {
    Row {
        name: format!("B6 {what}, {stored}"),
        got: format!(
            "p50 {:.2}, p99 {:.2} ms",
            percentile(times, 0.5),
            percentile(times, 0.99)
        ),
        limit: "-".into(),
        ratio: "-".into(),
        goal,
    }
}

fn escaped(word: &str) -> String {
    word.bytes().map(|b| format!("%{b:02X}")).collect()
}
