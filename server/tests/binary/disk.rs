//! F4: the disk fills up under load. Changes are refused with the cause, reading goes on, and when there is room again the
//! server recovers by itself: nothing acknowledged is lost, nothing refused is stored by half.
//!
//! The data folder is a small file system of its own, mounted in a private namespace; where the machine forbids that, the
//! server's own limit on file sizes stands in for it.

mod under_postgres;

use crate::{
    people::{Caller, Company, Follower},
    process::{Installation, remove},
};
use db::Tx;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};
use testkit::{
    telegram_double::TelegramDouble,
    torn_line::{Pace, TornLine},
};

/// The whole file system, in megabytes: the database with its log, and little else.
const SIZE: u32 = 24;
/// Writes of one kind that may still fit after the disk was filled: the log is used over again until it must grow.
const TRIES: usize = 4000;
/// Tells a test that it runs in the small file system already.
const INSIDE: &str = "BESEDA_TEST_DISK";

/// A disk that can be filled and freed again.
enum Disk {
    /// A file system of its own.
    Mounted(PathBuf),
    /// The machine forbids mounting: the server may make no file longer.
    Limited(PathBuf),
}

impl Disk {
    /// Goes on with the test `name` in a process of its own that sees a small file system; `None` when that process has
    /// done the work.
    #[expect(clippy::print_stderr, reason = "which way was taken must be seen")]
    fn enter(name: &str) -> Option<Self> {
        if let Ok(folder) = std::env::var(INSIDE) {
            return Some(Self::Mounted(folder.into()));
        }
        let word = name.rsplit("::").next().unwrap();
        let folder = std::env::temp_dir().join(format!("beseda-{word}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mount =
            format!("mount -t tmpfs -o size={SIZE}m,mode=711 none \"$0\" || exit 77; exec \"$@\"");
        let mut command = Command::new("unshare");
        let root = std::fs::metadata("/proc/self").is_ok_and(|m| is_root(&m));
        if !root {
            command.arg("--map-root-user");
        }
        let ended = command
            .args(["--mount", "sh", "-c", &mount])
            .arg(&folder)
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(INSIDE, &folder)
            .status();
        match ended.map(|status| status.code()) {
            Ok(Some(0)) => {
                remove(&folder);
                None
            }
            // The test's own failure; it has said why.
            Ok(Some(101)) => panic!("failed in the small file system"),
            other => {
                eprintln!("no file system of its own ({other:?}): a limit on file sizes instead");
                Some(Self::Limited(folder))
            }
        }
    }
    fn folder(&self) -> &Path {
        match self {
            Self::Mounted(folder) | Self::Limited(folder) => folder,
        }
    }
    /// Leaves no room.
    fn fill(&self, beseda: &Installation) {
        match self {
            Self::Mounted(folder) => {
                let mut filler = std::fs::File::create(folder.join("filler")).unwrap();
                for size in [1 << 16, 1 << 12, 1] {
                    let some = vec![0_u8; size];
                    while filler.write_all(&some).is_ok() {}
                }
            }
            Self::Limited(_) => limit(beseda, "0"),
        }
    }
    fn free(&self, beseda: &Installation) {
        match self {
            Self::Mounted(folder) => std::fs::remove_file(folder.join("filler")).unwrap(),
            Self::Limited(_) => limit(beseda, "unlimited"),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Self::Limited(folder) = self {
            remove(folder);
        }
    }
}

fn is_root(of_process: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    of_process.uid() == 0
}

fn limit(beseda: &Installation, to: &str) {
    let done = Command::new("prlimit")
        .arg(format!("--pid={}", beseda.pid()))
        .arg(format!("--fsize={to}:unlimited"))
        .status();
    assert!(done.unwrap().success(), "prlimit is part of util-linux");
}

/// A refusal for want of room, as everybody is told it.
fn is_full(status: StatusCode, answer: &Value, wanted: &[&str]) -> bool {
    let full = status == StatusCode::INSUFFICIENT_STORAGE;
    if full {
        let code = answer["code"].as_str().unwrap();
        assert!(wanted.contains(&code), "{answer}");
        assert!(
            answer["title"].as_str().unwrap().contains("disk"),
            "{answer}"
        );
    }
    full
}

/// Writes until refused for want of room; answers the texts that were acknowledged.
async fn until_full(caller: Caller, path: String, word: &'static str) -> Vec<String> {
    let mut stored = Vec::new();
    for n in 0..TRIES {
        let text = format!("{word} {n} {}", "x".repeat(600));
        let body = json!({"client_id": kernel::Ids::Time.uuid(), "text": text});
        let (status, answer) = caller.raw(Method::POST, &path, Some(&body)).await.unwrap();
        if is_full(status, &answer, &["db.disk_full"]) {
            return stored;
        }
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        stored.push(text);
    }
    panic!("{word}: {TRIES} writes went through on a full disk");
}

/// Visitors write, each once: their pace is limited.
async fn visitors_until_full(base: String, key: String) -> Vec<(Caller, String)> {
    let mut stored = Vec::new();
    for n in 0..TRIES {
        let visitor = Caller::visitor(&base, n);
        let text = format!("visitor {n}");
        let body = json!({"client_id": kernel::Ids::Time.uuid(), "text": text});
        let path = format!("/widget/{key}/messages");
        let (status, answer) = visitor.raw(Method::POST, &path, Some(&body)).await.unwrap();
        if is_full(status, &answer, &["db.disk_full"]) {
            return stored;
        }
        assert_eq!(status, StatusCode::OK, "{answer}");
        stored.push((visitor, text));
    }
    panic!("visitors: {TRIES} writes went through on a full disk");
}

/// Uploads until refused; answers the files that were acknowledged, with their bytes.
async fn uploads_until_full(caller: Caller) -> Vec<(String, Vec<u8>)> {
    let mut stored = Vec::new();
    for n in 0..TRIES {
        let bytes = format!("file {n} ").into_bytes().repeat(4000);
        let (status, answer) = upload(&caller, bytes.clone()).await;
        if is_full(status, &answer, &["files.disk_full", "db.disk_full"]) {
            return stored;
        }
        assert_eq!(status, StatusCode::OK, "{answer}");
        stored.push((answer["id"].as_str().unwrap().to_owned(), bytes));
    }
    panic!("uploads: {TRIES} went through on a full disk");
}

async fn upload(caller: &Caller, bytes: Vec<u8>) -> (StatusCode, Value) {
    let answer = caller
        .http
        .post(format!("{}/files", caller.base))
        .header(caller.header.0, &caller.header.1)
        .header("x-file-name", "a.bin")
        .body(bytes)
        .send()
        .await
        .unwrap();
    (answer.status(), answer.json().await.unwrap())
}

/// A bot's webhook as the messenger sees it.
struct Hook {
    url: String,
    secret: String,
}

impl Hook {
    /// Delivers what a client wrote.
    async fn deliver(&self, number: i64) -> (StatusCode, Value) {
        let update = json!({"update_id": number, "message": {"message_id": number, "date": 1_800_000_000, "text": hooked(number),
            "from": {"id": 9, "is_bot": false, "first_name": "Petra"}, "chat": {"id": 9, "type": "private", "first_name": "Petra"}}});
        let answer = crate::people::http()
            .post(&self.url)
            .header("x-telegram-bot-api-secret-token", &self.secret)
            .json(&update)
            .send()
            .await
            .unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }
    /// Delivers until refused; answers the first number that was.
    async fn until_full(&self) -> i64 {
        for number in 1..i64::try_from(TRIES).unwrap() {
            let (status, answer) = self.deliver(number).await;
            if is_full(status, &answer, &["db.disk_full"]) {
                return number;
            }
            assert_eq!(status, StatusCode::OK, "{answer}");
        }
        panic!("webhooks: {TRIES} went through on a full disk");
    }
}

fn hooked(number: i64) -> String {
    format!("hooked {number} {}", "y".repeat(600))
}

/// Tells how a call ends once it ends as wanted.
async fn until<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    for _ in 0..1000 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("waited in vain: {what}");
}

async fn ready(base: &str) -> (StatusCode, String) {
    let answer = crate::people::http()
        .get(format!("{base}/readyz"))
        .send()
        .await
        .unwrap();
    (answer.status(), answer.text().await.unwrap())
}

async fn texts(person: &Caller, thread: &str) -> Vec<String> {
    let messages = person.thread(thread).await;
    let text = |m: &Value| m["text"].as_str().unwrap().to_owned();
    messages
        .iter()
        .map(text)
        .filter(|t| !t.is_empty())
        .collect()
}

/// All that was acknowledged is there, once; what was refused is not; and writing goes on.
async fn kept(
    company: &Company,
    talk: &str,
    told: [(&str, &Vec<String>); 2],
    visitors: &[(Caller, String)],
) {
    let olga = &company.people[0];
    let body = json!({"client_id": kernel::Ids::Time.uuid(), "text": "after"});
    olga.post(talk, body).await;
    let kept = texts(olga, &company.chat).await;
    for (word, told) in told {
        let of = |t: &&String| t.starts_with(&format!("{word} "));
        assert!(kept.iter().filter(of).eq(told.iter()), "{word}");
    }
    assert_eq!(kept.last().map(String::as_str), Some("after"));
    for (visitor, text) in visitors {
        let path = format!("/widget/{}/messages", company.key);
        assert_eq!(visitor.get(&path).await["messages"][0]["text"], json!(text));
    }
}

async fn state_of(person: &Caller, thread: &str, text: &str) -> Option<String> {
    let messages = person.thread(thread).await;
    let found = messages.iter().find(|m| m["text"] == text)?;
    Some(found["delivery"]["state"].as_str()?.to_owned())
}

async fn bot(olga: &Caller, name: &str, double: &TelegramDouble, base: &str, how: &str) {
    let settings = json!({"token": double.token(), "base_url": base, "receive": how});
    let form = json!({"kind": "telegram", "name": name, "settings": settings});
    olga.post("/channels", form).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f4_a_full_disk_refuses_changes_keeps_reading_and_heals_by_itself() {
    let name = "disk::f4_a_full_disk_refuses_changes_keeps_reading_and_heals_by_itself";
    let Some(disk) = Disk::enter(name) else {
        return;
    };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut beseda = Installation::new(disk.folder().to_owned(), None);
    beseda.start().await;
    let token = beseda.setup_token().await;
    let root = beseda.root();
    let company = Company::found(&root, &token, 2).await;
    let (olga, chat) = (&company.people[0], &company.chat);
    let talk = format!("/chats/{chat}/messages");

    // One bot is polled over a line that can stand still, the other is told by webhooks.
    let double = TelegramDouble::start().await.unwrap();
    let address = double.base_url().replace("http://", "").parse().unwrap();
    let line = TornLine::start(address).await.unwrap();
    let by_line = format!("http://{}", line.address());
    bot(olga, "Polled", &double, &by_line, "poll").await;
    double.say(77, "from Telegram").await;
    let client = until("the client's chat", async || {
        Some(
            olga.inbox("queue").await.first()?["id"]
                .as_str()?
                .to_owned(),
        )
    })
    .await;
    let hooks = TelegramDouble::start().await.unwrap();
    bot(olga, "Hooked", &hooks, &hooks.base_url(), "webhook").await;
    let database = open(&beseda.data).await;
    let hook = hook_of(&database, &root).await;
    let (status, file) = upload(olga, b"before".to_vec()).await;
    assert_eq!(status, StatusCode::OK, "{file}");

    // An answer is on its way to Telegram when the disk fills up.
    let answer = format!("/client-chats/{client}/messages");
    line.set_pace(Pace::Frozen);
    let body = json!({"client_id": kernel::Ids::Time.uuid(), "text": "on its way"});
    olga.post(&answer, body).await;
    until("the answer is on its way", async || {
        (state_of(olga, &client, "on its way").await? == "queued" && on_its_way(&database).await)
            .then_some(())
    })
    .await;
    // Nobody has been active for a while: their next call would note that they are.
    forget_use(&database).await;

    disk.fill(&beseda);
    let (mine, theirs, uploads, visitors, refused) = tokio::join!(
        until_full(olga.clone(), talk.clone(), "olga"),
        until_full(company.people[1].clone(), talk.clone(), "e1"),
        uploads_until_full(olga.clone()),
        visitors_until_full(root.clone(), company.key.clone()),
        hook.until_full(),
    );
    let (status, why) = ready(&root).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(why.contains("disk is full"), "{why}");

    // Reading goes on, for who was here and for who comes now.
    for path in [
        "/chats",
        "/inbox?group=all",
        "/search?q=olga",
        "/me",
        "/notices",
    ] {
        olga.get(path).await;
    }
    for text in mine.iter().chain(&theirs) {
        assert!(texts(olga, chat).await.contains(text), "{text}");
    }
    let path = format!("/files/{}", file["id"].as_str().unwrap());
    assert_eq!(olga.get(&path).await, json!("before"));
    let mut follower = Follower::new(olga.clone(), chat.clone());
    follower.follow(|f| f.cursor.is_some()).await;
    assert!(follower.cursor.is_some(), "a socket opens on a full disk");

    // The answer arrives there; that it did cannot be written here yet.
    line.set_pace(Pace::Free);
    until("Telegram has it", async || {
        (double.sent().len() == 1).then_some(())
    })
    .await;

    disk.free(&beseda);
    until("the server is ready again by itself", async || {
        (ready(&root).await.0 == StatusCode::OK).then_some(())
    })
    .await;
    until("the answer is known to have gone", async || {
        (state_of(olga, &client, "on its way").await? == "sent").then_some(())
    })
    .await;
    let body = json!({"client_id": kernel::Ids::Time.uuid(), "text": "the next"});
    olga.post(&answer, body).await;
    until("the next answer", async || {
        (state_of(olga, &client, "the next").await? == "sent").then_some(())
    })
    .await;
    assert_eq!(double.sent().len(), 2, "nothing went twice");

    kept(
        &company,
        &talk,
        [("olga", &mine), ("e1", &theirs)],
        &visitors,
    )
    .await;
    for (id, bytes) in &uploads {
        let answer = olga.get(&format!("/files/{id}")).await;
        assert_eq!(answer.as_str().unwrap().as_bytes(), bytes);
    }
    // Telegram delivers again what was refused, and one it was not sure about.
    for number in [refused - 1, refused, refused + 1] {
        assert!(number < 1 || hook.deliver(number).await.0 == StatusCode::OK);
    }
    let petra = until("Petra's messages", async || {
        let chats = olga.inbox("queue").await;
        let chat = chats.iter().find(|c| c["contact"]["name"] == "Petra")?;
        let all = texts(olga, chat["id"].as_str()?).await;
        all.contains(&hooked(refused + 1)).then_some(all)
    })
    .await;
    let all: Vec<String> = (1..=refused + 1).map(hooked).collect();
    assert_eq!(petra, all);
    assert_eq!(olga.get("/jobs/dead").await, json!([]));
    database.close().await;
    beseda.kill().await;
    assert!(beseda.doctor().await.contains("integrity     good"));
}

/// The same database from outside, to look and to prepare.
async fn open(data: &Path) -> db::Db {
    let place = db::Place::Sqlite {
        path: data.join("beseda.sqlite"),
        durable: true,
    };
    db::Db::open(&place, Arc::new(|_| {})).await.unwrap()
}

/// The address and the secret of the bot that is told by webhooks: the messenger alone knows them.
async fn hook_of(database: &db::Db, root: &str) -> Hook {
    let (id, key, secret): (kernel::Uuid, String, String) = database
        .read(async |tx: &mut Tx<'_>| {
            tx.must(
                db::sql!(
                    "SELECT id, public_key, secret FROM channel_accounts WHERE name = 'Hooked'"
                ),
                &db::bind![],
            )
            .await
        })
        .await
        .unwrap();
    Hook {
        url: format!("{root}/hooks/telegram/{id}/{key}"),
        secret,
    }
}

async fn on_its_way(database: &db::Db) -> bool {
    let (sending,): (i64,) = database
        .read(async |tx: &mut Tx<'_>| {
            tx.must(
                db::sql!("SELECT COUNT(*) FROM outbox_parts WHERE state = 'sending'"),
                &db::bind![],
            )
            .await
        })
        .await
        .unwrap();
    sending == 1
}

async fn forget_use(database: &db::Db) {
    database
        .write(async |tx: &mut Tx<'_>| {
            tx.run(
                db::sql!("UPDATE sessions SET last_used_at = 0"),
                &db::bind![],
            )
            .await
        })
        .await
        .unwrap();
}
