//! The outside world of the kill test: one client and one double for each kind of channel, each behind a line that tears.
//!
//! A line ends after a drawn number of bytes of answers: the double has taken what was asked of it, and whoever asked does
//! not get to know.

use crate::{people::Caller, process::draw};
use reqwest::Client;
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    future::Future,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use testkit::{
    mail_double::{self, MailDouble},
    max_double::{MaxDouble, dialogue, person},
    mtproto_double::{CODE, MtprotoDouble, Person},
    own_double::{OwnDouble, said},
    sms_double::{self, SmsDouble},
    smsc_double::{self, SmscDouble},
    telegram_double::TelegramDouble,
    torn_line::{Tear, TornLine},
    viber_double::{self, ViberDouble},
    vk_double::VkDouble,
    whatsapp_double::{APP_SECRET, Client as WhatsAppClient, NUMBER, WhatsAppDouble},
};

/// Where the house stands for messengers.
pub(crate) const HOUSE: &str = "https://chat.example";
const DIGITS: &str = "79161234567";
const CLIENT: i64 = 501;

type Doing = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One channel: its client, and what its provider saw.
pub(crate) struct Line {
    pub(crate) kind: &'static str,
    say: Box<dyn Fn(String) -> Doing + Send + Sync>,
    went: Box<dyn Fn() -> Vec<String> + Send + Sync>,
    torn: TornLine,
    /// Where a channel hears by a line of its own, that one, and how much it lives through, at most.
    hears: Option<(TornLine, u64)>,
}

impl Line {
    /// The client writes; ends when the provider need not tell it again by itself.
    pub(crate) async fn say(&self, text: String) {
        (self.say)(text).await;
    }
    /// Texts that truly went to the client, in order.
    pub(crate) fn went(&self) -> Vec<String> {
        (self.went)()
    }
    /// From now on each connection ends after a drawn number of bytes of answers.
    pub(crate) fn tear(&self, series: &mut u64) {
        let mut tear = |line: &TornLine, most: u64| {
            for _ in 0..4000 {
                line.tear_next(Tear {
                    up: None,
                    down: Some(40 + draw(series) % most),
                });
            }
        };
        tear(&self.torn, self.most());
        if let Some((line, most)) = &self.hears {
            tear(line, *most);
        }
    }
    /// How much a line lives through, at most: some answers of this protocol.
    fn most(&self) -> u64 {
        match self.kind {
            "sms-smpp" => 300,
            "email" => 900,
            "telegram_account" => 6000,
            _ => 1500,
        }
    }
    pub(crate) fn mend(&self) {
        self.torn.mend();
        if let Some((line, _)) = &self.hears {
            line.mend();
        }
    }
}

/// Who connects channels: the administrator and the server's address.
pub(crate) struct Place<'a> {
    pub(crate) olga: &'a Caller,
    pub(crate) root: String,
}

/// A provider that was not heard tells again a moment later.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

fn client() -> Client {
    crate::people::http()
}

async fn posted(request: reqwest::RequestBuilder) -> bool {
    request.send().await.is_ok_and(|a| a.status().is_success())
}

async fn torn(to: &str) -> (TornLine, String) {
    let address: SocketAddr = to.trim_start_matches("http://").parse().unwrap();
    let line = TornLine::start(address).await.unwrap();
    let at = format!("http://{}", line.address());
    (line, at)
}

async fn torn_port(port: u16) -> (TornLine, String) {
    let line = TornLine::start(([127, 0, 0, 1], port).into())
        .await
        .unwrap();
    let port = line.address().port().to_string();
    (line, port)
}

