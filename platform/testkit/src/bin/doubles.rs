//! The doubles of messengers as a program, for journeys in a browser: it says where each stands, then obeys line by line.
//!
//! Its first line is an object of kinds with what to write in their forms. Each line it is told is an array: a kind, an act,
//! what the act needs; each is answered by `{"answer": …}`. It ends with its input.
#![expect(clippy::print_stdout, reason = "its answers are what it is for")]

use serde_json::{Value, json};
use std::{error::Error, io};
use testkit::{
    max_double::MaxDouble,
    sms_double::{self, SmsDouble},
    telegram_double::TelegramDouble,
    viber_double::ViberDouble,
    vk_double::VkDouble,
    whatsapp_double::{APP_SECRET, NUMBER, WhatsAppDouble},
};
use tokio::io::{AsyncBufReadExt, BufReader};

struct Doubles {
    telegram: TelegramDouble,
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
            ("vk", "say") => {
                self.vk.call_person(user, "Мария", "Петрова");
                json!(self.vk.say(user, word(3)).await)
            }
            ("max", "say") => json!(self.max.say(user, word(3)).await),
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
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let doubles = Doubles::start().await?;
    println!("{}", doubles.forms());
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let answer = doubles.obey(&serde_json::from_str(&line)?).await?;
        println!("{}", json!({"answer": answer}));
    }
    Ok(())
}
