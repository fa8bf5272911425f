//! F1: the server is killed at random moments under load; what was acknowledged to either side stands exactly once, in
//! order, for both; a messenger was sent nothing twice.
//!
//! `KILLS` says how often on each engine (`make soak`: many), `SEED` repeats a run. The moment of a kill is a drawn number
//! of acknowledged messages after the server is back, so that a seed means the same on any machine.

use crate::{
    people::{Caller, Company, Follower},
    postgres::fresh_postgres,
    process::{Installation, draw, remove, told},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use testkit::telegram_double::TelegramDouble;
use tokio::{sync::watch, task::JoinSet};

const VISITORS: usize = 20;
const EMPLOYEES: usize = 5;
/// Clients in Telegram.
const CLIENTS: i64 = 5;
/// Visitors' chats in which an employee answers all the time.
const ANSWERED: usize = 4;
/// Acknowledged messages between "it is back" and the next kill, at most.
const ROUND: u64 = 24;

/// What all who load the server share.
pub(crate) struct World {
    /// Messages acknowledged so far.
    pub(crate) acknowledged: watch::Sender<u64>,
    /// How often the server came up.
    pub(crate) starts: watch::Sender<u64>,
    pub(crate) stop: AtomicBool,
    /// What each writer was told is stored, in the writer's own order.
    pub(crate) told: Mutex<BTreeMap<String, Vec<String>>>,
}

impl World {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            acknowledged: watch::channel(0).0,
            starts: watch::channel(1).0,
            stop: AtomicBool::new(false),
            told: Mutex::default(),
        })
    }
    pub(crate) fn ended(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
    pub(crate) fn note(&self, who: &str, text: String) {
        let mut told = self.told.lock().unwrap();
        told.entry(who.to_owned()).or_default().push(text);
        self.acknowledged.send_modify(|n| *n += 1);
    }
    pub(crate) fn of(&self, who: &str) -> Vec<String> {
        let told = self.told.lock().unwrap();
        told.get(who).cloned().unwrap_or_default()
    }
    /// Who was told that something is stored, of those whose name begins so.
    fn writers(&self, begin: &str) -> BTreeSet<String> {
        let told = self.told.lock().unwrap();
        let mine = told.keys().filter(|who| who.starts_with(begin));
        mine.cloned().collect()
    }
    /// After a failed call: until the server is back, or a moment later if it is there and only asked to wait.
    pub(crate) async fn pause(&self, started: u64) {
        let mut starts = self.starts.subscribe();
        let back = starts.wait_for(|n| *n > started);
        let _ = tokio::time::timeout(Duration::from_millis(100), back).await;
    }
    /// Writes until the answer comes, under the same client id each time: what a browser's outbox does.
    pub(crate) async fn write(&self, caller: &Caller, path: &str, who: &str, text: String) {
        let body = json!({"client_id": kernel::Ids::Time.uuid(), "text": text, "take": true});
        loop {
            let started = *self.starts.borrow();
            match caller.raw(Method::POST, path, Some(&body)).await {
                Ok((StatusCode::OK, _)) => return self.note(who, text),
                // Ours to wait for: pace, a database that comes back, a race inside one commit.
                Ok((
                    StatusCode::TOO_MANY_REQUESTS
                    | StatusCode::SERVICE_UNAVAILABLE
                    | StatusCode::CONFLICT,
                    _,
                ))
                | Err(_) => self.pause(started).await,
                Ok((status, answer)) => panic!("{path}: {status} {answer}"),
            }
        }
    }
    /// Asks until an answer comes.
    pub(crate) async fn ask(&self, caller: &Caller, path: &str) -> Value {
        loop {
            let started = *self.starts.borrow();
            match caller.raw(Method::GET, path, None).await {
                Ok((StatusCode::OK, answer)) => return answer,
                _ => self.pause(started).await,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_what_was_acknowledged_survives_kills_exactly_once_sqlite() {
    survives("sqlite", None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_what_was_acknowledged_survives_kills_exactly_once_postgres() {
    if let Some(url) = fresh_postgres("kill").await {
        survives("postgres", Some(url)).await;
    }
}

#[expect(clippy::print_stderr, reason = "figures of a run, for whoever looks")]
async fn survives(engine: &str, database: Option<String>) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (kills, seed) = (told("KILLS", 100), told("SEED", 7));
    let folder = format!("beseda-kill-{engine}-{}", std::process::id());
    let mut beseda = Installation::new(std::env::temp_dir().join(folder), database);
    beseda.spared = true;
    beseda.start().await;
    beseda.spared = false;
    let token = beseda.setup_token().await;
    let company = Company::found(&beseda.root(), &token, EMPLOYEES).await;
    let double = Arc::new(TelegramDouble::start().await.unwrap());
    let clients = meet(&company.people[0], &double).await;
    let world = World::new();
    let mut followers = JoinSet::new();
    for person in &company.people {
        let mut follower = Follower::new(person.clone(), company.chat.clone());
        follower.follow(|f| f.cursor.is_some()).await;
        followers.spawn(keep_following(Arc::clone(&world), follower));
    }
    let visitors: Vec<Caller> = (0..VISITORS)
        .map(|n| Caller::visitor(&beseda.root(), n))
        .collect();
    let mut load = load(&world, &company, &visitors, &double, &clients);

    let mut series = seed;
    let mut back = Vec::new();
    // A server that lives for a dozen messages at a time leaves little room for answers that take longer than that.
    let answered = || world.writers("answer-").len() == ANSWERED;
    let mut killed = 0;
    while killed < kills || (killed < kills * 2 && !answered()) {
        killed += 1;
        let enough = *world.acknowledged.borrow() + 1 + draw(&mut series) % ROUND;
        let mut acknowledged = world.acknowledged.subscribe();
        tokio::select! {
            reached = acknowledged.wait_for(|n| *n >= enough) => drop(reached.unwrap()),
            // A load that ends by itself has panicked.
            ended = load.join_next() => ended.unwrap().unwrap(),
        }
        beseda.kill().await;
        back.push(beseda.start().await);
        world.starts.send_modify(|n| *n += 1);
    }
    world.stop.store(true, Ordering::SeqCst);
    while let Some(ended) = load.join_next().await {
        ended.unwrap();
    }
    let acknowledged = *world.acknowledged.borrow();
    back.sort_unstable();
    if let (Some(worst), Some(middle)) = (back.last(), back.get(back.len() / 2)) {
        eprintln!(
            "{engine}: {killed} kills, {acknowledged} messages acknowledged; back after {middle:.0?}, at worst {worst:.0?}"
        );
    }

    team(&world, &company, followers).await;
    site(&world, &company, &visitors).await;
    telegram(&company.people[0], &world, &double, &clients).await;
    assert_eq!(company.people[0].get("/jobs/dead").await, json!([]));
    beseda.kill().await;
    let said = beseda.doctor().await;
    assert!(said.contains("integrity     good"), "{said}");
    remove(&beseda.data);
    assert!(acknowledged > killed * 2, "there was hardly any load");
}

/// Connects the bot; each client has written once, so that each has a chat. Answers client → chat.
async fn meet(olga: &Caller, double: &TelegramDouble) -> BTreeMap<i64, String> {
    let settings =
        json!({"token": double.token(), "base_url": double.base_url(), "receive": "poll"});
    let form = json!({"kind": "telegram", "name": "Bot", "settings": settings});
    olga.post("/channels", form).await;
    for client in 1..=CLIENTS {
        double.say(client, &format!("client-{client} first")).await;
    }
    for _ in 0..1000 {
        let chats = olga.inbox("queue").await;
        if chats.len() == usize::try_from(CLIENTS).unwrap() {
            let mut out = BTreeMap::new();
            for chat in chats {
                let id = chat["id"].as_str().unwrap().to_owned();
                let first = olga.thread(&id).await;
                let of = |c: &i64| {
                    let text = format!("client-{c} first");
                    first.iter().any(|m| m["text"] == text.as_str())
                };
                out.insert((1..=CLIENTS).find(of).unwrap(), id);
            }
            return out;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the clients' first messages did not come");
}

fn load(
    world: &Arc<World>,
    company: &Company,
    visitors: &[Caller],
    double: &Arc<TelegramDouble>,
    clients: &BTreeMap<i64, String>,
) -> JoinSet<()> {
    let mut load = JoinSet::new();
    for (n, visitor) in visitors.iter().cloned().enumerate() {
        let (who, path) = (
            format!("visitor-{n}"),
            format!("/widget/{}/messages", company.key),
        );
        load.spawn(keep_writing(Arc::clone(world), visitor, path, who));
    }
    for (n, person) in company.people.iter().cloned().enumerate() {
        let (who, path) = (
            format!("employee-{n}"),
            format!("/chats/{}/messages", company.chat),
        );
        load.spawn(keep_writing(Arc::clone(world), person, path, who));
    }
    load.spawn(answer_visitors(
        Arc::clone(world),
        company.people[0].clone(),
    ));
    for (client, chat) in clients {
        let (client, path) = (*client, format!("/client-chats/{chat}/messages"));
        let olga = company.people[0].clone();
        load.spawn(answer_client(
            Arc::clone(world),
            olga,
            path,
            chat.clone(),
            client,
        ));
    }
    load.spawn(clients_write(Arc::clone(world), Arc::clone(double)));
    load
}

async fn keep_writing(world: Arc<World>, caller: Caller, path: String, who: String) {
    let mut turn = 0;
    while !world.ended() {
        world
            .write(&caller, &path, &who, format!("{who} {turn}"))
            .await;
        turn += 1;
    }
}

/// One employee answers in the first few chats of visitors, turn by turn.
async fn answer_visitors(world: Arc<World>, person: Caller) {
    let mut chats: Vec<String> = Vec::new();
    let mut turn = 0;
    while !world.ended() {
        if chats.len() < ANSWERED {
            let page = world.ask(&person, "/inbox?group=all").await;
            let items = page["items"].as_array().unwrap();
            let site = items.iter().filter(|c| c["channel"]["kind"] == "widget");
            let known = site.map(|c| c["id"].as_str().unwrap().to_owned());
            for id in known.take(ANSWERED) {
                if !chats.contains(&id) && chats.len() < ANSWERED {
                    chats.push(id);
                }
            }
        }
        for chat in &chats {
            let (who, path) = (
                format!("answer-{chat}"),
                format!("/client-chats/{chat}/messages"),
            );
            world
                .write(&person, &path, &who, format!("{who} {turn}"))
                .await;
        }
        turn += 1;
    }
}

/// Answers one Telegram client; the next answer goes when the state of the last one is known.
async fn answer_client(world: Arc<World>, olga: Caller, path: String, chat: String, client: i64) {
    let who = format!("telegram-{client}");
    let mut turn = 0;
    let mut after = 0;
    while !world.ended() {
        let text = format!("{who} {turn}");
        world.write(&olga, &path, &who, text.clone()).await;
        turn += 1;
        loop {
            let page = format!("/threads/{chat}/messages?after={after}&limit=200");
            let page = world.ask(&olga, &page).await;
            let messages = page["messages"].as_array().unwrap();
            let Some(mine) = messages.iter().find(|m| m["text"] == text.as_str()) else {
                match messages.last() {
                    Some(last) => after = last["seq"].as_i64().unwrap(),
                    // Acknowledged and not there: the end of the story will say so.
                    None => break,
                }
                continue;
            };
            if !["queued", "sending"].contains(&mine["delivery"]["state"].as_str().unwrap()) {
                after = mine["seq"].as_i64().unwrap();
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Telegram's clients write; the next turn comes when the server has confirmed the last one to Telegram.
async fn clients_write(world: Arc<World>, double: Arc<TelegramDouble>) {
    let mut turn = 0;
    while !world.ended() {
        let texts: Vec<String> = (1..=CLIENTS)
            .map(|c| format!("client-{c} {turn}"))
            .collect();
        for (client, text) in (1..).zip(&texts) {
            double.say(client, text).await;
        }
        while double.pending() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        for (client, text) in (1..=CLIENTS).zip(texts) {
            world.note(&format!("client-{client}"), text);
        }
        turn += 1;
    }
}

/// Comes back whenever the line breaks, until the last word was told.
async fn keep_following(world: Arc<World>, mut follower: Follower) -> Follower {
    let last = |f: &Follower| {
        f.told
            .last_key_value()
            .is_some_and(|(_, text)| text == "end")
    };
    while !last(&follower) {
        let started = *world.starts.borrow();
        follower.follow(last).await;
        if std::mem::take(&mut follower.reload) {
            fetch(&world, &mut follower).await;
        }
        if !last(&follower) {
            world.pause(started).await;
        }
    }
    follower
}

/// Reads the whole thread afresh, after what was known before anything was told.
async fn fetch(world: &World, follower: &mut Follower) {
    let mut after = 0;
    loop {
        let path = format!(
            "/threads/{}/messages?after={after}&limit=200",
            follower.thread
        );
        let page = world.ask(&follower.caller, &path).await;
        let messages = page["messages"].as_array().unwrap();
        let Some(last) = messages.last() else { return };
        after = last["seq"].as_i64().unwrap();
        for message in messages {
            let (seq, text) = (message["seq"].as_i64().unwrap(), message["text"].as_str());
            follower.told.insert(seq, text.unwrap().to_owned());
        }
    }
}

/// Each text a writer was told is stored, stands once among `kept`, in the writer's order.
pub(crate) fn once_in_order(who: &str, told: &[String], kept: &[String]) {
    let mine: Vec<&String> = kept
        .iter()
        .filter(|text| text.rsplit_once(' ').is_some_and(|(w, _)| w == who))
        .collect();
    let once: HashSet<&String> = mine.iter().copied().collect();
    assert_eq!(once.len(), mine.len(), "{who}: something stands twice");
    let lost: Vec<&String> = told.iter().filter(|text| !once.contains(text)).collect();
    assert!(lost.is_empty(), "{who}: acknowledged but lost: {lost:?}");
    let known: HashSet<&String> = told.iter().collect();
    let in_order: Vec<&String> = mine.into_iter().filter(|t| known.contains(t)).collect();
    assert_eq!(in_order, told.iter().collect::<Vec<_>>(), "{who}: order");
}

fn texts(messages: &[Value]) -> Vec<String> {
    let text = |m: &Value| m["text"].as_str().unwrap_or_default().to_owned();
    messages.iter().map(text).collect()
}

/// The employees' chat: stored, and told to every employee's socket.
async fn team(world: &World, company: &Company, mut followers: JoinSet<Follower>) {
    let last = json!({"client_id": kernel::Ids::Time.uuid(), "text": "end"});
    let olga = &company.people[0];
    olga.post(&format!("/chats/{}/messages", company.chat), last)
        .await;
    let messages = olga.thread(&company.chat).await;
    let kept = texts(&messages);
    for n in 0..EMPLOYEES {
        let who = format!("employee-{n}");
        once_in_order(&who, &world.of(&who), &kept);
    }
    while let Some(follower) = followers.join_next().await {
        let follower = follower.unwrap();
        let (first, _) = follower.told.first_key_value().unwrap();
        let stored: BTreeMap<i64, String> = messages
            .iter()
            .map(|m| (m["seq"].as_i64().unwrap(), m["text"].to_string()))
            .filter(|(seq, _)| seq >= first)
            .collect();
        let told: BTreeMap<i64, String> = follower
            .told
            .iter()
            .map(|(seq, text)| (*seq, json!(text).to_string()))
            .collect();
        assert_eq!(told, stored, "what a socket was told is what is stored");
        assert_eq!(follower.repeated, 0, "and nothing was told twice");
    }
}

/// The visitors' chats: as the visitors read them.
async fn site(world: &World, company: &Company, visitors: &[Caller]) {
    let mut answered = BTreeSet::new();
    for (n, visitor) in visitors.iter().enumerate() {
        // The first line of a chat is a grey one, which visitors are not shown.
        let (mut kept, mut after) = (Vec::new(), 1);
        loop {
            let path = format!("/widget/{}/messages?after={after}", company.key);
            let page = visitor.get(&path).await;
            let more = page["messages"].as_array().unwrap();
            let Some(last) = more.last() else { break };
            after = last["seq"].as_i64().unwrap();
            kept.extend(texts(more));
        }
        let who = format!("visitor-{n}");
        once_in_order(&who, &world.of(&who), &kept);
        let answers: HashSet<String> = kept
            .iter()
            .filter_map(|t| t.starts_with("answer-").then(|| t.split(' ').next())?)
            .map(str::to_owned)
            .collect();
        for who in answers {
            once_in_order(&who, &world.of(&who), &kept);
            answered.insert(who);
        }
    }
    let told = world.writers("answer-");
    assert_eq!(answered, told, "visitors read what they were answered");
    assert_eq!(told.len(), ANSWERED, "chats in which somebody answered");
}

/// Telegram: each client's messages are here once, each answer went there at most once, and is shown as it went.
async fn telegram(
    olga: &Caller,
    world: &World,
    double: &TelegramDouble,
    clients: &BTreeMap<i64, String>,
) {
    let sent = double.sent();
    for (client, chat) in clients {
        let who = format!("client-{client}");
        let told = world.of(&who);
        let messages = settled(olga, chat, told.last()).await;
        once_in_order(&who, &told, &texts(&messages));
        let who = format!("telegram-{client}");
        let went: Vec<String> = sent
            .iter()
            .filter(|call| call.parameters["chat_id"] == json!(client))
            .map(|call| call.parameters["text"].as_str().unwrap().to_owned())
            .collect();
        let mut shown = 0;
        for text in world.of(&who) {
            let message = messages.iter().find(|m| m["text"] == text.as_str());
            let message = message.unwrap_or_else(|| panic!("acknowledged but lost: {text}"));
            let arrived = went.iter().filter(|t| **t == text).count();
            match message["delivery"]["state"].as_str().unwrap() {
                "sent" => assert_eq!(arrived, 1, "{text} is shown as sent"),
                "unknown" => assert!(arrived <= 1, "{text} went {arrived} times"),
                other => panic!("{text} is shown as {other}"),
            }
            shown += 1;
        }
        assert!(shown > 0, "{who} was never answered");
        let turns: Vec<u64> = went
            .iter()
            .map(|t| t.rsplit_once(' ').unwrap().1.parse().unwrap())
            .collect();
        assert!(turns.is_sorted(), "{who}: order of what went: {turns:?}");
    }
}

/// The thread of a client once the client's last message is in it: what was confirmed may still be worked on.
async fn settled(olga: &Caller, chat: &str, last: Option<&String>) -> Vec<Value> {
    for _ in 0..1500 {
        let messages = olga.thread(chat).await;
        if last.is_none_or(|last| texts(&messages).contains(last)) {
            return messages;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{last:?} was confirmed to Telegram and never came into the chat");
}
