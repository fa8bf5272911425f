//! A made-up company, the drawn acts it lives through, and what its people's sockets are told.

use super::Chats;
use crate::{
    app::{App, Caller, Socket, Visitor, connect_widget, uuid},
    push::{self, PushDouble},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use testkit::telegram_double::TelegramDouble;

/// So long that no visitor counts as one who writes too often.
const A_WHILE: Duration = Duration::from_secs(400);
/// Chats of clients, and of colleagues, at most.
const MOST: usize = 14;

/// Somebody who is asked.
pub(super) struct Member {
    pub(super) login: &'static str,
    pub(super) who: Caller,
    /// Their program, which may read.
    pub(super) program: Option<Caller>,
    pub(super) guest: bool,
    pub(super) active: bool,
    socket: Option<Socket>,
}

/// A chat there is.
pub(super) struct Chat {
    pub(super) id: String,
    pub(super) client: bool,
    pub(super) topic: bool,
    /// Empty where a chat has no name of its own.
    pub(super) title: String,
    visitor: Option<Visitor>,
    /// Of a group of clients.
    group: i64,
    /// Of a topic: its group.
    parent: Option<String>,
}

/// What was said last: chat → message, file and who said it.
pub(super) type Marks = BTreeMap<String, (String, String, String)>;

/// The word of a round; nothing else has it.
pub(super) fn mark(round: u64) -> String {
    format!("zq{round}x")
}

/// A repeatable series of numbers.
struct Draw(u64);
impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n.max(1)
    }
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Labels: every second client has the one, every third the other.
pub(super) const LABELS: [&str; 2] = ["Zmetka", "Zptica"];
/// The states of a filter.
const STATES: [&str; 6] = ["any", "open", "queue", "unanswered", "snoozed", "closed"];

pub(super) struct Company<'a> {
    pub(super) app: &'a App,
    pub(super) people: Vec<Member>,
    pub(super) chats: Vec<Chat>,
    keys: Vec<String>,
    double: TelegramDouble,
    pushes: PushDouble,
    /// What phones rang for that waited when the acts of a round were over: person → chats.
    pub(super) late: BTreeMap<String, Chats>,
    departments: Vec<String>,
    roles: Vec<String>,
    labels: Vec<String>,
    draw: Draw,
    named: usize,
    /// Acts that were done and acts that were refused, by name.
    done: BTreeMap<&'static str, (usize, usize)>,
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

