//! Limits of this machine, measured in the same run: raw `SQLite`, and a WebSocket server that does nothing else.

use crate::{
    percentile,
    words::{Dice, Words},
};
use axum::{
    Router,
    extract::{State, WebSocketUpgrade, ws::Message},
    routing::get,
};
use futures_util::{SinkExt, StreamExt};
use rusqlite::Connection;
use std::{
    path::Path,
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};
use tokio::sync::broadcast;

fn fresh() -> (std::path::PathBuf, Connection) {
    let path = std::env::temp_dir().join(format!(
        "beseda-bench-{}-{}.sqlite",
        std::process::id(),
        kernel::Ids::Time.uuid()
    ));
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE m (n INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        .unwrap();
    (path, connection)
}

/// One durable commit, the median of fifty.
pub(crate) fn flush_time() -> Duration {
    let (path, connection) = fresh();
    let mut times: Vec<Duration> = (0..50)
        .map(|_| {
            let start = Instant::now();
            connection
                .execute("INSERT INTO m (body) VALUES ('x')", [])
                .unwrap();
            start.elapsed()
        })
        .collect();
    times.sort();
    let _ = std::fs::remove_file(path);
    times[25]
}

/// Rows a second of 200 bytes, so many a commit: what the disk and `SQLite` give when nothing else is asked.
pub(crate) fn sqlite_rows(batch: usize, span: Duration) -> f64 {
    let (path, connection) = fresh();
    let body = "x".repeat(200);
    let (start, mut rows) = (Instant::now(), 0usize);
    while start.elapsed() < span {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        let mut insert = connection
            .prepare_cached("INSERT INTO m (body) VALUES (?1)")
            .unwrap();
        for _ in 0..batch {
            insert.execute([&body]).unwrap();
        }
        drop(insert);
        connection.execute_batch("COMMIT").unwrap();
        rows += batch;
    }
    let rate = rows as f64 / start.elapsed().as_secs_f64();
    let _ = std::fs::remove_file(path);
    rate
}

/// Messages a second when `SQLite` is given all that one message writes and nothing else is asked: its row with three indexes, its
/// words in the search index, its journal entry with time and audience. Into the
/// database of the server that has just been measured, so many a commit.
pub(crate) fn same_rows(database: &Path, words: &Words, batch: usize, span: Duration) -> f64 {
    let connection = Connection::open(database).unwrap();
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000")
        .unwrap();
    let (thread, author): (Vec<u8>, Vec<u8>) = connection
        .query_row(
            "SELECT thread_id, author_id FROM messages WHERE author_id IS NOT NULL ORDER BY n DESC LIMIT 1",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .unwrap();
    let mut dice = Dice(4242);
    let texts: Vec<(String, String)> = (0..2000)
        .map(|_| words.text(&mut dice))
        .map(|text| (text::search::words(&text).join(" "), text))
        .collect();
    let (start, mut rows) = (Instant::now(), 0usize);
    while start.elapsed() < span {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        for _ in 0..batch {
            let (stems, text) = &texts[rows % texts.len()];
            let id = kernel::Ids::Time.uuid();
            let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
                connection
                    .prepare_cached(sql)
                    .unwrap()
                    .execute(values)
                    .unwrap();
            };
            let seq = 10_000_000 + i64::try_from(rows).unwrap();
            run(
                "INSERT INTO messages (id, thread_id, seq, ordinal, author_kind, author_id, author_name, client_id, at, kind, placeholder, hidden,
                   text, tokens, files, mentions) VALUES (?1, ?2, ?3, ?3, 'person', ?4, 'Ivan', ?1, ?3, 'text', '', 0, ?5, ?6, '[]', '[]')",
                &[&id.as_bytes(), &thread, &seq, &author, text, &format!("[{{\"t\":\"text\",\"v\":\"{text}\"}}]")],
            );
            let n = connection.last_insert_rowid();
            run(
                "INSERT INTO message_words (rowid, words) VALUES (?1, ?2)",
                &[&n, stems],
            );
            run(
                "INSERT INTO journal (at, actor_kind, actor_id, kind, subject) VALUES (?1, 'person', ?2, 'message.added', ?3)",
                &[&seq, &author, &id.as_bytes()],
            );
            let place = connection.last_insert_rowid();
            run(
                "INSERT INTO journal_audience (principal, seq) VALUES (?1, ?2)",
                &[&thread, &place],
            );
            rows += 1;
        }
        connection.execute_batch("COMMIT").unwrap();
    }
    rows as f64 / start.elapsed().as_secs_f64()
}

