//! The company under measurement: fifty people, a thousand chats, a million messages like people's.

use crate::{
    server::{Server, call, cookie_line},
    wire::Wire,
    words::{Dice, Words, Zipf},
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

const PEOPLE: usize = 50;
/// As many senders as the design's table has.
pub(crate) const SENDERS: usize = 64;

/// Who is there, and where they talk.
pub(crate) struct Company {
    /// Header lines, the administrator's first.
    pub(crate) cookies: Vec<String>,
    /// A chat of all.
    pub(crate) everyone: String,
    /// Chats of two to fifty, the busiest first; the administrator is in each.
    pub(crate) chats: Arc<Vec<String>>,
    pub(crate) words: Arc<Words>,
}

impl Company {
    /// Makes the people and `chats` groups.
    pub(crate) async fn found(server: &Server, chats: usize) -> Self {
        let admin = server.set_up().await;
        let mut wire = Wire::to(&server.base).await;
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let (mut cookies, mut ids) = (vec![admin.clone()], Vec::new());
        for n in 0..PEOPLE {
            let invited = call(
                &mut wire,
                &admin,
                "POST",
                "/invitations",
                &json!({"name": format!("Person {n}")}),
            )
            .await;
            let word = invited["url"].as_str().unwrap().rsplit('/').next().unwrap();
            let form = json!({"name": format!("Person {n}"), "login": format!("person{n}"), "password": "a-long-password"});
            let answer = http
                .post(format!("{}/api/v1/join/{word}", server.base))
                .json(&form)
                .send()
                .await
                .unwrap();
            cookies.push(cookie_line(&answer));
            let joined: Value = answer.json().await.unwrap();
            ids.push(joined["person"]["id"].clone());
        }
        let group = async |wire: &mut Wire, title: String, members: &[Value]| {
            let form = json!({"kind": "group", "title": title, "member_ids": members});
            let chat = call(wire, &admin, "POST", "/chats", &form).await;
            chat["id"].as_str().unwrap().to_owned()
        };
        let everyone = group(&mut wire, "Everyone".to_owned(), &ids).await;
        let mut made = Vec::with_capacity(chats);
        for n in 0..chats {
            let size = (PEOPLE / (n + 1)).max(2);
            let members: Vec<Value> = (0..size).map(|k| ids[(n + k) % PEOPLE].clone()).collect();
            made.push(group(&mut wire, format!("Group {n}"), &members).await);
        }
        Self {
            cookies,
            everyone,
            chats: Arc::new(made),
            words: Arc::new(Words::new()),
        }
    }

    /// Sends `count` messages by REST from [`SENDERS`] connections, chats by Zipf, 20 % replies, 5 % edited, 1 % deleted;
    /// answers messages a second.
    pub(crate) async fn fill(&self, server: &Server, count: u64) -> f64 {
        let (next, began) = (Arc::new(AtomicU64::new(0)), Instant::now());
        let ranks = Arc::new(Zipf::over(self.chats.len()));
        let last = Arc::new(Mutex::new(vec![None::<String>; self.chats.len()]));
        let tasks = (0..SENDERS as u64).map(|seed| {
            let (next, ranks, last) = (Arc::clone(&next), Arc::clone(&ranks), Arc::clone(&last));
            let (chats, words) = (Arc::clone(&self.chats), Arc::clone(&self.words));
            let (base, cookie) = (server.base.clone(), self.cookies[0].clone());
            tokio::spawn(async move {
                let (mut wire, mut dice) = (Wire::to(&base).await, Dice(seed));
                while next.fetch_add(1, Ordering::Relaxed) < count {
                    let at = ranks.pick(&mut dice);
                    let mut body = json!({"client_id": kernel::Ids::Time.uuid(), "text": words.text(&mut dice)});
                    let lot = dice.below(100);
                    if lot < 20 {
                        body["reply_to"] = json!(last.lock().unwrap()[at]);
                    }
                    let path = format!("/chats/{}/messages", chats[at]);
                    let sent = call(&mut wire, &cookie, "POST", &path, &body).await;
                    let id = sent["id"].as_str().unwrap().to_owned();
                    if lot >= 95 {
                        let edit = json!({"text": words.text(&mut dice)});
                        call(&mut wire, &cookie, "PATCH", &format!("/messages/{id}"), &edit).await;
                    } else if lot == 94 {
                        call(&mut wire, &cookie, "DELETE", &format!("/messages/{id}"), &Value::Null).await;
                    } else {
                        last.lock().unwrap()[at] = Some(id);
                    }
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        count as f64 / began.elapsed().as_secs_f64()
    }
}