impl<'a> Company<'a> {
    pub(super) async fn found(app: &'a App, seed: u64) -> Self {
        let olga = app.olga().await;
        let mut people = vec![("olga", olga.clone())];
        for (name, login, role) in [
            ("Анна", "anna", "Сотрудник"),
            ("Борис", "boris", "Сотрудник"),
            ("Вера", "vera", "Руководитель"),
            ("Глеб", "gleb", "Сотрудник"),
            ("Дарья", "darya", "Сотрудник"),
        ] {
            people.push((login, app.join(&olga, name, login, role).await));
        }
        let mut departments = Vec::new();
        for name in ["Продажи", "Склад"] {
            departments.push(id(&olga.post("/departments", json!({"name": name})).await));
        }
        let mut roles = Vec::new();
        for name in ["Сменная", "Гибкая"] {
            let form = json!({"name": name, "rights": []});
            roles.push(id(&olga.post("/roles", form).await));
        }
        let form = json!({"name": "Опт", "member_ids": [people[1].1.id]});
        let queue = id(&olga.post("/queues", form).await);
        // Views of everybody, one of each state: what they count is what they list.
        for state in STATES {
            let filter = json!({"state": state});
            let form = json!({"name": state, "shared": true, "filter": filter});
            olga.post("/views", form).await;
        }
        let mut labels = Vec::new();
        for name in LABELS {
            let form = json!({"name": name, "color": "red"});
            labels.push(id(&olga.post("/labels", form).await));
        }
        let (first, _) = connect_widget(&olga).await;
        let (second, account) = connect_widget(&olga).await;
        let form = json!({"name": "Опт", "queue_id": queue, "settings": {"title": "Опт"}});
        olga.patch(&format!("/channels/{account}"), form).await;
        // And of their own: of some who see much, and of one who sees little and stays so.
        let filters = [
            json!({"label_ids": [labels[0]], "state": "any"}),
            json!({"label_ids": labels, "older_than_min": 20}),
            json!({"older_than_min": 30, "state": "any"}),
            json!({"queue_ids": [queue], "account_ids": [account], "state": "any"}),
            json!({"assignee_ids": [people[2].1.id], "mine": true, "state": "any"}),
            json!({"unassigned": true, "older_than_min": 30, "label_ids": [labels[1]]}),
        ];
        for (login, who) in &people {
            let some = match *login {
                "olga" | "boris" => &filters[..],
                "gleb" => &filters[1..2],
                _ => &[],
            };
            for (n, filter) in some.iter().enumerate() {
                let form = json!({"name": format!("{login} {n}"), "filter": filter});
                who.post("/views", form).await;
            }
        }
        let (double, _) = crate::telegram::connect(app, &olga, "poll").await;
        let key = olga.get("/push").await["key"].as_str().unwrap().to_owned();
        let pushes = PushDouble::start(app, key).await;
        let members: Vec<&str> = people[1..].iter().map(|p| &*p.1.id).collect();
        let form = json!({"kind": "group", "title": "Zkatalog", "member_ids": members});
        let group = id(&olga.post("/chats", form).await);
        people.push((
            "nika",
            app.join_guest(&olga, "Ника", "nika", &[&group]).await,
        ));
        let mut company = Self {
            app,
            people: Vec::new(),
            chats: Vec::new(),
            keys: vec![first, second],
            double,
            pushes,
            late: BTreeMap::new(),
            departments,
            roles,
            labels,
            draw: Draw(seed),
            named: 0,
            done: BTreeMap::new(),
        };
        company.talk(group, "Zkatalog");
        for (login, who) in people {
            let mut member = Member {
                login,
                who,
                program: None,
                guest: login == "nika",
                active: true,
                socket: None,
            };
            company.arrives(&mut member).await;
            company.people.push(member);
        }
        for _ in 0..3 {
            company.client_writes().await;
            company.begins_a_talk().await;
        }
        company.group_of_clients_writes().await;
        company
    }

    pub(super) fn olga(&self) -> &Caller {
        &self.people[0].who
    }

    /// Somebody opens a window, has a phone, and a program.
    async fn arrives(&self, member: &mut Member) {
        let mut socket = member.who.listen(None).await;
        socket.wait_type("welcome").await;
        member.socket = Some(socket);
        let phone = self.pushes.shut(member.login);
        member.who.post("/push/subscriptions", phone).await;
        if !member.guest {
            let form = json!({"name": "Программа", "scopes": ["read"]});
            let made = member.who.post("/me/tokens", form).await;
            let mut program = self.app.stranger();
            program.bearer = Some(made["token"].as_str().unwrap().to_owned());
            member.program = Some(program);
        }
    }

    fn talk(&mut self, id: String, title: &str) {
        if self.chats.iter().any(|c| c.id == id) {
            return;
        }
        self.chats.push(Chat {
            id,
            client: false,
            topic: false,
            title: title.to_owned(),
            visitor: None,
            group: 0,
            parent: None,
        });
    }

    fn name(&mut self, kind: &str) -> String {
        self.named += 1;
        format!("{kind}{}z", self.named)
    }

    /// Somebody, whether they work here still or not.
    fn somebody(&mut self) -> usize {
        self.draw.below(self.people.len())
    }

    fn some(&mut self, percent: usize, guests: bool) -> Vec<String> {
        let mut out = Vec::new();
        for n in 0..self.people.len() {
            let member = &self.people[n];
            let (fits, id) = (guests || !member.guest, member.who.id.clone());
            if fits && self.draw.chance(percent) {
                out.push(id);
            }
        }
        out
    }

