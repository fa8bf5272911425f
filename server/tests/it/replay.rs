//! F9: what channels deliver comes twice, late and in the wrong order. However it comes, a client has one conversation, each
//! message stands in it once, and texts, reactions and states end as the messenger has them.
//!
//! The payloads are those recorded for the connector; `SEEDS` says how many shuffles are tried.

use crate::{
    app::{App, Caller, Visitor, connect_widget, uuid},
    story,
};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use testkit::telegram_double::TelegramDouble;

/// Connections a messenger delivers over at the same time.
const CONNECTIONS: usize = 8;

/// Recorded messages, in the order their client wrote them.
const MESSAGES: [&str; 22] = [
    include_str!("../../../connectors/telegram/tests/payloads/text.json"),
    include_str!("../../../connectors/telegram/tests/payloads/text_formatted.json"),
    include_str!("../../../connectors/telegram/tests/payloads/text_literal.json"),
    include_str!("../../../connectors/telegram/tests/payloads/start.json"),
    include_str!("../../../connectors/telegram/tests/payloads/photo.json"),
    include_str!("../../../connectors/telegram/tests/payloads/document.json"),
    include_str!("../../../connectors/telegram/tests/payloads/audio.json"),
    include_str!("../../../connectors/telegram/tests/payloads/voice.json"),
    include_str!("../../../connectors/telegram/tests/payloads/video_note.json"),
    include_str!("../../../connectors/telegram/tests/payloads/animation.json"),
    include_str!("../../../connectors/telegram/tests/payloads/sticker.json"),
    include_str!("../../../connectors/telegram/tests/payloads/contact_own.json"),
    include_str!("../../../connectors/telegram/tests/payloads/contact_other.json"),
    include_str!("../../../connectors/telegram/tests/payloads/location.json"),
    include_str!("../../../connectors/telegram/tests/payloads/venue.json"),
    include_str!("../../../connectors/telegram/tests/payloads/reply.json"),
    include_str!("../../../connectors/telegram/tests/payloads/forward_user.json"),
    include_str!("../../../connectors/telegram/tests/payloads/poll.json"),
    include_str!("../../../connectors/telegram/tests/payloads/dice.json"),
    include_str!("../../../connectors/telegram/tests/payloads/story.json"),
    include_str!("../../../connectors/telegram/tests/payloads/future.json"),
    include_str!("../../../connectors/telegram/tests/payloads/forward_hidden.json"),
];
const ALBUM: &str = include_str!("../../../connectors/telegram/tests/payloads/album_2.json");
const EDITED: &str = include_str!("../../../connectors/telegram/tests/payloads/edited.json");
const REACTION: &str = include_str!("../../../connectors/telegram/tests/payloads/reaction.json");
const NO_REACTION: &str =
    include_str!("../../../connectors/telegram/tests/payloads/reaction_removed.json");
const BLOCKED: &str = include_str!("../../../connectors/telegram/tests/payloads/blocked.json");
const UNBLOCKED: &str = include_str!("../../../connectors/telegram/tests/payloads/unblocked.json");
/// Pictures of the album.
const PICTURES: i64 = 10;

#[expect(clippy::disallowed_methods, reason = "the runner's word to the tests")]
fn seeds() -> u64 {
    let told = std::env::var("SEEDS").ok().and_then(|s| s.parse().ok());
    told.unwrap_or(4)
}

fn draw(series: &mut u64, below: usize) -> usize {
    *series = series
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*series >> 33).unwrap() % below
}

fn shuffle<T>(list: &mut [T], series: &mut u64) {
    for at in (1..list.len()).rev() {
        list.swap(at, draw(series, at + 1));
    }
}

/// A recorded update as another client's: whoever and wherever it names, they.
fn of_client(recorded: &str, client: i64) -> Value {
    fn walk(value: &mut Value, client: i64) {
        match value {
            Value::Object(fields) => {
                if fields.get("id") == Some(&json!(1001)) {
                    fields.insert("id".into(), json!(client));
                    fields.insert("first_name".into(), json!(name_of(client)));
                    fields.remove("last_name");
                    fields.remove("username");
                }
                fields.values_mut().for_each(|v| walk(v, client));
            }
            Value::Array(list) => list.iter_mut().for_each(|v| walk(v, client)),
            _ => {}
        }
    }
    let mut update: Value = serde_json::from_str(recorded).unwrap();
    walk(&mut update, client);
    update
}

