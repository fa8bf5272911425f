//! The doubles of messengers as a program, for journeys in a browser: it says where each stands, then obeys line by line.
//!
//! Its first line is an object of kinds with what to write in their forms. Each line it is told is an array: a kind, an act,
//! what the act needs; each is answered by `{"answer": …}`. It ends with its input.
#![expect(clippy::print_stdout, reason = "its answers are what it is for")]

use base64::{Engine, prelude::BASE64_STANDARD as BASE64};
use http_client::{Http, HttpOptions, Policy};
use serde_json::{Value, json};
use std::{error::Error, io, time::SystemTime};
use testkit::{
    form::SeenFile,
    max_double::MaxDouble,
    own_double::OwnDouble,
    sms_double::{self, SmsDouble},
    telegram_double::{self, TelegramDouble},
    viber_double::ViberDouble,
    vk_double::VkDouble,
    whatsapp_double::{APP_SECRET, Client, NUMBER, WhatsAppDouble},
};
use tokio::io::{AsyncBufReadExt, BufReader};

/// Who writes in WhatsApp.
const MARIA: Client = Client {
    id: "RU.13491208655302741918",
    phone: Some("79161112233"),
    name: "Мария Петрова",
};

/// And who else.
const JOHN: Client = Client {
    id: "GB.24491208655302741918",
    phone: Some("447700900123"),
    name: "John Smith",
};

struct Doubles {
    telegram: TelegramDouble,
    /// One more bot.
    second: TelegramDouble,
    own: OwnDouble,
    whatsapp: WhatsAppDouble,
    vk: VkDouble,
    max: MaxDouble,
    viber: ViberDouble,
    sms: SmsDouble,
}

impl Doubles {
    async fn start() -> io::Result<Self> {
        Ok(Self {
            telegram: TelegramDouble::start().await?,
            second: TelegramDouble::start().await?,
            own: OwnDouble::start().await?,
            whatsapp: WhatsAppDouble::start().await?,
            vk: VkDouble::start().await?,
            max: MaxDouble::start().await?,
            viber: ViberDouble::start().await?,
            sms: SmsDouble::start().await?,
        })
    }

    fn forms(&self) -> Value {
        json!({
            "telegram": {"token": self.telegram.token(), "base_url": self.telegram.base_url()},
            "second": {"token": self.second.token(), "base_url": self.second.base_url()},
            "own": {"url": self.own.url(), "secret": self.own.secret()},
            "whatsapp": {
                "token": self.whatsapp.token(), "base_url": self.whatsapp.base_url(), "phone_number_id": NUMBER,
                "app_secret": APP_SECRET,
            },
            "vk": {"token": self.vk.token(), "base_url": self.vk.base_url()},
            "max": {"token": self.max.token(), "base_url": self.max.base_url()},
            "viber": {"token": self.viber.token(), "base_url": self.viber.base_url()},
            "sms": {"url": self.sms.url("/send"), "password": sms_double::PASSWORD},
        })
    }