    fn chat(&mut self, fits: impl Fn(&Chat) -> bool) -> Option<usize> {
        let fitting = self.chats.iter().enumerate().filter(|(_, c)| fits(c));
        let fitting: Vec<usize> = fitting.map(|(n, _)| n).collect();
        (!fitting.is_empty()).then(|| fitting[self.draw.below(fitting.len())])
    }

    /// Tries something that may be refused, but must not be a fault.
    async fn tries(
        &mut self,
        what: &'static str,
        who: usize,
        method: Method,
        path: &str,
        form: Option<Value>,
    ) -> Option<Value> {
        if !self.people[who].active {
            return None;
        }
        let (status, answer) = self.people[who].who.raw(method, path, form).await;
        assert!(!status.is_server_error(), "{path}: {status} {answer}");
        let count = self.done.entry(what).or_default();
        if status.is_success() {
            count.0 += 1;
            Some(answer)
        } else {
            count.1 += 1;
            None
        }
    }

    /// One drawn act.
    pub(super) async fn act(&mut self) {
        match self.draw.below(14) {
            0 | 1 => self.client_writes().await,
            2 => self.group_of_clients_writes().await,
            3..=6 => self.works_on_a_chat().await,
            7 => self.arranges_queues().await,
            8 => self.changes_somebody().await,
            9 => self.changes_a_role().await,
            10 => self.begins_a_talk().await,
            11 | 12 => self.arranges_a_group().await,
            _ => self.leaves_or_returns().await,
        }
    }

    /// A client who is known, or a new one.
    async fn client_writes(&mut self) {
        self.app.clock.advance(A_WHILE);
        let known = self.chat(|c| c.visitor.is_some());
        let full = self.chats.iter().filter(|c| c.client).count() >= MOST;
        if let Some(n) = known
            && (full || self.draw.chance(40))
        {
            let visitor = self.chats[n].visitor.as_ref().unwrap();
            visitor.write("Я снова здесь").await;
            return;
        }
        if full {
            return;
        }
        let key = self.keys[self.draw.below(2)].clone();
        let title = self.name("Klient");
        let visitor = Visitor::new(self.app, &key).await;
        let form = json!({"token": visitor.caller.bearer, "name": title});
        let introduced = format!("/widget/{key}/visitor");
        visitor.caller.post(&introduced, form).await;
        visitor.write("Здравствуйте").await;
        self.client_came(title, Some(visitor), 0).await;
    }

    async fn client_came(&mut self, title: String, visitor: Option<Visitor>, group: i64) {
        let olga = self.olga();
        let found = self.app.until("the client's chat", async || {
            let found = olga.get(&format!("/inbox?group=all&q={title}")).await;
            Some(id(found["items"].as_array()?.first()?))
        });
        let chat = Chat {
            id: found.await,
            client: true,
            topic: false,
            title,
            visitor,
            group,
            parent: None,
        };
        for (n, label) in self.labels.iter().enumerate() {
            if self.chats.len().is_multiple_of(n + 2) {
                let form = json!({"ids": [chat.id], "act": "label", "add": [label]});
                olga.post("/client-chats/bulk", form).await;
            }
        }
        self.chats.push(chat);
    }

    /// A group in a messenger in which several clients write.
    async fn group_of_clients_writes(&mut self) {
        let who = 1 + i64::try_from(self.draw.below(3)).unwrap();
        if let Some(n) = self.chat(|c| c.group != 0)
            && self.draw.chance(60)
        {
            let (group, title) = (self.chats[n].group, self.chats[n].title.clone());
            let text = self.name("Vopros");
            self.double.say_in_group(group, &title, who, &text).await;
            let (olga, path) = (
                self.olga(),
                format!("/threads/{}/messages", self.chats[n].id),
            );
            self.app
                .until("the words of a group", async || {
                    let page = olga.get(&path).await;
                    let all = page["messages"].as_array()?;
                    all.iter().any(|m| m["text"] == text.as_str()).then_some(())
                })
                .await;
        } else if self.chats.iter().filter(|c| c.group != 0).count() < 3 {
            let title = self.name("Gruppa");
            let group = -100 - i64::try_from(self.named).unwrap();
            self.double.say_in_group(group, &title, who, "Мы тут").await;
            self.client_came(title, None, group).await;
        }
    }

