//! The harness: a whole Beseda in this process on a database of its own, people who call it, sockets that listen.

use crate::template::postgres_with_tables;
use beseda::{
    assemble::{Beseda, assemble_beside},
    config::Config,
};
use futures_util::{SinkExt, StreamExt};
use kernel::{Clock, Ids, Moment};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

/// Which database a story runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// One story on both engines: `story!(s0_01_colleagues_write, |app| { … });`
#[macro_export]
macro_rules! story {
    ($name:ident, |$app:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "a story may need nothing of its file")]
            use super::*;
            async fn tell($app: $crate::app::App) $body
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                tell($crate::app::App::start($crate::app::Engine::Sqlite).await.unwrap()).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(app) = $crate::app::App::start($crate::app::Engine::Postgres).await {
                    tell(app).await;
                }
            }
        }
    };
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

pub(crate) struct App {
    pub(crate) beseda: Option<Beseda>,
    pub(crate) clock: Clock,
    pub(crate) address: SocketAddr,
    pub(crate) folder: PathBuf,
    pub(crate) config: Config,
    /// How names become addresses for what users make the server call.
    pub(crate) lookup: http_client::Lookup,
    /// Channels of the story's own, from the next opening on.
    pub(crate) channels: Vec<Arc<dyn channel::Channel>>,
}

impl App {
    /// A house that is set up: workspace «Мастерская», administrator `olga`.
    /// `None` on `PostgreSQL` when no server was given (`tools/with-postgres.sh` gives one; CI must).
    pub(crate) async fn start(engine: Engine) -> Option<Self> {
        let n = NUMBER.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("beseda-story-{}-{n}", std::process::id()));
        let mut config = Config {
            data: folder.clone(),
            ..Config::default()
        };
        let clock = Clock::hand(Moment::from_seconds(1_800_000_000));
        if engine == Engine::Postgres {
            let name = format!("story_{n}");
            config.database.url = postgres_with_tables(&name, &folder, &clock).await?;
            config.database.connections = 6;
        }
        let mut app = Self {
            beseda: None,
            clock,
            address: ([127, 0, 0, 1], 0).into(),
            folder,
            config,
            lookup: http_client::system_lookup(),
            channels: Vec::new(),
        };
        app.open().await;
        Some(app)
    }

    /// Starts the house over whatever data there are.
    pub(crate) async fn open(&mut self) {
        let lookup = self.lookup.clone();
        let more = self.channels.clone();
        let mut beseda = assemble_beside(&self.config, self.clock.clone(), Ids::Time, lookup, more)
            .await
            .unwrap();
        beseda.start();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.address = listener.local_addr().unwrap();
        let service = beseda
            .router
            .clone()
            .into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        self.beseda = Some(beseda);
    }

    /// Another node on the same database, with its own folder and the same key.
    pub(crate) async fn beside(&self) -> Self {
        let folder = self.folder.with_extension("second");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::copy(self.folder.join("secret.key"), folder.join("secret.key")).unwrap();
        let config = Config {
            data: folder.clone(),
            ..self.config.clone()
        };
        let mut app = Self {
            beseda: None,
            clock: self.clock.clone(),
            address: self.address,
            folder,
            config,
            lookup: http_client::system_lookup(),
            channels: Vec::new(),
        };
        app.open().await;
        app
    }

    pub(crate) fn house(&self) -> &web::House {
        &self.beseda.as_ref().unwrap().house
    }

    pub(crate) fn url(&self, path: &str) -> String {
        let root =
            path.starts_with("/hooks") || path.starts_with("/demo") || path.starts_with("/healthz");
        format!(
            "http://{}{}{path}",
            self.address,
            if root { "" } else { "/api/v1" }
        )
    }

    /// Somebody who is not signed in.
    pub(crate) fn stranger(&self) -> Caller {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Caller {
            http,
            base: format!("http://{}", self.address),
            cookie: String::new(),
            bearer: None,
            id: String::new(),
        }
    }

    /// The administrator; the first call also sets the workspace up.
    pub(crate) async fn olga(&self) -> Caller {
        let mut olga = self.stranger();
        let ctx = self.house().system();
        let token = self
            .house()
            .write(async move |tx: &mut db::Tx<'_>| accounts::setup_token(tx, &ctx).await)
            .await
            .unwrap();
        match token {
            Some(token) => {
                let form = json!({"token": token.0, "workspace": "Мастерская", "name": "Ольга", "login": "olga",
                    "password": "olga-password", "language": "ru", "time_zone": "Europe/Moscow"});
                olga.sign("/setup", form).await;
            }
            None => {
                olga.sign(
                    "/sessions",
                    json!({"login": "olga", "password": "olga-password"}),
                )
                .await;
            }
        }
        olga
    }

    /// A colleague by invitation, with a built-in role's word in Russian.
    pub(crate) async fn join(&self, by: &Caller, name: &str, login: &str, role: &str) -> Caller {
        let roles = by.get("/roles").await;
        let role = roles["roles"]
            .as_array()
            .unwrap()
            .iter()
            .find(|r| r["name"] == role)
            .unwrap()["id"]
            .clone();
        let invited = by
            .post(
                "/invitations",
                json!({"name": name, "email": "", "role_ids": [role]}),
            )
            .await;
        let token = invited["url"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned();
        let mut person = self.stranger();
        let form = json!({"name": name, "login": login, "password": format!("{login}-password")});
        person.sign(&format!("/join/{token}"), form).await;
        person
    }

    /// A guest by invitation into groups of `by`, once they stand in all of them.
    pub(crate) async fn join_guest(
        &self,
        by: &Caller,
        name: &str,
        login: &str,
        groups: &[&str],
    ) -> Caller {
        let form = json!({"name": name, "chat_ids": groups});
        let invited = by.post("/guests", form).await;
        let token = invited["url"].as_str().unwrap().rsplit('/').next().unwrap();
        let mut guest = self.stranger();
        let form = json!({"name": name, "login": login, "password": format!("{login}-password")});
        guest.sign(&format!("/join/{token}"), form).await;
        self.until("the guest is in", async || {
            let chats = guest.get("/chats").await;
            (chats.as_array()?.len() == groups.len()).then_some(())
        })
        .await;
        guest
    }

    /// Lets everything due now be done: jobs, intake, outbox. There is nothing to wait for in a story but this.
    pub(crate) async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "waited in vain: {what}"
            );
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Somebody who calls the API.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) cookie: String,
    pub(crate) bearer: Option<String>,
    pub(crate) id: String,
}

