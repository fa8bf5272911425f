//! The ways to a chat, each asked as one person.

use super::{
    Chats,
    company::{Chat, LABELS, Marks, Member},
};
use crate::app::Caller;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What one person is asked for, and what they should get.
pub(super) struct Ways<'a> {
    pub(super) member: &'a Member,
    pub(super) round: u64,
    /// What the access function gives them.
    pub(super) mine: &'a Chats,
    /// All chats there are.
    pub(super) chats: &'a [Chat],
}

fn ids(items: &[Value]) -> Chats {
    let ids = items.iter().map(|c| c["id"].as_str().unwrap().to_owned());
    ids.collect()
}

/// Not there for them: as for somebody who made the id up, or shut to guests as a whole.
fn hidden(member: &Member, status: StatusCode) -> bool {
    status == StatusCode::NOT_FOUND || (member.guest && status == StatusCode::FORBIDDEN)
}

impl Ways<'_> {
    pub(super) fn at(&self, way: &str) -> String {
        format!("round {}, {}, {way}", self.round, self.member.login)
    }

    fn who(&self) -> &Caller {
        &self.member.who
    }

    /// Those of the chats that are theirs.
    fn of(&self, fits: impl Fn(&Chat) -> bool) -> Chats {
        let chats = self.chats.iter().filter(|c| fits(c));
        let ids = chats.map(|c| c.id.clone());
        ids.filter(|id| self.mine.contains(id)).collect()
    }

    /// A list of clients' chats, page by page.
    async fn pages(&self, path: &str, form: Value) -> Chats {
        ids(&self.rows(path, form).await)
    }

    async fn rows(&self, path: &str, mut form: Value) -> Vec<Value> {
        let mut out = Vec::new();
        loop {
            let page = self.who().post(path, form.clone()).await;
            out.extend(page["items"].as_array().unwrap().iter().cloned());
            assert_eq!(ids(&out).len(), out.len(), "{}: twice", self.at(path));
            if page["next"].is_null() {
                return out;
            }
            form["next"] = page["next"].clone();
        }
    }

    /// What is looked for in a list is what one would pick out of it by hand.
    async fn looked_for(&self) {
        let form = json!({"filter": {"state": "any"}});
        let all = self.rows("/inbox/page", form).await;
        let labels = self.who().get("/labels").await;
        let label = |name: &str| {
            let mut labels = labels.as_array().unwrap().iter();
            labels.find(|l| l["name"] == name).unwrap()["id"].clone()
        };
        let has =
            |chat: &Value, label: &Value| chat["label_ids"].as_array().unwrap().contains(label);
        let [first, second] = LABELS.map(label);
        for q in ["klient", "klient1", "z", "2z", "zmet", "zptica", "nothing"] {
            let named = |chat: &Value, label: &Value, name: &str| {
                has(chat, label) && name.to_lowercase().contains(q)
            };
            let picked = all.iter().filter(|chat| {
                let name = chat["contact"]["name"].as_str().unwrap();
                name.to_lowercase().contains(q)
                    || named(chat, &first, LABELS[0])
                    || named(chat, &second, LABELS[1])
            });
            let picked: Vec<Value> = picked.cloned().collect();
            let form = json!({"filter": {"state": "any"}, "q": q});
            let found = self.pages("/inbox/page", form).await;
            assert_eq!(found, ids(&picked), "{}: {q}", self.at("looked for"));
            let open = picked.iter().filter(|chat| chat["state"] != "closed");
            let open: Vec<Value> = open.cloned().collect();
            let mut found = Chats::new();
            let mut next = String::new();
            loop {
                let path = format!("/inbox?group=all&q={q}{next}");
                let page = self.who().get(&path).await;
                found.extend(ids(page["items"].as_array().unwrap()));
                let Some(word) = page["next"].as_str() else {
                    break;
                };
                next = format!("&next={word}");
            }
            assert_eq!(
                found,
                ids(&open),
                "{}: {q}",
                self.at("looked for in a group")
            );
        }
        let carried: Vec<Value> = all
            .iter()
            .filter(|chat| has(chat, &second))
            .cloned()
            .collect();
        let form = json!({"filter": {"state": "any", "label_ids": [second]}});
        let found = self.pages("/inbox/page", form).await;
        assert_eq!(found, ids(&carried), "{}", self.at("one label"));
    }

    pub(super) async fn lists(&self) {
        let who = self.who();
        let listed = ids(who.get("/chats").await.as_array().unwrap());
        let talks = self.of(|c| !c.client && !c.topic);
        let topics = self.of(|c| c.topic);
        let followed: Chats = listed.intersection(&topics).cloned().collect();
        let all: Chats = talks.union(&followed).cloned().collect();
        assert_eq!(listed, all, "{}", self.at("the list of colleagues"));
        if self.member.guest {
            return;
        }
        let clients = self.of(|c| c.client);
        let mut listed = Chats::new();
        for group in ["all", "closed"] {
            listed.extend(ids(&who.inbox(group).await));
        }
        assert_eq!(listed, clients, "{}", self.at("the inbox"));
        let counts = who.get("/inbox/counts").await;
        let total = |group: &str| counts[group]["total"].as_u64().unwrap();
        for group in ["my", "watched", "queue", "waiting", "snoozed"] {
            let some = ids(&who.inbox(group).await);
            assert!(some.is_subset(&clients), "{}", self.at(group));
            assert_eq!(some.len() as u64, total(group), "{}", self.at(group));
        }
        for view in who.get("/views/counts").await.as_array().unwrap() {
            let form = json!({"view_id": view["id"]});
            let some = self.pages("/inbox/page", form).await;
            assert_eq!(some.len(), view["total"], "{}: {view}", self.at("a view"));
        }
        let form = json!({"filter": {"state": "any"}});
        let paged = self.pages("/inbox/page", form.clone()).await;
        assert_eq!(paged, clients, "{}", self.at("a filter"));
        let named = who.post("/inbox/ids", form).await;
        let named: Chats = serde_json::from_value(named["ids"].clone()).unwrap();
        assert_eq!(named, clients, "{}", self.at("ids of a list"));
        let counted = total("all") + total("closed");
        assert_eq!(counted, clients.len() as u64, "{}", self.at("the counts"));
        self.looked_for().await;
    }

    /// The messages of this round are found, and so are their files' owners.
    pub(super) async fn search(&self) {
        let mut found = Chats::new();
        let mut next = String::new();
        loop {
            let path = format!("/search?q={}{next}", super::company::mark(self.round));
            let page = self.who().get(&path).await;
            for hit in page["hits"].as_array().unwrap() {
                let thread = hit["thread"]["id"].as_str().unwrap();
                assert_eq!(hit["message"]["thread_id"], thread);
                found.insert(thread.to_owned());
            }
            let Some(more) = page["next"].as_str() else {
                break;
            };
            next = format!("&next={more}");
        }
        assert_eq!(found, *self.mine, "{}", self.at("search"));
        // In one chat by its id: what may not be seen is not searched either.
        for chat in self.chats.iter().filter(|c| !self.mine.contains(&c.id)) {
            let word = super::company::mark(self.round);
            let path = format!("/search?q={word}&thread_id={}", chat.id);
            let (status, page) = self.who().raw(Method::GET, &path, None).await;
            let empty = page["hits"].as_array().is_none_or(Vec::is_empty);
            assert!(
                empty && !status.is_server_error(),
                "{}: {page}",
                self.at("search in one chat")
            );
        }
    }

    /// Finding by a chat's name, and by a conversation's number.
    pub(super) async fn names(&self) {
        for chat in self.chats.iter().filter(|c| !c.title.is_empty()) {
            let found = self.who().get(&format!("/find?q={}", chat.title)).await;
            let list = if chat.client { "client_chats" } else { "chats" };
            let found = ids(found[list].as_array().unwrap());
            let want = self.mine.contains(&chat.id);
            let at = self.at(&format!("finding {}", chat.title));
            assert_eq!(found.contains(&chat.id), want, "{at}");
            assert!(found.is_subset(self.mine), "{at}");
        }
    }

    /// Links of a thread, of its page, of the file in it, and the answer to "why"; thread and page also by a token.
    pub(super) async fn links(&self, marks: &Marks) {
        for chat in self.chats {
            let mine = self.mine.contains(&chat.id);
            let kind = if chat.client { "client-chats" } else { "chats" };
            let mut paths = vec![
                format!("/threads/{}/messages", chat.id),
                format!("/threads/{}/files?kind=files", chat.id),
                format!("/{kind}/{}", chat.id),
            ];
            let mut why = format!("/access/{}", chat.id);
            if let Some((message, file, _)) = marks.get(&chat.id) {
                paths.push(format!("/messages/{message}"));
                paths.push(format!("/files/{file}"));
            }
            if !self.member.guest {
                paths.push(std::mem::take(&mut why));
            }
            let program = self.member.program.iter();
            let by_program = program.flat_map(|who| [&paths[0], &paths[2]].map(|path| (path, who)));
            let by_hand = paths.iter().map(|path| (path, self.who()));
            for (path, who) in by_hand.chain(by_program) {
                let (status, answer) = who.raw(Method::GET, path, None).await;
                let right = if mine {
                    status.is_success()
                } else {
                    hidden(self.member, status)
                };
                let at = self.at(&format!("{path} ({})", chat.title));
                assert!(right, "{at}: {status} {answer}");
            }
        }
    }

    /// The table of conversations: for who manages some, of the chats they see.
    pub(super) async fn table(&self, olga: &Caller) {
        let (status, table) = self
            .who()
            .raw(Method::GET, "/conversations/table", None)
            .await;
        if status == StatusCode::FORBIDDEN {
            return;
        }
        let table = table
            .as_str()
            .unwrap()
            .trim_start_matches('\u{feff}')
            .to_owned();
        let numbers = |text: &str| -> BTreeSet<i64> {
            let rows = text.lines().skip(1);
            rows.filter_map(|row| row.split([';', ',']).next()?.trim_matches('"').parse().ok())
                .collect()
        };
        let mut right = BTreeSet::new();
        for id in self.of(|c| c.client) {
            let page = olga.get(&format!("/client-chats/{id}")).await;
            let all = page["conversations"].as_array().unwrap().iter();
            right.extend(all.filter_map(|c| c["number"].as_i64()));
        }
        assert_eq!(numbers(&table), right, "{}", self.at("the table"));
    }

    /// Who has left reaches nothing by anything they still hold.
    pub(super) async fn shut(&self) {
        for who in [Some(self.who()), self.member.program.as_ref()] {
            let Some(who) = who else { continue };
            for path in ["/chats", "/inbox?group=all", "/search?q=zz", "/me"] {
                let (status, answer) = who.raw(Method::GET, path, None).await;
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}: {answer}");
            }
            for chat in self.chats {
                let path = format!("/threads/{}/messages", chat.id);
                let (status, _) = who.raw(Method::GET, &path, None).await;
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{}", self.at(&path));
            }
        }
    }
}