    async fn works_on_a_chat(&mut self) {
        let Some(n) = self.chat(|c| c.client) else {
            return;
        };
        // Mostly those who may; sometimes those who may not.
        let who = if self.draw.chance(40) {
            0
        } else {
            self.somebody()
        };
        let other = self.somebody();
        let other_id = self.people[other].who.id.clone();
        let queues = self.olga().get("/queues").await;
        let queues = queues.as_array().unwrap();
        let queue = queues[self.draw.below(queues.len())]["id"].clone();
        let (act, form) = match self.draw.below(12) {
            0 => ("take", json!({})),
            1 => ("to-queue", json!({"queue_id": queue})),
            2 | 3 => ("close", json!({})),
            4 => ("reopen", json!({})),
            5 => ("snooze", json!({})),
            6 => ("wake", json!({})),
            7 | 8 => (
                "hand-over",
                json!({"to": other_id, "note": "Разберись", "observe": self.draw.chance(50)}),
            ),
            9 => ("observers", json!({"add": [other_id]})),
            10 => ("observers", json!({"remove": [other_id]})),
            _ => ("leave", json!({})),
        };
        let path = format!("/client-chats/{}/{act}", self.chats[n].id);
        self.tries(act, who, Method::POST, &path, Some(form)).await;
    }

    async fn arranges_queues(&mut self) {
        let queues = self.olga().get("/queues").await;
        let queues = queues.as_array().unwrap().clone();
        let queue = &queues[self.draw.below(queues.len())];
        let path = format!("/queues/{}", queue["id"].as_str().unwrap());
        if queues.len() > 3 && self.draw.chance(50) {
            self.tries("a queue ends", 0, Method::DELETE, &path, None)
                .await;
            return;
        }
        let mut form = json!({"name": queue["name"], "member_ids": self.some(40, false),
            "department_ids": self.departments.iter().take(self.draw.below(3)).collect::<Vec<_>>()});
        if queues.len() < 4 && self.draw.chance(25) {
            form["name"] = json!(self.name("Ochered"));
            self.tries("a queue begins", 0, Method::POST, "/queues", Some(form))
                .await;
        } else {
            self.tries("a queue changes", 0, Method::PATCH, &path, Some(form))
                .await;
        }
    }

    async fn changes_somebody(&mut self) {
        let who = 1 + self.draw.below(5);
        let path = format!("/people/{}", self.people[who].who.id);
        let form = if self.draw.chance(50) {
            let department = self.departments[self.draw.below(2)].clone();
            json!({"department_id": department})
        } else {
            let roles = self.olga().get("/roles").await;
            let roles = roles["roles"].as_array().unwrap();
            let fits = |r: &&Value| r["name"] != "Администратор";
            let roles: Vec<&Value> = roles.iter().filter(fits).collect();
            let first = roles[self.draw.below(roles.len())]["id"].clone();
            let second = roles[self.draw.below(roles.len())]["id"].clone();
            let held: BTreeSet<String> = [first, second]
                .iter()
                .map(|r| r.as_str().unwrap().to_owned())
                .collect();
            json!({"role_ids": held})
        };
        self.tries("somebody changes", 0, Method::PATCH, &path, Some(form))
            .await;
    }

    async fn changes_a_role(&mut self) {
        let role = self.roles[self.draw.below(2)].clone();
        let mut rights = vec![json!({"right": "team.write", "scope": "all"})];
        for right in [
            "conversations.answer",
            "conversations.see",
            "conversations.manage",
        ] {
            if self.draw.chance(50) {
                let scope = ["group", "all"][usize::from(self.draw.chance(25))];
                rights.push(json!({"right": right, "scope": scope}));
            }
        }
        let form = json!({"name": role, "rights": rights});
        let path = format!("/roles/{role}");
        self.tries("a role changes", 0, Method::PATCH, &path, Some(form))
            .await;
    }