impl Caller {
    /// The direct chat with a colleague.
    pub(crate) async fn direct_with(&self, other: &Self) -> String {
        let form = json!({"kind": "direct", "person_id": other.id});
        let chat = self.post("/chats", form).await;
        chat["id"].as_str().unwrap().to_owned()
    }
    pub(crate) async fn raw(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let path = if ["/hooks", "/f/", "/l/", "/pixel.js"]
            .iter()
            .any(|root| path.starts_with(root))
        {
            path.to_owned()
        } else {
            format!("/api/v1{path}")
        };
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .header(header::ACCEPT_LANGUAGE, "ru");
        if !self.cookie.is_empty() {
            request = request.header(header::COOKIE, &self.cookie);
        }
        if let Some(bearer) = &self.bearer {
            request = request.bearer_auth(bearer);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        )
    }
    async fn fine(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.raw(method.clone(), path, body).await;
        assert!(status.is_success(), "{method} {path}: {status} {answer}");
        answer
    }
    pub(crate) async fn get(&self, path: &str) -> Value {
        self.fine(Method::GET, path, None).await
    }
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        self.fine(Method::POST, path, Some(body)).await
    }
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Value {
        self.fine(Method::PATCH, path, Some(body)).await
    }
    pub(crate) async fn put(&self, path: &str, body: Value) -> Value {
        self.fine(Method::PUT, path, Some(body)).await
    }
    pub(crate) async fn delete(&self, path: &str) -> Value {
        self.fine(Method::DELETE, path, None).await
    }
    /// The refusal's status and code.
    pub(crate) async fn refused(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (u16, String) {
        let (status, answer) = self.raw(method, path, body).await;
        assert!(!status.is_success(), "{path} was not refused: {answer}");
        (
            status.as_u16(),
            answer["code"].as_str().unwrap_or_default().to_owned(),
        )
    }
    /// Signs in (or up) and keeps the cookie.
    pub(crate) async fn sign(&mut self, path: &str, form: Value) {
        let response = self
            .http
            .post(format!("{}/api/v1{path}", self.base))
            .json(&form)
            .send()
            .await
            .unwrap();
        let status = response.status();
        let cookie = response
            .headers()
            .get(header::SET_COOKIE)
            .map(|c| c.to_str().unwrap().to_owned());
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        self.cookie = cookie.unwrap().split(';').next().unwrap().to_owned();
        let me: Value = serde_json::from_str(&text).unwrap();
        self.id = me["person"]["id"].as_str().unwrap().to_owned();
    }
    pub(crate) async fn upload(&self, path: &str, name: &str, bytes: &[u8]) -> (StatusCode, Value) {
        let encoded: String = name.bytes().map(|b| format!("%{b:02X}")).collect();
        let mut request = self
            .http
            .post(format!("{}/api/v1{path}", self.base))
            .header("X-File-Name", encoded)
            .body(bytes.to_vec());
        if !self.cookie.is_empty() {
            request = request.header(header::COOKIE, &self.cookie);
        }
        if let Some(bearer) = &self.bearer {
            request = request.bearer_auth(bearer);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        (status, response.json().await.unwrap_or(Value::Null))
    }
    /// Sends to a team chat or client chat.
    pub(crate) async fn say(&self, kind: &str, chat: &str, text: &str) -> Value {
        let body = json!({"client_id": uuid(), "text": text});
        self.post(&format!("/{kind}/{chat}/messages"), body).await
    }
    /// Opens a socket; `cursor` as in hello.
    pub(crate) async fn listen(&self, cursor: Option<&str>) -> Socket {
        let url = format!("{}/api/v1/socket", self.base.replace("http", "ws"));
        let mut request = url.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("cookie", self.cookie.parse().unwrap());
        let (stream, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let mut socket = Socket {
            stream,
            cursor: String::new(),
            seen: Vec::new(),
        };
        socket.send(json!({"type": "hello", "cursor": cursor, "client": {"kind": "web", "version": "test"}})).await;
        socket
    }
    /// The one chat in a group of the inbox.
    pub(crate) async fn inbox(&self, group: &str) -> Vec<Value> {
        self.get(&format!("/inbox?group={group}")).await["items"]
            .as_array()
            .unwrap()
            .clone()
    }
}

pub(crate) fn uuid() -> String {
    Ids::Time.uuid().to_string()
}

type Stream =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

pub(crate) struct Socket {
    pub(crate) stream: Stream,
    pub(crate) cursor: String,
    pub(crate) seen: Vec<Value>,
}

impl Socket {
    pub(crate) async fn send(&mut self, frame: Value) {
        self.stream
            .send(Message::Text(frame.to_string().into()))
            .await
            .unwrap();
    }
    /// The next frame; `None` when the other side closed.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            let came = tokio::time::timeout(Duration::from_secs(20), self.stream.next())
                .await
                .expect("no frame came");
            match came {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if let Some(cursor) = frame["cursor"].as_str() {
                        self.cursor = cursor.to_owned();
                    }
                    self.seen.push(frame.clone());
                    return Some(frame);
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }
    /// Reads on until a frame fits; a closed socket fails the story.
    pub(crate) async fn wait(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame = self
                .next()
                .await
                .unwrap_or_else(|| panic!("the socket closed before {what}"));
            if fits(&frame) {
                return frame;
            }
        }
    }
    pub(crate) async fn wait_type(&mut self, kind: &str) -> Value {
        self.wait(kind, |f| f["type"] == kind).await
    }
}

/// A visitor of the site.
pub(crate) struct Visitor {
    pub(crate) caller: Caller,
    pub(crate) key: String,
}

impl Visitor {
    pub(crate) async fn new(app: &App, key: &str) -> Self {
        Self::speaking(app, key, "ru").await
    }
    /// Whose browser asks for pages in a language.
    pub(crate) async fn speaking(app: &App, key: &str, language: &str) -> Self {
        let mut caller = app.stranger();
        let answer = caller
            .post(
                &format!("/widget/{key}/visitor"),
                json!({"page": "https://shop.example/lamp", "language": language}),
            )
            .await;
        caller.bearer = Some(answer["token"].as_str().unwrap().to_owned());
        Self {
            caller,
            key: key.to_owned(),
        }
    }
    pub(crate) async fn write(&self, text: &str) -> Value {
        let body = json!({"client_id": uuid(), "text": text});
        self.caller
            .post(&format!("/widget/{}/messages", self.key), body)
            .await
    }
    pub(crate) async fn reads(&self) -> Vec<Value> {
        let page = self
            .caller
            .get(&format!("/widget/{}/messages", self.key))
            .await;
        page["messages"].as_array().unwrap().clone()
    }
}

/// Connects the site widget; answers its public key.
pub(crate) async fn connect_widget(olga: &Caller) -> (String, String) {
    let form = json!({"kind": "widget", "name": "Сайт", "settings": {"title": "Мастерская"}});
    let account = olga.post("/channels", form).await;
    let snippet = account["snippet"].as_str().unwrap();
    let key = snippet
        .split("data-key=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    (key, account["id"].as_str().unwrap().to_owned())
}