fn name_of(client: i64) -> String {
    format!("Клиент {client}")
}

/// All that one client does, in order: messages, an album, two edits of the first text, a reaction to it that is taken
/// back and given again, blocking and unblocking the bot.
fn script(client: i64) -> Vec<Value> {
    let mut out: Vec<Value> = MESSAGES.iter().map(|m| of_client(m, client)).collect();
    for n in 0..PICTURES {
        let mut part = of_client(ALBUM, client);
        part["message"]["message_id"] = json!(300 + n);
        part["message"]["media_group_id"] = json!(format!("album-{client}"));
        if n != 4 {
            part["message"].as_object_mut().unwrap().remove("caption");
        }
        out.push(part);
    }
    for (turn, text) in ["исправлено раз", "исправлено два"].into_iter().enumerate()
    {
        let mut edit = of_client(EDITED, client);
        edit["edited_message"]["edit_date"] = json!(1_790_000_400 + turn);
        edit["edited_message"]["text"] = json!(text);
        edit["edited_message"]
            .as_object_mut()
            .unwrap()
            .remove("entities");
        out.push(edit);
    }
    for (turn, recorded) in [REACTION, NO_REACTION, REACTION].into_iter().enumerate() {
        let mut reaction = of_client(recorded, client);
        reaction["message_reaction"]["message_id"] = json!(101);
        reaction["message_reaction"]["date"] = json!(1_790_000_500 + turn);
        out.push(reaction);
    }
    out.push(of_client(BLOCKED, client));
    out.push(of_client(UNBLOCKED, client));
    for (n, update) in out.iter_mut().enumerate() {
        // The vendor numbers updates per bot: two clients of one never share a number.
        update["update_id"] = json!(client * 1000 + i64::try_from(n).unwrap());
    }
    out
}

/// A connected bot, as the vendor reaches it.
struct Hook {
    url: String,
    secret: String,
    account: String,
    _double: TelegramDouble,
}

async fn hook(app: &App, olga: &Caller, name: &str) -> Hook {
    let double = TelegramDouble::start().await.unwrap();
    let settings =
        json!({"token": double.token(), "base_url": double.base_url(), "receive": "webhook"});
    let form = json!({"kind": "telegram", "name": name, "settings": settings});
    let account = olga.post("/channels", form).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let id: kernel::Uuid = account.parse().unwrap();
    let (secret, key): (String, String) = app
        .house()
        .read(async move |tx: &mut db::Tx<'_>| {
            tx.must(
                db::sql!("SELECT secret, public_key FROM channel_accounts WHERE id = $1"),
                &db::bind![id],
            )
            .await
        })
        .await
        .unwrap();
    Hook {
        url: app.url(&format!("/hooks/telegram/{account}/{key}")),
        secret,
        account,
        _double: double,
    }
}

impl Hook {
    async fn deliver(&self, http: &reqwest::Client, update: &Value) {
        let answer = http
            .post(&self.url)
            .header("X-Telegram-Bot-Api-Secret-Token", &self.secret)
            .json(update)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{update}");
    }
}

/// Delivers over several connections at once, each taking the next that waits.
async fn deliver(http: &reqwest::Client, what: Vec<(&Hook, Value)>) {
    let waiting = std::sync::Mutex::new(what.into_iter());
    join_all((0..CONNECTIONS).map(|_| async {
        loop {
            let next = waiting.lock().unwrap().next();
            let Some((hook, update)) = next else { return };
            hook.deliver(http, &update).await;
        }
    }))
    .await;
}

/// How many stored events are in a state.
async fn events(app: &App, state: &'static str) -> i64 {
    let (count,): (i64,) = app
        .house()
        .read(async move |tx: &mut db::Tx<'_>| {
            tx.must(
                db::sql!("SELECT COUNT(*) FROM raw_events WHERE state = $1"),
                &db::bind![state],
            )
            .await
        })
        .await
        .unwrap();
    count
}

async fn worked_on(app: &App) {
    app.until("all events worked on", async || {
        (events(app, "new").await == 0).then_some(())
    })
    .await;
}

