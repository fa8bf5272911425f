//! Events on their way out: to who polls and to addresses of the Callback.

use super::super::kept;
use super::{GROUP, memory::Shared};
use http_client::Policy;
use serde_json::{Value, json};
use std::time::Duration;

/// Sends an event both ways; answers its id.
pub(super) async fn send(shared: &Shared, kind: &str, object: Value) -> String {
    let event = {
        let mut memory = shared.memory();
        let id = format!("{:040x}", 0xe7e4_7000_i64 + memory.next_id());
        let event = json!({"group_id": GROUP, "type": kind, "event_id": id, "v": "5.199", "object": object});
        let longpoll = &mut memory.longpoll;
        if longpoll.on && longpoll.wanted.contains(kind) {
            longpoll.ts += 1;
            longpoll.events.push_back((longpoll.ts, event.clone()));
        }
        memory.last = event.clone();
        event
    };
    shared.news.notify_waiters();
    deliver(shared, &event).await;
    event["event_id"].as_str().unwrap_or_default().to_owned()
}

/// Posts an event to every confirmed address that wants it; one that answers anything but `ok` has failed.
pub(super) async fn deliver(shared: &Shared, event: &Value) {
    let kind = event["type"].as_str().unwrap_or_default();
    let servers = shared.memory().servers.clone();
    for server in servers {
        if server.status == "ok" && server.wanted.contains(kind) {
            let mut event = event.clone();
            if !server.secret.is_empty() {
                event["secret"] = server.secret.as_str().into();
            }
            let taken = post(shared, &server.url, &event).await.as_deref() == Some("ok");
            if !taken {
                judge(shared, server.id, false);
            }
        }
    }
}

/// Asks an address whose it is; it has to answer with the word of the community, and nothing else.
pub(super) async fn confirm(shared: &Shared, id: i64) {
    let url = {
        let memory = shared.memory();
        let found = memory.servers.iter().find(|server| server.id == id);
        found.map(|server| server.url.clone())
    };
    let Some(url) = url else { return };
    let asked = json!({"type": "confirmation", "group_id": GROUP, "event_id": format!("{id:040x}"), "v": "5.199"});
    let told = post(shared, &url, &asked).await;
    judge(shared, id, told.as_deref() == Some(shared.code().as_str()));
}

fn judge(shared: &Shared, id: i64, fine: bool) {
    let mut memory = shared.memory();
    let found = memory.servers.iter_mut().find(|server| server.id == id);
    if let Some(server) = found {
        server.status = if fine { "ok" } else { "failed" }.to_owned();
    }
}

async fn post(shared: &Shared, url: &str, event: &Value) -> Option<String> {
    kept::keep("vk", &json!({"event": event}));
    let answer = shared
        .http
        .post(Policy::Administrator, url)
        .timeout(Duration::from_secs(10))
        .json(event)
        .send()
        .await
        .ok()?;
    if answer.status() != 200 {
        return None;
    }
    String::from_utf8(answer.bytes().await.ok()?.to_vec()).ok()
}

/// A poll: answers at once when something waits, else after the asked time.
pub(super) async fn poll(shared: &Shared, key: &str, ts: &str, wait: u64) -> Value {
    let Ok(mut after) = ts.parse::<i64>() else {
        return json!({"failed": 3});
    };
    {
        let mut memory = shared.memory();
        if memory.longpoll.lost {
            memory.longpoll.lost = false;
            return json!({"failed": 3});
        }
    }
    let waiting = async {
        loop {
            let news = shared.news.notified();
            {
                let longpoll = &shared.memory().longpoll;
                if key != format!("key{}", longpoll.session) {
                    return json!({"failed": 2});
                }
                if after < longpoll.forgotten {
                    return json!({"failed": 1, "ts": longpoll.ts.to_string()});
                }
                // A number from the future is one of an older numbering.
                after = after.min(longpoll.ts);
                let updates: Vec<&Value> = longpoll
                    .events
                    .iter()
                    .filter(|(ts, _)| *ts > after)
                    .map(|(_, event)| event)
                    .collect();
                if !updates.is_empty() {
                    return json!({"ts": longpoll.ts.to_string(), "updates": updates});
                }
            }
            let _waiting = Waiting::begin(shared);
            news.await;
        }
    };
    match tokio::time::timeout(Duration::from_secs(wait), waiting).await {
        Ok(answer) => answer,
        Err(_) => json!({"ts": ts, "updates": []}),
    }
}

/// A poll that found nothing; counted while it lasts.
struct Waiting<'a>(&'a Shared);

impl<'a> Waiting<'a> {
    fn begin(shared: &'a Shared) -> Self {
        shared.memory().longpoll.waiting += 1;
        shared.waits.notify_waiters();
        Self(shared)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.memory().longpoll.waiting -= 1;
    }
}
