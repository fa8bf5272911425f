//! F1 over all channels (P-13, P-14, M-01): killed under load while every messenger tears its lines, so that answers are
//! lost after the provider did what it was asked.
//!
//! Each client's words stand once and in order. Each answer reached the provider once where it is shown as sent, never where
//! it is shown as failed, once at most where it is shown as unknown; and every unknown one stands with its reason in the
//! list of what was not delivered. `KILLS` and `SEED` as in `kill.rs`; `TORN=0` leaves the lines whole.

use crate::{
    kill::{World, once_in_order},
    lines::{HOUSE, Line, Place},
    people::{Caller, Company},
    postgres::fresh_postgres,
    process::{Installation, draw, remove, told},
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// As many messages as are asked for at once.
const PAGE: usize = 200;
/// Acknowledged messages between "it is back" and the next kill, at most.
const ROUND: u64 = 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_every_channel_agrees_with_its_provider_after_kills_sqlite() {
    agrees("sqlite", None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_every_channel_agrees_with_its_provider_after_kills_postgres() {
    if let Some(url) = fresh_postgres("kill_channels").await {
        agrees("postgres", Some(url)).await;
    }
}

#[expect(clippy::print_stderr, reason = "figures of a run, for whoever looks")]
async fn agrees(engine: &str, database: Option<String>) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (kills, seed, torn) = (told("KILLS", 24), told("SEED", 7), told("TORN", 1) != 0);
    let folder = format!("beseda-kill-channels-{engine}-{}", std::process::id());
    let mut beseda = Installation::new(std::env::temp_dir().join(folder), database);
    beseda.told = vec![
        ("BESEDA_BASE_URL", HOUSE.to_owned()),
        ("BESEDA_REACHABLE", "[\"127.0.0.1\"]".to_owned()),
    ];
    beseda.spared = true;
    beseda.start().await;
    beseda.spared = false;
    let token = beseda.setup_token().await;
    let company = Company::found(&beseda.root(), &token, 2).await;
    let olga = &company.people[0];
    let place = Place {
        olga,
        root: beseda.root(),
    };
    let lines = place.lines().await;
    let chats = meet(olga, &lines).await;
    let mut series = seed;
    if torn {
        for line in &lines {
            line.tear(&mut series);
        }
    }
    let world = World::new();
    let mut load = JoinSet::new();
    for (line, chat) in lines.iter().zip(&chats) {
        load.spawn(client_writes(
            Arc::clone(&world),
            olga.clone(),
            Arc::clone(line),
            chat.clone(),
        ));
        load.spawn(answers(
            Arc::clone(&world),
            olga.clone(),
            line.kind,
            chat.clone(),
        ));
    }
    let began = Instant::now();
    for _ in 0..kills {
        let enough = *world.acknowledged.borrow() + 1 + draw(&mut series) % ROUND;
        let mut acknowledged = world.acknowledged.subscribe();
        tokio::select! {
            reached = acknowledged.wait_for(|n| *n >= enough) => drop(reached.unwrap()),
            // A load that ends by itself has panicked.
            ended = load.join_next() => ended.unwrap().unwrap(),
        }
        beseda.kill().await;
        beseda.start().await;
        world.starts.send_modify(|n| *n += 1);
    }
    let killing = began.elapsed();
    world.stop.store(true, Ordering::SeqCst);
    for line in &lines {
        line.mend();
    }
    while let Some(ended) = load.join_next().await {
        ended.unwrap();
    }
    let settled = began.elapsed().saturating_sub(killing);
    let mut states = BTreeMap::new();
    for (line, chat) in lines.iter().zip(&chats) {
        agrees_on(olga, &world, line, chat, &mut states).await;
    }
    eprintln!("{engine}: {kills} kills in {killing:.0?}, settled after {settled:.0?}; {states:?}");
    assert_eq!(olga.get("/jobs/dead").await, json!([]));
    assert_eq!(olga.get("/delivery").await["parked"], json!([]));
    beseda.kill().await;
    let said = beseda.doctor().await;
    assert!(said.contains("integrity     good"), "{said}");
    remove(&beseda.data);
}

/// Each client has written once, so that each has a chat; answers the chats in the order of the lines.
async fn meet(olga: &Caller, lines: &[Arc<Line>]) -> Vec<String> {
    for line in lines {
        line.say(format!("in-{} first", line.kind)).await;
    }
    let mut chats = Vec::new();
    for line in lines {
        chats.push(chat_of(olga, line.kind).await);
    }
    chats
}

async fn chat_of(olga: &Caller, kind: &str) -> String {
    for _ in 0..1500 {
        for chat in olga.inbox("queue").await {
            if chat["channel"]["name"] == kind {
                return chat["id"].as_str().unwrap().to_owned();
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the first message of {kind} did not come");
}

/// What a text is known by; channels put a subject above it, or markup around it.
fn known(text: &str, who: &str) -> Option<String> {
    let at = text.find(&format!("{who} "))?;
    let rest = &text[at + who.len() + 1..];
    let turn: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some(format!("{who} {turn}"))
}

/// The messages of a chat after a place in it.
async fn after(world: &World, olga: &Caller, chat: &str, seq: i64) -> Vec<Value> {
    let path = format!("/threads/{chat}/messages?after={seq}&limit={PAGE}");
    let page = world.ask(olga, &path).await;
    page["messages"].as_array().unwrap().clone()
}

/// Looks through what came after a place until a message is there; answers it and moves the place.
async fn seen(
    world: &World,
    olga: &Caller,
    chat: &str,
    place: &mut i64,
    (who, text): (&str, &str),
    fits: impl Fn(&Value) -> bool,
) -> Value {
    // What others say may fill a page before it comes.
    let mut from = *place;
    loop {
        let messages = after(world, olga, chat, from).await;
        let is = |m: &&Value| {
            known(m["text"].as_str().unwrap_or_default(), who).as_deref() == Some(text)
        };
        if let Some(found) = messages.iter().find(is)
            && fits(found)
        {
            *place = found["seq"].as_i64().unwrap();
            return found.clone();
        }
        from = match messages.last() {
            Some(last) if messages.len() == PAGE => last["seq"].as_i64().unwrap(),
            _ => *place,
        };
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A client writes; the next words go when the last are in the chat.
async fn client_writes(world: Arc<World>, olga: Caller, line: Arc<Line>, chat: String) {
    let who = format!("in-{}", line.kind);
    let (mut turn, mut place) = (0, 0);
    while !world.ended() {
        let text = format!("{who} {turn}");
        line.say(text.clone()).await;
        seen(&world, &olga, &chat, &mut place, (&who, &text), |_| true).await;
        world.note(&who, text);
        turn += 1;
    }
}

/// An employee answers; the next answer goes when it is known what became of the last.
async fn answers(world: Arc<World>, olga: Caller, kind: &'static str, chat: String) {
    let (who, path) = (
        format!("out-{kind}"),
        format!("/client-chats/{chat}/messages"),
    );
    let (mut turn, mut place) = (0, 0);
    while !world.ended() {
        let text = format!("{who} {turn}");
        world.write(&olga, &path, &who, text.clone()).await;
        let ended = |m: &Value| {
            !["queued", "sending"].contains(&m["delivery"]["state"].as_str().unwrap_or("queued"))
        };
        seen(&world, &olga, &chat, &mut place, (&who, &text), ended).await;
        turn += 1;
    }
}

/// One channel at the end: history, provider and what operators were told, message by message.
async fn agrees_on(
    olga: &Caller,
    world: &World,
    line: &Line,
    chat: &str,
    states: &mut BTreeMap<&'static str, BTreeMap<String, usize>>,
) {
    let thread = olga.thread(chat).await;
    let (inward, outward) = (format!("in-{}", line.kind), format!("out-{}", line.kind));
    let of = |who: &str| -> Vec<String> {
        let texts = thread.iter().filter_map(|m| m["text"].as_str());
        texts.filter_map(|text| known(text, who)).collect()
    };
    let came: Vec<String> = of(&inward)
        .into_iter()
        .filter(|t| *t != format!("{inward} "))
        .collect();
    once_in_order(&inward, &world.of(&inward), &came);
    let went: Vec<String> = line
        .went()
        .iter()
        .filter_map(|text| known(text, &outward))
        .collect();
    let undelivered = undelivered(olga).await;
    for text in world.of(&outward) {
        let message = thread.iter().find(|m| {
            known(m["text"].as_str().unwrap_or_default(), &outward).as_ref() == Some(&text)
        });
        let message = message.unwrap_or_else(|| panic!("acknowledged but lost: {text}"));
        let shown = of(&outward).iter().filter(|t| **t == text).count();
        assert_eq!(shown, 1, "{text} stands {shown} times in the talk");
        let arrived = went.iter().filter(|t| **t == text).count();
        let state = message["delivery"]["state"].as_str().unwrap();
        match state {
            "sent" | "delivered" | "read" => {
                assert_eq!(arrived, 1, "{text} is shown as {state}: {message}");
            }
            "unknown" => {
                assert!(arrived <= 1, "{text} went {arrived} times");
                let id = message["id"].as_str().unwrap();
                let listed = undelivered.contains(id);
                assert!(listed, "nobody is told of {text}: {message}");
            }
            other => panic!("{text} is shown as {other}: {message}"),
        }
        let counts = states.entry(line.kind).or_default();
        *counts.entry(state.to_owned()).or_default() += 1;
    }
    let turns = went.iter().map(|t| t.rsplit_once(' ').unwrap().1);
    let turns: Vec<u64> = turns.map(|turn| turn.parse().unwrap()).collect();
    assert!(
        turns.is_sorted(),
        "{outward}: order of what went: {turns:?}"
    );
    assert!(!turns.is_empty(), "{outward}: nothing was ever answered");
    assert!(!world.of(&inward).is_empty(), "{inward}: nobody wrote");
}

/// Messages in the list of what was not delivered, each with a reason in words.
async fn undelivered(olga: &Caller) -> BTreeSet<String> {
    let (mut out, mut before) = (BTreeSet::new(), String::new());
    loop {
        let page = olga.get(&format!("/delivery{before}")).await;
        for row in page["rows"].as_array().unwrap() {
            assert_ne!(row["code"], "", "a reason: {row}");
            out.insert(row["message_id"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_i64() else {
            return out;
        };
        before = format!("?before={next}");
    }
}