/// The chats of a client by their account, from the inbox.
async fn chats_of(olga: &Caller, client: i64) -> Vec<(String, Value)> {
    let mut out = Vec::new();
    let mut next = String::new();
    loop {
        let page = olga.get(&format!("/inbox?group=all{next}")).await;
        for chat in page["items"].as_array().unwrap() {
            if chat["contact"]["name"] == name_of(client).as_str() {
                let account = chat["channel"]["id"].as_str().unwrap().to_owned();
                out.push((account, chat.clone()));
            }
        }
        match page["next"].as_str() {
            Some(word) => next = format!("&next={word}"),
            None => return out,
        }
    }
}

/// What stands in a chat, in no order: it was delivered in none.
async fn stands(olga: &Caller, chat: &str) -> Vec<String> {
    let page = olga
        .get(&format!("/threads/{chat}/messages?limit=200"))
        .await;
    let mut out: Vec<String> = page["messages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|m| m["author"]["kind"] == "contact")
        .map(|m| {
            let emoji: Vec<&Value> = m["reactions"]
                .as_array()
                .unwrap()
                .iter()
                .map(|r| &r["emoji"])
                .collect();
            let files = m["files"].as_array().unwrap().len();
            json!([m["kind"], m["placeholder"], m["text"], files, emoji]).to_string()
        })
        .collect();
    out.sort();
    out
}

story!(
    f9_webhooks_twice_late_and_out_of_order_make_one_conversation,
    |app| {
        let olga = app.olga().await;
        let hooks = [
            hook(&app, &olga, "Первый").await,
            hook(&app, &olga, "Второй").await,
        ];
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        // How it ends when everything comes once and in order.
        for update in script(5000) {
            hooks[0].deliver(&http, &update).await;
            worked_on(&app).await;
        }
        let chats = chats_of(&olga, 5000).await;
        assert_eq!(chats.len(), 1);
        let want = stands(&olga, chats[0].1["id"].as_str().unwrap()).await;
        assert_eq!(want.len(), MESSAGES.len() + 1, "{want:#?}");
        assert!(want.iter().any(|m| m.contains("исправлено два")));
        assert!(want.iter().any(|m| m.contains('👍')), "{want:#?}");
        for seed in 0..seeds() {
            let mut series = seed;
            let clients: Vec<i64> = (0..2)
                .map(|n| 6000 + i64::try_from(seed).unwrap() * 10 + n)
                .collect();
            let mut all = Vec::new();
            for update in clients.iter().flat_map(|c| script(*c)) {
                for hook in &hooks {
                    // The same number from two bots are two messages; three times from one is one.
                    all.extend((0..3).map(|_| (hook, update.clone())));
                }
            }
            shuffle(&mut all, &mut series);
            deliver(&http, all).await;
            worked_on(&app).await;
            for client in clients {
                let chats = chats_of(&olga, client).await;
                let accounts: BTreeSet<&str> = chats.iter().map(|c| c.0.as_str()).collect();
                let both: BTreeSet<&str> = hooks.iter().map(|h| h.account.as_str()).collect();
                assert_eq!(
                    (chats.len(), accounts),
                    (2, both),
                    "one chat of {client} in each inbox"
                );
                for (_, chat) in chats {
                    let id = chat["id"].as_str().unwrap();
                    assert_eq!(stands(&olga, id).await, want, "seed {seed}");
                    let detail = olga.get(&format!("/client-chats/{id}")).await;
                    assert_eq!(detail["conversations"].as_array().unwrap().len(), 1);
                    assert_eq!(chat["blocked"], false, "seed {seed}");
                }
            }
        }
        assert_eq!(
            (events(&app, "parked").await, events(&app, "early").await),
            (0, 0)
        );
        assert_eq!(olga.get("/jobs/dead").await, json!([]));
    }
);

story!(f9_what_comes_in_order_stands_in_order_however_fast, |app| {
    let olga = app.olga().await;
    let hook = hook(&app, &olga, "Бот").await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let clients = [7001, 7002, 7003];
    // Each client's words over a connection of its own, without waiting for any work on them.
    join_all(clients.map(|client| {
        let (hook, http) = (&hook, &http);
        async move {
            for n in 0..40 {
                let mut update = of_client(MESSAGES[0], client);
                update["update_id"] = json!(client * 1000 + n);
                update["message"]["message_id"] = json!(n + 1);
                update["message"]["text"] = json!(n.to_string());
                hook.deliver(http, &update).await;
            }
        }
    }))
    .await;
    worked_on(&app).await;
    for client in clients {
        let chats = chats_of(&olga, client).await;
        let id = chats[0].1["id"].as_str().unwrap();
        let page = olga.get(&format!("/threads/{id}/messages?limit=200")).await;
        let texts: Vec<&str> = page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|m| m["author"]["kind"] == "contact")
            .map(|m| m["text"].as_str().unwrap())
            .collect();
        let want: Vec<String> = (0..40).map(|n| n.to_string()).collect();
        assert_eq!(texts, want);
    }
});