#[derive(Clone)]
struct Reference {
    out: broadcast::Sender<String>,
    writer: mpsc::Sender<(String, tokio::sync::oneshot::Sender<()>)>,
}

/// The reference server: WebSocket, `SQLite` with group commit, told to members after the commit; no sign-in, no rights,
/// no search. Answers p50 and p99 in milliseconds of send → arrival over all deliveries.
pub(crate) async fn fan_out(members: usize, beat: Duration, span: Duration) -> (f64, f64) {
    let (url, server) = reference().await;
    let times: Arc<Mutex<Vec<f64>>> = Arc::default();
    let start = Instant::now();
    let mut readers = Vec::new();
    for _ in 0..members {
        let (mut socket, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
        let times = Arc::clone(&times);
        readers.push(tokio::spawn(async move {
            while let Some(Ok(frame)) = socket.next().await {
                let Ok(sent) = frame
                    .to_text()
                    .unwrap_or_default()
                    .split(' ')
                    .next()
                    .unwrap_or_default()
                    .parse::<f64>()
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
    let (mut sender, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
    let began = Instant::now();
    let mut beat = tokio::time::interval(beat);
    while began.elapsed() < span {
        beat.tick().await;
        let text = format!(
            "{} {}",
            start.elapsed().as_secs_f64() * 1000.0,
            "x".repeat(180)
        );
        sender
            .send(tokio_tungstenite::tungstenite::Message::Text(text.into()))
            .await
            .unwrap();
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    server.abort();
    for reader in readers {
        reader.abort();
    }
    let mut all = times.lock().unwrap().clone();
    all.sort_by(f64::total_cmp);
    (percentile(&all, 0.5), percentile(&all, 0.99))
}

/// Starts the reference server on a port of its own.
async fn reference() -> (String, tokio::task::JoinHandle<()>) {
    let (writer, work) = mpsc::channel::<(String, tokio::sync::oneshot::Sender<()>)>();
    std::thread::spawn(move || {
        let (path, connection) = fresh();
        while let Ok(first) = work.recv() {
            connection.execute_batch("BEGIN IMMEDIATE").unwrap();
            let mut done = Vec::new();
            for (body, told) in std::iter::once(first).chain(work.try_iter()) {
                connection
                    .prepare_cached("INSERT INTO m (body) VALUES (?1)")
                    .unwrap()
                    .execute([&body])
                    .unwrap();
                done.push(told);
            }
            connection.execute_batch("COMMIT").unwrap();
            for told in done {
                let _ = told.send(());
            }
        }
        let _ = std::fs::remove_file(path);
    });
    let state = Reference {
        out: broadcast::channel(4096).0,
        writer,
    };
    let router = Router::new().route("/", get(join)).with_state(state);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, server)
}

/// How long the reference server takes to accept so many sockets at once.
pub(crate) async fn accepting(clients: usize) -> Duration {
    let (url, server) = reference().await;
    let began = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { tokio_tungstenite::connect_async(&url).await.unwrap() })
        })
        .collect();
    let mut held = Vec::with_capacity(clients);
    for task in tasks {
        held.push(task.await.unwrap());
    }
    let took = began.elapsed();
    server.abort();
    took
}

async fn join(
    State(state): State<Reference>,
    upgrade: WebSocketUpgrade,
) -> axum::response::Response {
    upgrade.read_buffer_size(1024).write_buffer_size(0).on_upgrade(async move |socket| {
        let mut heard = state.out.subscribe();
        let (mut sink, mut stream) = socket.split();
        loop {
            tokio::select! {
                told = heard.recv() => match told {
                    Ok(text) => if sink.send(Message::Text(text.into())).await.is_err() { return },
                    Err(_) => return,
                },
                came = stream.next() => match came {
                    Some(Ok(Message::Text(text))) => {
                        let (told, done) = tokio::sync::oneshot::channel();
                        state.writer.send((text.to_string(), told)).unwrap();
                        let _ = done.await;
                        let _ = state.out.send(text.to_string());
                    }
                    Some(Ok(_)) => {}
                    _ => return,
                },
            }
        }
    })
}
