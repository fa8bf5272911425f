//! `make bench`: what the real binary does, beside what the machine could do, in the same run.
//!
//! Rows are named after `reliability.md` 3: B1 fan-out, B2 durable chat, B3 slow disk, B4 webhook intake, B5 reconnect
//! storm, B6 page and search, B7 memory, B12 first answer; C1 first messages of clients, C2 lists of clients' chats. Figures on a shared machine move; the ratios are what counts.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measuring tool for developers"
)]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures for people"
)]

mod clients;
mod company;
mod copies;
mod database;
mod limits;
mod requests;
mod server;
mod slow;
mod sockets;
mod wire;
mod words;

use company::Company;
use server::Server;
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// Clients' chats of the rows about them.
const CLIENTS: u64 = 100_000;

/// One printed row.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) got: String,
    pub(crate) limit: String,
    pub(crate) ratio: String,
    pub(crate) goal: &'static str,
}

pub(crate) fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = ((sorted.len() as f64 - 1.0) * share).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

fn number(place: usize, otherwise: u64) -> u64 {
    std::env::args()
        .nth(place)
        .and_then(|s| s.parse().ok())
        .unwrap_or(otherwise)
}

/// Raw `SQLite` under the slow disk, in a process of its own, because the library is put before the C library at its start.
fn slow_limit(library: &Path, seconds: u64) -> f64 {
    let own = std::env::current_exe().unwrap();
    let told = Command::new(own)
        .args(["rows-at-64", &seconds.to_string()])
        .env("LD_PRELOAD", library)
        .output()
        .unwrap();
    String::from_utf8_lossy(&told.stdout)
        .trim()
        .parse()
        .unwrap()
}

