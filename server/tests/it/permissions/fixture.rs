//! The company the permissions are tried in: its people, and an object for every kind of id an address can hold.

use crate::{
    app::{App, Caller, Visitor, uuid},
    files::{png, public_path},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// Which objects the ids of an address name. The longest beginning counts; each object gets a row of its own.
const PLACES: &[(&str, &[&str])] = &[
    ("/api/v1/access/{id}", &["a direct chat", "a client chat"]),
    ("/api/v1/centre/desks/{id}", &["a desk"]),
    ("/api/v1/centre/seats/{id}", &["a seat at a desk"]),
    ("/api/v1/centre/seats/{id}/tie", &["a request for a seat"]),
    (
        "/api/v1/centre/seats/{id}/refuse",
        &["a request for a seat"],
    ),
    ("/api/v1/channels/sign-in/{sign_in}", &["a sign-in"]),
    ("/api/v1/channels/{id}", &["a channel"]),
    (
        "/api/v1/channels/{id}/chats/{chat}",
        &["a chat of a channel"],
    ),
    (
        "/api/v1/channels/{id}/templates/{template}",
        &["a template"],
    ),
    ("/api/v1/chats/{id}", &["a direct chat", "a group"]),
    ("/api/v1/chats/{id}/group", &["a direct chat"]),
    ("/api/v1/chats/{id}/link", &["a group"]),
    ("/api/v1/chats/{id}/topics", &["a group that talks"]),
    (
        "/api/v1/client-chats/{id}",
        &["a client chat", "a waiting client chat"],
    ),
    (
        "/api/v1/client-chats/{id}/decline",
        &["a client chat that was given"],
    ),
    (
        "/api/v1/client-chats/{id}/leave",
        &["a watched client chat"],
    ),
    (
        "/api/v1/client-chats/{id}/observe",
        &["a watched client chat"],
    ),
    (
        "/api/v1/client-chats/{id}/reopen",
        &["a closed client chat"],
    ),
    ("/api/v1/client-chats/{id}/wake", &["a snoozed client chat"]),
    ("/api/v1/client-chats/{id}/to-queue", &["a client chat"]),
    ("/api/v1/contacts/merges/{id}/split", &["a merge"]),
    ("/api/v1/contacts/{id}", &["a contact"]),
    ("/api/v1/contact-imports/{id}", &["a table of contacts"]),
    ("/api/v1/delivery/events/{n}", &["an event that stuck"]),
    ("/api/v1/delivery/parts/{id}", &["a part that failed"]),
    ("/api/v1/departments/{id}", &["a department"]),
    (
        "/api/v1/files/{id}",
        &[
            "an upload",
            "a file in a direct chat",
            "a file for a client",
        ],
    ),
    ("/api/v1/exports/{id}", &["an export"]),
    ("/api/v1/hours/{id}", &["a calendar"]),
    ("/api/v1/group-links/{token}", &["a link into a group"]),
    ("/api/v1/imports/{id}", &["an import"]),
    ("/api/v1/invitations/{id}", &["an invitation"]),
    ("/api/v1/jobs/{id}", &["failed work"]),
    ("/api/v1/join/{token}", &["a link to join"]),
    ("/api/v1/labels/{id}", &["a label"]),
    ("/api/v1/later/{id}", &["a message that waits"]),
    ("/api/v1/me/sessions/{id}", &["a session"]),
    ("/api/v1/me/friends/{id}", &["a person"]),
    ("/api/v1/me/tokens/{id}", &["a token"]),
    (
        "/api/v1/messages/{id}",
        &["a direct message", "a message to a client"],
    ),
    ("/api/v1/notices/{id}", &["a notice"]),
    (
        "/api/v1/notices/chats/{id}",
        &["a direct chat", "a client chat"],
    ),
    ("/api/v1/people/{id}", &["a person"]),
    ("/api/v1/queues/{id}", &["a queue"]),
    ("/api/v1/reports/{id}", &["a report"]),
    ("/api/v1/roles/{id}", &["a role"]),
    ("/api/v1/routing/{id}", &["a routing rule"]),
    ("/api/v1/rows/{id}", &["a row"]),
    ("/api/v1/tables/{id}", &["a table"]),
    ("/api/v1/tasks/{id}", &["a task", "a common task"]),
    (
        "/api/v1/templates/{id}",
        &["an own template", "a shared template"],
    ),
    (
        "/api/v1/templates/{id}/restore",
        &["a deleted own template", "a deleted shared template"],
    ),
    ("/api/v1/threads/{id}", &["a direct chat", "a client chat"]),
    ("/api/v1/uploads/{id}", &["an upload in pieces"]),
    ("/api/v1/views/{id}", &["an own view", "a shared view"]),
    ("/api/v1/widget/{key}", &["a widget"]),
    ("/api/v1/widget/{key}/files/{id}", &["a file in a widget"]),
    ("/hooks/{kind}/{id}/{key}", &["a hook"]),
    ("/l/{code}", &["a short link"]),
    ("/api/v1/links/public/{code}", &["a link for anybody"]),
    (
        "/f/{id}/{until}/{signature}/{name}",
        &["a signed address of a file"],
    ),
];

/// What belongs to Boris alone, or to him and Darya: nobody else may know that it exists, whatever their role.
pub(super) const PERSONAL: &[&str] = &[
    "a direct chat",
    "a direct message",
    "a file in a direct chat",
    "a group",
    "a group that talks",
    "a message that waits",
    "a notice",
    "a seat at a desk",
    "a session",
    "a task",
    "a token",
    "an own template",
    "an own view",
    "an upload",
    "an upload in pieces",
];

/// What concerns a client of Boris's queue: an employee who is not in it may not know that it exists.
pub(super) const OF_CLIENTS: &[&str] = &[
    "a client chat",
    "a client chat that was given",
    "a closed client chat",
    "a file for a client",
    "a message to a client",
    "a snoozed client chat",
    "a waiting client chat",
    "a watched client chat",
];

/// The objects an address is tried on; none for an address without ids.
pub(super) fn objects(path: &str) -> &'static [&'static str] {
    if !path.contains('{') {
        return &[""];
    }
    let within = |place: &str| {
        path.strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    PLACES
        .iter()
        .filter(|(place, _)| within(place))
        .max_by_key(|(place, _)| place.len())
        .unwrap_or_else(|| {
            panic!(
                "{path} has an id of which nobody said what it names: \
                 add a line to PLACES in server/tests/it/permissions/fixture.rs, and to `make` if the object is new"
            )
        })
        .1
}

/// Puts ids into an address, one after another.
pub(super) fn fill(path: &str, ids: &[String]) -> String {
    let mut ids = ids.iter();
    let parts = path.split('/').map(|part| match part {
        "{emoji}" => "%F0%9F%91%8D".to_owned(),
        part if part.starts_with('{') => ids
            .next()
            .unwrap_or_else(|| panic!("{path}: no value for {part}"))
            .clone(),
        part => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A company with one of each role.
pub(super) struct Company<'a> {
    app: &'a App,
    /// The administrator.
    pub(super) olga: Caller,
    /// A supervisor, in the queue of [`Self::queue`].
    pub(super) sergey: Caller,
    /// Owns what can be owned; an employee of that queue.
    pub(super) boris: Caller,
    /// An employee who has nothing to do with any of it.
    pub(super) anna: Caller,
    /// A guest, in a group with Darya that none of the others is in.
    pub(super) nika: Caller,
    outside: String,
    /// Whom Boris writes to.
    darya: Caller,
    pub(super) queue: String,
    channel: String,
    key: String,
    /// Boris's chat with Darya; a pair has only one.
    direct: String,
    /// A client's chat for which Boris is responsible, as long as nobody changes it.
    pub(super) chat: String,
    /// A group of Boris and Darya, and what Boris said there.
    talking: (String, String),
    counted: AtomicU32,
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

impl<'a> Company<'a> {
    pub(super) async fn found(app: &'a App) -> Self {
        let olga = app.olga().await;
        let sergey = app.join(&olga, "Сергей", "sergey", "Руководитель").await;
        let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
        let darya = app.join(&olga, "Дарья", "darya", "Сотрудник").await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let form = json!({"kind": "group", "title": "Партнёры", "member_ids": [darya.id]});
        let outside = text(&olga.post("/chats", form).await["id"]);
        let nika = app.join_guest(&olga, "Ника", "nika", &[&outside]).await;
        let form = json!({"name": "Продажи", "member_ids": [boris.id, sergey.id]});
        let queue = text(&olga.post("/queues", form).await["id"]);
        let form = json!({"kind": "widget", "name": "Сайт", "queue_id": queue,
            "settings": {"title": "Мастерская"}});
        let channel = olga.post("/channels", form).await;
        let snippet = text(&channel["snippet"]);
        let key = snippet.split("data-key=\"").nth(1).unwrap();
        let mut company = Self {
            app,
            queue,
            channel: text(&channel["id"]),
            key: key.split('"').next().unwrap().to_owned(),
            direct: boris.direct_with(&darya).await,
            chat: String::new(),
            talking: (String::new(), String::new()),
            counted: AtomicU32::new(0),
            olga,
            sergey,
            boris,
            anna,
            nika,
            outside,
            darya,
        };
        company.chat = company.taken().await;
        let group = company.make("a group").await.remove(0);
        let said = company.said("chats", &group).await.0;
        company.talking = (group, said);
        company
    }

    /// A name nobody has yet.
    pub(super) fn name(&self) -> String {
        format!("Имя{}", self.counted.fetch_add(1, Ordering::SeqCst))
    }

    /// A new session of somebody.
    pub(super) async fn again(&self, login: &str) -> Caller {
        let mut caller = self.app.stranger();
        let form = json!({"login": login, "password": format!("{login}-password")});
        caller.sign("/sessions", form).await;
        caller
    }

    /// What a property of a body means here.
    pub(super) fn known(&self, property: &str) -> Option<Value> {
        Some(match property {
            "person_id" | "to" => json!(self.darya.id),
            "member_ids" | "add" => json!([self.darya.id]),
            "chat_id" => json!(self.chat),
            "chat_ids" => json!([self.outside]),
            "queue_id" => json!(self.queue),
            "account" | "account_id" => json!(self.channel),
            "client_id" | "file_id" => json!(uuid()),
            "message_id" => json!(self.talking.1),
            "message_ids" => json!([self.talking.1]),
            "reason" => json!("other"),
            "kind" => json!("widget"),
            "scopes" => json!(["read"]),
            "endpoint" => json!("https://127.0.0.1/push"),
            "time_zone" => json!("Europe/Moscow"),
            "t" => json!("ab".repeat(32)),
            "name" | "title" => json!(self.name()),
            _ => return None,
        })
    }

    /// A client writes and waits in the queue.
    async fn waiting(&self) -> String {
        // So long that nobody counts as beaten by a moment, and no visitor as one who writes too often.
        self.app.clock.advance(Duration::from_secs(400));
        let visitor = Visitor::new(self.app, &self.key).await;
        let name = self.name();
        let form = json!({"token": visitor.caller.bearer, "name": name});
        let introduced = format!("/widget/{}/visitor", self.key);
        visitor.caller.post(&introduced, form).await;
        visitor.write("Есть кто живой?").await;
        let found = self.olga.get(&format!("/inbox?group=queue&q={name}")).await;
        text(&found["items"][0]["id"])
    }

    /// A client's chat that Boris took.
    async fn taken(&self) -> String {
        let chat = self.waiting().await;
        self.act(&chat, "take", json!({})).await;
        self.app.clock.advance(Duration::from_secs(400));
        chat
    }

    /// A client's chat that a rule gave to Boris, who sits at his desk.
    async fn given(&self) -> String {
        self.app.clock.advance(Duration::from_secs(400));
        let (house, now) = (self.app.house(), self.app.clock.now());
        let (node, boris) = (uuid().parse().unwrap(), self.boris.id.parse().unwrap());
        house
            .write(async move |tx: &mut db::Tx<'_>| {
                accounts::seat(tx, node, boris, Some(now)).await
            })
            .await
            .unwrap();
        let name = self.name();
        let form =
            json!({"name": name, "conditions": {"words": [name]}, "person_id": self.boris.id});
        let rule = text(&self.olga.post("/routing", form).await["id"]);
        let visitor = Visitor::new(self.app, &self.key).await;
        let form = json!({"token": visitor.caller.bearer, "name": name});
        let introduced = format!("/widget/{}/visitor", self.key);
        visitor.caller.post(&introduced, form).await;
        visitor.write(&name).await;
        self.olga.delete(&format!("/routing/{rule}")).await;
        let found = self.boris.get(&format!("/inbox?group=my&q={name}")).await;
        text(&found["items"][0]["id"])
    }

    async fn act(&self, chat: &str, what: &str, form: Value) {
        let path = format!("/client-chats/{chat}/{what}");
        self.boris.post(&path, form).await;
    }

    async fn upload(&self) -> Value {
        let (status, file) = self.boris.upload("/files", "лампа.png", &png(4, 3)).await;
        assert!(status.is_success(), "{file}");
        file["id"].clone()
    }

    /// A message of Boris's with a file.
    async fn said(&self, kind: &str, chat: &str) -> (String, String) {
        let file = self.upload().await;
        let form = json!({"client_id": uuid(), "text": "Вот", "files": [file]});
        let path = format!("/{kind}/{chat}/messages");
        let message = self.boris.post(&path, form).await;
        (text(&message["id"]), text(&file))
    }

    /// Waits until a job has done what it does with an archive: the answers must not hang on its haste.
    async fn settled(&self, kind: &str, id: &str, busy: &str) {
        let path = format!("/{kind}/{id}");
        let settled = self.app.until("an archive that is settled", async || {
            let now = self.olga.get(&path).await;
            (now["state"] != busy).then_some(())
        });
        settled.await;
    }

    /// Makes an object of Boris's, or of the company's where nobody owns it; answers what its address holds.
    pub(super) async fn make(&self, object: &str) -> Vec<String> {
        let (olga, boris) = (&self.olga, &self.boris);
        let made =
            async |by: &Caller, path: &str, form: Value| text(&by.post(path, form).await["id"]);
        let name = self.name();
        vec![match object {
            "" => return Vec::new(),
            "a person" => boris.id.clone(),
            "a task" => {
                let form = json!({"title": name, "assignee_id": self.darya.id});
                made(boris, "/tasks", form).await
            }
            "a common task" => {
                let form = json!({"title": name, "assignee_id": self.darya.id, "everyone": true});
                made(boris, "/tasks", form).await
            }
            "an export" => {
                let id = made(olga, "/exports", json!({})).await;
                self.settled("exports", &id, "running").await;
                id
            }
            "an import" => {
                let (_, file) = olga.upload("/files", "архив.zip", b"no zip").await;
                let form = json!({"file_id": file["id"], "format": "telegram"});
                let id = made(olga, "/imports", form).await;
                self.settled("imports", &id, "looking").await;
                id
            }
            "a table of contacts" => {
                let (_, file) = olga.upload("/files", "клиенты.csv", b"name\nX\n").await;
                made(olga, "/contact-imports", json!({"file_id": file["id"]})).await
            }
            "a table" => self.table().await,
            "a row" => {
                let table = self.table().await;
                made(boris, &format!("/tables/{table}/rows"), json!({})).await
            }
            "a role" => made(olga, "/roles", json!({"name": name, "rights": []})).await,
            "a department" => made(olga, "/departments", json!({"name": name})).await,
            "an invitation" => made(olga, "/invitations", json!({"name": name})).await,
            "a link to join" => {
                let invited = olga.post("/invitations", json!({"name": name})).await;
                text(&invited["url"]).rsplit('/').next().unwrap().to_owned()
            }
            "a session" => text(&self.again("boris").await.get("/me").await["session_id"]),
            "a token" => {
                let form = json!({"name": name, "scopes": ["read"]});
                text(&boris.post("/me/tokens", form).await["entry"]["id"])
            }
            "a direct chat" => self.direct.clone(),
            "a group" => {
                let form = json!({"kind": "group", "title": name, "member_ids": [self.darya.id]});
                made(boris, "/chats", form).await
            }
            "a group that talks" => self.talking.0.clone(),
            "a link into a group" => {
                let group = text(
                    &made(
                        boris,
                        "/chats",
                        json!({"kind": "group", "title": name, "member_ids": [self.darya.id]}),
                    )
                    .await
                    .into(),
                );
                let link = boris.post(&format!("/chats/{group}/link"), json!({})).await;
                text(&link["path"]).rsplit('/').next().unwrap().to_owned()
            }
            "a message that waits" => {
                let form =
                    json!({"client_id": uuid(), "text": "Потом", "at": 1_830_000_000_000_i64});
                made(boris, &format!("/threads/{}/later", self.direct), form).await
            }
            "a report" => {
                let said = self.said("chats", &self.direct).await.0;
                let form = json!({"reason": "other"});
                self.darya
                    .post(&format!("/messages/{said}/report"), form)
                    .await;
                text(&olga.get("/reports").await[0]["id"])
            }
            "a direct message" => self.said("chats", &self.direct).await.0,
            "a message to a client" => self.said("client-chats", &self.chat).await.0,
            "a client chat" => self.taken().await,
            "a client chat that was given" => self.given().await,
            "a waiting client chat" => self.waiting().await,
            "a closed client chat" => {
                let chat = self.taken().await;
                self.act(&chat, "close", json!({})).await;
                chat
            }
            "a snoozed client chat" => {
                let chat = self.taken().await;
                self.act(&chat, "snooze", json!({})).await;
                chat
            }
            "a calendar" => {
                let form = json!({"name": name, "zone": "Europe/Moscow", "week": [[], [], [], [], [], [], []]});
                // The first is the company's, which cannot go while there are others.
                if olga.get("/hours").await == json!([]) {
                    olga.post("/hours", form.clone()).await;
                }
                made(olga, "/hours", form).await
            }
            "a watched client chat" => {
                let chat = self.taken().await;
                let form = json!({"to": self.darya.id, "observe": true});
                self.act(&chat, "hand-over", form).await;
                chat
            }
            "a contact" => {
                let chat = boris.get(&format!("/client-chats/{}", self.chat)).await;
                text(&chat["contact"]["id"])
            }
            "a merge" => {
                let mut two = Vec::new();
                for chat in [self.waiting().await, self.waiting().await] {
                    let chat = olga.get(&format!("/client-chats/{chat}")).await;
                    two.push(text(&chat["contact"]["id"]));
                }
                let form = json!({"kept_id": two[0], "merged_id": two[1]});
                made(olga, "/contacts/merge", form).await
            }
            "a routing rule" => {
                let form = json!({"name": name, "conditions": {"words": ["цена"]}, "queue_id": self.queue});
                made(olga, "/routing", form).await
            }
            "a label" => {
                let form = json!({"name": format!("Метка {}", &uuid()[..13]), "color": "red"});
                made(olga, "/labels", form).await
            }
            "an own view" => {
                made(
                    boris,
                    "/views",
                    json!({"name": name, "filter": {"mine": true}}),
                )
                .await
            }
            "a shared view" => {
                let form = json!({"name": name, "shared": true, "filter": {}});
                made(olga, "/views", form).await
            }
            "a queue" => made(olga, "/queues", json!({"name": name})).await,
            "a channel" => {
                let form = json!({"kind": "widget", "name": name, "queue_id": self.queue,
                    "settings": {"title": "Мастерская"}});
                made(olga, "/channels", form).await
            }
            "a template" => return vec![self.channel.clone(), uuid()],
            "a sign-in" => return vec![uuid()],
            "a chat of a channel" => return vec![self.channel.clone(), "501".to_owned()],
            "an own template" => {
                made(boris, "/templates", json!({"title": name, "text": "Да"})).await
            }
            "a shared template" => {
                let form = json!({"title": name, "text": "Да", "scope": "all"});
                made(olga, "/templates", form).await
            }
            "a deleted own template" => {
                let id = made(boris, "/templates", json!({"title": name, "text": "Да"})).await;
                boris.delete(&format!("/templates/{id}")).await;
                id
            }
            "a deleted shared template" => {
                let form = json!({"title": name, "text": "Да", "scope": "all"});
                let id = made(olga, "/templates", form).await;
                olga.delete(&format!("/templates/{id}")).await;
                id
            }
            "an upload" => text(&self.upload().await),
            "an upload in pieces" => {
                let begun = tus(&self.boris, &Method::POST, "/uploads").await;
                let place = begun.headers()["location"].to_str().unwrap();
                place.rsplit('/').next().unwrap().to_owned()
            }
            "a file in a direct chat" => self.said("chats", &self.direct).await.1,
            "a file for a client" => self.said("client-chats", &self.chat).await.1,
            "a signed address of a file" => {
                let file = text(&self.upload().await).parse().unwrap();
                let path = public_path(self.app, kernel::Id::new(file)).await;
                return path.split('/').skip(2).map(str::to_owned).collect();
            }
            "a desk" => self.desk().await,
            "a seat at a desk" => self.seat("tied").await,
            "a request for a seat" => self.seat("asked").await,
            "failed work" => self.failed_work().await,
            "an event that stuck" => self.stuck_event().await,
            "a short link" => self.short_link().await,
            "a link for anybody" => self.public_link().await,
            "a part that failed" => self.failed_part().await,
            "a notice" => {
                let mention = format!("@[Борис]({})", boris.id);
                self.darya.say("chats", &self.direct, &mention).await;
                text(&boris.get("/notices").await["items"][0]["id"])
            }
            "a widget" => self.key.clone(),
            "a file in a widget" => {
                let file = self.said("client-chats", &self.chat).await.1;
                return vec![self.key.clone(), file];
            }
            "a hook" => {
                return vec!["widget".to_owned(), self.channel.clone(), self.key.clone()];
            }
            other => panic!("nobody wrote down how to make {other}"),
        }]
    }

    /// A table that everybody may read.
    async fn table(&self) -> String {
        let form = json!({"name": self.name(), "fields": [{"name": "Имя", "kind": "text"}],
            "readers": {"everyone": true}});
        text(&self.boris.post("/tables", form).await["id"])
    }

    /// Work that was given up, as only a fault could leave it.
    async fn desk(&self) -> String {
        let settings = json!({"token": "123456:TEST-desk_of_colleagues", "serves": "colleagues", "receive": "poll",
            "base_url": "http://127.0.0.1:9"});
        let form =
            json!({"kind": "telegram", "name": self.name(), "settings": settings, "enabled": true});
        text(&self.olga.post("/channels", form).await["id"])
    }

    /// Boris at a desk, or a request that came by his link.
    async fn seat(&self, state: &'static str) -> String {
        let desk: kernel::Uuid = self.desk().await.parse().unwrap();
        let boris: kernel::Uuid = self.boris.id.parse().unwrap();
        let house = self.app.house();
        let ctx = house.system();
        let id = ctx.ids.uuid();
        house
            .write(async move |tx: &mut db::Tx<'_>| {
                tx.run(
                    db::sql!(
                        "INSERT INTO centre_people (id, account_id, ext_id, name, username, language, number, state,
                            suggested_id, person_id, queue_chats, awake, asked_at)
                         VALUES ($1, $2, '501', 'Борис', '', 'ru', (SELECT COALESCE(MAX(number), 0) + 1 FROM centre_people),
                            $3, $4, $4, FALSE, TRUE, $5)"
                    ),
                    &db::bind![id, desk, state, boris, ctx.now],
                )
                .await
            })
            .await
            .unwrap();
        id.to_string()
    }

    async fn failed_work(&self) -> String {
        let house = self.app.house();
        let ctx = house.system();
        let id = ctx.ids.uuid();
        house
            .write(async move |tx: &mut db::Tx<'_>| {
                tx.run(
                    db::sql!(
                        "INSERT INTO jobs (id, kind, payload, run_at, state, updated_at)
                         VALUES ($1, 'nobody.does.this', $2, $3, 'dead', $3)"
                    ),
                    &db::bind![id, json!({}), ctx.now],
                )
                .await
            })
            .await
            .unwrap();
        id.to_string()
    }

    /// An event of a messenger that could not be worked on.
    async fn stuck_event(&self) -> String {
        let house = self.app.house();
        let (now, key) = (house.system().now, uuid());
        let channel: kernel::Uuid = self.channel.parse().unwrap();
        let (n,): (i64,) = house
            .write(async move |tx: &mut db::Tx<'_>| {
                tx.must(
                    db::sql!(
                        "INSERT INTO raw_events (account_id, dedup_key, lane, body, received_at, state)
                         VALUES ($1, $2, '', $3, $4, 'parked') RETURNING n"
                    ),
                    &db::bind![channel, key, b"{}".as_slice(), now],
                )
                .await
            })
            .await
            .unwrap();
        n.to_string()
    }

    /// A link that hangs somewhere.
    async fn public_link(&self) -> String {
        let house = self.app.house();
        let (ctx, code) = (house.system(), self.name());
        let channel: kernel::Uuid = self.channel.parse().unwrap();
        let kept = code.clone();
        house
            .write(async move |tx: &mut db::Tx<'_>| {
                tx.run(
                    db::sql!(
                        "INSERT INTO public_links (code, url, name, account_id, created_at)
                         VALUES ($1, 'https://shop.example/', 'Дверь', $2, $3)"
                    ),
                    &db::bind![kept, channel, ctx.now],
                )
                .await
            })
            .await
            .unwrap();
        code
    }

    /// A short link that leads to the house itself.
    async fn short_link(&self) -> String {
        let house = self.app.house();
        let (ctx, code) = (house.system(), self.name());
        let url = format!("http://{}/healthz", self.app.address);
        let chat: kernel::Uuid = self.chat.parse().unwrap();
        let kept = code.clone();
        house
            .write(async move |tx: &mut db::Tx<'_>| {
                tx.run(
                    db::sql!(
                        "INSERT INTO short_links (code, url, account_id, contact_id, chat_id, message_key, created_at)
                         VALUES ($1, $2, $3, $3, $3, $4, $5)"
                    ),
                    &db::bind![kept, url, chat, ctx.ids.uuid(), ctx.now],
                )
                .await
            })
            .await
            .unwrap();
        code
    }

    /// A part of a message to a client that did not arrive.
    async fn failed_part(&self) -> String {
        let (message, _) = self.said("client-chats", &self.chat).await;
        let id: kernel::Uuid = message.parse().unwrap();
        let fail = async move |tx: &mut db::Tx<'_>| {
            let query = db::sql!(
                "UPDATE outbox_parts SET state = 'failed' WHERE message_id = $1 AND state = 'sent' RETURNING id"
            );
            tx.one::<(kernel::Uuid,)>(query, &db::bind![id]).await
        };
        let failed = async || self.app.house().write(fail).await.unwrap();
        let (part,) = self.app.until("a part that was sent", failed).await;
        part.to_string()
    }

    /// Answers of one call: the body as JSON, or raw bytes for an upload.
    pub(super) async fn call(
        &self,
        caller: &Caller,
        method: &Method,
        path: &str,
        body: Sent,
    ) -> (u16, Value) {
        if path.starts_with("/api/v1/uploads") {
            let answer = tus(caller, method, path.trim_start_matches("/api/v1")).await;
            let status = answer.status().as_u16();
            return (status, answer.json().await.unwrap_or(Value::Null));
        }
        let (status, answer) = match body {
            Sent::Bytes => {
                let path = path.trim_start_matches("/api/v1");
                caller.upload(path, "лампа.png", &png(4, 3)).await
            }
            Sent::Json(body) => {
                let path = path.trim_start_matches("/api/v1");
                caller.raw(method.clone(), path, body).await
            }
        };
        (status.as_u16(), answer)
    }
}

/// A call as the protocol of resumable uploads wants it: to begin one of two bytes, or to bring its first.
async fn tus(caller: &Caller, method: &Method, path: &str) -> reqwest::Response {
    let url = format!("{}/api/v1{path}", caller.base);
    let mut request = caller
        .http
        .request(method.clone(), url)
        .header("Tus-Resumable", "1.0.0")
        .header("Upload-Length", 2)
        .header("Upload-Metadata", "filename YS50eHQ=");
    if *method == Method::PATCH {
        request = request
            .header("Content-Type", "application/offset+octet-stream")
            .header("Upload-Offset", 0)
            .body("x");
    }
    if !caller.cookie.is_empty() {
        request = request.header("Cookie", &caller.cookie);
    }
    request.send().await.unwrap()
}

/// What a call carries.
#[derive(Clone)]
pub(super) enum Sent {
    /// JSON, or nothing.
    Json(Option<Value>),
    /// A file.
    Bytes,
}