    async fn begins_a_talk(&mut self) {
        let who = self.somebody();
        let talks = self.chats.iter().filter(|c| !c.client && !c.topic).count();
        match self.draw.below(3) {
            0 if talks < MOST => {
                let other = self.somebody();
                let form = json!({"kind": "direct", "person_id": self.people[other].who.id});
                let made = self.tries("direct", who, Method::POST, "/chats", Some(form));
                if let Some(made) = made.await {
                    self.talk(id(&made), "");
                }
            }
            1 if talks < MOST => {
                let title = self.name("Beseda");
                let form =
                    json!({"kind": "group", "title": title, "member_ids": self.some(40, false)});
                let made = self.tries("a group", who, Method::POST, "/chats", Some(form));
                if let Some(made) = made.await {
                    self.talk(id(&made), &title);
                }
            }
            _ => self.begins_a_topic(who).await,
        }
    }

    async fn begins_a_topic(&mut self, who: usize) {
        let Some(n) = self.chat(|c| !c.client && !c.topic && !c.title.is_empty()) else {
            return;
        };
        let group = self.chats[n].id.clone();
        let form = json!({"client_id": uuid(), "text": "Обсудим?"});
        let path = format!("/chats/{group}/messages");
        let Some(said) = self
            .tries("said", who, Method::POST, &path, Some(form))
            .await
        else {
            return;
        };
        let path = format!("/chats/{group}/topics");
        let form = json!({"message_id": said["id"]});
        let made = self.tries("a topic", who, Method::POST, &path, Some(form));
        if let Some(made) = made.await {
            self.talk(id(&made), "");
            let last = self.chats.last_mut().unwrap();
            (last.topic, last.parent) = (true, Some(group));
        }
    }

    async fn arranges_a_group(&mut self) {
        let Some(n) = self.chat(|c| !c.client) else {
            return;
        };
        let (who, other) = (self.somebody(), self.somebody());
        let other = self.people[other].who.id.clone();
        let path = format!("/chats/{}", self.chats[n].id);
        let (what, form) = match self.draw.below(6) {
            0 | 1 => ("somebody is added", json!({"add": [other]})),
            2 => ("somebody is taken out", json!({"remove": [other]})),
            3 => ("put away", json!({"archived": true})),
            4 => ("followed", json!({"following": self.draw.chance(60)})),
            _ => {
                let path = format!("{path}/leave");
                self.tries("left", who, Method::POST, &path, Some(json!({})))
                    .await;
                return;
            }
        };
        self.tries(what, who, Method::PATCH, &path, Some(form))
            .await;
    }

    /// One of them is shut out of the company, or comes back.
    async fn leaves_or_returns(&mut self) {
        let n = 4 + self.draw.below(2);
        let active = !self.people[n].active;
        if self.people.iter().any(|p| !p.active) && !active {
            return;
        }
        let path = format!("/people/{}", self.people[n].who.id);
        let form = json!({"active": active});
        self.tries(
            "somebody leaves or returns",
            0,
            Method::PATCH,
            &path,
            Some(form),
        )
        .await;
        let mut member = self.people.remove(n);
        member.active = active;
        if active {
            let login = member.login;
            let form = json!({"login": login, "password": format!("{login}-password")});
            member.who.sign("/sessions", form).await;
            self.arrives(&mut member).await;
        } else if let Some(mut socket) = member.socket.take() {
            // Their window is closed behind them.
            while socket.next().await.is_some() {}
        }
        self.people.insert(n, member);
    }

    /// Who is in a chat of colleagues, by its own list.
    pub(super) async fn members(&self, chat: &Chat) -> Vec<Value> {
        let path = format!("/chats/{}", chat.parent.as_ref().unwrap_or(&chat.id));
        for member in self.people.iter().filter(|m| m.active) {
            let (status, answer) = member.who.raw(Method::GET, &path, None).await;
            if status.is_success() {
                return answer["member_ids"].as_array().unwrap().clone();
            }
        }
        Vec::new()
    }