impl Place<'_> {
    /// All kinds there are doubles of.
    pub(crate) async fn lines(&self) -> Vec<Arc<Line>> {
        let lines = vec![
            self.telegram().await,
            self.whatsapp().await,
            self.vk().await,
            self.max().await,
            self.viber().await,
            self.sms_over_http().await,
            self.sms_over_smpp().await,
            self.email().await,
            self.own().await,
            self.telegram_account().await,
        ];
        lines.into_iter().map(Arc::new).collect()
    }

    async fn connect(&self, kind: &str, name: &str, settings: Value) -> Value {
        let form = json!({"kind": kind, "name": name, "settings": settings});
        self.olga.post("/channels", form).await
    }

    /// The house's real address for one that providers were given.
    fn here(&self, url: &str) -> String {
        let at = url.find("/hooks/").unwrap();
        format!("{}{}", self.root, &url[at..])
    }

    /// Waits for what a provider is told a moment after a channel was made.
    async fn until<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        for _ in 0..1500 {
            if let Some(found) = look() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("waited in vain: {what}");
    }

    async fn telegram(&self) -> Line {
        let double = Arc::new(TelegramDouble::start().await.unwrap());
        let (torn, at) = torn(&double.base_url()).await;
        let form = json!({"token": double.token(), "base_url": at, "receive": "webhook"});
        self.connect("telegram", "telegram", form).await;
        let (url, secret) = self.until("a webhook", || double.webhook()).await;
        let (url, http) = (self.here(&url), client());
        let theirs = Arc::clone(&double);
        Line {
            kind: "telegram",
            say: Box::new(move |text| {
                let number = theirs.next_message();
                theirs.meet(CLIENT);
                let user = json!({"id": CLIENT, "is_bot": false, "first_name": "Client"});
                let update = json!({"update_id": number, "message": {
                    "message_id": number, "date": 1_700_000_000 + number, "text": text, "from": user,
                    "chat": {"id": CLIENT, "type": "private", "first_name": "Client"},
                }});
                let (url, secret, http) = (url.clone(), secret.clone(), http.clone());
                Box::pin(async move {
                    while !posted(
                        http.post(&url)
                            .json(&update)
                            .header("X-Telegram-Bot-Api-Secret-Token", &secret),
                    )
                    .await
                    {
                        pause().await;
                    }
                })
            }),
            went: Box::new(move || {
                let sent = double.sent().into_iter();
                sent.map(|c| c.parameters["text"].as_str().unwrap().to_owned())
                    .collect()
            }),
            torn,
            hears: None,
        }
    }

    async fn whatsapp(&self) -> Line {
        const ANNA: WhatsAppClient = WhatsAppClient {
            id: "RU.13491208655302741918",
            phone: Some(DIGITS),
            name: "Anna",
        };
        let double = Arc::new(WhatsAppDouble::start().await.unwrap());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        double.set_time(i64::try_from(now.as_secs()).unwrap() - 3600);
        let (torn, at) = torn(&double.base_url()).await;
        let form = json!({
            "phone_number_id": NUMBER, "token": double.token(), "app_secret": APP_SECRET,
            "verify_token": "a-word-for-meta", "base_url": at,
        });
        let account = self.connect("whatsapp", "whatsapp", form).await;
        let hook = account["webhook"].as_str().map(str::to_owned);
        let hook = match hook {
            Some(hook) => hook,
            None => self.until("a webhook", || double.webhook()).await.0,
        };
        let hook = self.here(&hook);
        let theirs = Arc::clone(&double);
        Line {
            kind: "whatsapp",
            say: Box::new(move |text| {
                let content = json!({"type": "text", "text": {"body": text}});
                let body = theirs.body("messages", theirs.message(ANNA, content));
                let (double, hook) = (Arc::clone(&theirs), hook.clone());
                Box::pin(async move {
                    while double.deliver(&hook, &body).await != 200 {
                        pause().await;
                    }
                })
            }),
            went: Box::new(move || {
                let sent = double.sent().into_iter();
                sent.map(|c| c.body["text"]["body"].as_str().unwrap().to_owned())
                    .collect()
            }),
            torn,
            hears: None,
        }
    }

    async fn vk(&self) -> Line {
        let double = Arc::new(VkDouble::start().await.unwrap());
        double.call_person(CLIENT, "Anna", "Petrova");
        let (polls, polled) = torn(&double.base_url()).await;
        double.polled_at(polled);
        let (torn, at) = torn(&double.base_url()).await;
        let form = json!({"token": double.token(), "base_url": at});
        self.connect("vk", "vk", form).await;
        double.listened_to().await;
        let theirs = Arc::clone(&double);
        Line {
            kind: "vk",
            say: Box::new(move |text| {
                let double = Arc::clone(&theirs);
                Box::pin(async move {
                    double.say(CLIENT, &text).await;
                })
            }),
            went: Box::new(move || {
                let sent = double.sent().into_iter();
                sent.map(|c| c.parameters["message"].clone()).collect()
            }),
            torn,
            hears: Some((polls, 1500)),
        }
    }

    async fn max(&self) -> Line {
        let double = Arc::new(MaxDouble::start().await.unwrap());
        let (torn, at) = torn(&double.base_url()).await;
        let form = json!({"token": double.token(), "base_url": at, "receive": "webhook"});
        self.connect("max", "max", form).await;
        let hook = self.until("a webhook", || double.webhooks().pop()).await;
        let (url, http) = (self.here(&hook.url), client());
        let number = Arc::new(std::sync::atomic::AtomicI64::new(1));
        let theirs = Arc::clone(&double);
        Line {
            kind: "max",
            say: Box::new(move |text| {
                let n = number.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                theirs.meet(CLIENT);
                let at = 1_700_000_000_000 + n;
                let update = json!({
                    "update_type": "message_created", "user_locale": "ru", "timestamp": at,
                    "message": {
                        "recipient": {"chat_id": dialogue(CLIENT), "chat_type": "dialog", "user_id": 1},
                        "sender": person(CLIENT), "timestamp": at,
                        "body": {"mid": format!("mid.told.{n:016x}"), "seq": n, "text": text},
                    },
                });
                let (url, secret, http) = (url.clone(), hook.secret.clone(), http.clone());
                Box::pin(async move {
                    while !posted(
                        http.post(&url)
                            .json(&update)
                            .header("X-Max-Bot-Api-Secret", &secret),
                    )
                    .await
                    {
                        pause().await;
                    }
                })
            }),
            went: Box::new(move || {
                let sent = double.sent().into_iter();
                sent.map(|c| c.body["text"].as_str().unwrap().to_owned())
                    .collect()
            }),
            torn,
            hears: None,
        }
    }

    async fn viber(&self) -> Line {
        const IVAN: &str = "iV4n0fMoscow==";
        let double = Arc::new(ViberDouble::start().await.unwrap());
        double.play(HOUSE, &self.root);
        let (torn, at) = torn(&double.base_url()).await;
        let form = json!({"token": double.token(), "base_url": at, "sender_name": "Lamps"});
        self.connect("viber", "viber", form).await;
        let known = || Some(double.webhook()).filter(|url| url.contains("/hooks/viber/"));
        let url = self.here(&self.until("a webhook", known).await);
        let (http, token) = (client(), double.token().to_owned());
        let number = Arc::new(std::sync::atomic::AtomicI64::new(1));
        let theirs = Arc::clone(&double);
        Line {
            kind: "viber",
            say: Box::new(move |text| {
                let n = number.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                theirs.meet(IVAN);
                let event = json!({
                    "event": "message", "message_token": 5_000_000_000_000_000_000_i64 + n,
                    "timestamp": 1_700_000_000_000 + n, "sender": viber_double::person(IVAN),
                    "message": {"type": "text", "text": text}, "silent": false,
                })
                .to_string();
                let proof = viber_double::signature(&token, event.as_bytes());
                let (url, http) = (url.clone(), http.clone());
                Box::pin(async move {
                    while !posted(
                        http.post(&url)
                            .body(event.clone())
                            .header("X-Viber-Content-Signature", &proof),
                    )
                    .await
                    {
                        pause().await;
                    }
                })
            }),
            went: Box::new(move || {
                let sent = double.sent().into_iter();
                sent.map(|c| c.body["text"].as_str().unwrap().to_owned())
                    .collect()
            }),
            torn,
            hears: None,
        }
    }

    async fn sms_over_http(&self) -> Line {
        let double = Arc::new(SmsDouble::start().await.unwrap());
        let base = double.url("");
        let (torn, at) = torn(&base).await;
        let form = json!({
            "transport": "http", "gateway": "json", "url": format!("{at}/send"), "password": sms_double::PASSWORD,
            "sender": "LavkaLamp",
        });
        let account = self.connect("sms", "sms-http", form).await;
        let url = self.here(account["webhook"].as_str().unwrap());
        let http = client();
        let number = Arc::new(std::sync::atomic::AtomicI64::new(1));
        Line {
            kind: "sms-http",
            say: Box::new(move |text| {
                let n = number.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                let form = json!({"from": DIGITS, "text": text, "id": format!("in-{n}")});
                let (url, http) = (url.clone(), http.clone());
                Box::pin(async move {
                    while !posted(http.post(&url).json(&form)).await {
                        pause().await;
                    }
                })
            }),
            went: Box::new(move || double.taken().into_iter().map(|t| t.text).collect()),
            torn,
            hears: None,
        }
    }

    async fn sms_over_smpp(&self) -> Line {
        let double = Arc::new(SmscDouble::start().await.unwrap());
        let (torn, port) = torn_port(double.port()).await;
        let form = json!({
            "transport": "smpp", "host": "127.0.0.1", "port": port, "rate": "1000",
            "login": smsc_double::SYSTEM_ID, "password": smsc_double::PASSWORD, "sender": "LavkaLamp",
        });
        self.connect("sms", "sms-smpp", form).await;
        let theirs = Arc::clone(&double);
        Line {
            kind: "sms-smpp",
            say: Box::new(move |text| {
                theirs.say(DIGITS, &text);
                Box::pin(std::future::ready(()))
            }),
            went: Box::new(move || double.texts().into_iter().map(|(_, text)| text).collect()),
            torn,
            hears: None,
        }
    }

    async fn email(&self) -> Line {
        let double = Arc::new(MailDouble::start().await.unwrap());
        let (torn, port) = torn_port(double.smtp_port()).await;
        let (read, imap) = torn_port(double.imap_port()).await;
        let form = json!({
            "provider": "own", "address": mail_double::ADDRESS, "password": mail_double::PASSWORD, "from_name": "Lamps",
            "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none",
            "imap_host": "127.0.0.1", "imap_port": imap, "imap_security": "none",
        });
        self.connect("email", "email", form).await;
        self.until("the mailbox is read", || (double.idles() > 0).then_some(()))
            .await;
        let number = Arc::new(std::sync::atomic::AtomicI64::new(1));
        let theirs = Arc::clone(&double);
        Line {
            kind: "email",
            say: Box::new(move |text| {
                let n = number.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                theirs.receive(format!(
                    "From: Anna <anna@example.org>\r\nSubject: Lamp\r\nMessage-ID: <{n}@example.org>\r\n\r\n{text}\r\n"
                ));
                Box::pin(std::future::ready(()))
            }),
            // A letter that comes again under its Message-ID is the same letter to whoever reads mail.
            went: Box::new(move || {
                let mut known = HashSet::new();
                let taken = double.taken().into_iter();
                taken
                    .filter(|letter| known.insert(letter.header("Message-ID")))
                    .map(|letter| letter.raw)
                    .collect()
            }),
            torn,
            hears: Some((read, 3000)),
        }
    }

    async fn own(&self) -> Line {
        let double = Arc::new(OwnDouble::start().await.unwrap());
        let base = double.url();
        let (torn, at) = torn(base.trim_end_matches("/chat")).await;
        let form = json!({
            "url": format!("{at}/chat"), "secret": double.secret(), "receive": "webhook",
            "abilities": r#"{"idempotent":true}"#,
        });
        let account = self.connect("own", "own", form).await;
        let hook = self.here(account["webhook"].as_str().unwrap());
        let number = Arc::new(std::sync::atomic::AtomicI64::new(1));
        let theirs = Arc::clone(&double);
        Line {
            kind: "own",
            say: Box::new(move |text| {
                let n = number.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                let (double, hook) = (Arc::clone(&theirs), hook.clone());
                Box::pin(async move {
                    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
                    let at = i64::try_from(now().as_millis()).unwrap();
                    let event = said(&n.to_string(), "ivan", at, &text);
                    loop {
                        let time = i64::try_from(now().as_secs()).unwrap();
                        if double.post(&hook, time, std::slice::from_ref(&event)).await == 200 {
                            return;
                        }
                        pause().await;
                    }
                })
            }),
            went: Box::new(move || {
                let sent = double.done("send").into_iter();
                sent.map(|c| c.body.to_string()).collect()
            }),
            torn,
            hears: None,
        }
    }

    async fn telegram_account(&self) -> Line {
        let double = Arc::new(MtprotoDouble::start().await.unwrap());
        double.has(Person::new(CLIENT, "Anna", "79161112233"));
        let line = TornLine::start(double.address()).await.unwrap();
        let server = double.server();
        let key = server.rsplit('/').next().unwrap();
        let form = json!({
            "api_id": "12345", "api_hash": "0123456789abcdef0123456789abcdef", "way": "phone",
            "phone": "+7 916 000-00-01", "chats": "all", "server": format!("{}/{key}", line.address()),
        });
        let begun = json!({"kind": "telegram_account", "settings": form});
        let begun = self.olga.post("/channels/sign-in", begun).await;
        let place = format!("/channels/sign-in/{}", begun["id"].as_str().unwrap());
        self.olga.post(&place, json!({"answer": CODE})).await;
        let form = json!({"kind": "telegram_account", "name": "telegram_account", "settings": form, "sign_in": begun["id"]});
        self.olga.post("/channels", form).await;
        let theirs = Arc::clone(&double);
        Line {
            kind: "telegram_account",
            say: Box::new(move |text| {
                theirs.says(CLIENT, &text);
                Box::pin(std::future::ready(()))
            }),
            went: Box::new(move || double.taken().into_iter().map(|t| t.text).collect()),
            torn: line,
            hears: None,
        }
    }
}
