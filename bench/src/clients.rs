//! Rows of clients' chats: what a first message costs until it stands in its queue (C1), and lists over many chats (C2).

use crate::{
    Row,
    company::{Company, SENDERS},
    copies,
    database::Database,
    ends, percentile,
    requests::{Hook, hook},
    server::{Server, call},
    wire::Wire,
};
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Rules that are asked before the one that fits everybody.
const RULES: usize = 20;
/// First messages that are timed.
const ARRIVALS: u64 = 10_000;
/// Chats with the label that is filtered by.
const LABELLED: usize = 1000;
/// Chats of the queue that somebody sees who sees no others.
const FEW: usize = 100;
/// Whose place among the people that is.
const SOMEBODY: usize = 2;
/// How long updates may take until all were worked on: about three times what they took on two quiet cores, on the engine
/// that takes longer.
const MOST: Duration = Duration::from_secs(900);

/// Posts updates from [`SENDERS`] connections; answers how long until all were answered, and until all were worked on.
async fn posted(
    server: &Server,
    hook: &Hook,
    (from, to): (u64, u64),
    update: fn(u64) -> Value,
) -> (Duration, Duration) {
    let (next, began) = (Arc::new(AtomicU64::new(from)), Instant::now());
    let tasks: Vec<_> = (0..SENDERS)
        .map(|_| {
            let (next, base, hook) = (Arc::clone(&next), server.base.clone(), hook.clone());
            tokio::spawn(async move {
                let mut wire = Wire::to(&base).await;
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= to {
                        return;
                    }
                    let body = update(n).to_string();
                    let (status, _) = wire.call("POST", &hook.path, &hook.headers, &body).await;
                    assert_eq!(status, 200);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let answered = began.elapsed();
    worked_on(server, "what was posted").await;
    (answered, began.elapsed())
}

/// Waits until nothing that came in waits to be worked on; ends badly, with what is left, after [`MOST`].
async fn worked_on(server: &Server, what: &str) {
    let mut database = Database::open(&server.data, true).await;
    let began = Instant::now();
    // Asked by an index: what waits stands at the end of the table, which PostgreSQL would read from its beginning.
    let waits = "SELECT COALESCE(MIN(n), 0) FROM raw_events WHERE state = 'new'";
    while database.number(waits).await > 0 {
        if began.elapsed() > MOST {
            let left = "SELECT COUNT(*) FROM raw_events WHERE state = 'new'";
            let left = database.number(left).await;
            panic!("bench: after {MOST:?} {left} events of {what} still wait to be worked on");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What makes nobody a client.
fn nothing(n: u64) -> Value {
    json!({"update_id": n, "poll": {"id": n.to_string()}})
}

/// Somebody new.
fn arrival(n: u64) -> Value {
    json!({"update_id": n, "message": {"message_id": 1, "date": 1_800_000_000, "text": format!("question {n}"),
        "from": {"id": n, "is_bot": false, "first_name": format!("Client {n}")},
        "chat": {"id": n, "type": "private", "first_name": format!("Client {n}")}}})
}

/// C1 and C2 with so many chats; the server comes back as another process on the same folder.
pub(crate) async fn rows(
    binary: &Path,
    server: Server,
    company: &Company,
    chats: u64,
) -> (Server, Vec<Row>) {
    let mut wire = Wire::to(&server.base).await;
    let olga = company.cookies[0].as_str();
    let hook = hook(
        &server,
        company,
        "Clients",
        "220201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0",
    )
    .await;
    let queue = call(&mut wire, olga, "GET", "/queues", &Value::Null).await[0].clone();
    let few = apart(&mut wire, company, &queue).await;
    for n in 0..RULES {
        let form = json!({"name": format!("Rule {n}"), "conditions": {"words": [format!("lamp{n}")]}, "queue_id": queue["id"]});
        call(&mut wire, olga, "POST", "/routing", &form).await;
    }
    worked_on(&server, "the rows before").await;
    let timed = ARRIVALS.min(chats);
    let (_, bare) = posted(&server, &hook, (1, 1 + timed), nothing).await;
    let first = 1 + timed;
    let (answered, routed) = posted(&server, &hook, (first, first + timed), arrival).await;
    let each = |time: Duration| time.as_secs_f64() * 1e6 / timed as f64;
    let mut out = vec![Row {
        name: format!("C1 {timed} first messages, each into a queue of fifty past {RULES} rules"),
        got: format!(
            "{:.0} us each, answered in {:.0} us",
            each(routed),
            each(answered)
        ),
        limit: format!(
            "events that concern nobody, in one lane: {:.0} us each",
            each(bare)
        ),
        ratio: format!("x {:.1}", routed.as_secs_f64() / bare.as_secs_f64()),
        goal: "-",
    }];
    eprintln!("bench: lists of {chats} chats");
    let data = server.kill().await;
    copies::fill(Database::open(&data, false).await, chats).await;
    let server = Server::start(binary, data, None).await;
    let listed = lists(&server, company, &few, chats);
    out.extend(ends("C2", Duration::from_secs(180), listed).await);
    (server, out)
}

/// Takes somebody out of the queue and gives them one of their own; answers its id.
async fn apart(wire: &mut Wire, company: &Company, queue: &Value) -> Value {
    let olga = company.cookies[0].as_str();
    let me = call(wire, &company.cookies[SOMEBODY], "GET", "/me", &Value::Null).await;
    let me = &me["person"]["id"];
    assert!(me.is_string(), "who somebody is");
    let others = queue["member_ids"].as_array().unwrap().iter();
    let others: Vec<&Value> = others.filter(|id| *id != me).collect();
    let form = json!({"name": queue["name"], "member_ids": others, "department_ids": []});
    let path = format!("/queues/{}", queue["id"].as_str().unwrap());
    call(wire, olga, "PATCH", &path, &form).await;
    let form = json!({"name": "Few", "member_ids": [me]});
    call(wire, olga, "POST", "/queues", &form).await["id"].clone()
}

/// Milliseconds of a call, sorted.
async fn times(
    wire: &mut Wire,
    cookie: &str,
    (method, path, body): (&str, &str, &Value),
) -> Vec<f64> {
    let mut times = Vec::new();
    for _ in 0..40 {
        let start = Instant::now();
        call(wire, cookie, method, path, body).await;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    times
}

/// The plainest list there is on the same table.
const PLAIN: &str = "SELECT updated_at, id FROM client_chats WHERE state = 'queue' ORDER BY updated_at DESC, id DESC LIMIT 50";

async fn lists(server: &Server, company: &Company, few: &Value, chats: u64) -> Vec<Row> {
    let mut wire = Wire::to(&server.base).await;
    let wire = &mut wire;
    let olga = company.cookies[0].as_str();
    let label = call(
        wire,
        olga,
        "POST",
        "/labels",
        &json!({"name": "Bench", "color": "red"}),
    )
    .await["id"]
        .clone();
    let waiting = json!({"filter": {"state": "queue"}});
    let ids = call(wire, olga, "POST", "/inbox/ids", &waiting).await["ids"].clone();
    let ids = ids.as_array().unwrap();
    let form = json!({"ids": &ids[..FEW.min(ids.len())], "act": "queue", "queue_id": few});
    call(wire, olga, "POST", "/client-chats/bulk", &form).await;
    let form = json!({"ids": &ids[..LABELLED.min(ids.len())], "act": "label", "add": [label]});
    call(wire, olga, "POST", "/client-chats/bulk", &form).await;
    let views = [
        json!({"state": "queue"}),
        json!({"state": "unanswered", "unassigned": true}),
        json!({"label_ids": [label]}),
    ];
    for (n, filter) in views.iter().enumerate() {
        let form = json!({"name": format!("View {n}"), "shared": true, "filter": filter});
        call(wire, olga, "POST", "/views", &form).await;
    }
    let nothing = Value::Null;
    let labelled = json!({"filter": {"label_ids": [label], "state": "any"}});
    let unanswered = json!({"filter": {"state": "unanswered"}});
    let asked: [(&str, (&str, &str, &Value)); 8] = [
        (
            "first page of the queue",
            ("GET", "/inbox?group=queue", &nothing),
        ),
        ("first page of all", ("GET", "/inbox?group=all", &nothing)),
        ("first page of my own", ("GET", "/inbox?group=my", &nothing)),
        (
            "name looked for",
            ("GET", "/inbox?group=all&q=Client%2077", &nothing),
        ),
        (
            "unanswered, by a filter",
            ("POST", "/inbox/page", &unanswered),
        ),
        ("one label, by a filter", ("POST", "/inbox/page", &labelled)),
        ("counts of the groups", ("GET", "/inbox/counts", &nothing)),
        ("counts of three views", ("GET", "/views/counts", &nothing)),
    ];
    let limit = Database::open(&server.data, true).await.middle(PLAIN).await;
    let mut out = Vec::new();
    for (what, request) in asked {
        let people = [
            ("administrator", 0),
            ("member of the queue", 1),
            ("who sees a hundred", SOMEBODY),
        ];
        for (who, n) in people {
            let cookie = company.cookies[n].as_str();
            let times = times(wire, cookie, request).await;
            let middle = percentile(&times, 0.5);
            out.push(Row {
                name: format!("C2 {what}, {who}, {} k chats", chats / 1000),
                got: format!("p50 {middle:.1}, p99 {:.1} ms", percentile(&times, 0.99)),
                limit: format!("50 rows by an index: {limit:.2} ms"),
                ratio: format!("x {:.0}", middle / limit),
                goal: "p50 50 ms",
            });
        }
    }
    out
}