#[tokio::main]
async fn main() {
    let first = std::env::args()
        .nth(1)
        .expect("usage: bench PATH-OF-BESEDA [SECONDS] [MESSAGES] [chat, hooks or clients: only B2, B4 or C1 and C2, to look at them with a profiler [URL of an empty PostgreSQL database]]");
    let (seconds, messages) = (number(2, 5), number(3, 1_000_000));
    let span = Duration::from_secs(seconds);
    if first == "rows-at-64" {
        println!("{}", limits::sqlite_rows(64, span));
        return;
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let binary = PathBuf::from(first);
    let folder = std::env::temp_dir().join(format!("beseda-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let folder = Folder(folder);
    let folder = &folder.0;
    if let Some(only) = std::env::args().nth(4) {
        if let Some(url) = std::env::args().nth(5) {
            database::POSTGRES.set(url).unwrap();
        }
        alone(&binary, folder, &only, span, messages).await;
        return;
    }
    let before = load();
    let flush = limits::flush_time();
    let rows = measure(&binary, folder, seconds, messages).await;
    println!(
        "\nEach row {seconds} s; load {before} before, {} after; a durable commit takes {:.2} ms.\n",
        load(),
        flush.as_secs_f64() * 1000.0,
    );
    println!(
        "| row | Beseda | limit in the same run | ratio | to reach |\n| --- | --- | --- | --- | --- |"
    );
    for row in rows {
        println!(
            "| {} | {} | {} | {} | {} |",
            row.name, row.got, row.limit, row.ratio, row.goal
        );
    }
}

/// The data of the servers under measurement, gone however it ends.
struct Folder(PathBuf);
impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Waits for rows, but not for ever: what did not end in time is told by name.
pub(crate) async fn ends<T>(what: &str, most: Duration, rows: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(most, rows).await;
    ended.unwrap_or_else(|_| panic!("bench: {what} did not end in {most:?}"))
}

/// One row by itself, on an empty server, to be looked at with a profiler: `chat` is B2, `hooks` is B4,
/// `clients` C1 and C2 with as many chats as messages were asked for.
async fn alone(binary: &Path, folder: &Path, only: &str, span: Duration, messages: u64) {
    let server = Server::start(binary, folder.join("data"), None).await;
    let company = Company::found(&server, 16).await;
    eprintln!("bench: process {}", server.process());
    let row = match only {
        "hooks" => requests::intake(&server, &company, span, f64::NAN, f64::NAN).await,
        "clients" => {
            let (server, rows) = clients::rows(binary, server, &company, messages).await;
            for row in rows {
                println!(
                    "| {} | {} | {} | {} | {} |",
                    row.name, row.got, row.limit, row.ratio, row.goal
                );
            }
            server.kill().await;
            return;
        }
        _ => requests::durable_chat(&server, &company, span, f64::NAN, "empty").await,
    };
    let memory = server.memory_kib() / 1024.0;
    println!("{}: {}; memory {memory:.1} MiB", row.name, row.got);
    server.kill().await;
}

async fn measure(binary: &Path, folder: &Path, seconds: u64, messages: u64) -> Vec<Row> {
    let span = Duration::from_secs(seconds);
    // Ten times what rows took on two cores with others at work, and more; filling is told its own.
    let most = Duration::from_secs(120) + span;
    let plain = |name: String, got: String, goal| Row {
        name,
        got,
        limit: "-".into(),
        ratio: "-".into(),
        goal,
    };
    let mut rows = Vec::new();
    let note = |what: &str| eprintln!("bench: {what}");

    note("a slow disk");
    let library = slow::library(folder);
    let limit = slow_limit(&library, seconds);
    let slow = Server::start(binary, folder.join("slow"), Some(&library)).await;
    let company = Company::found(&slow, 16).await;
    rows.push(
        ends(
            "B3",
            most,
            requests::slow_disk(&slow, &company, span, limit),
        )
        .await,
    );
    slow.kill().await;

    note("an empty server");
    let server = Server::start(binary, folder.join("data"), None).await;
    let company = ends("founding", most, Company::found(&server, 1000)).await;
    let memory = |server: &Server| format!("{:.1} MiB", server.memory_kib() / 1024.0);
    rows.push(plain(
        "B7 memory when fifty people have just joined".into(),
        memory(&server),
        "-",
    ));
    // Idle is a server that serves nobody, not one that still holds what hashing fifty passwords needed.
    let server = Server::start(binary, server.kill().await, None).await;
    rows.push(plain(
        "B7 idle memory (PSS), a thousand chats".into(),
        memory(&server),
        "40 MiB",
    ));
    rows.push(ends("B7", most, sockets::connections(&server, &company, 1000)).await);
    for members in [100, 1000, 5000] {
        note(&format!("fan-out to {members}"));
        rows.push(
            ends(
                "B1",
                most,
                sockets::fan_out(&server, &company, members, span),
            )
            .await,
        );
    }
    note("everybody returns");
    rows.push(ends("B5", most, sockets::storm(&server, &company, 5000)).await);
    note("durable chat");
    let limit = limits::sqlite_rows(64, span);
    let row = requests::durable_chat(&server, &company, span, limit, "empty");
    rows.push(ends("B2", most, row).await);

    note(&format!("{messages} messages"));
    let filling = most + Duration::from_millis(messages);
    let rate = ends("filling", filling, company.fill(&server, messages)).await;
    let stored = format!("{} k stored", messages / 1000);
    rows.push(plain(
        format!(
            "filling with {stored}: Zipf words and chats, 20 % replies, 5 % edits, 1 % deletions"
        ),
        format!("{rate:.0} messages/s"),
        "-",
    ));
    let limit = limits::sqlite_rows(64, span);
    let row = requests::durable_chat(&server, &company, span, limit, &stored);
    rows.push(ends("B2", most, row).await);
    note("pages and search");
    let found = requests::pages_and_search(&server, &company, &stored);
    rows.extend(ends("B6", most, found).await);

    note("killed and started again");
    let data = server.kill().await;
    let server = Server::start(binary, data, None).await;
    let first = format!("{:.0} ms", server.first.as_secs_f64() * 1000.0);
    rows.push(plain(
        format!("B12 killed, then start to first answer, {stored}"),
        first,
        "0.5 s",
    ));
    rows.push(plain(
        format!("B7 idle memory (PSS), {stored}"),
        memory(&server),
        "40 MiB",
    ));
    let server = of_clients(binary, server, &company, (span, most, messages), &mut rows).await;
    let database = server.kill().await.join("beseda.sqlite");
    let rate = limits::same_rows(&database, &company.words, 64, span);
    rows.push(plain(
        "SQLite alone, all rows and words of one message, 64 a commit".into(),
        format!("{rate:.0}/s"),
        "-",
    ));
    rows
}

/// B4, C1 and C2; the server comes back as another process on the same folder.
async fn of_clients(
    binary: &Path,
    server: Server,
    company: &Company,
    (span, most, messages): (Duration, Duration, u64),
    rows: &mut Vec<Row>,
) -> Server {
    eprintln!("bench: webhook intake");
    let limit = limits::sqlite_rows(64, span);
    let commits = limits::sqlite_rows(1, span);
    let row = requests::intake(&server, company, span, limit, commits);
    rows.push(ends("B4", most, row).await);
    eprintln!("bench: clients");
    let (server, of_clients) = clients::rows(binary, server, company, CLIENTS.min(messages)).await;
    rows.extend(of_clients);
    server
}
