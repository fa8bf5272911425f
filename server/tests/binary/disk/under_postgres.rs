//! F4 beside `PostgreSQL`: a full folder of files, and a full disk under its tables.

use super::{
    Disk, INSIDE, kept, ready, texts, until, until_full, upload, uploads_until_full,
    visitors_until_full,
};
use crate::{
    people::{Company, Follower},
    postgres::fresh_postgres,
    process::{Installation, remove},
};
use reqwest::StatusCode;
use serde_json::json;
use std::{
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f4_a_full_folder_of_files_stops_only_uploads_postgres() {
    let name = "disk::under_postgres::f4_a_full_folder_of_files_stops_only_uploads_postgres";
    if std::env::var(INSIDE).is_err() && std::env::var("BESEDA_TEST_POSTGRES").is_err() {
        // Asks for it in CI.
        assert!(fresh_postgres("disk").await.is_none());
        return;
    }
    let Some(disk) = Disk::enter(name) else {
        return;
    };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let database = fresh_postgres("disk").await;
    let mut beseda = Installation::new(disk.folder().to_owned(), database);
    beseda.start().await;
    let token = beseda.setup_token().await;
    let root = beseda.root();
    let company = Company::found(&root, &token, 2).await;
    let olga = &company.people[0];
    let talk = format!("/chats/{}/messages", company.chat);
    disk.fill(&beseda);
    let stored = uploads_until_full(olga.clone()).await;
    let body = json!({"client_id": kernel::Ids::Time.uuid(), "text": "still"});
    olga.post(&talk, body).await;
    assert_eq!(ready(&root).await.0, StatusCode::OK);
    disk.free(&beseda);
    assert_eq!(upload(olga, b"again".to_vec()).await.0, StatusCode::OK);
    for (id, bytes) in &stored {
        let answer = olga.get(&format!("/files/{id}")).await;
        assert_eq!(answer.as_str().unwrap().as_bytes(), bytes);
    }
    beseda.kill().await;
    assert!(beseda.doctor().await.contains("integrity     good"));
}

/// A `PostgreSQL` of this test alone whose tables lie in the small file system, but not its log: without that it stops
/// altogether, and starts again by itself when there is room.
struct Server {
    folder: PathBuf,
    url: String,
}

impl Server {
    async fn start(small: &Path) -> Self {
        let folder = std::env::temp_dir().join(format!("beseda-pgdisk-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/postgres-private.sh");
        let said = Command::new(tool).arg(&folder).output().unwrap();
        assert!(said.status.success(), "{said:?}");
        let url = String::from_utf8(said.stdout).unwrap().trim().to_owned();
        let tables = small.join("tables");
        std::fs::create_dir(&tables).unwrap();
        let owner = std::fs::metadata(&folder).unwrap();
        std::os::unix::fs::chown(&tables, Some(owner.uid()), Some(owner.gid())).unwrap();
        let pool = sqlx::PgPool::connect(&url).await.unwrap();
        for text in [
            format!("CREATE TABLESPACE small LOCATION '{}'", tables.display()),
            "CREATE DATABASE beseda TABLESPACE small".to_owned(),
        ] {
            let text = sqlx::AssertSqlSafe(text);
            sqlx::raw_sql(text).execute(&pool).await.unwrap();
        }
        pool.close().await;
        let url = url.replace("/postgres?", "/beseda?");
        Self { folder, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap();
        // INT is its fast shutdown; `tail` ends with it.
        let _ = Command::new("kill").args(["-INT", pid]).status();
        let _ = Command::new("timeout")
            .args(["20", "tail", "--pid", pid, "-f", "/dev/null"])
            .status();
        remove(&self.folder);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stderr, reason = "what was not tried must be seen")]
async fn f4_a_full_disk_under_postgres_refuses_changes_keeps_reading_and_heals_by_itself() {
    let name = "disk::under_postgres::f4_a_full_disk_under_postgres_refuses_changes_keeps_reading_and_heals_by_itself";
    let told = std::env::var("BESEDA_TEST_POSTGRES").is_ok() || std::env::var("CI").is_ok();
    if std::env::var(INSIDE).is_err() && !told {
        return;
    }
    let Some(disk) = Disk::enter(name) else {
        return;
    };
    if matches!(disk, Disk::Limited(_)) {
        eprintln!("a limit on file sizes fells PostgreSQL itself: its full disk is not tried here");
        return;
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = Server::start(disk.folder()).await;
    let mut beseda = Installation::new(disk.folder().to_owned(), Some(server.url.clone()));
    beseda.start().await;
    let token = beseda.setup_token().await;
    let root = beseda.root();
    let company = Company::found(&root, &token, 2).await;
    let (olga, chat) = (&company.people[0], &company.chat);
    let talk = format!("/chats/{chat}/messages");

    disk.fill(&beseda);
    let (mine, theirs, visitors) = tokio::join!(
        until_full(olga.clone(), talk.clone(), "olga"),
        until_full(company.people[1].clone(), talk.clone(), "e1"),
        visitors_until_full(root.clone(), company.key.clone()),
    );
    for path in ["/chats", "/inbox?group=all", "/search?q=olga", "/me"] {
        olga.get(path).await;
    }
    let read = texts(olga, chat).await;
    assert!(mine.iter().chain(&theirs).all(|text| read.contains(text)));
    let mut follower = Follower::new(olga.clone(), chat.clone());
    follower.follow(|f| f.cursor.is_some()).await;

    disk.free(&beseda);
    until("the server is ready again by itself", async || {
        (ready(&root).await.0 == StatusCode::OK).then_some(())
    })
    .await;
    kept(
        &company,
        &talk,
        [("olga", &mine), ("e1", &theirs)],
        &visitors,
    )
    .await;
    assert_eq!(olga.get("/jobs/dead").await, json!([]));
    beseda.kill().await;
    assert!(beseda.doctor().await.contains("integrity     good"));
}
