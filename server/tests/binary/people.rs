//! Who calls the binary over HTTP and sockets: employees, visitors of the site, followers with a cursor.

use futures_util::{SinkExt, StreamExt};
use reqwest::{Client, Method, StatusCode, header};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

/// A program's way to the server: the whole answer or none, never for ever.
pub(crate) fn http() -> Client {
    Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

/// Somebody who calls: an employee by a cookie, or a visitor by a secret word.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) http: Client,
    pub(crate) base: String,
    pub(crate) header: (&'static str, String),
    /// The address they come from.
    pub(crate) from: String,
}

impl Caller {
    /// Somebody who is not signed in.
    pub(crate) fn stranger(base: &str, number: usize) -> Self {
        Self {
            http: http(),
            base: format!("{base}/api/v1"),
            header: ("x-nobody", String::new()),
            from: format!("10.0.{}.{}", number / 250, number % 250 + 1),
        }
    }
    /// A visitor of the site.
    pub(crate) fn visitor(base: &str, number: usize) -> Self {
        let word = kernel::Ids::Time.secret();
        Self {
            header: ("authorization", format!("Bearer {word}")),
            ..Self::stranger(base, number)
        }
    }
    /// One call; an error when no whole answer came.
    pub(crate) async fn raw(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> reqwest::Result<(StatusCode, Value)> {
        let request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .header(self.header.0, &self.header.1)
            .header("x-forwarded-for", &self.from);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        Ok((
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        ))
    }
    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.raw(Method::GET, path, None).await.unwrap();
        assert!(status.is_success(), "{path}: {status} {body}");
        body
    }
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.raw(Method::POST, path, Some(&body)).await.unwrap();
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }
    /// Signs in (or up) and keeps the cookie; answers who it is.
    pub(crate) async fn sign(&mut self, path: &str, form: Value) -> Value {
        let url = format!("{}{path}", self.base);
        let answer = self.http.post(url).json(&form).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        self.header = ("cookie", cookie.split(';').next().unwrap().to_owned());
        answer.json().await.unwrap()
    }
    /// All messages of a thread, oldest first; their numbers must have no gap.
    pub(crate) async fn thread(&self, id: &str) -> Vec<Value> {
        let mut out: Vec<Value> = Vec::new();
        loop {
            let after = out.len();
            let path = format!("/threads/{id}/messages?after={after}&limit=200");
            let page = self.get(&path).await;
            let more = page["messages"].as_array().unwrap();
            for message in more {
                assert_eq!(message["seq"], json!(out.len() + 1), "numbers without gaps");
                out.push(message.clone());
            }
            if more.is_empty() {
                return out;
            }
        }
    }
    /// The clients' chats in a group of the inbox, all pages.
    pub(crate) async fn inbox(&self, group: &str) -> Vec<Value> {
        let (mut out, mut next) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("/inbox?group={group}{next}")).await;
            out.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(word) => next = format!("&next={word}"),
                None => return out,
            }
        }
    }
}

/// Workspace, site widget, employees in one chat.
pub(crate) struct Company {
    pub(crate) people: Vec<Caller>,
    /// The widget's public key.
    pub(crate) key: String,
    /// The chat of all employees.
    pub(crate) chat: String,
}

impl Company {
    pub(crate) async fn found(base: &str, token: &str, employees: usize) -> Self {
        let mut olga = Caller::stranger(base, 900);
        let form = json!({"token": token, "workspace": "W", "name": "Olga", "login": "olga", "password": "olga-password",
            "language": "en", "time_zone": "UTC"});
        olga.sign("/setup", form).await;
        let channel = json!({"kind": "widget", "name": "Site", "settings": {"title": "W"}});
        let account = olga.post("/channels", channel).await;
        let snippet = account["snippet"].as_str().unwrap();
        let key = snippet.split("data-key=\"").nth(1).unwrap();
        let key = key.split('"').next().unwrap().to_owned();
        let (mut people, mut ids) = (vec![olga], Vec::new());
        for n in 1..employees {
            let invited = people[0]
                .post("/invitations", json!({"name": format!("E{n}")}))
                .await;
            let word = invited["url"].as_str().unwrap().rsplit('/').next().unwrap();
            let mut person = Caller::stranger(base, 900 + n);
            let form = json!({"name": format!("E{n}"), "login": format!("e{n}"), "password": "long-enough"});
            let me = person.sign(&format!("/join/{word}"), form).await;
            ids.push(me["person"]["id"].clone());
            people.push(person);
        }
        let group = json!({"kind": "group", "title": "All", "member_ids": ids});
        let chat = people[0].post("/chats", group).await;
        Self {
            people,
            key,
            chat: chat["id"].as_str().unwrap().to_owned(),
        }
    }
}

/// A socket that comes back with its cursor, and what it was told of one thread: numbers and texts, each once.
pub(crate) struct Follower {
    pub(crate) caller: Caller,
    pub(crate) thread: String,
    pub(crate) cursor: Option<String>,
    pub(crate) told: BTreeMap<i64, String>,
    /// Messages told by a frame again after they had been: the cursor should have spared them.
    pub(crate) repeated: usize,
    /// Too much was missed to be told frame by frame: whoever follows fetches the thread, as a page does.
    pub(crate) reload: bool,
    /// Frames of an import, in their order.
    pub(crate) heard: Vec<Value>,
    framed: BTreeSet<i64>,
}

impl Follower {
    pub(crate) const fn new(caller: Caller, thread: String) -> Self {
        Self {
            caller,
            thread,
            cursor: None,
            told: BTreeMap::new(),
            repeated: 0,
            reload: false,
            heard: Vec::new(),
            framed: BTreeSet::new(),
        }
    }
    /// One connection, read until it ends or `enough` says so.
    pub(crate) async fn follow(&mut self, enough: impl Fn(&Self) -> bool) {
        let url = format!("{}/socket", self.caller.base.replace("http", "ws"));
        let mut request = url.into_client_request().unwrap();
        let cookie = self.caller.header.1.parse().unwrap();
        request.headers_mut().insert("cookie", cookie);
        let Ok((mut stream, _)) = tokio_tungstenite::connect_async(request).await else {
            return;
        };
        let hello = json!({"type": "hello", "cursor": self.cursor, "client": {"kind": "web", "version": "test"}});
        if stream
            .send(Message::Text(hello.to_string().into()))
            .await
            .is_err()
        {
            return;
        }
        while let Some(Ok(frame)) = stream.next().await {
            let Message::Text(text) = frame else { continue };
            self.take(&serde_json::from_str(&text).unwrap());
            if enough(self) {
                return;
            }
        }
    }
    fn take(&mut self, frame: &Value) {
        self.reload |= frame["type"] == "reload";
        if let Some(cursor) = frame["cursor"].as_str() {
            self.cursor = Some(cursor.to_owned());
        }
        if frame["type"] == "contact_import.changed" {
            self.heard.push(frame.clone());
        }
        let message = &frame["message"];
        if frame["type"] == "message.added" && message["thread_id"] == self.thread.as_str() {
            let (seq, text) = (message["seq"].as_i64().unwrap(), message["text"].as_str());
            self.told.insert(seq, text.unwrap().to_owned());
            self.repeated += usize::from(!self.framed.insert(seq));
        }
    }
}
