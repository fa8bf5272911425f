//! F1 U-37: the server is killed while a table of clients is checked and written; started again it goes on by itself, at
//! once, every row comes in exactly once, and who looks sees it go on and end.
//!
//! `ROWS` and `SEED` as told; the moment of a kill is a drawn number of rows after the last one.

use crate::{
    people::{Caller, Company, Follower},
    postgres::fresh_postgres,
    process::{Installation, draw, remove, told},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

/// Kills while rows are written.
const KILLS: u64 = 3;
/// What was in hand may not wait until nobody is heard of any more: a job's lease is a minute.
const AT_ONCE: Duration = Duration::from_secs(40);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_u_37_a_killed_import_goes_on_at_once_and_brings_each_row_once_sqlite() {
    goes_on("sqlite", None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_u_37_a_killed_import_goes_on_at_once_and_brings_each_row_once_postgres() {
    if let Some(url) = fresh_postgres("kill_import").await {
        goes_on("postgres", Some(url)).await;
    }
}

/// A table of this many clients, each with a phone of their own.
fn table(rows: u64) -> String {
    let row = |n: u64| format!("Клиент {n};+7912{n:07};client{n}@example.org\r\n");
    let all: String = (0..rows).map(row).collect();
    format!("ФИО;Телефон;E-mail\r\n{all}")
}

/// Looks at an import until it is as wanted.
async fn until(who: &Caller, place: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let looked = async {
        loop {
            let now = who.get(place).await["import"].clone();
            assert_ne!(now["state"], "failed", "{now}");
            if wanted(&now) {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let found = tokio::time::timeout(AT_ONCE * 5, looked).await;
    found.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

#[expect(clippy::print_stderr, reason = "figures of a run, for whoever looks")]
async fn goes_on(engine: &str, database: Option<String>) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (rows, mut series) = (told("ROWS", 3000), told("SEED", 7));
    let folder = format!("beseda-kill-import-{engine}-{}", std::process::id());
    let mut beseda = Installation::new(std::env::temp_dir().join(folder), database);
    beseda.start().await;
    let token = beseda.setup_token().await;
    let company = Company::found(&beseda.root(), &token, 2).await;
    let olga = &company.people[0];
    let place = brought(olga, &table(rows)).await;

    let mut follower = Follower::new(olga.clone(), company.chat.clone());
    follower.follow(|f| f.cursor.is_some()).await;
    let ended = |f: &Follower| f.heard.last().is_some_and(|frame| frame["state"] == "done");
    let follower = tokio::spawn(async move {
        while !ended(&follower) {
            follower.follow(ended).await;
            assert!(!follower.reload, "so little is told frame by frame");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        follower
    });

    // While it is only read.
    let settings = olga.get(&place).await["import"]["settings"].clone();
    olga.post(&format!("{place}/check"), settings).await;
    beseda.kill().await;
    beseda.start().await;
    let at_once = until(olga, &place, "the check to end", |now| {
        now["state"] == "ready"
    });
    let ready = tokio::time::timeout(AT_ONCE, at_once).await;
    let ready = ready.expect("a check that was in hand goes on at once");
    assert_eq!(ready["report"]["counts"]["new"], json!(rows), "{ready}");

    // While it is written.
    olga.post(&format!("{place}/run"), json!({})).await;
    let mut at = 0;
    for kill in 1..=KILLS {
        let enough = at + 1 + i64::try_from(draw(&mut series) % (rows / KILLS / 2)).unwrap();
        let position = |now: &Value| now["position"].as_i64().unwrap();
        let now = until(olga, &place, "rows", |now| position(now) >= enough).await;
        assert_eq!(now["state"], "running", "kill {kill} comes too late: {now}");
        beseda.kill().await;
        beseda.start().await;
        at = position(&olga.get(&place).await["import"]);
        assert!(at >= enough, "what was told as written is written");
        let began = std::time::Instant::now();
        let on = until(olga, &place, "it to go on", |now| position(now) > at);
        let on = tokio::time::timeout(AT_ONCE, on).await;
        at = position(&on.expect("an import that was in hand goes on at once"));
        eprintln!(
            "{engine}: kill {kill} after {enough} rows, goes on after {:.0?}",
            began.elapsed()
        );
    }
    let done = until(olga, &place, "the end", |now| now["state"] == "done").await;
    assert_eq!(
        (&done["made"]["rows"], &done["made"]["new"]),
        (&json!(rows), &json!(rows)),
        "{done}"
    );

    let told = follower.await.unwrap().heard;
    let places: Vec<i64> = told
        .iter()
        .map(|f| f["position"].as_i64().unwrap())
        .collect();
    assert!(places.is_sorted(), "it only goes forward: {places:?}");
    let steps: BTreeSet<i64> = places.into_iter().collect();
    assert!(steps.len() > 5, "who looks sees it go on: {steps:?}");
    assert!(told.iter().any(|f| f["state"] == "running"));
    assert_eq!(told.last().unwrap()["made"]["new"], json!(rows));

    let names = contacts(olga).await;
    assert_eq!(names.len(), usize::try_from(rows).unwrap());
    let once: BTreeSet<&String> = names.iter().collect();
    assert_eq!(once.len(), names.len(), "each once");
    assert_eq!(olga.get("/jobs/dead").await, json!([]));
    beseda.kill().await;
    let said = beseda.doctor().await;
    assert!(said.contains("integrity     good"), "{said}");
    remove(&beseda.data);
}

/// Uploads a table and answers where its import is.
async fn brought(olga: &Caller, table: &str) -> String {
    let upload = olga
        .http
        .post(format!("{}/files", olga.base))
        .header(olga.header.0, &olga.header.1)
        .header("x-file-name", "clients.csv")
        .body(table.to_owned());
    let file: Value = upload.send().await.unwrap().json().await.unwrap();
    let form = json!({"file_id": file["id"]});
    let import = olga.post("/contact-imports", form).await;
    format!("/contact-imports/{}", import["id"].as_str().unwrap())
}

/// The names of all contacts.
async fn contacts(olga: &Caller) -> Vec<String> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let page = olga.get(&format!("/contacts{next}")).await;
        let items = page["items"].as_array().unwrap().iter();
        all.extend(items.map(|c| c["name"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(more) => next = format!("?next={more}"),
            None => return all,
        }
    }
}