story!(
    f9_a_visitor_who_repeats_everything_at_once_has_said_it_once,
    |app| {
        let olga = app.olga().await;
        let (key, _) = connect_widget(&olga).await;
        for seed in 0..seeds() {
            let mut series = seed;
            let mut visitors = Vec::new();
            for _ in 0..4 {
                visitors.push(Visitor::new(&app, &key).await);
            }
            // Each says six things three times, and tells its name three times; all of it at once.
            let mut all = Vec::new();
            for (n, visitor) in visitors.iter().enumerate() {
                for turn in 0..6 {
                    let text = format!("{seed}-{n} {turn}");
                    let body = json!({"client_id": uuid(), "text": text});
                    let path = format!("/widget/{key}/messages");
                    all.extend((0..3).map(|_| (visitor, path.clone(), body.clone())));
                }
                let name =
                    json!({"token": visitor.caller.bearer, "name": format!("Гость {seed}-{n}")});
                let path = format!("/widget/{key}/visitor");
                all.extend((0..3).map(|_| (visitor, path.clone(), name.clone())));
            }
            shuffle(&mut all, &mut series);
            let answers = join_all(all.iter().map(|(visitor, path, body)| async move {
                let answer = visitor.caller.raw(Method::POST, path, Some(body.clone()));
                (body, answer.await)
            }))
            .await;
            for (body, (status, answer)) in &answers {
                assert_eq!(status.as_u16(), 200, "{body}: {answer}");
            }
            for (n, visitor) in visitors.iter().enumerate() {
                let said: Vec<Value> = visitor.reads().await;
                let texts: BTreeSet<&str> =
                    said.iter().map(|m| m["text"].as_str().unwrap()).collect();
                assert_eq!((said.len(), texts.len()), (6, 6), "each once: {texts:?}");
                // Every copy was answered with the one that is stored.
                for (body, (_, answer)) in &answers {
                    let stored = said.iter().find(|m| m["client_id"] == body["client_id"]);
                    if let Some(stored) = stored {
                        assert_eq!(stored["id"], answer["id"]);
                    }
                }
                let mine = format!("Гость {seed}-{n}");
                let all = olga.inbox("all").await;
                let chats = all.iter().filter(|c| c["contact"]["name"] == mine.as_str());
                assert_eq!(chats.count(), 1, "one conversation of {mine}");
            }
            app.clock.advance(Duration::from_secs(60));
        }
    }
);

story!(
    f9_an_employee_who_repeats_everything_at_once_has_said_it_once,
    |app| {
        let olga = app.olga().await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let chat = olga.direct_with(&anna).await;
        let (key, _) = connect_widget(&olga).await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Вопрос").await;
        let client = olga.inbox("queue").await[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let paths = [
            format!("/chats/{chat}/messages"),
            format!("/client-chats/{client}/messages"),
        ];
        for path in paths {
            for turn in 0..8 {
                let body = json!({"client_id": uuid(), "text": format!("{turn}")});
                let answers = join_all((0..4).map(|_| {
                    let body = Some(body.clone());
                    olga.raw(Method::POST, &path, body)
                }))
                .await;
                let ids: BTreeSet<&str> = answers
                    .iter()
                    .map(|(status, answer)| {
                        assert_eq!(status.as_u16(), 200, "{path}: {answer}");
                        answer["id"].as_str().unwrap()
                    })
                    .collect();
                assert_eq!(ids.len(), 1, "all four are the same message");
            }
        }
        let told = visitor.reads().await;
        let answers = told.iter().filter(|m| m["mine"] == false).count();
        assert_eq!(answers, 8, "and the client was told each once");
    }
);