    /// Does what a line says; an error names what it does not know.
    async fn obey(&self, told: &Value) -> Result<Value, Box<dyn Error>> {
        let word = |n: usize| told[n].as_str().unwrap_or_default();
        let user = told[2].as_i64().unwrap_or_default();
        let texts = |all: Vec<Option<String>>| json!(all.into_iter().flatten().collect::<Vec<_>>());
        let text = |body: &Value, field: &str| body[field].as_str().map(str::to_owned);
        Ok(match (word(0), word(1)) {
            ("telegram", "say") => json!(self.telegram.say(user, word(3)).await),
            ("second", "say") => json!(self.second.say(user, word(3)).await),
            // A message of any kind; a file of it is what these bytes are, in base64.
            ("telegram", "write") => json!(self.telegram_write(user, &told[3]).await),
            ("telegram", "file") => {
                self.telegram.add_file(word(2), BASE64.decode(word(3))?);
                json!(true)
            }
            ("whatsapp", "file") => json!(self.whatsapp.add_file(word(2), BASE64.decode(word(3))?)),
            ("whatsapp", "write") => {
                let client = if word(4) == JOHN.name { JOHN } else { MARIA };
                let message = self.whatsapp.message(client, told[3].clone());
                let id = message["messages"][0]["id"].clone();
                let body = self.whatsapp.body("messages", message);
                json!([self.whatsapp.deliver(word(2), &body).await, id])
            }
            ("own", "tell") => {
                self.own.tell(told[2].clone());
                json!(true)
            }
            ("vk", "say") => {
                self.vk.call_person(user, "Мария", "Петрова");
                json!(self.vk.say(user, word(3)).await)
            }
            ("max", "say") => json!(self.max.say(user, word(3)).await),
            // The address at which a webhook may be: it is asked as it is, with whatever certificate it has.
            ("viber", "reaches") => {
                self.viber.play(word(2), word(2));
                json!(true)
            }
            ("viber", "webhook") => json!(self.viber.webhook()),
            ("viber", "say") => json!(self.viber.say(word(2), word(3)).await),
            ("whatsapp", "webhook") => json!(self.whatsapp.webhook().map(|(url, _)| url)),
            ("whatsapp", "say") => json!(self.whatsapp_says(word(3)).await?),
            ("viber", "sent") => {
                let sent = self.viber.sent().into_iter();
                texts(sent.map(|c| text(&c.body, "text")).collect())
            }
            ("whatsapp", "sent") => {
                let sent = self.whatsapp.sent().into_iter();
                texts(sent.map(|c| text(&c.body["text"], "body")).collect())
            }
            ("second", "sent") => {
                let sent = self.second.sent().into_iter();
                texts(sent.map(|c| text(&c.parameters, "text")).collect())
            }
            ("own", "sent") => {
                let sent = self.own.done("send").into_iter();
                texts(sent.map(|c| text(&c.body, "text")).collect())
            }
            // What was sent, whole, with the files by name and bytes.
            ("telegram", "calls") => {
                let sent = self.telegram.sent().into_iter();
                let call = |c: telegram_double::Call| json!({"method": c.method, "parameters": c.parameters, "files": files(&c.files)});
                json!(sent.map(call).collect::<Vec<_>>())
            }
            ("whatsapp", "calls") => {
                let sent = self.whatsapp.sent().into_iter();
                let sent: Vec<Value> = sent.map(|c| c.body).collect();
                json!({"sent": sent, "files": files(&self.whatsapp.brought())})
            }
            ("viber", "calls") => {
                let sent = self.viber.sent().into_iter();
                json!(sent.map(|c| c.body).collect::<Vec<_>>())
            }
            ("telegram", "sent") => {
                let sent = self.telegram.sent().into_iter();
                texts(sent.map(|c| text(&c.parameters, "text")).collect())
            }
            ("vk", "sent") => {
                let sent = self.vk.sent().into_iter();
                texts(sent.map(|c| c.parameters.get("message").cloned()).collect())
            }
            ("max", "sent") => {
                let sent = self.max.sent().into_iter();
                texts(sent.map(|c| text(&c.body, "text")).collect())
            }
            _ => return Err(format!("unknown: {told}").into()),
        })
    }

    /// A client's message in their private chat, with what stands in it; answers its number.
    async fn telegram_write(&self, user: i64, content: &Value) -> i64 {
        let number = self.telegram.next_message();
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let mut message = content.clone();
        message["message_id"] = number.into();
        message["date"] = now.as_secs().into();
        message["from"] =
            json!({"id": user, "is_bot": false, "first_name": format!("Client {user}")});
        message["chat"] =
            json!({"id": user, "type": "private", "first_name": format!("Client {user}")});
        self.telegram.send_update(json!({"message": message})).await;
        number
    }

    /// As Meta does: asks first whether the address is who it was told of, then delivers; answers with both statuses.
    async fn whatsapp_says(&self, words: &str) -> Result<[u16; 2], Box<dyn Error>> {
        let (url, word) = self.whatsapp.webhook().ok_or("there is no webhook")?;
        let query = format!("hub.mode=subscribe&hub.challenge=42&hub.verify_token={word}");
        let http = Http::new(&HttpOptions::default())?;
        let asked = http.get(Policy::Administrator, &format!("{url}?{query}"));
        let asked = asked.send().await?.status();
        let message = self
            .whatsapp
            .message(MARIA, json!({"type": "text", "text": {"body": words}}));
        let body = self.whatsapp.body("messages", message);
        Ok([asked, self.whatsapp.deliver(&url, &body).await])
    }
}

/// Files as a journey compares them.
fn files(all: &[SeenFile]) -> Vec<Value> {
    let file = |file: &SeenFile| json!({"name": file.name, "mime": file.mime, "bytes": BASE64.encode(&file.bytes)});
    all.iter().map(file).collect()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let doubles = Doubles::start().await?;
    // In a day of another year its clients would all have written too long ago to be answered freely.
    let now = SystemTime::UNIX_EPOCH.elapsed()?.as_secs();
    doubles.whatsapp.set_time(now.try_into()?);
    println!("{}", doubles.forms());
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let answer = doubles.obey(&serde_json::from_str(&line)?).await?;
        println!("{}", json!({"answer": answer}));
    }
    Ok(())
}