    /// Something is said in every chat in which anybody may, with a file; answers which. Among colleagues everybody is named,
    /// whether they are there or not.
    pub(super) async fn mark(&mut self, round: u64) -> Marks {
        let word = mark(round);
        let mut marks = Marks::new();
        let named = |m: &Member| format!(" @[{}]({})", m.login, m.who.id);
        let names: String = self.people.iter().map(named).collect();
        // What waited from before goes now, to whoever it still may.
        push::carried(self.app).await;
        self.pushes.about();
        self.late = self.rang().await;
        for chat in &self.chats {
            let mut form = json!({"client_id": uuid(), "text": format!("{word} здесь")});
            let kind = if chat.client { "client-chats" } else { "chats" };
            if chat.client {
                form["hidden"] = json!(true);
            } else {
                form["text"] = json!(format!("{word} здесь{names}"));
            }
            for member in self.people.iter().filter(|m| m.active) {
                let seen = format!("/threads/{}/messages", chat.id);
                let (status, _) = member.who.raw(Method::GET, &seen, None).await;
                if !status.is_success() {
                    continue;
                }
                let (_, file) = member.who.upload("/files", "z.txt", word.as_bytes()).await;
                form["files"] = json!([file["id"]]);
                let path = format!("/{kind}/{}/messages", chat.id);
                let said = member
                    .who
                    .raw(Method::POST, &path, Some(form.clone()))
                    .await;
                assert!(!said.0.is_server_error(), "{said:?}");
                if said.0.is_success() {
                    let author = member.who.id.clone();
                    marks.insert(chat.id.clone(), (id(&said.1), id(&file), author));
                    break;
                }
            }
        }
        marks
    }

    /// What each phone rang for since the mark was said: person → chats.
    pub(super) async fn rang(&self) -> BTreeMap<String, Chats> {
        push::settle(self.app).await;
        let mut out: BTreeMap<String, Chats> = BTreeMap::new();
        for (login, chat) in self.pushes.about() {
            let member = self.people.iter().find(|m| m.login == login).unwrap();
            let chat: kernel::Uuid = chat.parse().unwrap();
            let chats = out.entry(member.who.id.clone()).or_default();
            chats.insert(chat.to_string());
        }
        out
    }

    /// What each open window was told in this round: chats in which the mark was said, and chats for which it showed
    /// something.
    pub(super) async fn heard(&mut self, round: u64) -> BTreeMap<String, (Chats, Chats)> {
        let word = mark(round);
        let mut out = BTreeMap::new();
        for member in &mut self.people {
            let Some(socket) = member.socket.as_mut() else {
                continue;
            };
            let end = format!("end of {round}");
            member.who.patch("/me", json!({"status_text": end})).await;
            let (mut told, mut shown) = (Chats::new(), Chats::new());
            loop {
                let frame = socket.next().await.expect("a window stays open");
                assert_ne!(frame["type"], "reload", "{frame}");
                let text = frame["message"]["text"].as_str().or(frame["text"].as_str());
                let marked = text.is_some_and(|t| t.starts_with(&word));
                if marked && frame["type"] == "message.added" {
                    let thread = frame["message"]["thread_id"].as_str().unwrap();
                    told.insert(thread.to_owned());
                }
                if marked && frame["type"] == "notify" {
                    shown.insert(frame["thread_id"].as_str().unwrap().to_owned());
                }
                let person = &frame["person"];
                if person["id"] == member.who.id.as_str() && person["status_text"] == end.as_str() {
                    break;
                }
            }
            out.insert(member.who.id.clone(), (told, shown));
        }
        out
    }

    /// Enough was done for the property to mean something.
    pub(super) fn was_worth_it(&self) {
        let kinds = self.done.values().filter(|(done, _)| *done > 0).count();
        let refused: usize = self.done.values().map(|(_, refused)| *refused).sum();
        assert!(kinds >= 10 && refused > 0, "{:?}", self.done);
        let clients = self.chats.iter().filter(|c| c.client).count();
        assert!(clients > 3 && self.chats.len() > clients + 2);
    }
}
